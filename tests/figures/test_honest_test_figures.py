"""The figures of lesson 1.3, from real data, and what its prose says, on real data and the twin."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import metrics, splits
from workshop_pkg.datasets import MovieLens, load_movielens

LESSON = Path(__file__).parents[2] / "book" / "1_exploration" / "1_3_honest_test.ipynb"


@pytest.fixture(scope="module")
def real(real_data_folder) -> MovieLens:
    return load_movielens("100k", data_dir=real_data_folder)


@pytest.fixture(scope="module", params=["twin", pytest.param("100k", marks=pytest.mark.real_data)])
def data(request) -> MovieLens:
    return load_movielens("twin") if request.param == "twin" else request.getfixturevalue("real")


@pytest.fixture(scope="module")
def lesson() -> dict:
    """Run the lesson's cells that define its baselines and its count of leaks."""
    cells = ["".join(cell["source"]) for cell in json.loads(LESSON.read_text("utf-8"))["cells"]]
    names = {"pd": pd, "np": np, "metrics": metrics, "bias_baseline": None}
    names["keep"] = lambda exercise, answer, solution: solution
    for start in ("def global_mean", "def score", "def bias_baseline_solution", "def leaks"):
        (cell,) = (source for source in cells if start in source)
        definitions = cell[cell.index(start) :].split("\n\n\n")
        exec("\n\n".join(part for part in definitions if part.startswith("def ")), names)
    return names


def plain_squared_error(train: pd.DataFrame, test: pd.DataFrame, of_user: bool) -> float:
    """Work out the mean squared error with loops and dictionaries alone."""
    by_user: dict[int, list[float]] = {}
    for user, rating in zip(train["user_id"], train["rating"], strict=True):
        by_user.setdefault(user if of_user else 0, []).append(float(rating))
    means = {user: sum(given) / len(given) for user, given in by_user.items()}
    squares = [
        (float(rating) - means[user if of_user else 0]) ** 2
        for user, rating in zip(test["user_id"], test["rating"], strict=True)
    ]
    return sum(squares) / len(squares)


@pytest.mark.real_data
def test_global_and_user_mean_on_ua_are_what_plain_python_finds(real, lesson):
    train, test = splits.official(real, "ua")
    for name, of_user in (("global_mean", False), ("user_mean", True)):
        found = lesson["score"](lesson[name], train, test)["squared error"]
        assert found == pytest.approx(plain_squared_error(train, test, of_user), abs=1e-9)
    spread = float(test["rating"].var(ddof=0))  # no constant does better than this
    constant, personal = (plain_squared_error(train, test, kind) for kind in (False, True))
    assert spread <= constant < spread + 0.05
    assert personal < constant


@pytest.mark.parametrize("fold", splits.OFFICIAL_FOLDS)
def test_official_folds_have_their_sizes_and_hold_the_data_set_once(data, fold):
    train, test = splits.official(data, fold)
    expected = (90_570, 9_430) if fold in ("ua", "ub") else (80_000, 20_000)
    assert (len(train), len(test)) == expected
    columns = ["user_id", "movie_id", "rating", "unix_timestamp"]
    together = pd.concat([train, test])[columns].sort_values(columns, ignore_index=True)
    whole = data.ratings[columns].sort_values(columns, ignore_index=True)
    pd.testing.assert_frame_equal(together, whole)


def test_ua_and_ub_hold_out_ten_ratings_of_everybody_and_no_rating_twice(data):
    parts = [splits.official(data, fold)[1] for fold in ("ua", "ub")]
    for test in parts:
        assert set(test.groupby("user_id").size()) == {10}
        assert test["user_id"].nunique() == 943
    assert not pd.concat(parts).duplicated(["user_id", "movie_id"]).any()


def test_the_five_folds_test_each_rating_once(data):
    tests = pd.concat([splits.official(data, f"u{k}")[1] for k in range(1, 6)])
    assert len(tests) == len(data.ratings)
    assert not tests.duplicated(["user_id", "movie_id"]).any()


def test_leaks_are_where_the_lesson_says(data, lesson):
    ratings = data.ratings
    own, anybody = "% older than training of the same user", "% older than training of anybody"
    blind = [splits.random_split(ratings), splits.stratified_split(ratings)]
    for parts in [*blind, splits.official(data, "ua")]:
        assert lesson["leaks"](*parts)[own] > 80
    for parts in (splits.chronological_split(ratings), splits.leave_last_out(ratings)):
        assert lesson["leaks"](*parts)[own] == 0
        assert lesson["leaks"](*parts)[anybody] > 90
    moment = lesson["leaks"](*splits.chronological_split(ratings, by="time"))
    assert moment[anybody] == 0
    assert moment["% by unknown users"] > 50


def test_most_people_rated_in_one_go_as_the_lesson_says(data):
    times = data.ratings.groupby("user_id")["unix_timestamp"]
    assert ((times.max() - times.min()) < 3 * 60 * 60).mean() > 0.5


def test_user_and_movie_mean_take_away_a_share_of_the_error_but_not_most_of_it(data, lesson):
    taken_away = {}
    for name in ("ua", "stratified", "chronological"):
        train, test = {
            "ua": lambda: splits.official(data, "ua"),
            "stratified": lambda: splits.stratified_split(data.ratings),
            "chronological": lambda: splits.chronological_split(data.ratings),
        }[name]()
        error = {
            predictor: lesson["score"](lesson[predictor], train, test)["squared error"]
            for predictor in ("global_mean", "user_mean", "movie_mean")
        }
        taken_away[name] = [
            1 - error[predictor] / error["global_mean"] for predictor in ("user_mean", "movie_mean")
        ]
    assert all(0.05 < share < 0.5 for shares in taken_away.values() for share in shares)
    assert abs(taken_away["ua"][0] - taken_away["ua"][1]) < 0.03  # "close to each other"


def test_both_biases_are_the_bar_on_both_splits_as_the_lesson_says(data, lesson):
    def both_biases(train, test):
        return lesson["bias_baseline_solution"](train, test, 5)

    for parts in (splits.official(data, "ua"), splits.chronological_split(data.ratings)):
        error = {
            name: lesson["score"](predict, *parts)["rmse"]
            for name, predict in {**lesson, "both": both_biases}.items()
            if name in ("global_mean", "user_mean", "movie_mean", "both")
        }
        assert error["both"] < min(error["user_mean"], error["movie_mean"])
        assert max(error["user_mean"], error["movie_mean"]) < error["global_mean"]


def test_even_the_global_mean_errs_more_on_the_chronological_test(data, lesson):
    blind = splits.stratified_split(data.ratings)
    by_time = splits.chronological_split(data.ratings)
    assert len(blind[1]) == len(by_time[1])
    for predict in (lesson["global_mean"], lesson["user_mean"], lesson["movie_mean"]):
        error = [lesson["score"](predict, *parts)["rmse"] for parts in (blind, by_time)]
        assert error[0] < error[1]


def test_both_ends_of_the_movie_means_rest_on_one_rating_as_the_lesson_says(data):
    train, _ = splits.official(data, "ua")
    means = train.groupby("movie_id")["rating"].agg(["mean", "count"])
    for best_first in (True, False):
        end = means.sort_values(["mean", "count"], ascending=[not best_first, True]).head(3)
        assert (end["count"] == 1).all()


def test_random_split_treats_users_less_alike_than_a_stratified_one(data):
    total = data.ratings.groupby("user_id").size()
    spread = {}
    for split in (splits.random_split, splits.stratified_split):
        held_out = split(data.ratings)[1].groupby("user_id").size().reindex(total.index).fillna(0)
        spread[split.__name__] = (held_out / total).std()
    assert spread["random_split"] > 3 * spread["stratified_split"]
