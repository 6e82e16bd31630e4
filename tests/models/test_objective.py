"""The loss agrees with its definition, pair by pair."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from workshop_pkg.models import loss_terms, objective

USERS = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.0]])
MOVIES = np.array([[1.0, 1.0], [0.0, 2.0], [3.0, -1.0], [0.5, 0.5]])
RATINGS = np.array([[4.0, 0, 1.0, 0], [0, 2.0, 0, 0], [5.0, 0, 0, 3.0]])


def by_the_definition(l2: float, gravity: float, weight: float) -> dict[str, float]:
    observed, unobserved, everything = 0.0, 0.0, 0.0
    n_observed = int((RATINGS > 0).sum())
    for u, i in itertools.product(range(3), range(4)):
        product = sum(float(USERS[u, k] * MOVIES[i, k]) for k in range(2))
        everything += product**2
        if RATINGS[u, i] > 0:
            observed += (RATINGS[u, i] - product) ** 2
        else:
            unobserved += product**2
    lengths = (USERS**2).sum() / 3 + (MOVIES**2).sum() / 4
    terms = {
        "observed": observed / n_observed,
        "l2": l2 * lengths,
        "gravity": gravity * everything / 12,
        "unobserved": weight * unobserved / n_observed,
    }
    return terms | {"total": sum(terms.values())}


@pytest.mark.parametrize("factors", [(0, 0, 0), (0.3, 0, 0), (0, 2, 0), (0, 0, 0.4), (0.3, 2, 0.4)])
def test_each_term_agrees_with_its_definition_pair_by_pair(
    factors: tuple[float, float, float],
) -> None:
    found = loss_terms(USERS, MOVIES, sparse.csr_array(RATINGS), *factors)
    assert found == pytest.approx(by_the_definition(*factors))


def test_gathering_in_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = loss_terms(USERS, MOVIES, sparse.csr_array(RATINGS))
    monkeypatch.setattr(objective, "PAIRS", 2)
    assert loss_terms(USERS, MOVIES, sparse.csr_array(RATINGS)) == whole


def test_the_perfect_factorization_has_no_error() -> None:
    full = USERS @ np.abs(MOVIES).T + 5
    users = np.c_[USERS, np.ones(3)]
    movies = np.c_[np.abs(MOVIES), np.full(4, 5.0)]
    assert loss_terms(users, movies, sparse.csr_array(full))["observed"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((USERS, MOVIES[:, :1], RATINGS), r"\(3, 2\), movie_embeddings \(4, 1\)"),
        ((USERS, MOVIES, RATINGS.T), r"the matrix \(4, 3\)"),
        ((USERS[0], MOVIES, RATINGS), r"user_embeddings have the shape \(2,\)"),
        ((USERS, MOVIES, RATINGS * 0), "holds no rating"),
        ((USERS, MOVIES, RATINGS, -0.1), "l2 is -0.1, but it is a number, 0 or more"),
        ((USERS, MOVIES, RATINGS, 0, float("nan")), "gravity is nan"),
        ((USERS, MOVIES, RATINGS, 0, 0, "1"), "unobserved_weight is '1'"),
    ],
)
def test_what_does_not_fit_is_named(arguments: Any, said: str) -> None:
    users, movies, ratings, *factors = arguments
    with pytest.raises(ValueError, match=said):
        loss_terms(users, movies, sparse.csr_array(ratings), *factors)
