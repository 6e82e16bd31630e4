"""A small file from an https link: what comes, and one clear sentence for all that may go wrong."""

from __future__ import annotations

import time

import pytest

from tests.datasets.fault_server import FaultServer
from workshop_pkg.datasets import DownloadError
from workshop_pkg.datasets.links import MOST_BYTES, fetch_small_file

TABLE = b"movie_id,rating\n1,5\n"


def failed(link: str, **limits: float) -> str:
    """Fetch, which fails; give the one sentence."""
    with pytest.raises(DownloadError) as caught:
        fetch_small_file(link, **limits)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert "gave no file" in sentence
    assert "save the file on this machine" in sentence
    assert caught.value.reason in sentence
    return sentence


@pytest.mark.parametrize("kind", ["good", "to-good"])
def test_a_file_comes_as_it_is_also_by_a_redirect(kind: str, server: FaultServer) -> None:
    server.body = TABLE
    assert fetch_small_file(server.base(kind) + "/sheet.csv") == TABLE


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("404", "file not found (HTTP 404)"),
        ("403", "the server does not give the file (HTTP 403)"),
        ("500", "the server is at fault (HTTP 500)"),
        ("truncated", "incomplete download"),
        ("to-http", "redirected to http://localhost:1/sheet.csv, and only https is accepted"),
        ("to-itself", "redirected more than"),
        ("to-nonsense", "redirected to something that is not an address"),
    ],
)
def test_a_fault_of_the_server_is_named(kind: str, words: str, server: FaultServer) -> None:
    server.body = TABLE
    assert words in failed(server.base(kind) + "/sheet.csv")


@pytest.mark.parametrize("kind", ["silent", "stalled"])
def test_a_server_that_stops_answering_is_given_up(kind: str, server: FaultServer) -> None:
    server.body = TABLE
    words = failed(server.base(kind) + "/sheet.csv", timeout=0.5)
    assert "timed out (no answer within 0.5 s)" in words


def test_there_is_an_end_however_the_bytes_come(server: FaultServer) -> None:
    server.body = TABLE
    began = time.monotonic()
    words = failed(server.base("silent") + "/sheet.csv", total_seconds=0.3)
    assert "not complete within 0.3 s" in words
    assert time.monotonic() - began < 5


def test_a_large_file_is_refused_without_being_read(server: FaultServer) -> None:
    server.body = b"x" * (MOST_BYTES + 1)
    assert "larger than the 1,000,000 bytes" in failed(server.base("good") + "/sheet.csv")
    server.body = b"x" * MOST_BYTES
    assert len(fetch_small_file(server.base("good") + "/sheet.csv")) == MOST_BYTES


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("http://localhost/sheet.csv", "the address is http://localhost/sheet.csv, and only https"),
        ("https://", "it names no host"),
        ("https://[nonsense/", "not an address"),
        ("https://localhost:1/sheet.csv", "connection refused"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(link: str, words: str) -> None:
    assert words in failed(link)


def test_an_untrusted_certificate_is_named(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert "certificate is not trusted" in failed(server.base("good") + "/sheet.csv")
