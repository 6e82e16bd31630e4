"""In a room without network: set-up from a folder of wheels, and then the lessons."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project_tree import ROOT, copy_of_the_tree

pytestmark = [pytest.mark.full, pytest.mark.timeout(1800)]

# A network of its own in which only the loopback device is up: what a laptop has in such a room.
LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
SIOCSIFFLAGS, IFF_UP_RUNNING = 0x8914, 0x41
request = struct.pack("16sh", b"lo", IFF_UP_RUNNING)
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS, request)
os.execvp(sys.argv[1], sys.argv[1:])
"""
NO_NETWORK = ("unshare", "--net", "--map-root-user", sys.executable, "-c", LOOPBACK_UP)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The project's files in an empty folder, without the environment that make set up."""
    return copy_of_the_tree(tmp_path / "clone")


def test_set_up_and_lessons_need_no_network_with_a_wheelhouse(clone: Path, tmp_path: Path) -> None:
    closed = subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False)
    if closed.returncode != 0:
        pytest.skip("this machine cannot close the network for one command (unshare)")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "WORKSHOP_"))}
    environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    wheelhouse = tmp_path / "wheelhouse"
    subprocess.run(
        ["make", "--silent", "wheelhouse", f"WHEELHOUSE_OUT={wheelhouse}"], cwd=ROOT, check=True
    )
    for target in ("setup", "test-notebooks"):
        run = subprocess.run(
            [*NO_NETWORK, "make", target, f"WHEELHOUSE={wheelhouse}"],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, (run.stdout + run.stderr)[-4000:]
