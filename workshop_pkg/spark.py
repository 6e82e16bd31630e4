"""Start Spark on this machine or on a cluster, quietly, or say in one sentence why it cannot.

Spark runs in a Java process of its own beside Python. `session` looks for PySpark and for a Java
that it runs on, and starts that process: no pages of log lines, no web page on a port, nothing but
loopback addresses where the master is on this machine, and no name that a network must resolve.
Nothing of PySpark is imported before.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from workshop_pkg.checked import whole_number

#: The variables of the environment that name the master and the memory of the driver.
MASTER, MEMORY = "WORKSHOP_SPARK_MASTER", "WORKSHOP_SPARK_MEMORY"
#: Two cores of this machine, and a heap that leaves room beside it in 4 GiB.
DEFAULTS = {MASTER: "local[2]", MEMORY: "1g"}
#: Spark 4 asks for Java 17; up to which version it runs, by Spark's own documentation: 21, and 25
#: from 4.2 on.
OLDEST_JAVA, NEWEST_JAVA, NEWEST_JAVA_FROM_4_2 = 17, 21, 25
#: Below this Spark does not start, whatever is to be computed.
LEAST_MEGABYTES = 512
#: A master on the same network answers within this.
CONNECT_SECONDS = 5.0
#: A cluster that has room for an application has started a process for it within this.
EXECUTOR_SECONDS = 120.0
JAVA_SECONDS = 30.0
#: Spark is started with this module of Java, which cut-down runtimes lack.
_MODULE = "--add-modules=jdk.incubator.vector"
_MASTERS = r"local(\[(\d+|\*)(, *\d+)?\])?|local-cluster\[.+\]|spark://.+|yarn|k8s://.+"
_HOMES = (
    "/usr/lib/jvm/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*",
    "/usr/local/opt/openjdk*",
    "C:/Program Files/Eclipse Adoptium/*",
    "C:/Program Files/Java/*",
    "C:/Program Files/Microsoft/*",
)
_GET_JAVA = {
    "linux": "`sudo apt install openjdk-17-jre-headless` (Debian, Ubuntu) or your system's package",
    "darwin": "`brew install openjdk@17`",
    "win32": "`winget install EclipseAdoptium.Temurin.17.JRE`",
}
#: How each sentence begins that says what is missing.
NO_SPARK = "no Spark here: "
_RETRY = "session_or_skip"


class SparkNotHere(RuntimeError):  # noqa: N818 - no fault of the code: it says what is missing
    """Spark cannot run here; the text is one sentence, with what to do next."""

    def _render_traceback_(self) -> list[str]:
        """Show the sentence alone in a notebook."""
        return [str(self)]


class SparkFailed(SparkNotHere):
    """PySpark and Java are here, but Spark did not start: a setting or the master is wrong."""


@dataclass(frozen=True)
class Java:
    """A Java that Spark runs on.

    Attributes
    ----------
    home : pathlib.Path
        The folder that ``JAVA_HOME`` is to name.
    version : int
        17, 21, ...
    """

    home: Path
    version: int


def missing() -> str | None:
    """Say why Spark cannot run here.

    Returns
    -------
    str or None
        One sentence that begins with ``no Spark here:`` and ends with what to do; None if PySpark
        and a fitting Java are here.
    """
    try:
        _pyspark_version()
        find_java()
    except SparkNotHere as error:
        return str(error)
    return None


def find_java() -> Java:
    """Find a Java that Spark runs on: the one that ``JAVA_HOME`` names, and no other, if it is set.

    Otherwise the first fitting one of: the ``java`` on the path, the one of this Python's
    environment, those in the places where systems install them.

    Returns
    -------
    Java

    Raises
    ------
    SparkNotHere
        When there is none, or none fits: with its version, what is accepted and how to get it.
    """
    problems = []
    for home in _homes():
        found = judge_java(home)
        if isinstance(found, Java):
            return found
        problems.append(found)
    oldest = f"Java {OLDEST_JAVA}"
    how = f"{_GET_JAVA.get(sys.platform, _GET_JAVA['linux'])}, or conda-forge's `openjdk=17`"
    if os.environ.get("JAVA_HOME"):
        raise SparkNotHere(
            f"{NO_SPARK}JAVA_HOME names {problems[0]}: point it to {oldest}, or unset it; {how} "
            "installs one."
        )
    if problems:
        raise SparkNotHere(f"{NO_SPARK}{problems[0]}: {how} installs {oldest}.")
    raise SparkNotHere(f"{NO_SPARK}it runs on {oldest}, and no Java was found: {how} installs it.")


def _homes() -> Iterator[Path]:
    """Give the folders in which a Java is or may be, none twice."""
    named = os.environ.get("JAVA_HOME")
    if named:
        yield Path(named)
        return
    places: list[Path] = []
    command = shutil.which("java")
    if command is not None:
        places.append(Path(command).resolve().parent.parent)
    places += [Path(sys.prefix, "lib", "jvm"), Path(sys.prefix, "Library", "lib", "jvm")]
    for pattern in _HOMES:
        root, _, rest = pattern.partition("/*")
        folder = Path(root)
        if rest or pattern.endswith("/*"):
            places += sorted(folder.glob("*" + rest)) if folder.is_dir() else []
        else:
            places += sorted(folder.parent.glob(folder.name)) if folder.parent.is_dir() else []
    seen = set()
    for place in places:
        if _java_of(place).is_file() and place.resolve() not in seen:
            seen.add(place.resolve())
            yield place


def _java_of(home: Path) -> Path:
    return home / "bin" / ("java.exe" if sys.platform == "win32" else "java")


@functools.cache
def judge_java(home: Path) -> Java | str:
    """Ask the Java in a folder for its version, with the module that Spark needs.

    Parameters
    ----------
    home : pathlib.Path
        With ``bin/java`` in it.

    Returns
    -------
    Java or str
        What is wrong with it, as the beginning of a sentence, where Spark does not run on it.
    """
    command = _java_of(home)
    if not command.is_file():
        return f"{home}, where there is no bin/{command.name}"
    try:
        plain = _ask(command, "-version")
    except (OSError, subprocess.SubprocessError) as error:
        return f"{home}, whose Java does not run ({type(error).__name__})"
    said = re.search(r'version "(?:1\.)?(\d+)', plain.stderr + plain.stdout)
    if said is None:
        return f"{home}, whose Java does not tell its version"
    version = int(said[1])
    newest = _newest_java()
    if not OLDEST_JAVA <= version <= newest:
        return (
            f"the Java {version} in {home}, but this Spark runs on Java {OLDEST_JAVA} to {newest}"
        )
    try:
        whole = _ask(command, _MODULE, "-version").returncode == 0
    except (OSError, subprocess.SubprocessError):
        whole = False
    if not whole:
        return (
            f"the Java {version} in {home}, a cut-down one without the module "
            "jdk.incubator.vector that Spark needs"
        )
    return Java(home, version)


def _newest_java() -> int:
    """Say on which Java this PySpark still runs; where there is none, the one that is to come."""
    try:
        return NEWEST_JAVA_FROM_4_2 if _pyspark_version() >= (4, 2) else NEWEST_JAVA
    except SparkNotHere:
        return NEWEST_JAVA_FROM_4_2


def _ask(command: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(command), *options],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=JAVA_SECONDS,
        check=False,
    )


@functools.cache
def _pyspark_version() -> tuple[int, int]:
    if importlib.util.find_spec("pyspark") is None:
        raise SparkNotHere(
            f"{NO_SPARK}PySpark is not installed: `make spark` in a clone of the workshop, or "
            "`pip install pyspark pyarrow` elsewhere (450 MB), installs it."
        )
    version = importlib.import_module("pyspark.version").__version__
    major, minor = re.findall(r"\d+", version)[:2]
    if int(major) < 4:
        raise SparkNotHere(
            f"{NO_SPARK}PySpark is {version}, but the lesson needs 4.0 or later: "
            "`pip install --upgrade pyspark` installs it."
        )
    return int(major), int(minor)


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
    address = _checked_master(master)
    heap = _checked_memory(memory)
    parts = whole_number(partitions, "partitions")
    _pyspark_version()
    java = find_java()
    # On pandas 3, said by each conversion; the lesson says once what it means.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    running = _running()
    if running is not None:
        print(f"Spark runs already: {_what_runs(running)}.")
        return running
    options = _settings(name, address, heap, parts) | (settings or {})
    _knock(address)
    started = _start(options, java)
    _wait_for_executor(started, options)
    _advise_in_notebook()
    print(f"{_what_runs(started)}.")
    return started


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
    shell = _notebook()
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


def skip_rest(reason: str) -> bool:
    """Let no later cell of this notebook run, but one that calls `session_or_skip`.

    Parameters
    ----------
    reason : str
        Printed at once.

    Returns
    -------
    bool
        False, and nothing is done, outside of a notebook.
    """
    shell = _notebook()
    if shell is None:
        return False
    run_rest()
    shell.input_transformers_cleanup.append(_skip)
    print(f"The rest of this lesson is skipped: {reason}")
    return True


def run_rest() -> None:
    """Undo `skip_rest`."""
    shell = _notebook()
    if shell is not None and _skip in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(_skip)


def _skip(lines: list[str]) -> list[str]:
    """Put a sentence in place of a cell's code."""
    cell = "".join(lines)
    if not cell.strip() or _RETRY in cell:
        return lines
    return ['print("Skipped: this cell needs Spark.")\n']


def _notebook() -> Any:
    interactive = sys.modules.get("IPython")
    return interactive.get_ipython() if interactive is not None else None


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


def pandas_api() -> Any:
    """Import the pandas API on Spark, also beside pandas 3.

    PySpark up to 4.3 imports two names of pandas that pandas 3 has dropped, and fails. They are put
    back before: one as it was; the other, which only ``select_dtypes`` uses, refuses.

    Returns
    -------
    module
        ``pyspark.pandas``.
    """
    common = importlib.import_module("pandas.core.dtypes.common")
    frequencies = importlib.import_module("pandas.tseries.frequencies")
    if not hasattr(frequencies, "DateOffset"):
        offsets = importlib.import_module("pandas.tseries.offsets")
        frequencies.DateOffset = offsets.DateOffset  # type: ignore[attr-defined]
    if not hasattr(common, "infer_dtype_from_object"):
        common.infer_dtype_from_object = _refuse  # type: ignore[attr-defined]
    # The lesson itself says what to bring here and what not.
    warnings.filterwarnings("ignore", ".*loads all data into the driver's memory.*")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("pyspark.pandas")


def _refuse(dtype: object) -> None:
    raise NotImplementedError(
        f"select_dtypes of the pandas API on Spark does not work beside pandas 3 (asked for "
        f"{dtype!r}): name the columns instead."
    )


#: What the Java process writes to its error stream; without a name, so that it leaves no file.
_LOG: IO[bytes] | None = None


def _settings(name: str, master: str, memory: str, partitions: int) -> dict[str, str]:
    settings = {
        "spark.app.name": name,
        "spark.master": master,
        "spark.driver.memory": memory,
        "spark.executor.memory": memory,
        "spark.sql.shuffle.partitions": str(partitions),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir(), "spark-warehouse")),
    }
    if _pyspark_version() < (4, 1):
        settings["spark.sql.ansi.enabled"] = "false"  # with it, the pandas API of 4.0 refuses
    if _is_on_this_machine(master):
        settings |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
        }
    return settings


def _is_on_this_machine(master: str) -> bool:
    return master.startswith("local") or bool(
        re.match(r"spark://(localhost|127\.\d+\.\d+\.\d+)(:|$)", master)
    )


def _checked_master(master: str | None) -> str:
    address = master or os.environ.get(MASTER) or DEFAULTS[MASTER]
    if re.fullmatch(_MASTERS, address) is None or re.match(r"local\[0", address):
        raise ValueError(
            f"The master is {address!r}, but it is local[2] (cores of this machine) or an address "
            f"such as spark://host:7077: correct the argument or the variable {MASTER}."
        )
    return address


def _checked_memory(memory: str | None) -> str:
    heap = (memory or os.environ.get(MEMORY) or DEFAULTS[MEMORY]).lower()
    said = re.fullmatch(r"(\d+)([mg])b?", heap)
    megabytes = int(said[1]) * (1024 if said[2] == "g" else 1) if said else 0
    if megabytes < LEAST_MEGABYTES:
        raise ValueError(
            f"The memory is {heap!r}, but Spark needs {LEAST_MEGABYTES}m or more, written as 1g or "
            f"800m: correct the argument or the variable {MEMORY}."
        )
    return heap


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
    if _is_on_this_machine(master):
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
