"""What the environment tests share: the wheel, and folders with a part of the project."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments.environment import ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the project as it is, which is what Colab installs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    run = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture
def lessons_alone(tmp_path: Path) -> Path:
    """A folder that holds the lessons and nothing else of the project."""
    folder = tmp_path / "lessons"
    for lesson in ROOT.glob("book/[0-9]_*/[0-9]_*.ipynb"):
        target = folder / lesson.parent.name / lesson.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(lesson, target)
    return folder
