"""Data sets: MovieLens, its made-up twin, Netflix Prize files, and shopping baskets."""

from workshop_pkg.datasets.baskets import (
    load_baskets,
    load_groceries,
    load_retail,
    load_supermarket,
)
from workshop_pkg.datasets.catalog import CatalogEntry, Verification, catalog, verify
from workshop_pkg.datasets.download import download
from workshop_pkg.datasets.errors import DataError, DownloadError
from workshop_pkg.datasets.movielens import load_lesson_data, load_movielens
from workshop_pkg.datasets.netflix import load_netflix
from workshop_pkg.datasets.types import CITATION, MovieLens

__all__ = [
    "CITATION",
    "CatalogEntry",
    "DataError",
    "DownloadError",
    "MovieLens",
    "Verification",
    "catalog",
    "download",
    "load_baskets",
    "load_groceries",
    "load_lesson_data",
    "load_movielens",
    "load_netflix",
    "load_retail",
    "load_supermarket",
    "verify",
]
