"""The real files: published shapes and totals."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workshop_pkg.datasets import (
    MovieLens,
    catalog,
    load_baskets,
    load_movielens,
    load_retail,
    verify,
)

pytestmark = pytest.mark.real_data


@pytest.fixture
def folder(real_data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKSHOP_DATA", str(real_data_folder))
    return real_data_folder


def needs(folder: Path, name: str) -> Path:
    """Skip where WORKSHOP_DATA lacks this one."""
    if not (folder / name).exists():
        pytest.skip(f"no real data: WORKSHOP_DATA lacks {name}")
    return folder / name


def counts(data: MovieLens) -> list[int]:
    return [int(count) for count in data.ratings["rating"].value_counts().sort_index()]


def test_100k_has_the_published_totals(folder: Path) -> None:
    needs(folder, "ml-100k")
    data = load_movielens("100k")
    assert data.users is not None
    assert (len(data.ratings), len(data.users), len(data.movies)) == (100_000, 943, 1_682)
    assert counts(data) == [6_110, 11_370, 27_145, 34_174, 21_201]
    assert data.users["occupation"].nunique() == 21
    assert data.users["sex"].value_counts().to_dict() == {"M": 670, "F": 273}
    assert int(data.movies["Drama"].sum()) == 725
    assert data.movies["title"][0] == "Toy Story (1995)"
    assert list(data.movies.columns)[4:23][::18] == ["unknown", "Western"]
    assert int(data.movies["release_date"].isna().sum()) == 1
    assert verify("100k").ok


def test_latest_small_has_the_published_totals(folder: Path) -> None:
    needs(folder, "ml-latest-small")
    data = load_movielens("latest-small")
    assert data.users is None
    assert (len(data.ratings), len(data.movies)) == (100_836, 9_742)
    assert (data.ratings["user_id"].nunique(), data.ratings["movie_id"].nunique()) == (610, 9_724)
    assert sorted(data.ratings["rating"].unique()) == [half / 2 for half in range(1, 11)]
    assert verify("latest-small").ok


def test_1m_has_the_published_totals(folder: Path) -> None:
    needs(folder, "ml-1m")
    data = load_movielens("1m")
    assert data.users is not None
    assert (len(data.ratings), len(data.users), len(data.movies)) == (1_000_209, 6_040, 3_883)
    assert counts(data) == [56_174, 107_557, 261_197, 348_971, 226_310]
    assert data.ratings["movie_id"].nunique() == 3_706
    assert data.movies["title"].str.contains(":").any()
    assert verify("1m").ok


def test_the_catalog_says_where_the_real_data_is(folder: Path) -> None:
    needs(folder, "ml-100k")
    entry = next(entry for entry in catalog() if entry.name == "100k")
    assert (entry.where, entry.path) == ("WORKSHOP_DATA", folder / "ml-100k")


def test_the_original_archive_dropped_into_the_cache_loads_without_network(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(needs(folder, "ml-latest-small.zip"), cache / "ml-latest-small.zip")
    monkeypatch.delenv("WORKSHOP_DATA")
    data = load_movielens("latest-small")
    assert len(data.ratings) == 100_836
    assert data.path == cache / "ml-latest-small"
    assert verify("latest-small").ok


def test_the_retail_file_has_its_published_size_and_supports(folder: Path) -> None:
    needs(folder, "retail_dataset.csv")
    baskets = load_retail()
    assert len(baskets) == 315
    supports = {
        item: round(sum(item in basket for basket in baskets) / len(baskets), 3)
        for item in ("Bread", "Milk", "Pencil")
    }
    assert supports == {"Bread": 0.505, "Milk": 0.502, "Pencil": 0.362}


def test_the_two_formats_of_real_baskets_are_read(folder: Path) -> None:
    names = load_baskets(needs(folder, "baskets/groceries.csv"))
    assert (len(names), sum(map(len, names))) == (9_835, 43_367)
    numbers = load_baskets(needs(folder, "baskets/retail.dat"))
    assert (len(numbers), len({item for basket in numbers for item in basket})) == (88_162, 16_470)
