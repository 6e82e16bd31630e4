"""Lesson 5.1 leaves no process behind, also where a cell fails, and says what is missing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSON = ROOT / "book" / "5_going_further" / "5_1_serve.ipynb"

# Runs the cells up to the one that starts the service; then a cell of an attendee fails.
FAILS = """
import json, sys
names = {"__name__": "__main__"}
for source in json.loads(sys.argv[1]):
    exec(source, names)
print(json.dumps([names["service"].pid, names["port"], names["home"].name]), flush=True)
raise ValueError("a cell fails")
"""
# Runs the first cells as a notebook does, without one package of the extra.
LACKS = """
import importlib.util, json, sys
look = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "mangum" else look(name, *more)
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
for source in json.loads(sys.argv[1]):
    shell.run_cell(source)
"""


def cells(last: str, with_setup: bool) -> str:
    """The code cells up to the first one that holds a text, as JSON."""
    found = []
    for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        if with_setup or "setup" not in cell["metadata"].get("tags", []):
            found.append("".join(cell["source"]))
            if last in found[-1]:
                return json.dumps(found)
    raise AssertionError(f"no cell holds {last!r}")


def run(code: str, sources: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WORKSHOP_DATASET": "twin", "WORKSHOP_OWN_RATINGS": "sample"}
    return subprocess.run(
        [sys.executable, "-c", code, sources],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_where_a_cell_fails_the_service_is_stopped_and_its_folder_removed() -> None:
    pytest.importorskip("fastapi")
    ended = run(FAILS, cells("service = start_service()", with_setup=False))
    assert "ValueError: a cell fails" in ended.stderr
    pid, port, home = json.loads(ended.stdout.splitlines()[-1])
    left_behind = psutil.pid_exists(pid)
    if left_behind:
        psutil.Process(pid).kill()
    assert not left_behind
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert not Path(home).exists()


def test_without_the_extra_one_sentence_says_how_to_get_it() -> None:
    said = run(LACKS, cells("charts.setup()", with_setup=True))
    (line,) = said.stdout.strip().splitlines()
    assert line.startswith("This lesson needs packages that are not installed here.")
    assert 'pip install "recommender-workshop[serve] @ https://github.com/' in line
    assert "Traceback" not in said.stdout + said.stderr
