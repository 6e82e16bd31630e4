"""The notebook's side: without Spark, let its later cells do nothing, and say so."""

from __future__ import annotations

import sys
from typing import Any

#: A cell that holds this runs all the same.
_RETRY = "session_or_skip"


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
    shell = notebook()
    if shell is None:
        return False
    run_rest()
    shell.input_transformers_cleanup.append(_skip)
    print(f"The rest of this lesson is skipped: {reason}")
    return True


def run_rest() -> None:
    """Undo `skip_rest`."""
    shell = notebook()
    if shell is not None and _skip in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(_skip)


def _skip(lines: list[str]) -> list[str]:
    """Put a sentence in place of a cell's code."""
    cell = "".join(lines)
    if not cell.strip() or _RETRY in cell:
        return lines
    return ['print("Skipped: this cell needs Spark.")\n']


def notebook() -> Any:
    """Give the IPython shell that this code runs in; None outside of one."""
    interactive = sys.modules.get("IPython")
    return interactive.get_ipython() if interactive is not None else None
