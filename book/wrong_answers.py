"""Write the page of common wrong answers: from the checks' own hints, so that it cannot drift.

Which misconceptions an exercise knows is listed in the answers that its test tries
(tests/exercises/answers): there each wrong answer is seen to get the hint of that name. The hints
are read from the code of the checks, without running it.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "book" / "_generated" / "wrong_answers.md"
CHECKS = "workshop_pkg.exercises"
# Every check gives these, with a hint about Python rather than about the exercise; and "other" is
# the hint where none of the known mistakes fits.
LEFT_OUT = {"other", "error", "arguments", "no result", "unfinished", "not a function"}
# What stands in a hint where the check puts in what it has seen.
SEEN = "…"

# A hint has words; the name of a misconception is a few words without a full stop.
_HINT = re.compile(r"\S+ .*[.?!:)…]", re.DOTALL)
_NAME = re.compile(r"[^.`\n]{2,60}")
_CODE = re.compile(r"(`[^`]*`)")
_SPECIAL = re.compile(r"([\\*_\[\]<>$|{}#~])")


def hints(text: str, begin: str | None = None) -> dict[str, list[str]]:
    """Read from a module of checks the hints for each misconception.

    Parameters
    ----------
    text : str
        The module's code. A hint and its name stand next to each other in it, in a call or in a
        tuple: ``NotYet("Divide it.", "sum")``, ``(3.0, "Divide it.", "sum")``.
    begin : str, optional
        Read only this function, and what it uses of the module.

    Returns
    -------
    dict of str to list of str
        By the name of a misconception, its hints in the order of the code; what a check puts into
        a hint only when it runs is `SEEN`.

    Examples
    --------
    >>> hints('raise NotYet(f"You return {value:.2f}: divide it.", "sum")')
    {'sum': ['You return …: divide it.']}
    """
    tree = ast.parse(text)
    constants = {
        target.id: said
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Assign) and (said := _said(statement.value)) is not None
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, list[str]] = {}
    read: list[ast.AST] = [tree] if begin is None else [*_used_by(tree, {begin})]
    pairs = [pair for part in read for pair in _pairs(part)]
    for _, elements in sorted(pairs, key=lambda pair: pair[0]):
        for branch in (True, False):
            words = [_said(element, constants, branch) for element in elements]
            for hint, name in pairwise(words):
                if hint and name and _HINT.fullmatch(hint) and _NAME.fullmatch(name):
                    known = found.setdefault(name, [])
                    if hint not in known:
                        known.append(hint)
    return found


def _used_by(tree: ast.Module, names: set[str]) -> list[ast.stmt]:
    """Return the statements of a module that some names stand for, and all that these use."""
    defined: dict[str, ast.stmt] = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            defined[statement.name] = statement
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            defined |= {node.id: statement for node in targets if isinstance(node, ast.Name)}
    used: list[ast.stmt] = []
    waiting = sorted(names)
    while waiting:
        found = defined.pop(waiting.pop(), None)
        if found is not None and found not in used:
            used.append(found)
            waiting += [node.id for node in ast.walk(found) if isinstance(node, ast.Name)]
    return used


def _pairs(tree: ast.AST) -> Iterator[tuple[int, list[ast.expr]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = [keyword.value for keyword in node.keywords if keyword.arg == "misconception"]
            yield node.lineno, [*node.args, *named]
        elif isinstance(node, ast.Tuple | ast.List):
            yield node.lineno, node.elts


def _said(
    node: ast.expr, constants: dict[str, str] | None = None, branch: bool = True
) -> str | None:
    """Return the text that an expression gives, with `SEEN` for what only a run knows.

    Of ``a if condition else b`` it is `a` with `branch`, else `b`: a hint and its name that hang
    on one condition are read together.
    """
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if constants:
            return constants.get(name)
        case ast.IfExp(body=body, orelse=otherwise):
            return _said(body if branch else otherwise, constants, branch)
        case ast.JoinedStr(values=parts):
            texts = [_said(part) if isinstance(part, ast.Constant) else SEEN for part in parts]
            return "".join(text or "" for text in texts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = (_said(side, constants, branch) for side in (left, right))
            if first is None and second is None:
                return None
            return f"{SEEN if first is None else first}{SEEN if second is None else second}"
    return None


def read_hints(module: str, check: str) -> dict[str, list[str]]:
    """Read the hints that a check can give: its own, then those of the helpers that it imports."""
    folder = ROOT / Path(*CHECKS.split("."))
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop(0)
        path = folder / f"{name}.py"
        if name in seen or not path.is_file():
            continue
        seen.add(name)
        text = path.read_text(encoding="utf-8")
        for known, said in hints(text, check if name == module else None).items():
            found.setdefault(known, said)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == CHECKS:
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{CHECKS}."):
                waiting.append(str(node.module).rpartition(".")[2])
    return found


def misconceptions() -> dict[str, dict[str, list[str]]]:
    """Find, for each exercise, its misconceptions and their hints.

    Returns
    -------
    dict of str to dict of str to list of str
        By exercise, in the order of the lessons; no hints for a name that the code does not show.
    """
    from workshop_pkg.exercises import registry
    from workshop_pkg.project import lessons

    sys.path.insert(0, str(ROOT))
    found: dict[str, dict[str, list[str]]] = {}
    for lesson in lessons(ROOT / "book"):
        answers = f"tests.exercises.answers.lesson_{lesson.part}_{lesson.place}"
        cases = importlib.import_module(answers).CASES
        for exercise in registry.of_lesson(lesson.number):
            module = exercise.check.__module__.rpartition(".")[2]
            known = read_hints(module, exercise.check.__name__)
            listed = dict.fromkeys(name for name, _ in cases[exercise.id].wrong)
            found[exercise.id] = {
                name: known.get(name, []) for name in listed if name not in LEFT_OUT
            }
    return found


def page() -> str:
    """Write the page's lists: for each lesson its exercises, for each of them what goes wrong."""
    from workshop_pkg.project import lessons

    found = misconceptions()
    parts = []
    for lesson in lessons(ROOT / "book"):
        exercises = [name for name in found if name.startswith(f"{lesson.number}-")]
        if not exercises:
            continue
        link = lesson.relative.removesuffix(".ipynb")
        parts.append(
            f"## {lesson.number} {lesson.title}\n\n{{doc}}`Open the lesson </book/{link}>`."
        )
        for name in exercises:
            rows = [
                f"* **{_escaped(wrong)}**: {' *Or:* '.join(map(_escaped, said))}"
                for wrong, said in found[name].items()
            ]
            parts.append(f"### {name}")
            parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    """Let a text mean itself in Markdown; what stands in backticks stays code."""
    pieces = _CODE.split(text.replace("\n", " "))
    return "".join(
        piece if _CODE.fullmatch(piece) else _SPECIAL.sub(r"\\\1", piece) for piece in pieces
    )


def write() -> None:
    """Write the page to its place, which git ignores."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
    print(PAGE)
