"""Checks of lesson 1.1, the files: read the ratings, the year of release."""

from __future__ import annotations

import datetime
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
    if pd.api.types.is_datetime64_any_dtype(value["unix_timestamp"]):
        raise NotYet(
            "You made dates of the times. `unix_timestamp` is to stay what the file has, a number "
            "of seconds; lesson 1.2 makes dates of it.",
            "dates",
        )
    if [sorted(map(str, row)) for row in found] == [sorted(map(str, row)) for row in _ROWS]:
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
    if len(value) > len(_ROWS):
        raise NotYet(
            f"The file here has {len(_ROWS)} lines, your frame has {len(value)} rows: it comes "
            "from another file. Use the function's argument `path`, not `data` or a frame from an "
            "earlier cell.",
            "not the argument",
        )
    if len(value) != len(_ROWS):
        raise NotYet(
            f"The file here has {len(_ROWS)} lines, your frame has {len(value)} rows. Keep each "
            "line, also of a user that was there before.",
            "lost rows",
        )
    if value.shape[1] == 3 and value.index.tolist() == [row[0] for row in _ROWS]:
        raise NotYet(
            "The user ids became the index of the frame. Give `pd.read_csv` four names and no "
            "`index_col`, or add `.reset_index()`.",
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
    if isinstance(value, pd.Series | np.ndarray | list) and len(found) > n:
        raise NotYet(
            f"{n} dates went in, {len(found)} values came out. Use the function's argument "
            "`release_date`, not `movies` or another frame from an earlier cell.",
            "not the argument",
        )
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
