"""The check of lesson 3.2 on building a model: its tables, its loss and its metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Table = NDArray[np.float32]

# Neither part knows the last user and the last movie; ids are no indexes; more users than movies.
_N_USERS, _N_MOVIES, _N_FACTORS, _STDDEV = 310, 205, 7, 0.3
_GROUP = "mean squared error"
# Sums of float32 over some hundred ratings.
_TOLERANCE = 1e-4


def _part(n: int, seed: int, low: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    cells = rng.permutation((_N_USERS - 1) * (_N_MOVIES - 1))[:n]
    user, movie = np.divmod(cells, _N_MOVIES - 1)
    return pd.DataFrame(
        {
            "user_id": 1000 + 3 * user,
            "movie_id": 7000 + 2 * movie,
            "rating": rng.integers(low, low + 3, size=n),
            "unix_timestamp": 0,
            "user_index": user,
            "movie_index": movie,
        },
        index=rng.permutation(n),
    )


_TRAIN, _TEST = _part(400, 1, 3), _part(150, 2, 1)
_PROBE = tuple(
    np.random.default_rng(seed).normal(1.0, 0.5, (rows, _N_FACTORS)).astype(np.float32)
    for seed, rows in ((3, _N_USERS), (4, _N_MOVIES))
)


@exercise("3.2-model")
def check_model(answer: object) -> str:
    """Judge the tables, the loss and the metrics of a model, without training it."""
    model = _asked(answer)
    _check_tables(model.tables)
    _check_start([_values(table) for table in model.tables])
    for table, probe in zip(model.tables, _PROBE, strict=True):
        table.assign(probe)
    errors = {"train": _error(_TRAIN), "test": _error(_TEST)}
    _check_loss(_number(model.loss, model.tables, "The loss"), errors)
    _check_metrics(model.metrics, model.tables, errors)
    return "Two tables, a loss on the training part, and an eye on the part that is held out."


def _asked(answer: object) -> Any:
    """Build a model; what it must have is what the lesson's class has."""
    model: Any = attempt(answer, _TRAIN, _TEST, _N_USERS, _N_MOVIES, _N_FACTORS, _STDDEV)
    lacking = [name for name in ("tables", "loss", "metrics", "train") if not hasattr(model, name)]
    if lacking:
        raise NotYet(
            f"You return a `{type(model).__name__}`. Asked for is a model: "
            "`return CFModel(user_table, movie_table, loss, metrics)`.",
            "not a model",
        )
    return model


def _values(table: Any) -> Table:
    return np.asarray(table.numpy() if hasattr(table, "numpy") else table, dtype=np.float32)


def _check_tables(tables: Any) -> None:
    for table in tables:
        if not (hasattr(table, "assign") and hasattr(table, "shape")):
            raise NotYet(
                f"A table is a `{type(table).__name__}`, which training cannot change. Wrap it: "
                "`tf.Variable(...)`.",
                "no variable",
            )
    shapes = [tuple(int(size) for size in table.shape) for table in tables]
    expected = [(_N_USERS, _N_FACTORS), (_N_MOVIES, _N_FACTORS)]
    if shapes != expected:
        raise _wrong_shapes(shapes, expected)
    for table in tables:
        name = getattr(table.dtype, "name", str(table.dtype))
        if name != "float32":
            raise NotYet(
                f"The tables are of type {name}, and the losses compute in float32; the two do "
                "not mix. NumPy draws float64: add `.astype(np.float32)`.",
                "not float32",
            )


def _wrong_shapes(shapes: list[tuple[int, ...]], expected: list[tuple[int, int]]) -> NotYet:
    """Make the verdict on the shapes of the tables."""
    seen = f"The tables have the shapes {shapes[0]} and {shapes[1]}"
    if any(len(shape) != 2 for shape in shapes):
        return NotYet(f"{seen}. Both have rows and columns: (rows, n_factors).", "shape")
    if shapes == expected[::-1]:
        return NotYet(
            f"{seen}: the users' table goes first, `CFModel(user_table, movie_table, ...)`, and "
            "has `n_users` rows.",
            "tables swapped",
        )
    if all(shape == right[::-1] for shape, right in zip(shapes, expected, strict=True)):
        return NotYet(
            f"{seen}: rows and columns are swapped. A row for each user (movie), `n_factors` "
            "columns.",
            "transposed",
        )
    columns = {shape[1] for shape in shapes}
    if columns == {_N_MOVIES, _N_FACTORS} or shapes[0] == (_N_USERS, _N_MOVIES):
        return NotYet(
            f"{seen}. An embedding has `n_factors` numbers: both tables have as many columns.",
            "factors",
        )
    if columns != {_N_FACTORS}:
        return NotYet(
            f"{seen}, for n_factors = {_N_FACTORS}. An embedding has `n_factors` numbers.",
            "factors",
        )
    rows = [shape[0] for shape in shapes]
    in_train = [
        {int(_TRAIN[name].nunique()), int(_TRAIN[name].max()) + 1, int(_TRAIN[name].max())}
        for name in ("user_index", "movie_index")
    ]
    if any(row in known for row, known in zip(rows, in_train, strict=True)):
        return NotYet(
            f"{seen}, as many rows as users (movies) that the training part knows. The test part "
            "may hold others: use `n_users` and `n_movies`.",
            "sized by the training part",
        )
    if rows in ([_N_MOVIES] * 2, [_N_USERS] * 2):
        return NotYet(
            f"{seen}: both have the same number of rows. Users have `n_users`, movies `n_movies`.",
            "same rows for both",
        )
    if set(rows) & {len(_TRAIN), len(_TEST), len(_TRAIN) + len(_TEST)}:
        return NotYet(
            f"{seen}: a row for each rating. An embedding belongs to a user, or to a movie, "
            "whatever the number of ratings.",
            "a row for each rating",
        )
    return NotYet(f"{seen}; expected are {expected[0]} and {expected[1]}.", "shape")


def _check_start(tables: list[Table]) -> None:
    """Judge the numbers that training would start from."""
    if any(not np.isfinite(table).all() for table in tables):
        raise NotYet("There are numbers in the tables that are not finite.", "not finite")
    for table in tables:
        if not table.any():
            raise NotYet(
                "A table is full of zeros. You have seen where that leads: draw random numbers.",
                "zeros",
            )
        if np.ptp(table) == 0 or (table == table[:, :1]).all():
            raise NotYet(
                "All numbers of a row are the same, and would stay the same for good. Draw random "
                "ones.",
                "all the same",
            )
    users, movies = (table.astype(np.float64) for table in tables)
    if np.allclose(users[:_N_MOVIES], movies):
        raise NotYet(
            "Both tables hold the same numbers: each movie starts as the twin of a user. Draw "
            "twice, from one generator that goes on.",
            "same numbers twice",
        )
    for numbers in (users, movies):
        mean, spread = float(numbers.mean()), float(numbers.std())
        if abs(mean) > 0.25 * spread:
            raise NotYet(
                f"The numbers have the mean {mean:.2f}. Draw them around 0, with a *normal* "
                "distribution: `random.normal(0, init_stddev, ...)`.",
                "not centered",
            )
        _check_spread(spread)


def _check_spread(spread: float) -> None:
    if 0.8 * _STDDEV < spread < 1.2 * _STDDEV:
        return
    if close(spread, _STDDEV**2, 0.02) or close(spread, np.sqrt(_STDDEV), 0.02):
        raise NotYet(
            f"Asked for is a standard deviation of {_STDDEV}, and yours is {spread:.2f}. "
            "`init_stddev` is the standard deviation already, not its square.",
            "variance",
        )
    if close(spread, 1.0, 0.05) or close(spread, 0.05, 0.01):
        raise NotYet(
            f"The numbers have the standard deviation {spread:.2f}, whatever `init_stddev` is. Use "
            "the argument.",
            "init_stddev ignored",
        )
    raise NotYet(
        f"The numbers have the standard deviation {spread:.2f}, for init_stddev = {_STDDEV}.",
        "spread",
    )


def _error(part: pd.DataFrame) -> float:
    """Give the mean squared error of the probe over a part, in plain NumPy."""
    return float((_residuals(part) ** 2).mean())


def _residuals(part: pd.DataFrame) -> NDArray[np.float64]:
    users, movies = (table.astype(np.float64) for table in _PROBE)
    products = users[part["user_index"].to_numpy()] * movies[part["movie_index"].to_numpy()]
    residuals: NDArray[np.float64] = part["rating"].to_numpy() - products.sum(axis=1)
    return residuals


def _number(function: Any, tables: Any, what: str) -> float:
    """Call a loss or a metric on the tables."""
    if not callable(function):
        raise NotYet(
            f"{what} is a `{type(function).__name__}`, computed once for all. The trainer needs "
            "the *function*, which it calls at every step: pass `observed_error(...)` itself.",
            "not a function of the tables",
        )
    evaluate: Callable[..., Any] = lambda: function(*tables)  # noqa: E731 - `attempt` names it
    value = attempt(evaluate)
    try:
        return float(np.asarray(value, dtype=np.float64).item())
    except (TypeError, ValueError):
        raise NotYet(
            f"{what} gives a `{type(value).__name__}` that is not one number.",
            "not one number",
        ) from None


def _check_loss(value: float, errors: dict[str, float]) -> None:
    if close(value, errors["train"], _TOLERANCE):
        return
    both = pd.concat([_TRAIN, _TEST])
    residuals = _residuals(_TRAIN)
    hint = f"For some tables the loss is {errors['train']:.3f}, and yours gives {value:.3f}."
    for wrong, message, misconception in (
        (
            errors["test"],
            "The loss is the error over the *test* ratings: the model would learn what it is to "
            "be tested on. Make the loss from `train`.",
            "trained on the test part",
        ),
        (
            _error(both),
            "The loss is over the training *and* the test ratings. Whoever learns the answers "
            "does well in any test: make it from `train` alone.",
            "test ratings in training",
        ),
        (
            errors["train"] + errors["test"],
            "The loss has the test ratings in it, too. Make it from `train` alone.",
            "test ratings in training",
        ),
        (
            float((residuals**2).sum()),
            "The loss is a sum. It is the *mean* over the training ratings.",
            "not the mean",
        ),
        (
            float((residuals**2).sum()) / (_N_USERS * _N_MOVIES),
            "You divide by all pairs of a user and a movie. Divide by the number of ratings.",
            "mean over all pairs",
        ),
        (
            float(np.sqrt(errors["train"])),
            "You take the root. The loss is the mean squared error itself.",
            "root taken",
        ),
        (
            float(np.abs(residuals).mean()),
            "That is the mean of the absolute errors. Here they are squared.",
            "not squared",
        ),
    ):
        if close(value, wrong, _TOLERANCE):
            raise NotYet(message, misconception)
    raise NotYet(f"{hint} Is it `observed_error(train)`?", "other loss")


def _check_metrics(metrics: Any, tables: Any, errors: dict[str, float]) -> None:
    group = metrics.get(_GROUP) if isinstance(metrics, dict) else None
    if not isinstance(group, dict):
        raise NotYet(
            f'The metrics come in groups: `{{"{_GROUP}": {{"train": ..., "held out": ...}}}}`.',
            "no group",
        )
    missing = [name for name in ("train", "held out") if name not in group]
    if missing:
        raise NotYet(
            f"The group `{_GROUP}` has the metrics {list(group)} and lacks `{missing[0]}`.",
            "metric missing",
        )
    found = {name: _number(group[name], tables, f"The metric `{name}`") for name in group}
    train, held_out = found["train"], found["held out"]
    if close(train, errors["test"], _TOLERANCE) and close(held_out, errors["train"], _TOLERANCE):
        raise NotYet(
            "The two metrics are swapped: the one called `train` is computed over the test "
            "ratings.",
            "metrics swapped",
        )
    if close(held_out, errors["train"], _TOLERANCE):
        raise NotYet(
            "The metric `held out` is computed over the *training* ratings: you would never see "
            "over-fitting. Make it from `test`.",
            "held out is train",
        )
    if close(train, errors["test"], _TOLERANCE):
        raise NotYet(
            "The metric `train` is computed over the test ratings. Make it from `train`.",
            "train is held out",
        )
    for name, value, right in (
        ("train", train, errors["train"]),
        ("held out", held_out, errors["test"]),
    ):
        if not close(value, right, _TOLERANCE):
            raise NotYet(
                f"For some tables the metric `{name}` is {right:.3f}, and yours gives "
                f"{value:.3f}. It is the mean squared error over its own part.",
                "other metric",
            )
