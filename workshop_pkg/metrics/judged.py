"""The first k places of every user's list, checked and looked up in what was relevant."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from workshop_pkg.checked import numbers, refuse_masked, whole_number

Floats = NDArray[np.float64]

#: The largest index that fits where indexes are counted, for comparison with unsigned ones.
INT64_MAX = np.uint64(np.iinfo(np.int64).max)


class Judged(NamedTuple):
    """The first k places of every user, and what relevance each of them turned out to have."""

    k: int
    relevant: Any  # csr_array without stored zeros, indexes sorted
    gains: Floats  # (n_users, k)
    hits: NDArray[np.bool_]  # (n_users, k)
    divisor: Floats  # (n_users,), the number of relevant movies; NaN where there are none


def judge(relevant: Any, ranked: ArrayLike, k: int) -> Judged:
    """Check all three, and look up the relevance of each user's first k movies."""
    places = whole_number(k, "k")
    truth = checked_relevance(relevant)
    n_users, n_movies = truth.shape
    top = checked_ranking(ranked, n_movies, places)
    if len(top) != n_users:
        raise ValueError(
            f"ranked has {len(top)} rows and relevant {n_users}: both need one row for each user, "
            "in the same order."
        )
    counts = np.diff(truth.indptr)
    if not counts.any():
        raise ValueError(
            f"None of the {n_users} users has a relevant movie, so there is nothing to measure: "
            "pass the held-out movies, such as rating_matrix(test, encoded) > 0."
        )
    gains = _look_up(truth, top)
    divisor = np.where(counts > 0, counts, np.nan)
    return Judged(places, truth, gains, gains > 0, divisor)


def _look_up(truth: Any, top: NDArray[np.int64]) -> Floats:
    """Give the relevance of each ranked movie; 0 for an empty place."""
    n_users, n_movies = truth.shape
    # The cells of the matrix numbered row by row: sorted, since each row's indexes are.
    row_of_value = np.repeat(np.arange(n_users), np.diff(truth.indptr))
    known = row_of_value * n_movies + truth.indices
    wanted = np.arange(n_users)[:, None] * n_movies + top
    position = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found = (known[position] == wanted) & (top >= 0)
    return np.where(found, truth.data[position], 0.0)


def ideal_gains(truth: Any, k: int) -> Floats:
    """Give each user's k largest relevances, the largest first, then zeros."""
    n_users = truth.shape[0]
    counts = np.diff(truth.indptr)
    row_of_value = np.repeat(np.arange(n_users), counts)
    order = np.lexsort((-truth.data, row_of_value))
    place = np.arange(truth.nnz) - np.repeat(truth.indptr[:-1], counts)
    kept = place < k
    gains = np.zeros((n_users, k))
    gains[row_of_value[kept], place[kept]] = truth.data[order][kept]
    return gains


def checked_relevance(relevant: Any, name: str = "relevant", part: str = "test") -> Any:
    """Bring relevance into a float csr_array with sorted indexes and no stored zeros."""
    table = numbers(
        relevant,
        name,
        "True/False or numbers",
        f": pass for instance rating_matrix({part}, encoded) > 0",
    )
    if len(table.shape) != 2:
        raise ValueError(
            f"{name} has the shape {table.shape}, but it is a table (n_users, n_movies), dense "
            "or sparse: for one user pass a list that holds one row."
        )
    # A copy: what follows works in place, and the caller's matrix stays as it is.
    truth = sparse.csr_array(table.astype(np.float64))
    truth.sum_duplicates()
    bad = truth.data[~(np.isfinite(truth.data) & (truth.data >= 0))]
    if len(bad):
        raise ValueError(
            f"{len(bad)} values in {name} are negative, missing or infinite (such as {bad[0]}): "
            f"pass True/False, or numbers from 0 up, with 0 for a movie that is not {name}."
        )
    truth.eliminate_zeros()
    return truth


def checked_ranking(ranked: ArrayLike, n_movies: int, k: int) -> NDArray[np.int64]:
    """Give the first k columns, after refusing what no ranking can be."""
    refuse_masked(ranked, "ranked")
    try:
        table = np.asarray(ranked)
    except ValueError as error:
        raise ValueError(
            f"ranked is not a table of movie indexes ({error}): fill short rows with -1."
        ) from error
    if table.ndim != 2 or table.dtype.kind not in "iu":
        raise ValueError(
            f"ranked has the shape {table.shape} and holds {table.dtype} values, but it is a table "
            "(n_users, k or more) of movie indexes: make it with recommend.top_n(scores, k)."
        )
    if table.shape[1] < k:
        raise ValueError(
            f"ranked has {table.shape[1]} columns, too few for k = {k}: rank at least k movies "
            f"with recommend.top_n(scores, {k}), which fills up with -1, or choose a smaller k."
        )
    top = table[:, :k]
    # Before the cast, which would make the largest uint64 -1, an empty place. What int64 can hold
    # is compared after it: NumPy 2.1 may crash comparing small integers with a larger number.
    outside = top[top > INT64_MAX] if top.dtype == np.uint64 else top[:0, 0]
    top = top.astype(np.int64)
    if not len(outside):
        outside = top[(top < -1) | (top >= min(n_movies, int(INT64_MAX)))]
    if len(outside):
        raise ValueError(
            f"ranked holds the movie index {outside[0]}, but the catalog has {n_movies} movies: "
            f"indexes go from 0 to {n_movies - 1}, and -1 is an empty place. "
            "Encoded.movie_index turns ids into indexes."
        )
    in_order = np.sort(top, axis=1)
    twice = (in_order[:, 1:] == in_order[:, :-1]) & (in_order[:, 1:] >= 0)
    if twice.any():
        user, place = np.argwhere(twice)[0]
        raise ValueError(
            f"ranked holds the movie {in_order[user, place]} twice in the first {k} places of row "
            f"{user}: a movie may be recommended once."
        )
    return top
