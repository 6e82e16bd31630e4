"""The check of lesson 3.4 on solving for one user's embedding, the movies' being fixed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Array = NDArray[np.float64]


class User(NamedTuple):
    """The arguments of the solver."""

    movie_embeddings: Array
    gram: Array
    rated: NDArray[np.int64]
    stars: Array
    n_ratings: int
    n_users: int
    l2: float
    gravity: float


def _user(
    movie_embeddings: Array,
    rated: list[int],
    stars: list[float],
    sizes: tuple[int, int],
    factors: tuple[float, float],
) -> User:
    return User(
        movie_embeddings,
        movie_embeddings.T @ movie_embeddings,
        np.array(rated, dtype=np.int64),
        np.array(stars),
        *sizes,
        *factors,
    )


_MOVIES = np.array(
    [[1.3, 0.2, 0.4], [0.5, -0.9, 1.6], [0.1, 1.5, 0.7], [-0.3, 0.4, 0.8], [1.1, 0.7, -0.2]]
)
# As many movies as this user rated: what multiplies the wrong way round then gives numbers, too.
USER = _user(_MOVIES, [4, 0, 2], [2.0, 5.0, 4.0], (11, 6), (0.3, 1.7))
_OTHER = _user(
    np.array([[1.4, 0.2], [0.3, 0.9], [0.8, 1.2], [0.5, -0.4], [0.1, 0.3], [0.9, 0.9]]),
    [0, 3, 4, 5],
    [1.0, 3.0, 5.0, 4.0],
    (17, 9),
    (0.05, 0.6),
)


@exercise("3.4-solve-user")
def check_solve_user(answer: object) -> str:
    """Judge the embedding that minimizes the loss for one user."""
    value, expected = _asked(answer, USER), solved(USER)
    if not _same(value, expected):
        _explain(value, expected)
    if not _same(_asked(answer, _OTHER), solved(_OTHER)):
        raise NotYet(
            "Right for one user, wrong for another one with other numbers: use the arguments, "
            "not names from earlier cells or fixed numbers.",
            "fixed",
        )
    nobody = USER._replace(rated=np.array([], dtype=np.int64), stars=np.array([]))
    found = _asked(answer, nobody)
    if not _same(found, np.zeros(_MOVIES.shape[1])):
        raise NotYet(
            "Right for users with ratings. For somebody without any, both penalties are smallest "
            "at an embedding of zeros; the equations say so by themselves.",
            "no ratings",
        )
    return "At this embedding the loss is flat: no rate, no steps, one small system of equations."


def parts(user: User) -> tuple[Array, Array, Array, Array]:
    """Give the four terms of a user's equations.

    Parameters
    ----------
    user : User
        What the solver is given.

    Returns
    -------
    tuple of arrays
        Left: observed part, L2 part, gravity part, each factors times factors. Right: a vector.
    """
    rows = user.movie_embeddings[user.rated]
    observed = rows.T @ rows / user.n_ratings
    short = user.l2 / user.n_users * np.eye(rows.shape[1])
    pull = user.gravity / (user.n_users * len(user.movie_embeddings)) * user.gram
    return observed, short, pull, rows.T @ user.stars / user.n_ratings


def solved(user: User) -> Array:
    """Solve a user's equations, as a reference."""
    observed, short, pull, right = parts(user)
    return np.asarray(np.linalg.solve(observed + short + pull, right), dtype=np.float64)


def _asked(answer: object, user: User) -> Array:
    try:
        value: Any = attempt(answer, *user)
    except NotYet as verdict:
        _explain_error(verdict)
        raise
    size = user.movie_embeddings.shape[1]
    try:
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.array(None, dtype=object)
    if found.shape == (size, 1) or found.shape == (1, size):
        raise NotYet(
            f"The shape is {found.shape}. Return one dimension, {size} numbers: `stars` has one "
            "dimension, so leave it as it is, or end with `.ravel()`.",
            "shape",
        )
    if found.shape != (size,):
        raise NotYet(
            f"The embedding has a number for each factor, so the shape is ({size},); you return a "
            f"`{type(value).__name__}` of shape {found.shape}.",
            "shape",
        )
    return found


def _explain_error(verdict: NotYet) -> None:
    if verdict.misconception != "error":
        return
    if "singular" in verdict.message.lower():
        raise NotYet(
            "The left side cannot be solved: somebody with fewer ratings than factors has no "
            "single best embedding without the L2 term. Add "
            "`l2 / n_users * np.eye(...)` to the left side.",
            "singular",
        ) from None
    if any(word in verdict.message for word in ("broadcast", "mismatch", "not aligned", "LinAlg")):
        raise NotYet(
            f"{verdict.message} For a user who rated k movies, take the k rows "
            "`rows = movie_embeddings[rated]`; `rows.T @ rows` is factors times factors, and "
            "`rows.T @ stars` has a number for each factor.",
            "shapes do not fit",
        ) from None


def _same(value: Array, expected: Array) -> bool:
    return all(close(one, other, 1e-6) for one, other in zip(value, expected, strict=True))


def _solve(left: Array, right: Array) -> Array:
    return np.asarray(np.linalg.lstsq(left, right, rcond=None)[0], dtype=np.float64)


def _explain(value: Array, expected: Array) -> None:
    for wrong, message, misconception in _wrong_values():
        if _same(value, wrong):
            raise NotYet(message, misconception)
    if all(abs(one - other) < 6e-4 for one, other in zip(value, expected, strict=True)):
        raise NotYet("That is right, rounded. Return the numbers unrounded.", "rounded")
    observed, short, pull, right = parts(USER)
    away = float(np.linalg.norm((observed + short + pull) @ value - right))
    raise NotYet(
        "With your numbers the equations do not hold: left side times embedding is away from the "
        f"right side by {away:.3f}. Build the three tables of the left side one by one, add them, "
        "and solve with `np.linalg.solve(left, right)`.",
        "other",
    )


def _wrong_values() -> list[tuple[Array, str, str]]:
    """List what comes out of each misconception, with its hint and its name."""
    observed, short, pull, right = parts(USER)
    movies, gram, rated, stars, n_ratings, n_users, l2, gravity = USER
    rows, one = movies[rated], np.eye(movies.shape[1])
    n_movies, own = len(movies), len(rated)
    left = observed + short + pull
    everything = gram / n_ratings
    own_mean = (
        "You divide by the number of this user's ratings. The loss is a mean over *all* ratings, "
        "so divide by `n_ratings`: then somebody with many ratings listens to them more, and to "
        "the penalties less.",
        "divided by own ratings",
    )
    as_zeros = (
        "Your left side takes every movie as rated, with 0 stars where there is no rating. The "
        "observed part has the rated movies only: `rows = movie_embeddings[rated]`.",
        "all movies",
    )
    l2_scale = (
        "The L2 part: the loss divides the squared lengths by the number of users, so what is "
        "left of it is `l2 / n_users * np.eye(...)`.",
        "l2 not scaled",
    )
    pull_scale = (
        "The gravity part: the loss divides by users *times* movies, so what is left of it is "
        "`gravity / (n_users * len(movie_embeddings)) * gram`.",
        "gravity not scaled",
    )
    not_solved = (
        "You multiply by the left side. Solve: `np.linalg.solve(left, right)` gives the embedding "
        "for which left side times embedding is the right side.",
        "not solved",
    )
    twos = (
        "A factor of 2 is on one side only. Setting the derivative to zero gives it on both, "
        "where it cancels.",
        "factor 2",
    )
    return [
        (
            _solve(observed + short, right),
            "The gravity part is missing on the left side.",
            "gravity forgotten",
        ),
        (
            _solve(observed + pull, right),
            "The L2 part is missing on the left side.",
            "l2 forgotten",
        ),
        (
            _solve(observed, right),
            "Both penalties are missing on the left side.",
            "penalties forgotten",
        ),
        (_solve(observed + l2 * one + pull, right), *l2_scale),
        (_solve(observed + l2 / n_movies * one + pull, right), *l2_scale),
        (_solve(observed + l2 / n_ratings * one + pull, right), *l2_scale),
        (
            _solve(observed + l2 / n_users + pull, right),
            "You add the L2 number to *every* entry of the left side. It belongs on the diagonal: "
            "times `np.eye(...)`.",
            "l2 off the diagonal",
        ),
        (_solve(observed + short + gravity * gram, right), *pull_scale),
        (_solve(observed + short + gravity / n_users * gram, right), *pull_scale),
        (_solve(observed + short + gravity / n_movies * gram, right), *pull_scale),
        (_solve(observed + short + gravity / n_ratings * gram, right), *pull_scale),
        (
            _solve(
                observed + short + gravity / (n_users * n_movies) * (rows.T @ rows),
                right,
            ),
            "Your gravity looks at the rated movies only. It pulls at the scores of *all* movies: "
            "`gram` is the table for that.",
            "gravity over rated movies",
        ),
        (
            _solve(observed + short + gravity / (n_users * n_movies) * one, right),
            "Your gravity part is a multiple of `np.eye`, as L2. It has the table `gram`.",
            "gravity without gram",
        ),
        (
            _solve(rows.T @ rows / own + short + pull, rows.T @ stars / own),
            *own_mean,
        ),
        (
            _solve(rows.T @ rows + short + pull, rows.T @ stars),
            "The observed part is not divided by `n_ratings`, on both sides: the penalties then "
            "hardly count.",
            "not divided by ratings",
        ),
        (
            _solve(left, rows.T @ stars),
            "The left side is divided by `n_ratings` and the right side is not.",
            "right side not divided",
        ),
        (
            _solve(rows.T @ rows + short + pull, right),
            "The right side is divided by `n_ratings` and the observed part on the left is not.",
            "left side not divided",
        ),
        (_solve(everything + short + pull, right), *as_zeros),
        (_solve(gram + short + pull, rows.T @ stars), *as_zeros),
        (_solve(observed + short - pull, right), "Gravity is added, not subtracted.", "sign"),
        (_solve(observed - short + pull, right), "L2 is added, not subtracted.", "sign"),
        (left @ right, *not_solved),
        (right, "That is the right side alone. Solve for the embedding.", "not solved"),
        (_solve(left, 2 * right), *twos),
        (_solve(2 * observed + short + pull, right), *twos),
        (
            _solve(2 * observed + short + pull, 2 * right),
            "The observed part has a factor of 2 and the penalties have none: the derivative of "
            "a square puts it into all of them, and it cancels.",
            "factor 2",
        ),
        (
            _solve(rows @ rows.T / n_ratings + short + pull, right),
            "`rows @ rows.T` is for pairs of *movies*. It has the right size here by chance, since "
            "this user rated as many movies as there are factors. Take `rows.T @ rows`.",
            "transposed",
        ),
        (
            _solve(left, rows @ stars / n_ratings),
            "On the right side, `rows @ stars` fits by chance: this user rated as many movies as "
            "there are factors. Each rating belongs to a *row*: `rows.T @ stars`.",
            "transposed",
        ),
        (
            _solve(rows @ rows.T / n_ratings + short + pull, rows @ stars / n_ratings),
            "Both products are taken the wrong way round; they fit by chance, since this user "
            "rated as many movies as there are factors. Take `rows.T @ rows` and `rows.T @ stars`.",
            "transposed",
        ),
        (
            _solve(left, rows.T @ (stars - stars.mean()) / n_ratings),
            "You subtract the mean of the stars. This loss has no biases: the dot product itself "
            "must reach the stars.",
            "mean subtracted",
        ),
        (
            _solve(
                (first := movies[:own]).T @ first / n_ratings + short + pull,
                first.T @ stars / n_ratings,
            ),
            "You take the first rows of the movies' table. The movies that this user rated are "
            "`movie_embeddings[rated]`.",
            "not the rated movies",
        ),
    ]
