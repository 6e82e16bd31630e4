"""Each MovieLens layout is read into the same tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.datasets import tiny
from workshop_pkg.datasets.formats import read_1m, read_100k, read_csv_family

RATING_COLUMNS = ["user_id", "movie_id", "rating", "unix_timestamp"]
USER_COLUMNS = ["user_id", "age", "sex", "occupation", "zip_code"]


def test_100k_ratings_keep_the_order_and_the_numbers_of_the_file(tmp_path: Path) -> None:
    ratings = read_100k(tiny.write(tmp_path / "a", tiny.FILES_100K)).ratings
    assert list(ratings.columns) == RATING_COLUMNS
    assert ratings.to_numpy().tolist() == [
        [1, 2, 5, 880000000],
        [2, 1, 3, 880000060],
        [1, 1, 1, 880000120],
        [3, 3, 4, 880000180],
    ]
    assert set(ratings.dtypes.astype(str)) == {"int64"}


def test_100k_users_keep_zip_codes_as_text(tmp_path: Path) -> None:
    users = read_100k(tiny.write(tmp_path / "a", tiny.FILES_100K)).users
    assert users is not None
    assert list(users.columns) == USER_COLUMNS
    assert users["zip_code"].tolist() == ["85711", "T8H1N", "00000"]
    assert users["age"].tolist() == [24, 53, 7]


def test_100k_movies_have_dates_flags_and_joined_genres(tmp_path: Path) -> None:
    movies = read_100k(tiny.write(tmp_path / "a", tiny.FILES_100K)).movies
    assert list(movies.columns) == [
        "movie_id",
        "title",
        "release_date",
        "year",
        *tiny.GENRES,
        "all_genres",
    ]
    assert movies["title"].tolist() == ["Two: the First (1995)", "Café Blue (1922)", "unknown"]
    assert movies["release_date"].tolist()[:2] == [
        pd.Timestamp(1995, 1, 1),
        pd.Timestamp(1922, 2, 4),
    ]
    assert movies["release_date"].isna().tolist() == [False, False, True]
    assert str(movies["year"].dtype) == "Int64"
    assert movies["year"].fillna(0).tolist() == [1995, 1922, 0]
    assert movies[list(tiny.GENRES)].to_numpy().tolist() == [[0, 1, 0, 1], [0, 0, 1, 0], [0] * 4]
    assert movies["all_genres"].tolist() == ["Action-Drama", "Comedy", "Other"]


def test_100k_saved_anew_in_utf8_with_windows_line_ends_reads_the_same(tmp_path: Path) -> None:
    expected = read_100k(tiny.write(tmp_path / "a", tiny.FILES_100K))
    windows = {name: text.replace("\n", "\r\n") for name, text in tiny.FILES_100K.items()}
    found = read_100k(tiny.write(tmp_path / "b", windows, encoding="utf-8-sig"))
    for table, same in zip(found, expected, strict=True):
        assert table is not None
        pd.testing.assert_frame_equal(table, same)


def test_1m_reads_titles_with_colons_and_names_occupations(tmp_path: Path) -> None:
    tables = read_1m(tiny.write(tmp_path / "a", tiny.FILES_1M))
    assert tables.ratings.to_numpy().tolist() == [
        [1, 2, 5, 978300760],
        [2, 1, 3, 978302109],
        [2, 2, 1, 978302110],
    ]
    assert tables.users is not None
    assert tables.users.to_numpy().tolist() == [
        [1, 1, "F", "K-12 student", "48067"],
        [2, 56, "M", "self-employed", "70072"],
    ]
    movies = tables.movies
    assert movies["title"].tolist() == ["Two: the First (1995)", "Café Blue (1922)"]
    assert movies["year"].tolist() == [1995, 1922]
    assert movies["release_date"].isna().all()
    assert movies["all_genres"].tolist() == ["Action-Drama", "Comedy"]
    assert movies[["Action", "Comedy", "Drama"]].to_numpy().tolist() == [[1, 0, 1], [0, 1, 0]]


def test_the_csv_family_reads_halves_quoted_titles_and_years(tmp_path: Path) -> None:
    tables = read_csv_family(tiny.write(tmp_path / "a", tiny.FILES_CSV, encoding="utf-8"))
    assert tables.users is None
    assert tables.ratings["rating"].tolist() == [4.5, 0.5, 3.0]
    assert str(tables.ratings["rating"].dtype) == "float64"
    assert list(tables.ratings.columns) == RATING_COLUMNS
    movies = tables.movies
    assert movies["title"][0] == "Two, or the First (1995)"
    assert movies["year"].fillna(0).tolist() == [1995, 1922, 0]
    assert movies["all_genres"].tolist() == ["Action-Drama", "Comedy", "Other"]


def test_the_csv_family_takes_columns_in_any_order(tmp_path: Path) -> None:
    files = tiny.FILES_CSV | {"ratings.csv": "rating,movieId,extra,timestamp,userId\n4.5,2,x,7,1\n"}
    ratings = read_csv_family(tiny.write(tmp_path / "a", files, encoding="utf-8")).ratings
    assert ratings.to_numpy().tolist() == [[1, 2, 4.5, 7]]
