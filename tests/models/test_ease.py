"""EASE: the closed form is the best there is, nobody's own movie speaks for itself, newcomers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from workshop_pkg import models
from workshop_pkg.models import EASE, ease
from workshop_pkg.preprocessing import encode, rating_matrix


def table(ratings: pd.DataFrame) -> np.ndarray:
    return (rating_matrix(ratings, encode(ratings)).toarray() > 0).astype(float)


def test_each_column_is_the_ridge_regression_on_all_others(small: pd.DataFrame) -> None:
    model, chosen = EASE(l2=3.0).fit(small), table(small)
    for movie in range(chosen.shape[1]):
        rest = np.delete(np.arange(chosen.shape[1]), movie)
        others = chosen[:, rest]
        left = others.T @ others + 3.0 * np.eye(len(rest))
        assert model.weights_[rest, movie] == pytest.approx(
            np.linalg.solve(left, others.T @ chosen[:, movie])
        )


def test_no_movie_speaks_for_itself(small: pd.DataFrame) -> None:
    assert not np.diag(EASE().fit(small).weights_).any()


def test_scores_are_the_sum_of_the_rows_of_what_was_chosen(small: pd.DataFrame) -> None:
    model = EASE(l2=2.0).fit(small)
    assert model.scores() == pytest.approx(table(small) @ model.weights_)
    first = small.iloc[[0, 5, 17]]
    one = model.predict(first["user_id"], first["movie_id"])
    encoded = encode(small)
    rows, columns = encoded.user_index(first["user_id"]), encoded.movie_index(first["movie_id"])
    assert one == pytest.approx(model.scores()[rows, columns])


def test_stars_do_not_count(small: pd.DataFrame) -> None:
    other = small.assign(rating=small["rating"].iloc[::-1].to_numpy())
    assert np.array_equal(EASE().fit(small).weights_, EASE().fit(other).weights_)


def test_hand_worked() -> None:
    # Movies 1 and 2: both by two users, and 1 by a third alone. G + l2 I = [[4, 2], [2, 3]] with
    # l2 = 1; its inverse is [[3, -2], [-2, 4]] / 8, so B12 = 2 / 4 and B21 = 2 / 3.
    ratings = pd.DataFrame({"user_id": [1, 1, 2, 2, 3], "movie_id": [1, 2, 1, 2, 1], "rating": 5})
    assert EASE(l2=1.0).fit(ratings).weights_ == pytest.approx(np.array([[0, 0.5], [2 / 3, 0]]))


def test_a_newcomer_gets_what_a_known_user_with_the_same_movies_gets(small: pd.DataFrame) -> None:
    model = EASE().fit(small)
    user = model.user_ids_[4]
    liked = small.loc[small["user_id"] == user, "movie_id"]
    assert model.scores_from(liked) == pytest.approx(model.scores([user])[0])
    known = model.recommend([user], n=5)
    new = model.recommend_from(liked.tolist()[::-1] * 2, n=5)  # any order, twice is once
    assert new["movie_id"].tolist() == known["movie_id"].tolist()
    assert new["score"].to_numpy() == pytest.approx(known["score"].to_numpy())
    assert new["rank"].tolist() == known["rank"].tolist()


def test_what_a_newcomer_named_is_not_recommended_and_lists_may_end_early(
    small: pd.DataFrame,
) -> None:
    model = EASE().fit(small)
    named = model.movie_ids_[3:]
    found = model.recommend_from(named, n=10)
    assert sorted(found["movie_id"]) == model.movie_ids_[:3].tolist()


def test_a_newcomer_without_movies_or_with_unknown_ones_is_told_so(small: pd.DataFrame) -> None:
    model = EASE().fit(small)
    with pytest.raises(ValueError, match="no movie to start from"):
        model.scores_from([])
    with pytest.raises(ValueError, match=r"movie_id.*99999"):
        model.recommend_from([99999])
    with pytest.raises(ValueError, match="n is 0"):
        model.recommend_from(model.movie_ids_[:2], n=0)
    with pytest.raises(NotFittedError, match=r"call fit\(ratings\) first"):
        EASE().scores_from([1])


def test_who_and_what_training_never_met_scores_zero(small: pd.DataFrame) -> None:
    encoded = encode(small)
    user, movie = small["user_id"].iloc[0], small["movie_id"].iloc[0]
    train = small[(small["user_id"] != user) & (small["movie_id"] != movie)]
    model = EASE().fit(train, encoded)
    assert model.movie_ids_ is encoded.movie_ids
    assert not model.scores([user]).any()
    column = int(encoded.movie_index([movie])[0])
    assert not model.weights_[column].any()
    assert not model.scores()[:, column].any()


def test_a_user_with_one_rating_is_answered(small: pd.DataFrame) -> None:
    one = pd.DataFrame({"user_id": [-1], "movie_id": small["movie_id"].iloc[[0]], "rating": 3.0})
    model = EASE().fit(pd.concat([small, one]))
    assert len(model.recommend([-1], n=5)) == 5


def test_saved_and_read_again_it_answers_the_same(small: pd.DataFrame, tmp_path: Path) -> None:
    model = EASE(l2=7.0).fit(small)
    model.save(tmp_path / "ease.npz")
    again = models.load(tmp_path / "ease.npz")
    assert isinstance(again, EASE)
    assert again.get_params() == {"l2": 7.0}
    assert np.array_equal(again.scores(), model.scores())
    liked = model.movie_ids_[:3]
    pd.testing.assert_frame_equal(again.recommend_from(liked), model.recommend_from(liked))


def test_it_keeps_the_habits(small: pd.DataFrame) -> None:
    before = small.copy()
    model = EASE(l2=9.0).fit(small, validation=small.head(3))
    pd.testing.assert_frame_equal(small, before)
    assert model.history_.empty
    copy = clone(model)
    assert copy.l2 == 9.0
    assert not hasattr(copy, "weights_")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"l2": 0}, "l2 is 0, but movies that the same people rated"),
        ({"l2": -1}, "l2 is -1"),
        ({"l2": "a lot"}, "l2 is 'a lot'"),
    ],
    ids=str,
)
def test_wrong_settings_are_named_at_fit(
    small: pd.DataFrame, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        EASE(**wrong).fit(small)


def test_too_many_movies_are_refused_before_memory_is_taken(
    small: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ease, "MOST_MOVIES", 19)
    with pytest.raises(ValueError, match="20 movies make a table of 400 pairs"):
        EASE().fit(small)


def test_no_ratings_no_model(small: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="no training ratings"):
        EASE().fit(small.head(0))
    with pytest.raises(ValueError, match="All training ratings are 0"):
        EASE().fit(small.assign(rating=0.0))
