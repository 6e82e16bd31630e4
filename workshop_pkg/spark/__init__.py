"""Start Spark on this machine or on a cluster, quietly, or say in one sentence why it cannot.

Spark runs in a Java process of its own beside Python. `session` looks for PySpark and for a Java
that it runs on, and starts that process: no pages of log lines, no web page on a port, nothing but
loopback addresses where the master is on this machine, and no name that a network must resolve.
Nothing of PySpark is imported before.
"""

from workshop_pkg.spark.beside_pandas import pandas_api
from workshop_pkg.spark.java import NO_SPARK, Java, SparkNotHere, find_java, judge_java, missing
from workshop_pkg.spark.notebook import skip_rest
from workshop_pkg.spark.sessions import (
    SparkFailed,
    session,
    session_or_skip,
    shuffled,
    stop,
)
from workshop_pkg.spark.settings import MASTER, MEMORY

__all__ = [
    "MASTER",
    "MEMORY",
    "NO_SPARK",
    "Java",
    "SparkFailed",
    "SparkNotHere",
    "find_java",
    "judge_java",
    "missing",
    "pandas_api",
    "session",
    "session_or_skip",
    "shuffled",
    "skip_rest",
    "stop",
]
