"""What a notebook calls: `check`, `keep`, `need` and `progress`, and the tally they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from workshop_pkg.exercises import registry
from workshop_pkg.exercises.attempts import NotAttempted, NotYet, exception_text
from workshop_pkg.exercises.feedback import Feedback, Progress, Status
from workshop_pkg.exercises.shield import TimeUp, UserInterrupt, shielded

OWN_ANSWER_KEPT = "Your own answer passes and is used from here on."
SOLUTION_USED = "The solution is used from here on (your answer does not pass yet)."

Answer = TypeVar("Answer")


@dataclass
class _Tally:
    """What has happened in this kernel: the last status of each exercise, the solutions seen."""

    statuses: dict[str, Status] = field(default_factory=dict)
    solutions: dict[str, list[object]] = field(default_factory=dict)

    def is_solution(self, exercise_id: str, answer: object) -> bool:
        return any(answer is seen for seen in self.solutions.get(exercise_id, []))

    def add_solution(self, exercise_id: str, solution: object) -> None:
        if callable(solution) and not self.is_solution(exercise_id, solution):
            self.solutions.setdefault(exercise_id, []).append(solution)


_tally = _Tally()


class NotSolvedYet(Exception):  # noqa: N818 - a stop sign, not an error
    """What `need` raises; a notebook shows its one sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def evaluate(exercise_id: str, answer: object) -> Feedback:
    """Judge an answer by itself; nothing is counted, and a solution is judged as any answer.

    Parameters
    ----------
    exercise_id : str
        Such as ``"1.1-sparsity"``.
    answer : object
        What the attendee defined.

    Returns
    -------
    Feedback
        ``"passed"``, ``"not attempted"`` or ``"not yet"``.

    Raises
    ------
    KeyboardInterrupt
        Only if the user interrupts: then the notebook is to stop, too.
    """
    exercise = registry.find(exercise_id)
    if exercise is None:
        return _unknown(exercise_id)
    try:
        with shielded():
            praise = exercise.check(answer)
    except NotAttempted:
        message = "Write your code in place of the `...`, then run this check again."
        return Feedback(exercise_id, "not attempted", message)
    except NotYet as verdict:
        return Feedback(exercise_id, "not yet", verdict.message, verdict.misconception)
    except TimeUp:
        message = (
            "Your code did not come to an end, so it was stopped. Is there a loop that never ends?"
        )
        return Feedback(exercise_id, "not yet", message, "never ends")
    except UserInterrupt:
        raise
    except BaseException as error:
        message = (
            "The check cannot read what your function returns: look at its type and shape. "
            f"(It met {exception_text(error)}.)"
        )
        return Feedback(exercise_id, "not yet", message, "unreadable")
    return Feedback(exercise_id, "passed", praise if isinstance(praise, str) else "")


def _unknown(exercise_id: object) -> Feedback:
    near = registry.near(exercise_id)
    hint = f"Did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
    message = f"There is no exercise {exercise_id!r}. {hint}".strip()
    return Feedback(str(exercise_id), "not yet", message, "unknown exercise")


def check(exercise_id: str, answer: object) -> Feedback:
    """Tell an attendee how an answer does, and count it for `progress`.

    Whatever the answer does becomes feedback: raising (`SystemExit` too), not ending (stopped
    after 20 seconds where the system can), having the wrong type. Only an interrupt by the user
    goes through, since then the notebook is to stop. What the answer prints is shown.

    Parameters
    ----------
    exercise_id : str
        Such as ``"1.1-sparsity"``; for an unknown one, the feedback lists the nearest.
    answer : object
        What the attendee defined.

    Returns
    -------
    Feedback
        The verdict. ``"solution shown"`` if the answer is the solution that `keep` has put in its
        place: that never counts as solved.
    """
    if registry.find(exercise_id) is None:
        return _unknown(exercise_id)
    if _tally.is_solution(exercise_id, answer):
        message = "This is the solution. For the tick, write and run an answer of your own."
        feedback = Feedback(exercise_id, "solution shown", message)
    else:
        feedback = evaluate(exercise_id, answer)
    _tally.statuses[exercise_id] = feedback.status
    return feedback


def keep(exercise_id: str, answer: Any, solution: Answer) -> Answer:
    """Return the answer if it passes, else the solution, and print which.

    The last line of a solution cell, ``sparsity = keep("1.1-sparsity", sparsity,
    sparsity_solution)``, lets the rest of the lesson run on the attendee's own right answer, and
    lets an untouched notebook run to its end.

    Parameters
    ----------
    exercise_id : str
        Such as ``"1.1-sparsity"``.
    answer : object
        What the attendee defined.
    solution : object
        What is used if the answer does not pass.

    Returns
    -------
    object
        The answer or the solution.
    """
    if registry.find(exercise_id) is None:
        print(_unknown(exercise_id).message, SOLUTION_USED, sep="\n")
        return solution
    _tally.add_solution(exercise_id, solution)
    if check(exercise_id, answer).passed:
        print(OWN_ANSWER_KEPT)
        kept: Answer = answer
        return kept
    _tally.statuses[exercise_id] = "solution shown"
    print(SOLUTION_USED)
    return solution


def need(exercise_id: str, answer: object) -> None:
    """Stop the notebook with one sentence until the answer passes (for handouts).

    Parameters
    ----------
    exercise_id : str
        Such as ``"1.1-sparsity"``.
    answer : object
        What the attendee defined.

    Raises
    ------
    NotSolvedYet
        The answer does not pass yet.
    """
    feedback = check(exercise_id, answer)
    if feedback.misconception == "unknown exercise":
        raise NotSolvedYet(feedback.message)
    if not feedback.passed:
        raise NotSolvedYet(
            f"The rest of this lesson needs exercise {exercise_id}: complete it above until its "
            "check passes, then run this cell again."
        )


def progress() -> Progress:
    """Show which exercises are solved, for the lessons whose checks have run in this kernel.

    An exercise has the status of its last check; one of these lessons that has not been checked
    counts as not attempted.

    Returns
    -------
    Progress
        Shows itself as a list with counts.
    """
    lessons = sorted(
        {exercise_id.partition("-")[0] for exercise_id in _tally.statuses},
        key=lambda lesson: [int(number) for number in lesson.split(".")],
    )
    return Progress(
        {
            lesson: {
                exercise.id: _tally.statuses.get(exercise.id, "not attempted")
                for exercise in registry.of_lesson(lesson)
            }
            for lesson in lessons
        }
    )
