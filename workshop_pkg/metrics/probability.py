"""Metrics of predicted probabilities: whether they can be taken at their word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def calibration_error(likes: npt.ArrayLike, shares: npt.ArrayLike, n_bins: int = 10) -> float:
    """Measure the expected calibration error over bins of equal width, as in lesson 3.8.

    With 10 bins the first holds the predictions below 0.1, the last those from 0.9 on. A bin's gap
    is the distance between its mean prediction and its share of likes. The error is the mean gap,
    weighted by the predictions in each bin (Naeini, Cooper and Hauskrecht, 2015, "Obtaining Well
    Calibrated Probabilities Using Bayesian Binning").

    Parameters
    ----------
    likes
        True or 1 for a like, a value for each rating.
    shares
        The predicted probability of each, between 0 and 1, in the same order.
    n_bins
        How many bins; an empty one counts nothing.

    Returns
    -------
    float
        0 where each bin's mean prediction is its share of likes; at the most 1.

    Raises
    ------
    ValueError
        When the shapes differ, there is no value at all, or a prediction is no probability.

    Examples
    --------
    >>> calibration_error([0, 0, 1, 1], [0.2, 0.3, 0.7, 0.8], n_bins=2)
    0.25
    """
    truth = np.asarray(likes, dtype=np.float64)
    predicted = np.asarray(shares, dtype=np.float64)
    if truth.shape != predicted.shape or truth.ndim != 1 or not len(truth):
        raise ValueError(
            f"likes has the shape {truth.shape} and shares {predicted.shape}: pass two lists of "
            "the same length, of at least one value."
        )
    if not ((predicted >= 0) & (predicted <= 1)).all():
        wrong = predicted[~((predicted >= 0) & (predicted <= 1))][0]
        raise ValueError(f"shares has {wrong}, but a probability is between 0 and 1: correct it.")
    bins = np.minimum((predicted * n_bins).astype(int), n_bins - 1)
    # In each bin: the sum of the predictions less that of the likes.
    gaps = np.bincount(bins, weights=predicted - truth)
    return float(np.abs(gaps).sum() / len(truth))
