"""What lesson 4.2 says about scales, pruning, importance and searches holds in its own run."""

import numpy as np
import optuna
import pytest

from tests.exercises.answers import lesson_4_2
from tests.figures.lesson_code import DATA_SET, ON_THE_TWIN
from workshop_pkg import tuning
from workshop_pkg.stored import stored_sweeps

LESSON = "4_2_optuna"


def test_the_search_never_sees_the_test_part(lesson):
    seen = lesson["chosen_fitting"] + lesson["in_validation"]
    assert seen.multiply(lesson["in_test"]).nnz == 0
    assert lesson["chosen_fitting"].multiply(lesson["in_validation"]).nnz == 0
    assert (seen != lesson["chosen_train"]).nnz == 0


def test_an_even_draw_hardly_ever_falls_below_one(lesson):
    even, log = (np.mean(draws < 1) for draws in lesson["draws"].values())
    assert even < 0.01
    assert 0.35 < log < 0.45


def test_the_live_search_has_its_trials_and_pruned_some(lesson):
    trials = lesson["trials"]
    print(lesson[DATA_SET], trials[["number", "value", "state"]].to_string(), sep="\n")
    assert set(trials["state"]) == {"COMPLETE", "PRUNED"}
    assert len(trials) == 20
    assert trials.loc[:7, "state"].isin(["COMPLETE", "PRUNED"]).all()
    complete = trials[trials["state"] == "COMPLETE"]
    assert 4 <= len(complete) < 20
    assert complete["value"].max() > 0.2
    first, second = complete["value"].nlargest(2)
    assert lesson["study"].best_value == first >= second


def test_the_halves_made_the_whole_and_a_live_course_is_as_in_the_stored_table(lesson):
    in_one_go, halves = lesson["tried"]
    assert len(halves) == 15
    assert halves == in_one_go
    if lesson[DATA_SET] == "twin":
        course = list(lesson["als_course"](factors=16, regularization=10, alpha=1))
        assert stored_sweeps(16, 10, 1)[-1] == pytest.approx(course[-1], abs=0.006)


def test_nothing_is_left_behind(lesson):
    assert not lesson["path"].parent.exists()


def test_who_is_most_important_changes_with_the_seed(lesson):
    counts = lesson["most_important"].fillna(0)
    print(counts.to_string())
    assert (counts.sum() == 10).all()
    assert (counts.max() <= 8).all(), "one setting is first for nearly all seeds"


def test_each_search_paid_the_same_and_pruned_trials_are_paid_for(lesson):
    for (name, seed), table in lesson["tables"].items():
        assert lesson["BUDGET"] <= table["sweeps"].sum() < lesson["BUDGET"] + lesson["SWEEPS"], name
        by_hand, paid = 0.0, 0
        for trial in table.itertuples():
            paid += trial.sweeps
            if trial.state == "COMPLETE" and paid <= lesson["BUDGET"]:
                by_hand = max(by_hand, trial.value)
        assert lesson["at_end"].loc[seed, name] == by_hand


def test_the_verdict_on_the_searches(lesson):
    verdict = lesson["verdict"]
    print(verdict.round(4).to_string())
    lead, error = verdict["mean lead"], verdict["its error"]
    assert lead["TPE"] > 1.5 * error["TPE"]
    assert lead["random with pruning"] > 1.5 * error["random with pruning"]
    assert lead["TPE with pruning"] > 2 * error["TPE with pruning"]
    assert abs(lead["evolution"]) < 2 * error["evolution"]
    assert abs(lead["TPE with pruning"] - lead["TPE"]) < 0.0015  # "adds little in the mean"
    assert verdict["worst seed"].idxmax() == "TPE with pruning"
    assert verdict["trials"]["random with pruning"] > 2 * verdict["trials"]["random"]
    assert 0 < verdict["seeds behind"]["TPE"] < verdict["seeds ahead"]["TPE"]


def test_with_ten_trials_tpe_is_random_search(lesson):
    for seed in lesson["SEEDS"]:
        tables = [
            lesson["tables"][name, seed]["params"][:10].tolist() for name in ("random", "TPE")
        ]
        assert tables[0] == tables[1]


def test_tpe_with_pruning_is_ahead_early(lesson):
    medians = lesson["curves"].groupby(["search", "paid"])["best"].median().unstack("search")
    early = medians.loc[[120, 150, 180]]
    others = early.drop(columns="TPE with pruning").max(axis=1)
    assert (early["TPE with pruning"] > others).all()


def test_that_there_is_a_search_is_worth_far_more_than_which(lesson):
    middle, between, _ = lesson["steps"].values()
    assert middle > 10 * between > 0


def test_some_winners_are_lost_to_pruning_and_few(lesson):
    pruned = lesson["pruned"]
    share = pruned.groupby("search")["lost winner"].mean()
    print(share.round(4).to_string())
    assert (share > 0).all()
    assert (share < 0.04).all()
    lost = pruned[pruned["lost winner"]]
    penalty = [settings["regularization"] for settings in lost["params"]]
    print("regularization of the lost", np.quantile(penalty, [0.1, 0.5, 0.9]).round(1))
    tried = [settings["regularization"] for settings in pruned["params"]]
    assert np.median(penalty) > 3 * np.median(tried)  # "strongly regularized"


def test_tuned_beats_the_defaults_by_far_on_the_test_part(lesson):
    gain = lesson["gain"]
    print(lesson[DATA_SET], gain, lesson["study"].best_params)
    assert gain.low > 0.05
    assert np.nanmean(lesson["tuned"]) > (0.4 if lesson[DATA_SET] == "100k" else 0.35)


@ON_THE_TWIN
@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param(name, code, id=f"{name} {number}")
        for exercise, name in (
            ("4.2-objective", "objective"),
            ("4.2-pruning", "pruned_course"),
            ("4.2-budget", "best_within"),
        )
        for number, code in enumerate(lesson_4_2.CASES[exercise].right)
    ],
)
def test_later_cells_take_right_answers_of_any_shape(lesson, name, code, monkeypatch):
    """Whatever calls `score` by place, asks a course for its `next`, and so on."""
    answer = {}
    exec(code, answer)
    monkeypatch.setitem(lesson["looked_up"].__globals__, name, answer[name])
    table = lesson["search_table"](*lesson["SEARCHES"]["TPE with pruning"], 0)
    assert set(table["state"]) == {"COMPLETE", "PRUNED"}
    within = lesson["looked_up"].__globals__["best_within"]
    assert within(table, lesson["BUDGET"]) == lesson["best_within"](table, lesson["BUDGET"])


def test_a_search_in_seconds_alone_ends(lesson):
    study = tuning.search(
        optuna.create_study(direction="maximize"), lesson["last_value"], seconds=0.2
    )
    assert study.trials


@ON_THE_TWIN  # the searches run on the stored table, whatever the data set
def test_the_verdict_with_the_other_seeds_that_the_lesson_names(lesson):
    in_errors, bars = [], []
    for seeds in (range(100, 160), range(160, 220)):
        best = {
            name: np.array(
                [
                    lesson["best_within"](
                        lesson["search_table"](*lesson["SEARCHES"][name], seed), lesson["BUDGET"]
                    )
                    for seed in seeds
                ]
            )
            for name in ("random", "TPE", "evolution")
        }
        leads = {name: best[name] - best["random"] for name in ("TPE", "evolution")}
        in_errors.append(
            {name: lead.mean() / (lead.std(ddof=1) / 60**0.5) for name, lead in leads.items()}
        )
        bars.append(best["random"].mean())
    print(in_errors, bars)
    assert min(found["TPE"] for found in in_errors) > 2
    assert in_errors[0]["evolution"] < -2  # "clearly behind"
    assert abs(in_errors[1]["evolution"]) < 1.5  # "level"
    assert bars[0] > bars[1] + 0.0005  # "luckier"
