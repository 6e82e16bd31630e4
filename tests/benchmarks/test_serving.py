"""The measurement of the service: folders of the right size, bounded loads, errors seen."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks import serving as bench
from workshop_pkg.serving import open_folder

SMALL = (30, 80, 600)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bench.make_folder(tmp_path_factory.mktemp("bench") / "model", *SMALL)


def test_a_made_folder_has_its_size_and_answers(folder: Path) -> None:
    book = open_folder(folder)
    assert (len(book.user_ids), len(book.movies)) == SMALL[:2]
    assert book.manifest["sizes"]["ratings"] == SMALL[2]
    assert sum(movie.ratings for movie in book.movies) == SMALL[2]
    scores = {each.score for each in book.recommend(7, 10)}
    assert len(scores) == 10
    assert len(book.recommend_from(bench.newcomers(SMALL[1])[0], 10)) == 10


def test_the_numbers_of_a_load() -> None:
    load = bench.Load([1.0, 2.0, 3.0, 4.0], seconds=2.0)
    assert load.rate == 2
    assert load.percentile(50) == 2.5
    assert load.percentile(100) == 4
    numbers: list[int] = []
    assert len(bench.in_a_loop(numbers.append, 0.01).milliseconds) == len(numbers) > 0
    assert numbers == list(range(len(numbers)))


def test_all_of_it_on_a_small_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "SIZES", {"tiny": SMALL})
    monkeypatch.setattr(shutil, "which", lambda _: None)
    text = bench.report(seconds=0.3, connections=2)
    *_, known, new = text.splitlines()
    assert known.split()[:3] == ["tiny", "known", "user"]
    assert "somebody new, 10 ratings" in new
    assert all(float(cell) > 0 for line in (known, new) for cell in line.split()[-6:])


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """Answer every request in the same way."""
    ready, port, ends = threading.Event(), [0], []

    async def serve() -> None:
        async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer)

        server = await asyncio.start_server(one, "127.0.0.1", 0)
        port[0] = server.sockets[0].getsockname()[1]
        stop = asyncio.Event()
        ends.append((asyncio.get_running_loop(), stop))
        ready.set()
        await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(30)
    try:
        yield port[0]
    finally:
        loop, stop = ends[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)


def test_an_error_is_no_answer() -> None:
    with (
        answering(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n") as port,
        pytest.raises(ExceptionGroup) as caught,
    ):
        bench.over_http(port, lambda number: bench.known_request(number, 5), 5.0, 1)
    assert "404 Not Found" in str(caught.value.exceptions[0])


def test_what_wrk_prints_is_read() -> None:
    text = "  Latency Distribution\n     50%  3.31ms\n     99%    {}\nRequests/sec:   2345.67\n"
    assert bench.read_wrk(text.format("4.50ms")) == (2345.67, 4.5)
    assert bench.read_wrk(text.format("900.00us")) == (2345.67, pytest.approx(0.9))
    assert bench.read_wrk(text.format("1.20s")) == (2345.67, pytest.approx(1200))
    with pytest.raises(RuntimeError, match="wrk saw errors"):
        bench.read_wrk(text.format("1ms") + "  Non-2xx or 3xx responses: 3\n")
    with pytest.raises(RuntimeError, match="something else"):
        bench.read_wrk("unable to connect")


@pytest.mark.parametrize(
    "arguments",
    [["--seconds", "0"], ["--seconds", "3600"], ["--connections", "0"], ["--connections", "999"]],
)
def test_loads_that_are_too_large_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        bench.main(arguments)
    assert "take" in capsys.readouterr().err
