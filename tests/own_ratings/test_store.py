"""Saved ratings: found by later lessons, written whole or not at all, and never lost."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from workshop_pkg import own_ratings
from workshop_pkg.datasets import DataError, MovieLens
from workshop_pkg.datasets.folders import absolute_folders

OWN = pd.DataFrame({"movie_id": [7, 2], "rating": [5, 1]})
FILE = "own_ratings_tiny.csv"


def test_what_is_saved_is_loaded_in_the_order_of_the_ids(
    data: MovieLens, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert own_ratings.save(OWN, data) == folder / FILE == own_ratings.saved_file(data)
    loaded = own_ratings.load(data)
    assert loaded.to_dict("list") == {"movie_id": [2, 7], "rating": [1, 5]}
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        f"Saved 2 ratings in {folder / FILE}.",
        f"Your own ratings: 2, from {folder / FILE}.",
    ]
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert (folder / FILE).read_text(encoding="utf-8") == (
        'movie_id,title,rating\n2,"Tea at Noon, The (1990)",1\n7,Fist of Rain (1997),5\n'
    )


def test_a_lesson_in_another_process_finds_them(folder: Path) -> None:
    code = (
        "from workshop_pkg import datasets, own_ratings\n"
        "data = datasets.load_movielens('twin')\n"
        "{}\n"
        "print(own_ratings.load(data)['rating'].tolist())"
    )
    save = "own_ratings.save(own_ratings.sample(data).head(3).assign(rating=4), data)"
    for action in (save, ""):
        run = subprocess.run(
            [sys.executable, "-c", code.format(action)], capture_output=True, text=True, check=True
        )
        assert run.stdout.splitlines()[-1] == "[4, 4, 4]"


def test_without_any_the_persona_stands_in_and_a_line_says_so(
    data: MovieLens, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pd.testing.assert_frame_equal(own_ratings.load(data), own_ratings.sample(data))
    assert capsys.readouterr().out == (
        "No ratings of your own: the sample persona stands in (5 movies; it loves Sci-Fi and "
        "Adventure, and does not like Romance).\n"
    )
    assert not folder.exists()


def test_saving_again_replaces_and_forgetting_deletes(
    data: MovieLens, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_ratings.save(OWN, data)
    own_ratings.save(OWN.head(1), data)
    assert own_ratings.load(data)["movie_id"].tolist() == [7]
    own_ratings.forget(data)
    own_ratings.forget(data)
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"Deleted {folder / FILE}.",
        "There are no saved ratings.",
    ]
    assert len(own_ratings.load(data)) == 5


def test_each_data_set_has_a_file_of_its_own(data: MovieLens, folder: Path) -> None:
    own_ratings.save(OWN, data)
    other = dataclasses.replace(data, name="other")
    assert len(own_ratings.load(other)) == 5
    own_ratings.save(OWN.head(1), other)
    assert len(own_ratings.load(data)) == 2


def test_the_word_sample_keeps_personal_ratings_out(
    data: MovieLens, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_ratings.save(OWN, data)
    monkeypatch.setenv("WORKSHOP_OWN_RATINGS", "sample")
    assert own_ratings.saved_file(data) is None
    assert len(own_ratings.load(data)) == 5
    with pytest.raises(DataError, match="WORKSHOP_OWN_RATINGS is 'sample', so that nothing is"):
        own_ratings.save(OWN, data)
    own_ratings.forget(data)
    assert (folder / FILE).exists()


def test_a_folder_that_is_relative_is_made_absolute_for_kernels_but_the_word_is_not() -> None:
    assert absolute_folders({"WORKSHOP_OWN_RATINGS": "mine"}) == {
        "WORKSHOP_OWN_RATINGS": str(Path("mine").absolute())
    }
    assert absolute_folders({"WORKSHOP_OWN_RATINGS": "sample"}) == {}


def test_the_users_own_folder_is_the_default(
    data: MovieLens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKSHOP_OWN_RATINGS")
    path = own_ratings.saved_file(data)
    assert path is not None
    assert path.is_absolute()
    assert "recommender-workshop" in path.parts


@pytest.mark.parametrize(
    "content", [b"", b"\0\1\2", b"movie_id,stars\n7,5\n", b"movie_id,rating\n99,5\n", b"PK\x03\x04"]
)
def test_a_damaged_file_is_one_clear_sentence_and_nothing_is_lost(
    data: MovieLens, folder: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(content)
    with pytest.raises(DataError) as caught:
        own_ratings.load(data)
    sentence = str(caught.value)
    assert sentence.startswith("Your saved ratings cannot be used (")
    assert str(folder / FILE) in sentence
    assert "\n" not in sentence
    assert caught.value._render_traceback_() == [f"DataError: {sentence}"]
    assert (folder / FILE).read_bytes() == content

    own_ratings.save(OWN, data)
    assert "What was there could not be read in full, and is kept as" in capsys.readouterr().out
    (kept,) = folder.glob("own_ratings_tiny_kept_*.csv")
    assert kept.read_bytes() == content
    assert len(own_ratings.load(data)) == 2


def test_of_a_file_with_bad_rows_the_good_ones_are_used(
    data: MovieLens, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.mkdir()
    (folder / FILE).write_text("movie_id,rating\n7,5\n99,5\n", encoding="utf-8")
    assert own_ratings.load(data)["movie_id"].tolist() == [7]
    printed = capsys.readouterr().out
    assert "Line 3: no movie of this data set has the movie_id 99." in printed


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (OWN.head(0), "a row or more"),
        (OWN.drop(columns="rating"), "pass a frame with movie_id and rating"),
        (OWN.assign(rating=6), "Nothing was saved, for row 1: the rating 6 is not one of"),
        (OWN.assign(movie_id=[7, 99]), "row 2: no movie of this data set has the movie_id 99"),
        (OWN.assign(movie_id=7), "row 2: 'Fist of Rain"),
    ],
)
def test_what_is_not_as_it_should_be_is_not_saved(
    data: MovieLens, folder: Path, own: pd.DataFrame, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        own_ratings.save(own, data)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_named(
    data: MovieLens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WORKSHOP_OWN_RATINGS", str(tmp_path / "file" / "below"))
    with pytest.raises(DataError, match="set WORKSHOP_OWN_RATINGS to a folder that can be"):
        own_ratings.save(OWN, data)


def test_a_write_that_fails_leaves_the_old_file(
    data: MovieLens, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_ratings.save(OWN, data)
    before = (folder / FILE).read_bytes()

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(DataError, match="No space left on device"):
        own_ratings.save(OWN.head(1), data)
    assert (folder / FILE).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [FILE]
