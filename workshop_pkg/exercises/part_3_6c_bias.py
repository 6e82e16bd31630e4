"""The check of lesson 3.6 on biases and a bounded output in Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

from workshop_pkg.exercises.keras_answers import (
    MOVIES,
    N_FACTORS,
    N_MOVIES,
    N_USERS,
    USERS,
    Floats,
    asked_model,
    output_of,
    penalty_of,
    require_names,
    require_no_more,
    require_sizes,
    require_start,
    require_two_inputs,
    same,
    size_of,
    tables_of,
)
from workshop_pkg.exercises.registry import NotYet, exercise

_L2 = 0.25
_LOW, _HIGH = 1.5, 4.25


@exercise("3.6-bias")
def check_bias(answer: object) -> str:
    """Judge the biases, the bounds and the penalty of a model, with numbers of our own."""
    model = asked_model(answer, N_USERS, N_MOVIES, N_FACTORS, _L2, _LOW, _HIGH)
    require_two_inputs(model)
    tables = tables_of(model)
    _check_biases(model, tables)
    wide = [table for table in tables if size_of(table)[1] != 1]
    require_no_more(model, 4)
    require_sizes([size_of(table) for table in wide], N_USERS, N_MOVIES, N_FACTORS)
    require_start(wide)
    filled = _fill(tables, N_USERS)
    _check_predictions(model, filled)
    _check_penalty(penalty_of(model), filled)
    _check_other_bounds(answer)
    require_names(model, {"user_bias": N_USERS, "movie_bias": N_MOVIES})
    return "Each user's and each movie's usual, then taste; and never more stars than there are."


def _check_biases(model: Any, tables: list[Any]) -> None:
    narrow = [size_of(table)[0] for table in tables if size_of(table)[1] == 1]
    if sorted(narrow) == sorted([N_USERS, N_MOVIES]) and len(tables) == 4:
        return
    shapes = [tuple(variable.shape) for variable in model.trainable_variables]
    loose = [shape for shape in shapes if int(np.prod(shape)) == 1]
    if loose or 1 in narrow:
        raise NotYet(
            "There is a bias that all share: one number moves all predictions alike. Each user has "
            "one, and each movie: `Embedding(n_users, 1)` and `Embedding(n_movies, 1)`.",
            "one bias for all",
        )
    sizes = sorted(size_of(table) for table in tables)
    if sizes == sorted([(N_USERS, N_FACTORS + 1), (N_MOVIES, N_FACTORS + 1)]):
        raise NotYet(
            "The biases seem to be a column of the embeddings. That can be made to work; here give "
            "them tables of their own, for the lesson looks at them.",
            "bias within the embedding",
        )
    if len(tables) == 4 and not narrow:
        raise NotYet(
            f"Your tables have (rows, columns) {sizes}. A bias is one number, not one for each "
            "factor: its table has one column.",
            "bias as wide as an embedding",
        )
    if len(tables) > 2 and len(narrow) == 1:
        whose = "users" if narrow == [N_USERS] else "movies"
        raise NotYet(
            f"Only the {whose} have biases. Some users are generous, and some movies are good: "
            "there are two more tables.",
            "one side only",
        )
    if sorted(narrow) in ([N_USERS] * 2, [N_MOVIES] * 2):
        raise NotYet(
            f"Both tables of biases have {narrow[0]} rows. The users' has `n_users`, the movies' "
            "`n_movies`.",
            "same rows for both biases",
        )
    if not narrow:
        raise NotYet(
            f"Your model has {len(tables)} embeddings, and no table of biases. Add two with one "
            "column each: `Embedding(n_users, 1)` and `Embedding(n_movies, 1)`.",
            "no biases",
        )
    raise NotYet(
        f"Your tables have (rows, columns) {sizes}. Asked for are four: two embeddings of "
        "`n_factors` columns, and two tables of biases of one column.",
        "tables",
    )


def _fill(tables: list[Any], n_users: int) -> list[Floats]:
    """Put numbers into the tables; give users, movies, users' biases, movies' biases."""
    ordered = sorted(
        tables, key=lambda table: (size_of(table)[1] == 1, size_of(table)[0] != n_users)
    )
    random = np.random.default_rng(3)
    filled = [random.normal(0.1, 0.7, size_of(table)) for table in ordered]
    for table, numbers in zip(ordered, filled, strict=True):
        table.set_weights([numbers.astype(np.float32)])
    return filled


def _parts(filled: list[Floats], users: Any, movies: Any) -> tuple[Floats, Floats, Floats]:
    """Give the dot products and both biases of some pairs."""
    dots = (filled[0][users] * filled[1][movies]).sum(axis=1)
    return dots, filled[2][users, 0], filled[3][movies, 0]


def _squeezed(sums: Floats) -> Floats:
    return 1 / (1 + np.exp(-sums))


def _check_predictions(model: Any, filled: list[Floats]) -> None:
    inside = USERS < N_MOVIES
    user, movie = USERS[inside], MOVIES[inside]
    dots, of_users, of_movies = _parts(filled, user, movie)
    span = _HIGH - _LOW
    expected = _LOW + span * _squeezed(dots + of_users + of_movies)
    found = output_of(model, user, movie)
    if same(found, expected) and _right_everywhere(model, filled):
        return
    sums = dots + of_users + of_movies
    swapped = (filled[0][movie] * filled[1][user]).sum(axis=1)
    crossed = filled[2][movie, 0] + filled[3][user, 0]
    both = of_users + of_movies
    not_scaled = (
        "The output runs from 0 to 1. Stretch it to the range of the stars: multiply by "
        "`high - low`, then add `low`.",
        "not scaled",
    )
    after = (
        "The biases are added after the sigmoid, so that predictions leave the bounds again. "
        "First the sum, then the sigmoid, then the stretching.",
        "bias after the sigmoid",
    )
    unused = "does not enter the prediction. Add both to the dot product."
    for wrong, message, misconception in (
        (_squeezed(sums), *not_scaled),
        (span * _squeezed(sums), "You multiply by the range; now add `low`.", "low not added"),
        (_HIGH * _squeezed(sums), "The output runs from 0 to `high`, not from `low`.", "from 0"),
        (
            _LOW + _HIGH * _squeezed(sums),
            "The output runs up to `low + high`. Multiply by `high - low`, the width of the range.",
            "range too wide",
        ),
        (
            (_squeezed(sums) + _LOW) * span,
            "First multiply by `high - low`, then add `low`: you do it the other way round.",
            "added before scaling",
        ),
        (
            _HIGH - span * _squeezed(sums),
            "`low` and `high` are swapped: a larger sum gives fewer stars.",
            "bounds swapped",
        ),
        (sums, "The output is not bounded: the sigmoid is missing.", "no sigmoid"),
        (
            np.clip(sums, _LOW, _HIGH),
            "You clip. Where a prediction is clipped its slope is zero, and nothing is learned. A "
            "sigmoid bends smoothly: `keras.activations.sigmoid`.",
            "clipped",
        ),
        (
            _LOW + span * sums,
            "The stretching is there, the sigmoid is not: the output is not bounded.",
            "no sigmoid",
        ),
        (_LOW + span * _squeezed(dots) + both, *after),
        (_squeezed(dots) + both, *after),
        (_LOW + span * (_squeezed(dots) + both), *after),
        (
            _LOW + span * _squeezed(dots),
            "The biases are looked up, and then not used: add them to the dot product.",
            "bias not added",
        ),
        (_LOW + span * _squeezed(dots + of_users), f"The movies' bias {unused}", "bias not added"),
        (_LOW + span * _squeezed(dots + of_movies), f"The users' bias {unused}", "bias not added"),
        (
            _LOW + span * _squeezed(both),
            "The dot product does not enter the prediction: add it to the biases.",
            "no dot product",
        ),
        (
            _LOW + span * _squeezed(dots * of_users * of_movies),
            "You multiply by the biases. Add them.",
            "multiplied",
        ),
        (
            _LOW + span * _squeezed(_squeezed(sums)),
            "The sigmoid is taken twice.",
            "sigmoid twice",
        ),
        (
            _LOW + span * np.tanh(sums),
            "`tanh` runs from -1 to 1, so that the output falls below `low`. Use the sigmoid.",
            "tanh",
        ),
        (
            _LOW + span * (np.tanh(sums) + 1) / 2,
            "Bounded, but by `tanh`, which is twice as steep. Use the sigmoid.",
            "tanh",
        ),
        (
            _LOW + span * _squeezed(swapped + crossed),
            "The inputs are swapped. The user goes first: `keras.Model([user, movie], ...)`.",
            "inputs swapped",
        ),
        (
            _LOW + span * _squeezed(dots + crossed),
            "The users' biases are looked up with the movie's row, and the reverse.",
            "biases crossed",
        ),
        (
            _LOW + span * _squeezed(both + dots / _lengths(filled, user, movie)),
            "The dot product is normalized, a cosine: leave `normalize` out.",
            "cosine",
        ),
    ):
        if same(found, wrong):
            raise NotYet(message, misconception)
    raise NotYet(
        f"With numbers of ours in all tables a pair with dot product {dots[0]:.3f} and biases "
        f"{of_users[0]:.3f} and {of_movies[0]:.3f} is predicted as {found[0]:.3f}; right is "
        f"{expected[0]:.3f}, for bounds {_LOW:g} and {_HIGH:g}.",
        "other prediction",
    )


def _lengths(filled: list[Floats], users: Any, movies: Any) -> Floats:
    of_users: Floats = np.linalg.norm(filled[0][users], axis=1)
    of_movies: Floats = np.linalg.norm(filled[1][movies], axis=1)
    return of_users * of_movies


def _right_everywhere(model: Any, filled: list[Floats]) -> bool:
    dots, of_users, of_movies = _parts(filled, USERS, MOVIES)
    expected = _LOW + (_HIGH - _LOW) * _squeezed(dots + of_users + of_movies)
    return same(output_of(model), expected)


def _check_penalty(found: float, filled: list[Floats]) -> None:
    squares = [float((table**2).sum()) for table in filled]
    if same(found, _L2 * sum(squares)):
        return
    if found == 0:
        raise NotYet(
            "Right predictions. The L2 penalty is missing: `embeddings_regularizer` in all four "
            "tables.",
            "no penalty",
        )
    if same(found, _L2 * sum(squares[:2])):
        raise NotYet(
            "Right predictions. The biases have no L2 penalty: a movie with a single rating would "
            "go all the way to it. All four tables get one.",
            "biases without penalty",
        )
    if same(found, _L2 * sum(squares[2:])):
        raise NotYet(
            "Right predictions. The biases have an L2 penalty, the embeddings have none.",
            "embeddings without penalty",
        )
    raise NotYet(
        "Right predictions. The penalty is `l2` times the sum of all squares in the four tables, "
        f"{_L2 * sum(squares):.3f} here; yours is {found:.3f}.",
        "other penalty",
    )


def _check_other_bounds(answer: object) -> None:
    """Ask once more, with other sizes and bounds."""
    n_users, n_movies, low, high = 4, 9, -2.0, 7.0
    model = asked_model(answer, n_users, n_movies, 2, _L2, low, high)
    filled = _fill(tables_of(model), n_users)
    user, movie = np.array([3, 0, 1], np.int32), np.array([8, 5, 0], np.int32)
    dots, of_users, of_movies = _parts(filled, user, movie)
    expected = low + (high - low) * _squeezed(dots + of_users + of_movies)
    if not same(output_of(model, user, movie), expected):
        raise NotYet(
            f"Right for the bounds {_LOW:g} and {_HIGH:g}, wrong for {low:g} and {high:g}: use the "
            "arguments `low` and `high`.",
            "bounds ignored",
        )
