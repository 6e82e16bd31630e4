"""What lesson 3.1 says about sparse ratings and losses holds in its own run, on both data sets."""

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import own_ratings
from workshop_pkg.preprocessing import rating_matrix

LESSON = "3_1_sparse_ratings"


def of_two_features(lesson: dict) -> pd.DataFrame:
    return lesson["U"] @ lesson["V"].T


def test_two_features_describe_what_one_cannot(lesson):
    toy = lesson["toy"]
    one = ((toy - lesson["one_feature"]) ** 2).mean(axis=1)
    two = ((toy - of_two_features(lesson)) ** 2).mean(axis=1)
    assert one[["Ann", "Ben"]].max() < 0.6  # "For Ann and Ben it works"
    assert (two < one).all()
    assert two.max() < 0.2
    loud = lesson["loud_movies"]["loud"]
    for somebody in ("Cem", "Dee"):  # "For Cem and Dee nothing does"
        rated = toy.loc[somebody].notna()
        stars, features = toy.loc[somebody, rated], loud[rated]
        best = (stars @ features) / (features @ features)
        left = ((stars - best * features) ** 2).mean()
        assert left > 0.9 * (stars**2).mean()


def test_toy_means_what_the_prose_says_of_each_person_and_movie(lesson):
    users, movies = lesson["U"], lesson["V"]
    assert (users.loc["Cem"] > 0).all()  # likes both
    assert (users.loc["Dee"] < 0).all()  # likes neither
    assert (movies.loc["Moon Harbor"] > 0).all()  # is both
    assert int(lesson["toy"].isna().sum().sum()) == 4


def test_a_zero_for_an_empty_cell_pulls_the_best_guess_below_every_rating(lesson):
    dense = lesson["dense"]
    rated = dense[dense > 0]
    assert dense.mean() == 1.375
    assert dense.mean() < rated.min()
    guesses = np.linspace(0, 5, 501)
    over_all = ((dense.ravel()[:, None] - guesses) ** 2).mean(axis=0)
    over_rated = ((rated[:, None] - guesses) ** 2).mean(axis=0)
    assert guesses[over_all.argmin()] == pytest.approx(1.375, abs=0.01)
    assert guesses[over_rated.argmin()] == pytest.approx(rated.mean(), abs=0.01)


def test_tensor_holds_the_training_part_and_nothing_else(lesson):
    tensor = lesson["train_tensor"]
    matrix = rating_matrix(lesson["train"], lesson["encoded"])
    assert tuple(tensor.shape) == matrix.shape
    rows, columns = tensor.indices.numpy().T
    assert len(rows) == matrix.nnz == len(lesson["train"])
    assert np.array_equal(matrix[rows, columns], tensor.values.numpy())
    order = rows.astype(np.int64) * matrix.shape[1] + columns
    assert (np.diff(order) > 0).all()
    test_pairs = set(zip(lesson["test"]["user_id"], lesson["test"]["movie_id"], strict=True))
    users, movies = lesson["encoded"].user_ids[rows], lesson["encoded"].movie_ids[columns]
    assert not test_pairs & set(zip(users.tolist(), movies.tolist(), strict=True))


def test_some_movies_have_ratings_in_the_test_part_only(lesson):
    assert lesson["only_in_test"] > 0


def test_both_losses_agree_with_numpy_and_so_do_their_gradients(lesson):
    import tensorflow as tf

    tensor = lesson["test_tensor"]
    users, movies = lesson["user_embeddings"], lesson["movie_embeddings"]
    rows, columns = tensor.indices.numpy().T
    u, v = users.numpy().astype(float), movies.numpy().astype(float)
    errors = tensor.values.numpy() - (u[rows] * v[columns]).sum(axis=1)
    slope = np.zeros_like(u)
    np.add.at(slope, rows, -2 * errors[:, None] * v[columns] / len(rows))
    for loss in lesson["losses"].values():
        with tf.GradientTape() as tape:
            value = loss(tensor, users, movies)
        assert float(value) == pytest.approx(np.mean(errors**2), rel=1e-5)
        gradient = tf.convert_to_tensor(tape.gradient(value, users)).numpy()
        np.testing.assert_allclose(gradient, slope, atol=1e-6)


def test_random_features_start_near_the_mean_of_the_squares(lesson):
    squares = float(np.mean(lesson["train"]["rating"].iloc[: lesson["observed"]] ** 2))
    value = float(
        lesson["gather_loss"](
            lesson["test_tensor"], lesson["user_embeddings"], lesson["movie_embeddings"]
        )
    )
    assert value == pytest.approx(squares, rel=0.02)


def test_full_matrix_is_the_smaller_one_here_and_at_1m_and_the_larger_at_20m(lesson):
    sizes = lesson["sizes"]
    smaller = sizes["full"] < sizes["gathered"]
    assert smaller.tolist() == [True, True, False, False]
    observed = sizes["ratings"] / (sizes["users"] * sizes["movies"])
    one_in = 2 * lesson["N_FEATURES"]
    assert one_in == 60  # "With 30 features that is one in 60"
    assert ((observed > 1 / one_in) == smaller).all()
    assert sizes["full"].iloc[2] > 12e9  # "more memory than a usual machine has to spare"


def test_timed_matrices_grow_and_the_ratings_do_not(lesson):
    measured = lesson["measured"]
    assert set(measured["way"]) == set(lesson["losses"])
    assert measured["cells"].max() == 16 * measured["cells"].min()
    assert len(lesson["larger"].values) == lesson["observed"]
    assert (measured["milliseconds"] > 0).all()


def test_means_as_features_are_the_baselines_of_lesson_1_3(lesson):
    train = lesson["train"][lesson["train"]["user_id"] != own_ratings.ME]
    gather, baselines = lesson["gather_loss"], lesson["baselines"]
    of_mean = baselines["one feature: the mean of all"]
    tensor = lesson["rating_tensor"](train, lesson["encode"](lesson["data"].ratings))
    assert float(gather(tensor, *of_mean)) == pytest.approx(train["rating"].var(ddof=0), rel=1e-4)
    for column, name in (("user_id", "user"), ("movie_id", "movie")):
        left = train["rating"] - train.groupby(column)["rating"].transform("mean")
        found = float(gather(tensor, *baselines[f"one feature: the {name}'s mean"]))
        assert found == pytest.approx(np.mean(left**2), rel=1e-4)


def test_own_ratings_join_the_training_part_once(lesson):
    train, test = lesson["train"], lesson["test"]
    own = own_ratings.sample(lesson["data"])
    mine = train[train["user_id"] == own_ratings.ME]
    assert mine["movie_id"].tolist() == own["movie_id"].tolist()
    assert own_ratings.ME not in set(test["user_id"])
    assert lesson["again"].equals(train)
    assert lesson["my_row"] == 0  # "User 0 comes before all others"
    assert int(lesson["train_tensor"].shape[0]) == lesson["data"].ratings["user_id"].nunique() + 1


def test_faults_of_the_table_are_named_and_the_good_rows_kept(lesson):
    found = lesson["found"]
    assert len(found.problems) == 4
    assert len(found.ratings) == 2
