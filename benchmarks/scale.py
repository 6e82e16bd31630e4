"""How the package's models and implicit's grow with the ratings: seconds, peak memory, slope.

``python -m benchmarks.scale`` measures MovieLens 100K and 1M (made-up sets of the same size stand
in for what is not here), each model in a process of its own.

    python -m benchmarks.scale --generated           # also 20 million made-up ratings: half an hour
    python -m benchmarks.scale --generated --store   # and write the file that lesson 5.2 reads
    python -m benchmarks.scale --folder FOLDER       # where made-up sets are kept for the next run
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import math
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

from benchmarks import generated
from benchmarks.measure import run_family, table
from data_scripts import stored
from workshop_pkg import datasets, models

STORED = stored.BUNDLED / "scale_times.csv"
REAL = {"100k": "ml-100k/u.data", "1m": "ml-1m/ratings.dat"}
LARGE = "20m"
# All factorizations alike, so that their times can be compared.
FACTORS, SWEEPS = 40, 10
# How often a model is trained, and after how many seconds not again.
RUNS, LONG = 3, 10.0
# EASE holds tables of all pairs of movies: it gets the most rated ones, where there are more.
MOST_MOVIES = 10_000


def ours_stars(ratings: pd.DataFrame) -> None:
    models.AlternatingLeastSquares(FACTORS, biases=True, n_sweeps=SWEEPS, verbose=False).fit(
        ratings
    )


def ours_choices(ratings: pd.DataFrame) -> None:
    models.AlternatingLeastSquares(
        FACTORS, unobserved_weight=0.1, n_sweeps=SWEEPS, verbose=False
    ).fit(ratings)


def ease(ratings: pd.DataFrame) -> None:
    counts = ratings["movie_id"].value_counts()
    if len(counts) > MOST_MOVIES:
        ratings = ratings[ratings["movie_id"].isin(counts.index[:MOST_MOVIES])]
    models.EASE().fit(ratings)


def implicit_als(ratings: pd.DataFrame) -> None:
    from implicit.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    users, rows = np.unique(ratings["user_id"], return_inverse=True)
    movies, columns = np.unique(ratings["movie_id"], return_inverse=True)
    chosen = np.ones(len(ratings), np.float32)
    plays = csr_matrix((chosen, (rows, columns)), shape=(len(users), len(movies)))
    with threadpool_limits(limits=1, user_api="blas"):
        model = AlternatingLeastSquares(
            FACTORS, regularization=10, alpha=4, iterations=SWEEPS, random_state=0
        )
        model.fit(plays, show_progress=False)


WAYS: dict[str, Callable[[pd.DataFrame], None]] = {
    "ours: ALS with biases": ours_stars,
    "ours: ALS, weighted": ours_choices,
    "ours: EASE": ease,
    "implicit: ALS": implicit_als,
}


def source(name: str, folder: Path) -> tuple[str, Path | None]:
    """Say what a set is called, and where it is if it is made up; it is made if it is missing."""
    real = Path(os.environ.get("WORKSHOP_DATA") or ".") / REAL.get(name, "no such file")
    if real.is_file():
        return f"MovieLens {name.upper()}", None
    return f"generated {name.upper()}", generated.kept(name, folder)


def load(name: str, path: Path | None) -> pd.DataFrame:
    """Read the ratings of a set."""
    if path is not None:
        return generated.read(path)
    columns = list(generated.COLUMNS)
    return datasets.load_movielens(name).ratings[columns]


def measured(who: str, name: str, path: Path | None) -> dict[str, Any]:
    """Train one model in this process; seconds are those of training, from the frame of ratings.

    Of several runs the quickest counts, as other work on the machine only makes a run longer; what
    takes long is not run again.
    """
    ratings = load(name, path)
    if who.startswith("implicit"):
        importlib.import_module("implicit.als")
    times: list[float] = []
    while len(times) < RUNS and sum(times) < LONG:
        started = time.perf_counter()
        WAYS[who](ratings)
        times.append(time.perf_counter() - started)
    return {"ratings": len(ratings), "seconds": min(times)}


def in_own_process(who: str, name: str, path: Path | None) -> dict[str, Any]:
    """Measure one model in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        command = [
            sys.executable,
            "-m",
            "benchmarks.scale",
            "--measure",
            who,
            name,
            str(path or ""),
        ]
        run = run_family([*command, "--out", str(out)])
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found | {"peak_gib": run.peak_gib}


def with_slopes(rows: pd.DataFrame) -> pd.DataFrame:
    """Add each row's slope: the power of the ratings by which time grew since the set before.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``model``, ``ratings``, ``seconds``, any order.

    Returns
    -------
    pandas.DataFrame
        By model and ratings, with ``slope``: 1 where twice the ratings take twice the time;
        missing for the first set.
    """
    ordered = rows.sort_values(["model", "ratings"], kind="stable", ignore_index=True)
    logs = np.log(ordered[["ratings", "seconds"]].astype(float))
    steps = logs.groupby(ordered["model"]).diff()
    return ordered.assign(slope=steps["seconds"] / steps["ratings"])


def report(rows: pd.DataFrame) -> str:
    """Set the table in plain text."""
    cells = [
        (
            row["model"],
            row["data"],
            f"{row['ratings']:,}",
            f"{row['seconds']:.2f}",
            "-" if math.isnan(row["slope"]) else f"{row['slope']:.2f}",
            f"{row['peak_gib']:.2f}",
        )
        for row in rows.to_dict("records")
    ]
    return table(
        f"How training grows: {FACTORS} factors and {SWEEPS} sweeps each; EASE on the "
        f"{MOST_MOVIES:,} most rated movies at the most. Seconds from the frame of ratings to the "
        "trained model, without imports; slope: the power of the ratings by which the seconds grew "
        "since the row before; peak memory of the whole process, the frame included",
        ("model", "data", "ratings", "seconds", "slope", "peak GiB"),
        cells,
    )


def machine() -> str:
    """Name the machine, for a stored table's first line."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{platform.system()}, {psutil.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}"
    )


def main(arguments: list[str]) -> None:
    """Measure, print the table, and store it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--generated", action="store_true", help="20 million made-up ratings, too")
    parser.add_argument("--folder", type=Path, help="where made-up sets are kept (else nowhere)")
    parser.add_argument("--store", action="store_true", help="write the file of lesson 5.2")
    parser.add_argument("--out", type=Path, help="a CSV file to write")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.measure:
        who, name, path = given.measure
        found = measured(who, name, Path(path) if path else None)
        given.out.write_text(json.dumps(found), encoding="utf-8")
        return
    if given.store and not given.generated:
        parser.error("--store writes all sizes: it goes with --generated")
    with tempfile.TemporaryDirectory() as scratch:
        rows = []
        for name in (*REAL, LARGE) if given.generated else REAL:
            said, path = source(name, given.folder or Path(scratch))
            for who in WAYS:
                print(f"{said}: {who} ...", file=sys.stderr, flush=True)
                rows.append({"model": who, "data": said} | in_own_process(who, name, path))
    found = with_slopes(pd.DataFrame(rows))
    print(report(found))
    out = STORED if given.store else given.out
    if out:
        version = importlib.metadata.version("implicit")
        made_of = f"Training of the package's models and of implicit {version}'s ALS on MovieLens "
        made_of += "and on made-up ratings"
        digits = {"seconds": 2, "slope": 2, "peak_gib": 2}
        stored.write(
            found.round(digits), made_of, f"python -m benchmarks.scale on {machine()}", out
        )
        print(f"written to {out}")


if __name__ == "__main__":
    main(sys.argv[1:])
