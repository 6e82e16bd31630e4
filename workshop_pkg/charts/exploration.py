"""Charts that look at ratings: who rates, what is rated, when, and how much is empty."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from workshop_pkg.charts.theme import BLUE, GRAY, ORANGE, PALETTE

#: Width of a bar of the histograms: a fixed step keeps the bars of a selection on those behind it.
COUNT_STEP = 20
MEAN_STEP = 0.2


def rating_summary(ratings: pd.DataFrame, by: str) -> pd.DataFrame:
    """Count and mean of the ratings of each user or each movie.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the columns ``rating`` and ``by``.
    by : str
        ``"user_id"`` or ``"movie_id"``.

    Returns
    -------
    pandas.DataFrame
        The columns ``by``, ``count`` and ``mean``, one row for each id that has a rating.
    """
    return ratings.groupby(by)["rating"].agg(["count", "mean"]).reset_index()


def rating_histogram(ratings: pd.DataFrame) -> alt.LayerChart:
    """Draw how often each rating was given.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the column ``rating``.
    """
    shares = ratings["rating"].value_counts(normalize=True).sort_index()
    frame = pd.DataFrame({"rating": shares.index.to_numpy(), "share": shares.to_numpy()})
    commonest = frame.iloc[int(frame["share"].argmax())]
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("rating:O", title="Rating (stars)", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("share:Q", title="Share of all ratings", axis=alt.Axis(format="%")),
            color=alt.condition(
                alt.datum.rating == float(commonest["rating"]), alt.value(ORANGE), alt.value(BLUE)
            ),
            tooltip=[alt.Tooltip("rating:O"), alt.Tooltip("share:Q", format=".1%")],
        )
    )
    labels = bars.mark_text(dy=-8, color="black").encode(
        text=alt.Text("share:Q", format=".1%"), color=alt.value("black")
    )
    return alt.layer(bars, labels).properties(
        width=320,
        height=220,
        title=f"The commonest rating is {commonest['rating']:g}: {commonest['share']:.1%} of all",
        description="A bar for each rating value; its height is its share of all ratings.",
    )


def interaction_matrix(
    ratings: pd.DataFrame, n_users: int = 100, n_movies: int = 100, seed: int = 0
) -> alt.Chart:
    """Draw a random corner of the user-by-movie matrix: a square wherever there is a rating.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the columns ``user_id``, ``movie_id`` and ``rating``.
    n_users, n_movies : int
        How many users and movies to draw, all equally likely.
    seed : int
        Another seed draws others.
    """
    rng = np.random.default_rng(seed)
    users = rng.permutation(ratings["user_id"].unique())[:n_users]
    movies = rng.permutation(ratings["movie_id"].unique())[:n_movies]
    seen = ratings[ratings["user_id"].isin(users) & ratings["movie_id"].isin(movies)]
    frame = pd.DataFrame(
        {
            "user": pd.Index(users).get_indexer(seen["user_id"]) + 1,
            "movie": pd.Index(movies).get_indexer(seen["movie_id"]) + 1,
            "rating": seen["rating"].to_numpy(),
        }
    )
    cells = len(users) * len(movies)
    return (
        alt.Chart(frame)
        .mark_square(size=14, opacity=1)
        .encode(
            x=alt.X("movie:Q", title="Movie (number in the sample)", scale=_span(len(movies))),
            y=alt.Y("user:Q", title="User (number in the sample)", scale=_span(len(users))),
            color=alt.Color(
                "rating:Q",
                title="Stars",
                scale=alt.Scale(scheme="viridis", reverse=True),
                legend=_whole_legend(),
            ),
            tooltip=["user:Q", "movie:Q", "rating:Q"],
        )
        .properties(
            width=400,
            height=400,
            title=f"Of {cells:,} cells, {len(frame):,} hold a rating: {len(frame) / cells:.1%}",
            description=(
                "A matrix of randomly drawn users (rows) and movies (columns). A colored square is "
                "a rating; white is a movie that the user did not rate."
            ),
        )
    )


def linked_histograms(
    frame: pd.DataFrame, category: str, category_title: str, what: str, title: str
) -> alt.HConcatChart:
    """Draw bars to click on beside histograms of `count` and `mean` that follow the click.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a user or a movie, with the columns ``category``, ``count`` and ``mean``.
    category : str
        The column whose bars can be clicked; SHIFT-click adds a bar to the selection.
    category_title : str
        Its name on the axis.
    what : str
        What a row is, in the plural: ``"users"``.
    title : str
        The chart's finding.
    """
    clicked = alt.selection_point(name=f"{category}_clicked", fields=[category])
    bars = (
        alt.Chart(frame[[category]])
        .mark_bar(cursor="pointer")
        .encode(
            y=alt.Y(f"{category}:N", title=category_title, sort="-x"),
            x=alt.X("count():Q", title=f"Number of {what}"),
            color=alt.when(clicked).then(alt.value(BLUE)).otherwise(alt.value(GRAY)),
            tooltip=[alt.Tooltip(f"{category}:N"), alt.Tooltip("count():Q", title=what)],
        )
        .add_params(clicked)
        .properties(width=180, height=alt.Step(15), title="Click a bar; SHIFT-click for several")
    )
    numbers = frame[[category, "count", "mean"]]
    count = _selected_over_all(numbers, "count", "Number of ratings", COUNT_STEP, what, clicked)
    mean = _selected_over_all(numbers, "mean", "Mean rating (stars)", MEAN_STEP, what, clicked)
    return alt.hconcat(bars, alt.vconcat(count, mean)).properties(
        title=alt.Title(title, subtitle=f"Gray: all {what}. Blue: those of the bars you clicked."),
        description=(
            f"Bars of {what} for each {category_title.lower()}; a click on a bar shows its {what} "
            "in blue in two histograms, of the number of ratings and of the mean rating, before "
            f"the histogram of all {what} in gray."
        ),
    )


def ratings_per_user(ratings: pd.DataFrame, users: pd.DataFrame) -> alt.HConcatChart:
    """Draw how many ratings users give and how high, filtered by a click on an occupation.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating.
    users : pandas.DataFrame
        One row a user, with the columns ``user_id`` and ``occupation``.
    """
    per_user = rating_summary(ratings, "user_id").merge(users, on="user_id")
    title = (
        f"Half of the users gave {per_user['count'].median():.0f} ratings or fewer; "
        f"the busiest gave {per_user['count'].max():,}"
    )
    return linked_histograms(per_user, "occupation", "Occupation", "users", title)


def ratings_per_movie(ratings: pd.DataFrame, movies: pd.DataFrame) -> alt.HConcatChart:
    """Draw how many ratings movies get and how high, filtered by a click on a genre.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating.
    movies : pandas.DataFrame
        One row a movie, with the columns ``movie_id`` and ``genre``
        (from ``preprocessing.add_genres``).
    """
    per_movie = rating_summary(ratings, "movie_id").merge(movies, on="movie_id")
    title = (
        f"Half of the movies have {per_movie['count'].median():.0f} ratings or fewer; "
        f"the most rated has {per_movie['count'].max():,}"
    )
    return linked_histograms(per_movie, "genre", "Genre (one of each movie's)", "movies", title)


def mean_against_count(
    ratings: pd.DataFrame, movies: pd.DataFrame, floor: int = 20
) -> alt.LayerChart:
    """Draw each movie's mean rating against the number of its ratings, and a floor.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating.
    movies : pandas.DataFrame
        One row a movie, with the columns ``movie_id`` and ``title``.
    floor : int
        Movies with this many ratings or fewer are gray.
    """
    per_movie = rating_summary(ratings, "movie_id").merge(movies, on="movie_id")
    top = float(per_movie["mean"].max())
    at_top = per_movie[per_movie["mean"] == top]
    scatter = (
        alt.Chart(per_movie[["title", "count", "mean"]])
        .mark_circle(size=28, opacity=0.6)
        .encode(
            x=alt.X("count:Q", title="Number of ratings (log scale)", scale=alt.Scale(type="log")),
            y=alt.Y("mean:Q", title="Mean rating (stars)", scale=alt.Scale(zero=False)),
            color=alt.condition(alt.datum["count"] > floor, alt.value(BLUE), alt.value(GRAY)),
            tooltip=["title:N", "count:Q", alt.Tooltip("mean:Q", format=".2f")],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"floor": [floor]}))
        .mark_rule(color=ORANGE, strokeWidth=2, strokeDash=[6, 4])
        .encode(x="floor:Q")
    )
    return alt.layer(scatter, rule).properties(
        title=alt.Title(
            f"The highest mean, {top:.2f}, belongs to movies with fewer than "
            f"{at_top['count'].max() + 1} ratings",
            subtitle=f"Dashed: a floor of {floor} ratings. Hover over a point for its title.",
        ),
        description=(
            "A point for each movie: the number of its ratings across, its mean rating upward. On "
            "the left, with few ratings, the means spread over the whole scale; on the right they "
            "come together."
        ),
    )


def long_tail(ratings: pd.DataFrame, movies: pd.DataFrame, share: float = 0.1) -> alt.LayerChart:
    """Draw the number of ratings of each movie, from the most to the least rated.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating.
    movies : pandas.DataFrame
        One row a movie of the catalog, rated or not.
    share : float
        The head to color: this share of the catalog, rounded up to whole movies.
    """
    counts = ratings["movie_id"].value_counts().reindex(movies["movie_id"], fill_value=0)
    frame = pd.DataFrame({"count": np.sort(counts.to_numpy())[::-1]})
    frame["rank"] = np.arange(1, len(frame) + 1)
    n_head = math.ceil(share * len(frame))
    frame["part"] = np.where(frame["rank"] <= n_head, "head", "tail")
    held = frame["count"].head(n_head).sum() / frame["count"].sum()
    few = int((frame["count"] < 10).sum())
    area = (
        alt.Chart(frame)
        .mark_area()
        .encode(
            x=alt.X("rank:Q", title="Movies, the most rated first (rank)"),
            y=alt.Y("count:Q", title="Number of ratings"),
            color=alt.Color(
                "part:N",
                title=None,
                scale=alt.Scale(domain=["head", "tail"], range=[ORANGE, BLUE]),
            ),
        )
    )
    return alt.layer(area).properties(
        title=alt.Title(
            f"The top {share:.0%} of the movies hold {held:.0%} of the ratings",
            subtitle=f"{few:,} of the {len(frame):,} movies have fewer than 10 ratings.",
        ),
        description=(
            "The number of ratings of each movie in descending order: a short, high head and a "
            "long, low tail."
        ),
    )


def ratings_over_time(ratings: pd.DataFrame) -> alt.Chart:
    """Draw the number of ratings of each week.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rating, with the column ``unix_timestamp`` (seconds since 1970, UTC).
    """
    time = pd.to_datetime(ratings["unix_timestamp"], unit="s")
    weekly = time.dt.to_period("W").dt.start_time.value_counts().sort_index()
    frame = pd.DataFrame({"week": weekly.index, "count": weekly.to_numpy()})
    busiest = frame.iloc[int(frame["count"].argmax())]
    return (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("week:T", title="Week (the Monday it begins)"),
            y=alt.Y("count:Q", title="Ratings in the week"),
            tooltip=[alt.Tooltip("week:T"), alt.Tooltip("count:Q", format=",")],
        )
        .properties(
            title=(
                f"The busiest week, from {busiest['week']:%d %B %Y}, brought "
                f"{busiest['count'] / frame['count'].sum():.1%} of all ratings"
            ),
            description="A bar for each week; its height is the number of ratings in that week.",
        )
    )


def who_is_here(users: pd.DataFrame) -> alt.Chart:
    """Draw the users by age and sex.

    Parameters
    ----------
    users : pandas.DataFrame
        One row a user, with the columns ``age`` (years) and ``sex`` (``F`` or ``M``).
    """
    decade = users["age"] // 10 * 10
    frame = users.assign(decade=decade).groupby(["decade", "sex"]).size().reset_index(name="count")
    frame["age"] = frame["decade"].map(lambda first: f"{first}-{first + 9}")
    commonest = frame.iloc[int(frame["count"].argmax())]
    return (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("age:O", title="Age (years)", axis=alt.Axis(labelAngle=0)),
            xOffset="sex:N",
            y=alt.Y("count:Q", title="Number of users"),
            color=alt.Color("sex:N", title="Sex", scale=alt.Scale(range=PALETTE[:2])),
            tooltip=["age:O", "sex:N", "count:Q"],
        )
        .properties(
            title=(
                f"The largest group is {commonest['sex']}, {commonest['age']} years: "
                f"{commonest['count'] / len(users):.0%} of the users"
            ),
            description="Pairs of bars for each ten years of age: the number of women and of men.",
        )
    )


def _selected_over_all(
    frame: pd.DataFrame,
    column: str,
    axis_title: str,
    step: float,
    what: str,
    selection: alt.Parameter,
) -> alt.LayerChart:
    """Draw a histogram of the selected rows in blue before that of all rows in gray."""
    histogram = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(f"{column}:Q", bin=alt.Bin(step=step), title=axis_title),
            y=alt.Y("count():Q", title=f"Number of {what}"),
        )
    )
    return alt.layer(
        histogram.encode(color=alt.value(GRAY)),
        histogram.encode(color=alt.value(BLUE)).transform_filter(selection),
    ).properties(width=300, height=140)


def _span(n: int) -> alt.Scale:
    return alt.Scale(domain=[0, n + 1], nice=False)


def _whole_legend() -> alt.Legend:
    return alt.Legend(values=[1, 2, 3, 4, 5], format="d")
