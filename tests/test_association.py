"""Itemsets and rules: odd input is refused, order is fixed, both miners and mlxtends agree."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from collections.abc import Iterable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlxtend.frequent_patterns import apriori

from workshop_pkg import association
from workshop_pkg.association import frequent_itemsets, one_hot, rules
from workshop_pkg.datasets import made_baskets

BASKETS = [["milk", "bread"], ["milk", "eggs", "bread"], ["milk"], ["eggs"], ["bread", "milk"]]
# The five baskets of mlxtend's documentation; the supports are published there.
FIVE = [
    ["Milk", "Onion", "Nutmeg", "Kidney Beans", "Eggs", "Yogurt"],
    ["Dill", "Onion", "Nutmeg", "Kidney Beans", "Eggs", "Yogurt"],
    ["Milk", "Apple", "Kidney Beans", "Eggs"],
    ["Milk", "Unicorn", "Corn", "Kidney Beans", "Yogurt"],
    ["Corn", "Onion", "Kidney Beans", "Ice cream", "Eggs"],
]
MINERS = ("apriori", "fpgrowth")


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterable[None]:
    """Nothing here warns: a class would see it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def by_set(found: pd.DataFrame) -> dict[frozenset[Any], float]:
    return dict(zip(found["itemsets"], found["support"], strict=True))


def counted(baskets: list[list[str]], min_baskets: int) -> dict[frozenset[str], float]:
    """Count every set of items in every basket, the plain way."""
    counts: dict[frozenset[str], int] = {}
    for basket in baskets:
        for size in range(1, len(basket) + 1):
            for items in combinations(basket, size):
                counts[frozenset(items)] = counts.get(frozenset(items), 0) + 1
    return {items: count / len(baskets) for items, count in counts.items() if count >= min_baskets}


@pytest.mark.parametrize("sparse", [False, True])
def test_one_hot_has_a_row_a_basket_and_a_column_an_item_in_order(sparse: bool) -> None:
    frame = one_hot(BASKETS, sparse=sparse)
    assert frame.columns.tolist() == ["bread", "eggs", "milk"]
    assert frame.index.tolist() == [0, 1, 2, 3, 4]
    assert frame.to_numpy(bool).astype(int).tolist() == [
        [1, 0, 1],
        [1, 1, 1],
        [0, 0, 1],
        [0, 1, 0],
        [1, 0, 1],
    ]
    assert all(isinstance(dtype, pd.SparseDtype) == sparse for dtype in frame.dtypes)


def test_a_sparse_frame_is_used_without_a_warning() -> None:
    frame = one_hot(BASKETS, sparse=True)
    found = by_set(frequent_itemsets(frame, 0.4, max_len=1))
    assert found == {frozenset({"milk"}): 0.8, frozenset({"bread"}): 0.6, frozenset({"eggs"}): 0.4}
    assert frame[["bread", "milk"]].sparse.to_dense().sum().tolist() == [3, 4]


def test_one_hot_takes_any_collections_and_whole_numbers() -> None:
    taken = one_hot(basket for basket in ({3, 10}, np.array([3]), (np.int64(7),)))
    assert taken.columns.tolist() == [3, 7, 10]
    assert taken.sum().tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    ("baskets", "words"),
    [
        ([], "baskets is empty"),
        ([["milk"], []], "baskets[1] is empty"),
        ([["milk"], ["eggs", "milk", "eggs"]], "baskets[1] holds 'eggs' twice"),
        ([[3, np.int64(3)]], "baskets[0] holds"),
        (["milk", "bread"], "baskets[0] is 'milk'; a basket is a list"),
        ("milk", "baskets is a str"),
        (pd.DataFrame({"a": ["milk"]}), "baskets is a DataFrame"),
        (None, "baskets is a NoneType; expected is a list of baskets"),
        (5, "baskets is a int; expected is a list of baskets"),
        ([["milk"], None], "baskets[1] is None"),
        ([["milk"], ["eggs", float("nan")]], "baskets[1] holds nan, of type float"),
        ([["milk", None]], "baskets[0] holds None, of type NoneType"),
        ([["milk"], [3]], "baskets[1] holds 3, of type int; items must be all names"),
        ([[True]], "baskets[0] holds True, of type bool"),
    ],
)
@pytest.mark.parametrize("sparse", [False, True])
def test_odd_baskets_are_refused(baskets: Any, words: str, sparse: bool) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        one_hot(baskets, sparse=sparse)


@pytest.mark.parametrize("miner", MINERS)
def test_the_published_five_baskets_have_their_eleven_itemsets(miner: str) -> None:
    found = by_set(frequent_itemsets(one_hot(FIVE), 0.6, miner=miner))
    assert len(found) == 11
    assert found[frozenset({"Kidney Beans"})] == 1.0
    assert found[frozenset({"Eggs"})] == 0.8
    assert found[frozenset({"Eggs", "Kidney Beans"})] == 0.8
    assert found[frozenset({"Onion", "Eggs", "Kidney Beans"})] == 0.6


@pytest.mark.parametrize("miner", MINERS)
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("max_len", [None, 1, 2, 3])
def test_both_miners_find_what_plain_counting_finds(
    miner: str, sparse: bool, max_len: int | None
) -> None:
    shop = made_baskets.Shop(400, 30, 5.0, shelf_scale=8.0, n_patterns=10)
    baskets = [[f"item {item}" for item in basket] for basket in made_baskets.make_baskets(shop)]
    baskets = [basket[:10] for basket in baskets]
    expected = {
        items: support
        for items, support in counted(baskets, 12).items()
        if max_len is None or len(items) <= max_len
    }
    found = frequent_itemsets(one_hot(baskets, sparse), 0.03, max_len=max_len, miner=miner)
    assert by_set(found) == expected
    assert max_len is not None or max(map(len, expected)) >= 3, "the case is too easy"


@pytest.mark.parametrize("miner", MINERS)
@pytest.mark.parametrize("per_cent", [7, 14, 28, 29, 55, 56, 57, 58])
def test_an_itemset_exactly_at_the_support_is_frequent(miner: str, per_cent: int) -> None:
    baskets = [["milk", "bread"]] * per_cent + [["eggs"]] * (100 - per_cent)
    found = by_set(frequent_itemsets(one_hot(baskets), per_cent / 100, miner=miner))
    assert found[frozenset({"milk", "bread"})] == per_cent / 100
    above = by_set(frequent_itemsets(one_hot(baskets), per_cent / 100 + 1e-9, miner=miner))
    assert frozenset({"milk", "bread"}) not in above


@pytest.mark.parametrize("miner", MINERS)
def test_a_pair_exactly_at_the_support_is_found_in_a_branching_tree(miner: str) -> None:
    # mlxtend's fpgrowth, and its apriori with low_memory, miss {a, b}, which is in 7 of 100.
    frame = pd.DataFrame(
        {
            "a": [True] * 7 + [False] * 73 + [True] * 20,
            "b": [True] * 57 + [False] * 43,
            "c": [True] * 3 + [False] * 52 + [True] * 45,
        }
    )
    assert by_set(frequent_itemsets(frame, 0.07, miner=miner)) == {
        frozenset("a"): 0.27,
        frozenset("b"): 0.57,
        frozenset("c"): 0.48,
        frozenset("ab"): 0.07,
        frozenset("ac"): 0.23,
    }


@pytest.mark.parametrize("miner", MINERS)
def test_itemsets_come_by_support_and_then_by_column(miner: str) -> None:
    found = frequent_itemsets(one_hot(BASKETS), 0.2, miner=miner)
    assert [sorted(items) for items in found["itemsets"]] == [
        ["milk"],
        ["bread"],
        ["bread", "milk"],
        ["eggs"],
        ["bread", "eggs"],
        ["bread", "eggs", "milk"],
        ["eggs", "milk"],
    ]
    assert found.columns.tolist() == ["support", "itemsets"]
    assert found.index.tolist() == list(range(7))
    assert found["support"].dtype == float


@pytest.mark.parametrize("miner", MINERS)
@pytest.mark.parametrize("sparse", [False, True])
def test_numbers_are_items_too(miner: str, sparse: bool) -> None:
    found = frequent_itemsets(one_hot([[30, 31], [31, 4], [31, 30]], sparse), 0.5, miner=miner)
    assert [sorted(items) for items in found["itemsets"]] == [[31], [30], [30, 31]]
    assert all(type(item) is int for items in found["itemsets"] for item in items)


@pytest.mark.parametrize("miner", MINERS)
@pytest.mark.parametrize("sparse", [False, True])
def test_where_no_item_reaches_the_support_a_line_says_so(
    miner: str, sparse: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    found = frequent_itemsets(one_hot(BASKETS, sparse), 0.9, miner=miner)
    assert capsys.readouterr().out == (
        "No itemset reaches a support of 0.9: the most frequent item, 'milk', has 0.8.\n"
    )
    assert found.empty
    assert found.columns.tolist() == ["support", "itemsets"]
    assert rules(found).empty, "and rules of none are none"


def test_a_row_without_items_counts_as_a_basket() -> None:
    frame = pd.DataFrame({"milk": [True, False], "eggs": [True, False]})
    assert set(frequent_itemsets(frame, 0.5)["support"]) == {0.5}


@pytest.mark.parametrize(
    "support", [0, 0.0, -0.1, 1.0001, 60, float("nan"), float("inf"), True, "0.5", None]
)
@pytest.mark.parametrize("miner", MINERS)
def test_a_support_outside_0_to_1_is_refused(support: Any, miner: str) -> None:
    with pytest.raises(ValueError, match=r"min_support is .*above 0 and at most 1") as caught:
        frequent_itemsets(one_hot(BASKETS), support, miner=miner)
    assert repr(support) in str(caught.value)


@pytest.mark.parametrize("max_len", [0, -1, 2.0, True, "2"])
def test_a_largest_size_that_is_none_is_refused(max_len: Any) -> None:
    with pytest.raises(ValueError, match="max_len is"):
        frequent_itemsets(one_hot(BASKETS), 0.5, max_len=max_len)


@pytest.mark.parametrize("miner", ["eclat", ["apriori"], None])
def test_another_miner_is_refused(miner: Any) -> None:
    words = f"miner is {miner!r}; it must be one of 'apriori', 'fpgrowth'"
    with pytest.raises(ValueError, match=re.escape(words)):
        frequent_itemsets(one_hot(BASKETS), 0.5, miner=miner)


def test_apriori_prefix_by_prefix_is_what_mines_unless_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The fpgrowth of mlxtend 0.23, which Colab may have, takes minutes where this takes a second.
    asked: list[dict[str, Any]] = []

    def miner(*args: Any, **options: Any) -> pd.DataFrame:
        asked.append(options)
        return apriori(*args, **options)

    monkeypatch.setitem(association.MINERS, "apriori", miner)
    assert not frequent_itemsets(one_hot(BASKETS), 0.5).empty
    assert [options["low_memory"] for options in asked] == [True]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (one_hot(BASKETS).astype(int), "'bread' is of int64; expected is bool"),
        (one_hot(BASKETS).astype(float), "frame.astype(bool)"),
        (one_hot(BASKETS).astype({"eggs": "int8"}), "'eggs' is of int8"),
        (one_hot(BASKETS).astype("boolean"), "'bread' is of boolean"),
        (one_hot(BASKETS).astype(object), "'bread' is of object"),
        (one_hot(BASKETS).astype(pd.SparseDtype("int64", 0)), "'bread' is of Sparse[int64"),
        (
            one_hot(BASKETS).astype(pd.SparseDtype(bool, True)),
            "'bread' is of Sparse[bool, True]; what a sparse column does not store must be False",
        ),
        (
            one_hot(BASKETS).astype({"eggs": pd.SparseDtype(bool, True)}),
            "'eggs' is of Sparse[bool, True]",
        ),
        (pd.DataFrame({"0": ["milk"], "1": ["eggs"]}), "'0' is of"),
        (one_hot(BASKETS).iloc[:0], "frame has 0 rows and 3 columns"),
        (one_hot(BASKETS)[[]], "frame has 5 rows and 0 columns"),
        (one_hot(BASKETS)[["milk", "milk"]], "the column 'milk' twice"),
        (one_hot(BASKETS).to_numpy(), "frame is a ndarray"),
        (BASKETS, "frame is a list; expected is a DataFrame of bool"),
    ],
)
@pytest.mark.parametrize("miner", MINERS)
def test_a_frame_that_is_not_of_yes_and_no_is_refused(frame: Any, words: str, miner: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        frequent_itemsets(frame, 0.5, miner=miner)


def test_a_rule_has_its_measures_by_hand() -> None:
    found = rules(frequent_itemsets(one_hot(BASKETS), 0.2), min_threshold=0.7)
    rule = found[found["consequents"] == frozenset({"bread"})]
    rule = rule[rule["antecedents"] == frozenset({"milk"})].iloc[0]
    assert rule["antecedent support"] == 0.8
    assert rule["consequent support"] == 0.6
    assert rule["support"] == 0.6
    assert rule["confidence"] == pytest.approx(0.6 / 0.8)
    assert rule["lift"] == pytest.approx(0.75 / 0.6)
    assert rule["leverage"] == pytest.approx(0.6 - 0.8 * 0.6)
    assert rule["conviction"] == pytest.approx((1 - 0.6) / (1 - 0.75))
    assert found["conviction"].max() == np.inf, "bread -> milk has a confidence of 1"


def test_rules_come_by_the_measure_asked_for() -> None:
    itemsets = frequent_itemsets(one_hot(BASKETS), 0.2)
    for measure in ("support", "confidence", "lift", "leverage", "conviction"):
        found = rules(itemsets, metric=measure, min_threshold=0.1)
        assert found[measure].round(12).is_monotonic_decreasing
        assert found.columns.tolist() == [
            *("antecedents", "consequents", "antecedent support", "consequent support"),
            *("support", "confidence", "lift", "leverage", "conviction"),
        ]
        assert found.index.tolist() == list(range(len(found)))


def test_rules_of_the_same_measure_come_by_support_whatever_the_rounding() -> None:
    # Confidences of 1/5 all, but 0.08 / 0.4 and 0.06 / 0.3 differ in the last place.
    wanted = {"a": (0.03, 0.15), "b": (0.06, 0.3), "c": (0.04, 0.2), "d": (0.08, 0.4)}
    supports = {frozenset("z"): 0.9}
    for item, (pair, alone) in wanted.items():
        supports |= {frozenset(item): alone, frozenset({item, "z"}): pair}
    itemsets = pd.DataFrame({"support": supports.values(), "itemsets": supports.keys()})
    found = rules(itemsets, min_threshold=0.2)
    assert set(found["confidence"]) == {0.2, 0.19999999999999998}, "the case is too easy"
    assert [min(items) for items in found["antecedents"]] == ["d", "b", "c", "a"]


def test_rules_of_an_infinite_conviction_come_by_support() -> None:
    baskets = [["a", "z"], *[["b", "z"]] * 3, *[["c", "z"]] * 2, ["d"]]
    found = rules(frequent_itemsets(one_hot(baskets), 0.1), "conviction", 99)
    assert found["conviction"].tolist() == [np.inf] * 3
    assert [min(items) for items in found["antecedents"]] == ["b", "c", "a"]


def test_a_rule_exactly_at_the_threshold_is_kept() -> None:
    for hits, of in ((7, 10), (14, 20), (21, 30), (49, 70), (55, 100), (57, 100)):
        baskets = [["milk", "bread"]] * hits + [["milk"]] * (of - hits) + [["eggs"]] * 13
        itemsets = frequent_itemsets(one_hot(baskets), 0.01)
        found = rules(itemsets, min_threshold=hits / of)
        assert frozenset({"milk"}) in set(found["antecedents"]), f"{hits} of {of}"


def test_where_there_is_no_rule_the_columns_are_there() -> None:
    itemsets = frequent_itemsets(one_hot(BASKETS), 0.2)
    some = rules(itemsets)
    for none in (rules(itemsets, metric="lift", min_threshold=99), rules(itemsets.iloc[:0])):
        assert none.empty
        assert none.columns.tolist() == some.columns.tolist()
        assert none["confidence"].dtype == float


def test_rules_do_not_depend_on_how_sets_are_hashed() -> None:
    program = (
        "from tests.test_association import *; found = rules(frequent_itemsets(one_hot(FIVE), .6));"
        "print([(sorted(a), sorted(c)) for a, c in zip(found.antecedents, found.consequents)])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize(
    ("itemsets", "metric", "threshold", "words"),
    [
        (pd.DataFrame({"support": [1.0]}), "lift", 1.0, "without the columns"),
        ([frozenset({"milk"})], "lift", 1.0, "itemsets is a list"),
        (None, "zhangs_metric", 1.0, "metric is 'zhangs_metric'; it must be one of support"),
        (None, "lift", float("nan"), "min_threshold is nan"),
        (None, "lift", "0.5", "min_threshold is '0.5'"),
        (None, ["lift"], 1.0, "metric is ['lift']; it must be one of support"),
        (
            frequent_itemsets(one_hot(BASKETS).rename(columns={"milk": 7}), 0.2),
            *("lift", 1.0),
            "itemsets has items of types without a common order: int, str.",
        ),
    ],
)
def test_odd_questions_for_rules_are_refused(
    itemsets: Any, metric: Any, threshold: Any, words: str
) -> None:
    given = frequent_itemsets(one_hot(BASKETS), 0.2) if itemsets is None else itemsets
    with pytest.raises(ValueError, match=re.escape(words)):
        rules(given, metric, threshold)


def test_rules_of_itemsets_without_their_parts_are_refused() -> None:
    itemsets = frequent_itemsets(one_hot(BASKETS), 0.2)
    pairs = itemsets[itemsets["itemsets"].map(len) == 2]
    with pytest.raises(ValueError, match="lacks the support of a part"):
        rules(pairs)


def test_warnings_stay_as_they_were() -> None:
    program = (
        "import warnings; before = warnings.filters[:]; import workshop_pkg.association;"
        "assert ('always', None, DeprecationWarning, None, 0) not in warnings.filters"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
