"""Answers that the exercise tests try in lesson 1.2: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

MOST_RATED = """
def most_rated(ratings, movies, n=10):
    stats = ratings.groupby("movie_id")["rating"].agg(["count", "mean", "sum"])
    stats = stats.join(movies.set_index("movie_id")["title"])
    return {result}
"""
ELSEWHERE = """
def most_rated(ratings, movies, n=10):
    stats = {ratings}.groupby("movie_id")["rating"].agg(["count", "mean"]).nlargest(n, "count")
    return stats.join({movies}.set_index("movie_id")["title"])
"""
MOST_RATED_CASES = Cases(
    wrong=[
        ("ascending", MOST_RATED.format(result='stats.sort_values("count").head(n)')),
        ("by mean", MOST_RATED.format(result='stats.nlargest(n, "mean")')),
        ("by sum", MOST_RATED.format(result='stats.nlargest(n, "sum")')),
        ("not n", MOST_RATED.format(result='stats.sort_values("count", ascending=False)')),
        ("not sorted", MOST_RATED.format(result="stats.head(n)")),
        ("order", MOST_RATED.format(result='stats.nlargest(n, "count").sort_index()')),
        ("ids", MOST_RATED.format(result='stats.nlargest(n, "count").index')),
        ("ids", MOST_RATED.format(result='stats["count"].nlargest(n)')),
        (
            "missing column",
            MOST_RATED.format(result='stats.nlargest(n, "count")[["title", "count"]]'),
        ),
        (
            "wrong numbers",
            MOST_RATED.format(
                result='stats.nlargest(n, "count").assign(mean=stats["mean"].mean())'
            ),
        ),
        ("missing column", MOST_RATED.format(result='stats.nlargest(n, "count")["title"]')),
        (
            "missing column",
            """
def most_rated(ratings, movies, n=10):
    titles = dict(zip(movies["movie_id"], movies["title"]))
    return [titles[movie] for movie in ratings["movie_id"].value_counts().index[:n]]
""",
        ),
        (
            "missing column",
            """
def most_rated(ratings, movies, n=10):
    joined = ratings.merge(movies, on="movie_id")
    return joined["title"].value_counts().head(n)
""",
        ),
        ("no titles", MOST_RATED.format(result="n")),
        ("not the argument", ELSEWHERE.format(ratings="data.ratings", movies="data.movies")),
        ("not the argument", ELSEWHERE.format(ratings="data.ratings", movies="movies")),
        ("not the argument", ELSEWHERE.format(ratings="ratings", movies="data.movies")),
        (
            "not the argument",
            """
def most_rated(ratings, movies, n=10):
    joined = data.ratings.merge(data.movies, on="movie_id")
    return joined["title"].value_counts().index[:n].tolist()
""",
        ),
        ("other", MOST_RATED.format(result='stats.nlargest(n + 1, "count").tail(n)')),
    ],
    right=[
        MOST_RATED.format(
            result='stats.sort_values("count").tail(n)[::-1].set_index("title")[["mean", "count"]]'
        ),
        """
def most_rated(ratings, movies, n=10):
    stars = ratings.merge(movies, on="movie_id").groupby("title")["rating"]
    return stars.describe().nlargest(n, "count").round(2).reset_index()
""",
    ],
)

BEST = """
def best_movies(ratings, movies, floor=20, n=10):
    stats = ratings.groupby("movie_id")["rating"].agg(["count", "mean"])
    stats = stats.join(movies.set_index("movie_id")["title"])
    return {result}
"""
BEST_CASES = Cases(
    wrong=[
        ("no floor", BEST.format(result='stats.nlargest(n, "mean")')),
        (
            "floor after the top",
            BEST.format(result='stats.nlargest(n, "mean").query("count > @floor")'),
        ),
        ("at least", BEST.format(result='stats[stats["count"] >= floor].nlargest(n, "mean")')),
        ("ascending", BEST.format(result='stats[stats["count"] > floor].nsmallest(n, "mean")')),
        ("by count", BEST.format(result='stats[stats["count"] > floor].nlargest(n, "count")')),
        (
            "below the floor",
            BEST.format(result='stats[stats["count"] < floor].nlargest(n, "mean")'),
        ),
        (
            "not n",
            BEST.format(
                result='stats[stats["count"] > floor].sort_values("mean", ascending=False)'
            ),
        ),
        (
            "order",
            BEST.format(
                result='stats[stats["count"] > floor].nlargest(n, "mean").sort_values("title")'
            ),
        ),
        ("other", BEST.format(result='stats[stats["count"] > 5].nlargest(n, "mean")')),
        ("other", BEST.format(result='stats[stats["count"] > 100].nlargest(n, "mean")')),
        (
            "missing column",
            BEST.format(
                result='stats.query("count > @floor").sort_values("mean").title.tolist()[::-1][:n]'
            ),
        ),
        (
            "not the argument",
            BEST.format(result='per_movie.query("count > @floor").nlargest(n, "mean")'),
        ),
    ],
    right=[
        BEST.format(result='stats.query("count > @floor").sort_values("mean")[::-1][:n]'),
        """
def best_movies(ratings, movies, floor=20, n=10):
    joined = ratings.merge(movies, on="movie_id")
    busy = joined.groupby("title").filter(lambda rows: len(rows) > floor)
    stars = busy.groupby("title")["rating"].agg(["count", "mean"])
    return stars.round(2).nlargest(n, "mean").reset_index()
""",
    ],
)


def _bayesian(expression: str) -> str:
    return f"def bayesian_average(count, mean, prior_mean, weight):\n    return {expression}\n"


BAYESIAN_CASES = Cases(
    wrong=[
        ("no prior", _bayesian("mean")),
        ("unweighted", _bayesian("(mean + prior_mean) / 2")),
        (
            "swapped weights",
            _bayesian("(count * prior_mean + weight * mean) / (count + weight)"),
        ),
        ("mean for sum", _bayesian("(weight * prior_mean + mean) / (weight + count)")),
        ("prior for sum", _bayesian("(prior_mean + count * mean) / (weight + count)")),
        ("divided by count", _bayesian("(weight * prior_mean + count * mean) / count")),
        ("sum", _bayesian("weight * prior_mean + count * mean")),
        ("parentheses", _bayesian("weight * prior_mean + count * mean / (weight + count)")),
        (
            "wrong shape",
            _bayesian("((weight * prior_mean + count * mean) / (weight + count)).mean()"),
        ),
        (
            "not the argument",
            _bayesian("(weight * prior_mean + count * per_movie['mean']) / (weight + count)"),
        ),
        ("other", _bayesian("(weight * prior_mean + count * mean) / (weight + count + 1)")),
    ],
    right=[
        _bayesian("prior_mean + count / (count + weight) * (mean - prior_mean)"),
        _bayesian(
            "[round((weight * prior_mean + c * m) / (weight + c), 2) for c, m in zip(count, mean)]"
        ),
    ],
)

TOP_SHARE = """
def top_share(ratings, movies, share=0.1):
    counts = ratings["movie_id"].value_counts()
    return {result}
"""
HEAD = "math.ceil(share * len(movies))"
TOP_SHARE_CASES = Cases(
    wrong=[
        ("percent", TOP_SHARE.format(result=f"100 * counts.head({HEAD}).sum() / len(ratings)")),
        ("count", TOP_SHARE.format(result=f"counts.head({HEAD}).sum()")),
        (
            "unrated",
            TOP_SHARE.format(
                result="counts.head(math.ceil(share * len(counts))).mean() * "
                "math.ceil(share * len(counts)) / len(ratings)"
            ),
        ),
        (
            "rounded down",
            TOP_SHARE.format(result="counts.head(int(share * len(movies))).sum() / len(ratings)"),
        ),
        (
            "ratings for movies",
            TOP_SHARE.format(result="counts.head(int(share * len(ratings))).sum() / len(ratings)"),
        ),
        ("tail", TOP_SHARE.format(result=f"1 - counts.head({HEAD}).sum() / len(ratings)")),
        ("ascending", TOP_SHARE.format(result=f"counts.tail({HEAD}).sum() / len(ratings)")),
        (
            "not sorted",
            TOP_SHARE.format(result=f"counts.sort_index().head({HEAD}).sum() / len(ratings)"),
        ),
        (
            "users",
            TOP_SHARE.format(
                result='ratings["user_id"].value_counts().head('
                'math.ceil(share * ratings["user_id"].nunique())).sum() / len(ratings)'
            ),
        ),
        ("single movie", TOP_SHARE.format(result="counts.max() / counts.sum()")),
        (
            "share ignored",
            TOP_SHARE.format(result="counts.head(2).sum() / len(ratings)"),
        ),
        (
            "rounded down",
            TOP_SHARE.format(result="counts.head(round(share * len(movies))).sum() / len(ratings)"),
        ),
        ("not the argument", TOP_SHARE.format(result="0.1")),
        (
            "not the argument",
            """
def top_share(ratings, movies, share=0.1):
    n = math.ceil(share * len(data.movies))
    return data.ratings["movie_id"].value_counts().head(n).sum() / len(data.ratings)
""",
        ),
        (
            "other",
            TOP_SHARE.format(result=f"counts.head({HEAD} + 1).sum() / len(ratings)"),
        ),
    ],
    right=[
        """
def top_share(ratings, movies, share=0.1):
    counts = [int((ratings["movie_id"] == movie).sum()) for movie in movies["movie_id"]]
    head = -int(-share * len(movies) // 1)
    return sum(sorted(counts, reverse=True)[:head]) / sum(counts)
""",
        TOP_SHARE.format(
            result=f"counts.reindex(movies['movie_id']).fillna(0).nlargest({HEAD}).sum() "
            "/ counts.sum()"
        ),
    ],
)

CASES = {
    "1.2-most-rated": MOST_RATED_CASES,
    "1.2-best": BEST_CASES,
    "1.2-bayesian": BAYESIAN_CASES,
    "1.2-top-share": TOP_SHARE_CASES,
}
