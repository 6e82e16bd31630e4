"""Charts of grid and random search: their titles are true of the data, and bad input is named."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts


def table() -> pd.DataFrame:
    rows = [{"a": a, "b": b, "score": 0.1 * a + 0.01 * b} for a in (1, 2) for b in (3, 4, 5)]
    return pd.DataFrame(rows)


def title_of(chart: object) -> str:
    title = chart.to_dict()["title"]  # type: ignore[attr-defined]
    if isinstance(title, str):
        return title
    text, subtitle = title["text"], title.get("subtitle", "")
    return " ".join(" ".join(part) if isinstance(part, list) else part for part in (text, subtitle))


@pytest.mark.parametrize(("best", "cell"), [("max", "a = 2, b = 5"), ("min", "a = 1, b = 3")])
def test_a_heat_map_frames_the_best_cell_and_says_the_range(best: str, cell: str) -> None:
    said = title_of(charts.search_heat_map(table(), x="a", y="b", value="score", best=best))
    assert cell in said
    assert "0.130" in said
    assert "0.250" in said


def test_a_fit_that_failed_leaves_a_cell_empty() -> None:
    rows = table()
    rows.loc[rows["score"].idxmax(), "score"] = np.nan
    assert "a = 2, b = 4" in title_of(charts.search_heat_map(rows, x="a", y="b", value="score"))


def test_a_heat_map_with_panels_has_one_for_each_value() -> None:
    rows = pd.concat([table().assign(c=c, score=table()["score"] + c) for c in (0, 1, 2)])
    chart = charts.search_heat_map(rows, x="a", y="b", value="score", panel="c")
    assert "c = 2" in title_of(chart)


def test_a_frame_that_is_empty_in_most_panels_is_not_read_aloud() -> None:
    rows = pd.concat([table().assign(c=c) for c in (0, 1)])
    chart = charts.search_heat_map(rows, x="a", y="b", value="score", panel="c").to_dict()
    (frame,) = [layer for layer in chart["spec"]["layer"] if "transform" in layer]
    assert frame["mark"]["aria"] is False


def test_points_count_the_different_values_of_each_search() -> None:
    grid = [(a, b) for a, b in itertools.product((0.1, 0.2, 0.4), repeat=2)]
    lot = [(0.1 + i / 10, 0.5 - i / 20) for i in range(9)]
    rows = pd.concat(
        pd.DataFrame(points, columns=["x1", "x2"]).assign(search=name, error=1.0)
        for name, points in (("grid", grid), ("random", lot))
    )
    said = title_of(charts.search_points(rows, x="x1", y="x2", value="error"))
    assert "grid: 3 values of x1 in 9 trials" in said
    assert "random: 9 values of x1 in 9 trials" in said


def test_slices_name_the_setting_that_decides() -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"decides": rng.uniform(0.01, 1, 200), "idle": rng.uniform(0.01, 1, 200)})
    rows["error"] = np.abs(np.log(rows["decides"] / 0.1))
    assert "decides" in title_of(charts.search_slices(rows, ["idle", "decides"], value="error"))


def test_slices_refuse_a_setting_that_was_not_searched() -> None:
    rows = pd.DataFrame({"same": [1.0, 1.0], "other": [1.0, 2.0], "error": [0.1, 0.2]})
    with pytest.raises(ValueError, match="same is 1 in all trials"):
        charts.search_slices(rows, ["same", "other"], value="error")


def test_the_budget_says_after_how_many_trials_the_target_is_near() -> None:
    curve = pd.DataFrame({"trials": [1, 2, 4, 8], "score": [0.5, 0.9, 0.99, 1.0]})
    assert "best of 4 random trials" in title_of(charts.search_budget(curve, "score", target=1.0))
    assert "no 8 random trials" in title_of(charts.search_budget(curve, "score", target=2.0))


def test_optimism_says_the_gap_at_both_ends() -> None:
    rows = pd.DataFrame(
        [(10, "looked", 0.5), (10, "untouched", 0.3), (99, "looked", 0.4), (99, "untouched", 0.39)],
        columns=["users", "measured on", "NDCG@10"],
    )
    said = title_of(charts.winners_optimism(rows))
    assert "0.200" in said
    assert "0.010" in said


def test_optimism_takes_two_measures() -> None:
    rows = pd.DataFrame({"users": [1], "measured on": ["looked"], "NDCG@10": [0.1]})
    with pytest.raises(ValueError, match="there are two"):
        charts.winners_optimism(rows)


@pytest.mark.parametrize(
    "draw",
    [
        lambda rows: charts.search_heat_map(rows, x="a", y="b", value="lost"),
        lambda rows: charts.search_points(rows, x="a", y="b", value="score"),
        lambda rows: charts.search_budget(rows, "score", 1.0),
        lambda rows: charts.winners_optimism(rows, "score"),
    ],
)
def test_a_missing_column_is_named_with_those_that_are_there(draw) -> None:
    with pytest.raises(ValueError, match="lacks the column"):
        draw(table())


def test_a_table_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="No row of the table has a number"):
        charts.search_heat_map(table().assign(score=np.nan), x="a", y="b", value="score")
    with pytest.raises(ValueError, match=r"best is .up."):
        charts.search_heat_map(table(), x="a", y="b", value="score", best="up")
