"""The check of lesson 3.4 on the error that pairs without a rating add to the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.part_3_4a_loss import CASE, OTHER, Case, errors_of
from workshop_pkg.exercises.registry import NotYet, attempt, exercise
from workshop_pkg.exercises.table_memory import peak_bytes

_MANY_USERS, _MANY_MOVIES, _MOST_BYTES = 2000, 3000, 12_000_000


@exercise("3.4-unobserved")
def check_unobserved(answer: object) -> str:
    """Judge the sum of squared scores of the pairs without a rating, by the number of ratings."""
    value = _asked(answer, CASE)
    expected = unobserved(CASE)
    if not close(value, expected):
        _explain(value, expected)
    if not close(_asked(answer, OTHER), unobserved(OTHER)):
        raise NotYet(
            "Right for 7 ratings of 4 users and 6 movies, wrong for 4 ratings of 6 and 3: take "
            "the numbers from the arguments.",
            "fixed",
        )
    _judge_memory(answer)
    return "All pairs, less the observed ones: what is missing is never written down."


def unobserved(case: Case) -> float:
    """Compute the term by the table of all pairs, as a reference.

    Parameters
    ----------
    case : Case
        Embeddings and observed pairs; the stars are not used.

    Returns
    -------
    float
        In squared stars.
    """
    table = case.user_embeddings @ case.movie_embeddings.T
    table[case.users, case.movies] = 0.0
    return float((table**2).sum() / len(case.users))


def _asked(answer: object, case: Case) -> float:
    value: Any = attempt(answer, *case[:4])
    try:
        return float(np.asarray(value, dtype=np.float64).item())
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}` that is not one number. Add the squared scores "
            "up.",
            "not one number",
        ) from None


def _explain(value: float, expected: float) -> None:
    if rounded(value, expected):
        raise not_rounded(value)
    table = CASE.user_embeddings @ CASE.movie_embeddings.T
    observed = table[CASE.users, CASE.movies]
    everything, rated = float((table**2).sum()), float((observed**2).sum())
    n, size = len(observed), table.size
    rows = [
        (
            everything / n,
            "Your sum has the observed pairs in it, too. Their errors are counted already: take "
            "their squared scores off.",
            "observed pairs left in",
        ),
        (
            everything / size,
            "That is the gravity term: a mean over all pairs. Take the observed ones off, and "
            "divide by the number of ratings.",
            "gravity",
        ),
        (
            rated / n,
            "Those are the observed pairs. Asked for are the others: all pairs, less these.",
            "observed pairs only",
        ),
        (
            -expected,
            "The sign: it is all pairs less the observed ones.",
            "sign",
        ),
        (
            expected * n,
            "Right, but for the divisor: divide by the number of ratings, `len(users)`, as the "
            "observed error does. Then both count in the same unit.",
            "not divided",
        ),
        (
            expected * n / (size - n),
            "You divide by the number of unobserved pairs. Divide by the number of *ratings*, as "
            "the observed error does: then a weight of 1 means that each pair counts the same.",
            "divided by unobserved pairs",
        ),
        (
            expected * n / size,
            "You divide by the number of all pairs. Divide by the number of ratings, as the "
            "observed error does.",
            "divided by all pairs",
        ),
        (
            everything / size - rated / n,
            "You subtract one mean from another one. Subtract the sums, then divide once.",
            "difference of means",
        ),
        (
            (everything - float(observed.sum())) / n,
            "You take the observed scores off as they are. Square them, as all others.",
            "observed not squared",
        ),
        (
            (everything - float((errors_of(CASE) ** 2).sum())) / n,
            "You take squared *errors* off. What stands in the sum over all pairs are squared "
            "scores.",
            "errors taken off",
        ),
        (
            (float(table.sum()) - float(observed.sum())) / n,
            "The scores are not squared: those above and below 0 cancel.",
            "not squared",
        ),
    ]
    for wrong, message, misconception in rows:
        if close(value, wrong):
            raise NotYet(message, misconception)
    raise NotYet(
        f"The squared scores of all pairs add up to {everything:.3f}, those of the {n} observed "
        f"pairs to {rated:.3f}: the term is {expected:.3f}, and you return {value:.3f}.",
        "other",
    )


def _judge_memory(answer: object) -> None:
    generator = np.random.default_rng(0)
    large = Case(
        generator.normal(size=(_MANY_USERS, 3)),
        generator.normal(size=(_MANY_MOVIES, 3)),
        np.arange(5),
        np.arange(5),
        np.ones(5),
    )
    if peak_bytes(lambda: _asked(answer, large)) > _MOST_BYTES:
        raise NotYet(
            f"The right number, but with {_MANY_USERS:,} users and {_MANY_MOVIES:,} movies your "
            "function makes a table of all pairs on the way. The sum over all pairs comes from the "
            "two Gram tables, as in the exercise before.",
            "table of all pairs",
        )
