"""The check of lesson 3.9 on the weights of EASE."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.array_answers import (
    Floats,
    Wrong,
    array_of,
    asked,
    blame,
    require_numpy,
    rows_of,
    same,
)
from workshop_pkg.exercises.registry import NotYet, exercise

_WHAT = "a row and a column for each movie"
# Square, so that a product of users with users gives numbers, not an error.
_CHOSEN = np.array(
    [[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [1, 0, 0, 1]],
    dtype=np.float64,
)
_L2 = 0.7
_OTHER = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1], [1, 1, 1], [0, 0, 1]], dtype=np.float64)


@exercise("3.9-ease")
def check_ease(answer: object) -> str:
    """Judge the weights from movie to movie, in closed form."""
    expected = weights_of(_CHOSEN, _L2)
    value = asked(answer, _CHOSEN, _L2)
    found = array_of(value, expected.shape, _WHAT)
    if not same(found, expected):
        _explain(found, expected)
    for l2 in (2.5, 40.0):
        other = weights_of(_OTHER, l2)
        again = array_of(asked(answer, _OTHER, l2), other.shape, _WHAT)
        if not same(again, other):
            raise NotYet(
                f"Right for four movies and l2 = {_L2}. For three movies and l2 = {l2:g} the "
                f"weights are {rows_of(other)}; you return {rows_of(again)}. Use the arguments, "
                "not fixed numbers.",
                "fixed",
            )
    require_numpy(value)
    return "An inverse, a division by its diagonal, zeros on the diagonal: a whole recommender."


def weights_of(chosen: Floats, l2: float) -> Floats:
    """Work out the right weights."""
    inverse = np.linalg.inv(chosen.T @ chosen + l2 * np.eye(chosen.shape[1]))
    weights: Floats = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


def _explain(found: Floats, expected: Floats) -> None:
    blame(found, expected, _wrong_weights())
    if not np.isfinite(found).all():
        raise NotYet(
            "There are numbers that are not finite. Without l2 on the diagonal the table may have "
            "no inverse; and the diagonal of the *inverse* is what you divide by.",
            "not finite",
        )
    if np.abs(np.diag(found)).max() > 1e-9:
        raise NotYet(
            "The diagonal is not zero: a movie speaks for itself. End with "
            "`np.fill_diagonal(weights, 0)`.",
            "diagonal not zeroed",
        )
    if same(np.abs(found), np.abs(expected)):
        raise NotYet("The numbers are right, some signs are not.", "sign")
    raise NotYet(
        f"The first row of the weights is {rows_of(expected[0])}; you return {rows_of(found[0])}. "
        "Follow the three steps, and print the table after each.",
        "other",
    )


def _filled(weights: Floats) -> Floats:
    zeroed = weights.copy()
    np.fill_diagonal(zeroed, 0.0)
    return zeroed


def _inverse(table: Floats) -> Floats:
    return np.asarray(np.linalg.inv(table), dtype=np.float64)


def _wrong_weights() -> list[Wrong]:
    unit: NDArray[np.float64] = np.eye(_CHOSEN.shape[1])
    gram = _CHOSEN.T @ _CHOSEN
    inverse = _inverse(gram + _L2 * unit)
    diagonal = np.diag(inverse)
    of_users = _inverse(_CHOSEN @ _CHOSEN.T + _L2 * unit)
    everywhere = _inverse(gram + _L2)
    right = _filled(-inverse / diagonal)
    rows = (
        "You divide each *row* by its diagonal element. The column is the movie that is predicted, "
        "and the division is by the column's: `inverse / np.diag(inverse)` does that.",
        "rows divided in place of columns",
    )
    kept = (
        "The diagonal is not zero: a movie predicts itself, and that beats all other ways to "
        "predict it. End with `np.fill_diagonal(weights, 0)`.",
        "diagonal not zeroed",
    )
    no_l2 = (
        "Your weights do not know `l2`. Add it on the diagonal of the counts before you invert: "
        "`+ l2 * np.eye(n_movies)`.",
        "l2 forgotten",
    )
    wrong: list[Wrong] = [
        (-inverse / diagonal, *kept),
        (inverse / diagonal, *kept),
        (unit - inverse / diagonal, *_never()),
        (
            -right,
            "The sign: movies that go together would speak against each other. It is *minus* the "
            "inverse, divided by its diagonal.",
            "sign",
        ),
        (_filled(-inverse / diagonal[:, None]), *rows),
        (-inverse / diagonal[:, None], *rows),
        (
            _filled(-inverse),
            "The inverse is not divided by its diagonal yet.",
            "not divided",
        ),
        (
            _filled(inverse),
            "The inverse is not divided by its diagonal yet, and the sign is missing.",
            "not divided",
        ),
        (
            _filled(-inverse / np.diag(gram + _L2 * unit)),
            "You divide by the diagonal of the counts. Divide by that of the *inverse*: "
            "`np.diag(inverse)`.",
            "diagonal of the counts",
        ),
        (
            _filled(-inverse / np.diag(gram)),
            "You divide by the diagonal of the counts. Divide by that of the *inverse*: "
            "`np.diag(inverse)`.",
            "diagonal of the counts",
        ),
        (
            _filled(-of_users / np.diag(of_users)),
            "You count which *users* have movies in common: `chosen @ chosen.T`. Count which "
            "movies have users in common: `chosen.T @ chosen`.",
            "users in place of movies",
        ),
        (
            _filled(-everywhere / np.diag(everywhere)),
            "You add `l2` to every cell. It goes on the diagonal only: `l2 * np.eye(n_movies)`.",
            "l2 everywhere",
        ),
        (
            _filled(_inverse(gram + _L2 * unit) @ gram),
            "That is ridge regression with the diagonal set to zero afterwards. The condition has "
            "to be part of the problem: use the closed form, minus the inverse by its diagonal.",
            "ridge, then zeroed",
        ),
        (_inverse(gram + _L2 * unit) @ gram, *kept),
        (
            _CHOSEN @ right,
            "Those are the scores: the users' choices times the weights. Return the weights; the "
            "product is taken in the next cell.",
            "scores returned",
        ),
        (
            _filled(gram),
            "Those are the counts: how many users chose both. Movies that everybody chose would "
            "win everywhere; the inverse takes care of that.",
            "counts returned",
        ),
    ]
    for l2 in (_L2 * len(_CHOSEN), _L2 / 2, _L2**2):
        other = _inverse(gram + l2 * unit)
        wrong.append(
            (
                _filled(-other / np.diag(other)),
                "You scale `l2`. Add it as it is on the diagonal of the counts.",
                "l2 scaled",
            )
        )
    if np.linalg.matrix_rank(gram) == len(gram):
        plain = _inverse(gram)
        late = plain + _L2 * unit
        wrong.append((_filled(-plain / np.diag(plain)), *no_l2))
        wrong.append(
            (
                _filled(-late / np.diag(late)),
                "You add `l2` to the inverse. Add it on the diagonal of the counts, *before* you "
                "invert.",
                "l2 after the inverse",
            )
        )
    pseudo = np.linalg.pinv(gram)
    wrong.append((_filled(-pseudo / np.diag(pseudo)), *no_l2))
    return [row for row in wrong if row[1]]


def _never() -> tuple[str, str]:
    """Mark a shape of the answer that is right: I - P / diag(P) has a zero diagonal."""
    return "", ""
