"""One notebook into its canonical form: everything that can be derived is derived from its tags."""

from __future__ import annotations

import copy
import hashlib
import re
from typing import Any

from workshop_pkg.notebooks.cells import (
    CHECKED_OUTPUT,
    SOLUTION_TITLE,
    Cell,
    Notebook,
    is_code,
    role,
    source,
    tags,
)
from workshop_pkg.notebooks.generated import badges_source, setup_source
from workshop_pkg.notebooks.problems import NotebookError
from workshop_pkg.notebooks.rules import problems_of

# The captions of the fold in the book, shut and open.
SOLUTION_CAPTIONS = {
    "code_prompt_show": "Show the solution",
    "code_prompt_hide": "Hide the solution",
}

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# What each role adds to a cell. `source_hidden` folds it in JupyterLab, `cellView` in Colab, and
# the tags fold it or leave it out in the book.
_FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}
_ROLE_TAG = {
    "badges": "remove-cell",
    "setup": "remove-cell",
    "check": "remove-output",
    "solution": "hide-cell",
}
_ROLE_METADATA: dict[str, dict[str, Any]] = {
    "setup": _FOLDED,
    "solution": {**_FOLDED, "mystnb": SOLUTION_CAPTIONS},
}
_PROGRESS_CALL = re.compile(r"progress\(\)\s*")


def format_notebook(notebook: Notebook, repository: str, version: str, path: str) -> Notebook:
    """Return a notebook in its canonical form; formatting it again changes nothing.

    Parameters
    ----------
    notebook : dict
        The notebook as read from its file; it is not changed.
    repository : str
        ``https://github.com/OWNER/REPO``.
    version : str
        The release that the badges open and the setup cell installs.
    path : str
        The notebook's path in the repository, such as ``book/1_exploration/1_1_first.ipynb``.

    Returns
    -------
    dict
        The badges and the setup cell written anew; solutions folded on all three surfaces; no
        check's output in the book; outputs stripped but for cells that nbval compares; unique
        ids; no metadata that changes by itself.

    Raises
    ------
    NotebookError
        The notebook breaks a rule; it lists each, with the cell.
    ValueError
        The repository's address is not one of GitHub.
    """
    problems = problems_of(notebook, path)
    if problems:
        raise NotebookError(problems)
    written = [
        _cell("markdown", badges_source(repository, version, path), "badges"),
        _cell("code", setup_source(repository, version, path), "setup"),
    ]
    cells = [
        _format_cell(cell)
        for cell in copy.deepcopy(notebook["cells"])
        if role(cell) not in ("badges", "setup") and (source(cell).strip() or tags(cell))
    ]
    first_code = next((place for place, cell in enumerate(cells) if is_code(cell)), len(cells))
    cells = [written[0], *cells[:first_code], written[1], *cells[first_code:]]
    _give_ids(cells)
    return {
        "cells": cells,
        "metadata": {"kernelspec": dict(_KERNEL), "language_info": dict(_LANGUAGE)},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell_type: str, text: str, tag: str) -> Cell:
    cell: Cell = {"cell_type": cell_type, "id": tag, "metadata": {"tags": [tag]}, "source": text}
    return _format_cell(cell)


def _format_cell(cell: Cell) -> Cell:
    """Return a cell with what its tags imply, and without what an editor leaves behind."""
    its_role = role(cell)
    formatted: Cell = {
        "cell_type": cell["cell_type"],
        "id": cell.get("id"),
        "metadata": _metadata(cell, its_role),
        "source": _source_lines(cell, its_role),
    }
    if cell.get("attachments"):
        formatted["attachments"] = cell["attachments"]
    if is_code(cell):
        compared, outputs = CHECKED_OUTPUT in tags(cell), cell.get("outputs", [])
        formatted["outputs"] = [_format_output(out) for out in outputs] if compared else []
        # nbval refuses stored outputs without a count; a fixed one changes with no run.
        formatted["execution_count"] = 1 if compared else None
    return formatted


def _metadata(cell: Cell, its_role: str | None) -> dict[str, Any]:
    found = list(dict.fromkeys(tags(cell)))
    implied = _ROLE_TAG.get(its_role or "")
    if is_code(cell) and _PROGRESS_CALL.fullmatch(source(cell)):
        implied = "remove-output"
    if implied and implied not in found:
        found.append(implied)
    metadata: dict[str, Any] = {"tags": found} if found else {}
    mystnb = cell.get("metadata", {}).get("mystnb")
    if mystnb and its_role is None:
        metadata["mystnb"] = mystnb
    return {**metadata, **copy.deepcopy(_ROLE_METADATA.get(its_role or "", {}))}


def _source_lines(cell: Cell, its_role: str | None) -> list[str]:
    text = source(cell).replace("\r\n", "\n").strip("\n")
    if its_role == "solution" and not text.startswith(SOLUTION_TITLE):
        text = f"{SOLUTION_TITLE}\n{text}"
    return text.splitlines(keepends=True)


def _format_output(output: dict[str, Any]) -> dict[str, Any]:
    formatted = copy.deepcopy(output)
    if "execution_count" in formatted:
        formatted["execution_count"] = 1
    if "metadata" in formatted:
        formatted["metadata"] = {}
    if "text" in formatted:
        formatted["text"] = _lines(formatted["text"])
    if "data" in formatted:
        formatted["data"] = {kind: _lines(value) for kind, value in formatted["data"].items()}
    return formatted


def _lines(text: Any) -> Any:
    """Return a text as a list of lines, which is how notebook files hold it."""
    return text.splitlines(keepends=True) if isinstance(text, str) else text


def _give_ids(cells: list[Cell]) -> None:
    """Keep each id that is valid and not taken; make the others from text and place."""
    taken = {"badges", "setup"}
    for place, cell in enumerate(cells):
        written = role(cell) in ("badges", "setup")
        old = cell["id"]
        if not written and (
            not isinstance(old, str) or not _CELL_ID.fullmatch(old) or old in taken
        ):
            salt = 0
            while (new := _made_up_id(cell, place, salt)) in taken:
                salt += 1
            cell["id"] = new
        taken.add(cell["id"])


def _made_up_id(cell: Cell, place: int, salt: int) -> str:
    text = f"{place}/{salt}/{source(cell)}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]
