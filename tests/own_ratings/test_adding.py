"""One's own ratings among those of the data: one more user, and adding twice changes nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from workshop_pkg import own_ratings, splits
from workshop_pkg.datasets import MovieLens, load_movielens
from workshop_pkg.preprocessing import encode, rating_matrix

OWN = pd.DataFrame({"movie_id": [2, 9], "rating": [5, 1]})


def test_own_ratings_are_those_of_one_more_user(data: MovieLens) -> None:
    mine = own_ratings.add(data.ratings, OWN)
    pd.testing.assert_frame_equal(mine.iloc[: len(data.ratings)], data.ratings)
    rows = mine.iloc[len(data.ratings) :]
    assert rows["user_id"].tolist() == [own_ratings.ME] * 2
    assert rows["movie_id"].tolist() == [2, 9]
    assert rows["rating"].tolist() == [5, 1]
    assert set(rows["unix_timestamp"]) == {data.ratings["unix_timestamp"].max()}
    assert own_ratings.ME not in set(data.ratings["user_id"])


def test_adding_twice_changes_nothing(data: MovieLens) -> None:
    once = own_ratings.add(data.ratings, OWN)
    pd.testing.assert_frame_equal(own_ratings.add(once, OWN), once)


def test_adding_others_replaces_the_first(data: MovieLens) -> None:
    others = pd.DataFrame({"movie_id": [3], "rating": [4]})
    again = own_ratings.add(own_ratings.add(data.ratings, OWN), others)
    pd.testing.assert_frame_equal(again, own_ratings.add(data.ratings, others))
    nothing = own_ratings.add(again, OWN.iloc[:0])
    pd.testing.assert_frame_equal(nothing, data.ratings)


def test_the_given_frames_stay_as_they_are(data: MovieLens) -> None:
    ratings, own = data.ratings.copy(), OWN.copy()
    own_ratings.add(ratings, own)
    pd.testing.assert_frame_equal(ratings, data.ratings)
    pd.testing.assert_frame_equal(own, OWN)


def test_types_and_labels_fit_the_training_part_of_a_split() -> None:
    data = load_movielens("twin")
    train, test = splits.stratified_split(data.ratings, test_ratio=0.25, seed=0)
    mine = own_ratings.add(train, own_ratings.sample(data))
    assert mine.dtypes.equals(train.dtypes)
    assert mine.index.is_unique
    encoded = encode(pd.concat([mine, test]))
    matrix = rating_matrix(mine, encoded)
    assert matrix.shape == (data.ratings["user_id"].nunique() + 1, encoded.n_movies)
    (row,) = encoded.user_index([own_ratings.ME])
    assert matrix[[row]].nnz == 20


def test_half_stars_are_not_cut_off(data: MovieLens) -> None:
    halves = pd.DataFrame({"movie_id": [2], "rating": [4.5]})
    assert own_ratings.add(data.ratings, halves)["rating"].iloc[-1] == 4.5


def test_frames_without_a_time_or_without_rows_are_fine(data: MovieLens) -> None:
    no_time = data.ratings.drop(columns="unix_timestamp")
    assert list(own_ratings.add(no_time, OWN).columns) == list(no_time.columns)
    alone = own_ratings.add(data.ratings.iloc[:0], OWN)
    assert alone["rating"].tolist() == [5, 1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r, o: (r.drop(columns="rating"), o), r"lack \['rating'\]"),
        (lambda r, o: (r, o.drop(columns="movie_id")), r"own ratings .* lack \['movie_id'\]"),
        (lambda r, o: (r.assign(user_index=0), o), "add your own ratings first"),
        (lambda r, o: (r, o.assign(rating=[None, 1.0])), "missing in your own ratings"),
        (lambda r, o: (r, o.assign(movie_id=9)), "have the movie 9 twice"),
    ],
)
def test_what_cannot_be_added_is_refused(data: MovieLens, change, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        own_ratings.add(*change(data.ratings, OWN))
