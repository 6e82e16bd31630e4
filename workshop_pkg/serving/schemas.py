"""Requests and answers of the service, as types: they check what comes and describe what goes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from workshop_pkg.serving import saved
from workshop_pkg.serving.limits import MAX_MOVIES, MAX_RATINGS

#: The largest whole number that every reader of JSON keeps exactly.
LARGEST_ID = 2**53 - 1


def _whole(value: Any) -> Any:
    """Take 3.0 for 3, as JSON Schema does: JSON has numbers of one kind only."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class Asked(BaseModel):
    """A part of a request: a field that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class GivenRating(Asked):
    """One of somebody's ratings."""

    movie_id: Whole = Field(ge=0, le=LARGEST_ID, description="As the data set gives it.")
    rating: float = Field(ge=0.5, le=5, description="Stars.")


class Newcomer(Asked):
    """Somebody new: a handful of ratings, and how many recommendations to give."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"ratings": [{"movie_id": 1, "rating": 5}, {"movie_id": 2, "rating": 3}], "n": 5}
            ]
        }
    )

    ratings: list[GivenRating] = Field(
        min_length=1,
        max_length=MAX_RATINGS,
        description="Of a movie that is given twice, the last rating counts.",
    )
    n: Whole = Field(default=10, ge=1, le=MAX_MOVIES, description="How many movies.")
    reasons: Whole = Field(
        default=3, ge=0, le=MAX_RATINGS, description="How many reasons for each movie."
    )


class Movie(BaseModel):
    """A movie of the catalog."""

    movie_id: int
    title: str
    year: int | None = Field(description="Of the release, where it is known.")
    genres: list[str]
    ratings: int = Field(description="How many people rated it in training.")


class Found(BaseModel):
    """Movies that a search found."""

    movies: list[Movie] = Field(description="The most rated first.")
    found: int = Field(description="How many there are, also past the limit.")


class RankedMovie(BaseModel):
    """A movie with its place in a list."""

    rank: int = Field(description="From 1.")
    movie_id: int
    title: str
    year: int | None
    genres: list[str]
    score: float = Field(description="Only its order has a meaning; for similar movies a cosine.")


class Reason(BaseModel):
    """A rated movie, and what it adds to a score."""

    movie_id: int
    title: str
    rating: float = Field(description="Stars, as they were given.")
    contribution: float = Field(description="May be negative.")


class ExplainedMovie(RankedMovie):
    """A movie with its place in a list, and why it is there."""

    reasons: list[Reason] = Field(description="The largest contributions, the largest first.")
    rest: float = Field(
        description="What all other ratings add: contributions and rest add up to the score."
    )


class SimilarMovies(BaseModel):
    """The movies nearest to one."""

    movie: Movie
    movies: list[RankedMovie] = Field(description="The nearest first, without the movie itself.")


class Recommendations(BaseModel):
    """What to recommend to a user of the training data."""

    user_id: int
    movies: list[RankedMovie] = Field(description="The best first, without what the user rated.")


class NewcomerRecommendations(BaseModel):
    """What to recommend to somebody new."""

    movies: list[ExplainedMovie] = Field(description="The best first, without what was rated.")


class PredictedRating(BaseModel):
    """How many stars a user is expected to give."""

    user_id: int
    movie_id: int
    rating: float = Field(description="Stars, within the range of the training ratings.")
    seen: bool = Field(description="Whether the user rated the movie in training.")


class Decision(BaseModel):
    """Whether to recommend one movie to one user."""

    user_id: int
    movie_id: int
    recommend: bool = Field(description="Whether the probability reaches the threshold.")
    probability: float = Field(
        ge=0, le=1, description="That the user rates the movie with `liked_from` stars or more."
    )
    threshold: float
    liked_from: float = Field(description="Stars.")
    seen: bool = Field(description="Whether the user rated the movie in training.")


class Sizes(BaseModel):
    """How much the models were trained on."""

    users: int
    movies: int
    ratings: int


class ModelSettings(BaseModel):
    """The kind of a model, and its settings."""

    kind: str
    settings: dict[str, Any]


class Probability(BaseModel):
    """The curve that turns predicted stars into a probability, and how well it fits."""

    of: str
    liked_from: float
    threshold: float
    slope: float
    intercept: float
    calibration_error: float = Field(
        description="Mean distance of the probability from the share of likes, over ten bins of "
        "ratings that neither the model nor the curve had seen."
    )
    brier_score: float = Field(description="Mean squared error of the probability, likewise.")
    brier_score_of_the_share: float = Field(
        description="The same, of a curve that always says the share of likes."
    )
    share_of_likes: float
    measured_on: int = Field(description="Ratings.")


class ModelDescription(BaseModel):
    """What is served."""

    data: str
    workshop: str = Field(description="The version that wrote the folder.")
    sizes: Sizes
    rating_range: tuple[float, float] = Field(description="Stars.")
    models: dict[str, ModelSettings]
    probability: Probability


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """The models answer."""

    status: Literal["ready"] = "ready"
    movies: int
    users: int


class Problem(BaseModel):
    """Why there is no answer."""

    detail: str = Field(description="What was wrong, what is accepted, and what to do.")


def movie_of(movie: saved.Movie) -> Movie:
    """Describe a movie of the catalog."""
    return Movie(
        movie_id=movie.movie_id,
        title=movie.title,
        year=movie.year,
        genres=list(movie.genres),
        ratings=movie.ratings,
    )


def ranked_of(each: saved.Ranked) -> RankedMovie:
    """Describe a ranked movie."""
    return RankedMovie(**_ranked(each))


def explained_of(each: saved.Explained) -> ExplainedMovie:
    """Describe a ranked movie with its reasons."""
    reasons = [
        Reason(
            movie_id=reason.movie.movie_id,
            title=reason.movie.title,
            rating=reason.rating,
            contribution=reason.contribution,
        )
        for reason in each.reasons
    ]
    return ExplainedMovie(**_ranked(each), reasons=reasons, rest=each.rest)


def _ranked(each: saved.Ranked) -> dict[str, Any]:
    movie = each.movie
    return {
        "rank": each.rank,
        "movie_id": movie.movie_id,
        "title": movie.title,
        "year": movie.year,
        "genres": list(movie.genres),
        "score": each.score,
    }
