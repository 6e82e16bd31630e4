"""The check of lesson 4.3 on choosing by a rule that was written down before."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workshop_pkg.exercises.array_answers import asked
from workshop_pkg.exercises.registry import NotYet, exercise

_MARGIN = 0.02
# Out of order, and with an index that is none: each misconception chooses another model.
_BOARD = pd.DataFrame(
    [
        # model, NDCG@10, behind, low, high, coverage
        ("birch", 0.296, -0.004, -0.009, 0.001, 0.08),
        ("oak", 0.300, 0.000, 0.000, 0.000, 0.10),
        ("maple", 0.288, -0.012, -0.034, 0.010, 0.30),
        ("willow", 0.294, -0.006, -0.015, 0.003, 0.20),
        ("elm", 0.292, -0.008, -0.019, 0.003, 0.04),
        ("pine", 0.276, -0.024, -0.033, -0.015, 0.40),
        ("lot", 0.010, -0.290, -0.310, -0.270, 0.99),
        ("yew", 0.275, -0.025, -0.052, 0.002, 0.35),
    ],
    columns=["model", "NDCG@10", "behind", "low", "high", "coverage"],
    index=[5, 7, 1, 0, 3, 2, 6, 4],
)
_HINTS = {
    "oak": (
        "You take the leader. The rule says: of all that are surely at most `margin` behind it, "
        "the one with the widest shelf.",
        "the leader",
    ),
    "lot": (
        "You take the widest shelf of all. First keep those whose lists are good enough: `low` of "
        "at least `-margin`.",
        "widest of all",
    ),
    "maple": (
        "You keep by the mean difference. It may well be larger with other users: the rule says "
        "*surely* at most `margin` behind, so the lower end, `low`, decides.",
        "by the mean",
    ),
    "pine": (
        "You keep by the upper end, `high`: that is whom you cannot *prove* to be worse. The rule "
        "asks for those who surely are not: the lower end, `low`, must be at least `-margin`.",
        "by the upper end",
    ),
    "yew": (
        "You keep all whose interval holds zero. That only says that you cannot tell: a wide "
        "interval is rewarded for being wide. `low` must be at least `-margin`.",
        "cannot be told from the leader",
    ),
    "elm": (
        "Among the right models you take the narrowest shelf. Take the largest `coverage`.",
        "narrowest shelf",
    ),
    "birch": (
        "Among the right models you take the second best list. Take the largest `coverage`.",
        "second best",
    ),
}


@exercise("4.3-choice")
def check_choice(answer: object) -> str:
    """Judge the choice of the widest shelf among models that are surely not far behind."""
    name = _name(answer, _BOARD, _MARGIN)
    if name != chosen(_BOARD, _MARGIN):
        if name in _HINTS:
            raise NotYet(*_HINTS[name])
        raise NotYet(
            f"You return {name!r}, which is no model of the table. Return a name from the column "
            "`model`.",
            "no model",
        )
    for margin in (0.04, 0.5, 0.0):
        again, right = _name(answer, _BOARD, margin), chosen(_BOARD, margin)
        if again != right:
            _explain_margin(again, right, margin)
    renamed = _BOARD.iloc[::-1].assign(model=_BOARD["model"].str.upper().to_numpy())
    again, right = _name(answer, renamed, _MARGIN), chosen(renamed, _MARGIN)
    if again != right:
        raise NotYet(
            f"Right for the first table. With its rows in another order and other names, {right!r} "
            f"is right, and you return {again!r}: look the name up by its row, not by a fixed "
            "place.",
            "fixed",
        )
    return "The rule was there first: the list decides who may stay, the shelf who is taken."


def chosen(board: pd.DataFrame, margin: float) -> str:
    """Work out the right choice."""
    near = board[board["low"] >= -margin]
    return str(near["model"].to_numpy()[near["coverage"].to_numpy().argmax()])


def _name(answer: object, board: pd.DataFrame, margin: float) -> str:
    try:
        value: Any = asked(answer, board, margin)
    except NotYet as verdict:
        if margin == 0 and "raises" in verdict.message:
            raise _nobody_left() from None
        raise
    if isinstance(value, pd.DataFrame):
        raise NotYet(
            "You return a table. Return one name: that of the row with the largest `coverage`.",
            "not a name",
        )
    if isinstance(value, pd.Series) and "model" in value.index:
        raise NotYet(
            "You return the whole row. Return its `model`, the name.",
            "not a name",
        )
    if not isinstance(value, str) and hasattr(value, "__len__") and len(value) == 1:
        (only,) = value
        if isinstance(only, str):
            raise NotYet(
                f"You return a `{type(value).__name__}` with the name in it, and the next cells "
                "go on with the name itself: `.iloc[0]` takes it out of a series, `[0]` out of "
                "anything else.",
                "wrapped name",
            )
    if not isinstance(value, str):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Return the name of a model, from the column "
            "`model`: `idxmax` gives the label of a row, `.loc[label, 'model']` its name.",
            "not a name",
        )
    return str(value)


def _nobody_left() -> NotYet:
    return NotYet(
        "With `margin=0` nobody is left in your answer. The leader is 0 behind itself, and must "
        "stay: `low >= -margin`, not `>`.",
        "leader lost",
    )


def _explain_margin(name: str, right: str, margin: float) -> None:
    if name == chosen(_BOARD, _MARGIN):
        raise NotYet(
            f"Right for a margin of {_MARGIN:g}. For {margin:g} you return the same: use the "
            "argument `margin`, not a fixed number.",
            "margin not used",
        )
    if margin == 0 and name not in set(_BOARD["model"]):
        raise _nobody_left()
    raise NotYet(
        f"Right for a margin of {_MARGIN:g}. For {margin:g} it is {right!r}, and you return "
        f"{name!r}.",
        "wrong for another margin",
    )
