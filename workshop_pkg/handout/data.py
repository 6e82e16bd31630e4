"""The data set that a handout pins: the cell that says so, and the files that it may hold."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from workshop_pkg import datasets
from workshop_pkg.datasets.registry import ARCHIVES
from workshop_pkg.handout.errors import NotReadyError
from workshop_pkg.handout.plan import LATEST_SMALL

LICENSE_FILE = "README.txt"
# What the archive holds; anything else in an instructor's folder is the instructor's own.
_FILES = (LICENSE_FILE, "ratings.csv", "movies.csv", "links.csv", "tags.csv")
_NEEDED = _FILES[:3]

_TWIN_CELL = """\
# The whole class works on the same data: the made-up twin of MovieLens 100K.
import os

os.environ["WORKSHOP_DATASET"] = "twin"
"""
_LATEST_SMALL_CELL = """\
# The whole class works on the same data: the made-up twin of MovieLens 100K. For questions of your
# own, `datasets.load_movielens("latest-small")` reads the data in the handout's folder `data`.
import os
from pathlib import Path

os.environ["WORKSHOP_DATASET"] = "twin"
for folder in (Path.cwd(), *Path.cwd().parents):
    if (folder / "data" / "ml-latest-small").is_dir():
        os.environ["WORKSHOP_DATA"] = str(folder / "data")
        break
"""


def cell_source(dataset: str) -> str:
    """Return the code of the cell that pins a handout's data set."""
    return (_LATEST_SMALL_CELL if dataset == LATEST_SMALL else _TWIN_CELL).rstrip("\n")


def find_latest_small() -> Path:
    """Find the instructor's own copy of MovieLens latest-small, and check it.

    Returns
    -------
    Path
        A folder with its files, or the original archive.

    Raises
    ------
    NotReadyError
        It is not on this machine, is not the original, or lacks its license. Nothing is
        downloaded.
    """
    checked = datasets.verify(LATEST_SMALL)
    if checked.path is None:
        raise NotReadyError(
            "MovieLens latest-small is not on this machine. Get it with `workshop data download "
            f"{LATEST_SMALL}`, or let WORKSHOP_DATA name the folder that holds "
            f"{ARCHIVES[LATEST_SMALL].folder}; or choose --dataset twin."
        )
    if not checked.ok:
        raise NotReadyError(f"{checked.message} A handout passes on the original only.")
    if checked.path.is_dir() and not _has_license(checked.path):
        raise NotReadyError(
            f"{checked.path} has no {LICENSE_FILE}. MovieLens latest-small may be passed on under "
            "its own terms only, which stand in that file: put the original there."
        )
    return checked.path


def _has_license(folder: Path) -> bool:
    path = folder / LICENSE_FILE
    return path.is_file() and "redistribute" in path.read_text(encoding="utf-8", errors="replace")


def copy_latest_small(found: Path, target: Path) -> None:
    """Copy the files of MovieLens latest-small, its license among them.

    Parameters
    ----------
    found : Path
        What `find_latest_small` has found.
    target : Path
        The folder that is to hold `ml-latest-small`.
    """
    folder = target / ARCHIVES[LATEST_SMALL].folder
    folder.mkdir(parents=True)
    if found.is_file():
        with zipfile.ZipFile(found) as archive:
            for name in _FILES:
                (folder / name).write_bytes(archive.read(f"{folder.name}/{name}"))
        return
    for name in _FILES:
        if (found / name).is_file() or name in _NEEDED:
            shutil.copyfile(found / name, folder / name)
