"""Charts of baskets as tables and of the itemsets in them: cost, lattice, candidates."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, ORANGE, PALETTE

FREQUENT, COUNTED, SPARED = "frequent", "counted, and too rare", "never counted"
KINDS = [FREQUENT, COUNTED, SPARED]
KIND_COLORS = [BLUE, ORANGE, GRAY]
KIND_SHAPES = ["circle", "square", "cross"]


def encoding_growth(
    measured: pd.DataFrame, x: str, y: str, x_title: str, y_title: str
) -> alt.LayerChart:
    """Draw what several ways to encode baskets cost as the data grows, on two log scales.

    Parameters
    ----------
    measured
        Columns ``way`` (its name), and the two that `x` and `y` name, above zero.
    x, y
        The columns of the size of the data and of the cost.
    x_title, y_title
        The titles of the axes, with their units.

    Returns
    -------
    altair.LayerChart
        Its title says which way costs least at both ends, its subtitle how many times the cost of
        each way grew with ten times the size, at the largest sizes where that was measured; from
        the smallest size to the largest where no two sizes are ten times apart.
    """
    grown = [
        _growth(str(name), dict(zip(rows[x].tolist(), rows[y].tolist(), strict=True)))
        for name, rows in measured.groupby("way", sort=False)
    ]
    ends = [measured[x].min() / 1.15, measured[x].max() * 1.15]
    ways = list(dict.fromkeys(measured["way"]))
    base = alt.Chart(measured).encode(
        x=alt.X(f"{x}:Q")
        .title(x_title)
        .scale(type="log", domain=ends, nice=False)
        .axis(format=",d", tickCount=4),
        y=alt.Y(f"{y}:Q").title(y_title).scale(type="log").axis(tickCount=4, format="~g"),
        color=alt.Color("way:N")
        .title(None)
        .scale(domain=ways, range=PALETTE)
        .legend(orient="bottom", columns=1),
        shape=alt.Shape("way:N").title(None).scale(domain=ways),
        tooltip=["way", alt.Tooltip(f"{x}:Q", format=","), alt.Tooltip(f"{y}:Q", format=".3~g")],
    )
    return alt.layer(
        base.mark_line(opacity=0.6).encode(shape=alt.Undefined),
        base.mark_point(filled=True, size=80, opacity=0.9),
    ).properties(
        title=alt.Title(_cheapest(measured, x, y), subtitle=grown),
        description=f"{y_title} against {x_title} on two log scales, a line for each way to "
        f"encode. {'; '.join(grown)}.",
        width=400,
        height=240,
    )


def _growth(name: str, costs: Mapping[int, float]) -> str:
    """Say how many times the cost grew with ten times the size, or else from end to end."""
    small = max((size for size in costs if 10 * size in costs), default=min(costs))
    large = 10 * small if 10 * small in costs else max(costs)
    return f"{name}: times {costs[large] / costs[small]:.2g} from {small:,} to {large:,}"


def _cheapest(measured: pd.DataFrame, x: str, y: str) -> str:
    """Say which way costs least at the smallest and at the largest size."""
    names = []
    for size in (measured[x].min(), measured[x].max()):
        rows = measured[measured[x] == size].sort_values(y, kind="stable")
        names.append((f"{size:,}", str(rows["way"].iloc[0])))
    (small, first), (large, last) = names
    if first == last:
        return f"Cheapest at both ends: {first}"
    return f"Cheapest at {small}: {first}; at {large}: {last}"


def itemset_lattice(supports: Mapping[frozenset[str], float], min_support: float) -> alt.LayerChart:
    """Draw all sets of a few items, from single ones on top to all together at the bottom.

    Parameters
    ----------
    supports
        The support of every non-empty set of the items; four items make 15 sets.
    min_support
        The least support of a frequent set.

    Returns
    -------
    altair.LayerChart
        Lines go from each set to the sets that add one item. Sets are frequent, counted and too
        rare, or never counted, since one of their parts is not frequent. The title says how many
        are spared.
    """
    nodes = _lattice_nodes(supports, min_support)
    place = dict(zip(nodes["items"], zip(nodes["x"], nodes["y"], strict=True), strict=True))
    edges = pd.DataFrame(
        [
            {"x": place[small][0], "y": place[small][1], "x2": x, "y2": y}
            for big, (x, y) in place.items()
            for small in place
            if len(small) == len(big) - 1 and set(small) < set(big)
        ]
    )
    nodes = nodes.assign(label=["\n".join(items) for items in nodes["items"]])
    nodes["set"] = nodes.pop("items").map(", ".join)
    n_spared = int((nodes["kind"] == SPARED).sum())
    finding = f"{n_spared} of {len(nodes)} sets need no count: a part of them is too rare already"
    x = alt.X("x:Q").axis(None).scale(domain=[-0.6, nodes["x"].max() + 0.6])
    y = alt.Y("y:Q").axis(None).scale(domain=[0.6, nodes["y"].max() + 0.7], reverse=True)
    lines = alt.Chart(edges).mark_rule(color="#DDDDDD").encode(x=x, y=y, x2="x2", y2="y2")
    base = alt.Chart(nodes).encode(x=x, y=y)
    points = base.mark_point(filled=True, size=220, opacity=1).encode(
        color=alt.Color("kind:N").title(None).scale(domain=KINDS, range=KIND_COLORS),
        shape=alt.Shape("kind:N")
        .title(None)
        .scale(domain=KINDS, range=KIND_SHAPES)
        .legend(orient="bottom", symbolSize=120),
        tooltip=["set", alt.Tooltip("support:Q", format=".3f"), "kind"],
    )
    labels = base.mark_text(dy=14, baseline="top", fontSize=11, lineBreak="\n").encode(text="label")
    values = base.mark_text(dy=-16, fontSize=11, fontWeight="bold").encode(text="shown")
    return alt.layer(lines, points, labels, values).properties(
        title=alt.Title(
            finding, subtitle=f"min_support {min_support:g}; the number is the support"
        ),
        description=f"All {len(nodes)} sets of a few items, in rows by size, joined by lines to "
        f"the sets that add one item. {finding}.",
        width=520,
        height=430,
    )


def _lattice_nodes(supports: Mapping[frozenset[str], float], min_support: float) -> pd.DataFrame:
    """Place each set, a row for each size, and tell its kind."""
    sizes = [len(items) for items in supports]
    widest = max(sizes.count(size) for size in sizes)
    rows = []
    for size in sorted(set(sizes)):
        level = sorted(tuple(sorted(items)) for items in supports if len(items) == size)
        for place, items in enumerate(level):
            support = supports[frozenset(items)]
            parts = combinations(items, size - 1) if size > 1 else ()
            spared = any(supports[frozenset(part)] < min_support for part in parts)
            kind = SPARED if spared else FREQUENT if support >= min_support else COUNTED
            rows.append(
                {
                    "items": items,
                    "x": place + (widest - len(level)) / 2,
                    "y": float(size),
                    "support": support,
                    "shown": "" if spared else f"{support:.3f}",
                    "kind": kind,
                }
            )
    return pd.DataFrame(rows)


def candidate_counts(counts: pd.DataFrame) -> alt.Chart:
    """Draw how many sets of each size are frequent, are counted in vain, and are spared.

    Parameters
    ----------
    counts
        Columns ``size`` (items in a set), ``all_sets`` (how many there are), ``candidates`` (how
        many are counted) and ``frequent``.

    Returns
    -------
    altair.Chart
        Stacked bars; the title says how many sets are counted of how many there are.
    """
    parts = pd.DataFrame(
        {
            "size": counts["size"],
            FREQUENT: counts["frequent"],
            COUNTED: counts["candidates"] - counts["frequent"],
            SPARED: counts["all_sets"] - counts["candidates"],
        }
    ).melt("size", var_name="kind", value_name="sets")
    parts["order"] = parts["kind"].map(dict(zip(KINDS, np.arange(len(KINDS)), strict=True)))
    finding = f"Apriori counts {counts['candidates'].sum():,} of {counts['all_sets'].sum():,} sets"
    return (
        alt.Chart(
            parts,
            title=finding,
            description=f"Bars by the size of a set, split into frequent, counted and too rare, "
            f"and never counted. {finding}.",
            width=420,
            height=220,
        )
        .mark_bar(stroke="white")
        .encode(
            x=alt.X("size:O").title("Items in a set").axis(labelAngle=0),
            y=alt.Y("sets:Q").title("Number of sets"),
            color=alt.Color("kind:N")
            .title(None)
            .scale(domain=KINDS, range=KIND_COLORS)
            .legend(orient="bottom"),
            order="order:Q",
            tooltip=["size", "kind", "sets"],
        )
    )
