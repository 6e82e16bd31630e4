"""Invent the moments at which people rate: a few sittings each, several ratings a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from data_scripts.twin.aggregates import FIRST_SECOND, LAST_SECOND, MONTH_SHARES
from data_scripts.twin.movies import Movies
from data_scripts.twin.people import People

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY = 86_400  # seconds
MORE_SITTINGS = 1.6  # on average, beside the first; most people have none, some have very many
LONGEST_STAY = 60.0  # days between the first and the last sitting, on average, of who comes back
SAME_PAGE = 0.5  # share of ratings that are sent in the same second as the one before
PAUSE = 22.0  # seconds between two pages, on average

# How often a sitting starts in each hour of the day (GMT): the American evening is night there.
HOURS = (5, 5, 5, 5, 4, 4, 4, 2, 1, 2, 1, 1, 1, 2, 3, 3, 5, 6, 7, 7, 6, 8, 7, 6)


def _weights_of_days() -> Floats:
    """Share of sittings on each day from the first to the last, from the shares of the months."""
    first = datetime.fromtimestamp(FIRST_SECOND, UTC)
    days = [first + timedelta(days=day) for day in range((LAST_SECOND - FIRST_SECOND) // DAY + 1)]
    months = [(day.year, day.month) for day in days]
    return np.array([MONTH_SHARES[month] / months.count(month) for month in months])


def _sittings(generator: np.random.Generator, first_day: int, days: int) -> Ints:
    """Draw the seconds at which a person sits down, in order, each on another day."""
    extra = int(generator.geometric(1 / (1 + 2 * MORE_SITTINGS)) - 1)
    extra = extra if generator.random() < 0.5 else 0
    stay = generator.exponential(LONGEST_STAY)
    later = first_day + 1 + np.floor(generator.random(extra) * stay).astype(np.int64)
    sitting_days = np.unique(np.concatenate([[first_day], later[later < days]]))
    hours = np.searchsorted(
        np.cumsum(HOURS), generator.random(len(sitting_days)) * sum(HOURS), side="right"
    )
    return sitting_days * DAY + hours * 3600 + generator.integers(0, 3600, len(sitting_days))


def _within(generator: np.random.Generator, starts: Ints, ratings: int) -> Ints:
    """Share `ratings` out over the sittings, and give each its second, in order."""
    cuts = np.sort(generator.integers(0, ratings + 1, size=len(starts) - 1))
    sizes = np.diff(np.concatenate([[0], cuts, [ratings]]))
    pages = np.where(
        generator.random(ratings) < SAME_PAGE, 0, 1 + generator.exponential(PAUSE, ratings)
    ).astype(np.int64)
    seconds = [
        start + np.cumsum(page)
        for start, page in zip(starts, np.split(pages, np.cumsum(sizes)[:-1]), strict=True)
    ]
    return np.concatenate(seconds)


def draw_times(
    generator: np.random.Generator, movies: Movies, people: People, chosen: NDArray[np.bool_]
) -> Ints:
    """Draw the moment of each rating.

    Parameters
    ----------
    generator : numpy.random.Generator
        The source of chance.
    movies, people : Movies, People
        The better known a movie, the earlier it tends to be rated within a person's time.
    chosen : array of bool, shape (users, movies)
        Who rates what.

    Returns
    -------
    array of int, shape (ratings,)
        Seconds since 1970 (GMT), in the order of ``numpy.nonzero(chosen)``.
    """
    weights = _weights_of_days()
    midnight = FIRST_SECOND - FIRST_SECOND % DAY
    first_days = np.searchsorted(
        np.cumsum(weights), generator.random(len(people.ages)) * weights.sum(), side="right"
    )
    times = []
    for person, first_day in enumerate(first_days):
        places = np.flatnonzero(chosen[person])
        starts = _sittings(generator, int(first_day), len(weights))
        seconds = midnight + _within(generator, starts, len(places))
        early = np.log(movies.popularity[places]) + 2 * generator.normal(size=len(places))
        own = np.empty(len(places), dtype=np.int64)
        own[np.argsort(-early, kind="stable")] = seconds
        times.append(own)
    return np.clip(np.concatenate(times), FIRST_SECOND, LAST_SECOND)
