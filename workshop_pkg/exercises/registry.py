"""The list of exercises: each id, and the check that judges its answers."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass

from workshop_pkg.exercises.attempts import NotAttempted, NotYet, attempt

__all__ = [
    "Exercise",
    "NotAttempted",
    "NotYet",
    "all_exercises",
    "attempt",
    "exercise",
    "find",
    "near",
    "of_lesson",
]

Check = Callable[[object], str | None]

_PACKAGE = "workshop_pkg.exercises"
_ID = re.compile(r"(?P<lesson>(?P<part>\d+)\.\d+)-[a-z0-9]+(-[a-z0-9]+)*")
_exercises: dict[str, Exercise] = {}


@dataclass(frozen=True)
class Exercise:
    """One exercise: its id (``"1.1-sparsity"``) and the function that judges an answer."""

    id: str
    check: Check

    @property
    def lesson(self) -> str:
        """The lesson that the exercise belongs to, such as ``"1.1"``."""
        return self.id.partition("-")[0]


def exercise(exercise_id: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of an exercise.

    The function takes the answer, tries it through `attempt`, and raises `NotYet` with a hint, or
    returns: then the answer has passed. A string that it returns is shown as praise.
    Within a module, the checks stand in the order of the lesson; `progress` follows it.

    Parameters
    ----------
    exercise_id : str
        Lesson number, hyphen, name in lower case: ``"1.1-sparsity"``.

    Returns
    -------
    callable
        A decorator that returns the function unchanged.

    Raises
    ------
    ValueError
        The id is malformed, or another function has it already.
    """
    if not _ID.fullmatch(exercise_id):
        raise ValueError(
            f"{exercise_id!r} is not an exercise id: write the lesson, a hyphen and a name in "
            "lower case, such as '1.1-sparsity'."
        )

    def register(check: Check) -> Check:
        known = _exercises.get(exercise_id)
        if known is not None and _where(known.check) != _where(check):
            raise ValueError(
                f"{exercise_id!r} is already the id of {_where(known.check)}: "
                f"choose another for {_where(check)}."
            )
        _exercises[exercise_id] = Exercise(exercise_id, check)
        return check

    return register


def _where(check: Check) -> str:
    return f"{check.__module__}.{getattr(check, '__qualname__', repr(check))}"


def _load(part: str) -> None:
    """Import the modules that hold the checks of a part (``"1"``), or of all parts (``""``)."""
    package = importlib.import_module(_PACKAGE)
    prefix = f"part_{part}_" if part else "part_"
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith(prefix):
            importlib.import_module(f"{_PACKAGE}.{module.name}")


def find(exercise_id: str) -> Exercise | None:
    """Look an exercise up; its part's checks are imported on first use. None if unknown."""
    match = _ID.fullmatch(exercise_id) if isinstance(exercise_id, str) else None
    if match is None:
        return None
    if exercise_id not in _exercises:
        _load(match["part"])
    return _exercises.get(exercise_id)


def all_exercises() -> dict[str, Exercise]:
    """Return every exercise of every part, by id."""
    _load("")
    return dict(_exercises)


def of_lesson(lesson: str) -> list[Exercise]:
    """Return the exercises of a lesson (``"1.1"``), in the lesson's order."""
    _load(lesson.partition(".")[0])
    return [found for found in _exercises.values() if found.lesson == lesson]


def near(exercise_id: object) -> list[str]:
    """Return the ids most like a mistyped one, best first; at the most three."""
    return difflib.get_close_matches(str(exercise_id), list(all_exercises()), n=3, cutoff=0.6)
