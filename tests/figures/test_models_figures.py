"""The models reach the figures that they are in the package for, on real data and the twin."""

from __future__ import annotations

import numpy as np
import pytest

from workshop_pkg import datasets, metrics, splits
from workshop_pkg.models import AlternatingLeastSquares
from workshop_pkg.preprocessing import encode

FOLDS = ("u1", "u2", "u3", "u4", "u5")


def errors_of_the_official_folds(data: datasets.MovieLens) -> list[float]:
    """RMSE of least squares with biases, all at their defaults.

    A movie that a fold's training part lacks is known by its id alone: mean and user bias.
    """
    encoded, found = encode(data.ratings), []
    for fold in FOLDS:
        train, test = splits.official(data, fold)
        model = AlternatingLeastSquares(biases=True, verbose=False).fit(train, encoded)
        stars = model.predict(test["user_id"], test["movie_id"], clip=True)
        found.append(metrics.rmse(test["rating"], stars))
    return found


@pytest.mark.real_data
def test_least_squares_with_biases_on_the_five_official_folds(real_data_folder) -> None:
    data = datasets.load_movielens("100k", data_dir=real_data_folder)
    errors = errors_of_the_official_folds(data)
    print(f"RMSE on u1 to u5: {np.round(errors, 4).tolist()}, mean {np.mean(errors):.4f}")
    assert np.mean(errors) <= 0.915


def test_least_squares_with_biases_beats_the_biases_on_the_twin() -> None:
    data = datasets.load_movielens("twin")
    train, test = splits.official(data, "u1")
    settings = {"biases": True, "verbose": False}
    full = AlternatingLeastSquares(**settings).fit(train)
    biases = AlternatingLeastSquares(n_factors=1, l2=1e6, **settings).fit(train)
    known = test[test["movie_id"].isin(full.movie_ids_)]
    ids = known["user_id"], known["movie_id"]
    errors = [np.mean((model.predict(*ids) - known["rating"]) ** 2) for model in (full, biases)]
    assert errors[0] < 0.98 * errors[1]
