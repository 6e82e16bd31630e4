"""Checks of lesson 1.3: a chronological split, the RMSE, and the bias baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Pairs = set[tuple[int, int]]
Floats = npt.NDArray[np.float64]

# Three users who came one after the other, rows in no order; the movie ids say nothing of time.
_USERS = [10] * 8 + [20] * 4 + [30] * 4
_MOVIES = [3, 8, 1, 6, 2, 7, 5, 4, 2, 9, 1, 6, 8, 1, 9, 3]
_ROW_ORDER = [14, 6, 3, 10, 0, 12, 7, 9, 5, 13, 1, 8, 15, 2, 11, 4]


def _some_ratings() -> pd.DataFrame:
    in_time_order = pd.DataFrame(
        {
            "user_id": _USERS,
            "movie_id": _MOVIES,
            "rating": [4, 3, 5, 2, 4, 1, 5, 3, 4, 4, 2, 5, 3, 1, 4, 5],
            "unix_timestamp": range(880_000_000, 880_000_000 + 100 * len(_USERS), 100),
        }
    )
    return in_time_order.iloc[_ROW_ORDER].reset_index(drop=True)


def _pairs(frame: pd.DataFrame) -> Pairs:
    return set(zip(frame["user_id"].tolist(), frame["movie_id"].tolist(), strict=True))


def _last_of_each_user(ratings: pd.DataFrame, share: float) -> Pairs:
    """Give the pairs in the last rows of each user, in the order in which the rows stand."""
    after = ratings.groupby("user_id").cumcount(ascending=False)
    total = ratings.groupby("user_id")["movie_id"].transform("size")
    return _pairs(ratings[after < share * total])


@exercise("1.3-chronological-split")
def check_chronological_split(answer: object) -> str:
    """Judge a split that holds out the newest share of each user's ratings."""
    for share in (0.25, 0.5):
        ratings = _some_ratings()
        train, test = _two_frames(attempt(answer, ratings, share))
        _check_is_a_split(ratings, train, test)
        _check_newest(ratings, train, test, share)
    return "Each user's newest ratings are held out: nobody's past is predicted from their future."


def _two_frames(value: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise NotYet(
            "Return two frames, the training part first: `return train, test`.", "not two frames"
        )
    for part in value:
        if not isinstance(part, pd.DataFrame):
            raise NotYet(
                f"One of the two parts is of type `{type(part).__name__}`, where a frame of "
                "ratings is expected. A mask such as `in_test` picks rows: `ratings[in_test]`.",
                "not two frames",
            )
        lost = [name for name in ("user_id", "movie_id", "rating") if name not in part.columns]
        if lost:
            raise NotYet(
                f"Your parts lack the column `{lost[0]}`. `groupby(...).apply(...)` and "
                "`set_index` take columns away; a mask on the whole frame keeps them all.",
                "lost columns",
            )
    return value[0], value[1]


def _check_is_a_split(ratings: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame) -> None:
    if _pairs(train) & _pairs(test):
        raise NotYet(
            "Some ratings are in both parts: the model would be tested on what it was shown. "
            "The training part is what is not in the test part: `ratings[~in_test]`.",
            "overlap",
        )
    if len(train) + len(test) != len(ratings) or _pairs(train) | _pairs(test) != _pairs(ratings):
        raise NotYet(
            f"{len(ratings)} ratings went in, {len(train)} + {len(test)} came out. Each rating "
            "belongs to exactly one part.",
            "lost ratings",
        )


def _check_newest(
    ratings: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame, share: float
) -> None:
    by_time = ratings.sort_values("unix_timestamp")
    expected, found = _last_of_each_user(by_time, share), _pairs(test)
    if found == expected:
        return
    oldest = _last_of_each_user(by_time.iloc[::-1], share)
    if found == oldest or (share < 0.5 and _pairs(train) == oldest):
        raise NotYet(
            "You train on the new and test on the old: the model knows the future of every "
            "rating it predicts. Which end of the sorted rows is the newest?",
            "trained on the future",
        )
    if share < 0.5 and _pairs(train) == expected:
        raise NotYet(
            "The parts are the wrong way round: return the training part first, then the test "
            "part.",
            "swapped",
        )
    _check_not_blind_to_time(ratings, found, share)
    held_out = test.groupby("user_id").size().reindex([10, 20, 30], fill_value=0)
    total = ratings.groupby("user_id").size()
    if share == 0.5 and (held_out == 0.25 * total).all():
        raise NotYet(
            "For `test_ratio=0.5` you hold out a quarter, too: use the argument.", "ratio ignored"
        )
    if ((held_out == 0) | (held_out == total)).any():
        raise NotYet(
            "Whole users fall into one part: you cut the whole table at one place. Here the cut "
            "is made for each user: `groupby` the user, then number the rows with `cumcount`.",
            "whole table",
        )
    if (held_out != share * total).any():
        raise NotYet(
            f"The users have {', '.join(map(str, total))} ratings, of which a share of {share} is "
            f"to be held out, but you hold out {', '.join(map(str, held_out))}.",
            "wrong number",
        )
    raise NotYet(
        "The number of test ratings is right for each user, but some of their training ratings "
        "are newer. Sort by `unix_timestamp` before you cut.",
        "not by time",
    )


def _check_not_blind_to_time(ratings: pd.DataFrame, found: Pairs, share: float) -> None:
    size = round(share * len(ratings))
    if found in (_last_of_each_user(ratings, share), _pairs(ratings.tail(size))):
        raise NotYet(
            "You hold out the last rows, but the rows of a file stand in no order of time. Sort "
            "by `unix_timestamp` first.",
            "file order",
        )
    by_movie = ratings.sort_values("movie_id")
    ids = (by_movie, by_movie.iloc[::-1])
    if found in [_last_of_each_user(order, share) for order in ids]:
        raise NotYet(
            "You sort by the movie's id, which says nothing of time: sort by `unix_timestamp`.",
            "sorted by id",
        )


@exercise("1.3-rmse")
def check_rmse(answer: object) -> str:
    """Judge a root mean squared error."""
    actual, predicted = np.array([4.0, 3.0, 5.0, 1.0]), np.array([3.0, 3.0, 3.0, 2.0])
    value = attempt(answer, actual, predicted)
    if np.size(value) != 1:
        raise NotYet(
            "You return a number for each rating. The RMSE is one number for all of them: take "
            "the mean of the squares.",
            "not one number",
        )
    if not close(value, float(np.sqrt(1.5))):
        _explain_error_measure(value, actual - predicted)
    for other in ([2.0, 2.0, 5.0], [3.0, 5.0, 1.0]):
        expected = float(np.sqrt(np.mean((np.array([3.0, 5.0, 1.0]) - other) ** 2)))
        if not close(attempt(answer, np.array([3.0, 5.0, 1.0]), np.array(other)), expected):
            raise NotYet(
                "Right for one set of ratings, wrong for another: compute with the arguments, "
                "not with fixed numbers.",
                "fixed numbers",
            )
    return "In stars, and large errors weigh more than small ones."


def _explain_error_measure(value: Any, errors: Floats) -> None:
    squares, n = errors**2, errors.size
    mean_error = float(errors.mean())
    known: list[tuple[float, str, str]] = [
        (
            float(squares.mean()),
            "That is the mean of the squares. Its unit is stars squared: the square root brings "
            "it back to stars.",
            "forgot the root",
        ),
        (
            float(np.abs(errors).mean()),
            "That is the mean absolute error (MAE). The RMSE squares each error before the mean; "
            "the root comes after the mean.",
            "absolute error",
        ),
        (
            float(np.sqrt(squares.sum())),
            "That is the root of the sum: it grows with the number of ratings. Take the mean of "
            "the squares.",
            "sum in place of mean",
        ),
        (
            float(squares.sum()),
            "That is the sum of the squares: take their mean, then the root.",
            "sum in place of mean",
        ),
        (
            float(np.sqrt(squares.sum()) / n),
            "You divide by the number of ratings after the root; the mean comes before the root.",
            "root before mean",
        ),
        (
            float(np.sqrt(squares.sum() / (n - 1))),
            "You divide by one less than the number of ratings. That is for estimating a "
            "variance; here the plain mean is asked for.",
            "n minus one",
        ),
        (
            float(errors.std()),
            "That is the spread of the errors around their own mean, so that a predictor one star "
            "too high everywhere gets away with it. Do not subtract the mean error.",
            "spread of the errors",
        ),
    ]
    known += [
        (
            swapped,
            "You take the mean of the errors before you square it: errors up and down cancel. "
            "Square each error first, then take the mean.",
            "square of the mean",
        )
        for swapped in (mean_error, -mean_error, mean_error**2)
    ]
    for wrong, message, misconception in known:
        if close(value, wrong):
            raise NotYet(message, misconception)
    raise NotYet(
        "The errors here are 1, 0, 2 and -1. Square each, take the mean of the squares, then its "
        f"square root. You return {value}.",
        "other",
    )


def _train_and_test() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make ratings in which every step of the bias baseline shows; user 9, movie 99 are new."""
    train = pd.DataFrame(
        {
            "user_id": [1, 1, 1, 2, 2, 3, 3, 3, 4, 4],
            "movie_id": [10, 11, 12, 10, 13, 11, 12, 13, 10, 12],
            "rating": [5, 4, 3, 4, 2, 3, 1, 2, 5, 4],
        }
    )
    test = pd.DataFrame(
        {
            "user_id": [4, 9, 2, 1, 9, 3],
            "movie_id": [11, 10, 99, 13, 99, 10],
            "rating": [2, 5, 1, 4, 1, 5],
        },
        index=[17, 4, 25, 8, 11, 2],
    )
    return train, test


def _shrunk(
    values: pd.Series[Any], keys: pd.Series[Any], damping: float, of: pd.Series[Any]
) -> pd.Series[Any]:
    """Give the damped mean of the values of each key, looked up for the keys `of`."""
    groups = values.groupby(keys)
    return of.map(groups.sum() / (groups.count() + damping))


def _with_biases(
    train: pd.DataFrame, test: pd.DataFrame, damping: float, first: str = "movie_id"
) -> Floats:
    """Predict by mean + movie bias + user bias; the bias of `first` is taken first."""
    second = "user_id" if first == "movie_id" else "movie_id"
    mean = train["rating"].mean()
    left = train["rating"] - mean
    bias = _shrunk(left, train[first], damping, test[first]).fillna(0)
    left = left - _shrunk(left, train[first], damping, train[first])
    bias = bias + _shrunk(left, train[second], damping, test[second]).fillna(0)
    return np.asarray(mean + bias, dtype=np.float64)


@exercise("1.3-bias-baseline")
def check_bias_baseline(answer: object) -> str:
    """Judge predictions by the mean, the movie's bias and the user's bias, all damped."""
    for damping in (1.0, 4.0):
        train, test = _train_and_test()
        value = attempt(answer, train, test, damping)
        found = _one_number_a_row(value, len(test))
        expected = _with_biases(train, test, damping)
        if not np.allclose(found, expected):
            _explain_biases(found, expected, damping)
    return "Mean, movie, user, each learned from the training part alone."


def _one_number_a_row(value: Any, n: int) -> Floats:
    try:
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.empty((0, 0))
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
    seen = [0, 3, 5]
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
        "Your predictions leave the scale, for a bias is a difference. Subtract the "
        "mean from the ratings before you average them.",
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
        (mean + movie, "The user's bias is missing from your sum.", "one bias"),
        (mean + user, "The movie's bias is missing from your sum.", "one bias"),
        (mean + user_alone, "The movie's bias is missing from your sum.", "one bias"),
        (movie + user, "The mean itself is missing from your sum.", "mean not added"),
        (mean + movie_mean + user_mean, *mean_left_in),
        (movie_mean + user_mean, *mean_left_in),
        (mean + movie_mean + user, *mean_left_in),
    ]
    return [(np.asarray(wrong, dtype=np.float64), hint, name) for wrong, hint, name in rows]
