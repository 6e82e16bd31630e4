"""Print every table, one after another."""

from __future__ import annotations

import platform

import psutil

from benchmarks import (
    encoding,
    imports,
    lessons,
    loading,
    losses,
    miners,
    ranking,
    recommenders,
    serving,
    training,
)


def main() -> None:
    """Measure, and print each table as soon as it is there."""
    memory = psutil.virtual_memory().total / 2**30
    cores = psutil.cpu_count()
    print(
        f"{platform.system()}, Python {platform.python_version()}, {cores} cores, {memory:.0f} GiB"
    )
    for measurement in (
        imports,
        loading,
        encoding,
        miners,
        ranking,
        losses,
        training,
        recommenders,
        serving,
        lessons,
    ):
        print(measurement.report(), flush=True)


if __name__ == "__main__":
    main()
