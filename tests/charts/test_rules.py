"""The charts of rules draw what their titles say, small enough for Altair, and can be read."""

import altair as alt
import pandas as pd
import pytest

from workshop_pkg.charts.rules import (
    LESS,
    MORE,
    MOST_RULES,
    chance_lift,
    rule_name,
    rule_scatter,
    threshold_grid,
)


def some_rules() -> pd.DataFrame:
    """Make three rules: two ways of one, whose lifts differ in the last digits, and a useless."""
    rows = [
        ({"Tea"}, {"Milk"}, 0.2, 0.4, 1.5 + 1e-15),
        ({"Milk"}, {"Tea"}, 0.2, 0.8, 1.5),
        ({"Soap", "Bread"}, {"Milk"}, 0.1, 0.9, 1.0),
    ]
    rules = pd.DataFrame(
        rows, columns=["antecedents", "consequents", "support", "confidence", "lift"]
    )
    for side in ("antecedents", "consequents"):
        rules[side] = rules[side].map(frozenset)
    return rules


def some_counts() -> pd.DataFrame:
    rows = [(0.1, 0.5, 40), (0.1, 0.8, 5), (0.2, 0.5, 12), (0.2, 0.8, 0)]
    return pd.DataFrame(rows, columns=["min_support", "min_confidence", "rules"])


def some_lifts() -> pd.DataFrame:
    rows = [
        (0.02, "baskets as they are", 2.5),
        (0.02, "shuffled baskets", 2.0),
        (0.02, "shuffled baskets", 3.25),
        (0.2, "baskets as they are", 1.6),
        (0.2, "shuffled baskets", 1.1),
        (0.2, "shuffled baskets", 1.2),
    ]
    return pd.DataFrame(rows, columns=["min_support", "baskets", "lift"])


def every_chart() -> dict[str, alt.TopLevelMixin]:
    return {
        "scatter": rule_scatter(some_rules()),
        "sliders": rule_scatter(some_rules(), sliders=True),
        "grid": threshold_grid(some_counts()),
        "chance": chance_lift(some_lifts()),
    }


def drawn(chart: alt.TopLevelMixin) -> pd.DataFrame:
    (rows,) = chart.to_dict()["datasets"].values()
    return pd.DataFrame(rows)


def title_of(chart: alt.TopLevelMixin) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


@pytest.mark.parametrize("name", every_chart())
def test_every_chart_has_titles_and_a_description(name):
    specification = every_chart()[name].to_dict()
    assert len(specification["description"]) > 40
    assert title_of(every_chart()[name])
    first = specification.get("layer", [specification])[0]
    for axis in ("x", "y"):
        assert first["encoding"][axis]["title"]
    assert first["encoding"]["tooltip"]


def test_a_rule_is_written_in_the_order_of_the_alphabet():
    assert rule_name({"b", "a"}, {"c"}) == "a, b -> c"
    assert rule_name(frozenset([3]), frozenset([20, 1])) == "3 -> 1, 20"


def test_the_title_names_the_surer_direction_of_the_rule_with_the_highest_lift():
    assert title_of(rule_scatter(some_rules())) == "Milk -> Tea has the highest lift, 1.50"


def test_a_lift_of_one_is_no_more_than_chance_and_has_another_shape():
    chart = rule_scatter(some_rules())
    assert drawn(chart)["together"].tolist() == [MORE, MORE, LESS]
    shape = chart.to_dict()["encoding"]["shape"]
    assert shape["scale"]["domain"] == [MORE, LESS]
    assert len(set(shape["scale"]["range"])) == 2


def test_color_and_size_keep_their_scale_while_the_sliders_move():
    layers = rule_scatter(some_rules(), sliders=True).to_dict()["layer"]
    colored = next(layer["encoding"] for layer in layers if "color" in layer["encoding"])
    assert colored["color"]["scale"]["domain"] == pytest.approx([1.0, 1.5])
    assert colored["size"]["scale"]["domain"] == [0, 1]


def test_sliders_start_where_every_rule_passes_and_reach_beyond_the_last():
    specification = rule_scatter(some_rules(), sliders=True).to_dict()
    sliders = {slider["name"]: slider for slider in specification["params"]}
    for name, column in (("least_support", "support"), ("least_confidence", "confidence")):
        slider = sliders[name]
        assert slider["value"] <= some_rules()[column].min()
        assert slider["bind"]["max"] >= some_rules()[column].max()
        assert slider["bind"]["input"] == "range"


def test_rules_of_one_lift_can_be_drawn():
    rows = drawn(rule_scatter(some_rules().iloc[[1]]))
    assert rows["weight"].tolist() == [0]


def test_no_rule_and_too_many_are_refused_with_the_next_step():
    with pytest.raises(ValueError, match="no rule to draw: lower"):
        rule_scatter(some_rules().iloc[:0])
    many = pd.concat([some_rules()] * (MOST_RULES // 3 + 1))
    with pytest.raises(ValueError, match=r"too many for a chart.*raise"):
        rule_scatter(many)


def test_the_grid_says_between_which_numbers_of_rules_the_thresholds_move():
    assert title_of(threshold_grid(some_counts())) == "The same baskets give 0 to 40 rules"
    assert len(drawn(threshold_grid(some_counts()))) == 4


def test_the_chance_chart_says_what_the_luckiest_shuffle_reaches():
    title = title_of(chance_lift(some_lifts()))
    assert title == "Highest lift in 2 shuffles: 3.2 at support 0.02, 1.2 at 0.2"
    encoding = chance_lift(some_lifts()).to_dict()["encoding"]
    assert encoding["shape"]["field"] == encoding["color"]["field"]
