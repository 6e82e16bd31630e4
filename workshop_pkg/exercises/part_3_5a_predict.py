"""The check of lesson 3.5 on one prediction, put together from the parts of the model."""

from __future__ import annotations

from typing import Any

import numpy as np

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, exercise
from workshop_pkg.exercises.surprise_models import HandMadeModel, asked

_TOLERANCE = 1e-9
# Raw ids that are also numbers of rows, and never of their own row: mixing them up gives a number.
_USERS = [2, 3, 1, 9]
_MOVIES = [4, 3, 1, 5, 2, 11]
_USER, _MOVIE = 3, 4  # inner 1 and 0
_RATED = {0: [0, 1, 2], 1: [3], 2: [4, 5], 3: [0]}
_PU = np.array([[0.9, -0.4, 0.2], [0.83, -0.47, 1.61], [-0.3, 0.6, -0.7], [1.4, 1.2, 0.13]])
_QI = np.array(
    [
        [0.87, 0.35, 0.48],
        [-0.6, 0.4, 0.5],
        [0.3, 0.2, -0.9],
        [1.3, 1.1, 0.4],
        [-0.2, 1.0, 0.8],
        [-1.5, -1.3, 0.6],
    ]
)
_BU = np.array([-0.25, 0.42, 0.17, 0.31])
_BI = np.array([-0.59, -0.36, 0.22, 0.64, 0.05, -0.77])

_MEAN, _OTHER_MEAN = 2.9, 3.5
_SCALE = (1, 5)


def _model(stars: float = _MEAN, scale: tuple[float, float] = _SCALE) -> HandMadeModel:
    return HandMadeModel(_USERS, _MOVIES, _RATED, (_PU, _QI), (_BU, _BI), stars, scale)


@exercise("3.5-predict")
def check_predict(answer: object) -> str:
    """Judge mean, biases and product, limited to the scale."""
    model = _model()
    expected = _right(model, _USER, _MOVIE)
    found = _number(asked(answer, model, _USER, _MOVIE))
    if model.n_asked:
        raise NotYet(
            "You ask the model. Put the number together from its parts: `model.bu`, `model.bi`, "
            "`model.pu`, `model.qi` and `model.trainset.global_mean`.",
            "asks the model",
        )
    if not close(found, expected, _TOLERANCE):
        _explain(found, expected, answer)
    _check_other_pair(answer)
    _check_scale(answer)
    return "Mean, two biases and a product, by inner ids, and no further than the scale goes."


def _right(model: HandMadeModel, user: int, movie: int) -> float:
    known = model.trainset
    u, i = known.to_inner_uid(user), known.to_inner_iid(movie)
    stars = known.global_mean + model.bu[u] + model.bi[i] + model.qi[i] @ model.pu[u]
    return float(np.clip(stars, *known.rating_scale))


def _limited_too_early(model: HandMadeModel, user: int, movie: int) -> float:
    known = model.trainset
    u, i = known.to_inner_uid(user), known.to_inner_iid(movie)
    rest = model.bu[u] + model.bi[i] + model.qi[i] @ model.pu[u]
    return float(known.global_mean + np.clip(rest, *known.rating_scale))


def _number(value: Any) -> float:
    """Give what the answer returned as one number."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    if isinstance(value, np.ndarray | list) and len(value) == _PU.shape[1]:
        raise NotYet(
            f"You return {len(value)} numbers, one a factor: the products are not added up. "
            "`model.qi[i] @ model.pu[u]` multiplies and adds.",
            "not added up",
        )
    if not isinstance(value, int | float | np.number) or isinstance(value, bool):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one number, the stars.",
            "not one number",
        )
    return float(value)


def _explain(found: float, expected: float, answer: object) -> None:
    if np.isnan(found):
        raise NotYet("You get NaN, where all parts are plain numbers.", "nan")
    if rounded(found, expected):
        raise not_rounded(found)
    for limit in (False, True):
        for value, message, misconception in _wrong():
            wrong = float(np.clip(value, *_SCALE)) if limit else value
            if close(found, wrong, _TOLERANCE):
                raise NotYet(message, misconception)
    others = {
        _number(asked(answer, _model(_OTHER_MEAN), user, movie)) for user, movie in ((2, 5), (1, 3))
    }
    if others == {found}:
        raise NotYet(
            f"You return {found:g}, whatever the model, the user and the movie. Use the "
            "function's arguments.",
            "not the argument",
        )
    raise NotYet(
        f"For a model whose mean is {_MEAN}, and user and movie with the biases {_BU[1]} and "
        f"{_BI[0]} and the factors {_PU[1].tolist()} and {_QI[0].tolist()}, the prediction is "
        f"{expected:.4f}; you return {found:.4f}.",
        "other",
    )


def _wrong() -> list[tuple[float, str, str]]:
    """List what comes out of each misconception, for the first pair."""
    u, i = 1, 0
    mu, bu, bi, dot = _MEAN, _BU[u], _BI[i], float(_QI[i] @ _PU[u])
    right = mu + bu + bi + dot
    raw_user = (
        "You take the row of the *raw* user id. The rows of `model.bu` and `model.pu` are counted "
        "by inner ids: `u = model.trainset.to_inner_uid(user)`.",
        "raw ids as rows",
    )
    raw_movie = (
        "You take the row of the *raw* movie id. The rows of `model.bi` and `model.qi` are counted "
        "by inner ids: `i = model.trainset.to_inner_iid(movie)`.",
        "raw ids as rows",
    )
    wrong_bias = (
        "A bias is read from the wrong row: `model.bu` has a row for each user, `model.bi` one for "
        "each movie.",
        "wrong bias",
    )
    cosine = dot / float(np.linalg.norm(_QI[i]) * np.linalg.norm(_PU[u]))
    return [
        (mu + _BU[_USER] + _BI[_MOVIE] + _QI[_MOVIE] @ _PU[_USER], *raw_user),
        (mu + _BU[_USER] + bi + _QI[i] @ _PU[_USER], *raw_user),
        (mu + _BU[_USER] + bi + dot, *raw_user),
        (mu + bu + bi + _QI[i] @ _PU[_USER], *raw_user),
        (mu + bu + _BI[_MOVIE] + _QI[_MOVIE] @ _PU[u], *raw_movie),
        (mu + bu + _BI[_MOVIE] + dot, *raw_movie),
        (mu + bu + bi + _QI[_MOVIE] @ _PU[u], *raw_movie),
        (mu + _BU[i] + _BI[u] + dot, *wrong_bias),
        (mu + _BU[i] + bi + dot, *wrong_bias),
        (mu + bu + _BI[u] + dot, *wrong_bias),
        (mu + _BU[i] + _BI[u] + _QI[u] @ _PU[i], *wrong_bias),
        (
            mu + bu + bi + _QI[u] @ _PU[i],
            "The factors are read from the wrong rows: `model.pu` has a row for each user, "
            "`model.qi` one for each movie.",
            "wrong factors",
        ),
        (
            bu + bi + dot,
            "The mean of all ratings is missing. Biases and product are what is left when it has "
            "been taken off: `model.trainset.global_mean`.",
            "mean forgotten",
        ),
        (
            3 + bu + bi + dot,
            "You add 3, the middle of the scale. Add the mean of the training ratings: "
            "`model.trainset.global_mean`.",
            "middle of the scale",
        ),
        (mu + bi + dot, "The bias of the user is missing.", "user's bias forgotten"),
        (mu + bu + dot, "The bias of the movie is missing.", "movie's bias forgotten"),
        (mu + dot, "Both biases are missing.", "biases forgotten"),
        (
            mu + bu + bi,
            "The product is missing: without `model.qi[i] @ model.pu[u]` the model knows no taste.",
            "product forgotten",
        ),
        (
            dot,
            "That is the product alone. The mean and both biases have been taken off before "
            "training: add them again.",
            "product alone",
        ),
        (
            mu + bu + bi + dot / _PU.shape[1],
            "You average the products over the factors. A dot product is their sum.",
            "mean in place of sum",
        ),
        (
            mu + bu + bi + float(_QI[i].sum() * _PU[u].sum()),
            "You add up the factors first, and multiply the two sums. Multiply factor by factor, "
            "then add.",
            "sums multiplied",
        ),
        (
            mu + bu + bi + float((_QI[i] + _PU[u]).sum()),
            "You add the factors. Multiply factor by factor, then add.",
            "factors added",
        ),
        (
            mu + bu + bi + cosine,
            "You add the cosine. The model was trained with the plain product: divide by no "
            "length.",
            "cosine for dot",
        ),
        (
            mu - bu - bi + dot,
            "You subtract the biases. A generous user has a positive bias: add it.",
            "biases subtracted",
        ),
        (
            float(np.round(right)),
            "You round to whole stars. A prediction may lie between them.",
            "whole stars",
        ),
    ]


def _check_other_pair(answer: object) -> None:
    for user, movie in ((1, 3), (9, 1)):
        model = _model()
        found = _number(asked(answer, model, user, movie))
        if close(found, _right(model, user, movie), _TOLERANCE):
            continue
        if close(found, _limited_too_early(model, user, movie), _TOLERANCE):
            raise NotYet(
                "You limit biases and product, and add the mean afterwards. A bias may well be "
                "below 1: put everything together first, then limit the whole sum.",
                "limited too early",
            )
        raise NotYet(
            f"Right for one pair. For user {user} and movie {movie} the prediction is "
            f"{_right(model, user, movie):.4f}; you return {found:.4f}. Use the arguments, "
            "not fixed rows.",
            "fixed",
        )
    other = _model(_OTHER_MEAN)
    found = _number(asked(answer, other, _USER, _MOVIE))
    if not close(found, _right(other, _USER, _MOVIE), _TOLERANCE):
        raise NotYet(
            f"Right for a model whose mean is {_MEAN}, and not for another. Read the mean from "
            "`model.trainset.global_mean`.",
            "fixed mean",
        )


def _check_scale(answer: object) -> None:
    """Ask for pairs above and below the scale, and on a scale that is longer."""
    for user, movie, limit in ((9, 5, 5.0), (9, 11, 1.0)):  # sums of 7.0 and -1.1
        found = _number(asked(answer, _model(), user, movie))
        if not close(found, limit, _TOLERANCE):
            raise NotYet(
                f"Right within the scale. Here the sum goes beyond it: nobody can give "
                f"{found:.2f} stars, and Surprise's `predict` says {limit:g}. Limit the *sum*: "
                "`np.clip(stars, low, high)`, where "
                "`low, high = model.trainset.rating_scale`.",
                "not clipped",
            )
    for user, movie, stars, scale in ((9, 5, _OTHER_MEAN, (1, 10)), (9, 11, 1.5, (-2, 5))):
        model = _model(stars, scale)
        found = _number(asked(answer, model, user, movie))
        if not close(found, _right(model, user, movie), _TOLERANCE):
            raise NotYet(
                f"Right on a scale of 1 to 5. This model's scale goes from {scale[0]} to "
                f"{scale[1]}: read it from `model.trainset.rating_scale`.",
                "fixed scale",
            )
