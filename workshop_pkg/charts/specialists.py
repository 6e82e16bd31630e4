"""Charts of models that learned from a part of the ratings, beside one model for all."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import PALETTE

SHAPES = ["circle", "square", "triangle-up", "diamond", "cross"]


def specialist_leads(models: pd.DataFrame) -> alt.LayerChart:
    """Draw how far each specialist is ahead of one model for all, against what it learned from.

    Parameters
    ----------
    models
        A row for each specialist: ``kind``, ``name``, ``ratings`` (how many it learned from) and
        ``lead`` (its NDCG at 10 minus that of the general model, on the requests it answers).

    Returns
    -------
    altair.LayerChart
        Its title tells how many specialists are ahead, and the median lead.

    Raises
    ------
    ValueError
        When a column is missing, or there is no specialist.
    """
    for name in ("kind", "name", "ratings", "lead"):
        if name not in models.columns:
            raise ValueError(
                f"The table lacks the column {name!r}: it has {list(map(str, models.columns))}."
            )
    rows = models.dropna(subset=["lead"])
    if rows.empty:
        raise ValueError("There is no specialist with a lead: a chart needs at least one row.")
    kinds = list(dict.fromkeys(rows["kind"]))
    ahead = int((rows["lead"] > 0).sum())
    text = f"{ahead} of {len(rows)} specialists are ahead of the one model for all"
    medians = rows.groupby("kind")["lead"].median()
    details = "Median lead: " + ", ".join(f"{kind} {medians[kind]:+.3f}" for kind in kinds)
    rows = rows.assign(ratings=np.maximum(rows["ratings"], 1))  # a logarithm of 0 is none
    ends = [0.8 * float(rows["ratings"].min()), 1.25 * float(rows["ratings"].max())]
    points = (
        alt.Chart(rows)
        .mark_point(filled=True, size=75, opacity=0.85)
        .encode(
            x=alt.X("ratings:Q")
            .title("Ratings that the specialist learned from (logarithmic axis)")
            .scale(type="log", domain=ends, nice=False)
            .axis(tickCount=5, format="~s"),
            y=alt.Y("lead:Q")
            .title(["Lead in NDCG at 10", "over the one model for all"])
            .axis(format="+.2f"),
            color=alt.Color("kind:N")
            .title("Specialists")
            .legend(orient="bottom")
            .scale(domain=kinds, range=PALETTE[: len(kinds)]),
            shape=alt.Shape("kind:N")
            .title("Specialists")
            .legend(orient="bottom")
            .scale(domain=kinds, range=SHAPES[: len(kinds)]),
            tooltip=[
                "name",
                "kind",
                alt.Tooltip("ratings:Q", format=","),
                alt.Tooltip("lead:Q", format="+.3f"),
            ],
        )
    )
    zero = (
        alt.Chart(pd.DataFrame({"lead": [0.0]}))
        .mark_rule(color="#555555", strokeDash=[5, 4])
        .encode(y="lead:Q")
    )
    return alt.layer(zero, points).properties(
        title=alt.Title(text, subtitle=details),
        description=f"A point for each of {len(rows)} specialists: ratings it learned from, and "
        f"lead over the one model for all. {text}. {details}.",
        width=420,
        height=260,
    )
