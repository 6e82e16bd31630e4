"""pyproject.toml, both locks, environment.yml and Colab's pins name the same packages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
# What the workshop is built on, whatever else changes.
CORE_PACKAGES = {
    "altair",
    "jupyter-book",
    "jupyterlab",
    "mlxtend",
    "nbval",
    "numpy",
    "pandas",
    "scikit-surprise",
    "tensorflow",
}
PYTHONS = ("3.11", "3.12", "3.13")
# Spark has an extra and a lock of its own: it is large, and no lesson but 5.2 wants it.
SPARK = "spark"
LOCK, SPARK_LOCK = "requirements.lock", "requirements-spark.lock"


def by_name(lines: Iterable[str]) -> dict[str, Requirement]:
    """Requirements by canonical name; a name given twice must say the same both times."""
    found: dict[str, Requirement] = {}
    for line in lines:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        assert found.setdefault(name, requirement).specifier == requirement.specifier, line
    return found


def extras_of(project: dict[str, Any], without: str = "") -> list[str]:
    """What all extras ask for, but one."""
    extras = project["project"]["optional-dependencies"]
    return [line for name, lines in extras.items() if name != without for line in lines]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def for_users(project: dict[str, Any]) -> dict[str, Requirement]:
    """What an attendee or instructor installs: the package, its extras and nbval."""
    nbval = [line for line in project["dependency-groups"]["dev"] if line.startswith("nbval")]
    return by_name([*project["project"]["dependencies"], *extras_of(project), *nbval])


@pytest.fixture(scope="module")
def conda() -> dict[str, Requirement]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    plain = [entry for entry in listed if isinstance(entry, str)]
    (from_pip,) = (entry["pip"] for entry in listed if isinstance(entry, dict))
    assert from_pip[-1] == "-e .", "the package itself comes last, when all it needs is there"
    return by_name([*plain, *from_pip[:-1]])


def lock_text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def locked(text: str) -> list[tuple[Requirement, Version]]:
    lines = re.findall(r"^([A-Za-z0-9][^\\\n]*==[^\\\n]*?)(?: \\)?$", text, flags=re.MULTILINE)
    requirements = [Requirement(line) for line in lines]
    return [(found, Version(next(iter(found.specifier)).version)) for found in requirements]


def test_core_packages_are_all_required(for_users: dict[str, Requirement]) -> None:
    assert for_users.keys() >= CORE_PACKAGES


def test_environment_yml_lists_the_packages_and_bounds_of_pyproject(
    for_users: dict[str, Requirement], conda: dict[str, Requirement], project: dict[str, Any]
) -> None:
    assert str(conda.pop("python").specifier) == str(
        Requirement(f"python{project['project']['requires-python']}").specifier
    )
    conda.pop("pip")
    # No package of Python's: pyproject.toml cannot ask for it.
    java = conda.pop("openjdk")
    assert [release for release in ("11", "17", "17.0.15", "25") if release in java.specifier] == [
        "17",
        "17.0.15",
    ]
    assert {name: str(r.specifier) for name, r in conda.items()} == {
        name: str(r.specifier) for name, r in for_users.items()
    }


def test_jupyter_book_stays_below_2_everywhere(
    for_users: dict[str, Requirement], conda: dict[str, Requirement]
) -> None:
    for requirement in (for_users["jupyter-book"], conda["jupyter-book"]):
        assert not requirement.specifier.contains("2.0.0")
        assert requirement.specifier.contains("1.0.4.post1")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", [LOCK, SPARK_LOCK])
def test_locks_satisfy_pyproject_on_each_python(
    name: str, python: str, project: dict[str, Any]
) -> None:
    wanted = project["project"]["optional-dependencies"][SPARK]
    if name == LOCK:
        wanted = [
            *project["project"]["dependencies"],
            *extras_of(project, without=SPARK),
            *project["dependency-groups"]["dev"],
        ]
    surroundings = {"python_version": python, "python_full_version": f"{python}.0"}
    there = {
        canonicalize_name(requirement.name): version
        for requirement, version in locked(lock_text(name))
        if requirement.marker is None or requirement.marker.evaluate(surroundings)
    }
    for requirement in map(Requirement, wanted):
        package = canonicalize_name(requirement.name)
        assert package in there, f"{package} is not locked: run `make lock`"
        assert requirement.specifier.contains(there[package]), f"{package}: run `make lock`"


def test_spark_is_in_its_own_lock_only_and_replaces_nothing() -> None:
    """The handout's wheels and the room without network come of the other lock."""
    in_spark = {requirement.name for requirement, _ in locked(lock_text(SPARK_LOCK))}
    assert in_spark == {"py4j", "pyarrow", "pyspark"}
    assert in_spark & {requirement.name for requirement, _ in locked(lock_text(LOCK))} == set()


@pytest.mark.parametrize("name", [LOCK, SPARK_LOCK])
def test_locks_have_a_hash_for_every_package_and_no_address(name: str) -> None:
    text = lock_text(name)
    assert "://" not in text
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    without = [block.split()[0] for block in blocks if "--hash=sha256:" not in block]
    assert without == []


def test_colab_pins_satisfy_every_dependency_that_colab_has(project: dict[str, Any]) -> None:
    """Else installing the package in Colab replaces what is there, and asks for a restart."""
    text = (ROOT / "tests" / "environments" / "colab_pins.txt").read_text(encoding="utf-8")
    pins = {requirement.name: version for requirement, version in locked(text)}
    dependencies = by_name(project["project"]["dependencies"])
    not_there = {name for name in dependencies if name not in pins}
    assert not_there == {"implicit", "optuna", "scikit-surprise"}
    for name in dependencies.keys() - not_there:
        assert dependencies[name].specifier.contains(pins[name]), name
