"""The project around the package: its root, its one repository URL, its version, its lessons.

`_config.yml` (Jupyter Book's configuration) holds the one repository URL. Badges, links, setup
cells and package metadata repeat it because their formats know no variables; `set_repository`
changes it everywhere at once.
"""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

DISTRIBUTION = "recommender-workshop"
PACKAGE_FOLDER = Path(__file__).parent
# Where a wheel carries the lessons; a clone has them in `book/`.
LESSONS_IN_WHEEL = PACKAGE_FOLDER / "_lessons"
# The one notebook that is no lesson: it runs all of them on a GPU of Colab.
RUN_ON_COLAB = "tests/run_on_colab.ipynb"

_LESSON_NAME = re.compile(r"(\d+)_(\d+)_\w+\.ipynb")
_PART_NAME = re.compile(r"\d+_\w+")
# A name of dots alone would lead to another folder: "." here, ".." to the owner's page.
_REPOSITORY = re.compile(
    r"https://github\.com/([A-Za-z0-9][\w-]*)/(?!\.+\Z)([\w.-]+)", flags=re.ASCII
)
# Folders that hold no text of the project; used where git does not say what belongs to it.
_SKIPPED_FOLDERS = {"workspace", "wheelhouse", "_build", "build", "dist", "__pycache__"}
_TEXT_SUFFIXES = {".cff", ".ipynb", ".md", ".toml", ".yaml", ".yml"}


class ProjectError(ValueError):
    """What was asked of the project cannot be done; the message says what to do instead."""


@dataclass(frozen=True, order=True)
class Lesson:
    """A lesson's notebook.

    Attributes
    ----------
    part, place : int
        Lesson 1.2 is in part 1, at place 2.
    path : Path
        The notebook.
    """

    part: int
    place: int
    path: Path

    @property
    def number(self) -> str:
        """The lesson's number, such as "1.2"."""
        return f"{self.part}.{self.place}"

    @property
    def relative(self) -> str:
        """The path within the lessons' folder, with forward slashes on every system."""
        return f"{self.path.parent.name}/{self.path.name}"

    @cached_property
    def title(self) -> str:
        """The notebook's first heading, without its number; its file's name where it has none."""
        notebook = json.loads(self.path.read_text(encoding="utf-8"))
        for cell in notebook.get("cells", []):
            heading = re.search(r"^# +(.+)$", "".join(cell.get("source", [])), re.MULTILINE)
            if cell.get("cell_type") == "markdown" and heading:
                return heading[1].strip().removeprefix(self.number).lstrip(" .:")
        return self.path.stem


def lessons_folder() -> Path:
    """Give the folder with the lessons that belong to this installation of the package.

    Returns
    -------
    Path
        `workshop_pkg/_lessons` in an installed wheel, `book/` in a clone.
    """
    return LESSONS_IN_WHEEL if LESSONS_IN_WHEEL.is_dir() else PACKAGE_FOLDER.parent / "book"


def lessons(folder: Path | None = None) -> list[Lesson]:
    """List the lessons in the order in which they are taught.

    Parameters
    ----------
    folder : Path, optional
        A folder with part folders; by default the one of this installation.

    Returns
    -------
    list of Lesson
    """
    folder = lessons_folder() if folder is None else folder
    found = []
    for path in folder.glob("*/*.ipynb"):
        name = _LESSON_NAME.fullmatch(path.name)
        if name and _PART_NAME.fullmatch(path.parent.name):
            found.append(Lesson(int(name[1]), int(name[2]), path))
    return sorted(found)


@dataclass(frozen=True)
class Project:
    """A clone of the project.

    Attributes
    ----------
    root : Path
        The folder with `_config.yml` and `pyproject.toml`.
    """

    root: Path

    @cached_property
    def _pyproject(self) -> dict[str, Any]:
        return tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))

    @property
    def version(self) -> str:
        """The version in `pyproject.toml`."""
        return str(self._pyproject["project"]["version"])

    @property
    def tag(self) -> str:
        """The git tag of the version: what badges open and setup cells install."""
        return f"v{self.version}"

    @property
    def repository(self) -> str:
        """The one repository URL, without a slash at its end."""
        import yaml

        text = (self.root / "_config.yml").read_text(encoding="utf-8")
        config = yaml.safe_load(text) or {}
        url = (config.get("repository") or {}).get("url")
        if not url:
            raise ProjectError(
                f"{self.root / '_config.yml'} has no `repository: url:`. Write the address of "
                "the project's GitHub repository there, such as https://github.com/OWNER/REPO."
            )
        return str(url).rstrip("/")

    def lessons(self) -> list[Lesson]:
        """List the lessons in the clone's `book/` in the order in which they are taught."""
        return lessons(self.root / "book")

    def notebooks(self) -> list[Path]:
        """List the notebooks that have badges and a setup cell: the lessons, and one test."""
        run_on_colab = self.root / RUN_ON_COLAB
        found = [lesson.path for lesson in self.lessons()]
        return [*found, run_on_colab] if run_on_colab.is_file() else found

    def text_files(self) -> Iterator[Path]:
        """Go through the files that may name the repository: pages, notebooks, settings."""
        for path in sorted(_project_files(self.root)):
            if path.suffix in _TEXT_SUFFIXES and path.is_file():
                yield path


def find_project(start: Path | None = None) -> Project:
    """Find the clone around a folder, else the one that this package lies in.

    Parameters
    ----------
    start : Path, optional
        Where to look first, and in the folders above it; by default the current directory.

    Returns
    -------
    Project

    Raises
    ------
    ProjectError
        Where there is no clone: the package was installed without one.
    """
    start = (start or Path.cwd()).absolute()
    for folder in (start, *start.parents, PACKAGE_FOLDER.parent):
        if _is_root(folder):
            return Project(folder)
    raise ProjectError(
        f"No clone of the project was found around {start}. "
        "This command works on the project's own files: run it inside a clone."
    )


def repository_and_tag() -> tuple[str, str]:
    """Give the repository URL and the tag of this installation, in a clone or from a wheel."""
    try:
        project = find_project(PACKAGE_FOLDER.parent)
    except ProjectError:
        urls = metadata.metadata(DISTRIBUTION).get_all("Project-URL") or []
        named = dict(url.split(", ", 1) for url in urls)
        return named.get("Repository", ""), f"v{metadata.version(DISTRIBUTION)}"
    return project.repository, project.tag


def check_repository(url: str) -> str:
    """Check the form of a repository URL.

    Parameters
    ----------
    url : str
        An address as a browser shows it; a slash or `.git` at its end is taken off.

    Returns
    -------
    str
        `https://github.com/OWNER/REPO`.

    Raises
    ------
    ProjectError
        For any other form.

    Examples
    --------
    >>> check_repository("https://github.com/octo-org/recommenders.git/")
    'https://github.com/octo-org/recommenders'
    """
    plain = url.strip().rstrip("/").removesuffix(".git")
    if not _REPOSITORY.fullmatch(plain):
        raise ProjectError(
            f"{url!r} is not a repository that Colab and Binder can open. "
            "Give it as https://github.com/OWNER/REPO (https, GitHub, an owner, a repository)."
        )
    return plain


def set_repository(project: Project, url: str) -> list[Path]:
    """Write one repository URL wherever the present one stands.

    Parameters
    ----------
    project : Project
        The clone to change.
    url : str
        The new address.

    Returns
    -------
    list of Path
        The files that changed. Run the notebook formatter after it.

    Raises
    ------
    ProjectError
        When the address is not of the form `https://github.com/OWNER/REPO`.
    """
    new_owner, new_name = _owner_and_name(check_repository(url))
    owner, name = _owner_and_name(project.repository)
    # `OWNER/REPO` in any address (GitHub, Colab, Binder), and GitHub's pages, OWNER.github.io/REPO.
    end = r"(?=\.git\b|\.?(?![\w.-]))"
    slug = re.compile(rf"(?<![\w.-]){re.escape(owner)}/{re.escape(name)}{end}")
    pages = re.compile(
        rf"(?<![\w.-]){re.escape(owner)}\.github\.io/{re.escape(name)}{end}", re.IGNORECASE
    )
    changed = []
    for path in project.text_files():
        text = path.read_bytes().decode("utf-8")
        new = slug.sub(f"{new_owner}/{new_name}", text)
        new = pages.sub(f"{new_owner.lower()}.github.io/{new_name}", new)
        if new != text:
            path.write_bytes(new.encode("utf-8"))
            changed.append(path)
    return changed


def _owner_and_name(url: str) -> tuple[str, str]:
    found = _REPOSITORY.fullmatch(check_repository(url))
    assert found is not None  # check_repository has seen to it
    return found[1], found[2]


def _is_root(folder: Path) -> bool:
    if not (folder / "_config.yml").is_file() or not (folder / "pyproject.toml").is_file():
        return False
    return f'"{DISTRIBUTION}"' in (folder / "pyproject.toml").read_text(encoding="utf-8")


def _project_files(root: Path) -> Iterator[Path]:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (root / ".git").exists():
        run = subprocess.run(listing, cwd=root, capture_output=True, check=False)
        if run.returncode == 0:
            yield from (root / name for name in run.stdout.decode("utf-8").split("\0") if name)
            return
    for path in root.iterdir():
        if path.is_file():
            yield path
        elif path.name == ".github" or not (
            path.name in _SKIPPED_FOLDERS or path.name.startswith(".")
        ):
            yield from (found for found in path.rglob("*") if found.is_file())
