"""The check of lesson 3.4 on the regularized loss: observed error, lengths, gravity."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise
from workshop_pkg.exercises.table_memory import peak_bytes

Array = NDArray[np.float64]
Row = tuple[float, str, str]


class Case(NamedTuple):
    """The arguments of the loss, without its two factors."""

    user_embeddings: Array
    movie_embeddings: Array
    users: NDArray[np.int64]
    movies: NDArray[np.int64]
    stars: Array


# Numbers of users, movies, factors and ratings all differ, so that each misconception gives a value
# of its own.
CASE = Case(
    np.array([[0.9, -0.4, 1.1], [0.3, 0.8, -0.6], [1.2, 0.1, 0.5], [-0.7, 0.6, 1.4]]),
    np.array(
        [
            [1.3, 0.2, 0.4],
            [0.5, -0.9, 1.6],
            [0.1, 1.5, 0.7],
            [-0.3, 0.4, 0.8],
            [1.1, 0.7, -0.2],
            [0.4, 0.9, 0.3],
        ]
    ),
    np.array([0, 0, 1, 2, 2, 3, 3]),
    np.array([1, 4, 0, 2, 3, 0, 4]),
    np.array([5.0, 3.0, 1.0, 4.0, 2.0, 5.0, 3.0]),
)
OTHER = Case(
    np.array([[0.5, 1.0], [-0.2, 0.7], [1.1, 0.3], [0.6, 0.6], [0.9, -0.5], [0.2, 0.1]]),
    np.array([[1.4, 0.2], [0.3, 0.9], [0.8, 1.2]]),
    np.array([0, 4, 4, 5]),
    np.array([2, 0, 1, 1]),
    np.array([4.0, 1.0, 3.0, 5.0]),
)
_L2, _GRAVITY = 0.3, 0.7
# The table of all pairs of the large case takes 48 MB; what is needed, less than one.
_MANY_USERS, _MANY_MOVIES, _MOST_BYTES = 2000, 3000, 12_000_000


@exercise("3.4-regularized-loss")
def check_regularized_loss(answer: object) -> str:
    """Judge the sum of three terms, each on its own: the factors are set to zero in turn."""
    plain = _asked(answer, CASE, 0.0, 0.0)
    _judge_observed(plain)
    _judge_l2(_asked(answer, CASE, _L2, 0.0) - plain)
    _judge_gravity(_asked(answer, CASE, 0.0, _GRAVITY) - plain)
    both = _asked(answer, CASE, _L2, _GRAVITY)
    if not close(both, regularized(CASE, _L2, _GRAVITY)):
        raise NotYet(
            "Each term is right by itself, but with both factors above 0 the sum is not: the terms "
            "must not touch each other.",
            "terms mixed",
        )
    if not close(_asked(answer, OTHER, 0.2, 1.5), regularized(OTHER, 0.2, 1.5)):
        raise NotYet(
            "Right for 4 users and 6 movies with 3 factors, wrong for 6 and 3 with 2: take the "
            "numbers from the shapes of the arguments (`len(user_embeddings)`).",
            "fixed",
        )
    _judge_memory(answer)
    return "Three terms, and no table of all pairs: two small Gram tables say all that it would."


def regularized(case: Case, l2: float, gravity: float) -> float:
    """Compute the loss by the table of all pairs, as a reference.

    Parameters
    ----------
    case : Case
        Embeddings, the observed pairs and their stars.
    l2, gravity : float
        The factors.

    Returns
    -------
    float
        Mean squared error plus both penalties.
    """
    users, movies, _, _, _ = case
    observed = float((errors_of(case) ** 2).mean())
    lengths = float((users**2).sum() / len(users) + (movies**2).sum() / len(movies))
    return observed + l2 * lengths + gravity * float(((users @ movies.T) ** 2).mean())


def errors_of(case: Case) -> Array:
    """Give the error of each observed pair, in stars."""
    products = (case.user_embeddings[case.users] * case.movie_embeddings[case.movies]).sum(axis=1)
    return np.asarray(case.stars - products, dtype=np.float64)


def _asked(answer: object, case: Case, l2: float, gravity: float) -> float:
    try:
        value: Any = attempt(answer, *case, l2, gravity)
    except NotYet as verdict:
        _explain_shapes(verdict, case)
        raise
    try:
        return float(np.asarray(value, dtype=np.float64).item())
    except (TypeError, ValueError):
        raise NotYet(
            f"You return a `{type(value).__name__}` that is not one number. The loss is the sum of "
            "the three terms.",
            "not one number",
        ) from None


def _explain_shapes(verdict: NotYet, case: Case) -> None:
    """Tell from the shapes in an error's text that the wrong side of a table was multiplied."""
    said = verdict.message.replace(" ", "").replace("[", "(").replace("]", ")")
    sizes = len(case.user_embeddings), len(case.movie_embeddings)
    if verdict.misconception == "error" and all(f"({n},{n})" in said for n in sizes):
        raise NotYet(
            f"Your two tables have the shapes {(sizes[0],) * 2} and {(sizes[1],) * 2}: one for "
            "pairs of users, one for pairs of movies. Multiply the other way round, "
            "`user_embeddings.T @ user_embeddings`: then both are factors times factors, however "
            "many users there are.",
            "wrong axis of the Gram table",
        ) from None


def _judge_observed(value: float) -> None:
    users, movies, _, _, stars = CASE
    errors = errors_of(CASE)
    right = float((errors**2).mean())
    if close(value, right):
        return
    if rounded(value, right):
        raise not_rounded(value)
    total = float((errors**2).sum())
    without = (
        "With `l2=0` and `gravity=0` only the observed error must be left, and your loss still "
        "holds a penalty: multiply each penalty by its factor.",
        "factor forgotten",
    )
    lengths, pairs = _lengths(), float(((users @ movies.T) ** 2).mean())
    table = np.zeros((len(users), len(movies)))
    table[CASE.users, CASE.movies] = stars
    whole = float(((table - users @ movies.T) ** 2).mean())
    rows: list[Row] = [
        (right + lengths, *without),
        (right + pairs, *without),
        (right + lengths + pairs, *without),
        (
            total / (len(users) * len(movies)),
            "You divide the squared errors by the number of all pairs. Divide by the number of "
            "ratings, `len(stars)`.",
            "mean over all pairs",
        ),
        (
            whole,
            "Your error counts the pairs without a rating as 0 stars. Gather the observed pairs: "
            "`user_embeddings[users]` and `movie_embeddings[movies]`.",
            "zeros counted as ratings",
        ),
        (total, "The squared errors are summed: take their mean.", "errors summed"),
        (
            float(np.abs(errors).mean()),
            "You take the size of the errors. Square them.",
            "not squared",
        ),
        (
            float(errors.mean()),
            "Errors above and below cancel in your mean. Square them.",
            "not squared",
        ),
        (
            float(np.sqrt(right)),
            "That is the root of the mean squared error. The loss has the mean itself.",
            "root of the error",
        ),
        (0.0, "With `l2=0` and `gravity=0` the observed error must be left.", "no observed error"),
    ]
    _explain(
        value,
        rows,
        f"With `l2=0` and `gravity=0` the loss is the mean squared error over the ratings, "
        f"{right:.3f}; you return {value:.3f}.",
    )


def _lengths() -> float:
    users, movies = CASE.user_embeddings, CASE.movie_embeddings
    return float((users**2).sum() / len(users) + (movies**2).sum() / len(movies))


def _judge_l2(value: float) -> None:
    users, movies = CASE.user_embeddings, CASE.movie_embeddings
    right = _L2 * _lengths()
    if close(value, right):
        return
    n, m, d = len(users), len(movies), users.shape[1]
    of_users, of_movies = float((users**2).sum()), float((movies**2).sum())
    norms = [np.linalg.norm(table, axis=1) for table in (users, movies)]
    axis = (
        "You divide the squared lengths by the number of factors. It is a mean over *rows*: divide "
        "by the number of users, and of movies.",
        "wrong axis",
    )
    roots = (
        "You take lengths, with the root. The penalty has *squared* lengths: "
        "`(user_embeddings**2).sum()`.",
        "root of norms",
    )
    rows: list[Row] = [
        (
            0.0,
            "With `l2` above 0 your loss stays the same: the penalty on squared lengths is "
            "missing.",
            "l2 forgotten",
        ),
        (-right, "You subtract the L2 term: then longer is better. Add it.", "l2 subtracted"),
        (
            _L2 * of_users / n,
            "Only the users' embeddings are kept short. Add the movies' part.",
            "l2 forgotten for movies",
        ),
        (
            _L2 * of_movies / m,
            "Only the movies' embeddings are kept short. Add the users' part.",
            "l2 forgotten for users",
        ),
        (
            _L2 * (of_users + of_movies),
            "Your L2 term is a sum over all users and movies: it would grow with their number. "
            "Divide the users' part by the number of users, the movies' by that of movies.",
            "l2 summed",
        ),
        (
            _L2 * (of_users / (n * d) + of_movies / (m * d)),
            "`.mean()` of a table divides by rows *times* columns. The L2 term is a mean over "
            "rows: `.sum() / len(user_embeddings)`.",
            "mean over entries",
        ),
        (_L2 * (of_users + of_movies) / d, *axis),
        (
            _L2 * (of_users / m + of_movies / n),
            "The two divisors are exchanged: the users' part is divided by the number of users.",
            "divisors exchanged",
        ),
        (
            _L2 * (of_users + of_movies) / (n + m),
            "You divide both parts by users plus movies. Each has its own mean.",
            "one divisor for both",
        ),
        (
            _L2 * (of_users + of_movies) / len(CASE.stars),
            "You divide the squared lengths by the number of ratings. Each part has its own "
            "divisor: the number of users, and that of movies.",
            "l2 divided by ratings",
        ),
        (
            _L2 * (of_users / n) * (of_movies / m),
            "You multiply the users' part and the movies' part. Add them.",
            "parts multiplied",
        ),
        (_L2 * float(sum(norm.mean() for norm in norms)), *roots),
        (_L2 * float(np.sqrt(of_users) + np.sqrt(of_movies)), *roots),
        (_L2 * float(np.sqrt(of_users) / n + np.sqrt(of_movies) / m), *roots),
        (
            right / 2,
            "Half of the L2 term: some books write a half in front of it, this lesson does not.",
            "half",
        ),
        (
            _L2 * float(((users @ movies.T) ** 2).mean()),
            "With `l2` you multiply the gravity term: the two factors are exchanged.",
            "factors exchanged",
        ),
    ]
    _explain(
        value,
        rows,
        f"With `l2={_L2}` and `gravity=0` the L2 term must add {right:.3f}; you add {value:.3f}.",
    )


def _judge_gravity(value: float) -> None:
    users, movies = CASE.user_embeddings, CASE.movie_embeddings
    table = users @ movies.T
    right = _GRAVITY * float((table**2).mean())
    if close(value, right):
        return
    n, m, d = len(users), len(movies), users.shape[1]
    total = float((table**2).sum())
    gram_users, gram_movies = users.T @ users, movies.T @ movies
    observed = table[CASE.users, CASE.movies]
    rated = np.zeros(table.shape, bool)
    rated[CASE.users, CASE.movies] = True
    products = (
        "Of the two Gram tables you take the matrix product. Multiply entry by entry, with `*`, "
        "and add up.",
        "matrix product of the Gram tables",
    )
    rows: list[Row] = [
        (
            0.0,
            "With `gravity` above 0 your loss stays the same: the gravity term is missing.",
            "gravity forgotten",
        ),
        (
            -right,
            "You subtract the gravity term: then large scores everywhere would be better. Add it.",
            "gravity subtracted",
        ),
        (
            _GRAVITY * total,
            "Your gravity is a sum over all pairs. Make it a mean: divide by users times movies. "
            "(As a sum it would be a million times as strong on real data.)",
            "gravity summed",
        ),
        (
            _GRAVITY * total / len(CASE.stars),
            "You divide gravity by the number of ratings. It is a mean over *all* pairs: users "
            "times movies.",
            "gravity divided by ratings",
        ),
        (
            _GRAVITY * float((observed**2).mean()),
            "Your gravity looks at the observed pairs only. It is there for the others: all pairs "
            "count.",
            "gravity over observed pairs",
        ),
        (
            _GRAVITY * float((table[~rated] ** 2).mean()),
            "Your gravity leaves the observed pairs out. It is a mean over *all* pairs.",
            "gravity over unobserved pairs",
        ),
        (
            _GRAVITY * float((table[~rated] ** 2).sum()) / (n * m),
            "Your gravity leaves the observed pairs out. It is a mean over *all* pairs.",
            "gravity over unobserved pairs",
        ),
        (
            _GRAVITY * total / d**2,
            "`.mean()` of the Gram tables divides by factors times factors. Take the `.sum()`, and "
            "divide by users times movies.",
            "mean over the Gram tables",
        ),
        (
            _GRAVITY * total / (n + m),
            "You divide gravity by users *plus* movies. There are users *times* movies pairs.",
            "users plus movies",
        ),
        (
            _GRAVITY * float(table.mean()),
            "Your gravity does not square the scores: those above and below 0 cancel.",
            "gravity not squared",
        ),
        (
            _GRAVITY * float(table.mean()) ** 2,
            "You square the mean of the scores. Square each score first, then take the mean.",
            "square of the mean",
        ),
        (
            _GRAVITY * float(np.sqrt((table**2).mean())),
            "You take a root. Gravity is the mean of the squared scores.",
            "root of gravity",
        ),
        (_GRAVITY * float((gram_users @ gram_movies).sum()) / (n * m), *products),
        (
            _GRAVITY * float((np.diag(gram_users) * np.diag(gram_movies)).sum()) / (n * m),
            "You use the squares of each factor alone, the diagonals of the two Gram tables. All "
            "their entries count.",
            "diagonal only",
        ),
        (
            _GRAVITY * float(gram_users.sum() * gram_movies.sum()) / (n * m),
            "You add up each Gram table by itself. Multiply the two entry by entry *first*.",
            "summed before multiplied",
        ),
        (
            _GRAVITY * float((users**2).sum() * (movies**2).sum()) / (n * m),
            "You multiply squared lengths. That is only an upper bound: gravity has the squared "
            "dot products.",
            "lengths in place of products",
        ),
        (
            _GRAVITY * float(gram_users.sum() + gram_movies.sum()) / (n * m),
            "You add the two Gram tables. Multiply them, entry by entry.",
            "Gram tables added",
        ),
        (
            right / 2,
            "Half of the gravity term: some books write a half in front, this lesson does not.",
            "half",
        ),
    ]
    _explain(
        value,
        rows,
        f"With `l2=0` and `gravity={_GRAVITY}` the gravity term must add {right:.3f}; you add "
        f"{value:.3f}.",
    )


def _explain(value: float, rows: list[Row], otherwise: str) -> None:
    for wrong, message, misconception in rows:
        if close(value, wrong):
            raise NotYet(message, misconception)
    raise NotYet(otherwise, "other")


def _judge_memory(answer: object) -> None:
    generator = np.random.default_rng(0)
    large = Case(
        generator.normal(size=(_MANY_USERS, 3)),
        generator.normal(size=(_MANY_MOVIES, 3)),
        np.arange(5),
        np.arange(5),
        np.ones(5),
    )
    if peak_bytes(lambda: _asked(answer, large, _L2, _GRAVITY)) > _MOST_BYTES:
        raise NotYet(
            f"The right number, but with {_MANY_USERS:,} users and {_MANY_MOVIES:,} movies your "
            "function makes a table of all pairs on the way. Use the two small tables "
            "`user_embeddings.T @ user_embeddings` and `movie_embeddings.T @ movie_embeddings`: "
            "the sum of their products, entry by entry, is the sum over all pairs.",
            "table of all pairs",
        )
