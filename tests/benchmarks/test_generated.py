"""Made-up ratings: the numbers asked for, the same again from a seed, and habits of MovieLens'."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import generated
from benchmarks.generated import BLOCK, SHAPES, Shape, activity, blocks, kept, read, write

SMALL = Shape(users=BLOCK + 90, movies=400, ratings=25_000)


@pytest.fixture(scope="module")
def ratings() -> pd.DataFrame:
    return pd.concat(blocks(SMALL), ignore_index=True)


def test_there_are_as_many_as_asked_for_and_no_pair_twice(ratings: pd.DataFrame) -> None:
    assert len(ratings) == SMALL.ratings
    assert ratings["user_id"].nunique() == SMALL.users
    assert ratings["movie_id"].between(1, SMALL.movies).all()
    assert not ratings.duplicated(["user_id", "movie_id"]).any()
    assert set(ratings["rating"]) == {1, 2, 3, 4, 5}
    assert dict(ratings.dtypes) == generated.COLUMNS


def test_a_block_is_the_same_whatever_was_drawn_before(ratings: pd.DataFrame) -> None:
    again = list(blocks(SMALL))
    assert len(again) == 2
    pd.testing.assert_frame_equal(pd.concat(again, ignore_index=True), ratings)
    other = pd.concat(blocks(SMALL, seed=1), ignore_index=True)
    assert not other["movie_id"].equals(ratings["movie_id"])


def test_few_movies_have_most_ratings_and_everybody_rates_a_few(ratings: pd.DataFrame) -> None:
    by_movie = ratings["movie_id"].value_counts().to_numpy()
    assert by_movie[:40].sum() > 0.25 * len(ratings)
    assert by_movie[-40:].sum() < 0.05 * len(ratings)
    by_user = ratings["user_id"].value_counts()
    assert by_user.min() >= 20
    assert by_user.max() > 3 * by_user.median()


def test_taste_decides_what_is_chosen_and_how_it_is_liked(ratings: pd.DataFrame) -> None:
    """People who share a movie rate it alike beyond chance: factors explain held-out stars."""
    from workshop_pkg import models

    away = np.random.default_rng(0).random(len(ratings)) < 0.1
    model = models.AlternatingLeastSquares(n_factors=8, biases=True, verbose=False)
    model.fit(ratings[~away], encoded=generated_ids(ratings))
    stars = ratings[away]
    errors = model.predict(stars["user_id"], stars["movie_id"]) - stars["rating"]
    assert (errors**2).mean() < 0.85 * stars["rating"].var()


def generated_ids(ratings: pd.DataFrame):
    from workshop_pkg.preprocessing import encode

    return encode(ratings)


def test_a_written_set_is_what_was_made_and_is_made_once(
    tmp_path: Path, ratings: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SHAPES, "small", SMALL)
    path = kept("small", tmp_path)
    pd.testing.assert_frame_equal(read(path), ratings)
    monkeypatch.setattr(generated, "write", lambda *_: pytest.fail("made twice"))
    assert kept("small", tmp_path) == path
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_set_that_breaks_off_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(shape: Shape, seed: int):
        yield next(iter(blocks(shape, seed)))
        raise OSError("no room")

    monkeypatch.setattr(generated, "blocks", broken)
    with pytest.raises(OSError, match="no room"):
        write(SMALL, tmp_path / "set")
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize("name", SHAPES)
def test_the_published_shapes_can_be_made(name: str) -> None:
    shape = SHAPES[name]
    counts = activity(shape, np.random.default_rng(0))
    assert counts.sum() == shape.ratings
    assert counts.min() >= 20
    assert counts.max() <= shape.movies // 2


def test_too_many_ratings_for_so_few_movies_are_refused() -> None:
    with pytest.raises(ValueError, match="10 users of 20 to 25 movies cannot rate 300 times"):
        activity(Shape(10, 50, 300), np.random.default_rng(0))
