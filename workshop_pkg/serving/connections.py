"""Connections that may not dawdle: uvicorn's HTTP protocol with deadlines for slow clients.

uvicorn closes a connection that is idle after an answer. It waits without end for the head of a
request that comes byte by byte, and for a client that does not read. A body that comes slowly is
`limits.BodyGate`'s matter.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from workshop_pkg.serving.limits import Limits


def protocol(limits: Limits) -> type[H11Protocol]:
    """Make the class of a server's connections.

    Parameters
    ----------
    limits : Limits
        Of which `head_seconds`, `body_seconds` and `send_seconds` hold here.

    Returns
    -------
    type
        For uvicorn's setting ``http``.
    """
    return type("Connection", (DeadlineProtocol,), {"limits": limits})


class DeadlineProtocol(H11Protocol):
    """Closes a connection whose client is too slow to ask, or to take the answer."""

    limits: Limits
    _reading: asyncio.TimerHandle | None = None
    _writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        self._wait(self.limits.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Take what has come, and see whether a head is still under way."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """See whether more of a refused body, or a next head, is under way."""
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """Wait for a client that does not read."""
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(self.limits.send_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop waiting: the client has read."""
        super().resume_writing()
        self._writing = _stopped(self._writing)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting: there is nobody."""
        self._reading = _stopped(self._reading)
        super().connection_lost(exc)
        self._writing = _stopped(self._writing)

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, at the latest when its client could have read all."""
        super().timeout_keep_alive_handler()
        if self._writing is None:
            self._writing = self.loop.call_later(self.limits.send_seconds, self.transport.abort)

    def _look(self) -> None:
        """Wait where the client owes something, and only as long as it does."""
        theirs = self.conn.their_state
        answered = self.cycle is not None and self.cycle.response_complete
        if theirs is h11.IDLE and self.conn.trailing_data[0]:
            self._wait(self.limits.head_seconds)
        elif theirs is h11.SEND_BODY and answered:
            # The answer was a refusal. What is left of the body is read and thrown away, so that a
            # client that sends before it reads gets to read; but not without end.
            self._wait(self.limits.body_seconds)
        elif self.cycle is not None:
            self._reading = _stopped(self._reading)

    def _wait(self, seconds: float) -> None:
        """Start to wait, if that has not begun."""
        if self._reading is None:
            self._reading = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._reading = None
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self.transport.write(_too_slow(self.limits.head_seconds))
        self.transport.close()


def _stopped(timer: asyncio.TimerHandle | None) -> Any:
    if timer is not None:
        timer.cancel()


def _too_slow(seconds: float) -> bytes:
    """Give the whole answer to a request whose head does not end."""
    detail = f"The request did not come within {seconds:g} seconds: send it again."
    body = json.dumps({"detail": detail}).encode()
    head = (
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
