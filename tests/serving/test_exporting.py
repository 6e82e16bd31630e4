"""What export refuses, and how its probabilities are made and measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.serving.conftest import Made
from workshop_pkg import metrics, splits
from workshop_pkg.models import EASE, AlternatingLeastSquares, GradientFactorization
from workshop_pkg.preprocessing import Encoded, encode
from workshop_pkg.serving import SavedRecommender, export
from workshop_pkg.serving.exporting import fit_curve

FEW: dict[str, Any] = {"n_factors": 2, "n_sweeps": 2, "verbose": False}


def test_probabilities_are_honest_and_say_something(made: Made, book: SavedRecommender) -> None:
    told = book.manifest["probability"]
    assert told["slope"] > 0
    assert told["calibration_error"] < 0.06
    # Better than the same probability for everybody.
    assert told["brier_score"] < 0.95 * told["brier_score_of_the_share"]
    held_out = len(made.train) // 4
    assert told["measured_on"] == pytest.approx(held_out / 2, rel=0.05)


def test_probabilities_hold_for_ratings_of_a_later_test(made: Made, tmp_path: Path) -> None:
    """The curve is honest for a model whose ratings were held out from it altogether."""
    from workshop_pkg.serving import open_folder, train_models

    train, test = splits.stratified_split(made.train, test_ratio=0.25, seed=5)
    test = test[test["movie_id"].isin(train["movie_id"])]
    stars, choices = train_models(train)
    saved = open_folder(
        export(tmp_path / "m", made.data, stars=stars, choices=choices, train=train)
    )
    pairs = list(zip(test["user_id"].tolist(), test["movie_id"].tolist(), strict=True))
    found = np.array([saved.probability(*pair) for pair in pairs])
    liked = (test["rating"] >= 4).to_numpy().astype(float)
    assert metrics.calibration_error(liked, found) < 0.08
    assert found[liked == 1].mean() > found[liked == 0].mean() + 0.1


def test_the_curve_is_not_fitted_on_what_the_model_has_seen(made: Made) -> None:
    """A model that knows its ratings by heart would be far too sure."""
    curve = fit_curve(made.stars, made.train)
    by_heart = made.stars.predict(made.train["user_id"], made.train["movie_id"])
    liked = (made.train["rating"] >= 4).to_numpy()
    from sklearn.linear_model import LogisticRegression

    steeper = LogisticRegression(C=1e6).fit(by_heart[:, None], liked)
    assert curve.slope < 0.9 * steeper.coef_[0, 0]


def test_export_changes_neither_models_nor_ratings(made: Made, tmp_path: Path) -> None:
    before = made.stars.movie_embeddings_.copy(), made.train.copy()
    export(tmp_path / "m", made.data, stars=made.stars, choices=made.choices, train=made.train)
    assert np.array_equal(made.stars.movie_embeddings_, before[0])
    pd.testing.assert_frame_equal(made.train, before[1])


def few_of(made: Made) -> pd.DataFrame:
    return made.train[made.train["user_id"] <= 20]


def squares(train: pd.DataFrame, encoded: Encoded | None = None) -> AlternatingLeastSquares:
    return AlternatingLeastSquares(**FEW).fit(train, encoded)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda made: {"stars": EASE().fit(few_of(made))}, "stars is a EASE"),
        (lambda made: {"choices": GradientFactorization()}, "choices is a GradientFactorization"),
        (lambda made: {"choices": made.stars}, "choices is a AlternatingLeastSquares with biases"),
        (lambda made: {"choices": squares(few_of(made))}, "know other users or movies"),
        (
            lambda made: {"choices": squares(few_of(made), encode(made.train))},
            "choices was fitted on other ratings than train",
        ),
        (lambda made: {"train": few_of(made)}, "stars was fitted on other ratings than train"),
        (
            lambda made: {"train": made.train.assign(user_id=made.train["user_id"] + 10_000)},
            "user_id 10",
        ),
    ],
)
def test_what_does_not_fit_together(wrong: Any, words: str, made: Made, tmp_path: Path) -> None:
    given = {"stars": made.stars, "choices": made.choices, "train": made.train} | wrong(made)
    with pytest.raises(ValueError, match=words):
        export(tmp_path / "m", made.data, **given)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_has_learnt_nothing(made: Made, tmp_path: Path) -> None:
    from sklearn.exceptions import NotFittedError

    new = AlternatingLeastSquares(verbose=False)
    with pytest.raises(NotFittedError, match="fit"):
        export(tmp_path / "m", made.data, stars=new, choices=made.choices, train=made.train)


def test_ids_that_are_text(made: Made, tmp_path: Path) -> None:
    named = made.train.assign(user_id="u" + made.train["user_id"].astype(str))
    models = [AlternatingLeastSquares(**FEW).fit(named) for _ in range(2)]
    with pytest.raises(ValueError, match="The ids of stars are not whole numbers"):
        export(tmp_path / "m", made.data, stars=models[0], choices=models[1], train=named)


def test_titles_of_another_data_set(made: Made, tmp_path: Path) -> None:
    import dataclasses

    less = dataclasses.replace(made.data, movies=made.data.movies[made.data.movies.movie_id > 1])
    with pytest.raises(ValueError, match=r"data\.movies has no movie 1, which was rated"):
        export(tmp_path / "m", less, stars=made.stars, choices=made.choices, train=made.train)


@pytest.mark.parametrize("rating", [3.0, 5.0])
def test_ratings_that_are_all_likes_or_none(rating: float, made: Made) -> None:
    with pytest.raises(ValueError, match=r"held-out ratings .* are likes .* some of both"):
        fit_curve(
            AlternatingLeastSquares(**FEW, biases=True).fit(made.train),
            made.train.assign(rating=rating),
        )
