"""A stored random search over the settings of Surprise's SVD: long to run, quick to look up."""

from __future__ import annotations

import importlib.resources

import pandas as pd

#: What the search drew; all evenly on a log scale.
SETTINGS = ("n_factors", "init_std_dev", "lr_all", "n_epochs", "reg_all")


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
    path = importlib.resources.files("workshop_pkg.datasets") / "bundled" / "svd_trials.csv"
    with path.open(encoding="utf-8") as file:
        made = file.readline().lstrip("# ").strip()
        table = pd.read_csv(file)
    table.attrs["made"] = made
    return table
