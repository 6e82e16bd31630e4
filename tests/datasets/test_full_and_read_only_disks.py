"""A disk that is full, or on which nothing can be written."""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock  # noqa: F401 - read by root, for the tests in which root is somebody else
import pytest

from tests.datasets import fetch_in_process, tiny
from tests.datasets.fault_server import FaultServer
from workshop_pkg.datasets import DataError, DownloadError, download, load_movielens, verify

Contents = Callable[[], set[str]]
LIMIT = 64 * 1024
NOBODY = 65534


@pytest.fixture
def large(server: FaultServer, use_archive: Callable[[bytes], None]) -> bytes:
    """An archive larger than the room there is."""
    noise = os.urandom(2 * LIMIT).hex()
    body = tiny.zipped(tiny.FILES_100K | {"README": noise})
    use_archive(body)
    server.body = body
    return body


def mounted(options: str, folder: Path) -> bool:
    """Mount a small disk in memory there, where this user and machine allow it."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(cache: Path) -> Iterator[Path]:
    """A cache on a disk of 64 KiB; else one in which files may have that size at the most."""
    if mounted("size=64k", cache):
        yield cache
        subprocess.run(["umount", "-l", str(cache)], check=True)
        return
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    yield cache
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_named_and_leaves_nothing(
    large: bytes,
    server: FaultServer,
    small_disk: Path,
    contents: Contents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('good')}")
    with pytest.raises(DownloadError, match="the disk is full") as caught:
        download("100k", progress=False)
    assert f"could not be stored in {small_disk}: " in str(caught.value)
    assert "set WORKSHOP_CACHE to another folder" in str(caught.value)
    assert contents() == set()


def test_a_disk_that_fills_up_while_unpacking_leaves_the_archive_only(
    small_disk: Path, contents: Contents, use_archive: Callable[[bytes], None]
) -> None:
    body = tiny.zipped(tiny.FILES_100K | {"README": "0" * 4 * LIMIT})  # Small only while packed.
    use_archive(body)
    (small_disk / "ml-100k.zip").write_bytes(body)
    with pytest.raises(DownloadError, match="the disk is full"):
        download("100k", progress=False)
    assert contents() == {"ml-100k.zip"}


def test_files_that_may_not_grow_count_as_a_full_disk(
    large: bytes, server: FaultServer, cache: Path, contents: Contents
) -> None:
    """A quota of the user, in a process of its own."""
    program = (
        "import resource, runpy, sys; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT})); "
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    script = str(fetch_in_process.__file__)
    digest = hashlib.sha256(large).hexdigest()
    done = subprocess.run(
        [sys.executable, "-c", program, script, digest, "download"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"WORKSHOP_MIRRORS": f"only {server.base('good')}"},
    )
    assert done.returncode == 1, done.stderr
    assert "the disk is full" in done.stdout
    assert contents() == set()


def test_a_file_in_place_of_the_cache_folder_is_named(
    archive: bytes, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('good')}")
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(DownloadError, match="nothing can be written there"):
        download("100k", progress=False)
    assert (tmp_path / "cache").read_text() == "in the way"
    assert server.requests == []


@pytest.fixture
def others_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache that everybody may read (not below `tmp_path`, which is for one user only)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.setenv("WORKSHOP_CACHE", name)
        yield folder


@contextlib.contextmanager
def read_only(folder: Path, mode: int = 0o555) -> Iterator[None]:
    """Let nobody write there, not even root, who becomes somebody else for the time."""
    user = os.geteuid()
    folder.chmod(mode)
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(user)
        folder.chmod(0o755)


def test_a_read_only_cache_is_named(archive: bytes, others_cache: Path) -> None:
    with read_only(others_cache), pytest.raises(DownloadError) as caught:
        download("100k", progress=False)
    assert "nothing can be written there" in str(caught.value)
    assert list(others_cache.iterdir()) == []


def test_a_cache_that_may_not_even_be_looked_into_is_named(
    archive: bytes, others_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_CACHE", str(others_cache / "inner"))
    with read_only(others_cache, mode=0o000):
        with pytest.raises(DownloadError, match="nothing can be written there"):
            load_movielens("100k")
        assert "is not here" in verify("100k").message
        monkeypatch.setenv("WORKSHOP_DATA", str(others_cache / "inner"))
        with pytest.raises(DataError, match=r"WORKSHOP_DATA is .* which may not be read"):
            load_movielens("100k")


def test_a_read_only_cache_that_is_filled_can_be_loaded_from(
    server: FaultServer, others_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('good')}")
    load_movielens("100k")  # Also imports, as root, all that is needed below.
    verify("100k")
    server.requests.clear()
    with read_only(others_cache):
        assert len(load_movielens("100k").ratings) == 4
        assert verify("100k").ok
    assert server.requests == []
