"""The attendee's own ratings: given in a small form or a CSV file, kept for all later lessons.

A lesson calls `widget` (a form to rate twenty well-known movies, where somebody sits at the
notebook) or `read_csv` and `save`. Every lesson that needs the ratings calls `load`, and `add` to
put them among the ratings to learn from. Who saved none gets a documented sample persona, so that
Run All needs no input.

The ratings of each data set lie in one CSV file in the folder that ``WORKSHOP_OWN_RATINGS`` names,
else in the user's data folder. They never leave this machine. Where that variable is ``sample``,
no file is read or written, and the sample persona always stands in.
"""

from workshop_pkg.own_ratings.adding import ME, add
from workshop_pkg.own_ratings.checking import HALVES, STARS, Checked
from workshop_pkg.own_ratings.persona import sample, well_known
from workshop_pkg.own_ratings.sheet import read_csv
from workshop_pkg.own_ratings.show import widget
from workshop_pkg.own_ratings.store import forget, load, save, saved_file

__all__ = [
    "HALVES",
    "ME",
    "STARS",
    "Checked",
    "add",
    "forget",
    "load",
    "read_csv",
    "sample",
    "save",
    "saved_file",
    "well_known",
    "widget",
]
