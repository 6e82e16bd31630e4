"""The check of lesson 4.3 on the paired bootstrap."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from workshop_pkg.exercises.array_answers import Floats, asked
from workshop_pkg.exercises.registry import NotYet, exercise

_USERS, _DRAWS = 120, 8000
_FEW = 6
_Z = 1.96  # 95 % of a normal distribution lie within this many standard deviations of its mean
# How far the width may be off: of so many draws it varies by about 2 % of itself.
_TOLERANCE = 0.08


def _two_models() -> tuple[Floats, Floats]:
    """Make values of users who are easy for both models or hard for both: pairing matters."""
    rng = np.random.default_rng(11)
    shared = rng.normal(0.4, 0.2, _USERS)
    first, second = (shared + rng.normal(0, 0.04, _USERS) for _ in range(2))
    return first - first.mean() + 0.43, second - second.mean() + 0.4


_FIRST, _SECOND = _two_models()


@exercise("4.3-bootstrap")
def check_paired_interval(answer: object) -> str:
    """Judge the 95 % interval of a mean difference over draws of users."""
    low, high = _ends(answer, _FIRST, _SECOND, _DRAWS, 0)
    difference = _FIRST - _SECOND
    half = _half_width(difference)
    if not _fits(low, high, float(difference.mean()), half):
        _explain(low, high, half)
    _check_seed(answer, (low, high))
    one_low, one_high = _ends(answer, _FIRST, _SECOND, 1, 3)
    if not math.isclose(one_low, one_high, abs_tol=1e-12):
        raise NotYet(
            "Right so far. With `n_draws=1` there is a single mean, and both ends are that mean; "
            "yours differ. Draw `n_draws` times, not a fixed number of times.",
            "n_draws not used",
        )
    _check_everybody_is_drawn(answer)
    few = _FIRST[:30], _SECOND[:30] - 0.1
    low, high = _ends(answer, *few, _DRAWS, 1)
    gap = few[0] - few[1]
    if not _fits(low, high, float(gap.mean()), _half_width(gap), 2 * _TOLERANCE):
        raise NotYet(
            f"Right for {_USERS} users, wrong for 30 others: their interval is about "
            f"{gap.mean() - _half_width(gap):+.3f} to {gap.mean() + _half_width(gap):+.3f}, and "
            f"you return {low:+.3f} to {high:+.3f}. Draw as many users as there are.",
            "fixed",
        )
    return "Users are drawn, both of their values together: what they share cancels."


def _check_everybody_is_drawn(answer: object) -> None:
    """Let one user gain, and nobody else: once that one is drawn, the upper end is above zero."""
    if _only_one_gains(answer, 0) <= 0:
        raise NotYet(
            "Right, but for the first user, who is never drawn: places begin at 0, "
            "`rng.integers(0, n)`.",
            "first user never drawn",
        )
    if _only_one_gains(answer, _FEW - 1) <= 0:
        raise NotYet(
            "Right, but for the last user, who is never drawn: `rng.integers(0, n)` leaves its "
            "upper end out by itself, and gives 0 to n - 1.",
            "last user never drawn",
        )


def _only_one_gains(answer: object, place: int) -> float:
    """Ask for the upper end where one user gains."""
    first = np.zeros(_FEW)
    first[place] = 1.0
    return _ends(answer, first, np.zeros(_FEW), 1000, 2)[1]


def _half_width(values: Floats) -> float:
    return _Z * float(values.std()) / math.sqrt(len(values))


def _fits(low: float, high: float, mean: float, half: float, tolerance: float = _TOLERANCE) -> bool:
    width = (high - low) / (2 * half)
    shift = ((low + high) / 2 - mean) / half
    return abs(width - 1) < tolerance and abs(shift) < 2 * tolerance


def _ends(
    answer: object, first: Floats, second: Floats, n_draws: int, seed: int
) -> tuple[float, float]:
    value: Any = asked(answer, first, second, n_draws, seed)
    try:
        found = np.asarray(value, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for are two numbers: the lower and the "
            "upper end.",
            "not two numbers",
        ) from None
    if len(found) == 2 and np.ndim(value) > 1:
        raise NotYet(
            f"Two numbers, but in a table of the shape {np.shape(value)}: the next cells take them "
            "apart, `low, high = ...`. Return them side by side: "
            "`np.quantile(means, [0.025, 0.975])` of an array `means`.",
            "a table of two",
        )
    if len(found) == n_draws and n_draws > 2:
        raise NotYet(
            "You return the means of all draws. The interval is their middle 95 %: "
            "`np.quantile(means, [0.025, 0.975])`.",
            "draws returned",
        )
    if len(found) != 2:
        raise NotYet(
            f"You return {len(found)} numbers. Asked for are two: the lower and the upper end.",
            "not two numbers",
        )
    if np.isnan(found).any():
        raise NotYet(
            "You get NaN. Is a mean taken of nothing, or a root of something negative?", "nan"
        )
    return float(found[0]), float(found[1])


def _check_seed(answer: object, before: tuple[float, float]) -> None:
    again = _ends(answer, _FIRST, _SECOND, _DRAWS, 0)
    if again != before:
        raise NotYet(
            "Right, but the same call gives another interval the second time. Begin with "
            "`rng = np.random.default_rng(seed)` *in* the function, and draw with `rng`.",
            "not seeded",
        )
    if _ends(answer, _FIRST, _SECOND, _DRAWS, 5) == before:
        raise NotYet(
            "The interval is right, and the same for every seed: either the seed is fixed, or it "
            "comes from a formula. Draw users with `np.random.default_rng(seed)`.",
            "seed not used",
        )


def _explain(low: float, high: float, half: float) -> None:
    mean = float((_FIRST - _SECOND).mean())
    width, middle = (high - low) / (2 * half), (low + high) / 2
    for applies, message, misconception in _symptoms(low, high, width, middle, mean, half):
        if applies:
            raise NotYet(message, misconception)
    raise NotYet(
        f"The mean difference is {mean:+.4f}, and its interval about {mean - half:+.4f} to "
        f"{mean + half:+.4f}; you return {low:+.4f} to {high:+.4f}.",
        "other",
    )


def _symptoms(
    low: float, high: float, width: float, middle: float, mean: float, half: float
) -> list[tuple[bool, str, str]]:
    """List what each misconception does to the interval, with its hint and its name."""
    difference = _FIRST - _SECOND
    unpaired = math.hypot(_half_width(_FIRST), _half_width(_SECOND)) / half
    single = float(difference.std()) * _Z / half
    swapped = math.sqrt(_USERS / _DRAWS)

    def about(value: float, expected: float, tolerance: float = 2 * _TOLERANCE) -> bool:
        return abs(value / expected - 1) < tolerance

    centered = abs(middle - mean) < 0.3 * half
    return [
        (
            math.isclose(low, high, abs_tol=1e-12),
            "Both ends are the same. Without replacement every draw holds everybody once, and "
            "every mean is the same: draw with replacement, `rng.integers(n, size=n)` or "
            "`rng.choice(n, n)`.",
            "without replacement",
        ),
        (
            low > high and about(-width, 1) and centered,
            "The right ends in the wrong order: the lower one comes first.",
            "ends swapped",
        ),
        (
            about(width, 1) and abs(middle + mean) < 0.3 * half,
            "The sign is turned: you subtract `first` from `second`. Above zero should mean that "
            "`first` is better.",
            "sign turned",
        ),
        (
            high < mean - 0.5 * half and about(width, 0.5, 1.0),
            "Both ends lie below the mean difference. `np.percentile` counts from 0 to 100, "
            "`np.quantile` from 0 to 1: use `np.quantile(means, [0.025, 0.975])`.",
            "percent and share",
        ),
        (
            abs(middle - float(np.abs(difference).mean())) < 0.5 * half,
            "You drop the sign of the differences: then the interval lies above zero whoever is "
            "better. Take `first - second` as it is.",
            "sign dropped",
        ),
        (
            any(abs(middle - float(one.mean())) < half for one in (_FIRST, _SECOND)),
            "That is the interval of one model's own mean. Subtract first, user by user: "
            "`first - second`.",
            "one model only",
        ),
        (
            centered and (about(width, unpaired) or about(width, 2**0.5 * unpaired)),
            "The interval is far too wide: you draw users for each model anew. Draw users once, "
            "and take both of their values: bootstrap `first - second`.",
            "not paired",
        ),
        (
            abs(middle - mean) < 3 * half and about(width, single, 0.3),
            "That is where 95 % of the *users* lie. Asked for is how far the *mean* moves: draw "
            "users, take the mean of each draw, and then the quantiles of these means.",
            "quantiles of the users",
        ),
        (
            centered and about(width, swapped, 0.35),
            "Far too narrow: each of your draws holds `n_draws` users, and there are as many draws "
            "as users. Swap the two: `size=(n_draws, n)`, then the mean over `axis=1`.",
            "axes swapped",
        ),
        (
            centered and about(width, 1.645 / _Z, 0.06),
            "Narrower than 95 %: you cut 5 % off each end. The middle 95 % leave 2.5 % at each: "
            "`[0.025, 0.975]`.",
            "ninety percent",
        ),
        (
            centered and about(width, 1 / _Z, 0.1),
            "That is one standard deviation of the means to each side, some 68 % of them. Take the "
            "middle 95 %: `np.quantile(means, [0.025, 0.975])`.",
            "one standard deviation",
        ),
        (
            centered and about(width, 3.8 / _Z, 0.25),
            "All of the means lie within your interval: you take the smallest and the largest. "
            "Take the quantiles 0.025 and 0.975.",
            "all of the draws",
        ),
        (
            centered and 1.25 < width < 0.6 * unpaired,
            "Too wide: your draws hold fewer users than there are, and so their means vary more. "
            "Draw as many as there are: `size=(n_draws, n)`.",
            "draws too small",
        ),
    ]
