"""The spelling of what people read: each word is in a dictionary, or on the project's list.

`make lint` runs codespell over code and prose, which knows common misspellings; this knows words.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

spellchecker = pytest.importorskip("spellchecker", reason="no pyspellchecker here")

ROOT = Path(__file__).parents[2]
#: Names and terms that the dictionary lacks, one a line.
ACCEPTED = Path(__file__).with_name("accepted_words.txt")

#: What is no prose: code, formulas, addresses, tags, and tokens with a sign of code in them.
NOT_PROSE = (
    re.compile(r"```.*?```", re.DOTALL),
    re.compile(r"`[^`]*`"),
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"\$[^$\n]*\$"),
    re.compile(r"<[^>]*>"),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"\{[^}]*\}"),
    re.compile(r"\S*[_/\\@=]\S*"),
)
WORD = re.compile(r"(?<!\w)[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_]))*")


def pages() -> list[Path]:
    """The Markdown pages and the lessons that are part of the repository."""
    return [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "book").glob("*.md")),
        *sorted((ROOT / "book").glob("[0-9]_*/*.md")),
        *sorted((ROOT / "book").glob("[0-9]_*/*.ipynb")),
    ]


def prose(page: Path) -> str:
    """The text of a page, or of a lesson's Markdown cells."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def words(text: str) -> set[str]:
    """The words of a text, without what is no prose and without the possessive 's."""
    for pattern in NOT_PROSE:
        text = pattern.sub(" ", text)
    found = (word.replace("’", "'") for word in WORD.findall(text))
    return {word.removesuffix("'s") for word in found if len(word) > 1}


@cache
def dictionary() -> spellchecker.SpellChecker:
    return spellchecker.SpellChecker()


def unknown(found: set[str], accepted: set[str]) -> set[str]:
    """The words that neither the dictionary knows nor the list accepts."""
    strange = dictionary().unknown(found)
    return {word for word in found if word.lower() in strange and word not in accepted}


def accepted_words() -> list[str]:
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_each_word_of_the_pages_and_lessons_is_in_the_dictionary_or_accepted():
    accepted = set(accepted_words())
    strange = {
        str(page.relative_to(ROOT)): sorted(missing)
        for page in pages()
        if (missing := unknown(words(prose(page)), accepted))
    }
    assert not strange, f"misspelled, or to be added to {ACCEPTED.name}: {strange}"


def test_each_accepted_word_is_used_sorted_and_unknown_to_the_dictionary():
    accepted = accepted_words()
    assert accepted == sorted(set(accepted), key=lambda word: (word.lower(), word))
    used = set().union(*(words(prose(page)) for page in pages()))
    assert set(accepted) <= unknown(used, set())


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("A recomendation for the atendee.", {"recomendation", "atendee"}),
        ("The user’s and the users' movies, don't you see?", set()),
        ("Write `recomend(x)` and $recomend$, [see](recomend.md) n_fctors.", set()),
        ("Many neighbors' tastess differ.", {"tastess"}),
        ("Hyperparametre", {"Hyperparametre"}),
    ],
)
def test_a_misspelled_word_is_seen_and_code_is_passed_over(text, strange):
    assert unknown(words(text), set(accepted_words())) == strange


def test_the_gate_of_make_lint_names_a_common_misspelling_and_a_british_form(
    tmp_path: Path,
) -> None:
    page = tmp_path / "page.md"
    page.write_text("The recomendation is for neighbours. ALS is not.\n", encoding="utf-8")
    command = [sys.executable, "-m", "codespell_lib", str(page)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode != 0
    assert "recommendation" in found.stdout
    assert "neighbor" in found.stdout
    assert "ALS" not in found.stdout
