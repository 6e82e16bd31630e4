"""The packages for a room without network: resolved, downloaded, and the workshop's own built."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from workshop_pkg.handout.errors import NotReadyError
from workshop_pkg.handout.plan import Target
from workshop_pkg.project import PACKAGE_FOLDER, Project, ProjectError, find_project

# What the package is built from, beside the package and the lessons.
_BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "LICENSE-CC-BY-4.0")
_TOOLS = ("uv", "build", "hatchling", "pip")
_SHOWN_LINES = 3


def require_clone() -> Project:
    """Find the clone that wheels are collected from.

    Raises
    ------
    NotReadyError
        There is none, or its environment lacks the tools.
    """
    try:
        project = find_project(PACKAGE_FOLDER.parent)
    except ProjectError:
        raise NotReadyError(
            "--offline collects the packages that the project's lock names, and builds its own: "
            "it needs a clone of the project. In the clone: `make setup`, then `.venv/bin/workshop "
            "handout`."
        ) from None
    lacking = [tool for tool in _TOOLS if importlib.util.find_spec(tool) is None]
    if lacking or not (project.root / "requirements.lock").is_file():
        raise NotReadyError(
            f"--offline needs {', '.join(lacking) or 'requirements.lock'}, which "
            f"{sys.prefix if lacking else project.root} lacks. In the clone: `make setup`, then "
            "`.venv/bin/workshop handout`."
        )
    return project


def collect(
    target: Target, extras: Sequence[str], project: Project, lessons: Path, folder: Path
) -> None:
    """Fill a folder with all wheels that the handout's machines install.

    Parameters
    ----------
    target : Target
        Their platform and Python.
    extras : sequence of str
        The extras of the workshop's package that they install.
    project : Project
        The clone: its lock gives each package's version.
    lessons : Path
        The handout's lessons. The workshop's own wheel carries these and no others, so that a
        handout without solutions holds none in there.
    folder : Path
        Where to; made if need be.

    Raises
    ------
    NotReadyError
        A package has no wheel for these machines, or cannot be downloaded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="workshop-handout-") as name:
        scratch = Path(name)
        _build(project, lessons, scratch / "tree", folder)
        resolved = scratch / "resolved.txt"
        _resolve(target, extras, project, resolved)
        _download(target, resolved, folder)


def _resolve(target: Target, extras: Sequence[str], project: Project, resolved: Path) -> None:
    """Write which packages these machines need: of the lock's versions, for their own platform.

    pip cannot do it: it looks at markers such as ``sys_platform == "win32"`` with the eyes of the
    machine that it runs on.
    """
    options = ["--quiet", "--no-header", "--no-annotate", "--generate-hashes"]
    options += ["--only-binary", ":all:", "--constraint", "requirements.lock"]
    for extra in extras:
        options += ["--extra", extra]
    options += ["--python-platform", target.platform.resolved_as]
    options += ["--python-version", target.python, "--output-file", str(resolved)]
    command = [sys.executable, "-m", "uv", "pip", "compile", *options, "pyproject.toml"]
    # uv would take wheels for a macOS that is newer than the one that pip is asked for below.
    _run(command, _for(target), project.root, {"MACOSX_DEPLOYMENT_TARGET": "13.0"})


def _download(target: Target, resolved: Path, folder: Path) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    options += ["--only-binary", ":all:", "--implementation", "cp"]
    options += ["--python-version", target.python, "--dest", str(folder)]
    for tag in target.platform.tags:
        options += ["--platform", tag]
    command = [sys.executable, "-m", "pip", "download", *options, "--requirement", str(resolved)]
    _run(command, _for(target))


def _build(project: Project, lessons: Path, tree: Path, folder: Path) -> None:
    """Build the workshop's own wheel, with the handout's lessons in it."""
    skipped = shutil.ignore_patterns("__pycache__", "_lessons")
    shutil.copytree(project.root / PACKAGE_FOLDER.name, tree / PACKAGE_FOLDER.name, ignore=skipped)
    for name in _BUILT_FROM:
        shutil.copyfile(project.root / name, tree / name)
    shutil.copytree(lessons, tree / "book")
    options = ["--wheel", "--no-isolation", "--outdir", str(folder)]
    command = [sys.executable, "-m", "build", *options, str(tree)]
    _run(command, "The workshop's own package could not be built")


def _for(target: Target) -> str:
    return (
        f"The packages for {target.platform.title} ({target.platform.name}) and Python "
        f"{target.python} could not be collected"
    )


def _run(
    command: Sequence[str],
    failed: str,
    cwd: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> None:
    run = subprocess.run(
        list(command),
        cwd=cwd,
        env={**os.environ, **(more or {})},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if run.returncode != 0:
        said = (run.stderr.strip() or run.stdout.strip()).splitlines()
        told = [line.strip() for line in said if "error" in line.lower() or "cause" in line]
        reason = "\n  ".join((told or said)[-_SHOWN_LINES:])
        raise NotReadyError(f"{failed}:\n  {reason}")
