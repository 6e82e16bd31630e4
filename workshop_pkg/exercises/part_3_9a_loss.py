"""The check of lesson 3.9 on the softmax cross-entropy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.array_answers import Floats, Wrong, asked, blame, same
from workshop_pkg.exercises.comparison import not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, exercise

# Square, so that the wrong axis gives a number, not an error.
_SCORES = np.array([[2.0, -1.0, 0.5], [0.3, 1.7, -0.4], [-1.2, 0.6, 0.9]])
_LABELS = np.array([0, 0, 1])
_OTHER_SCORES = np.array([[0.1, 0.2, 3.0, -2.0], [1.0, 1.5, -0.5, 0.0]])
_OTHER_LABELS = np.array([3, 1])


@exercise("3.9-loss")
def check_loss(answer: object) -> str:
    """Judge the mean negative log probability of the labels."""
    expected = cross_entropy(_SCORES, _LABELS)
    value = _one_number(asked(answer, _SCORES, _LABELS), answer)
    if not same(value, expected):
        _explain(value, expected)
    other = _one_number(asked(answer, _OTHER_SCORES, _OTHER_LABELS), answer)
    right = cross_entropy(_OTHER_SCORES, _OTHER_LABELS)
    if not same(other, right):
        raise NotYet(
            f"Right for three users and three movies. For two users and four movies the loss is "
            f"{right:.4f}; you return {other:.4f}. Use the arguments, not fixed numbers, and "
            "divide by the number of users.",
            "fixed",
        )
    _check_large(answer)
    return "Minus the log of the probability of the label, averaged: and safe for large scores."


def cross_entropy(scores: Floats, labels: NDArray[np.int64]) -> float:
    """Work out the right loss."""
    highest = scores.max(axis=1)
    sums = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
    return float((sums - scores[np.arange(len(labels)), labels]).mean())


def _one_number(value: Any, answer: object) -> float:
    """Give the loss as a number; tell what else it may be."""
    if hasattr(value, "numpy"):
        value = value.numpy()
    try:
        if isinstance(value, str | bytes):
            raise TypeError
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one number: the mean loss.",
            "not one number",
        ) from None
    if found.ndim:
        per_user = np.asarray(
            [cross_entropy(_SCORES[[u]], _LABELS[[u]]) for u in range(len(_LABELS))]
        )
        if same(found.ravel(), per_user):
            raise NotYet(
                "Those are the losses of the single users, and they are right. Return their mean.",
                "not averaged",
            )
        raise NotYet(
            f"You return something of the shape {found.shape}. Asked for is one number: for each "
            "user pick the probability of the label, "
            "`probabilities[np.arange(len(labels)), labels]`, and average.",
            "not one number",
        )
    return float(found.item())


def _explain(value: float, expected: float) -> None:
    blame(value, expected, _wrong_values())
    if np.isnan(value):
        raise NotYet(
            "You get NaN. A logarithm of a negative number? The log is taken of a probability, "
            "after the exponential.",
            "nan",
        )
    if rounded(value, expected):
        raise not_rounded(value)
    raise NotYet(
        f"For the scores {_SCORES.tolist()} and the labels {_LABELS.tolist()} the loss is "
        f"{expected:.4f}; you return {value:.4f}. Follow the three steps for the first user: "
        "exponentials, divided by their sum, minus the log of the label's.",
        "other",
    )


def _wrong_values() -> list[Wrong]:
    users = np.arange(len(_LABELS))
    highest = _SCORES.max(axis=1)
    right = cross_entropy(_SCORES, _LABELS)
    powers = np.exp(_SCORES)
    shares = powers / powers.sum(axis=1, keepdims=True)
    down = powers / powers.sum(axis=0, keepdims=True)
    whole = powers / powers.sum()
    unshared = powers.sum(axis=1) - powers[users, _LABELS]
    axis = (
        "Your probabilities add up to 1 over the users. It is the *movies* that compete for a "
        "user: the sum goes along a row, `axis=1`, with `keepdims=True` for the division.",
        "wrong axis",
    )
    return [
        (
            -right,
            "The sign: the log of a probability is negative, and a loss is to be small when the "
            "probability is high. Take minus the log.",
            "sign",
        ),
        (
            right - highest.mean(),
            "You subtract each row's largest score from the scores before the exponential, but not "
            "from the label's score. Add it back to the log of the sum: `highest[:, 0] + ...`.",
            "largest score not added back",
        ),
        (
            right * len(_LABELS),
            "You add up over the users. Then a larger batch has a larger loss, and the learning "
            "rate would have to know its size: take the mean.",
            "sum in place of mean",
        ),
        (
            right / _SCORES.shape[1],
            "You divide by the number of movies, too. Average over the users: there is one label "
            "for each.",
            "mean over all cells",
        ),
        (-np.log(down[users, _LABELS]).mean(), *axis),
        (-np.log(down[_LABELS, users]).mean(), *axis),
        (
            -np.log(whole[users, _LABELS]).mean(),
            "You divide by the sum over the whole table. Each user has a softmax of their own: sum "
            "along the row, `axis=1`.",
            "softmax over everything",
        ),
        (
            -np.log(shares).mean(),
            "All movies of a user enter your loss. Only the label does: "
            "`probabilities[np.arange(len(labels)), labels]`.",
            "all movies in place of the label",
        ),
        (
            -np.log(shares[:, _LABELS]).mean(),
            "`probabilities[:, labels]` takes the labels of *all* users for each user. Pick one "
            "cell a row: `probabilities[np.arange(len(labels)), labels]`.",
            "labels of all users",
        ),
        (
            -shares[users, _LABELS].mean(),
            "That is minus the mean probability, without the logarithm.",
            "log missing",
        ),
        (
            shares[users, _LABELS].mean(),
            "That is the mean probability: take minus its logarithm.",
            "log missing",
        ),
        (
            1 - shares[users, _LABELS].mean(),
            "That is one minus the mean probability: take minus its logarithm.",
            "log missing",
        ),
        (
            -np.log(shares[users, _LABELS].mean()),
            "You take the log of the mean probability. Take the log first, for each user, and "
            "then the mean.",
            "log of the mean",
        ),
        (
            -np.log2(shares[users, _LABELS]).mean(),
            "That is in bits, the logarithm to base 2. Use the natural one, `np.log`.",
            "base of the logarithm",
        ),
        (
            -np.log10(shares[users, _LABELS]).mean(),
            "That is the logarithm to base 10. Use the natural one, `np.log`.",
            "base of the logarithm",
        ),
        (
            -_SCORES[users, _LABELS].mean(),
            "That is minus the label's score. What the other movies score is missing: add the log "
            "of the sum of the exponentials.",
            "no normalization",
        ),
        (
            -np.log(np.abs(_SCORES / _SCORES.sum(axis=1, keepdims=True))[users, _LABELS]).mean(),
            "You divide the scores by their sum, without the exponential. Scores can be negative: "
            "`np.exp` makes them positive.",
            "exponential missing",
        ),
        (
            (np.log(unshared) - _SCORES[users, _LABELS]).mean(),
            "The label's own exponential is missing in the sum: the probabilities of all movies, "
            "the label's among them, add up to 1.",
            "label not in the sum",
        ),
        (
            -(np.log(1 / (1 + np.exp(-_SCORES)))[users, _LABELS]).mean(),
            "You use the sigmoid, which asks of each movie on its own: yes or no? In a softmax the "
            "movies compete.",
            "sigmoid",
        ),
        (
            ((1 - shares[users, _LABELS]) ** 2).mean(),
            "That is a squared error. Take minus the log of the label's probability.",
            "squared error",
        ),
    ]


def _check_large(answer: object) -> None:
    """Scores of a thousand overflow the exponential; low probabilities underflow it."""
    for shift in (1000.0, -1000.0):
        scores = _SCORES + np.array([[shift], [0.0], [shift]])
        value = asked(answer, scores, _LABELS)
        if not same(_one_number(value, answer), cross_entropy(scores, _LABELS)):
            raise NotYet(
                f"Right for small scores. With scores near {shift:g} you return "
                f"{float(np.asarray(value).item()):g}: the exponential leaves what a computer can "
                "hold. Subtract each row's largest score first; the probabilities stay the same.",
                "not stable",
            )
    far = np.array([[900.0, 0.0]])
    value = _one_number(asked(answer, far, np.array([1])), answer)
    if not same(value, 900.0):
        raise NotYet(
            f"Right where the label has some probability. For the scores [900, 0] and the second "
            f"movie as the label the loss is 900; you return {value:g}. The probability rounds to "
            "0, and its log is gone: take the log of the *sum* and subtract the label's score, "
            "without forming the probability.",
            "log of a rounded probability",
        )
