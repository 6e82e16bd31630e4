"""Small ratings that the tests of the models train on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def small() -> pd.DataFrame:
    """Ratings of 30 users for 20 movies, six of ten pairs, from two planted factors."""
    rng = np.random.default_rng(3)
    taste, kind = rng.normal(0, 1, (30, 2)), rng.normal(0, 1, (20, 2))
    user, movie = np.nonzero(rng.random((30, 20)) < 0.6)
    stars = 3 + (taste[user] * kind[movie]).sum(axis=1) + rng.normal(0, 0.2, len(user))
    return pd.DataFrame(
        # Ids have gaps and do not start at zero.
        {"user_id": 7 + 3 * user, "movie_id": 100 + 5 * movie, "rating": np.clip(stars, 1, 5)}
    )
