"""Ratings made up from a seed, as many as wanted, written as a stream: for what no laptop holds.

The sets have the published numbers of users, movies and ratings of MovieLens, and a few of its
habits: few people rate very much, few movies are rated very often (a power law), and what somebody
chooses and how they like it both follow planted factors. They are for measuring time and memory;
a model's error on them says little about people.

``python -m benchmarks.generated 20m FOLDER`` writes one: three arrays of NumPy's own format, about
13 bytes a rating. A block of users at a time is in memory, never the whole.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """How many users, movies and ratings a set has."""

    users: int
    movies: int
    ratings: int


# Published totals of MovieLens 100K, 1M and 20M (its rated movies); 5m is a step in between.
SHAPES = {
    "100k": Shape(943, 1_682, 100_000),
    "1m": Shape(6_040, 3_706, 1_000_209),
    "5m": Shape(34_600, 12_000, 5_000_000),
    "20m": Shape(138_493, 26_744, 20_000_263),
}
#: Users who are made at a time; the scores of all movies for each of them are in memory.
BLOCK = 512
FACTORS = 8
# Everybody rated 20 movies or more, as in MovieLens; the rest is spread by a log-normal law.
FEWEST, SPREAD = 20, 1.25
# Nobody rated more than this share of all movies.
MOST = 0.5
# Popularity of the movie of rank r: (r + FLATTENED * movies) ** -POWER, a law with a flat top.
POWER, FLATTENED = 1.9, 0.05
# How strongly taste decides what is chosen and, in stars, how it is liked; the rest is chance.
PULL, TASTE, NOISE = 0.6, 0.45, 0.75
COLUMNS = {"user_id": np.int32, "movie_id": np.int32, "rating": np.float32}


def activity(shape: Shape, generator: np.random.Generator) -> NDArray[np.int64]:
    """Say how many movies each user rates: a log-normal law, its sum that of the shape."""
    fewest, most = min(FEWEST, shape.ratings // shape.users), int(MOST * shape.movies)
    if not fewest * shape.users <= shape.ratings <= most * shape.users:
        raise ValueError(
            f"{shape.users:,} users of {fewest} to {most:,} movies cannot rate {shape.ratings:,} "
            "times: choose more movies, or another number of ratings."
        )
    wish = generator.lognormal(0.0, SPREAD, shape.users)
    counts = np.full(shape.users, fewest, dtype=np.int64)
    left = shape.ratings - int(counts.sum())
    while left > 0:
        open_ = counts < most
        share = np.where(open_, wish, 0.0)
        more = np.floor(left * share / share.sum()).astype(np.int64)
        if not more.any():
            more[np.flatnonzero(open_)[:left]] = 1
        counts = np.minimum(counts + more, most)
        left = shape.ratings - int(counts.sum())
    return counts


def blocks(shape: Shape, seed: int = 0) -> Iterator[pd.DataFrame]:
    """Make the ratings, a block of users at a time, in the order of their ids.

    Whom somebody rates is a draw without replacement with weights: each movie's clock rings after
    an exponential time that is shorter the heavier it weighs, and the first that ring are taken
    (Efraimidis and Spirakis, 2006, "Weighted random sampling with a reservoir").

    Parameters
    ----------
    shape : Shape
        How many there are of each.
    seed : int
        The same seed gives the same ratings, whatever was drawn before.

    Yields
    ------
    pandas.DataFrame
        ``user_id`` and ``movie_id`` (from 1), ``rating`` (whole stars, 1 to 5).
    """
    whole, *own = np.random.SeedSequence(seed).spawn(1 + -(-shape.users // BLOCK))
    common = np.random.default_rng(whole)
    counts = activity(shape, common)
    rank = common.permutation(shape.movies)
    popular = ((rank + FLATTENED * shape.movies) ** -POWER).astype(np.float32)
    planted = common.standard_normal((shape.movies, FACTORS), dtype=np.float32)
    planted /= np.float32(np.sqrt(FACTORS))
    # What is rated often is liked a little better.
    quality = 0.3 * common.standard_normal(shape.movies, dtype=np.float32)
    quality += 0.4 * (0.5 - rank.astype(np.float32) / shape.movies)
    for number, sequence in enumerate(own):
        generator = np.random.default_rng(sequence)
        first = number * BLOCK
        size = counts[first : first + BLOCK]
        tastes = generator.standard_normal((len(size), FACTORS), dtype=np.float32)
        moods = 0.4 * generator.standard_normal(len(size), dtype=np.float32)
        felt = tastes @ planted.T
        clocks = generator.standard_exponential(felt.shape, dtype=np.float32)
        clocks /= popular * np.exp(PULL * felt)
        chosen = [np.argpartition(row, n)[:n] for row, n in zip(clocks, size, strict=True)]
        user = np.repeat(np.arange(len(size)), size)
        movie = np.concatenate(chosen)
        stars = 3.3 + moods[user] + quality[movie] + TASTE * felt[user, movie]
        stars += NOISE * generator.standard_normal(len(user), dtype=np.float32)
        yield pd.DataFrame(
            {
                "user_id": (first + user + 1).astype(np.int32),
                "movie_id": (movie + 1).astype(np.int32),
                "rating": np.clip(np.rint(stars), 1, 5).astype(np.float32),
            }
        )


def write(shape: Shape, folder: Path, seed: int = 0) -> None:
    """Write a set, one array for each column, all or nothing: the folder is there when it is whole.

    Parameters
    ----------
    shape : Shape
        How many users, movies and ratings.
    folder : pathlib.Path
        Of the set; must not be there.
    seed : int
        Of the ratings.
    """
    part = folder.with_name(folder.name + ".part")
    part.mkdir(parents=True, exist_ok=True)
    arrays = {
        name: np.lib.format.open_memmap(
            part / f"{name}.npy", mode="w+", dtype=kind, shape=(shape.ratings,)
        )
        for name, kind in COLUMNS.items()
    }
    place = 0
    for block in blocks(shape, seed):
        for name, array in arrays.items():
            array[place : place + len(block)] = block[name]
        place += len(block)
    for array in arrays.values():
        array.flush()
    part.replace(folder)


def kept(name: str, folder: Path) -> Path:
    """Give the folder of a set; one that is not there is made, and its time said."""
    path = folder / f"generated-{name}"
    if not path.is_dir():
        started = time.perf_counter()
        write(SHAPES[name], path)
        seconds = time.perf_counter() - started
        print(f"generated {name}: {seconds:.0f} s, in {path}", file=sys.stderr, flush=True)
    return path


def read(path: Path) -> pd.DataFrame:
    """Read a set that `write` wrote."""
    return pd.DataFrame({name: np.load(path / f"{name}.npy") for name in COLUMNS})


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in SHAPES:
        sys.exit(f"usage: python -m benchmarks.generated {{{','.join(SHAPES)}}} FOLDER")
    kept(sys.argv[1], Path(sys.argv[2]))
