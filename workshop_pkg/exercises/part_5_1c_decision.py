"""The check of lesson 5.1 on a decision: to recommend or not, from a probability and stakes."""

from __future__ import annotations

from typing import Any

import numpy as np

from workshop_pkg.exercises.array_answers import Floats, Wrong, array_of, asked, blame, same
from workshop_pkg.exercises.registry import NotYet, exercise

# Each probability lies between two of the thresholds that answers take: right is 0.25, then 0.75.
_PROBABILITY = np.array([0.9, 0.2, 0.3, 0.45, 0.05, 0.55, 0.7, 0.85, 0.31, 0.95])
_CASES = ((_PROBABILITY, 3.0, 1.0), (_PROBABILITY, 1.0, 3.0), (_PROBABILITY[:6], 1.0, 1.0))
#: At these stakes a movie of probability 0.75 is worth exactly nothing.
_EVEN = (np.array([0.75, 0.5, 0.875]), 1.0, 3.0)


def right(probability: Floats, gain: float, cost: float) -> Any:
    """Say where the expected worth is above 0, as a reference."""
    return probability * gain - (1 - probability) * cost > 0


@exercise("5.1-decision")
def check_decide(answer: object) -> str:
    """Judge which movies are worth recommending."""
    values = [asked(answer, *case) for case in _CASES]
    found = [_decisions(value, len(case[0])) for value, case in zip(values, _CASES, strict=True)]
    together, expected = np.concatenate(found), _all_of(right)
    if not same(together, expected):
        _explain(together, expected)
    _require_true_and_false(values[0])
    on_the_edge = _decisions(asked(answer, *_EVEN), 3)
    if not same(on_the_edge, right(*_EVEN)):
        raise NotYet(
            "For `probability=0.75`, `gain=1` and `cost=3` the gains and the costs cancel. Asked "
            "for is a worth *above* 0: use `>`.",
            "not above",
        )
    return "No threshold was tuned: with honest probabilities, the stakes alone decide."


def _all_of(rule: Any) -> Floats:
    return np.concatenate([np.asarray(rule(*case), dtype=np.float64) for case in _CASES])


def _decisions(value: Any, n: int) -> Floats:
    if isinstance(value, bool | np.bool_):
        raise NotYet(
            "You return a single True or False. Asked for is one for each of the probabilities: "
            "compare the array as a whole.",
            "single",
        )
    return array_of(value, (n,), "True or False for each of the probabilities")


def _require_true_and_false(value: Any) -> None:
    if not (isinstance(value, np.ndarray) and value.dtype == bool):
        raise NotYet(
            "The decisions are right, but the next cells pick with them, so they must be an array "
            "of True and False: what a comparison gives, or `np.array(...).astype(bool)`.",
            "not boolean",
        )


def _explain(found: Floats, expected: Floats) -> None:
    blame(found, expected, _wrong_values())
    if not set(np.unique(found)) <= {0.0, 1.0}:
        raise NotYet(
            "You return numbers that are neither True nor False: compare them with something.",
            "numbers",
        )
    place = int(np.flatnonzero(found != expected)[0])
    shown = [(p, gain, cost) for probability, gain, cost in _CASES for p in probability]
    p, gain, cost = shown[place]
    worth = p * gain - (1 - p) * cost
    raise NotYet(
        f"With probability {p:g}, gain {gain:g} and cost {cost:g} the worth is {p:g} * {gain:g} - "
        f"{1 - p:g} * {cost:g} = {worth:.2f}, so the answer is {worth > 0}; you return "
        f"{bool(found[place])}.",
        "other",
    )


def _wrong_values() -> list[Wrong]:
    """List what comes out of each misconception, with its hint and its name."""

    def by(rule: Any) -> Floats:
        return _all_of(rule)

    return [
        (
            by(lambda p, gain, cost: p > 0.5),
            "You recommend from 0.5 up, whatever the stakes. Where a mistake costs three times "
            "what a success brings, even odds lose money.",
            "half",
        ),
        (
            by(lambda p, gain, cost: p * cost - (1 - p) * gain > 0),
            "`gain` and `cost` are exchanged: with probability p you *gain*, with 1 - p it costs.",
            "exchanged",
        ),
        (
            by(lambda p, gain, cost: p > cost / gain),
            "You charge the cost in any case: `probability * gain > cost`, or, which is the same, "
            "above the ratio of cost to gain. It falls due only if the movie is not liked: "
            "`(1 - probability) * cost`.",
            "cost always",
        ),
        (
            by(lambda p, gain, cost: p * gain > 0),
            "The cost is missing: with probability 1 - p the movie is not liked.",
            "cost forgotten",
        ),
        (
            by(lambda p, gain, cost: ~right(p, gain, cost)),
            "That is the opposite: True stands for a movie to recommend.",
            "reversed",
        ),
        (
            by(lambda p, gain, cost: p * gain - (1 - p) * cost),
            "That is the expected worth itself. Asked for is where it is above 0.",
            "worth",
        ),
        (
            by(lambda p, gain, cost: np.full(len(p), cost / (cost + gain))),
            "That is the threshold, the same for all. Compare the probabilities with it.",
            "threshold",
        ),
        (
            by(lambda p, gain, cost: p > np.median(p)),
            "You take the better half of the list. Each movie is decided by itself: "
            "by its probability and the stakes.",
            "better half",
        ),
    ]
