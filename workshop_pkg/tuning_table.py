"""A stored table of implicit ALS over a fine grid: training looked up, to compare searches with."""

from __future__ import annotations

import importlib.resources
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SETTINGS = ("factors", "regularization", "alpha")


@cache
def _stored() -> tuple[pd.DataFrame, Any]:
    from scipy.interpolate import RegularGridInterpolator

    path = importlib.resources.files("workshop_pkg.datasets") / "bundled" / "als_table.csv"
    with path.open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#")
    table = table.sort_values(list(SETTINGS), ignore_index=True)
    axes = [np.unique(table[name]) for name in SETTINGS]
    sweeps = table.drop(columns=list(SETTINGS)).to_numpy(dtype=np.float64)
    values = sweeps.reshape(*map(len, axes), sweeps.shape[1])
    return table, RegularGridInterpolator([np.log(axis) for axis in axes], values)


def als_table() -> pd.DataFrame:
    """Give the table that ``data_scripts/make_als_table.py`` made from the twin.

    Returns
    -------
    pandas.DataFrame
        ``factors``, ``regularization``, ``alpha``, and ``sweep 1`` to ``sweep 10``: the NDCG at 10
        on the validation part of lesson 4.2 after that many sweeps.
    """
    return _stored()[0].copy()


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
    table, interpolate = _stored()
    given = dict(zip(SETTINGS, (factors, regularization, alpha), strict=True))
    for name, value in given.items():
        low, high = table[name].min(), table[name].max()
        if not low <= value <= high:
            raise ValueError(
                f"{name} is {value!r}, but the table has {low:g} to {high:g}: narrow the search "
                "space, or train a model."
            )
    found: NDArray[np.float64] = interpolate(np.log(list(given.values())))[0]
    return found
