"""The hand-made models of lesson 3.5's checks do what Surprise's own do, and stay as they are."""

import copy

import numpy as np
import pytest
from surprise import SVD

from workshop_pkg.exercises.attempts import NotYet
from workshop_pkg.exercises.surprise_models import HandMadeModel, asked, ids_of, raw_movies


@pytest.fixture
def model() -> HandMadeModel:
    random = np.random.default_rng(0)
    factors = random.normal(size=(3, 2)), random.normal(size=(4, 2))
    biases = random.normal(size=3), random.normal(size=4)
    return HandMadeModel([7, 8, 9], [21, 22, 23, 24], {0: [1, 2], 2: [3]}, factors, biases)


def test_predicts_what_surprise_predicts_from_the_same_arrays(model: HandMadeModel) -> None:
    real = SVD(n_factors=2)
    real.trainset = model.trainset
    real.bu, real.bi, real.pu, real.qi = model.bu, model.bi, model.pu, model.qi
    for user in (7, 8, 9):
        for movie in (21, 22, 23, 24):
            for clip in (True, False):
                found = model.predict(user, movie, clip=clip)
                expected = real.predict(user, movie, clip=clip)
                assert found.est == pytest.approx(expected.est, abs=1e-12)
    assert [found.iid for found in model.test([(7, 21, 3.5), (9, 24, 3.5)])] == [21, 24]


def test_its_ratings_are_in_the_trainset(model: HandMadeModel) -> None:
    assert model.trainset.global_mean == 3.5
    assert model.trainset.ur[0] == [(1, 3.5), (2, 3.5)]
    assert model.trainset.ir[3] == [(2, 3.5)]
    assert raw_movies(model, [0, 3]) == [21, 24]


def test_answer_cannot_change_it(model: HandMadeModel) -> None:
    assert copy.deepcopy(model) is model

    def careless(given: HandMadeModel) -> float:
        given.bu[0] = 9.0
        return 1.0

    with pytest.raises(NotYet) as verdict:
        asked(careless, model)
    assert verdict.value.misconception == "changes the model"
    assert (model.bu < 9).all()


def test_other_exceptions_keep_their_own_words(model: HandMadeModel) -> None:
    with pytest.raises(NotYet, match="ZeroDivisionError") as verdict:
        asked(lambda given: 1 / 0, model)
    assert verdict.value.misconception == "error"


@pytest.mark.parametrize("value", [range(3), (i for i in range(3)), np.arange(3), [0, 1, 2]])
def test_ids_come_in_any_container_with_an_order(value: object) -> None:
    assert ids_of(value) == [0, 1, 2]


@pytest.mark.parametrize("value", [3, "012", {0, 1}, {0: 1}, np.array(3)])
def test_what_has_no_order_is_no_list_of_ids(value: object) -> None:
    with pytest.raises(NotYet) as verdict:
        ids_of(value)
    assert verdict.value.misconception == "not a list"
