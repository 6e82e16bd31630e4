"""Charts of groups of users: distances, how many groups, what they are, whether they help."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, PALETTE, VERMILION

#: Below that, gains are told with one more decimal.
SMALL = 0.01

SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"]


def distance_shares(features: pd.DataFrame) -> alt.Chart:
    """Draw how much of the distance between two users comes from each feature.

    The mean squared distance of two users is twice the sum of the variances, so that a feature's
    share is its variance by the sum.

    Parameters
    ----------
    features
        A row for each user, unscaled; at least one column varies.

    Returns
    -------
    altair.Chart
        Two bars for each feature, in the units given and standardized.
    """
    variance = features.var(ddof=0)
    varies = (variance > 0).astype(float)
    kinds = {"as they are": variance / variance.sum(), "standardized": varies / varies.sum()}
    rows = pd.DataFrame(
        [
            {"feature": name, "features are": kind, "share": float(share)}
            for kind, shares in kinds.items()
            for name, share in shares.items()
        ]
    )
    largest = str(variance.idxmax())
    text = f"As they are, {kinds['as they are'][largest]:.0%} of the squared distance is {largest}"
    return (
        alt.Chart(rows, title=text, description=f"Bars for each feature. {text}.")
        .mark_bar()
        .encode(
            x=alt.X("share:Q").title("Share of the mean squared distance").axis(format="%"),
            y=alt.Y("features are:N").axis(None),
            row=alt.Row("feature:N")
            .title(None)
            .sort(list(features.columns))
            .header(labelAngle=0, labelAlign="left", labelLimit=130),
            color=alt.Color("features are:N")
            .title("The features are")
            .legend(orient="bottom")
            .scale(domain=list(kinds), range=[VERMILION, BLUE]),
            tooltip=["feature", "features are", alt.Tooltip("share:Q", format=".2%")],
        )
        .properties(width=300, height=alt.Step(13), spacing=8)
    )


def cluster_numbers(scores: pd.DataFrame) -> alt.VConcatChart:
    """Draw inertia and silhouette against the number of groups.

    Parameters
    ----------
    scores
        Columns ``n_clusters``, ``data`` (which data was clustered: the first one named is the one
        in question, others are for comparison), ``inertia`` (share of the total, 0 to 1) and
        ``silhouette`` (-1 to 1; missing for one group).

    Returns
    -------
    altair.VConcatChart
        Its title names the number of groups with the best silhouette.
    """
    names = list(dict.fromkeys(scores["data"]))
    own = scores[scores["data"] == names[0]].dropna(subset=["silhouette"])
    best = own.iloc[int(own["silhouette"].to_numpy().argmax())]
    text = (
        f"The best silhouette, {best['silhouette']:.2f}, is that of {int(best['n_clusters'])} "
        f"groups ({names[0]})"
    )
    base = (
        alt.Chart(scores)
        .mark_line(point=alt.OverlayMarkDef(size=70, filled=True), clip=False)
        .encode(
            x=alt.X("n_clusters:O").title("Number of groups").axis(labelAngle=0),
            color=alt.Color("data:N").title("Clustered").scale(domain=names, range=PALETTE),
            strokeDash=alt.StrokeDash("data:N")
            .title("Clustered")
            .scale(domain=names, range=[[1, 0], [5, 4], [2, 2]][: len(names)]),
            tooltip=[
                "data",
                "n_clusters",
                alt.Tooltip("inertia:Q", format=".3f"),
                alt.Tooltip("silhouette:Q", format=".3f"),
            ],
        )
        .properties(width=400, height=150)
    )
    elbow = base.encode(
        y=alt.Y("inertia:Q").title(["Inertia", "(1 = one group)"]).scale(domain=[0, 1])
    )
    silhouette = base.transform_filter("isValid(datum.silhouette)").encode(
        y=alt.Y("silhouette:Q").title(["Mean silhouette", "(at best 1)"]).scale(zero=True)
    )
    return alt.vconcat(elbow, silhouette).properties(
        title=text,
        description=f"Two lines of points over the number of groups: inertia and silhouette. "
        f"{text}.",
    )


def profile_heat_map(centers: pd.DataFrame, sizes: Sequence[int]) -> alt.LayerChart:
    """Draw the mean of each group in each standardized feature.

    Parameters
    ----------
    centers
        A row for each group, with the group's name as the index; a column for each standardized
        feature (0: the mean of all users; 1: a standard deviation above it).
    sizes
        Number of users in each group, in the order of the rows.

    Returns
    -------
    altair.LayerChart
        The feature in which the groups differ most is on top. Numbers stand in the cells.
    """
    spread = (centers.max() - centers.min()).sort_values(ascending=False, kind="stable")
    heads = [f"{name}, {size} users" for name, size in zip(centers.index, sizes, strict=True)]
    rows = pd.DataFrame(
        [
            {"group": head, "feature": str(name), "deviations": round(float(value), 3)}
            for head, (_, center) in zip(heads, centers.iterrows(), strict=True)
            for name, value in center.items()
        ]
    )
    # No "-0.0".
    rows["shown"] = [
        f"{value:+.1f}" if abs(value) >= 0.05 else "0.0" for value in rows["deviations"]
    ]
    top = str(spread.index[0])
    text = (
        f"The groups differ most in '{top}': from {centers[top].min():+.1f} to "
        f"{centers[top].max():+.1f} standard deviations"
    )
    base = alt.Chart(rows).encode(
        x=alt.X("group:N")
        .title("Group")
        .sort(heads)
        .axis(
            orient="top",
            labelAngle=0,
            labelExpr="split(datum.label, ', ')",
            labelLimit=110,
            labelPadding=8 + 13 * max(head.count(", ") for head in heads),
        ),
        y=alt.Y("feature:N").title("Feature").sort([str(name) for name in spread.index]),
    )
    cell = base.mark_rect(stroke="white").encode(
        color=alt.Color("deviations:Q")
        .title(["Standard deviations", "from the mean user"])
        .scale(scheme="blueorange", domain=[-1.5, 1.5], clamp=True)
        .legend(orient="bottom"),
        tooltip=["group", "feature", alt.Tooltip("deviations:Q", format="+.2f")],
    )
    number = base.mark_text(fontSize=11).encode(
        text="shown:N",
        color=alt.condition("abs(datum.deviations) > 1.1", alt.value("white"), alt.value("black")),
    )
    return alt.layer(cell, number).properties(
        title=text,
        description=f"A table of {len(spread)} features and {len(centers)} groups; each cell is "
        f"the group's mean. {text}.",
        width=alt.Step(max(66, min(92, 420 // len(centers)))),
        height=alt.Step(19),
    )


def score_by_clusters(scores: pd.DataFrame) -> alt.LayerChart:
    """Draw a ranking score against the number of groups, a line for each set of features.

    Parameters
    ----------
    scores
        Columns ``features`` (name of the set), ``n_clusters`` and ``ndcg``. The rows with one
        cluster are recommending by popularity among all; they make the dashed line.

    Returns
    -------
    altair.LayerChart
        Its title names the best set and number.
    """
    names = list(dict.fromkeys(scores["features"]))
    popularity = float(scores.loc[scores["n_clusters"] == 1, "ndcg"].mean())
    best = scores.iloc[int(scores["ndcg"].to_numpy().argmax())]
    text = (
        f"Best: {best['features']}, {int(best['n_clusters'])} groups, "
        f"{best['ndcg']:.3f}; popularity among all: {popularity:.3f}"
    )
    lines = (
        alt.Chart(scores)
        .mark_line()
        .encode(
            x=alt.X("n_clusters:O").title("Number of groups (unequal steps)").axis(labelAngle=0),
            y=alt.Y("ndcg:Q")
            .title(["NDCG at 10, validation part", "(the axis starts above 0)"])
            .scale(zero=False),
            color=alt.Color("features:N").title("Grouped by").scale(domain=names, range=PALETTE),
            tooltip=["features", "n_clusters", alt.Tooltip("ndcg:Q", format=".4f")],
        )
    )
    marks = lines.mark_point(filled=True, size=80, opacity=1).encode(
        shape=alt.Shape("features:N").title("Grouped by").scale(domain=names, range=SHAPES)
    )
    rule = (
        alt.Chart(pd.DataFrame({"ndcg": [popularity]}))
        .mark_rule(strokeDash=[5, 4], color="#555555")
        .encode(y="ndcg:Q")
    )
    return alt.layer(rule, lines, marks).properties(
        title=text,
        description=f"Lines of points over the number of groups, a dashed line for popularity. "
        f"{text}.",
        width=360,
        height=240,
    )


def gain_intervals(
    gains: pd.DataFrame,
    over: str = "popularity",
    control: str | None = None,
    by: str = "Grouped by",
) -> alt.LayerChart:
    """Draw gains over a baseline with their intervals, a row each.

    Parameters
    ----------
    gains
        Columns ``name``, ``gain`` (difference in NDCG at 10), ``low`` and ``high`` (the ends of its
        95 % interval).
    over
        What the baseline is called.
    control
        The name of a row that is for comparison: the title does not count it.
    by
        The title of the axis of names.

    Returns
    -------
    altair.LayerChart
        Its title tells for how many the interval is wholly above zero.

    Raises
    ------
    ValueError
        When no row has the name of the control.
    """
    if control is not None and control not in set(gains["name"]):
        raise ValueError(f"No row is named {control!r}: the names are {list(gains['name'])}.")
    rows = gains.assign(
        verdict=np.select(
            [gains["low"] > 0, gains["high"] < 0],
            ["better", "worse"],
            default="cannot tell",
        )
    )
    counted = rows[rows["name"] != control]
    above = int((counted["verdict"] == "better").sum())
    best = counted.iloc[int(counted["gain"].to_numpy().argmax())]
    text = f"{above} of {len(counted)} clearly beat {over}"
    small = float(np.abs(rows[["low", "high"]].to_numpy()).max()) < SMALL
    digits = 4 if small else 3
    details = f"The best: {best['name']}, {best['gain']:+.{digits}f}"
    if control is not None:
        (lot,) = rows.loc[rows["name"] == control, "gain"]
        details += f"; {control}: {lot:+.{digits}f}"
    verdicts = ["better", "cannot tell", "worse"]
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N").title(by).sort(list(rows["name"])).axis(labelLimit=150),
        color=alt.Color("verdict:N")
        .title("The interval says")
        .legend(orient="bottom")
        .scale(domain=verdicts, range=[BLUE, "#777777", VERMILION]),
        tooltip=["name", *(alt.Tooltip(f"{c}:Q", format="+.4f") for c in ("gain", "low", "high"))],
    )
    interval = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q")
        .title(f"Difference in NDCG at 10 from {over}")
        .scale(padding=12)
        .axis(format=f"+.{digits - 1}f", tickCount=6),
        x2="high:Q",
    )
    point = base.mark_point(filled=True, size=120, opacity=1).encode(
        x="gain:Q",
        shape=alt.Shape("verdict:N")
        .title("The interval says")
        .legend(orient="bottom")
        .scale(domain=verdicts, range=["circle", "square", "diamond"]),
    )
    zero = (
        alt.Chart(pd.DataFrame({"zero": [0.0]}))
        .mark_rule(color="#555555", strokeDash=[5, 4])
        .encode(x="zero:Q")
    )
    return alt.layer(zero, interval, point).properties(
        title=alt.Title(text, subtitle=details),
        description=f"A point and a 95 percent interval for each of {len(rows)} rows. {text}. "
        f"{details}.",
        width=290,
        height=alt.Step(36),
    )
