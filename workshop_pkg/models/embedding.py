"""Matrix factorization as a Keras model: embeddings, biases, a bounded output, mini-batches."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg import backend
from workshop_pkg.checked import whole_number
from workshop_pkg.models.factors import FactorModel, history_rows
from workshop_pkg.models.mini_batches import compile_quietly, normal, train_epochs
from workshop_pkg.models.objective import Floats, factor, terms_of
from workshop_pkg.preprocessing import Encoded


class EmbeddingFactorization(FactorModel):
    r"""Embeddings and biases trained by Adam in mini-batches, the prediction kept within bounds.

    With :math:`z_{ui} = c + b_u + b_i + u_u \cdot v_i` a rating is predicted as

    .. math::

        \hat r_{ui} = low + (high - low) \, \sigma(z_{ui}), \qquad \sigma(z) = 1 / (1 + e^{-z})

    where low and high are the lowest and the highest training rating, `margin` further apart: a
    sigmoid reaches its bounds nowhere, and a margin brings the highest rating within reach
    (Salakhutdinov and Mnih, 2008, "Probabilistic Matrix Factorization", with bounds on the ratings;
    the margin is a habit of practitioners). The number c is fixed: it makes training start at the
    mean rating. Without bounds the prediction is :math:`z_{ui}` itself.

    The loss is that of ``models.loss_terms`` with `l2`, plus `bias_l2` times the mean squared bias
    of users and of movies. Embeddings are drawn and batches are dealt by NumPy, so that each
    backend of Keras trains the same model, but for rounding.

    The defaults were chosen by the error on a validation part of the training data of MovieLens
    100K.

    Parameters
    ----------
    n_factors : int
        Length of an embedding.
    l2, bias_l2 : float
        Factors of the squared lengths of embeddings, and of the squared biases; 0 or more.
    bounded : bool
        Whether predictions keep within bounds.
    margin : float
        How far the bounds lie outside the range of the training ratings, in stars; 0 or more.
    init_stddev : float
        Embeddings start as normal numbers with mean 0 and this standard deviation, biases at 0.
    learning_rate : float
        Of Adam.
    batch_size : int
        Ratings a batch.
    n_epochs : int
        How often training goes through all ratings, at the most.
    patience : int
        Where there is a validation part: training stops after that many epochs without a lower
        error there, and goes back to the epoch of the lowest.
    seed : int
        Of the numbers that training starts from, and of the batches.
    verbose : bool
        Whether to show a progress bar.

    Attributes
    ----------
    user_biases_, movie_biases_ : array of shape (n_users,) and (n_movies,)
        Parts of the sum that the sigmoid is taken of; in stars where there are no bounds.
    mean_ : float
        The number c; without bounds the mean rating, in stars.
    bounds_ : tuple of float
        Low and high, in stars; infinite without bounds.
    n_epochs_ : int
        The epoch that the numbers are of; the other attributes are those of `FactorModel`.

    Examples
    --------
    >>> users, movies = [1, 1, 2], [10, 20, 10]
    >>> ratings = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": [4, 2, 5]})
    >>> model = EmbeddingFactorization(
    ...     2, l2=0, bias_l2=0, learning_rate=0.1, n_epochs=90, verbose=False
    ... )
    >>> model.fit(ratings).predict([1, 2], [20, 10]).round(1).tolist()
    [2.0, 5.0]
    """

    bounds_: tuple[float, float]
    n_epochs_: int

    def __init__(
        self,
        n_factors: int = 20,
        l2: float = 0.3,
        bias_l2: float = 0.1,
        bounded: bool = True,
        margin: float = 0.5,
        init_stddev: float = 0.05,
        learning_rate: float = 0.01,
        batch_size: int = 2048,
        n_epochs: int = 30,
        patience: int = 3,
        seed: int = 0,
        verbose: bool = True,
    ) -> None:
        self.n_factors = n_factors
        self.l2 = l2
        self.bias_l2 = bias_l2
        self.bounded = bounded
        self.margin = margin
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

        Returns
        -------
        self

        Raises
        ------
        TrainingDiverged
            When a number is no longer finite.
        ValueError
            When there are no ratings, or a hyperparameter or an id does not fit.
        """
        self._checked()
        matrix = self._begin(ratings, encoded)
        held_out = self._held_out(validation)
        self.bounds_ = self._widened() if self.bounded else (-np.inf, np.inf)
        mean = float(matrix.data.mean())
        self.mean_ = self._unbounded(mean) if self.bounded else mean
        generator = np.random.default_rng(self.seed)
        network = self._network(matrix.shape)
        network.set_weights(
            [
                normal(generator, (matrix.shape[0], self.n_factors), self.init_stddev),
                normal(generator, (matrix.shape[1], self.n_factors), self.init_stddev),
                *(np.zeros((rows, 1), np.float32) for rows in matrix.shape),
            ]
        )
        compile_quietly(network, self.learning_rate)
        rows: list[dict[str, Any]] = []

        def note(epoch: int) -> float | None:
            self._take_over(network)
            recorded, error = self._record(epoch, matrix, held_out)
            rows.extend(recorded)
            return error

        self.n_epochs_ = train_epochs(
            network,
            [_rows_of(matrix), matrix.indices.astype(np.int32)],
            matrix.data.astype(np.float32),
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

    def _checked(self) -> None:
        whole_number(self.n_factors, "n_factors", example=20)
        whole_number(self.batch_size, "batch_size", example=2048)
        whole_number(self.n_epochs, "n_epochs", example=30)
        whole_number(self.patience, "patience", example=3)
        for name in ("l2", "bias_l2", "margin"):
            factor(getattr(self, name), name)
        for name, example in (("learning_rate", 0.01), ("init_stddev", 0.05)):
            if factor(getattr(self, name), name) == 0:
                raise ValueError(
                    f"{name} is 0, but embeddings that all start at zero, or never move, learn "
                    f"nothing: take a number above 0, such as {example}."
                )

    def _widened(self) -> tuple[float, float]:
        low, high = self.rating_range_
        if low == high and self.margin == 0:
            raise ValueError(
                f"All training ratings are {low:g}, which leaves no room between the bounds: pass "
                "a margin above 0, or bounded=False."
            )
        return low - self.margin, high + self.margin

    def _network(self, shape: tuple[int, int]) -> Any:
        """Build the Keras model: two row numbers in, stars out."""
        keras = backend.load_keras()
        layers = keras.layers

        def embedding(rows: int, width: int, penalty: float, name: str) -> Any:
            shrink = keras.regularizers.L2(penalty / rows) if penalty else None
            return layers.Embedding(rows, width, embeddings_regularizer=shrink, name=name)

        user, movie = (keras.Input((), dtype="int32", name=name) for name in ("user", "movie"))
        vectors = [
            embedding(shape[0], self.n_factors, self.l2, "user_embedding")(user),
            embedding(shape[1], self.n_factors, self.l2, "movie_embedding")(movie),
        ]
        biases = [
            embedding(shape[0], 1, self.bias_l2, "user_bias")(user),
            embedding(shape[1], 1, self.bias_l2, "movie_bias")(movie),
        ]
        total = layers.Add(name="sum")([layers.Dot(axes=1, name="dot")(vectors), *biases])
        low, high = self.bounds_
        if self.bounded:
            total = layers.Rescaling(1.0, offset=self.mean_, name="start_at_the_mean")(total)
            total = layers.Activation("sigmoid", name="sigmoid")(total)
            stars = layers.Rescaling(high - low, offset=low, name="stars")(total)
        else:
            stars = layers.Rescaling(1.0, offset=self.mean_, name="stars")(total)
        return keras.Model([user, movie], stars)

    def _take_over(self, network: Any) -> None:
        tables = [np.asarray(table, dtype=np.float64) for table in network.get_weights()]
        self.user_embeddings_, self.movie_embeddings_ = tables[:2]
        self.user_biases_, self.movie_biases_ = (table[:, 0] for table in tables[2:])

    def _record(
        self, epoch: int, matrix: Any, held_out: Any
    ) -> tuple[list[dict[str, Any]], float | None]:
        products, errors = self._products_and_errors(matrix)
        terms = terms_of(
            self.user_embeddings_, self.movie_embeddings_, products, errors, self.l2, 0.0, 0.0
        )
        squares = (self.user_biases_**2).mean() + (self.movie_biases_**2).mean()
        terms["l2"] += self.bias_l2 * float(squares)
        terms["total"] += self.bias_l2 * float(squares)
        watched = None
        if held_out is not None:
            _, away = self._products_and_errors(held_out)
            watched = float(away @ away) / len(away)
        return history_rows(epoch, terms, watched), watched

    def _products_and_errors(self, ratings: Any) -> tuple[Floats, Floats]:
        user, movie = _rows_of(ratings), ratings.indices
        products = np.einsum("ij,ij->i", self.user_embeddings_[user], self.movie_embeddings_[movie])
        sums = products + self.mean_ + self.user_biases_[user] + self.movie_biases_[movie]
        return products, ratings.data - self._bounded(sums)

    def _bounded(self, sums: Floats) -> Floats:
        """Squeeze sums into the bounds."""
        if not self.bounded:
            return sums
        low, high = self.bounds_
        # The sigmoid, in a form that does not overflow.
        return low + (high - low) * 0.5 * (1.0 + np.tanh(0.5 * sums))

    def _unbounded(self, stars: float) -> float:
        """Give the sum that is squeezed to so many stars."""
        low, high = self.bounds_
        return float(np.log((stars - low) / (high - stars)))

    def _pair_scores(self, user: NDArray[np.intp], movie: NDArray[np.intp]) -> Floats:
        return self._bounded(super()._pair_scores(user, movie))

    def _user_scores(self, rows: NDArray[np.intp]) -> Floats:
        return self._bounded(super()._user_scores(rows))

    def _learnt(self) -> dict[str, NDArray[Any]]:
        return super()._learnt() | {
            "bounds": np.array(self.bounds_),
            "n_epochs": np.array(self.n_epochs_),
        }

    def _relearn(self, arrays: dict[str, NDArray[Any]]) -> None:
        super()._relearn(arrays)
        low, high = arrays["bounds"].tolist()
        self.bounds_ = (low, high)
        self.n_epochs_ = int(arrays["n_epochs"])


def _rows_of(matrix: Any) -> NDArray[np.int32]:
    """Give the row of each stored rating of a csr_array."""
    rows: NDArray[np.int32] = np.repeat(
        np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr)
    )
    return rows
