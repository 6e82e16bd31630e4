"""The command `workshop` as a script sees it: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Workshop
from workshop_pkg import __version__, cli, data_command, datasets, lab
from workshop_pkg.datasets.registry import NAMES, download_call

COMMANDS = [command.name for command in cli.COMMANDS]


def test_version(workshop: Workshop) -> None:
    assert workshop("--version").stdout == f"workshop {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_teaches(command: str, workshop: Workshop) -> None:
    run = workshop(command, "--help")
    assert run.returncode == 0
    assert "example" in run.stdout
    assert f"workshop {command}" in run.stdout
    assert "exit codes:" in run.stdout


def test_help_loads_no_heavy_library() -> None:
    script = (
        "import sys; from workshop_pkg import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas', 'numpy', 'altair', 'tensorflow', 'requests'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["lesson"],
        ["lab", "--port", "eighty"],
        ["lab", "--port", "70000"],
        ["check", "--", "more"],
        ["data", "download"],
        ["data", "download", "movies"],
        ["reset"],
        ["reset", "9.9"],
        ["repository", "http://github.com/a/b"],
        ["repository", "https://example.org/a/b"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_says_why(arguments: list[str], workshop: Workshop) -> None:
    run = workshop(*arguments)
    assert run.returncode == 2
    assert run.stderr.strip()
    assert "Traceback" not in run.stderr


def test_check_fits_one_screen_and_ends_with_a_verdict(workshop: Workshop) -> None:
    run = workshop("check")
    assert run.returncode == 0, run.stdout
    lines = run.stdout.splitlines()
    assert len(lines) <= 24
    assert lines[-1].startswith("Ready.")


def test_check_gives_scripts_the_same_findings(workshop: Workshop) -> None:
    findings = json.loads(workshop("check", "--json").stdout)
    assert {"Python", "packages", "memory", "disk", "data", "network", "GPU"} <= {
        finding["name"] for finding in findings
    }
    assert all(finding["status"] in ("ok", "note", "problem") for finding in findings)


@pytest.mark.parametrize(
    "variables",
    [{"WORKSHOP_DATASET": "20m"}, {"WORKSHOP_DATA": "/nowhere/at/all"}],
    ids=["unknown data set", "no folder"],
)
def test_check_exits_with_1_where_no_lesson_would_run(
    variables: dict[str, str], workshop: Workshop
) -> None:
    run = workshop("check", **variables)
    assert run.returncode == 1
    assert "PROBLEM  data" in run.stdout
    assert "Not ready yet: data" in run.stdout
    assert "Traceback" not in run.stderr


def test_data_lists_all_data_sets(workshop: Workshop) -> None:
    run = workshop("data")
    assert run.returncode == 0
    for name in ("twin", "100k", "latest-small", "1m", "20m", "25m", "32m"):
        assert f"\n{name} " in run.stdout


def test_data_verify_reads_the_bundled_twin(workshop: Workshop) -> None:
    run = workshop("data", "verify", "twin")
    assert run.returncode == 0, run.stdout
    assert run.stdout.startswith("ok")


def test_data_verify_exits_with_1_for_what_is_not_here(workshop: Workshop) -> None:
    run = workshop("data", "verify", "25m")
    assert run.returncode == 1
    assert "get it with `workshop data download 25m`" in run.stdout
    assert "datasets.download" not in run.stdout


def test_data_verify_says_by_which_command_a_damaged_copy_is_repaired(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    message = f"It is damaged: repair it with {download_call('1m')}."
    found = datasets.Verification("1m", False, message)
    monkeypatch.setattr("workshop_pkg.datasets.verify", lambda name: found)
    assert data_command.run("verify", "1m") == 1
    said = "PROBLEM 1m: It is damaged: repair it with `workshop data download 1m`.\n"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("action", [[], ["list"], ["verify"], ["where"]], ids=str)
def test_data_prints_the_error_alone_where_the_folder_is_nowhere(
    action: list[str], workshop: Workshop
) -> None:
    run = workshop("data", *action, WORKSHOP_DATA="/nowhere")
    assert run.returncode == 1
    assert run.stdout == ""
    assert "WORKSHOP_DATA is" in run.stderr


@pytest.mark.parametrize("action", ["download", "verify"])
@pytest.mark.parametrize("name", ["nope", "auto"])
def test_data_offers_only_names_that_it_takes(action: str, name: str, workshop: Workshop) -> None:
    run = workshop("data", action, name)
    assert run.returncode == 2
    assert run.stderr.rstrip().endswith(f"choose one of {', '.join(NAMES)}.")


def test_data_where_names_the_cache(workshop: Workshop, tmp_path: Path) -> None:
    assert str(tmp_path / "cache") in workshop("data", "where").stdout


def test_a_download_without_network_exits_with_1_and_one_sentence(workshop: Workshop) -> None:
    closed = "https://127.0.0.1:9/movielens only"
    run = workshop("data", "download", "100k", WORKSHOP_MIRRORS=closed)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "ml-100k.zip" in run.stderr
    assert "try again later with `workshop data download 100k`" in run.stderr


def test_lab_prepares_a_workspace_and_says_so(workshop: Workshop, tmp_path: Path) -> None:
    run = workshop("lab", "--prepare-only")
    assert run.returncode == 0, run.stderr
    assert sorted((tmp_path / "workspace").glob("1_exploration/1_*.ipynb"))
    assert str(tmp_path / "workspace") in run.stdout
    assert "Nothing was changed" in workshop("lab", "--prepare-only").stdout


def test_the_workspace_variable_names_the_folder(workshop: Workshop, tmp_path: Path) -> None:
    workshop("lab", "--prepare-only", WORKSHOP_WORKSPACE="elsewhere")
    assert (tmp_path / "elsewhere").is_dir()


def test_reset_all_by_the_command(workshop: Workshop, tmp_path: Path) -> None:
    workshop("lab", "--prepare-only")
    lesson = next((tmp_path / "workspace").glob("*/1_1_*.ipynb"))
    lesson.write_text("mine", encoding="utf-8")
    run = workshop("reset", "all")
    assert run.returncode == 0
    assert "kept as" in run.stdout
    assert lesson.read_text(encoding="utf-8") != "mine"


def test_reset_from_inside_the_workspace_mends_its_lesson(
    workshop: Workshop, tmp_path: Path
) -> None:
    workshop("lab", "my-lessons", "--prepare-only")
    lesson = next((tmp_path / "my-lessons").glob("*/1_1_*.ipynb"))
    for folder in (tmp_path / "my-lessons", lesson.parent):
        lesson.write_text("mine", encoding="utf-8")
        run = workshop("reset", "1.1", cwd=folder)
        assert run.returncode == 0, run.stderr
        assert lesson.read_text(encoding="utf-8") != "mine"
        assert not list(folder.glob("workspace"))


@pytest.mark.parametrize("folder", [[], ["notthere"]], ids=["default", "named"])
def test_reset_outside_of_a_workspace_exits_with_2_and_names_the_folder(
    folder: list[str], workshop: Workshop, tmp_path: Path
) -> None:
    run = workshop("reset", "1.2", *folder)
    assert run.returncode == 2
    assert str(tmp_path / (folder or ["workspace"])[0]) in run.stderr
    assert "workshop reset 1.2 FOLDER" in run.stderr
    assert not list(tmp_path.iterdir())


def test_a_terminal_of_jupyterlab_finds_the_command_and_the_workspace(
    workshop: Workshop, tmp_path: Path
) -> None:
    workshop("lab", "my-lessons", "--prepare-only")
    lesson = next((tmp_path / "my-lessons").glob("*/1_1_*.ipynb"))
    lesson.write_text("mine", encoding="utf-8")
    bare = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    variables = lab.environment(bare, tmp_path / "my-lessons")
    run = subprocess.run(
        ["/bin/sh", "-c", "workshop reset 1.1"],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert lesson.read_text(encoding="utf-8") != "mine"
    assert variables["PATH"].endswith(os.defpath)


def test_jupyterlab_is_told_its_workspace_as_an_absolute_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    variables = lab.environment({"WORKSHOP_WORKSPACE": "old"}, Path("mine"))
    assert variables["WORKSHOP_WORKSPACE"] == str(tmp_path / "mine")


@pytest.mark.parametrize("named", [None, "elsewhere"])
def test_make_lab_takes_the_folder_of_the_variable(named: str | None, tmp_path: Path) -> None:
    # A set-up that is done, and a command that copies the lessons but starts no JupyterLab.
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / ".ready").touch()
    command = tmp_path / "venv" / "bin" / "workshop"
    starts = f'cd "{tmp_path}" && exec "{sys.executable}" -m workshop_pkg.cli "$@" --prepare-only'
    command.write_text(f"#!/bin/sh\n{starts}\n", encoding="utf-8")
    command.chmod(0o755)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("WORKSHOP_", "MAKE"))}
    subprocess.run(
        ["make", "lab", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        env=inherited
        | {"PYTHONPATH": str(ROOT)}
        | ({"WORKSHOP_WORKSPACE": named} if named else {}),
        check=True,
    )
    assert list((tmp_path / (named or "workspace")).glob("*/1_1_*.ipynb"))


def test_jupyterlab_gets_what_follows_the_dashes(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[list[str]] = []
    monkeypatch.setattr(lab, "start", lambda line, folder: lines.append(line) or 0)
    monkeypatch.setattr("workshop_pkg.workspace.prepare", lambda folder, source: _Report(folder))
    code = cli.main(["lab", "mine", "--port", "8899", "--no-browser", "--", "--ip=0.0.0.0"])
    assert code == 0
    assert lines[0][-1] == "--ip=0.0.0.0"
    assert lines[0][1:7] == ["-m", "jupyterlab", "--notebook-dir", "mine", "--port", "8899"]
    assert "--no-browser" in lines[0]


class _Report:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lines(self) -> list[str]:
        return []


def test_lab_without_jupyterlab_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(lab.LabError, match="make lab"):
        lab.start(["python"], Path())


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_lab_starts_for_root_too_as_in_a_container(
    user: int, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user, raising=False)
    assert ("--allow-root" in lab.command(Path("mine"))) is allowed


def test_a_lesson_finds_data_named_by_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    variables = lab.environment({"WORKSHOP_DATA": "real", "WORKSHOP_CACHE": ""})
    assert variables["WORKSHOP_DATA"] == str(tmp_path / "real")
    assert "WORKSHOP_DATA" not in lab.environment({})


def test_kernels_are_quiet_and_settings_are_added_to_those_of_the_machine() -> None:
    variables = lab.environment({"JUPYTER_CONFIG_PATH": "/etc/mine", "TF_CPP_MIN_LOG_LEVEL": "0"})
    assert variables["JUPYTER_CONFIG_PATH"].split(os.pathsep) == ["/etc/mine", str(lab.SETTINGS)]
    assert variables["TF_CPP_MIN_LOG_LEVEL"] == "0"
    assert variables["TF_ENABLE_ONEDNN_OPTS"] == "0"
    (settings,) = lab.SETTINGS.rglob("*.json")
    assert json.loads(settings.read_text(encoding="utf-8"))
