"""Checks of lesson 1.2, the numbers: the Bayesian average, and the share of the head."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Floats = npt.NDArray[np.float64]


@exercise("1.2-bayesian")
def check_bayesian(answer: object) -> str:
    """Judge means that are pulled toward a prior mean."""
    for prior, weight in ((3.0, 10.0), (3.5, 4.0)):
        count = pd.Series([1, 10, 90], name="count")
        mean = pd.Series([5.0, 4.0, 2.0], name="mean")
        value = attempt(answer, count, mean, prior, weight)
        try:
            found = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            found = np.empty(0)
        if found.ndim == 1 and len(found) > 3:
            raise NotYet(
                f"Three movies went in, {len(found)} numbers came out. Use the function's "
                "arguments `count` and `mean`, not columns of a frame from an earlier cell.",
                "not the argument",
            )
        if found.shape != (3,):
            raise NotYet(
                "Three movies went in: return three numbers. Columns calculate by row, so "
                f"`count * mean` has a number for each. You return a `{type(value).__name__}`.",
                "wrong shape",
            )
        c, m = np.asarray(count, dtype=np.float64), np.asarray(mean, dtype=np.float64)
        if not np.allclose(found, (weight * prior + c * m) / (weight + c), atol=0.006):
            _explain_bayesian(found, c, m, prior, weight)
    return "Weak evidence stays near the prior mean, strong evidence leaves it."


def _explain_bayesian(found: Floats, c: Floats, m: Floats, prior: float, weight: float) -> None:
    rules: list[tuple[Floats, str, str]] = [
        (
            m,
            "These are the plain means: the imaginary ratings are not in.",
            "no prior",
        ),
        (
            (m + prior) / 2,
            "You take the middle of the two means, whatever the number of ratings. Each counts "
            "with its number: `count` and `weight`.",
            "unweighted",
        ),
        (
            (weight * m + c * prior) / (weight + c),
            "The weights are swapped: `count` belongs to the movie's mean, `weight` to the prior "
            "mean. Now the movie with most ratings is pulled most.",
            "swapped weights",
        ),
        (
            (weight * prior + m) / (weight + c),
            "The movie's mean comes in once only. Its sum is `count * mean`.",
            "mean for sum",
        ),
        (
            (prior + c * m) / (weight + c),
            "The prior mean comes in once only. `weight` imaginary ratings sum to "
            "`weight * prior_mean`.",
            "prior for sum",
        ),
        (
            (weight * prior + c * m) / c,
            "The sum is right. Divide by the number of *all* ratings in it, the imaginary ones "
            "included.",
            "divided by count",
        ),
        (
            weight * prior + c * m,
            "That is the sum of the stars. A mean divides by the number of ratings.",
            "sum",
        ),
        (
            weight * prior + c * m / (weight + c),
            "A pair of parentheses is missing: `/` binds tighter than `+`.",
            "parentheses",
        ),
    ]
    for wrong, message, misconception in rules:
        if np.allclose(found, wrong, atol=0.006):
            raise NotYet(message, misconception)
    raise NotYet(
        f"A movie with {c[1]:.0f} ratings and mean {m[1]}, a prior mean of {prior} and a weight "
        f"of {weight:.0f}: expected is {(weight * prior + c[1] * m[1]) / (weight + c[1]):.3f}, "
        f"and you return {found[1]:.3f}.",
        "other",
    )


def _catalog(counts: list[int], n_movies: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ratings with these counts for the first movies, and a catalog of `n_movies`."""
    ids = [movie for movie, count in enumerate(counts, start=1) for _ in range(count)]
    ids = [ids[(17 * i) % len(ids)] for i in range(len(ids))]
    ratings = pd.DataFrame(
        {
            "user_id": [1 + i % 7 for i in range(len(ids))],
            "movie_id": ids,
            "rating": [1 + i % 5 for i in range(len(ids))],
            "unix_timestamp": [880_000_000 + 60 * i for i in range(len(ids))],
        }
    )
    movies = pd.DataFrame(
        {
            "movie_id": range(1, n_movies + 1),
            "title": [f"Movie {number}" for number in range(1, n_movies + 1)],
        }
    )
    return ratings, movies


@exercise("1.2-top-share")
def check_top_share(answer: object) -> str:
    """Judge the share of the ratings that the head of the catalog holds."""
    # Twenty movies, all rated, not in the order of their counts; the two most rated hold 55 of 104.
    counts = [3, 1, 30, 2, 4, 1, 2, 25, 3, 5, 1, 6, 2, 4, 1, 3, 2, 4, 1, 4]
    ratings, movies = _catalog(counts, 20)
    value = attempt(answer, ratings, movies, 0.1)
    if not close(value, 55 / 104):
        _explain_top_share(value, counts, ratings)
        _require_use_of_the_arguments(answer, value)
        raise NotYet(
            "Here are 20 movies and 104 ratings; the two most rated movies have 30 and 25 of them. "
            f"You return {value}.",
            "other",
        )
    # Five movies of fifteen were never rated: 40 % of fifteen are six, of ten they are four.
    ratings, movies = _catalog([12, 7, 20, 3, 1, 1, 2, 1, 1, 2], 15)
    value = attempt(answer, ratings, movies, 0.4)
    if close(value, 42 / 50):
        raise NotYet(
            "You take the share of the *rated* movies. A movie that nobody rated is part of the "
            "catalog, and not in `ratings`: count the rows of `movies`.",
            "unrated",
        )
    if close(value, 32 / 50) or close(value, 20 / 50):
        raise NotYet(
            "With `share=0.4` of 15 movies, 6 are in the head. Use the argument `share`.",
            "share ignored",
        )
    if not close(value, 46 / 50):
        raise NotYet(f"Right for 20 movies; for 15, five without a rating, you return {value}.")
    # Of 14 movies 10 % are 1.4, which `int` and `round` make 1.
    ratings, movies = _catalog([12, 7, 20, 3, 1, 1, 2, 1, 1, 2, 1, 1, 1, 1], 14)
    value = attempt(answer, ratings, movies, 0.1)
    if not close(value, 32 / 54):
        raise NotYet(
            "10 % of 14 movies are 1.4; round that up to 2, with `math.ceil`. (`int` cuts it off, "
            f"`round` takes the nearest: both make it 1.) You return {value}; one movie alone "
            f"holds {20 / 54:.3f}, two hold {32 / 54:.3f}.",
            "rounded down",
        )
    return "The rest of the catalog shares what is left."


def _require_use_of_the_arguments(answer: object, value: Any) -> None:
    """Refuse an answer that gives the same value for another catalog, all else equal."""
    other = attempt(answer, *_catalog([12, 7, 20, 3, 1, 1, 2, 1, 1, 2], 10), 0.1)
    if np.size(other) == 1 and close(value, float(np.ravel(other)[0])):
        raise NotYet(
            f"For two different catalogs you return the same number, {value}. Use the function's "
            "arguments `ratings` and `movies`, not `data` or a frame from an earlier cell.",
            "not the argument",
        )


def _explain_top_share(value: Any, counts: list[int], ratings: pd.DataFrame) -> None:
    ordered = sorted(counts, reverse=True)
    n = len(ratings)
    by_user = ratings["user_id"].value_counts()
    rules = [
        (100 * 55 / n, "That is in percent: return a share from 0 to 1.", "percent"),
        (55, "That is the number of ratings of the head. Divide it by all ratings.", "count"),
        (
            (counts[0] + counts[1]) / n,
            "You take the first movies of the catalog, not the most rated ones: sort by the "
            "number of ratings first.",
            "not sorted",
        ),
        (
            sum(ordered[-2:]) / n,
            "These are the *least* rated 10 % of the movies: sort the other way.",
            "ascending",
        ),
        (1 - 55 / n, "That is the share of the tail: you want the head's.", "tail"),
        (
            sum(ordered[:10]) / n,
            "Your head is as many movies as 10 % of the *ratings*. Take 10 % of the movies.",
            "ratings for movies",
        ),
        (
            sum(ordered[:11]) / n,
            "Your head is as many movies as 10 % of the *ratings*. Take 10 % of the movies.",
            "ratings for movies",
        ),
        (
            float(by_user.iloc[0]) / n,
            "You count by user. The head is made of movies: count by `movie_id`.",
            "users",
        ),
        (
            ordered[0] / n,
            "That is the single most rated movie. 10 % of 20 movies are 2.",
            "single movie",
        ),
    ]
    for wrong, message, misconception in rules:
        if close(value, wrong):
            raise NotYet(message, misconception)
