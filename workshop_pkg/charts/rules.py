"""Charts of association rules: rules in the plane, thresholds, and what chance reaches."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, VERMILION

MORE, LESS = "more often than by chance", "less often, or as often"
AS_THEY_ARE, SHUFFLED = "baskets as they are", "shuffled baskets"

# Altair refuses charts with more rows.
MOST_RULES = 5000

# Dark is strong; the palest still shows on white.
LIFT_COLORS = "viridis"


def rule_name(antecedents: Iterable[object], consequents: Iterable[object]) -> str:
    """Write a rule as one reads it.

    Examples
    --------
    >>> rule_name(frozenset({"Meat", "Eggs"}), frozenset({"Cheese"}))
    'Eggs, Meat -> Cheese'
    """
    left, right = (", ".join(sorted(map(str, side))) for side in (antecedents, consequents))
    return f"{left} -> {right}"


def rule_scatter(rules: pd.DataFrame, sliders: bool = False) -> alt.Chart | alt.LayerChart:
    """Draw rules by support and confidence; color and size tell the lift.

    Parameters
    ----------
    rules
        Columns ``antecedents``, ``consequents`` (sets of items), ``support``, ``confidence`` and
        ``lift``, as ``mlxtend.frequent_patterns.association_rules`` gives them; 5,000 at the most.
    sliders
        Whether to put two sliders below the chart, for the least support and the least confidence.
        Rules below them turn to small gray dots, and a line of text counts those that are left.

    Returns
    -------
    altair.Chart or altair.LayerChart
        Its title says which rule has the highest lift; a triangle that points down is a rule with
        a lift of 1 or less.

    Raises
    ------
    ValueError
        If there are no rules, or too many for a chart.
    """
    _require_drawable(rules)
    rows = _rule_rows(rules)
    # Both directions of a rule have one lift, but for the last digits: the surer one is named.
    in_order = rows.round({"lift": 9}).sort_values(
        ["lift", "confidence", "rule"], ascending=[False, False, True]
    )
    best = in_order.iloc[0]
    finding = f"{best['rule']} has the highest lift, {best['lift']:.2f}"
    # Fixed, so that a slider changes which rules are seen and not how they look.
    lifts = [float(rows["lift"].min()), float(rows["lift"].max())]
    sizes = [30, 150] if sliders else [40, 240]
    base = alt.Chart(rows).encode(
        x=alt.X("support:Q")
        .title("Support (share of all baskets)")
        .scale(zero=False, padding=12)
        .axis(format=".2f", tickCount=6),
        y=alt.Y("confidence:Q")
        .title("Confidence (share of the baskets with the antecedent)")
        .scale(zero=False, padding=12)
        .axis(format=".2f", tickCount=7),
        tooltip=["rule", *(alt.Tooltip(f"{name}:Q", format=".3f") for name in _MEASURES)],
    )
    colored = base.mark_point(filled=True, stroke="black", strokeWidth=0.6, opacity=0.9).encode(
        color=alt.Color("lift:Q")
        .title("Lift")
        .scale(scheme=LIFT_COLORS, reverse=True, domain=lifts),
        size=alt.Size("weight:Q").legend(None).scale(range=sizes, domain=[0, 1]),
        shape=alt.Shape("together:N")
        .title("Bought together")
        .scale(domain=[MORE, LESS], range=["circle", "triangle-down"])
        .legend(orient="bottom", symbolFillColor=GRAY),
    )
    text = f"A dot for each of {len(rows)} rules, placed by support and confidence. {finding}."
    look = {"width": 420, "height": 320}
    if not sliders:
        return colored.properties(title=finding, description=text, **look)
    return _with_sliders(base, colored, rows).properties(
        title=alt.Title(
            f"{len(rows)} rules: how many do your thresholds leave?",
            subtitle="Move the two sliders below the chart",
        ),
        description=text + " Two sliders gray out the rules below a support and a confidence.",
        **look,
    )


_MEASURES = ("support", "confidence", "lift")


def _require_drawable(rules: pd.DataFrame) -> None:
    if len(rules) == 0:
        raise ValueError(
            "There is no rule to draw: lower `min_support` or the threshold of the rules."
        )
    if len(rules) > MOST_RULES:
        raise ValueError(
            f"{len(rules):,} rules are too many for a chart, which holds {MOST_RULES:,}: raise "
            "`min_support` or the threshold of the rules."
        )


def _rule_rows(rules: pd.DataFrame) -> pd.DataFrame:
    names = map(rule_name, rules["antecedents"], rules["consequents"])
    rows = pd.DataFrame({"rule": list(names)})
    for name in _MEASURES:
        rows[name] = rules[name].to_numpy()
    # From 0 for the lowest lift to 1 for the highest. A scale of its own, for Vega-Lite joins the
    # legends of equal scales, and that of the size is hidden.
    span = float(rows["lift"].max() - rows["lift"].min())
    rows["weight"] = (rows["lift"] - rows["lift"].min()) / (span if span > 0 else 1)
    rows["together"] = np.where(rows["lift"] > 1, MORE, LESS)
    return rows


def _slider(name: str, label: str, values: pd.Series[float]) -> alt.Parameter:
    low = float(np.floor(values.min() * 20) / 20)
    high = float(np.ceil(values.max() * 20) / 20)
    return alt.param(
        name=name, value=low, bind=alt.binding_range(min=low, max=high, step=0.01, name=label)
    )


def _with_sliders(base: alt.Chart, colored: alt.Chart, rows: pd.DataFrame) -> alt.LayerChart:
    """Lay the rules that pass over gray dots of all, with a count in the upper right corner."""
    support = _slider("least_support", "Least support ", rows["support"])
    confidence = _slider("least_confidence", "Least confidence ", rows["confidence"])
    # A share such as 63 / 315 may lie a hair below 0.20.
    passes = "datum.support >= least_support - 1e-9 && datum.confidence >= least_confidence - 1e-9"
    gray = base.mark_point(filled=True, size=14, color=GRAY, opacity=0.8)
    count = (
        alt.Chart(rows)
        .transform_calculate(passed=f"({passes}) ? 1 : 0")
        .transform_aggregate(left="sum(passed)", total="count()")
        .transform_calculate(text="datum.left + ' of ' + datum.total + ' rules are left'")
        .mark_text(align="right", baseline="top", fontSize=14, fontWeight="bold")
        .encode(x=alt.value("width"), y=alt.value(0), text="text:N")
    )
    return alt.layer(gray, colored.transform_filter(passes), count).add_params(support, confidence)


def threshold_grid(counts: pd.DataFrame) -> alt.LayerChart:
    """Draw how many rules are left for each pair of thresholds, as a table of colored cells.

    Parameters
    ----------
    counts
        Columns ``min_support``, ``min_confidence`` and ``rules`` (how many), one row a pair.

    Returns
    -------
    altair.LayerChart
        Its title says between which numbers the count moves.
    """
    most = counts.sort_values("rules", kind="stable").iloc[-1]
    finding = f"The same baskets give {counts['rules'].min()} to {int(most['rules'])} rules"
    base = alt.Chart(counts).encode(
        x=alt.X("min_support:O").title("min_support (share of baskets)").axis(labelAngle=0),
        y=alt.Y("min_confidence:O").title("Least confidence").sort("descending"),
        tooltip=["min_support", "min_confidence", "rules"],
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color("rules:Q")
        .title("Rules")
        .scale(scheme="blues", type="symlog", domainMin=0)
        .legend(None)
    )
    dark = max(1.0, float(np.sqrt(most["rules"])))
    numbers = base.mark_text(fontSize=13).encode(
        text="rules:Q",
        color=alt.condition(f"datum.rules > {dark}", alt.value("white"), alt.value("black")),
    )
    return alt.layer(cells, numbers).properties(
        title=alt.Title(finding, subtitle="The number in a cell: rules that reach both thresholds"),
        description=f"A table of thresholds with the number of rules in each cell. {finding}.",
        width=alt.Step(62),
        height=alt.Step(32),
    )


def chance_lift(measured: pd.DataFrame) -> alt.Chart:
    """Draw the highest lift among the rules of some baskets, beside that of shuffled ones.

    Parameters
    ----------
    measured
        Columns ``min_support``, ``lift`` (the highest among all rules) and ``baskets``, which is
        ``"baskets as they are"`` or ``"shuffled baskets"``; a row for each shuffle and support.

    Returns
    -------
    altair.Chart
        Its title says how many shuffles there are, and what the luckiest of them reaches at the
        lowest and at the highest support.
    """
    by_support = measured[measured["baskets"] == SHUFFLED].groupby("min_support")["lift"]
    luckiest, n_shuffles = by_support.max(), by_support.size().max()
    low, high = luckiest.index.min(), luckiest.index.max()
    finding = (
        f"Highest lift in {n_shuffles} shuffles: {luckiest[low]:.1f} at support {low:g}, "
        f"{luckiest[high]:.1f} at {high:g}"
    )
    kinds = [AS_THEY_ARE, SHUFFLED]
    return (
        alt.Chart(
            measured,
            title=finding,
            description="For each least support, the highest lift among all rules of the "
            f"baskets as they are and of each shuffle. {finding}.",
            width=420,
            height=260,
        )
        .mark_point(filled=True, opacity=0.75)
        .encode(
            x=alt.X("min_support:O").title("min_support (share of baskets)").axis(labelAngle=0),
            y=alt.Y("lift:Q").title("Highest lift among all rules").scale(zero=False, padding=12),
            color=alt.Color("baskets:N")
            .title(None)
            .scale(domain=kinds, range=[VERMILION, BLUE])
            .legend(orient="bottom"),
            shape=alt.Shape("baskets:N")
            .title(None)
            .scale(domain=kinds, range=["diamond", "circle"]),
            size=alt.condition(f"datum.baskets == '{AS_THEY_ARE}'", alt.value(190), alt.value(45)),
            tooltip=["baskets", "min_support", alt.Tooltip("lift:Q", format=".3f")],
        )
    )
