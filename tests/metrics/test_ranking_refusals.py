"""Ranking metrics refuse, in one clear sentence, what would give a wrong number silently."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse

from workshop_pkg import metrics

BY_USER = [
    metrics.precision_at_k,
    metrics.recall_at_k,
    metrics.hit_rate_at_k,
    metrics.mrr_at_k,
    metrics.map_at_k,
    metrics.ndcg_at_k,
]
RELEVANT = [[1, 0, 1], [0, 1, 0]]
RANKED = [[0, 1, 2], [2, 1, 0]]


@pytest.mark.parametrize("metric", BY_USER)
@pytest.mark.parametrize("k", [0, -1, 3.5, 2.0, True, False, "2", None, np.bool_(True), math.nan])
def test_k_must_be_a_whole_number_above_0(metric, k) -> None:
    with pytest.raises(
        ValueError, match=r"k is .*, but it is a whole number, 1 or more"
    ) as refusal:
        metric(RELEVANT, RANKED, k)
    assert repr(k) in str(refusal.value)
    with pytest.raises(ValueError, match="whole number, 1 or more"):
        metrics.coverage(RANKED, 3, k)
    with pytest.raises(ValueError, match="n_movies is"):
        metrics.coverage(RANKED, k, 2)


@pytest.mark.parametrize("metric", BY_USER)
def test_k_may_be_a_numpy_integer(metric) -> None:
    assert metric(RELEVANT, RANKED, np.int32(2)) == metric(RELEVANT, RANKED, 2)


@pytest.mark.parametrize("metric", BY_USER)
@pytest.mark.parametrize(
    ("relevant", "ranked", "words"),
    [
        ([1, 0, 1], RANKED, r"relevant has the shape \(3,\).*for one user pass a list"),
        (1, RANKED, r"relevant has the shape \(\)"),
        (np.ones((2, 3, 1)), RANKED, r"relevant has the shape \(2, 3, 1\)"),
        ([["a", "b", "c"]] * 2, RANKED, "relevant is not a table of True/False or numbers"),
        ([["1", "0", "1"]] * 2, RANKED, "relevant is not a table .*rating_matrix"),
        ([[1, 0], [1, 0, 1]], RANKED, "relevant is not a table .*rating_matrix"),
        ([[1, None, 0]] * 2, RANKED, "relevant is not a table .*object values"),
        ([[1, 2j, 0]] * 2, RANKED, "relevant is not a table .*complex128 values"),
        (sparse.csr_array([[1, 2j, 0]] * 2), RANKED, "relevant is not a table .*complex128"),
        (np.ma.masked_equal(RELEVANT, 0), RANKED, r"relevant is a masked array.*\.filled"),
        ([[1, -1, 0], [0, 1, 0]], RANKED, r"1 values in relevant .*such as -1\.0"),
        ([[1, math.nan, 0], [0, 1, 0]], RANKED, "1 values in relevant .*such as nan"),
        ([[1, math.inf, 0], [0, 1, 0]], RANKED, "1 values in relevant .*such as inf"),
        (sparse.csr_array([[1.0, -2.0, 0]] * 2), RANKED, r"such as -2\.0"),
        (np.zeros((2, 3)), RANKED, "None of the 2 users has a relevant movie"),
        (np.zeros((0, 3)), np.zeros((0, 3), dtype=int), "None of the 0 users"),
        (RELEVANT, RANKED[:1], "ranked has 1 rows and relevant 2"),
        (RELEVANT, [0, 1, 2], r"ranked has the shape \(3,\).*recommend\.top_n"),
        (RELEVANT, [[0, 1], [2, 1, 0]], "ranked is not a table.*fill short rows with -1"),
        # scores instead of a ranking
        (RELEVANT, [[0.3, 0.2, 0.1]] * 2, r"holds float64 values.*recommend\.top_n"),
        (RELEVANT, [[True, False, True]] * 2, "holds bool values"),
        (RELEVANT, [[0], [1]], r"ranked has 1 columns, too few for k = 2.*top_n\(scores, 2\)"),
        # ids instead of indexes
        (RELEVANT, [[1, 3, 2]] * 2, "movie index 3, but the catalog has 3 movies.*movie_index"),
        (RELEVANT, [[1, -2, 2]] * 2, "movie index -2"),
        # cast to int64 it would be -1, an empty place
        (
            RELEVANT,
            np.array([[1, 2**64 - 1]] * 2, dtype=np.uint64),
            f"movie index {2**64 - 1}, but",
        ),
        (RELEVANT, np.ma.masked_equal(RANKED, 2), "ranked is a masked array"),
        (RELEVANT, [[0, 1, 2], [1, 1, 0]], "the movie 1 twice in the first 2 places of row 1"),
    ],
)
def test_a_refusal_names_the_value_and_the_next_step(metric, relevant, ranked, words) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        metric(relevant, ranked, 2)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint64])
def test_movie_indexes_of_every_integer_type_are_looked_up_alike(kind) -> None:
    catalog = np.zeros((2, 1000))
    catalog[:, :3] = RELEVANT
    given = np.array(RANKED, dtype=kind)
    assert metrics.precision_at_k(catalog, given, 2) == metrics.precision_at_k(catalog, RANKED, 2)


@pytest.mark.parametrize("n_movies", [0, -3, 2.5, None])
def test_size_of_the_catalog_is_asked_for_with_an_example_that_fits(n_movies) -> None:
    with pytest.raises(ValueError, match=r"n_movies is .*such as len\(encoded\.movie_ids\)"):
        metrics.coverage(RANKED, n_movies, 2)


@pytest.mark.parametrize("metric", BY_USER)
def test_what_stands_below_k_is_not_looked_at(metric) -> None:
    below = [[0, 1, 1, 99], [2, 1, 1, 99]]
    assert metric(RELEVANT, below, 2) == metric(RELEVANT, RANKED, 2)


@pytest.mark.parametrize(
    ("ranked", "words"),
    [
        ([[0, 3]], "movie index 3, but the catalog has 3"),
        ([[1, 1]], "the movie 1 twice"),
        ([0, 1], r"shape \(2,\)"),
        ([[0.5, 1.0]], "float64"),
        ([[0]], "too few for k = 2"),
    ],
)
def test_coverage_refuses_what_is_no_ranking(ranked, words) -> None:
    with pytest.raises(ValueError, match=words):
        metrics.coverage(ranked, 3, 2)


@pytest.mark.parametrize(
    ("chosen", "ranked", "words"),
    [
        ([1, 0, 1], RANKED, r"chosen has the shape \(3,\)"),
        ([["a", "b", "c"]], RANKED, r"chosen is not a table .*rating_matrix\(train, encoded\)"),
        ([[1, -1, 0]], RANKED, r"1 values in chosen .*such as -1\.0.*not chosen"),
        ([[1, math.nan, 0]], RANKED, "1 values in chosen .*such as nan"),
        (np.zeros((0, 3)), RANKED, "chosen has no user"),
        (RELEVANT, [[0, 3]], "movie index 3, but the catalog has 3"),
        (RELEVANT, [[1, 1]], "the movie 1 twice"),
        (RELEVANT, [[0]], "too few for k = 2"),
        (RELEVANT, [[-1, -1]], "None of the 1 lists in ranked holds a movie"),
        (RELEVANT, np.empty((0, 2), dtype=int), "None of the 0 lists"),
    ],
)
def test_novelty_refuses_what_has_none(chosen, ranked, words) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        metrics.novelty_at_k(chosen, ranked, 2)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("k", [0, -1, 3.5, True, "2", None])
def test_novelty_refuses_a_k_that_is_no_length(k) -> None:
    with pytest.raises(ValueError, match="whole number, 1 or more"):
        metrics.novelty_at_k(RELEVANT, RANKED, k)
