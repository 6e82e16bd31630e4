"""What is known of a user before they rated anything, as numbers: age group, sex, occupation."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workshop_pkg.checked_frames import real_numbers
from workshop_pkg.models.objective import Floats

#: Age groups begin at these ages, in years; the first begins at birth, the last has no end.
AGES = (18, 25, 35, 45, 56)
WORDS = ("sex", "occupation")


def people_matrix(
    users: pd.DataFrame, user_ids: ArrayLike, known_ids: ArrayLike
) -> tuple[Floats, list[str]]:
    """Write users as marks: 1 in the column of their age group, of their sex, of their occupation.

    The columns are what the users in `known_ids` have, which a model is trained on: nothing can be
    learnt about anything else. A user whose age group, sex or occupation is not known there, or
    missing, has zeros in its place. The age groups are those of MovieLens 1M, its two oldest
    put together.

    Parameters
    ----------
    users : pandas.DataFrame
        ``user_id`` and at least one of ``age`` (years), ``sex`` and ``occupation``.
    user_ids : array of shape (n,)
        The users to write.
    known_ids : array of shape (m,)
        Those that decide about the columns.

    Returns
    -------
    marks : array of shape (n, n_columns)
        Of 0 and 1.
    names : list of str
        What each column stands for.

    Raises
    ------
    ValueError
        When a user is missing, the table has none of the three columns, or an age is no number.

    Examples
    --------
    >>> users = pd.DataFrame({"user_id": [1, 2, 3], "age": [17, 30, 31], "sex": ["F", "M", "X"]})
    >>> marks, names = people_matrix(users, [1, 2, 3], known_ids=[1, 2])
    >>> names
    ['age: under 18', 'age: 25 to 34', 'sex: F', 'sex: M']
    >>> marks.tolist()
    [[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0]]
    """
    every, known = _described(users, user_ids), _described(users, known_ids)
    names: list[str] = []
    columns: list[Floats] = []
    for key in every.columns:
        there = set(known[key].dropna())
        for value in (value for value in _order(key, every) if value in there):
            names.append(f"{key}: {value}")
            columns.append(np.asarray(every[key] == value, dtype=np.float64))
    marks = np.stack(columns, axis=1) if columns else np.zeros((len(every), 0))
    return marks, names


def _order(key: str, every: pd.DataFrame) -> list[str]:
    return _age_groups() if key == "age" else sorted(every[key].dropna().unique())


def _age_groups() -> list[str]:
    between = [f"{low} to {high - 1}" for low, high in itertools.pairwise(AGES)]
    return [f"under {AGES[0]}", *between, f"{AGES[-1]} and older"]


def _described(users: pd.DataFrame, user_ids: ArrayLike) -> pd.DataFrame:
    """Give what is known of each of the users, as words, in their order."""
    if not isinstance(users, pd.DataFrame) or "user_id" not in users.columns:
        raise ValueError(
            "users is no table with the column user_id and age, sex or occupation: pass data.users."
        )
    keys = [key for key in ("age", *WORDS) if key in users.columns]
    if not keys:
        raise ValueError(
            f"The users have the columns {list(map(str, users.columns))}, but none of age, sex and "
            "occupation: pass data.users."
        )
    table = users.drop_duplicates("user_id").set_index("user_id")
    wanted = np.atleast_1d(user_ids)
    there = np.isin(wanted, table.index.to_numpy())
    if not there.all():
        raise ValueError(
            f"The users lack user_id {wanted[~there][0]}: pass a table that has every user of the "
            "ratings."
        )
    rows = table.loc[wanted, keys].copy()
    if "age" in keys:
        ages = real_numbers(rows["age"], "An age").to_numpy()
        groups = np.array(_age_groups(), dtype=object)[np.digitize(np.nan_to_num(ages), AGES)]
        rows["age"] = pd.Series(np.where(np.isnan(ages), None, groups), rows.index, dtype=object)
    for key in set(WORDS) & set(keys):
        rows[key] = rows[key].astype(object)
    return rows
