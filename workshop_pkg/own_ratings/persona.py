"""Twenty well-known movies to rate, and the sample persona that stands in for an attendee."""

from __future__ import annotations

import pandas as pd

from workshop_pkg.datasets.types import MovieLens
from workshop_pkg.preprocessing import genre_columns

#: How many movies there are to rate.
N_MOVIES = 20
#: What the sample persona loves and does not like.
LOVED = ("Sci-Fi", "Adventure")
DISLIKED = "Romance"
#: How many movies of each kind the persona has rated, and with how many stars.
PERSONA = {"loved": (10, 5), "disliked": (5, 1), "neither": (5, 3)}
_NOT_ASKED = "unknown"  # A flag of MovieLens 100K for movies without a genre.


def by_popularity(data: MovieLens) -> pd.DataFrame:
    """Give the movies with their number of ratings, the most rated first.

    Parameters
    ----------
    data : MovieLens
        The data set.

    Returns
    -------
    pandas.DataFrame
        The movies, with the column ``ratings``; of two with as many, the lower id goes first.
    """
    counts = data.ratings["movie_id"].value_counts()
    movies = data.movies.assign(ratings=data.movies["movie_id"].map(counts).fillna(0).astype(int))
    return movies.sort_values(["ratings", "movie_id"], ascending=[False, True], kind="stable")


def well_known(data: MovieLens, n: int = N_MOVIES) -> pd.DataFrame:
    """Choose well-known movies that are spread over the genres.

    The genres take turns, the one with the most ratings first. Each names its most rated movie that
    is not chosen yet; then the next genre follows, until there are `n`.

    Parameters
    ----------
    data : MovieLens
        The data set.
    n : int
        How many movies.

    Returns
    -------
    pandas.DataFrame
        ``movie_id``, ``title``, ``all_genres`` and ``ratings`` (how many), the most rated first.
    """
    movies = by_popularity(data)
    genres = [name for name in genre_columns(data.movies) if name != _NOT_ASKED]
    size = {name: int((movies[name] * movies["ratings"]).sum()) for name in genres}
    turns = sorted(genres, key=lambda name: -size[name])
    chosen: list[int] = []
    left = movies
    while len(chosen) < min(n, len(movies)):
        before = len(chosen)
        for name in turns:
            of_genre = left[left[name] == 1]
            if len(of_genre) and len(chosen) < n:
                chosen.append(int(of_genre["movie_id"].iloc[0]))
                left = left[left["movie_id"] != chosen[-1]]
        if len(chosen) == before:  # What is left has no genre.
            chosen += left["movie_id"].head(n - before).tolist()
    found = movies[movies["movie_id"].isin(chosen)]
    return found[["movie_id", "title", "all_genres", "ratings"]].reset_index(drop=True)


def sample(data: MovieLens) -> pd.DataFrame:
    """Make the ratings of the sample persona, by a rule, so that it works on any data set.

    The persona loves science fiction and adventure and does not like romance. It has rated twenty
    of the best-known movies: the ten most rated that are science fiction or adventure and no
    romance, with 5 stars; the five most rated romances that are neither, with 1 star; and the five
    most rated of all others, with 3 stars.

    Parameters
    ----------
    data : MovieLens
        The data set.

    Returns
    -------
    pandas.DataFrame
        ``movie_id`` and ``rating`` (stars), in the order of the ids.
    """
    movies = by_popularity(data)
    loved = movies[[name for name in LOVED if name in movies]].any(axis=1)
    disliked = movies[DISLIKED] == 1 if DISLIKED in movies else pd.Series(False, movies.index)
    kinds = {
        "loved": loved & ~disliked,
        "disliked": disliked & ~loved,
        "neither": ~loved & ~disliked,
    }
    parts = [
        movies.loc[kinds[kind], ["movie_id"]].head(n).assign(rating=stars)
        for kind, (n, stars) in PERSONA.items()
    ]
    rows = pd.concat(parts).sort_values("movie_id", ignore_index=True)
    return rows.astype({"rating": data.ratings["rating"].dtype})
