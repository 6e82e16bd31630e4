"""The check of lesson 5.1 on folding in: the embedding of somebody new, in closed form."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.array_answers import Floats, Wrong, array_of, asked, blame, same
from workshop_pkg.exercises.array_answers import require_numpy as require_numpy_array
from workshop_pkg.exercises.registry import NotYet, exercise


class Newcomer(NamedTuple):
    """The arguments: what somebody new rated, and what the model knows."""

    movie_embeddings: Floats
    rated: NDArray[np.int64]
    stars: Floats
    w0: float
    penalty: float


_MOVIES = np.array(
    [[1.3, 0.2, 0.4], [0.5, -0.9, 1.6], [0.1, 1.5, 0.7], [-0.3, 0.4, 0.8], [1.1, 0.7, -0.2]]
)
# As many movies as factors: what multiplies the wrong way round then gives numbers, too.
NEWCOMER = Newcomer(_MOVIES, np.array([4, 0, 2]), np.array([2.0, 5.0, 4.0]), 0.3, 1.7)
OTHER = Newcomer(
    np.array([[1.4, 0.2], [0.3, 0.9], [0.8, 1.2], [0.5, -0.4], [0.1, 0.3], [0.9, 0.9]]),
    np.array([0, 5, 3, 4]),
    np.array([1.0, 3.0, 5.0, 4.0]),
    0.05,
    0.6,
)


def left_side(newcomer: Newcomer) -> Floats:
    """Give the left side of the newcomer's equations, factors times factors."""
    movies, rated, _, w0, penalty = newcomer
    rows = movies[rated]
    rest = movies.T @ movies - rows.T @ rows
    left: Floats = rows.T @ rows + w0 * rest + penalty * np.eye(movies.shape[1])
    return left


def folded_in(newcomer: Newcomer) -> Floats:
    """Give the embedding that minimizes the newcomer's loss, as a reference."""
    right = newcomer.movie_embeddings[newcomer.rated].T @ newcomer.stars
    return np.asarray(np.linalg.solve(left_side(newcomer), right), dtype=np.float64)


@exercise("5.1-fold-in")
def check_fold_in(answer: object) -> str:
    """Judge the embedding of somebody new."""
    value, found = _asked(answer, NEWCOMER)
    expected = folded_in(NEWCOMER)
    if not same(found, expected):
        _explain(found, expected)
    require_numpy_array(value)
    if not same(_asked(answer, OTHER)[1], folded_in(OTHER)):
        raise NotYet(
            "Right for one newcomer, wrong for another one with other numbers: use the arguments, "
            "not names from earlier cells or fixed numbers.",
            "fixed",
        )
    nobody = NEWCOMER._replace(rated=np.array([], dtype=np.int64), stars=np.array([]))
    if not same(_asked(answer, nobody)[1], np.zeros(_MOVIES.shape[1])):
        raise NotYet(
            "Right for newcomers who rated something. For somebody who rated nothing the loss is "
            "smallest at an embedding of zeros; the equations say so by themselves.",
            "no ratings",
        )
    return "One small system of equations, and somebody new is in the model. Nothing is trained."


def _asked(answer: object, newcomer: Newcomer) -> tuple[Any, Floats]:
    """Give what the answer returned, and the same as an array of one number for each factor."""
    try:
        value = asked(answer, *newcomer)
    except NotYet as verdict:
        if "singular" in verdict.message.lower():
            raise NotYet(
                "The left side cannot be solved: it lacks `penalty * np.eye(...)`, which gives "
                "somebody with few ratings a single best embedding, too.",
                "penalty forgotten",
            ) from None
        raise
    n_movies, size = newcomer.movie_embeddings.shape
    shape = np.shape(value) if isinstance(value, np.ndarray | list | tuple) else ()
    if shape == (n_movies,) and n_movies != size:
        raise NotYet(
            f"You return {n_movies} numbers, one for each movie: these look like scores. Asked for "
            f"is the embedding, {size} numbers; the scores follow from it in the next cell.",
            "scores",
        )
    if shape in ((size, 1), (1, size)):
        raise NotYet(
            f"The shape is {shape}. Return one dimension, {size} numbers: leave `stars` as it is, "
            "or end with `.ravel()`.",
            "shape",
        )
    return value, array_of(value, (size,), "the embedding, a number for each factor")


def _explain(found: Floats, expected: Floats) -> None:
    blame(found, expected, _wrong_values())
    if bool(np.allclose(found, expected, atol=6e-4)):
        raise NotYet("That is right, rounded. Return the numbers unrounded.", "rounded")
    right = NEWCOMER.movie_embeddings[NEWCOMER.rated].T @ NEWCOMER.stars
    away = float(np.linalg.norm(left_side(NEWCOMER) @ found - right))
    raise NotYet(
        "At your embedding the loss still has a slope: left side times embedding is away from "
        f"the right side by {away:.3f}. Open the hint for the equations.",
        "other",
    )


def _solve(left: Floats, right: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(left, right, rcond=None)[0], dtype=np.float64)


def _wrong_values() -> list[Wrong]:
    """List what comes out of each misconception, with its hint and its name."""
    movies, rated, stars, w0, penalty = NEWCOMER
    rows, one = movies[rated], np.eye(movies.shape[1])
    seen, all_pairs = rows.T @ rows, movies.T @ movies
    short, right, left = penalty * one, rows.T @ stars, left_side(NEWCOMER)
    rest = all_pairs - seen
    first = movies[: len(rated)]
    missing = (
        "The movies that were *not* rated are missing: each adds `w0` times the square of its "
        "score. Without them nothing pulls scores down, as in the observed-only model of lesson "
        "3.4.",
        "unobserved forgotten",
    )
    transposed = (
        "`rows @ rows.T` (or `rows @ stars`) is for pairs of *movies*. It has the right size here "
        "by chance, since this newcomer rated as many movies as there are factors. Take "
        "`rows.T @ rows` and `rows.T @ stars`.",
        "transposed",
    )
    not_solved = (
        "That is not the solution of the equations. `np.linalg.solve(left, right)` gives the "
        "embedding for which left side times embedding is the right side.",
        "not solved",
    )
    twos = (
        "A factor of 2 is in some terms only. The derivative of a square puts it into all of them, "
        "on both sides, and it cancels.",
        "factor 2",
    )
    return [
        (
            _solve(seen + w0 * all_pairs + short, right),
            "You count the rated movies twice: once with their stars, and once more among those "
            "that are pulled to 0. `movie_embeddings.T @ movie_embeddings` holds *all* movies; "
            "take the rated ones out: `w0 * (all - rows.T @ rows)`.",
            "rated counted twice",
        ),
        (_solve(seen + short, right), *missing),
        (_solve((1 - w0) * seen + short, right), *missing),
        (
            _solve(all_pairs + short, right),
            "`w0` is missing: a movie that was not rated counts as a full rating of 0 stars. It "
            "counts `w0` times only.",
            "w0 forgotten",
        ),
        (
            _solve(w0 * seen + rest + short, right),
            "`w0` weighs the wrong side: the rated movies count in full, those without a rating "
            "`w0` times.",
            "w0 at the rated",
        ),
        (
            _solve(w0 * all_pairs + short, right),
            "On the left side the rated movies count `w0` times only, as all others do. They count "
            "in full: add `(1 - w0) * rows.T @ rows`.",
            "rated not in full",
        ),
        (
            _solve(left, (1 - w0) * right),
            "The right side has a factor of `1 - w0`. That factor belongs to the left side, where "
            "it comes from all pairs less the rated ones; the stars count in full.",
            "right side weighted",
        ),
        (
            _solve(seen + w0 * rest, right),
            "The penalty is missing on the left side: `penalty * np.eye(...)`.",
            "penalty forgotten",
        ),
        (
            _solve(seen + w0 * rest + penalty, right),
            "You add the penalty to *every* entry of the left side. It belongs on the diagonal: "
            "times `np.eye(...)`.",
            "penalty off the diagonal",
        ),
        (
            _solve(seen + w0 * rest - short, right),
            "The penalty is added, not subtracted.",
            "sign",
        ),
        (
            _solve(left, rows.T @ np.ones(len(stars))),
            "You count that a movie was rated, and not the stars. The right side is "
            "`rows.T @ stars`.",
            "stars ignored",
        ),
        (
            _solve(left, rows.T @ (stars - stars.mean())),
            "You subtract the mean of the stars. This model has no biases: the dot product itself "
            "must reach the stars.",
            "mean subtracted",
        ),
        (
            _solve(
                (1 - w0) * first.T @ first + w0 * all_pairs + short,
                first.T @ stars,
            ),
            "You take the first rows of the table. The movies that were rated are "
            "`movie_embeddings[rated]`.",
            "not the rated movies",
        ),
        (_solve(rows @ rows.T * (1 - w0) + w0 * all_pairs + short, right), *transposed),
        (_solve(left, rows @ stars), *transposed),
        (_solve(rows @ rows.T * (1 - w0) + w0 * all_pairs + short, rows @ stars), *transposed),
        (left @ right, *not_solved),
        (right, *not_solved),
        (right / np.diag(left), *not_solved),
        (_solve(left, 2 * right), *twos),
        (_solve(seen + w0 * rest + 2 * short, right), *twos),
        (_solve(seen + w0 * rest + short / 2, right), *twos),
    ]
