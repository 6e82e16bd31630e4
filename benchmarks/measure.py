"""Run a command as a process of its own, and say how long it took and how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median

import psutil

# Runs inside the measured process's parent: its only child is the command, so that the largest
# child is the command's largest process. ru_maxrss is in KiB on Linux and in bytes on macOS.
_WATCH = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
seconds = time.perf_counter() - started
unit = 1 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
print(json.dumps({"seconds": seconds, "peak_bytes": peak, "code": code}))
"""


@dataclass(frozen=True)
class Run:
    """One run of a command: wall-clock seconds, and the peak memory of its largest process."""

    seconds: float
    peak_gib: float


def run_once(command: list[str]) -> Run:
    """Run a command; a failing one is an error, since its time would mean nothing."""
    watch = [sys.executable, "-c", _WATCH, *command]
    output = subprocess.run(watch, capture_output=True, text=True, check=True)
    measured = json.loads(output.stdout)
    if measured["code"] != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{output.stderr[-2000:]}")
    return Run(measured["seconds"], measured["peak_bytes"] / 2**30)


def run_family(command: list[str], every: float = 0.1) -> Run:
    """Run a command; its peak memory is that of the process and all that it starts, together.

    For work that is spread over processes, as Spark's over Python and Java. Memory is looked at
    `every` so many seconds; pages that two processes share count twice.
    """
    started, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile(mode="w+") as said:
        process = psutil.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        while process.poll() is None:
            peak = max(peak, _resident(process))
            time.sleep(every)
        seconds = time.perf_counter() - started
        if process.returncode != 0:
            said.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed:\n{said.read()[-2000:]}")
    return Run(seconds, peak / 2**30)


def _resident(process: psutil.Process) -> int:
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            total += member.memory_info().rss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def median_of(command: list[str], runs: int = 3) -> Run:
    """Give the run of median time, after one run that warms the disk's cache."""
    run_once(command)
    measured = [run_once(command) for _ in range(runs)]
    seconds = median(run.seconds for run in measured)
    return min(measured, key=lambda run: abs(run.seconds - seconds))


def table(title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Set a plain table whose columns line up."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (header, tuple("-" * width for width in widths), *rows)
    ]
    return "\n".join(["", title, *lines])
