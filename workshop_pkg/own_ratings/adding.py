"""Put one's own ratings among those of the data, as one more user."""

from __future__ import annotations

import pandas as pd

#: The user id of the attendee. The ids of MovieLens begin at 1.
ME = 0

_COLUMNS = ("user_id", "movie_id", "rating", "unix_timestamp")


def add(ratings: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Add one's own ratings to a ratings frame, as those of the user `ME`.

    What `ME` had rated in the frame is replaced, so that adding twice changes nothing.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating: ``user_id``, ``movie_id``, ``rating`` and, where there is a time,
        ``unix_timestamp``. Of a split, pass the training part.
    own : pandas.DataFrame
        ``movie_id`` and ``rating``, as `load` gives them; no movie twice.

    Returns
    -------
    pandas.DataFrame
        A new frame: the rows of the others as they were, and below them one row for each of one's
        own, with index labels of their own. Their time is that of the latest rating in the frame.

    Raises
    ------
    ValueError
        When a column is missing, `ratings` has columns that cannot be filled (encode after adding),
        a value is missing, or a movie is rated twice.

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": [1, 2], "movie_id": [5, 6], "rating": [4, 3]})
    >>> own = pd.DataFrame({"movie_id": [6, 7], "rating": [5, 1]})
    >>> mine = add(ratings, own)
    >>> mine["user_id"].tolist(), mine["rating"].tolist()
    ([1, 2, 0, 0], [4, 3, 5, 1])
    >>> add(mine, own).equals(mine)
    True
    """
    _check(ratings, own)
    others = ratings[ratings["user_id"] != ME]
    label = int(others.index.max()) + 1 if len(others) else 0
    rows = pd.DataFrame(
        {
            "user_id": ME,
            "movie_id": own["movie_id"].to_numpy(),
            "rating": own["rating"].to_numpy(),
        },
        index=range(label, label + len(own)),
    )
    if "unix_timestamp" in ratings.columns:
        rows["unix_timestamp"] = others["unix_timestamp"].max() if len(others) else 0
    rows = rows[list(ratings.columns)]
    if not len(others):
        return rows
    if not len(rows):
        return others.copy()
    for column in rows.columns:
        whole = pd.api.types.is_integer_dtype(others[column])
        if not whole or bool((rows[column] % 1 == 0).all()):  # half stars stay what they are
            rows[column] = rows[column].astype(others[column].dtype)
    return pd.concat([others, rows])


def _check(ratings: pd.DataFrame, own: pd.DataFrame) -> None:
    for frame, name, needed in (
        (ratings, "ratings", _COLUMNS[:3]),
        (own, "own ratings", _COLUMNS[1:3]),
    ):
        missing = [column for column in needed if column not in frame.columns]
        if missing:
            raise ValueError(
                f"The {name} have the columns {list(frame.columns)} and lack {missing}: "
                "pass what own_ratings.load and datasets.load_lesson_data give."
            )
    more = [column for column in ratings.columns if column not in _COLUMNS]
    if more:
        raise ValueError(
            f"The ratings have the columns {more}, which your own ratings lack: add your own "
            "ratings first, and encode or merge after that."
        )
    if own[["movie_id", "rating"]].isna().any(axis=None):
        raise ValueError("A value is missing in your own ratings: drop such rows first.")
    twice = own.loc[own["movie_id"].duplicated(), "movie_id"]
    if len(twice):
        raise ValueError(
            f"Your own ratings have the movie {twice.iloc[0]} twice: keep one rating of each movie."
        )
