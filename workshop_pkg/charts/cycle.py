"""The picture of the learning process: the CRISP-DM cycle and where the workshop stands in it."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, ORANGE

#: The six phases, clockwise from the upper left, each with its place on the canvas. Source:
#: Chapman et al., CRISP-DM 1.0: Step-by-step data mining guide, 2000.
PHASES = {
    "Business\nunderstanding": (-2.6, 1.9),
    "Data\nunderstanding": (2.6, 1.9),
    "Data\npreparation": (4.2, 0.0),
    "Modeling": (2.6, -1.9),
    "Evaluation": (-2.6, -1.9),
    "Deployment": (-5.7, -1.9),
}

#: The arrows of the guide's figure: from phase number to phase number.
ARROWS = ((0, 1), (1, 0), (1, 2), (2, 3), (3, 2), (3, 4), (4, 0), (4, 5))

#: The phases that Part 1 works on.
PART_1 = (
    "Business\nunderstanding",
    "Data\nunderstanding",
    "Data\npreparation",
    "Evaluation",
)

BOX_WIDTH, BOX_HEIGHT = 2.4, 0.9
UNIT = 44  # pixels for one unit of the coordinates, on both axes: arrows keep their angles


def learning_cycle() -> alt.LayerChart:
    """Draw the phases of CRISP-DM and the arrows between them.

    Returns
    -------
    altair.LayerChart
        Boxes for the six phases, those of Part 1 in orange.
    """
    boxes = pd.DataFrame(
        [
            {
                "phase": phase,
                "x": x - BOX_WIDTH / 2,
                "x2": x + BOX_WIDTH / 2,
                "y": y - BOX_HEIGHT / 2,
                "y2": y + BOX_HEIGHT / 2,
                "middle_x": x,
                # Text of two lines starts half a line higher.
                "middle_y": y + 0.17 * phase.count("\n"),
                "where": "Part 1" if phase in PART_1 else "later parts",
            }
            for phase, (x, y) in PHASES.items()
        ]
    )
    places = list(PHASES.values())
    arrows = pd.DataFrame([_arrow(places[a], places[b], both=(b, a) in ARROWS) for a, b in ARROWS])
    x = _across("x")
    y = _upward("y")
    color = alt.Color(
        "where:N",
        title="You work on it in",
        scale=alt.Scale(domain=["Part 1", "later parts"], range=[ORANGE, GRAY]),
        legend=alt.Legend(orient="top-left"),
    )
    lines = (
        alt.Chart(arrows).mark_rule(color=BLUE, strokeWidth=2).encode(x=x, y=y, x2="x2", y2="y2")
    )
    heads = (
        alt.Chart(arrows)
        .mark_point(shape="triangle", filled=True, color=BLUE, size=90, opacity=1)
        .encode(x=_across("x2"), y=_upward("y2"), angle=alt.Angle("angle:Q", scale=None))
    )
    rectangles = (
        alt.Chart(boxes).mark_rect(cornerRadius=6).encode(x=x, y=y, x2="x2", y2="y2", color=color)
    )
    names = (
        alt.Chart(boxes)
        .mark_text(lineBreak="\n", fontSize=12, color="black", baseline="middle")
        .encode(x=_across("middle_x"), y=_upward("middle_y"), text="phase:N")
    )
    return alt.layer(lines, heads, rectangles, names).properties(
        width=12.6 * UNIT,
        height=5 * UNIT,
        title="The work goes around: what you learn sends you back to an earlier box",
        description=(
            "The CRISP-DM cycle. Business understanding and data understanding lead to each other; "
            "data understanding leads to data preparation; data preparation and modeling lead to "
            "each other; modeling leads to evaluation; evaluation leads back to business "
            "understanding or on to deployment."
        ),
    )


def _across(column: str) -> alt.X:
    return alt.X(f"{column}:Q", axis=None, scale=alt.Scale(domain=[-7, 5.6], nice=False))


def _upward(column: str) -> alt.Y:
    return alt.Y(f"{column}:Q", axis=None, scale=alt.Scale(domain=[-2.5, 2.5], nice=False))


def _arrow(start: tuple[float, float], end: tuple[float, float], both: bool) -> dict[str, float]:
    """One arrow between two boxes, from edge to edge; two opposite ones stand side by side."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    side = 0.16 if both else 0.0
    dx, dy = -side * uy, side * ux
    leave = _to_edge(dx, dy, ux, uy)
    arrive = _to_edge(dx, dy, -ux, -uy) + 0.14  # half a head
    return {
        "x": x1 + dx + leave * ux,
        "y": y1 + dy + leave * uy,
        "x2": x2 + dx - arrive * ux,
        "y2": y2 + dy - arrive * uy,
        # A triangle points up at 0 degrees and turns clockwise.
        "angle": math.degrees(math.atan2(ux, uy)),
    }


def _to_edge(dx: float, dy: float, ux: float, uy: float) -> float:
    """Distance to a box's edge in the direction (ux, uy), from (dx, dy) beside its center."""
    across = (math.copysign(BOX_WIDTH / 2, ux) - dx) / ux if ux else math.inf
    along = (math.copysign(BOX_HEIGHT / 2, uy) - dy) / uy if uy else math.inf
    return min(across, along)
