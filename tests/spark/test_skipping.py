"""Without Spark, lesson 5.2 reaches its end and says why it did nothing; outside, one sentence."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.exercises.kernel import Kernel
from tests.project_tree import ROOT
from workshop_pkg import spark

LESSON = ROOT / "book" / "5_going_further" / "5_2_spark.ipynb"
SKIPPED = "Skipped: this cell needs Spark."


def code_cells() -> list[str]:
    cells = json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    home = tmp_path / "no java"
    monkeypatch.setenv("JAVA_HOME", str(home))
    return home


def test_the_lesson_reaches_its_end_without_java(no_java: Path, tmp_path: Path) -> None:
    cells = code_cells()
    (start,) = (place for place, cell in enumerate(cells) if "session_or_skip" in cell)
    assert len(cells) - start > 15
    with Kernel(tmp_path) as kernel:
        said = [kernel.run(cell) for cell in cells]
    assert said[start].startswith("The rest of this lesson is skipped: no Spark here: ")
    assert set(said[start + 1 :]) == {SKIPPED + "\n"}
    # One sentence: no page of errors before or after it.
    assert len(said[start].splitlines()) == 1


def test_the_start_cell_run_again_lifts_the_skipping(tmp_path: Path) -> None:
    # Spark itself is put in by hand: what is tested is the notebook's side of it.
    start = "from workshop_pkg import spark\nsession = spark.session_or_skip('test')"
    pretend = "_s = spark.sessions\n_s.missing = lambda: {!r}  # session_or_skip\n"
    with Kernel(tmp_path) as kernel:
        kernel.run("from workshop_pkg import spark\n" + pretend.format("no Spark here: a test."))
        assert "skipped: no Spark here: a test." in kernel.run(start)
        assert kernel.run("print('did it')\nraise ValueError") == SKIPPED + "\n"
        assert kernel.run("") == ""
        assert kernel.run("%%time\nprint('did it')") == SKIPPED + "\n"
        # Twice in a row, and it is lifted all the same.
        kernel.run(start)
        kernel.run(pretend.format(None) + "_s.session = lambda name, **more: name")
        kernel.run(start)
        assert kernel.run("print(session)") == "test\n"


def test_outside_of_a_notebook_the_sentence_is_raised(no_java: Path) -> None:
    with pytest.raises(spark.SparkNotHere, match="no Spark here: "):
        spark.session_or_skip("test")
    assert spark.skip_rest("no Spark here: a test.") is False


def test_in_a_notebook_the_error_is_its_sentence_alone() -> None:
    assert spark.SparkFailed("One sentence.")._render_traceback_() == ["One sentence."]


def test_an_unknown_master_and_too_little_memory_are_refused_before_java_is_asked(
    no_java: Path,
) -> None:
    with pytest.raises(ValueError, match=r"'local\[two\]'.*local\[2\].*WORKSHOP_SPARK_MASTER"):
        spark.session("test", master="local[two]")
    with pytest.raises(ValueError, match=r"'64m'.*512m.*WORKSHOP_SPARK_MEMORY"):
        spark.session("test", memory="64m")
    with pytest.raises(ValueError, match="partitions"):
        spark.session("test", partitions=0)


def test_the_master_may_stand_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(spark.MASTER, "local[0]")
    with pytest.raises(ValueError, match=r"local\[0\]"):
        spark.session("test")


def test_python_on_the_executors_is_the_one_of_the_notebook(
    needs_spark: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where an environment is not activated, the first python3 on the path is another one.
    monkeypatch.delenv("PYSPARK_PYTHON", raising=False)
    session = spark.session("test", master="local[1]")
    try:
        assert session.sparkContext.pythonExec == sys.executable
        assert "PYSPARK_PYTHON" not in os.environ
    finally:
        spark.stop(session)
