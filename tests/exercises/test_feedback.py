"""How feedback looks: words beside signs, escaped text, nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import get_args

import pytest

from workshop_pkg.exercises.feedback import Feedback, Progress, Status

WORDS = {
    "passed": "Passed",
    "not attempted": "Not attempted yet",
    "not yet": "Not yet",
    "solution shown": "Solution shown",
}


@pytest.mark.parametrize("status", get_args(Status))
def test_a_status_is_said_in_words_and_its_sign_is_decoration(status: Status) -> None:
    feedback = Feedback("1.1-sparsity", status, "Look at the empty cells.")
    page = feedback._repr_html_()
    assert f"<strong>{WORDS[status]}</strong>" in page
    assert re.search(r'<span aria-hidden="true"[^>]*>.</span>', page)
    assert 'role="status"' in page
    assert WORDS[status] in repr(feedback)
    assert "Look at the empty cells." in repr(feedback)


def test_feedback_keeps_the_pages_text_color_and_loads_nothing() -> None:
    page = Feedback("1.1-sparsity", "not yet", "x")._repr_html_()
    assert re.findall(r"(?<![-\w])color: (\w+)", page) == ["inherit"]
    assert not re.search(r"https?:|url\(|<img|<script|<link|<style", page)


def test_all_text_is_escaped_and_backticks_are_code() -> None:
    message = "<script>alert('x')</script> & `a < b`\nnext"
    page = Feedback("<b>", "not yet", message)._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page
    assert "<code>a &lt; b</code><br>next" in page


def test_progress_escapes_and_says_in_words() -> None:
    page = Progress({"<1>": {"<i>": "passed", "x": "not yet"}})._repr_html_()
    assert "<i>" not in page
    assert "&lt;i&gt;: solved" in page
    assert "x: not yet" in page


def test_progress_counts_one_solution_and_several_solutions_in_good_english() -> None:
    one: dict[str, Status] = {"1.1-mean": "solution shown", "1.1-total": "passed"}
    assert repr(Progress({"1.1": one})).startswith("Lesson 1.1: 1 of 2 solved, 1 solution shown.")
    two: dict[str, Status] = {"1.1-mean": "solution shown", "1.1-total": "solution shown"}
    assert repr(Progress({"1.1": two})).startswith("Lesson 1.1: 0 of 2 solved, 2 solutions shown.")
    assert "2 solutions shown." in Progress({"1.1": two})._repr_html_()


def test_importing_the_exercises_stays_light() -> None:
    code = (
        "import sys, workshop_pkg.exercises; "
        "print({'numpy', 'pandas', 'tensorflow', 'IPython'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
