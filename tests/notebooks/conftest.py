"""The made-up exercise of the sample lesson, registered for one test."""

from __future__ import annotations

import pytest

from workshop_pkg.exercises import registry


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register `9.1-mean`, so that the formatter knows it."""
    monkeypatch.setattr(registry, "_exercises", registry.all_exercises())

    @registry.exercise("9.1-mean")
    def check_mean(answer: object) -> None: ...
