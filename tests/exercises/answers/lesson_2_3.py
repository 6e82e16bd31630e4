"""Answers that the exercise tests try in lesson 2.3: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

ENCODE = """
import pandas as pd

def encode_baskets(baskets):
    items = {items}
    rows = [{row} for basket in baskets]
    return {frame}
"""
SORTED = "sorted({item for basket in baskets for item in basket})"
BOOLEANS = "[item in basket for item in items]"
FRAME = "pd.DataFrame(rows, columns=items)"


def encode(items: str = SORTED, row: str = BOOLEANS, frame: str = FRAME) -> str:
    return ENCODE.replace("{items}", items).replace("{row}", row).replace("{frame}", frame)


ENCODE_BASKETS = Cases(
    wrong=[
        ("counts", encode(row="[basket.count(item) for item in items]")),
        ("counts", encode(frame=FRAME + ".astype(object)")),
        ("a column for each place", encode(frame="pd.DataFrame(baskets)")),
        ("a column for each place", encode(frame="pd.get_dummies(pd.DataFrame(baskets))")),
        (
            "unsorted",
            encode(items="list(dict.fromkeys(item for basket in baskets for item in basket))"),
        ),
        ("items missing", encode(items="sorted(baskets[0])")),
        (
            "items missing",
            encode(items='["Bagel", "Bread", "Cheese", "Diaper", "Eggs", "Meat", "Milk"]'),
        ),
        ("text", encode(row='[item if item in basket else "" for item in items]')),
        ("text", encode(row='["yes" if item in basket else "no" for item in items]')),
        ("missing values", encode(row="{item: True for item in basket}")),
        ("not a frame", encode(frame="rows")),
        ("no names", encode(frame="pd.DataFrame(rows)")),
        ("turned round", encode(frame="pd.DataFrame(rows, columns=items).T")),
        ("inverted", encode(row="[item not in basket for item in items]")),
        ("wrong rows", encode(frame="pd.DataFrame([[True] * len(items)], columns=items)")),
        (
            "a row for each item",
            encode(frame="pd.get_dummies(pd.Series(baskets).explode()).astype(bool)"),
        ),
        ("wrong cells", encode(row="[item in basket[:1] for item in items]")),
        ("part of a name", encode(row='[item in " ".join(basket) for item in items]')),
        ("repeated baskets left out", encode(frame=FRAME + ".drop_duplicates()")),
        ("names changed", encode(frame=FRAME + ".rename(columns=str.lower)")),
        ("other booleans", encode(frame=FRAME + '.astype("boolean")')),
        ("other booleans", encode(frame=FRAME + ".astype(pd.SparseDtype(bool, False))")),
        ("changes its argument", encode(row="basket.sort() or " + BOOLEANS)),
        (
            "not the argument",
            """
def encode_baskets(some):
    items = sorted({item for basket in baskets for item in basket})
    return pd.DataFrame([[item in basket for item in items] for basket in baskets], columns=items)
""",
        ),
    ],
    right=[
        """
from mlxtend.preprocessing import TransactionEncoder

def encode_baskets(baskets):
    encoder = TransactionEncoder().fit(baskets)
    return pd.DataFrame(encoder.transform(baskets), columns=encoder.columns_)
""",
        """
import pandas as pd

def encode_baskets(baskets):
    rows = [{item: 1 for item in basket} for basket in baskets]
    return pd.DataFrame(rows).fillna(0).astype(bool).sort_index(axis=1)
""",
        """
import pandas as pd

def encode_baskets(baskets):
    longest = pd.Series(baskets).explode()
    return pd.get_dummies(longest).groupby(level=0).max().astype(bool)
""",
    ],
)

PAIR = """
def pair_support(table, first, second):
    return {}
"""

PAIR_SUPPORT = Cases(
    wrong=[
        ("either", PAIR.format("(table[first] | table[second]).mean()")),
        ("count", PAIR.format("(table[first] & table[second]).sum()")),
        ("confidence", PAIR.format("(table[first] & table[second]).sum() / table[first].sum()")),
        ("confidence", PAIR.format("(table[first] & table[second]).sum() / table[second].sum()")),
        ("confidence", PAIR.format("table[table[first]][second].mean()")),
        (
            "divided by either",
            PAIR.format(
                "(table[first] & table[second]).sum() / (table[first] | table[second]).sum()"
            ),
        ),
        ("multiplied", PAIR.format("table[first].mean() * table[second].mean()")),
        ("error", PAIR.format("(table[first] and table[second]).mean()")),
        ("one item", PAIR.format("table[first].mean()")),
        ("percent", PAIR.format("100 * (table[first] & table[second]).mean()")),
        ("not one number", PAIR.format("table[first] & table[second]")),
        ("not one number", PAIR.format("table[[first, second]].mean()")),
        (
            "nothing else",
            PAIR.format("(table[first] & table[second] & (table.sum(axis=1) == 2)).mean()"),
        ),
        ("fixed", PAIR.format('(table["Bagel"] & table["Bread"]).mean()')),
        ("fixed", PAIR.format("3 / 11")),
        ("one item", PAIR.format("table[second].mean()")),
        ("one item", PAIR.format("min(table[first].mean(), table[second].mean())")),
        ("rounded", PAIR.format("round((table[first] & table[second]).mean(), 2)")),
        (
            "not the argument",
            """
def pair_support(frame, first, second):
    return (table[first] & table[second]).mean()
""",
        ),
    ],
    right=[
        PAIR.format("(table[first] & table[second]).sum() / len(table)"),
        PAIR.format("table[[first, second]].all(axis=1).mean()"),
        PAIR.format("len(table[table[first] & table[second]]) / table.shape[0]"),
        """
def pair_support(table, first, second):
    n_both = 0
    for _, row in table.iterrows():
        if row[first] and row[second]:
            n_both += 1
    return n_both / len(table)
""",
    ],
)

TWO = """
from itertools import combinations, combinations_with_replacement, permutations

def candidates_of_two(table, min_support):
    supports = table.mean()
    frequent = supports.index[supports {than} min_support]
    return [{pair} for pair in {pairs}]
"""


def two(than: str = ">=", pair: str = "pair", pairs: str = "combinations(frequent, 2)") -> str:
    return TWO.format(than=than, pair=pair, pairs=pairs)


CANDIDATES = Cases(
    wrong=[
        ("both ways", two(pairs="permutations(frequent, 2)")),
        ("itself", two(pairs="combinations_with_replacement(frequent, 2)")),
        ("itself", two(pairs="[(a, b) for a in frequent for b in frequent]")),
        ("infrequent items", two(pairs="combinations(table.columns, 2)")),
        (
            "count against share",
            two().replace("table.mean()", "table.sum()"),
        ),
        ("no pairs", two(than="> 100 *")),
        ("no pairs", two(pairs="[]")),
        ("pairs missing", two(pairs="zip(frequent, frequent[1:])")),
        ("more than the pair", two(pair="(pair, supports[list(pair)].min())")),
        ("more than the pair", two(pair="(set(pair), supports[list(pair)].min())")),
        ("not names", two(pairs="combinations(range(len(frequent)), 2)")),
        (
            "pairs that occur",
            two(pairs="[p for p in combinations(table, 2) if table[list(p)].all(axis=1).any()]"),
        ),
        (
            "pairs that occur",
            two(pairs="[p for p in combinations(frequent, 2) if table[list(p)].all(axis=1).any()]"),
        ),
        (
            "counted already",
            two(
                pairs="[p for p in combinations(frequent, 2)"
                " if table[list(p)].all(axis=1).mean() >= min_support]"
            ),
        ),
        ("exactly at the threshold", two(than=">")),
        ("wrong side", two(than="<")),
        ("not pairs", two(pair="pair[0]")),
        ("not pairs", two(pairs="combinations(frequent, 3)")),
        (
            "not pairs",
            TWO.replace("[{pair} for pair in {pairs}]", "len(frequent)").format(than=">="),
        ),
        (
            "fixed threshold",
            TWO.replace("{than} min_support", ">= 0.375").format(
                pair="pair", pairs="combinations(frequent, 2)"
            ),
        ),
        (
            "not the argument",
            """
from itertools import combinations

def candidates_of_two(frame, min_support):
    supports = table.mean()
    return list(combinations(supports.index[supports >= min_support], 2))
""",
        ),
    ],
    right=[
        two(pair="set(pair)"),
        two(pair="frozenset(pair)", pairs="combinations(reversed(frequent), 2)"),
        """
def candidates_of_two(table, min_support):
    frequent = [item for item in table if table[item].sum() / len(table) >= min_support]
    return {(a, b) for a in frequent for b in frequent if a < b}
""",
        """
def candidates_of_two(table, min_support):
    frequent = [item for item in table if table[item].mean() >= min_support]
    pairs = []
    for place, first in enumerate(frequent):
        for second in frequent[place + 1 :]:
            pairs.append([first, second])
    return pairs
""",
    ],
)

RULE = """
def confidence_and_lift(table, antecedent, consequent):
    both = (table[antecedent] & table[consequent]).mean()
    confidence = {confidence}
    lift = {lift}
    return {result}
"""


def rule(
    confidence: str = "both / table[antecedent].mean()",
    lift: str = "confidence / table[consequent].mean()",
    result: str = "confidence, lift",
) -> str:
    return RULE.format(confidence=confidence, lift=lift, result=result)


CONFIDENCE_LIFT = Cases(
    wrong=[
        ("direction", rule(confidence="both / table[consequent].mean()")),
        (
            "direction",
            rule("both / table[consequent].mean()", "confidence / table[antecedent].mean()"),
        ),
        ("support", rule(confidence="both")),
        ("rounded", rule(result="round(confidence, 2), lift")),
        ("rounded", rule(result="confidence, round(lift, 2)")),
        ("rounded", rule(confidence="round(both / table[antecedent].mean(), 1)")),
        ("share by count", rule(confidence="both / table[antecedent].sum()")),
        ("divided by either", rule("both / (table[antecedent] | table[consequent]).mean()")),
        ("percent", rule(confidence="100 * both / table[antecedent].mean()")),
        ("wrong support", rule(lift="confidence / table[antecedent].mean()")),
        ("wrong support", rule(lift="confidence / both")),
        ("counts", rule(lift="confidence / table[consequent].sum()")),
        (
            "counts",
            rule(
                lift="both * len(table) / (table[antecedent].sum() * table[consequent].sum())",
            ),
        ),
        ("multiplied", rule(lift="confidence * table[consequent].mean()")),
        ("difference", rule(lift="confidence - table[consequent].mean()")),
        ("difference", rule(lift="both - table[antecedent].mean() * table[consequent].mean()")),
        ("upside down", rule(lift="table[consequent].mean() / confidence")),
        ("swapped", rule(result="lift, confidence")),
        ("not two numbers", rule(result="lift")),
        ("not two numbers", rule(result="table[antecedent], lift")),
        (
            "fixed",
            rule(
                '(table["Bagel"] & table["Bread"]).sum() / table["Bagel"].sum()',
                'confidence / table["Bread"].mean()',
            ),
        ),
        (
            "not the argument",
            rule(
                "(table[antecedent] & table[consequent]).mean() / table[antecedent].mean()"
            ).replace("(table, antecedent", "(frame, antecedent"),
        ),
    ],
    right=[
        """
def confidence_and_lift(table, antecedent, consequent):
    where_it_applies = table.loc[table[antecedent], consequent]
    return [where_it_applies.mean(), where_it_applies.mean() / table[consequent].mean()]
""",
        """
def confidence_and_lift(table, antecedent, consequent):
    n = len(table)
    n_antecedent, n_consequent = table[antecedent].sum(), table[consequent].sum()
    n_both = (table[antecedent] & table[consequent]).sum()
    return n_both / n_antecedent, n_both * n / (n_antecedent * n_consequent)
""",
    ],
)

CASES = {
    "2.3-encode": ENCODE_BASKETS,
    "2.3-pair-support": PAIR_SUPPORT,
    "2.3-candidates": CANDIDATES,
    "2.3-confidence-lift": CONFIDENCE_LIFT,
}
