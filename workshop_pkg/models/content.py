"""What is known of a movie before anybody rated it, as numbers: its genres and its decade."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workshop_pkg.models.objective import Floats
from workshop_pkg.preprocessing import genre_columns


def content_matrix(movies: pd.DataFrame, movie_ids: ArrayLike, known_ids: ArrayLike) -> Floats:
    """Write movies as shares of genres and a mark for the decade.

    The columns are the genres and decades of the movies in `known_ids`, which a model is trained
    on: nothing can be learnt about others. A row holds, for each known genre of the movie, 1 by
    their number (a movie of three genres is a third of each), then 1 for its decade. A movie none
    of whose genres is known has zeros there. A decade that is not known becomes the nearest one
    that is; a missing year, the decade of most known movies.

    Parameters
    ----------
    movies : pandas.DataFrame
        ``movie_id``, a column of 0 and 1 for each genre, and ``year`` (may be missing).
    movie_ids : array of shape (n,)
        The movies to write.
    known_ids : array of shape (m,)
        Those that decide about the columns.

    Returns
    -------
    array of shape (n, n_genres + n_decades)

    Raises
    ------
    ValueError
        When a movie is missing, the table has no genre column, or a flag is missing.

    Examples
    --------
    >>> movies = pd.DataFrame({"movie_id": [1, 2, 3], "year": [1987, 1994, 1939]})
    >>> movies = movies.assign(Drama=[1, 1, 0], War=[0, 1, 0], Western=[0, 0, 1])
    >>> content_matrix(movies, [1, 2, 3], known_ids=[1, 2]).tolist()  # Drama, War, 1980s, 1990s
    [[1.0, 0.0, 1.0, 0.0], [0.5, 0.5, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]]
    """
    every, known = _rows(movies, movie_ids), _rows(movies, known_ids)
    names = genre_columns(movies)
    if not names:
        raise ValueError(
            f"No genre column among {list(map(str, movies.columns))}: a genre is a column of 0 and "
            "1 without gaps. Pass data.movies."
        )
    used = [name for name in names if known[name].to_numpy(dtype=bool).any()]
    flags = every[used].to_numpy(dtype=np.float64)
    shares = flags / np.maximum(flags.sum(axis=1, keepdims=True), 1.0)
    return np.hstack([shares, _decade_marks(_decades(every), _decades(known))])


def _rows(movies: pd.DataFrame, movie_ids: ArrayLike) -> pd.DataFrame:
    """Give one row for each of the movies, in their order."""
    if not isinstance(movies, pd.DataFrame) or "movie_id" not in movies.columns:
        raise ValueError(
            "movies is no table with the column movie_id and the genre columns: pass data.movies."
        )
    table = movies.drop_duplicates("movie_id").set_index("movie_id")
    wanted = np.atleast_1d(movie_ids)
    there = np.isin(wanted, table.index.to_numpy())
    if not there.all():
        raise ValueError(
            f"The movies lack movie_id {wanted[~there][0]}: pass a table that has every movie of "
            "the ratings."
        )
    return table.loc[wanted]


def _decades(frame: pd.DataFrame) -> Floats:
    """Give the decade of each movie, such as 1990; NaN where the year is not known."""
    if "year" not in frame.columns:
        return np.full(len(frame), np.nan)
    years = pd.to_numeric(frame["year"], errors="coerce")
    decades: Floats = np.floor(years.to_numpy(dtype=np.float64, na_value=np.nan) / 10) * 10
    return decades


def _decade_marks(decades: Floats, of_known: Floats) -> NDArray[np.float64]:
    known, counts = np.unique(of_known[~np.isnan(of_known)], return_counts=True)
    if not known.size:
        return np.zeros((len(decades), 0))
    filled = np.where(np.isnan(decades), known[counts.argmax()], decades)
    nearest = np.abs(filled[:, None] - known[None, :]).argmin(axis=1)
    marks = np.zeros((len(decades), len(known)))
    marks[np.arange(len(decades)), nearest] = 1.0
    return marks
