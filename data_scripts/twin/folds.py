"""Divide the ratings as the archive's own two scripts do: five folds, and ten ratings a user."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

FOLDS = 5
HELD_OUT = 10  # ratings of each user in the test parts of `ua` and `ub`


def five_folds(ratings: int) -> dict[str, NDArray[np.bool_]]:
    """Take each fifth of the shuffled file in turn as a test part: `u1` to `u5`.

    Returns
    -------
    dict
        Name of the fold -> array of bool, shape (ratings,), True for the test part.
    """
    fold = np.arange(ratings) * FOLDS // ratings
    return {f"u{number + 1}": fold == number for number in range(FOLDS)}


def ten_of_each_user(generator: np.random.Generator, users: Ints) -> dict[str, NDArray[np.bool_]]:
    """Hold out ten ratings of each user, twice, with no rating in both: `ua` and `ub`.

    Parameters
    ----------
    generator : numpy.random.Generator
        The source of chance.
    users : array of int, shape (ratings,)
        Who gave each rating; everybody has at least 20.

    Returns
    -------
    dict
        Name of the fold -> array of bool, shape (ratings,), True for the test part.
    """
    order = np.lexsort((generator.random(len(users)), users))
    sorted_users = users[order]
    first = np.searchsorted(sorted_users, sorted_users, side="left")
    place = np.empty(len(users), dtype=np.int64)
    place[order] = np.arange(len(users)) - first
    return {"ua": place < HELD_OUT, "ub": (place >= HELD_OUT) & (place < 2 * HELD_OUT)}
