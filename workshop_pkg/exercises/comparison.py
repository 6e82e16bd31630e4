"""Comparing what an answer returned with what was expected, whatever type it has."""

from __future__ import annotations

import math
from typing import Any

from workshop_pkg.exercises.registry import NotYet


def close(value: Any, expected: float, tolerance: float = 1e-6) -> bool:
    """Tell whether a value is a number close to the expected one; False for any other type.

    Parameters
    ----------
    value : object
        What the answer returned; Python and NumPy numbers, and arrays of one element, count.
    expected : float
        The right value.
    tolerance : float, default 1e-6
        The largest difference, absolute, and relative to the expected value.

    Returns
    -------
    bool
        False too for NaN, text, booleans, containers.

    Examples
    --------
    >>> close(0.1 + 0.2, 0.3), close("0.3", 0.3), close(float("nan"), 0.3)
    (True, False, False)
    """
    if isinstance(value, bool | str | bytes):
        return False
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return math.isclose(number, expected, rel_tol=tolerance, abs_tol=tolerance)


def rounded(value: Any, expected: float) -> bool:
    """Tell whether a value is the expected one rounded to 1, 2, 3 or 4 decimals, and not close.

    Parameters
    ----------
    value : object
        What the answer returned, as in :func:`close`.
    expected : float
        The right value, not rounded.

    Returns
    -------
    bool
        False too where rounding changes nothing: such a value is right.

    Examples
    --------
    >>> rounded(0.97, 0.96598), rounded(0.96598, 0.96598), rounded(0.5, 0.5)
    (True, False, False)
    """
    if close(value, expected):
        return False
    return any(close(value, round(expected, digits), 1e-9) for digits in (1, 2, 3, 4))


def not_rounded(value: Any) -> NotYet:
    """Make the verdict on a rounded answer: the same words in all checks."""
    return NotYet(
        f"You return {float(value):g}: that is the right number, rounded. Return the number "
        "unrounded, and round only where you print.",
        "rounded",
    )
