"""What lesson 4.4 says about specialists, routers, reasons and files holds in its own run."""

import numpy as np
import pandas as pd
import pytest

from tests.figures.lesson_code import DATA_SET
from workshop_pkg import metrics, models, profiles, recommend

LESSON = "4_4_putting_it_together"
LEANING = "leaning, w = "


def gains_of(lesson: dict) -> pd.DataFrame:
    return lesson["gains"].set_index("name")


def test_parts_do_not_overlap_and_groups_know_the_fitting_part_alone(lesson):
    pairs = [
        set(zip(part["user_id"], part["movie_id"], strict=True))
        for part in (lesson["fitting"], lesson["validation"], lesson["test"])
    ]
    assert not pairs[0] & pairs[1]
    assert not (pairs[0] | pairs[1]) & pairs[2]
    features = profiles.user_features(lesson["fitting"], None, lesson["data"].movies)
    features = features.loc[lesson["encoded"].user_ids, list(lesson["groups"].centers.columns)]
    assert lesson["groups"].assign(features).equals(lesson["groups"].labels)


def test_each_specialist_learns_from_its_piece_of_the_part_it_is_given(lesson):
    genre, group = lesson["GENRES"][0], 1
    own = lesson["piece"](lesson["fitting"], group, genre).ratings
    fitting, data = lesson["fitting"], lesson["data"]
    members = lesson["groups"].labels.index[lesson["groups"].labels == group]
    of_genre = data.movies.loc[data.movies[genre] == 1, "movie_id"]
    inside = fitting["user_id"].isin(members) & fitting["movie_id"].isin(of_genre)
    pd.testing.assert_frame_equal(own, fitting[inside])


def test_score_tables_are_those_of_models_fitted_by_hand(lesson):
    genre = "Comedy"
    scores = lesson["trained"]["by group and genre"][genre]
    own = lesson["piece"](lesson["train"], 0, genre)
    model = models.EASE(lesson["penalty"]["by group and genre"]).fit(own.ratings, encoded=own)
    assert scores[lesson["rows_of"][0]] == pytest.approx(model.scores(), abs=1e-9)
    general = models.EASE(lesson["penalty"]["one for all"]).fit(
        lesson["train"], encoded=lesson["encoded"]
    )
    columns = lesson["columns_of"][genre]
    found = lesson["trained"]["one for all"][genre]
    assert found == pytest.approx(general.scores()[:, columns], abs=1e-9)


def test_the_weights_of_a_movie_are_solved_separately_from_all_others(lesson):
    # So a genre's model with all movies as input is the general model.
    final, chosen = lesson["final"], (lesson["stars"] > 0).astype(float)
    movie = lesson["columns_of"]["Comedy"][0]
    others = np.delete(np.arange(chosen.shape[1]), movie)
    gram = chosen[:, others].T @ chosen[:, others]
    gram[np.diag_indices_from(gram)] += final.l2
    alone = np.linalg.solve(gram, chosen[:, others].T @ chosen[:, movie])
    assert final.weights_[others, movie] == pytest.approx(alone, abs=1e-8)


def test_nearly_all_specialists_are_behind_and_those_with_few_ratings_farther(lesson):
    specialists = lesson["specialists"]
    print(lesson[DATA_SET], f"{(specialists['lead'] > 0).sum()} of {len(specialists)} ahead")
    assert len(specialists) == 3 + 18 + 54
    assert (specialists["lead"] > 0).sum() <= 8
    ranks = specialists[["ratings", "lead"]].rank()
    assert np.corrcoef(ranks.T)[0, 1] > 0.25


def test_on_the_validation_part_one_for_all_is_best_and_the_smallest_pieces_worst(lesson):
    values = {kind: value for kind, *_, value in lesson["summary"]}
    print(lesson[DATA_SET], values, lesson["penalty"])
    specialists = [values[kind] for kind in lesson["SPECIALISTS"]]
    assert values["one for all"] > max(specialists) + 0.005
    assert values["by group and genre"] < min(specialists[:2]) - 0.003


def test_one_model_for_all_wins_the_test(lesson):
    gains = gains_of(lesson)
    print(lesson[DATA_SET], gains.round(4).to_string(), sep="\n")
    assert gains.loc["by group", "gain"] < -0.006
    assert (gains.loc[["by genre", "by group and genre"], "gain"] < -0.03).all()
    assert (gains.loc[lesson["SPECIALISTS"], "high"] < 0).all()
    none = lesson["on_test"].index.get_level_values("genre") == "any"
    assert lesson["on_test"].loc[none, "by genre"].isna().all()


def test_the_eager_router_gains_nothing_though_each_of_its_picks_was_ahead(lesson):
    routes, leads = lesson["routes"]["router, eager"], lesson["leads"]
    context = lesson["contexts_of"](leads.index)
    means = leads.groupby([context["group"], context["genre"]]).mean()
    picks = {which: kind for which, kind in routes.items() if kind != "one for all"}
    assert len(routes) == 57
    assert 1 <= len(picks) <= 20
    assert all(means.loc[which, kind] > 0 for which, kind in picks.items())
    assert gains_of(lesson).loc["router, eager", "gain"] < 0.0005


def test_the_careful_router_does_no_harm_and_hindsight_gains_next_to_nothing(lesson):
    kinds = pd.Series(lesson["routes"]["router, careful"])
    assert (kinds == "one for all").sum() >= 54
    gains = gains_of(lesson)["gain"]
    assert abs(gains["router, careful"]) < 0.001
    assert gains["router that saw the test"] < 0.004


def test_leaning_gains_less_on_the_test_than_on_the_validation_part(lesson):
    gains = gains_of(lesson)["gain"]
    (name,) = (name for name in gains.index if name.startswith(LEANING))
    assert name == f"{LEANING}{lesson['W']}"
    assert gains[name] < max(lesson["gain_by_w"].values())


def test_the_test_part_was_judged_as_everywhere(lesson):
    general, seen, held_out = (
        lesson["trained"]["one for all"]["any"],
        lesson["chosen_train"],
        lesson["in_test"],
    )
    ndcg = metrics.ndcg_at_k(held_out, recommend.top_n(general, 10, exclude=seen), k=10)
    (found,) = lesson["on_test"]["one for all"].groupby(level="genre").mean().loc[["any"]].to_list()
    assert found == pytest.approx(ndcg)
    if lesson[DATA_SET] == "100k":
        assert ndcg == pytest.approx(0.477, abs=0.02)  # EASE, as published


def test_ten_new_movies_come_out_and_their_scores_are_sums_of_contributions(lesson):
    ten, own = lesson["ten"], lesson["own"]
    assert len(ten) == ten["movie_id"].nunique() == 10
    assert not ten["movie_id"].isin(own["movie_id"]).any()
    assert lesson["sums"].to_numpy() == pytest.approx(ten["score"].to_numpy(), abs=1e-9)
    by_hand = lesson["weights"].loc[lesson["liked"]].sum()
    by_hand = by_hand.drop(own["movie_id"]).sort_values(ascending=False)
    assert set(by_hand.index[:10]) == set(ten["movie_id"])


def test_the_models_own_reason_holds_best_and_all_hold_better_than_lots(lesson):
    removed = lesson["removed"]
    print(lesson[DATA_SET], removed.round(3).to_string(), sep="\n")
    leaves = removed["leaves"]
    assert leaves["contribution"] > leaves["nearest"] + 0.01 > leaves["rule"] + 0.02
    assert leaves["rule"] > 2 * leaves["by lot"]  # "far better"
    assert leaves["contribution"] < 0.5  # "most movies stay"
    assert 0.33 < removed.loc["nearest", "same"] < 0.6  # "nearly half"


def test_a_fresh_process_answered_the_same_to_the_last_bit(lesson):
    assert lesson["there"]["answer"] == lesson["here"]
    assert len(lesson["here"]) == 50
    assert not lesson["path"].exists()  # nothing is left behind
