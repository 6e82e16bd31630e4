"""Notebook files through the formatter: whole or not at all, and a report of what happened."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.sample import PATH, REPOSITORY, VERSION, cell, sample, text, write
from workshop_pkg.notebooks import Report, files, format_paths
from workshop_pkg.project import RUN_ON_COLAB

CODE = nbformat.v4.new_code_cell("print(1)")
pytestmark = pytest.mark.usefixtures("made_up")


def run(*paths: Path, check: bool = False) -> Report:
    return format_paths(paths, check=check, repository=REPOSITORY, version=VERSION)


def test_a_notebook_is_formatted_once_and_then_in_form(tmp_path: Path) -> None:
    path = write(sample(), tmp_path)
    path.chmod(0o640)
    first = run(path)
    assert (first.ok, first.changed) == (True, [path])
    assert path.stat().st_mode & 0o777 == 0o640
    assert f"blob/v{VERSION}/{PATH})" in text(cell(json.loads(path.read_text("utf-8")), "badges"))
    before = path.read_bytes()
    second = run(path)
    assert (second.ok, second.changed, second.unchanged) == (True, [], [path])
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_check_tells_and_writes_nothing(tmp_path: Path) -> None:
    path = write(sample(), tmp_path)
    before = path.read_bytes()
    report = run(path, check=True)
    assert not report.ok
    assert str(report).splitlines() == [
        f"Would format {path}",
        "Notebooks: 1 to format (run `workshop format`).",
    ]
    assert path.read_bytes() == before
    run(path)
    assert run(path, check=True).ok


def test_a_folder_is_searched_but_not_what_editors_and_builds_leave_in_it(tmp_path: Path) -> None:
    path = write(sample(), tmp_path)
    for folder in (path.parent / ".ipynb_checkpoints", tmp_path / "book" / "_build"):
        folder.mkdir()
        (folder / "9_1_mean.ipynb").write_text("{}", encoding="utf-8")
    assert run(tmp_path).changed == [path]


def test_the_run_on_colab_is_formatted_like_a_lesson_though_it_is_none(tmp_path: Path) -> None:
    path = tmp_path / RUN_ON_COLAB
    path.parent.mkdir()
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=[CODE])), encoding="utf-8")
    assert run(path).ok
    badges, setup, _ = json.loads(path.read_text("utf-8"))["cells"]
    colab = "https://colab.research.google.com/github/YOUR_ORG/recommender-workshop/blob"
    assert text(badges) == f"[Open in Colab]({colab}/v{VERSION}/{RUN_ON_COLAB})"
    assert f'VERSION = "{VERSION}"' in text(setup)
    elsewhere = path.rename(tmp_path / "run_on_colab.ipynb")
    assert "the file's name gives no lesson number" in str(run(elsewhere))


def test_a_refused_notebook_is_left_as_it_was_and_others_are_formatted(tmp_path: Path) -> None:
    notebook = sample()
    cell(notebook, "nbval-check-output")["outputs"] = []
    refused = write(notebook, tmp_path / "a")
    before = refused.read_bytes()
    good = write(sample(), tmp_path / "b")
    report = run(refused, good)
    assert not report.ok
    assert report.changed == [good]
    assert refused.read_bytes() == before
    assert f"{refused}, cell 8 (print(mean([1, 2, 3]))): tagged nbval-check-output" in str(report)
    assert str(report).endswith("Notebooks: 1 formatted, 1 refused (left as they were).")


@pytest.mark.parametrize("content", [b"", b"{", b"not a notebook", b"\xff\xfe", b'{"cells": ['])
def test_a_file_that_is_not_json_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "9_1_mean.ipynb"
    path.write_bytes(content)
    report = run(path)
    assert "this is not a notebook, which is JSON in UTF-8" in str(report)
    assert path.read_bytes() == content


def test_a_path_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    report = run(tmp_path / "missing.ipynb")
    assert not report.ok
    assert "there is no such file or folder" in str(report)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(sample(), tmp_path)
    before = path.read_bytes()

    def full_disk(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.Path, "replace", full_disk)
    report = run(path)
    assert "the file cannot be used: No space left on device." in str(report)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path = write(sample(), tmp_path)
    link = tmp_path / "9_1_mean.ipynb"
    link.symlink_to(path)
    assert run(link).ok
    assert link.is_symlink()
    assert run(path, check=True).ok


def test_no_notebook_at_all_is_said(tmp_path: Path) -> None:
    report = run(tmp_path)
    assert (report.ok, str(report)) == (True, "Notebooks: none found.")
