"""How much memory a call takes, to find out answers that lay out a table of all pairs."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable


def peak_bytes(call: Callable[[], object]) -> int:
    """Call a function, and tell how much more memory Python and NumPy held at the peak.

    Parameters
    ----------
    call : callable
        Without arguments. Memory that other libraries allocate on their own is not seen.

    Returns
    -------
    int
        Bytes above what was held before the call.

    Examples
    --------
    >>> peak_bytes(lambda: bytes(1_000_000)) >= 1_000_000
    True
    """
    was_tracing = tracemalloc.is_tracing()
    if not was_tracing:
        tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        call()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        if not was_tracing:
            tracemalloc.stop()
    return peak - before
