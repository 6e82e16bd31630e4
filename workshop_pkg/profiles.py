"""Describe users by numbers: tastes, choices, habits, demographics."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from workshop_pkg.checked_frames import check_frame, check_genres, check_ratings, real_numbers
from workshop_pkg.preprocessing import genre_columns

#: A user's taste for a genre counts as if this many more ratings stood at the user's own mean.
DAMPING = 5.0

#: Genres that hold a smaller share of the ratings are left out: a mean of hardly any ratings is
#: luck, and scaling would make it as large as the rest.
LEAST_GENRE_SHARE = 0.01


def user_features(
    ratings: pd.DataFrame, users: pd.DataFrame | None, movies: pd.DataFrame
) -> pd.DataFrame:
    """Describe each user by tastes, choices, habits and, where known, demographics.

    Everything but the demographics is counted in `ratings`: pass the training part alone. Nothing
    is scaled; `user_groups.cluster` does that.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the columns ``user_id``, ``movie_id`` and ``rating``.
    users : pandas.DataFrame or None
        One row a user: ``user_id`` and those of ``age``, ``sex`` and ``occupation`` that the data
        set has. None for a data set without demographics.
    movies : pandas.DataFrame
        One row a movie: ``movie_id`` and a 0/1 column for each genre. Genres that less than
        `LEAST_GENRE_SHARE` of the ratings belong to are left out.

    Returns
    -------
    pandas.DataFrame
        A row for each user, in the order of the ids, with ``user_id`` as the index; floats.

        * ``taste: GENRE``, from the stars: how many stars the user's mean for the genre lies above
          the user's mean for all movies, damped (`DAMPING` more ratings at the user's own mean).
        * ``share: GENRE``, from which movies were rated: the share of the user's ratings that went
          to movies of the genre, from 0 to 1. A movie may have several genres.
        * ``log10 ratings``: the logarithm to base 10 of one plus the number of ratings.
        * ``mean rating``, ``spread``: mean and standard deviation of the user's stars.
        * ``hits``: the mean of log10 of the number of ratings of the movies that the user rated;
          high for somebody who sticks to what everybody watches.
        * ``age`` in years, ``sex: F`` (0 or 1), ``occupation: NAME`` (0 or 1).

        A user of `users` without a rating gets what an average user would have: taste 0, and for
        shares, mean rating, spread and hits the mean over the users with ratings; but ``log10
        ratings`` is 0, far below the mean: leave it out of groups for newcomers. A missing age is
        taken as the median; where all are missing, there is no column ``age``. A missing sex or
        occupation is taken as 0 everywhere.

    Raises
    ------
    ValueError
        When there are no ratings, a column is missing, a rating is no finite number, a user rated a
        movie twice, a rating's movie or user is not in its frame, a user or movie stands twice in
        its frame, an id or some of a genre's flags are missing, or an age is no finite number.

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": [1, 1], "movie_id": [10, 20], "rating": [5, 3]})
    >>> movies = pd.DataFrame({"movie_id": [10, 20], "Drama": [1, 0], "War": [0, 1]})
    >>> user_features(ratings, None, movies).round(2).iloc[0].to_dict()  # doctest: +ELLIPSIS
    {'taste: Drama': 0.17, 'taste: War': -0.17, 'share: Drama': 0.5, 'share: War': 0.5, ...}
    """
    check_ratings(ratings)
    check_frame(movies, "movies", "movie_id", ratings)
    check_genres(movies)
    people = pd.Index(np.unique(ratings["user_id"]), name="user_id")
    if users is not None:
        check_frame(users, "users", "user_id", ratings)
        people = pd.Index(np.unique(users["user_id"]), name="user_id")
    parts = [_genre_features(ratings, movies), _habits(ratings)]
    if users is not None:
        parts.append(_demographics(users))
    features = pd.concat(parts, axis=1).reindex(people)
    idle = ~people.isin(ratings["user_id"])
    for name in features.columns[features.columns.str.startswith("taste: ")]:
        features.loc[idle, name] = 0.0
    features.loc[idle, "log10 ratings"] = 0.0
    return features.fillna(features.mean()).astype(float)


def _genre_features(ratings: pd.DataFrame, movies: pd.DataFrame) -> pd.DataFrame:
    """Damped stars above the user's own mean, and share of the ratings, for each genre."""
    names = genre_columns(movies)
    flags = movies.set_index("movie_id")[names].astype(float).loc[ratings["movie_id"]]
    flags.index = pd.Index(ratings["user_id"])
    flags = flags.loc[:, flags.mean() >= LEAST_GENRE_SHARE]
    own = ratings["rating"] - ratings.groupby("user_id")["rating"].transform("mean")
    counts = flags.groupby(level=0).sum()
    above = flags.mul(own.to_numpy(dtype=float), axis=0).groupby(level=0).sum()
    taste = above / (counts + DAMPING)
    share = counts.div(ratings.groupby("user_id").size(), axis=0)
    return pd.concat([taste.add_prefix("taste: "), share.add_prefix("share: ")], axis=1)


def _habits(ratings: pd.DataFrame) -> pd.DataFrame:
    crowd = ratings.groupby("movie_id")["rating"].transform("size").map(math.log10)
    stars = ratings.groupby("user_id")["rating"]
    return pd.DataFrame(
        {
            "log10 ratings": np.log10(1 + stars.size()),
            "mean rating": stars.mean(),
            "spread": stars.std(ddof=0),
            "hits": crowd.groupby(ratings["user_id"]).mean(),
        }
    )


def _demographics(users: pd.DataFrame) -> pd.DataFrame:
    people = users.set_index("user_id")
    columns: dict[str, pd.Series] = {}
    if "age" in people and people["age"].notna().any():
        ages = real_numbers(people["age"], "An age").where(people["age"].notna())
        columns["age"] = ages.fillna(ages.median())
    if "sex" in people:
        columns["sex: F"] = (people["sex"] == "F").astype(float)
    if "occupation" in people:
        for name in sorted(people["occupation"].dropna().unique()):
            columns[f"occupation: {name}"] = (people["occupation"] == name).astype(float)
    return pd.DataFrame(columns, index=people.index)
