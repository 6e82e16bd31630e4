"""Negative samples: what was not rated, all equally likely, and the caller's frame left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from workshop_pkg.preprocessing import encode, negative_samples

# Users 7 and 3 rated some of the movies 10 to 60.
RATINGS = pd.DataFrame(
    {"user_id": [7, 7, 7, 3, 3], "movie_id": [10, 20, 60, 30, 40], "rating": [5, 4, 1, 3, 2]}
)
CATALOG = encode(pd.DataFrame({"user_id": [3, 7, 7, 7, 7, 7], "movie_id": range(10, 70, 10)}))


def test_hand_worked() -> None:
    found = negative_samples(RATINGS, CATALOG, n=3, seed=1)
    assert found.columns.tolist() == ["user_id", "movie_id"]
    assert found["user_id"].tolist() == [3, 3, 3, 7, 7, 7]
    by_user = found.groupby("user_id")["movie_id"].apply(set)
    assert by_user[7] == {30, 40, 50}  # all that is left
    assert by_user[3] <= {10, 20, 50, 60}
    assert len(by_user[3]) == 3


def test_the_callers_frames_stay_as_they_are() -> None:
    before = RATINGS.copy()
    known = CATALOG.ratings.copy()
    found = negative_samples(RATINGS, CATALOG, n=2)
    found["user_id"] = -1
    pd.testing.assert_frame_equal(RATINGS, before)
    pd.testing.assert_frame_equal(CATALOG.ratings, known)
    assert CATALOG.user_ids.tolist() == [3, 7]


def test_the_seed_decides() -> None:
    first, again = (negative_samples(RATINGS, CATALOG, n=2, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    others = [negative_samples(RATINGS, CATALOG, n=2, seed=seed) for seed in range(5, 15)]
    assert any(not other.equals(first) for other in others)


def test_every_unrated_movie_is_equally_likely_however_often_others_rated_it() -> None:
    rng = np.random.default_rng(0)
    popular = pd.DataFrame({"user_id": range(2000), "movie_id": rng.choice([1, 2, 3], 2000)})
    watched = popular.assign(movie_id=1)  # everybody has rated movie 1
    encoded = encode(pd.concat([popular, pd.DataFrame({"user_id": [0], "movie_id": [9]})]))
    counts = negative_samples(watched, encoded, seed=2)["movie_id"].value_counts()
    assert set(counts.index) == {2, 3, 9}
    assert counts.min() > 590  # 667 each, standard deviation 21


def test_an_index_that_repeats_and_other_columns_do_not_matter() -> None:
    strange = RATINGS.set_index(pd.Index([0, 0, 1, 1, 1]))[["movie_id", "user_id"]]
    pd.testing.assert_frame_equal(
        negative_samples(strange, CATALOG, n=2), negative_samples(RATINGS, CATALOG, n=2)
    )


@pytest.mark.parametrize(
    ("ratings", "n", "said"),
    [
        (RATINGS, 4, "user_id 7 has 3 of 6 movies left, but 4 are to be drawn"),
        (RATINGS, 0, "n is 0"),
        (RATINGS, 1.0, r"n is 1\.0"),
        (RATINGS.drop(columns="movie_id"), 1, "movie_id"),
        (RATINGS.assign(movie_id=99), 1, "movie_id 99 is not among"),
    ],
    ids=["too many", "none", "no whole number", "no column", "unknown movie"],
)
def test_what_cannot_be_drawn_is_named(ratings: pd.DataFrame, n: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        negative_samples(ratings, CATALOG, n)
