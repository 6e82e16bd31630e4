"""Charts of studies in Optuna: history, what mattered, courses, searches compared over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, ORANGE, PALETTE

_PARAMETER = "params_"
_STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}
_MARKS = {"complete": (BLUE, "circle"), "pruned": (ORANGE, "cross"), "failed": (GRAY, "square")}


def draws_by_decade(draws: Mapping[str, Sequence[float]]) -> alt.Chart:
    """Draw how often each power of ten is hit, for several ways to draw a number.

    Parameters
    ----------
    draws
        Numbers above 0, by the name of how they were drawn.

    Returns
    -------
    altair.Chart
        Its title tells which share of each way lies in the highest decade.
    """
    powers_of = {
        name: np.floor(np.log10(np.asarray(numbers, dtype=float))).astype(int)
        for name, numbers in draws.items()
    }
    low = min(int(powers.min()) for powers in powers_of.values())
    high = max(int(powers.max()) for powers in powers_of.values())
    table = pd.DataFrame(
        [
            {
                "way": name,
                "from": f"{10.0**power:g} to {10.0 ** (power + 1):g}",
                "share": float((powers == power).mean()),
            }
            for name, powers in powers_of.items()
            for power in range(low, high + 1)
        ]
    )
    order = list(dict.fromkeys(table["from"]))
    top = table[table["from"] == order[-1]].set_index("way")["share"]
    text = f"From {order[-1]}: " + ", ".join(f"{top[way]:.0%} of {way}" for way in draws)
    return (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("from:N").title("Number drawn").sort(order).axis(labelAngle=0),
            xOffset=alt.XOffset("way:N").sort(list(draws)),
            y=alt.Y("share:Q").title("Share of the draws").axis(format="%"),
            color=alt.Color("way:N")
            .title("Drawn by")
            .scale(domain=list(draws), range=PALETTE[: len(draws)]),
            tooltip=["way", "from", alt.Tooltip("share:Q", format=".1%")],
        )
        .properties(
            title=text,
            description=f"{len(draws)} bars for each of {len(order)} powers of ten. {text}.",
            width=400,
            height=200,
        )
    )


def search_history(trials: pd.DataFrame, measure: str = "NDCG at 10") -> alt.LayerChart:
    """Draw the value of each trial in turn, and the best so far.

    Parameters
    ----------
    trials
        From ``study.trials_dataframe()`` of a study that maximizes: ``number``, ``value``,
        ``state``.
    measure
        What the value is.

    Returns
    -------
    altair.LayerChart
        Its title tells the best value and in which trial it came, its subtitle what the first
        quarter of the trials had reached.

    Raises
    ------
    ValueError
        When a column is missing, or no trial is complete.
    """
    _require(trials, ("number", "value", "state"))
    rows = _complete(trials)[["number", "value"]].sort_values("number", ignore_index=True)
    first, last = int(trials["number"].min()), int(trials["number"].max())
    highest, at = rows["value"].max(), int(rows["number"][rows["value"].to_numpy().argmax()])
    quarter = max(len(trials) // 4, 1)
    early = rows.loc[rows["number"] < first + quarter, "value"]
    text = f"The best, {highest:.4f}, came in trial {at} of {first} to {last}"
    details = f"None of the first {quarter} is complete"
    if len(early):
        details = f"The best of the first {quarter} had {early.max():.4f}"
    rows["best so far"] = rows["value"].cummax()
    end = pd.DataFrame({"number": [last], "best so far": [highest]})
    x = alt.X("number:Q").title("Trial").axis(tickMinStep=1)
    line = (
        alt.Chart(pd.concat([rows[["number", "best so far"]], end]))
        .mark_line(interpolate="step-after", color="#222222", strokeWidth=2)
        .encode(x=x, y=alt.Y("best so far:Q").title(measure))
    )
    shown = trials[["number", "value", "state"]].dropna()
    shown = shown.assign(state=shown["state"].map(_STATES)).dropna()
    points = (
        alt.Chart(shown)
        .mark_point(filled=True, size=65, opacity=0.9)
        .encode(
            x=x,
            y=alt.Y("value:Q").title(measure).scale(zero=False),
            tooltip=["number", "state", alt.Tooltip("value:Q", format=".4f")],
            **_by_state(shown),
        )
    )
    return alt.layer(line, points).properties(
        title=alt.Title(text, subtitle=details),
        description=f"A point for each of {len(shown)} trials in turn, and a line for the best "
        f"complete one so far. {text}. {details}.",
        width=420,
        height=230,
    )


def setting_importance(importances: Mapping[str, float]) -> alt.LayerChart:
    """Draw how the importance is shared among the settings.

    Parameters
    ----------
    importances
        Shares by the name of the setting, from ``optuna.importance.get_param_importances``.

    Returns
    -------
    altair.LayerChart
        The largest is on top; its title names it.

    Raises
    ------
    ValueError
        When there is none.
    """
    if not importances:
        raise ValueError("There is no setting: pass what get_param_importances returned.")
    rows = pd.DataFrame({"setting": list(importances), "share": list(importances.values())})
    rows = rows.sort_values("share", ascending=False, kind="stable")
    first = rows.iloc[0]
    text = f"{first['setting']} has {first['share']:.0%} of the importance in this study"
    base = alt.Chart(rows).encode(
        x=alt.X("share:Q").title("Share of the importance").axis(format="%"),
        y=alt.Y("setting:N").title("Setting").sort(rows["setting"].tolist()),
    )
    bars = base.mark_bar(color=BLUE).encode(
        tooltip=["setting", alt.Tooltip("share:Q", format=".1%")]
    )
    numbers = base.mark_text(align="left", dx=4).encode(text=alt.Text("share:Q", format=".0%"))
    return alt.layer(bars, numbers).properties(
        title=text,
        description=f"A bar for each of {len(rows)} settings. {text}.",
        width=340,
        height=alt.Step(28),
    )


def parallel_coordinates(
    trials: pd.DataFrame, measure: str = "NDCG at 10", best: int = 5
) -> alt.LayerChart:
    """Draw each trial as a line over its settings and its value; a slider keeps the best ones.

    Parameters
    ----------
    trials
        From ``study.trials_dataframe()`` of a study that maximizes. The settings, in columns
        ``params_...``, are numbers above 0 and stand on logarithmic axes.
    measure
        What the value is.
    best
        How many of the best trials the title speaks of.

    Returns
    -------
    altair.LayerChart
        Its title tells on which axis the best trials are closest together, and where.

    Raises
    ------
    ValueError
        When there is no setting, a setting is not above 0, or no trial is complete.
    """
    names = [name for name in trials.columns if name.startswith(_PARAMETER)]
    _require(trials, ("number", "value", "state"))
    if not names:
        raise ValueError(
            f"The table has no column that begins with {_PARAMETER!r}: pass "
            "study.trials_dataframe()."
        )
    rows = _complete(trials).sort_values("value", ascending=False).reset_index(drop=True)
    lines = pd.concat([_axis(rows, name, measure) for name in [*names, "value"]])
    heads = lines[(lines["rank"] <= best) & (lines["axis"] != measure)].groupby("axis")
    spread = heads["place"].max() - heads["place"].min()
    narrowest = str(spread.idxmin())
    text = (
        f"The best {min(best, len(rows))} of {len(rows)} trials agree most on {narrowest}: "
        f"{heads['setting'].min()[narrowest]:.3g} to {heads['setting'].max()[narrowest]:.3g}"
    )
    return _parallel_axes(lines, measure).properties(
        title=text,
        description=f"A line for each of {len(rows)} trials over {len(names)} settings, on "
        f"logarithmic axes, and its {measure}. {text}.",
        width=430,
        height=250,
    )


def _axis(rows: pd.DataFrame, column: str, measure: str) -> pd.DataFrame:
    """Place each trial on one axis, from 0 to 1; settings by their logarithm."""
    numbers = rows[column].to_numpy(dtype=float)
    name, on_axis = measure, numbers
    if column != "value":
        name = column.removeprefix(_PARAMETER)
        if not (numbers > 0).all():
            raise ValueError(
                f"{name} is {numbers.min():g} in a trial, but a logarithmic axis has numbers "
                "above 0 only: leave that column out."
            )
        on_axis = np.log(numbers)
    return pd.DataFrame(
        {
            "trial": rows["number"],
            "rank": np.arange(1, len(rows) + 1),
            "value": rows["value"],
            "axis": name,
            "place": (on_axis - on_axis.min()) / max(np.ptp(on_axis), 1e-12),
            "setting": numbers,
        }
    )


def _parallel_axes(lines: pd.DataFrame, measure: str) -> alt.LayerChart:
    """Draw the lines, an upright rule for each axis, and the numbers at its two ends."""
    order, n_trials = list(dict.fromkeys(lines["axis"])), int(lines["rank"].max())
    slider = alt.param(
        name="shown",
        value=n_trials,
        bind=alt.binding_range(min=1, max=n_trials, step=1, name="Best trials shown: "),
    )
    x = alt.X("axis:N").title(None).sort(order).axis(labelAngle=0, domain=False, ticks=False)
    # Room above and below, so that the numbers at the ends do not touch the names of the axes.
    room = alt.Scale(domain=[-0.06, 1.03], nice=False)
    y = alt.Y("place:Q").title("From the lowest to the highest").axis(None).scale(room)
    drawn = (
        alt.Chart(lines)
        .mark_line(strokeWidth=1.6)
        .encode(
            x=x,
            y=y,
            detail="trial:N",
            color=alt.Color("value:Q")
            .title(measure)
            .scale(scheme="viridis")
            .legend(format=".3f", gradientLength=160),
            opacity=alt.condition("datum.rank <= shown", alt.value(0.85), alt.value(0.04)),
            tooltip=["trial", "rank", "axis", alt.Tooltip("setting:Q", format=".4g")],
        )
        .add_params(slider)
    )
    rules = alt.Chart(pd.DataFrame({"axis": order})).mark_rule(color="#555555").encode(x=x)
    ends = lines.loc[lines["place"].isin([0.0, 1.0]), ["axis", "place", "setting"]]
    ends = ends.drop_duplicates(["axis", "place"]).copy()
    ends["number"] = [f"{number:.3g}" for number in ends["setting"]]
    numbers = (
        alt.Chart(ends)
        .mark_text(align="left", dx=6, fontSize=11, fontWeight="bold", color="#222222")
        .encode(x=x, y=y, text="number:N")
    )
    return alt.layer(rules, drawn, numbers)


def trial_courses(reports: pd.DataFrame, measure: str = "NDCG at 10") -> alt.LayerChart:
    """Draw the course of each trial, and where it was given up.

    Parameters
    ----------
    reports
        A row for each report: ``trial``, ``step``, ``value``, ``state`` (``COMPLETE`` or
        ``PRUNED``).
    measure
        What the value is.

    Returns
    -------
    altair.LayerChart
        Its title tells how many trials were pruned, and which share of the sweeps was paid for.

    Raises
    ------
    ValueError
        When a column is missing.
    """
    _require(reports, ("trial", "step", "value", "state"))
    shown = reports.assign(state=reports["state"].map(_STATES)).reset_index(drop=True)
    last = shown.loc[shown.groupby("trial")["step"].idxmax()]
    pruned = int((last["state"] == "pruned").sum())
    paid = len(shown) / (len(last) * int(shown["step"].max()))
    text = f"{pruned} of {len(last)} trials pruned: {paid:.0%} of the sweeps paid for"
    x = alt.X("step:Q").title("Sweep").axis(tickMinStep=1)
    y = alt.Y("value:Q").title(measure).scale(zero=False)
    marks = _by_state(shown)
    lines = (
        alt.Chart(shown)
        .mark_line(opacity=0.75)
        .encode(
            x=x,
            y=y,
            color=marks["color"],
            detail="trial:N",
            tooltip=["trial", "step", "state", alt.Tooltip("value:Q", format=".4f")],
        )
    )
    ends = alt.Chart(last).mark_point(filled=True, size=55, opacity=1).encode(x=x, y=y, **marks)
    return alt.layer(lines, ends).properties(
        title=text,
        description=f"A line for each of {len(last)} trials over the sweeps, ending where it was "
        f"given up. {text}.",
        width=420,
        height=240,
    )


def searches_compared(
    curves: pd.DataFrame, bar: str = "random", measure: str = "NDCG at 10", paid: str = "Trials"
) -> alt.LayerChart:
    """Draw the best so far of several ways to search, each repeated over seeds.

    Parameters
    ----------
    curves
        ``search`` (its name), ``seed``, ``paid`` (so far), ``best`` (so far).
    bar
        The way to search that the others are compared with.
    measure
        What the best is.
    paid
        What is paid, for the axis.

    Returns
    -------
    altair.LayerChart
        A line through the medians, and a band that holds the middle half of the seeds. Its title
        tells which way ends above the bar for the most seeds, its subtitle how the others do.

    Raises
    ------
    ValueError
        When a column is missing, no way to search has the name of the bar, or there is no other.
    """
    _require(curves, ("search", "seed", "paid", "best"))
    names = list(dict.fromkeys(curves["search"]))
    if bar not in names:
        raise ValueError(f"No search is named {bar!r}: the names are {names}.")
    others = [name for name in names if name != bar]
    if not others:
        raise ValueError(f"There is no search but {bar!r}: give one to compare with it.")
    most = curves["paid"].max()
    end = curves[curves["paid"] == most].pivot(index="seed", columns="search", values="best")
    ahead = {name: int((end[name] > end[bar]).sum()) for name in others}
    first = max(ahead, key=lambda name: ahead[name])
    text = f"{first} ends ahead of {bar} for {ahead.pop(first)} of {len(end)} seeds"
    rest = [f"{name} for {count}" for name, count in ahead.items()]
    groups = curves.groupby(["search", "paid"])["best"]
    quartiles = pd.DataFrame(
        {
            "low": groups.quantile(0.25),
            "median": groups.quantile(0.5),
            "high": groups.quantile(0.75),
        }
    ).reset_index()
    domain = [bar, *others]
    dashes = [[5, 4], [1, 0], [2, 2], [8, 3], [8, 3, 2, 3]]
    color = (
        alt.Color("search:N")
        .title("Search")
        .scale(domain=domain, range=["#777777", *PALETTE][: len(domain)])
        .legend(symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=3)
    )
    x, title = alt.X("paid:Q").title(paid), f"Best {measure} so far"
    band = (
        alt.Chart(quartiles)
        .mark_area(opacity=0.1)
        .encode(x=x, y=alt.Y("low:Q").title(title).scale(zero=False), y2="high:Q", color=color)
    )
    lines = (
        alt.Chart(quartiles)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x,
            y=alt.Y("median:Q").title(title).scale(zero=False),
            color=color,
            strokeDash=alt.StrokeDash("search:N")
            .title("Search")
            .scale(domain=domain, range=dashes[: len(domain)]),
            tooltip=["search", "paid", alt.Tooltip("median:Q", format=".4f")],
        )
    )
    details = ["Lines: the median over the seeds; bands: the middle half of them"]
    if rest:
        details.insert(0, f"The others: {', '.join(rest)}")
    return alt.layer(band, lines).properties(
        title=alt.Title(text, subtitle=details),
        description=f"The best so far of {len(names)} ways to search, as medians and quartiles "
        f"over {len(end)} seeds. {'. '.join([text, *details[:-1]])}.",
        width=430,
        height=260,
    )


def _by_state(shown: pd.DataFrame) -> dict[str, alt.Color | alt.Shape]:
    """Encode complete, pruned and failed by color and shape; the legend has those that occur."""
    states = [state for state in _MARKS if (shown["state"] == state).any()]
    colors, shapes = zip(*(_MARKS[state] for state in states), strict=True)
    return {
        "color": alt.Color("state:N").title("Trial").scale(domain=states, range=list(colors)),
        "shape": alt.Shape("state:N").title("Trial").scale(domain=states, range=list(shapes)),
    }


def _complete(trials: pd.DataFrame) -> pd.DataFrame:
    rows = trials[(trials["state"] == "COMPLETE") & trials["value"].notna()]
    if rows.empty:
        raise ValueError(
            f"None of the {len(trials)} trials is complete: run the search with a larger budget."
        )
    return rows


def _require(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(
            f"The table lacks the column {missing[0]!r}: it has {list(map(str, table.columns))}."
        )
