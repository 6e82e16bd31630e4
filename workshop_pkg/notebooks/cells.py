"""Reading a notebook's cells: their text, tags and roles."""

from __future__ import annotations

import re
from typing import Any

Notebook = dict[str, Any]
Cell = dict[str, Any]

# The tags that say what a cell is for; a cell has one of them at the most.
ROLES = ("badges", "setup", "exercise", "check", "solution")
CHECKED_OUTPUT = "nbval-check-output"
# The first line of each solution: the caption of the fold in Colab.
SOLUTION_TITLE = "# @title Solution"
# Besides them, what Jupyter Book folds or leaves out, and the outputs that nbval compares.
# Deliberately not here: tags that make nbval look away (nbval-skip, raises-exception, ...).
ACCEPTED_TAGS = (
    *ROLES,
    CHECKED_OUTPUT,
    "hide-cell",
    "hide-input",
    "hide-output",
    "remove-cell",
    "remove-input",
    "remove-output",
)

_LESSON_FILE = re.compile(r"(?P<part>\d+)_(?P<number>\d+)_\w+\.ipynb")


def source(cell: Cell) -> str:
    """Return a cell's text, which a notebook file may hold as one string or as lines."""
    text = cell.get("source", "")
    return "".join(text) if isinstance(text, list) else str(text)


def first_line(cell: Cell) -> str:
    """Return the first line of a cell that is not blank; empty if there is none."""
    return next((line.strip() for line in source(cell).splitlines() if line.strip()), "")


def tags(cell: Cell) -> list[str]:
    """Return a cell's tags."""
    found = cell.get("metadata", {}).get("tags", [])
    return [str(tag) for tag in found] if isinstance(found, list) else []


def role(cell: Cell) -> str | None:
    """Return the tag that says what a cell is for; None for a cell without such a tag."""
    return next((tag for tag in tags(cell) if tag in ROLES), None)


def is_code(cell: Cell) -> bool:
    """Whether a cell is a code cell."""
    return cell.get("cell_type") == "code"


def lesson_number(name: str) -> str | None:
    """Return the lesson of a file name: ``"1.2"`` for ``"1_2_looking_at_it.ipynb"``.

    >>> lesson_number("1_2_looking_at_it.ipynb")
    '1.2'
    """
    match = _LESSON_FILE.fullmatch(name)
    return f"{match['part']}.{match['number']}" if match else None
