"""The check of lesson 2.4 on the header table: the frequent items, the most frequent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import ItemsView, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Table = list[tuple[Any, Any]]

# Of eight baskets six hold Milk and five Bread (once twice); Tea and Apple stand in exactly three,
# Tea the first to be met; Dill stands in two, in one of them twice.
_ROWS = [
    "Tea Milk Bread",
    "Milk Bread Bread",
    "Milk Tea Apple",
    "Bread Milk Dill",
    "Dill Dill Bread Milk",
    "Apple Bread",
    "Milk Tea",
    "Apple",
]
_BASKETS = [row.split() for row in _ROWS]
_MIN_SUPPORT = 0.375
# The items of the lesson's five baskets, so that nothing raises; other counts, nothing twice.
_OTHER = [["Eggs", "Milk"], ["Milk"], ["Eggs", "Milk", "Corn"], ["Yogurt", "Milk"], ["Corn"]]


@exercise("2.4-header-table")
def check_header_table(answer: object) -> str:
    """Judge the counts of the frequent items, and their order."""
    found = _read(attempt(answer, _BASKETS, _MIN_SUPPORT))
    if not found:
        raise NotYet(
            f"Your table is empty, and {len(_right(_BASKETS, _MIN_SUPPORT))} items reach the "
            "support here. Do the counts go up at each basket? Compare `count / len(baskets)` "
            "with `min_support`.",
            "empty",
        )
    if found != _right(_BASKETS, _MIN_SUPPORT):
        other = _read(attempt(answer, _OTHER, 0.4))
        if found == other:
            raise NotYet(
                "You return the same table for two lists of baskets. Use the function's argument "
                "`baskets`, not a list from an earlier cell.",
                "not the argument",
            )
        _explain(found)
    for baskets, min_support in ((_BASKETS, 0.25), (_OTHER, 0.4), (_OTHER, 1.0), (_BASKETS, 0.3)):
        found, expected = _read(attempt(answer, baskets, min_support)), _right(baskets, min_support)
        if min_support == 0.3 and "Dill" in dict(found):
            raise NotYet(
                "Dill is in 2 of 8 baskets. That is a support of 0.25, below 0.3, and you keep it: "
                "2.4 baskets are not 2. Compare `count / len(baskets)` with `min_support`, without "
                "rounding.",
                "rounded",
            )
        if found != expected:
            raise NotYet(
                f"Right once, but for {len(baskets)} other baskets or another support "
                f"({min_support}) you return {dict(found)}, and {dict(expected)} is right. Use the "
                "arguments `baskets` and `min_support`, and divide by the number of baskets given.",
                "fixed",
            )
    return "Frequent items only, the most frequent first, and each basket counts an item once."


def _right(baskets: list[list[str]], min_support: float) -> Table:
    counts = Counter(item for basket in baskets for item in set(basket))
    kept = {item: n for item, n in counts.items() if n / len(baskets) >= min_support}
    return sorted(kept.items(), key=lambda pair: (-pair[1], pair[0]))


def _read(value: Any) -> Table:
    """Read items and counts, in their order, from a mapping, a series or a list of pairs."""
    if isinstance(value, pd.Series):
        return list(zip(value.index.tolist(), value.tolist(), strict=True))
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, set | frozenset):
        raise NotYet("A set has no order. Return a dictionary `{item: count}`.", "names only")
    if isinstance(value, list | tuple | np.ndarray | ItemsView | Iterator):
        rows = list(value)
        if rows and all(isinstance(row, str) for row in rows):
            raise NotYet(
                "You return the names alone. The table has the count beside each: return a "
                "dictionary `{item: count}`.",
                "names only",
            )
        if all(isinstance(row, list | tuple | np.ndarray) and len(row) == 2 for row in rows):
            return [(row[0], row[1]) for row in rows]
    raise NotYet(
        f"You return a `{type(value).__name__}`; expected is a dictionary `{{item: count}}`, such "
        'as `{"Milk": 6, "Bread": 5}`.',
        "not a table",
    )


def _explain(found: Table) -> None:
    right = _right(_BASKETS, _MIN_SUPPORT)
    once = Counter(item for basket in _BASKETS for item in set(basket))
    every = Counter(item for basket in _BASKETS for item in basket)
    counts = dict(found)
    if set(counts.values()) <= set(every):
        raise NotYet(
            "The count stands before the item. Turn each pair round: `{item: count}`.",
            "count before item",
        )
    if set(counts) - set(every):
        raise NotYet(
            f"Your table holds {sorted(set(counts) - set(every), key=str)}, which no basket of "
            "the argument holds.",
            "not the argument",
        )
    if all(close(counts[item], once[item] / 8) for item in counts):
        raise NotYet(
            "These are shares. The header table holds counts: the tree counts baskets, too, and "
            "the two must agree. (Only the comparison with `min_support` needs the share.)",
            "shares in place of counts",
        )
    if any(counts[item] == every[item] != once[item] for item in counts):
        raise NotYet(
            "One basket holds an item twice, and you count it twice. The support counts *baskets*: "
            "make a set of each basket first.",
            "counted twice",
        )
    if set(counts) == {item for item, n in once.items() if n / 8 > _MIN_SUPPORT}:
        raise NotYet(
            "An item with a support of exactly `min_support` is frequent, too: use `>=`.",
            "exactly at the threshold",
        )
    if set(counts) > set(dict(right)):
        raise NotYet(
            "Items below `min_support` are in your table: they can be in no frequent set, so the "
            "tree must not hold them. Compare `count / len(baskets)` with `min_support`, which is "
            "a share.",
            "infrequent items left in",
        )
    if counts != dict(right):
        raise NotYet(
            f"The counts are {dict(right)} here; you return {counts}.",
            "other",
        )
    _explain_order([item for item, _ in found])


def _explain_order(order: list[Any]) -> None:
    counts = dict(_right(_BASKETS, _MIN_SUPPORT))
    if order == sorted(order):
        raise NotYet(
            "The items are in alphabetical order. The most frequent comes first: then many baskets "
            "share the beginning of their way, and the tree stays small.",
            "alphabetical",
        )
    numbers = [counts[item] for item in order]
    if numbers == sorted(numbers):
        raise NotYet(
            "The least frequent item comes first. Turn it round: the most frequent items belong "
            "near the root, where all ways begin.",
            "ascending",
        )
    if numbers == sorted(numbers, reverse=True):
        raise NotYet(
            "Apple and Tea tie, and the earlier in the alphabet goes first. Any fixed rule would "
            "do, but the lesson uses this one: sort by `(-count, item)`.",
            "ties",
        )
    raise NotYet(
        f"The counts are right; their order is not. You return {order}: sort by the count, the "
        "largest first. (A dictionary keeps the order in which it was filled.)",
        "order",
    )
