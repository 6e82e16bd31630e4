"""The check of lesson 5.2 on the Spark frame: a view in Spark's own words."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd

from workshop_pkg.exercises.attempts import exception_text
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_COLUMNS = ["movie_id", "ratings", "mean"]
_FLOOR = 3
#: Ratings of each movie. 9 and 4 tie in mean and number, 5 has their mean from more ratings; 3 has
#: the best mean of all, below the floor; 7 has few ratings that reach the floor as *stars*; 8 is
#: the worst.
_RATINGS = {
    9: [5, 4, 3],
    4: [3, 4, 5],
    5: [4, 4, 4, 4],
    3: [5, 5],
    7: [5, 5, 5, 1, 2],
    8: [2, 1, 1, 2],
}
_OTHER = {1: [5, 4], 2: [3, 3, 3], 6: [1]}


def spark_session() -> Any:
    """Give the session that runs in this process.

    Returns
    -------
    pyspark.sql.SparkSession

    Raises
    ------
    NotYet
        When none runs.
    """
    loaded: Any = sys.modules.get("pyspark.sql")
    running = loaded.SparkSession.getActiveSession() if loaded is not None else None
    if running is None:
        raise NotYet(
            "No Spark runs here: run the cell that starts it, near the top of the lesson, and then "
            "this one again.",
            "no session",
        )
    return running


def _table(ratings: dict[int, list[int]]) -> pd.DataFrame:
    rows = [
        (user, movie, float(stars))
        for movie, given in ratings.items()
        for user, stars in enumerate(given, start=1)
    ]
    return pd.DataFrame(rows, columns=["user_id", "movie_id", "rating"])


class _OnSpark:
    """An answer that takes a table of pandas: `attempt` copies what it hands over."""

    def __init__(self, answer: Callable[..., Any], session: Any) -> None:
        functools.update_wrapper(self, answer)
        self.__code__ = getattr(answer, "__code__", None)  # `attempt` names the line of an error
        self._answer, self._session = answer, session

    def __call__(self, ratings: pd.DataFrame, floor: int) -> Any:
        return self._answer(self._session.createDataFrame(ratings), floor)


Rule = Callable[[pd.DataFrame, int], pd.DataFrame]


def _view(
    keep: Callable[[pd.DataFrame, int], Any] = lambda table, floor: table["ratings"] >= floor,
    by: tuple[str, ...] = ("mean", "ratings", "movie_id"),
    rising: tuple[bool, ...] = (False, False, True),
    middle: str = "mean",
    before: Callable[[pd.DataFrame, int], Any] | None = None,
) -> Rule:
    """Make a view that differs from the right one in one part."""

    def found(ratings: pd.DataFrame, floor: int) -> pd.DataFrame:
        if before is not None:
            ratings = ratings[before(ratings, floor)]
        groups = ratings.groupby("movie_id")["rating"]
        table = pd.DataFrame({"ratings": groups.size(), "mean": groups.agg(middle)}).reset_index()
        kept: pd.DataFrame = table[keep(table, floor)]
        return kept.sort_values(list(by), ascending=list(rising))

    return found


#: A view with a misconception, the hint, and its short name.
_WRONG: list[tuple[Rule, str, str]] = [
    (
        _view(keep=lambda table, floor: table["ratings"] > floor),
        "Movies with exactly `floor` ratings are missing: *at least* means `>=`.",
        "above the floor",
    ),
    (
        _view(keep=lambda table, floor: table["ratings"] > 0),
        "Movies with fewer than `floor` ratings are still in. Filter after counting: "
        '`.where(F.col("ratings") >= floor)`.',
        "no floor",
    ),
    (
        _view(
            keep=lambda table, floor: table["ratings"] > 0,
            before=lambda ratings, floor: ratings["rating"] >= floor,
        ),
        "You compare the *stars* with `floor`, before counting. The floor is about how many "
        "ratings a movie has: group and count first, then filter on the count.",
        "stars filtered",
    ),
    (
        _view(keep=lambda table, floor: table["mean"] >= floor),
        "You compare the mean with `floor`; the number of ratings is asked for.",
        "mean against the floor",
    ),
    (
        _view(rising=(True, True, True)),
        "The worst mean comes first: `orderBy` goes upward unless told otherwise, with "
        '`F.desc("mean")`.',
        "upward",
    ),
    (
        _view(by=("ratings", "mean", "movie_id")),
        "You order by the number of ratings first; the best *mean* is to come first.",
        "count first",
    ),
    (
        _view(rising=(False, True, True)),
        "Of two movies with the same mean, the one with *more* ratings comes first: "
        '`F.desc("ratings")`.',
        "fewer ratings first",
    ),
    (
        _view(rising=(False, False, False)),
        "Where mean and number tie, the *lower* id comes first: no `desc` for `movie_id`.",
        "higher id first",
    ),
    (
        _view(middle="sum"),
        "Your `mean` holds the sum of the stars; use `F.mean`.",
        "sum",
    ),
    (
        _view(middle="median"),
        "Your `mean` holds the median; use `F.mean`.",
        "median",
    ),
]


@exercise("5.2-spark-frame")
def check_frame(answer: object) -> str:
    """Judge the best list that is made in Spark's words."""
    ratings = _table(_RATINGS)
    found = _ask(answer, ratings, _FLOOR)
    expected = _view()(ratings, _FLOOR)
    if not _same(found, expected):
        _explain(found, ratings, expected)
    other = _table(_OTHER)
    if not _same(_ask(answer, other, 2), _view()(other, 2)):
        raise NotYet(
            "Right for one table. For another table and another floor, the answer is another: use "
            "the arguments `ratings` and `floor`, not what earlier cells made.",
            "not the argument",
        )
    return "Grouped, counted, filtered and ordered, and nothing was brought here to do it."


def _ask(answer: object, ratings: pd.DataFrame, floor: int) -> pd.DataFrame:
    """Call the answer on a Spark frame, and bring here what it returns."""
    session = spark_session() if callable(answer) else None
    wrapped = _OnSpark(answer, session) if callable(answer) else answer
    value = attempt(wrapped, ratings, floor)
    if isinstance(value, pd.DataFrame | list | tuple):
        raise NotYet(
            f"You return a `{type(value).__name__}`: the rows were brought to this machine. Return "
            "the Spark frame, without `toPandas` or `collect`; who calls decides what to bring.",
            "brought here",
        )
    kind = type(value)
    if not kind.__module__.startswith("pyspark"):
        raise NotYet(
            f"You return a `{kind.__name__}`; a Spark frame is asked for.", "not a Spark frame"
        )
    if kind.__module__.startswith("pyspark.pandas"):
        raise NotYet(
            "You return a frame of the pandas API. That works, but the exercise is about Spark's "
            "own frame: begin with `ratings.groupBy`.",
            "pandas api",
        )
    if not hasattr(value, "toPandas"):
        raise NotYet(
            f"You return a `{kind.__name__}`, which is no frame yet: after `groupBy` comes "
            "`.agg(...)`.",
            "no aggregate",
        )
    try:
        table = value.toPandas()
    except Exception as error:
        raise NotYet(
            f"The frame can be planned but not computed: {exception_text(error)}.", "error"
        ) from None
    return _columns_of(table)


def _columns_of(table: pd.DataFrame) -> pd.DataFrame:
    if sorted(table.columns) != sorted(_COLUMNS):
        raise NotYet(
            f"Your frame has the columns {list(table.columns)}; asked for are {_COLUMNS}. "
            '`.alias("ratings")` names an aggregate.',
            "columns",
        )
    return table[_COLUMNS].astype(float)


def _same(found: pd.DataFrame, expected: pd.DataFrame) -> bool:
    if len(found) != len(expected):
        return False
    apart = found.to_numpy() - expected[_COLUMNS].to_numpy(dtype=float)
    return bool((abs(apart) < 1e-9).all())


def _explain(found: pd.DataFrame, ratings: pd.DataFrame, expected: pd.DataFrame) -> None:
    for rule, message, misconception in _WRONG:
        if _same(found, rule(ratings, _FLOOR)):
            raise NotYet(message, misconception)
    if _same(
        found.sort_values(["mean", "ratings", "movie_id"], ascending=[False, False, True]), expected
    ):
        raise NotYet(
            f"The right rows, in another order: movies {_ids(found)}, where {_ids(expected)} is "
            'asked for. Order last, by `F.desc("mean")`, `F.desc("ratings")` and `"movie_id"`.',
            "order",
        )
    raise NotYet(
        f"For this table and a floor of {_FLOOR} the movies are {_ids(expected)} with the means "
        f"{expected['mean'].round(2).tolist()}; yours are {_ids(found)} with "
        f"{found['mean'].round(2).tolist()}.",
        "other",
    )


def _ids(table: pd.DataFrame) -> list[int]:
    return [int(movie) for movie in table["movie_id"]]
