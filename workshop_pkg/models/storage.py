"""Store a model in one file and read it back: arrays and JSON, nothing that could run code."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
_HEADER = "header"


def save(
    path: str | os.PathLike[str],
    kind: str,
    parameters: dict[str, Any],
    arrays: dict[str, NDArray[Any]],
) -> None:
    """Write a model's hyperparameters and arrays to a file, which is there whole or not at all.

    Parameters
    ----------
    path : path
        Of the file; one that is there is replaced.
    kind : str
        Name of the model's class.
    parameters : dict
        Hyperparameters: numbers, text, True, False, None.
    arrays : dict of str to array
        What was learnt: numbers, True and False, text.

    Raises
    ------
    ValueError
        When the folder does not exist, or an array holds Python objects other than text.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise ValueError(
            f"The folder {target.parent} does not exist: make it first, or save the model "
            "elsewhere."
        )
    plain = {name: _without_objects(array, name) for name, array in arrays.items()}
    header = json.dumps({"format": FORMAT, "model": kind, "parameters": parameters})
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            everything: dict[str, Any] = {_HEADER: np.array(header), **plain}
            np.savez_compressed(file, **everything)
        # A temporary file is its owner's alone; the model may be read like any other file.
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def load(path: str | os.PathLike[str]) -> Any:
    """Read a model that its `save` stored.

    Parameters
    ----------
    path : path
        Of the file.

    Returns
    -------
    Recommender
        Ready to predict and to recommend; to go on with training, `fit` it.

    Raises
    ------
    ValueError
        When there is no such file, it is damaged, it is no model of this workshop, or a newer
        version wrote it.
    """
    from workshop_pkg import models

    source = Path(path)
    if not source.is_file():
        raise ValueError(f"There is no file {source}: give the path that the model was saved to.")
    try:
        with np.load(source, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        header = json.loads(str(arrays.pop(_HEADER)))
        version = header["format"]
        if version == FORMAT:
            kinds = {
                name: kind
                for name in models.__all__
                if isinstance(kind := getattr(models, name), type)
                and issubclass(kind, models.Recommender)
            }
            model: Any = kinds[header["model"]](**header["parameters"])
            return model._restore(arrays)
    except (
        AttributeError,
        EOFError,
        KeyError,
        OSError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
    ) as error:
        raise ValueError(
            f"{source} is no model of this workshop, or it is damaged "
            f"({type(error).__name__}): save the model again."
        ) from error
    raise ValueError(
        f"{source} has the format {version!r}, and this version of the workshop reads {FORMAT}: "
        "update the workshop, or save the model again."
    )


def _without_objects(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Give text as NumPy's own type: pandas keeps it as Python objects, which need pickle."""
    values = np.asarray(array)
    if values.dtype.kind in "OT":
        if not all(isinstance(value, str) for value in values):
            raise ValueError(
                f"{name} holds Python objects that a file cannot keep safely: use whole numbers or "
                "text as ids."
            )
        values = values.astype(np.str_)
    return values


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
