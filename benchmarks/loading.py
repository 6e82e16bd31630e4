"""How long loading takes, beside Surprise reading the same file of ratings."""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.measure import table
from workshop_pkg.datasets import load_movielens

# Name, file of ratings, what stands between its fields.
SETS = (("twin", "u.data", "\t"), ("100k", "u.data", "\t"), ("1m", "ratings.dat", "::"))
FOLDERS = {"100k": "ml-100k", "1m": "ml-1m"}
RUNS = 3


def seconds_of(work: Callable[[], object]) -> float:
    """Time some work: the median of a few runs, after one that warms the disk's cache."""
    times = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            work()
        times.append(time.perf_counter() - started)
    return median(times[1:])


def read_with_surprise(path: Path, separator: str) -> object:
    """Read the file as Surprise's users do (the ratings only)."""
    from surprise import Dataset, Reader

    reader = Reader(line_format="user item rating timestamp", sep=separator)
    return Dataset.load_from_file(str(path), reader)


def report() -> str:
    """Measure and give the table; sets that are not in WORKSHOP_DATA are left out."""
    folder = Path(os.environ.get("WORKSHOP_DATA") or ".")
    rows, missing = [], []
    for name, file, separator in SETS:
        if name in FOLDERS and not (folder / FOLDERS[name] / file).is_file():
            missing.append(name)
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            path = load_movielens(name).path / file
        ours = seconds_of(lambda name=name: load_movielens(name))
        theirs = seconds_of(lambda path=path, sep=separator: read_with_surprise(path, sep))
        rows.append((name, f"{ours:.2f}", f"{theirs:.2f}", f"{theirs / ours:.1f}"))
    title = (
        "Loading, in seconds: ratings, users and movies, all checked; Surprise: ratings only "
        "(budget: twin and 100k 1 s, 1m 3 s)"
    )
    text = table(title, ("data set", "load_movielens", "Surprise", "ratio"), rows)
    if missing:
        text += f"\nnot measured: {', '.join(missing)} (no real data: set WORKSHOP_DATA)"
    return text


if __name__ == "__main__":
    print(report())
