"""Frequent itemsets and association rules: mlxtend, with its input checked and its order fixed."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from itertools import chain
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

with warnings.catch_warnings():
    # mlxtend switches every DeprecationWarning on, everybody's, for the rest of the session.
    from mlxtend.frequent_patterns import apriori, association_rules, fpgrowth
    from mlxtend.preprocessing import TransactionEncoder

MINERS = {"apriori": apriori, "fpgrowth": fpgrowth}
MEASURES = ["support", "confidence", "lift", "leverage", "conviction"]
RULE_COLUMNS = [
    *("antecedents", "consequents", "antecedent support", "consequent support"),
    *MEASURES,
]
# Apriori prefix by prefix: measured five times faster here than all candidates at once (which needs
# a byte for each basket, candidate and item), although mlxtend's documentation says the contrary.
OPTIONS = {"apriori": {"low_memory": True}, "fpgrowth": {}}
# Confidence and lift are quotients: 0.7 may come out as 0.6999999999999999.
ROUNDING = 1e-12


def one_hot(
    baskets: Iterable[Iterable[str]] | Iterable[Iterable[int]], sparse: bool = False
) -> pd.DataFrame:
    """Turn baskets into a table of yes and no: a row a basket, a column an item.

    Parameters
    ----------
    baskets : iterable of iterables of str, or of int
        The items of each basket; all names, or all whole numbers.
    sparse : bool, default False
        Whether to keep only the yes of each column. A dense table needs a byte for each cell:
        1.5 GB for 88,000 baskets over 16,000 items.

    Returns
    -------
    pandas.DataFrame, shape (n_baskets, n_items)
        Of bool (sparse: ``Sparse[bool]``); the columns are the items in alphabetical (numerical)
        order, the index counts the baskets from 0.

    Raises
    ------
    ValueError
        If there is no basket, one is empty or not a collection of items, an item stands in a
        basket twice, or is neither a name nor a whole number, or both kinds occur.

    Examples
    --------
    >>> one_hot([["milk", "bread"], ["milk"]])
       bread  milk
    0   True  True
    1  False  True
    """
    checked = _checked_baskets(baskets)
    encoder = TransactionEncoder()
    table = encoder.fit_transform(checked, sparse=sparse)
    if sparse:
        return _sparse_frame(table, encoder.columns_)
    return pd.DataFrame(table, columns=encoder.columns_)


def item_supports(frame: pd.DataFrame) -> pd.Series[float]:
    """Give the support of each item: the share of the baskets that it is in.

    On a sparse frame of bool, pandas 2.2 gives True for ``frame.sum()`` and ``frame.mean()``.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (n_baskets, n_items)
        As for `frequent_itemsets`; refused likewise.

    Returns
    -------
    pandas.Series of float, by item
    """
    _check_frame(frame)
    return pd.Series(_baskets_with(frame) / len(frame), index=frame.columns)


def frequent_itemsets(
    frame: pd.DataFrame,
    min_support: float,
    max_len: int | None = None,
    miner: str = "fpgrowth",
) -> pd.DataFrame:
    """Find the sets of items that are together in many baskets.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (n_baskets, n_items)
        Of bool, dense or sparse, as `one_hot` makes it. A row without any item counts as a basket.
    min_support : float
        The smallest share of the baskets, above 0 and at most 1. A set whose share is exactly
        this one is frequent.
    max_len : int, optional
        The largest size of a set; without it, there is no limit.
    miner : {"fpgrowth", "apriori"}, default "fpgrowth"
        Which of mlxtend's functions does the work; both find the same.

    Returns
    -------
    pandas.DataFrame
        mlxtend's columns: ``support`` (a share) and ``itemsets`` (frozensets of column names).
        The largest support comes first; at the same support, the order of the columns decides.
        Where no item reaches the support, the table has no rows, and a line says how frequent the
        most frequent item is.

    Raises
    ------
    ValueError
        If `frame` is not of bool, is empty, or names a column twice; if `min_support`, `max_len`
        or `miner` is none of the above.

    Notes
    -----
    No set is more frequent than its items (downward closure), so the columns of items that are
    not frequent are taken away first, and the others are mined as a dense table (a byte a cell):
    the same result for less memory and time. Apriori: Agrawal, R. and
    Srikant, R. (1994), Fast algorithms for mining association rules, VLDB. FP-Growth: Han, J.,
    Pei, J. and Yin, Y. (2000), Mining frequent patterns without candidate generation, SIGMOD.

    Examples
    --------
    >>> frame = one_hot([["milk", "bread"], ["milk"], ["eggs", "milk"]])
    >>> frequent_itemsets(frame, min_support=0.5).values.tolist()
    [[1.0, frozenset({'milk'})]]
    """
    _check_frame(frame)
    _check_choices(min_support, max_len, miner)
    n_baskets = len(frame)
    enough = _fewest_baskets(min_support, n_baskets)
    counts = _baskets_with(frame)
    kept = np.flatnonzero(counts >= enough)
    if not kept.size:
        top = int(counts.argmax())
        print(
            f"No itemset reaches a support of {min_support}: the most frequent item, "
            f"{frame.columns[top]!r}, has {counts[top] / n_baskets:.3g}."
        )
        return _itemsets([], [], frame.columns)
    pruned = pd.DataFrame(frame.iloc[:, kept].to_numpy(bool))
    # Half a basket below, so that no rounding error decides.
    share = (enough - 0.5) / n_baskets
    found = MINERS[miner](pruned, share, max_len=max_len, **OPTIONS[miner])
    places = [sorted(int(kept[place]) for place in itemset) for itemset in found["itemsets"]]
    return _itemsets(found["support"].tolist(), places, frame.columns)


def rules(
    itemsets: pd.DataFrame, metric: str = "confidence", min_threshold: float = 0.6
) -> pd.DataFrame:
    """Make rules "who buys this also buys that" from frequent itemsets.

    Parameters
    ----------
    itemsets : pandas.DataFrame
        All that `frequent_itemsets` found (or mlxtend, with ``use_colnames=True``).
    metric : {"confidence", "support", "lift", "leverage", "conviction"}, default "confidence"
        Which measure a rule must have enough of.
    min_threshold : float, default 0.6
        How much is enough.

    Returns
    -------
    pandas.DataFrame
        A row a rule: ``antecedents`` and ``consequents`` (frozensets), ``antecedent support``,
        ``consequent support``, ``support``, ``confidence``, ``lift``, ``leverage`` and
        ``conviction`` (infinite where the confidence is 1). The largest `metric` comes first,
        then the largest support, then the names decide. No rows where there is no rule, or no
        itemset.

    Raises
    ------
    ValueError
        If `itemsets` lacks its columns or the part of a set, `metric` is none of the above, or
        `min_threshold` is not a number.

    Notes
    -----
    For a rule from A to C, of supports s: confidence = s(A and C) / s(A), lift = confidence /
    s(C), leverage = s(A and C) - s(A) s(C), conviction = (1 - s(C)) / (1 - confidence). Brin, S.,
    Motwani, R., Ullman, J. D. and Tsur, S. (1997), Dynamic itemset counting and implication rules
    for market basket data, SIGMOD (lift, there "interest", and conviction). Piatetsky-Shapiro, G.
    (1991), Discovery, analysis, and presentation of strong rules (leverage).

    Examples
    --------
    >>> frame = one_hot([["milk", "bread"], ["milk"], ["eggs", "milk"]])
    >>> found = rules(frequent_itemsets(frame, min_support=0.3), min_threshold=0.9)
    >>> [sorted(antecedent) for antecedent in found["antecedents"]]
    [['bread'], ['eggs']]
    >>> found["confidence"].tolist()
    [1.0, 1.0]
    """
    _check_rules_input(itemsets, metric, min_threshold)
    if itemsets.empty:
        return _rules_frame(pd.DataFrame(columns=RULE_COLUMNS))
    try:
        found = association_rules(
            itemsets,
            metric=metric,
            min_threshold=min_threshold - ROUNDING,
            return_metrics=RULE_COLUMNS[2:],
        )
    except KeyError:
        raise ValueError(
            "itemsets lacks the support of a part of one of its sets; a rule needs that of both "
            "of its sides. Give all that frequent_itemsets found, and filter the rules instead."
        ) from None
    keys = [
        (-measure, -support, sorted(left), sorted(right))
        for measure, support, left, right in zip(
            found[metric], found["support"], found["antecedents"], found["consequents"], strict=True
        )
    ]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return _rules_frame(found.iloc[order].reset_index(drop=True))


def _sparse_frame(table: Any, items: list[str] | list[int]) -> pd.DataFrame:
    """Make a sparse frame of bool, in which False is what is not stored."""
    accessor: Any = pd.DataFrame.sparse  # pandas-stubs does not know it on the class
    frame: pd.DataFrame
    if int(pd.__version__.split(".")[0]) >= 3:
        frame = accessor.from_spmatrix(table, columns=items)
        return frame
    # pandas 2 would take 0 for False, and warn of it at every step from there on.
    frame = accessor.from_spmatrix(table.astype(np.uint8), columns=items)
    return frame.astype(pd.SparseDtype(bool, False))


def _checked_baskets(baskets: Iterable[Iterable[object]]) -> list[list[object]]:
    """Make lists of the baskets, and refuse what would change a support silently."""
    if isinstance(baskets, str | pd.DataFrame):
        raise ValueError(
            f"baskets is a {type(baskets).__name__}; expected is a list of baskets, such as "
            "[['milk', 'bread'], ['milk']]. Make a list of each basket's items first."
        )
    checked = []
    for place, basket in enumerate(baskets):
        if isinstance(basket, str | bytes) or not isinstance(basket, Iterable):
            raise ValueError(
                f"baskets[{place}] is {basket!r}; a basket is a list of items, such as "
                "['milk', 'bread']. Put its items into a list."
            )
        items = list(basket)
        if not items:
            raise ValueError(
                f"baskets[{place}] is empty; each basket needs at least one item, since an empty "
                "one lowers every support. Leave it out."
            )
        checked.append(items)
    if not checked:
        raise ValueError("baskets is empty; expected is at least one basket. Load some first.")
    _check_items(checked)
    for place, items in enumerate(checked):
        if len(set(items)) < len(items):
            twice = next(item for at, item in enumerate(items) if item in items[:at])
            raise ValueError(
                f"baskets[{place}] holds {twice!r} twice; each item may be in a basket once. "
                "Make it a set first, if how many were bought does not matter."
            )
    return checked


def _check_items(baskets: list[list[object]]) -> None:
    """Refuse items that are no names and no whole numbers, and a mixture of both."""
    kinds = {kind: _kind(kind) for kind in set(map(type, chain.from_iterable(baskets)))}
    if set(kinds.values()) in ({"name"}, {"number"}):
        return
    # At least one name and one number, or something else: that one is named.
    common = kinds[type(baskets[0][0])]
    for place, items in enumerate(baskets):
        for item in items:
            if not kinds[type(item)] or kinds[type(item)] != common:
                raise ValueError(
                    f"baskets[{place}] holds {item!r}, of type {type(item).__name__}; items must "
                    "be all names (str) or all whole numbers (int). Leave out what is missing, "
                    "and convert the others with str()."
                )


def _kind(kind: type) -> str:
    if issubclass(kind, str):
        return "name"
    return "number" if issubclass(kind, Integral) and not issubclass(kind, bool) else ""


def _check_frame(frame: pd.DataFrame) -> None:
    """Refuse what is no table of yes and no."""
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(
            f"frame is a {type(frame).__name__}; expected is a DataFrame of bool, a column an "
            "item. Make one of baskets with one_hot(baskets)."
        )
    if frame.empty:
        raise ValueError(
            f"frame has {len(frame)} rows and {frame.shape[1]} columns; expected is at least one "
            "basket and one item. Make one of baskets with one_hot(baskets)."
        )
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(
            f"frame has the column {twice!r} twice; each item may have one. Join or rename them."
        )
    for item, dtype in frame.dtypes.items():
        if getattr(dtype, "subtype", dtype) != np.dtype(bool):
            raise ValueError(
                f"frame's column {item!r} is of {dtype}; expected is bool in every column. "
                "Where it holds only 0 and 1, write frame.astype(bool); decide first what a "
                "missing value, or a number of pieces above 1, shall mean."
            )


def _check_choices(min_support: float, max_len: int | None, miner: str) -> None:
    number = isinstance(min_support, Real) and not isinstance(min_support, bool | np.bool_)
    if not number or not 0 < min_support <= 1:
        raise ValueError(
            f"min_support is {min_support!r}; it must be a share of the baskets, above 0 and at "
            "most 1. Write 0.05 for 5 percent."
        )
    whole = isinstance(max_len, Integral) and not isinstance(max_len, bool)
    if max_len is not None and (not whole or max_len < 1):
        raise ValueError(
            f"max_len is {max_len!r}; it must be a whole number of items, 1 or more. Leave it out "
            "for sets of any size."
        )
    if miner not in MINERS:
        raise ValueError(f"miner is {miner!r}; it must be one of {', '.join(map(repr, MINERS))}.")


def _check_rules_input(itemsets: pd.DataFrame, metric: str, min_threshold: float) -> None:
    if not isinstance(itemsets, pd.DataFrame) or not {"support", "itemsets"} <= set(itemsets):
        raise ValueError(
            f"itemsets is a {type(itemsets).__name__} without the columns 'support' and "
            "'itemsets'. Give what frequent_itemsets returns."
        )
    if metric not in MEASURES:
        raise ValueError(f"metric is {metric!r}; it must be one of {', '.join(MEASURES)}.")
    number = isinstance(min_threshold, Real) and not isinstance(min_threshold, bool | np.bool_)
    if not number or math.isnan(min_threshold):
        raise ValueError(
            f"min_threshold is {min_threshold!r}; it must be a number, such as 0.6 for a "
            "confidence of 60 percent."
        )


def _fewest_baskets(min_support: float, n_baskets: int) -> int:
    """Give the smallest number of baskets whose share is at least `min_support`.

    ``ceil(0.07 * 100)`` is 8, since ``0.07 * 100`` is a little above 7 in binary; mlxtend's
    fpgrowth rounds so, and so does its apriori with ``low_memory=True``.
    """
    enough = max(1, math.ceil(min_support * n_baskets) - 1)
    while enough / n_baskets < min_support:
        enough += 1
    return enough


def _baskets_with(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Count the baskets that each item is in, without making a sparse table dense."""
    if all(isinstance(dtype, pd.SparseDtype) for dtype in frame.dtypes):
        accessor: Any = frame.sparse
        places = accessor.to_coo()
        return np.bincount(places.col[places.data], minlength=frame.shape[1])
    counts: NDArray[np.int64] = frame.to_numpy(bool).sum(axis=0)
    return counts


def _itemsets(supports: list[float], places: list[list[int]], names: pd.Index) -> pd.DataFrame:
    """Set up the table of itemsets, in its fixed order."""
    labels = names.tolist()
    order = sorted(range(len(places)), key=lambda row: (-supports[row], places[row]))
    sets = [frozenset(labels[place] for place in places[row]) for row in order]
    return pd.DataFrame(
        {
            "support": pd.Series([supports[row] for row in order], dtype=float),
            "itemsets": pd.Series(sets, dtype=object),
        }
    )


def _rules_frame(found: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of rules their order and their types, of no rules, too."""
    return found[RULE_COLUMNS].astype(dict.fromkeys(RULE_COLUMNS[2:], float))
