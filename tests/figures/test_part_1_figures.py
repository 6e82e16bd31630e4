"""Published figures of MovieLens 100K, computed by the code of lessons 1.1 and 1.2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.figures.lesson_code import run_lesson

pytestmark = pytest.mark.real_data


def _on_real_data(name: str, folder: Path) -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSHOP_DATA", str(folder))
        patch.setenv("WORKSHOP_DATASET", "100k")
        patch.setenv("WORKSHOP_RENDERER", "html")
        yield run_lesson(name)


@pytest.fixture(scope="module")
def lesson_1_1(real_data_folder: Path) -> Iterator[dict[str, Any]]:
    yield from _on_real_data("1_1_learning_process", real_data_folder)


@pytest.fixture(scope="module")
def lesson_1_2(real_data_folder: Path) -> Iterator[dict[str, Any]]:
    yield from _on_real_data("1_2_looking_at_it", real_data_folder)


def test_ages(lesson_1_1: dict[str, Any]) -> None:
    ages = lesson_1_1["users"]["age"].describe()
    assert round(ages["mean"], 3) == 34.052
    assert round(ages["std"], 3) == 12.193
    assert [ages[name] for name in ("min", "25%", "50%", "75%", "max")] == [7, 25, 31, 43, 73]


def test_labels_of_the_users(lesson_1_1: dict[str, Any]) -> None:
    labels = lesson_1_1["users"][["sex", "occupation", "zip_code"]].describe()
    assert labels.loc[["top", "freq"], "sex"].tolist() == ["M", 670]
    assert labels.loc[["unique", "top", "freq"], "occupation"].tolist() == [21, "student", 196]
    assert labels.loc[["unique", "top", "freq"], "zip_code"].tolist() == [795, "55414", 9]


def test_users_and_movies_make_2625_features(lesson_1_1: dict[str, Any]) -> None:
    assert [lesson_1_1[name] for name in ("n_users", "n_movies", "n_features")] == [943, 1682, 2625]
    assert len(lesson_1_1["joined"]) == 100_000
    assert len(lesson_1_1["genres"]) == 19


def test_sparsity(lesson_1_1: dict[str, Any]) -> None:
    assert round(100 * lesson_1_1["sparsity"](lesson_1_1["ratings"]), 3) == 93.695


def test_shares_of_the_ratings(lesson_1_1: dict[str, Any]) -> None:
    shares = lesson_1_1["ratings"]["rating"].value_counts(normalize=True).sort_index()
    assert [round(100 * share, 1) for share in shares] == [6.1, 11.4, 27.1, 34.2, 21.2]


def _rows(frame: Any) -> list[tuple[str, int, float]]:
    return [
        (title, int(count), round(float(mean), 3))
        for title, count, mean in zip(frame["title"], frame["count"], frame["mean"], strict=True)
    ]


def test_the_most_rated_movies(lesson_1_2: dict[str, Any]) -> None:
    top = lesson_1_2["most_rated"](lesson_1_2["ratings"], lesson_1_2["movies"], n=3)
    assert _rows(top) == [
        ("Star Wars (1977)", 583, 4.358),
        ("Contact (1997)", 509, 3.804),
        ("Fargo (1996)", 508, 4.156),
    ]


def test_the_best_means_above_twenty_ratings(lesson_1_2: dict[str, Any]) -> None:
    best = lesson_1_2["best_movies"](lesson_1_2["ratings"], lesson_1_2["movies"], floor=20, n=10)
    assert {
        ("Close Shave, A (1995)", 112, 4.491),
        ("Schindler's List (1993)", 298, 4.466),
    } <= set(_rows(best))
