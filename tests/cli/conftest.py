"""A made-up folder of lessons, and the command as a user calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Workshop = Callable[..., "subprocess.CompletedProcess[str]"]


def notebook(title: str, text: str = "") -> str:
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": [f"# {title}\n", text]}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    """Three lessons in two parts, and files that are none."""
    folder = tmp_path / "originals"
    for name, title in (
        ("1_first/1_1_begin.ipynb", "1.1 Begin"),
        ("1_first/1_2_go_on.ipynb", "1.2 Go on"),
        ("2_second/2_1_end.ipynb", "2.1 End"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook(title), encoding="utf-8")
    (folder / "1_first" / "index.md").write_text("# First\n", encoding="utf-8")
    (folder / "1_first" / "draft.ipynb").write_text(notebook("Draft"), encoding="utf-8")
    return folder


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Run `workshop` as a process of its own, in an empty folder."""

    def run(
        *arguments: str, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("WORKSHOP_")}
        inherited["WORKSHOP_CACHE"] = str(tmp_path / "cache")
        return subprocess.run(
            [sys.executable, "-m", "workshop_pkg.cli", *arguments],
            cwd=cwd or tmp_path,
            env=inherited | {"PYTHONPATH": str(ROOT)} | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run
