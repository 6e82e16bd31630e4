"""The check of lesson 2.3 on the confidence and the lift of a rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close
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
    # 20 baskets, 8 with a Bagel, 10 with Bread, 6 with both.
    table, other = _table(6, 8, 10, 20), _table(3, 12, 5, 25)
    confidence, lift = _two_numbers(attempt(answer, table, "Bagel", "Bread"))
    if not (close(confidence, 6 / 8) and close(lift, 1.5)):
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
        found = _two_numbers(attempt(answer, again_table, first, second))
        if not (
            close(found[0], expected) and close(found[1], expected / again_table[second].mean())
        ):
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
    if close(confidence, 1.5) and close(lift, 0.75):
        raise NotYet("Both are right; return the confidence first, then the lift.", "swapped")


def _explain_confidence(confidence: float) -> None:
    if close(confidence, 6 / 8):
        return
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
            6 / 12,
            "You divide by the baskets with either item. The confidence looks only at baskets that "
            "hold the antecedent.",
            "divided by either",
        ),
        (
            12 / 8,
            "You count baskets with *either* item above the line: `|` is or, `&` is and.",
            "either",
        ),
        (
            6 / 20 / 8,
            "You divide a share by a count. Take two shares or two counts.",
            "share by count",
        ),
        (
            6 / (8 / 20),
            "You divide a count by a share. Take two shares or two counts.",
            "share by count",
        ),
        (75, "That is in percent; the confidence is a share, from 0 to 1.", "percent"),
        (6, "That is the number of baskets with both: divide it.", "count"),
    ]
    for wrong, message, misconception in known:
        if close(confidence, wrong):
            raise NotYet("Confidence: " + message, misconception)
    raise NotYet(
        "Here 8 of 20 baskets hold the antecedent, 10 the consequent and 6 both: the confidence is "
        f"6 / 8. You return {confidence:.6g}.",
        "other confidence",
    )


def _explain_lift(lift: float) -> None:
    known: list[tuple[float, str, str]] = [
        (
            0.75 / 0.4,
            "you divide the confidence by the support of the antecedent. It is measured against "
            "how often the *consequent* is bought anyway.",
            "wrong support",
        ),
        (
            0.75 / 0.3,
            "you divide the confidence by the support of both together. It is measured against "
            "how often the *consequent* is bought anyway.",
            "wrong support",
        ),
        (
            6 / (8 * 10),
            "you take counts. With counts the number of baskets stays in the result; with shares "
            "of all baskets, chance is exactly 1.",
            "counts",
        ),
        (
            0.75 / 10,
            "you divide the confidence, a share, by a count. Divide by the *share* of all baskets "
            "that hold the consequent.",
            "counts",
        ),
        (
            0.75 * 0.5,
            "you multiply by the support of the consequent; divide by it.",
            "multiplied",
        ),
        (
            0.3 - 0.4 * 0.5,
            "that is the leverage, the difference from chance. The lift is the quotient.",
            "difference",
        ),
        (
            0.75 - 0.5,
            "you take the difference of the confidence and the support of the consequent. The "
            "lift is the quotient.",
            "difference",
        ),
        (
            1 / 1.5,
            "upside down: above the line stands what happened, the confidence.",
            "upside down",
        ),
        (
            0.75 / 0.6,
            "you divide one confidence by the other. Divide by the support of the consequent.",
            "wrong support",
        ),
    ]
    for wrong, message, misconception in known:
        if close(lift, wrong):
            raise NotYet("The confidence is right. Lift: " + message, misconception)
    raise NotYet(
        "The confidence is right. The lift is the confidence divided by the support of the "
        f"consequent, here 0.75 / 0.5. You return {lift:.6g}.",
        "other lift",
    )
