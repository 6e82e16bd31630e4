"""The check of lesson 2.4 on the equality of two results of mining."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# Three sets tie: who sorts by the support alone may have them in either order.
_SUPPORTS = {"a": 0.9, "b": 0.8, "c": 0.3, "ab": 0.7, "ac": 0.05, "bc": 0.05, "abc": 0.05}


def _result(supports: dict[str, float]) -> pd.DataFrame:
    """Make a frame such as the miners give, of sets written as words of letters."""
    sets = [frozenset(letters) for letters in supports]
    return pd.DataFrame({"support": list(supports.values()), "itemsets": sets})


_BASE = _result(_SUPPORTS)
# One basket of 88,162.
_ONE_MORE = _result(_SUPPORTS | {"ac": 0.05 + 1 / 88162})
_FEWER = _result({sets: value for sets, value in _SUPPORTS.items() if sets != "ac"})
#: Pairs of results, whether they are equal, and what they try.
_CASES: dict[str, tuple[pd.DataFrame, pd.DataFrame, bool]] = {
    "itself": (_BASE, _BASE, True),
    "rows": (_BASE, _BASE.iloc[[3, 6, 5, 1, 4, 0, 2]].reset_index(drop=True), True),
    "index": (_BASE, _BASE.iloc[[6, 5, 4, 3, 2, 1, 0]], True),
    "rounding": (_BASE, _result(_SUPPORTS | {"c": 0.1 + 0.2}), True),
    "sets": (_BASE, _result({s.replace("c", "d"): v for s, v in _SUPPORTS.items()}), False),
    "exchanged": (_BASE, _result(_SUPPORTS | {"a": 0.8, "b": 0.9}), False),
    "one support": (_BASE, _result(_SUPPORTS | {"b": 0.85}), False),
    "one basket": (_BASE, _ONE_MORE, False),
    "one basket, turned": (_ONE_MORE, _BASE, False),
    "more": (_FEWER, _BASE, False),
    "fewer": (_BASE, _FEWER, False),
}


@exercise("2.4-equal-results")
def check_equal_results(answer: object) -> str:
    """Judge whether two frames of itemsets are compared as mappings from set to support."""
    said = {
        name: _truth(attempt(answer, first, second)) for name, (first, second, _) in _CASES.items()
    }
    wrong = {name for name, (_, _, equal) in _CASES.items() if said[name] != equal}
    if wrong:
        _explain(said, wrong)
    return "The same sets, each with its support; neither the order of rows nor rounding matters."


def _truth(value: Any) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise NotYet(
        f"You return a `{type(value).__name__}`; expected is one `True` or `False` for the two "
        "results as a whole. `all(...)` sums up many comparisons.",
        "not one truth value",
    )


def _explain(said: dict[str, bool], wrong: set[str]) -> None:
    if len(set(said.values())) == 1:
        raise NotYet(
            f"You say {said['itself']} for every two results, equal or not. Compare the arguments "
            "`first` and `second`, not frames of an earlier cell.",
            "not the argument",
        )
    if not said["itself"]:
        raise NotYet("You say False for a result and itself.", "other")
    # In the order in which they are to be mended.
    verdicts: list[tuple[set[str], str, str]] = [
        (
            {"sets", "exchanged", "one support"},
            "You say True for two results with other sets and other supports: their length is all "
            "that they share. Compare the sets, and the support of each.",
            "lengths only",
        ),
        (
            {"exchanged", "one support"},
            "You say True for two results with the same sets and other supports. A miner that "
            "counts wrongly would pass. Compare the support of each set, too.",
            "supports ignored",
        ),
        (
            {"exchanged"},
            "You say True for two results that have the same supports for other sets. Compare "
            "the support of each *set*: make a dictionary from set to support.",
            "supports without their sets",
        ),
        (
            {"one basket", "one basket, turned"},
            "Supports that differ by one basket of 88,162 pass as equal: you allow for too much. "
            "Rounding errors are below 0.000000001.",
            "too tolerant",
        ),
        *(
            (
                {name},
                "Of two results that differ in one support, you say True if the other argument has "
                "the larger one: a negative difference is below `1e-9`, too. Use `abs(a - b)`.",
                "sign of the difference",
            )
            for name in ("one basket", "one basket, turned")
        ),
        (
            {"rows"},
            "The same sets with the same supports, in another order of rows, and you say False. "
            "Two miners list what they find each in its own order, and sets may tie: make a "
            "dictionary of each frame, from set to support, and compare those.",
            "order of rows",
        ),
        (
            {"index"},
            "The same rows with other row numbers, and you say False. The index means nothing "
            "here: make a dictionary from set to support.",
            "order of rows",
        ),
        (
            {"rounding"},
            "0.1 + 0.2 against 0.3: `==` calls them different, and so do you. Two miners may "
            "compute a support in two ways. Allow for rounding: `abs(a - b) < 1e-9`.",
            "float equality",
        ),
    ]
    for names, message, misconception in verdicts:
        if names <= wrong:
            raise NotYet(message, misconception)
    if wrong & {"more", "fewer"}:
        raise NotYet(
            "One result has a set that the other lacks, and you say True. Look in both directions: "
            "`a.keys() == b.keys()`.",
            "one direction",
        )
    name = sorted(wrong)[0]
    first, second, equal = _CASES[name]
    raise NotYet(
        f"Of two results with {len(first)} and {len(second)} sets that are "
        f"{'equal' if equal else 'not equal'} you say {said[name]}.",
        "other",
    )
