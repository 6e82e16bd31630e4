"""Answers that the exercise tests try in lesson 3.1: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

TENSOR = """
import numpy as np
import tensorflow as tf

def rating_tensor(ratings, encoded):
    rows = encoded.user_index(ratings["user_id"])
    columns = encoded.movie_index(ratings["movie_id"])
    values = ratings["rating"].to_numpy("float32")
    shape = (encoded.n_users, encoded.n_movies)
    tensor = tf.SparseTensor(np.stack([rows, columns], axis=1), values, shape)
    return tf.sparse.reorder(tensor)
"""


def tensor(*changes: tuple[str, str]) -> str:
    """The right answer with some of its text replaced."""
    code = TENSOR
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


USER_INDEX = 'encoded.user_index(ratings["user_id"])'
MOVIE_INDEX = 'encoded.movie_index(ratings["movie_id"])'
STACKED = "np.stack([rows, columns], axis=1)"
SHAPE = "(encoded.n_users, encoded.n_movies)"
ANEW = (
    "    from workshop_pkg.preprocessing import encode\n    {}\n"
    '    rows = encoded.user_index(ratings["user_id"])'
)

RATING_TENSOR = Cases(
    wrong=[
        (
            "test ratings in training",
            tensor(
                (USER_INDEX, 'encoded.ratings["user_index"].to_numpy()'),
                (MOVIE_INDEX, 'encoded.ratings["movie_index"].to_numpy()'),
                ('ratings["rating"].to', 'encoded.ratings["rating"].to'),
            ),
        ),
        (
            "test ratings in training",
            tensor(("    rows =", "    ratings = encoded.ratings\n    rows =")),
        ),
        (
            "ids not re-indexed",
            tensor(
                (USER_INDEX, 'ratings["user_id"].to_numpy()'),
                (MOVIE_INDEX, 'ratings["movie_id"].to_numpy()'),
                ("return tf.sparse.reorder(tensor)", "return tensor"),
            ),
        ),
        (
            "ids not re-indexed",
            tensor(
                (USER_INDEX, 'ratings["user_id"].to_numpy() - 1'),
                (MOVIE_INDEX, 'ratings["movie_id"].to_numpy() - 1'),
            ),
        ),
        ("ids not re-indexed", tensor((MOVIE_INDEX, 'ratings["movie_id"].to_numpy() - 1'))),
        ("ids not re-indexed", tensor((USER_INDEX, 'ratings["user_id"].to_numpy()'))),
        (
            "encoded anew",
            tensor(
                (f"    rows = {USER_INDEX}", ANEW.format("encoded = encode(ratings)")),
            ),
        ),
        (
            "users and movies exchanged",
            tensor((STACKED, "np.stack([columns, rows], axis=1)")),
        ),
        (
            "users and movies exchanged",
            tensor(
                (STACKED, "np.stack([columns, rows], axis=1)"),
                (SHAPE, "(encoded.n_movies, encoded.n_users)"),
            ),
        ),
        ("rows and columns of the indices", tensor((STACKED, "np.stack([rows, columns])"))),
        ("shape exchanged", tensor((SHAPE, "(encoded.n_movies, encoded.n_users)"))),
        (
            "shape from the part",
            tensor((SHAPE, "(rows.max() + 1, columns.max() + 1)")),
        ),
        (
            "shape from the part",
            tensor((SHAPE, '(ratings["user_id"].nunique(), ratings["movie_id"].nunique())')),
        ),
        ("shape", tensor((SHAPE, "(encoded.n_users + 1, encoded.n_movies + 1)"))),
        ("type of the values", tensor(('to_numpy("float32")', "to_numpy()"))),
        ("type of the values", tensor(('to_numpy("float32")', 'to_numpy("float64")'))),
        ("not in order", tensor(("return tf.sparse.reorder(tensor)", "return tensor"))),
        (
            "values out of step",
            tensor((STACKED, "np.array(sorted(zip(rows, columns)))")),
        ),
        (
            "not sparse",
            tensor(
                (
                    "return tf.sparse.reorder(tensor)",
                    "return tf.sparse.to_dense(tf.sparse.reorder(tensor))",
                )
            ),
        ),
        (
            "not a sparse tensor",
            tensor(("return tf.sparse.reorder(tensor)", "return rows, columns, values")),
        ),
        ("not the argument", tensor(("    rows =", "    ratings = train\n    rows ="))),
        ("not the argument", tensor(("    rows =", "    ratings = ratings[1:]\n    rows ="))),
        (
            "fixed",
            tensor(("    rows =", "    ratings = ratings.tail(len(ratings) // 5 * 5)\n    rows =")),
        ),
        ("other", tensor((STACKED, "np.stack([rows * 0, columns * 0], axis=1)"))),
    ],
    right=[
        """
import tensorflow as tf

def rating_tensor(ratings, encoded):
    ordered = ratings.sort_values(["user_id", "movie_id"])
    users = {user: row for row, user in enumerate(encoded.user_ids)}
    movies = {movie: column for column, movie in enumerate(encoded.movie_ids)}
    indices = [[users[u], movies[m]] for u, m in zip(ordered["user_id"], ordered["movie_id"])]
    values = [float(stars) for stars in ordered["rating"]]
    return tf.SparseTensor(indices, values, [len(users), len(movies)])
""",
        """
import tensorflow as tf
from workshop_pkg.preprocessing import rating_matrix

def rating_tensor(ratings, encoded):
    matrix = rating_matrix(ratings, encoded).toarray().astype("float32")
    return tf.sparse.from_dense(matrix)
""",
        """
import tensorflow as tf

def rating_tensor(ratings, encoded):
    columns = ["user_id", "movie_id", "user_index", "movie_index"]
    rows = ratings.merge(encoded.ratings[columns], on=["user_id", "movie_id"])
    indices = tf.constant(rows[["user_index", "movie_index"]].to_numpy(), tf.int64)
    values = tf.cast(rows["rating"].to_numpy(), tf.float32)
    return tf.sparse.reorder(tf.SparseTensor(indices, values, [encoded.n_users, encoded.n_movies]))
""",
    ],
)

FULL = """
import numpy as np
import tensorflow as tf

def full_loss(tensor, user_embeddings, movie_embeddings):
    predictions = tf.matmul(user_embeddings, movie_embeddings, transpose_b=True)
    errors = tensor.values - tf.gather_nd(predictions, tensor.indices)
    return {}
"""
MEAN = "tf.reduce_mean(tf.square(errors))"
DENSE = """
import tensorflow as tf

def full_loss(tensor, user_embeddings, movie_embeddings):
    ratings = tf.sparse.to_dense(tensor)
    errors = ratings - user_embeddings @ tf.transpose(movie_embeddings)
    rated = tf.cast(ratings > 0, tf.float32)
    {}
"""

GATHER = """
import numpy as np
import tensorflow as tf

def gather_loss(tensor, user_embeddings, movie_embeddings):
    users = tf.gather(user_embeddings, tensor.indices[:, 0])
    movies = tf.gather(movie_embeddings, tensor.indices[:, 1])
    predictions = tf.reduce_sum(users * movies, axis=1)
    errors = tensor.values - predictions
    return {}
"""
SUM = "tf.reduce_sum(users * movies, axis=1)"


def wrong_means(code: str) -> list[tuple[str, str]]:
    """What both losses can get wrong after the errors are there."""
    return [
        ("sum", code.format("tf.reduce_sum(tf.square(errors))")),
        ("sum", code.format("tf.nn.l2_loss(errors)")),
        ("root taken", code.format("tf.sqrt(tf.reduce_mean(tf.square(errors)))")),
        ("forgot to square", code.format("tf.reduce_mean(errors)")),
        ("forgot to square", code.format("-tf.reduce_mean(errors)")),
        ("forgot to square", code.format("tf.reduce_mean(tf.abs(errors))")),
        ("squared the mean", code.format("tf.square(tf.reduce_mean(errors))")),
        (
            "divided by all cells",
            code.format(
                "tf.reduce_sum(errors**2) / (user_embeddings.shape[0] * movie_embeddings.shape[0])"
            ),
        ),
        ("not one number", code.format("tf.square(errors)")),
        ("not one number", code.format("str(tf.reduce_mean(errors))")),
        ("no gradient", code.format("np.mean(errors.numpy() ** 2)")),
        ("no gradient", code.format("float(tf.reduce_mean(errors**2))")),
        ("no gradient", code.format("tf.constant(tf.reduce_mean(errors**2).numpy())")),
        ("rounded", code.format("round(float(tf.reduce_mean(errors**2)), 2)")),
        ("fixed", code.format("tf.reduce_sum(errors**2) / 7")),
        ("other", code.format("tf.reduce_max(errors**2)")),
    ]


FULL_LOSS = Cases(
    wrong=[
        *wrong_means(FULL),
        ("mean over all cells", DENSE.format("return tf.reduce_mean(errors**2)")),
        ("divided by all cells", DENSE.format("return tf.reduce_mean(rated * errors**2)")),
        ("sum", DENSE.format("return tf.reduce_sum(rated * errors**2)")),
        (
            "transposed gather",
            FULL.format(MEAN).replace(
                "user_embeddings, movie_embeddings, tr", "movie_embeddings, user_embeddings, tr"
            ),
        ),
        (
            "transposed gather",
            FULL.format(MEAN).replace("tensor.indices)", "tensor.indices[:, ::-1])"),
        ),
        ("added", FULL.format(MEAN).replace("values - tf", "values + tf")),
        ("ratings missing", FULL.format(MEAN).replace("tensor.values - ", "")),
        ("gathered", GATHER.format(MEAN).replace("gather_loss", "full_loss")),
    ],
    right=[
        DENSE.format("return tf.reduce_sum(rated * errors**2) / tf.reduce_sum(rated)"),
        DENSE.format("return tf.reduce_mean(tf.boolean_mask(errors, ratings > 0) ** 2)"),
        """
import tensorflow as tf

def full_loss(tensor, user_embeddings, movie_embeddings):
    predictions = tf.einsum("ud,md->um", user_embeddings, movie_embeddings)
    n_movies = tf.shape(movie_embeddings, tf.int64)[0]
    places = tensor.indices[:, 0] * n_movies + tensor.indices[:, 1]
    predicted = tf.gather(tf.reshape(predictions, [-1]), places)
    return tf.reduce_mean(tf.math.squared_difference(tensor.values, predicted))
""",
    ],
)

GATHER_LOSS = Cases(
    wrong=[
        *wrong_means(GATHER),
        ("full matrix", FULL.format(MEAN).replace("full_loss", "gather_loss")),
        (
            "full matrix",
            DENSE.format("return tf.reduce_sum(rated * errors**2) / tf.reduce_sum(rated)").replace(
                "full_loss", "gather_loss"
            ),
        ),
        (
            "mean over all cells",
            DENSE.format("return tf.reduce_mean(errors**2)").replace("full_loss", "gather_loss"),
        ),
        (
            "transposed gather",
            GATHER.format(MEAN)
            .replace("indices[:, 0]", "indices[:, 9]")
            .replace("indices[:, 1]", "indices[:, 0]")
            .replace("indices[:, 9]", "indices[:, 1]"),
        ),
        ("transposed gather", GATHER.format(MEAN).replace("indices[:, 1]", "indices[:, 0]")),
        ("transposed gather", GATHER.format(MEAN).replace("indices[:, 0]", "indices[:, 1]")),
        (
            "mean over the features",
            GATHER.format(MEAN).replace(SUM, "tf.reduce_mean(users * movies, axis=1)"),
        ),
        (
            "features not summed",
            GATHER.format(MEAN)
            .replace(SUM, "users * movies")
            .replace("tensor.values", "tensor.values[:, None]"),
        ),
        (
            "every pair",
            GATHER.format(MEAN).replace(SUM, "tf.matmul(users, movies, transpose_b=True)"),
        ),
        (
            "summed over everything",
            GATHER.format(MEAN).replace(SUM, "tf.reduce_sum(users * movies)"),
        ),
        ("added", GATHER.format(MEAN).replace("values - p", "values + p")),
        ("ratings missing", GATHER.format(MEAN).replace("tensor.values - ", "")),
    ],
    right=[
        """
import tensorflow as tf

def gather_loss(tensor, user_embeddings, movie_embeddings):
    rows, columns = tf.unstack(tensor.indices, axis=1)
    users = tf.nn.embedding_lookup(user_embeddings, rows)
    movies = tf.nn.embedding_lookup(movie_embeddings, columns)
    predicted = tf.einsum("nd,nd->n", users, movies)
    return tf.reduce_sum((tensor.values - predicted) ** 2) / len(tensor.values)
""",
        """
import keras

def gather_loss(tensor, user_embeddings, movie_embeddings):
    users = keras.ops.take(user_embeddings, tensor.indices[:, 0], axis=0)
    movies = keras.ops.take(movie_embeddings, tensor.indices[:, 1], axis=0)
    return keras.ops.mean((tensor.values - keras.ops.sum(users * movies, axis=-1)) ** 2)
""",
    ],
)

BYTES = "def memory_bytes(n_users, n_movies, n_ratings, n_features):\n    return {}, {}\n"
FULL_BYTES, GATHERED_BYTES = "4 * n_users * n_movies", "8 * n_ratings * n_features"
TABLES = "4 * (n_users + n_movies) * n_features"

MEMORY_BYTES = Cases(
    wrong=[
        ("exchanged", BYTES.format(GATHERED_BYTES, FULL_BYTES)),
        ("numbers in place of bytes", BYTES.format("n_users * n_movies", GATHERED_BYTES)),
        ("numbers in place of bytes", BYTES.format(FULL_BYTES, "2 * n_ratings * n_features")),
        ("bits", BYTES.format("32 * n_users * n_movies", GATHERED_BYTES)),
        ("unit", BYTES.format(FULL_BYTES + " / 1e6", GATHERED_BYTES + " / 1e6")),
        ("unit", BYTES.format(FULL_BYTES + " / 2**20", GATHERED_BYTES)),
        ("features in the full matrix", BYTES.format(FULL_BYTES + " * n_features", "0")),
        ("the tables themselves", BYTES.format(TABLES, GATHERED_BYTES)),
        ("the tables themselves", BYTES.format(FULL_BYTES, TABLES)),
        ("one table", BYTES.format(FULL_BYTES, "4 * n_ratings * n_features")),
        ("features forgotten", BYTES.format(FULL_BYTES, "8 * n_ratings")),
        ("features forgotten", BYTES.format(FULL_BYTES, "4 * n_ratings")),
        ("other", BYTES.format("4 * n_users", GATHERED_BYTES)),
        ("other", BYTES.format(FULL_BYTES, "n_ratings")),
        ("fixed", BYTES.format(FULL_BYTES, "8 * n_ratings * 3")),
        ("not two numbers", BYTES.format(FULL_BYTES, GATHERED_BYTES).replace(", 8", " + 8")),
        (
            "not two numbers",
            """
def memory_bytes(n_users, n_movies, n_ratings, n_features):
    return {"full": 4 * n_users * n_movies, "gathered": 8 * n_ratings * n_features}
""",
        ),
    ],
    right=[
        BYTES.format("n_users * n_movies * 32 / 8", "2 * n_ratings * n_features * 4.0"),
        """
import numpy as np

def memory_bytes(n_users, n_movies, n_ratings, n_features):
    size = np.dtype("float32").itemsize
    return size * np.array([n_users * n_movies, 2 * n_ratings * n_features])
""",
    ],
)

CASES = {
    "3.1-sparse-tensor": RATING_TENSOR,
    "3.1-full-loss": FULL_LOSS,
    "3.1-gather-loss": GATHER_LOSS,
    "3.1-memory": MEMORY_BYTES,
}
