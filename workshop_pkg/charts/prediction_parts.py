"""The chart of what a prediction is made of: mean, biases and taste, step by step."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLACK, BLUE, GREEN, ORANGE

PARTS = ["bias of the user", "bias of the movie", "taste"]
_COLORS = [ORANGE, GREEN, BLUE]


def prediction_parts(frame: pd.DataFrame, mean: float) -> alt.LayerChart:
    """Draw how biases and taste lead from the mean to the prediction, a row for each movie.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each prediction: ``title`` (no two the same), and in stars ``bias of the user``,
        ``bias of the movie`` and ``taste``.
    mean : float
        The mean of all ratings (stars), from which the first step starts.

    Returns
    -------
    altair.LayerChart
        Its title names the part that moves these predictions most, and the one that moves them
        least, by the mean of the absolute steps.

    Raises
    ------
    ValueError
        When there is no row, a column is missing, or a title is there twice.
    """
    _check(frame)
    steps = frame[PARTS].to_numpy(dtype=float)
    ends = mean + np.cumsum(steps, axis=1)
    n_rows = len(frame)
    rows = pd.DataFrame(
        {
            "title": np.repeat(frame["title"].astype(str), len(PARTS)),
            "part": PARTS * n_rows,
            "start": (ends - steps).ravel(),
            "end": ends.ravel(),
            "step": steps.ravel(),
        }
    )
    # The sum stands where the last step ends, on the line of that step.
    sums = pd.DataFrame(
        {"title": frame["title"].astype(str), "part": PARTS[-1], "stars": ends[:, -1]}
    )
    text, details = _finding(np.abs(steps).mean(axis=0))
    titles = frame["title"].astype(str).tolist()
    y = alt.Y("title:N").title("Movie").sort(titles).axis(labelLimit=240)
    x = alt.X("start:Q").title("Stars").scale(zero=False, padding=10)
    bars = (
        alt.Chart(rows)
        .mark_bar(height=7)
        .encode(
            x=x,
            x2="end:Q",
            y=y,
            yOffset=alt.YOffset("part:N").sort(PARTS),
            color=alt.Color("part:N")
            .title("Step")
            .scale(domain=PARTS, range=_COLORS)
            .sort(PARTS)
            .legend(orient="bottom"),
            tooltip=["title", "part", alt.Tooltip("step:Q", format="+.2f")],
        )
    )
    start = (
        alt.Chart(pd.DataFrame({"mean": [mean]}))
        .mark_rule(color=BLACK, strokeDash=[5, 3])
        .encode(x="mean:Q", tooltip=[alt.Tooltip("mean:Q", format=".2f")])
    )
    points = (
        alt.Chart(sums)
        .mark_point(filled=True, shape="diamond", size=80, color=BLACK, opacity=1)
        .encode(
            x="stars:Q",
            y=y,
            yOffset=alt.YOffset("part:N").sort(PARTS),
            tooltip=["title", alt.Tooltip("stars:Q", format=".2f", title="sum")],
        )
    )
    return alt.layer(start, bars, points).properties(
        title=alt.Title(text, subtitle=[details, "Dashed: the mean of all. Diamond: the sum."]),
        description=f"A row for each of {n_rows} movies, with three bars that lead from the mean "
        f"of {mean:.2f} stars to the prediction: {', '.join(PARTS)}. {text}. {details}.",
        width=340,
        height=alt.Step(36, **{"for": "position"}),
    )


def _check(frame: pd.DataFrame) -> None:
    missing = [name for name in ["title", *PARTS] if name not in frame.columns]
    if missing:
        raise ValueError(
            f"The frame has the columns {list(frame.columns)} and lacks {missing}: pass one row "
            "for each prediction, with a title and its three parts."
        )
    if frame.empty:
        raise ValueError("There is no prediction to draw: pass one row for each.")
    if frame["title"].duplicated().any():
        twice = frame.loc[frame["title"].duplicated(), "title"].iloc[0]
        raise ValueError(f"The title {twice!r} is there twice: each has a row of its own.")


def _finding(sizes: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[str, str]:
    """Name the part that moves most and the one that moves least."""
    most, least = PARTS[int(sizes.argmax())], PARTS[int(sizes.argmin())]
    each = ", ".join(f"{part} {size:.2f}" for part, size in zip(PARTS, sizes, strict=True))
    return (
        f"What moves these predictions most: {most}; least: {least}",
        f"Mean step in stars, up or down: {each}",
    )
