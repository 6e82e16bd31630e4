"""Making a handout: written beside its place first, and moved there when it is whole."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from workshop_pkg.handout import data, readme, wheels
from workshop_pkg.handout.errors import HandoutError, NotReadyError
from workshop_pkg.handout.notebooks import handed_out
from workshop_pkg.handout.plan import LATEST_SMALL, Plan
from workshop_pkg.notebooks.files import to_text
from workshop_pkg.project import DISTRIBUTION, PACKAGE_FOLDER, repository_and_tag
from workshop_pkg.workspace import HANDOUT_FILE, HANDOUT_LESSONS

_LICENSES = ("LICENSE", "LICENSE-CC-BY-4.0")
_SCRATCH = ".workshop-handout-"
# An instructor who names one of these expects a file, and would get a folder of that name.
_OTHER_ARCHIVES = (".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")


@dataclass
class Made:
    """A handout that was made.

    Attributes
    ----------
    path : Path
        The folder, or the zip file.
    plan : Plan
        What is in it.
    size : int
        Its bytes.
    notes : list of str
        What the instructor is to know, one sentence or two each.
    """

    path: Path
    plan: Plan
    size: int = 0
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Say it in plain sentences, one a line."""
        words = {
            "with": "with their solutions, folded",
            "without": "without their solutions",
            "solved": "solved",
        }
        numbers = ", ".join(lesson.number for lesson in self.plan.lessons)
        said = [
            f"The handout: {self.path} ({self.size / 1e6:,.1f} MB)",
            f"Lessons {numbers}, {words[self.plan.solutions]}; all on the made-up twin.",
        ]
        if self.plan.dataset == LATEST_SMALL:
            said.append("MovieLens latest-small is in it, under its own terms: see its README.txt.")
        if self.plan.target is not None:
            target = self.plan.target
            said.append(
                f"Packages for {target.platform.title} and Python {target.python} are in it: it "
                "is installed without a network."
            )
        return [*said, *self.notes]


def make(path: Path, plan: Plan) -> Made:
    """Make a handout.

    Parameters
    ----------
    path : Path
        A folder that is empty or is not there yet, or a file that is to be made and ends in .zip.
    plan : Plan
        What is to be in it.

    Returns
    -------
    Made
        What was made, and what to know about it.

    Raises
    ------
    HandoutError
        The folder is not empty, the file is there already or would be another kind of archive, or a
        lesson is not in form.
    NotReadyError
        Something that the handout needs is not here or cannot be had, or the folder cannot be
        written. Nothing is left behind then.
    """
    path = path.expanduser().absolute()
    try:
        _require_free(path)
    except OSError as error:  # some of Python's versions raise where one may not look
        raise _unwritable(path, error) from error
    clone = wheels.require_clone() if plan.target else None
    found = data.find_latest_small() if plan.dataset == LATEST_SMALL else None
    made = Made(path, plan, notes=_notes(plan))
    try:
        with _beside(path) as scratch:
            folder = scratch / (path.stem if _is_zip(path) else path.name)
            folder.mkdir()
            _write_pages(folder, plan)
            if found is not None:
                data.copy_latest_small(found, folder / "data")
            if clone is not None and plan.target is not None:
                wheels.collect(
                    plan.target, plan.extras, clone, folder / HANDOUT_LESSONS, folder / "wheels"
                )
            if _is_zip(path):
                folder = _zipped(folder, scratch / path.name)
            made.size = _size(folder)
            _put(folder, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    return made


def _unwritable(path: Path, error: OSError) -> NotReadyError:
    """Tell why a handout cannot be written."""
    reason = error.strerror or str(error)
    if isinstance(error, FileExistsError | NotADirectoryError):
        with suppress(OSError):
            files = (parent for parent in path.parents if parent.exists() and not parent.is_dir())
            reason = next((f"{file} is no folder" for file in files), reason)
    return NotReadyError(f"{path} could not be written ({reason}). Nothing was left.")


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip"


def _require_free(path: Path) -> None:
    if path.suffix.lower() in _OTHER_ARCHIVES:
        raise HandoutError(
            f"{path} would be a {path.suffix} file, which is not made here. Name a folder, or a "
            "file that ends in .zip."
        )
    if _is_zip(path):
        if path.exists():
            raise HandoutError(f"{path} is there already. Delete it, or name another file.")
    elif path.is_dir():
        inside = (entry for entry in sorted(path.iterdir()) if not entry.name.startswith(_SCRATCH))
        first = next(inside, None)
        if first is not None:
            raise HandoutError(
                f"{path} is not empty: it holds {first.name}. A handout is written into a new or "
                "an empty folder, so that nothing in it is mixed up or overwritten."
            )
    elif path.exists():
        raise HandoutError(
            f"{path} is a file. Name a folder, or a file that is to be made and ends in .zip."
        )


def _notes(plan: Plan) -> list[str]:
    repository, _ = repository_and_tag()
    notes = []
    if plan.target is None and readme.is_placeholder(repository):
        notes.append(
            "Note: the project's address is not set yet, so attendees cannot install the package "
            "from it. `workshop repository URL` sets it; a handout made with --offline needs none."
        )
    if plan.target is None and plan.solutions == "without":
        notes.append(
            "Note: the notebooks hold no solutions, but the package that attendees install has the "
            "lessons as published. With --offline it carries the handout's own in their place."
        )
    if plan.dataset == LATEST_SMALL:
        notes.append(
            "Note: the lessons run on the twin; latest-small has no ages and occupations, which "
            "they need. It is there for questions that your class puts to it."
        )
    return notes


def _write_pages(folder: Path, plan: Plan) -> None:
    """Write the notebooks, the README, the licenses, and the file that makes it a handout."""
    repository, tag = repository_and_tag()
    version = tag.removeprefix("v")
    together = {lesson.relative for lesson in plan.lessons}
    for lesson in plan.lessons:
        notebook = handed_out(
            lesson, plan.solutions, data.cell_source(plan.dataset), repository, version, together
        )
        target = folder / HANDOUT_LESSONS / lesson.relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(to_text(notebook), encoding="utf-8")
    (folder / "README.md").write_text(readme.text(plan, repository, version), encoding="utf-8")
    for name, license_file in _license_files():
        shutil.copyfile(license_file, folder / name)
    told = {
        "format": 1,
        "version": version,
        "solutions": plan.solutions,
        "dataset": plan.dataset,
        "lessons": [lesson.number for lesson in plan.lessons],
        "platform": plan.target.platform.name if plan.target else None,
        "python": plan.target.python if plan.target else None,
    }
    (folder / HANDOUT_FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _license_files() -> Iterator[tuple[str, Path]]:
    """Find the licenses: in a clone in its root, else among what was installed."""
    for name in _LICENSES:
        in_clone = PACKAGE_FOLDER.parent / name
        if in_clone.is_file():
            yield name, in_clone
            continue
        for file in metadata.files(DISTRIBUTION) or []:
            if file.name == name:
                yield name, Path(str(file.locate()))


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a folder on the disk of `path` that is gone afterwards, with the parents made for it.

    In a folder that is there already it is made within: it may be another disk's, or the one above
    it may be closed to the instructor.
    """
    made = [parent for parent in path.parents if not parent.exists()]
    place = path if path.is_dir() else path.parent
    place.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=place, prefix=_SCRATCH) as name:
            yield Path(name)
    finally:
        for parent in made:  # the innermost first; one that holds the handout stays
            with suppress(OSError):
                parent.rmdir()


def _put(whole: Path, path: Path) -> None:
    """Move what is whole to its place; a folder that is there already stays, and is filled."""
    _require_free(path)  # somebody may have been quicker
    if path.is_dir():
        # A terminal may be open in it, it may be a link, and its owner has set who may read it.
        moved: list[Path] = []
        try:
            for entry in sorted(whole.iterdir()):
                moved.append(entry.rename(path / entry.name))
        except BaseException:
            for entry in moved:
                entry.rename(whole / entry.name)
            raise
        return
    # Those who may read the folder around it may read it, too; a temporary folder is its owner's.
    if whole.is_dir():
        whole.chmod(0o755)
    whole.rename(path)


def _zipped(folder: Path, target: Path) -> Path:
    """Pack a folder; wheels, which are packed already, are only stored."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed = path.suffix == ".whl"
                archive.write(
                    path,
                    path.relative_to(folder.parent).as_posix(),
                    zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED,
                )
    return target


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
