"""The check of lesson 4.1 on nested evaluation: choose inside, measure outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from workshop_pkg.exercises.array_answers import Floats, Wrong, blame, same
from workshop_pkg.exercises.comparison import not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_CANDIDATES = [{"l2": 0.1}, {"l2": 1.0}, {"l2": 10.0}]
_N_FOLDS = 4
_MORE_FOLDS = 5
# Of numbers made up with this seed, no two misconceptions give the same errors.
_SEED = 6
Call = tuple[float, frozenset[int], frozenset[int]]


class Measure:
    """The function `error` of the check: numbers made up, and a memory of what was asked.

    Copying it gives itself, so that calls made inside of an attempt are seen outside.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> Measure:
        return self

    def __call__(self, settings: Any, train: Any, test: Any) -> float:
        """Give an error, whatever it is asked for; refuse what is no frame of ratings."""
        for part in (train, test):
            if not isinstance(part, pd.DataFrame):
                raise TypeError(
                    "error(settings, train, test) takes two frames of ratings, and was given a "
                    f"{type(part).__name__}"
                )
        if not isinstance(settings, dict) or "l2" not in settings:
            raise TypeError(
                "error(settings, train, test) takes one of the candidates as its settings, and "
                f"was given {settings!r}"
            )
        parts = frozenset(train["unix_timestamp"]), frozenset(test["unix_timestamp"])
        self.calls.append((settings["l2"], *parts))
        return made_up_error(settings["l2"], *parts)


def made_up_error(l2: float, train: Iterable[int], test: Iterable[int]) -> float:
    """Give an error that differs between all that may be mixed up; low if the test part leaks."""
    place = [candidate["l2"] for candidate in _CANDIDATES].index(l2)
    learned, asked = sorted(set(train)), sorted(set(test))
    key = [_SEED, place, len(learned), *learned, len(asked), *asked]
    leak = 0.5 if set(learned) & set(asked) else 0.0
    return float(np.random.default_rng(key).uniform(0.8, 1.2)) - leak


def folds_of(n_folds: int) -> list[pd.DataFrame]:
    """Make folds of two ratings each; the column `unix_timestamp` tells which fold a row is of."""
    return [
        pd.DataFrame(
            {
                "user_id": [7, 9],
                "movie_id": [20 + fold, 40 + fold],
                "rating": [3.0, 4.0],
                "unix_timestamp": fold,
            },
            index=[5 * fold, 5 * fold + 1],
        )
        for fold in range(n_folds)
    ]


@exercise("4.1-nested")
def check_nested(answer: object) -> str:
    """Judge one error for each fold: of the settings that the other folds choose."""
    measure = Measure()
    errors = _one_for_each(_ask(answer, _N_FOLDS, measure), _N_FOLDS)
    right = _nested(_N_FOLDS)
    if not same(errors, right):
        _explain(errors, measure)
    _require_no_look(measure)
    again = _one_for_each(_ask(answer, _MORE_FOLDS, Measure()), _MORE_FOLDS)
    if not same(again, _nested(_MORE_FOLDS)):
        raise NotYet(
            f"Right for {_N_FOLDS} folds. For {_MORE_FOLDS} you return {_shown(again)} in place of "
            f"{_shown(_nested(_MORE_FOLDS))}: take the number of folds from the argument.",
            "fixed",
        )
    return "Chosen without the fold, trained anew on all the others, measured once."


def _ask(answer: object, n_folds: int, measure: Measure) -> Any:
    return attempt(answer, folds_of(n_folds), [dict(one) for one in _CANDIDATES], measure)


def _one_for_each(value: Any, n_folds: int) -> Floats:
    """Give what the answer returned as an array; tell what else it may be."""
    if isinstance(value, dict | str | set):
        raise _settings_returned(value) if isinstance(value, dict) else _not_numbers(value)
    if isinstance(value, list | tuple) and value and all(isinstance(one, dict) for one in value):
        raise _settings_returned(value[0])
    if not isinstance(value, int | float | list | tuple | np.ndarray | np.generic | pd.Series):
        raise _not_numbers(value)
    try:
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise _not_numbers(value) from None
    if found.ndim == 0:
        if same(found, _nested(n_folds).mean()):
            raise NotYet(
                "That is the mean of the right errors. Return all of them: how far they are apart "
                "tells how far to trust their mean.",
                "averaged",
            )
        raise NotYet(
            f"You return one number, {float(found):.4f}. Asked for is a list with one error for "
            "each fold.",
            "one number",
        )
    if found.shape != (n_folds,):
        raise NotYet(
            f"You return something of the shape {found.shape}. Asked for is one error for each of "
            f"the {n_folds} folds.",
            "shape",
        )
    return found


def _settings_returned(value: Any) -> NotYet:
    return NotYet(
        f"You return settings, {value}. Asked for is what they are worth: for each fold, the error "
        "on that fold.",
        "settings returned",
    )


def _not_numbers(value: Any) -> NotYet:
    return NotYet(
        f"You return a `{type(value).__name__}`. Asked for is a list with one error for each fold.",
        "not numbers",
    )


def _explain(errors: Floats, measure: Measure) -> None:
    """Tell what wrong errors come from: by their values, then by what was asked of `error`."""
    right = _nested(_N_FOLDS)
    if len({l2 for l2, _, _ in measure.calls}) == 1:
        raise NotYet(
            "You measure one candidate only, and nothing is chosen: for each fold, try all "
            "candidates on the other folds.",
            "no choice",
        )
    blame(errors, right, _wrong_values(_N_FOLDS))
    everything = frozenset(range(_N_FOLDS))
    if any(train & test for _, train, test in measure.calls):
        raise NotYet(
            "Some training part of yours holds rows of the part that it is tested on. Leave the "
            "fold itself out: `[other for other in folds if other is not fold]`.",
            "trained on the test fold",
        )
    if not measure.calls:
        raise NotYet(
            "You never call `error(settings, train, test)`: it trains a model and measures it.",
            "no error asked",
        )
    if all(train | test != everything for _, train, test in measure.calls):
        raise NotYet(
            "No model of yours is trained on all the other folds and tested on the one left out. "
            "That is the last step for each fold: `error(chosen, pd.concat(rest), fold)`.",
            "not refitted",
        )
    if all(rounded(a, b) or same(a, b) for a, b in zip(errors, right, strict=True)):
        raise not_rounded(errors[0])
    raise NotYet(
        f"The errors of the four folds are {_shown(right)}; you return {_shown(errors)}. For the "
        f"first fold, the others choose {_CANDIDATES[_chosen(0, _N_FOLDS)]}: their mean errors are "
        f"{_shown(_inner_means(0, _N_FOLDS))} for the three candidates.",
        "other",
    )


def _require_no_look(measure: Measure) -> None:
    """Refuse right numbers by a way that asks for more than the chosen settings on some fold."""
    everything = frozenset(range(_N_FOLDS))
    asked: dict[frozenset[int], set[float]] = {}
    for l2, train, test in measure.calls:
        if train | test == everything and len(test) == 1:
            asked.setdefault(test, set()).add(l2)
    if any(len(tried) > 1 for tried in asked.values()):
        raise NotYet(
            "The numbers are right, but you measure all candidates on the fold that is left out "
            "before you choose. It works out here. Whoever looks at those numbers once will choose "
            "by them: choose first, then measure the chosen one alone.",
            "all measured outside",
        )


def _error(place: int, train: set[int], test: int) -> float:
    return made_up_error(_CANDIDATES[place]["l2"], train, {test})


def _outer(place: int, fold: int, n_folds: int) -> float:
    return _error(place, set(range(n_folds)) - {fold}, fold)


def _inner(fold: int, n_folds: int) -> Floats:
    """Give the errors of the search inside: a row for each candidate, a column for each fold."""
    rest = set(range(n_folds)) - {fold}
    return np.array(
        [
            [_error(place, rest - {inner}, inner) for inner in sorted(rest)]
            for place in range(len(_CANDIDATES))
        ]
    )


def _lowest(of: Callable[..., Floats], n_folds: int, fold: int) -> int:
    """Choose by something else than the mean of the errors inside."""
    return int(of(_inner(fold, n_folds), axis=1).argmin())


def _inner_with_fold(fold: int, n_folds: int) -> Floats:
    """Give the inner means of a search whose models are trained on the outer fold as well."""
    everything = set(range(n_folds))
    means: Floats = np.array(
        [
            np.mean([_error(place, everything - {inner}, inner) for inner in everything - {fold}])
            for place in range(len(_CANDIDATES))
        ]
    )
    return means


def _inner_swapped(fold: int, n_folds: int) -> Floats:
    """Give the inner means of a search that trains on one fold and tests on the others."""
    rest = set(range(n_folds)) - {fold}
    means: Floats = np.array(
        [
            np.mean([made_up_error(one["l2"], {inner}, rest - {inner}) for inner in rest])
            for one in _CANDIDATES
        ]
    )
    return means


def _inner_means(fold: int, n_folds: int) -> Floats:
    means: Floats = _inner(fold, n_folds).mean(axis=1)
    return means


def _chosen(fold: int, n_folds: int) -> int:
    return int(_inner_means(fold, n_folds).argmin())


def _nested(n_folds: int) -> Floats:
    return np.array([_outer(_chosen(fold, n_folds), fold, n_folds) for fold in range(n_folds)])


def _table_of_outer(n_folds: int) -> Floats:
    """Give the plain cross-validation: a row for each candidate, a column for each fold."""
    places = range(len(_CANDIDATES))
    return np.array([[_outer(place, fold, n_folds) for fold in range(n_folds)] for place in places])


def _by_fold(choose: Callable[[int], int], n_folds: int) -> Floats:
    return np.array([_outer(choose(fold), fold, n_folds) for fold in range(n_folds)])


def _wrong_values(n_folds: int) -> list[Wrong]:
    """List what comes out of each misconception."""
    plain = _table_of_outer(n_folds)
    folds = range(n_folds)
    leaked = [
        np.array([made_up_error(one["l2"], set(folds), {fold}) for one in _CANDIDATES])
        for fold in folds
    ]
    trained_on_test = (
        "You train on all folds, the one that you test on among them. Leave it out.",
        "trained on the test fold",
    )
    swapped = (
        "You train on the one fold and test on the others. `error(settings, train, test)`: the "
        "many are for training.",
        "train and test swapped",
    )
    return [
        (
            plain.min(axis=0),
            "For each fold you choose the candidate that does best *on that fold*, and report that "
            "same error. The fold has been used twice. Choose by the other folds alone.",
            "chosen on the test fold",
        ),
        (
            plain[plain.mean(axis=1).argmin()],
            "You choose once, by the mean over all folds, and report the winner's errors on the "
            "same folds: that is what `GridSearchCV` shows, and the optimism that we are after. "
            "Choose anew for each fold, without it.",
            "chosen once on all folds",
        ),
        (
            np.array([_inner_means(fold, n_folds).min() for fold in folds]),
            "These are the errors by which the searches chose. Train the chosen settings on all "
            "the other folds, and measure them on the fold that the search never saw.",
            "the search's own error",
        ),
        (
            np.array([_inner(fold, n_folds).min() for fold in folds]),
            "These are the lowest errors inside. Train the chosen settings on all the other folds, "
            "and measure them on the fold that the search never saw.",
            "the search's own error",
        ),
        (
            _by_fold(lambda fold: int(_inner_means(fold, n_folds).argmax()), n_folds),
            "You choose the candidate with the *highest* mean error. Low is good here: `min`.",
            "highest in place of lowest",
        ),
        (
            _by_fold(lambda fold: int(_inner(fold, n_folds)[:, 0].argmin()), n_folds),
            "You choose by one inner fold. Let each of the others have its turn, and take the "
            "mean.",
            "one inner fold",
        ),
        (
            _by_fold(lambda fold: int(_inner(fold, n_folds)[:, -1].argmin()), n_folds),
            "You choose by one inner fold. Let each of the others have its turn, and take the "
            "mean.",
            "one inner fold",
        ),
        *(
            (
                _by_fold(partial(_lowest, of, n_folds), n_folds),
                f"You choose by the {name} of the errors on the inner folds. Choose by their mean: "
                "a single fold, good or bad, is luck above all.",
                "mean forgotten",
            )
            for name, of in (("lowest", np.min), ("highest", np.max), ("median", np.median))
        ),
        (
            _by_fold(lambda fold: int(_inner_with_fold(fold, n_folds).argmin()), n_folds),
            "In your search the models are trained on the fold that is left out, too. Leave it "
            "out of the inner training parts as well: it takes no part in the choice.",
            "inner training holds the fold",
        ),
        (
            _by_fold(lambda fold: int(_inner_swapped(fold, n_folds).argmin()), n_folds),
            *swapped,
        ),
        (
            np.array(
                [
                    made_up_error(
                        _CANDIDATES[_chosen(fold, n_folds)]["l2"], {fold}, set(folds) - {fold}
                    )
                    for fold in folds
                ]
            ),
            *swapped,
        ),
        (
            plain.mean(axis=0),
            "You average over the candidates. Choose the one with the lowest mean error inside.",
            "no choice",
        ),
        (np.array([values.min() for values in leaked]), *trained_on_test),
        (
            np.array([leaked[fold][_chosen(fold, n_folds)] for fold in folds]),
            *trained_on_test,
        ),
    ]


def _shown(values: Floats) -> str:
    return ", ".join(f"{value:.4f}" for value in values)
