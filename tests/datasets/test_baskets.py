"""Shopping baskets: two formats, and what is wrong in a file of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workshop_pkg.datasets import (
    DataError,
    load_baskets,
    load_groceries,
    load_retail,
    load_supermarket,
)

RETAIL = "0,1,2\r\nBread,Wine,Eggs\r\nMilk,,\r\n"


def written(folder: Path, content: str | bytes, name: str = "baskets.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("milk,bread\neggs\n", [["milk", "bread"], ["eggs"]]),
        (" whole milk , bread\r\neggs\r\n", [["whole milk", "bread"], ["eggs"]]),
        ('milk, "bread, dark"\n', [["milk", "bread, dark"]]),
        ('"2"" pipe",12" ruler\n', [['2" pipe', '12" ruler']]),
        ("milk,bread,,\neggs,,,\n\n\n", [["milk", "bread"], ["eggs"]]),
        ("\ufeffcafé\n", [["café"]]),
        ("7,8\n9\n", [["7", "8"], ["9"]]),
        ("-1,2\n", [["-1", "2"]]),
        ("milk -1\n-1 2\n", [["milk -1"], ["-1 2"]]),
        ("0 7\n", [[0, 7]]),
        ("30 31 32 \n5\n", [[30, 31, 32], [5]]),
        ("30\t31\n", [[30, 31]]),
    ],
)
def test_both_formats_are_told_apart_and_tidied(
    content: str, expected: list[list[object]], tmp_path: Path
) -> None:
    assert load_baskets(written(tmp_path, content)) == expected


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("milk\n\nbread\n", ["line 2", "is empty"]),
        ("1 2\n\n3\n", ["line 2", "is empty"]),
        ("milk\n,,\nbread\n", ["line 2", "is empty"]),
        ("milk,,bread\n", ["line 1", "item 2 is empty"]),
        ("milk\nmilk,bread, milk\n", ["line 2", "'milk'", "twice"]),
        ("1 2\n3 4 3\n", ["line 2", "3 stands there twice"]),
        ("1 2\n3 x\n", ["line 2", "'3 x'", "whole numbers separated by blanks"]),
        ("-1 2\n3\n", ["line 1", "'-1 2'", "zero or more"]),
        ("1 2\n3 -4\n", ["line 2", "'3 -4'", "zero or more"]),
        ("1 2\n3 ４\n", ["line 2", "whole numbers"]),
        ("1 2\n" + "9" * 5_000 + "\n", ["line 2", "at most 18 digits"]),
        ("milk\n" + "x" * 140_000 + ",bread\n", ["line 2", "field larger than field limit"]),
        ('milk\n"a,b\nc\n', ["line 2", "quotes must be closed on the same line"]),
        ('"a\nb",c\n', ["line 1", "quotes must be closed on the same line"]),
        ('"a"b,c\n', ["line 1", "directly before a comma"]),
        ("", ["is empty", "one basket on each line"]),
        ("milk\n".encode("utf-16"), ["not in an encoding", "UTF-16", "; UTF-8 is. Give"]),
        ("milk\n" * 300_000 + "bre\0ad\n", ["line 300001 holds a NUL", "; UTF-8 is. Give"]),
        (b"milk\ncaf\xe9\n", ["line 2", "not in UTF-8"]),
    ],
)
def test_a_bad_file_is_described(content: str | bytes, parts: list[str], tmp_path: Path) -> None:
    path = written(tmp_path, content)
    with pytest.raises(DataError) as caught:
        load_baskets(path)
    for part in [str(path), *parts]:
        assert part in str(caught.value)
    assert "download" not in str(caught.value), "the file is the reader's own"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is missing\. Give the path"):
        load_baskets(tmp_path / "none.csv")


def test_the_retail_file_is_taken_from_the_folder_of_real_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, RETAIL, "retail_dataset.csv")
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    assert load_retail() == [["Bread", "Wine", "Eggs"], ["Milk"]]
    assert capsys.readouterr().out == (
        f"Baskets: retail_dataset.csv from WORKSHOP_DATA ({tmp_path}).\n"
    )


def test_the_retail_twin_is_taken_otherwise_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = load_retail()
    assert (
        "made-up twin of retail_dataset.csv (WORKSHOP_DATA is not set)" in capsys.readouterr().out
    )
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    assert load_retail() == twin
    assert f"no retail_dataset.csv in WORKSHOP_DATA, {tmp_path}" in capsys.readouterr().out
    assert len(twin) == 315


def test_a_class_on_the_twin_has_the_retail_twin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, RETAIL, "retail_dataset.csv")
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    monkeypatch.setenv("WORKSHOP_DATASET", "twin")
    assert len(load_retail()) == 315
    assert "the made-up twin (WORKSHOP_DATASET=twin)" in capsys.readouterr().out
    assert len(load_retail(data_dir=tmp_path)) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Bread,Wine\n", "line 1, is 'Bread,Wine'; expected are the numbers"),
        ("0,1\n", "holds no basket"),
        ("0,1\nBread,Wine,Eggs\n", "line 2, has more than 2 columns"),
        ("0,1\nBread,\n,\nMilk,\n", "line 3, holds no item"),
        ("0,1\nBread,Bread\n", "line 2: the item 'Bread' stands there twice"),
        ("", "is empty"),
    ],
)
def test_a_bad_retail_file_is_described(content: str, words: str, tmp_path: Path) -> None:
    written(tmp_path, content, "retail_dataset.csv")
    with pytest.raises(DataError, match=r"retail_dataset\.csv") as caught:
        load_retail(data_dir=tmp_path)
    assert words in str(caught.value)
    assert "download" not in str(caught.value), "nobody offers this file for download"


def test_a_folder_of_real_data_that_is_nowhere_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="WORKSHOP_DATA is"):
        load_retail()


@pytest.mark.parametrize(
    ("load", "file", "content", "expected"),
    [
        (load_groceries, "groceries.csv", "milk,bread\neggs\n", [["milk", "bread"], ["eggs"]]),
        (load_supermarket, "retail.dat", "30 31 \n4\n", [[30, 31], [4]]),
    ],
)
def test_the_larger_sets_are_taken_from_the_folder_of_real_data(
    load: Callable[..., object],
    file: str,
    content: str,
    expected: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "baskets").mkdir()
    written(tmp_path / "baskets", content, file)
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    assert load() == expected
    assert capsys.readouterr().out == f"Baskets: baskets/{file} from WORKSHOP_DATA ({tmp_path}).\n"
    monkeypatch.setenv("WORKSHOP_DATASET", "twin")
    assert load(data_dir=tmp_path) == expected


@pytest.mark.parametrize(
    ("load", "words", "first"),
    [
        (load_groceries, "9,835 over 169 items, as many as in baskets/groceries.csv", "item 000"),
        (load_supermarket, "88,162 over 16,470 items, as many as in baskets/retail.dat", 0),
    ],
)
def test_the_larger_sets_are_made_up_otherwise_and_say_so(
    load: Callable[[], list[list[object]]],
    words: str,
    first: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = load()
    assert capsys.readouterr().out == f"Baskets: made up, {words} (WORKSHOP_DATA is not set).\n"
    assert sum(first in basket for basket in made) > 0.2 * len(made)
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    assert load() == made
    assert f"in WORKSHOP_DATA, {tmp_path})" in capsys.readouterr().out
    monkeypatch.setenv("WORKSHOP_DATASET", "twin")
    assert load() == made
    assert f"Baskets: made up, {words} (WORKSHOP_DATASET=twin)." in capsys.readouterr().out


@pytest.mark.parametrize("load", [load_groceries, load_supermarket])
def test_bad_files_of_the_larger_sets_are_described(
    load: Callable[..., object], tmp_path: Path
) -> None:
    (tmp_path / "baskets").mkdir()
    for file in ("groceries.csv", "retail.dat"):
        written(tmp_path / "baskets", "1 2\n\n3\n", file)
    with pytest.raises(DataError, match=r"line 2, is empty"):
        load(data_dir=tmp_path)
    with pytest.raises(DataError, match="data_dir is"):
        load(data_dir=tmp_path / "nowhere")


def test_names_among_the_supermarket_s_numbers_are_described(tmp_path: Path) -> None:
    (tmp_path / "baskets").mkdir()
    written(tmp_path / "baskets", "milk,bread\n", "retail.dat")
    with pytest.raises(DataError, match=r"line 1, holds names; expected are whole numbers"):
        load_supermarket(data_dir=tmp_path)
