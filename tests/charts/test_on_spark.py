"""The charts of Spark say in their titles what their data says."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from workshop_pkg.charts.on_spark import (
    list_overlap,
    shuffled_bytes,
    side_by_side,
    spark_growth,
    sweep_costs,
)


def some_seconds(spark: float = 5.0) -> pd.DataFrame:
    rows = [
        ("view", "one machine", 0.01),
        ("view", "Spark", 1.0),
        ("ALS", "one machine", 0.5),
        ("ALS", "Spark", spark),
    ]
    return pd.DataFrame(rows, columns=["task", "on", "seconds"])


def some_agreement(with_spark: float = 0.5) -> pd.DataFrame:
    rows = [
        ("stars", "Spark and one machine", with_spark),
        ("stars", "one machine and one machine, other seed", 0.52),
    ]
    return pd.DataFrame(rows, columns=["task", "pair", "overlap"])


def some_bytes() -> pd.DataFrame:
    rows = [
        ("2 blocks", 4, 2.0, 0.2),
        ("2 blocks", 32, 3.4, 1.6),
        ("4 blocks", 4, 2.2, 0.4),
        ("4 blocks", 32, 5.0, 3.2),
    ]
    return pd.DataFrame(rows, columns=["blocks", "factors", "measured", "model"])


def some_costs(crossing: bool = True) -> pd.DataFrame:
    rows = [
        ("1 machine", 1e6, 1.0),
        ("1 machine", 1e8, 100.0),
        ("1 machine", 1e9, np.nan),
        ("10 machines", 1e6, 2.0),
        ("10 machines", 1e8, 12.0 if crossing else 200.0),
        ("10 machines", 1e9, 120.0),
    ]
    return pd.DataFrame(rows, columns=["cluster", "ratings", "seconds"])


def some_times() -> pd.DataFrame:
    rows = [
        ("100k", 1e5, "ALS", "ours", 10, 0, 1.0),
        ("100k", 1e5, "ALS", "Spark", 10, 2, 8.0),
        ("1m", 1e6, "ALS", "ours", 10, 0, 5.0),
        ("1m", 1e6, "ALS", "Spark", 10, 1, 30.0),  # fewer cores: not drawn
        ("1m", 1e6, "ALS", "Spark", 10, 2, 10.0),
        ("1m", 1e6, "ALS", "ours", 40, 0, 50.0),  # more factors: not drawn
        ("1m", 1e6, "ALS", "Spark", 40, 2, 60.0),
        ("1m", 1e6, "FP-Growth", "Spark", 0, 2, 3.0),
    ]
    names = ["data", "ratings", "task", "by", "factors", "cores", "seconds"]
    return pd.DataFrame(rows, columns=names)


CHARTS = [
    (spark_growth, (some_times(),)),
    (side_by_side, (some_seconds(),)),
    (list_overlap, (some_agreement(),)),
    (shuffled_bytes, (some_bytes(), "2 sweeps")),
    (sweep_costs, (some_costs(), "1 machine")),
]


def title_of(chart: Any) -> str:
    """Give the title's lines in one."""
    title = chart.to_dict()["title"]
    if isinstance(title, str):
        return title
    subtitle = title.get("subtitle", [])
    return " | ".join([title["text"], *([subtitle] if isinstance(subtitle, str) else subtitle)])


@pytest.mark.parametrize(("draw", "arguments"), CHARTS)
def test_each_has_a_title_and_a_description_with_its_numbers(draw, arguments) -> None:
    chart = draw(*arguments).to_dict()
    assert chart["title"]
    assert len(chart["description"]) > 60


@pytest.mark.parametrize(("draw", "arguments"), CHARTS)
def test_none_changes_what_it_is_given(draw, arguments) -> None:
    before = arguments[0].copy()
    draw(*arguments)
    pd.testing.assert_frame_equal(arguments[0], before)


def test_seconds_say_where_one_machine_is_faster_and_by_how_much() -> None:
    title = title_of(side_by_side(some_seconds()))
    assert "faster in each task" in title
    assert "10 to 100 times" in title
    assert "faster in 1 of 2 tasks" in title_of(side_by_side(some_seconds(spark=0.1)))


def test_overlap_says_whether_spark_agrees_as_well_as_the_bar() -> None:
    assert "Spark agrees" in title_of(list_overlap(some_agreement()))
    assert "does not agree" in title_of(list_overlap(some_agreement(0.2)))


def test_bytes_give_the_slopes_in_kilobytes() -> None:
    title = title_of(shuffled_bytes(some_bytes(), "2 sweeps"))
    assert "2 blocks: 50 kB measured, 50 kB by the model" in title
    assert "4 blocks: 100 kB measured, 100 kB by the model" in title


def test_costs_say_where_a_cluster_is_faster_and_where_memory_ends() -> None:
    title = title_of(sweep_costs(some_costs(), "1 machine"))
    assert "faster from 100 million ratings on" in title
    assert "memory ends after 100 million" in title
    assert "one machine is faster than any" in title_of(sweep_costs(some_costs(False), "1 machine"))


def test_growth_compares_the_ends_with_the_most_cores_and_the_fewest_factors() -> None:
    title = title_of(spark_growth(some_times()))
    assert title == "Spark takes 8 times as long on 100,000 ratings, 2 times on 1 million"


def test_bytes_compare_the_blocks() -> None:
    title = title_of(shuffled_bytes(some_bytes(), "2 sweeps"))
    assert "With 4 blocks, a factor moves 2.0 times as much as with 2 blocks" in title
