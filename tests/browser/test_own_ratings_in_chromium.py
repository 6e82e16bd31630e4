"""The form for own ratings in JupyterLab: filled in by keyboard alone, and saved."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.test_lab_in_chromium import LESSON, SECONDS, cell_with, lab, run_all
from tests.project_tree import ROOT
from workshop_pkg import own_ratings
from workshop_pkg.datasets import load_movielens
from workshop_pkg.project import Project

__all__ = ["lab"]

pytestmark = [pytest.mark.browser, pytest.mark.full, pytest.mark.timeout(900)]


@pytest.fixture
def lesson(lab: str, chromium: Any, tmp_path: Path) -> Iterator[Visit]:
    """Open lesson 3.1 in JupyterLab; every other host is closed."""
    (with_the_form,) = (one for one in Project(ROOT).lessons() if one.number == "3.1")
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    visited = Visit(context.new_page())
    visited.watch()
    visited.page.goto(lab.replace(str(LESSON), str(with_the_form.relative)))
    visited.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=120 * SECONDS)
    yield visited
    visited.page.screenshot(path=tmp_path / "at_the_end.png")
    context.close()


def focused(page: Any) -> str:
    """Name what has the focus: its label, or its text."""
    script = "((it) => it.labels?.[0]?.textContent || it.textContent)(document.activeElement)"
    return str(page.evaluate(script)).strip()


def test_an_attendee_rates_movies_by_keyboard_alone(lesson: Visit, tmp_path: Path) -> None:
    page = lesson.page
    page.get_by_text("| Idle").first.wait_for(timeout=120 * SECONDS)
    run_all(page)  # some cells have numbers from the start: wait for what comes last
    page.get_by_text("Lesson 3.1: 0 of").wait_for(timeout=300 * SECONDS)
    assert page.locator(".jp-OutputArea-output[data-mime-type*='error']").count() == 0
    assert page.get_by_text("the sample persona stands in (20 movies").count() == 1

    cell = cell_with(page, "own_ratings.widget(data)")
    fields = cell.locator("input[type=number]")
    fields.first.wait_for(timeout=60 * SECONDS)
    assert fields.count() == 20
    # What a screen reader says of each: the movie's title.
    labels = [field.evaluate("(it) => it.labels[0].textContent") for field in fields.all()]
    data = load_movielens("twin")
    assert labels == own_ratings.well_known(data)["title"].tolist()

    # Tab goes from field to field, the arrow keys change the stars, and the button comes last.
    fields.first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # there is no sixth star
    page.keyboard.press("Tab")
    assert focused(page) == labels[1]
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    page.keyboard.type("4")
    for _ in range(18):
        page.keyboard.press("Tab")
    assert focused(page) == "Save my ratings"
    page.screenshot(path=tmp_path / "form.png")
    page.keyboard.press("Enter")
    cell.get_by_role("status").get_by_text("Saved 3 ratings in").wait_for(timeout=60 * SECONDS)
    page.screenshot(path=tmp_path / "saved.png")

    (saved,) = (tmp_path / "home").rglob("own_ratings_twin.csv")
    with saved.open(encoding="utf-8", newline="") as file:
        stars = {row["title"]: row["rating"] for row in csv.DictReader(file)}
    assert stars == {labels[0]: "5", labels[1]: "2", labels[2]: "4"}

    # The cells below, run again, use them.
    loading = cell_with(page, "own = own_ratings.load(data)")
    loading.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    loading.get_by_text("Your own ratings: 3, from").wait_for(timeout=60 * SECONDS)
    assert lesson.elsewhere == []
