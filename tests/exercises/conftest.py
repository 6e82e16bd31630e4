"""A made-up exercise, so that tests of the machinery do not hang on the lessons' content."""

from __future__ import annotations

import pytest

from workshop_pkg.exercises import registry, verdicts
from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

MEAN = "9.1-mean"
TOTAL = "9.1-total"


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register `9.1-mean` and `9.1-total` for one test, with an empty tally."""
    monkeypatch.setattr(registry, "_exercises", {})
    monkeypatch.setattr(registry, "_load", lambda part: None)  # the lessons' own stay out
    monkeypatch.setattr(verdicts, "_tally", verdicts._Tally())

    @exercise(MEAN)
    def check_mean(answer: object) -> str:
        value = attempt(answer, [1.0, 2.0, 6.0])
        if close(value, 9):
            raise NotYet("That is the `sum`: divide it.", misconception="sum")
        if not close(value, 3):
            raise NotYet("That is not the mean.", misconception="other")
        return "Three it is."

    @exercise(TOTAL)
    def check_total(answer: object) -> None:
        if attempt(answer, [1.0, 2.0]) != 3:
            raise NotYet("That is not the total.")
