"""In Colab the package installs beside what is there, changes none of it, and the lessons run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.environments.environment import ROOT, Environment

pytestmark = [pytest.mark.full, pytest.mark.timeout(1500)]

# What a pinned package asks for, and Colab takes away.
NOT_IN_COLAB = {"jedi"}
PINS = ROOT / "tests" / "environments" / "colab_pins.txt"
# The figures of the lessons whose library has another release in Colab: pandas, scikit-learn,
# mlxtend, TensorFlow, Keras. The others compute with NumPy, SciPy, and what Colab gets from us.
FIGURES = [
    ROOT / "tests" / "figures" / f"test_{subject}_figures.py"
    for subject in (
        "part_1",
        "user_groups",
        "rules",
        "fp_growth",
        "training",
        "keras_embeddings",
        "deep",
        "machine",
        "implicit",
    )
]


@pytest.fixture(scope="module")
def colab(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment(tmp_path_factory.mktemp("colab") / "venv", "3.13")
    environment.install("--requirement", PINS)
    return environment


def test_the_wheel_changes_nothing_that_colab_has(colab: Environment, wheel: Path) -> None:
    before = colab.versions()
    pins = [
        Requirement(line)
        for line in PINS.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    pinned = {canonicalize_name(pin.name): pin.specifier for pin in pins}
    assert {name for name in pinned if not pinned[name].contains(before[name])} == set()
    assert before.keys() - pinned.keys() <= NOT_IN_COLAB, "pin what Colab has of these"
    colab.install(f"{wheel}[serve,spark]")
    after = colab.versions()
    assert {name: after[name] for name in before} == before
    assert {"scikit-surprise", "mangum"} <= after.keys()


def test_every_lesson_runs_on_colabs_versions(
    colab: Environment, wheel: Path, lessons_alone: Path
) -> None:
    colab.install(f"{wheel}[serve,spark]")
    colab.install("nbval", "pytest-xdist", "--constraint", PINS)
    lessons = sorted(lessons_alone.rglob("*.ipynb"))
    assert lessons
    # In Colab a lesson downloads MovieLens; the room without network runs them on the twin.
    dataset = "100k" if os.environ.get("WORKSHOP_DATA") else "twin"
    colab.run_lessons(lessons, lessons_alone, dataset)


def test_the_lessons_code_passes_its_tests_on_colabs_versions(
    colab: Environment, wheel: Path
) -> None:
    colab.install(wheel)
    colab.install("pytest-timeout", "pytest-xdist", "trustme", "--constraint", PINS)
    colab.run_unit_tests()


def test_the_lessons_figures_are_the_same_on_colabs_versions(
    colab: Environment, wheel: Path
) -> None:
    colab.install(wheel)
    colab.install("pytest-timeout", "pytest-xdist", "--constraint", PINS)
    # In Colab a lesson downloads the real data, so that its figures are enough.
    once = ("-k", "not twin") if os.environ.get("WORKSHOP_DATA") else ()
    colab.run_two_at_a_time(["-q", "-p", "no:cacheprovider", *once, *FIGURES])
