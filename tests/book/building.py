"""Copies of the project's tree, and the book built in them."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.project_tree import ROOT, copy_of_the_tree

# A slow or busy machine takes several times the ten minutes of the budget.
SECONDS = 1200


def build(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Build the book of a tree, as `make book` does."""
    environment = {k: v for k, v in os.environ.items() if k != "WORKSHOP_DATASET"}
    return subprocess.run(
        [sys.executable, "book/build.py", *arguments],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@functools.cache
def _built() -> tuple[Path, subprocess.CompletedProcess[str]]:
    # Once in a test session, whichever folder of tests asks first.
    tree = copy_of_the_tree(Path(tempfile.mkdtemp(prefix="built-book-")))
    lend_executions(ROOT, tree)
    return tree, build(tree)


def lend_executions(tree: Path, copy: Path) -> None:
    """Spare a copy to execute what `make book` has executed; it makes all pages anew.

    The build itself judges whether they fit: it empties the cache whose key is another one.
    """
    for name in (".cache_key", ".jupyter_cache"):
        lent, target = tree / "_build" / name, copy / "_build" / name
        if lent.is_dir():
            shutil.copytree(lent, target)
        elif lent.is_file():
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(lent, target)


@pytest.fixture(scope="session")
def built_tree() -> Path:
    """A copy of the tree with the book built in it."""
    tree, run = _built()
    assert run.returncode == 0, run.stdout[-6000:]
    return tree


@pytest.fixture(scope="session")
def built_book(built_tree: Path) -> Path:
    """The folder of the built book's pages."""
    return built_tree / "_build" / "html"


def forget() -> None:
    """Remove the built tree at the end of the session."""
    if _built.cache_info().currsize:
        shutil.rmtree(_built()[0], ignore_errors=True)
        _built.cache_clear()
