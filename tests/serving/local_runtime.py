"""What AWS Lambda runs a function with, on this machine.

AWS's own runtime client (`awslambdaric`) runs in a process of its own, imports the function, and
asks a small server for events, as documented in "Using the Lambda runtime API for custom runtimes".
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.project_tree import ROOT

VERSION = "/2018-06-01/runtime"
HANDLER = "workshop_pkg.serving.function.handler"
#: How long a start or an answer may take; only a hanging process needs so long.
PATIENCE = 120


class InitError(Exception):
    """The function did not start; holds the error that it reported."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["errorMessage"])
        self.error = error


class InvocationError(Exception):
    """The function started, and failed on an event."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["errorMessage"])
        self.error = error


class _RuntimeApi(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.events: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self.outcomes: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of the connection that a killed function leaves."""


class _Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _RuntimeApi

    def do_GET(self) -> None:
        if self.path != f"{VERSION}/invocation/next":
            self._send(404)
            return
        waiting = self.server.events.get()
        if waiting is None:  # the end
            self.close_connection = True
            return
        name, event = waiting
        self._send(
            200,
            event,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": name,
                "Lambda-Runtime-Deadline-Ms": str(int(1000 * (time.time() + PATIENCE))),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:0:function:movies",
            },
        )

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self._send(202, b'{"status": "OK"}', {"Content-Type": "application/json"})
        self.server.outcomes.put((self.path.removeprefix(VERSION), json.loads(content)))

    def _send(self, status: int, content: bytes = b"", headers: dict[str, str] | None = None):
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class LocalLambda:
    """A function that runs as in AWS Lambda; what it prints goes to the file `log`."""

    def __init__(self, server: _RuntimeApi, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log
        self._server = server

    def invoke(self, event: object) -> dict[str, Any]:
        """Give the answer to an event; InitError or InvocationError where there is none."""
        name = str(uuid.uuid4())
        self._server.events.put((name, json.dumps(event).encode()))
        return self._outcome(name)

    def start_error(self) -> dict[str, Any]:
        """Wait for the error of a function that does not start."""
        try:
            self._outcome("none")
        except InitError as reported:
            return reported.error
        raise AssertionError("the function started")

    def _outcome(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                path, told = self._server.outcomes.get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is None:
                    continue
                if self._server.outcomes.empty():
                    raise AssertionError(f"it ended: {self.log.read_text()}") from None
                continue
            if path == "/init/error":
                raise InitError(told)
            if path == f"/invocation/{name}/error":
                raise InvocationError(told)
            assert path == f"/invocation/{name}/response", path
            return told
        raise AssertionError(f"no answer within {PATIENCE} s: {self.log.read_text()}")


@contextlib.contextmanager
def local_lambda(log: Path, **environment: str) -> Iterator[LocalLambda]:
    """Run the function with these variables; the process ends with the block."""
    with _RuntimeApi() as server, log.open("wb") as output:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", HANDLER],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={
                **{k: v for k, v in os.environ.items() if k != "WORKSHOP_MODEL"},
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
                **environment,
            },
        )
        try:
            yield LocalLambda(server, process, log)
        finally:
            process.kill()
            process.wait()
            server.events.put(None)
            server.shutdown()
