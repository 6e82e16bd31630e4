"""How unequally ratings fall on movies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Aggregates of MovieLens 100K: Gini coefficient of the ratings of movies, and the share of all
# ratings that the 168 best known (a tenth) hold. `test_real_figures.py` computes them again.
REAL_GINI = 0.629
REAL_SHARE_OF_TOP_TENTH = 0.427


def gini(counts: NDArray[np.int64]) -> float:
    """0 where all are equal, 1 where one has all (Gini 1912, "Variabilità e mutabilità")."""
    ordered = np.sort(counts)
    places = 2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1
    return float(places @ ordered / (len(ordered) * ordered.sum()))


def share_of_top_tenth(counts: NDArray[np.int64]) -> float:
    """The share of all ratings that the best known tenth of the movies holds."""
    ordered = np.sort(counts)[::-1]
    return float(ordered[: len(ordered) // 10].sum() / ordered.sum())
