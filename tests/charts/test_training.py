"""The charts of training draw what their titles say, small enough for Altair, and can be read."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts
from workshop_pkg.charts.training import lowest_held_out

LARGEST_DATA = 5000  # rows; Altair refuses more
WIDEST = 600  # pixels
ERRORS = "mean squared error"


def history(held_out, train=None, steps=None, group=ERRORS) -> pd.DataFrame:
    steps = list(range(0, 10 * len(held_out), 10)) if steps is None else steps
    columns = {"held out": held_out} | ({} if train is None else {"train": train})
    rows = [
        (step, group, metric, float(values[place]))
        for place, step in enumerate(steps)
        for metric, values in columns.items()
    ]
    return pd.DataFrame(rows, columns=["step", "group", "metric", "value"])


def lengths(n: int) -> pd.DataFrame:
    rows = [(10 * k, "mean length", who, 1.0 + k) for k in range(n) for who in ("users", "movies")]
    return pd.DataFrame(rows, columns=["step", "group", "metric", "value"])


def terms(**values) -> pd.DataFrame:
    rows = [
        (step, "terms of the loss", name, value / (1 + step))
        for step in (0, 5, 10)
        for name, value in values.items()
    ]
    return pd.DataFrame(rows, columns=["step", "group", "metric", "value"])


TURNED = history([13.0, 1.5, 0.9, 0.95, 1.1], [13.5, 1.2, 0.7, 0.5, 0.4])
FALLING = history([13.0, 1.5, 0.9], [13.5, 1.2, 0.7])
EXPLODED = history([13.0, 1e60, 1e72], [1.0, 2.0, 3.0])
COMPARED = pd.concat(
    [
        TURNED.assign(model="rate 1"),
        EXPLODED.assign(model="100"),
    ]
)


def square(x: float) -> float:
    return (4 - 2 * x) ** 2


WALKS = {"rate 0.1": [0.5, 1.7, 1.94], "rate 0.3": [0.5, 4.1, -0.94]}
MAKE = {
    "turned": lambda: charts.learning_curves(TURNED),
    "two groups": lambda: charts.learning_curves(pd.concat([TURNED, lengths(5)])),
    "falling": lambda: charts.learning_curves(FALLING),
    "compared": lambda: charts.learning_curves(COMPARED),
    "terms": lambda: charts.learning_curves(terms(observed=3.0, l2=1.0, total=4.0), unit="sweep"),
    "descent": lambda: charts.descent(square, WALKS, "The user's number"),
}


def title_of(chart: alt.TopLevelMixin) -> tuple[str, str]:
    title = chart.to_dict()["title"]
    subtitle = title.get("subtitle", "")
    return title["text"], subtitle if isinstance(subtitle, str) else " ".join(subtitle)


def tables(chart: alt.TopLevelMixin) -> list[pd.DataFrame]:
    return [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]


def panels(chart: alt.TopLevelMixin) -> list[dict]:
    return chart.to_dict()["vconcat"]


def y_of(panel: dict) -> dict:
    return panel["layer"][0]["encoding"]["y"]


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_has_a_finding_a_description_and_few_rows(name):
    chart = MAKE[name]()
    title, _ = title_of(chart)
    assert title
    assert len(chart.to_dict()["description"]) > len(title)
    assert all(len(table) <= LARGEST_DATA for table in tables(chart))


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_can_be_drawn_and_is_narrow_enough_for_a_page(name):
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    svg = vl_convert.vegalite_to_svg(MAKE[name]().to_dict())
    width = float(svg.split('viewBox="')[1].split('"')[0].split()[2])
    assert width <= WIDEST
    assert "NaN" not in svg


def test_title_tells_where_the_held_out_error_turns():
    title, details = title_of(MAKE["turned"]())
    assert title == "The held-out error is lowest at step 20: 0.900; then it rises to 1.100"
    assert details == "Meanwhile the training error falls on: from 0.700 to 0.400 at step 40"


def test_a_held_out_error_that_is_the_same_but_for_rounding_is_not_said_to_rise():
    title, _ = title_of(charts.learning_curves(history([13.5, 0.9, 0.9001], [13.0, 0.7, 0.6])))
    assert title == "The held-out error is lowest at step 10: 0.900; then it hardly changes"


def test_title_of_curves_that_still_fall_says_so():
    title, details = title_of(MAKE["falling"]())
    assert title == "The held-out error still falls: 13.000 at first, 0.900 at step 20"
    assert not details


def test_training_error_that_rises_is_not_said_to_fall():
    rising = history([13.0, 0.9, 1.1], [13.5, 0.7, 0.8])
    assert (
        "the training error does not fall: from 0.700"
        in title_of(charts.learning_curves(rising))[1]
    )


def test_title_of_several_models_names_the_best_and_lists_the_others():
    title, details = title_of(MAKE["compared"]())
    assert title == "Lowest held-out error: rate 1, 0.900 at step 20"
    assert details == "100: 13.000 at step 0"


def test_without_a_held_out_part_the_title_is_about_the_total():
    title, _ = title_of(MAKE["terms"]())
    assert title == "Total: 4.000 at sweep 0, 0.364 at sweep 10"


def test_other_groups_have_panels_and_axes_of_their_own():
    chart = MAKE["two groups"]()
    first, second = panels(chart)
    assert y_of(first)["title"] == ["Mean squared error (stars²)", "(in part above the frame)"]
    assert y_of(second)["title"] == "Mean length"
    assert y_of(second)["scale"]["domain"][1] == pytest.approx(1.05 * 5)
    assert chart.to_dict()["resolve"]["scale"]["color"] == "independent"
    # The lowest held-out error is marked in the panel that has one.
    assert [len(panel["layer"]) for panel in (first, second)] == [4, 2]


def test_lowest_point_is_marked_only_where_the_error_turns():
    assert [len(panels(MAKE[name]())[0]["layer"]) for name in ("turned", "falling")] == [4, 2]


def test_errors_of_different_kinds_are_not_compared():
    absolute = history([3.0, 0.1, 0.2], group="mean absolute error")
    both = pd.concat([FALLING, absolute])
    assert title_of(charts.learning_curves(both))[0].endswith("0.900 at step 20")


def test_fall_at_the_start_does_not_set_the_height():
    long = history([14.0] + [1.0] * 99, [13.0] + [0.5] * 99)
    assert y_of(panels(charts.learning_curves(long))[0])["scale"]["domain"] == [0, 1.05]


def test_exploding_error_does_not_flatten_the_others():
    panel = panels(MAKE["compared"]())[0]
    top = y_of(panel)["scale"]["domain"][1]
    assert top <= 1.05 * 13.5
    drawn = pd.concat([table for table in tables(MAKE["compared"]()) if "shown" in table])
    assert drawn["shown"].max() < 10 * top
    assert drawn["value"].max() == 1e72  # in the tooltip the number is the true one


def test_terms_that_say_nothing_are_left_out():
    zeros = terms(observed=3.0, l2=0.0, gravity=0.0, total=3.0)
    chart = charts.learning_curves(pd.concat([FALLING, zeros]))
    assert len(panels(chart)) == 1
    regularized = terms(observed=3.0, l2=1.0, gravity=0.0, total=4.0)
    chart = charts.learning_curves(pd.concat([FALLING, regularized]))
    metrics = {metric for table in tables(chart) if "metric" in table for metric in table["metric"]}
    assert len(panels(chart)) == 2
    assert metrics == {"held out", "train", "observed", "l2", "total"}


def test_long_history_is_thinned_and_keeps_its_last_step():
    steps = list(range(5000))
    values = np.linspace(3.0, 1.0, len(steps))
    chart = charts.learning_curves(history(values, values / 2, steps))
    (drawn,) = [table for table in tables(chart) if len(table) > 1]
    assert len(drawn) <= LARGEST_DATA
    assert drawn["step"].max() == steps[-1]


def test_values_that_are_not_finite_are_left_out():
    broken = history([13.0, 0.9, np.nan, np.inf], [13.0, 0.7, np.nan, np.inf])
    assert title_of(charts.learning_curves(broken))[0].startswith("The held-out error still falls")
    with pytest.raises(ValueError, match="No value of the history is finite"):
        charts.learning_curves(history([np.nan]))


def test_other_frames_are_refused_by_name():
    with pytest.raises(ValueError, match=r"lacks \['metric', 'value'\]"):
        charts.learning_curves(pd.DataFrame({"step": [1], "group": ["a"], "error": [0.5]}))
    with pytest.raises(ValueError, match="no metric 'held out'; its metrics are"):
        lowest_held_out(terms(observed=1.0))


def test_of_several_lowest_steps_the_first_is_named():
    assert lowest_held_out(history([3.0, 1.0, 2.0, 1.0]))["step"] == 10


def test_colors_and_dashes_tell_apart_the_same():
    encoding = panels(MAKE["turned"]())[0]["layer"][0]["encoding"]
    assert encoding["color"]["field"] == encoding["strokeDash"]["field"] == "metric"
    assert encoding["color"]["scale"]["domain"] == encoding["strokeDash"]["scale"]["domain"]
    encoding = panels(MAKE["compared"]())[0]["layer"][0]["encoding"]
    assert encoding["color"]["field"] == "model"


def test_descent_says_which_walk_climbs():
    title, details = title_of(MAKE["descent"]())
    assert title == "1 of 2 walks go down; rate 0.3 climbs out"
    assert details == "rate 0.1: 9.00 to 0.01; rate 0.3: 9.00 to 34.57"
    steps = [table for table in tables(MAKE["descent"]()) if "step" in table]
    assert [table["number"].tolist() for table in steps] == list(WALKS.values())


def test_descent_of_walks_that_all_arrive_names_none():
    title, _ = title_of(charts.descent(square, {"a": [0.5, 1.0]}, "x"))
    assert title == "1 of 1 walks go down"
