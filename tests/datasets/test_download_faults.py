"""What the network does to a download: one clear sentence, and nothing half-written."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from tests.datasets.fault_server import FaultServer, running
from workshop_pkg.datasets import DataError, DownloadError, download, load_movielens
from workshop_pkg.datasets.download import addresses_of
from workshop_pkg.datasets.registry import BASE_URLS, archive_for

Contents = Callable[[], set[str]]


def only(monkeypatch: pytest.MonkeyPatch, *bases: str) -> None:
    """Let these addresses be the only ones that are tried."""
    monkeypatch.setenv("WORKSHOP_MIRRORS", " ".join(("only", *bases)))


def failed_download(timeout: float = 5.0) -> str:
    """Download, which fails; give the one sentence."""
    with pytest.raises(DownloadError) as caught:
        download("100k", progress=False, timeout=timeout)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.startswith("MovieLens 100K could not be downloaded (")
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return sentence


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("404", "file not found (HTTP 404)"),
        ("403", "the server does not give the file (HTTP 403)"),
        ("500", "the server is at fault (HTTP 500)"),
        ("page", "a web page instead of the archive"),
        ("truncated", "incomplete download"),
        ("empty", "incomplete download (0"),
        ("wrong", "wrong checksum"),
        ("to-http", "redirected to http://localhost:1/ml-100k.zip, and only https is accepted"),
        ("to-itself", "redirected more than"),
        ("to-nonsense", "redirected to something that is not an address"),
    ],
)
def test_a_fault_of_the_server_is_named_and_leaves_nothing(
    kind: str,
    words: str,
    server: FaultServer,
    cache: Path,
    contents: Contents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only(monkeypatch, server.base(kind))
    sentence = failed_download()
    assert f"(localhost: {words}" in sentence
    assert f"put ml-100k.zip, or its unpacked folder ml-100k, into {cache} by hand" in sentence
    assert contents() == set()


@pytest.mark.parametrize("kind", ["silent", "stalled"])
def test_a_server_that_stops_answering_is_given_up(
    kind: str, server: FaultServer, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, server.base(kind))
    assert "localhost: timed out (no answer within 0.5 s)" in failed_download(timeout=0.5)
    assert contents() == set()


def test_a_server_that_never_starts_to_talk_is_given_up(
    archive: bytes, cache: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        only(monkeypatch, f"https://localhost:{listening.getsockname()[1]}")
        assert "localhost: timed out" in failed_download(timeout=0.5)
    assert contents() == set()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves a full queue unanswered")
def test_a_connection_that_nobody_takes_is_given_up(
    archive: bytes, cache: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A full queue of connections: the machine then leaves further ones without an answer.
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        only(monkeypatch, f"https://127.0.0.1:{address[1]}")
        assert "127.0.0.1: timed out (no connection within 0.5 s)" in failed_download(timeout=0.5)
        for one in waiting:
            one.close()
    assert contents() == set()


def test_a_closed_port_is_refused(
    archive: bytes, cache: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    only(monkeypatch, f"https://localhost:{port}")
    assert "localhost: connection refused" in failed_download()
    assert contents() == set()


def test_a_name_that_does_not_resolve_is_said_to(
    archive: bytes, cache: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "https://recommender-workshop.invalid/movielens")
    assert "recommender-workshop.invalid: name not resolved" in failed_download()
    assert contents() == set()


def test_no_network_names_every_host_and_one_reason(
    archive: bytes, cache: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "https://one.invalid", "https://two.invalid/path")
    assert (
        "(one.invalid and two.invalid: name not resolved, probably no network)" in failed_download()
    )
    assert contents() == set()


def test_an_expired_certificate_is_not_trusted(
    server: FaultServer,
    authority: trustme.CA,
    contents: Contents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running(authority, days_valid=-1) as expired:
        expired.body = server.body
        only(monkeypatch, expired.base("good"))
        assert "localhost: the server's certificate has expired" in failed_download()
        assert expired.requests == []
    assert contents() == set()


def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    server: FaultServer, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    only(monkeypatch, server.base("good"))
    assert "localhost: the server's certificate is not trusted" in failed_download()
    assert server.requests == []
    assert contents() == set()


def test_a_proxy_that_does_not_answer_is_named(
    server: FaultServer, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    only(monkeypatch, server.base("good"))
    assert "the proxy that this machine uses gave no connection" in failed_download()
    assert contents() == set()


@pytest.mark.parametrize("faulty", ["404", "500", "page", "truncated", "wrong"])
def test_the_next_mirror_is_tried_after_a_fault(
    faulty: str, server: FaultServer, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, server.base(faulty), server.base("good"))
    folder = download("100k", progress=False)
    assert (folder / "u.data").is_file()
    assert server.requests == [f"/{faulty}/ml-100k.zip", "/good/ml-100k.zip"]
    assert {path for path in contents() if "/" not in path} == {"ml-100k.zip", "ml-100k"}


def test_a_redirect_to_https_is_followed(
    server: FaultServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, server.base("to-good"))
    assert download("100k", progress=False) == cache / "ml-100k"


def test_a_download_is_loaded_and_not_asked_for_again(
    server: FaultServer,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    only(monkeypatch, server.base("good"))
    first = load_movielens("100k")
    assert capsys.readouterr().out == f"Data: MovieLens 100K from localhost, kept in {cache}.\n"
    second = load_movielens("100k")
    assert capsys.readouterr().out == (
        f"Data: MovieLens 100K from the cache ({cache / 'ml-100k'}).\n"
    )
    assert first.path == second.path == cache / "ml-100k"
    assert first.ratings.equals(second.ratings)
    assert len(server.requests) == 1


def test_a_failed_download_is_not_tried_again_by_loading_but_by_download(
    server: FaultServer, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, server.base("500"))
    for expected in ("(localhost: ", "(tried a short while ago: localhost: "):
        with pytest.raises(DownloadError) as caught:
            load_movielens("100k")
        assert expected in str(caught.value)
    assert len(server.requests) == 1
    failed_download()
    assert len(server.requests) == 2
    only(monkeypatch, server.base("good"))  # Other addresses: nothing is known of them yet.
    assert len(load_movielens("100k").ratings) == 4


@pytest.mark.parametrize("wanted", [True, False])
def test_the_progress_bar_is_shown_if_wanted(
    wanted: bool,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    only(monkeypatch, server.base("good"))
    download("100k", progress=wanted)
    assert ("ml-100k.zip from localhost" in capsys.readouterr().err) == wanted


@pytest.mark.parametrize(
    "value",
    ["http://room.example", "ftp://room.example", "room.example", "https://", "https://a:b"],
)
def test_a_mirror_that_is_not_https_is_refused(
    value: str, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, value)
    with pytest.raises(
        DataError, match="accepted are https addresses and the word 'only'"
    ) as caught:
        download("100k", progress=False)
    assert value in str(caught.value)


def test_mirrors_come_before_the_built_in_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSHOP_MIRRORS", "https://room.example/data/")
    addresses = addresses_of(archive_for("1m"))
    assert addresses[:2] == (
        "https://room.example/data/ml-1m.zip",
        "https://files.grouplens.org/datasets/movielens/ml-1m.zip",
    )
    assert len(addresses) == 1 + len(BASE_URLS)


def test_without_any_address_the_sentence_says_so(archive: bytes, cache: Path) -> None:
    assert "(WORKSHOP_MIRRORS leaves no address to try)" in failed_download()
