"""Charts of embeddings: their lengths, the spread of their scores, and maps in two dimensions."""

from __future__ import annotations

import re
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.charts.theme import BLUE, GRAY, PALETTE

Floats = NDArray[np.float64]

#: Altair refuses larger tables.
MOST_ROWS = 5000
#: Genres are told apart by color and shape: seven of the one times three of the other.
SHAPES = ["circle", "triangle-up", "square"]
#: So many of a movie's nearest ones on a map are looked at for the title.
NEAREST = 10
#: Genres are joined by a hyphen, and these hold one.
HYPHENATED = ("Sci-Fi", "Film-Noir")
BINS = 60
#: Letters of a subtitle that fit on a line of a page.
LINE = 84


def norms_against_popularity(frame: pd.DataFrame) -> alt.TopLevelMixin:
    """Draw the length of each movie's embedding against its number of ratings.

    Dragging a rectangle in one panel colors the same movies in all of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each model and movie: ``model``, ``movie_id``, ``title``, ``ratings`` (in
        training), ``norm``, ``all_genres``. Every model has the same movies.

    Returns
    -------
    altair.TopLevelMixin
        A panel for each model, in the order of the frame. The title tells how norm and number of
        ratings go together in each: Spearman's rank correlation.

    Raises
    ------
    ValueError
        When there is no row, a model lacks a movie or has it twice, or there are too many movies.
    """
    models = [str(name) for name in dict.fromkeys(frame["model"])]
    wide = _by_movie(frame)
    found = {
        name: _rank_correlation(wide["ratings"], wide[f"norm_{place}"])
        for place, name in enumerate(models)
    }
    if len(models) == 1:
        text = f"Length against popularity: rank correlation {found[models[0]]:+.2f}"
        details = "Drag a rectangle to pick movies"
    else:
        text = f"Length follows popularity most closely in: {max(models, key=lambda m: found[m])}"
        details = "Rank correlation: " + ", ".join(f"{m} {found[m]:+.2f}" for m in models)
    brush = alt.selection_interval(name="norm_brush", resolve="global")
    highest = float(wide[[f"norm_{place}" for place in range(len(models))]].max().max())
    size = 400 if len(models) == 1 else 215
    panels = [
        _norm_panel(name, place, brush, highest).properties(width=size, height=size)
        for place, name in enumerate(models)
    ]
    with warnings.catch_warnings():
        # One parameter in several panels is what links them; Altair 6 would rather ask.
        warnings.filterwarnings("ignore", message="Automatically deduplicated selection parameter")
        chart = alt.concat(*panels, data=wide, columns=2)
    return chart.properties(
        title=alt.Title(text, subtitle=textwrap.wrap(details, LINE)),
        description=f"A panel of points for each model: number of training ratings against the "
        f"length of the embedding, one point a movie. {text}. {details}.",
    )


def _rank_correlation(one: pd.Series, other: pd.Series) -> float:
    """Spearman's; 0 where one of the two is the same throughout."""
    if one.nunique() < 2 or other.nunique() < 2:
        return 0.0
    return float(np.corrcoef(one.rank(), other.rank())[0, 1])


def _by_movie(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each movie, with a column ``norm_0``, ``norm_1``, ... for each model."""
    if frame.empty:
        raise ValueError("There is no row to draw: pass one for each model and movie.")
    if frame.duplicated(["model", "movie_id"]).any():
        twice = frame[frame.duplicated(["model", "movie_id"])]
        model, movie = twice[["model", "movie_id"]].iloc[0]
        raise ValueError(f"The model {model!r} has the movie {movie} twice: one row for each.")
    norms = frame.pivot(index="movie_id", columns="model", values="norm")
    if norms.isna().any().any():
        model = norms.columns[norms.isna().any()][0]
        movie = norms.index[norms[model].isna()][0]
        raise ValueError(f"The model {model!r} lacks the movie {movie}: every model has the same.")
    _refuse_long(len(norms), "movies")
    models = list(dict.fromkeys(frame["model"]))
    wide = norms[models].round(4)
    wide.columns = [f"norm_{place}" for place in range(len(models))]
    told = frame.drop_duplicates("movie_id").set_index("movie_id")
    return wide.join(told[["title", "all_genres", "ratings"]]).reset_index()


def _norm_panel(name: str, place: int, brush: alt.Parameter, highest: float) -> alt.Chart:
    return (
        alt.Chart(title=alt.Title(name, fontSize=12))
        .mark_point(filled=True, size=28)
        .encode(
            x=alt.X("ratings:Q")
            .title("Ratings in training (compressed scale)")
            .scale(type="symlog", constant=1)
            .axis(values=[0, 1, 3, 10, 30, 100, 300, 1000, 10000], grid=True),
            y=alt.Y(f"norm_{place}:Q")
            .title("Length of the embedding")
            .scale(domain=[0, highest * 1.03]),
            color=alt.when(brush).then(alt.value(BLUE)).otherwise(alt.value(GRAY)),
            opacity=alt.when(brush).then(alt.value(0.55)).otherwise(alt.value(0.3)),
            tooltip=[
                alt.Tooltip("title:N"),
                alt.Tooltip("all_genres:N", title="genres"),
                alt.Tooltip("ratings:Q"),
                alt.Tooltip(f"norm_{place}:Q", title="length", format=".2f"),
            ],
        )
        .add_params(brush)
    )


def score_spread(scores: Mapping[str, Mapping[str, Any]], unrated: str) -> alt.TopLevelMixin:
    """Draw how far scores of groups of pairs lie apart, in a panel for each model.

    Parameters
    ----------
    scores : mapping of str to mapping of str to array
        For each model, for each group, scores (stars) of any number and shape. Every model has the
        same groups.
    unrated : str
        The name of the group that the title is about.

    Returns
    -------
    altair.TopLevelMixin
        Lines over bins of equal width. The 0.1 % of the scores that are farthest out are not
        drawn.
    """
    models = list(scores)
    groups = list(scores[models[0]])
    flat = [np.ravel(np.asarray(v, dtype=float)) for of in scores.values() for v in of.values()]
    low, high = np.quantile(np.concatenate(flat), [0.0005, 0.9995])
    edges = np.linspace(low, high, BINS + 1)
    rows = pd.concat(
        [
            _histogram(model, group, scores[model][group], edges)
            for model in models
            for group in groups
        ]
    )
    width = {model: float(np.std(np.asarray(of[unrated]))) for model, of in scores.items()}
    widest = max(width, key=lambda model: width[model])
    text = f"Scores of {unrated} spread most in: {widest}"
    details = "Standard deviation: " + ", ".join(f"{w:.2f} stars ({m})" for m, w in width.items())
    panels = [
        alt.Chart(rows[rows["model"] == model], title=alt.Title(model, fontSize=12))
        .mark_line(interpolate="monotone", strokeWidth=2)
        .encode(
            x=alt.X("score:Q")
            .title("Score (stars)")
            .scale(domain=[float(low), float(high)], nice=False),
            y=alt.Y("share:Q")
            .title([f"Share in a bin of {edges[1] - edges[0]:.2f}", "stars (square-root scale)"])
            .scale(type="sqrt")
            .axis(format="%", tickCount=6),
            color=alt.Color("group:N").title("Scores of").scale(domain=groups, range=PALETTE),
            strokeDash=alt.StrokeDash("group:N")
            .title("Scores of")
            .scale(domain=groups, range=[[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]][: len(groups)])
            .legend(orient="bottom", columns=2, labelLimit=280, symbolSize=300),
            tooltip=[
                "group",
                alt.Tooltip("score:Q", format=".2f"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(width=430, height=150)
        for model in models
    ]
    return alt.vconcat(*panels).properties(
        title=alt.Title(text, subtitle=textwrap.wrap(details, LINE)),
        description=f"A panel for each model with a line for each group of scores: the share of "
        f"scores in each bin. {text}. {details}.",
    )


def _histogram(model: str, group: str, values: Any, edges: Floats) -> pd.DataFrame:
    flat = np.ravel(np.asarray(values, dtype=float))
    counts = np.histogram(flat, bins=edges)[0]
    return pd.DataFrame(
        {
            "model": model,
            "group": group,
            "score": ((edges[:-1] + edges[1:]) / 2).round(4),
            "share": (counts / max(len(flat), 1)).round(6),
        }
    )


def popularity_by_exponent(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw how popular recommended movies are, against the exponent of the length.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each model and exponent: ``model``, ``alpha`` (0: dot product, 1: cosine) and
        ``ratings`` (the median number of training ratings of what is recommended).

    Returns
    -------
    altair.LayerChart
        A line for each model. The title names the ends of each.
    """
    models = [str(name) for name in dict.fromkeys(frame["model"])]
    ends = {
        name: frame[frame["model"] == name].sort_values("alpha")["ratings"].iloc[[0, -1]].tolist()
        for name in models
    }
    factor = max(max(pair) / max(min(pair), 1) for pair in ends.values())
    text = f"Dividing by length changes how popular a list is, up to {factor:.0f} times"
    details = "Median ratings: " + "; ".join(
        f"{name} from {first:.0f} to {last:.0f}" for name, (first, last) in ends.items()
    )
    lines = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X("alpha:Q").title("Exponent of the length (0: dot product, 1: cosine)"),
            y=alt.Y("ratings:Q")
            .title(["Median ratings of the", "recommended (log scale)"])
            .scale(type="log"),
            color=alt.Color("model:N").title("Model").scale(domain=models, range=PALETTE),
            tooltip=["model", "alpha", alt.Tooltip("ratings:Q", format=".0f")],
        )
    )
    marks = lines.mark_point(filled=True, size=80, opacity=1).encode(
        shape=alt.Shape("model:N")
        .title("Model")
        .scale(domain=models, range=["circle", "square", "triangle-up", "diamond"][: len(models)])
    )
    return alt.layer(lines, marks).properties(
        title=alt.Title(text, subtitle=textwrap.wrap(details, LINE)),
        description=f"A line for each model over the exponent. {text}. {details}.",
        width=380,
        height=220,
    )


def embedding_map(frame: pd.DataFrame, genres: Sequence[str] = ()) -> alt.TopLevelMixin:
    """Draw movies as points on a map, beside bars of genres to click on.

    A click on a genre colors its movies and leaves the rest gray; SHIFT-click adds a genre.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a movie, or one for each map and movie: ``x``, ``y``, ``title``, ``all_genres``
        (joined by ``-``), ``ratings``, and, where there are several maps, ``model``.
    genres : sequence of str
        Genres that are colored before the first click.

    Returns
    -------
    altair.TopLevelMixin
        The title tells how often near movies share a genre, beside how often two movies do that are
        drawn by lot.

    Raises
    ------
    ValueError
        When there are no rows or too many, or no movie has one of `genres`.
    """
    if frame.empty:
        raise ValueError("There is no movie to draw: pass one row for each.")
    _refuse_long(len(frame), "rows")
    rows = frame.assign(
        model=frame.get("model", ""),
        genres=["|".join(_split_genres(text)) for text in frame["all_genres"]],
    )[["model", "x", "y", "title", "genres", "ratings"]].round({"x": 3, "y": 3})
    maps = [str(name) for name in dict.fromkeys(rows["model"])]
    one_map = rows[rows["model"] == maps[0]]
    counts = one_map["genres"].str.split("|").explode().value_counts()
    names = sorted(counts.index, key=lambda name: (-int(counts[name]), name))
    for genre in genres:
        if genre not in counts.index:
            raise ValueError(f"No movie has the genre {genre!r}: there are {', '.join(names)}.")
    shares = {name: _near_share(rows[rows["model"] == name]) for name in maps}
    chance = _chance_share(one_map["genres"])
    text, details = _map_title(shares, chance)
    clicked = alt.selection_point(
        name="genre_clicked",
        fields=["genre"],
        empty=False,
        value=[{"genre": genre} for genre in genres] or alt.Undefined,
    )
    side = 360 if len(maps) == 1 else 190
    panels = [
        _map_panel(name, rows[rows["model"] == name], clicked, names).properties(
            width=side, height=side
        )
        for name in maps
    ]
    bars = _genre_bars(counts, names, clicked)
    drawn = alt.concat(*panels, data=rows, columns=1 if len(maps) == 1 else 2, spacing=10)
    return alt.hconcat(bars, drawn, spacing=10).properties(
        title=alt.Title(text, subtitle=textwrap.wrap(details, LINE)),
        description=f"Movies as points on a map without units, beside a bar for each genre: a "
        f"click on a bar colors the movies of the genre. {text}. {details}.",
    )


def _split_genres(text: str) -> list[str]:
    """Split genres that are joined by a hyphen; two of them hold a hyphen themselves."""
    known = "|".join(HYPHENATED)
    return re.findall(rf"(?:{known}|[^-]+)", text)


def _genre_flags(genres: pd.Series) -> Floats:
    return genres.str.get_dummies("|").to_numpy(dtype=np.float64)


def _near_share(rows: pd.DataFrame) -> float:
    """How many of the nearest movies on the map share a genre with a movie, on average."""
    place = rows[["x", "y"]].to_numpy(dtype=np.float64)
    flags = _genre_flags(rows["genres"])
    n = min(NEAREST, len(rows) - 1)
    if n < 1:
        return float("nan")
    squares = (place**2).sum(axis=1)
    gaps = squares[:, None] + squares[None, :] - 2 * place @ place.T
    np.fill_diagonal(gaps, np.inf)
    near = np.argsort(gaps, axis=1, kind="stable")[:, :n]
    return float(np.mean([(flags[near[i]] @ flags[i] > 0).mean() for i in range(len(rows))]))


def _chance_share(genres: pd.Series) -> float:
    """How often two different movies share a genre."""
    flags = _genre_flags(genres)
    if len(flags) < 2:
        return float("nan")
    share = flags @ flags.T > 0
    np.fill_diagonal(share, False)
    return float(share.sum() / (len(flags) * (len(flags) - 1)))


def _map_title(shares: dict[str, float], chance: float) -> tuple[str, str]:
    if len(shares) == 1:
        (share,) = shares.values()
        text = f"Of a movie's {NEAREST} nearest here, {share:.0%} share a genre with it"
        return text, f"Two movies drawn by lot: {chance:.0%}"
    best = max(shares, key=lambda name: shares[name])
    text = f"Near movies share a genre most often in: {best}"
    each = "; ".join(f"{name}: {share:.0%}" for name, share in shares.items())
    return text, (
        f"Sharing a genre, of the {NEAREST} nearest. {each}; two movies drawn by lot: {chance:.0%}"
    )


def _looks(names: list[str]) -> tuple[alt.Scale, alt.Scale]:
    colors = [PALETTE[place % len(PALETTE)] for place in range(len(names))]
    shapes = [SHAPES[place // len(PALETTE) % len(SHAPES)] for place in range(len(names))]
    return alt.Scale(domain=names, range=colors), alt.Scale(domain=names, range=shapes)


def _map_panel(
    name: str, rows: pd.DataFrame, clicked: alt.Parameter, names: list[str]
) -> alt.LayerChart:
    color, shape = _looks(names)
    tooltip = [alt.Tooltip("title:N"), alt.Tooltip("genres:N"), alt.Tooltip("ratings:Q")]
    base = (
        alt.Chart()
        .transform_filter(alt.datum.model == name)
        .encode(
            x=alt.X("x:Q").axis(None).scale(domain=_extent(rows["x"]), nice=False),
            y=alt.Y("y:Q").axis(None).scale(domain=_extent(rows["y"]), nice=False),
            tooltip=tooltip,
        )
    )
    rest = base.mark_point(filled=True, size=16, color=GRAY, opacity=0.7)
    chosen = (
        base.transform_calculate(genre="split(datum.genres, '|')")
        .transform_flatten(["genre"])
        .transform_filter(clicked)
        # Empty before the first click, and its points are among the rest: nothing to read aloud.
        .mark_point(filled=True, size=34, opacity=0.9, aria=False)
        .encode(
            color=alt.Color("genre:N").scale(color).legend(None),
            shape=alt.Shape("genre:N").scale(shape).legend(None),
        )
    )
    return alt.layer(rest, chosen, view=alt.ViewConfig(stroke="#DDDDDD")).properties(
        title=alt.Title(name, fontSize=12)
    )


def _extent(values: pd.Series) -> list[float]:
    """Give the ends of a scale, a little beyond the values; named, as a layer may be empty."""
    low, high = float(values.min()), float(values.max())
    margin = (high - low) * 0.04 or 1.0
    return [round(low - margin, 3), round(high + margin, 3)]


def _genre_bars(counts: pd.Series, names: list[str], clicked: alt.Parameter) -> alt.LayerChart:
    color, shape = _looks(names)
    rows = pd.DataFrame({"genre": names, "movies": [int(counts[name]) for name in names]})
    most = int(rows["movies"].max())
    base = alt.Chart(rows.assign(most=most)).encode(
        y=alt.Y("genre:N").title("Genre (click; SHIFT for several)").sort(names),
        tooltip=["genre:N", "movies:Q"],
    )
    x = alt.X("movies:Q").title("Movies").axis(tickCount=3)
    area = base.mark_bar(opacity=0, cursor="pointer").encode(x=alt.X("most:Q").title("Movies"))
    bar = base.mark_bar(cursor="pointer").encode(
        x=x,
        color=alt.when(clicked)
        .then(alt.Color("genre:N").scale(color).legend(None))
        .otherwise(alt.value(GRAY)),
    )
    symbol = base.mark_point(filled=True, size=45, opacity=1, xOffset=7, cursor="pointer").encode(
        x=x,
        shape=alt.Shape("genre:N").scale(shape).legend(None),
        color=alt.when(clicked)
        .then(alt.Color("genre:N").scale(color).legend(None))
        .otherwise(alt.value("#777777")),
    )
    return (
        alt.layer(area.add_params(clicked), bar, symbol)
        .resolve_scale(color="shared", shape="shared")
        .properties(width=80, height=alt.Step(17))
    )


def _refuse_long(n: int, what: str) -> None:
    if n > MOST_ROWS:
        raise ValueError(
            f"{n:,} {what} are more than the {MOST_ROWS:,} that a chart takes: keep the movies "
            "with the most ratings."
        )
