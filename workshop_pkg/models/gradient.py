"""Matrix factorization trained by gradient descent on all ratings at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import pandas as pd
from tqdm import tqdm

from workshop_pkg import backend
from workshop_pkg.checked import whole_number
from workshop_pkg.models.factors import FactorModel, history_rows
from workshop_pkg.models.objective import Floats, factor, loss_terms, observed_products
from workshop_pkg.preprocessing import Encoded

#: About as many moments of training are recorded, the first and the last among them.
RECORDS = 40
#: More cells than that (users times movies) are refused: each is held a few times, in 4 bytes.
MOST_CELLS = 10**8


class TrainingDiverged(ValueError):  # noqa: N818 - what happened, in the words of the field
    """Training left the finite numbers: the learning rate is too high.

    Attributes
    ----------
    step : int
        The first step after which an embedding was no finite number.
    """

    def __init__(self, message: str, step: int) -> None:
        super().__init__(message)
        self.step = step

    def _render_traceback_(self) -> list[str]:
        """Give IPython what it shows in place of the traceback."""
        return [f"{type(self).__name__}: {self}"]


class GradientFactorization(FactorModel):
    r"""Embeddings found by gradient descent, each step on all ratings.

    A step costs three products of tables: all dot products at once, :math:`P = U V^T`; the errors
    :math:`E = P - R` where there is a rating, else 0; and the gradients, which are :math:`E V` and
    :math:`E^T U`, up to a factor. On a table that fits into memory this is quicker than gathering
    the observed pairs, although most of the products are thrown away. The penalties add
    :math:`U (V^T V)`, again without a table of all pairs.

    The loss is that of ``models.loss_terms``; the weight of what was not observed is from Hu, Koren
    and Volinsky, 2008, "Collaborative Filtering for Implicit Feedback Datasets".

    Parameters
    ----------
    n_factors : int
        Length of an embedding.
    init_stddev : float
        Embeddings start as normal numbers with mean 0 and this standard deviation.
    learning_rate : float
        How far a step goes.
    n_steps : int
        Steps of `fit`.
    l2, gravity, unobserved_weight : float
        Factors of the penalties, 0 or more; the last from 0 to 1.
    optimizer : str
        A name that Keras knows: ``"sgd"``, ``"adam"``, ``"adagrad"``. With others than ``"sgd"``,
        learning rates are much smaller.
    seed : int
        Of the numbers that training starts from.
    verbose : bool
        Whether to show a progress bar.

    Attributes
    ----------
    n_steps_ : int
        Steps done so far; beside those of `FactorModel`.

    Examples
    --------
    >>> users, movies = [1, 1, 2], [10, 20, 10]
    >>> ratings = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": [4, 2, 5]})
    >>> model = GradientFactorization(n_factors=2, learning_rate=0.1, n_steps=900, verbose=False)
    >>> model.fit(ratings).predict([1, 2], [20, 10]).round(1).tolist()
    [2.0, 5.0]
    """

    def __init__(
        self,
        n_factors: int = 30,
        init_stddev: float = 0.05,
        learning_rate: float = 10.0,
        n_steps: int = 1000,
        l2: float = 0.0,
        gravity: float = 0.0,
        unobserved_weight: float = 0.0,
        optimizer: str = "sgd",
        seed: int = 0,
        verbose: bool = True,
    ) -> None:
        self.n_factors = n_factors
        self.init_stddev = init_stddev
        self.learning_rate = learning_rate
        self.n_steps = n_steps
        self.l2 = l2
        self.gravity = gravity
        self.unobserved_weight = unobserved_weight
        self.optimizer = optimizer
        self.seed = seed
        self.verbose = verbose

    def fit(
        self,
        ratings: pd.DataFrame,
        encoded: Encoded | None = None,
        validation: pd.DataFrame | None = None,
    ) -> Self:
        """Train from the start.

        Parameters
        ----------
        ratings : pandas.DataFrame
            The training part: ``user_id``, ``movie_id``, ``rating`` (stars).
        encoded : Encoded, optional
            What ``encode`` gave for all ratings, where rows must agree with other tables of the
            lesson; without it, the ids of `ratings`. Nothing but its ids is used.
        validation : pandas.DataFrame, optional
            Ratings to watch the error on, with ids that are known; training does not use them.

        Returns
        -------
        self

        Raises
        ------
        TrainingDiverged
            When embeddings leave the finite numbers. The model then stands at the last recorded
            moment that was finite, and `resume` goes on from there.
        ValueError
            When there are no ratings, a hyperparameter or an id does not fit, or the table of all
            pairs is too large for this way of training.
        """
        self._checked()
        whole_number(self.n_steps, "n_steps", example=1000)
        _rate(self.learning_rate)
        matrix = self._begin(ratings, encoded)
        _refuse_large(matrix.shape)
        self._validation = self._held_out(validation)
        self._data = matrix
        generator = np.random.default_rng(self.seed)
        self.user_embeddings_ = self._drawn(generator, matrix.shape[0])
        self.movie_embeddings_ = self._drawn(generator, matrix.shape[1])
        self.n_steps_ = 0
        self._prepare()
        self.history_ = pd.DataFrame(self._record())
        self._train(self.n_steps, self.learning_rate)
        return self

    def resume(self, n_steps: int, learning_rate: float | None = None) -> Self:
        """Go on with training, on the same ratings.

        Parameters
        ----------
        n_steps : int
            Further steps.
        learning_rate : float, optional
            Another rate from here on; without it, that of the model.

        Returns
        -------
        self

        Raises
        ------
        TrainingDiverged, ValueError
            As in `fit`; also where the model was read from a file, which holds no ratings.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        steps = whole_number(n_steps, "n_steps", example=1000)
        rate = _rate(self.learning_rate if learning_rate is None else learning_rate)
        self._known_ids()
        if not hasattr(self, "_data"):
            raise ValueError(
                "This model was read from a file, which holds no ratings: train it from the start "
                "with fit(ratings)."
            )
        self._train(steps, rate)
        return self

    def _drawn(self, generator: np.random.Generator, rows: int) -> Floats:
        drawn = generator.normal(0.0, self.init_stddev, (rows, self.n_factors))
        # What the steps compute in; kept here in the precision of everything else.
        return drawn.astype(np.float32).astype(np.float64)

    def _train(self, n_steps: int, learning_rate: float) -> None:
        """Take steps, and record a moment every now and then."""
        self._rule.learning_rate = learning_rate
        gradients = backend.compiled(self._gradient_function())
        step = backend.compiled_with_variables(self._step_function(gradients))
        fixed = _scaled_tables(self._data, self.unobserved_weight)
        every = max(1, n_steps // RECORDS)
        bar = tqdm(total=n_steps, desc="steps", leave=False, disable=not self.verbose)
        with bar:
            for done in range(0, n_steps, every):
                size = min(every, n_steps - done)
                sums = np.array([float(step(*fixed)) for _ in range(size)])
                if not np.isfinite(sums).all():
                    self._go_back()
                    raise self._diverged(int(np.argmin(np.isfinite(sums))) + 1, learning_rate)
                self._take_over(size)
                bar.update(size)

    def _prepare(self) -> None:
        """Make variables of the embeddings, and the rule by which they move."""
        keras = backend.load_keras()
        self._rule = _optimizer(keras, self.optimizer)
        self._variables = [
            keras.Variable(table.astype(np.float32))
            for table in (self.user_embeddings_, self.movie_embeddings_)
        ]
        self._rule.build(self._variables)
        self._moment = self._state()

    def _state(self) -> list[Any]:
        """Copy all that a step changes."""
        changing = [*self._variables, *self._rule.variables]
        return [np.array(np.asarray(variable.value)) for variable in changing]

    def _take_over(self, steps: int) -> None:
        """Keep what some steps have learnt, and record the moment."""
        self._moment = self._state()
        self.user_embeddings_ = self._moment[0].astype(np.float64)
        self.movie_embeddings_ = self._moment[1].astype(np.float64)
        self.n_steps_ += steps
        rows = pd.DataFrame(self._record())
        self.history_ = pd.concat([self.history_, rows], ignore_index=True)

    def _go_back(self) -> None:
        """Undo the steps since the last recorded moment."""
        changing = [*self._variables, *self._rule.variables]
        for variable, value in zip(changing, self._moment, strict=True):
            variable.assign(value)

    def _record(self) -> list[dict[str, Any]]:
        users, movies = self.user_embeddings_, self.movie_embeddings_
        terms = loss_terms(users, movies, self._data, self.l2, self.gravity, self.unobserved_weight)
        held_out = None
        if self._validation is not None:
            errors = self._validation.data - observed_products(users, movies, self._validation)
            held_out = float(errors @ errors) / len(errors)
        return history_rows(self.n_steps_, terms, held_out)

    def _diverged(self, steps: int, learning_rate: float) -> TrainingDiverged:
        step = self.n_steps_ + steps
        return TrainingDiverged(
            f"Training diverged: after step {step} the embeddings hold numbers that are not "
            f"finite. The learning rate {learning_rate:g} is too high for these ratings: try "
            f"{learning_rate / 4:g}, or start from a smaller init_stddev than "
            f"{self.init_stddev:g}. The model stands at step {self.n_steps_}.",
            step,
        )

    def _gradient_function(self) -> Callable[..., Any]:
        """Make the function that computes both gradients: tensors in, tensors out."""
        ops = backend.load_keras().ops
        n_users, n_movies = self._data.shape
        weight = self.unobserved_weight
        of_error = 2.0 / self._data.nnz
        of_all_pairs = 2.0 * self.gravity / (n_users * n_movies) + weight * of_error
        of_users, of_movies = 2.0 * self.l2 / n_users, 2.0 * self.l2 / n_movies

        def gradients(users: Any, movies: Any, table: Any, mask: Any) -> Any:
            errors = ops.matmul(users, ops.transpose(movies)) * mask - table
            for_users = ops.matmul(errors, movies)
            for_movies = ops.matmul(ops.transpose(errors), users)
            if self.l2:
                for_users += of_users * users
                for_movies += of_movies * movies
            if of_all_pairs:
                gram_users = ops.matmul(ops.transpose(users), users)
                gram_movies = ops.matmul(ops.transpose(movies), movies)
                for_users += of_all_pairs * ops.matmul(users, gram_movies)
                for_movies += of_all_pairs * ops.matmul(movies, gram_users)
            return for_users, for_movies

        return gradients

    def _step_function(self, gradients: Callable[..., Any]) -> Callable[..., Any]:
        """Make the function that takes one step, and gives a sum that is finite while all is."""
        ops = backend.load_keras().ops
        rule, variables = self._rule, self._variables

        def step(table: Any, mask: Any) -> Any:
            users, movies = variables
            both = gradients(users.value, movies.value, table, mask)
            rule.apply(list(both), variables)
            return ops.sum(users.value) + ops.sum(movies.value)

        return step


def _scaled_tables(matrix: Any, unobserved_weight: float) -> tuple[Any, Any]:
    """Lay ratings out as a table, with a second one that marks where there is one, as tensors.

    Both are scaled so that products * mask - table is the gradient by the products. Observed pairs
    are counted among all pairs, too, with the weight of unobserved ones: the mask takes that off.
    """
    ops = backend.load_keras().ops
    of_error = 2.0 / matrix.nnz
    table = (of_error * matrix).toarray().astype(np.float32)
    mask = matrix.astype(bool).astype(np.float64) * (of_error * (1.0 - unobserved_weight))
    return ops.convert_to_tensor(table), ops.convert_to_tensor(mask.toarray().astype(np.float32))


def _optimizer(keras: Any, name: object) -> Any:
    try:
        rule = keras.optimizers.get(name) if isinstance(name, str) else None
    except ValueError:
        rule = None
    if rule is None:
        raise ValueError(
            f"optimizer is {name!r}, but it is the name of one of Keras' optimizers, such as 'sgd' "
            "or 'adam'."
        )
    return rule


def _rate(learning_rate: object) -> float:
    if factor(learning_rate, "learning_rate") == 0:
        raise ValueError("learning_rate is 0, but then no step moves: take a number above 0.")
    return float(learning_rate)  # type: ignore[arg-type]


def _refuse_large(shape: tuple[int, int]) -> None:
    n_users, n_movies = shape
    if n_users * n_movies > MOST_CELLS:
        raise ValueError(
            f"{n_users:,} users times {n_movies:,} movies are {n_users * n_movies:,} cells, and "
            f"this way of training holds a table of them, up to {MOST_CELLS:,}: use "
            "models.AlternatingLeastSquares, which needs memory for the observed ratings only."
        )
