"""Charts of miners of frequent sets: what they cost as the support falls, what their lists give."""

from __future__ import annotations

import altair as alt
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, PALETTE

#: Two values of a measure that differ by less than this share are not told apart in a title.
ABOUT_EQUAL = 0.02


def miner_cost(measured: pd.DataFrame, value: str, y_title: str) -> alt.FacetChart:
    """Draw what each miner costs as the support falls, a panel for each shop, on log scales.

    Parameters
    ----------
    measured
        Columns ``shop``, ``miner``, ``support`` (a share) and the one that `value` names, above
        zero. A miner need not be there at each support.
    value
        The column of the cost.
    y_title
        The title of the cost's axis, with its unit.

    Returns
    -------
    altair.FacetChart
        The title names the cheapest miner of each shop at the lowest support that at least two
        miners reached.
    """
    cheapest = []
    for shop, rows in measured.groupby("shop", sort=False):
        compared = rows[rows.groupby("support")["miner"].transform("size") > 1]
        lowest = compared[compared["support"] == compared["support"].min()]
        if len(lowest):
            best = lowest.loc[lowest[value].idxmin()]
            cheapest.append(f"{shop} at {best['support']:.1%}: {best['miner']}")
    finding = "Lowest cost: " + "; ".join(cheapest)
    return _falling_support(
        measured,
        "miner",
        value,
        y_title,
        alt.Title("Cheapest at the lowest support that two or more reached", subtitle=cheapest),
        "Lines of the cost of each miner of frequent sets as the support falls, a panel for each "
        f"shop. {finding}.",
    )


def search_work(counted: pd.DataFrame) -> alt.FacetChart:
    """Draw how many sets are found, counted and stored as the support falls, on log scales.

    Parameters
    ----------
    counted
        Columns ``shop``, ``what`` (what is counted), ``support`` (a share) and ``number``, above
        zero.

    Returns
    -------
    altair.FacetChart
        A panel for each shop. The title says how many times each number grew from the highest
        support to the lowest.
    """
    grown = []
    for shop, rows in counted.groupby("shop", sort=False):
        parts = []
        for what, line in rows.groupby("what", sort=False):
            ends = line.sort_values("support")["number"]
            parts.append(f"{str(what).split(' (')[0]} x {ends.iloc[0] / ends.iloc[-1]:.3g}")
        grown.append(f"{shop}: {', '.join(parts)}")
    return _falling_support(
        counted,
        "what",
        "number",
        "How many",
        alt.Title("How much more work from the highest support to the lowest", subtitle=grown),
        "Lines of how many sets are frequent, are counted by Apriori, and how many nodes FP-Growth "
        f"makes, as the support falls, a panel for each shop. Growth: {'; '.join(grown)}.",
    )


def _falling_support(
    rows: pd.DataFrame, line: str, value: str, y_title: str, title: alt.Title, description: str
) -> alt.FacetChart:
    """Draw lines over a support that falls from left to right."""
    names = list(dict.fromkeys(rows[line]))
    supports = sorted(set(rows["support"]))
    base = alt.Chart().encode(
        x=alt.X("support:Q")
        .title("Least support (share of the baskets), falling")
        .scale(type="log", reverse=True, domain=[supports[0], supports[-1]], padding=10)
        .axis(values=supports, format=".1%", labelOverlap=False),
        y=alt.Y(f"{value}:Q").title(y_title).scale(type="log").axis(format=",~g", tickCount=4),
        color=alt.Color(f"{line}:N")
        .title(None)
        .scale(domain=names, range=PALETTE)
        .legend(orient="bottom", columns=2, labelLimit=260),
        shape=alt.Shape(f"{line}:N").title(None).scale(domain=names),
        tooltip=[
            "shop",
            line,
            alt.Tooltip("support:Q", format=".1%"),
            alt.Tooltip(f"{value}:Q", format=".3~g"),
        ],
    )
    layers = alt.layer(
        base.mark_line(opacity=0.6).encode(shape=alt.Undefined),
        base.mark_point(filled=True, size=80, opacity=0.9),
        data=rows,
    ).properties(width=380, height=190)
    return (
        layers.facet(
            row=alt.Row("shop:N")
            .title(None)
            .sort(list(dict.fromkeys(rows["shop"])))
            .header(labelOrient="top", labelAngle=0, labelAnchor="start", labelFontWeight="bold")
        )
        .resolve_scale(y="independent")
        .properties(title=title, description=description)
    )


def list_quality(scores: pd.DataFrame, ours: str, bar: str) -> alt.FacetChart:
    """Draw how several recommenders do by several measures.

    Parameters
    ----------
    scores
        Columns ``recommender``, ``measure`` and ``value`` (a share, from 0 to 1).
    ours
        The recommender that stands out, in blue.
    bar
        The recommender to beat, drawn as a line in each panel.

    Returns
    -------
    altair.FacetChart
        A panel of bars for each measure. The title says in which measures `ours` is above `bar`,
        and in which the two are about equal: less than 2 % apart.

    Raises
    ------
    ValueError
        If `ours` or `bar` is none of the recommenders.
    """
    order = list(dict.fromkeys(scores["recommender"]))
    for name in (ours, bar):
        if name not in order:
            raise ValueError(f"{name!r} is not among the recommenders {order}: name one of them.")
    measures = list(dict.fromkeys(scores["measure"]))
    by_name = {
        name: dict(zip(rows["measure"], rows["value"], strict=True))
        for name, rows in scores.groupby("recommender")
    }
    lead = {measure: by_name[ours][measure] - by_name[bar][measure] for measure in measures}
    equal = [name for name in measures if abs(lead[name]) < ABOUT_EQUAL * by_name[bar][name]]
    above = [name for name in measures if lead[name] > 0 and name not in equal]
    finding = [f"{ours} against {bar}: above in " + (", ".join(above) or "nothing")]
    if equal:
        finding.append("about equal in " + ", ".join(equal))
    rows = scores.assign(
        bar=scores["measure"].map(by_name[bar]), ours=scores["recommender"] == ours
    )
    base = alt.Chart().encode(
        y=alt.Y("recommender:N").title(None).sort(order).axis(labelLimit=200),
        x=alt.X("value:Q").title("Share, from 0 to 1").scale(domain=[0, 1]).axis(tickCount=5),
        tooltip=["recommender", "measure", alt.Tooltip("value:Q", format=".3f")],
    )
    bars = base.mark_bar().encode(
        color=alt.when(alt.datum.ours).then(alt.value(BLUE)).otherwise(alt.value(GRAY))
    )
    values = base.mark_text(align="left", dx=4).encode(text=alt.Text("value:Q", format=".3f"))
    line = alt.Chart().mark_rule(strokeDash=[5, 4], strokeWidth=1.5).encode(x="bar:Q")
    return (
        alt.layer(bars, line, values, data=rows)
        .properties(width=330, height=alt.Step(24))
        .facet(
            row=alt.Row("measure:N")
            .title(None)
            .sort(measures)
            .header(labelOrient="top", labelAngle=0, labelAnchor="start", labelFontWeight="bold")
        )
        .properties(
            title=alt.Title(finding, subtitle=f"Dashed: {bar}"),
            description=f"Bars of each recommender's value, a panel for each measure. "
            f"{', '.join(finding)}.",
        )
    )
