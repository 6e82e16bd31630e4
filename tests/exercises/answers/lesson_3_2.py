"""Answers that the exercise tests try in lesson 3.2: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

STEP = """
import numpy as np

def gradient_step(user_table, movie_table, users, movies, stars, rate):
    of_users, of_movies = user_table[users], movie_table[movies]
    errors = stars - (of_users * of_movies).sum(axis=1)
    factors = -2 * errors[:, None] / len(stars)
    user_slopes, movie_slopes = np.zeros_like(user_table), np.zeros_like(movie_table)
    np.add.at(user_slopes, users, factors * of_movies)
    np.add.at(movie_slopes, movies, factors * of_users)
    return user_table - rate * user_slopes, movie_table - rate * movie_slopes
"""


def step(old: str, new: str) -> str:
    """Change one thing in the right step."""
    assert old in STEP
    return STEP.replace(old, new)


RETURN = "return user_table - rate * user_slopes, movie_table - rate * movie_slopes"

GRADIENT_STEP = Cases(
    wrong=[
        ("uphill", step(RETURN, RETURN.replace("- rate", "+ rate"))),
        ("uphill", step("-2 *", "2 *")),
        ("uphill", step("-2 * errors[:, None] / len(stars)", "2 * errors[:, None]")),
        ("uphill", step("-2 * errors[:, None]", "errors[:, None]")),
        ("factor 2", step("-2 *", "-1 *")),
        ("not the mean", step(" / len(stars)", "")),
        ("not the mean", step("-2 * errors[:, None] / len(stars)", "-errors[:, None]")),
        ("mean over all pairs", step("len(stars)", "(len(user_table) * len(movie_table))")),
        (
            "mean of each row",
            step(
                RETURN,
                "n, m = (np.bincount(i, minlength=len(t))[:, None].clip(1)\n"
                "            for i, t in ((users, user_table), (movies, movie_table)))\n"
                "    user_slopes, movie_slopes = (s * len(stars) / k\n"
                "            for s, k in ((user_slopes, n), (movie_slopes, m)))\n    " + RETURN,
            ),
        ),
        ("rate forgotten", step(RETURN, RETURN.replace("rate * ", ""))),
        ("rate forgotten", step(RETURN, RETURN.replace("rate * ", "1 / rate * "))),
        ("fixed rate", step(RETURN, RETURN.replace("rate", "0.3"))),
        ("gradient returned", step(RETURN, "return user_slopes, movie_slopes")),
        ("gradient returned", step(RETURN, "return rate * user_slopes, rate * movie_slopes")),
        (
            "already moved",
            step(
                "    np.add.at(movie_slopes, movies, factors * of_users)",
                "    user_table = user_table - rate * user_slopes\n"
                "    of_users = user_table[users]\n"
                "    errors = stars - (of_users * of_movies).sum(axis=1)\n"
                "    factors = -2 * errors[:, None] / len(stars)\n"
                "    np.add.at(movie_slopes, movies, factors * of_users)\n"
                "    user_slopes[:] = 0",
            ),
        ),
        ("one table only", step(RETURN, "return user_table - rate * user_slopes, movie_table")),
        ("one table only", step(RETURN, "return user_table, movie_table - rate * movie_slopes")),
        (
            "own rows",
            step("factors * of_movies", "factors * of_rows")
            .replace("factors * of_users", "factors * of_movies")
            .replace("of_rows", "of_users"),
        ),
        (
            "repeats lost",
            step(
                "np.add.at(user_slopes, users, factors * of_movies)",
                "user_slopes[users] += factors * of_movies",
            ).replace(
                "np.add.at(movie_slopes, movies, factors * of_users)",
                "movie_slopes[movies] += factors * of_users",
            ),
        ),
        (
            "repeats lost",
            step(
                "np.add.at(user_slopes, users, factors * of_movies)",
                "user_slopes[users] = factors * of_movies",
            ),
        ),
        ("nothing moved", step(RETURN, "return user_table, movie_table")),
        (
            "order",
            step(
                RETURN, "return movie_table - rate * movie_slopes, user_table - rate * user_slopes"
            ),
        ),
        ("not two tables", step(RETURN, "return user_table - rate * user_slopes")),
        ("not two tables", step(RETURN, "return {'users': user_slopes}")),
        ("not two tables", step(RETURN, "return 'users', 'movies'")),
        (
            "shape",
            step("np.zeros_like(user_table)", "np.zeros((users.max() + 1, 2))").replace(
                RETURN, "return user_table[: len(user_slopes)] - rate * user_slopes, movie_table"
            ),
        ),
        ("shape", "def gradient_step(*given):\n    return toy_users, toy_movies\n"),
        ("not finite", step("len(stars)", "np.float64(0)")),
        (
            "rounded",
            step(
                RETURN,
                "return (user_table - rate * user_slopes).round(3), "
                "(movie_table - rate * movie_slopes).round(3)",
            ),
        ),
        (
            "one table wrong",
            step(
                "np.add.at(movie_slopes, movies, factors * of_users)",
                "np.add.at(movie_slopes, movies, 3 * factors * of_users)",
            ),
        ),
        ("other", step("errors = stars -", "errors = 1 + stars -")),
        (
            "changes its argument",
            step(
                RETURN,
                "user_table -= rate * user_slopes\n    return user_table, "
                "movie_table - rate * movie_slopes",
            ),
        ),
    ],
    right=[
        """
import numpy as np

def gradient_step(user_table, movie_table, users, movies, stars, rate):
    table, mask = np.zeros((2, len(user_table), len(movie_table)))
    table[users, movies], mask[users, movies] = stars, 1
    errors = mask * (user_table @ movie_table.T - table)
    factor = rate * 2 / len(stars)
    return [
        user_table - factor * errors @ movie_table,
        movie_table - factor * errors.T @ user_table,
    ]
""",
        """
import tensorflow as tf

def gradient_step(user_table, movie_table, users, movies, stars, rate):
    tables = [tf.Variable(user_table), tf.Variable(movie_table)]
    with tf.GradientTape() as tape:
        predicted = tf.reduce_sum(tf.gather(tables[0], users) * tf.gather(tables[1], movies), 1)
        loss = tf.reduce_mean((predicted - stars) ** 2)
    slopes = tape.gradient(loss, tables)
    return tuple(t - rate * tf.convert_to_tensor(s) for t, s in zip(tables, slopes))
""",
        """
def gradient_step(user_table, movie_table, users, movies, stars, rate):
    new_users, new_movies = user_table.copy(), movie_table.copy()
    for u, i, r in zip(users, movies, stars):
        error = r - user_table[u] @ movie_table[i]
        new_users[u] += rate * 2 / len(stars) * error * movie_table[i]
        new_movies[i] += rate * 2 / len(stars) * error * user_table[u]
    return new_users, new_movies
""",
    ],
)

MODEL = """
import numpy as np

def build_model(train, test, n_users, n_movies, n_factors, init_stddev):
    random = np.random.default_rng(0)
    def draw(rows):
        return tf.Variable(random.normal(0, init_stddev, (rows, n_factors)).astype(np.float32))
    user_table, movie_table = draw(n_users), draw(n_movies)
    loss = observed_error(train)
    metrics = {"mean squared error": {"train": loss, "held out": observed_error(test)}}
    return CFModel(user_table, movie_table, loss, metrics)
"""


def model(old: str, new: str) -> str:
    """Change one thing in the right model."""
    assert old in MODEL
    return MODEL.replace(old, new)


LOSS = "loss = observed_error(train)"
MEASURED = '{"train": loss, "held out": observed_error(test)}'
MADE = "return CFModel(user_table, movie_table, loss, metrics)"
DRAWN = "random.normal(0, init_stddev, (rows, n_factors)).astype(np.float32)"
BOTH = "draw(n_users), draw(n_movies)"

BUILD_MODEL = Cases(
    wrong=[
        (
            "test ratings in training",
            model(LOSS, "loss = observed_error(pd.concat([train, test]))"),
        ),
        (
            "test ratings in training",
            model(
                LOSS, "loss = lambda u, v: observed_error(train)(u, v) + observed_error(test)(u, v)"
            ),
        ),
        ("trained on the test part", model(LOSS, "loss = observed_error(test)")),
        (
            "not the mean",
            model(
                MADE,
                "return CFModel(user_table, movie_table,"
                " lambda u, v: len(train) * loss(u, v), metrics)",
            ),
        ),
        (
            "mean over all pairs",
            model(
                MADE,
                "return CFModel(user_table, movie_table,"
                " lambda u, v: len(train) / (n_users * n_movies) * loss(u, v), metrics)",
            ),
        ),
        (
            "root taken",
            model(
                MADE,
                "return CFModel(user_table, movie_table,"
                " lambda u, v: tf.sqrt(loss(u, v)), metrics)",
            ),
        ),
        ("not squared", model(LOSS, "loss = observed_error(train, tf.abs)")),
        ("other loss", model(LOSS, "loss = observed_error(train.head(50))")),
        (
            "not a function of the tables",
            model(LOSS, "loss = observed_error(train)(user_table, movie_table)"),
        ),
        (
            "not one number",
            model(MADE, "return CFModel(user_table, movie_table, lambda u, v: u, metrics)"),
        ),
        ("tables swapped", model(MADE, MADE.replace("user_table, movie", "movie_table, user"))),
        ("tables swapped", model(BOTH, "draw(n_movies), draw(n_users)")),
        ("transposed", model("(rows, n_factors)", "(n_factors, rows)")),
        ("same rows for both", model(BOTH, "draw(n_movies), draw(n_movies)")),
        (
            "sized by the training part",
            model(
                BOTH, "draw(train['user_index'].max() + 1), draw(train['movie_index'].max() + 1)"
            ),
        ),
        (
            "sized by the training part",
            model(BOTH, "draw(train['user_id'].nunique()), draw(train['movie_id'].nunique())"),
        ),
        ("a row for each rating", model(BOTH, "draw(len(train)), draw(len(train))")),
        ("factors", model("(rows, n_factors)", "(rows, 30)")),
        (
            "factors",
            model(BOTH, "draw(n_users), draw(n_movies)").replace(
                "(rows, n_factors)", "(rows, n_movies if rows == n_users else n_users)"
            ),
        ),
        ("shape", model("(rows, n_factors)", "(rows * n_factors)")),
        ("shape", model(BOTH, "draw(n_users + 5), draw(n_movies)")),
        ("zeros", model(DRAWN, "tf.zeros((rows, n_factors))")),
        ("all the same", model(DRAWN, "tf.ones((rows, n_factors))")),
        ("all the same", model(DRAWN, "tf.fill((rows, n_factors), init_stddev)")),
        (
            "all the same",
            model(
                DRAWN,
                "np.tile(random.normal(0, init_stddev, (rows, 1)), n_factors).astype(np.float32)",
            ),
        ),
        (
            "same numbers twice",
            model(
                "    def draw(rows):\n",
                "    def draw(rows):\n        random = np.random.default_rng(0)\n",
            ),
        ),
        ("not centered", model(DRAWN, "tf.random.uniform((rows, n_factors)) * init_stddev")),
        ("init_stddev ignored", model(DRAWN, "tf.random.normal((rows, n_factors))")),
        ("init_stddev ignored", model("(0, init_stddev,", "(0, 0.05,")),
        ("variance", model("(0, init_stddev,", "(0, init_stddev**2,")),
        ("spread", model("(0, init_stddev,", "(0, 3 * init_stddev,")),
        ("not finite", model(DRAWN, "tf.fill((rows, n_factors), float('nan'))")),
        ("not float32", model(".astype(np.float32)", "")),
        ("no variable", model("tf.Variable", "tf.constant")),
        ("no variable", model("tf.Variable", "np.asarray")),
        ("not a model", model(MADE, "return user_table, movie_table, loss, metrics")),
        ("not a model", model(MADE, "return loss")),
        (
            "metrics swapped",
            model(MEASURED, '{"train": observed_error(test), "held out": loss}'),
        ),
        ("held out is train", model(MEASURED, '{"train": loss, "held out": loss}')),
        (
            "train is held out",
            model(MEASURED, '{"train": observed_error(test), "held out": observed_error(test)}'),
        ),
        ("metric missing", model(MEASURED, '{"train": loss, "test": observed_error(test)}')),
        ("metric missing", model(MEASURED, '{"train": loss}')),
        ("no group", model('{"mean squared error": ' + MEASURED + "}", MEASURED)),
        ("no group", model('{"mean squared error": ' + MEASURED + "}", "[loss]")),
        (
            "other metric",
            model(MEASURED, '{"train": loss, "held out": observed_error(test, tf.abs)}'),
        ),
        (
            "not a function of the tables",
            model(
                MEASURED,
                '{"train": loss(user_table, movie_table), "held out": observed_error(test)}',
            ),
        ),
    ],
    right=[
        """
def build_model(train, test, n_users, n_movies, n_factors, init_stddev):
    tf.random.set_seed(5)
    u = tf.Variable(tf.random.normal((n_users, n_factors), stddev=init_stddev))
    v = tf.Variable(tf.random.normal((n_movies, n_factors), stddev=init_stddev))
    def loss(u, v):
        pairs = train[["user_index", "movie_index"]].to_numpy()
        predicted = tf.gather_nd(tf.matmul(u, v, transpose_b=True), pairs)
        return tf.reduce_mean((predicted - train["rating"].to_numpy("float32")) ** 2)
    group = {"train": loss, "held out": observed_error(test), "other": observed_error(test, tf.abs)}
    return CFModel(u, v, loss=loss, metrics={"mean squared error": group})
""",
        model(
            "tf.Variable(random.normal(0, init_stddev, (rows, n_factors)).astype(np.float32))",
            "tf.Variable(keras.initializers.RandomNormal(stddev=init_stddev, seed=rows)"
            "((rows, n_factors)))",
        ),
    ],
)

STOP = """
def best_step(history):
    right = (history["group"] == "mean squared error") & (history["metric"] == "held out")
    held_out = history[right]
    held_out = held_out.sort_values("step")
    return {}
"""
RIGHT_STOP = STOP.format('int(held_out.loc[held_out["value"].idxmin(), "step"])')

BEST_STEP = Cases(
    wrong=[
        ("training error", RIGHT_STOP.replace('"held out"', '"train"')),
        (
            "training error",
            'def best_step(history):\n    return history.loc[history["value"].idxmin(), "step"]\n',
        ),
        ("last step", STOP.format('held_out["step"].iloc[-1]')),
        ("last step", 'def best_step(history): return history["step"].max()'),
        ("highest", RIGHT_STOP.replace("idxmin", "idxmax")),
        ("group ignored", RIGHT_STOP.replace('(history["group"] == "mean squared error") & ', "")),
        ("row label", STOP.format('held_out["value"].idxmin()')),
        (
            "row label",
            STOP.format('held_out["value"].idxmin()').replace(
                '(history["group"] == "mean squared error") & ', ""
            ),
        ),
        ("place of the row", STOP.format('held_out["value"].to_numpy().argmin()')),
        ("value returned", STOP.format('held_out["value"].min()')),
        ("not one number", STOP.format('held_out.nsmallest(1, "value")')),
        ("not one number", STOP.format('held_out.nsmallest(1, "value")["step"]')),
        ("not whole", STOP.format('float(held_out.set_index("step")["value"].idxmin())')),
        ("ties", RIGHT_STOP.replace('sort_values("step")', 'sort_values("step", ascending=False)')),
        ("ties", RIGHT_STOP.replace('    held_out = held_out.sort_values("step")\n', "")),
        (
            "order of the rows",
            STOP.format(
                'int(sorted(history["step"].unique())[held_out["value"].to_numpy().argmin()])'
            ).replace('    held_out = held_out.sort_values("step")\n', ""),
        ),
        (
            "not the argument",
            RIGHT_STOP.replace("    right =", "    history = model.history\n    right ="),
        ),
        ("other", STOP.format('int(held_out["step"].iloc[1])')),
    ],
    right=[
        STOP.format('held_out["step"].to_numpy()[held_out["value"].to_numpy().argmin()]'),
        """
def best_step(history):
    table = history.pivot(index="step", columns=["group", "metric"], values="value")
    return table["mean squared error", "held out"].idxmin()
""",
        """
def best_step(history):
    rows = [
        (value, step)
        for step, group, metric, value in history.itertuples(index=False)
        if group == "mean squared error" and metric == "held out"
    ]
    return min(rows)[1]
""",
    ],
)

CASES = {
    "3.2-step": GRADIENT_STEP,
    "3.2-model": BUILD_MODEL,
    "3.2-stop": BEST_STEP,
}
