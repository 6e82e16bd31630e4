"""The check of lesson 1.3 on the root mean squared error."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Floats = npt.NDArray[np.float64]


@exercise("1.3-rmse")
def check_rmse(answer: object) -> str:
    """Judge a root mean squared error."""
    actual, predicted = np.array([4.0, 3.0, 5.0, 1.0]), np.array([3.0, 3.0, 2.0, 2.0])
    value = attempt(answer, actual, predicted)
    if np.size(value) != 1:
        raise NotYet(
            "You return a number for each rating. The RMSE is one number for all of them: take "
            "the mean of the squares.",
            "not one number",
        )
    if not close(value, float(np.sqrt(11 / 4))):
        _explain_error_measure(value, actual - predicted)
    for other in ([2.0, 2.0, 5.0], [3.0, 5.0, 1.0]):
        expected = float(np.sqrt(np.mean((np.array([3.0, 5.0, 1.0]) - other) ** 2)))
        if not close(attempt(answer, np.array([3.0, 5.0, 1.0]), np.array(other)), expected):
            raise NotYet(
                "Right for one set of ratings, wrong for another: compute with the arguments, "
                "not with fixed numbers.",
                "fixed numbers",
            )
    return "In stars, and large errors weigh more than small ones."


def _explain_error_measure(value: Any, errors: Floats) -> None:
    squares, n = errors**2, errors.size
    mean_error = float(errors.mean())
    known: list[tuple[float, str, str]] = [
        (
            float(squares.mean()),
            "That is the mean of the squares. Its unit is stars squared: the square root brings "
            "it back to stars.",
            "forgot the root",
        ),
        (
            float(np.abs(errors).mean()),
            "That is the mean absolute error (MAE). The RMSE squares each error before the mean; "
            "the root comes after the mean.",
            "absolute error",
        ),
        (
            float(np.sqrt(squares.sum())),
            "That is the root of the sum: it grows with the number of ratings. Take the mean of "
            "the squares.",
            "sum in place of mean",
        ),
        (
            float(squares.sum()),
            "That is the sum of the squares: take their mean, then the root.",
            "sum in place of mean",
        ),
        (
            float(np.sqrt(squares.sum()) / n),
            "You divide by the number of ratings after the root; the mean comes before the root.",
            "root before mean",
        ),
        (
            float(np.sqrt(squares.sum() / (n - 1))),
            "You divide by one less than the number of ratings. That is for estimating a "
            "variance; here the plain mean is asked for.",
            "n minus one",
        ),
        (
            float(errors.std()),
            "That is the spread of the errors around their own mean, so that a predictor one star "
            "too high everywhere gets away with it. Do not subtract the mean error.",
            "spread of the errors",
        ),
    ]
    known += [
        (
            swapped,
            "You take the mean of the errors before you square it: errors up and down cancel. "
            "Square each error first, then take the mean.",
            "square of the mean",
        )
        for swapped in (mean_error, -mean_error, mean_error**2)
    ]
    doubled = 2 * errors
    known += [
        (
            float(times_two),
            "You multiply each error by 2. The square is the error times itself: `errors ** 2`.",
            "times two",
        )
        for times_two in (doubled.mean(), np.sqrt(doubled.mean()), np.sqrt(np.abs(doubled).mean()))
    ]
    for wrong, message, misconception in known:
        if close(value, wrong):
            raise NotYet(message, misconception)
    raise NotYet(
        "The errors here are 1, 0, 3 and -1. Square each, take the mean of the squares, then its "
        f"square root. You return {value}.",
        "other",
    )
