"""Splits of a ratings frame into what a model may learn from and what it is tested on.

Every function returns ``(train, test)``. The two are disjoint and together hold each row once,
with its columns, its index label and its place in the original order; the caller's frame is not
touched. A test part may hold a movie that the training part has never seen: that happens to real
systems too, so the model must have an answer for it. See each function for unseen users.
"""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.rating_files import TAB_LAYOUT, read_ratings
from workshop_pkg.datasets.types import MovieLens

Split = tuple[pd.DataFrame, pd.DataFrame]

OFFICIAL_FOLDS = ("ua", "ub", "u1", "u2", "u3", "u4", "u5")


def random_split(ratings: pd.DataFrame, test_ratio: float = 0.25, seed: int = 0) -> Split:
    """Hold out a share of all ratings, drawn blindly.

    A user with few ratings may end up wholly in the test part.

    Parameters
    ----------
    ratings
        One row a rating.
    test_ratio
        Share of the rows to hold out, between 0 and 1, both excluded; rounded to whole rows.
    seed
        The same seed and frame give the same split.

    Returns
    -------
    tuple of DataFrame
        ``train``, ``test``.

    Raises
    ------
    ValueError
        For a ratio outside (0, 1), an empty frame, or a part that would be empty.

    Examples
    --------
    >>> frame = pd.DataFrame({"user_id": [1, 1, 2, 2], "movie_id": [7, 8, 7, 9]})
    >>> train, test = random_split(frame, test_ratio=0.25)
    >>> len(train), len(test)
    (3, 1)
    """
    ratio = _checked_ratio(test_ratio)
    _require(ratings, ())
    in_test = np.zeros(len(ratings), dtype=bool)
    drawn = np.random.default_rng(seed).permutation(len(ratings))
    in_test[drawn[: _whole(len(ratings) * ratio)]] = True
    return _parts(ratings, in_test)


def stratified_split(ratings: pd.DataFrame, test_ratio: float = 0.25, seed: int = 0) -> Split:
    """Hold out the same share of each user's ratings, drawn blindly within the user.

    Every user keeps at least one rating for training, so no test user is unknown; somebody with a
    single rating is in the training part only.

    Parameters
    ----------
    ratings
        One row a rating, with the column ``user_id``.
    test_ratio
        Share of each user's rows to hold out, between 0 and 1, both excluded; rounded to whole
        rows (half up).
    seed
        The same seed and frame give the same split.

    Returns
    -------
    tuple of DataFrame
        ``train``, ``test``.

    Raises
    ------
    ValueError
        For a ratio outside (0, 1), an empty frame, a missing column or user id, or a part that
        would be empty.
    """
    ratio = _checked_ratio(test_ratio)
    _require(ratings, ("user_id",))
    drawn = np.random.default_rng(seed).permutation(len(ratings))
    place, total = _place_within_user(ratings["user_id"], drawn)
    return _parts(ratings, place < _held_out(total, ratio))


def chronological_split(
    ratings: pd.DataFrame,
    test_ratio: float = 0.25,
    seed: int = 0,
    by: Literal["user", "time"] = "user",
) -> Split:
    """Hold out the newest ratings: train on the past, test on what came later.

    Ratings given in the same second have no order. Which of them counts as newer is drawn with
    the seed, from the ratings sorted by user and movie, so the order of the rows does not matter.

    Parameters
    ----------
    ratings
        One row a rating, with the columns ``user_id``, ``movie_id`` and ``unix_timestamp``
        (numbers or dates).
    test_ratio
        Share to hold out, between 0 and 1, both excluded; rounded to whole rows (half up).
    seed
        Settles ties in time.
    by
        ``"user"``: the newest share of each user's ratings. Every user keeps at least one rating
        for training; somebody with a single rating is in the training part only. One user's
        training part may still be newer than another user's test part.
        ``"time"``: the newest share of all ratings, one cut for everybody. Users who came after
        the cut are unknown in training.

    Returns
    -------
    tuple of DataFrame
        ``train``, ``test``.

    Raises
    ------
    ValueError
        For a ratio outside (0, 1), an unknown `by`, an empty frame, a missing column, id or
        time, or a part that would be empty.

    Examples
    --------
    >>> frame = pd.DataFrame({"user_id": [1, 1, 2, 2], "movie_id": [7, 8, 7, 9],
    ...                       "unix_timestamp": [20, 10, 40, 30]})
    >>> train, test = chronological_split(frame, test_ratio=0.5)
    >>> test["unix_timestamp"].tolist()
    [20, 40]
    >>> train, test = chronological_split(frame, test_ratio=0.5, by="time")
    >>> test["unix_timestamp"].tolist()
    [40, 30]
    """
    ratio = _checked_ratio(test_ratio)
    if by not in ("user", "time"):
        raise ValueError(f"by is {by!r}, but a chronological split is made by 'user' or 'time'.")
    newest_first = _newest_first(ratings, seed)
    if by == "time":
        in_test = np.zeros(len(ratings), dtype=bool)
        in_test[newest_first[: _whole(len(ratings) * ratio)]] = True
        return _parts(ratings, in_test)
    place, total = _place_within_user(ratings["user_id"], newest_first)
    return _parts(ratings, place < _held_out(total, ratio))


def leave_last_out(ratings: pd.DataFrame, n: int = 1, seed: int = 0) -> Split:
    """Hold out the last `n` ratings of each user.

    Somebody with `n` ratings or fewer is in the training part only, so no test user is unknown.

    Parameters
    ----------
    ratings
        One row a rating, with the columns ``user_id``, ``movie_id`` and ``unix_timestamp``
        (numbers or dates).
    n
        How many to hold out from each user, 1 or more.
    seed
        Settles ties in time, as in `chronological_split`.

    Returns
    -------
    tuple of DataFrame
        ``train``, ``test``.

    Raises
    ------
    ValueError
        For an `n` that is not a whole number above 0, an empty frame, a missing column, id or
        time, or when nobody has more than `n` ratings.
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"n is {n!r}, but a whole number of ratings, 1 or more, is held out.")
    newest_first = _newest_first(ratings, seed)
    place, total = _place_within_user(ratings["user_id"], newest_first)
    return _parts(ratings, (place < n) & (total > n))


def official(data: MovieLens, fold: str = "ua") -> Split:
    """Read one of the splits that MovieLens 100K ships with; the twin has folds of its own.

    ``ua`` and ``ub`` each hold out ten ratings of every user; ``u1`` to ``u5`` are the five parts
    of a cross-validation. They were drawn blindly, not by time. Published results use them, so
    they are what to compare with.

    Parameters
    ----------
    data
        What ``datasets.load_movielens("100k")`` or ``("twin")`` gives.
    fold
        ``"ua"``, ``"ub"``, or ``"u1"`` to ``"u5"``.

    Returns
    -------
    tuple of DataFrame
        ``train``, ``test``, with the columns of a ratings frame, in the order of the files.

    Raises
    ------
    ValueError
        For an unknown fold.
    DataError
        For a data set that has no such files, or a damaged one.
    """
    if fold not in OFFICIAL_FOLDS:
        raise ValueError(
            f"fold is {fold!r}, but the official folds are {', '.join(OFFICIAL_FOLDS)}."
        )
    paths = [data.path / f"{fold}.base", data.path / f"{fold}.test"]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise DataError(
            f"The data set {data.name!r} has no {' or '.join(missing)} in {data.path}: official "
            "folds come with '100k' and 'twin' only; for this one use chronological_split."
        )
    train, test = (read_ratings(path, TAB_LAYOUT) for path in paths)
    return train, test


def _whole(count: float) -> int:
    """Round half up: Python's own `round` takes 0.5 to 0 and 1.5 to 2."""
    return int(np.floor(count + 0.5))


def _held_out(total: npt.NDArray[np.int64], ratio: float) -> npt.NDArray[np.float64]:
    """Give each row the number of ratings its user gives to the test part, at most all but one."""
    rounded: npt.NDArray[np.float64] = np.floor(total * ratio + 0.5)
    return np.minimum(rounded, total - 1)


def _checked_ratio(ratio: object) -> float:
    is_number = isinstance(ratio, float | int | np.number) and not isinstance(ratio, bool)
    if not is_number or not 0 < float(cast("float", ratio)) < 1:
        raise ValueError(
            f"test_ratio is {ratio!r}, but it is a share between 0 and 1, both excluded, "
            "such as 0.25."
        )
    return float(cast("float", ratio))


def _require(ratings: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Refuse what cannot be split, naming the fault."""
    missing = [column for column in columns if column not in ratings.columns]
    if missing:
        raise ValueError(
            f"The ratings have no column {', '.join(missing)}; they have "
            f"{', '.join(map(str, ratings.columns)) or 'none'}. Rename yours to match."
        )
    if ratings.empty:
        raise ValueError("The ratings frame is empty: there is nothing to split.")
    for column in columns:
        absent = int(ratings[column].isna().sum())
        if absent:
            raise ValueError(
                f"{absent} of {len(ratings)} values in the column {column} are missing: drop "
                f'those rows with ratings.dropna(subset=["{column}"]), or fill them.'
            )


def _parts(ratings: pd.DataFrame, in_test: npt.NDArray[np.bool_]) -> Split:
    held_out = int(in_test.sum())
    if held_out in (0, len(ratings)):
        empty = "test" if held_out == 0 else "training"
        raise ValueError(
            f"The {empty} part of these {len(ratings)} ratings would be empty: "
            "split more ratings, or hold out another number of them."
        )
    return ratings[~in_test].copy(), ratings[in_test].copy()


def _newest_first(ratings: pd.DataFrame, seed: int) -> npt.NDArray[np.intp]:
    """Give the positions of the rows from the newest to the oldest, ties settled by the seed."""
    _require(ratings, ("user_id", "movie_id", "unix_timestamp"))
    times = ratings["unix_timestamp"]
    if not (pd.api.types.is_numeric_dtype(times) or pd.api.types.is_datetime64_any_dtype(times)):
        raise ValueError(
            f"The column unix_timestamp holds {times.dtype} values, but time is needed as numbers "
            "or dates: convert it with pandas.to_numeric or pandas.to_datetime."
        )
    moment = times.rank(method="dense").to_numpy()
    # The lottery is held in an order of the ratings' own, so that shuffled rows give the same
    # split; a pair that occurs twice is told apart by its time, and if need be by its place.
    by_content = np.lexsort((moment, _codes(ratings["movie_id"]), _codes(ratings["user_id"])))
    lot = np.empty(len(ratings), dtype=np.int64)
    lot[by_content] = np.random.default_rng(seed).permutation(len(ratings))
    return np.lexsort((lot, -moment))


def _codes(ids: pd.Series) -> npt.NDArray[np.intp]:
    """Give each row the number of its id, from 0, in the order of the ids."""
    codes: npt.NDArray[np.intp] = pd.factorize(ids, sort=True)[0]
    return codes


def _place_within_user(
    users: pd.Series, order: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give each row its place (from 0) among its user's rows in `order`, and how many those are."""
    codes = _codes(users)
    counts = np.bincount(codes)
    grouped = order[np.argsort(codes[order], kind="stable")]
    starts = np.cumsum(counts) - counts
    place = np.empty(len(codes), dtype=np.int64)
    place[grouped] = np.arange(len(codes)) - np.repeat(starts, counts)
    return place, counts[codes]
