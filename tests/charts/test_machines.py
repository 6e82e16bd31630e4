"""The charts of lesson 3.8 draw what their titles say, and refuse what does not fit."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts

LIKED = np.arange(40) % 2
GROUPS = pd.DataFrame(
    [("known", 900, 0.70, 0.71), ("new", 50, 0.50, 0.60)],
    columns=["group", "ratings", "ids", "side features"],
)
MAKE = {
    "pairs": lambda: charts.pair_products([1, 2, 3], [1, 2, -1]),
    "calibration": lambda: charts.calibration(
        LIKED, {"good": np.full(40, 0.5), "sure": np.full(40, 0.9)}, n_bins=4
    ),
    "groups": lambda: charts.gain_by_group(GROUPS),
}


def title_of(chart: alt.TopLevelMixin) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_has_a_finding_a_description_and_fits_a_page(name):
    chart = MAKE[name]()
    assert len(chart.to_dict()["description"]) > len(title_of(chart)) > 0
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    assert float(svg.split('viewBox="')[1].split('"')[0].split()[2]) <= 600


def test_titles_state_what_the_data_say():
    assert title_of(MAKE["pairs"]()) == "(4 - 26) / 2 = -11"
    assert title_of(MAKE["calibration"]()) == "Largest gap: sure says 90%, observed are 50%"
    assert title_of(MAKE["groups"]()) == ("Side features change the AUC most for new: 0.50 to 0.60")
    worse = GROUPS.assign(**{"side features": 0.4})
    assert title_of(charts.gain_by_group(worse)) == "Side features help no group"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: charts.pair_products([1, 2], [1]), "one number for each feature"),
        (lambda: charts.calibration(LIKED, {"a": [0.5]}), "pass a probability for each"),
        (lambda: charts.calibration(LIKED[:3], {}), "3 ratings do not fill 10 bins"),
        (lambda: charts.gain_by_group(GROUPS.drop(columns="ids")), "two columns of AUC"),
    ],
    ids=["lengths", "probabilities", "bins", "columns"],
)
def test_what_does_not_fit_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()
