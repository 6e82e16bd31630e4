"""Let people choose what they rate: by popularity and taste at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_scripts.twin.movies import Movies
from data_scripts.twin.people import People
from data_scripts.twin.tastes import Tastes

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PULL_OF_TASTE = 1.8  # on the log of the odds, for one standard deviation of taste
FOLLOWS_CROWD = 0.65  # how much the pull of popularity differs between people
ROUNDS = 12  # of fitting; a movie is then within 20 ratings of its number, most far closer


def _meeting(pull: Floats, activity: Floats) -> Floats:
    """Find for each person the log rate at which the expected number of choices is `activity`.

    A person meets movie i at the rate exp(log rate + pull of i), and chooses it when they have met
    at least once; Newton's method on the log rate, for all persons at once.
    """
    rate = np.log(activity / np.exp(pull).sum(axis=1))
    for _ in range(8):
        met = np.exp(pull + rate[:, None])
        expected = -np.expm1(-met).sum(axis=1)
        slope = (met * np.exp(-met)).sum(axis=1)
        rate = rate + np.clip((activity - expected) / slope, -2.0, 2.0)
    return np.asarray(rate)


def fit_pulls(movies: Movies, people: People, tastes: Tastes) -> Floats:
    """Find the pull of each movie on each person that gives movies their popularity.

    Returns
    -------
    array of float, shape (users, movies)
        Log rates of meeting. The expected number of choices is each movie's `popularity` less
        one (its first choice is set apart), nearly, and each person's `activity` in proportion.
    """
    popularity = np.log(movies.popularity)
    crowd = FOLLOWS_CROWD * tastes.mainstream[:, None] * (popularity - popularity.mean())
    suits = PULL_OF_TASTE * tastes.choosing + crowd
    wanted = np.maximum(movies.popularity - 1, 0.05)
    pull = np.log(wanted)
    activity = people.activity * wanted.sum() / people.activity.sum()
    for _ in range(ROUNDS):
        logs = suits + pull
        logs = logs + _meeting(logs, activity)[:, None]
        expected = -np.expm1(-np.exp(logs)).sum(axis=0)
        pull = pull + np.log(wanted / expected)
    return np.asarray(logs)


def choose(generator: np.random.Generator, movies: Movies, people: People, tastes: Tastes) -> Bools:
    """Let each person choose as many movies as their activity says, no movie left unseen.

    Every movie first gets one person (so that none is without a rating); each person then takes the
    movies with the largest log rate + Gumbel noise, which is drawing without replacement.

    Returns
    -------
    array of bool, shape (users, movies)
        True where the person rates the movie.
    """
    logs = fit_pulls(movies, people, tastes)
    first = np.argmax(logs + generator.gumbel(size=logs.shape), axis=0)
    keys = logs + generator.gumbel(size=logs.shape)
    keys[first, np.arange(logs.shape[1])] = np.inf
    ordered = np.argsort(-keys, axis=1, kind="stable")
    chosen = np.zeros(logs.shape, dtype=bool)
    for person, movies_in_order in enumerate(ordered):
        chosen[person, movies_in_order[: people.activity[person]]] = True
    return chosen
