"""Charts of factorization machines: pairs of features, calibration, whom side features help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, ORANGE, PALETTE

SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]


def pair_products(x: Sequence[float], factors: Sequence[float]) -> alt.LayerChart:
    """Draw the table of all products of two features' terms, for vectors of one number.

    Parameters
    ----------
    x
        The row: a number for each feature.
    factors
        A number v for each feature.

    Returns
    -------
    altair.LayerChart
        A cell for each i and j holds the product of v x of both. Its title works the sum over
        pairs out: all cells, less the diagonal, halved.

    Raises
    ------
    ValueError
        When the lengths differ.
    """
    terms = np.asarray(x, dtype=float)
    vectors = np.asarray(factors, dtype=float)
    if terms.shape != vectors.shape or terms.ndim != 1:
        raise ValueError(
            f"x has the shape {terms.shape} and factors {vectors.shape}: one number for each "
            "feature in both."
        )
    table = np.outer(terms * vectors, terms * vectors)
    whole, diagonal = table.sum(), np.trace(table)
    pairs = (whole - diagonal) / 2
    text = f"({whole:g} - {diagonal:g}) / 2 = {pairs:g}"
    details = "all cells, less the diagonal, halved: each pair once"
    names = [f"feature {place}" for place in range(len(terms))]
    rows = [
        {
            "i": names[i],
            "j": names[j],
            "product": table[i, j],
            "cell": "diagonal" if i == j else "pair" if i < j else "the same pair again",
        }
        for i in range(len(terms))
        for j in range(len(terms))
    ]
    domain = ["pair", "the same pair again", "diagonal"]
    shades = ["#9ECAE1", "#DEEBF7", GRAY]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("j:N").title("Second feature").axis(labelAngle=0, orient="top"),
        y=alt.Y("i:N").title("First feature"),
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color("cell:N").title("Cell").scale(domain=domain, range=shades),
        tooltip=["i", "j", "product", "cell"],
    )
    numbers = base.mark_text(fontSize=14).encode(text=alt.Text("product:Q", format="~g"))
    return alt.layer(cells, numbers).properties(
        title=alt.Title(text, subtitle=details),
        description=f"A table of {len(terms)} by {len(terms)} products of two features' terms; "
        f"pairs above the diagonal, the same again below. {text}: {details}.",
        width=80 * len(terms),
        height=50 * len(terms),
    )


def calibration(liked: Any, predicted: Mapping[str, Any], n_bins: int = 10) -> alt.LayerChart:
    """Draw the observed share of likes against the predicted one, in bins of equal size.

    Parameters
    ----------
    liked
        True or 1 for a like, a value for each rating.
    predicted
        For each model's name its probabilities, in the same order.
    n_bins
        Bins for each model, from the lowest predictions to the highest.

    Returns
    -------
    altair.LayerChart
        A point a bin and model, and the diagonal, on which both shares agree. Its title names the
        largest distance from it.

    Raises
    ------
    ValueError
        When a model has not a probability for each rating, or there are fewer ratings than bins.
    """
    truth = np.asarray(liked, dtype=float)
    if len(truth) < n_bins:
        raise ValueError(
            f"{len(truth)} ratings do not fill {n_bins} bins: pass more, or fewer bins."
        )
    rows = []
    for name, values in predicted.items():
        shares = np.asarray(values, dtype=float)
        if shares.shape != truth.shape:
            raise ValueError(
                f"{name!r} has the shape {shares.shape}, but there are {len(truth)} ratings: pass "
                "a probability for each."
            )
        for part in np.array_split(np.argsort(shares, kind="stable"), n_bins):
            rows.append(
                {
                    "model": name,
                    "predicted": shares[part].mean(),
                    "observed": truth[part].mean(),
                    "ratings": len(part),
                }
            )
    table = pd.DataFrame(rows)
    table["distance"] = (table["predicted"] - table["observed"]).abs()
    worst = table.iloc[int(table["distance"].to_numpy().argmax())]
    text = (
        f"Largest gap: {worst['model']} says {worst['predicted']:.0%}, "
        f"observed are {worst['observed']:.0%}"
    )
    names = list(predicted)
    colors = PALETTE[: len(names)]
    ends = pd.DataFrame({"predicted": [0.0, 1.0], "observed": [0.0, 1.0]})
    diagonal = (
        alt.Chart(ends)
        .mark_line(strokeDash=[5, 4], color="#777777")
        .encode(x="predicted:Q", y="observed:Q")
    )
    lines = (
        alt.Chart(table)
        .mark_line()
        .encode(
            x=alt.X("predicted:Q").title("Predicted share of likes").axis(format="%"),
            y=alt.Y("observed:Q").title("Observed share of likes").axis(format="%"),
            color=alt.Color("model:N").title("Model").scale(domain=names, range=colors),
            tooltip=[
                "model",
                alt.Tooltip("predicted:Q", format=".3f"),
                alt.Tooltip("observed:Q", format=".3f"),
                "ratings",
            ],
        )
    )
    points = lines.mark_point(filled=True, size=70, opacity=1).encode(
        shape=alt.Shape("model:N").title("Model").scale(domain=names, range=SHAPES[: len(names)])
    )
    return alt.layer(diagonal, lines, points).properties(
        title=alt.Title(text, subtitle=f"{n_bins} bins of equally many ratings for each model"),
        description=f"Observed against predicted share of likes in {n_bins} bins for "
        f"{', '.join(names)}; a dashed diagonal where both agree. {text}.",
        width=300,
        height=300,
    )


def gain_by_group(table: pd.DataFrame) -> alt.LayerChart:
    """Draw the AUC with ids alone and with side features, for groups of test ratings.

    Parameters
    ----------
    table
        Columns ``group``, ``ratings`` (how many), and two of AUC (0 to 1): without side features,
        then with them.

    Returns
    -------
    altair.LayerChart
        Groups in the order of the rows. Its title names the group that gains most.

    Raises
    ------
    ValueError
        When there are not these four columns.
    """
    ways = [str(name) for name in table.columns if name not in ("group", "ratings")]
    if len(ways) != 2 or not {"group", "ratings"} <= set(table.columns):
        raise ValueError(
            f"The table has the columns {list(map(str, table.columns))}, but it takes group, "
            "ratings and two columns of AUC."
        )
    gains = (table[ways[1]] - table[ways[0]]).to_numpy(dtype=float)
    most = int(gains.argmax())
    best = table.iloc[most]
    text = (
        f"Side features change the AUC most for {best['group']}: "
        f"{best[ways[0]]:.2f} to {best[ways[1]]:.2f}"
        if gains[most] > 0
        else "Side features help no group"
    )
    labels = [f"{row.group} ({row.ratings:,})" for row in table.itertuples()]
    rows = table.assign(label=labels).melt(["group", "ratings", "label"], ways, "model", "auc")
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N").title("Test ratings (number)").sort(labels).axis(labelLimit=240),
        x=alt.X("auc:Q").title("AUC (0.5 is chance)").scale(zero=False),
    )
    lines = base.mark_line(color=GRAY).encode(detail="label:N")
    scale = {"domain": ways, "range": [BLUE, ORANGE]}
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        color=alt.Color("model:N").title("Model").legend(orient="bottom").scale(**scale),
        shape=alt.Shape("model:N")
        .title("Model")
        .legend(orient="bottom")
        .scale(domain=ways, range=["circle", "diamond"]),
        tooltip=["group", "model", alt.Tooltip("auc:Q", format=".3f"), "ratings"],
    )
    return alt.layer(lines, points).properties(
        title=text,
        description=f"The AUC of {' and of '.join(ways)} for {len(table)} groups of test ratings. "
        f"{text}.",
        width=300,
        height=alt.Step(30),
    )
