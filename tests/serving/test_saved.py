"""A saved recommender gives the answers of the models that it was made from."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from tests.serving.conftest import Made
from workshop_pkg import recommend, titles
from workshop_pkg.serving import SavedRecommender, UnknownIdError, open_folder

USERS = (1, 17, 240)


@pytest.mark.parametrize("user_id", USERS)
def test_stars_are_the_models_predictions_within_the_scale(
    user_id: int, made: Made, book: SavedRecommender
) -> None:
    movies = made.stars.movie_ids_[::50]
    expected = made.stars.predict(user_id, movies, clip=True)
    assert np.allclose([book.stars(user_id, int(movie)) for movie in movies], expected)
    assert expected.max() > expected.min()


@pytest.mark.parametrize("user_id", USERS)
def test_recommendations_are_those_of_the_model(
    user_id: int, made: Made, book: SavedRecommender
) -> None:
    expected = made.choices.recommend([user_id], n=25)
    found = book.recommend(user_id, 25)
    assert [each.movie.movie_id for each in found] == expected["movie_id"].tolist()
    assert np.allclose([each.score for each in found], expected["score"])
    assert [each.rank for each in found] == list(range(1, 26))
    seen = made.train.loc[made.train["user_id"] == user_id, "movie_id"]
    assert not {each.movie.movie_id for each in found} & set(seen)


def test_all_that_is_left_is_recommended_and_no_more(made: Made, book: SavedRecommender) -> None:
    rated = (made.train["user_id"] == 1).sum()
    found = book.recommend(1, len(book.movies) + 5)
    assert len(found) == len(book.movies) - rated
    assert len({each.movie.movie_id for each in found}) == len(found)


def test_what_somebody_has_seen(made: Made, book: SavedRecommender) -> None:
    own = made.train[made.train["user_id"] == 17]
    seen = set(own["movie_id"])
    told = {movie for movie in book.movie_ids.tolist() if book.has_rated(17, movie)}
    assert told == seen


def test_somebody_new_is_somebody_of_training_with_the_same_ratings(
    made: Made, book: SavedRecommender
) -> None:
    """One more half sweep of training gives each user the embedding of a newcomer."""
    own = made.train[made.train["user_id"] == 17]
    ratings = dict(zip(own["movie_id"].tolist(), own["rating"].tolist(), strict=True))
    model = made.choices
    movies = np.column_stack([model.movie_embeddings_, model.movie_biases_])
    row = np.zeros((1, len(model.movie_ids_)))
    row[0, np.searchsorted(model.movie_ids_, own["movie_id"])] = own["rating"]
    # As many users as in training: the penalty of one is a share of all of theirs.
    nobody = np.zeros((len(model.user_ids_) - 1, row.size))
    embedding = model._solved(sparse.csr_array(np.vstack([row, nobody])), movies)[0, :-1]
    scores = model.movie_embeddings_ @ embedding
    found = book.recommend_from(ratings, 20)
    best = recommend.top_n(scores[None], 20, exclude=row > 0)[0]
    assert [each.movie.movie_id for each in found] == model.movie_ids_[best].tolist()
    assert np.allclose([each.score for each in found], scores[best])


@pytest.mark.parametrize("n_reasons", [0, 1, 2, 10])
def test_reasons_add_up_to_the_score(n_reasons: int, book: SavedRecommender) -> None:
    ratings = {1: 5.0, 2: 1.0, 5: 3.5, 67: 4.0}
    found = book.recommend_from(ratings, 15, n_reasons)
    assert len(found) == 15
    for each in found:
        parts = [reason.contribution for reason in each.reasons]
        assert sum(parts) + each.rest == pytest.approx(each.score, rel=1e-9)
        assert parts == sorted(parts, reverse=True)
        assert len(parts) == min(n_reasons, len(ratings))
        assert all(ratings[reason.movie.movie_id] == reason.rating for reason in each.reasons)
        if n_reasons >= len(ratings):
            assert each.rest == 0
    assert not {each.movie.movie_id for each in found} & set(ratings)


def test_a_contribution_is_what_the_stars_add(book: SavedRecommender) -> None:
    """Scores are linear in the stars: twice the stars, twice the contribution and no other."""
    few = book.recommend_from({1: 2.0, 2: 3.0}, 1600, 2)
    more = {e.movie.movie_id: e for e in book.recommend_from({1: 4.0, 2: 3.0}, 1600, 2)}
    for each in few[:50]:
        before = {reason.movie.movie_id: reason.contribution for reason in each.reasons}
        now = more[each.movie.movie_id].reasons
        after = {reason.movie.movie_id: reason.contribution for reason in now}
        assert after[1] == pytest.approx(2 * before[1])
        assert after[2] == pytest.approx(before[2])


def test_the_order_of_ratings_does_not_matter(book: SavedRecommender) -> None:
    one, other = (
        book.recommend_from(ratings, 10) for ratings in ({1: 5, 2: 1, 9: 4}, {9: 4, 2: 1, 1: 5})
    )
    assert [e.movie for e in one] == [e.movie for e in other]


def test_similar_movies_are_the_nearest_by_cosine(made: Made, book: SavedRecommender) -> None:
    for row in (0, 66, 500):
        movie_id = int(made.choices.movie_ids_[row])
        expected = recommend.nearest(made.choices.movie_embeddings_, row, 12)
        found = book.similar(movie_id, 12)
        ids = [each.movie.movie_id for each in found]
        assert ids == made.choices.movie_ids_[expected].tolist()
        assert found[0].score <= 1 + 1e-12


def test_a_movie_without_an_embedding_is_near_to_nothing(rewritten, made: Made) -> None:
    def change(manifest, arrays, movies) -> None:
        arrays["choices"]["movie_embeddings"][3] = 0

    book = open_folder(rewritten(change))
    movie_id = int(book.movie_ids[3])
    assert book.similar(movie_id, 5) == []
    first = int(book.movie_ids[0])
    everything = book.similar(first, len(book.movies))
    assert movie_id not in {each.movie.movie_id for each in everything}
    assert len(everything) == len(book.movies) - 2


def test_probabilities_rise_with_the_stars_and_never_overflow(rewritten, made: Made, book) -> None:
    movies = made.stars.movie_ids_[::20].tolist()
    stars = made.stars.predict(1, movies)
    order = np.argsort(stars)
    found = np.array([book.probability(1, movie) for movie in movies])[order]
    assert (np.diff(found) >= 0).all()
    assert 0 < found[0] < found[-1] < 1

    def change(manifest, arrays, _movies) -> None:
        manifest["probability"] |= {"slope": 1e6, "intercept": -3e6}

    steep = open_folder(rewritten(change))
    assert {steep.probability(1, movie) for movie in movies} <= {0.0, 1.0}


def test_search_finds_what_find_movie_finds(made: Made, book: SavedRecommender, capsys) -> None:
    known = made.data.movies[made.data.movies["movie_id"].isin(book.movie_ids)]
    for part in ("the", "TREASURE", "clockmaker", "Honest Clockmaker, The (1964)", "a t"):
        found, total = book.search(part, 5)
        assert found, part
        expected = titles.find_movie(known, part, made.train)
        assert found[0].movie_id == expected
        assert total >= len(found)
    capsys.readouterr()


def test_search_lists_the_most_rated_first_and_counts_all(book: SavedRecommender) -> None:
    everything, total = book.search("", 50)
    assert total == len(book.movies)
    counts = [movie.ratings for movie in everything]
    assert counts == sorted(counts, reverse=True)
    assert book.search("no such movie anywhere") == ([], 0)
    one = everything[7]
    assert book.search(one.title)[0][0] == one


def test_movies_are_those_of_the_data(made: Made, book: SavedRecommender) -> None:
    table = made.data.movies.set_index("movie_id")
    counts = made.train["movie_id"].value_counts()
    for movie in book.movies[::100]:
        row = table.loc[movie.movie_id]
        assert movie.title == row["title"]
        assert movie.year == (None if pd.isna(row["year"]) else row["year"])
        assert movie.ratings == counts[movie.movie_id]
        assert "-".join(movie.genres) == row["all_genres"] or not movie.genres
    assert any("Sci-Fi" in movie.genres for movie in book.movies)


@pytest.mark.parametrize(
    "ask",
    [
        lambda book: book.stars(999999, 1),
        lambda book: book.probability(-1, 1),
        lambda book: book.recommend(999999),
        lambda book: book.has_rated(999999, 1),
        lambda book: book.has_rated(999999, 999999),
    ],
)
def test_an_unknown_user_or_movie_is_named(ask, book: SavedRecommender) -> None:
    with pytest.raises(UnknownIdError, match=r"There is no (user|movie) (999999|-1) among the \d+"):
        ask(book)


def test_an_unknown_movie_is_named(book: SavedRecommender) -> None:
    for ask in (
        lambda: book.similar(999999),
        lambda: book.movie(999999),
        lambda: book.stars(1, 999999),
        lambda: book.recommend_from({1: 5, 999999: 4}),
    ):
        with pytest.raises(UnknownIdError, match="There is no movie 999999 among the"):
            ask()


@pytest.mark.parametrize("ratings", [{}, {1: float("nan")}, {1: float("inf")}])
def test_ratings_that_are_none(ratings, book: SavedRecommender) -> None:
    with pytest.raises(ValueError, match="rating"):
        book.recommend_from(ratings)


@pytest.mark.parametrize("n", [0, -1, 1.5, True, "3"])
def test_numbers_that_are_none(n, book: SavedRecommender) -> None:
    for ask in (book.recommend, book.similar, lambda _, n: book.recommend_from({1: 5}, n)):
        with pytest.raises(ValueError, match=r"n is .* whole number"):
            ask(1, n)
    with pytest.raises(ValueError, match="limit is"):
        book.search("", n)


def test_answers_are_not_to_be_changed(book: SavedRecommender) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        book.movies[0].title = "Another"  # type: ignore[misc]
