"""Notebook files through the formatter: finding, reading and writing them, and the report."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workshop_pkg.notebooks.cells import Notebook
from workshop_pkg.notebooks.formatter import format_notebook
from workshop_pkg.notebooks.problems import NotebookError, Problem
from workshop_pkg.project import RUN_ON_COLAB

_BOOK_FOLDER = "book"
_NOT_SEARCHED = {".ipynb_checkpoints", "_build"}


@dataclass
class Report:
    """What became of each notebook.

    Parameters
    ----------
    check : bool
        Whether the files were only looked at.
    changed : list of Path
        Formatted anew; with `check`, those that would be.
    unchanged : list of Path
        Already in form.
    problems : list of Problem
        Why the others were refused; their files are as they were.
    """

    check: bool
    changed: list[Path] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether there is no problem and, with `check`, no notebook out of form."""
        return not self.problems and not (self.check and self.changed)

    def __str__(self) -> str:
        verb = "Would format" if self.check else "Formatted"
        lines = [f"{verb} {_shown(path)}" for path in self.changed]
        lines += [str(problem) for problem in self.problems]
        refused = len({problem.notebook for problem in self.problems})
        counts = [
            (len(self.unchanged), "in form"),
            (len(self.changed), "to format (run `workshop format`)" if self.check else "formatted"),
            (refused, "refused (left as they were)"),
        ]
        summary = ", ".join(f"{count} {what}" for count, what in counts if count)
        return "\n".join([*lines, f"Notebooks: {summary or 'none found'}."])


def format_paths(
    paths: Iterable[Path | str], *, check: bool, repository: str, version: str
) -> Report:
    """Bring notebooks into form, or with `check` only tell which are not.

    Each file is replaced whole or not at all; one with a problem is left as it was.

    Parameters
    ----------
    paths : iterable of Path
        Notebooks, and folders to search for them.
    check : bool
        Write nothing.
    repository : str
        ``https://github.com/OWNER/REPO``.
    version : str
        The release that the notebooks belong to.

    Returns
    -------
    Report
        What became of each notebook, in order of path.

    Raises
    ------
    ValueError
        The repository's address is not one of GitHub.
    """
    report = Report(check)
    for path in sorted(set(_find(paths, report))):
        try:
            _format_file(path, report, repository, version)
        except NotebookError as error:
            report.problems += error.problems
        except OSError as error:
            reason = error.strerror or str(error)
            report.problems.append(Problem(_shown(path), f"the file cannot be used: {reason}."))
    return report


def _shown(path: Path) -> str:
    """Return a path as a reader wants it: from here, if it is below here."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _find(paths: Iterable[Path | str], report: Report) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from (
                found
                for found in path.rglob("*.ipynb")
                if not _NOT_SEARCHED & set(found.relative_to(path).parts)
            )
        elif path.exists():
            yield path
        else:
            report.problems.append(Problem(_shown(path), "there is no such file or folder."))


def _format_file(path: Path, report: Report, repository: str, version: str) -> None:
    text = path.read_bytes()
    notebook = _read(path, text)
    try:
        formatted = format_notebook(notebook, repository, version, path_in_repository(path))
    except NotebookError as error:
        raise NotebookError(
            [Problem(_shown(path), p.message, p.cell_number, p.line) for p in error.problems]
        ) from None
    new = to_text(formatted).encode()
    if new == text:
        report.unchanged.append(path)
        return
    if not report.check:
        _replace(path, new)
    report.changed.append(path)


def _read(path: Path, text: bytes) -> Any:
    try:
        return json.loads(text.decode())
    except ValueError as error:  # UnicodeDecodeError is one, too
        raise NotebookError(
            [Problem(_shown(path), f"this is not a notebook, which is JSON in UTF-8 ({error}).")]
        ) from None


def to_text(notebook: Notebook) -> str:
    """Return a notebook as the text of its file, as JupyterLab writes it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def path_in_repository(path: Path) -> str:
    """Return a notebook's path in the repository, wherever the clone is.

    >>> path_in_repository(Path("/home/me/clone/book/1_exploration/1_1_first.ipynb"))
    'book/1_exploration/1_1_first.ipynb'
    >>> path_in_repository(Path("/home/me/clone/tests/run_on_colab.ipynb"))
    'tests/run_on_colab.ipynb'
    """
    if path.resolve().as_posix().endswith(f"/{RUN_ON_COLAB}"):
        return RUN_ON_COLAB
    parts = path.resolve().parts
    if _BOOK_FOLDER in parts:
        last = len(parts) - 1 - parts[::-1].index(_BOOK_FOLDER)
        return "/".join(parts[last:])
    return "/".join([_BOOK_FOLDER, *parts[-2:]])


def _replace(path: Path, text: bytes) -> None:
    """Write a file beside the old one, then put it in its place in one step."""
    path = path.resolve()
    mode = path.stat().st_mode
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
