"""Start Spark and its Java process, look into what it does, and end it."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from typing import IO, Any

from workshop_pkg.checked import whole_number
from workshop_pkg.spark.java import (
    JAVA_SECONDS,
    Java,
    SparkNotHere,
    find_java,
    missing,
    pyspark_version,
)
from workshop_pkg.spark.notebook import notebook, run_rest, skip_rest
from workshop_pkg.spark.settings import (
    DEFAULTS,
    MASTER,
    MEMORY,
    checked_master,
    checked_memory,
    is_on_this_machine,
    session_settings,
)

#: A master on the same network answers within this.
CONNECT_SECONDS = 5.0
#: A cluster that has room for an application has started a process for it within this.
EXECUTOR_SECONDS = 120.0
#: What the Java process writes to its error stream; without a name, so that it leaves no file.
_LOG: IO[bytes] | None = None


class SparkFailed(SparkNotHere):
    """PySpark and Java are here, but Spark did not start: a setting or the master is wrong."""


def session(
    name: str,
    master: str | None = None,
    memory: str | None = None,
    partitions: int = 4,
    settings: dict[str, str] | None = None,
) -> Any:
    """Start Spark, or take the session that runs, and print what computes.

    Parameters
    ----------
    name : str
        What a cluster's pages call this application.
    master : str, optional
        Who hands out the work: ``local[2]`` is two cores of this machine, ``spark://host:7077`` a
        cluster's master. If not given, the variable ``WORKSHOP_SPARK_MASTER``; else ``local[2]``.
    memory : str, optional
        Heap of the driver, and of each worker's process: ``1g``, ``800m``. If not given, the
        variable ``WORKSHOP_SPARK_MEMORY``; else ``1g``.
    partitions : int
        Into how many parts a shuffle divides the rows. Spark's default, 200, is made for clusters.
    settings : dict of str to str, optional
        More of Spark's settings, which win over those made here.

    Returns
    -------
    pyspark.sql.SparkSession

    Raises
    ------
    SparkNotHere
        When PySpark or a fitting Java is missing.
    SparkFailed
        When Spark does not start: too little memory, no answer from the master, ...
    ValueError
        When an argument, or the variable in its place, is none of what is accepted.
    """
    address = checked_master(master)
    heap = checked_memory(memory)
    parts = whole_number(partitions, "partitions")
    pyspark_version()
    java = find_java()
    # On pandas 3, said by each conversion; the lesson says once what it means.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    running = _running()
    if running is not None:
        print(f"Spark runs already: {_what_runs(running)}.")
        return running
    options = session_settings(name, address, heap, parts) | (settings or {})
    _knock(address)
    started = _start(options, java)
    _wait_for_executor(started, options)
    _advise_in_notebook()
    print(f"{_what_runs(started)}.")
    return started


def session_or_skip(name: str, **options: Any) -> Any:
    """Start Spark as `session` does; in a notebook without Spark, skip what follows.

    The sentence that says why is printed, and no later cell of the notebook runs; each says so. Run
    the cell of this call again once Spark is there, and the others run, too.

    Parameters
    ----------
    name : str
        As in `session`.
    **options
        As in `session`.

    Returns
    -------
    pyspark.sql.SparkSession or None
        None where the rest is skipped.

    Raises
    ------
    SparkNotHere
        Outside of a notebook, where PySpark or a fitting Java is missing.
    SparkFailed, ValueError
        As in `session`.
    """
    reason = missing()
    if reason is not None and skip_rest(reason):
        return None
    run_rest()
    return session(name, **options)


def _wait_for_executor(session: Any, options: dict[str, str]) -> None:
    """See that the cluster has room: Spark itself would wait for ever, and say nothing here."""
    if not options["spark.master"].startswith("spark://"):
        return
    until = time.monotonic() + EXECUTOR_SECONDS
    # The driver itself is counted, too.
    while session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > until:
            stop(session)
            raise SparkFailed(
                f"The cluster at {options['spark.master']} has started nothing for this "
                f"application in {EXECUTOR_SECONDS:.0f} s: its workers are busy, or none has "
                f"{options['spark.executor.memory']} of memory to give; set {MEMORY} lower, or "
                "start its workers with more (--memory)."
            )
        time.sleep(0.1)


def advice(error: BaseException) -> str | None:
    """Say what to do about an error where Java's memory is the cause.

    Parameters
    ----------
    error : Exception
        What a call of Spark raised. When memory runs out, the Java process may end, and all that
        the call can say is that nobody answers: what it wrote before is looked at, too.

    Returns
    -------
    str or None
        One sentence; None where memory is not the cause.
    """
    try:
        text = str(error)
    except Exception:  # Java is asked for the text, and may be gone
        text = ""
    if "OutOfMemoryError" not in text + log():
        return None
    return (
        f"Java ran out of memory: give it more ({MEMORY}=2g or more in the environment, then "
        "restart the kernel), or let it hold less (more partitions; bring fewer rows here)."
    )


def _advise_in_notebook() -> None:
    """Let the notebook show `advice`, where there is one, in place of pages of a traceback."""
    shell = notebook()
    if shell is None:
        return
    py4j: Any = importlib.import_module("py4j.protocol")
    errors: Any = importlib.import_module("pyspark.errors")

    def show(shell: Any, kind: Any, error: Any, trace: Any, tb_offset: Any = None) -> None:
        said = advice(error)
        if said is not None:
            kind, error, trace = SparkFailed, SparkFailed(said), None
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    kinds = (py4j.Py4JError, errors.PySparkException, ConnectionError)
    shell.set_custom_exc(kinds, show)


def _what_runs(session: Any) -> str:
    context = session.sparkContext
    java = context._jvm.java.lang.System.getProperty("java.version")
    return f"Spark {session.version} on Java {java}, master {context.master}"


def stop(session: Any) -> None:
    """Stop Spark, and end its Java process, so that the next session may have other settings.

    Parameters
    ----------
    session : pyspark.sql.SparkSession or None
        What `session` gave; with None, nothing is done.
    """
    if session is None:
        return
    session.stop()
    _end_java()


def log() -> str:
    """Give what the Java process of Spark has written so far: warnings, errors with their traces.

    Returns
    -------
    str
        Empty where no Spark was started by `session`.
    """
    if _LOG is None:
        return ""
    file = _LOG.fileno()
    if hasattr(os, "pread"):  # leaves the place where Java writes next
        return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")
    _LOG.seek(0)
    return _LOG.read().decode(errors="replace")


def shuffled(session: Any) -> int:
    """Add up what all shuffles so far have written, to be read by another part of the work.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        What `session` gave.

    Returns
    -------
    int
        Bytes, as compressed for the way; of the thousand latest stages, which is all that Spark
        remembers.
    """
    context = session.sparkContext
    java = context._gateway
    quantiles, tasks = java.new_array(java.jvm.double, 0), java.jvm.java.util.ArrayList()
    store = context._jsc.sc().statusStore()
    stages = store.stageList(None, False, False, quantiles, tasks)
    return sum(stages.apply(place).shuffleWriteBytes() for place in range(stages.size()))


def _knock(master: str) -> None:
    """See that somebody listens: Spark itself would try for a minute, then print a page."""
    if not master.startswith("spark://"):
        return
    hosts = [entry.rpartition(":") for entry in master.removeprefix("spark://").split(",")]
    for host, _, port in hosts:
        if not host or not port.isdigit():
            raise ValueError(
                f"The master is {master!r}, but an address has a host and a port, such as "
                f"spark://host:7077: correct the argument or the variable {MASTER}."
            )
    for host, _, port in hosts:
        with contextlib.suppress(OSError):
            socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
            return
    raise SparkFailed(
        f"No Spark master answers at {master}: start it (or correct {MASTER}), or unset {MASTER} "
        f"to work on this machine ({DEFAULTS[MASTER]})."
    )


def _running() -> Any:
    """Give the session that runs; where its Java process has died, clear it away."""
    pyspark: Any = importlib.import_module("pyspark")
    gateway, active = pyspark.SparkContext._gateway, pyspark.SparkContext._active_spark_context
    process = getattr(gateway, "proc", None)
    if process is not None and process.poll() is not None:
        _end_java()
        return None
    sql: Any = importlib.import_module("pyspark.sql")
    return sql.SparkSession.builder.getOrCreate() if active is not None else None


def _start(options: dict[str, str], java: Java) -> Any:
    """Start the Java process if there is none, and a session in it."""
    global _LOG
    pyspark: Any = importlib.import_module("pyspark")
    sql: Any = importlib.import_module("pyspark.sql")
    gateways: Any = importlib.import_module("pyspark.java_gateway")
    conf = pyspark.SparkConf(loadDefaults=False)
    conf.setAll(list(options.items()))
    try:
        if pyspark.SparkContext._gateway is None:
            _LOG = tempfile.TemporaryFile()  # noqa: SIM115 - the Java process writes to it
            with _environment(options["spark.master"], java):
                gateway = gateways.launch_gateway(conf, {"stdout": _LOG, "stderr": _LOG})
            pyspark.SparkContext._ensure_initialized(gateway=gateway, conf=conf)
        # A SparkConf keeps its values in Python until there is a Java process: make it anew.
        conf = pyspark.SparkConf()
        conf.setAll(list(options.items()))
        with _environment(options["spark.master"], java):
            context = pyspark.SparkContext(conf=conf)
        return sql.SparkSession(context)
    except Exception as error:
        said = _reason(error)
        _end_java()
        raise SparkFailed(f"Spark did not start: {said}.") from error


@contextlib.contextmanager
def _environment(master: str, java: Java) -> Iterator[None]:
    """Set what the Java process and PySpark read when they start, and put it back."""
    wanted = {"JAVA_HOME": str(java.home)}
    if is_on_this_machine(master):
        wanted["SPARK_LOCAL_IP"] = "127.0.0.1"  # else Spark asks what this machine's name means
        wanted["PYSPARK_PYTHON"] = sys.executable  # else the first python3 on the path
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _reason(error: Exception) -> str:
    """Find the line that says why: in Java's exception, or in what Java wrote before it ended."""
    java = getattr(error, "java_exception", None)
    text = java.toString() if java is not None else log() or str(error)
    advice = {
        r"Address already in use.*|.*(?:BindException|can't bind).*": "a port is in use: unset "
        "spark.driver.port and spark.blockManager.port, and Spark takes free ones",
        r"Could not reserve enough space.*|.*insufficient memory.*": "this machine has too little "
        f"memory left: close other programs, or set {MEMORY} lower ({DEFAULTS[MEMORY]} by default)",
        r".*All masters are unresponsive.*": "the master does not accept this application: it may "
        "run another version of Spark, or not reach this machine",
        r".*UnsupportedClassVersionError.*": "its Java is too old",
    }
    for pattern, what in advice.items():
        if re.search(pattern, text):
            return what
    lines = (line.strip() for line in text.splitlines())
    telling = (line for line in lines if re.search(r"(Exception|Error): .", line))
    first = next(itertools.chain(telling, [str(error).splitlines()[0]]))
    return first.rstrip(".")[:300]


def _end_java() -> None:
    """End the Java process, and let PySpark forget it."""
    pyspark: Any = importlib.import_module("pyspark")
    sql: Any = importlib.import_module("pyspark.sql")
    context: Any = pyspark.SparkContext
    gateway = context._gateway
    context._gateway = context._jvm = context._active_spark_context = None
    sql.SparkSession._instantiatedSession = None
    if gateway is None:
        return
    with contextlib.suppress(Exception):
        gateway.shutdown()
    process = getattr(gateway, "proc", None)
    if process is None:
        return
    with contextlib.suppress(OSError, ValueError):
        process.stdin.close()  # which ends it
    try:
        process.wait(JAVA_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
