"""The charts of lesson 4.2 draw what their titles say, and can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts

WIDEST = 600  # pixels

TRIALS = pd.DataFrame(
    {
        "number": range(8),
        "state": ["COMPLETE"] * 3 + ["PRUNED", "FAIL", "COMPLETE", "PRUNED", "COMPLETE"],
        "value": [0.10, 0.20, 0.15, 0.40, np.nan, 0.30, 0.12, 0.25],
        "params_alpha": [0.1, 1.0, 50.0, 2.0, 3.0, 2.0, 80.0, 1.5],
        "params_factors": [4, 64, 16, 8, 8, 4, 32, 128],
    }
)
REPORTS = pd.DataFrame(
    [
        {"trial": trial, "state": state, "step": step, "value": 0.1 * step}
        for trial, state, n_steps in ((0, "COMPLETE", 4), (1, "PRUNED", 2), (2, "COMPLETE", 4))
        for step in range(1, n_steps + 1)
    ]
)
CURVES = pd.DataFrame(
    [
        {"search": name, "seed": seed, "paid": paid, "best": base + seed * slope + paid / 1000}
        for name, base, slope in (("random", 0.2, 0.01), ("TPE", 0.205, 0.008), ("other", 0.1, 0))
        for seed in range(5)
        for paid in (10, 20)
    ]
)
DRAWS = {"even": [150.0, 500.0, 900.0, 20.0], "log": [0.02, 0.5, 3.0, 200.0]}
ALL = [
    pytest.param(charts.draws_by_decade(DRAWS), id="draws"),
    pytest.param(charts.search_history(TRIALS), id="history"),
    pytest.param(charts.setting_importance({"alpha": 0.7, "factors": 0.3}), id="importance"),
    pytest.param(charts.parallel_coordinates(TRIALS, best=2), id="parallel"),
    pytest.param(charts.trial_courses(REPORTS), id="courses"),
    pytest.param(charts.searches_compared(CURVES), id="compared"),
]


def title(chart: Any) -> str:
    found = chart.to_dict()["title"]
    return found if isinstance(found, str) else found["text"]


def subtitle(chart: Any) -> str:
    found = chart.to_dict()["title"]["subtitle"]
    return found if isinstance(found, str) else " ".join(found)


def rows(chart: Any, column: str) -> list[pd.DataFrame]:
    """Give the data sets of a chart that have a column."""
    tables = [pd.DataFrame(data) for data in chart.to_dict()["datasets"].values()]
    return [table for table in tables if column in table]


@pytest.mark.parametrize("chart", ALL)
def test_each_is_valid_titled_described_and_narrow_enough(chart):
    specification = chart.to_dict()
    assert title(chart)
    assert title(chart) in specification["description"]
    assert specification["width"] <= WIDEST
    assert "datasets" in specification


@pytest.mark.parametrize("chart", ALL)
def test_each_renders(chart):
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    assert "<svg" in vl_convert.vegalite_to_svg(chart.to_dict())


def test_draws_are_counted_by_decade():
    assert title(charts.draws_by_decade(DRAWS)) == "From 100 to 1000: 75% of even, 25% of log"
    (table,) = rows(charts.draws_by_decade(DRAWS), "share")
    assert table.groupby("way")["share"].sum().tolist() == [1.0, 1.0]


def test_a_pruned_trial_never_is_the_best_of_a_history():
    chart = charts.search_history(TRIALS)
    assert title(chart) == "The best, 0.3000, came in trial 5 of 0 to 7"
    assert subtitle(chart) == "The best of the first 2 had 0.2000"
    (line,) = rows(chart, "best so far")
    assert line["best so far"].tolist() == [0.1, 0.2, 0.2, 0.3, 0.3, 0.3]


def test_a_history_says_when_no_early_trial_is_complete():
    late = TRIALS.assign(state=["PRUNED"] * 2 + TRIALS["state"].tolist()[2:])
    assert subtitle(charts.search_history(late)) == "None of the first 2 is complete"


def test_importance_names_the_largest():
    chart = charts.setting_importance({"factors": 0.3, "alpha": 0.7})
    assert title(chart) == "alpha has 70% of the importance in this study"
    with pytest.raises(ValueError, match="no setting"):
        charts.setting_importance({})


def test_parallel_coordinates_name_where_the_best_agree():
    chart = charts.parallel_coordinates(TRIALS, best=2)
    assert title(chart) == "The best 2 of 5 trials agree most on alpha: 1.5 to 2"
    (lines,) = rows(chart, "rank")
    assert lines["place"].between(0, 1).all()
    assert set(lines["trial"]) == {0, 1, 2, 5, 7}


def test_parallel_coordinates_refuse_what_has_no_logarithm():
    with pytest.raises(ValueError, match="alpha is 0 in a trial"):
        charts.parallel_coordinates(TRIALS.replace({"params_alpha": {0.1: 0.0}}))
    with pytest.raises(ValueError, match="params_"):
        charts.parallel_coordinates(TRIALS[["number", "state", "value"]])


def test_courses_count_the_pruned_and_the_sweeps():
    assert (
        title(charts.trial_courses(REPORTS)) == "1 of 3 trials pruned: 83% of the sweeps paid for"
    )


def test_searches_are_counted_seed_by_seed_at_the_end():
    chart = charts.searches_compared(CURVES)
    assert title(chart) == "TPE ends ahead of random for 3 of 5 seeds"
    assert subtitle(chart).startswith("The others: other for 0 Lines")
    (quartiles,) = rows(chart, "median")
    found = quartiles.set_index(["search", "paid"])["median"]
    assert found["random", 20] == pytest.approx(0.24)


def test_searches_need_a_bar_and_something_to_compare_with_it():
    with pytest.raises(ValueError, match="No search is named 'lot'"):
        charts.searches_compared(CURVES, bar="lot")
    with pytest.raises(ValueError, match="no search but 'random'"):
        charts.searches_compared(CURVES[CURVES["search"] == "random"])


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (charts.search_history, TRIALS),
        (charts.parallel_coordinates, TRIALS),
        (charts.trial_courses, REPORTS),
        (charts.searches_compared, CURVES),
    ],
)
def test_a_missing_column_is_named(draw, table):
    column = "best" if "best" in table else "value"
    with pytest.raises(ValueError, match=f"lacks the column '{column}'"):
        draw(table.drop(columns=column))


@pytest.mark.parametrize("draw", [charts.search_history, charts.parallel_coordinates])
def test_a_study_without_a_complete_trial_is_refused(draw):
    with pytest.raises(ValueError, match="None of the 8 trials is complete"):
        draw(TRIALS.assign(state="PRUNED"))
