"""The service in a process of its own, on a free port, for the browser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.project_tree import ROOT
from workshop_pkg import serving
from workshop_pkg.datasets import load_movielens

#: How long a start may take; only a hanging process needs so long.
PATIENCE = 120
#: A few hundred people are enough for a page.
N_USERS = 300


def exported_model(folder: Path) -> Path:
    """Two models of some of the twin's ratings."""
    data = load_movielens("twin")
    ratings = data.ratings[data.ratings["user_id"] <= N_USERS].reset_index(drop=True)
    stars, choices = serving.train_models(ratings)
    serving.export(folder, data, stars=stars, choices=choices, train=ratings)
    return folder


class Service:
    """A running service; it ends with the block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, on the same port each time, and wait until it is ready."""
        command = [sys.executable, "-m", "workshop_pkg.cli", "serve", str(self.folder)]
        log = self.folder.parent / f"served_{self.port}.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)], cwd=ROOT, stdout=output, stderr=output
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}ready", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        self.kill()
        raise AssertionError(f"the service did not start: {log.read_text()}")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
