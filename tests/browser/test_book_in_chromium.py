"""The built book in Chromium, with the network closed: formulas, charts, solutions, phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.project_tree import ROOT
from workshop_pkg.project import Project

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

LESSONS = [lesson.relative.removesuffix(".ipynb") for lesson in Project(ROOT).lessons()]
PARTS = sorted({name.split("/")[0] for name in LESSONS})
FRONT = [
    "index",
    "setup",
    "instructors",
    "wrong_answers",
    "glossary",
    "references",
    "older_notebooks",
]
PAGES = [*FRONT, *(f"{part}/index" for part in PARTS), *LESSONS]
LOOKING = next(name for name in LESSONS if name.split("/")[-1].startswith("1_2_"))
HONEST = next(name for name in LESSONS if name.split("/")[-1].startswith("1_3_"))
WITH_SLIDERS = [n for n in LESSONS if n.split("/")[-1].startswith(("2_2_", "2_3_", "2_4_"))]
# Served, and opened from the disk, as where there is no network.
OVER = pytest.mark.parametrize("over", ["http", "file"])
PHONE = {"width": 390, "height": 844}
BLUE = "#0072B2"

# What the theme complains about on any book: it starts with no mode chosen, and the extension that
# would run cells in the page declares its settings twice.
THEMES_COMPLAINTS = (
    "Got invalid theme mode",
    "Identifier 'THEBE_JS_URL' has already been declared",
)

# Goes through a chart's scene, and gives its bars: where they are on the canvas, in which color,
# and what they stand for.
BARS = """
(name) => {
  const found = window.chartViews.filter(({view}) => {
    try { view.data(name + "_store"); return true; } catch { return false; }
  });
  if (found.length !== 1) throw new Error(found.length + " charts with " + name);
  const {element, view} = found[0];
  const bars = [];
  const [left, top] = view.origin();
  const walk = (item, x, y) => {
    if (item.marktype === "rect") {
      for (const bar of item.items) {
        bars.push({
          x: x + bar.x + bar.width / 2, y: y + bar.y + bar.height / 2,
          height: bar.height, fill: bar.fill, datum: {...bar.datum},
        });
      }
    }
    for (const child of item.items || []) {
      const inside = item.marktype === undefined;
      walk(child, x + (inside ? 0 : child.x || 0), y + (inside ? 0 : child.y || 0));
    }
  };
  walk(view.scenegraph().root, left, top);
  element.scrollIntoView({block: "center"});
  return {bars, selected: view.data(name + "_store").length};
}
"""

# Lets all charts take in what has happened.
DRAW = "Promise.all(window.chartViews.map(({view}) => view.runAsync())).then(() => null)"


def wait_for_charts(page: Any) -> int:
    """Wait until all charts of a page are drawn; give their number."""
    count = page.locator(".vega-embed, [id^='altair-viz']").count()
    page.wait_for_function("n => window.chartViews.length >= n", arg=count, timeout=60_000)
    page.evaluate(DRAW)
    return int(count)


@OVER
@pytest.mark.parametrize("name", PAGES)
def test_no_request_leaves_the_book_and_nothing_of_ours_fails(
    name: str, over: str, visit: Callable[..., Any]
) -> None:
    visited = visit(name, over=over)
    visited.page.wait_for_load_state("networkidle")
    assert visited.elsewhere == []
    ours = [c for c in visited.complaints if not any(known in c for known in THEMES_COMPLAINTS)]
    assert ours == []


def test_formulas_are_typeset(visit: Callable[..., Any]) -> None:
    page = visit(HONEST).page
    formulas = page.locator(".math")
    assert formulas.count() > 3
    page.wait_for_function(
        "() => document.querySelectorAll('.math mjx-container').length"
        " >= document.querySelectorAll('.math').length",
        timeout=30_000,
    )
    assert page.locator("mjx-merror").count() == 0


@OVER
@pytest.mark.parametrize("name", LESSONS)
def test_every_chart_is_drawn(name: str, over: str, visit: Callable[..., Any]) -> None:
    page = visit(name, over=over).page
    assert wait_for_charts(page) > 0
    empty = page.evaluate(
        "window.chartViews.filter(({element}) => {"
        " const drawn = element.querySelector('canvas, svg');"
        " return !drawn || drawn.getBoundingClientRect().width < 50; }).length"
    )
    assert empty == 0
    assert page.locator("text=JavaScript Error").count() == 0
    assert page.locator("text=Error loading script").count() == 0


def test_a_solution_unfolds_on_a_click(visit: Callable[..., Any]) -> None:
    page = visit(LOOKING).page
    solution = page.locator("details", has_text="Show the solution").first
    code = solution.get_by_text("_solution").first
    assert not code.is_visible()
    solution.locator("summary").click()
    assert code.is_visible()


def test_a_hint_unfolds_on_a_click(visit: Callable[..., Any]) -> None:
    page = visit(LOOKING).page
    hint = page.locator("details", has=page.locator("summary", has_text="Hint")).first
    text = hint.locator("p, li, pre").first
    assert not text.is_visible()
    hint.locator("summary").click()
    assert text.is_visible()


class Chart:
    """The chart whose bars are occupations, beside two histograms that follow a click."""

    NAME = "occupation_clicked"

    def __init__(self, page: Any) -> None:
        self.page = page
        wait_for_charts(page)

    def look(self) -> dict[str, Any]:
        """Read what is drawn now."""
        self.page.evaluate(DRAW)
        return dict(self.page.evaluate(BARS, self.NAME))

    def occupations(self) -> list[dict[str, Any]]:
        """List the bars that can be clicked, the longest first."""
        bars = [bar for bar in self.look()["bars"] if "occupation" in bar["datum"]]
        return sorted(bars, key=lambda bar: -bar["datum"]["__count"])

    def users_in_blue(self) -> int:
        """Count the users in the blue bars of both histograms together."""
        return sum(
            bar["datum"]["__count"]
            for bar in self.look()["bars"]
            if "occupation" not in bar["datum"] and bar["fill"] == BLUE
        )

    def click(self, bar: dict[str, Any], shift: bool = False) -> None:
        """Click the middle of a bar, as with a mouse."""
        self.look()  # scrolls there
        box = self.page.evaluate(
            "(name) => { for (const {element, view} of window.chartViews) {"
            " try { view.data(name + '_store'); } catch { continue; }"
            " const {x, y} = element.querySelector('canvas, svg').getBoundingClientRect();"
            " return {x, y}; } }",
            self.NAME,
        )
        if shift:
            self.page.keyboard.down("Shift")
        self.page.mouse.click(box["x"] + bar["x"], box["y"] + bar["y"])
        if shift:
            self.page.keyboard.up("Shift")


def test_a_click_on_an_occupation_filters_the_histograms(visit: Callable[..., Any]) -> None:
    chart = Chart(visit(LOOKING).page)
    first, second, *_ = chart.occupations()
    everybody = sum(bar["datum"]["__count"] for bar in chart.occupations())
    assert chart.users_in_blue() in (0, 2 * everybody)

    chart.click(first)
    assert chart.look()["selected"] == 1
    assert chart.users_in_blue() == 2 * first["datum"]["__count"]

    chart.click(second, shift=True)
    assert chart.look()["selected"] == 2
    both = first["datum"]["__count"] + second["datum"]["__count"]
    assert chart.users_in_blue() == 2 * both

    chart.click(second)
    assert chart.users_in_blue() == 2 * second["datum"]["__count"]


# What a chart shows now: the texts and the places of all its marks.
SHOWN = """
(slider) => {
  const {view} = window.chartViews.find(({element}) => element.contains(slider));
  const shown = [];
  const walk = (item) => {
    for (const child of item.items || []) {
      shown.push([child.text, child.x, child.y, child.opacity, child.stroke]);
      walk(child);
    }
  };
  walk(view.scenegraph().root);
  return JSON.stringify(shown);
}
"""


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", WITH_SLIDERS)
def test_sliders_stand_below_their_chart_and_move_it(
    name: str, size: dict[str, int], visit: Callable[..., Any]
) -> None:
    page = visit(name, **size).page
    wait_for_charts(page)
    sliders = page.locator(".vega-bind input[type=range]").all()
    assert sliders
    for slider in sliders:
        slider.scroll_into_view_if_needed()
        chart = slider.locator("xpath=ancestor::*[contains(@class, 'vega-embed')][1]")
        drawn = chart.locator("canvas, svg").first.bounding_box()
        place = slider.bounding_box()
        assert place["y"] >= drawn["y"] + drawn["height"] - 1
        assert place["x"] + place["width"] <= page.viewport_size["width"]

        before = page.evaluate(SHOWN, slider.element_handle())
        slider.focus()
        page.keyboard.press("End")
        page.evaluate(DRAW)
        assert page.evaluate(SHOWN, slider.element_handle()) != before
        page.keyboard.press("Home")  # the next slider finds the chart as it was


def test_the_menu_opens_on_a_phone(visit: Callable[..., Any]) -> None:
    page = visit(LOOKING, **PHONE).page
    entry = page.locator("#pst-primary-sidebar, .bd-sidebar-primary, dialog").get_by_role(
        "link", name="Glossary"
    )
    assert not entry.first.is_visible()
    page.locator("button.primary-toggle:visible").first.click()
    entry.first.wait_for(state="visible", timeout=10_000)
    entry.first.click()
    page.wait_for_url("**/glossary.html")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_wider_than_a_phone(name: str, visit: Callable[..., Any]) -> None:
    page = visit(name, **PHONE).page
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_of_ours(name: str, visit: Callable[..., Any]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(name).page
    page.wait_for_load_state("networkidle")
    if name in LESSONS:
        wait_for_charts(page)
    found = [
        (violation["id"], node["html"], node["failureSummary"])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert found == []
