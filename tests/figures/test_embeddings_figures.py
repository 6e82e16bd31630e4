"""What lesson 3.3 says about embeddings holds in its own run, on real data and on the twin."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from workshop_pkg import recommend

LESSON = "3_3_embeddings"
LARGE, SMALL = "init 0.5", "init 0.05"


def lengths(lesson: dict, name: str) -> np.ndarray:
    return np.linalg.norm(lesson["trained"][name].movie_embeddings_, axis=1)


def test_b_has_the_highest_cosine_and_a_the_highest_dot_product(lesson):
    assert lesson["dots"].argmax() == 0
    assert lesson["cosines"].argmax() == 1
    assert lesson["cosines"][1] == pytest.approx(1)
    assert lesson["dots"][2] == lesson["cosines"][2] == 0
    assert lesson["lengths"][1] < lesson["lengths"][0]


def test_own_ratings_are_in_training_alone(lesson):
    me = lesson["own_ratings"].ME
    assert (lesson["train"]["user_id"] == me).sum() == len(lesson["own"]) > 0
    assert not (lesson["test"]["user_id"] == me).any()
    pairs = [
        set(zip(part["user_id"], part["movie_id"], strict=True))
        for part in (lesson["train"], lesson["test"])
    ]
    assert not pairs[0] & pairs[1]


def test_little_between_them_in_training_and_much_on_held_out_ratings(lesson):
    error, trained = lesson["squared_error"], lesson["trained"]
    on_train = {name: error(trained[name], lesson["train"]) for name in trained}
    held_out = {name: error(trained[name], lesson["test"]) for name in trained}
    assert abs(on_train[LARGE] - on_train[SMALL]) < 0.05
    assert held_out[LARGE] > held_out[SMALL] + 0.35


def test_nothing_that_you_rated_is_recommended_to_you(lesson):
    rated = set(lesson["movies"].set_index("movie_id").loc[lesson["own"]["movie_id"], "title"])
    for ten in lesson["lists"].values():
        assert len(ten) == 10
        assert not rated & set(ten["title"])
        assert (ten["score"].diff().dropna() <= 0.011).all()  # rounded to 0.01


def test_dot_favors_the_popular_after_a_small_start_and_not_after_a_large_one(lesson):
    typical = lesson["typical"]
    assert typical[SMALL]["dot"] > 8 * typical[SMALL]["cosine"]
    assert typical[SMALL]["cosine"] < np.median(lesson["count"])  # "hardly anybody has seen"
    assert typical[LARGE]["cosine"] > 1.8 * typical[LARGE]["dot"]


def test_package_recommends_what_the_lesson_does(lesson):
    model = lesson["trained"][SMALL]
    found = model.recommend([lesson["own_ratings"].ME], 10)["movie_id"]
    titles = lesson["movies"].set_index("movie_id").loc[found, "title"]
    assert titles.tolist() == lesson["lists"][SMALL, "dot"]["title"].tolist()


def test_movies_share_genres_with_their_neighbors_more_often_than_by_chance(lesson):
    about = lesson["about_neighbors"]
    found = {
        (name, measure): about(lesson["trained"][name], measure)
        for name in (LARGE, SMALL)
        for measure in ("cosine", "dot")
    }
    assert all(row["share a genre"] > row["chance"] + 0.05 for row in found.values())
    few = found[SMALL, "cosine"]["median ratings"]
    assert few < 35
    assert all(
        row["median ratings"] > 3 * few for key, row in found.items() if key != (SMALL, "cosine")
    )


def test_search_lists_several_and_names_a_near_title(lesson, capsys):
    lesson["find_movie"](lesson["movies"], "night", lesson["train"])
    assert "titles contain 'night'" in capsys.readouterr().out
    famous = lesson["famous"]
    with pytest.raises(ValueError, match="spelled nearly so") as error:
        lesson["find_movie"](lesson["movies"], famous[:3] + famous[4:-7])
    assert famous in str(error.value)


def test_neighbors_by_the_exercise_are_those_of_the_package(lesson):
    movies, model = lesson["movies"], lesson["trained"][LARGE]
    row = int(movies["ratings"].idxmax())
    by_hand = lesson["movie_neighbors"](lesson["famous"], movies, model.movie_embeddings_, 8)
    assert (
        by_hand
        == movies["movie_id"].iloc[recommend.nearest(model.movie_embeddings_, row, 8)].tolist()
    )


def test_length_is_popularity_after_a_small_start_only(lesson):
    count = lesson["count"]
    assert spearmanr(lengths(lesson, SMALL), count).statistic > 0.8
    assert spearmanr(lengths(lesson, LARGE), count).statistic < 0.1
    rated = count >= 20
    assert spearmanr(lengths(lesson, LARGE)[rated], count[rated]).statistic < -0.2


def test_unrated_movies_have_not_moved_at_all(lesson):
    unrated = lesson["unrated"]
    assert unrated.sum() > 10
    for name in (LARGE, SMALL):
        then, now = (lesson[of][name].movie_embeddings_ for of in ("starts", "trained"))
        np.testing.assert_allclose(now[unrated], then[unrated], atol=1e-7)
        assert (np.abs(now[~unrated] - then[~unrated]).max(axis=1) > 1e-4).all()


def test_a_start_is_the_start_of_the_model_it_stands_for(lesson):
    for name, sigma in lesson["SIGMAS"].items():
        table = lesson["starts"][name].movie_embeddings_
        assert table.std() == pytest.approx(sigma, rel=0.02)


def test_much_rated_are_turned_and_rarely_rated_point_where_the_dice_pointed(lesson):
    large, small = lesson["journey"](LARGE), lesson["journey"](SMALL)
    turned = large["cosine of start and now"]
    assert turned.is_monotonic_decreasing
    assert turned.iloc[0] == pytest.approx(1)
    assert turned["1 to 4"] > 0.9
    assert turned["100 or more"] < 0.5
    # "All begin about as long as they end", and the much rated are no longer than the rest.
    assert (large["length now"] / large["length at the start"]).between(0.85, 1.2).all()
    assert large.loc["100 or more", "length now"] <= large["length now"].median()
    assert small["length now"].is_monotonic_increasing
    assert small.loc["100 or more", "length now"] > 5 * small["length at the start"].max()


def test_scores_before_training_spread_by_sigma_squared_root_d(lesson):
    for name, sigma in lesson["SIGMAS"].items():
        measured = lesson["starts"][name].scores().std()
        assert measured == pytest.approx(sigma**2 * np.sqrt(30), rel=0.03)


def test_scores_of_unrated_movies_spread_by_sigma_times_the_length_of_the_user(lesson):
    for name, sigma in lesson["SIGMAS"].items():
        model = lesson["trained"][name]
        left = model.scores()[:, lesson["unrated"]]
        length = np.sqrt((model.user_embeddings_**2).sum(axis=1).mean())
        assert left.std() == pytest.approx(sigma * length, rel=0.12)
    assert lesson["trained"][LARGE].scores()[:, lesson["unrated"]].max() > 4  # "reach four stars"


def test_a_few_ratings_move_the_middle_and_leave_most_of_the_spread(lesson):
    scores = lesson["trained"][LARGE].scores()
    few, unrated = scores[:, lesson["few"]], scores[:, lesson["unrated"]]
    assert few.mean() > unrated.mean() + 0.8
    assert few.std(axis=0).mean() > 0.8 * unrated.std(axis=0).mean()
    small = lesson["trained"][SMALL].scores()[:, lesson["few"]]
    assert small.std(axis=0).mean() < 0.5 * few.std(axis=0).mean()


def test_large_start_recommends_more_of_the_rarely_rated(lesson):
    rare = {
        name: (lesson["count"][lesson["lists_of_all"](lesson["trained"][name], "dot")] < 10).mean()
        for name in (LARGE, SMALL)
    }
    assert rare[LARGE] > 0.08
    assert rare[LARGE] > 2 * rare[SMALL]


def test_exponent_goes_from_dot_product_to_cosine(lesson):
    for model in lesson["trained"].values():
        by_exponent = lesson["lists_by_exponent"]
        for alpha, measure in ((0.0, "dot"), (1.0, "cosine")):
            same = by_exponent(model, alpha) == lesson["lists_of_all"](model, measure)
            assert same.mean() > 0.999


def test_exponent_turns_the_two_models_in_opposite_directions(lesson):
    table = lesson["by_exponent"].pivot(index="alpha", columns="model")
    assert table["ratings"][SMALL].is_monotonic_decreasing
    assert table["ratings"][LARGE].is_monotonic_increasing
    assert table["share of all movies in some list"][SMALL].is_monotonic_increasing


def test_stretched_factor_changes_neighbors_but_no_prediction(lesson):
    assert lesson["change"] < 1e-4
    assert np.mean(lesson["kept"]) < 7


def test_map_is_the_same_twice(lesson):
    rows = lesson["directions"]["movies"]
    again = lesson["place_on_map"](rows, 30)
    np.testing.assert_array_equal(again, lesson["places"]["movies, perplexity 30"])


def test_map_shows_more_genre_than_the_control_and_loses_most_neighbors(lesson):
    table = pd.DataFrame(lesson["counted"]).T
    share = table["near on the map share a genre"]
    for perplexity in (30, 5):
        of_movies, of_noise = (share[f"{w}, perplexity {perplexity}"] for w in ("movies", "noise"))
        assert of_movies > of_noise + 0.05
    assert (table["of the true ten, near on the map"] < 5).all()
    # "Far from a map of genres": half of what is near shares none.
    assert share.max() < 0.65


def test_genres_that_are_colored_first_are_on_the_map(lesson):
    shown = lesson["movies"][lesson["shown"]]
    for genre in ("Children's", "Film-Noir"):
        assert shown["all_genres"].str.contains(genre, regex=False).sum() >= 5
