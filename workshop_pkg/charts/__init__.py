"""Every chart of the workshop, in Altair, and `setup` for how they look and show."""

# First: it decides how Altair is imported.
import workshop_pkg.charts.quick_import  # noqa: F401
from workshop_pkg.charts.cycle import learning_cycle
from workshop_pkg.charts.exploration import (
    interaction_matrix,
    linked_histograms,
    long_tail,
    mean_against_count,
    rating_histogram,
    rating_summary,
    ratings_over_time,
    ratings_per_movie,
    ratings_per_user,
    who_is_here,
)
from workshop_pkg.charts.splits import error_comparison, split_picture, train_test_matrix
from workshop_pkg.charts.theme import BLUE, GREY, ORANGE, setup

__all__ = [
    "BLUE",
    "GREY",
    "ORANGE",
    "error_comparison",
    "interaction_matrix",
    "learning_cycle",
    "linked_histograms",
    "long_tail",
    "mean_against_count",
    "rating_histogram",
    "rating_summary",
    "ratings_over_time",
    "ratings_per_movie",
    "ratings_per_user",
    "setup",
    "split_picture",
    "train_test_matrix",
    "who_is_here",
]
