"""The chart of decisions: what recommending above a threshold is worth, for several stakes."""

from __future__ import annotations

import altair as alt
import pandas as pd

from workshop_pkg.charts.theme import PALETTE

_COLUMNS = ("stakes", "threshold", "worth")


def worth_by_threshold(worth: pd.DataFrame, chosen: pd.DataFrame) -> alt.LayerChart:
    """Draw what recommending above each threshold was worth, and what the stakes alone choose.

    Parameters
    ----------
    worth
        Columns ``stakes`` (their name), ``threshold`` (a probability) and ``worth`` (the mean over
        held-out ratings, in the unit of the stakes).
    chosen
        The same columns: for each of the stakes the threshold that was chosen without looking.

    Returns
    -------
    altair.LayerChart
        A curve for each of the stakes, and a point where it was chosen. The title tells how much
        the best threshold in hindsight is ahead, at most.

    Raises
    ------
    ValueError
        When a column is missing, there is no row, or both tables do not have the same stakes.
    """
    for name, table in (("worth", worth), ("chosen", chosen)):
        missing = [column for column in _COLUMNS if column not in table.columns]
        if missing or table.empty:
            raise ValueError(
                f"{name} has {len(table)} rows and the columns {list(map(str, table.columns))}: "
                f"give a row for each threshold, with the columns {', '.join(_COLUMNS)}."
            )
    stakes = list(dict.fromkeys(worth["stakes"]))
    if set(stakes) != set(chosen["stakes"]) or chosen["stakes"].duplicated().any():
        raise ValueError(
            f"chosen has the stakes {list(chosen['stakes'])}, worth has {stakes}: give one row of "
            "chosen for each."
        )
    ahead = worth.groupby("stakes")["worth"].max() - chosen.set_index("stakes")["worth"]
    lost = max(float(ahead.max()), 0.0)
    title = f"The best threshold in hindsight is ahead by {lost:.3f} at the most"
    subtitle = "Points: the threshold that follows from the stakes, chosen without looking"
    color = alt.Color("stakes:N").title("Stakes").scale(domain=stakes, range=PALETTE[: len(stakes)])
    tooltip = [
        "stakes",
        alt.Tooltip("threshold:Q", format=".2f"),
        alt.Tooltip("worth:Q", format="+.3f"),
    ]
    x = alt.X("threshold:Q").title("Recommended above this probability").axis(format="%")
    y = alt.Y("worth:Q").title("Worth, mean over held-out ratings")
    lines = (
        alt.Chart(worth[list(_COLUMNS)]).mark_line().encode(x=x, y=y, color=color, tooltip=tooltip)
    )
    points = (
        alt.Chart(chosen[list(_COLUMNS)])
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            x=x,
            y=y,
            color=color,
            shape=alt.Shape("stakes:N").title("Stakes").scale(domain=stakes),
            tooltip=tooltip,
        )
    )
    nothing = (
        alt.Chart(pd.DataFrame({"worth": [0.0]}))
        .mark_rule(strokeDash=[5, 4], color="#777777")
        .encode(y="worth:Q")
    )
    return alt.layer(nothing, lines, points).properties(
        title=alt.Title(title, subtitle=subtitle),
        description=f"Curves of worth by threshold for {len(stakes)} stakes. {title}. {subtitle}.",
        width=420,
        height=240,
    )
