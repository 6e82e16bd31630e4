"""A cache that somebody has damaged, or filled by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.datasets import tiny
from tests.datasets.fault_server import FaultServer
from workshop_pkg.datasets import (
    DataError,
    DownloadError,
    catalog,
    download,
    load_movielens,
    unpacking,
    verify,
)

Damage = Callable[[Path], object]


@pytest.fixture
def filled(server: FaultServer, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache after a download; from now on the network is off."""
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('good')}")
    download("100k", progress=False)
    server.requests.clear()
    monkeypatch.setenv("WORKSHOP_MIRRORS", "only")
    return cache


def same_size(path: Path) -> None:
    """Change a file without changing its size."""
    path.write_bytes(path.read_bytes().replace(b"\t5\t", b"\t4\t"))


DAMAGES: list[tuple[str, Damage, str]] = [
    ("changed", lambda folder: same_size(folder / "u.data"), "u.data has changed"),
    ("cut", lambda folder: (folder / "u.item").write_bytes(b"1|"), "u.item has another size"),
    ("emptied", lambda folder: (folder / "u.user").write_bytes(b""), "u.user has another size"),
    ("removed", lambda folder: (folder / "u.genre").unlink(), "u.genre is missing"),
    (
        "list cut",
        lambda folder: (folder / unpacking.MANIFEST).write_text("{"),
        ".manifest.json is unreadable",
    ),
    (
        "list of another archive",
        lambda folder: (folder / unpacking.MANIFEST).write_text('{"archive": "0", "files": {}}'),
        "it is from another edition",
    ),
]


@pytest.mark.parametrize(("damage", "words"), [d[1:] for d in DAMAGES], ids=[d[0] for d in DAMAGES])
def test_a_damaged_raw_file_is_seen_and_unpacked_again_without_network(
    damage: Damage, words: str, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = load_movielens("100k").ratings
    damage(filled / "ml-100k")
    seen = verify("100k")
    assert not seen.ok
    assert words in seen.message
    assert words in next(entry for entry in catalog() if entry.name == "100k").problem
    capsys.readouterr()
    assert load_movielens("100k").ratings.equals(expected)
    assert f"is damaged ({words}" in capsys.readouterr().out
    assert verify("100k").ok
    assert {path.name for path in filled.iterdir()} == {".state", "ml-100k", "ml-100k.zip"}


def test_damage_without_archive_and_network_is_said_in_one_sentence(filled: Path) -> None:
    (filled / "ml-100k.zip").unlink()
    (filled / "ml-100k" / "u.data").write_bytes(b"")
    with pytest.raises(DownloadError, match=r"the cached copy is damaged: u\.data") as caught:
        load_movielens("100k")
    assert "\n" not in str(caught.value)


def test_damage_without_archive_is_repaired_from_the_network(
    filled: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (filled / "ml-100k.zip").write_bytes(b"PK damaged")
    (filled / "ml-100k" / "u.data").write_bytes(b"")
    monkeypatch.setenv("WORKSHOP_MIRRORS", f"only {server.base('good')}")
    assert len(load_movielens("100k").ratings) == 4
    assert (filled / "ml-100k.zip").read_bytes() == server.body


def test_a_damaged_archive_beside_sound_files_does_no_harm(filled: Path) -> None:
    (filled / "ml-100k.zip").write_bytes(b"")
    assert len(load_movielens("100k").ratings) == 4


def test_large_sets_are_compared_by_size_at_each_load_and_by_checksum_on_request(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "ALWAYS_HASH_BYTES", 10)
    same_size(filled / "ml-100k" / "u.data")
    load_movielens("100k")
    assert "u.data has changed" in verify("100k").message
    with (filled / "ml-100k" / "u.data").open("a") as file:
        file.write("\n")
    assert "u.data has another size" in verify("100k").message


def test_an_archive_dropped_by_hand_is_taken_without_network(
    archive: bytes, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cache / "ml-100k.zip").write_bytes(archive)
    assert verify("100k").ok
    assert len(load_movielens("100k").ratings) == 4
    assert capsys.readouterr().out == f"Data: MovieLens 100K from {cache / 'ml-100k.zip'}.\n"


def test_a_wrong_archive_dropped_by_hand_is_left_and_named(archive: bytes, cache: Path) -> None:
    (cache / "ml-100k.zip").write_bytes(archive[:-1])
    assert "not the original archive (wrong checksum)" in verify("100k").message
    with pytest.raises(DownloadError, match=r"the ml-100k\.zip in the cache is not the original"):
        load_movielens("100k")
    assert (cache / "ml-100k.zip").read_bytes() == archive[:-1]


def test_an_unpacked_folder_dropped_by_hand_is_taken_without_network(
    archive: bytes, cache: Path
) -> None:
    tiny.write(cache / "ml-100k", tiny.FILES_100K)
    assert load_movielens("100k").path == cache / "ml-100k"
    assert verify("100k").ok
    (cache / "ml-100k" / "u.item").unlink()
    with pytest.raises(DataError, match=r"lacks u\.item\. Put the original files"):
        load_movielens("100k")
    assert (cache / "ml-100k" / "u.data").is_file()


def test_a_cache_that_was_moved_still_serves(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(filled, tmp_path / "elsewhere")
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path / "elsewhere"))
    assert load_movielens("100k").path == tmp_path / "elsewhere" / "ml-100k"
