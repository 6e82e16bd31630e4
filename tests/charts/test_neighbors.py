"""The charts of lesson 2.1 draw what their titles say, small enough for Altair, and can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg.charts.neighbors import (
    cross_validation,
    own_scales,
    rating_table,
    similarity_matrices,
    similarity_spread,
)

LARGEST_DATA = 5000  # rows; Altair refuses more
WIDEST = 560  # pixels, axes not counted


@pytest.fixture
def table() -> pd.DataFrame:
    """Make three customers who all rate with stars above zero; 7 and 8 divide them."""
    return pd.DataFrame(
        {7: [5.0, 4.0, 1.0], 8: [3.0, 2.0, 4.0], 9: [4.0, np.nan, np.nan]}, index=[1, 2, 3]
    )


@pytest.fixture
def errors() -> pd.DataFrame:
    rows = [("bar", 0.95), ("worse", 1.0), ("better", 0.9)]
    return pd.DataFrame(
        [
            {"model": model, "fold": fold, "rmse": rmse + fold / 1000}
            for model, rmse in rows
            for fold in range(1, 6)
        ]
    )


def every_chart(table: pd.DataFrame, errors: pd.DataFrame) -> dict[str, Any]:
    similarities = pd.DataFrame(np.eye(3), [1, 2, 3], [1, 2, 3])
    return {
        "table": rating_table(table, table.fillna(3.25)),
        "matrices": similarity_matrices({"one": similarities, "two": -similarities}, "Customer"),
        "scales": own_scales(table, 7, 8),
        "spread": similarity_spread({"one": np.array([0.9, 0.8]), "two": np.array([-0.5, 0.5])}),
        "folds": cross_validation(errors, bar="bar"),
    }


NAMES = ["table", "matrices", "scales", "spread", "folds"]


def title_of(chart: alt.TopLevelMixin) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


def drawn(chart: alt.TopLevelMixin) -> list[pd.DataFrame]:
    """Give the tables that a chart carries."""
    return [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]


def with_column(chart: alt.TopLevelMixin, column: str) -> pd.DataFrame:
    (found,) = (rows for rows in drawn(chart) if column in rows)
    return found


def encodings(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the encodings of a chart, its layers and its panels."""
    if "encoding" in part:
        yield part["encoding"]
    for key in ("layer", "hconcat"):
        for inner in part.get(key, []):
            yield from encodings(inner)


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_can_be_read_by_all(name: str, table: pd.DataFrame, errors: pd.DataFrame):
    chart = every_chart(table, errors)[name]
    specification = chart.to_dict()
    assert sum(len(rows) for rows in drawn(chart)) <= LARGEST_DATA
    assert len(specification["description"]) > 40
    assert title_of(chart)
    found = list(encodings(specification))
    assert found
    for axis in ("x", "y"):
        drawn_on = [encoding[axis] for encoding in found if axis in encoding]
        assert drawn_on
        assert all(channel["title"] for channel in drawn_on)
    assert any({"tooltip", "text"} & set(encoding) for encoding in found)


def view_width(part: dict[str, Any], n_columns: int) -> float:
    """Give the width of a view in pixels, without its axes."""
    width = part["width"] if "width" in part else part["layer"][0]["width"]
    return width["step"] * n_columns if isinstance(width, dict) else width


@pytest.mark.parametrize("name", NAMES)
def test_no_chart_is_wider_than_a_page(name: str, table: pd.DataFrame, errors: pd.DataFrame):
    specification = every_chart(table, errors)[name].to_dict()
    panels = specification.get("hconcat", [specification])
    assert sum(view_width(panel, n_columns=7) for panel in panels) <= WIDEST


def test_table_counts_what_is_rated_and_marks_what_is_predicted(table: pd.DataFrame):
    assert title_of(rating_table(table)) == "7 of 9 cells are rated"
    chart = rating_table(table, table.fillna(3.25))
    assert title_of(chart) == "7 of 9 cells are rated, 2 are predicted"
    cells = with_column(chart, "what").set_index(["customer", "movie"])
    assert cells.loc[("2", "9"), "shown"] == "~3.2"
    assert cells.loc[("2", "9"), "what"] == "predicted"
    assert cells.loc[("1", "9"), "shown"] == "4.0"
    assert set(with_column(rating_table(table), "what")["what"]) == {"rated", "not rated"}


def test_own_scales_gives_both_cosines_and_the_customers_in_common(table: pd.DataFrame):
    table.loc[4] = [np.nan, 5.0, 1.0]
    chart = own_scales(table, 7, 8)
    # 5*3 + 4*2 + 1*4 over the root of 42 * 29; on own scales every product is negative
    expected = 27 / np.sqrt(42 * 29)
    assert f"cosine {expected:.2f} as rated, -" in title_of(chart)
    panels = [rows for rows in drawn(chart) if "customer" in rows]
    assert [sorted(rows["customer"]) for rows in panels] == [["1", "2", "3"]] * 2
    signs = [np.sign(rows["x"] * rows["y"]).tolist() for rows in panels]
    assert sorted(signs) == [[-1, -1, -1], [1, 1, 1]]


def test_own_scales_of_movies_that_nobody_rated_both_of_are_refused(table: pd.DataFrame):
    table[10] = [np.nan, 3.0, 2.0]
    with pytest.raises(ValueError, match="Nobody has rated both 9 and 10"):
        own_scales(table, 9, 10)


def test_matrices_mark_what_is_not_known_and_name_the_smallest():
    similarities = pd.DataFrame([[1.0, -0.25], [np.nan, 1.0]], ["a", "b"], ["a", "b"])
    chart = similarity_matrices({"cosine": similarities}, "Movie")
    assert title_of(chart) == "The smallest similarity. cosine: -0.25"
    (rows,) = drawn(chart)
    assert sorted(rows["shown"]) == ["-0.25", "1.00", "1.00", "?"]


def test_spread_counts_every_pair_and_states_the_middle_half():
    values = np.array([-1.0, 0.0, 0.5, 1.0, 1.0 + 1e-12])
    chart = similarity_spread({"cosine": values})
    assert title_of(chart) == "Half of the pairs lie between 0.00 and 1.00 (cosine)"
    (rows,) = drawn(chart)
    assert rows["share"].sum() == pytest.approx(1)
    assert "subtitle" not in chart.to_dict()["title"]


def test_spread_says_which_pairs_it_covers():
    chart = similarity_spread({"cosine": np.array([0.5])}, which="Pairs in common: 5% of all")
    assert chart.to_dict()["title"]["subtitle"] == "Pairs in common: 5% of all"
    assert "5% of all" in chart.to_dict()["description"]


def test_cross_validation_counts_the_models_that_clear_the_bar(errors: pd.DataFrame):
    chart = cross_validation(errors, bar="bar")
    assert title_of(chart) == "1 of 2 models beat bar; smallest error: better"
    assert len(with_column(chart, "fold")) == 15
    with pytest.raises(ValueError, match="bar is 'other', but the models are bar, worse, better"):
        cross_validation(errors, bar="other")
