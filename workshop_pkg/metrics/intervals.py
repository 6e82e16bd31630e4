"""Intervals: how far a mean over users, or a difference of two, would move with other users."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from workshop_pkg.checked import numbers, whole_number

Floats = NDArray[np.float64]

#: How many drawn values are held at a time: some tens of megabytes, whatever the number of users.
BLOCK = 2**21


class Interval(NamedTuple):
    """A mean over users, and the ends of its bootstrap interval."""

    mean: float
    low: float
    high: float


def paired_bootstrap(
    first: ArrayLike,
    second: ArrayLike | float = 0.0,
    n_draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Give the mean of ``first - second`` over users, with its bootstrap interval.

    Draws as many users as there are, with replacement, and takes the mean difference of the drawn
    users, again and again; the middle part of these means is the interval (the percentile interval
    of Efron and Tibshirani, 1993, "An Introduction to the Bootstrap"). Both values of a user are
    drawn together: what makes a user easy or hard for both models alike cancels.

    Parameters
    ----------
    first, second : array of shape (n_users,)
        A value for each user under two models, in the same order, such as
        ``ndcg_at_k(..., per_user=True)``. `second` may be one number, to compare with: with 0, the
        interval is that of the mean of `first`. NaN marks a user without a value; who has none in
        one of the two is left out.
    n_draws : int
        How often users are drawn.
    seed : int
        Decides the draws.
    level : float
        The share of the means that lie within the interval, between 0 and 1.

    Returns
    -------
    Interval
        ``mean`` (of the users as they are), ``low``, ``high``.

    Raises
    ------
    ValueError
        When the two differ in shape, hold something infinite or no number, nobody has a value in
        both, `n_draws` is not a whole number above 0, or `level` is not between 0 and 1.

    Examples
    --------
    >>> better = paired_bootstrap([0.5, 0.9, 0.4, 0.8], [0.4, 0.7, 0.3, 0.6])
    >>> round(better.mean, 3), bool(better.low > 0)  # each of the four is better off
    (0.15, True)
    """
    draws = whole_number(n_draws, "n_draws", example=1000)
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}, but it lies between 0 and 1, such as 0.95.")
    left, right = _per_user(first, "first"), _per_user(second, "second")
    if right.ndim == 0:
        right = np.broadcast_to(right, left.shape)
    if left.ndim != 1 or left.shape != right.shape:
        raise ValueError(
            f"first has the shape {left.shape} and second {right.shape}: both need one value for "
            "each user, in the same order."
        )
    difference = left - right
    difference = difference[~np.isnan(difference)]
    if not len(difference):
        raise ValueError("No user has a value in both, so there is no difference to draw from.")
    means = _drawn_means(difference, draws, seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(difference.mean()), float(low), float(high))


def _drawn_means(values: Floats, n_draws: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    size = len(values)
    rows = max(1, BLOCK // size)
    parts = []
    for start in range(0, n_draws, rows):
        drawn = rng.integers(0, size, size=(min(rows, n_draws - start), size))
        parts.append(values[drawn].mean(axis=1))
    means: Floats = np.concatenate(parts)
    return means


def _per_user(values: ArrayLike | float, name: str) -> Floats:
    table = numbers(values, name)
    dense = table.toarray() if sparse.issparse(table) else table
    found: Floats = np.asarray(dense, dtype=np.float64)
    if np.isinf(found).any():
        raise ValueError(f"{name} holds an infinite value: NaN marks a user without one.")
    return found
