"""In a room without network: set-up from a folder of wheels, and then the lessons.

On Python 3.12, so that the lessons run there, too, and not twice in the same environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments.environment import find_python
from tests.project_tree import copy_of_the_tree

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
    interpreter = find_python("3.12")
    if interpreter is None:
        pytest.skip("no Python 3.12 on this machine")
    closed = subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False)
    if closed.returncode != 0:
        pytest.skip("this machine cannot close the network for one command (unshare)")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "WORKSHOP_"))}
    environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    wheelhouse = tmp_path / "wheelhouse"

    def make(*arguments: str, before: tuple[str, ...] = ()) -> None:
        run = subprocess.run(
            [*before, "make", f"PYTHON={interpreter}", *arguments],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, (run.stdout + run.stderr)[-4000:]

    # The wheels come by way of an environment of their own; the room sets up another.
    make("wheelhouse", f"WHEELHOUSE_OUT={wheelhouse}", "VENV=.venv-of-the-wheelhouse")
    shutil.rmtree(clone / ".venv-of-the-wheelhouse")
    for target in ("setup", "test-notebooks"):
        make(target, f"WHEELHOUSE={wheelhouse}", before=NO_NETWORK)
    version = [clone / ".venv" / "bin" / "python", "-c", "import sys; print(sys.version_info[:2])"]
    assert subprocess.check_output(version, text=True).strip() == "(3, 12)"
