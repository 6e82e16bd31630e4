"""Train one of each model that Keras computes, on a tiny frame, and store what they predict.

Run it with another KERAS_BACKEND: ``python -m tests.environments.train_one_of_each FILE``.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg import models

#: One line a model: its name, and settings that suit so few ratings. No dropout: each backend draws
#: its own.
SETTINGS: dict[str, dict[str, Any]] = {
    "GradientFactorization": {"n_factors": 3, "learning_rate": 0.5, "n_steps": 60, "l2": 0.1},
    "EmbeddingFactorization": {"n_factors": 3, "n_epochs": 6, "batch_size": 50},
    "DeepFactorization": {"n_factors": 3, "hidden_dims": [6], "n_epochs": 6, "batch_size": 50},
    "FactorizationMachine": {"n_factors": 3, "n_epochs": 6, "batch_size": 50},
    "SoftmaxRecommender": {"n_factors": 3, "n_steps": 20, "batch_size": 16},
}


def tiny_ratings() -> pd.DataFrame:
    """Ratings of 30 users for 20 movies, six of ten pairs."""
    rng = np.random.default_rng(3)
    taste, kind = rng.normal(0, 1, (30, 2)), rng.normal(0, 1, (20, 2))
    user, movie = np.nonzero(rng.random((30, 20)) < 0.6)
    stars = 3 + (taste[user] * kind[movie]).sum(axis=1)
    return pd.DataFrame(
        {"user_id": 7 + 3 * user, "movie_id": 100 + 5 * movie, "rating": np.clip(stars, 1, 5)}
    )


def main(path: str) -> None:
    """Train all models of the table, and write their scores to a file, and the backend's name."""
    import keras

    ratings = tiny_ratings()
    scores = {}
    for name, settings in SETTINGS.items():
        model = getattr(models, name)(**settings, verbose=False)
        scores[name] = model.fit(ratings).scores()
    np.savez(path, backend=keras.backend.backend(), **scores)


if __name__ == "__main__":
    main(sys.argv[1])
