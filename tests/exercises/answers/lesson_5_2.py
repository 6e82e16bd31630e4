"""Answers that the exercise tests try in lesson 5.2: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

BEST = """
def best_on_spark(ratings, floor):
    counted = ratings.groupBy("movie_id").agg(
        F.count("*").alias("ratings"), F.mean("rating").alias("mean")
    )
    kept = counted.where(F.col("ratings") >= floor)
    return kept.orderBy(F.desc("mean"), F.desc("ratings"), "movie_id")
"""

FRAME = Cases(
    wrong=[
        ("above the floor", BEST.replace(">= floor", "> floor")),
        ("no floor", BEST.replace('.where(F.col("ratings") >= floor)', "")),
        (
            "stars filtered",
            BEST.replace('.where(F.col("ratings") >= floor)', "").replace(
                "ratings.groupBy", 'ratings.where(F.col("rating") >= floor).groupBy'
            ),
        ),
        ("mean against the floor", BEST.replace('F.col("ratings") >=', 'F.col("mean") >=')),
        ("upward", BEST.replace('F.desc("mean"), F.desc("ratings")', '"mean", "ratings"')),
        (
            "count first",
            BEST.replace('F.desc("mean"), F.desc("ratings")', 'F.desc("ratings"), F.desc("mean")'),
        ),
        ("fewer ratings first", BEST.replace('F.desc("ratings")', '"ratings"')),
        ("higher id first", BEST.replace(', "movie_id")', ', F.desc("movie_id"))')),
        ("sum", BEST.replace("F.mean", "F.sum")),
        ("median", BEST.replace("F.mean", "F.median")),
        ("order", BEST.replace('F.desc("mean"), F.desc("ratings"), ', "")),
        ("columns", BEST.replace('.alias("ratings")', "").replace('"ratings"', '"count(1)"')),
        ("brought here", BEST.rstrip() + ".toPandas()\n"),
        ("brought here", BEST.rstrip() + ".collect()\n"),
        ("no result", BEST.rstrip() + ".show()\n"),
        ("not a Spark frame", "def best_on_spark(ratings, floor):\n    return 3\n"),
        (
            "pandas api",
            "def best_on_spark(ratings, floor):\n"
            "    return best_by_mean(ratings.pandas_api(), floor)\n",
        ),
        (
            "no aggregate",
            'def best_on_spark(ratings, floor):\n    return ratings.groupBy("movie_id")\n',
        ),
        (
            "not the argument",
            BEST.replace(">= floor", ">= 3"),
        ),
        ("error", BEST.replace('F.mean("rating")', 'F.mean("stars")')),
        ("error", BEST.replace('F.mean("rating")', 'F.raise_error(F.lit("oh"))')),
        ("other", BEST.rstrip() + ".limit(2)\n"),
        ("arguments", BEST.replace("(ratings, floor)", "(ratings)")),
    ],
    right=[
        """
def best_on_spark(ratings, floor):
    ratings.createOrReplaceTempView("the_ratings")
    return session.sql(
        "SELECT AVG(rating) AS mean, movie_id, COUNT(rating) AS ratings FROM the_ratings "
        f"GROUP BY movie_id HAVING ratings >= {floor} ORDER BY mean DESC, ratings DESC, movie_id"
    )
""",
        """
def best_on_spark(ratings, floor):
    table = ratings.groupBy("movie_id").agg({"rating": "mean", "user_id": "count"})
    table = table.withColumnRenamed("avg(rating)", "mean")
    table = table.withColumnRenamed("count(user_id)", "ratings").filter(f"ratings >= {floor}")
    return table.sort(["mean", "ratings", "movie_id"], ascending=[False, False, True])
""",
    ],
)

ALS = """
def als_for(task, n_factors, l2, n_sweeps, weight=2.0):
    return ALS(
        userCol="user_id",
        itemCol="movie_id",
        ratingCol="rating" if task == "stars" else "chosen",
        rank=n_factors,
        maxIter=n_sweeps,
        regParam=l2,
        implicitPrefs=task == "choices",
        alpha=weight - 1,
        coldStartStrategy="drop",
        seed=0,
    )
"""
STARS_OR_CHOICES = '"rating" if task == "stars" else "chosen"'

PARAMETERS = Cases(
    wrong=[
        ("columns", ALS.replace('userCol="user_id",', "")),
        ("columns", ALS.replace('itemCol="movie_id",', "")),
        (
            "columns swapped",
            ALS.replace("userCol", "x").replace("itemCol", "userCol").replace("x=", "itemCol="),
        ),
        ("stars as strength", ALS.replace(STARS_OR_CHOICES, '"rating"')),
        ("rating column", ALS.replace(STARS_OR_CHOICES, '"chosen"')),
        (
            "rank and sweeps swapped",
            ALS.replace("=n_factors", "=x")
            .replace("=n_sweeps", "=n_factors")
            .replace("=x", "=n_sweeps"),
        ),
        ("rank", ALS.replace("rank=n_factors,", "")),
        ("maxIter", ALS.replace("maxIter=n_sweeps,", "")),
        ("regParam", ALS.replace("regParam=l2,", "")),
        ("regParam", ALS.replace("regParam=l2,", "regParam=l2 * 100,")),
        ("stars as choices", ALS.replace('task == "choices",', "True,")),
        ("choices as stars", ALS.replace('implicitPrefs=task == "choices",', "")),
        ("alpha is the weight", ALS.replace("weight - 1", "weight")),
        ("alpha missing", ALS.replace("alpha=weight - 1,", "")),
        ("alpha", ALS.replace("weight - 1", "weight + 1")),
        ("nan kept", ALS.replace('coldStartStrategy="drop",', "")),
        ("seed", ALS.replace("seed=0,", "")),
        ("nonnegative", ALS.replace("seed=0,", "seed=0, nonnegative=True,")),
        ("a dictionary", ALS.replace("ALS(", "dict(")),
        ("not an ALS", ALS.split("    return")[0] + "    return 3\n"),
    ],
    right=[
        """
def als_for(task, n_factors, l2, n_sweeps, weight=2.0):
    als = ALS(rank=n_factors, regParam=l2, maxIter=n_sweeps, seed=0)
    als = als.setUserCol("user_id").setItemCol("movie_id").setColdStartStrategy("drop")
    if task == "stars":
        return als.setRatingCol("rating")
    return als.setRatingCol("chosen").setImplicitPrefs(True).setAlpha(weight - 1)
""",
    ],
)


def counted(what: str) -> str:
    return f"import re\n\ndef shuffles(plan):\n    return {what}\n"


EACH = " for line in plan.splitlines())"
PLAN = Cases(
    wrong=[
        ("word counted", counted('plan.count("Exchange")')),
        ("lines with the word", counted('sum("Exchange" in line' + EACH)),
        ("not the operator", counted('len(re.findall(r"\\bExchange\\b", plan))')),
        ("not the operator", counted('sum("Exchange" in line.split()' + EACH)),
        (
            "broadcast or reuse counted",
            counted('sum(bool(re.match(r"[ +*:\\d()-]*\\w*Exchange\\b", line))' + EACH),
        ),
        (
            "broadcast counted",
            counted('sum(bool(re.match(r"[ +*:-]*(Broadcast)?Exchange\\b", line))' + EACH),
        ),
        ("by hash only", counted('len(re.findall(r"- Exchange hash", plan))')),
        ("by hash only", counted('plan.count("hashpartitioning")')),
        ("single partition missed", counted('len(re.findall(r"- Exchange \\w+part", plan))')),
        ("marks of the tree", counted('sum(line.lstrip(" +-").startswith("Exchange")' + EACH)),
        ("none found", counted('sum(line.startswith("Exchange")' + EACH)),
        ("whether", counted('any(re.match(r"[ +:-]*Exchange\\b", line)' + EACH)),
        ("marks of the tree", counted('plan.count("HashAggregate")')),
        ("a list", counted('[line for line in plan.splitlines() if "- Exchange" in line]')),
        ("no number", counted('"two"')),
        (
            "each line once",
            counted('len({line for line in plan.splitlines() if "- Exchange" in line})'),
        ),
        ("other", counted("1")),
    ],
    right=[
        counted('plan.count("- Exchange ")'),
        counted('sum(line.lstrip(" :+-").startswith("Exchange ")' + EACH),
        counted('len(re.findall(r"^[^A-Za-z]*Exchange\\b", plan, re.MULTILINE))'),
    ],
)

CASES = {
    "5.2-spark-frame": FRAME,
    "5.2-als-parameters": PARAMETERS,
    "5.2-plan": PLAN,
}
