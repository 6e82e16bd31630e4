"""The wheel holds all that an attendee without a clone needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT
from workshop_pkg.project import Project, lessons


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    run = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_every_lesson_is_in_it_and_no_other_file_of_the_book(wheel: zipfile.ZipFile) -> None:
    carried = {name for name in wheel.namelist() if name.startswith("workshop_pkg/_lessons/")}
    assert carried
    assert carried == {
        f"workshop_pkg/_lessons/{lesson.relative}" for lesson in Project(ROOT).lessons()
    }


def test_the_bundled_data_the_types_and_the_licenses_are_in_it(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "workshop_pkg/py.typed" in names
    tables = ("retail_twin.csv", "als_table.csv", "svd_trials.csv")
    for file in ("ml-100k-twin/u.data", "ml-100k-twin/u.item", *tables):
        assert f"workshop_pkg/datasets/bundled/{file}" in names
    licenses = {Path(name).name for name in names if ".dist-info/licenses/" in name}
    assert licenses == {"LICENSE", "LICENSE-CC-BY-4.0"}


def test_nothing_of_the_tests_and_tools_is_in_it(wheel: zipfile.ZipFile) -> None:
    folders = {name.split("/")[0] for name in wheel.namelist()}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"workshop_pkg"}


def test_an_installed_wheel_finds_its_lessons(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    ask = "from workshop_pkg import project; print([l.number for l in project.lessons()])"
    run = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str([lesson.number for lesson in lessons(ROOT / "book")])
