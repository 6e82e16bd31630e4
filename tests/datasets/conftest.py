"""A tiny made-up archive in place of MovieLens 100K, an empty cache, and a local server."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from tests.datasets import tiny
from tests.datasets.fault_server import FaultServer, running, write_trust
from workshop_pkg.datasets import cache as cache_module
from workshop_pkg.datasets import folders, registry


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine reaches a test, and no test the user's own cache."""
    for name in list(os.environ):
        if name.startswith("WORKSHOP_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("WORKSHOP_MIRRORS", "only")
    monkeypatch.setattr(cache_module, "_failures", {})


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The cache folder, empty."""
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


@pytest.fixture
def contents(cache: Path) -> Callable[[], set[str]]:
    """Lists all that lies in the cache, but for the locks and notes in `.state`."""

    def listed() -> set[str]:
        found = {path.relative_to(cache).as_posix() for path in cache.rglob("*")}
        return {path for path in found if path.split("/")[0] != ".state"}

    return listed


@pytest.fixture
def use_archive(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Makes given bytes the pinned archive of MovieLens 100K."""

    def use(body: bytes) -> None:
        pinned = dataclasses.replace(
            registry.ARCHIVES["100k"],
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            file_sha256={},
        )
        monkeypatch.setitem(registry.ARCHIVES, "100k", pinned)

    return use


@pytest.fixture
def archive(use_archive: Callable[[bytes], None]) -> bytes:
    """The bytes of the tiny archive, which is the pinned one during the test."""
    body = tiny.zipped()
    use_archive(body)
    return body


@pytest.fixture
def tiny_twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A twin of a few rows in place of the bundled one."""
    folder = tiny.write(tmp_path / "twin", tiny.FILES_100K)
    monkeypatch.setattr(folders, "TWIN_FOLDER", folder)
    return folder


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who signs the certificates of the servers in these tests."""
    return trustme.CA()


@pytest.fixture(scope="session")
def trust(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that makes clients trust them."""
    return write_trust(authority, tmp_path_factory.mktemp("trust") / "authority.pem")


@pytest.fixture
def server(
    authority: trustme.CA, trust: Path, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaultServer]:
    """A trusted server that has the tiny archive."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trust))
    with running(authority) as started:
        started.body = archive
        yield started
