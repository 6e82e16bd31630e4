"""Settings that do not fit, and data that do not: what is wrong, and what to do."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project_tree import ROOT
from tests.spark.conftest import end, variables
from tests.spark.standalone import Cluster
from workshop_pkg import spark

SECONDS = 300


def said_by(code: str, **more: str) -> str:
    """Run some code in a process of its own, and give all that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=variables(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        return process.communicate(timeout=SECONDS)[0]
    finally:
        end(process)


STARTS = """
from workshop_pkg import spark
{before}
try:
    session = spark.session("a test", **{arguments})
except spark.SparkNotHere as error:
    print("SAID", type(error).__name__, error)
else:
    print("STARTED", session.range(10).count())
    spark.stop(session)
"""


def starting(before: str = "", arguments: str = "{}", **more: str) -> str:
    return said_by(STARTS.format(before=before, arguments=arguments), **more)


def test_a_port_in_use_is_said_and_what_frees_one(needs_spark: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        settings = {"spark.driver.port": port, "spark.port.maxRetries": "0"}
        said = starting(arguments=repr({"settings": settings}))
    assert "SAID SparkFailed" in said, said
    assert "a port is in use" in said
    assert "unset spark.driver.port" in said


@pytest.mark.parametrize("version", ["1.8.0_412", "11.0.2"])
def test_a_wrong_java_is_named_and_what_fits(
    version: str, needs_spark: None, tmp_path: Path
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'version \"{version}\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    said = starting(JAVA_HOME=str(tmp_path))
    (line,) = [line for line in said.splitlines() if line.startswith("SAID SparkNotHere")]
    assert str(tmp_path) in line
    assert "Java 17" in line


@pytest.mark.full
def test_the_judge_says_of_each_java_here_what_spark_does_on_it(needs_spark: None) -> None:
    homes = sorted({java.parents[1].resolve() for java in Path("/usr/lib/jvm").glob("*/bin/java")})
    for home in homes or [spark.find_java().home]:
        fits = isinstance(spark.judge_java(home), spark.Java)
        assert ("STARTED 10" in starting(JAVA_HOME=str(home))) is fits, home


def test_too_little_memory_is_refused_before_java_starts(
    needs_spark: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(spark.MEMORY, "300m")
    with pytest.raises(ValueError, match=r"memory is '300m', but Spark needs 512m or more.*"):
        spark.session("a test")


OUT_OF_MEMORY = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
shell.run_cell('''
from workshop_pkg import spark
session = spark.session("a test")
''')
shell.run_cell('''
numbers = session.range(1, 2).selectExpr("sequence(id, id + 200000000) AS many")
print("GOT", numbers.selectExpr("many[1] + size(many)").collect())
''')
"""


def test_when_memory_runs_out_one_sentence_says_what_to_do(needs_spark: None) -> None:
    said = said_by(OUT_OF_MEMORY, **{spark.MEMORY: "512m"})
    assert "GOT" not in said.splitlines(), said[-3000:]
    last = said.rstrip().splitlines()[-1]
    assert last.startswith("Java ran out of memory"), said[-3000:]
    assert f"{spark.MEMORY}=2g" in last


def test_more_memory_than_any_worker_has_is_said_and_not_waited_for(
    cluster: Cluster,
) -> None:
    more = {spark.MASTER: cluster.address, spark.MEMORY: "3g"}  # the workers have 2
    said = starting("spark.sessions.EXECUTOR_SECONDS = 4.0", **more)
    assert "SAID SparkFailed" in said, said
    assert "none has 3g of memory to give" in said
    assert f"set {spark.MEMORY} lower" in said


def test_a_master_that_is_not_there_is_said_at_once(needs_spark: None) -> None:
    with pytest.raises(spark.SparkFailed, match=r"No Spark master answers at spark://127.*unset"):
        spark.session("a test", master="spark://127.0.0.1:9")


SCHEMA = """
from workshop_pkg import spark
session = spark.session("a test")
from pyspark.errors import PySparkException
from pyspark.ml.recommendation import ALS
rows = session.createDataFrame({rows}, {schema!r})
try:
    als = ALS(userCol="user_id", itemCol="movie_id", ratingCol="rating", rank=2, maxIter=1)
    als.fit(rows)
except PySparkException as error:
    print("SAID", str(error)[:400])
"""


@pytest.mark.parametrize(
    ("rows", "schema", "words"),
    [
        ([("ann", 1, 4.0)], "user_id string, movie_id int, rating float", ("user_id", "numeric")),
        ([(1, 4.0)], "user_id int, rating float", ("movie_id",)),
    ],
    ids=["text for an id", "a column is missing"],
)
@pytest.mark.full
def test_a_schema_that_does_not_fit_names_the_column(
    rows: list[tuple[object, ...]], schema: str, words: tuple[str, ...], needs_spark: None
) -> None:
    said = said_by(SCHEMA.format(rows=rows, schema=schema)).partition("SAID ")[2]
    for word in words:
        assert word in said, said
