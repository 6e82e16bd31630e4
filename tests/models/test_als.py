"""Alternating least squares: each solve is the best there is, and memory is that of the ratings."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import row_equations
from workshop_pkg.models import AlternatingLeastSquares, GradientFactorization, loss_terms
from workshop_pkg.preprocessing import encode, rating_matrix

SETTINGS: dict[str, Any] = {"n_factors": 3, "l2": 0.1, "n_sweeps": 8, "verbose": False}
PENALTIES = [
    {},
    {"gravity": 0.7},
    {"unobserved_weight": 0.4},
    {"gravity": 0.7, "unobserved_weight": 1.0},
    {"biases": True},
    {"biases": True, "gravity": 0.7, "bias_l2": 0.3},
]


def total_of(model: AlternatingLeastSquares) -> pd.Series:
    return model.history_.loc[model.history_["metric"] == "total", "value"]


@pytest.mark.parametrize("penalties", PENALTIES, ids=str)
def test_no_sweep_raises_the_loss(small: pd.DataFrame, penalties: dict[str, Any]) -> None:
    totals = total_of(AlternatingLeastSquares(**SETTINGS | penalties).fit(small))
    assert len(totals) == 8
    assert (totals.diff().dropna() < 1e-12).all()


@pytest.mark.parametrize("penalties", PENALTIES, ids=str)
def test_after_a_sweep_no_nudge_of_a_movie_lowers_the_loss(
    small: pd.DataFrame, penalties: dict[str, Any]
) -> None:
    model = AlternatingLeastSquares(**SETTINGS | penalties).fit(small)
    matrix = rating_matrix(small, encode(small))

    def total() -> float:
        model._take_over(
            np.c_[model.user_embeddings_, model.user_biases_],
            np.c_[model.movie_embeddings_, model.movie_biases_],
        )
        rows = model._record(1, matrix, None)
        return next(float(row["value"]) for row in rows if row["metric"] == "total")

    best = total()
    rng = np.random.default_rng(0)
    for _ in range(20):
        kept, kept_biases = model.movie_embeddings_.copy(), model.movie_biases_.copy()
        model.movie_embeddings_ = kept + rng.normal(0, 1e-3, kept.shape)
        if model.biases:
            model.movie_biases_ = kept_biases + rng.normal(0, 1e-3, kept_biases.shape)
        assert total() > best
        model.movie_embeddings_, model.movie_biases_ = kept, kept_biases


def test_the_loss_recorded_is_the_loss_of_the_embeddings(small: pd.DataFrame) -> None:
    penalties = {"gravity": 0.7, "unobserved_weight": 0.4}
    model = AlternatingLeastSquares(**SETTINGS | penalties).fit(small)
    matrix = rating_matrix(small, encode(small))
    terms = loss_terms(model.user_embeddings_, model.movie_embeddings_, matrix, l2=0.1, **penalties)
    last = model.history_[model.history_["step"] == 8]
    last = last[last["group"] == "terms of the loss"].set_index("metric")["value"]
    assert last.to_dict() == pytest.approx(terms)


def test_it_ends_at_or_below_where_gradient_descent_ends(small: pd.DataFrame) -> None:
    shared: dict[str, Any] = {"n_factors": 3, "l2": 0.1, "gravity": 0.5, "verbose": False}
    slow = GradientFactorization(**shared, learning_rate=0.5, n_steps=2000).fit(small)
    quick = AlternatingLeastSquares(**shared, n_sweeps=60).fit(small)
    ends = slow.history_.loc[slow.history_["metric"] == "total", "value"]
    assert total_of(quick).iloc[-1] <= ends.iloc[-1] + 1e-4


def test_all_unobserved_at_full_weight_is_the_truncated_svd_of_the_zero_filled_table(
    small: pd.DataFrame,
) -> None:
    model = AlternatingLeastSquares(
        n_factors=3, l2=1e-9, unobserved_weight=1.0, n_sweeps=200, verbose=False
    ).fit(small)
    table = rating_matrix(small, encode(small)).toarray()
    left, sizes, right = np.linalg.svd(table, full_matrices=False)
    best = (left[:, :3] * sizes[:3]) @ right[:3]
    assert model.scores() == pytest.approx(best, abs=1e-3)


def test_with_biases_a_prediction_is_the_sum_of_its_parts(small: pd.DataFrame) -> None:
    model = AlternatingLeastSquares(**SETTINGS, biases=True).fit(small)
    assert model.mean_ == pytest.approx(small["rating"].mean())
    expected = (
        model.mean_
        + model.user_biases_[4]
        + model.movie_biases_[2]
        + model.user_embeddings_[4] @ model.movie_embeddings_[2]
    )
    found = model.predict(model.user_ids_[4], model.movie_ids_[2])
    assert found == pytest.approx([expected])
    assert model.scores(model.user_ids_[[4]])[0, 2] == pytest.approx(expected)


def test_without_biases_there_are_none(small: pd.DataFrame) -> None:
    model = AlternatingLeastSquares(**SETTINGS).fit(small)
    assert model.mean_ == 0
    assert not model.user_biases_.any()
    assert not model.movie_biases_.any()


def test_solving_in_blocks_changes_nothing(
    small: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = AlternatingLeastSquares(**SETTINGS, biases=True).fit(small)
    monkeypatch.setattr(row_equations, "ROWS", 7)
    parts = AlternatingLeastSquares(**SETTINGS, biases=True).fit(small)
    assert np.allclose(whole.movie_embeddings_, parts.movie_embeddings_)


def test_the_same_seed_gives_the_same_embeddings_and_another_one_others(
    small: pd.DataFrame,
) -> None:
    first, again = (AlternatingLeastSquares(**SETTINGS, seed=5).fit(small) for _ in range(2))
    assert np.array_equal(first.movie_embeddings_, again.movie_embeddings_)
    other = AlternatingLeastSquares(**SETTINGS, seed=6).fit(small)
    assert not np.allclose(first.movie_embeddings_, other.movie_embeddings_)


def test_a_movie_without_training_ratings_has_a_zero_embedding(small: pd.DataFrame) -> None:
    movie = small["movie_id"].iloc[0]
    train = small[small["movie_id"] != movie]
    model = AlternatingLeastSquares(**SETTINGS, gravity=0.1).fit(train, encode(small))
    row = int(np.flatnonzero(model.movie_ids_ == movie)[0])
    assert not model.movie_embeddings_[row].any()
    assert model.predict(train["user_id"].iloc[0], movie).tolist() == [0.0]


def test_memory_is_that_of_the_ratings_and_not_of_all_pairs() -> None:
    rng = np.random.default_rng(0)
    n, side = 20_000, 6_000  # all pairs as numbers of 8 bytes: 288 MB
    pairs = rng.choice(side * side, n, replace=False)
    ratings = pd.DataFrame(
        {"user_id": pairs // side, "movie_id": pairs % side, "rating": rng.integers(1, 6, n)}
    )
    model = AlternatingLeastSquares(n_factors=4, n_sweeps=1, gravity=1.0, verbose=False)
    tracemalloc.start()
    try:
        model.fit(ratings)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40e6


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"l2": 0}, "l2 is 0, but without it"),
        ({"biases": True, "bias_l2": 0}, "bias_l2 is 0, but without it"),
        ({"biases": True, "unobserved_weight": 0.1}, "0.1 beside biases=True"),
        ({"n_sweeps": 0}, "n_sweeps is 0"),
        ({"gravity": -1}, "gravity is -1"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(small: pd.DataFrame, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AlternatingLeastSquares(**SETTINGS | wrong).fit(small)


@pytest.mark.parametrize("penalties", PENALTIES)
def test_somebody_new_gets_what_training_gives_to_somebody_with_the_same_ratings(
    small: pd.DataFrame, penalties: dict[str, Any]
) -> None:
    model = AlternatingLeastSquares(**SETTINGS | penalties).fit(small)
    encoded = encode(small)
    matrix = rating_matrix(small, encoded)
    movies = np.column_stack([model.movie_embeddings_, model.movie_biases_])
    trained = model._solved(matrix, movies)
    equations = model.user_equations()
    row = slice(matrix.indptr[4], matrix.indptr[5])
    columns, stars = matrix.indices[row], matrix.data[row]
    found = equations.solve(np.array([0, len(columns)]), columns, stars)[0]
    assert np.allclose(found, trained[4, : len(found)])
    everything = np.arange(len(model.movie_ids_))
    parts = equations.contributions(columns, stars, everything)
    assert parts.shape == (len(everything), len(columns))
    assert np.allclose(parts.sum(axis=1), equations.features @ found)
    # A rating's part is what the score loses without its stars, the rest of the row as it was.
    without = stars - (np.arange(len(stars)) == 1) * (
        stars - equations.mean - equations.biases[columns]
    )
    other = equations.solve(np.array([0, len(columns)]), columns, without)[0]
    assert np.allclose(parts[:, 1], equations.features @ (found - other))
