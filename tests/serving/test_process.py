"""The service as a process: started by the command, over real sockets, and ended in each way."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.project_tree import ROOT
from tests.serving.conftest import Made
from workshop_pkg import cli
from workshop_pkg.serving import Limits
from workshop_pkg.serving.server import ServeError, listen

#: Only a hanging process needs so long.
PATIENCE = 120.0

#: Short waits, so that a test of a slow client is none of a slow test.
HASTY = Limits(body_seconds=0.6, head_seconds=0.6, send_seconds=0.6, connections=40)

START = """
import dataclasses, json, sys
from workshop_pkg.serving.limits import Limits
from workshop_pkg.serving.server import serve
serve(sys.argv[1], port=0, limits=Limits(**json.loads(sys.argv[2])))
"""
BODY = {"ratings": [{"movie_id": 1, "rating": 5}, {"movie_id": 2, "rating": 2}], "n": 8}


class Service:
    """A service in a process of its own."""

    def __init__(self, command: list[str], log: Path) -> None:
        self.log = log
        self._errors = log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.said)
        if found is None:
            self.end()
            raise AssertionError(f"{self.said}{log.read_text(encoding='utf-8')}")
        self.port = int(found[1])

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {} if body is None else {"Content-Type": "application/json"}
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def is_well(self) -> bool:
        status, content = self.ask("POST", "/api/recommendations", BODY)
        return (status, len(json.loads(content)["movies"])) == (200, 8)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._errors.close()

    def lines(self) -> list[dict[str, Any]]:
        text = self.log.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


def command(folder: Path, *options: str) -> list[str]:
    return ["-m", "workshop_pkg.cli", "serve", str(folder), "--port", "0", *options]


@contextlib.contextmanager
def running(line: list[str], log: Path) -> Iterator[Service]:
    service = Service(line, log)
    try:
        yield service
    finally:
        service.end()


@pytest.fixture(scope="module")
def hasty(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of bad clients: each must leave it well for the next."""
    limits = json.dumps({name: getattr(HASTY, name) for name in HASTY.__dataclass_fields__})
    log = tmp_path_factory.mktemp("hasty") / "log"
    with running(["-c", START, str(made.folder), limits], log) as service:
        yield service
        assert service.is_well()
        assert service.stop() == 0
        assert not [line for line in service.lines() if line["level"] == "error"]


def everything(connection: socket.socket) -> bytes:
    """Read until the service closes the connection."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            found += piece
    return found


HEAD = (
    b"POST /api/recommendations HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)


def test_schemathesis_finds_nothing(made: Made, tmp_path: Path) -> None:
    """It tries what the description allows and what it forbids, boundaries, and sequences."""
    with running(command(made.folder), tmp_path / "log") as service:
        address = f"http://127.0.0.1:{service.port}/openapi.json"
        tool = [sys.executable, "-m", "schemathesis.cli", "run", address]
        options = ["--max-examples", "25", "--seed", "1", "--no-color"]
        run = subprocess.run(
            [*tool, *options], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
        assert re.search(r"Operations: +9 selected / 9 total", run.stdout)
        assert re.search(r"Test cases:\s+\d{3,} generated", run.stdout)
        statuses = {line.get("status") for line in service.lines()}
        assert {200, 404, 405, 422} <= statuses
        assert service.is_well()


def test_a_head_that_does_not_end(hasty: Service) -> None:
    with hasty.connect() as slow:
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: local")
        answer = everything(slow)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"did not come within 0.6 seconds" in answer


def test_a_head_that_comes_byte_by_byte(hasty: Service) -> None:
    with hasty.connect() as slow:
        started = time.monotonic()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for letter in b"GET /health HTTP/1.1\r\nX-Slow: " + b"x" * 10_000:
                slow.sendall(bytes([letter]))
                time.sleep(0.02)
        assert time.monotonic() - started < 100
    assert hasty.is_well()


def test_a_connection_that_says_nothing(hasty: Service) -> None:
    with hasty.connect() as silent:
        assert everything(silent) == b""


def test_a_second_head_that_does_not_end(hasty: Service) -> None:
    with hasty.connect() as slow:
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTT")
        answer = everything(slow)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answer


def test_a_body_that_does_not_come(hasty: Service) -> None:
    with hasty.connect() as slow:
        slow.sendall(HEAD % 100 + b'{"ratings": [')
        answer = everything(slow)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"The body did not come within 0.6 seconds" in answer


@pytest.mark.parametrize("size", [70_000, 5_000_000])
def test_a_huge_body_gets_its_answer_though_it_is_sent_first(size: int, hasty: Service) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", hasty.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request(
            "POST", "/api/recommendations", b" " * size, {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        assert answer.status == 413
        assert "longer than 65536 bytes" in json.loads(answer.read())["detail"]
        # The same connection goes on.
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200


def test_a_huge_body_in_chunks(hasty: Service) -> None:
    head = (
        b"POST /api/recommendations HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with hasty.connect() as connection:
        connection.sendall(head + b"".join(b"1000\r\n" + b" " * 4096 + b"\r\n" for _ in range(20)))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")
        # The rest is not waited for without end.
        everything(connection)


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        HEAD % 5 + b"\x00\xff\x00\xff\x00",
        HEAD.replace(b"%d", b"-5"),
        HEAD.replace(b"%d", b"9" * 30),
    ],
)
def test_nonsense_is_a_bad_request(request_: bytes, hasty: Service) -> None:
    with hasty.connect() as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request_)
        answer = everything(connection)
    assert re.match(rb"HTTP/1.1 (400|408|413) ", answer), answer[:200]
    assert hasty.is_well()


def test_a_client_that_does_not_read(hasty: Service) -> None:
    """It asks for megabytes and takes none: the connection is cut, and nobody else waits."""
    with contextlib.closing(socket.socket()) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.settimeout(PATIENCE)
        deaf.connect(("127.0.0.1", hasty.port))
        asset = b"GET /docs-assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n"
        deaf.sendall(asset * 8)
        assert hasty.is_well()
        time.sleep(3 * HASTY.send_seconds)
        taken = everything(deaf)
    whole = hasty.ask("GET", "/docs-assets/swagger-ui-bundle.js")[1]
    assert len(taken) < 8 * len(whole)


def test_many_slow_clients_at_once(hasty: Service) -> None:
    """More than the service takes: some are told so, and all are gone soon."""
    with contextlib.ExitStack() as open_ones:
        slow = [open_ones.enter_context(hasty.connect()) for _ in range(HASTY.connections + 10)]
        for connection in slow:
            connection.sendall(b"GET /health HTTP/1.1\r\n")
        answers = [everything(connection)[:13] for connection in slow]
    assert set(answers) == {b"HTTP/1.1 408 "}
    assert hasty.is_well()


def test_more_connections_than_are_taken(hasty: Service) -> None:
    with contextlib.ExitStack() as open_ones:
        for _ in range(HASTY.connections + 5):
            open_ones.enter_context(hasty.connect())
        assert hasty.ask("GET", "/health")[0] == 503
        time.sleep(3 * HASTY.head_seconds)
        assert hasty.is_well()


def test_a_client_that_leaves_in_the_middle(hasty: Service) -> None:
    for part in (b"", b"GET /hea", HEAD % 100 + b"{", HEAD % 2 + b"{}"):
        with hasty.connect() as connection:
            connection.sendall(part)
    assert hasty.is_well()


def test_kill_9_and_a_new_start_give_the_same_answers(made: Made, tmp_path: Path) -> None:
    paths = ["/api/users/17/recommendations?n=20", "/api/movies/67/similar", "/api/model"]
    answers = []
    for turn in range(2):
        with running(command(made.folder), tmp_path / f"log{turn}") as service:
            got = [service.ask("GET", path) for path in paths]
            got.append(service.ask("POST", "/api/recommendations", BODY))
            assert {status for status, _ in got} == {200}
            answers.append(got)
            service.process.kill()
            assert service.process.wait(PATIENCE) == -signal.SIGKILL
    assert answers[0] == answers[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_end(number: int, made: Made, tmp_path: Path) -> None:
    """Who is being answered is answered; the exit code is 0; no traceback is in the log."""
    with running(command(made.folder), tmp_path / "log") as service:
        body = json.dumps(BODY).encode()
        with service.connect() as idle, service.connect() as busy:
            busy.sendall(HEAD % len(body) + body[:-1])
            assert service.is_well()
            service.process.send_signal(number)
            time.sleep(0.3)
            busy.sendall(body[-1:])
            assert everything(busy).startswith(b"HTTP/1.1 200 ")
            assert everything(idle) == b""
        assert service.process.wait(PATIENCE) == 0
        events = [line["event"] for line in service.lines()]
        assert "Application shutdown complete." in events
        assert {line["level"] for line in service.lines()} == {"info"}


def test_no_tensorflow_and_no_training_in_the_process(made: Made) -> None:
    """Also pandas and scikit-learn stay out: they are for training."""
    script = """
import sys
from fastapi.testclient import TestClient
from workshop_pkg import cli
from workshop_pkg.serving import connections, create_app, server
client = TestClient(create_app(sys.argv[1]))
for path in ("/ready", "/api/users/1/recommendations", "/api/movies", "/docs", "/"):
    assert client.get(path).status_code == 200
body = {"ratings": [{"movie_id": 1, "rating": 5}]}
assert client.post("/api/recommendations", json=body).status_code == 200
print(sorted({"tensorflow", "keras", "jax", "torch", "sklearn", "surprise"} & set(sys.modules)))
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(made.folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.stdout == "[]\n", run.stderr


def workshop(*arguments: str, cwd: Path = ROOT, **variables: str) -> tuple[int, str, str]:
    run = subprocess.run(
        [sys.executable, "-m", "workshop_pkg.cli", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return run.returncode, run.stdout, run.stderr


def one_sentence(errors: str, *words: str) -> None:
    assert errors.startswith("workshop: ")
    assert errors.count("\n") == 1
    assert all(word in errors for word in words), errors


def test_a_port_in_use(made: Made) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, errors = workshop("serve", str(made.folder), "--port", str(port))
    assert (code, out) == (1, "")
    one_sentence(errors, f"The port {port} of 127.0.0.1 is in use", "--port 0 takes any free one")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("no.such.host.invalid", "'no.such.host.invalid' is unknown"),
        ("a" * 70, "is unknown"),
        ("192.0.2.1", "is no address of this machine"),
    ],
)
def test_a_host_that_is_none(host: str, words: str) -> None:
    with pytest.raises(ServeError, match=words) as caught:
        listen(host, 0)
    assert "127.0.0.1 (this machine only)" in str(caught.value)


@pytest.mark.parametrize("damage", ["cut off", "foreign", "missing"])
def test_a_folder_that_cannot_be_served_stops_the_start(
    damage: str, copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "stars.npz").write_bytes(b"")
    folder, words = {
        "cut off": (copy, "damaged"),
        "foreign": (tmp_path, "holds no model of this workshop"),
        "missing": (tmp_path / "nowhere", "does not exist"),
    }[damage]
    assert cli.main(["serve", str(folder), "--port", "0"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    one_sentence(told.err, words, str(folder))


@pytest.mark.parametrize("wrong", ["70000", "-1", "http"])
def test_a_port_that_is_none(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["serve", "folder", f"--port={wrong}"])
    assert caught.value.code == 2
    assert "give a number from 1 to 65535" in capsys.readouterr().err


def test_a_missing_extra_says_how_to_get_it(made: Made, tmp_path: Path) -> None:
    (tmp_path / "uvicorn.py").write_text(
        "raise ModuleNotFoundError('no', name='uvicorn')", encoding="utf-8"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    code, _, errors = workshop("serve", str(made.folder), PYTHONPATH=path)
    assert code == 1
    one_sentence(errors, "packages that are not here (uvicorn)", "recommender-workshop[serve] @")


def test_all_addresses_come_with_a_warning(made: Made, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, *command(made.folder, "--host", "0.0.0.0")],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert "http://0.0.0.0:" in process.stdout.readline()
            assert "asks for no password" in process.stdout.readline()
        finally:
            process.kill()
            process.communicate()


def test_from_training_to_clean_up_on_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    code, out, errors = workshop("train", "mine", "--dataset", "twin", cwd=tmp_path)
    assert code == 0, errors
    assert "100000 ratings of 1682 movies by 943 users (twin)" in out
    assert "Next: workshop serve mine" in out
    with running(command(folder), tmp_path / "log") as service:
        assert service.is_well()
        assert service.stop() == 0
    shutil.rmtree(folder)


def test_training_into_a_full_folder_or_from_no_data(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["train", str(made.folder)]) == 2
    one_sentence(capsys.readouterr().err, "is not empty: choose a new one")
    assert cli.main(["train", str(tmp_path / "other"), "--dataset", "nothing"]) == 1
    one_sentence(capsys.readouterr().err, "nothing", "twin")
    assert list(tmp_path.iterdir()) == []
