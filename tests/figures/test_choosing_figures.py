"""What lesson 4.3 says holds in its own run, on both data sets, and in the stored leaderboard."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from tests.figures.lesson_code import DATA_SET
from workshop_pkg import metrics, stored

LESSON = "4_3_choosing"
CONTROLS = ["random order", "least known first"]


@pytest.fixture(scope="module")
def board(lesson) -> pd.DataFrame:
    found = lesson["board"].set_index("model")
    print(lesson[DATA_SET], found.round(4).to_string())
    return found


@pytest.fixture(scope="module")
def everything() -> pd.DataFrame:
    return stored.leaderboard().set_index("model")


def test_ndcg_by_hand_is_that_of_the_package(lesson):
    assert lesson["agree"]
    hand = lesson["by_hand"]
    ours = metrics.ndcg_at_k([[1, 0, 1, 0, 0, 1, 1]], [[0, 1, 2, 3, 4]], k=5)
    assert hand["gained"].sum() / hand["best list"].sum() == pytest.approx(ours)


def test_a_dozen_models_and_more_than_half_without_an_rmse(board):
    assert len(board) == 12
    assert board["rmse"].isna().sum() > 6


def test_models_of_ratings_have_the_lowest_errors_and_the_poorest_lists(board):
    of_ratings = board[board["learns_from"] == "ratings"]
    others = board[board["learns_from"] == "choices"]
    assert of_ratings["rmse"].max() < others["rmse"].min() - 0.3
    assert of_ratings["ndcg"].max() < 0.8 * board.loc["most rated", "ndcg"]
    assert others["ndcg"].drop("most rated").min() > 1.1 * board.loc["most rated", "ndcg"]


def test_the_controls_win_coverage_and_novelty_and_nothing_else(board):
    assert board["coverage"].idxmax() == "random order"
    assert board.loc["random order", "coverage"] > 0.9
    assert board["novelty"].idxmax() == "least known first"
    assert board["ndcg"].idxmax() not in CONTROLS
    assert board.loc[CONTROLS, "ndcg"].max() < 0.25 * board.loc["most rated", "ndcg"]


def test_the_most_rated_are_the_least_novel(board):
    assert board["novelty"].idxmin() == "most rated"
    assert board["novelty"].drop("most rated").min() > board.loc["most rated", "novelty"] + 0.1


def test_good_lists_differ_in_their_shelves(board):
    als, ease = board.loc["implicit ALS"], board.loc["EASE"]
    assert als["coverage"] > 1.4 * ease["coverage"]
    assert abs(als["ndcg"] - ease["ndcg"]) < 0.02


def test_users_who_are_easy_for_one_are_easy_for_the_other(lesson):
    assert lesson["same_users"] > 0.5
    ends = lesson["draws"].quantile([0.025, 0.975])
    widths = ends.iloc[1] - ends.iloc[0]
    assert widths["each model by itself"] > 1.4 * widths["paired"]


def test_the_lesson_draws_as_the_package_does(lesson):
    leader, second = lesson["ndcg_of"][lesson["leader"]], lesson["ndcg_of"][lesson["second"]]
    found = lesson["paired_interval"](leader, second, 1000, 0)
    ours = metrics.paired_bootstrap(leader, second)
    assert found == pytest.approx((ours.low, ours.high))


def test_paired_intervals_are_narrower_for_good_lists(lesson, board):
    good = board.index[board["ndcg"] > board.loc["most rated", "ndcg"]]
    for one, other in itertools.combinations(good, 2):
        gap = lesson["ndcg_of"][one] - lesson["ndcg_of"][other]
        apart = np.hypot(lesson["ndcg_of"][one].std(), lesson["ndcg_of"][other].std())
        assert gap.std() < 0.85 * apart, (one, other)


def test_overlapping_pairs_are_counted(lesson):
    assert 0 <= lesson["told_apart"] <= lesson["overlapping"]
    assert lesson["overlapping"] >= 3


def test_seeds_alone_make_a_gap_of_some_thousandths(lesson):
    means = lesson["means"]
    print(lesson[DATA_SET], np.round(means, 4))
    assert 0.0005 < max(means) - min(means) < 0.012


def test_the_chosen_is_surely_near_and_shows_most(lesson):
    table = lesson["table"].set_index("model")
    near = table[table["low"] >= -lesson["margin"]]
    print(lesson[DATA_SET], lesson["leader"], lesson["choice"], near.round(4).to_string())
    assert near["coverage"].idxmax() == lesson["choice"]
    assert 2 <= len(near) < 8
    assert near.loc[lesson["choice"], "coverage"] >= near.loc[lesson["leader"], "coverage"]
    assert "most rated" not in near.index


def test_the_test_part_confirms_the_choice(lesson):
    by_user, choice = lesson["ndcg_on_test"], lesson["choice"]
    bar = metrics.paired_bootstrap(by_user[choice], by_user["most rated"])
    assert bar.low > 0.05  # "far behind"
    final = lesson["final"]
    assert final[choice]["coverage"] > 3 * final["most rated"]["coverage"]  # "many times as wide"
    given_up = np.mean(by_user[lesson["leader"]] - by_user[choice])
    assert given_up < 0.1 * final[lesson["leader"]]["ndcg"]
    lower = lesson["board"].set_index("model")["ndcg"]
    assert all(final[name]["ndcg"] > 1.2 * lower[name] for name in final)


def test_some_users_are_worse_off_and_each_third_gains(lesson):
    gain = lesson["gain"]
    assert (gain > 0).mean() > 0.55
    assert 0.03 < (gain < 0).mean() < 0.4
    thirds = lesson["by_third"]
    assert len(thirds) == 3
    assert (thirds[lesson["choice"]] > 1.15 * thirds["most rated"]).all()


def test_several_models_of_several_lessons_share_the_top(everything):
    top = everything[everything["behind_high"] >= 0]
    assert len(top) >= 4
    assert top["lesson"].nunique() >= 2
    assert set(top["learns_from"]) == {"choices"}
    assert {"EASE", "zero-filled SVD", "ALS, weighted"} <= set(top.index)


def test_none_that_learns_from_ratings_only_beats_the_most_rated(everything):
    of_ratings = everything[everything["learns_from"] == "ratings"]
    assert of_ratings["ndcg"].max() < everything.loc["most rated", "ndcg"]
    assert everything["rmse"].idxmin() == "deep factorization"


def test_time_buys_nothing_and_tensorflow_needs_memory(everything):
    top = everything[everything["behind_high"] >= 0]
    slowest = everything["seconds"].nlargest(5).index
    assert not set(top.index) & set(slowest)
    assert top["seconds"].max() < 10
    in_tensorflow = everything.loc[
        ["softmax", "deep factorization", "embeddings (Keras)", "factorization machine"]
    ]
    assert in_tensorflow["peak_gib"].min() > 2 * top["peak_gib"].max()


def test_a_leader_of_the_validation_part_may_lose_its_lead(lesson, everything):
    top = everything.index[everything["behind_high"] >= 0]
    assert len(top) >= 4
    if lesson[DATA_SET] == "twin":  # the stored leaderboard is the twin's
        assert lesson["leader"] in top
