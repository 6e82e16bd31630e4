"""Archives that would write where they must not, although their checksum is the pinned one."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from workshop_pkg.datasets import DataError, download, unpacking

Contents = Callable[[], set[str]]
UseArchive = Callable[[bytes], None]


def archive_with(name: str, mode: int = stat.S_IFREG | 0o644) -> bytes:
    """Make an archive with one good member, and one of this name and mode."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("ml-100k/u.data", "1\t1\t1\t1\n")
        info = zipfile.ZipInfo("placeholder")
        info.filename = name  # As given: the constructor would tidy it.
        info.external_attr = mode << 16
        archive.writestr(info, "/etc/passwd")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("../escaped", stat.S_IFREG),
        ("ml-100k/../../escaped", stat.S_IFREG),
        ("/tmp/escaped", stat.S_IFREG),
        ("ml-100k/..\\..\\escaped", stat.S_IFREG),
        ("C:/escaped", stat.S_IFREG),
        ("ml-100k/C:escaped", stat.S_IFREG),
        ("escaped", stat.S_IFREG),
        ("ml-100k-other/escaped", stat.S_IFREG),
        ("ml-100k/link", stat.S_IFLNK),
        ("ml-100k/pipe", stat.S_IFIFO),
    ],
)
def test_a_member_that_leaves_its_folder_stops_all(
    name: str,
    mode: int,
    cache: Path,
    tmp_path: Path,
    contents: Contents,
    use_archive: UseArchive,
) -> None:
    body = archive_with(name, mode | 0o644)
    use_archive(body)
    (cache / "ml-100k.zip").write_bytes(body)
    with pytest.raises(DataError, match="nothing was unpacked, do not use this file") as caught:
        download("100k", progress=False)
    assert "\n" not in str(caught.value)
    assert contents() == {"ml-100k.zip"}
    assert not list(tmp_path.rglob("*escaped*"))


def test_an_archive_that_unpacks_to_more_than_any_data_set_is_stopped(
    cache: Path,
    contents: Contents,
    use_archive: UseArchive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ml-100k/u.data", bytes(3_000_000))
    use_archive(target.getvalue())
    (cache / "ml-100k.zip").write_bytes(target.getvalue())
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 2_000_000)
    with pytest.raises(DataError, match="unpacks to more than 2000000 bytes"):
        download("100k", progress=False)
    assert contents() == {"ml-100k.zip"}


@pytest.mark.parametrize("body", [b"PK\x03\x04 not a zip", b""])
def test_what_is_no_archive_is_named(
    body: bytes, cache: Path, contents: Contents, use_archive: UseArchive
) -> None:
    use_archive(body)
    (cache / "ml-100k.zip").write_bytes(body)
    with pytest.raises(DataError, match="is not an archive that can be unpacked"):
        download("100k", progress=False)
    assert contents() == {"ml-100k.zip"}
