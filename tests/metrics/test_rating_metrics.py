"""RMSE and MAE give the textbook's value, and refuse what would give a wrong one silently."""

import math

import numpy as np
import pandas as pd
import pytest

from workshop_pkg.metrics import mae, rmse


@pytest.mark.parametrize(
    ("actual", "predicted", "expected_rmse", "expected_mae"),
    [
        # errors 1, 0, 2: the lesson's three numbers
        ([4, 3, 5], [3, 3, 3], math.sqrt(5 / 3), 1.0),
        # a perfect prediction
        ([4, 3, 5], [4, 3, 5], 0.0, 0.0),
        # signs must not cancel
        ([2, 4], [3, 3], 1.0, 1.0),
        # one large error: RMSE is above MAE
        ([5, 5, 5, 5], [1, 5, 5, 5], 2.0, 1.0),
        # a single rating
        ([4.5], [3], 1.5, 1.5),
    ],
)
def test_metrics_give_the_value_worked_out_by_hand(actual, predicted, expected_rmse, expected_mae):
    assert rmse(actual, predicted) == pytest.approx(expected_rmse)
    assert mae(actual, predicted) == pytest.approx(expected_mae)


@pytest.mark.parametrize("metric", [rmse, mae])
@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series])
@pytest.mark.parametrize("other", [list, np.array, pd.Series])
def test_lists_arrays_and_series_give_the_same_value(metric, kind, other):
    expected = metric([4, 3, 5], [3, 3, 3])
    assert metric(kind([4, 3, 5]), other([3, 3, 3])) == expected
    assert type(metric(kind([4, 3, 5]), other([3, 3, 3]))) is float


@pytest.mark.parametrize("metric", [rmse, mae])
def test_small_integer_types_do_not_overflow(metric):
    actual, predicted = np.array([0, 0], dtype=np.uint8), np.array([5, 5], dtype=np.uint8)
    assert metric(actual, predicted) == 5.0
    big = np.array([300, 300], dtype=np.int16)
    assert metric(big, np.array([0, 0], dtype=np.int16)) == 300.0


@pytest.mark.parametrize("metric", [rmse, mae])
@pytest.mark.parametrize(
    ("actual", "predicted", "words"),
    [
        ([], [], "empty"),
        ([1, 2], [1], r"\(2,\) and predicted \(1,\)"),
        # NumPy would broadcast this into a 2 x 2 table of errors
        ([[1], [2]], [1, 2], r"\(2, 1\) and predicted \(2,\)"),
        ([1, 2], [1, math.nan], "1 of 2 values in predicted are missing"),
        ([math.nan, 2], [1, 2], "1 of 2 values in actual are missing"),
        ([1, 2], [None, None], "2 of 2 values in predicted"),
        ([1, 2], [1, math.inf], "infinite"),
        ([1, 2], ["1", "a"], "predicted is not a list"),
        ([1, 2], ["1", "2"], "predicted is not a list.*<U1 values"),
        ([1, 2], pd.Series(["1", "2"], dtype=object), "predicted is not a list.*text"),
        ([1, 2], [1, 2j], "predicted is not a list.*complex128 values"),
        ([1, 2], np.ma.masked_equal([1, 2], 2), "predicted is a masked array"),
        ([1, 2], [[1], [1, 2]], "predicted is not a list"),
        ([1, 2], 3.5, "single value 3.5"),
        (pd.Series([1, None], dtype="Int64"), [1, 2], "actual"),
    ],
)
def test_metrics_refuse_with_one_clear_sentence(metric, actual, predicted, words):
    with pytest.raises(ValueError, match=words) as refusal:
        metric(actual, predicted)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("metric", [rmse, mae])
def test_series_with_different_indexes_are_never_aligned_silently(metric):
    actual = pd.Series([1, 5], index=[0, 1])
    same_people_other_order = pd.Series([5, 1], index=[1, 0])
    with pytest.raises(ValueError, match="different indexes"):
        metric(actual, same_people_other_order)
    assert metric(actual, same_people_other_order.to_numpy()) == 4.0


@pytest.mark.parametrize("metric", [rmse, mae])
def test_inputs_are_left_unchanged(metric):
    actual, predicted = pd.Series([4, 3, 5]), np.array([3.0, 3.0, 3.0])
    metric(actual, predicted)
    assert actual.tolist() == [4, 3, 5]
    assert predicted.tolist() == [3.0, 3.0, 3.0]
