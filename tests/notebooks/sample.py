"""A made-up lesson with one exercise, to break in every way that a test needs."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from nbformat import v4

Notebook = dict[str, Any]

REPOSITORY = "https://github.com/YOUR_ORG/recommender-workshop"
VERSION = "9.8.7"
PATH = "book/9_made_up/9_1_mean.ipynb"
MEAN = "9.1-mean"

TITLE = "# A made-up lesson\n\nAfter it, you can compute a mean. Five minutes."
QUESTION = (
    "**Exercise.** Compute the mean.\n\n<details><summary>Hint</summary>\n\nDivide.\n\n</details>"
)
IMPORTS = "from workshop_pkg.exercises import check, keep, progress"
# Registers the exercise's check in the kernel; real lessons find theirs in the package.
REGISTER = """\
from workshop_pkg.exercises.registry import NotYet, attempt, exercise


@exercise("9.1-mean")
def check_mean(answer):
    value = attempt(answer, [1, 2, 6])
    if value == 9:
        raise NotYet("That is the sum.", misconception="sum")
    if value != 3:
        raise NotYet("That is not the mean.", misconception="other")"""
STUB = 'def mean(values):\n    """Return the mean of some numbers."""\n    return ...'
CHECK = 'check("9.1-mean", mean)'
SOLUTION = """\
# @title Solution
def mean_solution(values):
    return sum(values) / len(values)


mean = keep("9.1-mean", mean, mean_solution)"""


def sample() -> Notebook:
    """Return the lesson as an author leaves it, not formatted yet."""
    printed = v4.new_output("stream", name="stdout", text="2.0\n")
    cells = [
        v4.new_markdown_cell(TITLE),
        v4.new_code_cell(IMPORTS),
        v4.new_code_cell(REGISTER),
        v4.new_markdown_cell(QUESTION),
        v4.new_code_cell(STUB, metadata={"tags": ["exercise"]}),
        v4.new_code_cell(CHECK, metadata={"tags": ["check"]}),
        v4.new_code_cell(SOLUTION, metadata={"tags": ["solution"]}),
        v4.new_code_cell(
            "print(mean([1, 2, 3]))",
            metadata={"tags": ["nbval-check-output"]},
            outputs=[printed],
            execution_count=12,
        ),
        v4.new_code_cell("progress()"),
    ]
    for number, made in enumerate(cells, start=1):
        made["id"] = f"cell-{number}"
    notebook: Notebook = json.loads(json.dumps(v4.new_notebook(cells=cells)))
    return notebook


def place(notebook: Notebook, tag: str) -> int:
    """Return where the cell with a tag is."""
    found = [
        number
        for number, cell in enumerate(notebook["cells"])
        if tag in cell["metadata"].get("tags", [])
    ]
    assert len(found) == 1, f"{len(found)} cells are tagged {tag}"
    return found[0]


def cell(notebook: Notebook, tag: str) -> dict[str, Any]:
    """Return the cell with a tag."""
    found: dict[str, Any] = notebook["cells"][place(notebook, tag)]
    return found


def text(cell: dict[str, Any]) -> str:
    """Return a cell's text."""
    return "".join(cell["source"])


def with_source(tag: str, source: str) -> Notebook:
    """Return the sample with another text in one cell."""
    notebook = copy.deepcopy(sample())
    cell(notebook, tag)["source"] = source
    return notebook


def write(notebook: Notebook, folder: Path) -> Path:
    """Write a notebook where a lesson would be, below a folder."""
    path = folder / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
