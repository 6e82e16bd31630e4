"""`keep`, `need` and `progress`: whose answer is used, and what counts as solved."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from workshop_pkg.exercises import NotSolvedYet, check, keep, need, progress
from workshop_pkg.exercises.verdicts import OWN_ANSWER_KEPT, SOLUTION_USED

MEAN = "9.1-mean"
pytestmark = pytest.mark.usefixtures("made_up")


def mean_solution(values: list[float]) -> float:
    return sum(values) / len(values)


def own_mean(values: list[float]) -> float:
    return 3.0


def stub(values: list[float]) -> object:
    return ...


def status() -> str:
    return progress().lessons["9.1"][MEAN]


def test_an_answer_that_passes_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert keep(MEAN, own_mean, mean_solution) is own_mean
    assert capsys.readouterr().out == OWN_ANSWER_KEPT + "\n"
    assert status() == "passed"


@pytest.mark.parametrize("answer", [stub, sum, 3, ...])
def test_a_solution_takes_the_place_of_an_answer_that_does_not_pass(
    answer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keep(MEAN, answer, mean_solution) is mean_solution
    assert capsys.readouterr().out == SOLUTION_USED + "\n"


def test_a_solution_in_place_is_never_counted_as_solved() -> None:
    mean = keep(MEAN, stub, mean_solution)
    assert status() == "solution shown"
    assert check(MEAN, mean).status == "solution shown"
    assert status() == "solution shown"


def test_a_solution_cell_run_twice_does_not_make_the_solution_ones_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    mean = keep(MEAN, stub, mean_solution)

    def solution_of_the_second_run(values: list[float]) -> float:
        return sum(values) / len(values)

    capsys.readouterr()
    assert keep(MEAN, mean, solution_of_the_second_run) is solution_of_the_second_run
    assert capsys.readouterr().out == SOLUTION_USED + "\n"
    assert status() == "solution shown"


def test_an_own_answer_after_the_solution_counts_as_solved() -> None:
    keep(MEAN, stub, mean_solution)
    assert check(MEAN, own_mean).passed
    assert keep(MEAN, own_mean, mean_solution) is own_mean
    assert status() == "passed"


def test_keep_with_an_unknown_id_uses_the_solution_and_says_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert keep("9.1-maen", own_mean, mean_solution) is mean_solution
    assert "Did you mean `9.1-mean`" in capsys.readouterr().out
    assert not progress().lessons


def test_need_lets_a_right_answer_go_on() -> None:
    need(MEAN, own_mean)


def test_need_stops_a_notebook_with_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell.instance()
    shell.user_ns.update(need=need, stub=stub)
    result = shell.run_cell(f"need({MEAN!r}, stub)")
    InteractiveShell.clear_instance()
    assert isinstance(result.error_in_exec, NotSolvedYet)
    shown = capsys.readouterr()
    lines = (shown.out + shown.err).strip().splitlines()
    assert lines == [
        "The rest of this lesson needs exercise 9.1-mean: complete it above until its check "
        "passes, then run this cell again."
    ]


def test_progress_lists_all_exercises_of_the_lessons_seen_with_counts() -> None:
    check(MEAN, own_mean)
    assert repr(progress()) == (
        "Lesson 9.1: 1 of 2 solved, 1 not attempted.\n"
        "  ✔ 9.1-mean: solved\n"
        "  ○ 9.1-total: not attempted"
    )
    check(MEAN, sum)
    keep("9.1-total", stub, sum)
    assert repr(progress()) == (
        "Lesson 9.1: 0 of 2 solved, 1 solution shown, 1 not yet.\n"
        "  ✘ 9.1-mean: not yet\n"
        "  ◐ 9.1-total: solution shown"
    )
    assert progress().count("solution shown") == 1


def test_progress_before_any_check_says_so() -> None:
    assert repr(progress()) == "No exercise has been checked in this notebook yet."
    assert "No exercise" in progress()._repr_html_()
