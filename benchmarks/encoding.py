"""How long one-hot encoding takes: row by row, and by TransactionEncoder, dense and sparse."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from statistics import median

import mlxtend
import pandas as pd

from benchmarks.measure import table
from workshop_pkg.association import one_hot
from workshop_pkg.datasets import load_supermarket

BASKETS = (250, 500, 1_000, 2_000, 4_000, 8_000)
RUNS = 3
# The row-by-row loop grows with baskets times items: no further than this.
LONGEST_LOOP = 2_000


def row_by_row(baskets: list[list[int]]) -> pd.DataFrame:
    """Encode as one would at first: a row for each basket, with a cell for each item."""
    items = sorted({item for basket in baskets for item in basket})
    rows = [{item: item in basket for item in items} for basket in baskets]
    return pd.DataFrame(rows)


def seconds_of(work: Callable[[], pd.DataFrame]) -> float:
    """Time some work: the median of a few runs."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times)


def report() -> str:
    """Measure and give the table."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        supermarket = load_supermarket()
    rows = []
    for n_baskets in BASKETS:
        baskets = supermarket[:n_baskets]
        dense = seconds_of(lambda baskets=baskets: one_hot(baskets))
        sparse = seconds_of(lambda baskets=baskets: one_hot(baskets, sparse=True))
        frame = one_hot(baskets)
        loop = ratio = equal = "-"
        if n_baskets <= LONGEST_LOOP:
            by_row = seconds_of(lambda baskets=baskets: row_by_row(baskets))
            loop, ratio = f"{by_row:.3f}", f"{by_row / dense:.0f}"
            equal = "yes" if row_by_row(baskets).equals(frame) else "NO"
        rows.append(
            (
                f"{n_baskets:,}",
                f"{frame.shape[1]:,}",
                loop,
                f"{dense:.3f}",
                f"{sparse:.3f}",
                ratio,
                equal,
                f"{frame.memory_usage(index=False).sum() / 2**20:.1f}",
                f"{one_hot(baskets, sparse=True).memory_usage(index=False).sum() / 2**20:.2f}",
            )
        )
    title = (
        f"One-hot encoding, in seconds, checks included (mlxtend {mlxtend.__version__}; "
        "ratio: row by row to dense; -: not run, too slow)"
    )
    header = ("baskets", "items", "row by row", "dense", "sparse", "ratio", "equal")
    memory = ("dense MiB", "sparse MiB")
    return table(title, (*header, *memory), rows) + "\n" + printed.getvalue().strip()


if __name__ == "__main__":
    print(report())
