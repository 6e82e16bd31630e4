"""Titles as people type them: without capitals and accents, the article before or behind."""

from __future__ import annotations

import re
import unicodedata

# "Empire Strikes Back, The (1980)": data sets put the article behind, people put it before.
_ARTICLE_BEHIND = re.compile(r"^(?P<name>.+), (?P<article>the|an|a|la|le|les|il|el|das|der|die)\b")


def plain(text: str) -> str:
    """Take capitals, accents, curly apostrophes and needless blanks away.

    Examples
    --------
    >>> plain("  Am\u00e9lie  (2001)")
    'amelie (2001)'
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def title_forms(title: str) -> tuple[str, ...]:
    """Give a title as it stands and, where its article stands behind, with the article first.

    Examples
    --------
    >>> title_forms("Empire Strikes Back, The (1980)")
    ('empire strikes back, the (1980)', 'the empire strikes back (1980)')
    """
    text = plain(title)
    turned = _ARTICLE_BEHIND.sub(r"\g<article> \g<name>", text)
    return (text,) if turned == text else (text, turned)
