"""One repository URL: every file agrees with `_config.yml`, and one command changes them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Workshop
from tests.project_tree import ROOT, copy_of_the_tree, project_files
from workshop_pkg.project import (
    RUN_ON_COLAB,
    Project,
    ProjectError,
    check_repository,
    set_repository,
)

PROJECT = Project(ROOT)
# Where a notebook or a page of this project may be opened or fetched from.
HOSTS = (
    r"github\.com/",
    r"raw\.githubusercontent\.com/",
    r"colab\.research\.google\.com/github/",
    r"mybinder\.org/v2/gh/",
)
ADDRESS = re.compile(rf"(?:{'|'.join(HOSTS)})([\w.-]+/[\w-]+(?:\.(?!git\b)[\w-]+)*)")


def slug(url: str) -> str:
    return url.removeprefix("https://github.com/")


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    """The project's files in another folder, which is no git clone."""
    return Project(copy_of_the_tree(tmp_path / "copy", leave_out="bundled"))


def test_every_address_of_the_project_is_the_one_in_the_settings() -> None:
    name = slug(PROJECT.repository).split("/")[1]
    others = {
        (file, found)
        for file in project_files()
        if not file.startswith("tests/")
        for found in ADDRESS.findall(text_of(ROOT / file))
        if found.split("/")[1] == name and found != slug(PROJECT.repository)
    }
    assert others == set()


def test_the_settings_name_the_tag_of_the_version() -> None:
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert settings["repository"]["branch"] == PROJECT.tag


def test_the_command_changes_every_file(copy: Project, workshop: Workshop) -> None:
    old, new = PROJECT.repository, "https://github.com/octo-org/learn-recommenders"
    holders = [file for file in project_files() if slug(old) in text_of(ROOT / file)]
    expected = {"_config.yml", "README.md", "pyproject.toml", "CITATION.cff", "CONTRIBUTING.md"}
    assert expected <= set(holders)
    run = workshop("repository", new, cwd=copy.root)
    assert run.returncode == 0, run.stdout + run.stderr
    assert Project(copy.root).repository == new
    for file in holders:
        if not file.startswith("tests/"):
            changed = text_of(copy.root / file)
            assert slug(old) not in changed, file
            assert slug(new) in changed, file


def test_notebooks_stay_in_form_and_install_from_the_new_address(
    copy: Project, workshop: Workshop
) -> None:
    new = "https://github.com/octo-org/learn-recommenders"
    workshop("repository", new, cwd=copy.root)
    assert workshop("format", "--check", cwd=copy.root).returncode == 0
    assert copy.root / RUN_ON_COLAB in copy.notebooks()
    for notebook in copy.notebooks():
        text = text_of(notebook)
        assert f'REPOSITORY = \\"{new}\\"' in text
        assert f'VERSION = \\"{copy.version}\\"' in text
        path = notebook.relative_to(copy.root).as_posix()
        assert f"github/{slug(new)}/blob/{copy.tag}/{path}" in text


def test_setting_it_back_gives_the_same_files(copy: Project) -> None:
    before = {path: path.read_bytes() for path in copy.text_files()}
    old = copy.repository
    changed = set_repository(copy, "https://github.com/octo-org/learn-recommenders")
    assert changed
    set_repository(Project(copy.root), old)
    assert {path: path.read_bytes() for path in copy.text_files()} == before


def test_a_longer_name_of_another_repository_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("repository: {url: https://github.com/a/b}\n")
    page = tmp_path / "page.md"
    kept = "github.com/a/b-c github.com/aa/b github.com/a/b.c x/a/bb a.github.io/bb"
    page.write_text(f"{kept} github.com/a/b.git github.com/a/b. a.github.io/b/x", encoding="utf-8")
    set_repository(Project(tmp_path), "https://github.com/New/r")
    expected = f"{kept} github.com/New/r.git github.com/New/r. new.github.io/r/x"
    assert page.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "github.com/a/b",
        "http://github.com/a/b",
        "https://gitlab.com/a/b",
        "https://github.com/a",
        "https://github.com/a/b/tree/main",
        "https://github.com/a/b c",
        "git@github.com:a/b.git",
        "https://github.com/a/.",
        "https://github.com/a/..",
        "https://github.com/a/../",
        "https://github.com/a/...",
        "https://github.com/a/...git",
        "https://github.com/a/ü",
    ],
)
def test_other_forms_of_address_are_refused(url: str) -> None:
    with pytest.raises(ProjectError, match=r"https://github\.com/OWNER/REPO"):
        check_repository(url)


def test_settings_without_an_address_are_refused(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="repository: url:"):
        _ = Project(tmp_path).repository
