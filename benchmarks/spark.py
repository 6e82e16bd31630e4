"""When Spark starts to pay: its ALS and FP-Growth beside the package's ALS and mlxtend's FP-Growth.

``python -m benchmarks.spark`` measures MovieLens 100K and 1M (made-up sets of the same size stand
in for what is not here), each way in a process of its own. It needs Java 17 and PySpark.

    python -m benchmarks.spark --generated           # also 5 and 20 million made-up ratings
    python -m benchmarks.spark --curves FILE.html    # and draw the seconds over the ratings
    python -m benchmarks.spark --folder FOLDER       # where made-up sets are kept for the next run
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import run_family, table
from benchmarks.scale import REAL, load, machine, source
from data_scripts import stored
from workshop_pkg import charts, models, spark
from workshop_pkg.preprocessing import encode

GENERATED = ("5m", "20m")
# Factors and cores of each set's runs; all of both on one set, which is enough to compare.
FACTORS = {"100k": (10,), "1m": (10, 40), "5m": (10,), "20m": (10,)}
CORES = {"100k": (2,), "1m": (1, 2), "5m": (2,), "20m": (2,)}
SWEEPS, L2 = 10, 0.1
HELD_OUT = 0.1
LIKED = 4
# So that some hundred sets are frequent in each: the more movies, the fewer people rate the same.
SUPPORT = {"100k": 0.15, "1m": 0.15, "5m": 0.05, "20m": 0.035}
# The heap of Java: what it does not need it fills with what could be thrown away.
HEAP = {"100k": "1g", "1m": "2g", "5m": "4g", "20m": "6g"}
# Cut a shuffle into as many parts as this for each core.
PARTS = 2
RUNS, LONG = 2, 10.0
DIGITS = {"start": 1, "seconds": 2, "peak_gib": 2, "rmse": 4}
Result = dict[str, Any]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run some work a few times, if it is quick; give the quickest time and the last answer."""
    times: list[float] = []
    while len(times) < RUNS and sum(times) < LONG:
        started = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - started)
    return min(times), answer


def parts_of(ratings: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold a tenth of the ratings out, at random."""
    away = np.random.default_rng(0).random(len(ratings)) < HELD_OUT
    return ratings[~away], ratings[away]


def als_here(path: str, n_factors: int) -> Result:
    """Train the package's ALS, everybody penalized alike."""
    started = time.perf_counter()
    ratings = pd.read_parquet(path)
    train, test = parts_of(ratings)
    encoded = encode(ratings[["user_id", "movie_id"]])
    start = time.perf_counter() - started

    def fit() -> models.AlternatingLeastSquares:
        model = models.AlternatingLeastSquares(n_factors, l2=L2, n_sweeps=SWEEPS, verbose=False)
        return model.fit(train, encoded=encoded)

    seconds, model = timed(fit)
    known = test["movie_id"].isin(train["movie_id"]).to_numpy()
    test = test[known]
    errors = model.predict(test["user_id"], test["movie_id"]) - test["rating"].to_numpy()
    rmse = math.sqrt(float(np.mean(errors**2)))
    return {"start": start, "seconds": seconds, "rmse": rmse}


def baskets_here(path: str, support: float) -> Result:
    """Mine the liked movies with mlxtend, after those that are too rare are left out."""
    from mlxtend.frequent_patterns import fpgrowth

    started = time.perf_counter()
    ratings = pd.read_parquet(path)
    liked = ratings.loc[ratings["rating"] >= LIKED, ["user_id", "movie_id"]]
    start = time.perf_counter() - started

    def mine() -> int:
        users, rows = np.unique(liked["user_id"], return_inverse=True)
        counts = liked["movie_id"].value_counts()
        movies = np.sort(counts.index[counts >= support * len(users)])
        often = liked["movie_id"].isin(movies).to_numpy()
        baskets = np.zeros((len(users), len(movies)), dtype=bool)
        columns = np.searchsorted(movies, liked["movie_id"].to_numpy()[often])
        baskets[rows[often], columns] = True
        return len(fpgrowth(pd.DataFrame(baskets), min_support=support - 1e-9))

    seconds, itemsets = timed(mine)
    return {"start": start, "seconds": seconds, "itemsets": itemsets}


def _session(cores: int, heap: str) -> Any:
    return spark.session("benchmarks", f"local[{cores}]", heap, partitions=PARTS * cores)


def als_on_spark(path: str, n_factors: int, cores: int, heap: str) -> Result:
    """Train Spark's ALS, each user and movie penalized by their number of ratings."""
    started = time.perf_counter()
    session = _session(cores, heap)
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import functions

    ratings = session.read.parquet(path).repartition(PARTS * cores).cache()
    ratings.count()
    start = time.perf_counter() - started
    train, test = ratings.randomSplit([1 - HELD_OUT, HELD_OUT], seed=0)
    estimator = ALS(
        rank=n_factors,
        maxIter=SWEEPS,
        regParam=L2,
        userCol="user_id",
        itemCol="movie_id",
        ratingCol="rating",
        coldStartStrategy="drop",
        seed=0,
    ).setNumBlocks(PARTS * cores)

    def fit() -> Any:
        model = estimator.fit(train)
        model.userFactors.count()  # fit alone has not solved for the users for the last time
        return model

    seconds, model = timed(fit)
    squares = (functions.col("prediction") - functions.col("rating")) ** 2
    mean = model.transform(test).agg(functions.mean(squares)).first()[0]
    spark.stop(session)
    return {"start": start, "seconds": seconds, "rmse": math.sqrt(mean)}


def baskets_on_spark(path: str, support: float, cores: int, heap: str) -> Result:
    """Mine the liked movies with Spark, from the rows to the number of itemsets."""
    started = time.perf_counter()
    session = _session(cores, heap)
    from pyspark.ml.fpm import FPGrowth
    from pyspark.sql import functions

    ratings = session.read.parquet(path).where(f"rating >= {LIKED}").cache()
    ratings.count()
    start = time.perf_counter() - started
    miner = FPGrowth(itemsCol="items", minSupport=support - 1e-9, numPartitions=PARTS * cores)

    def mine() -> int:
        items = functions.collect_list("movie_id").alias("items")
        counted: int = miner.fit(ratings.groupBy("user_id").agg(items)).freqItemsets.count()
        return counted

    seconds, itemsets = timed(mine)
    spark.stop(session)
    return {"start": start, "seconds": seconds, "itemsets": itemsets}


def ways(name: str) -> list[dict[str, Any]]:
    """List what is measured on a set: task, by whom, factors or support, cores (0: no Spark)."""
    runs = [("ours", 0), *(("Spark", cores) for cores in CORES[name])]
    found = [
        {"task": "ALS", "by": by, "factors": factors, "support": 0.0, "cores": cores}
        for factors in FACTORS[name]
        for by, cores in runs
    ]
    mining = {"task": "FP-Growth", "factors": 0, "support": SUPPORT[name]}
    names = {"ours": "mlxtend"}
    return found + [mining | {"by": names.get(by, by), "cores": cores} for by, cores in runs]


def measured(way: dict[str, Any], path: str, heap: str) -> Result:
    """Measure one way in this process."""
    if way["task"] == "ALS":
        if way["cores"]:
            return als_on_spark(path, way["factors"], way["cores"], heap)
        return als_here(path, way["factors"])
    if way["cores"]:
        return baskets_on_spark(path, way["support"], way["cores"], heap)
    return baskets_here(path, way["support"])


def in_own_process(way: dict[str, Any], path: Path, heap: str) -> Result:
    """Measure one way in a process of its own; memory is Python's and Java's together."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.spark", "--out", str(out)]
        run = run_family([*command, "--measure", json.dumps(way), str(path), heap])
        found: Result = json.loads(out.read_text(encoding="utf-8"))
    return way | found | {"peak_gib": run.peak_gib}


def report(rows: pd.DataFrame) -> str:
    """Set the table in plain text."""
    cells = [
        (
            row["task"],
            row["by"],
            str(row["cores"] or "-"),
            str(row["factors"] or "-"),
            f"{row['support']:g}" if row["support"] else "-",
            row["data"],
            f"{row['ratings']:,}",
            f"{row['start']:.1f}",
            f"{row['seconds']:.2f}",
            f"{row['peak_gib']:.2f}",
            "-" if math.isnan(row["rmse"]) else f"{row['rmse']:.4f}",
            "-" if math.isnan(row["itemsets"]) else f"{row['itemsets']:,.0f}",
        )
        for row in rows.to_dict("records")
    ]
    return table(
        f"Spark beside one machine: ALS for stars ({SWEEPS} sweeps, lambda {L2:g}; a tenth held "
        "out, for Spark another tenth) and FP-Growth on what people rated "
        f"{LIKED} or more. Seconds to start (Java, the session, the rows in "
        f"memory), and then to train or mine, the quickest of up to {RUNS} runs; peak memory of "
        "Python and Java together, of which Java takes as much as it may (its heap: "
        f"{', '.join(f'{heap} for {name}' for name, heap in HEAP.items())})",
        (
            *(
                "task",
                "by",
                "cores",
                "factors",
                "support",
                "data",
                "ratings",
                "start",
                "seconds",
                "peak GiB",
            ),
            *("RMSE", "itemsets"),
        ),
        cells,
    )


def main(arguments: list[str]) -> None:
    """Measure, print the table, and write it and its curves where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark")
    parser.add_argument("--generated", action="store_true", help="up to 20 million made-up, too")
    parser.add_argument("--folder", type=Path, help="where made-up sets are kept (else nowhere)")
    parser.add_argument("--curves", type=Path, help="a chart to write (.html, .png, .svg)")
    parser.add_argument("--only", nargs="+", choices=FACTORS, metavar="SET", help="some sets")
    parser.add_argument("--out", type=Path, help="a CSV file to write")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.measure:
        way, path, heap = given.measure
        given.out.write_text(json.dumps(measured(json.loads(way), path, heap)), encoding="utf-8")
        return
    if (reason := spark.missing()) is not None:
        sys.exit(reason)
    names = given.only or ([*REAL, *GENERATED] if given.generated else list(REAL))
    with tempfile.TemporaryDirectory() as scratch:
        rows, failed = [], False
        for name in names:
            said, made = source(name, given.folder or Path(scratch))
            ratings = load(name, made)
            path = Path(scratch) / f"{name}.parquet"
            # As MovieLens says them: whole numbers of four bytes, and stars as floats.
            ratings.astype(
                {"user_id": "int32", "movie_id": "int32", "rating": "float32"}
            ).to_parquet(path, index=False, row_group_size=500_000)
            n_ratings = len(ratings)
            del ratings
            for way in ways(name):
                print(f"{said}: {way} ...", file=sys.stderr, flush=True)
                try:
                    found = in_own_process(way, path, HEAP[name])
                except RuntimeError as error:
                    # What was measured so far is shown, not lost.
                    print(error, file=sys.stderr, flush=True)
                    failed = True
                    continue
                rows.append({"data": said, "ratings": n_ratings} | found)
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    board = pd.DataFrame(rows)
    for column in ("rmse", "itemsets"):
        board[column] = board[column].astype(float) if column in board else math.nan
    # Half an hour of measuring is not lost if the rest fails.
    if given.out:
        version = importlib.metadata.version("pyspark")
        made_of = f"Seconds and memory of Spark {version} and of one machine without it, on "
        made_of += "MovieLens and on made-up ratings"
        whole = board.assign(itemsets=board["itemsets"].astype("Int64")).round(DIGITS)
        stored.write(whole, made_of, f"python -m benchmarks.spark on {machine()}", given.out)
        print(f"written to {given.out}")
    print(report(board))
    if given.curves:
        charts.spark_growth(board).save(given.curves)
    if failed:
        sys.exit("Some runs failed (see above).")


if __name__ == "__main__":
    main(sys.argv[1:])
