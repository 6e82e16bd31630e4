"""The data sets that these tests read, and the figures that several of them share, made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from tests.twin import reference

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "workshop_pkg" / "datasets" / "bundled"
USER_COLUMNS = ["user_id", "age", "sex", "occupation", "zip_code"]
RATING_COLUMNS = ["user_id", "movie_id", "rating", "unix_timestamp"]


@dataclass(frozen=True)
class RawSet:
    """A folder in the layout of MovieLens 100K, read with nothing but pandas."""

    folder: Path

    def read_ratings(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / name, sep="\t", names=RATING_COLUMNS)

    @cached_property
    def ratings(self) -> pd.DataFrame:
        return self.read_ratings("u.data")

    @cached_property
    def users(self) -> pd.DataFrame:
        path = self.folder / "u.user"
        return pd.read_csv(path, sep="|", names=USER_COLUMNS, dtype={"zip_code": str})

    @cached_property
    def genre_names(self) -> list[str]:
        lines = (self.folder / "u.genre").read_text(encoding="latin-1").splitlines()
        return [line.split("|")[0] for line in lines if line]

    @cached_property
    def movies(self) -> pd.DataFrame:
        columns = ["movie_id", "title", "release_date", "video_date", "url", *self.genre_names]
        path = self.folder / "u.item"
        return pd.read_csv(path, sep="|", names=columns, encoding="latin-1", quoting=3)

    @cached_property
    def genres(self) -> NDArray[np.float64]:
        """The flags, a row for each movie, in the order of the ids."""
        return self.movies.sort_values("movie_id")[self.genre_names].to_numpy(dtype=float)

    @cached_property
    def ratings_of_movies(self) -> NDArray[np.int64]:
        counts = self.ratings.groupby("movie_id").size()
        return np.asarray(counts.reindex(self.movies["movie_id"], fill_value=0), dtype=np.int64)

    @cached_property
    def split(self) -> reference.Split:
        return reference.split_within_users(self.ratings)

    @cached_property
    def factors(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """User and movie embeddings of the regularized model on the training part."""
        return reference.regularized_factors(self.split.train)


@pytest.fixture(scope="session")
def twin() -> RawSet:
    return RawSet(BUNDLED / "ml-100k-twin")


@pytest.fixture(scope="session")
def real(real_data_folder: Path) -> RawSet:
    return RawSet(real_data_folder / "ml-100k")


@pytest.fixture(scope="session")
def retail_twin_path() -> Path:
    return BUNDLED / "retail_twin.csv"
