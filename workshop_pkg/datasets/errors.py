"""Errors about data: one sentence that says what to do, without a traceback in notebooks."""

from __future__ import annotations


class DataError(ValueError):
    """Data could not be found, fetched or understood.

    The message is one plain sentence: the value seen, what is accepted, and the next step. IPython
    and Jupyter show that sentence alone, without a traceback.
    """

    def _render_traceback_(self) -> list[str]:
        """Give IPython what it shows in place of the traceback."""
        return [f"{type(self).__name__}: {self}"]


class LessonDataError(DataError):
    """A lesson was asked to run on a data set that it cannot run on."""


class DownloadError(DataError):
    """A data set could not be downloaded from any of its addresses.

    Attributes
    ----------
    reason : str
        What went wrong, in a few plain words (``"no network: could not reach ..."``).
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
