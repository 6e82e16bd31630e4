"""What the tests share: where the real data and the browser are, and which skips are accepted."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from workshop_pkg.datasets.folders import OWN_RATINGS_VARIABLE, SAMPLE

# Names a file of regular expressions, one a line, each for a reason to skip that is accepted.
# With it, any other skip fails the run: where all is installed, nothing may be passed over.
ALLOWED_SKIPS_VARIABLE = "WORKSHOP_ALLOWED_SKIPS"


@pytest.fixture(scope="session")
def real_data_folder() -> Path:
    """The folder of real data that WORKSHOP_DATA names; skips where there is none."""
    folder = os.environ.get("WORKSHOP_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("no real data: set WORKSHOP_DATA")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium or Chrome browser; skips where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    pytest.skip("no Chromium on this machine")


def _allowed_reasons() -> list[re.Pattern[str]] | None:
    listed = os.environ.get(ALLOWED_SKIPS_VARIABLE)
    if not listed:
        return None
    lines = Path(listed).read_text(encoding="utf-8").splitlines()
    return [re.compile(line) for line in lines if line and not line.startswith("#")]


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    longrepr = report.longrepr
    return longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)


class _SkipGate:
    """Collects the skips of a run, and turns it red for one that is not on the list."""

    def __init__(self, allowed: list[re.Pattern[str]]) -> None:
        self.allowed = allowed
        self.refused: list[str] = []

    def see(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = _reason(report)
        if not any(pattern.search(reason) for pattern in self.allowed):
            self.refused.append(f"{report.nodeid}: {reason}")

    pytest_runtest_logreport = see
    pytest_collectreport = see

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.refused and session.exitstatus in (pytest.ExitCode.OK, 5):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.refused:
            terminalreporter.write_line(f"skip not accepted here: {line}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Watch over skips where a list of accepted ones is named; keep personal ratings out."""
    # No test depends on, or changes, the ratings that somebody has saved on this machine.
    os.environ[OWN_RATINGS_VARIABLE] = SAMPLE
    allowed = _allowed_reasons()
    if allowed is not None:
        config.pluginmanager.register(_SkipGate(allowed), "skip-gate")
