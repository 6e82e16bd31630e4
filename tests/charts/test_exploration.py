"""The charts of lessons 1.1 and 1.2: their findings, their links, their form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts

OCCUPATIONS = ["student", "doctor", "writer"]
GENRES = ["Drama", "War"]


def _data() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Sixty users and forty movies; movie 1 is rated by all, movie 40 by nobody."""
    rng = np.random.default_rng(0)
    seen = rng.random((60, 40)) < np.linspace(1, 0, 40)
    users, movies = np.nonzero(seen)
    ratings = pd.DataFrame(
        {
            "user_id": users + 1,
            "movie_id": movies + 1,
            "rating": rng.integers(1, 6, len(users)),
            "unix_timestamp": 880_000_000 + 5000 * np.arange(len(users)),
        }
    )
    people = pd.DataFrame(
        {
            "user_id": range(1, 61),
            "age": [7 + i % 60 for i in range(60)],
            "sex": ["M", "F", "M"] * 20,
            "occupation": OCCUPATIONS * 20,
        }
    )
    films = pd.DataFrame(
        {
            "movie_id": range(1, 41),
            "title": [f"Movie {i}" for i in range(1, 41)],
            "genre": GENRES * 20,
        }
    )
    return ratings, people, films


RATINGS, USERS, MOVIES = _data()
CHARTS: dict[str, Callable[[], Any]] = {
    "learning_cycle": charts.learning_cycle,
    "rating_histogram": lambda: charts.rating_histogram(RATINGS),
    "interaction_matrix": lambda: charts.interaction_matrix(RATINGS),
    "ratings_per_user": lambda: charts.ratings_per_user(RATINGS, USERS),
    "ratings_per_movie": lambda: charts.ratings_per_movie(RATINGS, MOVIES),
    "mean_against_count": lambda: charts.mean_against_count(RATINGS, MOVIES),
    "long_tail": lambda: charts.long_tail(RATINGS, MOVIES),
    "ratings_over_time": lambda: charts.ratings_over_time(RATINGS),
    "who_is_here": lambda: charts.who_is_here(USERS),
}
LINKED = {"ratings_per_user": "occupation", "ratings_per_movie": "genre"}
every_chart = pytest.mark.parametrize("name", CHARTS)


def _spec(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = CHARTS[name]().to_dict()
    return spec


def _encodings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "encoding" in node:
            yield node["encoding"]
        for key, value in node.items():
            if key != "datasets":
                yield from _encodings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _encodings(value)


def _title(spec: dict[str, Any]) -> str:
    title = spec["title"]
    return str(title if isinstance(title, str) else title["text"])


@every_chart
def test_a_chart_has_a_title_and_a_description_for_screen_readers(name: str) -> None:
    spec = _spec(name)
    assert len(_title(spec)) > 20
    assert len(spec["description"]) > 40


@every_chart
def test_both_axes_have_titles(name: str) -> None:
    for encoding in _encodings(_spec(name)):
        for channel in ("x", "y"):
            axis = encoding.get(channel, {})
            assert (
                not axis
                or axis.get("axis", ...) is None
                or axis.get("title")
                or (
                    # A rule at a value takes the axis of the layer below it.
                    axis == {"field": "floor", "type": "quantitative"}
                )
            ), (channel, axis)


@every_chart
def test_a_chart_stays_far_below_the_limit_of_rows(name: str) -> None:
    for rows in _spec(name)["datasets"].values():
        assert len(rows) <= 5000


@every_chart
def test_a_chart_compiles(name: str) -> None:
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    version = ".".join(alt.VEGALITE_VERSION.split(".")[:2])
    assert vl_convert.vegalite_to_vega(json.dumps(_spec(name)), vl_version=version)["marks"]


@pytest.mark.parametrize("name", LINKED)
def test_a_click_on_a_bar_filters_the_blue_histograms_and_not_the_grey_ones(name: str) -> None:
    spec = _spec(name)
    (param,) = spec["params"]
    assert param["select"]["type"] == "point"
    assert param["select"]["fields"] == [LINKED[name]]
    # Toggling by SHIFT-click is the default, and an empty selection selects all.
    assert "toggle" not in param["select"]
    _bars, histograms = spec["hconcat"]
    assert [part["layer"][0]["encoding"]["x"]["field"] for part in histograms["vconcat"]] == [
        "count",
        "mean",
    ]
    for part in histograms["vconcat"]:
        behind, before = part["layer"]
        assert behind["encoding"]["color"]["value"] == charts.GRAY
        assert "transform" not in behind
        assert before["encoding"]["color"]["value"] == charts.BLUE
        assert before["transform"] == [{"filter": {"param": param["name"]}}]
        # Without a fixed step the bars of a selection would be of another width.
        assert behind["encoding"]["x"]["bin"]["step"] == before["encoding"]["x"]["bin"]["step"]


def test_the_arrows_of_the_cycle_begin_at_a_box_and_end_before_one() -> None:
    rows = list(_spec("learning_cycle")["datasets"].values())
    (arrows,) = [part for part in rows if "angle" in part[0]]
    (boxes,) = [part for part in rows if "phase" in part[0]]

    def apart(x: float, y: float) -> float:
        """Distance to the nearest box, 0 on its edge, below 0 inside."""
        return min(max(box["x"] - x, x - box["x2"], box["y"] - y, y - box["y2"]) for box in boxes)

    for arrow in arrows:
        assert apart(arrow["x"], arrow["y"]) == pytest.approx(0, abs=1e-9)
        assert 0.1 < apart(arrow["x2"], arrow["y2"]) <= 0.14 + 1e-9


def test_the_findings_in_the_titles_are_computed() -> None:
    counts = RATINGS["user_id"].value_counts()
    title = _title(_spec("ratings_per_user"))
    assert f"{counts.median():.0f} ratings or fewer" in title
    assert f"gave {counts.max()}" in title
    head = RATINGS["movie_id"].value_counts().head(4).sum() / len(RATINGS)
    assert f"The top 10% of the movies hold {head:.0%}" in _title(_spec("long_tail"))
    filled = len(RATINGS) / (60 * RATINGS["movie_id"].nunique())
    assert f": {filled:.1%}" in _title(_spec("interaction_matrix"))


def test_the_long_tail_counts_movies_that_nobody_rated() -> None:
    (rows,) = _spec("long_tail")["datasets"].values()
    assert len(rows) == len(MOVIES)
    assert rows[-1]["count"] == 0


def test_the_interaction_matrix_depends_on_its_seed_alone() -> None:
    first = charts.interaction_matrix(RATINGS, 10, 10, seed=1).to_dict()
    assert first == charts.interaction_matrix(RATINGS, 10, 10, seed=1).to_dict()
    assert first != charts.interaction_matrix(RATINGS, 10, 10, seed=2).to_dict()


def test_the_renderer_is_the_one_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSHOP_RENDERER", "html")
    charts.setup()
    assert alt.renderers.active == "html"
    assert alt.renderers.options["embed_options"]["actions"] is False
    assert alt.theme.active == "workshop"


def test_colab_gets_html(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKSHOP_RENDERER", raising=False)
    monkeypatch.setitem(__import__("sys").modules, "google.colab", object())
    charts.setup()
    assert alt.renderers.active == "html"


def test_a_laptop_gets_charts_that_need_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("anywidget", reason="no anywidget here")
    pytest.importorskip("vl_convert", reason="no vl-convert here")
    monkeypatch.delenv("WORKSHOP_RENDERER", raising=False)
    charts.setup()
    assert alt.renderers.active == "jupyter"
    assert alt.renderers.options["offline"] is True
    assert alt.renderers.options["embed_options"]["actions"] is False


def test_an_unknown_renderer_is_refused_with_those_that_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKSHOP_RENDERER", "mimetype")
    with pytest.raises(ValueError, match="'mimetype'; it can be html or jupyter"):
        charts.setup()
