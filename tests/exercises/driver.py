"""Drives the exercises of one lesson in a real kernel, with each answer that is on its list."""

from __future__ import annotations

import ast
import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.exercises.cases import Cases
from tests.exercises.kernel import CellError, Kernel
from workshop_pkg.exercises.verdicts import OWN_ANSWER_KEPT, SOLUTION_USED

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"


def lessons() -> list[Path]:
    """All lessons' notebooks, in order."""
    return sorted(BOOK.glob("[0-9]*/[0-9]*_[0-9]*_*.ipynb"))


def cases_of(lesson: Path) -> dict[str, Cases]:
    """The answers that are listed for a lesson's exercises."""
    part, number = lesson.name.split("_")[:2]
    module = importlib.import_module(f"tests.exercises.answers.lesson_{part}_{number}")
    cases: dict[str, Cases] = module.CASES
    return cases


@dataclass
class Exercise:
    """The three cells of an exercise, and the id and name in its check."""

    id: str
    name: str
    stub: str
    check: str
    solution: str


@dataclass
class Lesson:
    """The code cells of a notebook; those of an exercise in one piece."""

    steps: list[str | Exercise]

    @property
    def exercises(self) -> list[Exercise]:
        return [step for step in self.steps if isinstance(step, Exercise)]


def read_lesson(path: Path) -> Lesson:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    steps: list[str | Exercise] = []
    parts: list[str] = []
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        if {"exercise", "check", "solution"} & set(cell["metadata"].get("tags", [])):
            parts.append(source)
        else:
            steps.append(source)
        if len(parts) == 3:
            steps.append(_exercise(*parts))
            parts = []
    assert not parts, f"{path.name}: an exercise without its check and its solution"
    return Lesson(steps)


def _exercise(stub: str, check: str, solution: str) -> Exercise:
    call: Any = ast.parse(check).body[0]
    exercise_id, name = call.value.args
    return Exercise(exercise_id.value, name.id, stub, check, solution)


def drive(path: Path, cases: dict[str, Cases]) -> list[str]:
    """Run a lesson from top to bottom, and each listed answer at its exercise.

    Returns what is wrong, one line each; a cell that raises ends the run.
    """
    lesson = read_lesson(path)
    found = _gaps(lesson, cases)
    with Kernel(path.parent) as kernel:
        try:
            for step in lesson.steps:
                if isinstance(step, Exercise):
                    kernel.run(step.stub)
                    found += _drive_exercise(kernel, step, cases.get(step.id, Cases()))
                else:
                    kernel.run(step)
            found += _not_solved(kernel, lesson)
        except CellError as error:
            found.append(f"a cell raises: {error}")
    return found


def _gaps(lesson: Lesson, cases: dict[str, Cases]) -> list[str]:
    """What the list of answers lacks."""
    found = [
        f"{name}: answers are listed, but the lesson has no such exercise"
        for name in cases.keys() - {exercise.id for exercise in lesson.exercises}
    ]
    for exercise in lesson.exercises:
        listed = cases.get(exercise.id, Cases())
        if len({misconception for misconception, _ in listed.wrong}) < 2:
            found.append(f"{exercise.id}: list two wrong answers with different misconceptions")
        if not listed.right:
            found.append(f"{exercise.id}: list a right answer of another shape than the solution")
    return found


def _drive_exercise(kernel: Kernel, exercise: Exercise, cases: Cases) -> list[str]:
    """Judge the stub, the listed answers and the solution; the kernel has run the stub."""
    found: list[str] = []

    def expect(what: str, seen: dict[str, str | None], **expected: str) -> None:
        found.extend(
            f"{exercise.id}: {what}: {key} is {seen[key]!r}, not {value!r} ({seen['message']})"
            for key, value in expected.items()
            if seen[key] != value
        )

    def judge(function: str = "check", name: str = exercise.name) -> dict[str, str | None]:
        return kernel.feedback(function, exercise.id, name)

    expect("the stub", judge(), status="not attempted")
    for misconception, code in cases.wrong:
        kernel.run(code)
        expect(f"wrong answer {misconception!r}", judge(), status="not yet")
        expect(f"wrong answer {misconception!r}", judge(), misconception=misconception)
    for number, code in enumerate(cases.right, start=1):
        kernel.run(code)
        expect(f"right answer {number}", judge(), status="passed")
        if OWN_ANSWER_KEPT not in kernel.run(exercise.solution):
            found.append(f"{exercise.id}: keep() does not keep right answer {number}")
        expect(f"right answer {number}, kept", judge(), status="passed")
    kernel.run(exercise.stub)
    kernel.run(exercise.check)
    if SOLUTION_USED not in kernel.run(exercise.solution):
        found.append(f"{exercise.id}: keep() does not put the solution in place of the stub")
    expect("the solution", judge("evaluate"), status="passed")
    expect("the solution after keep()", judge(), status="solution shown")
    return found


def _not_solved(kernel: Kernel, lesson: Lesson) -> list[str]:
    """Solutions that stepped in must not count as solved."""
    kernel.run("from workshop_pkg.exercises import progress as _progress")
    shown = kernel.run("print(_progress())") if lesson.exercises else ""
    return [
        f"{exercise.id}: progress() does not say that the solution was shown"
        for exercise in lesson.exercises
        if f"{exercise.id}: solution shown" not in shown
    ]
