"""Answers that the exercise tests try in lesson 3.9: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

LOSS = """
import numpy as np

def softmax_loss(scores, labels):
    users = np.arange(len(labels))
    powers = np.exp(scores)
    shares = powers / powers.sum(axis=1, keepdims=True)
    return {}
"""
STABLE = """
import numpy as np

def softmax_loss(scores, labels):
    users = np.arange(len(labels))
    highest = scores.max(axis=1, keepdims=True)
    log_sums = highest[:, 0] + np.log(np.exp(scores - highest).sum(axis=1))
    return {}
"""
RIGHT_LOSS = STABLE.format("(log_sums - scores[users, labels]).mean()")

SOFTMAX_LOSS = Cases(
    wrong=[
        ("not stable", LOSS.format("-np.log(shares[users, labels]).mean()")),
        ("not stable", LOSS.format("(np.log(powers.sum(axis=1)) - scores[users, labels]).mean()")),
        (
            "log of a rounded probability",
            LOSS.replace(
                "np.exp(scores)", "np.exp(scores - scores.max(axis=1, keepdims=True))"
            ).format("-np.log(shares[users, labels] + 1e-30).mean()"),
        ),
        ("sign", STABLE.format("(scores[users, labels] - log_sums).mean()")),
        ("sign", LOSS.format("np.log(shares[users, labels]).mean()")),
        ("sum in place of mean", STABLE.format("(log_sums - scores[users, labels]).sum()")),
        (
            "mean over all cells",
            STABLE.format("(log_sums - scores[users, labels]).sum() / scores.size"),
        ),
        ("not averaged", STABLE.format("log_sums - scores[users, labels]")),
        ("not one number", LOSS.format("shares")),
        ("not one number", LOSS.format("'0.5'")),
        ("not one number", STABLE.format("(log_sums - scores[users, labels]).mean(keepdims=True)")),
        (
            "largest score not added back",
            STABLE.format("(log_sums - highest[:, 0] - scores[users, labels]).mean()"),
        ),
        (
            "wrong axis",
            LOSS.replace("axis=1", "axis=0").format("-np.log(shares[users, labels]).mean()"),
        ),
        (
            "softmax over everything",
            LOSS.format("-np.log((powers / powers.sum())[users, labels]).mean()"),
        ),
        ("all movies in place of the label", LOSS.format("-np.log(shares).mean()")),
        ("labels of all users", LOSS.format("-np.log(shares[:, labels]).mean()")),
        ("log missing", LOSS.format("-shares[users, labels].mean()")),
        ("log missing", LOSS.format("1 - shares[users, labels].mean()")),
        ("log of the mean", LOSS.format("-np.log(shares[users, labels].mean())")),
        ("base of the logarithm", LOSS.format("-np.log2(shares[users, labels]).mean()")),
        ("no normalization", LOSS.format("-scores[users, labels].mean()")),
        (
            "exponential missing",
            LOSS.format(
                "-np.log(np.abs(scores / scores.sum(axis=1, keepdims=True))[users, labels]).mean()"
            ),
        ),
        (
            "label not in the sum",
            LOSS.format(
                "(np.log(powers.sum(axis=1) - powers[users, labels])"
                " - scores[users, labels]).mean()"
            ),
        ),
        ("sigmoid", LOSS.format("-np.log(1 / (1 + np.exp(-scores)))[users, labels].mean()")),
        ("squared error", LOSS.format("((1 - shares[users, labels]) ** 2).mean()")),
        ("rounded", STABLE.format("round((log_sums - scores[users, labels]).mean(), 3)")),
        ("nan", LOSS.format("-np.log(scores[users, labels] - 5).mean()")),
        ("fixed", STABLE.format("(log_sums - scores[users, labels]).sum() / 3")),
        ("other", LOSS.format("7.0")),
    ],
    right=[
        """
from scipy.special import log_softmax

def softmax_loss(scores, labels):
    return -np.mean([row[label] for row, label in zip(log_softmax(scores, axis=1), labels)])
""",
        """
def softmax_loss(scores, labels):
    total = 0.0
    for row, label in zip(scores, labels):
        rest = row - row.max()
        total += np.log(np.exp(rest).sum()) - rest[label]
    return total / len(labels)
""",
    ],
)

SHARES = """
import numpy as np

def input_shares(chosen, labels):
    users = np.arange(len(labels))
    left = chosen.astype(float)
    left[users, labels] = 0
    counts = left.sum(axis=1, keepdims=True)
    return {}
"""
INPUT_SHARES = Cases(
    wrong=[
        (
            "label in the input",
            """
def input_shares(chosen, labels):
    return chosen / chosen.sum(axis=1, keepdims=True)
""",
        ),
        ("label in the input", SHARES.format("chosen / np.maximum(counts, 1)")),
        ("label in the count", SHARES.format("left / chosen.sum(axis=1, keepdims=True)")),
        ("not chosen in the mean", SHARES.format("left / left.shape[1]")),
        ("not chosen in the mean", SHARES.format("left / chosen.shape[1]")),
        ("sum in place of mean", SHARES.format("left")),
        (
            "labels of all users out",
            SHARES.replace("left[users, labels]", "left[:, labels]").format(
                "left / np.maximum(counts, 1)"
            ),
        ),
        ("wrong axis", SHARES.format("left / np.maximum(left.sum(axis=0, keepdims=True), 1)")),
        ("wrong axis", SHARES.format("left / np.maximum(left.sum(axis=0)[:, None], 1)")),
        ("counts in a row", SHARES.format("left / left.sum(axis=1)")),
        ("length in place of mean", SHARES.format("left / np.sqrt(counts)")),
        ("sum of the whole table", SHARES.format("left / left.sum()")),
        (
            "labels returned",
            "def input_shares(chosen, labels): return np.eye(chosen.shape[1])[labels]",
        ),
        ("nothing left", SHARES.format("left / counts")),
        (
            "changes its argument",
            """
def input_shares(chosen, labels):
    chosen[np.arange(len(labels)), labels] = False
    return chosen / np.maximum(chosen.sum(axis=1, keepdims=True), 1)
""",
        ),
        ("not a NumPy array", SHARES.format("(left / np.maximum(counts, 1)).tolist()")),
        ("shape", SHARES.format("left[users, labels]")),
        ("not an array", SHARES.format("'shares'")),
        ("other", SHARES.format("left * 0")),
    ],
    right=[
        """
def input_shares(chosen, labels):
    rows = []
    for row, label in zip(chosen, labels):
        others = [movie for movie in np.flatnonzero(row) if movie != label]
        shares = np.zeros(len(row))
        if others:
            shares[others] = 1 / len(others)
        rows.append(shares)
    return np.vstack(rows)
""",
        """
def input_shares(chosen, labels):
    left = chosen & (np.arange(chosen.shape[1]) != labels[:, None])
    return np.divide(
        left, left.sum(1)[:, None], out=np.zeros(left.shape), where=left.any(1)[:, None]
    )
""",
    ],
)

EASE = """
import numpy as np

def ease_weights(chosen, l2):
    n = chosen.shape[1]
    gram = chosen.T @ chosen
    inverse = np.linalg.inv(gram + l2 * np.eye(n))
    weights = {}
    np.fill_diagonal(weights, 0)
    return weights
"""
CLOSED_FORM = "-inverse / np.diag(inverse)"
RIGHT_EASE = EASE.format(CLOSED_FORM)
NOT_ZEROED = "    np.fill_diagonal(weights, 0)\n"

EASE_WEIGHTS = Cases(
    wrong=[
        ("diagonal not zeroed", RIGHT_EASE.replace(NOT_ZEROED, "")),
        ("diagonal not zeroed", EASE.format("inverse @ gram").replace(NOT_ZEROED, "")),
        (
            "diagonal not zeroed",
            EASE.format(f"{CLOSED_FORM} + 0.5 * np.eye(n)").replace(NOT_ZEROED, ""),
        ),
        ("l2 forgotten", RIGHT_EASE.replace(" + l2 * np.eye(n)", "")),
        ("l2 forgotten", RIGHT_EASE.replace("inv(gram + l2 * np.eye(n))", "pinv(gram)")),
        ("l2 everywhere", RIGHT_EASE.replace("l2 * np.eye(n)", "l2")),
        ("l2 scaled", RIGHT_EASE.replace("l2 * np.eye(n)", "len(chosen) * l2 * np.eye(n)")),
        ("rows divided in place of columns", EASE.format("-inverse / np.diag(inverse)[:, None]")),
        ("not divided", EASE.format("-inverse")),
        ("sign", EASE.format("inverse / np.diag(inverse)")),
        ("sign", EASE.format("np.abs(inverse / np.diag(inverse))")),
        ("diagonal of the counts", EASE.format("-inverse / np.diag(gram)")),
        (
            "users in place of movies",
            RIGHT_EASE.replace("chosen.T @ chosen", "chosen @ chosen.T").replace(
                "chosen.shape[1]", "len(chosen)"
            ),
        ),
        ("ridge, then zeroed", EASE.format("inverse @ gram")),
        ("counts returned", EASE.format("gram.copy()")),
        ("scores returned", RIGHT_EASE.replace("return weights", "return chosen @ weights")),
        (
            "l2 after the inverse",
            RIGHT_EASE.replace("inv(gram + l2 * np.eye(n))", "inv(gram) + l2 * np.eye(n)"),
        ),
        (
            "not a NumPy array",
            """
import pandas as pd
from scipy import sparse

def ease_weights(chosen, l2):
    table = sparse.csr_array(chosen)
    inverse = np.linalg.inv((table.T @ table).toarray() + l2 * np.eye(chosen.shape[1]))
    weights = pd.DataFrame(-inverse / inverse.diagonal())
    return weights.where(~np.eye(len(weights), dtype=bool), 0.0)
""",
        ),
        (
            "not a NumPy array",
            RIGHT_EASE.replace("return weights", "return sparse.csr_array(weights)").replace(
                "import numpy as np", "import numpy as np\nfrom scipy import sparse"
            ),
        ),
        ("not finite", EASE.format("-inverse / 0")),
        ("fixed", RIGHT_EASE.replace("l2 * np.eye(n)", "0.7 * np.eye(n)")),
        ("shape", RIGHT_EASE.replace("return weights", "return weights[0]")),
        ("not an array", RIGHT_EASE.replace("return weights", "return {'weights': weights}")),
        ("other", EASE.format("inverse * 3")),
    ],
    right=[
        """
def ease_weights(chosen, l2):
    inverse = np.linalg.inv(chosen.T @ chosen + np.diag(np.full(chosen.shape[1], float(l2))))
    return np.eye(len(inverse)) - inverse / np.diag(inverse)
""",
        """
def ease_weights(chosen, l2):
    # Each column by itself: least squares on the other columns.
    n = chosen.shape[1]
    weights = np.zeros((n, n))
    for j in range(n):
        rest = np.delete(np.arange(n), j)
        others = chosen[:, rest]
        left = others.T @ others + l2 * np.eye(n - 1)
        weights[rest, j] = np.linalg.solve(left, others.T @ chosen[:, j])
    return weights
""",
        """
from scipy import sparse

def ease_weights(chosen, l2):
    table = sparse.csr_array(chosen)
    inverse = np.linalg.pinv((table.T @ table).toarray() + l2 * np.eye(chosen.shape[1]))
    return np.where(np.eye(len(inverse), dtype=bool), 0.0, -inverse / inverse.diagonal())
""",
    ],
)

HITS = """
import numpy as np

def hits(scores, seen, held_out, k):
    users = np.arange(len(held_out))
    own = scores[users, held_out]
    before = {}
    return {}
"""
FAIR = "(scores >= own[:, None]) & ~seen"
LEAVE_ONE_OUT = Cases(
    wrong=[
        ("seen not left out", HITS.format("scores >= own[:, None]", "before.sum(axis=1) <= k")),
        ("seen not left out", HITS.format("scores > own[:, None]", "before.sum(axis=1) < k")),
        (
            "ties in favor",
            HITS.format("(scores > own[:, None]) & ~seen", "before.sum(axis=1) < k"),
        ),
        (
            "ties in favor",
            """
def hits(scores, seen, held_out, k):
    order = np.argsort(-np.where(seen, -np.inf, scores), axis=1, kind="stable")[:, :k]
    return (order == held_out[:, None]).any(axis=1)
""",
        ),
        ("off by one", HITS.format(FAIR, "before.sum(axis=1) < k")),
        ("off by one", HITS.format(FAIR, "before.sum(axis=1) <= k + 1")),
        ("off by one", HITS.format(FAIR, "before.sum(axis=1) - 1 <= k")),
        (
            "lowest first",
            HITS.format("(scores <= own[:, None]) & ~seen", "before.sum(axis=1) <= k"),
        ),
        ("swapped", HITS.format(FAIR, "before.sum(axis=1) > k")),
        ("mean returned", HITS.format(FAIR, "(before.sum(axis=1) <= k).mean()")),
        ("ranks returned", HITS.format(FAIR, "before.sum(axis=1)")),
        ("fixed", HITS.format(FAIR, "before.sum(axis=1) <= 2")),
        (
            "negative scores",
            HITS.format("scores * ~seen >= own[:, None]", "before.sum(axis=1) <= k").replace(
                "    own =", "    scores = np.where(np.isinf(scores), 0.0, scores)\n    own ="
            ),
        ),
        (
            "negative scores",
            HITS.format("np.where(seen, 0, scores) >= own[:, None]", "before.sum(axis=1) <= k"),
        ),
        (
            "hits everywhere",
            HITS.format("(scores >= own[:, None]) & seen", "before.sum(axis=1) <= k"),
        ),
        (
            "scores of all held-out movies",
            HITS.format("(scores >= scores[:, held_out]) & ~seen", "before.sum(axis=1) <= k"),
        ),
        ("shape", HITS.format(FAIR, "before")),
        ("not an array", HITS.format(FAIR, "'yes'")),
        ("hits everywhere", HITS.format(FAIR, "before.sum(axis=1) <= 100")),
        (
            "other",
            HITS.format(FAIR, "before.sum(axis=1) <= np.array([2, 2, 2, 2, 2, 0])[: len(own)]"),
        ),
    ],
    right=[
        """
def hits(scores, seen, held_out, k):
    found = []
    for row, known, movie in zip(scores, seen, held_out):
        rank = 1 + sum(
            row[j] >= row[movie] for j in range(len(row)) if j != movie and not known[j]
        )
        found.append(rank <= k)
    return found
""",
        """
def hits(scores, seen, held_out, k):
    users = np.arange(len(held_out))
    rivals = ~seen
    rivals[users, held_out] = False
    return ((scores >= scores[users, held_out][:, None]) & rivals).sum(axis=1) < k
""",
    ],
)

CASES = {
    "3.9-loss": SOFTMAX_LOSS,
    "3.9-model": INPUT_SHARES,
    "3.9-ease": EASE_WEIGHTS,
    "3.9-leave-one-out": LEAVE_ONE_OUT,
}
