"""The twenty movies to rate, and the sample persona: rules that hold on any data set."""

from __future__ import annotations

import pytest

from workshop_pkg import own_ratings
from workshop_pkg.datasets import MovieLens, load_movielens
from workshop_pkg.preprocessing import genre_columns


@pytest.fixture(scope="module", params=["twin", pytest.param("100k", marks=pytest.mark.real_data)])
def full(request) -> MovieLens:
    """The whole data set."""
    folder = None
    if request.param == "100k":
        folder = request.getfixturevalue("real_data_folder")
    return load_movielens(request.param, data_dir=folder)


def test_movies_to_rate_are_well_known_and_spread_over_the_genres(full: MovieLens) -> None:
    chosen = own_ratings.well_known(full)
    assert len(chosen) == chosen["movie_id"].nunique() == 20
    assert chosen["ratings"].is_monotonic_decreasing
    counts = full.ratings["movie_id"].value_counts()
    assert chosen["movie_id"].map(counts).tolist() == chosen["ratings"].tolist()
    assert counts.rank(ascending=False)[chosen["movie_id"]].median() <= 20
    flags = full.movies.set_index("movie_id").loc[chosen["movie_id"], genre_columns(full.movies)]
    assert flags.drop(columns="unknown").any().all()  # a movie of each genre
    assert counts.index[0] in set(chosen["movie_id"])


def test_persona_follows_its_rule(full: MovieLens) -> None:
    rows = own_ratings.sample(full)
    assert rows["rating"].value_counts().to_dict() == {5: 10, 1: 5, 3: 5}
    assert rows["movie_id"].is_monotonic_increasing
    assert rows["movie_id"].is_unique
    assert rows["rating"].dtype == full.ratings["rating"].dtype
    flags = full.movies.set_index("movie_id").loc[rows["movie_id"]].reset_index()
    loved = flags[["Sci-Fi", "Adventure"]].any(axis=1)
    romance = flags["Romance"] == 1
    assert (rows["rating"].eq(5) == (loved & ~romance)).all()
    assert (rows["rating"].eq(1) == (romance & ~loved)).all()
    counts = full.ratings["movie_id"].value_counts()
    everything = full.movies.assign(n=full.movies["movie_id"].map(counts)).set_index("movie_id")
    better_known = everything[
        everything[["Sci-Fi", "Adventure"]].any(axis=1)
        & (everything["Romance"] == 0)
        & (everything["n"] > counts[rows.loc[rows["rating"] == 5, "movie_id"]].min())
    ]
    assert set(better_known.index) <= set(rows["movie_id"])


def test_small_data_sets_give_what_there_is(data: MovieLens) -> None:
    chosen = own_ratings.well_known(data)
    assert chosen["movie_id"].tolist() == [1, 2, 7, 3, 9, 4]
    assert own_ratings.well_known(data, 2)["movie_id"].tolist() == [1, 2]
    persona = own_ratings.sample(data).set_index("movie_id")["rating"].to_dict()
    assert persona == {1: 5, 2: 1, 3: 3, 4: 3, 9: 3}  # 7 is both loved and disliked
