"""The check of lesson 4.4 on the router: which model answers the requests of a context."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_GENERAL = "one for all"
_KINDS = ["by group", "by genre", "by group and genre"]


def _context(leads: dict[str, tuple[float, float]], n: int = 8) -> pd.DataFrame:
    """Make leads of n users with these means and standard errors; the median is not the mean."""
    shape = np.array([3.0, -1.0, 0.2, -0.6, -0.4, 0.1, -0.8, -0.5, 0.3, -1.3][:n])
    shape = (shape - shape.mean()) / shape.std(ddof=1)
    users = pd.Index(range(11, 11 + n), name="user_id")
    columns = {
        name: mean + np.roll(shape, place) * error * np.sqrt(n)
        for place, (name, (mean, error)) in enumerate(leads.items())
    }
    return pd.DataFrame(columns, index=users)


#: What each context is there for, its leads, and z. A mean of 0.1 with an error of 0.08 is unsure.
_CASES: list[tuple[pd.DataFrame, float]] = [
    (_context(dict(zip(_KINDS, [(0.10, 0.08), (0.04, 0.01), (0.02, 0.002)], strict=True))), 2.0),
    (_context(dict(zip(_KINDS, [(0.10, 0.08), (0.04, 0.01), (0.02, 0.002)], strict=True))), 0.0),
    (_context(dict(zip(_KINDS, [(0.03, 0.02), (0.02, 0.03), (-0.1, 0.01)], strict=True))), 2.0),
    (_context(dict(zip(_KINDS, [(-0.02, 0.01), (-0.3, 0.02), (-0.05, 0.02)], strict=True))), 0.0),
    (_context(dict(zip(_KINDS, [(0.05, 0.02), (-0.1, 0.02), (-0.2, 0.02)], strict=True)), 10), 2.0),
    (_context({"by genre": (-0.05, 0.01), "by group": (0.03, 0.01)}), 1.5),
    (_context({"by group": (0.01, 0.04), "by genre": (-0.02, 0.04)}), 2.0),
    (_context({"by group": (0.03, 0.012), "by genre": (0.05, 0.01)}), 2.0),
    (_context({"by group": (0.1, 0.2), "by genre": (-0.3, 0.1)}), 2.0),
    (_context({"by group": (0.03, 0.002), "by genre": (0.05, 0.02)}), 2.0),
]
_EXPECTED = [
    *("by genre", "by group", _GENERAL, _GENERAL),
    *("by group", "by group", _GENERAL, "by genre", _GENERAL, "by genre"),
]


def _rule(
    value: Callable[[pd.DataFrame], Any] = pd.DataFrame.mean,
    error: Callable[[pd.DataFrame], Any] = lambda leads: leads.std() / len(leads) ** 0.5,
    pick: Callable[[Any, Any, float], str] | None = None,
) -> Callable[[pd.DataFrame, float], str]:
    """Make a router that differs from the right one in one part."""

    def found(leads: pd.DataFrame, z: float) -> str:
        middle, spread = value(leads), error(leads)
        if pick is not None:
            return pick(middle, spread, z)
        sure = middle[middle > z * spread]
        return _GENERAL if sure.empty else str(sure.idxmax())

    return found


def _best_then_sure(middle: Any, spread: Any, z: float) -> str:
    best = middle.idxmax()
    return str(best) if middle[best] > z * spread[best] else _GENERAL


def _surest(middle: Any, spread: Any, z: float) -> str:
    sure = middle[middle > z * spread]
    return _GENERAL if sure.empty else str((sure / spread[sure.index]).idxmax())


def _largest_lower_end(middle: Any, spread: Any, z: float) -> str:
    sure = middle[middle > z * spread]
    return _GENERAL if sure.empty else str((sure - z * spread[sure.index]).idxmax())


def _two_errors(middle: Any, spread: Any, z: float) -> str:
    sure = middle[middle > 2 * spread]
    return _GENERAL if sure.empty else str(sure.idxmax())


def _either_way(middle: Any, spread: Any, z: float) -> str:
    sure = middle[middle.abs() > z * spread]
    return _GENERAL if sure.empty else str(sure.abs().idxmax())


def _smallest(middle: Any, spread: Any, z: float) -> str:
    sure = middle[middle > z * spread]
    return _GENERAL if sure.empty else str(sure.idxmin())


def _first(middle: Any, spread: Any, z: float) -> str:
    sure = middle[middle > z * spread]
    return _GENERAL if sure.empty else str(sure.index[0])


def _above_z(middle: Any, spread: Any, z: float) -> str:
    sure = middle[middle > z]
    return _GENERAL if sure.empty else str(sure.idxmax())


#: A router with a misconception, the hint, and its short name.
_WRONG: list[tuple[Callable[[pd.DataFrame, float], str], str, str]] = [
    (
        _rule(pick=lambda middle, spread, z: str(middle.idxmax())),
        "You always send to a specialist, the one with the best mean, even where it is behind or "
        'its lead is not sure. Where no lead is sure, return `"one for all"`.',
        "always a specialist",
    ),
    (
        _rule(
            pick=lambda middle, spread, z: str(middle.idxmax()) if middle.max() > 0 else _GENERAL
        ),
        "You take any lead, however unsure. It must be above `z` times its standard error.",
        "z ignored",
    ),
    (
        _rule(pick=lambda middle, spread, z: _GENERAL),
        'You always return "one for all". A sure lead is to be used.',
        "always the general model",
    ),
    (
        _rule(pick=_best_then_sure),
        "You look at the largest mean lead first, and then whether it is sure. Another one, "
        "smaller but sure, is lost that way: keep the sure ones first, then take the largest.",
        "largest first",
    ),
    (
        _rule(pick=_surest),
        "You take the *surest* lead, the largest multiple of its error. Being sure is the "
        "condition; of the sure ones, the largest *mean lead* is asked for.",
        "surest in place of largest",
    ),
    (
        _rule(pick=_largest_lower_end),
        "Of the sure specialists you take the one with the largest lead *less* `z` errors. Being "
        "sure is the condition; of the sure ones, the largest *mean lead* is asked for.",
        "lower end in place of mean",
    ),
    (
        _rule(pick=_two_errors),
        "You ask for two standard errors, whatever `z` is. Use the argument: `z * error`.",
        "z fixed",
    ),
    (
        _rule(error=lambda leads: leads.std()),
        "You compare with the standard deviation of the users' leads. The standard error is that "
        "of their *mean*: divide by the square root of the number of users.",
        "standard deviation",
    ),
    (
        _rule(error=lambda leads: leads.std() / len(leads)),
        "You divide the standard deviation by the number of users; it is the *square root* of "
        "the number.",
        "root missing",
    ),
    (
        _rule(error=lambda leads: leads.var() / len(leads) ** 0.5),
        "You take the variance where the standard deviation is asked for: `.std()`.",
        "variance",
    ),
    (
        _rule(error=lambda leads: leads.std() / leads.shape[1] ** 0.5),
        "You divide by the square root of the number of *columns*. The number of users counts: "
        "`len(leads)`, or `leads.count()` for each column.",
        "columns counted",
    ),
    (
        _rule(pick=_either_way),
        "A lead that is surely *negative* is no lead: that specialist is behind. Leave the sign: "
        "`mean > z * error`, without `abs`.",
        "sign",
    ),
    (
        _rule(pick=_smallest),
        "Of the sure specialists you take the one with the smallest lead; the largest is asked "
        "for: `idxmax`.",
        "smallest",
    ),
    (
        _rule(pick=_first),
        "Of the sure specialists you take the first; the one with the largest mean lead is asked "
        "for: `idxmax`.",
        "first",
    ),
    (
        _rule(pick=_above_z),
        "You compare the mean lead with `z` itself. `z` counts standard errors: compare with "
        "`z * error`.",
        "z without error",
    ),
    (
        _rule(value=pd.DataFrame.median),
        "You take the median of the leads; the mean is asked for.",
        "median",
    ),
]


@exercise("4.4-router")
def check_route(answer: object) -> str:
    """Judge which kind of model the requests of a context are sent to."""
    found = [_name(attempt(answer, leads, z), leads) for leads, z in _CASES]
    if found != _EXPECTED:
        _explain(found)
    _check_no_model(answer)
    _check_no_lead(answer)
    _check_one_user(answer)
    return "Sure leads only, the largest of them; where none is sure, the model for all."


def _name(value: Any, leads: pd.DataFrame) -> str:
    """Give the name that was returned."""
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        raise NotYet(
            f"You return the number {value:.3g}. Asked for is the *name* of the specialist: "
            "`sure.idxmax()` is the name of the largest, `sure.max()` the number.",
            "a number",
        )
    if not isinstance(value, str):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one name: that of a column, or "
            '`"one for all"`.',
            "not a name",
        )
    if value != _GENERAL and value not in leads.columns:
        raise NotYet(
            f"You return {value!r}. This context has the specialists {list(leads.columns)}; "
            'beside them there is only `"one for all"`. Use the columns of `leads`.',
            "another name",
        )
    return value


def _explain(found: list[str]) -> None:
    for rule, message, misconception in _WRONG:
        if [rule(leads, z) for leads, z in _CASES] == found:
            raise NotYet(message, misconception)
    place = next(i for i, name in enumerate(found) if name != _EXPECTED[i])
    leads, z = _CASES[place]
    means, errors = leads.mean(), leads.std() / len(leads) ** 0.5
    shown = ", ".join(
        f"{name} {mean:+.3f} (error {error:.3f})"
        for name, mean, error in zip(leads.columns, means, errors, strict=True)
    )
    raise NotYet(
        f"For the mean leads {shown} and `z={z:g}` the answer is {_EXPECTED[place]!r}; you return "
        f"{found[place]!r}.",
        "other",
    )


def _check_no_model(answer: object) -> None:
    """Ask with a column of NaN: a kind without a model."""
    leads = _CASES[0][0].assign(**{"by group and genre": np.nan})
    found = _name(attempt(answer, leads, 2.0), leads)
    if found == "by group and genre":
        raise NotYet(
            "You send to 'by group and genre' in a context where its column is all NaN: there is "
            "no model. NaN is not above anything; leave such a column out.",
            "no model chosen",
        )
    if found != "by genre":
        raise NotYet(
            "Right where all columns hold numbers. With NaN all along one column, the others are "
            f"to be judged as before: 'by genre' is sure; you return {found!r}. Drop the "
            "column, not the rows: `leads.dropna(axis=1)`.",
            "nan spoils the rest",
        )


def _check_no_lead(answer: object) -> None:
    """Leads of exactly zero are no leads, whatever z."""
    leads = pd.DataFrame(0.0, index=[1, 2, 3], columns=_KINDS)
    if _name(attempt(answer, leads, 0.0), leads) != _GENERAL:
        raise NotYet(
            "Where a specialist's answers are the same as the general model's, its lead is 0, and "
            "0 is not *above* 0: use `>`, so that the general model answers.",
            "not above",
        )


def _check_one_user(answer: object) -> None:
    leads = pd.DataFrame([[0.3, -0.1, 0.2]], index=[7], columns=_KINDS)
    if _name(attempt(answer, leads, 2.0), leads) != _GENERAL:
        raise NotYet(
            "From a single user you take a lead for sure: one number has no spread. "
            'Return `"one for all"` for fewer than two users (`.std()` of pandas gives NaN there, '
            "`np.std` gives 0).",
            "one user",
        )
