"""A virtual environment of another Python, to run the lessons in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The gate on skips (tests/conftest.py) watches over the runs in other environments, too.
SKIPS_VARIABLE = "WORKSHOP_ALLOWED_SKIPS"
ALLOWED_SKIPS = ROOT / "tests" / "environments" / "allowed_skips.txt"
# What the tests of other environments run there: the code that the lessons use. The figures that
# the lessons print are not among them: newer Pythons have the same packages, whose figures the
# tests here compare. Colab's packages are others: see test_colab.py.
UNIT_TESTS = (
    "tests/charts",
    "tests/metrics",
    "tests/models",
    "tests/own_ratings",
    *(f"tests/{path.name}" for path in sorted((ROOT / "tests").glob("test_*.py"))),
)
# And what stays alone, as it limits the disk or waits for a clock.
UNIT_TESTS_ALONE = (
    "tests/datasets",
    "tests/exercises/test_feedback.py",
    "tests/exercises/test_keep_and_progress.py",
    "tests/exercises/test_verdicts.py",
)


def find_python(version: str) -> str | None:
    """The path of an interpreter of this version (such as "3.13") on this machine, if any."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [
        shutil.which(f"python{version}"),
        *sorted(map(str, pyenv.glob(f"{version}.*/bin/python{version}"))),
        *sorted(
            map(str, (Path.home() / ".local/share/uv/python").glob(f"*{version}.*/bin/python3"))
        ),
    ]
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    for candidate in filter(None, candidates):
        answer = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip() == version:
            return candidate
    return None


def uv(*arguments: str | Path) -> str:
    """Run uv from the development environment, and give what it printed."""
    run = subprocess.run(
        [sys.executable, "-m", "uv", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return run.stdout


class Environment:
    """A virtual environment of its own, without the development environment's variables."""

    def __init__(self, folder: Path, version: str) -> None:
        interpreter = find_python(version)
        if interpreter is None:
            pytest.skip(f"no Python {version} on this machine")
        uv("venv", "--quiet", "--python", interpreter, folder)
        self.python = folder / "bin" / "python"

    def install(self, *arguments: str | Path) -> None:
        """Install what pip's arguments name."""
        uv("pip", "install", "--quiet", "--python", self.python, *arguments)

    def versions(self) -> dict[str, str]:
        """What is installed, by name."""
        lines = uv("pip", "freeze", "--quiet", "--python", self.python).splitlines()
        return dict(line.split("==") for line in lines if "==" in line)

    def run(
        self,
        arguments: Sequence[str | Path],
        cwd: Path = ROOT,
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Run this environment's Python; give what it printed, or fail with it."""
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "VIRTUAL"))}
        run = subprocess.run(
            [str(self.python), *map(str, arguments)],
            cwd=cwd,
            env=inherited
            | quiet
            | {"WORKSHOP_DATASET": "twin", SKIPS_VARIABLE: str(ALLOWED_SKIPS)}
            | dict(variables or {}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout[-12000:] + run.stderr[-2000:]
        return run.stdout

    def run_unit_tests(self) -> None:
        """Run the tests of the code that the lessons use."""
        quick = ("-q", "-p", "no:cacheprovider", "-m", "not full")
        self.run_two_at_a_time([*quick, *UNIT_TESTS])
        self.run(["-m", "pytest", *quick, *UNIT_TESTS_ALONE])

    def run_two_at_a_time(
        self, arguments: Sequence[str | Path], cwd: Path = ROOT, dataset: str = "twin"
    ) -> str:
        """Run pytest with two workers; as in the Makefile, whole files on one thread each."""
        workers = ("-m", "pytest", "-n", "2", "--dist", "loadscope")
        one_thread = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}
        return self.run([*workers, *arguments], cwd, one_thread | {"WORKSHOP_DATASET": dataset})

    def run_lessons(self, lessons: Sequence[Path], cwd: Path, dataset: str) -> None:
        """Run the lessons from top to bottom, two at a time, as `make test-notebooks` does."""
        nbval = ("--nbval-lax", "--nbval-cell-timeout=120", "--nbval-current-env")
        quiet = ("-q", "-p", "no:cacheprovider")
        printed = self.run_two_at_a_time([*quiet, *nbval, *lessons], cwd, dataset)
        # No cell was left out when the workers shared the lessons.
        cells = sum(_code_cells(lesson) for lesson in lessons)
        assert f"{cells} passed" in printed, printed[-3000:]


def _code_cells(lesson: Path) -> int:
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    return sum(cell["cell_type"] == "code" for cell in notebook["cells"])
