"""Start JupyterLab on a workspace."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from workshop_pkg.project import repository_and_tag
from workshop_pkg.workspace import VARIABLE

# Defaults for JupyterLab's settings; an attendee's own choices win over them. With these it asks
# neither which kernel to use nor whether to fetch news, and looks for no updates on the network.
SETTINGS = Path(__file__).parent / "lab_settings"
# Kernels inherit these: without both, TensorFlow prints warnings into the lessons.
KERNELS_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}


class LabError(RuntimeError):
    """JupyterLab cannot be started; the message says what to do instead."""


def command(
    folder: Path, port: int | None = None, browser: bool = True, extra: Sequence[str] = ()
) -> list[str]:
    """Put together the command line that opens JupyterLab.

    Parameters
    ----------
    folder : Path
        The workspace.
    port : int, optional
        The port of the server; by default Jupyter takes the first free one from 8888.
    browser : bool
        Whether to open a browser.
    extra : sequence of str
        Further arguments for JupyterLab.

    Returns
    -------
    list of str

    Examples
    --------
    >>> command(Path("mine"), port=8890, browser=False)[1:6]
    ['-m', 'jupyterlab', '--notebook-dir', 'mine', '--port']
    """
    line = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(folder)]
    if port is not None:
        line += ["--port", str(port)]
    if not browser:
        line.append("--no-browser")
    if _is_root():
        line.append("--allow-root")
    return [*line, *extra]


def _is_root() -> bool:
    """Tell whether this is the system's root, as in most containers; Jupyter wants to be told."""
    return sys.platform != "win32" and os.geteuid() == 0


def environment(variables: Mapping[str, str], folder: Path = Path()) -> dict[str, str]:
    """Add to environment variables what JupyterLab, its kernels and its terminals are to find.

    Parameters
    ----------
    variables : mapping of str to str
        The present ones, such as `os.environ`.
    folder : Path
        The workspace; with it and the command's own folder first on the path, `workshop reset`
        in a terminal of JupyterLab finds the lessons.

    Returns
    -------
    dict of str to str
    """
    path = variables.get("JUPYTER_CONFIG_PATH")
    settings = os.pathsep.join([*([path] if path else []), str(SETTINGS)])
    from workshop_pkg.datasets.folders import absolute_folders

    folders = absolute_folders(variables)
    own = {
        "JUPYTER_CONFIG_PATH": settings,
        VARIABLE: str(folder.absolute()),
        "PATH": _with_the_command(variables.get("PATH", "")),
    }
    return KERNELS_QUIET | dict(variables) | folders | own


def _with_the_command(path: str) -> str:
    """Put first on a path the folder in which this installation's `workshop` is."""
    scripts = sysconfig.get_path("scripts")
    return os.pathsep.join([scripts, *(part for part in path.split(os.pathsep) if part)])


def start(line: Sequence[str], folder: Path) -> int:
    """Run JupyterLab until it ends.

    Parameters
    ----------
    line : sequence of str
        The command line.
    folder : Path
        The folder to run it in.

    Returns
    -------
    int
        JupyterLab's exit code.

    Raises
    ------
    LabError
        When JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        url, tag = repository_and_tag()
        raise LabError(
            "JupyterLab is not installed here. In a clone: `make lab`. Elsewhere: "
            f'pip install "recommender-workshop[lab] @ git+{url}@{tag}"'
        )
    if os.name == "posix":
        # JupyterLab takes this process over, so that signals and exit codes are its own.
        variables = environment(os.environ, folder)
        os.chdir(folder)
        sys.stdout.flush()
        os.execve(line[0], list(line), variables)
    return subprocess.call(list(line), cwd=folder, env=environment(os.environ, folder))
