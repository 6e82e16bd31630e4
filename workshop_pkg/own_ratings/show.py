"""Show the form for own ratings where somebody sits at the notebook, and only there."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.types import MovieLens

NOBODY = (
    "Run this cell in JupyterLab or Colab, and a form to rate twenty well-known movies stands here."
)
NO_IPYWIDGETS = (
    "The form needs the package ipywidgets, which is not installed here: install it (pip install "
    "ipywidgets) and restart the kernel, or use a CSV file."
)


def widget(data: MovieLens) -> None:
    """Show a form to rate twenty well-known movies, with a button that saves.

    Each movie has a field for its stars, which the Tab key reaches and the arrow keys change. What
    is saved already is filled in. The form is shown where somebody sits at the notebook; where a
    program runs it (a test, the book, ``jupyter execute``) one line is printed in its place, so
    that pages and stored outputs hold no widget.

    Parameters
    ----------
    data : MovieLens
        The data set.
    """
    if not somebody_is_there():
        print(NOBODY)
        return
    if importlib.util.find_spec("ipywidgets") is None:
        print(NO_IPYWIDGETS)
        return
    from IPython.display import display

    from workshop_pkg.own_ratings.form import RatingForm

    try:
        form = RatingForm(data)
    except DataError as problem:
        print(problem)
        return
    display(form.box)


def somebody_is_there() -> bool:
    """Tell whether somebody sits at the notebook that runs this code.

    A front end says with each cell that it sends whether it could ask a person for input
    (``allow_stdin`` of Jupyter's messaging protocol). JupyterLab, Notebook, VS Code and Colab can;
    nbclient (and with it the book and ``jupyter execute``) and nbval cannot.

    Returns
    -------
    bool
        False outside of a Jupyter kernel.
    """
    ipython: Any = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    message = shell.get_parent() if hasattr(shell, "get_parent") else None
    content = message.get("content") if isinstance(message, dict) else None
    return isinstance(content, dict) and content.get("allow_stdin") is True
