"""A small recommender, saved in a folder, and the application that serves it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from workshop_pkg import datasets, serving
from workshop_pkg.datasets import MovieLens
from workshop_pkg.models import AlternatingLeastSquares

#: A quarter of the twin's people is enough for a service.
N_USERS = 240


class Made(NamedTuple):
    """What a model folder was made from."""

    folder: Path
    data: MovieLens
    train: pd.DataFrame
    stars: AlternatingLeastSquares
    choices: AlternatingLeastSquares


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    data = datasets.load_movielens("twin")
    train = data.ratings[data.ratings["user_id"] <= N_USERS].reset_index(drop=True)
    stars, choices = serving.train_models(train)
    folder = tmp_path_factory.mktemp("serving") / "model"
    serving.export(folder, data, stars=stars, choices=choices, train=train)
    return Made(folder, data, train, stars, choices)


@pytest.fixture(scope="session")
def book(made: Made) -> serving.SavedRecommender:
    return serving.open_folder(made.folder)


@pytest.fixture(scope="session")
def client(book: serving.SavedRecommender) -> Iterator[TestClient]:
    with TestClient(serving.create_app(book), raise_server_exceptions=True) as client:
        yield client


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Path:
    """A model folder that a test may damage."""
    return Path(shutil.copytree(made.folder, tmp_path / "copy"))


@pytest.fixture
def rewritten(copy: Path) -> Callable[..., Path]:
    """Write the copy again with other content, so that all its checksums are right."""
    from workshop_pkg.serving import folder as model_folder

    def write(change: Callable[..., None]) -> Path:
        manifest, arrays, movies = model_folder.read(copy)
        for name in ("format", "version", "workshop", "files"):
            manifest.pop(name)
        change(manifest, arrays, movies)
        shutil.rmtree(copy)
        model_folder.write(copy, manifest, arrays, movies)
        return copy

    return write
