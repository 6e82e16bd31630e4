"""What the tests of several processes run: download a tiny archive that is pinned for the purpose.

Arguments: the archive's SHA-256, then ``download`` or ``load``. Prints ``ok``, or the sentence.
"""

from __future__ import annotations

import dataclasses
import sys

from workshop_pkg.datasets import DataError, download, load_movielens, registry


def main(sha256: str, action: str) -> int:
    pinned = dataclasses.replace(registry.ARCHIVES["100k"], sha256=sha256, file_sha256={})
    registry.ARCHIVES["100k"] = pinned
    try:
        if action == "download":
            download("100k", progress=False)
        else:
            load_movielens("100k")
    except DataError as problem:
        print(problem)
        return 1
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
