"""The check of lesson 5.2 on ALS: which of Spark's parameters say what was meant."""

from __future__ import annotations

from typing import Any

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.part_5_2a_frame import spark_session
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

#: What the answer is asked for: task, n_factors, l2, n_sweeps, weight.
_ASKED: list[tuple[str, int, float, int, float]] = [
    ("stars", 7, 0.3, 4, 2.0),
    ("choices", 12, 0.05, 6, 41.0),
    ("choices", 5, 0.2, 8, 3.5),
]


@exercise("5.2-als-parameters")
def check_parameters(answer: object) -> str:
    """Judge the estimators by what Spark will read off them."""
    if callable(answer):
        spark_session()
    for asked in _ASKED:
        _judge(_estimator(attempt(answer, *asked)), *asked)
    return "Each parameter says what was meant, for both tasks."


def _estimator(value: Any) -> Any:
    name = type(value).__name__
    if name == "ALSModel":
        raise NotYet(
            "You return a fitted model. Return the `ALS(...)` itself, before `fit`.", "fitted"
        )
    if isinstance(value, dict):
        raise NotYet("You return a dictionary. Hand it on: `ALS(**parameters)`.", "a dictionary")
    if name != "ALS" or not hasattr(value, "getRegParam"):
        raise NotYet(f"You return a `{name}`; Spark's `ALS(...)` is asked for.", "not an ALS")
    return value


def _judge(als: Any, task: str, n_factors: int, l2: float, n_sweeps: int, weight: float) -> None:
    _judge_columns(als, task)
    _judge_numbers(als, n_factors, l2, n_sweeps)
    _judge_task(als, task, weight)
    if als.getColdStartStrategy() != "drop":
        raise NotYet(
            f"`coldStartStrategy` is {als.getColdStartStrategy()!r}: a movie that training never "
            'saw gets NaN, and one NaN makes the RMSE NaN. Set it to `"drop"`.',
            "nan kept",
        )
    if als.getSeed() != 0:
        raise NotYet(
            "The seed is not 0. Without one of your own, Spark takes one of its own; say `seed=0`.",
            "seed",
        )
    if als.getNonnegative():
        raise NotYet(
            "`nonnegative=True` forbids negative factors: that is another model, near to NMF of "
            "lesson 3.5. Leave it out.",
            "nonnegative",
        )


def _judge_columns(als: Any, task: str) -> None:
    users, movies, ratings = als.getUserCol(), als.getItemCol(), als.getRatingCol()
    if (users, movies) == ("movie_id", "user_id"):
        raise NotYet("Users and items are swapped: `userCol` is `user_id`.", "columns swapped")
    if (users, movies) != ("user_id", "movie_id"):
        raise NotYet(
            f"`userCol` is {users!r} and `itemCol` is {movies!r}; the frame has `user_id` and "
            "`movie_id`. Spark's own names are `user` and `item`, unless you set them.",
            "columns",
        )
    wanted = "rating" if task == "stars" else "chosen"
    if ratings == wanted:
        return
    if task == "choices" and ratings == "rating":
        raise NotYet(
            "For choices, `ratingCol` is still `rating`: then five stars weigh more than one, and "
            "each weighs more than asked. The column `chosen` is 1.0 in every row.",
            "stars as strength",
        )
    raise NotYet(
        f"For {task}, `ratingCol` is {ratings!r}; the column is {wanted!r}.", "rating column"
    )


def _judge_numbers(als: Any, n_factors: int, l2: float, n_sweeps: int) -> None:
    rank, sweeps, penalty = als.getRank(), als.getMaxIter(), als.getRegParam()
    if (rank, sweeps) == (n_sweeps, n_factors):
        raise NotYet(
            "`rank` and `maxIter` are swapped: the rank is the number of factors, `maxIter` that "
            "of sweeps.",
            "rank and sweeps swapped",
        )
    if rank != n_factors:
        default = ", Spark's own default" if rank == 10 else ""
        raise NotYet(f"Asked for `n_factors={n_factors}`, your `rank` is {rank}{default}.", "rank")
    if sweeps != n_sweeps:
        default = ", Spark's own default" if sweeps == 10 else ""
        raise NotYet(
            f"Asked for `n_sweeps={n_sweeps}`, your `maxIter` is {sweeps}{default}.", "maxIter"
        )
    if not close(penalty, l2):
        raise NotYet(
            f"Asked for `l2={l2}`, your `regParam` is {penalty:g}"
            + (
                ", Spark's own default."
                if close(penalty, 0.1)
                else ". It is l2 as it is: Spark itself multiplies by the number of ratings."
            ),
            "regParam",
        )


def _judge_task(als: Any, task: str, weight: float) -> None:
    implicit, alpha = als.getImplicitPrefs(), als.getAlpha()
    if task == "stars":
        if implicit:
            raise NotYet(
                "For stars, `implicitPrefs` is True: then the stars are taken as weights, and 1 is "
                "predicted for each rated pair. It belongs to choices only.",
                "stars as choices",
            )
        return
    if not implicit:
        raise NotYet(
            "For choices, `implicitPrefs` is False: then only chosen pairs count, all of them 1, "
            "and predicting 1 everywhere is perfect. Set it to True.",
            "choices as stars",
        )
    if close(alpha, weight - 1):
        return
    if close(alpha, weight):
        raise NotYet(
            "You set `alpha` to the weight itself. A chosen pair weighs 1 + alpha, one that is not "
            "chosen weighs 1: so alpha is `weight - 1`.",
            "alpha is the weight",
        )
    if close(alpha, 1.0):
        raise NotYet(
            "`alpha` is 1, Spark's own default, whatever `weight` is. A chosen pair weighs "
            "1 + alpha.",
            "alpha missing",
        )
    raise NotYet(
        f"For `weight={weight:g}`, `alpha` is {alpha:g}; a chosen pair weighs 1 + alpha, and one "
        "that is not chosen weighs 1.",
        "alpha",
    )
