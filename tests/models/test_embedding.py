"""Embeddings in Keras: what is predicted, bounds, early stopping, seeds, refusals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import models
from workshop_pkg.models import AlternatingLeastSquares, EmbeddingFactorization, TrainingDiverged
from workshop_pkg.models.mini_batches import glorot, normal
from workshop_pkg.preprocessing import encode

SETTINGS: dict[str, Any] = {
    "n_factors": 3,
    "l2": 0.01,
    "learning_rate": 0.05,
    "batch_size": 100,
    "n_epochs": 5,
    "verbose": False,
}


def mean_squared_error(model: models.Recommender, part: pd.DataFrame) -> float:
    found = model.predict(part["user_id"], part["movie_id"])
    return float(((found - part["rating"]) ** 2).mean())


@pytest.mark.parametrize("bounded", [True, False])
def test_numpy_predicts_what_the_keras_model_does(small: pd.DataFrame, bounded: bool) -> None:
    model = EmbeddingFactorization(**SETTINGS, bounded=bounded).fit(small)
    network = model._network((len(model.user_ids_), len(model.movie_ids_)))
    network.set_weights(
        [
            model.user_embeddings_,
            model.movie_embeddings_,
            model.user_biases_[:, None],
            model.movie_biases_[:, None],
        ]
    )
    rows = encode(small).ratings[["user_index", "movie_index"]].to_numpy(np.int32).T
    stars = np.asarray(network([*rows])).ravel()
    assert model.predict(small["user_id"], small["movie_id"]) == pytest.approx(stars, abs=1e-5)


def test_training_starts_at_the_mean_and_the_loss_is_the_one_that_keras_minimizes(
    small: pd.DataFrame,
) -> None:
    model = EmbeddingFactorization(**SETTINGS | {"l2": 0.7, "bias_l2": 0.3}).fit(small)
    course = model.history_.pivot(index="step", columns=["group", "metric"], values="value")
    # Small embeddings, no biases: everybody is predicted close to the mean rating.
    variance = small["rating"].var(ddof=0)
    assert course["mean squared error"]["train"].iloc[0] == pytest.approx(variance, rel=0.01)
    network = model._network((len(model.user_ids_), len(model.movie_ids_)))
    biases = model.user_biases_[:, None], model.movie_biases_[:, None]
    network.set_weights([model.user_embeddings_, model.movie_embeddings_, *biases])
    penalty = float(sum(network.losses))
    terms = course["terms of the loss"].iloc[-1]
    assert terms["l2"] == pytest.approx(penalty, rel=1e-5)
    assert terms["observed"] == pytest.approx(mean_squared_error(model, small))
    assert terms["total"] == pytest.approx(terms["observed"] + terms["l2"])


def test_planted_factors_are_found(small: pd.DataFrame) -> None:
    held_out = small.sample(frac=0.15, random_state=0)
    train = small.drop(held_out.index)
    settings = SETTINGS | {"n_factors": 2, "l2": 0.0, "bias_l2": 0.0, "n_epochs": 150}
    model = EmbeddingFactorization(**settings).fit(train, encode(small), held_out)
    assert mean_squared_error(model, held_out) < 0.3 * held_out["rating"].var()


def test_predictions_keep_within_the_bounds_and_the_margin_makes_the_ends_reachable(
    small: pd.DataFrame,
) -> None:
    ends = small.assign(rating=np.where(small["rating"] > 3, 5.0, 1.0))
    settings = SETTINGS | {"l2": 0.0, "n_factors": 8, "n_epochs": 60}
    for margin in (0.0, 0.5):
        model = EmbeddingFactorization(**settings, margin=margin).fit(ends)
        assert model.bounds_ == (1 - margin, 5 + margin)
        assert (model.scores() >= 1 - margin).all()
        assert (model.scores() <= 5 + margin).all()
        most = model.predict(ends["user_id"], ends["movie_id"]).max()
        assert (most > 5) == (margin > 0)


def test_large_sums_neither_overflow_nor_warn(small: pd.DataFrame) -> None:
    model = EmbeddingFactorization(**SETTINGS | {"n_epochs": 1}).fit(small)
    model.movie_biases_ = np.where(np.arange(len(model.movie_biases_)) % 2, 1e4, -1e4)
    with np.errstate(all="raise"):
        assert set(model.scores().ravel().round(9)) == set(np.round(model.bounds_, 9))


def test_without_bounds_the_prediction_is_the_sum_itself(small: pd.DataFrame) -> None:
    model = EmbeddingFactorization(**SETTINGS, bounded=False).fit(small)
    assert model.bounds_ == (-np.inf, np.inf)
    assert model.mean_ == pytest.approx(small["rating"].mean())
    by_hand = model.user_embeddings_ @ model.movie_embeddings_.T + model.mean_
    by_hand += model.user_biases_[:, None] + model.movie_biases_
    assert model.scores() == pytest.approx(by_hand)


def test_training_stops_early_and_goes_back_to_the_best_epoch(small: pd.DataFrame) -> None:
    held_out = small.sample(frac=0.3, random_state=0)
    train, encoded = small.drop(held_out.index), encode(small)
    # Without penalties so many factors learn the training ratings by heart.
    wild = SETTINGS | {"l2": 0.0, "bias_l2": 0.0, "n_factors": 10, "init_stddev": 0.2}
    model = EmbeddingFactorization(**wild | {"n_epochs": 80, "patience": 4})
    model.fit(train, encoded, held_out)
    errors = model.history_[model.history_["metric"] == "held out"].set_index("step")["value"]
    assert model.n_epochs_ > 0
    assert errors.index[-1] == model.n_epochs_ + 4 < 80
    assert errors.idxmin() == model.n_epochs_
    assert mean_squared_error(model, held_out) == pytest.approx(errors.min())
    # So many epochs without a validation part come to the same numbers.
    again = EmbeddingFactorization(**wild | {"n_epochs": model.n_epochs_}).fit(train, encoded)
    assert again.movie_embeddings_ == pytest.approx(model.movie_embeddings_, abs=1e-6)


def test_the_validation_part_teaches_nothing(small: pd.DataFrame) -> None:
    held_out = small.sample(frac=0.2, random_state=1)
    train, encoded = small.drop(held_out.index), encode(small)
    lies = held_out.assign(rating=6 - held_out["rating"])
    courses = []
    for watched in (held_out, lies, None):
        model = EmbeddingFactorization(**SETTINGS | {"n_epochs": 3}).fit(train, encoded, watched)
        history = model.history_
        courses.append(history.loc[history["metric"] == "train", "value"].to_numpy())
        assert model.bounds_ == (train["rating"].min() - 0.5, train["rating"].max() + 0.5)
    for course in courses:
        assert course == pytest.approx(courses[0], rel=1e-6)


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(small: pd.DataFrame) -> None:
    first, again = (EmbeddingFactorization(**SETTINGS, seed=5).fit(small) for _ in range(2))
    assert first.movie_embeddings_ == pytest.approx(again.movie_embeddings_, abs=1e-7)
    other = EmbeddingFactorization(**SETTINGS, seed=6).fit(small)
    assert not np.allclose(first.movie_embeddings_, other.movie_embeddings_, atol=1e-3)


def test_who_rates_higher_has_the_larger_bias(small: pd.DataFrame) -> None:
    model = EmbeddingFactorization(**SETTINGS | {"n_epochs": 30}).fit(small)
    means = small.groupby("user_id")["rating"].mean()
    assert np.corrcoef(means.loc[model.user_ids_], model.user_biases_)[0, 1] > 0.6


def test_an_unrated_movie_gets_what_its_users_usually_give(small: pd.DataFrame) -> None:
    movie = small["movie_id"].iloc[0]
    train = small[small["movie_id"] != movie]
    model = EmbeddingFactorization(**SETTINGS | {"n_epochs": 30}).fit(train, encode(small))
    row = int(np.flatnonzero(model.movie_ids_ == movie)[0])
    assert model.movie_biases_[row] == 0
    means = train.groupby("user_id")["rating"].mean().loc[model.user_ids_]
    assert np.corrcoef(means, model.predict(model.user_ids_, movie))[0, 1] > 0.6


def test_a_user_with_one_rating_and_ratings_that_are_all_the_same_do_no_harm(
    small: pd.DataFrame,
) -> None:
    user = small["user_id"].iloc[0]
    single = small[(small["user_id"] != user) | ~small.duplicated("user_id")]
    model = EmbeddingFactorization(**SETTINGS).fit(single)
    assert np.isfinite(model.scores()).all()
    same = EmbeddingFactorization(**SETTINGS | {"n_epochs": 40}).fit(small.assign(rating=4.0))
    assert same.predict(small["user_id"], small["movie_id"]) == pytest.approx(4.0, abs=0.1)
    with pytest.raises(ValueError, match="All training ratings are 4, which leaves no room"):
        EmbeddingFactorization(**SETTINGS, margin=0).fit(small.assign(rating=4.0))


def test_half_stars_give_bounds_of_their_own(small: pd.DataFrame) -> None:
    model = EmbeddingFactorization(**SETTINGS | {"n_epochs": 1})
    model.fit(small.assign(rating=(small["rating"] / 2).round(1)))
    low, high = model.rating_range_
    assert model.bounds_ == (low - 0.5, high + 0.5)


def test_a_rate_that_is_far_too_high_is_named(small: pd.DataFrame) -> None:
    settings = SETTINGS | {"learning_rate": 1e30, "bounded": False}
    with pytest.raises(TrainingDiverged, match=r"in epoch 1 .* try 2\.5e\+29") as caught:
        EmbeddingFactorization(**settings).fit(small)
    assert caught.value.step == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_factors": 0}, "n_factors is 0"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"init_stddev": 0}, "init_stddev is 0"),
        ({"batch_size": 0.5}, "batch_size is 0.5"),
        ({"n_epochs": 0}, "n_epochs is 0"),
        ({"patience": 0}, "patience is 0"),
        ({"l2": -1}, "l2 is -1"),
        ({"bias_l2": float("nan")}, "bias_l2 is nan"),
        ({"margin": -0.5}, "margin is -0.5"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(small: pd.DataFrame, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        EmbeddingFactorization(**SETTINGS | wrong).fit(small)


@pytest.mark.parametrize("bounded", [True, False])
def test_a_stored_model_answers_the_same_without_keras(
    small: pd.DataFrame, tmp_path: Path, bounded: bool
) -> None:
    model = EmbeddingFactorization(**SETTINGS, bounded=bounded).fit(small)
    path = tmp_path / "model.npz"
    model.save(path)
    again = models.load(path)
    assert again.bounds_ == model.bounds_
    assert again.n_epochs_ == model.n_epochs_
    pd.testing.assert_frame_equal(again.recommend(n=4), model.recommend(n=4))
    code = (
        "import sys; from workshop_pkg import models; "
        f"models.load({str(path)!r}).recommend(n=3); "
        "print({'keras', 'tensorflow'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_training_many_models_prints_nothing() -> None:
    """TensorFlow warns of functions that are traced again and again: here one for each model."""
    code = (
        "import pandas as pd; from workshop_pkg.models import EmbeddingFactorization; "
        "few = pd.DataFrame({'user_id': [1, 1, 2], 'movie_id': [3, 4, 3], 'rating': [1, 5, 3]}); "
        "[EmbeddingFactorization(2, batch_size=2, n_epochs=1, verbose=False).fit(few) "
        "for _ in range(8)]"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


def test_biases_do_what_least_squares_biases_do(small: pd.DataFrame) -> None:
    """Two ways to fit the same idea: their predictions go together."""
    keras_way = EmbeddingFactorization(**SETTINGS | {"n_epochs": 120}, bounded=False).fit(small)
    solved = AlternatingLeastSquares(3, l2=0.01, biases=True, bias_l2=0.01, verbose=False)
    solved.fit(small)
    ids = small["user_id"], small["movie_id"]
    assert np.corrcoef(keras_way.predict(*ids), solved.predict(*ids))[0, 1] > 0.95


def test_starts_are_drawn_by_numpy_in_the_precision_of_keras() -> None:
    rng = np.random.default_rng(0)
    table = normal(rng, (400, 50), 0.3)
    assert table.dtype == np.float32
    assert table.std() == pytest.approx(0.3, rel=0.02)
    kernel = glorot(rng, (60, 40))
    limit = np.sqrt(6 / 100)
    assert kernel.shape == (60, 40)
    assert np.abs(kernel).max() == pytest.approx(limit, rel=0.01)
    assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.03)
