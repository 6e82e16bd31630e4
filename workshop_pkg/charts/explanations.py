"""Charts of reasons: what a recommendation is made of, and whether a reason holds."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, GREEN, ORANGE, PALETTE

#: The strongest reason first; further ones share the last color.
_PLACES = ("strongest", "second", "third")
#: Behind all of them.
LAST = 99


def reason_parts(reasons: pd.DataFrame, of: str = "like") -> alt.LayerChart:
    """Draw each recommendation's score as the sum of its reasons.

    Parameters
    ----------
    reasons
        Columns ``title`` (the movie that is recommended, the best first), ``because`` (the reason)
        and ``contribution`` (a part of the score). Of each title, the reasons stand with the
        strongest first, and the last row is the sum of all others, which may be negative.
    of
        What a reason is: "like", "rating".

    Returns
    -------
    altair.LayerChart
        A bar for each title, and the name of its strongest reason. The chart's own title tells
        which part of a score that makes, from the least to the most.

    Raises
    ------
    ValueError
        When a column is missing, or there is no row.
    """
    _require(reasons, ("title", "because", "contribution"))
    order = list(dict.fromkeys(reasons["title"]))
    by_title = reasons.groupby("title", sort=False)
    place = by_title.cumcount().to_numpy()
    last = by_title["title"].transform("size").to_numpy() - 1
    names = np.array([*_PLACES, "further"])[np.minimum(place, len(_PLACES))]
    rows = reasons.assign(part=np.where(place == last, "all others", names))
    total = by_title["contribution"].sum()
    first = by_title["contribution"].first()
    shares = (first / total)[by_title.size() > 1]
    text = "No movie has a reason of its own"
    if len(shares):
        text = f"The strongest reason makes {shares.min():.0%} to {shares.max():.0%} of a score"
    kinds = [kind for kind in (*_PLACES, "further", "all others") if kind in set(rows["part"])]
    colors = dict(zip((*_PLACES, "further"), (BLUE, ORANGE, GREEN, PALETTE[4]), strict=True))
    y = alt.Y("title:N").title("Recommended").sort(order).axis(labelLimit=220)
    bars = (
        alt.Chart(rows.assign(place=np.where(place == last, LAST, place)))
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("contribution:Q").title("Contribution to the score").axis(tickCount=5),
            y=y,
            color=alt.Color("part:N")
            .title("Contribution")
            .legend(orient="bottom")
            .scale(domain=kinds, range=[colors.get(kind, GRAY) for kind in kinds]),
            order=alt.Order("place:Q"),
            tooltip=["title", "because", alt.Tooltip("contribution:Q", format="+.3f")],
        )
    )
    ends = rows["contribution"].clip(lower=0).groupby(rows["title"], sort=False).sum()
    strongest = pd.DataFrame(
        {
            "title": ends.index,
            "end": ends.to_numpy(),
            "because": by_title["because"].first().to_numpy(),
        }
    )
    labels = (
        alt.Chart(strongest[by_title.size().to_numpy() > 1])
        .mark_text(align="left", dx=5, fontSize=11, color="#444444", limit=210)
        .encode(x="end:Q", y=y, text="because:N")
    )
    return alt.layer(bars, labels).properties(
        title=alt.Title(text, subtitle=f"At the end of each bar: the {of} that contributes most"),
        description=f"A bar for each of {len(order)} recommendations, made of what each {of} "
        f"contributes; the one that contributes most is named. {text}.",
        width=240,
        height=alt.Step(24),
    )


def removed_reasons(removed: pd.DataFrame, bar: str = "by lot") -> alt.LayerChart:
    """Draw how often a movie leaves the list when the reason that was named for it is taken away.

    Parameters
    ----------
    removed
        Columns ``reason`` (which way to find one) and ``leaves`` (share of the movies, 0 to 1).
    bar
        The name of the way that all must beat.

    Returns
    -------
    altair.LayerChart
        The way whose reasons hold most is on top. The title tells which one, and the bar's share.

    Raises
    ------
    ValueError
        When a column is missing, there is no row, or no way has the name of the bar.
    """
    _require(removed, ("reason", "leaves"))
    if bar not in set(removed["reason"]):
        raise ValueError(f"No row is named {bar!r}: the names are {list(removed['reason'])}.")
    ordered = removed.sort_values("leaves", ascending=False, kind="stable")
    level = float(removed.loc[removed["reason"] == bar, "leaves"].iloc[0])
    best = ordered.iloc[0]
    text = (
        f"Take its {best['reason']} away, and {best['leaves']:.0%} of the movies leave the list; "
        f"a like {bar}: {level:.0%}"
    )
    rows = ordered[["reason", "leaves"]].assign(
        compared=np.where(ordered["reason"] == bar, "the bar", "a reason")
    )
    base = alt.Chart(rows).encode(
        x=alt.X("leaves:Q")
        .title("Share of the movies that leave the list of ten")
        .scale(domainMin=0)
        .axis(format="%", tickCount=5),
        y=alt.Y("reason:N").title("Like to take away").sort(list(rows["reason"])),
    )
    bars = base.mark_bar().encode(
        color=alt.Color("compared:N")
        .legend(None)
        .scale(domain=["a reason", "the bar"], range=[BLUE, GRAY]),
        tooltip=["reason", alt.Tooltip("leaves:Q", format=".1%")],
    )
    numbers = base.mark_text(align="left", dx=4).encode(text=alt.Text("leaves:Q", format=".0%"))
    return alt.layer(bars, numbers).properties(
        title=text,
        description=f"A bar for each of {len(rows)} ways to name a reason. {text}.",
        width=340,
        height=alt.Step(30),
    )


def _require(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(
            f"The table lacks the column {missing[0]!r}: it has {list(map(str, table.columns))}."
        )
    if table.empty:
        raise ValueError("The table has no rows: there is nothing to draw.")
