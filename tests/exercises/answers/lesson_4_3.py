"""Answers that the exercise tests try in lesson 4.3: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

NDCG = """
import math

def ndcg(ranked, wanted, k):
    if not wanted:
        return float("nan")
    places = [i for i, movie in enumerate(ranked[:k], start=1) if movie in wanted]
    gained = sum(1 / math.log2(i + 1) for i in places)
    best = sum(1 / math.log2(i + 1) for i in range(1, min(len(wanted), k) + 1))
    return gained / best
"""

NDCG_CASES = Cases(
    wrong=[
        ("not divided by the best", NDCG.replace("gained / best", "gained")),
        ("best list with k hits", NDCG.replace("min(len(wanted), k)", "k")),
        ("best list of what was found", NDCG.replace("min(len(wanted), k)", "len(places)")),
        ("best list longer than k", NDCG.replace("min(len(wanted), k)", "len(wanted)")),
        ("not cut at k", NDCG.replace("ranked[:k]", "ranked")),
        ("places off by one", NDCG.replace("log2(i + 1)", "log2(i + 2)")),
        (
            "places off by one",
            NDCG.replace("log2(i + 1) for i in places", "log2(i + 2) for i in places"),
        ),
        ("logarithm of 1", NDCG.replace("log2(i + 1)", "log2(i)")),
        ("logarithm of 1", NDCG.replace("start=1", "start=0")),
        ("divided by the place", NDCG.replace("1 / math.log2(i + 1)", "1 / i")),
        ("multiplied", NDCG.replace("1 / math.log2(i + 1)", "math.log2(i + 1)")),
        (
            "places among the hits",
            NDCG.replace("in places)", "in range(1, len(places) + 1))"),
        ),
        ("no discount", NDCG.replace("gained / best", "len(places) / len(wanted)")),
        ("no discount", NDCG.replace("gained / best", "len(places) / k")),
        (
            "two logarithms",
            NDCG.replace("log2(i + 1) for i in places", "log(i + 1) for i in places"),
        ),
        ("rounded", NDCG.replace("gained / best", "round(gained / best, 3)")),
        ("not one number", NDCG.replace("gained / best", "[gained, best]")),
        ("nothing to find", NDCG.replace('float("nan")', "0.0")),
        (
            "nothing to find",
            "import math\n\n"
            "def ndcg(ranked, wanted, k):\n"
            "    if not wanted:\n        return 1\n" + NDCG.split('return float("nan")\n')[1],
        ),
        ("nothing to find", NDCG.replace("if not wanted:", "if wanted is None:")),
        ("not one number", NDCG.replace("gained / best", "str(gained / best)")),
        (
            "best list as short as the list",
            NDCG.replace("min(len(wanted), k)", "min(len(wanted), len(ranked), k)"),
        ),
        ("older formula", NDCG.replace("1 / math.log2(i + 1)", "1 / max(1, math.log2(i))")),
        ("divided by k", NDCG.replace("gained / best", "gained / k")),
        (
            "list shorter than k",
            """
import math

def ndcg(ranked, wanted, k):
    gained = sum(1 / math.log2(i + 2) for i in range(k) if ranked[i] in wanted)
    best = sum(1 / math.log2(i + 2) for i in range(min(len(wanted), k)))
    return gained / best if wanted else float("nan")
""",
        ),
        (
            "not the argument",
            NDCG.replace(
                "    if not wanted", "    ranked, wanted = [1, 2, 3, 4], {2}\n    if not wanted"
            ),
        ),
        (
            "fixed",
            NDCG.replace("ranked[:k]", "ranked[:5]").replace("min(len(wanted), k)", "4"),
        ),
        ("other", NDCG.replace("gained / best", "(gained / best) ** 2")),
        ("no hit", NDCG.replace("gained / best", "gained / best if places else 0.1")),
    ],
    right=[
        """
import numpy as np

def ndcg(ranked, wanted, k):
    discounts = 1 / np.log(np.arange(k) + 2)
    hits = np.isin(ranked[:k], list(wanted))
    best = discounts[: len(wanted)].sum()
    return (hits * discounts[: len(hits)]).sum() / best if wanted else np.nan
""",
        """
from math import log2

def ndcg(ranked, wanted, k):
    gained = best = 0
    for i, movie in enumerate(list(ranked)[:k]):
        if movie in wanted:
            gained += 1 / log2(i + 2)
    for i in range(len(wanted)):
        if i < k:
            best += 1 / log2(i + 2)
    return gained / best if best else float("nan")
""",
    ],
)

INTERVAL = """
import numpy as np

def paired_interval(first, second, n_draws, seed):
    rng = np.random.default_rng(seed)
    difference = first - second
    n = len(difference)
    drawn = rng.integers(0, n, size=(n_draws, n))
    means = difference[drawn].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return low, high
"""

WITH_PANDAS = "import pandas as pd\n" + INTERVAL

INTERVAL_CASES = Cases(
    wrong=[
        (
            "not paired",
            INTERVAL.replace(
                "difference[drawn].mean(axis=1)",
                "first[drawn].mean(axis=1) - second[rng.integers(0, n, (n_draws, n))].mean(axis=1)",
            ),
        ),
        (
            "not paired",
            """
import numpy as np

def paired_interval(first, second, n_draws, seed):
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(first), size=(n_draws, len(first)))
    ends = [
        np.quantile(model[drawn].mean(axis=1), [0.025, 0.975]) for model in (first, second)
    ]
    return ends[0][0] - ends[1][1], ends[0][1] - ends[1][0]
""",
        ),
        (
            "without replacement",
            INTERVAL.replace(
                "difference[drawn].mean(axis=1)",
                "[rng.choice(difference, n, replace=False).mean() for _ in range(n_draws)]",
            ),
        ),
        (
            "quantiles of the users",
            INTERVAL.replace("np.quantile(means", "np.quantile(difference"),
        ),
        ("axes swapped", INTERVAL.replace("size=(n_draws, n)", "size=(n, n_draws)")),
        ("ninety percent", INTERVAL.replace("[0.025, 0.975]", "[0.05, 0.95]")),
        (
            "one standard deviation",
            INTERVAL.replace(
                "return low, high",
                "return means.mean() - means.std(), means.mean() + means.std()",
            ),
        ),
        ("all of the draws", INTERVAL.replace("[0.025, 0.975]", "[0, 1]")),
        ("percent and share", INTERVAL.replace("np.quantile", "np.percentile")),
        ("sign turned", INTERVAL.replace("first - second", "second - first")),
        ("one model only", INTERVAL.replace("first - second", "first")),
        ("ends swapped", INTERVAL.replace("return low, high", "return high, low")),
        ("first user never drawn", INTERVAL.replace("integers(0, n,", "integers(1, n,")),
        ("last user never drawn", INTERVAL.replace("integers(0, n,", "integers(0, n - 1,")),
        ("sign dropped", INTERVAL.replace("first - second", "abs(first - second)")),
        ("draws too small", INTERVAL.replace("size=(n_draws, n)", "size=(n_draws, n // 2)")),
        (
            "a table of two",
            WITH_PANDAS.replace(
                "return low, high", "return pd.DataFrame(means).quantile([0.025, 0.975])"
            ),
        ),
        ("other", INTERVAL.replace("[0.025, 0.975]", "[0.025, 0.5]")),
        ("draws returned", INTERVAL.replace("return low, high", "return means")),
        (
            "not two numbers",
            INTERVAL.replace("return low, high", "return difference.mean(), low, high"),
        ),
        ("not two numbers", INTERVAL.replace("return low, high", "return {'low': low}")),
        ("not seeded", INTERVAL.replace("default_rng(seed)", "default_rng()")),
        ("seed not used", INTERVAL.replace("default_rng(seed)", "default_rng(0)")),
        (
            "seed not used",
            INTERVAL.replace(
                "return low, high",
                "half = 1.96 * difference.std() / n**0.5\n"
                "    return difference.mean() - half, difference.mean() + half",
            ),
        ),
        ("n_draws not used", INTERVAL.replace("(n_draws, n)", "(8000, n)")),
        (
            "fixed",
            INTERVAL.replace("size=(n_draws, n)", "size=(n_draws, 120)"),
        ),
        ("nan", INTERVAL.replace("return low, high", "return float('nan'), high")),
        ("other", INTERVAL.replace("return low, high", "return low + 0.02, high + 0.05")),
    ],
    right=[
        WITH_PANDAS.replace("return low, high", "return pd.Series(means).quantile([0.025, 0.975])"),
        """
import numpy as np

def paired_interval(first, second, n_draws, seed):
    rng = np.random.RandomState(seed)
    users = range(len(first))
    means = []
    for _ in range(n_draws):
        drawn = rng.choice(users, len(first))
        means.append(np.mean(first[drawn]) - np.mean(second[drawn]))
    return np.percentile(means, [2.5, 97.5])
""",
        """
import random

def paired_interval(first, second, n_draws, seed):
    generator = random.Random(seed)
    gaps = (first - second).tolist()
    means = sorted(sum(generator.choices(gaps, k=len(gaps))) / len(gaps) for _ in range(n_draws))
    return [means[int(0.025 * n_draws)], means[int(0.975 * n_draws)]]
""",
    ],
)

CHOOSE = """
def choose(board, margin):
    near = board[board["low"] >= -margin]
    return near.loc[near["coverage"].idxmax(), "model"]
"""

CHOICE_CASES = Cases(
    wrong=[
        ("the leader", CHOOSE.replace('near["coverage"]', 'near["NDCG@10"]')),
        ("widest of all", CHOOSE.replace('board[board["low"] >= -margin]', "board")),
        ("widest of all", CHOOSE.replace(">= -margin", "<= margin")),
        ("by the mean", CHOOSE.replace('board["low"]', 'board["behind"]')),
        ("by the upper end", CHOOSE.replace('board["low"]', 'board["high"]')),
        (
            "cannot be told from the leader",
            CHOOSE.replace('board["low"] >= -margin', 'board["high"] >= 0'),
        ),
        ("narrowest shelf", CHOOSE.replace("idxmax", "idxmin")),
        (
            "second best",
            CHOOSE.replace(
                'near.loc[near["coverage"].idxmax(), "model"]',
                'near.sort_values("NDCG@10")["model"].iloc[-2]',
            ),
        ),
        ("leader lost", CHOOSE.replace(">=", ">")),
        (
            "leader lost",
            CHOOSE.replace(">=", ">").replace(
                "    return", "    if near.empty:\n        return 'nobody'\n    return"
            ),
        ),
        ("not a name", CHOOSE.replace(', "model"]', "]")),
        ("not a name", CHOOSE.replace('near.loc[near["coverage"].idxmax(), "model"]', "near")),
        (
            "not a name",
            CHOOSE.replace(
                'near.loc[near["coverage"].idxmax(), "model"]', 'near["coverage"].idxmax()'
            ),
        ),
        (
            "wrapped name",
            CHOOSE.replace(
                'near.loc[near["coverage"].idxmax(), "model"]',
                'near.sort_values("coverage").tail(1)["model"]',
            ),
        ),
        (
            "wrapped name",
            CHOOSE.replace(
                'near.loc[near["coverage"].idxmax(), "model"]',
                'near.loc[near["coverage"] == near["coverage"].max(), "model"].values',
            ),
        ),
        ("no model", CHOOSE.replace("return ", "return 'the ' + ")),
        ("margin not used", CHOOSE.replace("-margin", "-0.02")),
        (
            "wrong for another margin",
            CHOOSE.replace("    near", "    margin = min(margin, 0.035)\n    near"),
        ),
        (
            "fixed",
            """
NAMES = ["willow", "maple", "pine", "elm", "yew", "birch", "lot", "oak"]

def choose(board, margin):
    near = board[board["low"] >= -margin]
    return NAMES[near["coverage"].idxmax()]
""",
        ),
    ],
    right=[
        """
def choose(board, margin):
    near = board.query("low >= -@margin").sort_values("coverage")
    return near["model"].iloc[-1]
""",
        """
def choose(board, margin):
    best, name = -1.0, None
    for row in board.itertuples():
        if row.low + margin >= 0 and row.coverage > best:
            best, name = row.coverage, row.model
    return name
""",
    ],
)

CASES = {
    "4.3-ndcg": NDCG_CASES,
    "4.3-bootstrap": INTERVAL_CASES,
    "4.3-choice": CHOICE_CASES,
}
