"""Invent tastes: what draws a person to a movie, and what makes the person rate it highly.

A taste is a vector for each person, and one for each movie. A movie's vector comes from its genres,
its age and its own character; a person's from occupation, age and sex, and above all from chance.
What a person chooses and what a person likes share a part of these vectors, but not all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_scripts.twin.movies import GENRE_NAMES, Movies
from data_scripts.twin.people import People

Floats = NDArray[np.float64]

DIRECTIONS = 6  # of taste
RATING_DIRECTIONS = 3  # of them, that what a person likes (but does not choose by) lies in
GENRE_PART = 0.7  # of a movie's vector; the rest is its own character
LIKES_WHAT_IT_CHOOSES = 0.6  # correlation of the two kinds of taste

# What some groups are drawn to, in standard deviations of taste.
DRAWN = {
    "student": {"Action": 0.5, "Horror": 0.5, "Comedy": 0.3},
    "programmer": {"Sci-Fi": 0.8}, "engineer": {"Sci-Fi": 0.6, "Action": 0.3},
    "scientist": {"Sci-Fi": 0.6, "Documentary": 0.4}, "technician": {"Action": 0.6},
    "educator": {"Drama": 0.5, "Documentary": 0.3}, "librarian": {"Mystery": 0.5, "Drama": 0.5},
    "writer": {"Film-Noir": 0.6, "Drama": 0.3}, "artist": {"Animation": 0.4, "Film-Noir": 0.4},
    "homemaker": {"Children's": 0.8}, "retired": {"War": 0.6, "Western": 0.6},
    "lawyer": {"Crime": 0.6}, "healthcare": {"Romance": 0.5}, "entertainment": {"Comedy": 0.5},
}  # fmt: skip
DRAWN_BY_SEX = {"Romance": -0.35, "Musical": -0.25, "Action": 0.3, "Sci-Fi": 0.3, "War": 0.2}
NEW_YEAR, NEWS = 1996, 1.2  # who rates little came for what was new then; pull on a new movie
OLDER_LIKE_OLDER = 0.5  # pull of classics for each standard deviation of age


@dataclass(frozen=True)
class Tastes:
    """How well each movie suits each person, with mean about 0 and deviation about 1.

    Attributes
    ----------
    choosing, rating : array of float, shape (users, movies)
        What draws a person to a movie; what makes the person rate it highly.
    mainstream : array of float, shape (users,)
        How much more than others the person follows the crowd.
    """

    choosing: Floats
    rating: Floats
    mainstream: Floats


def _wishes(people: People) -> Floats:
    """How much each person's group is drawn to each genre, shape (users, 19)."""
    wishes = np.zeros((len(people.ages), len(GENRE_NAMES)))
    for person, occupation in enumerate(people.occupations):
        for genre, strength in DRAWN.get(occupation, {}).items():
            wishes[person, GENRE_NAMES.index(genre)] += strength
    side = np.where(people.male, 0.5, -1.0)  # so that the mean over all is about 0
    for genre, strength in DRAWN_BY_SEX.items():
        wishes[:, GENRE_NAMES.index(genre)] += side * strength
    return wishes


def _scaled(scores: Floats) -> Floats:
    """Scale to mean 0 for each movie, so that taste favors nobody, and deviation 1 over all."""
    centered = scores - scores.mean(axis=0)
    return np.asarray(centered / centered.std())


def invent_tastes(generator: np.random.Generator, movies: Movies, people: People) -> Tastes:
    """Invent both kinds of taste of every person for every movie.

    Parameters
    ----------
    generator : numpy.random.Generator
        The source of chance.
    movies, people : Movies, People
        The invented movies and people.

    Returns
    -------
    Tastes
        Two matrices of shape (users, movies), and one vector.
    """
    shape = (len(GENRE_NAMES), DIRECTIONS)
    compass = generator.normal(size=shape)
    flags = movies.genres / movies.genres.sum(axis=1, keepdims=True)
    from_genres = flags @ compass
    own = generator.normal(size=(len(flags), DIRECTIONS))
    vectors = GENRE_PART * from_genres / from_genres.std() + (1 - GENRE_PART) * own
    persons = generator.normal(size=(len(people.ages), DIRECTIONS))
    persons = persons + 0.5 * _wishes(people) @ compass
    era = np.clip((1990 - movies.years) / 30, -0.3, 1.5)
    age = (people.ages - people.ages.mean()) / people.ages.std()
    era_taste = OLDER_LIKE_OLDER * age + 0.8 * generator.normal(size=len(age))
    busy = np.log(people.activity)
    news_taste = -(busy - busy.mean()) / busy.std() + 0.5 * generator.normal(size=len(busy))
    shared = persons @ vectors.T / np.sqrt(DIRECTIONS) + era_taste[:, None] * era
    shared = shared + NEWS * news_taste[:, None] * (movies.years >= NEW_YEAR)
    apart = generator.normal(size=(len(persons), RATING_DIRECTIONS)) @ vectors.T[:RATING_DIRECTIONS]
    together = LIKES_WHAT_IT_CHOOSES
    return Tastes(
        choosing=_scaled(shared),
        rating=together * _scaled(shared) + np.sqrt(1 - together**2) * _scaled(apart),
        mainstream=generator.normal(size=len(age)),
    )
