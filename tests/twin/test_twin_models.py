"""Models do on the twin what they do on the real set: errors, ranking, neighbors, itemsets."""

from __future__ import annotations

import pandas as pd
import pytest
from mlxtend.frequent_patterns import fpgrowth

from tests.twin import reference
from tests.twin.conftest import RawSet
from tests.twin.rating_models import PUBLISHED_RMSE, cross_validated_rmse

MARGIN = 0.004  # in RMSE; several times what another seed of the folds changes
SUPPORT = 0.10
FEW = 20  # ratings; a movie with fewer has no neighbors worth the name


@pytest.fixture(scope="module")
def errors(twin: RawSet) -> dict[str, float]:
    return cross_validated_rmse(twin.ratings)


@pytest.fixture(scope="module")
def popularity_ndcg(twin: RawSet) -> float:
    return reference.ndcg_at_10(reference.popularity(twin.split.train), twin.split)


def test_rating_errors_are_close_to_the_published_ones(errors: dict[str, float]) -> None:
    assert errors == pytest.approx(PUBLISHED_RMSE, abs=0.03)


def test_neighbors_and_svd_beat_the_biases_and_nmf_does_not(errors: dict[str, float]) -> None:
    assert errors["KNNBaseline"] < errors["BaselineOnly"] - MARGIN
    assert errors["SVD"] < errors["BaselineOnly"] - MARGIN
    assert errors["NMF"] > errors["BaselineOnly"] + MARGIN


def test_popularity_ranks_about_as_well_as_on_the_real_set(popularity_ndcg: float) -> None:
    assert 0.18 <= popularity_ndcg <= 0.30


def test_people_choose_by_taste_so_ease_beats_popularity(
    twin: RawSet, popularity_ndcg: float
) -> None:
    scores = reference.ease(twin.split.train)
    assert reference.ndcg_at_10(scores, twin.split) >= 1.5 * popularity_ndcg


def test_regularized_factors_beat_popularity(twin: RawSet, popularity_ndcg: float) -> None:
    users, movies = twin.factors
    assert reference.ndcg_at_10(users @ movies.T, twin.split) > 1.1 * popularity_ndcg


def test_observed_only_factors_rank_far_worse_than_popularity(
    twin: RawSet, popularity_ndcg: float
) -> None:
    scores = reference.observed_only(twin.split.train)
    assert reference.ndcg_at_10(scores, twin.split) < 0.5 * popularity_ndcg


def test_nearest_movies_share_genres_far_oftener_than_chance(twin: RawSet) -> None:
    known = twin.ratings_of_movies >= FEW
    agreement = reference.genre_agreement(twin.factors[1], twin.genres, known)
    assert agreement >= 1.5  # 2.1 on the real set


def test_likes_as_baskets_give_thousands_of_itemsets(twin: RawSet) -> None:
    likes = twin.ratings[twin.ratings["rating"] >= 4]
    baskets = pd.crosstab(likes["user_id"], likes["movie_id"]) > 0
    assert 1_000 <= len(fpgrowth(baskets, min_support=SUPPORT)) <= 10_000
