"""Memory and time of the two ways to the loss of lesson 3.1, each in a process of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measure import run_once, table
from workshop_pkg import backend, datasets
from workshop_pkg.preprocessing import encode

N_FEATURES = 30
RUNS = 5
WAYS = ("full matrix", "gathered pairs")
NOTHING = "nothing"  # the same process without any loss: what all of them need
# The real data, and what stands in for it where there is none.
SETS = (("100k", "ml-100k/u.data", "twin"), ("1m", "ml-1m/ratings.dat", "made-up"))
USERS, MOVIES, RATINGS = 6_040, 3_706, 1_000_209  # the size of MovieLens 1M
# As empty as MovieLens 20M is: 16 times the cells of 1M, and no more ratings.
TIMES = 4


def prepare(name: str) -> tuple[Any, tuple[int, int]]:
    """Give the indices of all ratings, and the numbers of users and movies."""
    if name.startswith("made-up"):
        rng = np.random.default_rng(0)
        weight = 1 / (np.arange(MOVIES) + 30)  # a few movies hold most ratings
        drawn = rng.integers(USERS, size=2 * RATINGS) * MOVIES
        drawn += rng.choice(MOVIES, size=2 * RATINGS, p=weight / weight.sum())
        cells = np.sort(rng.permutation(np.unique(drawn))[:RATINGS])
        indices, shape = np.stack(np.divmod(cells, MOVIES), axis=1), (USERS, MOVIES)
    else:
        encoded = encode(datasets.load_movielens(name.split(",")[0]).ratings)
        places = ["user_index", "movie_index"]
        indices = encoded.ratings[places].sort_values(places).to_numpy()
        shape = encoded.n_users, encoded.n_movies
    if name.endswith("spread"):
        indices, shape = indices * TIMES, (shape[0] * TIMES, shape[1] * TIMES)
    return indices, shape


def measure_here(way: str, name: str) -> dict[str, float]:
    """Compute one loss and its gradient a few times; give seconds, the loss and the sizes."""
    indices, shape = prepare(name)
    backend.start(seed=0)
    import tensorflow as tf

    tensor = tf.SparseTensor(indices, np.full(len(indices), 3.5, np.float32), shape)
    tables = [
        tf.Variable(tf.random.stateless_normal([size, N_FEATURES], seed=[seed, 0], stddev=0.05))
        for seed, size in enumerate(shape)
    ]

    def full(users: Any, movies: Any) -> Any:
        predictions = tf.matmul(users, movies, transpose_b=True)
        return tf.reduce_mean((tensor.values - tf.gather_nd(predictions, tensor.indices)) ** 2)

    def gathered(users: Any, movies: Any) -> Any:
        rows = tf.gather(users, tensor.indices[:, 0]) * tf.gather(movies, tensor.indices[:, 1])
        return tf.reduce_mean((tensor.values - tf.reduce_sum(rows, axis=1)) ** 2)

    found = {"users": shape[0], "movies": shape[1], "ratings": len(indices)}
    if way == NOTHING:
        return found | {"seconds": 0.0, "loss": 0.0}
    loss = {"full matrix": full, "gathered pairs": gathered}[way]
    seconds, value = [], 0.0
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        with tf.GradientTape() as tape:
            result = loss(*tables)
        for slope in tape.gradient(result, tables):
            tf.convert_to_tensor(slope).numpy()
        value = float(result)
        seconds.append(time.perf_counter() - started)
    return found | {"seconds": median(seconds[1:]), "loss": value}


def in_a_process_of_its_own(way: str, name: str) -> dict[str, float]:
    """Give what was measured, and the peak memory in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "found.json"
        run = run_once([sys.executable, "-m", "benchmarks.losses", way, name, str(path)])
        found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return found | {"peak": run.peak_gib}


def rows_of(name: str) -> list[tuple[str, ...]]:
    """Measure both ways on one data set; give a row for each."""
    before = in_a_process_of_its_own(NOTHING, name)["peak"]
    found = {way: in_a_process_of_its_own(way, name) for way in WAYS}
    full, gathered = (found[way]["loss"] for way in WAYS)
    if abs(full - gathered) > 1e-4 * full:
        raise RuntimeError(f"{name}: the losses are {full} and {gathered}.")
    rows: list[tuple[str, ...]] = []
    for way, at in found.items():
        cells = at["users"] * at["movies"]
        formula = 4 * cells if way == "full matrix" else 8 * at["ratings"] * N_FEATURES
        rows.append(
            (
                name,
                f"{at['users']:,.0f} x {at['movies']:,.0f}",
                f"{at['ratings'] / cells:.2%}",
                way,
                f"{at['seconds']:.3f}",
                f"{formula / 2**30:.2f}",
                f"{at['peak'] - before:.2f}",
                f"{at['loss']:.4f}",
            )
        )
    return rows


def report() -> str:
    """Measure and give the table; without real data, other data of the same size stand in."""
    folder = Path(os.environ.get("WORKSHOP_DATA") or ".")
    rows: list[tuple[str, ...]] = []
    notes = []
    for real, file, stand_in in SETS:
        name = real if (folder / file).is_file() else stand_in
        if name == stand_in:
            notes.append(f"{stand_in} data stand in for {real} (no real data: set WORKSHOP_DATA)")
        rows += rows_of(name)
    rows += rows_of(f"{name}, spread")
    title = (
        f"The squared error and its gradient in both ways of lesson 3.1, {N_FEATURES} features, in "
        "seconds; GiB by the lesson's formula, and the peak GiB of the process above one without a "
        f"loss ('spread': the same ratings among {TIMES} x {TIMES} times the cells)"
    )
    header = ("data set", "users x movies", "observed", "way", "s", "formula", "peak", "loss")
    return "\n".join([table(title, header, rows), *notes])


def main(way: str, name: str, path: str) -> None:
    """Measure one way on one data set, and store what came out."""
    Path(path).write_text(json.dumps(measure_here(way, name)), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        main(*sys.argv[1:])
    else:
        print(report())
