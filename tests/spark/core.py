"""The core of lesson 5.2 as a script: the tests run it here and on a cluster, unchanged.

The last line that it prints is JSON. Given a folder for checkpoints, it trains for more sweeps and
says "training" when ALS has run a few of its stages, so that a test can disturb the rest. Without
checkpoints Spark would then have to begin anew, by a recipe of all sweeps so far: after many sweeps
it is too long for Java's stack, and whoever works it out dies, too.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import numpy as np

from workshop_pkg import datasets, spark

# After that many stages training has begun for good, and most of it is to come.
STAGES = 12
# Enough people for taste to show, few enough to be quick on one core each.
USERS = 400


def tell_when_training(session: Any) -> None:
    """Print "training" once that many stages of the first job are done."""
    tracker = session.sparkContext.statusTracker()
    began = min(tracker.getActiveJobsIds() or [0])
    while True:
        time.sleep(0.02)
        stages = tracker.getActiveStageIds()
        if stages and max(stages) - began >= STAGES:
            print("training", flush=True)
            return


def trained(session: Any, ratings: Any, iterations: int, **how: Any) -> Any:
    """Train Spark's ALS, and predict the ratings that it has learnt from."""
    from pyspark.ml.recommendation import ALS

    model = ALS(
        rank=8,
        maxIter=iterations,
        regParam=0.1,
        userCol="user_id",
        itemCol="movie_id",
        ratingCol="rating",
        numUserBlocks=2,
        numItemBlocks=2,
        checkpointInterval=3,  # where there is a folder for them
        seed=0,
        **how,
    ).fit(ratings)
    return model.transform(ratings).select("rating", "prediction").toPandas()


def main(*folders: str) -> dict[str, Any]:
    """Train and mine; say what came out, where it ran and how many executors are left."""
    from pyspark.ml.fpm import FPGrowth
    from pyspark.sql import functions

    watched = bool(folders)
    frame = datasets.load_movielens("twin").ratings[["user_id", "movie_id", "rating"]]
    frame = frame[frame["user_id"] <= USERS]
    session = spark.session("the core of lesson 5.2", partitions=2)
    ratings = session.createDataFrame(frame).repartition(2, "user_id").cache()
    ratings.count()
    for folder in folders:
        session.sparkContext.setCheckpointDir(folder)
    executors = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    if watched:
        threading.Thread(target=tell_when_training, args=(session,), daemon=True).start()
    found = trained(session, ratings, 15 if watched else 5)
    print("trained", flush=True)
    error = float(np.sqrt(((found["rating"] - found["prediction"]) ** 2).mean()))
    liked = ratings.where("rating >= 4").groupBy("user_id")
    baskets = liked.agg(functions.collect_set("movie_id").alias("items"))
    mined = FPGrowth(itemsCol="items", minSupport=0.25).fit(baskets).freqItemsets.collect()
    itemsets = sorted([sorted(row["items"]), row["freq"]] for row in mined)
    left = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    said = {
        "master": session.sparkContext.master,
        "rmse": error,
        "itemsets": itemsets,
        "executors": executors,
        "left": left,
    }
    spark.stop(session)
    return said


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
