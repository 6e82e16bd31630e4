"""The application: right answers, and a proper error for each bad request."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from tests.serving.conftest import Made
from tests.serving.loops import on_a_loop
from workshop_pkg.serving import Limits, SavedRecommender, create_app
from workshop_pkg.serving.limits import MAX_FOUND, MAX_MOVIES, MAX_RATINGS, MAX_SEARCH
from workshop_pkg.serving.logs import LOGGER, JsonLines

NEWCOMER = "/api/recommendations"


def asked(client: TestClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def posted(client: TestClient, body: Any, status: int = 200) -> Any:
    answer = client.post(NEWCOMER, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_rating_and_decision(client: TestClient, book: SavedRecommender) -> None:
    told = asked(client, "/api/users/17/movies/67/rating")
    assert told == {
        "user_id": 17,
        "movie_id": 67,
        "rating": book.stars(17, 67),
        "seen": book.has_rated(17, 67),
    }
    decisions = [asked(client, f"/api/users/17/movies/{m}/decision") for m in range(1, 60)]
    for movie_id, decision in enumerate(decisions, start=1):
        assert decision["probability"] == book.probability(17, movie_id)
        assert decision["recommend"] == (decision["probability"] >= decision["threshold"])
    assert {decision["recommend"] for decision in decisions} == {True, False}
    assert {decision["seen"] for decision in decisions} == {True, False}


def test_recommendations_to_a_known_user(client: TestClient, made: Made) -> None:
    told = asked(client, "/api/users/17/recommendations?n=5")
    expected = made.choices.recommend([17], n=5)
    assert [movie["movie_id"] for movie in told["movies"]] == expected["movie_id"].tolist()
    assert [movie["rank"] for movie in told["movies"]] == [1, 2, 3, 4, 5]
    assert len(asked(client, "/api/users/17/recommendations")["movies"]) == 10
    assert len(asked(client, f"/api/users/17/recommendations?n={MAX_MOVIES}")["movies"]) == 100


def test_recommendations_to_somebody_new(client: TestClient, book: SavedRecommender) -> None:
    ratings = [{"movie_id": 1, "rating": 5}, {"movie_id": 2, "rating": 1.5}]
    told = posted(client, {"ratings": ratings, "n": 4, "reasons": 1})
    expected = book.recommend_from({1: 5, 2: 1.5}, 4, 1)
    assert [each["movie_id"] for each in told["movies"]] == [e.movie.movie_id for e in expected]
    for each in told["movies"]:
        parts = sum(reason["contribution"] for reason in each["reasons"])
        assert parts + each["rest"] == pytest.approx(each["score"])
        assert len(each["reasons"]) == 1
    everything = posted(client, {"ratings": ratings, "n": 4})["movies"][0]
    assert everything["rest"] == 0
    assert len(everything["reasons"]) == 2
    # A second thought about a movie replaces the first.
    twice = [{"movie_id": 1, "rating": 1}, *ratings]
    assert posted(client, {"ratings": twice, "n": 4, "reasons": 1}) == told


def test_a_whole_number_may_have_a_point_as_in_json(client: TestClient) -> None:
    plain = {"ratings": [{"movie_id": 1, "rating": 5}], "n": 3, "reasons": 1}
    pointed = {"ratings": [{"movie_id": 1.0, "rating": 5.0}], "n": 3.0, "reasons": 1.0}
    assert posted(client, pointed) == posted(client, plain)


def test_most_that_is_allowed(client: TestClient, book: SavedRecommender) -> None:
    ratings = [{"movie_id": int(movie), "rating": 3} for movie in book.movie_ids[:MAX_RATINGS]]
    told = posted(client, {"ratings": ratings, "n": MAX_MOVIES, "reasons": MAX_RATINGS})
    assert len(told["movies"]) == MAX_MOVIES
    assert len(told["movies"][0]["reasons"]) == MAX_RATINGS


def test_similar_movies_and_search(client: TestClient, book: SavedRecommender) -> None:
    told = asked(client, "/api/movies/67/similar?n=3")
    assert told["movie"]["movie_id"] == 67
    assert [m["movie_id"] for m in told["movies"]] == [
        each.movie.movie_id for each in book.similar(67, 3)
    ]
    found = asked(client, "/api/movies?search=the&limit=2")
    assert len(found["movies"]) == 2
    assert found["found"] > 2
    assert all("the" in movie["title"].lower() for movie in found["movies"])
    assert asked(client, "/api/movies?search=%F0%9F%8E%AC") == {"movies": [], "found": 0}
    assert len(asked(client, "/api/movies")["movies"]) == 20


def test_what_is_served(client: TestClient, made: Made) -> None:
    told = asked(client, "/api/model")
    assert told["sizes"]["ratings"] == len(made.train)
    assert told["models"]["choices"]["settings"]["unobserved_weight"] == 0.3
    assert 0 < told["probability"]["calibration_error"] < 0.1


def test_health_and_readiness(book: SavedRecommender) -> None:
    app = create_app(book)
    with TestClient(app) as client:
        assert asked(client, "/health") == {"status": "ok"}
        assert asked(client, "/ready") == {
            "status": "ready",
            "movies": len(book.movies),
            "users": len(book.user_ids),
        }
    # After the end of its life it asks for no more.
    client = TestClient(app)
    assert "about to stop" in asked(client, "/ready", 503)["detail"]
    assert asked(client, "/health") == {"status": "ok"}


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/users/99999/recommendations", 404, "no user 99999"),
        ("/api/users/1/movies/99999/rating", 404, "no movie 99999"),
        ("/api/users/99999/movies/1/decision", 404, "no user 99999"),
        ("/api/movies/99999/similar", 404, "no movie 99999"),
        ("/api/users/me/recommendations", 422, "path.user_id: Input should be a whole number"),
        ("/api/users/1.0/recommendations", 422, "whole number"),
        ("/api/users/1_0/recommendations", 422, "whole number"),
        ("/api/users/%201/recommendations", 422, "whole number"),
        ("/api/users/%D9%A1/recommendations", 422, "whole number"),
        ("/api/users/+1/recommendations", 422, "whole number"),
        ("/api/users/-1/recommendations", 422, "greater than or equal to 0"),
        (f"/api/users/{2**53}/recommendations", 422, "less than or equal to"),
        (f"/api/users/{'9' * 5000}/recommendations", 422, "path.user_id"),
        ("/api/users/1/recommendations?n=0", 422, "query.n: "),
        (f"/api/users/1/recommendations?n={MAX_MOVIES + 1}", 422, "less than or equal to 100"),
        ("/api/users/1/recommendations?n=", 422, "query.n"),
        ("/api/users/1/recommendations?n=many", 422, "whole number"),
        ("/api/users/1/recommendations?n=1&n=2", 422, "query.n: This field is given twice"),
        ("/api/users/1/recommendations?m=1", 422, "query.m: This field is unknown; accepted"),
        ("/health?verbose=1", 422, "accepted here: none"),
        ("/api/model?x", 422, "query.x"),
        (f"/api/movies?limit={MAX_FOUND + 1}", 422, "less than or equal to 50"),
        (f"/api/movies?search={'x' * (MAX_SEARCH + 1)}", 422, "at most 100 characters"),
        ("/api/nothing", 404, "nothing at this address"),
        ("/page/../app.py", 404, "nothing at this address"),
        ("/page/%2e%2e/app.py", 404, "nothing at this address"),
        ("/page/", 404, "nothing at this address"),
    ],
)
def test_bad_requests(path: str, status: int, words: str, client: TestClient) -> None:
    told = asked(client, path, status)
    assert list(told) == ["detail"]
    assert words in told["detail"]
    assert len(told["detail"]) < 500


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(method: str, client: TestClient) -> None:
    for path in ("/health", "/api/model", "/api/movies", "/"):
        answer = client.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET"
        assert answer.json()["detail"] == "Method Not Allowed"
    assert client.get(NEWCOMER).headers["allow"] == "POST"


GOOD = {"movie_id": 1, "rating": 5}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "body.ratings: Field required"),
        ({"ratings": []}, "at least 1 item"),
        ({"ratings": [GOOD] * (MAX_RATINGS + 1)}, "at most 200 items"),
        ({"ratings": [GOOD], "n": 0}, "body.n"),
        ({"ratings": [GOOD], "n": MAX_MOVIES + 1}, "body.n"),
        ({"ratings": [GOOD], "n": "3"}, "body.n"),
        ({"ratings": [GOOD], "n": 3.5}, "body.n"),
        ({"ratings": [GOOD], "n": None}, "body.n"),
        ({"ratings": [GOOD], "n": True}, "body.n"),
        ({"ratings": [GOOD], "reasons": -1}, "body.reasons"),
        ({"ratings": [GOOD], "who": "me"}, "body.who: Extra inputs are not permitted"),
        ({"ratings": [GOOD | {"when": 1}]}, "body.ratings.0.when: Extra"),
        ({"ratings": [{"movie_id": 1}]}, "body.ratings.0.rating: Field required"),
        ({"ratings": [{"movie_id": 1, "rating": "5"}]}, "valid number"),
        ({"ratings": [{"movie_id": 1, "rating": 0}]}, "greater than or equal to 0.5"),
        ({"ratings": [{"movie_id": 1, "rating": 6}]}, "less than or equal to 5"),
        ({"ratings": [{"movie_id": 1, "rating": True}]}, "valid number"),
        ({"ratings": [{"movie_id": "1", "rating": 5}]}, "valid integer"),
        ({"ratings": [{"movie_id": 1.5, "rating": 5}]}, "valid integer"),
        ({"ratings": [{"movie_id": -1, "rating": 5}]}, "greater than or equal to 0"),
        ({"ratings": {"1": 5}}, "valid list"),
        ([GOOD], "body"),
        ("text", "body"),
        (None, "body"),
    ],
)
def test_bodies_that_do_not_fit(body: Any, words: str, client: TestClient) -> None:
    told = posted(client, body, 422)
    assert words in told["detail"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b'{"ratings": [}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 20_000, 400),
        (b'{"n": ' + b"9" * 5000 + b"}", 400),
        (b'{"ratings": [{"movie_id": 1, "rating": NaN}]}', 422),
        (b'{"ratings": [{"movie_id": 1, "rating": 1e999}]}', 422),
        (b'{"ratings": [{"movie_id": 1, "rating": 5}], "\\ud800": 1}', 422),
        (b'{"ratings": [{"movie_id": 1, "rating": 5}], "' + b"x" * 5000 + b'": 1}', 422),
        (b'{"ratings": [{"movie_id": 1, "rating": 5}]} more', 400),
        (b"x" * (64 * 1024 + 1), 413),
    ],
)
def test_bodies_that_are_no_json(content: bytes, status: int, client: TestClient) -> None:
    answer = client.post(NEWCOMER, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    detail = answer.json()["detail"]
    assert len(detail) < 1000
    posted(client, {"ratings": [GOOD]})


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/jsonx", None])
def test_other_content_types(kind: str | None, client: TestClient) -> None:
    content = json.dumps({"ratings": [GOOD]}).encode()
    answer = client.post(NEWCOMER, content=content, headers={"content-type": kind} if kind else {})
    assert answer.status_code == 415
    assert "Content-Type: application/json" in answer.json()["detail"]


def test_json_with_a_parameter_is_json(client: TestClient) -> None:
    content = json.dumps({"ratings": [GOOD]}).encode()
    kind = {"content-type": "Application/JSON; charset=utf-8"}
    assert client.post(NEWCOMER, content=content, headers=kind).status_code == 200


def test_an_unknown_movie_of_somebody_new(client: TestClient) -> None:
    told = posted(client, {"ratings": [GOOD, {"movie_id": 99999, "rating": 5}]}, 404)
    assert "no movie 99999" in told["detail"]


def test_what_was_sent_is_not_repeated(client: TestClient) -> None:
    secret = "my-password"
    told = posted(client, {"ratings": [{"movie_id": secret, "rating": secret}]}, 422)
    assert secret not in told["detail"]


def run(app: Any, scope: dict[str, Any], messages: list[dict[str, Any]], wait: float = 0) -> int:
    """Call an ASGI application as a server would; give the status of its answer."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        await asyncio.sleep(wait)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    on_a_loop(app(scope, receive, send))
    statuses = [message["status"] for message in sent if "status" in message]
    return statuses[0] if statuses else 0


def scope_of(headers: dict[str, str], path: str = NEWCOMER) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }


JSON = {"content-type": "application/json"}


def test_a_long_body_in_pieces_is_refused_before_it_ends(book: SavedRecommender) -> None:
    app = create_app(book, Limits(body_bytes=1000))
    piece = {"type": "http.request", "body": b" " * 600, "more_body": True}
    messages = [dict(piece) for _ in range(50)]
    assert run(app, scope_of(JSON), messages) == 413
    assert len(messages) == 48


def test_a_length_that_is_too_large_is_refused_unread(book: SavedRecommender) -> None:
    app = create_app(book, Limits(body_bytes=1000))
    messages = [{"type": "http.request", "body": b"{}", "more_body": False}]
    for length in ("1001", "9" * 5000):
        assert run(app, scope_of(JSON | {"content-length": length}), messages) == 413
    assert len(messages) == 1
    assert run(app, scope_of(JSON | {"content-length": "-5"}), messages) == 422


def test_a_body_that_does_not_come(book: SavedRecommender) -> None:
    app = create_app(book, Limits(body_seconds=0.05))
    messages = [{"type": "http.request", "body": b"{", "more_body": True}]
    assert run(app, scope_of(JSON), messages, wait=30) == 408


def test_a_client_that_goes_away(book: SavedRecommender) -> None:
    messages = [{"type": "http.request", "body": b"{", "more_body": True}]
    assert run(create_app(book), scope_of(JSON), messages) == 0


def lines_of(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    records = [record for record in caplog.records if record.name == LOGGER]
    return [json.loads(JsonLines().format(record)) for record in records]


def test_a_line_for_each_request_and_nothing_personal(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    answers = [
        client.get("/api/users/17/recommendations?n=3"),
        client.get("/api/movies?search=clockmaker"),
        client.post(NEWCOMER, json={"ratings": [{"movie_id": 1627, "rating": 4.5}]}),
        client.get("/api/users/99999/movies/1/rating"),
        client.get("/secret-path-somebody-typed"),
        client.post(NEWCOMER, content=b"{", headers=JSON),
    ]
    lines = lines_of(caplog)
    assert [line["status"] for line in lines] == [200, 200, 200, 404, 404, 400]
    assert [line["path"] for line in lines] == [
        "/api/users/{user_id}/recommendations",
        "/api/movies",
        NEWCOMER,
        "/api/users/{user_id}/movies/{movie_id}/rating",
        "unknown",
        NEWCOMER,
    ]
    assert [line["method"] for line in lines] == ["GET", "GET", "POST", "GET", "GET", "POST"]
    assert [line["request_id"] for line in lines] == [a.headers["x-request-id"] for a in answers]
    assert len({line["request_id"] for line in lines}) == len(lines)
    assert all(line["milliseconds"] > 0 and line["level"] == "info" for line in lines)
    text = json.dumps(lines)
    assert not re.search(r"clockmaker|1627|4\.5|99999|secret", text)


@pytest.mark.parametrize(
    ("given", "taken"),
    [("abc-1.2_3", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("", False)],
)
def test_the_callers_id_is_taken_over_where_it_is_plain(
    given: str, taken: bool, client: TestClient
) -> None:
    answer = client.get("/health", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) == taken


def test_an_unforeseen_error_is_a_plain_500_and_a_line(
    book: SavedRecommender, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("an inner detail")

    client = TestClient(create_app(book))
    monkeypatch.setattr(SavedRecommender, "similar", fails)
    answer = client.get("/api/movies/1/similar")
    assert answer.status_code == 500
    assert "an inner detail" not in answer.text
    assert answer.headers["x-request-id"] in answer.json()["detail"]
    (line,) = lines_of(caplog)
    assert line["level"] == "error"
    assert line["error"] == "RuntimeError"
    assert line["path"] == "/api/movies/{movie_id}/similar"
    assert "an inner detail" in line["traceback"]
    assert asked(client, "/health") == {"status": "ok"}


def test_the_documentation_asks_no_other_machine(client: TestClient) -> None:
    page = client.get("/docs")
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text)
    assert {"/docs-assets/swagger-ui-bundle.js", "/docs-assets/swagger-ui.css"} <= set(addresses)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for address in addresses:
        assert address.startswith("/"), address
        assert client.get(address).status_code == 200
    assert "https://" not in page.text
    described = asked(client, "/openapi.json")
    assert described["openapi"].startswith("3.1")
    assert len(described["paths"]) == 9


def test_the_page_and_its_files_come_with_their_policy(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    files = re.findall(r"(?:src|href)=\"(page/[^\"]+)\"", page.text)
    assert len(files) >= 3
    for answer in (page, *(client.get(f"/{file}") for file in files)):
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_operation_is_described_with_its_errors(client: TestClient) -> None:
    paths = asked(client, "/openapi.json")["paths"]
    for path, operations in paths.items():
        for operation in operations.values():
            assert operation["description"]
            assert operation["summary"] == operation["description"].rstrip(".")
            assert operation["tags"]
            for status in operation["responses"]:
                if status == "200":
                    continue
                content = operation["responses"][status]["content"]["application/json"]
                assert content["schema"]["$ref"].endswith("/Problem"), path
    body = asked(client, "/openapi.json")["components"]["schemas"]["Newcomer"]
    assert body["additionalProperties"] is False
    numbers = paths["/api/users/{user_id}/recommendations"]["get"]["parameters"]
    (n,) = (each["schema"] for each in numbers if each["name"] == "n")
    assert (n["minimum"], n["maximum"]) == (1, MAX_MOVIES)


def test_an_answer_is_the_same_each_time(client: TestClient) -> None:
    body = {"ratings": [{"movie_id": m, "rating": 1 + m % 5} for m in range(1, 30)], "n": 50}
    first = posted(client, body)
    assert all(posted(client, body) == first for _ in range(3))
    scores = [movie["score"] for movie in first["movies"]]
    assert np.all(np.diff(scores) <= 0)
