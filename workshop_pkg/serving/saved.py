"""A recommender read from a model folder: it answers, and learns nothing."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.checked import whole_number
from workshop_pkg.recommend import top_n
from workshop_pkg.row_equations import RowEquations
from workshop_pkg.serving import folder as model_folder
from workshop_pkg.serving.errors import UnknownIdError
from workshop_pkg.title_text import plain, title_forms

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Movie:
    """A movie of the catalog.

    Parameters
    ----------
    movie_id : int
        As the data set gives it.
    title : str
    year : int or None
        Of the release, where it is known.
    genres : tuple of str
    ratings : int
        How many people rated it in training.
    """

    movie_id: int
    title: str
    year: int | None
    genres: tuple[str, ...]
    ratings: int


@dataclass(frozen=True)
class Reason:
    """A rated movie, and its part of a score: ``contribution``."""

    movie: Movie
    rating: float
    contribution: float


@dataclass(frozen=True)
class Ranked:
    """A movie with its rank (from 1) and its score."""

    rank: int
    movie: Movie
    score: float


@dataclass(frozen=True)
class Explained(Ranked):
    """A ranked movie with the reasons for it.

    Parameters
    ----------
    reasons : tuple of Reason
        The largest contributions, the largest first.
    rest : float
        What all other ratings contribute together: with it, the reasons add up to the score.
    """

    reasons: tuple[Reason, ...]
    rest: float


class SavedRecommender:
    """Two sets of factors and what is needed around them, read from a model folder.

    ``stars`` predicts how many stars a user gives; ``choices`` ranks what a user has not rated.
    Lesson 4.3 shows why one model is not the best at both.

    `open_folder` makes one. Ids are those of the data set; an unknown one is an `UnknownIdError`
    that names it.

    Attributes
    ----------
    manifest : dict
        What the folder tells about itself.
    movies : tuple of Movie
        The catalog, in the order of the ids.
    user_ids, movie_ids : array of int
        In ascending order.
    rating_range : tuple of float
        The lowest and the highest training rating, in stars.
    equations : RowEquations
        Of the `choices` model: its columns are the rows of `movies`.
    """

    def __init__(
        self,
        manifest: dict[str, Any],
        arrays: dict[str, model_folder.Arrays],
        movies: list[dict[str, Any]],
    ) -> None:
        stars, choices, seen = arrays["stars"], arrays["choices"], arrays["seen"]
        self.manifest = manifest
        self.user_ids, self.movie_ids = _ids(seen["user_ids"]), _ids(seen["movie_ids"])
        n_users, n_movies = len(self.user_ids), len(self.movie_ids)
        self._seen_starts = _seen_starts(seen["indptr"], n_users)
        self._seen = _seen_movies(seen["indices"], self._seen_starts, n_movies)
        ratings = np.bincount(self._seen, minlength=n_movies)
        self.movies = _catalog(movies, self.movie_ids, ratings)
        # A line for each form of a title; what is searched for is one line.
        self._titles = ["\n".join(title_forms(movie.title)) for movie in self.movies]
        self._by_ratings = np.argsort(-ratings, kind="stable").tolist()
        self._user_rows = {int(user): row for row, user in enumerate(self.user_ids)}
        self._movie_rows = {int(movie): row for row, movie in enumerate(self.movie_ids)}

        low, high = (float(bound) for bound in manifest["rating_range"])
        self.rating_range = (low, high)
        self._slope = float(manifest["probability"]["slope"])
        self._intercept = float(manifest["probability"]["intercept"])
        self.threshold = float(manifest["probability"]["threshold"])
        self.liked_from = float(manifest["probability"]["liked_from"])

        self._star_users = _numbers(stars["user_embeddings"], (n_users, None))
        width = self._star_users.shape[1]
        self._star_movies = _numbers(stars["movie_embeddings"], (n_movies, width))
        self._star_user_biases = _numbers(stars["user_biases"], (n_users,))
        self._star_movie_biases = _numbers(stars["movie_biases"], (n_movies,))
        self._star_mean = float(_numbers(stars["mean"], ()))

        self._choice_users = _numbers(choices["user_embeddings"], (n_users, None))
        width = self._choice_users.shape[1]
        features = _numbers(choices["movie_embeddings"], (n_movies, width))
        self.equations = RowEquations(
            features,
            _numbers(choices["shared"], (width, width)),
            product_weight=float(_numbers(choices["product_weight"], ())),
            n_ratings=int(choices["n_ratings"]),
            mean=0.0,
            biases=np.zeros(n_movies),
        )
        # It is positive definite, so that somebody with a single rating has a solution, too.
        np.linalg.cholesky(self.equations.shared)
        lengths = np.linalg.norm(features, axis=1)
        self._has_direction = lengths > 0
        self._directions = features / np.where(self._has_direction, lengths, 1.0)[:, None]

    def movie(self, movie_id: int) -> Movie:
        """Give a movie of the catalog."""
        return self.movies[self._movie_row(movie_id)]

    def has_rated(self, user_id: int, movie_id: int) -> bool:
        """Say whether a user rated a movie in training."""
        return self._movie_row(movie_id) in self._rated(self._user_row(user_id))

    def stars(self, user_id: int, movie_id: int) -> float:
        """Predict how many stars a user gives to a movie, within the range of the ratings."""
        low, high = self.rating_range
        return min(max(self._raw_stars(user_id, movie_id), low), high)

    def probability(self, user_id: int, movie_id: int) -> float:
        r"""Say how probable it is that the user likes the movie: that the rating is 4 or more.

        :math:`1 / (1 + e^{-(a + b s)})`, with s the stars as the model predicts them; `export`
        fitted a and b on ratings that the model had not seen.
        """
        exponent = self._intercept + self._slope * self._raw_stars(user_id, movie_id)
        # Of two equal forms the one whose exponential cannot overflow.
        if exponent >= 0:
            return 1.0 / (1.0 + math.exp(-exponent))
        return math.exp(exponent) / (1.0 + math.exp(exponent))

    def recommend(self, user_id: int, n: int = 10) -> list[Ranked]:
        """Recommend to a user of the training data what they have not rated.

        Parameters
        ----------
        user_id : int
        n : int
            How many; fewer where fewer are left.

        Returns
        -------
        list of Ranked
            The best first, by the `choices` model.

        Raises
        ------
        UnknownIdError
            When the user is unknown.
        ValueError
            When n is not a whole number above 0.
        """
        row = self._user_row(user_id)
        scores = self.equations.features @ self._choice_users[row]
        return self._ranked(scores, self._rated(row), n)

    def recommend_from(
        self, ratings: Mapping[int, float], n: int = 10, n_reasons: int = 3
    ) -> list[Explained]:
        """Recommend to somebody new, from a handful of ratings, and say why.

        The embedding is solved for on the spot: it is what training would give to somebody with
        these ratings, the movies as they are. Each score is a sum over the ratings, so that the
        reasons are its terms (Hu, Koren and Volinsky, 2008, "Collaborative Filtering for Implicit
        Feedback Datasets", section 5).

        Parameters
        ----------
        ratings : mapping of int to float
            Stars by movie id, at least one.
        n : int
            How many; fewer where fewer are left.
        n_reasons : int
            How many reasons for each; 0 or more.

        Returns
        -------
        list of Explained
            The best first, without what was rated.

        Raises
        ------
        UnknownIdError
            When a movie is unknown.
        ValueError
            When there is no rating, or a number does not fit.
        """
        if not ratings:
            raise ValueError("There is no rating: give at least one.")
        columns = np.array([self._movie_row(movie_id) for movie_id in ratings], dtype=np.intp)
        stars = np.array(list(ratings.values()), dtype=np.float64)
        if not np.isfinite(stars).all():
            raise ValueError("A rating is missing or infinite: give stars.")
        embedding = self.equations.solve(np.array([0, len(columns)]), columns, stars)[0]
        ranked = self._ranked(self.equations.features @ embedding, columns, n)
        scored = np.array([self._movie_rows[each.movie.movie_id] for each in ranked], dtype=np.intp)
        parts = self.equations.contributions(columns, stars, scored)
        order = np.argsort(-parts, axis=1, kind="stable")[:, :n_reasons]
        found = []
        for each, part, places in zip(ranked, parts, order, strict=True):
            reasons = tuple(
                Reason(self.movies[columns[place]], float(stars[place]), float(part[place]))
                for place in places
            )
            rest = float(part.sum() - part[places].sum()) if len(places) < len(part) else 0.0
            found.append(Explained(each.rank, each.movie, each.score, reasons, rest))
        return found

    def similar(self, movie_id: int, n: int = 10) -> list[Ranked]:
        """Find the movies nearest to one, by the cosine of their `choices` embeddings.

        A movie that nobody rated in training has no embedding: it is near to nothing.

        Returns
        -------
        list of Ranked
            The nearest first, the cosine as score.
        """
        row = self._movie_row(movie_id)
        if not self._has_direction[row]:
            return []
        cosines = self._directions @ self._directions[row]
        return self._ranked(cosines, np.append(np.flatnonzero(~self._has_direction), row), n)

    def search(self, text: str = "", limit: int = 20) -> tuple[list[Movie], int]:
        """Find movies by part of their title, the most rated first.

        Capitals, accents and the place of the article do not matter (``titles.find_movie``). Where
        the text is a whole title, that movie comes first. An empty text finds all.

        Returns
        -------
        movies : list of Movie
            At most `limit`.
        found : int
            How many there are.
        """
        wanted = plain(text)
        rows = [row for row in self._by_ratings if wanted in self._titles[row]]
        rows.sort(key=lambda row: wanted not in self._titles[row].split("\n"))
        return [self.movies[row] for row in rows[: whole_number(limit, "limit")]], len(rows)

    def _raw_stars(self, user_id: int, movie_id: int) -> float:
        user, movie = self._user_row(user_id), self._movie_row(movie_id)
        product = float(self._star_users[user] @ self._star_movies[movie])
        biases = float(self._star_user_biases[user] + self._star_movie_biases[movie])
        return product + self._star_mean + biases

    def _ranked(self, scores: Floats, without: NDArray[Any], n: int) -> list[Ranked]:
        scores[without] = -np.inf
        best = top_n(scores[None], n)[0]
        return [
            Ranked(place + 1, self.movies[row], float(scores[row]))
            for place, row in enumerate(best[best >= 0])
        ]

    def _rated(self, row: int) -> NDArray[Any]:
        return self._seen[self._seen_starts[row] : self._seen_starts[row + 1]]

    def _user_row(self, user_id: int) -> int:
        try:
            return self._user_rows[user_id]
        except KeyError:
            raise UnknownIdError(
                f"There is no user {user_id} among the {len(self.user_ids)} of the model."
            ) from None

    def _movie_row(self, movie_id: int) -> int:
        try:
            return self._movie_rows[movie_id]
        except KeyError:
            raise UnknownIdError(
                f"There is no movie {movie_id} among the {len(self.movie_ids)} of the model."
            ) from None


def open_folder(folder: str | os.PathLike[str]) -> SavedRecommender:
    """Read a model folder and check that it can answer.

    Parameters
    ----------
    folder : path
        That `serving.export` or ``workshop train`` made.

    Returns
    -------
    SavedRecommender

    Raises
    ------
    ModelFolderError
        When the folder is no model of this workshop, is damaged, or a newer version wrote it; the
        message is one sentence.
    """
    manifest, arrays, movies = model_folder.read(folder)
    try:
        book = SavedRecommender(manifest, arrays, movies)
        book.recommend(int(book.user_ids[0]), 1)
        book.recommend_from({int(book.movie_ids[0]): book.rating_range[1]}, 1)
        book.probability(int(book.user_ids[-1]), int(book.movie_ids[-1]))
    except Exception as error:  # what does not fit together fails in many ways
        raise model_folder.damaged(Path(folder), error) from error
    return book


def _ids(values: NDArray[Any]) -> NDArray[np.int64]:
    if values.ndim != 1 or values.dtype.kind not in "iu" or len(values) == 0:
        raise ValueError("ids are not whole numbers")
    ids = values.astype(np.int64)
    if (np.diff(ids) <= 0).any():
        raise ValueError("ids are not in their order")
    return ids


def _seen_starts(values: NDArray[Any], n_users: int) -> NDArray[np.int64]:
    if values.shape != (n_users + 1,) or values[0] != 0 or (np.diff(values) < 0).any():
        raise ValueError("what users have seen does not fit the users")
    return values.astype(np.int64)


def _seen_movies(
    values: NDArray[Any], starts: NDArray[np.int64], n_movies: int
) -> NDArray[np.int64]:
    fits = values.shape == (starts[-1],) and len(values) > 0
    if not fits or values.min() < 0 or values.max() >= n_movies:
        raise ValueError("what users have seen does not fit the movies")
    return values.astype(np.int64)


def _catalog(
    movies: list[dict[str, Any]], movie_ids: NDArray[np.int64], ratings: NDArray[np.intp]
) -> tuple[Movie, ...]:
    if [movie["movie_id"] for movie in movies] != movie_ids.tolist():
        raise ValueError("titles do not fit the movies")
    return tuple(
        Movie(
            int(movie["movie_id"]),
            str(movie["title"]),
            None if movie["year"] is None else int(movie["year"]),
            tuple(map(str, movie["genres"])),
            int(count),
        )
        for movie, count in zip(movies, ratings, strict=True)
    )


def _numbers(values: NDArray[Any], shape: tuple[int | None, ...]) -> Floats:
    fits = values.ndim == len(shape) and all(
        wanted in (None, have) for wanted, have in zip(shape, values.shape, strict=True)
    )
    if not fits or values.dtype.kind != "f" or not np.isfinite(values).all():
        raise ValueError(f"numbers do not fit: {values.dtype} of the shape {values.shape}")
    return values.astype(np.float64)
