"""The check of lesson 3.8 on the design matrix of one-hot users and movies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from workshop_pkg.exercises.array_answers import (
    Floats,
    Wrong,
    array_of,
    asked,
    blame,
    rows_of,
    same,
)
from workshop_pkg.exercises.registry import NotYet, exercise

# A movie's row number is also a user's, so that a missing shift shows; nobody is sorted.
_USERS, _MOVIES, _SIZES = np.array([2, 0, 1, 2]), np.array([1, 3, 0, 0]), (3, 4)
_OTHER_USERS, _OTHER_MOVIES, _OTHER_SIZES = np.array([4, 1]), np.array([1, 0]), (6, 2)
_WHAT = "a row for each rating and a column for each user, then for each movie"


@exercise("3.8-design-matrix")
def check_design_matrix(answer: object) -> str:
    """Judge a sparse matrix with two ones in each row."""
    value = asked(answer, _USERS, _MOVIES, *_SIZES)
    _explain(value)
    _require_sparse(value)
    other = asked(answer, _OTHER_USERS, _OTHER_MOVIES, *_OTHER_SIZES)
    expected = one_hot(_OTHER_USERS, _OTHER_MOVIES, *_OTHER_SIZES)
    if np.shape(other) != expected.shape or not same(_dense(other), expected):
        raise NotYet(
            f"Right for the first ratings. For the users {_OTHER_USERS.tolist()}, the movies "
            f"{_OTHER_MOVIES.tolist()}, 6 users and 2 movies in all, asked for are 8 columns, "
            f"{rows_of(expected)}. Not every user and movie has a rating in each part of a split: "
            "take the sizes from the arguments, not from the numbers seen.",
            "sizes from the data",
        )
    return "Two ones in each row, and nothing else is stored."


def one_hot(users: NDArray[Any], movies: NDArray[Any], n_users: int, n_movies: int) -> Floats:
    """Write the right matrix, with its zeros."""
    matrix = np.zeros((len(users), n_users + n_movies))
    matrix[np.arange(len(users)), users] = 1
    matrix[np.arange(len(users)), n_users + movies] = 1
    return matrix


def _dense(value: Any) -> Any:
    return value.toarray() if hasattr(value, "toarray") else np.asarray(value)


def _explain(value: Any) -> None:
    n_users, n_movies = _SIZES
    expected = one_hot(_USERS, _MOVIES, *_SIZES)
    shape = np.shape(value)
    if shape == expected.shape[::-1]:
        raise NotYet(
            f"You return the shape {shape}: the rows are the features. Exchange the two: {_WHAT}.",
            "transposed",
        )
    if shape == _SIZES:
        raise NotYet(
            "That is the table of users by movies. A factorization machine takes a row for each "
            f"*rating*: {_WHAT}.",
            "table of ratings",
        )
    if shape == (len(_USERS), 2):
        raise NotYet(
            "That is two columns of row numbers. As numbers they would say that user 2 is twice "
            "user 1. Give each user and each movie a column of its own, with a 1.",
            "row numbers as numbers",
        )
    if shape in ((len(_USERS), n_users), (len(_USERS), n_movies)):
        raise NotYet(
            f"You return {shape[1]} columns. There are {n_users} users *and* {n_movies} movies: "
            f"{n_users + n_movies} columns, the movies' behind the users'.",
            "one block only" if shape[1] == n_users else "movies not shifted",
        )
    if len(shape) == 2 and shape[0] == 2 * len(_USERS):
        raise NotYet(
            "You return two rows for each rating, one for the user and one for the movie. Both "
            "ones of a rating belong in the same row: use each row number twice.",
            "two rows each",
        )
    found = array_of(value, expected.shape, _WHAT)
    if same(found, expected):
        return
    blame(found, expected, _wrong_values(expected))
    raise NotYet(
        f"For the users {_USERS.tolist()} and the movies {_MOVIES.tolist()} asked for is "
        f"{rows_of(expected)}; you return {rows_of(found)}. Row 0: a 1 in column 2 for user 2, "
        "and a 1 in column 3 + 1 for movie 1.",
        "other",
    )


def _wrong_values(expected: Floats) -> list[Wrong]:
    n_users, n_movies = _SIZES
    rows = np.arange(len(_USERS))

    def filled(users: Any, movies: Any, of_users: Any = 1.0, of_movies: Any = 1.0) -> Floats:
        matrix = np.zeros_like(expected)
        np.add.at(matrix, (rows, users), of_users)
        np.add.at(matrix, (rows, movies), of_movies)
        return matrix

    shift = (
        "The movies' ones stand in the users' columns: movie 0 would be the same feature as user "
        "0. Shift them behind the users: column `n_users + movie_index`.",
        "movies not shifted",
    )
    values = (
        "The places are right, the values are not: a feature is there or it is not. Each value is "
        "1, neither the row number nor the rating.",
        "values not 1",
    )
    return [
        (filled(_USERS, _MOVIES), *shift),
        ((filled(_USERS, _MOVIES) > 0).astype(float), *shift),
        (
            filled(_USERS, _MOVIES + n_users - 1),
            "The movies' ones stand a column too far to the left: movie 0 falls upon the last "
            "user. Row numbers of `encode` start at 0: `n_users + movie_index`.",
            "counted from 1",
        ),
        (
            filled(_USERS + n_movies, _MOVIES),
            "The movies' columns come first in yours. Nothing is wrong with that in itself, but "
            "the lesson goes on with users first, then movies.",
            "movies first",
        ),
        (filled(_USERS, _MOVIES + n_users, _USERS, _MOVIES), *values),
        (filled(_USERS, _MOVIES + n_users, _USERS + 1, _MOVIES + 1), *values),
        (filled(_USERS, _MOVIES + n_users, 0.5, 0.5), *values),
        (
            filled(_USERS, _MOVIES + n_users, 1.0, 0.0),
            "Only the users' ones are there. Each row has two: the movie's is missing.",
            "one block only",
        ),
        (
            filled(_USERS, _MOVIES + n_users, 0.0, 1.0),
            "Only the movies' ones are there. Each row has two: the user's is missing.",
            "one block only",
        ),
        (
            expected[np.lexsort((_MOVIES, _USERS))],
            "The rows are sorted. Leave the ratings in the order that they come in, else the "
            "likes no longer belong to their rows.",
            "rows sorted",
        ),
    ]


def _require_sparse(value: Any) -> None:
    if sparse.issparse(value):
        if value.nnz != 2 * len(_USERS):
            raise NotYet(
                f"The numbers are right, but {value.nnz} are stored where {2 * len(_USERS)} are "
                "not zero. Make it of the places of the ones alone.",
                "zeros stored",
            )
        return
    raise NotYet(
        f"The numbers are right, but this `{type(value).__name__}` stores each zero, too: "
        "thousands a row on the full data. Make a sparse one: "
        "`sparse.csr_array((values, (rows, columns)), shape=...)`.",
        "dense",
    )
