"""Checks of lesson 1.2, the lists: the most rated movies, and the best above a floor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# Movie id: its title and its ratings. The most rated is not the best, the best is hardly rated,
# and neither order is that of the ids or of the titles.
_MOVIES: dict[int, tuple[str, list[int]]] = {
    11: ("Harbor (1990)", [3, 3, 4]),
    12: ("Attic (1991)", [5]),
    13: ("Meadow (1992)", [4, 5, 4, 5, 4, 4]),
    14: ("Signal (1993)", [2, 3, 2, 3, 2, 3, 2, 3]),
    15: ("Lantern (1994)", [4, 4, 4, 5, 3, 5, 4]),
    16: ("Bridge (1995)", [5, 4]),
    17: ("Orchard (1996)", [1, 2, 1, 1, 2]),
    18: ("Window (1997)", [5, 5, 4, 5]),
    19: ("Quarry (1989)", []),
}


def _some_ratings() -> pd.DataFrame:
    rows = [(movie, rating) for movie, (_, given) in _MOVIES.items() for rating in given]
    # Shuffled by a fixed rule: the order of the rows says nothing.
    rows = [rows[(7 * i) % len(rows)] for i in range(len(rows))]
    ids, stars = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "user_id": [100 + i for i in range(len(rows))],
            "movie_id": ids,
            "rating": stars,
            "unix_timestamp": [880_000_000 + 60 * i for i in range(len(rows))],
        }
    )


def _some_movies() -> pd.DataFrame:
    return pd.DataFrame(
        {"movie_id": list(_MOVIES), "title": [name for name, _ in _MOVIES.values()]}
    )


def _summary() -> pd.DataFrame:
    """Count, mean and sum of each rated movie, by title."""
    rated = {name: given for name, given in _MOVIES.values() if given}
    return pd.DataFrame(
        {
            "count": {name: len(given) for name, given in rated.items()},
            "mean": {name: float(np.mean(given)) for name, given in rated.items()},
            "sum": {name: sum(given) for name, given in rated.items()},
        }
    )


def _ranked(frame: pd.DataFrame, by: str, n: int, ascending: bool = False) -> list[str]:
    ordered = frame.sort_values(by, ascending=ascending, kind="stable")
    return [str(title) for title in ordered.index[:n]]


def _titles(value: Any) -> list[str]:
    """Read the titles out of an answer: a frame, a column, a list."""
    known = {name for name, _ in _MOVIES.values()}
    _require_counts_of_the_argument(value)
    candidates: list[Any]
    if isinstance(value, pd.DataFrame):
        candidates = [value[column] for column in value.columns]
        candidates += [value.index.get_level_values(level) for level in range(value.index.nlevels)]
    elif isinstance(value, pd.Series):
        candidates = [value, value.index]
    elif isinstance(value, list | tuple | np.ndarray | pd.Index):
        first = [item[0] if isinstance(item, list | tuple) and item else item for item in value]
        candidates = [value, first]
    elif isinstance(value, dict):
        candidates = [value]
    else:
        candidates = []
    for candidate in candidates:
        found = list(candidate)
        if found and all(isinstance(item, str) and item in known for item in found):
            return found
    _require_titles_of_the_argument(value, known)
    if any(_are_ids(candidate) for candidate in candidates):
        raise NotYet(
            "These are ids; a reader wants titles. `merge` with `movies` on `movie_id`.",
            "ids",
        )
    raise NotYet(
        f"No titles were found in what you return (type `{type(value).__name__}`"
        + (" without rows" if hasattr(value, "__len__") and len(value) == 0 else "")
        + "). Return a frame with the columns `title`, `count` and `mean`.",
        "no titles",
    )


_ELSEWHERE = (
    "Use the function's arguments `ratings` and `movies`, not `data` or a frame from an earlier "
    "cell."
)


def _require_counts_of_the_argument(value: Any) -> None:
    """Refuse a frame that counts more ratings than the check passes in."""
    if not isinstance(value, pd.DataFrame) or "count" not in value.columns or value.empty:
        return
    counts, n_ratings = value["count"], len(_some_ratings())
    if pd.api.types.is_numeric_dtype(counts) and counts.max() > n_ratings:
        raise NotYet(
            f"You count {counts.max():.0f} ratings of a movie, and the check passes in "
            f"{n_ratings} ratings of all movies. {_ELSEWHERE}",
            "not the argument",
        )


def _require_titles_of_the_argument(value: Any, known: set[str]) -> None:
    """Refuse titles that are not among those that the check passes in."""
    if isinstance(value, pd.DataFrame):
        value = value["title"] if "title" in value.columns else []
    elif isinstance(value, pd.Series) and pd.api.types.is_numeric_dtype(value):
        value = value.index
    found = [] if isinstance(value, str | dict) or not np.iterable(value) else list(value)
    unknown = [item for item in found if item not in known]
    if unknown and all(isinstance(item, str) for item in found):
        raise NotYet(
            f"No movie of this check has the title {unknown[0]!r}. {_ELSEWHERE} Leave the titles "
            "as they stand in `movies`.",
            "not the argument",
        )


def _are_ids(candidate: Any) -> bool:
    found = list(candidate)
    return bool(found) and all(
        isinstance(item, int | np.integer) and int(item) in _MOVIES for item in found
    )


def _check_numbers(value: Any, titles: list[str]) -> None:
    """Check the columns `count` and `mean`, which the lesson goes on with."""
    if not isinstance(value, pd.DataFrame):
        raise NotYet(
            "The movies are right. Return a frame, with the columns `title`, `count` and `mean`; "
            f"you return a `{type(value).__name__}`.",
            "missing column",
        )
    summary = _summary()
    for column in ("count", "mean"):
        if column not in value.columns:
            raise NotYet(
                f"The movies are right. The column `{column}` is missing; you return "
                f"{[str(name) for name in value.columns]}.",
                "missing column",
            )
        for title, cell in zip(titles, value[column], strict=True):
            if not close(cell, float(summary["mean"][title]), 0.006) and column == "mean":
                raise NotYet(
                    f"The movies are right, but the mean of {title} is {summary['mean'][title]:.3f}"
                    f" and you have {cell}.",
                    "wrong numbers",
                )
            if not close(cell, float(summary["count"][title])) and column == "count":
                raise NotYet(
                    f"The movies are right, but {title} has {summary['count'][title]} ratings and "
                    f"you have {cell}.",
                    "wrong numbers",
                )


@exercise("1.2-most-rated")
def check_most_rated(answer: object) -> str:
    """Judge the titles with the most ratings."""
    summary = _summary()
    for n in (3, 5):
        value = attempt(answer, _some_ratings(), _some_movies(), n)
        found = _titles(value)
        expected = _ranked(summary, "count", n)
        if found != expected:
            _explain_most_rated(found, expected, summary, n)
        _check_numbers(value, found)
    return "The simplest recommender: the same list for everybody."


def _explain_most_rated(
    found: list[str], expected: list[str], summary: pd.DataFrame, n: int
) -> None:
    m = len(found)
    if m > n and found == _ranked(summary, "count", m):
        raise NotYet(
            f"The order is right, but for `n={n}` you return {m} movies. `head(n)` or "
            '`nlargest(n, "count")` takes the top ones.',
            "not n",
        )
    rules = [
        (
            _ranked(summary, "count", m, ascending=True),
            "These are the *least* rated. `sort_values` goes upward unless you say "
            "`ascending=False`.",
            "ascending",
        ),
        (
            _ranked(summary, "mean", m),
            "You sort by the mean: these are the best liked, and some have hardly a rating. Asked "
            "for are those with the most ratings.",
            "by mean",
        ),
        (
            _ranked(summary, "sum", m),
            "You sort by the sum of the stars. That mixes how many rated with how high: count the "
            "ratings.",
            "by sum",
        ),
    ]
    _raise_first(found, rules)
    if sorted(found) == sorted(expected):
        raise NotYet(
            "The right movies in another order. `merge` and filtering by ids can change the "
            "order: sort last, the most rated first.",
            "order",
        )
    if found == [name for name, given in _MOVIES.values() if given][:m]:
        raise NotYet(
            "These are the first movies by id: sort by the number of ratings before you take the "
            "top.",
            "not sorted",
        )
    raise NotYet(f"Expected here: {', '.join(expected)}. You return {', '.join(found)}.", "other")


def _raise_first(found: list[str], rules: list[tuple[list[str], str, str]]) -> None:
    for wrong, message, misconception in rules:
        if found == wrong:
            raise NotYet(message, misconception)


@exercise("1.2-best")
def check_best(answer: object) -> str:
    """Judge the titles with the highest mean above a floor of ratings."""
    summary = _summary()
    for floor, n in ((3, 3), (4, 2), (6, 5)):
        value = attempt(answer, _some_ratings(), _some_movies(), floor, n)
        expected = _ranked(summary[summary["count"] > floor], "mean", n)
        try:
            found = _titles(value)
        except NotYet:
            # An empty list is what the floor leaves when it comes after the selection.
            if hasattr(value, "__len__") and len(value) == 0:
                found = []
            else:
                raise
        if found != expected:
            _explain_best(found, expected, summary, floor, n)
        _check_numbers(value, found)
    return "Few ratings are no longer enough to win."


def _explain_best(
    found: list[str], expected: list[str], summary: pd.DataFrame, floor: int, n: int
) -> None:
    enough = summary[summary["count"] > floor]
    m = len(found)
    top = summary.loc[_ranked(summary, "mean", n)]
    rules = [
        (
            _ranked(summary, "mean", m) if m else ["-"],
            "No floor is at work: of your first movie, the number of ratings is "
            f"{summary['count'][found[0]] if found else 0}, and the floor here is {floor}.",
            "no floor",
        ),
        (
            _ranked(top[top["count"] > floor], "mean", n),
            f"You take the top {n} first and apply the floor to them, which leaves {m}. First the "
            "floor, then the best of the rest.",
            "floor after the top",
        ),
        (
            _ranked(summary[summary["count"] >= floor], "mean", n),
            f"A movie with exactly {floor} ratings is in. Asked for is *more than* `floor`: `>`.",
            "at least",
        ),
        (
            _ranked(enough, "mean", n, ascending=True),
            "The floor is right, and these are the *worst* above it: `ascending=False`.",
            "ascending",
        ),
        (
            _ranked(enough, "count", n),
            "The floor is right, but you sort by the number of ratings. Sort by the mean.",
            "by count",
        ),
        (
            _ranked(summary[summary["count"] < floor], "mean", n),
            "You keep the movies *below* the floor: turn the comparison round.",
            "below the floor",
        ),
        (
            _ranked(enough, "mean", m) if m > n else ["-"],
            f"The order is right, but for `n={n}` you return {m} movies.",
            "not n",
        ),
    ]
    _raise_first(found, rules)
    if sorted(found) == sorted(expected):
        raise NotYet("The right movies in another order: sort by the mean last.", "order")
    raise NotYet(
        f"For a floor of {floor} expected: {', '.join(expected)}. "
        f"You return {', '.join(found) or 'no movie'}.",
        "other",
    )
