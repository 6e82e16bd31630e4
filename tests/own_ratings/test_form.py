"""The form: filled in, saved, shown where somebody sits at the notebook and nowhere else."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from workshop_pkg import own_ratings
from workshop_pkg.datasets import MovieLens
from workshop_pkg.own_ratings import form, show

VIEW = "application/vnd.jupyter.widget-view+json"
SHOW = (
    "from workshop_pkg import datasets, own_ratings\n"
    "own_ratings.widget(datasets.load_movielens('twin'))"
)


@pytest.fixture
def rating_form(data: MovieLens, folder: Path) -> form.RatingForm:
    return form.RatingForm(data)


def test_there_is_a_field_for_each_movie_and_nothing_is_filled_in(
    rating_form: form.RatingForm, data: MovieLens
) -> None:
    assert list(rating_form.fields) == own_ratings.well_known(data)["movie_id"].tolist()
    field = rating_form.fields[1]
    assert field.description == "Steel Parade (1994)"
    assert (field.min, field.max, field.step, field.value) == (0, 5, 1, 0)
    assert rating_form.ratings().empty
    assert "Nothing is saved yet" in rating_form.status.value
    assert rating_form.box.children[-2:] == (rating_form.button, rating_form.status)
    assert "from 1 to 5 in whole steps; 0 stands for" in rating_form.box.children[0].value


def test_half_stars_where_the_data_has_them(data: MovieLens, folder: Path) -> None:
    data.ratings["rating"] = data.ratings["rating"] - 0.5
    rating_form = form.RatingForm(data)
    rating_form.fields[1].value = 4.5
    assert rating_form.fields[1].step == 0.5
    rating_form.button.click()
    assert own_ratings.load(data).to_dict("list") == {"movie_id": [1], "rating": [4.5]}
    rating_form.fields[1].value = 4.2
    rating_form.button.click()
    assert "the rating 4.2 is not one of 0.5, 1," in rating_form.status.value


def test_the_button_saves_what_is_filled_in(
    rating_form: form.RatingForm, data: MovieLens, folder: Path
) -> None:
    rating_form.fields[1].value = 5
    rating_form.fields[9].value = 2
    rating_form.button.click()
    assert own_ratings.load(data).to_dict("list") == {"movie_id": [1, 9], "rating": [5, 2]}
    assert "Saved 2 ratings in" in rating_form.status.value
    assert str(folder) in rating_form.status.value


def test_nothing_filled_in_is_not_saved(rating_form: form.RatingForm, folder: Path) -> None:
    rating_form.button.click()
    assert "Nothing is rated" in rating_form.status.value
    assert not folder.exists()


def test_what_is_saved_is_filled_in_and_other_movies_are_kept(
    data: MovieLens, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_ratings.save(pd.DataFrame({"movie_id": [1, 4], "rating": [5, 3]}), data)
    monkeypatch.setattr(form, "N_MOVIES", 2)  # so that the movie 4 is not in the form
    rating_form = form.RatingForm(data)
    assert {movie: field.value for movie, field in rating_form.fields.items()} == {1: 5, 2: 0}
    assert "2 ratings are saved so far" in rating_form.status.value
    rating_form.fields[1].value = 0
    rating_form.fields[2].value = 4
    rating_form.button.click()
    assert own_ratings.load(data).to_dict("list") == {"movie_id": [2, 4], "rating": [4, 3]}


def test_a_failure_to_save_is_said_in_the_form(
    rating_form: form.RatingForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_OWN_RATINGS", "sample")
    rating_form.fields[1].value = 5
    rating_form.button.click()
    assert "nothing is saved" in rating_form.status.value
    assert "&#x27;sample&#x27;" in rating_form.status.value  # text, never markup


def test_outside_of_a_kernel_one_line_is_printed(
    data: MovieLens, capsys: pytest.CaptureFixture[str]
) -> None:
    own_ratings.widget(data)
    assert capsys.readouterr().out == show.NOBODY + "\n"


def test_without_ipywidgets_one_sentence_is_printed(
    data: MovieLens, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(show, "somebody_is_there", lambda: True)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    own_ratings.widget(data)
    assert capsys.readouterr().out == show.NO_IPYWIDGETS + "\n"


def test_a_damaged_file_is_said_in_place_of_the_form(
    data: MovieLens,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder.mkdir()
    (folder / "own_ratings_tiny.csv").touch()
    monkeypatch.setattr(show, "somebody_is_there", lambda: True)
    own_ratings.widget(data)
    assert capsys.readouterr().out.startswith("Your saved ratings cannot be used (")


def outputs_of(code: str, allow_stdin: bool) -> list[dict[str, Any]]:
    """Run code in a kernel, as a front end with or without a person does; give its outputs."""
    manager = KernelManager(kernel_name="python3")
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager.kernel_spec.argv = argv
    manager.start_kernel(env=dict(os.environ))
    client = manager.blocking_client()
    client.start_channels()
    found: list[dict[str, Any]] = []
    try:
        client.wait_for_ready(timeout=120)
        client.execute_interactive(
            code, output_hook=found.append, allow_stdin=allow_stdin, timeout=120
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return [message["content"] for message in found if message["msg_type"] != "status"]


def test_a_front_end_with_a_person_gets_the_form(folder: Path) -> None:
    shown = [content for content in outputs_of(SHOW, allow_stdin=True) if "data" in content]
    assert VIEW in shown[-1]["data"]


def test_a_program_that_runs_the_notebook_gets_one_line(folder: Path) -> None:
    outputs = outputs_of(SHOW, allow_stdin=False)
    assert not any("data" in content for content in outputs)
    assert show.NOBODY in "".join(content.get("text", "") for content in outputs)


def test_what_builds_the_book_gets_one_line_and_no_widget(folder: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SHOW)])
    NotebookClient(notebook, timeout=120).execute()
    outputs = notebook.cells[0].outputs
    assert {output.output_type for output in outputs} == {"stream"}
    assert "".join(output.text for output in outputs).endswith(show.NOBODY + "\n")
    assert "widgets" not in notebook.metadata
