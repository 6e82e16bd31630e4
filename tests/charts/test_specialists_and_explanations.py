"""The charts of lesson 4.4 draw what their titles say, and can be read."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts
from workshop_pkg.charts.theme import GRAY

WIDEST = 600  # pixels

SPECIALISTS = pd.DataFrame(
    {
        "kind": ["by group", "by group", "by genre", "by genre", "by group and genre"],
        "name": ["group 0", "group 1", "Comedy", "War", "group 0 and War"],
        "ratings": [20_000, 15_000, 9_000, 400, 0],
        "lead": [-0.01, -0.02, 0.01, -0.2, np.nan],
    }
)
REASONS = pd.DataFrame(
    [
        ("Dune (1984)", "Alien (1979)", 0.2),
        ("Dune (1984)", "Brazil (1985)", 0.1),
        ("Dune (1984)", "all other likes together", 0.1),
        ("Heat (1995)", "Casino (1995)", 0.3),
        ("Heat (1995)", "all other likes together", -0.1),
    ],
    columns=["title", "because", "contribution"],
)
REMOVED = pd.DataFrame(
    {"reason": ["rule", "contribution", "by lot"], "leaves": [0.2, 0.4, 0.05], "movies": 10}
)
GAINS = pd.DataFrame(
    {"name": ["a", "b"], "gain": [-0.002, 0.0], "low": [-0.004, 0.0], "high": [-0.001, 0.0]}
)
ALL = {
    "leads": charts.specialist_leads(SPECIALISTS),
    "reasons": charts.reason_parts(REASONS),
    "removed": charts.removed_reasons(REMOVED),
    "gains": charts.gain_intervals(GAINS, over="one model for all", by="Who answers"),
}


def title_of(chart: Any) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


def subtitle_of(chart: Any) -> str:
    return str(chart.to_dict()["title"]["subtitle"])


def table_with(chart: Any, column: str) -> pd.DataFrame:
    tables = (pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values())
    return next(table for table in tables if column in table)


@pytest.mark.parametrize("name", ALL)
def test_it_compiles_and_says_what_it_shows(name: str) -> None:
    spec = ALL[name].to_dict()
    assert title_of(ALL[name]) in spec["description"]
    assert len(title_of(ALL[name])) < 90
    assert alt.Chart.from_dict(spec)


@pytest.mark.parametrize("name", ALL)
def test_every_axis_has_a_title(name: str) -> None:
    spec = ALL[name].to_dict()
    for channel in ("x", "y"):
        titles = [layer["encoding"].get(channel, {}).get("title") for layer in spec["layer"]]
        assert any(titles)


@pytest.mark.parametrize("name", ALL)
def test_it_is_not_wider_than_the_column_of_a_page(name: str) -> None:
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    svg = vl_convert.vegalite_to_svg(ALL[name].to_dict())
    assert float(svg.split('width="')[1].split('"')[0]) <= WIDEST


def test_leads_count_who_is_ahead_and_leave_out_who_answered_nothing() -> None:
    chart = ALL["leads"]
    assert title_of(chart) == "1 of 4 specialists are ahead of the one model for all"
    assert subtitle_of(chart) == "Median lead: by group -0.015, by genre -0.095"
    assert (table_with(chart, "ratings")["ratings"] > 0).all()
    assert table_with(chart, "ratings")["name"].tolist()[-1] == "War"


def test_leads_of_a_specialist_without_ratings_can_be_drawn() -> None:
    chart = charts.specialist_leads(SPECIALISTS.assign(lead=-0.1))
    assert table_with(chart, "ratings")["ratings"].min() == 1  # a logarithmic axis has no 0


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (SPECIALISTS.drop(columns="lead"), "lacks the column 'lead'"),
        (SPECIALISTS[:0], "no specialist"),
        (SPECIALISTS.assign(lead=np.nan), "no specialist"),
    ],
)
def test_leads_refuse_what_they_cannot_draw(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        charts.specialist_leads(table)


def test_reasons_tell_the_share_of_the_strongest_and_name_it() -> None:
    chart = ALL["reasons"]
    # Dune: 0.2 of 0.4. Heat: 0.3 of 0.2, since the others speak against it.
    assert title_of(chart) == "The strongest reason makes 50% to 150% of a score"
    parts = table_with(chart, "part")
    assert parts["part"].tolist() == [
        "strongest",
        "second",
        "all others",
        "strongest",
        "all others",
    ]
    assert parts["contribution"].sum() == pytest.approx(REASONS["contribution"].sum())
    labels = table_with(chart, "end")
    assert labels["because"].tolist() == ["Alien (1979)", "Casino (1995)"]
    assert labels["end"].tolist() == pytest.approx([0.4, 0.3])  # right of what is drawn
    colors = chart.to_dict()["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(colors["domain"], colors["range"], strict=True))["all others"] == GRAY


def test_reasons_keep_the_order_of_the_list_and_take_more_than_three() -> None:
    many = pd.DataFrame(
        [("B", f"like {i}", 0.1 / (i + 1)) for i in range(6)] + [("A", "the rest", 0.2)],
        columns=["title", "because", "contribution"],
    )
    chart = charts.reason_parts(many)
    assert chart.to_dict()["layer"][0]["encoding"]["y"]["sort"] == ["B", "A"]
    assert table_with(chart, "part")["part"].tolist() == [
        *("strongest", "second", "third", "further", "further", "all others"),
        "all others",
    ]
    assert table_with(chart, "end")["title"].tolist() == ["B"]  # A has no reason of its own


def test_reasons_without_any_say_so() -> None:
    rest = pd.DataFrame({"title": ["A"], "because": ["the rest"], "contribution": [0.2]})
    assert title_of(charts.reason_parts(rest)) == "No movie has a reason of its own"


def test_removed_reasons_put_the_one_that_holds_on_top_and_name_the_bar() -> None:
    chart = ALL["removed"]
    assert title_of(chart) == (
        "Take its contribution away, and 40% of the movies leave the list; a like by lot: 5%"
    )
    rows = table_with(chart, "leaves")
    assert rows["reason"].tolist() == ["contribution", "rule", "by lot"]
    assert rows["compared"].tolist() == ["a reason", "a reason", "the bar"]


@pytest.mark.parametrize("draw", [charts.reason_parts, charts.removed_reasons])
def test_charts_of_reasons_refuse_what_they_cannot_draw(draw: Any) -> None:
    table = REASONS if draw is charts.reason_parts else REMOVED
    with pytest.raises(ValueError, match="lacks the column"):
        draw(table.drop(columns=table.columns[0]))
    with pytest.raises(ValueError, match="no rows"):
        draw(table[:0])


def test_removed_reasons_need_their_bar() -> None:
    with pytest.raises(ValueError, match="No row is named 'chance'"):
        charts.removed_reasons(REMOVED, bar="chance")


def test_small_gains_are_told_with_one_more_decimal_under_a_title_of_ones_own() -> None:
    chart = ALL["gains"]
    assert title_of(chart) == "0 of 2 clearly beat one model for all"
    assert subtitle_of(chart) == "The best: b, +0.0000"
    (y,) = {layer["encoding"]["y"]["title"] for layer in chart.to_dict()["layer"][1:]}
    assert y == "Who answers"
