"""Make the table of lesson 4.2: the quality of implicit ALS, sweep by sweep, over a fine grid.

Searches are compared over many seeds in that lesson. Training for each trial would take an hour;
looking a trial up in this table takes no time. Made from the bundled twin alone: no row of
MovieLens is in it.

Usage: ``python data_scripts/make_als_table.py [--out FILE]``; about ten minutes on one core.
Without the option it makes the bundled file again: on another machine the last digits may differ.
"""

from __future__ import annotations

import importlib.metadata
import sys
import warnings
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from implicit.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from data_scripts import stored
from workshop_pkg import datasets, metrics, recommend, splits
from workshop_pkg.preprocessing import encode, rating_matrix

SWEEPS = 10
# From corner to corner of lesson 4.2's search space, at equal steps of the logarithm.
FACTORS = [4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128]
REGULARIZATION = [float(f"{value:.4g}") for value in np.logspace(-2, 3, 11)]
ALPHA = [float(f"{value:.4g}") for value in np.logspace(-1, 2, 10)]


def lesson_parts() -> tuple[csr_matrix, csr_matrix]:
    """Split the twin as lesson 4.2 does; give who chose what, to fit on and to validate on."""
    ratings = datasets.load_movielens("twin").ratings
    train, _ = splits.stratified_split(ratings, test_ratio=0.25, seed=0)
    fitting, validation = splits.stratified_split(train, test_ratio=0.25, seed=1)
    encoded = encode(ratings)
    chosen = [rating_matrix(part, encoded) > 0 for part in (fitting, validation)]
    return csr_matrix(chosen[0]), csr_matrix(chosen[1])


def ndcg_by_sweep(
    fitting: csr_matrix, validation: csr_matrix, factors: int, regularization: float, alpha: float
) -> Iterator[float]:
    """Train one model; give the NDCG at 10 on the validation part after each sweep."""
    model = AlternatingLeastSquares(
        factors=factors,
        regularization=regularization,
        alpha=alpha,
        iterations=1,
        num_threads=1,
        random_state=0,
    )
    for _ in range(SWEEPS):
        model.fit(csr_matrix(fitting, dtype=np.float32), show_progress=False)
        scores = model.user_factors @ model.item_factors.T
        ranked = recommend.top_n(scores, 10, exclude=fitting)
        yield metrics.ndcg_at_k(validation, ranked, k=10)


def make_als_table(out: Path) -> None:
    """Train a model for each point of the grid; write the table, all or nothing.

    Parameters
    ----------
    out : pathlib.Path
        The file to write; one that is there already is replaced.
    """
    fitting, validation = lesson_parts()
    points = list(product(FACTORS, REGULARIZATION, ALPHA))
    rows = []
    with threadpool_limits(limits=1, user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for point in tqdm(points, mininterval=10):
            rows.append((*point, *ndcg_by_sweep(fitting, validation, *point)))
    columns = [f"sweep {sweep}" for sweep in range(1, SWEEPS + 1)]
    values = pd.DataFrame(rows, columns=["factors", "regularization", "alpha", *columns])
    values[columns] = values[columns].map(lambda value: float(f"{value:.4g}"))
    made_of = (
        f"NDCG at 10 of implicit {importlib.metadata.version('implicit')}'s ALS on a validation "
        "part of the made-up twin of MovieLens 100K"
    )
    stored.write(values, made_of, "data_scripts/make_als_table.py", out)


if __name__ == "__main__":
    stored.run(make_als_table, __doc__.splitlines()[0], "als_table.csv")
