"""What a handout is to hold: the choices of an instructor, checked before anything is written."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from workshop_pkg.datasets.registry import ARCHIVES, TWIN
from workshop_pkg.handout.errors import HandoutError
from workshop_pkg.notebooks.generated import EXTRAS
from workshop_pkg.project import Lesson

Solutions = Literal["with", "without", "solved"]
SOLUTIONS: tuple[Solutions, ...] = get_args(Solutions)

LATEST_SMALL = "latest-small"
DATASETS = (TWIN, LATEST_SMALL)
PYTHONS = ("3.11", "3.12", "3.13")
SPARK = "spark"


@dataclass(frozen=True)
class Platform:
    """A kind of machine that packages are made for.

    Attributes
    ----------
    name : str
        As an instructor names it.
    title : str
        In a sentence.
    resolved_as : str
        What uv calls it.
    tags : tuple of str
        What the names of its wheels end with, the newest first.
    windows : bool
        Whether its commands are in the folder `Scripts`.
    """

    name: str
    title: str
    resolved_as: str
    tags: tuple[str, ...]
    windows: bool = False


def _linux(machine: str) -> tuple[str, ...]:
    # Down to glibc 2.17, with the older names of 2.17 and 2.12. (pip makes no older ones of these.)
    newer = tuple(f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1))
    return (*newer, f"manylinux2014_{machine}", f"manylinux2010_{machine}")


# The systems of the last years for which TensorFlow and scikit-surprise have wheels. None of the
# two has any for Macs with Intel's processor.
PLATFORMS = {
    made_for.name: made_for
    for made_for in (
        Platform("linux-x86_64", "Linux on x86", "x86_64-manylinux_2_28", _linux("x86_64")),
        Platform("linux-aarch64", "Linux on ARM", "aarch64-manylinux_2_28", _linux("aarch64")),
        Platform(
            "macos-arm64", "macOS on Apple silicon", "aarch64-apple-darwin", ("macosx_13_0_arm64",)
        ),
        Platform("windows-x86_64", "Windows", "x86_64-pc-windows-msvc", ("win_amd64",), True),
    )
}


@dataclass(frozen=True)
class Target:
    """The machines that a wheelhouse is for.

    Attributes
    ----------
    platform : Platform
        Their kind.
    python : str
        Their Python, such as "3.12".
    """

    platform: Platform
    python: str


@dataclass(frozen=True)
class Plan:
    """A handout that can be made.

    Attributes
    ----------
    lessons : tuple of Lesson
        The lessons in it, in the order in which they are taught.
    solutions : {"with", "without", "solved"}
        What becomes of the solutions.
    dataset : {"twin", "latest-small"}
        The data set that it pins.
    target : Target or None
        The machines that its wheelhouse is for; None where it has none.
    """

    lessons: tuple[Lesson, ...]
    solutions: Solutions = "with"
    dataset: str = TWIN
    target: Target | None = None

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers of the parts in it."""
        return tuple(sorted({lesson.part for lesson in self.lessons}))

    @property
    def needs_spark(self) -> bool:
        """Whether a lesson in it needs Spark, which is in no wheelhouse."""
        return SPARK in self._asked

    @property
    def extras(self) -> tuple[str, ...]:
        """The extras that everybody installs: all that its lessons need but Spark."""
        return ("lab", *(name for name in self._asked if name != SPARK))

    @property
    def _asked(self) -> tuple[str, ...]:
        numbers = (lesson.number for lesson in self.lessons)
        return tuple(EXTRAS[number].name for number in numbers if number in EXTRAS)


def choose_lessons(parts: str | None, among: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Choose the lessons of some parts.

    Parameters
    ----------
    parts : str or None
        Numbers of parts with commas between them, such as "1,3"; None for all.
    among : sequence of Lesson
        The lessons that there are.

    Returns
    -------
    tuple of Lesson
        In the order in which they are taught.

    Raises
    ------
    HandoutError
        For anything else, and for a part that there is not.

    Examples
    --------
    >>> from pathlib import Path
    >>> lesson = Lesson(1, 2, Path("1_exploration/1_2_looking_at_it.ipynb"))
    >>> [chosen.number for chosen in choose_lessons("1", [lesson])]
    ['1.2']
    """
    if not among:
        raise HandoutError("This installation has no lessons. Install the package again.")
    if parts is None:
        return tuple(among)
    known = {str(lesson.part): _part_title(lesson) for lesson in among}
    asked = [part.strip() for part in parts.split(",")]
    unknown = [part for part in asked if part not in known]
    if unknown:
        listed = ", ".join(f"{number} ({title})" for number, title in known.items())
        raise HandoutError(
            f"There is no part {unknown[0]!r}. There are {listed}: give numbers with commas "
            "between them, such as --parts 1,2."
        )
    return tuple(lesson for lesson in among if str(lesson.part) in asked)


def _part_title(lesson: Lesson) -> str:
    return lesson.path.parent.name.partition("_")[2].replace("_", " ")


def choose_solutions(text: str) -> Solutions:
    """Read what is to become of the solutions; `HandoutError` where it is no such word."""
    for known in SOLUTIONS:
        if text == known:
            return known
    raise HandoutError(
        f"--solutions is {text!r}. Choose with (folded under each check), without (each lesson "
        "waits for an answer) or solved (the answers are written in)."
    )


def choose_dataset(name: str) -> str:
    """Read which data set a handout pins.

    Parameters
    ----------
    name : str
        "twin" or "latest-small".

    Returns
    -------
    str
        The name.

    Raises
    ------
    HandoutError
        For a data set that may not be passed on, and for a name that is none. It says why, and
        how a class gets it all the same.
    """
    if name in DATASETS:
        return name
    if name in ARCHIVES:
        archive = ARCHIVES[name]
        raise HandoutError(
            f"{archive.title} may not be passed on: {archive.license}. So a handout never holds "
            "it. Choose --dataset twin (made up, free to pass on) or --dataset latest-small. "
            f"For a class on {name} let each machine fetch it for itself: `workshop data download "
            f"{name}`."
        )
    if name == "auto":
        raise HandoutError(
            "--dataset auto would give one half of a class other data than the other half. "
            "A handout pins one: twin or latest-small."
        )
    raise HandoutError(f"There is no data set {name!r}: a handout pins twin or latest-small.")


def choose_target(offline: bool, platform_name: str | None, python: str | None) -> Target | None:
    """Read which machines a wheelhouse is for.

    Parameters
    ----------
    offline : bool
        Whether there is to be one.
    platform_name : str or None
        A name in `PLATFORMS`; None for this machine's.
    python : str or None
        A version in `PYTHONS`; None for this Python's.

    Returns
    -------
    Target or None
        None without `offline`.

    Raises
    ------
    HandoutError
        For a platform or a Python without packages, and where one is named without `offline`.
    """
    if not offline:
        for option, value in (("--platform", platform_name), ("--python", python)):
            if value is not None:
                raise HandoutError(
                    f"{option} says which machines the packages are for that --offline adds: give "
                    f"--offline with it, or leave {option} out."
                )
        return None
    name = this_platform() if platform_name is None else platform_name
    if name not in PLATFORMS:
        raise HandoutError(
            f"There are no packages for the platform {name!r}. Choose --platform "
            f"{_either(PLATFORMS)}. (For Macs with Intel's processor TensorFlow and "
            "scikit-surprise give out none.)"
        )
    version = f"{sys.version_info[0]}.{sys.version_info[1]}" if python is None else python
    if version not in PYTHONS:
        raise HandoutError(
            f"There are no packages for Python {version!r}. Choose --python {_either(PYTHONS)}."
        )
    return Target(PLATFORMS[name], version)


def this_platform() -> str:
    """Name this machine's kind as `PLATFORMS` does; a name that is not in it for other kinds."""
    systems = {"Darwin": "macos", "Linux": "linux", "Windows": "windows"}
    machines = {"amd64": "x86_64"}
    if platform.system() == "Linux":
        machines["arm64"] = "aarch64"
    machine = platform.machine().lower()
    system = systems.get(platform.system(), platform.system().lower())
    return f"{system}-{machines.get(machine, machine)}"


def _either(names: Mapping[str, object] | Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}"
