"""Prepare ratings and movies for a lesson: indexes, a matrix, a small sample, genre columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from workshop_pkg.checked import whole_number

#: Columns of a movies frame that hold something other than a genre.
NOT_A_GENRE = (
    "movie_id",
    "title",
    "release_date",
    "video_release_date",
    "imdb_url",
    "year",
    "genre",
    "all_genres",
)

#: What stands in the genre columns of a movie that has no genre flag.
NO_GENRE = "Other"


@dataclass(frozen=True)
class Encoded:
    """Ratings with dense, zero-based indexes, and the way back to the ids.

    Parameters
    ----------
    ratings : pandas.DataFrame
        The ratings, with two more columns: ``user_index`` and ``movie_index``.
    user_ids : numpy.ndarray, shape (n_users,)
        The id of each user: ``user_ids[user_index]`` is the user's id.
    movie_ids : numpy.ndarray, shape (n_movies,)
        The id of each movie, likewise.
    """

    ratings: pd.DataFrame
    user_ids: NDArray[np.int64]
    movie_ids: NDArray[np.int64]

    @property
    def n_users(self) -> int:
        """Number of different users."""
        return len(self.user_ids)

    @property
    def n_movies(self) -> int:
        """Number of different movies."""
        return len(self.movie_ids)

    def user_index(self, user_ids: ArrayLike) -> NDArray[np.intp]:
        """Indexes of these user ids; a ValueError names an id that is not there."""
        return _positions(self.user_ids, user_ids, "user_id")

    def movie_index(self, movie_ids: ArrayLike) -> NDArray[np.intp]:
        """Indexes of these movie ids; a ValueError names an id that is not there."""
        return _positions(self.movie_ids, movie_ids, "movie_id")


def encode(ratings: pd.DataFrame) -> Encoded:
    """Give the users and the movies numbers from zero, in the order of their ids.

    An embedding table and a matrix are addressed by row number; ids have gaps and need not start
    at zero.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the columns ``user_id`` and ``movie_id``.

    Returns
    -------
    Encoded
        The ratings with ``user_index`` and ``movie_index``, and the mapping both ways.

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": [7, 7, 3], "movie_id": [50, 20, 50]})
    >>> encoded = encode(ratings)
    >>> encoded.ratings["user_index"].tolist()
    [1, 1, 0]
    >>> encoded.movie_ids[encoded.ratings["movie_index"]].tolist()
    [50, 20, 50]
    >>> encoded.user_index([3, 7]).tolist()
    [0, 1]
    """
    _require_columns(ratings, ("user_id", "movie_id"))
    user_ids, user_index = np.unique(ratings["user_id"].to_numpy(), return_inverse=True)
    movie_ids, movie_index = np.unique(ratings["movie_id"].to_numpy(), return_inverse=True)
    return Encoded(
        ratings=ratings.assign(user_index=user_index, movie_index=movie_index),
        user_ids=user_ids,
        movie_ids=movie_ids,
    )


def rating_matrix(ratings: pd.DataFrame, encoded: Encoded, column: str = "rating") -> Any:
    """Lay ratings out as a sparse matrix: a row for each user, a column for each movie.

    Encode all ratings once, and make a matrix of each part of a split: then their rows and columns
    agree, also where a part has no rating of some user or movie.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the columns ``user_id``, ``movie_id`` and `column`.
    encoded : Encoded
        What ``encode`` gave for all the ratings.
    column : str
        The column of numbers that fills the matrix.

    Returns
    -------
    scipy.sparse.csr_array of float, shape (n_users, n_movies)
        0 where there is no rating. A value of 0 in `column` is the same as no rating.

    Raises
    ------
    ValueError
        When a column is missing, an id is not among the encoded ones, a value is missing, infinite
        or not a number, or a user rated a movie twice.

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": [7, 7, 3], "movie_id": [50, 20, 50]})
    >>> ratings["rating"] = [5, 3, 4]
    >>> rating_matrix(ratings, encode(ratings)).toarray().tolist()
    [[0.0, 4.0], [3.0, 5.0]]
    """
    _require_columns(ratings, ("user_id", "movie_id", column))
    try:
        values = ratings[column].to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"The column {column} does not hold numbers ({error}).") from error
    bad = int(np.count_nonzero(~np.isfinite(values)))
    if bad:
        raise ValueError(
            f"{bad} of {len(values)} values in the column {column} are missing or infinite: drop "
            f'those rows with ratings.dropna(subset=["{column}"]), or fill them.'
        )
    twice = ratings.duplicated(["user_id", "movie_id"]).to_numpy()
    if twice.any():
        user, movie = ratings.loc[twice, ["user_id", "movie_id"]].iloc[0]
        raise ValueError(
            f"User {user} rated the movie {movie} more than once, and a cell holds one number: "
            'keep the last with ratings.drop_duplicates(["user_id", "movie_id"], keep="last").'
        )
    cells = (encoded.user_index(ratings["user_id"]), encoded.movie_index(ratings["movie_id"]))
    matrix = sparse.csr_array((values, cells), shape=(encoded.n_users, encoded.n_movies))
    matrix.eliminate_zeros()
    return matrix


def negative_samples(
    ratings: pd.DataFrame, encoded: Encoded, n: int = 1, seed: int = 0
) -> pd.DataFrame:
    """Draw, for each user, movies that they have not rated; all of those are equally likely.

    A model that is trained or tested on what people chose needs something that they did not choose.
    The caller's frame stays as it is.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the columns ``user_id`` and ``movie_id``. Pass *all* that is known of
        the users, the held-out part too, where a held-out movie must not be drawn.
    encoded : Encoded
        What ``encode`` gave for all the ratings: its movies are those that are drawn from.
    n : int
        How many for each user, no movie twice.
    seed : int
        The same seed draws the same movies.

    Returns
    -------
    pandas.DataFrame
        ``user_id`` and ``movie_id``, n rows for each user in `ratings`, users in the order of their
        ids, movies in the order drawn.

    Raises
    ------
    ValueError
        When n is not a whole number above 0, a column is missing, an id is not among the encoded
        ones, or a user has fewer than n movies left.

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": [7, 7, 3], "movie_id": [50, 20, 50]})
    >>> negative_samples(ratings[ratings["user_id"] == 3], encode(ratings)).to_dict("list")
    {'user_id': [3], 'movie_id': [20]}
    """
    _require_columns(ratings, ("user_id", "movie_id"))
    size = whole_number(n, "n", example=1)
    users = encoded.user_index(ratings["user_id"])
    movies = encoded.movie_index(ratings["movie_id"])
    generator = np.random.default_rng(seed)
    order = np.argsort(users, kind="stable")
    rows, starts = np.unique(users[order], return_index=True)
    drawn = np.empty((len(rows), size), dtype=np.intp)
    for place, rated in enumerate(np.split(movies[order], starts[1:])):
        left = np.ones(encoded.n_movies, dtype=bool)
        left[rated] = False
        candidates = np.flatnonzero(left)
        if len(candidates) < size:
            raise ValueError(
                f"user_id {encoded.user_ids[rows[place]]} has {len(candidates)} of "
                f"{encoded.n_movies} movies left, but {size} are to be drawn: ask for fewer."
            )
        drawn[place] = generator.choice(candidates, size, replace=False)
    return pd.DataFrame(
        {
            "user_id": np.repeat(encoded.user_ids[rows], size),
            "movie_id": encoded.movie_ids[drawn.ravel()],
        }
    )


def dense_sample(
    ratings: pd.DataFrame, n_users: int = 10, n_movies: int = 6, seed: int = 0
) -> pd.DataFrame:
    """Draw a few users and movies whose matrix is well filled: small enough to look at.

    A sample drawn blindly from a sparse matrix is nearly empty. This one draws the movies from the
    most rated ones and the users from those who rated at least half of the movies drawn.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the columns ``user_id`` and ``movie_id``.
    n_users, n_movies : int
        Rows and columns of the matrix.
    seed : int
        Another seed draws another sample.

    Returns
    -------
    pandas.DataFrame
        The rows of ``ratings`` between the users and the movies drawn, sorted by user and movie.
        Every user has at least ``ceil(n_movies / 2)`` ratings and every movie has at least one.

    Raises
    ------
    ValueError
        When a size is below 1, or the ratings hold no such sample.
    """
    _require_columns(ratings, ("user_id", "movie_id"))
    if n_users < 1 or n_movies < 1:
        raise ValueError(
            f"A sample of {n_users} users and {n_movies} movies is empty: both must be at least 1."
        )
    rng = np.random.default_rng(seed)
    popular = ratings["movie_id"].value_counts().sort_index(kind="stable")
    pool = popular.nlargest(5 * n_movies).index.to_numpy()
    for _ in range(100):
        drawn_movies = rng.permutation(pool)[:n_movies]
        near = ratings[ratings["movie_id"].isin(drawn_movies)]
        rated = near.groupby("user_id")["movie_id"].nunique()
        busy = rated[rated >= np.ceil(n_movies / 2)].index.to_numpy()
        drawn_users = rng.permutation(busy)[:n_users]
        sample = near[near["user_id"].isin(drawn_users)]
        if sample["user_id"].nunique() == n_users and sample["movie_id"].nunique() == n_movies:
            return sample.sort_values(["user_id", "movie_id"])
    raise ValueError(
        f"No {n_users} users who each rated half of {n_movies} popular movies were found in "
        f"{len(ratings)} ratings: ask for a smaller sample."
    )


def genre_columns(movies: pd.DataFrame) -> list[str]:
    """Names of the 0/1 genre columns of a movies frame, in its order.

    Examples
    --------
    >>> genre_columns(pd.DataFrame({"movie_id": [1], "title": ["A"], "Drama": [1], "War": [0]}))
    ['Drama', 'War']
    """
    return [
        str(column)
        for column in movies.columns
        if column not in NOT_A_GENRE
        and (pd.api.types.is_integer_dtype(movies[column]) or movies[column].dtype == bool)
        and bool(movies[column].isin([0, 1]).all())
    ]


def add_genres(
    movies: pd.DataFrame, seed: int = 0, genres: Sequence[str] | None = None
) -> pd.DataFrame:
    """Add `genre`, a random active genre of each movie, and `all_genres`, all of them.

    A chart has one color for each movie, and most movies have several genres. Drawing one at random
    keeps each genre's share fair; taking the first would favor the genres early in the alphabet.

    Parameters
    ----------
    movies : pandas.DataFrame
        One row a movie, with one 0/1 column for each genre.
    seed : int
        The same seed draws the same genres.
    genres : sequence of str, optional
        The genre columns; found by ``genre_columns`` when left out.

    Returns
    -------
    pandas.DataFrame
        A copy with the columns ``genre`` and ``all_genres`` (joined by ``-``). Both are ``Other``
        where no flag is set.

    Examples
    --------
    >>> movies = pd.DataFrame({"movie_id": [1, 2], "Action": [1, 0], "Drama": [1, 0]})
    >>> add_genres(movies)["all_genres"].tolist()
    ['Action-Drama', 'Other']
    """
    names = np.array(list(genres) if genres is not None else genre_columns(movies), dtype=object)
    if len(names) == 0:
        raise ValueError(
            f"No genre column among {list(movies.columns)}: a genre is a column of 0 and 1."
        )
    active = movies[list(names)].to_numpy() == 1
    rng = np.random.default_rng(seed)
    # The largest of random numbers that are -1 where the flag is not set: each active genre is
    # equally likely.
    drawn = np.where(active, rng.random(active.shape), -1.0).argmax(axis=1)
    has_genre = active.any(axis=1)
    return movies.assign(
        genre=np.where(has_genre, names[drawn], NO_GENRE),
        all_genres=["-".join(names[row]) if row.any() else NO_GENRE for row in active],
    )


def _positions(known: NDArray[np.int64], wanted: ArrayLike, what: str) -> NDArray[np.intp]:
    """Positions of ``wanted`` in the sorted array ``known``."""
    values = np.asarray(wanted)
    positions = np.minimum(np.searchsorted(known, values), max(len(known) - 1, 0))
    found = known[positions] == values if len(known) else np.zeros(values.shape, dtype=bool)
    if not np.all(found):
        missing = np.atleast_1d(values)[~np.atleast_1d(found)][0]
        raise ValueError(
            f"{what} {missing} is not among the {len(known)} that were encoded: "
            "encode the ratings that hold it, or leave it out."
        )
    return np.asarray(positions, dtype=np.intp)


def _require_columns(frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(
            f"The frame has the columns {list(frame.columns)} and lacks {missing}: "
            "name its columns as datasets.load_movielens does."
        )
