"""The chart of mean, biases and taste: steps that join up, a true title, refusals."""

import pandas as pd
import pytest

from workshop_pkg import charts

FRAME = pd.DataFrame(
    {
        "title": ["Heat (1995)", "Parade (1990)"],
        "bias of the user": [0.5, 0.5],
        "bias of the movie": [-0.25, 0.75],
        "taste": [0.125, -0.25],
    }
)


def datasets_of(chart):
    return {len(rows): rows for rows in chart.to_dict()["datasets"].values()}


def test_each_step_begins_where_the_last_one_ended():
    rows = pd.DataFrame(datasets_of(charts.prediction_parts(FRAME, mean=3.5))[6])
    for _, movie in rows.groupby("title"):
        assert movie["start"].tolist() == [3.5, *movie["end"].tolist()[:-1]]
    assert rows["part"].tolist() == ["bias of the user", "bias of the movie", "taste"] * 2


def test_points_stand_at_the_sums():
    sums = datasets_of(charts.prediction_parts(FRAME, mean=3.5))[2]
    assert [(row["title"], row["stars"]) for row in sums] == [
        ("Heat (1995)", 3.875),
        ("Parade (1990)", 4.5),
    ]


def test_title_names_the_parts_that_move_most_and_least():
    chart = charts.prediction_parts(FRAME.assign(taste=[-0.9, 0.9]), mean=3.5)
    assert chart.title.text == ("What moves these predictions most: taste; least: bias of the user")
    assert "taste 0.90" in chart.title.subtitle[0]
    assert chart.title.text in chart.description


def test_each_part_has_a_color_of_its_own():
    encoding = charts.prediction_parts(FRAME, mean=3.5).to_dict()["layer"][1]["encoding"]
    assert len(set(encoding["color"]["scale"]["range"])) == 3
    assert encoding["x"]["title"] == "Stars"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (FRAME.drop(columns="taste"), "lacks \\['taste'\\]"),
        (FRAME.iloc[:0], "no prediction to draw"),
        (FRAME.assign(title="Heat (1995)"), "'Heat \\(1995\\)' is there twice"),
    ],
)
def test_frame_that_cannot_be_drawn_is_refused(frame, message):
    with pytest.raises(ValueError, match=message):
        charts.prediction_parts(frame, mean=3.5)


def test_callers_frame_is_left_alone():
    before = FRAME.copy(deep=True)
    charts.prediction_parts(FRAME, mean=3.5)
    pd.testing.assert_frame_equal(FRAME, before)
