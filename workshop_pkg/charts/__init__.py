"""Every chart of the workshop, in Altair, and `setup` for how they look and show."""

# First: it decides how Altair is imported.
import workshop_pkg.charts.quick_import  # noqa: F401
from workshop_pkg.charts.choosing import (
    bootstrap_draws,
    cost_against_quality,
    leaderboard,
    measures_compared,
)
from workshop_pkg.charts.clusters import (
    cluster_numbers,
    distance_shares,
    gain_intervals,
    profile_heat_map,
    score_by_clusters,
)
from workshop_pkg.charts.cycle import learning_cycle
from workshop_pkg.charts.decisions import worth_by_threshold
from workshop_pkg.charts.deep import cut_off_accuracy
from workshop_pkg.charts.dendrograms import dendrogram
from workshop_pkg.charts.embeddings import (
    embedding_map,
    norms_against_popularity,
    popularity_by_exponent,
    score_spread,
)
from workshop_pkg.charts.explanations import reason_parts, removed_reasons
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
from workshop_pkg.charts.factors import factor_product, feature_plane, loss_growth, loss_memory
from workshop_pkg.charts.fp_tree import fp_tree_growth, fp_tree_paths
from workshop_pkg.charts.grids import (
    search_budget,
    search_heat_map,
    search_points,
    search_slices,
    winners_optimism,
)
from workshop_pkg.charts.implicit import hit_rates, newcomers, ranking_bars
from workshop_pkg.charts.itemsets import candidate_counts, encoding_growth, itemset_lattice
from workshop_pkg.charts.keras_embeddings import (
    bounded_outputs,
    embedding_heat_maps,
    predicted_beside_observed,
)
from workshop_pkg.charts.kmeans_steps import kmeans_steps
from workshop_pkg.charts.machines import calibration, gain_by_group, pair_products
from workshop_pkg.charts.miners import list_quality, miner_cost, search_work
from workshop_pkg.charts.neighbors import (
    cross_validation,
    own_scales,
    rating_table,
    similarity_matrices,
    similarity_spread,
)
from workshop_pkg.charts.networks import model_drawing
from workshop_pkg.charts.objectives import (
    error_against_list,
    folding_losses,
    folding_planes,
    where_errors_count,
)
from workshop_pkg.charts.on_spark import (
    list_overlap,
    shuffled_bytes,
    side_by_side,
    spark_growth,
    sweep_costs,
)
from workshop_pkg.charts.prediction_parts import prediction_parts
from workshop_pkg.charts.rules import chance_lift, rule_name, rule_scatter, threshold_grid
from workshop_pkg.charts.specialists import specialist_leads
from workshop_pkg.charts.splits import error_comparison, split_picture, train_test_matrix
from workshop_pkg.charts.studies import (
    draws_by_decade,
    parallel_coordinates,
    search_history,
    searches_compared,
    setting_importance,
    trial_courses,
)
from workshop_pkg.charts.theme import BLUE, GRAY, ORANGE, setup
from workshop_pkg.charts.training import descent, learning_curves

__all__ = [
    "BLUE",
    "GRAY",
    "ORANGE",
    "bootstrap_draws",
    "bounded_outputs",
    "calibration",
    "candidate_counts",
    "chance_lift",
    "cluster_numbers",
    "cost_against_quality",
    "cross_validation",
    "cut_off_accuracy",
    "dendrogram",
    "descent",
    "distance_shares",
    "draws_by_decade",
    "embedding_heat_maps",
    "embedding_map",
    "encoding_growth",
    "error_against_list",
    "error_comparison",
    "factor_product",
    "feature_plane",
    "folding_losses",
    "folding_planes",
    "fp_tree_growth",
    "fp_tree_paths",
    "gain_by_group",
    "gain_intervals",
    "hit_rates",
    "interaction_matrix",
    "itemset_lattice",
    "kmeans_steps",
    "leaderboard",
    "learning_curves",
    "learning_cycle",
    "linked_histograms",
    "list_overlap",
    "list_quality",
    "long_tail",
    "loss_growth",
    "loss_memory",
    "mean_against_count",
    "measures_compared",
    "miner_cost",
    "model_drawing",
    "newcomers",
    "norms_against_popularity",
    "own_scales",
    "pair_products",
    "parallel_coordinates",
    "popularity_by_exponent",
    "predicted_beside_observed",
    "prediction_parts",
    "profile_heat_map",
    "ranking_bars",
    "rating_histogram",
    "rating_summary",
    "rating_table",
    "ratings_over_time",
    "ratings_per_movie",
    "ratings_per_user",
    "reason_parts",
    "removed_reasons",
    "rule_name",
    "rule_scatter",
    "score_by_clusters",
    "score_spread",
    "search_budget",
    "search_heat_map",
    "search_history",
    "search_points",
    "search_slices",
    "search_work",
    "searches_compared",
    "setting_importance",
    "setup",
    "shuffled_bytes",
    "side_by_side",
    "similarity_matrices",
    "similarity_spread",
    "spark_growth",
    "specialist_leads",
    "split_picture",
    "sweep_costs",
    "threshold_grid",
    "train_test_matrix",
    "trial_courses",
    "where_errors_count",
    "who_is_here",
    "winners_optimism",
    "worth_by_threshold",
]
