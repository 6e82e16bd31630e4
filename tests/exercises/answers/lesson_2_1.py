"""Answers that the exercise tests try in lesson 2.1: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

COSINE = """
import numpy as np

def similarity(mine, theirs):
    both = ~np.isnan(mine) & ~np.isnan(theirs)
    a, b = mine[both], theirs[both]
    {}
"""
GUARDED = """lengths = np.sqrt((a @ a) * (b @ b))
    return {} if lengths > 0 else 0.0"""

SIMILARITY = Cases(
    wrong=[
        (
            "zeros counted as ratings",
            """
def similarity(mine, theirs):
    a, b = np.nan_to_num(mine), np.nan_to_num(theirs)
    return a @ b / np.sqrt((a @ a) * (b @ b))
""",
        ),
        (
            "zeros counted as ratings",
            """
def similarity(mine, theirs):
    lengths = np.sqrt(np.nansum(mine**2)) * np.sqrt(np.nansum(theirs**2))
    return np.nansum(mine * theirs) / lengths
""",
        ),
        ("missing ratings in the sum", "def similarity(mine, theirs): return mine @ theirs"),
        ("forgot the root", COSINE.format(GUARDED.format("a @ b / lengths**2"))),
        ("not divided", COSINE.format("return a @ b")),
        ("not one number", COSINE.format("return a * b")),
        ("lengths added", COSINE.format("return a @ b / (np.sqrt(a @ a) + np.sqrt(b @ b))")),
        ("distance", COSINE.format(GUARDED.format("1 - a @ b / lengths"))),
        ("distance", COSINE.format("return np.linalg.norm(a - b)")),
        ("mean subtracted", COSINE.format("return np.corrcoef(a, b)[0, 1]")),
        (
            "mean subtracted",
            COSINE.format(
                "a, b = a - np.nanmean(mine), b - np.nanmean(theirs)\n    "
                "return a @ b / np.sqrt((a @ a) * (b @ b))"
            ),
        ),
        ("sign lost", COSINE.format(GUARDED.format("abs(a @ b) / lengths"))),
        ("nothing to compare", COSINE.format("return a @ b / np.sqrt((a @ a) * (b @ b))")),
        (
            "nothing to compare",
            COSINE.format(
                "if not both.any():\n        return 0.0\n    "
                "return a @ b / np.sqrt((a @ a) * (b @ b))"
            ),
        ),
        (
            "nothing to compare",
            """
def similarity(mine, theirs):
    dot = x = y = 0.0
    for a, b in zip(mine.tolist(), theirs.tolist()):
        if a == a and b == b:
            dot, x, y = dot + a * b, x + a * a, y + b * b
    return dot / (x * y) ** 0.5
""",
        ),
        (
            "not the argument",
            COSINE.format(GUARDED.format("a @ b / lengths")).replace(
                "both =", "mine, theirs = toy.loc[1].to_numpy(), toy.loc[5].to_numpy()\n    both ="
            ),
        ),
        (
            "fixed",
            COSINE.format(
                "a, b = mine[[0, 3, 4]], theirs[[0, 3, 4]]\n    "
                + GUARDED.format("a @ b / lengths")
            ),
        ),
        (
            "one in common",
            COSINE.format(GUARDED.format("a @ b / lengths").replace("lengths > 0", "len(a) > 1")),
        ),
        (
            "or in place of and",
            COSINE.format(GUARDED.format("a @ b / lengths")).replace(" & ", " | "),
        ),
        ("rounded", COSINE.format(GUARDED.format("round(a @ b / lengths, 3)"))),
        ("other", COSINE.format("return np.median(a * b)")),
    ],
    right=[
        COSINE.format(
            "lengths = np.linalg.norm(a) * np.linalg.norm(b)\n    "
            "return float(np.dot(a, b) / lengths) if lengths else 0"
        ),
        """
def similarity(mine, theirs):
    dot = x = y = 0.0
    for a, b in zip(mine, theirs):
        if a == a and b == b:
            dot, x, y = dot + a * b, x + a * a, y + b * b
    return dot / (x * y) ** 0.5 if x * y > 0 else 0.0
""",
    ],
)

PREDICTION = """
import numpy as np

def predict_rating(table, similarities, customer, movie):
    means = table.mean(axis=1)
    if np.isnan(means[customer]):
        return np.nanmean(table.to_numpy())
    ratings = table[movie].drop(customer).dropna()
    weights = similarities.loc[customer, ratings.index]
    deviations = ratings - means[ratings.index]
    total, size = (weights * deviations).sum(), weights.abs().sum()
    if size == 0:
        return means[customer]
    return {}
"""
RIGHT_PREDICTION = PREDICTION.format("means[customer] + total / size")

PREDICT_RATING = Cases(
    wrong=[
        ("not divided by the weights", PREDICTION.format("means[customer] + total")),
        ("weights not absolute", PREDICTION.format("means[customer] + total / weights.sum()")),
        ("own mean not added", PREDICTION.format("total / size")),
        ("not weighted", PREDICTION.format("means[customer] + deviations.mean()")),
        ("divided by the number", PREDICTION.format("means[customer] + total / len(ratings)")),
        (
            "sign lost",
            PREDICTION.format("means[customer] + (weights.abs() * deviations).sum() / size"),
        ),
        ("not on their own scale", PREDICTION.format("(weights * ratings).sum() / size")),
        (
            "not on their own scale",
            PREDICTION.format("means[customer] + (weights * ratings).sum() / size"),
        ),
        ("global mean", PREDICTION.format("np.nanmean(table.to_numpy()) + total / size")),
        (
            "negative left out",
            RIGHT_PREDICTION.replace(
                "    deviations =", "    weights = weights.clip(0)\n    deviations ="
            ),
        ),
        (
            "absent counted as zero",
            RIGHT_PREDICTION.replace(
                "ratings - means[ratings.index]",
                "ratings - means[ratings.index]\n"
                "    weights = similarities.loc[customer].drop(customer)",
            ),
        ),
        (
            "absent counted as zero",
            RIGHT_PREDICTION.replace(".drop(customer).dropna()", ".drop(customer).fillna(0)"),
        ),
        ("zeros in the mean", RIGHT_PREDICTION.replace("table.mean(", "table.fillna(0).mean(")),
        (
            "missing ratings in the sum",
            PREDICTION.format(
                "means[customer] + sum(similarities.loc[customer] * table[movie]) / size"
            ),
        ),
        ("own neighbor", RIGHT_PREDICTION.replace(".drop(customer)", "")),
        ("fixed", RIGHT_PREDICTION.replace("table[movie]", "table[104]")),
        (
            "no neighbors",
            RIGHT_PREDICTION.replace("    if size == 0:\n        return means[customer]\n", ""),
        ),
        (
            "no ratings",
            RIGHT_PREDICTION.replace("np.nanmean(table.to_numpy())", "0.0"),
        ),
        ("not one number", PREDICTION.format("means + total / size")),
        (
            "not the argument",
            RIGHT_PREDICTION.replace(
                "    means =", "    table, similarities = toy, toy_similarity\n    means ="
            ),
        ),
        ("clipped", PREDICTION.format("min(max(means[customer] + total / size, 1), 5)")),
        ("clipped", PREDICTION.format("np.clip(means[customer] + total / size, 0.5, 5)")),
        ("clipped", PREDICTION.format("max(means[customer] + total / size, 1)")),
        ("nearest only", PREDICTION.format("means[customer] + deviations[weights.idxmax()]")),
        (
            "not the owner's mean",
            RIGHT_PREDICTION.replace("ratings - means[ratings.index]", "ratings - means[customer]"),
        ),
        (
            "not the owner's mean",
            RIGHT_PREDICTION.replace("means[ratings.index]", "table[movie].mean()"),
        ),
        (
            "not the owner's mean",
            RIGHT_PREDICTION.replace("means[ratings.index]", "np.nanmean(table.to_numpy())"),
        ),
        ("brackets", PREDICTION.format("(means[customer] + total) / size")),
        ("rounded", PREDICTION.format("round(means[customer] + total / size, 2)")),
        (
            "known rating returned",
            RIGHT_PREDICTION.replace(
                "    ratings =",
                "    known = table.loc[customer, movie]\n"
                "    if known == known:\n        return known\n    ratings =",
            ),
        ),
        (
            "hidden from the mean",
            PREDICTION.format("table.loc[customer].drop(movie).mean() + total / size"),
        ),
        (
            "wrong where rated",
            PREDICTION.format(
                "means[customer] + total / size * (1 + (table.loc[customer, movie] > 0))"
            ),
        ),
        ("other", PREDICTION.format("ratings.mean()")),
    ],
    right=[
        """
def predict_rating(table, similarities, customer, movie):
    seen = [r for row in table.values.tolist() for r in row if r == r]
    own = [r for r in table.loc[customer] if r == r]
    if not own:
        return sum(seen) / len(seen)
    total = weights = 0
    for other, rating in table[movie].items():
        if other == customer or rating != rating:
            continue
        weight = similarities.at[customer, other]
        total += weight * (rating - table.loc[other].mean())
        weights += abs(weight)
    mean = sum(own) / len(own)
    return mean + total / weights if weights else mean
""",
        """
import numpy as np

def predict_rating(table, similarities, customer, movie):
    deviations = table.sub(table.mean(axis=1), axis=0)[movie].drop(index=customer)
    weights = similarities.loc[customer].where(deviations.notna()).drop(index=customer)
    size = weights.abs().sum()
    shift = np.nansum(weights * deviations) / size if size > 0 else 0.0
    own_mean = table.loc[customer].mean()
    return np.nanmean(table) if np.isnan(own_mean) else own_mean + shift
""",
    ],
)

TOP = "def top_movies(predictions, rated, n):\n    return predictions.dropna().drop(rated){}\n"
BEST_FIRST = '.sort_values(ascending=False, kind="stable")'

TOP_MOVIES = Cases(
    wrong=[
        (
            "rated movies left in",
            TOP.format(BEST_FIRST + ".index[:n].tolist()").replace(".drop(rated)", ""),
        ),
        (
            "only rated movies",
            "def top_movies(predictions, rated, n):\n"
            "    seen = predictions[predictions.index.isin(rated)]\n"
            "    return seen.nlargest(n).index.tolist()\n",
        ),
        ("ascending", TOP.format(".sort_values().index[:n].tolist()")),
        (
            "ascending",
            TOP.format(".sort_values().index[:n].tolist()").replace(".drop(rated)", ""),
        ),
        ("ties", TOP.format(".sort_values(kind='stable').index[::-1][:n].tolist()")),
        ("order", TOP.format(".nlargest(n).sort_values().index.tolist()")),
        ("scores returned", TOP.format(".nlargest(n).tolist()")),
        ("scores returned", TOP.format(".nlargest(n)")),
        (
            "places in place of ids",
            "import numpy as np\n" + TOP.format(".pipe(lambda s: np.argsort(-s.to_numpy())[:n])"),
        ),
        (
            "ties",  # quicksort, by name: whatever `sort_values` takes by default
            TOP.format(".sort_values(ascending=False, kind='quicksort').index[:n].tolist()"),
        ),
        ("n ignored", TOP.format(BEST_FIRST + ".index.tolist()")),
        ("fixed", TOP.format(BEST_FIRST + ".index[:3].tolist()")),
        (
            "unknown recommended",
            TOP.format(BEST_FIRST + ".index[:n].tolist()").replace(".dropna()", ""),
        ),
        (
            "unknown recommended",
            TOP.format(BEST_FIRST + ".index[:n].tolist()").replace(".dropna()", ".fillna(9)"),
        ),
        ("short list", TOP.format(".nlargest(min(n, 3)).index.tolist()")),
        (
            "not the argument",
            TOP.format(BEST_FIRST + ".index[:n].tolist()").replace(
                "return predictions",
                "predictions, rated = toy_predicted.loc[1], []\n    return predictions",
            ),
        ),
        ("not a list", TOP.format(".idxmax()")),
        ("not a list", TOP.format(".nlargest(n).to_dict()")),
        ("not a list", "def top_movies(predictions, rated, n): return '103, 105, 107'"),
        ("not only ids", TOP.format(".nlargest(n).pipe(lambda s: list(s.items()))")),
        ("ids as text", TOP.format(".nlargest(n).index.astype(str).tolist()")),
        (
            "cut too early",
            "def top_movies(predictions, rated, n):\n"
            "    best = predictions.nlargest(n)\n"
            "    return [movie for movie in best.index if movie not in rated]\n",
        ),
        ("other", TOP.format(BEST_FIRST + ".index[1 : n + 1].tolist()")),
    ],
    right=[
        TOP.format(".nlargest(n).index"),
        TOP.format(".nlargest(n).to_dict().keys()"),
        "def top_movies(predictions, rated, n):\n"
        "    unseen = predictions.dropna().drop(rated)\n"
        "    return (movie for movie, _ in unseen.nlargest(n).items())\n",
        TOP.format(BEST_FIRST + ".head(n).dropna().index.tolist()").replace(
            ".dropna().drop", ".drop"
        ),
        """
def top_movies(predictions, rated, n):
    unseen = [
        (-stars, movie)
        for movie, stars in predictions.items()
        if movie not in rated and stars == stars
    ]
    return [movie for _, movie in sorted(unseen)[:n]]
""",
    ],
)

CASES = {
    "2.1-similarity": SIMILARITY,
    "2.1-prediction": PREDICT_RATING,
    "2.1-top-n": TOP_MOVIES,
}
