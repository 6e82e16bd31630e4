"""The check of lesson 3.5 on the n best unseen movies, from the arrays of a model."""

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

# Raw ids of users are also numbers of rows; those of movies are above all rows.
_USERS = [2, 0, 1]
_MOVIES = [47, 34, 90, 25, 68, 71, 52, 83, 19]
_USER = 2  # inner 0
_RATED = {0: [1, 4], 1: [0, 2, 5], 2: [3, 8]}
_PU = np.array([[1.2, -0.5], [-0.8, 0.9], [0.4, 1.1]])
_QI = np.array(
    [
        [0.9, 0.1],
        [1.5, -0.2],
        [0.2, -1.3],
        [-0.4, 0.6],
        [1.1, -0.9],
        [1.4, -1.2],
        [0.5, 0.8],
        [-0.7, -0.3],
        [0.3, 0.2],
    ]
)
_BU = np.array([0.9, -0.4, 0.2])
_BI = np.array([0.75, 0.5, -0.5, 0.35, 0.1, 0.4, 0.95, -0.2, 0.05])
_N = 3


def _model(pu: Any = _PU, bi: Any = _BI) -> HandMadeModel:
    return HandMadeModel(_USERS, _MOVIES, _RATED, (pu, _QI), (_BU, bi))


@exercise("3.5-top-n")
def check_top_n(answer: object) -> str:
    """Judge the raw ids of the n unseen movies with the highest estimates."""
    model = _model()
    expected = _best(model, _USER, _N)
    found = ids_of(asked(answer, model, _USER, _N))
    if found != expected:
        _explain(found, model, answer)
    for user, n in ((0, 2), (1, 4)):
        again = ids_of(asked(answer, _model(), user, n))
        if again != _best(model, user, n):
            raise NotYet(
                f"Right for one user. For user {user} the first {n} are {_best(model, user, n)}; "
                f"you return {again}. Use the arguments, not fixed rows.",
                "fixed",
            )
    rest = ids_of(asked(answer, _model(), _USER, 20))
    everything = _best(model, _USER, 20)
    if rest != everything:
        if set(rest) & set(_rated(model, 0)):
            raise NotYet(
                "Asked for more movies than there are, you put the rated ones at the end. A score "
                "of `-np.inf` only moves them down: cut the list before them.",
                "rated at the end",
            )
        if sorted(rest) == sorted(everything):
            raise NotYet(
                f"Right at the top of the list. All unseen movies in order are {everything}; you "
                f"return {rest}. The score is `model.bi + model.qi @ model.pu[u]`.",
                "other",
            )
        raise NotYet(
            f"Where fewer than `n` movies are left, return those: {everything} here. You return "
            f"{rest}.",
            "short list",
        )
    return "Unseen, best first, by the ids of the data: one product for all movies."


def _scores(model: HandMadeModel, u: int) -> Any:
    return model.trainset.global_mean + model.bu[u] + model.bi + model.qi @ model.pu[u]


def _rated(model: HandMadeModel, u: int) -> list[int]:
    return raw_movies(model, [i for i, _ in model.trainset.ur[u]])


def _ranked(model: HandMadeModel, scores: Any, without: Any = (), n: int = _N) -> list[int]:
    """Give raw ids by score, the best first, without some inner ids."""
    order = [i for i in np.argsort(-scores, kind="stable") if i not in set(without)]
    return raw_movies(model, order[:n])


def _best(model: HandMadeModel, user: int, n: int) -> list[int]:
    u = model.trainset.to_inner_uid(user)
    return _ranked(model, _scores(model, u), [i for i, _ in model.trainset.ur[u]], n)


def _explain(found: list[Any], model: HandMadeModel, answer: object) -> None:
    expected = _best(model, _USER, _N)
    require_raw(found, model)
    if len(found) != _N and found[:_N] == expected:
        raise NotYet(
            f"Asked for {_N} movies, you return {len(found)}: `n` says how many.", "n ignored"
        )
    for wrong, message, misconception in _wrong(model):
        if found == wrong:
            raise NotYet(message, misconception)
    rated = _rated(model, 0)
    if set(found) & set(rated):
        raise NotYet(
            f"{rated} are what the user has rated, and at least one of them is in your list. "
            "`model.trainset.ur[u]` has the inner ids of the rated movies: leave those rows out.",
            "rated movies left in",
        )
    if len(found) < _N:
        raise NotYet(
            f"You return {len(found)} movies in place of {_N}. If you cut first and leave out the "
            "rated ones afterwards, they are missing: leave them out first.",
            "cut too early",
        )
    if sorted(found) == sorted(expected):
        raise NotYet("The right movies, but not the best first.", "order")
    if found == ids_of(asked(answer, _model(_PU[::-1], _BI[::-1]), _USER, _N)):
        raise NotYet(
            f"You return {found}, whatever the model. Use the function's arguments, not the names "
            "of other cells.",
            "not the argument",
        )
    raise NotYet(
        f"Of the movies that the user has not rated, {expected} have the highest estimates; you "
        f"return {found}.",
        "other",
    )


def _wrong(model: HandMadeModel) -> list[tuple[list[int], str, str]]:
    """List what comes out of each misconception, for the first user."""
    u, raw = 0, _USER
    scores = _scores(model, u)
    seen = [i for i, _ in model.trainset.ur[u]]
    dots = model.qi @ model.pu[u]
    rows = (
        "You take the row of the *raw* user id. The rows of `model.pu`, and the keys of "
        "`model.trainset.ur`, are inner ids: `u = model.trainset.to_inner_uid(user)`.",
        "raw ids as rows",
    )
    low = (
        "These are the lowest estimates. The best come first: `np.argsort(-scores)`.",
        "ascending",
    )
    flat = (
        "You order by estimates that are cut off at the end of the scale: several movies tie at 5 "
        "stars, and their order is lost. Rank by the sum as it is; with `predict`, say "
        "`clip=False`.",
        "clipped",
    )
    no_bias = (
        "You order by the product alone. The bias of a movie counts, too: it differs from movie to "
        "movie. (The mean and the user's bias may stay out; they change no order.)",
        "movies' biases forgotten",
    )
    no_dot = (
        "You order by the biases alone: everybody gets the same list. Add "
        "`model.qi @ model.pu[u]`.",
        "product forgotten",
    )
    other_seen = [i for i, _ in model.trainset.ur[raw]]
    other = model.bi + model.qi @ model.pu[raw]
    clipped = np.clip(scores, 1, 5)
    return [
        (_ranked(model, other, other_seen), *rows),
        (_ranked(model, other, seen), *rows),
        (_ranked(model, -scores, seen), *low),
        (_ranked(model, -scores), *low),
        (_ranked(model, clipped, seen), *flat),
        (raw_movies(model, _from_behind(clipped, seen)), *flat),
        (_ranked(model, dots, seen), *no_bias),
        (_ranked(model, model.bi, seen), *no_dot),
        (_ranked(model, scores, [i for i in range(9) if i not in seen]), *_ONLY_RATED),
        ([raw for raw in _ranked(model, scores) if raw not in _rated(model, u)], *_CUT_TOO_EARLY),
        (_ranked(model, scores), *_LEFT_IN),
    ]


def _from_behind(scores: Any, seen: list[int]) -> list[int]:
    """Rank ascending and turn round: ties come in reverse."""
    order = [int(i) for i in np.argsort(scores, kind="stable")[::-1] if i not in seen]
    return order[:_N]


_ONLY_RATED = (
    "You recommend exactly what the user has rated. Leave those out, and keep the rest.",
    "only rated movies",
)
_CUT_TOO_EARLY = (
    "You take the first 3 and leave out the rated ones from those. Leave out first, then cut.",
    "cut too early",
)
_LEFT_IN = (
    "The list holds movies that the user has rated. `model.trainset.ur[u]` has pairs of *inner* id "
    "and rating: leave those rows out before you translate to raw ids.",
    "rated movies left in",
)
