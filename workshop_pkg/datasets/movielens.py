"""Load MovieLens, from wherever it is, or the made-up twin."""

from __future__ import annotations

import os
from pathlib import Path

from workshop_pkg.datasets.download import Obtained, obtain
from workshop_pkg.datasets.errors import DataError, DownloadError, LessonDataError
from workshop_pkg.datasets.folders import raw_folder, real_data, twin_folder
from workshop_pkg.datasets.formats import FORMATS
from workshop_pkg.datasets.registry import ARCHIVES, NAMES, TWIN, Archive, unknown_name
from workshop_pkg.datasets.types import CITATION, MovieLens

AUTO = "auto"
AUTO_NAME = "100k"
LESSON_NAMES = (TWIN, "100k")
DATASET_VARIABLE = "WORKSHOP_DATASET"

TWIN_CITATION = (
    "Made-up data in the layout of MovieLens 100K; it describes no real person or movie. "
    "The real data: " + CITATION
)


def load_movielens(name: str = AUTO, data_dir: str | os.PathLike[str] | None = None) -> MovieLens:
    """Load a MovieLens data set or the twin, and print which one it is and where it is from.

    Parameters
    ----------
    name : str, default "auto"
        ``twin``, ``100k``, ``latest-small``, ``1m``, ``20m``, ``25m`` or ``32m``. ``auto`` takes
        what the environment variable ``WORKSHOP_DATASET`` names; where that is ``auto`` too, or
        not set, MovieLens 100K if it can be had, else the twin.
    data_dir : path, optional
        A folder with real data in its original layout (``ml-100k/u.data``, ...). Without it, the
        environment variable ``WORKSHOP_DATA`` names one.

    Returns
    -------
    MovieLens
        The ratings, users and movies.

    Raises
    ------
    DataError
        If the name is unknown, the folder does not exist, a file is not as it should be, or a data
        set that was asked for by name cannot be had.

    Notes
    -----
    A data set is looked for in `data_dir` or ``WORKSHOP_DATA``, then in the cache
    (``WORKSHOP_CACHE``), then at its addresses on the net. Only ``auto`` goes on to the twin.
    """
    wanted = name
    asked = "you asked for it"
    if wanted == AUTO:
        wanted = os.environ.get(DATASET_VARIABLE, "").strip() or AUTO
        asked = f"{DATASET_VARIABLE}={wanted}"
    if wanted not in (AUTO, *NAMES):
        raise unknown_name(wanted, accepted=(*NAMES, AUTO))
    if wanted == TWIN:
        return _load_twin(asked)
    archive = ARCHIVES[AUTO_NAME if wanted == AUTO else wanted]
    fall_back = ""
    try:
        found = _find(archive, data_dir)
    except DownloadError as problem:
        if wanted != AUTO:
            raise
        fall_back = problem.reason
    if fall_back:
        return _load_twin(fall_back)
    print(f"Data: {archive.title} from {found.origin}.")
    return _load(archive.name, found.folder, archive.layout, CITATION)


def load_lesson_data() -> MovieLens:
    """Load the data of a lesson: the twin or MovieLens 100K, as ``WORKSHOP_DATASET`` says.

    Returns
    -------
    MovieLens
        As `load_movielens`.

    Raises
    ------
    LessonDataError
        If ``WORKSHOP_DATASET`` names a data set that lessons cannot run on.
    DataError
        As `load_movielens`.
    """
    named = os.environ.get(DATASET_VARIABLE, "").strip() or AUTO
    if named not in (AUTO, *LESSON_NAMES):
        raise LessonDataError(
            f"{DATASET_VARIABLE} is {named!r}, but the lessons run on {' or '.join(LESSON_NAMES)} "
            f"(or auto) only: set it to one of these, restart the kernel, and run again."
        )
    return load_movielens()


def _find(archive: Archive, data_dir: str | os.PathLike[str] | None) -> Obtained:
    """Find the raw files on this machine, else download them."""
    place = real_data(data_dir)
    offered = None
    if place is not None:
        folder = raw_folder(place, archive)
        if folder is not None:
            return Obtained(folder, f"{place.source} ({place.path})")
        if (place.path / archive.file_name).is_file():
            offered = place.path / archive.file_name
        elif data_dir is not None:
            raise DataError(
                f"data_dir is {str(place.path)!r}, which holds neither {archive.folder} nor "
                f"{archive.file_name}. Correct the path, or leave data_dir out."
            )
    return obtain(archive, offered=offered)


def _load_twin(reason: str) -> MovieLens:
    folder = twin_folder()
    print(f"Data: the made-up twin of MovieLens 100K ({reason}).")
    return _load(TWIN, folder, ARCHIVES[AUTO_NAME].layout, TWIN_CITATION)


def _load(name: str, folder: Path, layout: str, citation: str) -> MovieLens:
    tables = FORMATS[layout].read(folder)
    return MovieLens(name, folder, tables.ratings, tables.users, tables.movies, citation)
