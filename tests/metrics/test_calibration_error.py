"""The calibration error: by hand, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from workshop_pkg.metrics import calibration_error


def test_the_calibration_error_of_small_tables() -> None:
    sure = np.array([0.0, 0.0, 1.0, 1.0])
    assert calibration_error(sure, sure) == 0
    assert calibration_error(1 - sure, sure) == 1
    # One bin: a mean probability of .5, half of them ones. Two bins: .25 against 0, .75 against 1.
    half = np.array([0.2, 0.3, 0.7, 0.8])
    assert calibration_error(sure, half, n_bins=1) == 0
    assert calibration_error(sure, half, n_bins=2) == pytest.approx(0.25)
    assert calibration_error(sure[::-1], half[::-1], n_bins=2) == pytest.approx(0.25)
    # More bins than numbers: empty ones count nothing.
    assert calibration_error(sure, half) == pytest.approx(0.25)
    # Bins count by what is in them: three right ones outweigh a wrong one.
    assert calibration_error([1, 1, 1, 1], [1.0, 1.0, 1.0, 0.0]) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("likes", "shares", "said"),
    [
        ([1, 0], [0.5], r"\(2,\) and shares \(1,\)"),
        ([], [], "at least one"),
        ([1, 0], [0.5, 1.5], "1.5, but a probability"),
        ([1, 0], [0.5, np.nan], "nan, but a probability"),
    ],
)
def test_what_fits_no_probability_is_refused(likes: object, shares: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        calibration_error(likes, shares)
