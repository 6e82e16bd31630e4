"""Is this machine ready for the workshop? One finding for each thing that matters."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from workshop_pkg.project import DISTRIBUTION

Status = Literal["ok", "note", "problem"]

GIB = 2**30
# A lesson may use 2 GiB; the system, JupyterLab and a browser want as much again.
LESSON_MEMORY = 2 * GIB
COMFORTABLE_MEMORY = 4 * GIB
# The lessons' workspace and the small data sets, with room to spare.
NEEDED_DISK = GIB // 2
# Long enough for a slow line, short enough that nobody waits.
CONNECT_SECONDS = 4.0
LESSON_DATASETS = ("auto", "100k", "twin")
# Shown by name where all is well; a wrong one is always named.
SHOWN_PACKAGES = ("tensorflow", "pandas", "altair")

_ASK_TENSORFLOW = (
    "import tensorflow as tf; print(tf.__version__, len(tf.config.list_physical_devices('GPU')))"
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        What was looked at.
    status : {"ok", "note", "problem"}
        A note does not stop the workshop; a problem does.
    text : str
        What was found.
    advice : str
        What to do, where something is to be done.
    """

    name: str
    status: Status
    text: str
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the finding as JSON can hold it."""
        return asdict(self)


def look(gpu: bool = False) -> Iterator[Finding]:
    """Look at the machine, one thing after another, so that each can be shown at once.

    Parameters
    ----------
    gpu : bool
        Also ask TensorFlow which GPUs it can use; its import takes seconds.

    Yields
    ------
    Finding
    """
    yield python()
    yield packages()
    yield jupyterlab()
    yield charts_offline()
    yield memory()
    yield disk()
    yield data()
    yield network()
    yield graphics()
    yield java()
    if gpu:
        yield tensorflow_graphics()


def python() -> Finding:
    """Compare the running Python with the versions that the package accepts."""
    version = platform.python_version()
    try:
        accepted = metadata.metadata(DISTRIBUTION)["Requires-Python"] or ""
    except metadata.PackageNotFoundError:
        accepted = ""
    if SpecifierSet(accepted).contains(version):
        return Finding("Python", "ok", f"{version} ({sys.executable})")
    return Finding(
        "Python",
        "problem",
        f"{version}, but the workshop needs Python {accepted}",
        "Install a fitting Python from python.org or your system's packages, then `make lab`.",
    )


def packages() -> Finding:
    """Compare the installed packages with the package's own requirements, importing none."""
    try:
        lines = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return Finding(
            "packages",
            "problem",
            f"{DISTRIBUTION} itself is not installed",
            "In a clone: `make setup`.",
        )
    needed = [Requirement(line) for line in lines]
    # A requirement of an extra does not hold where no extra is asked for.
    needed = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong, shown = [], []
    for requirement in needed:
        installed = _installed(requirement.name)
        if installed is None:
            wrong.append(f"{requirement.name} is missing")
        elif not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{requirement.name} is {installed}, needs {requirement.specifier}")
        elif requirement.name in SHOWN_PACKAGES:
            shown.append(f"{requirement.name} {installed}")
    if wrong:
        more = f", and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        advice = "In a clone: `make setup`. Elsewhere: install the package again with pip."
        return Finding("packages", "problem", "; ".join(wrong[:3]) + more, advice)
    return Finding("packages", "ok", f"all {len(needed)} are here ({', '.join(sorted(shown))})")


def jupyterlab() -> Finding:
    """Look for JupyterLab."""
    version = _installed("jupyterlab")
    if version is None:
        return Finding(
            "JupyterLab",
            "note",
            "not installed: `workshop lab` cannot open the lessons",
            "In a clone: `make lab`. Or open the notebooks in an editor of your choice.",
        )
    return Finding("JupyterLab", "ok", version)


def charts_offline() -> Finding:
    """Look for the two packages that draw charts without a network."""
    missing = [n for n in ("anywidget", "vl-convert-python") if _installed(n) is None]
    if missing:
        return Finding(
            "charts",
            "note",
            f"need a network ({' and '.join(missing)} not installed)",
            "For a room without network, in a clone: `make setup`.",
        )
    return Finding("charts", "ok", "are drawn without a network")


def memory() -> Finding:
    """Compare the memory with what a lesson needs."""
    import psutil

    seen = psutil.virtual_memory()
    text = f"{seen.total / GIB:.1f} GiB, {seen.available / GIB:.1f} GiB of it free"
    if seen.total < LESSON_MEMORY:
        advice = "Work in Colab instead: each lesson has a button for it."
        return Finding("memory", "problem", f"{text}; a lesson may need 2 GiB", advice)
    if seen.available < LESSON_MEMORY or seen.total < 0.9 * COMFORTABLE_MEMORY:
        advice = "Close other programs, and shut down a lesson's kernel before you open the next."
        return Finding("memory", "note", text, advice)
    return Finding("memory", "ok", text)


def disk() -> Finding:
    """Compare the free space of the current folder with what the workshop needs."""
    here = Path.cwd()
    free = shutil.disk_usage(here).free
    if free < NEEDED_DISK:
        return Finding(
            "disk",
            "problem",
            f"{free / 2**20:.0f} MiB free in {here}; half a GiB is needed",
            "Free some space, or work in a folder on another disk.",
        )
    if not os.access(here, os.W_OK):
        advice = "Change to a folder of your own before `workshop lab`, or name one."
        return Finding("disk", "note", f"{here} cannot be written", advice)
    return Finding("disk", "ok", f"{free / GIB:.0f} GiB free")


def data() -> Finding:
    """Say which data the lessons would find on this machine, without the network."""
    from workshop_pkg import datasets

    try:
        entries = datasets.catalog()
    except datasets.DataError as error:
        return Finding("data", "problem", str(error), "`workshop data where` lists the folders.")
    here = [entry.name for entry in entries if entry.path is not None and not entry.problem]
    damaged = "; ".join(f"{entry.name}: {entry.problem}" for entry in entries if entry.problem)
    chosen = os.environ.get("WORKSHOP_DATASET") or "auto"
    if chosen not in LESSON_DATASETS:
        text = f"WORKSHOP_DATASET is {chosen!r}, which no lesson runs on"
        return Finding("data", "problem", text, f"Set it to {' or '.join(LESSON_DATASETS)}.")
    if not {"twin", "100k"} & set(here):
        return Finding("data", "problem", damaged or "none is here")
    text = f"on this machine: {', '.join(here)} (WORKSHOP_DATASET is {chosen})"
    if chosen == "100k" and "100k" not in here:
        return Finding("data", "note", text, "Before class: `workshop data download 100k`.")
    return Finding("data", "note" if damaged else "ok", text, damaged)


def network() -> Finding:
    """Try the data's host. The workshop runs without it."""
    import requests

    from workshop_pkg.datasets import DataError
    from workshop_pkg.datasets.download import addresses_of
    from workshop_pkg.datasets.registry import archive_for

    try:
        address = addresses_of(archive_for("100k"))[0]
        host = address.split("/")[2]
        requests.head(address, timeout=CONNECT_SECONDS, allow_redirects=False)
    except (DataError, IndexError) as error:
        return Finding("network", "note", str(error), "Unset WORKSHOP_MIRRORS, or correct it.")
    except requests.RequestException as error:
        reason = "its certificate is not valid" if _is_certificate(error) else "no answer"
        return Finding(
            "network",
            "note",
            f"{host}: {reason} (the network is optional)",
            "Nothing to do: the lessons run on the data that is here.",
        )
    return Finding("network", "ok", f"{host} answers (the network is optional)")


def graphics() -> Finding:
    """Look for an NVIDIA GPU. No lesson needs one."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return Finding("GPU", "ok", "none, and none is needed")
    ask = [command, "--query-gpu=name", "--format=csv,noheader"]
    try:
        run = subprocess.run(ask, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return Finding("GPU", "note", "nvidia-smi is here but fails", "Nothing to do: none needed.")
    names = ", ".join(run.stdout.strip().splitlines())
    return Finding("GPU", "ok", f"{names} (`workshop check --gpu` asks TensorFlow)")


def java() -> Finding:
    """Look for what lesson 5.2 needs, and no other: PySpark, and a Java that it runs on."""
    from workshop_pkg import spark

    reason = no_java()
    if reason is None:
        found = spark.find_java()
        text, reason = f"{found.version} ({found.home})", spark.missing()
        if reason is None:
            pyspark = f"PySpark {_installed('pyspark')}"
            return Finding("Java", "ok", f"{text}, and {pyspark}: for lesson 5.2")
        reason = f"{text}; {reason.removeprefix(spark.NO_SPARK)}"
    said, _, advice = reason.partition(": ")
    advice = advice[:1].upper() + advice[1:]
    return Finding("Java", "note", f"{said} (for lesson 5.2 only)", advice)


def no_java() -> str | None:
    """Say why there is no Java here that Spark runs on, whether PySpark is here or not.

    Returns
    -------
    str or None
        One sentence that ends with how to get one; None where there is one.
    """
    from workshop_pkg import spark

    try:
        spark.find_java()
    except spark.SparkNotHere as error:
        return str(error).removeprefix(spark.NO_SPARK)
    return None


def tensorflow_graphics() -> Finding:
    """Ask TensorFlow, in a process of its own, which GPUs it can use."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
    ask = [sys.executable, "-c", _ASK_TENSORFLOW]
    try:
        run = subprocess.run(
            ask, capture_output=True, text=True, timeout=120, check=True, env=os.environ | quiet
        )
        version, count = run.stdout.split()[-2:]
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        last = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
        advice = "In a clone: `make clean`, then `make setup`."
        return Finding("TensorFlow", "problem", f"does not import: {last}", advice)
    devices = "uses the CPU" if count == "0" else f"can use {count} GPU{'s' * (count != '1')}"
    return Finding("TensorFlow", "ok", f"{version} {devices}")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _is_certificate(error: Exception) -> bool:
    return "CERTIFICATE" in str(error).upper()
