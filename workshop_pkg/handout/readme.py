"""The page that a handout's attendees read first: what is in it, how to install and to open it."""

from __future__ import annotations

import textwrap

from workshop_pkg.handout.plan import LATEST_SMALL, PYTHONS, SPARK, Plan
from workshop_pkg.project import Lesson

_EXERCISES = {
    "with": (
        "Each exercise waits for an answer of yours in place of its `...`; the check below it "
        "says at once what is right and what is not. Below each check is a folded solution. You "
        "need not open it: where you leave an exercise out, the lesson goes on with the solution."
    ),
    "without": (
        "Each exercise waits for an answer of yours in place of its `...`; the check below it "
        "says at once what is right and what is not. The lesson goes on when the check passes: "
        "until then **Run All** stops there. That is meant so, and nothing is broken."
    ),
    "solved": (
        "The exercises are solved: the answers are written in, and **Run All** reaches the end. "
        "Change something, and run the check again."
    ),
}


def text(plan: Plan, repository: str, version: str) -> str:
    """Write the README of a handout.

    Parameters
    ----------
    plan : Plan
        What the handout holds.
    repository, version : str
        The project's address and release.

    Returns
    -------
    str
        Markdown that is also readable as it stands.
    """
    sections = [
        "# Recommender Workshop\n\nNotebooks for your class. You work in a copy of your own, and "
        "nothing that you do in it is overwritten.",
        _install(plan, repository, version),
        _open(plan),
        f"## Work\n\n{_EXERCISES[plan.solutions]}",
        f"## What is in it\n\n{_lessons(plan.lessons)}",
        _data(plan),
        _licenses(repository),
    ]
    return "\n\n".join(map(_wrapped, "\n\n".join(sections).split("\n\n"))) + "\n"


def _wrapped(paragraph: str) -> str:
    """Break the lines of a paragraph of prose; commands, lists and headings stay as they are."""
    if paragraph.startswith(("#", "*", "```", "|")):
        return paragraph
    return textwrap.fill(paragraph, 100, break_long_words=False, break_on_hyphens=False)


def _install(plan: Plan, repository: str, version: str) -> str:
    package = f"recommender-workshop[{','.join(plan.extras)}]"
    source = f'"{package} @ {repository}/archive/refs/tags/v{version}.zip"'
    needs = f"You need Python {', '.join(PYTHONS[:-1])} or {PYTHONS[-1]}, and a network."
    python = PYTHONS[1]
    if plan.target is not None:
        source = f'--no-index --find-links wheels "{package}"'
        python = plan.target.python
        needs = (
            f"You need {plan.target.platform.title} and Python {python}: all packages for these "
            "two are in the folder `wheels`. You need **no network**."
        )
    unix = f"python{python} -m venv .venv\n.venv/bin/pip install {source}"
    windows = f"py -{python} -m venv .venv\n.venv\\Scripts\\pip install {source}"
    commands = _commands(plan, "In a terminal", unix, windows)
    return f"## Install, once\n\n{needs}\n\n{commands}{_spark(plan)}"


def _spark(plan: Plan) -> str:
    if not plan.needs_spark:
        return ""
    how = f"write `[{','.join([*plan.extras, SPARK])}]` in that command"
    if plan.target is not None:
        how = "they are not among the packages"
    needs = "Lesson 5.2 needs Java 17 and Spark (450 MB): "
    return f"\n\n{needs}{how}. Without them it says so, and its cells do nothing."


def _commands(plan: Plan, begin: str, unix: str, windows: str) -> str:
    """Show a command for the systems that the handout is for."""
    named = [("macOS or Linux", unix), ("Windows", windows)]
    if plan.target is not None:
        named = [named[1] if plan.target.platform.windows else named[0]]
    where = f"{begin}, in the folder that this file is in"
    if len(named) == 1:
        return f"{where}:\n\n```sh\n{named[0][1]}\n```"
    blocks = [f"On {system}:\n\n```sh\n{command}\n```" for system, command in named]
    return "\n\n".join([f"{where}.", *blocks])


def _open(plan: Plan) -> str:
    first = plan.lessons[0].number
    return f"""\
## Open

In the same folder, `.venv/bin/workshop lab` (on Windows `.venv\\Scripts\\workshop lab`) opens
JupyterLab on your own copy of the lessons, in the folder `workspace`.

* `workshop check`, called in the same way, says whether this machine is ready.
* `workshop reset {first}`, in a terminal of JupyterLab, brings lesson {first} back as it was. Your
  copy is kept under another name."""


def _lessons(lessons: tuple[Lesson, ...]) -> str:
    return "\n".join(
        f"* [{lesson.number} {lesson.title}](lessons/{lesson.relative})" for lesson in lessons
    )


def _data(plan: Plan) -> str:
    pinned = (
        "## The data\n\nEverybody in the class works on the same data: the **twin** of MovieLens "
        "100K, made up to behave like it. It comes with the package, and describes no real person. "
        "A cell near the top of each notebook sees to it; leave it as it is."
    )
    if plan.dataset != LATEST_SMALL:
        return pinned
    return (
        f"{pinned}\n\nFor questions of your own there is **MovieLens latest-small**, in the "
        'folder `data`: `datasets.load_movielens("latest-small")` reads it there. It has real '
        "ratings, and no ages or occupations. Its terms are in `data/ml-latest-small/README.txt`: "
        "you may pass it on under the same terms only, may not use it commercially, and cite it "
        "where you publish what you found."
    )


def _licenses(repository: str) -> str:
    origin = "" if is_placeholder(repository) else f", {repository}"
    return (
        "## Licenses\n\nCode: BSD 3-Clause (`LICENSE`). Text and made-up data: CC BY 4.0 "
        f"(`LICENSE-CC-BY-4.0`), the Recommender Workshop authors{origin}. The notebooks were "
        "changed for this class: links, outputs, and the cells of the exercises."
    )


def is_placeholder(repository: str) -> bool:
    """Whether a repository's address is the one that stands there until an owner sets it."""
    return "/YOUR_ORG/" in repository
