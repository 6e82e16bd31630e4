"""The cache folder: what lies in it, its locks, and which downloads failed a short while ago.

In the folder lie the archives (``ml-100k.zip``) and their unpacked folders (``ml-100k``). Either
may be put there by hand. ``.state`` holds the locks and the notes of failures, and what starts with
``.tmp-`` is being written; both may be deleted when no download is under way.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from workshop_pkg.datasets import unpacking
from workshop_pkg.datasets.folders import RealData, cache_folder, raw_folder
from workshop_pkg.datasets.registry import Archive

# How long a failed download keeps others from trying again by themselves.
FAILURE_SECONDS = 600.0

_failures: dict[tuple[str, str], Failure] = {}


@dataclass(frozen=True)
class Failure:
    """A download that failed.

    Attributes
    ----------
    when : float
        Seconds since 1970.
    addresses : tuple of str
        The addresses that were tried.
    reason : str
        Why, in plain words.
    """

    when: float
    addresses: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Cached:
    """What the cache holds of one data set.

    Attributes
    ----------
    folder : pathlib.Path or None
        The folder of the raw files; None where there is none.
    damage : str
        What is wrong with them; empty if nothing is.
    by_hand : bool
        Whether the folder was put there by hand, so that there are no checksums to compare.
    """

    folder: Path | None
    damage: str = ""
    by_hand: bool = False

    @property
    def usable(self) -> bool:
        """Whether the raw files are there and as they should be."""
        return self.folder is not None and not self.damage


def inspect(archive: Archive, thorough: bool = False) -> Cached:
    """Look at the unpacked files of a data set.

    Parameters
    ----------
    archive : Archive
        The data set.
    thorough : bool, default False
        Compute the checksums of large files, too.

    Returns
    -------
    Cached
        What is there.

    Raises
    ------
    DataError
        If a folder was put there by hand and lacks files.
    """
    folder = cache_folder() / archive.folder
    try:
        if not folder.is_dir():
            return Cached(None)
        if not (folder / unpacking.MANIFEST).exists():
            place = RealData(cache_folder(), "the cache")
            return Cached(raw_folder(place, archive), by_hand=True)
        return Cached(folder, unpacking.damage(folder, archive, thorough))
    except OSError:  # A cache of somebody else's, that may not be read.
        return Cached(None)


def archive_path(archive: Archive) -> Path:
    """Say where in the cache the archive of a data set lies, or would lie."""
    return cache_folder() / archive.file_name


def has_archive(archive: Archive) -> bool:
    """Whether an archive of that name lies in the cache."""
    try:
        return archive_path(archive).is_file()
    except OSError:
        return False


def archive_is_right(archive: Archive) -> bool:
    """Whether the archive lies in the cache and has its checksum."""
    path = archive_path(archive)
    return has_archive(archive) and unpacking.sha256_of(path) == archive.sha256


def install(archive: Archive, zip_path: Path) -> Path:
    """Unpack an archive, whose checksum was checked, into the cache in one step.

    Parameters
    ----------
    archive : Archive
        The data set; its lock is held.
    zip_path : pathlib.Path
        The archive.

    Returns
    -------
    pathlib.Path
        The folder of the raw files.

    Raises
    ------
    DataError
        If it cannot be unpacked safely.
    OSError
        If a file cannot be written.
    """
    folder = cache_folder() / archive.folder
    with temporary_folder(archive) as temporary:
        unpacking.unpack(zip_path, archive, temporary / "new")
        if folder.exists():  # Damaged: out of the way, and deleted with the temporary folder.
            folder.replace(temporary / "old")
        (temporary / "new").replace(folder)
    return folder


@contextmanager
def temporary_folder(archive: Archive) -> Iterator[Path]:
    """Make a folder in the cache that is gone afterwards, whatever happens."""
    # Not mkdtemp: what it makes is for one user only, and a cache may be shared.
    folder = cache_folder() / f"{_temporary_prefix(archive)}{os.getpid()}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(archive: Archive) -> None:
    """Delete what a download that was killed has left behind; the lock is held."""
    for left in cache_folder().glob(f"{_temporary_prefix(archive)}*"):
        shutil.rmtree(left, ignore_errors=True)


def _temporary_prefix(archive: Archive) -> str:
    return f".tmp-{archive.folder}-"


def _state_path(archive: Archive, ending: str) -> Path:
    return cache_folder() / ".state" / f"{archive.folder}.{ending}"


@contextmanager
def locked(archive: Archive) -> Iterator[None]:
    """Hold the lock of a data set: one process at a time downloads or unpacks it."""
    import filelock

    path = _state_path(archive, "lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock: filelock.BaseFileLock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        print(f"Another program is fetching {archive.title}; waiting for it.", flush=True)
        lock.acquire()
    except NotImplementedError:  # A network file system that cannot lock.
        lock = filelock.SoftFileLock(path.with_suffix(".softlock"))
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def note_failure(archive: Archive, addresses: tuple[str, ...], reason: str) -> None:
    """Remember a failed download, in this process and in the cache."""
    failure = Failure(time.time(), addresses, reason)
    _failures[str(cache_folder()), archive.name] = failure
    with suppress(OSError):  # Where nothing can be written, this process remembers.
        path = _state_path(archive, "failed")
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(vars(failure)), encoding="utf-8")
        temporary.replace(path)


def forget_failure(archive: Archive) -> None:
    """Forget a failed download, after one that succeeded."""
    _failures.pop((str(cache_folder()), archive.name), None)
    with suppress(OSError):
        _state_path(archive, "failed").unlink(missing_ok=True)


def recent_failure(archive: Archive, addresses: tuple[str, ...], since: float) -> Failure | None:
    """Find a failed download of the same addresses.

    Parameters
    ----------
    archive : Archive
        The data set.
    addresses : tuple of str
        The addresses that would be tried.
    since : float
        Seconds since 1970; an older failure does not count.

    Returns
    -------
    Failure or None
        The latest one.
    """
    found = [_failures.get((str(cache_folder()), archive.name))]
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads(_state_path(archive, "failed").read_text(encoding="utf-8"))
        found.append(Failure(float(note["when"]), tuple(note["addresses"]), str(note["reason"])))
    fitting = [
        failure
        for failure in found
        if failure and failure.addresses == addresses and since <= failure.when <= time.time()
    ]
    return max(fitting, key=lambda failure: failure.when, default=None)
