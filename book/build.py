"""Build the HTML book: every lesson executed, no page that needs the network, no fault passed over.

Run by `make book`. Exit code 0: the book is there and in order. 1: it is not. 2: wrong usage.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import wrong_answers  # book/wrong_answers.py: this script's folder comes first on the path

ROOT = Path(__file__).resolve().parents[1]
CHARTS_SCRIPT = ROOT / "book" / "_static" / "vega-offline.js"
NOT_TO_BE_PUBLISHED = (
    "Built on MovieLens 100K for one class. Its pages show rows of MovieLens, which may not be "
    "redistributed: do not publish them."
)
# This environment's Jupyter Book, whatever else is on the path.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
# Warnings are faults, also references that lead nowhere, and all of them are shown. All pages are
# read anew: Sphinx repeats no warning about a page that it kept from a build that failed.
STRICT = ("-W", "-n", "--keep-going", "--all")
SUCCESS, FAILURE = 0, 1


class Output:
    """The folder that a build writes to, and the cache that one build leaves to the next.

    Parameters
    ----------
    parent : Path
        The folder that `_build` is in.
    """

    def __init__(self, parent: Path) -> None:
        self.folder = parent / "_build"
        self.pages = self.folder / "html"
        self._cache = self.folder / ".jupyter_cache"
        self._cache_key = self.folder / ".cache_key"

    def begin(self, key: str, clean: bool) -> None:
        """Take away what must not be used again: outputs of other code, and all old pages."""
        if clean:
            shutil.rmtree(self.folder, ignore_errors=True)
        if _read(self._cache_key) != key:
            shutil.rmtree(self._cache, ignore_errors=True)
        shutil.rmtree(self.pages, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._cache_key.write_text(key, encoding="utf-8")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def cache_key(dataset: str) -> str:
    """Make a key of all that a lesson's outputs depend on, beside its own cells.

    The execution cache compares notebooks only: without this key, a package that no longer even
    imports would still give a book, of old pages.

    Parameters
    ----------
    dataset : str
        The data set that the lessons run on.

    Returns
    -------
    str
        A SHA-256.
    """
    from workshop_pkg import spark

    digest = hashlib.sha256(f"{dataset} {sys.version} {sys.prefix}".encode())
    # Without Spark its lesson says why it skips; that page must not stay when Spark has come.
    digest.update(str(spark.missing()).encode())
    if dataset != "twin":
        digest.update(os.environ.get("WORKSHOP_DATA", "").encode())
    for path in _dependencies():
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _dependencies() -> Iterator[Path]:
    yield ROOT / "requirements.lock"
    yield ROOT / "requirements-spark.lock"
    yield ROOT / "pyproject.toml"
    for path in sorted((ROOT / "workshop_pkg").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def write_charts_script(path: Path) -> None:
    """Write the scripts that draw the charts to a file of the book's own.

    Altair's HTML loads them from another host, unless these versions are marked as loaded.

    Parameters
    ----------
    path : Path
        The file to write.
    """
    import altair as alt
    import vl_convert

    loaded = {
        "vega_version": alt.VEGA_VERSION,
        "vegalite_version": alt.VEGALITE_VERSION,
        "vegaembed_version": alt.VEGAEMBED_VERSION,
    }
    # In a function of its own: the bundle's short names are not to meet those of other scripts.
    script = f"(function () {{\n{vl_convert.javascript_bundle()}\n}})();\n"
    script += f"window.VEGA_DEBUG = {json.dumps(loaded)};\n"
    path.write_text(script, encoding="utf-8")


def environment(dataset: str) -> dict[str, str]:
    """Give the environment variables that the lessons run with.

    Parameters
    ----------
    dataset : str
        The data set that the lessons run on.

    Returns
    -------
    dict of str to str
    """
    from workshop_pkg.datasets.folders import OWN_RATINGS_VARIABLE, SAMPLE, absolute_folders

    path = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        **absolute_folders(os.environ),
        "WORKSHOP_DATASET": dataset,
        # Pages never show the ratings that somebody has saved on this machine.
        OWN_RATINGS_VARIABLE: SAMPLE,
        "WORKSHOP_RENDERER": "html",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        # This clone's package, whichever one is installed.
        "PYTHONPATH": os.pathsep.join([str(ROOT), *([path] if path else [])]),
    }


def _config(dataset: str, output: Output) -> Path:
    """Give the book's settings; on real data, with a banner on every page."""
    config = ROOT / "_config.yml"
    if dataset == "twin":
        return config
    import yaml

    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    settings["html"]["announcement"] = NOT_TO_BE_PUBLISHED
    # Paths in the settings are meant from the file's own folder.
    settings["logo"] = str(ROOT / settings["logo"])
    settings["html"]["favicon"] = str(ROOT / settings["html"]["favicon"])
    changed = output.folder / "_config.yml"
    changed.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return changed


def build(dataset: str, output: Output, clean: bool = False) -> int:
    """Build the book.

    Parameters
    ----------
    dataset : str
        "twin", or "100k" for a class of your own.
    output : Output
        Where to.
    clean : bool
        Whether to begin from nothing.

    Returns
    -------
    int
        0 where the book is there and nothing was wrong, else 1.
    """
    key = cache_key(dataset)
    output.begin(key, clean)
    write_charts_script(CHARTS_SCRIPT)
    wrong_answers.write()
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(ROOT), *STRICT]
    command += ["--config", str(_config(dataset, output))]
    command += ["--path-output", str(output.folder.parent)]
    run = subprocess.run(command, env=environment(dataset), cwd=ROOT, check=False)
    if run.returncode != 0:
        print("The book was not built: the first fault above tells why.", file=sys.stderr)
        return FAILURE
    welcome = output.pages / "book" / "index.html"
    if not welcome.is_file():
        print(f"The book was not built: there is no {welcome}.", file=sys.stderr)
        return FAILURE
    print(f"The book: {welcome}")
    if dataset != "twin":
        print(NOT_TO_BE_PUBLISHED)
    return SUCCESS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the build from the command line."""
    parser = argparse.ArgumentParser(description="Build the HTML book.")
    parser.add_argument(
        "--dataset",
        choices=("twin", "100k"),
        default="twin",
        help="100k: pages for your own class, which show rows of MovieLens; do not publish them",
    )
    parser.add_argument("--clean", action="store_true", help="begin from nothing")
    parser.add_argument(
        "--out", type=Path, default=ROOT, metavar="FOLDER", help="the pages: FOLDER/_build/html"
    )
    chosen = parser.parse_args(arguments)
    return build(chosen.dataset, Output(chosen.out.resolve()), chosen.clean)


if __name__ == "__main__":
    raise SystemExit(main())
