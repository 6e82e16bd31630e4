"""The rules of an exercise: question with hint, exercise, check and solution, in that order."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from workshop_pkg.exercises import registry
from workshop_pkg.notebooks.cells import SOLUTION_TITLE, Cell, first_line, is_code, role, source
from workshop_pkg.notebooks.problems import Found
from workshop_pkg.notebooks.syntax import (
    calls,
    defined_by,
    is_unwritten,
    parse_as_ipython,
    parse_plain,
)

_HINT = re.compile(
    r"<details>\s*<summary>[^<]*hint[^<]*</summary>(?P<text>.*?)</details>", re.I | re.S
)
_NOT_SHOWN = re.compile(r"<!--.*?-->|</?[a-z][^>]*>|&\w+;", re.I | re.S)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_STEPS = ("exercise", "check", "solution")


@dataclass
class _Call:
    """The arguments of ``check("id", name)`` or ``keep("id", name, name_solution)``."""

    exercise_id: str
    names: list[str]


def check_exercises(cells: list[Cell], lesson: str | None, found: Found) -> None:
    """Note each breach of the rules of exercises.

    Parameters
    ----------
    cells : list of dict
        The notebook's cells.
    lesson : str or None
        The notebook's lesson (``"1.1"``), which its exercises' ids begin with.
    found : Found
        Where the problems are noted.
    """
    used: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if role(cell) == "exercise":
            _check_question(cells, index, found)
        elif role(cell) is None and is_code(cell):
            _check_other_code(cell, index, found)
    for group in _groups(cells, found):
        exercise, check, _ = group
        tree = _check_exercise_cell(cells[exercise], exercise, found)
        call = _check_call(cells[check], check, found)
        if call is None:
            continue
        _check_id(call.exercise_id, lesson, used, (check, cells[check]), found)
        name = call.names[0]
        if tree is not None and name not in _defined(tree):
            found.add(
                f"the check is given {name!r}, which the exercise cell does not define.",
                check,
                cells[check],
            )
        elif tree is not None and not is_unwritten(tree, name):
            found.add(
                f"{name!r} is answered already: the exercise's stub ends with `return ...`.",
                exercise,
                cells[exercise],
            )
        _check_solution_cell(cells, group, call, found)


def _groups(cells: list[Cell], found: Found) -> list[tuple[int, int, int]]:
    """Return the places of each exercise's three cells; note those that are missing or astray."""
    groups: list[tuple[int, int, int]] = []
    begun: list[int] = []

    def missing() -> None:
        wanted = " and ".join(f"a cell tagged {step!r}" for step in _STEPS[len(begun) :])
        found.add(
            f"this exercise lacks {wanted}: exercise, check and solution follow each other, "
            "in that order.",
            begun[0],
            cells[begun[0]],
        )
        begun.clear()

    for index, cell in enumerate(cells):
        step = role(cell)
        if step == "exercise":
            if begun:
                missing()
            begun.append(index)
        elif step in ("check", "solution"):
            if begun and _STEPS[len(begun)] == step:
                begun.append(index)
            else:
                if begun:
                    missing()
                before = _STEPS[_STEPS.index(step) - 1]
                found.add(f"a {step} without its {before} before it.", index, cell)
        elif begun and is_code(cell):
            found.add(
                "a code cell inside of an exercise: nothing stands between exercise, check and "
                "solution but Markdown.",
                index,
                cell,
            )
        if len(begun) == len(_STEPS):
            groups.append((begun[0], begun[1], begun[2]))
            begun.clear()
    if begun:
        missing()
    return groups


def _check_question(cells: list[Cell], exercise: int, found: Found) -> None:
    question = cells[exercise - 1] if exercise else {}
    if question.get("cell_type") != "markdown" or not _has_hint(source(question)):
        found.add(
            "this exercise lacks its hint: the Markdown cell directly before it holds "
            "<details><summary>Hint</summary> ... </details>, with a text in it.",
            exercise,
            cells[exercise],
        )


def _has_hint(text: str) -> bool:
    hints = [_NOT_SHOWN.sub("", hint["text"]) for hint in _HINT.finditer(text)]
    return any(hint.strip() for hint in hints)


def _check_other_code(cell: Cell, index: int, found: Found) -> None:
    """Note code that does not parse, and a cell of an exercise that has lost its tag."""
    try:
        called = calls(parse_as_ipython(cell), ("check", "keep"))
    except SyntaxError as error:
        found.add(f"this cell is not Python (line {error.lineno}: {error.msg}).", index, cell)
        return
    if called or first_line(cell) == SOLUTION_TITLE:
        what = f"calls {called[0]}()" if called else f"begins with {SOLUTION_TITLE!r}"
        found.add(
            f"this cell {what} but lacks its tag: the cells of an exercise are tagged "
            "'exercise', 'check' and 'solution'.",
            index,
            cell,
        )


def _parse(cell: Cell, index: int, found: Found) -> ast.Module | None:
    try:
        return parse_plain(cell)
    except SyntaxError as error:
        found.add(f"this cell is not plain Python (line {error.lineno}: {error.msg}).", index, cell)
        return None


def _check_exercise_cell(cell: Cell, index: int, found: Found) -> ast.Module | None:
    tree = _parse(cell, index, found)
    if tree is None:
        return None
    for statement in tree.body:
        if not _only_defines(statement):
            found.add(
                f"line {statement.lineno} does more than define: an exercise cell holds imports, "
                "functions, classes and constants only.",
                index,
                cell,
            )
    return tree


def _only_defines(statement: ast.stmt) -> bool:
    if isinstance(statement, _DEFINITIONS):
        return True
    value: ast.expr | None = None
    if isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign):
        value = statement.value
    if isinstance(statement, ast.Expr):  # a docstring or `...`
        return isinstance(value, ast.Constant)
    if value is None:
        return False
    try:
        ast.literal_eval(value)
    except ValueError:
        return False
    return True


def _defined(tree: ast.Module) -> set[str]:
    return {name for statement in tree.body for name in defined_by(statement)}


def _call(expression: ast.expr, function: str, names: int) -> _Call | None:
    """Read ``function("id", name, ...)`` with so many names; None if it is anything else."""
    match expression:
        case ast.Call(func=ast.Name(id=called), args=[ast.Constant(value=str(first)), *rest]):
            given = [argument.id for argument in rest if isinstance(argument, ast.Name)]
            fits = called == function and len(given) == len(rest) == names
            return _Call(first, given) if fits and not expression.keywords else None
    return None


def _check_call(cell: Cell, index: int, found: Found) -> _Call | None:
    tree = _parse(cell, index, found)
    if tree is None:
        return None
    match tree.body:
        case [ast.Expr(value=expression)]:
            call = _call(expression, "check", 1)
        case _:
            call = None
    if call is None:
        found.add('a check cell is one call: check("1.1-sparsity", sparsity).', index, cell)
    return call


def _check_id(
    exercise_id: str,
    lesson: str | None,
    used: dict[str, int],
    where: tuple[int, Cell],
    found: Found,
) -> None:
    if exercise_id in used:
        found.add(f"{exercise_id!r} is checked in cell {used[exercise_id] + 1}, too.", *where)
    used.setdefault(exercise_id, where[0])
    if registry.find(exercise_id) is None:
        near = registry.near(exercise_id)
        like = f"; near it are {', '.join(near)}" if near else ""
        found.add(f"no check is registered for {exercise_id!r}{like}.", *where)
    if lesson is not None and exercise_id.partition("-")[0] != lesson:
        found.add(f"{exercise_id!r} does not belong to this lesson, {lesson}.", *where)


def _check_solution_cell(
    cells: list[Cell], group: tuple[int, int, int], check: _Call, found: Found
) -> None:
    index = group[2]
    cell, name = cells[index], check.names[0]
    tree = _parse(cell, index, found)
    if tree is None:
        return
    if f"{name}_solution" not in _defined(tree):
        found.add(f"the solution does not define {name}_solution.", index, cell)
    expected = f'{name} = keep("{check.exercise_id}", {name}, {name}_solution)'
    match tree.body[-1:]:
        case [ast.Assign(targets=[ast.Name(id=target)], value=value)] if target == name:
            kept = _call(value, "keep", 2)
        case _:
            kept = None
    if kept != _Call(check.exercise_id, [name, f"{name}_solution"]):
        found.add(f"a solution ends with: {expected}", index, cell)
    _check_same_parameters(cells, group, name, found)


def _check_same_parameters(
    cells: list[Cell], group: tuple[int, int, int], name: str, found: Found
) -> None:
    stub = _function(cells[group[0]], name)
    solution = _function(cells[group[2]], f"{name}_solution")
    if stub is None or solution is None or _parameters(stub) == _parameters(solution):
        return
    found.add(
        f"{name}_solution takes ({ast.unparse(solution.args)}), but the exercise's {name} takes "
        f"({ast.unparse(stub.args)}).",
        group[2],
        cells[group[2]],
    )


def _function(cell: Cell, name: str) -> ast.FunctionDef | None:
    try:
        body = parse_plain(cell).body
    except SyntaxError:
        return None
    functions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return functions[-1] if functions else None


def _parameters(function: ast.FunctionDef) -> list[str]:
    arguments = function.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [argument.arg for argument in listed]
