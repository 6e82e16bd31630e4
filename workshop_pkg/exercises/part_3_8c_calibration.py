"""The check of lesson 3.8 on the calibration error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.exercises.array_answers import Floats, Wrong, asked, blame, same
from workshop_pkg.exercises.comparison import not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, exercise

Marks = NDArray[np.bool_]
_N_BINS = 10
# Bins of one to four ratings and empty ones; gaps of both signs; and no probability on
# the border of two bins, so that either may have it.
_SHARES = np.array(
    [
        *(0.17, 0.902, 0.106, 0.685, 0.949, 0.623, 0.034),
        *(0.312, 0.127, 0.351, 0.365, 0.603, 0.315, 0.606),
    ]
)
_LIKES = np.array([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1], dtype=bool)
# Both ends of the range; in the last bin the gap of each rating differs from the bin's.
_END_SHARES = np.array([1.0, 0.55, 0.95, 0.0, 0.58])
_END_LIKES = np.array([0, 1, 1, 1, 0], dtype=bool)


@exercise("3.8-calibration")
def check_calibration_error(answer: object) -> str:
    """Judge the mean gap, over all ratings, between probabilities and shares in ten bins."""
    expected = error_of(_LIKES, _SHARES)
    value = _one_number(asked(answer, _LIKES, _SHARES), _LIKES, _SHARES)
    if not same(value, expected):
        _explain(value, expected)
    right = error_of(_END_LIKES, _END_SHARES)
    value = _one_number(asked(answer, _END_LIKES, _END_SHARES), _END_LIKES, _END_SHARES)
    if not same(value, right):
        raise NotYet(
            f"Right without a 0 and a 1. For the probabilities {_END_SHARES.tolist()} and the "
            f"likes {_END_LIKES.astype(int).tolist()} the error is {right:.4f}; you return "
            f"{value:.4f}. A probability of 0 belongs to the first bin, one of 1 to the last: "
            "`np.minimum(..., 9)`.",
            "ends of the range",
        )
    return "How far off the probabilities are, on average: one number for the chart above."


def error_of(likes: Marks, shares: Floats) -> float:
    """Work out the right error."""
    sizes, gaps = _gaps(likes, shares)
    return float((sizes * np.abs(gaps)).sum() / sizes.sum())


def _gaps(likes: Marks, shares: Floats) -> tuple[Floats, Floats]:
    """Count the ratings of each bin that is not empty; predicted less observed share there."""
    bins = np.minimum((shares * _N_BINS).astype(int), _N_BINS - 1)
    found = [bins == number for number in np.unique(bins)]
    sizes = np.array([float(here.sum()) for here in found])
    gaps = np.array([shares[here].mean() - likes[here].mean() for here in found])
    return sizes, gaps


def _average(parts: list[NDArray[np.intp]]) -> float:
    """Average the gaps of other bins, given the places of their ratings, over all ratings."""
    gaps = [abs((_SHARES[part] - _LIKES[part]).sum()) for part in parts]
    return float(sum(gaps) / len(_SHARES))


def _one_number(value: Any, likes: Marks, shares: Floats) -> float:
    try:
        if isinstance(value, str | bytes | dict | set):
            raise TypeError
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one number: the average gap.",
            "not one number",
        ) from None
    if found.ndim == 0:
        return float(found)
    _, gaps = _gaps(likes, shares)
    if same(np.sort(np.abs(found.ravel())), np.sort(np.abs(gaps))):
        raise NotYet(
            "Those are the gaps of the single bins, and they are right. Return one number: their "
            "average, each counted for as many ratings as its bin holds.",
            "not averaged",
        )
    raise NotYet(
        f"You return something of the shape {found.shape}. Asked for is one number: the average "
        "gap over all ratings.",
        "not one number",
    )


def _explain(value: float, expected: float) -> None:
    if np.isnan(value):
        raise NotYet(
            "You get NaN: the mean of a bin without ratings. Leave empty bins out: "
            "`np.unique(bins)` has the numbers of the bins that occur.",
            "empty bins",
        )
    if rounded(value, expected):
        raise not_rounded(value)
    blame(value, expected, _wrong_values())
    raise NotYet(
        f"For the probabilities {_SHARES.tolist()} and the likes {_LIKES.astype(int).tolist()} the "
        f"error is {expected:.4f}; you return {value:.4f}. Begin with the bin from 0.1 to 0.2: the "
        "probabilities 0.17, 0.106 and 0.127 have the mean 0.1343, and none of them is liked: a "
        "gap of 0.1343, which counts for three ratings.",
        "other",
    )


def _wrong_values() -> list[Wrong]:
    sizes, gaps = _gaps(_LIKES, _SHARES)
    n = len(_SHARES)
    bins = (_SHARES * _N_BINS).astype(int)
    middles = np.array([(number + 0.5) / _N_BINS for number in np.unique(bins)])
    observed = np.array([_LIKES[bins == number].mean() for number in np.unique(bins)])
    split = np.array_split(np.argsort(_SHARES, kind="stable"), _N_BINS)
    quantiles = pd.qcut(_SHARES, _N_BINS, labels=False)
    by_quantile = [np.flatnonzero(quantiles == number) for number in range(_N_BINS)]
    equal_size = (
        "Your bins hold equally many ratings, as in the chart. Here they are equally *wide*: "
        "from 0 to 0.1, from 0.1 to 0.2, and so on.",
        "bins of equal size",
    )
    picked = np.where(_LIKES, _SHARES, 1 - _SHARES)
    weights = (
        "You average over the *bins*. A bin with two ratings then counts as much as one with "
        "hundreds. Multiply each gap by the ratings in its bin, add up, and divide by the number "
        "of all ratings.",
        "bins not weighted",
    )
    signs = (
        "Gaps above and below cancel: a model that says too much here and too little there would "
        "have no error. Take the distance, `abs(...)`, in each bin, before you add up.",
        "signs cancel",
    )
    singly = (
        "That is the distance of each probability from 1 or 0, without bins: even perfect "
        "probabilities have it, since a rating is liked or not. Compare the means within a bin.",
        "no bins",
    )
    return [
        (np.abs(gaps).mean(), *weights),
        (
            np.abs(gaps).sum() / _N_BINS,
            "You divide by ten bins. Empty bins do not count, and the others count for the ratings "
            "that they hold: divide by the number of ratings.",
            "bins not weighted",
        ),
        (np.abs(gaps).sum(), *weights),
        ((sizes * gaps).sum() / n, *signs),
        (-(sizes * gaps).sum() / n, *signs),
        (abs((sizes * gaps).sum()) / n, *signs),
        (gaps.mean(), *signs),
        (np.abs(_SHARES - _LIKES).mean(), *singly),
        (
            ((_SHARES - _LIKES) ** 2).mean(),
            "That is the mean squared distance of each probability from 1 or 0 (the Brier score), "
            "without bins. Compare the means within a bin.",
            "no bins",
        ),
        (
            -np.log(picked).mean(),
            "That is the log loss. Asked for is the average gap between the mean probability and "
            "the share of likes, bin by bin.",
            "log loss",
        ),
        (
            (sizes * gaps**2).sum() / n,
            "You square the gaps. Asked for is the plain distance, `abs(...)`.",
            "squared",
        ),
        (
            np.sqrt((sizes * gaps**2).sum() / n),
            "You square the gaps. Asked for is the plain distance, `abs(...)`.",
            "squared",
        ),
        (
            np.abs(gaps).max(),
            "That is the largest gap, which the chart's title names. Asked for is the average over "
            "all ratings.",
            "largest gap",
        ),
        (
            (sizes * np.abs(middles - observed)).sum() / n,
            "You take the middle of a bin for its prediction. Take the mean of the probabilities "
            "that are in it.",
            "middle of the bin",
        ),
        *((_average(parts), *equal_size) for parts in (split, by_quantile)),
        *(
            (
                _average([np.flatnonzero(np.digitize(_SHARES, edges) == k) for k in range(30)]),
                "The bins are right in all but their number: ten of them have *eleven* borders, "
                "`np.linspace(0, 1, 11)`.",
                "number of bins",
            )
            for edges in (np.linspace(0, 1, n_borders) for n_borders in (6, 10, 12, 21))
        ),
        (
            (sizes * np.abs(gaps)).sum(),
            "The division by the number of all ratings is missing.",
            "not divided",
        ),
        (
            (sizes * np.abs(gaps)).sum() / len(sizes),
            "You divide by the number of bins. Each gap was multiplied by the ratings in its bin, "
            "so divide by the number of all ratings.",
            "not divided",
        ),
        (
            100 * (sizes * np.abs(gaps)).sum() / n,
            "That is in percent. Return the share, between 0 and 1.",
            "percent",
        ),
    ]
