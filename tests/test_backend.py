"""Keras starts quietly and seeded, and says what computes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workshop_pkg import backend

START = "from workshop_pkg import backend; name = backend.start(seed={seed}); "


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_it_prints_one_line_with_versions_and_the_device_and_nothing_else() -> None:
    shown = run(
        START.format(seed=0) + "import tensorflow as tf, keras; "
        "a = tf.matmul(tf.ones((2, 2)), tf.ones((2, 2))); "
        "print(tf.__version__, keras.__version__, name)"
    )
    line, versions = shown.stdout.splitlines()
    tensorflow, keras, name = versions.split()
    assert line == f"Keras {keras} on TensorFlow {tensorflow}, computing on the {name}."
    assert name in ("CPU", "GPU")
    assert shown.stderr == ""


def test_the_same_seed_draws_the_same_numbers() -> None:
    draw = "import keras, numpy as np; print(keras.random.normal((3,)).numpy(), np.random.rand())"
    first, again, other = (run(START.format(seed=seed) + draw).stdout for seed in (4, 4, 5))
    assert first == again
    assert first != other


def test_importing_it_and_the_models_imports_no_tensorflow() -> None:
    code = (
        "import sys; from workshop_pkg import backend, models; "
        "print({'keras', 'tensorflow'} & set(sys.modules))"
    )
    assert run(code).stdout.strip() == "set()"


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "0", True, None])
def test_a_seed_that_is_none_is_named(seed: object) -> None:
    with pytest.raises(ValueError, match="seed is"):
        backend.start(seed)  # type: ignore[arg-type]
