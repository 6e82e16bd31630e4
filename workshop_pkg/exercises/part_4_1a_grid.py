"""The check of lesson 4.1 on the grid: all combinations of lists of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Settings = dict[str, Any]
Grid = dict[str, list[Any]]

# Lists of different lengths; no value is there twice.
_GRID: Grid = {"factors": [4, 16, 64], "alpha": [1, 10]}
_THREE: Grid = {"rate": [0.1, 0.3], "hidden_dims": [[], [64]], "seed": [0, 5, 7]}
_ONE: Grid = {"l2": [0.5, 2.0]}


@exercise("4.1-grid")
def check_grid(answer: object) -> str:
    """Judge the list of all combinations, each a dict from name to value."""
    found = _listed(attempt(answer, _GRID), _GRID)
    _compare(found, _GRID)
    for other in (_THREE, _ONE):
        again = _listed(attempt(answer, other), other)
        if not _same(again, all_combinations(other)):
            raise NotYet(
                f"Right for two hyperparameters. For {len(other)}, {other}, there are "
                f"{len(all_combinations(other))} combinations; you return {len(again)}, the first "
                f"of them {again[0] if again else None}. Names, and how many there are, come from "
                "the argument: `itertools.product(*grid.values())` takes any number of lists.",
                "fixed",
            )
    return "Every value with every other: the number of fits is the product of the lengths."


def all_combinations(grid: Mapping[str, list[Any]]) -> list[Settings]:
    """Work out the right list."""
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def _listed(value: Any, grid: Grid) -> list[Any]:
    """Give what the answer returned as a list of dicts; tell what else it may be."""
    if isinstance(value, Iterator):
        raise NotYet(
            "You return something that can be gone through once, and has no length. The fits are "
            "counted first and run afterwards: return a list, `list(...)`.",
            "not a list",
        )
    if isinstance(value, int) and not isinstance(value, bool):
        raise NotYet(
            f"You return the number {value}. Asked for are the combinations themselves: a list "
            "with a dict for each.",
            "how many",
        )
    if isinstance(value, Mapping):
        raise NotYet(
            "You return one dict. Asked for is a list with a dict for each combination, such as "
            f"{all_combinations(grid)[0]}.",
            "one dict",
        )
    if not isinstance(value, list | tuple):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is a list with a dict for each "
            "combination.",
            "not a list",
        )
    if not value:
        raise NotYet(
            f"Your list is empty. For {grid} it holds {len(all_combinations(grid))} dicts.", "empty"
        )
    found = list(value)
    if found and not all(isinstance(one, Mapping) for one in found):
        kind = type(next(one for one in found if not isinstance(one, Mapping))).__name__
        raise NotYet(
            f"Your list holds a `{kind}`: `{found[0]!r}`. A model takes its settings by name, "
            f"`model(**settings)`: put each combination into a dict, `dict(zip(grid, values))`.",
            "no names",
        )
    return found


def _compare(found: list[Any], grid: Grid) -> None:
    expected = all_combinations(grid)
    if _same(found, expected):
        return
    for wrong, message, misconception in _wrong(grid):
        if _same(found, wrong):
            raise NotYet(message, misconception)
    if len(found) == len(expected) > 1 and all(one == found[0] for one in found):
        raise NotYet(
            f"All {len(found)} entries are {found[0]}. That is *one* dict, changed and appended "
            "again and again: the list holds it many times, as it was left. Make a new dict for "
            "each combination.",
            "one dict many times",
        )
    values = [value for one in found for value in one.values()]
    if values and all(isinstance(value, list | tuple) for value in values):
        raise NotYet(
            f"In your first entry, {found[0]}, the values are still lists. A fit takes one "
            "value of each: 16, not [16].",
            "values in lists",
        )
    names = sorted({str(name) for one in found for name in one} ^ set(grid))
    if names:
        raise NotYet(
            f"Each dict has the names of the grid, {list(grid)}, and no others; the difference is "
            f"{names}.",
            "names",
        )
    if any(len(one) < len(grid) for one in found):
        raise NotYet(
            f"Each combination has a value for *every* name, {list(grid)}; one of yours is "
            f"{min(found, key=len)}.",
            "one name each",
        )
    twice = [one for place, one in enumerate(found) if one in found[:place]]
    if twice:
        raise NotYet(f"{twice[0]} is there more than once: each fit would be paid twice.", "twice")
    missing = [one for one in expected if one not in found]
    if missing:
        raise NotYet(
            f"{missing[0]} is missing: every value of one list goes with every value of the other.",
            "missing",
        )
    extra = next((one for one in found if one not in expected), None)
    if extra is None:
        raise NotYet(
            f"Your first entry is {dict(found[0])}: the numbers are equal to those in {grid}, but "
            "of another type. A model may refuse 16.0 factors: pass each value on as it is.",
            "another type",
        )
    raise NotYet(f"{dict(extra)} is no combination of the lists in {grid}.", "other")


def _wrong(grid: Grid) -> list[tuple[list[Settings], str, str]]:
    """List what comes out of each misconception."""
    first = {name: values[0] for name, values in grid.items()}
    one_by_one = [{**first, name: value} for name, values in grid.items() for value in values]
    distinct = [one for place, one in enumerate(one_by_one) if one not in one_by_one[:place]]
    pairs = [dict(zip(grid, values, strict=True)) for values in zip(*grid.values(), strict=False)]
    star = (
        "You change one hyperparameter at a time and leave the others at their first value. That "
        "is cheap, and blind to all that two do together: a grid has *every* combination.",
        "one at a time",
    )
    return [
        (
            pairs,
            "`zip` pairs the first values, then the second ones, and stops where a list ends. A "
            "grid has every value with every other: `itertools.product(*grid.values())`.",
            "zip in place of product",
        ),
        (one_by_one, *star),
        (distinct, *star),
        (
            [{name: value} for name, values in grid.items() for value in values],
            f"Each of your entries sets one hyperparameter. Each combination has a value for "
            f"*every* name, {list(grid)}.",
            "one name each",
        ),
    ]


def _same(found: list[Any], expected: list[Settings]) -> bool:
    """Tell whether both hold the same dicts, in whatever order; 1 and True are not the same."""
    if len(found) != len(expected):
        return False
    left = sorted(repr(sorted(_plain(one).items())) for one in found)
    right = sorted(repr(sorted(one.items())) for one in expected)
    return left == right


def _plain(settings: Mapping[str, Any]) -> Settings:
    """Give numbers of NumPy as those of Python: what a model does with them is the same."""
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in settings.items()
    }
