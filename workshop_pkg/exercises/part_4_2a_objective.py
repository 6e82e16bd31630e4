"""The check of lesson 4.2 on the objective: the settings that are drawn, and what is returned."""

from __future__ import annotations

from typing import Any, NamedTuple

from workshop_pkg.exercises.comparison import close, not_rounded, rounded
from workshop_pkg.exercises.registry import NotYet, attempt, exercise


class _Setting(NamedTuple):
    """What the exercise asks for: the ends of the range, and whether it is a whole number."""

    low: float
    high: float
    whole: bool


_SPACE = {
    "factors": _Setting(4, 128, True),
    "regularization": _Setting(0.01, 1000, False),
    "alpha": _Setting(0.1, 100, False),
}
_TRIALS = (
    {"factors": 23, "regularization": 3.7, "alpha": 0.45},
    {"factors": 9, "regularization": 0.08, "alpha": 61.5},
)
_VALUES = (0.23417, 0.19862)


class _Draw(NamedTuple):
    """One call of ``trial.suggest_...``."""

    kind: str
    low: float
    high: float
    log: bool


class _Trial:
    """What an objective gets from Optuna, with settings that are fixed, and a memory."""

    def __init__(self, settings: dict[str, Any], number: int) -> None:
        self.number = number
        self.params: dict[str, Any] = {}
        self.draws: dict[str, _Draw] = {}
        self.fault: NotYet | None = None
        self._settings = settings

    def __deepcopy__(self, memo: dict[int, Any]) -> _Trial:
        return self

    def suggest_float(
        self, name: str, low: float, high: float, *, step: Any = None, log: bool = False
    ) -> Any:
        return self._drawn(name, _Draw("float", low, high, log), step is not None)

    def suggest_int(
        self, name: str, low: int, high: int, *, step: int = 1, log: bool = False
    ) -> Any:
        return self._drawn(name, _Draw("int", low, high, log), step != 1)

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        return self._refused(
            f"`suggest_categorical` for `{name}`: among categories there is no nearer and no "
            "farther, so the search cannot learn that 20 is much like 21. Use `suggest_int` or "
            "`suggest_float` with `log=True`.",
            "categorical",
        )

    def set_user_attr(self, key: str, value: Any) -> None:
        """Take a note, as Optuna's trials do."""

    def _refused(self, message: str, misconception: str) -> Any:
        """Stop the answer; the check finds the verdict in `fault`."""
        self.fault = NotYet(message, misconception)
        raise self.fault

    def _drawn(self, name: str, draw: _Draw, steps: bool) -> Any:
        if name in self.draws and self.draws[name] != draw:
            self._refused(
                f"Two settings have the name {name!r}. Optuna knows a setting by its name, and "
                "gives the same number for both.",
                "same name",
            )
        if name not in _SPACE:
            self._refused(
                f"You name a setting {name!r}. The names are `factors`, `regularization` and "
                "`alpha`, as in `score`: the rest of the lesson finds them by these.",
                "name",
            )
        if steps and draw.log:
            self._refused(
                f"`{name}` has a `step` and `log=True`, and Optuna takes one of them only. On a "
                "logarithmic scale steps are not equal: leave `step` out.",
                "step",
            )
        self.draws[name] = draw
        as_exponent = not _SPACE[name].whole and draw.low == _exponent(_SPACE[name].low)
        self.params[name] = draw.low if as_exponent else self._settings[name]
        return self.params[name]


class _Score:
    """Training and validation, replaced by a number that is known."""

    def __init__(self, value: float) -> None:
        self.value = value
        self.calls: list[dict[str, Any]] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> _Score:
        return self

    def __call__(self, factors: Any, regularization: Any, alpha: Any) -> float:
        self.calls.append({"factors": factors, "regularization": regularization, "alpha": alpha})
        return self.value


@exercise("4.2-objective")
def check_objective(answer: object) -> str:
    """Judge which settings are drawn, on which scale, and what comes back."""
    for number, (settings, value) in enumerate(zip(_TRIALS, _VALUES, strict=True)):
        trial, score = _Trial(settings, number), _Score(value)
        found = _asked(answer, trial, score)
        _check_draws(trial)
        _check_calls(score, settings)
        _check_value(found, value)
    return "Three settings on logarithmic scales, one number back: Optuna needs no more."


def _asked(answer: object, trial: _Trial, score: _Score) -> Any:
    try:
        return attempt(answer, trial, score)
    except NotYet:
        if trial.fault is not None:
            raise trial.fault from None
        raise


def _check_draws(trial: _Trial) -> None:
    missing = [name for name in _SPACE if name not in trial.draws]
    if len(missing) == len(_SPACE):
        raise NotYet(
            "No setting is drawn. `trial.suggest_float(name, low, high, log=True)` asks Optuna for "
            "one, `trial.suggest_int` for a whole number.",
            "nothing drawn",
        )
    if missing:
        raise NotYet(
            f"`{missing[0]}` is not drawn: whatever the trial, it stays as it is. Ask the trial "
            "for all three.",
            "setting not drawn",
        )
    for name, draw in trial.draws.items():
        _check_draw(name, draw, _SPACE[name])


def _check_draw(name: str, draw: _Draw, wanted: _Setting) -> None:
    if (draw.low, draw.high) == (wanted.high, wanted.low):
        raise NotYet(
            f"The ends of `{name}` are the wrong way round: first the lower, then the upper one.",
            "range",
        )
    if not wanted.whole and draw.low == _exponent(wanted.low):
        raise NotYet(
            f"You draw the exponent of `{name}`. The scale is right, but Optuna then notes the "
            "exponent as the setting, and all tables and charts show that. Give the ends "
            f"themselves, {wanted.low:g} and {wanted.high:g}, with `log=True`.",
            "exponent",
        )
    if wanted.whole and draw.kind != "int":
        raise NotYet(
            f"`{name}` is a whole number: `trial.suggest_int`. A model with 23.4 factors does not "
            "exist.",
            "not a whole number",
        )
    if not wanted.whole and draw.kind != "float":
        raise NotYet(
            f"`{name}` may be any number between its ends, such as {wanted.low * 3:g}: "
            "`trial.suggest_float`.",
            "whole number",
        )
    if (draw.low, draw.high) != (wanted.low, wanted.high):
        raise NotYet(
            f"`{name}` runs from {wanted.low:g} to {wanted.high:g}; you draw from {draw.low:g} to "
            f"{draw.high:g}.",
            "range",
        )
    if not draw.log:
        raise NotYet(
            f"`{name}` is drawn on a plain scale: most of its draws lie near {wanted.high:g}, and "
            f"next to none near {wanted.low:g}. Pass `log=True`.",
            "no log scale",
        )


def _exponent(low: float) -> int:
    return {0.01: -2, 0.1: -1}[low]


def _check_calls(score: _Score, settings: dict[str, Any]) -> None:
    if not score.calls:
        raise NotYet(
            "The settings are drawn, and nothing is trained: call `score` with them.",
            "score not called",
        )
    if score.calls[-1] != settings:
        given = score.calls[-1]
        mixed = set(given.values()) == set(settings.values())
        raise NotYet(
            f"The trial gave {settings}, and you call `score` with {given}. "
            + (
                "They are mixed up: name them, `score(factors=factors, ...)`."
                if mixed
                else "Pass them on as they are."
            ),
            "settings mixed up" if mixed else "settings not passed on",
        )
    if len(score.calls) > 1:
        raise NotYet(
            f"You call `score` {len(score.calls)} times. Each call trains a model, and training is "
            "what a search costs: call it once.",
            "trained twice",
        )


def _check_value(found: Any, value: float) -> None:
    if close(found, value):
        return
    if isinstance(found, tuple | list | dict):
        raise NotYet(
            f"You return a `{type(found).__name__}`. Optuna knows the settings already: return "
            "the number that `score` gives, alone.",
            "not one number",
        )
    if close(found, -value) or close(found, 1 - value) or close(found, 1 / value):
        raise NotYet(
            "You turn the number around, so that a smaller one is better. This search looks for "
            "the largest NDCG: return it as it is.",
            "sign",
        )
    if rounded(found, value):
        raise not_rounded(found)
    raise NotYet(
        f"`score` gives {value}, and you return {found!r}. Return what `score` gives.",
        "other",
    )
