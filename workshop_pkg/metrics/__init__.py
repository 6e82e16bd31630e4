"""Metrics: of predicted ratings, of ranked movies, of probabilities, and their intervals."""

from workshop_pkg.metrics.intervals import Interval, paired_bootstrap
from workshop_pkg.metrics.probability import calibration_error
from workshop_pkg.metrics.ranking import (
    coverage,
    hit_rate_at_k,
    map_at_k,
    mrr_at_k,
    ndcg_at_k,
    novelty_at_k,
    precision_at_k,
    recall_at_k,
)
from workshop_pkg.metrics.rating import mae, rmse

__all__ = [
    "Interval",
    "calibration_error",
    "coverage",
    "hit_rate_at_k",
    "mae",
    "map_at_k",
    "mrr_at_k",
    "ndcg_at_k",
    "novelty_at_k",
    "paired_bootstrap",
    "precision_at_k",
    "recall_at_k",
    "rmse",
]
