"""Write the twin in the raw layout of MovieLens 100K."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_scripts.twin.movies import GENRE_NAMES, Movies
from data_scripts.twin.people import People

Ints = NDArray[np.int64]

LAST_RELEASE_MONTH = 3  # of 1998: nothing comes out after people have rated it
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
README = Path(__file__).with_name("README_of_twin.txt")


@dataclass(frozen=True)
class Rating:
    """All ratings, in the order of `u.data`: four arrays of int, shape (ratings,)."""

    users: Ints
    movies: Ints
    stars: Ints
    times: Ints

    def lines(self, rows: Ints) -> str:
        """Write the ratings at `rows` as tab-separated lines."""
        table = np.stack([self.users, self.movies, self.stars, self.times], axis=1)[rows]
        return "".join(f"{u}\t{m}\t{r}\t{t}\n" for u, m, r, t in table.tolist())


def _write(path: Path, text: str) -> None:
    """Write the same bytes on every system."""
    path.write_bytes(text.encode("latin-1"))


def _release_date(generator: np.random.Generator, year: int) -> str:
    """Draw a day of release; for most older movies only the year is known, as in the real list."""
    day = date(year, 1, 1)
    if year >= 1996 or (year >= 1993 and generator.random() < 0.4):
        last_month = LAST_RELEASE_MONTH if year == 1998 else 12
        month, number = generator.integers(1, last_month + 1), generator.integers(1, 29)
        day = date(year, int(month), int(number))
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"


def write_movies(
    folder: Path, generator: np.random.Generator, movies: Movies, titles: list[str]
) -> None:
    """Write `u.item` (24 fields, latin-1; no address of a page) and `u.genre`."""
    lines = []
    for place, (title, year) in enumerate(zip(titles, movies.years, strict=True)):
        released = _release_date(generator, int(year)) if year else ""
        flags = "|".join(str(flag) for flag in movies.genres[place])
        lines.append(f"{place + 1}|{title}|{released}|||{flags}\n")
    _write(folder / "u.item", "".join(lines))
    genres = "".join(f"{name}|{place}\n" for place, name in enumerate(GENRE_NAMES))
    _write(folder / "u.genre", genres + "\n")


def write_people(folder: Path, people: People) -> None:
    """Write `u.user` and `u.occupation`."""
    lines = [
        f"{place + 1}|{people.ages[place]}|{'M' if people.male[place] else 'F'}"
        f"|{occupation}|{people.zip_codes[place]}\n"
        for place, occupation in enumerate(people.occupations)
    ]
    _write(folder / "u.user", "".join(lines))
    _write(folder / "u.occupation", "".join(f"{n}\n" for n in sorted(set(people.occupations))))


def write_ratings(folder: Path, ratings: Rating, folds: dict[str, NDArray[np.bool_]]) -> None:
    """Write `u.data`, `u.info`, and each fold's two parts sorted by user and movie."""
    _write(folder / "u.data", ratings.lines(np.arange(len(ratings.users))))
    counts = (len(np.unique(ratings.users)), len(np.unique(ratings.movies)), len(ratings.users))
    named = zip(counts, ("users", "items", "ratings"), strict=True)
    _write(folder / "u.info", "".join(f"{count} {name}\n" for count, name in named))
    order = np.lexsort((ratings.movies, ratings.users))
    for name, test in folds.items():
        _write(folder / f"{name}.base", ratings.lines(order[~test[order]]))
        _write(folder / f"{name}.test", ratings.lines(order[test[order]]))


def write_readme(folder: Path, seed: int) -> None:
    """Write the README that says that all of this is made up, and how."""
    _write(folder / "README", README.read_text(encoding="utf-8").replace("{seed}", str(seed)))
