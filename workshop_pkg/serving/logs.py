"""Logs for machines: one JSON object a line, and nothing about what somebody rated or searched.

A line of a request has its method, the template of its path (``/api/users/{user_id}/...``, without
the id), the status, the milliseconds, and an id that the answer's header ``X-Request-ID`` repeats.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import uuid
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

from workshop_pkg.serving.limits import App, Message, Receive, Send, refuse

LOGGER = "workshop.serving"

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Give time, level and event, and what the record's ``fields`` add."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        told |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=True)


def log_to(stream: TextIO = sys.stderr) -> None:
    """Send the service's and the server's logs to a stream, a JSON object a line."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    for name in (LOGGER, "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name != "uvicorn.error" else []
        logger.setLevel(logging.INFO)
        logger.propagate = name == "uvicorn.error"


class RequestLog:
    """Logs each request, gives it an id, and turns an unforeseen error into a plain 500."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.logger = logging.getLogger(LOGGER)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass a request on, and write its line when it is answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(scope)
        status = 0

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id)]
            await send(message)

        error: Exception | None = None
        try:
            await self.app(scope, receive, with_id)
        except Exception as caught:
            error = caught
            if status == 0:
                detail = f"An error of the service; its log tells more at {request_id.decode()}."
                await refuse(with_id, 500, detail)
        route = scope.get("route")
        self.logger.log(
            logging.INFO if error is None else logging.ERROR,
            "request",
            exc_info=error,
            extra={
                "fields": {
                    "method": scope["method"],
                    # A path that fits no route may hold anything.
                    "path": getattr(route, "path", "unknown"),
                    # 0: the client had gone before there was an answer.
                    "status": status,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 3),
                    "request_id": request_id.decode(),
                }
            },
        )


def _request_id(scope: MutableMapping[str, Any]) -> bytes:
    """Take over the caller's id, where it is a plain one, or make one."""
    given = dict(scope["headers"]).get(b"x-request-id", b"")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex.encode()
