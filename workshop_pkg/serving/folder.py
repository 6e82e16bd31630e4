"""The model folder on disk: a manifest, arrays, titles; nothing in it can run code.

=================  ===============================================================================
``manifest.json``  the format and its version, the data's name, sizes, settings of the two models,
                   the curve of P(like), and the SHA-256 of the other files and of itself
``stars.npz``      factors that predict the rating, with biases
``choices.npz``    factors that rank, and the equations for somebody new
``seen.npz``       ids of users and movies, and which movies each user rated (no ratings)
``movies.json``    titles, years, genres
=================  ===============================================================================
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop_pkg import __version__
from workshop_pkg.serving.errors import ModelFolderError

FORMAT = "recommender-workshop model folder"
VERSION = 1
MANIFEST = "manifest.json"
ARRAYS = ("stars", "choices", "seen")
MOVIES = "movies.json"
_FILES = (*(f"{name}.npz" for name in ARRAYS), MOVIES)

Arrays = dict[str, NDArray[Any]]


def write(
    folder: str | os.PathLike[str],
    manifest: dict[str, Any],
    arrays: dict[str, Arrays],
    movies: list[dict[str, Any]],
) -> None:
    """Write a folder, which is there whole or not at all.

    Parameters
    ----------
    folder : path
        A new or an empty one, in a folder that exists.
    manifest : dict
        What is told about the models; what tells of the format is added here.
    arrays : dict of str to dict of str to array
        The arrays of each of `ARRAYS`.
    movies : list of dict
        ``movie_id``, ``title``, ``year``, ``genres`` of each movie, in the order of the rows.

    Raises
    ------
    ModelFolderError
        When the folder holds something, is a file, or cannot be made where it should be.
    """
    target = Path(folder)
    require_free(target)
    contents = {f"{name}.npz": _packed(arrays[name]) for name in ARRAYS}
    contents[MOVIES] = json.dumps(movies, ensure_ascii=False, indent=1).encode()
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "workshop": __version__,
        **manifest,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    }
    whole["sha256"] = _digest(whole)
    contents[MANIFEST] = json.dumps(whole, ensure_ascii=False, indent=1).encode()
    try:
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    except OSError as error:
        raise ModelFolderError(
            f"{target} cannot be made ({error.strerror}): choose another folder."
        ) from error
    try:
        for name, content in contents.items():
            (temporary / name).write_bytes(content)
        # A temporary folder is its owner's alone; the model may be read like any other.
        temporary.chmod(0o777 & ~_umask())
        if target.is_dir():
            target.rmdir()
        temporary.rename(target)
    except OSError as error:
        raise ModelFolderError(
            f"{target} cannot be written ({error.strerror}): choose another folder."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def require_free(target: Path) -> None:
    """Refuse a target that holds something, before any time is spent on it."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise ModelFolderError(f"{target} is there and is no folder: choose another name.")
    if target.is_dir() and any(target.iterdir()):
        raise ModelFolderError(
            f"The folder {target} is not empty: choose a new one, or empty it first."
        )
    if not target.absolute().parent.is_dir():
        raise ModelFolderError(f"The folder {target.parent} does not exist: make it first.")


def read(
    folder: str | os.PathLike[str],
) -> tuple[dict[str, Any], dict[str, Arrays], list[dict[str, Any]]]:
    """Read a folder that `write` wrote; every byte is compared with its checksum.

    Parameters
    ----------
    folder : path
        Of the model.

    Returns
    -------
    manifest : dict
    arrays : dict of str to dict of str to array
    movies : list of dict
        As they were given to `write`.

    Raises
    ------
    ModelFolderError
        When there is no such folder, it holds no model of this workshop, a newer version wrote
        it, or a file is missing or damaged.
    """
    source = Path(folder)
    manifest = _manifest(source)
    contents = {name: _checked(source / name, manifest["files"].get(name)) for name in _FILES}
    try:
        arrays = {name: _unpacked(contents[f"{name}.npz"]) for name in ARRAYS}
        movies = json.loads(contents[MOVIES])
    except Exception as error:  # zip, NumPy and JSON each have errors of their own
        raise damaged(source, error) from error
    return manifest, arrays, movies


def damaged(source: Path, error: Exception) -> ModelFolderError:
    """Say in one sentence that the folder's content is not as `write` writes it."""
    return ModelFolderError(
        f"The model in {source} is damaged ({type(error).__name__}: {error}): export it again."
    )


def _manifest(source: Path) -> dict[str, Any]:
    if not source.is_dir():
        what = "is no folder" if source.exists() else "does not exist"
        raise ModelFolderError(
            f"{source} {what}: name a folder that `workshop train` or serving.export made."
        )
    content = _content(source / MANIFEST, foreign=source)
    try:
        manifest: Any = json.loads(content)
        is_ours = isinstance(manifest, dict) and manifest.get("format") == FORMAT
    except (ValueError, RecursionError) as error:
        raise damaged(source, error) from error
    if not is_ours:
        raise _foreign(source, f"{MANIFEST} does not say that its format is {FORMAT!r}")
    version = manifest.get("version")
    if version != VERSION:
        raise ModelFolderError(
            f"The model in {source} has version {version!r} of the format, written by version "
            f"{manifest.get('workshop', 'unknown')} of the workshop, and this one ({__version__}) "
            f"reads version {VERSION}: use that one, or export the model again."
        )
    said = manifest.pop("sha256", None)
    if said != _digest(manifest) or not isinstance(manifest.get("files"), dict):
        raise ModelFolderError(
            f"The model in {source} is damaged ({MANIFEST} was changed): export it again."
        )
    return dict(manifest)


def _checked(path: Path, expected: object) -> bytes:
    content = _content(path)
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelFolderError(
            f"The model in {path.parent} is damaged ({path.name} is not what was written): export "
            "it again."
        )
    return content


def _content(path: Path, foreign: Path | None = None) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        if foreign is not None:
            raise _foreign(foreign, f"it has no {path.name}") from error
        raise ModelFolderError(
            f"The model in {path.parent} is damaged ({path.name} is missing): export it again."
        ) from error
    except OSError as error:
        raise ModelFolderError(
            f"{path} cannot be read ({error.strerror}): ask its owner for the permission, or "
            "export the model again."
        ) from error


def _foreign(source: Path, why: str) -> ModelFolderError:
    return ModelFolderError(
        f"{source} holds no model of this workshop ({why}): name a folder that `workshop train` "
        "or serving.export made."
    )


def _digest(manifest: dict[str, Any]) -> str:
    canonical = json.dumps(manifest, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _packed(arrays: Arrays) -> bytes:
    file = io.BytesIO()
    everything: dict[str, Any] = dict(arrays)
    np.savez(file, **everything)
    return file.getvalue()


def _unpacked(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
