"""Invent the movies: genres, years of release, popularity and quality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_scripts.twin.aggregates import (
    GENRES,
    GENRES_OF_MOVIE,
    MOVIES,
    MOVIES_OF_YEARS,
    RATINGS,
    RATINGS_OF_MOVIE,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GENRE_NAMES = tuple(GENRES)
CLASSIC_YEAR = 1980  # older movies are in the collection because they have stayed in memory

# Genres that often stand together, with the log of how much oftener than by chance.
PAIRS = {
    ("Action", "Adventure"): 1.6, ("Action", "Sci-Fi"): 1.5, ("Action", "Thriller"): 1.3,
    ("Action", "War"): 1.0, ("Action", "Western"): 0.6, ("Action", "Crime"): 0.5,
    ("Adventure", "Sci-Fi"): 1.2, ("Adventure", "Fantasy"): 1.6, ("Adventure", "Children's"): 0.8,
    ("Animation", "Children's"): 3.2, ("Animation", "Musical"): 2.2, ("Children's", "Comedy"): 0.8,
    ("Children's", "Fantasy"): 2.0, ("Children's", "Musical"): 1.4, ("Comedy", "Romance"): 1.0,
    ("Comedy", "Musical"): 0.3, ("Crime", "Film-Noir"): 1.5, ("Crime", "Thriller"): 1.2,
    ("Crime", "Drama"): 0.4, ("Drama", "Romance"): 0.9, ("Drama", "War"): 1.1,
    ("Film-Noir", "Mystery"): 2.0, ("Film-Noir", "Thriller"): 1.2, ("Horror", "Thriller"): 0.9,
    ("Horror", "Sci-Fi"): 0.9, ("Mystery", "Thriller"): 1.8, ("Sci-Fi", "Thriller"): 0.7,
    ("Romance", "War"): 0.2, ("Thriller", "Drama"): 0.2, ("Drama", "Mystery"): 0.1,
}  # fmt: skip
UNRELATED = -0.9  # the log for all other pairs

OWN_MERIT = 0.36  # deviation of a movie's own quality, in stars
OBSCURE_MERIT = 0.25  # more of it for each unit of the log by which it is less known than most

# Genres whose movies are older than most, and by how much in the order of years (0 to 1).
OLDER = {"Film-Noir": 0.75, "Western": 0.45, "Musical": 0.45, "War": 0.3, "Mystery": 0.2}


@dataclass(frozen=True)
class Movies:
    """The invented movies, before anybody has rated them.

    Attributes
    ----------
    genres : array of 0 and 1, shape (movies, 19)
        In the order of `GENRE_NAMES`.
    years : array of int, shape (movies,)
        Year of release; 0 for the one movie of which nothing is known.
    popularity : array of float, shape (movies,)
        How many ratings the movie is meant to get; they sum up to all ratings.
    quality : array of float, shape (movies,)
        How much better than average it is, in stars.
    """

    genres: Ints
    years: Ints
    popularity: Floats
    quality: Floats


def from_quantiles(table: tuple[tuple[float, float], ...], shares: Floats) -> Floats:
    """Read values at `shares` (0 to 1) from a table of quantiles, straight lines between."""
    at, values = zip(*table, strict=True)
    return np.asarray(np.interp(shares, at, values))


def ranks(values: Floats) -> Floats:
    """Turn values into evenly spaced shares between 0 and 1, the smallest first."""
    shares = np.empty(len(values))
    shares[np.argsort(values, kind="stable")] = (np.arange(len(values)) + 0.5) / len(values)
    return shares


def _pair_weights() -> Floats:
    weights = np.full((len(GENRE_NAMES), len(GENRE_NAMES)), UNRELATED)
    for (one, other), weight in PAIRS.items():
        row, column = GENRE_NAMES.index(one), GENRE_NAMES.index(other)
        weights[row, column] = weights[column, row] = weight
    return weights


def _draw_genres(generator: np.random.Generator) -> Ints:
    """Give each movie its genres: so many flags, close to the real count of each genre."""
    left = np.array([movies for movies, _, _ in GENRES.values()], dtype=float)
    left[0] = 0.0
    weights = _pair_weights()
    sizes = np.repeat(list(GENRES_OF_MOVIE), list(GENRES_OF_MOVIE.values()))
    generator.shuffle(sizes)
    order = np.argsort(-sizes, kind="stable")  # full plates first: what is left is for the others
    genres = np.zeros((MOVIES, len(GENRE_NAMES)), dtype=np.int64)
    for movie in order:
        for _ in range(sizes[movie]):
            liking = genres[movie] @ weights
            odds = np.maximum(left, 1e-3) * np.exp(liking) * (1 - genres[movie])
            odds[0] = 0.0
            chosen = int(np.searchsorted(np.cumsum(odds), generator.random() * odds.sum()))
            genres[movie, chosen] = 1
            left[chosen] -= 1
    return genres


def _draw_years(generator: np.random.Generator, genres: Ints) -> Ints:
    """Give each movie a year, the real number to each span; some genres are older."""
    older = genres @ np.array([OLDER.get(name, 0.0) for name in GENRE_NAMES])
    order = np.argsort(generator.random(MOVIES) - older, kind="stable")
    years = np.concatenate(
        [
            np.sort(generator.integers(first, last + 1, size=movies))
            for (first, last), movies in MOVIES_OF_YEARS.items()
        ]
    )
    result = np.zeros(MOVIES, dtype=np.int64)
    result[order[: len(years)]] = years
    return result


def invent_movies(generator: np.random.Generator) -> Movies:
    """Invent all movies, the best known ones mostly first, two of them of unknown genre.

    Parameters
    ----------
    generator : numpy.random.Generator
        The source of chance.

    Returns
    -------
    Movies
        Genres, years, popularity and quality of `MOVIES` movies.
    """
    genres = _draw_genres(generator)
    years = _draw_years(generator, genres)
    figures = np.array(list(GENRES.values()))
    flags = genres / genres.sum(axis=1, keepdims=True)
    merit = generator.normal(size=MOVIES)
    classic = np.clip((CLASSIC_YEAR - years) / 30, 0.0, 1.0)
    known = flags @ np.log(figures[:, 1] / 59) + 0.45 * merit + 0.25 * classic
    known = known + generator.normal(size=MOVIES)
    popularity = from_quantiles(RATINGS_OF_MOVIE, ranks(known))
    popularity = np.maximum(popularity * (RATINGS / popularity.sum()), 1.02)
    quality = OWN_MERIT * merit + 0.8 * (flags @ (figures[:, 2] - 3.53)) + 0.15 * classic
    quality = quality + 0.22 * np.log(popularity / 60)
    order = np.argsort(-np.log(popularity) + generator.normal(size=MOVIES), kind="stable")
    less_known = np.maximum(-np.log(popularity / 60), 0.0)
    quality = quality + OBSCURE_MERIT * less_known * generator.normal(size=MOVIES)
    obscure = order[popularity[order] < 12]
    unknown = obscure[:2]
    genres[unknown] = 0
    genres[unknown, 0] = 1
    years[years == 0] = 1994
    years[unknown[0]] = 0
    return Movies(genres[order], years[order], popularity[order], quality[order])
