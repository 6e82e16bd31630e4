"""Files that are not as they should be: the sentence names file, line, value, and what to do."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.datasets import tiny
from workshop_pkg.datasets import DataError
from workshop_pkg.datasets.formats import FORMATS

GOOD = {"100k": tiny.FILES_100K, "1m": tiny.FILES_1M, "csv": tiny.FILES_CSV}


def sentence_for(
    layout: str, file: str, content: str | bytes | None, folder: Path
) -> tuple[str, Path]:
    """Spoil one file of a good data set; give the sentence, and the file's path."""
    encoding = "utf-8" if layout == "csv" else "latin-1"
    path = tiny.write(folder / "data", GOOD[layout], encoding) / file
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    with pytest.raises(DataError) as caught:
        FORMATS[layout].read(path.parent)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    return sentence, path


CSV_HEADER = "userId,movieId,rating,timestamp\n"

BAD_RATINGS = [
    # Missing columns.
    ("100k", "u.data", "1\t2\t5\n", ["line 1", "3 field(s)", "user_id, movie_id, rating"]),
    ("100k", "u.data", "1,2,5,880000000\n", ["line 1", "1 field(s) between '\\t'"]),
    ("100k", "u.data", "1\t2\t5\t8\n2\t1\t3\n", ["line 2", "3 field(s)"]),
    ("100k", "u.data", "1\t2\t5\t8\t9\n", ["line 1", "5 field(s)"]),
    ("100k", "u.data", "1\t2\t5\t8\n2\t1\t3\t8\t9\n", ["line 2", "5 field(s)"]),
    ("1m", "ratings.dat", "1::2::5\n", ["line 1", "3 field(s) between '::'"]),
    ("1m", "ratings.dat", "1::2::5::8\n2:1:3:8\n", ["line 2", "1 field(s) between '::'"]),
    ("csv", "ratings.csv", "userId,movieId,stars\n1,2,5\n", ["lacks", "rating, timestamp"]),
    ("csv", "ratings.csv", CSV_HEADER + "1,2,5\n", ["line 2", "3 field(s)"]),
    ("csv", "ratings.csv", CSV_HEADER + "1,2,5,7\n1,1,5,7,9\n", ["line 3", "5 field(s)"]),
    # Letters, fractions and nothing for ratings.
    ("100k", "u.data", "1\t2\t5\t8\n2\t1\tgood\t8\n", ["line 2", "rating is 'good'", "1 to 5"]),
    ("100k", "u.data", "1\t2\t4.5\t8\n", ["line 1", "rating is '4.5'", "whole numbers 1 to 5"]),
    ("100k", "u.data", "1\t2\t\t8\n", ["line 1", "rating is ''"]),
    ("100k", "u.data", "one\t2\t5\t8\n", ["line 1", "user id is 'one'"]),
    ("100k", "u.data", "1\t2\t5\tnoon\n", ["line 1", "unix timestamp is 'noon'"]),
    ("1m", "ratings.dat", "1::2::A::8\n", ["line 1", "rating is 'A'"]),
    ("csv", "ratings.csv", CSV_HEADER + "1,2,four,7\n", ["line 2", "rating is 'four'"]),
    ("csv", "ratings.csv", CSV_HEADER + "1,2,nan,7\n", ["line 2", "rating is 'nan'"]),
    ("csv", "ratings.csv", CSV_HEADER + "1,2,,7\n", ["line 2", "rating is ''"]),
    # What Python takes for a number, and pandas does not.
    ("100k", "u.data", "1\t2\t5\t8\n9_43\t2\t5\t8\n", ["line 2", "user id is '9_43'"]),
    ("100k", "u.data", "1\t2\t5\t8\n1\t1\t5\t8_0\n", ["line 2", "timestamp is '8_0'"]),
    ("100k", "u.data", "1\t2\t5\xa0\t8\n", ["line 1", "rating is '5\\xa0'"]),
    # Infinite numbers: said once, without a warning from pandas before.
    ("100k", "u.data", "1\t2\t5\t8\n1\t1\tinf\t8\n", ["line 2", "rating is 'inf'"]),
    ("100k", "u.data", "inf\t2\t5\t8\n", ["line 1", "user id is 'inf'"]),
    ("csv", "ratings.csv", CSV_HEADER + "1,2,inf,7\n", ["line 2", "rating is 'inf'"]),
    # Out of range.
    ("100k", "u.data", "1\t2\t6\t8\n", ["line 1", "rating is '6'", "whole numbers 1 to 5"]),
    ("100k", "u.data", "1\t2\t5\t8\n1\t1\t0\t8\n", ["line 2", "rating is '0'"]),
    ("100k", "u.data", "0\t2\t5\t8\n", ["line 1", "user id is '0'"]),
    ("100k", "u.data", "1\t-2\t5\t8\n", ["line 1", "movie id is '-2'"]),
    ("100k", "u.data", "99999999999999999999\t2\t5\t8\n", ["line 1", "user id is '9999"]),
    ("100k", "u.data", "9999999999\t2\t5\t8\n", ["line 1", "user id is '9999"]),
    ("100k", "u.data", "1\t2\t5\t880000000000\n", ["line 1", "unix timestamp is '880000000000'"]),
    ("csv", "ratings.csv", CSV_HEADER + "1,2,5.5,7\n", ["line 2", "rating is '5.5'"]),
    ("csv", "ratings.csv", CSV_HEADER + "1,2,4.2,7\n", ["line 2", "'4.2'", "steps of a half"]),
    # A user and a movie twice.
    ("100k", "u.data", "1\t2\t5\t8\n3\t3\t1\t8\n1\t2\t4\t9\n", ["line 3", "user 1", "line 1"]),
    ("1m", "ratings.dat", "1::2::5::8\n1::2::5::8\n", ["line 2", "movie 2", "first on line 1"]),
    ("csv", "ratings.csv", CSV_HEADER + "2,1,5,7\n2,1,4,8\n", ["line 3", "first on line 2"]),
    # Unknown encodings.
    ("100k", "u.data", "1\t2\t5\t8\n".encode("utf-16"), ["encoding", "UTF-8 and Latin-1 are"]),
    ("100k", "u.data", "1\t2\t5\t8\n".encode("utf-32-le"), ["not in an encoding"]),
    ("100k", "u.data", "\n" * 70_000 + "1\t2\t\0005\t8\n", ["encoding", "line 70001 holds a NUL"]),
    ("100k", "u.data", "1\t２\t5\t8\n".encode(), ["line 1", "movie id is"]),
    ("csv", "ratings.csv", CSV_HEADER.encode("utf-16"), ["not in an encoding"]),
    # Empty or missing.
    ("100k", "u.data", "", ["is empty", "download the data set again"]),
    ("100k", "u.data", "\n\n", ["is empty"]),
    ("1m", "ratings.dat", "", ["is empty"]),
    ("csv", "ratings.csv", "", ["is empty"]),
    ("csv", "ratings.csv", CSV_HEADER, ["holds no ratings"]),
    ("100k", "u.data", None, ["is missing"]),
    # Ratings of what is not listed.
    ("100k", "u.data", "1\t9\t5\t8\n", ["movie id 9", "u.item does not list"]),
    ("100k", "u.data", "9\t1\t5\t8\n", ["user id 9", "u.user does not list"]),
]


@pytest.mark.parametrize(("layout", "file", "content", "parts"), BAD_RATINGS)
def test_a_bad_ratings_file_is_described(
    layout: str, file: str, content: str | bytes | None, parts: list[str], tmp_path: Path
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sentence, _ = sentence_for(layout, file, content, tmp_path)
    for part in parts:
        assert part in sentence


BAD_OTHERS = [
    ("100k", "u.user", "1|24|M\n", ["line 1", "user id|age|sex|occupation|zip code"]),
    ("100k", "u.user", "1|old|M|other|1\n", ["line 1", "age is 'old'"]),
    ("100k", "u.user", "", ["is empty"]),
    ("100k", "u.item", "1|A film|01-Jan-1995\n", ["line 1", "4 flags"]),
    ("100k", "u.item", "1|A film|01-Jan-1995|||0|1|0|2\n", ["line 1", "4 flags, 0 or 1"]),
    ("100k", "u.item", "1|A film|1995-01-01|||0|1|0|1\n", ["release date is '1995-01-01'"]),
    ("100k", "u.item", "1|A|31-Feb-1995|||0|1|0|1\n", ["line 1", "release date is '31-Feb-1995'"]),
    ("100k", "u.item", "1|A|99-Feb-1995|||0|1|0|1\n", ["line 1", "release date is '99-Feb-1995'"]),
    ("100k", "u.item", "1|A|01-Jan-0000|||0|1|0|1\n", ["line 1", "release date is '01-Jan-0000'"]),
    ("100k", "u.item", "1|A|01-Jan-1066|||0|1|0|1\n", ["line 1", "release date is '01-Jan-1066'"]),
    ("100k", "u.item", f"{10**19}|A||||0|1|0|1\n", ["line 1", "movie id is '1000000"]),
    ("100k", "u.item", f"{'9' * 5_000}|A||||0|1|0|1\n", ["line 1", "movie id is '9999999"]),
    ("100k", "u.item", "x|A film|01-Jan-1995|||0|1|0|1\n", ["movie id is 'x'"]),
    ("100k", "u.genre", "Action\n", ["line 1", "genre|number"]),
    ("100k", "u.genre", "Action|1\n", ["line 1", "the number 0"]),
    ("1m", "users.dat", "1::F::1::99::48067\n", ["line 1", "an occupation 0 to 20"]),
    ("1m", "users.dat", "1::F::1\n", ["line 1", "UserID::Gender"]),
    ("1m", "movies.dat", "1::Only a title\n", ["line 1", "MovieID::Title::Genres"]),
    ("csv", "movies.csv", "movieId,title\n1,A\n", ["lacks the column(s) genres"]),
    ("csv", "movies.csv", "movieId,title,genres\nx,A,Drama\n", ["line 2", "movie id is 'x'"]),
    ("csv", "movies.csv", b"movieId,title,genres\n1,Caf\xe9,Drama\n", ["not in UTF-8"]),
    ("csv", "movies.csv", "movieId,title,genres\n1,A\0,Drama\n", ["line 2", "; UTF-8 is. Put"]),
    (
        "csv",
        "movies.csv",
        "movieId,title,genres\n1,A,B,C,D\n2,A,B\n3,A,B,C,D,E\n",
        ["line 2", "movieId,title,genres"],
    ),
]


@pytest.mark.parametrize(("layout", "file", "content", "parts"), BAD_OTHERS)
def test_a_bad_users_movies_or_genres_file_is_described(
    layout: str, file: str, content: str | bytes, parts: list[str], tmp_path: Path
) -> None:
    sentence, _ = sentence_for(layout, file, content, tmp_path)
    for part in parts:
        assert part in sentence


def test_a_movie_listed_twice_is_described(tmp_path: Path) -> None:
    twice = tiny.FILES_1M["movies.dat"] + "2::Another::Drama\n"
    sentence, _ = sentence_for("1m", "movies.dat", twice, tmp_path)
    assert "lists movie 2 twice" in sentence
