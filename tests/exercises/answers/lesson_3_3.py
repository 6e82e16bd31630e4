"""Answers that the exercise tests try in lesson 3.3: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

SCORES = """
import numpy as np

def compute_scores(query, movie_embeddings, measure="dot"):
    dots = movie_embeddings @ query
    if measure == "dot":
        return dots
    lengths = np.linalg.norm(movie_embeddings, axis=1) * np.linalg.norm(query)
    return {}
"""
DIVIDED = "np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0)"
RIGHT_SCORES = SCORES.format(DIVIDED)
MOVIE_LENGTHS = "np.linalg.norm(movie_embeddings, axis=1)"


def cosine(value: str) -> str:
    """A right dot product, and this in place of the cosine."""
    return SCORES.format(value)


def both(value: str) -> str:
    """One line for either measure."""
    return (
        "import numpy as np\n"
        f"def compute_scores(query, movie_embeddings, measure='dot'):\n    return {value}\n"
    )


COMPUTE_SCORES = Cases(
    wrong=[
        ("dot for cosine", both("movie_embeddings @ query")),
        ("dot for cosine", cosine("dots")),
        ("cosine for dot", RIGHT_SCORES.replace('measure == "dot"', 'measure == "Dot"')),
        ("cosine for dot", RIGHT_SCORES.replace('measure == "dot"', 'measure == "cosine"')),
        ("query's length missing", cosine(f"dots / {MOVIE_LENGTHS}")),
        ("movies' lengths missing", cosine("dots / np.linalg.norm(query)")),
        ("norm of the whole table", cosine("dots / np.linalg.norm(movie_embeddings)")),
        (
            "norm of the whole table",
            cosine("dots / (np.linalg.norm(movie_embeddings) * np.linalg.norm(query))"),
        ),
        ("wrong axis", RIGHT_SCORES.replace("axis=1", "axis=0")),
        ("wrong axis", cosine("dots / np.linalg.norm(movie_embeddings, axis=0)")),
        (
            "wrong axis",
            cosine(
                "(movie_embeddings / np.linalg.norm(movie_embeddings, axis=0)) "
                "@ (query / np.linalg.norm(query))"
            ),
        ),
        ("wrong axis", both("(movie_embeddings * query).sum(axis=0)")),
        (
            "transposed",
            RIGHT_SCORES.replace("movie_embeddings @ query", "query @ movie_embeddings"),
        ),
        ("transposed", both("movie_embeddings.T @ query")),
        ("transposed", cosine("movie_embeddings.T @ query / lengths")),
        ("distance", cosine("1 - dots / lengths")),
        ("distance", cosine("np.linalg.norm(movie_embeddings - query, axis=1)")),
        ("distance", cosine("np.arccos(dots / lengths)")),
        ("distance", both("np.linalg.norm(movie_embeddings - query, axis=1)")),
        ("zero vector", cosine("dots / lengths")),
        (
            "zero vector",
            """
def compute_scores(query, movie_embeddings, measure="dot"):
    def dot(a, b):
        return sum(x * y for x, y in zip(a.tolist(), b.tolist()))
    if measure == "dot":
        return [dot(query, movie) for movie in movie_embeddings]
    return [
        dot(query, movie) / (dot(query, query) * dot(movie, movie)) ** 0.5
        for movie in movie_embeddings
    ]
""",
        ),
        (
            "zero vector",
            cosine("np.where(np.linalg.norm(movie_embeddings, axis=1) > 0, dots / lengths, 0)"),
        ),
        ("forgot the root", cosine("dots / lengths**2")),
        (
            "forgot the root",
            cosine("dots / ((movie_embeddings**2).sum(axis=1) * (query**2).sum())"),
        ),
        ("forgot the root", cosine("dots / (movie_embeddings**2).sum(axis=1)")),
        (
            "lengths added",
            cosine(f"dots / ({MOVIE_LENGTHS} + np.linalg.norm(query))"),
        ),
        ("multiplied by the length", cosine("dots * lengths")),
        ("multiplied by the length", cosine(f"dots * {MOVIE_LENGTHS}")),
        ("sign lost", cosine("np.abs(dots) / lengths")),
        ("sign lost", both("np.abs(movie_embeddings @ query)")),
        ("mean in place of sum", both("(movie_embeddings * query).mean(axis=1)")),
        ("mean subtracted", cosine("np.corrcoef(query, movie_embeddings)[0, 1:]")),
        (
            "absolute values as length",
            cosine("dots / (np.abs(movie_embeddings).sum(axis=1) * np.abs(query).sum())"),
        ),
        ("not added up", both("movie_embeddings * query")),
        ("not added up", both("movie_embeddings @ movie_embeddings.T")),
        ("one number", both("(movie_embeddings @ query).sum()")),
        ("one number", cosine("(dots / lengths).max()")),
        ("extra dimension", both("movie_embeddings @ query[:, None]")),
        ("extra dimension", both("query[None, :] @ movie_embeddings.T")),
        ("wrong number of scores", both("(movie_embeddings @ query)[:2]")),
        ("order in place of scores", both("np.argsort(-(movie_embeddings @ query))")),
        ("order in place of scores", cosine("np.argsort(dots / lengths)")),
        ("sorted", both("np.sort(movie_embeddings @ query)[::-1]")),
        ("sorted", cosine("np.sort(dots / lengths)")),
        ("rounded", cosine("(dots / lengths).round(3)")),
        ("nan", cosine("np.sqrt(dots) / lengths")),
        ("not an array", both("'high'")),
        ("not an array", both("dict(enumerate(movie_embeddings @ query))")),
        ("not an array", both("[print, print, print]")),
        (
            "not the argument",
            RIGHT_SCORES.replace(
                "    dots =",
                "    movie_embeddings = np.arange(9.0).reshape(3, 3)\n"
                "    query = np.array([1.0, 0.5, 2.0])\n    dots =",
            ),
        ),
        (
            "fixed",
            RIGHT_SCORES.replace(
                "    lengths =", "    if len(query) != 3:\n        return dots\n    lengths ="
            ),
        ),
        (
            "changes its argument",
            """
import numpy as np

def compute_scores(query, movie_embeddings, measure="dot"):
    if measure == "cosine":
        movie_embeddings /= np.linalg.norm(movie_embeddings, axis=1, keepdims=True)
        query = query / np.linalg.norm(query)
    return movie_embeddings @ query
""",
        ),
        ("other", both("(movie_embeddings @ query) ** 3 + 1")),
    ],
    right=[
        """
import numpy as np

def compute_scores(query, movie_embeddings, measure="dot"):
    u, V = query, movie_embeddings
    if measure == "cosine":
        u = u / (np.linalg.norm(u) or 1.0)
        lengths = np.linalg.norm(V, axis=1, keepdims=True)
        V = V / np.where(lengths == 0, 1.0, lengths)
    return u.dot(V.T)
""",
        """
def compute_scores(query, movie_embeddings, measure="dot"):
    found = []
    for movie in movie_embeddings:
        score = sum(a * b for a, b in zip(query, movie))
        length = (sum(a * a for a in query) * sum(b * b for b in movie)) ** 0.5
        if measure == "cosine":
            score = score / length if length else 0.0
        found.append(score)
    return found
""",
        """
import numpy as np

def compute_scores(query, movie_embeddings, measure="dot"):
    dots = np.einsum("d,nd->n", query, movie_embeddings)
    if measure == "dot":
        return dots
    with np.errstate(all="ignore"):
        cosines = dots / np.sqrt((movie_embeddings**2).sum(axis=1) * (query**2).sum())
    return np.nan_to_num(cosines)
""",
        """
import tensorflow as tf

def compute_scores(query, movie_embeddings, measure="dot"):
    u = tf.constant(query)
    V = tf.constant(movie_embeddings)
    if measure == "cosine":
        u, V = tf.math.l2_normalize(u), tf.math.l2_normalize(V, axis=1)
    return tf.linalg.matvec(V, u)
""",
    ],
)

NEIGHBORS = """
import numpy as np

def movie_neighbors(part, movies, movie_embeddings, n):
    found = movies[movies["title"].str.contains(part, case=False, regex=False)]
    if found.empty:
        raise ValueError(f"No title contains {part!r}.")
    row = found["ratings"].idxmax()
    lengths = np.linalg.norm(movie_embeddings, axis=1)
    scores = movie_embeddings @ movie_embeddings[row] / lengths
    scores[row] = -np.inf
    best = np.argsort(-scores, kind="stable")[: min(n, len(movies) - 1)]
    return movies["movie_id"].iloc[best].tolist()
"""
ITSELF = "    scores[row] = -np.inf\n"
CUT = "[: min(n, len(movies) - 1)]"
IDS = 'movies["movie_id"].iloc[best].tolist()'
NO_MATCH = """    if found.empty:
        raise ValueError(f"No title contains {part!r}.")
"""


def neighbors(*changes: tuple[str, str]) -> str:
    """The right answer with some of its text exchanged."""
    code = NEIGHBORS
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


MOVIE_NEIGHBORS = Cases(
    wrong=[
        ("the movie itself", neighbors((ITSELF, ""))),
        ("the movie itself", neighbors((ITSELF, "    scores[row] = np.inf\n"))),
        ("first dropped", neighbors((ITSELF, ""), (CUT, "[1 : n + 1]"))),
        (
            "first dropped",
            neighbors(
                (ITSELF, ""),
                ('np.argsort(-scores, kind="stable")' + CUT, "np.argsort(scores)[::-1][1 : n + 1]"),
            ),
        ),
        ("ascending", neighbors(("np.argsort(-scores", "np.argsort(scores"), (ITSELF, ""))),
        (
            "ascending",
            neighbors(("np.argsort(-scores", "np.argsort(scores"), ("-np.inf", "np.inf")),
        ),
        (
            "ascending",
            neighbors(
                ('np.argsort(-scores, kind="stable")' + CUT, "np.argsort(scores)[::-1][-n:][::-1]"),
                ("-np.inf", "np.inf"),
            ),
        ),
        ("dot in place of cosine", neighbors((" / lengths", ""))),
        ("rows in place of ids", neighbors((IDS, "best.tolist()"))),
        ("titles in place of ids", neighbors((IDS, IDS.replace("movie_id", "title")))),
        ("scores returned", neighbors((IDS, "scores[best].tolist()"))),
        ("unknown ids", neighbors((IDS, "(best + 100).tolist()"))),
        ("not a list", neighbors((IDS, "int(best[0])"))),
        ("not a list", neighbors((IDS, "movies.iloc[best]"))),
        ("not a list", neighbors((IDS, "str(best)"))),
        (
            "not only ids",
            neighbors((IDS, 'list(zip(movies["movie_id"].iloc[best], scores[best]))')),
        ),
        ("n ignored", neighbors((CUT, ""))),
        ("n ignored", neighbors((CUT, "[:6]"))),
        ("too few movies", neighbors((CUT, "[: n - 1]"))),
        ("too few movies", neighbors(("min(n, len(movies) - 1)", "min(n, 4)"))),
        ("order", neighbors((IDS, f"sorted({IDS})[::-1]"))),
        ("case matters", neighbors(("case=False, ", ""))),
        (
            "case matters",
            neighbors(
                (
                    'movies["title"].str.contains(part, case=False, regex=False)',
                    '[part in title for title in movies["title"]]',
                )
            ),
        ),
        ("pattern in place of text", neighbors((", regex=False", ""))),
        ("not the most rated", neighbors(('found["ratings"].idxmax()', "found.index[0]"))),
        ("not the most rated", neighbors(('found["ratings"].idxmax()', "found.index[-1]"))),
        ("not the most rated", neighbors(("idxmax", "idxmin"))),
        ("place among the matches", neighbors(("idxmax()", "argmax()"))),
        ("all matches left out", neighbors(("scores[row] =", "scores[found.index] ="))),
        ("no match", neighbors((NO_MATCH, ""))),
        ("no match", neighbors(('raise ValueError(f"No title contains {part!r}.")', "return []"))),
        (
            "no match",
            neighbors(('raise ValueError(f"No title contains {part!r}.")', "print(part); return")),
        ),
        ("no match", neighbors(("raise ValueError(f", "raise KeyError(f"))),
        ("no match", neighbors(('f"No title contains {part!r}."', '"nothing found"'))),
        (
            "not the argument",
            neighbors(("    found = movies", "    part = 'Star Wars'\n    found = movies")),
        ),
        (
            "fixed",
            neighbors(
                ("    row =", "    if n == 2:\n        return [12, 15]\n    row ="),
            ),
        ),
        ("other", neighbors((IDS, 'movies["movie_id"].iloc[best[:1]].tolist() * n'))),
        ("arguments", "def movie_neighbors(part): return []"),
    ],
    right=[
        """
import numpy as np

def movie_neighbors(part, movies, movie_embeddings, n):
    matches = [
        row for row, title in enumerate(movies["title"]) if part.lower() in title.lower()
    ]
    if not matches:
        raise ValueError(f"nothing like {part} in the titles")
    counts = movies["ratings"].tolist()
    row = max(matches, key=lambda match: counts[match])
    directions = movie_embeddings / np.linalg.norm(movie_embeddings, axis=1, keepdims=True)
    scores = directions @ directions[row]
    others = [other for other in range(len(movies)) if other != row]
    others.sort(key=lambda other: -scores[other])
    return movies["movie_id"].to_numpy()[others[:n]]
""",
        """
import pandas as pd

def movie_neighbors(part, movies, movie_embeddings, n):
    wanted = movies["title"].str.lower().str.contains(part.lower(), regex=False)
    if not wanted.any():
        raise ValueError("No title contains " + part)
    row = movies[wanted].sort_values("ratings").index[-1]
    scores = compute_scores(movie_embeddings[row], movie_embeddings, "cosine")
    return pd.Series(scores, movies["movie_id"]).drop(movies["movie_id"][row]).nlargest(n).index
""",
    ],
)

EXPONENT = """
import numpy as np

def exponent_scores(query, movie_embeddings, alpha):
    dots = movie_embeddings @ query
    lengths = np.linalg.norm(movie_embeddings, axis=1)
    return {}
"""


def exponent(value: str) -> str:
    """Dot products and lengths, and this as the scores."""
    return EXPONENT.format(value)


NORM_EXPONENT = Cases(
    wrong=[
        ("alpha ignored", exponent("dots")),
        ("alpha ignored", exponent("dots / lengths")),
        ("alpha ignored", exponent("dots / (lengths * np.linalg.norm(query))")),
        ("multiplied by the length", exponent("dots * lengths**alpha")),
        ("factor in place of exponent", exponent("dots / (alpha * lengths)")),
        ("query's length", exponent("dots / np.linalg.norm(query) ** alpha")),
        ("query's length", exponent("dots / (lengths * np.linalg.norm(query)) ** alpha")),
        (
            "from the other end",
            exponent("dots / (lengths * np.linalg.norm(query)) * lengths**alpha"),
        ),
        ("from the other end", exponent("dots / lengths ** (1 - alpha)")),
        ("brackets", exponent("(dots / lengths) ** alpha")),
        (
            "brackets",
            exponent("np.sign(dots) * np.abs(dots / lengths) ** alpha"),
        ),
        ("mixture", exponent("(1 - alpha) * dots + alpha * dots / lengths")),
        (
            "mixture",
            exponent("(1 - alpha) * dots + alpha * dots / (lengths * np.linalg.norm(query))"),
        ),
        ("norm of the whole table", exponent("dots / np.linalg.norm(movie_embeddings) ** alpha")),
        ("wrong axis", exponent("dots / lengths**alpha").replace("axis=1", "axis=0")),
        ("forgot the root", exponent("dots / (movie_embeddings**2).sum(axis=1) ** alpha")),
        ("one number", exponent("(dots / lengths**alpha).max()")),
        ("rounded", exponent("(dots / lengths**alpha).round(2)")),
        (
            "order in place of scores",
            exponent("np.argsort(-dots / lengths**alpha)"),
        ),
        (
            "fixed",
            exponent("dots / lengths ** (alpha if alpha in (0, 0.25, 1, 2) else 1)"),
        ),
        (
            "not the argument",
            exponent("dots / lengths**alpha").replace(
                "    dots =",
                "    query, movie_embeddings = np.ones(2), np.eye(3, 2) + 1\n    dots =",
            ),
        ),
        ("other", exponent("dots / (lengths**alpha + 1)")),
    ],
    right=[
        """
def exponent_scores(query, movie_embeddings, alpha):
    return [
        sum(a * b for a, b in zip(query, movie)) / sum(b * b for b in movie) ** (alpha / 2)
        for movie in movie_embeddings
    ]
""",
        """
import numpy as np

def exponent_scores(query, movie_embeddings, alpha):
    lengths = np.sqrt(np.square(movie_embeddings).sum(axis=1, keepdims=True))
    return (movie_embeddings * np.power(lengths, -float(alpha))).dot(query)
""",
    ],
)

CASES = {
    "3.3-scores": COMPUTE_SCORES,
    "3.3-neighbors": MOVIE_NEIGHBORS,
    "3.3-norm-exponent": NORM_EXPONENT,
}
