"""Make the twin of the retail example: 315 invented baskets of nine items, a CSV file.

Only supports are matched (those of single items and of rules are published, those of pairs were
counted once over the whole file), by exchanging items in invented baskets; the script reads no
real basket.

Usage: ``python data_scripts/make_retail_twin.py [--out FILE] [--seed N]``. With neither option it
makes the bundled file again, byte for byte.
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "workshop_pkg" / "datasets" / "bundled" / "retail_twin.csv"
SEED = 386
WALKS = 6869  # the second seed: where each shopper enters; see AISLES
Bools = NDArray[np.bool_]

BASKETS = 315
COLUMNS = 7  # of the file: the largest basket
SUPPORTS = {
    "Bread": 0.505, "Wine": 0.438, "Eggs": 0.438, "Meat": 0.476, "Cheese": 0.502,
    "Pencil": 0.362, "Diaper": 0.406, "Milk": 0.502, "Bagel": 0.425,
}  # fmt: skip
ITEMS = tuple(SUPPORTS)
# The shop's circle. It, the seed and WALKS are picked so that no basket of two items or more stands
# in an order that the real file has too.
AISLES = ("Cheese", "Eggs", "Pencil", "Meat", "Milk", "Diaper", "Bagel", "Bread", "Wine")
# How many baskets hold one item, two, ...
BASKETS_OF_SIZE = {1: 30, 2: 40, 3: 58, 4: 54, 5: 62, 6: 30, 7: 41}
# Supports of pairs, in the order of itertools.combinations(ITEMS, 2).
PAIR_SUPPORTS = (
    0.244, 0.187, 0.206, 0.238, 0.200, 0.232, 0.279, 0.279, 0.241, 0.251, 0.270, 0.200,
    0.235, 0.219, 0.171, 0.267, 0.298, 0.165, 0.162, 0.244, 0.152, 0.324, 0.178, 0.194,
    0.244, 0.190, 0.200, 0.200, 0.305, 0.194, 0.171, 0.171, 0.159, 0.156, 0.184, 0.225,
)  # fmt: skip
# The two sets of three items that reach a support of 0.2; no larger set does.
TRIPLE_SUPPORTS = {("Eggs", "Meat", "Cheese"): 0.216, ("Meat", "Cheese", "Milk"): 0.203}
MOVES = 60_000


def _sets_and_targets() -> tuple[list[list[int]], NDArray[np.int64]]:
    """List the sets of items whose number of baskets is to be met, and these numbers."""
    singles = [[place] for place in range(len(ITEMS))]
    pairs = [list(pair) for pair in combinations(range(len(ITEMS)), 2)]
    triples = [[ITEMS.index(name) for name in names] for names in TRIPLE_SUPPORTS]
    supports = [*SUPPORTS.values(), *PAIR_SUPPORTS, *TRIPLE_SUPPORTS.values()]
    return singles + pairs + triples, np.round(np.array(supports) * BASKETS).astype(np.int64)


def invent_baskets(generator: np.random.Generator) -> Bools:
    """Invent baskets whose items stand together as often as in the real ones.

    Baskets of the real sizes are filled by chance; then single items are exchanged within a
    basket unless this takes the counts of sets further from the real ones. Whole numbers
    decide, so that the same seed gives the same baskets on every machine.

    Returns
    -------
    array of bool, shape (baskets, items)
    """
    sets, targets = _sets_and_targets()
    sizes = np.repeat(list(BASKETS_OF_SIZE), list(BASKETS_OF_SIZE.values()))
    generator.shuffle(sizes)
    baskets = (
        generator.random((BASKETS, len(ITEMS))).argsort(axis=1, kind="stable") < sizes[:, None]
    )
    member = np.zeros((len(sets), len(ITEMS)), dtype=np.int64)
    for row, members in enumerate(sets):
        member[row, members] = 1
    wanted = member.sum(axis=1)
    missing = targets - (baskets.astype(np.int64) @ member.T == wanted).sum(axis=0)
    places = generator.integers(0, BASKETS, MOVES)
    exchanges = generator.integers(0, len(ITEMS), (MOVES, 2))
    for place, (out, into) in zip(places, exchanges, strict=True):
        basket = baskets[place]
        if not basket[out] or basket[into]:
            continue
        moved = basket.copy()
        moved[out], moved[into] = False, True
        gained = (member @ moved == wanted).astype(np.int64) - (member @ basket == wanted)
        if ((missing - gained) ** 2).sum() <= (missing**2).sum():
            baskets[place], missing = moved, missing - gained
    return baskets


def write_baskets(path: Path, baskets: Bools) -> None:
    """Write one basket a line, items from the left in the order of a walk; all or nothing.

    The shop is a circle (`AISLES`); a shopper enters somewhere and passes every aisle once.
    """
    aisles = [ITEMS.index(name) for name in AISLES]
    lines = [",".join(str(column) for column in range(COLUMNS))]
    starts = np.random.default_rng(WALKS).integers(len(aisles), size=len(baskets)).tolist()
    for basket, start in zip(baskets, starts, strict=True):
        walk = [place for place in aisles[start:] + aisles[:start] if basket[place]]
        names = [ITEMS[place] for place in walk]
        lines.append(",".join(names + [""] * (COLUMNS - len(names))))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as temporary:
        temporary.write(("\n".join(lines) + "\n").encode())
    Path(temporary.name).chmod(0o644)
    Path(temporary.name).replace(path)


def make_retail_twin(out: Path, seed: int = SEED) -> None:
    """Make the file of baskets.

    Parameters
    ----------
    out : pathlib.Path
        The file to write; one that is there already is replaced.
    seed : int
        Another seed gives other baskets of the same kind.
    """
    write_baskets(out, invent_baskets(np.random.default_rng(seed)))


def main() -> None:
    """Read the command line, make the baskets, say where they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=BUNDLED, help=f"file (default: {BUNDLED})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default: {SEED}")
    options = parser.parse_args()
    make_retail_twin(options.out, options.seed)
    print(f"Made the retail twin in {options.out}.")


if __name__ == "__main__":
    main()
