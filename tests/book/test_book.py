"""The built book holds every lesson, asks nothing of other hosts, and gives no answer away."""

from __future__ import annotations

import importlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.project_tree import ROOT
from workshop_pkg.project import Lesson, Project

LESSONS = Project(ROOT).lessons()
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)

# What a browser fetches by itself; a link that a reader may click is no such thing.
FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
}


class Fetched(HTMLParser):
    """Collects the addresses that a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get(FETCHED.get(tag, ""))
        if address:
            self.addresses.append(address)


def page_of(book: Path, lesson: Lesson) -> str:
    path = book / "book" / lesson.relative
    return path.with_suffix(".html").read_text(encoding="utf-8")


def test_no_lesson_of_a_part_is_missing() -> None:
    numbers = [lesson.number for lesson in LESSONS]
    of_part = {1: 3, 2: 4, 3: 9, 4: 4, 5: 2}
    assert numbers == [f"{part}.{n}" for part, last in of_part.items() for n in range(1, last + 1)]


@each_lesson
def test_each_lesson_is_a_page_with_outputs(built_book: Path, lesson: Lesson) -> None:
    page = page_of(built_book, lesson)
    assert lesson.number in page
    assert "cell_output" in page
    assert "vegaEmbed" in page


def test_the_pages_beside_the_lessons_are_there(built_book: Path) -> None:
    parts = sorted({f"{lesson.relative.split('/')[0]}/index" for lesson in LESSONS})
    for name in (
        "index",
        "setup",
        "instructors",
        "wrong_answers",
        "glossary",
        "references",
        "older_notebooks",
        *parts,
    ):
        assert (built_book / "book" / f"{name}.html").is_file()
    assert "book/index.html" in (built_book / "index.html").read_text(encoding="utf-8")


def test_no_page_fetches_anything_from_another_host(built_book: Path) -> None:
    elsewhere = set()
    for path in built_book.rglob("*.html"):
        parser = Fetched()
        parser.feed(path.read_text(encoding="utf-8"))
        elsewhere |= {
            (path.name, address)
            for address in parser.addresses
            if re.match(r"(?:[a-z]+:)?//", address)
        }
    assert elsewhere == set()


def test_no_style_sheet_fetches_anything_from_another_host(built_book: Path) -> None:
    for path in built_book.rglob("*.css"):
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", text), path


@each_lesson
def test_check_outputs_are_not_shown(built_book: Path, lesson: Lesson) -> None:
    page = page_of(built_book, lesson)
    assert "Not attempted yet" not in page


@each_lesson
def test_each_solution_is_folded_under_its_caption(built_book: Path, lesson: Lesson) -> None:
    page = page_of(built_book, lesson)
    solutions = page.count("@title Solution")
    assert solutions >= 1
    folded = re.findall(r'<details class="[^"]*hide[^"]*">.*?</details>', page, re.DOTALL)
    assert sum("@title Solution" in block for block in folded) == solutions
    assert page.count("Show the solution") == solutions


@each_lesson
def test_the_setup_cell_and_the_badges_are_for_other_surfaces(
    built_book: Path, lesson: Lesson
) -> None:
    page = page_of(built_book, lesson)
    assert "@title Setup" not in page
    assert "Open in JupyterLab on Binder" not in page


@each_lesson
def test_launch_buttons_open_this_notebook_at_its_release(built_book: Path, lesson: Lesson) -> None:
    project = Project(ROOT)
    name = project.repository.removeprefix("https://github.com/")
    page = page_of(built_book, lesson)
    place = f"{project.tag}/book/{lesson.relative}"
    assert f"https://colab.research.google.com/github/{name}/blob/{place}" in page
    assert f"https://mybinder.org/v2/gh/{name}/{project.tag}?urlpath=lab/tree/" in page


def test_the_pages_were_made_with_the_twin(built_book: Path) -> None:
    for lesson in LESSONS:
        assert "twin" in page_of(built_book, lesson)
    assert "do not publish" not in page_of(built_book, LESSONS[0])


def test_every_name_for_people_from_older_notebooks_is_there() -> None:
    page = (ROOT / "book" / "older_notebooks.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")][1:]
    names = [name for row in rows for name in re.findall(r"`(\w+\.\w+)`", row[2])]
    assert len(names) > 30
    for module, name in (full.split(".") for full in names):
        assert hasattr(importlib.import_module(f"workshop_pkg.{module}"), name), name
    numbers = {lesson.number for lesson in LESSONS}
    assert {number for row in rows for number in re.findall(r"\d\.\d", row[3])} <= numbers
