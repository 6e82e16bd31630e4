"""What foreign code disturbs is put back; foreign alarms survive."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from workshop_pkg.exercises.shield import shielded


def test_random_states_are_as_before_and_the_block_has_fixed_seeds() -> None:
    random.seed(7)
    np.random.seed(7)
    expected = random.random(), np.random.rand()
    draws = []
    for _ in range(2):
        random.seed(7)
        np.random.seed(7)
        with shielded():
            draws.append((random.random(), np.random.rand()))
        assert (random.random(), np.random.rand()) == expected
    assert draws[0] == draws[1] != expected


def test_streams_folder_warnings_and_numpy_errors_are_put_back(tmp_path: Path) -> None:
    streams = sys.stdin, sys.stdout, sys.stderr
    folder, filters, errors = Path.cwd(), list(warnings.filters), np.geterr()
    limit = sys.getrecursionlimit()
    with (tmp_path / "f").open("w") as file, suppress(ZeroDivisionError), shielded():
        sys.stdin = sys.stdout = sys.stderr = file
        os.chdir(tmp_path)
        warnings.simplefilter("error")
        np.seterr(all="raise")
        sys.setrecursionlimit(limit + 1000)
        _ = 1 / 0
    assert (sys.stdin, sys.stdout, sys.stderr) == streams
    assert Path.cwd() == folder
    assert list(warnings.filters) == filters
    assert np.geterr() == errors
    assert sys.getrecursionlimit() == limit


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm signal")
def test_an_alarm_of_someone_else_still_rings() -> None:
    rung: list[int] = []
    old_handler = signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
    old = signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with shielded(seconds=5):
            pass
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.2
        time.sleep(0.4)
        assert rung == [signal.SIGALRM]
    finally:
        signal.signal(signal.SIGALRM, old_handler)
        signal.setitimer(signal.ITIMER_REAL, *old)
