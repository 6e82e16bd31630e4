"""`make` adds Spark where a Java for it is found, and goes on with one line where none is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project_tree import ROOT

INSTALLS = "-r requirements-spark.lock"


class Make:
    """make with a set-up that is done, whose pip only notes what it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.venv, self.log = folder / "venv", folder / "log"
        (self.venv / "bin").mkdir(parents=True)
        (self.venv / ".ready").touch()
        python = self.venv / "bin" / "python"
        python.write_text(
            "#!/bin/sh\n"
            f'echo "$@" >>"{self.log}"\n'
            f'case "$1" in -c) exec "{sys.executable}" "$@";; esac\n'
            'exit "${PIP_CODE:-0}"\n',
            encoding="utf-8",
        )
        python.chmod(0o755)
        self.java = folder / "java"
        self.a_java(17)

    def a_java(self, version: int) -> None:
        command = self.java / "bin" / "java"
        command.parent.mkdir(parents=True, exist_ok=True)
        says = f"echo 'openjdk version \"{version}.0.1\"' >&2\n"
        command.write_text(f"#!/bin/sh\n{says}", encoding="utf-8")
        command.chmod(0o755)

    def __call__(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        names = ("MAKE", "MFLAGS", "WORKSHOP_")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(names)}
        return subprocess.run(
            ["make", *arguments, f"VENV={self.venv}"],
            cwd=ROOT,
            env=inherited
            | {"JAVA_HOME": str(self.java), "PYTHONPATH": str(ROOT)}
            | {"DATASET": "twin"}
            | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def asked(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return Make(tmp_path)


def test_the_book_gets_spark_where_there_is_java_and_once(make: Make) -> None:
    first = make("book")
    assert first.returncode == 0, first.stderr
    assert make.asked().count(INSTALLS) == 1
    assert make.asked().index(INSTALLS) < make.asked().index("book/build.py")
    second = make("book")
    assert make.asked().count(INSTALLS) == 1
    assert "Spark" not in second.stdout + second.stderr


@pytest.mark.parametrize("target", ["test", "test-all"])
def test_the_tests_get_spark_before_any_lesson_runs(target: str, make: Make) -> None:
    run = make("-j4", target)
    assert run.returncode == 0, run.stderr
    assert make.asked().count(INSTALLS) == 1
    assert make.asked().index(INSTALLS) < make.asked().index("pytest")


@pytest.mark.parametrize("version", [8, 11])
def test_without_a_fitting_java_the_book_is_built_with_one_line_about_it(
    version: int, make: Make
) -> None:
    make.a_java(version)
    run = make("book")
    assert run.returncode == 0, run.stderr
    assert INSTALLS not in make.asked()
    assert "book/build.py" in make.asked()
    (line,) = [line for line in run.stdout.splitlines() if "5.2" in line]
    assert f"Java {version}" in line
    assert "openjdk" in line


def test_the_book_is_built_too_where_spark_cannot_be_had(make: Make) -> None:
    run = make("spark-if-java", PIP_CODE="1")
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1].startswith("Without lesson 5.2: Spark could not be added")
    # And it is tried again.
    make("spark-if-java")
    assert make.asked().count(INSTALLS) == 2


def test_a_wheelhouse_has_no_spark(make: Make, tmp_path: Path) -> None:
    run = make("spark-if-java", f"WHEELHOUSE={tmp_path}")
    assert run.returncode == 0
    assert run.stdout == "Without lesson 5.2: a wheelhouse has no Spark.\n"
    assert make.asked() == ""


def test_asked_for_by_name_spark_fails_loudly_and_says_where_java_is_missing(make: Make) -> None:
    assert make("spark", PIP_CODE="1").returncode != 0
    assert "Spark is ready" in make("spark").stdout
    make.a_java(8)
    run = make("spark")
    assert run.returncode == 0
    assert "no Java for it" in run.stdout
    assert "Java 17" in run.stdout


@pytest.mark.parametrize("target", ["lab", "setup", "test-notebooks"])
def test_the_four_parts_stay_light(target: str, make: Make) -> None:
    workshop = make.venv / "bin" / "workshop"
    workshop.write_text("#!/bin/sh\n", encoding="utf-8")
    workshop.chmod(0o755)
    run = make(target)
    assert run.returncode == 0, run.stderr
    assert "Spark" not in run.stdout + run.stderr
    assert INSTALLS not in make.asked()
