"""Find out within seconds whether a host can be reached, and say in plain words why not."""

from __future__ import annotations

import errno
import queue
import selectors
import socket
import threading
import time
from typing import Any

Address = tuple[Any, ...]


def problem_reaching(host: str, port: int, seconds: float) -> str | None:
    """Try to connect to a host by all of its addresses at once.

    Without this, a network that swallows packets costs the time-out of the name server and then
    one time-out for each address of the host: half a minute, in a room that is waiting.

    Parameters
    ----------
    host : str
        Name or address of the host.
    port : int
        The port.
    seconds : float
        How long to try, name look-up included.

    Returns
    -------
    str or None
        Why no connection came about, in a few plain words; None if one did.
    """
    deadline = time.monotonic() + seconds
    found = _resolve(host, port, seconds)
    if isinstance(found, str):
        return found
    return _connect(found, deadline, seconds)


def _resolve(host: str, port: int, seconds: float) -> list[Address] | str:
    """Look up the addresses of a host, or say why there are none."""
    answers: queue.Queue[list[Address] | str] = queue.Queue()

    def look_up() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except OSError:
            answers.put("name not resolved, probably no network")
        except UnicodeError:
            answers.put("not a name that a host can have")

    # In a thread because nothing else can end a look-up that hangs.
    threading.Thread(target=look_up, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return f"name not resolved within {seconds:g} s, probably no network"


def _connect(addresses: list[Address], deadline: float, seconds: float) -> str | None:
    """Start a connection to each address; the first that stands is enough."""
    problem = f"timed out (no connection within {seconds:g} s)"
    with selectors.DefaultSelector() as waiting:
        sockets = []
        try:
            for family, kind, protocol, _, address in addresses:
                try:
                    attempt = socket.socket(family, kind, protocol)
                except OSError:  # A kind of address that this machine does not know.
                    continue
                sockets.append(attempt)
                attempt.setblocking(False)
                code = attempt.connect_ex(address)
                if code == 0:
                    return None
                if code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
                    waiting.register(attempt, selectors.EVENT_WRITE)
                else:
                    problem = in_words(code)
            while waiting.get_map() and time.monotonic() < deadline:
                for key, _ in waiting.select(deadline - time.monotonic()):
                    ready = key.fileobj
                    assert isinstance(ready, socket.socket)
                    code = ready.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if code == 0:
                        return None
                    problem = in_words(code)
                    waiting.unregister(ready)
        finally:
            for attempt in sockets:
                attempt.close()
    return problem


def in_words(code: int) -> str:
    """Say what an operating system's error of a connection means.

    Parameters
    ----------
    code : int
        One of the numbers in `errno`.

    Returns
    -------
    str
        A few plain words.
    """
    if code == errno.ECONNREFUSED:
        return "connection refused"
    if code in (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED):
        return "connection closed by the server"
    if code == errno.ETIMEDOUT:
        return "timed out"
    if code in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL):
        return "no network leads there"
    return f"no connection ({errno.errorcode.get(code, code)})"
