"""The top n, similarities and neighbors: worked by hand, and as a plain loop gives them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from workshop_pkg import recommend
from workshop_pkg.recommend import nearest, neighbor_scores, similarity, top_n

NEVER = -math.inf
NOT_WHOLE = [0, -1, 3.5, 2.0, True, "3", None]


@pytest.mark.parametrize(
    ("scores", "n", "exclude", "expected"),
    [
        pytest.param([0.1, 0.9, 0.5], 2, None, [1, 2], id="the best two"),
        pytest.param([0.1, 0.9, 0.5], 3, None, [1, 2, 0], id="n is the catalog"),
        pytest.param([0.1, 0.9, 0.5], 5, None, [1, 2, 0, -1, -1], id="n above the catalog"),
        pytest.param([2, 3, 3, 2, 3], 4, None, [1, 2, 4, 0], id="ties: the lower index first"),
        pytest.param([7, 7, 7, 7], 2, None, [0, 1], id="all tie"),
        pytest.param([7, 7, 7, 7], 2, [1, 0, 1, 0], [1, 3], id="all that are left tie"),
        pytest.param([0.1, 0.9, 0.5], 2, [0, 1, 0], [2, 0], id="what was seen is left out"),
        pytest.param([0.1, 0.9, 0.5], 2, [1, 1, 0], [2, -1], id="fewer left than n"),
        pytest.param([0.1, 0.9, 0.5], 2, [1, 1, 1], [-1, -1], id="nothing left"),
        pytest.param([NEVER, 0.9, NEVER], 2, None, [1, -1], id="minus infinity is never"),
        pytest.param([0, math.inf, -5], 3, None, [1, 0, 2], id="infinity is first"),
        pytest.param([-3, -1, -2], 2, None, [1, 2], id="negative scores"),
        pytest.param([0.1, 0.9, 0.5], 2, [0, 4.5, 0], [2, 0], id="ratings may mark the seen"),
    ],
)
def test_top_n_worked_out_by_hand(scores, n, exclude, expected) -> None:
    marks = None if exclude is None else [exclude]
    assert top_n([scores], n, exclude=marks).tolist() == [expected]
    if marks is not None:
        assert top_n([scores], n, exclude=sparse.csr_array(marks)).tolist() == [expected]


@pytest.mark.parametrize("block", [1, 70, 2**21])
@pytest.mark.parametrize("n", [1, 5, 23, 30])
@pytest.mark.parametrize("seed", range(3))
def test_top_n_of_all_users_is_a_stable_sort_of_each(seed, n, block, monkeypatch) -> None:
    monkeypatch.setattr(recommend, "BLOCK", block)
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 6, (17, 23)).astype(float)  # many ties
    scores[rng.random(scores.shape) < 0.1] = -np.inf
    exclude = rng.random(scores.shape) < rng.random((17, 1))
    expected = np.full((17, n), -1)
    for user in range(17):
        allowed = [m for m in range(23) if not exclude[user, m] and scores[user, m] > -np.inf]
        best = sorted(allowed, key=lambda movie: -scores[user, movie])[:n]
        expected[user, : len(best)] = best
    np.testing.assert_array_equal(top_n(scores, n, exclude=exclude), expected)
    np.testing.assert_array_equal(top_n(scores, n, exclude=sparse.csc_array(exclude)), expected)


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64, bool])
def test_scores_of_every_type_are_ranked_alike(kind) -> None:
    table = np.array([[0, 1, 0, 1]], dtype=kind)
    assert top_n(table, 3).tolist() == [[1, 3, 0]]


def test_ranking_leaves_scores_and_marks_as_they_are() -> None:
    scores, seen = np.array([[1.0, 2.0]]), sparse.csr_array([[0.0, 5.0]])
    top_n(scores, 2, exclude=seen)
    assert scores.tolist() == [[1.0, 2.0]]
    assert seen.toarray().tolist() == [[0.0, 5.0]]


def test_one_list_for_everybody_can_be_broadcast() -> None:
    assert top_n(np.broadcast_to([1, 3, 2], (2, 3)), 2).tolist() == [[1, 2], [1, 2]]


@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
def test_no_users_or_no_movies_give_lists_of_nothing(shape) -> None:
    assert top_n(np.empty(shape), 2).tolist() == [[-1, -1]] * shape[0]


@pytest.mark.parametrize(
    ("scores", "exclude", "words"),
    [
        ([1, 2, 3], None, r"scores has the shape \(3,\).*broadcast_to"),
        ([[1, math.nan]], None, "NaN, first for user 0 and movie 1.*-numpy.inf"),
        ([["a"]], None, "scores is not a table of numbers"),
        (sparse.csr_array([[1.0]]), None, "scores is sparse.*toarray"),
        ([[1, 2]], [[1]], r"exclude has the shape \(1, 1\) and scores \(1, 2\)"),
        # a list of movies instead of a table of marks
        ([[1, 2]], [1], r"exclude has the shape \(1,\)"),
        # a pivot table with gaps
        ([[1, 2]], [[math.nan, 5]], "exclude holds NaN"),
        # what is no table of numbers, as scores and as marks
        ([[1], [1, 2]], None, r"scores is not a table of numbers \(.*\)\.$"),
        ([["1", "2"]], None, "scores is not a table of numbers .it holds <U1 values"),
        ([[1, None]], None, "scores is not a table of numbers .it holds object values"),
        ([[1, 2j]], None, "scores is not a table of numbers .it holds complex128 values"),
        (np.ma.masked_equal([[1, 2]], 2), None, r"scores is a masked array.*scores\.filled"),
        ([np.ma.masked_equal([1, 2], 2)], None, "scores is a masked array"),
        ([[1, 2]], [[1], [1, 2]], "exclude is not a table of True/False.*train_matrix > 0"),
        ([[1, 2]], [["yes", "no"]], "exclude is not a table of True/False.*<U3 values"),
        ([[1, 2]], [[True, None]], "exclude is not a table of True/False.*object values"),
        ([[1, 2]], sparse.csr_array([[1j, 0]]), "exclude is not a table.*complex128 values"),
        ([[1, 2]], np.ma.masked_equal([[1, 2]], 2), "exclude is a masked array"),
    ],
)
def test_top_n_refuses_with_one_clear_sentence(scores, exclude, words) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        top_n(scores, 1, exclude=exclude)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("n", NOT_WHOLE)
def test_n_must_be_a_whole_number_above_0(n) -> None:
    for call in (
        lambda: top_n([[1.0]], n),
        lambda: nearest([[1.0], [2.0]], 0, n),
        lambda: neighbor_scores([[1.0]], n),
    ):
        with pytest.raises(ValueError, match="but it is a whole number, 1 or more") as refusal:
            call()
        assert repr(n) in str(refusal.value)


@pytest.mark.parametrize("kind", [np.array, sparse.csr_array, sparse.coo_matrix])
def test_similarities_are_scikit_learns_and_zeros_are_like_nothing(kind) -> None:
    vectors = np.random.default_rng(2).normal(size=(12, 4))
    vectors[5] = 0
    cosines = similarity(kind(vectors))
    np.testing.assert_allclose(cosines, cosine_similarity(vectors), rtol=0, atol=1e-12)
    assert np.abs(cosines).max() <= 1
    assert not cosines[5].any()
    np.testing.assert_allclose(similarity(kind(vectors), "dot"), vectors @ vectors.T, atol=1e-12)


@pytest.mark.parametrize("kind", [np.array, sparse.csr_array])
@pytest.mark.parametrize("sizes", [(1e200, 1e200), (1e-200, 1e-200), (1e300, 1e-300), (1, 5e-324)])
def test_cosines_do_not_depend_on_how_long_the_vectors_are(kind, sizes) -> None:
    # the last of the sizes is the smallest number there is: whole multiples of it are exact
    vectors = np.array([[3.0, 4.0], [4.0, 3.0], [0.0, 0.0]])
    expected = [[1, 0.96, 0], [0.96, 1, 0], [0, 0, 0]]
    given = kind(vectors * np.array([[sizes[0]], [sizes[1]], [1]]))
    np.testing.assert_allclose(similarity(given), expected, rtol=0, atol=1e-12)
    assert nearest(given, 0, 1).tolist() == [1]


@pytest.mark.parametrize("shape", [(3, 0), (0, 3)])
def test_vectors_of_nothing_are_like_nothing(shape) -> None:
    for vectors in (np.zeros(shape), sparse.csr_array(shape)):
        np.testing.assert_array_equal(similarity(vectors), np.zeros((shape[0], shape[0])))


@pytest.mark.parametrize("measure", ["cosine", "dot"])
def test_nearest_is_the_order_of_the_similarities_without_the_query(measure) -> None:
    vectors = np.random.default_rng(4).normal(size=(9, 3))
    expected = np.argsort(-similarity(vectors, measure)[3], kind="stable")
    assert nearest(vectors, 3, 8, measure).tolist() == [i for i in expected if i != 3]


@pytest.mark.parametrize(
    ("vectors", "row", "n", "measure", "expected"),
    [
        # the same direction wins by cosine, the long vector by dot product
        ([[1, 0], [2, 0], [9, 9]], 0, 2, "cosine", [1, 2]),
        ([[1, 0], [2, 0], [9, 9]], 0, 2, "dot", [2, 1]),
        # the query is left out also where another vector is its equal
        ([[1, 0], [1, 0], [1, 0]], 1, 5, "cosine", [0, 2]),
        # n above the number of others gives them all; alone, there is nobody
        ([[1, 0], [0, 1]], 1, 10, "cosine", [0]),
        ([[1, 0]], 0, 10, "cosine", []),
        # a vector of zeros is as near to all: the order of the indexes
        ([[1, 0], [0, 0], [0, 1]], 1, 2, "cosine", [0, 2]),
    ],
)
def test_nearest_worked_out_by_hand(vectors, row, n, measure, expected) -> None:
    assert nearest(vectors, row, n, measure).tolist() == expected
    assert nearest(sparse.csr_array(vectors), row, n, measure).tolist() == expected


@pytest.mark.parametrize("row", [-1, 2, 0.0, True, "0"])
def test_nearest_names_a_row_that_is_not_there(row) -> None:
    with pytest.raises(ValueError, match=r"row is .*the 2 vectors have the indexes 0 to 1"):
        nearest([[1, 0], [0, 1]], row)


@pytest.mark.parametrize("function", [similarity, lambda v, m: nearest(v, 0, 1, m)])
@pytest.mark.parametrize(
    ("vectors", "measure", "words"),
    [
        ([[1, 2]], "pearson", "measure is 'pearson', but"),
        ([1, 2], "cosine", r"vectors has the shape \(2,\)"),
        ([[1, math.nan]], "cosine", "vectors holds a value that is missing or infinite"),
        ([["a"]], "cosine", "vectors is not a table of numbers"),
        ([["1"]], "cosine", "vectors is not a table of numbers"),
        ([[1j]], "dot", "vectors is not a table of numbers"),
        ([[1], [1, 2]], "dot", "vectors is not a table of numbers"),
        (np.ma.masked_equal([[1, 2]], 2), "cosine", "vectors is a masked array"),
        ([[1e200, -1e200], [1e200, 1e200]], "dot", "a dot product of two overflows"),
    ],
)
def test_similarities_refuse_with_one_clear_sentence(function, vectors, measure, words) -> None:
    with pytest.raises(ValueError, match=words):
        function(vectors, measure)


def _loop(matrix, n_neighbors: int, by: str) -> np.ndarray:
    """Score user by user and movie by movie, as the formulas say."""
    chosen = (np.asarray(matrix) > 0).astype(float)
    cosines = similarity(chosen.T if by == "movie" else chosen)
    near = [
        nearest(chosen.T if by == "movie" else chosen, i, n_neighbors) for i in range(len(cosines))
    ]
    scores = np.zeros(chosen.shape)
    for user in range(chosen.shape[0]):
        for movie in range(chosen.shape[1]):
            if by == "movie":
                scores[user, movie] = sum(cosines[movie, i] for i in near[movie] if chosen[user, i])
            else:
                scores[user, movie] = sum(cosines[user, v] for v in near[user] if chosen[v, movie])
    return scores


@pytest.mark.parametrize("by", ["movie", "user"])
@pytest.mark.parametrize("n_neighbors", [1, 4, 100])
def test_neighbor_scores_are_those_of_a_plain_loop(by, n_neighbors) -> None:
    rng = np.random.default_rng(6)
    matrix = rng.integers(1, 6, (14, 11)) * (rng.random((14, 11)) < 0.4)
    matrix[3], matrix[:, 7] = 0, 0  # somebody without ratings, and a movie without any
    expected = _loop(matrix, n_neighbors, by)
    for kind in (np.array, sparse.csr_array):
        scores = neighbor_scores(kind(matrix), n_neighbors, by)
        np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-12)
    assert not scores[3].any()
    assert not scores[:, 7].any()


def test_how_many_stars_were_given_does_not_count_in_neighbor_scores() -> None:
    matrix = np.array([[5, 3, 0], [1, 2, 1], [0, 1, 2]])
    np.testing.assert_array_equal(neighbor_scores(matrix), neighbor_scores(matrix > 0))


@pytest.mark.parametrize(
    ("matrix", "by", "words"),
    [
        ([[1, 0]], "item", "by is 'item', but neighbors are found by 'movie' or by 'user'"),
        ([1, 0], "movie", r"matrix has the shape \(2,\)"),
        ([[1, math.nan]], "movie", "matrix holds a value that is missing.*give 0"),
    ],
)
def test_neighbor_scores_refuse_with_one_clear_sentence(matrix, by, words) -> None:
    with pytest.raises(ValueError, match=words):
        neighbor_scores(matrix, by=by)
