"""The check of lesson 3.6 on a factorization in Keras: two embeddings and a dot product."""

from __future__ import annotations

from typing import Any

import numpy as np

from workshop_pkg.exercises.keras_answers import (
    MOVIES,
    N_FACTORS,
    N_MOVIES,
    N_USERS,
    USERS,
    Floats,
    asked_model,
    output_of,
    penalty_of,
    require_names,
    require_no_more,
    require_sizes,
    require_start,
    require_two_inputs,
    same,
    size_of,
    tables_of,
)
from workshop_pkg.exercises.registry import NotYet, exercise

_L2 = 0.25


@exercise("3.6-model")
def check_model(answer: object) -> str:
    """Judge the tables, the predictions and the penalty of a model, with numbers of our own."""
    model = asked_model(answer, N_USERS, N_MOVIES, N_FACTORS, _L2)
    require_two_inputs(model)
    tables = tables_of(model)
    _check_number(tables)
    require_no_more(model, 2)
    require_sizes([size_of(table) for table in tables], N_USERS, N_MOVIES, N_FACTORS)
    require_start(tables)
    users, movies = _fill(tables, N_USERS, 1)
    _check_products(model, users, movies)
    _check_penalty(penalty_of(model), users, movies, _L2)
    _check_other_sizes(answer)
    require_names(model, {"user_embedding": N_USERS, "movie_embedding": N_MOVIES})
    return "Two tables, one dot product: the whole of matrix factorization, in Keras."


def _check_number(tables: list[Any]) -> None:
    if not tables:
        raise NotYet(
            "There is no `Embedding` layer in your model. It needs two: "
            "`keras.layers.Embedding(n_users, n_factors)` and one for the movies.",
            "no embedding",
        )
    if len(tables) == 1:
        raise NotYet(
            "One table serves users and movies alike, so that user 3 and movie 3 are the same row. "
            "Make two `Embedding` layers.",
            "one embedding for both",
        )
    if len(tables) > 2:
        raise NotYet(
            f"There are {len(tables)} embeddings. Two are asked for, one for the users and one for "
            "the movies; biases come later.",
            "too many embeddings",
        )


def _fill(tables: list[Any], n_users: int, seed: int) -> tuple[Floats, Floats]:
    """Put numbers into the tables; give them, the users' first."""
    ordered = sorted(tables, key=lambda table: int(table.input_dim) != n_users)
    random = np.random.default_rng(seed)
    filled = [random.normal(0.2, 1.0, size_of(table)) for table in ordered]
    for table, numbers in zip(ordered, filled, strict=True):
        table.set_weights([numbers.astype(np.float32)])
    return filled[0], filled[1]


def _check_products(model: Any, users: Floats, movies: Floats) -> None:
    products = users[USERS] * movies[MOVIES]
    expected = products.sum(axis=1)
    found = _asked_output(model, users, movies)
    if same(found, expected):
        return
    lengths = np.linalg.norm(users[USERS], axis=1) * np.linalg.norm(movies[MOVIES], axis=1)
    for wrong, message, misconception in (
        (
            expected / lengths,
            "That is the cosine, from -1 to 1: it can never be five stars. Leave `normalize` out.",
            "cosine",
        ),
        (products.mean(axis=1), "You take the mean over the factors. Add them up.", "mean"),
        (
            1 / (1 + np.exp(-expected)),
            "There is a sigmoid at the end, which keeps predictions between 0 and 1. Leave it out "
            "for now: the dot product itself is the prediction.",
            "activation",
        ),
        (
            np.maximum(expected, 0),
            "Negative products come out as 0: leave the `relu` out.",
            "activation",
        ),
        (np.tanh(expected), "There is a `tanh` at the end. Leave it out.", "activation"),
        (
            -np.linalg.norm(users[USERS] - movies[MOVIES], axis=1),
            "That is a distance. Asked for is the dot product.",
            "distance",
        ),
        (
            np.linalg.norm(users[USERS] - movies[MOVIES], axis=1),
            "That is a distance. Asked for is the dot product.",
            "distance",
        ),
        (
            (users[USERS] + movies[MOVIES]).sum(axis=1),
            "You add the two embeddings. Multiply them, then add up.",
            "added",
        ),
    ):
        if same(found, wrong):
            raise NotYet(message, misconception)
    raise NotYet(
        f"With numbers of ours in both tables the first pair is predicted as {found[0]:.3f}; its "
        f"dot product is {expected[0]:.3f}.",
        "other prediction",
    )


def _asked_output(model: Any, users: Floats, movies: Floats) -> Floats:
    """Ask for predictions; a model with swapped inputs looks rows up that are not there."""
    small = USERS < N_MOVIES
    user, movie = USERS[small], MOVIES[small]
    swapped = (users[movie] * movies[user]).sum(axis=1)
    try:
        part = output_of(model, user, movie)
    except NotYet as verdict:
        if verdict.misconception != "error":
            raise
    else:
        if same(part, swapped):
            raise NotYet(
                "The inputs are swapped: the first one is looked up among the movies. The model "
                "takes the user first: `keras.Model([user, movie], ...)`.",
                "inputs swapped",
            )
    return output_of(model)


def _check_penalty(found: float, users: Floats, movies: Floats, l2: float) -> None:
    of_users, of_movies = float((users**2).sum()), float((movies**2).sum())
    expected = l2 * (of_users + of_movies)
    if same(found, expected):
        return
    if found == 0:
        raise NotYet(
            "Right predictions. The L2 penalty is missing: "
            "`embeddings_regularizer=keras.regularizers.L2(l2)` in both tables.",
            "no penalty",
        )
    absolute = float(np.abs(users).sum() + np.abs(movies).sum())
    for wrong, message, misconception in (
        (l2 * of_users, "Only the users' table has a penalty.", "penalty on one table"),
        (l2 * of_movies, "Only the movies' table has a penalty.", "penalty on one table"),
        (l2 * absolute, "That is L1, the absolute values. Use `L2(l2)`.", "L1"),
        (
            1e-6 * (of_users + of_movies),
            "The penalty has the factor 1e-6, whatever `l2` is: use the argument.",
            "l2 ignored",
        ),
        (
            0.01 * (of_users + of_movies),
            "The penalty has Keras' default, 0.01, whatever `l2` is: `L2(l2)`.",
            "l2 ignored",
        ),
        (2 * expected, "The penalty is counted twice.", "penalty twice"),
        (expected / 2, "The penalty is half of what is asked for.", "half the penalty"),
    ):
        if same(found, wrong):
            raise NotYet(f"Right predictions. {message}", misconception)
    raise NotYet(
        "Right predictions. The penalty is `l2` times the sum of all squares in both tables, "
        f"{expected:.3f} here; yours is {found:.3f}. It belongs to the tables, not to what a batch "
        "looks up: `embeddings_regularizer`.",
        "other penalty",
    )


def _check_other_sizes(answer: object) -> None:
    """Ask once more, with more movies than users."""
    n_users, n_movies, n_factors, l2 = 4, 9, 2, 0.5
    model = asked_model(answer, n_users, n_movies, n_factors, l2)
    tables = tables_of(model)
    sizes = sorted(size_of(table) for table in tables)
    if sizes != [(n_users, n_factors), (n_movies, n_factors)]:
        raise NotYet(
            f"Right for {N_USERS} users, {N_MOVIES} movies and {N_FACTORS} factors. For {n_users}, "
            f"{n_movies} and {n_factors} your tables have (rows, columns) {sizes}: use the "
            "arguments.",
            "fixed",
        )
    users, movies = _fill(tables, n_users, 2)
    user, movie = np.array([3, 0, 1], np.int32), np.array([8, 5, 0], np.int32)
    if not same(output_of(model, user, movie), (users[user] * movies[movie]).sum(axis=1)):
        raise NotYet("Right for one number of users and movies, wrong for another.", "fixed")
    _check_penalty(penalty_of(model), users, movies, l2)
