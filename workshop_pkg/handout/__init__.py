"""Handouts: a folder or a zip file with the notebooks of a class, and all that it needs.

`make` stands behind the command ``workshop handout``.
"""

from workshop_pkg.handout.errors import HandoutError, NotReadyError
from workshop_pkg.handout.making import Made, make
from workshop_pkg.handout.plan import (
    Plan,
    choose_dataset,
    choose_lessons,
    choose_solutions,
    choose_target,
)

__all__ = [
    "HandoutError",
    "Made",
    "NotReadyError",
    "Plan",
    "choose_dataset",
    "choose_lessons",
    "choose_solutions",
    "choose_target",
    "make",
]
