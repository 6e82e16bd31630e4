"""Store a model in one file and read it back: arrays and JSON, nothing that could run code."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg import __version__

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
    header = json.dumps(
        {"format": FORMAT, "workshop": __version__, "model": kind, "parameters": parameters}
    )
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

    Nothing in the file is ever run: it holds arrays and text, its header names one of the classes
    of ``workshop_pkg.models``, and the model must answer before it is given out.

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
        When there is no such file or it may not be read, it is no model of this workshop, it is
        cut off or damaged, or another version of the workshop wrote what this one does not know.
    """
    source = Path(path)
    if not source.is_file():
        raise ValueError(f"There is no file {source}: give the path that the model was saved to.")
    header, arrays = _read(source)
    model = _model_of(source, header)
    try:
        model._restore(arrays)
        _answers(model)
    except Exception as error:  # arrays of the wrong shape or type fail in many ways
        raise _damaged(source, error) from error
    return model


def _read(source: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read the header and the arrays, without pickle."""
    try:
        with np.load(source, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        header = json.loads(str(arrays.pop(_HEADER)))
        version, kind, parameters = header["format"], header["model"], header["parameters"]
        if type(version) is not int or not isinstance(kind, str) or type(parameters) is not dict:
            raise ValueError("the header is not as `save` writes it")
    except PermissionError as error:
        raise ValueError(
            f"{source} may not be read by you: ask its owner for the permission, or save the model "
            "again."
        ) from error
    except Exception as error:  # zip, zlib, NumPy and JSON each have errors of their own
        raise _damaged(source, error) from error
    return header, arrays


def _model_of(source: Path, header: dict[str, Any]) -> Any:
    """Make the model that the header tells of, before it has learnt anything."""
    from workshop_pkg import models

    here = f"this version of the workshop ({__version__})"
    there = f"It was saved by version {header.get('workshop', 'unknown')}"
    if header["format"] != FORMAT:
        raise ValueError(
            f"{source} has the format {header['format']}, and {here} reads {FORMAT}. {there}: use "
            "that one, or save the model again."
        )
    kinds = {
        name: kind
        for name in models.__all__
        if isinstance(kind := getattr(models, name), type)
        and issubclass(kind, models.Recommender)
        and hasattr(kind, "fit")
    }
    name, parameters = header["model"], header["parameters"]
    if name not in kinds:
        raise ValueError(
            f"{source} holds a model of the kind {name!r}, and {here} has none of that name. "
            f"{there}: use that one, or save the model again."
        )
    unknown = sorted(set(parameters) - set(kinds[name]().get_params()))
    if unknown:
        raise ValueError(
            f"{source} holds a {name} with the setting {unknown[0]!r}, which the one of {here} "
            f"does not have. {there}: use that one, or save the model again."
        )
    return kinds[name](**parameters)


def _answers(model: Any) -> None:
    """Ask for the first user's scores and for the last pair, to see that the arrays fit."""
    n_users, n_movies = len(model.user_ids_), len(model.movie_ids_)
    for ids in (model.user_ids_, model.movie_ids_):
        if ids.ndim != 1 or not len(ids) or not np.array_equal(np.unique(ids), ids):
            raise ValueError("ids are not in their order")
    # Without the full check an index from a damaged file is looked up outside of the array.
    model.seen_.check_format(full_check=True)
    scores = model.scores(model.user_ids_[:1])
    pair = model.predict(model.user_ids_[-1:], model.movie_ids_[-1:], clip=True)
    if scores.shape != (1, n_movies) or pair.shape != (1,) or model.seen_.shape[0] != n_users:
        raise ValueError("arrays do not fit together")


def _damaged(source: Path, error: Exception) -> ValueError:
    return ValueError(
        f"{source} is no model of this workshop, or it is damaged "
        f"({type(error).__name__}): save the model again."
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
