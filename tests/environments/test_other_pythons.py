"""The locked packages install, and the lessons and their code run, on the newest Python.

Python 3.12 lies between that and the oldest: there the lessons alone run, without a network, in
test_offline_room.py.
"""

from __future__ import annotations

import pytest

from tests.environments.environment import ROOT, Environment

pytestmark = [pytest.mark.full, pytest.mark.timeout(1500)]


def test_lessons_and_unit_tests_run_on_the_lock_in_python_3_13(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    environment = Environment(tmp_path_factory.mktemp("python3.13") / "venv", "3.13")
    environment.install("--require-hashes", "--requirement", ROOT / "requirements.lock")
    environment.install("--no-deps", "--no-build-isolation", "--editable", ROOT)
    environment.run_unit_tests()
    environment.run_lessons(sorted(ROOT.glob("book/[0-9]_*/[0-9]_*.ipynb")))
