"""Charts of what a loss looks at: folding, which cells count, and error against the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLACK, BLUE, ORANGE, PALETTE, VERMILION

#: A loss that varies by less over all angles is called flat (squared stars).
FLAT = 1e-6
KINDS = ["user", "movie"]


def folding_planes(points: pd.DataFrame) -> alt.HConcatChart:
    """Draw the embeddings of two groups that never met, a panel for each run of training.

    Parameters
    ----------
    points : pandas.DataFrame
        Columns ``run``, ``group`` (two names), ``kind`` (``"user"`` or ``"movie"``), ``x`` and
        ``y``: one row for each embedding.

    Returns
    -------
    altair.HConcatChart
        The title tells between which limits the scores of users with movies of the *other* group
        lie, the heads of the panels where they lie in each run.

    Raises
    ------
    ValueError
        When there are not exactly two groups.
    """
    groups = list(dict.fromkeys(points["group"]))
    if len(groups) != 2:
        raise ValueError(f"There are two groups in this picture; these are {groups}.")
    runs = list(dict.fromkeys(points["run"]))
    across = {run: _across(points[points["run"] == run]) for run in runs}
    low, high = min(min(a) for a in across.values()), max(max(a) for a in across.values())
    text = f"Scores across the groups: from {_stars(low)} to {_stars(high)} stars"
    reach = float(points[["x", "y"]].abs().to_numpy().max()) * 1.15
    panels = []
    for run in runs:
        lowest, highest = across[run]
        head = f"{run}: across {_stars(lowest)}"
        if _stars(lowest) != _stars(highest):
            head += f" to {_stars(highest)}"
        panels.append(_plane(points[points["run"] == run], groups, head, reach))
    return alt.hconcat(*panels, spacing=8).properties(
        title=alt.Title(text, subtitle="Lines from the origin; the score is the dot product"),
        description="A plane for each run of training with users and movies of two groups as "
        f"lines from the origin. {text}. "
        + "; ".join(f"{run}: {_stars(a)} to {_stars(b)}" for run, (a, b) in across.items())
        + ".",
    )


def _across(rows: pd.DataFrame) -> tuple[float, float]:
    """Give the lowest and the highest score of a user with a movie of the other group."""
    users, movies = (rows[rows["kind"] == kind] for kind in KINDS)
    scores = users[["x", "y"]].to_numpy() @ movies[["x", "y"]].to_numpy().T
    other = users["group"].to_numpy()[:, None] != movies["group"].to_numpy()
    return float(scores[other].min()), float(scores[other].max())


def _stars(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 0.05 else "0.0"


def _plane(rows: pd.DataFrame, groups: list[str], head: str, reach: float) -> alt.LayerChart:
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    base = alt.Chart(rows.assign(zero=0.0)).encode(
        x=alt.X("x:Q").title("First factor").scale(scale).axis(tickCount=5),
        y=alt.Y("y:Q").title("Second factor").scale(scale).axis(tickCount=5),
        color=alt.Color("group:N")
        .title("Group")
        .scale(domain=groups, range=[BLUE, VERMILION])
        .legend(orient="bottom"),
        tooltip=[
            "group",
            "kind",
            alt.Tooltip("x:Q", format=".2f"),
            alt.Tooltip("y:Q", format=".2f"),
        ],
    )
    lines = base.mark_rule(strokeWidth=1.5).encode(x2="zero:Q", y2="zero:Q")
    marks = base.mark_point(filled=True, size=75, opacity=0.85).encode(
        shape=alt.Shape("kind:N")
        .title("Is a")
        .scale(domain=KINDS, range=["circle", "square"])
        .legend(orient="bottom"),
    )
    return alt.layer(lines, marks).properties(
        width=140, height=140, title=alt.Title(head, fontSize=11)
    )


def folding_losses(losses: pd.DataFrame) -> alt.LayerChart:
    """Draw losses against the angle between two groups that never met.

    Parameters
    ----------
    losses : pandas.DataFrame
        Columns ``angle`` (degrees), ``objective`` and ``loss`` (squared stars).

    Returns
    -------
    altair.LayerChart
        The title tells for which objectives the angle makes no difference, and where the others
        are lowest.
    """
    names = list(dict.fromkeys(losses["objective"]))
    flat, bent = [], {}
    for name in names:
        rows = losses[losses["objective"] == name].sort_values("angle")
        if np.ptp(rows["loss"].to_numpy()) < FLAT:
            flat.append(name)
        else:
            bent[name] = float(rows["angle"].iloc[int(rows["loss"].to_numpy().argmin())])
    text = f"Any angle will do for: {', '.join(flat) or 'none'}"
    details = "; ".join(f"{name}: lowest at {angle:.0f} degrees" for name, angle in bent.items())
    dashes = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
    base = alt.Chart(losses).encode(
        x=alt.X("angle:Q")
        .title("Angle between the groups (degrees)")
        .scale(domain=[0, 180])
        .axis(values=list(range(0, 181, 30))),
        y=alt.Y("loss:Q").title("Loss (squared stars)").scale(zero=True),
        color=alt.Color("objective:N")
        .title("Objective")
        .scale(domain=names, range=PALETTE)
        .legend(symbolType="stroke"),
        strokeDash=alt.StrokeDash("objective:N")
        .title("Objective")
        .scale(domain=names, range=[dashes[i % len(dashes)] for i in range(len(names))])
        .legend(symbolType="stroke", symbolSize=300),
        tooltip=["objective", "angle", alt.Tooltip("loss:Q", format=".2f")],
    )
    lowest = pd.DataFrame([{"angle": angle, "objective": name} for name, angle in bent.items()])
    if len(lowest):
        lowest = lowest.merge(losses, on=["angle", "objective"])
    lowest_points = (
        alt.Chart(lowest)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(x="angle:Q", y="loss:Q", color=alt.Color("objective:N").legend(None))
    )
    lines = base.mark_line()
    return alt.layer(*([lines, lowest_points] if len(lowest) else [lines])).properties(
        title=alt.Title(text, subtitle=details) if details else text,
        description=f"A line for each objective over the angle. {text}. {details}.",
        width=330,
        height=190,
    )


def where_errors_count(table: pd.DataFrame, weights: Mapping[str, float]) -> alt.HConcatChart:
    """Draw which cells of a small table of ratings count in each objective, and how much.

    Parameters
    ----------
    table : pandas.DataFrame
        A row for each user, a column for each movie, stars; missing where there is no rating.
    weights : mapping of str to float
        For each objective, what the squared score of a cell without a rating counts (0 to 1). A
        rated cell counts 1.

    Returns
    -------
    altair.HConcatChart
        A panel for each objective. The title tells how many cells have a rating.

    Raises
    ------
    ValueError
        When a weight lies outside of 0 to 1.
    """
    for name, weight in weights.items():
        if not 0 <= weight <= 1:
            raise ValueError(f"The weight of {name!r} is {weight!r}; it lies from 0 to 1.")
    rows = (
        table.rename_axis(index="user", columns="movie")
        .reset_index()
        .melt(id_vars="user", var_name="movie", value_name="stars")
    )
    rows["shown"] = [f"{stars:g}" if stars == stars else "0" for stars in rows["stars"]]
    rated = rows["stars"].notna()
    text = f"{int(rated.sum())} of {len(rows)} cells have a rating; objectives differ in the rest"
    details = "What a cell counts is its color; the number is what the score is compared with"
    users, movies = list(table.index), list(table.columns)
    panels = [
        _cells(
            rows.assign(counts=np.where(rated, 1.0, weight)),
            users,
            movies,
            f"{name}: {int(rated.sum() if weight == 0 else len(rows))} cells",
        )
        for name, weight in weights.items()
    ]
    said = "; ".join(f"{name}: a cell without a rating counts {w:g}" for name, w in weights.items())
    return alt.hconcat(*panels, spacing=10).properties(
        title=alt.Title(text, subtitle=details),
        description=f"A table of cells for each objective. {text}. {said}.",
    )


def _cells(rows: pd.DataFrame, users: list[Any], movies: list[Any], head: str) -> alt.LayerChart:
    base = alt.Chart(rows).encode(
        x=alt.X("movie:N").title("Movie").sort(movies).axis(labels=False, ticks=False),
        y=alt.Y("user:N").title("User").sort(users).axis(labels=False, ticks=False),
        tooltip=["user", "movie", "stars", alt.Tooltip("counts:Q", format=".3g")],
    )
    cell = base.mark_rect(stroke="white").encode(
        color=alt.Color("counts:Q")
        .title("A cell's error counts")
        .scale(domain=[0, 1], range=["#F4F4F4", ORANGE])
        .legend(orient="bottom", gradientLength=120, values=[0, 0.5, 1]),
    )
    number = (
        base.transform_filter("datum.counts > 0")
        .mark_text(fontSize=10, color=BLACK)
        .encode(text="shown:N")
    )
    return alt.layer(cell, number).properties(
        title=alt.Title(head, fontSize=11), width=alt.Step(15), height=alt.Step(15)
    )


def error_against_list(scores: pd.DataFrame) -> alt.LayerChart:
    """Draw the order of models by rating error beside their order by the quality of the list.

    Parameters
    ----------
    scores : pandas.DataFrame
        Columns ``model``, ``rmse`` (stars; missing for a model that predicts none) and ``ndcg``
        (0 to 1).

    Returns
    -------
    altair.LayerChart
        Two columns of names, the best on top, with a line for each model. The title tells where
        the first of each order stands in the other one.
    """
    rows = scores.reset_index(drop=True).copy()
    rows["by_error"] = rows["rmse"].rank(method="first")
    rows["by_list"] = rows["ndcg"].rank(method="first", ascending=False)
    both = rows[rows["rmse"].notna()]
    n = len(both)
    among = both["ndcg"].rank(method="first", ascending=False)
    low = int(both["rmse"].to_numpy().argmin())
    top = int(both["ndcg"].to_numpy().argmax())
    accurate, best = both.iloc[low], both.iloc[top]
    text = f"The lowest error is number {int(among.iloc[low])} of {n} by its list"
    if low == top:
        details = f"{accurate['model']} is first in both orders"
    else:
        details = (
            f"Lowest error: {accurate['model']}. Best list: {best['model']}, "
            f"number {int(best['by_error'])} of {n} by error"
        )
    move = both["by_error"] - among
    both = both.assign(
        moves=np.select(
            [move >= 2, move <= -2], ["better by its list", "worse by its list"], "about the same"
        )
    )
    named = ["better by its list", "about the same", "worse by its list"]
    color = (
        alt.Color("moves:N")
        .title("The model stands")
        .scale(domain=named, range=[BLUE, "#777777", VERMILION])
        .legend(orient="bottom", symbolType="stroke")
    )
    dash = (
        alt.StrokeDash("moves:N").scale(domain=named, range=[[1, 0], [2, 2], [6, 3]]).legend(None)
    )
    scale = alt.Scale(domain=[0.5, len(rows) + 0.5], reverse=True)
    frame = alt.Scale(domain=[0, 1], nice=False)
    lines = pd.concat(
        [
            both.assign(side=0.0, place=both["by_error"]),
            both.assign(side=1.0, place=both["by_list"]),
        ]
    )[["model", "side", "place", "moves", "rmse", "ndcg"]]
    tooltip = [
        "model",
        alt.Tooltip("rmse:Q", format=".3f", title="RMSE (stars)"),
        alt.Tooltip("ndcg:Q", format=".3f", title="NDCG at 10"),
    ]
    x = alt.X("side:Q").axis(None).scale(frame)
    y = alt.Y("place:Q").axis(None).scale(scale)
    line = (
        alt.Chart(lines)
        .mark_line(strokeWidth=2.5)
        .encode(x=x, y=y, color=color, strokeDash=dash, detail="model:N", tooltip=tooltip)
    )
    dot = (
        alt.Chart(lines)
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=x, y=y, color=color, tooltip=tooltip)
    )
    left = both.assign(
        side=0.0,
        place=both["by_error"],
        name=[f"{m}  {e:.2f}" for m, e in zip(both["model"], both["rmse"], strict=True)],
    )[["side", "place", "name"]]
    right = rows.assign(
        side=1.0,
        place=rows["by_list"],
        name=[f"{q:.3f}  {m}" for m, q in zip(rows["model"], rows["ndcg"], strict=True)],
    )[["side", "place", "name"]]
    heads = pd.DataFrame(
        {"side": [0.0, 1.0], "name": ["RMSE (stars)", "NDCG at 10"], "place": [0.5, 0.5]}
    )
    names = [
        alt.Chart(frame_)
        .mark_text(align=align, dx=dx, fontSize=11, color=BLACK)
        .encode(x=x, y=y, text="name:N")
        for frame_, align, dx in ((left, "right", -10), (right, "left", 10))
    ]
    head = (
        alt.Chart(heads)
        .mark_text(fontWeight="bold", fontSize=11, dy=-8, color=BLACK)
        .encode(x=x, y=y, text="name:N")
    )
    return alt.layer(line, dot, *names, head).properties(
        title=alt.Title(text, subtitle=details),
        description="Two columns of models, ordered by rating error and by the quality of the "
        f"list, with a line between a model's places. {text}. {details}.",
        width=170,
        height=alt.Step(26),
    )
