"""Charts of lesson 4.3: models compared by several measures, and how sure the comparison is."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLACK, BLUE, GREEN, ORANGE

#: Where the measure's better end is: RMSE is the lower, the better; the others the higher.
MEASURES = {
    "ndcg": ("NDCG at 10", 1),
    "rmse": ("RMSE (stars)", -1),
    "coverage": ("Share of all movies listed", 1),
    "novelty": ("Novelty (bits)", 1),
}
PANELS = ("rmse", "coverage", "novelty")
SORTS = ("choices", "ratings", "nothing")
COLORS, SHAPES = [BLUE, ORANGE, BLACK], ["circle", "diamond", "cross"]
DECADES = [0.01, 0.1, 1, 10, 100, 1000]
LEADS, UNSURE, BEHIND = "leads", "cannot tell", "behind"
VERDICTS = [LEADS, UNSURE, BEHIND]
MUTED = "#777777"


def measures_compared(board: pd.DataFrame) -> alt.HConcatChart:
    """Draw models by NDCG against RMSE, coverage and novelty, a panel for each.

    Parameters
    ----------
    board
        Columns ``model``, ``learns_from`` (at most three sorts), ``ndcg``, ``rmse``
        (missing where a model predicts no stars), ``coverage`` and ``novelty``.

    Returns
    -------
    altair.HConcatChart
        A click on a point names that model in all panels; the best by each measure is named
        already. The title tells who that is.

    Raises
    ------
    ValueError
        When a column is missing, or there are more than three sorts.
    """
    _require(board, ("model", "learns_from", *MEASURES))
    sorts = _sorts(board)
    if len(sorts) > 3:
        raise ValueError(
            f"There are {len(sorts)} sorts of models ({sorts}); three can be told apart."
        )
    best = {name: _name_of_best(board, name) for name in MEASURES}
    text = f"Four measures, {_count(len(set(best.values())))}"
    details = [
        f"NDCG: {best['ndcg']}; RMSE: {best['rmse']};",
        f"share of movies: {best['coverage']}; novelty: {best['novelty']}",
    ]
    # A selection for each panel, and each point looks at all three: one that all panels share would
    # be taken for three of the same name.
    clicks = {
        name: alt.selection_point(name=f"model_clicked_{name}", fields=["model"], empty=False)
        for name in PANELS
    }
    panels = [_measure_panel(board, name, sorts, best, clicks) for name in PANELS]
    return alt.hconcat(*panels, spacing=14).properties(
        title=alt.Title(text, subtitle=details),
        description=f"Three panels with a point for each of {len(board)} models: NDCG at 10 "
        f"against RMSE, share of all movies listed, and novelty. {text}. {' '.join(details)}.",
    )


def _measure_panel(
    board: pd.DataFrame,
    name: str,
    sorts: list[str],
    best: dict[str, str],
    clicks: dict[str, alt.Parameter],
) -> alt.LayerChart:
    rows = board.dropna(subset=[name])
    is_best = rows["model"].isin([best["ndcg"], best[name]])
    rows = rows[["model", "learns_from", "ndcg", name]].assign(
        winner=rows["model"].where(is_best, "")
    )
    x = alt.X(f"{name}:Q").title(MEASURES[name][0]).scale(zero=False, padding=14)
    y = alt.Y("ndcg:Q").title("NDCG at 10" if name == PANELS[0] else None)
    y = y.scale(domain=[0, 1.1 * float(board["ndcg"].max())]).axis(tickCount=5)
    base = alt.Chart(rows).encode(x=x.axis(tickCount=4), y=y)
    # Joined by `|`, selections would forget that an empty one selects nothing.
    clicked = alt.PredicateComposition(
        {"or": [{"param": click.name, "empty": False} for click in clicks.values()]}
    )
    points = (
        base.mark_point(filled=True, opacity=0.9, cursor="pointer")
        .encode(
            size=alt.when(clicked).then(alt.value(190)).otherwise(alt.value(75)),
            color=_by_sort(alt.Color, sorts, COLORS),
            shape=_by_sort(alt.Shape, sorts, SHAPES),
            tooltip=["model", *(alt.Tooltip(f"{c}:Q", format=".3f") for c in ("ndcg", name))],
        )
        .add_params(clicks[name])
    )
    middle = (float(rows[name].min()) + float(rows[name].max())) / 2
    named = alt.when(clicked).then("model:N").otherwise(alt.value(""))
    texts = [
        base.mark_text(align=side, dx=shift, dy=-12, fontSize=11)
        .transform_filter(f"(datum.{name} <= {middle}) == {str(side == 'left').lower()}")
        .encode(text=what)
        for side, shift in (("left", 9), ("right", -9))
        for what in ("winner:N", named)
    ]
    return alt.layer(points, *texts).properties(width=158, height=230)


def _by_sort(channel: Any, sorts: list[str], values: list[str]) -> Any:
    """Encode what a model learns from, by color or by shape: both share one legend."""
    scaled = channel("learns_from:N").title("Learns from").legend(orient="bottom")
    return scaled.scale(domain=sorts, range=values[: len(sorts)])


def _name_of_best(board: pd.DataFrame, name: str) -> str:
    values = MEASURES[name][1] * board[name].to_numpy(dtype=np.float64)
    return str(board["model"].iloc[int(np.nanargmax(values))])


def leaderboard(board: pd.DataFrame, top: int = 10) -> alt.HConcatChart:
    """Draw each model's NDCG with its interval, and its distance to the leader with that one's.

    Parameters
    ----------
    board
        Columns ``model``, ``ndcg`` with ``low`` and ``high`` (its 95 % interval over users),
        ``behind`` (the mean difference from the leader, 0 or less) with ``behind_low`` and
        ``behind_high`` (the paired interval).
    top
        How many to draw, the best lists first: the worst would stretch the axes so far that no
        interval could be seen. The title counts all.

    Returns
    -------
    altair.HConcatChart
        The best list is on top. The title tells who leads, and how many cannot be told from it.

    Raises
    ------
    ValueError
        When a column is missing, or there is only one model.
    """
    _require(board, ("model", "ndcg", "low", "high", "behind", "behind_low", "behind_high"))
    if len(board) < 2:
        raise ValueError("A leaderboard compares models: the table has fewer than two rows.")
    rows = board.sort_values("ndcg", ascending=False, kind="stable").reset_index(drop=True)
    rows["verdict"] = np.where(rows["behind_high"] >= 0, UNSURE, BEHIND)
    rows.loc[0, "verdict"] = LEADS
    tied = int((rows["verdict"] == UNSURE).sum())
    told = f"{tied} of {len(rows) - 1} cannot be told from it" if tied else "all others are behind"
    text = f"{rows['model'][0]} leads; {told}"
    overlap = int((rows["high"][1:] >= rows["low"][0]).sum())
    details = f"{overlap} have an interval of their own that overlaps with the leader's"
    if len(rows) > top:
        details += f"; the best {top} of {len(rows)} are drawn"
    drawn = rows.head(top)
    panels = [
        _interval_panel(drawn, ("low", "ndcg", "high"), "NDCG at 10", ".2f", with_names=True),
        _interval_panel(
            drawn,
            ("behind_low", "behind", "behind_high"),
            "Minus the leader, same users",
            "+.2f",
            with_names=False,
        ),
    ]
    return alt.hconcat(*panels, spacing=16).properties(
        title=alt.Title(text, subtitle=details),
        description=f"For each of {len(drawn)} models two points with 95 percent intervals: NDCG "
        f"at 10, and the difference from the leader. {text}. {details}.",
    )


def _interval_panel(
    rows: pd.DataFrame, columns: tuple[str, str, str], title: str, form: str, with_names: bool
) -> alt.LayerChart:
    low, middle, high = columns
    y = alt.Y("model:N", sort=list(rows["model"])).title("Model" if with_names else None)
    base = alt.Chart(rows).encode(
        y=y.axis(labels=with_names, ticks=with_names, labelLimit=200),
        color=alt.Color("verdict:N")
        .title("Against the leader")
        .legend(orient="bottom")
        .scale(domain=VERDICTS, range=[GREEN, ORANGE, MUTED]),
        tooltip=["model", *(alt.Tooltip(f"{c}:Q", format=".4f") for c in columns)],
    )
    scale = alt.Scale(padding=8, zero=False)
    axis = alt.Axis(format=form, tickCount=4, labelOverlap="greedy", labelSeparation=6)
    interval = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X(f"{low}:Q", scale=scale, axis=axis, title=title), x2=f"{high}:Q"
    )
    point = base.mark_point(filled=True, size=45, opacity=1).encode(
        x=alt.X(f"{middle}:Q", scale=scale, axis=axis, title=title),
        shape=alt.Shape("verdict:N")
        .title("Against the leader")
        .legend(orient="bottom")
        .scale(domain=VERDICTS, range=["diamond", "circle", "square"]),
    )
    return alt.layer(interval, point).properties(width=185, height=alt.Step(21))


def bootstrap_draws(draws: pd.DataFrame, names: tuple[str, str]) -> alt.LayerChart:
    """Draw how the mean difference of two models varies over draws of users, drawn in two ways.

    Parameters
    ----------
    draws
        Two columns of mean differences, a row for each draw, by the name of the way: the paired one
        first.
    names
        The two models, the second subtracted from the first.

    Returns
    -------
    altair.LayerChart
        Its title tells how many times narrower the first way's 95 % interval is.

    Raises
    ------
    ValueError
        When there are not two columns.
    """
    ways = [str(name) for name in draws.columns]
    if len(ways) != 2:
        raise ValueError(f"The table has the columns {ways}, but two ways of drawing are compared.")
    ends = draws.quantile([0.025, 0.975])
    widths = (ends.iloc[1] - ends.iloc[0]).to_numpy()
    text = f"{ways[0].capitalize()}, the interval is {widths[1] / widths[0]:.1f} times narrower"
    details = f"Mean difference: {draws.iloc[:, 0].mean():+.4f}, {names[0]} minus {names[1]}"
    edges = np.histogram_bin_edges(np.append(draws.to_numpy().ravel(), 0.0), bins=60)
    centers = (edges[:-1] + edges[1:]) / 2
    rows = pd.concat(
        pd.DataFrame(
            {"way": way, "difference": centers, "draws": np.histogram(draws[way], edges)[0]}
        )
        for way in ways
    )
    legend = alt.Legend(orient="bottom")
    color = alt.Color("way:N").title("Users drawn").scale(domain=ways, range=[BLUE, ORANGE])
    areas = (
        alt.Chart(rows)
        .mark_area(opacity=0.45, interpolate="step", line=True)
        .encode(
            x=alt.X("difference:Q")
            .title("Mean difference in NDCG at 10")
            .axis(format="+.3f", tickCount=6),
            y=alt.Y("draws:Q")
            .title("Draws")
            .stack(None)
            .axis(labelExpr="datum.value < 0 ? '' : datum.label"),
            color=color.legend(legend),
        )
    )
    marks = pd.DataFrame(
        {"way": ways, "low": ends.iloc[0].to_numpy(), "high": ends.iloc[1].to_numpy()}
    ).assign(height=[-0.04 * rows["draws"].max(), -0.09 * rows["draws"].max()])
    intervals = (
        alt.Chart(marks)
        .mark_rule(strokeWidth=4)
        .encode(
            x="low:Q",
            x2="high:Q",
            y="height:Q",
            color=color,
            tooltip=["way", *(alt.Tooltip(f"{c}:Q", format="+.4f") for c in ("low", "high"))],
        )
    )
    zero = (
        alt.Chart(pd.DataFrame({"zero": [0.0]}))
        .mark_rule(color="#555555", strokeDash=[5, 4])
        .encode(x="zero:Q")
    )
    return alt.layer(areas, zero, intervals).properties(
        title=alt.Title(text, subtitle=details),
        description=f"Two histograms of {len(draws)} mean differences, with their 95 percent "
        f"intervals below and a line at zero. {text}. {details}.",
        width=440,
        height=210,
    )


def cost_against_quality(board: pd.DataFrame) -> alt.LayerChart:
    """Draw models by the seconds of their training and the NDCG of their lists.

    Parameters
    ----------
    board
        Columns ``model``, ``learns_from`` (at most three sorts), ``ndcg``, ``seconds``
        and ``peak_gib``.

    Returns
    -------
    altair.LayerChart
        The larger the point, the more memory. Its title compares the leader with the slowest.

    Raises
    ------
    ValueError
        When a column is missing.
    """
    _require(board, ("model", "learns_from", "ndcg", "seconds", "peak_gib"))
    sorts = _sorts(board)
    rows = board.assign(time=board["seconds"].clip(lower=0.01))
    leader, slowest = (rows.iloc[int(rows[c].to_numpy().argmax())] for c in ("ndcg", "seconds"))
    text = f"{leader['model']} leads after {leader['seconds']:.1f} s of training"
    details = (
        f"The slowest, {slowest['model']}, takes {slowest['seconds']:.0f} s for an NDCG of "
        f"{slowest['ndcg']:.3f}"
    )
    named = rows[rows["model"].isin([leader["model"], slowest["model"]])]
    x = alt.X("time:Q").scale(type="log", padding=20).axis(values=DECADES, format="~g")
    x = x.title("Seconds to train (each step a factor of ten)")
    y = alt.Y("ndcg:Q").title("NDCG at 10").scale(domain=[0, 1.12 * float(rows["ndcg"].max())])
    points = (
        alt.Chart(rows)
        .mark_point(filled=True, opacity=0.8)
        .encode(
            x=x,
            y=y,
            size=alt.Size("peak_gib:Q")
            .title("Peak memory (GiB)")
            .scale(domain=[0, float(rows["peak_gib"].max())], range=[0, 260])
            .legend(orient="right", tickCount=3),
            color=_by_sort(alt.Color, sorts, COLORS),
            shape=_by_sort(alt.Shape, sorts, SHAPES),
            tooltip=[
                "model",
                alt.Tooltip("ndcg:Q", format=".3f"),
                alt.Tooltip("seconds:Q", format=".2f"),
                alt.Tooltip("peak_gib:Q", format=".2f"),
            ],
        )
    )
    names = (
        alt.Chart(named)
        .mark_text(align="right", dx=10, dy=-15, fontSize=11)
        .encode(x=x, y=y, text="model:N")
    )
    return alt.layer(points, names).properties(
        title=alt.Title(text, subtitle=details),
        description=f"A point for each of {len(rows)} models: seconds to train against NDCG at 10. "
        f"{text}. {details}.",
        width=380,
        height=250,
    )


def _sorts(board: pd.DataFrame) -> list[str]:
    """List what models learn from, in one order for all charts."""
    seen = list(dict.fromkeys(board["learns_from"]))
    return sorted(seen, key=lambda name: SORTS.index(name) if name in SORTS else len(SORTS))


def _count(winners: int) -> str:
    return {1: "one winner", 2: "two winners", 3: "three winners"}.get(winners, "four winners")


def _require(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(
            f"The table lacks the column {missing[0]!r}: it has {list(map(str, table.columns))}."
        )
