"""A handout in a room without network: installed from an empty folder, opened, and run."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.environments.environment import ROOT
from tests.environments.test_offline_room import NO_NETWORK
from workshop_pkg.handout.plan import PLATFORMS, this_platform

pytestmark = [pytest.mark.full, pytest.mark.timeout(1800)]

# Two short ones: that each lesson runs offline, test_offline_room.py has seen.
RUN = ("1_1_*.ipynb", "1_3_*.ipynb")
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
KERNEL = "handout"


def in_the_room(*command: str | Path, cwd: Path, **more: str) -> str:
    """Run a command without network, and without what this machine has installed or cached."""
    kept = ("PATH", "LANG", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": str(cwd), "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
    environment |= more
    run = subprocess.run(
        [*NO_NETWORK, *map(str, command)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, (run.stdout + run.stderr)[-4000:]
    return run.stdout


def test_a_handout_is_installed_opened_and_run_without_network(tmp_path: Path) -> None:
    closed = subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False)
    if closed.returncode != 0:
        pytest.skip("this machine cannot close the network for one command (unshare)")
    assert this_platform() in PLATFORMS, platform.machine()
    made = subprocess.run(
        [
            *(sys.executable, "-m", "workshop_pkg.cli", "handout", tmp_path / "class.zip"),
            *("--offline", "--parts", "1", "--solutions", "solved"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    room = tmp_path / "room"
    zipfile.ZipFile(tmp_path / "class.zip").extractall(room)
    (tmp_path / "class.zip").unlink()
    folder = room / "class"

    # The README's own commands, as an attendee copies them.
    readme = (folder / "README.md").read_text(encoding="utf-8")
    commands = readme.split("```sh\n")[1].split("\n```")[0]
    assert f"python{PYTHON} -m venv .venv" in commands
    install = commands.replace(f"python{PYTHON} ", f"'{sys.executable}' ")
    in_the_room("sh", "-e", "-c", install, cwd=folder)
    workshop = folder / ".venv" / "bin" / "workshop"
    assert "Copied to" in in_the_room(workshop, "lab", "--prepare-only", cwd=folder)
    lessons = [next((folder / "workspace" / "1_exploration").glob(name)) for name in RUN]
    python = folder / ".venv" / "bin" / "python"
    where = in_the_room(python, "-c", "import workshop_pkg as p; print(p.__file__)", cwd=folder)
    assert Path(where.strip()).is_relative_to(folder / ".venv")

    # A class needs no nbval, so that the handout has none: it is this environment's, while the
    # cells run in a kernel of the handout's own Python.
    kernel = room / "jupyter" / "kernels" / KERNEL / "kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    described = {"argv": argv, "display_name": KERNEL, "language": "python"}
    kernel.write_text(json.dumps(described), encoding="utf-8")
    options = ("--nbval-lax", f"--nbval-kernel-name={KERNEL}", "--nbval-cell-timeout=120")
    ran = in_the_room(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *lessons),
        cwd=folder,
        JUPYTER_PATH=str(room / "jupyter"),
    )
    assert " passed" in ran
    assert "skipped" not in ran
