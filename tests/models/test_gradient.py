"""Gradient descent: the right gradient, the same course for a seed, a clear end of divergence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import models
from workshop_pkg.models import GradientFactorization, TrainingDiverged, gradient, loss_terms
from workshop_pkg.preprocessing import encode, rating_matrix

SETTINGS: dict[str, Any] = {
    "n_factors": 3,
    "init_stddev": 0.4,
    "learning_rate": 0.5,
    "n_steps": 60,
    "verbose": False,
}


@pytest.mark.parametrize(
    "penalties",
    [
        {},
        {"l2": 0.3},
        {"gravity": 0.7},
        {"unobserved_weight": 0.4},
        {"l2": 0.1, "gravity": 0.5, "unobserved_weight": 0.2},
    ],
    ids=str,
)
def test_a_step_follows_the_slope_of_the_loss(
    small: pd.DataFrame, penalties: dict[str, float]
) -> None:
    rate = 0.01
    model = GradientFactorization(**SETTINGS | penalties | {"n_steps": 1, "learning_rate": rate})
    model.fit(small)
    rng = np.random.default_rng(SETTINGS.get("seed", 0))
    users = rng.normal(0, 0.4, model.user_embeddings_.shape)
    movies = rng.normal(0, 0.4, model.movie_embeddings_.shape)
    matrix = rating_matrix(small, encode(small))

    def total(u: Any, v: Any) -> float:
        return loss_terms(u, v, matrix, **penalties)["total"]

    nudge = 1e-5
    for table, learnt, place in ((users, model.user_embeddings_, (4, 1)),
                                 (movies, model.movie_embeddings_, (9, 2))):  # fmt: skip
        up, down = table.copy(), table.copy()
        up[place] += nudge
        down[place] -= nudge
        pair = ((up, movies), (down, movies)) if table is users else ((users, up), (users, down))
        slope = (total(*pair[0]) - total(*pair[1])) / (2 * nudge)
        moved = (table[place] - learnt[place]) / rate
        assert moved == pytest.approx(slope, rel=1e-3, abs=1e-4)


def test_the_same_seed_gives_the_same_embeddings_and_another_one_others(
    small: pd.DataFrame,
) -> None:
    first, again = (GradientFactorization(**SETTINGS, seed=5).fit(small) for _ in range(2))
    assert np.array_equal(first.movie_embeddings_, again.movie_embeddings_)
    other = GradientFactorization(**SETTINGS, seed=6).fit(small)
    assert not np.allclose(first.movie_embeddings_, other.movie_embeddings_)


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 0.5), ("adam", 0.02)])
def test_training_in_two_goes_is_training_in_one(
    small: pd.DataFrame, optimizer: str, rate: float
) -> None:
    settings = SETTINGS | {"optimizer": optimizer, "learning_rate": rate}
    once = GradientFactorization(**settings).fit(small)
    twice = GradientFactorization(**settings | {"n_steps": 25}).fit(small).resume(35)
    assert twice.n_steps_ == once.n_steps_ == 60
    assert twice.user_embeddings_ == pytest.approx(once.user_embeddings_, abs=1e-6)
    steps = twice.history_.loc[twice.history_["metric"] == "total", "step"]
    assert steps.is_monotonic_increasing
    assert steps.iloc[-1] == 60


def test_planted_factors_are_found_and_the_history_tells_the_course(small: pd.DataFrame) -> None:
    held_out = small.sample(frac=0.15, random_state=0)
    train = small.drop(held_out.index)
    model = GradientFactorization(**SETTINGS | {"n_steps": 3000}).fit(
        train, encode(small), held_out
    )
    course = model.history_.pivot(index="step", columns=["group", "metric"], values="value")
    errors, terms = course["mean squared error"], course["terms of the loss"]
    assert errors.index[0] == 0
    assert errors.index[-1] == 3000
    assert (errors["train"].diff().dropna() < 1e-6).all()
    assert errors["train"].iloc[-1] < 0.05
    expected = np.mean((model.predict(held_out["user_id"], held_out["movie_id"])
                        - held_out["rating"]) ** 2)  # fmt: skip
    assert errors["held out"].iloc[-1] == pytest.approx(expected)
    assert terms["total"].iloc[-1] == pytest.approx(terms["observed"].iloc[-1])


def test_divergence_names_the_step_and_leaves_a_model_to_go_on_with(small: pd.DataFrame) -> None:
    model = GradientFactorization(**SETTINGS | {"n_steps": 80}).fit(small)
    before = model.user_embeddings_.copy()
    with pytest.raises(TrainingDiverged, match=r"after step \d+ .* 5000 is too high .* try 1250"):
        model.resume(400, learning_rate=5000.0)
    assert np.isfinite(model.user_embeddings_).all()
    assert model.n_steps_ >= 80
    if model.n_steps_ == 80:
        assert np.array_equal(model.user_embeddings_, before)
    model.resume(10, learning_rate=0.01)
    assert np.isfinite(model.predict(small["user_id"], small["movie_id"])).all()


def test_the_step_of_divergence_is_the_first_one_that_is_not_finite(small: pd.DataFrame) -> None:
    wild = SETTINGS | {"learning_rate": 40.0, "n_steps": 400}
    with pytest.raises(TrainingDiverged) as caught:
        GradientFactorization(**wild).fit(small)
    step = caught.value.step
    assert 1 < step <= 400
    calm = GradientFactorization(**wild | {"n_steps": step - 1}).fit(small)
    assert np.isfinite(calm.user_embeddings_).all()
    with pytest.raises(TrainingDiverged):
        GradientFactorization(**wild | {"n_steps": step}).fit(small)


def test_divergence_with_a_stateful_optimizer_restores_its_state(small: pd.DataFrame) -> None:
    settings = SETTINGS | {"optimizer": "momentum-less"}
    with pytest.raises(ValueError, match="optimizer is 'momentum-less'"):
        GradientFactorization(**settings).fit(small)
    model = GradientFactorization(**SETTINGS | {"optimizer": "adam", "learning_rate": 0.02})
    model.fit(small)
    with pytest.raises(TrainingDiverged):
        model.resume(40, learning_rate=1e38)
    model.resume(5, learning_rate=0.02)
    assert np.isfinite(model.movie_embeddings_).all()


def test_an_unrated_movie_keeps_the_embedding_that_it_started_from(small: pd.DataFrame) -> None:
    movie = small["movie_id"].iloc[0]
    train = small[small["movie_id"] != movie]
    model = GradientFactorization(**SETTINGS).fit(train, encode(small))
    row = int(np.flatnonzero(model.movie_ids_ == movie)[0])
    rng = np.random.default_rng(0)
    rng.normal(0, 0.4, model.user_embeddings_.shape)
    start = rng.normal(0, 0.4, model.movie_embeddings_.shape)
    assert model.movie_embeddings_[row] == pytest.approx(start[row], rel=1e-6)


def test_too_large_a_table_is_refused_and_the_other_way_named(
    small: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradient, "MOST_CELLS", 500)
    with pytest.raises(ValueError, match=r"600 cells.*AlternatingLeastSquares"):
        GradientFactorization(**SETTINGS).fit(small)


def test_a_model_from_a_file_says_that_it_cannot_go_on(small: pd.DataFrame, tmp_path: Any) -> None:
    GradientFactorization(**SETTINGS).fit(small).save(tmp_path / "model.npz")
    with pytest.raises(ValueError, match="read from a file, which holds no ratings"):
        models.load(tmp_path / "model.npz").resume(10)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"learning_rate": float("inf")}, "learning_rate is inf"),
        ({"n_steps": 0}, "n_steps is 0"),
        ({"n_steps": 10.5}, "n_steps is 10.5"),
        ({"optimizer": None}, "optimizer is None"),
        ({"unobserved_weight": 1.5}, "unobserved_weight is 1.5, but it is a number, from 0 to 1"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(small: pd.DataFrame, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        GradientFactorization(**SETTINGS | wrong).fit(small)
