"""Made-up baskets: the same everywhere, of the published sizes, and mined as real ones are."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workshop_pkg.association import frequent_itemsets, one_hot
from workshop_pkg.datasets import load_groceries, load_supermarket
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


def test_large_sets_are_made_while_one_waits() -> None:
    started = time.process_time()
    make_baskets(SUPERMARKET)
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n_baskets": 0}, "0 baskets"),
        ({"n_items": 1}, "1 items"),
        ({"mean_size": 1.0}, "mean size above 1"),
        ({"mean_size": 90.0}, "below half the number of items"),
        ({"n_baskets": 70}, "too few for 169 different items"),
    ],
)
def test_a_shop_that_cannot_be_is_refused(changes: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_baskets(dataclasses.replace(GROCERIES, **changes))


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
