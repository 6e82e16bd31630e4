"""What can go wrong with a model folder and with what is asked of it."""

from __future__ import annotations


class ModelFolderError(ValueError):
    """A folder that cannot be served, or not be written; the message is one sentence."""


class UnknownIdError(LookupError):
    """An id that the model does not know; the message names it."""
