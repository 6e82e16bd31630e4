"""The softmax recommender: its label, its layers, content, newcomers, seeds, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from workshop_pkg import models
from workshop_pkg.models import SoftmaxRecommender, TrainingDiverged
from workshop_pkg.models.content import content_matrix
from workshop_pkg.preprocessing import encode

SETTINGS: dict[str, Any] = {"n_factors": 4, "n_steps": 20, "learning_rate": 0.05, "verbose": False}
LAYERS: list[dict[str, Any]] = [
    {"hidden_dims": []},
    {"hidden_dims": [6]},
    {"hidden_dims": (5, 3), "activation": "tanh"},
]


@pytest.fixture(scope="module")
def movies(small: pd.DataFrame) -> pd.DataFrame:
    """Two genres and two decades for the movies of `small`; the last movie has neither."""
    ids = np.unique(small["movie_id"])
    even = np.arange(len(ids)) % 2
    frame = pd.DataFrame({"movie_id": ids, "year": 1985.0 + 10 * even})
    frame = frame.assign(Comedy=even, War=1 - even)
    frame.loc[len(ids) - 1, "year"] = np.nan
    frame.loc[len(ids) - 1, ["Comedy", "War"]] = 0
    return frame


@pytest.mark.parametrize("layers", LAYERS, ids=str)
def test_numpy_scores_what_the_keras_model_does(
    small: pd.DataFrame, movies: pd.DataFrame, layers: dict[str, Any], monkeypatch: Any
) -> None:
    networks: list[Any] = []
    build = SoftmaxRecommender._network

    def kept(self: SoftmaxRecommender, features: Any) -> Any:
        networks.append(build(self, features))
        return networks[-1]

    monkeypatch.setattr(SoftmaxRecommender, "_network", kept)
    model = SoftmaxRecommender(**SETTINGS | layers).fit(small, movies=movies)
    chosen = model.seen_.toarray().astype(np.float32)
    scores = np.asarray(networks[0](chosen / chosen.sum(axis=1, keepdims=True)))
    assert model.scores() == pytest.approx(scores, abs=1e-4)


def test_the_label_is_never_in_its_own_input_and_the_shares_are_a_mean(
    small: pd.DataFrame,
) -> None:
    model = SoftmaxRecommender(**SETTINGS, batch_size=12).fit(small)
    generator = np.random.default_rng(0)
    users = np.arange(len(model.user_ids_))
    drawn = set()
    for _ in range(50):
        shares, labels = model._batch(generator, users)
        assert shares.shape == (12, len(model.movie_ids_))
        assert not shares[np.arange(12), labels].any()
        assert shares.sum(axis=1) == pytest.approx(1)
        for row in shares:
            assert len(set(row[row > 0])) == 1
        drawn |= set(labels)
    assert len(drawn) == len(model.movie_ids_)


def test_with_the_leak_asked_for_the_label_is_in_the_input(small: pd.DataFrame) -> None:
    model = SoftmaxRecommender(**SETTINGS, label_in_input=True).fit(small)
    shares, labels = model._batch(np.random.default_rng(0), np.arange(5))
    assert shares[np.arange(5), labels].all()


def test_with_the_leak_a_model_gives_back_what_it_is_shown(small: pd.DataFrame) -> None:
    gaps = {}
    for leak in (False, True):
        settings = SETTINGS | {"n_steps": 150, "label_in_input": leak}
        model = SoftmaxRecommender(**settings).fit(small)
        scores, chosen = model.scores(), model.seen_.toarray()
        gaps[leak] = scores[chosen].mean() - scores[~chosen].mean()
    # Without it, a movie in the input is never the answer.
    assert gaps[True] > 0 > gaps[False]


def test_training_starts_at_blind_guessing_and_goes_down(small: pd.DataFrame) -> None:
    history = SoftmaxRecommender(**SETTINGS | {"n_steps": 60}).fit(small).history_
    losses = history["value"].to_numpy()
    assert history.columns.tolist() == ["step", "group", "metric", "value"]
    assert losses[0] == pytest.approx(np.log(20), abs=0.1)
    assert losses[-1] < losses[0]
    assert history["step"].iloc[-1] == 60


def test_the_held_out_loss_is_that_of_the_scores(small: pd.DataFrame) -> None:
    train, held_out = small.iloc[:-20], small.iloc[-20:]
    model = SoftmaxRecommender(**SETTINGS).fit(train, encode(small), validation=held_out)
    scores = model.scores()
    log_shares = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    ids = encode(small)
    rows, columns = ids.user_index(held_out["user_id"]), ids.movie_index(held_out["movie_id"])
    last = model.history_[model.history_["metric"] == "held out"]["value"].iloc[-1]
    assert last == pytest.approx(-log_shares[rows, columns].mean())


def test_a_newcomer_gets_what_a_known_user_with_the_same_movies_gets(small: pd.DataFrame) -> None:
    model = SoftmaxRecommender(**SETTINGS, hidden_dims=[6]).fit(small)
    user = model.user_ids_[4]
    liked = small.loc[small["user_id"] == user, "movie_id"]
    assert model.scores_from(liked) == pytest.approx(model.scores([user])[0])
    known, new = model.recommend([user], n=5), model.recommend_from(liked, n=5)
    assert new["movie_id"].tolist() == known["movie_id"].tolist()


def test_somebody_with_no_movie_gets_the_biases(small: pd.DataFrame) -> None:
    model = SoftmaxRecommender(**SETTINGS).fit(small)
    assert model.scores_from([]) == pytest.approx(model.movie_biases_)


def test_new_movies_stay_out_of_the_softmax_and_have_content_only(
    small: pd.DataFrame, movies: pd.DataFrame
) -> None:
    ids = movies["movie_id"].to_numpy()
    new = ids[[0, 2, 3]]  # two of one kind, one of the other
    train = small[~small["movie_id"].isin(new)]
    model = SoftmaxRecommender(**SETTINGS).fit(train, encode(small), movies=movies)
    assert np.allclose(model.movie_embeddings_[0], model.movie_embeddings_[2])
    assert not np.allclose(model.movie_embeddings_[0], model.movie_embeddings_[3])
    trained = np.isin(ids, new, invert=True)
    assert model.movie_biases_[~trained] == pytest.approx(model.movie_biases_[trained].min())
    without = SoftmaxRecommender(**SETTINGS).fit(train, encode(small))
    assert not without.movie_embeddings_[~trained].any()
    again = SoftmaxRecommender(**SETTINGS).fit(train)  # as if they did not exist
    assert without.scores()[:, trained] == pytest.approx(again.scores())


def test_a_user_with_one_rating_is_never_drawn_and_still_answered(small: pd.DataFrame) -> None:
    one = pd.DataFrame({"user_id": [-1], "movie_id": small["movie_id"].iloc[[0]], "rating": 3.0})
    model = SoftmaxRecommender(**SETTINGS).fit(pd.concat([small, one]))
    assert len(model.recommend([-1], n=5)) == 5
    alone = small.drop_duplicates("user_id")
    with pytest.raises(ValueError, match="Nobody rated two movies"):
        SoftmaxRecommender(**SETTINGS).fit(alone)


@pytest.mark.parametrize("layers", LAYERS, ids=str)
def test_saved_and_read_again_it_answers_the_same(
    small: pd.DataFrame, movies: pd.DataFrame, tmp_path: Path, layers: dict[str, Any]
) -> None:
    model = SoftmaxRecommender(**SETTINGS | layers).fit(small, movies=movies)
    model.save(tmp_path / "softmax.npz")
    again = models.load(tmp_path / "softmax.npz")
    assert isinstance(again, SoftmaxRecommender)
    assert np.array_equal(again.scores(), model.scores())
    liked = model.movie_ids_[:3]
    pd.testing.assert_frame_equal(again.recommend_from(liked), model.recommend_from(liked))
    pd.testing.assert_frame_equal(again.history_, model.history_)


def test_the_same_seed_gives_the_same_model_and_another_one_another(small: pd.DataFrame) -> None:
    settings = SETTINGS | {"batch_size": 10}
    first, again = (SoftmaxRecommender(**settings, seed=5).fit(small) for _ in range(2))
    assert np.array_equal(first.movie_embeddings_, again.movie_embeddings_)
    other = SoftmaxRecommender(**settings, seed=6).fit(small)
    assert not np.allclose(first.movie_embeddings_, other.movie_embeddings_)


def test_it_keeps_the_habits(small: pd.DataFrame, movies: pd.DataFrame) -> None:
    before, before_movies = small.copy(), movies.copy()
    model = SoftmaxRecommender(**SETTINGS, hidden_dims=[6]).fit(small, movies=movies)
    pd.testing.assert_frame_equal(small, before)
    pd.testing.assert_frame_equal(movies, before_movies)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not [name for name in vars(copy) if name.endswith("_")]
    with pytest.raises(NotFittedError, match=r"call fit\(ratings\) first"):
        copy.recommend_from([1])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_factors": 0}, "n_factors is 0"),
        ({"n_steps": 2.5}, "n_steps is 2.5"),
        ({"batch_size": -1}, "batch_size is -1"),
        ({"hidden_dims": 64}, r"hidden_dims is 64, but it is a list of widths"),
        ({"hidden_dims": "64"}, "hidden_dims is '64'"),
        ({"hidden_dims": [8, 0]}, "a width in hidden_dims is 0"),
        ({"activation": "linear"}, "activation is 'linear', but it is one of 'relu', 'tanh'"),
        ({"learning_rate": 0}, "learning_rate is 0, but"),
        ({"init_stddev": -1}, "init_stddev is -1"),
    ],
    ids=str,
)
def test_wrong_settings_are_named_at_fit(
    small: pd.DataFrame, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        SoftmaxRecommender(**SETTINGS | wrong).fit(small)


def test_a_rate_that_is_too_high_is_named(small: pd.DataFrame) -> None:
    with pytest.raises(TrainingDiverged, match=r"learning rate 1e\+30 is too high"):
        SoftmaxRecommender(**SETTINGS | {"learning_rate": 1e30}).fit(small)


def test_content_of_movies_with_genres_that_training_lacks() -> None:
    movies = pd.DataFrame({"movie_id": [1, 2, 3, 4], "year": [1987.0, 1994.0, 1939.0, np.nan]})
    movies = movies.assign(Drama=[1, 1, 0, 1], War=[0, 1, 0, 0], Western=[0, 0, 1, 1])
    found = content_matrix(movies, [3, 4], known_ids=[1, 2, 2])
    # Drama, War, 1980s, 1990s: the Western has no known genre, the missing year the usual decade.
    assert found.tolist() == [[0, 0, 1, 0], [1, 0, 0, 1]]
    without_years = content_matrix(movies.drop(columns="year"), [1, 2], known_ids=[1, 2])
    assert without_years.tolist() == [[1, 0], [0.5, 0.5]]


def test_a_table_of_movies_that_does_not_fit_is_named(
    small: pd.DataFrame, movies: pd.DataFrame
) -> None:
    with pytest.raises(ValueError, match="lack movie_id 100"):
        SoftmaxRecommender(**SETTINGS).fit(small, movies=movies[movies["movie_id"] != 100])
    with pytest.raises(ValueError, match="No genre column"):
        SoftmaxRecommender(**SETTINGS).fit(small, movies=movies[["movie_id", "year"]])
    with pytest.raises(ValueError, match="no table with the column movie_id"):
        SoftmaxRecommender(**SETTINGS).fit(small, movies=movies.drop(columns="movie_id"))
