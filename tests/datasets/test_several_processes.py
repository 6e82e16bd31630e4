"""Processes that download at once into one cache: one download, no damage."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.datasets import fetch_in_process
from tests.datasets.fault_server import SLOW_SECONDS, FaultServer
from workshop_pkg.datasets import load_movielens, verify

Contents = Callable[[], set[str]]


def start(archive: bytes, action: str = "download") -> subprocess.Popen[str]:
    """Start a process that fetches the archive."""
    script = str(fetch_in_process.__file__)
    return subprocess.Popen(
        [sys.executable, script, hashlib.sha256(archive).hexdigest(), action],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )


@pytest.mark.parametrize("count", [2, 20])
def test_processes_at_once_make_one_download(
    count: int,
    server: FaultServer,
    archive: bytes,
    contents: Contents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('slow')}")
    # Half of them load, as notebooks do.
    running = [start(archive, "load" if number % 2 else "download") for number in range(count)]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0] * count, outputs
    assert all(output.endswith("ok\n") for output in outputs)
    assert len(server.requests) == 1
    assert {path for path in contents() if "/" not in path} == {"ml-100k.zip", "ml-100k"}
    assert verify("100k").ok


def test_processes_that_wait_for_a_failing_download_do_not_repeat_it(
    server: FaultServer, archive: bytes, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('500')}")
    running = [start(archive, "load") for _ in range(4)]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert all("the server is at fault (HTTP 500)" in output for output in outputs)
    assert len(server.requests) == 1
    note = json.loads((cache / ".state" / "ml-100k.failed").read_text())
    assert note["reason"] == "localhost: the server is at fault (HTTP 500)"


def test_a_download_that_was_killed_leaves_no_obstacle(
    server: FaultServer,
    archive: bytes,
    contents: Contents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('stalled')}")
    process = start(archive)
    deadline = time.monotonic() + 60
    while not server.requests and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(SLOW_SECONDS / 2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert any(path.startswith(".tmp-") for path in contents())
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('good')}")
    assert len(load_movielens("100k").ratings) == 4
    assert {path for path in contents() if "/" not in path} == {"ml-100k.zip", "ml-100k"}
