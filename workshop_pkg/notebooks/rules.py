"""The rules that a lesson keeps, other than those of its exercises; each breach names its cell."""

from __future__ import annotations

import re
from typing import Any

from workshop_pkg.notebooks.cells import (
    ACCEPTED_TAGS,
    CHECKED_OUTPUT,
    ROLES,
    Notebook,
    is_code,
    lesson_number,
    source,
    tags,
)
from workshop_pkg.notebooks.exercise_rules import check_exercises
from workshop_pkg.notebooks.problems import Found, Problem
from workshop_pkg.project import RUN_ON_COLAB

_FENCE = re.compile(r"^ {0,3}(?P<marks>`{3,}|~{3,})(?P<info>.*)$")
_MYST_LINE = re.compile(r"^ {0,3}(:{3,}|\([\w.:-]+\)=\s*$|\+\+\+)")
_MYST_ROLE = re.compile(r"\{[a-z][\w:.-]*\}`[^`]+`")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?P<text>.*?)(?<!`)\1(?!`)")


def problems_of(notebook: Any, path: str) -> list[Problem]:
    """Return what is wrong with a notebook; an empty list means that it can be formatted.

    Parameters
    ----------
    notebook : dict
        The notebook as read from its file.
    path : str
        Its path; the file's name gives the lesson's number.
    """
    found = Found(path)
    if not _is_notebook(notebook):
        found.add("this is not a notebook of format 4: open it in JupyterLab and save it again.")
        return found.problems
    lesson = lesson_number(path.rpartition("/")[2])
    if lesson is None and path != RUN_ON_COLAB:
        found.add(
            "the file's name gives no lesson number: name it like 1_2_looking_at_it.ipynb, "
            "which is lesson 1.2."
        )
    _check_tags(notebook, found)
    _check_outputs(notebook, found)
    _check_markdown(notebook, found)
    check_exercises(notebook["cells"], lesson, found)
    found.problems.sort(key=lambda problem: problem.cell_number or 0)
    return found.problems


def _is_notebook(notebook: Any) -> bool:
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        return False
    cells = notebook.get("cells")
    return isinstance(cells, list) and all(_is_cell(cell) for cell in cells)


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    if is_code(cell) and not isinstance(cell.get("outputs", []), list):
        return False
    return isinstance(cell.get("metadata", {}), dict) and isinstance(
        cell.get("source", ""), str | list
    )


def _check_tags(notebook: Notebook, found: Found) -> None:
    seen: dict[str, int] = {}
    for index, cell in enumerate(notebook["cells"]):
        unknown = [tag for tag in tags(cell) if tag not in ACCEPTED_TAGS]
        if unknown:
            found.add(
                f"unknown tag {', '.join(map(repr, unknown))}; accepted are "
                f"{', '.join(ACCEPTED_TAGS)}.",
                index,
                cell,
            )
        roles = sorted({tag for tag in tags(cell) if tag in ROLES})
        if len(roles) > 1:
            found.add(f"a cell has one role, this has {' and '.join(roles)}.", index, cell)
        code_tags = [tag for tag in (*roles, *tags(cell)) if tag in (*ROLES[1:], CHECKED_OUTPUT)]
        if code_tags and not is_code(cell):
            found.add(f"the tag {code_tags[0]!r} belongs on a code cell.", index, cell)
        for tag in {"badges", "setup"} & set(roles):
            if tag in seen:
                found.add(f"a second cell tagged {tag!r}: delete it.", index, cell)
            seen[tag] = index


def _check_outputs(notebook: Notebook, found: Found) -> None:
    for index, cell in enumerate(notebook["cells"]):
        if CHECKED_OUTPUT not in tags(cell) or not is_code(cell):
            continue
        kinds = {output.get("output_type") for output in cell.get("outputs", [])}
        if not kinds:
            found.add(
                f"tagged {CHECKED_OUTPUT} but without a stored output, so nbval compares "
                "nothing: run the notebook (`jupyter execute --inplace`), then format it.",
                index,
                cell,
            )
        if "error" in kinds:
            found.add("the stored output is an error: run the notebook again.", index, cell)


def _check_markdown(notebook: Notebook, found: Found) -> None:
    for index, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "markdown":
            syntax = _myst_syntax(source(cell))
            if syntax:
                found.add(
                    f"{syntax!r} is MyST, which Colab and JupyterLab show as raw text: write "
                    "plain Markdown.",
                    index,
                    cell,
                )


def _myst_syntax(text: str) -> str | None:
    """Return the first MyST directive, role or target in a Markdown text, outside of code."""
    fence = ""
    for line in text.splitlines():
        match = _FENCE.match(line)
        if fence:
            if match and match["marks"].startswith(fence) and not match["info"].strip():
                fence = ""
            continue
        if match:
            if match["info"].lstrip().startswith("{"):
                return line.strip()
            fence = match["marks"]
            continue
        if _MYST_LINE.match(line):
            return line.strip()
        myst_role = _MYST_ROLE.search(line)
        if myst_role and not _inside_code(line, myst_role.start()):
            return myst_role[0]
    return None


def _inside_code(line: str, place: int) -> bool:
    return any(span.start() < place < span.end() for span in _CODE_SPAN.finditer(line))
