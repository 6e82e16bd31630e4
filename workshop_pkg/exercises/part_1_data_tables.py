"""Checks of lesson 1.1, the tables: the genres, the sparsity."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_GENRES = ["Action", "Comedy", "Drama"]
_ALL = ["Comedy-Drama", "Action", "Other", "Action-Comedy-Drama"]
_FLAGS = [[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 1]]


def _some_movies() -> pd.DataFrame:
    """Thirty movies of each of four combinations of flags."""
    flags = pd.DataFrame(_FLAGS * 30, columns=_GENRES)
    ids = range(101, 101 + len(flags))
    titles = [f"Movie {number}" for number in ids]
    return pd.concat([pd.DataFrame({"movie_id": ids, "title": titles}), flags], axis=1)


@exercise("1.1-genres")
def check_genres(answer: object) -> str:
    """Judge the columns `genre` and `all_genres`."""
    movies = _some_movies()
    value = attempt(answer, movies, _GENRES, np.random.default_rng(0))
    if not isinstance(value, pd.DataFrame) or not {"genre", "all_genres"} <= set(value.columns):
        raise NotYet(
            "Return a frame: the movies with the two new columns `genre` and `all_genres`. "
            f"You return a `{type(value).__name__}`"
            + (f" with the columns {list(value.columns)}." if hasattr(value, "columns") else "."),
            "not a frame",
        )
    lost = [name for name in movies.columns if name not in value.columns]
    if lost:
        raise NotYet(
            f"The two new columns are there, but the movies lost `{lost[0]}`. Add columns to a "
            "copy: `movies.assign(genre=..., all_genres=...)`.",
            "lost columns",
        )
    if "movie_id" in value.columns and not set(value["movie_id"]) <= set(movies["movie_id"]):
        raise NotYet(
            f"{len(movies)} movies went in, and your frame has {len(value)} rows with other ids. "
            "Use the function's argument `movies`, not `data` or a frame from an earlier cell.",
            "not the argument",
        )
    if len(value) != len(movies):
        raise NotYet(
            f"{len(movies)} movies went in, {len(value)} rows came out. A movie without a genre "
            "keeps its row, and one with three has a single row.",
            "lost rows",
        )
    _explain_all_genres([_text(cell) for cell in value["all_genres"]])
    drawn = [_text(cell) for cell in value["genre"]]
    _explain_genre(drawn)
    again = attempt(answer, movies, _GENRES, np.random.default_rng(0))
    if [_text(cell) for cell in again["genre"]] != drawn:
        raise NotYet(
            "The same seed gives other genres when it runs again, so nobody can repeat your "
            "charts. Draw with the `rng` that you get: `rng.choice(...)`.",
            "not repeatable",
        )
    return "Each of a movie's genres has its chance."


def _text(cell: Any) -> str:
    return str(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _explain_all_genres(found: list[str]) -> None:
    expected = _ALL * 30
    if found == expected:
        return
    with_flags = [(a, b) for a, b in zip(found, expected, strict=True) if b != "Other"]
    if all(a == b for a, b in with_flags):
        raise NotYet(
            f"A movie without a flag has `{found[2]!r}` in `all_genres`: there it must be `Other`.",
            "no genre",
        )
    if all(sorted(re.findall("[A-Z][a-z]+", a)) == sorted(b.split("-")) for a, b in with_flags):
        raise NotYet(
            f"The right genres, written another way: `{found[3]}` in place of `{expected[3]}`. "
            'Join them in the order of `genres`: `"-".join(names)`.',
            "joined otherwise",
        )
    if all(a in _GENRES for a, _ in with_flags):
        raise NotYet(
            "Your `all_genres` holds a single genre, also for movies that have several.", "only one"
        )
    raise NotYet(
        f"A movie with the flags {dict(zip(_GENRES, _FLAGS[0], strict=True))} "
        f"has `{found[0]}` in `all_genres`; expected is `{expected[0]}`.",
        "wrong genres",
    )


def _explain_genre(drawn: list[str]) -> None:
    allowed = [names.split("-") for names in _ALL * 30]
    wrong = [i for i, names in enumerate(allowed) if drawn[i] not in names]
    if any(drawn[i] in _GENRES for i in wrong):
        raise NotYet(
            f"A movie whose genres are {' and '.join(allowed[wrong[0]])} got the genre "
            f"`{drawn[wrong[0]]}`. Draw among its own genres, not among all.",
            "not its own",
        )
    if wrong:
        raise NotYet(
            f"A movie whose flags say {allowed[wrong[0]]} got the genre {drawn[wrong[0]]!r}. "
            "One name is expected, and `Other` without a flag.",
            "no genre",
        )
    of_three = drawn[3::4]
    if len(set(of_three)) == 1:
        raise NotYet(
            f"All {len(of_three)} movies with the genres {' and '.join(_GENRES)} got "
            f"`{of_three[0]}`. Draw for each movie anew; taking the first (`idxmax` does) favors "
            "the early alphabet.",
            "always the same",
        )
    if set(of_three) != set(_GENRES):
        raise NotYet(
            f"Among {len(of_three)} movies with three genres, only {sorted(set(of_three))} come "
            "up: each of the three must have its chance.",
            "never drawn",
        )


def _few_ratings(pairs: list[tuple[int, int]]) -> pd.DataFrame:
    users, movies = zip(*pairs, strict=True)
    n = len(pairs)
    return pd.DataFrame(
        {
            "user_id": users,
            "movie_id": movies,
            "rating": [(3, 5, 4, 1, 2)[i % 5] for i in range(n)],
            "unix_timestamp": [880_000_000 + 60 * i for i in range(n)],
        }
    )


@exercise("1.1-sparsity")
def check_sparsity(answer: object) -> str:
    """Judge the share of empty cells, on frames whose ids have gaps."""
    # Three users and five movies, seven ratings: eight of fifteen cells are empty.
    ratings = _few_ratings([(3, 10), (3, 20), (3, 40), (7, 10), (7, 90), (9, 10), (9, 70)])
    # Two users and two movies, three ratings.
    smaller = _few_ratings([(1, 4), (1, 6), (2, 4)])
    value = attempt(answer, ratings)
    if not close(value, 8 / 15):
        _explain_sparsity(value, lambda: attempt(answer, smaller))
    other = attempt(answer, smaller)
    if not close(other, 1 / 4):
        raise NotYet(
            f"Right for one frame, wrong for another: 3 of 4 cells are filled there, and you "
            f"return {other}. Compute with the argument, not with fixed numbers.",
            "fixed numbers",
        )
    return "The share of cells that a recommender has to guess."


def _explain_sparsity(value: Any, on_another_frame: Callable[[], Any]) -> None:
    if isinstance(value, pd.Series) and len(value) in (3, 5):
        raise NotYet(
            f"You have a share for each {'movie' if len(value) == 5 else 'user'}. Take the mean "
            "over all cells of the matrix: `.isna().to_numpy().mean()`.",
            "a share for each",
        )
    if np.size(value) != 1:
        raise NotYet(
            f"One number is expected, and you return {np.size(value)}. `nunique()` gives how many "
            "different ids there are, `unique()` gives the ids.",
            "not one number",
        )
    known: list[tuple[float, str, str]] = [
        (
            7 / 15,
            "That is the share of cells that are filled, the density. Sparsity is the share that "
            "is empty.",
            "density",
        ),
        (
            100 * 8 / 15,
            "That is in percent. Return a share from 0 to 1; `f'{share:.1%}'` prints percent.",
            "percent",
        ),
        (8, "That is the number of empty cells. Divide it by the number of all cells.", "count"),
        (
            1 - 7 / (9 * 90),
            "You take the largest id for the number of users or movies. Ids can have gaps: count "
            "the different ones with `nunique()`.",
            "largest id",
        ),
        (
            1 - 7 / 49,
            "You count each rating as a new user and a new movie. The matrix has a row for each "
            "*different* user: `nunique()`.",
            "rows for users",
        ),
        (
            1 - 7 / (3 + 5),
            "You add users and movies. A matrix of 3 rows and 5 columns has 3 times 5 cells.",
            "added",
        ),
        (
            1 - 15 / 7,
            "You divide the cells by the ratings: it is the other way round.",
            "upside down",
        ),
    ]
    for wrong, message, misconception in known:
        if close(value, wrong):
            raise NotYet(message, misconception)
    other = on_another_frame()
    if np.size(other) == 1 and close(value, float(np.ravel(other)[0])):
        raise NotYet(
            f"For two different frames of ratings you return the same number, {value}. Use the "
            "function's argument `ratings`, not `data` or a frame from an earlier cell.",
            "not the argument",
        )
    raise NotYet(
        "Here 3 users rated 5 different movies, 7 times: 8 of 15 cells are empty, 0.533. "
        f"You return {value}.",
        "other",
    )
