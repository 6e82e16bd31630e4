"""The check of lesson 3.3 on scores: the dot product and the cosine."""

from __future__ import annotations

import numpy as np

from workshop_pkg.exercises.registry import NotYet, exercise
from workshop_pkg.exercises.score_answers import (
    MOVIES,
    MULTIPLIED,
    OTHER_MOVIES,
    OTHER_QUERY,
    QUERY,
    SIGN_LOST,
    Wrong,
    asked,
    cosines,
    distance,
    explain,
    numbers_of,
    same,
    shown,
)

_WITH_ZERO = np.array([[1.0, 2.0], [0.0, 0.0], [0.6, 0.8]])


@exercise("3.3-scores")
def check_scores(answer: object) -> str:
    """Judge dot and cosine scores of one query for every movie."""
    dot = numbers_of(asked(answer, QUERY, MOVIES, "dot"), 3)
    expected_dot, expected_cosine = MOVIES @ QUERY, cosines(QUERY, MOVIES)
    if not same(dot, expected_dot):
        explain(dot, expected_dot, _wrong_dots(), answer, "dot")
    cosine = numbers_of(asked(answer, QUERY, MOVIES, "cosine"), 3)
    if not same(cosine, expected_cosine):
        explain(cosine, expected_cosine, _wrong_cosines(), answer, "cosine")
    for measure, right in (
        ("dot", OTHER_MOVIES @ OTHER_QUERY),
        ("cosine", cosines(OTHER_QUERY, OTHER_MOVIES)),
    ):
        other = numbers_of(asked(answer, OTHER_QUERY, OTHER_MOVIES, measure), 5)
        if not same(other, right):
            raise NotYet(
                f"Right for one table. For another one, of five movies and two factors, the "
                f"{measure} scores are {shown(right)}; you return {shown(other)}. Use the "
                "arguments, not fixed numbers or names of other cells.",
                "fixed",
            )
    _check_zeros(answer)
    return "Dot product: how far along. Cosine: in what direction. A vector of zeros has none."


def _wrong_dots() -> list[Wrong]:
    """List what comes out of each misconception of the dot product."""
    dots = MOVIES @ QUERY
    return [
        (
            MOVIES.T @ QUERY,
            "You multiply with the table turned on its side: rows are movies and columns are "
            "factors, so it is `movie_embeddings @ query`.",
            "transposed",
        ),
        (
            cosines(QUERY, MOVIES),
            'Asked for `"dot"`, you return the cosines. For the dot product divide by nothing.',
            "cosine for dot",
        ),
        (
            dots / len(QUERY),
            "You average the products over the factors. A dot product is their sum.",
            "mean in place of sum",
        ),
        distance(np.linalg.norm(MOVIES - QUERY, axis=1)),
        distance(-np.linalg.norm(MOVIES - QUERY, axis=1)),
        (np.abs(dots), *SIGN_LOST),
        (
            (MOVIES * QUERY).sum(axis=0),
            "You add up over the movies. Add the products of one movie's factors: `sum(axis=1)`.",
            "wrong axis",
        ),
    ]


def _wrong_cosines() -> list[Wrong]:
    """List what comes out of each misconception of the cosine."""
    dots = MOVIES @ QUERY
    length = np.linalg.norm(QUERY)
    lengths = np.linalg.norm(MOVIES, axis=1)
    whole = np.linalg.norm(MOVIES)
    across = np.linalg.norm(MOVIES, axis=0)
    right = cosines(QUERY, MOVIES)
    axis = (
        "You take the lengths over the wrong axis: that is one number for each factor. A movie is "
        "a row, and its length is taken along it: `np.linalg.norm(movie_embeddings, axis=1)`.",
        "wrong axis",
    )
    all_in_one = (
        "You divide all scores by one number, the length of the whole table. Each movie has a "
        "length of its own: `np.linalg.norm(movie_embeddings, axis=1)`.",
        "norm of the whole table",
    )
    root = (
        "You divide by the squared lengths. A length is the *root* of the sum of the squares.",
        "forgot the root",
    )
    centered = MOVIES - MOVIES.mean(axis=1, keepdims=True)
    query_centered = QUERY - QUERY.mean()
    return [
        (
            dots,
            'Asked for `"cosine"`, you return the dot products. Divide by the length of the query '
            "and by the length of each movie.",
            "dot for cosine",
        ),
        (
            dots / lengths,
            "You divide by the movies' lengths only. The order is right already, but a cosine lies "
            "between -1 and 1: divide by the query's length, too.",
            "query's length missing",
        ),
        (
            dots / length,
            "You divide by the query's length only, which changes no order. Divide each score by "
            "that movie's own length, too.",
            "movies' lengths missing",
        ),
        (dots / whole, *all_in_one),
        (dots / (whole * length), *all_in_one),
        (dots / across, *axis),
        (dots / (across * length), *axis),
        ((MOVIES / across) @ (QUERY / length), *axis),
        ((MOVIES / across) @ QUERY, *axis),
        (dots / (lengths * length) ** 2, *root),
        (dots / (lengths**2 * length), *root),
        (dots / lengths**2, *root),
        (
            dots / (lengths + length),
            "You divide by the sum of the two lengths. Divide by their product.",
            "lengths added",
        ),
        (dots * lengths * length, *MULTIPLIED),
        (dots * lengths, *MULTIPLIED),
        distance(1 - right),
        distance(np.linalg.norm(MOVIES - QUERY, axis=1)),
        distance(np.arccos(right)),
        (np.abs(right), *SIGN_LOST),
        (
            MOVIES.T @ QUERY / (lengths * length),
            "The table above the line is turned on its side: `movie_embeddings @ query`.",
            "transposed",
        ),
        (
            cosines(query_centered, centered),
            "You subtract a mean from each vector first: that is a correlation. The factors of an "
            "embedding are taken as they are.",
            "mean subtracted",
        ),
        (
            dots / (np.abs(MOVIES).sum(axis=1) * np.abs(QUERY).sum()),
            "You take the sum of the absolute values as the length. The length here is the root of "
            "the sum of the squares.",
            "absolute values as length",
        ),
    ]


def _check_zeros(answer: object) -> None:
    for query, movies, what in (
        (OTHER_QUERY, _WITH_ZERO, "One of the movies is a vector of zeros"),
        (np.zeros(2), _WITH_ZERO, "The query is a vector of zeros"),
    ):
        found = numbers_of(asked(answer, query, movies, "cosine"), 3)
        if not same(found, cosines(query, movies)):
            raise NotYet(
                f"Right so far. {what}: it has no direction, so its cosine is 0 by convention, and "
                f"you return {shown(found)}. Give 0 where a length is 0: with `np.divide(dots, "
                "lengths, out=np.zeros_like(dots), where=lengths > 0)`, say.",
                "zero vector",
            )
