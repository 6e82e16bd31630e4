"""The check of lesson 1.3 on predictions by the mean and two biases."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Floats = npt.NDArray[np.float64]


def _train_and_test() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make ratings in which every step of the bias baseline shows.

    User 9 and movie 99 are new; what is predicted for user 5 and movie 10 lies beyond five stars.
    """
    train = pd.DataFrame(
        {
            "user_id": [1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5],
            "movie_id": [10, 11, 12, 10, 13, 11, 12, 13, 10, 12, 11, 13],
            "rating": [5, 4, 3, 4, 2, 3, 1, 2, 5, 4, 5, 5],
        }
    )
    test = pd.DataFrame(
        {
            "user_id": [4, 9, 2, 1, 9, 3, 5],
            "movie_id": [11, 10, 99, 13, 99, 10, 10],
            "rating": [2, 5, 1, 4, 1, 5, 4],
        },
        index=[17, 4, 25, 8, 11, 2, 20],
    )
    return train, test


def _shrunk(
    values: pd.Series[Any], keys: pd.Series[Any], damping: float, of: pd.Series[Any]
) -> pd.Series[Any]:
    """Give the damped mean of the values of each key, looked up for the keys `of`."""
    groups = values.groupby(keys)
    return of.map(groups.sum() / (groups.count() + damping))


def _with_biases(
    train: pd.DataFrame,
    test: pd.DataFrame,
    damping: float | tuple[float, float],
    first: str = "movie_id",
) -> Floats:
    """Predict by mean + movie bias + user bias; the bias of `first` is taken first.

    A pair of dampings is one for the bias of `first` and one for the other bias.
    """
    of_first, of_second = damping if isinstance(damping, tuple) else (damping, damping)
    second = "user_id" if first == "movie_id" else "movie_id"
    mean = train["rating"].mean()
    left = train["rating"] - mean
    bias = _shrunk(left, train[first], of_first, test[first]).fillna(0)
    left = left - _shrunk(left, train[first], of_first, train[first])
    bias = bias + _shrunk(left, train[second], of_second, test[second]).fillna(0)
    return np.asarray(mean + bias, dtype=np.float64)


@exercise("1.3-bias-baseline")
def check_bias_baseline(answer: object) -> str:
    """Judge predictions by the mean, the movie's bias and the user's bias, all damped."""
    for damping in (1.0, 4.0):
        train, test = _train_and_test()
        value = attempt(answer, train, test, damping)
        found = _one_number_a_row(value, train, test)
        expected = _with_biases(train, test, damping)
        if not np.allclose(found, expected):
            _explain_biases(found, expected, damping)
    return "Mean, movie, user, each learned from the training part alone."


def _one_number_a_row(value: Any, train: pd.DataFrame, test: pd.DataFrame) -> Floats:
    n = len(test)
    try:
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.empty((0, 0))
    if found.ndim == 1 and found.size > len(train) + n:
        raise NotYet(
            f"You return {found.size:,} numbers for a test part of {n} rows. Use the function's "
            "arguments `train` and `test`, not frames from earlier cells.",
            "not the argument",
        )
    if found.ndim == 1 and 0 < found.size < n:
        raise NotYet(
            f"You return {found.size} numbers for a test part of {n} rows. An inner `merge` drops "
            'users and movies that are not in `train`: use `map`, or `how="left"`.',
            "rows dropped",
        )
    if found.shape != (n,):
        raise NotYet(
            f"The test part has {n} rows: return one number for each, in their order. You return "
            f"a `{type(value).__name__}` with the shape {np.shape(value)}.",
            "wrong shape",
        )
    if np.isnan(found).any():
        raise NotYet(
            f"{int(np.isnan(found).sum())} predictions are missing: this test part has a user and "
            "a movie that are not in the training part. What is not known counts for nothing: "
            "give them a bias of 0 (`.map(...).fillna(0)`).",
            "unseen gives NaN",
        )
    return found


def _explain_biases(found: Floats, expected: Floats, damping: float) -> None:
    for wrong, message, misconception in _wrong_biases(damping):
        if np.allclose(found, wrong):
            raise NotYet(message, misconception)
    if np.allclose(np.sort(found), np.sort(expected)):
        raise NotYet(
            "The numbers are right, in another order than the rows of the test part. "
            "`test[...].map(...)` keeps the order.",
            "row order",
        )
    if np.allclose(found, expected.clip(1, 5)):
        raise NotYet(
            "You cut the predictions off at the ends of the scale. Sensible, but the exercise asks "
            "for the plain sum, so that we all compare the same numbers.",
            "clipped",
        )
    seen = [0, 3, 5, 6]
    if np.allclose(found[seen], expected[seen]):
        raise NotYet(
            "Right for known users and movies. For an unknown one only its own bias is 0: the "
            "mean and the other bias stay.",
            "wrong fallback",
        )
    raise NotYet(
        "Follow the three steps in order: the mean; the damped movie bias of what is left; the "
        "damped user bias of what is left then. All from `train`.",
        "other",
    )


def _wrong_biases(damping: float) -> list[tuple[Floats, str, str]]:
    """List what comes out of each misconception, with its hint and its name."""
    train, test = _train_and_test()
    both = pd.concat([train, test])
    mean, everything = train["rating"].mean(), both["rating"].mean()
    rating, left = train["rating"], train["rating"] - mean
    movie = _shrunk(left, train["movie_id"], damping, test["movie_id"]).fillna(0)
    user_alone = _shrunk(left, train["user_id"], damping, test["user_id"]).fillna(0)
    user = pd.Series(_with_biases(train, test, damping), index=test.index) - mean - movie
    leak = (
        "The ratings of the test part went into your mean or your biases: then the test is no "
        "test. Learn from `train` alone.",
        "leak",
    )
    mean_left_in = (
        "Your predictions are far too high, for a bias is a difference. Subtract the mean from the "
        "ratings before you average them.",
        "mean not removed",
    )
    movie_mean = _shrunk(rating, train["movie_id"], damping, test["movie_id"]).fillna(0)
    user_mean = _shrunk(rating, train["user_id"], damping, test["user_id"]).fillna(0)
    rows: list[tuple[Any, str, str]] = [
        (_with_biases(both, test, damping), *leak),
        (everything + movie + user, *leak),
        (
            mean + movie + user_alone,
            "Your user bias still holds the movies' share: somebody who picks good movies looks "
            "generous. Subtract the movie's bias, too, before you average over the user.",
            "movie bias not removed",
        ),
        (
            _with_biases(train, test, damping, first="user_id"),
            "You take the user's bias first and the movie's from what is left. Sensible, but the "
            "exercise asks for the movie first, so that we all compare the same numbers.",
            "user first",
        ),
        (
            _with_biases(train, test, 0.0),
            "These are plain means: `damping` is not used. Divide the sum by `count + damping`.",
            "no damping",
        ),
        (
            _with_biases(train, test, (0.0, damping)),
            "The user's bias is damped, the movie's is not: divide that sum by `count + damping`, "
            "too.",
            "one not damped",
        ),
        (
            _with_biases(train, test, (damping, 0.0)),
            "The movie's bias is damped, the user's is not: divide that sum by `count + damping`, "
            "too.",
            "one not damped",
        ),
        (mean + movie, "The user's bias is missing from your sum.", "one bias"),
        (mean + user, "The movie's bias is missing from your sum.", "one bias"),
        (mean + user_alone, "The movie's bias is missing from your sum.", "one bias"),
        (movie + user, "The mean itself is missing from your sum.", "mean not added"),
        (mean + movie_mean + user_mean, *mean_left_in),
        (movie_mean + user_mean, *mean_left_in),
        (mean + movie_mean + user, *mean_left_in),
    ]
    return [(np.asarray(wrong, dtype=np.float64), hint, name) for wrong, hint, name in rows]
