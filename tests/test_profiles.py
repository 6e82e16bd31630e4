"""Users described by numbers: values are as documented, bad input is named."""

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import profiles
from workshop_pkg.profiles import DAMPING, user_features

MOVIES = pd.DataFrame({"movie_id": [10, 20, 30], "Drama": [1, 0, 1], "War": [0, 1, 1]})
USERS = pd.DataFrame(
    {
        "user_id": [3, 1, 2],
        "age": [50, 20, 40],
        "sex": ["F", "M", "F"],
        "occupation": ["writer", "student", "writer"],
    }
)
# User 1 rated all three movies, user 2 one of them, user 3 none.
RATINGS = pd.DataFrame(
    {"user_id": [1, 1, 1, 2], "movie_id": [10, 20, 30, 10], "rating": [5, 3, 4, 2]}
)


@pytest.fixture
def features() -> pd.DataFrame:
    return user_features(RATINGS, USERS, MOVIES)


def test_features_stand_by_user_id_and_are_finite_floats(features):
    assert features.index.tolist() == [1, 2, 3]
    assert features.index.name == "user_id"
    assert set(features.dtypes) == {np.dtype(float)}
    assert np.isfinite(features.to_numpy()).all()


def test_taste_is_damped_stars_above_the_users_own_mean(features):
    # User 1: mean 4. Drama: movies 10 and 30, +1 and 0. War: 20 and 30, -1 and 0.
    assert features.loc[1, "taste: Drama"] == pytest.approx((1 + 0) / (2 + DAMPING))
    assert features.loc[1, "taste: War"] == pytest.approx((-1 + 0) / (2 + DAMPING))
    assert features.loc[2, ["taste: Drama", "taste: War"]].tolist() == [0, 0]


def test_shares_and_habits_are_what_one_counts_by_hand(features):
    assert features.loc[1, ["share: Drama", "share: War"]].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert features.loc[2, ["share: Drama", "share: War"]].tolist() == [1, 0]
    assert features.loc[1, "log10 ratings"] == pytest.approx(np.log10(4))
    assert features.loc[1, "mean rating"] == 4
    assert features.loc[1, "spread"] == pytest.approx(np.std([5, 3, 4]))
    assert features.loc[1, "hits"] == pytest.approx(np.log10(2) / 3)  # movies with 2, 1, 1 ratings


def test_demographics_are_numbers(features):
    columns = ["age", "sex: F", "occupation: student", "occupation: writer"]
    assert features.loc[1, columns].tolist() == [20, 0, 1, 0]
    assert features.loc[3, columns].tolist() == [50, 1, 0, 1]


def test_user_with_no_ratings_looks_like_an_average_user_who_did_nothing(features):
    nobody, others = features.loc[3], features.loc[[1, 2]].mean()
    assert nobody[["taste: Drama", "taste: War", "log10 ratings"]].tolist() == [0, 0, 0]
    for name in ("share: Drama", "share: War", "mean rating", "spread", "hits"):
        assert nobody[name] == pytest.approx(others[name])


def test_data_set_without_demographics_has_features_all_the_same(features):
    without = user_features(RATINGS, None, MOVIES)
    assert without.index.tolist() == [1, 2]
    pd.testing.assert_frame_equal(without, features.loc[[1, 2], without.columns])
    assert not any(name.startswith(("age", "sex", "occupation")) for name in without.columns)


@pytest.mark.parametrize("kind", ["float64", "Int64"])
def test_missing_demographics_are_filled_as_documented(kind):
    age = pd.Series([50, None, 40], dtype=kind)
    users = USERS.assign(age=age, sex=["F", None, "F"], occupation=[None, "x", "x"])
    features = user_features(RATINGS, users, MOVIES)
    assert features.loc[1, "age"] == 45
    assert features.loc[1, "sex: F"] == 0
    assert features.loc[3, "occupation: x"] == 0


@pytest.mark.parametrize("age", [[None] * 3, [np.nan] * 3, pd.array([None] * 3, dtype="Int64")])
def test_where_every_age_is_missing_there_is_no_age(age, features):
    without = user_features(RATINGS, USERS.assign(age=age), MOVIES)
    pd.testing.assert_frame_equal(without, features.drop(columns="age"))


def test_tables_of_nullable_types_give_the_same_features(features):
    tables = (table.convert_dtypes() for table in (RATINGS, USERS, MOVIES))
    found = user_features(*tables)
    pd.testing.assert_frame_equal(found, features, check_index_type=False)


def test_column_of_gaps_alone_is_no_genre(features):
    movies = MOVIES.assign(video_release_date=np.nan, score=[0.5, np.nan, 1])
    pd.testing.assert_frame_equal(user_features(RATINGS, USERS, movies), features)


def test_rare_genres_are_left_out(monkeypatch):
    movies = MOVIES.assign(Western=[0, 0, 0])
    assert not any("Western" in name for name in user_features(RATINGS, None, movies).columns)
    monkeypatch.setattr(profiles, "LEAST_GENRE_SHARE", 0.6)
    only_drama = user_features(RATINGS, None, movies)
    assert [name for name in only_drama.columns if ":" in name] == ["taste: Drama", "share: Drama"]


def test_order_of_the_rows_does_not_matter(features):
    shuffled = user_features(RATINGS.iloc[::-1], USERS.iloc[::-1], MOVIES.iloc[::-1])
    pd.testing.assert_frame_equal(shuffled, features)


def test_arguments_stay_as_they_are():
    ratings, users, movies = RATINGS.copy(), USERS.copy(), MOVIES.copy()
    user_features(ratings, users, movies)
    for before, after in ((RATINGS, ratings), (USERS, users), (MOVIES, movies)):
        pd.testing.assert_frame_equal(before, after)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ratings": RATINGS[:0]}, "no ratings"),
        ({"ratings": RATINGS.drop(columns="rating")}, "lack \\['rating'\\]"),
        ({"ratings": RATINGS.assign(rating=np.nan)}, "A rating is missing"),
        (
            {"ratings": RATINGS.assign(movie_id=[10, 99, 30, 10])},
            "movie_id that is not among the movies.*99",
        ),
        ({"users": USERS[:1]}, "user_id that is not among the users"),
        ({"users": USERS.rename(columns={"user_id": "id"})}, "lack 'user_id'"),
        ({"users": pd.concat([USERS, USERS])}, "stands twice in the users"),
        ({"movies": pd.concat([MOVIES, MOVIES])}, "stands twice in the movies"),
        ({"ratings": RATINGS.assign(user_id=[1, 1, None, 2])}, "A user_id is missing"),
        ({"ratings": RATINGS.assign(movie_id=[10, None, 30, 10])}, "A movie_id is missing"),
        ({"ratings": RATINGS.assign(rating=["5", "3", "4", "2"])}, "A rating is no number"),
        ({"ratings": RATINGS.assign(rating=[5, 3, 4, np.inf])}, "A rating is infinite"),
        ({"ratings": RATINGS.iloc[[0, 1, 2, 2]]}, "User 1 rated the movie 30 more than once.*last"),
        ({"users": USERS.assign(user_id=[3, 1, None])}, "A user_id is missing in the users"),
        ({"users": USERS.assign(age=["50", "20", "40"])}, "An age is no number"),
        ({"users": USERS.assign(age=[50, np.inf, 40])}, "An age is infinite"),
        ({"movies": MOVIES.assign(movie_id=[10, None, 30])}, "A movie_id is missing in the movies"),
        ({"movies": MOVIES.assign(War=[0, np.nan, 1])}, "genre War is missing for the movie_id 20"),
        (
            {"movies": MOVIES.assign(War=pd.array([0, None, 1], dtype="Int64"))},
            "genre War is missing for the movie_id 20",
        ),
    ],
)
def test_bad_tables_are_refused_by_a_sentence(change, message):
    arguments = {"ratings": RATINGS, "users": USERS, "movies": MOVIES} | change
    with pytest.raises(ValueError, match=message):
        user_features(**arguments)


def test_movies_without_genres_give_habits_alone():
    features = user_features(RATINGS, None, MOVIES[["movie_id"]])
    assert features.columns.tolist() == ["log10 ratings", "mean rating", "spread", "hits"]
