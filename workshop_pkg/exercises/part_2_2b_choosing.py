"""The check of lesson 2.2 on choosing the number of groups by the silhouette."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Floats = npt.NDArray[np.float64]
#: Which number of groups a way of choosing takes for a table.
Choice = Callable[[Floats], int]

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


def _crossed() -> pd.DataFrame:
    """Make four clear groups that the count helps to make, and a feature whose mean is near 0."""
    rng = np.random.default_rng(0)
    busy, dramatic = np.repeat([0, 0, 1, 1], 12), np.repeat([0, 1, 0, 1], 12)
    size = len(busy)
    table = pd.DataFrame(
        {
            "count": 1000.0 + 400 * busy + rng.normal(0, 12, size),
            "share": 0.5 + 0.2 * dramatic + rng.normal(0, 0.006, size),
            "above the mean": 0.2 * (dramatic - 0.49) + rng.normal(0, 0.006, size),
        }
    )
    # A user half way between two groups.
    table.loc[0, "count"] = 1200.0
    return table


@exercise("2.2-choose-k")
def check_choose_k(answer: object) -> str:
    """Judge a choice of the number of groups by the mean silhouette of standardized features."""
    from threadpoolctl import threadpool_limits

    # Threads that wait for each other are far slower than one, on a busy machine.
    with threadpool_limits(limits=1):
        _judge(answer)
    return "The data has a say, not only the number of groups. It may also say: none fits well."


def _judge(answer: object) -> None:
    tables = [_planted(3), _planted(4), _crossed()]
    found = [_a_candidate(attempt(answer, table, _CANDIDATES), _CANDIDATES) for table in tables]
    if found != [3, 4, 4]:
        _explain(answer, found, tables)
    fewer = [2, 4, 5]
    if _a_candidate(attempt(answer, tables[0], fewer), fewer) not in _best_of(tables[0], fewer):
        raise NotYet(
            "For the candidates [2, 4, 5] your choice has not the best silhouette of them. Loop "
            "over the argument `candidates`, and standardize each feature by its own mean and "
            "standard deviation.",
            "other candidates",
        )
    _check_with_one(answer, tables[1])


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


def _clear() -> pd.DataFrame:
    """Make three groups that are clear in each feature: only a fixed number is wrong here."""
    rng = np.random.default_rng(1)
    count = 100 + 60.0 * (np.arange(40) % 3) + rng.normal(0, 1, 40)
    return pd.DataFrame({"count": count, "share": count / 400, "above the mean": count / 600 - 0.3})


def _loose(n_counts: int) -> pd.DataFrame:
    """Make users grouped by the count alone, so that each mistake makes choices of its own."""
    rng = np.random.default_rng(n_counts)
    return pd.DataFrame(
        {
            "count": 100 + 60.0 * (np.arange(40) % n_counts) + rng.normal(0, 3, 40),
            "share": rng.uniform(0.2, 0.8, 40),
            "above the mean": rng.uniform(-0.4, 0.41, 40),
        }
    )


def _explain(answer: object, found: list[int], tables: list[pd.DataFrame]) -> None:
    """Raise the hint of the mistake that makes the same choices, in these tables and in others."""
    values = [table.to_numpy(dtype=np.float64) for table in tables]
    possible = [
        mistake
        for mistake in _mistakes(found[0])
        if all(mistake[0](table) == k for table, k in zip(values, found, strict=True))
    ]
    if possible:
        others = [_clear(), *(_loose(number) for number in (2, 3, 4, 5))]
        choices = [
            _a_candidate(attempt(answer, other, _CANDIDATES), _CANDIDATES) for other in others
        ]
        values = [other.to_numpy(dtype=np.float64) for other in others]

        def agreement(mistake: tuple[Choice, str, str]) -> int:
            return sum(mistake[0](table) == k for table, k in zip(values, choices, strict=True))

        _, message, misconception = max(possible, key=agreement)
        raise NotYet(message, misconception)
    k, expected = next((k, best) for k, best in zip(found, [3, 4, 4], strict=True) if k != best)
    raise NotYet(
        f"The best mean silhouette of these standardized features is that of {expected} groups, "
        f"you return {k}. Standardize each feature by its own mean and standard deviation, and "
        "compare the candidates by `silhouette_score` alone; the largest wins.",
        "other",
    )


def _mistakes(first: int) -> list[tuple[Choice, str, str]]:
    """List ways to choose that are not the one asked for, each with its hint and its name."""
    half = (
        "You standardize for one of two steps alone. Use the standardized features both for the "
        "groups and for the silhouette."
    )
    by_user = (
        "You scale each user's row. Scale each feature: `features.mean()` and `features.std()` go "
        "down the columns."
    )
    return [
        (
            lambda x: _best(x, x),
            "That is the best silhouette of the features as they are: the count, in the largest "
            "numbers, decides alone. Standardize first, and use the standardized features both "
            "for the groups and for the silhouette.",
            "unscaled",
        ),
        (lambda x: _best(x, _scaled(x)), half, "scaled for one only"),
        (lambda x: _best(_scaled(x), x), half, "scaled for one only"),
        (
            lambda x: max(_CANDIDATES),
            "In each table you choose the largest candidate. If you compare inertia: it falls with "
            "every group more, so that the smallest is always that of the largest number. Compare "
            "silhouettes.",
            "smallest inertia",
        ),
        (
            lambda x: _best(_scaled(x), _scaled(x), sign=-1),
            "That is the worst silhouette of them: a large one is good, so take the maximum.",
            "smallest silhouette",
        ),
        (
            _by_drop,
            "You choose by the largest drop of the inertia, which is the elbow. Here the largest "
            "mean silhouette is asked for.",
            "largest drop of the inertia",
        ),
        (
            lambda x: first,
            f"You return {first} for tables with different groups. Use the function's argument "
            "`features`, not a table from an earlier cell or a fixed number.",
            "not the argument",
        ),
        (lambda x: _same(_scaled(x.T).T), by_user, "scaled by user"),
        (lambda x: _same(x / x.sum(axis=1, keepdims=True)), by_user, "scaled by user"),
        (
            lambda x: _same(x / x.mean(axis=0)),
            "You divide by the mean. A feature whose mean is near 0 becomes huge: subtract the "
            "mean, and divide by the standard deviation.",
            "divided by the mean",
        ),
        (
            lambda x: _same(x / x.var(axis=0)),
            "You divide by the variance, so that features in small numbers count most. Divide by "
            "the standard deviation, its square root.",
            "divided by the variance",
        ),
        (
            lambda x: _same(np.log1p(x)),
            "A logarithm makes large numbers smaller, but does not give each feature the same "
            "share. Standardize.",
            "logarithm",
        ),
        (
            lambda x: _same(_scaled(np.delete(x, x.mean(axis=0).argmax(), axis=1))),
            "You leave out the feature with the large numbers, which helps to tell these groups "
            "apart. Use all columns, standardized.",
            "column dropped",
        ),
        (
            lambda x: _best(_scaled(x), _scaled(x), score=_worst_silhouette),
            "You judge a grouping by its worst user. Take the mean over all: `silhouette_score`.",
            "smallest of the users",
        ),
        (
            lambda x: _best(_scaled(x), _scaled(x), score=_calinski_harabasz),
            "That is another score (Calinski and Harabasz). Here the silhouette is asked for.",
            "another score",
        ),
    ]


def _best_of(data: pd.DataFrame, candidates: list[int]) -> list[int]:
    scaled = _scaled(data.to_numpy(dtype=np.float64))
    scores = {n: _silhouette(scaled, _groups(scaled, n)[0]) for n in candidates}
    return [n for n, score in scores.items() if score > max(scores.values()) - 0.02]


def _scaled(table: Floats) -> Floats:
    scaled: Floats = (table - table.mean(axis=0)) / table.std(axis=0)
    return scaled


def _best(
    fit_on: Floats,
    judged_on: Floats,
    score: Callable[[Floats, Any], float] | None = None,
    sign: int = 1,
) -> int:
    score = score or _silhouette
    return max(_CANDIDATES, key=lambda n: sign * score(judged_on, _groups(fit_on, n)[0]))


def _same(table: Floats) -> int:
    return _best(table, table)


def _by_drop(table: Floats) -> int:
    inertia = [_groups(_scaled(table), n)[1] for n in _CANDIDATES]
    return _CANDIDATES[int(np.diff(inertia).argmin()) + 1]


def _groups(table: Floats, n_clusters: int) -> tuple[Any, float]:
    return _fitted(table.tobytes(), table.shape, n_clusters)


@functools.lru_cache(maxsize=1000)
def _fitted(data: bytes, shape: tuple[int, ...], n_clusters: int) -> tuple[Any, float]:
    """Group a table; many mistakes begin with the same fits."""
    from sklearn.cluster import KMeans

    table = np.frombuffer(data, dtype=np.float64).reshape(shape)
    fitted = KMeans(n_clusters=n_clusters, n_init=10, random_state=0).fit(table)
    return fitted.labels_, float(fitted.inertia_)


def _silhouette(table: Floats, labels: Any) -> float:
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(table, labels))


def _worst_silhouette(table: Floats, labels: Any) -> float:
    from sklearn.metrics import silhouette_samples

    return float(silhouette_samples(table, labels).min())


def _calinski_harabasz(table: Floats, labels: Any) -> float:
    from sklearn.metrics import calinski_harabasz_score

    return float(calinski_harabasz_score(table, labels))
