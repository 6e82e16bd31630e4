"""What lesson 3.6 says about Keras embeddings holds in its own run, on real data and the twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from workshop_pkg import metrics, models

LESSON = "3_6_keras_embeddings"
BEST = "biases and bounds, L2 2e-4"
WEAK = "biases and bounds, L2 1e-6"
DOT = "dot product, L2 1e-6"
FINAL, EARLY = "package, trained again", "package, stopped early"


def apart(lesson: dict[str, Any], model: Any, part: str) -> float:
    """Mean absolute error of a model on a part of the small table."""
    ratings = lesson[part]
    predicted = model.predict(lesson["pairs"](ratings), verbose=0).ravel()
    return float(np.abs(predicted - ratings["rating"]).mean())


def small_model(lesson: dict[str, Any]) -> Any:
    """Train the dot product on the small table again: the lesson takes its name for others."""
    lesson["keras"].utils.set_random_seed(0)
    model = lesson["explicit_mf"](lesson["small"].n_users, lesson["small"].n_movies, 3, 1e-6)
    lesson["train_small"](model)
    return model


def test_the_small_table_is_well_filled_and_every_movie_is_in_the_training_part(
    lesson: dict[str, Any],
) -> None:
    small = lesson["small"]
    assert (small.n_users, small.n_movies) == (10, 6)
    train, test = lesson["small_train"], lesson["small_test"]
    assert train["movie_id"].nunique() == 6
    assert train["user_id"].nunique() == 10
    assert 9 <= len(test) <= 13  # "eleven ratings or so"


def test_there_are_more_numbers_than_ratings_in_the_small_table(lesson: dict[str, Any]) -> None:
    assert lesson["count_parameters"](10, 6, 3, False) > len(lesson["small_train"])
    assert lesson["biased"].count_params() == lesson["count_parameters"](10, 6, 3, True)


def test_both_models_meet_the_training_cells_and_miss_the_framed_ones(
    lesson: dict[str, Any],
) -> None:
    for model in (small_model(lesson), lesson["biased"]):
        assert apart(lesson, model, "small_train") < 0.25
        assert apart(lesson, model, "small_test") > 0.6


def test_the_error_of_the_small_model_rises_in_the_end_on_what_is_held_out(
    lesson: dict[str, Any],
) -> None:
    history = lesson["history"].pivot(index="step", columns="metric", values="value")
    assert history["train"].iloc[-1] < 0.1
    assert history["held out"].iloc[-1] > 1.1 * history["held out"].min()


def test_predictions_leave_the_stars_without_bounds_and_keep_within_them_with(
    lesson: dict[str, Any],
) -> None:
    free = lesson["predict_table"](small_model(lesson)).to_numpy()
    assert free.min() < 1 or free.max() > 5
    bounded = lesson["predict_table"](lesson["biased"]).to_numpy()
    assert bounded.min() >= 0.5
    assert bounded.max() <= 5.5


def test_the_test_part_decides_nothing(lesson: dict[str, Any]) -> None:
    pairs = [
        set(zip(lesson[part]["user_id"], lesson[part]["movie_id"], strict=True))
        for part in ("fit_train", "validation", "test")
    ]
    assert not pairs[0] & pairs[1]
    assert not (pairs[0] | pairs[1]) & pairs[2]
    assert lesson["final"].n_epochs == lesson["search"].n_epochs_
    assert lesson["search"].n_epochs_ < lesson["search"].n_epochs  # stopped early


def test_learning_curves_are_as_the_text_reads_them(lesson: dict[str, Any]) -> None:
    best = {}
    for course in lesson["courses"]:
        held_out = course[course["metric"] == "held out"].set_index("step")["value"]
        best[course["model"].iloc[0]] = (held_out.min(), int(held_out.idxmin()))
        assert held_out.index[-1] < 30  # all of them stopped early
    # "The dot product is the last to come down, and stops far short of the best."
    after_two = {
        course["model"].iloc[0]: course.set_index(["metric", "step"])["value"]["held out", 2]
        for course in lesson["courses"]
    }
    assert after_two[DOT] == max(after_two.values())
    assert best[BEST][0] < min(best[WEAK][0], best[DOT][0]) - 0.02
    # "low after an epoch or two, and over-fitting begins at once"; "learn for longer"
    assert best[WEAK][1] <= 4
    assert best[BEST][1] > best[WEAK][1] + 2


def test_a_users_bias_says_what_is_usual_for_the_user(lesson: dict[str, Any]) -> None:
    assert np.corrcoef(lesson["usual"], lesson["user_means"])[0, 1] > 0.8
    top, bottom = lesson["by_bias"].head(4), lesson["by_bias"].tail(4)
    assert top["mean rating"].min() > 4 > 2.5 > bottom["mean rating"].max()


def test_errors_come_in_the_order_that_the_text_tells(lesson: dict[str, Any]) -> None:
    error = lesson["result"]["RMSE"]
    # "gains little over them, or nothing"; other seeds move it by .01
    assert abs(error[DOT] - error["both biases"]) < 0.025
    assert error[BEST] < error["both biases"] - 0.015
    assert error[FINAL] < error[EARLY]  # "worth a little"
    assert error[EARLY] - error[FINAL] < 0.015
    for close in (BEST, FINAL, EARLY):
        assert abs(error[close] - error["ALS with biases"]) < 0.015
    assert error["mean of all"] > 1.1


def test_no_model_here_makes_a_better_list_than_the_most_rated(lesson: dict[str, Any]) -> None:
    result = lesson["result"].dropna()
    ndcg = lesson["result"]["NDCG@10"]
    assert ndcg.drop("most rated").max() < 0.8 * ndcg["most rated"]
    # "The order within the column is another one than in the first."
    assert result["RMSE"].idxmin() != result["NDCG@10"].idxmax()


def test_bounds_with_room_are_better_than_none_and_tight_ones_worse(lesson: dict[str, Any]) -> None:
    errors = {name: row["RMSE on the validation part"] for name, row in lesson["rows"].items()}
    assert errors["0.5 to 5.5"] < errors["none"] - 0.002
    assert errors["none"] < errors["1 to 5"] - 0.002
    outside = float(lesson["rows"]["none"]["below 1 or above 5"].rstrip("%"))
    assert 0 < outside < 2  # "what the bounds prevent is rare"


def test_the_package_model_is_the_lessons_model_with_a_start_and_penalties_of_its_own(
    lesson: dict[str, Any],
) -> None:
    """With the lesson's penalties and start both come to about the same error."""
    penalty = 2e-4 * (lesson["n_users"] + lesson["n_movies"]) / 2
    model = models.EmbeddingFactorization(20, l2=penalty, bias_l2=penalty, verbose=False)
    model.fit(lesson["fit_train"], lesson["encoded"], lesson["validation"])
    test = lesson["test"]
    error = metrics.rmse(test["rating"], model.predict(test["user_id"], test["movie_id"]))
    assert error == pytest.approx(lesson["result"]["RMSE"][BEST], abs=0.01)


@pytest.mark.real_data
def test_error_on_real_data_is_that_of_a_tuned_factorization(lesson: dict[str, Any]) -> None:
    if lesson["data"].name == "100k":
        assert lesson["result"]["RMSE"][FINAL] == pytest.approx(0.917, abs=0.006)
        assert lesson["result"]["RMSE"]["ALS with biases"] == pytest.approx(0.915, abs=0.006)
