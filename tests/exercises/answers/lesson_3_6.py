"""Answers that the exercise tests try in lesson 3.6: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases


def count(expression: str) -> str:
    return f"""
def count_parameters(n_users, n_movies, n_factors, biases):
    return {expression}
"""


PARAMETERS = Cases(
    wrong=[
        ("cells", count("n_users * n_movies")),
        ("cells", count("n_users * n_movies * n_factors")),
        ("factors forgotten", count("n_users + n_movies")),
        ("factors added", count("n_users + n_movies + n_factors")),
        ("one table", count("n_users * n_factors")),
        ("brackets", count("n_users + n_movies * n_factors")),
        ("dot product counted", count("(n_users + n_movies) * n_factors + n_factors")),
        ("biases always", count("(n_users + n_movies) * (n_factors + 1)")),
        ("none", count("(n_users + n_movies) * n_factors")),
        ("one bias for all", count("(n_users + n_movies) * n_factors + 2 * biases")),
        ("bias for each factor", count("(n_users + n_movies) * n_factors * (1 + biases)")),
        ("biases on one side", count("(n_users + n_movies) * n_factors + n_users * biases")),
        (
            "bias for each pair",
            count("(n_users + n_movies) * n_factors + n_users * n_movies * biases"),
        ),
        ("fixed", count("(11 + 7) * (5 + biases)")),
        ("not one number", count("str((n_users + n_movies) * (n_factors + biases))")),
        ("not one number", count("[n_users * n_factors, n_movies * n_factors]")),
        ("other", count("(n_users + n_movies) * n_factors - 3")),
        ("other", count("(n_users + n_movies) * n_factors + 3 * biases")),
    ],
    right=[
        """
import numpy as np

def count_parameters(n_users, n_movies, n_factors, biases):
    tables = [np.zeros((rows, n_factors + bool(biases))) for rows in (n_users, n_movies)]
    return sum(table.size for table in tables)
""",
        count("n_users * n_factors + n_movies * n_factors + (n_users + n_movies) * biases"),
    ],
)

MODEL = """
import keras

def explicit_mf(n_users, n_movies, n_factors, l2):
    def table(rows, name):
        shrink = keras.regularizers.L2(l2)
        return keras.layers.Embedding(rows, n_factors, embeddings_regularizer=shrink, name=name)

    user = keras.Input(shape=(), dtype="int32", name="user")
    movie = keras.Input(shape=(), dtype="int32", name="movie")
    users = table(n_users, "user_embedding")(user)
    movies = table(n_movies, "movie_embedding")(movie)
    stars = keras.layers.Dot(axes=1, name="stars")([users, movies])
    return keras.Model([user, movie], stars)
"""
DOT = 'keras.layers.Dot(axes=1, name="stars")([users, movies])'


def model(old: str, new: str) -> str:
    """Change one thing in the right model."""
    assert old in MODEL
    return MODEL.replace(old, new)


def product(new: str) -> str:
    return model(DOT, new)


EXPLICIT_MF = Cases(
    wrong=[
        ("not a model", model("return keras.Model([user, movie], stars)", "return stars")),
        (
            "number of inputs",
            model(
                "keras.Model([user, movie], stars)",
                "keras.Model([user, movie, keras.Input(shape=(2,))], stars)",
            ),
        ),
        (
            "one embedding for both",
            model(
                """    users = table(n_users, "user_embedding")(user)
    movies = table(n_movies, "movie_embedding")(movie)
""",
                """    both = table(n_users + n_movies, "both")
    users, movies = both(user), both(movie)
""",
            ),
        ),
        (
            "no embedding",
            product("keras.layers.Add()([keras.ops.cast(user, 'float32'), 1.0 * movie])").replace(
                "[user, movie], stars", "[user, movie], keras.layers.Reshape((1,))(stars)"
            ),
        ),
        (
            "too many embeddings",
            product(f'{DOT} + table(n_users, "more")(user)[:, :1]'),
        ),
        ("rows and columns", model("Embedding(rows, n_factors,", "Embedding(n_factors, rows,")),
        ("number of factors", model("Embedding(rows, n_factors,", "Embedding(rows, 16,")),
        ("a row too many", model("Embedding(rows,", "Embedding(rows + 1,")),
        ("same rows for both", model("table(n_movies,", "table(n_users,")),
        ("sizes", model("table(n_movies,", "table(1000,")),
        (
            "zeros",
            model(
                "embeddings_regularizer=", 'embeddings_initializer="zeros", embeddings_regularizer='
            ),
        ),
        ("frozen", model("name=name)", "name=name, trainable=False)")),
        ("more to learn", product(f"keras.layers.Dense(1)({DOT})")),
        (
            "more to learn",
            product("keras.layers.Dense(1)(keras.layers.Concatenate()([users, movies]))"),
        ),
        (
            "output of three dimensions",
            model("shape=()", "shape=(1,)").replace("axes=1", "axes=2"),
        ),
        ("all pairs", product("keras.ops.matmul(users, keras.ops.transpose(movies))")),
        ("not summed", product("keras.layers.Multiply()([users, movies])")),
        ("shape", product(f"keras.layers.Concatenate()([{DOT}, users])")),
        ("cosine", model("axes=1,", "axes=1, normalize=True,")),
        ("mean", product("keras.ops.mean(users * movies, axis=1)")),
        ("activation", product(f"keras.ops.sigmoid({DOT})")),
        ("activation", product(f"keras.ops.relu({DOT})")),
        ("activation", product(f"keras.ops.tanh({DOT})")),
        ("distance", product("keras.ops.sqrt(keras.ops.sum((users - movies) ** 2, axis=1))")),
        ("added", product("keras.ops.sum(users + movies, axis=1)")),
        ("inputs swapped", model("keras.Model([user, movie]", "keras.Model([movie, user]")),
        ("other prediction", product(f"2 * {DOT}")),
        ("no penalty", model(", embeddings_regularizer=shrink", "")),
        ("L1", model("L2(l2)", "L1(l2)")),
        ("l2 ignored", model("L2(l2)", "L2(1e-6)")),
        ("l2 ignored", model("L2(l2)", "L2()")),
        ("half the penalty", model("L2(l2)", "L2(l2 / 2)")),
        ("penalty twice", model("L2(l2)", "L2(2 * l2)")),
        (
            "penalty on one table",
            model(
                "shrink = keras.regularizers.L2(l2)",
                "shrink = keras.regularizers.L2(l2 if 'user' in name else 0.0)",
            ),
        ),
        ("other penalty", model("L2(l2)", "L2(l2 / n_users)")),
        (
            "fixed",
            MODEL.replace("n_users,", "7,")
            .replace("n_movies,", "5,")
            .replace("def explicit_mf(7, 5,", "def explicit_mf(n_users, n_movies,"),
        ),
        # The lesson looks the tables up by their names.
        ("names", model("shrink, name=name)", "shrink)")),
        (
            "names swapped",
            model('"user_embedding")(user)', '"movie_embedding")(user)').replace(
                '"movie_embedding")(movie)', '"user_embedding")(movie)'
            ),
        ),
        ("error", model("keras.layers.Dot(axes=1,", "keras.layers.Dot(axes=3,")),
    ],
    right=[
        # Inputs of one column, as in many tutorials, and a Flatten in the end.
        model("shape=()", "shape=(1,)").replace(
            DOT, "keras.layers.Flatten()(keras.layers.Dot(axes=2)([users, movies]))"
        ),
        product("keras.ops.sum(users * movies, axis=-1)"),
        # A model of its own class.
        """
import keras

class ExplicitMF(keras.Model):
    def __init__(self, n_users, n_movies, n_factors, l2):
        super().__init__()
        self.users, self.movies = (
            keras.layers.Embedding(
                rows, n_factors, embeddings_regularizer=keras.regularizers.L2(l2), name=name
            )
            for rows, name in ((n_users, "user_embedding"), (n_movies, "movie_embedding"))
        )

    def call(self, inputs):
        user, movie = inputs
        return keras.ops.sum(self.users(user) * self.movies(movie), axis=1)

def explicit_mf(n_users, n_movies, n_factors, l2):
    user = keras.Input(shape=(), dtype="int32", name="user")
    movie = keras.Input(shape=(), dtype="int32", name="movie")
    inside = ExplicitMF(n_users, n_movies, n_factors, l2)
    return keras.Model([user, movie], inside([user, movie]))
""",
    ],
)

BIASED = """
import keras

def biased_mf(n_users, n_movies, n_factors, l2, low, high):
    def table(rows, columns, name):
        shrink = keras.regularizers.L2(l2)
        return keras.layers.Embedding(rows, columns, embeddings_regularizer=shrink, name=name)

    user = keras.Input(shape=(), dtype="int32", name="user")
    movie = keras.Input(shape=(), dtype="int32", name="movie")
    users = table(n_users, n_factors, "user_embedding")(user)
    movies = table(n_movies, n_factors, "movie_embedding")(movie)
    user_bias = table(n_users, 1, "user_bias")(user)
    movie_bias = table(n_movies, 1, "movie_bias")(movie)
    dot = keras.layers.Dot(axes=1)([users, movies])
    total = keras.layers.Add()([dot, user_bias, movie_bias])
    stars = low + (high - low) * keras.ops.sigmoid(total)
    return keras.Model([user, movie], stars)
"""
STARS = "low + (high - low) * keras.ops.sigmoid(total)"
SUM = "keras.layers.Add()([dot, user_bias, movie_bias])"


def biased(old: str, new: str) -> str:
    """Change one thing in the right model with biases."""
    assert old in BIASED
    return BIASED.replace(old, new)


BIASES = 'table(n_users, 1, "user_bias")(user)', 'table(n_movies, 1, "movie_bias")(movie)'
SHARED = """
import keras

class OneBias(keras.layers.Layer):
    def build(self, shape):
        self.bias = self.add_weight(shape=(1,), initializer="zeros", name="bias")

    def call(self, value):
        return value + self.bias
"""

BIAS = Cases(
    wrong=[
        (
            "no biases",
            biased(SUM, "dot").replace("user_bias = ", "# ").replace("movie_bias = ", "# "),
        ),
        (
            "one bias for all",
            SHARED
            + biased(SUM, "OneBias()(dot)")
            .replace("user_bias = ", "# ")
            .replace("movie_bias = ", "# "),
        ),
        (
            "one bias for all",
            biased("table(n_users, 1,", "table(1, 1,").replace(
                '"user_bias")(user)', '"user_bias")(0 * user)'
            ),
        ),
        ("one side only", biased(SUM, "dot + user_bias").replace("movie_bias = ", "# ")),
        (
            "bias as wide as an embedding",
            biased("table(n_users, 1,", "table(n_users, n_factors,")
            .replace("table(n_movies, 1,", "table(n_movies, n_factors,")
            .replace(SUM, "keras.ops.sum(users * movies + user_bias + movie_bias, axis=1)"),
        ),
        (
            "bias within the embedding",
            """
import keras

def biased_mf(n_users, n_movies, n_factors, l2, low, high):
    inputs = [keras.Input(shape=(), dtype="int32", name=name) for name in ("user", "movie")]
    u, m = (
        keras.layers.Embedding(
            rows, n_factors + 1, embeddings_regularizer=keras.regularizers.L2(l2)
        )(one)
        for rows, one in zip((n_users, n_movies), inputs)
    )
    total = keras.ops.sum(u[:, 1:] * m[:, 1:], axis=1) + u[:, 0] + m[:, 0]
    return keras.Model(inputs, low + (high - low) * keras.ops.sigmoid(total))
""",
        ),
        ("same rows for both biases", biased("table(n_movies, 1,", "table(n_users, 1,")),
        ("not scaled", biased(STARS, "keras.ops.sigmoid(total)")),
        ("low not added", biased(STARS, "(high - low) * keras.ops.sigmoid(total)")),
        ("from 0", biased(STARS, "high * keras.ops.sigmoid(total)")),
        ("range too wide", biased(STARS, "low + high * keras.ops.sigmoid(total)")),
        ("added before scaling", biased(STARS, "(low + keras.ops.sigmoid(total)) * (high - low)")),
        ("bounds swapped", biased(STARS, "high + (low - high) * keras.ops.sigmoid(total)")),
        ("no sigmoid", biased(STARS, "total")),
        ("no sigmoid", biased(STARS, "low + (high - low) * total")),
        ("clipped", biased(STARS, "keras.ops.clip(total, low, high)")),
        (
            "bias after the sigmoid",
            biased(STARS, "low + (high - low) * keras.ops.sigmoid(dot) + user_bias + movie_bias"),
        ),
        (
            "bias after the sigmoid",
            biased(STARS, "keras.ops.sigmoid(dot) + user_bias + movie_bias"),
        ),
        (
            "bias not added",
            biased("sigmoid(total)", "sigmoid(dot)").replace(
                "stars = low", "stars = 0 * (user_bias + movie_bias) + low"
            ),
        ),
        ("bias not added", biased(SUM, "dot + user_bias + 0 * movie_bias")),
        ("bias not added", biased(SUM, "dot + 0 * user_bias + movie_bias")),
        ("no dot product", biased(SUM, "user_bias + movie_bias + 0 * dot")),
        ("multiplied", biased(SUM, "dot * user_bias * movie_bias")),
        ("sigmoid twice", biased("sigmoid(total)", "sigmoid(keras.ops.sigmoid(total))")),
        ("tanh", biased("keras.ops.sigmoid(total)", "keras.ops.tanh(total)")),
        ("tanh", biased("keras.ops.sigmoid(total)", "(1 + keras.ops.tanh(total)) / 2")),
        ("cosine", biased("axes=1)", "axes=1, normalize=True)")),
        ("inputs swapped", biased("keras.Model([user, movie]", "keras.Model([movie, user]")),
        (
            "biases crossed",
            biased('"user_bias")(user)', '"user_bias")(movie)').replace(
                '"movie_bias")(movie)', '"movie_bias")(user)'
            ),
        ),
        ("more to learn", biased(STARS, f"keras.layers.Dense(1)({STARS})")),
        (
            "number of factors",
            biased("table(n_users, n_factors", "table(n_users, 8").replace(
                "table(n_movies, n_factors", "table(n_movies, 8"
            ),
        ),
        (
            "output of three dimensions",
            biased("shape=()", "shape=(1,)").replace("axes=1", "axes=2"),
        ),
        ("no penalty", biased(", embeddings_regularizer=shrink", "")),
        ("biases without penalty", biased("L2(l2)", "L2(l2 if columns > 1 else 0.0)")),
        ("embeddings without penalty", biased("L2(l2)", "L2(0.0 if columns > 1 else l2)")),
        ("other penalty", biased("L2(l2)", "L2(l2 / rows)")),
        ("names", biased("shrink, name=name)", "shrink)")),
        (
            "names swapped",
            biased('"user_bias")(user)', '"movie_bias")(user)').replace(
                '"movie_bias")(movie)', '"user_bias")(movie)'
            ),
        ),
        ("bounds ignored", biased(STARS, "1.5 + 2.75 * keras.ops.sigmoid(total)")),
        ("other prediction", biased(STARS, f"{STARS} + 0.3")),
    ],
    right=[
        biased(
            "    stars = " + STARS,
            '    stars = keras.layers.Activation("sigmoid")(total)\n'
            "    stars = keras.layers.Rescaling(high - low, offset=low)(stars)",
        ),
        # Inputs of one column, flattened at once.
        """
import keras

def biased_mf(n_users, n_movies, n_factors, l2, low, high):
    inputs, wide, narrow = [], [], []
    for rows, name in ((n_users, "user"), (n_movies, "movie")):
        one = keras.Input(shape=(1,), dtype="int64", name=name)
        for columns, found in ((n_factors, wide), (1, narrow)):
            table = keras.layers.Embedding(
                rows,
                columns,
                embeddings_regularizer=keras.regularizers.L2(l2),
                name=f"{name}_bias" if columns == 1 else None,
            )
            found.append(keras.layers.Flatten()(table(one)))
        inputs.append(one)
    total = keras.ops.sum(wide[0] * wide[1], axis=1, keepdims=True) + narrow[0] + narrow[1]
    return keras.Model(inputs, keras.ops.sigmoid(total) * (high - low) + low)
""",
    ],
)

CASES = {"3.6-parameters": PARAMETERS, "3.6-model": EXPLICIT_MF, "3.6-bias": BIAS}
