"""What `workshop data` prints: the data sets, a download, a verification, the folders."""

from __future__ import annotations

from collections.abc import Callable

from workshop_pkg import datasets
from workshop_pkg.datasets import DownloadError
from workshop_pkg.datasets.folders import TWIN_FOLDER, cache_folder, real_data
from workshop_pkg.datasets.registry import NAMES, download_call, unknown_name

DONE, FAILED = 0, 1


class UnknownNameError(ValueError):
    """There is no data set of that name; the message lists the names."""


def run(action: str, name: str | None = None) -> int:
    """Run one action of `workshop data`.

    Parameters
    ----------
    action : {"list", "download", "verify", "where"}
        What to do.
    name : str, optional
        The data set to download or to verify; all that are here, where `verify` gets none.

    Returns
    -------
    int
        0 done and in order, 1 not.

    Raises
    ------
    UnknownNameError
        When there is no data set of that name.
    DataError
        When data cannot be fetched, or an environment variable names no folder.
    """
    if name is not None and name not in NAMES:
        raise UnknownNameError(str(unknown_name(name)))
    if action == "download":
        return _download(str(name))
    if action == "verify":
        return _verify(name)
    actions: dict[str, Callable[[], int]] = {"list": _list, "where": _where}
    return actions[action]()


def _list() -> int:
    entries = datasets.catalog()  # Before the first line: an error leaves no half a table.
    print(f"{'name':<14} {'download':>9}  on this machine")
    for entry in entries:
        size = f"{entry.size / 1e6:.1f} MB" if entry.size else "" if entry.path else "?"
        place = entry.where if entry.path is None else f"{entry.where}: {entry.path}"
        print(f"{entry.name:<14} {size:>9}  {place}")
        if entry.problem:
            print(f"{'':26}{entry.problem}")
    print("\n`workshop data download NAME` gets one. Lessons run on twin and on 100k.")
    print("MovieLens is for research and teaching: cite it, and do not pass it on.")
    return DONE


def _download(name: str) -> int:
    if name == "twin":
        print("The twin comes with the package: there is nothing to download.")
        return DONE
    try:
        path = datasets.download(name)
    except DownloadError as problem:
        raise DownloadError(_for_the_shell(str(problem), name), problem.reason) from None
    print(f"{name} is in {path}.")
    return DONE


def _verify(name: str | None) -> int:
    here = [entry.name for entry in datasets.catalog() if entry.path is not None or entry.problem]
    results = [datasets.verify(one) for one in ([name] if name else here)]
    for result in results:
        message = _for_the_shell(result.message, result.name)
        print(f"{'ok     ' if result.ok else 'PROBLEM'} {result.name}: {message}")
    return DONE if all(result.ok for result in results) else FAILED


def _for_the_shell(message: str, name: str) -> str:
    """Name the command where a message names the Python call that does the same."""
    return message.replace(download_call(name), f"`workshop data download {name}`")


def _where() -> int:
    place = real_data()
    print(f"WORKSHOP_DATA  {place.path if place else 'not set'}")
    print(f"cache          {cache_folder()}")
    print(f"bundled twin   {TWIN_FOLDER}")
    print("\nData is looked for in this order, then downloaded into the cache.")
    print("Without network: put ml-100k.zip into the cache, or set WORKSHOP_DATA.")
    return DONE
