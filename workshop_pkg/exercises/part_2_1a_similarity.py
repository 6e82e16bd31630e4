"""The check of lesson 2.1 on the similarity of two customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Floats = npt.NDArray[np.float64]

_NAN = np.nan
# Three movies in common; each wrong way gives a number of its own.
_MINE = np.array([5.0, 3.0, _NAN, 1.0, 4.0, _NAN])
_THEIRS = np.array([4.0, _NAN, 2.0, 2.0, 5.0, _NAN])
# Deviations from a mean, as the lesson uses later: two in common, of opposite signs.
_DEVIATIONS = np.array([1.0, -0.5, _NAN, _NAN, -2.0, 1.5])
_OTHERS = np.array([-1.5, _NAN, 0.5, _NAN, 1.0, _NAN])
# A single movie in common: a cosine of 1, and no more than that.
_HERMIT = np.array([_NAN, 2.5, 4.0, _NAN, _NAN, 3.0])


@exercise("2.1-similarity")
def check_similarity(answer: object) -> str:
    """Judge the cosine over the movies that both have rated; 0 where nothing can be compared."""
    value = attempt(answer, _MINE, _THEIRS)
    if np.ndim(value) != 0 or isinstance(value, str | bytes | dict | set):
        raise NotYet(
            f"You return a `{type(value).__name__}`. The similarity of two customers is one "
            "number: add the products up.",
            "not one number",
        )
    if not close(value, _cosine(_MINE, _THEIRS)):
        _explain(value, answer)
    for mine, theirs in (
        (_THEIRS, _MINE),
        (_DEVIATIONS, _OTHERS),
        (_MINE, _OTHERS),
        (_MINE, _HERMIT),
    ):
        again = attempt(answer, mine, theirs)
        if not close(again, _cosine(mine, theirs)):
            _explain_another(again, value, mine, theirs)
    _check_nothing_to_compare(answer)
    return "Only what both have rated counts. And one movie in common is not much of a proof."


def _cosine(mine: Floats, theirs: Floats) -> float:
    both = ~np.isnan(mine) & ~np.isnan(theirs)
    a, b = mine[both], theirs[both]
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def _explain(value: Any, answer: object) -> None:
    if np.isnan(_number(value)):
        raise NotYet(
            "You get NaN: a sum with a missing rating is missing, too. First keep the movies that "
            "both have rated: `both = ~np.isnan(mine) & ~np.isnan(theirs)`.",
            "missing ratings in the sum",
        )
    if rounded(value, _cosine(_MINE, _THEIRS)):
        raise not_rounded(value)
    if close(value, 0.0):
        raise NotYet(
            "You return 0 for two customers with three movies in common. Does `both` combine the "
            "two by `&` (and)? By `|` (or) it keeps movies that only one has rated, the sums are "
            "NaN, and NaN is not above 0.",
            "or in place of and",
        )
    for wrong, message, misconception in _wrong_values():
        if close(value, wrong):
            raise NotYet(message, misconception)
    if close(attempt(answer, _DEVIATIONS, _OTHERS), _number(value)):
        raise _not_the_argument(value)
    raise NotYet(
        "The two have rated three movies in common: 5, 1, 4 and 4, 2, 5 stars. Their cosine is "
        f"{_cosine(_MINE, _THEIRS):.3f}; you return {_number(value):.3f}.",
        "other",
    )


def _wrong_values() -> list[tuple[float, str, str]]:
    """List what comes out of each misconception, with its hint and its name."""
    both = ~np.isnan(_MINE) & ~np.isnan(_THEIRS)
    a, b = _MINE[both], _THEIRS[both]
    mine, theirs = np.nan_to_num(_MINE), np.nan_to_num(_THEIRS)
    product, squares = a @ b, (a @ a) * (b @ b)
    all_squares = (mine @ mine) * (theirs @ theirs)
    centered = np.corrcoef(a, b)[0, 1]
    own = _cosine(_MINE - np.nanmean(_MINE), _THEIRS - np.nanmean(_THEIRS))
    no_root = "The square root is missing: each *length* is the root of a sum of squares."
    pearson = (
        "You subtract a mean first. That comes later in the lesson; here the plain "
        "cosine is asked for.",
        "mean subtracted",
    )
    return [
        (
            product / np.sqrt(all_squares),
            "Your lengths are over all movies of each customer, as if a movie that nobody asked "
            "about had 0 stars. Keep the movies that both have rated, for the lengths, too.",
            "zeros counted as ratings",
        ),
        (product / squares, no_root, "forgot the root"),
        (product / all_squares, no_root, "forgot the root"),
        (
            product,
            "That is the sum of the products alone: it grows with each movie in common. Divide "
            "it by both lengths.",
            "not divided",
        ),
        (
            product / (np.sqrt(a @ a) + np.sqrt(b @ b)),
            "You add the two lengths. The cosine divides by their *product*.",
            "lengths added",
        ),
        (
            1 - product / np.sqrt(squares),
            "That is the cosine *distance*, 1 - cosine: large for unlike customers. Return the "
            "similarity.",
            "distance",
        ),
        (centered, *pearson),
        (own, *pearson),
        (
            np.sqrt(((a - b) ** 2).sum()),
            "That is a distance between the two. A similarity is large where customers agree.",
            "distance",
        ),
    ]


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _not_the_argument(value: Any) -> NotYet:
    return NotYet(
        f"You return {_number(value):.3f} for whichever two customers. Use the function's "
        "arguments `mine` and `theirs`, not a table from an earlier cell.",
        "not the argument",
    )


def _explain_another(again: Any, before: Any, mine: Floats, theirs: Floats) -> None:
    if close(again, float(before)):
        raise _not_the_argument(before)
    if close(again, abs(_cosine(mine, theirs))):
        raise NotYet(
            "Right for ratings, but the sign gets lost for numbers below zero: people who "
            "disagree have a negative cosine.",
            "sign lost",
        )
    n_common = int((~np.isnan(mine) & ~np.isnan(theirs)).sum())
    if close(again, 0.0) and n_common == 1:
        raise NotYet(
            "You return 0 for customers with one movie in common. Return 0 only where there is "
            "nothing to compare: one is enough for a number. That it is worth little comes next.",
            "one in common",
        )
    raise NotYet(
        f"Right for one pair; for `mine = {_shown(mine)}` and `theirs = {_shown(theirs)}` the "
        f"cosine is {_cosine(mine, theirs):.3f}, you return {_number(again):.3f}.",
        "fixed",
    )


def _shown(values: Floats) -> str:
    return "[" + ", ".join("nan" if np.isnan(x) else f"{x:g}" for x in values) + "]"


def _check_nothing_to_compare(answer: object) -> None:
    nobody = np.full(4, _NAN)
    cases = [
        (np.array([5.0, 3.0, _NAN, _NAN]), np.array([_NAN, _NAN, 2.0, 4.0]), "no movie in common"),
        (np.array([5.0, 3.0, 1.0, _NAN]), nobody, "a customer without any rating"),
        (np.array([0.0, 0.0, _NAN, 1.0]), np.array([1.0, -1.0, 2.0, _NAN]), "a length of 0"),
    ]
    for mine, theirs, what in cases:
        try:
            with np.errstate(all="ignore"):
                value = attempt(answer, mine, theirs)
        except NotYet as verdict:
            if "ZeroDivisionError" not in verdict.message:
                raise
            value = _NAN
        if not close(value, 0.0):
            raise NotYet(
                f"Right where there is something to compare. But for {what} you divide by zero "
                f"(you return {_number(value):.3g}). Then we know nothing: return `0.0`.",
                "nothing to compare",
            )
