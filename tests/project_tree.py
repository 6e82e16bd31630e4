"""The project's own files, tracked or new, and copies of them in another folder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def project_files() -> list[str]:
    """Names of the files that are in the project, or would be after `git add`."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        pytest.skip("not a git clone")
    return [name for name in run.stdout.split("\0") if name and (ROOT / name).is_file()]


def copy_of_the_tree(target: Path, leave_out: str | None = None) -> Path:
    """Copy the project's files to a folder, without those whose name holds `leave_out`."""
    for name in project_files():
        if leave_out is None or leave_out not in name:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target
