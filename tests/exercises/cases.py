"""The form in which the answers that the exercise tests try are written down."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cases:
    """Answers to one exercise: wrong ones, each with its misconception, and right ones."""

    wrong: list[tuple[str, str]] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
