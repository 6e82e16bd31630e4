"""Answers for somebody who was not there in training: what they like stands in for a row."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workshop_pkg import recommend
from workshop_pkg.checked import whole_number
from workshop_pkg.models.objective import Floats
from workshop_pkg.models.recommender import Recommender


class FoldsIn(Recommender):
    """A model that needs a user's movies only, and no numbers of their own for that user.

    Such a model recommends to a newcomer at once, without training. A model of this kind writes
    `_history_scores` in addition to what `Recommender` asks for.
    """

    def scores_from(self, movie_ids: ArrayLike) -> Floats:
        """Score all movies for somebody who chose these.

        Parameters
        ----------
        movie_ids : array of shape (n,)
            Ids as the data set gives them, in any order; twice is the same as once.

        Returns
        -------
        array of shape (n_movies,)
            A score for each of `movie_ids_`, also for those that were chosen.

        Raises
        ------
        ValueError
            When an id is unknown, or there is none and the model has nothing to go by.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        return np.asarray(self._history_scores(self._chosen(movie_ids)), dtype=np.float64)

    def recommend_from(self, movie_ids: ArrayLike, n: int = 10) -> pd.DataFrame:
        """Recommend to somebody who chose these movies, without training.

        Parameters
        ----------
        movie_ids : array of shape (m,)
            As in `scores_from`.
        n : int
            How many; fewer where fewer are left.

        Returns
        -------
        pandas.DataFrame
            ``rank`` (from 1), ``movie_id``, ``score``; without what was chosen.

        Raises
        ------
        ValueError
            As in `scores_from`, and when n is not a whole number above 0.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        length = whole_number(n, "n")
        chosen = self._chosen(movie_ids)
        scores = np.asarray(self._history_scores(chosen), dtype=np.float64)
        mark = np.zeros((1, len(scores)), dtype=bool)
        mark[0, chosen] = True
        ranked = recommend.top_n(scores[None], length, exclude=mark)[0]
        ranked = ranked[ranked >= 0]
        return pd.DataFrame(
            {
                "rank": np.arange(1, len(ranked) + 1),
                "movie_id": self.movie_ids_[ranked],
                "score": scores[ranked],
            }
        )

    def _chosen(self, movie_ids: ArrayLike) -> NDArray[np.intp]:
        known = self._known_ids()
        wanted = np.atleast_1d(movie_ids)
        if wanted.size == 0:
            return np.zeros(0, dtype=np.intp)
        return np.unique(known.movie_index(wanted))

    def _history_scores(self, movies: NDArray[np.intp]) -> Floats:
        """Score all movies from the columns of those that were chosen, each named once."""
        raise NotImplementedError
