"""Results that took longer than a lesson may: made once, from the twin alone, and read here."""

from __future__ import annotations

import importlib.resources
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: The axes of the stored grid of implicit ALS.
ALS_SETTINGS = ("factors", "regularization", "alpha")


def svd_trials() -> pd.DataFrame:
    """Give the trials that ``data_scripts/make_svd_trials.py`` ran on the twin's training part.

    Returns
    -------
    pandas.DataFrame
        ``trial`` (in the order in which they were drawn), the settings ``n_factors``,
        ``init_std_dev``, ``lr_all``, ``n_epochs``, ``reg_all``, and ``rmse``: the mean over three
        folds. ``attrs["made"]`` says of what it was made, when, and how.

    Examples
    --------
    >>> svd_trials().shape
    (100, 7)
    """
    return _read("svd_trials.csv")


def als_table() -> pd.DataFrame:
    """Give the table that ``data_scripts/make_als_table.py`` made from the twin.

    Returns
    -------
    pandas.DataFrame
        ``factors``, ``regularization``, ``alpha``, and ``sweep 1`` to ``sweep 10``: the NDCG at 10
        on the validation part of lesson 4.2 after that many sweeps. ``attrs["made"]`` says of what
        it was made, when, and how.
    """
    return _als_grid()[0].copy()


def stored_sweeps(factors: float, regularization: float, alpha: float) -> NDArray[np.float64]:
    """Look up how well implicit ALS does after each sweep; between the table's rows, interpolate.

    Interpolation is linear in the logarithms of the three.

    Parameters
    ----------
    factors, regularization, alpha : float
        Within the table: 4 to 128, 0.01 to 1000, 0.1 to 100.

    Returns
    -------
    array of shape (10,)
        The NDCG at 10 after each sweep.

    Raises
    ------
    ValueError
        When a setting lies outside of the table.

    Examples
    --------
    >>> stored_sweeps(16, 10.0, 1.0).round(2).tolist()[:4]
    [0.16, 0.16, 0.22, 0.23]
    """
    table, interpolate = _als_grid()
    given = dict(zip(ALS_SETTINGS, (factors, regularization, alpha), strict=True))
    for name, value in given.items():
        low, high = table[name].min(), table[name].max()
        if not low <= value <= high:
            raise ValueError(
                f"{name} is {value!r}, but the table has {low:g} to {high:g}: narrow the search "
                "space, or train a model."
            )
    found: NDArray[np.float64] = interpolate(np.log(list(given.values())))[0]
    return found


def leaderboard() -> pd.DataFrame:
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
    >>> leaderboard()["ndcg"].is_monotonic_decreasing
    True
    """
    return _read("leaderboard.csv", dtype={"lesson": str})


def scale_times() -> pd.DataFrame:
    """Give the table that ``python -m benchmarks.scale --generated --store`` measured.

    Returns
    -------
    pandas.DataFrame
        A row for each run: ``model``, ``data`` (MovieLens, or ``generated``: made up from a seed)
        and its number of ``ratings``, ``seconds`` to train, ``peak_gib`` of the process, ``slope``
        (the power of the ratings by which the seconds grew since the model's row before; missing
        in its first).
        ``attrs["made"]`` says when, and on which machine.
    """
    return _read("scale_times.csv")


def _read(name: str, **how: Any) -> pd.DataFrame:
    """Read a bundled table, whose first line says of what it was made."""
    path = importlib.resources.files("workshop_pkg.datasets") / "bundled" / name
    with path.open(encoding="utf-8") as file:
        made = file.readline().lstrip("# ").strip()
        table: pd.DataFrame = pd.read_csv(file, **how)
    table.attrs["made"] = made
    return table


@cache
def _als_grid() -> tuple[pd.DataFrame, Any]:
    from scipy.interpolate import RegularGridInterpolator

    table = _read("als_table.csv").sort_values(list(ALS_SETTINGS), ignore_index=True)
    axes = [np.unique(table[name]) for name in ALS_SETTINGS]
    sweeps = table.drop(columns=list(ALS_SETTINGS)).to_numpy(dtype=np.float64)
    values = sweeps.reshape(*map(len, axes), sweeps.shape[1])
    return table, RegularGridInterpolator([np.log(axis) for axis in axes], values)
