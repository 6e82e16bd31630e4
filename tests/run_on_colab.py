"""What `run_on_colab.ipynb` does: the lessons on a GPU of Colab, and its results beside the CPU's.

Everything that computes runs in a process of its own, one after another: a process that uses
TensorFlow keeps the memory of the GPU to itself. Needs the installed package; of the tests, this
file only.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
# In a run for measurement, the documented sample stands for somebody's own ratings.
OWN_RATINGS = {"WORKSHOP_OWN_RATINGS": "sample"}
# As `make test-notebooks` runs the lessons, with more patience: Colab's cores are slow.
NBVAL = ("--nbval-lax", "--nbval-cell-timeout=300", "--nbval-current-env", "-p", "no:cacheprovider")
NO_GPU = (
    "TensorFlow sees no GPU here: choose Runtime, Change runtime type and a GPU in Colab's menu, "
    "then run this notebook from its first cell."
)
ASK_GPUS = """\
import json
import tensorflow as tf

details = tf.config.experimental.get_device_details
found = tf.config.list_physical_devices("GPU")
print(json.dumps([details(gpu).get("device_name", gpu.name) for gpu in found]))
"""
# How far the GPU's results may be from the CPU's. New GPUs multiply in TF32, whose numbers have
# three digits: with factors rounded to it, a CPU's errors moved by 0.00002 at the most, its
# predictions by 0.0004.
TOLERANCES = {"errors (squared stars)": 0.001, "predictions (stars)": 0.01}
# What is compared: two models that together take each way through a step; both on one split of the
# twin.
SETTINGS: dict[str, dict[str, Any]] = {
    "observed ratings only": {"n_factors": 30, "n_steps": 120},
    "all penalties": {
        "n_factors": 35,
        "learning_rate": 20.0,
        "n_steps": 60,
        "l2": 0.1,
        "gravity": 1.0,
        "unobserved_weight": 0.05,
    },
}
HELD_OUT_PREDICTIONS = 1000
# What is left of a lesson's complaints, in lines.
SHOWN_LINES = 40


class RunError(Exception):
    """Shown as one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def gpus() -> list[str]:
    """Name the GPUs that TensorFlow sees."""
    names: list[str] = json.loads(_last_line([sys.executable, "-c", ASK_GPUS]))
    return names


def assert_gpu() -> None:
    """Say which GPU there is, or stop with one sentence."""
    found = gpus()
    if not found:
        raise RunError(NO_GPU)
    version = importlib.metadata.version("tensorflow")
    print(f"TensorFlow {version} sees {', '.join(found)}.")


def install_nbval() -> None:
    """Install nbval beside what is there, and change none of it."""
    if importlib.util.find_spec("nbval") is not None:
        return
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(_installed()), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "nbval"]
        command += ["--constraint", str(constraints)]
        pip = subprocess.run(command, capture_output=True, text=True, check=False)
    if pip.returncode != 0:
        raise RunError(f"nbval could not be installed beside what is here: {pip.stderr.strip()}")
    importlib.invalidate_caches()


def _installed() -> Iterator[str]:
    """Go through what is installed, as requirements of exactly that version."""
    from packaging.requirements import InvalidRequirement, Requirement

    for distribution in importlib.metadata.distributions():
        line = f"{distribution.name}=={distribution.version}"
        try:
            Requirement(line)
        except InvalidRequirement:  # a system's own package with a version of its own kind
            continue
        yield line


def run_lessons() -> None:
    """Run each lesson of the installed package; print its time and verdict, and stop if one fails.

    They run on what an attendee's Colab would run them on: MovieLens 100K where it can be
    downloaded, else the twin. `WORKSHOP_DATASET` chooses, as always.
    """
    from workshop_pkg import project

    lessons = project.lessons()
    if not lessons:
        raise RunError("The installed package carries no lessons: run the setup cell again.")
    started, failed = time.monotonic(), []
    for lesson in lessons:
        began = time.monotonic()
        run = _run_lesson(lesson.path)
        passed = run.returncode == 0
        seconds = time.monotonic() - began
        name = f"{lesson.number} {lesson.title}"
        print(f"{name:<56} {seconds:5.0f} s  {'passed' if passed else 'FAILED'}", flush=True)
        if not passed:
            failed.append(lesson.number)
            print("\n".join(run.stdout.splitlines()[-SHOWN_LINES:]), flush=True)
    if failed:
        raise RunError(
            f"{len(failed)} of {len(lessons)} lessons failed: {', '.join(failed)}. "
            "What each of them printed last stands below its line."
        )
    minutes = (time.monotonic() - started) / 60
    print(f"{len(lessons)} of {len(lessons)} lessons passed, in {minutes:.1f} minutes.")


def _run_lesson(path: Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of a lesson under nbval, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(path, folder)
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *NBVAL, str(copy)],
            cwd=folder,
            env=os.environ | QUIET | OWN_RATINGS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )


def compare_with_cpu() -> None:
    """Train the same models on the GPU and on this machine's CPU; stop if they do not agree."""
    gpu, cpu = results("GPU"), results("CPU")
    check_devices(gpu["device"], cpu["device"])
    found = list(differences(gpu, cpu))
    for name, what, difference in found:
        allowed = f"up to {TOLERANCES[what]} is fine"
        print(f"{name:<24} {what:<24} differ by {difference:.6f} ({allowed})")
    too_far = [name for name, what, difference in found if not difference <= TOLERANCES[what]]
    if too_far:
        raise RunError(f"The GPU's results are not the CPU's: {', '.join(dict.fromkeys(too_far))}.")
    print("The GPU's results agree with the CPU's.")


def results(device: str) -> dict[str, Any]:
    """Train the models on the GPU, or with every GPU hidden; give their errors and predictions."""
    hidden = {"CUDA_VISIBLE_DEVICES": "-1"} if device == "CPU" else {}
    # -P: the folders beside this file are not to be taken for packages.
    found: dict[str, Any] = json.loads(_last_line([sys.executable, "-P", __file__], hidden))
    return found


def check_devices(gpu: str, cpu: str) -> None:
    """Stop where not both devices were used."""
    if (gpu, cpu) != ("GPU", "CPU"):
        raise RunError(f"The models computed on the {gpu} and on the {cpu}, not on GPU and CPU.")


def differences(gpu: dict[str, Any], cpu: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Give, for each model, the largest difference of its errors and of its predictions."""
    for name in SETTINGS:
        for what in TOLERANCES:
            apart = np.subtract(gpu[name][what], cpu[name][what])
            yield name, what, float(np.abs(apart).max())  # NaN where one of them is


def train_and_print() -> None:
    """Train the models on what TensorFlow chooses, and print the results as one line of JSON."""
    from workshop_pkg import backend, datasets, models, splits
    from workshop_pkg.preprocessing import encode

    found: dict[str, Any] = {"device": backend.start(seed=0)}
    ratings = datasets.load_movielens("twin").ratings
    train, test = splits.stratified_split(ratings, test_ratio=0.25, seed=0)
    encoded, shown = encode(ratings), test.head(HELD_OUT_PREDICTIONS)
    for name, settings in SETTINGS.items():
        model = models.GradientFactorization(**settings, verbose=False)
        model.fit(train, encoded=encoded, validation=test)
        last = model.history_[model.history_["step"] == model.n_steps_].set_index("metric")["value"]
        predicted = model.predict(shown["user_id"], shown["movie_id"])
        errors = [float(last["train"]), float(last["held out"])]
        found[name] = dict(zip(TOLERANCES, (errors, predicted.tolist()), strict=True))
    print(json.dumps(found))


def _last_line(command: list[str], variables: dict[str, str] | None = None) -> str:
    """Run a command in a process of its own, and give the last line that it prints."""
    environment = os.environ | QUIET | (variables or {})
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RunError(run.stderr.strip()[-2000:])
    return run.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    train_and_print()
