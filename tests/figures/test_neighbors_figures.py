"""The figures of lesson 2.1, and what its prose says, by its own code on both data sets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.figures.lesson_code import run_lesson

#: Published 5-fold errors of Surprise's models with their defaults on MovieLens 100K.
PUBLISHED = {"KNNBaseline, users, msd": 0.931, "BaselineOnly": 0.944}
TOLERANCE = 0.006  # other folds were drawn
BAR = "BaselineOnly"

Lesson = dict[str, Any]


def _run(dataset: str, folder: str = "") -> Iterator[Lesson]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSHOP_DATA", folder)
        patch.setenv("WORKSHOP_DATASET", dataset)
        patch.setenv("WORKSHOP_RENDERER", "html")
        yield run_lesson("2_1_core_concepts")


@pytest.fixture(scope="module", params=["twin", pytest.param("100k", marks=pytest.mark.real_data)])
def lesson(request: pytest.FixtureRequest) -> Iterator[Lesson]:
    folder = "" if request.param == "twin" else str(request.getfixturevalue("real_data_folder"))
    for names in _run(request.param, folder):
        yield names | {"dataset": request.param}


def mean_errors(lesson: Lesson) -> dict[str, float]:
    means = lesson["errors"].groupby("model")["rmse"].mean()
    return {str(model): float(rmse) for model, rmse in means.items()}


def ndcg(lesson: Lesson) -> dict[str, float]:
    score, relevant = lesson["metrics"].ndcg_at_k, lesson["relevant"]
    return {name: score(relevant, ranked, k=10) for name, ranked in lesson["lists"].items()}


def test_published_cross_validation_errors(lesson: Lesson) -> None:
    errors = mean_errors(lesson)
    for model, published in PUBLISHED.items():
        assert errors[model] == pytest.approx(published, abs=TOLERANCE)


def test_neighbors_without_scales_lose_to_the_bar_and_own_means_win_most_of_it_back(
    lesson: Lesson,
) -> None:
    errors, by_fold = mean_errors(lesson), lesson["by_fold"]
    gap = errors["KNNBasic, users, msd"] - errors[BAR]
    assert (by_fold["KNNBasic, users, msd"] > by_fold[BAR]).all()
    assert errors["KNNWithMeans, users, msd"] - errors[BAR] < gap / 2


def test_neighbors_on_top_of_both_biases_clear_the_bar_on_every_fold(lesson: Lesson) -> None:
    by_fold = lesson["by_fold"]
    msd, shrunk = "KNNBaseline, users, msd", "KNNBaseline, users, pearson_baseline"
    for model in (msd, shrunk):
        assert (by_fold[model] < by_fold[BAR]).all()
    assert (by_fold[shrunk] < by_fold[msd]).all()
    assert by_fold.shape == (5, 5)


def test_from_each_row_to_the_next_one_thing_changes(lesson: Lesson) -> None:
    rows = [name.split(", ") for name in lesson["models"] if name != BAR]
    for before, after in pairwise(rows):
        assert sum(x != y for x, y in zip(before, after, strict=True)) == 1


def test_folds_differ_for_all_models_alike(lesson: Lesson) -> None:
    correlations = lesson["by_fold"].corr().to_numpy()
    assert correlations.min() > 0.5


def test_plain_cosine_calls_every_movie_alike_and_adjusted_cosine_does_not(lesson: Lesson) -> None:
    pairs, often = lesson["pairs"], lesson["often"]
    plain, adjusted = (lesson[name][pairs][often] for name in ("cosines", "adjusted"))
    assert np.quantile(plain, 0.01) > 0.8
    assert np.quantile(adjusted, 0.25) < 0 < np.quantile(adjusted, 0.75)


def test_most_pairs_of_movies_have_one_common_rater_or_none(lesson: Lesson) -> None:
    assert (lesson["raters"][lesson["pairs"]] <= 1).mean() > 0.5


def test_unshrunk_neighbors_of_a_famous_movie_rest_on_one_or_two_raters(lesson: Lesson) -> None:
    nearest, famous = lesson["nearest_movies"], lesson["famous"]
    before = nearest(lesson["adjusted"], famous)
    assert (before["similarity"] > 0.99).all()
    assert before["common_raters"].max() <= 3
    by_one = np.round(lesson["rated_by_one"], 9)
    assert set(by_one) <= {-1, 0, 1}
    assert (by_one == 1).sum() > 5
    after = nearest(lesson["shrunk"], famous, n=8)
    assert 0 < lesson["alike"].sum() < 8
    assert after["common_raters"].min() >= 20
    assert famous not in lesson["encoded"].movie_index(after.index)


def test_a_lower_cosine_goes_first_when_it_rests_on_more_movies(lesson: Lesson) -> None:
    somebody, found = lesson["somebody"], lesson["found"]
    cosines, common = (lesson[name][somebody, found] for name in ("user_cosines", "common"))
    swapped = (np.diff(cosines) > 0) & (np.diff(common) < 0)
    assert swapped.any()


@pytest.mark.real_data
def test_neighbors_of_star_wars_are_its_sequels(lesson: Lesson) -> None:
    if lesson["dataset"] == "100k":
        titles = lesson["nearest_movies"](lesson["shrunk"], lesson["famous"], n=2)["title"]
        assert titles.tolist() == ["Empire Strikes Back, The (1980)", "Return of the Jedi (1983)"]


def test_all_at_once_gives_what_the_function_of_the_exercise_gives(lesson: Lesson) -> None:
    table, weights = lesson["table"], lesson["weights_table"]
    users, movies = lesson["encoded"].user_ids, lesson["encoded"].movie_ids
    generator = np.random.default_rng(0)
    for row, column in generator.integers(0, [len(users), len(movies)], size=(25, 2)):
        one = lesson["predict_rating_solution"](table, weights, users[row], movies[column])
        assert lesson["predicted"][row, column] == pytest.approx(one)


def test_predictions_are_closer_than_own_means_and_near_to_both_biases(lesson: Lesson) -> None:
    truth, where = lesson["held_out"], lesson["is_test"]
    rmse = lesson["metrics"].rmse
    error = {name: rmse(truth[where], guess[where]) for name, guess in lesson["guesses"].items()}
    by_users, by_movies = error["stars by users"], error["stars by movies"]
    assert by_users < error["both biases"] < by_movies < error["own mean"] - 0.05
    assert by_movies - by_users < 0.02


def test_lists_of_predicted_stars_are_the_worst_and_a_floor_does_not_rescue_them(
    lesson: Lesson,
) -> None:
    scores = ndcg(lesson)
    assert min(scores, key=lambda name: scores[name]) == "stars by users"
    assert scores["stars by users"] < scores["most rated"] / 10
    assert scores["stars by movies"] < scores["most rated"] / 4
    assert scores["both biases"] < scores["most rated"] / 2
    floors = [f"stars by users{floor}" for floor in ("", ", 20+ ratings", ", 100+ ratings")]
    for lower, higher in pairwise([*floors, "most rated"]):
        assert scores[lower] < scores[higher]


def test_implicit_neighbors_beat_the_most_rated_and_recommend_more_of_the_shelf(
    lesson: Lesson,
) -> None:
    scores, lists = ndcg(lesson), lesson["lists"]
    coverage = lesson["metrics"].coverage
    shelf = {name: coverage(ranked, len(lesson["movies"]), k=10) for name, ranked in lists.items()}
    for name in ("implicit, users", "implicit, movies"):
        assert scores[name] > scores["most rated"] + 0.05
        assert shelf[name] > 2 * shelf["most rated"]
    assert 0.2 < scores["most rated"] < 0.3


def test_predicted_lists_are_full_of_movies_that_hardly_anybody_rated(lesson: Lesson) -> None:
    count = lesson["seen"].sum(axis=0)
    assert np.median(count[lesson["lists"]["stars by users"]]) <= 3
    assert np.median(count[lesson["lists"]["most rated"]]) > 100
    assert (lesson["movies"].loc[lesson["ten"], "ratings"] <= 5).all()


def test_nothing_that_a_user_has_rated_is_recommended(lesson: Lesson) -> None:
    for ranked in lesson["lists"].values():
        assert not np.take_along_axis(lesson["seen"], ranked, axis=1).any()
    assert not set(lesson["ten"]) & set(lesson["rated"])


def test_a_user_without_ratings_has_no_neighbors_and_gets_the_mean_of_all(lesson: Lesson) -> None:
    toy = lesson["toy"].copy()
    toy.loc[6] = np.nan
    deviations = toy.sub(toy.mean(axis=1), axis=0)
    similarities = lesson["compare_customers"](deviations)
    assert (similarities.loc[6] == 0).all()
    assert np.isfinite(similarities.to_numpy()).all()
    everybody = np.nanmean(toy.to_numpy())
    for movie in (101, 107):
        predicted = lesson["predict_rating_solution"](toy, similarities, 6, movie)
        assert predicted == pytest.approx(everybody)


def test_matrix_of_similarities_is_what_plain_python_finds(lesson: Lesson) -> None:
    rows = lesson["deviations"].to_numpy()
    matrix = lesson["compare_customers"](lesson["deviations"]).to_numpy()
    for one in range(len(rows)):
        for other in range(len(rows)):
            both = [
                (x, y) for x, y in zip(rows[one], rows[other], strict=True) if x == x and y == y
            ]
            product = sum(x * y for x, y in both)
            lengths = sum(x * x for x, _ in both) * sum(y * y for _, y in both)
            assert matrix[one, other] == pytest.approx(product / lengths**0.5)
