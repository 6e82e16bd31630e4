"""Keep own ratings in one file for each data set, so that all later lessons find them."""

from __future__ import annotations

import csv
import io
import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pandas as pd

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.folders import OWN_RATINGS_VARIABLE, SAMPLE, own_ratings_folder
from workshop_pkg.datasets.types import MovieLens
from workshop_pkg.own_ratings.checking import Checked, Row, check_rows, scale_of
from workshop_pkg.own_ratings.persona import DISLIKED, LOVED, sample
from workshop_pkg.own_ratings.sheet import MOVIE_ID, RATING, TITLE, read_csv


def saved_file(data: MovieLens) -> Path | None:
    """Say where one's own ratings of a data set are kept, or would be.

    Parameters
    ----------
    data : MovieLens
        The data set; each has a file of its own, since ids mean other movies in another one.

    Returns
    -------
    pathlib.Path or None
        A CSV file with the columns ``movie_id``, ``title`` and ``rating``, which any spreadsheet
        opens. None where ``WORKSHOP_OWN_RATINGS`` is ``sample``.
    """
    folder = own_ratings_folder()
    return None if folder is None else folder / f"own_ratings_{data.name}.csv"


def load(data: MovieLens) -> pd.DataFrame:
    """Load one's own ratings; where none are saved, those of the sample persona.

    One printed line says which. Where rows of the file cannot be used, they are named.

    Parameters
    ----------
    data : MovieLens
        The data set.

    Returns
    -------
    pandas.DataFrame
        ``movie_id`` and ``rating`` (stars), in the order of the ids.

    Raises
    ------
    DataError
        If there is a file and nothing in it can be used; the file is left as it is.
    """
    saved = read_saved(data)
    if saved is None:
        rows = sample(data)
        print(
            f"No ratings of your own: the sample persona stands in ({len(rows)} movies; it loves "
            f"{' and '.join(LOVED)}, and does not like {DISLIKED})."
        )
        return rows
    print(f"Your own ratings: {len(saved.ratings)}, from {saved.source}.")
    for problem in saved.problems:
        print(f"  {problem}")
    return saved.ratings


def read_saved(data: MovieLens) -> Checked | None:
    """Read the saved file.

    Parameters
    ----------
    data : MovieLens
        The data set.

    Returns
    -------
    Checked or None
        None where nothing is saved.

    Raises
    ------
    DataError
        As `load`.
    """
    path = saved_file(data)
    if path is None or not _is_there(path):
        return None
    try:
        found = read_csv(path, data.movies, scale_of(data.ratings))
        if found.ratings.empty:
            raise DataError(found.problems[0])
    except DataError as problem:
        raise DataError(
            f"Your saved ratings cannot be used ({str(problem).rstrip('.')}): correct the file "
            f"{path}, or move it away, and run this again; it was left as it is."
        ) from None
    return found


def save(own: pd.DataFrame, data: MovieLens) -> Path:
    """Save one's own ratings for all later lessons, in place of what was saved before.

    The file is written whole or not at all. A file that could not be read in full before is kept
    under another name.

    Parameters
    ----------
    own : pandas.DataFrame
        ``movie_id`` and ``rating`` (stars).
    data : MovieLens
        The data set.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DataError
        If a row is not as it should be, there is none, or the file cannot be written.
    """
    path = saved_file(data)
    if path is None:
        raise DataError(
            f"{OWN_RATINGS_VARIABLE} is {SAMPLE!r}, so that nothing is saved: set it to a folder, "
            "or unset it, and restart the kernel."
        )
    checked = _checked(own, data)
    titles = data.movies.set_index("movie_id")["title"]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([MOVIE_ID, TITLE, RATING])
    for movie, stars in checked.ratings.itertuples(index=False):
        writer.writerow([movie, titles[movie], f"{stars:g}"])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = _keep_damaged(path, data)
        _write(path, text.getvalue())
    except OSError as problem:
        raise DataError(
            f"Your ratings cannot be saved in {path} ({problem.strerror or problem}): set "
            f"{OWN_RATINGS_VARIABLE} to a folder that can be written, and try again."
        ) from None
    moved = f" What was there could not be read in full, and is kept as {kept}." if kept else ""
    print(f"Saved {len(checked.ratings)} ratings in {path}.{moved}")
    return path


def forget(data: MovieLens) -> None:
    """Delete one's saved ratings of a data set; the sample persona stands in again.

    Parameters
    ----------
    data : MovieLens
        The data set.

    Raises
    ------
    DataError
        If the file cannot be deleted.
    """
    path = saved_file(data)
    if path is None or not _is_there(path):
        print("There are no saved ratings.")
        return
    try:
        path.unlink()
    except OSError as problem:
        raise DataError(
            f"{path} cannot be deleted ({problem.strerror}): delete it by hand."
        ) from None
    print(f"Deleted {path}.")


def _checked(own: pd.DataFrame, data: MovieLens) -> Checked:
    missing = [name for name in (MOVIE_ID, RATING) if name not in own.columns]
    if missing or own.empty:
        has = f"the columns {list(own.columns)} and {len(own)} rows"
        raise DataError(
            f"Your ratings have {has}: pass a frame with movie_id and rating, and a row or more."
        )
    rows = [
        Row(line, str(movie), "", str(stars))
        for line, (movie, stars) in enumerate(
            own[[MOVIE_ID, RATING]].itertuples(index=False), start=1
        )
    ]
    checked = check_rows(rows, data.movies, scale_of(data.ratings), "Your ratings")
    if checked.problems:
        raise DataError(
            f"Nothing was saved, for {checked.problems[0].rstrip('.').replace('Line', 'row', 1)}: "
            "correct it, and save again."
        )
    return checked


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True  # It may not be looked at; reading it then says why.


def _keep_damaged(path: Path, data: MovieLens) -> Path | None:
    """Move a file that cannot be read in full out of the way; say where to."""
    if not path.exists():
        return None
    with suppress(DataError):
        if not read_csv(path, data.movies, scale_of(data.ratings)).problems:
            return None
    kept = path.with_name(f"{path.stem}_kept_{datetime.now():%Y-%m-%d_%H-%M-%S}{path.suffix}")
    path.replace(kept)
    return kept


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
