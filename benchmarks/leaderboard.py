"""One leaderboard of every model of the book, on one split: made by one command.

``python -m benchmarks.leaderboard`` trains each model on three quarters of each user's ratings, in
a process of its own, judges it on the rest, and prints the table: about ten minutes on two cores.

    python -m benchmarks.leaderboard --dataset 100k        # real data, found through WORKSHOP_DATA
    python -m benchmarks.leaderboard --only EASE "most rated"
    python -m benchmarks.leaderboard --out board.csv
    python -m benchmarks.leaderboard --store               # the file that lesson 4.3 reads
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

from benchmarks.board import BOARD
from benchmarks.measure import run_once, table
from benchmarks.recommenders import Data, K, Trained, prepare
from data_scripts import stored
from workshop_pkg import backend, metrics, recommend
from workshop_pkg.preprocessing import rating_matrix

STORED = stored.BUNDLED / "leaderboard.csv"
SETS = {"twin": "the made-up twin of MovieLens 100K", "100k": "MovieLens 100K"}
#: How often a model is trained, and after how many seconds not again.
RUNS, LONG = 3, 15.0
#: How each column is written.
DIGITS = {
    "rmse": 4,
    "ndcg": 4,
    "low": 4,
    "high": 4,
    "behind": 4,
    "behind_low": 4,
    "behind_high": 4,
    "coverage": 4,
    "novelty": 3,
    "seconds": 2,
    "peak_gib": 2,
}


def judged(data: Data, trained: Trained) -> dict[str, Any]:
    """Compare what a model answers with the test part: stars, lists of ten, shelf, surprise."""
    seen = rating_matrix(data.train, data.encoded) > 0
    relevant = rating_matrix(data.test, data.encoded) > 0
    assert trained.scores is not None
    ranked = recommend.top_n(trained.scores, K, exclude=seen)
    found: dict[str, Any] = {
        "ndcg_of_users": metrics.ndcg_at_k(relevant, ranked, k=K, per_user=True).tolist(),
        "coverage": metrics.coverage(ranked, data.encoded.n_movies, k=K),
        "novelty": metrics.novelty_at_k(seen, ranked, k=K),
    }
    if trained.stars is not None:
        found["rmse"] = metrics.rmse(data.test["rating"], trained.stars)
    return found


def measured(who: str, data: Data, runs: int = 1) -> dict[str, Any]:
    """Train one model in this process, and judge it; seconds are those of training alone.

    Of several runs the quickest counts, as other work on the machine only makes a run longer; who
    takes long is not run again.
    """
    entry = BOARD[who]
    for library in entry.imports:
        backend.load_keras() if library == "keras" else importlib.import_module(library)
    times: list[float] = []
    while len(times) < runs and sum(times) < LONG:
        started = time.perf_counter()
        answers = entry.way(data)
        times.append(time.perf_counter() - started)
    about = {"model": who, "lesson": entry.lesson, "learns_from": entry.learns_from}
    return about | {"seconds": min(times)} | judged(data, answers())


def in_own_process(who: str, dataset: str) -> dict[str, Any]:
    """Measure one model in a process of its own, whose peak memory is the model's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.leaderboard", "--dataset", dataset]
        run = run_once([*command, "--measure", who, "--out", str(path)])
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found | {"peak_gib": run.peak_gib}


def board_of(results: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Put measurements together, the best list first, with intervals by bootstrap over users.

    Parameters
    ----------
    results
        What `measured` gives, with or without ``peak_gib``.

    Returns
    -------
    pandas.DataFrame
        A row for each model. ``low`` and ``high`` are the 95 % interval of its own ``ndcg``;
        ``behind`` is its NDCG minus the leader's, of the same users, with ``behind_low`` and
        ``behind_high``. ``rmse`` is missing where a model predicts no stars.
    """
    rows = sorted(results, key=lambda row: -np.nanmean(row["ndcg_of_users"]))
    leader = rows[0]["ndcg_of_users"]
    lines = []
    for row in rows:
        users = row["ndcg_of_users"]
        own, paired = metrics.paired_bootstrap(users), metrics.paired_bootstrap(users, leader)
        line = {name: row[name] for name in ("model", "lesson", "learns_from")}
        line["rmse"] = row.get("rmse", np.nan)
        line |= dict(zip(("ndcg", "low", "high"), own, strict=True))
        line |= dict(zip(("behind", "behind_low", "behind_high"), paired, strict=True))
        rest = ("coverage", "novelty", "seconds", "peak_gib")
        lines.append(line | {name: row[name] for name in rest if name in row})
    return pd.DataFrame(lines)


def report(board: pd.DataFrame, dataset: str) -> str:
    """Set the table in plain text."""
    numbers = [name for name in board.columns if name in DIGITS]
    rows = []
    for row in board.to_dict("records"):
        cells = [f"{row[name]:.{DIGITS[name]}f}".replace("nan", "-") for name in numbers]
        rows.append((*(str(row[name]) for name in ("model", "lesson", "learns_from")), *cells))
    return table(
        f"Every model of the book on {SETS[dataset]}, a quarter of each user's ratings held out "
        "(seed 0): RMSE in stars, where a model predicts stars; NDCG at 10 over all unseen movies "
        "with its 95 % interval over users, and behind the leader for the same users; share of all "
        "movies in some list; mean self-information of what is listed, in bits; seconds to train, "
        f"the quickest of up to {RUNS} runs; peak memory of the whole process. Settings are those "
        "of the lessons; what stops early watches a tenth of the training part",
        ("model", "lesson", "learns from", *numbers),
        rows,
    )


def write(board: pd.DataFrame, dataset: str, path: Path) -> None:
    """Write the table, all or nothing; its first line says what it is, and when it was made."""
    memory = psutil.virtual_memory().total / 2**30
    machine = f"{platform.system()}, {psutil.cpu_count()} cores, {memory:.0f} GiB"
    made_of = (
        f"Every model of the book on {SETS[dataset]}, a quarter of each user's ratings held out"
    )
    by = f"python -m benchmarks.leaderboard on {machine}, Python {platform.python_version()}"
    stored.write(board.round(DIGITS), made_of, by, path)


def main(arguments: list[str]) -> None:
    """Measure the models asked for, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.leaderboard")
    parser.add_argument("--dataset", choices=SETS, default="twin")
    parser.add_argument("--only", nargs="+", choices=BOARD, metavar="MODEL", help="some models")
    parser.add_argument("--out", type=Path, help="a CSV file to write")
    parser.add_argument("--store", action="store_true", help="write the file of lesson 4.3")
    parser.add_argument("--measure", choices=BOARD, metavar="MODEL", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.store and (given.dataset != "twin" or given.only or given.out):
        parser.error("--store writes all models on the twin: it goes with no other option")
    if given.measure:
        found = measured(given.measure, prepare(given.dataset), RUNS)
        given.out.write_text(json.dumps(found), encoding="utf-8")
        return
    results = []
    for who in given.only or BOARD:
        print(f"{who} ...", file=sys.stderr, flush=True)
        results.append(in_own_process(who, given.dataset))
    board = board_of(results)
    print(report(board, given.dataset))
    out = STORED if given.store else given.out
    if out:
        write(board, given.dataset, out)
        print(f"written to {out}")


if __name__ == "__main__":
    main(sys.argv[1:])
