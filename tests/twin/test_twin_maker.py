"""The makers give the shipped files again, and other seeds give other data of the same kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_scripts.make_retail_twin import make_retail_twin
from data_scripts.make_twin import SEED, make_twin
from tests.twin.conftest import RawSet


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_maker_reproduces_the_shipped_twin_byte_for_byte(twin: RawSet, tmp_path: Path) -> None:
    make_twin(tmp_path / "made")
    made, shipped = contents(tmp_path / "made"), contents(twin.folder)
    assert [name for name in shipped if made[name] != shipped[name]] == []
    assert list(tmp_path.iterdir()) == [tmp_path / "made"]  # no temporary folder is left


def test_another_seed_makes_other_people_of_the_same_number(twin: RawSet, tmp_path: Path) -> None:
    make_twin(tmp_path / "other", seed=SEED + 1)
    other = RawSet(tmp_path / "other")
    assert len(other.ratings) == len(twin.ratings)
    assert not other.users.equals(twin.users)


def test_maker_replaces_a_twin_but_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match="empty or a new folder"):
        make_twin(tmp_path)
    assert contents(tmp_path) == {"notes.txt": b"mine"}


def test_maker_reproduces_the_shipped_baskets(retail_twin_path: Path, tmp_path: Path) -> None:
    make_retail_twin(tmp_path / "baskets.csv")
    assert (tmp_path / "baskets.csv").read_bytes() == retail_twin_path.read_bytes()
    assert list(tmp_path.iterdir()) == [tmp_path / "baskets.csv"]
