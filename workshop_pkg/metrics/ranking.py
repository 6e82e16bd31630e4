"""Ranking metrics: how well the first k movies of each user's list were chosen.

What all of them share:

* `relevant` has a row for each user and a column for each movie, dense or SciPy sparse: True or a
  number above 0 where the movie is relevant. Only `ndcg_at_k` looks at how large the number is.
* `ranked` holds movie indexes, a row for each user, the best first, at least k columns; -1 is an
  empty place, and counts as a miss. ``recommend.top_n`` makes it, and settles ties there.
* k is a whole number, 1 or more. It may be larger than the catalog: the places that no movie can
  fill are empty.
* A user without any relevant movie has no value: NaN with ``per_user=True``, left out of the mean
  otherwise.
* Everything is computed for all users at once.
"""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from workshop_pkg.checked import whole_number
from workshop_pkg.metrics.judged import (
    Floats,
    Judged,
    checked_ranking,
    checked_relevance,
    ideal_gains,
    judge,
)


@overload
def precision_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[False] = False
) -> float: ...
@overload
def precision_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[True]
) -> Floats: ...
def precision_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: bool = False
) -> float | Floats:
    r"""Share of the first k places that hold a relevant movie.

    :math:`\frac{1}{k} \sum_{i=1}^{k} rel_i`, with :math:`rel_i = 1` where the movie in place i is
    relevant, else 0 (Manning, Raghavan and Schütze, 2008, "Introduction to Information Retrieval",
    chapter 8). The sum is divided by k also where fewer than k movies could be ranked.

    Parameters
    ----------
    relevant : array or sparse array, shape (n_users, n_movies)
        True or a number above 0 where the movie is relevant to the user.
    ranked : array of int, shape (n_users, k or more)
        Movie indexes, the best first; -1 is an empty place.
    k : int
        How many places count.
    per_user : bool
        Give each user's value instead of their mean.

    Returns
    -------
    float or array of shape (n_users,)
        Between 0 and 1. A perfect ranking gets 1 only where k movies or more are relevant;
        otherwise the number of relevant movies divided by k. NaN for users with none.

    Raises
    ------
    ValueError
        When k is not a whole number above 0, shapes do not fit, an index is outside the
        catalog, a movie stands twice in one user's first k, relevance is negative or missing,
        or no user has a relevant movie.

    Examples
    --------
    >>> relevant = [[True, False, True, False]]  # movies 0 and 2
    >>> precision_at_k(relevant, [[2, 1, 3, 0]], k=2)  # one of two places
    0.5
    """
    judged = judge(relevant, ranked, k)
    return _result(judged.hits.sum(axis=1) / judged.k, judged, per_user)


@overload
def recall_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[False] = False
) -> float: ...
@overload
def recall_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[True]
) -> Floats: ...
def recall_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: bool = False
) -> float | Floats:
    r"""Share of the relevant movies that stand in the first k places.

    :math:`\frac{1}{R} \sum_{i=1}^{k} rel_i`, with R the number of movies that are relevant to the
    user (Manning, Raghavan and Schütze, 2008, "Introduction to Information Retrieval", chapter 8).

    Parameters
    ----------
    relevant, ranked, k, per_user
        As in `precision_at_k`.

    Returns
    -------
    float or array of shape (n_users,)
        Between 0 and 1. A perfect ranking gets 1 only where k movies or fewer are relevant;
        otherwise k divided by their number. NaN for users with none.

    Raises
    ------
    ValueError
        As in `precision_at_k`.

    Examples
    --------
    >>> relevant = [[True, True, True, False]]
    >>> round(recall_at_k(relevant, [[2, 3, 0, 1]], k=2), 4)  # one of three
    0.3333
    """
    judged = judge(relevant, ranked, k)
    return _result(judged.hits.sum(axis=1) / judged.divisor, judged, per_user)


@overload
def hit_rate_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[False] = False
) -> float: ...
@overload
def hit_rate_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[True]
) -> Floats: ...
def hit_rate_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: bool = False
) -> float | Floats:
    r"""Share of the users who find at least one relevant movie in their first k places.

    :math:`\max_{i \le k} rel_i` for one user (Deshpande and Karypis, 2004, "Item-Based Top-N
    Recommendation Algorithms", who hold out one item a user: there it equals `recall_at_k`).

    Parameters
    ----------
    relevant, ranked, k, per_user
        As in `precision_at_k`.

    Returns
    -------
    float or array of shape (n_users,)
        Between 0 and 1; 1 for a perfect ranking. Each user's value is 0 or 1; NaN for users with
        no relevant movie.

    Raises
    ------
    ValueError
        As in `precision_at_k`.

    Examples
    --------
    >>> relevant = [[True, False, False], [False, False, True]]
    >>> hit_rate_at_k(relevant, [[1, 0, 2], [1, 0, 2]], k=2)  # the first user only
    0.5
    """
    judged = judge(relevant, ranked, k)
    value: Floats = np.where(judged.hits.any(axis=1), 1.0, 0.0)
    return _result(value, judged, per_user)


@overload
def mrr_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[False] = False
) -> float: ...
@overload
def mrr_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[True]
) -> Floats: ...
def mrr_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: bool = False
) -> float | Floats:
    r"""Mean reciprocal rank: one over the place of the first relevant movie.

    :math:`1 / \min\{i \le k : rel_i = 1\}`, and 0 where the first k places hold no relevant movie
    (Voorhees, 1999, "The TREC-8 Question Answering Track Report").

    Parameters
    ----------
    relevant, ranked, k, per_user
        As in `precision_at_k`.

    Returns
    -------
    float or array of shape (n_users,)
        Between 0 and 1; 1 for a perfect ranking. NaN for users with no relevant movie.

    Raises
    ------
    ValueError
        As in `precision_at_k`.

    Examples
    --------
    >>> relevant = [[True, False, True, False]]
    >>> mrr_at_k(relevant, [[1, 2, 0, 3]], k=3)  # first met in place 2
    0.5
    """
    judged = judge(relevant, ranked, k)
    first = judged.hits.argmax(axis=1)
    value: Floats = np.where(judged.hits.any(axis=1), 1 / (first + 1), 0.0)
    return _result(value, judged, per_user)


@overload
def map_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[False] = False
) -> float: ...
@overload
def map_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[True]
) -> Floats: ...
def map_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: bool = False
) -> float | Floats:
    r"""Mean average precision: the precision at each relevant movie's place, averaged.

    :math:`\frac{1}{\min(k, R)} \sum_{i=1}^{k} rel_i \cdot precision@i`, with R the number of movies
    that are relevant to the user (Manning, Raghavan and Schütze, 2008, "Introduction to Information
    Retrieval", chapter 8, cut off after k places). Some authors divide by R also where it is larger
    than k; a perfect ranking then stays below 1.

    Parameters
    ----------
    relevant, ranked, k, per_user
        As in `precision_at_k`.

    Returns
    -------
    float or array of shape (n_users,)
        Between 0 and 1; 1 for a perfect ranking. NaN for users with no relevant movie.

    Raises
    ------
    ValueError
        As in `precision_at_k`.

    Examples
    --------
    >>> relevant = [[True, False, True, False]]
    >>> map_at_k(relevant, [[0, 1, 3, 2]], k=4)  # (1/1 + 2/4) / 2
    0.75
    """
    judged = judge(relevant, ranked, k)
    places = np.arange(1, judged.k + 1)
    precision_here = judged.hits.cumsum(axis=1) / places
    total = np.where(judged.hits, precision_here, 0.0).sum(axis=1)
    return _result(total / np.minimum(judged.divisor, judged.k), judged, per_user)


@overload
def ndcg_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[False] = False
) -> float: ...
@overload
def ndcg_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[True]
) -> Floats: ...
def ndcg_at_k(
    relevant: Any, ranked: ArrayLike, k: int = 10, *, per_user: bool = False
) -> float | Floats:
    r"""Discounted cumulative gain over the best possible: a hit counts less, the lower it stands.

    :math:`DCG@k = \sum_{i=1}^{k} \frac{g_i}{\log_2(i + 1)}`, divided by the DCG of the best
    possible order of the user's movies. The gain :math:`g_i` is the relevance itself (Järvelin and
    Kekäläinen, 2002, "Cumulated Gain-Based Evaluation of IR Techniques"; the discount is the one
    of Burges et al., 2005, "Learning to Rank Using Gradient Descent"), as in scikit-learn's
    ``ndcg_score``; others take :math:`2^{g} - 1`, which is the same for relevance 0 and 1.

    Parameters
    ----------
    relevant : array or sparse array, shape (n_users, n_movies)
        The gain of each movie: True and False, or graded, 0 or more (such as stars).
    ranked, k, per_user
        As in `precision_at_k`.

    Returns
    -------
    float or array of shape (n_users,)
        Between 0 and 1; 1 for a perfect ranking. NaN for users with no relevant movie.

    Raises
    ------
    ValueError
        As in `precision_at_k`.

    Examples
    --------
    >>> relevant = [[True, False, True, False]]
    >>> round(ndcg_at_k(relevant, [[0, 1, 2, 3]], k=3), 4)  # (1 + 1/2) / (1 + 1/log2(3))
    0.9197
    """
    judged = judge(relevant, ranked, k)
    ideal = ideal_gains(judged.relevant, judged.k)
    # Each user's gains are scaled to about 1: sums of very large ones would overflow. Scaling by a
    # power of two rounds nothing.
    power = -np.frexp(ideal[:, :1])[1]
    best = _dcg(np.ldexp(ideal, power))
    return _result(
        _dcg(np.ldexp(judged.gains, power)) / np.where(best > 0, best, np.nan), judged, per_user
    )


def coverage(ranked: ArrayLike, n_movies: int, k: int = 10) -> float:
    """Share of the catalog that stands in the first k places of at least one user.

    "Catalog coverage" in Herlocker, Konstan, Terveen and Riedl (2004), "Evaluating Collaborative
    Filtering Recommender Systems". It says nothing about whether the movies were wanted.

    Parameters
    ----------
    ranked : array of int, shape (n_users, k or more)
        Movie indexes, the best first; -1 is an empty place.
    n_movies : int
        Size of the catalog.
    k : int
        How many places count.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        When k or n_movies is not a whole number above 0, `ranked` has another shape, an index is
        outside the catalog, or a movie stands twice in one user's first k.

    Examples
    --------
    >>> coverage([[0, 1], [1, 3]], n_movies=4, k=2)  # movies 0, 1 and 3
    0.75
    """
    places = whole_number(k, "k")
    size = whole_number(n_movies, "n_movies", example="len(encoded.movie_ids)")
    top = checked_ranking(ranked, size, places)
    return float(np.count_nonzero(np.bincount(top[top >= 0], minlength=size)) / size)


@overload
def novelty_at_k(
    chosen: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[False] = False
) -> float: ...
@overload
def novelty_at_k(
    chosen: Any, ranked: ArrayLike, k: int = 10, *, per_user: Literal[True]
) -> Floats: ...
def novelty_at_k(
    chosen: Any, ranked: ArrayLike, k: int = 10, *, per_user: bool = False
) -> float | Floats:
    r"""Mean self-information of the first k movies, in bits: how little known they are.

    A movie that the share p of the users chose has :math:`-\log_2 p` bits: 0 if everybody did, one
    more each time that half as many did. "Surprisal" in Zhou, Kuscsik, Liu, Medo, Wakeling and
    Zhang (2010), "Solving the apparent diversity-accuracy dilemma of recommender systems"; "mean
    self-information" in Castells, Hurley and Vargas (2015), "Novelty and Diversity in Recommender
    Systems". It says nothing about whether the movies were wanted.

    Parameters
    ----------
    chosen : array or sparse array, shape (n_users, n_movies)
        Who chose what in the *training* part: True or a number above 0. A movie that nobody chose
        counts as if one user had; its self-information would be infinite.
    ranked : array of int, shape (n_lists, k or more)
        Movie indexes, the best first; -1 is an empty place, and left out of the mean.
    k : int
        How many places count.
    per_user : bool
        Give each list's value instead of their mean.

    Returns
    -------
    float or array of shape (n_lists,)
        Between 0 and the logarithm of the number of users; NaN for an empty list, which the mean
        leaves out.

    Raises
    ------
    ValueError
        When k is not a whole number above 0, `ranked` is no ranking of the movies in `chosen`,
        marks are negative or missing, there is no user, or all lists are empty.

    Examples
    --------
    >>> chosen = [[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 0]]  # by 4, 2 and 1 of four users
    >>> novelty_at_k(chosen, [[0, 1], [1, 2]], k=2)  # (0 + 1) / 2 and (1 + 2) / 2
    1.0
    """
    places = whole_number(k, "k")
    marks = checked_relevance(chosen, "chosen", "train")
    n_users, n_movies = marks.shape
    if n_users == 0:
        raise ValueError(
            "chosen has no user, so nobody can know a movie: pass the training part, such as "
            "rating_matrix(train, encoded) > 0."
        )
    top = checked_ranking(ranked, n_movies, places)
    filled = top >= 0
    if not filled.any():
        raise ValueError(
            f"None of the {len(top)} lists in ranked holds a movie, so there is nothing to measure."
        )
    known_by = np.maximum(np.bincount(marks.indices, minlength=n_movies), 1)
    bits = np.where(filled, np.log2(n_users / known_by)[top], 0.0)
    counts = filled.sum(axis=1)
    values: Floats = bits.sum(axis=1) / np.where(counts > 0, counts, np.nan)
    return values if per_user else float(np.nanmean(values))


def _result(values: Floats, judged: Judged, per_user: bool) -> float | Floats:
    has_relevant = ~np.isnan(judged.divisor)
    if per_user:
        return np.where(has_relevant, values, np.nan)
    return float(values[has_relevant].mean())


def _dcg(gains: Floats) -> Floats:
    # The same sum for the ranking and for the ideal one, so that a perfect ranking gives exactly 1.
    total: Floats = (gains / np.log2(np.arange(gains.shape[1]) + 2)).sum(axis=1)
    return total
