"""What the MovieLens loaders return."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

CITATION = (
    "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. "
    "ACM Transactions on Interactive Intelligent Systems (TiiS) 5, 4: 19:1-19:19. "
    "https://doi.org/10.1145/2827872"
)


@dataclass(frozen=True)
class MovieLens:
    """One MovieLens data set, or its made-up twin.

    Attributes
    ----------
    name : str
        ``twin``, ``100k``, ``latest-small``, ``1m``, ``20m``, ``25m`` or ``32m``.
    path : pathlib.Path
        The folder of the raw files.
    ratings : pandas.DataFrame
        One row for each rating: ``user_id``, ``movie_id``, ``rating`` (stars: whole numbers 1-5 in
        ``twin``, ``100k`` and ``1m``, else 0.5-5.0 in halves), ``unix_timestamp`` (seconds since
        1970, UTC). The rows keep the order of the file.
    users : pandas.DataFrame or None
        One row for each user: ``user_id``, ``age`` (years; in ``1m`` the lower end of an age
        bracket), ``sex``, ``occupation``, ``zip_code``. None where the data set has no users file.
    movies : pandas.DataFrame
        One row for each movie: ``movie_id``, ``title``, ``release_date`` (NaT where not known),
        ``year`` (``Int64``, missing where not known), one 0/1 column for each genre, and
        ``all_genres`` (the genres joined by ``-``; ``Other`` where there is none).
    citation : str
        What to cite when you publish with this data.
    """

    name: str
    path: Path
    ratings: pd.DataFrame = field(repr=False)
    users: pd.DataFrame | None = field(repr=False)
    movies: pd.DataFrame = field(repr=False)
    citation: str = field(repr=False)
