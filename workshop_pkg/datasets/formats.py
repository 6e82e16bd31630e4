"""One reader for each MovieLens file format: 100K's, 1M's, and the CSV family's."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.rating_files import (
    COLON_LAYOUT,
    CSV_LAYOUT,
    LARGEST_ID,
    NEXT_STEP,
    TAB_LAYOUT,
    check_text,
    read_ratings,
)

NO_GENRE = "Other"

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# The README of MovieLens 1M gives the meaning of the numbers in users.dat.
OCCUPATIONS_1M = (
    "other",
    "academic/educator",
    "artist",
    "clerical/admin",
    "college/grad student",
    "customer service",
    "doctor/health care",
    "executive/managerial",
    "farmer",
    "homemaker",
    "K-12 student",
    "lawyer",
    "programmer",
    "retired",
    "sales/marketing",
    "scientist",
    "self-employed",
    "technician/engineer",
    "tradesman/craftsman",
    "unemployed",
    "writer",
)


class Tables(NamedTuple):
    """The three tables of a data set, as `MovieLens` describes them."""

    ratings: pd.DataFrame
    users: pd.DataFrame | None
    movies: pd.DataFrame


class Format(NamedTuple):
    """A file format: the file that holds the ratings, all files that are read, and the reader."""

    ratings_file: str
    files: tuple[str, ...]
    read: Callable[[Path], Tables]


def read_100k(folder: Path) -> Tables:
    """Read a folder in the layout of MovieLens 100K (also the twin's).

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``u.data`` (tab-separated), ``u.user``, ``u.item`` and ``u.genre`` (``|``-separated).

    Returns
    -------
    Tables
        Ratings, users and movies.

    Raises
    ------
    DataError
        If a file is missing or is not as it should be; it names the file, the line and the value.
    """
    ratings = read_ratings(folder / "u.data", TAB_LAYOUT)
    users = _users_100k(folder / "u.user")
    movies = _movies_100k(folder / "u.item", _genres_100k(folder / "u.genre"))
    return _checked(Tables(ratings, users, movies), folder, "u.data", "u.user", "u.item")


def read_1m(folder: Path) -> Tables:
    """Read a folder in the layout of MovieLens 1M: fields separated by ``::``.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``ratings.dat``, ``users.dat`` and ``movies.dat``.

    Returns
    -------
    Tables
        Ratings, users and movies. Ages are the lower ends of the brackets that 1M gives (1 means
        "under 18"); occupations are names; release dates are not known, the year is the title's.

    Raises
    ------
    DataError
        If a file is missing or is not as it should be; it names the file, the line and the value.
    """
    ratings = read_ratings(folder / "ratings.dat", COLON_LAYOUT)
    users = _users_1m(folder / "users.dat")
    rows = []
    for number, line in _lines(folder / "movies.dat"):
        # A title may hold ':' and, who knows, '::': the id is before the first, genres are last.
        start, _, rest = line.partition("::")
        title, separator, genres = rest.rpartition("::")
        if not separator:
            raise _bad_line(folder / "movies.dat", number, line, "MovieID::Title::Genres")
        movie_id = _whole_number(start, folder / "movies.dat", number, "movie id")
        rows.append((movie_id, title, genres))
    movies = _movies_with_genre_lists(rows)
    return _checked(
        Tables(ratings, users, movies), folder, "ratings.dat", "users.dat", "movies.dat"
    )


def read_csv_family(folder: Path) -> Tables:
    """Read a folder in the CSV layout of MovieLens latest-small, 20M, 25M and 32M.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``ratings.csv`` and ``movies.csv``, each with a line of column names.

    Returns
    -------
    Tables
        Ratings and movies; these sets have no users file. Release dates are not known, the year is
        the title's.

    Raises
    ------
    DataError
        If a file is missing or is not as it should be; it names the file, the line and the value.
    """
    ratings = read_ratings(folder / "ratings.csv", CSV_LAYOUT)
    path = folder / "movies.csv"
    movies = _movies_with_genre_lists(_movie_rows_csv(path))
    return _checked(Tables(ratings, None, movies), folder, "ratings.csv", "", "movies.csv")


FORMATS = {
    "100k": Format("u.data", ("u.data", "u.user", "u.item", "u.genre"), read_100k),
    "1m": Format("ratings.dat", ("ratings.dat", "users.dat", "movies.dat"), read_1m),
    "csv": Format("ratings.csv", ("ratings.csv", "movies.csv"), read_csv_family),
}


def _lines(path: Path) -> list[tuple[int, str]]:
    """Give number and text of each line that is not blank; UTF-8 if it is that, else Latin-1."""
    check_text(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    # Not splitlines(): Latin-1 titles may hold characters that it takes for line ends.
    lines = text.replace("\r\n", "\n").split("\n")
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _movie_rows_csv(path: Path) -> list[tuple[int, str, str]]:
    """Read id, title and genres of each movie from ``movies.csv``."""
    check_text(path, understood="UTF-8 is")
    names = ("movieId", "title", "genres")
    rows = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = next(reader)
            missing = [name for name in names if name not in header]
            if missing:
                raise DataError(
                    f"{path} lacks the column(s) {', '.join(missing)}; it has {', '.join(header)}, "
                    f"expected are {', '.join(names)}. {NEXT_STEP}"
                )
            places = [header.index(name) for name in names]
            for fields in reader:
                if len(fields) != len(header):
                    raise _bad_line(path, reader.line_num, ",".join(fields), ",".join(header))
                movie_id, title, genres = (fields[place] for place in places)
                number = _whole_number(movie_id, path, reader.line_num, "movie id")
                rows.append((number, title, genres))
    except UnicodeDecodeError as problem:
        raise DataError(
            f"{path} is not in UTF-8 (it holds the byte {problem.object[problem.start]:#x}); "
            f"save it in UTF-8. {NEXT_STEP}"
        ) from None
    except csv.Error as problem:
        raise DataError(f"{path} is not a CSV file ({problem}). {NEXT_STEP}") from None
    return rows


def _bad_line(path: Path, number: int, line: str, expected: str) -> DataError:
    return DataError(
        f"{path}, line {number}, is {line[:60]!r}; expected is {expected}. {NEXT_STEP}"
    )


def _whole_number(value: str, path: Path, number: int, what: str) -> int:
    """Read a whole number, zero to the largest id, or say where it is not one."""
    digits = value.strip()
    # The length comes first: Python does not read numbers of thousands of digits.
    short = value.isascii() and digits.isdigit() and len(digits) <= len(str(LARGEST_ID))
    if not short or int(digits) > LARGEST_ID:
        raise DataError(
            f"{path}, line {number}: the {what} is {value[:40]!r}, "
            f"but accepted are the whole numbers 0 to {LARGEST_ID}. {NEXT_STEP}"
        )
    return int(digits)


def _genres_100k(path: Path) -> list[str]:
    """Read the genre names, in the order of the flags in ``u.item``."""
    genres: list[str] = []
    for number, line in _lines(path):
        name, separator, place = line.rpartition("|")
        if not separator or not name:
            raise _bad_line(path, number, line, "genre|number")
        if _whole_number(place, path, number, "number of the genre") != len(genres):
            raise _bad_line(path, number, line, f"a genre with the number {len(genres)}")
        genres.append(name)
    return genres


def _users_100k(path: Path) -> pd.DataFrame:
    rows = []
    for number, line in _lines(path):
        fields = line.split("|")
        if len(fields) != 5:
            raise _bad_line(path, number, line, "user id|age|sex|occupation|zip code")
        user_id = _whole_number(fields[0], path, number, "user id")
        age = _whole_number(fields[1], path, number, "age")
        rows.append((user_id, age, fields[2], fields[3], fields[4]))
    return pd.DataFrame(rows, columns=["user_id", "age", "sex", "occupation", "zip_code"])


def _users_1m(path: Path) -> pd.DataFrame:
    rows = []
    for number, line in _lines(path):
        fields = line.split("::")
        if len(fields) != 5:
            raise _bad_line(path, number, line, "UserID::Gender::Age::Occupation::Zip-code")
        user_id = _whole_number(fields[0], path, number, "user id")
        age = _whole_number(fields[2], path, number, "age")
        job = _whole_number(fields[3], path, number, "occupation")
        if job >= len(OCCUPATIONS_1M):
            raise _bad_line(path, number, line, f"an occupation 0 to {len(OCCUPATIONS_1M) - 1}")
        rows.append((user_id, age, fields[1], OCCUPATIONS_1M[job], fields[4]))
    return pd.DataFrame(rows, columns=["user_id", "age", "sex", "occupation", "zip_code"])


def _movies_100k(path: Path, genres: list[str]) -> pd.DataFrame:
    """Read ``u.item``: id, title, two dates, an address, then one flag for each genre."""
    rows, flags = [], []
    for number, line in _lines(path):
        fields = line.split("|")
        marks = fields[5:]
        if len(marks) != len(genres) or not set(marks) <= {"0", "1"}:
            expected = f"id|title|date|video date|address and {len(genres)} flags, 0 or 1"
            raise _bad_line(path, number, line, expected)
        movie_id = _whole_number(fields[0], path, number, "movie id")
        rows.append((movie_id, fields[1], _date(fields[2], path, number)))
        flags.append([int(mark) for mark in marks])
    movies = pd.DataFrame(rows, columns=["movie_id", "title", "release_date"])
    movies["release_date"] = pd.to_datetime(movies["release_date"])
    movies["year"] = movies["release_date"].dt.year.astype("Int64")
    return _with_genres(movies, np.array(flags), genres)


def _date(text: str, path: Path, number: int) -> str | None:
    """Turn ``01-Jan-1995`` into ``1995-01-01``, whatever the language of the machine is."""
    if not text.strip():
        return None
    date = _calendar_date(text.strip())
    # The days that pandas can hold, in nanoseconds: 1677 to 2262.
    if date is None or not pd.Timestamp.min.date() < date < pd.Timestamp.max.date():
        raise DataError(
            f"{path}, line {number}: the release date is {text[:40]!r}, "
            f"but accepted are dates such as '01-Jan-1995'. {NEXT_STEP}"
        )
    return date.isoformat()


def _calendar_date(text: str) -> datetime.date | None:
    """Read ``01-Jan-1995``; None for another form, and for a day that no calendar has."""
    match = re.fullmatch(r"([0-9]{1,2})-([A-Z][a-z]{2})-([0-9]{4})", text)
    if match is None or match[2] not in MONTHS:
        return None
    try:
        return datetime.date(int(match[3]), MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None


def _movies_with_genre_lists(rows: list[tuple[int, str, str]]) -> pd.DataFrame:
    """Build the movies table from ids, titles such as ``Toy Story (1995)`` and ``A|B`` genres."""
    movies = pd.DataFrame(rows, columns=["movie_id", "title", "genres"])
    lists = movies.pop("genres").replace("(no genres listed)", "")
    movies["release_date"] = pd.Series(pd.NaT, index=movies.index, dtype="datetime64[ns]")
    year = movies["title"].str.extract(r"\((\d{4})(?:[-–]\s*\d{0,4}\s*)?\)\s*$", expand=False)
    movies["year"] = pd.to_numeric(year).astype("Int64")
    flags = lists.str.get_dummies(sep="|")
    return _with_genres(movies, flags.to_numpy(), list(flags.columns))


def _with_genres(movies: pd.DataFrame, flags: np.ndarray, genres: list[str]) -> pd.DataFrame:
    """Add one 0/1 column for each genre, and their names joined by ``-``."""
    columns = pd.DataFrame(flags.reshape(len(movies), len(genres)), columns=genres)
    joined = [
        "-".join(genre for genre, flag in zip(genres, row, strict=True) if flag) or NO_GENRE
        for row in columns.to_numpy()
    ]
    return pd.concat(
        [movies, columns.astype("int64"), pd.Series(joined, name="all_genres")], axis=1
    )


def _checked(
    tables: Tables, folder: Path, ratings_file: str, users_file: str, movies_file: str
) -> Tables:
    """Raise a DataError for an id listed twice, or rated but not listed."""
    listed = [("movie_id", tables.movies, movies_file)]
    if tables.users is not None:
        listed.append(("user_id", tables.users, users_file))
    for column, table, file in listed:
        what = column.replace("_id", "")
        twice = table.loc[table[column].duplicated(), column]
        if len(twice):
            raise DataError(
                f"{folder / file} lists {what} {twice.iloc[0]} twice; each may stand there once. "
                f"{NEXT_STEP}"
            )
        rated = np.asarray(tables.ratings[column].unique())
        strangers = rated[~np.isin(rated, table[column].to_numpy())]
        if len(strangers):
            raise DataError(
                f"{folder / ratings_file} holds ratings with the {what} id {strangers[0]}, which "
                f"{file} does not list. {NEXT_STEP}"
            )
    return tables
