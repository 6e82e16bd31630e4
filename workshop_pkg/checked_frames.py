"""Frames of ratings, users and movies checked: gaps, text and repeats refused in one sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workshop_pkg.preprocessing import NOT_A_GENRE


def check_ratings(ratings: pd.DataFrame) -> None:
    """Raise a ValueError where ratings lack a column, rows or a value, or have a pair twice.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating: ``user_id``, ``movie_id`` and ``rating``.

    Raises
    ------
    ValueError
        In one sentence; also where a rating is text or infinite.
    """
    missing = [name for name in ("user_id", "movie_id", "rating") if name not in ratings.columns]
    if missing:
        raise ValueError(
            f"The ratings have the columns {list(ratings.columns)} and lack {missing}: "
            "name its columns as datasets.load_movielens does."
        )
    if ratings.empty:
        raise ValueError("There are no ratings to describe users by: pass the training part.")
    for key in ("user_id", "movie_id", "rating"):
        if ratings[key].isna().any():
            raise ValueError(f"A {key} is missing in the ratings: drop such rows first.")
    real_numbers(ratings["rating"], "A rating")
    twice = ratings.loc[ratings.duplicated(["user_id", "movie_id"]), ["user_id", "movie_id"]]
    if len(twice):
        user, movie = twice.iloc[0]
        raise ValueError(
            f"User {user} rated the movie {movie} more than once: keep the last with "
            'ratings.drop_duplicates(["user_id", "movie_id"], keep="last").'
        )


def real_numbers(values: pd.Series, name: str) -> pd.Series:
    """Give floats, after refusing text (also of digits) and infinity; gaps may stay.

    Parameters
    ----------
    values : pandas.Series
        A column of a frame.
    name : str
        What one value is, for the sentence: "A rating".

    Returns
    -------
    pandas.Series
        Of float64, NaN where a value is missing.

    Raises
    ------
    ValueError
        When the column is not one of numbers, or a value is infinite.
    """
    kind = values.dtype
    if not pd.api.types.is_any_real_numeric_dtype(kind):
        raise ValueError(
            f"{name} is no number (the column holds {kind} values): turn it into numbers with "
            "pandas.to_numeric."
        )
    floats = values.astype("Float64").astype(float)
    if np.isinf(floats).any():
        raise ValueError(f"{name} is infinite: drop such rows first.")
    return floats


def check_frame(frame: pd.DataFrame, name: str, key: str, ratings: pd.DataFrame) -> None:
    """Refuse a users or movies frame that lacks an id of the ratings, or has one twice.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a user or movie.
    name, key : str
        "users" and "user_id", or "movies" and "movie_id".
    ratings : pandas.DataFrame
        Whose ids must all stand in the frame.

    Raises
    ------
    ValueError
        In one sentence; also where an id is missing.
    """
    if key not in frame.columns:
        raise ValueError(f"The {name} have the columns {list(frame.columns)} and lack {key!r}.")
    if frame[key].isna().any():
        raise ValueError(f"A {key} is missing in the {name}: drop such rows first.")
    twice = frame.loc[frame[key].duplicated(), key]
    if len(twice):
        raise ValueError(f"{key} {twice.iloc[0]} stands twice in the {name}: keep one row of each.")
    strangers = ratings.loc[~ratings[key].isin(frame[key]), key]
    if len(strangers):
        raise ValueError(
            f"{len(strangers)} ratings have a {key} that is not among the {name}, first "
            f"{strangers.iloc[0]}: pass the {name} of the same data set."
        )


def check_genres(movies: pd.DataFrame) -> None:
    """Refuse flags with gaps: pandas makes such a column one of floats, which is no genre.

    Parameters
    ----------
    movies : pandas.DataFrame
        One row a movie: ``movie_id`` and a 0/1 column for each genre.

    Raises
    ------
    ValueError
        When a column holds 0, 1 and gaps. A column of gaps alone is taken for no genre.
    """
    for name in movies.columns.difference(list(NOT_A_GENRE), sort=False):
        gaps = movies[name].isna()
        if gaps.any() and not gaps.all() and movies.loc[~gaps, name].isin([0, 1]).all():
            movie = movies.loc[gaps, "movie_id"].iloc[0]
            raise ValueError(
                f"The genre {name} is missing for the movie_id {movie}: give 0 or 1 to each movie."
            )
