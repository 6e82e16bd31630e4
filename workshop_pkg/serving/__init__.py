"""A recommendation service: a folder that holds two models, and an application that answers.

Importing this loads nothing heavy. What only reads a folder and answers needs NumPy and SciPy; the
application needs the packages of the extra ``serve``; no part needs TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from workshop_pkg.serving.errors import ModelFolderError, UnknownIdError

if TYPE_CHECKING:
    from workshop_pkg.serving.app import create_app
    from workshop_pkg.serving.exporting import export, train_models
    from workshop_pkg.serving.limits import Limits
    from workshop_pkg.serving.saved import SavedRecommender, open_folder

__all__ = [
    "Limits",
    "ModelFolderError",
    "SavedRecommender",
    "UnknownIdError",
    "create_app",
    "export",
    "open_folder",
    "train_models",
]

_MODULES = {
    "Limits": "limits",
    "SavedRecommender": "saved",
    "create_app": "app",
    "export": "exporting",
    "open_folder": "saved",
    "train_models": "exporting",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
