r"""The loss of a factorization, term by term.

With ratings :math:`r_{ui}` for the observed pairs :math:`\Omega`, n users, m movies:

.. math::

    \frac{1}{|\Omega|} \sum_{(u, i) \in \Omega} (r_{ui} - u_u \cdot v_i)^2
    + \lambda \Big( \frac{1}{n} \sum_u |u_u|^2 + \frac{1}{m} \sum_i |v_i|^2 \Big)
    + \frac{\gamma}{n m} \sum_{u, i} (u_u \cdot v_i)^2
    + \frac{w_0}{|\Omega|} \sum_{(u, i) \notin \Omega} (u_u \cdot v_i)^2
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from workshop_pkg.checked import numbers

Floats = NDArray[np.float64]

#: How many observed pairs are gathered at a time: some tens of megabytes at 40 factors.
PAIRS = 2**17


def loss_terms(
    user_embeddings: ArrayLike,
    movie_embeddings: ArrayLike,
    matrix: Any,
    l2: float = 0.0,
    gravity: float = 0.0,
    unobserved_weight: float = 0.0,
) -> dict[str, float]:
    r"""Compute each term of the loss, as it enters the sum, and the sum.

    The sum over all pairs needs no table of all pairs:
    :math:`\sum_{u, i} (u_u \cdot v_i)^2 = \sum_{a, b} (U^T U)_{ab} (V^T V)_{ab}`. Memory is that of
    the observed pairs.

    Parameters
    ----------
    user_embeddings : array of shape (n_users, d)
        A row for each user.
    movie_embeddings : array of shape (n_movies, d)
        A row for each movie.
    matrix : sparse array of shape (n_users, n_movies)
        Ratings, as ``preprocessing.rating_matrix`` lays them out.
    l2, gravity, unobserved_weight : float
        The factors of the other terms, 0 or more.

    Returns
    -------
    dict of str to float
        ``observed`` (mean squared error, in squared stars), ``l2``, ``gravity``, ``unobserved`` and
        ``total``.

    Raises
    ------
    ValueError
        When shapes do not fit, there is no rating, or a factor is negative, infinite or no number.

    Examples
    --------
    >>> matrix = sparse.csr_array([[4.0, 0.0], [0.0, 1.0]])
    >>> terms = loss_terms([[2.0], [1.0]], [[1.5], [1.0]], matrix, l2=0.1, gravity=1.0)
    >>> {name: round(value, 4) for name, value in terms.items()}  # observed: (1 + 0) / 2
    {'observed': 0.5, 'l2': 0.4125, 'gravity': 4.0625, 'unobserved': 0.0, 'total': 4.975}
    """
    for name, value in (("l2", l2), ("gravity", gravity), ("unobserved_weight", unobserved_weight)):
        factor(value, name)
    users = np.asarray(numbers(user_embeddings, "user_embeddings"), dtype=np.float64)
    movies = np.asarray(numbers(movie_embeddings, "movie_embeddings"), dtype=np.float64)
    ratings = sparse.csr_array(matrix)
    fits = users.ndim == movies.ndim == 2 and users.shape[1] == movies.shape[1]
    if not fits or ratings.shape != (len(users), len(movies)):
        raise ValueError(
            f"user_embeddings have the shape {users.shape}, movie_embeddings {movies.shape} and "
            f"the matrix {ratings.shape}, but they are (n_users, d), (n_movies, d) and "
            "(n_users, n_movies): make all of them from one `encode`."
        )
    if ratings.nnz == 0:
        raise ValueError("The matrix holds no rating: a mean over none is no number.")
    predicted = observed_products(users, movies, ratings)
    return terms_of(
        users, movies, predicted, ratings.data - predicted, l2, gravity, unobserved_weight
    )


def terms_of(
    users: Floats,
    movies: Floats,
    products: Floats,
    errors: Floats,
    l2: float,
    gravity: float,
    unobserved_weight: float,
) -> dict[str, float]:
    """Put the terms together from the dot products and the errors of the observed pairs."""
    n_users, n_movies = len(users), len(movies)
    all_pairs = float(((users.T @ users) * (movies.T @ movies)).sum())
    unobserved = all_pairs - float(products @ products)
    lengths = (users**2).sum() / n_users + (movies**2).sum() / n_movies
    terms = {
        "observed": float(errors @ errors) / len(errors),
        "l2": l2 * float(lengths),
        "gravity": gravity * all_pairs / (n_users * n_movies),
        # Zero but for rounding where every pair is observed.
        "unobserved": unobserved_weight * max(unobserved, 0.0) / len(errors),
    }
    return terms | {"total": sum(terms.values())}


def observed_products(users: Floats, movies: Floats, ratings: Any) -> Floats:
    """Give the dot product of each observed pair, in the order of the csr_array's data."""
    row = np.repeat(np.arange(ratings.shape[0]), np.diff(ratings.indptr))
    products = np.empty(ratings.nnz)
    for start in range(0, ratings.nnz, PAIRS):
        part = slice(start, start + PAIRS)
        products[part] = np.einsum("ij,ij->i", users[row[part]], movies[ratings.indices[part]])
    return products


def factor(value: object, name: str, at_most: float = np.inf) -> float:
    """Give a number from 0 up; a ValueError names any other value.

    Parameters
    ----------
    value : object
        What was passed.
    name : str
        What the caller calls it.
    at_most : float
        The largest value, where there is one.

    Returns
    -------
    float
        The same number.

    Raises
    ------
    ValueError
        For anything else, in one sentence.
    """
    is_number = isinstance(value, float | int | np.number) and not isinstance(value, bool)
    if is_number and np.isfinite(value) and 0 <= value <= at_most:  # type: ignore[call-overload,operator]
        return float(value)  # type: ignore[arg-type]
    accepted = "0 or more" if np.isinf(at_most) else f"from 0 to {at_most:g}"
    raise ValueError(f"{name} is {value!r}, but it is a number, {accepted}.")
