"""The check of lesson 3.5 on the movies whose factors point as those of one movie do."""

from __future__ import annotations

from typing import Any

import numpy as np

from workshop_pkg.exercises.registry import NotYet, exercise
from workshop_pkg.exercises.surprise_models import (
    HandMadeModel,
    asked,
    ids_of,
    raw_movies,
    require_raw,
)

# Raw ids are above all rows but the question's own: 3 is inner 5, so that its raw id is a row, too.
_MOVIES = [71, 34, 90, 25, 68, 3, 52, 19]
_USERS = [4, 8, 5, 2, 9, 6]
_QUERY = 3
_TWIN = 90
_OTHER_QUERY = 34
_N = 4
# Row 2 points exactly as the question's row 5 does, and comes before it. Row 0 is long.
_QI = np.array(
    [
        [4.0, 3.0, -1.0],
        [-0.5, 0.8, 0.1],
        [0.4, 0.8, -0.4],
        [-1.0, 0.3, -2.4],
        [0.2, 0.9, -0.3],
        [0.6, 1.2, -0.6],
        [0.1, 0.2, -0.2],
        [-0.9, -1.6, 0.9],
    ]
)
_PU = np.array(
    [
        [0.5, 0.1, 0.3],
        [0.7, 1.0, -0.5],
        [-0.2, 0.4, 0.6],
        [0.3, -0.9, 0.2],
        [0.8, 0.2, -0.1],
        [-0.6, 0.5, 0.4],
    ]
)
_BU = np.array([0.1, -0.2, 0.3, 0.0, -0.1, 0.2])
_BI = np.array([0.9, 0.8, -0.4, 0.1, -0.2, 0.3, -0.5, 0.7])
_FIRST_DROPPED = (
    "You drop the first of the sorted list. It is not always the movie itself: here another one "
    "has the same direction. Leave out the movie's own row, whatever its place.",
    "first dropped",
)


def _model(qi: Any = _QI) -> HandMadeModel:
    rated = {u: [u, u + 1] for u in range(len(_USERS))}
    return HandMadeModel(_USERS, _MOVIES, rated, (_PU, qi), (_BU, _BI))


@exercise("3.5-neighbors")
def check_neighbors(answer: object) -> str:
    """Judge the raw ids of the n movies with the highest cosine, the movie itself left out."""
    model = _model()
    expected = _nearest(model, _QUERY, _N)
    found = ids_of(asked(answer, model, _QUERY, _N), "the nearest first")
    if found != expected:
        _explain(found, model, answer)
    twin = ids_of(asked(answer, _model(), _TWIN, 3), "the nearest first")
    if twin != _nearest(model, _TWIN, 3):
        if _TWIN in twin and twin != found[:3]:
            raise NotYet(*_FIRST_DROPPED)
        raise _fixed(_TWIN, _nearest(model, _TWIN, 3), twin)
    other = ids_of(asked(answer, _model(), _OTHER_QUERY, 2), "the nearest first")
    nearest = _nearest(model, _OTHER_QUERY, 2)
    if _untied(other) != _untied(nearest):
        raise _fixed(_OTHER_QUERY, nearest, other)
    rest = ids_of(asked(answer, _model(), _QUERY, 50), "the nearest first")
    if rest != _nearest(model, _QUERY, 50):
        raise NotYet(
            f"Asked for more movies than there are, return all the others: "
            f"{_nearest(model, _QUERY, 50)}. You return {rest}.",
            "short list",
        )
    return "By direction, the nearest first, without the movie itself."


def _fixed(movie: int, expected: list[int], found: list[Any]) -> NotYet:
    return NotYet(
        f"Right for one movie. The nearest of movie {movie} are {expected}; you return {found}. "
        "Use the arguments, not fixed rows.",
        "fixed",
    )


def _untied(found: list[Any]) -> list[Any]:
    """Write 3 and 90 alike: they point the same way, so that either may come first."""
    return [_QUERY if movie == _TWIN else movie for movie in found]


def _cosines(rows: Any, query: Any) -> Any:
    return rows @ query / (np.linalg.norm(rows, axis=1) * np.linalg.norm(query))


def _order(scores: Any) -> list[int]:
    """Rank rows; rounding errors make no difference, and of equal ones the lower row goes first."""
    order: list[int] = np.argsort(-np.asarray(scores).round(9), kind="stable").tolist()
    return order


def _nearest(model: HandMadeModel, movie: int, n: int) -> list[int]:
    row = model.trainset.to_inner_iid(movie)
    order = [i for i in _order(_cosines(model.qi, model.qi[row])) if i != row]
    return raw_movies(model, order[:n])


def _explain(found: list[Any], model: HandMadeModel, answer: object) -> None:
    expected = _nearest(model, _QUERY, _N)
    require_raw(found, model)
    if len(found) != _N and found[:_N] == expected:
        raise NotYet(
            f"Asked for {_N} movies, you return {len(found)}: `n` says how many.", "n ignored"
        )
    for wrong, message, misconception in _wrong(model):
        if found == wrong:
            raise NotYet(message, misconception)
    if _QUERY in found:
        raise NotYet(
            f"{_QUERY}, the movie itself, is in your list. A movie is always nearest to itself: "
            "leave its row out.",
            "the movie itself",
        )
    if found == expected[: len(found)]:
        raise NotYet(
            f"Asked for {_N} movies, you return {len(found)}. Leave the movie itself out first, "
            "then cut.",
            "cut too early",
        )
    if sorted(found) == sorted(expected):
        raise NotYet("The right movies, but not the nearest first.", "order")
    if found == ids_of(asked(answer, _model(_QI[::-1]), _QUERY, _N), "the nearest first"):
        raise NotYet(
            f"You return {found}, whatever the model. Use the function's arguments, not the names "
            "of other cells.",
            "not the argument",
        )
    raise NotYet(f"The {_N} nearest of movie {_QUERY} are {expected}; you return {found}.", "other")


def _wrong(model: HandMadeModel) -> list[tuple[list[int], str, str]]:
    """List what comes out of each misconception."""
    row = model.trainset.to_inner_iid(_QUERY)
    qi, query = model.qi, model.qi[row]
    cosines = _cosines(qi, query)
    rows = (
        "You take the row of the *raw* id. The rows of `model.qi` are counted by inner ids: "
        "`row = model.trainset.to_inner_iid(movie)`.",
        "raw ids as rows",
    )
    far = (
        "These are the farthest movies. The nearest have the highest cosine: `np.argsort(-cosines)`"
        ".",
        "ascending",
    )
    dot = (
        "You order by the dot product, where a long vector wins whatever its direction. Divide by "
        "the lengths of the rows.",
        "dot in place of cosine",
    )
    distance = (
        "You order by the distance, to which a length matters. Take the cosine: direction alone.",
        "distance in place of cosine",
    )
    users = (
        "You compare with the factors of a user: `model.pu` has a row for each user, `model.qi` "
        "one for each movie.",
        "user factors",
    )
    axis = (
        "You take the lengths over the wrong axis: that is one number for each factor. A movie is "
        "a row: `np.linalg.norm(model.qi, axis=1)`.",
        "wrong axis",
    )
    across = np.linalg.norm(qi, axis=0)
    centered = qi - qi.mean(axis=1, keepdims=True)
    candidates = [
        (-cosines, *far),
        (qi @ query, *dot),
        (-np.linalg.norm(qi - query, axis=1), *distance),
        (_cosines(qi, model.pu[row]), *users),
        (qi @ model.pu[row], *users),
        ((qi / across) @ (query / across), *axis),
        ((qi / across) @ query, *axis),
        (
            np.abs(cosines),
            "The sign is lost: a movie that points the other way is not near.",
            "sign lost",
        ),
        (
            _cosines(centered, centered[row]),
            "You subtract a mean from each row first: that is a correlation. Take the factors as "
            "they are.",
            "mean subtracted",
        ),
        (
            model.bi + cosines,
            "You add the bias of the movie: that favors what is liked by all. Which movies are "
            "alike is a question of direction alone.",
            "bias added",
        ),
    ]
    found = []
    for scores, message, misconception in candidates:
        for without in ({row}, set()):
            order = [i for i in _order(scores) if i not in without]
            found.append((raw_movies(model, order[:_N]), message, misconception))
    raw_query = _cosines(qi, qi[_QUERY])
    for without in ({_QUERY}, {row}, set()):
        order = [i for i in _order(raw_query) if i not in without]
        found.append((raw_movies(model, order[:_N]), *rows))
    found.append((raw_movies(model, _order(cosines)[1 : _N + 1]), *_FIRST_DROPPED))
    return found
