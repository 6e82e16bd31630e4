"""Answers that the exercise tests try in lesson 1.3: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

CUT_AFTER_SORTING = """
def chronological(ratings, test_ratio):
    rows = ratings{order}
    after = rows.groupby("user_id").cumcount(ascending=False)
    in_test = after < test_ratio * rows.groupby("user_id")["rating"].transform("size")
    return {parts}
"""
BY_TIME = '.sort_values("unix_timestamp")'
TRAIN_TEST = "rows[~in_test], rows[in_test]"

CUT_OF_ONE_TABLE = """
def chronological(ratings, test_ratio):
    rows = ratings.sort_values({by})
    cut = round(len(rows) * (1 - test_ratio))
    return rows.iloc[:cut], rows.iloc[cut:]
"""

CHRONOLOGICAL_SPLIT = Cases(
    wrong=[
        ("whole table", CUT_OF_ONE_TABLE.format(by='"unix_timestamp"')),
        ("whole table", CUT_OF_ONE_TABLE.format(by='["user_id", "unix_timestamp"]')),
        (
            "sorted by id",
            CUT_AFTER_SORTING.format(order='.sort_values("movie_id")', parts=TRAIN_TEST),
        ),
        ("file order", CUT_AFTER_SORTING.format(order="", parts=TRAIN_TEST)),
        (
            "trained on the future",
            CUT_AFTER_SORTING.format(
                order='.sort_values("unix_timestamp", ascending=False)', parts=TRAIN_TEST
            ),
        ),
        ("swapped", CUT_AFTER_SORTING.format(order=BY_TIME, parts="rows[in_test], rows[~in_test]")),
        ("overlap", CUT_AFTER_SORTING.format(order=BY_TIME, parts="rows, rows[in_test]")),
        ("not two frames", CUT_AFTER_SORTING.format(order=BY_TIME, parts="~in_test, in_test")),
        ("not two frames", CUT_AFTER_SORTING.format(order=BY_TIME, parts="rows[in_test]")),
        (
            "lost columns",
            CUT_AFTER_SORTING.format(
                order=BY_TIME,
                parts='rows[~in_test].set_index("user_id"), rows[in_test].set_index("user_id")',
            ),
        ),
        (
            "lost columns",
            CUT_AFTER_SORTING.format(
                order=BY_TIME + '[["user_id", "movie_id", "rating"]]',
                parts=TRAIN_TEST,
            ),
        ),
        (
            "not the argument",
            CUT_AFTER_SORTING.format(order=BY_TIME, parts=TRAIN_TEST).replace(
                "rows = ratings", "rows = data.ratings"
            ),
        ),
        ("lost ratings", CUT_AFTER_SORTING.format(order=BY_TIME, parts="rows[~in_test], rows[:0]")),
        (
            "ratio ignored",
            CUT_AFTER_SORTING.format(order=BY_TIME, parts=TRAIN_TEST).replace(
                "test_ratio *", "0.25 *"
            ),
        ),
        (
            "wrong number",
            CUT_AFTER_SORTING.format(order=BY_TIME, parts=TRAIN_TEST).replace(
                "after <", "after <="
            ),
        ),
        (
            "not by time",
            """
def chronological(ratings, test_ratio):
    test = ratings.groupby("user_id").sample(frac=test_ratio, random_state=0)
    return ratings.drop(test.index), test
""",
        ),
    ],
    right=[
        """
import pandas as pd

def chronological(ratings, test_ratio):
    train, test = [], []
    for _, history in ratings.groupby("user_id"):
        history = history.sort_values("unix_timestamp")
        n_test = int(round(len(history) * test_ratio))
        train.append(history.iloc[: len(history) - n_test])
        test.append(history.iloc[len(history) - n_test :])
    return pd.concat(train, ignore_index=True), pd.concat(test, ignore_index=True)
""",
        """
def chronological(ratings, test_ratio):
    age = ratings.groupby("user_id")["unix_timestamp"].rank(method="first", pct=True)
    in_test = age > 1 - test_ratio
    return [ratings[~in_test], ratings[in_test]]
""",
    ],
)

RMSE = """
import numpy as np

def rmse_by_hand(actual, predicted):
    errors = actual - predicted
    return {}
"""

RMSE_BY_HAND = Cases(
    wrong=[
        ("forgot the root", RMSE.format("(errors**2).mean()")),
        ("square of the mean", RMSE.format("np.sqrt(errors.mean() ** 2)")),
        ("square of the mean", RMSE.format("errors.mean() ** 2")),
        ("absolute error", RMSE.format("np.abs(errors).mean()")),
        ("absolute error", RMSE.format("np.mean(np.sqrt(errors**2))")),
        ("sum in place of mean", RMSE.format("np.sqrt((errors**2).sum())")),
        ("root before mean", RMSE.format("np.sqrt((errors**2).sum()) / len(errors)")),
        ("n minus one", RMSE.format("np.sqrt((errors**2).sum() / (len(errors) - 1))")),
        ("spread of the errors", RMSE.format("errors.std()")),
        ("not one number", RMSE.format("np.sqrt(errors**2)")),
        ("fixed numbers", RMSE.format("(11 / 4) ** 0.5")),
        ("times two", RMSE.format("np.mean(errors * 2) ** 0.5")),
        ("other", RMSE.format("np.sqrt(np.median(errors**2))")),
        ("other", RMSE.format("errors.max()")),
    ],
    right=[
        """
def rmse_by_hand(actual, predicted):
    total = 0.0
    for truth, guess in zip(actual, predicted):
        total += (truth - guess) ** 2
    return (total / len(actual)) ** 0.5
""",
        """
import numpy as np

def rmse_by_hand(actual, predicted):
    return np.linalg.norm(np.asarray(predicted) - np.asarray(actual)) / np.sqrt(len(actual))
""",
    ],
)

BIASES = """
import pandas as pd

def bias_baseline(train, test, damping):
    learn = {learn}
    mean = learn["rating"].mean()

    def bias(values, column):
        groups = values.groupby(learn[column])
        return groups.sum() / (groups.count() + {damping})

    test = {judge}
    left = learn["rating"] - mean
    movie_bias = bias(left, "movie_id")
    left = left - {movie_share}
    user_bias = bias(left, "user_id")
    movie_part = test["movie_id"].map(movie_bias)
    user_part = test["user_id"].map(user_bias)
    return {prediction}
"""
PARTS = {
    "learn": "train",
    "judge": "test",
    "damping": "damping",
    "movie_share": 'learn["movie_id"].map(movie_bias)',
    "prediction": "mean + movie_part.fillna(0) + user_part.fillna(0)",
}


def biases(**changed: str) -> str:
    """Give the right answer with some of its parts changed."""
    return BIASES.format(**(PARTS | changed))


BIAS_BASELINE = Cases(
    wrong=[
        ("leak", biases(learn="pd.concat([train, test])")),
        ("unseen gives NaN", biases(prediction="mean + movie_part + user_part")),
        ("movie bias not removed", biases(movie_share="0")),
        ("no damping", biases(damping="0")),
        ("one not damped", biases(damping='(damping if column == "user_id" else 0)')),
        ("one not damped", biases(damping='(damping if column == "movie_id" else 0)')),
        (
            "clipped",
            biases(prediction="(mean + movie_part.fillna(0) + user_part.fillna(0)).clip(1, 5)"),
        ),
        ("rows dropped", biases(judge='test.merge(learn[["movie_id"]].drop_duplicates())')),
        ("not the argument", biases(judge="official_test")),
        ("wrong fallback", biases(prediction="(mean + movie_part + user_part).fillna(mean)")),
        ("wrong fallback", biases(prediction="(mean + movie_part + user_part).fillna(0)")),
        ("one bias", biases(prediction="mean + movie_part.fillna(0)")),
        ("mean not added", biases(prediction="movie_part.fillna(0) + user_part.fillna(0)")),
        ("wrong shape", biases(prediction='learn["movie_id"].map(movie_bias)')),
        (
            "row order",
            biases(prediction="(mean + movie_part.fillna(0) + user_part.fillna(0)).sort_index()"),
        ),
        (
            "changes its argument",
            """
def bias_baseline(train, test, damping):
    mean = prediction = train["rating"].mean()
    train["rating"] = train["rating"] - mean
    for column in ("movie_id", "user_id"):
        groups = train.groupby(column)["rating"]
        bias = groups.sum() / (groups.count() + damping)
        train["rating"] = train["rating"] - train[column].map(bias)
        prediction = prediction + test[column].map(bias).fillna(0)
    return prediction
""",
        ),
        (
            "mean not removed",
            """
def bias_baseline(train, test, damping):
    def damped_mean(column):
        groups = train.groupby(column)["rating"]
        return test[column].map(groups.sum() / (groups.count() + damping)).fillna(0)

    return train["rating"].mean() + damped_mean("movie_id") + damped_mean("user_id")
""",
        ),
        (
            "user first",
            """
def bias_baseline(train, test, damping):
    left, prediction = train["rating"] - train["rating"].mean(), train["rating"].mean()
    for column in ("user_id", "movie_id"):
        groups = left.groupby(train[column])
        bias = groups.sum() / (groups.count() + damping)
        left = left - train[column].map(bias)
        prediction = prediction + test[column].map(bias).fillna(0)
    return prediction
""",
        ),
    ],
    right=[
        """
from collections import defaultdict

def bias_baseline(train, test, damping):
    rows = list(zip(train["user_id"], train["movie_id"], train["rating"]))
    mean = sum(rating for _, _, rating in rows) / len(rows)

    def damped(pairs):
        sums, counts = defaultdict(float), defaultdict(int)
        for key, value in pairs:
            sums[key] += value
            counts[key] += 1
        return {key: sums[key] / (counts[key] + damping) for key in sums}

    movies = damped((movie, rating - mean) for _, movie, rating in rows)
    users = damped((user, rating - mean - movies[movie]) for user, movie, rating in rows)
    pairs = zip(test["user_id"], test["movie_id"])
    return [mean + users.get(user, 0) + movies.get(movie, 0) for user, movie in pairs]
""",
        biases(prediction="(mean + movie_part.fillna(0) + user_part.fillna(0)).to_numpy()"),
    ],
)

CASES = {
    "1.3-chronological-split": CHRONOLOGICAL_SPLIT,
    "1.3-rmse": RMSE_BY_HAND,
    "1.3-bias-baseline": BIAS_BASELINE,
}
