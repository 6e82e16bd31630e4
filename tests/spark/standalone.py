"""A Spark cluster on this machine: a master and two workers, each a Java process of its own."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import psutil

from workshop_pkg import spark

WORKERS = 2
# Far more than any of them takes; a machine at work may be slow to start Java.
SECONDS = 60.0


class Daemon:
    """A master or a worker, whose log is a file."""

    def __init__(self, name: str, folder: Path, *arguments: str) -> None:
        found = importlib.util.find_spec("pyspark")
        assert found is not None
        assert found.origin is not None
        home = Path(found.origin).parent
        self.log = folder / f"{name}.log"
        variables = {
            "JAVA_HOME": str(spark.find_java().home),
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m",
        }
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(
                [str(home / "bin" / "spark-class"), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=os.environ | variables,
            )

    def said(self, pattern: str) -> str:
        """Wait until the log has a line, and give the first group of its pattern."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = re.search(pattern, self.log.read_text(encoding="utf-8", errors="replace"))
            if found is not None:
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"no {pattern!r} in:\n{self.log.read_text(errors='replace')[-3000:]}")

    def kill(self) -> None:
        """End it and what it has started, at once, as when the power goes."""
        if self.process.poll() is None:
            for one in psutil.Process(self.process.pid).children(recursive=True):
                one.send_signal(signal.SIGKILL)
            self.process.kill()
        self.process.wait()


class Cluster:
    """A master with its workers, on the loopback address."""

    def __init__(self, folder: Path, cores: int = 1, memory: str = "2g") -> None:
        self.daemons: list[Daemon] = []
        self.workers: list[Daemon] = []
        try:
            master = self._started(
                "master", folder, "master.Master", "--host", "127.0.0.1", "--port", "0"
            )
            self.address = master.said(r"Starting Spark master at (spark://\S+)")
            self.workers = [
                self._started(
                    f"worker-{number}",
                    folder,
                    "worker.Worker",
                    self.address,
                    *("--host", "127.0.0.1", "--cores", str(cores), "--memory", memory),
                    *("--work-dir", str(folder / f"work-{number}")),
                )
                for number in range(WORKERS)
            ]
            for worker in self.workers:
                worker.said(r"(Successfully registered with master)")
        except BaseException:
            self.stop()
            raise

    def _started(self, name: str, folder: Path, what: str, *arguments: str) -> Daemon:
        command = (f"org.apache.spark.deploy.{what}", *arguments, "--webui-port", "0")
        self.daemons.append(Daemon(name, folder, *command))
        return self.daemons[-1]

    def stop(self) -> None:
        """End all, the workers first."""
        for daemon in reversed(self.daemons):
            daemon.kill()
