"""Unpack an archive safely, and tell later whether the files are still as they were."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.registry import Archive

MANIFEST = ".manifest.json"

# The largest archive, 25M's, unpacks to some 1.2 GB.
MAX_UNPACKED_BYTES = 2 * 2**30
CHUNK_BYTES = 1 << 20

# Up to this many bytes the checksums cost some hundredths of a second, so they are part of each
# load; above, a load looks at the sizes, and `verify` at the checksums.
ALWAYS_HASH_BYTES = 32 * 2**20


def sha256_of(path: Path) -> str:
    """Compute the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class _Member:
    info: zipfile.ZipInfo
    path: PurePosixPath  # Inside the archive's folder.


def unpack(zip_path: Path, archive: Archive, target: Path) -> None:
    """Unpack the files of an archive into a new folder, with a list of their checksums.

    Parameters
    ----------
    zip_path : pathlib.Path
        The archive.
    archive : Archive
        What it should be; all of its files lie in one folder of that name, which is left out.
    target : pathlib.Path
        The folder to make.

    Raises
    ------
    DataError
        If it is not a zip file, or holds anything that would land outside of its own folder, a
        link, or more bytes than any MovieLens archive.
    OSError
        If a file cannot be written.
    """
    try:
        with zipfile.ZipFile(zip_path) as opened:
            members = [_checked(info, zip_path, archive) for info in opened.infolist()]
            files: dict[str, dict[str, int | str]] = {}
            total = 0
            target.mkdir()
            for member in members:
                if member.info.is_dir():
                    continue
                size, digest = _write(opened, member, target, MAX_UNPACKED_BYTES - total)
                total += size
                files[str(member.path)] = {"size": size, "sha256": digest}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as problem:
        raise DataError(f"{zip_path} is not an archive that can be unpacked ({problem}).") from None
    manifest = {"archive": archive.sha256, "files": files}
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _checked(info: zipfile.ZipInfo, zip_path: Path, archive: Archive) -> _Member:
    """Raise a DataError for a member that would land outside of the archive's folder."""
    path = PurePosixPath(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    safe = (
        path.parts[:1] == (archive.folder,)
        and ".." not in path.parts
        and "\\" not in info.filename
        and ":" not in info.filename
        and kind in (0, stat.S_IFREG, stat.S_IFDIR)
    )
    if not safe:
        raise DataError(
            f"{zip_path} holds {info.filename!r}, which is a link or would land outside of the "
            f"folder {archive.folder}: nothing was unpacked, do not use this file."
        )
    return _Member(info, PurePosixPath(*path.parts[1:]))


def _write(
    opened: zipfile.ZipFile, member: _Member, target: Path, allowance: int
) -> tuple[int, str]:
    """Write one member; give its size, counted and not believed, and its checksum."""
    path = target / member.path
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    size = 0
    with opened.open(member.info) as source, path.open("xb") as file:
        while chunk := source.read(CHUNK_BYTES):
            size += len(chunk)
            if size > allowance:
                raise DataError(
                    f"{opened.filename} unpacks to more than {MAX_UNPACKED_BYTES} bytes, which no "
                    "MovieLens archive does: do not use this file."
                )
            digest.update(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def damage(folder: Path, archive: Archive, thorough: bool = False) -> str:
    """Compare unpacked files with the list that was made when they were unpacked.

    Parameters
    ----------
    folder : pathlib.Path
        The folder that `unpack` made.
    archive : Archive
        The archive it is from.
    thorough : bool, default False
        Compute checksums of files of any size; else of data sets up to 32 MiB only, and compare
        the sizes of larger ones.

    Returns
    -------
    str
        What is wrong, in a few words; empty if nothing is.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: (int(f["size"]), str(f["sha256"])) for name, f in manifest["files"].items()}
        from_archive = manifest["archive"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return f"{MANIFEST} is unreadable"
    if from_archive != archive.sha256:
        return "it is from another edition of the archive"
    for name, (size, _) in files.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if path.stat().st_size != size:
            return f"{name} has another size than when it was unpacked"
    if not thorough and sum(size for size, _ in files.values()) > ALWAYS_HASH_BYTES:
        return ""
    for name, (_, digest) in files.items():
        if sha256_of(folder / name) != digest:
            return f"{name} has changed since it was unpacked"
    return ""
