"""A factorization machine: every two features of a rating interact, at the cost of a sum."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from workshop_pkg import backend
from workshop_pkg.checked import whole_number
from workshop_pkg.models.content import content_matrix
from workshop_pkg.models.factors import FactorModel
from workshop_pkg.models.mini_batches import compile_quietly, normal, train_epochs
from workshop_pkg.models.objective import Floats, factor
from workshop_pkg.models.people import people_matrix
from workshop_pkg.preprocessing import Encoded

GROUP = "log loss"


class FactorizationMachine(FactorModel):
    r"""Whether a movie is liked, from features of the user and of the movie and from their pairs.

    A rating is a row x with a few numbers other than 0: 1 for the user, 1 for the movie, and, where
    `fit` gets `users` and `movies`, marks for age group, sex and occupation, for genres (shares
    that add up to 1) and for the decade. With a weight :math:`w_i` and a vector :math:`v_i` for
    each feature the probability of a like is

    .. math::

        p = \sigma(z), \qquad
        z = w_0 + \sum_i w_i x_i + \sum_{i < j} (v_i \cdot v_j) \, x_i x_j

    (Rendle, 2010, "Factorization Machines"). The sum over pairs is that of a few sums over
    features (lemma 3.1 there): see `pairwise_terms`. The loss is the mean log loss, plus `l2` times
    the mean squared length of the vectors, plus `weight_l2` times the mean squared weight; both
    means are taken within users, movies, further features of users and those of movies, and added.

    A row is made of a user's part and a movie's part. So after training the machine is stored as a
    factorization: a user's embedding is the sum of the user's v, the bias is the sum of w with the
    pairs within the user's part, and so for movies. Without side features it **is** matrix
    factorization with biases.

    A feature that training never met, such as an occupation that no training user has, counts as 0:
    somebody new is judged by what is known of them, and without `users` all of them alike.

    Starts and batches are drawn by NumPy, so that each backend of Keras trains the same model, but
    for rounding. The defaults were chosen by the log loss on a validation part of the training data
    of MovieLens 100K.

    Parameters
    ----------
    n_factors : int
        Length of a feature's vector.
    liked_above : float
        A rating above it, in stars, is a like.
    l2, weight_l2 : float
        Factors of the squared lengths of vectors, and of the squared weights; 0 or more.
    init_stddev : float
        Vectors start as normal numbers with mean 0 and this standard deviation, weights at 0, and
        :math:`w_0` where every p is the share of likes.
    learning_rate : float
        Of Adam.
    batch_size : int
        Ratings a batch.
    n_epochs : int
        How often training goes through all ratings, at the most.
    patience : int
        Where there is a validation part: training stops after that many epochs without a lower log
        loss there, and goes back to the epoch of the lowest.
    seed : int
        Of the numbers that training starts from, and of the batches.
    verbose : bool
        Whether to show a progress bar.

    Attributes
    ----------
    intercept_ : float
        :math:`w_0`.
    weights_, factors_ : array of shape (n_features,) and (n_features, n_factors)
        w and v: users, movies, then the users' and the movies' further features.
    user_features_, movie_features_ : scipy.sparse.csr_array, a row for each user or movie
        Their parts of x, `n_features` columns each.
    user_embeddings_, movie_embeddings_, user_biases_, movie_biases_, mean_
        The same as a factorization: z of a user and a movie is their dot product, plus both biases,
        plus `mean_`.
    rating_range_ : tuple of float
        (0, 1): predictions are probabilities.
    n_epochs_ : int
        The epoch that the numbers are of; the other attributes are those of `FactorModel`.

    Examples
    --------
    >>> users, movies = [1, 1, 2, 2], [10, 20, 10, 20]
    >>> ratings = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": [5, 1, 2, 4]})
    >>> model = FactorizationMachine(
    ...     2, l2=0, learning_rate=0.1, n_epochs=60, init_stddev=0.1, verbose=False
    ... )
    >>> model.fit(ratings).predict(users, movies).round(1).tolist()
    [1.0, 0.0, 0.0, 1.0]
    """

    intercept_: float
    weights_: Floats
    factors_: Floats
    user_features_: Any
    movie_features_: Any
    n_epochs_: int

    def __init__(
        self,
        n_factors: int = 10,
        liked_above: float = 3.0,
        l2: float = 0.05,
        weight_l2: float = 0.01,
        init_stddev: float = 0.05,
        learning_rate: float = 0.01,
        batch_size: int = 2048,
        n_epochs: int = 40,
        patience: int = 3,
        seed: int = 0,
        verbose: bool = True,
    ) -> None:
        self.n_factors = n_factors
        self.liked_above = liked_above
        self.l2 = l2
        self.weight_l2 = weight_l2
        self.init_stddev = init_stddev
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.n_epochs = n_epochs
        self.patience = patience
        self.seed = seed
        self.verbose = verbose

    def fit(
        self,
        ratings: pd.DataFrame,
        encoded: Encoded | None = None,
        validation: pd.DataFrame | None = None,
        users: pd.DataFrame | None = None,
        movies: pd.DataFrame | None = None,
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
            Ratings that decide when to stop, with ids that are known: **not** the test part.
            Without it training takes all `n_epochs`.
        users : pandas.DataFrame, optional
            ``user_id`` and some of ``age``, ``sex``, ``occupation``.
        movies : pandas.DataFrame, optional
            ``movie_id``, genre columns of 0 and 1, and ``year``.

        Returns
        -------
        self

        Raises
        ------
        TrainingDiverged
            When a number is no longer finite.
        ValueError
            When there are no ratings, all of them are likes, or none is, or a hyperparameter, an id
            or a table does not fit.
        """
        self._checked()
        matrix = self._begin(ratings, encoded)
        held_out = self._held_out(validation)
        likes = self._likes(matrix)
        share = float(likes.mean())
        if share in (0.0, 1.0):
            raise ValueError(
                f"{'All' if share else 'None'} of the {matrix.nnz} training ratings are above "
                f"liked_above = {self.liked_above:g}, so that there is nothing to tell apart: pass "
                "another liked_above, or more ratings."
            )
        self.rating_range_ = (0.0, 1.0)
        self._describe(matrix, users, movies)
        x = self._rows_of(matrix)
        self._met = np.diff(x.tocsc().indptr) > 0
        generator = np.random.default_rng(self.seed)
        network = self._network()
        network.set_weights(
            [
                np.array(np.log(share / (1 - share)), np.float32),
                np.zeros(x.shape[1], np.float32),
                normal(generator, (x.shape[1], self.n_factors), self.init_stddev),
            ]
        )
        keras = backend.load_keras()
        compile_quietly(
            network, self.learning_rate, keras.losses.BinaryCrossentropy(from_logits=True)
        )
        rows: list[dict[str, Any]] = []

        def note(epoch: int) -> float | None:
            self._take_over(network)
            losses = {"train": self._log_loss(matrix)}
            if held_out is not None:
                losses["held out"] = self._log_loss(held_out)
            rows.extend(
                {"step": epoch, "group": GROUP, "metric": name, "value": value}
                for name, value in losses.items()
            )
            return losses.get("held out")

        self.n_epochs_ = train_epochs(
            network,
            list(padded_rows(x)),
            likes.astype(np.float32)[:, None],
            generator,
            n_epochs=self.n_epochs,
            batch_size=self.batch_size,
            note=note,
            patience=self.patience,
            verbose=self.verbose,
        )
        self._take_over(network)
        self.history_ = pd.DataFrame(rows)
        return self

    def design_matrix(self, user_ids: ArrayLike, movie_ids: ArrayLike) -> Any:
        """Write pairs as the rows x that the machine sees; for other models on the same features.

        Parameters
        ----------
        user_ids, movie_ids : array of shape (n,)
            Ids as the data set gives them.

        Returns
        -------
        scipy.sparse.csr_array of shape (n, n_features)
            Columns in the order of `weights_`.

        Raises
        ------
        ValueError
            When an id is unknown.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        known = self._known_ids()
        users, movies = np.broadcast_arrays(np.atleast_1d(user_ids), np.atleast_1d(movie_ids))
        rows, columns = known.user_index(users), known.movie_index(movies)
        return sparse.csr_array(self.user_features_[rows] + self.movie_features_[columns])

    def _checked(self) -> None:
        whole_number(self.n_factors, "n_factors", example=10)
        whole_number(self.batch_size, "batch_size", example=2048)
        whole_number(self.n_epochs, "n_epochs", example=40)
        whole_number(self.patience, "patience", example=3)
        for name in ("liked_above", "l2", "weight_l2"):
            factor(getattr(self, name), name)
        for name, example in (("learning_rate", 0.01), ("init_stddev", 0.05)):
            if factor(getattr(self, name), name) == 0:
                raise ValueError(
                    f"{name} is 0, but vectors that all start at zero, or never move, learn "
                    f"nothing: take a number above 0, such as {example}."
                )

    def _likes(self, matrix: Any) -> NDArray[np.bool_]:
        likes: NDArray[np.bool_] = matrix.data > self.liked_above
        return likes

    def _describe(
        self, matrix: Any, users: pd.DataFrame | None, movies: pd.DataFrame | None
    ) -> None:
        """Write each user and each movie as its part of a row."""
        n_users, n_movies = matrix.shape
        people, content = np.zeros((n_users, 0)), np.zeros((n_movies, 0))
        if users is not None:
            rated = self.user_ids_[np.diff(matrix.indptr) > 0]
            people, _ = people_matrix(users, self.user_ids_, rated)
        if movies is not None:
            rated = self.movie_ids_[np.unique(matrix.indices)]
            content = content_matrix(movies, self.movie_ids_, rated)

        self._n_further = (people.shape[1], content.shape[1])

        def part(*blocks: Any) -> Any:
            return sparse.csr_array(sparse.hstack(blocks, format="csr"))

        def zeros(rows: int, columns: int) -> Any:
            return sparse.csr_array((rows, columns))

        self.user_features_ = part(
            sparse.eye_array(n_users),
            zeros(n_users, n_movies),
            sparse.csr_array(people),
            zeros(n_users, content.shape[1]),
        )
        self.movie_features_ = part(
            zeros(n_movies, n_users),
            sparse.eye_array(n_movies),
            zeros(n_movies, people.shape[1]),
            sparse.csr_array(content),
        )

    def _rows_of(self, matrix: Any) -> Any:
        """Write each stored rating as a row x."""
        users = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        return sparse.csr_array(self.user_features_[users] + self.movie_features_[matrix.indices])

    def _penalty_shares(self) -> Floats:
        """Give 1 by the size of its group for each feature: a group enters by its mean."""
        sizes = [size for size in self._group_sizes() if size]
        shares: Floats = np.repeat(1.0 / np.array(sizes), sizes)
        return shares

    def _group_sizes(self) -> tuple[int, int, int, int]:
        """Count users, movies, further features of users, and those of movies."""
        n_users, n_movies = len(self.user_ids_), len(self.movie_ids_)
        return n_users, n_movies, *self._n_further

    def _network(self) -> Any:
        """Build the Keras model: places and values of a row's features in, z out."""
        keras = backend.load_keras()
        ops, n_features = keras.ops, self.user_features_.shape[1]
        n_factors, shares = self.n_factors, self._penalty_shares()
        l2, weight_l2 = self.l2, self.weight_l2

        def shrink(strength: float, axes: tuple[int, ...]) -> Any:
            each = (strength * shares).reshape(-1, *(1 for _ in axes)).astype(np.float32)
            return Shrink(each)

        class Shrink(keras.regularizers.Regularizer):  # type: ignore[name-defined, misc]
            """L2 with a factor of its own for each feature; Keras 3.13 takes no plain function."""

            def __init__(self, each: NDArray[np.float32]) -> None:
                self.each = each

            def __call__(self, numbers: Any) -> Any:
                return ops.sum(self.each * ops.square(numbers))

        class Network(keras.Model):  # type: ignore[name-defined, misc]
            def __init__(self) -> None:
                super().__init__()
                self.intercept = self.add_weight(shape=(), initializer="zeros", name="intercept")
                self.linear = self.add_weight(
                    shape=(n_features,),
                    initializer="zeros",
                    regularizer=shrink(weight_l2, ()),
                    name="weights",
                )
                self.vectors = self.add_weight(
                    shape=(n_features, n_factors),
                    initializer="zeros",
                    regularizer=shrink(l2, (1,)),
                    name="factors",
                )
                self.built = True

            def call(self, inputs: Any) -> Any:
                places, values = inputs
                linear = ops.sum(ops.take(self.linear, places, axis=0) * values, axis=1)
                shares = ops.take(self.vectors, places, axis=0) * values[..., None]
                squares = ops.square(ops.sum(shares, axis=1)) - ops.sum(ops.square(shares), axis=1)
                return (self.intercept + linear + 0.5 * ops.sum(squares, axis=1))[:, None]

        return Network()

    def _take_over(self, network: Any) -> None:
        intercept, weights, factors = (np.asarray(w, np.float64) for w in network.get_weights())
        self.intercept_ = self.mean_ = float(intercept)
        self.weights_ = np.where(self._met, weights, 0.0)
        self.factors_ = np.where(self._met[:, None], factors, 0.0)
        users, movies = self.user_features_, self.movie_features_
        self.user_embeddings_ = users @ self.factors_
        self.movie_embeddings_ = movies @ self.factors_
        self.user_biases_ = users @ self.weights_ + pairwise_terms(users, self.factors_)
        self.movie_biases_ = movies @ self.weights_ + pairwise_terms(movies, self.factors_)

    def _log_loss(self, ratings: Any) -> float:
        users = np.repeat(np.arange(ratings.shape[0]), np.diff(ratings.indptr))
        sums = super()._pair_scores(users, ratings.indices)
        return float((np.logaddexp(0.0, sums) - sums * self._likes(ratings)).mean())

    def _pair_scores(self, user: NDArray[np.intp], movie: NDArray[np.intp]) -> Floats:
        return _sigmoid(super()._pair_scores(user, movie))

    def _user_scores(self, rows: NDArray[np.intp]) -> Floats:
        return _sigmoid(super()._user_scores(rows))

    def _learnt(self) -> dict[str, NDArray[Any]]:
        features = {
            f"{side}_features_{name}": getattr(getattr(self, f"{side}_features_"), name)
            for side in ("user", "movie")
            for name in ("data", "indices", "indptr")
        }
        numbers = {
            "weights": self.weights_,
            "factors": self.factors_,
            "n_epochs": np.array(self.n_epochs_),
        }
        return super()._learnt() | features | numbers

    def _relearn(self, arrays: dict[str, NDArray[Any]]) -> None:
        super()._relearn(arrays)
        self.weights_, self.factors_ = arrays["weights"], arrays["factors"]
        self.intercept_, self.n_epochs_ = self.mean_, int(arrays["n_epochs"])
        for side, ids in (("user", self.user_ids_), ("movie", self.movie_ids_)):
            names = (f"{side}_features_{name}" for name in ("data", "indices", "indptr"))
            shape = (len(ids), len(self.weights_))
            table = sparse.csr_array(tuple(arrays[name] for name in names), shape=shape)
            table.check_format(full_check=True)  # an index from a damaged file may lie outside
            setattr(self, f"{side}_features_", table)


def pairwise_terms(matrix: Any, factors: ArrayLike) -> Floats:
    r"""Sum the interactions of each row's features, without a loop over pairs.

    .. math::

        \sum_{i < j} (v_i \cdot v_j) \, x_i x_j = \frac{1}{2} \sum_f
        \Big[ \Big( \sum_i v_{if} x_i \Big)^2 - \sum_i v_{if}^2 x_i^2 \Big]

    (Rendle, 2010, "Factorization Machines", lemma 3.1).

    Parameters
    ----------
    matrix : array or sparse array of shape (n, n_features)
        A row x for each rating.
    factors : array of shape (n_features, n_factors)
        A vector v for each feature.

    Returns
    -------
    array of shape (n,)

    Examples
    --------
    >>> pairwise_terms([[1.0, 2.0, 0.0], [1.0, 2.0, 3.0]], [[1.0], [2.0], [-1.0]]).tolist()
    [4.0, -11.0]
    """
    vectors = np.asarray(factors, dtype=np.float64)
    rows: Any = matrix if sparse.issparse(matrix) else np.asarray(matrix, dtype=np.float64)
    squared = rows.power(2) if sparse.issparse(rows) else rows**2
    terms: Floats = 0.5 * ((rows @ vectors) ** 2 - squared @ vectors**2).sum(axis=1)
    return terms


def padded_rows(matrix: Any) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Write a sparse matrix as two tables: where the numbers of a row stand, and what they are.

    Not every backend of Keras multiplies sparse matrices, but all of them look rows up.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array of shape (n, n_features)
        A few numbers in each row.

    Returns
    -------
    places : array of int32, shape (n, widest)
        Columns; where a row has fewer numbers than the widest one, 0.
    values : array of float32, shape (n, widest)
        The numbers; 0 there, so that the place does not count.

    Examples
    --------
    >>> places, values = padded_rows(sparse.csr_array([[0, 0, 5.0], [1.0, 2.0, 0]]))
    >>> places.tolist(), values.tolist()
    ([[2, 0], [0, 1]], [[5.0, 0.0], [1.0, 2.0]])
    """
    rows = sparse.csr_array(matrix)
    lengths = np.diff(rows.indptr)
    taken = np.arange(int(lengths.max(initial=1))) < lengths[:, None]
    places = np.zeros(taken.shape, np.int32)
    values = np.zeros(taken.shape, np.float32)
    places[taken], values[taken] = rows.indices, rows.data
    return places, values


def _sigmoid(sums: Floats) -> Floats:
    """Give the probabilities, in a form that does not overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * sums))
