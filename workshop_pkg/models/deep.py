"""Deep factorization: a network in the place of the dot product, and content as a third input."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from workshop_pkg import backend
from workshop_pkg.checked import whole_number
from workshop_pkg.models.content import content_matrix
from workshop_pkg.models.mini_batches import compile_quietly, glorot, normal, train_epochs
from workshop_pkg.models.objective import Floats, factor
from workshop_pkg.models.recommender import Recommender
from workshop_pkg.preprocessing import Encoded

#: What a model may predict, and how its error is called.
TASKS = {"rating": "mean squared error", "like": "log loss"}
#: Pairs that are predicted at a time: some tens of megabytes in the widest layer.
PAIRS = 2**16
#: A share of likes is kept so far from 0 and 1, where its logit would be infinite.
SMALLEST_SHARE = 1e-3


class DeepFactorization(Recommender):
    r"""Two embeddings, laid side by side, and a network that makes one number of them.

    With the vectors :math:`u_u, v_i`, what is known of the movie :math:`x_i` (genres and decade,
    where `fit` gets `movies`), hidden layers f with a ReLU each, and a last layer w,

    .. math::

        z_{ui} = c + b_u + b_i + w \cdot f([u_u, v_i, x_i])

    is the rating, in stars, or, where `task` is ``"like"``, :math:`1 / (1 + e^{-z})` is the
    probability that the rating is above `liked_above`. The network is that of He et al., 2017,
    "Neural Collaborative Filtering", the part without a dot product; the biases beside it are the
    linear part of Cheng et al., 2016, "Wide & Deep Learning for Recommender Systems". The number c
    is fixed: it makes training start at the mean rating, or at the share of likes. Rendle et al.,
    2020, "Neural Collaborative Filtering vs. Matrix Factorization Revisited", found a dot product
    hard to beat by such a network.

    The loss is the mean squared error, or the mean log loss, plus `l2` times the mean squared
    length of the embeddings, `bias_l2` times the mean squared bias, and `layer_l2` times the sum of
    the squares in the layers' kernels.

    An embedding that training never met stays close to zero: for such a movie the content and the
    user speak. Starts and batches are drawn by NumPy, so that each backend of Keras trains the same
    model, but for rounding. The defaults lie among settings with a low error on a validation part
    of MovieLens 100K's training data; test figures were in sight then. They are for ratings; a log
    loss is smaller than a squared error, and takes smaller penalties: 0.2 as `l2` and 0.03 as
    `bias_l2` did well there.

    Parameters
    ----------
    n_factors : int
        Length of an embedding.
    hidden_dims : sequence of int
        Widths of the hidden layers. Empty: the last layer reads the inputs, and the model is
        linear.
    task : "rating" or "like"
        What is predicted.
    liked_above : float
        A rating above so many stars is a like.
    l2, bias_l2, layer_l2 : float
        Factors of the penalties; 0 or more.
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
    user_embeddings_, movie_embeddings_ : array of shape (n_users, d) and (n_movies, d)
        Rows in the order of `user_ids_` and `movie_ids_`.
    user_biases_, movie_biases_ : array of shape (n_users,) and (n_movies,)
        Added to what the network says.
    mean_ : float
        The number c: stars, or the logit of the share of likes.
    n_epochs_ : int
        The epoch that the numbers are of.
    history_ : pandas.DataFrame
        ``group`` is ``mean squared error``, or ``log loss`` for likes; ``metric`` is ``train`` or
        ``held out``. The other attributes are those of `Recommender`.

    Examples
    --------
    >>> users, movies = [1, 1, 2, 2], [10, 20, 10, 20]
    >>> ratings = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": [5, 1, 1, 5]})
    >>> free = {"l2": 0, "bias_l2": 0, "layer_l2": 0, "verbose": False}
    >>> model = DeepFactorization(4, [16], learning_rate=0.05, n_epochs=200, **free)
    >>> model.fit(ratings).predict(users, movies).round().tolist()
    [5.0, 1.0, 1.0, 5.0]
    """

    user_embeddings_: Floats
    movie_embeddings_: Floats
    user_biases_: Floats
    movie_biases_: Floats
    mean_: float
    n_epochs_: int

    def __init__(
        self,
        n_factors: int = 16,
        hidden_dims: Sequence[int] = (64, 32),
        task: str = "rating",
        liked_above: float = 3.0,
        l2: float = 1.0,
        bias_l2: float = 0.1,
        layer_l2: float = 1e-4,
        init_stddev: float = 0.1,
        learning_rate: float = 0.005,
        batch_size: int = 2048,
        n_epochs: int = 30,
        patience: int = 3,
        seed: int = 0,
        verbose: bool = True,
    ) -> None:
        self.n_factors = n_factors
        self.hidden_dims = hidden_dims
        self.task = task
        self.liked_above = liked_above
        self.l2 = l2
        self.bias_l2 = bias_l2
        self.layer_l2 = layer_l2
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
        movies : pandas.DataFrame, optional
            ``movie_id``, genre columns of 0 and 1, and ``year``, as a third input. Genres and
            decades of no movie that was rated in training are left out: nothing can be learnt
            about them.

        Returns
        -------
        self

        Raises
        ------
        TrainingDiverged
            When a number is no longer finite.
        ValueError
            When there are no ratings, all of them are likes or none is, or a hyperparameter, an id
            or the table of movies does not fit.
        """
        self._checked()
        matrix = self._begin(ratings, encoded)
        held_out = self._held_out(validation)
        targets = self._targets(matrix.data)
        self.mean_ = self._start_at(targets)
        self._content = self._content_of(matrix, movies)
        generator = np.random.default_rng(self.seed)
        network = self._network(matrix.shape)
        for name, tables in self._start(generator, matrix.shape).items():
            network.get_layer(name).set_weights(tables)
        likes = self.task == "like"
        compile_quietly(network, self.learning_rate, "binary_crossentropy" if likes else "mse")
        rows: list[dict[str, Any]] = []

        def note(epoch: int) -> float | None:
            self._take_over(network)
            recorded, error = self._record(epoch, matrix, held_out)
            rows.extend(recorded)
            return error

        movie = matrix.indices.astype(np.int32)
        inputs = [_rows_of(matrix), movie]
        if self._content.shape[1]:
            inputs.append(self._content[movie].astype(np.float32))
        self.n_epochs_ = train_epochs(
            network,
            inputs,
            targets[:, None].astype(np.float32),
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
        if self.task not in TASKS:
            raise ValueError(
                f"task is {self.task!r}, but it is one of {', '.join(map(repr, TASKS))}."
            )
        if isinstance(self.hidden_dims, str) or not isinstance(self.hidden_dims, Sequence):
            raise ValueError(
                f"hidden_dims is {self.hidden_dims!r}, but it is a list of widths, such as "
                "[64, 32], or [] for no hidden layer."
            )
        for width in self.hidden_dims:
            whole_number(width, "a width in hidden_dims", example=64)
        for name, example in (
            ("n_factors", 16),
            ("batch_size", 2048),
            ("n_epochs", 30),
            ("patience", 3),
        ):
            whole_number(getattr(self, name), name, example=example)
        for name in ("liked_above", "l2", "bias_l2", "layer_l2"):
            factor(getattr(self, name), name)
        for name, rate in (("learning_rate", 0.005), ("init_stddev", 0.1)):
            if factor(getattr(self, name), name) == 0:
                raise ValueError(
                    f"{name} is 0, but embeddings that all start at zero, or never move, learn "
                    f"nothing: take a number above 0, such as {rate}."
                )

    def _targets(self, stars: Floats) -> Floats:
        """Give what is predicted: the stars, or 1 for a like and 0 for none."""
        return (stars > self.liked_above).astype(np.float64) if self.task == "like" else stars

    def _start_at(self, targets: Floats) -> float:
        mean = float(targets.mean())
        if self.task == "rating":
            return mean
        if mean in (0.0, 1.0):
            which = "are all" if mean else "are never"
            raise ValueError(
                f"The {len(targets)} training ratings {which} above {self.liked_above:g} stars, so "
                "that there is nothing to tell apart: choose another liked_above, between their "
                f"lowest and highest, {self.rating_range_[0]:g} and {self.rating_range_[1]:g}."
            )
        share = float(np.clip(mean, SMALLEST_SHARE, 1 - SMALLEST_SHARE))
        return float(np.log(share / (1 - share)))

    def _content_of(self, matrix: Any, movies: pd.DataFrame | None) -> Floats:
        """Write all movies in genres and decades; no columns without `movies`."""
        if movies is None:
            return np.zeros((matrix.shape[1], 0))
        rated = self.movie_ids_[np.unique(matrix.indices)]
        return content_matrix(movies, self.movie_ids_, rated)

    def _layer_shapes(self) -> list[tuple[int, int]]:
        """Give inputs and outputs of each layer, the last one too."""
        first = 2 * self.n_factors + self._content.shape[1]
        return list(itertools.pairwise([first, *map(int, self.hidden_dims), 1]))

    def _layer_names(self) -> list[str]:
        return [*(f"hidden_{number + 1}" for number in range(len(self.hidden_dims))), "last"]

    def _start(
        self, generator: np.random.Generator, shape: tuple[int, int]
    ) -> dict[str, list[NDArray[np.float32]]]:
        """Draw the numbers that training starts from, for each layer by its name."""
        start = {
            name: [normal(generator, (rows, self.n_factors), self.init_stddev)]
            for name, rows in zip(("user_embedding", "movie_embedding"), shape, strict=True)
        }
        start |= {
            name: [np.zeros((rows, 1), np.float32)]
            for name, rows in zip(("user_bias", "movie_bias"), shape, strict=True)
        }
        for name, size in zip(self._layer_names(), self._layer_shapes(), strict=True):
            start[name] = [glorot(generator, size), np.zeros(size[1], np.float32)]
        return start

    def _network(self, shape: tuple[int, int]) -> Any:
        """Build the Keras model: rows of user and movie, and content if any, in; one number out."""
        keras = backend.load_keras()
        layers, regularizers = keras.layers, keras.regularizers

        def embedding(rows: int, width: int, penalty: float, name: str) -> Any:
            shrink = regularizers.L2(penalty / rows) if penalty else None
            return layers.Embedding(rows, width, embeddings_regularizer=shrink, name=name)

        def dense(width: int, activation: str | None, name: str) -> Any:
            shrink = regularizers.L2(self.layer_l2) if self.layer_l2 else None
            return layers.Dense(width, activation, kernel_regularizer=shrink, name=name)

        user, movie = (keras.Input((), dtype="int32", name=name) for name in ("user", "movie"))
        inputs = [user, movie]
        parts = [
            embedding(shape[0], self.n_factors, self.l2, "user_embedding")(user),
            embedding(shape[1], self.n_factors, self.l2, "movie_embedding")(movie),
        ]
        if self._content.shape[1]:  # an input that leads nowhere is refused by Keras 3.13
            content = keras.Input((self._content.shape[1],), name="content")
            inputs.append(content)
            parts.append(content)
        signal = layers.Concatenate(name="side_by_side")(parts)
        for (_, width), name in zip(self._layer_shapes(), self._layer_names(), strict=True):
            signal = dense(width, None if name == "last" else "relu", name)(signal)
        biases = [
            embedding(shape[0], 1, self.bias_l2, "user_bias")(user),
            embedding(shape[1], 1, self.bias_l2, "movie_bias")(movie),
        ]
        total = layers.Add(name="sum")([signal, *biases])
        total = layers.Rescaling(1.0, offset=self.mean_, name="start_at_the_mean")(total)
        if self.task == "like":
            total = layers.Activation("sigmoid", name="probability")(total)
        return keras.Model(inputs, total)

    def _take_over(self, network: Any) -> None:
        def learnt(name: str) -> list[Floats]:
            tables = network.get_layer(name).get_weights()
            return [np.asarray(table, dtype=np.float64) for table in tables]

        (self.user_embeddings_,) = learnt("user_embedding")
        (self.movie_embeddings_,) = learnt("movie_embedding")
        self.user_biases_ = learnt("user_bias")[0][:, 0]
        self.movie_biases_ = learnt("movie_bias")[0][:, 0]
        self._layers = [table for name in self._layer_names() for table in learnt(name)]

    def _record(
        self, epoch: int, matrix: Any, held_out: Any
    ) -> tuple[list[dict[str, Any]], float | None]:
        errors = {"train": self._error(matrix)}
        watched = None if held_out is None else self._error(held_out)
        if watched is not None:
            errors["held out"] = watched
        rows = [
            {"step": epoch, "group": TASKS[self.task], "metric": metric, "value": value}
            for metric, value in errors.items()
        ]
        return rows, watched

    def _error(self, ratings: Any) -> float:
        """Give the mean squared error, or the mean log loss, over ratings."""
        targets = self._targets(ratings.data)
        sums = self._sums(_rows_of(ratings), ratings.indices)
        if self.task == "rating":
            return float(((targets - sums) ** 2).mean())
        # log(1 + e^z) - y z, in a form that does not overflow.
        return float((np.logaddexp(0.0, sums) - targets * sums).mean())

    def _sums(self, user: NDArray[Any], movie: NDArray[Any]) -> Floats:
        """Compute z for pairs, given by their rows: what the Keras model does, in NumPy."""
        d = self.n_factors
        kernel, offset = self._layers[:2]
        # The first layer sees a user's and a movie's numbers side by side: that is a sum of two.
        of_users = self.user_embeddings_ @ kernel[:d]
        of_movies = self.movie_embeddings_ @ kernel[d : 2 * d] + self._content @ kernel[2 * d :]
        sums: Floats = self.mean_ + self.user_biases_[user] + self.movie_biases_[movie]
        for start in range(0, len(user), PAIRS):
            part = slice(start, start + PAIRS)
            signal = of_users[user[part]] + of_movies[movie[part]] + offset
            for number in range(2, len(self._layers), 2):
                np.maximum(signal, 0.0, out=signal)
                signal = signal @ self._layers[number] + self._layers[number + 1]
            sums[part] += signal[:, 0]
        return sums

    def _pair_scores(self, user: NDArray[np.intp], movie: NDArray[np.intp]) -> Floats:
        sums = self._sums(user.ravel(), movie.ravel()).reshape(user.shape)
        # The sigmoid, in a form that does not overflow.
        scores: Floats = 0.5 * (1.0 + np.tanh(0.5 * sums)) if self.task == "like" else sums
        return scores

    def _user_scores(self, rows: NDArray[np.intp]) -> Floats:
        movies = np.arange(len(self.movie_ids_))
        return self._pair_scores(*np.broadcast_arrays(rows[:, None], movies))

    def _learnt(self) -> dict[str, NDArray[Any]]:
        learnt = {
            "user_embeddings": self.user_embeddings_,
            "movie_embeddings": self.movie_embeddings_,
            "user_biases": self.user_biases_,
            "movie_biases": self.movie_biases_,
            "content": self._content,
            "mean": np.array(self.mean_),
            "n_epochs": np.array(self.n_epochs_),
        }
        return learnt | {f"layer_{number}": table for number, table in enumerate(self._layers)}

    def _relearn(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.user_embeddings_ = arrays["user_embeddings"]
        self.movie_embeddings_ = arrays["movie_embeddings"]
        self.user_biases_, self.movie_biases_ = arrays["user_biases"], arrays["movie_biases"]
        self._content = arrays["content"]
        self.mean_, self.n_epochs_ = float(arrays["mean"]), int(arrays["n_epochs"])
        n_tables = 2 * (len(self.hidden_dims) + 1)
        self._layers = [arrays[f"layer_{number}"] for number in range(n_tables)]


def _rows_of(matrix: Any) -> NDArray[np.int32]:
    """Give the row of each stored rating of a csr_array."""
    rows: NDArray[np.int32] = np.repeat(
        np.arange(matrix.shape[0], dtype=np.int32), np.diff(sparse.csr_array(matrix).indptr)
    )
    return rows
