"""On the real set the same protocols give the published figures, and no row of it is in a twin."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from mlxtend.frequent_patterns import apriori

from tests.twin import reference
from tests.twin.conftest import RawSet
from tests.twin.rating_models import PUBLISHED_RMSE, cross_validated_rmse
from tests.twin.skew import REAL_GINI, REAL_SHARE_OF_TOP_TENTH, gini, share_of_top_tenth
from tests.twin.test_retail_twin import read_rows

pytestmark = pytest.mark.real_data
UNKNOWN = {"unknown"}  # an entry of the real list that the twin has on purpose
KEY = ["user_id", "movie_id"]


@pytest.fixture(scope="module")
def retail_path(real_data_folder: Path) -> Path:
    return real_data_folder / "retail_dataset.csv"


def test_skew_of_popularity_is_as_the_constants_say(real: RawSet) -> None:
    assert gini(real.ratings_of_movies) == pytest.approx(REAL_GINI, abs=0.0005)
    share = share_of_top_tenth(real.ratings_of_movies)
    assert share == pytest.approx(REAL_SHARE_OF_TOP_TENTH, abs=0.0005)


def test_ranking_of_four_models_is_as_published(real: RawSet) -> None:
    def ndcg(scores: reference.Floats) -> float:
        return reference.ndcg_at_10(scores, real.split)

    train = real.split.train
    users, movies = real.factors
    assert ndcg(reference.popularity(train)) == pytest.approx(0.245, abs=0.02)
    assert ndcg(reference.ease(train)) >= 0.46
    assert ndcg(users @ movies.T) == pytest.approx(0.39, abs=0.03)
    assert ndcg(reference.observed_only(train)) < 0.06


@pytest.mark.full
def test_rating_errors_are_the_published_ones(real: RawSet) -> None:
    assert cross_validated_rmse(real.ratings) == pytest.approx(PUBLISHED_RMSE, abs=0.006)


def test_no_title_of_the_twin_is_a_real_one(real: RawSet, twin: RawSet) -> None:
    def plain(titles: pd.Series) -> set[str]:
        return set(titles.str.lower().str.replace(r" \(\d{4}\)$", "", regex=True))

    assert plain(twin.movies["title"]) & plain(real.movies["title"]) == UNKNOWN


def test_no_rating_row_of_the_twin_is_copied(real: RawSet, twin: RawSet) -> None:
    merged = twin.ratings.merge(real.ratings, on=list(twin.ratings.columns))
    assert merged.empty  # user, movie, stars and second


def test_pairs_of_user_and_movie_agree_no_oftener_than_chance(real: RawSet, twin: RawSet) -> None:
    common = len(twin.ratings[KEY].merge(real.ratings[KEY], on=KEY))
    by_user = [s.ratings.groupby("user_id").size().to_numpy() for s in (twin, real)]
    by_movie = twin.ratings_of_movies @ real.ratings_of_movies
    expected = (by_user[0] @ by_user[1]) * by_movie / len(real.ratings) ** 2
    assert common == pytest.approx(expected, rel=0.1)


def test_no_basket_of_the_twin_stands_in_a_real_order(
    retail_path: Path, retail_twin_path: Path
) -> None:
    real_orders = {tuple(row) for row in read_rows(retail_path)[1:]}
    longer = [tuple(row) for row in read_rows(retail_twin_path)[1:] if row[1]]
    assert len(longer) > 250
    assert [row for row in longer if row in real_orders] == []


def test_frequent_itemsets_of_the_retail_twin_are_the_real_ones(
    retail_path: Path, retail_twin_path: Path
) -> None:
    def frequent(path: Path) -> set[frozenset[str]]:
        baskets = [set(row) - {""} for row in read_rows(path)[1:]]
        items = sorted(set().union(*baskets))
        encoded = pd.DataFrame([[item in basket for item in items] for basket in baskets])
        encoded.columns = items
        return set(apriori(encoded, min_support=0.2, use_colnames=True)["itemsets"])

    assert frequent(retail_twin_path) == frequent(retail_path)
