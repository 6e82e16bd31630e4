"""Each split keeps every row once, keeps its promise about time, and refuses bad input."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import splits
from workshop_pkg.datasets import DataError

BY_RATIO = {
    "random": splits.random_split,
    "stratified": splits.stratified_split,
    "chronological": splits.chronological_split,
    "one moment": lambda ratings, **options: splits.chronological_split(
        ratings, by="time", **options
    ),
}
EVERY = BY_RATIO | {"last out": splits.leave_last_out}
TIMED = ["chronological", "one moment", "last out"]


def some_ratings(seed: int = 0, users: int = 40) -> pd.DataFrame:
    """Make users with 1 to 30 ratings each, rows shuffled, half of the seconds shared."""
    generator = np.random.default_rng(seed)
    counts = [1, 2, 3, *generator.integers(4, 31, users - 3)]
    frames = [
        pd.DataFrame(
            {
                "user_id": 100 + user,
                "movie_id": generator.choice(60, count, replace=False),
                "rating": generator.integers(1, 6, count),
                "unix_timestamp": 880_000_000 + generator.integers(0, count, count) // 2,
                "note": "kept",
            }
        )
        for user, count in enumerate(counts)
    ]
    return pd.concat(frames).sample(frac=1, random_state=seed).reset_index(drop=True)


@pytest.fixture
def ratings() -> pd.DataFrame:
    return some_ratings()


@pytest.mark.parametrize("name", EVERY)
def test_train_and_test_are_disjoint_and_together_the_whole(name, ratings):
    train, test = EVERY[name](ratings)
    assert set(train.index).isdisjoint(test.index)
    pd.testing.assert_frame_equal(pd.concat([train, test]).sort_index(), ratings)
    assert train.index.is_monotonic_increasing
    assert test.index.is_monotonic_increasing


@pytest.mark.parametrize("name", EVERY)
def test_same_seed_same_split_and_another_seed_another(name, ratings):
    # In units of ten seconds there are ties at every cut: only there do timed splits use the seed.
    tied = ratings.assign(unix_timestamp=ratings["unix_timestamp"] // 10)
    first = EVERY[name](tied, seed=1)[1]
    again = EVERY[name](tied, seed=1)[1]
    other = EVERY[name](tied, seed=2)[1]
    assert first.equals(again)
    assert not first.index.equals(other.index)


@pytest.mark.parametrize("name", EVERY)
def test_the_callers_frame_and_random_state_stay_as_they_were(name, ratings):
    before, state = ratings.copy(deep=True), np.random.get_state()[1].copy()
    train, test = EVERY[name](ratings)
    train.loc[:, "rating"] = 0
    test["new column"] = 1
    pd.testing.assert_frame_equal(ratings, before)
    assert (np.random.get_state()[1] == state).all()


@pytest.mark.parametrize("name", EVERY)
def test_index_labels_that_occur_twice_do_no_harm(name, ratings):
    train, test = EVERY[name](ratings.set_axis([7] * len(ratings)))
    expected_train, expected_test = EVERY[name](ratings)
    assert train["rating"].tolist() == expected_train["rating"].tolist()
    assert test["rating"].tolist() == expected_test["rating"].tolist()


@pytest.mark.parametrize("ratio", [0.1, 0.25, 0.5, 0.8, np.float64(0.25)])
@pytest.mark.parametrize("name", ["random", "one moment"])
def test_ratio_of_the_whole_is_kept_to_half_a_row(name, ratio, ratings):
    _, test = BY_RATIO[name](ratings, test_ratio=ratio)
    assert abs(len(test) - ratio * len(ratings)) <= 0.5


@pytest.mark.parametrize("ratio", [0.1, 0.25, 0.5, 0.8])
@pytest.mark.parametrize("name", ["stratified", "chronological"])
def test_ratio_of_each_user_is_kept_to_a_rating_and_nobody_is_unknown(name, ratio, ratings):
    train, test = BY_RATIO[name](ratings, test_ratio=ratio)
    total = ratings.groupby("user_id").size()
    held_out = test.groupby("user_id").size().reindex(total.index, fill_value=0)
    assert ((held_out - ratio * total).abs() < 1).all()
    assert set(train["user_id"]) == set(ratings["user_id"])


@pytest.mark.parametrize("name", ["stratified", "chronological", "last out"])
def test_somebody_with_a_single_rating_is_in_the_training_part_only(name, ratings):
    single = 100
    assert (ratings["user_id"] == single).sum() == 1
    train, test = EVERY[name](ratings)
    assert single in set(train["user_id"])
    assert single not in set(test["user_id"])


@pytest.mark.parametrize("name", ["chronological", "last out"])
def test_no_training_rating_of_a_user_is_newer_than_a_test_rating_of_theirs(name, ratings):
    train, test = EVERY[name](ratings)
    newest_train = train.groupby("user_id")["unix_timestamp"].max()
    assert (test["unix_timestamp"] >= test["user_id"].map(newest_train)).all()


def test_one_moment_puts_nobodys_future_into_training(ratings):
    train, test = BY_RATIO["one moment"](ratings)
    assert train["unix_timestamp"].max() <= test["unix_timestamp"].min()


def test_blind_splits_do_leak_the_future_as_the_lesson_says(ratings):
    for name in ("random", "stratified"):
        train, test = BY_RATIO[name](ratings)
        newest_train = test["user_id"].map(train.groupby("user_id")["unix_timestamp"].max())
        assert (test["unix_timestamp"] < newest_train).mean() > 0.5


@pytest.mark.parametrize("n", [1, 2, 5, np.int64(2)])
def test_leave_last_out_holds_out_exactly_n_or_nobody(n, ratings):
    train, test = splits.leave_last_out(ratings, n=n)
    total, held_out = ratings.groupby("user_id").size(), test.groupby("user_id").size()
    assert (held_out == n).all()
    assert set(held_out.index) == set(total.index[total > n])
    assert set(train["user_id"]) == set(total.index)


@pytest.mark.parametrize("name", TIMED)
def test_the_order_of_the_rows_does_not_decide_ties(name, ratings):
    shuffled = ratings.sample(frac=1, random_state=9)
    expected, found = EVERY[name](ratings)[1], EVERY[name](shuffled)[1]
    pd.testing.assert_frame_equal(found.sort_index(), expected)


@pytest.mark.parametrize("name", TIMED)
def test_all_ratings_in_one_second_still_split_the_same_way_each_time(name, ratings):
    at_once = ratings.assign(unix_timestamp=1)
    train, test = EVERY[name](at_once)
    assert len(train) + len(test) == len(at_once)
    assert test.equals(EVERY[name](at_once)[1])


@pytest.mark.parametrize("name", TIMED)
def test_ties_are_not_settled_by_the_movie_id(name):
    one_user = pd.DataFrame({"user_id": 1, "movie_id": range(400), "unix_timestamp": 5})
    options = {"n": 100} if name == "last out" else {}
    _, test = EVERY[name](one_user, **options)
    assert 150 < test["movie_id"].mean() < 250


@pytest.mark.parametrize("name", TIMED)
def test_dates_do_as_well_as_seconds(name, ratings):
    dated = ratings.assign(unix_timestamp=pd.to_datetime(ratings["unix_timestamp"], unit="s"))
    assert EVERY[name](dated)[1].index.equals(EVERY[name](ratings)[1].index)


@pytest.mark.parametrize("name", EVERY)
def test_letters_as_ids_do_as_well_as_numbers(name, ratings):
    lettered = ratings.assign(user_id="u" + ratings["user_id"].astype(str))
    assert EVERY[name](lettered)[1].index.equals(EVERY[name](ratings)[1].index)


@pytest.mark.parametrize("ratio", [0, 1, -0.1, 1.5, 25, math.nan, math.inf, "a", None, True, [0.2]])
@pytest.mark.parametrize("name", BY_RATIO)
def test_a_ratio_that_is_no_share_is_refused(name, ratio, ratings):
    with pytest.raises(ValueError, match=r"test_ratio is .* between 0 and 1"):
        BY_RATIO[name](ratings, test_ratio=ratio)


@pytest.mark.parametrize("n", [0, -1, 1.5, "a", True, None])
def test_a_number_of_ratings_that_is_none_is_refused(n, ratings):
    with pytest.raises(ValueError, match=r"n is .* 1 or more"):
        splits.leave_last_out(ratings, n=n)


def test_an_unknown_kind_of_chronology_is_refused(ratings):
    with pytest.raises(ValueError, match="'movie'"):
        splits.chronological_split(ratings, by="movie")


@pytest.mark.parametrize("name", EVERY)
def test_an_empty_frame_is_refused(name, ratings):
    with pytest.raises(ValueError, match="empty"):
        EVERY[name](ratings.iloc[:0])


@pytest.mark.parametrize("name", EVERY)
def test_a_part_that_would_be_empty_is_refused(name, ratings):
    with pytest.raises(ValueError, match="would be empty"):
        EVERY[name](ratings.iloc[:1])


@pytest.mark.parametrize(
    ("name", "column"),
    [("stratified", "user_id")]
    + [(name, column) for name in TIMED for column in ("user_id", "movie_id", "unix_timestamp")],
)
def test_a_missing_column_or_value_is_refused_by_name(name, column, ratings):
    with pytest.raises(ValueError, match=f"no column {column}"):
        EVERY[name](ratings.drop(columns=column))
    gaps = ratings.astype({column: "float64"})
    gaps.loc[[3, 5], column] = math.nan
    with pytest.raises(ValueError, match=f"2 of {len(ratings)} .* column {column} are missing"):
        EVERY[name](gaps)


@pytest.mark.parametrize("name", TIMED)
def test_times_as_text_are_refused(name, ratings):
    with pytest.raises(ValueError, match="numbers or dates"):
        EVERY[name](ratings.astype({"unix_timestamp": str}))


class DataSet:
    """As much of a MovieLens as an official fold needs."""

    def __init__(self, path: Path, name: str = "100k") -> None:
        self.path, self.name = path, name


def test_official_fold_reads_both_files_in_their_own_order(tmp_path):
    (tmp_path / "ua.base").write_text("2\t30\t4\t880000001\n1\t10\t5\t880000000\n")
    (tmp_path / "ua.test").write_text("1\t20\t1\t880000002\n")
    train, test = splits.official(DataSet(tmp_path), "ua")
    assert list(train.columns) == ["user_id", "movie_id", "rating", "unix_timestamp"]
    assert train.to_numpy().tolist() == [[2, 30, 4, 880000001], [1, 10, 5, 880000000]]
    assert test.to_numpy().tolist() == [[1, 20, 1, 880000002]]


def test_official_fold_of_another_data_set_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(DataError, match=r"'1m' has no ua.base or ua.test .* '100k' and 'twin'"):
        splits.official(DataSet(tmp_path, "1m"), "ua")


def test_a_damaged_fold_is_refused_by_its_line(tmp_path):
    (tmp_path / "ua.base").write_text("1\t10\t5\t880000000\n")
    (tmp_path / "ua.test").write_text("1\t20\tgood\t880000002\n")
    with pytest.raises(DataError, match="good"):
        splits.official(DataSet(tmp_path), "ua")


@pytest.mark.parametrize("fold", ["u6", "UA", "", None, "../ua"])
def test_an_unknown_fold_is_refused_with_the_list(fold, tmp_path):
    with pytest.raises(ValueError, match="ua, ub, u1, u2, u3, u4, u5"):
        splits.official(DataSet(tmp_path), fold)
