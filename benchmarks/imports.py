"""How long `import workshop_pkg` takes, beside importing pandas alone."""

from __future__ import annotations

import sys

from benchmarks.measure import median_of, table

BUDGET_SECONDS = 1.0


def report() -> str:
    """Time each import in fresh processes; the interpreter's own start is part of each."""
    statements = {
        "python with no import": "pass",
        "import workshop_pkg": "import workshop_pkg",
        "what Part 1 imports": "from workshop_pkg import charts, datasets, exercises",
        "import pandas (peer)": "import pandas",
    }
    runs = {name: median_of([sys.executable, "-c", code]) for name, code in statements.items()}
    peer = runs["import pandas (peer)"].seconds
    rows = [(name, f"{run.seconds:.2f}", f"{run.seconds / peer:.2f}") for name, run in runs.items()]
    header = ("import", "seconds", "ratio to pandas")
    return table(f"Imports (budget of workshop_pkg: {BUDGET_SECONDS:.0f} s)", header, rows)
