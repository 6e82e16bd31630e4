"""Refuse baskets, tables and questions that itemsets and rules cannot be made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from numbers import Integral, Real

import numpy as np
import pandas as pd


def checked_baskets(baskets: Iterable[Iterable[object]]) -> list[list[object]]:
    """Make lists of the baskets, and refuse what would change a support silently."""
    if isinstance(baskets, str | pd.DataFrame) or not isinstance(baskets, Iterable):
        raise ValueError(
            f"baskets is a {type(baskets).__name__}; expected is a list of baskets, such as "
            "[['milk', 'bread'], ['milk']]. Make a list of each basket's items first."
        )
    checked = []
    for place, basket in enumerate(baskets):
        if isinstance(basket, str | bytes) or not isinstance(basket, Iterable):
            raise ValueError(
                f"baskets[{place}] is {basket!r}; a basket is a list of items, such as "
                "['milk', 'bread']. Put its items into a list."
            )
        items = list(basket)
        if not items:
            raise ValueError(
                f"baskets[{place}] is empty; each basket needs at least one item, since an empty "
                "one lowers every support. Leave it out."
            )
        checked.append(items)
    if not checked:
        raise ValueError("baskets is empty; expected is at least one basket. Load some first.")
    _check_items(checked)
    for place, items in enumerate(checked):
        if len(set(items)) < len(items):
            twice = next(item for at, item in enumerate(items) if item in items[:at])
            raise ValueError(
                f"baskets[{place}] holds {twice!r} twice; each item may be in a basket once. "
                "Make it a set first, if how many were bought does not matter."
            )
    return checked


def _check_items(baskets: list[list[object]]) -> None:
    """Refuse items that are no names and no whole numbers, and a mixture of both."""
    kinds = {kind: _kind(kind) for kind in set(map(type, chain.from_iterable(baskets)))}
    if set(kinds.values()) in ({"name"}, {"number"}):
        return
    # At least one name and one number, or something else: that one is named.
    common = kinds[type(baskets[0][0])]
    for place, items in enumerate(baskets):
        for item in items:
            if not kinds[type(item)] or kinds[type(item)] != common:
                raise ValueError(
                    f"baskets[{place}] holds {item!r}, of type {type(item).__name__}; items must "
                    "be all names (str) or all whole numbers (int). Leave out what is missing, "
                    "and convert the others with str()."
                )


def _kind(kind: type) -> str:
    if issubclass(kind, str):
        return "name"
    return "number" if issubclass(kind, Integral) and not issubclass(kind, bool) else ""


def check_frame(frame: pd.DataFrame) -> None:
    """Refuse what is no table of yes and no."""
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(
            f"frame is a {type(frame).__name__}; expected is a DataFrame of bool, a column an "
            "item. Make one of baskets with one_hot(baskets)."
        )
    if frame.empty:
        raise ValueError(
            f"frame has {len(frame)} rows and {frame.shape[1]} columns; expected is at least one "
            "basket and one item. Make one of baskets with one_hot(baskets)."
        )
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(
            f"frame has the column {twice!r} twice; each item may have one. Join or rename them."
        )
    for item, dtype in frame.dtypes.items():
        if getattr(dtype, "subtype", dtype) != np.dtype(bool):
            raise ValueError(
                f"frame's column {item!r} is of {dtype}; expected is bool in every column. "
                "Where it holds only 0 and 1, write frame.astype(bool); decide first what a "
                "missing value, or a number of pieces above 1, shall mean."
            )
        if isinstance(dtype, pd.SparseDtype) and dtype.fill_value:
            raise ValueError(
                f"frame's column {item!r} is of {dtype}; what a sparse column does not store must "
                "be False. Write frame.astype(pd.SparseDtype(bool, False))."
            )


def check_choices(
    min_support: float, max_len: int | None, miner: str, miners: Sequence[str]
) -> None:
    """Refuse a support, a largest size or a miner that there cannot be."""
    number = isinstance(min_support, Real) and not isinstance(min_support, bool | np.bool_)
    if not number or not 0 < min_support <= 1:
        raise ValueError(
            f"min_support is {min_support!r}; it must be a share of the baskets, above 0 and at "
            "most 1. Write 0.05 for 5 percent."
        )
    whole = isinstance(max_len, Integral) and not isinstance(max_len, bool)
    if max_len is not None and (not whole or max_len < 1):
        raise ValueError(
            f"max_len is {max_len!r}; it must be a whole number of items, 1 or more. Leave it out "
            "for sets of any size."
        )
    if not isinstance(miner, str) or miner not in miners:
        raise ValueError(f"miner is {miner!r}; it must be one of {', '.join(map(repr, miners))}.")


def check_rules_input(
    itemsets: pd.DataFrame, metric: str, min_threshold: float, measures: Sequence[str]
) -> None:
    """Refuse what are no itemsets, or items that cannot be put in order, and other measures."""
    if not isinstance(itemsets, pd.DataFrame) or not {"support", "itemsets"} <= set(itemsets):
        raise ValueError(
            f"itemsets is a {type(itemsets).__name__} without the columns 'support' and "
            "'itemsets'. Give what frequent_itemsets returns."
        )
    if metric not in measures:
        raise ValueError(f"metric is {metric!r}; it must be one of {', '.join(measures)}.")
    number = isinstance(min_threshold, Real) and not isinstance(min_threshold, bool | np.bool_)
    if not number or math.isnan(min_threshold):
        raise ValueError(
            f"min_threshold is {min_threshold!r}; it must be a number, such as 0.6 for a "
            "confidence of 60 percent."
        )
    items = set(chain.from_iterable(itemsets["itemsets"]))
    try:
        sorted(items)
    except TypeError:
        kinds = ", ".join(sorted({type(item).__name__ for item in items}))
        raise ValueError(
            f"itemsets has items of types without a common order: {kinds}. Name the columns of the "
            "table all alike before you mine it: frame.columns = frame.columns.map(str)."
        ) from None
