"""The charts of lesson 3.3 under a mouse: a rectangle links panels, a click colors a genre."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts
from workshop_pkg.charts import theme

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

#: How often each color is drawn, in each panel that has a name of its own.
PAGE = """<!doctype html><meta charset="utf-8"><body style="margin: 0"><div id="chart"></div>
<script>{bundle}</script>
<script>
vegaEmbed("#chart", {chart}, {{renderer: "svg", actions: false}})
  .then((result) => {{ window.view = result.view; }});
</script>"""
COUNT = """(color) => [...document.querySelectorAll("#chart path")]
  .filter((mark) => mark.getAttribute("fill") === color).length"""


@pytest.fixture
def show(chromium: Any, tmp_path: Path) -> Iterator[Callable[[alt.TopLevelMixin], Any]]:
    """Open a chart in a page of its own, with the network closed."""
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    context = chromium.new_context(viewport={"width": 900, "height": 800}, offline=True)

    def open_chart(chart: alt.TopLevelMixin) -> Any:
        file = tmp_path / "chart.html"
        bundle = vl_convert.javascript_bundle().replace("</script", "<\\/script")
        text = PAGE.format(bundle=bundle, chart=chart.to_json(indent=None))
        file.write_text(text, encoding="utf-8")
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                page.complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )
        page.goto(file.as_uri())
        page.wait_for_function("window.view !== undefined")
        return page

    yield open_chart
    context.close()


def norms() -> pd.DataFrame:
    """Sixty movies that all have the length 2 for one model, and half their number for another."""
    number = np.arange(60)
    parts = [
        pd.DataFrame({"model": model, "movie_id": number, "ratings": number, "norm": norm})
        for model, norm in (("first", 2.0), ("second", number / 2))
    ]
    return pd.concat(parts).assign(title="Movie", all_genres="Drama")


def points() -> pd.DataFrame:
    kinds = ["Drama", "Action-Sci-Fi", "Film-Noir", "Drama-Film-Noir"]
    place = np.arange(80)
    return pd.DataFrame(
        {
            "x": place % 9,
            "y": place % 7,
            "title": "Movie",
            "all_genres": [kinds[i % 4] for i in place],
            "ratings": 1,
        }
    )


def test_rectangle_in_one_panel_colors_the_same_movies_in_both(show):
    page = show(charts.norms_against_popularity(norms()))
    chosen = theme.BLUE
    assert page.evaluate(COUNT, chosen) == 120
    # The first panel; its frame is drawn a few pixels beyond it.
    frame = page.locator("#chart .role-scope > g > .background").first.bounding_box()
    across, down = frame["x"] + frame["width"] / 2, frame["y"]
    page.mouse.move(across, down + 10)
    page.mouse.down()
    page.mouse.move(across + frame["width"] / 4, down + frame["height"] - 10, steps=6)
    page.mouse.up()
    page.wait_for_function("view.data('norm_brush_store').length > 0")
    low, high = page.evaluate("view.signal('norm_brush').ratings")
    picked = int(((norms()["ratings"] >= low) & (norms()["ratings"] <= high)).sum()) // 2
    assert 0 < picked < 60
    page.wait_for_timeout(200)
    assert page.evaluate(COUNT, chosen) == 2 * picked
    assert page.complaints == []


def test_click_on_a_genre_colors_its_movies_and_shift_click_adds_one(show):
    page = show(charts.embedding_map(points()))
    order = ["Drama", "Film-Noir", "Action", "Sci-Fi"]
    noir, action = (theme.PALETTE[order.index(name)] for name in ("Film-Noir", "Action"))
    assert page.evaluate(COUNT, noir) == 0

    def click(genre: str, *keys: str) -> None:
        label = page.locator("#chart .role-axis-label text", has_text=genre).first.bounding_box()
        beside = label["x"] + label["width"] + 20
        for key in keys:
            page.keyboard.down(key)
        page.mouse.click(beside, label["y"] + label["height"] / 2)
        for key in keys:
            page.keyboard.up(key)
        page.wait_for_timeout(300)

    click("Film-Noir")
    assert page.evaluate(COUNT, noir) == 40 + 2  # movies, the bar and its symbol
    assert page.evaluate(COUNT, action) == 0
    click("Action", "Shift")
    assert page.evaluate(COUNT, noir) == 40 + 2
    assert page.evaluate(COUNT, action) == 20 + 2
    click("Action")
    assert page.evaluate(COUNT, noir) == 0
    assert page.evaluate(COUNT, action) == 20 + 2
    assert page.complaints == []
