"""Users put into groups: planted groups are found, names tell them apart, bad input is named."""

import numpy as np
import pandas as pd
import pytest

from workshop_pkg.datasets import load_movielens
from workshop_pkg.profiles import user_features
from workshop_pkg.user_groups import cluster, group_names


def three_blobs(n: int = 60, seed: int = 0) -> pd.DataFrame:
    """Make points around three places, the first place fullest; one column is 100,000 x larger."""
    rng = np.random.default_rng(seed)
    place = np.repeat([0, 1, 2], [n // 2, n // 3, n - n // 2 - n // 3])
    points = np.array([[0, 0], [1, 0], [0, 1]])[place] + rng.normal(0, 0.05, (n, 2))
    return pd.DataFrame(points * [1000, 0.01], columns=["big", "small"], index=range(100, 100 + n))


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
