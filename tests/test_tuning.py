"""A study in a file: begun, gone on with, and refused in one sentence when its file is no good."""

from __future__ import annotations

import math
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import optuna
import pytest

from workshop_pkg import tuning

optuna.logging.set_verbosity(optuna.logging.ERROR)


def distance(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 1e-3, 1e3, log=True)
    return -abs(math.log10(x))


def settings(study: optuna.Study) -> list[dict]:
    return [trial.params for trial in study.trials]


def values(study: optuna.Study) -> list[float | None]:
    return [trial.value for trial in study.trials]


def in_memory() -> optuna.Study:
    return optuna.create_study(direction="maximize")


def test_a_study_is_begun_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    tuning.search(tuning.open_study(path), distance, n_trials=3)
    again = tuning.open_study(path)
    assert len(again.trials) == 3
    assert again.direction.name == "MAXIMIZE"
    assert [entry.name for entry in tmp_path.iterdir()] == ["study.db"], "no temporary file is left"


def test_one_file_holds_several_studies(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    tuning.search(tuning.open_study(path, "one"), distance, n_trials=2)
    other = tuning.open_study(path, "two", direction="minimize")
    assert (len(other.trials), other.direction.name) == (0, "MINIMIZE")
    assert len(tuning.open_study(path, "one").trials) == 2


def test_an_interrupted_search_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    tuning.search(tuning.open_study(path), distance, n_trials=7)
    resumed = tuning.search(tuning.open_study(path), distance, n_trials=15)
    in_one_go = tuning.search(in_memory(), distance, n_trials=15)
    assert settings(resumed) == settings(in_one_go)
    assert values(resumed) == values(in_one_go)


def test_the_trials_that_are_there_count(tmp_path: Path) -> None:
    study = tuning.search(in_memory(), distance, n_trials=4)
    tuning.search(study, distance, n_trials=4)
    assert len(study.trials) == 4


@pytest.mark.parametrize(
    "sampler",
    [
        None,
        optuna.samplers.RandomSampler,
        lambda seed: optuna.samplers.NSGAIISampler(population_size=4, seed=seed),
    ],
)
def test_a_seed_gives_the_same_search_and_another_seed_another_one(sampler) -> None:
    def run(seed: int) -> list[dict]:
        return settings(tuning.search(in_memory(), distance, 14, sampler=sampler, seed=seed))

    assert run(0) == run(0)
    assert run(0) != run(1000)
    assert len({tuple(found.values()) for found in run(0)}) > 10, "each trial draws anew"


KILLED = """
import os, sys
from workshop_pkg import tuning

def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    if trial.number == 3:
        os.kill(os.getpid(), 9)
    return x

tuning.search(tuning.open_study(sys.argv[1]), objective, n_trials=10)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on this system")
def test_what_a_killed_program_had_found_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    run = subprocess.run([sys.executable, "-c", KILLED, str(path)], capture_output=True)
    assert run.returncode == -9
    study = tuning.open_study(path)
    complete = [trial for trial in study.trials if trial.value is not None]
    assert len(complete) == 3
    tuning.search(study, lambda trial: trial.suggest_float("x", 0, 1), n_trials=5)
    states = [trial.state.name for trial in study.trials]
    assert states.count("COMPLETE") == 5
    assert states[3] == "RUNNING", "it stays behind, and does not count"


def test_a_creation_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch) -> None:
    def full_disk(*arguments, **keywords):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(optuna, "create_study", full_disk)
    with pytest.raises(tuning.StudyFileError, match=r"study\.db cannot be used \(database or disk"):
        tuning.open_study(tmp_path / "study.db")
    assert list(tmp_path.iterdir()) == []


def begun(path: Path) -> Path:
    tuning.search(tuning.open_study(path), distance, n_trials=2)
    return path


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path) -> None:
    path = begun(tmp_path / "study.db")
    whole = path.read_bytes()
    for damaged in (
        whole[: len(whole) // 2],
        whole[:100] + os.urandom(len(whole) - 100),
        whole[:4096] + bytes(len(whole) - 4096),
        b"\x00" * len(whole),
        b"not a database" * 1000,
        whole[:30],
        b"",
    ):
        path.write_bytes(damaged)
        with pytest.raises(tuning.StudyFileError, match=r"study\.db.*(damaged|no SQLite)") as found:
            tuning.open_study(path)
        assert "begin a new study" in str(found.value)
        assert path.read_bytes() == damaged
        assert [entry.name for entry in tmp_path.iterdir()] == ["study.db"]


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.db"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE bookmarks (address TEXT)")
    file.close()
    before = path.read_bytes()
    with pytest.raises(tuning.StudyFileError, match="another program wrote it"):
        tuning.open_study(path)
    assert path.read_bytes() == before


HOLDING = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1])
file.execute("BEGIN EXCLUSIVE")
print("holding", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def locked(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(tuning, "PATIENCE", 0.2)
    path = begun(tmp_path / "study.db")
    study = tuning.open_study(path)
    command = [sys.executable, "-c", HOLDING, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        yield path, study


def test_a_locked_file_is_named_on_opening_and_while_searching(locked) -> None:
    path, study = locked
    begin = time.monotonic()
    with pytest.raises(tuning.StudyFileError, match=r"study\.db is locked: another program"):
        tuning.open_study(path)
    with pytest.raises(tuning.StudyFileError, match=r"study\.db is locked.*what was found is kept"):
        tuning.search(study, distance, n_trials=5)
    assert time.monotonic() - begin < 60


def test_a_file_that_is_damaged_meanwhile_is_named(tmp_path: Path) -> None:
    path = begun(tmp_path / "study.db")
    study = tuning.open_study(path)

    def damaging(trial: optuna.Trial) -> float:
        path.write_bytes(b"no database" * 1000)
        return trial.suggest_float("x", 0, 1)

    with pytest.raises(tuning.StudyFileError, match=r"study\.db is damaged"):
        tuning.search(study, damaging, n_trials=5)


def test_a_missing_folder_a_folder_and_one_without_permission(tmp_path: Path) -> None:
    with pytest.raises(tuning.StudyFileError, match="nowhere does not exist: make it first"):
        tuning.open_study(tmp_path / "nowhere" / "study.db")
    with pytest.raises(tuning.StudyFileError, match="is no file: give the path of a file"):
        tuning.open_study(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to(tmp_path: Path, monkeypatch) -> None:
    def refused(*arguments, **keywords):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tuning.tempfile, "mkstemp", refused)
    with pytest.raises(tuning.StudyFileError, match=r"cannot be written to \(Permission denied\)"):
        tuning.open_study(tmp_path / "study.db")


def test_a_study_that_looks_the_other_way(tmp_path: Path) -> None:
    path = begun(tmp_path / "study.db")
    with pytest.raises(tuning.StudyFileError, match="is one to maximize, but direction is 'min"):
        tuning.open_study(path, direction="minimize")
    with pytest.raises(ValueError, match="direction is 'up', but it is 'maximize' or 'minimize'"):
        tuning.open_study(path, direction="up")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None, "much", [1.0, 2.0]])
def test_an_objective_without_a_finite_number_stops_the_search(value) -> None:
    def broken(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        return value if trial.number == 2 else x

    study = in_memory()
    with pytest.raises(
        ValueError, match=r"for trial 2, with the settings \{'x': 0\.\d+\}"
    ) as found:
        tuning.search(study, broken, n_trials=10)
    assert repr(value) in str(found.value)
    assert "narrow the search space" in str(found.value)
    assert [trial.state.name for trial in study.trials] == ["COMPLETE", "COMPLETE", "FAIL"]
    tuning.search(study, distance_of_unit, n_trials=4)
    assert [t.state.name for t in study.trials].count("COMPLETE") == 4, "and it can go on"


def distance_of_unit(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1)


def test_what_the_objective_raises_comes_through() -> None:
    def broken(trial: optuna.Trial) -> float:
        raise ZeroDivisionError("by zero")

    with pytest.raises(ZeroDivisionError, match="by zero"):
        tuning.search(in_memory(), broken, n_trials=2)


def test_pruned_trials_count_as_trials() -> None:
    def pruned(trial: optuna.Trial) -> float:
        raise optuna.TrialPruned

    study = tuning.search(in_memory(), pruned, n_trials=3)
    assert [trial.state.name for trial in study.trials] == ["PRUNED"] * 3


@pytest.mark.parametrize("n_trials", [0, -3, 2.5, True, "10", math.nan])
def test_a_number_of_trials_that_is_no_budget(n_trials) -> None:
    with pytest.raises(ValueError, match=r"n_trials is .*, but a search needs one trial at least"):
        tuning.search(in_memory(), distance, n_trials=n_trials)


@pytest.mark.parametrize("seconds", [0, -1.0, math.nan, math.inf, True, "10"])
def test_seconds_that_are_no_budget(seconds) -> None:
    with pytest.raises(ValueError, match=r"seconds is .*, but a search needs some time"):
        tuning.search(in_memory(), distance, seconds=seconds)


def test_no_budget_at_all_and_a_bad_seed() -> None:
    with pytest.raises(ValueError, match="There is no budget: pass n_trials"):
        tuning.search(in_memory(), distance)
    with pytest.raises(ValueError, match="seed is -1, but it is a whole number"):
        tuning.search(in_memory(), distance, n_trials=1, seed=-1)


def test_time_ends_a_search_after_the_trial_that_runs(monkeypatch) -> None:
    clock = iter([0.0, 1.0, 2.0, 10.0, 11.0])
    monkeypatch.setattr(tuning, "monotonic", lambda: next(clock))
    study = tuning.search(in_memory(), distance, n_trials=100, seconds=5.0)
    assert len(study.trials) == 2


def test_importing_the_package_does_not_import_optuna() -> None:
    code = "import sys, workshop_pkg.tuning, workshop_pkg.charts; print('optuna' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
