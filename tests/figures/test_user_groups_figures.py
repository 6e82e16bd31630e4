"""What lesson 2.2 says about groups of users holds in its own run, on real data and the twin."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from workshop_pkg import metrics, profiles

LESSON = "2_2_user_groups"


def test_features_know_nothing_of_the_test_part(lesson):
    train, data = lesson["train"], lesson["data"]
    again = profiles.user_features(train, data.users, data.movies)
    pd.testing.assert_frame_equal(again.loc[lesson["encoded"].user_ids], lesson["features"])
    user = again.index[0]
    assert 10 ** again.loc[user, "log10 ratings"] == pytest.approx(
        1 + (train["user_id"] == user).sum()
    )


def test_features_for_the_choice_of_k_know_nothing_of_the_validation_part(lesson):
    pairs = [
        set(zip(part["user_id"], part["movie_id"], strict=True))
        for part in (lesson["fit_train"], lesson["validation"], lesson["test"])
    ]
    assert not pairs[0] & pairs[1]
    assert not (pairs[0] | pairs[1]) & pairs[2]
    table = lesson["feature_sets"](lesson["fit_train"])["how many"]
    counted = lesson["fit_train"].groupby("user_id").size()
    found = 10 ** table["log10 ratings"] - 1
    assert found.to_numpy() == pytest.approx(counted.loc[table.index].to_numpy())


def test_unscaled_groups_are_groups_by_the_number_of_ratings(lesson):
    raw = lesson["raw"]
    labels = KMeans(n_clusters=3, n_init=10, random_state=0).fit_predict(raw)
    between = raw.groupby(labels).transform("mean").var(ddof=0) / raw.var(ddof=0)
    assert between["number of ratings"] > 0.75
    assert (between.drop("number of ratings") < 0.2).all()


def test_k_means_of_the_picture_comes_to_rest_and_never_raises_the_inertia(lesson):
    steps, points = lesson["steps"], lesson["points"]
    assert np.allclose(steps[-1][1], steps[-2][1])
    course = [lesson["inertia"](points, *step) for step in steps[1:]]
    assert (np.diff(course) <= 1e-9).all()


def test_different_starts_end_in_different_groups(lesson):
    assert max(lesson["ends"]) > 1.03 * min(lesson["ends"])


def test_silhouettes_are_low_and_near_those_of_one_cloud(lesson):
    silhouette = lesson["numbers"].dropna().set_index(["data", "n_clusters"])["silhouette"]
    assert silhouette["our users"].max() < 0.25  # "All these silhouettes are low"
    assert (silhouette["our users"] - silhouette["one cloud"]).abs().max() < 0.06


def test_one_cloud_has_the_spreads_and_correlations_of_the_users(lesson):
    pair = [np.cov(np.asarray(lesson[name]), rowvar=False) for name in ("cloud", "scaled")]
    assert np.abs(pair[0] - pair[1]).max() < 0.15


def test_inertia_has_no_elbow(lesson):
    inertia = lesson["numbers"].set_index(["data", "n_clusters"])["inertia"]
    gap = inertia["one cloud"] - inertia["our users"]
    assert gap.min() > -0.02  # "little faster than that of the cloud"
    assert gap.max() < 0.08
    falls = -np.diff(inertia["our users"].to_numpy())
    assert (falls[1:] > 0.5 * falls[:-1]).all()  # no group after which it falls only slowly


def test_tree_has_its_longest_stretch_before_the_last_merge(lesson):
    assert np.diff(lesson["tree"][:, 2]).argmax() == len(lesson["tree"]) - 2


def test_names_of_the_groups_are_true_and_differ(lesson):
    names, centers = lesson["names"], lesson["groups"].centers
    assert len(set(names)) == len(names) == lesson["N_READ"]
    for name, (label, center) in zip(names, centers.iterrows(), strict=True):
        members = lesson["choices"][lesson["groups"].labels == label]
        for part in name.split(", "):
            word, _, what = part.partition(" ")
            column = f"share: {what}"
            above = members[column].mean() > lesson["choices"][column].mean()
            assert above == (word == "more")
            assert abs(center[column]) > 0.4


def test_two_ways_to_group_agree_in_part_and_more_than_chance(lesson):
    ward, starts, chance = lesson["agreement"]
    assert abs(chance) < 0.03
    assert chance + 0.1 < ward < 0.6
    assert ward < starts < 0.8  # "even k-means does not agree with itself"


def test_wards_groups_are_worse_than_those_of_any_start_which_are_nearly_equal(lesson):
    assert max(lesson["starts"]) < 1.02 * min(lesson["starts"])
    assert lesson["ward_inertia"] > 1.04 * max(lesson["starts"])
    values, labels = lesson["values"], lesson["groups"].labels.to_numpy()
    centers = lesson["groups"].centers.to_numpy()
    assert lesson["inertia"](values, labels, centers) == pytest.approx(lesson["groups"].inertia)


def test_scores_of_all_users_are_those_of_the_exercise_for_one(lesson):
    train, labels = lesson["train"], lesson["groups"].labels
    scores = lesson["ndcg_of_groups"](train, lesson["test"], labels.to_numpy())
    encoded, relevant = (
        lesson["encoded"],
        lesson["rating_matrix"](lesson["test"], lesson["encoded"]),
    )
    differences = []
    for row in range(0, encoded.n_users, 20):
        movies = lesson["recommend_for_cluster"](train, labels, encoded.user_ids[row], 10)
        by_hand = metrics.ndcg_at_k(relevant[[row]] > 0, [encoded.movie_index(movies)], k=10)
        differences.append(by_hand - scores[row])
    # Movies with equal counts may change places: for most users nothing changes, or hardly.
    assert np.median(np.abs(differences)) < 0.005
    assert abs(np.mean(differences)) < 0.02


def test_groups_by_genres_beat_popularity_and_lots_do_worse(lesson):
    gains = lesson["gains"].set_index("name")
    assert 0.225 <= lesson["popularity_ndcg"] <= 0.29
    assert gains.loc["genres", "low"] > 0.03
    assert gains.loc[lesson["LOTS"], "high"] < 0  # "the price of grouping"
    assert (gains["worse"] > 0.1).all()  # "not better for everybody"
    assert (gains["low"] < gains["gain"]).all()
    assert (gains["gain"] < gains["high"]).all()


def test_genres_say_more_than_age_and_sex_user_by_user(lesson):
    gain_of, interval = lesson["gain_of"], lesson["interval"]
    assert interval(gain_of["genres"] - gain_of["age and sex"])[1] > 0.02
    assert 75 < len(lesson["train"]) / lesson["encoded"].n_users < 85  # "some 80 a user"


def test_length_of_the_list_alone_gains_and_groups_by_genres_differ_in_it(lesson):
    gains = lesson["gains"].set_index("name")
    assert gains.loc["how many", "low"] > 0.01
    length = lesson["features"]["log10 ratings"]
    between = length.groupby(lesson["labels_of"]["genres"]).transform("mean")
    assert between.var(ddof=0) > 0.2 * length.var(ddof=0)
    # "Users with long lists have seen the hits"
    seen = lesson["rating_matrix"](lesson["train"], lesson["encoded"]) > 0
    hits = np.argsort(-np.asarray(seen.sum(axis=0)).ravel())[:50]
    share = np.asarray(seen[:, hits].sum(axis=1)).ravel() / 50
    long = (length > length.quantile(0.75)).to_numpy()
    assert share[long].mean() > 2 * share[~long].mean()


def test_validation_curves_are_as_the_text_reads_them(lesson):
    curves = lesson["on_validation"].pivot(index="n_clusters", columns="features", values="ndcg")
    best, popularity = curves.max(), lesson["popularity_validation"]
    assert best.idxmax() == "genres"
    assert best.idxmin() == "stars"
    flat = curves.loc[8:, "genres"]
    assert np.ptp(flat) < 0.25 * (best["genres"] - popularity)  # "nearly flat"
    for name in ("how many", "stars", "age and sex"):
        assert 2 <= curves[name].idxmax() <= 5
        assert curves.loc[40, name] < best[name] - 0.01
    assert lesson["popularity_validation"] < lesson["popularity_ndcg"] - 0.03


def test_number_of_groups_depends_on_what_they_are_for(lesson):
    by_ndcg = lesson["chosen"]["genres"]
    numbers = lesson["numbers"].dropna()
    own = numbers[numbers["data"] == "our users"]
    by_silhouette = own.loc[own["silhouette"].idxmax(), "n_clusters"]
    assert len({int(by_ndcg), int(by_silhouette), lesson["N_READ"]}) == 3


def test_user_with_no_ratings_has_the_mean_share_of_each_genre(lesson):
    train, data = lesson["train"], lesson["data"]
    user = lesson["encoded"].user_ids[0]
    without = profiles.user_features(train[train["user_id"] != user], data.users, data.movies)
    shares = without[[name for name in without if name.startswith("share: ")]]
    np.testing.assert_allclose(shares.loc[user], shares.drop(user).mean())


def test_groups_differ_in_age_and_sex_though_these_were_not_used(lesson):
    who = lesson["who"]
    assert not {"age", "sex: F"} & set(lesson["choices"].columns)
    assert np.ptp(who["mean age (years)"]) > 5
    assert np.ptp(who["share of women"]) > 0.15


@pytest.mark.real_data
def test_popularity_on_real_data_is_as_published(lesson):
    if lesson["data"].name == "100k":
        assert lesson["popularity_ndcg"] == pytest.approx(0.245, abs=0.02)
