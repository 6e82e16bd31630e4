"""The core of lesson 5.2 on a cluster: the same answers, also where a worker dies in the middle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.project_tree import ROOT
from tests.spark.conftest import script, variables
from tests.spark.standalone import Cluster
from workshop_pkg import spark

SMALL = {spark.MEMORY: "700m"}


@pytest.fixture(scope="module")
def here(needs_spark: None) -> dict[str, Any]:
    """What the core gives on two cores of this machine."""
    with script(**SMALL) as run:
        return run.result()


def test_one_address_moves_the_work_to_a_cluster_with_the_same_answers(
    here: dict[str, Any], cluster: Cluster
) -> None:
    with script(**SMALL, **{spark.MASTER: cluster.address}) as run:
        there = run.result()
    assert here["master"] == "local[2]"
    assert there["master"] == cluster.address
    assert there["executors"] == len(cluster.workers)
    assert there["itemsets"] == here["itemsets"]
    assert len(there["itemsets"]) > 10
    assert there["rmse"] == pytest.approx(here["rmse"], abs=0.005)
    assert 0.5 < there["rmse"] < 0.95


@pytest.mark.full
def test_a_worker_that_dies_in_mid_training_does_not_end_the_job(
    here: dict[str, Any], cluster: Cluster, tmp_path: Path
) -> None:
    with script(str(tmp_path / "checkpoints"), **SMALL, **{spark.MASTER: cluster.address}) as run:
        assert run.says("training", "trained") == "training"
        cluster.workers[0].kill()
        assert run.says("trained") == "trained"
        done = run.result()
    assert done["executors"] == 2
    assert done["left"] == 1
    assert done["itemsets"] == here["itemsets"]
    # More sweeps than the undisturbed one here had: at least as close to what it learnt.
    assert 0.5 < done["rmse"] < here["rmse"] + 0.005


@pytest.mark.full
def test_the_whole_lesson_runs_on_the_cluster_by_the_address_alone(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = ROOT.glob("book/5_*/5_2_*.ipynb")
    lesson = nbformat.read(path, as_version=4)
    for name, value in variables(**{spark.MASTER: cluster.address}).items():
        monkeypatch.setenv(name, value)
    NotebookClient(lesson, timeout=300, kernel_name="python3").execute()
    printed = "".join(
        output.get("text", "")
        for cell in lesson.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert f"master {cluster.address}" in printed
    assert "skipped" not in printed.lower()
