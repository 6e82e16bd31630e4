"""The chart of decisions draws what its title says, and can be read."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from workshop_pkg import charts

COLUMNS = ["stakes", "threshold", "worth"]
WORTH = pd.DataFrame(
    [
        ("gain 1, cost 1", 0.2, 0.1),
        ("gain 1, cost 1", 0.5, 0.3),
        ("gain 1, cost 1", 0.6, 0.35),
        ("gain 1, cost 3", 0.5, -0.2),
        ("gain 1, cost 3", 0.75, 0.1),
    ],
    columns=COLUMNS,
)
CHOSEN = pd.DataFrame(
    [("gain 1, cost 3", 0.75, 0.1), ("gain 1, cost 1", 0.5, 0.3)], columns=COLUMNS
)


def text_of(chart: Any) -> tuple[str, str]:
    title = chart.to_dict()["title"]
    return title["text"], title["subtitle"]


def test_the_title_tells_what_hindsight_would_have_gained() -> None:
    title, subtitle = text_of(charts.worth_by_threshold(WORTH, CHOSEN))
    assert title == "The best threshold in hindsight is ahead by 0.050 at the most"
    assert "without looking" in subtitle


def test_a_choice_between_two_thresholds_can_be_ahead_and_is_then_not_behind() -> None:
    better = CHOSEN.assign(worth=[0.2, 0.4])
    title, _ = text_of(charts.worth_by_threshold(WORTH, better))
    assert "ahead by 0.000" in title


def test_each_of_the_stakes_has_a_curve_and_a_point_of_one_color() -> None:
    chart = charts.worth_by_threshold(WORTH, CHOSEN).to_dict()
    tables = [pd.DataFrame(rows) for rows in chart["datasets"].values()]
    sizes = sorted(len(table) for table in tables)
    assert sizes == [1, len(CHOSEN), len(WORTH)]
    lines, points = chart["layer"][1], chart["layer"][2]
    assert lines["encoding"]["color"] == points["encoding"]["color"]
    assert lines["encoding"]["color"]["scale"]["domain"] == ["gain 1, cost 1", "gain 1, cost 3"]


def test_it_can_be_read_without_seeing_it() -> None:
    chart = charts.worth_by_threshold(WORTH, CHOSEN).to_dict()
    assert "0.050" in chart["description"]
    assert chart["layer"][1]["encoding"]["x"]["title"] == "Recommended above this probability"
    assert chart["layer"][1]["encoding"]["y"]["title"] == "Worth, mean over held-out ratings"


@pytest.mark.parametrize(
    ("worth", "chosen", "message"),
    [
        (WORTH.drop(columns="worth"), CHOSEN, "worth has 5 rows and the columns"),
        (WORTH, CHOSEN.iloc[:0], "chosen has 0 rows"),
        (WORTH, CHOSEN.iloc[:1], "chosen has the stakes ['gain 1, cost 3']"),
        (WORTH, pd.concat([CHOSEN, CHOSEN]), "give one row of chosen for each"),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    worth: pd.DataFrame, chosen: pd.DataFrame, message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        charts.worth_by_threshold(worth, chosen)
