"""What only a real kernel shows: the time limit, the stop button, one sentence for a traceback."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.exercises.kernel import CellError, Kernel

REGISTER = """\
from workshop_pkg.exercises import check, need, progress, shield
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

@exercise("9.1-mean")
def check_mean(answer):
    if attempt(answer, [1, 2, 6]) != 3:
        raise NotYet("no")
"""
ENDLESS = "def mean(values):\n    while True:\n        pass"


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    with Kernel(tmp_path) as started:
        started.run(REGISTER)
        yield started


def test_a_check_shows_itself_as_html_and_as_text(kernel: Kernel) -> None:
    shown: list[dict[str, Any]] = []
    client: Any = kernel._parts[1]

    def hook(message: dict[str, Any]) -> None:
        if message["msg_type"] == "execute_result":
            shown.append(message["content"]["data"])

    client.execute_interactive('check("9.1-mean", ...)', output_hook=hook, timeout=60)
    assert set(shown[0]) == {"text/html", "text/plain"}
    assert "Not attempted yet" in shown[0]["text/html"]
    assert "Not attempted yet" in shown[0]["text/plain"]


def test_a_hint_names_the_line_in_the_attendees_cell(kernel: Kernel) -> None:
    kernel.run("def mean(values):\n    total = sum(values)\n    return total / 0")
    message = kernel.feedback("check", "9.1-mean", "mean")["message"]
    assert message is not None
    assert message.endswith("ZeroDivisionError: division by zero, in line 3: `return total / 0`.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm signal")
def test_an_answer_that_never_ends_is_stopped(kernel: Kernel) -> None:
    kernel.run("shield.TIME_LIMIT_SECONDS = 0.5")
    kernel.run(ENDLESS)
    assert kernel.feedback("check", "9.1-mean", "mean")["misconception"] == "never ends"


def test_the_stop_button_stops_a_check(kernel: Kernel) -> None:
    manager: Any = kernel._parts[0]
    kernel.run(ENDLESS)

    def press() -> None:
        time.sleep(1)
        manager.interrupt_kernel()

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(CellError, match=r"^UserInterrupt|^KeyboardInterrupt"):
        kernel.run('check("9.1-mean", mean)')
    thread.join()
    kernel.run("print('the kernel goes on')")


def test_need_shows_one_sentence_and_no_traceback(kernel: Kernel) -> None:
    client: Any = kernel._parts[1]
    shown: list[list[str]] = []

    def hook(message: dict[str, Any]) -> None:
        if message["msg_type"] == "error":
            shown.append(message["content"]["traceback"])

    client.execute_interactive('need("9.1-mean", ...)', output_hook=hook, timeout=60)
    assert shown == [
        [
            "The rest of this lesson needs exercise 9.1-mean: complete it above until its check "
            "passes, then run this cell again."
        ]
    ]
