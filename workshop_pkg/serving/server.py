"""The service as a process: what `workshop serve` and `workshop train` run."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_pkg.project import repository_and_tag
from workshop_pkg.serving import folder as model_folder
from workshop_pkg.serving.limits import Limits
from workshop_pkg.serving.saved import open_folder

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
PORT = 8000


class ServeError(RuntimeError):
    """The service cannot start; the message says what to do instead."""


def serve(
    folder: str | os.PathLike[str],
    host: str = HOST,
    port: int = PORT,
    limits: Limits | None = None,
) -> None:
    """Serve a model folder until the process is told to stop (Ctrl+C, SIGTERM).

    Requests that are being answered are finished first. The log goes to the standard error, a
    JSON object a line.

    Parameters
    ----------
    folder : path
        That ``workshop train`` or `serving.export` made.
    host : str
        The address to listen at; the default can be reached from this machine only.
    port : int
        The port; 0 takes any free one, and says which.
    limits : Limits, optional
        On requests and clients.

    Raises
    ------
    ServeError
        When packages are missing, or the address or the port cannot be used.
    ModelFolderError
        When the folder cannot be served.
    """
    bounds = limits or Limits()
    server = _server(folder, bounds)
    listening = listen(host, port)
    address = _address(host, listening.getsockname()[1])
    # From here on a signal ends the server, also before it runs.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    print(f"Serving {Path(folder)} at {address} (Ctrl+C stops it).", flush=True)
    if not _is_loopback(host):
        print(
            "Everybody who can reach this machine can use the service, and see what each user is "
            "recommended: it asks for no password.",
            flush=True,
        )
    with contextlib.closing(listening):
        server.run([listening])


def _server(folder: str | os.PathLike[str], limits: Limits) -> uvicorn.Server:
    try:
        import uvicorn

        from workshop_pkg.serving.app import create_app
        from workshop_pkg.serving.connections import protocol
    except ModuleNotFoundError as error:
        url, tag = repository_and_tag()
        raise ServeError(
            f"The service needs packages that are not here ({error.name}). In a clone: `make "
            f'setup`. Elsewhere: pip install "recommender-workshop[serve] @ git+{url}@{tag}"'
        ) from error
    from threadpoolctl import threadpool_limits

    from workshop_pkg.serving.logs import log_to

    app = create_app(open_folder(folder), limits)
    # Products this small are done before a second thread has begun.
    threadpool_limits(limits=1)
    log_to(sys.stderr)
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=protocol(limits),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=limits.connections,
            timeout_keep_alive=max(1, round(limits.idle_seconds)),
            timeout_graceful_shutdown=limits.stop_seconds,
        )
    )


def listen(host: str, port: int) -> socket.socket:
    """Open a socket that waits for connections.

    Parameters
    ----------
    host : str
        A name or an address of this machine.
    port : int
        0 takes any free one.

    Returns
    -------
    socket.socket

    Raises
    ------
    ServeError
        When the address is none of this machine's, or the port is in use or not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ServeError(
            f"The host {host!r} is unknown: take {HOST} (this machine only) or 0.0.0.0 (all of its "
            "addresses)."
        ) from error
    family, kind, number, _, address = found[0]
    listening = socket.socket(family, kind, number)
    try:
        if os.name == "posix":
            # A port of a server that has just ended can be taken again at once.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        elif hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            # On Windows two servers could else take the same port.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise ServeError(_why_not(host, port, error)) from error
    listening.setblocking(False)
    return listening


def train(folder: str | os.PathLike[str], dataset: str | None = None) -> list[str]:
    """Train the two models on a data set, and write them into a folder.

    Parameters
    ----------
    folder : path
        A new or an empty one.
    dataset : str, optional
        Such as ``1m``; by default the one that the lessons use.

    Returns
    -------
    list of str
        What to tell: the sizes, how good the probabilities are, what to do next.

    Raises
    ------
    ModelFolderError
        When the folder is not empty, or cannot be made.
    DataError
        When there is no such data set.
    """
    target = Path(folder)
    model_folder.require_free(target)
    from workshop_pkg import datasets
    from workshop_pkg.serving.exporting import export, train_models

    data = datasets.load_movielens(dataset) if dataset else datasets.load_lesson_data()
    stars, choices = train_models(data.ratings, verbose=sys.stderr.isatty())
    export(target, data, stars=stars, choices=choices, train=data.ratings)
    manifest = open_folder(target).manifest
    sizes, curve = manifest["sizes"], manifest["probability"]
    return [
        f"{target}: trained on {sizes['ratings']} ratings of {sizes['movies']} movies by "
        f"{sizes['users']} users ({data.name}).",
        f"P(like) is off by {100 * curve['calibration_error']:.1f} percentage points on average "
        f"(on {curve['measured_on']} ratings that the model had not seen).",
        f"Next: workshop serve {target}",
    ]


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"The port {port} of {host} is in use: stop what uses it, or take another, such as "
            f"--port {port + 1 if port < 65535 else PORT}; --port 0 takes any free one."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"The port {port} is not allowed to you: take one from 1024 on, such as {PORT}."
    if error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{host} is no address of this machine: take {HOST} (this machine only) or 0.0.0.0 "
            "(all of its addresses)."
        )
    return f"{host}, port {port}, cannot be used ({error.strerror}): take another."


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
