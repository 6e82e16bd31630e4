"""How charts look and how they are shown: one theme, and a renderer that works offline."""

from __future__ import annotations

import importlib.util
import os
import sys

import altair as alt

#: Colors that stay apart for color-blind readers (Okabe and Ito, Color Universal Design, 2008).
BLUE = "#0072B2"
ORANGE = "#E69F00"
VERMILION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
BLACK = "#222222"
PALETTE = [BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK]

#: The backdrop of a selection: everything that is not selected.
GRAY = "#C4C4C4"

RENDERERS = ("html", "jupyter")

#: Replaces the style of vega-embed, of which we need the first rule only. The second puts sliders
#: below their chart, where Altair's page would put them beside it and out of the column. The last
#: keeps a SHIFT-click on a bar from marking the chart's text, as it does on any web page.
EMBED_STYLE = (
    ".vega-embed {position: relative; display: inline-block} "
    ".vega-embed {flex-direction: column; align-items: flex-start} "
    ".vega-bind {display: flex; gap: 0.5em; align-items: center; padding-bottom: 0.5em} "
    ".vega-embed text {user-select: none; -webkit-user-select: none}"
)


def workshop_theme() -> alt.theme.ThemeConfig:
    """Left-aligned titles, quiet axes, and the color-blind-safe palette."""
    return alt.theme.ThemeConfig(
        {
            "config": {
                "view": {"continuousWidth": 420, "continuousHeight": 240, "stroke": None},
                "title": {"anchor": "start", "fontSize": 14, "subtitleFontSize": 12, "offset": 12},
                "axis": {"labelFontSize": 11, "titleFontSize": 12, "gridColor": "#EEEEEE"},
                "legend": {"labelFontSize": 11, "titleFontSize": 12},
                "range": {"category": PALETTE},
                "mark": {"color": BLUE},
            }
        }
    )


alt.theme.register("workshop", enable=False)(workshop_theme)


def setup() -> None:
    """Choose the theme and the renderer; a lesson calls this once, before its first chart.

    In JupyterLab the charts are widgets that carry all they need, so that they show in a room
    without a network. In Colab, and where the parts for that are not installed, they are HTML. The
    environment variable ``WORKSHOP_RENDERER`` (``html`` or ``jupyter``) decides otherwise.

    Raises
    ------
    ValueError
        When ``WORKSHOP_RENDERER`` names another renderer.
    """
    alt.theme.enable("workshop")
    # The menu of each chart links to another host, and screen readers stumble over it.
    options = {"actions": False, "defaultStyle": EMBED_STYLE}
    if _renderer() == "jupyter":
        alt.renderers.enable("jupyter", offline=True, embed_options=options)
    else:
        alt.renderers.enable("html", embed_options=options)


def _renderer() -> str:
    """Name the renderer: as asked, else the one that fits where we run."""
    asked = os.environ.get("WORKSHOP_RENDERER", "")
    if asked:
        if asked not in RENDERERS:
            raise ValueError(
                f"WORKSHOP_RENDERER is {asked!r}; it can be {' or '.join(RENDERERS)}. "
                "Unset it to let the workshop choose."
            )
        return asked
    offline_parts = all(importlib.util.find_spec(name) for name in ("anywidget", "vl_convert"))
    return "jupyter" if offline_parts and "google.colab" not in sys.modules else "html"
