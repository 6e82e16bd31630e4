"""Charts of training: steps down a slope, and learning curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, PALETTE, VERMILION

HELD_OUT, TRAIN = "held out", "train"
#: Of an error in squared stars; other groups say their unit in their name.
UNITS = {"mean squared error": "Mean squared error (stars²)"}
DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [10, 4], [4, 4], [1, 3]]
#: Altair refuses more rows than 5000.
MOST_ROWS = 4500
_COLUMNS = ["step", "group", "metric", "value"]


def learning_curves(history: pd.DataFrame, unit: str = "step") -> alt.VConcatChart:
    """Draw the course of training: a panel for each group of metrics.

    What comes after the first fifth of the steps sets the height of a panel: the fall at the start
    would flatten all the rest. A panel of errors is never higher than the error at the start. An
    axis title says where lines run above the frame. A term of the loss that is zero throughout is
    left out, and so is a panel with one term, which is the training error again.

    Parameters
    ----------
    history
        Columns ``step``, ``group``, ``metric`` and ``value``, one row a moment and metric; with a
        column ``model`` several courses are compared. Values that are not finite are left out. The
        title is about the metrics ``held out`` and ``train`` where there are such.
    unit
        What a step is called: ``"step"``, ``"sweep"``.

    Returns
    -------
    altair.VConcatChart
        Its title tells where the held-out error is lowest, and how far it rises after that.

    Raises
    ------
    ValueError
        When a column is missing, or no value is finite.
    """
    rows = _checked(history)
    models = list(dict.fromkeys(rows["model"]))
    title, details = _finding(rows, models, unit)
    drawn = _thinned(_that_say_something(rows))
    groups = list(dict.fromkeys(drawn["group"]))
    panels = [
        _panel(drawn[drawn["group"] == group], group, models, unit, last=group == groups[-1])
        for group in groups
    ]
    return (
        alt.vconcat(*panels, spacing=16)
        .resolve_scale(color="independent", strokeDash="independent")
        .properties(
            title=alt.Title(title, subtitle=details),
            description=f"Lines over the {unit}s of training: {', '.join(groups)}. {title}. "
            f"{' '.join(details)}",
        )
    )


def lowest_held_out(history: pd.DataFrame) -> pd.Series:
    """Give the row of a history in which the held-out value is lowest, the first one of several.

    Where several groups have held-out values, the first group counts: errors of different kinds
    cannot be compared.

    Parameters
    ----------
    history
        As in :func:`learning_curves`.

    Returns
    -------
    pandas.Series
        One row of it.

    Raises
    ------
    ValueError
        When nothing was held out.
    """
    rows = _checked(history)
    held_out = rows[rows["metric"] == HELD_OUT]
    if held_out.empty:
        raise ValueError(
            f"The history has no metric {HELD_OUT!r}; its metrics are "
            f"{sorted(set(rows['metric']))}. Train with some ratings held out."
        )
    held_out = held_out[held_out["group"] == held_out["group"].iloc[0]]
    row: pd.Series = held_out.iloc[int(held_out["value"].to_numpy().argmin())]
    return row


def descent(
    loss: Callable[[float], float], paths: dict[str, Sequence[float]], name: str
) -> alt.HConcatChart:
    """Draw walks down the curve of a loss of one number, side by side.

    Parameters
    ----------
    loss
        Of one number.
    paths
        For each walk, by its name, the numbers it comes to, the start first.
    name
        What the number is called.

    Returns
    -------
    altair.HConcatChart
        Its title tells which walks end below where they began, and which above.
    """
    points = np.concatenate([np.asarray(path, dtype=float) for path in paths.values()])
    low, high = float(points.min()), float(points.max())
    margin = 0.05 * (high - low)
    grid = np.linspace(low - margin, high + margin, 60)
    curve = pd.DataFrame({"number": grid, "loss": [float(loss(x)) for x in grid]})
    down = [
        walk
        for walk, path in paths.items()
        if abs(float(loss(path[-1]))) < abs(float(loss(path[0])))
    ]
    up = [walk for walk in paths if walk not in down]
    ends = "; ".join(
        f"{walk}: {float(loss(path[0])):.2f} to {float(loss(path[-1])):.2f}"
        for walk, path in paths.items()
    )
    title = f"{len(down)} of {len(paths)} walks go down" + (
        f"; {', '.join(up)} climbs out" if len(up) == 1 else ""
    )
    panels: list[alt.LayerChart] = []
    for walk, path in paths.items():
        steps = pd.DataFrame(
            {
                "step": range(len(path)),
                "number": [float(x) for x in path],
                "loss": [float(loss(x)) for x in path],
            }
        )
        base = alt.Chart(steps).encode(
            x=alt.X("number:Q").title(name).scale(domain=[low - margin, high + margin], nice=False),
            y=alt.Y("loss:Q").title("Loss (stars²)" if not panels else None),
            order="step:O",
            tooltip=[
                "step",
                alt.Tooltip("number:Q", title=name, format=".3f"),
                alt.Tooltip("loss:Q", format=".3f"),
            ],
        )
        line = (
            alt.Chart(curve)
            .mark_line(color="#999999", strokeWidth=1)
            .encode(x="number:Q", y="loss:Q")
        )
        color = BLUE if walk in down else VERMILION
        walked = base.mark_line(color=color, strokeDash=[4, 3])
        dots = base.mark_point(filled=True, size=55, opacity=1, color=color)
        panels.append(alt.layer(line, walked, dots).properties(title=walk, width=145, height=190))
    return (
        alt.hconcat(*panels, spacing=12)
        .resolve_scale(y="shared")
        .properties(
            title=alt.Title(title, subtitle=ends),
            description=f"Panels of one curve each, with the points of a walk on it. {title}. "
            f"{ends}.",
        )
    )


def _checked(history: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in _COLUMNS if column not in history.columns]
    if missing:
        raise ValueError(
            f"The history has the columns {list(history.columns)} and lacks {missing}: pass what "
            "a model recorded, such as `model.history_`."
        )
    rows: pd.DataFrame = history[np.isfinite(history["value"].to_numpy(dtype=float))]
    if rows.empty:
        raise ValueError("No value of the history is finite: train at a lower rate.")
    return rows if "model" in rows.columns else rows.assign(model="model")


def _that_say_something(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out what is zero throughout, and a group whose total has one term."""
    sizes = rows["value"].abs().groupby([rows["group"], rows["metric"]]).transform("max")
    kept = rows[sizes > 0]
    metrics = kept.groupby("group")["metric"].agg(set)
    alone = [group for group, names in metrics.items() if "total" in names and len(names) == 2]
    left = kept[~kept["group"].isin(alone)]
    fewer = kept if left.empty else left
    return rows if fewer.empty else fewer


def _thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep so few moments, evenly spaced, and the last one, that Altair takes them."""
    steps = np.sort(rows["step"].unique())
    share = -(-len(rows) // MOST_ROWS)
    kept = [*steps[::share].tolist(), steps[-1]]
    return rows.loc[rows["step"].isin(kept)]


def _finding(rows: pd.DataFrame, models: list[str], unit: str) -> tuple[str, list[str]]:
    """Say in a title, and in lines below it, what the curves show."""
    if not (rows["metric"] == HELD_OUT).any():
        return _fall(rows, models, unit), []
    best = lowest_held_out(rows)
    if len(models) > 1:
        title = (
            f"Lowest held-out error: {best['model']}, {best['value']:.3f} at {unit} {best['step']}"
        )
        return title, [_other_models(rows, models, str(best["model"]), unit)]
    held_out = rows[(rows["metric"] == HELD_OUT) & (rows["group"] == best["group"])]
    last = held_out.iloc[int(held_out["step"].to_numpy().argmax())]
    if last["step"] == best["step"]:
        start = held_out.iloc[int(held_out["step"].to_numpy().argmin())]
        title = (
            f"The held-out error still falls: {start['value']:.3f} at first, {last['value']:.3f} "
            f"at {unit} {last['step']}"
        )
        return title, _of_training(rows, best, last, unit)[1:]
    low, end = f"{best['value']:.3f}", f"{last['value']:.3f}"
    then = "then it hardly changes" if low == end else f"then it rises to {end}"
    title = f"The held-out error is lowest at {unit} {best['step']}: {low}; {then}"
    return title, _of_training(rows, best, last, unit)


def _of_training(rows: pd.DataFrame, best: pd.Series, last: pd.Series, unit: str) -> list[str]:
    """Say what the training error does after the best moment, where it was recorded."""
    train = rows[(rows["metric"] == TRAIN) & (rows["group"] == best["group"])]
    train = train.drop_duplicates("step", keep="last").set_index("step")["value"]
    if best["step"] not in train.index or last["step"] not in train.index:
        return []
    there, end = float(train[best["step"]]), float(train[last["step"]])
    goes = "falls on" if end < there else "does not fall"
    return [
        f"Meanwhile the training error {goes}: from {there:.3f} to {end:.3f} at {unit} "
        f"{last['step']}"
    ]


def _other_models(rows: pd.DataFrame, models: list[str], best: str, unit: str) -> str:
    """List the lowest held-out value of the models that are not the best."""
    parts = []
    for model in models:
        own = rows[(rows["model"] == model) & (rows["metric"] == HELD_OUT)]
        if model != best and not own.empty:
            low = lowest_held_out(own)
            parts.append(f"{model}: {low['value']:.3f} at {unit} {low['step']}")
    return "; ".join(parts)


def _fall(rows: pd.DataFrame, models: list[str], unit: str) -> str:
    """Say how far the first metric (the total, if there is one) came down."""
    metrics = list(dict.fromkeys(rows["metric"]))
    metric = "total" if "total" in metrics else metrics[0]
    own = rows[(rows["metric"] == metric) & (rows["model"] == models[0])].sort_values("step")
    first, last = own.iloc[0], own.iloc[-1]
    named = f"{metric} of {models[0]}" if len(models) > 1 else metric
    return (
        f"{named[0].upper()}{named[1:]}: {first['value']:.3f} at {unit} {first['step']}, "
        f"{last['value']:.3f} at {unit} {last['step']}"
    )


def _panel(
    rows: pd.DataFrame, group: str, models: list[str], unit: str, last: bool
) -> alt.LayerChart:
    """Draw the lines of one group; colors tell models apart, or metrics where there is one."""
    metrics = list(dict.fromkeys(rows["metric"]))
    late = rows[rows["step"] >= 0.2 * rows["step"].max()]
    low, top = min(0.0, float(rows["value"].min())), float(late["value"].max())
    if HELD_OUT in metrics or TRAIN in metrics:
        top = min(top, float(rows.loc[rows["step"] == rows["step"].min(), "value"].max()))
    cut = float(rows["value"].max()) > 1.05 * top
    name = UNITS.get(group, group[0].upper() + group[1:])
    by, names = ("model", models) if len(models) > 1 else ("metric", metrics)
    symbol = {"symbolType": "stroke", "symbolSize": 400, "symbolStrokeWidth": 2, "symbolOpacity": 1}
    encoding: dict[str, Any] = {
        "x": alt.X("step:Q")
        .title(f"{unit.capitalize()}s" if last else None)
        .axis(format="d", tickMinStep=1)
        .scale(nice=False),
        "y": alt.Y("shown:Q")
        .title([name, "(in part above the frame)"] if cut else name)
        .scale(domain=[low, 1.05 * top], nice=False),
        "color": alt.Color(f"{by}:N")
        .title(by.capitalize())
        .legend(**symbol)
        .scale(domain=names, range=[PALETTE[i % len(PALETTE)] for i in range(len(names))]),
    }
    dash = (
        alt.StrokeDash("metric:N")
        .title("Metric")
        .legend(**symbol, symbolStrokeColor="#555555")
        .scale(domain=metrics, range=[DASHES[i % len(DASHES)] for i in range(len(metrics))])
    )
    tooltip = [*(["model"] if len(models) > 1 else []), "metric", "step"]
    # A course that explodes comes to numbers that no renderer can place.
    shown = rows.assign(shown=rows["value"].clip(upper=low + 4 * (top - low)))
    base = alt.Chart(shown).encode(
        **encoding, tooltip=[*tooltip, alt.Tooltip("value:Q", format=".4f")]
    )
    if len(models) > 1:
        base = base.encode(detail="metric:N")
    lines = base.mark_line(clip=True, strokeWidth=2).encode(strokeDash=dash)
    # Points that cannot be seen, so that the tooltip is easy to hit.
    handles = base.mark_point(clip=True, filled=True, size=60, opacity=0)
    layers: list[alt.Chart] = [lines, handles]
    if len(models) == 1 and HELD_OUT in metrics:
        last_step = rows["step"].max()
        lowest = lowest_held_out(rows)
        best = pd.DataFrame([{"step": int(lowest["step"]), "value": float(lowest["value"])}])
        marks = [
            alt.Chart(best).mark_rule(strokeDash=[3, 3], color="#555555").encode(x="step:Q"),
            alt.Chart(best)
            .mark_point(filled=True, size=80, opacity=1, color="#222222")
            .encode(x="step:Q", y="value:Q"),
        ]
        # Where it still falls there is nothing to point at.
        layers += marks if lowest["step"] < last_step else []
    return alt.layer(*layers).properties(width=400, height=180 if last else 170)
