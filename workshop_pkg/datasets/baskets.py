"""Load shopping baskets: the retail example, and files with one basket a line."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from pathlib import Path

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.folders import BUNDLED, real_data
from workshop_pkg.datasets.made_baskets import GROCERIES, SUPERMARKET, Shop, make_baskets
from workshop_pkg.datasets.movielens import DATASET_VARIABLE
from workshop_pkg.datasets.rating_files import check_text
from workshop_pkg.datasets.registry import TWIN

RETAIL_FILE = "retail_dataset.csv"
RETAIL_TWIN = BUNDLED / "retail_twin.csv"

# Where two larger sets of baskets lie in a folder of real data.
GROCERIES_FILE = "baskets/groceries.csv"
SUPERMARKET_FILE = "baskets/retail.dat"

# What to do about a file of the reader's own, which nobody can download again.
OWN_FILE = "Give the path of a text file in UTF-8 with one basket on each line."
RETAIL_STEP = "Put the original file in its place, or take it away: then the made-up twin is used."

SHOP_STEP = "Put the original file in its place, or take it away: then baskets are made up."

_NUMBERS = re.compile(r"\s*[0-9]+(\s+[0-9]+)*\s*")
# Also numbers below zero, so that they are refused and do not become names.
_SIGNED_NUMBERS = re.compile(r"\s*[+-]?[0-9]+(\s+[+-]?[0-9]+)*\s*")
# Longer numbers are no item's: eighteen digits fit in 64 bits.
_LONGEST_NUMBER = 18


def load_retail(data_dir: str | os.PathLike[str] | None = None) -> list[list[str]]:
    """Load the retail example: a few hundred baskets of nine items; print which one it is.

    Parameters
    ----------
    data_dir : path, optional
        A folder that holds ``retail_dataset.csv``. Without it, ``WORKSHOP_DATA`` names one. Where
        that is not set or lacks the file, or ``WORKSHOP_DATASET`` is ``twin``, the made-up twin
        of that file is taken, which comes with the package.

    Returns
    -------
    list of list of str
        The items of each basket, in the order of the file.

    Raises
    ------
    DataError
        If the folder does not exist, or the file is not as it should be.
    """
    if data_dir is None and os.environ.get(DATASET_VARIABLE, "").strip() == TWIN:
        path, source = RETAIL_TWIN, f"the made-up twin ({DATASET_VARIABLE}={TWIN})"
    else:
        path, source = _find_retail(data_dir)
    print(f"Baskets: {source}.")
    return _read_retail(path)


def load_groceries(data_dir: str | os.PathLike[str] | None = None) -> list[list[str]]:
    """Load the baskets of a month in a grocery store, 9,835 of 169 items; print which they are.

    Parameters
    ----------
    data_dir : path, optional
        A folder that holds ``baskets/groceries.csv``. Without it, ``WORKSHOP_DATA`` names one.
        Where that is not set or lacks the file, or ``WORKSHOP_DATASET`` is ``twin``, as many
        baskets are made up (see `made_baskets`).

    Returns
    -------
    list of list of str
        The items of each basket; ``item 000``, ... (the most frequent first) where made up.

    Raises
    ------
    DataError
        If the folder does not exist, or the file is not as it should be.

    Notes
    -----
    The real ones: Hahsler, M., Hornik, K. and Reutterer, T. (2006), Implications of probabilistic
    data modeling for mining association rules.
    """
    path = _find_or_make(data_dir, GROCERIES_FILE, GROCERIES)
    if path is None:
        digits = len(str(GROCERIES.n_items - 1))
        names = [f"item {number:0{digits}}" for number in range(GROCERIES.n_items)]
        return [[names[item] for item in basket] for basket in make_baskets(GROCERIES)]
    loaded: Sequence[Sequence[object]] = load_baskets(path)
    return [list(map(str, basket)) for basket in loaded]


def load_supermarket(data_dir: str | os.PathLike[str] | None = None) -> list[list[int]]:
    """Load the baskets of a supermarket, 88,162 of 16,470 items; print which they are.

    Parameters
    ----------
    data_dir : path, optional
        A folder that holds ``baskets/retail.dat``. Without it, ``WORKSHOP_DATA`` names one. Where
        that is not set or lacks the file, or ``WORKSHOP_DATASET`` is ``twin``, as many baskets
        are made up (see `made_baskets`).

    Returns
    -------
    list of list of int
        The items of each basket.

    Raises
    ------
    DataError
        If the folder does not exist, or the file is not as it should be.

    Notes
    -----
    The real ones: Brijs, T., Swinnen, G., Vanhoof, K. and Wets, G. (1999), Using association rules
    for product assortment decisions: a case study, KDD.
    """
    path = _find_or_make(data_dir, SUPERMARKET_FILE, SUPERMARKET)
    if path is None:
        return make_baskets(SUPERMARKET)
    baskets: list[list[int]] = []
    loaded: Sequence[Sequence[object]] = load_baskets(path)
    for number, basket in enumerate(loaded, start=1):
        items = [item for item in basket if isinstance(item, int)]
        if not items:
            raise DataError(
                f"{path}, line {number}, holds names; expected are whole numbers separated by "
                f"blanks. {SHOP_STEP}"
            )
        baskets.append(items)
    return baskets


def load_baskets(path: str | os.PathLike[str]) -> list[list[str]] | list[list[int]]:
    """Load a file with one basket a line.

    Parameters
    ----------
    path : path
        The file: names separated by commas (``whole milk,yogurt``), or whole numbers, zero or
        more, separated by blanks (the format of the FIMI repository: ``30 31 32``). A file without
        any comma whose first line holds nothing but numbers is taken as the second kind. A name
        may stand in quotes; a comma, or the end of the line, follows directly on the second one.

    Returns
    -------
    list of list of str, or list of list of int
        The items of each basket, in the order of the file. Blanks around names are stripped.

    Raises
    ------
    DataError
        If the file is missing, empty, or in another encoding than UTF-8; if a line within the
        file is empty (a basket without items would silently change every support); if a quote is
        not closed on its line; if an item is missing between two commas, or stands in a basket
        twice; if a number is below zero or has more than 18 digits. It names the line.

    Notes
    -----
    Empty lines at the end of the file, and commas at the end of a line, are ignored.
    """
    path = Path(path)
    lines = _read_lines(path, OWN_FILE)
    for number, line in enumerate(lines, start=1):
        if not line.strip(" \t,"):
            raise DataError(
                f"{path}, line {number}, is empty; each line must hold a basket with at least one "
                "item. Delete the line."
            )
    if _SIGNED_NUMBERS.fullmatch(lines[0]) and not any("," in line for line in lines):
        return _number_baskets(path, lines)
    return _name_baskets(path, lines)


def _find_retail(data_dir: str | os.PathLike[str] | None) -> tuple[Path, str]:
    """Choose the file, and say in words which it is and why."""
    place = real_data(data_dir)
    if place is None:
        return RETAIL_TWIN, f"the made-up twin of {RETAIL_FILE} (WORKSHOP_DATA is not set)"
    path = place.path / RETAIL_FILE
    if path.is_file():
        return path, f"{RETAIL_FILE} from {place.source} ({place.path})"
    reason = f"there is no {RETAIL_FILE} in {place.source}, {place.path}"
    return RETAIL_TWIN, f"the made-up twin of {RETAIL_FILE} ({reason})"


def _find_or_make(data_dir: str | os.PathLike[str] | None, file: str, shop: Shop) -> Path | None:
    """Find the file of a larger set, None if its baskets are made up; print which and why."""
    if data_dir is None and os.environ.get(DATASET_VARIABLE, "").strip() == TWIN:
        place, reason = None, f"{DATASET_VARIABLE}={TWIN}"
    else:
        place = real_data(data_dir)
        reason = "WORKSHOP_DATA is not set"
    if place is not None:
        path = place.path / file
        if path.is_file():
            print(f"Baskets: {file} from {place.source} ({place.path}).")
            return path
        reason = f"there is no {file} in {place.source}, {place.path}"
    print(
        f"Baskets: made up, {shop.n_baskets:,} over {shop.n_items:,} items, as many as in "
        f"{file} ({reason})."
    )
    return None


def _read_lines(path: Path, next_step: str) -> list[str]:
    """Read the lines of a text file, without the empty ones at its end."""
    check_text(path, understood="UTF-8 is", next_step=next_step)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        raise DataError(
            f"{path}, line {line}, is not in UTF-8; save the file in UTF-8, without changing "
            "anything else."
        ) from None
    return text.rstrip().split("\n")


def _read_retail(path: Path) -> list[list[str]]:
    """Read the layout of the retail example: numbered columns, items from the left."""
    if not path.is_file() and path == RETAIL_TWIN:
        raise DataError(f"The bundled {path.name} is missing. Install the package again.")
    lines = _read_lines(path, RETAIL_STEP)
    header = [name.strip() for name in lines[0].split(",")]
    if header != [str(number) for number in range(len(header))]:
        raise DataError(
            f"{path}, line 1, is {lines[0][:60]!r}; expected are the numbers of the columns, "
            f"0,1,2,... {RETAIL_STEP}"
        )
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip(" \t,"):
            raise DataError(f"{path}, line {number}, holds no item. {RETAIL_STEP}")
        if line.count(",") >= len(header):
            raise DataError(
                f"{path}, line {number}, has more than {len(header)} columns. {RETAIL_STEP}"
            )
    if len(lines) == 1:
        raise DataError(f"{path} holds no basket, only column names. {RETAIL_STEP}")
    return _name_baskets(path, lines[1:], first=2)


def _number_baskets(path: Path, lines: list[str]) -> list[list[int]]:
    baskets = []
    for number, line in enumerate(lines, start=1):
        items = line.split()
        if not _NUMBERS.fullmatch(line) or max(map(len, items)) > _LONGEST_NUMBER:
            raise DataError(
                f"{path}, line {number}, is {line.strip()[:60]!r}; expected are whole numbers "
                f"separated by blanks, zero or more, of at most {_LONGEST_NUMBER} digits. "
                "Correct the line."
            )
        basket = [int(item) for item in items]
        _check_no_item_twice(path, number, basket)
        baskets.append(basket)
    return baskets


def _name_baskets(path: Path, lines: list[str], first: int = 1) -> list[list[str]]:
    baskets = []
    for number, line in enumerate(lines, start=first):
        basket = _names(path, number, line)
        while basket and not basket[-1]:
            basket.pop()
        if "" in basket:
            raise DataError(
                f"{path}, line {number}: item {basket.index('') + 1} is empty; each item needs a "
                "name. Correct the line."
            )
        _check_no_item_twice(path, number, basket)
        baskets.append(basket)
    return baskets


def _names(path: Path, number: int, line: str) -> list[str]:
    """Take one line apart at the commas that are not in quotes."""
    try:
        items = next(csv.reader([line], skipinitialspace=True, strict=True))
    except csv.Error as problem:
        raise DataError(
            f"{path}, line {number}, starts with {line[:40]!r} and is not names separated by "
            f"commas ({problem}); quotes must be closed on the same line, directly before a comma "
            "or the end of the line. Correct the line."
        ) from None
    return [item.strip() for item in items]


def _check_no_item_twice(path: Path, number: int, basket: list[str] | list[int]) -> None:
    if len(set(basket)) == len(basket):
        return
    twice = next(item for place, item in enumerate(basket) if item in basket[:place])
    raise DataError(
        f"{path}, line {number}: the item {twice!r} stands there twice; each item may be in a "
        "basket once. Delete one."
    )
