"""Charts of Spark beside one machine: seconds, agreement of lists, bytes that move, what pays."""

from __future__ import annotations

import altair as alt
import pandas as pd

from workshop_pkg.charts.theme import BLUE, ORANGE, PALETTE

#: Wide enough for the names of pairs and tasks.
WIDTH = 420


def side_by_side(measured: pd.DataFrame) -> alt.LayerChart:
    """Draw the seconds of each task, on one machine and on Spark, on a log scale.

    Parameters
    ----------
    measured
        Columns ``task``, ``on`` (``"one machine"`` or ``"Spark"``) and ``seconds``, above 0.

    Returns
    -------
    altair.LayerChart
        The title says in how many tasks one machine is faster, and by which factors.
    """
    table = measured.pivot(index="task", columns="on", values="seconds")
    ratios = table["Spark"] / table["one machine"]
    faster = int((ratios > 1).sum())
    often = "each task" if faster == len(table) else f"{faster} of {len(table)} tasks"
    title = f"One machine is faster in {often}"
    spread = f"Spark takes {_short(ratios.min())} to {_short(ratios.max())} times as long"
    base = alt.Chart(measured).encode(
        y=alt.Y("task:N").title(None).sort(list(table.index)).axis(labelLimit=200),
        tooltip=["task", "on", alt.Tooltip("seconds:Q", format=".3~g")],
    )
    ends = table.rename(columns={"one machine": "one", "Spark": "spark"}).reset_index()
    lines = (
        alt.Chart(ends)
        .mark_rule(color="#BBBBBB", strokeWidth=2)
        .encode(y=alt.Y("task:N").sort(list(table.index)), x="one:Q", x2="spark:Q")
    )
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("seconds:Q").title("Seconds (log scale)").scale(type="log").axis(format="~g"),
        color=alt.Color("on:N")
        .title(None)
        .scale(domain=["one machine", "Spark"], range=[BLUE, ORANGE])
        .legend(orient="bottom"),
        shape=alt.Shape("on:N").title(None).scale(domain=["one machine", "Spark"]),
    )
    told = "; ".join(
        f"{task}: {_short(row['one machine'])} s on one machine, {_short(row['Spark'])} s on Spark"
        for task, row in table.iterrows()
    )
    return (lines + points).properties(
        width=WIDTH,
        height=45 * len(table),
        title=alt.Title(title, subtitle=spread),
        description=f"Points of the seconds that each task takes. {title}. {told}.",
    )


def list_overlap(agreement: pd.DataFrame) -> alt.FacetChart:
    """Draw which share of the ten recommended movies two programs have in common.

    Parameters
    ----------
    agreement
        Columns ``task``, ``pair`` (who is compared with whom; a pair with ``Spark`` in its name, or
        one of the bar) and ``overlap``, from 0 to 1.

    Returns
    -------
    altair.FacetChart
        A panel for each task. The title says whether pairs with Spark agree as well as the others,
        to five points of a hundred.
    """
    with_spark = agreement["pair"].str.contains("Spark")
    means = agreement.groupby(["task", with_spark], sort=False)["overlap"].mean().unstack()
    close = (means[True] > means[False] - 0.05).all()
    verb = "agrees" if close else "does not agree"
    title = f"Spark {verb} with one machine as one machine does with itself"
    told = [
        f"{row['task']}, {row['pair']}: {row['overlap']:.0%}" for _, row in agreement.iterrows()
    ]
    agreement = agreement.assign(spark=with_spark)
    names = list(dict.fromkeys(agreement["pair"]))
    base = alt.Chart(agreement).encode(
        y=alt.Y("pair:N").title(None).sort(names).axis(labelLimit=260),
        x=alt.X("overlap:Q")
        .title("Movies in common (share of the ten, mean over users)")
        .scale(domain=[0, 1])
        .axis(format="%", tickCount=5),
    )
    bars = base.mark_bar(height=18).encode(
        color=alt.Color("spark:N").scale(domain=[True, False], range=[ORANGE, BLUE]).legend(None),
        tooltip=["task", "pair", alt.Tooltip("overlap:Q", format=".1%")],
    )
    text = base.mark_text(align="left", dx=4).encode(text=alt.Text("overlap:Q", format=".0%"))
    return (
        alt.layer(bars, text, data=agreement)
        .properties(width=WIDTH - 100, height=85)
        .facet(
            row=alt.Row("task:N")
            .title(None)
            .sort(list(dict.fromkeys(agreement["task"])))
            .header(labelOrient="top", labelAngle=0, labelAnchor="start", labelFontWeight="bold")
        )
        .properties(title=title, description=f"Bars of the overlap. {title}. {'; '.join(told)}.")
    )


def shuffled_bytes(moved: pd.DataFrame, what: str) -> alt.LayerChart:
    """Draw what ALS moves by the number of factors, as measured and by the model.

    Parameters
    ----------
    moved
        Columns ``blocks`` (a name), ``factors``, ``measured`` and ``model`` (megabytes).
    what
        What was trained, for the axis: ``"2 sweeps"``.

    Returns
    -------
    altair.LayerChart
        The title compares the slopes: what one more factor adds, measured and by the model.
    """
    slopes: list[str] = []
    ups: dict[str, float] = {}
    for name, rows in moved.groupby("blocks", sort=False):
        blocks = str(name)
        ends = rows.sort_values("factors").iloc[[0, -1]]
        run = ends["factors"].diff().iloc[-1]
        up, model = (1000 * ends[kind].diff().iloc[-1] / run for kind in ("measured", "model"))
        slopes.append(f"{blocks}: {up:.0f} kB measured, {model:.0f} kB by the model")
        ups[blocks] = up
    few, many = min(ups, key=ups.__getitem__), max(ups, key=ups.__getitem__)
    title = f"With {many}, a factor moves {ups[many] / ups[few]:.1f} times as much as with {few}"
    names = list(dict.fromkeys(moved["blocks"]))
    base = alt.Chart(moved).encode(
        x=alt.X("factors:Q").title("Factors").scale(domain=[0, float(moved["factors"].max())]),
        color=alt.Color("blocks:N")
        .title(None)
        .scale(domain=names, range=PALETTE)
        .legend(orient="bottom"),
    )
    y_title = f"Moved in {what} (MB)"
    points = base.mark_line(point=alt.OverlayMarkDef(size=80, filled=True)).encode(
        y=alt.Y("measured:Q").title(y_title).scale(zero=True),
        tooltip=["blocks", "factors", alt.Tooltip("measured:Q", format=".2f")],
    )
    lines = base.mark_line(strokeDash=[5, 4]).encode(
        y=alt.Y("model:Q").title(y_title),
        tooltip=["blocks", "factors", alt.Tooltip("model:Q", format=".2f")],
    )
    return (lines + points).properties(
        width=WIDTH,
        height=230,
        title=alt.Title(title, subtitle=["A factor more adds", *slopes]),
        description="Lines of the megabytes that ALS moves over the number of factors, as measured "
        f"(solid) and by the model, without the ratings (dashed). {title}. A factor more adds for "
        f"{'; for '.join(slopes)}.",
    )


def spark_growth(times: pd.DataFrame) -> alt.LayerChart:
    """Draw the seconds of ALS over the number of ratings, on Spark and without, on log scales.

    Parameters
    ----------
    times
        As ``python -m benchmarks.spark`` measures them: ``task``, ``by``, ``factors``, ``cores``,
        ``ratings``, ``seconds``. Of several runs of a set, those with the fewest factors and the
        most cores.

    Returns
    -------
    altair.LayerChart
        The title says how many times as long Spark takes on the smallest and on the largest set.
    """
    rows = times[times["task"] == "ALS"]
    rows = rows[rows["factors"] == rows["factors"].min()]
    rows = rows.sort_values("cores").drop_duplicates(["by", "ratings"], keep="last")
    rows = rows.assign(by=rows["by"].where(rows["by"] == "Spark", "one machine"))
    table = rows.pivot(index="ratings", columns="by", values="seconds").dropna()
    ratios = table["Spark"] / table["one machine"]
    title = (
        f"Spark takes {_short(ratios.iloc[0])} times as long on {_count(table.index[0])} ratings, "
        f"{_short(ratios.iloc[-1])} times on {_count(table.index[-1])}"
    )
    told = "; ".join(
        f"{_count(size)} ratings: {_short(row['one machine'])} s without, {_short(row['Spark'])} s "
        "on Spark"
        for size, row in table.iterrows()
    )
    names = ["one machine", "Spark"]
    base = alt.Chart(rows).encode(
        x=alt.X("ratings:Q")
        .title("Ratings (log scale)")
        .scale(type="log")
        .axis(format="~s", tickCount=5),
        y=alt.Y("seconds:Q")
        .title("Seconds to train (log scale)")
        .scale(type="log")
        .axis(format="~g", tickCount=5),
        color=alt.Color("by:N")
        .title(None)
        .scale(domain=names, range=[BLUE, ORANGE])
        .legend(orient="bottom"),
        tooltip=["data", "by", "cores", "factors", alt.Tooltip("seconds:Q", format=".3~g")],
    )
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        shape=alt.Shape("by:N").title(None).scale(domain=names)
    )
    return (base.mark_line() + points).properties(
        width=WIDTH,
        height=230,
        title=title,
        description=f"Lines of the seconds that ALS takes over the number of ratings. {title}. "
        f"{told}.",
    )


def sweep_costs(paper: pd.DataFrame, alone: str) -> alt.LayerChart:
    """Draw the seconds of a sweep by a cost model, for clusters of several sizes, on log scales.

    Parameters
    ----------
    paper
        Columns ``cluster`` (a name), ``ratings`` and ``seconds``; seconds are missing where the
        ratings do not fit into memory.
    alone
        The name of the cluster of one machine.

    Returns
    -------
    altair.LayerChart
        The title says from how many ratings on another cluster is faster than one machine, and
        where one machine's memory ends.
    """
    table = paper.pivot(index="ratings", columns="cluster", values="seconds")
    best = table.drop(columns=alone).min(axis=1)
    fits = table.index[table[alone].notna()]
    ahead = [size for size in fits if best[size] < table.loc[size, alone]]
    pays = (
        f"A cluster is faster from {_count(ahead[0])} ratings on"
        if ahead
        else ("One machine is faster than any cluster as long as the ratings fit")
    )
    ends = f"one machine's memory ends after {_count(fits[-1])}"
    names = list(dict.fromkeys(paper["cluster"]))
    lines = (
        alt.Chart(paper.dropna())
        .mark_line(point=alt.OverlayMarkDef(size=25))
        .encode(
            x=alt.X("ratings:Q")
            .title("Ratings (log scale)")
            .scale(type="log")
            .axis(format="~s", tickCount=7),
            y=alt.Y("seconds:Q")
            .title("Seconds for a sweep, by the model (log scale)")
            .scale(type="log")
            .axis(format="~g", tickCount=6),
            color=alt.Color("cluster:N")
            .title(None)
            .scale(domain=names, range=PALETTE)
            .legend(orient="bottom"),
            tooltip=[
                "cluster",
                alt.Tooltip("ratings:Q", format=".2~s"),
                alt.Tooltip("seconds:Q", format=".3~g"),
            ],
        )
    )
    edge = (
        alt.Chart(pd.DataFrame({"ratings": [float(fits[-1])]}))
        .mark_rule(strokeDash=[4, 4], color="#888888")
        .encode(x="ratings:Q")
    )
    return (edge + lines).properties(
        width=WIDTH,
        height=260,
        title=alt.Title(f"By the model: {pays[0].lower()}{pays[1:]}", subtitle=f"and {ends}"),
        description="Lines of the seconds of a sweep over the number of ratings, for one machine "
        f"and for clusters. {pays}, and {ends}.",
    )


def _short(number: float) -> str:
    """Write two significant digits, without an exponent."""
    digits = f"{number:.2g}"
    return f"{float(digits):,.0f}" if float(digits) >= 10 else f"{float(digits):g}"


def _count(number: float) -> str:
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if number >= size:
            return (
                f"{number / size:.2g} {name}"
                if number < 100 * size
                else (f"{number / size:.0f} {name}")
            )
    return f"{number:,.0f}"
