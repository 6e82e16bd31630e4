"""The check of lesson 5.2 on the plan: how often rows move."""

from __future__ import annotations

from typing import Any

from workshop_pkg.exercises.comparison import close
from workshop_pkg.exercises.registry import NotYet, attempt, exercise

_NO_SHUFFLE = """\
== Physical Plan ==
*(1) Project [movie_id#1L]
+- *(1) Filter (isnotnull(rating#2) AND (rating#2 = 5.0))
   +- *(1) Scan ExistingRDD[user_id#0L,movie_id#1L,rating#2]
"""
#: Two shuffles: one by hash, one by range.
_COUNT_AND_SORT = """\
== Physical Plan ==
AdaptiveSparkPlan isFinalPlan=false
+- Sort [count#9L DESC NULLS LAST], true, 0
   +- Exchange rangepartitioning(count#9L DESC NULLS LAST, 4), ENSURE_REQUIREMENTS, [plan_id=21]
      +- HashAggregate(keys=[movie_id#1L], functions=[count(1)])
         +- Exchange hashpartitioning(movie_id#1L, 4), ENSURE_REQUIREMENTS, [plan_id=18]
            +- HashAggregate(keys=[movie_id#1L], functions=[partial_count(1)])
               +- LocalTableScan [movie_id#1L]
"""
#: None: the small side is sent whole.
_BROADCAST = """\
== Physical Plan ==
AdaptiveSparkPlan isFinalPlan=false
+- BroadcastHashJoin [movie_id#1L], [movie_id#5L], Inner, BuildRight, false, false
   :- LocalTableScan [user_id#0L, movie_id#1L, rating#2]
   +- BroadcastExchange HashedRelationBroadcastMode(List(input[0, bigint, true]),false), [id=30]
      +- LocalTableScan [movie_id#5L, title#6]
"""
#: Four: by hash on both sides and by hash again, and all rows to a single place.
_DEEP = """\
== Physical Plan ==
*(7) HashAggregate(keys=[], functions=[count(1)])
+- Exchange SinglePartition, ENSURE_REQUIREMENTS, [plan_id=92]
   +- *(6) HashAggregate(keys=[], functions=[partial_count(1)])
      +- *(6) Project
         +- *(6) SortMergeJoin [user_id#0L], [user_id#40L], Inner
            :- *(3) Sort [user_id#0L ASC NULLS FIRST], false, 0
            :  +- Exchange hashpartitioning(user_id#0L, 4), ENSURE_REQUIREMENTS, [plan_id=70]
            :     +- *(2) Filter (title#6 = The Exchange)
            :        +- *(2) SortMergeJoin [movie_id#1L], [movie_id#5L], Inner
            :           :- *(1) Sort [movie_id#1L ASC NULLS FIRST], false, 0
            :           :  +- Exchange hashpartitioning(movie_id#1L, 4), ENSURE_REQUIREMENTS
            :           :     +- LocalTableScan [user_id#0L, movie_id#1L]
            :           +- *(1) Sort [movie_id#5L ASC NULLS FIRST], false, 0
            :              +- Exchange hashpartitioning(movie_id#5L, 4), ENSURE_REQUIREMENTS
            :                 +- LocalTableScan [movie_id#5L, title#6]
            +- *(5) Sort [user_id#40L ASC NULLS FIRST], false, 0
               +- ReusedExchange [user_id#40L], Exchange hashpartitioning(user_id#0L, 4), [id=70]
"""

#: Plans, and how many shuffles each has.
_CASES = [(_NO_SHUFFLE, 0), (_COUNT_AND_SORT, 2), (_BROADCAST, 0), (_DEEP, 4)]


#: What somebody counts who has a misconception, in the order of the plans; hint; short name.
_WRONG: list[tuple[list[int], str, str]] = [
    (
        [0, 2, 1, 7],
        "You count the *word*, wherever it stands: in `BroadcastExchange`, in `ReusedExchange` and "
        "in a title, too. Only a line whose operator is exactly `Exchange` is a shuffle.",
        "word counted",
    ),
    (
        [0, 2, 1, 6],
        "You count each line that has the word: also `BroadcastExchange`, `ReusedExchange`, and a "
        "title with it. Only a line whose *first* word is exactly `Exchange` is a shuffle.",
        "lines with the word",
    ),
    (
        [0, 2, 0, 6],
        "You count the word `Exchange` also where it is no operator: in a title, or as what a "
        "`ReusedExchange` refers to. Only the first word of a line is its operator.",
        "not the operator",
    ),
    (
        [0, 2, 0, 5],
        "You count one line too many in a plan: the word may stand in a title, or a "
        "`ReusedExchange` may name the shuffle that it reads again. Only the first word of a line "
        "is its operator.",
        "not the operator",
    ),
    (
        [0, 2, 1, 5],
        "`BroadcastExchange` or `ReusedExchange` is among your shuffles: the one sends a small "
        "table whole, the other reads again what a shuffle has left. Ask for the first word to be "
        "exactly `Exchange`.",
        "broadcast or reuse counted",
    ),
    (
        [0, 2, 1, 4],
        "You count `BroadcastExchange`, which sends a small table whole so that the large one need "
        "not move. It is no shuffle.",
        "broadcast counted",
    ),
    (
        [0, 1, 0, 3],
        "You count the shuffles by hash only. Rows also move to be sorted (`rangepartitioning`) or "
        "to come together in one place (`SinglePartition`): count `Exchange`, whatever its rule.",
        "by hash only",
    ),
    (
        [0, 1, 0, 4],
        "You count the lines with `hashpartitioning`: that misses the other rules, and counts what "
        "a `ReusedExchange` refers to.",
        "by hash only",
    ),
    (
        [0, 2, 0, 3],
        "You miss a shuffle whose rule is neither by hash nor by range: `Exchange SinglePartition` "
        "brings all rows to one place.",
        "single partition missed",
    ),
    (
        [0, 2, 0, 1],
        "You miss the shuffles deep in a tree: the marks before an operator may be blanks, `:`, "
        "`:-`, `+-`, and `*(2)`.",
        "marks of the tree",
    ),
    (
        [0, 2, 0, 0],
        "You miss the shuffles deep in a tree: the marks before an operator may be blanks, `:`, "
        "`:-`, `+-`, and `*(2)`.",
        "marks of the tree",
    ),
    (
        [0, 2, 0, 2],
        "You miss shuffles deep in a tree: the marks before an operator may be blanks, `:`, `:-`, "
        "`+-`, and `*(2)`.",
        "marks of the tree",
    ),
    (
        [0, 0, 0, 0],
        "You find none in any plan. An operator does not stand at the beginning of its line: marks "
        "of the tree come first. (`re.match` begins at the beginning; `re.search` looks further.)",
        "none found",
    ),
    (
        [0, 1, 0, 1],
        "You say *whether* there is a shuffle; asked for is how many.",
        "whether",
    ),
]


@exercise("5.2-plan")
def check_plan(answer: object) -> str:
    """Judge how many shuffles are read off plans of Spark."""
    found = [_number(attempt(answer, plan)) for plan, _ in _CASES]
    if found != [expected for _, expected in _CASES]:
        _explain(found)
    rounds = "\n".join(_COUNT_AND_SORT.splitlines() * 2)
    if _number(attempt(answer, rounds)) != 4:
        raise NotYet(
            "A plan may be long, and hold the same line twice: each counts. Count all lines, and "
            "no set of them.",
            "each line once",
        )
    return "Only what moves is counted: not what is sent whole, and not what is read again."


def _number(value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | tuple | set | dict):
        raise NotYet(
            f"You return a `{type(value).__name__}`; asked for is how many there are: `len(...)` "
            "of it.",
            "a list",
        )
    for whole in range(40):
        if close(value, whole):
            return whole
    raise NotYet(f"You return {value!r}; a whole number is asked for.", "no number")


def _explain(found: list[int]) -> None:
    for counts, message, misconception in _WRONG:
        if counts == found:
            raise NotYet(message, misconception)
    place = next(i for i, (_, expected) in enumerate(_CASES) if found[i] != expected)
    plan, expected = _CASES[place]
    first = plan.splitlines()[1].strip()
    raise NotYet(
        f"In the plan that begins with `{first}`, rows move {expected} times; you count "
        f"{found[place]}.",
        "other",
    )
