"""What checks on arrays share: asking, the shape, and the hint for a misconception seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.registry import NotYet, attempt

Floats = NDArray[np.float64]
#: What comes out of a misconception, the hint for it, and its short name.
Wrong = tuple[Any, str, str]
TOLERANCE = 1e-6


def asked(answer: object, *arguments: Any) -> Any:
    """Ask for a value; a division by zero is no error here, as NumPy only warns."""
    with np.errstate(all="ignore"):
        try:
            return attempt(answer, *arguments)
        except NotYet as verdict:
            if "ZeroDivisionError" not in verdict.message:
                raise
            return np.nan


def array_of(value: Any, shape: tuple[int, ...], what: str) -> Floats:
    """Give what the answer returned as an array of numbers of this shape.

    Parameters
    ----------
    value : object
        Arrays, frames, sparse matrices and nested lists count.
    shape : tuple of int
        What it should have.
    what : str
        What is asked for: "a row for each user and a column for each movie".

    Returns
    -------
    array of float

    Raises
    ------
    NotYet
        ``"not an array"`` or ``"shape"``.
    """
    dense = value.toarray() if hasattr(value, "toarray") else value
    try:
        if isinstance(dense, str | bytes | dict | set):
            raise TypeError
        found = np.asarray(dense, dtype=np.float64)
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is an array of numbers: {what}.",
            "not an array",
        ) from None
    if found.shape != shape:
        raise NotYet(
            f"You return something of the shape {found.shape}. Asked for is the shape {shape}: "
            f"{what}.",
            "shape",
        )
    return found


def require_numpy(value: Any) -> None:
    """Refuse right numbers in anything but a NumPy array, where the lesson goes on with one.

    Raises
    ------
    NotYet
        ``"not a NumPy array"``.
    """
    if not isinstance(value, np.ndarray):
        how = "`.toarray()`" if hasattr(value, "toarray") else "`np.array(...)`"
        raise NotYet(
            f"The numbers are right, but you return a `{type(value).__name__}`, and the next cells "
            f"go on with a NumPy array: {how} makes one of it.",
            "not a NumPy array",
        )


def same(found: Any, expected: Any) -> bool:
    """Tell whether two arrays agree, but for rounding errors; NaN agrees with NaN."""
    left, right = np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    return left.shape == right.shape and bool(
        np.allclose(left, right, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    )


def blame(found: Any, expected: Any, wrong: list[Wrong]) -> None:
    """Raise the verdict on the first misconception that gives what was found, if any does."""
    for values, message, misconception in wrong:
        if same(found, values) and not same(values, expected):
            raise NotYet(message, misconception)


def rows_of(values: Any) -> str:
    """Write an array as a hint shows it."""
    return str(np.round(np.asarray(values, dtype=np.float64), 3).tolist())
