"""Fetch a data set into the cache: mirrors in turn, one download at a time, all or nothing."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from workshop_pkg.datasets import cache
from workshop_pkg.datasets.errors import DataError, DownloadError
from workshop_pkg.datasets.folders import cache_folder
from workshop_pkg.datasets.registry import BASE_URLS, Archive, archive_for, download_call
from workshop_pkg.datasets.transfer import READ_SECONDS, TransferError, fetch_archive
from workshop_pkg.datasets.unpacking import sha256_of

MIRRORS_VARIABLE = "WORKSHOP_MIRRORS"
ONLY = "only"

FULL_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


@dataclass(frozen=True)
class Obtained:
    """The raw files of a data set.

    Attributes
    ----------
    folder : pathlib.Path
        Where they are.
    origin : str
        Where they are from, for a sentence.
    """

    folder: Path
    origin: str


def download(name: str, progress: bool = True, timeout: float = READ_SECONDS) -> Path:
    """Download a data set into the cache, unless it is there and sound.

    Parameters
    ----------
    name : str
        ``100k``, ``latest-small``, ``1m``, ``20m``, ``25m`` or ``32m``.
    progress : bool, default True
        Whether to show a progress bar.
    timeout : float, default 15
        Seconds without an answer after which an address is given up. Connecting gets 3 s at the
        most.

    Returns
    -------
    pathlib.Path
        The folder of the raw files.

    Raises
    ------
    DownloadError
        If no address gives the archive, or it cannot be stored. Nothing is left half-written.
    DataError
        If the name is unknown, or ``WORKSHOP_MIRRORS`` is not as it should be.

    Notes
    -----
    The addresses in ``WORKSHOP_MIRRORS`` (https, separated by blanks) are tried before the
    built-in ones; with the word ``only`` among them, the built-in ones are not tried. Whatever the
    address, the bytes must have the checksum that is pinned in this package.

    An archive that was put into the cache by hand is taken if its checksum is right.
    """
    return obtain(archive_for(name), progress=progress, timeout=timeout, try_again=True).folder


def obtain(
    archive: Archive,
    progress: bool = True,
    timeout: float = READ_SECONDS,
    try_again: bool = False,
    offered: Path | None = None,
) -> Obtained:
    """Take the raw files from the cache, an archive on this machine, or the net.

    Parameters
    ----------
    archive : Archive
        The data set.
    progress : bool
        Whether to show a progress bar.
    timeout : float
        Seconds, as in `download`.
    try_again : bool
        Whether to try although a download failed less than ten minutes ago.
    offered : pathlib.Path, optional
        An archive on this machine to take instead of one in the cache or on the net.

    Returns
    -------
    Obtained
        The raw files.

    Raises
    ------
    DownloadError, DataError
        As `download`.
    """
    cached = cache.inspect(archive)
    if cached.usable:
        assert cached.folder is not None
        return Obtained(cached.folder, f"the cache ({cached.folder})")
    began = time.time()
    with _storing(archive), cache.locked(archive):
        cache.sweep(archive)
        cached = cache.inspect(archive)  # Another process may have been quicker.
        if cached.usable:
            assert cached.folder is not None
            return Obtained(cached.folder, f"the cache ({cached.folder})")
        if cached.damage:
            print(f"The cached {archive.folder} is damaged ({cached.damage}); repairing it.")
        if offered is not None:
            return _from_offered(archive, offered)
        if cache.archive_is_right(archive):
            folder = cache.install(archive, cache.archive_path(archive))
            return Obtained(folder, f"{cache.archive_path(archive)}")
        since = began if try_again else began - cache.FAILURE_SECONDS
        return _from_net(archive, progress, timeout, since, cached.damage)


def addresses_of(archive: Archive) -> tuple[str, ...]:
    """List the addresses of an archive, in the order in which they are tried.

    Parameters
    ----------
    archive : Archive
        The data set.

    Returns
    -------
    tuple of str
        Those from ``WORKSHOP_MIRRORS`` first, then the built-in ones (not with ``only``).

    Raises
    ------
    DataError
        If ``WORKSHOP_MIRRORS`` holds anything but https addresses and the word ``only``.
    """
    words = os.environ.get(MIRRORS_VARIABLE, "").split()
    bases = [word for word in words if word != ONLY]
    for base in bases:
        if not _is_https(base):
            raise DataError(
                f"{MIRRORS_VARIABLE} holds {base!r}, but accepted are https addresses and the word "
                f"{ONLY!r}, separated by blanks. Correct the variable, or unset it."
            )
    if ONLY not in words:
        bases += BASE_URLS
    return tuple(f"{base.rstrip('/')}/{archive.file_name}" for base in bases)


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # A port that is no number.
        return False


def _from_offered(archive: Archive, offered: Path) -> Obtained:
    """Unpack an archive that lies on this machine, outside of the cache."""
    if sha256_of(offered) != archive.sha256:
        raise DataError(
            f"{offered} is not the original archive of {archive.title} (wrong checksum). "
            "Put the original there, or take this one away."
        )
    return Obtained(cache.install(archive, offered), str(offered))


def _from_net(
    archive: Archive, progress: bool, timeout: float, since: float, damaged: str
) -> Obtained:
    """Download from the first address that gives the archive; the lock is held."""
    addresses = addresses_of(archive)
    failure = cache.recent_failure(archive, addresses, since)
    if failure is not None:
        raise _failed(archive, f"tried a short while ago: {failure.reason}", damaged)
    reasons: dict[str, list[str]] = {}
    with cache.temporary_folder(archive) as temporary:
        for url in addresses:
            host = urlsplit(url).hostname or url
            try:
                path = fetch_archive(url, archive, temporary, progress, timeout)
            except TransferError as problem:
                hosts = reasons.setdefault(str(problem), [])
                hosts += [] if host in hosts else [host]
                continue
            path.chmod(0o644)  # The cache may be shared.
            kept = path.replace(cache.archive_path(archive))
            cache.forget_failure(archive)
            return Obtained(cache.install(archive, kept), f"{host}, kept in {cache_folder()}")
    reason = "; ".join(f"{' and '.join(hosts)}: {text}" for text, hosts in reasons.items())
    reason = reason or f"{MIRRORS_VARIABLE} leaves no address to try"
    cache.note_failure(archive, addresses, reason)
    raise _failed(archive, reason, damaged)


def _failed(archive: Archive, reason: str, damaged: str) -> DownloadError:
    """Make the one sentence that tells what to do without the net."""
    if damaged:
        reason += f"; and the cached copy is damaged: {damaged}"
    elif cache.has_archive(archive):
        reason += f"; and the {archive.file_name} in the cache is not the original: wrong checksum"
    return DownloadError(
        f"{archive.title} could not be downloaded ({reason}): try again later with "
        f"{download_call(archive.name)}, or put {archive.file_name}, or its unpacked folder "
        f"{archive.folder}, into {cache_folder()} by hand.",
        reason,
    )


@contextmanager
def _storing(archive: Archive) -> Iterator[None]:
    """Turn an error of the disk into one plain sentence."""
    try:
        yield
    except OSError as problem:
        if problem.errno in FULL_DISK:
            words = "the disk is full"
        elif problem.errno in NOT_WRITABLE:
            words = "nothing can be written there"
        else:
            words = problem.strerror or str(problem)
        raise DownloadError(
            f"{archive.title} could not be stored in {cache_folder()}: {words}. Make room or get "
            "the right to write there, or set WORKSHOP_CACHE to another folder.",
            f"{words}: {cache_folder()}",
        ) from None
