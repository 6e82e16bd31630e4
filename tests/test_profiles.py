"""Users described by numbers and grouped: values are as documented, bad input is named."""

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import profiles
from workshop_pkg.datasets import load_movielens
from workshop_pkg.profiles import DAMPING, cluster, group_names, user_features

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


def three_blobs(n: int = 60, seed: int = 0) -> pd.DataFrame:
    """Make points around three places, the first place fullest; one column is 100,000 x larger."""
    rng = np.random.default_rng(seed)
    place = np.repeat([0, 1, 2], [n // 2, n // 3, n - n // 2 - n // 3])
    points = np.array([[0, 0], [1, 0], [0, 1]])[place] + rng.normal(0, 0.05, (n, 2))
    return pd.DataFrame(points * [1000, 0.01], columns=["big", "small"], index=range(100, 100 + n))


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


def test_cluster_finds_planted_groups_whatever_the_size_of_the_columns():
    points = three_blobs()
    found = cluster(points, 3)
    assert found.labels.value_counts().sort_index().tolist() == [30, 20, 10]
    assert (found.labels.to_numpy() == np.repeat([0, 1, 2], [30, 20, 10])).all()
    assert found.labels.index.equals(points.index)


def test_centers_are_means_in_standardized_features():
    points = three_blobs()
    found = cluster(points, 3)
    scaled = (points - points.mean()) / points.std(ddof=0)
    pd.testing.assert_frame_equal(
        scaled.groupby(found.labels).mean(), found.centers, check_index_type=False
    )
    gaps = scaled.to_numpy() - found.centers.loc[found.labels].to_numpy()
    assert found.inertia == pytest.approx((gaps**2).sum())


def test_assign_gives_everybody_their_own_group_and_places_newcomers():
    points = three_blobs()
    found = cluster(points, 3)
    assert found.assign(points).equals(found.labels)
    newcomer = pd.DataFrame({"small": [0.0], "big": [1010.0]}, index=["new"])
    assert found.assign(newcomer).to_dict() == {"new": 1}


def test_same_seed_gives_the_same_groups():
    data = load_movielens("twin")
    features = user_features(data.ratings, data.users, data.movies)
    assert cluster(features, 4, seed=3).labels.equals(cluster(features, 4, seed=3).labels)


def test_constant_column_counts_for_nothing():
    points = three_blobs()
    with_constant = cluster(points.assign(same=0.1), 3)
    assert with_constant.labels.equals(cluster(points, 3).labels)
    assert (with_constant.centers["same"].abs() < 1e-6).all()


def test_one_cluster_holds_everybody_and_as_many_as_users_one_each():
    points = three_blobs(6)
    assert set(cluster(points, 1).labels) == {0}
    assert sorted(cluster(points, 6).labels) == [0, 1, 2, 3, 4, 5]


def test_more_clusters_than_users_is_refused():
    with pytest.raises(ValueError, match=r"7 clusters of 6 users.*from 1 to 6"):
        cluster(three_blobs(6), 7)


def test_more_clusters_than_different_users_is_refused():
    twice = pd.DataFrame({"age": [20, 20, 30, 30]})
    with pytest.raises(ValueError, match="3 clusters, but the 4 users have only 2 different"):
        cluster(twice, 3)


@pytest.mark.parametrize("n_clusters", [0, -1, 2.0, 3.5, True, "3", None])
def test_number_of_clusters_is_a_whole_number_above_zero(n_clusters):
    with pytest.raises(ValueError, match=r"n_clusters is .* whole number, 1 or more"):
        cluster(three_blobs(6), n_clusters)


def test_numpy_integer_is_a_number_of_clusters():
    assert set(cluster(three_blobs(6), np.int64(2)).labels) == {0, 1}


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (pd.DataFrame({"age": [1.0, np.nan]}, index=[7, 8]), "'age' is missing or .* user 8"),
        (pd.DataFrame({"age": [1.0, np.inf]}, index=[7, 8]), "'age' is missing or .* user 8"),
        (pd.DataFrame({"sex": ["M", "F"]}), "'sex' holds .* values"),
        (pd.DataFrame(index=[1, 2]), "no columns"),
        (pd.DataFrame({"age": pd.Series([], dtype=float)}), "no rows"),
        (pd.DataFrame(), "no columns"),
        (np.ones((2, 2)), "The features are a ndarray.*pandas.DataFrame"),
        ([[1, 2], [3, 4]], "The features are a list.*pandas.DataFrame"),
        (pd.DataFrame([[1, 2]], columns=["age", "age"]), "two columns 'age'"),
    ],
)
def test_bad_features_are_refused_by_a_sentence(features, message):
    with pytest.raises(ValueError, match=message) as refusal:
        cluster(features, 1)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (np.ones((2, 2)), "The features are a ndarray"),
        (pd.DataFrame([[1, 2, 3]], columns=["big", "small", "big"]), "two columns 'big'"),
    ],
)
def test_assign_refuses_what_is_no_table_of_features(features, message):
    with pytest.raises(ValueError, match=message):
        cluster(three_blobs(), 3).assign(features)


def test_assign_names_a_missing_column():
    with pytest.raises(ValueError, match="lack the column 'small'"):
        cluster(three_blobs(), 3).assign(three_blobs().drop(columns="small"))


def test_names_of_groups_hold_the_features_farthest_from_the_mean_user():
    centers = pd.DataFrame(
        [[0.1, -2.0, 0.5, 0.3], [1.0, 0.2, -0.1, -1.5]],
        columns=["share: War", "taste: Drama", "log10 ratings", "hits"],
    )
    assert group_names(centers) == ["likes Drama less, more ratings", "low hits, more War"]
    assert group_names(centers, 1) == ["likes Drama less", "low hits"]
    assert group_names(-centers)[0] == "likes Drama more, fewer ratings"


def test_names_of_groups_grow_until_they_differ():
    columns = ["share: War", "share: Drama", "share: Crime"]
    near = pd.DataFrame([[2.0, 1, 0.5], [2.0, 1, -0.5], [-1.0, 0, 0]], columns=columns)
    assert group_names(near) == [
        "more War, more Drama, more Crime",
        "more War, more Drama, less Crime",
        "less War, less Drama, less Crime",
    ]
    same = pd.DataFrame([[2.0, 1, 0.5]] * 2, columns=columns)
    assert len(set(group_names(same))) == 1


@pytest.mark.parametrize("n_words", [0, 4, 1.5, True])
def test_number_of_words_in_a_name_is_checked(n_words):
    centers = pd.DataFrame([[1.0, 2, 3]], columns=list("abc"))
    with pytest.raises(ValueError, match=r"n_words is .* whole number, 1 to 3"):
        group_names(centers, n_words)
