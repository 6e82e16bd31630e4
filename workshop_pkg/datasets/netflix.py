"""Read the files of the Netflix Prize, block by block, into the type of the MovieLens loaders."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.rating_files import LARGEST_ID, check_text
from workshop_pkg.datasets.types import MovieLens

NAME = "netflix"
CITATION = (
    "James Bennett and Stan Lanning. 2007. The Netflix Prize. Proceedings of KDD Cup and Workshop "
    "2007."
)
TITLES_FILE = "movie_titles.csv"
#: Where the ratings are: one file for each movie, as Netflix gave them, or a few large ones.
RATING_FILES = ("combined_data_*.txt", "mv_*.txt", "training_set/mv_*.txt")
NO_GENRE = "Other"
NEXT_STEP = "Put the original file in its place."
STARS = (1, 5)

# How much of a file is parsed at a time: some hundred megabytes of memory in all.
BLOCK_BYTES = 2**24
_HEADER = re.compile(rb"^([0-9]{1,10}):[ \t]*\r?$", re.MULTILINE)
_ROW = re.compile(r"([0-9]+),([0-9]+),([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ROW_IN_WORDS = "CustomerID,Rating,Date, such as 1488844,3,2005-09-06"


class _Part(NamedTuple):
    """Some ratings: as few bytes each as their values need, until the frame is made."""

    users: NDArray[np.int32]
    movies: NDArray[np.int32]
    ratings: NDArray[np.int8]
    days: NDArray[np.int32]


@dataclass
class _Place:
    """How far a file has been read."""

    path: Path
    line: int = 0
    movie: int | None = None
    parts: list[_Part] = field(default_factory=list)


def load_netflix(path: str | os.PathLike[str]) -> MovieLens:
    """Load the Netflix Prize data, or data in its format, from files on this machine.

    Netflix has withdrawn the data, and it may not be passed on; nothing is downloaded.

    Parameters
    ----------
    path : path
        A folder with ``movie_titles.csv`` and the ratings: ``combined_data_1.txt`` and so on, or
        ``mv_0000001.txt`` and so on, there or in ``training_set``. Or one file of ratings, with
        ``movie_titles.csv`` beside it. Text is Latin-1; a title may hold commas.

    Returns
    -------
    MovieLens
        Named ``netflix``: ratings in the order of the files, with the first second (UTC) of their
        day as ``unix_timestamp``; no users; movies without genres (``all_genres`` is ``Other``).

    Raises
    ------
    DataError
        If a file is absent or not as it should be; it names the file, the line and the value.

    Notes
    -----
    A file of ratings has a line ``MovieID:``, and below it a line ``CustomerID,Rating,Date`` for
    each rating of that movie. Files are read in blocks: memory is that of the ratings.
    """
    named = Path(path).expanduser()
    files = _rating_files(named)
    folder = named if named.is_dir() else named.parent
    movies = _titles(folder / TITLES_FILE)
    parts = [part for file in files for part in _read_ratings(file)]
    ratings = _frame(parts)
    if ratings.empty:
        raise DataError(f"{files[0]} holds no ratings, only the lines of movies. {NEXT_STEP}")
    _check_no_duplicates(ratings, files)
    rated = np.asarray(ratings["movie_id"].unique())
    strangers = rated[~np.isin(rated, movies["movie_id"].to_numpy())]
    if len(strangers):
        raise DataError(
            f"{folder} holds ratings of the movie {strangers[0]}, which {TITLES_FILE} does not "
            f"list. {NEXT_STEP}"
        )
    print(f"Data: Netflix Prize files from {named}.")
    return MovieLens(NAME, folder, ratings, None, movies, CITATION)


def _rating_files(named: Path) -> list[Path]:
    if named.is_file():
        return [named]
    if not named.is_dir():
        raise DataError(
            f"There is no file or folder {named}. Give the folder that holds {TITLES_FILE} and "
            "combined_data_1.txt."
        )
    for pattern in RATING_FILES:
        found = sorted(named.glob(pattern))
        if found:
            return found
    raise DataError(
        f"The folder {named} holds no ratings; looked for are {', '.join(RATING_FILES)}. "
        f"{NEXT_STEP}"
    )


def _titles(path: Path) -> pd.DataFrame:
    check_text(path, "Latin-1 is", NEXT_STEP)
    rows: list[tuple[int, str, int | None]] = []
    known: dict[int, int] = {}
    with path.open(encoding="latin-1", newline="") as file:
        for number, raw in enumerate(file, start=1):
            line = raw.rstrip("\r\n")
            if not line.strip():
                continue
            # Two commas end the id and the year; what follows is the title, commas and all.
            movie, _, rest = line.partition(",")
            year, comma, title = rest.partition(",")
            fits = _is_id(movie) and (year == "NULL" or re.fullmatch(r"[0-9]{4}", year))
            if not fits or not comma or not title.strip():
                raise DataError(
                    f"{path}, line {number} is {line[:60]!r}, but expected is MovieID,Year,Title, "
                    f"such as 3,1997,Character (the year may be NULL). {NEXT_STEP}"
                )
            if int(movie) in known:
                raise DataError(
                    f"{path}, line {number}: the movie {movie} is listed a second time (first on "
                    f"line {known[int(movie)]}). {NEXT_STEP}"
                )
            known[int(movie)] = number
            rows.append((int(movie), title.strip(), None if year == "NULL" else int(year)))
    movies = pd.DataFrame(rows, columns=["movie_id", "title", "year"])
    dates = pd.Series(pd.NaT, index=movies.index, dtype="datetime64[ns]")
    movies.insert(2, "release_date", dates)
    movies["year"] = movies["year"].astype("Int64")
    movies["all_genres"] = NO_GENRE
    return movies


def _read_ratings(path: Path) -> list[_Part]:
    check_text(path, "Latin-1 is", NEXT_STEP)
    place = _Place(path)
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            block = rest + block
            cut = block.rfind(b"\n") + 1
            rest = block[cut:]
            _read_block(place, block[:cut])
    _read_block(place, rest)
    return place.parts


def _read_block(place: _Place, block: bytes) -> None:
    """Parse whole lines in one go; where something is odd, look line by line for what it is."""
    if block.strip():
        try:
            _parse(place, block)
        except (ValueError, OverflowError):
            problem = _first_bad_line(place, block)
            raise problem or DataError(
                f"{place.path} could not be read as ratings after line {place.line}. {NEXT_STEP}"
            ) from None
    place.line += block.count(b"\n")


def _parse(place: _Place, block: bytes) -> None:
    movies: list[int | None] = [place.movie]
    rows = []
    begin = 0
    for header in _HEADER.finditer(block):
        rows.append(block[begin : header.start()])
        movies.append(int(header[1]))
        begin = header.end() + 1
    rows.append(block[begin:])
    if any(not 1 <= movie <= LARGEST_ID for movie in movies[1:] if movie is not None):
        raise ValueError("no number of a movie")
    counts = [_count_lines(part) for part in rows]
    if movies[0] is None and counts[0]:
        raise ValueError("ratings before the first movie")
    text = b"".join(rows)
    if text.strip():
        table = _numbers(text)
        if len(table) != sum(counts):
            raise ValueError("empty lines between ratings")
        each = np.array([movie or 0 for movie in movies], dtype=np.int64).repeat(counts)
        place.parts.append(_checked(table, each))
    place.movie = movies[-1]


def _count_lines(text: bytes) -> int:
    return text.count(b"\n") + (0 if text.endswith(b"\n") or not text.strip() else 1)


def _numbers(text: bytes) -> pd.DataFrame:
    """Give the five numbers of each line; anything else raises."""
    if b"." in text or b"e" in text or b'"' in text or b" " in text:
        raise ValueError("no whole numbers")
    table = pd.read_csv(
        io.BytesIO(text.replace(b"-", b",")),
        header=None,
        names=["user", "rating", "year", "month", "day"],
        index_col=False,
        dtype=np.dtype("int64"),
        engine="c",
        na_filter=False,
        quoting=3,
        on_bad_lines="error",
    )
    # Commas and dashes are the same to the parser: only at their places do five numbers make a row.
    letters = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    if not text.endswith(b"\n"):
        ends = np.append(ends, len(text))
    ends = ends - (letters[ends - 1] == ord("\r"))
    if (ends < len("1,1,1970-01-01")).any() or text.count(b"-") != 2 * len(table):
        raise ValueError("no dates")
    for back, mark in ((3, "-"), (6, "-"), (11, ",")):
        if (letters[ends - back] != ord(mark)).any():
            raise ValueError("no dates at the ends of lines")
    return table


def _checked(table: pd.DataFrame, movies: NDArray[np.int64]) -> _Part:
    """Refuse values that the format cannot hold, and pack the others."""
    ids = table["user"].between(1, LARGEST_ID).all()
    stars = table["rating"].between(*STARS).all()
    dates = table["month"].between(1, 12).all() and table["year"].between(1970, 2100).all()
    if not (ids and stars and dates):
        raise ValueError("out of range")
    months = ((table["year"] - 1970) * 12 + table["month"] - 1).to_numpy()
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    days = first + table["day"].to_numpy() - 1
    if (table["day"] < 1).any() or (days >= after).any():
        raise ValueError("no such day")
    return _Part(
        table["user"].to_numpy(np.int32),
        movies.astype(np.int32),
        table["rating"].to_numpy(np.int8),
        days.astype(np.int32),
    )


def _frame(parts: list[_Part]) -> pd.DataFrame:
    """Join the parts, a column at a time, and let go of each as it is joined."""
    columns = [list(column) for column in zip(*parts, strict=True)] if parts else [[]] * 4
    parts.clear()
    joined = []
    for column in columns:
        joined.append(np.concatenate(column).astype(np.int64) if column else np.empty(0, np.int64))
        column.clear()
    users, movies, ratings, days = joined
    days *= 86_400
    return pd.DataFrame(
        {"user_id": users, "movie_id": movies, "rating": ratings, "unix_timestamp": days},
        copy=False,
    )


def _check_no_duplicates(ratings: pd.DataFrame, files: list[Path]) -> None:
    users, movies = ratings["user_id"].to_numpy(), ratings["movie_id"].to_numpy()
    pairs = users * (movies.max() + 1) + movies
    ordered = np.sort(pairs)
    repeated = np.flatnonzero(ordered[1:] == ordered[:-1])
    if not len(repeated):
        return
    user, movie = divmod(int(ordered[repeated[0]]), int(movies.max()) + 1)
    (path, line), (first_path, first_line) = _places_of(user, movie, files)
    where = f"line {first_line}" if path == first_path else f"{first_path}, line {first_line}"
    raise DataError(
        f"{path}, line {line}: customer {user} rates movie {movie} a second time (first on "
        f"{where}); one rating for each customer and movie is accepted. {NEXT_STEP}"
    )


def _places_of(user: int, movie: int, files: list[Path]) -> list[tuple[Path, int]]:
    """Give file and line of the second rating of a pair, and of the first."""
    found: list[tuple[Path, int]] = []
    for path in files:
        current = None
        with path.open(encoding="latin-1", newline="") as file:
            for number, line in enumerate(file, start=1):
                start, mark, _ = line.partition(":")
                if mark:
                    current = int(start)
                elif current == movie and line.partition(",")[0] == str(user):
                    found.append((path, number))
                if len(found) == 2:
                    return found[::-1]
    raise AssertionError(f"customer {user} and movie {movie} were counted twice")


def _numbered(place: _Place, block: bytes) -> Iterator[tuple[int, str]]:
    lines = block.decode("latin-1").split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, start=place.line + 1):
        yield number, line.removesuffix("\r")


def _first_bad_line(place: _Place, block: bytes) -> DataError | None:
    movie = place.movie
    for number, line in _numbered(place, block):
        problem = ""
        if line.rstrip(" \t").endswith(":"):
            start = line.rstrip(" \t").removesuffix(":")
            movie = int(start) if _is_id(start) else None
            if movie is None:
                problem = f"but a line of a movie is its number, 1 to {LARGEST_ID}, and a colon"
        elif movie is None:
            problem = "but above the first rating stands the line of its movie, such as 1:"
        else:
            problem = _problem_with(line)
        if problem:
            return DataError(
                f"{place.path}, line {number} is {line[:60]!r}, {problem}. {NEXT_STEP}"
            )
    return None


def _problem_with(line: str) -> str:
    fields = _ROW.fullmatch(line)
    if fields is None:
        return f"but expected is {_ROW_IN_WORDS}"
    user, rating, year, month, day = (int(text) for text in fields.groups())
    if not 1 <= user <= LARGEST_ID:
        return f"but a CustomerID is a whole number from 1 to {LARGEST_ID}"
    if not STARS[0] <= rating <= STARS[1]:
        return f"but a Rating is a whole number from {STARS[0]} to {STARS[1]}"
    try:
        pd.Timestamp(year=year, month=month, day=day)
    except ValueError:
        return "but a Date is a day of the calendar, YYYY-MM-DD"
    return "" if 1970 <= year <= 2100 else "but a Date is between 1970 and 2100"


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= LARGEST_ID
