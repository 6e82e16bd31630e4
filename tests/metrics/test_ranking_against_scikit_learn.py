"""Ranking metrics agree with scikit-learn's where the definitions are the same."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    label_ranking_average_precision_score,
    ndcg_score,
    precision_score,
    recall_score,
    top_k_accuracy_score,
)

from workshop_pkg import metrics, recommend

TOLERANCE = 1e-9
N_USERS, N_MOVIES = 60, 30


def _draw(seed: int):
    """Distinct scores (no ties), movies seen, and relevant ones among the unseen."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(N_USERS, N_MOVIES))
    kind = rng.random((N_USERS, N_MOVIES))
    seen, relevant = kind < 0.3, kind > 0.8
    relevant[:, 0], seen[:, 0] = True, False
    return scores, seen, relevant


@pytest.mark.parametrize("k", [1, 5, 10, N_MOVIES])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("graded", [False, True])
def test_ndcg_is_scikit_learns(seed, k, graded) -> None:
    scores, seen, relevant = _draw(seed)
    gains = relevant * (np.random.default_rng(9).integers(1, 6, relevant.shape) if graded else 1)
    ours = metrics.ndcg_at_k(gains, recommend.top_n(scores, k, exclude=seen), k=k, per_user=True)
    lowest = np.where(seen, scores.min() - 1 + scores / 100, scores)
    theirs = [ndcg_score(gains[[u]], lowest[[u]], k=k, ignore_ties=True) for u in range(N_USERS)]
    assert np.abs(ours - theirs).max() <= TOLERANCE


@pytest.mark.parametrize("seed", range(3))
def test_map_over_the_whole_catalog_is_scikit_learns_average_precision(seed) -> None:
    scores, _, relevant = _draw(seed)
    ranked = recommend.top_n(scores, N_MOVIES)
    ours = metrics.map_at_k(relevant, ranked, k=N_MOVIES, per_user=True)
    theirs = [average_precision_score(relevant[u], scores[u]) for u in range(N_USERS)]
    assert np.abs(ours - theirs).max() <= TOLERANCE
    mean = label_ranking_average_precision_score(relevant, scores)
    assert abs(metrics.map_at_k(relevant, ranked, k=N_MOVIES) - mean) <= TOLERANCE


@pytest.mark.parametrize("k", [1, 5, N_MOVIES])
@pytest.mark.parametrize("seed", range(3))
def test_precision_and_recall_are_scikit_learns_on_the_first_k(seed, k) -> None:
    scores, seen, relevant = _draw(seed)
    ranked = recommend.top_n(scores, k, exclude=None if k == N_MOVIES else seen)
    chosen = np.zeros_like(relevant)
    np.put_along_axis(chosen, ranked, True, axis=1)
    for ours, theirs in (
        (metrics.precision_at_k, precision_score),
        (metrics.recall_at_k, recall_score),
    ):
        expected = [theirs(relevant[u], chosen[u]) for u in range(N_USERS)]
        assert np.abs(ours(relevant, ranked, k=k, per_user=True) - expected).max() <= TOLERANCE


@pytest.mark.parametrize("k", [1, 5, 20])
@pytest.mark.parametrize("seed", range(3))
def test_with_one_relevant_movie_hit_rate_and_mrr_are_scikit_learns(seed, k) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(N_USERS, N_MOVIES))
    wanted = rng.integers(0, N_MOVIES, N_USERS)
    relevant = np.zeros((N_USERS, N_MOVIES), dtype=bool)
    relevant[np.arange(N_USERS), wanted] = True
    ranked = recommend.top_n(scores, N_MOVIES)
    accuracy = top_k_accuracy_score(wanted, scores, k=k, labels=np.arange(N_MOVIES))
    assert abs(metrics.hit_rate_at_k(relevant, ranked, k=k) - accuracy) <= TOLERANCE
    assert abs(metrics.recall_at_k(relevant, ranked, k=k) - accuracy) <= TOLERANCE
    reciprocal = label_ranking_average_precision_score(relevant, scores)
    assert abs(metrics.mrr_at_k(relevant, ranked, k=N_MOVIES) - reciprocal) <= TOLERANCE
