"""What all models share: ids, predictions, recommendations, and how to store them."""

from __future__ import annotations

import os
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from workshop_pkg import recommend
from workshop_pkg.checked import whole_number
from workshop_pkg.models import storage
from workshop_pkg.models.objective import Floats
from workshop_pkg.preprocessing import Encoded, encode, rating_matrix

#: A record of training: one row a step and metric.
HISTORY = ("step", "group", "metric", "value")


class Recommender(BaseEstimator):  # type: ignore[misc]
    """A model that scores movies for users: the one interface of all models here.

    A model of its own kind writes `fit`, `_pair_scores`, `_user_scores`, `_learnt` and `_relearn`.

    Attributes
    ----------
    user_ids_, movie_ids_ : array
        The ids of the rows below, as the data set gives them.
    rating_range_ : tuple of float
        The lowest and the highest training rating, in stars.
    seen_ : scipy.sparse.csr_array of bool, shape (n_users, n_movies)
        What each user rated in training; `recommend` leaves it out.
    history_ : pandas.DataFrame
        The course of training: ``step``, ``group``, ``metric``, ``value``; empty where a model has
        none.
    """

    user_ids_: NDArray[Any]
    movie_ids_: NDArray[Any]
    rating_range_: tuple[float, float]
    seen_: Any
    history_: pd.DataFrame

    def predict(self, user_ids: ArrayLike, movie_ids: ArrayLike, clip: bool = False) -> Floats:
        """Predict each pair: the rating in stars, or the score of a model that knows no stars.

        Parameters
        ----------
        user_ids, movie_ids : array of shape (n,)
            Ids as the data set gives them; two of the same length, or one id beside many.
        clip : bool
            Keep predictions within `rating_range_`.

        Returns
        -------
        array of shape (n,)
            Stars, or scores.

        Raises
        ------
        ValueError
            When an id is unknown: the message names it. Where the model was fitted with `encoded`,
            every id in there is known; for one that training never met a model answers with what
            it started from.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        known = self._known_ids()
        users, movies = np.broadcast_arrays(np.atleast_1d(user_ids), np.atleast_1d(movie_ids))
        found = self._pair_scores(known.user_index(users), known.movie_index(movies))
        stars = np.asarray(found, dtype=np.float64)
        return np.clip(stars, *self.rating_range_) if clip else stars

    def scores(self, user_ids: ArrayLike | None = None) -> Floats:
        """Score all movies for some users, or for all.

        Parameters
        ----------
        user_ids : array of shape (n,), optional
            Ids as the data set gives them; all users, in the order of `user_ids_`, if left out.

        Returns
        -------
        array of shape (n, n_movies)
            Predicted stars or scores, a column for each of `movie_ids_`.

        Raises
        ------
        ValueError
            When an id is unknown.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        return np.asarray(self._user_scores(self._rows(user_ids)), dtype=np.float64)

    def recommend(self, user_ids: ArrayLike | None = None, n: int = 10) -> pd.DataFrame:
        """Recommend to some users, or to all, the new movies of the highest scores.

        Parameters
        ----------
        user_ids : array of shape (n,), optional
            Ids as the data set gives them; all users if left out.
        n : int
            Movies for each user; fewer where fewer are left.

        Returns
        -------
        pandas.DataFrame
            ``user_id``, ``rank`` (from 1), ``movie_id``, ``score``.

        Raises
        ------
        ValueError
            When an id is unknown, or n is not a whole number above 0.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        length = whole_number(n, "n")
        rows = self._rows(user_ids)
        scores = self.scores(self.user_ids_[rows])
        ranked = recommend.top_n(scores, length, exclude=self.seen_[rows])
        place, rank = np.nonzero(ranked >= 0)
        movie = ranked[place, rank]
        return pd.DataFrame(
            {
                "user_id": self.user_ids_[rows][place],
                "rank": rank + 1,
                "movie_id": self.movie_ids_[movie],
                "score": scores[place, movie],
            }
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Store the model in one file, without pickle; ``models.load`` reads it.

        The file holds what was learnt and which movies each user rated, but no rating: training
        cannot go on from it. A file of this name is replaced in one go.

        Parameters
        ----------
        path : path
            Of the file, by habit ending in ``.npz``.

        Raises
        ------
        ValueError
            When the folder does not exist, or ids are neither numbers nor text.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        self._known_ids()
        seen = sparse.csr_array(self.seen_)
        arrays = {
            "user_ids": self.user_ids_,
            "movie_ids": self.movie_ids_,
            "rating_range": np.array(self.rating_range_),
            "seen_indices": seen.indices,
            "seen_indptr": seen.indptr,
            **{f"history_{name}": self.history_[name].to_numpy() for name in HISTORY},
            **{f"learnt_{name}": array for name, array in self._learnt().items()},
        }
        storage.save(path, type(self).__name__, self.get_params(), arrays)

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> Self:
        """Take over what `save` stored."""
        self.user_ids_, self.movie_ids_ = arrays["user_ids"], arrays["movie_ids"]
        low, high = arrays["rating_range"].tolist()
        self.rating_range_ = (low, high)
        indices, indptr = arrays["seen_indices"], arrays["seen_indptr"]
        shape = (len(self.user_ids_), len(self.movie_ids_))
        self.seen_ = sparse.csr_array((np.ones(len(indices), bool), indices, indptr), shape=shape)
        self.history_ = pd.DataFrame({name: arrays[f"history_{name}"] for name in HISTORY})
        start = "learnt_"
        learnt = {key: value for key, value in arrays.items() if key.startswith(start)}
        self._relearn({key.removeprefix(start): value for key, value in learnt.items()})
        return self

    def _pair_scores(self, user: NDArray[np.intp], movie: NDArray[np.intp]) -> Floats:
        """Score pairs, given by their rows."""
        raise NotImplementedError

    def _user_scores(self, rows: NDArray[np.intp]) -> Floats:
        """Score all movies for some users, given by their rows."""
        raise NotImplementedError

    def _learnt(self) -> dict[str, NDArray[Any]]:
        """Give what was learnt, as arrays by name, for `save`."""
        raise NotImplementedError

    def _relearn(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take over what `_learnt` gave."""
        raise NotImplementedError

    def _begin(self, ratings: pd.DataFrame, encoded: Encoded | None) -> Any:
        """Check the training ratings and take their ids over; give them as a csr_array."""
        if isinstance(ratings, pd.DataFrame) and ratings.empty:
            raise ValueError("There are no training ratings: pass the training part of a split.")
        ids = encode(ratings) if encoded is None else encoded
        matrix = sparse.csr_array(rating_matrix(ratings, ids))
        if matrix.nnz == 0:
            raise ValueError("All training ratings are 0, which stands for no rating.")
        self.user_ids_, self.movie_ids_ = ids.user_ids, ids.movie_ids
        self.rating_range_ = (float(matrix.data.min()), float(matrix.data.max()))
        self.seen_ = matrix.astype(bool)
        self.history_ = pd.DataFrame({name: [] for name in HISTORY})
        return matrix

    def _held_out(self, validation: pd.DataFrame | None) -> Any:
        """Give the held-out ratings as a csr_array, None where there are none to watch."""
        if validation is None:
            return None
        if validation.empty:
            raise ValueError(
                "The validation part is empty: leave it out, or hold out some ratings with "
                "splits.stratified_split."
            )
        return sparse.csr_array(rating_matrix(validation, self._known_ids()))

    def _known_ids(self) -> Encoded:
        if not hasattr(self, "movie_ids_"):
            raise NotFittedError(
                f"This {type(self).__name__} has learnt nothing yet: call fit(ratings) first."
            )
        return Encoded(pd.DataFrame(), self.user_ids_, self.movie_ids_)

    def _rows(self, user_ids: ArrayLike | None) -> NDArray[np.intp]:
        known = self._known_ids()
        if user_ids is None:
            return np.arange(known.n_users)
        return known.user_index(np.atleast_1d(user_ids))
