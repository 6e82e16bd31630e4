"""The factorization machine: the identity, its form as a factorization, features, refusals."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from workshop_pkg import models
from workshop_pkg.models import FactorizationMachine
from workshop_pkg.models.machine import padded_rows, pairwise_terms
from workshop_pkg.models.people import people_matrix
from workshop_pkg.preprocessing import encode

SETTINGS: dict[str, Any] = {
    "n_factors": 3,
    "learning_rate": 0.05,
    "batch_size": 100,
    "n_epochs": 5,
    "verbose": False,
}


@pytest.fixture
def tables(small: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Users and movies of the small ratings, with something known of each."""
    user_ids, movie_ids = np.unique(small["user_id"]), np.unique(small["movie_id"])
    words = np.array(["artist", "doctor"])[np.arange(len(user_ids)) % 2]
    users = pd.DataFrame(
        {"user_id": user_ids, "age": 15 + np.arange(len(user_ids)), "occupation": words}
    )
    movies = pd.DataFrame(
        {
            "movie_id": movie_ids,
            "Drama": np.arange(len(movie_ids)) % 2,
            "War": (np.arange(len(movie_ids)) < 8).astype(int),
            "year": 1975 + np.arange(len(movie_ids)),
        }
    )
    return {"users": users, "movies": movies}


def by_definition(x: np.ndarray, factors: np.ndarray) -> np.ndarray:
    pairs = itertools.combinations(range(len(factors)), 2)
    return sum(factors[i] @ factors[j] * x[:, i] * x[:, j] for i, j in pairs)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_identity_is_the_sum_over_pairs(form: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 7)) * (rng.random((5, 7)) < 0.6)
    factors = rng.normal(size=(7, 3))
    assert pairwise_terms(form(x), factors) == pytest.approx(by_definition(x, factors))


@pytest.mark.parametrize("side", [False, True])
def test_stored_factorization_is_the_machine_by_its_definition_and_the_keras_model(
    small: pd.DataFrame, tables: dict[str, pd.DataFrame], side: bool
) -> None:
    model = FactorizationMachine(**SETTINGS).fit(small, **(tables if side else {}))
    x = model.design_matrix(small["user_id"], small["movie_id"])
    dense = x.toarray()
    z = model.intercept_ + dense @ model.weights_ + by_definition(dense, model.factors_)
    found = model.predict(small["user_id"], small["movie_id"])
    assert found == pytest.approx(1 / (1 + np.exp(-z)))
    network = model._network()
    network.set_weights([np.array(model.intercept_), model.weights_, model.factors_])
    in_keras = np.asarray(network(list(padded_rows(x)))).ravel()
    assert in_keras == pytest.approx(z, abs=1e-5)


def test_ids_alone_are_matrix_factorization_with_biases(small: pd.DataFrame) -> None:
    model = FactorizationMachine(**SETTINGS).fit(small)
    n_users = len(model.user_ids_)
    assert model.user_embeddings_ == pytest.approx(model.factors_[:n_users])
    assert model.movie_embeddings_ == pytest.approx(model.factors_[n_users:])
    assert model.user_biases_ == pytest.approx(model.weights_[:n_users])
    assert model.design_matrix(small["user_id"], small["movie_id"]).sum() == 2 * len(small)


def test_planted_tastes_are_found(small: pd.DataFrame) -> None:
    held_out = small.sample(frac=0.15, random_state=0)
    train = small.drop(held_out.index)
    settings = SETTINGS | {"n_epochs": 80, "patience": 10, "l2": 0.02}
    model = FactorizationMachine(**settings).fit(train, encode(small), held_out)
    right = (model.predict(held_out["user_id"], held_out["movie_id"]) > 0.5) == (
        held_out["rating"] > 3
    )
    assert right.mean() > 0.75
    losses = model.history_.query("metric == 'held out'").set_index("step")["value"]
    assert losses.idxmin() == model.n_epochs_ > 0


def test_loss_that_is_recorded_is_the_log_loss(small: pd.DataFrame) -> None:
    model = FactorizationMachine(**SETTINGS).fit(small)
    p = model.predict(small["user_id"], small["movie_id"])
    liked = small["rating"] > 3
    by_hand = -np.log(np.where(liked, p, 1 - p)).mean()
    losses = model.history_.query("metric == 'train'")["value"]
    assert losses.iloc[-1] == pytest.approx(by_hand)
    share = liked.mean()
    start = -share * np.log(share) - (1 - share) * np.log(1 - share)
    assert losses.iloc[0] == pytest.approx(start, rel=1e-3)


def test_penalty_takes_the_mean_within_each_group(
    small: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    model = FactorizationMachine(**SETTINGS, l2=0.7, weight_l2=0.3).fit(small, **tables)
    network = model._network()
    network.set_weights([np.array(0.0), model.weights_, model.factors_])
    ends = np.cumsum(model._group_sizes())[:-1]
    expected = 0.7 * sum((v**2).sum(axis=1).mean() for v in np.split(model.factors_, ends))
    expected += 0.3 * sum((w**2).mean() for w in np.split(model.weights_, ends))
    assert float(sum(network.losses)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("rating", "said"), [(5.0, "All of"), (2.0, "None of")])
def test_likes_only_and_no_likes_are_refused_in_a_sentence(
    small: pd.DataFrame, rating: float, said: str
) -> None:
    with pytest.raises(ValueError, match=f"{said} .* above liked_above = 3.*pass another"):
        FactorizationMachine(**SETTINGS).fit(small.assign(rating=rating))


def test_a_user_with_one_rating_does_no_harm(
    small: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    user = small["user_id"].iloc[0]
    single = small[(small["user_id"] != user) | ~small.duplicated("user_id")]
    scores = FactorizationMachine(**SETTINGS).fit(single, **tables).scores()
    assert ((scores > 0) & (scores < 1)).all()


def test_what_training_never_met_counts_as_nothing(
    small: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    strangers = np.unique(small["user_id"])[:2]
    train = small[~small["user_id"].isin(strangers)]
    users, movies = tables["users"], tables["movies"]
    users.loc[users["user_id"].isin(strangers), "occupation"] = "astronaut"
    users.loc[users["user_id"].isin(strangers), "age"] = 99
    model = FactorizationMachine(**SETTINGS).fit(train, encode(small), None, users, movies)
    rows = np.isin(model.user_ids_, strangers)
    assert not model.user_embeddings_[rows].any()
    assert not model.user_biases_[rows].any()
    first, second = model.scores(strangers)
    assert first == pytest.approx(second)
    assert np.ptp(first) > 0  # the movies still differ
    # One occupation that training knows, and the stranger is judged by it.
    users.loc[users["user_id"] == strangers[0], "occupation"] = "doctor"
    again = FactorizationMachine(**SETTINGS).fit(train, encode(small), None, users, movies)
    assert not np.allclose(*again.scores(strangers))


def test_a_genre_that_training_never_met_counts_as_nothing(
    small: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    movies = tables["movies"]
    movie = movies["movie_id"].iloc[0]
    flags = (movies["movie_id"] == movie).astype(int)
    movies = movies.assign(Drama=0, War=1 - flags, Western=flags).drop(columns="year")
    train = small[small["movie_id"] != movie]
    model = FactorizationMachine(**SETTINGS).fit(train, encode(small), None, None, movies)
    assert not model.movie_embeddings_[model.movie_ids_ == movie].any()


def test_tables_that_lack_somebody_are_named(
    small: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    user = tables["users"]["user_id"].iloc[0]
    with pytest.raises(ValueError, match=f"users lack user_id {user}"):
        FactorizationMachine(**SETTINGS).fit(small, users=tables["users"].iloc[1:])
    with pytest.raises(ValueError, match="none of age, sex and occupation"):
        FactorizationMachine(**SETTINGS).fit(small, users=tables["users"][["user_id"]])


def test_the_oldest_the_youngest_and_gaps_have_their_place() -> None:
    users = pd.DataFrame({"user_id": [1, 2, 3, 4], "age": [17, 18, 56, np.nan]})
    users["occupation"] = ["artist", None, "artist", "doctor"]
    marks, names = people_matrix(users, [4, 3, 2, 1], [1, 2, 3])
    assert names == [
        "age: under 18",
        "age: 18 to 24",
        "age: 56 and older",
        "occupation: artist",
    ]
    assert marks.tolist() == [[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0], [1, 0, 0, 1]]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_factors": 0}, "n_factors is 0"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"init_stddev": 0}, "init_stddev is 0"),
        ({"liked_above": float("nan")}, "liked_above is nan"),
        ({"l2": -1}, "l2 is -1"),
        ({"weight_l2": "1"}, "weight_l2 is '1'"),
        ({"patience": 0}, "patience is 0"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(small: pd.DataFrame, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        FactorizationMachine(**SETTINGS | wrong).fit(small)


def test_the_same_seed_gives_the_same_numbers(small: pd.DataFrame) -> None:
    first, again = (FactorizationMachine(**SETTINGS, seed=5).fit(small) for _ in range(2))
    assert first.factors_ == pytest.approx(again.factors_, abs=1e-7)
    other = FactorizationMachine(**SETTINGS, seed=6).fit(small)
    assert not np.allclose(first.factors_, other.factors_, atol=1e-3)


def test_a_stored_machine_answers_the_same(
    small: pd.DataFrame, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    model = FactorizationMachine(**SETTINGS).fit(small, **tables)
    model.save(tmp_path / "machine.npz")
    again = models.load(tmp_path / "machine.npz")
    pd.testing.assert_frame_equal(again.recommend(n=4), model.recommend(n=4))
    x, same = (each.design_matrix(7, model.movie_ids_) for each in (model, again))
    assert (x != same).nnz == 0
    assert again.intercept_ == model.intercept_
    clipped = again.predict(small["user_id"], small["movie_id"], clip=True)
    assert clipped == pytest.approx(model.predict(small["user_id"], small["movie_id"]))
