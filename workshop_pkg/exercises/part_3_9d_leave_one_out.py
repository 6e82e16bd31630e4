"""The check of lesson 3.9 on leave-one-out evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.array_answers import Floats, Wrong, array_of, asked, blame, same
from workshop_pkg.exercises.registry import NotYet, exercise

Marks = NDArray[np.bool_]
_WHAT = "True or False for each user"
_K = 2
# Each user tells misconceptions apart: see the comments.
_SCORES = np.array(
    [
        [9.0, 8.0, 7.0, 1.0, 2.0, 0.0],  # two seen ones score higher: a hit only without them
        [5.0, 4.0, 3.0, 2.0, 1.0, 0.0],  # third: a miss, by k = 2
        [5.0, 4.0, 0.0, 0.0, 1.0, 2.0],  # second, just a hit
        [3.0, 3.0, 3.0, 3.0, 3.0, 3.0],  # everything ties: a miss
        [0.0, 1.0, 6.0, 2.0, 5.0, 4.0],  # first, a hit; of the lowest scores it would be none
        [1.0, 6.0, 6.0, 0.0, 2.0, 0.0],  # ties with another one for the first two: a hit
    ]
)
_SEEN = np.array(
    [
        [1, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 1],
        [0, 0, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 1],
        [1, 0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 1],
    ],
    dtype=bool,
)
_HELD_OUT = np.array([2, 2, 1, 0, 2, 1])


@exercise("3.9-leave-one-out")
def check_hits(answer: object) -> str:
    """Judge whether each held-out movie is among the k best of the unseen."""
    expected = hits_of(_SCORES, _SEEN, _HELD_OUT, _K)
    found = _marks(asked(answer, _SCORES, _SEEN, _HELD_OUT, _K), expected)
    if not same(found, expected):
        _explain(found, expected)
    for scores, seen, held_out, k in _others():
        right = hits_of(scores, seen, held_out, k)
        again = _marks(asked(answer, scores, seen, held_out, k), right)
        if not same(again, right):
            _explain_other(again, right, scores, seen, held_out, k)
    return "Among the unseen, ties counted against the model: a fair hit."


def hits_of(scores: Floats, seen: Marks, held_out: NDArray[np.int64], k: int) -> Floats:
    """Work out the right hits, as 1 and 0."""
    own = scores[np.arange(len(held_out)), held_out]
    ahead = (scores >= own[:, None]) & ~seen
    ahead[np.arange(len(held_out)), held_out] = False
    hits: Floats = (ahead.sum(axis=1) < k).astype(np.float64)
    return hits


def _others() -> list[tuple[Floats, Marks, NDArray[np.int64], int]]:
    rng = np.random.default_rng(4)
    scores = rng.permutation(40).reshape(5, 8).astype(float)
    seen = rng.random((5, 8)) < 0.3
    held_out = np.array([int(np.flatnonzero(~row)[0]) for row in seen])
    # A rank equal to k, with every k; minus infinity is the lowest of scores.
    cases = [(scores, seen, held_out, k) for k in (1, 3, 4)]
    lowest = np.array([[-np.inf, -2.0, -3.0, -1.0], [-5.0, -np.inf, -7.0, -6.0]])
    unseen = np.zeros((2, 4), dtype=bool)
    # All scores below 0, and the best ones seen: as 0 they would stand first.
    below = np.array([[-3.0, -1.0, -2.0, -4.0], [-8.0, -6.0, -5.0, -7.0]])
    known = np.array([[0, 1, 1, 0], [0, 1, 1, 0]], dtype=bool)
    return [
        *cases,
        (lowest, unseen, np.array([2, 0]), 3),
        (below, known, np.array([0, 3]), 1),
    ]


def _marks(value: Any, expected: Floats) -> Floats:
    if isinstance(value, float | np.floating) and same(value, expected.mean()):
        raise NotYet(
            "That is the hit rate, the mean, and it is right. Return the hits themselves, one for "
            "each user: the mean is taken in the next cell.",
            "mean returned",
        )
    found = array_of(value, expected.shape, _WHAT)
    if not set(np.unique(found)) <= {0.0, 1.0}:
        raise NotYet(
            "You return numbers other than True and False (or 1 and 0): a hit is a rank of at most "
            "`k`. Compare at the end.",
            "ranks returned",
        )
    return found


def _explain(found: Floats, expected: Floats) -> None:
    blame(found, expected, _wrong_hits())
    user = int(np.flatnonzero(found != expected)[0])
    raise NotYet(
        f"User {user} has the scores {_SCORES[user].tolist()}, has seen the movies "
        f"{np.flatnonzero(_SEEN[user]).tolist()}, and movie {_HELD_OUT[user]} is held out: with "
        f"k = {_K} that is {'a hit' if expected[user] else 'a miss'}, and you say "
        f"{'a hit' if found[user] else 'a miss'}.",
        "other",
    )


def _wrong_hits() -> list[Wrong]:
    users = np.arange(len(_HELD_OUT))
    own = _SCORES[users, _HELD_OUT][:, None]
    unseen = ~_SEEN
    higher = ((own < _SCORES) & unseen).sum(axis=1)
    as_high = ((own <= _SCORES) & unseen).sum(axis=1)  # the held-out movie among them
    all_as_high = (own <= _SCORES).sum(axis=1)
    lower = ((own >= _SCORES) & unseen).sum(axis=1)
    order = np.argsort(-np.where(_SEEN, -np.inf, _SCORES), axis=1, kind="stable")
    first = (order[:, :_K] == _HELD_OUT[:, None]).any(axis=1)
    seen_in = (
        "Movies that the user has seen take places in your list. They are no candidates: leave "
        "them out, `~seen`.",
        "seen not left out",
    )
    ties = (
        "A model that gives the same score to everything gets a hit from you, or gets one by the "
        "order of the columns. Count ties *against* the model: every other unseen movie with a "
        "score at least as high stands before the held-out one.",
        "ties in favor",
    )
    return [
        (all_as_high <= _K, *seen_in),
        ((own < _SCORES).sum(axis=1) < _K, *seen_in),
        (higher < _K, *ties),
        (first, *ties),
        (
            as_high < _K,
            "One place too few: with k = 2 the second place is a hit, too. Are you counting the "
            "held-out movie as standing before itself?",
            "off by one",
        ),
        (
            as_high <= _K + 1,
            "One place too many: with k = 2 the third place is a miss. `rank <= k` where ranks "
            "begin at 1, `rank < k` where they begin at 0.",
            "off by one",
        ),
        (
            lower <= _K,
            "You rank from the lowest score up. The best has the *highest* score.",
            "lowest first",
        ),
        (
            (own <= _SCORES).sum(axis=1) - (own <= _SCORES)[:, :1].sum(axis=1) < _K,
            *seen_in,
        ),
        (
            ((own <= _SCORES) & _SEEN).sum(axis=1) <= _K,
            "You say a hit for everybody. Do you count the movies that the user *has* seen? The "
            "candidates are the others, `& ~seen`; and the count is compared with `k`.",
            "hits everywhere",
        ),
        (
            ((_SCORES[:, _HELD_OUT] <= _SCORES) & unseen).sum(axis=1) <= _K,
            "`scores[:, held_out]` takes a column for every user's movie. Pick one score a row: "
            "`scores[np.arange(len(held_out)), held_out]`, then `[:, None]`.",
            "scores of all held-out movies",
        ),
        (
            as_high > _K,
            "True and False are swapped: a hit is a rank of at most `k`.",
            "swapped",
        ),
    ]


def _explain_other(
    found: Floats,
    expected: Floats,
    scores: Floats,
    seen: Marks,
    held_out: NDArray[np.int64],
    k: int,
) -> None:
    user = int(np.flatnonzero(found != expected)[0])
    if (scores < 0).any():
        raise NotYet(
            f"Right where no score is below 0. With the scores {scores[user].tolist()}, the movies "
            f"{np.flatnonzero(seen[user]).tolist()} seen, movie {held_out[user]} held out and "
            f"k = {k} it is "
            f"{'a hit' if expected[user] else 'a miss'}: scores may be negative. Give seen movies "
            "minus infinity or leave them out by `~seen`; 0 is not low.",
            "negative scores",
        )
    raise NotYet(
        f"Right for k = {_K}. With k = {k}, the scores {scores[user].tolist()}, the movies "
        f"{np.flatnonzero(seen[user]).tolist()} seen and movie {held_out[user]} held out it is "
        f"{'a hit' if expected[user] else 'a miss'}, and you say "
        f"{'a hit' if found[user] else 'a miss'}. Use the arguments, also `k`.",
        "fixed",
    )
