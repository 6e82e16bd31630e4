"""Trying an answer: the call that a check makes, and what can come of it besides a value."""

from __future__ import annotations

import copy
import dis
import inspect
import linecache
import re
import sys
from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any

from workshop_pkg.exercises.shield import TimeUp, UserInterrupt

# An exception's text is shown as it is, but not a page of it.
_LONGEST_EXCEPTION_TEXT = 300
_STUB_INSTRUCTIONS = {
    "RESUME",
    "NOP",
    "LOAD_CONST",
    "RETURN_CONST",
    "RETURN_VALUE",
    "COPY_FREE_VARS",
}


class NotYet(Exception):  # noqa: N818 - a verdict, not an error
    """A check raises this for a wrong answer.

    Parameters
    ----------
    message : str
        The hint for the misconception seen, in one or two sentences; text in backticks is code.
    misconception : str
        A short name for it, by which tests know the hint.
    """

    def __init__(self, message: str, misconception: str = "other") -> None:
        super().__init__(message)
        self.message = message
        self.misconception = misconception


class NotAttempted(Exception):  # noqa: N818 - a verdict, not an error
    """A check raises this for a stub; `attempt` does so by itself."""


def attempt(answer: Any, /, *arguments: Any, **keywords: Any) -> Any:
    """Call an answer on copies of the arguments, and return its value.

    The copies are deep, so that an answer that changes its arguments changes nothing for the next
    attempt; and they are compared afterwards, since in the lesson such an answer would change the
    data for all that follows. (A column that is added to a frame does no harm.) Whatever goes
    wrong inside becomes a verdict.

    Parameters
    ----------
    answer : object
        What the attendee defined.
    *arguments, **keywords
        What to call it with.

    Returns
    -------
    object
        What the answer returned; never ``None`` or ``...``.

    Raises
    ------
    NotAttempted
        The answer is a stub still: it is ``...`` or returns ``...``, or has no body.
    NotYet
        The answer is no function, takes other arguments, raises, returns nothing, or changes what
        it was given. Misconceptions: ``"not a function"``, ``"arguments"``, ``"error"``,
        ``"no result"``, ``"unfinished"``, ``"changes its argument"``.
    """
    if answer is ... or answer is None:
        raise NotAttempted
    if not callable(answer):
        raise NotYet(
            f"This is {_a_value(answer)}, where a function is expected. Leave the `def` line of "
            "the exercise as it is, and write your code below it.",
            misconception="not a function",
        )
    _require_signature(answer, arguments, keywords)
    given, named = copy.deepcopy((arguments, keywords))
    try:
        value = answer(*given, **named)
    except (TimeUp, UserInterrupt):
        raise
    except BaseException as error:  # SystemExit and the like come from the answer, too
        raise _verdict_on(error, answer) from None
    finished = _finished(value, answer)
    _require_unchanged((*arguments, *keywords.values()), (*given, *named.values()))
    return finished


def _require_signature(
    answer: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> None:
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some built-in functions do not tell
        return
    try:
        signature.bind(*arguments, **keywords)
    except TypeError as error:
        raise NotYet(
            f"The function takes `{signature}`, which does not fit how it is called here: {error}. "
            "Leave the `def` line of the exercise as it is.",
            misconception="arguments",
        ) from None


def _require_unchanged(before: Iterable[Any], after: Iterable[Any]) -> None:
    for old, new in zip(before, after, strict=True):
        if _is_changed(old, new):
            raise NotYet(
                f"Your function changes the {type(old).__name__} that it is given, and with it the "
                "data of the whole lesson. Work on a copy: begin with `.copy()`.",
                misconception="changes its argument",
            )


def _is_changed(old: Any, new: Any) -> bool:
    """Whether values in a frame, a series or an array were changed, moved or removed."""
    pandas: Any = sys.modules.get("pandas")
    numpy: Any = sys.modules.get("numpy")
    if pandas and isinstance(old, pandas.DataFrame):
        kept = set(old.columns) <= set(new.columns)
        return not (kept and old.equals(new[list(old.columns)]))
    if pandas and isinstance(old, pandas.Series):
        return not old.equals(new)
    if numpy and isinstance(old, numpy.ndarray):
        return not numpy.array_equal(old, new, equal_nan=old.dtype.kind == "f")
    return False


def _finished(value: Any, answer: Any) -> Any:
    if value is None:
        if _is_empty(answer):
            raise NotAttempted
        raise NotYet(
            "The function returns nothing (`None`). Does each way through it end in `return`?",
            misconception="no result",
        )
    parts = list(value.values()) if type(value) is dict else value
    parts = list(parts) if type(parts) in (list, tuple) else [parts]
    dots = [part is ... for part in parts]
    if dots and all(dots):
        raise NotAttempted
    if any(dots):
        raise _unfinished()
    return value


def _is_empty(answer: Any) -> bool:
    """Whether a function's body does nothing: it is ``...``, ``pass`` or a docstring."""
    code = getattr(answer, "__code__", None)
    if not isinstance(code, CodeType):
        return False
    return {step.opname for step in dis.get_instructions(code)} <= _STUB_INSTRUCTIONS


def _unfinished() -> NotYet:
    return NotYet(
        "There is still a `...` in your answer: put your code in its place.",
        misconception="unfinished",
    )


def _verdict_on(error: BaseException, answer: Any) -> NotYet:
    text = exception_text(error)
    if isinstance(error, TypeError | AttributeError) and "ellipsis" in text.lower():
        return _unfinished()
    return NotYet(f"Your code raises {text}{_place(error, answer)}.", misconception="error")


def exception_text(error: BaseException) -> str:
    """Return the class of an exception and the first line of its message.

    Never raises, whatever the class of the exception does.
    """
    try:
        said = _first_line(str(error))
    except BaseException:
        said = ""
    if len(said) > _LONGEST_EXCEPTION_TEXT:
        said = said[:_LONGEST_EXCEPTION_TEXT].rstrip() + " ..."
    name = type(error).__name__
    return f"{name}: {said.rstrip('.')}" if said else name


def _first_line(text: str) -> str:
    """Return the first line that says something, without a sentence that leads to the next."""
    lines = text.strip().splitlines()
    first = lines[0].strip() if lines else ""
    if len(lines) > 1 and first.endswith(":"):
        first = re.sub(r"(?<=[.!?])\s+[^.!?]*:$", "", first)
    return first.rstrip(":") if len(lines) > 1 else first


def _place(error: BaseException, answer: Any) -> str:
    """Say at which line of the attendee's own code an exception came up; empty if unknown."""
    code = getattr(answer, "__code__", None)
    if not isinstance(code, CodeType):
        return ""
    number, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == code.co_filename:
            number = trace.tb_lineno
        trace = trace.tb_next
    line = linecache.getline(code.co_filename, number).strip() if number else ""
    return f", in line {number}: `{line}`" if line and "`" not in line else ""


def _a_value(value: object) -> str:
    name = type(value).__name__
    return f"a value of type `{name}`"
