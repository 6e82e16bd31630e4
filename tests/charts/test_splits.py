"""The charts of lesson 1.3 draw what their titles say, small enough for Altair, and can be read."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import splits
from workshop_pkg.charts.splits import error_comparison, split_picture, train_test_matrix

LARGEST_DATA = 5000  # rows; Altair refuses more


@pytest.fixture
def ratings() -> pd.DataFrame:
    """Make 60 users with 10 to 59 ratings, each in a day of their own, rows shuffled."""
    generator = np.random.default_rng(0)
    frames = [
        pd.DataFrame(
            {
                "user_id": user,
                "movie_id": generator.permutation(200)[: user + 10],
                "rating": generator.integers(1, 6, user + 10),
                "unix_timestamp": 880_000_000 + 86_400 * user + np.arange(user + 10),
            }
        )
        for user in range(60)
    ]
    return pd.concat(frames).sample(frac=1, random_state=0)


def drawn(chart: alt.TopLevelMixin) -> pd.DataFrame:
    """Give the rows that a chart carries."""
    specification = chart.to_dict()
    (rows,) = specification["datasets"].values()
    return pd.DataFrame(rows)


def encodings(specification: dict) -> list[dict]:
    """Give the encodings of a chart and of its layers."""
    layers = specification.get("layer", [specification])
    return [layer["encoding"] for layer in layers]


def title_of(chart: alt.TopLevelMixin) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


def every_chart(ratings: pd.DataFrame) -> dict[str, alt.TopLevelMixin]:
    train, test = splits.chronological_split(ratings)
    few = ratings[(ratings["user_id"] < 6) & (ratings["movie_id"] < 40)]
    scores = pd.DataFrame(
        {"baseline": ["mean", "biases"] * 2, "split": ["a", "a", "b", "b"], "rmse": [2, 1, 4, 3]}
    )
    return {
        "order": split_picture(train, test, "Chronological"),
        "date": split_picture(train, test, "Chronological", by="date"),
        "matrix": train_test_matrix(*splits.stratified_split(few)),
        "errors": error_comparison(scores),
    }


@pytest.mark.parametrize("name", ["order", "date", "matrix", "errors"])
def test_every_chart_can_be_read_by_all(name, ratings):
    chart = every_chart(ratings)[name]
    specification = chart.to_dict()
    assert len(drawn(chart)) <= LARGEST_DATA
    assert len(specification["description"]) > 40
    assert title_of(chart)
    for encoding in encodings(specification):
        for axis in ("x", "y"):
            assert encoding[axis]["title"]
        assert {"tooltip", "text"} & set(encoding)


@pytest.mark.parametrize("name", ["order", "errors"])
def test_shape_says_what_color_says(name, ratings):
    encoding = every_chart(ratings)[name].to_dict()["encoding"]
    assert encoding["shape"]["field"] == encoding["color"]["field"]
    assert encoding["shape"]["title"] == encoding["color"]["title"]


def test_picture_shows_whole_short_histories_of_a_dozen_people(ratings):
    rows = drawn(split_picture(*splits.random_split(ratings), "Random"))
    history = ratings.groupby("user_id").size()
    shown = rows.groupby("user_id").size()
    assert len(shown) == 12
    assert (shown == history[shown.index]).all()
    assert shown.between(20, 40).all()
    assert {shown.index.min(), shown.index.max()} == {10, 30}  # the first and the last to come
    assert set(rows["part"]) == {"train", "test"}


def test_pictures_of_different_splits_show_the_same_people(ratings):
    random = drawn(split_picture(*splits.random_split(ratings), "Random"))
    last = drawn(split_picture(*splits.leave_last_out(ratings), "Last"))
    assert set(random["user_id"]) == set(last["user_id"])


def test_places_follow_time_and_a_chronological_test_stands_at_the_end(ratings):
    rows = drawn(split_picture(*splits.chronological_split(ratings), "Chronological"))
    for _, history in rows.groupby("user_id"):
        in_order = history.sort_values("place")
        assert in_order["place"].tolist() == list(range(1, len(history) + 1))
        assert pd.to_datetime(in_order["date"]).is_monotonic_increasing
        assert (in_order["part"] == "test").is_monotonic_increasing


def test_titles_state_what_the_split_leaks_over_all_users(ratings):
    first = ratings.groupby("user_id")["unix_timestamp"].transform("min")
    first_seconds = ratings["unix_timestamp"] == first
    title = title_of(split_picture(ratings[~first_seconds], ratings[first_seconds], "Backwards"))
    assert title.startswith("Backwards: 100% of the test ratings precede")
    title = title_of(split_picture(*splits.chronological_split(ratings), "Per user"))
    assert title.startswith("Per user: 0% of")
    newcomers = ratings["user_id"] >= 30
    parts = ratings[~newcomers], ratings[newcomers]
    assert "100% of the test ratings are from unknown users" in title_of(
        split_picture(*parts, "Moment", by="date")
    )


def test_people_with_long_histories_only_are_drawn_all_the_same(ratings):
    long = ratings[ratings["user_id"] > 45]
    rows = drawn(split_picture(*splits.random_split(long), "Random", n_users=3))
    assert rows["user_id"].nunique() == 3


def test_one_user_can_be_drawn(ratings):
    one = ratings[ratings["user_id"] == 20]
    assert drawn(split_picture(*splits.random_split(one), "One"))["user_id"].unique() == [20]


def test_matrix_has_every_cell_and_counts_the_known_ones():
    train = pd.DataFrame({"user_id": [1, 2], "movie_id": [7, 8], "rating": [4, 3]})
    test = pd.DataFrame({"user_id": [1], "movie_id": [9], "rating": [5]})
    movies = pd.DataFrame({"movie_id": [7, 8, 9], "title": ["Seven", "Eight", "Nine"]})
    chart = train_test_matrix(train, test, movies)
    cells = drawn(chart).set_index(["user_id", "movie"])["part"].to_dict()
    assert cells == {
        (1, "Seven"): "train",
        (1, "Eight"): "unknown",
        (1, "Nine"): "test",
        (2, "Seven"): "unknown",
        (2, "Eight"): "train",
        (2, "Nine"): "unknown",
    }
    assert title_of(chart) == "3 of 6 cells are known: 2 to learn from, 1 to be tested on"


def test_matrix_shows_the_ratings_of_the_test_part_only_where_it_is_told_to():
    train = pd.DataFrame({"user_id": [1, 2], "movie_id": [7, 8], "rating": [4, 3.5]})
    test = pd.DataFrame({"user_id": [1], "movie_id": [9], "rating": [5]})
    for show_test, text in ((True, "5"), (False, "?")):
        rows = drawn(train_test_matrix(train, test, show_test=show_test))
        texts = {(row.user_id, row.movie_id): row.shown for row in rows.itertuples()}
        assert texts[1, 7] == "4"
        assert texts[2, 8] == "3.5"
        assert texts[1, 8] == ""
        assert texts[1, 9] == text
        assert "rating" not in rows


def test_matrix_without_titles_shows_ids():
    train = pd.DataFrame({"user_id": [1], "movie_id": [7], "rating": [4]})
    test = pd.DataFrame({"user_id": [2], "movie_id": [8], "rating": [3]})
    assert set(drawn(train_test_matrix(train, test))["movie"]) == {"7", "8"}


def test_errors_title_names_the_best_once_or_for_each_split():
    scores = pd.DataFrame(
        {"baseline": ["mean", "biases"] * 2, "split": ["a", "a", "b", "b"], "rmse": [2, 1, 4, 3]}
    )
    assert title_of(error_comparison(scores)) == "Smallest error on every split: biases"
    assert title_of(error_comparison(scores[:2])) == "Smallest error on a: biases"
    scores.loc[3, "rmse"] = 9
    assert title_of(error_comparison(scores)) == "Smallest error: biases on a, mean on b"
