"""Answers that the exercise tests try in lesson 4.2: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

OBJECTIVE = """
def objective(trial, score):
    factors = trial.suggest_int("factors", 4, 128, log=True)
    regularization = trial.suggest_float("regularization", 0.01, 1000, log=True)
    alpha = trial.suggest_float("alpha", 0.1, 100, log=True)
    return score(factors=factors, regularization=regularization, alpha=alpha)
"""
FACTORS = 'trial.suggest_int("factors", 4, 128, log=True)'
REGULARIZATION = 'trial.suggest_float("regularization", 0.01, 1000, log=True)'
ALPHA = 'trial.suggest_float("alpha", 0.1, 100, log=True)'
SCORED = "score(factors=factors, regularization=regularization, alpha=alpha)"


def objective(old: str, new: str) -> str:
    """The right objective with one piece replaced."""
    assert old in OBJECTIVE
    return OBJECTIVE.replace(old, new)


THE_OBJECTIVE = Cases(
    wrong=[
        ("no log scale", objective("0.01, 1000, log=True", "0.01, 1000")),
        ("no log scale", objective("4, 128, log=True", "4, 128")),
        ("no log scale", objective("0.1, 100, log=True", "0.1, 100, log=False")),
        ("no log scale", OBJECTIVE.replace(", log=True", "")),
        (
            "exponent",
            objective(REGULARIZATION, '10 ** trial.suggest_float("regularization", -2, 3)'),
        ),
        ("exponent", objective(ALPHA, '10 ** trial.suggest_float("alpha", -1, 2)')),
        ("not a whole number", objective(FACTORS, FACTORS.replace("_int", "_float"))),
        ("not a whole number", objective(FACTORS, f"int({FACTORS.replace('_int', '_float')})")),
        ("whole number", objective(ALPHA, 'trial.suggest_int("alpha", 1, 100, log=True)')),
        ("range", objective("0.01, 1000", "1000, 0.01")),
        ("range", objective("4, 128", "8, 64")),
        ("range", objective("0.1, 100", "0.01, 100")),
        ("categorical", objective(FACTORS, 'trial.suggest_categorical("factors", [4, 16, 64])')),
        ("same name", objective('"alpha", 0.1, 100', '"regularization", 0.1, 100')),
        ("name", objective('"factors"', '"n_factors"')),
        ("step", objective("4, 128, log=True", "4, 128, step=4, log=True")),
        ("setting not drawn", objective(ALPHA, "1.0")),
        ("nothing drawn", "def objective(trial, score):\n    return score(16, 10.0, 1.0)"),
        ("score not called", objective(f"return {SCORED}", "return alpha")),
        ("settings mixed up", objective(SCORED, "score(factors, alpha, regularization)")),
        ("settings not passed on", objective(SCORED, "score(factors, regularization, 1.0)")),
        ("trained twice", objective(f"return {SCORED}", f"{SCORED}\n    return {SCORED}")),
        ("sign", objective(SCORED, f"-{SCORED}")),
        ("sign", objective(SCORED, f"1 - {SCORED}")),
        ("not one number", objective(SCORED, f"{SCORED}, trial.params")),
        ("not one number", objective(SCORED, f"[{SCORED}]")),
        ("rounded", objective(SCORED, f"round({SCORED}, 3)")),
        ("other", objective(SCORED, f"{SCORED} + 0.01")),
        ("no result", objective(f"return {SCORED}", SCORED)),
        ("arguments", "def objective(trial):\n    return 1.0"),
        ("error", objective("suggest_float", "suggest_number")),
    ],
    right=[
        """
def objective(trial, score):
    settings = {"factors": trial.suggest_int("factors", low=4, high=128, log=True)}
    for name, low, high in (("alpha", 1e-1, 1e2), ("regularization", 1e-2, 1e3)):
        settings[name] = trial.suggest_float(name, low, high, log=True)
    return float(score(**settings))
""",
        """
def objective(trial, score):
    trial.suggest_float("alpha", 0.1, 100, log=True)
    trial.suggest_float("regularization", 0.01, 1000, log=True)
    trial.suggest_int("factors", 4, 128, log=True)
    return score(**trial.params)
""",
        objective(SCORED, "score(factors, regularization, alpha)"),
    ],
)

PRUNED = """
import optuna

def pruned_course(trial, course):
    for sweep, value in enumerate(course, start=1):
        trial.report(value, sweep)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return value
"""
REPORT = "        trial.report(value, sweep)\n"
ASK = "        if trial.should_prune():\n            raise optuna.TrialPruned()\n"


def pruned(old: str, new: str) -> str:
    """The right training with one piece replaced."""
    assert old in PRUNED
    return PRUNED.replace(old, new)


PRUNED_COURSE = Cases(
    wrong=[
        ("not reported", pruned(REPORT, "")),
        ("swapped", pruned("report(value, sweep)", "report(sweep, value)")),
        ("counted from 0", pruned("enumerate(course, start=1)", "enumerate(course)")),
        ("steps", pruned("report(value, sweep)", "report(value, 1)")),
        ("steps", pruned("start=1", "start=5")),
        (
            "not every sweep",
            pruned(REPORT, "").replace("    return", "    trial.report(value, 5)\n    return"),
        ),
        ("not every sweep", pruned(REPORT, "        if sweep % 2: trial.report(value, sweep)\n")),
        ("other values", pruned("report(value, sweep)", "report(-value, sweep)")),
        ("never asked", pruned(ASK, "")),
        ("asked before reported", pruned(REPORT + ASK, ASK + REPORT)),
        ("returned in place of raised", pruned("raise optuna.TrialPruned()", "return value")),
        ("returned in place of raised", pruned("raise optuna.TrialPruned()", "return None")),
        (
            "returned in place of raised",
            pruned("raise optuna.TrialPruned()", "return float('nan')"),
        ),
        ("returned in place of raised", pruned("raise optuna.TrialPruned()", "break")),
        (
            "returned in place of raised",
            pruned("raise optuna.TrialPruned()", "return optuna.TrialPruned()"),
        ),
        ("another exception", pruned("optuna.TrialPruned()", "ValueError('pruned')")),
        (
            "always pruned",
            pruned("if trial.should_prune():", "if trial.should_prune() or sweep > 3:"),
        ),
        ("answer ignored", pruned(ASK, "        trial.should_prune()\n")),
        (
            "given up too late",
            pruned("in enumerate(course, start=1)", "in enumerate(list(course), start=1)"),
        ),
        (
            "given up too late",
            """
import optuna

def pruned_course(trial, course):
    stop = False
    for sweep, value in enumerate(course, start=1):
        trial.report(value, sweep)
        stop = stop or trial.should_prune()
    if stop:
        raise optuna.TrialPruned()
    return value
""",
        ),
        (
            "given up too late",
            pruned("if trial.should_prune():", "if sweep % 2 == 0 and trial.should_prune():"),
        ),
        (
            "given up too late",
            pruned("if trial.should_prune():", "if sweep > 1 and trial.should_prune():"),
        ),
        ("treated as a list", pruned("    for", "    n = len(course)\n    for")),
        ("stops early", pruned("    return value", "        return value")),
        (
            "best in place of last",
            pruned("    for", "    best = 0\n    for")
            .replace(REPORT, REPORT + "        best = max(best, value)\n")
            .replace("return value", "return best"),
        ),
        (
            "mean",
            pruned("    for", "    values = []\n    for")
            .replace(REPORT, REPORT + "        values.append(value)\n")
            .replace("return value", "return sum(values) / len(values)"),
        ),
        (
            "first",
            pruned("    for", "    values = []\n    for")
            .replace(REPORT, REPORT + "        values.append(value)\n")
            .replace("return value", "return values[0]"),
        ),
        ("sweeps", pruned("return value", "return sweep")),
        ("not one number", pruned("return value", "return [value, sweep]")),
        ("rounded", pruned("return value", "return round(value, 2)")),
        ("other", pruned("return value", "return value + 0.01")),
        ("error", pruned("return value", "return values")),
    ],
    right=[
        """
from optuna import TrialPruned

def pruned_course(trial, course):
    sweep = 0
    for value in course:
        sweep += 1
        last = float(value)
        trial.report(last, step=sweep)
        if trial.should_prune():
            raise TrialPruned(f"after {sweep} sweeps")
    return last
""",
        """
import optuna

def pruned_course(trial, course):
    found = []
    while True:
        value = next(course, None)
        if value is None:
            return found[-1]
        found.append(value)
        trial.report(step=len(found), value=value)
        if trial.should_prune():
            raise optuna.TrialPruned
""",
    ],
)

BUDGET = """
def best_within(trials, budget):
    paid = trials["sweeps"].cumsum()
    within = trials[paid <= budget]
    complete = within[within["state"] == "COMPLETE"]
    return complete["value"].max()
"""


def budget(old: str, new: str) -> str:
    """The right answer with one piece replaced."""
    assert old in BUDGET
    return BUDGET.replace(old, new)


COMPLETE_FIRST = """
def best_within(trials, budget):
    complete = trials[trials["state"] == "COMPLETE"]
    return complete.loc[complete["sweeps"].cumsum() <= budget, "value"].max()
"""
BEST_WITHIN = Cases(
    wrong=[
        ("pruned trials may win", budget('complete["value"]', 'within["value"]')),
        ("pruned trials for free", COMPLETE_FIRST),
        (
            "failed trials for free",
            budget("    paid", "    trials = trials[trials['state'] != 'FAIL']\n    paid"),
        ),
        ("strictly less", budget("<= budget", "< budget")),
        ("trial beyond the budget", budget("paid <=", 'paid - trials["sweeps"] <')),
        ("trial beyond the budget", budget("paid <=", "paid.shift(fill_value=0) <=")),
        ("budget ignored", budget("trials[paid <= budget]", "trials")),
        ("budget ignored", 'def best_within(trials, budget): return trials["value"].max()'),
        ("trials counted", budget("trials[paid <= budget]", "trials.head(budget)")),
        ("not added up", budget(".cumsum()", "")),
        ("smallest", budget(".max()", ".min()")),
        (
            "last",
            budget(
                'complete["value"].max()',
                'complete["value"].iloc[-1] if len(complete) else float("nan")',
            ),
        ),
        ("mean", budget(".max()", ".mean()")),
        (
            "sorted first",
            budget(
                "    paid", "    trials = trials.sort_values('value', ascending=False)\n    paid"
            ),
        ),
        (
            "nothing complete",
            budget("return complete", "return 0.0 if complete.empty else complete"),
        ),
        ("nothing complete", budget('complete["value"].max()', 'max(complete["value"])')),
        ("nothing complete", budget("return ", "if len(complete): return ")),
        ("not one number", budget('complete["value"].max()', "complete.max()")),
        ("not one number", budget('["value"].max()', "")),
        ("not one number", budget('complete["value"].max()', '[complete["value"].max()]')),
        (
            "not one number",
            budget('complete["value"].max()', 'np.array([complete["value"].max()])').replace(
                "\ndef", "import numpy as np\n\ndef"
            ),
        ),
        ("not one number", budget('["value"].max()', '["value"].nlargest(1)')),
        ("number returned", budget('complete["value"].max()', "complete.index.max()")),
        (
            "number returned",
            budget(
                'complete["value"].max()',
                'complete["value"].idxmax() if len(complete) else -1',
            ),
        ),
        (
            "trials counted",
            budget("trials[paid <= budget]", "trials.reset_index().loc[:budget]"),
        ),
        (
            "nan",
            "import numpy as np\ndef best_within(trials, budget): "
            'return np.max(trials["value"].to_numpy()[(trials["sweeps"].cumsum() <= budget)])',
        ),
        ("rounded", budget("].max()", "].max().round(2)")),
        ("other", budget("].max()", "].max() + 0.001")),
    ],
    right=[
        """
def best_within(trials, budget):
    best, paid = float("nan"), 0
    for trial in trials.itertuples():
        paid += trial.sweeps
        if paid > budget:
            break
        if trial.state == "COMPLETE" and not trial.value <= best:
            best = trial.value
    return best
""",
        """
import numpy as np

def best_within(trials, budget):
    paid = np.cumsum(trials["sweeps"].to_numpy())
    complete = (trials["state"] == "COMPLETE").to_numpy()
    values = trials["value"].to_numpy()[(paid <= budget) & complete]
    return values.max() if len(values) else np.nan
""",
    ],
)

CASES = {
    "4.2-objective": THE_OBJECTIVE,
    "4.2-pruning": PRUNED_COURSE,
    "4.2-budget": BEST_WITHIN,
}
