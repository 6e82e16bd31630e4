"""Read a file of ratings fast; where it is not as it should be, name the first bad line."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from workshop_pkg.datasets.errors import DataError

RATING_COLUMNS = ("user_id", "movie_id", "rating", "unix_timestamp")

# The largest id for which user_id * (largest movie_id + 1) + movie_id fits in 64 bits.
LARGEST_ID = 2**31 - 1
# Far beyond any rating: the loaders take seconds, and a file in milliseconds exceeds this.
LARGEST_TIMESTAMP = 2**33

NEXT_STEP = "Put the original file in its place, or download the data set again."

# How much of a file is in memory at a time while it is looked through.
BLOCK_BYTES = 2**20


@dataclass(frozen=True)
class RatingLayout:
    """How the ratings are written in one family of MovieLens files.

    Attributes
    ----------
    separator : str
        What stands between two fields.
    header : tuple of str or None
        The names in the first line, in the order of `RATING_COLUMNS`; None without such a line.
    halves : bool
        Whether half stars are given (0.5 to 5.0) or whole ones (1 to 5).
    """

    separator: str
    header: tuple[str, str, str, str] | None
    halves: bool

    @property
    def accepted_ratings(self) -> str:
        """The ratings that the file may hold, in words."""
        return "0.5 to 5.0 in steps of a half" if self.halves else "the whole numbers 1 to 5"


TAB_LAYOUT = RatingLayout("\t", None, halves=False)
COLON_LAYOUT = RatingLayout("::", None, halves=False)
CSV_LAYOUT = RatingLayout(",", ("userId", "movieId", "rating", "timestamp"), halves=True)


def read_ratings(path: Path, layout: RatingLayout) -> pd.DataFrame:
    """Read one file of ratings.

    Parameters
    ----------
    path : pathlib.Path
        The file: ``u.data``, ``ratings.dat``, ``ratings.csv``, or a fold such as ``ua.base``.
    layout : RatingLayout
        How its lines are written.

    Returns
    -------
    pandas.DataFrame
        The columns of `RATING_COLUMNS`, one row for each rating, in the order of the file.

    Raises
    ------
    DataError
        If the file is absent, empty, in another encoding, lacks columns, holds anything but
        numbers, a rating out of range, or two ratings of one movie by one user. It names the line.
    """
    check_text(path)
    check_first_line(path, layout)
    try:
        ratings = _read_fast(path, layout)
    except DataError:
        raise
    except (ValueError, OverflowError, pd.errors.ParserWarning, RuntimeWarning) as problem:
        raise _first_bad_line(path, layout) or DataError(
            f"{path} could not be read as ratings ({' '.join(str(problem).split())}). {NEXT_STEP}"
        ) from None
    if not _values_in_range(ratings, layout):
        raise _first_bad_line(path, layout) or DataError(
            f"{path} holds values out of range. {NEXT_STEP}"
        )
    _check_no_duplicates(path, layout, ratings)
    return ratings


def check_text(
    path: Path, understood: str = "UTF-8 and Latin-1 are", next_step: str = NEXT_STEP
) -> None:
    """Raise a DataError unless `path` is a readable, non-empty file of one-byte or UTF-8 text.

    Parameters
    ----------
    path : pathlib.Path
        The file; all of it is looked through.
    understood : str
        The encodings that its reader takes, and the verb.
    next_step : str
        The sentence that tells what to do.

    Raises
    ------
    DataError
        If it is not.
    """
    if not path.is_file():
        raise DataError(f"The file {path} is missing. {next_step}")
    try:
        with path.open("rb") as file:
            head = block = file.read(BLOCK_BYTES)
            while block and b"\x00" not in block:
                block = file.read(BLOCK_BYTES)
    except OSError as problem:
        raise DataError(
            f"The file {path} cannot be read ({problem.strerror}). Check who may read it."
        ) from None
    if not head.strip():
        raise DataError(f"The file {path} is empty. {next_step}")
    sign = "it starts as UTF-16 does" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    if block and not sign:
        sign = f"line {_first_line_with_nul(path)} holds a NUL character, which no text holds"
    if sign:
        raise DataError(
            f"The file {path} is not in an encoding that is understood here ({sign}); "
            f"{understood}. {next_step}"
        )


def _first_line_with_nul(path: Path) -> int:
    with path.open("rb") as file:
        return next(number for number, line in enumerate(file, start=1) if b"\x00" in line)


def check_first_line(path: Path, layout: RatingLayout) -> None:
    """Raise a DataError if the first line lacks columns (or has more than the layout's)."""
    with path.open("rb") as file:
        first = file.readline().decode("latin-1").rstrip("\r\n").removeprefix("\u00ef\u00bb\u00bf")
    fields = first.split(layout.separator)
    if layout.header is None:
        if len(fields) != len(RATING_COLUMNS):
            raise DataError(
                f"{path}, line 1, has {len(fields)} field(s) between {layout.separator!r}; "
                f"expected are the {len(RATING_COLUMNS)} columns {', '.join(RATING_COLUMNS)}. "
                f"{NEXT_STEP}"
            )
        return
    missing = [name for name in layout.header if name not in fields]
    if missing:
        raise DataError(
            f"{path} lacks the column(s) {', '.join(missing)}; its first line is {first[:80]!r}, "
            f"expected is {layout.separator.join(layout.header)!r}. {NEXT_STEP}"
        )


def _read_fast(path: Path, layout: RatingLayout) -> pd.DataFrame:
    """Read with pandas' C parser; anything but numbers in the columns raises."""
    source: Path | io.BytesIO = path
    separator = layout.separator
    if len(separator) > 1:
        # A separator of two characters would send pandas to its slow Python parser.
        source = io.BytesIO(path.read_bytes().replace(separator.encode(), b"\t"))
        separator = "\t"
    names = list(layout.header or RATING_COLUMNS)
    with path.open("rb") as file:
        exact = layout.header is None or file.readline().count(b",") == len(names) - 1
    kinds = ["int64", "int64", "float64" if layout.halves else "int64", "int64"]
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        warnings.simplefilter("error", RuntimeWarning)  # NumPy's, for an infinite number.
        ratings = pd.read_csv(
            source,
            sep=separator,
            header=None if layout.header is None else 0,
            names=None if layout.header else names,
            # Where it is given, pandas no longer minds lines with too many fields.
            usecols=None if exact else names,
            index_col=False,
            dtype={name: np.dtype(kind) for name, kind in zip(names, kinds, strict=True)},
            engine="c",
            na_filter=False,
            quoting=3,
        )[names]
    ratings.columns = pd.Index(RATING_COLUMNS)
    if ratings.empty:
        raise DataError(f"{path} holds no ratings, only the names of the columns. {NEXT_STEP}")
    return ratings


def _values_in_range(ratings: pd.DataFrame, layout: RatingLayout) -> bool:
    """Whether every id, rating and timestamp is one that MovieLens can hold."""
    rating = ratings["rating"]
    stars = bool(rating.between(0.5 if layout.halves else 1, 5).all())
    if layout.halves:
        stars = stars and bool((rating * 2 % 1 == 0).all())
    ids = ratings[["user_id", "movie_id"]]
    times = ratings["unix_timestamp"]
    return (
        stars
        and bool(ids.min().min() >= 1)
        and bool(ids.max().max() <= LARGEST_ID)
        and bool(times.between(0, LARGEST_TIMESTAMP).all())
    )


def _check_no_duplicates(path: Path, layout: RatingLayout, ratings: pd.DataFrame) -> None:
    """Raise a DataError if a user has rated a movie twice, naming both lines."""
    users = ratings["user_id"].to_numpy()
    movies = ratings["movie_id"].to_numpy()
    pairs = users * (movies.max() + 1) + movies
    if (pairs[1:] > pairs[:-1]).all():  # Sorted, as the large sets are: no need to sort again.
        return
    ordered = np.sort(pairs)
    if (ordered[1:] > ordered[:-1]).all():
        return
    row = int(np.flatnonzero(pd.Series(pairs).duplicated())[0])
    first = int(np.flatnonzero(pairs == pairs[row])[0])
    offset = 1 if layout.header is None else 2
    raise DataError(
        f"{path}, line {row + offset}: user {users[row]} rates movie {movies[row]} a second time "
        f"(first on line {first + offset}); one rating for each user and movie is accepted. "
        f"{NEXT_STEP}"
    )


def _numbered_lines(path: Path, layout: RatingLayout) -> Iterator[tuple[int, list[str]]]:
    """Give the number and the fields of each line that holds a rating."""
    wanted = list(range(len(RATING_COLUMNS)))
    with path.open(encoding="latin-1", newline="") as file:
        for number, line in enumerate(file, start=1):
            fields = line.removeprefix("\u00ef\u00bb\u00bf").rstrip("\r\n").split(layout.separator)
            if number == 1 and layout.header is not None:
                wanted = [fields.index(name) for name in layout.header]
                width = len(fields)
                continue
            if layout.header is None:
                width = len(RATING_COLUMNS)
            if len(fields) == 1 and not fields[0].strip():
                continue
            if len(fields) != width:
                yield number, fields
            else:
                yield number, [fields[place] for place in wanted]


def _first_bad_line(path: Path, layout: RatingLayout) -> DataError | None:
    """Look for the first line that is not a rating, and say what is wrong with it."""
    for number, fields in _numbered_lines(path, layout):
        place = f"{path}, line {number}"
        if len(fields) != len(RATING_COLUMNS):
            return DataError(
                f"{place}, has {len(fields)} field(s) between {layout.separator!r}; expected are "
                f"{', '.join(RATING_COLUMNS)}. {NEXT_STEP}"
            )
        for name, value in zip(RATING_COLUMNS, fields, strict=True):
            problem = _problem_with(name, value, layout)
            if problem:
                return DataError(
                    f"{place}: the {name.replace('_', ' ')} is {value[:40]!r}, "
                    f"but accepted are {problem}. {NEXT_STEP}"
                )
    return None


def _problem_with(name: str, value: str, layout: RatingLayout) -> str:
    """Say what is accepted in column `name` if `value` is not; else nothing."""
    number = float("nan")
    # Python reads 9_43, and blanks and digits of other alphabets, as numbers; pandas does not.
    if value.isascii() and "_" not in value:
        with contextlib.suppress(ValueError):
            number = float(value) if name == "rating" and layout.halves else int(value)
    if name == "rating":
        low, step = (0.5, 0.5) if layout.halves else (1, 1)
        return "" if low <= number <= 5 and number % step == 0 else layout.accepted_ratings
    if name == "unix_timestamp":
        fits = 0 <= number <= LARGEST_TIMESTAMP
        return "" if fits else f"whole seconds since 1970, 0 to {LARGEST_TIMESTAMP}"
    return "" if 1 <= number <= LARGEST_ID else f"the whole numbers 1 to {LARGEST_ID}"
