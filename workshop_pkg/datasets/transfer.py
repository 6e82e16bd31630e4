"""Bring one file from one https address, or say in plain words why not."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from workshop_pkg.datasets.reach import in_words, problem_reaching
from workshop_pkg.datasets.registry import Archive

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 3.0
READ_SECONDS = 15.0
MAX_REDIRECTS = 5
CHUNK_BYTES = 1 << 16
HTTPS_PORT = 443
NOT_AN_ADDRESS = "redirected to something that is not an address"
EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL.


class TransferError(Exception):
    """An address did not give the archive; the message says why in a few plain words."""


def fetch_archive(
    url: str, archive: Archive, folder: Path, progress: bool, timeout: float = READ_SECONDS
) -> Path:
    """Download an archive and check every byte of it.

    Parameters
    ----------
    url : str
        Its https address.
    archive : Archive
        What should be there.
    folder : pathlib.Path
        Where to put it. Nothing is left there on failure.
    progress : bool
        Whether to show a progress bar.
    timeout : float
        Seconds without a byte after which to give up. Connecting gets 3 s at the most.

    Returns
    -------
    pathlib.Path
        The file, whose checksum is right.

    Raises
    ------
    TransferError
        If the address does not give the archive.
    OSError
        If the file cannot be written.
    """
    import pooch

    fetcher = _Fetcher(archive, progress, timeout)
    with _quiet(pooch.get_logger()):
        try:
            return Path(
                pooch.retrieve(
                    url=url,
                    known_hash=f"sha256:{archive.sha256}",
                    fname=archive.file_name,
                    path=folder,
                    downloader=fetcher,
                )
            )
        except ValueError:
            raise TransferError(
                f"wrong checksum, this is not the original archive ({fetcher.received} bytes)"
            ) from None


class _Fetcher:
    """A downloader in pooch's sense: https only, short time-outs, a reason for each failure."""

    def __init__(self, archive: Archive, progress: bool, timeout: float) -> None:
        self.archive = archive
        self.progress = progress
        self.timeout = timeout
        self.connect_timeout = min(CONNECT_SECONDS, timeout)
        self.received = 0

    def __call__(self, url: str, output_file: str, pooch: object, check_only: bool = False) -> None:
        """Write what `url` gives to `output_file`."""
        import requests

        try:
            with (
                requests.Session() as session,
                open_https(session, url, self.connect_timeout, self.timeout) as response,
            ):
                check_status(response)
                with Path(output_file).open("wb") as file:
                    self._receive(response, file)
        except requests.exceptions.RequestException as problem:
            raise TransferError(reason_of(problem, self.timeout)) from None
        except ValueError:  # Of urlsplit: a redirect may lead to anything.
            raise TransferError(NOT_AN_ADDRESS) from None

    def _receive(self, response: requests.Response, file: IO[bytes]) -> None:
        """Write the body to the file, looking at the first bytes and counting all."""
        from tqdm import tqdm

        announced = response.headers.get("content-length", "")
        expected = int(announced) if announced.isdigit() else None
        with tqdm(
            total=expected or self.archive.size,
            desc=f"{self.archive.file_name} from {urlsplit(response.url).hostname}",
            unit="B",
            unit_scale=True,
            leave=False,
            disable=not self.progress,
        ) as bar:
            for chunk in response.iter_content(CHUNK_BYTES):
                if self.received == 0 and chunk.lstrip().startswith(b"<"):
                    raise TransferError(
                        "a web page instead of the archive (does this network want a log-in?)"
                    )
                file.write(chunk)
                self.received += len(chunk)
                bar.update(len(chunk))
        if self.received == 0 or (expected is not None and self.received < expected):
            raise TransferError(_incomplete(self.received, expected))


def open_https(
    session: requests.Session, url: str, connect_timeout: float, timeout: float
) -> requests.Response:
    """Ask for a file; follow redirects, but only to https.

    Parameters
    ----------
    session : requests.Session
        What asks.
    url : str
        The address.
    connect_timeout, timeout : float
        Seconds to connect, and seconds without a byte after which to give up.

    Returns
    -------
    requests.Response
        Its body is still to be read.

    Raises
    ------
    TransferError
        If the address, or one that it leads to, is not https or cannot be reached.
    requests.exceptions.RequestException, ValueError
        If the request fails, or a redirect leads to no address.
    """
    for redirects in range(MAX_REDIRECTS):
        if urlsplit(url).scheme != "https":
            seen = f"redirected to {url[:80]}" if redirects else f"the address is {url[:80]}"
            raise TransferError(f"{seen}, and only https is accepted")
        _check_reachable(url, connect_timeout)
        response = session.get(
            url,
            stream=True,
            allow_redirects=False,
            timeout=(connect_timeout, timeout),
            # Bytes as they are: then they can be counted against the length announced.
            headers={"Accept-Encoding": "identity"},
        )
        if not response.is_redirect:
            return response
        url = urljoin(url, response.headers["location"])
        response.close()
    raise TransferError(f"redirected more than {MAX_REDIRECTS} times")


def _check_reachable(url: str, seconds: float) -> None:
    """Give up early on a host that does not answer (where a proxy is used, it is asked)."""
    from requests.utils import get_environ_proxies, select_proxy

    if select_proxy(url, get_environ_proxies(url)):
        return
    parts = urlsplit(url)
    problem = problem_reaching(parts.hostname or "", parts.port or HTTPS_PORT, seconds)
    if problem:
        raise TransferError(problem)


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch from announcing what we say ourselves."""
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _incomplete(received: int, expected: int | None) -> str:
    of = "" if expected is None else f" of {expected}"
    return f"incomplete download ({received}{of} bytes came)"


def check_status(response: requests.Response) -> None:
    """Raise a TransferError unless the server gives the file."""
    status = response.status_code
    if status == 200:
        return
    if status in (404, 410):
        raise TransferError(f"file not found (HTTP {status})")
    if status >= 500:
        raise TransferError(f"the server is at fault (HTTP {status})")
    raise TransferError(f"the server does not give the file (HTTP {status})")


def _causes(problem: BaseException) -> Iterator[Any]:
    """Give an exception and all that it wraps, in whatever way."""
    waiting: list[Any] = [problem]
    seen: set[int] = set()
    while waiting:
        error = waiting.pop(0)
        if not isinstance(error, BaseException) or id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        waiting += [*error.args, error.__cause__, error.__context__, getattr(error, "reason", None)]


def reason_of(problem: requests.exceptions.RequestException, timeout: float) -> str:
    """Say in a few plain words what a failed request means.

    Parameters
    ----------
    problem : requests.exceptions.RequestException
        What was raised.
    timeout : float
        Seconds without a byte after which the request gave up.

    Returns
    -------
    str
        The reason.
    """
    import requests

    for error in _causes(problem):
        if isinstance(error, ssl.SSLCertVerificationError):
            if error.verify_code == EXPIRED:
                return "the server's certificate has expired"
            return f"the server's certificate is not trusted ({error.verify_message})"
    if isinstance(problem, requests.exceptions.SSLError):
        return "no secure connection could be made"
    if isinstance(problem, requests.exceptions.ProxyError):
        return "the proxy that this machine uses gave no connection"
    if isinstance(problem, requests.exceptions.Timeout) or "timed out" in str(problem):
        return f"timed out (no answer within {timeout:g} s)"
    if isinstance(problem, requests.exceptions.ChunkedEncodingError):
        return "incomplete download (the connection ended early)"
    for error in _causes(problem):
        if isinstance(error, OSError) and error.errno is not None:
            return in_words(error.errno)
    if isinstance(problem, requests.exceptions.InvalidURL):
        return "not an address"
    return f"no connection ({type(problem).__name__})"
