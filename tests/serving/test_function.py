"""The serverless function, run by AWS's own runtime client, beside the application itself."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mangum", reason="the extra serve is not installed")
pytest.importorskip("awslambdaric", reason="AWS's runtime client is not installed")

import httpx

from tests.project_tree import ROOT
from tests.serving.conftest import Made
from tests.serving.local_runtime import InvocationError, LocalLambda, local_lambda
from tests.serving.loops import on_a_loop
from workshop_pkg import serving
from workshop_pkg.serving import function
from workshop_pkg.serving.function import http_event

pytestmark = pytest.mark.timeout(300)

RATED = {"ratings": [{"movie_id": 1, "rating": 5}, {"movie_id": 50, "rating": 2}], "n": 3}

# Each endpoint, and each kind of error that the service answers: method, target, body, status.
REQUESTS: list[tuple[str, str, Any, int]] = [
    ("GET", "/health", None, 200),
    ("GET", "/ready", None, 200),
    ("GET", "/api/model", None, 200),
    ("GET", "/api/movies", None, 200),
    ("GET", "/api/movies?search=the&limit=3", None, 200),
    ("GET", "/api/movies?search=l%27%C3%A9t%C3%A9+%26+%E6%98%A0", None, 200),
    ("GET", "/api/movies/50/similar?n=4", None, 200),
    ("GET", "/api/users/7/movies/50/rating", None, 200),
    ("GET", "/api/users/7/movies/50/decision", None, 200),
    ("GET", "/api/users/7/recommendations?n=5", None, 200),
    ("POST", "/api/recommendations", RATED, 200),
    ("POST", "/api/recommendations", json.dumps(RATED).encode(), 200),
    ("GET", "/", None, 200),
    ("GET", "/page/page.js", None, 200),
    ("GET", "/page/icon.svg", None, 200),
    ("GET", "/openapi.json", None, 200),
    ("GET", "/docs", None, 200),
    ("GET", "/nothing/here", None, 404),
    ("GET", "/api/users/999999/recommendations", None, 404),
    ("GET", "/api/movies?limit=0", None, 422),
    ("GET", "/api/movies?surprise=1", None, 422),
    ("GET", "/api/recommendations", None, 405),
    ("POST", "/api/recommendations", "{", 400),
    ("POST", "/api/recommendations", {"ratings": [], "n": 3}, 422),
    ("POST", "/api/recommendations", {**RATED, "surprise": 1}, 422),
    ("POST", "/api/recommendations", {"ratings": [{"movie_id": 999999, "rating": 5}]}, 404),
    ("POST", "/api/recommendations", "x" * 1_000_000, 413),
]


@pytest.fixture(scope="module")
def model_folder(made: Made) -> Path:
    """Two models of the twin's ratings."""
    return made.folder


@pytest.fixture(scope="module")
def app(model_folder: Path) -> Any:
    """The application itself."""
    return serving.create_app(model_folder)


@pytest.fixture(scope="module")
def running(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalLambda]:
    """The function, in a process that AWS's runtime client runs."""
    log = tmp_path_factory.mktemp("lambda") / "log.txt"
    with local_lambda(log, WORKSHOP_MODEL=str(model_folder)) as started:
        yield started


def content(answer: dict[str, Any]) -> bytes:
    """Give the body, as API Gateway would hand it to the client."""
    body: str = answer.get("body", "")
    return base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()


def expected(app: Any, event: dict[str, Any]) -> httpx.Response:
    """Ask the application itself for what an event asks for."""
    body = event.get("body", "")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://test") as client:
            return await client.request(
                event["requestContext"]["http"]["method"],
                f"{event['rawPath']}?{event['rawQueryString']}",
                content=base64.b64decode(body) if event["isBase64Encoded"] else body.encode(),
                headers={name: value for name, value in event["headers"].items() if name != "host"},
            )

    return on_a_loop(ask())


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    REQUESTS,
    ids=[f"{m} {t[:40]} {s} {number}" for number, (m, t, _, s) in enumerate(REQUESTS)],
)
def test_the_function_answers_as_the_application_does(
    running: LocalLambda, app: Any, method: str, target: str, body: Any, status: int
) -> None:
    event = http_event(method, target, body)
    answer = running.invoke(event)
    wanted = expected(app, event)
    assert answer["statusCode"] == wanted.status_code == status
    assert content(answer) == wanted.content
    said = dict(answer["headers"])
    for name in ("content-type", "content-security-policy", "cache-control"):
        assert said.get(name) == wanted.headers.get(name)
    if status >= 400:
        assert json.loads(answer["body"])["detail"]


def test_a_body_that_is_not_said_to_be_json_is_refused(running: LocalLambda) -> None:
    event = http_event("POST", "/api/recommendations", RATED, {"Content-Type": "text/plain"})
    assert running.invoke(event)["statusCode"] == 415


def test_every_field_that_aws_sends_is_taken(running: LocalLambda, app: Any) -> None:
    # The example of AWS's page "Create AWS Lambda proxy integrations for HTTP APIs".
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/api/movies",
        "rawQueryString": "search=the&limit=2",
        "cookies": ["cookie1", "cookie2"],
        "headers": {"header1": "value1", "header2": "value1,value2"},
        "queryStringParameters": {"search": "the", "limit": "2"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "authentication": {"clientCert": {"serialNumber": "a1:a1"}},
            "authorizer": {"jwt": {"claims": {"claim1": "value1"}, "scopes": ["scope1"]}},
            "domainName": "id.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "id",
            "http": {
                "method": "GET",
                "path": "/api/movies",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "agent",
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390,
        },
        "pathParameters": {"parameter1": "value1"},
        "isBase64Encoded": False,
        "stageVariables": {"stageVariable1": "value1"},
    }
    answer = running.invoke(event)
    assert answer["statusCode"] == 200
    assert (
        content(answer)
        == expected(app, http_event("GET", "/api/movies?search=the&limit=2")).content
    )


def test_what_is_no_event_fails_alone_and_the_function_lives_on(running: LocalLambda) -> None:
    for event in ({}, {"version": "2.0"}, [], "GET /health"):
        with pytest.raises(InvocationError):
            running.invoke(event)
    assert running.invoke(http_event("GET", "/health"))["statusCode"] == 200
    assert running.process.poll() is None


def test_the_model_is_read_once_and_the_cold_start_is_logged(running: LocalLambda) -> None:
    for _ in range(3):
        assert running.invoke(http_event("GET", "/ready"))["statusCode"] == 200
    lines = [
        json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")
    ]
    (cold,) = (line for line in lines if line["event"] == "cold start")
    assert 0 < cold["milliseconds_of_the_model"] < cold["milliseconds"]
    # The service's own log goes with it, as it does with a server.
    asked = [line for line in lines if line["event"] == "request" and line["path"] == "/ready"]
    assert len(asked) >= 3
    assert {line["status"] for line in asked} == {200}


def damaged(folder: Path, copy: Path) -> Path:
    """Copy a model folder, and change one byte in the middle of its factors."""
    shutil.copytree(folder, copy)
    factors = copy / "choices.npz"
    changed = bytearray(factors.read_bytes())
    changed[len(changed) // 2] ^= 1
    factors.write_bytes(changed)
    return copy


@pytest.mark.parametrize("case", ["damaged", "missing", "foreign", "not set"])
def test_a_folder_that_cannot_be_served_stops_the_start_with_one_sentence(
    case: str, model_folder: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    folder, words = {
        "damaged": (damaged(model_folder, tmp_path / "model"), "is damaged"),
        "missing": (tmp_path / "nowhere", "does not exist"),
        "foreign": (foreign, "holds no model of this workshop"),
        "not set": ("", "WORKSHOP_MODEL is not set"),
    }[case]
    with local_lambda(tmp_path / "log.txt", WORKSHOP_MODEL=str(folder)) as starting:
        error = starting.start_error()
        assert starting.process.wait(60) == 1
    assert error["errorType"] == "ModelFolderError"
    message = error["errorMessage"]
    assert words in message
    assert "\n" not in message
    assert message.endswith(".")


def test_it_can_be_called_where_an_event_loop_runs_as_in_a_notebook(
    model_folder: Path, app: Any
) -> None:
    called = function.Function(model_folder)
    assert called.milliseconds > 0
    event = http_event("POST", "/api/recommendations", RATED)

    async def cell() -> dict[str, Any]:
        return called(event, None)

    answer = on_a_loop(cell())
    assert content(answer) == content(called(event)) == expected(app, event).content


def test_the_module_is_imported_without_a_model_and_without_the_extra() -> None:
    code = (
        "import sys\n"
        "from workshop_pkg.serving import function\n"
        "function.http_event('GET', '/health')\n"
        "heavy = {'fastapi', 'mangum', 'tensorflow', 'keras', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_other_names_of_the_module_are_missing_as_ever() -> None:
    with pytest.raises(AttributeError, match="no attribute 'handle'"):
        _ = function.handle


@pytest.mark.parametrize("target", ["", "health", "http://127.0.0.1/health"])
def test_a_target_that_is_no_path_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="a path starts with a slash") as caught:
        http_event("GET", target)
    assert repr(target) in str(caught.value)


def test_an_event_describes_text_and_bytes() -> None:
    text = http_event("POST", "/api/recommendations?x=1", {"n": 3}, {"X-Request-ID": "one"})
    assert json.loads(text["body"]) == {"n": 3}
    assert not text["isBase64Encoded"]
    assert text["rawQueryString"] == "x=1"
    assert text["headers"]["content-type"] == "application/json"
    assert text["headers"]["x-request-id"] == "one"
    as_bytes = http_event("POST", "/api/recommendations", b"\xff")
    assert base64.b64decode(as_bytes["body"]) == b"\xff"
    assert as_bytes["isBase64Encoded"]
    assert as_bytes["headers"]["content-length"] == "1"
    assert "body" not in http_event("GET", "/health")
