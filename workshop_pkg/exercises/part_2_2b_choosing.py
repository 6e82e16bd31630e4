"""The check of lesson 2.2 on choosing the number of groups by the silhouette."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Floats = npt.NDArray[np.float64]

_CANDIDATES = [2, 3, 4, 5, 6]


def _planted(n_groups: int) -> pd.DataFrame:
    """Make users in `n_groups` clear groups by their shares; a count suggests other ones."""
    rng = np.random.default_rng(n_groups)
    group = np.repeat(np.arange(n_groups), 12)
    angle = 2 * np.pi * group / n_groups
    shares = {
        f"share {number}": 0.5 + 0.3 * np.cos(angle + number) + rng.normal(0, 0.01, len(group))
        for number in range(20)
    }
    count = 100 + 50 * (np.arange(len(group)) % (7 - n_groups)) + rng.normal(0, 6, len(group))
    return pd.DataFrame(shares | {"count": count})


@exercise("2.2-choose-k")
def check_choose_k(answer: object) -> str:
    """Judge a choice of the number of groups by the mean silhouette of standardized features."""
    three, four = _planted(3), _planted(4)
    found = [
        _a_candidate(attempt(answer, data, _CANDIDATES), _CANDIDATES) for data in (three, four)
    ]
    if found[0] == found[1]:
        if found[0] == max(_CANDIDATES):
            _explain(found[0], four, _CANDIDATES, 4)
        third = _a_candidate(attempt(answer, _planted(2), _CANDIDATES), _CANDIDATES)
        if third != found[0]:
            _explain(found[0], four, _CANDIDATES, 4)
            _explain(found[0], three, _CANDIDATES, 3)
        raise NotYet(
            f"You return {found[0]} for tables with different groups. Use the function's "
            "argument `features`, not a table from an earlier cell or a fixed number.",
            "not the argument",
        )
    for data, k, expected in ((three, found[0], 3), (four, found[1], 4)):
        if k != expected:
            _explain(k, data, _CANDIDATES, expected)
            raise NotYet(
                f"The best mean silhouette of these standardized features is that of {expected} "
                f"groups, you return {k}. Compare the candidates by `silhouette_score` alone; the "
                "largest wins.",
                "other",
            )
    fewer = [2, 4, 5]
    if _a_candidate(attempt(answer, three, fewer), fewer) not in _best_of(three, fewer):
        raise NotYet(
            "For other candidates your choice is not the best of them: use the argument "
            "`candidates`.",
            "not the argument",
        )
    _check_with_one(answer, four)
    return "The data has a say, not only the number of groups. It may also say: none fits well."


def _check_with_one(answer: object, data: pd.DataFrame) -> None:
    candidates = [1, 2, 3, 4, 5]
    message = (
        "With 1 among the candidates your function fails: one group has no other group to be "
        "compared with, so that `silhouette_score` refuses it. Skip candidates below 2."
    )
    try:
        value = attempt(answer, data, candidates)
    except NotYet as verdict:
        if verdict.misconception != "error":
            raise
        raise NotYet(message, "scores one group") from None
    if _a_candidate(value, candidates) != 4:
        raise NotYet(
            "With 1 among the candidates you choose another number than without. One group has no "
            "silhouette: skip candidates below 2.",
            "scores one group",
        )


def _a_candidate(value: Any, candidates: list[int]) -> int:
    if isinstance(value, bool) or np.size(value) != 1:
        raise NotYet(
            f"Return one number, the best of the candidates; you return {type(value).__name__}.",
            "not a candidate",
        )
    try:
        number = float(np.asarray(value).reshape(()))
    except (TypeError, ValueError):
        raise NotYet(
            f"Return a number, the best of the candidates; you return {value!r}.", "not a candidate"
        ) from None
    if number in candidates:
        return int(number)
    if number in range(len(candidates)):
        raise NotYet(
            f"You return {number:g}, the place of the best in the list. Return the candidate "
            "itself: `candidates[place]`.",
            "place in the list",
        )
    if -1 <= number <= 1:
        raise NotYet(
            f"You return {number:.3f}, which looks like a silhouette. Return the number of groups "
            "that has it.",
            "score in place of k",
        )
    raise NotYet(
        f"You return {number:g}, which is not among the candidates {candidates}. If your loop runs "
        "over numbers of its own, let it run over `candidates`.",
        "not a candidate",
    )


def _explain(k: int, data: pd.DataFrame, candidates: list[int], expected: int) -> None:
    """Raise the hint for a choice that is wrong, where the reason can be told."""
    if k == expected:
        return
    raw = data.to_numpy(dtype=np.float64)
    scaled = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    worst = min(candidates, key=lambda n: _silhouette(scaled, scaled, n))
    if k == max(candidates, key=lambda n: _silhouette(raw, raw, n)):
        raise NotYet(
            "That is the best silhouette of the features as they are: the count, in the largest "
            "numbers, decides alone. Standardize first, and use the standardized features both "
            "for the groups and for the silhouette.",
            "unscaled",
        )
    if k == max(candidates):
        raise NotYet(
            f"{k} is the largest candidate. Inertia falls with every group more, so that the "
            "smallest inertia always picks the largest number. Compare silhouettes.",
            "smallest inertia",
        )
    if k == worst:
        raise NotYet(
            "That is the worst silhouette of them: a large one is good, so take the maximum. (If "
            "you do: judge the standardized features, those that the groups were made of.)",
            "smallest silhouette",
        )


def _best_of(data: pd.DataFrame, candidates: list[int]) -> list[int]:
    raw = data.to_numpy(dtype=np.float64)
    scaled = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    scores = {n: _silhouette(scaled, scaled, n) for n in candidates}
    return [n for n, score in scores.items() if score > max(scores.values()) - 0.02]


def _silhouette(fit_on: Floats, judged_on: Floats, n_clusters: int) -> float:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score
    from threadpoolctl import threadpool_limits

    # Threads that wait for each other are far slower than one, on a busy machine.
    with threadpool_limits(limits=1):
        labels = KMeans(n_clusters=n_clusters, n_init=3, random_state=0).fit_predict(fit_on)
        return float(silhouette_score(judged_on, labels))
