"""A model folder is there whole or not at all; what is damaged, foreign or newer is refused."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.serving.conftest import Made
from workshop_pkg import serving
from workshop_pkg.serving import ModelFolderError, export, open_folder
from workshop_pkg.serving import folder as model_folder


def refused(folder: Path, *words: str) -> None:
    """Expect one sentence with these words."""
    with pytest.raises(ModelFolderError) as caught:
        open_folder(folder)
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert "\n" not in message
    assert message.endswith((".", "again."))


def test_the_folder_holds_what_is_said_and_nothing_else(made: Made) -> None:
    names = {path.name for path in made.folder.iterdir()}
    assert names == {"manifest.json", "stars.npz", "choices.npz", "seen.npz", "movies.json"}
    assert [path.name for path in made.folder.parent.iterdir()] == ["model"]
    manifest = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sizes"]["ratings"] == len(made.train)
    assert manifest["data"] == "twin"


def test_no_rating_is_in_it(made: Made) -> None:
    with np.load(made.folder / "seen.npz") as seen:
        assert set(seen.files) == {"user_ids", "movie_ids", "indptr", "indices"}
        assert all(seen[name].dtype.kind == "i" for name in seen.files)
        assert len(seen["indices"]) == len(made.train)


def test_the_same_models_give_the_same_bytes(made: Made, tmp_path: Path) -> None:
    again = export(
        tmp_path / "again", made.data, stars=made.stars, choices=made.choices, train=made.train
    )
    for path in made.folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_others_may_read_it(made: Made) -> None:
    umask = os.umask(0)
    os.umask(umask)
    assert made.folder.stat().st_mode & 0o777 == 0o777 & ~umask


@pytest.mark.parametrize("name", ["manifest.json", *(f"{n}.npz" for n in model_folder.ARRAYS)])
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_one_changed_byte_is_noticed(name: str, where: str, copy: Path) -> None:
    path = copy / name
    content = bytearray(path.read_bytes())
    place = {"first": 0, "middle": len(content) // 2, "last": len(content) - 1}[where]
    content[place] ^= 1
    path.write_bytes(content)
    refused(copy, "damaged")


@pytest.mark.parametrize("name", ["manifest.json", "stars.npz", "movies.json"])
@pytest.mark.parametrize("kept", [0, 0.5])
def test_a_file_that_is_cut_off_is_noticed(name: str, kept: float, copy: Path) -> None:
    path = copy / name
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    refused(copy, "damaged", "export it again")


@pytest.mark.parametrize("name", ["stars.npz", "choices.npz", "seen.npz", "movies.json"])
def test_a_missing_file_is_named(name: str, copy: Path) -> None:
    (copy / name).unlink()
    refused(copy, name, "missing")


def test_a_number_changed_in_the_manifest_is_noticed(copy: Path) -> None:
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["probability"]["threshold"] = 0.4
    path.write_text(json.dumps(manifest), encoding="utf-8")
    refused(copy, "manifest.json was changed")


def test_a_manifest_in_another_layout_is_the_same(copy: Path) -> None:
    path = copy / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    open_folder(copy)


@pytest.mark.parametrize("version", [0, 2, "1", None, [1]])
def test_another_version_says_which_and_what_to_do(version: object, copy: Path) -> None:
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps(manifest | {"version": version, "workshop": "9.1"}), encoding="utf-8"
    )
    refused(copy, repr(version), "9.1", "reads version 1")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"format": "another"}', "holds no model of this workshop"),
        ("[1, 2]", "holds no model of this workshop"),
        ("3", "holds no model of this workshop"),
        ("{", "damaged"),
        ("\x00\x01", "damaged"),
        ("[" * 100_000, "damaged"),
    ],
)
def test_a_foreign_manifest(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    refused(tmp_path, words)


def test_foreign_folders_and_none(tmp_path: Path) -> None:
    refused(tmp_path, "holds no model", "workshop train")
    refused(tmp_path / "nowhere", "does not exist")
    file = tmp_path / "file"
    file.write_text("text", encoding="utf-8")
    refused(file, "is no folder")


def test_a_file_that_may_not_be_read(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    refused(copy, "cannot be read (Permission denied)", "ask its owner")


def test_pickled_objects_are_never_loaded(rewritten, copy: Path) -> None:
    """The checksums are right, and yet nothing in the file is run."""
    ran = copy.parent / "ran"

    class Evil:
        def __reduce__(self):
            return (Path.touch, (ran,))

    evil = np.array([Evil()], dtype=object)
    file = io.BytesIO()
    np.savez(file, user_embeddings=evil)
    assert pickle.dumps(evil)

    def change(manifest, arrays, movies) -> None:
        arrays["stars"]["user_embeddings"] = evil

    refused(rewritten(change), "damaged")
    assert not ran.exists()


def _cut(name: str, array: str):
    def change(manifest, arrays, movies) -> None:
        arrays[name][array] = arrays[name][array][:-1]

    return change


def _put(name: str, array: str, value: object):
    def change(manifest, arrays, movies) -> None:
        arrays[name][array] = np.array(value)

    return change


def _spoil(manifest, arrays, movies) -> None:
    arrays["choices"]["movie_embeddings"][5, 0] = np.nan


def _swap_ids(manifest, arrays, movies) -> None:
    ids = arrays["seen"]["movie_ids"]
    ids[[0, 1]] = ids[[1, 0]]


def _lose_a_title(manifest, arrays, movies) -> None:
    movies.pop()


def _lose_the_curve(manifest, arrays, movies) -> None:
    del manifest["probability"]


def _see_too_far(manifest, arrays, movies) -> None:
    arrays["seen"]["indices"][0] = 10**6


def _singular(manifest, arrays, movies) -> None:
    arrays["choices"]["shared"][:] = 0


@pytest.mark.parametrize(
    "change",
    [
        *(_cut("stars", name) for name in ("user_embeddings", "movie_embeddings", "user_biases")),
        *(_cut("choices", name) for name in ("user_embeddings", "movie_embeddings", "shared")),
        *(_cut("seen", name) for name in ("user_ids", "movie_ids", "indptr", "indices")),
        _put("stars", "mean", "text"),
        _put("choices", "n_ratings", [1, 2]),
        _put("seen", "user_ids", [[1, 2]]),
        _spoil,
        _swap_ids,
        _lose_a_title,
        _lose_the_curve,
        _see_too_far,
        _singular,
    ],
)
def test_contents_that_do_not_fit_together(change, rewritten) -> None:
    """Right checksums do not make a right folder."""
    refused(rewritten(change), "damaged")


def put(made: Made, folder: Path) -> Path:
    return export(folder, made.data, stars=made.stars, choices=made.choices, train=made.train)


def test_an_empty_folder_is_taken_and_a_full_one_is_not(made: Made, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    open_folder(put(made, tmp_path / "empty"))
    mine = tmp_path / "full" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(ModelFolderError, match="is not empty: choose a new one"):
        put(made, mine.parent)
    assert [path.name for path in mine.parent.iterdir()] == ["mine.txt"]
    with pytest.raises(ModelFolderError, match="is there and is no folder"):
        put(made, mine)
    with pytest.raises(ModelFolderError, match=r"The folder .*nowhere does not exist"):
        put(made, tmp_path / "nowhere" / "model")


def test_a_folder_by_a_relative_path(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_folder(put(made, Path("mine")))
    assert (tmp_path / "mine" / "manifest.json").is_file()


@pytest.mark.parametrize("failing", ["choices.npz", "manifest.json"])
def test_a_full_disk_leaves_nothing_behind(
    failing: str, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == failing:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ModelFolderError, match="No space left on device"):
        put(made, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_importing_serving_loads_nothing_heavy() -> None:
    import subprocess

    script = (
        "import sys; from workshop_pkg import serving; serving.ModelFolderError\n"
        "heavy = {'numpy', 'pandas', 'fastapi', 'sklearn', 'tensorflow'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        serving.nothing  # noqa: B018
    assert all(getattr(serving, name) for name in serving.__all__)


def test_a_folder_that_was_moved_still_serves(copy: Path, tmp_path: Path) -> None:
    shutil.move(copy, tmp_path / "elsewhere")
    open_folder(tmp_path / "elsewhere")
