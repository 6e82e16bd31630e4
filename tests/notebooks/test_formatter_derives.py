"""What the formatter makes of a lesson: all that follows from its tags, and nothing twice."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.notebooks.sample import (
    CHECK,
    PATH,
    REPOSITORY,
    SOLUTION,
    VERSION,
    cell,
    place,
    sample,
    text,
    with_source,
)
from workshop_pkg.notebooks import format_notebook
from workshop_pkg.notebooks.files import to_text

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("made_up")


def formatted(notebook: dict[str, Any] | None = None, version: str = VERSION) -> dict[str, Any]:
    return format_notebook(sample() if notebook is None else notebook, REPOSITORY, version, PATH)


def test_a_second_run_changes_nothing_and_the_input_is_untouched() -> None:
    notebook = sample()
    before = copy.deepcopy(notebook)
    once = formatted(notebook)
    assert notebook == before
    assert to_text(formatted(once)) == to_text(once)


def test_the_result_is_a_valid_notebook() -> None:
    nbformat.validate(nbformat.from_dict(formatted()))


def test_a_solution_is_folded_on_all_three_surfaces() -> None:
    metadata = cell(formatted(), "solution")["metadata"]
    assert metadata == {
        "tags": ["solution", "hide-cell"],  # the book
        "mystnb": {
            "code_prompt_show": "Show the solution",
            "code_prompt_hide": "Hide the solution",
        },
        "jupyter": {"source_hidden": True},  # JupyterLab
        "cellView": "form",  # Colab
    }


def test_a_solution_without_its_title_is_given_one() -> None:
    bare = SOLUTION.removeprefix("# @title Solution\n")
    assert text(cell(formatted(with_source("solution", bare)), "solution")) == SOLUTION


@pytest.mark.parametrize("source", [CHECK, "progress()"])
def test_verdicts_are_left_out_of_the_book(source: str) -> None:
    tags = [found["metadata"]["tags"] for found in formatted()["cells"] if text(found) == source]
    assert "remove-output" in tags[0]


def test_badges_come_first_and_open_the_release_in_colab_and_on_binder() -> None:
    notebook = formatted()
    assert place(notebook, "badges") == 0
    badges = cell(notebook, "badges")
    assert badges["metadata"] == {"tags": ["badges", "remove-cell"]}
    assert text(badges) == (
        "[Open in Colab](https://colab.research.google.com/github/YOUR_ORG/recommender-workshop/"
        "blob/v9.8.7/book/9_made_up/9_1_mean.ipynb) · [Open in JupyterLab on Binder]"
        "(https://mybinder.org/v2/gh/YOUR_ORG/recommender-workshop/v9.8.7"
        "?urlpath=lab/tree/book/9_made_up/9_1_mean.ipynb)"
    )


def test_the_setup_cell_is_the_first_code_cell_and_folded() -> None:
    notebook = formatted()
    kinds = [found["cell_type"] for found in notebook["cells"]]
    assert place(notebook, "setup") == kinds.index("code") == 2
    metadata = cell(notebook, "setup")["metadata"]
    assert metadata == {
        "tags": ["setup", "remove-cell"],
        "jupyter": {"source_hidden": True},
        "cellView": "form",
    }


def test_a_new_version_or_address_rewrites_both_cells_in_place() -> None:
    moved = format_notebook(formatted(), "https://github.com/me/mine", "10.0.0", PATH)
    assert [found["id"] for found in moved["cells"]] == [
        found["id"] for found in formatted(moved)["cells"]
    ]
    for tag in ("badges", "setup"):
        source = text(cell(moved, tag))
        assert "me/mine" in source
        assert "10.0.0" in source
        assert "YOUR_ORG" not in source
        assert VERSION not in source


def test_outputs_are_stripped_but_for_those_that_nbval_compares() -> None:
    notebook = sample()
    output = [{"output_type": "stream", "name": "stdout", "text": ["2.0\n", "3.0\n"]}]
    cell(notebook, "nbval-check-output")["outputs"] = [{**output[0], "text": "2.0\n3.0\n"}]
    notebook["cells"][1].update(outputs=output, execution_count=3)
    result = formatted(notebook)
    compared = cell(result, "nbval-check-output")
    assert (compared["outputs"], compared["execution_count"]) == (output, 1)
    others = [found for found in result["cells"] if found is not compared]
    assert all(not found.get("outputs") for found in others)
    assert all(found.get("execution_count") is None for found in others)


def test_ids_are_kept_where_valid_and_unique_and_made_up_the_same_way_elsewhere() -> None:
    notebook = sample()
    cells = notebook["cells"]
    cells[0]["id"] = "title"
    cells[1]["id"] = "title"  # taken
    cells[2]["id"] = "not valid!"
    del cells[3]["id"]
    cells[4]["id"] = "setup"  # the formatter's own
    first, second = formatted(notebook), formatted(notebook)
    ids = [found["id"] for found in first["cells"]]
    assert ids == [found["id"] for found in second["cells"]]
    assert len(set(ids)) == len(ids)
    assert ids[:3] == ["badges", "title", "setup"]
    assert ids[-1] == cells[-1]["id"]


def test_what_editors_leave_behind_is_removed() -> None:
    notebook = sample()
    clean = to_text(formatted(notebook))
    notebook["metadata"] = {
        "kernelspec": {"name": "my-env", "display_name": "mine", "language": "python"},
        "language_info": {"name": "python", "version": "3.13.1"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {}},
        "colab": {"provenance": []},
    }
    notebook["nbformat_minor"] = 4
    for found in notebook["cells"]:
        found["metadata"].update(ExecuteTime={"start_time": "x"}, collapsed=True, scrolled=False)
    notebook["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": [], "outputs": [], "execution_count": None}
    )
    assert to_text(formatted(notebook)) == clean


def test_the_file_is_written_as_jupyterlab_writes_it() -> None:
    written = to_text(formatted())
    assert written == nbformat.writes(nbformat.reads(written, as_version=4)) + "\n"
    assert " · " in written
    assert "\r" not in written


def test_ruff_and_the_formatter_agree(tmp_path: Path) -> None:
    path = tmp_path / "9_1_mean.ipynb"
    path.write_text(to_text(formatted()), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    config = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", str(path)]
    subprocess.run([*ruff, "format", *config], check=True, capture_output=True)
    after_ruff = path.read_text(encoding="utf-8")
    assert after_ruff == to_text(formatted())
    assert to_text(formatted(json.loads(after_ruff))) == after_ruff
    lint = [*ruff, "check", "--extend-ignore", "D", *config]
    run = subprocess.run(lint, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
