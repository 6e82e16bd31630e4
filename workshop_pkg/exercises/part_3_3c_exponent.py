"""The check of lesson 3.3 on what lies between the dot product and the cosine."""

from __future__ import annotations

import numpy as np

from workshop_pkg.exercises.registry import NotYet, exercise
from workshop_pkg.exercises.score_answers import (
    MOVIES,
    MULTIPLIED,
    OTHER_MOVIES,
    OTHER_QUERY,
    QUERY,
    Floats,
    Wrong,
    asked,
    cosines,
    explain,
    numbers_of,
    same,
    shown,
)


@exercise("3.3-norm-exponent")
def check_norm_exponent(answer: object) -> str:
    """Judge dot products divided by a power of the movie's length."""
    for alpha in (0.25, 0.0, 1.0, 2.0):
        found = numbers_of(asked(answer, QUERY, MOVIES, alpha), 3)
        expected = powered(QUERY, MOVIES, alpha)
        if np.isnan(found).any():
            raise NotYet(
                "You get NaN where the dot product is negative: only the length is raised to the "
                "power `alpha`, not the whole fraction. Mind the brackets.",
                "brackets",
            )
        if not same(found, expected):
            explain(found, expected, _wrong_powers(alpha), answer, alpha)
    other = numbers_of(asked(answer, OTHER_QUERY, OTHER_MOVIES, 0.5), 5)
    if not same(other, powered(OTHER_QUERY, OTHER_MOVIES, 0.5)):
        raise NotYet(
            f"Right for one table. For another one, of five movies and two factors, with "
            f"`alpha=0.5`, the scores are "
            f"{shown(powered(OTHER_QUERY, OTHER_MOVIES, 0.5))}; you return {shown(other)}. "
            "Use the arguments, not fixed numbers.",
            "fixed",
        )
    return "With 0 the dot product, with 1 the cosine's order, and everything between."


def powered(query: Floats, movies: Floats, alpha: float) -> Floats:
    """Work out the right scores: dot products over a power of the movies' lengths.

    Parameters
    ----------
    query : array of shape (d,)
        A user's embedding.
    movies : array of shape (n_movies, d)
        None of the rows is zero.
    alpha : float
        The exponent.

    Returns
    -------
    array of shape (n_movies,)
    """
    scores: Floats = (movies @ query) / np.linalg.norm(movies, axis=1) ** alpha
    return scores


def _wrong_powers(alpha: float) -> list[Wrong]:
    """List what comes out of each misconception of the norm exponent."""
    dots = MOVIES @ QUERY
    length = np.linalg.norm(QUERY)
    lengths = np.linalg.norm(MOVIES, axis=1)
    bracketed = np.sign(dots / lengths) * np.abs(dots / lengths) ** alpha
    whole = np.linalg.norm(MOVIES)
    return [
        (
            cosines(QUERY, MOVIES),
            "You return the cosine, whatever `alpha` is. It is the exponent of the movie's length: "
            "`lengths ** alpha`.",
            "alpha ignored",
        ),
        (dots / lengths, "Raise the lengths to the power `alpha` first.", "alpha ignored"),
        (
            dots,
            f"With `alpha={alpha:g}` you return the plain dot product: divide by "
            "`lengths ** alpha`.",
            "alpha ignored",
        ),
        (dots * lengths**alpha, *MULTIPLIED),
        (
            dots / (lengths * alpha) if alpha else np.full(3, np.inf),
            "You multiply the length by `alpha`. It is an exponent: `lengths ** alpha`.",
            "factor in place of exponent",
        ),
        (
            dots / length**alpha,
            "You raise the *query's* length. That is the same number for all movies and changes no "
            "order: use the movies' lengths.",
            "query's length",
        ),
        (
            dots / (length * lengths) ** alpha,
            "You divide by the query's length, too. That changes no order, but here the query is "
            "left as it is: only the movies' lengths count.",
            "query's length",
        ),
        (
            cosines(QUERY, MOVIES) * lengths**alpha,
            "You go the other way, from the cosine at 0 to the dot product at 1. Start from the "
            "dot product, and divide it by `lengths ** alpha`.",
            "from the other end",
        ),
        (
            dots / lengths * lengths**alpha,
            "You go the other way, from the cosine at 0 to the dot product at 1. Start from the "
            "dot product, and divide it by `lengths ** alpha`.",
            "from the other end",
        ),
        (
            bracketed,
            "Brackets: only the length is raised to the power `alpha`, not the whole fraction.",
            "brackets",
        ),
        (
            (1 - alpha) * dots + alpha * cosines(QUERY, MOVIES),
            "You mix the two scores, so much of the one and so much of the other. Here the length "
            "has an exponent: `dots / lengths ** alpha`.",
            "mixture",
        ),
        (
            (1 - alpha) * dots + alpha * dots / lengths,
            "You mix the two scores, so much of the one and so much of the other. Here the length "
            "has an exponent: `dots / lengths ** alpha`.",
            "mixture",
        ),
        (
            dots / whole**alpha,
            "You divide all scores by one number, from the length of the whole table. Each movie "
            "has a length of its own: `np.linalg.norm(movie_embeddings, axis=1)`.",
            "norm of the whole table",
        ),
        (
            dots / np.linalg.norm(MOVIES, axis=0) ** alpha,
            "You take the lengths over the wrong axis: a movie is a row, so it is `axis=1`.",
            "wrong axis",
        ),
        (
            dots / lengths ** (2 * alpha),
            "You raise the *squared* length. A length is the root of the sum of the squares.",
            "forgot the root",
        ),
    ]
