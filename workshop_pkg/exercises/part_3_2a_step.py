"""The check of lesson 3.2 on one step of gradient descent, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Table = NDArray[np.float64]
Tables = tuple[Table, Table]

# Users 0 and 2 and all movies have several ratings, the last user has none; more users than movies.
_USERS = np.array([0, 0, 1, 2, 2, 2, 3])
_MOVIES = np.array([0, 1, 1, 0, 1, 2, 2])
_STARS = np.array([5.0, 3.0, 4.0, 2.0, 1.0, 4.0, 3.0])
_USER_TABLE = np.array([[0.4, 1.1], [1.0, -0.3], [0.2, 0.7], [0.6, 0.5], [0.9, 0.1]])
_MOVIE_TABLE = np.array([[1.0, 1.7], [0.5, 0.8], [1.6, -0.9]])
_RATE = 0.3


@exercise("3.2-step")
def check_step(answer: object) -> str:
    """Judge one step on the mean squared error of the observed ratings, for both tables."""
    expected = _moved(_RATE)
    found = _asked(answer, _RATE)
    if not _same(found, expected):
        _explain(found, expected)
    other_rate = _asked(answer, 0.7)
    if not _same(other_rate, _moved(0.7)):
        raise NotYet(
            "Right for one rate, wrong for another. Use the argument `rate`, not a number of your "
            "own.",
            "fixed rate",
        )
    return "Each row went against its own slope, both from the same tables."


def _slopes(
    users: Table = _USER_TABLE, movies: Table = _MOVIE_TABLE, own_rows: bool = False
) -> Tables:
    """Work out the gradient of the mean squared error, rating by rating."""
    of_users, of_movies = np.zeros_like(_USER_TABLE), np.zeros_like(_MOVIE_TABLE)
    for user, movie, stars in zip(_USERS, _MOVIES, _STARS, strict=True):
        factor = -2 * (stars - users[user] @ movies[movie]) / len(_STARS)
        of_users[user] += factor * (users[user] if own_rows else movies[movie])
        of_movies[movie] += factor * (movies[movie] if own_rows else users[user])
    return of_users, of_movies


def _moved(rate: float, slopes: Tables | None = None) -> Tables:
    of_users, of_movies = _slopes() if slopes is None else slopes
    return _USER_TABLE - rate * of_users, _MOVIE_TABLE - rate * of_movies


def _asked(answer: object, rate: float) -> Tables:
    value: Any = attempt(answer, _USER_TABLE, _MOVIE_TABLE, _USERS, _MOVIES, _STARS, rate)
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for are two tables: "
            "`return new_users, new_movies`.",
            "not two tables",
        )
    try:
        users, movies = (np.asarray(table, dtype=np.float64) for table in value)
    except (TypeError, ValueError):
        raise NotYet(
            "What you return are no tables of numbers: return the two arrays after the step.",
            "not two tables",
        ) from None
    if users.shape == _MOVIE_TABLE.shape and movies.shape == _USER_TABLE.shape:
        raise NotYet("The users' table goes first: `return new_users, new_movies`.", "order")
    if users.shape != _USER_TABLE.shape or movies.shape != _MOVIE_TABLE.shape:
        raise NotYet(
            f"The tables given are of the shapes {_USER_TABLE.shape} and {_MOVIE_TABLE.shape}, and "
            f"yours of {users.shape} and {movies.shape}. A row for each user and movie of the "
            "*arguments*, also for those without a rating: begin with "
            "`np.zeros_like(user_table)`.",
            "shape",
        )
    return users, movies


def _same(found: Tables, expected: Tables, tolerance: float = 1e-5) -> bool:
    return all(
        np.allclose(a, b, rtol=tolerance, atol=tolerance)
        for a, b in zip(found, expected, strict=True)
    )


def _explain(found: Tables, expected: Tables) -> None:
    if not all(np.isfinite(table).all() for table in found):
        raise NotYet(
            "There are numbers in your tables that are not finite. Nothing is divided here but by "
            "the number of ratings, `len(stars)`.",
            "not finite",
        )
    for wrong, message, misconception in _wrong_steps():
        if _same(found, wrong):
            raise NotYet(message, misconception)
    for digits in (1, 2, 3, 4):
        if _same(found, (expected[0].round(digits), expected[1].round(digits)), 1e-9):
            raise NotYet(
                "The right tables, rounded. Round only where you print: a thousand steps of "
                "rounding add up.",
                "rounded",
            )
    right = [
        name
        for name, a, b in zip(("users", "movies"), found, expected, strict=True)
        if np.allclose(a, b, atol=1e-5)
    ]
    if right:
        raise NotYet(
            f"The table of {right[0]} is right, the other one is not. Its rule is the same, "
            "with the roles exchanged.",
            "one table wrong",
        )
    raise NotYet(
        f"After the step the first user's row is {expected[0][0].round(3).tolist()}; yours is "
        f"{found[0][0].round(3).tolist()}. Follow the three steps in order.",
        "other",
    )


def _lost_repeats() -> Tables:
    """Give the slopes that ``slopes[users] += parts`` gives: the last rating of each row only."""
    of_users, of_movies = np.zeros_like(_USER_TABLE), np.zeros_like(_MOVIE_TABLE)
    errors = _STARS - (_USER_TABLE[_USERS] * _MOVIE_TABLE[_MOVIES]).sum(axis=1)
    factors = -2 * errors[:, None] / len(_STARS)
    of_users[_USERS] += factors * _MOVIE_TABLE[_MOVIES]
    of_movies[_MOVIES] += factors * _USER_TABLE[_USERS]
    return of_users, of_movies


def _wrong_steps() -> list[tuple[Tables, str, str]]:
    """List what comes out of each misconception, with its hint and its name."""
    slopes = _slopes()
    users, movies = _moved(_RATE)
    n = len(_STARS)
    pairs = len(_USER_TABLE) * len(_MOVIE_TABLE)
    own = [
        np.maximum(np.bincount(index, minlength=len(table)), 1)
        for index, table in ((_USERS, _USER_TABLE), (_MOVIES, _MOVIE_TABLE))
    ]

    def scaled(by_users: Any, by_movies: Any) -> Tables:
        return _moved(_RATE, (slopes[0] * by_users, slopes[1] * by_movies))

    uphill = (
        "The loss goes up: you went *with* the gradient. Subtract it; and mind that the derivative "
        "of (r - u v)² has a minus of its own.",
        "uphill",
    )
    alternate = (
        "The second table was worked out with the first one *already moved*. Compute both "
        "gradients from the tables as they were given, then move both.",
        "already moved",
    )
    one_table = (
        "Only one of the two tables has moved. Both have a gradient, and both move.",
        "one table only",
    )
    sums = (
        "You take the gradient of the *sum* of the squared errors. The loss is their mean: divide "
        "by the number of ratings.",
        "not the mean",
    )
    two = (
        "All moves are half as long as they should be: the derivative of a square has a factor "
        "of 2.",
        "factor 2",
    )
    repeats = (
        "`slopes[users] += parts` keeps only the last part where a user occurs several times. "
        "`np.add.at(slopes, users, parts)` adds them all up.",
        "repeats lost",
    )
    lost = _lost_repeats()
    return [
        (
            slopes,
            "That is the gradient itself. Return the *tables* after the step: each minus the rate "
            "times its gradient.",
            "gradient returned",
        ),
        (
            (_RATE * slopes[0], _RATE * slopes[1]),
            "That is the move itself. Return the *tables* after it: subtract it from each.",
            "gradient returned",
        ),
        (scaled(-1, -1), *uphill),
        (scaled(-0.5, -0.5), *uphill),
        (scaled(-n, -n), *uphill),
        (scaled(-n / 2, -n / 2), *uphill),
        (scaled(0.5, 0.5), *two),
        (scaled(n, n), *sums),
        (scaled(n / 2, n / 2), *sums),
        (
            scaled(n / pairs, n / pairs),
            "You divide by all pairs of a user and a movie. Only observed ratings count: divide by "
            "`len(stars)`.",
            "mean over all pairs",
        ),
        *(
            (
                scaled(factor * n / own[0][:, None], factor * n / own[1][:, None]),
                "You divide each row by its own number of ratings. The loss is one mean over all "
                "ratings: divide every row by `len(stars)`.",
                "mean of each row",
            )
            for factor in (1, 0.5)
        ),
        (
            scaled(1 / _RATE, 1 / _RATE),
            "You subtract the whole gradient. Multiply it by the rate first.",
            "rate forgotten",
        ),
        (
            scaled(1 / _RATE**2, 1 / _RATE**2),
            "You divide by the rate. Multiply the gradient by it.",
            "rate forgotten",
        ),
        ((users, _MOVIE_TABLE - _RATE * _slopes(users=users)[1]), *alternate),
        ((_USER_TABLE - _RATE * _slopes(movies=movies)[0], movies), *alternate),
        ((users, _MOVIE_TABLE), *one_table),
        ((_USER_TABLE, movies), *one_table),
        (
            _moved(_RATE, _slopes(own_rows=True)),
            "Each row moves along *itself*. The derivative with respect to a user's row is made "
            "of the **movies'** rows, and the reverse.",
            "own rows",
        ),
        (_moved(_RATE, lost), *repeats),
        (_moved(_RATE, (lost[0], slopes[1])), *repeats),
        (_moved(_RATE, (slopes[0], lost[1])), *repeats),
        (
            (_USER_TABLE, _MOVIE_TABLE),
            "Both tables come back as they were: subtract the rate times the gradient.",
            "nothing moved",
        ),
    ]
