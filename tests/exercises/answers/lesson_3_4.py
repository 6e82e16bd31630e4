"""Answers that the exercise tests try in lesson 3.4: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

LOSS = """
import numpy as np

def regularized_loss(user_embeddings, movie_embeddings, users, movies, stars, l2, gravity):
    n_users, n_movies = len(user_embeddings), len(movie_embeddings)
    errors = stars - (user_embeddings[users] * movie_embeddings[movies]).sum(axis=1)
    gram_users = user_embeddings.T @ user_embeddings
    gram_movies = movie_embeddings.T @ movie_embeddings
    observed = (errors**2).mean()
    short = (user_embeddings**2).sum() / n_users + (movie_embeddings**2).sum() / n_movies
    pull = (gram_users * gram_movies).sum() / (n_users * n_movies)
    {}
"""
TOTAL = "return observed + l2 * short + gravity * pull"


def loss(old: str = "", new: str = "") -> str:
    """Put one wrong piece into the right loss."""
    right = LOSS.format(TOTAL)
    assert old in right
    return right.replace(old, new)


TABLE = "np.asarray(user_embeddings @ movie_embeddings.T)"
OBSERVED = "(user_embeddings[users] * movie_embeddings[movies]).sum(axis=1)"
PULL = "(gram_users * gram_movies).sum() / (n_users * n_movies)"
SHORT = "(user_embeddings**2).sum() / n_users + (movie_embeddings**2).sum() / n_movies"
MEAN = "(errors**2).mean()"

REGULARIZED_LOSS = Cases(
    wrong=[
        # Gravity.
        ("gravity summed", loss(PULL, "(gram_users * gram_movies).sum()")),
        ("gravity summed", loss(PULL, f"({TABLE}**2).sum()")),
        ("gravity forgotten", loss(" + gravity * pull", "")),
        ("gravity subtracted", loss("+ gravity * pull", "- gravity * pull")),
        ("gravity divided by ratings", loss("/ (n_users * n_movies)", "/ len(stars)")),
        ("gravity over observed pairs", loss(PULL, f"({OBSERVED}**2).mean()")),
        (
            "gravity over unobserved pairs",
            loss(PULL, f"{PULL} - ({OBSERVED}**2).sum() / (n_users * n_movies)"),
        ),
        ("mean over the Gram tables", loss(PULL, "(gram_users * gram_movies).mean()")),
        ("users plus movies", loss("(n_users * n_movies)", "(n_users + n_movies)")),
        ("gravity not squared", loss(PULL, f"{TABLE}.mean()")),
        ("square of the mean", loss(PULL, f"{TABLE}.mean() ** 2")),
        ("root of gravity", loss(PULL, f"np.sqrt({PULL})")),
        ("matrix product of the Gram tables", loss("gram_users * gram", "gram_users @ gram")),
        (
            "diagonal only",
            loss(PULL, PULL.replace("gram_users *", "np.diag(gram_users) * np.eye(3) *")),
        ),
        (
            "summed before multiplied",
            loss("(gram_users * gram_movies).sum()", "gram_users.sum() * gram_movies.sum()"),
        ),
        (
            "lengths in place of products",
            loss(PULL, "(user_embeddings**2).sum() * (movie_embeddings**2).sum() / 24"),
        ),
        ("Gram tables added", loss("gram_users * gram_movies", "gram_users + gram_movies")),
        ("half", loss("gravity * pull", "gravity * pull / 2")),
        (
            "wrong axis of the Gram table",
            loss(
                "user_embeddings.T @ user_embeddings", "user_embeddings @ user_embeddings.T"
            ).replace(
                "movie_embeddings.T @ movie_embeddings", "movie_embeddings @ movie_embeddings.T"
            ),
        ),
        (
            "wrong axis of the Gram table",
            """
import tensorflow as tf

def regularized_loss(user_embeddings, movie_embeddings, users, movies, stars, l2, gravity):
    gram_users = tf.matmul(user_embeddings, user_embeddings, transpose_b=True)
    gram_movies = tf.matmul(movie_embeddings, movie_embeddings, transpose_b=True)
    return tf.reduce_sum(gram_users * gram_movies)
""",
        ),
        ("table of all pairs", loss(PULL, f"({TABLE}**2).mean()")),
        # Squared lengths.
        ("l2 forgotten", loss(" + l2 * short", "")),
        ("l2 subtracted", loss("+ l2 * short", "- l2 * short")),
        ("l2 forgotten for movies", loss(SHORT, "(user_embeddings**2).sum() / n_users")),
        ("l2 forgotten for users", loss(SHORT, "(movie_embeddings**2).sum() / n_movies")),
        ("l2 summed", loss(SHORT, SHORT.replace(" / n_users", "").replace(" / n_movies", ""))),
        (
            "mean over entries",
            loss(SHORT, "(user_embeddings**2).mean() + (movie_embeddings**2).mean()"),
        ),
        ("wrong axis", loss(SHORT, SHORT.replace("n_users", "3").replace("n_movies", "3"))),
        (
            "wrong axis",
            loss(
                SHORT,
                "(user_embeddings**2).sum(axis=0).mean() "
                "+ (movie_embeddings**2).sum(axis=0).mean()",
            ),
        ),
        (
            "divisors exchanged",
            loss(
                SHORT,
                "(user_embeddings**2).sum() / n_movies + (movie_embeddings**2).sum() / n_users",
            ),
        ),
        (
            "one divisor for both",
            loss(
                SHORT,
                "((user_embeddings**2).sum() + (movie_embeddings**2).sum()) / (n_users + n_movies)",
            ),
        ),
        (
            "l2 divided by ratings",
            loss(SHORT, "((user_embeddings**2).sum() + (movie_embeddings**2).sum()) / len(stars)"),
        ),
        ("parts multiplied", loss("n_users + (movie", "n_users * (movie")),
        (
            "root of norms",
            loss(
                SHORT,
                "np.linalg.norm(user_embeddings, axis=1).mean() "
                "+ np.linalg.norm(movie_embeddings, axis=1).mean()",
            ),
        ),
        (
            "root of norms",
            loss(SHORT, "np.linalg.norm(user_embeddings) + np.linalg.norm(movie_embeddings)"),
        ),
        ("half", loss("l2 * short", "l2 / 2 * short")),
        ("factors exchanged", loss("l2 * short + gravity", "gravity * short + l2")),
        # The observed error, and the factors.
        ("factor forgotten", loss("l2 * short", "short")),
        ("factor forgotten", loss("gravity * pull", "pull")),
        ("factor forgotten", loss("l2 * short + gravity * pull", "short + pull")),
        ("mean over all pairs", loss(MEAN, "(errors**2).sum() / (n_users * n_movies)")),
        (
            "zeros counted as ratings",
            loss(
                MEAN,
                f"{TABLE} * 0\n    observed[users, movies] = stars\n"
                f"    observed = ((observed - {TABLE})**2).mean()",
            ),
        ),
        ("errors summed", loss(MEAN, "(errors**2).sum()")),
        ("not squared", loss(MEAN, "abs(errors).mean()")),
        ("not squared", loss(MEAN, "errors.mean()")),
        ("root of the error", loss(MEAN, "np.sqrt((errors**2).mean())")),
        ("no observed error", loss("return observed +", "return")),
        ("rounded", loss("return observed", "return round(observed, 2)")),
        ("terms mixed", loss("gravity * pull", "gravity * (1 + l2) * pull")),
        ("fixed", loss("len(movie_embeddings)", "6")),
        ("not one number", loss("return observed +", "return errors**2 +")),
        ("other", loss("l2 * short", "3 * l2 * short")),
    ],
    right=[
        """
import tensorflow as tf

def regularized_loss(user_embeddings, movie_embeddings, users, movies, stars, l2, gravity):
    of_users, of_movies = tf.gather(user_embeddings, users), tf.gather(movie_embeddings, movies)
    observed = tf.reduce_mean(tf.square(stars - tf.reduce_sum(of_users * of_movies, axis=1)))
    short = tf.reduce_mean(tf.reduce_sum(tf.square(user_embeddings), axis=1)) + tf.reduce_mean(
        tf.reduce_sum(tf.square(movie_embeddings), axis=1)
    )
    gram_users = tf.matmul(user_embeddings, user_embeddings, transpose_a=True)
    gram_movies = tf.matmul(movie_embeddings, movie_embeddings, transpose_a=True)
    pairs = user_embeddings.shape[0] * movie_embeddings.shape[0]
    return observed + l2 * short + gravity * tf.reduce_sum(gram_users * gram_movies) / pairs
""",
        """
import numpy as np

def regularized_loss(user_embeddings, movie_embeddings, users, movies, stars, l2, gravity):
    total = sum(
        (r - user_embeddings[u] @ movie_embeddings[i]) ** 2
        for u, i, r in zip(users, movies, stars)
    ) / len(stars)
    for table in (user_embeddings, movie_embeddings):
        total += l2 * np.mean([row @ row for row in table])
    left = np.cov(user_embeddings.T, bias=True) + np.outer(*[user_embeddings.mean(axis=0)] * 2)
    right = np.einsum("ia,ib->ab", movie_embeddings, movie_embeddings) / len(movie_embeddings)
    return total + gravity * np.trace(left @ right)
""",
    ],
)

UNOBSERVED_CODE = """
import numpy as np

def unobserved_term(user_embeddings, movie_embeddings, users, movies):
    gram_users = user_embeddings.T @ user_embeddings
    gram_movies = movie_embeddings.T @ movie_embeddings
    everything = (gram_users * gram_movies).sum()
    scores = (user_embeddings[users] * movie_embeddings[movies]).sum(axis=1)
    n_pairs = len(user_embeddings) * len(movie_embeddings)
    return {}
"""
NAIVE = """
def unobserved_term(user_embeddings, movie_embeddings, users, movies):
    scores = user_embeddings @ movie_embeddings.T
    scores[users, movies] = 0
    return (scores**2).sum() / {}
"""

UNOBSERVED = Cases(
    wrong=[
        ("observed pairs left in", UNOBSERVED_CODE.format("everything / len(users)")),
        ("gravity", UNOBSERVED_CODE.format("everything / n_pairs")),
        ("observed pairs only", UNOBSERVED_CODE.format("(scores**2).mean()")),
        ("sign", UNOBSERVED_CODE.format("((scores**2).sum() - everything) / len(users)")),
        ("not divided", UNOBSERVED_CODE.format("everything - (scores**2).sum()")),
        (
            "divided by unobserved pairs",
            UNOBSERVED_CODE.format("(everything - (scores**2).sum()) / (n_pairs - len(users))"),
        ),
        (
            "divided by all pairs",
            UNOBSERVED_CODE.format("(everything - (scores**2).sum()) / n_pairs"),
        ),
        (
            "difference of means",
            UNOBSERVED_CODE.format("everything / n_pairs - (scores**2).mean()"),
        ),
        (
            "observed not squared",
            UNOBSERVED_CODE.format("(everything - scores.sum()) / len(users)"),
        ),
        (
            "errors taken off",
            UNOBSERVED_CODE.format(
                "(everything - ((np.array([5, 3, 1, 4, 2, 5, 3]) - scores) ** 2).sum()) / 7"
            ),
        ),
        (
            "not squared",
            UNOBSERVED_CODE.format(
                "((user_embeddings @ movie_embeddings.T).sum() - scores.sum()) / len(users)"
            ),
        ),
        ("table of all pairs", NAIVE.format("len(users)")),
        (
            "rounded",
            NAIVE.format("len(users)").replace("return ", "return round(").strip() + ", 3)",
        ),
        ("fixed", UNOBSERVED_CODE.format("(everything - (scores**2).sum()) / 7")),
        ("not one number", UNOBSERVED_CODE.format("scores**2")),
        ("other", UNOBSERVED_CODE.format("3 * everything")),
    ],
    right=[
        """
import numpy as np

def unobserved_term(user_embeddings, movie_embeddings, users, movies):
    rated = {}
    for user, movie in zip(users, movies):
        rated.setdefault(user, []).append(movie)
    total = 0.0
    for user, row in enumerate(user_embeddings):
        scores = movie_embeddings @ row
        total += (np.delete(scores, rated.get(user, [])) ** 2).sum()
    return total / len(users)
""",
        """
import tensorflow as tf

def unobserved_term(user_embeddings, movie_embeddings, users, movies):
    gram_users = tf.matmul(user_embeddings, user_embeddings, transpose_a=True)
    gram_movies = tf.matmul(movie_embeddings, movie_embeddings, transpose_a=True)
    pairs = tf.gather(user_embeddings, users) * tf.gather(movie_embeddings, movies)
    observed = tf.reduce_sum(tf.square(tf.reduce_sum(pairs, axis=1)))
    return (tf.reduce_sum(gram_users * gram_movies) - observed) / len(users)
""",
    ],
)

SOLVE = """
import numpy as np

def solve_user(movie_embeddings, gram, rated, stars, n_ratings, n_users, l2, gravity):
    n_movies, d = movie_embeddings.shape
    rows = movie_embeddings[rated]
    observed = rows.T @ rows / n_ratings
    short = l2 / n_users * np.eye(d)
    pull = gravity / (n_users * n_movies) * gram
    right = rows.T @ stars / n_ratings
    return np.linalg.solve(observed + short + pull, right)
"""


def solve(*changes: tuple[str, str]) -> str:
    """Put wrong pieces into the right solver."""
    code = SOLVE
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


SOLVE_USER = Cases(
    wrong=[
        ("gravity forgotten", solve((" + pull", ""))),
        ("l2 forgotten", solve((" + short", ""))),
        ("penalties forgotten", solve((" + short + pull", ""))),
        ("l2 not scaled", solve(("l2 / n_users", "l2"))),
        ("l2 not scaled", solve(("l2 / n_users", "l2 / n_movies"))),
        ("l2 off the diagonal", solve((" * np.eye(d)", ""))),
        ("gravity not scaled", solve(("gravity / (n_users * n_movies)", "gravity"))),
        ("gravity not scaled", solve(("(n_users * n_movies)", "n_users"))),
        ("gravity over rated movies", solve(("n_movies) * gram", "n_movies) * (rows.T @ rows)"))),
        ("gravity without gram", solve(("n_movies) * gram", "n_movies) * np.eye(d)"))),
        (
            "divided by own ratings",
            solve(
                ("    right", "    n_ratings = len(stars)\n    right"),
                ("rows / n_ratings", "rows / len(stars)"),
            ),
        ),
        (
            "not divided by ratings",
            solve(("rows / n_ratings", "rows"), ("stars / n_ratings", "stars")),
        ),
        ("right side not divided", solve(("stars / n_ratings", "stars"))),
        ("left side not divided", solve(("rows / n_ratings", "rows"))),
        ("all movies", solve(("rows.T @ rows / n_ratings", "gram / n_ratings"))),
        (
            "all movies",
            solve(
                (
                    "    rows = movie_embeddings[rated]",
                    "    zeros = np.zeros(n_movies)\n"
                    "    zeros[rated] = stars\n    rows, stars = movie_embeddings, zeros",
                ),
            ),
        ),
        ("sign", solve(("+ pull", "- pull"))),
        ("sign", solve(("+ short", "- short"))),
        ("not solved", solve(("np.linalg.solve(observed + short + pull, right)", "right"))),
        (
            "not solved",
            solve(
                (
                    "np.linalg.solve(observed + short + pull, right)",
                    "(observed + short + pull) @ right",
                )
            ),
        ),
        ("factor 2", solve(("right = ", "right = 2 * "))),
        ("factor 2", solve(("right = ", "right = 2 * "), ("observed = ", "observed = 2 * "))),
        ("transposed", solve(("rows.T @ rows", "rows @ rows.T"))),
        ("transposed", solve(("rows.T @ stars", "rows @ stars"))),
        (
            "transposed",
            solve(("rows.T @ rows", "rows @ rows.T"), ("rows.T @ stars", "rows @ stars")),
        ),
        ("mean subtracted", solve(("@ stars", "@ (stars - stars.mean())"))),
        ("not the rated movies", solve(("[rated]", "[:len(rated)]"))),
        ("shapes do not fit", solve(("[rated]", ""))),
        ("shape", solve(("stars / n", "stars[:, None] / n"))),
        ("shape", solve(("return ", "return movie_embeddings @ "))),
        ("rounded", solve(("return ", "return np.round("), ("right)", "right), 3)"))),
        ("fixed", solve(("/ n_users *", "/ 6 *"))),
        (
            "no ratings",
            solve(("    rows =", "    if len(rated) == 0:\n        return np.ones(d)\n    rows =")),
        ),
        ("singular", solve(("short + pull, right", "0 * short - observed, right"))),
        ("other", solve(("gravity /", "3 * gravity /"))),
    ],
    right=[
        """
import numpy as np

def solve_user(movie_embeddings, gram, rated, stars, n_ratings, n_users, l2, gravity):
    n_movies, d = movie_embeddings.shape
    left = n_ratings * (l2 / n_users * np.eye(d) + gravity / (n_users * n_movies) * gram)
    right = np.zeros(d)
    for movie, rating in zip(rated, stars):
        left = left + np.outer(movie_embeddings[movie], movie_embeddings[movie])
        right = right + rating * movie_embeddings[movie]
    return np.linalg.inv(left) @ right
""",
        """
import numpy as np

def solve_user(movie_embeddings, gram, rated, stars, n_ratings, n_users, l2, gravity):
    n_movies, d = movie_embeddings.shape
    rows = [movie_embeddings[rated] / n_ratings**0.5, (l2 / n_users) ** 0.5 * np.eye(d)]
    rows.append((gravity / (n_users * n_movies)) ** 0.5 * movie_embeddings)
    targets = np.zeros(sum(map(len, rows)))
    targets[: len(rated)] = stars / n_ratings**0.5
    return np.linalg.lstsq(np.concatenate(rows), targets, rcond=None)[0].tolist()
""",
    ],
)

CASES = {
    "3.4-regularized-loss": REGULARIZED_LOSS,
    "3.4-unobserved": UNOBSERVED,
    "3.4-solve-user": SOLVE_USER,
}
