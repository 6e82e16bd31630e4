"""Time and memory of reading Netflix Prize files, on a generated file as large as a real one.

Opt-in, since the file takes a minute to make and half a gigabyte of disk while it lasts:
``python -m benchmarks.netflix``, or with another number of ratings after it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.measure import run_once, table

# Of combined_data_1.txt, the first of the four files of the Netflix Prize (its published size).
RATINGS, MOVIES, USERS = 24_058_263, 4_499, 480_189
BUDGET_GIB = 4


def make_files(folder: Path, ratings: int) -> None:
    """Write titles and ratings; a few movies hold most ratings."""
    rng = np.random.default_rng(0)
    titles = "".join(f"{movie},2000,Movie {movie}, the\n" for movie in range(1, MOVIES + 1))
    (folder / "movie_titles.csv").write_text(titles, encoding="latin-1")
    weight = 1 / (np.arange(MOVIES) + 100.0)
    counts = np.minimum(np.round(ratings * weight / weight.sum()).astype(int), USERS)
    counts[-1] = max(counts[-1] + ratings - counts.sum(), 1)
    first = np.datetime64("1999-11-11")
    with (folder / "combined_data_1.txt").open("w", encoding="latin-1") as file:
        for movie, count in enumerate(counts.tolist(), start=1):
            users = (rng.permutation(USERS)[:count] + 1).astype(str)
            stars = rng.integers(1, 6, count).astype(str)
            days = (first + rng.integers(0, 2_000, count)).astype(str)
            lines = map(",".join, zip(users, stars, days, strict=True))
            file.write(f"{movie}:\n" + "\n".join(lines) + "\n")


def report(ratings: int = RATINGS) -> str:
    """Make the files, read them in a process of its own, and give the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(folder, ratings)
        size = (folder / "combined_data_1.txt").stat().st_size
        note = folder / "note.json"
        run = run_once([sys.executable, "-m", "benchmarks.netflix", "read", name, str(note)])
        read = json.loads(note.read_text(encoding="utf-8"))
    row = (
        f"{read['ratings']:,}",
        f"{size / 2**20:,.0f}",
        f"{read['seconds']:.1f}",
        f"{read['ratings'] / read['seconds'] / 1e6:.1f}",
        f"{run.peak_gib:.2f}",
    )
    return table(
        f"Reading one file of the Netflix Prize's format (budget: {BUDGET_GIB} GiB)",
        ("ratings", "file, MiB", "seconds", "million a second", "peak GiB"),
        [row],
    )


def read(folder: str, note: str) -> None:
    """Read the files, and note how many ratings there are and how long it took."""
    from workshop_pkg import datasets

    started = time.perf_counter()
    ratings = datasets.load_netflix(folder).ratings
    seconds = time.perf_counter() - started
    text = json.dumps({"ratings": len(ratings), "seconds": seconds})
    Path(note).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        read(*sys.argv[2:])
    else:
        print(report(*map(int, sys.argv[1:])))
