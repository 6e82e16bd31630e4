"""The chart of accuracy by cut-off says what its data say."""

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts


def test_title_names_the_best_cut_off_and_the_constant_guess():
    rows = pd.DataFrame({"cut_off": [2.5, 3.0, 3.5], "accuracy": [0.55, 0.7, 0.65]})
    chart = charts.cut_off_accuracy(rows, majority=0.6).to_dict()
    assert chart["title"]["text"] == "Best cut-off: 3.00 stars, right for 70.0%"
    assert "60.0%" in chart["title"]["subtitle"]
    assert chart["title"]["text"] in chart["description"]
    assert chart["width"] <= 600


def test_of_equal_cut_offs_the_lowest_is_named():
    rows = pd.DataFrame({"cut_off": np.arange(2.0, 4.0, 0.5), "accuracy": [0.5, 0.7, 0.7, 0.6]})
    title = charts.cut_off_accuracy(rows, majority=0.5).to_dict()["title"]["text"]
    assert title.startswith("Best cut-off: 2.50")


@pytest.mark.parametrize(
    "rows", [pd.DataFrame({"cut_off": [3.0]}), pd.DataFrame({"cut_off": [], "accuracy": []})]
)
def test_a_table_that_cannot_be_drawn_is_refused(rows):
    with pytest.raises(ValueError, match="give a row for each cut-off"):
        charts.cut_off_accuracy(rows, majority=0.5)
