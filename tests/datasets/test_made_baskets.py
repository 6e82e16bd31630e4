"""Made-up baskets: the same everywhere, of the published sizes, and mined as real ones are."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workshop_pkg.association import frequent_itemsets, one_hot
from workshop_pkg.datasets import load_groceries, load_supermarket, made_baskets
from workshop_pkg.datasets.made_baskets import GROCERIES, SUPERMARKET, Shop, make_baskets

Baskets = list[list[int]]
# Supports that the lesson on FP-Growth mines at.
SUPPORTS = {"groceries": (0.05, 0.02, 0.01, 0.005), "supermarket": (0.1, 0.05, 0.02, 0.01)}


@pytest.fixture(scope="module")
def groceries() -> Baskets:
    return make_baskets(GROCERIES)


@pytest.fixture(scope="module")
def supermarket() -> Baskets:
    return make_baskets(SUPERMARKET)


def digest(baskets: Baskets) -> str:
    return hashlib.sha256(repr(baskets).encode()).hexdigest()[:16]


def test_the_same_seed_makes_the_same_baskets_on_every_machine(
    groceries: Baskets, supermarket: Baskets
) -> None:
    assert digest(groceries) == "68160e33aefc0b1f"
    assert digest(supermarket) == "0438c69c18a155fd"
    assert digest(make_baskets(GROCERIES, seed=1)) != digest(groceries)


def test_the_sizes_are_the_published_ones(groceries: Baskets, supermarket: Baskets) -> None:
    for baskets, shop in ((groceries, GROCERIES), (supermarket, SUPERMARKET)):
        sizes = np.array([len(basket) for basket in baskets])
        assert sizes.size == shop.n_baskets
        assert sizes.mean() == pytest.approx(shop.mean_size, rel=0.02)
        assert sizes.min() == 1
        assert all(len(set(basket)) == len(basket) for basket in baskets)
        assert {item for basket in baskets for item in basket} == set(range(shop.n_items))


def test_items_have_a_long_tail(groceries: Baskets, supermarket: Baskets) -> None:
    for baskets, top, median in ((groceries, 0.25, 0.01), (supermarket, 0.57, 0.0001)):
        counts = np.bincount(np.concatenate([np.array(basket) for basket in baskets]))
        shares = np.sort(counts)[::-1] / len(baskets)
        assert shares[0] == pytest.approx(top, abs=0.05)
        assert np.median(shares) == pytest.approx(median, rel=0.5)


def test_the_planted_groups_are_bought_together() -> None:
    planted = make_baskets(Shop(5_000, 100, 5.0))
    alone = make_baskets(Shop(5_000, 100, 5.0, pattern_share=0.0))
    lifts = []
    for baskets in (planted, alone):
        held = one_hot(baskets).to_numpy(float)
        shares = held.mean(axis=0)
        lift = (held.T @ held / len(held)) / np.outer(shares, shares)
        often = np.outer(shares, shares) * len(held) > 10
        np.fill_diagonal(often, False)
        lifts.append(np.quantile(lift[often], 0.99))
    assert lifts[0] > 1.5 * lifts[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n_baskets": 0}, "0 baskets"),
        ({"n_items": 1}, "1 items"),
        ({"mean_size": 1.0}, "mean size above 1"),
        ({"mean_size": 90.0}, "below half the number of items"),
        ({"n_baskets": 70}, "too few for 169 different items"),
        ({"n_baskets": 9_835.0}, "n_baskets is 9835.0; it must be a whole number"),
        ({"n_items": 169.5}, "n_items is 169.5; it must be a whole number"),
        ({"mean_size": math.nan}, "mean_size is nan; it must be a number above 0"),
        ({"size_shape": 0.0}, "size_shape is 0.0; it must be a number above 0"),
        ({"staples": (0.9, 0.9)}, "staples is (0.9, 0.9); it must be chances"),
        ({"staples": (1.0,)}, "staples is (1.0,); it must be chances"),
        ({"staples": (-0.1, 0.2)}, "staples is (-0.1, 0.2); it must be chances"),
        ({"staples": (math.nan,)}, "staples is (nan,); it must be chances"),
        ({"staples": (0.001,) * 169}, "it must be fewer than its 169 items"),
        ({"shelf_shift": 0.0}, "shelf_shift is 0.0; it must be a number above 0"),
        ({"shelf_power": -0.5}, "shelf_power is -0.5; it must be a number, 0 or more"),
        ({"shelf_scale": 0.0}, "shelf_scale is 0.0; it must be a number above 0"),
        ({"shelf_scale": math.inf}, "shelf_scale is inf; it must be a number above 0"),
        ({"n_patterns": 0}, "n_patterns is 0; it must be 1 or more"),
        ({"n_patterns": 2.5}, "n_patterns is 2.5; it must be a whole number"),
        ({"pattern_size": 1.9}, "pattern_size is 1.9; it must be a number, 2 or more"),
        ({"pattern_share": 1.1}, "pattern_share is 1.1; it must be a share, from 0 to 1"),
        ({"pattern_share": -0.1}, "pattern_share is -0.1; it must be a share, from 0 to 1"),
        ({"pattern_share": math.nan}, "pattern_share is nan; it must be a share, from 0 to 1"),
    ],
)
def test_a_shop_that_cannot_be_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        make_baskets(dataclasses.replace(GROCERIES, **changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shelf_scale": 0.01}, "too few for a group of"),
        ({"staples": (0.5, 0.4999999)}, "too few for a group of"),
        ({"n_baskets": 40, "shelf_scale": 1e6, "shelf_power": 0.0}, "make more baskets"),
    ],
)
def test_a_shop_that_sells_too_few_of_its_items_is_refused_and_does_not_hang(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        make_baskets(dataclasses.replace(Shop(2_000, 100, 5.0), **changes))


@pytest.mark.parametrize("changes", [{"pattern_share": 0.0}, {"pattern_size": 2.0}])
def test_a_shop_at_a_limit_can_be(changes: dict[str, Any]) -> None:
    assert len(make_baskets(dataclasses.replace(Shop(500, 50, 4.0), **changes))) == 500


@pytest.mark.parametrize(
    ("name", "counts"),
    [("groceries", [31, 131, 405, 1_237]), ("supermarket", [17, 79, 267, 858])],
)
def test_there_are_as_many_itemsets_as_the_module_says(
    name: str, counts: list[int], request: pytest.FixtureRequest
) -> None:
    baskets: Baskets = request.getfixturevalue(name)
    lowest = frequent_itemsets(one_hot(baskets, sparse=True), 0.005, miner="apriori")
    found = [int((lowest["support"] >= share).sum()) for share in (0.05, 0.02, 0.01, 0.005)]
    assert found == counts
    row = next(line for line in str(made_baskets.__doc__).splitlines() if line.startswith(name))
    assert [int(cell.replace(",", "")) for cell in re.findall(r"([\d,]+) \(", row)] == counts


@pytest.mark.parametrize("seed", range(5))
def test_a_tiny_shop_has_all_its_items(seed: int) -> None:
    baskets = make_baskets(Shop(30, 12, 3.0), seed)
    assert {item for basket in baskets for item in basket} == set(range(12))


@pytest.mark.real_data
@pytest.mark.parametrize("load", [load_groceries, load_supermarket])
def test_as_many_itemsets_are_found_as_in_real_baskets(
    load: Callable[[Path], list[list[str]] | list[list[int]]],
    real_data_folder: Path,
    groceries: Baskets,
    supermarket: Baskets,
) -> None:
    made = groceries if load is load_groceries else supermarket
    tables = [one_hot(baskets, sparse=True) for baskets in (load(real_data_folder), made)]
    assert tables[0].shape == tables[1].shape
    for support in SUPPORTS["groceries" if load is load_groceries else "supermarket"]:
        real, ours = (frequent_itemsets(table, support, miner="apriori") for table in tables)
        assert len(real) / 2 < len(ours) < len(real) * 2, f"at {support}"
        sizes = [set(found["itemsets"].map(len)) for found in (real, ours)]
        assert abs(max(sizes[0]) - max(sizes[1])) <= 1, f"at {support}"
