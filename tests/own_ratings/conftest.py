"""A tiny data set, and a folder of its own for what is saved."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workshop_pkg.datasets import MovieLens

TITLES = {
    1: "Steel Parade (1994)",
    2: "Tea at Noon, The (1990)",
    3: "Night Train (1987)",
    4: "Night Train (1987)",
    7: "Fist of Rain (1997)",
    9: "Fenêtre, La (A Window) (1973)",
}


@pytest.fixture
def movies() -> pd.DataFrame:
    flags = {
        "Adventure": [1, 0, 0, 0, 1, 0],
        "Drama": [0, 1, 1, 1, 0, 1],
        "Romance": [0, 1, 0, 0, 1, 0],
    }
    return pd.DataFrame({"movie_id": list(TITLES), "title": list(TITLES.values()), **flags}).assign(
        all_genres="x"
    )


@pytest.fixture
def data(movies: pd.DataFrame) -> MovieLens:
    pairs = [(1, 1), (1, 7), (2, 1), (2, 2), (2, 7), (3, 1), (3, 2), (3, 3), (3, 9)]
    ratings = pd.DataFrame(pairs, columns=["user_id", "movie_id"]).assign(
        rating=[5, 4, 3, 2, 1, 5, 4, 3, 2], unix_timestamp=range(100, 109)
    )
    return MovieLens("tiny", Path(), ratings, None, movies, "")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where ratings are saved during the test; it does not exist yet."""
    place = tmp_path / "mine"
    monkeypatch.setenv("WORKSHOP_OWN_RATINGS", str(place))
    return place
