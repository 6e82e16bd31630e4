"""Answers that the exercise tests try in lesson 2.4: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

COUNT = """
def header_table(baskets, min_support):
    counts = {{}}
    for basket in {baskets}:
        for item in {items}:
            counts[item] = counts.get(item, 0) + 1
    kept = {{item: n for item, n in counts.items() if {frequent}}}
    ordered = sorted(kept.items(), key=lambda pair: {key})
    return {result}
"""
PARTS = {
    "baskets": "baskets",
    "items": "set(basket)",
    "frequent": "n / len(baskets) >= min_support",
    "key": "(-pair[1], pair[0])",
    "result": "dict(ordered)",
}


def count(**changed: str) -> str:
    """Give the right header table with some of its parts changed."""
    return COUNT.format(**(PARTS | changed))


HEADER_TABLE = Cases(
    wrong=[
        ("infrequent items left in", count(frequent="True")),
        ("infrequent items left in", count(frequent="n >= min_support")),
        ("exactly at the threshold", count(frequent="n / len(baskets) > min_support")),
        ("counted twice", count(items="basket")),
        ("shares in place of counts", count(result="{i: n / len(baskets) for i, n in ordered}")),
        ("ascending", count(key="(pair[1], pair[0])")),
        ("alphabetical", count(key="pair[0]")),
        ("ties", count(key="-pair[1]", items="dict.fromkeys(basket)")),
        ("names only", count(result="[item for item, _ in ordered]")),
        ("names only", count(result="{item for item, _ in ordered}")),
        ("not a table", count(result="len(ordered)")),
        ("not the argument", count(baskets="five_baskets", frequent="n / 5 >= min_support")),
        ("fixed", count(frequent="n >= 3")),
        ("rounded", count(frequent="n >= int(min_support * len(baskets))")),
        ("rounded", count(frequent="n >= round(min_support * len(baskets))")),
        ("count before item", count(result="[(n, i) for i, n in ordered]")),
        ("count before item", count(result="{n: i for i, n in ordered}")),
        ("not the argument", count(result="{i.lower(): n for i, n in ordered}")),
        ("empty", count(frequent="n > len(baskets)")),
        ("empty", count(result="{}")),
        ("fixed", count(frequent="n / 8 >= min_support")),
        (
            "order",
            """
def header_table(baskets, min_support):
    counts = {}
    for basket in baskets:
        for item in dict.fromkeys(basket):
            counts[item] = counts.get(item, 0) + 1
    return {item: n for item, n in counts.items() if n / len(baskets) >= min_support}
""",
        ),
    ],
    right=[
        """
from collections import Counter

def header_table(baskets, min_support):
    counts = Counter(item for basket in baskets for item in set(basket))
    names = sorted(sorted(counts), key=counts.get, reverse=True)
    return [(name, counts[name]) for name in names if counts[name] >= min_support * len(baskets)]
""",
        """
import pandas as pd

def header_table(baskets, min_support):
    rows = pd.Series([sorted(set(basket)) for basket in baskets]).explode()
    counts = rows.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return counts[counts / len(baskets) >= min_support]
""",
        count(result="dict(ordered).items()"),
        count(result="(pair for pair in ordered)"),
        count(result="__import__('numpy').array(ordered, dtype=object)"),
    ],
)

SAME = """
def same_itemsets(first, second):
    a = dict(zip(first["itemsets"], first["support"]))
    b = dict(zip(second["itemsets"], second["support"]))
    return {}
"""

EQUAL_RESULTS = Cases(
    wrong=[
        ("lengths only", SAME.format("len(a) == len(b)")),
        ("supports ignored", SAME.format("a.keys() == b.keys()")),
        ("supports without their sets", SAME.format("sorted(a.values()) == sorted(b.values())")),
        ("float equality", SAME.format("a == b")),
        ("order of rows", SAME.format("first.equals(second)")),
        ("order of rows", SAME.format("str(first) == str(second)")),
        ("supports ignored", SAME.format("list(a) == list(b)")),
        (
            "one direction",
            SAME.format("all(items in b and abs(a[items] - b[items]) < 1e-9 for items in a)"),
        ),
        (
            "too tolerant",
            SAME.format("a.keys() == b.keys() and all(abs(a[k] - b[k]) < 1e-3 for k in a)"),
        ),
        (
            "sign of the difference",
            SAME.format("a.keys() == b.keys() and all(a[k] - b[k] < 1e-9 for k in a)"),
        ),
        (
            "sign of the difference",
            SAME.format("a.keys() == b.keys() and all(b[k] - a[k] < 1e-9 for k in a)"),
        ),
        (
            "supports without their sets",
            SAME.format("a.keys() == b.keys() and abs(sum(a.values()) - sum(b.values())) < 1e-9"),
        ),
        (
            "supports without their sets",
            """
def same_itemsets(first, second):
    a, b = sorted(first["support"]), sorted(second["support"])
    if set(first["itemsets"]) != set(second["itemsets"]):
        return False
    return all(abs(x - y) < 1e-9 for x, y in zip(a, b))
""",
        ),
        (
            "order of rows",
            """
def same_itemsets(first, second):
    a = first.sort_values("support").reset_index(drop=True)
    b = second.sort_values("support").reset_index(drop=True)
    if len(a) != len(b) or (a["itemsets"] != b["itemsets"]).any():
        return False
    return bool(((a["support"] - b["support"]).abs() < 1e-9).all())
""",
        ),
        ("not one truth value", SAME.format("first['support'] == second['support'].to_numpy()")),
        (
            "not the argument",
            """
def same_itemsets(first, second):
    a = dict(zip(by_apriori["itemsets"], by_apriori["support"]))
    b = dict(zip(by_fpgrowth["itemsets"], by_fpgrowth["support"]))
    return a.keys() == b.keys() and all(abs(a[items] - b[items]) < 1e-9 for items in a)
""",
        ),
        ("not the argument", SAME.format("True")),
    ],
    right=[
        """
def same_itemsets(first, second):
    both = first.merge(second, on="itemsets", how="outer", suffixes=("_a", "_b"))
    return bool(((both["support_a"] - both["support_b"]).abs() < 1e-9).all())
""",
        """
import math

def same_itemsets(first, second):
    a = first.set_index("itemsets")["support"].to_dict()
    b = second.set_index("itemsets")["support"].to_dict()
    if len(a) != len(b):
        return False
    for items, support in a.items():
        if items not in b or not math.isclose(support, b[items]):
            return False
    return True
""",
    ],
)

RECOMMEND = """
def recommend_from_rules(rules, likes, n):
    best = {{}}
    for _, rule in {rules}.iterrows():
        (item,) = rule[{consequent!r}]
        if {fires} and {new}:
            best[item] = {score}
    return {result}
"""
RULE_PARTS = {
    "rules": "rules",
    "consequent": "consequents",
    "fires": "rule['antecedents'] <= likes",
    "new": "item not in likes",
    "score": "max(best.get(item, 0), rule['confidence'])",
    "result": "sorted(best, key=lambda item: -best[item])[:n]",
}


def recommending(**changed: str) -> str:
    """Give the right recommender with some of its parts changed."""
    return RECOMMEND.format(**(RULE_PARTS | changed))


BY_FRAME = """
def recommend_from_rules(rules, likes, n):
    fires = [{fires} for items in rules["antecedents"]]
    found = rules[fires]{order}
    items = [next(iter(items)) for items in found["consequents"]]
    return {result}
"""

MEAN = """
def recommend_from_rules(rules, likes, n):
    all_of = {}
    for _, rule in rules.iterrows():
        (item,) = rule["consequents"]
        if rule["antecedents"] <= likes and item not in likes:
            all_of.setdefault(item, []).append(rule["confidence"])
    return sorted(all_of, key=lambda item: -sum(all_of[item]) / len(all_of[item]))[:n]
"""
BY_NAME = """
def recommend_from_rules(rules, likes, n):
    best = {}
    for _, rule in rules.iterrows():
        item = str(rule["consequents"])
        if rule["antecedents"] <= likes and not rule["consequents"] <= likes:
            best[item] = max(best.get(item, 0), rule["confidence"])
    return sorted(best, key=lambda item: -best[item])[:n]
"""

RECOMMEND_FROM_RULES = Cases(
    wrong=[
        ("only partly liked", recommending(fires="rule['antecedents'] & likes")),
        ("subset turned round", recommending(fires="rule['antecedents'] >= likes")),
        ("already liked", recommending(new="True")),
        ("weaker rule counts", recommending(score="rule['confidence']")),
        ("added up", recommending(score="best.get(item, 0) + rule['confidence']")),
        ("ascending", recommending(result="sorted(best, key=best.get)[:n]")),
        (
            "ascending",
            BY_FRAME.format(
                fires="items <= likes",
                order='.sort_values("confidence")',
                result="list(dict.fromkeys(i for i in items if i not in likes))[:n]",
            ),
        ),
        (
            "twice",
            BY_FRAME.format(
                fires="items <= likes",
                order='.sort_values("confidence", ascending=False)',
                result="[item for item in items if item not in likes][:3]",
            ),
        ),
        ("ascending", recommending(result="sorted(best, key=best.get)[-n:]")),
        ("not sorted", recommending(result="list(best)[:n]")),
        ("mean", MEAN),
        (
            "single items only",
            recommending(fires="len(rule['antecedents']) == 1 and rule['antecedents'] <= likes"),
        ),
        (
            "chained",
            recommending(result="sorted(best, key=lambda item: -best[item])[:n]").replace(
                "    return", "            likes.add(item)\n    return"
            ),
        ),
        ("left out", recommending(new="item not in likes and rule['confidence'] >= 0.4")),
        ("left out", recommending(result="sorted(best, key=lambda i: -best[i])[:min(n, 3)]")),
        ("n fixed", recommending(result="sorted(best, key=lambda item: -best[item])[:3]")),
        ("cut off too early", recommending(rules="rules.nlargest(n, 'confidence')")),
        (
            "cut off too early",
            BY_FRAME.format(
                fires="items <= likes",
                order='.sort_values("confidence", ascending=False)',
                result="[i for i in list(dict.fromkeys(items))[:n] if i not in likes]",
            ),
        ),
        ("sets in place of items", BY_NAME),
        ("n ignored", recommending(result="sorted(best, key=lambda item: -best[item])")),
        ("not a list", recommending(result="best")),
        ("not a list", recommending(result="sorted(best.items(), key=lambda p: -p[1])[:n]")),
        (
            "sets in place of items",
            recommending(result="[frozenset([i]) for i in sorted(best, key=lambda i: -best[i])]"),
        ),
        (
            "read backwards",
            """
def recommend_from_rules(rules, likes, n):
    best = {}
    for _, rule in rules.iterrows():
        item = next(iter(rule["antecedents"]))
        if rule["consequents"] <= likes and item not in likes:
            best[item] = max(best.get(item, 0), rule["confidence"])
    return sorted(best, key=lambda item: -best[item])[:n]
""",
        ),
        ("not the argument", recommending(rules="some_rules", fires="True")),
        (
            "not the argument",
            recommending(fires="rule['antecedents'] <= {'Alien', 'Brazil'}").replace(
                "not in likes", "not in {'Alien', 'Brazil'}"
            ),
        ),
    ],
    right=[
        BY_FRAME.format(
            fires="items.issubset(likes)",
            order='.sort_values("confidence", ascending=False)',
            result="list(dict.fromkeys(i for i in items if i not in likes))[:n]",
        ),
        """
import pandas as pd

def recommend_from_rules(rules, likes, n):
    table = rules.assign(item=[next(iter(c)) for c in rules["consequents"]])
    table = table[[a <= likes for a in table["antecedents"]]]
    table = table[~table["item"].isin(likes)]
    return table.groupby("item")["confidence"].max().nlargest(n).index
""",
    ],
)

CASES = {
    "2.4-header-table": HEADER_TABLE,
    "2.4-equal-results": EQUAL_RESULTS,
    "2.4-recommend-from-rules": RECOMMEND_FROM_RULES,
}
