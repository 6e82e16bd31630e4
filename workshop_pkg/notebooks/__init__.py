"""The notebook formatter: it checks a lesson's form, and derives from its tags all that it can.

`format_paths` stands behind the command ``workshop format``; `format_notebook` is the same for
one notebook in memory.
"""

from workshop_pkg.notebooks.files import Report, format_paths
from workshop_pkg.notebooks.formatter import format_notebook
from workshop_pkg.notebooks.problems import NotebookError, Problem

__all__ = ["NotebookError", "Problem", "Report", "format_notebook", "format_paths"]
