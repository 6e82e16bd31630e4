"""Charts of small embeddings: tables of numbers side by side, and what they predict."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.splits import TEST, TRAIN
from workshop_pkg.charts.theme import BLACK, PALETTE, VERMILION

CELL = 26  # pixels
DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2]]


def embedding_heat_maps(tables: dict[str, pd.DataFrame]) -> alt.HConcatChart:
    """Draw tables of embeddings side by side, in one color scale.

    Parameters
    ----------
    tables
        For each name, such as ``"User"`` and ``"Movie"``, a row for each of them, a column for each
        factor; two rows or more. The index labels the rows.

    Returns
    -------
    altair.HConcatChart
        Its title names the two rows of each table that point most nearly the same way.
    """
    largest = max(float(np.abs(table.to_numpy()).max()) for table in tables.values())
    closest = "; ".join(_closest(name, table) for name, table in tables.items())
    panels = []
    for name, table in tables.items():
        labels = [str(label) for label in table.index]
        rows = pd.DataFrame(
            [
                {"row": label, "factor": factor, "value": float(value)}
                for label, numbers in zip(labels, table.to_numpy(), strict=True)
                for factor, value in enumerate(numbers, start=1)
            ]
        )
        base = alt.Chart(rows).encode(
            x=alt.X("factor:O").title("Factor").axis(labelAngle=0),
            y=alt.Y("row:N").title(name).sort(labels).axis(labelLimit=190),
        )
        cell = base.mark_rect(stroke="white").encode(
            color=alt.Color("value:Q")
            .title("Number in the table")
            .scale(scheme="blueorange", domain=[-largest, largest]),
            tooltip=["row", "factor", alt.Tooltip("value:Q", format=".3f")],
        )
        number = base.mark_text(fontSize=11).encode(
            text=alt.Text("value:Q", format=".1f"),
            color=alt.condition(
                f"abs(datum.value) > {0.65 * largest}", alt.value("white"), alt.value(BLACK)
            ),
        )
        panels.append(alt.layer(cell, number).properties(width=alt.Step(44), height=alt.Step(CELL)))
    return alt.hconcat(*panels, spacing=24).properties(
        title=alt.Title("Which rows point the same way", subtitle=closest),
        description="Tables of numbers, colored from negative to positive: "
        f"{', '.join(tables)}. Closest rows: {closest}.",
    )


def _closest(name: str, table: pd.DataFrame) -> str:
    """Name the two rows with the highest cosine."""
    numbers = table.to_numpy(dtype=float)
    lengths = np.linalg.norm(numbers, axis=1, keepdims=True)
    directions = np.divide(numbers, lengths, out=np.zeros_like(numbers), where=lengths > 0)
    cosines = directions @ directions.T
    np.fill_diagonal(cosines, -np.inf)
    one, other = divmod(int(cosines.argmax()), len(table))
    return f"{name}: {table.index[one]} and {table.index[other]} (cosine {cosines.max():.2f})"


def predicted_beside_observed(
    train: pd.DataFrame,
    test: pd.DataFrame,
    predicted: pd.DataFrame,
    movies: pd.DataFrame | None = None,
) -> alt.HConcatChart:
    """Draw the known ratings as a table, and beside it what a model predicts for every cell.

    Parameters
    ----------
    train, test
        The two parts, with the columns ``user_id``, ``movie_id`` and ``rating``. Small ones.
    predicted
        Stars, a row for each user id, a column for each movie id.
    movies
        Gives the ``title`` for each ``movie_id``; without it the columns bear the ids.

    Returns
    -------
    altair.HConcatChart
        Test cells are framed. The title tells how far off the predictions are on either part.

    Raises
    ------
    ValueError
        When a rating has no prediction.
    """
    cells = _cells(train, test, predicted)
    if movies is not None:
        cells["movie"] = cells["movie_id"].map(movies.set_index("movie_id")["title"])
    apart = (cells["predicted"] - cells["observed"]).abs().groupby(cells["part"]).mean()
    title = (
        f"Off by {apart[TRAIN]:.2f} stars where it has learned, by {apart[TEST]:.2f} where it has "
        "not"
    )
    subtitle = (
        f"Mean absolute error over {len(train)} training and {len(test)} test ratings; test cells "
        "are framed"
    )
    low = float(min(1.0, cells["observed"].min(), cells["predicted"].min()))
    high = float(max(5.0, cells["observed"].max(), cells["predicted"].max()))
    users = [str(user) for user in predicted.index]
    panels = [_table(cells, column, users, [low, high]) for column in ("observed", "predicted")]
    return alt.hconcat(*panels, spacing=14).properties(
        title=alt.Title(title, subtitle=subtitle),
        description=f"Two tables of {len(users)} users and {predicted.shape[1]} movies, the known "
        f"ratings and the predicted ones. {title}. {subtitle}.",
    )


def _cells(train: pd.DataFrame, test: pd.DataFrame, predicted: pd.DataFrame) -> pd.DataFrame:
    known = pd.concat([train.assign(part=TRAIN), test.assign(part=TEST)])
    table = predicted.rename_axis(index="user_id").reset_index()
    cells = table.melt(id_vars="user_id", var_name="movie_id", value_name="predicted")
    cells = cells.merge(
        known[["user_id", "movie_id", "rating", "part"]], on=["user_id", "movie_id"], how="left"
    ).rename(columns={"rating": "observed"})
    if int(cells["part"].notna().sum()) < len(known):
        raise ValueError(
            f"There are {len(known)} ratings, and {int(cells['part'].notna().sum())} of them have "
            "a prediction: pass a row for each user and a column for each movie."
        )
    cells["part"] = cells["part"].astype(object).where(cells["part"].notna(), "unknown")
    cells["movie"] = cells["movie_id"].astype(str)
    cells["user"] = cells["user_id"].astype(str)
    return cells


def _table(
    cells: pd.DataFrame, column: str, users: list[str], domain: list[float]
) -> alt.LayerChart:
    rows = cells.dropna(subset=[column])
    first = column == "observed"
    base = alt.Chart(rows).encode(
        x=alt.X("movie:N")
        .title(None)
        .sort(list(dict.fromkeys(cells["movie"])))
        .axis(labelAngle=-40, labelLimit=110),
        y=alt.Y("user:N").title("User" if first else None).sort(users).axis(labels=first),
    )
    cell = base.mark_rect().encode(
        color=alt.Color(f"{column}:Q")
        .title("Stars")
        .scale(scheme="yellowgreenblue", domain=domain)
        .legend(format=".0f", tickCount=5),
        tooltip=[
            "user",
            "movie",
            "part",
            *(alt.Tooltip(f"{name}:Q", format=".2f") for name in ("observed", "predicted")),
        ],
    )
    frame = base.mark_rect(filled=False, stroke=VERMILION, strokeWidth=2.5).transform_filter(
        f"datum.part == '{TEST}'"
    )
    middle = domain[0] + 0.62 * (domain[1] - domain[0])
    number = base.mark_text(fontSize=11).encode(
        text=alt.Text(f"{column}:Q", format=".0f" if first else ".1f"),
        color=alt.condition(f"datum.{column} > {middle}", alt.value("white"), alt.value(BLACK)),
    )
    title = "Observed" if first else "Predicted"
    return alt.layer(cell, frame, number).properties(
        title=title, width=alt.Step(38), height=alt.Step(CELL)
    )


def bounded_outputs(bounds: Sequence[tuple[float, float]], wanted: float = 5.0) -> alt.LayerChart:
    """Draw the stars that a sum is squeezed to, for each pair of bounds.

    Parameters
    ----------
    bounds
        Low and high, in stars.
    wanted
        The rating, in stars, whose sum the title is about.

    Returns
    -------
    altair.LayerChart
        Its title tells how large a sum must be for the rating that is wanted.
    """
    sums = np.linspace(-6, 6, 121)
    names = [f"{low:g} to {high:g}" for low, high in bounds]
    rows = pd.concat(
        pd.DataFrame(
            {"sum": sums, "stars": low + (high - low) / (1 + np.exp(-sums)), "bounds": name}
        )
        for (low, high), name in zip(bounds, names, strict=True)
    )
    title = f"For {wanted:g} stars the sum must be " + ", ".join(
        f"{_sum_for(wanted, low, high)} with bounds {name}"
        for (low, high), name in zip(bounds, names, strict=True)
    )
    curve = (
        alt.Chart(rows)
        .mark_line()
        .encode(
            x=alt.X("sum:Q").title("Sum of biases and dot product"),
            y=alt.Y("stars:Q").title("Predicted stars").scale(zero=False),
            color=alt.Color("bounds:N").title("Bounds").scale(domain=names, range=PALETTE),
            strokeDash=alt.StrokeDash("bounds:N")
            .title("Bounds")
            .scale(domain=names, range=DASHES[: len(names)]),
            tooltip=[
                "bounds",
                alt.Tooltip("sum:Q", format=".1f"),
                alt.Tooltip("stars:Q", format=".2f"),
            ],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"stars": [wanted]}))
        .mark_rule(color="#777777", strokeDash=[3, 3])
        .encode(y="stars:Q")
    )
    return alt.layer(rule, curve).properties(
        title=title,
        width=420,
        height=220,
        description=f"S-shaped curves from the lower to the upper bound. {title}.",
    )


def _sum_for(stars: float, low: float, high: float) -> str:
    if not low < stars < high:
        return "infinite" if stars >= high else "minus infinite"
    return f"{np.log((stars - low) / (high - stars)):.1f}"
