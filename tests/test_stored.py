"""Stored results: whole, looked up right, written as they were, made from the twin as they say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_scripts import make_als_table, stored
from workshop_pkg.stored import (
    ALS_SETTINGS,
    als_table,
    leaderboard,
    scale_times,
    stored_sweeps,
    svd_trials,
)

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


@pytest.mark.parametrize("read", [als_table, svd_trials, leaderboard, scale_times])
def test_a_table_that_is_written_again_is_the_stored_file(read, tmp_path: Path) -> None:
    table = read()
    made_of, by = re.fullmatch(r"(.+), made \S+ by (.+)", table.attrs["made"]).groups()
    out = tmp_path / "folder" / "table.csv"
    stored.write(table, made_of, by, out)
    first, *rest = out.read_text(encoding="utf-8").splitlines()
    known, *lines = (
        (stored.BUNDLED / f"{read.__name__}.csv").read_text(encoding="utf-8").splitlines()
    )
    assert re.sub(r"\d{4}-\d\d-\d\d", "", first) == re.sub(r"\d{4}-\d\d-\d\d", "", known)
    assert rest == lines
    assert [path.name for path in out.parent.iterdir()] == ["table.csv"]


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    out.write_text("old", encoding="utf-8")

    class Broken(pd.DataFrame):
        def to_csv(self, *_args: object, **_how: object) -> str:
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        stored.write(Broken(), "Numbers", "nobody", out)
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


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
