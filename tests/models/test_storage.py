"""A stored model gives the same answers, holds no pickle, and a bad file is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workshop_pkg import models
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


def test_a_pickle_in_place_of_an_array_is_not_run(
    trained: list[models.FactorModel], tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    trained[0].save(path)
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["user_ids"] = np.array([{"not": "a number"}], dtype=object)
    with path.open("wb") as file:
        np.savez(file, **arrays)
    with pytest.raises(ValueError, match="no model of this workshop"):
        models.load(path)


def test_the_format_of_a_newer_version_is_named(
    trained: list[models.FactorModel], tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    trained[0].save(path)
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["header"] = np.array(str(arrays["header"]).replace('"format": 1', '"format": 2'))
    with path.open("wb") as file:
        np.savez(file, **arrays)
    with pytest.raises(ValueError, match=r"has the format 2, and this version .* reads 1"):
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
