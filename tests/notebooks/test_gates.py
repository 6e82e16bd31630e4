"""Each gate of the lessons is seen red: what it guards is broken on purpose."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exercises.cases import Cases
from tests.exercises.driver import drive, lessons
from tests.notebooks.sample import (
    MEAN,
    REGISTER,
    REPOSITORY,
    SOLUTION,
    STUB,
    VERSION,
    Notebook,
    cell,
    sample,
    with_source,
    write,
)
from workshop_pkg.notebooks import format_paths

ROOT = Path(__file__).resolve().parents[2]
_COLORS = re.compile(r"\x1b\[[\d;]*m")
RIGHT = "def mean(values):\n    return 3"
CASES = Cases(
    wrong=[("sum", "mean = sum"), ("other", "def mean(values):\n    return values[0]")],
    right=[RIGHT],
)


def nbval(path: Path, *python_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook as `make test` runs the lessons, with the Makefile's own options."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    options = dict(re.findall(r"^(NBVAL|TWO_AT_A_TIME) := (.*)$", makefile, re.MULTILINE))
    assert len(options) == 2, "the Makefile does not say how it runs the lessons"
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml")]
    run = subprocess.run(
        [*command, f"--rootdir={ROOT}", *shlex.split(" ".join(options.values())), str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, python_path))},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    run.stdout = _COLORS.sub("", run.stdout)
    return run


@pytest.mark.usefixtures("made_up")
def test_nbval_is_green_on_a_sound_lesson(tmp_path: Path) -> None:
    path = write(sample(), tmp_path)
    assert format_paths([path], check=False, repository=REPOSITORY, version=VERSION).ok
    run = nbval(path)
    assert run.returncode == 0, run.stdout


def test_a_raising_cell_turns_nbval_red(tmp_path: Path) -> None:
    notebook = sample()
    notebook["cells"][1]["source"] += "\n1 / 0"
    run = nbval(write(notebook, tmp_path))
    assert run.returncode == 1
    assert "ZeroDivisionError" in run.stdout


def test_a_raising_cell_in_any_of_several_lessons_turns_nbval_red(tmp_path: Path) -> None:
    raising = sample()
    raising["cells"][-1]["source"] = "1 / 0"
    lessons = [sample(), sample(), raising, sample()]
    for number, lesson in enumerate(lessons):
        (tmp_path / f"9_{number}_mean.ipynb").write_text(json.dumps(lesson), encoding="utf-8")
    run = nbval(tmp_path)
    assert run.returncode == 1
    cells = sum(cell["cell_type"] == "code" for cell in raising["cells"])
    assert f"1 failed, {len(lessons) * cells - 1} passed" in run.stdout
    assert "ZeroDivisionError" in run.stdout


def test_a_checked_cell_whose_output_differs_turns_nbval_red(tmp_path: Path) -> None:
    notebook = sample()
    cell(notebook, "nbval-check-output")["outputs"][0]["text"] = "2.5\n"
    run = nbval(write(notebook, tmp_path))
    assert run.returncode == 1
    assert "Cell outputs differ" in run.stdout


def test_a_package_that_raises_on_import_turns_nbval_red(tmp_path: Path) -> None:
    package = tmp_path / "path" / "workshop_pkg"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('broken')", encoding="utf-8")
    run = nbval(write(sample(), tmp_path), package.parent)
    assert run.returncode == 1
    assert "RuntimeError: broken" in run.stdout


@pytest.mark.usefixtures("made_up")
def test_a_checked_cell_without_stored_output_turns_the_formatter_red(tmp_path: Path) -> None:
    notebook = sample()
    cell(notebook, "nbval-check-output").update(outputs=[], execution_count=None)
    path = write(notebook, tmp_path)
    assert nbval(path).returncode == 0  # nbval does not see it: hence the formatter's rule
    report = format_paths([path], check=True, repository=REPOSITORY, version=VERSION)
    assert "without a stored output" in str(report)


def test_the_exercise_test_is_green_on_a_sound_lesson(tmp_path: Path) -> None:
    assert drive(write(sample(), tmp_path), {MEAN: CASES}) == []


def _broken() -> Iterator[tuple[str, Notebook, Cases, str]]:
    failing = SOLUTION.replace("len(values)", "2")
    yield "solution fails", with_source("solution", failing), CASES, "the solution: status is"
    no_keep = SOLUTION.replace("mean = keep", "keep")
    yield "not kept", with_source("solution", no_keep), CASES, "the solution after keep(): status"
    solved = with_source("exercise", STUB.replace("...", "3"))
    yield "stub solves", solved, CASES, "the stub: status is 'passed', not 'not attempted'"
    no_hint = sample()
    no_hint["cells"][2]["source"] = REGISTER.replace("value == 9", "value == 10")
    yield "wrong hint", no_hint, CASES, "wrong answer 'sum': misconception is 'other', not 'sum'"
    lax = sample()
    lax["cells"][2]["source"] = REGISTER.replace("value != 3", "value > 3")
    yield "lax check", lax, CASES, "wrong answer 'other': status is 'passed', not 'not yet'"
    strict = sample()
    strict["cells"][2]["source"] = REGISTER.replace("value != 3", "not isinstance(value, float)")
    yield "strict check", strict, CASES, "right answer 1: status is 'not yet', not 'passed'"
    one = Cases(wrong=[("sum", "mean = sum"), ("sum", "mean = sum")], right=[RIGHT])
    yield "one hint", sample(), one, "list two wrong answers with different misconceptions"
    yield "no right answer", sample(), Cases(CASES.wrong), "list a right answer of another shape"
    raising = sample()
    raising["cells"][-1]["source"] = "1 / 0"
    yield "a cell raises", raising, CASES, "a cell raises: ZeroDivisionError"


BROKEN = list(_broken())


@pytest.mark.parametrize(
    ("notebook", "cases", "words"),
    [broken[1:] for broken in BROKEN],
    ids=[broken[0].replace(" ", "-") for broken in BROKEN],
)
def test_a_broken_exercise_turns_the_exercise_test_red(
    notebook: Notebook, cases: Cases, words: str, tmp_path: Path
) -> None:
    problems = "\n".join(drive(write(notebook, tmp_path), {MEAN: cases}))
    assert words in problems


@pytest.mark.parametrize("lesson", lessons(), ids=lambda path: path.stem)
def test_each_lesson_keeps_the_rules_of_the_formatter(lesson: Path) -> None:
    report = format_paths([lesson], check=True, repository=REPOSITORY, version=VERSION)
    assert not report.problems, str(report)
