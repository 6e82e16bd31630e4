"""The charts of lesson 3.1 draw what their titles say, and can be read."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts

LARGEST_DATA = 5000  # rows; Altair refuses more
WIDEST = 600  # pixels

PEOPLE, MOVIES = ["Ann", "Ben"], ["Steel Parade", "Tea at Noon", "Moon Harbor"]
OBSERVED = pd.DataFrame([[2, np.nan, 1], [-1, 0, np.nan]], index=PEOPLE, columns=MOVIES)
USERS = pd.DataFrame({"loud": [1.5, -1.0], "quiet": [0.0, 0.5]}, index=PEOPLE)
MOVIE_FEATURES = pd.DataFrame({"loud": [1.0, 0.0, 1.0], "quiet": [0.0, 1.0, 1.0]}, index=MOVIES)
SIZES = pd.DataFrame(
    [("small", 1e6, 4e6), ("large", 9e9, 3e9)], columns=["data", "full", "gathered"]
)
MEASURED = pd.DataFrame(
    {
        "way": ["full matrix", "full matrix", "gathered pairs", "gathered pairs"],
        "cells": [100, 1600, 100, 1600],
        "milliseconds": [2.0, 30.0, 4.0, 5.0],
    }
)
MAKE = {
    "product": lambda: charts.factor_product(OBSERVED, USERS, MOVIE_FEATURES),
    "plane": lambda: charts.feature_plane(USERS, MOVIE_FEATURES),
    "memory": lambda: charts.loss_memory(SIZES),
    "growth": lambda: charts.loss_growth(MEASURED),
}


def title_of(chart: alt.TopLevelMixin) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


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


def test_product_shows_both_tables_of_features_the_predictions_and_the_ratings():
    (cells,) = tables(MAKE["product"]())
    assert len(cells) == USERS.size + MOVIE_FEATURES.size + OBSERVED.size
    predictions = cells[cells["what"] == "prediction"].set_index(["row", "column"])
    expected = USERS @ MOVIE_FEATURES.T
    for user in PEOPLE:
        for movie in MOVIES:
            assert predictions.loc[(user, movie), "value"] == expected.loc[user, movie]
    assert predictions.loc[("Ann", "Steel Parade"), "below"] == "rated +2"
    assert predictions.loc[("Ann", "Tea at Noon"), "below"] == "not rated"
    assert predictions.loc[("Ben", "Tea at Noon"), "below"] == "rated 0"
    assert set(cells["shown"]) >= {"+1.5", "-1", "0"}


def test_title_of_the_product_is_the_error_on_the_ratings_alone():
    # (2 - 1.5)^2, (1 - 1.5)^2, (-1 + 1)^2, (0 - 0.5)^2
    assert title_of(MAKE["product"]()) == "2 features: mean squared error 0.19 on 4 ratings"
    one = charts.factor_product(OBSERVED, USERS[["loud"]], MOVIE_FEATURES[["loud"]])
    assert title_of(one).startswith("1 feature: mean squared error ")


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="The movies are"):
        charts.factor_product(OBSERVED, USERS, MOVIE_FEATURES.iloc[:2])
    with pytest.raises(ValueError, match="The users are"):
        charts.factor_product(OBSERVED, USERS.iloc[::-1], MOVIE_FEATURES)
    with pytest.raises(ValueError, match="The features are"):
        charts.factor_product(OBSERVED, USERS, MOVIE_FEATURES[["quiet", "loud"]])
    with pytest.raises(ValueError, match="a plane has two"):
        charts.feature_plane(USERS[["loud"]], MOVIE_FEATURES[["loud"]])


def test_title_of_the_plane_names_all_pairs_with_the_highest_prediction():
    assert title_of(MAKE["plane"]()) == (
        "The highest prediction, +1.5: Ann and Steel Parade; Ann and Moon Harbor"
    )


def test_a_list_that_the_keyboard_reaches_chooses_the_user_of_the_plane():
    specification = MAKE["plane"]().to_dict()
    (chooser,) = (p for p in specification["params"] if p["name"] == "plane_user")
    assert chooser["bind"]["input"] == "select"
    assert chooser["bind"]["options"] == PEOPLE
    assert str(chooser["value"]).count("Ann") == 1
    (points,) = (table for table in tables(MAKE["plane"]()) if "prediction" in table)
    of_ben = points[points["user"] == "Ben"].set_index("movie")["prediction"]
    assert of_ben.to_dict() == (USERS @ MOVIE_FEATURES.T).loc["Ben"].to_dict()


def test_memory_is_a_ratio_and_the_title_names_the_largest():
    chart = MAKE["memory"]()
    assert title_of(chart) == "large: the full matrix takes 3 times the memory"
    assert chart.to_dict()["title"]["subtitle"] == "It takes less than the gathered pairs at small"
    (bars,) = (table for table in tables(chart) if "full_gb" in table and len(table) == 2)
    assert bars["ratio"].tolist() == [0.25, 3.0]
    assert bars["less memory"].tolist() == ["full matrix", "gathered pairs"]
    alone = charts.loss_memory(SIZES.tail(1)).to_dict()["title"]["subtitle"]
    assert alone == "It takes more than the gathered pairs everywhere"


def test_growth_compares_the_ends_of_both_lines():
    title = MAKE["growth"]().to_dict()["title"]
    assert title["text"] == "16 times the cells, the same ratings"
    assert title["subtitle"] == [
        "full matrix: 15 times as long; gathered pairs: 1.2 times as long",
        "full matrix by gathered pairs: 0.5 on the left, 6 on the right",
    ]
    shaped = [layer["encoding"] for layer in MAKE["growth"]().to_dict()["layer"]]
    assert any("shape" in encoding for encoding in shaped)
