"""Matrix factorization by alternating least squares: solve for one side, then for the other."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from scipy import sparse
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from workshop_pkg.checked import whole_number
from workshop_pkg.models.factors import FactorModel, history_rows
from workshop_pkg.models.objective import Floats, factor, observed_products, terms_of
from workshop_pkg.preprocessing import Encoded
from workshop_pkg.row_equations import RowEquations


class AlternatingLeastSquares(FactorModel):
    r"""Embeddings found by solving for all users with the movies fixed, then the reverse.

    With one side fixed the loss of ``models.loss_terms`` is a sum of least-squares problems, one
    for each row of the other side. For a user who rated the movies o, with their embeddings as the
    rows of :math:`V_o`:

    .. math::

        \Big( \frac{1 - w_0}{|\Omega|} V_o^T V_o + \frac{\lambda}{n} I
        + \Big( \frac{\gamma}{n m} + \frac{w_0}{|\Omega|} \Big) V^T V \Big) u
        = \frac{1}{|\Omega|} V_o^T r

    No sweep raises the loss, no learning rate is needed, and memory is that of the observed ratings
    (Zhou, Wilkinson, Schreiber and Pan, 2008, "Large-Scale Parallel Collaborative Filtering for the
    Netflix Prize"; Hu, Koren and Volinsky, 2008, "Collaborative Filtering for Implicit Feedback
    Datasets").

    With `biases`, a rating is predicted as mean + user bias + movie bias + dot product; a user's
    bias is one more unknown of the user's equations (Koren, Bell and Volinsky, 2009, "Matrix
    Factorization Techniques for Recommender Systems").

    The defaults of `l2` and `bias_l2` were chosen for `biases`, by the error on validation parts of
    the training data of three of MovieLens 100K's official folds.

    Parameters
    ----------
    n_factors : int
        Length of an embedding.
    l2 : float
        Factor of the squared lengths, above 0: without it somebody with fewer ratings than factors
        has no single best embedding.
    gravity, unobserved_weight : float
        Factors of the penalties on the dot products of all pairs, and of the pairs without a
        rating; 0 or more, the second from 0 to 1, and 0 with `biases`.
    biases : bool
        Whether to learn a bias for each user and movie.
    bias_l2 : float
        Factor of the squared biases, above 0, where there are any.
    n_sweeps : int
        How often to solve for both sides.
    init_stddev : float
        The movies' embeddings start as normal numbers with mean 0 and this standard deviation.
    seed : int
        Of those numbers.
    verbose : bool
        Whether to show a progress bar.

    Examples
    --------
    >>> users, movies = [1, 1, 2], [10, 20, 10]
    >>> ratings = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": [4, 2, 5]})
    >>> model = AlternatingLeastSquares(n_factors=2, l2=0.001, verbose=False)
    >>> model.fit(ratings).predict([1, 2], [20, 10]).round(1).tolist()
    [2.0, 5.0]
    """

    def __init__(
        self,
        n_factors: int = 40,
        l2: float = 0.25,
        gravity: float = 0.0,
        unobserved_weight: float = 0.0,
        biases: bool = False,
        bias_l2: float = 0.05,
        n_sweeps: int = 10,
        init_stddev: float = 0.05,
        seed: int = 0,
        verbose: bool = True,
    ) -> None:
        self.n_factors = n_factors
        self.l2 = l2
        self.gravity = gravity
        self.unobserved_weight = unobserved_weight
        self.biases = biases
        self.bias_l2 = bias_l2
        self.n_sweeps = n_sweeps
        self.init_stddev = init_stddev
        self.seed = seed
        self.verbose = verbose

    def fit(
        self,
        ratings: pd.DataFrame,
        encoded: Encoded | None = None,
        validation: pd.DataFrame | None = None,
    ) -> Self:
        """Train from the start.

        Parameters
        ----------
        ratings : pandas.DataFrame
            The training part: ``user_id``, ``movie_id``, ``rating`` (stars).
        encoded : Encoded, optional
            What ``encode`` gave for all ratings, where rows must agree with other tables of the
            lesson; without it, the ids of `ratings`. Nothing but its ids is used.
        validation : pandas.DataFrame, optional
            Ratings to watch the error on, with ids that are known; training does not use them.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When there are no ratings, or a hyperparameter or an id does not fit.
        """
        self._checked()
        whole_number(self.n_sweeps, "n_sweeps")
        self._check_penalties()
        by_user = self._begin(ratings, encoded)
        held_out = self._held_out(validation)
        if self.biases:
            self.mean_ = float(by_user.data.mean())
        n_users, n_movies = by_user.shape
        # The last column of each side is its bias.
        users = np.zeros((n_users, self.n_factors + 1))
        movies = np.zeros((n_movies, self.n_factors + 1))
        generator = np.random.default_rng(self.seed)
        movies[:, :-1] = generator.normal(0.0, self.init_stddev, (n_movies, self.n_factors))
        by_movie = sparse.csr_array(by_user.T)
        rows: list[dict[str, Any]] = []
        # Thousands of small products: threads would wait for each other longer than they work.
        with threadpool_limits(limits=1, user_api="blas"):
            for sweep in tqdm(
                range(1, self.n_sweeps + 1), desc="sweeps", leave=False, disable=not self.verbose
            ):
                users = self._solved(by_user, movies)
                movies = self._solved(by_movie, users)
                self._take_over(users, movies)
                rows += self._record(sweep, by_user, held_out)
        self.history_ = pd.DataFrame(rows)
        return self

    def _check_penalties(self) -> None:
        positive = {"l2": self.l2} | ({"bias_l2": self.bias_l2} if self.biases else {})
        for name, value in positive.items():
            if factor(value, name) == 0:
                raise ValueError(
                    f"{name} is 0, but without it somebody with few ratings has no single best "
                    "solution: take a number above 0, such as 0.1."
                )
        if self.biases and self.unobserved_weight:
            raise ValueError(
                f"unobserved_weight is {self.unobserved_weight!r} beside biases=True, but it pulls "
                "what is not rated to 0 stars, and biases to the mean: choose one of the two."
            )

    def user_equations(self) -> RowEquations:
        """Give the equations that a user's ratings are put into, with the movies as learnt.

        Their solution for somebody new is the embedding that minimizes the model's own loss, the
        movies as they are (Hu, Koren and Volinsky, 2008): nothing is trained again.

        Returns
        -------
        RowEquations
            Its columns are the rows of `movie_ids_`. With `biases` the last number of a solution
            is the bias of the user.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.

        Examples
        --------
        >>> users, movies = [1, 1, 2], [10, 20, 10]
        >>> ratings = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": [4, 2, 5]})
        >>> model = AlternatingLeastSquares(n_factors=2, l2=0.001, verbose=False).fit(ratings)
        >>> columns, stars = np.array([0, 1]), np.array([2.0, 1.0])  # half as much of both
        >>> new = model.user_equations().solve(np.array([0, 2]), columns, stars)
        >>> (new @ model.movie_embeddings_.T).round(1).tolist()
        [[2.0, 1.0]]
        """
        n_users = self._known_ids().n_users
        movies = np.column_stack([self.movie_embeddings_, self.movie_biases_])
        return self._equations(movies, n_users)

    def _equations(self, other: Floats, n_rows: int) -> RowEquations:
        """Set up the equations of one side; the last column of `other` is its bias."""
        n_others = len(other)
        total = self.seen_.nnz
        width = self.n_factors + int(bool(self.biases))
        features = other[:, :width].copy()
        if self.biases:
            features[:, -1] = 1.0
        shared = np.zeros((width, width))
        pairs = self.gravity / (n_rows * n_others) + self.unobserved_weight / total
        embeddings = other[:, :-1]
        shared[: self.n_factors, : self.n_factors] = pairs * (embeddings.T @ embeddings)
        shared[np.arange(width), np.arange(width)] += self.l2 / n_rows
        if self.biases:
            shared[-1, -1] = self.bias_l2 / n_rows
        return RowEquations(
            features,
            shared,
            product_weight=(1.0 - self.unobserved_weight) / total,
            n_ratings=total,
            mean=self.mean_,
            biases=other[:, -1],
        )

    def _solved(self, ratings: Any, other: Floats) -> Floats:
        """Solve for each row of `ratings`, the other side fixed; the last column is the bias."""
        equations = self._equations(other, ratings.shape[0])
        found = equations.solve(ratings.indptr, ratings.indices, ratings.data)
        solution = np.zeros((len(found), self.n_factors + 1))
        solution[:, : found.shape[1]] = found
        return solution

    def _take_over(self, users: Floats, movies: Floats) -> None:
        self.user_embeddings_, self.user_biases_ = users[:, :-1].copy(), users[:, -1].copy()
        self.movie_embeddings_, self.movie_biases_ = movies[:, :-1].copy(), movies[:, -1].copy()

    def _record(self, sweep: int, ratings: Any, held_out: Any) -> list[dict[str, Any]]:
        users, movies = self.user_embeddings_, self.movie_embeddings_
        products, errors = self._products_and_errors(ratings)
        terms = terms_of(
            users, movies, products, errors, self.l2, self.gravity, self.unobserved_weight
        )
        if self.biases:
            lengths = (self.user_biases_**2).mean() + (self.movie_biases_**2).mean()
            terms["l2"] += self.bias_l2 * float(lengths)
            terms["total"] += self.bias_l2 * float(lengths)
        watched = None
        if held_out is not None:
            _, away = self._products_and_errors(held_out)
            watched = float(away @ away) / len(away)
        return history_rows(sweep, terms, watched)

    def _products_and_errors(self, ratings: Any) -> tuple[Floats, Floats]:
        products = observed_products(self.user_embeddings_, self.movie_embeddings_, ratings)
        biases = np.repeat(self.user_biases_, np.diff(ratings.indptr))
        biases += self.movie_biases_[ratings.indices] + self.mean_
        return products, ratings.data - products - biases
