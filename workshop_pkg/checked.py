"""Arguments checked: whole numbers and tables of numbers, refused in one sentence."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from scipy import sparse


def whole_number(value: object, name: str, example: object = 10, at_most: int | None = None) -> int:
    """Give a whole number from 1 up; a ValueError names any other value.

    Parameters
    ----------
    value : object
        An int or a NumPy integer; True and 2.0 are none.
    name : str
        What the caller calls it.
    example : object
        A sensible value, for the sentence.
    at_most : int, optional
        The largest value, where there is one; the sentence then names it, not the example.

    Returns
    -------
    int
        The same number.

    Raises
    ------
    ValueError
        For anything else, in one sentence.

    Examples
    --------
    >>> whole_number(3, "k")
    3
    """
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    number = int(cast("int", value)) if is_whole else 0
    if number >= 1 and (at_most is None or number <= at_most):
        return number
    accepted = f", 1 or more, such as {example}" if at_most is None else f", 1 to {at_most}"
    raise ValueError(f"{name} is {value!r}, but it is a whole number{accepted}.")


def numbers(values: Any, name: str, kind: str = "numbers", advice: str = "") -> Any:
    """Give an array or a sparse array of whole or floating-point numbers or of True and False.

    Parameters
    ----------
    values : array, sparse array or list
        Of any shape.
    name, kind, advice : str
        For the sentence: what the caller calls it, what it is a table of, and what to pass.

    Returns
    -------
    array or sparse array
        `values` as they are, where they were an array; not a copy.

    Raises
    ------
    ValueError
        For rows of different lengths, a masked array, and values of another type: text (also of
        digits), dates, complex numbers, Python objects such as None.

    Examples
    --------
    >>> numbers([[1, 2]], "scores")
    array([[1, 2]])
    """
    refuse_masked(values, name)
    table = values
    if not sparse.issparse(values):
        try:
            table = np.asarray(values)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{name} is not a table of {kind} ({error}){advice}.") from error
    if table.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} is not a table of {kind} (it holds {table.dtype} values){advice}."
        )
    return table


def refuse_masked(values: Any, name: str) -> None:
    """Raise a ValueError for a masked array, whose mask would be lost without a word."""
    rows = values if isinstance(values, list | tuple) else ()
    if np.ma.isMaskedArray(values) or any(np.ma.isMaskedArray(row) for row in rows):
        raise ValueError(
            f"{name} is a masked array, and what its mask hides would count: fill the gaps first "
            f"with {name}.filled(value)."
        )
