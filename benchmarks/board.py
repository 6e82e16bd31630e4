"""Every model of the book, with the settings that its lesson chose or took: who is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.recommenders import (
    Data,
    Floats,
    Trained,
    Way,
    implicit_als,
    implicit_bpr,
    most_rated,
    packaged,
    products,
    sums_of_svd,
    surprised,
    svd,
)
from workshop_pkg import association, models, profiles, recommend, user_groups
from workshop_pkg.preprocessing import rating_matrix

N_NEIGHBORS = 50
#: Chosen on the validation part in lessons 2.2, 2.4 and 3.4: the same on the twin and on 100K, or
#: within noise.
N_GROUPS = 18
RULES_SUPPORT = 0.02
N_ZERO_FILLED = 10
WEIGHTED = {"n_factors": N_ZERO_FILLED, "l2": 0.3, "unobserved_weight": 0.3, "n_sweeps": 5}
L2_ONLY = {"n_factors": 35, "l2": 0.2, "n_sweeps": 5}
#: Taken from habit in lesson 3.4.
REGULARIZED = {"n_factors": 35, "l2": 0.1, "gravity": 1.0}


@dataclass(frozen=True)
class Entry:
    """A model of the book: the lesson that trains it, how, and what must be imported before.

    It learns from ``ratings`` (the rated pairs only), from ``choices`` (who rated what at all, so
    that empty cells count), or from ``nothing``.
    """

    lesson: str
    learns_from: str
    way: Way
    imports: tuple[str, ...] = ()


def random_order(data: Data) -> Callable[[], Trained]:
    shape = data.encoded.n_users, data.encoded.n_movies
    return lambda: Trained(None, np.random.default_rng(0).random(shape))


def least_known(data: Data) -> Callable[[], Trained]:
    answers = most_rated(data)

    def turned() -> Trained:
        scores = answers().scores
        assert scores is not None
        return Trained(None, -scores)

    return turned


def both_biases(data: Data) -> Callable[[], Trained]:
    """Damp by 5 ratings, as in lesson 1.3."""
    stars = rating_matrix(data.train, data.encoded).toarray()
    rated = stars > 0
    mean = data.train["rating"].mean()
    movie = ((stars - mean) * rated).sum(axis=0) / (rated.sum(axis=0) + 5)
    user = ((stars - mean - movie) * rated).sum(axis=1) / (rated.sum(axis=1) + 5)
    return lambda: _stars_of(data, mean + movie + user[:, None])


def neighbors(by: str) -> Way:
    def way(data: Data) -> Callable[[], Trained]:
        matrix = rating_matrix(data.train, data.encoded)
        scores = recommend.neighbor_scores(matrix, n_neighbors=N_NEIGHBORS, by=by)  # type: ignore[arg-type]
        return lambda: Trained(None, scores)

    return way


def most_rated_in_group(data: Data) -> Callable[[], Trained]:
    assert data.movies is not None
    features = profiles.user_features(data.train, data.users, data.movies)
    genres = [name for name in features if str(name).startswith("share: ")]
    table = features.loc[data.encoded.user_ids, genres]
    label = user_groups.cluster(table, N_GROUPS, seed=0).labels.to_numpy()
    seen = (rating_matrix(data.train, data.encoded) > 0).toarray()
    scores = np.empty(seen.shape)
    for group in np.unique(label):
        scores[label == group] = seen[label == group].sum(axis=0)
    # A thousandth of a member changes nothing but ties.
    scores += 0.001 * seen.mean(axis=0)
    return lambda: Trained(None, scores)


def association_rules(data: Data) -> Callable[[], Trained]:
    """Sum the leverages of the rules that fire; below them, order by the number of ratings."""
    stars = rating_matrix(data.train, data.encoded).toarray()
    likes = pd.DataFrame(stars >= 4, columns=data.encoded.movie_ids)
    found = association.frequent_itemsets(likes, RULES_SUPPORT, max_len=2, miner="apriori")
    rules = association.rules(found, metric="confidence", min_threshold=0)
    sides = [
        data.encoded.movie_index([next(iter(items)) for items in rules[column]])
        for column in ("antecedents", "consequents")
    ]
    weight = np.zeros((data.encoded.n_movies, data.encoded.n_movies))
    weight[sides[0], sides[1]] = rules["leverage"]
    fired = likes.to_numpy() @ weight
    counts = (stars > 0).sum(axis=0)
    scores = np.where(fired > 0, 1 + fired, counts / (1 + counts.max()))
    return lambda: Trained(None, scores)


def zero_filled_svd(data: Data) -> Callable[[], Trained]:
    from sklearn.decomposition import TruncatedSVD

    solver = TruncatedSVD(N_ZERO_FILLED, n_iter=20, random_state=0)
    users = solver.fit_transform(rating_matrix(data.train, data.encoded))
    return lambda: _stars_of(data, users @ solver.components_)


def plain_bpr(data: Data) -> Callable[[], Trained]:
    """Take the popularity that `implicit_bpr` adds away again."""
    answers = implicit_bpr(data)

    def plain() -> Trained:
        scores = answers().scores
        assert scores is not None
        seen = rating_matrix(data.train, data.encoded) > 0
        return Trained(None, scores - np.log(np.asarray(seen.sum(axis=0), dtype=float) + 1))

    return plain


def knn_baseline() -> Any:
    from surprise import KNNBaseline

    options = {"name": "pearson_baseline", "user_based": True}
    return KNNBaseline(sim_options=options, verbose=False)


def sums_of_knn_baseline(model: Any) -> Floats:
    """Predict all pairs, movie by movie: baselines, and what the 40 nearest raters add to them."""
    baselines: Floats = model.trainset.global_mean + model.bu[:, None] + model.bi[None, :]
    scores = baselines.copy()
    for movie, rated in model.trainset.ir.items():
        raters = np.array([user for user, _ in rated])
        above = np.array([rating for _, rating in rated]) - baselines[raters, movie]
        similar = model.sim[:, raters]
        if len(raters) > model.k:
            order = np.argsort(-similar, axis=1, kind="stable")[:, : model.k]
            similar, above = np.take_along_axis(similar, order, axis=1), above[order]
        weights = np.maximum(similar, 0)
        total = weights.sum(axis=1)
        scores[:, movie] += (weights * above).sum(axis=1) / np.where(total > 0, total, 1)
    return scores


def nmf() -> Any:
    from surprise import NMF

    return NMF(random_state=0)


def least_squares(**settings: Any) -> Way:
    return packaged(lambda: models.AlternatingLeastSquares(**settings, verbose=False), stars=True)


def gradient_descent(**settings: Any) -> Way:
    return packaged(lambda: models.GradientFactorization(**settings, verbose=False), stars=True)


def _stars_of(data: Data, scores: Floats) -> Trained:
    """Look the test pairs up in a table of stars, and clip them to the scale."""
    users = data.encoded.user_index(data.test["user_id"])
    movies = data.encoded.movie_index(data.test["movie_id"])
    return Trained(np.clip(scores[users, movies], 1, 5), scores)


_SURPRISE, _KERAS = ("surprise",), ("keras",)

#: In the order of the book; the first two are for comparison.
BOARD: dict[str, Entry] = {
    "random order": Entry("-", "nothing", random_order),
    "least known first": Entry("-", "nothing", least_known),
    "both biases": Entry("1.3", "ratings", both_biases),
    "most rated": Entry("2.1", "choices", most_rated),
    "neighbors, by user": Entry("2.1", "choices", neighbors("user")),
    "neighbors, by movie": Entry("2.1", "choices", neighbors("movie")),
    "neighbors' stars (KNNBaseline)": Entry(
        "2.1", "ratings", surprised(knn_baseline, sums_of_knn_baseline), _SURPRISE
    ),
    "most rated in the group": Entry("2.2", "choices", most_rated_in_group),
    "association rules": Entry("2.4", "choices", association_rules, ("mlxtend.frequent_patterns",)),
    "gradient descent, observed only": Entry("3.2", "ratings", gradient_descent()),
    "gradient descent, regularized": Entry(
        "3.4", "choices", gradient_descent(**REGULARIZED, learning_rate=20.0, n_steps=2000)
    ),
    "ALS, L2 only": Entry("3.4", "ratings", least_squares(**L2_ONLY)),
    "ALS, regularized": Entry("3.4", "choices", least_squares(**REGULARIZED)),
    "ALS, weighted": Entry("3.4", "choices", least_squares(**WEIGHTED)),
    "ALS with biases": Entry("3.4", "ratings", least_squares(biases=True)),
    "zero-filled SVD": Entry("3.4", "choices", zero_filled_svd, ("sklearn.decomposition",)),
    "SVD (Surprise)": Entry("3.5", "ratings", surprised(svd, sums_of_svd), _SURPRISE),
    "NMF (Surprise)": Entry("3.5", "ratings", surprised(nmf, products), _SURPRISE),
    "embeddings (Keras)": Entry(
        "3.6",
        "ratings",
        packaged(lambda: models.EmbeddingFactorization(verbose=False), stars=True, early=True),
        _KERAS,
    ),
    "deep factorization": Entry(
        "3.7",
        "ratings",
        packaged(
            lambda: models.DeepFactorization(verbose=False),
            stars=True,
            early=True,
            content=("movies",),
        ),
        _KERAS,
    ),
    "factorization machine": Entry(
        "3.8",
        "ratings",
        packaged(lambda: models.FactorizationMachine(verbose=False), stars=False, early=True),
        _KERAS,
    ),
    "factorization machine, features": Entry(
        "3.8",
        "ratings",
        packaged(
            lambda: models.FactorizationMachine(verbose=False),
            stars=False,
            early=True,
            content=("users", "movies"),
        ),
        _KERAS,
    ),
    "softmax": Entry(
        "3.9",
        "choices",
        packaged(
            lambda: models.SoftmaxRecommender(verbose=False), stars=False, content=("movies",)
        ),
        _KERAS,
    ),
    "EASE": Entry("3.9", "choices", packaged(models.EASE, stars=False)),
    "implicit ALS": Entry("3.9", "choices", implicit_als, ("implicit.als",)),
    "BPR": Entry("3.9", "choices", plain_bpr, ("implicit.bpr",)),
    "BPR + log(ratings)": Entry("3.9", "choices", implicit_bpr, ("implicit.bpr",)),
}
