"""Every exercise of every lesson gives the right verdict on stub, wrong, right and own answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exercises.driver import cases_of, drive, lessons, read_lesson
from workshop_pkg import spark
from workshop_pkg.exercises.registry import all_exercises

#: A lesson that skips its own cells where Spark cannot run.
ON_SPARK = "5_2_spark"


def test_there_are_lessons_to_drive() -> None:
    assert lessons()


@pytest.mark.parametrize("lesson", lessons(), ids=lambda path: path.stem)
def test_each_answer_of_a_lesson_meets_its_verdict(lesson: Path) -> None:
    reason = spark.missing() if lesson.stem == ON_SPARK else None
    if reason is not None:
        pytest.skip(reason)
    problems = drive(lesson, cases_of(lesson))
    assert not problems, "\n".join(problems)


def test_every_check_belongs_to_a_lesson_and_every_lessons_exercise_has_a_check() -> None:
    in_lessons = [exercise.id for path in lessons() for exercise in read_lesson(path).exercises]
    assert sorted(in_lessons) == sorted(all_exercises())
