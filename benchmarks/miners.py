"""How long mlxtend's miners take for the same itemsets, as the support falls."""

from __future__ import annotations

import contextlib
import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mlxtend
import pandas as pd
from mlxtend.frequent_patterns import apriori, fpgrowth, hmine

from benchmarks.measure import table
from workshop_pkg.association import frequent_itemsets, one_hot
from workshop_pkg.datasets import load_groceries, load_supermarket
from workshop_pkg.datasets.made_baskets import GROCERIES, SUPERMARKET, make_baskets

SETS: tuple[tuple[str, Callable[[], list[Any]], tuple[float, ...]], ...] = (
    ("groceries", load_groceries, (0.05, 0.02, 0.01, 0.005)),
    ("supermarket", load_supermarket, (0.1, 0.05, 0.02, 0.01)),
)
MAX_LENS = (None, 2)
MINERS: tuple[tuple[str, Callable[..., pd.DataFrame], dict[str, bool]], ...] = (
    ("apriori", apriori, {}),
    ("low memory", apriori, {"low_memory": True}),
    ("fpgrowth", fpgrowth, {}),
    ("hmine", hmine, {}),
)
# A miner that took longer than this is not asked for more; all lower supports take longer still.
PATIENCE = 1.0
# All candidates at once need a byte for each basket, candidate and item of the candidate.
MOST_CELLS = 400_000_000


@dataclass(frozen=True)
class Mined:
    """What a miner found, and after how many seconds."""

    itemsets: dict[frozenset[Any], float]
    seconds: float


def mine(
    miner: Callable[..., pd.DataFrame], frame: pd.DataFrame, support: float, **options: Any
) -> Mined:
    """Run one of mlxtend's miners."""
    started = time.perf_counter()
    found = miner(frame, support, use_colnames=True, **options)
    seconds = time.perf_counter() - started
    return Mined(dict(zip(found["itemsets"], found["support"], strict=True)), seconds)


def candidates(frame: pd.DataFrame, support: float, max_len: int | None) -> int:
    """Ask Apriori how many candidates of two items or more it counts; it prints them."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        apriori(frame, support, max_len=max_len, verbose=1)
    # It prints the number of items in them all, and the size of each.
    told = re.findall(
        r"Processing (\d+) combinations \| Sampling itemset size (\d+)", printed.getvalue()
    )
    if not told:
        raise RuntimeError(
            f"mlxtend {mlxtend.__version__} prints no line of the candidates it counts any more; "
            "look at what its apriori prints with verbose=1, and change the pattern."
        )
    return sum(int(items) // int(size) for items, size in told)


def rows_of(name: str, frame: pd.DataFrame, supports: tuple[float, ...]) -> list[tuple[str, ...]]:
    """Measure on one set of baskets: a row for each largest size and support."""
    rows = []
    for max_len in MAX_LENS:
        tired: set[str] = set()
        for support in supports:
            # Items below the support are taken away first: unpruned, the larger set needs GBs.
            single = frequent_itemsets(frame, support, max_len=1)["itemsets"]
            pruned = frame[sorted(item for (item,) in single)].sparse.to_dense()
            n_items = pruned.shape[1]
            if len(pruned) * n_items * (n_items - 1) > MOST_CELLS:
                tired.add("apriori")
            mined: dict[str, Mined] = {}
            for miner, function, options in MINERS:
                if miner not in tired:
                    mined[miner] = mine(function, pruned, support, max_len=max_len, **options)
                    tired |= {miner} if mined[miner].seconds > PATIENCE else set()
            counted = candidates(pruned, support, max_len) if "apriori" in mined else None
            rows.append(_row(name, max_len, support, mined, counted))
    return rows


def _row(
    name: str, max_len: int | None, support: float, mined: dict[str, Mined], counted: int | None
) -> tuple[str, ...]:
    first, *others = [run.itemsets for run in mined.values()]
    if any(other != first for other in others):
        found = ", ".join(f"{miner} {len(run.itemsets):,}" for miner, run in mined.items())
        raise RuntimeError(f"{name} at {support:g}: the miners' itemsets differ ({found}).")
    seconds = [f"{mined[miner].seconds:.2f}" if miner in mined else "-" for miner, *_ in MINERS]
    ratio = "-"
    if {"low memory", "fpgrowth"} <= set(mined):
        ratio = f"{mined['fpgrowth'].seconds / mined['low memory'].seconds:.1f}"
    return (
        name,
        "any" if max_len is None else str(max_len),
        f"{support:g}",
        *seconds,
        ratio,
        f"{len(first):,}",
        "-" if counted is None else f"{counted:,}",
        "yes" if others else "-",
    )


def making() -> str:
    """Measure how long the made-up baskets take to make, which stand in where there is no net."""
    told = []
    for name, shop in (("groceries", GROCERIES), ("supermarket", SUPERMARKET)):
        started = time.perf_counter()
        make_baskets(shop)
        told.append(f"{name} {time.perf_counter() - started:.2f} s")
    return f"Making up the baskets: {', '.join(told)}."


def report() -> str:
    """Measure and give the table."""
    rows, sources = [], [making()]
    for name, load, supports in SETS:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            frame = one_hot(load(), sparse=True)
        sources.append(printed.getvalue().strip())
        rows += rows_of(name, frame, supports)
    title = (
        f"Miners of mlxtend {mlxtend.__version__}, in seconds, on the frequent items only "
        "(ratio: fpgrowth to apriori with low_memory; -: not run, too slow or too large)"
    )
    header = ("baskets", "largest", "support", *(miner for miner, *_ in MINERS))
    found = ("ratio", "itemsets", "candidates", "equal")
    return "\n".join([table(title, (*header, *found), rows), *sources])


if __name__ == "__main__":
    print(report())
