"""The check of lesson 3.7 on a network in the place of the dot product."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from workshop_pkg import backend
from workshop_pkg.exercises.keras_answers import (
    MOVIES,
    N_FACTORS,
    N_MOVIES,
    N_USERS,
    USERS,
    Floats,
    asked_model,
    output_of,
    require_sizes,
    require_start,
    require_two_inputs,
    same,
    size_of,
    tables_of,
)
from workshop_pkg.exercises.registry import NotYet, exercise

_WIDTHS = [6, 4]


@exercise("3.7-network")
def check_network(answer: object) -> str:
    """Judge tables, layers and predictions of a network, with numbers of our own."""
    model = _asked(answer, N_USERS, N_MOVIES, N_FACTORS, _WIDTHS)
    require_two_inputs(model)
    tables = tables_of(model)
    if len(tables) != 2:
        raise NotYet(
            f"There are {len(tables)} `Embedding` layers. Two are asked for, one for the users and "
            "one for the movies.",
            "number of embeddings",
        )
    require_sizes([size_of(table) for table in tables], N_USERS, N_MOVIES, N_FACTORS)
    require_start(tables)
    _check_layers(model)
    _check_predictions(model, tables, N_USERS, USERS, MOVIES)
    _check_other_sizes(answer)
    return "Two rows side by side, layers with an activation between, one number out."


def _asked(answer: object, *arguments: Any) -> Any:
    try:
        return asked_model(answer, *arguments)
    except NotYet as verdict:
        if verdict.misconception != "error" or "can only concatenate" in verdict.message:
            raise
        if "keras.layers.Concatenate" in verdict.message or "concatenat" in verdict.message.lower():
            raise NotYet(
                f"{verdict.message} `Concatenate` is called on a *list* of both rows: "
                "`keras.layers.Concatenate()([users, movies])`.",
                "concatenate",
            ) from None
        raise


def _layers_of(model: Any, kind: Any) -> list[Any]:
    found: list[Any] = []
    for layer in model.layers:
        inner = _layers_of(layer, kind) if hasattr(layer, "layers") else [layer]
        found += [each for each in inner if isinstance(each, kind)]
    return list({id(layer): layer for layer in found}.values())


def _dense_of(model: Any) -> list[Any]:
    """Give the layers from the input to the output, by the widths of their kernels."""
    keras = backend.load_keras()
    return _layers_of(model, keras.layers.Dense)


def _check_layers(model: Any) -> None:
    keras = backend.load_keras()
    if _layers_of(model, keras.layers.Dot):
        raise NotYet(
            "There is still a `Dot` in your model. The network takes its place: lay the two rows "
            "side by side with `Concatenate`, and let `Dense` layers find out the rest.",
            "dot left in",
        )
    dense = _dense_of(model)
    if not dense:
        raise NotYet(
            "There is no `Dense` layer. After `Concatenate` comes one for each width in "
            "`hidden_dims`, and a last one of width 1.",
            "no layers",
        )
    sizes = [tuple(map(int, layer.kernel.shape)) for layer in dense]
    _check_sizes(sizes)
    hidden, last = dense[:-1], dense[-1]
    rectifier = keras.activations.relu
    if not _is_linear(last):
        name = last.activation.__name__
        raise NotYet(
            f"The last layer ends in `{name}`. "
            + (
                "It lies between 0 and 1, and stars do not: the model could never predict 4. "
                if name == "sigmoid"
                else "It cuts off or bends what may be predicted. "
            )
            + "Leave the last layer without an activation here.",
            "activation at the end",
        )
    for layer in hidden:
        if not _is_linear(layer) and layer.activation is not rectifier:
            raise NotYet(
                f"Hidden layers are asked for with a `relu`; yours has "
                f"`{layer.activation.__name__}`.",
                "other activation",
            )


def _is_linear(layer: Any) -> bool:
    return layer.activation is backend.load_keras().activations.linear


def _check_sizes(sizes: list[tuple[int, ...]]) -> None:
    expected = list(itertools.pairwise([2 * N_FACTORS, *_WIDTHS, 1]))
    if sizes == expected:
        return
    widths = [size[1] for size in sizes]
    seen = ", ".join(str(width) for width in widths)
    if widths == _WIDTHS:
        raise NotYet(
            f"The last layer has width {widths[-1]}. A rating is one number: end in "
            "`keras.layers.Dense(1)`.",
            "no last layer",
        )
    if len(sizes) == 3 and widths[:2] == _WIDTHS and widths[2] != 1:
        raise NotYet(f"The output has width {widths[2]}. A rating is one number.", "output width")
    if widths == [*_WIDTHS[:1], 1]:
        raise NotYet(
            "There is one hidden layer. `hidden_dims` may hold several widths: a layer for each.",
            "one hidden layer",
        )
    if sorted(widths) == sorted([*_WIDTHS, *_WIDTHS, 1]) or len(widths) > 3:
        raise NotYet(
            f"Your `Dense` layers have the widths {seen}. Asked for is one chain for both rows "
            f"together: {', '.join(map(str, [*_WIDTHS, 1]))}.",
            "too many layers",
        )
    if widths != [*_WIDTHS, 1]:
        raise NotYet(
            f"Your `Dense` layers have the widths {seen}; for hidden_dims = {_WIDTHS} they are "
            f"{', '.join(map(str, [*_WIDTHS, 1]))}.",
            "widths",
        )
    first = sizes[0][0]
    if first == N_FACTORS:
        raise NotYet(
            f"The first layer reads {first} numbers. Side by side both rows have "
            f"{2 * N_FACTORS}: do not add or multiply them, and concatenate along the last axis, "
            "not along the batch (`axis=-1`, as `Concatenate()` does by itself).",
            "not side by side",
        )
    if first == 1:
        raise NotYet(
            "The first layer reads a single number: the rows were summed up before it (a dot "
            "product?), or the row *numbers* went in instead of the embeddings.",
            "one number in",
        )
    raise NotYet(
        f"Your layers have (inputs, outputs) {sizes}. Asked for is {expected}: both rows side by "
        "side, then one layer after the other.",
        "layers",
    )


def _check_predictions(
    model: Any, tables: list[Any], n_users: int, users: Any, movies: Any
) -> None:
    random = np.random.default_rng(5)
    ordered = sorted(tables, key=lambda table: size_of(table)[0] != n_users)
    filled = [random.normal(0.2, 1.0, size_of(table)) for table in ordered]
    for table, numbers in zip(ordered, filled, strict=True):
        table.set_weights([numbers.astype(np.float32)])
    layers: list[tuple[Floats, Floats]] = []
    for layer in _dense_of(model):
        kernel = random.normal(0.1, 0.6, layer.kernel.shape)
        offset = random.normal(0.3, 0.5, kernel.shape[1]) if layer.use_bias else 0.0
        given = [kernel, offset] if layer.use_bias else [kernel]
        layer.set_weights([np.asarray(table, np.float32) for table in given])
        layers.append((kernel, np.asarray(offset)))
    # Rows that both tables have: a model with swapped inputs finds them, and betrays itself.
    small = (users < size_of(ordered[1])[0]) & (movies < n_users)
    found = output_of(model, users[small], movies[small])
    swapped = (
        _forward(filled, layers, movies[small], users[small]),
        _forward(filled[::-1], layers, users[small], movies[small]),
    )
    if any(same(found, one) for one in swapped):
        raise NotYet(
            "The inputs are swapped: the first one is looked up among the movies. The model takes "
            "the user first: `keras.Model([user, movie], ...)`.",
            "inputs swapped",
        )
    expected = _forward(filled, layers, users, movies)
    turned = _forward(filled[::-1], layers, movies, users)
    found = output_of(model, users, movies)
    if same(found, expected) or same(found, turned):
        return
    if same(found, _forward(filled, layers, users, movies, bent=False)):
        raise NotYet(
            "The hidden layers have no activation, and without one the whole network is a number "
            'for the user plus one for the movie. `activation="relu"`.',
            "no activation",
        )
    raise NotYet(
        f"With numbers of ours in tables and layers the first pair is predicted as {found[0]:.3f}, "
        f"and should be {expected[0]:.3f}: rows side by side, each hidden layer with a `relu`, a "
        "last layer without.",
        "other prediction",
    )


def _forward(
    tables: list[Floats], layers: list[tuple[Floats, Floats]], one: Any, two: Any, bent: bool = True
) -> Floats:
    signal = np.hstack([tables[0][one], tables[1][two]])
    for number, (kernel, offset) in enumerate(layers):
        signal = signal @ kernel + offset
        if bent and number < len(layers) - 1:
            signal = np.maximum(signal, 0.0)
    return np.asarray(signal[:, 0], dtype=np.float64)


def _check_other_sizes(answer: object) -> None:
    n_users, n_movies, n_factors, widths = 4, 9, 2, [5]
    model = asked_model(answer, n_users, n_movies, n_factors, widths)
    tables = tables_of(model)
    sizes = sorted(size_of(table) for table in tables)
    kernels = [tuple(map(int, layer.kernel.shape)) for layer in _dense_of(model)]
    if sizes != [(n_users, n_factors), (n_movies, n_factors)] or kernels != [(4, 5), (5, 1)]:
        raise NotYet(
            f"Right for hidden_dims = {_WIDTHS}. For {n_users} users, {n_movies} movies, "
            f"{n_factors} factors and hidden_dims = {widths} your tables are {sizes} and your "
            f"layers {kernels}: use the arguments, with a loop over `hidden_dims`.",
            "fixed",
        )
    users, movies = np.array([3, 0, 1, 2], np.int32), np.array([8, 5, 0, 3], np.int32)
    _check_predictions(model, tables, n_users, users, movies)
