"""List the data sets and where they are; check that a copy is as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workshop_pkg.datasets import cache
from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.folders import RealData, raw_folder, real_data, twin_folder
from workshop_pkg.datasets.formats import FORMATS
from workshop_pkg.datasets.registry import (
    ARCHIVES,
    NAMES,
    TWIN,
    TWIN_LICENSE,
    Archive,
    archive_for,
    download_call,
    unknown_name,
)
from workshop_pkg.datasets.unpacking import sha256_of

NOT_HERE = "not here"
IN_CACHE = "cache"
BUNDLED = "bundled"


@dataclass(frozen=True)
class CatalogEntry:
    """One data set, and where it is on this machine.

    Attributes
    ----------
    name : str
        The name that `load_movielens` takes.
    title : str
        The name in a sentence.
    size : int or None
        Bytes of the download; None where it is not known, 0 where there is none.
    license : str
        The terms of use in one line.
    where : str
        ``WORKSHOP_DATA``, ``cache``, ``bundled`` or ``not here``.
    path : pathlib.Path or None
        The folder of the raw files, or the archive that they will be unpacked from.
    problem : str
        What is wrong with the copy that is there; empty if nothing is known to be.
    """

    name: str
    title: str
    size: int | None
    license: str
    where: str
    path: Path | None
    problem: str = ""

    def __str__(self) -> str:
        size = "size unknown" if self.size is None else f"{self.size / 1e6:.1f} MB"
        size = "no download" if self.size == 0 else size
        place = self.where if self.path is None else f"{self.where}: {self.path}"
        damaged = f" [{self.problem}]" if self.problem else ""
        return f"{self.name:<13}{size:>13}  {place}{damaged}  ({self.license})"


@dataclass(frozen=True)
class Verification:
    """The outcome of `verify`.

    Attributes
    ----------
    name : str
        The data set.
    ok : bool
        Whether a copy is here and as it should be.
    message : str
        One sentence: what was checked, or what is wrong and what to do.
    path : pathlib.Path or None
        The copy that was checked.
    """

    name: str
    ok: bool
    message: str
    path: Path | None = None

    def __str__(self) -> str:
        return self.message


def catalog() -> list[CatalogEntry]:
    r"""List all data sets and where each was found; nothing is downloaded.

    Returns
    -------
    list of CatalogEntry
        One entry for each name; ``print(*catalog(), sep="\n")`` gives a table.

    Raises
    ------
    DataError
        If ``WORKSHOP_DATA`` names a folder that does not exist.

    Examples
    --------
    >>> [entry.name for entry in catalog()]
    ['twin', '100k', 'latest-small', '1m', '20m', '25m', '32m']
    """
    place = real_data()
    return [_twin_entry(), *(_entry(archive, place) for archive in ARCHIVES.values())]


def verify(name: str) -> Verification:
    """Check the copy of a data set that `load_movielens` would read.

    Files that were unpacked from a download are compared with their checksums. Files in
    ``WORKSHOP_DATA``, or put into the cache by hand, are compared with the checksums that are
    known, and read from the first line to the last.

    Parameters
    ----------
    name : str
        ``twin``, ``100k``, ``latest-small``, ``1m``, ``20m``, ``25m`` or ``32m``.

    Returns
    -------
    Verification
        With ``.ok`` and ``.message``.

    Raises
    ------
    DataError
        If there is no data set of that name.
    """
    if name not in NAMES:
        raise unknown_name(name)
    try:
        return _verify_twin() if name == TWIN else _verify(archive_for(name))
    except DataError as problem:
        return Verification(name, False, str(problem))


def _twin_entry() -> CatalogEntry:
    title = "the made-up twin of MovieLens 100K"
    try:
        folder = twin_folder()
    except DataError as problem:
        return CatalogEntry(TWIN, title, 0, TWIN_LICENSE, NOT_HERE, None, str(problem))
    return CatalogEntry(TWIN, title, 0, TWIN_LICENSE, BUNDLED, folder)


def _entry(archive: Archive, place: RealData | None) -> CatalogEntry:
    """Look for one data set in the order in which `load_movielens` does."""
    where, path, problem = NOT_HERE, None, ""
    try:
        if place is not None:
            path = raw_folder(place, archive)
            if path is None and (place.path / archive.file_name).is_file():
                path = place.path / archive.file_name
            where = NOT_HERE if path is None else place.source
        if path is None:
            cached = cache.inspect(archive)
            path, problem = cached.folder, cached.damage
            if path is None and cache.has_archive(archive):
                path = cache.archive_path(archive)
            where = NOT_HERE if path is None else IN_CACHE
    except DataError as incomplete:
        problem = str(incomplete)
    return CatalogEntry(
        archive.name, archive.title, archive.size, archive.license, where, path, problem
    )


def _verify_twin() -> Verification:
    folder = twin_folder()
    tables = FORMATS[ARCHIVES["100k"].layout].read(folder)
    message = f"The bundled twin can be read: {len(tables.ratings)} ratings."
    return Verification(TWIN, True, message, folder)


def _verify(archive: Archive) -> Verification:
    entry = _entry(archive, real_data())
    if entry.where == NOT_HERE or entry.path is None:
        return Verification(
            archive.name,
            False,
            entry.problem
            or f"{archive.title} is not here: get it with {download_call(archive.name)}.",
        )
    if entry.path.is_file():
        ok = sha256_of(entry.path) == archive.sha256
        message = (
            f"{entry.path} is the original archive."
            if ok
            else f"{entry.path} is not the original archive (wrong checksum): delete it."
        )
        return Verification(archive.name, ok, message, entry.path)
    if entry.where == IN_CACHE:
        cached = cache.inspect(archive, thorough=True)
        if cached.damage:
            message = (
                f"{entry.path} is damaged ({cached.damage}): "
                f"repair it with {download_call(archive.name)}."
            )
            return Verification(archive.name, False, message, entry.path)
        if not cached.by_hand:
            message = f"{entry.path} is as it was unpacked from the original archive."
            return Verification(archive.name, True, message, entry.path)
    return _verify_unpacked_elsewhere(archive, entry.path)


def _verify_unpacked_elsewhere(archive: Archive, folder: Path) -> Verification:
    """Check files that somebody else has unpacked: known checksums, and every line."""
    for name, digest in archive.file_sha256.items():
        if sha256_of(folder / name) != digest:
            message = (
                f"{folder / name} is not the original file of {archive.title} (wrong checksum). "
                "Put the original there, or know that results will differ."
            )
            return Verification(archive.name, False, message, folder)
    tables = FORMATS[archive.layout].read(folder)
    checked = (
        f"the checksums of {' and '.join(archive.file_sha256)} are right"
        if archive.file_sha256
        else "checksums of its single files are not known"
    )
    message = f"{folder} can be read ({len(tables.ratings)} ratings); {checked}."
    return Verification(archive.name, True, message, folder)
