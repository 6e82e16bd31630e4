"""What lesson 5.1 says about folding in, reasons, decisions and the service holds in its run."""

import numpy as np
import pytest

from tests.figures.lesson_code import DATA_SET
from workshop_pkg import metrics, recommend
from workshop_pkg.preprocessing import rating_matrix

pytest.importorskip("fastapi")
pytest.importorskip("mangum")

LESSON = "5_1_serve"


def test_the_two_models_are_as_good_as_the_lessons_say(lesson):
    data, encoded = lesson["data"], lesson["encoded"]
    known = rating_matrix(lesson["train"], encoded) > 0
    held_out = rating_matrix(lesson["test"], encoded) > 0
    ranked = recommend.top_n(lesson["choices"].scores(), 10, exclude=known)
    ndcg = metrics.ndcg_at_k(held_out, ranked, k=10)
    by_stars = recommend.top_n(lesson["stars"].scores(), 10, exclude=known)
    print(lesson[DATA_SET], f"RMSE {lesson['error']:.4f}, NDCG@10 {ndcg:.4f}")
    assert lesson["error"] < 0.93
    assert ndcg > 0.42
    assert metrics.ndcg_at_k(held_out, by_stars, k=10) < ndcg / 2  # two models for two questions
    assert data.name == lesson[DATA_SET]


def test_the_manifest_holds_no_rating_and_the_probability_is_honest(lesson):
    told = lesson["manifest"]["probability"]
    print(lesson[DATA_SET], told)
    assert told["calibration_error"] < 0.03
    assert told["brier_score"] < 0.9 * told["brier_score_of_the_share"]
    assert set(lesson["manifest"]["files"]) == {
        *("choices.npz", "seen.npz", "stars.npz", "movies.json")
    }


def test_folded_in_is_nearly_as_trained(lesson):
    print(lesson[DATA_SET], f"{np.mean(lesson['agree']):.2f} of ten")
    assert np.mean(lesson["agree"]) > 9


def test_the_services_scores_and_reasons_are_those_of_the_exercises(lesson):
    scores = [each["score"] for each in lesson["ten"]]
    assert len(scores) == 10
    assert lesson["mine"][lesson["my_ten"]] == pytest.approx(scores)
    assert not {each["movie_id"] for each in lesson["ten"]} & set(lesson["own"]["movie_id"])
    for each in lesson["ten"]:
        assert len(each["reasons"]) == len(lesson["own"])
        told = sum(reason["contribution"] for reason in each["reasons"]) + each["rest"]
        assert told == pytest.approx(each["score"])
    expected = [lesson["parts"].loc[because, movie] for movie, because in lesson["sent"]]
    assert expected == pytest.approx(list(lesson["sent"].values()))


def test_only_that_movies_were_rated_makes_the_order(lesson):
    assert lesson["ids"]["ones"] == lesson["ids"]["fives"]
    ones, fives = ([each["score"] for each in lesson[name]] for name in ("ones", "fives"))
    assert 5 * np.array(ones) == pytest.approx(np.array(fives))


def test_no_single_rating_makes_a_movie_and_some_terms_are_negative(lesson):
    recommended = lesson["parts"][[each["movie_id"] for each in lesson["ten"]]]
    assert (recommended.max() / recommended.sum()).max() < 0.5
    assert (recommended < 0).any(axis=None)


def test_of_two_movies_much_alike_each_counts_less_than_alone(lesson):
    model, fold_in = lesson["choices"], lesson["fold_in"]
    movies, settings = model.movie_embeddings_, (lesson["w0"], lesson["penalty"])
    popular = int(np.argmax(lesson["by_user"].sum(axis=0)))
    cosines = recommend.similarity(movies)[popular]
    other = int(recommend.nearest(movies, popular, 1)[0])
    assert cosines[other] > 0.9
    alone = movies @ fold_in(movies, np.array([popular]), np.array([5.0]), *settings)
    stars = np.array([5.0, 0.0])
    beside = movies @ fold_in(movies, np.array([popular, other]), stars, *settings)
    best = np.argsort(-alone)[:10]
    assert (beside[best] < alone[best]).all()


def test_the_probabilities_are_those_of_the_test_part(lesson):
    order = np.argsort(lesson["probability"])
    groups = np.array_split(order, 10)
    gaps = [lesson["probability"][g].mean() - lesson["liked"][g].mean() for g in groups]
    print(lesson[DATA_SET], np.round(gaps, 3))
    assert np.abs(gaps).max() < 0.07


def test_the_stakes_choose_as_well_as_hindsight_and_one_half_loses(lesson):
    best = lesson["curves"].groupby("stakes")["worth"].max()
    chosen = lesson["chosen"].set_index("stakes")["worth"]
    print(lesson[DATA_SET], lesson["table"].round(3).to_string(), sep="\n")
    assert (best - chosen).max() < 0.02  # "hardly ahead"
    assert lesson["halves"]["gain 1, cost 3"] < -0.02 < 0.05 < chosen["gain 1, cost 3"]
    assert (chosen > lesson["everything"] + 0.01).all()


def test_squared_probabilities_decide_worse_and_rank_the_same(lesson):
    squared = lesson["probability"] ** 2
    assert (np.argsort(squared, kind="stable") == np.argsort(lesson["probability"])).mean() > 0.99
    for gain, cost in ((3, 1), (1, 1)):
        honest, off = (
            lesson["worth_of"](lesson["decide"](values, gain, cost), gain, cost)
            for values in (lesson["probability"], squared)
        )
        assert off < honest - 0.01


def test_every_wrong_request_is_refused_as_the_callers_fault(lesson):
    refused = lesson["refused"].set_index("what was asked")["status"]
    assert refused.between(400, 499).all()
    assert refused.to_dict() == {
        "a user that is not there": 404,
        "a movie that is not there": 404,
        "an id that is no number": 422,
        "minus five recommendations": 422,
        "an address that is not there": 404,
        "GET where POST is meant": 405,
        "half a JSON": 400,
        "no rating at all": 422,
        "eleven stars": 422,
        "a misspelt field": 422,
        "not said to be JSON": 415,
        "a million zeros": 413,
    }


def test_the_log_names_nobody(lesson):
    assert {line["event"] for line in lesson["lines"]} >= {"request"}
    for line in lesson["lines"]:
        assert "search=" not in str(line)
        assert f"/users/{lesson['user']}/" not in str(line)
    assert "{movie_id}" in lesson["line"]["path"]


def test_the_function_gives_the_services_answers(lesson):
    assert [each["movie_id"] for each in lesson["by_function"]] == lesson["here"]
    assert [each["movie_id"] for each in lesson["best"]] == lesson["here"]
    assert lesson["nobody"]["statusCode"] == 404
    assert lesson["has_tensorflow"] == "False"


def test_the_models_own_work_is_the_smallest_part_of_an_answer(lesson):
    speed = lesson["speed"]
    print(lesson[DATA_SET], speed.round(2).to_string(), sep="\n")
    assert speed.loc["a plain loop", "median (ms)"] < speed.loc["one caller", "median (ms)"] / 2


def test_after_the_plug_was_pulled_the_answers_are_the_same(lesson):
    assert len(lesson["before"]) == 21
    assert lesson["service"].poll() is not None  # and in the end it has stopped
    assert not lesson["folder"].exists()
