"""Answers that the exercise tests try in lesson 2.2: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

ROUND = """
import numpy as np

def assign_and_update(points, centers):
    gaps = points[:, None, :] - centers[None, :, :]
    distances = {distances}
    labels = {labels}
    moved = {start}
    for k in range(len(centers)):
        if {condition}:
            moved[k] = {center}
    return {result}
"""
ROUND_PARTS = {
    "distances": "(gaps**2).sum(axis=2)",
    "labels": "distances.argmin(axis=1)",
    "start": "centers.copy()",
    "condition": "(labels == k).any()",
    "center": "points[labels == k].mean(axis=0)",
    "result": "labels, moved",
}


def one_round(**changed: str) -> str:
    """Give the right answer with some of its parts changed."""
    return ROUND.format(**(ROUND_PARTS | changed))


ASSIGN_AND_UPDATE = Cases(
    wrong=[
        ("farthest", one_round(labels="distances.argmax(axis=1)")),
        ("wrong axis", one_round(labels="distances.argmin(axis=0)")),
        ("wrong axis", one_round(distances="(gaps**2).sum(axis=1)")),
        ("absolute differences", one_round(distances="np.abs(gaps).sum(axis=2)")),
        ("largest difference", one_round(distances="np.abs(gaps).max(axis=2)")),
        ("distances in place of labels", one_round(result="distances.min(axis=1), moved")),
        (
            "distances in place of labels",
            one_round(result="np.sqrt(distances).min(axis=1), moved"),
        ),
        ("not whole", one_round(result="labels + 0.5, moved")),
        (
            "many rounds",
            """
import numpy as np

def assign_and_update(points, centers):
    for _ in range(50):
        labels = ((points[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        centers = np.array([points[labels == k].mean(axis=0) for k in range(len(centers))])
    return labels, centers
""",
        ),
        ("not squared", one_round(distances="gaps.sum(axis=2)")),
        ("mean of all points", one_round(center="points.mean(axis=0)")),
        ("one mean for all features", one_round(center="points[labels == k].mean()")),
        ("median", one_round(center="np.median(points[labels == k], axis=0)")),
        ("sum", one_round(center="points[labels == k].sum(axis=0)")),
        ("no update", one_round(result="labels, centers")),
        ("swapped", one_round(result="moved, labels")),
        ("not two arrays", one_round(result="labels")),
        ("counted from 1", one_round(result="labels + 1, moved")),
        ("empty cluster is NaN", one_round(condition="True")),
        ("empty cluster", one_round(start="np.zeros(centers.shape)")),
        (
            "assigned after the update",
            one_round(
                result="((points[:, None] - moved[None]) ** 2).sum(axis=2).argmin(axis=1), moved"
            ),
        ),
        (
            "not the argument",
            one_round().replace("    gaps =", "    points = np.ones((30, 2))\n    gaps ="),
        ),
        (
            "not the argument",
            one_round().replace("    gaps =", "    centers = np.ones((3, 2))\n    gaps ="),
        ),
        (
            "changes its argument",
            one_round(start="centers"),
        ),
    ],
    right=[
        """
import numpy as np

def assign_and_update(points, centers):
    labels = []
    for point in points:
        distances = [np.linalg.norm(point - center) for center in centers]
        labels.append(int(np.argmin(distances)))
    moved = []
    for k, center in enumerate(centers):
        own = [point for point, label in zip(points, labels) if label == k]
        moved.append(sum(own) / len(own) if own else center)
    return labels, moved
""",
        """
import pandas as pd
from scipy.spatial.distance import cdist

def assign_and_update(points, centers):
    labels = cdist(points, centers).argmin(axis=1)
    means = pd.DataFrame(points).groupby(labels).mean().reindex(range(len(centers)))
    return labels, means.fillna(pd.DataFrame(centers)).to_numpy()
""",
    ],
)

CHOICE = """
import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, silhouette_samples, silhouette_score

def best_k(features, candidates):
    raw = features
    scaled = (features - features.mean()) / features.std(ddof=0)
    scores = {{}}
    for k in {candidates}:
        if {condition}:
            model = KMeans(n_clusters=k, n_init=10, random_state=0).fit({fitted})
            scores[k] = {score}
    return {result}
"""
CHOICE_PARTS = {
    "candidates": "candidates",
    "condition": "k > 1",
    "fitted": "scaled",
    "score": "silhouette_score(scaled, model.labels_)",
    "result": "max(scores, key=scores.get)",
}


def choice(**changed: str) -> str:
    """Give the right answer with some of its parts changed."""
    return CHOICE.format(**(CHOICE_PARTS | changed))


def scaled_by(formula: str) -> str:
    """Give the right answer with another way to scale."""
    return choice().replace(STANDARDIZED, formula)


STANDARDIZED = "(features - features.mean()) / features.std(ddof=0)"
ELBOW = """
from sklearn.cluster import KMeans

def best_k(features, candidates):
    scaled = (features - features.mean()) / features.std(ddof=0)
    inertia = [KMeans(k, n_init=10, random_state=0).fit(scaled).inertia_ for k in candidates]
    drops = [before - after for before, after in zip(inertia, inertia[1:])]
    return candidates[drops.index(max(drops)) + 1]
"""

CHOOSE_K = Cases(
    wrong=[
        ("unscaled", choice(fitted="raw", score="silhouette_score(raw, model.labels_)")),
        ("scaled for one only", choice(fitted="raw")),
        ("scaled for one only", choice(score="silhouette_score(raw, model.labels_)")),
        (
            "scaled by user",
            scaled_by(
                "features.sub(features.mean(axis=1), axis=0).div(features.std(axis=1), axis=0)"
            ),
        ),
        ("scaled by user", scaled_by("features.div(features.sum(axis=1), axis=0)")),
        ("divided by the mean", scaled_by("features / features.mean()")),
        ("divided by the variance", scaled_by("(features - features.mean()) / features.var()")),
        ("logarithm", scaled_by("np.log1p(features)")),
        (
            "column dropped",
            choice().replace(
                "raw = features", "raw = features = features.drop(columns=features.mean().idxmax())"
            ),
        ),
        ("smallest of the users", choice(score="silhouette_samples(scaled, model.labels_).min()")),
        ("another score", choice(score="calinski_harabasz_score(scaled, model.labels_)")),
        ("largest drop of the inertia", ELBOW),
        ("smallest inertia", choice(score="-model.inertia_")),
        ("smallest silhouette", choice(result="min(scores, key=scores.get)")),
        ("scores one group", choice(condition="True")),
        ("score in place of k", choice(result="max(scores.values())")),
        ("place in the list", choice(result="int(np.argmax(list(scores.values())))")),
        ("not a candidate", choice(result="scores")),
        ("not a candidate", choice(candidates="range(2, 30)", score="-model.inertia_")),
        ("not the argument", choice(result="2")),
        ("smallest inertia", choice(result="6")),
        ("not the argument", choice().replace("raw = features", "raw = features = choices")),
        ("not a candidate", choice(candidates="range(2, 7)")),
    ],
    right=[
        """
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_samples
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

def best_k(features, candidates):
    scaled = MinMaxScaler().fit_transform(features)
    best, best_score = None, -1
    for k in sorted(candidates):
        if k == 1:
            continue
        labels = KMeans(k, n_init=5).fit_predict(scaled)
        score = silhouette_samples(scaled, labels).mean()
        if score > best_score:
            best, best_score = k, score
    return best
""",
    ],
)

RECOMMENDATION = """
def recommend_for_cluster(train, labels, user_id, n):
    members = labels.index[labels == labels[user_id]]
    rows = train[{rows}]
    seen = train.loc[train["user_id"] == user_id, "movie_id"]
    rows = rows[{unseen}]
    order = {order}
    return {result}
"""
RECOMMENDATION_PARTS = {
    "rows": 'train["user_id"].isin(members)',
    "unseen": '~rows["movie_id"].isin(seen)',
    "order": 'rows["movie_id"].value_counts()',
    "result": "order.index[:n].tolist()",
}


def recommendation(**changed: str) -> str:
    """Give the right answer with some of its parts changed."""
    return RECOMMENDATION.format(**(RECOMMENDATION_PARTS | changed))


BY_STARS = 'rows.groupby("movie_id")["rating"].{}().sort_values(ascending=False)'

RECOMMEND_FOR_CLUSTER = Cases(
    wrong=[
        ("global popularity", recommendation(rows='train["user_id"] > 0')),
        ("another group", recommendation(rows='~train["user_id"].isin(members)')),
        ("seen movies left in", recommendation(unseen='rows["rating"] > 0')),
        ("mean rating", recommendation(order=BY_STARS.format("mean"))),
        (
            "mean rating",
            recommendation(order=BY_STARS.format("mean"), rows='train["user_id"] > 0'),
        ),
        ("sum of stars", recommendation(order=BY_STARS.format("sum"))),
        ("ascending", recommendation(order='rows["movie_id"].value_counts(ascending=True)')),
        ("unsorted", recommendation(order='rows.groupby("movie_id").size()')),
        (
            "cut before dropping",
            recommendation(
                unseen="rows['rating'] > 0",
                result="[movie for movie in order.index[:n] if movie not in set(seen)]",
            ),
        ),
        (
            "likes only",
            recommendation(rows='train["user_id"].isin(members) & (train["rating"] >= 4)'),
        ),
        (
            "counted over all",
            recommendation(
                order='train.loc[train["movie_id"].isin(rows["movie_id"]), "movie_id"]'
                ".value_counts()"
            ),
        ),
        (
            "group's movies dropped",
            recommendation(
                rows='train["user_id"] > 0',
                unseen='~rows["movie_id"].isin(train[train["user_id"].isin(members)]["movie_id"])',
            ),
        ),
        (
            "empty list",
            recommendation(unseen='~rows["movie_id"].isin(rows["movie_id"])'),
        ),
        ("ascending", recommendation(result="order.index[:n].tolist()[::-1]")),
        ("n ignored", recommendation(result="order.index.tolist()")),
        ("counts in place of ids", recommendation(result="order.head(n)")),
        ("not a list of ids", recommendation(result="order.head(n).reset_index()")),
        ("not a list of ids", recommendation(result="order.index[0]")),
        ("empty list", recommendation(rows='train["user_id"].isin(labels[labels == user_id])')),
        (
            "not the argument",
            """
def recommend_for_cluster(train, labels, user_id, n):
    return test["movie_id"].value_counts().index[:n].tolist()
""",
        ),
        (
            "not the argument",
            recommendation().replace("    members", "    labels = groups.labels\n    members"),
        ),
        (
            "fixed user",
            recommendation().replace(
                "    members", "    user_id = train['user_id'].min()\n    members"
            ),
        ),
    ],
    right=[
        """
from collections import Counter

def recommend_for_cluster(train, labels, user_id, n):
    rows = list(zip(train["user_id"], train["movie_id"]))
    seen = {movie for user, movie in rows if user == user_id}
    counts = Counter(
        movie for user, movie in rows if labels[user] == labels[user_id] and movie not in seen
    )
    return [movie for movie, _ in counts.most_common(n)]
""",
        """
def recommend_for_cluster(train, labels, user_id, n):
    table = train.pivot_table(index="user_id", columns="movie_id", values="rating", aggfunc="size")
    own = table.loc[labels[labels == labels[user_id]].index].sum()
    return own[table.loc[user_id].isna()].nlargest(n).index
""",
    ],
)

CASES = {
    "2.2-assign-and-update": ASSIGN_AND_UPDATE,
    "2.2-choose-k": CHOOSE_K,
    "2.2-recommend-for-cluster": RECOMMEND_FOR_CLUSTER,
}
