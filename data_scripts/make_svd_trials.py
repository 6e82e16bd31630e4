"""Make the trials of lesson 4.1: a long random search over the settings of Surprise's SVD.

The lesson runs a small search, and looks this long one up. Made from the bundled twin alone, on its
training part: no row of MovieLens is in it.

Usage: ``python data_scripts/make_svd_trials.py [--out FILE]``; some minutes on one core. Without
the option it makes the bundled file again: on another machine the last digits may differ.
"""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from surprise import SVD, Dataset, Reader
from surprise.model_selection import KFold, cross_validate
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from data_scripts import stored
from workshop_pkg import datasets, splits

N_TRIALS = 100
N_FOLDS = 3
SEED = 41
# Each is drawn evenly on a log scale between its bounds: a whole number where they are whole.
SPACE: dict[str, tuple[float, float]] = {
    "n_factors": (10, 200),
    "init_std_dev": (0.003, 0.3),
    "lr_all": (0.002, 0.03),
    "n_epochs": (10, 100),
    "reg_all": (0.01, 0.3),
}


def drawn_settings() -> list[dict[str, Any]]:
    """Draw the settings of all trials, in order; to three digits, as the file has them."""
    generator = np.random.default_rng(SEED)
    drawn = []
    for _ in range(N_TRIALS):
        trial: dict[str, Any] = {}
        for name, (low, high) in SPACE.items():
            value = float(np.exp(generator.uniform(np.log(low), np.log(high))))
            trial[name] = round(value) if isinstance(low, int) else float(f"{value:.3g}")
        drawn.append(trial)
    return drawn


def training_part() -> Dataset:
    """Split the twin as the lesson does; give the training part as Surprise takes it."""
    ratings = datasets.load_movielens("twin").ratings
    train, _ = splits.stratified_split(ratings, test_ratio=0.25, seed=0)
    columns = train[["user_id", "movie_id", "rating"]]
    return Dataset.load_from_df(columns, Reader(rating_scale=(1, 5)))


def error_of(settings: dict[str, Any], ratings: Dataset) -> float:
    """Give the mean RMSE of some settings over the folds."""
    model = SVD(random_state=0, **settings)
    folds = KFold(n_splits=N_FOLDS, random_state=0)
    found = cross_validate(model, ratings, measures=["rmse"], cv=folds)
    return float(found["test_rmse"].mean())


def make_svd_trials(out: Path) -> None:
    """Measure each trial; write the table, all or nothing.

    Parameters
    ----------
    out : pathlib.Path
        The file to write; one that is there already is replaced.
    """
    ratings = training_part()
    rows = [
        {"trial": number, **settings, "rmse": round(error_of(settings, ratings), 5)}
        for number, settings in enumerate(tqdm(drawn_settings(), mininterval=10))
    ]
    made_of = (
        f"RMSE of the SVD of Surprise {importlib.metadata.version('scikit-surprise')}, mean of "
        f"{N_FOLDS} folds of a training part of the made-up twin of MovieLens 100K"
    )
    stored.write(pd.DataFrame(rows), made_of, "data_scripts/make_svd_trials.py", out)


if __name__ == "__main__":
    stored.run(make_svd_trials, __doc__.splitlines()[0], "svd_trials.csv")
