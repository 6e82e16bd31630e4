"""Read own ratings from a CSV file, or from a link to a sheet that is published as CSV."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.links import MOST_BYTES, fetch_small_file
from workshop_pkg.own_ratings.checking import STARS, Checked, Row, check_rows

#: The columns of the table: a rating, and an id or a title of the movie.
MOVIE_ID, TITLE, RATING = "movie_id", "title", "rating"
_DELIMITERS = ",;\t"
_NEEDED = "it needs the column rating, and movie_id or title (or both)"


def read_csv(
    source: str | os.PathLike[str], movies: pd.DataFrame, scale: Sequence[float] = STARS
) -> Checked:
    """Read a table of own ratings, and check it row by row.

    The first line names the columns: ``rating``, and ``movie_id`` or ``title`` or both. Others are
    ignored, and so are rows without a rating. Columns are separated by commas, semicolons or tabs.

    Parameters
    ----------
    source : str or path
        A file on this machine, or a link that begins with ``https://``, such as that of a sheet
        which is published to the web as comma-separated values. At the most 1,000,000 bytes.
    movies : pandas.DataFrame
        The movies of the data set, with ``movie_id`` and ``title``. Titles are compared without
        regard to capitals; the year may be left out, and ``The`` may stand in front.
    scale : sequence of float, default whole stars from 1 to 5
        The ratings that are accepted (`HALVES` for data sets with half stars).

    Returns
    -------
    Checked
        ``.ratings`` holds the good rows; print the whole for a report that names the others:
        unknown movies, ratings off the scale, movies that are rated twice (the later row counts).

    Raises
    ------
    DataError
        In one sentence: there is no such file, the link gives none, it is no CSV, a column is
        missing, or there is no row with a rating.
    """
    text = _decoded(_bytes_of(source), _name(source))
    return check_text(text, movies, scale, _name(source))


def check_text(text: str, movies: pd.DataFrame, scale: Sequence[float], source: str) -> Checked:
    """Check the text of a CSV file.

    Parameters
    ----------
    text : str
        The text.
    movies, scale
        As in `read_csv`.
    source : str
        Where it is from, for the report.

    Returns
    -------
    Checked
        As `read_csv`.

    Raises
    ------
    DataError
        As `read_csv`.
    """
    if not text.strip():
        raise DataError(f"{source} is empty: {_NEEDED}, and a row for each rating.")
    header = next(line for line in text.splitlines() if line.strip())
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as problem:
        raise DataError(
            f"{source} is not a CSV file (line {reader.line_num}: {problem}): save the table as "
            "CSV and try again."
        ) from None
    names = ["_".join(name.split()).casefold() for name in lines[0][1]]
    if RATING not in names or not {MOVIE_ID, TITLE} & set(names):
        seen = ", ".join(repr(name[:40]) for name in lines[0][1][:8])
        raise DataError(
            f"{source} has the columns {seen}, but {_NEEDED}: name them in the first line."
        )
    twice = {name for name in (MOVIE_ID, TITLE, RATING) if names.count(name) > 1}
    if twice:
        raise DataError(
            f"{source} has the column {min(twice)} {names.count(min(twice))} times: keep one."
        )
    rows = [_row(line, dict(zip(names, cells, strict=False))) for line, cells in lines[1:]]
    if not any(row.rating for row in rows):
        raise DataError(
            f"{source} has no row with a rating: write a row for each movie that you rate."
        )
    return check_rows(rows, movies, scale, source)


def _row(line: int, cells: dict[str, str]) -> Row:
    movie, title, rating = (cells.get(name, "").strip() for name in (MOVIE_ID, TITLE, RATING))
    return Row(line, movie, title, rating)


def _name(source: str | os.PathLike[str]) -> str:
    text = os.fspath(source)
    return f"{text[:77]}..." if "://" in text and len(text) > 80 else text


def _bytes_of(source: str | os.PathLike[str]) -> bytes:
    """Fetch a link or read a file; neither may be large."""
    text = os.fspath(source).strip()
    scheme, found, _ = text.partition("://")
    if found and scheme.isalnum():
        if scheme.casefold() != "https":
            raise DataError(
                f"The link {_name(text)} begins with {scheme}://, and only https:// is accepted: "
                "use the https link, or save the file on this machine and pass its path."
            )
        return fetch_small_file(text)
    path = Path(text).expanduser()
    try:
        if not text or not path.is_file():
            raise DataError(
                f"There is no file {text!r} (looked for in {Path.cwd()}): pass the path of a CSV "
                "file, or an https link to one."
            )
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:  # ValueError: a DataError, or a NUL in the path.
        if isinstance(problem, DataError):
            raise
        reason = getattr(problem, "strerror", None) or problem
        raise DataError(
            f"{_name(text)} cannot be read ({reason}): pass a file that you may read."
        ) from None
    if len(content) > MOST_BYTES:
        raise DataError(
            f"{_name(text)} is larger than the {MOST_BYTES:,} bytes that are accepted: keep the "
            "rows that you rated."
        )
    return content


def _decoded(content: bytes, name: str) -> str:
    """Turn bytes into text; a web page and a spreadsheet's own file are told apart."""
    start = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise DataError(
            f"{name} is a web page and not CSV: in the sheet, publish it to the web as "
            "comma-separated values (.csv), and pass that link."
        )
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DataError(f"{name} is a spreadsheet's own file: save it as CSV, and pass that.")
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DataError(f"{name} is not a text file: save the table as CSV, and pass that.")
