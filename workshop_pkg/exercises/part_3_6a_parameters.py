"""The check of lesson 3.6 on the number of parameters of a factorization."""

from __future__ import annotations

from typing import Any

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_USERS, _MOVIES, _FACTORS = 11, 7, 5


@exercise("3.6-parameters")
def check_parameters(answer: object) -> str:
    """Judge a count of what a factorization has to learn, without and with biases."""
    plain = _asked(answer, biases=False)
    if not close(plain, (_USERS + _MOVIES) * _FACTORS):
        _explain(plain, with_biases=False)
    biased = _asked(answer, biases=True)
    if not close(biased, (_USERS + _MOVIES) * (_FACTORS + 1)):
        _explain_biases(biased)
    for users, movies, factors, biases in ((3, 20, 1, False), (40, 4, 9, True)):
        expected = (users + movies) * (factors + biases)
        if not close(attempt(answer, users, movies, factors, biases), expected):
            raise NotYet(
                f"Right for {_USERS} users, {_MOVIES} movies and {_FACTORS} factors, wrong for "
                f"{users}, {movies} and {factors}: use the arguments.",
                "fixed",
            )
    return "A row for each user and each movie: that is all there is to learn."


def _asked(answer: object, *, biases: bool) -> Any:
    value = attempt(answer, _USERS, _MOVIES, _FACTORS, biases)
    try:
        if isinstance(value, str):
            raise TypeError
        float(value)
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one whole number.",
            "not one number",
        ) from None
    return value


def _explain(value: Any, *, with_biases: bool) -> None:
    users, movies, factors = _USERS, _MOVIES, _FACTORS
    dot = (
        "The dot product multiplies and adds: it holds no numbers of its own, nor does the L2 "
        "penalty. Count the tables only."
    )
    cells = (
        "You multiply users by movies: these are the cells of the table of ratings. A "
        "factorization keeps a row for each user *plus* a row for each movie.",
        "cells",
    )
    for wrong, message, misconception in (
        (users * movies, *cells),
        (users * movies * factors, *cells),
        (
            users + movies,
            "One number for each user and movie: each has an embedding of `n_factors` numbers.",
            "factors forgotten",
        ),
        (users + movies + factors, "Multiply by the factors, do not add them.", "factors added"),
        (users + movies + 2 * factors, "Multiply by the factors, do not add.", "factors added"),
        (users * factors, "The movies have a table, too.", "one table"),
        (movies * factors, "The users have a table, too.", "one table"),
        (users * factors + movies, "Brackets: movies have `n_factors` numbers, too.", "brackets"),
        (users + movies * factors, "Brackets: users have `n_factors` numbers, too.", "brackets"),
        ((users + movies) * factors + factors, dot, "dot product counted"),
        ((users + movies) * factors + 1, dot, "dot product counted"),
        (
            (users + movies) * (factors + 1),
            "You count biases where `biases` is `False`.",
            "biases always",
        ),
    ):
        if close(value, wrong):
            raise NotYet(message, misconception)
    raise NotYet(
        f"For {users} users, {movies} movies, {factors} factors and no biases the tables hold "
        f"{(users + movies) * factors} numbers; you return {value}.",
        "other",
    )


def _explain_biases(value: Any) -> None:
    users, movies, factors = _USERS, _MOVIES, _FACTORS
    plain = (users + movies) * factors
    for wrong, message, misconception in (
        (plain, "With `biases=True` there are more: a number for each user, each movie.", "none"),
        (
            plain + 2,
            "Two more numbers: one bias for all users and one for all movies. Each user and each "
            "movie has a bias of its own.",
            "one bias for all",
        ),
        (plain + 1, "One bias for all? Each user and movie has its own.", "one bias for all"),
        (
            2 * plain,
            "A bias is a single number, not one for each factor.",
            "bias for each factor",
        ),
        (plain + users, "The movies have biases, too.", "biases on one side"),
        (plain + movies, "The users have biases, too.", "biases on one side"),
        (
            plain + users * movies,
            "A bias for each pair would be a table as large as the ratings. Each user has one, and "
            "each movie.",
            "bias for each pair",
        ),
    ):
        if close(value, wrong):
            raise NotYet(f"Right without biases. {message}", misconception)
    raise NotYet(
        f"Right without biases. With them there is one more number for each user and each movie; "
        f"you return {value}.",
        "other",
    )
