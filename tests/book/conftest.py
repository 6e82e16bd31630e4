"""The built book, shared with the browser tests."""

from __future__ import annotations

import pytest

from tests.book.building import SECONDS, built_book, built_tree, forget

__all__ = ["built_book", "built_tree"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test asks first for the built book waits for it."""
    for item in items:
        if {"built_book", "built_tree"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(SECONDS + 300))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave no built tree behind."""
    forget()
