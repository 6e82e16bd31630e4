"""The made-up baskets have the layout and the published supports of the retail example."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import pytest

from data_scripts.make_retail_twin import ITEMS, PAIR_SUPPORTS

# Published supports of single items, and the two rules that the lesson names.
SUPPORTS = {
    "Bagel": 0.425397, "Milk": 0.501587, "Bread": 0.504762, "Eggs": 0.438095, "Meat": 0.476190,
    "Pencil": 0.361905, "Diaper": 0.406349,
}  # fmt: skip
POINTS = 0.02


def read_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="ascii", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def baskets(retail_twin_path: Path) -> list[set[str]]:
    return [set(row) - {""} for row in read_rows(retail_twin_path)[1:]]


def support(baskets: list[set[str]], *items: str) -> float:
    return sum(basket.issuperset(items) for basket in baskets) / len(baskets)


def test_layout_is_that_of_the_real_file(retail_twin_path: Path) -> None:
    header, *rows = read_rows(retail_twin_path)
    assert header == list("0123456")
    assert len(rows) == 315
    for row in rows:
        items = [item for item in row if item]
        assert len(row) == 7
        assert 1 <= len(items) == len(set(items))
        assert row == items + [""] * (7 - len(items))  # from the left, blanks after
    assert {item for row in rows for item in row if item} == set(ITEMS)
    assert {len(set(row) - {""}) for row in rows} == {1, 2, 3, 4, 5, 6, 7}


def test_supports_of_items_are_the_published_ones(baskets: list[set[str]]) -> None:
    measured = {item: support(baskets, item) for item in SUPPORTS}
    assert measured == pytest.approx(SUPPORTS, abs=POINTS)


def test_supports_of_pairs_are_the_published_ones(baskets: list[set[str]]) -> None:
    measured = [support(baskets, *pair) for pair in combinations(ITEMS, 2)]
    assert measured == pytest.approx(PAIR_SUPPORTS, abs=POINTS)


def test_published_rules_hold(baskets: list[set[str]]) -> None:
    bagel_bread = support(baskets, "Bagel", "Bread")
    assert bagel_bread == pytest.approx(0.279365, abs=POINTS)
    assert bagel_bread / support(baskets, "Bagel") == pytest.approx(0.656716, abs=0.03)
    eggs_cheese = support(baskets, "Eggs", "Cheese") / support(baskets, "Eggs")
    assert eggs_cheese == pytest.approx(0.681159, abs=0.03)
