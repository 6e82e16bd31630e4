"""From scores to recommendations: the top n, similarities, neighbors.

Scores and vectors have a row for each user (or movie) in the order of `preprocessing.encode`.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from workshop_pkg.checked import numbers, whole_number

Floats = NDArray[np.float64]
Measure = Literal["cosine", "dot"]

#: How many scores are ranked at a time: some tens of megabytes, whatever the number of users.
BLOCK = 2**21


def top_n(scores: ArrayLike, n: int = 10, exclude: Any = None) -> NDArray[np.int64]:
    """Rank the movies of each user by score, and give the first n.

    Of two movies with the same score, the one with the lower index comes first. That is
    deterministic but not neutral: where ties are many (counts of neighbors, say), add a second
    criterion to the scores.

    Parameters
    ----------
    scores : array of shape (n_users, n_movies)
        The higher, the better; minus infinity means never.
    n : int
        Length of each list; it may be larger than the catalog.
    exclude : array or sparse array of shape (n_users, n_movies), optional
        True or non-zero where a movie must not be recommended: what the user has seen already.

    Returns
    -------
    array of int, shape (n_users, n)
        Movie indexes, the best first. Where fewer than n movies are left, the row ends with -1.

    Raises
    ------
    ValueError
        When n is not a whole number above 0, shapes do not fit, or a score or a mark in `exclude`
        is missing (NaN), masked or no number.

    Examples
    --------
    >>> scores = [[0.1, 0.9, 0.5, 0.9]]
    >>> top_n(scores, 3).tolist()  # movies 1 and 3 tie
    [[1, 3, 2]]
    >>> top_n(scores, 3, exclude=[[False, True, True, False]]).tolist()
    [[3, 0, -1]]
    """
    length = whole_number(n, "n")
    table = _checked_table(scores, "scores")
    marks = None if exclude is None else _checked_marks(exclude, table.shape)
    n_users, n_movies = table.shape
    ranked = np.full((n_users, length), -1, dtype=np.int64)
    kept = min(length, n_movies)
    rows = max(1, BLOCK // max(n_movies, 1))
    for start in range(0, n_users if kept else 0, rows):
        block = slice(start, start + rows)
        values = np.array(table[block], order="C")
        if np.isnan(values).any():
            user, movie = np.argwhere(np.isnan(values))[0]
            raise ValueError(
                f"scores holds NaN, first for user {start + user} and movie {movie}: a missing "
                "score has no rank; give -numpy.inf to a movie that must never be recommended."
            )
        if marks is not None:
            seen = marks[block].tocoo()
            values[seen.row, seen.col] = -np.inf
        ranked[block, :kept] = _best_of_each_row(values, kept)
    return ranked


def similarity(vectors: Any, measure: Measure = "cosine") -> Floats:
    r"""Compare every vector with every other.

    The dot product is :math:`u \cdot v`; the cosine divides it by both lengths,
    :math:`\frac{u \cdot v}{|u| |v|}` (Salton and McGill, 1983, "Introduction to Modern Information
    Retrieval"). A vector of zeros has no direction; its cosine with any vector, also with itself,
    is taken as 0.

    Parameters
    ----------
    vectors : array or sparse array of shape (n, d)
        A row for each user or movie.
    measure : "cosine" or "dot"
        What to compute.

    Returns
    -------
    array of shape (n, n)
        Symmetric. Cosines are between -1 and 1.

    Raises
    ------
    ValueError
        For another measure, another shape, a value that is missing, infinite or no number, or
        numbers so large that a dot product overflows.

    Examples
    --------
    >>> similarity([[3, 4], [4, 3], [0, 0]]).round(2).tolist()
    [[1.0, 0.96, 0.0], [0.96, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    _require_measure(measure)
    rows = _checked_vectors(vectors)
    return _compare(rows, rows, measure)


def nearest(vectors: Any, row: int, n: int = 10, measure: Measure = "cosine") -> NDArray[np.int64]:
    """Find the n vectors that are most similar to one of them, without the one itself.

    Parameters
    ----------
    vectors : array or sparse array of shape (n_vectors, d)
        A row for each user or movie.
    row : int
        Index of the vector to start from.
    n : int
        How many to find.
    measure : "cosine" or "dot"
        As in `similarity`.

    Returns
    -------
    array of int, shape (min(n, n_vectors - 1),)
        Indexes, the most similar first; of two that are equally similar, the lower index first.

    Raises
    ------
    ValueError
        When n is not a whole number above 0, `row` is no index of a vector, or as in `similarity`.

    Examples
    --------
    >>> nearest([[3, 4], [4, 3], [-3, -4], [6, 8]], row=0, n=2).tolist()
    [3, 1]
    """
    length = whole_number(n, "n")
    _require_measure(measure)
    table = _checked_vectors(vectors)
    is_whole = isinstance(row, int | np.integer) and not isinstance(row, bool)
    if not is_whole or not 0 <= row < table.shape[0]:
        raise ValueError(
            f"row is {row!r}, but the {table.shape[0]} vectors have the indexes 0 to "
            f"{table.shape[0] - 1}."
        )
    similar = _compare(table[[row]], table, measure)
    similar[0, row] = -np.inf
    return top_n(similar, min(length, max(table.shape[0] - 1, 1)))[0, : table.shape[0] - 1]


def neighbor_scores(
    matrix: Any, n_neighbors: int = 50, by: Literal["movie", "user"] = "movie"
) -> Floats:
    r"""Score every movie for every user by their neighbors; only who chose what counts.

    Movies (or users) are compared by the cosine of their columns (or rows) in ``matrix > 0``.

    * By movie: :math:`score(u, j) = \sum_{i \in N(j),\ u\ chose\ i} \cos(i, j)`, with N(j) the
      `n_neighbors` movies that are most similar to j (Sarwar, Karypis, Konstan and Riedl, 2001,
      "Item-Based Collaborative Filtering Recommendation Algorithms").
    * By user: :math:`score(u, j) = \sum_{v \in N(u),\ v\ chose\ j} \cos(u, v)`, with N(u) the users
      who are most similar to u (Resnick et al., 1994, "GroupLens: An Open Architecture for
      Collaborative Filtering of Netnews").

    Both papers predict ratings, and divide by the sum of the similarities; for a ranking of what
    people choose the plain sum is used, since it also says how many neighbors speak for a movie.

    Parameters
    ----------
    matrix : array or sparse array of shape (n_users, n_movies)
        Training ratings; 0 means no rating.
    n_neighbors : int
        How many neighbors may speak; more than there are means all of them.
    by : "movie" or "user"
        Whose neighbors.

    Returns
    -------
    array of shape (n_users, n_movies)
        0 or more, also for movies that the user has seen: pass those to ``top_n`` as `exclude`. A
        user without ratings gets zeros.

    Raises
    ------
    ValueError
        When `n_neighbors` is not a whole number above 0, `by` is another word, or the matrix is not
        a table of finite numbers.

    Examples
    --------
    >>> matrix = [[5, 3, 0], [4, 2, 1], [0, 1, 2]]
    >>> neighbor_scores(matrix, n_neighbors=1).round(2).tolist()  # movies 0 and 2 are nearest to 1
    [[0.82, 0.82, 0.82], [0.82, 0.82, 0.82], [0.82, 0.0, 0.82]]
    """
    length = whole_number(n_neighbors, "n_neighbors")
    if by not in ("movie", "user"):
        raise ValueError(f"by is {by!r}, but neighbors are found by 'movie' or by 'user'.")
    chosen = sparse.csr_array(_checked_vectors(matrix, "matrix") > 0, dtype=np.float64)
    kept = _nearest_only(chosen.T.tocsr() if by == "movie" else chosen, length)
    scores: Floats = (chosen @ kept.T if by == "movie" else kept @ chosen).toarray()
    return scores


def _nearest_only(rows: Any, n_neighbors: int) -> Any:
    """Keep of each row's cosines the largest ones, its own left out, in a csr_array."""
    cosines = _compare(rows, rows, "cosine")
    np.fill_diagonal(cosines, -np.inf)
    size = len(cosines)
    neighbors = top_n(cosines, min(n_neighbors, max(size - 1, 1)))
    row, place = np.nonzero(neighbors >= 0)
    column = neighbors[row, place]
    return sparse.csr_array((cosines[row, column], (row, column)), shape=(size, size))


def _compare(left: Any, right: Any, measure: Measure) -> Floats:
    if measure == "cosine":
        left, right = _scaled(left), _scaled(right)
    with np.errstate(over="ignore", invalid="ignore"):
        product = left @ right.T
    result: Floats = product.toarray() if sparse.issparse(product) else product
    if measure == "cosine":
        result /= _lengths(left)[:, None]
        result /= _lengths(right)[None, :]
        np.clip(result, -1.0, 1.0, out=result)
    elif not np.isfinite(result).all():
        raise ValueError(
            "The vectors hold numbers so large that a dot product of two overflows: divide all of "
            "them by the largest."
        )
    return result


def _scaled(rows: Any) -> Any:
    """Bring the largest number of each row to about 1, so that no square over- or underflows.

    The divisor is a power of two, which rounds nothing and leaves the cosine as it is.
    """
    if sparse.issparse(rows):
        if rows.nnz == 0:
            return rows
        largest = abs(rows).max(axis=1).toarray().ravel()
        power = np.repeat(np.frexp(largest)[1], np.diff(rows.indptr))
        scaled = (np.ldexp(rows.data, -power), rows.indices, rows.indptr)
        return sparse.csr_array(scaled, shape=rows.shape)
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    return np.ldexp(rows, -np.frexp(largest)[1])


def _lengths(rows: Any) -> Floats:
    """Euclidean lengths; 1 for a vector of zeros, whose dot products are 0 anyway."""
    squares = (rows * rows).sum(axis=1)
    lengths: Floats = np.sqrt(np.asarray(squares, dtype=np.float64))
    return np.where(lengths > 0, lengths, 1.0)


def _best_of_each_row(values: Floats, n: int) -> NDArray[np.int64]:
    """Give the indexes of each row's n largest values, the lower index first among equals."""
    threshold = np.partition(values, values.shape[1] - n, axis=1)[:, [-n]]
    above = values > threshold
    tied = values == threshold
    # Of the movies that tie for the last places, those with the lowest indexes get them.
    free = n - above.sum(axis=1, keepdims=True)
    selected = above | (tied & (np.cumsum(tied, axis=1, dtype=np.int32) <= free))
    columns = np.nonzero(selected)[1].reshape(-1, n)
    best = np.take_along_axis(values, columns, axis=1)
    order = np.argsort(-best, axis=1, kind="stable")
    ranked = np.take_along_axis(columns, order, axis=1)
    never = np.take_along_axis(best, order, axis=1) == -np.inf
    return np.where(never, -1, ranked)


def _require_measure(measure: str) -> None:
    if measure not in ("cosine", "dot"):
        raise ValueError(f"measure is {measure!r}, but vectors are compared by 'cosine' or 'dot'.")


def _checked_table(values: Any, name: str) -> NDArray[Any]:
    """Give a two-dimensional array of floating-point numbers."""
    if sparse.issparse(values):
        raise ValueError(
            f"{name} is sparse, where most cells hold no number: pass {name}.toarray() if 0 is "
            "what they stand for."
        )
    table: NDArray[Any] = numbers(values, name)
    if table.dtype.kind != "f":
        table = table.astype(np.float64)
    if table.ndim != 2:
        raise ValueError(
            f"{name} has the shape {table.shape}, but it is a table (n_users, n_movies): for one "
            f"list for everybody pass numpy.broadcast_to({name}, (n_users, n_movies))."
        )
    return table


def _checked_marks(exclude: Any, shape: tuple[int, ...]) -> Any:
    table = numbers(
        exclude,
        "exclude",
        "True/False or numbers",
        ": mark with True what must not be recommended, such as train_matrix > 0",
    )
    if table.shape != shape:
        raise ValueError(
            f"exclude has the shape {table.shape} and scores {shape}: both need a row for "
            "each user and a column for each movie, such as train_matrix > 0."
        )
    marks = sparse.csr_array(table)
    if np.isnan(marks.data).any():
        raise ValueError(
            "exclude holds NaN, which is neither yes nor no: mark with True what must not be "
            "recommended, such as train_matrix > 0."
        )
    return marks.astype(bool)


def _checked_vectors(vectors: Any, name: str = "vectors") -> Any:
    """Give a csr_array or a plain array: of float64, two-dimensional, all finite."""
    table = numbers(vectors, name).astype(np.float64)
    if sparse.issparse(table):
        table = sparse.csr_array(table)
    if table.ndim != 2:
        raise ValueError(
            f"{name} has the shape {table.shape}, but it is a table of two dimensions: a row for "
            "each user or movie."
        )
    if not np.isfinite(table.data if sparse.issparse(table) else table).all():
        raise ValueError(
            f"{name} holds a value that is missing or infinite: give 0 to what is not there."
        )
    return table
