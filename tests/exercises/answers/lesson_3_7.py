"""Answers to the exercises of lesson 3.7: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases


def label(expression: str) -> str:
    return f"""
import numpy as np

def liked_labels(ratings):
    stars = ratings["rating"]
    return {expression}
"""


LABEL = Cases(
    wrong=[
        ("three stars", label('(stars >= 3).to_numpy("float32")')),
        ("four stars missing", label('(stars > 4).to_numpy("float32")')),
        ("half stars", label('(stars >= 4).to_numpy("float32")')),
        ("booleans", label("(stars > 3).to_numpy()")),
        ("booleans", label("stars > 3")),
        ("text", label("np.where(stars > 3, '1', '0')")),
        ("text", label("['1' if one > 3 else '0' for one in stars]")),
        ("text", label("(stars > 3).map({True: '1', False: '0'})")),
        (
            "mean of the user",
            label("(stars > ratings.groupby('user_id')['rating'].transform('mean')).astype(float)"),
        ),
        ("mean of all", label("(stars > stars.mean()).astype(float)")),
        ("turned around", label("(stars <= 3).astype(float)")),
        ("turned around", label("(stars < 3).astype(float)")),
        ("minus one", label("np.where(stars > 3, 1.0, -1.0)")),
        ("stars", label("stars.to_numpy()")),
        ("scaled", label("stars.to_numpy() / 5")),
        ("a table", label("ratings.assign(liked=(stars > 3).astype(float))")),
        ("shape", label("ratings.loc[stars > 3, 'rating'].to_numpy()")),
        ("other", label("(stars > 4.5).astype(float) * 2")),
    ],
    right=[
        label("np.where(stars > 3, 1.0, 0.0)"),
        label("[1 if one > 3 else 0 for one in stars]"),
        label("(stars > 3).astype(int)"),
    ],
)


def balance(body: str) -> str:
    return f"""
import numpy as np

def majority_accuracy(train_labels, test_labels):
    {body}
"""


BALANCE = Cases(
    wrong=[
        (
            "decided on the test part",
            balance("return max(np.mean(test_labels == 1), np.mean(test_labels == 0))"),
        ),
        (
            "counted on the training part",
            balance("return max(np.mean(train_labels), 1 - np.mean(train_labels))"),
        ),
        ("counted on the training part", balance("return 1 - np.mean(train_labels)")),
        ("always the same label", balance("return np.mean(test_labels == 1)")),
        ("percent", balance("return 100 * np.mean(test_labels == (train_labels.mean() > 0.5))")),
        ("a count", balance("return np.sum(test_labels == (train_labels.mean() > 0.5))")),
        (
            "both parts together",
            balance("return np.mean(np.concatenate([train_labels, test_labels]))"),
        ),
        (
            "by lot",
            balance(
                "p = train_labels.mean(); q = test_labels.mean(); return p * q + (1 - p) * (1 - q)"
            ),
        ),
        ("the label", balance("return float(train_labels.mean() > 0.5)")),
        ("a coin", balance("return 0.5")),
        (
            "rounded",
            balance("return round(float(np.mean(test_labels == (train_labels.mean() > 0.5))), 2)"),
        ),
        ("not one number", balance("return test_labels == (train_labels.mean() > 0.5)")),
        ("other", balance("return 0.123")),
    ],
    right=[
        balance(
            "values, counts = np.unique(train_labels, return_counts=True); "
            "return (test_labels == values[counts.argmax()]).mean()"
        ),
        balance(
            "share = test_labels.mean(); return share if train_labels.mean() > 0.5 else 1 - share"
        ),
    ],
)

NETWORK_MODEL = """
import keras

def network(n_users, n_movies, n_factors, hidden_dims):
    user = keras.Input(shape=(), dtype="int32", name="user")
    movie = keras.Input(shape=(), dtype="int32", name="movie")
    users = keras.layers.Embedding(n_users, n_factors)(user)
    movies = keras.layers.Embedding(n_movies, n_factors)(movie)
    signal = keras.layers.Concatenate()([users, movies])
    for width in hidden_dims:
        signal = keras.layers.Dense(width, activation="relu")(signal)
    stars = keras.layers.Dense(1)(signal)
    return keras.Model([user, movie], stars)
"""
SIDE = "keras.layers.Concatenate()([users, movies])"


def network(old: str, new: str) -> str:
    """Change one thing in the right model."""
    assert old in NETWORK_MODEL
    return NETWORK_MODEL.replace(old, new)


NETWORK = Cases(
    wrong=[
        ("not a model", network("return keras.Model([user, movie], stars)", "return stars")),
        (
            "dot left in",
            network("stars = keras.layers.Dense(1)(signal)", "stars = signal").replace(
                SIDE, "keras.layers.Dot(axes=1)([users, movies])"
            ),
        ),
        ("dot left in", network(SIDE, "keras.layers.Dot(axes=1)([users, movies])")),
        (
            "no layers",
            network("keras.layers.Dense(1)(signal)", "keras.ops.sum(signal, axis=1)").replace(
                'signal = keras.layers.Dense(width, activation="relu")(signal)', "pass"
            ),
        ),
        ("no activation", network('width, activation="relu"', "width")),
        ("activation at the end", network("Dense(1)", 'Dense(1, activation="sigmoid")')),
        ("activation at the end", network("Dense(1)", 'Dense(1, activation="relu")')),
        ("other activation", network('"relu"', '"tanh"')),
        ("not side by side", network(SIDE, "keras.layers.Add()([users, movies])")),
        ("not side by side", network(SIDE, "keras.layers.Multiply()([users, movies])")),
        ("not side by side", network(SIDE, "keras.layers.Concatenate(axis=0)([users, movies])")),
        (
            "one number in",
            network(SIDE, "keras.ops.sum(users * movies, axis=1, keepdims=True)"),
        ),
        (
            "no last layer",
            network("stars = keras.layers.Dense(1)(signal)", "stars = signal"),
        ),
        ("output width", network("Dense(1)", "Dense(5)")),
        ("one hidden layer", network("in hidden_dims:", "in hidden_dims[:1]:")),
        ("too many layers", network("in hidden_dims:", "in [*hidden_dims, 8]:")),
        ("widths", network("in hidden_dims:", "in hidden_dims[::-1]:")),
        ("layers", network(SIDE, "keras.layers.Concatenate()([users, movies, users])")),
        (
            "number of embeddings",
            network(SIDE, "keras.layers.Concatenate()([users, users])").replace(
                "    movies =", "    # movies ="
            ),
        ),
        (
            "rows and columns",
            network("n_users, n_factors)(", "n_factors, n_users)(").replace(
                "n_movies, n_factors)(", "n_factors, n_movies)("
            ),
        ),
        ("same rows for both", network("(n_movies, n_factors)", "(n_users, n_factors)")),
        ("number of factors", network("(n_movies, n_factors)", "(n_movies, 8)")),
        ("inputs swapped", network("keras.Model([user, movie]", "keras.Model([movie, user]")),
        ("output of three dimensions", network("shape=()", "shape=(1,)")),
        ("fixed", network("in hidden_dims:", "in [6, 4]:")),
        (
            "other prediction",
            network("keras.layers.Dense(1)(signal)", "3 + keras.layers.Dense(1)(signal)"),
        ),
        ("concatenate", network(SIDE, "keras.layers.Concatenate()(users, movies)")),
        ("zeros", network("n_factors)(", 'n_factors, embeddings_initializer="zeros")(')),
        ("error", network(SIDE, "keras.layers.Nothing()([users, movies])")),
    ],
    right=[
        # Inputs of one column, flattened; the activation in a layer of its own; movies first.
        network("shape=()", "shape=(1,)")
        .replace(
            SIDE,
            "keras.layers.Flatten()(keras.layers.Concatenate()([movies, users]))",
        )
        .replace(
            'keras.layers.Dense(width, activation="relu")(signal)',
            "keras.layers.ReLU()(keras.layers.Dense(width)(signal))",
        ),
        network(SIDE, "keras.ops.concatenate([users, movies], axis=-1)").replace(
            'keras.layers.Dense(width, activation="relu")(signal)',
            "keras.ops.relu(keras.layers.Dense(width)(signal))",
        ),
        # The chain as a Sequential within the model.
        network(
            """    for width in hidden_dims:
        signal = keras.layers.Dense(width, activation="relu")(signal)
    stars = keras.layers.Dense(1)(signal)
""",
            """    chain = [keras.layers.Dense(width, activation="relu") for width in hidden_dims]
    stars = keras.Sequential([*chain, keras.layers.Dense(1)])(signal)
""",
        ),
        # One number for each pair, without a column of its own.
        network("keras.layers.Dense(1)(signal)", "keras.layers.Dense(1)(signal)[:, 0]"),
    ],
)

CASES = {"3.7-label": LABEL, "3.7-balance": BALANCE, "3.7-network": NETWORK}
