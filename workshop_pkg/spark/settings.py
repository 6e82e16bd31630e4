"""The settings that a session starts with: its master, its memory, and what keeps it quiet."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from workshop_pkg.spark.java import pyspark_version

#: The variables of the environment that name the master and the memory of the driver.
MASTER, MEMORY = "WORKSHOP_SPARK_MASTER", "WORKSHOP_SPARK_MEMORY"
#: Two cores of this machine, and a heap that leaves room beside it in 4 GiB.
DEFAULTS = {MASTER: "local[2]", MEMORY: "1g"}
#: Below this Spark does not start, whatever is to be computed.
LEAST_MEGABYTES = 512
_MASTERS = r"local(\[(\d+|\*)(, *\d+)?\])?|local-cluster\[.+\]|spark://.+|yarn|k8s://.+"


def session_settings(name: str, master: str, memory: str, partitions: int) -> dict[str, str]:
    """Give Spark's settings for an application of this name."""
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
    if pyspark_version() < (4, 1):
        settings["spark.sql.ansi.enabled"] = "false"  # with it, the pandas API of 4.0 refuses
    if is_on_this_machine(master):
        settings |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
        }
    return settings


def is_on_this_machine(master: str) -> bool:
    """Say whether nothing but this machine is needed to reach the master."""
    return master.startswith("local") or bool(
        re.match(r"spark://(localhost|127\.\d+\.\d+\.\d+)(:|$)", master)
    )


def checked_master(master: str | None) -> str:
    """Take the argument, else the variable, else the default; refuse what is no master."""
    address = master or os.environ.get(MASTER) or DEFAULTS[MASTER]
    if re.fullmatch(_MASTERS, address) is None or re.match(r"local\[0", address):
        raise ValueError(
            f"The master is {address!r}, but it is local[2] (cores of this machine) or an address "
            f"such as spark://host:7077: correct the argument or the variable {MASTER}."
        )
    return address


def checked_memory(memory: str | None) -> str:
    """Take the argument, else the variable, else the default; refuse what is too little."""
    heap = (memory or os.environ.get(MEMORY) or DEFAULTS[MEMORY]).lower()
    said = re.fullmatch(r"(\d+)([mg])b?", heap)
    megabytes = int(said[1]) * (1024 if said[2] == "g" else 1) if said else 0
    if megabytes < LEAST_MEGABYTES:
        raise ValueError(
            f"The memory is {heap!r}, but Spark needs {LEAST_MEGABYTES}m or more, written as 1g or "
            f"800m: correct the argument or the variable {MEMORY}."
        )
    return heap
