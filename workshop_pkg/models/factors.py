"""Factorization models: a dot product of embeddings, and biases where a model learns them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.checked import whole_number
from workshop_pkg.models.objective import Floats, factor
from workshop_pkg.models.recommender import Recommender
from workshop_pkg.preprocessing import Encoded


class FactorModel(Recommender):
    """A rating as the dot product of a user's and a movie's embedding, biases added where learnt.

    For an id that `encoded` knows and training never met, the embedding is untrained: random after
    gradient descent, zero after least squares.

    Attributes
    ----------
    user_embeddings_, movie_embeddings_ : array of shape (n_users, d) and (n_movies, d)
        What was learnt; rows in the order of `user_ids_` and `movie_ids_`.
    user_biases_, movie_biases_ : array of shape (n_users,) and (n_movies,)
        In stars; zeros where the model has no biases.
    mean_ : float
        Added to every prediction, in stars; 0 where the model has no biases.
    history_ : pandas.DataFrame
        The course of training: ``step``, ``group`` (``mean squared error`` or ``terms of the
        loss``), ``metric``, ``value``. The other attributes are those of `Recommender`.
    """

    user_embeddings_: Floats
    movie_embeddings_: Floats
    user_biases_: Floats
    movie_biases_: Floats
    mean_: float

    def _pair_scores(self, user: NDArray[np.intp], movie: NDArray[np.intp]) -> Floats:
        users, movies = self.user_embeddings_[user], self.movie_embeddings_[movie]
        products: Floats = np.einsum("...j,...j->...", users, movies)
        return products + self.mean_ + self.user_biases_[user] + self.movie_biases_[movie]

    def _user_scores(self, rows: NDArray[np.intp]) -> Floats:
        stars: Floats = self.user_embeddings_[rows] @ self.movie_embeddings_.T
        return stars + self.mean_ + self.user_biases_[rows, None] + self.movie_biases_

    def _learnt(self) -> dict[str, NDArray[Any]]:
        return {
            "user_embeddings": self.user_embeddings_,
            "movie_embeddings": self.movie_embeddings_,
            "user_biases": self.user_biases_,
            "movie_biases": self.movie_biases_,
            "mean": np.array(self.mean_),
        }

    def _relearn(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.user_embeddings_ = arrays["user_embeddings"]
        self.movie_embeddings_ = arrays["movie_embeddings"]
        self.user_biases_, self.movie_biases_ = arrays["user_biases"], arrays["movie_biases"]
        self.mean_ = float(arrays["mean"])

    def _begin(self, ratings: pd.DataFrame, encoded: Encoded | None) -> Any:
        matrix = super()._begin(ratings, encoded)
        self.mean_ = 0.0
        self.user_biases_ = np.zeros(matrix.shape[0])
        self.movie_biases_ = np.zeros(matrix.shape[1])
        return matrix

    def _checked(self) -> None:
        """Refuse hyperparameters that no training can use."""
        whole_number(self.n_factors, "n_factors", example=30)
        factor(self.l2, "l2")
        factor(self.gravity, "gravity")
        factor(self.unobserved_weight, "unobserved_weight", at_most=1.0)
        if factor(self.init_stddev, "init_stddev") == 0:
            raise ValueError(
                "init_stddev is 0, but embeddings that all start at zero have no gradient and stay "
                "there: take a number above 0, such as 0.05."
            )


def history_rows(
    step: int, terms: dict[str, float], held_out: float | None
) -> list[dict[str, Any]]:
    """Lay out one moment of training as rows of a history: the errors, and the loss's terms."""
    errors = {"train": terms["observed"]}
    if held_out is not None:
        errors["held out"] = held_out
    groups = {"mean squared error": errors, "terms of the loss": terms}
    return [
        {"step": step, "group": group, "metric": metric, "value": value}
        for group, metrics in groups.items()
        for metric, value in metrics.items()
    ]
