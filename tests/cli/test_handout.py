"""Handouts: what they hold and what they do not, and what is refused."""

from __future__ import annotations

import ast
import builtins
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Workshop
from tests.exercises.driver import read_lesson
from workshop_pkg import handout, workspace
from workshop_pkg.handout import making, notebooks, plan, wheels
from workshop_pkg.notebooks.cells import lesson_number, role, source, tags
from workshop_pkg.project import Lesson, lessons

LESSONS = lessons(ROOT / "book")
SOLUTIONS = plan.SOLUTIONS
each_kind = pytest.mark.parametrize("solutions", SOLUTIONS)
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)


def made(path: Path, lessons: list[Lesson] = LESSONS, **choices: Any) -> Path:
    return handout.make(path, handout.Plan(tuple(lessons), **choices)).path


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A handout of each kind, with all lessons."""
    folder = tmp_path_factory.mktemp("kinds")
    return {kind: made(folder / kind, solutions=kind) for kind in SOLUTIONS}


def handed(folder: Path, lesson: Lesson) -> list[dict[str, Any]]:
    return cells_of(folder / "lessons" / lesson.relative)


# What each kind holds


@each_kind
def test_a_handout_has_all_lessons_a_readme_and_the_licenses(
    solutions: str, kinds: dict[str, Path]
) -> None:
    folder = kinds[solutions]
    listed = sorted(
        path.relative_to(folder / "lessons").as_posix() for path in folder.rglob("*.ip*")
    )
    assert listed == [lesson.relative for lesson in LESSONS]
    assert {path.name for path in folder.iterdir()} == {
        "LICENSE",
        "LICENSE-CC-BY-4.0",
        "README.md",
        "handout.json",
        "lessons",
    }
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for lesson in LESSONS:
        assert f"lessons/{lesson.relative}" in readme
    assert "workshop lab" in readme
    assert json.loads((folder / "handout.json").read_text())["solutions"] == solutions


@each_kind
@each_lesson
def test_each_notebook_is_valid_pins_the_twin_and_holds_no_output(
    solutions: str, lesson: Lesson, kinds: dict[str, Path]
) -> None:
    import nbformat

    path = kinds[solutions] / "lessons" / lesson.relative
    nbformat.validate(nbformat.read(path, as_version=4))
    cells = cells_of(path)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert role(code[0]) == "setup"
    assert 'os.environ["WORKSHOP_DATASET"] = "twin"' in source(code[1])
    for cell in code:
        assert cell["outputs"] == []
        assert "nbval-check-output" not in tags(cell)
        ast.parse(source(cell))
    # The links at the top would open the lesson as published: with solutions, on other data.
    assert not [cell for cell in cells if role(cell) == "badges"]


@each_lesson
def test_without_solutions_nothing_of_them_is_left(lesson: Lesson, kinds: dict[str, Path]) -> None:
    text = (kinds["without"] / "lessons" / lesson.relative).read_text(encoding="utf-8")
    assert "_solution" not in text
    assert "keep" not in [name for cell in handed(kinds["without"], lesson) for name in names(cell)]
    for word in ("@title Solution", "Show the solution", "hide-cell"):
        assert word not in text
    original = cells_of(lesson.path)
    ids = {cell["id"] for cell in original if role(cell) == "solution"}
    cells = handed(kinds["without"], lesson)
    assert not ids & {cell["id"] for cell in cells}
    for cell in original:
        if role(cell) == "solution":
            body = ast.parse(source(cell)).body[-2]
            assert ast.unparse(body.body[-1]) not in text  # type: ignore[attr-defined]
    needed = [
        source(cell).splitlines()[-1]
        for cell in cells
        if cell["cell_type"] == "code" and "\nneed(" in source(cell)
    ]
    exercises = read_lesson(lesson.path).exercises
    assert needed == [f'need("{exercise.id}", {exercise.name})' for exercise in exercises]


def names(cell: dict[str, Any]) -> list[str]:
    if cell["cell_type"] != "code":
        return []
    return [node.id for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Name)]


@each_lesson
def test_without_solutions_each_name_is_still_defined_by_a_cell(
    lesson: Lesson, kinds: dict[str, Path]
) -> None:
    known = set(dir(builtins)) | {"get_ipython"}
    missing = []
    for cell in handed(kinds["without"], lesson):
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse(source(cell))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                known.add(node.name)
            elif isinstance(node, ast.alias):
                known.add((node.asname or node.name).split(".")[0])
            elif isinstance(node, ast.arg):
                known.add(node.arg)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                known.add(node.name)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                known.add(node.id)
        missing += [name for name in names(cell) if name not in known]
    assert not missing


@each_lesson
def test_solved_the_stub_gives_way_to_the_solution(lesson: Lesson, kinds: dict[str, Path]) -> None:
    cells = handed(kinds["solved"], lesson)
    stubs = [cell for cell in cells if role(cell) == "exercise"]
    exercises = read_lesson(lesson.path).exercises
    assert len(stubs) == len(exercises)
    assert not [cell for cell in cells if role(cell) == "solution"]
    for cell, exercise in zip(stubs, exercises, strict=True):
        text = source(cell)
        assert "..." not in text.replace("[...", "[")
        assert f"{exercise.name}_solution" not in text
        (function,) = [
            node
            for node in ast.parse(text).body
            if isinstance(node, ast.FunctionDef) and node.name == exercise.name
        ]
        (stub,) = [
            node
            for node in ast.parse(exercise.stub).body
            if isinstance(node, ast.FunctionDef) and node.name == exercise.name
        ]
        assert ast.get_docstring(function) == ast.get_docstring(stub)
    assert not [name for cell in cells for name in names(cell) if name == "keep"]


@each_lesson
def test_with_solutions_the_code_is_the_lessons(lesson: Lesson, kinds: dict[str, Path]) -> None:
    before = [source(cell) for cell in cells_of(lesson.path) if cell["cell_type"] == "code"]
    after = [source(cell) for cell in handed(kinds["with"], lesson) if cell["cell_type"] == "code"]
    assert [after[0], *after[2:]] == before


def test_a_filled_in_stub_keeps_what_stands_around_it() -> None:
    exercise = (
        "import math\n\nHALF = 0.5\n\n\ndef area(\n    radius: float,\n) -> float:\n"
        '    """Circle.\n\n'
        '    More.\n    """\n    return ...\n\n\nUNIT = "m"\n'
    )
    solution = (
        "# @title Solution\ndef square(x):\n    return x * x\n\n\n"
        "def area_solution(\n    radius: float,\n) -> float:\n    # Half of it, twice.\n"
        '    return math.pi * square(radius)\n\n\narea = keep("9.1-area", area, area_solution)\n'
    )
    space: dict[str, Any] = {}
    text = notebooks.filled_in(exercise, solution, "area")
    exec(text, space)
    assert space["area"](1.0) == pytest.approx(3.14159, abs=1e-4)
    assert space["area"].__doc__.startswith("Circle.")
    assert (space["HALF"], space["UNIT"]) == (0.5, "m")
    assert "# Half of it, twice." in text


def test_links_to_what_is_not_in_it_become_text(kinds: dict[str, Path]) -> None:
    lesson = LESSONS[0]
    cell = {
        "cell_type": "markdown",
        "source": [
            "See [this](1_2_x.ipynb#a), [that](../2_y/2_1_z.ipynb), [words](../glossary.md), "
            "[net](https://example.org/a.ipynb), ![picture](a.png)."
        ],
    }
    notebooks._loosen_links(cell, lesson, {f"{lesson.path.parent.name}/1_2_x.ipynb"})
    assert source(cell) == (
        "See [this](1_2_x.ipynb#a), that, words, [net](https://example.org/a.ipynb), "
        "![picture](a.png)."
    )


def test_outputs_that_a_run_has_left_in_a_lesson_are_not_handed_out(tmp_path: Path) -> None:
    notebook = json.loads(LESSONS[0].path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            row = "196\t242\t3\t881250949"
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [row]}]
    path = tmp_path / LESSONS[0].relative
    path.parent.mkdir()
    path.write_text(json.dumps(notebook), encoding="utf-8")
    folder = made(tmp_path / "class", [Lesson(1, 1, path)])
    assert "881250949" not in (folder / "lessons" / LESSONS[0].relative).read_text()


# A class works with it


def test_the_lesson_waits_for_an_answer_and_then_goes_on(kinds: dict[str, Path]) -> None:
    from tests.exercises.kernel import CellError, Kernel

    path = kinds["without"] / "lessons" / LESSONS[0].relative
    code = [source(cell) for cell in cells_of(path) if cell["cell_type"] == "code"]
    place = next(i for i, text in enumerate(code) if text.splitlines()[-1].startswith("need("))
    with Kernel(path.parent) as kernel:
        for text in code[:place]:
            kernel.run(text)
        with pytest.raises(CellError, match=r"needs exercise 1\.1-ratings"):
            kernel.run(code[place])
        kernel.run(read_lesson(LESSONS[0].path).exercises[0].solution.rpartition("\n\n\n")[0])
        kernel.run("read_ratings = read_ratings_solution")
        kernel.run(code[place])
        kernel.run(code[place + 1])
        assert "twin" in kernel.run("print(data.name)")


def test_lab_and_reset_take_the_handouts_lessons(
    workshop: Workshop, kinds: dict[str, Path], tmp_path: Path
) -> None:
    folder = made(tmp_path / "class", solutions="without")
    assert workshop("lab", "--prepare-only", cwd=folder).returncode == 0
    first = LESSONS[0].relative
    mine, given = folder / "workspace" / first, folder / "lessons" / first
    assert mine.read_bytes() == given.read_bytes()
    mine.write_text("mine", encoding="utf-8")
    # The handout is moved, and the command is called from elsewhere.
    folder = folder.rename(tmp_path / "moved")
    mine, given = folder / "workspace" / first, folder / "lessons" / first
    run = workshop("reset", "1.1", str(folder / "workspace"))
    assert run.returncode == 0, run.stderr
    assert mine.read_bytes() == given.read_bytes()


def test_a_copy_whose_handout_is_gone_says_so(tmp_path: Path) -> None:
    folder = made(tmp_path / "class", LESSONS[:1])
    workspace.prepare(tmp_path / "mine", workspace.handout_lessons(folder))
    folder.rename(tmp_path / "gone")
    with pytest.raises(workspace.WorkspaceError, match="put the handout back"):
        workspace.reset("1.1", tmp_path / "mine")


def test_no_folder_is_a_handout_by_its_name_alone(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    assert workspace.handout_lessons(tmp_path) is None


# Where it is written


def test_a_zip_file_holds_one_folder_of_its_name(workshop: Workshop, tmp_path: Path) -> None:
    run = workshop("handout", "deep/class.zip", "--parts", "1", "--solutions", "without")
    assert run.returncode == 0, run.stderr
    names = zipfile.ZipFile(tmp_path / "deep" / "class.zip").namelist()
    assert {name.split("/")[0] for name in names} == {"class"}
    assert "class/README.md" in names
    lessons_in_it = [lesson_number(Path(name).name) for name in names if name.endswith("ipynb")]
    assert lessons_in_it == [lesson.number for lesson in LESSONS if lesson.part == 1]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["class.zip"]


def test_an_empty_folder_is_taken_and_stays_the_one_that_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    folder.chmod(0o770)
    before = folder.stat()
    assert (made(folder, LESSONS[:1]) / "README.md").is_file()
    # A terminal that is open in it sees the handout, and who may read it is as its owner has set.
    assert (folder.stat().st_ino, folder.stat().st_mode) == (before.st_ino, before.st_mode)
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_link_to_an_empty_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "class").symlink_to(tmp_path / "disk")
    made(tmp_path / "class", LESSONS[:1])
    assert (tmp_path / "disk" / "README.md").is_file()
    assert (tmp_path / "class").is_symlink()


def test_nothing_is_left_in_an_empty_folder_where_moving_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def full(path: Path, target: Path) -> Path:
        if path.name == "README.md" and target.parent == tmp_path:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(handout.NotReadyError, match="Nothing was left"):
        made(tmp_path, LESSONS[:1])
    assert list(tmp_path.iterdir()) == []


def test_the_ending_of_a_zip_file_may_be_in_capitals(tmp_path: Path) -> None:
    names = zipfile.ZipFile(made(tmp_path / "CLASS.ZIP", LESSONS[:1])).namelist()
    assert {name.split("/")[0] for name in names} == {"CLASS"}


@pytest.mark.parametrize("name", ["class.tar.gz", "class.7z", "class.TGZ"])
def test_other_archives_are_refused(name: str, workshop: Workshop, tmp_path: Path) -> None:
    run = workshop("handout", name)
    assert run.returncode == 2
    assert "ends in .zip" in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_empty_name_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    run = workshop("handout", "")
    assert run.returncode == 2
    assert "TARGET is empty" in run.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("parts", "offline", "said", "not_said"),
    [
        ("4", False, ["workshop[lab] @"], ["serve", "Java"]),
        ("5", False, ["workshop[lab,serve] @", "Java 17", "`[lab,serve,spark]`"], []),
        (
            "5",
            True,
            ['wheels "recommender-workshop[lab,serve]"', "not among the packages"],
            ["`[lab"],
        ),
    ],
)
def test_the_readme_installs_what_the_lessons_need(
    parts: str, offline: bool, said: list[str], not_said: list[str]
) -> None:
    target = plan.choose_target(offline, None, None)
    chosen = plan.Plan(plan.choose_lessons(parts, among=LESSONS), target=target)
    text = making.readme.text(chosen, "https://github.com/someone/recommender-workshop", "1.2.3")
    text = " ".join(text.split())
    assert all(words in text for words in said), text
    assert not any(words in text for words in not_said), text


def test_the_readme_names_a_lesson_that_is_in_it(tmp_path: Path) -> None:
    lessons_of_4 = [lesson for lesson in LESSONS if lesson.part == 4]
    readme = (made(tmp_path / "class", lessons_of_4) / "README.md").read_text(encoding="utf-8")
    assert "workshop reset 4.1" in readme
    assert "1.1" not in readme


@pytest.mark.parametrize("name", [".hidden", "notes.txt"])
def test_a_folder_that_is_not_empty_is_refused_and_left_alone(
    name: str, workshop: Workshop, tmp_path: Path
) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / name).write_text("mine", encoding="utf-8")
    run = workshop("handout", "class")
    assert run.returncode == 2
    assert f"not empty: it holds {name}" in run.stderr
    assert [path.name for path in (tmp_path / "class").iterdir()] == [name]


@pytest.mark.parametrize("name", ["class", "class.zip"])
def test_a_file_in_the_way_is_refused(name: str, workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    run = workshop("handout", name)
    assert run.returncode == 2
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("name", ["class", "deep/er/class.zip"])
def test_nothing_is_left_of_a_handout_that_was_not_finished(
    error: BaseException, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> str:
        raise error

    monkeypatch.setattr(making.readme, "text", fail)
    expected = handout.NotReadyError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        made(tmp_path / name, LESSONS[:1])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_exits_with_1(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = workshop("handout", "file/class")
    assert run.returncode == 1
    assert "could not be written" in run.stderr
    assert "file is no folder" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("name", ["class", "class.zip"])
def test_a_place_that_may_not_be_looked_into_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path) -> None:  # Python 3.11 raises, newer ones find nothing
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(making, "_require_free", closed)
    with pytest.raises(handout.NotReadyError, match=r"could not be written \(Permission denied\)"):
        made(tmp_path / name, LESSONS[:1])


# What it may hold


@pytest.mark.parametrize("name", ["100k", "1m", "20m", "25m", "32m"])
def test_data_that_may_not_be_passed_on_is_refused_with_the_reason(
    name: str, workshop: Workshop, tmp_path: Path
) -> None:
    run = workshop("handout", "class", "--dataset", name)
    assert run.returncode == 2
    assert "may not be passed on" in run.stderr
    assert "no redistribution" in run.stderr
    assert f"workshop data download {name}" in run.stderr
    assert not (tmp_path / "class").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--dataset", "auto"], "pins one"),
        (["--dataset", "movies"], "twin or latest-small"),
        (["--parts", "9"], "There is no part '9'. There are 1 (exploration)"),
        (["--parts", ""], "There is no part ''"),
        (["--parts", "1-3"], "with commas"),
        (["--solutions", "some"], "with (folded"),
        (["--platform", "macos-arm64"], "give --offline"),
        (["--python", "3.12"], "give --offline"),
        (["--offline", "--platform", "macos-x86_64"], "macos-arm64 or windows-x86_64"),
        (["--offline", "--python", "3.10"], "3.11, 3.12 or 3.13"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_choices_are_refused_before_anything_is_written(
    arguments: list[str], said: str, workshop: Workshop, tmp_path: Path
) -> None:
    run = workshop("handout", "class", *arguments)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "class").exists()


def test_latest_small_that_is_not_here_is_not_fetched(workshop: Workshop, tmp_path: Path) -> None:
    run = workshop("handout", "class", "--dataset", "latest-small")
    assert run.returncode == 1
    assert "workshop data download latest-small" in run.stderr
    assert not (tmp_path / "class").exists()


def test_latest_small_that_was_changed_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "ml-latest-small"
    folder.mkdir(parents=True)
    for name in ("ratings.csv", "movies.csv"):
        (folder / name).write_text("a\n", encoding="utf-8")
    data = str(tmp_path / "data")
    run = workshop("handout", "class", "--dataset", "latest-small", WORKSHOP_DATA=data)
    assert run.returncode == 1
    assert "wrong checksum" in run.stderr
    assert not (tmp_path / "class").exists()


@pytest.mark.real_data
@pytest.mark.parametrize("form", ["folder", "archive", "no license"])
def test_latest_small_goes_in_with_its_license_or_not_at_all(
    form: str, workshop: Workshop, tmp_path: Path, real_data_folder: Path
) -> None:
    import shutil

    mine = tmp_path / "data"
    mine.mkdir()
    if form == "archive":
        shutil.copy(real_data_folder / "ml-latest-small.zip", mine)
    else:
        (mine / "ml-latest-small").mkdir()
        for path in (real_data_folder / "ml-latest-small").iterdir():
            if form == "folder" or path.name != "README.txt":
                shutil.copyfile(path, mine / "ml-latest-small" / path.name)
        (mine / "ml-latest-small" / "my-own.csv").write_text("secret", encoding="utf-8")
    options = ("--dataset", "latest-small", "--parts", "1")
    run = workshop("handout", "class", *options, WORKSHOP_DATA=str(mine))
    if form == "no license":
        assert run.returncode == 1
        assert "has no README.txt" in run.stderr
        return
    assert run.returncode == 0, run.stderr
    data = tmp_path / "class" / "data" / "ml-latest-small"
    assert "redistribute" in (data / "README.txt").read_text(encoding="utf-8")
    original = real_data_folder / "ml-latest-small" / "ratings.csv"
    assert (data / "ratings.csv").read_bytes() == original.read_bytes()
    assert not (data / "my-own.csv").exists()
    assert "latest-small" in (tmp_path / "class" / "README.md").read_text(encoding="utf-8")
    lesson = tmp_path / "class" / "lessons" / LESSONS[0].relative
    pin = source(next(c for c in cells_of(lesson) if c["id"] == "data-of-the-class"))
    load = (
        "from workshop_pkg import datasets\n"
        "print(datasets.load_movielens('latest-small').users, datasets.load_lesson_data().name)"
    )
    run = _python(f"{pin}\n{load}", lesson.parent)
    assert "None twin" in run


def _python(code: str, cwd: Path) -> str:
    import os
    import subprocess
    import sys

    environment = {k: v for k, v in os.environ.items() if not k.startswith("WORKSHOP_")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


# Without a network


def test_a_wheelhouse_needs_a_clone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def none(start: Path) -> None:
        raise wheels.ProjectError("no clone")

    monkeypatch.setattr(wheels, "find_project", none)
    target = handout.choose_target(True, "windows-x86_64", "3.12")
    with pytest.raises(handout.NotReadyError, match="make setup"):
        made(tmp_path / "class", LESSONS[:1], target=target)
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_cannot_be_had_is_told_and_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(wheels, "_build", lambda *arguments: None)
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    target = handout.choose_target(True, "windows-x86_64", "3.12")
    with pytest.raises(handout.NotReadyError, match=r"Windows .* Python 3\.12 could not be coll"):
        made(tmp_path / "class", LESSONS[:1], target=target)
    assert not (tmp_path / "class").exists()


def test_the_workshops_own_wheel_carries_the_handouts_lessons(
    kinds: dict[str, Path], tmp_path: Path
) -> None:
    project = wheels.require_clone()
    wheels._build(project, kinds["without"] / "lessons", tmp_path / "tree", tmp_path / "wheels")
    (path,) = (tmp_path / "wheels").glob("recommender_workshop-*.whl")
    wheel = zipfile.ZipFile(path)
    carried = {name for name in wheel.namelist() if "/_lessons/" in name}
    assert carried == {f"workshop_pkg/_lessons/{lesson.relative}" for lesson in LESSONS}
    for lesson in LESSONS:
        text = wheel.read(f"workshop_pkg/_lessons/{lesson.relative}")
        assert text == (kinds["without"] / "lessons" / lesson.relative).read_bytes()
