"""The two cells that the formatter writes into each lesson: the badges and the Colab setup."""

from __future__ import annotations

import re
from typing import NamedTuple

from workshop_pkg.notebooks.cells import lesson_number
from workshop_pkg.project import RUN_ON_COLAB

_GITHUB = re.compile(r"https://github\.com/(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+?)(\.git)?/?")


class Extra(NamedTuple):
    """What a lesson needs beside the package: an extra of it, and a module that comes with it."""

    name: str
    module: str


#: The lessons whose setup cell installs an extra. (Colab has FastAPI, but not all of the extra.)
EXTRAS = {"5.1": Extra("serve", "mangum"), "5.2": Extra("spark", "pyspark")}
_OTHER_VERSION = "installed_version() != VERSION"

# Attendees see this cell: short, and the standard library only. In the form in which
# `ruff format` leaves it.
_SETUP = '''\
# @title Setup: in Colab, run this cell once (anywhere else it does nothing)
import importlib
import importlib.metadata
import importlib.util
import subprocess
import sys

REPOSITORY = "{repository}"
VERSION = "{version}"


class SetupError(Exception):
    """Shown as one sentence."""

    def _render_traceback_(self):
        return [str(self)]


def in_colab():
    if "google.colab" in sys.modules:
        return True
    try:
        return importlib.util.find_spec("google.colab") is not None
    except ImportError:
        return False


def installed_version():
    try:
        return importlib.metadata.version("recommender-workshop")
    except importlib.metadata.PackageNotFoundError:
        return None


if in_colab() and {missing}:
    print("Installing the workshop's package; this takes less than a minute.")
    package = f"recommender-workshop{extra} @ {{REPOSITORY}}/archive/refs/tags/v{{VERSION}}.zip"
    command = [sys.executable, "-m", "pip", "install", "--quiet", package]
    pip = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if pip.returncode != 0:
        errors = [line for line in pip.stderr.splitlines() if line.startswith("ERROR")]
        reason = f" ({{errors[-1].strip()}})" if errors else ""
        raise SetupError(
            f"The workshop's package {{VERSION}} could not be installed from {{REPOSITORY}}"
            f"{{reason}}: if the network is the reason, check that this machine can reach that "
            "address; then run this cell again."
        )
    importlib.invalidate_caches()
'''


def github_name(repository: str) -> str:
    """Return ``OWNER/REPO`` of a repository's address.

    Raises
    ------
    ValueError
        The address is not ``https://github.com/OWNER/REPO``, which Colab and Binder need.
    """
    match = _GITHUB.fullmatch(repository)
    if match is None:
        raise ValueError(
            f"The repository's address is {repository!r}, but Colab and Binder open "
            "https://github.com/OWNER/REPO: set it in _config.yml."
        )
    return f"{match['owner']}/{match['repo']}"


def badges_source(repository: str, version: str, path: str) -> str:
    """Return the Markdown with the links that open a lesson in Colab and on Binder.

    Parameters
    ----------
    repository : str
        ``https://github.com/OWNER/REPO``.
    version : str
        The release; the links open its tag.
    path : str
        The notebook's path in the repository, with forward slashes.
    """
    name = github_name(repository)
    colab = f"https://colab.research.google.com/github/{name}/blob/v{version}/{path}"
    if path == RUN_ON_COLAB:  # elsewhere there is nothing to run it on
        return f"[Open in Colab]({colab})"
    binder = f"https://mybinder.org/v2/gh/{name}/v{version}?urlpath=lab/tree/{path}"
    return f"[Open in Colab]({colab}) · [Open in JupyterLab on Binder]({binder})"


def setup_source(repository: str, version: str, path: str = "") -> str:
    """Return the code that installs the package in Colab, at the notebook's own version.

    Parameters
    ----------
    repository : str
        ``https://github.com/OWNER/REPO``.
    version : str
        The release that is installed.
    path : str
        The notebook's path. A lesson of `EXTRAS` installs its extra, too; also where the package
        is there already, and the extra is not.
    """
    address = f"https://github.com/{github_name(repository)}"
    extra = EXTRAS.get(lesson_number(path.rpartition("/")[2]) or "")
    missing, name = _OTHER_VERSION, ""
    if extra is not None:
        lacks = f'importlib.util.find_spec("{extra.module}") is None'
        missing, name = f"({_OTHER_VERSION} or {lacks})", f"[{extra.name}]"
    text = _SETUP.format(repository=address, version=version, missing=missing, extra=name)
    return text.rstrip("\n")
