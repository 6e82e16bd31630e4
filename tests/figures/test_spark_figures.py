"""What lesson 5.2 says about Spark holds in its own run, on each data set."""

import itertools

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import spark

LESSON = "5_2_spark"


@pytest.fixture(scope="module", autouse=True)
def needs_spark():
    reason = spark.missing()
    if reason is not None:
        pytest.skip(reason)


def counts(lesson, axis):
    return np.bincount(lesson["stars"].nonzero()[axis], minlength=lesson["stars"].shape[axis])


def test_the_pandas_api_and_sparks_own_words_repeat_the_view(lesson):
    by_movie = lesson["train"].groupby("movie_id")["rating"].agg(["size", "mean"])
    by_movie = by_movie[by_movie["size"] >= lesson["FLOOR"]]
    for found in (lesson["best_there"], lesson["best_of_spark"]):
        assert found["mean"].is_monotonic_decreasing
        ordered = found.loc[by_movie.index]
        assert ordered["ratings"].tolist() == by_movie["size"].tolist()
        assert ordered["mean"].to_numpy() == pytest.approx(by_movie["mean"].to_numpy())


@pytest.mark.parametrize("task", ["stars", "choices"])
def test_sparks_users_solve_the_equations_that_the_lesson_writes_down(lesson, task):
    users, movies = lesson["factors"][task, "Spark"]
    ratings = lesson["stars"].toarray()
    n_factors, alpha = lesson["TASKS"][task]
    for user in (0, 17, 500):
        rated = ratings[user] > 0
        penalty = lesson["L2"] * rated.sum() * np.eye(n_factors)
        if task == "stars":
            left = movies[rated].T @ movies[rated] + penalty
            right = movies[rated].T @ ratings[user, rated]
        else:  # weight 1 + alpha where chosen, else 1; each chosen pair counts in the penalty
            weights = 1 + alpha * rated
            left = movies.T @ (weights[:, None] * movies) + penalty
            right = movies.T @ (weights * rated)
        assert users[user] == pytest.approx(np.linalg.solve(left, right), abs=1e-4)


def test_another_penalty_would_have_been_noticed(lesson):
    assert lesson["longest"] > 0.05
    assert lesson["as_said"] < 1e-4


def test_rmse_is_within_a_hundredth_of_the_same_objective_on_one_machine(lesson):
    table = pd.DataFrame(lesson["answers"], columns=["who", "loss", "rmse"]).set_index("who")
    assert abs(lesson["rmse_of_spark"] - table.loc["one machine", "rmse"]) < 0.01
    assert lesson["rmse_of_spark"] == pytest.approx(table.loc["Spark", "rmse"], abs=1e-4)
    assert table["loss"].max() / table["loss"].min() < 1.03


def test_the_loss_is_the_sum_over_ratings_that_stands_in_the_text(lesson):
    users, movies = lesson["factors"]["stars", "one machine"]
    ratings, per_user, per_movie = lesson["stars"].toarray(), counts(lesson, 0), counts(lesson, 1)
    errors = (ratings - users @ movies.T)[ratings > 0]
    penalty = per_user @ (users**2).sum(axis=1) + per_movie @ (movies**2).sum(axis=1)
    whole = (errors**2).sum() + lesson["L2"] * penalty
    assert lesson["stars_loss"](users, movies) * lesson["stars"].nnz == pytest.approx(whole)


def test_lists_agree_with_one_machine_as_one_machine_does_with_itself(lesson):
    overlap = lesson["agreement"].set_index(["task", "pair"])["overlap"]
    for task in ("stars", "choices"):
        bar = overlap[task, "one machine and one machine, other seed"]
        assert overlap[task, "Spark and one machine"] > bar - 0.08
        assert overlap[task, "Spark and one machine, other seed"] > bar - 0.08
    assert overlap["choices"].min() > overlap["stars"].max()


def test_lists_for_choices_are_far_better_than_lists_for_stars(lesson):
    quality = lesson["quality"]
    for who in ("Spark", "one machine"):
        assert quality["choices", who] > 2 * quality["stars", who]
    assert quality["choices", "Spark"] == pytest.approx(quality["choices", "one machine"], abs=0.03)


def test_the_weight_is_chosen_on_the_validation_part(lesson):
    found = lesson["found"]
    assert lesson["weight"] == max(found, key=found.get)
    assert not (lesson["fitting"].toarray() & lesson["held_out"].toarray().astype(bool)).any()


def test_sparks_lists_hold_movies_that_were_rated(lesson):
    assert 0 < lesson["n_seen"] <= len(lesson["pairs_of_spark"]) == 50


def test_itemsets_and_supports_equal_mlxtends(lesson):
    assert len(lesson["found_here"]) > 100
    assert lesson["found_here"].keys() == lesson["found_there"].keys()
    assert lesson["apart"] < 1e-12


def test_a_support_that_floating_point_rounds_up_is_missed(lesson):
    assert (lesson["below"], lesson["at_seven"]) == (3, 1)


def test_plans_move_rows_as_often_as_the_text_says(lesson):
    shuffles, plan_of = lesson["shuffles_by_query"], lesson["queries"]
    assert shuffles["keep five stars"] == 0
    assert shuffles["count by movie"] == 1
    assert shuffles["count by movie, then sort"] == 2
    assert shuffles["add titles (small table)"] == 0
    assert shuffles["add titles (as if large)"] == 2
    # One side each: counted by movie, the movies are in place.
    assert shuffles["count by movie, then add titles (as if large)"] == 2
    assert shuffles["add the movie's count to each rating"] == 2
    assert shuffles["add count and user's mean"] > shuffles["add the movie's count to each rating"]
    assert list(shuffles.index) == list(plan_of)


def test_a_recipe_grows_and_a_checkpoint_cuts_it(lesson):
    _, plain, cut = zip(*lesson["growth"], strict=True)
    assert all(later > 2 * earlier for earlier, later in itertools.pairwise(plain))
    assert len(set(cut)) == 1


def test_what_als_moves_grows_as_the_model_says(lesson):
    moved = lesson["moved"]
    for _, rows in moved.groupby("blocks"):
        few, many = rows.sort_values("factors").iloc[0], rows.sort_values("factors").iloc[-1]
        slope = (many["measured"] - few["measured"]) / (many["model"] - few["model"])
        assert 0.6 < slope < 1.2
    slopes = moved.groupby("blocks")["measured"].agg(lambda column: column.max() - column.min())
    assert 1.4 < slopes["4 blocks"] / slopes["2 blocks"] < 2.2


def test_the_paper_model_has_the_three_regions(lesson):
    seconds = lesson["paper"].pivot(index="ratings", columns="cluster", values="seconds")
    best = seconds[["10 machines", "100 machines"]].min(axis=1)
    alone = seconds["1 machine"]
    assert alone.iloc[0] < best.iloc[0]
    assert np.isnan(alone.iloc[-1])
    assert not np.isnan(best.iloc[-1])
    fits = alone.dropna().index
    by_hand = 24.0 * fits[-1]
    assert by_hand <= lesson["MEMORY"] < 24.0 * seconds.index[seconds.index > fits[-1]][0]
