"""The charts of miners and of recommenders say in their titles what their data says."""

from typing import Any

import altair as alt
import pandas as pd
import pytest

from workshop_pkg.charts.miners import list_quality, miner_cost, search_work


def some_runs() -> pd.DataFrame:
    rows = [
        ("small", 0.05, "A", 0.1),
        ("small", 0.05, "B", 0.2),
        ("small", 0.01, "A", 4.0),
        ("small", 0.01, "B", 0.5),
        ("large", 0.05, "A", 0.3),
        ("large", 0.05, "B", 3.0),
        ("large", 0.02, "A", 9.0),  # B was stopped: no comparison here
    ]
    return pd.DataFrame(rows, columns=["shop", "support", "miner", "seconds"])


def some_work() -> pd.DataFrame:
    rows = [
        ("small", 0.05, "sets", 10),
        ("small", 0.01, "sets", 40),
        ("small", 0.05, "nodes (FP-Growth)", 5),
        ("small", 0.01, "nodes (FP-Growth)", 50),
    ]
    return pd.DataFrame(rows, columns=["shop", "support", "what", "number"])


def some_scores() -> pd.DataFrame:
    rows = [
        ("most rated", "NDCG", 0.25),
        ("rules", "NDCG", 0.3),
        ("most rated", "coverage", 0.1),
        ("rules", "coverage", 0.05),
    ]
    return pd.DataFrame(rows, columns=["recommender", "measure", "value"])


def costs() -> alt.FacetChart:
    return miner_cost(some_runs(), "seconds", "Time (seconds)")


def title_of(chart: alt.FacetChart) -> Any:
    return chart.to_dict()["title"]


def test_the_cheapest_is_named_where_several_were_compared_and_a_lone_run_wins_nothing():
    assert title_of(costs())["subtitle"] == ["small at 1.0%: B", "large at 5.0%: A"]


def test_a_shop_with_one_miner_alone_is_not_in_the_title():
    alone = some_runs().query("shop == 'small' or miner == 'A'")
    subtitle = title_of(miner_cost(alone, "seconds", "Time (seconds)"))["subtitle"]
    assert not any("large" in line for line in subtitle)


def test_growth_is_told_for_each_number():
    assert title_of(search_work(some_work()))["subtitle"] == ["small: sets x 4, nodes x 10"]


def test_both_axes_are_logarithmic_and_the_support_falls_to_the_right():
    points = costs().to_dict()["spec"]["layer"][1]["encoding"]
    assert points["x"]["scale"]["type"] == points["y"]["scale"]["type"] == "log"
    assert points["x"]["scale"]["reverse"] is True
    assert points["x"]["title"]
    assert points["y"]["title"] == "Time (seconds)"
    assert points["color"]["field"] == points["shape"]["field"] == "miner"


def test_panels_stand_below_each_other_so_that_a_phone_shows_them():
    for chart in (costs(), search_work(some_work())):
        content = chart.to_dict()
        assert content["facet"]["row"]["field"] == "shop"
        assert content["spec"]["width"] <= 400


def test_the_title_says_where_ours_is_above_the_bar():
    above = "rules against most rated: above in NDCG"
    assert title_of(list_quality(some_scores(), "rules", "most rated"))["text"] == [above]
    below = some_scores().assign(value=[0.3, 0.2, 0.3, 0.2])
    nothing = "rules against most rated: above in nothing"
    assert title_of(list_quality(below, "rules", "most rated"))["text"] == [nothing]


def test_a_difference_of_less_than_two_per_cent_is_called_about_equal():
    close = some_scores().assign(value=[0.839, 0.840, 0.1, 0.09])
    assert title_of(list_quality(close, "rules", "most rated"))["text"] == [
        "rules against most rated: above in nothing",
        "about equal in NDCG",
    ]


def test_a_recommender_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="'EASE' is not among the recommenders"):
        list_quality(some_scores(), "EASE", "most rated")


@pytest.mark.parametrize(
    "chart",
    [costs(), search_work(some_work()), list_quality(some_scores(), "rules", "most rated")],
    ids=["cost", "work", "quality"],
)
def test_every_chart_describes_itself(chart):
    assert len(chart.to_dict()["description"]) > 40
