"""`workshop check` says whether there is a Java for lesson 5.2, and how to get one: a note."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop_pkg import machine, spark


def a_java(folder: Path, version: str, modules: bool = True) -> Path:
    """A command that answers as this Java does; a cut-down one lacks what Spark needs."""
    command = folder / "bin" / "java"
    command.parent.mkdir(parents=True)
    refuses = "" if modules else 'case "$1" in --add-modules*) exit 1;; esac\n'
    command.write_text(
        f"#!/bin/sh\n{refuses}echo 'openjdk version \"{version}\"' >&2\n", encoding="utf-8"
    )
    command.chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has Javas of its own."""
    spark.judge_java.cache_clear()
    monkeypatch.delenv("JAVA_HOME", raising=False)


def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark.java, "_HOMES", ())
    monkeypatch.setattr("shutil.which", lambda *_: None)
    monkeypatch.setattr("sys.prefix", "/nowhere")


def test_java_and_pyspark_are_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path, "17.0.15")))
    monkeypatch.setattr(spark, "missing", lambda: None)
    found = machine.java()
    assert (found.status, found.advice) == ("ok", "")
    assert found.text.startswith(f"17 ({tmp_path})")


def test_without_pyspark_a_note_says_which_command_adds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path, "17.0.15")))
    monkeypatch.setattr(spark, "missing", lambda: f"{spark.NO_SPARK}PySpark is not installed: `x`.")
    found = machine.java()
    assert found.status == "note"
    assert found.text == f"17 ({tmp_path}); PySpark is not installed (for lesson 5.2 only)"
    assert found.advice == "`x`."


@pytest.mark.parametrize(
    ("version", "modules", "said"),
    [
        ("1.8.0_412", True, "Java 8"),
        ("11.0.2", True, "Java 11"),
        ("26", True, "Java 26"),
        ("25.0.1", False, "jdk.incubator.vector"),
    ],
)
def test_a_java_that_spark_does_not_run_on_is_named(
    version: str, modules: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path, version, modules)))
    found = machine.java()
    assert found.status == "note"
    for word in (said, str(tmp_path), "for lesson 5.2 only"):
        assert word in found.text
    assert "Java 17" in found.advice
    assert "unset it" in found.advice
    assert found.advice[0].isupper()


@pytest.mark.parametrize(
    ("system", "command"),
    [("linux", "apt install openjdk-17"), ("darwin", "brew install"), ("win32", "winget install")],
)
def test_no_java_at_all_is_a_note_with_the_systems_own_command(
    system: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere(monkeypatch)
    monkeypatch.setattr("sys.platform", system)
    found = machine.java()
    assert found.status == "note"
    assert "no Java was found" in found.text
    assert command in found.advice
    assert "conda-forge" in found.advice


def test_a_folder_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere/at/all")
    found = machine.java()
    assert found.status == "note"
    assert "/nowhere/at/all" in found.text


def test_the_check_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said = machine.Finding("Java", "note", "none")
    monkeypatch.setattr(machine, "java", lambda: said)
    monkeypatch.setattr(machine, "network", lambda: machine.Finding("network", "ok", ""))
    findings = list(machine.look())
    assert said in findings
    assert not [finding for finding in findings if finding.status == "problem"]
