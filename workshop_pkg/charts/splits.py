"""Charts of splits and of the errors measured on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
import pandas as pd

from workshop_pkg.charts.theme import PALETTE, SKY, VERMILION

TRAIN, TEST = "train", "test"
# Apart for every common form of color blindness, and in gray; the marks differ too.
TRAIN_COLOR, TEST_COLOR, UNKNOWN_COLOR = SKY, VERMILION, "#F2F2F2"

# Histories that fit on a screen's width one square a rating.
SHORTEST_HISTORY, LONGEST_HISTORY = 20, 40


def split_picture(
    train: pd.DataFrame,
    test: pd.DataFrame,
    name: str,
    n_users: int = 12,
    by: Literal["order", "date"] = "order",
) -> alt.Chart:
    """Draw which ratings of a few users are for training and which for the test.

    The users are those with 20 to 40 ratings (or all, where nobody has so few), spread evenly
    from the first to come to the last, so that every split of the same ratings shows the same
    people. The title states what the split does, measured on all users.

    Parameters
    ----------
    train, test
        The two parts, with the columns ``user_id``, ``movie_id`` and ``unix_timestamp``
        (seconds since 1970).
    name
        What the split is called, for the title.
    n_users
        How many users to draw, one a row.
    by
        ``"order"``: a square a rating, from a user's first to the last; the title tells how many
        test ratings are older than a training rating of the same user. ``"date"``: a tick a rating,
        on the calendar; the title tells how many test ratings are from users unknown in training.

    Returns
    -------
    altair.Chart
    """
    rows = _histories(train, test, n_users)
    n_drawn = rows["user_id"].nunique()
    kinds = alt.Scale(domain=[TRAIN, TEST], range=[TRAIN_COLOR, TEST_COLOR])
    x = {
        "order": alt.X("place:O").title("Place in the user's history (1 = first rating)"),
        "date": alt.X("date:T").title("Date of the rating"),
    }[by]
    if by == "order":
        longest = int(rows["place"].max())
        x = x.axis(labelAngle=0, ticks=False, values=[1, *range(5, longest + 1, 5)])
    base = alt.Chart(
        rows,
        title=alt.Title(
            _finding(train, test, name, by),
            subtitle=f"{n_drawn} users with short histories, the first to come on top; "
            "the percentage counts all users",
        ),
        description=f"A row for each of {n_drawn} users, a mark for each rating in time order, "
        f"colored by its part. {_finding(train, test, name, by)}.",
        width=560,
        height=alt.Step(17),
    ).encode(
        x=x,
        y=alt.Y("user_id:N")
        .title("User")
        .sort(alt.EncodingSortField("first", op="min"))
        .axis(ticks=False),
        color=alt.Color("part:N").title("Used for").scale(kinds),
        tooltip=["user_id", "movie_id", alt.Tooltip("date:T", format="%Y-%m-%d %H:%M:%S"), "part"],
    )
    if by == "date":
        return base.mark_tick(thickness=2, size=13, opacity=0.7)
    return base.mark_point(filled=True, opacity=1, size=90).encode(
        shape=alt.Shape("part:N")
        .title("Used for")
        .scale(domain=[TRAIN, TEST], range=["square", "diamond"])
    )


def train_test_matrix(
    train: pd.DataFrame,
    test: pd.DataFrame,
    movies: pd.DataFrame | None = None,
    show_test: bool = True,
) -> alt.LayerChart:
    """Draw ratings as a table, a row for each user and a column for each movie.

    Parameters
    ----------
    train, test
        The two parts, with the columns ``user_id``, ``movie_id`` and ``rating``. Small ones: the
        table has a cell for each user and movie.
    movies
        Gives the ``title`` for each ``movie_id``; without it the columns bear the ids.
    show_test
        Whether to show the ratings of the test part. Without them its cells bear a question mark,
        and the chart does not carry their numbers.

    Returns
    -------
    altair.LayerChart
        Numbers are ratings, empty cells are unknown, the color tells the part.
    """
    known = _both(train, test)
    users, movie_ids = sorted(known["user_id"].unique()), sorted(known["movie_id"].unique())
    cells = pd.MultiIndex.from_product([users, movie_ids], names=["user_id", "movie_id"])
    table = cells.to_frame(index=False).merge(known, on=["user_id", "movie_id"], how="left")
    table["part"] = table["part"].astype(object).where(table["part"].notna(), "unknown")
    table["shown"] = ["" if pd.isna(rating) else f"{rating:g}" for rating in table["rating"]]
    if not show_test:
        table.loc[table["part"] == TEST, "shown"] = "?"
    table = table.drop(columns="rating")
    table["movie"] = table["movie_id"].astype(str)
    if movies is not None:
        table["movie"] = table["movie_id"].map(movies.set_index("movie_id")["title"])
    kinds = alt.Scale(
        domain=[TRAIN, TEST, "unknown"], range=[TRAIN_COLOR, TEST_COLOR, UNKNOWN_COLOR]
    )
    base = alt.Chart(table).encode(
        x=alt.X("movie:N")
        .title("Movie")
        .sort(list(dict.fromkeys(table["movie"])))
        .axis(labelAngle=-35, labelLimit=180),
        y=alt.Y("user_id:N").title("User").sort([str(user) for user in users]),
    )
    cell = base.mark_rect(stroke="white").encode(
        color=alt.Color("part:N").title("Used for").scale(kinds),
        tooltip=["user_id", "movie", alt.Tooltip("shown:N", title="rating"), "part"],
    )
    number = base.mark_text(fontSize=13).encode(
        text="shown:N",
        color=alt.condition(f"datum.part == '{TEST}'", alt.value("white"), alt.value("black")),
    )
    text = (
        f"{len(known)} of {len(table)} cells are known: {len(train)} to learn from, "
        f"{len(test)} to be tested on"
    )
    return alt.layer(cell, number.transform_filter("datum.shown != ''")).properties(
        title=text,
        description=f"A table of {len(users)} users and {len(movie_ids)} movies. {text}.",
        width=alt.Step(62),
        height=alt.Step(26),
    )


def error_comparison(scores: pd.DataFrame, order: Sequence[str] | None = None) -> alt.Chart:
    """Draw the RMSE of several predictors on several splits, a dot each.

    Parameters
    ----------
    scores
        Columns ``baseline`` (the predictor's name), ``split`` and ``rmse`` (stars).
    order
        The predictors from top to bottom; by default as they come.

    Returns
    -------
    altair.Chart
        Its title names the predictor with the smallest error on each split.
    """
    baselines = list(order) if order is not None else list(dict.fromkeys(scores["baseline"]))
    splits = list(dict.fromkeys(scores["split"]))
    return (
        alt.Chart(
            scores,
            title=_best(scores, splits),
            description="A dot for each predictor and split, placed by its root mean squared "
            "error. " + _best(scores, splits) + ".",
            width=440,
            height=alt.Step(34),
        )
        .mark_point(filled=True, size=130, opacity=0.85)
        .encode(
            x=alt.X("rmse:Q")
            .title("RMSE on the test part (stars)")
            .scale(zero=False, padding=14)
            .axis(format=".2f", tickCount=6),
            y=alt.Y("baseline:N").title("Predictor").sort(baselines),
            color=alt.Color("split:N")
            .title("Tested on")
            .sort(splits)
            .scale(domain=splits, range=PALETTE),
            shape=alt.Shape("split:N").title("Tested on").sort(splits).scale(domain=splits),
            tooltip=["baseline", "split", alt.Tooltip("rmse:Q", format=".4f")],
        )
    )


def _best(scores: pd.DataFrame, splits: list[str]) -> str:
    """Say which predictor has the smallest error, once where all splits agree."""
    best = {}
    for split in splits:
        there = scores[scores["split"] == split].sort_values("rmse", kind="stable")
        best[split] = str(there["baseline"].iloc[0])
    if len(set(best.values())) == 1:
        where = "on every split" if len(splits) > 1 else f"on {splits[0]}"
        return f"Smallest error {where}: {best[splits[0]]}"
    return "Smallest error: " + ", ".join(f"{best[split]} on {split}" for split in splits)


def _both(train: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([train.assign(part=TRAIN), test.assign(part=TEST)], ignore_index=True)


def _finding(train: pd.DataFrame, test: pd.DataFrame, name: str, by: str) -> str:
    """Say what the split does to the order of time, or to newcomers."""
    newest = test["user_id"].map(train.groupby("user_id")["unix_timestamp"].max())
    if by == "date":
        return f"{name}: {newest.isna().mean():.0%} of the test ratings are from unknown users"
    share = (test["unix_timestamp"] < newest).mean()
    return f"{name}: {share:.0%} of the test ratings precede training ones of the same user"


def _histories(train: pd.DataFrame, test: pd.DataFrame, n_users: int) -> pd.DataFrame:
    """Give the ratings of a few users in time order, with their place in the user's history."""
    both = _both(train, test)
    users = both.groupby("user_id")["unix_timestamp"].agg(["size", "min"])
    short = users[users["size"].between(SHORTEST_HISTORY, LONGEST_HISTORY)]
    by_first_visit = (short if len(short) else users).sort_values("min", kind="stable").index
    last = len(by_first_visit) - 1
    wanted = min(n_users, len(by_first_visit))
    chosen = [by_first_visit[round(k * last / max(wanted - 1, 1))] for k in range(wanted)]
    # Ratings of the same second have no order: the training ones are drawn first.
    rows = (
        both[both["user_id"].isin(chosen)]
        .assign(later=lambda frame: frame["part"] == TEST)
        .sort_values(["user_id", "unix_timestamp", "later", "movie_id"])
    )
    history = rows.groupby("user_id")["unix_timestamp"]
    return pd.DataFrame(
        {
            "user_id": rows["user_id"],
            "movie_id": rows["movie_id"],
            "place": history.cumcount() + 1,
            "first": history.transform("min"),
            "date": pd.to_datetime(rows["unix_timestamp"], unit="s"),
            "part": rows["part"],
        }
    )
