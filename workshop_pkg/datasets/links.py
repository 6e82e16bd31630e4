"""Fetch a small text file, such as a sheet that is published as CSV, from an https link."""

from __future__ import annotations

import queue
import threading
from urllib.parse import urlsplit

from workshop_pkg.datasets.errors import DownloadError
from workshop_pkg.datasets.transfer import (
    CONNECT_SECONDS,
    NOT_AN_ADDRESS,
    READ_SECONDS,
    TransferError,
    check_status,
    open_https,
    reason_of,
)

MOST_BYTES = 1_000_000
TOTAL_SECONDS = 30.0
_CHUNK_BYTES = 1 << 14


def fetch_small_file(
    link: str,
    most_bytes: int = MOST_BYTES,
    timeout: float = READ_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
) -> bytes:
    """Fetch what an https link gives, if it is small and comes soon.

    Parameters
    ----------
    link : str
        The address. It, and every address that it redirects to, is https.
    most_bytes : int
        A longer file is refused, and reading ends there.
    timeout : float
        Seconds without a byte after which to give up. Connecting gets 3 s at the most.
    total_seconds : float
        Seconds after which to give up, however the bytes come.

    Returns
    -------
    bytes
        The file, as it came.

    Raises
    ------
    DownloadError
        In one sentence that says what went wrong.
    """
    answers: queue.Queue[bytes | str] = queue.Queue()

    def fetch() -> None:
        try:
            answers.put(_fetched(link, most_bytes, timeout))
        except TransferError as problem:
            answers.put(str(problem))
        except Exception as problem:  # else the one who waits would wait for nothing
            answers.put(f"no connection ({type(problem).__name__})")

    # In a thread because nothing else can end a transfer that drips.
    threading.Thread(target=fetch, daemon=True).start()
    try:
        answer = answers.get(timeout=total_seconds)
    except queue.Empty:
        answer = f"not complete within {total_seconds:g} s"
    if isinstance(answer, bytes):
        return answer
    raise DownloadError(
        f"The link {_shortened(link)} gave no file ({answer}): check the address, or save the file "
        "on this machine and pass its path.",
        reason=answer,
    )


def _fetched(link: str, most_bytes: int, timeout: float) -> bytes:
    import requests

    try:
        if not urlsplit(link).hostname:
            raise TransferError("it names no host")
        with (
            requests.Session() as session,
            open_https(session, link, min(CONNECT_SECONDS, timeout), timeout) as response,
        ):
            check_status(response)
            return _body(response, most_bytes)
    except requests.exceptions.RequestException as problem:
        raise TransferError(reason_of(problem, timeout)) from None
    except ValueError:  # Of urlsplit: a link, and a redirect, may be anything.
        raise TransferError(NOT_AN_ADDRESS) from None


def _body(response: object, most_bytes: int) -> bytes:
    import requests

    assert isinstance(response, requests.Response)
    announced = response.headers.get("content-length", "")
    expected = int(announced) if announced.isdigit() else 0
    received = bytearray()
    if expected <= most_bytes:
        for chunk in response.iter_content(_CHUNK_BYTES):
            received += chunk
            if len(received) > most_bytes:
                break
    if max(expected, len(received)) > most_bytes:
        raise TransferError(f"it is larger than the {most_bytes:,} bytes that are accepted")
    if len(received) < expected:
        raise TransferError(f"incomplete download ({len(received)} of {expected} bytes came)")
    return bytes(received)


def _shortened(link: str) -> str:
    return link if len(link) <= 80 else f"{link[:77]}..."
