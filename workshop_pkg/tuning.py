"""Search with Optuna: a study in a file that survives, a budget, an objective that is watched.

Optuna is imported when a function here is called, not before.
"""

from __future__ import annotations

import math
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import optuna

Objective = Callable[["optuna.Trial"], float]
Direction = Literal["maximize", "minimize"]

#: How long to wait for a file that another program is writing to, in seconds.
PATIENCE = 5.0
_FIRST_BYTES = b"SQLite format 3\x00"
_TABLES = {"studies", "trials", "version_info"}


class StudyFileError(ValueError):
    """The file of a study cannot be used; the message says why, and what to do."""


def open_study(
    path: str | os.PathLike[str], name: str = "study", direction: Direction = "maximize"
) -> optuna.Study:
    """Open a study that lives in an SQLite file; begin it if it is not there.

    A new file appears whole or not at all, and every trial is written to it when it ends: what has
    been found survives the program, and the next one goes on with it.

    Parameters
    ----------
    path : path
        Of the file. Its folder must exist.
    name : str
        Of the study: one file may hold several.
    direction : {"maximize", "minimize"}
        What is looked for.

    Returns
    -------
    optuna.Study

    Raises
    ------
    StudyFileError
        When the folder is missing or cannot be written to, when the file is damaged, locked or of
        another kind, or when the study there looks the other way. The file is left as it is.
    ValueError
        For another direction.
    """
    if direction not in ("maximize", "minimize"):
        raise ValueError(f"direction is {direction!r}, but it is 'maximize' or 'minimize'.")
    import optuna

    target = Path(path)
    if target.exists():
        _check_file(target)
    else:
        _begin_file(target, name, direction)
    try:
        study = optuna.create_study(
            study_name=name, storage=_storage(target), direction=direction, load_if_exists=True
        )
        found = study.direction.name.lower()
    except Exception as error:  # whatever SQLAlchemy, sqlite3 or Optuna make of it
        raise _explained(error, target) from error
    if found != direction:
        raise StudyFileError(
            f"The study {name!r} in {target} is one to {found}, but direction is {direction!r}: "
            "pass its own direction, or give the new study another name."
        )
    return study


def search(
    study: optuna.Study,
    objective: Objective,
    n_trials: int | None = None,
    seconds: float | None = None,
    sampler: Callable[..., optuna.samplers.BaseSampler] | None = None,
    seed: int = 0,
) -> optuna.Study:
    """Try settings until the study has enough trials, or time is up.

    Trials of the study that are there already count: called once more after an interruption, the
    search goes on where it was. Each trial draws with a seed of its own, `seed` plus its number, so
    that a search that was interrupted tries the same settings as one that was not.

    Parameters
    ----------
    study : optuna.Study
        From `open_study`, or from ``optuna.create_study``.
    objective : callable
        Takes an ``optuna.Trial``, returns a finite number; ``optuna.TrialPruned`` gives one up.
    n_trials : int, optional
        How many trials the study shall have in the end, complete or pruned; failed ones are not
        counted.
    seconds : float, optional
        No trial begins later than that. The one that runs is not cut off. `n_trials`, `seconds` or
        both: one at least.
    sampler : callable, optional
        A class of sampler, or a function: called with ``seed=...`` for each trial. Without it,
        ``optuna.samplers.TPESampler``.
    seed : int
        0 or more.

    Returns
    -------
    optuna.Study
        The same study.

    Raises
    ------
    ValueError
        When there is no budget, or the objective returns anything but a finite number; the
        message names the settings. What the study has found so far stays.
    StudyFileError
        When the study's file is locked or damaged meanwhile.
    """
    _check_budget(n_trials, seconds)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed is {seed!r}, but it is a whole number, 0 or more.")
    import optuna

    make = sampler or optuna.samplers.TPESampler
    finished = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    watched = _watched(objective)
    begun = monotonic()
    while True:
        trials = _trials(study)
        if n_trials is not None and sum(trial.state in finished for trial in trials) >= n_trials:
            return study
        if seconds is not None and monotonic() - begun >= seconds:
            return study
        study.sampler = make(seed=int(seed) + len(trials))
        try:
            study.optimize(watched, n_trials=1)
        except Exception as error:
            if (cause := _of_storage(error)) is not None:
                raise _explained(cause, _file_of(study)) from error
            raise


def _check_budget(n_trials: Any, seconds: Any) -> None:
    if n_trials is None and seconds is None:
        raise ValueError(
            "There is no budget: pass n_trials (such as 30), seconds (such as 60), or both."
        )
    whole = isinstance(n_trials, int | np.integer) and not isinstance(n_trials, bool)
    if n_trials is not None and not (whole and n_trials >= 1):
        raise ValueError(
            f"n_trials is {n_trials!r}, but a search needs one trial at least: pass a whole "
            "number, 1 or more, such as 30."
        )
    real = isinstance(seconds, int | float | np.number) and not isinstance(seconds, bool)
    if seconds is not None and not (real and math.isfinite(seconds) and seconds > 0):
        raise ValueError(
            f"seconds is {seconds!r}, but a search needs some time: pass a number above 0, such as "
            "60; or n_trials instead."
        )


def _watched(objective: Objective) -> Objective:
    """Refuse what is not a finite number, which Optuna would note as failed, and go on."""

    def watched(trial: optuna.Trial) -> float:
        value: Any = objective(trial)
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if math.isfinite(number):
            return number
        raise ValueError(
            f"The objective returned {value!r} for trial {trial.number}, with the settings "
            f"{trial.params}, but it must return a finite number. Run it with these settings to "
            "see why; narrow the search space, or raise optuna.TrialPruned() where they cannot "
            "work."
        )

    return watched


def _trials(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    try:
        return study.get_trials(deepcopy=False)
    except Exception as error:
        if (cause := _of_storage(error)) is not None:
            raise _explained(cause, _file_of(study)) from error
        raise


def _storage(path: Path) -> optuna.storages.RDBStorage:
    import optuna

    wait = {"connect_args": {"timeout": PATIENCE}}
    return optuna.storages.RDBStorage(f"sqlite:///{path}", engine_kwargs=wait)


def _begin_file(target: Path, name: str, direction: Direction) -> None:
    """Make the file beside its place, and move it there when it is whole."""
    import optuna

    if not target.parent.is_dir():
        raise StudyFileError(
            f"The folder {target.parent} does not exist: make it first, or keep the study "
            "elsewhere."
        )
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise StudyFileError(
            f"The folder {target.parent} cannot be written to ({error.strerror}): keep the study "
            "elsewhere."
        ) from error
    os.close(handle)
    try:
        storage = _storage(Path(temporary))
        optuna.create_study(study_name=name, storage=storage, direction=direction)
        storage.engine.dispose()
        Path(temporary).replace(target)
    except Exception as error:
        raise _explained(error, target) from error
    finally:
        Path(temporary).unlink(missing_ok=True)


def _check_file(path: Path) -> None:
    """Look whether a file is a whole SQLite file of Optuna's, without writing to it."""
    if not path.is_file():
        raise StudyFileError(f"{path} is no file: give the path of a file, such as study.db.")
    try:
        with path.open("rb") as file:
            first = file.read(len(_FIRST_BYTES))
    except OSError as error:
        raise StudyFileError(
            f"{path} cannot be read ({error.strerror}): check its permissions, or keep the study "
            "elsewhere."
        ) from error
    if first != _FIRST_BYTES:
        raise StudyFileError(
            f"{path} is no SQLite file, or it is damaged: it begins with {first[:15]!r}. Move it "
            "away and begin a new study, or take it from a backup."
        )
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", timeout=PATIENCE, uri=True)
        ) as file:
            tables = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
            (verdict,) = file.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise _explained(error, path) from error
    if verdict != "ok":
        raise _damaged(path, verdict)
    if not tables >= _TABLES:
        raise StudyFileError(
            f"{path} is an SQLite file without a study of Optuna in it: another program wrote it. "
            "Give another path."
        )


def _explained(error: BaseException, path: Path | None) -> StudyFileError:
    """Put what went wrong with a study's file into one sentence."""
    said = str(error.__cause__ or error).splitlines()[0]
    where = path or "The file of the study"
    if "locked" in said or "busy" in said:
        return StudyFileError(
            f"{where} is locked: another program or notebook has been writing to it for more than "
            f"{PATIENCE:g} seconds. Stop that one, or wait, and run this again; what was found is "
            "kept."
        )
    if "malformed" in said or "not a database" in said:
        return _damaged(where, said)
    return StudyFileError(
        f"{where} cannot be used ({said}): check that there is room on the disk and that you may "
        "write there, or keep the study elsewhere."
    )


def _damaged(where: Path | str, said: str) -> StudyFileError:
    return StudyFileError(
        f"{where} is damaged ({said}): move it away and begin a new study, or take it from a "
        "backup."
    )


def _of_storage(error: BaseException | None) -> BaseException | None:
    """Find the error of the study's file behind another one, if there is one.

    Optuna 5.0 stumbles over its own clean-up when a file is lost during a trial.
    """
    import optuna
    from sqlalchemy.exc import SQLAlchemyError

    while error and not isinstance(error, SQLAlchemyError | optuna.exceptions.StorageInternalError):
        error = error.__context__
    return error


def _file_of(study: optuna.Study) -> Path | None:
    """Name the file that a study lives in, if it is one."""
    storage = getattr(study._storage, "_backend", study._storage)
    url = getattr(storage, "url", "")
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
