"""The check of lesson 5.1 on reasons: what each rating adds to each score of somebody new."""

from __future__ import annotations

from typing import Any

import numpy as np

from workshop_pkg.exercises.array_answers import (
    Floats,
    Wrong,
    array_of,
    asked,
    blame,
    require_numpy,
    same,
)
from workshop_pkg.exercises.part_5_1a_fold_in import (
    NEWCOMER,
    OTHER,
    Newcomer,
    folded_in,
    left_side,
)
from workshop_pkg.exercises.registry import NotYet, exercise

# Other numbers of movies than of ratings and factors, so that each shape can be told.
_NEWCOMER = NEWCOMER._replace(
    movie_embeddings=np.vstack([NEWCOMER.movie_embeddings, [[0.6, -0.5, 0.9], [-0.4, 1.0, 0.3]]]),
    rated=np.array([4, 0, 2, 5]),
    stars=np.array([2.0, 5.0, 4.0, 1.0]),
)


def terms(newcomer: Newcomer) -> Floats:
    """Give what each rating adds to each score, as a reference: ratings times movies."""
    movies, rated, stars, *_ = newcomer
    parts = np.linalg.solve(left_side(newcomer), movies[rated].T * stars)
    return np.asarray(parts.T @ movies.T, dtype=np.float64)


@exercise("5.1-reasons")
def check_contributions(answer: object) -> str:
    """Judge the terms of the scores: a row for each rating, a column for each movie."""
    value, found = _asked(answer, _NEWCOMER)
    expected = terms(_NEWCOMER)
    if not same(found, expected):
        _explain(found, expected)
    require_numpy(value)
    if not same(_asked(answer, OTHER)[1], terms(OTHER)):
        raise NotYet(
            "Right for one newcomer, wrong for another one with other numbers: use the arguments, "
            "not names from earlier cells or fixed numbers.",
            "fixed",
        )
    return "The rows add up to the scores: these reasons are the model's own arithmetic."


def _asked(answer: object, newcomer: Newcomer) -> tuple[Any, Floats]:
    value = asked(answer, *newcomer)
    n_movies, size = newcomer.movie_embeddings.shape
    n_rated = len(newcomer.rated)
    _explain_shape(np.shape(value) if isinstance(value, np.ndarray) else (), newcomer)
    what = "a row for each rated movie, in the order of `rated`, and a column for each movie"
    assert len({n_movies, size, n_rated}) == 3
    return value, array_of(value, (n_rated, n_movies), what)


def _explain_shape(shape: tuple[int, ...], newcomer: Newcomer) -> None:
    n_movies, size = newcomer.movie_embeddings.shape
    n_rated = len(newcomer.rated)
    if shape == (n_movies,):
        raise NotYet(
            f"You return one number for each of {n_movies} movies: the scores, which are the sums. "
            f"Asked for are their terms: a row for each of the {n_rated} ratings.",
            "summed up",
        )
    if shape == (n_rated, size):
        raise NotYet(
            "You return a part of the *embedding* for each rating. A part of a score is its dot "
            "product with a movie: end with `@ movie_embeddings.T`.",
            "parts of the embedding",
        )
    if shape == (n_movies, n_rated):
        raise NotYet(
            f"The shape is {shape}: a row for each movie. Asked for is a row for each *rating*: "
            "turn it with `.T`.",
            "transposed",
        )
    if shape == (n_rated, n_rated):
        raise NotYet(
            "You return a column for each *rated* movie. Asked for is a column for every movie: "
            "the new ones are what is recommended.",
            "rated movies only",
        )


def _explain(found: Floats, expected: Floats) -> None:
    blame(found, expected, _wrong_values())
    scores = _NEWCOMER.movie_embeddings @ folded_in(_NEWCOMER)
    away = float(np.abs(found.sum(axis=0) - scores).max())
    if away > 1e-6:
        raise NotYet(
            "The rows must add up to the scores, `movie_embeddings @ fold_in(...)`; yours are "
            f"away from them by up to {away:.3f}.",
            "does not add up",
        )
    raise NotYet(
        "Your rows add up to the scores, but a row must hold what *its* rating adds: the scores "
        "if all other stars were 0.",
        "other",
    )


def _wrong_values() -> list[Wrong]:
    """List what comes out of each misconception, with its hint and its name."""
    movies, rated, stars = _NEWCOMER[:3]
    rows, expected = movies[rated], terms(_NEWCOMER)
    scores = movies @ folded_in(_NEWCOMER)
    keep = [np.arange(len(rated)) != place for place in range(len(rated))]

    def alone(place: int, star: float) -> Floats:
        one = _NEWCOMER._replace(rated=rated[[place]], stars=np.array([star]))
        return np.asarray(movies @ folded_in(one), dtype=np.float64)

    def without(place: int) -> Floats:
        kept = keep[place]
        fewer = _NEWCOMER._replace(rated=rated[kept], stars=stars[kept])
        return np.asarray(movies @ folded_in(fewer), dtype=np.float64)

    lengths = np.linalg.norm(movies, axis=1)
    cosines = rows @ movies.T / lengths[rated, None] / lengths
    likeness = (
        "That is how *similar* the movies are. It reads well, but the scores are not made of it, "
        "and it does not add up to them. Fold in, with one star at a time.",
        "similarity",
    )
    return [
        (
            np.array([alone(place, star) for place, star in enumerate(stars)]),
            "You fold in each movie *alone*, as if nothing else had been rated. All rated movies "
            "stay in `rated`, since they stand on the left side of the equations; only their "
            "*stars* are set to 0, all but one.",
            "each alone",
        ),
        (
            np.array([scores - without(place) for place in range(len(rated))]),
            "You take away the whole rating and see what the score loses. Then the left side "
            "changes, too, and the parts do not add up. Leave the movie in `rated`, and set the "
            "stars to 0 (of all others).",
            "taken away",
        ),
        (
            scores - expected,
            "You set the star of *one* movie to 0 and keep the others. The row of a rating holds "
            "what this one adds: keep its star, and set all others to 0.",
            "the others",
        ),
        (
            expected / stars[:, None],
            "The stars are missing: a rating of 5 adds five times as much as one of 1.",
            "stars ignored",
        ),
        (
            np.broadcast_to(scores, expected.shape),
            "Each row holds the whole score. For a row, all stars but one are 0.",
            "whole score",
        ),
        (
            expected / scores,
            "You divide by the score. Return the terms as they are: then they add up to it.",
            "shares",
        ),
        (
            expected / expected.sum(axis=0),
            "You divide by the score. Return the terms as they are: then they add up to it.",
            "shares",
        ),
        (
            np.abs(expected),
            "You drop the signs. A rating can also *lower* a score; with its sign it adds up.",
            "sign lost",
        ),
        (
            np.maximum(expected, 0),
            "You leave out what is negative. A rating can also *lower* a score, and without it "
            "the terms do not add up.",
            "sign lost",
        ),
        (
            -np.sort(-expected, axis=0),
            "You sort the terms. Row by row they follow `rated`; else nobody knows whose they are.",
            "sorted",
        ),
        (rows @ movies.T, *likeness),
        (stars[:, None] * (rows @ movies.T), *likeness),
        (cosines, *likeness),
        (stars[:, None] * cosines, *likeness),
    ]
