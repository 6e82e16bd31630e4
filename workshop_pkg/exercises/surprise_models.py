"""What the checks of lesson 3.5 share: models with Surprise's names, made by hand, and ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.exercises.registry import NotYet, attempt

Floats = NDArray[np.float64]
#: Iterable, and still no list of ids: text, tables, and what has no order of its own.
_NO_LISTS = (str, bytes, dict, set, frozenset, pd.DataFrame)


class _Prediction(NamedTuple):
    """What Surprise's models return from `predict`, as far as an answer may look at it."""

    uid: Any
    iid: Any
    r_ui: float | None
    est: float


class HandMadeModel:
    """A trained model as Surprise has it, with numbers that are set and not learnt.

    Its arrays cannot be written to, and copying it gives itself, so that an answer that changes a
    model is caught.

    Parameters
    ----------
    users, movies : sequence of int
        The raw ids; the place in the sequence is the inner id.
    rated : mapping of int to sequence of int
        The inner ids of the movies that a user, by inner id, has rated. All get `stars`.
    factors : tuple of array
        `pu` of shape (n_users, d), `qi` of shape (n_movies, d).
    biases : tuple of array
        `bu` of shape (n_users,), `bi` of shape (n_movies,).
    stars : float
        The rating of all, and with it the global mean.
    scale : tuple of float
        The lowest and the highest rating that there is.
    """

    def __init__(
        self,
        users: Sequence[int],
        movies: Sequence[int],
        rated: Mapping[int, Sequence[int]],
        factors: tuple[Floats, Floats],
        biases: tuple[Floats, Floats],
        stars: float = 3.5,
        scale: tuple[float, float] = (1, 5),
    ) -> None:
        from surprise import Trainset  # of a lesson that has loaded it already

        of_users = {u: [(i, stars) for i in found] for u, found in rated.items()}
        of_movies: dict[int, list[tuple[int, float]]] = {i: [] for i in range(len(movies))}
        for user, found in rated.items():
            for movie in found:
                of_movies[movie].append((user, stars))
        raw_users = {raw: inner for inner, raw in enumerate(users)}
        raw_movies = {raw: inner for inner, raw in enumerate(movies)}
        n_ratings = sum(len(found) for found in rated.values())
        self.trainset: Any = Trainset(
            {u: of_users.get(u, []) for u in range(len(users))},
            of_movies,
            len(users),
            len(movies),
            n_ratings,
            scale,
            raw_users,
            raw_movies,
        )
        self.pu, self.qi = (_frozen(rows) for rows in factors)
        self.bu, self.bi = (_frozen(values) for values in biases)
        self.n_factors = self.pu.shape[1]
        self.biased = True
        self.n_asked = 0

    def __deepcopy__(self, memo: dict[int, Any]) -> HandMadeModel:
        return self

    def estimate(self, u: int, i: int) -> float:
        """Work out the right estimate from inner ids, and count that somebody asked."""
        self.n_asked += 1
        mean = float(self.trainset.global_mean)
        return mean + float(self.bu[u] + self.bi[i] + self.qi[i] @ self.pu[u])

    def predict(
        self,
        uid: Any,
        iid: Any,
        r_ui: float | None = None,
        clip: bool = True,
        verbose: bool = False,
    ) -> _Prediction:
        """Predict as Surprise does, from raw ids that are known."""
        known = self.trainset
        stars = self.estimate(known.to_inner_uid(uid), known.to_inner_iid(iid))
        if clip:
            stars = float(np.clip(stars, *known.rating_scale))
        return _Prediction(uid, iid, r_ui, stars)

    def test(self, testset: Iterable[Any], verbose: bool = False) -> list[_Prediction]:
        """Predict for rows of user, movie and rating."""
        return [self.predict(user, movie, stars) for user, movie, stars in testset]


def _frozen(values: Floats) -> Floats:
    own = np.array(values, dtype=np.float64)
    own.setflags(write=False)
    return own


def asked(answer: object, model: HandMadeModel, *arguments: Any) -> Any:
    """Try an answer on a model; what is wrong with ids and with writing gets its own hint."""
    try:
        return attempt(answer, model, *arguments)
    except NotYet as verdict:
        if verdict.misconception != "error":
            raise
        if "read-only" in verdict.message:
            raise NotYet(
                "Your function writes into the arrays of the model, and the model is another one "
                "from then on. Make new arrays: `scores = model.bi + ...` is one, "
                "`scores = model.bi` is not.",
                "changes the model",
            ) from None
        if "out of bounds" in verdict.message:
            raise NotYet(
                "You use an id of the data as the number of a row. Ids are *raw*, rows *inner*: "
                "`model.trainset.to_inner_uid(user)` and `.to_inner_iid(movie)` translate.",
                "raw ids as rows",
            ) from None
        if "is not part of the trainset" in verdict.message:
            raise NotYet(
                f"{verdict.message.rstrip('.')}. Is a movie's id looked up among the users, or an "
                "inner id translated once more? `to_inner_uid` takes raw ids of users, "
                "`to_inner_iid` raw ids of movies.",
                "wrong lookup",
            ) from None
        raise


def ids_of(value: Any, first: str = "the best first") -> list[Any]:
    """Give what an answer returned as a list of plain ids."""
    scalar = isinstance(value, np.ndarray) and value.ndim == 0
    if isinstance(value, _NO_LISTS) or scalar or not isinstance(value, Iterable):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is a list of movie ids, {first}.",
            "not a list",
        )
    found = [x.item() if isinstance(x, np.generic) else x for x in islice(value, 1000)]
    if any(isinstance(x, tuple | list | np.ndarray) for x in found):
        raise NotYet(
            f"Your list holds things like `{found[0]}`. Asked for are the movie ids alone.",
            "not only ids",
        )
    if found and all(isinstance(x, str) for x in found):
        raise NotYet(
            f"Your list holds text, `{found[0]!r}`. Return the ids as `to_raw_iid` gives them: "
            "numbers.",
            "ids as text",
        )
    return found


def raw_movies(model: HandMadeModel, inner: Iterable[Any]) -> list[int]:
    """Translate inner ids of movies."""
    return [int(model.trainset.to_raw_iid(int(i))) for i in inner]


def require_raw(found: list[Any], model: HandMadeModel) -> None:
    """Refuse scores and inner ids; the raw ids of the model are above all inner ones."""
    known = set(raw_movies(model, model.trainset.all_items()))
    if set(found) <= known:
        return
    if any(isinstance(x, float) and not x.is_integer() for x in found):
        raise NotYet(
            "These are the scores. Return the movies: the raw ids of the rows with the highest.",
            "scores returned",
        )
    if set(found) <= set(model.trainset.all_items()):
        raise NotYet(
            f"You return {found}: these are inner ids, the numbers of rows. Nobody outside of the "
            "model knows them: `model.trainset.to_raw_iid(row)` gives the id of the data.",
            "inner ids returned",
        )
    raise NotYet(
        f"You return {found}, and not all of these are ids of movies in the training part.",
        "unknown ids",
    )
