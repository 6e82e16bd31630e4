"""Which data is in use, and that one plain line says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.datasets import tiny
from tests.datasets.fault_server import FaultServer
from workshop_pkg.datasets import (
    CITATION,
    DataError,
    MovieLens,
    catalog,
    download,
    load_lesson_data,
    load_movielens,
    verify,
)
from workshop_pkg.datasets.errors import LessonDataError

NO_TITLE = "--TerminalInteractiveShell.term_title=False"
NAMES = "twin, 100k, latest-small, 1m, 20m, 25m, 32m"


@pytest.fixture
def data_folder(archive: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What WORKSHOP_DATA names: a folder with real data in its original layout."""
    folder = tmp_path / "data"
    tiny.write(folder / "ml-100k", tiny.FILES_100K)
    monkeypatch.setenv("WORKSHOP_DATA", str(folder))
    return folder


def where(name: str) -> str:
    return next(entry.where for entry in catalog() if entry.name == name)


@pytest.mark.parametrize("name", ["auto", "100k"])
def test_the_folder_of_real_data_comes_first(
    name: str, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = load_movielens(name)
    assert data.name == "100k"
    assert data.path == data_folder / "ml-100k"
    assert data.citation == CITATION
    assert capsys.readouterr().out == f"Data: MovieLens 100K from WORKSHOP_DATA ({data_folder}).\n"
    assert where("100k") == "WORKSHOP_DATA"
    assert verify("100k").ok


def test_the_folder_may_be_the_data_set_itself(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_DATA", str(data_folder / "ml-100k"))
    assert load_movielens("100k").path == data_folder / "ml-100k"


def test_the_folder_may_hold_the_archive(
    archive: bytes, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ml-100k.zip").write_bytes(archive)
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    assert verify("100k").ok
    assert load_movielens("100k").path == cache / "ml-100k"
    shutil.rmtree(cache)
    (tmp_path / "ml-100k.zip").write_bytes(archive[:-1])
    assert not verify("100k").ok
    with pytest.raises(DataError, match="not the original archive of MovieLens 100K"):
        load_movielens("100k")


def test_a_folder_given_in_the_call_comes_before_the_variable(
    data_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    tiny.write(other / "ml-100k", tiny.FILES_100K)
    assert load_movielens("100k", data_dir=other).path == other / "ml-100k"
    assert f"from data_dir ({other})" in capsys.readouterr().out
    with pytest.raises(DataError, match=r"holds neither ml-1m nor ml-1m\.zip"):
        load_movielens("1m", data_dir=other)


@pytest.mark.parametrize("name", ["auto", "100k", "1m"])
def test_a_variable_that_points_nowhere_is_an_error(
    name: str, tiny_twin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError) as caught:
        load_movielens(name)
    for part in ("WORKSHOP_DATA is", str(tmp_path / "nowhere"), "does not exist", "or unset it"):
        assert part in str(caught.value)
    assert not verify("100k").ok


def test_a_variable_that_names_a_file_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path / "file"))
    with pytest.raises(DataError, match="which is a file"):
        load_movielens("100k")


def test_a_folder_without_the_set_passes_on_to_the_network(
    server: FaultServer, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('good')}")
    assert where("100k") == "not here"
    assert load_movielens().path == cache / "ml-100k"
    assert where("100k") == "cache"


def test_a_folder_that_lacks_files_of_the_set_is_an_error(data_folder: Path) -> None:
    (data_folder / "ml-100k" / "u.user").unlink()
    with pytest.raises(DataError, match=r"\(from WORKSHOP_DATA\) lacks u\.user\."):
        load_movielens("auto")
    assert "lacks u.user" in verify("100k").message


def test_auto_goes_on_to_the_twin_and_says_why(
    archive: bytes,
    tiny_twin: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WORKSHOP_MIRRORS", "only https://files.invalid")
    data = load_movielens()
    assert (data.name, data.path) == ("twin", tiny_twin)
    assert "describes no real person" in data.citation
    assert capsys.readouterr().out == (
        "Data: the made-up twin of MovieLens 100K "
        "(files.invalid: name not resolved, probably no network).\n"
    )


def test_a_set_asked_for_by_name_is_never_replaced_by_the_twin(
    archive: bytes, tiny_twin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="could not be downloaded"):
        load_movielens("100k")
    monkeypatch.setenv("WORKSHOP_DATASET", "100k")  # A class that pins one must not be split.
    with pytest.raises(DataError, match="could not be downloaded"):
        load_lesson_data()


def test_the_variable_pins_the_data_set(
    data_folder: Path,
    tiny_twin: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WORKSHOP_DATASET", "twin")
    assert load_movielens().name == load_lesson_data().name == "twin"
    said = "Data: the made-up twin of MovieLens 100K (WORKSHOP_DATASET=twin).\n"
    assert capsys.readouterr().out == 2 * said
    assert load_movielens("100k").name == "100k"
    monkeypatch.setenv("WORKSHOP_DATASET", "100k")
    assert load_movielens().name == load_lesson_data().name == "100k"


@pytest.mark.parametrize("load", [load_movielens, download, verify])
def test_an_unknown_name_lists_the_names(load: object) -> None:
    assert callable(load)
    with pytest.raises(DataError, match="There is no data set '100K-latest'") as caught:
        load("100K-latest")
    assert NAMES in str(caught.value)


def test_an_unknown_name_in_the_variable_lists_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSHOP_DATASET", "netflix")
    with pytest.raises(DataError, match="There is no data set 'netflix'") as caught:
        load_movielens()
    assert str(caught.value).endswith(f"choose one of {NAMES}, auto.")


def test_the_twin_has_nothing_to_download() -> None:
    with pytest.raises(DataError, match="has nothing to download"):
        download("twin")


@pytest.mark.parametrize("name", ["1m", "latest-small", "netflix"])
def test_a_lesson_stops_with_one_sentence_on_other_data(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_DATASET", name)
    with pytest.raises(LessonDataError) as caught:
        load_lesson_data()
    assert str(caught.value) == (
        f"WORKSHOP_DATASET is {name!r}, but the lessons run on twin or 100k (or auto) only: "
        "set it to one of these, restart the kernel, and run again."
    )


def test_ipython_shows_the_sentence_and_no_traceback(tmp_path: Path) -> None:
    code = "from workshop_pkg import datasets; datasets.load_lesson_data()"
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "--no-banner", NO_TITLE, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"WORKSHOP_DATASET": "1m", "IPYTHONDIR": str(tmp_path)},
    )
    shown = (done.stdout + done.stderr).strip().splitlines()
    assert len(shown) == 1, shown
    assert shown[0].startswith("LessonDataError: WORKSHOP_DATASET is '1m', but the lessons run on")


def test_what_is_loaded_cannot_be_reassigned_and_prints_briefly(data_folder: Path) -> None:
    data = load_movielens("100k")
    assert isinstance(data, MovieLens)
    with pytest.raises(AttributeError):
        data.name = "other"  # type: ignore[misc]
    assert "user_id" not in repr(data)


def test_the_catalog_names_every_set_its_size_and_its_terms() -> None:
    entries = catalog()
    assert ", ".join(entry.name for entry in entries) == NAMES
    assert all(entry.license for entry in entries)
    assert "198.7 MB" in str(next(entry for entry in entries if entry.name == "20m"))
    assert "no redistribution" in next(entry for entry in entries if entry.name == "100k").license


def test_the_bundled_twin_has_the_shape_of_movielens_100k() -> None:
    data = load_movielens("twin")
    assert data.users is not None
    assert (len(data.ratings), len(data.users), len(data.movies)) == (100_000, 943, 1_682)
    assert verify("twin").ok
    assert where("twin") == "bundled"
