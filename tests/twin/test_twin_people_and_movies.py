"""The twin's people and movies are spread like the real ones, and the lessons' words hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.twin.conftest import RawSet
from tests.twin.skew import REAL_GINI, REAL_SHARE_OF_TOP_TENTH, gini, share_of_top_tenth

COMMONEST = {"student": 196, "other": 105, "educator": 95, "administrator": 79, "engineer": 67}
FEW = 20  # a floor of ratings, as lesson 1.2 sets one


@pytest.fixture(scope="module")
def rated(twin: RawSet) -> pd.DataFrame:
    """Number and mean of the ratings, a row for each movie in the order of the list."""
    table = twin.ratings.groupby("movie_id")["rating"].agg(["size", "mean"])
    return table.reindex(twin.movies["movie_id"])


def test_occupations_are_the_published_ones(twin: RawSet) -> None:
    counts = twin.users["occupation"].value_counts()
    listed = (twin.folder / "u.occupation").read_text(encoding="ascii").split()
    assert len(counts) == 21
    assert set(listed) == set(counts.index)
    assert counts.head(5).to_dict() == COMMONEST
    assert counts.head(5).index.tolist() == list(COMMONEST)


def test_seventy_one_percent_are_men(twin: RawSet) -> None:
    assert set(twin.users["sex"]) == {"M", "F"}
    assert (twin.users["sex"] == "M").mean() == pytest.approx(0.71, abs=0.005)


def test_ages_are_close_to_the_published_figures(twin: RawSet) -> None:
    ages = twin.users["age"].describe()
    assert ages[["mean", "std"]].tolist() == pytest.approx([34.05, 12.19], abs=0.5)
    assert ages[["min", "25%", "50%", "75%", "max"]].tolist() == [7, 25, 31, 43, 73]


def test_students_are_young_and_the_retired_are_not(twin: RawSet) -> None:
    ages = twin.users.groupby("occupation")["age"].mean()
    assert ages["student"] < 25
    assert ages["retired"] > 55


def test_zip_codes_are_shared_as_published(twin: RawSet) -> None:
    codes = twin.users["zip_code"].value_counts()
    assert len(codes) == 795
    assert codes.head(1).to_dict() == {"55414": 9}
    assert twin.users["zip_code"].str.len().eq(5).all()


def test_popularity_is_as_skewed_as_in_the_real_set(twin: RawSet) -> None:
    assert gini(twin.ratings_of_movies) == pytest.approx(REAL_GINI, abs=0.03)
    share = share_of_top_tenth(twin.ratings_of_movies)
    assert share == pytest.approx(REAL_SHARE_OF_TOP_TENTH, abs=0.02)
    assert 450 < twin.ratings_of_movies.max() < 700


def test_drama_and_comedy_are_the_commonest_genres(twin: RawSet) -> None:
    counts = twin.movies[twin.genre_names].sum().sort_values(ascending=False)
    assert counts.index[:2].tolist() == ["Drama", "Comedy"]
    assert counts["Drama"] == pytest.approx(725, abs=10)
    assert counts["Comedy"] == pytest.approx(505, abs=10)


def test_well_known_movies_are_rated_higher(rated: pd.DataFrame) -> None:
    assert np.corrcoef(np.log(rated["size"]), rated["mean"])[0, 1] > 0.3
    assert rated["mean"][rated["size"] > 200].mean() > 3.5
    assert rated["mean"][rated["size"] < 10].mean() < 3.0


def test_best_list_needs_its_floor(rated: pd.DataFrame) -> None:
    best = rated.sort_values("mean", ascending=False)
    assert (best.head(10)["size"] < 5).all()  # without a floor, nobody knows these
    with_floor = best[best["size"] > FEW].head(10)
    assert with_floor["mean"].between(4.1, 4.7).all()
    assert (with_floor["size"] > 100).any()


def test_most_rated_movies_are_liked_but_not_the_best(rated: pd.DataFrame) -> None:
    top = rated.sort_values("size", ascending=False).head(10)
    best = rated[rated["size"] > FEW].sort_values("mean", ascending=False).head(10)
    assert top["mean"].mean() > 3.6
    assert len(set(top.index) & set(best.index)) <= 5


def test_some_genres_are_rated_higher_than_others(twin: RawSet) -> None:
    stars = twin.ratings.merge(twin.movies, on="movie_id")
    means = {genre: stars.loc[stars[genre] == 1, "rating"].mean() for genre in twin.genre_names}
    for higher in ("Film-Noir", "War", "Drama"):
        for lower in ("Horror", "Children's", "Comedy"):
            assert means[higher] > means[lower], (higher, lower)
