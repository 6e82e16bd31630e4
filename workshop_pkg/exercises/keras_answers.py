"""What the checks on Keras models share: call one, read its tables, judge its output's shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg import backend
from workshop_pkg.exercises.attempts import NotYet, attempt

Floats = NDArray[np.float64]

# Every user and movie is asked for, the users beyond the number of movies too.
USERS = np.array([6, 0, 3, 1, 2, 4, 5, 1], dtype=np.int32)
MOVIES = np.array([4, 2, 0, 3, 1, 4, 2, 0], dtype=np.int32)
N_USERS, N_MOVIES, N_FACTORS = 7, 5, 3
#: Of float32 numbers of about 1.
TOLERANCE = 1e-4


def asked_model(answer: object, *arguments: Any) -> Any:
    """Build a model with the answer; a NotYet says what came instead of one."""
    keras = backend.load_keras()
    try:
        model: Any = attempt(answer, *arguments)
    except NotYet as verdict:
        if "Incompatible input shapes" not in verdict.message:
            raise
        raise NotYet(
            "A dot product needs two rows of the same length, and your tables have rows of "
            "different lengths. `Embedding(rows, columns)`: a row for each user (movie), "
            "`n_factors` columns.",
            "rows and columns",
        ) from None
    if isinstance(model, keras.Model):
        return model
    raise NotYet(
        f"You return a `{type(model).__name__}`. Asked for is a model, from its inputs to its "
        "output: `return keras.Model([user, movie], stars)`.",
        "not a model",
    )


def require_two_inputs(model: Any) -> None:
    """Refuse a model that does not take the user's and the movie's row."""
    inputs = getattr(model, "inputs", None) or []
    if inputs and len(inputs) != 2:
        raise NotYet(
            f"The model takes {len(inputs)} inputs. It takes two, the user's row and the movie's, "
            'each a `keras.Input(shape=(), dtype="int32")` of its own.',
            "number of inputs",
        )


def tables_of(model: Any) -> list[Any]:
    """Give the model's Embedding layers, those within layers as well; each once."""
    keras = backend.load_keras()
    found: list[Any] = []
    for layer in model.layers:
        inner = tables_of(layer) if hasattr(layer, "layers") else [layer]
        found += [each for each in inner if isinstance(each, keras.layers.Embedding)]
    return list({id(table): table for table in found}.values())


def size_of(table: Any) -> tuple[int, int]:
    """Give an Embedding's rows and columns."""
    return int(table.input_dim), int(table.output_dim)


def require_sizes(
    found: list[tuple[int, int]], n_users: int, n_movies: int, n_factors: int
) -> None:
    """Refuse tables of embeddings that have not a row a user (movie), a column a factor."""
    seen = " and ".join(str(size) for size in found)
    expected = [(n_users, n_factors), (n_movies, n_factors)]
    if sorted(found) == sorted(expected):
        return
    if sorted(found) == sorted(size[::-1] for size in expected):
        raise NotYet(
            f"Your tables have (rows, columns) {seen}. The first argument of `Embedding` is the "
            "number of rows, the second the length of a row: `Embedding(n_users, n_factors)`.",
            "rows and columns",
        )
    rows, columns = sorted(size[0] for size in found), {size[1] for size in found}
    wanted = sorted([n_users, n_movies])
    if columns != {n_factors}:
        raise NotYet(
            f"Your tables have (rows, columns) {seen}, for n_factors = {n_factors}. A user and a "
            "movie have `n_factors` numbers each, else there is no dot product.",
            "number of factors",
        )
    if rows == [size + 1 for size in wanted]:
        raise NotYet(
            f"Your tables have {rows[1]} and {rows[0]} rows, one too many. That is needed for ids "
            "that count from 1. Here the inputs are rows that `encode` gave, from 0.",
            "a row too many",
        )
    if rows in ([n_users] * 2, [n_movies] * 2, [n_users + n_movies] * 2):
        raise NotYet(
            f"Both tables have {rows[0]} rows. The users' has `n_users`, the movies' `n_movies`.",
            "same rows for both",
        )
    raise NotYet(
        f"Your tables have (rows, columns) {seen}, for {n_users} users, {n_movies} movies and "
        f"{n_factors} factors. Use the arguments of the function.",
        "sizes",
    )


def require_start(tables: list[Any]) -> None:
    """Refuse embeddings that cannot learn."""
    for table in tables:
        if not table.trainable:
            raise NotYet(f"The layer `{table.name}` is not trainable.", "frozen")
    if all(not np.asarray(table.get_weights()[0]).any() for table in tables):
        raise NotYet(
            "Both tables start full of zeros, and lesson 3.2 showed where that leads: no slope, no "
            "step. Leave Keras' own start, small random numbers.",
            "zeros",
        )


def require_no_more(model: Any, n_tables: int) -> None:
    """Refuse anything else that learns: a Dense layer in place of the dot product."""
    others = [
        variable for variable in model.trainable_variables if "embeddings" not in variable.path
    ]
    if others:
        shapes = ", ".join(str(tuple(variable.shape)) for variable in others)
        raise NotYet(
            f"Besides {n_tables} embeddings your model learns numbers of the shape {shapes}. There "
            "is nothing else to learn here: no `Dense` layer.",
            "more to learn",
        )


def require_names(model: Any, n_rows: dict[str, int]) -> None:
    """Refuse tables without the names that the exercise gives, by which the lesson finds them."""
    for name, expected in n_rows.items():
        found = [each for each in model.trainable_variables if name in each.path.split("/")]
        if not found:
            raise NotYet(
                f"Right, but for the names: no table is called `{name}`, and the lesson looks it "
                f'up by that name later. `keras.layers.Embedding(..., name="{name}")`.',
                "names",
            )
        if int(found[0].shape[0]) != expected:
            raise NotYet(
                f"Right, but for the names: the table called `{name}` has {found[0].shape[0]} rows "
                f"in place of {expected}. Are the names of users and movies swapped?",
                "names swapped",
            )


def output_of(model: Any, users: Any = USERS, movies: Any = MOVIES) -> Floats:
    """Predict some pairs; give one number for each, or say what is wrong with the shape."""
    value = np.asarray(attempt(lambda: model([users, movies])), dtype=np.float64)
    n = len(users)
    if value.shape in ((n,), (n, 1)):
        return value.ravel()
    seen = f"For {n} pairs your model gives the shape {value.shape}"
    if value.shape == (n, 1, 1):
        raise NotYet(
            f"{seen}. Subtracted from {n} ratings that makes a table, without an error: training "
            "goes wrong silently. Inputs of `shape=()` avoid it; else end in "
            "`keras.layers.Flatten()`.",
            "output of three dimensions",
        )
    if value.shape in ((n, n), (n, n, 1)):
        raise NotYet(
            f"{seen}: each user of the batch with each movie of the batch. Asked for is pair by "
            "pair: `keras.layers.Dot(axes=1)([users, movies])`.",
            "all pairs",
        )
    if value.size == n * N_FACTORS:
        raise NotYet(
            f"{seen}: the products, one for each factor. A dot product also adds them up: "
            "`keras.layers.Dot(axes=1)` does both.",
            "not summed",
        )
    raise NotYet(f"{seen}. Asked for is one number for each pair, ({n}, 1) or ({n},).", "shape")


def penalty_of(model: Any) -> float:
    """Add up what the model adds to the loss by itself."""
    return float(sum(float(np.asarray(loss)) for loss in model.losses))


def same(found: Any, expected: Any) -> bool:
    """Tell whether all numbers agree, to what float32 can hold."""
    return bool(np.allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE))
