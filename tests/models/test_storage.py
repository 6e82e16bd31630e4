"""A stored model gives the same answers, holds no pickle, and a bad file is refused."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import __version__, models
from workshop_pkg.models import AlternatingLeastSquares, GradientFactorization, storage


@pytest.fixture(scope="module")
def trained(small: pd.DataFrame) -> list[models.FactorModel]:
    return [
        AlternatingLeastSquares(n_factors=3, biases=True, verbose=False).fit(small),
        GradientFactorization(
            n_factors=3, learning_rate=0.5, n_steps=30, optimizer="adagrad", verbose=False
        ).fit(small),
    ]


def test_a_loaded_model_answers_as_the_stored_one_did(
    trained: list[models.FactorModel], small: pd.DataFrame, tmp_path: Path
) -> None:
    for model in trained:
        path = tmp_path / "model"  # no ending is added
        model.save(path)
        again = models.load(path)
        assert type(again) is type(model)
        assert again.get_params() == model.get_params()
        ids = small["user_id"], small["movie_id"]
        assert np.array_equal(again.predict(*ids), model.predict(*ids))
        assert np.array_equal(again.predict(*ids, clip=True), model.predict(*ids, clip=True))
        pd.testing.assert_frame_equal(again.recommend(n=5), model.recommend(n=5))
        assert again.history_.values.tolist() == model.history_.values.tolist()


def test_a_fresh_process_gives_the_same_recommendations(
    trained: list[models.FactorModel], tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    trained[0].save(path)
    code = (
        "import sys; from workshop_pkg import models; "
        f"print(models.load({str(path)!r}).recommend(n=3)['movie_id'].tolist()); "
        "assert 'tensorflow' not in sys.modules"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == trained[0].recommend(n=3)["movie_id"].tolist()


def test_no_part_of_the_file_needs_pickle(
    trained: list[models.FactorModel], tmp_path: Path
) -> None:
    trained[0].save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind in "biufU" for name in stored.files)


def test_ids_that_are_text_survive(small: pd.DataFrame, tmp_path: Path) -> None:
    named = small.assign(
        user_id="u" + small["user_id"].astype(str), movie_id="m" + small["movie_id"].astype(str)
    )
    model = AlternatingLeastSquares(n_factors=2, n_sweeps=2, verbose=False).fit(named)
    model.save(tmp_path / "model.npz")
    again = models.load(tmp_path / "model.npz")
    first = named.iloc[0]
    expected = model.predict(first["user_id"], first["movie_id"])
    assert again.predict(first["user_id"], first["movie_id"]) == pytest.approx(expected)


def test_a_file_that_is_replaced_is_there_whole_or_as_it_was(
    trained: list[models.FactorModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.npz"
    trained[0].save(path)
    before = path.read_bytes()

    def full_disk(*arguments: object, **arrays: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(storage.np, "savez_compressed", full_disk)
    with pytest.raises(OSError, match="No space"):
        trained[1].save(path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["model.npz"]


def test_a_missing_folder_is_named(trained: list[models.FactorModel], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"folder .*nowhere does not exist"):
        trained[0].save(tmp_path / "nowhere" / "model.npz")


def test_a_missing_foreign_or_damaged_file_is_refused_in_one_sentence(
    trained: list[models.FactorModel], tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    with pytest.raises(ValueError, match=r"no file .*model\.npz"):
        models.load(path)
    trained[0].save(path)
    whole = path.read_bytes()
    foreign = [b"", b"hello", whole[: len(whole) // 2]]
    for content in foreign:
        path.write_bytes(content)
        with pytest.raises(ValueError, match="no model of this workshop, or it is damaged"):
            models.load(path)
    with path.open("wb") as file:
        np.savez(file, header=np.array("{}"), other=np.arange(3))
    with pytest.raises(ValueError, match="no model of this workshop, or it is damaged"):
        models.load(path)
    with path.open("wb") as file:
        np.save(file, np.arange(3))
    with pytest.raises(ValueError, match="no model of this workshop, or it is damaged"):
        models.load(path)


def rewritten(path: Path, header: dict[str, object] | None = None, /, **arrays: object) -> None:
    """Store the model again, with another entry in its header or another array."""
    with np.load(path) as stored:
        kept = {name: stored[name] for name in stored.files}
    kept["header"] = np.array(json.dumps(json.loads(str(kept["header"])) | (header or {})))
    with path.open("wb") as file:
        np.savez(file, **(kept | arrays))


@pytest.fixture
def path(trained: list[models.FactorModel], tmp_path: Path) -> Path:
    """A stored model."""
    trained[0].save(tmp_path / "model.npz")
    return tmp_path / "model.npz"


class Trap:
    """An object whose pickle, when it is read, makes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("place", ["the whole file", "an array", "the header"])
def test_a_pickle_is_not_run(path: Path, tmp_path: Path, place: str) -> None:
    mark = tmp_path / "the trap was sprung"
    trap = Trap(mark)
    if place == "the whole file":
        path.write_bytes(pickle.dumps(trap))
    else:
        name = {"an array": "user_ids", "the header": "header"}[place]
        rewritten(path, **{name: np.array([trap], dtype=object)})
    with pytest.raises(ValueError, match="no model of this workshop"):
        models.load(path)
    assert not mark.exists()
    if place == "the whole file":  # the trap is one
        pickle.loads(path.read_bytes())
        assert mark.exists()


@pytest.mark.parametrize("format_", [0, 2])
def test_another_format_is_named_with_both_versions(path: Path, format_: int) -> None:
    rewritten(path, {"format": format_, "workshop": "9.8.7"})
    with pytest.raises(
        ValueError,
        match=rf"has the format {format_}, and this version .*{re.escape(__version__)}.* reads 1.*"
        r"by version 9\.8\.7",
    ):
        models.load(path)


def test_a_kind_of_model_that_only_another_version_has_is_named(path: Path) -> None:
    rewritten(path, {"model": "NewerModel", "workshop": "9.8.7"})
    with pytest.raises(ValueError, match=r"of the kind 'NewerModel'.* none .* version 9\.8\.7"):
        models.load(path)


def test_a_setting_that_only_another_version_has_is_named(path: Path) -> None:
    with np.load(path) as stored:
        parameters = json.loads(str(stored["header"]))["parameters"]
    rewritten(path, {"parameters": parameters | {"depth": 3}})
    with pytest.raises(ValueError, match=r"AlternatingLeastSquares with the setting 'depth'"):
        models.load(path)


def test_a_file_from_before_the_version_was_kept_still_loads(
    path: Path, trained: list[models.FactorModel]
) -> None:
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    header = json.loads(str(arrays["header"]))
    assert header.pop("workshop") == __version__
    arrays["header"] = np.array(json.dumps(header))
    with path.open("wb") as file:
        np.savez(file, **arrays)
    pd.testing.assert_frame_equal(models.load(path).recommend(n=3), trained[0].recommend(n=3))


@pytest.mark.parametrize(
    "name", ["load", "Recommender", "FactorModel", "TrainingDiverged", "os.system", "", "__all__"]
)
def test_no_other_name_than_that_of_a_model_is_looked_up(path: Path, name: str) -> None:
    rewritten(path, {"model": name})
    with pytest.raises(ValueError, match=r"of the kind|no model of this workshop"):
        models.load(path)


@pytest.mark.parametrize(
    "header",
    [
        {"format": "1"},
        {"format": True},
        {"format": 1.0},
        {"model": 3},
        {"model": ["EASE"]},
        {"parameters": [1]},
        {"parameters": None},
    ],
)
def test_a_header_of_other_types_is_refused(path: Path, header: dict[str, object]) -> None:
    rewritten(path, header)
    with pytest.raises(ValueError, match="no model of this workshop, or it is damaged"):
        models.load(path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"user_ids": np.arange(2)},
        {"user_ids": np.zeros(0)},
        {"movie_ids": np.arange(3)[::-1]},
        {"movie_ids": np.arange(6).reshape(2, 3)},
        {"rating_range": np.arange(3.0)},
        {"seen_indices": np.array([10**6])},
        {"seen_indptr": np.array([0, 5, 1])},
        {"history_step": np.arange(1)},
        {"learnt_movie_embeddings": np.ones((2, 3))},
        {"learnt_user_embeddings": np.ones((2, 3))},
        {"learnt_user_embeddings": np.array(["text"])},
        {"learnt_mean": np.array(["text"])},
    ],
    ids=str,
)
def test_arrays_that_do_not_fit_are_refused(path: Path, arrays: dict[str, object]) -> None:
    rewritten(path, **arrays)
    with pytest.raises(ValueError, match="no model of this workshop, or it is damaged"):
        models.load(path)


def test_an_index_outside_of_the_table_is_refused(path: Path) -> None:
    with np.load(path) as stored:
        indices = stored["seen_indices"].copy()
    indices[-1] = 10**6
    rewritten(path, seen_indices=indices)
    with pytest.raises(ValueError, match="no model of this workshop, or it is damaged"):
        models.load(path)


def test_a_file_that_is_cut_off_anywhere_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 25)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="no model of this workshop, or it is damaged"):
            models.load(path)


def test_a_file_with_a_flipped_bit_is_refused_or_answers_as_before(
    path: Path, trained: list[models.FactorModel]
) -> None:
    whole, expected = path.read_bytes(), trained[0].recommend(n=5)
    generator = np.random.default_rng(0)
    refused = 0
    for place in generator.integers(0, len(whole), size=60):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(generator.integers(8))
        path.write_bytes(bytes(damaged))
        try:
            loaded = models.load(path)
        except ValueError:
            refused += 1
        else:
            pd.testing.assert_frame_equal(loaded.recommend(n=5), expected)
    assert refused > 30


def test_a_file_that_may_not_be_read_is_told_apart(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError("Permission denied")

    monkeypatch.setattr(storage.np, "load", refuse)
    with pytest.raises(ValueError, match="may not be read by you"):
        models.load(path)


def test_the_file_holds_no_rating(
    trained: list[models.FactorModel], small: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    trained[1].save(path)
    with zipfile.ZipFile(path) as archive:
        names = {Path(name).stem for name in archive.namelist()}
    assert "seen_indices" in names
    with np.load(path) as stored:
        sizes = {name: stored[name].size for name in names if stored[name].dtype.kind == "f"}
    assert len(small) not in sizes.values()
