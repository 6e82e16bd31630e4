"""Charts of recommenders compared: by lists, by leave-one-out hits, by what is known of a user."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, ORANGE, PALETTE

SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]


def ranking_bars(results: pd.DataFrame, bar: str = "popularity") -> alt.LayerChart:
    """Draw the NDCG at 10 of several models, with a line at the one that all must beat.

    Parameters
    ----------
    results
        Columns ``model`` and ``NDCG@10`` (0 to 1); others are left aside.
    bar
        The name of the model that is the bar to clear.

    Returns
    -------
    altair.LayerChart
        The best is on top. Its title tells which one that is, and how it stands to the bar.

    Raises
    ------
    ValueError
        When a column is missing, or no model has the name of the bar.
    """
    _require(results, ("model", "NDCG@10"))
    rows = results[["model"]].assign(ndcg=results["NDCG@10"].astype(float))
    level = _of(rows, bar, "ndcg")
    best = rows.iloc[int(rows["ndcg"].to_numpy().argmax())]
    behind = rows.loc[rows["ndcg"] < level, "model"].tolist()
    text = f"{best['model']} is best, with {best['ndcg']:.3f}; {bar} has {level:.3f}"
    details = f"Behind {bar}: {', '.join(behind)}" if behind else f"None is behind {bar}"
    rows["compared"] = np.where(rows["model"] == bar, "the bar", "a model")
    # A layered chart cannot sort by the length of its bars.
    order = rows.sort_values("ndcg", ascending=False, kind="stable")["model"].tolist()
    base = alt.Chart(rows).encode(
        x=alt.X("ndcg:Q").title("NDCG at 10").scale(domainMin=0).axis(tickCount=6),
        y=alt.Y("model:N").title("Model").sort(order).axis(labelLimit=180),
    )
    bars = base.mark_bar().encode(
        color=alt.Color("compared:N")
        .legend(None)
        .scale(domain=["a model", "the bar"], range=[BLUE, GRAY]),
        tooltip=["model", alt.Tooltip("ndcg:Q", title="NDCG at 10", format=".4f")],
    )
    numbers = base.mark_text(align="left", dx=4).encode(text=alt.Text("ndcg:Q", format=".3f"))
    rule = (
        alt.Chart(pd.DataFrame({"ndcg": [level]}))
        .mark_rule(strokeDash=[5, 4], color="#555555")
        .encode(x="ndcg:Q")
    )
    return alt.layer(bars, rule, numbers).properties(
        title=alt.Title(text, subtitle=details),
        description=f"A bar for each of {len(rows)} models, a dashed line at {bar}. {text}. "
        f"{details}.",
        width=340,
        height=alt.Step(24),
    )


def hit_rates(rates: pd.DataFrame) -> alt.LayerChart:
    """Draw hit rates at 10 by two ways of ranking, two points for each model.

    Parameters
    ----------
    rates
        A column ``model``, then two columns of hit rates (0 to 1), by the name of the way: the one
        to trust first, then the shortcut.

    Returns
    -------
    altair.LayerChart
        The best by the first way is on top. Its title tells how much higher the shortcut is, and
        how many pairs of models change their order.

    Raises
    ------
    ValueError
        When there are not these three columns.
    """
    ways = [str(name) for name in rates.columns if name != "model"]
    if "model" not in rates.columns or len(ways) != 2:
        raise ValueError(
            f"The table has the columns {list(map(str, rates.columns))}, but it takes model and "
            "two columns of hit rates."
        )
    trusted, shortcut = (rates[way].to_numpy(dtype=float) for way in ways)
    changed = sum(
        bool((trusted[i] - trusted[j]) * (shortcut[i] - shortcut[j]) < 0)
        for i in range(len(rates))
        for j in range(i)
    )
    pairs = len(rates) * (len(rates) - 1) // 2
    text = (
        f"{trusted.min():.0%} to {trusted.max():.0%} of the users by the full ranking, "
        f"{shortcut.min():.0%} to {shortcut.max():.0%} by the shortcut"
    )
    details = f"{changed} of {pairs} pairs of models change their order"
    rows = rates.melt("model", var_name="ranked among", value_name="rate")
    order = rates["model"].iloc[np.argsort(-trusted, kind="stable")].tolist()
    base = alt.Chart(rows).encode(
        y=alt.Y("model:N").title("Model").sort(order).axis(labelLimit=180),
        x=alt.X("rate:Q").title("Hit rate at 10").axis(format="%").scale(domainMin=0),
    )
    lines = base.mark_line(color=GRAY).encode(detail="model:N")
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        color=alt.Color("ranked among:N")
        .title("Ranked among")
        .legend(orient="bottom")
        .scale(domain=ways, range=[BLUE, ORANGE]),
        shape=alt.Shape("ranked among:N")
        .title("Ranked among")
        .legend(orient="bottom")
        .scale(domain=ways, range=["circle", "diamond"]),
        tooltip=["model", "ranked among", alt.Tooltip("rate:Q", format=".3f")],
    )
    return alt.layer(lines, points).properties(
        title=alt.Title(text, subtitle=details),
        description=f"Two points for each of {len(rates)} models: the hit rate at 10 among "
        f"{ways[0]} and among {ways[1]}. {text}. {details}.",
        width=340,
        height=alt.Step(28),
    )


def newcomers(curves: pd.DataFrame, bar: str = "popularity") -> alt.LayerChart:
    """Draw how well models recommend to somebody new, against how many of their movies are known.

    Parameters
    ----------
    curves
        Columns ``model``, ``known`` (number of movies) and ``ndcg`` (NDCG at 10, 0 to 1).
    bar
        The name of the model that knows nothing of the newcomer.

    Returns
    -------
    altair.LayerChart
        Its title tells from how many known movies on each model stays above the bar.

    Raises
    ------
    ValueError
        When a column is missing, or no model has the name of the bar.
    """
    _require(curves, ("model", "known", "ndcg"))
    names = list(dict.fromkeys(curves["model"]))
    if bar not in names:
        raise ValueError(f"No model is named {bar!r}: the names are {names}.")
    table = curves.pivot(index="known", columns="model", values="ndcg").sort_index()
    parts = []
    for name in names:
        if name == bar:
            continue
        below = table.index[(table[name] <= table[bar]).to_numpy()]
        after = table.index if below.empty else table.index[table.index > below.max()]
        parts.append(f"{name} from {after[0]} on" if len(after) else f"{name} never")
    text = f"Better than {bar}: {', '.join(parts)}"
    domain = [bar, *(name for name in names if name != bar)]
    colors = ["#777777", *PALETTE[: len(domain) - 1]]
    lines = (
        alt.Chart(curves)
        .mark_line()
        .encode(
            x=alt.X("known:O")
            .title("Movies known of the newcomer (unequal steps)")
            .axis(labelAngle=0),
            y=alt.Y("ndcg:Q").title("NDCG at 10").scale(domainMin=0),
            color=alt.Color("model:N").title("Model").scale(domain=domain, range=colors),
            strokeDash=alt.StrokeDash("model:N")
            .title("Model")
            .scale(domain=domain, range=[[5, 4], *[[1, 0]] * (len(domain) - 1)]),
            tooltip=["model", "known", alt.Tooltip("ndcg:Q", format=".3f")],
        )
    )
    points = lines.mark_point(filled=True, size=80, opacity=1).encode(
        shape=alt.Shape("model:N").title("Model").scale(domain=domain, range=SHAPES[: len(domain)])
    )
    return alt.layer(lines, points).properties(
        title=text,
        description=f"A line of points for each of {len(names)} models over the number of movies "
        f"known. {text}.",
        width=380,
        height=230,
    )


def _require(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(
            f"The table lacks the column {missing[0]!r}: it has {list(map(str, table.columns))}."
        )


def _of(rows: pd.DataFrame, name: str, column: str) -> float:
    """Give the value of the model of that name."""
    found = rows.loc[rows["model"] == name, column]
    if found.empty:
        raise ValueError(f"No model is named {name!r}: the names are {list(rows['model'])}.")
    return float(found.iloc[0])
