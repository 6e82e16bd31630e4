"""The Netflix Prize files: read in blocks of any size, and a malformed line is named."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workshop_pkg.datasets import DataError, load_netflix, netflix

TITLES = "1,2003,Dinosaur Valley\n2,NULL,Fist, Foot and Rain\n17770,1999,Caf\u00e9 Noir\n"
RATINGS = (
    "1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n2:\n2059652,4,2005-09-05\n"
    "17770:\n1488844,1,2004-02-29\n822109,2,1999-12-31\n"
)
EXPECTED = [
    (1488844, 1, 3, "2005-09-06"),
    (822109, 1, 5, "2005-05-13"),
    (2059652, 2, 4, "2005-09-05"),
    (1488844, 17770, 1, "2004-02-29"),
    (822109, 17770, 2, "1999-12-31"),
]


def write(folder: Path, ratings: str = RATINGS, titles: str = TITLES) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "movie_titles.csv").write_text(titles, encoding="latin-1", newline="")
    (folder / "combined_data_1.txt").write_text(ratings, encoding="latin-1", newline="")
    return folder


def rows(ratings: pd.DataFrame) -> list[tuple[int, int, int, str]]:
    days = pd.to_datetime(ratings["unix_timestamp"], unit="s").dt.strftime("%Y-%m-%d")
    return list(zip(ratings["user_id"], ratings["movie_id"], ratings["rating"], days, strict=True))


def test_ratings_titles_and_years_are_those_of_the_files(tmp_path: Path) -> None:
    data = load_netflix(write(tmp_path))
    assert data.name == "netflix"
    assert data.users is None
    assert rows(data.ratings) == EXPECTED
    assert list(data.ratings) == ["user_id", "movie_id", "rating", "unix_timestamp"]
    assert data.movies["title"].tolist() == ["Dinosaur Valley", "Fist, Foot and Rain", "Café Noir"]
    assert data.movies["year"].tolist() == [2003, pd.NA, 1999]
    assert data.movies["all_genres"].unique().tolist() == ["Other"]


@pytest.mark.parametrize("size", range(1, 40))
def test_a_block_may_end_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(netflix, "BLOCK_BYTES", size)
    assert rows(load_netflix(write(tmp_path)).ratings) == EXPECTED


@pytest.mark.parametrize("ratings", [RATINGS.replace("\n", "\r\n"), RATINGS.rstrip("\n")])
def test_line_ends_of_windows_and_none_at_the_end(tmp_path: Path, ratings: str) -> None:
    assert rows(load_netflix(write(tmp_path, ratings)).ratings) == EXPECTED


def test_one_file_for_each_movie_and_one_file_alone(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "combined_data_1.txt").unlink()
    (folder / "training_set").mkdir()
    for part in RATINGS.replace("2:\n", "|2:\n").replace("17770:\n", "|17770:\n").split("|"):
        movie = int(part.partition(":")[0])
        (folder / "training_set" / f"mv_{movie:07}.txt").write_text(part, encoding="latin-1")
    assert rows(load_netflix(folder).ratings) == EXPECTED
    file = write(tmp_path / "alone") / "combined_data_1.txt"
    assert rows(load_netflix(file).ratings) == EXPECTED


def test_several_large_files_are_read_in_order(tmp_path: Path) -> None:
    folder = write(tmp_path, RATINGS[: RATINGS.index("2:\n2059652")])
    rest = RATINGS[RATINGS.index("2:\n2059652") :]
    (folder / "combined_data_2.txt").write_text(rest, encoding="latin-1")
    assert rows(load_netflix(folder).ratings) == EXPECTED


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        ("1488844,3,2005-09-06\n", "line 1 is '1488844,3,2005-09-06', but above the first rating"),
        ("1:\n1488844,3\n", "line 2 is '1488844,3', but expected is CustomerID,Rating,Date"),
        ("1:\n5,3,2005-09-06,x\n", "line 2"),
        ("1:\n5,3,2005-09-06\n7,6,2005-09-06\n", "line 3 .* a Rating is a whole number from 1"),
        ("1:\n5,0,2005-09-06\n", "line 2 .* a Rating is a whole number from 1 to 5"),
        ("1:\n5,3.5,2005-09-06\n", "line 2 .* expected is"),
        ("1:\n5,,2005-09-06\n", "line 2 .* expected is"),
        ("1:\n-5,3,2005-09-06\n", "line 2 .* expected is"),
        ("1:\n0,3,2005-09-06\n", "line 2 .* CustomerID is a whole number from 1"),
        ("1:\n99999999999,3,2005-09-06\n", "line 2 .* CustomerID is a whole number"),
        ("1:\n5,3,2005-02-30\n", "line 2 .* a Date is a day of the calendar"),
        ("1:\n5,3,2005-13-01\n", "line 2 .* a Date is a day of the calendar"),
        ("1:\n5,3,2005-00-10\n", "line 2 .* a Date is a day of the calendar"),
        ("1:\n5,3,1969-12-31\n", "line 2 .* between 1970 and 2100"),
        ("1:\n5,3,06.09.2005\n", "line 2 .* expected is"),
        ("1:\n5,3-2005,09-06\n", "line 2 .* expected is"),
        ("1:\n5,3,2005-09-06\n\n7,3,2005-09-06\n", "line 3 is ''"),
        ("0:\n5,3,2005-09-06\n", "line 1 .* a line of a movie is its number"),
        ("one:\n5,3,2005-09-06\n", "line 1 .* a line of a movie is its number"),
        ("1:\n5,3,2005-09-06\n2:\n5,3,2005-09-06\n1:\n5,4,2006-01-01\n",
         r"line 6: customer 5 rates movie 1 a second time \(first on line 2\)"),
        ("1:\n2:\n", "holds no ratings"),
        ("4:\n5,3,2005-09-06\n", "the movie 4, which movie_titles.csv does not list"),
        ("", "is empty"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [2**24, 7])
def test_a_malformed_line_is_named_by_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ratings: str, said: str, size: int
) -> None:
    monkeypatch.setattr(netflix, "BLOCK_BYTES", size)
    with pytest.raises(DataError, match=said) as caught:
        load_netflix(write(tmp_path, ratings))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        ("1,2003\n", "line 1 is '1,2003', but expected is MovieID,Year,Title"),
        ("1,2003,\n", "expected is MovieID,Year,Title"),
        ("x,2003,A\n", "expected is MovieID,Year,Title"),
        ("1,03,A\n", "expected is MovieID,Year,Title"),
        ("1,2003,A\n1,2004,B\n", r"line 2: the movie 1 is listed a second time \(first on line 1"),
    ],
)
def test_a_malformed_title_is_named_by_number(tmp_path: Path, titles: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        load_netflix(write(tmp_path, RATINGS, titles))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no file or folder .*nowhere"):
        load_netflix(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"holds no ratings; looked for are combined_data_\*\.txt"):
        load_netflix(tmp_path)
    (write(tmp_path) / "movie_titles.csv").unlink()
    with pytest.raises(DataError, match=r"movie_titles\.csv is missing"):
        load_netflix(tmp_path)
