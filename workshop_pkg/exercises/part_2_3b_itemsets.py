"""The checks of lesson 2.3 on the support of a pair and on the candidates of size 2."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Pair = frozenset[str]


def _table(rows: list[str]) -> pd.DataFrame:
    """Make a table of booleans from baskets written as words: ``"Bagel Bread"``."""
    baskets = [row.split() for row in rows]
    items = sorted({item for basket in baskets for item in basket})
    return pd.DataFrame({item: [item in basket for basket in baskets] for item in items})


# Of 11 baskets 6 hold a Bagel, 4 Bread, 3 both, one of these nothing else: every wrong way gives
# its own number, and no share is right when rounded.
_BAGELS = ["Bagel Bread", "Bagel Bread Milk", "Bagel Bread Milk", "Bread"]
_BAGELS += ["Bagel", "Bagel", "Bagel Milk", "Milk", "Milk", "Milk", "Milk"]
# The same items, so that a look at the lesson's own table raises nothing; other numbers.
_OTHERS = ["Bagel Bread Milk", "Bagel Bread", "Bagel Bread", "Milk", "Bread Milk"]


@exercise("2.3-pair-support")
def check_pair_support(answer: object) -> str:
    """Judge the support of two items bought together."""
    table, other = _table(_BAGELS), _table(_OTHERS)
    value = attempt(answer, table, "Bagel", "Bread")
    if np.size(value) != 1 or isinstance(value, dict | set):
        raise NotYet(
            "You return something for each basket. The support is one number: the share of the "
            "baskets that hold both, and the mean of True and False is such a share.",
            "not one number",
        )
    if not close(value, 3 / 11):
        _explain_support(value, attempt(answer, other, "Bagel", "Bread"), table)
    for again, first, second in ((table, "Bread", "Milk"), (other, "Milk", "Bagel")):
        if not close(attempt(answer, again, first, second), _both(again, first, second).mean()):
            raise NotYet(
                "Right for one pair in one table, wrong for another: use the arguments `table`, "
                "`first` and `second`, not fixed names or numbers.",
                "fixed",
            )
    return "Both items, over all baskets. Which of the two comes first makes no difference."


def _both(table: pd.DataFrame, first: str, second: str) -> pd.Series[bool]:
    return table[first] & table[second]


def _explain_support(value: Any, of_other: Any, table: pd.DataFrame) -> None:
    if rounded(value, 3 / 11):
        raise not_rounded(value)
    if close(value, 300 / 11):
        raise NotYet("That is in percent; the support is a share, from 0 to 1.", "percent")
    known: list[tuple[float, str, str]] = [
        (
            3,
            "That is the number of baskets with both. The support is a share: divide by the "
            "number of all baskets.",
            "count",
        ),
        (
            7 / 11,
            "That is the share of baskets with *either* item: `|` is or, `&` is and.",
            "either",
        ),
        (7, "That counts baskets with *either* item: `|` is or, `&` is and.", "either"),
        (
            3 / 6,
            "You divide by the baskets that hold the first item. That is the confidence of a rule, "
            "which comes later; the support divides by *all* baskets.",
            "confidence",
        ),
        (
            3 / 4,
            "You divide by the baskets that hold the second item. That is the confidence of a "
            "rule, which comes later; the support divides by *all* baskets.",
            "confidence",
        ),
        (
            3 / 7,
            "You divide by the baskets with either item. The support divides by *all* baskets, "
            "also those with neither.",
            "divided by either",
        ),
        (
            6 / 11 * 4 / 11,
            "You multiply the two supports. That is how often both would meet by chance; count "
            "how often they do.",
            "multiplied",
        ),
        (6 / 11, "That is the support of the first item alone.", "one item"),
        (4 / 11, "That is the support of the second item alone.", "one item"),
        (
            1 / 11,
            "That counts baskets that hold these two and nothing else. Other items may lie there.",
            "nothing else",
        ),
    ]
    for wrong, message, misconception in known:
        if close(value, wrong):
            raise NotYet(message, misconception)
    if np.size(of_other) == 1 and close(value, float(of_other)):
        raise NotYet(
            f"You return {value} for two different tables. Use the function's argument `table`, "
            "not a table from an earlier cell.",
            "not the argument",
        )
    raise NotYet(
        f"Of {len(table)} baskets 3 hold both items, a share of 3 / 11. You return {value}.",
        "other",
    )


# Apple, Bread and Dill reach half of the baskets; Corn exactly three of eight, never with Dill;
# Eel two, once with Apple. Nobody buys a Fig.
_MARKET = [
    "Apple Bread",
    "Apple Bread Dill",
    "Apple Bread Corn",
    "Apple Corn",
    "Apple Dill Eel",
    "Apple Dill",
    "Bread Dill",
    "Corn Eel",
]


@exercise("2.3-candidates")
def check_candidates(answer: object) -> str:
    """Judge the candidates of size 2: all pairs of frequent items."""
    table = _table(_MARKET).assign(Fig=False)
    before = None
    for min_support in (0.375, 0.25, 0.6):
        found = _pairs(attempt(answer, table, min_support))
        frequent = [item for item in table if table[item].mean() >= min_support]
        expected = _all_pairs(frequent)
        if set(found) == before:
            raise NotYet(
                "You return the same pairs for a lower `min_support`: compare the supports with "
                "the argument, not with a fixed number.",
                "fixed threshold",
            )
        if set(found) != expected:
            _explain_candidates(set(found), table, min_support, expected)
        _check_once(found)
        before = set(found)
    return "Every pair of frequent items, once. Which of them are frequent, only counting tells."


def _all_pairs(items: list[Any]) -> set[Pair]:
    return {frozenset(pair) for pair in combinations(items, 2)}


def _pairs(value: Any) -> list[Pair]:
    """Read the pairs from a list, set or tuple of them, in whatever form each pair is."""
    if isinstance(value, dict):
        value = list(value)
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise NotYet(
            f"You return a `{type(value).__name__}`; a list of pairs is expected, such as "
            '`[("Bread", "Milk"), ...]`.',
            "not pairs",
        )
    found = []
    for pair in value:
        if isinstance(pair, str) or not hasattr(pair, "__iter__"):
            raise NotYet(
                f"Your list holds {pair!r}, where a pair of two items is expected.", "not pairs"
            )
        items = list(pair)
        _require_names(items)
        if len(items) == 2 and items[0] == items[1]:
            raise NotYet(
                f"Your list holds {items[0]!r} with itself. A set of two items needs two "
                "different ones.",
                "itself",
            )
        if len(items) != 2:
            raise NotYet(f"Your list holds {items}, which is no pair of two items.", "not pairs")
        found.append(frozenset(items))
    return found


def _require_names(items: list[Any]) -> None:
    if all(isinstance(item, str) for item in items):
        return
    if any(hasattr(item, "__iter__") and not isinstance(item, str) for item in items):
        raise NotYet(
            f"Your list holds {items}: a pair with something beside it. Return the pairs alone; "
            "their supports are counted in the next step.",
            "more than the pair",
        )
    raise NotYet(
        f"Your list holds {items}; a pair of names is expected, such as `('Bread', 'Milk')`.",
        "not names",
    )


def _check_once(found: list[Pair]) -> None:
    twice = next((pair for pair, times in Counter(found).items() if times > 1), None)
    if twice is not None:
        first, second = sorted(twice)
        raise NotYet(
            f"{first} with {second} is there twice, once each way. A set has no order: each pair "
            "would be counted double. `combinations` gives each once, `permutations` twice.",
            "both ways",
        )


def _explain_candidates(
    found: set[Pair], table: pd.DataFrame, min_support: float, expected: set[Pair]
) -> None:
    every = _all_pairs(list(table))
    if not found <= every:
        raise NotYet(
            "Some of your items are not in the table that the function is given: use its "
            "argument `table`, not a table from an earlier cell.",
            "not the argument",
        )
    support = {pair: table[sorted(pair)].all(axis=1).mean() for pair in every}
    occurring = {pair for pair in every if support[pair] > 0}
    above = [item for item in table if table[item].mean() > min_support]
    if not found:
        raise NotYet(
            f"You return no pair at all; with `min_support={min_support}` there are "
            f"{len(expected)} of frequent items. A support is a share from 0 to 1, the mean of a "
            "column.",
            "no pairs",
        )
    if found == _all_pairs([item for item in table if table[item].any()]):
        raise NotYet(
            "You keep every item that is bought at all. Do you compare a *number* of baskets, a "
            "`.sum()`, with `min_support`? That is a share of the baskets, as `.mean()` is.",
            "count against share",
        )
    if found == every:
        raise NotYet(
            "That is every pair of all the items. An item below `min_support` cannot be part of a "
            "frequent pair: leave it out first.",
            "infrequent items",
        )
    if found == occurring or found == occurring & expected:
        raise NotYet(
            "You list the pairs that lie together in some basket. Finding those takes a walk "
            "through all baskets; candidates are made before it, from the frequent items alone.",
            "pairs that occur",
        )
    if found == {pair for pair in every if support[pair] >= min_support}:
        raise NotYet(
            "Those are the *frequent* pairs: you counted already. Candidates are what is to be "
            "counted: every pair of frequent items.",
            "counted already",
        )
    if found == _all_pairs(above):
        raise NotYet(
            "An item with a support of exactly `min_support` is frequent, too: use `>=`.",
            "exactly at the threshold",
        )
    if found < expected:
        first, second = sorted(min(expected - found, key=sorted))
        raise NotYet(
            f"You leave out {first} with {second}, and both are frequent. *Every* two frequent "
            "items are a candidate, not only neighbors in the list.",
            "pairs missing",
        )
    if not found & expected:
        raise NotYet(
            "None of your pairs is one of two frequent items. Frequent are those with a support of "
            "`min_support` or more.",
            "wrong side",
        )
    raise NotYet(
        f"With `min_support={min_support}` there are {len(expected)} pairs of frequent items here; "
        f"you return {len(found)} different ones. Compare with the argument `min_support`.",
        "other",
    )
