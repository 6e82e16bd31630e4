"""What is wrong with a notebook: the message, and the cell that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from workshop_pkg.notebooks.cells import Cell, first_line

_LONGEST_LINE = 60


@dataclass(frozen=True)
class Problem:
    """One reason why a notebook is refused.

    Parameters
    ----------
    notebook : str
        The notebook's path.
    message : str
        What is wrong and what to do.
    cell_number : int or None
        The cell's place, counted from 1; None if the problem is not about one cell.
    line : str
        The cell's first line, by which an author finds it.
    """

    notebook: str
    message: str
    cell_number: int | None = None
    line: str = ""

    def __str__(self) -> str:
        where = f", cell {self.cell_number}" if self.cell_number is not None else ""
        shown = self.line if len(self.line) <= _LONGEST_LINE else self.line[:_LONGEST_LINE] + "..."
        line = f" ({shown})" if shown else ""
        return f"{self.notebook}{where}{line}: {self.message}"


class NotebookError(ValueError):
    """A notebook is refused; `problems` lists all reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Found:
    """Collects the problems of one notebook."""

    def __init__(self, notebook: str) -> None:
        self.notebook = notebook
        self.problems: list[Problem] = []

    def add(self, message: str, index: int | None = None, cell: Cell | None = None) -> None:
        """Note a problem; `index` is the cell's place counted from 0."""
        number = None if index is None else index + 1
        line = "" if cell is None else first_line(cell)
        self.problems.append(Problem(self.notebook, message, number, line))
