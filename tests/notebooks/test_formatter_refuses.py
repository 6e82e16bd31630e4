"""What the formatter refuses: each breach of the lesson's form, with the cell that it is in."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.notebooks.sample import (
    CHECK,
    PATH,
    REPOSITORY,
    SOLUTION,
    STUB,
    VERSION,
    Notebook,
    cell,
    place,
    sample,
    with_source,
)
from workshop_pkg.notebooks import NotebookError, format_notebook

pytestmark = pytest.mark.usefixtures("made_up")


def refusal(notebook: Any, path: str = PATH) -> str:
    with pytest.raises(NotebookError) as caught:
        format_notebook(notebook, REPOSITORY, VERSION, path)
    return str(caught.value)


def without(tag: str) -> Notebook:
    notebook = sample()
    del notebook["cells"][place(notebook, tag)]
    return notebook


@pytest.mark.parametrize(
    ("notebook", "where", "words"),
    [
        (without("check"), "cell 5 (def mean(values):)", "lacks a cell tagged 'check'"),
        (without("solution"), "cell 5 (def mean(values):)", "lacks a cell tagged 'solution'"),
        (without("exercise"), f"cell 5 ({CHECK})", "a check without its exercise"),
    ],
    ids=["no check", "no solution", "no exercise"],
)
def test_an_exercise_that_lacks_a_cell(notebook: Notebook, where: str, words: str) -> None:
    message = refusal(notebook)
    assert f"{PATH}, {where}" in message
    assert words in message


@pytest.mark.parametrize(
    "question",
    [
        "Compute the mean.",
        "<details>Divide.</details>",
        "<summary>Hint</summary> Divide.",
        "<details><summary>More</summary>Divide.</details>",
        "<details><summary>Hint</summary></details>",
        "<details><summary>Hint</summary>\n\n<p>&nbsp;</p><!-- later -->\n</details>",
        "<details><summary>Hint</summary></details>\n<details><summary>More</summary>A.</details>",
    ],
)
def test_an_exercise_that_lacks_its_hint(question: str) -> None:
    notebook = sample()
    notebook["cells"][place(notebook, "exercise") - 1]["source"] = question
    assert f"{PATH}, cell 5 (def mean(values):): this exercise lacks its hint" in refusal(notebook)


def test_a_hint_that_is_not_directly_before_the_exercise() -> None:
    notebook = sample()
    notebook["cells"].insert(place(notebook, "exercise"), copy.deepcopy(notebook["cells"][0]))
    assert "lacks its hint" in refusal(notebook)


def test_a_solution_before_its_check() -> None:
    notebook = sample()
    check = notebook["cells"].pop(place(notebook, "check"))
    notebook["cells"].insert(place(notebook, "solution") + 1, check)
    message = refusal(notebook)
    assert "cell 5" in message
    assert "in that order" in message


def test_code_between_an_exercise_and_its_solution() -> None:
    notebook = sample()
    user = {"cell_type": "code", "metadata": {}, "source": "mean([1])", "outputs": []}
    notebook["cells"].insert(place(notebook, "check"), user)
    assert "cell 6 (mean([1])): a code cell inside of an exercise" in refusal(notebook)


def test_an_exercise_begun_twice() -> None:
    notebook = sample()
    here = place(notebook, "exercise")
    notebook["cells"].insert(here, copy.deepcopy(notebook["cells"][here]))
    assert "lacks a cell tagged 'check' and a cell tagged 'solution'" in refusal(notebook)


@pytest.mark.parametrize(
    ("tag", "source", "words"),
    [
        ("check", 'check("9.1-maen", mean)', "no check is registered for '9.1-maen'; near it are"),
        ("check", 'check("9.1-mean", total)', "'total', which the exercise cell does not define"),
        ("check", 'check("9.1-mean", mean([1]))', "a check cell is one call"),
        ("check", 'feedback = check("9.1-mean", mean)', "a check cell is one call"),
        ("check", f"{CHECK}\nmean([1])", "a check cell is one call"),
        ("check", "check(", "not plain Python (line 1"),
        ("solution", SOLUTION.replace("mean_sol", "sol"), "does not define mean_solution"),
        ("solution", SOLUTION.replace('"9.1-mean"', '"9.1-total"'), 'mean = keep("9.1-mean", mean'),
        ("solution", SOLUTION.replace("mean = keep", "average = keep"), "a solution ends with"),
        ("solution", SOLUTION.replace("mean, mean_sol", "total, mean_sol"), "a solution ends with"),
        ("solution", SOLUTION + "\nprint(mean([1]))", "a solution ends with"),
        ("solution", SOLUTION.replace("(values):", "(numbers):"), "exercise's mean takes (values)"),
        ("exercise", STUB + "\nprint(mean([1]))", "line 4 does more than define"),
        ("exercise", STUB + "\nresult = mean([1])", "line 4 does more than define"),
        ("exercise", "for i in range(3):\n    pass\n" + STUB, "line 1 does more than define"),
        ("exercise", "%time 1\n" + STUB, "not plain Python (line 1"),
    ],
)
def test_a_cell_of_an_exercise_with_the_wrong_content(tag: str, source: str, words: str) -> None:
    notebook = with_source(tag, source)
    message = refusal(notebook)
    assert f"{PATH}, cell {place(notebook, tag) + 1} (" in message
    assert words in message


@pytest.mark.parametrize(
    "source",
    [
        f"import math\nfrom math import sqrt\n\n{STUB}",
        f'"""What follows is yours."""\n\nWEIGHTS = [1, -3]\nNAMES: dict = {{"a": 1}}\n\n{STUB}',
        f"class Helper:\n    pass\n\n\n{STUB}",
        f"# a comment\n{STUB}",
        "mean = ...",
    ],
)
def test_an_exercise_cell_may_define(source: str) -> None:
    format_notebook(with_source("exercise", source), REPOSITORY, VERSION, PATH)


@pytest.mark.parametrize(
    "stub",
    [
        'def mean(values):\n    """Return the mean."""\n    ...',
        "def mean(values):\n    # total = ...\n    total = sum(values)\n    return ...",
        "async def mean(values): ...",
        "class mean:\n    def fit(self, values):\n        return ...",
        "mean: object = ...",
    ],
)
def test_a_stub_waits_for_its_answer_in_several_forms(stub: str) -> None:
    format_notebook(with_source("exercise", stub), REPOSITORY, VERSION, PATH)


@pytest.mark.parametrize(
    "stub",
    [
        STUB.replace("return ...", "return 42"),
        STUB.replace("return ...", "return sum(values) / len(values)"),
        'def mean(values):\n    """Return the mean."""',
        "def mean(values):\n    ...\n    return sum(values)",
        f"{STUB}\n\n\ndef mean(values):\n    return 42",
        "class mean:\n    def fit(self, values):\n        return self",
        "mean = 42",
    ],
)
def test_a_stub_that_is_answered_already(stub: str) -> None:
    message = refusal(with_source("exercise", stub))
    assert f"{PATH}, cell 5 (" in message
    assert "'mean' is answered already" in message


def test_an_exercise_that_has_lost_all_its_tags() -> None:
    notebook = sample()
    for tag in ("exercise", "check", "solution"):
        cell(notebook, tag)["metadata"]["tags"] = []
    message = refusal(notebook)
    assert f"{PATH}, cell 6 ({CHECK}): this cell calls check() but lacks its tag" in message
    assert f"{PATH}, cell 7 (# @title Solution): this cell calls keep() but lacks" in message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('print(check("9.1-mean", mean))', "calls check()"),
        ('%time keep("9.1-mean", mean, mean)\ncheck("9.1-mean", mean)', "calls check()"),
        ("# @title Solution\ndef mean_solution(values): ...", "begins with '# @title Solution'"),
    ],
)
def test_a_cell_of_an_exercise_without_its_tag(source: str, words: str) -> None:
    notebook = sample()
    notebook["cells"][-1]["source"] = source
    message = refusal(notebook)
    assert "cell 9 (" in message
    assert f"this cell {words} but lacks its tag" in message


@pytest.mark.parametrize(
    "source", ["def (", "x = [1,\n", "  a = 1\n b = 2", "return 1 +", "%env A\n("]
)
def test_code_that_does_not_parse(source: str) -> None:
    notebook = sample()
    notebook["cells"][1]["source"] = source
    message = refusal(notebook)
    assert f"{PATH}, cell 2 (" in message
    assert "this cell is not Python (line " in message


@pytest.mark.parametrize(
    "source",
    [
        "%env WORKSHOP_DATASET=twin",
        "!pip list\nfiles = !ls\nprint(files)",
        "%%bash\nif [ -e a ]; then echo {; fi",
        "mean?",
        "await something()",
        "%matplotlib inline\nimport math",
        "# only a comment",
        "checked = recheck(1); health.check(2)  # check(3)",
    ],
)
def test_code_for_ipython_passes(source: str) -> None:
    notebook = sample()
    notebook["cells"][1]["source"] = source
    format_notebook(notebook, REPOSITORY, VERSION, PATH)


def test_an_id_used_twice() -> None:
    notebook = sample()
    first, last = place(notebook, "exercise") - 1, place(notebook, "solution") + 1
    notebook["cells"] += copy.deepcopy(notebook["cells"][first:last])
    assert "'9.1-mean' is checked in cell 6, too" in refusal(notebook)


def test_an_exercise_of_another_lesson() -> None:
    message = refusal(sample(), "book/9_made_up/9_2_other.ipynb")
    assert "cell 6" in message
    assert "'9.1-mean' does not belong to this lesson, 9.2" in message


def test_a_file_name_without_a_lesson_number() -> None:
    assert "name it like 1_2_looking_at_it.ipynb" in refusal(sample(), "book/9_x/mean.ipynb")


@pytest.mark.parametrize("tag", ["excercise", "nbval-skip", "raises-exception", "hide_input"])
def test_an_unknown_tag_is_refused_with_those_accepted(tag: str) -> None:
    notebook = sample()
    notebook["cells"][1]["metadata"]["tags"] = [tag]
    message = refusal(notebook)
    assert (
        f"cell 2 (from workshop_pkg.exercises import check, keep, progress): unknown tag '{tag}'"
        in (message)
    )
    assert "badges, setup, exercise, check, solution, nbval-check-output" in message


def test_a_cell_with_two_roles() -> None:
    notebook = sample()
    cell(notebook, "check")["metadata"]["tags"].append("solution")
    assert "this has check and solution" in refusal(notebook)


def test_a_role_on_a_markdown_cell() -> None:
    notebook = sample()
    notebook["cells"][0]["metadata"]["tags"] = ["check"]
    assert "the tag 'check' belongs on a code cell" in refusal(notebook)


def test_two_setup_cells() -> None:
    notebook = format_notebook(sample(), REPOSITORY, VERSION, PATH)
    notebook["cells"].append(copy.deepcopy(cell(notebook, "setup")))
    assert "a second cell tagged 'setup'" in refusal(notebook)


def test_a_checked_cell_without_stored_output() -> None:
    notebook = sample()
    cell(notebook, "nbval-check-output")["outputs"] = []
    message = refusal(notebook)
    assert (
        "cell 8 (print(mean([1, 2, 3]))): tagged nbval-check-output but without a stored" in message
    )


def test_a_checked_cell_whose_stored_output_is_an_error() -> None:
    notebook = sample()
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    cell(notebook, "nbval-check-output")["outputs"] = [error]
    assert "the stored output is an error" in refusal(notebook)


@pytest.mark.parametrize(
    "markdown",
    [
        "```{note}\nText.\n```",
        "~~~{note}\nText.\n~~~",
        ":::{admonition} Title\nText.\n:::",
        "See {ref}`there`.",
        "(target)=\n## Title",
        "before\n+++\nafter",
        "````\n```\n````\n```{note}\nText\n```",
    ],
)
def test_myst_in_markdown(markdown: str) -> None:
    notebook = sample()
    notebook["cells"][0]["source"] = markdown
    message = refusal(notebook)
    assert "cell 1" in message
    assert "is MyST, which Colab and JupyterLab show as raw text" in message


@pytest.mark.parametrize(
    "markdown",
    [
        "```python\n{a}\n:::\n+++\n```",
        "$$\\frac{a}{b}$$ and `{ref}` and ``{ref}`x` ``",
        "| a | b |\n|:---|---:|\n| 1 | 2 |",
        "(one) = 1",
        "~~~\n```{note}\n~~~",
    ],
)
def test_plain_markdown_passes(markdown: str) -> None:
    notebook = sample()
    notebook["cells"][0]["source"] = markdown
    format_notebook(notebook, REPOSITORY, VERSION, PATH)


def _cells_no_list(notebook: Notebook) -> Any:
    return {**notebook, "cells": {}}


def _old_format(notebook: Notebook) -> Any:
    return {**notebook, "nbformat": 3}


def _cell_no_dict(notebook: Notebook) -> Any:
    return {**notebook, "cells": ["text"]}


def _strange_source(notebook: Notebook) -> Any:
    notebook["cells"][0]["source"] = 3
    return notebook


@pytest.mark.parametrize(
    "broken",
    [_cells_no_list, _old_format, _cell_no_dict, _strange_source, lambda _: [], lambda _: None],
)
def test_what_is_no_notebook(broken: Callable[[Notebook], Any]) -> None:
    assert "this is not a notebook of format 4" in refusal(broken(sample()))


def test_all_problems_are_told_at_once() -> None:
    notebook = sample()
    notebook["cells"][0]["source"] = "```{note}\n```"
    cell(notebook, "nbval-check-output")["outputs"] = []
    assert len(refusal(notebook).splitlines()) == 2


def test_an_address_that_colab_cannot_open() -> None:
    with pytest.raises(ValueError, match=r"https://github\.com/OWNER/REPO"):
        format_notebook(sample(), "https://example.org/workshop", VERSION, PATH)
