"""The setup cell: installs in Colab only, once, quietly, and fails with one clear sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from workshop_pkg.notebooks.generated import EXTRAS, setup_source

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/YOUR_ORG/recommender-workshop"
OTHER_VERSION = "98.7.6"
# A port that nothing listens on: every connection is refused at once.
NOWHERE = "http://127.0.0.1:9"

# Runs the cell as a notebook does, without the package: the cell must not need what it installs.
SHELL = """\
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "workshop_pkg":
            raise ImportError("the setup cell must not import the package")

sys.meta_path.insert(0, Block())
{before}
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
for _ in range({times}):
    shell.run_cell({cell!r})
"""
# Stands in for pip: notes each call and "installs" the package's metadata beside itself.
FAKE_PIP = """\
import sys
from pathlib import Path

here = Path(__file__).parent.parent
with (here / "calls").open("a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
info = here / "recommender_workshop-{version}.dist-info"
info.mkdir(exist_ok=True)
fields = ["Metadata-Version: 2.1", "Name: recommender-workshop", "Version: {version}", ""]
(info / "METADATA").write_text("\\n".join(fields))
print("Successfully installed much noise")
"""


def run_cell(
    folder: Path, release: str, *, before: str = "", times: int = 1, lesson: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the setup cell of a release in a process of its own, with the network closed."""
    cell = setup_source(REPOSITORY, release, lesson)
    environment = {
        **{key: value for key, value in os.environ.items() if "proxy" not in key.lower()},
        "PYTHONPATH": str(folder),
        "IPYTHONDIR": str(folder / "ipython"),
        "HTTPS_PROXY": NOWHERE,
        "HTTP_PROXY": NOWHERE,
        "PIP_INDEX_URL": NOWHERE,
        "PIP_RETRIES": "0",
    }
    return subprocess.run(
        [sys.executable, "-c", SHELL.format(before=before, cell=cell, times=times)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )


@pytest.fixture
def colab(tmp_path: Path) -> Path:
    """A folder that, on the path, makes `google.colab` importable."""
    package = tmp_path / "google" / "colab"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def fake_pip(colab: Path) -> Path:
    """The same folder, with a stand-in for pip; returns the file that notes its calls."""
    (colab / "pip").mkdir()
    (colab / "pip" / "__init__.py").write_text("", encoding="utf-8")
    main = FAKE_PIP.format(version=OTHER_VERSION)
    (colab / "pip" / "__main__.py").write_text(main, encoding="utf-8")
    return colab / "calls"


def failure(reason: str) -> str:
    return (
        f"The workshop's package {OTHER_VERSION} could not be installed from {REPOSITORY}{reason}: "
        "if the network is the reason, check that this machine can reach that address; then run "
        "this cell again."
    )


def test_in_colab_with_the_network_closed_it_says_one_clear_sentence(colab: Path) -> None:
    run = run_cell(colab, OTHER_VERSION)
    announced, said = run.stdout.strip().splitlines()
    assert announced == "Installing the workshop's package; this takes less than a minute."
    before, after = failure("|").split("|")
    assert said.startswith(f"{before} (ERROR: ")
    assert said.endswith(f"){after}")
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("complaints", "reason"),
    [
        (
            ["WARNING: old", "ERROR: Could not build", "ERROR: No space left on device", "notice"],
            " (ERROR: No space left on device)",
        ),
        (["WARNING: old"], ""),
        ([], ""),
    ],
    ids=["two errors", "a warning", "silence"],
)
def test_what_pip_says_last_is_passed_on_in_the_same_sentence(
    complaints: list[str], reason: str, colab: Path, fake_pip: Path
) -> None:
    # A stand-in that fails, and writes a byte that is no UTF-8 as well.
    text = "".join(f"{line}\n" for line in complaints).encode() + b"\xff\n"
    main = f"import sys; sys.stderr.buffer.write({text!r}); raise SystemExit(1)"
    (colab / "pip" / "__main__.py").write_text(main, encoding="utf-8")
    run = run_cell(colab, OTHER_VERSION)
    assert run.stdout.strip().splitlines()[1:] == [failure(reason)]
    assert run.stderr == ""


def test_in_colab_it_installs_the_notebooks_own_version_once_and_quietly(
    colab: Path, fake_pip: Path
) -> None:
    run = run_cell(colab, OTHER_VERSION, times=3)
    assert fake_pip.read_text(encoding="utf-8").splitlines() == [
        f"install --quiet recommender-workshop @ {REPOSITORY}/archive/refs/tags/"
        f"v{OTHER_VERSION}.zip"
    ]
    assert run.stdout == "Installing the workshop's package; this takes less than a minute.\n"
    assert run.stderr == ""


def test_colab_is_known_by_its_loaded_module_too(tmp_path: Path, fake_pip: Path) -> None:
    (tmp_path / "google" / "colab" / "__init__.py").unlink()
    (tmp_path / "google" / "colab").rmdir()
    before = "import types; sys.modules['google.colab'] = types.ModuleType('google.colab')"
    run_cell(tmp_path, OTHER_VERSION, before=before)
    assert fake_pip.exists()


def test_a_version_that_is_installed_already_is_left_alone(colab: Path, fake_pip: Path) -> None:
    run = run_cell(colab, version("recommender-workshop"))
    assert (run.stdout, run.stderr) == ("", "")
    assert not fake_pip.exists()


SERVE = "book/5_going_further/5_1_serve.ipynb"
HIDE_THE_EXTRA = """
import importlib.util

look = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == "mangum" else look(name)
"""


def test_a_lesson_that_needs_an_extra_installs_it_too(colab: Path, fake_pip: Path) -> None:
    run_cell(colab, OTHER_VERSION, lesson=SERVE)
    assert fake_pip.read_text(encoding="utf-8").splitlines() == [
        f"install --quiet recommender-workshop[serve] @ {REPOSITORY}/archive/refs/tags/"
        f"v{OTHER_VERSION}.zip"
    ]


@pytest.mark.parametrize(
    ("lesson", "installs"), [(SERVE, True), ("book/4_tuning/4_1_grid.ipynb", False)]
)
def test_where_only_the_extra_is_missing_a_lesson_that_needs_it_installs_it(
    lesson: str, installs: bool, colab: Path, fake_pip: Path
) -> None:
    here = version("recommender-workshop")
    run_cell(colab, here, lesson=lesson, before=HIDE_THE_EXTRA)
    assert fake_pip.exists() is installs


def test_each_extra_is_one_of_the_package() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    known = tomllib.loads(text)["project"]["optional-dependencies"]
    assert {extra.name for extra in EXTRAS.values()} <= known.keys()


def test_outside_of_colab_it_does_nothing(tmp_path: Path, fake_pip: Path) -> None:
    (tmp_path / "google" / "colab" / "__init__.py").unlink()
    (tmp_path / "google" / "colab").rmdir()
    run = run_cell(tmp_path, OTHER_VERSION)
    assert (run.stdout, run.stderr) == ("", "")
    assert not fake_pip.exists()


def test_it_needs_the_standard_library_only() -> None:
    code = setup_source(REPOSITORY, OTHER_VERSION)
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout, run.stderr) == ("", "")
