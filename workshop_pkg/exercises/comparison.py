"""Comparing what an answer returned with what was expected, whatever type it has."""

from __future__ import annotations

import math
from typing import Any


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
