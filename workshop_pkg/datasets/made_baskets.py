"""Make up shopping baskets with a planted structure, after the Quest generator.

Agrawal, R. and Srikant, R. (1994), Fast algorithms for mining association rules, VLDB.
Groups of items are planted; a draw takes one of them, of which chance leaves some items out. Unlike
there, some draws are single items, and items have a long-tailed popularity.

Nothing of a real basket is in these, only totals: how many baskets and items there are, the mean
size of a basket, and roughly how frequent the item of each rank is. So the names of items mean
nothing, and which items go together is invented. Frequent itemsets, made up (in the real data):

============  =========  =========  =========  =============
support       0.05       0.02       0.01       0.005
============  =========  =========  =========  =============
groceries     31 (31)    131 (122)  405 (333)  1,237 (1,001)
supermarket   17 (16)    79 (55)    267 (159)  858 (580)
============  =========  =========  =========  =============
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# How Agrawal and Srikant (1994) set these.
CORRUPTION_MEAN, CORRUPTION_SPREAD = 0.5, 0.1
FROM_PATTERN_BEFORE = 0.5
# An item that is in this many baskets may give up one of them to an item that came into none.
PLENTY = 50
# How many patterns are drawn for each item that is still wanted, and how often at most.
DRAWS_PER_ITEM = 1.2
MOST_DRAWS = 50
# How many items are drawn for a planted group before it is given up: the shop sells too few.
MOST_MEMBERS_DRAWN = 10_000


@dataclass(frozen=True)
class Shop:
    """How often the items of a made-up shop are bought, how large baskets are, what goes together.

    Attributes
    ----------
    n_baskets, n_items : int
        How many baskets there are, and how many different items in all of them.
    mean_size : float
        Mean number of items in a basket, above 1.
    size_shape : float
        Shape of the sizes' negative binomial distribution, above 0: the smaller, the longer its
        tail.
    staples : tuple of float
        Chances of the most popular items, those that almost everybody buys, in a draw of a single
        item; their sum is below 1, and the other items share the rest.
    shelf_shift, shelf_power, shelf_scale : float
        The weight of the other item of popularity rank r is
        ``exp(-r / shelf_scale) / (r + shelf_shift) ** shelf_power``; `shelf_shift` and
        `shelf_scale` are above 0, `shelf_power` is 0 or more.
    n_patterns : int
        How many groups of items are planted that are bought together.
    pattern_size : float
        Mean number of items in such a group, 2 or more.
    pattern_share : float
        Which share of the draws is a group; the others are single items.
    """

    n_baskets: int
    n_items: int
    mean_size: float
    size_shape: float = 1.2
    staples: tuple[float, ...] = ()
    shelf_shift: float = 3.0
    shelf_power: float = 0.5
    shelf_scale: float = 40.0
    n_patterns: int = 200
    pattern_size: float = 3.0
    pattern_share: float = 0.3


#: As many baskets and items as in the `groceries` data (Hahsler, Hornik and Reutterer, 2006).
GROCERIES = Shop(9_835, 169, 4.409, shelf_scale=50.0, n_patterns=500, pattern_share=0.25)
#: As many as in the `retail` data of the FIMI repository (Brijs, Swinnen, Vanhoof, Wets, 1999).
SUPERMARKET = Shop(
    88_162,
    16_470,
    10.306,
    size_shape=1.6,
    staples=(0.1, 0.074, 0.0185, 0.018, 0.0175),
    shelf_shift=6.0,
    shelf_power=0.65,
    shelf_scale=6_000.0,
    n_patterns=8_000,
    pattern_share=0.2,
)


def make_baskets(shop: Shop, seed: int = 0) -> list[list[int]]:
    """Make up baskets: groups of items that belong together, and items by their popularity.

    Parameters
    ----------
    shop : Shop
        What to make, such as `GROCERIES`.
    seed : int, default 0
        The same seed makes the same baskets.

    Returns
    -------
    list of list of int
        The items of each basket, each of them once: numbers from 0, the most popular first.

    Raises
    ------
    ValueError
        If a field of the shop is none of what `Shop` says, or the shop cannot be: fewer places in
        its baskets than items, say.

    Examples
    --------
    >>> baskets = make_baskets(Shop(n_baskets=1_000, n_items=50, mean_size=4.0))
    >>> len(baskets), len({item for basket in baskets for item in basket})
    (1000, 50)
    """
    _check(shop)
    generator = np.random.default_rng(seed)
    sizes = _sizes(shop, generator)
    patterns = _Patterns.of(shop, generator)
    full: list[tuple[Ints, Ints]] = []
    basket, item = np.empty(0, np.int64), np.empty(0, np.int64)
    missing = sizes
    for last in [False] * MOST_DRAWS + [True]:
        short = np.flatnonzero(missing)
        draws = np.ceil(missing[short] * DRAWS_PER_ITEM).astype(np.int64)
        to, drawn = patterns.draw(np.repeat(short, draws), generator)
        basket, item = _first_of_each(
            np.concatenate([basket, to]), np.concatenate([item, drawn]), shop, sizes
        )
        missing = np.zeros_like(sizes)
        missing[short] = sizes[short] - np.bincount(basket, minlength=shop.n_baskets)[short]
        done = (missing[basket] == 0) | last
        full.append((basket[done], item[done]))
        basket, item = basket[~done], item[~done]
        if not basket.size:
            break
    basket, item = (np.concatenate(parts) for parts in zip(*full, strict=True))
    item = item[np.argsort(basket, kind="stable")]
    _bring_in_the_others(item, shop, generator)
    ends = np.cumsum(np.bincount(basket, minlength=shop.n_baskets)).tolist()
    items = item.tolist()
    return [items[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _check(shop: Shop) -> None:
    """Refuse a shop that cannot be."""
    _check_fields(shop)
    if shop.n_baskets < 1 or shop.n_items < 2 or not 1 < shop.mean_size < shop.n_items / 2:
        raise ValueError(
            f"The shop has {shop.n_baskets} baskets of {shop.mean_size} of {shop.n_items} items "
            "in the mean; expected are at least 1 basket, 2 items, and a mean size above 1 and "
            "below half the number of items. Change what does not fit."
        )
    if shop.n_baskets * shop.mean_size < 2 * shop.n_items:
        raise ValueError(
            f"The shop has {shop.n_baskets} baskets of {shop.mean_size} items in the mean, too few "
            f"for {shop.n_items} different items; make more baskets or fewer items."
        )


def _check_fields(shop: Shop) -> None:
    """Refuse a value that a field cannot have, whatever the others are."""
    for name in ("n_baskets", "n_items", "n_patterns"):
        _check_field(shop, name, isinstance(getattr(shop, name), Integral), "a whole number")
    _check_field(shop, "n_patterns", shop.n_patterns >= 1, "1 or more")
    for name in ("mean_size", "size_shape", "shelf_shift", "shelf_scale"):
        _check_field(shop, name, 0 < getattr(shop, name) < math.inf, "a number above 0")
    _check_field(shop, "shelf_power", 0 <= shop.shelf_power < math.inf, "a number, 0 or more")
    _check_field(shop, "pattern_size", 2 <= shop.pattern_size < math.inf, "a number, 2 or more")
    _check_field(shop, "pattern_share", 0 <= shop.pattern_share <= 1, "a share, from 0 to 1")
    chances = all(chance >= 0 for chance in shop.staples) and sum(shop.staples) < 1
    _check_field(shop, "staples", chances, "chances, 0 or more, whose sum is below 1")
    fewer = len(shop.staples) < shop.n_items or shop.n_items < 2
    _check_field(shop, "staples", fewer, f"fewer than its {shop.n_items} items")


def _check_field(shop: Shop, name: str, fits: bool, expected: str) -> None:
    if not fits:
        raise ValueError(f"The shop's {name} is {getattr(shop, name)!r}; it must be {expected}.")


def _sizes(shop: Shop, generator: np.random.Generator) -> Ints:
    """Draw the size of each basket, at least 1 and at most half of all items."""
    more = shop.mean_size - 1
    drawn = generator.negative_binomial(
        shop.size_shape, shop.size_shape / (shop.size_shape + more), shop.n_baskets
    )
    sizes: Ints = np.minimum(1 + drawn, shop.n_items // 2).astype(np.int64)
    return sizes


def _popularity(shop: Shop) -> Floats:
    """Give how likely each item is in a draw, the most popular first; the sum is 1."""
    rank = np.arange(shop.n_items - len(shop.staples))
    shelf = np.exp(-rank / shop.shelf_scale) / (rank + shop.shelf_shift) ** shop.shelf_power
    staples = np.array(shop.staples)
    return np.concatenate([staples, shelf / shelf.sum() * (1 - staples.sum())])


@dataclass(frozen=True)
class _Patterns:
    """The planted groups of items: their items (padded with -1), how often, how incomplete."""

    items: Ints
    weights_so_far: Floats
    corruption: Floats
    popularity_so_far: Floats
    share: float

    @classmethod
    def of(cls, shop: Shop, generator: np.random.Generator) -> _Patterns:
        """Plant the groups, each sharing items with the one before it."""
        popularity_so_far = np.cumsum(_popularity(shop))
        sizes = np.minimum(
            2 + generator.poisson(shop.pattern_size - 2, shop.n_patterns), shop.n_items // 2
        )
        items = np.full((shop.n_patterns, sizes.max()), -1, dtype=np.int64)
        before: list[int] = []
        for row, size in enumerate(sizes.tolist()):
            shared = min(len(before), int(generator.exponential(FROM_PATTERN_BEFORE) * size))
            members = dict.fromkeys(generator.permutation(before)[:shared].tolist())
            for _ in range(MOST_MEMBERS_DRAWN):
                if len(members) >= size:
                    break
                members[_drawn(popularity_so_far, 1, generator).item()] = None
            else:
                raise ValueError(
                    f"The shop sells hardly more than {len(members)} of its {shop.n_items} items, "
                    f"too few for a group of {size}; lower the staples or raise shelf_scale."
                )
            before = list(members)[:size]
            items[row, :size] = before
        weights = generator.exponential(1.0, shop.n_patterns)
        corruption = generator.normal(CORRUPTION_MEAN, CORRUPTION_SPREAD, shop.n_patterns)
        return cls(
            items,
            np.cumsum(weights / weights.sum()),
            np.clip(corruption, 0.0, 0.95),
            popularity_so_far,
            shop.pattern_share,
        )

    def draw(self, baskets: Ints, generator: np.random.Generator) -> tuple[Ints, Ints]:
        """Draw a group or a single item for each entry of `baskets`; give baskets and items."""
        grouped = generator.random(baskets.size) < self.share
        groups = _drawn(self.weights_so_far, int(grouped.sum()), generator)
        of_group, of_item = self._parts(groups, generator)
        single = _drawn(self.popularity_so_far, int((~grouped).sum()), generator)
        draws = np.concatenate([np.flatnonzero(grouped)[of_group], np.flatnonzero(~grouped)])
        order = np.argsort(draws, kind="stable")
        return baskets[draws[order]], np.concatenate([of_item, single])[order]

    def _parts(self, groups: Ints, generator: np.random.Generator) -> tuple[Ints, Ints]:
        """Take some items of each group, the others are left out; give entries and items.

        One more item is left out as long as chance says so; any of them, in any order.
        """
        left_out = generator.geometric(1 - self.corruption[groups]) - 1
        items = self.items[groups]
        places = generator.random(items.shape)
        places[items < 0] = 2.0
        rank = places.argsort(axis=1).argsort(axis=1)
        entry, column = np.nonzero((items >= 0) & (rank >= left_out[:, None]))
        return entry, items[entry, column]


def _drawn(so_far: Floats, size: int, generator: np.random.Generator) -> Ints:
    """Draw places with given probabilities, whose running sums are `so_far`."""
    places: Ints = np.searchsorted(so_far[:-1], generator.random(size), side="right")
    return places


def _first_of_each(basket: Ints, item: Ints, shop: Shop, sizes: Ints) -> tuple[Ints, Ints]:
    """Keep each item once in a basket, and no more than its size, in the order of the draws."""
    _, first = np.unique(basket * shop.n_items + item, return_index=True)
    first.sort()
    basket, item = basket[first], item[first]
    order = np.argsort(basket, kind="stable")
    basket, item = basket[order], item[order]
    starts = np.searchsorted(basket, np.arange(shop.n_baskets))
    fits = np.arange(basket.size) - starts[basket] < sizes[basket]
    return basket[fits], item[fits]


def _bring_in_the_others(item: Ints, shop: Shop, generator: np.random.Generator) -> None:
    """Give each item that came into no basket the place of a frequent one, in place."""
    counts = np.bincount(item, minlength=shop.n_items)
    others = np.flatnonzero(counts == 0)
    frequent = np.flatnonzero(counts[item] >= min(PLENTY, counts.max()))
    if frequent.size < others.size:
        raise ValueError(
            f"Chance brings {others.size} of the shop's {shop.n_items} items into none of its "
            f"{shop.n_baskets} baskets, more than others can make way for; make more baskets."
        )
    item[generator.choice(frequent, others.size, replace=False)] = others
