"""The check of lesson 3.7 on the binary label: what counts as liked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.array_answers import array_of, asked, blame, rows_of
from workshop_pkg.exercises.registry import NotYet, exercise

_RATINGS = pd.DataFrame(
    {
        "user_id": [1, 1, 1, 2, 2, 3, 3, 3, 3],
        "movie_id": [10, 20, 30, 10, 40, 20, 30, 40, 50],
        # The mean is below 2.5, and half stars lie on either side of the border.
        "rating": [5.0, 3.0, 4.0, 3.5, 1.0, 1.0, 1.0, 2.5, 1.0],
    },
    index=[7, 3, 9, 0, 4, 1, 2, 8, 5],
)


@exercise("3.7-label")
def check_label(answer: object) -> str:
    """Judge labels of 0 and 1, given ratings."""
    stars = _RATINGS["rating"].to_numpy()
    expected = (stars > 3).astype(float)
    value = asked(answer, _RATINGS.copy())
    if isinstance(value, pd.DataFrame):
        raise NotYet(
            "You return a whole table. Asked for is the column of labels alone, as an array.",
            "a table",
        )
    _refuse_other_kinds(value)
    found = array_of(value, (len(stars),), "a 0 or 1 for each rating, in their order")
    means = _RATINGS.groupby("user_id")["rating"].transform("mean").to_numpy()
    wrong: list[Any] = [
        (
            stars >= 3,
            "Three stars count as liked in your labels. Asked for is *above* 3: `> 3`, not `>= 3`.",
            "three stars",
        ),
        (stars > 4, "Four stars are missing: above 3, not above 4.", "four stars missing"),
        (
            stars >= 4,
            "Right for whole stars. Where there are half stars, 3.5 is above 3, too: `> 3`.",
            "half stars",
        ),
        (
            stars > means,
            "You compare with the mean of each user. That is another question (better than this "
            "user's usual?); asked for is the same border, 3 stars, for everybody.",
            "mean of the user",
        ),
        (
            stars > stars.mean(),
            "You compare with the mean of all ratings, which another data set changes. The border "
            "is 3 stars.",
            "mean of all",
        ),
        (stars <= 3, "Turned around: 1 stands for liked.", "turned around"),
        (stars < 3, "Turned around: 1 stands for liked.", "turned around"),
        (
            np.where(stars > 3, 1.0, -1.0),
            "Disliked is 0, not -1: the log loss takes the label for a probability.",
            "minus one",
        ),
        (stars, "These are the stars themselves: compare them with 3.", "stars"),
        (stars / 5, "These are shares of five stars: compare the stars with 3.", "scaled"),
    ]
    blame(found, expected, wrong)
    if not np.allclose(found, expected):
        raise NotYet(
            f"For the ratings {stars.tolist()} the labels are {rows_of(expected)}; yours are "
            f"{rows_of(found)}.",
            "other",
        )
    return "1 where more than three stars were given, for everybody by the same border."


def _refuse_other_kinds(value: Any) -> None:
    """Refuse what looks like 0 and 1 and is none: truth values and text."""
    try:
        labels = np.asarray(value)
    except (TypeError, ValueError):
        return
    kind = labels.dtype.kind
    if kind == "U" or (kind == "O" and any(isinstance(one, str) for one in labels.ravel())):
        raise NotYet(
            "Your labels are text. A loss computes with numbers: 1.0 and 0.0, without quotes.",
            "text",
        )
    if kind == "b":
        raise NotYet(
            "These are `True` and `False`. A loss computes with numbers: make 1.0 and 0.0 of them "
            'with `.astype("float32")`.',
            "booleans",
        )
