"""Data sets: MovieLens, its made-up twin, and shopping baskets."""

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.movielens import load_lesson_data, load_movielens
from workshop_pkg.datasets.types import CITATION, MovieLens

__all__ = ["CITATION", "DataError", "MovieLens", "load_lesson_data", "load_movielens"]
