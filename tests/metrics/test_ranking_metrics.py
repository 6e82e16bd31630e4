"""Ranking metrics give the values worked out by hand, and those of a plain loop over users."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse

from tests.twin import reference
from workshop_pkg import datasets, metrics, recommend

BY_USER = {
    "precision": metrics.precision_at_k,
    "recall": metrics.recall_at_k,
    "hit_rate": metrics.hit_rate_at_k,
    "mrr": metrics.mrr_at_k,
    "map": metrics.map_at_k,
    "ndcg": metrics.ndcg_at_k,
}
LOG3 = math.log2(3)


@pytest.mark.parametrize(
    ("relevant", "ranked", "k", "expected"),
    [
        pytest.param(
            # hits in places 1 and 3, of movies 0, 2 and 4
            [1, 0, 1, 0, 1],
            [0, 1, 2, 3, 4],
            3,
            {
                "precision": 2 / 3,
                "recall": 2 / 3,
                "hit_rate": 1.0,
                "mrr": 1.0,
                "map": (1 / 1 + 2 / 3) / 3,
                "ndcg": (1 + 1 / 2) / (1 + 1 / LOG3 + 1 / 2),
            },
            id="two hits of three",
        ),
        pytest.param(
            # the only relevant movie comes last
            [0, 0, 0, 1],
            [0, 1, 2, 3],
            4,
            {
                "precision": 1 / 4,
                "recall": 1.0,
                "hit_rate": 1.0,
                "mrr": 1 / 4,
                "map": 1 / 4,
                "ndcg": 1 / math.log2(5),
            },
            id="one hit in place 4",
        ),
        pytest.param(
            # place 3 does not count at k = 2
            [0, 0, 1],
            [0, 1, 2],
            2,
            dict.fromkeys(BY_USER, 0.0),
            id="a hit below k is no hit",
        ),
        pytest.param(
            # more relevant movies (4) than places (2): two hits are all that can be had
            [1, 1, 1, 1, 0],
            [3, 1, 4, 0, 2],
            2,
            {
                "precision": 1.0,
                "recall": 2 / 4,
                "hit_rate": 1.0,
                "mrr": 1.0,
                "map": 1.0,
                "ndcg": 1.0,
            },
            id="perfect, more relevant than k",
        ),
        pytest.param(
            # fewer relevant movies (1) than places (3)
            [0, 1, 0, 0],
            [1, 0, 3, 2],
            3,
            {
                "precision": 1 / 3,
                "recall": 1.0,
                "hit_rate": 1.0,
                "mrr": 1.0,
                "map": 1.0,
                "ndcg": 1.0,
            },
            id="perfect, fewer relevant than k",
        ),
        pytest.param(
            # a catalog of 2 and k = 4: two places stay empty, and precision still divides by 4
            [1, 0],
            [1, 0, -1, -1],
            4,
            {
                "precision": 1 / 4,
                "recall": 1.0,
                "hit_rate": 1.0,
                "mrr": 1 / 2,
                "map": 1 / 2,
                "ndcg": 1 / LOG3,
            },
            id="k larger than the catalog",
        ),
        pytest.param(
            # nothing could be recommended
            [1, 0],
            [-1, -1],
            2,
            dict.fromkeys(BY_USER, 0.0),
            id="only empty places",
        ),
        pytest.param(
            # an empty place is a miss, wherever it stands
            [1, 0],
            [-1, 0],
            2,
            {
                "precision": 1 / 2,
                "recall": 1.0,
                "hit_rate": 1.0,
                "mrr": 1 / 2,
                "map": 1 / 2,
                "ndcg": 1 / LOG3,
            },
            id="an empty place before a movie",
        ),
        pytest.param(
            # graded: gains 3 and 1 were ranked 1, 0, 3; the best order is 3, 1
            [3, 0, 1],
            [2, 1, 0],
            3,
            {
                "precision": 2 / 3,
                "recall": 1.0,
                "hit_rate": 1.0,
                "mrr": 1.0,
                "map": (1 / 1 + 2 / 3) / 2,
                "ndcg": (1 + 3 / 2) / (3 + 1 / LOG3),
            },
            id="graded relevance",
        ),
    ],
)
def test_one_user_worked_out_by_hand(relevant, ranked, k, expected) -> None:
    for name, metric in BY_USER.items():
        assert metric([relevant], [ranked], k) == pytest.approx(expected[name], abs=1e-12), name


@pytest.mark.parametrize("name", BY_USER)
def test_the_mean_is_over_the_users_who_have_a_relevant_movie(name) -> None:
    relevant = [[1, 0, 0], [0, 0, 0], [0, 0, 1]]
    ranked = [[0, 1], [0, 1], [0, 1]]
    each = BY_USER[name](relevant, ranked, k=2, per_user=True)
    assert each.shape == (3,)
    assert np.isnan(each).tolist() == [False, True, False]
    mean = BY_USER[name](relevant, ranked, k=2)
    assert type(mean) is float
    assert mean == (each[0] + each[2]) / 2


@pytest.mark.parametrize("size", [1e308, 5e-324, 2.0**1000])
def test_ndcg_does_not_depend_on_how_large_the_gains_are(size) -> None:
    # DCG alone would overflow; the smallest number there is would vanish in the discount
    relevant, ranked = np.array([[1.0, 0, 1, 1], [0, 1, 0, 0]]), [[1, 0, 2, 3], [0, 2, 1, 3]]
    given = relevant * np.array([[size], [1]])
    expected = metrics.ndcg_at_k(relevant, ranked, 4, per_user=True)
    assert metrics.ndcg_at_k(given, ranked, 4, per_user=True) == pytest.approx(expected, rel=1e-12)


def _draw(seed: int, graded: bool = False):
    """Relevance and a ranking of 40 users and 25 movies; some have no relevant movie."""
    rng = np.random.default_rng(seed)
    relevant = (rng.random((40, 25)) < rng.random((40, 1)) ** 3).astype(int)
    relevant[::9] = 0
    if graded:
        relevant = relevant * rng.integers(1, 6, relevant.shape)
    ranked = np.argsort(rng.random((40, 25)), axis=1)
    places_left = rng.integers(0, 26, (40, 1))
    return relevant, np.where(np.arange(25) < places_left, ranked, -1)


def _loop(relevant, ranked, k: int) -> dict[str, list[float]]:
    """Compute all metrics user by user and place by place, as their formulas say."""
    values: dict[str, list[float]] = {name: [] for name in BY_USER}
    for truth, row in zip(relevant, ranked, strict=True):
        total = sum(1 for gain in truth if gain > 0)
        if total == 0:
            for name in BY_USER:
                values[name].append(math.nan)
            continue
        gains = [truth[movie] if movie >= 0 else 0 for movie in row[:k]]
        hits, precisions, first = 0, 0.0, 0
        for place, gain in enumerate(gains, start=1):
            if gain > 0:
                hits += 1
                precisions += hits / place
                first = first or place
        ideal = sorted(truth, reverse=True)[:k]
        values["precision"].append(hits / k)
        values["recall"].append(hits / total)
        values["hit_rate"].append(float(hits > 0))
        values["mrr"].append(1 / first if first else 0.0)
        values["map"].append(precisions / min(k, total))
        values["ndcg"].append(
            sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
            / sum(gain / math.log2(place + 2) for place, gain in enumerate(ideal))
        )
    return values


@pytest.mark.parametrize("k", [1, 2, 10, 25])
@pytest.mark.parametrize("graded", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_all_users_at_once_are_each_user_in_turn(seed, graded, k) -> None:
    relevant, ranked = _draw(seed, graded)
    for name, expected in _loop(relevant, ranked, k).items():
        each = BY_USER[name](relevant, ranked, k, per_user=True)
        np.testing.assert_allclose(each, expected, rtol=0, atol=1e-12, err_msg=name)
        assert BY_USER[name](relevant, ranked, k) == pytest.approx(np.nanmean(expected))


@pytest.mark.parametrize("k", [1, 3, 10, 24])
@pytest.mark.parametrize("graded", [False, True])
def test_a_perfect_ranking_gives_exactly_1(graded, k) -> None:
    relevant, _ = _draw(11, graded)
    relevant[0], relevant[1] = 1, 0  # everything is relevant to one user, nothing to another
    perfect = np.argsort(-relevant, axis=1, kind="stable")
    totals = (relevant > 0).sum(axis=1)
    has_relevant = totals > 0
    for name in ("hit_rate", "mrr", "map", "ndcg"):
        each = BY_USER[name](relevant, perfect, k, per_user=True)
        assert (each[has_relevant] == 1.0).all(), name
        assert BY_USER[name](relevant, perfect, k) == 1.0
    # Where these two cannot be 1, they are the largest value that the definition permits.
    precision = metrics.precision_at_k(relevant, perfect, k, per_user=True)
    recall = metrics.recall_at_k(relevant, perfect, k, per_user=True)
    assert (precision[has_relevant] == (np.minimum(totals, k) / k)[has_relevant]).all()
    assert (
        recall[has_relevant] == np.minimum(totals, k)[has_relevant] / totals[has_relevant]
    ).all()
    assert (precision[totals >= k] == 1.0).all()
    assert (recall[has_relevant & (totals <= k)] == 1.0).all()


@pytest.mark.parametrize("name", BY_USER)
@pytest.mark.parametrize(
    "kind",
    [
        np.array,
        lambda table: np.array(table) > 0,
        lambda table: np.array(table, dtype=np.uint8),
        sparse.csr_array,
        sparse.csr_matrix,
        sparse.coo_array,
        lambda table: sparse.csc_array(table) > 0,
    ],
)
def test_dense_and_sparse_relevance_of_every_type_give_the_same(name, kind) -> None:
    relevant, ranked = _draw(5)
    given = kind(relevant.tolist())
    expected = BY_USER[name](relevant.tolist(), ranked.tolist(), per_user=True)
    np.testing.assert_array_equal(BY_USER[name](given, ranked, per_user=True), expected)


def test_a_sparse_matrix_with_zeros_stored_or_unsorted_columns_is_read_right_and_unchanged() -> (
    None
):
    data, columns = np.array([0.0, 1.0, 2.0]), np.array([2, 1, 0])
    relevant = sparse.csr_array((data, columns, np.array([0, 3])), shape=(1, 4))
    ranked = [[2, 1, 0, 3]]
    assert metrics.recall_at_k(relevant, ranked, k=2) == 0.5
    assert metrics.ndcg_at_k(relevant, ranked, k=3) == pytest.approx(
        (1 / LOG3 + 2 / 2) / (2 + 1 / LOG3)
    )
    assert relevant.indices.tolist() == [2, 1, 0]
    assert relevant.data.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("ranked", "n_movies", "k", "expected"),
    [
        ([[0, 1], [1, 3]], 4, 2, 3 / 4),
        ([[0, 1], [1, 3]], 4, 1, 2 / 4),
        # everybody gets the same
        ([[2, 1], [2, 1]], 10, 2, 2 / 10),
        # empty places recommend nothing
        ([[-1, -1]], 5, 2, 0.0),
        # all of the catalog, and k larger than it
        ([[0, 1, 2, -1], [2, 1, 0, -1]], 3, 4, 1.0),
        # nobody to recommend to
        (np.empty((0, 3), dtype=int), 3, 3, 0.0),
    ],
)
def test_coverage_worked_out_by_hand(ranked, n_movies, k, expected) -> None:
    assert metrics.coverage(ranked, n_movies, k) == expected


# Four users: all chose movie 0, two movie 1, one movie 2, nobody movie 3.
CHOSEN = [[1, 1, 0, 0], [5, 3, 0, 0], [1, 0, 2, 0], [1, 0, 0, 0]]


@pytest.mark.parametrize(
    ("ranked", "k", "expected"),
    [
        ([[0, 1], [1, 2]], 2, (0.5 + 1.5) / 2),
        ([[0, 1], [1, 2]], 1, (0 + 1) / 2),
        # known by everybody: no news
        ([[0]], 1, 0.0),
        # nobody knows it: as if one of the four did
        ([[3, 2]], 2, (2 + 2) / 2),
        # an empty place is left out, and so is an empty list
        ([[2, -1], [-1, -1]], 2, 2.0),
        # k larger than the catalog
        ([[0, 1, 2, 3, -1]], 5, (0 + 1 + 2 + 2) / 4),
    ],
)
@pytest.mark.parametrize("kind", [list, np.array, sparse.csr_array, sparse.coo_array])
def test_novelty_worked_out_by_hand(kind, ranked, k, expected) -> None:
    chosen = CHOSEN if kind is list else kind(np.array(CHOSEN))
    assert metrics.novelty_at_k(chosen, ranked, k) == expected


def test_novelty_of_each_list() -> None:
    values = metrics.novelty_at_k(CHOSEN, [[0, 1], [1, 2], [-1, -1]], 2, per_user=True)
    assert np.array_equal(values, [0.5, 1.5, math.nan], equal_nan=True)


def test_novelty_has_as_many_bits_as_halvings() -> None:
    for halvings in range(6):
        chosen = np.zeros((32, 1))
        chosen[: 32 >> halvings] = 1
        assert metrics.novelty_at_k(chosen, [[0]], 1) == halvings


@pytest.mark.parametrize("seed", [0, 1])
def test_ndcg_on_the_twin_is_that_of_the_reference(seed) -> None:
    split = reference.split_within_users(datasets.load_movielens("twin").ratings, seed)
    for scores in (reference.popularity(split.train), reference.ease(split.train)):
        ranked = recommend.top_n(scores, reference.TOP, exclude=split.train > 0)
        ours = metrics.ndcg_at_k(split.test > 0, ranked, reference.TOP)
        assert ours == pytest.approx(reference.ndcg_at_10(scores, split), abs=1e-12)
