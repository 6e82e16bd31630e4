"""The softmax recommender: which of all movies comes next, given the others that a user chose."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from workshop_pkg import backend
from workshop_pkg.checked import whole_number
from workshop_pkg.models.content import content_matrix
from workshop_pkg.models.factors import FactorModel
from workshop_pkg.models.folding import FoldsIn
from workshop_pkg.models.gradient import TrainingDiverged
from workshop_pkg.models.mini_batches import compile_quietly, glorot, normal
from workshop_pkg.models.objective import Floats, factor
from workshop_pkg.preprocessing import Encoded

#: What a layer may do to its sums, for the numbers that training has found.
ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "relu": lambda sums: np.maximum(sums, 0.0),
    "tanh": np.tanh,
}
#: About as many moments of training are recorded.
RECORDS = 20
GROUP = "softmax cross-entropy"


class SoftmaxRecommender(FactorModel, FoldsIn):
    r"""A user as the mean of their movies, and a softmax over all movies for the one left out.

    In each step every user of a batch has one of their movies, drawn anew, taken **out** of the
    input: it is the label. The mean of the vectors of all others is the user's vector u; hidden
    layers may follow. With a vector and a bias for each movie j that may come next,

    .. math::

        p(j) = \frac{e^{u \cdot v_j + b_j}}{\sum_k e^{u \cdot v_k + b_k}},
        \qquad loss = -\log p(label)

    averaged over the batch (Covington, Adams and Sargin, 2016, "Deep Neural Networks for YouTube
    Recommendations"). Where `fit` gets `movies`, a movie's vector, on both sides, is the sum of an
    embedding of its own, the mean embedding of its genres, and that of its decade.

    Movies that `encoded` knows and nobody rated in training take no part in the softmax: they would
    learn only that they never come next. Their vector has no part of its own, just that of genres
    and decade, and their bias is the lowest that was learnt.

    Scores are sums before the softmax, no stars. There is nothing that belongs to a single user:
    somebody new is answered at once, see `recommend_from`.

    Starts and labels are drawn by NumPy, so that each backend of Keras trains the same model, but
    for rounding. The defaults were chosen by NDCG at 10 on a validation part of the training data
    of MovieLens 100K, among settings that train in a few seconds.

    Parameters
    ----------
    n_factors : int
        Length of a movie's vector.
    hidden_dims : sequence of int
        Widths of the hidden layers between the mean and the user's vector, which a last layer
        brings back to `n_factors`. Empty: the mean is the user's vector.
    activation : "relu" or "tanh"
        Of the hidden layers.
    init_stddev : float
        Embeddings start as normal numbers with mean 0 and this standard deviation.
    learning_rate : float
        Of Adam.
    n_steps : int
        Batches.
    batch_size : int
        Users a batch; all users, where there are fewer.
    label_in_input : bool
        Whether to leave the label in the input, which is wrong: the model then learns to give back
        what it is shown. Here for lesson 3.9, to measure what that costs.
    seed : int
        Of the start, of the users and of the labels.
    verbose : bool
        Whether to show a progress bar.

    Attributes
    ----------
    user_embeddings_, movie_embeddings_ : array of shape (n_users, d) and (n_movies, d)
        The users' vectors, from all of their training movies, and the movies' vectors v.
    movie_biases_ : array of shape (n_movies,)
    input_embeddings_ : array of shape (n_movies, d)
        The vectors whose mean a user is.
        The other attributes are those of `FactorModel`.

    Examples
    --------
    >>> users, movies = [1, 1, 2, 2, 3, 3, 4], [10, 20, 10, 20, 30, 40, 30]
    >>> ratings = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": 4})
    >>> model = SoftmaxRecommender(n_factors=4, n_steps=60, learning_rate=0.1, verbose=False)
    >>> model.fit(ratings).recommend([4], n=1)["movie_id"].tolist()
    [40]
    """

    input_embeddings_: Floats

    def __init__(
        self,
        n_factors: int = 32,
        hidden_dims: Sequence[int] = (),
        activation: str = "relu",
        init_stddev: float = 0.05,
        learning_rate: float = 0.01,
        n_steps: int = 400,
        batch_size: int = 256,
        label_in_input: bool = False,
        seed: int = 0,
        verbose: bool = True,
    ) -> None:
        self.n_factors = n_factors
        self.hidden_dims = hidden_dims
        self.activation = activation
        self.init_stddev = init_stddev
        self.learning_rate = learning_rate
        self.n_steps = n_steps
        self.batch_size = batch_size
        self.label_in_input = label_in_input
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
            The training part: ``user_id``, ``movie_id``, ``rating``. Only who rated what counts; a
            rating of 0 stands for none.
        encoded : Encoded, optional
            What ``encode`` gave for all ratings, where rows must agree with other tables of the
            lesson; without it, the ids of `ratings`. Nothing but its ids is used.
        validation : pandas.DataFrame, optional
            Ratings to watch the loss on, with ids that are known; training does not use them.
        movies : pandas.DataFrame, optional
            ``movie_id``, genre columns of 0 and 1, and ``year``: without it a movie is its own
            embedding only.

        Returns
        -------
        self

        Raises
        ------
        TrainingDiverged
            When a number is no longer finite.
        ValueError
            When there are no ratings, nobody rated two movies, or a hyperparameter, an id or the
            table of movies does not fit.
        """
        self._checked()
        self._begin(ratings, encoded)
        held_out = self._held_out(validation)
        lengths = np.diff(self.seen_.indptr)
        if not (lengths >= 2).any():
            raise ValueError(
                "Nobody rated two movies, and a movie is predicted from the others that the same "
                "user rated: pass more ratings."
            )
        self._rated = np.unique(self.seen_.indices)
        features = self._features(movies)
        generator = np.random.default_rng(self.seed)
        network = self._network(features[self._rated])
        network.set_weights(self._start(generator, features.shape[1]))
        keras = backend.load_keras()
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        compile_quietly(network, self.learning_rate, loss)
        users = np.flatnonzero(lengths >= 2)
        every = max(1, self.n_steps // RECORDS)
        rows: list[dict[str, Any]] = []
        losses: list[float] = []
        bar = tqdm(range(1, self.n_steps + 1), desc="steps", leave=False, disable=not self.verbose)
        for step in bar:
            inputs, labels = self._batch(generator, users)
            losses.append(float(network.train_on_batch(inputs, labels)))
            if not np.isfinite(losses[-1]):
                raise self._diverged(step)
            if step % every == 0 or step == self.n_steps:
                self._take_over(network, features)
                rows += self._record(step, float(np.mean(losses)), held_out)
                losses.clear()
        bar.close()
        self.history_ = pd.DataFrame(rows)
        return self

    def _checked(self) -> None:
        whole_number(self.n_factors, "n_factors", example=32)
        whole_number(self.n_steps, "n_steps", example=400)
        whole_number(self.batch_size, "batch_size", example=256)
        if isinstance(self.hidden_dims, str) or not isinstance(self.hidden_dims, Sequence):
            raise ValueError(
                f"hidden_dims is {self.hidden_dims!r}, but it is a list of widths, such as [64], "
                "or [] for no hidden layer."
            )
        for width in self.hidden_dims:
            whole_number(width, "a width in hidden_dims", example=64)
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"activation is {self.activation!r}, but it is one of "
                f"{', '.join(map(repr, ACTIVATIONS))}."
            )
        for name, example in (("learning_rate", 0.01), ("init_stddev", 0.05)):
            if factor(getattr(self, name), name) == 0:
                raise ValueError(
                    f"{name} is 0, but embeddings that all start at zero, or never move, learn "
                    f"nothing: take a number above 0, such as {example}."
                )

    def _features(self, movies: pd.DataFrame | None) -> Floats:
        """Write every movie in genres and decades; a single column of zeros without `movies`."""
        if movies is None:
            return np.zeros((len(self.movie_ids_), 1))
        return content_matrix(movies, self.movie_ids_, self.movie_ids_[self._rated])

    def _start(self, generator: np.random.Generator, n_features: int) -> list[NDArray[np.float32]]:
        """Draw the numbers that training starts from, in the order of the network's weights."""
        n_movies, width = len(self._rated), self.n_factors
        start: list[NDArray[np.float32]] = []
        for _ in ("in", "out"):
            start.append(normal(generator, (n_movies, width), self.init_stddev))
            start.append(normal(generator, (n_features, width), self.init_stddev))
        start.append(np.zeros(n_movies, np.float32))
        for shape in self._layer_shapes():
            start += [glorot(generator, shape), np.zeros(shape[1], np.float32)]
        return start

    def _layer_shapes(self) -> list[tuple[int, int]]:
        """Give inputs and outputs of each layer between the mean and the user's vector."""
        if not self.hidden_dims:
            return []
        widths = [self.n_factors, *map(int, self.hidden_dims), self.n_factors]
        return list(itertools.pairwise(widths))

    def _network(self, features: Floats) -> Any:
        """Build the Keras model: shares of a user's movies in, sums for all movies out."""
        keras = backend.load_keras()
        ops = keras.ops
        shapes, activation = self._layer_shapes(), self.activation
        n_movies, width = len(features), self.n_factors
        known = ops.convert_to_tensor(features.astype(np.float32))

        class Network(keras.Model):  # type: ignore[name-defined, misc]
            def __init__(self) -> None:
                super().__init__()
                tables = {
                    "own_in": (n_movies, width),
                    "content_in": (features.shape[1], width),
                    "own_out": (n_movies, width),
                    "content_out": (features.shape[1], width),
                    "bias": (n_movies,),
                }
                for number, shape in enumerate(shapes):
                    tables |= {f"kernel_{number}": shape, f"offset_{number}": (shape[1],)}
                self.tables = {
                    name: self.add_weight(shape=shape, initializer="zeros", name=name)
                    for name, shape in tables.items()
                }
                self.built = True

            def call(self, shares: Any) -> Any:
                table = self.tables
                users = ops.matmul(shares, table["own_in"] + ops.matmul(known, table["content_in"]))
                for number in range(len(shapes)):
                    users = ops.matmul(users, table[f"kernel_{number}"]) + table[f"offset_{number}"]
                    if number < len(shapes) - 1:
                        users = keras.activations.get(activation)(users)
                movies = table["own_out"] + ops.matmul(known, table["content_out"])
                return ops.matmul(users, ops.transpose(movies)) + table["bias"]

        return Network()

    def _batch(
        self, generator: np.random.Generator, users: NDArray[np.intp]
    ) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Draw users and a label for each; give the shares of their other movies, and the labels.

        A user with a single movie is never drawn: without it nothing is left to go by.
        """
        if len(users) > self.batch_size:
            users = generator.choice(users, self.batch_size, replace=False)
        starts, lengths = self.seen_.indptr[users], np.diff(self.seen_.indptr)[users]
        chosen = self.seen_.indices[starts + generator.integers(lengths)]
        labels = np.searchsorted(self._rated, chosen)
        shares = self.seen_[users].toarray()[:, self._rated].astype(np.float32)
        if not self.label_in_input:
            shares[np.arange(len(users)), labels] = 0.0
        shares /= shares.sum(axis=1, keepdims=True)
        return shares, labels.astype(np.int32)

    def _take_over(self, network: Any, features: Floats) -> None:
        weights = [np.asarray(table, dtype=np.float64) for table in network.get_weights()]
        own_in, content_in, own_out, content_out, biases = weights[:5]
        self.input_embeddings_ = features @ content_in
        self.input_embeddings_[self._rated] += own_in
        self.movie_embeddings_ = features @ content_out
        self.movie_embeddings_[self._rated] += own_out
        self.movie_biases_ = np.full(len(features), biases.min())
        self.movie_biases_[self._rated] = biases
        self._layers = weights[5:]
        chosen = self.seen_.astype(np.float64)
        counts = np.maximum(chosen.sum(axis=1), 1.0)
        self.user_embeddings_ = self._user_vectors(
            (chosen @ self.input_embeddings_) / counts[:, None]
        )

    def _user_vectors(self, means: Floats) -> Floats:
        """Send means of movies' vectors through the hidden layers."""
        users = means
        for number in range(0, len(self._layers), 2):
            users = users @ self._layers[number] + self._layers[number + 1]
            if number < len(self._layers) - 2:
                users = ACTIVATIONS[self.activation](users)
        return users

    def _record(self, step: int, train: float, held_out: Any) -> list[dict[str, Any]]:
        values = {"train": train}
        if held_out is not None:
            values["held out"] = self._cross_entropy(held_out)
        return [
            {"step": step, "group": GROUP, "metric": metric, "value": value}
            for metric, value in values.items()
        ]

    def _cross_entropy(self, pairs: Any) -> float:
        """Give the mean loss over pairs, each user described by all of their training movies."""
        total = 0.0
        for row in np.flatnonzero(np.diff(pairs.indptr)):
            sums = self._user_scores(np.array([row]))[0]
            highest = sums.max()
            log_sum = highest + np.log(np.exp(sums - highest).sum())
            labels = pairs.indices[pairs.indptr[row] : pairs.indptr[row + 1]]
            total += float((log_sum - sums[labels]).sum())
        return total / float(pairs.nnz)

    def _history_scores(self, movies: NDArray[np.intp]) -> Floats:
        mean = np.zeros((1, self.n_factors))
        if movies.size:
            mean = self.input_embeddings_[movies].mean(axis=0, keepdims=True)
        scores: Floats = self._user_vectors(mean)[0] @ self.movie_embeddings_.T
        return scores + self.movie_biases_

    def _diverged(self, step: int) -> TrainingDiverged:
        return TrainingDiverged(
            f"Training diverged: in step {step} the loss is no finite number. The learning rate "
            f"{self.learning_rate:g} is too high for these ratings: try "
            f"{self.learning_rate / 4:g}.",
            step,
        )

    def _learnt(self) -> dict[str, NDArray[Any]]:
        learnt = super()._learnt() | {"input_embeddings": self.input_embeddings_}
        learnt |= {f"layer_{number}": table for number, table in enumerate(self._layers)}
        return learnt

    def _relearn(self, arrays: dict[str, NDArray[Any]]) -> None:
        super()._relearn(arrays)
        self.input_embeddings_ = arrays["input_embeddings"]
        self._layers = [
            arrays[f"layer_{number}"] for number in range(2 * len(self._layer_shapes()))
        ]
