"""Train a Keras model in mini-batches: the same start and the same order on every backend.

Keras draws its own random numbers with the backend, so that TensorFlow and JAX start from other
weights and see the ratings in another order. Here NumPy draws both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from workshop_pkg import backend
from workshop_pkg.models.gradient import TrainingDiverged

Arrays = list[NDArray[Any]]


def normal(
    generator: np.random.Generator, shape: Sequence[int], stddev: float
) -> NDArray[np.float32]:
    """Draw the start of an embedding table: normal numbers with mean 0.

    Parameters
    ----------
    generator : numpy.random.Generator
        Of the model's seed; it goes on from draw to draw.
    shape : sequence of int
        Rows and columns.
    stddev : float
        The standard deviation.

    Returns
    -------
    array of float32
        In the precision that Keras computes in.
    """
    return generator.normal(0.0, stddev, tuple(shape)).astype(np.float32)


def glorot(generator: np.random.Generator, shape: Sequence[int]) -> NDArray[np.float32]:
    """Draw the start of a dense layer's kernel, uniformly within plus or minus a limit.

    The limit is the root of 6 / (inputs + outputs), Keras' own default (Glorot and Bengio, 2010,
    "Understanding the difficulty of training deep feedforward neural networks").

    Parameters
    ----------
    generator : numpy.random.Generator
        Of the model's seed.
    shape : sequence of int
        Inputs and outputs.

    Returns
    -------
    array of float32
    """
    limit = np.sqrt(6.0 / (shape[0] + shape[-1]))
    return generator.uniform(-limit, limit, tuple(shape)).astype(np.float32)


def compile_quietly(network: Any, learning_rate: float, loss: Any = "mse") -> None:
    """Compile for training with Adam; on TensorFlow without XLA, which costs more than it saves.

    Parameters
    ----------
    network : keras.Model
        Built.
    learning_rate : float
        Of Adam.
    loss : str or callable
        As `keras.Model.compile` takes it.
    """
    keras = backend.load_keras()
    on_tensorflow = keras.backend.backend() == "tensorflow"
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=loss,
        jit_compile=False if on_tensorflow else "auto",
    )


def train_epochs(
    network: Any,
    inputs: Sequence[NDArray[Any]],
    targets: NDArray[Any],
    generator: np.random.Generator,
    *,
    n_epochs: int,
    batch_size: int,
    note: Callable[[int], float | None],
    patience: int | None = None,
    verbose: bool = False,
) -> int:
    """Train a compiled model, in an order that NumPy draws anew for each epoch.

    Parameters
    ----------
    network : keras.Model
        Compiled, with its starting weights set.
    inputs : sequence of array
        One array for each input of the model, a row for each rating.
    targets : array
        A row for each rating.
    generator : numpy.random.Generator
        Of the model's seed.
    n_epochs : int
        The most epochs.
    batch_size : int
        Ratings a batch.
    note : callable
        Called with the number of epochs done: before training with 0, then after each epoch.
        Returns the held-out error, or None where nothing is held out.
    patience : int, optional
        After that many epochs without a lower held-out error training stops. Where there is a
        held-out error the weights end as they were when it was lowest, whatever the patience.
    verbose : bool
        Whether to show a progress bar.

    Returns
    -------
    int
        The epoch that the weights are of.

    Raises
    ------
    TrainingDiverged
        When a weight is no finite number.
    """
    best_error, best_epoch = note(0), 0
    best: Arrays | None = None if best_error is None else _weights(network)
    bar = tqdm(range(1, n_epochs + 1), desc="epochs", leave=False, disable=not verbose)
    for epoch in bar:
        order = generator.permutation(len(targets))
        # `network.fit` for one epoch takes a quarter of a second to get ready.
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            network.train_on_batch([array[batch] for array in inputs], targets[batch])
        _refuse_infinite(network, epoch)
        error = note(epoch)
        if error is None or best_error is None:
            best_epoch = epoch
        elif error < best_error:
            best_error, best_epoch, best = error, epoch, _weights(network)
        elif patience is not None and epoch - best_epoch >= patience:
            break
    bar.close()
    if best is not None:
        network.set_weights(best)
    return best_epoch


def _weights(network: Any) -> Arrays:
    return [np.array(table) for table in network.get_weights()]


def _refuse_infinite(network: Any, epoch: int) -> None:
    if all(np.isfinite(table).all() for table in network.get_weights()):
        return
    rate = float(network.optimizer.learning_rate)
    raise TrainingDiverged(
        f"Training diverged: in epoch {epoch} weights left the finite numbers. The learning rate "
        f"{rate:g} is too high for these ratings: try {rate / 4:g}.",
        epoch,
    )
