"""Run the code of a lesson in this process, and look at what it computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

#: Under this key, which no lesson can define, stands the data set that a lesson ran on.
DATA_SET = "data set"
#: For a test that concerns one data set alone.
ON_THE_TWIN = pytest.mark.parametrize("lesson", ["twin"], indirect=True)
ON_100K = pytest.mark.parametrize(
    "lesson", [pytest.param("100k", marks=pytest.mark.real_data)], indirect=True
)

BOOK = Path(__file__).resolve().parents[2] / "book"


def run_lesson(name: str) -> dict[str, Any]:
    """Run a lesson's code cells in order, untouched, and return the names they defined."""
    (path,) = BOOK.glob(f"*/{name}.ipynb")
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] == "code" and "setup" not in cell["metadata"].get("tags", []):
            source = "".join(cell["source"])
            exec(compile(source, f"{path.name}, cell {number}", "exec"), names)
    return names
