"""From trained models to a model folder: what is kept, and how sure a prediction is."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from workshop_pkg import metrics, splits
from workshop_pkg.datasets.types import MovieLens
from workshop_pkg.models import AlternatingLeastSquares
from workshop_pkg.models.factors import FactorModel
from workshop_pkg.preprocessing import Encoded, genre_columns, rating_matrix
from workshop_pkg.serving import folder as model_folder

#: A rating from here on is a like.
LIKED_FROM = 4.0

#: Recommend from this probability of a like on.
THRESHOLD = 0.5


class Curve(NamedTuple):
    """P(like) as a logistic curve of the predicted stars, and how well it fits."""

    slope: float
    intercept: float
    error: float
    brier: float
    brier_of_share: float
    share: float
    n_ratings: int


class Trained(NamedTuple):
    """The two models of a folder."""

    stars: AlternatingLeastSquares
    choices: AlternatingLeastSquares


def train_models(ratings: pd.DataFrame, verbose: bool = False) -> Trained:
    """Train the two models that ``workshop train`` saves, with settings that the lessons chose.

    Parameters
    ----------
    ratings : pandas.DataFrame
        ``user_id``, ``movie_id``, ``rating`` (stars).
    verbose : bool
        Whether to show progress bars.

    Returns
    -------
    Trained
        ``stars`` (alternating least squares with biases, lesson 3.6) and ``choices`` (weighted
        alternating least squares, lessons 3.4 and 4.3).
    """
    return Trained(
        AlternatingLeastSquares(biases=True, verbose=verbose).fit(ratings),
        AlternatingLeastSquares(
            n_factors=10, l2=0.3, unobserved_weight=0.3, n_sweeps=5, verbose=verbose
        ).fit(ratings),
    )


def export(
    folder: str | os.PathLike[str],
    data: MovieLens,
    *,
    stars: FactorModel,
    choices: AlternatingLeastSquares,
    train: pd.DataFrame,
) -> Path:
    """Write what a service needs into a folder: factors, titles, what each user has seen.

    No rating is written, and nothing about a user but an id and which movies they rated.

    The curve of P(like) = P(rating of 4 stars or more) is fitted here: a copy of `stars` is trained
    on three quarters of `train`, the curve on half of the rest (Platt, 1999, "Probabilistic
    Outputs for Support Vector Machines"), and its calibration error is measured on the other half.

    Parameters
    ----------
    folder : path
        A new or an empty one.
    data : MovieLens
        Where titles, years and genres come from.
    stars : FactorModel
        Fitted on `train`: it predicts the rating.
    choices : AlternatingLeastSquares
        Fitted on `train`, without biases: it ranks, and solves for somebody new.
    train : pandas.DataFrame
        The ratings that both were fitted on.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    ModelFolderError
        When the folder is not empty, or cannot be made.
    ValueError
        When the models or the ratings do not fit together.
    """
    target = Path(folder)
    model_folder.require_free(target)
    matrix = _checked(stars, choices, train)
    rows = _titles(data.movies, stars.movie_ids_)
    curve = fit_curve(stars, train)
    low, high = stars.rating_range_
    manifest = {
        "data": data.name,
        "sizes": {
            "users": matrix.shape[0],
            "movies": matrix.shape[1],
            "ratings": matrix.nnz,
        },
        "rating_range": [low, high],
        "models": {name: _told(model) for name, model in (("stars", stars), ("choices", choices))},
        "probability": {
            "of": f"a rating of {LIKED_FROM:g} stars or more",
            "liked_from": LIKED_FROM,
            "threshold": THRESHOLD,
            "slope": curve.slope,
            "intercept": curve.intercept,
            "calibration_error": curve.error,
            "brier_score": curve.brier,
            "brier_score_of_the_share": curve.brier_of_share,
            "share_of_likes": curve.share,
            "measured_on": curve.n_ratings,
        },
    }
    equations = choices.user_equations()
    arrays: dict[str, model_folder.Arrays] = {
        "stars": {
            "user_embeddings": stars.user_embeddings_,
            "movie_embeddings": stars.movie_embeddings_,
            "user_biases": stars.user_biases_,
            "movie_biases": stars.movie_biases_,
            "mean": np.array(float(stars.mean_)),
        },
        "choices": {
            "user_embeddings": choices.user_embeddings_,
            "movie_embeddings": equations.features,
            "shared": equations.shared,
            "product_weight": np.array(equations.product_weight),
            "n_ratings": np.array(equations.n_ratings),
        },
        "seen": {
            "user_ids": stars.user_ids_.astype(np.int64),
            "movie_ids": stars.movie_ids_.astype(np.int64),
            "indptr": matrix.indptr.astype(np.int64),
            "indices": matrix.indices.astype(np.int32),
        },
    }
    model_folder.write(target, manifest, arrays, rows)
    return target


def fit_curve(stars: FactorModel, train: pd.DataFrame) -> Curve:
    """Fit P(like) on ratings that a copy of the model has not seen, and measure it on others.

    Parameters
    ----------
    stars : FactorModel
        Its settings are used, not what it learnt: it has seen all of `train`.
    train : pandas.DataFrame
        ``user_id``, ``movie_id``, ``rating``.

    Returns
    -------
    Curve
        `error` is `metrics.calibration_error`.

    Raises
    ------
    ValueError
        When there are too few ratings, or all of them are likes, or none is.
    """
    fitting, held_out = splits.stratified_split(train, test_ratio=0.25, seed=0)
    copy = clone(stars).set_params(verbose=False).fit(fitting, _ids_of(stars))
    for_curve, for_error = splits.random_split(held_out, test_ratio=0.5, seed=0)
    predicted = copy.predict(for_curve["user_id"], for_curve["movie_id"])
    liked = (for_curve["rating"] >= LIKED_FROM).to_numpy()
    if liked.all() or not liked.any():
        raise ValueError(
            f"Of {len(liked)} held-out ratings {int(liked.sum())} are likes ({LIKED_FROM:g} stars "
            "or more): a probability needs some of both, so export more ratings."
        )
    # Next to no penalty: two numbers are fitted to many.
    logistic = LogisticRegression(C=1e6).fit(predicted[:, None], liked)
    others = copy.predict(for_error["user_id"], for_error["movie_id"])
    probability = logistic.predict_proba(others[:, None])[:, 1]
    truth = (for_error["rating"] >= LIKED_FROM).to_numpy().astype(np.float64)
    share = float(liked.mean())
    return Curve(
        float(logistic.coef_[0, 0]),
        float(logistic.intercept_[0]),
        metrics.calibration_error(truth, probability),
        float(((probability - truth) ** 2).mean()),
        float(((share - truth) ** 2).mean()),
        share,
        len(truth),
    )


def _checked(stars: Any, choices: Any, train: pd.DataFrame) -> Any:
    """Refuse what does not fit together; give what was rated in training as a csr_array."""
    if not isinstance(stars, FactorModel):
        raise ValueError(
            f"stars is a {type(stars).__name__}, but the service needs a model of factors, such as "
            "models.AlternatingLeastSquares(biases=True)."
        )
    if not isinstance(choices, AlternatingLeastSquares) or choices.biases:
        which = f"a {type(choices).__name__}"
        which += " with biases" if isinstance(choices, AlternatingLeastSquares) else ""
        raise ValueError(
            f"choices is {which}, but somebody new is solved for with the equations of "
            "models.AlternatingLeastSquares without biases: with unobserved_weight above 0 it "
            "ranks well."
        )
    for name, model in (("stars", stars), ("choices", choices)):
        ids = model._known_ids()
        if ids.user_ids.dtype.kind not in "iu" or ids.movie_ids.dtype.kind not in "iu":
            raise ValueError(f"The ids of {name} are not whole numbers, as those of MovieLens are.")
    same = np.array_equal(stars.user_ids_, choices.user_ids_) and np.array_equal(
        stars.movie_ids_, choices.movie_ids_
    )
    if not same:
        raise ValueError(
            "stars and choices know other users or movies: fit both on the same ratings, or with "
            "the same `encoded`."
        )
    matrix = rating_matrix(train, _ids_of(stars))
    matrix.sort_indices()
    for name, model in (("stars", stars), ("choices", choices)):
        if (matrix.astype(bool) != model.seen_).nnz:
            raise ValueError(f"{name} was fitted on other ratings than train: pass those.")
    return matrix


def _ids_of(model: FactorModel) -> Encoded:
    return Encoded(pd.DataFrame(), model.user_ids_, model.movie_ids_)


def _told(model: Any) -> dict[str, Any]:
    settings = {name: value for name, value in model.get_params().items() if name != "verbose"}
    return {"kind": type(model).__name__, "settings": settings}


def _titles(movies: pd.DataFrame, movie_ids: Iterable[Any]) -> list[dict[str, Any]]:
    table = movies.set_index("movie_id")
    missing = [movie_id for movie_id in movie_ids if movie_id not in table.index]
    if missing:
        raise ValueError(
            f"data.movies has no movie {missing[0]}, which was rated: pass the data set that the "
            "ratings are from."
        )
    chosen = table.loc[list(movie_ids)]
    names = [name for name in genre_columns(movies) if name != "unknown"]
    flags = chosen[names].to_numpy() == 1
    return [
        {
            "movie_id": int(movie_id),
            "title": str(title),
            "year": None if pd.isna(year) else int(year),
            "genres": [name for name, flag in zip(names, row, strict=True) if flag],
        }
        for movie_id, title, year, row in zip(
            chosen.index, chosen["title"], chosen["year"], flags, strict=True
        )
    ]
