"""The build turns red for what must not pass: seen by breaking each thing in a copy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.book.building import build
from tests.project_tree import ROOT
from workshop_pkg.project import Project

FIRST = f"book/{Project(ROOT).lessons()[0].relative}"
BUILT = "The book: "
FAILED = "The book was not built"


@pytest.fixture
def tree(built_tree: Path, tmp_path: Path) -> Path:
    """A copy of the built tree, with its warm cache."""
    return shutil.copytree(built_tree, tmp_path / "tree")


def leave_out_code(lesson: Path) -> None:
    """Take all code out of a lesson; its headings, to which other pages lead, stay."""
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    lesson.write_text(json.dumps(notebook), encoding="utf-8")


def break_cell(tree: Path) -> None:
    notebook = json.loads((tree / FIRST).read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "broken", "metadata": {}, "outputs": []}
    cell |= {"execution_count": None, "source": ["1 / 0\n"]}
    notebook["cells"].insert(0, cell)
    (tree / FIRST).write_text(json.dumps(notebook), encoding="utf-8")


def break_package(tree: Path) -> None:
    path = tree / "workshop_pkg" / "__init__.py"
    path.write_text("raise RuntimeError('a package that does not import')\n", encoding="utf-8")


def break_table_of_contents(tree: Path) -> None:
    with (tree / "_toc.yml").open("a", encoding="utf-8") as file:
        file.write("      - file: book/no_such_page\n")


def break_reference(tree: Path) -> None:
    with (tree / "book" / "setup.md").open("a", encoding="utf-8") as file:
        file.write("\nSee {doc}`no_such_page`.\n")


def break_markdown_of_a_lesson(tree: Path) -> None:
    notebook = json.loads((tree / FIRST).read_text(encoding="utf-8"))
    cell = {"cell_type": "markdown", "id": "broken", "metadata": {}}
    notebook["cells"].append(cell | {"source": ["##### Far too deep\n"]})
    (tree / FIRST).write_text(json.dumps(notebook), encoding="utf-8")


def break_version(tree: Path) -> None:
    """As version 2 does it: no complaint in the exit code, and no page."""
    builder = tree / "book" / "build.py"
    text = builder.read_text(encoding="utf-8")
    old = 'JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"'
    assert old in text
    builder.write_text(text.replace(old, 'JUPYTER_BOOK = "print(2)"'), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        (break_cell, "ZeroDivisionError"),
        (break_package, "a package that does not import"),
        (break_reference, "no_such_page"),
        pytest.param(
            break_markdown_of_a_lesson, "Non-consecutive header level", marks=pytest.mark.full
        ),
        pytest.param(break_table_of_contents, "no_such_page", marks=pytest.mark.full),
        (break_version, "there is no"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_build_turns_red_under_a_warm_cache(
    damage: Callable[[Path], None], seen: str, tree: Path
) -> None:
    damage(tree)
    run = build(tree)
    assert run.returncode == 1, run.stdout[-3000:]
    assert seen in run.stdout
    assert FAILED in run.stdout
    assert BUILT not in run.stdout


@pytest.mark.full
def test_a_fault_stays_red_when_the_book_is_built_again(tree: Path) -> None:
    break_reference(tree)
    assert build(tree).returncode == 1
    assert build(tree).returncode == 1


def test_an_unchanged_book_is_built_from_the_cache(tree: Path) -> None:
    run = build(tree)
    assert run.returncode == 0, run.stdout[-3000:]
    assert "Using cached notebook" in run.stdout
    assert "Executing notebook" not in run.stdout


def test_wrong_usage_exits_with_2(tree: Path) -> None:
    assert build(tree, "--dataset", "20m").returncode == 2


@pytest.mark.full
@pytest.mark.real_data
def test_a_book_on_real_data_says_that_it_is_not_to_be_published(
    tree: Path, real_data_folder: Path
) -> None:
    # One lesson with code will do: nbval runs all of them on real data.
    for lesson in Project(tree).lessons()[1:]:
        leave_out_code(lesson.path)
    run = build(tree, "--dataset", "100k")
    assert run.returncode == 0, run.stdout[-3000:]
    assert "do not publish" in run.stdout
    assert "Executing notebook" in run.stdout
    assert (tree / "_build" / "html" / "_static" / "vega-offline.js").is_file()
    for name in ("book/index", FIRST.removesuffix(".ipynb")):
        page = (tree / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")
        assert "do not publish" in page
