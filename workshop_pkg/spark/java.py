"""What Spark needs here, and what is missing: PySpark, and a Java that it runs on."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Spark 4 asks for Java 17; up to which version it runs, by Spark's own documentation: 21, and 25
#: from 4.2 on.
OLDEST_JAVA, NEWEST_JAVA, NEWEST_JAVA_FROM_4_2 = 17, 21, 25
JAVA_SECONDS = 30.0
#: Spark is started with this module of Java, which cut-down runtimes lack.
_MODULE = "--add-modules=jdk.incubator.vector"
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


class SparkNotHere(RuntimeError):  # noqa: N818 - no fault of the code: it says what is missing
    """Spark cannot run here; the text is one sentence, with what to do next."""

    def _render_traceback_(self) -> list[str]:
        """Show the sentence alone in a notebook."""
        return [str(self)]


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
        pyspark_version()
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
        return NEWEST_JAVA_FROM_4_2 if pyspark_version() >= (4, 2) else NEWEST_JAVA
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
def pyspark_version() -> tuple[int, int]:
    """Give the major and the minor version of PySpark, or raise `SparkNotHere`."""
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
