"""Lessons link to each other: wherever one names another, and at its end to the next."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
LESSONS = sorted(BOOK.glob("[0-9]_*/[0-9]_*.ipynb"))
BY_NUMBER = {path.name[:3].replace("_", "."): path for path in LESSONS}
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|^#[^\n]*$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")
MENTION = re.compile(
    r"\b[Ll]essons?\s+(?P<numbers>\d\.\d(?:(?:,\s+and|,|\s+and|\s+to|\s+or)\s+\d\.\d)*)"
)


def prose(lesson: Path) -> str:
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return NOT_PROSE.sub(" ", text)


def unlinked(text: str, own: str) -> set[str]:
    """The numbers of other lessons that a text names without a link."""
    mentions = MENTION.findall(LINK.sub("a link", text))
    numbers = {number for one in mentions for number in re.findall(r"\d\.\d", one)}
    return numbers - {own}


def wrong_links(lesson: Path, text: str) -> list[str]:
    """Links to no file, and links that name another lesson than the one they open."""
    wrong = []
    for link in LINK.finditer(text):
        if link["target"].startswith(("https://", "#")):
            continue
        target = (lesson.parent / link["target"]).resolve()
        number = re.search(r"\d\.\d", link["text"])
        if not target.is_file() or (number and BY_NUMBER.get(number[0]) != target):
            wrong.append(link[0])
    return wrong


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_each_lesson_that_is_named_is_linked_and_each_link_opens_it(lesson: Path) -> None:
    text = prose(lesson)
    assert not unlinked(text, own=lesson.name[:3].replace("_", "."))
    assert not wrong_links(lesson, text)


@pytest.mark.parametrize(
    ("lesson", "following"), list(itertools.pairwise(LESSONS)), ids=lambda p: p.stem
)
def test_the_end_of_a_lesson_links_to_the_next(lesson: Path, following: Path) -> None:
    _, found, ending = prose(lesson).rpartition("**Where next.**")
    assert found
    targets = [(lesson.parent / link["target"]).resolve() for link in LINK.finditer(ending)]
    assert following in targets


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("As lesson 1.2 says, and Lesson\n1.3.", {"1.2", "1.3"}),
        ("From lessons 1.2 to 2.1, or 2.2", {"1.2", "2.1"}),
        ("As [lesson 1.2](1_2_looking_at_it.ipynb) says in lesson 1.1.", set()),
        ("Lessons [1.2](a.ipynb) and [1.3](b.ipynb), version 1.4", set()),
    ],
)
def test_a_lesson_named_without_a_link_is_seen(text: str, missing: set[str]) -> None:
    assert unlinked(text, own="1.1") == missing


def test_a_link_to_another_lesson_than_it_names_is_seen() -> None:
    text = (
        "[lesson 1.2](1_3_honest_test.ipynb), [Part 2](nowhere.ipynb), [1.3](1_3_honest_test.ipynb)"
    )
    assert len(wrong_links(LESSONS[0], text)) == 2
