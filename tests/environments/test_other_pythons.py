"""The locked packages install, and the lessons and their code run, on each newer Python."""

from __future__ import annotations

import pytest

from tests.environments.environment import ROOT, Environment

pytestmark = [pytest.mark.full, pytest.mark.timeout(1500)]


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_lessons_and_unit_tests_run_on_the_lock(
    version: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    environment = Environment(tmp_path_factory.mktemp(f"python{version}") / "venv", version)
    environment.install("--require-hashes", "--requirement", ROOT / "requirements.lock")
    environment.install("--no-deps", "--no-build-isolation", "--editable", ROOT)
    environment.run_unit_tests()
    environment.run_lessons(sorted(ROOT.glob("book/[0-9]_*/[0-9]_*.ipynb")))
