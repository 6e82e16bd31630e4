"""Start Keras quietly, seed it, and say which versions and which device compute.

TensorFlow prints pages of notes when it is imported; two variables and a closed error stream keep
them out of a lesson. Import nothing of Keras or TensorFlow before `start`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, cast

#: What keeps TensorFlow quiet, if it is set before the first import.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
SEEDS = 2**32


def start(seed: int = 0) -> str:
    """Import Keras and what it computes with, seed all generators, and print what computes.

    A lesson calls this once, before it imports TensorFlow. Keras runs on TensorFlow, unless the
    variable ``KERAS_BACKEND`` names another backend.

    Parameters
    ----------
    seed : int
        For Python, NumPy and Keras (0 to 2**32 - 1): a second run then draws the same numbers.

    Returns
    -------
    str
        ``"CPU"`` or ``"GPU"``.

    Raises
    ------
    ValueError
        When `seed` is no whole number in that range.
    """
    is_whole = isinstance(seed, int) and not isinstance(seed, bool)
    if not is_whole or not 0 <= seed < SEEDS:
        raise ValueError(f"seed is {seed!r}, but it is a whole number from 0 to {SEEDS - 1}.")
    keras = load_keras()
    with _quietly():  # seeding imports TensorFlow, also beside another backend
        keras.utils.set_random_seed(seed)
        name = device()
    backend = keras.backend.backend()
    version = sys.modules[backend].__version__
    named = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}.get(backend, backend)
    print(f"Keras {keras.__version__} on {named} {version}, computing on the {name}.")
    return name


def load_keras() -> Any:
    """Import Keras without the notes that TensorFlow prints; give the module."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    with _quietly():
        import keras
    logging.getLogger("tensorflow").addFilter(_says_something)
    return keras


def _says_something(record: logging.LogRecord) -> bool:
    """Leave out that functions were traced anew: each model that is trained has its own."""
    return "triggered tf.function retracing" not in str(record.msg)


def device() -> str:
    """Name the kind of device that Keras computes on: ``"GPU"`` where it finds one, else CPU."""
    keras = load_keras()
    found = keras.distribution.list_devices()
    return "GPU" if any(name.startswith(("gpu", "cuda")) for name in found) else "CPU"


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of tensors with the compiler of the backend in use.

    Parameters
    ----------
    function : callable
        Of tensors and lists of tensors, without side effects, written in ``keras.ops``.

    Returns
    -------
    callable
        The same function, traced on its first call. Where the backend has no such compiler, the
        function itself.
    """
    backend = load_keras().backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        return cast("Callable[..., Any]", tf.function(function))
    if backend == "jax":
        import jax

        return cast("Callable[..., Any]", jax.jit(function))
    return function


def compiled_with_variables(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that changes Keras variables, where the backend can: TensorFlow only.

    Parameters
    ----------
    function : callable
        Of tensors; it may assign to variables.

    Returns
    -------
    callable
        The same function; elsewhere than on TensorFlow, the function itself.
    """
    if load_keras().backend.backend() == "tensorflow":
        return compiled(function)
    return function


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Send what compiled code writes to the error stream nowhere; Python's errors still raise."""
    try:
        kept = os.dup(2)
    except OSError:  # no error stream: nothing to keep quiet
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
