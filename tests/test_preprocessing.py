"""Encoding ids, small samples and genre columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workshop_pkg.preprocessing import (
    add_genres,
    dense_sample,
    encode,
    genre_columns,
    rating_matrix,
)


def _ratings(n_users: int = 40, n_movies: int = 30, seed: int = 3) -> pd.DataFrame:
    """Ratings in which low movie numbers are popular; the ids have gaps."""
    rng = np.random.default_rng(seed)
    seen = rng.random((n_users, n_movies)) < np.linspace(0.9, 0.05, n_movies)
    users, movies = np.nonzero(seen)
    return pd.DataFrame(
        {
            "user_id": 10 * users + 7,
            "movie_id": 3 * movies + 100,
            "rating": rng.integers(1, 6, len(users)),
            "unix_timestamp": np.arange(len(users)),
        }
    ).sample(frac=1, random_state=seed)


def test_encoded_indexes_are_dense_and_lead_back_to_the_ids() -> None:
    ratings = _ratings()
    encoded = encode(ratings)
    assert sorted(encoded.ratings["user_index"].unique()) == list(range(encoded.n_users))
    assert sorted(encoded.ratings["movie_index"].unique()) == list(range(encoded.n_movies))
    back = encoded.user_ids[encoded.ratings["user_index"]]
    assert (back == ratings["user_id"].to_numpy()).all()
    assert (encoded.movie_index(ratings["movie_id"]) == encoded.ratings["movie_index"]).all()
    assert (encoded.user_index(encoded.user_ids) == np.arange(encoded.n_users)).all()


def test_encoding_leaves_the_ratings_alone() -> None:
    ratings = _ratings()
    before = ratings.copy()
    encoded = encode(ratings)
    pd.testing.assert_frame_equal(ratings, before)
    pd.testing.assert_frame_equal(encoded.ratings[list(ratings.columns)], before)


@pytest.mark.parametrize("unknown", [0, 8, 10_000])
def test_an_id_that_was_not_encoded_is_named(unknown: int) -> None:
    with pytest.raises(ValueError, match=f"user_id {unknown} is not among the 40"):
        encode(_ratings()).user_index([7, unknown])


def test_encoding_no_ratings_gives_no_indexes() -> None:
    encoded = encode(_ratings().iloc[:0])
    assert (encoded.n_users, encoded.n_movies) == (0, 0)
    with pytest.raises(ValueError, match="movie_id 1 is not among the 0"):
        encoded.movie_index([1])


def test_a_frame_without_the_columns_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lacks \['movie_id'\]"):
        encode(pd.DataFrame({"user_id": [1], "item": [2]}))


@pytest.mark.parametrize("seed", range(5))
def test_a_dense_sample_has_the_size_asked_for_and_is_well_filled(seed: int) -> None:
    sample = dense_sample(_ratings(), n_users=10, n_movies=6, seed=seed)
    assert sample["user_id"].nunique() == 10
    assert sample["movie_id"].nunique() == 6
    assert sample.groupby("user_id").size().min() >= 3
    assert not sample.duplicated(["user_id", "movie_id"]).any()


def test_a_dense_sample_depends_on_the_seed_and_not_on_the_order_of_the_rows() -> None:
    ratings = _ratings()
    first = dense_sample(ratings, seed=1)
    pd.testing.assert_frame_equal(first, dense_sample(ratings.iloc[::-1], seed=1))
    assert set(first["user_id"]) != set(dense_sample(ratings, seed=2)["user_id"])


@pytest.mark.parametrize(("n_users", "n_movies"), [(0, 6), (10, -5)])
def test_an_empty_sample_is_refused(n_users: int, n_movies: int) -> None:
    with pytest.raises(ValueError, match="must be at least 1"):
        dense_sample(_ratings(), n_users, n_movies)


def test_a_sample_larger_than_the_data_is_refused() -> None:
    with pytest.raises(ValueError, match="ask for a smaller sample"):
        dense_sample(_ratings(), n_users=1000)


def _movies() -> pd.DataFrame:
    flags = np.array([[1, 1, 0], [0, 0, 0], [0, 0, 1], [1, 1, 1]] * 50)
    frame = pd.DataFrame(flags, columns=["Action", "Drama", "War"])
    frame.insert(0, "movie_id", range(1, len(frame) + 1))
    frame["year"] = pd.array([1995] * len(frame), dtype="Int64")
    return frame


def test_genre_columns_are_the_flags_and_nothing_else() -> None:
    movies = _movies().assign(genre="Drama", all_genres="Drama", length=90)
    assert genre_columns(movies) == ["Action", "Drama", "War"]


def test_a_genre_is_one_of_the_movies_own_each_about_equally_often() -> None:
    movies = add_genres(_movies(), seed=0)
    for row in movies.to_dict("records"):
        assert row["genre"] in row["all_genres"].split("-")
    of_three = movies.loc[3::4, "genre"].value_counts()
    assert set(of_three.index) == {"Action", "Drama", "War"}
    assert of_three.min() >= 8


def test_a_movie_without_a_flag_is_other() -> None:
    movies = add_genres(_movies())
    assert (movies.loc[1::4, ["genre", "all_genres"]] == "Other").all(axis=None)


def test_the_same_seed_draws_the_same_genres_and_the_input_stays_as_it_was() -> None:
    movies = _movies()
    before = movies.copy()
    pd.testing.assert_frame_equal(add_genres(movies, seed=4), add_genres(movies, seed=4))
    assert (add_genres(movies, seed=4)["genre"] != add_genres(movies, seed=5)["genre"]).any()
    pd.testing.assert_frame_equal(movies, before)


def test_movies_without_genre_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="No genre column"):
        add_genres(pd.DataFrame({"movie_id": [1], "title": ["A"]}))


def test_a_rating_matrix_has_a_cell_for_each_rating_and_the_shape_of_all() -> None:
    ratings = _ratings()
    encoded = encode(ratings)
    part = ratings.iloc[::3]
    matrix = rating_matrix(part, encoded)
    assert matrix.shape == (encoded.n_users, encoded.n_movies)
    assert matrix.nnz == len(part)
    cells = matrix.toarray()[
        encoded.user_index(part["user_id"]), encoded.movie_index(part["movie_id"])
    ]
    assert (cells == part["rating"].to_numpy()).all()
    assert rating_matrix(ratings.iloc[:0], encoded).nnz == 0


def test_a_rating_matrix_of_another_column_takes_0_as_nothing() -> None:
    ratings = pd.DataFrame({"user_id": [1, 1], "movie_id": [5, 6], "liked": [True, False]})
    matrix = rating_matrix(ratings, encode(ratings), column="liked")
    assert matrix.toarray().tolist() == [[1.0, 0.0]]
    assert matrix.nnz == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"user_id": [1, 9]}, "user_id 9 is not among the 2"),
        ({"movie_id": [5, 9]}, "movie_id 9 is not among the 2"),
        ({"rating": [5.0, np.nan]}, "1 of 2 values in the column rating are missing"),
        ({"rating": ["five", "four"]}, "The column rating does not hold numbers"),
        ({"user_id": [1, 1], "movie_id": [5, 5]}, "User 1 rated the movie 5 more than once"),
    ],
)
def test_a_rating_matrix_refuses_with_one_clear_sentence(
    change: dict[str, list[object]], words: str
) -> None:
    ratings = pd.DataFrame({"user_id": [1, 2], "movie_id": [5, 6], "rating": [3.0, 4.0]})
    with pytest.raises(ValueError, match=words):
        rating_matrix(ratings.assign(**change), encode(ratings))
    with pytest.raises(ValueError, match=r"lacks \['stars'\]"):
        rating_matrix(ratings, encode(ratings), column="stars")
