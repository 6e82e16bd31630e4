"""What lesson 4.1 says holds in its own run, on both data sets; and published figures."""

from __future__ import annotations

import numpy as np
import pytest
from surprise import SVD, Dataset, Reader
from surprise.model_selection import KFold, cross_validate

from tests.figures.lesson_code import DATA_SET, ON_100K
from workshop_pkg import datasets
from workshop_pkg.stored import svd_trials

LESSON = "4_1_grid_and_random"
#: The best of the stored trials, as it is: found within the training part of the twin alone.
TUNED = {
    "n_factors": 41,
    "init_std_dev": 0.00645,
    "lr_all": 0.0103,
    "n_epochs": 49,
    "reg_all": 0.0686,
}


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("settings", "least", "most"), [({}, 0.930, 0.938), (TUNED, 0.0, 0.915)], ids=["plain", "tuned"]
)
def test_published_errors_of_svd_by_five_folds(settings, least, most, real_data_folder) -> None:
    """Defaults .934, tuned .915 or better (100K)."""
    ratings = datasets.load_movielens("100k", data_dir=real_data_folder).ratings
    columns = ratings[["user_id", "movie_id", "rating"]]
    data = Dataset.load_from_df(columns, Reader(rating_scale=(1, 5)))
    model = SVD(random_state=0, **settings)
    found = cross_validate(model, data, measures=["rmse"], cv=KFold(5, random_state=0), n_jobs=2)
    print(settings, round(found["test_rmse"].mean(), 4))
    assert least <= found["test_rmse"].mean() <= most


def test_the_tuned_settings_are_the_best_of_the_stored_trials() -> None:
    best = svd_trials().sort_values("rmse").iloc[0]
    assert {name: best[name] for name in TUNED} == pytest.approx(TUNED)


def test_both_searches_cost_the_fits_that_were_counted(lesson) -> None:
    for search in (lesson["by_grid"], lesson["by_lot"]):
        tried = len(search.cv_results["params"])
        assert tried * lesson["n_folds"] == lesson["n_fits"] == 18


def test_random_search_tries_a_new_value_in_each_trial_and_the_grid_three(lesson) -> None:
    tried = lesson["searched"].groupby("search")["lr_all"].nunique()
    assert tried.to_dict() == {"grid": 3, "random": 9}


def test_a_penalty_matters_more_where_the_learning_rate_is_high(lesson) -> None:
    table = lesson["results"](lesson["by_grid"]).pivot(
        index="lr_all", columns="reg_all", values="RMSE"
    )
    spared = table[0.02] - table[0.1]
    assert spared[0.03] > 0.02
    assert abs(spared[0.003]) < 0.01


def test_searches_see_the_training_part_only(lesson) -> None:
    test = set(lesson["test"][["user_id", "movie_id"]].itertuples(index=False, name=None))
    for part in ("some", "fitting", "validation"):
        seen = lesson[part][["user_id", "movie_id"]].itertuples(index=False, name=None)
        assert not test & set(seen)


def test_tuning_lowers_the_error_on_the_test_part(lesson) -> None:
    print(lesson[DATA_SET], lesson["svd"])
    assert lesson["svd"]["tuned"] < lesson["svd"]["defaults"] - 0.01


def test_implicit_least_squares_runs_from_below_popularity_to_far_above(lesson) -> None:
    found, bar = lesson["live"]["NDCG@10"], lesson["bar"]
    print(lesson[DATA_SET], found.min(), found.max(), bar)
    assert found.min() < bar - 0.02
    assert found.max() > 1.3 * bar


@ON_100K
def test_published_spread_of_the_grid_on_the_test_part(lesson) -> None:
    """From .25, popularity's level, to .47 (100K)."""
    table, encoded = lesson["rating_matrix"], lesson["encoded"]
    train, test = (table(lesson[part], encoded) > 0 for part in ("train", "test"))
    found = {
        factors: np.nanmean(
            lesson["each_users_ndcg"](
                lesson["implicit_als"](train, factors=factors, alpha=1.0), train, test
            )
        )
        for factors in (1, 16)
    }
    print(found)
    assert found[1] == pytest.approx(0.25, abs=0.02)
    assert found[16] == pytest.approx(0.47, abs=0.02)


def test_dozens_of_trials_reach_nearly_the_best_of_1210(lesson) -> None:
    curve = lesson["curve"].set_index("trials")["NDCG@10"]
    assert len(lesson["wide"]) == 1210
    assert curve[32] > 0.95 * lesson["values"].max()
    assert curve[512] - curve[32] < (curve[32] - curve[1]) / 4


def test_the_good_region_moves_with_the_penalty(lesson) -> None:
    slices = lesson["slices"].sort_values("NDCG@10")
    best = slices.groupby("penalty")["alpha"].last()
    assert best[100] > best[10] >= best[0.01]
    highest = slices.groupby("penalty")["NDCG@10"].last()
    assert highest[1000] < 0.7 * highest[100]  # "gone"
    assert slices["factors"].iloc[-1] == slices["factors"].max()  # "on the edge again"


def test_the_winner_claims_too_much_and_less_so_on_more_users(lesson) -> None:
    table = lesson["draws"].pivot(index="users", columns="measured on", values="NDCG@10")
    gap = table["where the search looked"] - table["on other users"]
    print(lesson[DATA_SET], gap.to_dict())
    assert (gap > 0).all()
    assert gap[10] > 2 * gap[100]
    assert table.loc[300, "on other users"] > table.loc[10, "on other users"]


def test_the_best_seed_promises_a_gain_and_the_nested_error_does_not(lesson) -> None:
    worth, promised, nested = lesson["repeats"].mean()
    print(lesson[DATA_SET], lesson["repeats"].mean().to_dict())
    assert promised < worth - 0.005
    assert abs(nested - worth) < (worth - promised) / 2


def test_the_stored_trials_can_be_made_again() -> None:
    """The settings are drawn again as they are stored, and a short trial gives the same error."""
    from data_scripts import make_svd_trials

    stored = svd_trials()
    drawn = make_svd_trials.drawn_settings()
    names = list(make_svd_trials.SPACE)
    assert stored[names].to_dict("records") == [
        {name: pytest.approx(one[name]) for name in names} for one in drawn
    ]
    cost = stored["n_factors"] * stored["n_epochs"]
    row = int(cost.idxmin())
    model = SVD(random_state=0, **drawn[row])
    folds = KFold(make_svd_trials.N_FOLDS, random_state=0)
    found = cross_validate(model, make_svd_trials.training_part(), measures=["rmse"], cv=folds)
    assert found["test_rmse"].mean() == pytest.approx(stored.loc[row, "rmse"], abs=2e-3)
