"""The form in which an attendee rates well-known movies: a field for each, and a button."""

from __future__ import annotations

import html
import importlib
from typing import Any

import pandas as pd

from workshop_pkg.datasets.errors import DataError
from workshop_pkg.datasets.types import MovieLens
from workshop_pkg.own_ratings.checking import STARS, scale_of
from workshop_pkg.own_ratings.persona import N_MOVIES, well_known
from workshop_pkg.own_ratings.store import read_saved, save, saved_file

NOT_RATED = 0
_LABEL = "26em"
_ROW = "32em"


class RatingForm:
    """The form, and what it holds.

    Parameters
    ----------
    data : MovieLens
        The data set; its best-known movies are those to rate.

    Attributes
    ----------
    box : ipywidgets.VBox
        What to display.
    fields : dict of int to ipywidgets.BoundedFloatText or BoundedIntText
        By movie id; the value is the stars, or 0 for not rated.
    button : ipywidgets.Button
        Saves.
    status : ipywidgets.HTML
        What came of it, in a sentence.

    Raises
    ------
    DataError
        If there are saved ratings and they cannot be read.

    Notes
    -----
    Works with ipywidgets 7.7 (Colab) and 8. Fields for numbers, since JupyterLab takes the arrow
    keys to go from cell to cell unless the focus is where one can type: with lists or sliders they
    would leave the form. The Tab key reaches each field, arrow keys and digits change it, and a
    screen reader says the movie's title.
    """

    def __init__(self, data: MovieLens) -> None:
        ipywidgets: Any = importlib.import_module("ipywidgets")
        self._data = data
        saved = read_saved(data)
        stars = {} if saved is None else saved.ratings.set_index("movie_id")["rating"].to_dict()
        scale = scale_of(data.ratings)
        whole = scale == STARS
        field = ipywidgets.BoundedIntText if whole else ipywidgets.BoundedFloatText
        number = int if whole else float
        self.fields: dict[int, Any] = {
            int(movie): field(
                value=number(stars.get(movie, NOT_RATED)),
                min=NOT_RATED,
                max=number(scale[-1]),
                step=1 if whole else 0.5,
                description=title,
                style={"description_width": _LABEL},
                layout={"width": _ROW},
            )
            for movie, title in well_known(data, N_MOVIES)[["movie_id", "title"]].itertuples(
                index=False
            )
        }
        steps = "whole" if whole else "half"
        heading = ipywidgets.HTML(
            f"Your stars, from {scale[0]:g} to {scale[-1]:g} in {steps} steps; 0 stands for a "
            "movie that you do not rate."
        )
        self.button = ipywidgets.Button(
            description="Save my ratings", button_style="primary", layout={"width": "12em"}
        )
        self.button.on_click(self._save)
        self.status = ipywidgets.HTML()
        self._say(
            f"{len(stars)} ratings are saved so far."
            if stars
            else "Nothing is saved yet. Leave out what you have not seen."
        )
        self.box = ipywidgets.VBox([heading, *self.fields.values(), self.button, self.status])

    def ratings(self) -> pd.DataFrame:
        """Give what is filled in, as a frame of ``movie_id`` and ``rating``."""
        chosen = {movie: field.value for movie, field in self.fields.items() if field.value}
        return pd.DataFrame({"movie_id": list(chosen), "rating": list(chosen.values())})

    def _save(self, _: object) -> None:
        """Save what is filled in, and with it what was saved of other movies."""
        try:
            saved = read_saved(self._data)
            own = self.ratings()
            if saved is not None:
                others = saved.ratings[~saved.ratings["movie_id"].isin(list(self.fields))]
                own = pd.concat([own, others]) if len(others) else own
            if own.empty:
                self._say("Nothing is rated: give stars to a movie or more, then save.")
                return
            save(own, self._data)
        except DataError as problem:
            self._say(str(problem))
            return
        self._say(
            f"Saved {len(own)} ratings in {saved_file(self._data)}. Run the cells below again: "
            "they, and all later lessons, now use your ratings."
        )

    def _say(self, text: str) -> None:
        self.status.value = f'<span role="status">{html.escape(text)}</span>'
