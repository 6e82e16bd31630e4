"""What lesson 2.2 says about groups of users holds in its own run, on real data and the twin."""

import numpy as np
import pandas as pd
import pytest

from tests.figures.lesson_code import run_lesson
from workshop_pkg import metrics, profiles

LESSON = "2_2_user_groups"


@pytest.fixture(scope="module", params=["twin", pytest.param("100k", marks=pytest.mark.real_data)])
def lesson(request) -> dict:
    """Run the lesson, untouched, on one of the data sets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSHOP_DATASET", request.param)
        if request.param == "100k":
            folder = request.getfixturevalue("real_data_folder")
            patch.setenv("WORKSHOP_DATA", str(folder))
        return run_lesson(LESSON)


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
    table = lesson["feature_sets"](lesson["fit_train"])["what they choose"]
    counted = lesson["fit_train"].groupby("user_id").size()
    found = 10 ** table["log10 ratings"] - 1
    assert found.to_numpy() == pytest.approx(counted.loc[table.index].to_numpy())


def test_unscaled_groups_are_groups_by_the_number_of_ratings(lesson):
    between = lesson["share_between"](lesson["raw"], lesson["by_raw"])
    assert between["number of ratings"] > 0.75
    assert (between.drop("number of ratings") < 0.2).all()
    scaled = lesson["share_between"](lesson["raw"], lesson["by_scaled"])
    assert (scaled.drop("number of ratings") > 0.25).sum() >= 2


def test_k_means_of_the_picture_comes_to_rest_and_never_raises_the_inertia(lesson):
    steps, points = lesson["steps"], lesson["points"]
    assert np.allclose(steps[-1][1], steps[-2][1])
    course = [lesson["inertia"](points, *step) for step in steps[1:]]
    assert (np.diff(course) <= 1e-9).all()


def test_different_starts_end_in_different_groups(lesson):
    assert max(lesson["ends"]) > 1.03 * min(lesson["ends"])


def test_silhouettes_are_low_but_above_those_of_shuffled_users(lesson):
    numbers = lesson["numbers"].dropna().set_index(["data", "n_clusters"])["silhouette"]
    assert numbers["our users"].max() < 0.25  # "All these silhouettes are low"
    assert (numbers["our users"] > numbers["shuffled"]).all()


def test_names_of_the_groups_are_true_and_differ(lesson):
    names, centers = lesson["names"], lesson["groups"].centers
    assert len(set(names)) == len(names) == lesson["N_READ"]
    columns = {"ratings": "log10 ratings", "hits": "hits"}
    for name, (label, center) in zip(names, centers.iterrows(), strict=True):
        members = lesson["choices"][lesson["groups"].labels == label]
        for part in name.split(", "):
            word, _, what = part.partition(" ")
            column = columns.get(what, f"share: {what}")
            above = members[column].mean() > lesson["choices"][column].mean()
            assert above == (word == "more")
            assert abs(center[column]) > 0.4


def test_two_ways_to_group_agree_in_part_and_more_than_chance(lesson):
    ward, starts, chance = lesson["agreement"]
    assert abs(chance) < 0.03
    assert chance + 0.1 < ward < 0.6
    assert ward < starts < 1


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


def test_groups_by_what_people_choose_beat_popularity_and_lots_do_worse(lesson):
    gains = lesson["gains"]
    assert 0.225 <= lesson["popularity_ndcg"] <= 0.29
    assert gains["low"].iloc[0] > 0.03
    assert gains["high"].iloc[3] < 0  # "the price of grouping"
    # "says more about what they watch next than their age and sex do"
    assert gains["low"].iloc[0] > gains["high"].iloc[2]
    assert gains["low"].iloc[0] > gains["high"].iloc[1]
    assert (gains["worse"] > 0.1).all()  # "not better for everybody"
    assert (gains["low"] < gains["gain"]).all()
    assert (gains["gain"] < gains["high"]).all()


def test_the_number_of_groups_depends_on_what_they_are_for(lesson):
    by_ndcg = lesson["chosen"]["what they choose"]
    numbers = lesson["numbers"].dropna()
    own = numbers[numbers["data"] == "our users"]
    by_silhouette = own.loc[own["silhouette"].idxmax(), "n_clusters"]
    assert len({int(by_ndcg), int(by_silhouette), lesson["N_READ"]}) == 3


def test_groups_differ_in_age_and_sex_though_these_were_not_used(lesson):
    who = lesson["who"]
    assert not {"age", "sex: F"} & set(lesson["choices"].columns)
    assert np.ptp(who["mean age (years)"]) > 5
    assert np.ptp(who["share of women"]) > 0.15


@pytest.mark.real_data
def test_popularity_on_real_data_is_as_published(lesson):
    if lesson["data"].name == "100k":
        assert lesson["popularity_ndcg"] == pytest.approx(0.245, abs=0.02)
