"""The charts of lesson 3.4 draw what their titles say, and can be read."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts

LARGEST_DATA = 5000  # rows; Altair refuses more
WIDEST = 620  # pixels


def points(angles: dict[str, float], length: float = 2.0) -> pd.DataFrame:
    """Two users and two movies in each of two groups, the second one at an angle (degrees)."""
    rows = [
        (run, group, kind, length * np.cos(np.radians(at)), length * np.sin(np.radians(at)))
        for run, angle in angles.items()
        for group, at in (("cartoons", 0.0), ("crime", angle))
        for kind in ("user", "user", "movie", "movie")
    ]
    return pd.DataFrame(rows, columns=["run", "group", "kind", "x", "y"])


def losses() -> pd.DataFrame:
    angle = np.arange(0, 181, 10)
    lying = np.cos(np.radians(angle)) ** 2
    lines = {"observed only": 0 * lying, "L2": 1 + 0 * lying, "gravity": 2 + lying}
    return pd.concat(
        pd.DataFrame({"angle": angle, "objective": name, "loss": loss})
        for name, loss in lines.items()
    )


TABLE = pd.DataFrame(
    [[5.0, np.nan, 3.0], [np.nan, np.nan, 1.0]], index=[11, 12], columns=[50, 60, 70]
)
WEIGHTS = {"observed only": 0, "weighted": 0.3, "zero-filled": 1}
SCORES = pd.DataFrame(
    [
        ("most rated", np.nan, 0.25),
        ("biases", 0.91, 0.10),
        ("observed only", 1.17, 0.03),
        ("regularized", 1.65, 0.39),
        ("zero-filled", 2.70, 0.45),
    ],
    columns=["model", "rmse", "ndcg"],
)
MAKE = {
    "planes": lambda: charts.folding_planes(points({"start 1": 30, "start 2": 90, "start 3": 180})),
    "losses": lambda: charts.folding_losses(losses()),
    "cells": lambda: charts.where_errors_count(TABLE, WEIGHTS),
    "lists": lambda: charts.error_against_list(SCORES),
}


def title_of(chart: alt.TopLevelMixin) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


def subtitle_of(chart: alt.TopLevelMixin) -> str:
    return chart.to_dict()["title"]["subtitle"]


def tables(chart: alt.TopLevelMixin) -> list[pd.DataFrame]:
    return [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_has_a_finding_a_description_and_few_rows(name):
    chart = MAKE[name]()
    assert title_of(chart)
    assert len(chart.to_dict()["description"]) > len(title_of(chart))
    assert all(len(table) <= LARGEST_DATA for table in tables(chart))


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_can_be_drawn_and_is_narrow_enough_for_a_page(name):
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    svg = vl_convert.vegalite_to_svg(MAKE[name]().to_dict())
    width = float(svg.split('viewBox="')[1].split('"')[0].split()[2])
    assert width <= WIDEST


def test_planes_say_how_far_the_scores_across_the_groups_reach():
    chart = MAKE["planes"]()
    assert title_of(chart) == "Scores across the groups: from -4.0 to 3.5 stars"
    heads = [panel["title"]["text"] for panel in chart.to_dict()["hconcat"]]
    assert heads == ["start 1: across 3.5", "start 2: across 0.0", "start 3: across -4.0"]


def test_planes_give_a_range_where_users_differ():
    frame = points({"start 1": 60})
    frame.loc[frame.index[0], "x"] *= 2  # the first cartoon fan is twice as keen
    (panel,) = charts.folding_planes(frame).to_dict()["hconcat"]
    assert panel["title"]["text"] == "start 1: across 2.0 to 4.0"


def test_planes_have_the_same_limits_so_that_runs_can_be_compared():
    panels = MAKE["planes"]().to_dict()["hconcat"]
    domains = {
        str(layer["encoding"][axis]["scale"]["domain"])
        for panel in panels
        for layer in panel["layer"]
        for axis in "xy"
    }
    assert len(domains) == 1


def test_planes_refuse_other_than_two_groups():
    with pytest.raises(ValueError, match="two groups in this picture; these are"):
        charts.folding_planes(points({"start 1": 30}).query("group == 'crime'"))


def test_losses_tell_flat_from_bent():
    chart = MAKE["losses"]()
    assert title_of(chart) == "Any angle will do for: observed only, L2"
    assert subtitle_of(chart) == "gravity: lowest at 90 degrees"


def test_losses_that_are_all_flat_have_no_lowest_point():
    flat = losses().query("objective != 'gravity'")
    chart = charts.folding_losses(flat)
    assert title_of(chart) == "Any angle will do for: observed only, L2"
    assert len(chart.to_dict()["layer"]) == 1


def test_cells_count_what_each_objective_counts():
    chart = MAKE["cells"]()
    assert title_of(chart).startswith("3 of 6 cells have a rating")
    panels = chart.to_dict()["hconcat"]
    assert [panel["title"]["text"] for panel in panels] == [
        "observed only: 3 cells",
        "weighted: 6 cells",
        "zero-filled: 6 cells",
    ]
    counted = {round(float(table["counts"].sum()), 6) for table in tables(chart)}
    assert counted == {3.0, 3.9, 6.0}
    for table in tables(chart):
        assert set(table.loc[table["stars"].isna(), "shown"]) == {"0"}


def test_cells_refuse_a_weight_beyond_one():
    with pytest.raises(ValueError, match="'heavy' is 2; it lies from 0 to 1"):
        charts.where_errors_count(TABLE, {"heavy": 2})


def test_order_by_error_beside_order_by_list():
    chart = MAKE["lists"]()
    assert title_of(chart) == "The lowest error is number 3 of 4 by its list"
    assert subtitle_of(chart) == (
        "Lowest error: biases. Best list: zero-filled, number 4 of 4 by error"
    )
    (lines,) = (table for table in tables(chart) if "moves" in table)
    assert set(lines["model"]) == set(SCORES["model"]) - {"most rated"}
    moves = lines.drop_duplicates("model").set_index("model")["moves"]
    assert moves["biases"] == "worse by its list"
    assert moves["zero-filled"] == "better by its list"
    assert moves["regularized"] == "about the same"
    names = [table for table in tables(chart) if "name" in table]
    listed = {name for table in names for name in table["name"]}
    assert "0.250  most rated" in listed
    assert "biases  0.91" in listed


def test_model_that_is_first_in_both_orders_is_said_to_be():
    agreed = SCORES.assign(ndcg=[0.2, 0.5, 0.4, 0.3, 0.1])
    chart = charts.error_against_list(agreed)
    assert title_of(chart) == "The lowest error is number 1 of 4 by its list"
    assert subtitle_of(chart) == "biases is first in both orders"
