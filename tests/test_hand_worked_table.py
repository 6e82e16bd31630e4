"""One table small enough for paper, through encoding, splits, errors, lists and a model.

Older course notebooks went wrong in just these steps: a perfect ranking scored below 1, a list of
similar items began with the query, drawing negatives renamed the caller's columns. Ranking metrics,
lists, neighbors and negative samples have hand-worked tables in the tests of their own modules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import metrics, models, recommend, splits
from workshop_pkg.preprocessing import encode, rating_matrix

# Ann (30) rated four movies, Ben (10) two, Cho (20) two; the times are days.
TABLE = pd.DataFrame(
    {
        "user_id": [30, 10, 30, 20, 30, 10, 20, 30],
        "movie_id": [5, 5, 7, 9, 9, 7, 5, 3],
        "rating": [4.0, 5.0, 2.0, 3.0, 1.0, 4.0, 3.0, 5.0],
        "unix_timestamp": [1, 2, 3, 4, 5, 6, 7, 8],
    }
)


def test_encoding_numbers_the_ids_in_their_order() -> None:
    encoded = encode(TABLE)
    assert encoded.user_ids.tolist() == [10, 20, 30]
    assert encoded.movie_ids.tolist() == [3, 5, 7, 9]
    assert encoded.ratings["user_index"].tolist() == [2, 0, 2, 1, 2, 0, 1, 2]
    assert encoded.ratings["movie_index"].tolist() == [1, 1, 2, 3, 3, 2, 1, 0]
    by_hand = [[0, 5, 4, 0], [0, 3, 0, 3], [5, 4, 2, 1]]
    assert rating_matrix(TABLE, encoded).toarray().tolist() == by_hand


def test_a_random_split_holds_out_a_quarter_of_the_rows() -> None:
    train, test = splits.random_split(TABLE, test_ratio=0.25, seed=0)
    assert (len(train), len(test)) == (6, 2)


def test_a_stratified_split_holds_out_half_of_each_user() -> None:
    _, test = splits.stratified_split(TABLE, test_ratio=0.5, seed=0)
    assert test["user_id"].value_counts().to_dict() == {30: 2, 10: 1, 20: 1}


def test_a_chronological_split_holds_out_the_newest() -> None:
    _, of_all = splits.chronological_split(TABLE, test_ratio=0.25, by="time")
    assert sorted(of_all["unix_timestamp"]) == [7, 8]
    _, of_each = splits.chronological_split(TABLE, test_ratio=0.5, by="user")
    assert sorted(of_each["unix_timestamp"]) == [5, 6, 7, 8]
    _, last = splits.leave_last_out(TABLE, n=1)
    assert sorted(last["unix_timestamp"]) == [6, 7, 8]


def test_errors_of_guessing_three_stars() -> None:
    # Off by 1, 2, 1, 0, 2, 1, 0, 2: squares sum to 15, amounts to 9.
    guess = np.full(8, 3.0)
    assert metrics.rmse(TABLE["rating"].to_numpy(), guess) ** 2 == pytest.approx(15 / 8)
    assert metrics.mae(TABLE["rating"].to_numpy(), guess) == pytest.approx(9 / 8)


def test_biases_alone_are_the_solution_of_their_equations() -> None:
    """Without factors to speak of, least squares with biases solves for the biases by hand."""
    table = TABLE[TABLE["movie_id"].isin([5, 7]) & TABLE["user_id"].isin([10, 30])]
    # Ben 5 and 4, Ann 4 and 2, and next to no penalty on biases: mean 3.75; Ben +.75, Ann -.75;
    # movie 5 +.75, movie 7 -.75. Predictions 5.25, 3.75, 3.75, 2.25.
    model = models.AlternatingLeastSquares(
        n_factors=1, l2=1e6, bias_l2=1e-6, biases=True, n_sweeps=50, verbose=False
    ).fit(table)
    predicted = model.predict([10, 10, 30, 30], [5, 7, 5, 7])
    assert predicted == pytest.approx([5.25, 3.75, 3.75, 2.25], abs=1e-3)


def test_one_factor_without_biases_finds_a_table_of_rank_one_again() -> None:
    table = pd.DataFrame(
        {"user_id": [1, 1, 2, 2], "movie_id": [1, 2, 1, 2], "rating": [4.0, 2.0, 2.0, 1.0]}
    )
    model = models.AlternatingLeastSquares(n_factors=1, l2=1e-6, n_sweeps=50, verbose=False)
    model.fit(table)
    predicted = model.predict(table["user_id"], table["movie_id"])
    assert predicted == pytest.approx(table["rating"].to_numpy(), abs=1e-3)
    u, v = model.user_embeddings_[:, 0], model.movie_embeddings_[:, 0]
    assert u[0] / u[1] == pytest.approx(2, abs=1e-3)
    assert v[0] / v[1] == pytest.approx(2, abs=1e-3)


def test_near_by_cosine_and_by_dot_product_differ_and_leave_the_query_out() -> None:
    # From (1, 0): cosines 1, .99, .6 and 0; dot products 1, .5, 3 and 0.
    vectors = np.array([[1.0, 0.0], [0.5, 0.05], [3.0, 4.0], [0.0, 1.0]])
    assert recommend.nearest(vectors, 0, 3).tolist() == [1, 2, 3]
    assert recommend.nearest(vectors, 0, 3, measure="dot").tolist() == [2, 1, 3]
