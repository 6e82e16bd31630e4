"""Let people rate what they chose: quality, habit, taste and whim, cut into one to five stars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_scripts.twin.aggregates import RATING_SHARES
from data_scripts.twin.movies import Movies
from data_scripts.twin.people import People
from data_scripts.twin.tastes import Tastes

HABIT = 0.42  # deviation between people's mean ratings, in stars
BUSY_ARE_STRICT = 0.06  # stars less for each unit of the log of the number of ratings
TASTE = 0.53  # stars for one standard deviation of taste
WHIM = 0.835  # deviation of all that nothing explains, in stars


def rate(
    generator: np.random.Generator,
    movies: Movies,
    people: People,
    tastes: Tastes,
    chosen: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Rate each chosen movie.

    Returns
    -------
    array of int, shape (ratings,)
        1 to 5 stars, in the order of ``numpy.nonzero(chosen)``; the share of each is the
        published one.
    """
    persons, places = np.nonzero(chosen)
    habit = HABIT * generator.normal(size=len(people.ages))
    habit -= BUSY_ARE_STRICT * np.log(people.activity / people.activity.mean())
    pleasure = habit[persons] + movies.quality[places] + TASTE * tastes.rating[persons, places]
    pleasure = pleasure + WHIM * generator.normal(size=len(persons))
    cuts = np.round(np.cumsum(RATING_SHARES)[:-1] * len(persons)).astype(np.int64)
    stars = np.empty(len(persons), dtype=np.int64)
    stars[np.argsort(pleasure, kind="stable")] = 1 + np.searchsorted(
        cuts, np.arange(len(persons)), side="right"
    )
    return stars
