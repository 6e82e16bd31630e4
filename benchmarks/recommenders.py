"""The package's models beside Surprise and implicit: error, lists, seconds, memory.

Each runs in a process of its own, on the same split: a quarter of each user's ratings is held out.
``python -m benchmarks.recommenders`` measures MovieLens 100K and 1M; with ``--all`` also those that
take many minutes on 1M.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.measure import run_once, table
from benchmarks.ranking import made_up
from workshop_pkg import backend, datasets, metrics, models, recommend, splits
from workshop_pkg.preprocessing import Encoded, encode, rating_matrix

K = 10
# The real data, and what stands in for it where there is none.
SETS = (("100k", "ml-100k/u.data", "twin"), ("1m", "ml-1m/ratings.dat", "made-up"))
ALL = "--all"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """A split; and what a model that stops early may watch, a tenth of the training part."""

    train: pd.DataFrame
    test: pd.DataFrame
    encoded: Encoded
    movies: pd.DataFrame | None
    users: pd.DataFrame | None = None

    def watched(self) -> dict[str, Any]:
        """Give `fit` its arguments: nine tenths to learn from, one to stop by."""
        fitting, validation = splits.stratified_split(self.train, test_ratio=0.1, seed=1)
        return {"ratings": fitting, "encoded": self.encoded, "validation": validation}


@dataclass(frozen=True)
class Trained:
    """What a model answers: stars for the test pairs, scores for lists; None where it has none."""

    stars: Floats | None
    scores: Floats | None


#: From a split to a trained model, and from that to its answers: only the first is timed.
Way = Callable[[Data], Callable[[], Trained]]


def most_rated(data: Data) -> Callable[[], Trained]:
    seen = rating_matrix(data.train, data.encoded) > 0
    counts = np.asarray(seen.sum(axis=0), dtype=float)
    return lambda: Trained(None, np.broadcast_to(counts, seen.shape))


def packaged(
    make: Callable[[], Any], stars: bool, early: bool = False, content: tuple[str, ...] = ()
) -> Way:
    """Wrap a model of the package."""

    def way(data: Data) -> Callable[[], Trained]:
        parts = data.watched() if early else {"ratings": data.train, "encoded": data.encoded}
        parts |= {name: getattr(data, name) for name in content}
        model = make().fit(**parts)

        def answers() -> Trained:
            known = (
                model.predict(data.test["user_id"], data.test["movie_id"], clip=True)
                if stars
                else None
            )
            return Trained(known, model.scores())

        return answers

    return way


def surprised(make: Callable[[], Any], lists: Callable[[Any], Floats] | None) -> Way:
    """Wrap an algorithm of Surprise; `lists` gives its scores of all pairs, by its own rows."""

    def way(data: Data) -> Callable[[], Trained]:
        from surprise import Dataset, Reader

        columns = data.train[["user_id", "movie_id", "rating"]]
        trainset = Dataset.load_from_df(columns, Reader(rating_scale=(1, 5))).build_full_trainset()
        model = make()
        model.fit(trainset)

        def answers() -> Trained:
            pairs = zip(data.test["user_id"], data.test["movie_id"], strict=True)
            stars = np.array([model.predict(user, movie).est for user, movie in pairs])
            if lists is None:
                return Trained(stars, None)
            shape = (data.encoded.n_users, data.encoded.n_movies)
            scores = np.full(shape, -np.inf)
            users = [trainset.to_raw_uid(row) for row in trainset.all_users()]
            movies = [trainset.to_raw_iid(row) for row in trainset.all_items()]
            places = data.encoded.user_index(users), data.encoded.movie_index(movies)
            scores[np.ix_(*places)] = lists(model)
            return Trained(stars, scores)

        return answers

    return way


def svd() -> Any:
    from surprise import SVD

    return SVD(random_state=0)


def svd_plus_plus() -> Any:
    from surprise import SVDpp

    return SVDpp(random_state=0)


def knn_baseline() -> Any:
    from surprise import KNNBaseline

    return KNNBaseline(
        sim_options={"name": "pearson_baseline", "user_based": False},
        bsl_options={"method": "als"},
        verbose=False,
    )


def sums_of_svd(model: Any) -> Floats:
    """Put mean, biases and factors together, for all pairs at once."""
    biases = model.trainset.global_mean + model.bu[:, None] + model.bi[None, :]
    scores: Floats = biases + model.pu @ model.qi.T
    return scores


def sums_of_svd_plus_plus(model: Any) -> Floats:
    """Put them together; a user's factors have a part of what they rated at all."""
    users = np.array(model.pu)
    for row, rated in model.trainset.ur.items():
        users[row] += model.yj[[movie for movie, _ in rated]].sum(axis=0) / np.sqrt(len(rated))
    biases = model.trainset.global_mean + model.bu[:, None] + model.bi[None, :]
    scores: Floats = biases + users @ model.qi.T
    return scores


def products(model: Any) -> Floats:
    """Multiply the factors of a model without biases, such as NMF, for all pairs at once."""
    scores: Floats = model.pu @ model.qi.T
    return scores


def implicit_als(data: Data) -> Callable[[], Trained]:
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        model = AlternatingLeastSquares(
            factors=16, regularization=10, alpha=4, iterations=10, random_state=0
        )
        model.fit(_plays(data), show_progress=False)
    return lambda: Trained(None, model.user_factors @ model.item_factors.T)


def implicit_bpr(data: Data) -> Callable[[], Trained]:
    from implicit.bpr import BayesianPersonalizedRanking

    model = BayesianPersonalizedRanking(
        factors=32,
        learning_rate=0.03,
        regularization=0.05,
        iterations=100,
        num_threads=1,
        random_state=0,
    )
    plays = _plays(data)
    model.fit(plays, show_progress=False)
    # Its negatives are drawn by popularity: see lesson 3.9.
    counts = np.log(np.bincount(plays.indices, minlength=plays.shape[1]) + 1.0)
    return lambda: Trained(None, model.user_factors @ model.item_factors.T + counts)


def _plays(data: Data) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix(rating_matrix(data.train, data.encoded) > 0, dtype=np.float32)


OURS: dict[str, Way] = {
    "ours: AlternatingLeastSquares(biases)": packaged(
        lambda: models.AlternatingLeastSquares(biases=True, verbose=False), stars=True
    ),
    "ours: EASE": packaged(models.EASE, stars=False),
    "ours: EmbeddingFactorization": packaged(
        lambda: models.EmbeddingFactorization(verbose=False), stars=True, early=True
    ),
    "ours: DeepFactorization": packaged(
        lambda: models.DeepFactorization(verbose=False), stars=True, early=True, content=("movies",)
    ),
    "ours: FactorizationMachine": packaged(
        lambda: models.FactorizationMachine(verbose=False), stars=False, early=True
    ),
    "ours: SoftmaxRecommender": packaged(
        lambda: models.SoftmaxRecommender(verbose=False), stars=False, content=("movies",)
    ),
}
THEIRS: dict[str, Way] = {
    "surprise: SVD": surprised(svd, sums_of_svd),
    "surprise: SVDpp": surprised(svd_plus_plus, sums_of_svd_plus_plus),
    "surprise: KNNBaseline, by movie": surprised(knn_baseline, None),
    "implicit: ALS": implicit_als,
    "implicit: BPR + log(ratings)": implicit_bpr,
}
WAYS: dict[str, Way] = {"most rated": most_rated, **OURS, **THEIRS}
IN_KERAS = {
    "ours: EmbeddingFactorization",
    "ours: DeepFactorization",
    "ours: FactorizationMachine",
    "ours: SoftmaxRecommender",
}
LIBRARIES = {"surprise": ("surprise",), "implicit": ("implicit.als", "implicit.bpr")}
# On a million ratings these take minutes each: SVDpp goes through each user's movies for each
# rating, KNNBaseline compares all movies and predicts one pair at a time.
SLOW_ON_1M = {
    "surprise: SVDpp",
    "surprise: KNNBaseline, by movie",
    "ours: DeepFactorization",
    "ours: FactorizationMachine",
}


def prepare(name: str) -> Data:
    """Split a data set; made-up choices get stars by lot, which nobody can predict."""
    if name != "made-up":
        data = datasets.load_movielens(name)
        train, test = splits.stratified_split(data.ratings, test_ratio=0.25, seed=0)
        return Data(train, test, encode(data.ratings), data.movies, data.users)
    rng = np.random.default_rng(0)
    parts = []
    for matrix in made_up():
        user, movie = matrix.nonzero()
        frame = pd.DataFrame({"user_id": user, "movie_id": movie})
        parts.append(frame.assign(rating=rng.integers(1, 6, len(frame)).astype(float)))
    return Data(parts[0], parts[1], encode(pd.concat(parts)), None)


def measured(who: str, name: str) -> dict[str, float]:
    """Train one model in this process, and judge it."""
    data = prepare(name)
    for library in LIBRARIES.get(who.partition(":")[0], ()):
        importlib.import_module(library)
    if who in IN_KERAS:
        backend.load_keras()
    started = time.perf_counter()
    answers = WAYS[who](data)
    result = {"seconds": time.perf_counter() - started}
    trained = answers()
    if trained.stars is not None:
        result["rmse"] = metrics.rmse(data.test["rating"], trained.stars)
    if trained.scores is not None:
        seen = rating_matrix(data.train, data.encoded) > 0
        relevant = rating_matrix(data.test, data.encoded) > 0
        ranked = recommend.top_n(trained.scores, K, exclude=seen)
        result["ndcg"] = metrics.ndcg_at_k(relevant, ranked, k=K)
    return result


def row_of(who: str, name: str) -> tuple[str, ...]:
    """Measure one model in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        run = run_once([sys.executable, "-m", "benchmarks.recommenders", who, name, str(path)])
        result = json.loads(path.read_text(encoding="utf-8"))
    stars = "rmse" in result and name != "made-up"
    return (
        name,
        who,
        f"{result['rmse']:.4f}" if stars else "-",
        f"{result['ndcg']:.3f}" if "ndcg" in result else "-",
        f"{result['seconds']:.2f}",
        f"{run.peak_gib:.2f}",
    )


def report(everything: bool = False) -> str:
    """Measure and give the table; without real data, other data of the same size stand in."""
    folder = Path(os.environ.get("WORKSHOP_DATA") or ".")
    rows, notes = [], []
    for real, file, stand_in in SETS:
        name = real if (folder / file).is_file() else stand_in
        if name == stand_in:
            notes.append(f"{stand_in} data stand in for {real} (no real data: set WORKSHOP_DATA)")
        left_out = SLOW_ON_1M if real == "1m" and not everything else set()
        rows += [row_of(who, name) for who in WAYS if who not in left_out]
        if left_out:
            notes.append(
                f"left out on {name}: {', '.join(sorted(left_out))}; "
                f"python -m benchmarks.recommenders {ALL} measures them, too"
            )
    text = table(
        "Recommenders, a quarter of each user's ratings held out (seed 0): RMSE on the held-out "
        "ratings in stars, where a model predicts stars; NDCG at 10 over all unseen movies, where "
        "it scores all pairs; seconds to train, without imports; peak memory of the whole process. "
        "Settings are the package's defaults, Surprise's defaults, and for implicit those of "
        "lesson 3.9; those that stop early watch a tenth of the training part",
        ("data set", "model", "RMSE", "NDCG@10", "seconds", "peak GiB"),
        rows,
    )
    return "\n".join([text, *notes])


def main(who: str, name: str, path: str) -> None:
    """Measure one model on one data set, and store what came out."""
    Path(path).write_text(json.dumps(measured(who, name)), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        main(*sys.argv[1:])
    else:
        print(report(everything=ALL in sys.argv[1:]))
