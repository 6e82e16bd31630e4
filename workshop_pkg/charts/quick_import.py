"""Import Altair without a second and a half of work that nobody needs.

Altair imports jsonschema, which imports the optional package rfc3987-syntax where it is installed
(JupyterLab brings it), and that one builds a whole grammar at import: a third of the time to a
lesson's first chart. It checks the text format "iri", which no chart has.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, cast

SLOW_AND_OPTIONAL = "rfc3987_syntax"


def import_altair() -> None:
    """Import Altair; where nothing has yet, jsonschema goes without its optional "iri" format."""
    if SLOW_AND_OPTIONAL in sys.modules or "jsonschema" in sys.modules:
        importlib.import_module("altair")
        return
    modules = cast("dict[str, Any]", sys.modules)
    # An entry of None makes an import raise ImportError, which jsonschema expects.
    modules[SLOW_AND_OPTIONAL] = None
    try:
        importlib.import_module("altair")
    finally:
        del modules[SLOW_AND_OPTIONAL]


import_altair()
