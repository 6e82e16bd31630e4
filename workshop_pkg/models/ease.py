"""EASE: a linear model from movie to movie, with its solution in closed form."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.models.folding import FoldsIn
from workshop_pkg.models.objective import Floats, factor
from workshop_pkg.preprocessing import Encoded

#: More movies than that are refused: the table of all pairs is held three times, in 8 bytes.
MOST_MOVIES = 20_000


class EASE(FoldsIn):
    r"""Each movie predicted from all others: weights from movie to movie, by least squares.

    With :math:`X_{ui} = 1` where user u rated the movie i, whatever the stars, and 0 elsewhere:

    .. math::

        \min_B \; \lVert X - X B \rVert^2 + \lambda \lVert B \rVert^2
        \quad \text{so that} \quad B_{jj} = 0

    Without the condition the best B would say that each movie predicts itself. With
    :math:`P = (X^T X + \lambda I)^{-1}` the solution is :math:`B_{ij} = -P_{ij} / P_{jj}` off the
    diagonal (Steck, 2019, "Embarrassingly Shallow Autoencoders for Sparse Data"). A user's scores
    are :math:`X_u B`: the sum of the rows of the movies they rated. They are no stars.

    The default of `l2` was chosen by NDCG at 10 on a validation part of the training data of
    MovieLens 100K.

    Parameters
    ----------
    l2 : float
        The number lambda, above 0; in units of users, so that larger data ask for a larger one.

    Attributes
    ----------
    weights_ : array of shape (n_movies, n_movies)
        B: what having rated the row's movie adds to the score of the column's movie; zeros on the
        diagonal. For a movie without training ratings zeros all along. The other attributes are
        those of `Recommender`; there is no course of training, so that `history_` is empty.

    Examples
    --------
    >>> users, movies = [1, 1, 2, 2, 3, 3, 4], [10, 20, 10, 20, 30, 40, 30]
    >>> ratings = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": 4})
    >>> model = EASE(l2=1.0).fit(ratings)
    >>> model.recommend([4], n=1)["movie_id"].tolist()
    [40]
    >>> model.recommend_from([20], n=1)["movie_id"].tolist()  # somebody new
    [10]
    """

    weights_: Floats

    def __init__(self, l2: float = 1000.0) -> None:
        self.l2 = l2

    def fit(
        self,
        ratings: pd.DataFrame,
        encoded: Encoded | None = None,
        validation: pd.DataFrame | None = None,
    ) -> Self:
        """Solve for the weights.

        Parameters
        ----------
        ratings : pandas.DataFrame
            The training part: ``user_id``, ``movie_id``, ``rating``. Only who rated what counts; a
            rating of 0 stands for none.
        encoded : Encoded, optional
            What ``encode`` gave for all ratings, where rows must agree with other tables of the
            lesson; without it, the ids of `ratings`. Nothing but its ids is used.
        validation : pandas.DataFrame, optional
            Taken for the sake of the shared interface; a closed form has nothing to watch.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When there are no ratings, an id is unknown, `l2` is not above 0, or there are too many
            movies for a table of all pairs.
        """
        if factor(self.l2, "l2") == 0:
            raise ValueError(
                "l2 is 0, but movies that the same people rated then have no single best weights: "
                "take a number above 0, such as 1000."
            )
        matrix = self._begin(ratings, encoded)
        self._held_out(validation)
        n_movies = matrix.shape[1]
        if n_movies > MOST_MOVIES:
            raise ValueError(
                f"{n_movies:,} movies make a table of {n_movies**2:,} pairs, and EASE holds a few "
                f"such tables, for up to {MOST_MOVIES:,} movies: leave out rarely rated movies, or "
                "use models.AlternatingLeastSquares."
            )
        chosen = self.seen_.astype(np.float64)
        gram = (chosen.T @ chosen).toarray()
        rated = np.flatnonzero(gram.diagonal())
        gram = gram[np.ix_(rated, rated)]
        gram[np.diag_indices_from(gram)] += self.l2
        inverse = np.linalg.inv(gram)
        inverse /= -inverse.diagonal()
        np.fill_diagonal(inverse, 0.0)
        self.weights_ = np.zeros((n_movies, n_movies))
        self.weights_[np.ix_(rated, rated)] = inverse
        return self

    def _pair_scores(self, user: NDArray[np.intp], movie: NDArray[np.intp]) -> Floats:
        rows, place = np.unique(user, return_inverse=True)
        found: Floats = self._user_scores(rows)[place, movie]
        return found

    def _user_scores(self, rows: NDArray[np.intp]) -> Floats:
        chosen = self.seen_[rows].astype(np.float64)
        scores: Floats = chosen @ self.weights_
        return scores

    def _history_scores(self, movies: NDArray[np.intp]) -> Floats:
        if movies.size == 0:
            raise ValueError(
                "There is no movie to start from: name one at least, or recommend what most people "
                "rated."
            )
        scores: Floats = self.weights_[movies].sum(axis=0)
        return scores

    def _learnt(self) -> dict[str, NDArray[Any]]:
        return {"weights": self.weights_}

    def _relearn(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.weights_ = arrays["weights"]
