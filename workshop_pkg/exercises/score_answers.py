"""What the checks on scores of vectors share: the vectors, and what is wrong with an answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.registry import NotYet, attempt

Floats = NDArray[np.float64]
#: Scores that a misconception gives, the hint for it, and its short name.
Wrong = tuple[Floats, str, str]

# Square, so that a transposed table or the wrong axis gives numbers, not an error; no length is 1.
QUERY = np.array([1.0, -2.0, 2.0])
MOVIES = np.array([[-1.0, 0.5, 5.0], [0.5, 3.0, -1.0], [2.0, 1.0, 3.0]])
# Another number of movies than of factors; movie 2 points as the query does, movie 4 against it.
OTHER_QUERY = np.array([3.0, 4.0])
OTHER_MOVIES = np.array([[1.0, 2.0], [4.0, -3.0], [0.6, 0.8], [2.0, 0.5], [-6.0, -8.0]])
TOLERANCE = 1e-6

SIGN_LOST = (
    "The sign is lost: a movie that points the other way must get a negative score.",
    "sign lost",
)
MULTIPLIED = (
    "You multiply by the lengths, which favors long vectors twice. Divide.",
    "multiplied by the length",
)


def cosines(query: Floats, movies: Floats) -> Floats:
    """Work out the right cosines; 0 where a vector is zero."""
    lengths = np.linalg.norm(movies, axis=1) * np.linalg.norm(query)
    scores: Floats = np.divide(
        movies @ query, lengths, out=np.zeros(len(movies)), where=lengths > 0
    )
    return scores


def asked(answer: object, query: Floats, movies: Floats, how: str | float) -> Any:
    """Ask for scores; a division by zero is no error here, as NumPy only warns."""
    with np.errstate(all="ignore"):
        try:
            return attempt(answer, query, movies, how)
        except NotYet as verdict:
            if "ZeroDivisionError" not in verdict.message:
                raise
            return np.full(len(movies), np.nan)


def numbers_of(value: Any, n_movies: int) -> Floats:
    """Give what the answer returned as an array with one number a movie."""
    if isinstance(value, str | bytes | dict | set):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is an array with one score for each "
            "movie.",
            "not an array",
        )
    try:
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}` that is no array of numbers. Asked for is an "
            "array with one score for each movie.",
            "not an array",
        ) from None
    if found.ndim == 0 or found.size == 1:
        raise NotYet(
            f"You return one number. Each of the {n_movies} movies needs its own score: "
            "`movie_embeddings @ query` gives all of them.",
            "one number",
        )
    if found.shape in ((n_movies, 1), (1, n_movies)):
        raise NotYet(
            f"You return a table of the shape {found.shape}: the numbers stand in one row or "
            f"column. Return a plain array of the shape ({n_movies},): `.ravel()`, or a query "
            "without an extra dimension.",
            "extra dimension",
        )
    if found.ndim > 1:
        raise NotYet(
            f"You return a table of the shape {found.shape}: the products of the single factors, "
            "or scores of movies with movies. A dot product adds the products up: one number for "
            "each movie.",
            "not added up",
        )
    if len(found) != n_movies:
        raise NotYet(
            f"You return {len(found)} numbers for {n_movies} movies. Each row of "
            "`movie_embeddings` is a movie and gets one score.",
            "wrong number of scores",
        )
    return found


def same(found: Floats, expected: Floats) -> bool:
    """Tell whether all numbers agree, but for rounding errors."""
    return bool(np.allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE))


def shown(values: Floats) -> str:
    """Write scores as a hint shows them."""
    return str([float(f"{value:.3f}") for value in values])


def explain(
    found: Floats,
    expected: Floats,
    wrong: list[Wrong],
    answer: object,
    how: str | float,
) -> None:
    """Raise the verdict on wrong scores of `QUERY` and `MOVIES`.

    Parameters
    ----------
    found, expected : array of shape (n_movies,)
        What the answer returned, and what is right.
    wrong : list
        What each misconception gives, the likeliest first.
    answer : object
        To be asked once more, with other vectors.
    how : str or float
        The answer's third argument.

    Raises
    ------
    NotYet
        Always.
    """
    if np.isnan(found).any():
        raise NotYet(
            "You get NaN. Is there a root of a negative number, or a division of 0 by 0?",
            "nan",
        )
    for digits in (1, 2, 3, 4):
        if np.allclose(found, expected.round(digits), rtol=0, atol=1e-9):
            raise NotYet(
                "Your numbers are right, but rounded. Return them unrounded, and round only where "
                "you print.",
                "rounded",
            )
    order = np.argsort(-expected, kind="stable")
    if same(found, order.astype(float)) or same(found, order[::-1].astype(float)):
        raise NotYet(
            "You return the order of the movies. Return the scores themselves, in the order of the "
            "rows: `argsort` comes later.",
            "order in place of scores",
        )
    for values, message, misconception in wrong:
        if same(found, values) and not same(values, expected):
            raise NotYet(message, misconception)
    if same(np.sort(found), np.sort(expected)):
        raise NotYet(
            "The right scores in the wrong order: the first score belongs to the first row of "
            "`movie_embeddings`. Do not sort.",
            "sorted",
        )
    # Other vectors, other scores: an answer that gives the same again does not look at them.
    again = np.asarray(asked(answer, QUERY * [2.0, 1.0, -1.0], MOVIES[::-1] + 1.0, how))
    if again.shape == found.shape and same(again.astype(float), found):
        raise NotYet(
            f"You return {shown(found)}, whatever the vectors. Use the function's arguments, not "
            "arrays of other cells.",
            "not the argument",
        )
    called = f"`{how!r}`" if isinstance(how, str) else f"`alpha={how:g}`"
    raise NotYet(
        f"For the query {QUERY.tolist()} and three movies, with {called}, the scores are "
        f"{shown(expected)}; you return {shown(found)}.",
        "other",
    )


def distance(values: Floats) -> Wrong:
    """Give the hint for these distances."""
    return (
        values,
        "That is a distance: small where two vectors are alike. Asked for is a score, which is "
        "high where they are.",
        "distance",
    )
