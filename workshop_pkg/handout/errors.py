"""Why a handout is not made: it was asked for in a wrong way, or something for it is missing."""

from __future__ import annotations


class HandoutError(ValueError):
    """A handout was asked for in a wrong way; the message says what is accepted."""


class NotReadyError(RuntimeError):
    """Something for a handout is not here or cannot be had; the message says what to do."""
