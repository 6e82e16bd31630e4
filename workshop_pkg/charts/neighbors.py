"""Charts of ratings as a table, of similarities, and of models compared on the same folds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from workshop_pkg.charts.theme import BLACK, BLUE, ORANGE, PALETTE, VERMILION

#: Below and above: orange and blue stay apart in every common form of color blindness.
DIVERGING = [VERMILION, "#F7F7F7", BLUE]
PALE = ["#FFF3D6", "#7FB8DB"]
UNKNOWN = "?"
CUSTOMER, MOVIE = "customer", "movie"


def rating_table(table: pd.DataFrame, predicted: pd.DataFrame | None = None) -> alt.LayerChart:
    """Draw a small table of ratings as a heat map; empty cells stay empty.

    Parameters
    ----------
    table : DataFrame
        A row for each customer, a column for each movie, stars, NaN where not rated.
    predicted : DataFrame, optional
        Predictions (stars) for empty cells, in the same form; they are marked by a ``~`` and have
        no background.

    Returns
    -------
    altair.LayerChart
        Its title counts the ratings, the empty cells, and those that are predicted.
    """
    rows = _cells(table, "stars")
    rows["shown"] = [f"{x:.1f}" if x == x else "" for x in rows["stars"]]
    n_known, n_predicted = int(table.count().sum()), 0
    if predicted is not None:
        guesses = _cells(predicted.reindex_like(table), "stars")["stars"]
        is_new = rows["stars"].isna() & guesses.notna()
        rows.loc[is_new, "shown"] = [f"~{x:.1f}" for x in guesses[is_new]]
        n_predicted = int(is_new.sum())
    title = f"{n_known} of {table.size} cells are rated"
    if predicted is not None:
        title += f", {n_predicted} are predicted"
    rows["what"] = [_kind_of_cell(text) for text in rows["shown"]]
    base = alt.Chart(rows).encode(
        x=alt.X(f"{MOVIE}:N").title("Movie").axis(labelAngle=0, ticks=False),
        y=alt.Y(f"{CUSTOMER}:N").title("Customer").axis(ticks=False),
        tooltip=[CUSTOMER, MOVIE, alt.Tooltip("shown:N", title="stars"), "what"],
    )
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.condition(
            "datum.what == 'rated'",
            alt.Color("stars:Q").title("Stars").scale(domain=[1, 5], range=PALE, interpolate="rgb"),
            alt.value("#F7F7F7"),
        )
    )
    numbers = (
        base.transform_filter("datum.shown != ''")
        .mark_text(fontSize=13)
        .encode(
            text="shown:N",
            color=alt.condition("datum.what == 'rated'", alt.value(BLACK), alt.value(VERMILION)),
        )
    )
    return alt.layer(cells, numbers).properties(
        title=title,
        description=f"A table of {table.shape[0]} customers and {table.shape[1]} movies. {title}.",
        width=alt.Step(52),
        height=alt.Step(34),
    )


def similarity_matrices(matrices: Mapping[str, pd.DataFrame], what: str) -> alt.HConcatChart:
    """Draw square tables of similarities side by side, on one scale from -1 to 1.

    Parameters
    ----------
    matrices : mapping of str to DataFrame
        Name of the measure, and its similarities: a row and a column for each customer (or
        movie). NaN, not known, is drawn as a question mark.
    what : str
        What the rows and columns are: ``"Customer"``.

    Returns
    -------
    altair.HConcatChart
        Its title gives the smallest similarity of each table.
    """
    least = "; ".join(f"{name}: {_least(table):.2f}" for name, table in matrices.items())
    title = f"The smallest similarity. {least}"
    panels = [
        _similarity_matrix(name, table, what, with_legend=place == len(matrices) - 1)
        for place, (name, table) in enumerate(matrices.items())
    ]
    return alt.hconcat(*panels, spacing=16).properties(
        title=title,
        description=f"{len(matrices)} tables of similarities, a row and a column for each "
        f"{what.lower()}, side by side. {title}.",
    )


def own_scales(table: pd.DataFrame, first: Any, second: Any) -> alt.HConcatChart:
    """Show why adjusted cosine differs from cosine: two movies, as rated and on own scales.

    Parameters
    ----------
    table : DataFrame
        A row for each customer, a column for each movie, stars, NaN where not rated.
    first, second
        Two columns of the table.

    Returns
    -------
    altair.HConcatChart
        A point for each customer who rated both: on the left the ratings, on the right the ratings
        minus the customer's own mean. The title gives both cosines.

    Raises
    ------
    ValueError
        When nobody has rated both.
    """
    deviations = table.sub(table.mean(axis=1), axis=0)
    raw = _points(table, first, second)
    adjusted = _points(deviations, first, second)
    if raw.empty:
        raise ValueError(
            f"Nobody has rated both {first} and {second}: choose two movies that somebody rated."
        )
    cosines = [_cosine(points) for points in (raw, adjusted)]
    title = (
        f"Movies {first} and {second}: cosine {cosines[0]:.2f} as rated, "
        f"{cosines[1]:.2f} on each customer's own scale"
    )
    limit = float(adjusted[["x", "y"]].abs().to_numpy().max()) + 0.4
    axis = (f"Movie {first}", f"Movie {second}")
    return alt.hconcat(
        _plane(raw, (-1.5, 5.5), axis, "stars", "As rated"),
        _plane(adjusted, (-limit, limit), axis, "stars above own mean", "On own scales"),
        spacing=24,
    ).properties(
        title=alt.Title(
            title,
            subtitle="Customers who rated both. Blue, +: adds to the cosine; "
            "orange, \N{MINUS SIGN}: takes away",
        ),
        description=f"Two scatter plots of the same customers. {title}. In the blue corners a "
        "customer likes both or neither, in the orange ones one of the two.",
    )


def similarity_spread(
    measures: Mapping[str, npt.NDArray[np.float64]], width: float = 0.05, which: str = ""
) -> alt.Chart:
    """Draw how the similarities of many pairs spread, a row of bars for each measure.

    Parameters
    ----------
    measures : mapping of str to array
        Name of the measure, and the similarities of the pairs, between -1 and 1.
    width : float
        Of a bar.
    which : str
        Which pairs these are, and how many of all: the subtitle.

    Returns
    -------
    altair.Chart
        Its title says between which values the middle half of each lies.
    """
    edges = np.linspace(-1, 1, round(2 / width) + 1)
    parts = []
    for name, values in measures.items():
        counts, _ = np.histogram(np.clip(values, -1, 1), edges)
        parts.append(
            pd.DataFrame(
                {
                    "measure": name,
                    "from": edges[:-1],
                    "to": edges[1:],
                    "share": counts / max(len(values), 1),
                }
            )
        )
    middle = {name: np.quantile(values, [0.25, 0.75]) for name, values in measures.items()}
    title = "Half of the pairs lie between " + "; ".join(
        f"{low:.2f} and {high:.2f} ({name})" for name, (low, high) in middle.items()
    )
    names = list(measures)
    return (
        alt.Chart(pd.concat(parts, ignore_index=True))
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("from:Q").title("Similarity of two movies").scale(domain=[-1, 1]).bin("binned"),
            x2="to:Q",
            y=alt.Y("share:Q").title("Share of pairs").axis(format="%", tickCount=3),
            color=alt.Color("measure:N").sort(names).scale(range=PALETTE).legend(None),
            row=alt.Row("measure:N")
            .title(None)
            .sort(names)
            .header(orient="top", labelAnchor="start"),
            tooltip=[
                "measure",
                alt.Tooltip("from:Q", format=".2f"),
                alt.Tooltip("to:Q", format=".2f"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(
            title=alt.Title(title, limit=560, subtitle=which or alt.Undefined),
            description=f"Histograms of similarities between -1 and 1, one for each of "
            f"{', '.join(names)}. {title}. {which}",
            width=460,
            height=110,
        )
    )


def cross_validation(errors: pd.DataFrame, bar: str) -> alt.LayerChart:
    """Draw the error of each model on each fold, its mean, and the bar that models must clear.

    Parameters
    ----------
    errors : DataFrame
        Columns ``model``, ``fold`` (1, 2, ...) and ``rmse`` (stars), a row for each model and fold.
    bar : str
        The model that the others must beat.

    Returns
    -------
    altair.LayerChart
        Its title counts the models whose mean is below the bar's, and names the best.

    Raises
    ------
    ValueError
        When `bar` is not among the models.
    """
    means = errors.groupby("model", sort=False)["rmse"].mean()
    if bar not in means:
        raise ValueError(f"bar is {bar!r}, but the models are {', '.join(means.index)}.")
    others = means.drop(bar)
    n_better = int((others < means[bar]).sum())
    title = f"{n_better} of {len(others)} models beat {bar}; smallest error: {means.idxmin()}"
    order = means.sort_values(ascending=False, kind="stable").index.tolist()
    y = alt.Y("model:N").title("Model").sort(order).axis(labelLimit=230)
    x = alt.X("rmse:Q").title("RMSE on the fold (stars); tick = mean of the folds")
    x = x.scale(zero=False, padding=12).axis(format=".2f", tickCount=5)
    folds = (
        alt.Chart(errors)
        .mark_point(filled=True, size=55, opacity=0.65, color=BLUE)
        .encode(x=x, y=y, tooltip=["model", "fold", alt.Tooltip("rmse:Q", format=".4f")])
    )
    mean = (
        alt.Chart(means.reset_index())
        .mark_tick(thickness=3, size=22, color=BLACK)
        .encode(x=x, y=y, tooltip=["model", alt.Tooltip("rmse:Q", format=".4f", title="mean")])
    )
    line = (
        alt.Chart(pd.DataFrame({"rmse": [means[bar]], "model": [bar]}))
        .mark_rule(color=ORANGE, strokeWidth=2, strokeDash=[5, 3])
        .encode(x=x, tooltip=["model", alt.Tooltip("rmse:Q", format=".4f", title="mean")])
    )
    n_folds = errors["fold"].nunique()
    return alt.layer(line, folds, mean).properties(
        title=alt.Title(title, subtitle=f"Dashed line: the mean of {bar}"),
        description=f"A row for each of {len(means)} models, a point for its error on each of "
        f"{n_folds} folds, a tick for the mean. {title}.",
        width=340,
        height=alt.Step(32),
    )


def _cells(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """Give a row for each cell of a table, row by row, with its labels as text."""
    n_rows, n_columns = table.shape
    return pd.DataFrame(
        {
            CUSTOMER: np.repeat(table.index.astype(str), n_columns),
            MOVIE: np.tile(table.columns.astype(str), n_rows),
            value: table.to_numpy(dtype=np.float64).ravel(),
        }
    )


def _kind_of_cell(text: str) -> str:
    if not text:
        return "not rated"
    return "predicted" if text.startswith("~") else "rated"


def _least(table: pd.DataFrame) -> float:
    return float(np.nanmin(table.to_numpy(dtype=np.float64)))


def _similarity_matrix(
    name: str, table: pd.DataFrame, what: str, with_legend: bool
) -> alt.LayerChart:
    rows = _cells(table, "similarity").rename(columns={CUSTOMER: "one", MOVIE: "other"})
    rows["shown"] = [f"{x:.2f}" if x == x else UNKNOWN for x in rows["similarity"]]
    base = alt.Chart(rows, title=alt.Title(name, fontSize=12, offset=4)).encode(
        x=alt.X("other:N").title(what).axis(labelAngle=0, ticks=False),
        y=alt.Y("one:N").title(what).axis(ticks=False),
        tooltip=["one", "other", alt.Tooltip("shown:N", title="similarity")],
    )
    legend = alt.Legend(title="Similarity") if with_legend else None
    scale = alt.Scale(domain=[-1, 0, 1], range=DIVERGING)
    known = base.transform_filter(f"datum.shown != '{UNKNOWN}'")
    cells = known.mark_rect(stroke="white").encode(
        color=alt.Color("similarity:Q", legend=legend, scale=scale)
    )
    numbers = base.mark_text(fontSize=11).encode(
        text="shown:N",
        color=alt.condition("abs(datum.similarity) > 0.6", alt.value("white"), alt.value(BLACK)),
    )
    return alt.layer(cells, numbers).properties(width=alt.Step(38), height=alt.Step(30))


def _points(table: pd.DataFrame, first: Any, second: Any) -> pd.DataFrame:
    both = table[[first, second]].dropna()
    return pd.DataFrame(
        {CUSTOMER: both.index.astype(str), "x": both[first], "y": both[second]}
    ).reset_index(drop=True)


def _cosine(points: pd.DataFrame) -> float:
    x, y = points["x"].to_numpy(dtype=np.float64), points["y"].to_numpy(dtype=np.float64)
    lengths = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / lengths if lengths > 0 else 0.0


def _plane(
    points: pd.DataFrame,
    limits: tuple[float, float],
    movies: tuple[str, str],
    unit: str,
    title: str,
) -> alt.LayerChart:
    """Draw customers in the plane of two movies, the corners colored by whether they agree."""
    low, high = limits
    corners = pd.DataFrame(
        [
            {"x": x, "x2": 0, "y": y, "y2": 0, "corner": corner, "sign": sign}
            for x, y, corner, sign in (
                (high, high, "alike", "+"),
                (low, low, "alike", "+"),
                (low, high, "unlike", "\N{MINUS SIGN}"),
                (high, low, "unlike", "\N{MINUS SIGN}"),
            )
        ]
    )
    scale = alt.Scale(domain=limits, nice=False)
    x = alt.X("x:Q").title(f"{movies[0]} ({unit})").scale(scale).axis(tickCount=5)
    y = alt.Y("y:Q").title(f"{movies[1]} ({unit})").scale(scale).axis(tickCount=5)
    kinds = alt.Scale(domain=["alike", "unlike"], range=[BLUE, ORANGE])
    areas = (
        alt.Chart(corners)
        .mark_rect(opacity=0.18)
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            color=alt.Color("corner:N").scale(kinds).legend(None),
            tooltip=["corner"],
        )
    )
    # In the far corners, where hardly any customer lies in the way.
    signs = (
        alt.Chart(corners.assign(x=corners["x"] * 0.82, y=corners["y"] * 0.88))
        .mark_text(fontSize=20, opacity=0.6)
        .encode(x=x, y=y, text="sign:N")
    )
    base = alt.Chart(points).encode(
        x=x,
        y=y,
        tooltip=[CUSTOMER, alt.Tooltip("x:Q", format=".2f"), alt.Tooltip("y:Q", format=".2f")],
    )
    marks = base.mark_point(filled=True, size=210, color="white", stroke=BLACK, opacity=1)
    labels = base.mark_text(fontSize=11, color=BLACK).encode(text=f"{CUSTOMER}:N")
    return alt.layer(areas, signs, marks, labels).properties(
        title=alt.Title(title, fontSize=12, offset=4), width=220, height=220
    )
