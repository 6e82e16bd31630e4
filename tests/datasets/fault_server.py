"""A local https server with faults, for what the network does to a download.

The first part of the path names what happens: ``https://localhost:PORT/404/ml-100k.zip``.
"""

from __future__ import annotations

import contextlib
import datetime
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

SLOW_SECONDS = 1.0
PAGE = b"<!DOCTYPE html><html><title>Welcome to the hotel</title><p>Please log in.</p></html>"


class FaultServer:
    """Serves one archive over https from this machine, faithfully or not."""

    def __init__(self, authority: trustme.CA, days_valid: int = 1) -> None:
        self.body = b""
        self.requests: list[str] = []
        self.released = threading.Event()  # Ends the answers that never come.
        faults = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                faults.requests.append(self.path)
                kind = self.path.split("/")[1]
                with contextlib.suppress(OSError):
                    faults.answer(self, kind)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 64
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # A client that hangs up is what these tests are about.

        self._server = Server(("127.0.0.1", 0), Handler)
        now = datetime.datetime.now(datetime.UTC)
        certificate = authority.issue_cert(
            "localhost",
            not_before=now - datetime.timedelta(days=10),
            not_after=now + datetime.timedelta(days=days_valid),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def base(self, kind: str) -> str:
        """The base address under which `kind` happens."""
        return f"https://localhost:{self.port}/{kind}"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, handler: BaseHTTPRequestHandler, kind: str) -> None:
        if kind == "silent":
            self.released.wait(30)
        elif kind == "slow":
            time.sleep(SLOW_SECONDS)
            self._send(handler, self.body)
        elif kind in ("403", "404", "500"):
            self._send(handler, PAGE, status=int(kind))
        elif kind == "page":
            self._send(handler, PAGE, content_type="text/html")
        elif kind == "truncated":
            self._send(handler, self.body[: len(self.body) // 2], announced=len(self.body))
        elif kind == "stalled":
            self._send(handler, self.body[: len(self.body) // 2], announced=len(self.body))
            self.released.wait(30)
        elif kind == "wrong":
            self._send(handler, self.body[:-10] + b"0123456789")
        elif kind == "empty":
            self._send(handler, b"")
        elif kind in ("to-http", "to-good", "to-itself", "to-nonsense"):
            targets = {
                "to-http": "http://localhost:1/",
                "to-good": "/good/",
                "to-itself": "/to-itself/",
                "to-nonsense": "https://[nonsense/",
            }
            handler.send_response(302)
            handler.send_header("Location", targets[kind] + handler.path.split("/")[-1])
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        else:
            assert kind == "good", kind
            self._send(handler, self.body)

    @staticmethod
    def _send(
        handler: BaseHTTPRequestHandler,
        body: bytes,
        status: int = 200,
        content_type: str = "application/zip",
        announced: int | None = None,
    ) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(body) if announced is None else announced))
        handler.end_headers()
        handler.wfile.write(body)
        handler.wfile.flush()


@contextlib.contextmanager
def running(authority: trustme.CA, days_valid: int = 1) -> Iterator[FaultServer]:
    """Start a server, and stop it afterwards."""
    server = FaultServer(authority, days_valid)
    try:
        yield server
    finally:
        server.close()


def write_trust(authority: trustme.CA, path: Path) -> Path:
    """Write the certificate that makes a client trust the server."""
    authority.cert_pem.write_to_path(str(path))
    return path
