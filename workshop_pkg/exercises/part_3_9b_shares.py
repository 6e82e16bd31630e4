"""The check of lesson 3.9 on the model's input: the shares whose mean is the user's vector."""

from __future__ import annotations

from typing import Any

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

Marks = NDArray[np.bool_]
_WHAT = "a row for each user and a column for each movie"
# As many users as movies, so that a mix-up of the two gives numbers, not an error. Two users have
# the same label, and each user has another user's label among their movies.
_CHOSEN = np.array(
    [
        [1, 1, 0, 1, 0],
        [1, 0, 1, 1, 1],
        [0, 1, 0, 0, 1],
        [1, 1, 1, 1, 1],
        [0, 1, 0, 1, 0],
    ],
    dtype=bool,
)
_LABELS = np.array([0, 3, 4, 1, 3])
_OTHER_CHOSEN = np.array([[1, 1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 1, 0, 0]], dtype=bool)
_OTHER_LABELS = np.array([5, 2])


@exercise("3.9-model")
def check_shares(answer: object) -> str:
    """Judge the shares of a user's movies, the label left out."""
    expected = shares_of(_CHOSEN, _LABELS)
    value = asked(answer, _CHOSEN, _LABELS)
    found = array_of(value, expected.shape, _WHAT)
    if not same(found, expected):
        _explain(found, expected)
    other = shares_of(_OTHER_CHOSEN, _OTHER_LABELS)
    again = array_of(asked(answer, _OTHER_CHOSEN, _OTHER_LABELS), other.shape, _WHAT)
    if not same(again, other):
        raise NotYet(
            f"Right for five users and five movies. For two users and seven movies the shares are "
            f"{rows_of(other)}; you return {rows_of(again)}. Use the arguments, not fixed numbers.",
            "fixed",
        )
    _check_empty(answer)
    require_numpy(value)
    return "The mean of what is left when the label is taken out, and zeros where nothing is left."


def shares_of(chosen: Marks, labels: NDArray[np.int64]) -> Floats:
    """Work out the right shares."""
    left = chosen.astype(np.float64)
    left[np.arange(len(labels)), labels] = 0.0
    shares: Floats = left / np.maximum(left.sum(axis=1, keepdims=True), 1.0)
    return shares


def _explain(found: Floats, expected: Floats) -> None:
    blame(found, expected, _wrong_shares())
    users = np.arange(len(_LABELS))
    if np.isnan(found).any():
        raise NotYet(
            "You get NaN: somewhere 0 is divided by 0. Each of these users has a movie left when "
            "the label is out. Do you divide along the right axis?",
            "nan",
        )
    if (np.abs(found[users, _LABELS]) > 1e-9).any():
        raise NotYet(
            "Some user's label has a share above 0: the model is shown what it should guess. Set "
            "it to 0 in that user's row: `left[np.arange(len(labels)), labels] = 0`.",
            "label in the input",
        )
    raise NotYet(
        f"For the first user, {_CHOSEN[0].astype(int).tolist()} with the label {_LABELS[0]}, the "
        f"shares are {rows_of(expected[0])}; you return {rows_of(found[0])}.",
        "other",
    )


def _wrong_shares() -> list[Wrong]:
    whole = _CHOSEN.astype(np.float64)
    left = whole.copy()
    left[np.arange(len(_LABELS)), _LABELS] = 0.0
    without_columns = whole.copy()
    without_columns[:, _LABELS] = 0.0
    counts = left.sum(axis=1, keepdims=True)
    labels_only = np.zeros_like(whole)
    labels_only[np.arange(len(_LABELS)), _LABELS] = 1.0
    leak = (
        "The label is in the input. The model would learn to give back what it is shown; take it "
        "out: `left[np.arange(len(labels)), labels] = 0`, before you count.",
        "label in the input",
    )
    columns = (
        "`left[:, labels] = 0` takes the labels of *all* users out of every row. Each user loses "
        "one movie: `left[np.arange(len(labels)), labels] = 0`.",
        "labels of all users out",
    )
    return [
        (whole / whole.sum(axis=1, keepdims=True), *leak),
        (whole / counts, *leak),
        (
            left / whole.sum(axis=1, keepdims=True),
            "The label is out, but it is still counted: a row adds up to less than 1. Count what "
            "is left, after the label is out.",
            "label in the count",
        ),
        (
            left / left.shape[1],
            "You divide by the number of all movies, so the movies that were not chosen count as "
            "zeros in the mean. Divide by how many are *left* in the row.",
            "not chosen in the mean",
        ),
        (
            left,
            "That is a sum: who chose many movies gets a long vector. Divide each row by how many "
            "movies are left in it.",
            "sum in place of mean",
        ),
        (
            without_columns / np.maximum(without_columns.sum(axis=1, keepdims=True), 1.0),
            *columns,
        ),
        (without_columns / without_columns.sum(axis=1, keepdims=True), *columns),
        (without_columns / np.maximum(counts, 1.0), *columns),
        (
            left / np.maximum(left.sum(axis=0, keepdims=True), 1.0),
            "You divide by how many users chose the movie. Divide each *row* by its own count: "
            "`left.sum(axis=1, keepdims=True)`.",
            "wrong axis",
        ),
        (
            left / np.maximum(left.sum(axis=0, keepdims=True), 1.0).T,
            "You count along the wrong axis: `left.sum(axis=1, keepdims=True)` gives the number of "
            "movies left in each row.",
            "wrong axis",
        ),
        (
            left / counts.T,
            "The counts stand in a row, so each *column* is divided by some user's count. "
            "`keepdims=True` keeps them in a column.",
            "counts in a row",
        ),
        (
            left / np.sqrt(counts),
            "You divide by the root of the count, which gives every row the length 1. For a mean "
            "divide by the count itself.",
            "length in place of mean",
        ),
        (
            left / left.sum(),
            "You divide by the sum of the whole table. Each row has its own count.",
            "sum of the whole table",
        ),
        (
            labels_only,
            "You return the labels themselves. The input is everything *but* the label.",
            "labels returned",
        ),
    ]


def _check_empty(answer: object) -> None:
    """Try users whose only movie is the label: nothing is left."""
    chosen = np.array([[0, 1, 0, 0], [1, 1, 0, 1], [0, 0, 0, 1]], dtype=bool)
    labels = np.array([1, 0, 3])
    expected = shares_of(chosen, labels)
    value: Any = asked(answer, chosen, labels)
    if isinstance(value, float) and np.isnan(value):
        value = np.full(chosen.shape, np.nan)
    found = array_of(value, expected.shape, _WHAT)
    if not same(found, expected):
        raise NotYet(
            "Right where movies are left. Somebody whose only movie is the label has none: return "
            f"zeros, no NaN, for them (you return {rows_of(found[0])}). Divide by the count or by "
            "1, whichever is larger: `np.maximum(counts, 1)`.",
            "nothing left",
        )
