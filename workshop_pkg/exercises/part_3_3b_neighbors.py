"""The check of lesson 3.3 on the nearest movies of one that is known by part of its title."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# Row 3 is the question ("wars" is also in row 1, which has fewer ratings, and in row 6, which has
# none). Row 2 points exactly as row 3 does, so that whoever drops the first of the sorted list
# drops the wrong one. Row 5 is long: by dot product it would come first.
_MOVIES = pd.DataFrame(
    {
        "movie_id": [12, 15, 17, 21, 26, 30, 33, 38],
        "title": [
            "Harbor, The (1950)",
            "Wars of the Ants (1998)",
            "Quiet Twin (1977)",
            "Star Wars (1977)",
            "Comet [a] (1981)",
            "Parade (1990)",
            "After the wars (1946)",
            "Somersault (2001)",
        ],
        "ratings": [4, 20, 7, 90, 3, 60, 0, 15],
    }
)
_VECTORS = np.array(
    [
        [-1.0, -1.5, 0.5],
        [0.5, 2.0, -1.5],
        [2.0, 4.0, -2.0],
        [1.0, 2.0, -1.0],
        [1.0, 1.0, -0.5],
        [9.0, 2.0, 3.0],
        [1.0, 3.0, 0.5],
        [-2.0, 1.0, 0.0],
    ]
)
_FIRST_DROPPED = (
    "You drop the first of the sorted list. It is not always the movie itself: here another one "
    "has the same direction. Leave out the row of the movie, whatever its place.",
    "first dropped",
)
_PART = "star wars (1977)"
_QUERY = 3
_HARBOR, _TWIN = 0, 2


@exercise("3.3-neighbors")
def check_neighbors(answer: object) -> str:
    """Judge the ids of the n movies with the highest cosine, the movie itself left out."""
    expected = _nearest(_QUERY, 4)
    found = _ids(attempt(answer, "Star Wars", _MOVIES, _VECTORS, 4))
    if found != expected:
        _explain(found, expected, answer)
    if _ids(attempt(answer, "Quiet", _MOVIES, _VECTORS, 4)) != _nearest(_TWIN, 4):
        _explain_twin(answer)
    _check_search(answer)
    other = _ids(attempt(answer, "Harbor", _MOVIES, _VECTORS, 2))
    if other != _nearest(_HARBOR, 2):
        raise NotYet(
            f'Right for "Star Wars". The two nearest of "Harbor" are {_nearest(_HARBOR, 2)}; you '
            f"return {other}. Use the arguments, not fixed numbers.",
            "fixed",
        )
    rest = _ids(attempt(answer, "Star Wars", _MOVIES, _VECTORS, 20))
    if rest != _nearest(_QUERY, 20):
        raise NotYet(
            f"Asked for more movies than there are, return all the others, the nearest first: "
            f"{_nearest(_QUERY, 20)}. You return {rest}.",
            "too few movies",
        )
    return "By direction, the best first, without the movie itself: and a clear word if none fits."


def _nearest(row: int, n: int, measure: str = "cosine") -> list[int]:
    """Work out the right answer, or that by dot product."""
    order = [place for place in _order(row, measure) if place != row]
    return [_id(place) for place in order[:n]]


def _order(row: int, measure: str = "cosine") -> list[int]:
    """Rank all rows, the movie itself among them; the lower row first among equals."""
    scores = _VECTORS @ _VECTORS[row]
    if measure == "cosine":
        scores = scores / np.linalg.norm(_VECTORS, axis=1)
    ranked: list[int] = np.argsort(-scores.round(9), kind="stable").tolist()
    return ranked


def _id(row: int) -> int:
    return int(_MOVIES["movie_id"].iloc[row])


def _ids(value: Any) -> list[Any]:
    """Give what the answer returned as a list of plain ids."""
    no_list = isinstance(value, str | bytes | dict | set | frozenset | pd.DataFrame)
    scalar = isinstance(value, np.ndarray) and value.ndim == 0
    if no_list or scalar or not isinstance(value, Iterable):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is a list of movie ids, the nearest "
            "first.",
            "not a list",
        )
    found = [x.item() if isinstance(x, np.generic) else x for x in islice(value, 1000)]
    if found and all(isinstance(x, str) for x in found):
        raise NotYet(
            "You return titles. Two movies can have the same one: return the ids, from the column "
            "`movie_id`.",
            "titles in place of ids",
        )
    if any(isinstance(x, tuple | list | np.ndarray) for x in found):
        raise NotYet(
            f"Your list holds things like `{found[0]}`. Asked for are the movie ids alone.",
            "not only ids",
        )
    return found


def _explain(found: list[Any], expected: list[int], answer: object) -> None:
    if found and any(isinstance(x, float) and not float(x).is_integer() for x in found):
        raise NotYet(
            "These are the scores. Return the movies: the ids of the rows with the highest.",
            "scores returned",
        )
    by_row = set(range(len(_MOVIES)))
    if found and set(found) <= by_row:
        raise NotYet(
            f"You return {found}: these are rows of the table, counted from 0. The id of the movie "
            "in a row stands in the column `movie_id`.",
            "rows in place of ids",
        )
    if not set(found) <= set(_MOVIES["movie_id"]):
        raise NotYet(
            f"You return {found}, and not all of these are ids in `movies`, which has a row for "
            "each row of `movie_embeddings`, in the same order.",
            "unknown ids",
        )
    if found[:4] == expected:
        raise NotYet(
            f"Asked for 4 movies, you return {len(found)}: `n` says how many.", "n ignored"
        )
    _explain_the_movie_itself(found)
    if found in ([_id(row) for row in order[:4]] for order in _ascending()):
        raise NotYet(
            "These are the farthest movies. The nearest have the highest cosine: sort by "
            "`-scores`.",
            "ascending",
        )
    if found == _nearest(_QUERY, 4, "dot"):
        raise NotYet(
            "These are the movies with the highest dot product, where a long vector wins whatever "
            'its direction. Neighbors are found by cosine: `compute_scores(..., "cosine")`.',
            "dot in place of cosine",
        )
    _explain_other(found, expected, answer)


def _ascending() -> list[list[int]]:
    up = _order(_QUERY)[::-1]
    return [up, [row for row in up if row != _QUERY]]


def _explain_the_movie_itself(found: list[Any]) -> None:
    if _id(_QUERY) not in found:
        return
    by_cosine = [_id(row) for row in _order(_QUERY)]
    if found == by_cosine[1:5]:
        raise NotYet(
            *_FIRST_DROPPED,
        )
    raise NotYet(
        f"{_id(_QUERY)}, the movie itself, is in your list. A movie is always nearest to "
        "itself: leave its row out, by giving it the score `-np.inf`, say.",
        "the movie itself",
    )


def _explain_twin(answer: object) -> None:
    """Tell what is wrong with the neighbors of the movie that points as the first one does."""
    found = _ids(attempt(answer, "Quiet", _MOVIES, _VECTORS, 4))
    if found == _nearest(_QUERY, 4):
        raise _not_the_argument(found)
    if _id(_TWIN) in found:
        raise NotYet(*_FIRST_DROPPED)
    raise NotYet(
        f'Right for "Star Wars". The four nearest of "Quiet Twin" are {_nearest(_TWIN, 4)}; you '
        f"return {found}. Use the arguments, not fixed numbers.",
        "fixed",
    )


def _explain_other(found: list[Any], expected: list[int], answer: object) -> None:
    matches = [row for row in range(len(_MOVIES)) if "wars" in _MOVIES["title"].iloc[row].lower()]
    if found == _nearest(_HARBOR, 4):
        raise NotYet(
            "You take the first row of the table. A place among the *matches* is no row of "
            "`movies`: `idxmax()` gives the row, `argmax()` a place in what it is called on.",
            "place among the matches",
        )
    if found == _ids(attempt(answer, "Parade", _MOVIES, _VECTORS, 4)):
        raise _not_the_argument(found)
    if len(found) != 4 and found == expected[: len(found)]:
        raise NotYet(
            f"Asked for 4 movies, you return {len(found)}: `n` says how many, without the movie "
            "itself.",
            "too few movies",
        )
    if sorted(found) == sorted(expected):
        raise NotYet("The right movies, but not the nearest first.", "order")
    without = [_id(row) for row in _order(_QUERY) if row not in matches]
    if found == without[:4]:
        raise _all_matches_left_out()
    raise NotYet(
        f'The four nearest of "Star Wars" are {expected}; you return {found}.',
        "other",
    )


def _not_the_argument(found: list[Any]) -> NotYet:
    return NotYet(
        f"You return {found}, whatever the title. Use the arguments `part`, `movies` and "
        "`movie_embeddings`, not names of other cells.",
        "not the argument",
    )


def _all_matches_left_out() -> NotYet:
    return NotYet(
        "You leave out all movies whose title contains the text. Only the movie itself must go: "
        "the others may well be its nearest.",
        "all matches left out",
    )


def _check_search(answer: object) -> None:
    """Ask in capitals, with parentheses, and where several titles match, or none."""
    expected = _nearest(_QUERY, 4)
    for part, hint, misconception in (
        (
            "STAR wars",
            'The text "STAR wars" means the same movie: capitals do not matter. '
            "`str.contains(part, case=False, regex=False)` looks over them.",
            "case matters",
        ),
        (
            _PART,
            f'The text "{_PART}" is in one title, and you do not find it. For pandas it is a '
            "pattern in which parentheses have a meaning: `regex=False`.",
            "pattern in place of text",
        ),
    ):
        if _found_or_none(answer, part) != expected:
            raise NotYet(hint, misconception)
    several = _found_or_none(answer, "wars")
    if several != expected:
        _explain_several(several)
    if _found_or_none(answer, "comet [A]") != _nearest(4, 4):
        raise NotYet(
            'The text "comet [A]" is in one title, and you do not find it. For pandas it is a '
            "pattern in which brackets have a meaning: `regex=False`.",
            "pattern in place of text",
        )
    _check_no_match(answer)


def _explain_several(found: list[Any] | None) -> None:
    matches = [row for row in range(len(_MOVIES)) if "wars" in _MOVIES["title"].iloc[row].lower()]
    without = [_id(row) for row in _order(_QUERY) if row not in matches]
    if found == without[:4]:
        raise _all_matches_left_out()
    taken = {1: "first", 6: "last"}
    for row, place in taken.items():
        if found == _nearest(row, 4):
            raise NotYet(
                f'Three titles contain "wars", and you take the {place}. Take the one with the '
                "most ratings: the column `ratings` has their number.",
                "not the most rated",
            )
    raise NotYet(
        'Three titles contain "wars". Take the one with the most ratings, here "Star Wars": its '
        f"four nearest are {_nearest(_QUERY, 4)}; you return {found}.",
        "not the most rated",
    )


def _found_or_none(answer: object, part: str) -> list[Any] | None:
    """Give the ids; None where the answer raises, as it does when it finds nothing."""
    try:
        return _ids(attempt(answer, part, _MOVIES, _VECTORS, 4))
    except NotYet as verdict:
        if verdict.misconception != "error":
            raise
        return None


def _check_no_match(answer: object) -> None:
    part = "no such title"
    try:
        value = attempt(answer, part, _MOVIES, _VECTORS, 4)
    except NotYet as verdict:
        if verdict.misconception == "error" and part in verdict.message:
            if "raises ValueError" in verdict.message:
                return
            raise NotYet(
                f"No title contains {part!r}, and you say so, but not by a `ValueError`: raise "
                'one, `raise ValueError(f"No title contains {part!r}.")`.',
                "no match",
            ) from None
        if verdict.misconception not in ("error", "no result"):
            raise
        seen = verdict.message
    else:
        seen = f"You return {value!r}."
    raise NotYet(
        f"No title contains {part!r}. That is an error that tells whoever asked: "
        f'`raise ValueError(f"No title contains {{part!r}}.")`. {seen}',
        "no match",
    )
