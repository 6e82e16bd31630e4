"""The gate on skips turns red for a skip that is not on its list."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = 'import pytest\n\ndef test_it() -> None:\n    pytest.skip("no such thing here")\n'
SKIPPING_WHOLE = 'import pytest\n\npytest.skip("no such thing here", allow_module_level=True)\n'
TWO_AT_A_TIME = ("-n", "2", "--dist", "loadscope")


def run_with_list(
    folder: Path, allowed: str, *options: str, text: str = SKIPPING
) -> subprocess.CompletedProcess[str]:
    gate = Path(__file__).parents[1] / "conftest.py"
    (folder / "conftest.py").write_text(gate.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_skipping.py").write_text(text, encoding="utf-8")
    (folder / "allowed.txt").write_text(allowed, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    return subprocess.run(
        [*command, *options],
        cwd=folder,
        env=os.environ | {"WORKSHOP_ALLOWED_SKIPS": str(folder / "allowed.txt")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("allowed", ["", "# a comment\n", "^another reason$\n"])
def test_a_skip_that_is_not_listed_fails_the_run(tmp_path: Path, allowed: str) -> None:
    run = run_with_list(tmp_path, allowed)
    assert run.returncode == 1
    assert "skip not accepted here" in run.stdout


@pytest.mark.parametrize("text", [SKIPPING, SKIPPING_WHOLE], ids=["a test", "a module"])
def test_the_gate_sees_what_the_workers_skip_that_run_two_at_a_time(
    tmp_path: Path, text: str
) -> None:
    run = run_with_list(tmp_path, "", *TWO_AT_A_TIME, text=text)
    assert run.returncode == 1
    assert "skip not accepted here" in run.stdout
    assert run_with_list(tmp_path, "no such thing\n", *TWO_AT_A_TIME).returncode == 0


def test_a_listed_skip_passes(tmp_path: Path) -> None:
    assert run_with_list(tmp_path, "no such thing\n").returncode == 0
