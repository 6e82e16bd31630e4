"""Write tables that are stored with the package, each with a first line that says what it is.

`workshop_pkg.stored` reads them.
"""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable
from pathlib import Path

import pandas as pd

BUNDLED = Path(__file__).resolve().parent.parent / "workshop_pkg" / "datasets" / "bundled"


def write(table: pd.DataFrame, made_of: str, by: str, out: Path) -> None:
    """Write a table with a first line that says of what it was made, when, and how.

    Parameters
    ----------
    table : pandas.DataFrame
        As it is to be read; rounded already.
    made_of : str
        What the numbers are, and of which data.
    by : str
        The command that makes them.
    out : pathlib.Path
        The file; one that is there already is replaced when the new one is whole.
    """
    first = f"# {made_of}, made {datetime.date.today()} by {by}\n"
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    try:
        part.write_bytes((first + table.to_csv(index=False, lineterminator="\n")).encode())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def run(make: Callable[[Path], None], description: str, name: str) -> None:
    """Read the command line of a script that makes one stored table; make it, say where it is."""
    default = BUNDLED / name
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", type=Path, default=default, help=f"file (default: {default})")
    out = parser.parse_args().out
    make(out)
    print(f"Made {out}.")
