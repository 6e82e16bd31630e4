"""The check of lesson 4.3 on NDCG by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from workshop_pkg.exercises.array_answers import asked
from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# Two of four wanted movies stand in the first five places, the third right below: each
# misconception gives a number of its own.
_RANKED = [10, 20, 30, 40, 50, 60]
_WANTED = {10, 30, 60, 70}
_K = 5


@exercise("4.3-ndcg")
def check_ndcg(answer: object) -> str:
    """Judge NDCG at k for one user: gains discounted by place, over the best possible order."""
    value = _number(answer, _RANKED, _WANTED, _K)
    expected = ndcg_of(_RANKED, _WANTED, _K)
    if not close(value, expected):
        _explain(value, expected, answer)
    for ranked, wanted, k in _others():
        again, right = _number(answer, ranked, wanted, k), ndcg_of(ranked, wanted, k)
        if not close(again, right):
            _explain_other(again, right, ranked, wanted, k)
    _check_nothing_to_find(answer)
    return "Each hit counts by its place, and a perfect order gets 1."


def ndcg_of(ranked: list[int], wanted: set[int], k: int) -> float:
    """Work out the right NDCG at k of one user who has something to find."""
    gained = sum(discount(place) for place in _hits(ranked, wanted, k))
    return gained / _best(min(len(wanted), k))


def discount(place: int) -> float:
    """Give the weight of a place; the first is 1."""
    return 1 / math.log2(place + 1)


def _hits(ranked: list[int], wanted: set[int], k: int) -> list[int]:
    return [place for place, movie in enumerate(ranked[:k], start=1) if movie in wanted]


def _best(n: int, weight: Callable[[int], float] = discount) -> float:
    return sum(weight(place) for place in range(1, n + 1))


def _others() -> list[tuple[list[int], set[int], int]]:
    return [
        ([4, 8, 2, 6], {8, 2, 6}, 2),  # more wanted than places
        ([4, 8, 2, 6], {4, 8, 2, 6, 1}, 3),  # a perfect list
        ([5, 3, 9], {1, 2}, 3),  # no hit
        ([5, 3, 9], {9}, 10),  # a list shorter than k
        ([5], {5, 3}, 10),  # ... and shorter than what is wanted
        ([7, 1], {7, 2, 3}, 2),
    ]


def _number(answer: object, ranked: list[int], wanted: set[int], k: int) -> float:
    try:
        value: Any = asked(answer, list(ranked), set(wanted), k)
    except NotYet as verdict:
        if "IndexError" in verdict.message and len(ranked) < k:
            raise NotYet(
                f"Right for lists of {_K} and more. A list may be shorter than `k`, and then only "
                "the places that there are count: `ranked[:k]` does that by itself.",
                "list shorter than k",
            ) from None
        raise
    try:
        if isinstance(value, bool | str | bytes):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise NotYet(
            "Asked for is one number for this user, between 0 and 1; you return a "
            f"`{type(value).__name__}`. Add the discounts up.",
            "not one number",
        ) from None


def _check_nothing_to_find(answer: object) -> None:
    try:
        with np.errstate(all="ignore"):
            empty = float(attempt(answer, list(_RANKED), set(), _K))
    except NotYet as verdict:
        if "ZeroDivisionError" not in verdict.message:
            raise
        said = "your code divides by 0, and stops"
    else:
        if math.isnan(empty):
            return
        said = f"you return {empty:g}: but no order is better or worse for them"
    raise NotYet(
        f"Right for everybody who has something to find. Where `wanted` is empty, {said}. Return "
        "`float('nan')`, and they are left out of the mean.",
        "nothing to find",
    )


def _explain(value: float, expected: float, answer: object) -> None:
    if math.isnan(value) or math.isinf(value):
        raise NotYet(
            "You divide by zero: the logarithm of 1 is 0. The first place has the discount "
            "`1 / log2(1 + 1)`: count places from 1, and add 1.",
            "logarithm of 1",
        )
    if rounded(value, expected):
        raise not_rounded(value)
    for wrong, message, misconception in _wrong_values():
        if close(value, wrong) and not close(wrong, expected):
            raise NotYet(message, misconception)
    if close(_number(answer, [1, 2, 3, 4, 5], {5}, _K), value):
        raise NotYet(
            f"You return {value:.3f}, whatever the list. Use the function's arguments.",
            "not the argument",
        )
    raise NotYet(
        f"For `ranked={_RANKED}`, `wanted={sorted(_WANTED)}` and `k={_K}` the first and the third "
        f"place are hits, and four could be: NDCG is {expected:.3f}, and you return {value:.3f}.",
        "other",
    )


def _wrong_values() -> list[tuple[float, str, str]]:
    """List what comes out of each misconception, with its hint and its name."""
    hits = _hits(_RANKED, _WANTED, _K)
    gained, best = sum(map(discount, hits)), _best(len(_WANTED))
    deep = sum(map(discount, _hits(_RANKED, _WANTED, len(_RANKED))))

    def late(place: int) -> float:
        return 1 / math.log2(place + 2)

    def reciprocal(place: int) -> float:
        return 1 / place

    def grown(place: int) -> float:
        return math.log2(place + 1)

    def undiscounted_twice(place: int) -> float:
        return 1 / max(1.0, math.log2(place))

    def over(weight: Callable[[int], float]) -> float:
        return sum(map(weight, hits)) / _best(len(_WANTED), weight)

    late_hint = (
        "Your first place is discounted already, as if places began at 2. Its weight is 1: "
        "`1 / log2(place + 1)` with places from 1, or `1 / log2(i + 2)` with `i` from 0.",
        "places off by one",
    )
    flat = (
        "Every place counts the same in your answer. Divide each hit by the logarithm of its place "
        "plus 1: what stands lower is seen less.",
        "no discount",
    )
    return [
        (
            gained,
            "That is DCG, the sum for this list. Divide it by that of the best possible list, so "
            "that a perfect one gets 1 for everybody.",
            "not divided by the best",
        ),
        (
            gained / _best(_K),
            "You compare with a list whose places are all hits. Only four movies are wanted here: "
            "no list can have more hits than `min(len(wanted), k)`.",
            "best list with k hits",
        ),
        (
            gained / _best(len(hits)),
            "Your best list has only the movies that were found. The best possible list has *all* "
            "that were wanted, as far as there are places: `min(len(wanted), k)` hits. Otherwise "
            "finding one of many in the first place would be perfect.",
            "best list of what was found",
        ),
        (
            deep / best,
            "A hit below place `k` counts in your answer. Look at `ranked[:k]` only.",
            "not cut at k",
        ),
        (over(late), *late_hint),
        (sum(map(late, hits)) / best, *late_hint),
        (gained / _best(len(_WANTED), late), *late_hint),
        (
            over(reciprocal),
            "You divide each hit by its place. NDCG is milder: by the logarithm (base 2) of the "
            "place plus 1.",
            "divided by the place",
        ),
        (
            over(undiscounted_twice),
            "Your second place counts as much as the first: that is an older formula, which "
            "divides by the logarithm of the place itself. Divide by that of the place plus 1.",
            "older formula",
        ),
        (
            gained / _K,
            "You divide DCG by `k`. Divide it by the DCG of the best possible list, so that a "
            "perfect one gets 1.",
            "divided by k",
        ),
        (
            over(grown),
            "You multiply by the logarithm: hits lower down would count more. Divide by it.",
            "multiplied",
        ),
        (
            _best(len(hits)) / best,
            "You count places among the *hits*: first hit, second hit. What counts is where they "
            "stand in the list: `enumerate(ranked[:k], start=1)`, then ask for each whether it is "
            "wanted.",
            "places among the hits",
        ),
        (len(hits) / len(_WANTED), *flat),
        (len(hits) / _K, *flat),
        (
            sum(math.log2(2) / math.log(place + 1) for place in hits) / best,
            "The list is discounted by one logarithm, the best list by another. Use `log2` for "
            "both.",
            "two logarithms",
        ),
    ]


def _explain_other(value: float, right: float, ranked: list[int], wanted: set[int], k: int) -> None:
    """Tell what is wrong with a list of another kind."""
    gained = sum(map(discount, _hits(ranked, wanted, k)))
    if len(wanted) > k and close(value, gained / _best(len(wanted))):
        raise NotYet(
            f"Right where fewer movies are wanted than there are places. With k = {k} and "
            f"{len(wanted)} wanted, a list full of hits must get 1: the best list has "
            "`min(len(wanted), k)` hits.",
            "best list longer than k",
        )
    if len(ranked) < min(len(wanted), k) and close(value, gained / _best(len(ranked))):
        raise NotYet(
            f"Right for longer lists. For `ranked={ranked}` and {len(wanted)} wanted you compare "
            "with a list that is as short. The best possible one has `min(len(wanted), k)` hits, "
            "whatever this list lacks.",
            "best list as short as the list",
        )
    if right == 0:
        raise NotYet(
            f"A list without any hit gets 0; you return {value:.3f}.",
            "no hit",
        )
    raise NotYet(
        f"Right for the first list, wrong for `ranked={ranked}`, `wanted={sorted(wanted)}`, "
        f"`k={k}`: {right:.3f} is right, and you return {value:.3f}. Use the arguments, no fixed "
        "numbers.",
        "fixed",
    )
