"""What the tests of Spark share: a reason to skip, a cluster, scripts in a process of their own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.project_tree import ROOT
from tests.spark.standalone import Cluster
from workshop_pkg import spark

# Far longer than a script takes on a machine at rest.
SECONDS = 300


@pytest.fixture(scope="session")
def needs_spark() -> None:
    """Skips where Spark cannot run, and says why."""
    reason = spark.missing()
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def cluster(needs_spark: None, tmp_path: Path) -> Iterator[Cluster]:
    """A master and two workers, for one test."""
    made = Cluster(tmp_path)
    yield made
    made.stop()


def variables(**more: str) -> dict[str, str]:
    """Give the environment of a script: this machine's, without settings of Spark's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK", "WORKSHOP_SPARK"))}
    return kept | {"PYTHONPATH": str(ROOT), "WORKSHOP_DATASET": "twin"} | more


class Script:
    """``tests/spark/core.py`` in a process of its own."""

    def __init__(self, *arguments: str, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "spark" / "core.py"), *arguments],
            env=variables(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self, *wanted: str) -> str:
        """Wait for a line that is one of these, and give it; else all that it printed."""
        assert self.process.stdout is not None
        printed = []
        for line in self.process.stdout:
            printed.append(line)
            if line.strip() in wanted:
                return line.strip()
        return "".join(printed)

    def result(self) -> dict[str, Any]:
        """Wait for the end, and give what the last line says."""
        printed, errors = self.process.communicate(timeout=SECONDS)
        assert self.process.returncode == 0, printed[-2000:] + errors[-4000:]
        found: dict[str, Any] = json.loads(printed.splitlines()[-1])
        return found


@contextlib.contextmanager
def script(*arguments: str, **more: str) -> Iterator[Script]:
    """Start it; whatever happens, it and its Java process end."""
    started = Script(*arguments, **more)
    try:
        yield started
    finally:
        end(started.process)


def end(process: subprocess.Popen[Any]) -> None:
    """End a process and what it has started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    process.kill()
    process.communicate()
