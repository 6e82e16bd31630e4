"""The check of lesson 2.2 on recommending what is popular within a user's group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# Ids that no data set has, so that an answer from another table is noticed.
_FIRST_USER, _FIRST_MOVIE = 90_000, 700_000
# Two groups: users 1 to 5, of which we recommend to 1, and users 6 to 12.
_GROUPS = [4] * 5 + [2] * 7
# Movie: who rated it, and with how many stars. User 1 has seen 4 and 7. The order of the ids is
# neither that of the counts nor its reverse.
_RATED: dict[int, tuple[list[int], list[int]]] = {
    4: ([1, 2, 3, 4, 5], [5, 5, 5, 5, 5]),
    7: ([1, 2, 3, 4, 6, 7, 10], [3, 5, 5, 4, 3, 3, 3]),
    5: ([2, 3, 4, 5, 8], [2, 2, 1, 2, 2]),
    2: ([2, 3, 4], [5, 5, 4]),
    6: ([3, 5, 6, 9], [5, 4, 5, 5]),
    3: ([5], [5]),
    1: ([6, 7, 8, 9, 10, 11, 12], [4, 4, 4, 4, 5, 4, 4]),
    8: ([6, 7, 8, 9, 10, 11], [5, 5, 5, 4, 5, 5]),
}
_SEEN = {4, 7}
_EXPECTED = [5, 2, 6, 3]


def _training_part() -> tuple[pd.DataFrame, pd.Series]:
    rows = [
        (_FIRST_USER + user, _FIRST_MOVIE + movie, stars)
        for movie, (users, given) in _RATED.items()
        for user, stars in zip(users, given, strict=True)
    ]
    train = pd.DataFrame(rows, columns=["user_id", "movie_id", "rating"])
    train["unix_timestamp"] = 880_000_000 + 50 * train.index
    users = pd.Index(_FIRST_USER + np.arange(1, len(_GROUPS) + 1), name="user_id")
    labels = pd.Series(_GROUPS, index=users, name="cluster")
    return train.sample(frac=1, random_state=0).reset_index(drop=True), labels


@exercise("2.2-recommend-for-cluster")
def check_recommend_for_cluster(answer: object) -> str:
    """Judge a list of the movies that most users of a user's group rated, without those seen."""
    train, labels = _training_part()
    for n in (3, 2):
        found = _movie_numbers(_try(answer, train, labels, n))
        _check_list(found, n)
    other = _movie_numbers(_try(answer, train, labels, 2, user=12))
    if other != [8, 7]:
        raise NotYet(
            "Right for one user, wrong for another one in another group: look the group up with "
            "`labels[user_id]`, and what that user has seen in `train`.",
            "fixed user",
        )
    return (
        "The same list for a whole group, but for what each has seen: cheap, and easy to explain."
    )


def _try(answer: object, train: pd.DataFrame, labels: pd.Series, n: int, user: int = 1) -> Any:
    try:
        return attempt(answer, train, labels, _FIRST_USER + user, n)
    except NotYet as verdict:
        if verdict.misconception == "error" and f"KeyError: {_FIRST_USER + user}" in (
            verdict.message.replace("np.int64(", "").replace(")", "")
        ):
            raise NotYet(
                f"The user {_FIRST_USER + user} of this check is not in the labels that your "
                "function looks at. Use its arguments `train` and `labels`, not names from an "
                "earlier cell.",
                "not the argument",
            ) from None
        raise


def _movie_numbers(value: Any) -> list[int]:
    if isinstance(value, pd.DataFrame | dict):
        raise NotYet(
            f"Return a list of movie ids, the most popular first; you return a "
            f"`{type(value).__name__}`.",
            "not a list of ids",
        )
    if (
        isinstance(value, pd.Series)
        and not value.isin(_ids()).any()
        and value.index.isin(_ids()).any()
    ):
        raise NotYet(
            "You return the counts, and the movie ids are their index: `.index.tolist()`.",
            "counts in place of ids",
        )
    try:
        ids = [int(movie) for movie in value]
    except (TypeError, ValueError):
        raise NotYet(
            "Return a list of movie ids, such as `[12, 7, 30]`, the most popular first.",
            "not a list of ids",
        ) from None
    if not set(ids) <= set(_ids()):
        strange = next(movie for movie in ids if movie not in _ids())
        raise NotYet(
            f"You recommend the movie {strange}, which nobody in `train` has rated. Use the "
            "function's argument `train`, not a table from an earlier cell; the test part must "
            "not be looked at, either.",
            "not the argument",
        )
    return [movie - _FIRST_MOVIE for movie in ids]


def _ids() -> list[int]:
    return [_FIRST_MOVIE + movie for movie in _RATED]


def _check_list(found: list[int], n: int) -> None:
    expected = _EXPECTED[:n]
    if found == expected:
        return
    if not found:
        raise NotYet(
            "Your list is empty, but the user's group has rated movies that the user has not. "
            "Which rows of `train` are of users with the same label? And drop only what this user "
            "has seen, not what the whole group has.",
            "empty list",
        )
    if set(found) & _SEEN:
        raise NotYet(
            "Your list has movies that the user has rated already. Leave out those that stand in "
            "`train` for this user.",
            "seen movies left in",
        )
    if found == [1, 8]:
        raise NotYet(
            "You drop every movie that somebody in the group has seen. Drop only those that this "
            "user has seen.",
            "group's movies dropped",
        )
    if len(found) < n and found == expected[: len(found)]:
        raise NotYet(
            f"The list is too short: {len(found)} of {n}. Drop the seen movies before you cut the "
            "list to n, not after.",
            "cut before dropping",
        )
    if len(found) != n and found[:n] == expected:
        raise NotYet(
            f"The order is right, but you return {len(found)} movies where n is {n}: cut the list "
            "there.",
            "n ignored",
        )
    for order, message, misconception in _known():
        if len(found) >= n and found[:n] == order[:n]:
            raise NotYet(message, misconception)
    raise NotYet(
        "In the user's group, count for each movie how many have rated it; leave out what the user "
        "has seen; the largest counts come first.",
        "other",
    )


def _known() -> list[tuple[list[int], str, str]]:
    """List what comes out of each misconception, with its hint and its name."""
    everywhere = (
        "These are the most popular among all users. Keep only the ratings of users with the same "
        "label before you count.",
        "global popularity",
    )
    by_mean = (
        "You order by the mean rating, so that a movie with one rating of 5 comes first. Count the "
        "ratings instead: how many of the group chose it.",
        "mean rating",
    )
    ascending = (
        "The smallest count comes first in your list. Sort from the largest down: "
        "`ascending=False`."
    )
    return [
        ([1, 8, 5], *everywhere),
        ([3, 2, 6], *by_mean),
        ([3, 8, 6], *by_mean),
        (
            [2, 6, 5],
            "You add up the stars. Asked for is the number of ratings: a movie that many chose "
            "counts, whatever they gave.",
            "sum of stars",
        ),
        (
            [2, 6, 3],
            "You count only ratings of 4 stars and more. Count them all: a movie that many chose "
            "counts, whatever they gave.",
            "likes only",
        ),
        (
            [5, 6, 2],
            "Your list holds the group's movies, but counted over all users. Count the ratings of "
            "the group alone.",
            "counted over all",
        ),
        (
            [1, 8, 6],
            "These are popular in another group. Keep the users whose label is `labels[user_id]`.",
            "another group",
        ),
        ([3, 6, 2], ascending, "ascending"),
        ([6, 2, 5], ascending, "ascending"),
        (
            [2, 3, 5],
            "These stand in the order of their ids. Sort by the counts, the largest first, before "
            "you cut: `sort_values(ascending=False)`, or `value_counts()`.",
            "unsorted",
        ),
    ]
