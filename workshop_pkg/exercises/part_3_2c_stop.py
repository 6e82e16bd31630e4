"""The check of lesson 3.2 on the step at which to stop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# Every misconception has a step of its own: the training error is lowest at 90, the lowest held-out
# value of the other group stands at 15. The groups' rows are interleaved and the labels are odd.
_STEPS = [0, 7, 15, 40, 55, 90, 100]
_TRAIN = [14.0, 3.0, 1.2, 0.8, 0.6, 0.3, 0.31]
_HELD_OUT = [13.8, 3.1, 1.5, 0.94, 0.97, 1.1, 1.3]
_ABSOLUTE = [3.5, 1.2, 0.5, 0.7, 0.72, 0.8, 0.9]
_LENGTHS = [0.6, 1.0, 1.4, 1.7, 1.9, 2.1, 2.3]
_GROUP = "mean squared error"


def _history(held_out: list[float], steps: list[int] = _STEPS) -> pd.DataFrame:
    rows = [
        (step, group, metric, values[place])
        for place, step in enumerate(steps)
        for group, metric, values in (
            (_GROUP, "train", _TRAIN),
            (_GROUP, "held out", held_out),
            ("mean absolute error", "held out", _ABSOLUTE),
            ("mean length of a row", "users", _LENGTHS),
        )
    ]
    frame = pd.DataFrame(rows, columns=["step", "group", "metric", "value"])
    return frame.set_index(pd.RangeIndex(300, 300 + len(frame)))


_PLAIN = _history(_HELD_OUT)
# Twice the same lowest value, and the rows are not in order: the later one comes first.
_TIED = _history([13.8, 3.1, 0.94, 1.2, 0.94, 1.1, 1.3]).iloc[::-1]


@exercise("3.2-stop")
def check_stop(answer: object) -> str:
    """Judge the step of the lowest held-out error: the earliest of several."""
    value = _asked(answer, _PLAIN)
    if value != 40:
        _explain(value)
    shuffled = _PLAIN.sample(frac=1, random_state=1)
    if _asked(answer, shuffled) != 40:
        raise NotYet(
            "Right as long as the rows are in the order of the steps. They need not be: take the "
            "step that stands *beside* the lowest value.",
            "order of the rows",
        )
    tied = _asked(answer, _TIED)
    if tied != 15:
        raise NotYet(
            f"The lowest value comes at the steps 15 and 55, the later one in an earlier row. The "
            f"earliest step is 15; you return {tied:g}. Sort by the step first.",
            "ties",
        )
    return "The training error has no say in it."


def _asked(answer: object, history: pd.DataFrame) -> float:
    value: Any = attempt(answer, history)
    try:
        number = float(np.asarray(value, dtype=np.float64).item())
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one number: the step.",
            "not one number",
        ) from None
    if isinstance(value, bool | np.bool_) or np.ndim(value) > 0:
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one number: the step.",
            "not one number",
        )
    if number == round(number) and not isinstance(value, int | np.integer):
        raise NotYet(
            f"You return {value!r}, of type `{type(value).__name__}`. A number of steps is a "
            "whole number: `int(...)`.",
            "not whole",
        )
    return number


def _explain(value: float) -> None:
    held_out = _PLAIN[(_PLAIN["group"] == _GROUP) & (_PLAIN["metric"] == "held out")]
    label = int(held_out.index[int(held_out["value"].to_numpy().argmin())])
    both = _PLAIN[_PLAIN["metric"] == "held out"]
    all_places = [
        int(both["value"].to_numpy().argmin()),
        int(_PLAIN["value"].to_numpy().argmin()),
        _PLAIN.index.get_loc(label),
        int(held_out["value"].to_numpy().argmin()),
    ]
    for wrong, message, misconception in (
        (
            90,
            "At step 90 the error on the *training* ratings is lowest. The model may know those by "
            "heart. Look at the metric `held out`.",
            "training error",
        ),
        (
            100,
            "That is the last step. By then the held-out error has been rising for long.",
            "last step",
        ),
        (
            0,
            "At step 0 the held-out error is highest. Look for the lowest.",
            "highest",
        ),
        (
            15,
            "At step 15 the held-out *absolute* error is lowest. Choose the group "
            "`mean squared error`, too.",
            "group ignored",
        ),
        (
            label,
            f"{label} is the label of the row. Return what stands in its column `step`: with "
            '`.set_index("step")` the labels are the steps.',
            "row label",
        ),
        (
            int(both.index[int(both["value"].to_numpy().argmin())]),
            "That is the label of a row, and of another group. Choose the group, then return what "
            "stands in the column `step`.",
            "row label",
        ),
    ):
        if value == wrong:
            raise NotYet(message, misconception)
    if value in all_places:
        raise NotYet(
            f"{value:g} is the place of a row, counted from 0. Return what stands in its column "
            "`step`.",
            "place of the row",
        )
    if any(close(value, number) for number in (*_HELD_OUT, *_TRAIN, *_ABSOLUTE)):
        raise NotYet(
            f"{value:g} is an error. Return the step at which it stands.", "value returned"
        )
    if value not in _STEPS:
        raise NotYet(
            f"The history has the steps {_STEPS}, and you return {value:g}. Use the argument "
            "`history`, not a frame from an earlier cell.",
            "not the argument",
        )
    raise NotYet(
        f"The held-out error is lowest at step 40; you return {value:g}.",
        "other",
    )
