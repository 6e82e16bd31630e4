r"""The equations of alternating least squares: one side of a factorization, the other side fixed.

For a row (a user, say) with the ratings r of the movies o, whose features are the rows of
:math:`X_o`:

.. math::

    \Big( a X_o^T X_o + G \Big) u = \frac{1}{n} X_o^T (r - \mu - b_o)

G is the same for all rows. Training solves this for everybody; a service solves it for somebody
who was not there. This module needs NumPy only, so that a service stays small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: How many rows are solved at a time: their equations take some tens of megabytes.
ROWS = 2048


@dataclass(frozen=True)
class RowEquations:
    """What all rows of one side share.

    Parameters
    ----------
    features : array of shape (n_columns, d)
        The embeddings of the other side; a bias is one more column, of ones.
    shared : array of shape (d, d)
        G above: the penalties, and what the columns without a rating ask for.
    product_weight : float
        a above.
    n_ratings : int
        n above: how many ratings the model was trained on.
    mean : float
        Added to every prediction, in stars; 0 in a model without biases.
    biases : array of shape (n_columns,)
        b above, in stars; zeros in a model without biases.
    """

    features: Floats
    shared: Floats
    product_weight: float
    n_ratings: int
    mean: float
    biases: Floats

    def solve(self, indptr: NDArray[Any], columns: NDArray[Any], ratings: Floats) -> Floats:
        """Solve for each row.

        Parameters
        ----------
        indptr, columns, ratings : array
            The rows as a csr_array keeps them: row i has the columns
            ``columns[indptr[i] : indptr[i + 1]]`` and as many ratings, in stars.

        Returns
        -------
        array of shape (n_rows, d)
            The row's embedding.

        Examples
        --------
        >>> one = RowEquations(np.array([[1.0], [2.0]]), np.eye(1), 1.0, 1, 0.0, np.zeros(2))
        >>> one.solve(np.array([0, 2]), np.array([0, 1]), np.array([2.0, 5.0]))  # (2 + 10) / 6
        array([[2.]])
        """
        n_rows, width = len(indptr) - 1, self.features.shape[1]
        targets = ratings - self.mean - self.biases[columns]
        solution = np.empty((n_rows, width))
        for first in range(0, n_rows, ROWS):
            block = range(first, min(first + ROWS, n_rows))
            left = np.empty((len(block), width, width))
            right = np.empty((len(block), width))
            for place, row in enumerate(block):
                part = slice(indptr[row], indptr[row + 1])
                chosen = self.features[columns[part]]
                left[place] = chosen.T @ chosen
                right[place] = targets[part] @ chosen
            left *= self.product_weight
            left += self.shared
            right /= self.n_ratings
            solution[first : first + len(block)] = np.linalg.solve(left, right[:, :, None])[:, :, 0]
        return solution

    def contributions(self, columns: NDArray[Any], ratings: Floats, scored: NDArray[Any]) -> Floats:
        r"""Split the scores of one row among its ratings.

        The solution is linear in the ratings, so that the score of column j is the sum of

        .. math:: \frac{1}{n} x_j^T (a X_o^T X_o + G)^{-1} x_i \, (r_i - \mu - b_i)

        over the ratings i (Hu, Koren and Volinsky, 2008, "Collaborative Filtering for Implicit
        Feedback Datasets", section 5). Nothing is left over.

        Parameters
        ----------
        columns, ratings : array of shape (n,)
            What the row rated, and how, in stars.
        scored : array of shape (m,)
            The columns whose scores are split.

        Returns
        -------
        array of shape (m, n)
            The sum of a line is the score of ``scored[line]``.

        Examples
        --------
        >>> one = RowEquations(np.array([[1.0], [2.0]]), np.eye(1), 1.0, 1, 0.0, np.zeros(2))
        >>> one.contributions(np.array([0, 1]), np.array([2.0, 5.0]), np.array([0])).round(3)
        array([[0.333, 1.667]])
        """
        chosen = self.features[columns]
        left = self.product_weight * (chosen.T @ chosen) + self.shared
        inverse_times = np.linalg.solve(left, self.features[scored].T)
        targets = (ratings - self.mean - self.biases[columns]) / self.n_ratings
        parts: Floats = (inverse_times.T @ chosen.T) * targets
        return parts
