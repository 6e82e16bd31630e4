"""What `check` says of each kind of answer, and that it never raises."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workshop_pkg.exercises import check, evaluate, registry, shield
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

MEAN = "9.1-mean"
pytestmark = pytest.mark.usefixtures("made_up")


def stub(values: list[float]) -> Any:
    """Return the mean."""
    return ...


def empty(values: list[float]) -> Any:
    """Return the mean."""


def passes(values: list[float]) -> Any:
    pass


@pytest.mark.parametrize("answer", [stub, empty, passes, ..., None, lambda values: (..., ...)])
def test_a_stub_is_not_attempted(answer: object) -> None:
    assert check(MEAN, answer).status == "not attempted"


def test_a_right_answer_passes_with_the_checks_praise() -> None:
    feedback = check(MEAN, lambda values: sum(values) / len(values))
    assert (feedback.status, feedback.message) == ("passed", "Three it is.")
    assert feedback.passed


def test_a_wrong_answer_meets_the_hint_for_its_misconception() -> None:
    feedback = check(MEAN, sum)
    assert (feedback.status, feedback.misconception) == ("not yet", "sum")
    assert feedback.message == "That is the `sum`: divide it."


def _exits(values: list[float]) -> float:
    sys.exit("bye")


def _recurses(values: list[float]) -> float:
    return _recurses(values)


def _interrupts_itself(values: list[float]) -> float:
    raise KeyboardInterrupt


class _Unprintable(Exception):  # noqa: N818
    def __str__(self) -> str:
        raise RuntimeError("no text")


def _raises_unprintable(values: list[float]) -> float:
    raise _Unprintable


@pytest.mark.parametrize(
    ("answer", "misconception", "words"),
    [
        (lambda values: values["x"], "error", "Your code raises TypeError: list indices"),
        (_exits, "error", "Your code raises SystemExit: bye"),
        (_recurses, "error", "Your code raises RecursionError"),
        (_interrupts_itself, "error", "Your code raises KeyboardInterrupt"),
        (_raises_unprintable, "error", "Your code raises _Unprintable"),
        (lambda values: ... / len(values), "unfinished", "still a `...`"),
        (lambda values: [1.0, ...], "unfinished", "still a `...`"),
        (lambda values: {"mean": 1.0, "n": ...}, "unfinished", "still a `...`"),
        (lambda values: print("here"), "no result", "returns nothing"),
        (lambda: 3.0, "arguments", "takes `()`"),
        (lambda values, extra: 3.0, "arguments", "missing a required argument: 'extra'"),
        (3.0, "not a function", "a value of type `float`, where a function is expected"),
        (pd.DataFrame(), "not a function", "a value of type `DataFrame`"),
        ("text", "not a function", "a value of type `str`"),
    ],
)
def test_whatever_an_answer_does_becomes_a_hint(
    answer: object, misconception: str, words: str
) -> None:
    feedback = check(MEAN, answer)
    assert (feedback.status, feedback.misconception) == ("not yet", misconception)
    assert words in feedback.message


def test_an_exceptions_hint_shows_the_line_of_the_attendees_code() -> None:
    def answer(values: list[float]) -> float:
        return sum(values) / 0

    assert "`return sum(values) / 0`" in check(MEAN, answer).message


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "time data '1 Jan' doesn't match '%d', at position 0. Try:\n    - a\n",
            "ValueError: time data '1 Jan' doesn't match '%d', at position 0,",
        ),
        ("\n\nThe lengths differ:\n3 and 4", "ValueError: The lengths differ,"),
        ("Two.\nLines.", "ValueError: Two,"),
        ("One line: x", "ValueError: One line: x,"),
        ("", "ValueError,"),
    ],
)
def test_a_long_exception_is_shown_by_its_first_line(said: str, shown: str) -> None:
    def answer(values: list[float]) -> float:
        raise ValueError(said)

    assert check(MEAN, answer).message.startswith(f"Your code raises {shown} in line")


@pytest.mark.parametrize("value", ["3", b"3", True, [3.0, 3.0], float("nan"), pd.DataFrame(), dict])
def test_a_value_of_a_strange_type_is_a_wrong_answer(value: object) -> None:
    assert check(MEAN, lambda values: value).status == "not yet"


class _Hostile:
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("compare me not")

    def __ne__(self, other: object) -> bool:
        raise SystemExit

    __hash__ = None  # type: ignore[assignment]


def test_a_value_that_the_check_cannot_read_becomes_a_hint() -> None:
    feedback = check("9.1-total", lambda values: _Hostile())
    assert (feedback.status, feedback.misconception) == ("not yet", "unreadable")
    assert "look at its type and shape" in feedback.message


def _sets_values(ratings: pd.DataFrame) -> int:
    total = int(ratings["rating"].sum())
    ratings["rating"] = 0
    return total


def _sorts_in_place(ratings: pd.DataFrame) -> int:
    ratings.sort_values("rating", ascending=False, inplace=True)
    return int(ratings["rating"].sum())


def _drops_rows(ratings: pd.DataFrame) -> int:
    total = int(ratings["rating"].sum())
    ratings.drop(ratings.index, inplace=True)
    return total


def _drops_a_column(ratings: pd.DataFrame) -> int:
    return int(ratings.pop("rating").sum())


@pytest.fixture
def total() -> pd.DataFrame:
    """The data of an exercise, 9.2-total, that asks for the sum of the ratings."""
    frame = pd.DataFrame({"user": ["a", "b"], "rating": [1, 5]})

    @exercise("9.2-total")
    def check_twice(answer: object) -> None:
        if [attempt(answer, frame), attempt(answer, frame)] != [6, 6]:
            raise NotYet("other")

    return frame


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("answer", [_sets_values, _sorts_in_place, _drops_rows, _drops_a_column])
def test_an_answer_that_would_spoil_the_lessons_data_is_told_so(
    answer: Callable[[pd.DataFrame], int], total: pd.DataFrame
) -> None:
    before = total.copy()
    assert check("9.2-total", answer).misconception == "changes its argument"
    assert total.equals(before), "only its copy was changed"


def test_an_answer_may_add_a_column(total: pd.DataFrame) -> None:
    def answer(ratings: pd.DataFrame) -> int:
        ratings["stars"] = ratings["rating"]
        return int(ratings["stars"].sum())

    assert check("9.2-total", answer).passed
    assert list(total.columns) == ["user", "rating"]


@pytest.mark.parametrize("given", [np.array([1.0, np.nan]), np.array(["a", None], dtype=object)])
def test_an_array_that_stays_as_it_is_passes(given: Any) -> None:
    assert attempt(lambda values: len(values), given) == 2


@pytest.mark.parametrize("given", [np.array([1.0, 2.0]), pd.Series([1.0, 2.0])])
def test_a_changed_array_or_series_is_noticed(given: Any) -> None:
    def answer(values: Any) -> float:
        values *= 2
        return float(values.sum())

    with pytest.raises(NotYet, match="changes the"):
        attempt(answer, given)


def test_what_an_answer_prints_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def answer(values: list[float]) -> float:
        print("looking at", values)
        return 3.0

    assert check(MEAN, answer).passed
    assert capsys.readouterr().out == "looking at [1.0, 2.0, 6.0]\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm signal")
@pytest.mark.parametrize("swallows", [False, True], ids=["plain", "swallows every exception"])
def test_an_answer_that_never_ends_is_stopped(
    swallows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shield, "TIME_LIMIT_SECONDS", 0.2)

    def answer(values: list[float]) -> float:
        first = swallows
        while True:
            try:
                while True:
                    pass
            except BaseException:
                if not first:
                    raise
                first = False

    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT)
    feedback = check(MEAN, answer)
    assert (feedback.status, feedback.misconception) == ("not yet", "never ends")
    assert (signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT)) == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise on Windows")
def test_an_interrupt_by_the_user_stops_the_notebook() -> None:
    def answer(values: list[float]) -> float:
        signal.raise_signal(signal.SIGINT)  # what the stop button of a notebook sends
        return 3.0

    with pytest.raises(KeyboardInterrupt):
        check(MEAN, answer)


def test_a_check_in_another_thread_works_without_a_time_limit() -> None:
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.append(check(MEAN, lambda values: 3.0).status))
    thread.start()
    thread.join()
    assert seen == ["passed"]


@pytest.mark.parametrize("wrong_id", ["9.1-maen", "9.1-men"])
def test_an_unknown_id_lists_the_near_ones(wrong_id: str) -> None:
    feedback = check(wrong_id, stub)
    assert feedback.misconception == "unknown exercise"
    assert "`9.1-mean`" in feedback.message


@pytest.mark.parametrize("wrong_id", ["", "sparsity", "9.1", 9.1, None, ["9.1-mean"]])
def test_an_id_of_any_kind_gives_feedback(wrong_id: Any) -> None:
    assert check(wrong_id, stub).misconception == "unknown exercise"


def test_evaluate_judges_without_counting() -> None:
    assert evaluate(MEAN, lambda values: 3.0).passed


def test_an_id_has_one_check(made_up: None) -> None:
    def another(answer: object) -> None: ...

    with pytest.raises(ValueError, match=r"'9\.1-mean' is already the id of .*check_mean"):
        exercise(MEAN)(another)


@pytest.mark.parametrize("malformed", ["sparsity", "1-sparsity", "1.1 sparsity", "1.1-Sparsity"])
def test_a_malformed_id_is_refused_with_the_form_expected(malformed: str) -> None:
    register: Callable[[str], object] = exercise
    with pytest.raises(ValueError, match=r"such as '1\.1-sparsity'"):
        register(malformed)


def test_exercises_of_a_lesson_come_in_the_order_of_their_checks() -> None:
    assert [found.id for found in registry.of_lesson("9.1")] == [MEAN, "9.1-total"]
