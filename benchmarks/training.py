"""How long training takes: a gather loop, plain and compiled, the package's trainer, and ALS."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import run_once, table
from workshop_pkg import backend, datasets, models, splits
from workshop_pkg.preprocessing import Encoded, encode, rating_matrix

# Lessons 3.2 and 3.4: what the published figures were trained with.
SETTINGS: dict[str, dict[str, Any]] = {
    "3.2": {"n_factors": 30, "learning_rate": 10.0, "n_steps": 1000, "l2": 0.0, "gravity": 0.0},
    "3.4": {"n_factors": 35, "learning_rate": 20.0, "n_steps": 2000, "l2": 0.1, "gravity": 1.0},
}
INIT_STDDEV = 0.05
HELD_OUT = 0.1
MOST_SWEEPS = 40
WAYS = {
    "plain": "loop: gather, tf.function",
    "xla": "loop: gather, XLA",
    "package": "models.GradientFactorization",
    "als": "models.AlternatingLeastSquares",
}
Result = dict[str, float]


def prepare(name: str) -> tuple[pd.DataFrame, pd.DataFrame, Encoded]:
    """Give a training part, a tenth held out at random, and the ids of both."""
    ratings = datasets.load_movielens(name).ratings
    train, test = splits.random_split(ratings, test_ratio=HELD_OUT, seed=0)
    return train, test, encode(ratings)


def judged(users: Any, movies: Any, setting: dict[str, Any], data: Any) -> Result:
    """Give the terms of the loss, and the error on the held-out ratings."""
    train, test, encoded = data
    factors = {"l2": setting["l2"], "gravity": setting["gravity"]}
    terms = models.loss_terms(users, movies, rating_matrix(train, encoded), **factors)
    of_test = models.loss_terms(users, movies, rating_matrix(test, encoded))
    return terms | {"test": of_test["observed"]}


def loop(setting: dict[str, Any], data: Any, **options: Any) -> Result:
    """Train by a step as one writes it first: gather both rows of each rating, and apply."""
    import keras
    import tensorflow as tf

    train, _, encoded = data
    rows = tf.constant(encoded.user_index(train["user_id"]), tf.int32)
    columns = tf.constant(encoded.movie_index(train["movie_id"]), tf.int32)
    stars = tf.constant(train["rating"].to_numpy(), tf.float32)
    random = np.random.default_rng(0)
    users, movies = (
        tf.Variable(random.normal(0, INIT_STDDEV, (n, setting["n_factors"])).astype(np.float32))
        for n in (encoded.n_users, encoded.n_movies)
    )
    optimizer = keras.optimizers.SGD(setting["learning_rate"])
    optimizer.build([users, movies])
    l2, gravity = setting["l2"], setting["gravity"]

    def one_step() -> None:
        with tf.GradientTape() as tape:
            products = tf.reduce_sum(tf.gather(users, rows) * tf.gather(movies, columns), axis=1)
            loss = tf.reduce_mean((stars - products) ** 2)
            if l2:
                loss += l2 * tf.reduce_sum(users**2) / encoded.n_users
                loss += l2 * tf.reduce_sum(movies**2) / encoded.n_movies
            if gravity:
                loss += gravity * tf.reduce_mean(tf.matmul(users, movies, transpose_b=True) ** 2)
        slopes = tape.gradient(loss, [users, movies])
        optimizer.apply_gradients(zip(slopes, [users, movies], strict=True))

    step = tf.function(one_step, **options)
    started = time.perf_counter()
    for _ in range(setting["n_steps"]):
        step()
    tables = users.numpy(), movies.numpy()
    seconds = time.perf_counter() - started
    return {"seconds": seconds} | judged(*tables, setting, data)


def fitted(make: Callable[[], Any], setting: dict[str, Any], data: Any) -> Result:
    """Time the fit of a model of the package."""
    train, _, encoded = data
    model = make()
    started = time.perf_counter()
    model.fit(train, encoded=encoded)
    seconds = time.perf_counter() - started
    tables = model.user_embeddings_, model.movie_embeddings_
    return {"seconds": seconds} | judged(*tables, setting, data)


def least_squares(setting: dict[str, Any], data: Any, total: float) -> Result:
    """Time as many sweeps as reach that total loss; MOST_SWEEPS if none does."""

    def make(n_sweeps: int) -> models.AlternatingLeastSquares:
        return models.AlternatingLeastSquares(
            n_factors=setting["n_factors"],
            l2=setting["l2"],
            gravity=setting["gravity"],
            n_sweeps=n_sweeps,
            init_stddev=INIT_STDDEV,
            verbose=False,
        )

    train, _, encoded = data
    history = make(MOST_SWEEPS).fit(train, encoded=encoded).history_
    totals = history[history["metric"] == "total"].set_index("step")["value"]
    reached = totals[(totals <= total) & (totals.index > 0)]
    sweeps = int(reached.index.min()) if len(reached) else MOST_SWEEPS
    return fitted(lambda: make(sweeps), setting, data) | {"sweeps": sweeps}


def measured(way: str, name: str, lesson: str, total: float) -> Result:
    """Train in one way, in this process."""
    backend.load_keras()
    setting, data = SETTINGS[lesson], prepare(name)
    if way == "als":
        return least_squares(setting, data, total)
    if way == "package":
        make = lambda: models.GradientFactorization(  # noqa: E731
            **setting, init_stddev=INIT_STDDEV, verbose=False
        )
        return fitted(make, setting, data)
    return loop(setting, data, **({"jit_compile": True} if way == "xla" else {}))


def in_a_process_of_its_own(way: str, name: str, lesson: str, total: float = 0.0) -> Result:
    """Train in one way; give the result, and the peak memory of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        arguments = [way, name, lesson, repr(total), str(path)]
        run = run_once([sys.executable, "-m", "benchmarks.training", *arguments])
        result: Result = json.loads(path.read_text(encoding="utf-8"))
    return result | {"peak": run.peak_gib}


def rows_of(lesson: str, name: str) -> list[tuple[str, ...]]:
    """Measure the ways of one setting, the plain loop first."""
    ways = [way for way in WAYS if way != "als" or SETTINGS[lesson]["l2"]]
    results: dict[str, Result] = {}
    for way in ways:
        total = results["plain"]["total"] if results else 0.0
        results[way] = in_a_process_of_its_own(way, name, lesson, total)
    rows = []
    for way, result in results.items():
        sweeps = f", {result['sweeps']} sweeps" if "sweeps" in result else ""
        ratio = results["plain"]["seconds"] / result["seconds"]
        terms = [f"{result[term]:.3f}" for term in ("observed", "l2", "gravity", "total", "test")]
        rows.append(
            (
                lesson,
                WAYS[way] + sweeps,
                f"{result['seconds']:.2f}",
                f"{ratio:.1f}",
                *terms,
                f"{result['peak']:.2f}",
            )
        )
    return rows


def report() -> str:
    """Measure and give the table; without real data the twin stands in."""
    folder = Path(os.environ.get("WORKSHOP_DATA") or ".")
    name = "100k" if (folder / "ml-100k/u.data").is_file() else "twin"
    rows = [row for lesson in SETTINGS for row in rows_of(lesson, name)]
    steps = "; ".join(
        f"{lesson}: {s['n_factors']} factors, rate {s['learning_rate']:g}, {s['n_steps']} steps, "
        f"L2 {s['l2']:g}, gravity {s['gravity']:g}"
        for lesson, s in SETTINGS.items()
    )
    return table(
        f"Training on {name}, a tenth held out at random ({steps}): seconds with compiling and "
        "without imports, how many times faster than the plain loop, the loss and its terms, the "
        "error on the held-out ratings, the peak memory of the process. The observed and test "
        "columns are in squared stars",
        (
            "lesson",
            "trained by",
            "seconds",
            "ratio",
            "observed",
            "l2",
            "gravity",
            "total",
            "test",
            "peak GiB",
        ),
        rows,
    )


if __name__ == "__main__":
    if len(sys.argv) == 6:
        way, name, lesson, total, path = sys.argv[1:]
        result = measured(way, name, lesson, float(total))
        Path(path).write_text(json.dumps(result), encoding="utf-8")
    else:
        print(report())
