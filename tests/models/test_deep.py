"""A network in the place of the dot product: what it predicts, content, labels, refusals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from workshop_pkg import models
from workshop_pkg.models import DeepFactorization, TrainingDiverged
from workshop_pkg.preprocessing import encode

SETTINGS: dict[str, Any] = {
    "n_factors": 3,
    "hidden_dims": [6, 4],
    "l2": 0.01,
    "bias_l2": 0.01,
    "learning_rate": 0.03,
    "batch_size": 100,
    "n_epochs": 4,
    "verbose": False,
}
every_task = pytest.mark.parametrize("task", ["rating", "like"])


@pytest.fixture(scope="module")
def movies(small: pd.DataFrame) -> pd.DataFrame:
    """Three genres; the last of them belongs to one movie only."""
    ids = np.sort(small["movie_id"].unique())
    place = np.arange(len(ids))
    flags = {"Drama": place % 2, "War": (place % 3 == 0).astype(int)}
    flags["Western"] = (place == 5).astype(int)
    return pd.DataFrame({"movie_id": ids, "year": 1980 + place, **flags})


def error(model: models.Recommender, part: pd.DataFrame) -> float:
    found = model.predict(part["user_id"], part["movie_id"])
    return float(((found - part["rating"]) ** 2).mean())


@every_task
@pytest.mark.parametrize("hidden_dims", [[6, 4], []])
@pytest.mark.parametrize("with_content", [True, False])
def test_numpy_predicts_what_the_keras_model_does(
    small: pd.DataFrame,
    movies: pd.DataFrame,
    task: str,
    hidden_dims: list[int],
    with_content: bool,
) -> None:
    settings = SETTINGS | {"hidden_dims": hidden_dims, "task": task, "n_epochs": 2}
    model = DeepFactorization(**settings)
    model.fit(small, movies=movies if with_content else None)
    network = model._network((len(model.user_ids_), len(model.movie_ids_)))
    tables = {
        "user_embedding": [model.user_embeddings_],
        "movie_embedding": [model.movie_embeddings_],
        "user_bias": [model.user_biases_[:, None]],
        "movie_bias": [model.movie_biases_[:, None]],
    }
    for number, name in enumerate(model._layer_names()):
        tables[name] = model._layers[2 * number : 2 * number + 2]
    for name, values in tables.items():
        network.get_layer(name).set_weights(values)
    user, movie = encode(small).ratings[["user_index", "movie_index"]].to_numpy(np.int32).T
    content = model._content[movie].astype(np.float32)
    inputs = [user, movie, content] if with_content else [user, movie]
    found = np.asarray(network(inputs)).ravel()
    assert model.predict(small["user_id"], small["movie_id"]) == pytest.approx(found, abs=1e-5)


@every_task
def test_scores_predictions_and_lists_agree(
    small: pd.DataFrame, movies: pd.DataFrame, task: str
) -> None:
    model = DeepFactorization(**SETTINGS, task=task).fit(small, movies=movies)
    user = model.user_ids_[3]
    assert model.predict(user, model.movie_ids_) == pytest.approx(model.scores([user])[0])
    table = model.recommend(n=4)
    rated = set(zip(small["user_id"], small["movie_id"], strict=True))
    assert not rated & set(zip(table["user_id"], table["movie_id"], strict=True))
    assert table["score"].to_numpy() == pytest.approx(
        model.predict(table["user_id"], table["movie_id"])
    )
    if task == "like":
        assert ((model.scores() > 0) & (model.scores() < 1)).all()


@every_task
def test_training_starts_at_the_mean_and_the_error_falls(small: pd.DataFrame, task: str) -> None:
    settings = SETTINGS | {"init_stddev": 1e-6, "task": task, "n_epochs": 20}
    model = DeepFactorization(**settings).fit(small)
    course = model.history_.set_index("step")["value"]
    share = (small["rating"] > 3).mean()
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    start = small["rating"].var(ddof=0) if task == "rating" else entropy
    assert course.loc[0] == pytest.approx(start, rel=1e-3)
    assert course.iloc[-1] < 0.8 * start
    assert set(model.history_["group"]) == {models.deep.TASKS[task]}
    if task == "rating":
        assert course.iloc[-1] == pytest.approx(error(model, small))


def test_without_activations_a_score_is_a_users_number_plus_a_movies(small: pd.DataFrame) -> None:
    linear = DeepFactorization(**SETTINGS | {"hidden_dims": [], "n_epochs": 20}).fit(small)
    deep = DeepFactorization(**SETTINGS | {"n_epochs": 60}).fit(small)
    left = []
    for scores in (linear.scores(), deep.scores()):
        sums = scores.mean(axis=1, keepdims=True) + scores.mean(axis=0) - scores.mean()
        left.append(np.abs(scores - sums).max())
    assert left[0] < 1e-9
    assert left[1] > 0.5


def test_training_stops_early_and_goes_back_to_the_best_epoch(small: pd.DataFrame) -> None:
    held_out = small.sample(frac=0.3, random_state=0)
    train, encoded = small.drop(held_out.index), encode(small)
    settings = SETTINGS | {"l2": 0.0, "n_factors": 10, "init_stddev": 0.3, "layer_l2": 0.0}
    settings |= {"n_epochs": 80, "patience": 4}
    model = DeepFactorization(**settings).fit(train, encoded, held_out)
    errors = model.history_[model.history_["metric"] == "held out"].set_index("step")["value"]
    assert errors.index[-1] == model.n_epochs_ + 4 < 80
    assert errors.idxmin() == model.n_epochs_
    assert error(model, held_out) == pytest.approx(errors.min())


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(small: pd.DataFrame) -> None:
    first, again = (DeepFactorization(**SETTINGS, seed=5).fit(small) for _ in range(2))
    assert first.scores() == pytest.approx(again.scores(), abs=1e-6)
    other = DeepFactorization(**SETTINGS, seed=6).fit(small)
    assert not np.allclose(first.scores(), other.scores(), atol=1e-3)


def test_a_genre_unseen_in_training_changes_nothing(
    small: pd.DataFrame, movies: pd.DataFrame
) -> None:
    western = movies.loc[movies["Western"] == 1, "movie_id"].item()
    train, encoded = small[small["movie_id"] != western], encode(small)
    model = DeepFactorization(**SETTINGS).fit(train, encoded, movies=movies)
    without = DeepFactorization(**SETTINGS)
    without.fit(train, encoded, movies=movies.assign(Western=0))
    assert np.isfinite(model.scores()).all()
    assert model.scores() == pytest.approx(without.scores(), abs=1e-5)
    # Nobody rated the movie: its bias is zero, and it can be predicted all the same.
    row = int(np.flatnonzero(model.movie_ids_ == western)[0])
    assert model.movie_biases_[row] == 0
    low, high = model.rating_range_
    assert low < model.predict(model.user_ids_, western).mean() < high


@every_task
def test_a_user_with_one_rating_does_no_harm(small: pd.DataFrame, task: str) -> None:
    user = small["user_id"].iloc[0]
    single = small[(small["user_id"] != user) | ~small.duplicated("user_id")]
    model = DeepFactorization(**SETTINGS, task=task).fit(single)
    assert np.isfinite(model.scores([user])).all()
    assert len(model.recommend([user], n=5)) == 5


def test_labels_that_are_all_the_same_are_refused_and_equal_ratings_are_learnt(
    small: pd.DataFrame,
) -> None:
    model = DeepFactorization(**SETTINGS, task="like")
    with pytest.raises(ValueError, match="training ratings are all above 3 stars, so that there"):
        model.fit(small.assign(rating=4.0))
    with pytest.raises(ValueError, match="are never above 3 stars"):
        model.fit(small.assign(rating=2.0))
    same = DeepFactorization(**SETTINGS).fit(small.assign(rating=4.0))
    assert same.predict(small["user_id"], small["movie_id"]) == pytest.approx(4.0, abs=0.2)


def test_three_stars_are_no_like_and_the_border_can_be_moved(small: pd.DataFrame) -> None:
    stars = small.assign(rating=np.where(small["movie_id"] % 10 == 0, 3.0, 4.0))
    settings = SETTINGS | {"n_epochs": 40, "task": "like"}
    model = DeepFactorization(**settings).fit(stars)
    likely = model.predict(stars["user_id"], stars["movie_id"])
    assert ((likely > 0.5) == (stars["rating"] > 3)).all()
    with pytest.raises(ValueError, match=r"all above 2\.5 stars"):
        DeepFactorization(**settings, liked_above=2.5).fit(stars)


def test_large_sums_neither_overflow_nor_warn(small: pd.DataFrame) -> None:
    model = DeepFactorization(**SETTINGS | {"n_epochs": 1}, task="like").fit(small)
    model.movie_biases_ = np.where(np.arange(len(model.movie_biases_)) % 2, 1e4, -1e4)
    with np.errstate(over="raise", invalid="raise"):
        assert set(model.scores().ravel()) == {0.0, 1.0}


def test_movies_that_lack_one_are_named(small: pd.DataFrame, movies: pd.DataFrame) -> None:
    first = movies["movie_id"].iloc[0]
    with pytest.raises(ValueError, match=f"The movies lack movie_id {first}"):
        DeepFactorization(**SETTINGS).fit(small, movies=movies.iloc[1:])


def test_a_rate_that_is_far_too_high_is_named(small: pd.DataFrame) -> None:
    with pytest.raises(TrainingDiverged, match=r"in epoch 1 .* try 2\.5e\+29"):
        DeepFactorization(**SETTINGS | {"learning_rate": 1e30}).fit(small)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"task": "stars"}, "task is 'stars', but it is one of 'rating', 'like'"),
        ({"hidden_dims": "64"}, "hidden_dims is '64', but it is a list of widths"),
        ({"hidden_dims": 64}, "hidden_dims is 64, but it is a list of widths"),
        ({"hidden_dims": [8, 0]}, "a width in hidden_dims is 0"),
        ({"n_factors": 0}, "n_factors is 0"),
        ({"batch_size": 0.5}, "batch_size is 0.5"),
        ({"n_epochs": 0}, "n_epochs is 0"),
        ({"patience": 0}, "patience is 0"),
        ({"l2": -1}, "l2 is -1"),
        ({"layer_l2": float("nan")}, "layer_l2 is nan"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"init_stddev": 0}, "init_stddev is 0"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(small: pd.DataFrame, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        DeepFactorization(**SETTINGS | wrong).fit(small)


def test_empty_parts_unknown_ids_and_an_untrained_model(small: pd.DataFrame) -> None:
    model = DeepFactorization(**SETTINGS | {"n_epochs": 1})
    with pytest.raises(NotFittedError, match=r"call fit\(ratings\) first"):
        model.predict([1], [2])
    with pytest.raises(ValueError, match="no training ratings"):
        model.fit(small.head(0))
    with pytest.raises(ValueError, match="validation part is empty"):
        model.fit(small, validation=small.head(0))
    before = small.copy()
    model.fit(small)
    pd.testing.assert_frame_equal(small, before)
    with pytest.raises(ValueError, match=r"movie_id.*99999"):
        model.predict([7], [99999])
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not [name for name in vars(copy) if name.endswith("_")]


@every_task
def test_a_stored_model_answers_the_same_without_keras(
    small: pd.DataFrame, movies: pd.DataFrame, tmp_path: Path, task: str
) -> None:
    model = DeepFactorization(**SETTINGS, task=task).fit(small, movies=movies)
    path = tmp_path / "model.npz"
    model.save(path)
    again = models.load(path)
    assert again.n_epochs_ == model.n_epochs_
    pd.testing.assert_frame_equal(again.recommend(n=4), model.recommend(n=4))
    code = (
        "import sys; from workshop_pkg import models; "
        f"models.load({str(path)!r}).recommend(n=3); "
        "print({'keras', 'tensorflow'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
