"""Check a table of own ratings: what is wrong is named, row by row, and the good rows are kept."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

#: The ratings that MovieLens 100K, its twin and 1M hold; and those of its other data sets.
STARS = (1.0, 2.0, 3.0, 4.0, 5.0)
HALVES = tuple(half / 2 for half in range(1, 11))

_MOST_NAMED = 20  # problems that are shown; all of them can be looked up
_YEAR = re.compile(r"\s*\(\d{4}\)\s*$")
_ARTICLE = re.compile(r"^(?P<rest>.+), (?P<article>the|a|an|la|le|les|il|el|der|die|das)$")


@dataclass(frozen=True)
class Row:
    """One row of a table, as text.

    Attributes
    ----------
    line : int
        Where it stands, for the report.
    movie_id, title, rating : str
        What the row says; empty where it says nothing.
    """

    line: int
    movie_id: str
    title: str
    rating: str


@dataclass(frozen=True)
class Checked:
    """What a table of own ratings holds; printed, it is the report.

    Attributes
    ----------
    ratings : pandas.DataFrame
        The good rows: ``movie_id`` and ``rating``, in the order of the ids, no movie twice.
    problems : tuple of str
        One sentence for each row that was left out, or that took another one's place.
    n_rows : int
        How many rows had a rating.
    source : str
        Where the table is from.
    """

    ratings: pd.DataFrame = field(repr=False)
    problems: tuple[str, ...]
    n_rows: int
    source: str

    def __str__(self) -> str:
        lines = [f"{self.source}: {len(self.ratings)} of {self.n_rows} rows with a rating count."]
        lines += [f"  {problem}" for problem in self.problems[:_MOST_NAMED]]
        more = len(self.problems) - _MOST_NAMED
        return "\n".join([*lines, *([f"  ... and {more} more of this kind."] if more > 0 else [])])


def scale_of(ratings: pd.DataFrame) -> tuple[float, ...]:
    """Tell which ratings a data set accepts: whole stars, or halves where it has any.

    Parameters
    ----------
    ratings : pandas.DataFrame
        The ratings of the data set.

    Returns
    -------
    tuple of float
        `STARS` or `HALVES`.
    """
    return HALVES if (ratings["rating"] % 1 != 0).any() else STARS


def check_rows(
    rows: Iterable[Row], movies: pd.DataFrame, scale: Sequence[float], source: str
) -> Checked:
    """Sort the good rows from the others, and say of each other what is wrong.

    Parameters
    ----------
    rows : iterable of Row
        A row without a rating is passed over: that movie was not rated.
    movies : pandas.DataFrame
        ``movie_id`` and ``title`` of all movies of the data set.
    scale : sequence of float
        The ratings that are accepted, in stars.
    source : str
        Where the rows are from.

    Returns
    -------
    Checked
        Where a movie is rated twice, the later rating counts.
    """
    shelf = _Shelf(movies)
    problems: list[str] = []
    found: dict[int, tuple[int, float]] = {}
    n_rows = 0
    for row in rows:
        if not row.rating:
            continue
        n_rows += 1
        problem, movie, stars = _understood(row, shelf, scale)
        if problem:
            problems.append(f"Line {row.line}: {problem}.")
            continue
        if movie in found:
            line, before = found[movie]
            same = "again" if before == stars else f"with {before:g}, now with {stars:g}"
            problems.append(
                f"Line {row.line}: '{shelf.titles[movie]}' was rated in line {line} {same}; "
                "the later row counts."
            )
        found[movie] = row.line, stars
    whole = all(value == int(value) for value in scale)
    ratings = pd.DataFrame(
        {"movie_id": list(found), "rating": [stars for _, stars in found.values()]}
    ).astype({"movie_id": "int64", "rating": "int64" if whole else "float64"})
    ratings = ratings.sort_values("movie_id", ignore_index=True)
    return Checked(ratings, tuple(problems), n_rows, source)


def _understood(row: Row, shelf: _Shelf, scale: Sequence[float]) -> tuple[str, int, float]:
    """Give what is wrong with a row (empty if nothing is), its movie and its stars."""
    stars = _number(row.rating)
    if stars is None:
        return f"the rating {_shown(row.rating)} is not a number", 0, 0.0
    if stars not in scale:
        accepted = ", ".join(f"{value:g}" for value in scale)
        return f"the rating {row.rating} is not one of {accepted}", 0, 0.0
    if row.movie_id:
        problem, movie = shelf.by_id(row.movie_id, row.title)
    elif row.title:
        problem, movie = shelf.by_title(row.title)
    else:
        problem, movie = "it names no movie", 0
    return problem, movie, stars


def _number(text: str) -> float | None:
    """Read a number, also with a comma for the point; None for anything else."""
    try:
        number = float(text.replace(",", ".", 1))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _plain(title: str) -> str:
    """Write a title in the form in which titles are compared."""
    return " ".join(title.casefold().split())


def _forms(title: str) -> set[str]:
    """Give the ways in which people write a title: without the year, the article in front."""
    plain = _plain(title)
    short = _YEAR.sub("", plain)
    forms = {plain, short}
    match = _ARTICLE.match(short)
    if match:
        year = plain.removeprefix(short)
        turned = f"{match['article']} {match['rest']}"
        forms |= {turned, turned + year}
    return forms


class _Shelf:
    """The movies of a data set, to be found by id or title."""

    def __init__(self, movies: pd.DataFrame) -> None:
        ids = [int(movie) for movie in movies["movie_id"]]
        self.titles: Mapping[int, str] = dict(zip(ids, movies["title"].astype(str), strict=True))
        self._ids: dict[str, list[int]] = {}
        for movie, title in self.titles.items():
            for form in _forms(title):
                self._ids.setdefault(form, []).append(movie)

    def by_id(self, text: str, title: str) -> tuple[str, int]:
        """Find a movie by its id; a title beside it must be the same movie's."""
        number = _number(text)
        if number is None or number != int(number):
            return f"the movie_id {_shown(text)} is not a whole number", 0
        movie = int(number)
        if movie not in self.titles:
            return f"no movie of this data set has the movie_id {movie}", 0
        if title and _plain(title) not in _forms(self.titles[movie]):
            return (
                f"the movie_id {movie} is '{self.titles[movie]}' in this data set, and not "
                f"{_shown(title)}"
            ), 0
        return "", movie

    def by_title(self, title: str) -> tuple[str, int]:
        """Find the one movie of a title, with or without its year."""
        matches = self._ids.get(_plain(title), [])
        exact = [movie for movie in matches if _plain(self.titles[movie]) == _plain(title)]
        matches = exact or matches
        if len(matches) == 1:
            return "", matches[0]
        if matches:
            ids = ", ".join(str(movie) for movie in sorted(matches))
            return f"several movies are called {_shown(title)}: give the movie_id ({ids})", 0
        near = difflib.get_close_matches(_plain(title), self._ids, n=1, cutoff=0.7)
        hint = f" (near: '{self.titles[self._ids[near[0]][0]]}')" if near else ""
        return f"no movie of this data set is called {_shown(title)}{hint}", 0
