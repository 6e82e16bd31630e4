"""The application: the saved recommender's answers over HTTP, described by OpenAPI.

Each answer takes well under a millisecond of arithmetic, so that all are computed where they are
asked for, in one thread: a second thread would only wait for the first.
"""

from __future__ import annotations

import importlib.resources
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from pydantic import BeforeValidator, Field
from starlette.exceptions import HTTPException

from workshop_pkg import __version__
from workshop_pkg.serving import schemas
from workshop_pkg.serving.errors import UnknownIdError
from workshop_pkg.serving.limits import MAX_FOUND, MAX_MOVIES, MAX_SEARCH, BodyGate, Limits
from workshop_pkg.serving.logs import RequestLog
from workshop_pkg.serving.policy import PAGE_HEADERS
from workshop_pkg.serving.saved import SavedRecommender, open_folder

PAGE = Path(__file__).parent / "page"

_ABOUT = """\
Recommends movies from a saved model: to people it knows, and to somebody new from a handful of
ratings. Errors say in `detail` what was wrong, what is accepted, and what to do.
"""


# A browser asks no other address, whatever the documentation says; for the page see `policy`.
DOCS_SOURCES = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:"
)

NO_JSON = "The body is no JSON that can be read: send an object, as /docs describes it."
NO_SUCH_ADDRESS = "There is nothing at this address: /docs lists what there is."


def _whole(value: Any) -> Any:
    """Take the digits of a whole number, and nothing that Python would also take for one."""
    if isinstance(value, str) and not (value.isascii() and value.removeprefix("-").isdigit()):
        raise ValueError("Input should be a whole number, such as 10")
    return value


_Id = Annotated[int, Field(ge=0, le=schemas.LARGEST_ID), BeforeValidator(_whole)]
UserId = Annotated[_Id, InPath(description="As the data set gives it.")]
MovieId = Annotated[_Id, InPath(description="As the data set gives it.")]
Number = Annotated[
    int,
    Field(ge=1, le=MAX_MOVIES),
    BeforeValidator(_whole),
    Query(description="How many movies."),
]
Limit = Annotated[
    int,
    Field(ge=1, le=MAX_FOUND),
    BeforeValidator(_whole),
    Query(description="At most so many movies."),
]
Search = Annotated[
    str, Query(max_length=MAX_SEARCH, description="Part of a title; all movies if it is empty.")
]


class PageFiles(StaticFiles):
    """The files of the page, sent with the same headers as the page."""

    def file_response(self, *given: Any, **options: Any) -> Response:
        """Add the headers."""
        answer = super().file_response(*given, **options)
        answer.headers.update(PAGE_HEADERS)
        return answer


def create_app(
    model: str | os.PathLike[str] | SavedRecommender, limits: Limits | None = None
) -> FastAPI:
    """Make the application that serves a model.

    Parameters
    ----------
    model : path or SavedRecommender
        A model folder, or what `open_folder` read from one.
    limits : Limits, optional
        On the size of a request and the time it takes.

    Returns
    -------
    fastapi.FastAPI
        An ASGI application: for uvicorn, for a serverless function, for tests. Its page is at
        ``/``, its description at ``/docs`` and ``/openapi.json``.

    Raises
    ------
    ModelFolderError
        When the folder cannot be served.
    """
    book = model if isinstance(model, SavedRecommender) else open_folder(model)
    app = FastAPI(
        title="Recommender Workshop",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.book = book
    app.state.ready = True
    app.add_middleware(BodyGate, limits=limits or Limits())
    # The one that is added last sees a request first.
    app.add_middleware(RequestLog)
    _handle_errors(app)
    _add_operations(app, book)
    _add_model(app, book)
    _add_movies(app, book)
    _add_users(app, book)
    _add_newcomers(app, book)
    _add_pages(app)
    for route in app.routes:
        if isinstance(route, APIRoute):
            route.summary = route.description.rstrip(".")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.ready = False


def _add_operations(app: FastAPI, book: SavedRecommender) -> None:
    @app.get("/health", tags=["operations"], **_answers({422: "Another query"}), **_plain())
    async def health() -> schemas.Health:
        """Say that the process answers."""
        return schemas.Health()

    @app.get(
        "/ready",
        tags=["operations"],
        **_answers({422: "Another query", 503: "The service is about to stop"}),
        **_plain(),
    )
    async def ready() -> schemas.Ready:
        """Say that the models answer: each is asked once."""
        if not app.state.ready:
            raise HTTPException(503, "The service is about to stop: ask another one.")
        book.recommend(int(book.user_ids[0]), 1)
        book.recommend_from({int(book.movie_ids[0]): book.rating_range[1]}, 1)
        return schemas.Ready(movies=len(book.movies), users=len(book.user_ids))


def _add_model(app: FastAPI, book: SavedRecommender) -> None:
    described = schemas.ModelDescription(**book.manifest)

    @app.get("/api/model", tags=["model"], **_answers({422: "Another query"}), **_plain())
    async def model() -> schemas.ModelDescription:
        """Tell what is served: data, sizes, settings, and how good the probabilities are."""
        return described


def _add_movies(app: FastAPI, book: SavedRecommender) -> None:
    @app.get(
        "/api/movies",
        tags=["movies"],
        **_answers({422: "A search that is too long, a limit out of range, another query"}),
        **_plain("search", "limit"),
    )
    async def movies(search: Search = "", limit: Limit = 20) -> schemas.Found:
        """Find movies by part of their title; the most rated come first."""
        found, total = book.search(search, limit)
        return schemas.Found(movies=[schemas.movie_of(movie) for movie in found], found=total)

    @app.get(
        "/api/movies/{movie_id}/similar",
        tags=["movies"],
        **_answers({404: "No such movie", 422: "No whole number, or one out of range"}),
        **_plain("n"),
    )
    async def similar(movie_id: MovieId, n: Number = 10) -> schemas.SimilarMovies:
        """Find the movies that are chosen by the same people."""
        nearest = book.similar(movie_id, n)
        return schemas.SimilarMovies(
            movie=schemas.movie_of(book.movie(movie_id)),
            movies=[schemas.ranked_of(each) for each in nearest],
        )


def _add_users(app: FastAPI, book: SavedRecommender) -> None:
    answers = _answers({404: "No such user or movie", 422: "No whole number, or one out of range"})

    @app.get("/api/users/{user_id}/movies/{movie_id}/rating", tags=["users"], **answers, **_plain())
    async def rating(user_id: UserId, movie_id: MovieId) -> schemas.PredictedRating:
        """Predict how many stars a user gives to a movie."""
        return schemas.PredictedRating(
            user_id=user_id,
            movie_id=movie_id,
            rating=book.stars(user_id, movie_id),
            seen=book.has_rated(user_id, movie_id),
        )

    @app.get(
        "/api/users/{user_id}/movies/{movie_id}/decision", tags=["users"], **answers, **_plain()
    )
    async def decision(user_id: UserId, movie_id: MovieId) -> schemas.Decision:
        """Decide whether to recommend a movie to a user, and say how probable a like is."""
        probability = book.probability(user_id, movie_id)
        return schemas.Decision(
            user_id=user_id,
            movie_id=movie_id,
            recommend=probability >= book.threshold,
            probability=probability,
            threshold=book.threshold,
            liked_from=book.liked_from,
            seen=book.has_rated(user_id, movie_id),
        )

    @app.get("/api/users/{user_id}/recommendations", tags=["users"], **answers, **_plain("n"))
    async def recommendations(user_id: UserId, n: Number = 10) -> schemas.Recommendations:
        """Recommend to a user of the training data."""
        ranked = book.recommend(user_id, n)
        return schemas.Recommendations(
            user_id=user_id, movies=[schemas.ranked_of(each) for each in ranked]
        )


def _add_newcomers(app: FastAPI, book: SavedRecommender) -> None:
    @app.post(
        "/api/recommendations",
        tags=["somebody new"],
        **_answers(
            {
                400: "The body is no JSON",
                404: "No such movie",
                408: "The body came too slowly",
                413: "The body is too long",
                415: "The body is not said to be JSON",
                422: "A field is missing, unknown or out of range",
            }
        ),
        **_plain(),
    )
    async def recommend_from(newcomer: schemas.Newcomer) -> schemas.NewcomerRecommendations:
        """Recommend to somebody new, solved on the spot, with the reasons for each movie."""
        ratings = {given.movie_id: given.rating for given in newcomer.ratings}
        explained = book.recommend_from(ratings, newcomer.n, newcomer.reasons)
        return schemas.NewcomerRecommendations(
            movies=[schemas.explained_of(each) for each in explained]
        )


def _add_pages(app: FastAPI) -> None:
    # Only the assets of this package are used: its pages would else come from other addresses.
    assets = importlib.resources.files("fastapi_offline") / "static"
    app.mount("/docs-assets", StaticFiles(directory=str(assets)), name="docs-assets")
    app.mount("/page", PageFiles(directory=PAGE), name="page")

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        answer = get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title="Recommender Workshop: what the service answers",
            swagger_js_url=f"{root}/docs-assets/swagger-ui-bundle.js",
            swagger_css_url=f"{root}/docs-assets/swagger-ui.css",
            swagger_favicon_url=f"{root}/docs-assets/favicon.png",
        )
        answer.headers["Content-Security-Policy"] = DOCS_SOURCES
        return answer

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html", headers=PAGE_HEADERS)


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(UnknownIdError)
    async def unknown(_request: Request, error: UnknownIdError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=404)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        # What was sent is not repeated: it may be long, secret, or no text at all.
        errors = error.errors()
        if any(each["type"] == "json_invalid" for each in errors):
            return JSONResponse({"detail": NO_JSON}, status_code=400)
        more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
        detail = "; ".join(_told(each) for each in errors[:3]) + more
        return JSONResponse({"detail": detail}, status_code=422)

    @app.exception_handler(HTTPException)
    async def plain(_request: Request, error: HTTPException) -> JSONResponse:
        told = {400: NO_JSON, 404: NO_SUCH_ADDRESS}
        # Where JSON is too deep, or a number too long, FastAPI answers 400 by itself.
        detail = told.get(error.status_code, str(error.detail))
        return JSONResponse({"detail": detail}, error.status_code, error.headers)


def _told(error: Any) -> str:
    """Say where an error is, and what it is, in plain characters of a bounded number."""
    place = ".".join(str(part) for part in error["loc"])
    text = f"{place}: {error['msg'].removeprefix('Value error, ')}"
    return text.encode("ascii", "backslashreplace").decode()[:300]


def _plain(*names: str) -> dict[str, Any]:
    """Refuse a field of the query that is unknown or given twice."""
    return {"dependencies": [Depends(_only(names))]}


def _only(names: tuple[str, ...]) -> Callable[[Request], None]:
    accepted = ", ".join(names) if names else "none"

    async def only(request: Request) -> None:
        seen = set()
        for name, _ in request.query_params.multi_items():
            message = None
            if name not in names:
                message = f"This field is unknown; accepted here: {accepted}"
            elif name in seen:
                message = "This field is given twice: give it once"
            if message:
                raise RequestValidationError(
                    [{"loc": ("query", name), "msg": message, "type": "query"}]
                )
            seen.add(name)

    return only  # type: ignore[return-value]


def _answers(problems: dict[int, str]) -> dict[str, Any]:
    """Describe the errors of an endpoint, all of the same form."""
    return {
        "responses": {
            status: {"model": schemas.Problem, "description": description}
            for status, description in problems.items()
        }
    }
