"""The check of lesson 2.1 on the list that is recommended: unseen movies, the best first."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_NAN = np.nan
# 103 and 105 tie; nothing is known about 106; the customer has seen 101 and 104.
_PREDICTIONS = pd.Series(
    {101: 4.8, 102: 2.5, 103: 4.0, 104: 4.4, 105: 4.0, 106: _NAN, 107: 3.1}, name="prediction"
).rename_axis("movie")
_RATED = [101, 104]
_OTHER = pd.Series(
    {101: 1.5, 102: 3.5, 103: 2.0, 104: 4.6, 105: 3.9, 106: 4.2, 107: 4.9}, name="prediction"
).rename_axis("movie")
_OTHER_RATED = [107]
# Iterable, and still no list of ids: text, tables, and what has no order of its own.
_NO_LISTS = (str, bytes, dict, set, frozenset, pd.DataFrame)
# Forty movies, two different predictions: only an order that is stable puts the lower ids first.
_TIED = pd.Series(
    [3.0 + (place % 3 > 0) for place in range(40)], index=range(201, 241), name="prediction"
).rename_axis("movie")
_TIED_RATED = [202, 204]


@exercise("2.1-top-n")
def check_top_n(answer: object) -> str:
    """Judge the n unseen movies with the highest predictions."""
    found = _movies(attempt(answer, _PREDICTIONS, _RATED, 3))
    if found != [103, 105, 107]:
        _explain(found, answer)
    other = _movies(attempt(answer, _OTHER, _OTHER_RATED, 2))
    if other != [104, 106]:
        raise NotYet(
            f"Right for one customer. For another, who has seen 107, the best two are 104 and 106; "
            f"you return {other}. Use the arguments, not fixed numbers.",
            "fixed",
        )
    rest = _movies(attempt(answer, _PREDICTIONS, _RATED, 10))
    if 106 in rest:
        raise NotYet(
            "Asked for more movies than there are, you recommend 106, about which nothing is known "
            "(its prediction is NaN). A shorter list is honest: `.dropna()`.",
            "unknown recommended",
        )
    if rest != [103, 105, 107, 102]:
        raise NotYet(
            f"Where fewer than `n` movies are left, return those: [103, 105, 107, 102] here. You "
            f"return {rest}.",
            "short list",
        )
    tied = _movies(attempt(answer, _TIED, _TIED_RATED, 10))
    expected = _TIED.drop(_TIED_RATED).sort_values(ascending=False, kind="stable")
    if tied != expected.index[:10].tolist():
        raise _not_stable(
            f"Of forty movies that are all predicted 3 or 4 stars, the first ten are "
            f"{expected.index[:10].tolist()}; you return {tied}."
        )
    return "Unseen, best first, and ties in an order that does not change from run to run."


def _movies(value: Any) -> list[Any]:
    """Give what the answer returned as a list of plain numbers."""
    if isinstance(value, pd.Series):
        if value.index.equals(pd.RangeIndex(len(value))):
            value = value.to_numpy()
        else:
            raise NotYet(
                "You return the predictions with the movies as their index. Asked for are the "
                "movies alone: end with `.index.tolist()`.",
                "scores returned",
            )
    if isinstance(value, _NO_LISTS) or not _is_iterable(value):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is a list of movie ids, the best "
            "first.",
            "not a list",
        )
    found = [_plain(x) for x in islice(value, 1000)]
    if any(isinstance(x, tuple | list | np.ndarray) for x in found):
        raise NotYet(
            f"Your list holds things like `{found[0]}`. Asked for are the movie ids alone.",
            "not only ids",
        )
    if found and all(isinstance(x, str) for x in found):
        raise NotYet(
            f"Your list holds text, `{found[0]!r}`. Return the ids as they are in the index of "
            "`predictions`: numbers.",
            "ids as text",
        )
    return found


def _is_iterable(value: Any) -> bool:
    return isinstance(value, Iterable) and not (isinstance(value, np.ndarray) and value.ndim == 0)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _explain(found: list[Any], answer: object) -> None:
    known = _PREDICTIONS.dropna()
    unseen = known.drop(_RATED)
    if found and all(isinstance(x, float) for x in found) and set(found) <= set(known):
        raise NotYet(
            "These are the predictions. Recommend the movies: their ids are the index.",
            "scores returned",
        )
    if not set(found) <= set(_PREDICTIONS.index):
        raise NotYet(
            f"You return {found}, and these are no movie ids: probably places in a list "
            "(`argsort` gives those). The ids are the index of `predictions`.",
            "places in place of ids",
        )
    if found == _movies(attempt(answer, _OTHER, _OTHER_RATED, 3)):
        raise NotYet(
            f"You return {found}, whoever asks. Use the function's arguments `predictions` and "
            "`rated`, not a frame from an earlier cell.",
            "not the argument",
        )
    if set(found) & set(_RATED):
        _explain_rated(found, known)
    if 106 in found:
        raise NotYet(
            "Nothing is known about movie 106: its prediction is NaN. Drop it first: `.dropna()`.",
            "unknown recommended",
        )
    if found in _lowest(unseen):
        raise NotYet(
            "These are the lowest predictions. The best come first: `ascending=False`.",
            "ascending",
        )
    if found == [103]:
        raise NotYet(
            "You take the first 3 and drop what is rated from those, so that one is left. Drop "
            "what is rated first, then cut.",
            "cut too early",
        )
    if len(found) != 3:
        raise NotYet(
            f"Asked for 3 movies, you return {len(found)}: `n` says how many.", "n ignored"
        )
    if found == [105, 103, 107]:
        raise _not_stable("Movies 103 and 105 tie.")
    if sorted(found) == [103, 105, 107]:
        raise NotYet("The right movies, but not the best first.", "order")
    raise NotYet(
        f"Of the unseen movies 103, 105 and 107 have the highest predictions; you return {found}.",
        "other",
    )


def _not_stable(what: str) -> NotYet:
    return NotYet(
        f"{what} Of equal ones the lower id goes first, so that everybody gets the same list. A "
        "plain `sort_values` promises no order among equals, and an ascending order turned round "
        "has its ties turned round, too: use "
        '`sort_values(ascending=False, kind="stable")`.',
        "ties",
    )


def _lowest(predictions: pd.Series[float]) -> list[list[Any]]:
    """Give the three movies with the lowest predictions, the ties in either order."""
    ascending = predictions.sort_values(kind="stable").index[:3].tolist()
    swap = {103: 105, 105: 103}
    return [ascending, [swap.get(movie, movie) for movie in ascending]]


def _explain_rated(found: list[Any], known: pd.Series[float]) -> None:
    if set(found) <= set(_RATED):
        raise NotYet(
            "You recommend exactly what the customer has seen. `isin(rated)` is True for those: "
            "turn it round with `~`.",
            "only rated movies",
        )
    if found in _lowest(known):
        raise NotYet("These are the lowest predictions, of seen movies, too.", "ascending")
    raise NotYet(
        "101 and 104 are in your list, or one of them: the customer has seen both. Drop what is in "
        "`rated` first.",
        "rated movies left in",
    )
