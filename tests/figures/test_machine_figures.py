"""What lesson 3.8 says holds in its own run, on real data and on the twin."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

LESSON = "3_8_factorization_machines"


def test_users_and_movies_are_2625_features(lesson):
    assert lesson["x_fit"].shape == (len(lesson["fit_part"]), 2625)
    assert lesson["x_fit"].nnz == 2 * len(lesson["fit_part"])


def test_linear_model_has_one_order_for_everybody(lesson):
    assert all(lesson["sorted_for"])
    assert len(lesson["sorted_for"]) == lesson["encoded"].n_users


def test_identity_and_equality_with_matrix_factorization_hold(lesson):
    assert float(lesson["by_identity"][0]) == 1 * 4 + 1 * -3 + 4 * -3
    np.testing.assert_allclose(lesson["as_machine"], lesson["as_factorization"])
    np.testing.assert_allclose(lesson["in_keras"], lesson["in_numpy"], atol=1e-5)


def test_machines_beat_linear_models_in_order_and_in_probabilities(lesson):
    result = lesson["result"]
    machines = result.loc[["machine, ids", "machine, side features"]]
    linear = result.loc[["linear, ids", "linear, side features"]]
    assert machines["AUC"].min() > linear["AUC"].max() + 0.007
    assert machines["log loss"].max() < linear["log loss"].min() - 0.007
    assert (linear["AUC"] > 0.74).all()


def test_f1_is_closer_together_and_its_best_threshold_is_below_a_half(lesson):
    models = lesson["result"].drop("share of likes")
    assert np.ptp(models["F1"]) < np.ptp(models["AUC"])
    assert (models["threshold"] < 0.5).all()
    assert (models["F1"] > models["F1 at 0.5"]).all()
    assert lesson["result"].loc["share of likes", "F1"] > 0.7  # "has a good F1, too"


def test_linear_model_gains_next_to_nothing_and_the_machine_does_not_lose(lesson):
    auc = lesson["result"]["AUC"]
    assert abs(auc["linear, side features"] - auc["linear, ids"]) < 0.003
    assert -0.002 < auc["machine, side features"] - auc["machine, ids"] < 0.01


def test_models_are_calibrated(lesson):
    liked = lesson["liked"](lesson["test"])
    for name in ("linear, ids", "machine, ids"):
        shares = lesson["predicted"][name]
        for part in np.array_split(np.argsort(shares), 10):
            assert liked[part].mean() == pytest.approx(shares[part].mean(), abs=0.08)


def test_the_constant_is_calibrated_best_and_squaring_is_seen_by_the_error_but_not_by_auc(lesson):
    calibrated = lesson["calibrated"]
    assert calibrated["error"].idxmin() == "share of likes"
    assert calibrated["error"].max() < 0.03  # "more or less calibrated by themselves"
    assert calibrated["error, squared"].min() > 0.15
    np.testing.assert_allclose(calibrated["AUC, squared"], calibrated["AUC"])
    assert lesson["result"]["log loss"].idxmax() == "share of likes"
    liked = lesson["liked"](lesson["test"])
    for name, shares in lesson["predicted"].items():
        assert log_loss(liked, shares**2) > lesson["result"].loc[name, "log loss"] + 0.05


def test_side_features_help_most_where_the_movie_is_new(lesson):
    by_group = lesson["by_group"].set_index("group")
    assert by_group.loc["both new", "ids"] == pytest.approx(0.5)
    gain = by_group["side features"] - by_group["ids"]
    assert set(gain.nlargest(2).index) == {"both new", "new movie"}
    assert gain[["both new", "new movie"]].min() > 0.02
    assert abs(gain["new user"]) < 0.015  # "next to nothing"
    assert abs(gain["both well known"]) < 0.015


def test_newcomers_are_not_in_training(lesson):
    for part in (lesson["parts"][0], lesson["parts"][2]):
        assert not part["user_id"].isin(lesson["new_users"]).any()
        assert not part["movie_id"].isin(lesson["new_movies"]).any()
