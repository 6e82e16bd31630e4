"""A Jupyter kernel that runs cells one by one and tells what they printed and what they raised."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

CELL_SECONDS = 120
START_SECONDS = 120
_MARK = "feedback of the check: "


class CellError(AssertionError):
    """A cell raised."""


@dataclass
class Kernel:
    """One kernel; a context manager, so that it is gone when the test is."""

    folder: Path
    dataset: str = "twin"
    _parts: tuple[Any, Any] = field(init=False)

    def __enter__(self) -> Kernel:
        environment = {**os.environ, "WORKSHOP_DATASET": self.dataset, "TF_CPP_MIN_LOG_LEVEL": "3"}
        manager = KernelManager(kernel_name="python3")
        # This Python, whatever kernels the machine has under the same name.
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        manager.kernel_spec.argv = argv
        manager.start_kernel(cwd=str(self.folder), env=environment)
        client = manager.blocking_client()
        self._parts = manager, client
        client.start_channels()
        try:
            client.wait_for_ready(timeout=START_SECONDS)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        manager, client = self._parts
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    def run(self, code: str) -> str:
        """Run a cell and return what it printed; raises `CellError` if it raises."""
        printed: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                printed.append(message["content"]["text"])

        reply = self._parts[1].execute_interactive(
            code, output_hook=hook, timeout=CELL_SECONDS, allow_stdin=False
        )
        content = reply["content"]
        if content["status"] != "ok":
            raise CellError(f"{content.get('ename')}: {content.get('evalue')}\nin the cell\n{code}")
        return "".join(printed)

    def feedback(self, function: str, exercise: str, name: str) -> dict[str, str | None]:
        """Return what `check` or `evaluate` says of a name."""
        printed = self.run(
            "import json as _json\n"
            f"from workshop_pkg.exercises import {function} as _judge\n"
            f"_feedback = _judge({exercise!r}, {name})\n"
            f"print({_MARK!r} + _json.dumps(_feedback.__dict__))"
        )
        line = next(line for line in printed.splitlines() if line.startswith(_MARK))
        found: dict[str, str | None] = json.loads(line.removeprefix(_MARK))
        return found
