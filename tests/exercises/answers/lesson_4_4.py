"""Answers that the exercise tests try in lesson 4.4: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

ROUTE = """
import numpy as np

def route(leads, z):
    mean = leads.mean()
    error = leads.std() / leads.count() ** 0.5
    sure = mean[mean > z * error]
    return {}
"""
NAME = "'one for all' if sure.empty else sure.idxmax()"
RIGHT_ROUTE = ROUTE.format(NAME)
BEST_FIRST = "mean.idxmax() if mean.max() > z * error[mean.idxmax()] else 'one for all'"

ROUTER = Cases(
    wrong=[
        ("always a specialist", ROUTE.format("mean.idxmax()")),
        ("z ignored", ROUTE.format("mean.idxmax() if mean.max() > 0 else 'one for all'")),
        ("always the general model", ROUTE.format("'one for all'")),
        ("largest first", ROUTE.format(BEST_FIRST)),
        (
            "surest in place of largest",
            ROUTE.format("'one for all' if sure.empty else (mean / error)[sure.index].idxmax()"),
        ),
        (
            "lower end in place of mean",
            ROUTE.format("'one for all' if sure.empty else (sure - z * error).idxmax()"),
        ),
        ("z fixed", RIGHT_ROUTE.replace("z * error", "2 * error")),
        ("standard deviation", RIGHT_ROUTE.replace(" / leads.count() ** 0.5", "")),
        ("root missing", RIGHT_ROUTE.replace("leads.count() ** 0.5", "leads.count()")),
        ("variance", RIGHT_ROUTE.replace("leads.std()", "leads.var()")),
        ("columns counted", RIGHT_ROUTE.replace("leads.count()", "len(leads.columns)")),
        (
            "sign",
            ROUTE.replace("mean > z", "mean.abs() > z").format(
                "'one for all' if sure.empty else sure.abs().idxmax()"
            ),
        ),
        ("smallest", ROUTE.format("'one for all' if sure.empty else sure.idxmin()")),
        ("first", ROUTE.format("'one for all' if sure.empty else sure.index[0]")),
        ("z without error", RIGHT_ROUTE.replace("z * error", "z")),
        ("median", RIGHT_ROUTE.replace("leads.mean()", "leads.median()")),
        ("a number", ROUTE.format("0.0 if sure.empty else sure.max()")),
        ("not a name", ROUTE.format("sure")),
        ("another name", ROUTE.format("'the general model' if sure.empty else sure.idxmax()")),
        (
            "no model chosen",
            """
def route(leads, z):
    best, name = 0, "one for all"
    for column in leads:
        mean = leads[column].mean()
        error = leads[column].std() / len(leads) ** 0.5
        if mean <= z * error or mean <= best:
            continue
        best, name = mean, column
    return name
""",
        ),
        (
            "nan spoils the rest",
            RIGHT_ROUTE.replace("mean = leads", "leads = leads.dropna()\n    mean = leads"),
        ),
        ("not above", RIGHT_ROUTE.replace("mean > z", "mean >= z")),
        ("one user", RIGHT_ROUTE.replace("leads.std()", "leads.std(ddof=0)")),
        (
            "other",
            """
def route(leads, z):
    return "by group" if z == 2 else "one for all"
""",
        ),
    ],
    right=[
        """
def route(leads, z):
    best, name = 0, "one for all"
    for column in leads:
        values = leads[column].dropna()
        if len(values) < 2:
            continue
        mean = values.mean()
        if mean > z * values.sem() and mean > best:
            best, name = mean, column
    return name
""",
        """
import numpy as np

def route(leads, z):
    if len(leads) < 2:
        return "one for all"
    mean, error = leads.mean(), leads.std(ddof=0) / np.sqrt(len(leads))
    sure = {name: mean[name] for name in leads if mean[name] > z * error[name]}
    return max(sure, key=sure.get, default="one for all")
""",
    ],
)

EXPLAIN = """
def explain(weights, liked, movie, n):
    parts = weights.loc[liked, movie]
    return {}
"""
RIGHT_EXPLAIN = EXPLAIN.format("parts[parts > 0].nlargest(n)")

EXPLANATION = Cases(
    wrong=[
        ("row in place of column", RIGHT_EXPLAIN.replace("liked, movie]", "movie, liked]")),
        ("not liked", RIGHT_EXPLAIN.replace("weights.loc[liked, movie]", "weights[movie]")),
        (
            "n ignored",
            EXPLAIN.format("parts[parts > 0].sort_values(ascending=False)"),
        ),
        ("against", EXPLAIN.format("parts.nlargest(n)")),
        ("sign lost", EXPLAIN.format("parts.abs().nlargest(n)")),
        ("against", EXPLAIN.format("parts[parts.abs().nlargest(n).index]")),
        ("says nothing", EXPLAIN.format("parts[parts >= 0].nlargest(n)")),
        ("shares", EXPLAIN.format("(parts / parts.sum())[parts > 0].nlargest(n)")),
        (
            "shares",
            RIGHT_EXPLAIN.replace("    return", "    parts = parts[parts > 0]\n    return").replace(
                "parts[parts > 0].nlargest(n)", "(parts / parts.sum()).nlargest(n)"
            ),
        ),
        (
            "places in place of ids",
            EXPLAIN.format("parts.reset_index(drop=True)[lambda x: x > 0].nlargest(n)"),
        ),
        ("ascending", EXPLAIN.format("parts[parts > 0].nsmallest(n)")),
        ("not sorted", EXPLAIN.format("parts[parts > 0].nlargest(n).sort_index()")),
        ("other numbers", EXPLAIN.format("parts[parts > 0].nlargest(n) * 2")),
        ("n fixed", EXPLAIN.format("parts[parts > 0].nlargest(2)")),
        ("one of the two", EXPLAIN.format("parts[parts > 0].nlargest(n).index.tolist()")),
        ("a frame", EXPLAIN.format("parts[parts > 0].nlargest(n).to_frame()")),
        ("not a series", EXPLAIN.format("parts.max()")),
        ("fixed", RIGHT_EXPLAIN.replace("[liked, movie]", "[liked, 30]")),
        ("other", EXPLAIN.format("parts[parts > 0].nlargest(n).iloc[:0]")),
        (
            "not the argument",
            """
import pandas as pd

def explain(weights, liked, movie, n):
    table = {(40, 30): 0.4, (60, 30): 0.25, (20, 30): 0.1, (30, 50): 0.3, (40, 50): 0.01}
    parts = pd.Series({i: table.get((i, movie), 0) for i in liked})
    return parts[parts > 0].nlargest(n)
""",
        ),
    ],
    right=[
        """
def explain(weights, liked, movie, n):
    parts = [(i, weights.loc[i, movie]) for i in liked]
    return sorted([pair for pair in parts if pair[1] > 0], key=lambda pair: -pair[1])[:n]
""",
        """
import numpy as np

def explain(weights, liked, movie, n):
    parts = weights.loc[liked, movie]
    parts = parts[parts > 0].nlargest(n)
    return np.column_stack([parts.index, parts])
""",
        """
def explain(weights, liked, movie, n):
    parts = {i: weights.loc[i, movie] for i in liked if weights.loc[i, movie] > 0}
    best = sorted(parts, key=parts.get, reverse=True)[:n]
    return {i: parts[i] for i in best}
""",
    ],
)

CASES = {"4.4-router": ROUTER, "4.4-explanation": EXPLANATION}
