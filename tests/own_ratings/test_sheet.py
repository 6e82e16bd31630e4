"""A table of own ratings from a file or a link: the good rows, and a name for all that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from workshop_pkg import own_ratings
from workshop_pkg.datasets import DataError
from workshop_pkg.own_ratings import sheet

Read = Callable[..., own_ratings.Checked]


@pytest.fixture
def read(tmp_path: Path, movies: pd.DataFrame) -> Read:
    """Write a file and read it."""

    def write_and_read(content: str | bytes, **keywords: object) -> own_ratings.Checked:
        path = tmp_path / "ratings.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return own_ratings.read_csv(path, movies, **keywords)

    return write_and_read


def as_dict(checked: own_ratings.Checked) -> dict[int, float]:
    return checked.ratings.set_index("movie_id")["rating"].to_dict()


@pytest.mark.parametrize(
    "text",
    [
        "movie_id,rating\n1,5\n7,2\n",
        "movie_id,rating\n7,2\n1,5",
        "title,rating\nSteel Parade (1994),5\nfist of  rain,2\n",
        "movie_id;title;rating\n1;;5\n;Fist of Rain;2\n",
        "Rating\tMovie ID\tcomment\n5\t1\tgreat\n2.0\t7.0\t\n",
        '"movie_id","rating"\r\n"1","5"\r\n\r\n"7","2"\r\n',
        "\ufeffmovie_id,rating\n1,5\n7,2\n",
        "movie_id;rating\n1;5,0\n7;2,0\n",
        "movie_id,title,rating\n1,Steel Parade,5\n7,,2\n3,Night Train (1987),\n",
    ],
)
def test_tables_that_people_write_are_read(read: Read, text: str) -> None:
    checked = read(text)
    assert as_dict(checked) == {1: 5, 7: 2}
    assert checked.ratings.dtypes.astype(str).tolist() == ["int64", "int64"]
    assert checked.problems == ()
    assert "2 of 2 rows with a rating count" in str(checked)


@pytest.mark.parametrize("title", ["The Tea at Noon", "tea at noon, the", "The Tea at Noon (1990)"])
def test_the_article_may_stand_in_front(read: Read, title: str) -> None:
    assert as_dict(read(f'title,rating\n"{title}",4\n')) == {2: 4}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_spreadsheets_are_understood(read: Read, encoding: str) -> None:
    text = 'title,rating\n"Fenêtre, La (A Window) (1973)",4\n'
    assert as_dict(read(text.encode(encoding))) == {9: 4}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("8,,4", "no movie of this data set has the movie_id 8"),
        ("x,,4", "the movie_id 'x' is not a whole number"),
        ("1.5,,4", "the movie_id '1.5' is not a whole number"),
        (",,4", "it names no movie"),
        ("1,,6", "the rating 6 is not one of 1, 2, 3, 4, 5"),
        ("1,,0", "the rating 0 is not one of"),
        ("1,,-3", "the rating -3 is not one of"),
        ("1,,3.5", "the rating 3.5 is not one of"),
        ("1,,good", "the rating 'good' is not a number"),
        ("1,,nan", "the rating 'nan' is not a number"),
        ("1,,inf", "the rating 'inf' is not a number"),
        (",Stel Parade,4", "no movie of this data set is called 'Stel Parade' (near: 'Steel"),
        (",Zzz,4", "no movie of this data set is called 'Zzz'"),
        (",Night Train,4", "several movies are called 'Night Train': give the movie_id (3, 4)"),
        (",Night Train (1987),4", "give the movie_id (3, 4)"),
        (",Steel Parade (1999),4", "no movie of this data set is called 'Steel Parade (1999)'"),
        ("1,Star Wars (1977),4", "the movie_id 1 is 'Steel Parade (1994)' in this data set, and"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(read: Read, row: str, words: str) -> None:
    checked = read(f"movie_id,title,rating\n7,,4\n{row}\n2,,3\n")
    assert as_dict(checked) == {7: 4, 2: 3}
    (problem,) = checked.problems
    assert problem.startswith("Line 3: ")
    assert words in problem
    assert problem in str(checked)
    assert "2 of 3 rows with a rating count" in str(checked)


def test_of_a_movie_that_is_rated_twice_the_later_row_counts(read: Read) -> None:
    checked = read("movie_id,title,rating\n1,,2\n7,,3\n,Steel Parade,5\n7,,3\n")
    assert as_dict(checked) == {1: 5, 7: 3}
    assert checked.problems == (
        "Line 4: 'Steel Parade (1994)' was rated in line 2 with 2, now with 5; the later row "
        "counts.",
        "Line 5: 'Fist of Rain (1997)' was rated in line 3 again; the later row counts.",
    )


def test_half_stars_where_the_data_has_them(read: Read) -> None:
    checked = read("movie_id,rating\n1,4.5\n7,0.5\n2,0\n", scale=own_ratings.HALVES)
    assert as_dict(checked) == {1: 4.5, 7: 0.5}
    assert checked.ratings["rating"].dtype == float
    assert "is not one of 0.5, 1, 1.5" in checked.problems[0]


def test_a_long_report_is_cut_and_says_so(read: Read) -> None:
    checked = read("movie_id,rating\n" + "99,5\n" * 50)
    assert len(checked.problems) == 50
    assert checked.ratings.empty
    assert "... and 30 more" in str(checked)
    assert len(str(checked).splitlines()) == 22


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("movie_id,rating\n", "has no row with a rating"),
        ("movie_id,rating\n1,\n7,\n", "has no row with a rating"),
        ("movie_id,stars\n1,5\n", "has the columns 'movie_id', 'stars', but it needs the column"),
        ("rating\n5\n", "has the columns 'rating', but it needs"),
        ("1,5\n7,2\n", "has the columns '1', '5', but it needs"),
        ("rating,rating,title\n1,2,x\n", "has the column rating 2 times"),
        ("<!DOCTYPE html><html>", "is a web page and not CSV: in the sheet, publish it"),
        (b"PK\x03\x04....", "is a spreadsheet's own file: save it as CSV"),
        (b"movie_id,rating\n\0\0", "is not a text file"),
        (b"\xff\xfe\x00", "is not a text file"),
        ("x" * 1_000_001, "larger than the 1,000,000 bytes"),
        ('movie_id,rating\n1,"' + "x" * 200_000, "is not a CSV file (line"),
    ],
)
def test_a_file_that_is_no_table_of_ratings_is_named(
    read: Read, content: str | bytes, words: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(content)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "ratings.csv" in str(caught.value)


@pytest.mark.parametrize("source", ["", "nowhere.csv", ".", "a\0b"])
def test_a_file_that_is_not_there_is_named(movies: pd.DataFrame, source: str) -> None:
    with pytest.raises(DataError, match=r"There is no file|cannot be read"):
        own_ratings.read_csv(source, movies)


@pytest.mark.parametrize("link", ["http://x.org/a.csv", "ftp://x.org/a.csv", "file:///etc/passwd"])
def test_only_https_is_accepted(movies: pd.DataFrame, link: str) -> None:
    with pytest.raises(DataError, match="only https:// is accepted"):
        own_ratings.read_csv(link, movies)


def test_a_link_is_read_like_a_file(movies: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    link = "https://sheets.example/pub?output=csv"
    pages = {link: b"title,rating\nSteel Parade,5\n"}
    monkeypatch.setattr(sheet, "fetch_small_file", pages.__getitem__)
    checked = own_ratings.read_csv(f" {link} ", movies)
    assert as_dict(checked) == {1: 5}
    pages[link] = b"<html><title>Sign in</title>"
    with pytest.raises(DataError, match="is a web page and not CSV"):
        own_ratings.read_csv(link, movies)
