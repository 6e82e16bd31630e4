"""The built book, shared with the browser tests."""

from __future__ import annotations

import pytest

from tests.book.building import built_book, built_tree, forget

__all__ = ["built_book", "built_tree"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave no built tree behind."""
    forget()
