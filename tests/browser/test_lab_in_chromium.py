"""JupyterLab in Chromium, as an attendee without network sees it: solutions, verdicts, charts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.project_tree import ROOT
from workshop_pkg.project import Project

pytestmark = [pytest.mark.browser, pytest.mark.full, pytest.mark.timeout(900)]

LESSON = Project(ROOT).lessons()[0].relative
TOKEN = "a-token-for-the-test"
SECONDS = 1000  # milliseconds, which Playwright counts in

WRONG = """def sparsity(ratings):
    return len(ratings) / (ratings["user_id"].nunique() * ratings["movie_id"].nunique())"""
RIGHT = WRONG.replace("return ", "return 1 - ")


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"JupyterLab did not answer:\n{log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """Start `workshop lab` on a new workspace; give the address of lesson 1.1 in it."""
    settings = tmp_path / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # All cells are in the page, not only those in view, so that each can be looked for.
    (settings / "tracker.jupyterlab-settings").write_text(
        json.dumps({"windowingMode": "none"}), encoding="utf-8"
    )
    own = {
        "HOME": tmp_path / "home",
        "JUPYTER_CONFIG_DIR": tmp_path / "config",
        "JUPYTER_DATA_DIR": tmp_path / "data",
        "JUPYTER_RUNTIME_DIR": tmp_path / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": tmp_path / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": tmp_path / "workspaces",
        "IPYTHONDIR": tmp_path / "ipython",
        "WORKSHOP_DATASET": "twin",
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("WORKSHOP_", "JUPYTER"))}
    port = free_port()
    command = [sys.executable, "-m", "workshop_pkg.cli", "lab", "mine", "--no-browser"]
    command += ["--port", str(port), "--", f"--IdentityProvider.token={TOKEN}"]
    log = tmp_path / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=inherited | {name: str(value) for name, value in own.items()},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status?token={TOKEN}", process, log)
        yield f"http://127.0.0.1:{port}/lab/tree/{LESSON}?token={TOKEN}"
    finally:
        # The server shuts its kernels down; what then is left of the group is ended with it.
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


@pytest.fixture
def lesson(lab: str, chromium: Any, tmp_path: Path) -> Iterator[Visit]:
    """Open lesson 1.1 in JupyterLab; every other host is closed."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    visited = Visit(context.new_page())
    visited.watch()
    visited.page.goto(lab)
    visited.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=120 * SECONDS)
    yield visited
    visited.page.screenshot(path=tmp_path / "at_the_end.png")
    context.close()


def cell_with(page: Any, text: str) -> Any:
    """Find the one code cell whose source holds a text."""
    return page.locator(".jp-Notebook .jp-CodeCell").filter(
        has=page.locator(".jp-InputArea-editor", has_text=text)
    )


def wait_until_idle(page: Any) -> None:
    """Wait until a kernel is there and nothing runs: no cell shows an asterisk."""
    page.wait_for_function(
        "() => { const marks = [...document.querySelectorAll('.jp-InputPrompt')]"
        ".map((mark) => mark.textContent);"
        " return marks.some((mark) => /\\[\\d+\\]/.test(mark))"
        " && !marks.some((mark) => mark.includes('*')); }",
        timeout=300 * SECONDS,
    )


def run_all(page: Any) -> None:
    """Choose Run, Run All Cells in the menu."""
    page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    page.wait_for_timeout(2 * SECONDS)
    wait_until_idle(page)


def verdict(page: Any, answer: str, expected: str) -> str:
    """Write an answer into its exercise, run it and its check, and read what the check says."""
    exercise = cell_with(page, "def sparsity(ratings):").first
    exercise.scroll_into_view_if_needed()
    exercise.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(answer)
    page.keyboard.press("Shift+Enter")  # runs it, and goes on to the check
    page.keyboard.press("Shift+Enter")
    output = cell_with(page, 'check("1.1-sparsity"').locator(".jp-OutputArea-output")
    output.filter(has_text=expected).first.wait_for(timeout=60 * SECONDS)
    return str(output.first.inner_text())


def test_an_attendee_works_through_a_lesson_without_network(lesson: Visit, tmp_path: Path) -> None:
    page = lesson.page

    # The solutions are folded.
    folded = page.locator(".jp-CodeCell .jp-InputPlaceholder")
    folded.first.wait_for(timeout=60 * SECONDS)
    solutions = json.loads((ROOT / "book" / LESSON).read_text(encoding="utf-8"))["cells"]
    tags = [cell["metadata"].get("tags", []) for cell in solutions]
    assert folded.count() == sum("solution" in tag or "setup" in tag for tag in tags)
    assert not page.get_by_text("def sparsity_solution").first.is_visible()

    # Nothing is asked before one can begin.
    page.wait_for_timeout(5 * SECONDS)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.get_by_text("Jupyter news").count() == 0

    # The untouched lesson runs to its end, which shows the tally, and draws its charts.
    run_all(page)
    assert page.locator(".jp-OutputArea-output[data-mime-type*='error']").count() == 0
    assert page.get_by_text("Traceback").count() == 0
    charts = page.locator(".jp-OutputArea-output").locator("svg.marks, canvas.marks")
    charts.first.scroll_into_view_if_needed(timeout=60 * SECONDS)
    assert charts.first.bounding_box()["width"] > 100
    page.screenshot(path=tmp_path / "chart.png")

    # The check answers a wrong and a right answer.
    wrong = verdict(page, WRONG, "Not yet")
    assert "sparsity" in wrong
    page.screenshot(path=tmp_path / "wrong.png")
    right = verdict(page, RIGHT, "Passed")
    assert "Not yet" not in right
    page.screenshot(path=tmp_path / "right.png")

    # The solution cell then keeps the attendee's answer.
    page.keyboard.press("Shift+Enter")
    page.get_by_text("Your answer").first.wait_for(timeout=60 * SECONDS)

    assert lesson.elsewhere == []
