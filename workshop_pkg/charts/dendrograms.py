"""A chart of a hierarchy of groups: the dendrogram, drawn in Altair."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.charts.theme import PALETTE

ABOVE_THE_CUT = "above the cut"


def dendrogram(linkage: NDArray[np.float64], n_clusters: int, n_leaves: int = 20) -> alt.LayerChart:
    """Draw the last merges of agglomerative clustering, and where a cut gives so many groups.

    Parameters
    ----------
    linkage
        What ``scipy.cluster.hierarchy.linkage`` returns, shape (n_users - 1, 4).
    n_clusters
        How many groups the cut leaves; from 2 to `n_leaves`.
    n_leaves
        How many branches to draw; each ends in the number of users that hang there.

    Returns
    -------
    altair.LayerChart
        The cut is in the middle between two merges; the subtitle warns where these are almost
        equally high (nearer than a fiftieth of the tree's height).

    Raises
    ------
    ValueError
        When `n_clusters` is not between 2 and the number of branches.
    """
    # Slow to import, and only this chart needs it.
    from scipy.cluster import hierarchy

    n_users = len(linkage) + 1
    drawn = min(n_leaves, n_users)
    if not 2 <= n_clusters <= drawn:
        raise ValueError(
            f"n_clusters is {n_clusters}, but the {drawn} branches drawn can be cut into 2 to "
            f"{drawn} groups: choose another number, or more leaves."
        )
    groups = hierarchy.fcluster(linkage, n_clusters, criterion="maxclust")
    tree = hierarchy.dendrogram(linkage, p=drawn, truncate_mode="lastp", no_plot=True)
    # The leaves stand at 5, 15, 25, ...
    leaf_groups = [int(groups[_a_user_below(linkage, node)]) for node in tree["leaves"]]
    sizes = [_n_users_below(linkage, node) for node in tree["leaves"]]
    cut = float((linkage[-n_clusters, 2] + linkage[-n_clusters + 1, 2]) / 2)
    subtitle = "The dashed line is the cut"
    gap = float(linkage[-n_clusters + 1, 2] - linkage[-n_clusters, 2])
    if gap < 0.02 * float(linkage[-1, 2]):
        subtitle += ", between two merges that are almost equally high"
    rows = []
    for number, (places, heights) in enumerate(zip(tree["icoord"], tree["dcoord"], strict=True)):
        group = leaf_groups[int(places[1] // 10)] if max(heights) < cut else 0
        rows += [
            {"link": number, "corner": corner, "place": place, "height": height, "of": _name(group)}
            for corner, (place, height) in enumerate(zip(places, heights, strict=True))
        ]
    leaves = pd.DataFrame(
        {
            "place": [10.0 * k + 5 for k in range(len(sizes))],
            "height": 0.0,
            "of": [_name(group) for group in leaf_groups],
            "text": [f"{size} users" if size > 1 else "1 user" for size in sizes],
        }
    )
    names = [_name(group) for group in range(1, n_clusters + 1)] + [ABOVE_THE_CUT]
    colors = [PALETTE[k % len(PALETTE)] for k in range(n_clusters)] + ["#777777"]
    color = alt.Color("of:N").title("Group").scale(domain=names, range=colors)
    per_group = pd.Series(groups).value_counts()
    text = (
        f"Cut into {n_clusters} groups, the largest holds {per_group.max() / n_users:.0%} of the "
        f"users and the smallest {per_group.min() / n_users:.0%}"
    )
    y = (
        alt.Y("place:Q")
        .title("Branches of the tree")
        .axis(labels=False, ticks=False, grid=False, titlePadding=70)
        .scale(domain=[0, 10 * len(sizes)], reverse=True, nice=False)
    )
    x = alt.X("height:Q").title("Height of the merge: √(2 × growth of the inertia)")
    links = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(strokeWidth=2)
        .encode(x=x, y=y, color=color, detail="link:N", order="corner:Q")
    )
    labels = (
        alt.Chart(leaves)
        .mark_text(align="right", dx=-6, fontSize=11)
        .encode(x="height:Q", y=y, text="text:N")
    )
    line = (
        alt.Chart(pd.DataFrame({"height": [cut]}))
        .mark_rule(strokeDash=[5, 4], color="black")
        .encode(x="height:Q")
    )
    return alt.layer(links, labels, line).properties(
        title=alt.Title(text, subtitle=subtitle),
        description=f"A tree of {len(sizes)} branches that merge from left to right. {text}.",
        width=370,
        height=18 * len(sizes),
    )


def _name(group: int) -> str:
    return f"branch {group}" if group else ABOVE_THE_CUT


def _a_user_below(linkage: NDArray[np.float64], node: int) -> int:
    n_users = len(linkage) + 1
    while node >= n_users:
        node = int(linkage[node - n_users, 0])
    return node


def _n_users_below(linkage: NDArray[np.float64], node: int) -> int:
    n_users = len(linkage) + 1
    return 1 if node < n_users else int(linkage[node - n_users, 3])
