"""The locked packages install, and the lessons' code passes its tests, on the newest Python.

The lessons themselves run on Python 3.13 with Colab's packages (test_colab.py), and on 3.12 with
the locked ones (test_offline_room.py).
"""

from __future__ import annotations

import pytest

from tests.environments.environment import ROOT, Environment

pytestmark = [pytest.mark.full, pytest.mark.timeout(1500)]


def test_unit_tests_run_on_the_lock_in_python_3_13(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    environment = Environment(tmp_path_factory.mktemp("python3.13") / "venv", "3.13")
    environment.install("--require-hashes", "--requirement", ROOT / "requirements.lock")
    environment.install("--no-deps", "--no-build-isolation", "--editable", ROOT)
    environment.run_unit_tests()
