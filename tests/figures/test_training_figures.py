"""What lesson 3.2 says about training holds in its own run, on real data and the twin."""

import numpy as np
import pytest

from workshop_pkg import datasets, models, splits
from workshop_pkg.preprocessing import encode

LESSON = "3_2_training"


def held_out_of(history) -> dict:
    rows = history[(history["group"] == "mean squared error") & (history["metric"] == "held out")]
    return rows.drop_duplicates("step").set_index("step")["value"]


def test_parts_do_not_overlap_and_the_test_part_is_that_of_all_lessons(lesson):
    pairs = [
        set(zip(part["user_id"], part["movie_id"], strict=True))
        for part in (lesson["fit_train"], lesson["validation"], lesson["test"])
    ]
    assert not pairs[0] & pairs[1]
    assert not (pairs[0] | pairs[1]) & pairs[2]
    _, test = splits.stratified_split(lesson["data"].ratings, test_ratio=0.25, seed=0)
    assert set(zip(test["user_id"], test["movie_id"], strict=True)) == pairs[2]


def test_of_the_walks_on_the_small_curve_the_first_crawls_and_the_last_climbs(lesson):
    loss_of, walks = lesson["loss_of"], lesson["walks"]
    low, right, high = (loss_of(path[-1]) for path in walks.values())
    assert right < 0.001
    assert 1 < low < loss_of(lesson["start_of_walk"])
    assert high > loss_of(lesson["start_of_walk"])
    (path,) = (path for name, path in walks.items() if name == "rate 0.26")
    errors = [lesson["rating"] - x * lesson["movie_number"] for x in path]
    assert np.diff(np.sign(errors)).all()  # "jumps over the bottom"


def test_first_steps_are_flat_and_then_both_errors_fall(lesson):
    errors = lesson["errors"]
    start = errors.loc[0]
    assert (errors.loc[20] > 0.98 * start).all()
    assert (errors.loc[100] < 0.12 * start).all()


def test_held_out_error_turns_and_the_training_error_does_not(lesson):
    errors, stop, end = lesson["errors"], lesson["stop"], lesson["end"]
    assert 200 < stop < 500 < end == 600
    assert errors["held out"].idxmin() == stop
    assert errors.loc[end, "held out"] > errors.loc[stop, "held out"] + 0.03
    assert (errors["train"].diff().dropna() < 0).all()


def test_rows_keep_growing(lesson):
    history = lesson["model"].history
    rows = history[history["group"] == "mean length of a row"]
    lengths = rows.pivot(index="step", columns="metric", values="value")
    assert (lengths.diff().dropna() > 0).all().all()


def test_there_are_fewer_ratings_than_numbers(lesson):
    assert len(lesson["fit_train"]) < lesson["numbers"]


def test_stopping_pays_on_the_test_part(lesson):
    stopped, trained_on, mean = lesson["outcome"].values()
    assert stopped < trained_on - 0.1
    assert stopped < mean


def test_rates_too_low_right_and_too_high(lesson):
    low, right, high = (held_out_of(history) for history in lesson["rate_courses"])
    assert low.iloc[-1] > 0.98 * low.iloc[0]  # "still on the flat stretch"
    assert right.min() < lesson["errors"].loc[lesson["stop"], "held out"] + 0.03
    assert high.index[-1] < 100  # it was stopped
    moment = high.index[high.index > 0][:4]
    assert (high[moment] < right[right.index.isin(moment)]).any()  # "falls fastest of all"
    assert high.max() > 2 * high.iloc[0]  # "then it climbs out"


def test_trainer_of_the_lesson_goes_on_with_nan(lesson):
    sizes = (lesson["n_users"], lesson["n_movies"])
    model = lesson["build_model_solution"](lesson["fit_train"], lesson["test"], *sizes, 30, 0.05)
    model.train(40, learning_rate=100)
    assert model.n_steps == 40
    assert np.isnan(model.history["value"].iloc[-1])


def test_adam_is_quicker_and_no_better(lesson):
    adam = lesson["by_adam"][lesson["by_adam"]["model"] == "squared loss"]
    held_out = held_out_of(adam)
    assert held_out.idxmin() < lesson["stop"] / 4  # "a fraction of the steps"
    assert held_out.idxmin() < held_out.index[-1]
    assert held_out.min() > lesson["errors"].loc[lesson["stop"], "held out"]


def test_each_loss_and_its_own_error(lesson):
    squared, absolute = lesson["lowest"].loc[
        "mean squared error", ["squared loss", "absolute loss"]
    ]
    assert squared < absolute
    pair = lesson["lowest"].loc["mean absolute error"]
    assert np.ptp(pair.to_numpy()) < 0.02  # "close"


def test_loop_of_the_lesson_and_the_packages_trainer_take_the_same_steps(lesson):
    """From the same start, after 100 steps: within 1e-3 of each other in every number."""
    model = lesson["build_model_solution"](
        lesson["fit_train"],
        lesson["validation"],
        lesson["n_users"],
        lesson["n_movies"],
        n_factors=30,
        init_stddev=0.05,
    )
    start = [table.numpy() for table in model.tables]
    package = models.GradientFactorization(
        n_factors=30, init_stddev=0.05, learning_rate=10, n_steps=100, verbose=False
    )
    package.fit(lesson["fit_train"], lesson["encoded"], lesson["validation"])
    model.train(100, learning_rate=10)
    for before, mine, theirs in zip(
        start,
        model.tables,
        (package.user_embeddings_, package.movie_embeddings_),
        strict=True,
    ):
        assert np.abs(mine.numpy() - before).max() > 0.5
        np.testing.assert_allclose(mine.numpy(), theirs, atol=1e-3)
    mine, theirs = held_out_of(model.history), held_out_of(package.history_)
    both = mine.index.intersection(theirs.index)
    assert len(both) > 5
    np.testing.assert_allclose(mine[both], theirs[both], rtol=1e-3)


@pytest.mark.real_data
def test_published_figures_of_a_thousand_steps(real_data_folder):
    """10 % held out at random, 30 factors, init 0.05, rate 10, 1000 steps on all ratings."""
    ratings = datasets.load_movielens("100k", real_data_folder).ratings
    train, test = splits.random_split(ratings, test_ratio=0.1, seed=0)
    model = models.GradientFactorization(
        n_factors=30, init_stddev=0.05, learning_rate=10, n_steps=1000, verbose=False
    )
    model.fit(train, encoded=encode(ratings), validation=test)
    last = model.history_[model.history_["step"] == 1000].set_index("metric")["value"]
    assert last["train"] == pytest.approx(0.357, abs=0.02)
    assert last["held out"] == pytest.approx(0.98, abs=0.04)
