"""What the tests share: where the real data and the browser are, and why a test is skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


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
