"""The checks of lesson 3.1 on the squared error, through the full matrix and by gathering."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Array = NDArray[np.float64]

# As many users as movies: a table that is gathered by the wrong indices then gives a number, and
# each misconception one of its own. In the second case an exchange would lead out of the table.
_INDICES = np.array([[0, 1], [0, 3], [1, 0], [2, 1], [2, 2], [3, 0], [3, 3]])
_VALUES = np.array([5.0, 3.0, 1.0, 4.0, 2.0, 5.0, 3.0])
_USERS = np.array([[0.9, -0.4, 1.1], [0.3, 0.8, -0.6], [1.2, 0.1, 0.5], [-0.7, 0.6, 1.4]])
_MOVIES = np.array([[1.3, 0.2, 0.4], [0.5, -0.9, 1.6], [0.1, 1.5, 0.7], [-0.3, 0.4, 0.8]])
_SECOND = (
    np.array([[0, 2], [1, 0], [4, 1], [4, 2]]),
    np.array([4.0, 1.0, 3.0, 5.0]),
    np.array([[0.5, 1.0], [-0.2, 0.7], [1.1, 0.3], [0.6, 0.6], [0.9, -0.5]]),
    np.array([[1.4, 0.2], [0.3, 0.9], [0.8, 1.2]]),
)
# Their product would need more bytes than a process can address, so that it fails at once, on any
# machine.
_HUGE = 6_000_000
_TOLERANCE = 1e-5  # of float32


@exercise("3.1-full-loss")
def check_full_loss(answer: object) -> str:
    """Judge the mean squared error through the full matrix of predictions."""
    _judge(answer)
    if not _needs_the_matrix(answer):
        raise NotYet(
            "The right number, but not through the full matrix: you look up the rows of the "
            "observed pairs. That is the next exercise, so keep it. Here multiply the two tables "
            "as a whole first: `tf.matmul(user_embeddings, movie_embeddings, transpose_b=True)`.",
            "gathered",
        )
    return "Every prediction was made, and those without a rating were left out of the mean."


@exercise("3.1-gather-loss")
def check_gather_loss(answer: object) -> str:
    """Judge the mean squared error over gathered pairs."""
    _judge(answer)
    if _needs_the_matrix(answer):
        raise NotYet(
            f"The right number, but with {_HUGE:,} users, as many movies and three ratings your "
            "function runs out of memory: somewhere it makes a matrix with a place for each user "
            "and movie. Look up the rows of the observed pairs only: `tf.gather(user_embeddings, "
            "tensor.indices[:, 0])`, the movies likewise.",
            "full matrix",
        )
    return "Three ratings among 36 trillion cells: only three predictions were made."


def _case(
    indices: NDArray[np.int64], values: Array, users: Array, movies: Array
) -> tuple[Any, Any, Any]:
    """Make the arguments: the sparse tensor, and two variables."""
    import tensorflow as tf

    shape = (len(users), len(movies))
    tensor = tf.SparseTensor(indices, values.astype(np.float32), shape)
    return tensor, *(tf.Variable(table.astype(np.float32)) for table in (users, movies))


def _judge(answer: object) -> None:
    import tensorflow as tf

    with tf.device("/CPU:0"):  # which names an index that leads out of a table
        first = _INDICES, _VALUES, _USERS, _MOVIES
        value, gradients = _asked(answer, *first)
        expected = _loss(*first)
        if not close(value, expected, _TOLERANCE):
            _explain(value, expected)
        again, _ = _asked(answer, *_SECOND)
        if not close(again, _loss(*_SECOND), _TOLERANCE):
            raise NotYet(
                "Right for a square matrix with seven ratings, wrong for one of 5 x 3 with four: "
                "count with the arguments, not with fixed numbers.",
                "fixed",
            )
    if gradients < 2:
        raise NotYet(
            "The right number, but TensorFlow cannot follow how it came about, and so cannot say "
            "which way to change the embeddings. Stay in TensorFlow from the tables to the loss: "
            "`tf.` functions in place of NumPy's, no `.numpy()`, no `float(...)`.",
            "no gradient",
        )


def _asked(
    answer: object, indices: NDArray[np.int64], values: Array, users: Array, movies: Array
) -> tuple[Any, int]:
    """Ask for the loss; give it, and for how many tables there is a gradient."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value: Any = attempt(answer, *_case(indices, values, users, movies))
    if hasattr(value, "shape") and tuple(value.shape) not in ((), (1,)):
        raise NotYet(
            f"You return an array of shape {tuple(value.shape)}. The loss is one number: the mean "
            "of the squared errors, `tf.reduce_mean(...)`.",
            "not one number",
        )
    try:
        float(value)
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}`. The loss is one number, a tensor without "
            "dimensions.",
            "not one number",
        ) from None
    if not tf.is_tensor(value):
        return float(value), 0
    gradients = tape.gradient(value, tape.watched_variables())
    return float(value), sum(gradient is not None for gradient in gradients)


def _needs_the_matrix(answer: object) -> bool:
    """Tell whether an answer fails where a matrix of all pairs cannot be."""
    import tensorflow as tf

    with tf.device("/CPU:0"):  # a GPU waits for memory before it gives up
        ends = [[0, 0], [1, 2], [_HUGE - 1, _HUGE - 1]]
        tensor = tf.SparseTensor(ends, [1.0, 2.0, 3.0], (_HUGE, _HUGE))
        table = tf.ones([_HUGE, 1])
        try:
            attempt(answer, tensor, table, table)
        except NotYet:
            return True
    return False


def _loss(indices: NDArray[np.int64], values: Array, users: Array, movies: Array) -> float:
    """Compute the mean squared error over the observed entries, in NumPy."""
    predicted = (users @ movies.T)[indices[:, 0], indices[:, 1]]
    return float(np.mean((values - predicted) ** 2))


def _explain(value: float, expected: float) -> None:
    """Raise the hint for a wrong number."""
    if rounded(value, expected):
        raise not_rounded(value)
    for wrong, message, misconception in _wrong_values():
        if close(value, wrong, _TOLERANCE):
            raise NotYet(message, misconception)
    raise NotYet(
        f"For the check's seven ratings the loss is {expected:.4f}; you return {value:.4f}. Take "
        "the prediction of each observed pair, subtract, square, and take the mean.",
        "other",
    )


def _wrong_values() -> Iterator[tuple[float, str, str]]:
    """Give what comes out of each misconception, with its hint and its name."""
    rows, columns = _INDICES.T
    every = _USERS @ _MOVIES.T
    predicted = every[rows, columns]
    zeros = np.zeros_like(every)
    zeros[rows, columns] = _VALUES
    errors = _VALUES - predicted
    yield (
        float(np.mean((zeros - every) ** 2)),
        "You take the mean over all cells, and an empty one counts as a rating of 0. Nobody gave "
        "0: leave out what is not observed. (Then a model that predicts 0 everywhere would look "
        "good.)",
        "mean over all cells",
    )
    yield (
        float(np.sum(errors**2) / every.size),
        "The right sum, but divided by the number of all cells. Divide by the number of ratings: "
        "the mean is over what is observed.",
        "divided by all cells",
    )
    squares = np.sum(errors**2)
    yield float(squares), "That is the sum. Take the mean: `tf.reduce_mean`.", "sum"
    yield (
        float(squares / 2),
        "That is half the sum of the squares. Asked for is their mean.",
        "sum",
    )
    yield (
        float(np.sqrt(np.mean(errors**2))),
        "That is the root of the mean (RMSE), which is fine for a report. This loss has no root.",
        "root taken",
    )
    for sign in (1, -1):
        yield (
            float(sign * np.mean(errors)),
            "The errors are not squared: those above and below cancel. Use `tf.square(...)`.",
            "forgot to square",
        )
        yield (
            float(np.mean(errors) ** 2),
            "Square each error first, then take the mean. You square the mean, in which errors "
            "above and below cancel.",
            "squared the mean",
        )
    yield (
        float(np.mean(np.abs(errors))),
        "That is the mean absolute error. The loss here squares the errors.",
        "forgot to square",
    )
    yield from _wrong_predictions(rows, columns, every)


def _wrong_predictions(
    rows: NDArray[np.int64], columns: NDArray[np.int64], every: Array
) -> Iterator[tuple[float, str, str]]:
    """Give what comes out of a wrong prediction, with its hint and its name."""

    def loss(predicted: Array, values: Array = _VALUES) -> float:
        return float(np.mean((values - predicted) ** 2))

    products = _USERS[rows] * _MOVIES[columns]
    n_features = _USERS.shape[1]
    yield (
        loss(every[columns, rows]),
        "Rows and columns are exchanged: the users' table is read at the movies' indices, or the "
        "product is the other way round. `tensor.indices[:, 0]` are users, `[:, 1]` movies.",
        "transposed gather",
    )
    for places in (rows, columns):
        yield (
            loss(every[places, places]),
            "Both tables are read at the same indices. Users are in `tensor.indices[:, 0]`, "
            "movies in `tensor.indices[:, 1]`.",
            "transposed gather",
        )
    yield (
        loss(products.mean(axis=1)),
        "You take the mean over the features. A prediction is a dot product: the *sum* over the "
        "features, `tf.reduce_sum(..., axis=1)`.",
        "mean over the features",
    )
    yield (
        loss(products, _VALUES[:, None]),
        "The products of the features are not added up. A prediction is their sum: "
        "`tf.reduce_sum(..., axis=1)`.",
        "features not summed",
    )
    pairs = _USERS[rows] @ _MOVIES[columns].T
    for values in (_VALUES, _VALUES[:, None]):
        yield (
            loss(pairs, values),
            "You multiply the row of every rating with that of every other rating. Each user goes "
            "with the movie of the same rating only: multiply with `*`, and add up over `axis=1`.",
            "every pair",
        )
    yield (
        loss(np.array([[np.sum(products)]])),
        "You add up over everything. Each rating has a prediction of its own: add up over the "
        "features only, `axis=1`.",
        "summed over everything",
    )
    yield loss(-every[rows, columns]), "You add the prediction. Subtract it.", "added"
    yield (
        loss(every[rows, columns], np.zeros(len(rows))),
        f"The ratings do not take part: subtract the prediction from `tensor.values`. "
        f"({n_features} features and no rating say nothing about an error.)",
        "ratings missing",
    )
