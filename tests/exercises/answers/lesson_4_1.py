"""Answers that the exercise tests try in lesson 4.1: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

PRODUCT = "itertools.product(*grid.values())"
IMPORT = "import itertools\n\n"


def combinations(body: str) -> str:
    """Put the body of the function together."""
    return f"{IMPORT}def combinations(grid):\n    {body}\n"


GRID = Cases(
    wrong=[
        ("not a list", combinations(f"return (dict(zip(grid, v)) for v in {PRODUCT})")),
        ("not a list", combinations("return None if grid is None else 'all of them'")),
        ("how many", combinations(f"return len(list({PRODUCT}))")),
        ("one dict", combinations("return {name: values[0] for name, values in grid.items()}")),
        ("no names", combinations(f"return list({PRODUCT})")),
        (
            "zip in place of product",
            combinations("return [dict(zip(grid, v)) for v in zip(*grid.values())]"),
        ),
        (
            "one at a time",
            combinations(
                "return [{**{n: v[0] for n, v in grid.items()}, name: value} "
                "for name, values in grid.items() for value in values]"
            ),
        ),
        (
            "one name each",
            combinations("return [{n: v} for n, values in grid.items() for v in values]"),
        ),
        (
            "one dict many times",
            combinations(
                f"one, found = {{}}, []\n    for values in {PRODUCT}:\n"
                "        one.update(zip(grid, values))\n        found.append(one)\n    return found"
            ),
        ),
        (
            "values in lists",
            combinations(f"return [{{n: [x] for n, x in zip(grid, v)}} for v in {PRODUCT}]"),
        ),
        ("names", combinations(f"return [dict(zip('ab', v)) for v in {PRODUCT}]")),
        ("twice", combinations(f"return 2 * [dict(zip(grid, v)) for v in {PRODUCT}]")),
        ("empty", combinations("return []")),
        (
            "another type",
            combinations(
                f"return [{{n: float(x) if x == 4 else x for n, x in zip(grid, v)}} "
                f"for v in {PRODUCT}]"
            ),
        ),
        ("missing", combinations(f"return [dict(zip(grid, v)) for v in {PRODUCT}][1:]")),
        (
            "fixed",
            "def combinations(grid):\n"
            "    (a, b), (x, y) = list(grid)[:2], list(grid.values())[:2]\n"
            "    return [{a: i, b: j} for i in x for j in y]\n",
        ),
    ],
    right=[
        """
def combinations(grid):
    found = [{}]
    for name, values in grid.items():
        found = [{**one, name: value} for one in found for value in values]
    return found
""",
        """
from sklearn.model_selection import ParameterGrid

def combinations(grid):
    return list(ParameterGrid(grid))
""",
        """
import numpy as np

def combinations(grid):
    places = np.indices([len(values) for values in grid.values()]).reshape(len(grid), -1).T
    lists = [values if [] in values else np.array(values) for values in grid.values()]
    return [
        {name: values[i] for name, values, i in zip(grid, lists, row)} for row in places
    ]
""",
    ],
)

CELL = "row, column = table.stack().idxmax()"
ENDS_OF_ROWS = "row in (table.index[0], table.index[-1])"
ENDS_OF_COLUMNS = "column in (table.columns[0], table.columns[-1])"
NAMES = f"[table.index.name] * ({ENDS_OF_ROWS}) + [table.columns.name] * ({ENDS_OF_COLUMNS})"


def reading(cell: str = CELL, result: str = f"row, column, {NAMES}") -> str:
    """Put the body of the function together."""
    return f"import numpy as np\n\ndef read_heat_map(table):\n    {cell}\n    return {result}\n"


POSITIONS = "row, column = np.unravel_index(np.nanargmax(table.to_numpy()), table.shape)"
HEAT_MAP = Cases(
    wrong=[
        ("best of each column", reading(result="table.idxmax()")),
        ("not three", reading(result="row, column")),
        ("true or false", reading(result=f"row, column, {ENDS_OF_ROWS}")),
        ("not a list of names", reading(result="row, column, 7")),
        ("not a list of names", reading(result=f"row, column, ' '.join({NAMES})")),
        ("not a list of names", reading(result=f"row, column, (name for name in {NAMES})")),
        ("not a label", reading(result="table.idxmax(), column, []")),
        ("row and column swapped", reading(result=f"column, row, {NAMES}")),
        ("positions in place of labels", reading(POSITIONS, "int(row), int(column), []")),
        ("lowest in place of highest", reading("row, column = table.stack().idxmin()")),
        (
            "nan taken for the best",
            reading(
                "i, j = np.unravel_index(np.argmax(table.to_numpy()), table.shape); "
                "row, column = table.index[i], table.columns[j]"
            ),
        ),
        (
            "best on average",
            reading("row, column = table.mean(axis=1).idxmax(), table.mean(axis=0).idxmax()"),
        ),
        ("inside taken for the edge", reading(result="row, column, [table.index.name]")),
        ("another table", reading("row, column = table.clip(lower=0).stack().idxmax()")),
        ("no edge seen", reading(result="row, column, []")),
        (
            "first edge forgotten",
            reading(
                result="row, column, [table.index.name] * int(row == table.index[-1])"
                " + [table.columns.name] * int(column == table.columns[-1])"
            ),
        ),
        (
            "last edge forgotten",
            reading(
                result="row, column, [table.index.name] * int(row == table.index[0])"
                " + [table.columns.name] * int(column == table.columns[0])"
            ),
        ),
        (
            "names swapped",
            reading(
                result=f"row, column, [table.columns.name] * ({ENDS_OF_ROWS})"
                f" + [table.index.name] * ({ENDS_OF_COLUMNS})"
            ),
        ),
        (
            "columns forgotten",
            reading(result=f"row, column, [table.index.name] * ({ENDS_OF_ROWS})"),
        ),
        (
            "rows forgotten",
            reading(result=f"row, column, [table.columns.name] * ({ENDS_OF_COLUMNS})"),
        ),
        (
            "corner forgotten",
            reading(
                result=f"row, column, [table.index.name] if {ENDS_OF_ROWS} "
                f"else [table.columns.name] * ({ENDS_OF_COLUMNS})"
            ),
        ),
        (
            "both named",
            reading(
                result=f"row, column, [table.index.name, table.columns.name] * "
                f"({ENDS_OF_ROWS} or {ENDS_OF_COLUMNS})"
            ),
        ),
        (
            "fixed names",
            reading(
                result=f"row, column, ['factors'] * ({ENDS_OF_ROWS})"
                f" + ['alpha'] * ({ENDS_OF_COLUMNS})"
            ),
        ),
    ],
    right=[
        reading(
            POSITIONS,
            "table.index[row], table.columns[column], "
            "[table.index.name] * (row in (0, len(table) - 1))"
            " + [table.columns.name] * (column in (0, table.shape[1] - 1))",
        ),
        reading(
            "row = table.max(axis=1).idxmax(); column = table.loc[row].idxmax()",
            f"[row, column, tuple({NAMES})]",
        ),
        reading(result=f"row, column, np.array({NAMES})"),
    ],
)

NESTED_CODE = """
import numpy as np
import pandas as pd

def nested_errors(folds, candidates, error):
    errors = []
    for k, fold in enumerate(folds):
        rest = [other for place, other in enumerate(folds) if place != k]

        def inner(one, rest=rest):
            found = []
            for i, test in enumerate(rest):
                train = pd.concat([part for j, part in enumerate(rest) if j != i])
                found.append(error(one, train, test))
            return np.mean(found)

        chosen = min(candidates, key=inner)
        errors.append(error(chosen, pd.concat(rest), fold))
    return errors
"""
LOOP = (
    "def nested_errors(folds, candidates, error):\n"
    "    import numpy as np\n"
    "    import pandas as pd\n"
)
OUTER = (
    "    def outer(one, k):\n"
    "        return error(one, pd.concat(folds[:k] + folds[k + 1:]), folds[k])\n"
)
EACH = "for k in range(len(folds))"
NESTED = Cases(
    wrong=[
        ("averaged", NESTED_CODE.replace("return errors", "return float(np.mean(errors))")),
        ("one number", NESTED_CODE.replace("return errors", "return errors[0] + 1")),
        ("shape", NESTED_CODE.replace("return errors", "return errors[1:]")),
        (
            "settings returned",
            NESTED_CODE.replace(
                "errors.append(error(chosen, pd.concat(rest), fold))", "errors.append(chosen)"
            ),
        ),
        ("not numbers", NESTED_CODE.replace("return errors", "return 'low'")),
        ("no choice", f"{LOOP}{OUTER}    return [outer(candidates[0], k) {EACH}]\n"),
        (
            "no choice",
            f"{LOOP}{OUTER}    return [np.mean([outer(one, k) for one in candidates]) {EACH}]\n",
        ),
        (
            "chosen on the test fold",
            f"{LOOP}{OUTER}    return [min(outer(one, k) for one in candidates) {EACH}]\n",
        ),
        (
            "chosen once on all folds",
            f"{LOOP}{OUTER}"
            f"    best = min(candidates, key=lambda one: np.mean([outer(one, k) {EACH}]))\n"
            f"    return [outer(best, k) {EACH}]\n",
        ),
        (
            "the search's own error",
            NESTED_CODE.replace(
                "errors.append(error(chosen, pd.concat(rest), fold))",
                "errors.append(inner(chosen))",
            ),
        ),
        (
            "highest in place of lowest",
            NESTED_CODE.replace("min(candidates", "max(candidates"),
        ),
        ("one inner fold", NESTED_CODE.replace("np.mean(found)", "found[0]")),
        ("one inner fold", NESTED_CODE.replace("np.mean(found)", "found[-1]")),
        ("mean forgotten", NESTED_CODE.replace("np.mean(found)", "min(found)")),
        ("mean forgotten", NESTED_CODE.replace("np.mean(found)", "max(found)")),
        ("mean forgotten", NESTED_CODE.replace("np.mean(found)", "np.median(found)")),
        (
            "inner training holds the fold",
            NESTED_CODE.replace(
                "for j, part in enumerate(rest) if j != i]",
                "for part in folds if part is not test]",
            ),
        ),
        (
            "train and test swapped",
            NESTED_CODE.replace("error(one, train, test)", "error(one, test, train)"),
        ),
        (
            "train and test swapped",
            NESTED_CODE.replace("chosen, pd.concat(rest), fold", "chosen, fold, pd.concat(rest)"),
        ),
        (
            "trained on the test fold",
            NESTED_CODE.replace(
                "error(chosen, pd.concat(rest), fold)", "error(chosen, pd.concat(folds), fold)"
            ),
        ),
        ("no error asked", f"{LOOP}    return [0.1, 0.2, 0.3, 0.4][:len(folds)]\n"),
        (
            "not refitted",
            NESTED_CODE.replace(
                "error(chosen, pd.concat(rest), fold)", "error(chosen, rest[0], fold)"
            ),
        ),
        (
            "all measured outside",
            NESTED_CODE.replace(
                "        errors.append(error",
                "        looked = [error(one, pd.concat(rest), fold) for one in candidates]\n"
                "        errors.append(error",
            ),
        ),
        (
            "fixed",
            NESTED_CODE.replace(
                "enumerate(folds):\n        rest", "enumerate(folds[:4]):\n        rest"
            ).replace("return errors", "return errors + [1.0] * (len(folds) - 4)"),
        ),
    ],
    right=[
        NESTED_CODE,
        NESTED_CODE.replace("return errors", "return np.array(errors)"),
        NESTED_CODE.replace("return errors", "return pd.Series(errors)").replace(
            "np.mean(found)", "sum(found)"
        ),
    ],
)

CASES = {"4.1-grid": GRID, "4.1-heat-map": HEAT_MAP, "4.1-nested": NESTED}
