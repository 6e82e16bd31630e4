"""What all factorization models share: ids, lists, refusals, and the habits of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from workshop_pkg.models import (
    AlternatingLeastSquares,
    EmbeddingFactorization,
    FactorModel,
    GradientFactorization,
)
from workshop_pkg.preprocessing import encode

Make = Callable[..., FactorModel]
MODELS: list[Make] = [
    lambda **given: AlternatingLeastSquares(**{"n_factors": 2, "verbose": False} | given),
    lambda **given: GradientFactorization(
        **{"n_factors": 2, "learning_rate": 0.5, "n_steps": 30, "verbose": False} | given
    ),
    lambda **given: EmbeddingFactorization(
        **{"n_factors": 2, "n_epochs": 3, "batch_size": 50, "verbose": False} | given
    ),
]
every_model = pytest.mark.parametrize("make", MODELS, ids=["als", "gradient", "embedding"])


@every_model
def test_predictions_go_by_ids_and_agree_with_the_scores(make: Make, small: pd.DataFrame) -> None:
    model = make().fit(small)  # type: ignore[attr-defined]
    found = model.predict(small["user_id"], small["movie_id"])
    encoded = encode(small)
    places = encoded.ratings[["user_index", "movie_index"]].to_numpy().T
    assert found == pytest.approx(model.scores()[tuple(places)])
    assert found.shape == (len(small),)


@every_model
def test_one_user_beside_many_movies(make: Make, small: pd.DataFrame) -> None:
    model = make().fit(small)  # type: ignore[attr-defined]
    user = model.user_ids_[3]
    row = model.predict(user, model.movie_ids_)
    assert row == pytest.approx(model.scores([user])[0])


@every_model
def test_clipped_predictions_keep_to_the_range_of_the_ratings(
    make: Make, small: pd.DataFrame
) -> None:
    model = make().fit(small)  # type: ignore[attr-defined]
    low, high = small["rating"].min(), small["rating"].max()
    for factor, expected in ((1e6, high), (-1e6, low)):
        model.user_embeddings_ = model.user_embeddings_ * factor
        model.movie_embeddings_ = np.abs(model.movie_embeddings_)
        model.user_embeddings_ = np.sign(factor) * np.abs(model.user_embeddings_)
        found = model.predict(small["user_id"], small["movie_id"], clip=True)
        assert set(found) == {expected}


@every_model
def test_recommendations_are_new_to_the_user_and_come_best_first(
    make: Make, small: pd.DataFrame
) -> None:
    model = make().fit(small)  # type: ignore[attr-defined]
    table = model.recommend(n=4)
    assert table.columns.tolist() == ["user_id", "rank", "movie_id", "score"]
    rated = set(zip(small["user_id"], small["movie_id"], strict=True))
    assert not rated & set(zip(table["user_id"], table["movie_id"], strict=True))
    for _, own in table.groupby("user_id"):
        assert own["rank"].tolist() == list(range(1, len(own) + 1))
        assert own["score"].is_monotonic_decreasing
    assert table["score"].to_numpy() == pytest.approx(
        model.predict(table["user_id"], table["movie_id"])
    )


@every_model
def test_who_has_rated_nearly_all_gets_a_shorter_list(make: Make, small: pd.DataFrame) -> None:
    user = small["user_id"].iloc[0]
    model = make().fit(small)  # type: ignore[attr-defined]
    left = len(model.movie_ids_) - (small["user_id"] == user).sum()
    assert len(model.recommend([user], n=100)) == left


@every_model
def test_rows_agree_with_the_encoding_that_was_passed(make: Make, small: pd.DataFrame) -> None:
    encoded = encode(small)
    model = make().fit(small[small["user_id"] != 7], encoded)  # type: ignore[attr-defined]
    assert model.user_ids_ is encoded.user_ids
    assert len(model.user_embeddings_) == encoded.n_users
    assert len(model.movie_embeddings_) == encoded.n_movies


@every_model
def test_an_id_never_seen_in_training_is_named(make: Make, small: pd.DataFrame) -> None:
    model = make().fit(small)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"movie_id.*99999"):
        model.predict([7], [99999])
    with pytest.raises(ValueError, match=r"user_id.*-4"):
        model.scores([-4])
    with pytest.raises(ValueError, match=r"user_id.*-4"):
        model.recommend([7, -4])


@every_model
def test_before_fit_one_sentence_says_what_to_do(make: Make, tmp_path: Any) -> None:
    model = make()
    for use in (
        lambda: model.predict([1], [2]),
        model.scores,
        model.recommend,
        lambda: model.save(tmp_path / "model.npz"),
    ):
        with pytest.raises(NotFittedError, match=r"call fit\(ratings\) first"):
            use()
    assert not list(tmp_path.iterdir())


@every_model
def test_an_empty_split_is_refused_on_either_side(make: Make, small: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="no training ratings"):
        make().fit(small.head(0))  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="validation part is empty"):
        make().fit(small, validation=small.head(0))  # type: ignore[attr-defined]


@every_model
def test_a_validation_movie_that_training_lacks_is_named(make: Make, small: pd.DataFrame) -> None:
    movie = small["movie_id"].iloc[0]
    with pytest.raises(ValueError, match=f"movie_id.*{movie}"):
        make().fit(  # type: ignore[attr-defined]
            small[small["movie_id"] != movie], validation=small[small["movie_id"] == movie]
        )


@every_model
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_factors": 0}, "n_factors is 0, but it is a whole number, 1 or more, such as "),
        ({"n_factors": 2.0}, r"n_factors is 2\.0"),
        ({"n_factors": -3}, "n_factors is -3"),
        ({"init_stddev": 0}, "init_stddev is 0, but embeddings that all start at zero"),
        ({"init_stddev": -1}, "init_stddev is -1"),
        ({"l2": float("nan")}, "l2 is nan"),
        ({"l2": "1"}, "l2 is '1'"),
    ],
    ids=str,
)
def test_wrong_settings_are_named_at_fit(
    make: Make, small: pd.DataFrame, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        make(**wrong).fit(small)  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", MODELS[:2], ids=["als", "gradient"])
def test_a_gravity_that_is_no_number_is_named(make: Make, small: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="gravity is '1'"):
        make(gravity="1").fit(small)  # type: ignore[attr-defined]


@every_model
def test_settings_are_kept_as_given_and_a_clone_has_learnt_nothing(
    make: Make, small: pd.DataFrame
) -> None:
    model = make(n_factors=5, seed=8).fit(small)  # type: ignore[attr-defined]
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert copy.n_factors == 5
    assert not [name for name in vars(copy) if name.endswith("_")]
    assert "n_factors=5" in repr(model)


@every_model
def test_training_leaves_the_callers_frame_alone(make: Make, small: pd.DataFrame) -> None:
    before = small.copy()
    make().fit(small)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(small, before)


@every_model
def test_embeddings_have_a_row_for_each_id_and_a_column_for_each_factor(
    make: Make, small: pd.DataFrame
) -> None:
    model = make(n_factors=4).fit(small)  # type: ignore[attr-defined]
    assert model.user_embeddings_.shape == (small["user_id"].nunique(), 4)
    assert model.movie_embeddings_.shape == (small["movie_id"].nunique(), 4)
    assert model.user_embeddings_.dtype == np.float64
