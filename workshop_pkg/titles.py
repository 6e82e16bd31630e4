"""Find a movie by part of its title."""

from __future__ import annotations

import difflib
import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.title_text import plain, title_forms

#: So many of several matches are listed; of the rest only the number is told.
LISTED = 6

#: So many near titles are named where nothing matches.
NEAR = 3

_YEAR = re.compile(r"\s*\(\d{4}\)\s*$")


def find_movie(movies: pd.DataFrame, part: str, ratings: pd.DataFrame | None = None) -> int:
    """Find the movie whose title contains a text.

    Capitals, accents and the number of blanks do not matter, and nothing in the text has a special
    meaning: ``"wars (1977)"`` is searched for with its parentheses. An article may stand before the
    title or behind it, after a comma, as the data sets have it.

    Parameters
    ----------
    movies : pandas.DataFrame
        One row a movie, with the columns ``movie_id`` and ``title``.
    part : str
        Part of the title. Where it is a whole title, other titles that contain it do not match.
    ratings : pandas.DataFrame, optional
        One row a rating, with the column ``movie_id``: of several matches the most rated one is
        taken. Without ratings it is the one that comes first in `movies`.

    Returns
    -------
    int
        The movie's id. Several matches are listed in print, and which one is taken.

    Raises
    ------
    ValueError
        When no title contains the text (near titles are named), `part` is empty or no text, or the
        frame lacks a column.

    Examples
    --------
    >>> movies = pd.DataFrame(
    ...     {"movie_id": [50, 172, 260], "title": ["Star Wars (1977)", "Heat (1995)", "Wars, The"]}
    ... )
    >>> find_movie(movies, "HEAT")
    172
    >>> find_movie(movies, "wars", ratings=pd.DataFrame({"movie_id": [50, 50, 260]}))
    2 titles contain 'wars', and the most rated is taken:
      Star Wars (1977), 2 ratings
      Wars, The, 1 rating
    50
    """
    _check_part(part)
    _check_columns(movies, "movies", ("movie_id", "title"))
    if ratings is not None:
        _check_columns(ratings, "ratings", ("movie_id",))
    titles = movies["title"].astype(object).where(movies["title"].notna(), "").map(str).tolist()
    forms = [title_forms(title) for title in titles]
    wanted = plain(part)
    contain = np.array([any(wanted in form for form in either) for either in forms], dtype=bool)
    if not contain.any():
        raise ValueError(_no_match(part, wanted, titles, forms))
    whole = np.array([wanted in either for either in forms], dtype=bool)
    found = movies[whole if whole.any() else contain]
    counts = _counts(found, ratings)
    order = np.argsort(-counts, kind="stable")
    ordered, counts = found.iloc[order], counts[order]
    if len(ordered) > 1:
        shown = [] if ratings is None else counts.tolist()
        print(_several(part, ordered["title"].tolist(), shown))
    return int(ordered["movie_id"].iloc[0])


def _check_columns(frame: object, name: str, columns: tuple[str, ...]) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(
            f"{name} is a {type(frame).__name__}, but it is a table with the columns "
            f"{', '.join(columns)}: pass data.{name}."
        )
    for column in columns:
        if column not in frame.columns:
            raise ValueError(
                f"The {name} lack the column {column!r}: they have "
                f"{', '.join(map(str, frame.columns))}."
            )


def _check_part(part: object) -> None:
    if not isinstance(part, str):
        raise ValueError(
            f"part is {part!r}, but it is text: part of a movie's title, such as 'wars'."
        )
    if not plain(part):
        raise ValueError(
            f"part is {part!r}, and every title contains that: give some letters of the title, "
            "such as 'wars'."
        )


def _counts(found: pd.DataFrame, ratings: pd.DataFrame | None) -> NDArray[np.int64]:
    if ratings is None:
        return np.zeros(len(found), dtype=np.int64)
    each = ratings["movie_id"].value_counts()
    counts = found["movie_id"].map(each).fillna(0)
    return np.asarray(counts, dtype=np.int64)


def _several(part: str, titles: list[str], counts: list[int]) -> str:
    """Say which titles match, a line each, the one that is taken first; `counts` may be empty."""
    which = "the most rated" if counts else "the first"
    lines = [f"{len(titles)} titles contain {part!r}, and {which} is taken:"]
    for place, title in enumerate(titles[:LISTED]):
        told = f", {counts[place]} rating{'' if counts[place] == 1 else 's'}" if counts else ""
        lines.append(f"  {title}{told}")
    rest = len(titles) - LISTED
    if rest > 0:
        lines.append(f"  and {rest} more")
    return "\n".join(lines)


def _no_match(part: str, wanted: str, titles: list[str], forms: list[tuple[str, ...]]) -> str:
    """Say that nothing matches, and what is spelled nearly so."""
    names: dict[str, str] = {}
    for title, either in zip(titles, forms, strict=True):
        for form in either:
            names.setdefault(_YEAR.sub("", form), title)
    close = difflib.get_close_matches(_YEAR.sub("", wanted), names, n=2 * NEAR, cutoff=0.6)
    near = list(dict.fromkeys(names[name] for name in close))[:NEAR]
    if near:
        return f"No title contains {part!r}; spelled nearly so: {'; '.join(near)}."
    return f"No title contains {part!r}, and none is spelled nearly so: try a shorter part of it."
