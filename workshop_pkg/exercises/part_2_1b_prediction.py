"""The check of lesson 2.1 on a prediction from neighbors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_NAN = np.nan
_CUSTOMERS = [1, 2, 3, 4, 5]
_MOVIES = [101, 102, 103, 104, 105, 106, 107]

# The labels of the lesson's table, with other numbers: an answer that reads that one is found out,
# and each misconception gives customer 1 and movie 104 a number of its own.
_TABLE = pd.DataFrame(
    [
        [5.0, 2.0, _NAN, _NAN, 5.0, _NAN, _NAN],
        [4.0, 1.0, 3.0, 5.0, _NAN, _NAN, _NAN],
        [1.0, 4.0, _NAN, 2.0, 1.5, _NAN, _NAN],
        [3.0, _NAN, 5.0, 4.5, _NAN, _NAN, _NAN],
        [2.0, 5.0, 4.0, _NAN, 2.0, _NAN, 5.0],
    ],
    index=pd.Index(_CUSTOMERS, name="customer"),
    columns=pd.Index(_MOVIES, name="movie"),
)
_SIMILAR = pd.DataFrame(
    [
        [1.0, 0.8, -0.6, 0.3, -0.7],
        [0.8, 1.0, -0.8, 0.2, -0.5],
        [-0.6, -0.8, 1.0, 0.1, -0.4],
        [0.3, 0.2, 0.1, 1.0, 0.5],
        [-0.7, -0.5, -0.4, 0.5, 1.0],
    ],
    index=pd.Index(_CUSTOMERS, name="customer"),
    columns=pd.Index(_CUSTOMERS, name="customer"),
)


@exercise("2.1-prediction")
def check_prediction(answer: object) -> str:
    """Judge a neighbors' prediction: own mean plus the weighted mean of their deviations."""
    value = _asked(answer, 1, 104)
    expected = predicted(_TABLE, _SIMILAR, 1, 104)
    if not close(value, expected):
        _explain(value, expected, answer)
    known = _asked(answer, 2, 104)
    if not close(known, predicted(_TABLE, _SIMILAR, 2, 104)):
        _explain_known(known)
    for customer, movie in ((5, 104), (4, 105), (3, 103)):
        again = _asked(answer, customer, movie)
        if not close(again, predicted(_TABLE, _SIMILAR, customer, movie)):
            raise NotYet(
                f"Right for customer 1 and movie 104, wrong for {customer} and {movie}: use the "
                "arguments `customer` and `movie`, not fixed labels.",
                "fixed",
            )
    for customer, movie in ((4, 107), (3, 107)):
        beyond = predicted(_TABLE, _SIMILAR, customer, movie)
        if not close(_asked(answer, customer, movie), beyond):
            raise NotYet(
                f"Right on the scale. Here the four steps give {beyond:.3f}, and you return "
                f"{_asked(answer, customer, movie):.3f}. Do not clip: the lesson looks next at "
                "what the formula gives by itself.",
                "clipped",
            )
    _check_without_neighbors(answer)
    return "Own mean, plus what the neighbors think of the movie, each on their own scale."


def predicted(table: pd.DataFrame, similarities: pd.DataFrame, customer: int, movie: int) -> float:
    """Work out the right prediction, in plain Python.

    Parameters
    ----------
    table : DataFrame
        Ratings (stars), a row for each customer, a column for each movie, NaN where not rated.
    similarities : DataFrame
        A row and a column for each customer.
    customer, movie : int
        Which cell to predict. A rating that it holds counts in the customer's mean only.

    Returns
    -------
    float
        Stars. Without neighbors the customer's mean; for a customer without ratings the mean of
        all.
    """
    means: pd.Series[float] = table.mean(axis=1)
    own_mean = float(means[customer])
    if np.isnan(own_mean):
        return float(np.nanmean(table.to_numpy()))
    total = weights = 0.0
    for other in table.index:
        rating = table.loc[other, movie]
        if other != customer and not np.isnan(rating):
            total += similarities.loc[customer, other] * (rating - means[other])
            weights += abs(similarities.loc[customer, other])
    return float(own_mean + total / weights) if weights else own_mean


def _asked(
    answer: object,
    customer: int,
    movie: int,
    table: pd.DataFrame = _TABLE,
    similarities: pd.DataFrame = _SIMILAR,
) -> float:
    """Ask for one prediction; NaN where a division by zero has come up."""
    try:
        with np.errstate(all="ignore"):
            value: Any = attempt(answer, table, similarities, customer, movie)
    except NotYet as verdict:
        if "ZeroDivisionError" not in verdict.message:
            raise
        return _NAN
    try:
        return float(np.asarray(value, dtype=np.float64).item())
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}`. Asked for is one number: the stars that this "
            "customer would give to this movie.",
            "not one number",
        ) from None


def _explain(value: float, expected: float, answer: object) -> None:
    if np.isnan(value):
        raise NotYet(
            "You get NaN. Not everybody has rated the movie: keep those who have, "
            "`table[movie].drop(customer).dropna()`.",
            "missing ratings in the sum",
        )
    if rounded(value, expected):
        raise not_rounded(value)
    for wrong, message, misconception in _wrong_values(expected):
        if close(value, wrong):
            raise NotYet(message, misconception)
    if close(_asked(answer, 1, 104, _TABLE.iloc[::-1] * 0.5, _SIMILAR.iloc[::-1]), value):
        raise NotYet(
            f"You return {value:.3f}, whatever the table. Use the function's arguments `table` and "
            "`similarities`, not frames from earlier cells.",
            "not the argument",
        )
    raise NotYet(
        f"The neighbors of customer 1 who rated movie 104 are 2, 3 and 4, and the prediction is "
        f"{expected:.3f}; you return {value:.3f}. Follow the four steps in order.",
        "other",
    )


def _explain_known(value: float) -> None:
    """Tell why the prediction of a movie that customer 2 has rated is wrong."""
    own = _TABLE.to_numpy()[_CUSTOMERS.index(2)]
    place = _MOVIES.index(104)
    rating, mean = float(own[place]), float(np.nanmean(own))
    hidden = float(np.nanmean(np.delete(own, place)))
    shift = predicted(_TABLE, _SIMILAR, 2, 104) - mean
    raters = _TABLE[104].notna().to_numpy()
    # The customer is among the raters, with the similarity 1.
    with_own = float(np.abs(_SIMILAR.to_numpy()[_CUSTOMERS.index(2)][raters]).sum())
    if close(value, mean + (shift * (with_own - 1) + rating - mean) / with_own):
        raise NotYet(
            "Right for a movie that the customer has not rated. Where they have, they stand among "
            "their own neighbors, with the similarity 1. Leave the customer out: "
            "`.drop(customer)`.",
            "own neighbor",
        )
    if close(value, rating):
        raise NotYet(
            "Customer 2 has rated movie 104, and you return that rating. Predict it all the same, "
            "from the neighbors: what to do with movies already rated comes later.",
            "known rating returned",
        )
    if close(value, hidden + shift):
        raise NotYet(
            "For a movie that the customer has rated you leave that rating out of their own mean. "
            "A good idea for a test; here everybody's mean is over all of their ratings.",
            "hidden from the mean",
        )
    raise NotYet(
        f"Right for customer 1. Customer 2 has rated movie 104 already, and the neighbors' "
        f"prediction is {mean + shift:.3f}; you return {value:.3f}.",
        "wrong where rated",
    )


def _wrong_values(expected: float) -> list[tuple[float, str, str]]:
    """List what comes out of each misconception, with its hint and its name."""
    means = _TABLE.mean(axis=1)
    ratings = _TABLE[104].dropna()
    weights = _SIMILAR.loc[1].reindex(ratings.index)
    others = _SIMILAR.loc[1].drop(1)
    deviations = ratings - means[ratings.index]
    mean, total, size = means[1], (weights * deviations).sum(), weights.abs().sum()
    with_zeros = _TABLE[104].fillna(0).drop(1)
    zero_means = _TABLE.fillna(0).mean(axis=1)
    zero_deviations = ratings - zero_means[ratings.index]
    scale = (
        "You average the neighbors' ratings themselves. A 4 from somebody generous is not a 4 from "
        "somebody severe: take each rating minus its owner's mean.",
        "not on their own scale",
    )
    absent = (
        "Customers who have not rated the movie take part, as if they had said 0. Leave them out "
        "of both sums: `.dropna()`.",
        "absent counted as zero",
    )
    zero_mean = (
        "Your means count an empty cell as 0 stars. `table.mean(axis=1)` leaves empty cells out.",
        "zeros in the mean",
    )
    owner = (
        "You subtract a mean that is not the neighbor's own. Each deviation is the rating minus "
        "its *owner's* mean: `ratings - means[ratings.index]`.",
        "not the owner's mean",
    )
    friends = weights.clip(lower=0)
    rows = [
        (
            mean + total,
            "The weighted sum is not divided: with more neighbors it grows without end. Divide by "
            "the sum of the absolute similarities.",
            "not divided by the weights",
        ),
        (
            mean + total / weights.sum(),
            "You divide by the sum of the similarities. The negative ones make that sum small, or "
            "zero, and the prediction explodes: divide by the sum of their *absolute* values.",
            "weights not absolute",
        ),
        (mean + total / others.abs().sum(), *absent),
        (mean + total / _SIMILAR.loc[1].abs().sum(), *absent),
        (
            mean + (others * (with_zeros - means.drop(1))).sum() / others.abs().sum(),
            *absent,
        ),
        (
            total / size,
            "That is how far above the own mean the rating would be. Add the customer's own "
            "mean to get stars.",
            "own mean not added",
        ),
        (
            (mean + total) / size,
            "Brackets: the weighted sum alone is divided, and the own mean is added after that.",
            "brackets",
        ),
        (
            mean + deviations.to_numpy()[weights.to_numpy().argmax()],
            "You ask the nearest neighbor only. All who have rated the movie take part, each with "
            "the similarity as the weight.",
            "nearest only",
        ),
        *(
            (mean + (weights * (ratings - zero)).sum() / size, *owner)
            for zero in (mean, ratings.mean(), _TABLE.stack().mean())
        ),
        ((weights * ratings).sum() / size, *scale),
        ((weights * ratings).sum() / weights.sum(), *scale),
        (mean + (weights * ratings).sum() / size, *scale),
        (
            mean + deviations.mean(),
            "All neighbors count the same in your mean. Weight each by the similarity.",
            "not weighted",
        ),
        (
            mean + total / len(ratings),
            "Divide by the sum of the weights, not by the number of neighbors.",
            "divided by the number",
        ),
        (
            mean + (weights.abs() * deviations).sum() / size,
            "A neighbor of the opposite taste pulls "
            "the same way as a friend: keep the sign of the similarity above the line.",
            "sign lost",
        ),
        (
            mean + (friends * deviations).sum() / friends.sum(),
            "You leave the neighbors with a negative similarity out. Sensible, but here they "
            "take part: what they dislike speaks for the movie.",
            "negative left out",
        ),
        (
            _TABLE.stack().mean() + total / size,
            "You add the mean of all ratings. Add the customer's own mean.",
            "global mean",
        ),
        (zero_means[1] + (weights * zero_deviations).sum() / size, *zero_mean),
    ]
    return [row for row in rows if not close(row[0], expected)]


def _check_without_neighbors(answer: object) -> None:
    strangers = _SIMILAR * 0.0
    own_mean = float(_TABLE.mean(axis=1)[1])
    for movie, similarities in ((106, _SIMILAR), (104, strangers)):
        if not close(_asked(answer, 1, movie, similarities=similarities), own_mean):
            raise NotYet(
                "Right where there are neighbors. Where nobody else has rated the movie, or all "
                "similarities are 0, there is nothing to divide by: return the customer's own "
                "mean.",
                "no neighbors",
            )
    newcomer = _TABLE.copy()
    newcomer.loc[1] = _NAN
    if not close(
        _asked(answer, 1, 104, newcomer, strangers), predicted(newcomer, strangers, 1, 104)
    ):
        raise NotYet(
            "Right for customers with ratings. Somebody who has rated nothing has no own mean: "
            "return the mean of all ratings in the table, `np.nanmean(table.to_numpy())`.",
            "no ratings",
        )
