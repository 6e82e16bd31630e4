"""Where data lies on this machine: the folder of real data, the cache, the bundled files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.formats import FORMATS
from workshop_pkg.datasets.registry import Archive

DATA_VARIABLE = "WORKSHOP_DATA"
CACHE_VARIABLE = "WORKSHOP_CACHE"
OWN_RATINGS_VARIABLE = "WORKSHOP_OWN_RATINGS"
#: In place of a folder: no saved ratings are read or written, the sample persona stands in.
SAMPLE = "sample"

BUNDLED = Path(__file__).parent / "bundled"
TWIN_FOLDER = BUNDLED / "ml-100k-twin"


@dataclass(frozen=True)
class RealData:
    """A folder of real data, and who named it.

    Attributes
    ----------
    path : pathlib.Path
        The folder.
    source : str
        ``WORKSHOP_DATA`` or ``data_dir``.
    """

    path: Path
    source: str


def real_data(data_dir: str | os.PathLike[str] | None = None) -> RealData | None:
    """Find the folder of real data.

    Parameters
    ----------
    data_dir : path, optional
        The folder, where a caller names it; else ``WORKSHOP_DATA`` does.

    Returns
    -------
    RealData or None
        None where nobody names one.

    Raises
    ------
    DataError
        If the folder that is named does not exist.
    """
    if data_dir is not None:
        source, value = "data_dir", os.fspath(data_dir)
        remedy = "Correct the path, or leave data_dir out."
    else:
        source, value = DATA_VARIABLE, os.environ.get(DATA_VARIABLE, "").strip()
        remedy = "Correct the variable, or unset it."
        if not value:
            return None
    path = Path(value).expanduser()
    try:
        kind = "" if path.is_dir() else "is a file" if path.exists() else "does not exist"
    except OSError:
        kind = "may not be read"
    if kind:
        raise DataError(
            f"{source} is {value!r}, which {kind}; it must name a folder that holds data in its "
            f"original layout (such as ml-100k/u.data). {remedy}"
        )
    return RealData(path.resolve(), source)


def raw_folder(place: RealData, archive: Archive) -> Path | None:
    """Find the raw files of a data set in a folder of real data.

    Parameters
    ----------
    place : RealData
        The folder, which holds such as ``ml-100k/``, or is that folder.
    archive : Archive
        The data set.

    Returns
    -------
    pathlib.Path or None
        The folder of the raw files; None where there is none.

    Raises
    ------
    DataError
        If there is such a folder and files are missing in it.
    """
    folder = place.path / archive.folder
    if not folder.is_dir():
        if place.path.name != archive.folder:
            return None
        folder = place.path
    missing = [name for name in FORMATS[archive.layout].files if not (folder / name).is_file()]
    if missing:
        raise DataError(
            f"{folder} (from {place.source}) lacks {', '.join(missing)}. Put the original files "
            f"of {archive.title} there, or take the folder away."
        )
    return folder


def cache_folder() -> Path:
    """Say where downloads are kept: ``WORKSHOP_CACHE``, else the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser().absolute()
    return Path(platformdirs.user_cache_dir("recommender-workshop"))


def own_ratings_folder() -> Path | None:
    """Say where the attendee's own ratings are kept.

    Returns
    -------
    pathlib.Path or None
        The folder that ``WORKSHOP_OWN_RATINGS`` names, else the user's data folder. None where the
        variable is ``sample``: then nothing is read or written.
    """
    named = os.environ.get(OWN_RATINGS_VARIABLE, "").strip()
    if named == SAMPLE:
        return None
    if named:
        return Path(named).expanduser().absolute()
    return Path(platformdirs.user_data_dir("recommender-workshop"))


def absolute_folders(variables: Mapping[str, str]) -> dict[str, str]:
    """Make the folders that environment variables name absolute.

    A kernel runs in its lesson's folder, from where a path that was relative leads elsewhere.

    Parameters
    ----------
    variables : mapping of str to str
        Environment variables, such as `os.environ`.

    Returns
    -------
    dict of str to str
        ``WORKSHOP_DATA``, ``WORKSHOP_CACHE`` and ``WORKSHOP_OWN_RATINGS``, those of them that name
        a folder.

    Examples
    --------
    >>> absolute_folders({"WORKSHOP_DATA": "/data", "HOME": "/home/me"})
    {'WORKSHOP_DATA': '/data'}
    """
    names = (DATA_VARIABLE, CACHE_VARIABLE, OWN_RATINGS_VARIABLE)
    named = {name: variables.get(name, "").strip() for name in names}
    if named[OWN_RATINGS_VARIABLE] == SAMPLE:
        del named[OWN_RATINGS_VARIABLE]
    return {
        name: str(Path(value).expanduser().absolute()) for name, value in named.items() if value
    }


def twin_folder() -> Path:
    """Find the bundled twin.

    Raises
    ------
    DataError
        If this installation lacks it.
    """
    if not (TWIN_FOLDER / "u.data").is_file():
        raise DataError(
            f"The bundled twin is missing: {TWIN_FOLDER} holds no u.data. "
            "Install the package again."
        )
    return TWIN_FOLDER
