"""How much one request may ask for, and how long it may take to say it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

#: Limits that are part of the API's description.
MAX_MOVIES = 100
MAX_FOUND = 50
MAX_RATINGS = 200
MAX_SEARCH = 100


@dataclass(frozen=True)
class Limits:
    """What a service allows; the limits on numbers and texts stand in its description.

    Parameters
    ----------
    body_bytes : int
        Of a request's body; a longer one is answered with 413.
    body_seconds : float
        Within which the whole body has come; a slower one is answered with 408.
    head_seconds : float
        Within which the whole head of a request has come; a slower connection is closed.
    send_seconds : float
        Within which a client takes a piece of an answer; a slower connection is closed.
    idle_seconds : float
        After which a connection without a request is closed.
    connections : int
        At a time; a further one is answered with 503.
    stop_seconds : int
        How long a request that is being answered may delay the end of the service.
    """

    body_bytes: int = 64 * 1024
    body_seconds: float = 10.0
    head_seconds: float = 10.0
    send_seconds: float = 30.0
    idle_seconds: float = 5.0
    connections: int = 512
    stop_seconds: int = 5


class BodyGate:
    """Reads a request's body before the application sees it, within the limits.

    It is plain ASGI, so that it holds under any server, and in a serverless function.
    """

    def __init__(self, app: App, limits: Limits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        too_large = (
            f"The body is longer than {self.limits.body_bytes} bytes, which is the most that is "
            "read: send less."
        )
        said = headers.get(b"content-length", b"0")
        if said.isdigit() and int(said[:20]) > self.limits.body_bytes:
            await refuse(send, 413, too_large)
            return
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                body = await self._body(receive)
        except TimeoutError:
            await refuse(
                send,
                408,
                f"The body did not come within {self.limits.body_seconds:g} seconds: send the "
                "request again.",
                close=True,
            )
            return
        if body is None:  # the client has gone
            return
        if len(body) > self.limits.body_bytes:
            await refuse(send, 413, too_large)
            return
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if body and kind != b"application/json":
            named = kind.decode("latin-1") or "not named"
            await refuse(
                send,
                415,
                f"The body's content type is {named[:100]}: send JSON, with the header "
                "Content-Type: application/json.",
            )
            return
        await self.app(scope, _given(body, receive), send)

    async def _body(self, receive: Receive) -> bytes | None:
        """Give the body, or a little more than is allowed of a longer one, or None."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if not message.get("more_body", False) or len(body) > self.limits.body_bytes:
                return bytes(body)


async def refuse(send: Send, status: int, detail: str, close: bool = False) -> None:
    """Answer with an error, and close the connection where nothing more is to be read."""
    body = json.dumps({"detail": detail}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *([(b"connection", b"close")] if close else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _given(body: bytes, receive: Receive) -> Receive:
    """Hand a body out that was read already; then what the server says."""
    handed_out = False

    async def given() -> Message:
        nonlocal handed_out
        if handed_out:
            return await receive()
        handed_out = True
        return {"type": "http.request", "body": body, "more_body": False}

    return given
