"""Answers to the exercises of lesson 3.8: wrong ones with their misconception, and right ones."""

from tests.exercises.cases import Cases

DESIGN = """
import numpy as np
from scipy import sparse

def design_matrix(user_index, movie_index, n_users, n_movies):
    n = len(user_index)
    rows = np.concatenate([np.arange(n), np.arange(n)])
    columns = np.concatenate([user_index, n_users + movie_index])
    values = np.ones(2 * n)
    return sparse.csr_array((values, (rows, columns)), shape=(n, n_users + n_movies))
"""


def design(old: str, new: str) -> str:
    """Put a wrong piece into the right matrix."""
    assert old in DESIGN
    return DESIGN.replace(old, new)


RETURN = "return sparse.csr_array((values, (rows, columns)), shape=(n, n_users + n_movies))"
DESIGN_MATRIX = Cases(
    wrong=[
        ("movies not shifted", design("n_users + movie_index", "movie_index")),
        (
            "movies not shifted",
            design("n_users + movie_index", "movie_index").replace(
                "(n, n_users + n_movies)", "(n, n_movies)"
            ),
        ),
        (
            "other",
            design("n_users + movie_index", "n_users + n_movies - 1 - movie_index"),
        ),
        ("counted from 1", design("n_users + movie_index", "n_users - 1 + movie_index")),
        (
            "movies first",
            design("[user_index, n_users + movie_index]", "[n_movies + user_index, movie_index]"),
        ),
        ("values not 1", design("np.ones(2 * n)", "np.concatenate([user_index, movie_index])")),
        ("values not 1", design("np.ones(2 * n)", "np.full(2 * n, 0.5)")),
        ("dense", design(RETURN, RETURN + ".toarray()")),
        (
            "zeros stored",
            design(
                RETURN,
                """dense = sparse.csr_array(
        (values, (rows, columns)), shape=(n, n_users + n_movies)).toarray()
    where = np.indices(dense.shape).reshape(2, -1)
    return sparse.csr_array((dense.ravel(), tuple(where)), shape=dense.shape)""",
            ),
        ),
        ("transposed", design(RETURN, RETURN + ".T")),
        (
            "table of ratings",
            design(
                RETURN,
                """return sparse.csr_array(
        (np.ones(n), (user_index, movie_index)), shape=(n_users, n_movies))""",
            ),
        ),
        ("row numbers as numbers", design(RETURN, "return np.stack([user_index, movie_index], 1)")),
        (
            "two rows each",
            design("np.arange(n), np.arange(n)", "np.arange(n), n + np.arange(n)").replace(
                "shape=(n,", "shape=(2 * n,"
            ),
        ),
        ("one block only", design("np.ones(2 * n)", "np.repeat([1.0, 0.0], n)")),
        ("one block only", design("np.ones(2 * n)", "np.repeat([0.0, 1.0], n)")),
        (
            "rows sorted",
            design(
                "    n = ",
                "    order = np.lexsort((movie_index, user_index))\n"
                "    user_index, movie_index = user_index[order], "
                "movie_index[order]\n    n = ",
            ),
        ),
        (
            "sizes from the data",
            design(
                "    n = ",
                "    n_users = user_index.max() + 1\n"
                "    n_movies = movie_index.max() + 1\n    n = ",
            ),
        ),
        ("shape", design(RETURN, RETURN + "[:2]")),
        ("other", design("n_users + movie_index", "n_users + movie_index[::-1]")),
    ],
    right=[
        """
import numpy as np
from scipy import sparse

def design_matrix(user_index, movie_index, n_users, n_movies):
    users = sparse.eye_array(n_users, format="csr")[user_index]
    movies = sparse.eye_array(n_movies, format="csr")[movie_index]
    return sparse.hstack([users, movies])
""",
        """
from scipy import sparse

def design_matrix(user_index, movie_index, n_users, n_movies):
    matrix = sparse.lil_matrix((len(user_index), n_users + n_movies), dtype=int)
    for row, (user, movie) in enumerate(zip(user_index, movie_index)):
        matrix[row, user] = 1
        matrix[row, n_users + movie] = 1
    return matrix.tocsr()
""",
    ],
)


def pairwise(formula: str) -> str:
    """Write an answer in one formula."""
    return f"""
import numpy as np

def pairwise(x, factors):
    first, second = x @ factors, x**2 @ factors**2
    return {formula}
"""


PAIRWISE = Cases(
    wrong=[
        ("half forgotten", pairwise("(first**2 - second).sum(axis=1)")),
        ("squares swapped", pairwise("0.5 * (second - first**2).sum(axis=1)")),
        ("squares swapped", pairwise("(second - first**2).sum(axis=1)")),
        ("diagonal kept", pairwise("0.5 * (first**2).sum(axis=1)")),
        ("diagonal kept", pairwise("(first**2).sum(axis=1)")),
        ("diagonal added", pairwise("0.5 * (first**2 + second).sum(axis=1)")),
        ("half of one part", pairwise("(first**2 - 0.5 * second).sum(axis=1)")),
        ("half of one part", pairwise("(0.5 * first**2 - second).sum(axis=1)")),
        ("x not squared", pairwise("0.5 * (first**2 - x @ factors**2).sum(axis=1)")),
        ("factors not squared", pairwise("0.5 * (first**2 - x**2 @ factors).sum(axis=1)")),
        ("nothing squared", pairwise("0.5 * (first**2 - first).sum(axis=1)")),
        ("factors summed first", pairwise("0.5 * (first.sum(axis=1)**2 - second.sum(axis=1))")),
        ("sum not squared", pairwise("0.5 * (first - second).sum(axis=1)")),
        ("diagonal only", pairwise("second.sum(axis=1)")),
        ("mean over factors", pairwise("0.5 * (first**2 - second).mean(axis=1)")),
        ("no pairs", pairwise("first.sum(axis=1)")),
        ("factors not summed", pairwise("0.5 * (first**2 - second)")),
        ("wrong axis", pairwise("0.5 * (first**2 - second).sum(axis=0)")),
        ("rows summed", pairwise("0.5 * (first**2 - second).sum()")),
        ("a column", pairwise("0.5 * (first**2 - second).sum(axis=1, keepdims=True)")),
        (
            "pair by pair",
            """
import itertools

def pairwise(x, factors):
    return [
        sum(
            (factors[i] @ factors[j]) * row[i] * row[j]
            for i, j in itertools.combinations(range(len(row)), 2)
        )
        for row in x
    ]
""",
        ),
        ("shape", pairwise("np.zeros(7)")),
        ("fixed", pairwise("0.5 * (first**2 - second)[:, :2].sum(axis=1) * (len(factors) == 4)")),
        ("other", pairwise("3 * (first**2 - second).sum(axis=1)")),
    ],
    right=[
        """
def pairwise(x, factors):
    # One feature at a time: it meets the sum of those before it.
    total, before = [0.0] * len(x), [factors[0] * 0 for row in x]
    for i, vector in enumerate(factors):
        for n, row in enumerate(x):
            total[n] += row[i] * (vector @ before[n])
            before[n] = before[n] + row[i] * vector
    return total
""",
        """
import numpy as np

def pairwise(x, factors):
    table = np.triu(factors @ factors.T, 1)
    return np.einsum("ni,ij,nj->n", x, table, x)
""",
    ],
)


def calibration(formula: str, bins: str = "np.minimum((shares * 10).astype(int), 9)") -> str:
    """Write an answer from the bins' sizes and the means within them."""
    return f"""
import numpy as np
import pandas as pd

def calibration_error(likes, shares):
    bins = {bins}
    grouped = pd.DataFrame({{"likes": likes * 1.0, "shares": shares}}).groupby(bins)
    sizes, means = grouped.size(), grouped.mean()
    gaps = means["shares"] - means["likes"]
    return {formula}
"""


AVERAGE = "(sizes * gaps.abs()).sum() / len(shares)"
CALIBRATION = Cases(
    wrong=[
        ("bins not weighted", calibration("gaps.abs().mean()")),
        ("bins not weighted", calibration("gaps.abs().sum() / 10")),
        ("bins not weighted", calibration("gaps.abs().sum()")),
        ("signs cancel", calibration("(sizes * gaps).sum() / len(shares)")),
        ("signs cancel", calibration("likes.mean() - shares.mean()")),
        ("signs cancel", calibration("abs(likes.mean() - shares.mean())")),
        ("signs cancel", calibration("gaps.mean()")),
        ("no bins", calibration("np.abs(shares - likes).mean()")),
        ("no bins", calibration("((shares - likes) ** 2).mean()")),
        ("log loss", calibration("-np.log(np.where(likes, shares, 1 - shares)).mean()")),
        ("squared", calibration("(sizes * gaps**2).sum() / len(shares)")),
        ("squared", calibration("((sizes * gaps**2).sum() / len(shares)) ** 0.5")),
        ("largest gap", calibration("gaps.abs().max()")),
        (
            "middle of the bin",
            calibration(AVERAGE.replace("gaps", "((gaps.index + 0.5) / 10 - means['likes'])")),
        ),
        ("bins of equal size", calibration(AVERAGE, "pd.qcut(shares, 10, labels=False)")),
        (
            "bins of equal size",
            """
import numpy as np

def calibration_error(likes, shares):
    parts = np.array_split(np.argsort(shares), 10)
    gaps = [len(part) * abs(shares[part].mean() - likes[part].mean()) for part in parts]
    return sum(gaps) / len(shares)
""",
        ),
        ("not divided", calibration("(sizes * gaps.abs()).sum()")),
        ("not divided", calibration("(sizes * gaps.abs()).mean()")),
        ("percent", calibration("100 * " + AVERAGE)),
        ("rounded", calibration(f"round({AVERAGE}, 3)")),
        ("not averaged", calibration("gaps.abs()")),
        ("not averaged", calibration("list(gaps)")),
        ("not one number", calibration("sizes")),
        ("not one number", calibration("[" + AVERAGE + "]")),
        ("not one number", calibration("'0.1'")),
        (
            "empty bins",
            """
import numpy as np

def calibration_error(likes, shares):
    bins, total = np.minimum((shares * 10).astype(int), 9), 0
    for number in range(10):
        here = bins == number
        total += here.sum() * abs(shares[here].mean() - likes[here].mean())
    return total / len(shares)
""",
        ),
        ("ends of the range", calibration(AVERAGE, "(shares * 10).astype(int)")),
        (
            "ends of the range",
            calibration(AVERAGE, "pd.cut(shares, np.linspace(0, 1, 11), labels=False)"),
        ),
        ("other", calibration("0.5")),
        *(
            (
                "number of bins",
                calibration(AVERAGE, f"np.minimum((shares * {n}).astype(int), {n} - 1)"),
            )
            for n in (5, 9, 11, 20)
        ),
    ],
    right=[
        calibration(AVERAGE, "pd.cut(shares, np.linspace(0, 1, 11), include_lowest=True)"),
        """
def calibration_error(likes, shares):
    total = 0
    for number in range(10):
        pairs = [
            (like, share)
            for like, share in zip(likes, shares)
            if min(int(share * 10), 9) == number
        ]
        total += abs(sum(share - like for like, share in pairs))
    return total / len(shares)
""",
        """
import numpy as np

def calibration_error(likes, shares):
    edges = np.linspace(0, 1, 11)
    return np.abs(
        np.histogram(shares, edges, weights=shares)[0]
        - np.histogram(shares, edges, weights=likes.astype(float))[0]
    ).sum() / shares.size
""",
    ],
)

CASES = {
    "3.8-design-matrix": DESIGN_MATRIX,
    "3.8-pairwise": PAIRWISE,
    "3.8-calibration": CALIBRATION,
}
