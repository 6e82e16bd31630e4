"""What models learn on a GPU is what they learn on the CPU, within stated tolerances."""

from __future__ import annotations

import pytest

from tests import run_on_colab


def test_models_agree_on_the_gpu_and_on_the_cpu() -> None:
    if not run_on_colab.gpus():
        pytest.skip("no GPU here: the lessons were not tried on one")
    run_on_colab.compare_with_cpu()
