"""The check of lesson 4.2 on the budget: what a search had found when so much was paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# Complete, pruned and failed ones; the pruned ones have a value, their last report. The index is
# not that of the rows, as in a part of a table.
_TRIALS = pd.DataFrame(
    {
        "state": [
            "FAIL",
            "COMPLETE",
            "COMPLETE",
            "PRUNED",
            "COMPLETE",
            "FAIL",
            "COMPLETE",
            "PRUNED",
            "COMPLETE",
        ],
        "value": [np.nan, 0.213, 0.252, 0.274, 0.228, np.nan, 0.313, 0.187, 0.342],
        "sweeps": [1, 4, 4, 1, 4, 2, 4, 1, 8],
    },
    index=range(5, 14),
)
# Paid after each trial: 1, 5, 9, 10, 14, 16, 20, 21, 29.
_BUDGETS = (5, 6, 9, 16, 17, 20, 22, 29, 40)
_TOO_SMALL = 3


@exercise("4.2-budget")
def check_budget(answer: object) -> str:
    """Judge the best value of the complete trials that ended within the budget."""
    found = [_asked(answer, budget) for budget in _BUDGETS]
    expected = [_right(_TRIALS, budget) for budget in _BUDGETS]
    if not _same(found, expected):
        _explain(found, expected)
    _check_nothing_complete(answer)
    return "All that is paid counts, and only complete trials may win: now budgets are comparable."


def _right(trials: pd.DataFrame, budget: float) -> float:
    within = trials[trials["sweeps"].cumsum() <= budget]
    return float(within.loc[within["state"] == "COMPLETE", "value"].max())


def _asked(answer: object, budget: int) -> float:
    value = attempt(answer, _TRIALS, budget)
    if isinstance(value, pd.Series | np.ndarray) and np.ndim(value) == 1 and np.size(value) == 1:
        raise NotYet(
            f"You return a `{type(value).__name__}` with one number in it. Return the number "
            "itself: `.max()` gives it, `.iloc[0]` takes it out.",
            "not one number",
        )
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool | str) or not np.isscalar(value):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one number: the best value.",
            "not one number",
        )
    return float(value)  # type: ignore[arg-type]


def _same(found: list[float], expected: list[float]) -> bool:
    return bool(np.allclose(found, expected, rtol=1e-9, atol=1e-9, equal_nan=True))


def _explain(found: list[float], expected: list[float]) -> None:
    for wrong, message, misconception in _WRONG:
        if _same(found, [float(wrong(_TRIALS, budget)) for budget in _BUDGETS]):
            raise NotYet(message, misconception)
    if np.isnan(found).all():
        raise NotYet(
            "You get NaN: a failed trial has no value, and `max()` of Python and NumPy stumbles "
            "over that. Keep the complete trials first.",
            "nan",
        )
    place = next(i for i in range(len(found)) if not _same(found[i : i + 1], expected[i : i + 1]))
    if rounded(found[place], expected[place]):
        raise not_rounded(found[place])
    if found[place] >= 1:
        raise NotYet(
            f"You return {found[place]:g}, which is no NDCG: the number of a row? Asked for is the "
            "value of the trial.",
            "number returned",
        )
    paid = _TRIALS["sweeps"].cumsum().tolist()
    raise NotYet(
        f"The trials are {_TRIALS['state'].tolist()} with the values {_TRIALS['value'].tolist()}; "
        f"after each of them {paid} sweeps are paid. Within {_BUDGETS[place]} the best complete "
        f"one has {expected[place]:.3f}; you return {found[place]:.3f}.",
        "other",
    )


def _check_nothing_complete(answer: object) -> None:
    try:
        value = attempt(answer, _TRIALS, _TOO_SMALL)
    except NotYet as verdict:
        if verdict.misconception not in ("error", "no result"):
            raise
        said = (
            "Your function returns nothing then."
            if verdict.misconception == "no result"
            else verdict.message
        )
        raise NotYet(
            f"Within {_TOO_SMALL} sweeps no trial is complete. {said} Return `float('nan')`: "
            "pandas' `max()` of nothing is that already.",
            "nothing complete",
        ) from None
    try:
        is_nan = bool(np.isnan(float(value)))
    except (TypeError, ValueError):
        is_nan = False
    if not is_nan:
        raise NotYet(
            f"Within {_TOO_SMALL} sweeps no trial is complete, and you return {value!r}. That "
            "looks like a result: return `float('nan')`.",
            "nothing complete",
        )


Wrong = Callable[[pd.DataFrame, float], Any]


def _of(rows: pd.DataFrame) -> pd.Series[Any]:
    return rows.loc[rows["state"] == "COMPLETE", "value"]


def _paid(trials: pd.DataFrame) -> pd.Series[Any]:
    return trials["sweeps"].cumsum()


def _complete_only(trials: pd.DataFrame) -> pd.DataFrame:
    return trials[trials["state"] == "COMPLETE"]


def _within_complete(trials: pd.DataFrame, budget: float) -> float:
    rows = _complete_only(trials)
    return float(rows.loc[rows["sweeps"].cumsum() <= budget, "value"].max())


def _sorted_first(trials: pd.DataFrame, budget: float) -> float:
    rows = trials.sort_values("value", ascending=False)
    return float(_of(rows[rows["sweeps"].cumsum() <= budget]).max())


_FREE = (
    "Only the complete trials are paid for in your count. Pruned and failed ones were trained, "
    "too, for a while: add up the `sweeps` of *all* trials, then keep the complete ones.",
    "pruned trials for free",
)
_WRONG: list[tuple[Wrong, str, str]] = [
    (
        lambda t, b: t.loc[_paid(t) <= b, "value"].max(),
        "A pruned trial wins. Its value is the last that it reported, on the way: the model is not "
        "trained to the end. Keep the trials whose `state` is `COMPLETE`.",
        "pruned trials may win",
    ),
    (_within_complete, *_FREE),
    (
        lambda t, b: t.loc[
            (t["state"] != "FAIL")
            & (t["sweeps"].where(t["state"] != "FAIL", 0).cumsum() <= b)
            & (t["state"] == "COMPLETE"),
            "value",
        ].max(),
        "Failed trials cost nothing in your count. They were trained, too, until they failed.",
        "failed trials for free",
    ),
    (
        lambda t, b: _of(t[_paid(t) < b]).max(),
        "A trial that ends exactly when the budget is used up is paid for: `<=`, not `<`.",
        "strictly less",
    ),
    (
        lambda t, b: _of(t[_paid(t) - t["sweeps"] < b]).max(),
        "A trial that *begins* within the budget and ends beyond it counts for you. It is not paid "
        "for: add up to the end of each trial.",
        "trial beyond the budget",
    ),
    (
        lambda t, b: _of(t[_paid(t) - t["sweeps"] <= b]).max(),
        "A trial that *begins* within the budget and ends beyond it counts for you. It is not paid "
        "for: add up to the end of each trial.",
        "trial beyond the budget",
    ),
    (
        lambda t, b: _of(t).max(),
        "That is the best of all trials, whatever the budget.",
        "budget ignored",
    ),
    (
        lambda t, b: t["value"].max(),
        "That is the best of all trials, whatever the budget.",
        "budget ignored",
    ),
    (
        lambda t, b: _of(t.head(int(b))).max(),
        "You take so many *trials*. The budget is in sweeps: a pruned trial costs fewer.",
        "trials counted",
    ),
    (
        lambda t, b: _of(t[np.arange(len(t)) <= b]).max(),
        "You take so many *trials*. The budget is in sweeps: a pruned trial costs fewer.",
        "trials counted",
    ),
    (
        lambda t, b: _of(t[t["sweeps"] <= b]).max(),
        "You compare the sweeps of each single trial with the budget. Add them up first: "
        '`trials["sweeps"].cumsum()`.',
        "not added up",
    ),
    (
        lambda t, b: _of(t[_paid(t) <= b]).min(),
        "That is the smallest value. This search looks for the largest.",
        "smallest",
    ),
    (
        lambda t, b: _of(t[_paid(t) <= b]).iloc[-1],
        "That is the last complete trial within the budget. Take the best.",
        "last",
    ),
    (
        lambda t, b: _of(t[_paid(t) <= b]).mean(),
        "That is the mean of the complete trials. A search is as good as its best one.",
        "mean",
    ),
    (
        lambda t, b: t.loc[_paid(t) <= b, "value"].iloc[-1],
        "That is the last trial within the budget. Take the best complete one.",
        "last",
    ),
    (
        _sorted_first,
        "You sort by the value before you add up. The budget is paid in the order in which the "
        "trials were run.",
        "sorted first",
    ),
]
