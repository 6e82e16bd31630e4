"""The charts of the FP-tree count what passes each node, and mark the ways they speak of."""

from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd
import pytest

from workshop_pkg.charts.fp_tree import fp_tree_growth, fp_tree_paths

# The example of the paper: Han, Pei and Yin (2000), table 1, last column.
BASKETS = [list("fcamp"), list("fcabm"), list("fb"), list("cbp"), list("fcamp")]


def rows_of(chart: alt.LayerChart, column: str) -> pd.DataFrame:
    tables = [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]
    return next(table for table in tables if column in table)


def text_of(chart: alt.LayerChart) -> Any:
    return chart.to_dict()["title"]["text"]


def test_the_tree_of_the_papers_example_has_its_nodes_and_counts():
    rows = rows_of(fp_tree_growth(BASKETS), "step")
    last = rows[(rows["step"] == 5) & (rows["item"] != "start")]
    counts = sorted(zip(last["item"], last["count"], strict=True))
    main_branch = [("f", 4), ("c", 3), ("a", 3), ("m", 2), ("p", 2), ("b", 1), ("m", 1), ("b", 1)]
    other_branch = [("c", 1), ("b", 1), ("p", 1)]
    assert counts == sorted(main_branch + other_branch)
    captions = rows_of(fp_tree_growth(BASKETS), "text")["text"].tolist()
    assert captions[5] == "Basket 5: f, c, a, m, p\nSo far 20 items in 11 nodes"


def test_the_title_leaves_the_number_of_nodes_to_be_predicted_and_each_step_tells_it():
    chart = fp_tree_growth(BASKETS)
    assert not any(letter.isdigit() for letter in text_of(chart))
    captions = rows_of(chart, "text")["text"].tolist()
    assert captions[0] == "No basket yet: the root alone"
    assert [text.split("So far ")[1] for text in captions[1:]] == [
        "5 items in 5 nodes",
        "10 items in 7 nodes",
        "12 items in 8 nodes",
        "15 items in 11 nodes",
        "20 items in 11 nodes",
    ]


def test_each_step_adds_one_basket_and_marks_its_way():
    rows = rows_of(fp_tree_growth(BASKETS), "step")
    for step, basket in enumerate(BASKETS, start=1):
        now = rows[rows["step"] == step].set_index(["above", "item"])["count"]
        before = rows[rows["step"] == step - 1].set_index(["above", "item"])["count"]
        assert (now - before.reindex(now.index, fill_value=0)).sum() == len(basket) + 1
        passed = rows[(rows["step"] == step) & (rows["way"] == "passed")]
        assert passed["item"].tolist() == ["start", *basket]


def test_step_zero_shows_the_root_alone_and_marks_nothing():
    rows = rows_of(fp_tree_growth(BASKETS), "step")
    assert rows.loc[rows["step"] == 0, "label"].tolist() == ["start"]
    assert (rows.loc[rows["step"] == 0, "way"] == "not passed").all()


def test_the_slider_reaches_every_basket_and_filters_every_layer():
    chart = fp_tree_growth(BASKETS).to_dict()
    (slider,) = [param for param in chart["params"] if "bind" in param]
    assert slider["bind"]["input"] == "range"
    assert (slider["bind"]["min"], slider["bind"]["max"]) == (0, len(BASKETS))
    assert all(slider["name"] in layer["transform"][0]["filter"] for layer in chart["layer"])


def test_nodes_of_a_level_do_not_stand_on_each_other():
    rows = rows_of(fp_tree_growth(BASKETS), "step")
    last = rows[rows["step"] == len(BASKETS)]
    for _, level in last.groupby("y"):
        assert all(right - left >= 1 for left, right in pairwise(sorted(level["x"])))


def test_the_ways_to_an_item_are_its_pattern_base():
    chart = fp_tree_paths(BASKETS, "m")
    rows = rows_of(chart, "way")
    passed = rows[rows["way"] == "passed"]
    assert sorted(passed["item"]) == sorted(["start", "f", "c", "a", "m", "b", "m"])
    assert text_of(chart) == "m stands in 2 nodes, and their counts add up to 3"
    assert text_of(fp_tree_paths(BASKETS, "f")).startswith("f stands in 1 node,")


def test_an_item_that_is_not_in_the_tree_is_named():
    with pytest.raises(ValueError, match=r"'z' is in no basket of this tree; there are a, b, c"):
        fp_tree_paths(BASKETS, "z")


def test_a_basket_without_frequent_items_is_drawn_as_such():
    rows = rows_of(fp_tree_growth([["a"], []]), "text")
    assert rows["text"].tolist()[2] == "Basket 2: nothing frequent\nSo far 1 item in 1 node"


def test_the_marked_way_differs_by_width_too_and_the_chart_describes_itself():
    for chart in (fp_tree_growth(BASKETS), fp_tree_paths(BASKETS, "p")):
        content = chart.to_dict()
        assert len(content["description"]) > 40
        assert content["layer"][0]["encoding"]["size"]["scale"]["range"] == [6, 1.5]
        assert content["width"] <= 600
