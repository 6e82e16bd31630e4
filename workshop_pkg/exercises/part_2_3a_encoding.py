"""The check of lesson 2.3 on turning baskets into a table of booleans."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Baskets = list[list[str]]

# No basket holds every item, the first lacks some, one comes twice, one name is part of another.
_BASKETS = [
    ["tea", "milk"],
    ["bread"],
    ["tea", "milk", "bread"],
    ["milk", "Apple"],
    ["tea"],
    ["steak"],
    ["tea", "milk"],
]
# Other items, in another number: an answer with fixed names fails here.
_OTHERS = [["salt", "oil"], ["oil"], ["rice", "oil", "salt"]]


@exercise("2.3-encode")
def check_encode(answer: object) -> str:
    """Judge a table with a row for each basket and a column of booleans for each item."""
    for baskets in (_BASKETS, _OTHERS):
        items = sorted({item for basket in baskets for item in basket})
        table = _a_frame(attempt(answer, baskets), items)
        _check_rows(table, baskets, items)
        _check_columns(table, baskets, items)
        _check_cells(table[items], baskets, items)
        _check_unchanged(answer, baskets)
        if list(table.columns) != items:
            raise NotYet(
                f"The columns are there, in the order {', '.join(map(str, table.columns))}. Sort "
                "the items: then every table of the same items has the same columns.",
                "unsorted",
            )
    return "A row for each basket, a column for each item, and nothing but True and False."


def _a_frame(value: Any, items: list[str]) -> pd.DataFrame:
    if not isinstance(value, pd.DataFrame):
        raise NotYet(
            f"You return a `{type(value).__name__}`; a frame is expected: "
            "`pd.DataFrame(rows, columns=items)`.",
            "not a frame",
        )
    if set(value.columns) != set(items) and set(value.index) == set(items):
        raise NotYet(
            "Your rows are items and your columns baskets: turn it round. A row is a basket.",
            "turned round",
        )
    return value


def _check_rows(table: pd.DataFrame, baskets: Baskets, items: list[str]) -> None:
    if len(table) == len(baskets):
        return
    if set(table.columns) & set(items) == set() and len(table) > 50:
        raise NotYet(
            f"{len(baskets)} baskets went in, {len(table)} rows with other items came out. Encode "
            "the function's argument, not the lesson's baskets.",
            "not the argument",
        )
    n_bought = sum(map(len, baskets))
    if len(table) == n_bought:
        raise NotYet(
            f"{len(baskets)} baskets went in, and you return {n_bought} rows, one for each item "
            "bought. A whole basket is one row.",
            "a row for each item",
        )
    if len(table) == len(set(map(tuple, baskets))) and set(table.columns) == set(items):
        raise NotYet(
            f"{len(baskets)} baskets went in, and you return {len(table)} rows: a basket that "
            "comes again is left out. Two customers bought it, so it counts twice.",
            "repeated baskets left out",
        )
    raise NotYet(
        f"{len(baskets)} baskets went in, and you return {len(table)} rows. Return one row for "
        "each basket, in their order, not a total over them.",
        "wrong rows",
    )


def _check_columns(table: pd.DataFrame, baskets: Baskets, items: list[str]) -> None:
    columns = list(table.columns)
    if sorted(map(str, columns)) == items:
        return
    longest = max(map(len, baskets))
    numbered = all(str(name).split("_")[0].isdigit() for name in columns)
    if numbered and (len(columns) == longest or "_" in str(columns[0])):
        raise NotYet(
            "Your columns are the places in a basket: first item, second item, ... The same item "
            "then hides in several columns. Make a column for each item, wherever it stands.",
            "a column for each place",
        )
    if numbered and len(columns) == len(items):
        raise NotYet(
            "Your columns are numbered; name them after the items: "
            "`pd.DataFrame(rows, columns=items)`.",
            "no names",
        )
    if sorted(str(name).strip().lower() for name in columns) == sorted(map(str.lower, items)):
        changed = next(str(name) for name in columns if str(name) not in items)
        raise NotYet(
            f"Your columns have other names than the items: {changed!r} is in no basket. Leave "
            "the names as they are, capital letters too.",
            "names changed",
        )
    missing = sorted(set(items) - set(map(str, columns)))
    if missing:
        raise NotYet(
            f"There is no column for {missing[0]!r}. Collect the items of *all* baskets that the "
            "function is given before you start with the rows.",
            "items missing",
        )
    raise NotYet(
        f"The items are {', '.join(items)}; your columns are {', '.join(map(str, columns))}.",
        "other columns",
    )


def _check_cells(table: pd.DataFrame, baskets: Baskets, items: list[str]) -> None:
    expected = np.array([[item in basket for item in items] for basket in baskets])
    cells = table.to_numpy(dtype=object)
    if pd.isna(cells).any():
        raise NotYet(
            "Where a basket lacks an item your table has a missing value. Not bought is known, "
            "too: write False.",
            "missing values",
        )
    if any(isinstance(cell, str) for cell in cells.flat):
        raise NotYet(
            "Your cells hold text. A cell answers one question, bought or not: True or False.",
            "text",
        )
    if (cells.astype(bool) == ~expected).all():
        raise NotYet("True and False are the wrong way round: True means bought.", "inverted")
    within = np.array([[item in " ".join(basket) for item in items] for basket in baskets])
    if (cells.astype(bool) == within).all() and (within != expected).any():
        raise NotYet(
            "A basket with steak holds no tea: you look for the name within a text. With `basket` "
            "as a list, `item in basket` compares whole names.",
            "part of a name",
        )
    if not (cells.astype(bool) == expected).all():
        row, column = (int(place) for place in np.argwhere(cells.astype(bool) != expected)[0])
        bought = "holds" if expected[row, column] else "does not hold"
        raise NotYet(
            f"Basket {row} is {baskets[row]}: it {bought} {items[column]!r}, and your table says "
            f"{cells[row, column]}. `item in basket` tells whether it does.",
            "wrong cells",
        )
    if all(pd.api.types.is_bool_dtype(dtype) for dtype in table.dtypes):
        if any(dtype != np.dtype(bool) for dtype in table.dtypes):
            raise NotYet(
                f"Right cells, and booleans, stored as `{table.dtypes.iloc[0]}`. Here plain ones "
                "are expected, which every later step takes: `.astype(bool)`.",
                "other booleans",
            )
    elif any(dtype != np.dtype(bool) for dtype in table.dtypes):
        raise NotYet(
            f"Right cells, but of the type `{table.dtypes.iloc[0]}`. A count could be 2; here is "
            "only bought or not, and the miners want booleans: `.astype(bool)`.",
            "counts",
        )


def _check_unchanged(answer: Any, baskets: Baskets) -> None:
    """Find out an answer that sorts the lists that it is given, or takes items away."""
    given = copy.deepcopy(baskets)
    attempt(lambda: answer(given))
    if given != baskets:
        raise NotYet(
            "Your function changes the baskets that it is given, and with them the data of the "
            "whole lesson. `sorted(basket)` makes a new list; `basket.sort()` changes the old one.",
            "changes its argument",
        )
