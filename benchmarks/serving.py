"""Requests per second of the service, beside the same model called in a plain loop.

`python -m benchmarks.serving` starts the service for models of two sizes, those of MovieLens 100K
and 1M, and asks it for lists of ten over a few connections that stay open. The models' numbers are
made up: what an answer costs depends on the sizes alone, so that no data set is needed. Where `wrk`
is installed, it measures the first kind of request as well.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.measure import table
from workshop_pkg.serving import SavedRecommender, open_folder
from workshop_pkg.serving import folder as model_folder

#: Users, movies and ratings, as GroupLens publishes them.
SIZES = {"100K": (943, 1682, 100_000), "1M": (6040, 3706, 1_000_209)}
#: As `serving.train_models` trains them.
STARS_WIDTH, CHOICES_WIDTH = 40, 10
N = 10
N_RATED = 10
SECONDS = 3.0
CONNECTIONS = 8
#: No load is larger, whatever is asked for: this is a look, no test of strength.
MOST_SECONDS, MOST_CONNECTIONS = 30.0, 64


@dataclass(frozen=True)
class Load:
    """What a load has measured: each answer's milliseconds, and the seconds of all of them."""

    milliseconds: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds

    def percentile(self, percent: float) -> float:
        """Give the milliseconds that so many percent of the answers took at the most."""
        return float(np.percentile(self.milliseconds, percent))


def make_folder(folder: Path, users: int, movies: int, ratings: int) -> Path:
    """Write a model folder of a size, with made-up numbers in it."""
    rng = np.random.default_rng(0)
    rated = rng.multinomial(ratings - users, np.full(users, 1 / users)) + 1
    rated = np.minimum(rated, movies)
    seen = [np.sort(rng.choice(movies, size=count, replace=False)) for count in rated]
    features = rng.normal(0, 0.3, (movies, CHOICES_WIDTH))
    total = int(rated.sum())
    manifest = {
        "data": f"made up, {users} users",
        "sizes": {"users": users, "movies": movies, "ratings": total},
        "rating_range": [1.0, 5.0],
        "models": {},
        "probability": {
            "of": "a made-up like",
            "liked_from": 4.0,
            "threshold": 0.5,
            "slope": 1.0,
            "intercept": -3.5,
            "calibration_error": 0.0,
            "brier_score": 0.0,
            "brier_score_of_the_share": 0.0,
            "share_of_likes": 0.5,
            "measured_on": 0,
        },
    }
    arrays: dict[str, model_folder.Arrays] = {
        "stars": {
            "user_embeddings": rng.normal(0, 0.1, (users, STARS_WIDTH)),
            "movie_embeddings": rng.normal(0, 0.1, (movies, STARS_WIDTH)),
            "user_biases": np.zeros(users),
            "movie_biases": np.zeros(movies),
            "mean": np.array(3.5),
        },
        "choices": {
            "user_embeddings": rng.normal(0, 0.3, (users, CHOICES_WIDTH)),
            "movie_embeddings": features,
            "shared": 0.3 / total * (features.T @ features) + 0.3 / users * np.eye(CHOICES_WIDTH),
            "product_weight": np.array(0.7 / total),
            "n_ratings": np.array(total),
        },
        "seen": {
            "user_ids": np.arange(1, users + 1),
            "movie_ids": np.arange(1, movies + 1),
            "indptr": np.concatenate([[0], np.cumsum(rated)]),
            "indices": np.concatenate(seen),
        },
    }
    titles = [
        {"movie_id": row + 1, "title": f"Movie {row + 1} (1999)", "year": 1999, "genres": ["Drama"]}
        for row in range(movies)
    ]
    model_folder.write(folder, manifest, arrays, titles)
    return folder


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """Serve a folder in a process of its own; give the port."""
    command = [sys.executable, "-m", "workshop_pkg.cli", "serve", str(folder), "--port", "0"]
    with (folder.parent / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None
            found = re.search(r":(\d+) ", process.stdout.readline())
            if found is None:
                raise RuntimeError(f"the service did not start: see {folder.parent / 'log'}")
            yield int(found[1])
        finally:
            process.terminate()
            process.communicate(timeout=30)


def in_a_loop(call: Callable[[int], Any], seconds: float) -> Load:
    """Call the model again and again, for some seconds."""
    took = []
    started = now = time.perf_counter()
    while now - started < seconds:
        call(len(took))
        before, now = now, time.perf_counter()
        took.append(1000 * (now - before))
    return Load(took, now - started)


def over_http(port: int, request: Callable[[int], bytes], seconds: float, connections: int) -> Load:
    """Ask the service over some connections at a time, for some seconds; any error is an error."""
    return asyncio.run(_over_http(port, request, seconds, connections))


async def _over_http(
    port: int, request: Callable[[int], bytes], seconds: float, connections: int
) -> Load:
    took: list[float] = []
    started = time.perf_counter()

    async def one(first: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        number = first
        while (before := time.perf_counter()) - started < seconds:
            writer.write(request(number))
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            if not head.startswith(b"HTTP/1.1 200 ") or length is None:
                raise RuntimeError(f"the service answered {head[:200]!r}")
            await reader.readexactly(int(length[1]))
            took.append(1000 * (time.perf_counter() - before))
            number += connections
        writer.close()
        await writer.wait_closed()

    async with asyncio.TaskGroup() as group:
        for first in range(connections):
            group.create_task(one(first))
    return Load(took, time.perf_counter() - started)


def by_wrk(port: int, users: int, seconds: float, connections: int) -> tuple[float, float] | None:
    """Measure lists for known users with wrk: answers a second and p99; None where it is not."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return None
    script = (
        "local i = 0\nrequest = function()\n"
        f"  i = i + 1\n  return wrk.format('GET', '/api/users/' .. (1 + i % {users}) .. "
        f"'/recommendations?n={N}')\nend\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "users.lua"
        path.write_text(script, encoding="utf-8")
        options = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
        run = subprocess.run(
            [wrk, *options, "-s", str(path), f"http://127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            check=True,
        )
    return read_wrk(run.stdout)


def read_wrk(text: str) -> tuple[float, float]:
    """Read answers a second and the 99th percentile, in milliseconds, from what wrk prints."""
    if "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(f"wrk saw errors:\n{text}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    if rate is None or p99 is None:
        raise RuntimeError(f"wrk printed something else:\n{text}")
    return float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]


def newcomers(movies: int) -> list[dict[int, float]]:
    """Make somebody new a hundred times, with a handful of ratings each."""
    rng = np.random.default_rng(1)
    return [
        {
            int(movie): float(stars)
            for movie, stars in zip(
                rng.choice(movies, N_RATED, replace=False) + 1,
                rng.integers(1, 6, N_RATED),
                strict=True,
            )
        }
        for _ in range(100)
    ]


def known_request(number: int, users: int) -> bytes:
    """Ask for a list for a known user."""
    path = f"/api/users/{1 + number % users}/recommendations?n={N}"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def new_request(ratings: dict[int, float]) -> bytes:
    """Ask for a list for somebody new."""
    listed = [{"movie_id": movie, "rating": stars} for movie, stars in ratings.items()]
    body = json.dumps({"ratings": listed, "n": N})
    return (
        "POST /api/recommendations HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def row(name: str, asked: str, loop: Load, rate: float, p50: str, p99: float) -> tuple[str, ...]:
    """Set a line of the table."""
    return (
        name,
        asked,
        f"{loop.rate:.0f}",
        f"{loop.percentile(99):.2f}",
        f"{rate:.0f}",
        p50,
        f"{p99:.2f}",
        f"{loop.rate / rate:.1f}",
    )


def measured(
    name: str, book: SavedRecommender, port: int, seconds: float, connections: int
) -> list[tuple[str, ...]]:
    """Measure both kinds of lists, in a loop and over HTTP."""
    users, movies = len(book.user_ids), len(book.movies)
    people = newcomers(movies)
    requests = [new_request(person) for person in people]
    rows = []
    with threadpool_limits(limits=1):  # as in the service
        loops = (
            in_a_loop(lambda number: book.recommend(1 + number % users, N), seconds),
            in_a_loop(lambda number: book.recommend_from(people[number % 100], N), seconds),
        )
    asked = "known user"
    load = over_http(port, lambda number: known_request(number, users), seconds, connections)
    p50 = f"{load.percentile(50):.2f}"
    rows.append(row(name, asked, loops[0], load.rate, p50, load.percentile(99)))
    found = by_wrk(port, users, seconds, connections)
    if found is not None:
        rows.append(row(name, f"{asked}, by wrk", loops[0], found[0], "-", found[1]))
    load = over_http(port, lambda number: requests[number % 100], seconds, connections)
    p50 = f"{load.percentile(50):.2f}"
    asked = f"somebody new, {N_RATED} ratings"
    rows.append(row(name, asked, loops[1], load.rate, p50, load.percentile(99)))
    return rows


def report(seconds: float = SECONDS, connections: int = CONNECTIONS) -> str:
    """Measure both sizes, and set the table."""
    rows = []
    for name, sizes in SIZES.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = make_folder(Path(scratch) / "model", *sizes)
            with running(folder) as port:
                rows += measured(name, open_folder(folder), port, seconds, connections)
    header = (
        "factors of",
        f"list of {N} for",
        "loop, calls/s",
        "loop, p99 ms",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "loop to service",
    )
    title = (
        f"The service on loopback, {connections} connections (it shares the cores with the load; "
        "the loop is the same model, called)"
    )
    return table(title, header, rows)


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each measurement")
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    chosen = parser.parse_args(arguments)
    if not 0 < chosen.seconds <= MOST_SECONDS:
        parser.error(f"--seconds is {chosen.seconds:g}: take more than 0, at most {MOST_SECONDS:g}")
    if not 1 <= chosen.connections <= MOST_CONNECTIONS:
        parser.error(f"--connections is {chosen.connections}: take 1 to {MOST_CONNECTIONS}")
    print(report(chosen.seconds, chosen.connections))


if __name__ == "__main__":
    main()
