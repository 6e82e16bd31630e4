"""The stored table of implicit ALS: whole, looked up right, and made from the twin as it says."""

from __future__ import annotations

import numpy as np
import pytest

from data_scripts import make_als_table
from workshop_pkg.stored import ALS_SETTINGS, als_table, stored_sweeps

SWEEPS = [f"sweep {number}" for number in range(1, 11)]


def test_each_point_of_the_grid_is_there_once() -> None:
    table = als_table()
    assert list(table.columns) == [*ALS_SETTINGS, *SWEEPS]
    axes = (make_als_table.FACTORS, make_als_table.REGULARIZATION, make_als_table.ALPHA)
    for name, axis in zip(ALS_SETTINGS, axes, strict=True):
        assert sorted(set(table[name])) == pytest.approx(axis)
    assert len(table) == np.prod([len(axis) for axis in axes])
    assert not table[list(ALS_SETTINGS)].duplicated().any()
    assert table[SWEEPS].to_numpy().min() > 0
    assert table[SWEEPS].to_numpy().max() < 1


def test_the_file_says_what_it_is_and_who_made_it() -> None:
    made = als_table().attrs["made"]
    for word in ("NDCG at 10", "implicit", "twin", "made 20", "data_scripts/make_als_table.py"):
        assert word in made


def test_a_point_of_the_grid_is_its_row_and_the_ends_are_within() -> None:
    table = als_table()
    for row in (0, 615, len(table) - 1):
        settings = table.loc[row, list(ALS_SETTINGS)]
        assert stored_sweeps(*settings) == pytest.approx(table.loc[row, SWEEPS].to_numpy(float))
    for settings in ((4, 0.01, 0.1), (128, 1000.0, 100.0)):
        assert np.isfinite(stored_sweeps(*settings)).all()


def test_half_way_on_the_log_scale_is_half_way_between_the_values() -> None:
    middle = (stored_sweeps(16, 1.0, 1.0) + stored_sweeps(16, 3.162, 1.0)) / 2
    assert stored_sweeps(16, 3.162**0.5, 1.0) == pytest.approx(middle, abs=1e-4)


def test_who_changes_the_table_changes_a_copy() -> None:
    mine = als_table()
    mine.loc[:, "sweep 10"] = 0.0
    assert (als_table()["sweep 10"] > 0).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ((3, 1.0, 1.0), "factors is 3, but the table has 4 to 128"),
        ((16, 2000.0, 1.0), r"regularization is 2000\.0, but the table has 0\.01 to 1000"),
        ((16, 1.0, float("nan")), "alpha is nan, but the table has 0.1 to 100: narrow the search"),
    ],
)
def test_settings_outside_of_the_table_are_named(settings: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stored_sweeps(*settings)


@pytest.mark.parametrize("settings", [(4, 31.62, 1.0), (64, 100.0, 10.0)])
def test_training_again_gives_the_stored_course(settings: tuple) -> None:
    fitting, validation = make_als_table.lesson_parts()
    with make_als_table.threadpool_limits(limits=1, user_api="blas"):
        again = list(make_als_table.ndcg_by_sweep(fitting, validation, *settings))
    # Trainings round in their own way on each machine; lists of ten then differ for a few users.
    assert stored_sweeps(*settings) == pytest.approx(again, abs=0.006)
