"""The tables of how models grow: slopes by hand, and what the stored files hold."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import scale
from benchmarks import spark as benchmark
from benchmarks.measure import run_family
from benchmarks.scale import WAYS, measured, report, with_slopes
from benchmarks.spark import FACTORS, ways
from benchmarks.spark import report as report_of_spark
from tests.project_tree import ROOT
from workshop_pkg.stored import scale_times


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


def test_the_curves_of_spark_are_drawn_and_the_table_is_written_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def found(way: dict[str, object], *given: object) -> dict[str, object]:
        rates = way["task"] == "ALS"
        run = {"start": 1.0, "seconds": 2.0, "peak_gib": 0.5}
        return way | run | {"rmse": 0.9 if rates else None, "itemsets": None if rates else 7}

    monkeypatch.setattr(benchmark, "in_own_process", found)
    monkeypatch.setattr(benchmark.spark, "missing", lambda: None)
    monkeypatch.setattr(benchmark.importlib.metadata, "version", lambda name: "4.0")
    monkeypatch.setattr(benchmark, "source", lambda name, folder: ("some", None))
    some = pd.DataFrame({"user_id": [1, 1, 2], "movie_id": [1, 2, 1], "rating": [4.0, 5.0, 3.0]})
    sizes = {"100k": 1, "1m": 3}
    monkeypatch.setattr(benchmark, "load", lambda name, made: some.head(sizes[name]))
    table, curves = tmp_path / "times.csv", tmp_path / "curves.html"
    benchmark.main(["--out", str(table), "--curves", str(curves)])
    assert "made 20" in table.read_text(encoding="utf-8").splitlines()[0]
    assert "vega" in curves.read_text(encoding="utf-8")


def test_the_lesson_says_to_how_many_movies_ease_was_cut() -> None:
    lesson = ROOT / "book" / "5_going_further" / "5_2_spark.ipynb"
    assert f"the {scale.MOST_MOVIES:,} most rated movies only" in lesson.read_text("utf-8")
