"""Invent the people: age, sex, occupation, zip code and how much they rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_scripts.twin.aggregates import (
    AGES,
    COMMONEST_ZIP_CODE,
    FEWEST_RATINGS,
    MALE,
    MOST_RATINGS,
    OCCUPATIONS,
    RATINGS,
    RATINGS_OF_USER,
    USERS,
    ZIP_CODES_SHARED,
)
from data_scripts.twin.movies import from_quantiles, ranks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Rough guesses at an occupation's usual age, and at the log odds that its people are men.
USUAL_AGE = {
    "student": 22, "none": 26, "entertainment": 29, "artist": 31, "technician": 33,
    "programmer": 33, "homemaker": 33, "writer": 36, "engineer": 36, "marketing": 37,
    "administrator": 38, "executive": 39, "librarian": 40, "healthcare": 41, "educator": 42,
    "doctor": 43, "retired": 63,
}  # fmt: skip
SOME_AGE, AGE_SPREAD = 35, 8.0
LEANS_MALE = {
    "engineer": 2.5, "technician": 2.0, "programmer": 1.5, "scientist": 1.2, "executive": 1.2,
    "doctor": 1.2, "retired": 1.2, "entertainment": 1.0, "librarian": -1.4, "healthcare": -1.8,
    "homemaker": -2.5, "administrator": -0.9, "artist": -0.8, "writer": -0.7, "none": -0.7,
}  # fmt: skip


@dataclass(frozen=True)
class People:
    """The invented users.

    Attributes
    ----------
    ages : array of int, shape (users,)
        In years.
    male : array of bool, shape (users,)
        True for M, False for F.
    occupations, zip_codes : list of str
        One entry a user.
    activity : array of int, shape (users,)
        How many movies each rates; they sum up to all ratings.
    """

    ages: Ints
    male: NDArray[np.bool_]
    occupations: list[str]
    zip_codes: list[str]
    activity: Ints


def _draw_activity(generator: np.random.Generator) -> Ints:
    """Draw how many movies each user rates: a heavy tail whose total is exact."""
    shares = (np.arange(USERS) + 0.5) / USERS
    shares[-1] = 1.0
    counts = from_quantiles(RATINGS_OF_USER, shares)
    extra = counts - FEWEST_RATINGS
    extra *= (RATINGS - FEWEST_RATINGS * USERS - (MOST_RATINGS - FEWEST_RATINGS)) / extra[:-1].sum()
    extra[-1] = MOST_RATINGS - FEWEST_RATINGS
    whole = np.floor(extra).astype(np.int64)
    missing = RATINGS - FEWEST_RATINGS * USERS - int(whole.sum())
    whole[np.argsort(whole - extra, kind="stable")[:missing]] += 1
    generator.shuffle(whole)
    return whole + FEWEST_RATINGS


def _draw_zip_codes(generator: np.random.Generator) -> list[str]:
    """Draw zip codes, as many of them shared as really are; a few of other countries' form."""
    shared = [people for people, codes in ZIP_CODES_SHARED.items() for _ in range(codes)]
    numbers = generator.choice(np.arange(1001, 99_950), size=len(shared), replace=False)
    codes = [f"{number:05d}" for number in numbers]
    if COMMONEST_ZIP_CODE in codes:
        codes[codes.index(COMMONEST_ZIP_CODE)] = "55415"
    codes[0] = COMMONEST_ZIP_CODE
    letters = "ABCEGHJKLMNPRSTVXY"
    for place in range(1, len(letters)):  # Canadian codes, at the end: used once each
        first, last = letters[place], letters[generator.integers(len(letters))]
        digits = generator.integers(0, 10, size=3)
        codes[-place] = f"{first}{digits[0]}{last}{digits[1]}{first}"
    people = np.repeat(np.arange(len(codes)), shared)
    generator.shuffle(people)
    return [codes[place] for place in people]


def invent_people(generator: np.random.Generator) -> People:
    """Invent all users: occupations decide on ages and sexes, nothing decides on zip codes.

    Parameters
    ----------
    generator : numpy.random.Generator
        The source of chance.

    Returns
    -------
    People
        Age, sex, occupation, zip code and activity of `USERS` users.
    """
    places = np.repeat(np.arange(len(OCCUPATIONS)), list(OCCUPATIONS.values()))
    generator.shuffle(places)
    occupations = [list(OCCUPATIONS)[place] for place in places]
    usual = np.array([USUAL_AGE.get(name, SOME_AGE) for name in occupations], dtype=float)
    spread = np.where(usual > 30, AGE_SPREAD, AGE_SPREAD / 2)
    order = ranks(usual + spread * generator.normal(size=USERS))
    order[np.argsort(order)[[0, -1]]] = (0.0, 1.0)  # the youngest and the oldest, as published
    leaning = np.array([LEANS_MALE.get(name, 0.0) for name in occupations])
    male = ranks(leaning + generator.logistic(size=USERS)) > 1 - MALE / USERS
    return People(
        ages=np.round(from_quantiles(AGES, order)).astype(np.int64),
        male=male,
        occupations=occupations,
        zip_codes=_draw_zip_codes(generator),
        activity=_draw_activity(generator),
    )
