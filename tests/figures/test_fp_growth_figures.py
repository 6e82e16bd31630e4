"""Lesson 2.4: the five baskets' figures, three miners that always agree, and what its words say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.figures.lesson_code import run_lesson
from workshop_pkg import association, datasets, recommend


def run_on(dataset: str, folder: Path | None) -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSHOP_DATASET", dataset)
        patch.setenv("WORKSHOP_RENDERER", "html")
        if folder is not None:
            patch.setenv("WORKSHOP_DATA", str(folder))
        yield run_lesson("2_4_fp_growth")


@pytest.fixture(scope="module")
def real(real_data_folder: Path) -> Iterator[dict[str, Any]]:
    yield from run_on("100k", real_data_folder)


@pytest.fixture(scope="module")
def twin() -> Iterator[dict[str, Any]]:
    yield from run_on("twin", None)


@pytest.fixture(params=["twin", pytest.param("real", marks=pytest.mark.real_data)])
def lesson(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give what the lesson computed, once on made-up data and once on the real files."""
    names: dict[str, Any] = request.getfixturevalue(request.param)
    return names


def agree_on(
    lesson: dict[str, Any], baskets: list[Any], min_support: float, miners: tuple[str, ...]
) -> int:
    """Assert that the lesson's FP-Growth finds what mlxtend's miners find; tell how many sets."""
    by_hand, _ = lesson["fp_growth"](baskets, min_support)
    table = association.one_hot([sorted(set(basket)) for basket in baskets], sparse=False)
    for miner in miners:
        found = association.frequent_itemsets(table, min_support, miner=miner)
        library = dict(zip(found["itemsets"], found["support"], strict=True))
        assert library.keys() == by_hand.keys()
        assert all(abs(library[items] - by_hand[items]) < 1e-12 for items in library)
    return len(by_hand)


BOTH = ("apriori", "fpgrowth")


def test_published_figures_of_the_five_baskets(twin: dict[str, Any]) -> None:
    published = {
        ("Kidney Beans",): 1.0,
        ("Eggs",): 0.8,
        ("Eggs", "Kidney Beans"): 0.8,
        ("Onion", "Eggs", "Kidney Beans"): 0.6,
    }
    assert twin["MIN_SUPPORT"] == 0.6
    for frame in (twin["as_frame"](twin["by_hand"]), twin["by_apriori"], twin["by_fpgrowth"]):
        found = dict(zip(frame["itemsets"], frame["support"], strict=True))
        assert len(found) == 11
        for items, support in published.items():
            assert round(found[frozenset(items)], 6) == support
    assert agree_on(twin, twin["five_baskets"], 0.6, BOTH) == 11


@pytest.mark.parametrize("seed", range(25))
def test_the_lessons_fp_growth_equals_both_miners_on_random_baskets(
    twin: dict[str, Any], seed: int
) -> None:
    generator = np.random.default_rng(seed)
    n_baskets, n_items = int(generator.integers(5, 60)), int(generator.integers(3, 12))
    chance = generator.uniform(0.05, 0.9, n_items)
    rows = generator.random((n_baskets, n_items)) < chance
    baskets = [np.flatnonzero(row).tolist() or [0] for row in rows]
    # Also a support that some sets reach exactly.
    for min_support in (int(generator.integers(1, n_baskets)) / n_baskets, 0.2, 1.0):
        if any(table >= min_support for table in pd.DataFrame(rows).mean()):
            agree_on(twin, baskets, min_support, BOTH)


def test_every_timed_run_found_the_same_sets_as_the_others(lesson: dict[str, Any]) -> None:
    table = pd.DataFrame(
        lesson["equal"], columns=["shop", "min_support", "miners", "sets", "equal"]
    )
    assert table["equal"].all()
    assert (table["miners"] >= 2).all()
    assert (table["sets"] > 0).all()
    assert len(table) == 8


@pytest.mark.parametrize("min_support", [0.3, 0.1, 0.05])
def test_three_miners_agree_on_retail(lesson: dict[str, Any], min_support: float) -> None:
    assert agree_on(lesson, datasets.load_retail(), min_support, BOTH) > 5


def test_three_miners_agree_on_likes(lesson: dict[str, Any]) -> None:
    baskets = [basket for basket in lesson["as_baskets"] if basket]
    assert agree_on(lesson, baskets, 0.1, BOTH) > 100


@pytest.mark.real_data
def test_three_miners_agree_on_the_real_groceries(
    twin: dict[str, Any], real_data_folder: Path
) -> None:
    baskets = datasets.load_groceries(real_data_folder)
    assert len(baskets) == 9835
    assert agree_on(twin, baskets, 0.02, BOTH) == 122
    assert agree_on(twin, baskets, 0.005, ("apriori",)) == 1001


def test_the_shops_have_the_sizes_that_the_lesson_names(lesson: dict[str, Any]) -> None:
    assert [len(baskets) for baskets in lesson["shops"].values()] == [9835, 88162]


def test_without_infrequent_items_the_large_table_shrinks_by_a_hundred(
    lesson: dict[str, Any],
) -> None:
    baskets = lesson["shops"]["supermarket"]
    assert len(set().union(*baskets)) > 100 * lesson["tables"]["supermarket"].shape[1]


def test_candidates_by_size_are_what_an_apriori_by_hand_counts(twin: dict[str, Any]) -> None:
    found = twin["as_frame"](twin["by_hand"])
    # 11 items; 5 are frequent: 10 pairs; of the triples only the one with three frequent pairs.
    assert twin["candidates_by_size"](found, 11) == {1: 11, 2: 10, 3: 1, 4: 0}


def test_mlxtend_counts_at_least_the_candidates_that_are_needed(lesson: dict[str, Any]) -> None:
    assert lesson["counted"][2] == lesson["needed"][2]
    for size, number in lesson["needed"].items():
        if size > 2:
            assert lesson["counted"].get(size, 0) >= number


def test_nodes_outnumber_candidates_and_the_shops_disagree_on_which_grows_faster(
    lesson: dict[str, Any],
) -> None:
    table = lesson["work"].pivot(index=["shop", "support"], columns="what", values="number")
    candidates, nodes = table["candidates (Apriori)"], table["nodes of all trees (FP-Growth)"]
    assert (nodes > candidates).all()
    grown = {
        shop: [
            numbers.loc[shop].iloc[0] / numbers.loc[shop].iloc[-1]
            for numbers in (nodes, candidates)
        ]
        for shop in lesson["shops"]
    }
    assert grown["supermarket"][0] > 2 * grown["supermarket"][1]
    assert grown["groceries"][1] > 2 * grown["groceries"][0]
    # "Hardly any items are frequent there at 5 %."
    frequent = {shop: (table.mean() >= 0.05).sum() for shop, table in lesson["tables"].items()}
    assert frequent["supermarket"] < 10 < 20 < frequent["groceries"]


def test_work_grows_as_the_support_falls(lesson: dict[str, Any]) -> None:
    for _, rows in lesson["work"].groupby(["shop", "what"]):
        assert rows.sort_values("support", ascending=False)["number"].is_monotonic_increasing


def test_all_at_once_needs_several_times_the_memory_of_bit_by_bit(lesson: dict[str, Any]) -> None:
    table = lesson["memory"].pivot(index=["shop", "support"], columns="miner", values="megabytes")
    both = table[[lesson["AT_ONCE"], lesson["BIT_BY_BIT"]]].dropna()
    assert len(both) == 4
    assert (both[lesson["AT_ONCE"]] > 2 * both[lesson["BIT_BY_BIT"]]).all()


def test_the_memory_of_fp_growth_by_hand_is_mostly_the_baskets_where_few_items_are_frequent(
    lesson: dict[str, Any],
) -> None:
    table = lesson["memory"].pivot(index="support", columns=["shop", "miner"], values="megabytes")
    by_hand = table["supermarket", lesson["HAND"]]
    assert by_hand[0.02] > by_hand[0.05] > 0.7 * by_hand[0.02]
    assert lesson["nodes"][len(lesson["shops"]["supermarket"]), 0.05] < 200


def test_the_surest_rules_end_in_movies_that_many_like_and_the_highest_lifts_do_not(
    lesson: dict[str, Any],
) -> None:
    rules = lesson["some_rules"]
    liked = {
        measure: rules.sort_values(measure, ascending=False, kind="stable").head(6)[
            "consequent support"
        ]
        for measure in ("confidence", "lift")
    }
    assert liked["confidence"].min() > liked["lift"].max()


def test_the_table_of_all_users_scores_as_the_function(lesson: dict[str, Any]) -> None:
    rules, likes, encoded = lesson["some_rules"], lesson["likes"], lesson["encoded"]
    for user in range(0, 900, 100):
        liked = set(likes.columns[likes.iloc[user]])
        yours = lesson["recommend_from_rules"](rules, liked, 10)
        scores = lesson["rule_scores"](likes.iloc[[user]], rules, "best confidence")
        ten = recommend.top_n(scores, 10, exclude=likes.iloc[[user]].to_numpy())[0]
        # Of movies that tie, either may come first: compare what they score.
        assert np.allclose(scores[0, encoded.movie_index(yours)], scores[0, ten[: len(yours)]])
        assert not set(yours) & liked


def test_validation_chose_before_the_test_and_best_lift_falls_far_behind(
    lesson: dict[str, Any],
) -> None:
    tried = lesson["tried"]
    assert lesson["chosen"]["NDCG@10"] == tried["NDCG@10"].max()
    table = tried.pivot(index="support", columns="score", values="NDCG@10")
    at_lowest, at_highest = table.iloc[0], table.iloc[-1]
    assert (lesson["chosen"]["score"], lesson["chosen"]["support"]) == ("sum of leverages", 0.02)
    # Lower supports help the sums, and hurt the best lift.
    for score in ("sum of confidences", "sum of leverages"):
        assert at_lowest[score] > 1.04 * at_highest[score]
    assert at_lowest["best lift"] < 0.7 * at_highest["best lift"]
    # At the highest support, the few rules hardly change the list.
    assert at_highest.max() < 1.03 * lesson["most_rated"]["NDCG@10"]
    assert at_lowest["best lift"] < 0.7 * lesson["most_rated"]["NDCG@10"]
    assert at_lowest.drop("best lift").min() > lesson["most_rated"]["NDCG@10"]


def test_rules_rank_between_the_most_rated_and_the_neighbors(lesson: dict[str, Any]) -> None:
    table = lesson["quality"].pivot(index="recommender", columns="measure", values="value")
    ndcg, hits, coverage = table["NDCG@10"], table["hit rate@10"], table["coverage"]
    assert 1.05 * ndcg["most rated"] < ndcg["rules"]
    for neighbors in ("neighbors, movies", "neighbors, users", "neighbors, likes only"):
        assert ndcg["rules"] < 0.9 * ndcg[neighbors]
        assert hits["rules"] < hits[neighbors]
        assert coverage["rules"] < 0.7 * coverage[neighbors]
    # What the neighbors know beside the likes explains the smaller part of their lead.
    more = ndcg["neighbors, users"] - ndcg["neighbors, likes only"]
    assert more < 0.5 * (ndcg["neighbors, likes only"] - ndcg["rules"])
    # With another user's likes, the rules fall below the most rated.
    assert ndcg["rules, another's likes"] < 0.9 * ndcg["most rated"]
    # The support leaves about a quarter of the movies; the score lists far fewer of them.
    share = lesson["n_with_rule"] / lesson["encoded"].n_movies
    assert 0.2 < share < 0.3
    assert coverage["rules"] < 0.5 * share
    assert coverage["rules"] < 0.5 * lesson["by_lift"] < 0.5 * share
    # "The hit rate tells the two apart less clearly."
    assert hits["rules"] / hits["most rated"] < ndcg["rules"] / ndcg["most rated"]


@pytest.mark.real_data
def test_popularity_ranks_as_published(real: dict[str, Any]) -> None:
    table = real["quality"].pivot(index="recommender", columns="measure", values="value")
    assert abs(table.loc["most rated", "NDCG@10"] - 0.245) < 0.02


def test_few_users_are_left_to_the_fallback_and_they_get_the_most_rated(
    lesson: dict[str, Any],
) -> None:
    assert 0 < (lesson["unseen_with_rule"] == 0).sum() < 20
    scores = lesson["with_fallback"](np.zeros((1, 3)), np.array([5, 9, 1]))
    assert scores[0].argsort()[::-1].tolist() == [1, 0, 2]
    assert lesson["with_fallback"](np.array([[0, 0, 0.01]]), np.array([5, 9, 1])).argmax() == 2
