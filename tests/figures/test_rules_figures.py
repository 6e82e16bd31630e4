"""Lesson 2.3: its published figures on the retail file, and its words on that file and its twin."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.figures.lesson_code import run_lesson

MEASURES = ["support", "confidence", "lift", "leverage", "conviction"]


def run_on(dataset: str, folder: Path | None) -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSHOP_DATASET", dataset)
        patch.setenv("WORKSHOP_RENDERER", "html")
        if folder is not None:
            patch.setenv("WORKSHOP_DATA", str(folder))
        yield run_lesson("2_3_apriori")


@pytest.fixture(scope="module")
def real(real_data_folder: Path) -> Iterator[dict[str, Any]]:
    yield from run_on("100k", real_data_folder)


@pytest.fixture(scope="module")
def twin() -> Iterator[dict[str, Any]]:
    yield from run_on("twin", None)


@pytest.fixture(params=["twin", pytest.param("real", marks=pytest.mark.real_data)])
def lesson(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give what the lesson computed, once on the twin and once on the real file."""
    names: dict[str, Any] = request.getfixturevalue(request.param)
    return names


def rules_of(lesson: dict[str, Any]) -> pd.DataFrame:
    table: pd.DataFrame = lesson["show"](lesson["rules"])
    return table


@pytest.mark.real_data
def test_published_supports(real: dict[str, Any]) -> None:
    published = {
        "Bagel": 0.425397,
        "Milk": 0.501587,
        "Bread": 0.504762,
        "Eggs": 0.438095,
        "Meat": 0.476190,
        "Pencil": 0.361905,
        "Diaper": 0.406349,
    }
    assert len(real["baskets"]) == 315
    for item, support in published.items():
        assert round(real["table"][item].mean(), 6) == support
        assert round(real["frequent_by_hand"][frozenset([item])], 6) == support
        assert round(real["by_library"][frozenset([item])], 6) == support


@pytest.mark.real_data
def test_published_rule_from_bagel_to_bread_by_hand_and_by_library(real: dict[str, Any]) -> None:
    published = [0.279365, 0.656716, 1.301042, 0.064641, 1.442650]
    assert [round(real["by_hand"][measure], 6) for measure in MEASURES] == published
    assert rules_of(real).loc["Bagel -> Bread", MEASURES].tolist() == published


@pytest.mark.real_data
def test_published_rule_from_eggs_to_cheese_by_hand_and_by_library(real: dict[str, Any]) -> None:
    published = [0.681159, 1.358008]
    by_hand = real["confidence_and_lift"](real["table"], "Eggs", "Cheese")
    assert [round(number, 6) for number in by_hand] == published
    assert rules_of(real).loc["Eggs -> Cheese", ["confidence", "lift"]].tolist() == published


@pytest.mark.real_data
def test_published_rules_are_those_of_these_thresholds(real: dict[str, Any]) -> None:
    assert real["MIN_SUPPORT"] == 0.2
    assert len(real["itemsets"]) == 33
    assert len(real["rules"]) == 14
    assert real["rules"]["confidence"].min() >= 0.6


def test_the_library_finds_what_the_loop_by_hand_finds(lesson: dict[str, Any]) -> None:
    assert lesson["by_library"] == lesson["frequent_by_hand"]
    library = rules_of(lesson).loc["Bagel -> Bread", MEASURES]
    for measure in MEASURES:
        assert library[measure] == pytest.approx(lesson["by_hand"][measure], abs=1e-6)


def test_every_way_to_encode_gives_the_same_table(lesson: dict[str, Any]) -> None:
    for encode in (lesson["encode_dense"], lesson["encode_sparse"]):
        encoded = encode(lesson["baskets"])
        assert list(encoded) == list(lesson["table"])
        assert (encoded.to_numpy() == lesson["table"].to_numpy()).all()


def test_every_way_to_encode_was_timed_up_to_the_largest_shop(lesson: dict[str, Any]) -> None:
    assert lesson["times"].groupby("way")["baskets"].agg(
        ["min", "max"]
    ).drop_duplicates().to_numpy().tolist() == [[300, 20_000]]


def test_dense_is_smaller_with_nine_items_and_sparse_with_a_thousand(
    lesson: dict[str, Any],
) -> None:
    baskets, kilobytes = lesson["baskets"], lesson["kilobytes"]
    dense, sparse = lesson["encode_dense"](baskets), lesson["encode_sparse"](baskets)
    assert kilobytes(dense) < kilobytes(sparse)
    assert 0.4 < lesson["table"].to_numpy().mean() < 0.5  # "nearly half of the cells"
    memory = lesson["sizes"].pivot(index="items", columns="way", values="kilobytes")
    assert memory.loc[9, "dense"] < memory.loc[9, "sparse"]
    assert memory.loc[1000, "dense"] > 10 * memory.loc[1000, "sparse"]


def test_the_lattice_has_all_three_kinds_of_sets(lesson: dict[str, Any]) -> None:
    support = lesson["support"]
    assert support(["Bread", "Eggs"]) < 0.2  # what hangs below it is spared
    assert support(["Bread", "Cheese", "Meat"]) < 0.2  # all its parts are frequent
    for pair in (["Bread", "Cheese"], ["Bread", "Meat"], ["Cheese", "Meat"]):
        assert support(pair) >= 0.2
    assert support(["Cheese", "Eggs", "Meat"]) >= 0.2


def test_no_set_of_four_or_more_is_counted(lesson: dict[str, Any]) -> None:
    steps = lesson["steps"].set_index("size")
    assert (steps.loc[4:, "candidates"] == 0).all()
    assert (steps.loc[:3, "candidates"] > 0).all()
    assert steps["all_sets"].sum() == 2**9 - 1


def test_the_highest_lifts_stand_at_the_left_and_belong_to_sets_of_three(
    lesson: dict[str, Any],
) -> None:
    best = lesson["every_rule"].head(4)
    assert (best["support"] < lesson["all_rules"]["support"].median()).all()
    assert all("," in name for name in best.index)
    lowest = lesson["every_rule"].tail(4)
    assert (lowest["support"] < 0.25).all()


def test_among_pairs_the_lift_rises_with_the_support(lesson: dict[str, Any]) -> None:
    rules = lesson["all_rules"]
    pairs = rules[(rules["antecedents"].map(len) == 1) & (rules["consequents"].map(len) == 1)]
    assert pairs["support"].corr(pairs["lift"]) > 0.5
    assert (pairs.loc[pairs["lift"] <= 1, "support"] < 0.25).all()


def test_some_frequent_pairs_have_a_lift_of_one_or_less(lesson: dict[str, Any]) -> None:
    assert (lesson["all_rules"]["lift"] < 1).any()


def test_a_rule_and_its_reverse_have_one_support_one_lift_and_two_confidences(
    lesson: dict[str, Any],
) -> None:
    for there, back in (lesson["pairs"][:2], lesson["pairs"][2:]):
        there, back = lesson["every_rule"].loc[there], lesson["every_rule"].loc[back]
        assert (there["support"], there["lift"]) == (back["support"], back["lift"])
        assert abs(there["confidence"] - back["confidence"]) > 0.05


def test_every_rule_towards_the_bag_is_sure_and_says_nothing(lesson: dict[str, Any]) -> None:
    assert len(lesson["to_bag"]) == 9
    assert lesson["to_bag"]["lift"].between(0.95, 1.05).all()
    assert lesson["to_bag"]["confidence"].min() > lesson["rules"]["confidence"].max()


def test_a_rule_that_never_fails_has_infinite_conviction(lesson: dict[str, Any]) -> None:
    tiny = lesson["show"](lesson["tiny_rules"])
    assert tiny.loc["Beer -> Chips", "confidence"] == 1
    assert math.isinf(tiny.loc["Beer -> Chips", "conviction"])


def test_a_higher_support_takes_the_top_of_the_list_and_a_higher_confidence_does_not(
    lesson: dict[str, Any],
) -> None:
    fate = lesson["fate"]
    assert (fate["support 0.25"].head(5) == "-").all()
    assert (fate["confidence 0.65"].head(5) == "kept").all()
    assert (fate["confidence 0.65"].tail(3) == "-").all()
    assert (fate["support 0.25"].tail(3) == "kept").all()


def test_a_higher_confidence_takes_mostly_rules_that_a_higher_support_leaves(
    lesson: dict[str, Any],
) -> None:
    fate = lesson["fate"]
    fallen = fate[fate["confidence 0.65"] == "-"]
    assert (fallen["support 0.25"] == "kept").mean() > 0.7  # "mostly others"
    half = len(fate) // 2
    assert (fate["confidence 0.65"].tail(half) == "-").sum() > len(fallen) / 2  # "lower down"


def test_the_support_slider_takes_both_ends_of_the_lift_and_the_confidence_the_lowest(
    lesson: dict[str, Any],
) -> None:
    left = lesson["lifts_left"]
    every, support, confidence = (left.iloc[place] for place in range(3))
    assert support["count"] < confidence["count"] < every["count"]
    assert every["min"] < support["min"] < 1 < support["max"] < every["max"]
    assert confidence["min"] > 1
    assert confidence["max"] > support["max"]


def test_no_pair_is_spared_at_these_thresholds_and_most_are_at_higher_ones(
    lesson: dict[str, Any],
) -> None:
    steps = lesson["steps"].set_index("size")
    assert steps.loc[2, "candidates"] == steps.loc[2, "all_sets"] == 36
    assert steps.loc[3, "candidates"] < steps.loc[3, "all_sets"]
    assert len(lesson["candidates_of_two"](lesson["table"], 0.45)) == 6


def test_stricter_thresholds_never_leave_more_rules(lesson: dict[str, Any]) -> None:
    rules = lesson["grid"].pivot(index="min_confidence", columns="min_support", values="rules")
    assert (rules.diff().dropna() <= 0).all(axis=None)
    assert (rules.diff(axis=1).dropna(axis=1) <= 0).all(axis=None)
    assert rules.max(axis=None) > 100 * max(1, rules.min(axis=None))


def test_nothing_reaches_a_support_of_nine_tenths(lesson: dict[str, Any]) -> None:
    assert lesson["table"].mean().max() < 0.9
    assert len(lesson["found"]) == 0


def test_chance_reaches_the_best_lift_at_a_low_support_and_not_at_a_high_one(
    lesson: dict[str, Any],
) -> None:
    lifts = lesson["measured"].groupby(["baskets", "min_support"])["lift"]
    luckiest, unluckiest = lifts.max()["shuffled baskets"], lifts.min()["shuffled baskets"]
    own = lifts.max()["baskets as they are"]
    assert unluckiest[0.02] < own[0.02] < luckiest[0.02]  # "one among the shuffled ones"
    assert luckiest[0.2] < 1.25  # "stays close to 1"
    assert own[0.2] > luckiest[0.2] + 0.3  # "far above"


def test_a_shuffle_keeps_every_support(lesson: dict[str, Any]) -> None:
    table = lesson["table"]
    shuffled = lesson["shuffle_columns"](table, 3)
    assert (shuffled.mean() == table.mean()).all()
    assert not shuffled.equals(table)
