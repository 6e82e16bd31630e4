"""Answers that the exercise tests try in lesson 3.5: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

PREDICT = """
import numpy as np

def predict_by_hand(model, user, movie):
    known = model.trainset
    mu = known.global_mean
    u, i = known.to_inner_uid(user), known.to_inner_iid(movie)
    stars = {}
    low, high = known.rating_scale
    return np.clip(stars, low, high)
"""
SUM = "mu + model.bu[u] + model.bi[i] + model.qi[i] @ model.pu[u]"
RIGHT_PREDICT = PREDICT.format(SUM)
PRODUCT = "model.qi[i] @ model.pu[u]"
CLIPPED = "np.clip(stars, low, high)"
INNER = "known.to_inner_uid(user), known.to_inner_iid(movie)"


def predicted(value: str) -> str:
    """This in place of the sum."""
    return PREDICT.format(value)


PREDICT_BY_HAND = Cases(
    wrong=[
        ("raw ids as rows", RIGHT_PREDICT.replace(INNER, "user, movie")),
        ("raw ids as rows", RIGHT_PREDICT.replace(INNER, "known.to_inner_uid(user), movie")),
        ("raw ids as rows", RIGHT_PREDICT.replace(INNER, "user, known.to_inner_iid(movie)")),
        ("raw ids as rows", predicted(SUM.replace("bu[u]", "bu[user]"))),
        ("raw ids as rows", predicted(SUM.replace("bi[i]", "bi[movie]"))),
        ("raw ids as rows", predicted(SUM.replace("qi[i]", "qi[movie]"))),
        ("raw ids as rows", predicted(SUM.replace("pu[u]", "pu[user]"))),
        ("raw ids as rows", RIGHT_PREDICT.replace(INNER, "user * 5, movie * 5")),
        (
            "wrong lookup",
            RIGHT_PREDICT.replace(INNER, "known.to_inner_uid(user), known.to_inner_iid(user + 90)"),
        ),
        ("mean forgotten", predicted(SUM.replace("mu + ", ""))),
        (
            "mean forgotten",
            predicted(SUM.replace("mu + ", "")).replace(CLIPPED, "stars"),
        ),
        ("middle of the scale", predicted(SUM.replace("mu", "sum(known.rating_scale) / 2"))),
        ("user's bias forgotten", predicted("mu + model.bi[i] + model.qi[i] @ model.pu[u]")),
        ("movie's bias forgotten", predicted("mu + model.bu[u] + model.qi[i] @ model.pu[u]")),
        ("biases forgotten", predicted("mu + model.qi[i] @ model.pu[u]")),
        ("product forgotten", predicted("mu + model.bu[u] + model.bi[i]")),
        ("product alone", predicted("model.qi[i] @ model.pu[u]")),
        ("wrong bias", predicted(SUM.replace("bu[u]", "bu[i]").replace("bi[i]", "bi[u]"))),
        ("wrong bias", predicted(SUM.replace("bu[u]", "bu[i]"))),
        ("wrong bias", predicted(SUM.replace("bi[i]", "bi[u]"))),
        ("wrong bias", RIGHT_PREDICT.replace("u, i =", "i, u =")),
        ("wrong factors", predicted(SUM.replace("qi[i]", "qi[u]").replace("pu[u]", "pu[i]"))),
        ("not added up", predicted(SUM.replace(" @ ", " * "))),
        (
            "mean in place of sum",
            predicted(SUM.replace(PRODUCT, "(model.qi[i] * model.pu[u]).mean()")),
        ),
        (
            "sums multiplied",
            predicted(SUM.replace(PRODUCT, "model.qi[i].sum() * model.pu[u].sum()")),
        ),
        (
            "factors added",
            predicted(SUM.replace(PRODUCT, "(model.qi[i] + model.pu[u]).sum()")).replace(
                CLIPPED, "stars"
            ),
        ),
        (
            "cosine for dot",
            predicted(SUM + " / (np.linalg.norm(model.qi[i]) * np.linalg.norm(model.pu[u]))"),
        ),
        ("biases subtracted", predicted(SUM.replace("+ model.b", "- model.b"))),
        ("whole stars", predicted(f"np.round({SUM})")),
        ("rounded", predicted(f"round({SUM}, 2)")),
        (
            "limited too early",
            predicted(SUM.replace("mu + ", "")).replace(CLIPPED, f"mu + {CLIPPED}"),
        ),
        ("not clipped", RIGHT_PREDICT.replace(CLIPPED, "stars")),
        ("not clipped", RIGHT_PREDICT.replace(CLIPPED, "min(stars, high)")),
        (
            "not clipped",
            predicted(
                "np.clip(mu + model.bu[u] + model.bi[i], 1, 5) + model.qi[i] @ model.pu[u]"
            ).replace(CLIPPED, "stars"),
        ),
        ("fixed scale", RIGHT_PREDICT.replace(CLIPPED, "np.clip(stars, 1, 5)")),
        (
            "fixed scale",
            RIGHT_PREDICT.replace(CLIPPED, "np.clip(stars, 1, high)"),
        ),
        (
            "asks the model",
            "def predict_by_hand(model, user, movie): return model.predict(user, movie).est",
        ),
        (
            "asks the model",
            predicted("model.estimate(u, i)"),
        ),
        (
            "not one number",
            "def predict_by_hand(model, user, movie): return model.predict(user, movie)",
        ),
        ("not one number", RIGHT_PREDICT.replace("return np.clip", "return user, movie, np.clip")),
        ("not the argument", RIGHT_PREDICT.replace("known = model.trainset", "return 3.5")),
        (
            "not the argument",
            RIGHT_PREDICT.replace(
                "    known = ",
                "    user, movie = test[['user_id', 'movie_id']].iloc[0]\n"
                "    model = svd\n    known = ",
            ),
        ),
        ("fixed", RIGHT_PREDICT.replace(INNER, "known.to_inner_uid(user), 0")),
        ("fixed mean", RIGHT_PREDICT.replace("known.global_mean", "2.9")),
        ("changes the model", RIGHT_PREDICT.replace("    stars", "    model.bu += mu\n    stars")),
        ("nan", predicted("np.log(-1.0)")),
        ("other", predicted(SUM + " + 0.137")),
    ],
    right=[
        """
def predict_by_hand(model, user, movie):
    known = model.trainset
    row, column = known.to_inner_uid(user), known.to_inner_iid(movie)
    stars = known.global_mean + float(model.bu[row]) + float(model.bi[column])
    for mine, its in zip(model.pu[row], model.qi[column]):
        stars += float(mine) * float(its)
    low, high = known.rating_scale
    return min(high, max(low, stars))
""",
        RIGHT_PREDICT.replace(
            "model.qi[i] @ model.pu[u]", "(model.pu[u] * model.qi[i]).sum()"
        ).replace(CLIPPED, "np.array([stars]).clip(low, high)"),
    ],
)

TOP = """
import numpy as np

def top_movies(model, user, n):
    known = model.trainset
    u = known.to_inner_uid(user)
    scores = model.bi + model.qi @ model.pu[u]
    rated = [i for i, _ in known.ur[u]]
    best = [i for i in np.argsort(-scores, kind="stable") if i not in rated]
    return [known.to_raw_iid(i) for i in best[:n]]
"""
SCORES = "model.bi + model.qi @ model.pu[u]"
RAW = "[known.to_raw_iid(i) for i in best[:n]]"
UNRATED = " if i not in rated]"
LIMITED = f"np.clip(known.global_mean + model.bu[u] + {SCORES}, *known.rating_scale)"

TOP_MOVIES = Cases(
    wrong=[
        ("rated movies left in", TOP.replace(UNRATED, "]")),
        ("rated movies left in", TOP.replace(UNRATED, " if known.to_raw_iid(i) not in rated]")),
        (
            "rated movies left in",
            TOP.replace(UNRATED, " if i != rated[0]]"),
        ),
        ("only rated movies", TOP.replace("not in rated", "in rated")),
        ("cut too early", TOP.replace('kind="stable")', 'kind="stable")[:n]')),
        ("ascending", TOP.replace("-scores", "scores")),
        ("ascending", TOP.replace("-scores", "scores").replace(UNRATED, "]")),
        ("inner ids returned", TOP.replace(RAW, "best[:n]")),
        ("scores returned", TOP.replace(RAW, "scores[best[:n]]")),
        ("scores returned", TOP.replace(RAW, "np.sort(scores)[::-1][:n].tolist()")),
        ("raw ids as rows", TOP.replace("known.to_inner_uid(user)", "user")),
        ("raw ids as rows", TOP.replace("pu[u]", "pu[user]")),
        (
            "raw ids as rows",
            TOP.replace("ur[u]", "ur[u * 0 + 900]").replace("model.pu[u]", "model.pu[user * 9]"),
        ),
        ("clipped", TOP.replace(SCORES, LIMITED)),
        (
            "clipped",
            TOP.replace(SCORES, LIMITED).replace(
                'np.argsort(-scores, kind="stable")', 'np.argsort(scores, kind="stable")[::-1]'
            ),
        ),
        (
            "clipped",
            """
def top_movies(model, user, n):
    known = model.trainset
    rated = {i for i, _ in known.ur[known.to_inner_uid(user)]}
    unseen = [known.to_raw_iid(i) for i in known.all_items() if i not in rated]
    return sorted(unseen, key=lambda movie: -model.predict(user, movie).est)[:n]
""",
        ),
        ("movies' biases forgotten", TOP.replace("model.bi + ", "")),
        ("product forgotten", TOP.replace(SCORES, "model.bi")),
        ("n ignored", TOP.replace("best[:n]", "best")),
        ("order", TOP.replace(RAW, f"sorted({RAW})")),
        ("not a list", TOP.replace(RAW, "known.to_raw_iid(best[0])")),
        ("not a list", TOP.replace(RAW, f"set({RAW})")),
        ("not only ids", TOP.replace(RAW, "[(known.to_raw_iid(i), scores[i]) for i in best[:n]]")),
        ("ids as text", TOP.replace(RAW, "[str(known.to_raw_iid(i)) for i in best[:n]]")),
        ("unknown ids", TOP.replace(RAW, "[known.to_raw_iid(i) + 1000 for i in best[:n]]")),
        (
            "rated at the end",
            TOP.replace(
                "    rated", "    scores[[i for i, _ in known.ur[u]]] = -np.inf\n    rated"
            ).replace(UNRATED, "]"),
        ),
        ("short list", TOP.replace("best[:n]", "best[: min(n, 5)]")),
        ("fixed", TOP.replace("known.to_inner_uid(user)", "0")),
        (
            "changes the model",
            TOP.replace(SCORES, "model.bi").replace(
                "    rated", "    scores += model.qi @ model.pu[u]\n    rated"
            ),
        ),
        ("not the argument", "def top_movies(model, user, n): return [25, 90, 19]"),
        ("other", TOP.replace("model.bi +", "model.bi * 3 +")),
    ],
    right=[
        """
def top_movies(model, user, n):
    known = model.trainset
    rated = {i for i, _ in known.ur[known.to_inner_uid(user)]}
    unseen = [known.to_raw_iid(i) for i in known.all_items() if i not in rated]
    return sorted(unseen, key=lambda movie: -model.predict(user, movie, clip=False).est)[:n]
""",
        """
import numpy as np
import pandas as pd

def top_movies(model, user, n):
    known = model.trainset
    u = known.to_inner_uid(user)
    sums = known.global_mean + model.bu[u] + model.bi + model.pu[u] @ model.qi.T
    by_movie = pd.Series(sums, index=[known.to_raw_iid(i) for i in range(known.n_items)])
    rated = [known.to_raw_iid(i) for i, _ in known.ur[u]]
    return by_movie.drop(rated).nlargest(n).index
""",
        TOP.replace(
            "    rated", "    scores[[i for i, _ in known.ur[u]]] = -np.inf\n    rated"
        ).replace(UNRATED, " if scores[i] > -np.inf]"),
    ],
)

NEAR = """
import numpy as np

def similar_movies(model, movie, n):
    row = model.trainset.to_inner_iid(movie)
    cosines = model.qi @ model.qi[row] / np.linalg.norm(model.qi, axis=1)
    order = [i for i in np.argsort(-cosines.round(9), kind="stable") if i != row]
    return [model.trainset.to_raw_iid(i) for i in order[:n]]
"""
COSINES = "model.qi @ model.qi[row] / np.linalg.norm(model.qi, axis=1)"
NEAR_RAW = "[model.trainset.to_raw_iid(i) for i in order[:n]]"

SIMILAR_MOVIES = Cases(
    wrong=[
        ("the movie itself", NEAR.replace(" if i != row]", "]")),
        ("the movie itself", NEAR.replace(" if i != row]", " if i != movie]")),
        ("first dropped", NEAR.replace(" if i != row]", "][1:]")),
        ("cut too early", NEAR.replace('kind="stable")', 'kind="stable")[:n]')),
        ("dot in place of cosine", NEAR.replace(COSINES, "model.qi @ model.qi[row]")),
        (
            "dot in place of cosine",
            NEAR.replace(COSINES, "model.qi @ model.qi[row] / np.linalg.norm(model.qi)"),
        ),
        (
            "dot in place of cosine",
            NEAR.replace(COSINES, "model.qi @ model.qi[row]").replace(" if i != row]", "]"),
        ),
        (
            "distance in place of cosine",
            NEAR.replace(COSINES, "-np.linalg.norm(model.qi - model.qi[row], axis=1)"),
        ),
        (
            "wrong axis",
            NEAR.replace(
                COSINES,
                "(model.qi / np.linalg.norm(model.qi, axis=0)) @ model.qi[row]",
            ),
        ),
        ("user factors", NEAR.replace("model.qi[row]", "model.pu[row]")),
        ("raw ids as rows", NEAR.replace("model.trainset.to_inner_iid(movie)", "movie")),
        ("raw ids as rows", NEAR.replace("model.qi[row]", "model.qi[movie]")),
        ("raw ids as rows", NEAR.replace("model.qi[row]", "model.qi[movie * 30]")),
        ("wrong lookup", NEAR.replace("to_inner_iid", "to_inner_uid")),
        ("ascending", NEAR.replace("-cosines", "cosines")),
        (
            "ascending",
            NEAR.replace(COSINES, f"1 - {COSINES} / np.linalg.norm(model.qi[row])"),
        ),
        ("sign lost", NEAR.replace(COSINES, f"np.abs({COSINES})")),
        (
            "mean subtracted",
            NEAR.replace(COSINES, "np.corrcoef(model.qi)[row]"),
        ),
        (
            "bias added",
            NEAR.replace(COSINES, f"model.bi + {COSINES} / np.linalg.norm(model.qi[row])"),
        ),
        ("inner ids returned", NEAR.replace(NEAR_RAW, "order[:n]")),
        ("scores returned", NEAR.replace(NEAR_RAW, "cosines[order[:n]]")),
        ("unknown ids", NEAR.replace(NEAR_RAW, "[i + 500 for i in order[:n]]")),
        ("n ignored", NEAR.replace("order[:n]", "order")),
        ("order", NEAR.replace(NEAR_RAW, f"sorted({NEAR_RAW})")),
        ("short list", NEAR.replace("order[:n]", "order[: min(n, 5)]")),
        ("not a list", NEAR.replace(NEAR_RAW, "model.trainset.to_raw_iid(order[0])")),
        ("fixed", NEAR.replace("model.trainset.to_inner_iid(movie)", "5")),
        (
            "changes the model",
            NEAR.replace("    cosines", "    model.qi /= 2\n    cosines"),
        ),
        ("not the argument", "def similar_movies(model, movie, n): return [25, 68, 52, 71]"),
        ("other", NEAR.replace("order[:n]", "order[2 : n + 2]")),
    ],
    right=[
        """
from workshop_pkg import recommend

def similar_movies(model, movie, n):
    known = model.trainset
    rows = recommend.nearest(model.qi, known.to_inner_iid(movie), n, "cosine")
    return [known.to_raw_iid(row) for row in rows]
""",
        """
import numpy as np
import pandas as pd

def similar_movies(model, movie, n):
    lengths = np.sqrt((model.qi**2).sum(axis=1, keepdims=True))
    unit = model.qi / lengths
    ids = [model.trainset.to_raw_iid(i) for i in range(model.trainset.n_items)]
    table = pd.DataFrame(unit @ unit.T, index=ids, columns=ids)
    return table[movie].drop(movie).nlargest(n).index
""",
    ],
)

CASES = {
    "3.5-predict": PREDICT_BY_HAND,
    "3.5-top-n": TOP_MOVIES,
    "3.5-neighbors": SIMILAR_MOVIES,
}
