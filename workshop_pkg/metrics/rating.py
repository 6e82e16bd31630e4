"""Rating metrics: how far predicted ratings are from the actual ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from workshop_pkg.checked import refuse_masked


def rmse(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    r"""Root mean squared error, in the units of the ratings (stars).

    :math:`\sqrt{\frac{1}{n} \sum_{k=1}^{n} (r_k - \hat r_k)^2}`. Squaring makes one error of two
    stars weigh as much as four errors of one star.

    Parameters
    ----------
    actual, predicted
        Lists, arrays or Series of the same shape, compared place by place.

    Returns
    -------
    float
        0 for a perfect prediction; the smaller, the better.

    Raises
    ------
    ValueError
        When the shapes differ, a value is missing or not a number, there is no value at all, or
        two Series have different indexes (their order may then differ too).

    Examples
    --------
    >>> rmse([4, 3, 5], [3, 3, 3])  # the root of (1 + 0 + 4) / 3
    1.2909944487358056
    """
    return float(np.sqrt(np.mean(_errors(actual, predicted) ** 2)))


def mae(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    r"""Mean absolute error, in the units of the ratings (stars).

    :math:`\frac{1}{n} \sum_{k=1}^{n} |r_k - \hat r_k|`.

    Parameters
    ----------
    actual, predicted
        Lists, arrays or Series of the same shape, compared place by place.

    Returns
    -------
    float
        0 for a perfect prediction; the smaller, the better.

    Raises
    ------
    ValueError
        As in `rmse`.

    Examples
    --------
    >>> mae([4, 3, 5], [3, 3, 3])  # (1 + 0 + 2) / 3
    1.0
    """
    return float(np.mean(np.abs(_errors(actual, predicted))))


def _errors(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Subtract place by place, after refusing all that would give a silent wrong number."""
    if (
        isinstance(actual, pd.Series)
        and isinstance(predicted, pd.Series)
        and not actual.index.equals(predicted.index)
    ):
        raise ValueError(
            "actual and predicted are Series with different indexes, so their rows may not belong "
            "together: bring them into one order, or pass .to_numpy() where the order is right."
        )
    truth, guess = _numbers(actual, "actual"), _numbers(predicted, "predicted")
    if truth.shape != guess.shape:
        raise ValueError(
            f"actual has the shape {truth.shape} and predicted {guess.shape}: each rating needs "
            "exactly one prediction."
        )
    return truth - guess


def _numbers(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    refuse_masked(values, name)
    try:
        given = np.asarray(values)
        is_text = given.dtype == object and any(isinstance(v, str) for v in given.flat)
        if given.dtype.kind not in "biufO" or is_text:
            raise TypeError(f"it holds {'text' if is_text else given.dtype} values")
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} is not a list, array or Series of numbers without gaps ({error})."
        ) from error
    if numbers.ndim == 0:
        raise ValueError(f"{name} is the single value {values!r}: pass a list of ratings.")
    if numbers.size == 0:
        raise ValueError(f"{name} is empty: an average over no ratings does not exist.")
    bad = int(np.count_nonzero(~np.isfinite(numbers)))
    if bad:
        raise ValueError(
            f"{bad} of {numbers.size} values in {name} are missing or infinite: give every test "
            "rating a prediction, for instance the mean rating of the training part."
        )
    return numbers
