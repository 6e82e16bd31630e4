"""The made-up exercise of the sample lesson, registered for one test."""

from __future__ import annotations

import pytest

from workshop_pkg.exercises import registry


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register `9.1-mean`, so that the formatter knows it."""
    monkeypatch.setattr(registry, "_exercises", {})
    monkeypatch.setattr(registry, "_load", lambda part: None)  # the lessons' own stay out

    @registry.exercise("9.1-mean")
    def check_mean(answer: object) -> None: ...
