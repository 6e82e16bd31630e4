"""What a check says: the verdict on one answer, and the tally of a lesson, as text and as HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Literal

Status = Literal["passed", "not attempted", "not yet", "solution shown"]

# For each status: a sign (decoration only: the words say all), a heading, the word that
# `progress()` uses, and a color for the border. The text keeps the page's own color, so that it
# reads on a light and on a dark theme; the tint behind it is nearly transparent.
_SIGNS: dict[Status, str] = {
    "passed": "✔",
    "not attempted": "○",
    "not yet": "✘",
    "solution shown": "◐",
}
_HEADINGS: dict[Status, str] = {
    "passed": "Passed",
    "not attempted": "Not attempted yet",
    "not yet": "Not yet",
    "solution shown": "Solution shown",
}
_WORDS: dict[Status, str] = {
    "passed": "solved",
    "not attempted": "not attempted",
    "not yet": "not yet",
    "solution shown": "solution shown",
}
_WORDS_OF_SEVERAL = _WORDS | {"solution shown": "solutions shown"}
_COLORS: dict[Status, str] = {
    "passed": "#2e9e5b",
    "not attempted": "#8a8f98",
    "not yet": "#d98200",
    "solution shown": "#4b8fd6",
}


def _text_to_html(text: str) -> str:
    """Escape `text`, and set what stands in backticks as code."""
    escaped = html.escape(text).replace("\n", "<br>")
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)


def _box(color: str, content: str) -> str:
    return (
        f'<div role="status" style="border-left: 0.4em solid {color}; border-radius: 0.2em; '
        f"background: {color}1f; color: inherit; padding: 0.5em 0.9em; margin: 0.3em 0; "
        f'max-width: 48em; line-height: 1.45">{content}</div>'
    )


def _sign(status: Status) -> str:
    style = "display: inline-block; width: 1.2em"
    return f'<span aria-hidden="true" style="{style}">{_SIGNS[status]}</span>'


@dataclass(frozen=True, repr=False)
class Feedback:
    """The verdict on one answer; a notebook shows it as a colored box, a terminal as text.

    Parameters
    ----------
    exercise : str
        The exercise's id, such as ``"1.1-sparsity"``.
    status : {"passed", "not attempted", "not yet", "solution shown"}
        The verdict.
    message : str
        One or two sentences for the attendee; text in backticks is shown as code.
    misconception : str or None
        Which misunderstanding the hint is for; None where there is none to name.

    Examples
    --------
    >>> Feedback("1.1-sparsity", "not yet", "That is the density.", "density")
    ✘ Not yet (1.1-sparsity): That is the density.
    """

    exercise: str
    status: Status
    message: str = ""
    misconception: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the attendee's own answer is right."""
        return self.status == "passed"

    def __repr__(self) -> str:
        heading = f"{_SIGNS[self.status]} {_HEADINGS[self.status]} ({self.exercise})"
        return f"{heading}: {self.message}" if self.message else f"{heading}."

    def _repr_html_(self) -> str:
        heading = f"{_sign(self.status)} <strong>{_HEADINGS[self.status]}</strong>"
        name = f'<span style="opacity: 0.8">({html.escape(self.exercise)})</span>'
        message = f"<div>{_text_to_html(self.message)}</div>" if self.message else ""
        return _box(_COLORS[self.status], f"<div>{heading} {name}</div>{message}")


@dataclass(frozen=True, repr=False)
class Progress:
    """How far an attendee has come: the status of each exercise of the lessons in this kernel.

    Parameters
    ----------
    lessons : dict of str to dict of str to str
        For each lesson (``"1.1"``) the status of each of its exercises, in the lesson's order.

    Examples
    --------
    >>> Progress({"1.1": {"1.1-sparsity": "passed", "1.1-mean": "not attempted"}})
    Lesson 1.1: 1 of 2 solved, 1 not attempted.
      ✔ 1.1-sparsity: solved
      ○ 1.1-mean: not attempted
    """

    lessons: dict[str, dict[str, Status]]

    def count(self, status: Status) -> int:
        """Count the exercises that have a status, over all lessons."""
        return sum(list(lesson.values()).count(status) for lesson in self.lessons.values())

    @staticmethod
    def _summary(lesson: str, statuses: dict[str, Status]) -> str:
        found = list(statuses.values())
        parts = [f"{found.count('passed')} of {len(found)} solved"]
        others: tuple[Status, ...] = ("solution shown", "not yet", "not attempted")
        for status in others:
            n = found.count(status)
            if n:
                parts.append(f"{n} {_WORDS_OF_SEVERAL[status] if n > 1 else _WORDS[status]}")
        return f"Lesson {lesson}: {', '.join(parts)}."

    def __repr__(self) -> str:
        if not self.lessons:
            return NOTHING_CHECKED
        lines: list[str] = []
        for lesson, statuses in self.lessons.items():
            lines.append(self._summary(lesson, statuses))
            lines += [
                f"  {_SIGNS[status]} {exercise}: {_WORDS[status]}"
                for exercise, status in statuses.items()
            ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if not self.lessons:
            return _box(_COLORS["not attempted"], html.escape(NOTHING_CHECKED))
        return "".join(self._lesson_box(*lesson) for lesson in self.lessons.items())

    def _lesson_box(self, lesson: str, statuses: dict[str, Status]) -> str:
        items = "".join(
            f'<li style="list-style: none">{_sign(status)} {html.escape(exercise)}: '
            f"{_WORDS[status]}</li>"
            for exercise, status in statuses.items()
        )
        solved = all(status == "passed" for status in statuses.values())
        color = _COLORS["passed" if solved else "solution shown"]
        summary = f"<strong>{html.escape(self._summary(lesson, statuses))}</strong>"
        return _box(color, f'{summary}<ul style="margin: 0.3em 0; padding-left: 0">{items}</ul>')


NOTHING_CHECKED = "No exercise has been checked in this notebook yet."
