"""The twin's files have the layout and the totals of MovieLens 100K."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.twin.conftest import RawSet

FILES = {
    "README", "u.data", "u.genre", "u.info", "u.item", "u.occupation", "u.user",
    *(f"u{fold}.{part}" for fold in "12345ab" for part in ("base", "test")),
}  # fmt: skip
PAIR = ["user_id", "movie_id"]


def test_all_files_of_the_layout_are_there_and_no_other(twin: RawSet) -> None:
    assert {path.name for path in twin.folder.iterdir()} == FILES


def test_readme_says_that_it_is_made_up_and_under_which_license(twin: RawSet) -> None:
    text = " ".join((twin.folder / "README").read_text(encoding="ascii").split())
    for words in ("MADE-UP", "data_scripts/make_twin.py", "CC BY 4.0", "BSD 3-Clause", "Harper"):
        assert words in text


def test_totals_are_those_of_the_real_set(twin: RawSet) -> None:
    assert len(twin.users) == twin.users["user_id"].nunique() == 943
    assert len(twin.movies) == twin.movies["movie_id"].nunique() == 1682
    assert len(twin.ratings) == 100_000
    assert set(twin.ratings["user_id"]) == set(range(1, 944))
    assert set(twin.ratings["movie_id"]) == set(range(1, 1683))
    info = (twin.folder / "u.info").read_text(encoding="ascii")
    assert info == "943 users\n1682 items\n100000 ratings\n"


def test_nobody_rates_a_movie_twice_and_everybody_rates_twenty(twin: RawSet) -> None:
    assert not twin.ratings.duplicated(PAIR).any()
    assert twin.ratings.groupby("user_id").size().min() >= 20


def test_ratings_are_one_to_five_and_shared_out_as_published(twin: RawSet) -> None:
    shares = twin.ratings["rating"].value_counts(normalize=True).sort_index() * 100
    assert shares.index.tolist() == [1, 2, 3, 4, 5]
    assert shares.to_numpy() == pytest.approx([6.1, 11.4, 27.1, 34.2, 21.2], abs=1.0)


def test_movie_list_has_24_fields_and_needs_latin_1(twin: RawSet) -> None:
    raw = (twin.folder / "u.item").read_bytes()
    assert {line.count(b"|") for line in raw.splitlines()} == {23}
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert twin.movies["title"].str.contains("[éèêñöüàëíóä]", regex=True).sum() >= 5
    assert twin.movies["url"].isna().all()


def test_nineteen_genre_flags_and_a_genre_for_every_movie(twin: RawSet) -> None:
    assert len(twin.genre_names) == 19
    assert twin.genre_names[0] == "unknown"
    assert set(np.unique(twin.genres)) == {0, 1}
    assert (twin.genres.sum(axis=1) >= 1).all()
    assert twin.movies["unknown"].sum() == 2


def test_one_movie_has_no_date_and_all_others_a_year_in_the_title(twin: RawSet) -> None:
    movies = twin.movies
    undated = movies["release_date"].isna()
    assert movies.loc[undated, "title"].tolist() == ["unknown"]
    years = movies.loc[~undated, "title"].str.extract(r"\((\d{4})\)$")[0].astype(int)
    released = pd.to_datetime(movies.loc[~undated, "release_date"], format="%d-%b-%Y")
    assert (released.dt.year == years).all()
    assert years.between(1922, 1998).all()
    assert (years >= 1990).mean() > 0.7


def test_titles_are_unique_and_put_articles_at_the_end(twin: RawSet) -> None:
    titles = twin.movies["title"]
    assert titles.is_unique
    assert titles.str.contains(", The (", regex=False).sum() > 200
    assert not titles.str.startswith(("The ", "A ")).any()


def in_order(*frames: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(frames).sort_values(PAIR, ignore_index=True)


def test_five_folds_are_disjoint_and_cover_everything(twin: RawSet) -> None:
    everything = in_order(twin.ratings)
    tests = []
    for fold in "12345":
        base, test = (twin.read_ratings(f"u{fold}.{part}") for part in ("base", "test"))
        assert (len(base), len(test)) == (80_000, 20_000)
        assert in_order(base, test).equals(everything)
        tests.append(test)
    assert in_order(*tests).equals(everything)


def test_ua_and_ub_hold_out_ten_of_each_user_and_nothing_twice(twin: RawSet) -> None:
    everything = in_order(twin.ratings)
    tests = []
    for fold in ("ua", "ub"):
        base, test = (twin.read_ratings(f"{fold}.{part}") for part in ("base", "test"))
        assert (test.groupby("user_id").size() == 10).all()
        assert test["user_id"].nunique() == 943
        assert in_order(base, test).equals(everything)
        tests.append(test)
    assert not in_order(*tests).duplicated(PAIR).any()


def test_folds_are_sorted_by_user_and_movie(twin: RawSet) -> None:
    for name in ("u1.base", "u3.test", "ua.base", "ub.test"):
        rows = twin.read_ratings(name)
        assert rows.equals(rows.sort_values(PAIR, ignore_index=True))


def test_ratings_span_seven_months(twin: RawSet) -> None:
    times = pd.to_datetime(twin.ratings["unix_timestamp"], unit="s")
    assert times.min() >= pd.Timestamp("1997-09-20")
    assert times.max() < pd.Timestamp("1998-04-23")
    assert (times.max() - times.min()).days > 200
    assert times.dt.to_period("M").nunique() == 8


def test_users_rate_in_a_few_sittings(twin: RawSet) -> None:
    ordered = twin.ratings.sort_values(["user_id", "unix_timestamp"])
    gaps = ordered.groupby("user_id")["unix_timestamp"].diff()
    sittings = (gaps.isna() | (gaps > 3600)).groupby(ordered["user_id"]).sum()
    assert sittings.median() <= 2
    assert 1.5 < sittings.mean() < 5
    assert (gaps[gaps <= 3600] <= 120).mean() > 0.95
