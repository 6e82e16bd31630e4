"""The fixture `lesson`: the names that a lesson defines in its own run, on each data set."""

from __future__ import annotations

from typing import Any

import pytest

from tests.figures.lesson_code import DATA_SET, run_lesson


@pytest.fixture(scope="module", params=["twin", pytest.param("100k", marks=pytest.mark.real_data)])
def lesson(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Run the lesson that the module names in ``LESSON``, untouched, with nobody's own ratings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSHOP_DATASET", request.param)
        patch.setenv("WORKSHOP_OWN_RATINGS", "sample")
        if request.param == "100k":
            patch.setenv("WORKSHOP_DATA", str(request.getfixturevalue("real_data_folder")))
        return run_lesson(request.module.LESSON) | {DATA_SET: request.param}
