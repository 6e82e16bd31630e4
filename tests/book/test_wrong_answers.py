"""The page of common wrong answers says what the checks say."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.exercises.driver import cases_of, lessons, read_lesson
from tests.project_tree import ROOT
from workshop_pkg.exercises.verdicts import evaluate


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wrong_answers", ROOT / "book/wrong_answers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_exercise_lists_each_mistake_that_its_tests_try_with_a_hint(maker: ModuleType) -> None:
    found = maker.misconceptions()
    exercises = [exercise for path in lessons() for exercise in read_lesson(path).exercises]
    assert sorted(found) == sorted(exercise.id for exercise in exercises)
    for path in lessons():
        for exercise_id, cases in cases_of(path).items():
            listed = {name for name, _ in cases.wrong} - maker.LEFT_OUT
            assert set(found[exercise_id]) == listed
            assert listed
    without = [(k, name) for k, named in found.items() for name, said in named.items() if not said]
    assert not without, "no hint of that name is in the code of the check"


ANSWERS = [
    ("2.1-similarity", "missing ratings in the sum", "def similarity(a, b): return a @ b"),
    ("3.3-scores", "one number", "def scores(query, movies, measure): return 1.0"),
]


@pytest.mark.parametrize(("exercise_id", "misconception", "code"), ANSWERS)
def test_the_page_says_what_the_check_says(
    exercise_id: str, misconception: str, code: str, maker: ModuleType
) -> None:
    space: dict[str, object] = {}
    exec(code, space)
    answer = next(value for name, value in space.items() if not name.startswith("__"))
    feedback = evaluate(exercise_id, answer)
    assert feedback.misconception == misconception
    said = maker.misconceptions()[exercise_id][misconception]
    patterns = [".*".join(map(re.escape, hint.split(maker.SEEN))) for hint in said]
    assert any(re.fullmatch(pattern, feedback.message, re.DOTALL) for pattern in patterns)


def test_only_what_a_check_uses_is_read(maker: ModuleType) -> None:
    code = """
OWN = ("Divide the sum.", "sum")
WORD = "That is the mean."

def check_a(answer):
    helper(answer, *OWN)

def helper(answer, *more):
    raise NotYet(f"You return {answer}" + (" of many." if answer else "."), misconception="many")

def check_b(answer):
    raise NotYet(WORD, "mean")
    raise NotYet("Not " + ("this one." if few else "that one."), "few" if few else "lots")
"""
    assert maker.hints(code, "check_a") == {
        "sum": ["Divide the sum."],
        "many": ["You return … of many.", "You return …."],
    }
    assert maker.hints(code, "check_b") == {
        "mean": ["That is the mean."],
        "few": ["Not this one."],
        "lots": ["Not that one."],
    }


def test_a_hint_means_itself_in_markdown(maker: ModuleType) -> None:
    assert maker._escaped("a * b, `a * b`, <c> [d] $e$") == (r"a \* b, `a * b`, \<c\> \[d\] \$e\$")


def test_the_built_page_holds_the_lists(built_book: Path) -> None:
    page = (built_book / "book" / "wrong_answers.html").read_text(encoding="utf-8")
    for path in lessons():
        for exercise in read_lesson(path).exercises:
            assert exercise.id in page


def test_the_maker_runs_no_lesson_and_loads_no_tensorflow() -> None:
    script = "import sys, wrong_answers; wrong_answers.page(); print('tensorflow' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT / "book",
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "False\n"
