"""The Python of a code cell, also where it uses what only IPython takes."""

from __future__ import annotations

import ast

from workshop_pkg.notebooks.cells import Cell, source


def parse_plain(cell: Cell) -> ast.Module:
    """Read a cell as plain Python.

    Raises
    ------
    SyntaxError
        The cell does not parse, or holds a magic.
    """
    return ast.parse(source(cell))


def parse_as_ipython(cell: Cell) -> ast.Module:
    """Read a cell as IPython runs it: with magics, shell commands and `await` at the top.

    Raises
    ------
    SyntaxError
        The cell does not parse.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    text = TransformerManager().transform_cell(source(cell))
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(text, "<cell>", "exec", flags=flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def calls(tree: ast.Module, functions: tuple[str, ...]) -> list[str]:
    """Return which of some functions a cell calls by their bare names, anywhere in it."""
    found = [
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    return [function for function in functions if function in found]


def is_unwritten(tree: ast.Module, name: str) -> bool:
    """Whether the last definition of a name still waits for its answer.

    A function does when its body is ``...`` or ends with ``return ...``, a class when a method of
    it does, and a constant when its value is ``...``.
    """
    last: ast.stmt | None = None
    for statement in tree.body:
        if name in defined_by(statement):
            last = statement
    return last is not None and _waits(last)


def defined_by(statement: ast.stmt) -> set[str]:
    """Return the names of the function, class or constants that a statement defines."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def _waits(statement: ast.stmt) -> bool:
    match statement:
        case ast.FunctionDef(body=[*_, last]) | ast.AsyncFunctionDef(body=[*_, last]):
            return isinstance(last, ast.Expr | ast.Return) and _is_ellipsis(last.value)
        case ast.ClassDef(body=body):
            return any(_waits(inner) for inner in body)
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return _is_ellipsis(value)
    return False


def _is_ellipsis(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is ...
