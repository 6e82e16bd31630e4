"""The stored leaderboard: every model of the book, trained and judged on one split of the twin."""

from __future__ import annotations

import importlib.resources

import pandas as pd


def stored_leaderboard() -> pd.DataFrame:
    """Give the table that ``python -m benchmarks.leaderboard --store`` made from the twin.

    Returns
    -------
    pandas.DataFrame
        A row for each model, the best list first: ``model``, ``lesson``, ``learns_from``
        (``ratings``: the rated pairs only; ``choices``: who rated what at all; ``nothing``),
        ``rmse`` (in stars; missing where a model predicts none), ``ndcg`` (at 10, over all unseen
        movies) with its 95 % interval over users ``low`` to ``high``, ``behind`` (NDCG minus the
        leader's for the same users) with ``behind_low`` to ``behind_high``, ``coverage`` and
        ``novelty`` (of the lists of ten), ``seconds`` to train, ``peak_gib`` of the whole process.
        ``attrs["made"]`` says of what it was made, when, and on which machine.

    Examples
    --------
    >>> board = stored_leaderboard()
    >>> board["ndcg"].is_monotonic_decreasing
    True
    """
    path = importlib.resources.files("workshop_pkg.datasets") / "bundled" / "leaderboard.csv"
    with path.open(encoding="utf-8") as file:
        made = file.readline().lstrip("# ").strip()
        table = pd.read_csv(file, dtype={"lesson": str})
    table.attrs["made"] = made
    return table
