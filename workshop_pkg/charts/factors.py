"""Charts of a small table as a product of features, and of what two ways to the loss cost."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLACK, BLUE, GRAY, ORANGE, VERMILION

DIVERGING = [VERMILION, "#F7F7F7", BLUE]
_GAP = " "  # a row and a column that hold nothing, between the features and the table
_LARGEST = 2.0  # stars above or below; stronger colors would hide the numbers
# Where a movie's name stands, seen from its point: away from the middle, so that names part.
_SIDES = (("left", "right", -11, 0), ("middle", "center", 0, -16), ("right", "left", 11, 0))
_NEAR = 0.3  # of the middle: the name stands above
_DARK = 1.3  # from here on a cell is so dark that its number is white


def factor_product(
    observed: pd.DataFrame, user_features: pd.DataFrame, movie_features: pd.DataFrame
) -> alt.LayerChart:
    """Draw a small table of ratings as the product of users' and movies' features.

    Parameters
    ----------
    observed : DataFrame
        A row for each user, a column for each movie: stars above or below the middle, NaN where
        not rated.
    user_features : DataFrame
        A row for each user, a column for each feature.
    movie_features : DataFrame
        A row for each movie, with the same columns.

    Returns
    -------
    altair.LayerChart
        The users' features stand on the left, the movies' on top, and where a row and a column
        cross their product, the prediction, with the rating below it. The title gives the mean
        squared error on the ratings.

    Raises
    ------
    ValueError
        When the users, movies or features of the tables are not the same.
    """
    _require_same(observed, user_features, movie_features)
    predicted = user_features @ movie_features.T
    errors = (observed - predicted).to_numpy()
    n_rated = int(np.isfinite(errors).sum())
    count = user_features.shape[1]
    title = (
        f"{count} feature{'s' if count > 1 else ''}: mean squared error "
        f"{np.nanmean(errors**2):.2f} on {n_rated} ratings"
    )
    cells = _cells(observed, predicted, user_features, movie_features)
    features = [str(name) for name in user_features.columns]
    base = alt.Chart(cells).encode(
        x=alt.X("column:N")
        .title(None)
        .sort([*features, _GAP, *map(str, observed.columns)])
        .axis(orient="top", labelAngle=-35, ticks=False, domain=False, labelLimit=120),
        y=alt.Y("row:N")
        .title(None)
        .sort([*features, _GAP, *map(str, observed.index)])
        .axis(ticks=False, domain=False),
        tooltip=["what", "row", "column", alt.Tooltip("value:Q", format="+.2f"), "below"],
    )
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("value:Q")
        .title(["Feature, or predicted stars", "above or below the middle"])
        .scale(domain=[-_LARGEST, 0, _LARGEST], range=DIVERGING, clamp=True)
        .legend(orient="bottom", gradientLength=160)
    )
    ink = alt.condition(f"abs(datum.value) > {_DARK}", alt.value("white"), alt.value(BLACK))
    numbers = base.mark_text(fontSize=13, dy=-6).encode(text="shown:N", color=ink)
    ratings = base.mark_text(fontSize=10, dy=9).encode(text="below:N", color=ink)
    return alt.layer(squares, numbers, ratings).properties(
        title=title,
        description=f"A table of {len(observed)} users and {observed.shape[1]} movies. Left of it "
        f"each user's features, above it each movie's, in each cell their product and the rating. "
        f"{title}.",
        width=alt.Step(60),
        height=alt.Step(40),
    )


def _require_same(
    observed: pd.DataFrame, user_features: pd.DataFrame, movie_features: pd.DataFrame
) -> None:
    pairs = (
        ("users", observed.index, user_features.index),
        ("movies", observed.columns, movie_features.index),
        ("features", user_features.columns, movie_features.columns),
    )
    for what, one, other in pairs:
        if list(one) != list(other):
            raise ValueError(
                f"The {what} are {list(one)} in one table and {list(other)} in another."
            )


def _cells(
    observed: pd.DataFrame,
    predicted: pd.DataFrame,
    user_features: pd.DataFrame,
    movie_features: pd.DataFrame,
) -> pd.DataFrame:
    """Give the cells of all three blocks, one a row."""
    rows: list[dict[str, object]] = []
    for what, table in (("user", user_features), ("movie", movie_features.T)):
        for row, values in table.iterrows():
            for column, value in values.items():
                rows.append(_cell(f"a {what}'s feature", row, column, float(value), ""))
    for (user, values), (_, ratings) in zip(predicted.iterrows(), observed.iterrows(), strict=True):
        for movie, value, rating in zip(observed.columns, values, ratings, strict=True):
            below = "not rated" if np.isnan(rating) else f"rated {_signed(rating)}"
            rows.append(_cell("prediction", user, movie, float(value), below))
    return pd.DataFrame(rows)


def _cell(what: str, row: object, column: object, value: float, below: str) -> dict[str, object]:
    value = round(value, 6) + 0.0  # no "-0"
    return {
        "what": what,
        "row": str(row),
        "column": str(column),
        "value": value,
        "shown": _signed(value),
        "below": below,
    }


def _signed(value: float) -> str:
    return f"{value:+.3g}" if value else "0"


def feature_plane(user_features: pd.DataFrame, movie_features: pd.DataFrame) -> alt.LayerChart:
    """Draw users as arrows and movies as points in the plane of two features.

    Parameters
    ----------
    user_features : DataFrame
        A row for each user, two columns.
    movie_features : DataFrame
        A row for each movie, with the same columns.

    Returns
    -------
    altair.LayerChart
        A list below chooses a user: the movies' colors and numbers are then that user's
        predictions. The title names the pairs with the highest one.

    Raises
    ------
    ValueError
        When there are not two features, or not the same.
    """
    features = [str(name) for name in user_features.columns]
    if len(features) != 2 or list(user_features.columns) != list(movie_features.columns):
        raise ValueError(
            f"The users have the features {features} and the movies "
            f"{list(movie_features.columns)}: a plane has two, the same for both."
        )
    predictions = _predictions(user_features, movie_features)
    highest = predictions["prediction"].max()
    best = predictions[predictions["prediction"] == highest]
    pairs = "; ".join(f"{user} and {movie}" for user, movie in best[["user", "movie"]].to_numpy())
    title = f"The highest prediction, {highest:+.2g}: {pairs}"
    span = float(max(user_features.abs().max().max(), movie_features.abs().max().max())) * 1.35
    chosen = alt.selection_point(
        name="plane_user",
        fields=["user"],
        value=str(user_features.index[0]),
        bind=alt.binding_select(options=[str(name) for name in user_features.index], name="User: "),
    )

    def axis(kind: type[alt.X] | type[alt.Y], column: str, name: str) -> alt.X | alt.Y:
        return kind(f"{column}:Q").title(name).scale(domain=[-span, span])

    x, y = axis(alt.X, "x", features[0]), axis(alt.Y, "y", features[1])
    users = pd.DataFrame(
        [
            {"user": str(user), "x": end * float(u), "y": end * float(v), "end": end}
            for user, (u, v) in zip(user_features.index, user_features.to_numpy(), strict=True)
            for end in (0, 1)
        ]
    )
    is_chosen = alt.when(chosen)
    arrows = (
        alt.Chart(users)
        .mark_line(strokeWidth=3)
        .encode(
            x=x,
            y=y,
            detail="user:N",
            color=is_chosen.then(alt.value(ORANGE)).otherwise(alt.value(GRAY)),
        )
        .add_params(chosen)
    )
    ends = (
        alt.Chart(users[users["end"] == 1])
        .mark_text(fontSize=12, fontWeight="bold", dy=-9, color=BLACK)
        .encode(x=x, y=y, text="user:N")
    )
    points = alt.Chart(predictions).transform_filter(chosen)
    dots = points.mark_point(filled=True, size=150, opacity=1, stroke=BLACK, strokeWidth=1).encode(
        x=x,
        y=y,
        color=alt.Color("prediction:Q")
        .title("Prediction")
        .scale(domain=[-_LARGEST, 0, _LARGEST], range=DIVERGING, clamp=True),
        tooltip=["user", "movie", alt.Tooltip("prediction:Q", format="+.2f")],
    )
    names = [
        points.transform_calculate(label="datum.movie + ' ' + format(datum.prediction, '+.2~f')")
        .transform_filter(f"datum.side === '{side}'")
        .mark_text(align=align, dx=dx, dy=dy, fontSize=11, **halo)
        .encode(x=x, y=y, text="label:N")
        for side, align, dx, dy in _SIDES
        for halo in ({"stroke": "white", "strokeWidth": 4}, {"color": BLACK})
    ]
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]}))
    return alt.layer(
        zero.mark_rule(color="#DDDDDD").encode(x="zero:Q"),
        zero.mark_rule(color="#DDDDDD").encode(y="zero:Q"),
        arrows,
        ends,
        dots,
        *names,
    ).properties(
        title=alt.Title(title, subtitle="Arrows are users, points are movies; choose a user below"),
        description=f"A plane of the features {features[0]} and {features[1]}: an arrow from the "
        f"middle for each user, a point for each movie. {title}.",
        width=400,
        height=360,
    )


def _predictions(user_features: pd.DataFrame, movie_features: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each pair: where the movie is, the prediction, the side of its name."""
    places = movie_features.to_numpy()
    return pd.DataFrame(
        [
            {
                "user": str(user),
                "movie": str(movie),
                "x": float(place[0]),
                "y": float(place[1]),
                "prediction": round(float(features @ place), 4) + 0.0,
                "side": "middle" if abs(place[0]) < _NEAR else "right" if place[0] > 0 else "left",
            }
            for user, features in zip(user_features.index, user_features.to_numpy(), strict=True)
            for movie, place in zip(movie_features.index, places, strict=True)
        ]
    )


def loss_memory(sizes: pd.DataFrame) -> alt.LayerChart:
    """Draw how much memory the full matrix takes for each byte of the gathered pairs.

    Parameters
    ----------
    sizes : DataFrame
        Columns ``data`` (the name of a data set), ``full`` and ``gathered`` (bytes).

    Returns
    -------
    altair.LayerChart
        A bar for each data set on a log scale, from the line at which both take as much.
    """
    rows = sizes.assign(
        ratio=sizes["full"] / sizes["gathered"],
        full_gb=sizes["full"] / 1e9,
        gathered_gb=sizes["gathered"] / 1e9,
        one=1.0,
    )
    rows["less memory"] = np.where(rows["ratio"] > 1, "gathered pairs", "full matrix")
    rows["label"] = [f"{ratio:.2g}" for ratio in rows["ratio"]]
    last = rows.iloc[int(rows["ratio"].to_numpy().argmax())]
    small = rows.loc[rows["ratio"] <= 1, "data"].tolist()
    title = f"{last['data']}: the full matrix takes {last['ratio']:.2g} times the memory"
    subtitle = (
        f"It takes less than the gathered pairs at {', '.join(small)}"
        if small
        else "It takes more than the gathered pairs everywhere"
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("data:N").title("Data set").sort(rows["data"].tolist()),
        tooltip=[
            "data",
            alt.Tooltip("full_gb:Q", title="full matrix (GB)", format=".3~g"),
            alt.Tooltip("gathered_gb:Q", title="gathered pairs (GB)", format=".3~g"),
            alt.Tooltip("ratio:Q", format=".2f"),
        ],
    )
    bars = base.mark_bar(height=18).encode(
        x=alt.X("ratio:Q")
        .title("Bytes of the full matrix for each byte of the gathered pairs (log scale)")
        .scale(type="log", padding=30)
        .axis(format="~g", tickCount=5),
        x2="one:Q",
        color=alt.Color("less memory:N")
        .title("Less memory")
        .scale(domain=["full matrix", "gathered pairs"], range=[ORANGE, BLUE])
        .legend(orient="bottom"),
    )
    above, below = rows["ratio"] > 1, rows["ratio"] <= 1
    labels = [
        alt.Chart(rows[side])
        .mark_text(align=align, dx=dx, color=BLACK)
        .encode(
            x="ratio:Q",
            y=alt.Y("data:N").sort(rows["data"].tolist()),
            text="label:N",
        )
        for side, align, dx in ((above, "left", 5), (below, "right", -5))
        if side.any()
    ]
    rule = alt.Chart(pd.DataFrame({"one": [1.0]})).mark_rule(color="#555555").encode(x="one:Q")
    return alt.layer(bars, rule, *labels).properties(
        title=alt.Title(title, subtitle=subtitle),
        description=f"A bar for each data set: the memory of the full matrix by that of the "
        f"gathered pairs. {title}. {subtitle}.",
        width=400,
        height=alt.Step(34),
    )


def loss_growth(measured: pd.DataFrame) -> alt.LayerChart:
    """Draw the time of both ways to the loss as the matrix grows and the ratings do not.

    Parameters
    ----------
    measured : DataFrame
        Columns ``way``, ``cells`` (users times movies) and ``milliseconds``; the same two ways at
        each number of cells, the full matrix first.

    Returns
    -------
    altair.LayerChart
        Two lines of points on log scales. The title says how much each grew, and compares the two
        at both ends.
    """
    ways = list(dict.fromkeys(measured["way"]))
    ends = measured.sort_values("cells").groupby("way")["milliseconds"].agg(["first", "last"])
    growth = ends["last"] / ends["first"]
    cells = measured["cells"].max() / measured["cells"].min()
    title = f"{cells:.3g} times the cells, the same ratings"
    ratio = ends.loc[ways[0]] / ends.loc[ways[1]]
    subtitle = [
        "; ".join(f"{way}: {growth[way]:.2g} times as long" for way in ways),
        f"{ways[0]} by {ways[1]}: {ratio['first']:.2g} on the left, {ratio['last']:.2g} on the "
        "right",
    ]
    base = alt.Chart(measured).encode(
        x=alt.X("cells:Q")
        .title("Cells of the matrix, users times movies (log scale)")
        .scale(type="log", padding=20)
        .axis(values=sorted(set(measured["cells"])), format=".2s"),
        y=alt.Y("milliseconds:Q")
        .title(["Milliseconds for the loss", "and its gradient (log scale)"])
        .scale(type="log", padding=10)
        .axis(format="~g", tickCount=4),
        color=alt.Color("way:N").title(None).scale(domain=ways, range=[ORANGE, BLUE]),
        tooltip=[
            "way",
            alt.Tooltip("cells:Q", format=","),
            alt.Tooltip("milliseconds:Q", format=".1f"),
        ],
    )
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        shape=alt.Shape("way:N").title(None).scale(domain=ways, range=["square", "circle"])
    )
    return alt.layer(base.mark_line(), points).properties(
        title=alt.Title(title, subtitle=subtitle),
        description="Two lines over the number of cells of the matrix: the time of the loss "
        f"through the full matrix, and by gathering. {title}. {'. '.join(subtitle)}.",
        width=380,
        height=220,
    )
