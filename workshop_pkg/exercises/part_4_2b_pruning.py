"""The check of lesson 4.2 on pruning: report after each sweep, ask, and give up by raising."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_COURSE = (0.151, 0.163, 0.242, 0.231, 0.219)  # the best is not the last
_PRUNED = object()


class _Trial:
    """What the answer gets from Optuna: it notes what it is told, and gives up when it is to."""

    def __init__(self, prune_after: int | None) -> None:
        self.number = 12
        self.events: list[tuple[str, Any, Any]] = []
        self._prune_after = prune_after

    def __deepcopy__(self, memo: dict[int, Any]) -> _Trial:
        return self

    def report(self, value: Any, step: Any) -> None:
        self.events.append(("report", value, step))

    def should_prune(self) -> bool:
        self.events.append(("ask", None, None))
        n_reports = len(self.reports)
        return self._prune_after is not None and n_reports >= self._prune_after

    def set_user_attr(self, key: str, value: Any) -> None:
        """Take a note, as Optuna's trials do."""

    @property
    def reports(self) -> list[tuple[Any, Any]]:
        """What was reported: value and step."""
        return [(value, step) for kind, value, step in self.events if kind == "report"]


class _Course:
    """A training whose sweeps are counted."""

    def __init__(self) -> None:
        self.n_sweeps = 0
        self._values = iter(_COURSE)

    def __deepcopy__(self, memo: dict[int, Any]) -> _Course:
        return self

    def __iter__(self) -> Iterator[float]:
        return self

    def __next__(self) -> float:
        value = next(self._values)
        self.n_sweeps += 1
        return value


@exercise("4.2-pruning")
def check_pruning(answer: object) -> str:
    """Judge a training that reports its course and can be given up."""
    trial = _Trial(None)
    value = _to_the_end(answer, trial, _Course())
    _check_reports(trial)
    _check_last(value)
    for after in (2, 1, 3, 4):  # after the last sweep there is nothing left to save
        _check_given_up(answer, after)
    return "Reported after each sweep, asked, and given up by raising: no sweep is wasted."


def _to_the_end(answer: object, trial: _Trial, course: _Course) -> Any:
    """Run a training that is not pruned."""
    try:
        value = attempt(answer, trial, course)
    except NotYet as verdict:
        if verdict.misconception == "error" and "TrialPruned" in verdict.message:
            raise NotYet(
                "You give up a trial that was not to be given up: raise only if "
                "`trial.should_prune()` says so.",
                "always pruned",
            ) from None
        if verdict.misconception == "error" and "has no len" in verdict.message:
            raise NotYet(
                "`course` is no list: each of its numbers comes when the sweep is done. Go over it "
                "with `for`.",
                "treated as a list",
            ) from None
        raise
    if course.n_sweeps < len(_COURSE):
        raise NotYet(
            f"You stop after {course.n_sweeps} of {len(_COURSE)} sweeps, and nobody told you to. "
            "Is there a `return` inside of the loop?",
            "stops early",
        )
    return value


def _check_reports(trial: _Trial) -> None:
    reports, expected = trial.reports, list(zip(_COURSE, range(1, 6), strict=True))
    if not reports:
        raise NotYet(
            "Nothing is reported: the pruner sees only what `trial.report(value, sweep)` tells it.",
            "not reported",
        )
    if all(
        close(s, v) and close(v_, n) for (v_, s), (v, n) in zip(reports, expected, strict=False)
    ):
        raise NotYet(
            "You report the sweep as the value and the value as the sweep: "
            "`trial.report(value, sweep)`.",
            "swapped",
        )
    if len(reports) < len(expected):
        raise NotYet(
            f"You report {len(reports)} of {len(expected)} sweeps. Report inside of the loop, "
            "after each sweep.",
            "not every sweep",
        )
    if not all(close(value, right) for (value, _), right in zip(reports, _COURSE, strict=False)):
        raise NotYet(
            f"The course is {list(_COURSE)}; you report {[value for value, _ in reports]}. Report "
            "each value as it comes.",
            "other values",
        )
    steps = [step for _, step in reports]
    if steps == list(range(5)):
        raise NotYet(
            "You count the sweeps from 0. After the first sweep one is done: "
            "`enumerate(course, start=1)`.",
            "counted from 0",
        )
    if steps != list(range(1, 6)):
        raise NotYet(
            f"You report the values for the sweeps {steps}. Optuna compares trials at the same "
            "sweep: number them 1, 2, 3 ...",
            "steps",
        )
    if not any(kind == "ask" for kind, _, _ in trial.events):
        raise NotYet(
            "You report, and never ask. `trial.should_prune()` says whether to give up.",
            "never asked",
        )
    if trial.events[0][0] == "ask":
        raise NotYet(
            "You ask before you report: the pruner then decides without the last sweep. Report "
            "first.",
            "asked before reported",
        )


def _check_last(value: Any) -> None:
    last = _COURSE[-1]
    if close(value, last):
        return
    for wrong, message, misconception in (
        (
            max(_COURSE),
            "You return the best value of the course. The model that you get is the one after the "
            "*last* sweep; to stop where it was best is one more choice, and a setting of its own.",
            "best in place of last",
        ),
        (
            sum(_COURSE) / len(_COURSE),
            "You return the mean of the course. What counts is how good the trained model is: the "
            "last value.",
            "mean",
        ),
        (_COURSE[0], "You return the first value of the course, not the last.", "first"),
        (len(_COURSE), "You return the number of sweeps. Return the last value.", "sweeps"),
    ):
        if close(value, wrong):
            raise NotYet(message, misconception)
    if isinstance(value, list | tuple):
        raise NotYet(
            f"You return {len(value)} things. Return one number, the last value of the course.",
            "not one number",
        )
    if rounded(value, last):
        raise not_rounded(value)
    raise NotYet(
        f"For the course {list(_COURSE)} the value is {last}; you return {value!r}.", "other"
    )


def _check_given_up(answer: Any, after: int) -> None:
    """Judge a training that is to be given up after so many sweeps."""
    import optuna

    def asked(trial: _Trial, course: _Course) -> Any:
        try:
            return answer(trial, course)
        except optuna.TrialPruned:
            return _PRUNED

    trial, course = _Trial(after), _Course()
    try:
        value = attempt(asked, trial, course)
    except NotYet as verdict:
        if verdict.misconception == "error":
            raise NotYet(
                f"{verdict.message} Where a trial is to be given up, Optuna waits for its own "
                "exception: `raise optuna.TrialPruned()`.",
                "another exception",
            ) from None
        if verdict.misconception == "no result":
            raise _returned("nothing") from None
        raise
    if value is not _PRUNED:
        if course.n_sweeps == len(_COURSE):
            raise NotYet(
                f"`trial.should_prune()` says yes after {after} of {len(_COURSE)} sweeps, and you "
                "train on to the end. Look at its answer after each sweep: "
                "`if trial.should_prune(): raise optuna.TrialPruned()`.",
                "answer ignored",
            )
        raise _returned(repr(value))
    if course.n_sweeps > after:
        raise NotYet(
            f"You give up, but after {course.n_sweeps} sweeps, where {after} were enough to know. "
            "Report and ask inside of the loop, after *each* sweep: the point is not to train on.",
            "given up too late",
        )


def _returned(what: str) -> NotYet:
    return NotYet(
        f"Where the trial is to be given up, you return {what}. For Optuna that is a complete "
        "trial with a complete value, and may even win. Raise: `raise optuna.TrialPruned()`.",
        "returned in place of raised",
    )
