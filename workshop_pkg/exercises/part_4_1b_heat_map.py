"""The check of lesson 4.1 on reading a heat map: the best cell, and whether it is on the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Reading = tuple[Any, Any, list[str]]
Sides = tuple[bool, bool, bool, bool]


def _table(values: list[list[float]], rows: list[float], columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        values,
        index=pd.Index(rows, name="factors"),
        columns=pd.Index(columns, name="alpha"),
    )


# The best cell is inside, in the worst row by its mean; a fit failed. No label is a position.
_INSIDE = _table(
    [
        [0.30, 0.31, 0.32, 0.20],
        [0.10, 0.42, 0.05, np.nan],
        [0.33, 0.29, 0.35, 0.30],
        [0.25, 0.26, 0.34, 0.31],
    ],
    [4, 8, 16, 32],
    [0.5, 5, 50, 500],
)
_INSIDE_ANSWER: Reading = (8, 5.0, [])
_CASES: list[tuple[pd.DataFrame, Reading]] = [
    (
        _table([[0.2, 0.3, 0.1], [0.2, 0.4, 0.3], [0.3, 0.5, 0.4]], [4, 8, 16], [0.5, 5, 50]),
        (16, 5.0, ["factors"]),
    ),
    (
        _table([[0.2, 0.6, 0.1], [0.2, 0.4, 0.3], [0.3, 0.5, 0.4]], [4, 8, 16], [0.5, 5, 50]),
        (4, 5.0, ["factors"]),
    ),
    (
        _table([[0.2, 0.3, 0.1], [0.2, 0.4, 0.7], [0.3, 0.5, 0.4]], [4, 8, 16], [0.5, 5, 50]),
        (8, 50.0, ["alpha"]),
    ),
    (
        _table([[0.2, 0.3, 0.1], [0.8, 0.4, 0.7], [0.3, 0.5, 0.4]], [4, 8, 16], [0.5, 5, 50]),
        (8, 0.5, ["alpha"]),
    ),
    (
        _table([[0.2, 0.3, 0.9], [0.8, 0.4, 0.7], [0.3, 0.5, 0.4]], [4, 8, 16], [0.5, 5, 50]),
        (4, 50.0, ["factors", "alpha"]),
    ),
    # All are below zero, and one row is above the other in no order: errors with a minus.
    (
        _table([[-0.9, -0.8, -0.95], [-1.2, -1.1, -1.0]], [64, 2], [50, 5, 0.5]).rename_axis(
            index="n_epochs", columns="rate"
        ),
        (64, 5.0, ["n_epochs"]),
    ),
]


@exercise("4.1-heat-map")
def check_heat_map(answer: object) -> str:
    """Judge the labels of the best cell, and the names of those whose best value is on the edge."""
    row, column, names = _reading(attempt(answer, _INSIDE))
    if (row, column) != _INSIDE_ANSWER[:2]:
        _explain_cell(row, column)
    if names:
        raise NotYet(
            f"The best cell of {_shown(_INSIDE)} is inside: on all four sides there are worse "
            f"ones. You name {names}; return an empty list there.",
            "inside taken for the edge",
        )
    named = []
    for table, expected in _CASES:
        found = _reading(attempt(answer, table))
        if found[:2] != expected[:2]:
            raise NotYet(
                f"In the table {_shown(table)} the best cell is {expected[:2]}; you return "
                f"{found[:2]}. The highest value is the best, also where all are below zero.",
                "another table",
            )
        named.append(sorted(found[2]))
    if named != [sorted(expected[2]) for _, expected in _CASES]:
        _explain_edges(named)
    return "The best cell by its labels, and which list of values has to grow."


def _reading(value: Any) -> Reading:
    """Give an answer as two labels and a list of names; tell what else it may be."""
    if isinstance(value, pd.Series):
        raise NotYet(
            f"You return a series with {len(value)} entries: `table.idxmax()` gives the best row "
            "for *each* column. Asked for is the best cell of all: `table.stack().idxmax()`.",
            "best of each column",
        )
    if not isinstance(value, tuple | list) or len(value) != 3:
        size = f" of {len(value)}" if isinstance(value, tuple | list) else ""
        raise NotYet(
            f"You return a `{type(value).__name__}`{size}. Asked for are three things: the label "
            "of the row, that of the column, and a list of names.",
            "not three",
        )
    row, column, names = value
    if isinstance(names, bool | np.bool_):
        raise NotYet(
            "The third thing tells *which* hyperparameters are to be extended: a list of their "
            "names, empty if there is none. You return True or False.",
            "true or false",
        )
    if isinstance(names, str | Iterator):
        raise NotYet(
            f"The third thing is a `{type(names).__name__}`. Asked for is a *list* of names: there "
            "may be none, one or two of them.",
            "not a list of names",
        )
    try:
        listed = [str(name) for name in names]
    except TypeError:
        raise NotYet(
            f"The third thing is a `{type(names).__name__}`. Asked for is a list of names, empty "
            "if there is none.",
            "not a list of names",
        ) from None
    numbers = [x for x in (row, column) if not _is_number(x)]
    if numbers:
        raise NotYet(
            f"`{numbers[0]!r}` is not the label of one row or column: asked for are the two values "
            "of the hyperparameters at the best cell, two numbers.",
            "not a label",
        )
    return float(row), float(column), listed


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _explain_cell(row: Any, column: Any) -> None:
    """Tell what a wrong cell comes from, in the first table."""
    table = _INSIDE
    best_row, best_column, _ = _INSIDE_ANSWER
    found = (row, column)
    values = table.to_numpy()
    place = np.unravel_index(int(np.nanargmax(values)), values.shape)
    lowest = np.unravel_index(int(np.nanargmin(values)), values.shape)
    failed = np.unravel_index(int(np.argmax(values)), values.shape)
    if found == (best_column, best_row):
        raise NotYet(
            "The right cell, the wrong way round: the label of the row comes first.",
            "row and column swapped",
        )
    if found in (place, place[::-1]):
        raise NotYet(
            f"{found} is the *position* of the best cell. What a person needs are the values of "
            "the hyperparameters: the labels, `table.index[i]` and `table.columns[j]`.",
            "positions in place of labels",
        )
    if found == _labels(table, *lowest):
        raise NotYet(
            "That is the lowest value. In this table high is good.", "lowest in place of highest"
        )
    if found in (failed, _labels(table, *failed)):
        raise NotYet(
            "At that cell there is NaN: the fit failed. NumPy's `argmax` takes NaN for the "
            "largest; `np.nanargmax` and pandas leave it out.",
            "nan taken for the best",
        )
    if found == (table.mean(axis=1).idxmax(), table.mean(axis=0).idxmax()):
        raise NotYet(
            "You take the row with the best mean and the column with the best mean. Their crossing "
            "is not the best cell: what is best for one hyperparameter depends on the other. That "
            "is why one makes a grid.",
            "best on average",
        )
    raise NotYet(
        f"In the table {_shown(table)} the highest value is in the row {best_row} and the column "
        f"{best_column:g}; you return {row:g} and {column:g}.",
        "other",
    )


def _explain_edges(found: list[list[str]]) -> None:
    """Tell which misconception names these hyperparameters in all of the tables."""
    for read, message, misconception in _WRONG_EDGES:
        if found == [sorted(read(_sides(table), *_names(table))) for table, _ in _CASES]:
            raise NotYet(message, misconception)
    table, expected = next(
        case for case, names in zip(_CASES, found, strict=True) if names != sorted(case[1][2])
    )
    raise NotYet(
        f"In the table {_shown(table)} the best cell is {expected[:2]}: on the edge for "
        f"{expected[2]}. A list of values has to grow if the best one is its first or its last.",
        "edges",
    )


def _sides(table: pd.DataFrame) -> Sides:
    """Tell on which edges the best cell is: first row, last row, first column, last column."""
    values = table.to_numpy()
    i, j = np.unravel_index(int(np.nanargmax(values)), values.shape)
    return bool(i == 0), bool(i == len(values) - 1), bool(j == 0), bool(j == values.shape[1] - 1)


def _rows_and_columns(rows: bool, columns: bool, row_name: str, column_name: str) -> list[str]:
    return [row_name] * rows + [column_name] * columns


def _labels(table: pd.DataFrame, row: Any, column: Any) -> tuple[float, float]:
    return float(table.index[int(row)]), float(table.columns[int(column)])


def _names(table: pd.DataFrame) -> tuple[str, str]:
    return str(table.index.name), str(table.columns.name)


def _shown(table: pd.DataFrame) -> str:
    rows = "; ".join(
        f"{label}: {[float(value) for value in values]}"
        for label, values in zip(table.index, table.to_numpy(), strict=True)
    )
    return f"(columns {[float(label) for label in table.columns]}) {rows}"


_Read = Callable[[Sides, str, str], list[str]]
_WRONG_EDGES: list[tuple[_Read, str, str]] = [
    (
        lambda at, row, column: [],
        "You never name a hyperparameter. If the best value is the first or the last of its list, "
        "nobody has looked beyond it: that list has to grow.",
        "no edge seen",
    ),
    (
        lambda at, row, column: _rows_and_columns(at[1], at[3], row, column),
        "You see the far edge only. The first value of a list is an edge as well as the last one: "
        "nobody has tried anything before it.",
        "first edge forgotten",
    ),
    (
        lambda at, row, column: _rows_and_columns(at[0], at[2], row, column),
        "You see the near edge only. The last value of a list is an edge as well as the first one: "
        "nobody has tried anything after it.",
        "last edge forgotten",
    ),
    (
        lambda at, row, column: _rows_and_columns(at[0] or at[1], at[2] or at[3], column, row),
        "The names are the wrong way round: the rows are the values of `table.index.name`, the "
        "columns those of `table.columns.name`.",
        "names swapped",
    ),
    (
        lambda at, row, column: [row] * (at[0] or at[1]),
        "You look at the rows only. The columns are a list of values as well, with two ends.",
        "columns forgotten",
    ),
    (
        lambda at, row, column: [column] * (at[2] or at[3]),
        "You look at the columns only. The rows are a list of values as well, with two ends.",
        "rows forgotten",
    ),
    (
        lambda at, row, column: [row] if at[0] or at[1] else [column] * (at[2] or at[3]),
        "In a corner *both* lists end: name both. (Is there an `elif` where a second `if` should "
        "be?)",
        "corner forgotten",
    ),
    (
        lambda at, row, column: [row, column] * any(at),
        "You name both hyperparameters wherever the cell is on some edge. Only the list that ends "
        "there has to grow: look at rows and columns apart.",
        "both named",
    ),
    (
        lambda at, row, column: _rows_and_columns(
            at[0] or at[1], at[2] or at[3], "factors", "alpha"
        ),
        "For a table of other hyperparameters you name the old ones: take `table.index.name` and "
        "`table.columns.name`.",
        "fixed names",
    ),
]
