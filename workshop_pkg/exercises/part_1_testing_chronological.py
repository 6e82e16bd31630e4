"""The check of lesson 1.3 on a chronological split of each user's ratings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Pairs = set[tuple[int, int]]

# Three users who came one after the other, rows in no order; the movie ids say nothing of time.
_USERS = [10] * 8 + [20] * 4 + [30] * 4
_MOVIES = [3, 8, 1, 6, 2, 7, 5, 4, 2, 9, 1, 6, 8, 1, 9, 3]
_ROW_ORDER = [14, 6, 3, 10, 0, 12, 7, 9, 5, 13, 1, 8, 15, 2, 11, 4]

# What the lesson goes on to use.
_COLUMNS = ("user_id", "movie_id", "rating", "unix_timestamp")


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
        lost = [name for name in _COLUMNS if name not in part.columns]
        if lost:
            raise NotYet(
                f"Your parts lack the column `{lost[0]}`. `groupby(...).apply(...)`, `set_index` "
                "and a choice of columns take some away; a mask on the whole frame keeps them all.",
                "lost columns",
            )
    return value[0], value[1]


def _check_is_a_split(ratings: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame) -> None:
    came_out = len(train) + len(test)
    if came_out > len(ratings) and not _pairs(train) | _pairs(test) <= _pairs(ratings):
        raise NotYet(
            f"{len(ratings)} ratings went in, {came_out:,} others came out. Split the function's "
            "argument `ratings`, not `data.ratings` or a frame from an earlier cell.",
            "not the argument",
        )
    if _pairs(train) & _pairs(test):
        raise NotYet(
            "Some ratings are in both parts: the model would be tested on what it was shown. "
            "The training part is what is not in the test part: `ratings[~in_test]`.",
            "overlap",
        )
    if came_out != len(ratings) or _pairs(train) | _pairs(test) != _pairs(ratings):
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
