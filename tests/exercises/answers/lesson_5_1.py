"""Answers that the exercise tests try in lesson 5.1: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

FOLD = """
import numpy as np

def fold_in(movie_embeddings, rated, stars, w0, penalty):
    rows, d = movie_embeddings[rated], movie_embeddings.shape[1]
    rest = movie_embeddings.T @ movie_embeddings - rows.T @ rows
    left = rows.T @ rows + w0 * rest + penalty * np.eye(d)
    return np.linalg.solve(left, rows.T @ stars)
"""
EQUATION = "rows.T @ rows + w0 * rest + penalty * np.eye(d)"
RETURN = "np.linalg.solve(left, rows.T @ stars)"


def fold(left: str = EQUATION, result: str = RETURN) -> str:
    """Write an answer with another left side, or another result."""
    return FOLD.replace(EQUATION, left).replace(RETURN, result)


FOLD_IN = Cases(
    wrong=[
        ("rated counted twice", fold(EQUATION.replace("* rest", "* (rest + rows.T @ rows)"))),
        ("unobserved forgotten", fold("rows.T @ rows + penalty * np.eye(d)")),
        ("unobserved forgotten", fold("(1 - w0) * rows.T @ rows + penalty * np.eye(d)")),
        ("w0 forgotten", fold("movie_embeddings.T @ movie_embeddings + penalty * np.eye(d)")),
        ("w0 at the rated", fold("w0 * rows.T @ rows + rest + penalty * np.eye(d)")),
        (
            "rated not in full",
            fold("w0 * movie_embeddings.T @ movie_embeddings + penalty * np.eye(d)"),
        ),
        ("right side weighted", fold(result="np.linalg.solve(left, (1 - w0) * rows.T @ stars)")),
        ("penalty forgotten", fold("rows.T @ rows + w0 * rest")),
        ("penalty forgotten", fold("0 * rows.T @ rows")),
        ("penalty off the diagonal", fold("rows.T @ rows + w0 * rest + penalty")),
        ("sign", fold("rows.T @ rows + w0 * rest - penalty * np.eye(d)")),
        ("stars ignored", fold(result="np.linalg.solve(left, rows.sum(axis=0))")),
        (
            "mean subtracted",
            fold(result="np.linalg.solve(left, rows.T @ (stars - np.mean(stars)))"),
        ),
        ("not the rated movies", FOLD.replace("[rated]", "[: len(rated)]")),
        ("transposed", fold(result="np.linalg.solve(left, rows @ stars)")),
        ("not solved", fold(result="left @ (rows.T @ stars)")),
        ("not solved", fold(result="rows.T @ stars")),
        ("factor 2", fold(result="np.linalg.solve(left, 2 * rows.T @ stars)")),
        ("rounded", fold(result=f"{RETURN}.round(3)")),
        ("scores", fold(result=f"movie_embeddings @ {RETURN}")),
        ("shape", fold(result="np.linalg.solve(left, rows.T @ stars[:, None])")),
        ("shape", fold(result=f"{RETURN}[:2]")),
        ("not an array", fold(result=f"str({RETURN})")),
        ("not a NumPy array", fold(result=f"{RETURN}.tolist()")),
        ("fixed", FOLD.replace("w0 * rest", "0.3 * rest")),
        (
            "no ratings",
            FOLD.replace(
                "    rest =", "    if not len(rated):\n        return np.ones(d)\n    rest ="
            ),
        ),
        ("other", fold(result=f"{RETURN} + 0.1")),
    ],
    right=[
        """
import numpy as np

def fold_in(movie_embeddings, rated, stars, w0, penalty):
    weight = np.full(len(movie_embeddings), w0)
    weight[rated] = 1.0
    target = np.zeros(len(movie_embeddings))
    target[rated] = stars
    left = (movie_embeddings * weight[:, None]).T @ movie_embeddings
    left = left + penalty * np.identity(movie_embeddings.shape[1])
    return np.linalg.inv(left) @ (movie_embeddings.T @ target)
""",
        """
import numpy as np

def fold_in(movie_embeddings, rated, stars, w0, penalty):
    d = movie_embeddings.shape[1]
    weight, target = np.sqrt(w0) * np.ones(len(movie_embeddings)), np.zeros(len(movie_embeddings))
    weight[rated], target[rated] = 1, stars
    table = np.vstack([movie_embeddings * weight[:, None], np.sqrt(penalty) * np.eye(d)])
    return np.linalg.lstsq(table, np.append(target, np.zeros(d)), rcond=None)[0]
""",
    ],
)

REASONS = """
import numpy as np

def contributions(movie_embeddings, rated, stars, w0, penalty):
    def scores(rated, stars):
        return movie_embeddings @ fold_in(movie_embeddings, rated, stars, w0, penalty)

    found = []
    for place in range(len(rated)):
        one = np.zeros(len(rated))
        one[place] = stars[place]
        found.append(scores(rated, one))
    found = np.array(found)
    return {}
"""
RIGHT_REASONS = REASONS.format("found")
STAR_BY_STAR = "        found.append(scores(rated, one))\n"
SIMILAR = "movie_embeddings[rated] @ movie_embeddings.T"

CONTRIBUTIONS = Cases(
    wrong=[
        (
            "each alone",
            RIGHT_REASONS.replace("scores(rated, one)", "scores(rated[[place]], stars[[place]])"),
        ),
        (
            "taken away",
            RIGHT_REASONS.replace(
                STAR_BY_STAR,
                "        less = np.delete(rated, place), np.delete(stars, place)\n"
                "        found.append(scores(rated, stars) - scores(*less))\n",
            ),
        ),
        ("the others", RIGHT_REASONS.replace("scores(rated, one)", "scores(rated, stars - one)")),
        ("stars ignored", RIGHT_REASONS.replace("= stars[place]", "= 1")),
        ("whole score", RIGHT_REASONS.replace("scores(rated, one)", "scores(rated, stars)")),
        ("shares", REASONS.format("found / found.sum(axis=0)")),
        ("sign lost", REASONS.format("np.abs(found)")),
        ("sign lost", REASONS.format("np.maximum(found, 0)")),
        ("sorted", REASONS.format("np.sort(found, axis=0)[::-1]")),
        ("similarity", REASONS.format(SIMILAR)),
        ("similarity", REASONS.format(f"stars[:, None] * ({SIMILAR})")),
        ("summed up", REASONS.format("found.sum(axis=0)")),
        ("parts of the embedding", RIGHT_REASONS.replace("return movie_embeddings @", "return")),
        ("transposed", REASONS.format("found.T")),
        ("rated movies only", REASONS.format("found[:, rated]")),
        ("not a NumPy array", REASONS.format("found.tolist()")),
        ("not an array", REASONS.format("dict(enumerate(found))")),
        ("shape", REASONS.format("found[:2]")),
        ("does not add up", REASONS.format("found + 0.1")),
        ("other", REASONS.format("np.repeat([found.mean(axis=0)], len(rated), axis=0)")),
        ("fixed", RIGHT_REASONS.replace("w0, penalty)\n\n", "w0, 1.7)\n\n")),
    ],
    right=[
        """
import numpy as np

def contributions(movie_embeddings, rated, stars, w0, penalty):
    rows = movie_embeddings[rated]
    left = (1 - w0) * rows.T @ rows + w0 * movie_embeddings.T @ movie_embeddings
    left += penalty * np.eye(len(left))
    return stars[:, None] * (rows @ np.linalg.inv(left) @ movie_embeddings.T)
""",
        """
import numpy as np

def contributions(movie_embeddings, rated, stars, w0, penalty):
    parts = [fold_in(movie_embeddings, rated, one, w0, penalty) for one in np.diag(stars)]
    return np.array(parts) @ movie_embeddings.T
""",
    ],
)

DECIDE = """
import numpy as np

def decide(probability, gain, cost):
    return {}
"""

DECISION = Cases(
    wrong=[
        ("half", DECIDE.format("probability > 0.5")),
        ("exchanged", DECIDE.format("probability * cost > (1 - probability) * gain")),
        ("exchanged", DECIDE.format("probability > gain / (gain + cost)")),
        ("cost always", DECIDE.format("probability > cost / gain")),
        ("cost always", DECIDE.format("probability * gain - cost > 0")),
        ("cost forgotten", DECIDE.format("probability * gain > 0")),
        ("reversed", DECIDE.format("probability * gain < (1 - probability) * cost")),
        ("worth", DECIDE.format("probability * gain - (1 - probability) * cost")),
        ("threshold", DECIDE.format("np.full(len(probability), cost / (gain + cost))")),
        ("better half", DECIDE.format("probability > np.median(probability)")),
        ("numbers", DECIDE.format("2 * probability")),
        ("single", DECIDE.format("(probability > 0.5).all()")),
        ("not above", DECIDE.format("probability * gain >= (1 - probability) * cost")),
        ("not boolean", DECIDE.format("(probability > cost / (gain + cost)).tolist()")),
        ("shape", DECIDE.format("probability[probability > cost / (gain + cost)]")),
        ("not an array", DECIDE.format("'yes'")),
        ("other", DECIDE.format("probability > 0.6")),
    ],
    right=[
        DECIDE.format("probability > cost / (gain + cost)"),
        DECIDE.format("np.array([p * gain > (1 - p) * cost for p in probability])"),
    ],
)

CASES = {"5.1-fold-in": FOLD_IN, "5.1-reasons": CONTRIBUTIONS, "5.1-decision": DECISION}
