"""Altair is imported without the slow optional package, and nothing else changes."""

from __future__ import annotations

import subprocess
import sys

import pytest


def _in_a_fresh_process(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_charts_import_altair_without_the_slow_package() -> None:
    code = "import sys\nfrom workshop_pkg import charts\n"
    code += "print('altair' in sys.modules, 'rfc3987_syntax' in sys.modules)"
    assert _in_a_fresh_process(code) == "True False"


def test_the_slow_package_can_be_imported_afterwards() -> None:
    pytest.importorskip("rfc3987_syntax", reason="no rfc3987-syntax here")
    code = "from workshop_pkg import charts\nimport rfc3987_syntax\nprint(rfc3987_syntax.__name__)"
    assert _in_a_fresh_process(code) == "rfc3987_syntax"


def test_an_altair_that_is_there_already_stays() -> None:
    code = "import altair\nfrom workshop_pkg.charts import theme\nprint(theme.alt is altair)"
    assert _in_a_fresh_process(code) == "True"
