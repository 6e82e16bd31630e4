"""Models that later lessons reuse: `fit`, `predict`, `scores`, `recommend`, `save`, `load`."""

from workshop_pkg.models.als import AlternatingLeastSquares
from workshop_pkg.models.deep import DeepFactorization
from workshop_pkg.models.ease import EASE
from workshop_pkg.models.embedding import EmbeddingFactorization
from workshop_pkg.models.factors import FactorModel
from workshop_pkg.models.gradient import GradientFactorization, TrainingDiverged
from workshop_pkg.models.machine import FactorizationMachine
from workshop_pkg.models.objective import loss_terms
from workshop_pkg.models.recommender import Recommender
from workshop_pkg.models.softmax import SoftmaxRecommender
from workshop_pkg.models.storage import load

__all__ = [
    "EASE",
    "AlternatingLeastSquares",
    "DeepFactorization",
    "EmbeddingFactorization",
    "FactorModel",
    "FactorizationMachine",
    "GradientFactorization",
    "Recommender",
    "SoftmaxRecommender",
    "TrainingDiverged",
    "load",
    "loss_terms",
]
