"""The check of lesson 3.7 on class balance: how often a constant guess is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from workshop_pkg.exercises.array_answers import asked
from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, exercise

# Likes are the more frequent label in training, dislikes in the test part.
_TRAIN = np.array([1, 1, 0, 1, 0, 1, 1, 1], dtype=np.float32)
_TEST = np.array([0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1], dtype=np.float32)


@exercise("3.7-balance")
def check_balance(answer: object) -> str:
    """Judge the accuracy on the test part of the label that is most frequent in training."""
    expected = float((_TEST == 1).mean())
    value = asked(answer, _TRAIN.copy(), _TEST.copy())
    if np.ndim(value) != 0 or isinstance(value, str):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one number, the share of test "
            "labels that the guess meets.",
            "not one number",
        )
    if rounded(value, expected):
        raise not_rounded(value)
    _blame(value, expected)
    for train, test in ((1 - _TRAIN, _TEST), (_TRAIN, 1 - _TEST), (1 - _TRAIN, 1 - _TEST)):
        guess = float(train.mean() > 0.5)
        wanted = float((test == guess).mean())
        found = asked(answer, train, test)
        if not close(found, wanted):
            more = "likes" if guess else "dislikes"
            if close(found, 1 - wanted):
                raise NotYet(
                    f"Wrong where training has more {more}: the guess is the label that is more "
                    "frequent *there*, be it 1 or 0.",
                    "always the same label",
                )
            raise NotYet(
                f"Right for our first labels, wrong where training has more {more}: {wanted:.3f} "
                f"of the test labels agree with the guess, you return {found}.",
                "other labels",
            )
    one_kind = asked(answer, np.ones(4), np.array([1.0, 0.0, 1.0, 1.0]))
    if not close(one_kind, 0.75):
        raise NotYet(
            "Where all training labels are 1 the guess is 1: right for 3 of the labels 1, 0, 1, 1. "
            f"You return {one_kind}.",
            "one label only",
        )
    return "Decided on the training part, counted on the test part: the bar for a classifier."


def _blame(value: Any, expected: float) -> None:
    if close(value, expected):
        return
    likes, dislikes = float((_TEST == 1).mean()), float((_TEST == 0).mean())
    for wrong, message, misconception in (
        (
            max(likes, dislikes),
            "You look up in the *test* labels which is more frequent. Somebody who has to guess "
            "does not know them: decide by the training labels, then count on the test labels.",
            "decided on the test part",
        ),
        (
            float(max(_TRAIN.mean(), 1 - _TRAIN.mean())),
            "That is the share in the *training* labels. The guess is decided there; how often it "
            "is right is counted on the test labels.",
            "counted on the training part",
        ),
        (
            float(1 - _TRAIN.mean()),
            "That is the share of dislikes in training. Count on the test labels.",
            "counted on the training part",
        ),
        (
            100 * expected,
            "That is a percentage. Return a share between 0 and 1.",
            "percent",
        ),
        (
            float((_TEST == 1).sum()),
            "That is a number of ratings. Divide by how many test labels there are.",
            "a count",
        ),
        (
            float((np.concatenate([_TRAIN, _TEST]) == 1).mean()),
            "You count on both parts together. Decide on the training part, count on the test "
            "part.",
            "both parts together",
        ),
        (
            float(_TEST.mean() * _TRAIN.mean() + (1 - _TEST.mean()) * (1 - _TRAIN.mean())),
            "That is how often a guess *by lot*, with the shares of training, is right. The more "
            "frequent label every time does better.",
            "by lot",
        ),
        (
            float(_TRAIN.sum() / len(_TEST)),
            "Likes of training over test labels: count both on the test part.",
            "counted on the training part",
        ),
        (1.0, "The *label* is 1. Asked for is how often it is right.", "the label"),
        (0.5, "That would be a coin. Guess the more frequent label instead.", "a coin"),
    ):
        if close(value, wrong):
            raise NotYet(message, misconception)
    raise NotYet(
        f"The more frequent label in training is 1; {expected:.3f} of the test labels are 1. You "
        f"return {value}.",
        "other",
    )
