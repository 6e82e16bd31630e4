"""On Keras' JAX backend the models learn the same as on TensorFlow."""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.environments.environment import ROOT, uv
from tests.environments.train_one_of_each import SETTINGS
from workshop_pkg import models

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]

# jaxlib brings no more than that: the rest of what JAX needs is there with Keras and TensorFlow.
JAX = ("jax==0.10.2", "jaxlib==0.10.2")
#: In stars, or what else a model scores in. Both compute in float32, in another order.
TOLERANCE = 1e-4


def train(backend: str, folder: Path, *, also: Path | None = None) -> dict[str, Any]:
    """Train one of each in a process of its own, and give what they score."""
    target = folder / f"{backend}.npz"
    places = [str(place) for place in (ROOT, also) if place is not None]
    run = subprocess.run(
        [sys.executable, "-m", "tests.environments.train_one_of_each", str(target)],
        env=os.environ
        | {
            "KERAS_BACKEND": backend,
            "PYTHONPATH": os.pathsep.join(places),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "JAX_PLATFORMS": "cpu",
        },
        cwd=folder,  # no keras.json or module of the project by accident
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr[-3000:]
    assert run.stdout == ""
    with np.load(target) as stored:
        return {name: stored[name] for name in stored.files}


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("jax")
    uv("pip", "install", "--quiet", "--no-deps", "--python", sys.executable,
       "--target", folder / "packages", *JAX)  # fmt: skip
    return {
        "tensorflow": train("tensorflow", folder),
        "jax": train("jax", folder, also=folder / "packages"),
    }


@pytest.mark.parametrize("name", SETTINGS)
def test_a_model_scores_the_same_on_jax(scores: dict[str, dict[str, Any]], name: str) -> None:
    for backend, found in scores.items():
        assert str(found["backend"]) == backend
    ours, theirs = scores["tensorflow"][name], scores["jax"][name]
    assert np.ptp(ours) > 0.1  # something was learned, and not the same for all
    assert np.abs(ours - theirs).max() < TOLERANCE


def test_each_model_that_keras_computes_is_among_them() -> None:
    on_keras = {
        name
        for name in models.__all__
        if isinstance(kind := getattr(models, name), type)
        and issubclass(kind, models.Recommender)
        and "load_keras(" in inspect.getsource(importlib.import_module(kind.__module__))
    }
    assert on_keras == set(SETTINGS)
