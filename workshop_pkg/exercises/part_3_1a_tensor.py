"""The check of lesson 3.1 on the sparse tensor of ratings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise
from workshop_pkg.preprocessing import Encoded, encode

# Ids with gaps, not in order. The users 5 and 9 and the movies 20 and 60 have ratings in the test
# part only: one of each in the middle, and the last.
_ALL = pd.DataFrame(
    {
        "user_id": [7, 2, 9, 8, 5, 2, 7, 9],
        "movie_id": [50, 11, 60, 11, 20, 50, 11, 11],
        "rating": [4, 2, 5, 1, 3, 5, 2, 4],
        "unix_timestamp": [8, 7, 6, 5, 4, 3, 2, 1],
    }
)
_TRAIN = _ALL[~_ALL["user_id"].isin([5, 9])]
# Rows that are in order already.
_OTHER = _TRAIN.sort_values(["user_id", "movie_id"]).iloc[:3]


@exercise("3.1-sparse-tensor")
def check_sparse_tensor(answer: object) -> str:
    """Judge the sparse tensor of a part of the ratings."""
    encoded = encode(_ALL)
    _judge(_asked(answer, _TRAIN, encoded), _TRAIN, encoded)
    again = _asked(answer, _OTHER, encoded)
    if _entries(again) != _expected(_OTHER, encoded):
        raise NotYet(
            "Right for one part of the ratings, wrong for another one: use the arguments `ratings` "
            "and `encoded`.",
            "fixed",
        )
    return "Only the ratings are stored, and the shape has room for everybody."


def _asked(answer: object, ratings: pd.DataFrame, encoded: Encoded) -> Any:
    """Ask for the tensor; give it, if it is one."""
    import tensorflow as tf

    try:
        value = attempt(answer, ratings, encoded)
    except NotYet as verdict:
        if "not compatible" in verdict.message or "must be equal" in verdict.message:
            raise NotYet(
                "`indices` has a row for each rating, its user's index and its movie's: shape "
                "(number of ratings, 2). Yours has another shape: `np.stack([users, movies], "
                "axis=1)` sets two lists side by side.",
                "rows and columns of the indices",
            ) from None
        if "is not among" in verdict.message:
            raise NotYet(
                "You look up ids that are not in this part: use the arguments `ratings` and "
                "`encoded`, not frames from earlier cells.",
                "not the argument",
            ) from None
        raise
    if not isinstance(value, tf.SparseTensor):
        shape = getattr(value, "shape", None)
        if shape is not None and tuple(shape) == (encoded.n_users, encoded.n_movies):
            raise NotYet(
                f"You return a `{type(value).__name__}` with a place for each pair of user and "
                "movie. A `tf.SparseTensor` stores the ratings only.",
                "not sparse",
            )
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is a `tf.SparseTensor`, made of "
            "indices, values and dense_shape.",
            "not a sparse tensor",
        )
    return value


def _entries(tensor: Any) -> tuple[list[tuple[int, ...]], list[float], tuple[int, ...]]:
    """Give a tensor's indices, values and shape as plain Python."""
    indices = [tuple(int(place) for place in row) for row in np.asarray(tensor.indices)]
    values = [float(value) for value in np.asarray(tensor.values)]
    return indices, values, tuple(int(size) for size in np.asarray(tensor.dense_shape))


def _expected(
    ratings: pd.DataFrame, encoded: Encoded
) -> tuple[list[tuple[int, ...]], list[float], tuple[int, ...]]:
    """Give the right indices, values and shape, row after row."""
    users = encoded.user_index(ratings["user_id"])
    movies = encoded.movie_index(ratings["movie_id"])
    rows = sorted(zip(users.tolist(), movies.tolist(), ratings["rating"].tolist(), strict=True))
    indices: list[tuple[int, ...]] = [(user, movie) for user, movie, _ in rows]
    return indices, [float(stars) for *_, stars in rows], (encoded.n_users, encoded.n_movies)


def _judge(tensor: Any, ratings: pd.DataFrame, encoded: Encoded) -> None:
    """Raise the hint for what is wrong, if anything is."""
    indices, values, shape = _entries(tensor)
    right_indices, right_values, right_shape = _expected(ratings, encoded)
    if len(indices) != len(right_indices):
        if len(indices) == len(_ALL):
            raise NotYet(
                f"Your tensor holds {len(indices)} ratings, and the part has {len(right_indices)}: "
                "`encoded.ratings` has the test ratings, too. Take the rows of the argument "
                "`ratings`, and from `encoded` only the way from an id to its index.",
                "test ratings in training",
            )
        raise NotYet(
            f"Your tensor holds {len(indices)} ratings, and the part that was passed has "
            f"{len(right_indices)}. Use the argument `ratings`, all of its rows.",
            "not the argument",
        )
    _judge_indices(indices, values, ratings, encoded)
    if shape != right_shape:
        _explain_shape(shape, right_shape)
    kind = np.asarray(tensor.values).dtype
    if kind != np.float32:
        what = "whole numbers" if kind.kind in "iu" else "numbers of double size"
        raise NotYet(
            f"The values are {what} ({kind}). Predictions are float32, and TensorFlow subtracts "
            'only what has the same type: `.astype("float32")`.',
            "type of the values",
        )
    if indices != right_indices:
        raise NotYet(
            "All ratings are there, but not in order. TensorFlow wants the indices row after row, "
            "and from left to right within a row: `tf.sparse.reorder(tensor)` does it.",
            "not in order",
        )
    assert values == right_values


def _judge_indices(
    indices: list[tuple[int, ...]],
    values: list[float],
    ratings: pd.DataFrame,
    encoded: Encoded,
) -> None:
    """Compare which rating stands where, whatever the order."""
    right_indices, right_values, _ = _expected(ratings, encoded)
    seen = sorted(zip(indices, values, strict=True))
    if seen == sorted(zip(right_indices, right_values, strict=True)):
        return
    if seen == sorted(
        ((movie, user), value)
        for (user, movie), value in zip(right_indices, right_values, strict=True)
    ):
        raise NotYet(
            "Movies stand first in your indices, users second. A row of the matrix is a user: "
            "first the user's index, then the movie's.",
            "users and movies exchanged",
        )
    if any(set(indices) == ids for ids in _with_ids(ratings, encoded)):
        raise NotYet(
            "Ids stand in your indices. Ids have gaps, and need not start at 0: "
            "`encoded.user_index(...)` and `encoded.movie_index(...)` turn them into row and "
            "column numbers without gaps.",
            "ids not re-indexed",
        )
    if set(indices) == set(_expected(ratings, encode(ratings))[0]):
        raise NotYet(
            "You number the users and movies of this part anew. Then the rows and columns of the "
            "training part and of the test part mean different ones: take the numbers from "
            "`encoded`, which is the same for all parts.",
            "encoded anew",
        )
    if sorted(indices) == sorted(right_indices):
        raise NotYet(
            "The places are right, but ratings stand at each other's: indices and values must stay "
            "in step. Sort both together, with `tf.sparse.reorder(tensor)`.",
            "values out of step",
        )
    raise NotYet(
        f"The first rating of the part belongs to the index {right_indices[0]}; yours are "
        f"{indices[:3]} and so on. Follow the hint for `indices`.",
        "other",
    )


def _with_ids(ratings: pd.DataFrame, encoded: Encoded) -> Iterator[set[tuple[int, int]]]:
    """Give the indices that come out where ids are taken for one or both of them."""
    users = encoded.user_index(ratings["user_id"])
    movies = encoded.movie_index(ratings["movie_id"])
    for off in (0, 1):  # "ids minus 1" looks right on MovieLens 100K
        user_ids = ratings["user_id"].to_numpy() - off
        movie_ids = ratings["movie_id"].to_numpy() - off
        for first, second in ((user_ids, movie_ids), (users, movie_ids), (user_ids, movies)):
            yield set(zip(first.tolist(), second.tolist(), strict=True))


def _explain_shape(shape: tuple[int, ...], right: tuple[int, ...]) -> None:
    """Tell why the shape is wrong."""
    if shape == right[::-1]:
        raise NotYet(
            f"`dense_shape` is {shape}: users go down, movies to the right, so it is {right}.",
            "shape exchanged",
        )
    if all(seen < wanted for seen, wanted in zip(shape, right, strict=True)):
        raise NotYet(
            f"`dense_shape` is {shape}, counted in this part. Somebody, or some movie, has ratings "
            f"in the test part only, and needs a row or column, too: {right}, from "
            "`encoded.n_users` and `encoded.n_movies`.",
            "shape from the part",
        )
    raise NotYet(
        f"`dense_shape` is {shape}, and there are {right[0]} users and {right[1]} movies: "
        "`(encoded.n_users, encoded.n_movies)`.",
        "shape",
    )
