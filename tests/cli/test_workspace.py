"""An attendee's copy of the lessons: made once, added to, never overwritten."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import notebook
from workshop_pkg import workspace
from workshop_pkg.workspace import STATE_FILE, WorkspaceError, around, prepare, reset

NOON = datetime(2026, 11, 21, 12, 0)


def numbers(found: list[workspace.Lesson]) -> list[str]:
    return [lesson.number for lesson in found]


@pytest.fixture
def mine(tmp_path: Path, originals: Path) -> Path:
    folder = tmp_path / "mine"
    prepare(folder, originals)
    return folder


def test_the_lessons_and_nothing_else_are_copied(mine: Path, originals: Path) -> None:
    copied = sorted(path.relative_to(mine).as_posix() for path in mine.rglob("*.*"))
    assert copied == [
        STATE_FILE,
        "1_first/1_1_begin.ipynb",
        "1_first/1_2_go_on.ipynb",
        "2_second/2_1_end.ipynb",
    ]
    assert (mine / "1_first/1_1_begin.ipynb").read_bytes() == (
        originals / "1_first/1_1_begin.ipynb"
    ).read_bytes()


def test_what_the_attendee_wrote_survives(mine: Path, originals: Path) -> None:
    edited = mine / "1_first/1_1_begin.ipynb"
    edited.write_text("my own", encoding="utf-8")
    report = prepare(mine, originals)
    assert edited.read_text(encoding="utf-8") == "my own"
    assert not report.added
    assert not report.newer


def test_what_the_attendee_wrote_survives_a_lost_or_damaged_state_file(
    mine: Path, originals: Path
) -> None:
    edited = mine / "1_first/1_1_begin.ipynb"
    edited.write_text("my own", encoding="utf-8")
    for damage in ("", "{", "[]", '{"copied": 3}', '{"copied": {"a": []}}'):
        (mine / STATE_FILE).write_text(damage, encoding="utf-8")
        prepare(mine, originals)
        assert edited.read_text(encoding="utf-8") == "my own"
        assert json.loads((mine / STATE_FILE).read_text(encoding="utf-8"))["copied"]


def test_a_lesson_that_appears_later_is_added(mine: Path, originals: Path) -> None:
    (originals / "2_second/2_2_more.ipynb").write_text(notebook("2.2 More"), encoding="utf-8")
    assert numbers(prepare(mine, originals).added) == ["2.2"]
    assert (mine / "2_second/2_2_more.ipynb").is_file()


def test_a_newer_original_is_announced_and_not_copied(mine: Path, originals: Path) -> None:
    before = (mine / "1_first/1_2_go_on.ipynb").read_bytes()
    (originals / "1_first/1_2_go_on.ipynb").write_text(notebook("New"), encoding="utf-8")
    report = prepare(mine, originals)
    assert numbers(report.newer) == ["1.2"]
    assert "workshop reset 1.2" in "\n".join(report.lines())
    assert (mine / "1_first/1_2_go_on.ipynb").read_bytes() == before
    assert numbers(prepare(mine, originals).newer) == ["1.2"]


def test_the_way_to_a_newer_version_names_a_folder_that_is_not_the_default(
    tmp_path: Path, originals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKSHOP_WORKSPACE", raising=False)
    names = ("mine", "my lessons", "workspace")
    for name in names:
        prepare(Path(name), originals)
    (originals / "1_first/1_2_go_on.ipynb").write_text(notebook("New"), encoding="utf-8")
    mine, spaced, default = ("\n".join(prepare(Path(n), originals).lines()) for n in names)
    assert f"`workshop reset 1.2 {tmp_path / 'mine'}`" in mine
    assert f'`workshop reset 1.2 "{tmp_path / "my lessons"}"`' in spaced
    assert "`workshop reset 1.2`" in default
    monkeypatch.setenv("WORKSHOP_WORKSPACE", "mine")
    assert "`workshop reset 1.2`" in "\n".join(prepare(Path("mine"), originals).lines())


@pytest.mark.parametrize("name", ["notthere", "downloads"])
def test_reset_refuses_a_folder_that_is_no_workspace_and_writes_nothing(
    name: str, tmp_path: Path, originals: Path
) -> None:
    (tmp_path / "downloads").mkdir()
    with pytest.raises(WorkspaceError) as refused:
        reset("1.2", tmp_path / name, originals)
    assert str(tmp_path / name) in str(refused.value)
    assert "`workshop reset 1.2 FOLDER`" in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["downloads", "originals"]
    assert not list((tmp_path / "downloads").iterdir())


def test_reset_brings_a_lesson_that_was_deleted(mine: Path, originals: Path) -> None:
    (mine / "1_first/1_2_go_on.ipynb").unlink()
    assert numbers(reset("1.2", mine, originals).added) == ["1.2"]
    assert (mine / "1_first/1_2_go_on.ipynb").is_file()


def test_a_workspace_is_found_from_inside_of_it_only(mine: Path, tmp_path: Path) -> None:
    assert around(mine) == mine
    assert around(mine / "1_first") == mine
    assert around(tmp_path) is None


def test_reset_brings_the_original_and_keeps_the_copy(mine: Path, originals: Path) -> None:
    lesson = mine / "1_first/1_2_go_on.ipynb"
    lesson.write_text("my own", encoding="utf-8")
    report = reset("1.2", mine, originals, NOON)
    kept = mine / "1_first/1_2_go_on.mine-2026-11-21-1200.ipynb"
    assert report.kept == {"1.2": kept}
    assert kept.read_text(encoding="utf-8") == "my own"
    assert lesson.read_bytes() == (originals / "1_first/1_2_go_on.ipynb").read_bytes()


def test_reset_twice_in_a_minute_keeps_both_copies(mine: Path, originals: Path) -> None:
    lesson = mine / "1_first/1_2_go_on.ipynb"
    for text in ("one", "two", "three"):
        lesson.write_text(text, encoding="utf-8")
        reset("1.2", mine, originals, NOON)
    kept = sorted(path.read_text() for path in lesson.parent.glob("*.mine-*.ipynb"))
    assert kept == ["one", "three", "two"]


def test_reset_brings_the_newer_version_so_that_it_is_announced_no_more(
    mine: Path, originals: Path
) -> None:
    (originals / "1_first/1_2_go_on.ipynb").write_text(notebook("New"), encoding="utf-8")
    reset("1.2", mine, originals, NOON)
    assert not prepare(mine, originals).newer
    assert "New" in (mine / "1_first/1_2_go_on.ipynb").read_text(encoding="utf-8")


def test_reset_leaves_an_untouched_lesson_alone(mine: Path, originals: Path) -> None:
    report = reset("all", mine, originals, NOON)
    assert numbers(report.unchanged) == ["1.1", "1.2", "2.1"]
    assert not list(mine.rglob("*.mine-*"))


@pytest.mark.parametrize(
    "which", ["1.2", "1_2_go_on", "1_2_go_on.ipynb", "mine/1_first/1_2_go_on.ipynb"]
)
def test_a_lesson_has_several_names(which: str, mine: Path, originals: Path) -> None:
    assert numbers(reset(which, mine, originals).unchanged) == ["1.2"]


def test_an_unknown_lesson_lists_those_that_there_are(mine: Path, originals: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"There is no lesson '9.9'(?s:.*)2.1  End"):
        reset("9.9", mine, originals)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, originals: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="is a file"):
        prepare(tmp_path / "notes.txt", originals)


def test_the_originals_are_no_workspace(originals: Path) -> None:
    with pytest.raises(WorkspaceError, match="originals"):
        prepare(originals, originals)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, originals: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        prepare(tmp_path / "notes.txt" / "inside", originals)


def test_a_copy_that_fails_leaves_nothing_half_written(
    mine: Path, originals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    (originals / "2_second/2_2_more.ipynb").write_text(notebook("2.2 More"), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(WorkspaceError, match="No space left"):
            prepare(mine, originals)
    assert not (mine / "2_second/2_2_more.ipynb").exists()
    assert not list(mine.rglob("*.part"))


def test_no_lessons_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no lessons"):
        prepare(tmp_path / "mine", tmp_path)
