"""The check of lesson 2.4 on recommending from rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# "Alien Brazil > Casino": who likes both, likes Casino. The strongest rule for Casino stands before
# the weaker ones; the rows are not sorted. Zulu follows from Dune, which is recommended, not liked.
_RULES = {
    "Alien Brazil > Gattaca": 0.5,
    "Alien > Dune": 0.8,
    "Dune > Zulu": 0.99,
    "Alien Brazil > Casino": 0.7,
    "Alien Eraser > Fargo": 0.9,
    "Brazil > Casino": 0.6,
    "Brazil > Ice": 0.3,
    "Alien > Casino": 0.1,
    "Brazil > Alien": 0.95,
    "Casino > Brazil": 0.85,
    "Heat > Dune": 0.6,
    "Heat > Alien": 0.75,
}
_LIKES = {"Alien", "Brazil"}
_OTHER_LIKES = {"Heat"}
_BEST = ["Dune", "Casino", "Gattaca"]


def _frame(rules: dict[str, float]) -> pd.DataFrame:
    sides = [[frozenset(side.split()) for side in rule.split(" > ")] for rule in rules]
    return pd.DataFrame(
        {
            "antecedents": [left for left, _ in sides],
            "consequents": [right for _, right in sides],
            "confidence": list(rules.values()),
        }
    )


@exercise("2.4-recommend-from-rules")
def check_recommend_from_rules(answer: object) -> str:
    """Judge the items that the rules of a user's likes recommend, the surest first."""
    table = _frame(_RULES)
    found = _items(attempt(answer, table, set(_LIKES), 3))
    if found != _BEST:
        _explain(found, _items(attempt(answer, table, set(_OTHER_LIKES), 3)))
    for likes, n, expected in (
        (_OTHER_LIKES, 3, ["Alien", "Dune"]),
        (_LIKES, 1, _BEST[:1]),
        (_LIKES, 10, [*_BEST, "Ice"]),
        ({"Nikita"}, 3, []),
    ):
        again = _items(attempt(answer, table, set(likes), n))
        if again == found and likes != _LIKES:
            raise NotYet(
                f"You return {found}, whoever asks. Use the function's argument `likes`, not fixed "
                "names.",
                "not the argument",
            )
        if again != expected:
            _explain_number(again, n)
            raise NotYet(
                f"Right for one user. For likes {sorted(likes)} and `n={n}` the list is "
                f"{expected}; you return {again}. Use the arguments; fewer than `n` items, or "
                "none, is an honest answer.",
                "fixed",
            )
    fewer = {rule: value for rule, value in _RULES.items() if rule != "Alien > Dune"}
    again = _items(attempt(answer, _frame(fewer), set(_LIKES), 3))
    if again != ["Casino", "Gattaca", "Ice"]:
        raise NotYet(
            f"With one rule less, the list must change; you return {again}. Use the argument "
            "`rules`, not a frame from an earlier cell.",
            "not the argument",
        )
    return "Only rules whose whole antecedent is liked, nothing known, nothing twice, surest first."


def _items(value: Any) -> list[Any]:
    """Give the recommended items as a list."""
    if isinstance(value, pd.Series | pd.Index | np.ndarray):
        value = value.tolist()
    if isinstance(value, str | dict | set | frozenset | pd.DataFrame) or not hasattr(
        value, "__iter__"
    ):
        raise NotYet(
            f"You return a `{type(value).__name__}`; expected is a list of items, the best first.",
            "not a list",
        )
    items = list(value)
    if any(
        isinstance(item, set | frozenset) or str(item).startswith("frozenset") for item in items
    ):
        raise NotYet(
            "Your list holds sets. A consequent is a set, here of one item: take the item out of "
            "it, such as by `(item,) = consequent`.",
            "sets in place of items",
        )
    if any(isinstance(item, tuple | list) for item in items):
        raise NotYet("Return the items alone, without their confidence.", "not a list")
    return items


def _explain_number(found: list[Any], n: int) -> None:
    """Explain another list for the same likes and another number of items."""
    if len(found) > n:
        raise NotYet(f"Asked for {n} items, you return {len(found)}: `n` says how many.", "n fixed")
    if n == 10 and found == _BEST:
        raise NotYet(
            "Asked for 10 items, you return 3, and Ice is missing: Brazil -> Ice fires. Its "
            "confidence is only 0.3, but a rule that fires counts.",
            "left out",
        )


def _explain(found: list[Any], of_other: list[Any]) -> None:
    if found == _BEST[: len(found)]:
        raise NotYet(
            f"Your list has {len(found)} items, and more rules fire for these likes. Look through "
            "all rows, leave out what is liked, and cut off at `n` *last*.",
            "cut off too early",
        )
    known = {item for rule in _RULES for item in rule.replace(" > ", " ").split()}
    if found == of_other and found:
        raise NotYet(
            f"You return {found}, whoever asks. Use the function's argument `likes`, not a set "
            "from an earlier cell.",
            "not the argument",
        )
    if set(found) - known:
        raise NotYet(
            f"{sorted(set(found) - known, key=str)} stands in none of the rules that you are "
            "given: use the argument `rules`, and return items, not row numbers.",
            "not the argument",
        )
    if set(found) & _LIKES:
        raise NotYet(
            "You recommend what the user likes already: Alien or Brazil. Leave out what is in "
            "`likes`.",
            "already liked",
        )
    if "Fargo" in found:
        raise NotYet(
            "You recommend Fargo, by the rule {Alien, Eraser} -> Fargo, but Eraser is not among "
            "the likes. A rule counts only if its *whole* antecedent is: `antecedent <= likes`.",
            "only partly liked",
        )
    if "Heat" in found:
        raise NotYet(
            "You recommend Heat, by the rule {Heat} -> Alien. Rules are read forwards: the "
            "antecedent must be liked, and the consequent is recommended.",
            "read backwards",
        )
    if "Zulu" in found:
        raise NotYet(
            "You recommend Zulu, by the rule {Dune} -> Zulu, but nobody said that Dune is liked: "
            "you recommend it yourself. Leave `likes` as it is.",
            "chained",
        )
    if len(set(found)) < len(found):
        raise NotYet(
            "One item stands in your list twice: several rules lead to it. Keep the best of them.",
            "twice",
        )
    if found == ["Casino", "Gattaca"]:
        raise NotYet(
            "You use only rules whose antecedent holds *all* likes. It is the other way round: "
            "every item of the antecedent must be a like, `antecedent <= likes`.",
            "subset turned round",
        )
    if len(found) > 3:
        raise NotYet(f"Asked for 3 items, you return {len(found)}: `n` says how many.", "n ignored")
    _explain_order(found)


def _explain_order(found: list[Any]) -> None:
    if found == ["Casino", "Dune", "Gattaca"]:
        raise NotYet(
            "You add up the confidences of the rules that lead to Casino. Here the best rule "
            "of an item counts alone.",
            "added up",
        )
    if found == ["Dune", "Gattaca", "Casino"]:
        raise NotYet(
            "Three rules lead to Casino, and you take the mean of their confidences: a weak reason "
            "beside a strong one does harm then. The best rule of an item counts alone.",
            "mean",
        )
    if found == ["Dune", "Casino", "Ice"]:
        raise NotYet(
            "You use only rules with one item before the arrow. {Alien, Brazil} -> Casino fires, "
            "too: both are liked.",
            "single items only",
        )
    ascending = (
        ["Casino", "Ice", "Gattaca"],
        ["Ice", "Gattaca", "Casino"],
        ["Gattaca", "Casino", "Dune"],
    )
    if found in ascending:
        raise NotYet(
            "The least sure come first. Sort the other way round: `reverse=True`, or in pandas "
            "`ascending=False`.",
            "ascending",
        )
    if found == ["Dune", "Gattaca", "Ice"]:
        raise NotYet(
            "Several rules lead to Casino, and you let a weaker one count. The *best* rule counts: "
            "in a dictionary, a later row must not overwrite a higher number.",
            "weaker rule counts",
        )
    if found == ["Gattaca", "Dune", "Casino"]:
        raise NotYet(
            "The right rules, in the order of the rows. Sort them by their confidence first, the "
            "highest first.",
            "not sorted",
        )
    raise NotYet(
        f"Dune (0.8), Casino (0.7) and Gattaca (0.5) is the list; you return {found}.", "other"
    )
