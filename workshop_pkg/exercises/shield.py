"""A fence around foreign code: a time limit, and what the code may disturb put back afterwards."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

# Checks judge tiny inputs in milliseconds: an answer that takes this long does not end.
TIME_LIMIT_SECONDS = 20.0
# An answer may swallow the first alarm (`except BaseException`): it rings again.
_REPEAT_SECONDS = 0.2
_SEED = 0


class TimeUp(BaseException):
    """The code did not end in time. No `Exception`, so that `except Exception` lets it through."""


class UserInterrupt(KeyboardInterrupt):
    """The user interrupted the kernel, as against code that raises `KeyboardInterrupt` itself."""


@contextmanager
def shielded(seconds: float | None = None) -> Iterator[None]:
    """Run a block with a time limit and fixed seeds, and put back what it disturbs.

    Put back are the standard streams, the random state of `random` and NumPy, NumPy's error
    handling, the working directory, the filters of `warnings` and the recursion limit. What the
    block prints is shown. The limit needs a POSIX system and the main thread (a Jupyter kernel
    runs cells there); elsewhere, and inside one long call of compiled code, there is none.

    Parameters
    ----------
    seconds : float, optional
        The limit; `TIME_LIMIT_SECONDS` if not given.

    Raises
    ------
    TimeUp
        The block did not end in time.
    UserInterrupt
        The user interrupted it.
    """
    numpy: Any = sys.modules.get("numpy")
    streams = sys.stdin, sys.stdout, sys.stderr
    state, recursion_limit = random.getstate(), sys.getrecursionlimit()
    numpy_state = numpy.random.get_state() if numpy else None
    numpy_errors = numpy.geterr() if numpy else {}
    folder = _working_directory()
    try:
        with warnings.catch_warnings():
            random.seed(_SEED)
            if numpy:
                numpy.random.seed(_SEED)
            with _limited(TIME_LIMIT_SECONDS if seconds is None else seconds):
                yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
        random.setstate(state)
        sys.setrecursionlimit(recursion_limit)
        if numpy:
            numpy.random.set_state(numpy_state)
            numpy.seterr(**numpy_errors)
        if folder is not None and _working_directory() != folder:
            with suppress(OSError):
                os.chdir(folder)


def _working_directory() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 - the name as it is, for chdir
    except OSError:
        return None


def _time_up(signum: int, frame: FrameType | None) -> None:
    raise TimeUp


def _interrupted(signum: int, frame: FrameType | None) -> None:
    raise UserInterrupt


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    old_interrupt = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, _interrupted)
    try:
        if sys.platform == "win32" or not hasattr(signal, "setitimer"):
            yield
        else:
            with _alarm(seconds):
                yield
    finally:
        signal.signal(signal.SIGINT, old_interrupt or signal.default_int_handler)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Ring after `seconds`, and leave an alarm that someone else has set as it was."""
    old_handler = signal.getsignal(signal.SIGALRM)
    begun = time.monotonic()
    signal.signal(signal.SIGALRM, _time_up)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old_handler or signal.SIG_DFL)
        if left:
            rest = max(left - (time.monotonic() - begun), 0.001)
            signal.setitimer(signal.ITIMER_REAL, rest, interval)
