"""The service as a serverless function: no server of its own, one call for each request.

The platform starts a process, imports this module, asks it for ``handler`` once, and calls that
with an event for each request. AWS Lambda does so, behind an HTTP API of API Gateway or a function
URL (payload format 2.0). The model is read at the start: with a damaged folder there is no start,
and no request waits for a model.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import psutil

from workshop_pkg.serving.errors import ModelFolderError
from workshop_pkg.serving.logs import LOGGER, log_to

#: Names the model folder; it is set in the platform's settings of the function.
FOLDER_VARIABLE = "WORKSHOP_MODEL"

Event = dict[str, Any]


class Function:
    """The application of a model folder, called with an event and a context.

    It answers on a thread and an event loop of its own, so that it can also be called where a loop
    runs already, as in a notebook.

    Parameters
    ----------
    folder : path
        A model folder that ``serving.export`` wrote.

    Attributes
    ----------
    milliseconds : float
        How long it took to read the folder and to make the application.

    Raises
    ------
    ModelFolderError
        When the folder is none, is damaged, or is of a newer version.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        # Imported here: who only makes events needs no package of the extra.
        from mangum import Mangum

        from workshop_pkg.serving import create_app, open_folder

        began = time.perf_counter()
        application = create_app(open_folder(folder))
        self._thread = ThreadPoolExecutor(1, "function", initializer=_start_a_loop)
        self._adapter = self._thread.submit(Mangum, application, lifespan="off").result()
        self.milliseconds = 1000 * (time.perf_counter() - began)

    def __call__(self, event: Event, context: Any = None) -> dict[str, Any]:
        """Answer one event.

        Parameters
        ----------
        event : dict
            A request, as API Gateway describes it; `http_event` makes one.
        context : object
            What the platform tells about the call; not used.

        Returns
        -------
        dict
            ``statusCode``, ``headers``, ``body`` (text) and ``isBase64Encoded``.
        """
        answer: dict[str, Any] = self._thread.submit(self._adapter, event, context).result()
        return answer


def http_event(
    method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> Event:
    """Describe a request as API Gateway does for a function (payload format 2.0).

    Parameters
    ----------
    method : str
        ``"GET"`` or ``"POST"``.
    target : str
        Path and query, as in an address: ``"/api/movies?search=star"``.
    body : object, optional
        Bytes and text go as they are; all else goes as JSON.
    headers : mapping of str to str, optional
        Added to, or in place of, those that the body needs.

    Returns
    -------
    dict
        The event.

    Raises
    ------
    ValueError
        When the target is no path.

    Examples
    --------
    >>> event = http_event("GET", "/api/movies?search=star")
    >>> event["rawPath"], event["rawQueryString"], event["requestContext"]["http"]["method"]
    ('/api/movies', 'search=star', 'GET')
    """
    if not target.startswith("/"):
        raise ValueError(f"The target is {target!r}, but a path starts with a slash: '/health'.")
    parts = urlsplit(target)
    # Addresses that are set aside for examples (RFC 2606 and RFC 5737).
    host, caller = "api.example.com", "192.0.2.1"
    event: Event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": {"accept": "*/*", "host": host, "x-forwarded-proto": "https"},
        "requestContext": {
            "domainName": host,
            "http": {
                "method": method,
                "path": parts.path,
                "protocol": "HTTP/1.1",
                "sourceIp": caller,
                "userAgent": "example",
            },
            "requestId": "example",
            "routeKey": "$default",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    if isinstance(body, bytes):
        event |= {"body": base64.b64encode(body).decode("ascii"), "isBase64Encoded": True}
    elif body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    if body is not None:
        content = event["body"].encode() if not isinstance(body, bytes) else body
        event["headers"] |= {
            "content-type": "application/json",
            "content-length": str(len(content)),
        }
    event["headers"] |= {name.lower(): value for name, value in (headers or {}).items()}
    return event


def __getattr__(name: str) -> Any:
    """Make ``handler`` when the platform asks for it, so that any other import reads no model."""
    if name != "handler":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    handler = globals()["handler"] = _start()
    return handler


def _start() -> Function:
    folder = os.environ.get(FOLDER_VARIABLE, "")
    if not folder:
        raise ModelFolderError(
            f"{FOLDER_VARIABLE} is not set: let it name the folder that `workshop train` made."
        )
    log_to(sys.stderr)
    function = Function(folder)
    cold_start = 1000 * (time.time() - psutil.Process().create_time())
    fields = {
        "milliseconds": round(cold_start, 3),
        "milliseconds_of_the_model": round(function.milliseconds, 3),
    }
    logging.getLogger(LOGGER).info("cold start", extra={"fields": fields})
    return function


def _start_a_loop() -> None:
    asyncio.set_event_loop(asyncio.new_event_loop())
