"""Frequent itemsets and association rules: mlxtend, with its input checked and its order fixed."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.basket_checks import (
    check_choices,
    check_frame,
    check_rules_input,
    checked_baskets,
)

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
# So many decimals of a measure decide on the order of rules; what differs less is the same.
DECIMALS = 12


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
    checked = checked_baskets(baskets)
    encoder = TransactionEncoder()
    table = encoder.fit_transform(checked, sparse=sparse)
    if sparse:
        return _sparse_frame(table, encoder.columns_)
    return pd.DataFrame(table, columns=encoder.columns_)


def frequent_itemsets(
    frame: pd.DataFrame,
    min_support: float,
    max_len: int | None = None,
    miner: str = "apriori",
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
    miner : {"apriori", "fpgrowth"}, default "apriori"
        Which of mlxtend's functions does the work; both find the same. Apriori, prefix by prefix
        (``low_memory=True``), is the default since it is fast in every release of mlxtend: the
        fpgrowth of 0.23 goes through all baskets again for each itemset.

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
        If `frame` is not of bool, is empty, names a column twice, or is sparse with True as what is
        not stored; if `min_support`, `max_len`
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
    check_frame(frame)
    check_choices(min_support, max_len, miner, tuple(MINERS))
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
        ``conviction`` (infinite where the confidence is 1). The largest `metric` comes first
        (rounded to 12 decimals, so that no rounding error decides), then the largest support, then
        the names decide. No rows where there is no rule, or no itemset.

    Raises
    ------
    ValueError
        If `itemsets` lacks its columns or the part of a set, or has items of types that have no
        common order; if `metric` is none of the above, or `min_threshold` is not a number.

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
    check_rules_input(itemsets, metric, min_threshold, MEASURES)
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
        (-round(measure, DECIMALS), -round(support, DECIMALS), sorted(left), sorted(right))
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
