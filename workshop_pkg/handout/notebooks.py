"""A lesson as a handout holds it: with its solutions, without them, or solved."""

from __future__ import annotations

import ast
import copy
import json
import re
import tokenize
from collections.abc import Collection
from io import StringIO

from workshop_pkg.handout.errors import HandoutError
from workshop_pkg.handout.plan import Solutions
from workshop_pkg.notebooks import NotebookError, format_notebook
from workshop_pkg.notebooks.cells import (
    CHECKED_OUTPUT,
    SOLUTION_TITLE,
    Cell,
    Notebook,
    is_code,
    role,
    source,
    tags,
)
from workshop_pkg.notebooks.files import path_in_repository
from workshop_pkg.project import Lesson

_IMPORT = re.compile(r"^from workshop_pkg\.exercises import (?P<names>[\w, ]+)$", re.MULTILINE)
# What takes the place of `keep` where a handout needs it no more.
_IN_PLACE_OF_KEEP: dict[Solutions, set[str]] = {
    "with": {"keep"},
    "without": {"need"},
    "solved": set(),
}
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")


def handed_out(
    lesson: Lesson,
    solutions: Solutions,
    data_source: str,
    repository: str,
    version: str,
    together_with: Collection[str] = (),
) -> Notebook:
    """Make a handout's notebook of a lesson.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    solutions : {"with", "without", "solved"}
        With: as in the lesson. Without: each solution gives way to a cell that stops the notebook
        until the exercise's check passes; nothing of the solution is left. Solved: each exercise's
        stub gives way to the solution.
    data_source : str
        The code of the cell that pins the data set.
    repository, version : str
        The project's address and release, for the cell that installs the package in Colab.
    together_with : collection of str
        The other lessons of the handout, as `Lesson.relative`; a link to anything else that is not
        an address on the net becomes plain text.

    Returns
    -------
    dict
        The notebook, without outputs, and without the links that open the lesson as published.

    Raises
    ------
    HandoutError
        The lesson is not in form.
    """
    notebook = _in_form(lesson, repository, version)
    cells: list[Cell] = []
    for cell in notebook["cells"]:
        its_role = role(cell)
        if its_role == "badges":
            continue
        if its_role == "solution" and solutions == "without":
            cells.append(_need_cell(cell))
        elif its_role == "solution" and solutions == "solved":
            _fill_in(cells, cell)
        else:
            cells.append(_without_output(cell))
        if its_role == "setup":
            cells.append(_code_cell("data-of-the-class", data_source))
    for cell in cells:
        if is_code(cell):
            _replace_keep(cell, solutions)
        else:
            _loosen_links(cell, lesson, together_with)
    notebook["cells"] = cells
    if solutions == "without":
        _import_need(cells)
    return notebook


def _in_form(lesson: Lesson, repository: str, version: str) -> Notebook:
    """Read a lesson in its canonical form: what an editor or a run left in it is gone."""
    try:
        notebook = json.loads(lesson.path.read_text(encoding="utf-8"))
        return format_notebook(notebook, repository, version, path_in_repository(lesson.path))
    except NotebookError as error:
        raise HandoutError(
            f"Lesson {lesson.number} is not in form, so that nobody knows what in it is a "
            f"solution; `workshop format --check` tells more:\n{error}"
        ) from None
    except ValueError as error:
        raise HandoutError(f"{lesson.path} is not a notebook ({error}).") from None


def _code_cell(cell_id: str, text: str) -> Cell:
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": {},
        "source": text.splitlines(keepends=True),
        "outputs": [],
        "execution_count": None,
    }


def _without_output(cell: Cell) -> Cell:
    """Return a cell without its stored output, and without the tag that compares it."""
    plain = copy.deepcopy(cell)
    if is_code(plain):
        plain["outputs"], plain["execution_count"] = [], None
        left = [tag for tag in tags(plain) if tag != CHECKED_OUTPUT]
        plain["metadata"].pop("tags", None)
        if left:
            plain["metadata"]["tags"] = left
    return plain


def _kept(solution: Cell) -> tuple[str, str, int]:
    """Read ``name = keep("id", name, ...)``: the id, the name, and the line where it begins."""
    last = ast.parse(source(solution)).body[-1]
    assert isinstance(last, ast.Assign)
    assert isinstance(last.value, ast.Call)  # the formatter has refused anything else
    exercise_id = ast.literal_eval(last.value.args[0])
    return str(exercise_id), ast.unparse(last.targets[0]), last.lineno


def _need_cell(solution: Cell) -> Cell:
    exercise_id, name, _ = _kept(solution)
    text = (
        "# From here on the lesson works with your answer: this cell stops until it passes.\n"
        f'need("{exercise_id}", {name})'
    )
    # A cell of its own: not even the id is the solution's, which was made from its text.
    return _code_cell(f"need-{exercise_id.replace('.', '-')}"[:64], text)


def _import_need(cells: list[Cell]) -> None:
    """Let the first cell that calls `need` import it where no cell before it does."""
    for cell in cells:
        imported = _IMPORT.search(source(cell)) if is_code(cell) else None
        if imported and "need" in imported["names"].split(", "):
            return
        if is_code(cell) and str(cell["id"]).startswith("need-"):
            text = f"from workshop_pkg.exercises import need\n\n{source(cell)}"
            cell["source"] = text.splitlines(keepends=True)
            return


def _replace_keep(cell: Cell, solutions: Solutions) -> None:
    def replaced(found: re.Match[str]) -> str:
        names = {name.strip() for name in found["names"].split(",")}
        if "keep" in names:
            names = names - {"keep"} | _IN_PLACE_OF_KEEP[solutions]
        return f"from workshop_pkg.exercises import {', '.join(sorted(names))}" if names else ""

    cell["source"] = _IMPORT.sub(replaced, source(cell)).splitlines(keepends=True)


def _fill_in(cells: list[Cell], solution: Cell) -> None:
    """Write the solution in the place of the stub of the exercise that came last."""
    _, name, _ = _kept(solution)
    exercise = next(cell for cell in reversed(cells) if role(cell) == "exercise")
    text = filled_in(source(exercise), source(solution), name)
    exercise["source"] = text.splitlines(keepends=True)


def filled_in(exercise: str, solution: str, name: str) -> str:
    r"""Put a solution in the place of an exercise's stub.

    Parameters
    ----------
    exercise : str
        The exercise's cell, which defines `name`.
    solution : str
        The solution's cell: it defines ``name_solution`` and ends with a call of `keep`.
    name : str
        What the exercise defines.

    Returns
    -------
    str
        The exercise's cell with the solution in it, under the exercise's name and with its
        docstring.

    Examples
    --------
    >>> stub = 'def twice(x):\n    "Double a number."\n    return ...'
    >>> answer = 'def twice_solution(x):\n    return 2 * x\n\ntwice = keep("1.1-a", twice, t)'
    >>> print(filled_in(stub, answer, "twice"))
    def twice(x):
        "Double a number."
        return 2 * x
    """
    lines = solution.splitlines()
    body = "\n".join(lines[: ast.parse(solution).body[-1].lineno - 1])
    body = body.removeprefix(SOLUTION_TITLE).strip("\n")
    body = re.sub(rf"\b{re.escape(name)}_solution\b", name, body)
    stub = _definition(exercise, name)
    body = _with_docstring(body, _definition(body, name), exercise, stub)
    before = exercise.splitlines()[: _first_line(stub) - 1]
    after = exercise.splitlines()[stub.end_lineno :]
    return "\n".join([*before, body, *after]).strip("\n")


def _definition(text: str, name: str) -> ast.stmt:
    """Find the last statement that defines a name."""
    found: ast.stmt | None = None
    for statement in ast.parse(text).body:
        targets = {node.id for node in _targets(statement) if isinstance(node, ast.Name)}
        if name in targets | {getattr(statement, "name", "")}:
            found = statement
    assert found is not None  # the formatter has seen to it
    return found


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _with_docstring(body: str, written: ast.stmt, exercise: str, stub: ast.stmt) -> str:
    """Give a function the docstring of its stub where it has none of its own."""
    if not isinstance(stub, ast.FunctionDef) or not isinstance(written, ast.FunctionDef):
        return body
    if ast.get_docstring(stub) is None or ast.get_docstring(written) is not None:
        return body
    docstring = stub.body[0]
    lines = body.splitlines()
    header = _end_of_header(lines, written)
    if header >= written.body[0].lineno:  # all on one line: there is no place for it
        return body
    taken = exercise.splitlines()[docstring.lineno - 1 : docstring.end_lineno]
    return "\n".join([*lines[:header], *taken, *lines[header:]])


def _end_of_header(lines: list[str], function: ast.FunctionDef) -> int:
    """Return the number of the line with the colon that ends a function's header."""
    text = "\n".join(lines[function.lineno - 1 : function.end_lineno]) + "\n"
    depth = 0
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
            if token.string == ":" and depth == 0:
                line: int = token.start[0]
                return function.lineno - 1 + line
    return function.lineno


def _loosen_links(cell: Cell, lesson: Lesson, together_with: Collection[str]) -> None:
    """Make plain text of links to pages that the handout does not hold."""

    def kept(found: re.Match[str]) -> str:
        path, _, _ = found["target"].partition("#")
        if "://" in path or path.startswith("mailto:") or not path:
            return found[0]
        *folder, name = path.split("/")
        part = lesson.path.parent.name if not folder or folder[-1] == "." else folder[-1]
        return found[0] if f"{part}/{name}" in together_with else found["text"]

    cell["source"] = _LINK.sub(kept, source(cell)).splitlines(keepends=True)
