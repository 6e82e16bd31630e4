"""Charts of the FP-tree: growing basket by basket, and the paths that lead to one item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from workshop_pkg.charts.theme import BLACK, GRAY, ORANGE

#: A node is the way to it from the root: the items passed, itself the last.
Path = tuple[str, ...]

ROOT = "start"
PATH_COLOR, OTHER_COLOR = ORANGE, GRAY
PASSED, NOT_PASSED = "passed", "not passed"


def fp_tree_growth(baskets: Sequence[Sequence[str]]) -> alt.LayerChart:
    """Draw an FP-tree as it grows, with a slider for the number of baskets that are in it.

    Parameters
    ----------
    baskets
        The items of each basket that are frequent, in the order of the header table.

    Returns
    -------
    altair.LayerChart
        A node is an item and its count. The path of the newest basket is orange and thick. A line
        above the tree names that basket, and says how many items are stored in how many nodes so
        far; the title does not, so that a reader may predict it.

    Notes
    -----
    Han, J., Pei, J. and Yin, Y. (2000), Mining frequent patterns without candidate generation,
    SIGMOD, section 2.
    """
    places = _layout(baskets)
    steps = []
    for step in range(len(baskets) + 1):
        counts = _counts(baskets[:step])
        newest = _prefixes(baskets[step - 1]) if step else []
        for path, count in counts.items():
            steps.append(_row(path, count, path in newest, places) | {"step": step})
    rows = pd.DataFrame(steps)
    captions = pd.DataFrame(
        {
            "step": range(len(baskets) + 1),
            "text": [_caption(baskets[:step]) for step in range(len(baskets) + 1)],
        }
    )
    slider = alt.param(
        name="baskets_in_the_tree",
        value=1,
        bind=alt.binding_range(min=0, max=len(baskets), step=1, name="Baskets in the tree: "),
    )
    shown = f"datum.step == {slider.name}"
    caption = (
        alt.Chart(captions)
        .transform_filter(shown)
        .mark_text(align="left", fontSize=13, fontWeight="bold", lineBreak="\n")
        .encode(x=alt.value(0), y=alt.value(-24), text="text:N")
    )
    layers = [layer.transform_filter(shown) for layer in _tree_layers(rows, places)]
    return (
        alt.layer(*layers, caption)
        .add_params(slider)
        .properties(
            title=alt.Title(
                "The tree, basket by basket",
                subtitle="Orange and thick: the way of the newest basket",
                offset=40,
            ),
            description="A tree of items and their counts, which grows as a slider adds baskets. "
            "The path of the newest basket stands out. With all of them: "
            f"{_stored(baskets)}.",
            width=520,
            height=90 * max(map(len, places)) + 40,
        )
    )


def fp_tree_paths(baskets: Sequence[Sequence[str]], item: str) -> alt.LayerChart:
    """Draw the whole FP-tree, with the ways from the root to one item.

    Parameters
    ----------
    baskets
        The items of each basket that are frequent, in the order of the header table.
    item
        The item whose nodes are looked for.

    Returns
    -------
    altair.LayerChart
        Each node with the item, and what lies above it, is orange and its line thick; the title
        says in how many nodes the item stands and what its counts add up to.

    Raises
    ------
    ValueError
        If `item` is in none of the baskets.
    """
    places, counts = _layout(baskets), _counts(baskets)
    ends = [path for path in places if path and path[-1] == item]
    if not ends:
        known = ", ".join(sorted({str(name) for basket in baskets for name in basket}))
        raise ValueError(f"{item!r} is in no basket of this tree; there are {known}. Ask for one.")
    passed = {prefix for end in ends for prefix in _prefixes(end)}
    rows = pd.DataFrame(
        [_row(path, count, path in passed, places) for path, count in counts.items()]
    )
    finding = (
        f"{item} stands in {len(ends)} node{'s' * (len(ends) != 1)}, and their counts add up to "
        f"{sum(counts[end] for end in ends)}"
    )
    return alt.layer(*_tree_layers(rows, places)).properties(
        title=alt.Title(finding, subtitle=f"Orange and thick: the ways from the root to {item}"),
        description="A tree of items and their counts; the ways from the root to one item stand "
        f"out. {finding}.",
        width=520,
        height=90 * max(map(len, places)) + 40,
    )


def _caption(baskets: Sequence[Sequence[str]]) -> str:
    """Name the newest basket, and say what the tree stores so far."""
    if not baskets:
        return "No basket yet: the root alone"
    newest = ", ".join(baskets[-1]) or "nothing frequent"
    return f"Basket {len(baskets)}: {newest}\nSo far {_stored(baskets)}"


def _stored(baskets: Sequence[Sequence[str]]) -> str:
    n_items, n_nodes = sum(map(len, baskets)), len(_counts(baskets)) - 1
    return f"{n_items} item{'s' * (n_items != 1)} in {n_nodes} node{'s' * (n_nodes != 1)}"


def _prefixes(basket: Sequence[str]) -> list[Path]:
    """List the nodes that a basket passes: the root first."""
    return [tuple(basket[:length]) for length in range(len(basket) + 1)]


def _counts(baskets: Sequence[Sequence[str]]) -> dict[Path, int]:
    """Count the baskets that pass each node; the root is there before the first."""
    counts: dict[Path, int] = {(): 0}
    for basket in baskets:
        for path in _prefixes(basket):
            counts[path] = counts.get(path, 0) + 1
    return counts


def _layout(baskets: Sequence[Sequence[str]]) -> dict[Path, float]:
    """Give each node of the whole tree its place from left to right.

    Leaves stand side by side, in the order in which their branch began; a node stands in the middle
    of its children.
    """
    children: dict[Path, list[Path]] = {}
    for path in _counts(baskets):
        children.setdefault(path, [])
        if path:
            children[path[:-1]].append(path)
    places: dict[Path, float] = {}
    n_leaves = 0

    def place(path: Path) -> float:
        nonlocal n_leaves
        if children[path]:
            spots = [place(child) for child in children[path]]
            places[path] = (spots[0] + spots[-1]) / 2
        else:
            places[path] = float(n_leaves)
            n_leaves += 1
        return places[path]

    place(())
    return places


def _row(path: Path, count: int, passed: bool, places: dict[Path, float]) -> dict[str, Any]:
    """Describe a node and the line to its parent."""
    return {
        "item": str(path[-1]) if path else ROOT,
        "count": count,
        "label": f"{path[-1]}: {count}" if path else ROOT,
        "above": " > ".join(map(str, path[:-1])) or ROOT,
        "x": places[path],
        "y": len(path),
        "parent_x": places[path[:-1]],
        "parent_y": max(len(path) - 1, 0),
        "way": PASSED if passed else NOT_PASSED,
    }


def _tree_layers(rows: pd.DataFrame, places: dict[Path, float]) -> list[alt.Chart]:
    """Draw lines, boxes and labels on scales that fit the whole tree."""
    depth, right = max(map(len, places)), max(places.values())
    hidden = {"axis": None}
    x = alt.X("x:Q", **hidden).scale(domain=[-0.6, right + 0.6], nice=False, zero=False)
    y = alt.Y("y:Q", **hidden).scale(domain=[depth + 0.4, -0.4], nice=False, zero=False)
    ways = [PASSED, NOT_PASSED]
    nodes = alt.Chart(rows).encode(x=x, y=y, tooltip=["item", "count", "above"])
    lines = (
        alt.Chart(rows)
        .mark_rule()
        .encode(
            x=alt.X("parent_x:Q", **hidden),
            y=alt.Y("parent_y:Q", **hidden),
            x2="x:Q",
            y2="y:Q",
            color=alt.Color("way:N", legend=None).scale(
                domain=ways, range=[PATH_COLOR, OTHER_COLOR]
            ),
            size=alt.Size("way:N", legend=None).scale(domain=ways, range=[6, 1.5]),
        )
    )
    # The label stands on a patch of white, so that no line runs through it.
    patch = nodes.mark_text(fontSize=13, stroke="white", strokeWidth=7, strokeJoin="round")
    text = nodes.mark_text(fontSize=13, color=BLACK)
    return [lines, patch.encode(text="label:N"), text.encode(text="label:N")]
