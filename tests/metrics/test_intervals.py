"""The paired bootstrap gives what theory says, pairs users, and refuses what cannot be drawn."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy import sparse

from workshop_pkg import metrics

RNG = np.random.default_rng(7)
EASY = RNG.normal(0.5, 0.2, size=900)  # what makes a user easy for both models
FIRST = EASY + 0.02 + RNG.normal(0, 0.05, size=900)
SECOND = EASY + RNG.normal(0, 0.05, size=900)


def by_theory(values: np.ndarray, level: float) -> float:
    """Give half the width of the interval of a mean, by the normal distribution."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    return z * float(values.std()) / math.sqrt(len(values))


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("seed", [0, 1])
def test_its_width_is_that_of_theory(level, seed) -> None:
    found = metrics.paired_bootstrap(FIRST, SECOND, n_draws=4000, seed=seed, level=level)
    half = by_theory(FIRST - SECOND, level)
    assert found.mean == pytest.approx((FIRST - SECOND).mean(), abs=1e-12)
    assert found.high - found.mean == pytest.approx(half, rel=0.1)
    assert found.mean - found.low == pytest.approx(half, rel=0.1)


def test_an_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    hits = 0
    for seed in range(300):
        found = metrics.paired_bootstrap(rng.exponential(size=80), 1.0, n_draws=300, seed=seed)
        hits += found.low <= 0 <= found.high
    assert 0.89 <= hits / 300 <= 0.98


def test_what_both_models_share_cancels() -> None:
    paired = metrics.paired_bootstrap(FIRST, SECOND)
    alone = metrics.paired_bootstrap(FIRST)
    assert paired.low > 0
    assert paired.high - paired.low < 0.5 * (alone.high - alone.low)


def test_a_shift_for_everybody_has_no_width_and_the_sign_follows_the_order() -> None:
    shift = metrics.paired_bootstrap(SECOND + 0.25, SECOND)
    assert shift == pytest.approx((0.25, 0.25, 0.25))
    there, back = (
        metrics.paired_bootstrap(FIRST, SECOND),
        metrics.paired_bootstrap(SECOND, FIRST),
    )
    assert there == pytest.approx((-back.mean, -back.high, -back.low))


def test_users_without_a_value_in_one_of_them_are_left_out() -> None:
    first, second = FIRST.copy(), SECOND.copy()
    first[:3], second[5] = math.nan, math.nan
    kept = np.r_[3:5, 6:900]
    assert metrics.paired_bootstrap(first, second) == metrics.paired_bootstrap(
        FIRST[kept], SECOND[kept]
    )


def test_the_seed_decides_and_so_does_nothing_else() -> None:
    again = [metrics.paired_bootstrap(FIRST, SECOND, seed=seed) for seed in (0, 0, 1)]
    assert again[0] == again[1] != again[2]
    assert metrics.paired_bootstrap(FIRST.tolist(), SECOND.tolist()) == again[0]


def test_one_user_has_an_interval_of_no_width() -> None:
    assert metrics.paired_bootstrap([0.5], [0.25]) == (0.25, 0.25, 0.25)


def test_many_users_are_drawn_in_pieces(monkeypatch) -> None:
    whole = metrics.paired_bootstrap(FIRST, SECOND, n_draws=50)
    monkeypatch.setattr("workshop_pkg.metrics.intervals.BLOCK", 3000)
    assert metrics.paired_bootstrap(FIRST, SECOND, n_draws=50) == whole


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([0.1, 0.2], [0.1], r"first has the shape \(2,\) and second \(1,\)"),
        ([[0.1, 0.2]], [[0.1, 0.2]], r"first has the shape \(1, 2\)"),
        (0.5, 0.2, r"first has the shape \(\)"),
        (sparse.csr_array([[0.1]]), [[0.1]], r"first has the shape \(1, 1\)"),
        ([0.1, math.nan], [math.nan, 0.1], "No user has a value in both"),
        ([], [], "No user has a value in both"),
        ([0.1, math.inf], [0.1, 0.2], "first holds an infinite value"),
        ([0.1], [-math.inf], "second holds an infinite value"),
        (["0.1"], [0.1], "first is not a table of numbers"),
        ([0.1], [None], "second is not a table of numbers"),
        (np.ma.masked_equal([0.0, 1.0], 0), [0.1, 0.2], "first is a masked array"),
    ],
)
def test_a_refusal_says_what_was_expected(first, second, words) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        metrics.paired_bootstrap(first, second)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, math.nan])
def test_the_level_is_a_share(level) -> None:
    with pytest.raises(ValueError, match=r"level is .*between 0 and 1"):
        metrics.paired_bootstrap([0.1], [0.2], level=level)


@pytest.mark.parametrize("n_draws", [0, -1, 2.5, None])
def test_draws_are_a_whole_number(n_draws) -> None:
    with pytest.raises(ValueError, match=r"n_draws is .*whole number"):
        metrics.paired_bootstrap([0.1], [0.2], n_draws=n_draws)
