"""The check of lesson 3.8 on the sum over pairs of features."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from workshop_pkg.exercises.array_answers import (
    Floats,
    Wrong,
    array_of,
    asked,
    blame,
    rows_of,
    same,
)
from workshop_pkg.exercises.registry import NotYet, exercise

# Values other than 0 and 1, else x and its square are the same.
_X = np.array([[1.0, 2.0, 0.0, -1.0], [0.0, 0.5, 3.0, 1.0], [2.0, 0.0, 0.0, 0.0]])
_FACTORS = np.array([[1.0, 0.5], [-1.0, 2.0], [0.3, -0.7], [0.9, 1.1]])
_OTHER_X = np.array([[1.0, 0.0, 0.0, 1.0, 2.0]])
_OTHER_FACTORS = np.array([[1.0], [2.0], [3.0], [-0.5], [0.4]])
_WHAT = "one number for each row of x"
# Sums over features take well under a millisecond for so many, a loop over their pairs a second.
_MANY, _SECONDS = 1000, 0.15


@exercise("3.8-pairwise")
def check_pairwise(answer: object) -> str:
    """Judge the sum over pairs: any way will do that is quick for many features."""
    expected = pairs(_X, _FACTORS)
    value = asked(answer, _X, _FACTORS)
    _explain(value, expected)
    other = asked(answer, _OTHER_X, _OTHER_FACTORS)
    right = pairs(_OTHER_X, _OTHER_FACTORS)
    if not same(other, right):
        raise NotYet(
            f"Right for three rows of four features. For one row of five features with one factor "
            f"it is {right[0]:.3f}; you return {rows_of(other)}. Use the arguments, not fixed "
            "sizes.",
            "fixed",
        )
    _require_quick(answer)
    return "Each pair counts once, and no feature meets itself."


def _require_quick(answer: object) -> None:
    """Refuse a loop over all pairs: in the lesson it would not end."""
    x, factors = np.full((1, _MANY), 0.1), np.full((_MANY, 1), 0.1)
    seconds = []
    for _ in range(2):  # the first call may have been held up by something else
        start = perf_counter()
        asked(answer, x, factors)
        seconds.append(perf_counter() - start)
        if seconds[-1] < _SECONDS:
            return
    raise NotYet(
        f"The numbers are right, but one row of {_MANY:,} features takes {min(seconds):.1f} "
        "seconds: you go through all pairs. The lesson goes on with hundreds of rows of thousands "
        "of features. Use the right side of the formula: two sums over the features.",
        "pair by pair",
    )


def pairs(x: Floats, factors: Floats) -> Floats:
    """Work out the right sums, by the definition."""
    table = factors @ factors.T
    total: Floats = np.zeros(len(x))
    for i in range(len(factors)):
        for j in range(i + 1, len(factors)):
            total += table[i, j] * x[:, i] * x[:, j]
    return total


def _explain(value: Any, expected: Floats) -> None:
    shape = np.shape(value)
    square, squares = (_X @ _FACTORS) ** 2, _X**2 @ _FACTORS**2
    if shape == (len(_X), _FACTORS.shape[1]):
        raise NotYet(
            "You return a number for each factor. The sum over the factors is missing: "
            "`.sum(axis=1)`.",
            "factors not summed",
        )
    if shape == (_FACTORS.shape[1],):
        raise NotYet(
            "You add up over the rows. Each row is a rating of its own; add up over the factors, "
            "`axis=1`.",
            "wrong axis",
        )
    if shape == ():
        raise NotYet(
            "You return one number for all rows. Add up over the factors only, `.sum(axis=1)`: "
            f"{_WHAT}.",
            "rows summed",
        )
    if shape == (len(_X), 1):
        raise NotYet(
            f"You return a table with one column. Asked for is {_WHAT}, without a second axis: "
            "`.sum(axis=1)`, without `keepdims`.",
            "a column",
        )
    found = array_of(value, (len(_X),), _WHAT)
    if same(found, expected):
        return
    blame(found, expected, _wrong_values(square, squares))
    raise NotYet(
        f"For x = {rows_of(_X)} and the factors {rows_of(_FACTORS)} the sums over pairs are "
        f"{rows_of(expected)}; you return {rows_of(found)}. The last row has one feature only, and "
        "so no pair.",
        "other",
    )


def _wrong_values(square: Floats, squares: Floats) -> list[Wrong]:
    plain = (_X @ _FACTORS**2).sum(axis=1)
    unsquared = _X @ _FACTORS
    return [
        (
            (square - squares).sum(axis=1),
            "That is twice the sum: the table has each pair above the diagonal and below. The "
            "factor 1/2 is missing.",
            "half forgotten",
        ),
        (
            0.5 * (squares - square).sum(axis=1),
            "The sign is turned. First the square of the sum, `(x @ factors) ** 2`; from it take "
            "the sum of the squares.",
            "squares swapped",
        ),
        (
            (squares - square).sum(axis=1),
            "The sign is turned, and the factor 1/2 is missing. First the square of the sum, then "
            "take the sum of the squares off, then halve.",
            "squares swapped",
        ),
        (
            0.5 * square.sum(axis=1),
            "Each feature still meets itself: the diagonal of the table is in it. Take the squares "
            "of the single terms off before you halve.",
            "diagonal kept",
        ),
        (
            square.sum(axis=1),
            "That is the whole table: each pair twice, and each feature with itself. Take the "
            "diagonal off, and halve.",
            "diagonal kept",
        ),
        (
            0.5 * (square + squares).sum(axis=1),
            "You add the diagonal once more. It has to go: take it off.",
            "diagonal added",
        ),
        (
            square.sum(axis=1) - 0.5 * squares.sum(axis=1),
            "The half applies to both parts: put the difference in brackets first.",
            "half of one part",
        ),
        (
            0.5 * square.sum(axis=1) - squares.sum(axis=1),
            "The half applies to both parts: put the difference in brackets first.",
            "half of one part",
        ),
        (
            0.5 * (square.sum(axis=1) - plain),
            "In the second part you square the factors, but not x. It goes unnoticed while x holds "
            "0 and 1 only: a genre's share is neither.",
            "x not squared",
        ),
        (
            0.5 * (square.sum(axis=1) - (_X**2 @ _FACTORS).sum(axis=1)),
            "In the second part you square x, but not the factors: `x**2 @ factors**2`.",
            "factors not squared",
        ),
        (
            0.5 * (square - unsquared).sum(axis=1),
            "In the second part nothing is squared: `x**2 @ factors**2`.",
            "nothing squared",
        ),
        (
            0.5 * (unsquared.sum(axis=1) ** 2 - squares.sum(axis=1)),
            "You add the factors up before squaring: then each factor meets the others. Square for "
            "each factor, and add up last.",
            "factors summed first",
        ),
        (
            0.5 * (unsquared - squares).sum(axis=1),
            "The first part is not squared: `(x @ factors) ** 2`.",
            "sum not squared",
        ),
        (
            squares.sum(axis=1),
            "That is the diagonal: each feature with itself. Asked for are the pairs of different "
            "features.",
            "diagonal only",
        ),
        (
            0.5 * (square - squares).mean(axis=1),
            "You average over the factors. A dot product adds up: `.sum(axis=1)`.",
            "mean over factors",
        ),
        (
            unsquared.sum(axis=1),
            "That is a linear sum: no two features are multiplied.",
            "no pairs",
        ),
    ]
