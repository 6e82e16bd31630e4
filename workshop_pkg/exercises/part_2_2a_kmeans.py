"""The check of lesson 2.2 on one round of k-means: assign, then update."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workshop_pkg.exercises.registry import NotYet, attempt, exercise

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Four centers, none without points. Each misconception gives other labels or other centers.
_POINTS = np.array(
    [[1.0, 1], [7, 4], [5, 6], [7, 0], [4, 1], [4, 9], [5, 0], [5, 1], [7, 9], [9, 6], [3, 0]]
)
_CENTERS = np.array([[8.0, 3], [1, 5], [4, 6], [9, 2]])
# Nobody is nearest to the second center.
_FEW = np.array([[0.0, 0, 1], [1, 0, 0], [5, 5, 6], [6, 5, 5]])
_FAR_CENTER = np.array([[0.0, 0, 0], [90, 90, 90], [5, 5, 5]])


@exercise("2.2-assign-and-update")
def check_assign_and_update(answer: object) -> str:
    """Judge one round of k-means: each point to the nearest center, each center to its mean."""
    labels, centers = _two_arrays(_try(answer))
    _check_shapes(labels, centers)
    _check_labels(labels, centers)
    _check_centers(centers)
    labels, centers = _two_arrays(attempt(answer, _FEW, _FAR_CENTER))
    if labels.shape != (4,) or labels.tolist() != [0, 0, 2, 2]:
        raise NotYet(
            "Right for one set of points, wrong for another, which has three features and a center "
            "far from all points: compute with the arguments alone.",
            "other",
        )
    _check_empty(centers)
    return (
        "No round can raise the inertia, and there are only finitely many groupings: so k-means "
        "comes to rest."
    )


def _try(answer: object) -> Any:
    try:
        return attempt(answer, _POINTS, _CENTERS)
    except NotYet as verdict:
        if verdict.misconception == "error" and "boolean ind" in verdict.message:
            raise NotYet(
                "A mask of the wrong length picks points: you have a label for each center, where "
                "each point needs one. `argmin` goes along the axis of the centers.",
                "wrong axis",
            ) from None
        raise


def _two_arrays(value: Any) -> tuple[Floats, Floats]:
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise NotYet(
            "Return two things, the labels first: `return labels, new_centers`.", "not two arrays"
        )
    try:
        first, second = (np.asarray(part, dtype=np.float64) for part in value)
    except (TypeError, ValueError):
        raise NotYet(
            "Return two arrays of numbers: a label for each point, and a row for each center. If a "
            "center has no points, it still needs its row.",
            "not two arrays",
        ) from None
    if first.ndim == 2 and second.ndim == 1:
        raise NotYet(
            "The two are the wrong way round: return the labels first, then the centers.", "swapped"
        )
    if np.isnan(first).any():
        raise NotYet("Some labels are missing (NaN). Each point has a nearest center.", "other")
    return first, second


def _check_shapes(labels: Floats, centers: Floats) -> None:
    if labels.shape == (len(_CENTERS),):
        raise NotYet(
            f"You return {len(labels)} labels, one for each center: its nearest point. Turn it "
            "round: for each point its nearest center, `argmin` along the axis of the centers.",
            "wrong axis",
        )
    if labels.shape != (len(_POINTS),):
        raise NotYet(
            f"{len(_POINTS)} points went in, labels of the shape {labels.shape} came out. Use the "
            "function's argument `points`, not a table from an earlier cell, and give one label "
            "for each point.",
            "not the argument",
        )
    if centers.shape != _CENTERS.shape:
        raise NotYet(
            f"{len(_CENTERS)} centers with 2 features went in, an array of the shape "
            f"{centers.shape} came out. Use the function's arguments, not names from an earlier "
            "cell, and take the mean over the points (`axis=0`).",
            "not the argument",
        )


def _check_labels(labels: Floats, centers: Floats) -> None:
    expected = _nearest(_POINTS, _CENTERS)
    if (labels == expected).all():
        return
    gaps = _POINTS[:, None, :] - _CENTERS[None, :, :]
    updated = _means(expected)
    at_rest = _at_rest()
    if (labels == at_rest).all() and np.allclose(centers, _means(at_rest)):
        raise NotYet(
            "You ran k-means to its end, more than one round. One is asked for: assign each point "
            "once, move each center once, return.",
            "many rounds",
        )
    shortest = (
        "Your labels are distances: `min` gives the smallest distance, `argmin` the row number of "
        "the center that has it."
    )
    known: list[tuple[Floats | Ints, str, str]] = [
        ((gaps**2).sum(axis=2).min(axis=1), shortest, "distances in place of labels"),
        (np.sqrt((gaps**2).sum(axis=2)).min(axis=1), shortest, "distances in place of labels"),
        (
            (gaps**2).sum(axis=2).argmax(axis=1),
            "You send each point to the center that is farthest: `argmax`. The nearest has the "
            "smallest distance.",
            "farthest",
        ),
        (
            _nearest(_POINTS, updated),
            "Your labels fit the new centers. In one round the points are assigned once, to the "
            "centers that came in, and the centers move after that.",
            "assigned after the update",
        ),
        (
            (gaps**2).sum(axis=1).argmin(axis=1),
            "You add the squares up over the centers. A distance is a sum over the features: the "
            "last axis (`axis=2`) of points minus centers.",
            "wrong axis",
        ),
        (
            np.abs(gaps).sum(axis=2).argmin(axis=1),
            "You add up absolute differences. K-means takes the straight line: squares, then sum.",
            "absolute differences",
        ),
        (
            np.abs(gaps).max(axis=2).argmin(axis=1),
            "You take the largest difference alone. K-means takes the straight line: square the "
            "differences, and add them up over the features.",
            "largest difference",
        ),
        (
            gaps.sum(axis=2).argmin(axis=1),
            "Square the differences before you add them up: otherwise those up and down cancel.",
            "not squared",
        ),
        (
            np.abs(gaps.sum(axis=2)).argmin(axis=1),
            "Square the differences before you add them up: otherwise those up and down cancel.",
            "not squared",
        ),
        (expected + 1, "Count the centers from 0: the labels are row numbers.", "counted from 1"),
    ]
    for wrong, message, misconception in known:
        if np.allclose(labels, wrong):
            raise NotYet(message, misconception)
    if (labels != np.round(labels)).any():
        raise NotYet(
            "Some labels are no whole numbers. A label is the row number of a center: 0, 1, ...",
            "not whole",
        )
    raise NotYet(
        f"{int((labels != expected).sum())} of {len(expected)} points have a center that is not "
        "their nearest. The squared distance is the sum over the features of the squared "
        "differences.",
        "wrong labels",
    )


def _check_centers(centers: Floats) -> None:
    labels = _nearest(_POINTS, _CENTERS)
    expected = _means(labels)
    if np.allclose(centers, expected):
        return
    groups = [_POINTS[labels == k] for k in range(len(_CENTERS))]
    known: list[tuple[Floats, str, str]] = [
        (
            np.tile(_POINTS.mean(axis=0), (len(_CENTERS), 1)),
            "All your centers are the mean of all points. The mean of center `k` takes its own "
            "points alone: `points[labels == k]`.",
            "mean of all points",
        ),
        (
            np.full(expected.shape, _POINTS.mean()),
            "All your centers are one number. The mean of center `k` takes its own points alone, "
            "and each feature for itself: `points[labels == k].mean(axis=0)`.",
            "mean of all points",
        ),
        (
            _CENTERS,
            "The labels are right, and the centers have not moved: update them.",
            "no update",
        ),
        (
            np.array([np.median(group, axis=0) for group in groups]),
            "You take the median of each group. The center of k-means is the mean: no other place "
            "has smaller squared distances.",
            "median",
        ),
        (
            np.array([group.sum(axis=0) for group in groups]),
            "You take the sum of each group's points: divide by their number.",
            "sum",
        ),
        (
            np.array([np.full(2, group.mean()) for group in groups]),
            "You take one mean over all features. Each feature has its own: `mean(axis=0)`.",
            "one mean for all features",
        ),
        (
            _means(_nearest(_POINTS, expected)),
            "Your centers have moved twice. One round is asked for: assign, update, return.",
            "two rounds",
        ),
    ]
    for wrong, message, misconception in known:
        if np.allclose(centers, wrong):
            raise NotYet(message, misconception)
    raise NotYet(
        "The labels are right, the new centers are not: center `k` goes to the mean of the points "
        "with the label `k`, feature by feature.",
        "wrong centers",
    )


def _check_empty(centers: Floats) -> None:
    expected = np.array([[0.5, 0, 0.5], [90, 90, 90], [5.5, 5, 5.5]])
    if centers.shape == expected.shape and np.allclose(centers, expected):
        return
    if np.isnan(centers).any():
        raise NotYet(
            "A center that no point is nearest to becomes NaN, the mean of nothing, and is lost "
            "for all rounds to come. Let it stay where it is.",
            "empty cluster is NaN",
        )
    raise NotYet(
        "A center without points gets lost or moves in your answer. Let it stay where it is: start "
        "from `centers.copy()`, and change only the rows that have points.",
        "empty cluster",
    )


def _nearest(points: Floats, centers: Floats) -> Ints:
    found: Ints = ((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
    return found


def _at_rest() -> Ints:
    labels = _nearest(_POINTS, _CENTERS)
    while True:
        following = _nearest(_POINTS, _means(labels))
        if (following == labels).all():
            return labels
        labels = following


def _means(labels: Ints) -> Floats:
    """Give the mean of the points of each label; a center without points stays."""
    return np.array(
        [
            _POINTS[labels == k].mean(axis=0) if (labels == k).any() else _CENTERS[k]
            for k in range(len(_CENTERS))
        ]
    )
