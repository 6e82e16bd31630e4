"""The charts of tables and itemsets draw what their titles say, and can be read by all."""

from itertools import combinations
from typing import Any

import altair as alt
import pandas as pd
import pytest

from workshop_pkg.charts.itemsets import (
    COUNTED,
    FREQUENT,
    SPARED,
    candidate_counts,
    encoding_growth,
    itemset_lattice,
)


def some_times() -> pd.DataFrame:
    rows = [("loop", 100, 0.1), ("loop", 1000, 4.0), ("library", 100, 0.2), ("library", 1000, 0.6)]
    return pd.DataFrame(rows, columns=["way", "baskets", "seconds"])


def growth(times: pd.DataFrame) -> alt.LayerChart:
    return encoding_growth(times, "baskets", "seconds", "Baskets", "Time (seconds)")


def some_supports() -> dict[frozenset[str], float]:
    """Give the supports of all sets of a, b and c: b with c is too rare."""
    supports = {"a": 0.6, "b": 0.5, "c": 0.4, "ab": 0.3, "ac": 0.25, "bc": 0.1, "abc": 0.05}
    return {frozenset(items): support for items, support in supports.items()}


def some_steps() -> pd.DataFrame:
    rows = [(1, 4, 4, 3), (2, 6, 3, 1), (3, 4, 0, 0), (4, 1, 0, 0)]
    return pd.DataFrame(rows, columns=["size", "all_sets", "candidates", "frequent"])


def datasets_of(chart: alt.TopLevelMixin) -> list[pd.DataFrame]:
    return [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]


def title_of(chart: alt.TopLevelMixin) -> Any:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


def test_growth_says_who_is_cheapest_at_both_ends_and_how_much_ten_times_the_size_costs():
    chart = growth(some_times())
    assert title_of(chart) == "Cheapest at 100: loop; at 1,000: library"
    subtitle = chart.to_dict()["title"]["subtitle"]
    assert subtitle == [
        "loop: times 40 from 100 to 1,000",
        "library: times 3 from 100 to 1,000",
    ]
    one = some_times()[some_times()["way"] == "loop"]
    assert title_of(growth(one)) == "Cheapest at both ends: loop"


def test_growth_takes_the_largest_ten_times_and_else_both_ends():
    times = pd.DataFrame(
        {"baskets": [30, 100, 300, 1000, 2000], "seconds": [2.0, 3.0, 6.0, 12.0, 24.0]}
    ).assign(way="loop")
    assert growth(times).to_dict()["title"]["subtitle"] == ["loop: times 4 from 100 to 1,000"]
    few = times.iloc[[1, 2]]
    assert growth(few).to_dict()["title"]["subtitle"] == ["loop: times 2 from 100 to 300"]


def test_growth_leaves_no_decade_empty():
    points = growth(some_times()).to_dict()["layer"][1]["encoding"]
    low, high = points["x"]["scale"]["domain"]
    assert 80 < low < 100
    assert 1000 < high < 1250
    assert points["x"]["scale"]["nice"] is False


def test_growth_takes_a_way_that_was_stopped_early():
    times = some_times().drop(index=1)
    assert title_of(growth(times)) == "Cheapest at 100: loop; at 1,000: library"


def test_growth_tells_ways_by_color_and_shape_on_log_scales():
    points = growth(some_times()).to_dict()["layer"][1]["encoding"]
    assert points["shape"]["field"] == points["color"]["field"] == "way"
    for axis in ("x", "y"):
        assert points[axis]["scale"]["type"] == "log"
        assert points[axis]["title"]


def lattice_nodes(min_support: float) -> pd.DataFrame:
    chart = itemset_lattice(some_supports(), min_support)
    return next(rows for rows in datasets_of(chart) if "kind" in rows).set_index("set")


def test_the_lattice_spares_what_has_a_rare_part_and_counts_the_rest():
    kinds = lattice_nodes(0.2)["kind"]
    assert kinds["a, b, c"] == SPARED
    assert kinds["b, c"] == COUNTED
    assert (kinds.drop(["a, b, c", "b, c"]) == FREQUENT).all()
    assert title_of(itemset_lattice(some_supports(), 0.2)).startswith("1 of 7 sets need no count")


def test_a_spared_set_shows_no_support_since_nobody_counted_it():
    nodes = lattice_nodes(0.2)
    assert nodes.loc["a, b, c", "shown"] == ""
    assert nodes.loc["b, c", "shown"] == "0.100"


def test_a_set_at_the_very_threshold_is_frequent():
    assert lattice_nodes(0.25)["kind"]["a, c"] == FREQUENT


def test_the_lattice_joins_each_set_with_those_that_add_one_item():
    chart = itemset_lattice(some_supports(), 0.2)
    edges = next(rows for rows in datasets_of(chart) if "x2" in rows)
    sizes = [len(items) for items in some_supports()]
    pairs = [(a, b) for a, b in combinations(some_supports(), 2) if a < b and len(b) == len(a) + 1]
    assert len(edges) == len(pairs) == 9
    assert (edges["y2"] - edges["y"] == 1).all()
    assert len(lattice_nodes(0.2)) == len(sizes)


def test_bars_add_up_to_all_sets_and_the_title_to_the_counted_ones():
    chart = candidate_counts(some_steps())
    assert title_of(chart) == "Apriori counts 7 of 15 sets"
    (rows,) = datasets_of(chart)
    assert rows.groupby("size")["sets"].sum().tolist() == [4, 6, 4, 1]
    assert rows.groupby("kind")["sets"].sum().to_dict() == {FREQUENT: 4, COUNTED: 3, SPARED: 8}


@pytest.mark.parametrize(
    "chart",
    [growth(some_times()), itemset_lattice(some_supports(), 0.2), candidate_counts(some_steps())],
    ids=["growth", "lattice", "candidates"],
)
def test_every_chart_describes_itself(chart):
    assert len(chart.to_dict()["description"]) > 40
