"""What lesson 3.7 says holds in its own run, on real data and the twin; and published figures."""

import numpy as np
import pytest

from tests.figures.lesson_code import DATA_SET

LESSON = "3_7_deep_factorization"
BIASES = "both biases, cut-off from training"
PAIR = "pair model with genres"
DOT = "dot product (ALS with biases)"


def test_figures(lesson):
    """Squared error 0.91 or less, likes 0.704 or more, a majority guess 0.580 (100K, ``ua``)."""
    assert lesson["errors"][PAIR] <= 0.91
    assert lesson["accuracies"][PAIR] >= 0.704
    majority = 0.580 if lesson[DATA_SET] == "100k" else lesson["test_labels"].mean()
    assert lesson["majority"] == pytest.approx(majority, abs=0.0005)


def test_likes_pass_the_bar_by_one_or_two_in_a_hundred_at_most(lesson):
    accuracies = lesson["accuracies"]
    assert 0 < accuracies[PAIR] - accuracies[BIASES] < 0.02
    assert accuracies["majority guess"] < accuracies["both biases, cut at 3"] < accuracies[BIASES]


def test_cut_off_is_the_best_of_the_training_part_and_lies_above_three(lesson):
    stars, labels = lesson["train_stars"], lesson["train_labels"]
    right = [float(np.mean((stars > one) == labels)) for one in lesson["cut_offs"]]
    assert np.mean((stars > lesson["cut_off"]) == labels) == max(right)
    assert 3.1 < lesson["cut_off"] < 4


def test_parts_do_not_overlap_and_validation_is_of_training(lesson):
    keys = {}
    for name in ("fit_train", "validation", "train", "test"):
        keys[name] = set(lesson[name][["user_id", "movie_id"]].itertuples(index=False, name=None))
    assert not keys["train"] & keys["test"]
    assert keys["fit_train"] | keys["validation"] == keys["train"]
    assert not keys["fit_train"] & keys["validation"]


def test_table_of_errors_reads_as_the_prose_says(lesson):
    errors = lesson["errors"]
    biases = errors["both biases"]
    assert errors["mean of all"] > errors["mean of the user"] > biases
    # "The step that counts is the first"
    assert errors["mean of all"] - biases > 3 * (biases - min(errors.values()))
    for name in ("network, no penalty", "network without activations"):
        assert errors[name] == pytest.approx(biases, abs=0.03)
    # Other seeds and other processors move the error of a trained network by .01 and more.
    assert errors[DOT] < errors["DeepFactorization"] < biases
    deep = errors["DeepFactorization with content"]
    assert errors[DOT] - 0.04 < deep < errors[DOT] + 0.01
    assert deep < errors["DeepFactorization"]
    assert 0.42 < lesson["better"] < 0.58


def test_without_activations_everybody_has_the_same_order(lesson):
    assert np.abs(lesson["scores"] - lesson["of_user"]).max() < 1e-6


def test_training_error_goes_on_falling_where_the_held_out_one_turns(lesson):
    plain = lesson["plain"].history.history
    assert plain["mse"][-1] < plain["mse"][0]
    assert int(np.argmin(plain["val_mse"])) == len(plain["val_mse"]) - 4
    tables = sum(layer.count_params() for layer in lesson["plain"].layers if "embed" in layer.name)
    assert tables > 0.85 * lesson["plain"].count_params()


def test_near_movies_share_genres(lesson):
    shared, apart = lesson["shared"], lesson["apart"]
    assert lesson["near_share"] > 0.85 > 0.5 > shared[apart].mean()
    table = lesson["near"](lesson["other"])
    assert len(table) == 9
    assert table["ratings"].iloc[1:].min() >= 50
