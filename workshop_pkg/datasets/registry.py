"""The data sets that can be loaded: names, archives, checksums, addresses and licenses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workshop_pkg.datasets.errors import DataError

# Base addresses of the archives, tried in this order; the archive's file name is added. The second
# is a public copy, which nobody vouches for: whatever it gives must have the checksum pinned below.
BASE_URLS = (
    "https://files.grouplens.org/datasets/movielens",
    "https://huggingface.co/datasets/Recommenders/MovieLens/resolve/main",
)

RESEARCH_LICENSE = (
    "GroupLens terms (README): research and teaching, cite it, "
    "no redistribution, no commercial use without permission"
)
SHARE_ALIKE_LICENSE = (
    "GroupLens terms (README): research and teaching, cite it, "
    "redistribution under the same terms only, no commercial use without permission"
)
TWIN_LICENSE = "made up for this workshop: CC BY 4.0"


@dataclass(frozen=True)
class Archive:
    """What is known of one archive at its origin.

    Attributes
    ----------
    name : str
        The name that `load_movielens` takes.
    title : str
        The name in a sentence.
    folder : str
        The folder inside the archive; also the archive's name without ``.zip``.
    layout : str
        The key of its file format in `workshop_pkg.datasets.formats.FORMATS`.
    sha256 : str
        The checksum of the archive.
    size : int or None
        Bytes of the archive; None where it was never recorded.
    license : str
        The terms of use in one line.
    file_sha256 : mapping of str to str
        The checksums of the unpacked files that are known.
    """

    name: str
    title: str
    folder: str
    layout: str
    sha256: str
    size: int | None
    license: str
    file_sha256: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """The archive's file name."""
        return f"{self.folder}.zip"


# Sizes and checksums of the archives at files.grouplens.org, as pinned by several public projects.
ARCHIVES = {
    archive.name: archive
    for archive in (
        Archive(
            name="100k",
            title="MovieLens 100K",
            folder="ml-100k",
            layout="100k",
            sha256="50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
            size=4_924_029,
            license=RESEARCH_LICENSE,
            file_sha256={
                "u.data": "06416e597f82b7342361e41163890c81036900f418ad91315590814211dca490",
                "u.item": "553841ebc7de3a0fd0d6b62a204ea30c1e651aacfb2814c7a6584ac52f2c5701",
            },
        ),
        Archive(
            name="latest-small",
            title="MovieLens latest-small",
            folder="ml-latest-small",
            layout="csv",
            sha256="696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
            size=978_202,
            license=SHARE_ALIKE_LICENSE,
            file_sha256={
                "ratings.csv": "aa289ca83157595d0df6aea1be6a4ded676ddc4385472e8313a8ed9805352646",
                "movies.csv": "5a5f32dd9bb3797b8e728a1b98958789d2b13f294a69fdfbc5727f8a9611aa07",
            },
        ),
        Archive(
            name="1m",
            title="MovieLens 1M",
            folder="ml-1m",
            layout="1m",
            sha256="a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
            size=None,
            license=RESEARCH_LICENSE,
        ),
        Archive(
            name="20m",
            title="MovieLens 20M",
            folder="ml-20m",
            layout="csv",
            sha256="96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3",
            size=198_702_078,
            license=RESEARCH_LICENSE,
        ),
        Archive(
            name="25m",
            title="MovieLens 25M",
            folder="ml-25m",
            layout="csv",
            sha256="8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
            size=261_978_986,
            license=RESEARCH_LICENSE,
        ),
        Archive(
            name="32m",
            title="MovieLens 32M",
            folder="ml-32m",
            layout="csv",
            sha256="e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee",
            size=238_950_008,
            license=RESEARCH_LICENSE,
        ),
    )
}

TWIN = "twin"
NAMES = (TWIN, *ARCHIVES)


def archive_for(name: str) -> Archive:
    """Look up one archive.

    Parameters
    ----------
    name : str
        One of the names in `ARCHIVES`.

    Returns
    -------
    Archive
        What is known of it.

    Raises
    ------
    DataError
        If there is no such data set; the sentence lists the names.

    Examples
    --------
    >>> archive_for("1m").file_name
    'ml-1m.zip'
    """
    if name in ARCHIVES:
        return ARCHIVES[name]
    if name == TWIN:
        raise DataError(
            "The twin comes with the package and has nothing to download: "
            "load it with load_movielens('twin')."
        )
    raise unknown_name(name)


def unknown_name(name: str, accepted: Sequence[str] = NAMES) -> DataError:
    """Make the error for a data set that does not exist."""
    return DataError(f"There is no data set {name!r}; choose one of {', '.join(accepted)}.")


def download_call(name: str) -> str:
    """Give the call that downloads a data set, as messages name it.

    Examples
    --------
    >>> download_call("1m")
    "datasets.download('1m')"
    """
    return f"datasets.download({name!r})"
