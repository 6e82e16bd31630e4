"""What `workshop_pkg` defines is used by the lessons, or by what serves them: it is kept small."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"[A-Za-z_]\w*")
#: Called by Python, IPython or `ast`; a stand-in for Optuna's trial has the trial's methods.
BY_RULE = re.compile(r"__\w+__|_repr_\w+_|_ipython_\w+|_render_traceback_|visit_\w+|set_user_attr")
CODE_IN_PROSE = re.compile(r"`[^`\n]+`")


#: Decorators that change a function; any other one registers it, and so uses it.
CHANGING = {"property", "classmethod", "staticmethod", "dataclass", "contextmanager", "overload"}
CHANGING |= {"cache", "lru_cache", "wraps", "cached_property", "total_ordering"}


def definitions(source: str) -> Iterator[str]:
    """The names of functions, classes, methods and constants that a module defines."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            decorators = {
                NAME.findall(ast.unparse(one).split("(")[0])[-1] for one in node.decorator_list
            }
            if decorators <= CHANGING:
                yield node.name
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def code_of(notebook: Path) -> str:
    """The code of a lesson, also the pieces that its prose tells people to write."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = [("".join(cell["source"]), cell["cell_type"] == "code") for cell in cells]
    return "\n".join(text if code else code_in(text) for text, code in texts)


def code_in(prose: str) -> str:
    return "\n".join(CODE_IN_PROSE.findall(prose))


def code_without_text(source: str) -> str:
    """A module without docstrings, comments and `__all__`, in which a name is no use of it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_text(one)] or [ast.Pass()]
    return ast.unparse(tree)


def _is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        )
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def orphans(package: dict[str, str], users: list[str]) -> set[str]:
    """Names that a module of the package defines and that nothing uses.

    A name is used where it stands more often than it is defined and imported.
    """
    defined: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for source in package.values():
        defined.update(definitions(source))
        code = code_without_text(source)
        seen.update(NAME.findall(code))
        for node in ast.walk(ast.parse(source)):
            # A name that is only imported (to be exported once more) is not used by that.
            if isinstance(node, ast.ImportFrom):
                seen.subtract(alias.name for alias in node.names)
    for source in users:
        seen.update(NAME.findall(source))
    return {name for name, n in defined.items() if seen[name] <= n and not BY_RULE.fullmatch(name)}


def _users() -> list[str]:
    lessons = [code_of(path) for path in sorted((ROOT / "book").glob("[0-9]_*/*.ipynb"))]
    folders = ("benchmarks", "data_scripts", "book")
    scripts = [path.read_text("utf-8") for name in folders for path in (ROOT / name).rglob("*.py")]
    pages = [code_in(path.read_text("utf-8")) for path in (ROOT / "book").glob("*.md")]
    settings = [(ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "Makefile")]
    return [*lessons, *pages, *scripts, *settings]


def test_all_that_the_package_defines_is_used_outside_the_tests():
    package = {str(path): path.read_text("utf-8") for path in (ROOT / "workshop_pkg").rglob("*.py")}
    assert sorted(orphans(package, _users())) == []


@pytest.mark.parametrize(
    ("source", "user", "orphan"),
    [
        ("def lonely(): ...", "", {"lonely"}),
        ("def called(): ...", "called()", set()),
        ("def lonely(): 'lonely is documented'\n__all__ = ['lonely']", "", {"lonely"}),
        ("class A:\n    def m(self): ...\n    def __repr__(self): return 'A'", "A()", {"m"}),
        ("@register('id')\ndef check_id(answer): ...", "", set()),
        ("class A:\n    @property\n    def lonely(self): ...", "A()", {"lonely"}),
        ("LIMIT = 3\ndef f(): return LIMIT\nf()", "", set()),
    ],
)
def test_what_nothing_uses_is_found(source, user, orphan):
    assert orphans({"m.py": source}, [user]) == orphan
