"""The command `workshop`: is the machine ready, where is the data, open the lessons.

Each subcommand imports what it needs when it runs, so that help comes at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workshop_pkg import __version__

if TYPE_CHECKING:
    from workshop_pkg.project import Project

OK, NOT_READY, WRONG_USAGE = 0, 1, 2

EXIT_CODES = """\
exit codes:
  0  done, ready, in order
  1  not so: something is not ready, not verified, not in form
  2  the command was called in a wrong way
"""


class Command(NamedTuple):
    """A subcommand: what it is called, what it tells about itself, and what runs it."""

    name: str
    summary: str
    text: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows `workshop`; by default the process's arguments.

    Returns
    -------
    int
        0 done, 1 not ready, not verified or not in form, 2 called in a wrong way.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # What follows `--` is for JupyterLab; argparse would take its options for ours.
    split = given.index("--") if "--" in given else len(given)
    parser = _parser()
    chosen = parser.parse_args(given[:split])
    chosen.extra = given[split + 1 :]
    if chosen.extra and chosen.command != "lab":
        parser.error("only `workshop lab` takes arguments after --")
    try:
        return int(chosen.run(chosen))
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe (`workshop data | head`) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="workshop",
        description="The Recommender Workshop on this machine.",
        epilog=f"start with:\n  workshop check\n  workshop lab\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"workshop {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = subparsers.add_parser(
            command.name,
            help=command.summary,
            description=textwrap.dedent(command.text),
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.arguments(one)
        one.set_defaults(run=command.run)
    return parser


def _fail(error: Exception, code: int) -> int:
    print(f"workshop: {error}", file=sys.stderr)
    return code


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for scripts: a list of findings")
    parser.add_argument("--gpu", action="store_true", help="also ask TensorFlow (takes seconds)")


def _check(chosen: argparse.Namespace) -> int:
    from workshop_pkg import machine

    findings = []
    marks = {"ok": "ok      ", "note": "note    ", "problem": "PROBLEM "}
    for finding in machine.look(gpu=chosen.gpu):
        findings.append(finding)
        if not chosen.json:
            print(f"{marks[finding.status]} {finding.name:<11} {finding.text}", flush=True)
            if finding.advice:
                print(f"{'':20} -> {finding.advice}", flush=True)
    problems = [finding.name for finding in findings if finding.status == "problem"]
    if chosen.json:
        print(json.dumps([finding.as_dict() for finding in findings], indent=1))
    elif problems:
        print(f"\nNot ready yet: {', '.join(problems)}. The lines above say what to do.")
    else:
        print("\nReady. `workshop lab` opens the lessons.")
    return NOT_READY if problems else OK


def _data_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", help="which data sets there are, and which are here (the default)")
    fetch = actions.add_parser("download", help="download a data set and check every byte of it")
    fetch.add_argument("name", metavar="NAME", help="such as 100k; `workshop data` lists them")
    check = actions.add_parser("verify", help="compare what is here with the published checksums")
    check.add_argument("name", nargs="?", metavar="NAME", help="only this one")
    actions.add_parser("where", help="in which folders data is looked for")


def _data(chosen: argparse.Namespace) -> int:
    from workshop_pkg import data_command
    from workshop_pkg.datasets import DataError

    try:
        return data_command.run(chosen.action or "list", getattr(chosen, "name", None))
    except data_command.UnknownNameError as error:
        return _fail(error, WRONG_USAGE)
    except DataError as error:
        return _fail(error, NOT_READY)


def _folder_argument(parser: argparse.ArgumentParser, first: str = "") -> None:
    from workshop_pkg.workspace import VARIABLE, default_folder

    default = f"{first}{default_folder()}; or {VARIABLE}"
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help=f"your copy of the lessons (default: {default.replace('%', '%%')})",
    )


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)


def _lab_arguments(parser: argparse.ArgumentParser) -> None:
    _folder_argument(parser)
    parser.add_argument("--port", type=_port, help="the server's port (default: the first free)")
    parser.add_argument("--no-browser", action="store_true", help="only start the server")
    parser.add_argument("--prepare-only", action="store_true", help="copy the lessons, start none")


def _lab(chosen: argparse.Namespace) -> int:
    from workshop_pkg import lab, workspace

    try:
        folder = chosen.folder or workspace.default_folder()
        report = workspace.prepare(folder, workspace.handout_lessons(Path.cwd()))
        print("\n".join(report.lines()), flush=True)
        if chosen.prepare_only:
            return OK
        line = lab.command(report.folder, chosen.port, not chosen.no_browser, chosen.extra)
        return lab.start(line, report.folder)
    except workspace.WorkspaceError as error:
        return _fail(error, WRONG_USAGE)
    except lab.LabError as error:
        return _fail(error, NOT_READY)


def _reset_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lesson", metavar="LESSON", help="such as 1.2, or a file's name, or all")
    _folder_argument(parser, first="the one that you are in, else ")


def _reset(chosen: argparse.Namespace) -> int:
    from workshop_pkg import workspace

    try:
        found = chosen.folder or workspace.around(Path.cwd()) or workspace.default_folder()
        print("\n".join(workspace.reset(chosen.lesson, found).lines()))
    except workspace.WorkspaceError as error:
        return _fail(error, WRONG_USAGE)
    return OK


def _handout_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target", metavar="TARGET", help="a new or empty folder, or a new .zip file"
    )
    parser.add_argument(
        "--solutions",
        default="with",
        metavar="WHICH",
        help="with (folded, the default), without (each lesson waits for an answer), or solved",
    )
    parser.add_argument("--parts", metavar="PARTS", help="such as 1,3 (default: all)")
    parser.add_argument(
        "--dataset",
        default="twin",
        metavar="NAME",
        help="what the whole class works on: twin (the default); latest-small adds your copy of it",
    )
    parser.add_argument(
        "--offline", action="store_true", help="add all packages: it installs without a network"
    )
    parser.add_argument(
        "--platform",
        metavar="NAME",
        help="with --offline: linux-x86_64, linux-aarch64, macos-arm64 or windows-x86_64 "
        "(default: this machine's)",
    )
    parser.add_argument(
        "--python",
        metavar="VERSION",
        help="with --offline: 3.11, 3.12 or 3.13 (default: this one's)",
    )


def _handout(chosen: argparse.Namespace) -> int:
    from workshop_pkg import handout
    from workshop_pkg.datasets import DataError
    from workshop_pkg.project import lessons

    try:
        if not chosen.target.strip():  # a variable of the shell that is not set, for one
            raise handout.HandoutError("TARGET is empty. Name a folder, or a file ending in .zip.")
        plan = handout.Plan(
            handout.choose_lessons(chosen.parts, lessons()),
            handout.choose_solutions(chosen.solutions),
            handout.choose_dataset(chosen.dataset),
            handout.choose_target(chosen.offline, chosen.platform, chosen.python),
        )
        if plan.target is not None:
            print("Collecting the packages; this takes a few minutes.", flush=True)
        print("\n".join(handout.make(Path(chosen.target), plan).lines()))
    except handout.HandoutError as error:
        return _fail(error, WRONG_USAGE)
    except (handout.NotReadyError, DataError) as error:
        return _fail(error, NOT_READY)
    return OK


def _format_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing, only say what would")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="default: all lessons")


def _format_notebooks(paths: Sequence[Path], project: Project, check: bool) -> int:
    from workshop_pkg.notebooks import format_paths

    report = format_paths(
        paths, check=check, repository=project.repository, version=project.version
    )
    print(report)
    return OK if report.ok else NOT_READY


def _format(chosen: argparse.Namespace) -> int:
    from workshop_pkg.project import ProjectError, find_project

    try:
        project = find_project()
        paths = chosen.paths or project.notebooks()
        return _format_notebooks(paths, project, check=chosen.check)
    except ProjectError as error:
        return _fail(error, WRONG_USAGE)


def _repository_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="https://github.com/OWNER/REPO")


def _repository(chosen: argparse.Namespace) -> int:
    from workshop_pkg.project import ProjectError, find_project, set_repository

    try:
        project = find_project()
        changed = set_repository(project, chosen.url)
    except ProjectError as error:
        return _fail(error, WRONG_USAGE)
    for path in changed:
        print(path.relative_to(project.root).as_posix())
    print(f"{len(changed)} files changed: the repository is {project.repository}.")
    paths = project.notebooks()
    return _format_notebooks(paths, project, check=False) if paths else OK


def _train_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    parser.add_argument(
        "--dataset",
        metavar="NAME",
        help="such as 1m; `workshop data` lists them (default: the one of the lessons)",
    )


def _train(chosen: argparse.Namespace) -> int:
    from workshop_pkg.datasets import DataError
    from workshop_pkg.serving import ModelFolderError, server

    try:
        print("\n".join(server.train(chosen.folder, chosen.dataset)))
    except ModelFolderError as error:
        return _fail(error, WRONG_USAGE)
    except DataError as error:
        return _fail(error, NOT_READY)
    return OK


def _any_port(text: str) -> int:
    return 0 if text == "0" else _port(text)


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="MODEL_FOLDER", help="what `workshop train` made"
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen at (default: 127.0.0.1, for this machine only)",
    )
    parser.add_argument(
        "--port", type=_any_port, default=8000, help="the port (default: 8000; 0: any free one)"
    )


def _serve(chosen: argparse.Namespace) -> int:
    from workshop_pkg.serving import ModelFolderError, server

    try:
        server.serve(chosen.folder, chosen.host, chosen.port)
    except ModelFolderError as error:
        return _fail(error, WRONG_USAGE)
    except server.ServeError as error:
        return _fail(error, NOT_READY)
    return OK


COMMANDS = (
    Command(
        "check",
        "is this machine ready?",
        """\
        Is this machine ready for the workshop? Looks at Python, packages, JupyterLab, memory,
        disk, data, network and GPU, and says in words what is wrong and what to do. A note
        does not stop you; a problem does. The network and a GPU are optional.

        example:
          workshop check
        """,
        _check_arguments,
        _check,
    ),
    Command(
        "data",
        "list, download and verify data sets",
        """\
        Which data sets are on this machine, and how to get more. The lessons need none of
        this: they download MovieLens 100K by themselves, and run on a made-up twin of it
        where there is no network.

        examples:
          workshop data
          workshop data download 100k
          workshop data verify
        """,
        _data_arguments,
        _data,
    ),
    Command(
        "lab",
        "open JupyterLab on your own copy of the lessons",
        """\
        Open JupyterLab on your own copy of the lessons. The copy is made once; what you
        write in it is never overwritten. Lessons that are new are added. What follows -- goes
        to JupyterLab.

        examples:
          workshop lab
          workshop lab my-lessons --port 8890
          workshop lab --no-browser -- --ip=0.0.0.0
        """,
        _lab_arguments,
        _lab,
    ),
    Command(
        "reset",
        "bring back a lesson as it was, keeping your copy",
        """\
        Bring back a lesson as it was. Your copy is kept beside it, under a name with the date.
        In a terminal of JupyterLab it finds your folder by itself.

        examples:
          workshop reset 1.2
          workshop reset all
          workshop reset 1.2 my-lessons
        """,
        _reset_arguments,
        _reset,
    ),
    Command(
        "handout",
        "write the notebooks of a class (for instructors)",
        """\
        Write the notebooks of a class into a folder or a zip file, with a README that tells
        attendees how to install and open them. All of them use one data set, so that everybody
        sees the same numbers. MovieLens 100K may not be passed on, so it is never in there.

        Without solutions they are really absent: a lesson goes on where its check passes. With
        --offline, all packages for one kind of machine are in it, too.

        examples:
          workshop handout class
          workshop handout class.zip --solutions without --parts 1,2
          workshop handout class --offline --platform windows-x86_64 --python 3.12
        """,
        _handout_arguments,
        _handout,
    ),
    Command(
        "train",
        "train a recommender and save it in a folder (lesson 5.1)",
        """\
        Train two models on a data set, and write what a service needs into a new folder: factors,
        titles, and what each user has seen. No rating is in it. It takes some seconds.

        examples:
          workshop train my-model
          workshop train my-model --dataset 1m
        """,
        _train_arguments,
        _train,
    ),
    Command(
        "serve",
        "answer requests from a saved recommender (lesson 5.1)",
        """\
        Serve a folder that `workshop train` made: a page to try it at /, what it answers at
        /docs. It can be reached from this machine only, unless --host says otherwise. Ctrl+C
        stops it. It needs the packages of the extra "serve".

        examples:
          workshop serve my-model
          workshop serve my-model --port 8080
          workshop serve my-model --host 0.0.0.0
        """,
        _serve_arguments,
        _serve,
    ),
    Command(
        "format",
        "bring notebooks into form (for authors)",
        """\
        Bring the lessons' notebooks into form: folded solutions, badges, setup cells, stable
        ids, stripped outputs, all derived from the cells' tags. Run it before you commit.

        examples:
          workshop format
          workshop format --check book/1_exploration/1_1_learning_process.ipynb
        """,
        _format_arguments,
        _format,
    ),
    Command(
        "repository",
        "set the address of the project's repository (for owners)",
        """\
        Set the one address of the project's repository, and write it wherever it is repeated:
        badges and setup cells of the lessons, pages, settings, package metadata.

        example:
          workshop repository https://github.com/OWNER/REPO
        """,
        _repository_arguments,
        _repository,
    ),
)

if __name__ == "__main__":
    raise SystemExit(main())
