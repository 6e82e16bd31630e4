"""An attendee's own copy of the lessons: made once, added to, never overwritten."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from workshop_pkg.project import Lesson, lessons, lessons_folder

STATE_FILE = ".workshop.json"
VARIABLE = "WORKSHOP_WORKSPACE"
# By this file a folder is known as a handout; the folder beside it holds its lessons.
HANDOUT_FILE = "handout.json"
HANDOUT_LESSONS = "lessons"


class WorkspaceError(ValueError):
    """A workspace cannot be made or changed; the message says what to do instead."""


@dataclass
class Report:
    """What was done to a workspace.

    Attributes
    ----------
    folder : Path
        The workspace.
    added : list of Lesson
        Lessons that were copied.
    newer : list of Lesson
        Lessons whose original has changed since it was copied; the copies were left alone.
    kept : dict of str to Path
        By lesson number, the file under which a lesson that was brought back is kept.
    unchanged : list of Lesson
        Lessons that equal their original, so that there was nothing to bring back.
    """

    folder: Path
    added: list[Lesson] = field(default_factory=list)
    newer: list[Lesson] = field(default_factory=list)
    kept: dict[str, Path] = field(default_factory=dict)
    unchanged: list[Lesson] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Say it in plain sentences, one a line."""
        said = []
        if self.added:
            said.append(f"Copied to {self.folder}: lesson {_numbers(self.added)}.")
        for number, path in self.kept.items():
            said.append(f"Your copy of lesson {number} is kept as {path}.")
        for lesson in self.unchanged:
            said.append(f"Lesson {lesson.number} is as new already.")
        for lesson in self.newer:
            said.append(
                f"Lesson {lesson.number} has a newer version: "
                f"`workshop reset {lesson.number}{_named(self.folder)}` "
                "brings it, and keeps your copy under another name."
            )
        return said or [f"All lessons are in {self.folder}. Nothing was changed."]


def default_folder() -> Path:
    """Return the folder of a workspace that nobody named: from the variable, else `workspace`."""
    return Path(os.environ.get(VARIABLE) or "workspace")


def around(folder: Path) -> Path | None:
    """Find the workspace that a folder is, or is in.

    Parameters
    ----------
    folder : Path
        Where to begin, such as the current folder.

    Returns
    -------
    Path or None
        The nearest folder, from this one upward, that `prepare` made; None where there is none.
    """
    folder = folder.absolute()
    return next((up for up in (folder, *folder.parents) if (up / STATE_FILE).is_file()), None)


def handout_lessons(folder: Path) -> Path | None:
    """Find the lessons of the handout that a folder is, or is in.

    Parameters
    ----------
    folder : Path
        Where to begin, such as the current folder.

    Returns
    -------
    Path or None
        The handout's folder of lessons; None outside of a handout.
    """
    folder = folder.absolute()
    for up in (folder, *folder.parents):
        if (up / HANDOUT_FILE).is_file() and (up / HANDOUT_LESSONS).is_dir():
            return up / HANDOUT_LESSONS
    return None


def prepare(folder: Path, source: Path | None = None) -> Report:
    """Copy to a workspace the lessons that it lacks, and leave all others as they are.

    Parameters
    ----------
    folder : Path
        The workspace; made where it does not exist.
    source : Path, optional
        The folder with the original lessons; by default the one that this workspace was made
        from, and for a new one that of this installation.

    Returns
    -------
    Report
        What was added, and which lessons have a newer version.

    Raises
    ------
    WorkspaceError
        When there are no lessons, or the folder cannot be written.
    """
    source = source or _made_from(folder.expanduser())
    originals = _originals(source)
    report = Report(_writable(folder, source))
    state = _read_state(report.folder)
    for lesson in originals:
        target = report.folder / lesson.relative
        original = _hash(lesson.path)
        if not target.exists():
            _copy(lesson.path, target)
            report.added.append(lesson)
            state[lesson.relative] = original
        elif state.setdefault(lesson.relative, original) != original and _hash(target) != original:
            report.newer.append(lesson)
    _write_state(report.folder, state, source)
    return report


def reset(
    which: str, folder: Path, source: Path | None = None, now: datetime | None = None
) -> Report:
    """Bring lessons back as they were, keeping the attendee's copies under other names.

    Parameters
    ----------
    which : str
        A lesson's number ("1.2"), its file's name, or "all".
    folder : Path
        The workspace.
    source : Path, optional
        The folder with the original lessons; by default the one that this workspace was made
        from, and for a new one that of this installation.
    now : datetime, optional
        The time for the names of the copies that are kept; by default the present.

    Returns
    -------
    Report
        Where the attendee's copies are now.

    Raises
    ------
    WorkspaceError
        When there is no such lesson (the message lists them), the folder is no workspace, or it
        cannot be written.
    """
    source = source or _made_from(folder.expanduser())
    chosen = select(which, _originals(source))
    if not (folder.expanduser() / STATE_FILE).is_file():
        raise WorkspaceError(
            f"{folder.expanduser().absolute()} is no workspace: it has no {STATE_FILE}. Give the "
            f"folder of your copy: `workshop reset {which} FOLDER`; if it has lost that file, "
            "`workshop lab FOLDER` writes it again and leaves your lessons alone."
        )
    report = Report(_writable(folder, source))
    state = _read_state(report.folder)
    stamp = (now or datetime.now()).strftime("%Y-%m-%d-%H%M")
    for lesson in chosen:
        target = report.folder / lesson.relative
        original = _hash(lesson.path)
        if target.exists() and _hash(target) == original:
            report.unchanged.append(lesson)
        elif target.exists():
            kept = _free_name(target, stamp)
            _copy(lesson.path, target, keep_as=kept)
            report.kept[lesson.number] = kept
        else:
            _copy(lesson.path, target)
            report.added.append(lesson)
        state[lesson.relative] = original
    _write_state(report.folder, state, source)
    return report


def select(which: str, among: Sequence[Lesson]) -> list[Lesson]:
    """Find lessons by number, by file name, or all of them.

    Parameters
    ----------
    which : str
        "1.2", "1_2_looking_at_it" or "1_2_looking_at_it.ipynb" (also as a path), or "all".
    among : sequence of Lesson
        The lessons that there are.

    Returns
    -------
    list of Lesson

    Raises
    ------
    WorkspaceError
        When none fits; the message lists the lessons.
    """
    if which == "all":
        return list(among)
    name = which.replace("\\", "/").rsplit("/", 1)[-1]
    found = [
        lesson for lesson in among if name in (lesson.number, lesson.path.name, lesson.path.stem)
    ]
    if not found:
        listed = "\n".join(f"  {lesson.number}  {lesson.title}" for lesson in among)
        raise WorkspaceError(f"There is no lesson {which!r}. There are:\n{listed}\n  all")
    return found


def _named(folder: Path) -> str:
    """Return a folder as a command needs it after its other arguments: not at all by default."""
    if folder == default_folder().expanduser().absolute():
        return ""
    return f' "{folder}"' if " " in str(folder) else f" {folder}"


def _numbers(chosen: Sequence[Lesson]) -> str:
    return ", ".join(lesson.number for lesson in chosen)


def _originals(source: Path | None) -> list[Lesson]:
    found = lessons(source)
    if not found and source is not None:
        raise WorkspaceError(
            f"There are no lessons in {source}. If your copy was made from a handout, put the "
            "handout back there, or make another copy in its new folder with `workshop lab`."
        )
    if not found:
        raise WorkspaceError(
            f"There are no lessons in {lessons_folder()}. "
            "Install the package again, or clone the repository anew."
        )
    return found


def _writable(folder: Path, source: Path | None) -> Path:
    """Make the workspace's folder, or say why it cannot be one."""
    folder = folder.expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise WorkspaceError(f"{folder} is a file. Name a folder for your copy of the lessons.")
    if folder.resolve() == (source or lessons_folder()).resolve():
        raise WorkspaceError(
            f"{folder} holds the lessons' originals. Name another folder for your copy."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Nothing else tells on every system whether a folder can be written.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise WorkspaceError(
            f"{folder} cannot be written ({error.strerror}). Name a folder of your own."
        ) from error
    return folder


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy(source: Path, target: Path, keep_as: Path | None = None) -> None:
    """Copy a file whole or not at all; what stands at the target moves to `keep_as` first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target, source.read_bytes(), keep_as)


def _write(target: Path, content: bytes, keep_as: Path | None = None) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".workshop-", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        # mkstemp makes a file for its owner alone; these are ordinary files.
        part.chmod(0o644)
        if keep_as is not None:
            target.rename(keep_as)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WorkspaceError(f"{target} could not be written ({error.strerror}).") from error


def _free_name(path: Path, stamp: str) -> Path:
    candidate = path.with_name(f"{path.stem}.mine-{stamp}{path.suffix}")
    count = 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.stem}.mine-{stamp}-{count}{path.suffix}")
    return candidate


def _read_state(folder: Path) -> dict[str, str]:
    """Read the hashes of the originals as they were copied; none where the file is damaged."""
    copied = _state(folder).get("copied")
    if not isinstance(copied, dict):
        return {}
    return {str(name): str(value) for name, value in copied.items()}


def _made_from(folder: Path) -> Path | None:
    """Return the folder that a workspace's lessons came from; None for this installation's."""
    relative = _state(folder).get("lessons")
    return Path(os.path.normpath(folder.absolute() / relative)) if relative else None


def _state(folder: Path) -> dict[str, Any]:
    try:
        state = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _write_state(folder: Path, state: dict[str, str], source: Path | None) -> None:
    content: dict[str, Any] = {"format": 1, "copied": state}
    if source is not None:
        # As seen from here, so that a handout can be moved with the workspace in it.
        content["lessons"] = os.path.relpath(source.absolute(), folder)
    text = json.dumps(content, indent=1, sort_keys=True)
    _write(folder / STATE_FILE, f"{text}\n".encode())
