"""The check of lesson 2.3 on the confidence and the lift of a rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise


def _table(n_both: int, n_first: int, n_second: int, n_baskets: int) -> pd.DataFrame:
    """Make a table with so many baskets that hold a Bagel, Bread, and both."""
    place = np.arange(n_baskets)
    start = n_first - n_both
    return pd.DataFrame(
        {
            "Bagel": place < n_first,
            "Bread": (place >= start) & (place < start + n_second),
            "Milk": place % 3 == 0,
        }
    )


@exercise("2.3-confidence-lift")
def check_confidence_lift(answer: object) -> str:
    """Judge the confidence and the lift of a rule between two items."""
    # 20 baskets, 9 with a Bagel, 10 with Bread, 6 with both.
    table, other = _table(6, 9, 10, 20), _table(3, 11, 5, 25)
    confidence, lift = _two_numbers(attempt(answer, table, "Bagel", "Bread"))
    if not (close(confidence, 6 / 9) and close(lift, 4 / 3)):
        again = _two_numbers(attempt(answer, other, "Bagel", "Bread"))
        if close(confidence, float(again[0])) and close(lift, float(again[1])):
            raise NotYet(
                f"You return {confidence:.4g} and {lift:.4g} for two different tables. Use the "
                "function's argument `table`, not a table from an earlier cell.",
                "not the argument",
            )
        _explain_swapped(confidence, lift)
        _explain_confidence(confidence)
        _explain_lift(lift)
    for again_table, first, second in ((table, "Bread", "Milk"), (other, "Bagel", "Bread")):
        expected = (again_table[first] & again_table[second]).sum() / again_table[first].sum()
        pair = (expected, expected / again_table[second].mean())
        found = _two_numbers(attempt(answer, again_table, first, second))
        for number, right in zip(found, pair, strict=True):
            if rounded(number, right):
                raise not_rounded(number)
        if not (close(found[0], pair[0]) and close(found[1], pair[1])):
            raise NotYet(
                "Right for one rule, wrong for another: use the arguments, not fixed names or "
                "numbers.",
                "fixed",
            )
    return "How often the rule holds where it applies, and how much more often than without it."


def _two_numbers(value: Any) -> tuple[float, float]:
    try:
        first, second = (float(number) for number in value)
    except (TypeError, ValueError):
        raise NotYet(
            "Return two numbers, the confidence first: `return confidence, lift`.",
            "not two numbers",
        ) from None
    return first, second


def _explain_swapped(confidence: float, lift: float) -> None:
    if close(confidence, 4 / 3) and close(lift, 6 / 9):
        raise NotYet("Both are right; return the confidence first, then the lift.", "swapped")


def _explain_confidence(confidence: float) -> None:
    if close(confidence, 6 / 9):
        return
    if rounded(confidence, 6 / 9):
        raise not_rounded(confidence)
    known: list[tuple[float, str, str]] = [
        (
            6 / 10,
            "You divide by the baskets with the *consequent*: that is the confidence of the rule "
            "the other way round. Of those with the *antecedent*, how many have the consequent?",
            "direction",
        ),
        (
            6 / 20,
            "That is the support of both together: you divide by all baskets. The confidence looks "
            "only at baskets that hold the antecedent.",
            "support",
        ),
        (
            6 / 13,
            "You divide by the baskets with either item. The confidence looks only at baskets that "
            "hold the antecedent.",
            "divided by either",
        ),
        (
            13 / 9,
            "You count baskets with *either* item above the line: `|` is or, `&` is and.",
            "either",
        ),
        (
            6 / 20 / 9,
            "You divide a share by a count. Take two shares or two counts.",
            "share by count",
        ),
        (
            6 / (9 / 20),
            "You divide a count by a share. Take two shares or two counts.",
            "share by count",
        ),
        (600 / 9, "That is in percent; the confidence is a share, from 0 to 1.", "percent"),
        (6, "That is the number of baskets with both: divide it.", "count"),
    ]
    for wrong, message, misconception in known:
        if close(confidence, wrong):
            raise NotYet("Confidence: " + message, misconception)
    raise NotYet(
        "Here 9 of 20 baskets hold the antecedent, 10 the consequent and 6 both: the confidence is "
        f"6 / 9. You return {confidence:.6g}.",
        "other confidence",
    )


def _explain_lift(lift: float) -> None:
    if rounded(lift, 4 / 3):
        raise not_rounded(lift)
    known: list[tuple[float, str, str]] = [
        (
            6 / 9 / 0.45,
            "you divide the confidence by the support of the antecedent. It is measured against "
            "how often the *consequent* is bought anyway.",
            "wrong support",
        ),
        (
            6 / 9 / 0.3,
            "you divide the confidence by the support of both together. It is measured against "
            "how often the *consequent* is bought anyway.",
            "wrong support",
        ),
        (
            6 / (9 * 10),
            "you divide by a count of baskets with the consequent. Divide by their *share* of all "
            "baskets: then chance is exactly 1.",
            "counts",
        ),
        (
            6 / 9 * 0.5,
            "you multiply by the support of the consequent; divide by it.",
            "multiplied",
        ),
        (
            0.3 - 0.45 * 0.5,
            "that is the leverage, the difference from chance. The lift is the quotient.",
            "difference",
        ),
        (
            6 / 9 - 0.5,
            "you take the difference of the confidence and the support of the consequent. The "
            "lift is the quotient.",
            "difference",
        ),
        (
            3 / 4,
            "upside down: above the line stands what happened, the confidence.",
            "upside down",
        ),
        (
            6 / 9 / 0.6,
            "you divide one confidence by the other. Divide by the support of the consequent.",
            "wrong support",
        ),
    ]
    for wrong, message, misconception in known:
        if close(lift, wrong):
            raise NotYet("The confidence is right. Lift: " + message, misconception)
    raise NotYet(
        "The confidence is right. The lift is the confidence divided by the support of the "
        f"consequent, here 6 / 9 divided by 10 / 20. You return {lift:.6g}.",
        "other lift",
    )
