"""A made-up data set of a few rows, in each of the three MovieLens layouts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

GENRES = ("unknown", "Action", "Comedy", "Drama")

FILES_100K = {
    "u.data": "1\t2\t5\t880000000\n2\t1\t3\t880000060\n1\t1\t1\t880000120\n3\t3\t4\t880000180\n",
    "u.user": "1|24|M|technician|85711\n2|53|F|other|T8H1N\n3|7|F|student|00000\n",
    "u.item": (
        "1|Two: the First (1995)|01-Jan-1995|||0|1|0|1\n"
        "2|Café Blue (1922)|4-Feb-1922||http://example.org/|0|0|1|0\n"
        "3|unknown||||0|0|0|0\n"
    ),
    "u.genre": "".join(f"{name}|{place}\n" for place, name in enumerate(GENRES)) + "\n",
    "u.info": "3 users\n3 items\n4 ratings\n",
    "README": "Made up.\n",
}

FILES_1M = {
    "ratings.dat": "1::2::5::978300760\n2::1::3::978302109\n2::2::1::978302110\n",
    "users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n",
    "movies.dat": "1::Two: the First (1995)::Action|Drama\n2::Café Blue (1922)::Comedy\n",
}

FILES_CSV = {
    "ratings.csv": (
        "userId,movieId,rating,timestamp\n1,2,4.5,978300760\n2,1,0.5,978302109\n2,2,3.0,978302110\n"
    ),
    "movies.csv": (
        "movieId,title,genres\n"
        '1,"Two, or the First (1995)",Action|Drama\n'
        "2,Café Blue (1922–1924),Comedy\n"
        "3,Nothing Known,(no genres listed)\n"
    ),
}


def write(folder: Path, files: Mapping[str, str], encoding: str = "latin-1") -> Path:
    """Write the files into a new folder."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode(encoding))
    return folder


def zipped(files: Mapping[str, str] = FILES_100K, folder: str = "ml-100k") -> bytes:
    """Make an archive of the files, in a folder, as GroupLens packs them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir(folder)
        for name, text in files.items():
            archive.writestr(f"{folder}/{name}", text.encode("latin-1"))
    return target.getvalue()
