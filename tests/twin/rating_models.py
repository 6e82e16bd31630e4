"""Cross-validated errors of Surprise's models, as the published figures were measured."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
from surprise import NMF, SVD, BaselineOnly, Dataset, KNNBaseline, Reader
from surprise.model_selection import KFold, cross_validate

PUBLISHED_RMSE = {"BaselineOnly": 0.944, "KNNBaseline": 0.931, "SVD": 0.934, "NMF": 0.963}


def cross_validated_rmse(ratings: pd.DataFrame, seed: int = 0) -> dict[str, float]:
    """Five-fold RMSE of four models with their defaults; the same folds for all four."""
    frame = ratings[["user_id", "movie_id", "rating"]]
    data = Dataset.load_from_df(frame, Reader(rating_scale=(1, 5)))
    models = {
        "BaselineOnly": BaselineOnly(verbose=False),
        "KNNBaseline": KNNBaseline(verbose=False),
        "SVD": SVD(random_state=seed),
        "NMF": NMF(random_state=seed),
    }
    errors = {}
    for name, model in models.items():
        random.seed(seed)
        folds = KFold(n_splits=5, random_state=seed)
        errors[name] = float(np.mean(cross_validate(model, data, ["rmse"], folds)["test_rmse"]))
    return errors
