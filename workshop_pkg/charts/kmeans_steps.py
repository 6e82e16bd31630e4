"""A chart of k-means step by step, with a slider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workshop_pkg.charts.clusters import SHAPES
from workshop_pkg.charts.theme import GRAY, PALETTE

#: One picture of k-means: the group of each point (None before the first assignment), the centers.
Step = tuple[ArrayLike | None, ArrayLike]

NO_GROUP = "none yet"


def kmeans_steps(points: pd.DataFrame, steps: Sequence[Step]) -> alt.LayerChart:
    """Draw k-means step by step; a slider goes from the start to where it comes to rest.

    Parameters
    ----------
    points
        Two columns: the features on the axes. A row for each user.
    steps
        The pictures in their order: the labels, shape (n,), and the centers, shape (k, 2). The
        first has None for the labels; then an assignment (new labels, the same centers) and an
        update (the same labels, new centers) take turns.

    Returns
    -------
    altair.LayerChart
        Small marks are users, large ones centers; lines are the way that the centers have come.
    """
    x_name, y_name = map(str, points.columns)
    dots = pd.DataFrame({"x": points.iloc[:, 0].to_numpy(), "y": points.iloc[:, 1].to_numpy()})
    for number, (labels, _) in enumerate(steps):
        group = [NO_GROUP] * len(dots) if labels is None else _group_names(labels)
        dots[f"at_{number}"] = group
    centers = pd.DataFrame(
        [
            {"step": number, "group": f"group {k}", "x": float(place[0]), "y": float(place[1])}
            for number, (_, where) in enumerate(steps)
            for k, place in enumerate(np.asarray(where, dtype=np.float64))
        ]
    )
    captions = pd.DataFrame(
        [{"step": number, "text": _caption(steps, number)} for number in range(len(steps))]
    )
    start, end = (_inertia(points, *steps[number]) for number in (1, -1))
    text = (
        f"After {(len(steps) - 1) // 2} rounds nothing moves; since the first assignment, the "
        f"inertia fell by {1 - end / start:.0%}"
    )
    slider = alt.param(
        name="kmeans_step",
        value=0,
        bind=alt.binding_range(min=0, max=len(steps) - 1, step=1, name="Step "),
    )
    groups = sorted(centers["group"].unique())
    color = (
        alt.Color("group:N")
        .title("Nearest center")
        .scale(domain=[*groups, NO_GROUP], range=[*PALETTE[: len(groups)], GRAY])
    )
    shape = (
        alt.Shape("group:N")
        .title("Nearest center")
        .scale(domain=[*groups, NO_GROUP], range=[*SHAPES[: len(groups)], "circle"])
    )
    x = alt.X("x:Q").title(x_name).scale(zero=False).axis(tickCount=6)
    y = alt.Y("y:Q").title(y_name).scale(zero=False).axis(tickCount=6)
    users = (
        alt.Chart(dots)
        .transform_calculate(group="datum['at_' + kmeans_step]")
        .mark_point(filled=True, size=35, opacity=0.6)
        .encode(x=x, y=y, color=color, shape=shape, tooltip=["x:Q", "y:Q", "group:N"])
    )
    way = (
        alt.Chart(centers)
        .transform_filter("datum.step <= kmeans_step")
        .mark_line(color="black", strokeWidth=1.5)
        .encode(x=x, y=y, detail="group:N", order="step:Q")
    )
    now = (
        alt.Chart(centers)
        .transform_filter("datum.step == kmeans_step")
        .mark_point(filled=True, size=260, opacity=1, stroke="black", strokeWidth=2)
        .encode(x=x, y=y, color=color, shape=shape, tooltip=["group:N", "x:Q", "y:Q"])
    )
    caption = (
        alt.Chart(captions)
        .transform_filter("datum.step == kmeans_step")
        .mark_text(align="left", baseline="bottom", fontSize=13, dy=-6)
        .encode(text="text:N", x=alt.value(0), y=alt.value(0))
    )
    return (
        alt.layer(users, way, now, caption)
        .add_params(slider)
        .properties(
            title=alt.Title(text, subtitle="Move the slider below the chart", offset=28),
            description=f"Users as points by {x_name} and {y_name}, {len(groups)} centers, and a "
            f"slider over {len(steps)} steps of k-means. {text}.",
            width=400,
            height=320,
        )
    )


def _group_names(labels: ArrayLike) -> list[str]:
    return [f"group {int(label)}" for label in np.asarray(labels)]


def _caption(steps: Sequence[Step], number: int) -> str:
    labels, centers = steps[number]
    if labels is None:
        return f"Step {number}: the centers at the start"
    before, old_centers = steps[number - 1]
    if np.array_equal(np.asarray(centers), np.asarray(old_centers)):
        if before is None:
            return f"Step {number}, assign: each user joins the nearest center"
        changed = int((np.asarray(labels) != np.asarray(before)).sum())
        if changed or number < len(steps) - 1:
            return f"Step {number}, assign: {changed} users change to another center"
        return f"Step {number}: nothing changes any more"
    move: Any = np.linalg.norm(np.asarray(centers) - np.asarray(old_centers), axis=1)
    return f"Step {number}, update: a center moves by up to {move.max():.2f}"


def _inertia(points: pd.DataFrame, labels: ArrayLike | None, centers: ArrayLike) -> float:
    gaps = points.to_numpy(dtype=np.float64) - np.asarray(centers)[np.asarray(labels)]
    return float((gaps**2).sum())
