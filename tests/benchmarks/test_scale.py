"""The tables of how models grow: slopes by hand, and what the stored files hold."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from benchmarks import scale
from benchmarks.measure import run_family
from benchmarks.scale import WAYS, measured, report, with_slopes
from benchmarks.spark import DIGITS, FACTORS, ways
from benchmarks.spark import report as report_of_spark
from workshop_pkg.stored import scale_times, spark_times


def test_slopes_by_hand() -> None:
    rows = pd.DataFrame(
        {
            "model": ["b", "a", "a", "a"],
            "ratings": [10, 1_000, 100, 10],
            "seconds": [5.0, 16.0, 4.0, 2.0],
        }
    )
    found = with_slopes(rows)
    assert found["model"].tolist() == ["a", "a", "a", "b"]
    assert found["ratings"].tolist() == [10, 100, 1_000, 10]
    # Ten times the ratings take twice, then four times the time.
    assert found["slope"].tolist() == pytest.approx(
        [np.nan, np.log10(2), np.log10(4), np.nan], nan_ok=True
    )


def test_the_memory_of_a_family_is_that_of_all_its_processes() -> None:
    holds = "held = bytearray(150_000_000); import time; time.sleep(1.5)"
    both = (
        f"import subprocess, sys; {holds[:29]}; subprocess.run([sys.executable, '-c', {holds!r}])"
    )
    alone = run_family([sys.executable, "-c", holds], every=0.05).peak_gib
    together = run_family([sys.executable, "-c", both], every=0.05).peak_gib
    assert alone > 150e6 / 2**30
    assert together > alone + 0.9 * 150e6 / 2**30


def test_a_family_that_fails_is_an_error_with_its_last_words() -> None:
    with pytest.raises(RuntimeError, match="no room left"):
        run_family([sys.executable, "-c", "raise SystemExit('no room left')"])


@pytest.mark.parametrize("who", WAYS)
def test_each_model_is_measured(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "MOST_MOVIES", 50)  # of 100: EASE leaves the rest out
    generator = np.random.default_rng(0)
    pairs = np.unique(generator.integers((60, 100), size=(1_500, 2)), axis=0)
    ratings = pd.DataFrame(pairs, columns=["user_id", "movie_id"]).assign(rating=4.0)
    monkeypatch.setattr(scale, "load", lambda *_: ratings)
    found = measured(who, "100k", None)
    assert found["ratings"] == len(ratings)
    assert found["seconds"] > 0


def test_the_stored_scale_is_whole_and_said_to_be_made_where_and_when() -> None:
    stored = scale_times()
    assert "python -m benchmarks.scale on " in stored.attrs["made"]
    assert "made 20" in stored.attrs["made"]
    assert set(stored["model"]) == set(WAYS)
    assert stored.groupby("model")["ratings"].apply(list).tolist() == [
        [100_000, 1_000_209, 20_000_263]
    ] * len(WAYS)
    again = with_slopes(stored.drop(columns="slope"))
    assert again["slope"].tolist() == pytest.approx(stored["slope"].tolist(), abs=0.02, nan_ok=True)
    assert (stored[["seconds", "peak_gib"]].to_numpy() > 0).all()
    assert "MovieLens 1M" in report(stored)


def test_the_table_of_spark_has_a_line_for_each_way() -> None:
    about = {"data": "some", "ratings": 5, "start": 1.0, "seconds": 2.0, "peak_gib": 0.5}
    rows = [
        about | way | {"rmse": 0.9 if way["task"] == "ALS" else np.nan, "itemsets": np.nan}
        for name in FACTORS
        for way in ways(name)
    ]
    text = report_of_spark(pd.DataFrame(rows))
    assert len(text.splitlines()) == len(rows) + 4
    assert "peak GiB" in text


def test_the_stored_times_of_spark_are_whole() -> None:
    stored = spark_times()
    assert "python -m benchmarks.spark on " in stored.attrs["made"]
    assert "Spark 4" in stored.attrs["made"]
    assert set(DIGITS) < set(stored.columns)
    assert "MovieLens 1M" in report_of_spark(stored.astype({"itemsets": float}))
    sizes = {"100k": 100_000, "1m": 1_000_209, "5m": 5_000_000, "20m": 20_000_263}
    for name, ratings in sizes.items():
        part = stored[stored["ratings"] == ratings]
        runs = part[["task", "by", "factors", "support", "cores"]].to_dict("records")
        assert runs == ways(name)
    # The same sets were mined, and errors are near: what differs is by how much whom is penalized.
    by_task = stored.groupby(["task", "data"])
    assert (by_task["itemsets"].nunique().loc["FP-Growth"] == 1).all()
    spread = by_task["rmse"].agg(lambda errors: errors.max() - errors.min()).loc["ALS"]
    assert (spread < 0.2).all()
