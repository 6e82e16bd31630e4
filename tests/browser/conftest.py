"""Chromium on the built book, served or from the disk: every other host and folder closed."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from tests.book.building import built_book, built_tree, forget

__all__ = ["built_book", "built_tree"]

# The charts, as they are drawn: Vega keeps its views to itself, so this notes each of them.
NOTE_VIEWS = """
window.chartViews = [];
let embed;
Object.defineProperty(window, "vegaEmbed", {
  get: () => embed,
  set: (original) => {
    embed = (...given) => original(...given).then((result) => {
      window.chartViews.push({element: given[0], view: result.view});
      return result;
    });
  },
});
"""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave no built tree behind."""
    forget()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address(built_book: Path) -> Iterator[str]:
    """Where the built book is served."""
    handler = functools.partial(_Quiet, directory=str(built_book))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Any]:
    """Start a browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


class Visit:
    """A page that was opened, and what it asked for and complained about.

    Files may be asked for below `folder` only; without one, none at all.
    """

    def __init__(self, page: Any, folder: Path | None = None) -> None:
        self.page = page
        self.folder = folder
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []

    def watch(self) -> None:
        """Close all other hosts and folders; note what is asked of them and what goes wrong."""
        self.page.route("**/*", self._only_what_is_ours)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)

    def _only_what_is_ours(self, route: Any) -> None:
        if self._is_ours(route.request.url):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()

    def _is_ours(self, address: str) -> bool:
        url = urlsplit(address)
        if url.scheme == "file":
            path = Path(url2pathname(url.path)).resolve()
            return self.folder is not None and path.is_relative_to(self.folder.resolve())
        return url.scheme in ("data", "blob", "about") or url.hostname == "127.0.0.1"

    def _note(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


@pytest.fixture
def visit(chromium: Any, address: str, built_book: Path) -> Iterator[Callable[..., Visit]]:
    """Open a page of the book, `over` http or file; `width` in pixels."""
    contexts = []
    roots = {"http": address, "file": built_book.resolve().as_uri()}

    def open_page(name: str, width: int = 1280, height: int = 900, over: str = "http") -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        visited = Visit(context.new_page(), built_book if over == "file" else None)
        visited.page.add_init_script(NOTE_VIEWS)
        visited.watch()
        visited.page.goto(f"{roots[over]}/book/{name}.html", wait_until="load")
        return visited

    yield open_page
    for context in contexts:
        context.close()
