"""The check of lesson 4.4 on the explanation: which liked movies make a score."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_IDS = [10, 20, 30, 40, 50, 60, 70]
#: The column of movie 30: 10 is not liked, 50 speaks against it, 70 says nothing.
_COLUMN = {10: 0.9, 20: 0.1, 30: 0.0, 40: 0.4, 50: -0.35, 60: 0.25, 70: 0.0}
_ROW = {10: 0.2, 20: 0.5, 30: 0.0, 40: 0.05, 50: 0.3, 60: 0.15, 70: 0.07}
_LIKED = [70, 20, 60, 50, 40]
_MOVIE = 30
_ALL = [(40, 0.4), (60, 0.25), (20, 0.1)]

Pairs = list[tuple[Any, float]]


def _weights() -> pd.DataFrame:
    table = pd.DataFrame(0.01, index=_IDS, columns=_IDS)
    for movie in _IDS:
        table.loc[movie, movie] = 0.0
    table.loc[_MOVIE] = pd.Series(_ROW)
    table[_MOVIE] = pd.Series(_COLUMN)
    return table


@exercise("4.4-explanation")
def check_explain(answer: object) -> str:
    """Judge the contributions of liked movies to a score, the largest first."""
    weights = _weights()
    found = _pairs(attempt(answer, weights, np.array(_LIKED), _MOVIE, 2))
    if not _same(found, _ALL[:2]):
        _explain(found, 2)
    longer = _pairs(attempt(answer, weights, np.array(_LIKED), _MOVIE, 10))
    if not _same(longer, _ALL):
        _explain(longer, 10)
    for liked, movie, n, expected in (
        ([60, 20], 30, 1, [(60, 0.25)]),
        ([50, 70], 30, 3, []),
        ([30, 40], 50, 5, [(30, 0.3), (40, 0.01)]),
    ):
        again = _pairs(attempt(answer, weights, np.array(liked), movie, n))
        if not _same(again, expected):
            shown = _text(expected) if expected else "an empty series"
            raise NotYet(
                f"Right for one movie. For `liked={liked}`, `movie={movie}` and `n={n}` the answer "
                f"is {shown}; you return {_text(again)}. Use the arguments; an empty series is "
                "an honest answer.",
                "fixed",
            )
    other = 2 * weights
    again = _pairs(attempt(answer, other, np.array(_LIKED), _MOVIE, 1))
    if not _same(again, [(40, 0.8)]):
        raise NotYet(
            "With other weights the contributions are others. Use the argument `weights`, not a "
            "table from an earlier cell.",
            "not the argument",
        )
    return "The column of the movie, the rows of what is liked, only what speaks for it."


def _pairs(value: Any) -> Pairs:
    """Give ids and contributions, in the order returned."""
    if isinstance(value, pd.DataFrame):
        raise NotYet(
            "You return a frame. Asked for is a series: `weights.loc[liked, movie]` is one, "
            "`weights.loc[liked, [movie]]` is a frame of one column.",
            "a frame",
        )
    if isinstance(value, pd.Series | dict):
        items: list[Any] = list(value.items())
    elif isinstance(value, str | set | frozenset) or not hasattr(value, "__iter__"):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is a series: contributions, with "
            "the movie ids as its index.",
            "not a series",
        )
    else:
        items = list(value)
    pairs: Pairs = []
    for item in items:
        if not isinstance(item, tuple | list | np.ndarray) or len(item) != 2:
            raise NotYet(
                "Your list holds single values. Asked for are the contributions *and* whose they "
                "are: a series with the movie ids as its index.",
                "one of the two",
            )
        movie, part = item
        try:
            pairs.append((movie, float(part)))
        except (TypeError, ValueError):
            raise NotYet(
                f"The contribution of {movie!r} is {part!r}, which is no number.", "not a series"
            ) from None
    return pairs


def _same(found: Pairs, expected: Pairs) -> bool:
    return len(found) == len(expected) and all(
        movie == wanted and close(part, value)
        for (movie, part), (wanted, value) in zip(found, expected, strict=True)
    )


def _best(values: dict[int, float], among: list[int], n: int) -> Pairs:
    kept = [(movie, values[movie]) for movie in among if values[movie] > 0]
    return sorted(kept, key=lambda pair: -pair[1])[:n]


def _explain(found: Pairs, n: int) -> None:
    ids = [movie for movie, _ in found]
    if _same(found, _best(_ROW, _LIKED, n)):
        raise NotYet(
            "You read the *row* of the movie: what it says for the others. The weights that make "
            "its own score stand in its *column*: `weights.loc[liked, movie]`.",
            "row in place of column",
        )
    if 10 in ids:
        raise NotYet(
            "You name the movie 10, which is not among `liked`. Only what the user "
            "liked adds to the score.",
            "not liked",
        )
    if len(found) > n:
        raise NotYet(
            f"Asked for at most {n} reasons, you return {len(found)}: `n` says how many.",
            "n ignored",
        )
    _explain_sign(found, ids)
    total = sum(_COLUMN[movie] for movie in _LIKED)
    positive = sum(part for _, part in _ALL)
    for whole in (total, positive, *([sum(part for _, part in _ALL[:n])] if n < 3 else [])):
        if _same(found, [(movie, part / whole) for movie, part in _ALL[:n]]):
            raise NotYet(
                "You divide the contributions by their sum. Return them as they are: then they add "
                "up to the score.",
                "shares",
            )
    if set(ids) <= set(range(len(_IDS))) and found:
        raise NotYet(
            f"You name {ids}: these are places, not movies. The index of the series holds movie "
            "ids, as `weights` has them.",
            "places in place of ids",
        )
    if _same(found, _ALL[-n:][::-1]) or (n > 2 and _same(found, _ALL[::-1])):
        raise NotYet(
            "The smallest contributions come first. The strongest reason belongs in front: "
            "`.nlargest(n)`, or `sort_values(ascending=False)`.",
            "ascending",
        )
    if sorted(ids) == sorted(movie for movie, _ in _ALL[:n]) and ids != [i for i, _ in _ALL[:n]]:
        raise NotYet(
            "The right reasons, but the strongest must stand in front: sort by the contribution.",
            "not sorted",
        )
    if ids == [movie for movie, _ in _ALL[:n]]:
        raise NotYet(
            f"The right movies with other numbers: {_text(found)}. The contribution of the movie "
            "40 is its weight, 0.4, as it stands in the table.",
            "other numbers",
        )
    if n > len(_ALL) and _same(found, _ALL[: len(found)]):
        raise NotYet(
            f"Asked for 10 reasons, you return {len(found)}; three liked movies have a "
            "weight above 0. `n` is the argument, not a fixed number.",
            "n fixed",
        )
    raise NotYet(
        f"For the movie 30, the liked ones and `n={n}` the answer is {_text(_ALL[:n])}; you return "
        f"{_text(found)}.",
        "other",
    )


def _explain_sign(found: Pairs, ids: list[Any]) -> None:
    if 50 in ids:
        (part,) = (part for movie, part in found if movie == 50)
        if part > 0:
            raise NotYet(
                "You take a weight without its sign: liking the movie 50 *lowers* the score.",
                "sign lost",
            )
        raise NotYet(
            "You name the movie 50, whose weight is negative: liking it speaks *against* the movie "
            "30. Keep what is above 0, even if fewer than `n` are left.",
            "against",
        )
    if 70 in ids:
        raise NotYet(
            "You name the movie 70, whose weight is 0: it adds nothing, so it is no reason. Keep "
            "what is *above* 0.",
            "says nothing",
        )


def _text(pairs: Pairs) -> str:
    return str({movie: round(part, 3) for movie, part in pairs})
