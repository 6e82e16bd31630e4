"""Checks of lesson 1.1: read the ratings, the year of release, the genres, the sparsity."""

from __future__ import annotations

import datetime
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

COLUMNS = ["user_id", "movie_id", "rating", "unix_timestamp"]

# A file like u.data: user, movie, stars, seconds, between tabs, and no header.
_ROWS = [
    [196, 242, 3, 881250949],
    [7, 50, 5, 881250950],
    [22, 7, 1, 878887116],
    [7, 302, 4, 880606923],
]


@exercise("1.1-ratings")
def check_ratings(answer: object) -> str:
    """Judge a reader of files such as ``u.data``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "u.data"
        path.write_text("\n".join("\t".join(map(str, row)) for row in _ROWS) + "\n")
        value = attempt(answer, path)
    if not isinstance(value, pd.DataFrame):
        raise NotYet(
            f"You return a `{type(value).__name__}`. `pd.read_csv` reads the file into a frame: "
            "return that.",
            "not a frame",
        )
    _check_layout(value)
    found = value[COLUMNS].to_numpy().tolist()
    if found == _ROWS:
        return "Four named columns, and no line lost."
    if [[str(cell) for cell in row] for row in found] == [list(map(str, row)) for row in _ROWS]:
        raise NotYet(
            "The cells are text, so that a mean of the ratings fails. Let `pd.read_csv` find the "
            "types, or convert with `.astype(int)`.",
            "text",
        )
    if [sorted(row) for row in found] == [sorted(row) for row in _ROWS]:
        raise NotYet(
            "The columns have the right names but the wrong order. In the file a line is: user, "
            "movie, rating, time.",
            "column order",
        )
    raise NotYet(
        f"The first line of the file here is {_ROWS[0]}; your frame has {found[0]} there.", "other"
    )


def _check_layout(value: pd.DataFrame) -> None:
    """Check the shape and the names of the columns."""
    if value.shape[1] == 1 or (len(value) and value.iloc[:, 1:].isna().all(axis=None)):
        raise NotYet(
            "Each line stands unsplit in the first column. The fields are separated "
            'by tabs: `sep="\\t"`.',
            "separator",
        )
    if len(value) == len(_ROWS) - 1:
        raise NotYet(
            f"The file here has {len(_ROWS)} lines and your frame has {len(value)} rows: the first "
            "rating became the header. The file has none: pass `names=` (or `header=None`) and do "
            "not skip a line.",
            "header",
        )
    if len(value) != len(_ROWS):
        raise NotYet(
            f"The file here has {len(_ROWS)} lines, your frame has {len(value)} rows. Keep each "
            "line, also of a user that was there before.",
            "lost rows",
        )
    if value.shape[1] == 3 and value.index.tolist() == [row[0] for row in _ROWS]:
        raise NotYet(
            "The user ids became the index of the frame. That is what `pd.read_csv` does with "
            "fewer names than columns: give it four.",
            "index",
        )
    missing = [name for name in COLUMNS if name not in value.columns]
    if missing:
        raise NotYet(
            f"The columns are called {[str(name) for name in value.columns]}; "
            f"missing: {', '.join(f'`{name}`' for name in missing)}. The names must be exactly "
            "those of the exercise.",
            "column names",
        )


_DATES = ["01-Jan-1995", "14-Mar-1997", "23-Dec-1974", "01-Jan-1922", None, "30-Nov-1988"]
_YEARS = [1995, 1997, 1974, 1922, None, 1988]


@exercise("1.1-year")
def check_year(answer: object) -> str:
    """Judge the years of a column of dates, one of which is missing."""
    dates = pd.Series(_DATES, name="release_date")
    try:
        value = attempt(answer, dates)
    except NotYet as verdict:
        if verdict.misconception == "error" and _works_without_gaps(answer, dates):
            raise NotYet(
                f"Right where each date is known. One is missing here, and then: {verdict.message}",
                "missing date",
            ) from None
        raise
    _explain_years(_as_list(value, len(_DATES)))
    return "And the movie without a date has no year, rather than a wrong one."


def _works_without_gaps(answer: object, dates: pd.Series[Any]) -> bool:
    try:
        attempt(answer, dates.dropna().reset_index(drop=True))
    except NotYet:
        return False
    return True


def _as_list(value: Any, n: int) -> list[Any]:
    try:
        found = list(value)
    except TypeError:
        found = [value]
    if isinstance(value, str | dict | pd.DataFrame) or len(found) != n:
        raise NotYet(
            f"{n} dates went in: {n} years must come out, one for each date, in their order. "
            f"You return a `{type(value).__name__}` of {len(found)}. A missing date keeps its "
            "place.",
            "not one a date",
        )
    return [None if pd.isna(item) else item for item in found]


def _explain_years(found: list[Any]) -> None:
    known = [position for position, year in enumerate(_YEARS) if year is not None]
    if any(isinstance(found[i], str) for i in known):
        raise NotYet(
            "Your years are text: '1995' + 1 fails, and a mean, too. Make numbers of them, for "
            "instance by way of `pd.to_datetime`.",
            "text",
        )
    if any(isinstance(found[i], datetime.date | np.datetime64 | pd.Period) for i in known):
        raise NotYet(
            "You return whole dates. A column of dates has its years at `.dt.year`.", "dates"
        )
    if any(found[i] is None for i in known):
        raise NotYet(
            "A date that is there gives a missing year. Does your format fit `14-Mar-1997`: day, "
            'short name of the month, four digits of the year, as in `"%d-%b-%Y"`?',
            "format",
        )
    if all(close(found[i], float(_YEARS[i] or 0)) for i in known):
        if found[_YEARS.index(None)] is not None:
            raise NotYet(
                f"One date is missing here, and you give it the year {found[4]}. An invented year "
                "looks like data: leave it missing.",
                "invented year",
            )
        return
    if all(close(found[i], float((_YEARS[i] or 0) % 100)) for i in known):
        raise NotYet("Two digits do not say which century: return all four.", "two digits")
    if all(close(found[i], float(str(_DATES[i])[:2])) for i in known):
        raise NotYet("That is the day. The year is the last part of the date.", "day")
    raise NotYet(f"`{_DATES[1]}` is of the year {_YEARS[1]}; you return {found[1]}.", "other")


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
    value = attempt(answer, ratings)
    if not close(value, 8 / 15):
        _explain_sparsity(value)
    # Two users and two movies, three ratings.
    other = attempt(answer, _few_ratings([(1, 4), (1, 6), (2, 4)]))
    if not close(other, 1 / 4):
        raise NotYet(
            f"Right for one frame, wrong for another: 3 of 4 cells are filled there, and you "
            f"return {other}. Compute with the argument, not with fixed numbers.",
            "fixed numbers",
        )
    return "The share of cells that a recommender has to guess."


def _explain_sparsity(value: Any) -> None:
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
    raise NotYet(
        "Here 3 users rated 5 different movies, 7 times: 8 of 15 cells are empty, 0.533. "
        f"You return {value}.",
        "other",
    )
