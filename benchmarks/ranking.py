"""How long ranking and its metrics take, beside scikit-learn called once for each user."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.measure import run_once, table
from workshop_pkg import datasets, metrics, recommend, splits
from workshop_pkg.preprocessing import encode, rating_matrix

K = 10
RUNS = 3
# The real data, and what stands in for it where there is none.
SETS = (("100k", "ml-100k/u.data", "twin"), ("1m", "ml-1m/ratings.dat", "made-up"))
USERS, MOVIES, RATINGS = 6_040, 3_706, 1_000_209  # the size of MovieLens 1M
METRICS: dict[str, Callable[..., NDArray[np.float64] | float]] = {
    "NDCG": metrics.ndcg_at_k,
    "precision": metrics.precision_at_k,
    "recall": metrics.recall_at_k,
    "MAP": metrics.map_at_k,
    "MRR": metrics.mrr_at_k,
    "hit rate": metrics.hit_rate_at_k,
}
# Of scikit-learn's metrics, two are these where a user has one relevant movie; none is coverage.
OF_ONE: dict[str, Callable[..., NDArray[np.float64] | float]] = {
    "MRR of one": metrics.mrr_at_k,
    "hit rate of one": metrics.hit_rate_at_k,
}
Case = tuple[NDArray[np.float64], sparse.csr_array, sparse.csr_array]


def made_up() -> tuple[sparse.csr_array, sparse.csr_array]:
    """Draw a train and a test matrix of MovieLens 1M's size; a few movies hold most ratings."""
    rng = np.random.default_rng(0)
    weight = 1 / (np.arange(MOVIES) + 30)
    drawn = rng.integers(USERS, size=2 * RATINGS) * MOVIES
    drawn += rng.choice(MOVIES, size=2 * RATINGS, p=weight / weight.sum())
    cells = rng.permutation(np.unique(drawn))[:RATINGS]
    test, train = np.split(cells, [RATINGS // 4])

    def matrix(part: NDArray[np.int64]) -> sparse.csr_array:
        row, column = np.divmod(part, MOVIES)
        return sparse.csr_array((np.ones(len(part)), (row, column)), shape=(USERS, MOVIES))

    return matrix(train), matrix(test)


def prepare(name: str) -> Case:
    """Give scores, what was seen and what is relevant: popularity, with noise that breaks ties."""
    if name == "made-up":
        train_matrix, test_matrix = made_up()
    else:
        ratings = datasets.load_movielens(name).ratings
        train, test = splits.stratified_split(ratings, test_ratio=0.25, seed=0)
        encoded = encode(ratings)
        train_matrix, test_matrix = rating_matrix(train, encoded), rating_matrix(test, encoded)
    seen, relevant = train_matrix > 0, test_matrix > 0
    scores = np.random.default_rng(0).random(seen.shape)
    scores += seen.sum(axis=0)
    return scores, seen, relevant


def one_each(relevant: sparse.csr_array) -> sparse.csr_array:
    """Keep the first relevant movie of each user only."""
    users = np.flatnonzero(np.diff(relevant.indptr))
    first = relevant.sorted_indices().indices[relevant.indptr[users]]
    return sparse.csr_array((np.ones(users.size, bool), (users, first)), shape=relevant.shape)


def timed(work: Callable[[], object], runs: int) -> float:
    """Time some work: the median of a few runs."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times)


def ours(case: Case) -> tuple[dict[str, float], dict[str, NDArray[np.float64]]]:
    """Time top_n and each metric, for all users at once; give each user's values."""
    scores, seen, relevant = case
    ranked = recommend.top_n(scores, K, exclude=seen)
    seconds = {"top_n": timed(lambda: recommend.top_n(scores, K, exclude=seen), RUNS)}
    values = {}
    one = one_each(relevant)
    for name, metric in (METRICS | OF_ONE).items():
        truth = one if name in OF_ONE else relevant
        seconds[name] = timed(lambda truth=truth, call=metric: call(truth, ranked, K), RUNS)
        values[name] = np.asarray(metric(truth, ranked, K, per_user=True))
    seconds["coverage"] = timed(lambda: metrics.coverage(ranked, scores.shape[1], K), RUNS)
    return seconds, values


def theirs(case: Case) -> tuple[dict[str, float], dict[str, NDArray[np.float64]]]:
    """Time scikit-learn's functions, called for one user after another."""
    from sklearn.metrics import (
        average_precision_score,
        ndcg_score,
        precision_recall_fscore_support,
    )

    scores, seen, relevant = case
    scores[seen.nonzero()] = -1.0  # below all others: scikit-learn has no `exclude`
    truth = relevant.toarray()
    users = np.flatnonzero(truth.any(axis=1))
    values = {name: np.full(len(truth), np.nan) for name in ("NDCG", "precision", "recall", "MAP")}

    def ndcg() -> None:
        for u in users:
            row, guess = truth[u : u + 1], scores[u : u + 1]
            values["NDCG"][u] = ndcg_score(row, guess, k=K, ignore_ties=True)

    def first_k() -> None:
        places = np.arange(K)
        for u in users:
            top = np.argsort(-scores[u])[:K]
            chosen = np.zeros(truth.shape[1], dtype=bool)
            chosen[top] = True
            values["precision"][u], values["recall"][u], *_ = precision_recall_fscore_support(
                truth[u], chosen, average="binary", zero_division=0
            )
            hits = truth[u, top]
            # Their average is over the hits in the list, ours over the hits there could be.
            share = hits.sum() / min(K, truth[u].sum())
            values["MAP"][u] = average_precision_score(hits, -places) * share if share else 0.0

    seconds = {"NDCG": timed(ndcg, 1), "precision, recall, MAP": timed(first_k, 1)}
    of_one = _theirs_of_one(scores, one_each(relevant).toarray(), users)
    return seconds | of_one[0], values | of_one[1]


def _theirs_of_one(
    scores: NDArray[np.float64], truth: NDArray[np.bool_], users: NDArray[np.int64]
) -> tuple[dict[str, float], dict[str, NDArray[np.float64]]]:
    """Time scikit-learn's functions that agree with ours where a user has one relevant movie."""
    from sklearn.metrics import label_ranking_average_precision_score, top_k_accuracy_score

    values = {name: np.full(len(truth), np.nan) for name in OF_ONE}
    labels = np.arange(truth.shape[1])

    def reciprocal_rank() -> None:
        for u in users:
            whole = label_ranking_average_precision_score(truth[u : u + 1], scores[u : u + 1])
            # Theirs goes through the whole list, ours ends after k places.
            values["MRR of one"][u] = whole if round(1 / whole) <= K else 0.0

    def hit() -> None:
        for u in users:
            wanted = [int(truth[u].argmax())]
            values["hit rate of one"][u] = top_k_accuracy_score(
                wanted, scores[u : u + 1], k=K, labels=labels
            )

    seconds = {"MRR of one": timed(reciprocal_rank, 1), "hit rate of one": timed(hit, 1)}
    return seconds, values


def in_a_process_of_its_own(
    who: str, name: str
) -> tuple[dict[str, float], dict[str, NDArray[np.float64]], float]:
    """Give the seconds, each user's values, and the peak memory in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "values.npz"
        run = run_once([sys.executable, "-m", "benchmarks.ranking", who, name, str(path)])
        with np.load(path) as stored:
            values = dict(stored)
    seconds = json.loads(str(values.pop("seconds")))
    return seconds, values, run.peak_gib


def measure(name: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Give one data set's rows of both tables."""
    our_seconds, our_values, our_peak = in_a_process_of_its_own("ours", name)
    their_seconds, their_values, their_peak = in_a_process_of_its_own("theirs", name)
    n_users = len(our_values["NDCG"])
    all_seven = sum(our_seconds[metric] for metric in (*METRICS, "coverage"))
    alone = [
        (
            name,
            f"{n_users:,}",
            f"{our_seconds['top_n']:.3f}",
            f"{all_seven:.3f}",
            f"{our_peak:.2f}",
            f"{their_peak:.2f}",
        )
    ]
    beside = []
    for what, their_time in their_seconds.items():
        names = what.split(", ")
        our_time = our_seconds["top_n"] + sum(our_seconds[metric] for metric in names)
        apart = max(np.nanmax(np.abs(our_values[m] - their_values[m])) for m in names)
        if apart > 1e-9:
            raise RuntimeError(f"{name}, {what}: scikit-learn's values differ by {apart:.1e}.")
        beside.append(
            (
                name,
                what,
                f"{our_time:.3f}",
                f"{their_time:.2f}",
                f"{their_time / our_time:.0f}",
                f"{apart:.0e}",
            )
        )
    return alone, beside


def report() -> str:
    """Measure and give both tables; without real data, other data of the same size stand in."""
    folder = Path(os.environ.get("WORKSHOP_DATA") or ".")
    alone, beside, notes = [], [], []
    for real, file, stand_in in SETS:
        name = real if (folder / file).is_file() else stand_in
        if name == stand_in:
            notes.append(f"{stand_in} data stand in for {real} (no real data: set WORKSHOP_DATA)")
        rows = measure(name)
        alone += rows[0]
        beside += rows[1]
    first = table(
        "Ranking all unseen movies for all users, in seconds, and the peak memory of the whole "
        "process, data and scores included (budget: 943 users 1 s; 6,040 users 5 s and 2 GiB)",
        ("data set", "users", "top_n", "all 7 metrics", "peak GiB", "scikit-learn's GiB"),
        alone,
    )
    second = table(
        f"Ranking and metrics at {K}, in seconds, beside scikit-learn called for one user after "
        "another, and the largest difference between two values of one user (of one: where only a "
        "user's first relevant movie counts; else scikit-learn has neither these nor coverage)",
        ("data set", "metrics", "ours", "scikit-learn", "ratio", "difference"),
        beside,
    )
    return "\n".join([first, second, *notes])


def main(who: str, name: str, path: str) -> None:
    """Measure one side on one data set, and store what came out."""
    seconds, values = {"ours": ours, "theirs": theirs}[who](prepare(name))
    np.savez(path, seconds=np.array(json.dumps(seconds)), **values)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        main(*sys.argv[1:])
    else:
        print(report())
