"""Reference models and the ranking protocol that the twin's fidelity is measured with.

The lessons teach these models one by one; here they stand together, short, so that the made-up data
can be tested before (and independently of) the lessons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]

HOLDOUT = 0.25  # the share of each user's ratings that is held out
TOP = 10  # the length of the ranked list
DIMENSIONS = 35  # of the embeddings, as in the published figures
L2, GRAVITY = 0.1, 1.0  # coefficients of the regularized loss, as in the published figures


@dataclass(frozen=True)
class Split:
    """Ratings of every user, divided: 0 in the matrices means "no rating here"."""

    train: sparse.csr_matrix
    test: sparse.csr_matrix


def split_within_users(ratings: pd.DataFrame, seed: int = 0) -> Split:
    """Hold out `HOLDOUT` of each user's ratings, chosen by chance."""
    users = np.unique(ratings["user_id"], return_inverse=True)[1]
    movies = np.unique(ratings["movie_id"], return_inverse=True)[1]
    order = pd.Series(np.random.default_rng(seed).random(len(ratings)))
    held_out = (order.groupby(users).rank(pct=True) <= HOLDOUT).to_numpy()
    values = ratings["rating"].to_numpy(dtype=float)
    shape = (users.max() + 1, movies.max() + 1)

    def matrix(rows: NDArray[np.bool_]) -> sparse.csr_matrix:
        return sparse.csr_matrix((values[rows], (users[rows], movies[rows])), shape=shape)

    return Split(matrix(~held_out), matrix(held_out))


def ndcg_at_10(scores: Floats, split: Split) -> float:
    """Mean NDCG at 10 when all movies unseen in training are ranked; held-out means relevant."""
    scores = np.where(split.train.toarray() > 0, -np.inf, scores)
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    relevant = split.test.toarray() > 0
    hits = np.take_along_axis(relevant, ranked, axis=1)
    discounts = 1 / np.log2(np.arange(TOP) + 2)
    best = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(relevant.sum(axis=1), TOP)]
    return float(np.mean((hits @ discounts)[best > 0] / best[best > 0]))


def popularity(train: sparse.csr_matrix) -> Floats:
    """Score each movie by its number of ratings, the same for everybody."""
    counts = np.asarray((train > 0).sum(axis=0), dtype=float)
    return np.repeat(counts, train.shape[0], axis=0)


def ease(train: sparse.csr_matrix, penalty: float = 300.0) -> Floats:
    """Score by the linear item-to-item model in closed form.

    Steck (2019), "Embarrassingly Shallow Autoencoders for Sparse Data".
    """
    seen = (train > 0).toarray().astype(float)
    inverse = np.linalg.inv(seen.T @ seen + penalty * np.eye(seen.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return seen @ weights


def _solve_side(ratings: sparse.csr_matrix, other: Floats, total: int) -> Floats:
    """Minimize the regularized loss over one side's embeddings, the other side's being fixed."""
    rows, dimensions = ratings.shape[0], other.shape[1]
    outer = (other[:, :, None] * other[:, None, :]).reshape(len(other), -1)
    observed = ((ratings > 0).astype(float) @ outer).reshape(rows, dimensions, dimensions) / total
    pull = GRAVITY * (other.T @ other) / (rows * len(other)) + L2 / rows * np.eye(dimensions)
    target = (ratings @ other) / total
    return np.linalg.solve(observed + pull, target[:, :, None])[:, :, 0]


def regularized_factors(train: sparse.csr_matrix, sweeps: int = 15) -> tuple[Floats, Floats]:
    """Alternating least squares on observed error + L2 + gravity; user and movie embeddings.

    The loss is the mean squared error over the observed ratings, plus `L2` times (mean squared
    norm of users + mean squared norm of movies), plus `GRAVITY` times the mean squared score over
    all user-movie pairs.
    """
    generator = np.random.default_rng(0)
    movies = generator.normal(0, 0.3, (train.shape[1], DIMENSIONS))
    columns = train.T.tocsr()
    for _ in range(sweeps):
        users = _solve_side(train, movies, train.nnz)
        movies = _solve_side(columns, users, train.nnz)
    return users, movies


def observed_only(
    train: sparse.csr_matrix, spread: float = 0.5, steps: int = 500, rate: float = 20.0
) -> Floats:
    """Score by factors that plain gradient descent fits to the observed ratings alone."""
    generator = np.random.default_rng(0)
    users = generator.normal(0, spread, (train.shape[0], DIMENSIONS)).astype(np.float32)
    movies = generator.normal(0, spread, (train.shape[1], DIMENSIONS)).astype(np.float32)
    ratings = train.toarray().astype(np.float32)
    mask = (ratings > 0).astype(np.float32) * np.float32(2 * rate / train.nnz)
    for _ in range(steps):
        error = (users @ movies.T - ratings) * mask
        users, movies = users - error @ movies, movies - error.T @ users
    return (users @ movies.T).astype(float)


def genre_agreement(movies: Floats, genres: Floats, rated: NDArray[np.bool_]) -> float:
    """How much oftener a movie's ten nearest (by cosine) share a genre with it than chance."""
    vectors, flags = movies[rated], genres[rated]
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    overlap = np.minimum(flags, 1) @ flags.T
    sizes = flags.sum(axis=1)
    shared = overlap / np.maximum(sizes[:, None] + sizes[None, :] - overlap, 1)  # Jaccard
    cosine = vectors @ vectors.T
    np.fill_diagonal(cosine, -np.inf)
    nearest = np.argsort(-cosine, axis=1, kind="stable")[:, :TOP]
    others = ~np.eye(len(flags), dtype=bool)
    return float(np.take_along_axis(shared, nearest, axis=1).mean() / shared[others].mean())
