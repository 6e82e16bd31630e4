"""Charts of liking predicted by a number of stars: which cut-off is right how often."""

from __future__ import annotations

import altair as alt
import pandas as pd

from workshop_pkg.charts.theme import BLUE, VERMILION


def cut_off_accuracy(accuracy: pd.DataFrame, majority: float) -> alt.LayerChart:
    """Draw how often "liked" is right on the training part, by the cut-off that it is said at.

    Parameters
    ----------
    accuracy
        Columns ``cut_off`` (predicted stars) and ``accuracy`` (a share, 0 to 1).
    majority
        The share that the more frequent label has: what a constant guess reaches.

    Returns
    -------
    altair.LayerChart
        Its title names the best cut-off, and what it gains over a constant guess.

    Raises
    ------
    ValueError
        When there is no row, or a column is missing.
    """
    missing = [name for name in ("cut_off", "accuracy") if name not in accuracy.columns]
    if missing or accuracy.empty:
        raise ValueError(
            f"The table has {len(accuracy)} rows and the columns {list(accuracy.columns)}: give a "
            "row for each cut-off, with the columns cut_off and accuracy."
        )
    rows = accuracy[["cut_off", "accuracy"]].astype(float)
    best = rows.iloc[int(rows["accuracy"].to_numpy().argmax())]
    title = f"Best cut-off: {best['cut_off']:.2f} stars, right for {best['accuracy']:.1%}"
    subtitle = f"The more frequent label alone (dashed) is right for {majority:.1%}"
    line = (
        alt.Chart(rows)
        .mark_line(color=BLUE)
        .encode(
            x=alt.X("cut_off:Q").title('"Liked" above so many predicted stars').scale(zero=False),
            y=alt.Y("accuracy:Q")
            .title("Right on the training part")
            .axis(format="%")
            .scale(zero=False),
            tooltip=[
                alt.Tooltip("cut_off:Q", title="cut-off", format=".2f"),
                alt.Tooltip("accuracy:Q", format=".1%"),
            ],
        )
    )
    point = (
        alt.Chart(best.to_frame().T)
        .mark_point(color=VERMILION, filled=True, size=90)
        .encode(x="cut_off:Q", y="accuracy:Q")
    )
    rule = (
        alt.Chart(pd.DataFrame({"accuracy": [majority]}))
        .mark_rule(strokeDash=[5, 4], color="#555555")
        .encode(y="accuracy:Q")
    )
    return alt.layer(rule, line, point).properties(
        title=alt.Title(title, subtitle=subtitle),
        description=f"A curve of the accuracy by cut-off. {title}. {subtitle}.",
        width=420,
        height=220,
    )
