"""The charts of lesson 3.9 draw what their titles say, and can be read."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pytest

from workshop_pkg import charts

WIDEST = 600  # pixels

RESULTS = pd.DataFrame(
    {"model": ["popularity", "EASE", "BPR"], "NDCG@10": [0.2, 0.5, 0.1], "precision@10": 0.1}
)
RATES = pd.DataFrame(
    {
        "model": ["popularity", "EASE", "BPR"],
        "all unseen movies": [0.05, 0.14, 0.10],
        "100 sampled negatives": [0.30, 0.60, 0.65],
    }
)
CURVES = pd.DataFrame(
    [
        (model, known, value)
        for model, values in {
            "popularity": (0.30, 0.30, 0.30, 0.30),
            "EASE": (0.20, 0.35, 0.25, 0.40),
            "softmax": (0.10, 0.20, 0.25, 0.28),
        }.items()
        for known, value in zip((1, 2, 5, 10), values, strict=True)
    ],
    columns=["model", "known", "ndcg"],
)
ALL = {
    "bars": charts.ranking_bars(RESULTS),
    "hits": charts.hit_rates(RATES),
    "newcomers": charts.newcomers(CURVES),
}


def title_of(chart: Any) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else f"{title['text']} | {title['subtitle']}"


@pytest.mark.parametrize("name", ALL)
def test_it_compiles_and_says_what_it_shows(name: str) -> None:
    spec = ALL[name].to_dict()
    title = title_of(ALL[name])
    assert title.split(" | ")[0] in spec["description"]
    assert len(title.split(" | ")[0]) < 90
    assert alt.Chart.from_dict(spec)


@pytest.mark.parametrize("name", ALL)
def test_every_axis_has_a_title(name: str) -> None:
    spec = ALL[name].to_dict()
    for layer in spec["layer"]:
        for channel in ("x", "y"):
            encoding = layer["encoding"].get(channel, {})
            assert "title" in encoding or layer["mark"]["type"] in ("rule", "text"), layer


def test_bars_name_the_best_and_who_is_behind() -> None:
    assert title_of(ALL["bars"]) == (
        "EASE is best, with 0.500; popularity has 0.200 | Behind popularity: BPR"
    )
    above = charts.ranking_bars(RESULTS.iloc[:2])
    assert title_of(above).endswith("None is behind popularity")


def test_the_best_stands_on_top() -> None:
    for layer in ALL["bars"].to_dict()["layer"]:
        if "y" in layer["encoding"]:
            assert layer["encoding"]["y"]["sort"] == ["EASE", "popularity", "BPR"]
    points = ALL["hits"].to_dict()["layer"][1]
    assert points["encoding"]["y"]["sort"] == ["EASE", "BPR", "popularity"]


def test_hit_rates_count_pairs_that_change_their_order() -> None:
    title = title_of(ALL["hits"])
    assert title.startswith("5% to 14% of the users by the full ranking, 30% to 65% by the")
    assert title.endswith("1 of 3 pairs of models change their order")


def test_newcomers_says_from_when_on_a_model_stays_above() -> None:
    # EASE is above at 2, below at 5 and above at 10: it stays above from 10 on.
    assert title_of(ALL["newcomers"]) == "Better than popularity: EASE from 10 on, softmax never"
    early = CURVES.assign(ndcg=CURVES["ndcg"] + 0.3 * (CURVES["model"] == "EASE"))
    assert "EASE from 1 on" in title_of(charts.newcomers(early))


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="No model is named 'random'"):
        charts.ranking_bars(RESULTS, bar="random")
    with pytest.raises(ValueError, match="lacks the column 'NDCG@10'"):
        charts.ranking_bars(RESULTS[["model"]])
    with pytest.raises(ValueError, match="two columns of hit rates"):
        charts.hit_rates(RATES.assign(third=0.0))
    with pytest.raises(ValueError, match="No model is named 'pop'"):
        charts.newcomers(CURVES, bar="pop")
    with pytest.raises(ValueError, match="lacks the column 'known'"):
        charts.newcomers(CURVES.drop(columns="known"))


@pytest.mark.parametrize("name", ALL)
def test_it_fits_the_column_of_a_page(name: str) -> None:
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    svg = vl_convert.vegalite_to_svg(ALL[name].to_dict())
    width = float(svg.split('width="')[1].split('"')[0])
    assert width <= WIDEST + 60
