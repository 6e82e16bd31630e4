"""Exercises: instant feedback on an answer, a solution that steps in, and a tally.

A lesson calls `check` after each exercise, `keep` at the end of each solution, and `progress`
at its end; `need` takes the solution's place in a handout without solutions. The checks of each
part stand in a module of their own, ``part_1_data`` and so on, imported on first use.
"""

from workshop_pkg.exercises.feedback import Feedback, Progress
from workshop_pkg.exercises.verdicts import (
    NotSolvedYet,
    check,
    evaluate,
    keep,
    need,
    progress,
)

__all__ = [
    "Feedback",
    "NotSolvedYet",
    "Progress",
    "check",
    "evaluate",
    "keep",
    "need",
    "progress",
]
