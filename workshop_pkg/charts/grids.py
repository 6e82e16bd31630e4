"""Charts of grid and random search: the heat map, where trials fall, what luck adds."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, VERMILION

#: The most decimals that the number in a cell has.
_DECIMALS = 3
_PANELS_IN_A_ROW = 3
# Long numbers such as 0.2154 would run into each other below narrow cells.
_SHORT_LABEL = (
    "isNumber(datum.value) && datum.value < 100 ? format(datum.value, '.3~r') : datum.label"
)
_LABEL_GAP = 6


def search_heat_map(
    results: pd.DataFrame,
    x: str,
    y: str,
    value: str,
    best: str = "max",
    panel: str | None = None,
) -> alt.LayerChart | alt.FacetChart:
    """Draw what a grid search found, as a table of colored cells with the best one framed.

    Parameters
    ----------
    results
        One row for each combination of settings.
    x, y
        Columns with the two hyperparameters along the sides. Their values stand in order and at
        equal distances, whatever they are.
    value
        The column that the color shows; NaN (a fit that failed) leaves a cell empty.
    best : {"max", "min"}
        Which end is the good one. It is dark.
    panel
        A column with a third hyperparameter: each of its values gets a table of its own, all with
        the same colors.

    Returns
    -------
    altair.LayerChart or altair.FacetChart
        Its title tells between which values the model moves, and where the best cell is.

    Raises
    ------
    ValueError
        When a column is missing, there is no number, a combination is there twice, or `best` is
        something else.
    """
    sides = [name for name in (panel, y, x) if name is not None]
    rows = _numbers(results, [*sides, value], value, best)
    if rows.duplicated(sides).any():
        raise ValueError(
            f"Some combination of {', '.join(sides)} is there more than once: take the mean, or "
            "name the column that tells them apart as `panel`."
        )
    winner = rows.loc[_place_of_best(rows[value], best)]
    where = ", ".join(f"{name} = {_short(winner[name])}" for name in reversed(sides))
    finding = f"{value} from {rows[value].min():.3f} to {rows[value].max():.3f}"
    subtitle = f"Best (framed): {where}"
    table = rows.rename(columns={x: "x", y: "y", value: "value", panel or "": "panel"})
    table["best"] = table.index == winner.name
    low, high = float(table["value"].min()), float(table["value"].max())
    middle = (low + high) / 2
    dark = "datum.value > " if best == "max" else "datum.value < "
    base = alt.Chart(table).encode(
        x=alt.X("x:O").title(x).axis(labelAngle=0, labelExpr=_SHORT_LABEL),
        y=alt.Y("y:O").title(y).sort("descending"),
        tooltip=[
            alt.Tooltip("x:O", title=x),
            alt.Tooltip("y:O", title=y),
            *([alt.Tooltip("panel:O", title=panel)] if panel else []),
            alt.Tooltip("value:Q", title=value, format=".4f"),
        ],
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color("value:Q")
        .title(value)
        .legend(None)
        .scale(scheme="blues", domain=[low, high], reverse=best == "min"),
    )
    # In most panels there is nothing to frame, and the cell itself is read aloud.
    frame = base.mark_rect(fill=None, stroke=VERMILION, strokeWidth=3, aria=False).transform_filter(
        "datum.best"
    )
    numbers = base.mark_text(fontSize=10 if panel else 12).encode(
        text=alt.Text("value:Q", format=".2f" if panel else f".{_DECIMALS}f"),
        color=alt.condition(f"{dark}{middle}", alt.value("white"), alt.value("black")),
    )
    description = (
        f"A table of {value} for each combination of {' and '.join(reversed(sides))}. "
        f"{finding}. {subtitle}."
    )
    title = alt.Title(finding, subtitle=subtitle)
    if panel is None:
        return alt.layer(cells, numbers, frame).properties(
            title=title, description=description, width=alt.Step(64), height=alt.Step(34)
        )
    layers = alt.layer(cells, numbers, frame, data=table).properties(
        width=alt.Step(34), height=alt.Step(22)
    )
    return layers.facet(
        facet=alt.Facet("panel:O").title(panel).header(labelFontSize=12), columns=2
    ).properties(title=title, description=description)


def search_points(trials: pd.DataFrame, x: str, y: str, value: str) -> alt.FacetChart:
    """Draw where a grid and a random search of the same cost have looked.

    Parameters
    ----------
    trials
        Columns ``search`` (the name of the search), the two hyperparameters, and the error.
    x, y
        The columns of the hyperparameters; both axes are logarithmic.
    value
        The column of the error (lower is better): the color, and the number at the point.

    Returns
    -------
    altair.FacetChart
        A panel for each search. Its title tells how many different values of `x` each has tried.

    Raises
    ------
    ValueError
        When a column is missing, or there is no number.
    """
    rows = _numbers(trials, ["search", x, y, value], value, "min")
    names = list(dict.fromkeys(rows["search"]))
    tried = rows.groupby("search")[x].nunique()
    size = rows.groupby("search").size()
    parts = [f"{name}: {tried[name]} values of {x} in {size[name]} trials" for name in names]
    finding = "; ".join(parts)
    table = rows.rename(columns={x: "x", y: "y", value: "value"})
    lowest = table.groupby("search")["value"].transform("min")
    table["best of its search"] = np.where(table["value"] == lowest, "best of its search", "other")
    base = alt.Chart(table).encode(
        x=alt.X("x:Q")
        .title(f"{x} (log scale)")
        .scale(type="log", nice=False, padding=22)
        .axis(labelSeparation=_LABEL_GAP),
        y=alt.Y("y:Q").title(f"{y} (log scale)").scale(type="log", nice=False, padding=18),
        tooltip=[
            "search:N",
            alt.Tooltip("x:Q", title=x, format=".3g"),
            alt.Tooltip("y:Q", title=y, format=".3g"),
            alt.Tooltip("value:Q", title=value, format=".4f"),
        ],
    )
    kinds = ["best of its search", "other"]
    points = base.mark_point(filled=True, opacity=1).encode(
        color=alt.Color("best of its search:N")
        .title(None)
        .legend(orient="bottom")
        .scale(domain=kinds, range=[VERMILION, BLUE]),
        shape=alt.Shape("best of its search:N")
        .title(None)
        .legend(orient="bottom")
        .scale(domain=kinds, range=["diamond", "circle"]),
        size=alt.condition(
            "datum['best of its search'] == 'best of its search'", alt.value(150), alt.value(70)
        ),
    )
    numbers = base.mark_text(dy=-12, fontSize=10).encode(text=alt.Text("value:Q", format=".3f"))
    return (
        alt.layer(points, numbers, data=table)
        .properties(width=240, height=220)
        .facet(column=alt.Column("search:N").title(None).sort(names).header(labelFontSize=12))
        .properties(
            title=alt.Title(
                finding, subtitle=f"The number at a point: its {value}, lower is better"
            ),
            description=f"A point for each trial, by {x} and {y}, with its {value}. {finding}.",
        )
    )


def search_slices(
    trials: pd.DataFrame, settings: Sequence[str], value: str, share: float = 0.1
) -> alt.ConcatChart:
    """Draw the error of each trial against each hyperparameter, in a row of panels.

    Parameters
    ----------
    trials
        One row for each trial.
    settings
        Columns of the hyperparameters, drawn on log scales.
    value
        The column of the error: lower is better.
    share
        How many of the trials count as the best, as a share.

    Returns
    -------
    altair.ConcatChart
        Its title names the hyperparameter whose values among the best trials are the narrowest,
        as a share of the range tried, by the logarithm.

    Raises
    ------
    ValueError
        When a column is missing, there is no number, or a setting has one value only.
    """
    names = list(settings)
    rows = _numbers(trials, [*names, value], value, "min")
    for name in names:
        if rows[name].nunique() < 2:
            raise ValueError(
                f"{name} is {_short(rows[name].iloc[0])} in all trials: it was not searched; leave "
                "it out of the settings."
            )
    n_best = max(2, round(share * len(rows)))
    order = rows[value].rank(method="first")
    rows["trial is"] = np.where(order <= n_best, f"one of the best {n_best}", "other")
    logs = np.log(rows[names].astype(float))
    width = logs.max() - logs.min()
    kept = logs[order <= n_best]
    narrow = ((kept.max() - kept.min()) / width).sort_values(kind="stable")
    first = str(narrow.index[0])
    values = rows.loc[order <= n_best, first]
    finding = (
        f"The best {n_best} of {len(rows)} trials agree most on {first}: "
        f"{_short(values.min())} to {_short(values.max())}"
    )
    kinds = [f"one of the best {n_best}", "other"]
    panels = []
    for place, name in enumerate(names):
        axis = alt.X(f"{name}:Q").title(f"{name} (log scale)").scale(type="log", nice=False)
        left = place % _PANELS_IN_A_ROW == 0
        panels.append(
            alt.Chart(rows)
            .mark_point(filled=True, opacity=0.85)
            .encode(
                x=axis.axis(tickCount=4, format="~g", labelSeparation=_LABEL_GAP),
                y=alt.Y(f"{value}:Q").title(value if left else None).scale(zero=False),
                color=alt.Color("trial is:N")
                .title("A point is a trial,")
                .legend(orient="bottom")
                .scale(domain=kinds, range=[VERMILION, GRAY]),
                shape=alt.Shape("trial is:N")
                .title("A point is a trial,")
                .legend(orient="bottom")
                .scale(domain=kinds, range=["diamond", "circle"]),
                tooltip=[*names, alt.Tooltip(f"{value}:Q", format=".4f")],
            )
            .properties(width=140, height=140)
        )
    return (
        alt.concat(*panels, columns=_PANELS_IN_A_ROW)
        .resolve_scale(y="shared")
        .properties(
            title=finding,
            description=f"{len(names)} panels, {value} of each trial against {', '.join(names)}. "
            f"{finding}.",
        )
    )


def search_budget(curve: pd.DataFrame, value: str, target: float) -> alt.LayerChart:
    """Draw the value to expect from the best of n random trials, against n.

    Parameters
    ----------
    curve
        Columns ``trials`` (how many) and `value` (expected best; higher is better), by trials.
    value
        The name of the column.
    target
        What the whole search found.

    Returns
    -------
    altair.LayerChart
        Its title tells after how many trials the mean is within 2 percent of the target.

    Raises
    ------
    ValueError
        When a column is missing, or there is no number.
    """
    rows = _numbers(curve, ["trials", value], value, "max").sort_values("trials")
    near = rows.loc[rows[value] >= 0.98 * target, "trials"]
    finding = (
        f"The best of {int(near.iloc[0])} random trials reaches 98% of the best of all, on average"
        if len(near)
        else f"On average, no {int(rows['trials'].max())} random trials reach 98% of the best"
    )
    line = (
        alt.Chart(rows.rename(columns={value: "value"}))
        .mark_line()
        .encode(
            x=alt.X("trials:Q")
            .title("Trials, drawn at random (log scale)")
            .scale(type="log", nice=False)
            .axis(labelSeparation=_LABEL_GAP),
            y=alt.Y("value:Q").title(f"Expected best {value}").scale(zero=False),
            tooltip=["trials", alt.Tooltip("value:Q", title=value, format=".4f")],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"value": [target]}))
        .mark_rule(strokeDash=[5, 4], color="#555555")
        .encode(y="value:Q")
    )
    return alt.layer(line, rule).properties(
        title=alt.Title(finding, subtitle=f"Dashed: the best of all, {target:.3f}"),
        description=f"A rising line: the expected best {value} against the number of random "
        f"trials; a dashed line at the best of all. {finding}.",
        width=400,
        height=220,
    )


def winners_optimism(draws: pd.DataFrame, value: str = "NDCG@10") -> alt.LayerChart:
    """Draw what a search says of its winner, and what the winner does on data it never saw.

    Parameters
    ----------
    draws
        Columns ``users`` (how many the search was judged on), ``measured on`` (two names: where
        the search looked, then the untouched data), and `value`: the winner's, averaged over
        repetitions.
    value
        The name of the column; higher is better.

    Returns
    -------
    altair.LayerChart
        Its title tells the gap at the fewest and at the most users.

    Raises
    ------
    ValueError
        When a column is missing, there is no number, or there are not two names.
    """
    rows = _numbers(draws, ["users", "measured on", value], value, "max")
    names = list(dict.fromkeys(rows["measured on"]))
    if len(names) != 2:
        raise ValueError(
            f"`measured on` is {names}, but there are two: where the search looked, and the "
            "untouched data."
        )
    table = rows.pivot(index="users", columns="measured on", values=value).sort_index()
    gap = table[names[0]] - table[names[1]]
    fewest, most = int(gap.index[0]), int(gap.index[-1])
    finding = (
        f"A winner on {fewest} users claims {gap.iloc[0]:.3f} too much, on {most} users "
        f"{gap.iloc[-1]:.3f}"
    )
    lines = (
        alt.Chart(rows.rename(columns={value: "value"}))
        .mark_line(point=alt.OverlayMarkDef(size=80, filled=True))
        .encode(
            x=alt.X("users:Q")
            .title("Users that the search was judged on (log scale)")
            .scale(type="log", nice=False, padding=12)
            .axis(values=[int(n) for n in table.index]),
            y=alt.Y("value:Q").title(f"{value} of the winner").scale(zero=False),
            color=alt.Color("measured on:N")
            .title("Measured on")
            .legend(orient="bottom")
            .scale(domain=names, range=[VERMILION, BLUE]),
            strokeDash=alt.StrokeDash("measured on:N")
            .title("Measured on")
            .scale(domain=names, range=[[1, 0], [5, 4]]),
            tooltip=["users", "measured on", alt.Tooltip("value:Q", title=value, format=".4f")],
        )
    )
    return alt.layer(lines).properties(
        title=finding,
        description=f"Two lines of the winner's {value} against the number of users: {names[0]}, "
        f"and {names[1]}. {finding}.",
        width=400,
        height=230,
    )


def _numbers(table: pd.DataFrame, columns: list[str], value: str, best: str) -> pd.DataFrame:
    """Give the columns asked for, without rows whose value is missing."""
    if best not in ("max", "min"):
        raise ValueError(f"best is {best!r}, but it is 'max' or 'min'.")
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(
            f"The table lacks the column {missing[0]!r}: it has {list(map(str, table.columns))}."
        )
    rows = table[columns].dropna(subset=[value]).reset_index(drop=True)
    if rows.empty:
        raise ValueError(f"No row of the table has a number in {value!r}.")
    return rows


def _place_of_best(values: pd.Series, best: str) -> int:
    return int(values.to_numpy().argmax() if best == "max" else values.to_numpy().argmin())


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float | np.floating) else str(value)
