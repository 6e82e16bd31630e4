"""The check of lesson 3.1 on how much memory each way to the loss takes."""

from __future__ import annotations

from typing import Any

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

# Users, movies, ratings, features: no two products of them are alike.
_SIZES = (70, 110, 130, 3)
_OTHER = (1009, 211, 50_021, 7)


@exercise("3.1-memory")
def check_memory(answer: object) -> str:
    """Judge the bytes of the full matrix, and of both gathered tables."""
    full, gathered = _asked(answer, _SIZES)
    _judge_full(full, gathered)
    _judge_gathered(gathered)
    if not all(map(close, _asked(answer, _OTHER), _expected(_OTHER))):
        raise NotYet(
            f"Right for {_SIZES}, wrong for {_OTHER}: use the four arguments.",
            "fixed",
        )
    return "Rows times columns against ratings times features."


def _expected(sizes: tuple[int, int, int, int]) -> tuple[float, float]:
    users, movies, ratings, features = sizes
    return 4.0 * users * movies, 4.0 * 2 * ratings * features


def _asked(answer: object, sizes: tuple[int, int, int, int]) -> tuple[Any, Any]:
    value = attempt(answer, *sizes)
    try:
        if isinstance(value, dict | set | str):  # they have no first and second number
            raise TypeError
        full, gathered = value
    except (TypeError, ValueError):
        raise NotYet(
            "Return two numbers: the bytes of the full matrix, and those of both gathered tables.",
            "not two numbers",
        ) from None
    return full, gathered


def _judge_full(full: Any, gathered: Any) -> None:
    users, movies, _, features = _SIZES
    right, other = _expected(_SIZES)
    if close(full, right):
        return
    if close(full, other) and close(gathered, right):
        raise NotYet("Both numbers are right, in the other order: first the full one.", "exchanged")
    if close(full, right / 4):
        raise NotYet(
            "That is how many numbers there are. Each takes 4 bytes (float32 has 32 bits).",
            "numbers in place of bytes",
        )
    if close(full, right * 8):
        raise NotYet("Those are bits. A float32 has 32 bits, which are 4 bytes.", "bits")
    if any(close(full, right / unit) for unit in (1e3, 1e6, 1e9, 2**10, 2**20, 2**30)):
        raise NotYet("Right, in another unit. Return bytes; the lesson divides.", "unit")
    if close(full, right * features):
        raise NotYet(
            "A prediction is one number, whatever the number of features: the sum is done when it "
            "is stored. The full matrix has users times movies numbers.",
            "features in the full matrix",
        )
    if close(full, 4.0 * (users + movies) * features):
        raise NotYet(
            "Those are the two tables of embeddings, which both ways have. Asked for is what comes "
            "on top: the matrix of all predictions, users times movies.",
            "the tables themselves",
        )
    raise NotYet(
        f"With {users} users and {movies} movies the matrix of all predictions has "
        f"{users * movies:,} numbers of 4 bytes, {right:,.0f} bytes.",
        "other",
    )


def _judge_gathered(gathered: Any) -> None:
    users, movies, ratings, features = _SIZES
    _, right = _expected(_SIZES)
    if close(gathered, right):
        return
    if close(gathered, right / 2):
        raise NotYet(
            "That is one gathered table. There are two: a row of the user and a row of the movie "
            "for each rating.",
            "one table",
        )
    if close(gathered, right / features) or close(gathered, right / features / 2):
        raise NotYet(
            "A gathered row has all features of its user or movie: multiply by their number.",
            "features forgotten",
        )
    if close(gathered, 4.0 * (users + movies) * features):
        raise NotYet(
            "Those are the two tables of embeddings themselves. A user with a hundred ratings is "
            "looked up a hundred times: the gathered tables have a row for each *rating*.",
            "the tables themselves",
        )
    if close(gathered, right / 4):
        raise NotYet(
            "That is how many numbers there are. Each takes 4 bytes (float32 has 32 bits).",
            "numbers in place of bytes",
        )
    raise NotYet(
        f"For {ratings} ratings and {features} features the two gathered tables have "
        f"2 x {ratings} x {features} numbers of 4 bytes, {right:,.0f} bytes.",
        "other",
    )
