"""Time and memory of each lesson, and the time to its first chart, in a fresh kernel."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from benchmarks.measure import run_once, table

ROOT = Path(__file__).parents[1]
WIDGET = "application/vnd.jupyter.widget-view+json"
BUDGET = "60 s and 2 GiB a lesson, 8 minutes all, first chart 5 s"


class _TimedClient(NotebookClient):
    """Notes when the first chart has been drawn."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.started = time.perf_counter()
        self.first_chart: float | None = None

    def output(self, outs: Any, msg: Any, display_id: str, cell_index: int) -> Any:
        data = msg["content"].get("data", {})
        # A widget in JupyterLab; HTML elsewhere.
        drawn = WIDGET in data or "vegaEmbed" in data.get("text/html", "")
        if drawn and self.first_chart is None:
            self.first_chart = time.perf_counter() - self.started
        return super().output(outs, msg, display_id, cell_index)


def run_lesson(path: Path) -> float | None:
    """Run a lesson in a fresh kernel; give the seconds to its first chart, None without any."""
    notebook = nbformat.read(path, as_version=4)
    client = _TimedClient(notebook, timeout=300, resources={"metadata": {"path": path.parent}})
    client.execute()
    return client.first_chart


def report() -> str:
    """Run all lessons one after another, each in processes of its own."""
    rows, total = [], 0.0
    for path in sorted(ROOT.glob("book/[0-9]_*/[0-9]_*.ipynb")):
        with tempfile.TemporaryDirectory() as folder:
            note = Path(folder) / "first_chart.json"
            run = run_once([sys.executable, "-m", "benchmarks.lessons", str(path), str(note)])
            first = json.loads(note.read_text(encoding="utf-8"))
        total += run.seconds
        chart = "-" if first is None else f"{first:.1f}"
        rows.append((path.stem, f"{run.seconds:.1f}", f"{run.peak_gib:.2f}", chart))
    rows.append(("all lessons", f"{total:.1f}", "", ""))
    dataset = os.environ.get("WORKSHOP_DATASET", "auto")
    header = ("lesson", "seconds", "peak GiB", "first chart, s")
    return table(f"Lessons on `{dataset}` (budget: {BUDGET})", header, rows)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(run_lesson(Path(sys.argv[1]))), encoding="utf-8")
