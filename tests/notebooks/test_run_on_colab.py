"""`run_on_colab.ipynb`, on the CPU: red where it must be, green where nothing is wrong."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests import run_on_colab
from tests.exercises.kernel import CellError, Kernel
from tests.notebooks.sample import Notebook, sample, write
from tests.project_tree import ROOT, copy_of_the_tree
from workshop_pkg import project
from workshop_pkg.project import Lesson, Project

SEEN = "import run_on_colab; run_on_colab.gpus = lambda: ['a made-up GPU']"
# What is trained where is asserted elsewhere; here both trainings are the CPU's.
TRAINED = "run_on_colab.check_devices = lambda *devices: None"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def raising() -> Notebook:
    notebook = sample()
    notebook["cells"][-1]["source"] = "1 / 0"
    return notebook


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a release of one made-up lesson; stands where the project's address leads.

    The package that the notebook's kernel imports is that of the release.
    """
    tree = copy_of_the_tree(tmp_path / "release")
    for lesson in Project(tree).lessons():
        lesson.path.unlink()
    write(sample(), tree)
    git(tree, "init", "--quiet")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "A release")
    git(tree, "tag", Project(tree).tag)
    monkeypatch.setenv("PYTHONPATH", str(tree))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{tree.as_uri()}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", Project(tree).repository)
    return tree


@pytest.fixture
def cells() -> list[str]:
    """The notebook's code: setup, clone, GPU, lessons, comparison."""
    notebook = json.loads((ROOT / project.RUN_ON_COLAB).read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    folder = tmp_path / "content"
    folder.mkdir()
    with Kernel(folder) as started:
        yield started


@pytest.mark.full
def test_with_a_gpu_the_notebook_runs_and_a_lesson_that_fails_turns_it_red(
    release: Path, cells: list[str], kernel: Kernel
) -> None:
    setup, clone, gpu, lessons, comparison = cells
    kernel.run(setup)
    kernel.run(clone)
    kernel.run(SEEN)
    assert kernel.run(gpu).endswith("sees a made-up GPU.\n")
    printed = kernel.run(lessons)
    assert "9.1 A made-up lesson" in printed
    assert "1 of 1 lessons passed" in printed
    kernel.run(TRAINED)
    assert "The GPU's results agree with the CPU's." in kernel.run(comparison)
    write(raising(), release)
    with pytest.raises(CellError, match=r"RunError: 1 of 1 lessons failed: 9\.1\."):
        kernel.run(lessons)


def test_without_a_gpu_the_notebook_stops_with_one_sentence(
    release: Path, cells: list[str], kernel: Kernel
) -> None:
    kernel.run("import os; os.environ['CUDA_VISIBLE_DEVICES'] = '-1'")
    for cell in cells[:2]:
        kernel.run(cell)
    with pytest.raises(CellError, match="RunError: TensorFlow sees no GPU here: choose Runtime"):
        kernel.run(cells[2])


def test_a_release_without_a_tag_is_said_in_one_sentence(
    release: Path, cells: list[str], kernel: Kernel
) -> None:
    git(release, "tag", "--delete", Project(release).tag)
    kernel.run(cells[0])
    with pytest.raises(
        CellError, match=r"SetupError: .* could not be cloned at v\S+: [\s\S]*not found"
    ):
        kernel.run(cells[1])


def test_each_lessons_time_and_verdict_are_shown_and_a_failure_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebooks = {1: sample(), 2: raising(), 3: sample()}
    made = []
    for place, notebook in notebooks.items():
        path = tmp_path / f"9_{place}_mean.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        made.append(Lesson(9, place, path))
    monkeypatch.setattr(project, "lessons", lambda: made)
    with pytest.raises(run_on_colab.RunError, match=r"1 of 3 lessons failed: 9\.2\."):
        run_on_colab.run_lessons()
    printed = capsys.readouterr().out
    verdicts = [line.split()[-1] for line in printed.splitlines() if line.startswith("9.")]
    assert verdicts == ["passed", "FAILED", "passed"]
    assert "ZeroDivisionError" in printed


def test_an_installation_without_lessons_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "lessons", list)
    with pytest.raises(run_on_colab.RunError, match="carries no lessons"):
        run_on_colab.run_lessons()


def made_up_results(device: str, **changes: list[float]) -> dict[str, Any]:
    """Give equal results for all models, but for those of one kind that are named."""
    same = {what: changes.get(what.split()[0], [1.0, 2.0]) for what in run_on_colab.TOLERANCES}
    return {"device": device} | {name: dict(same) for name in run_on_colab.SETTINGS}


@pytest.mark.parametrize(
    ("changes", "agree"),
    [
        ({}, True),
        ({"errors": [1.0009, 2.0]}, True),
        ({"errors": [1.0, 2.0011]}, False),
        ({"predictions": [1.009, 2.0]}, True),
        ({"predictions": [0.989, 2.0]}, False),
        ({"errors": [float("nan"), 2.0]}, False),
        ({"predictions": [1.0, float("nan")]}, False),
    ],
)
def test_results_agree_within_the_tolerances_only(
    changes: dict[str, list[float]], agree: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {"GPU": made_up_results("GPU", **changes), "CPU": made_up_results("CPU")}
    monkeypatch.setattr(run_on_colab, "results", both.__getitem__)
    if agree:
        run_on_colab.compare_with_cpu()
    else:
        with pytest.raises(run_on_colab.RunError, match="results are not the CPU's: observed"):
            run_on_colab.compare_with_cpu()


@pytest.mark.parametrize(("gpu", "cpu"), [("CPU", "CPU"), ("GPU", "GPU")])
def test_a_device_that_was_not_used_is_no_agreement(
    gpu: str, cpu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {"GPU": made_up_results(gpu), "CPU": made_up_results(cpu)}
    monkeypatch.setattr(run_on_colab, "results", both.__getitem__)
    with pytest.raises(run_on_colab.RunError, match=f"computed on the {gpu} and on the {cpu}"):
        run_on_colab.compare_with_cpu()


class Pip:
    """Stands in for pip: keeps the constraints that it is given."""

    def __init__(self, returncode: int, stderr: str = "") -> None:
        self.result = subprocess.CompletedProcess([], returncode, "", stderr)
        self.constraints = ""

    def __call__(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        assert command[1:6] == ["-m", "pip", "install", "--quiet", "nbval"]
        path = Path(command[command.index("--constraint") + 1])
        self.constraints = path.read_text(encoding="utf-8")
        return self.result


def test_nbval_is_installed_with_everything_else_held(monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(0)
    monkeypatch.setattr(run_on_colab.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(run_on_colab.subprocess, "run", pip)
    run_on_colab.install_nbval()
    held = {Requirement(line).name.lower() for line in pip.constraints.splitlines()}
    assert held >= {"tensorflow", "numpy", "pandas", "pytest", "recommender-workshop"}


def test_an_nbval_that_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_on_colab.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(run_on_colab.subprocess, "run", Pip(1, "ERROR: no version fits"))
    with pytest.raises(run_on_colab.RunError, match=r"could not be installed .*no version fits"):
        run_on_colab.install_nbval()
