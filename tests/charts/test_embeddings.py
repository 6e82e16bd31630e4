"""The charts of lesson 3.3 draw what their titles say, link what they promise, and can be read."""

import warnings

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import charts
from workshop_pkg.charts import theme

LARGEST_DATA = 5000  # rows; Altair refuses more
WIDEST = 600  # pixels

rng = np.random.default_rng(0)
GENRES = ["Drama", "Action-Sci-Fi", "Film-Noir", "Children's-Comedy", "Drama-Film-Noir", "Other"]


def norms(models=("init 0.5", "init 0.05"), n=300) -> pd.DataFrame:
    """As many movies for each model; the last model's lengths follow the ratings."""
    ratings = np.arange(n)
    parts = []
    for place, model in enumerate(models):
        follows = place == len(models) - 1
        norm = np.log1p(ratings) if follows else rng.permutation(ratings) / n
        part = {"model": model, "movie_id": ratings + 1000, "ratings": ratings, "norm": norm}
        parts.append(pd.DataFrame(part).assign(title="Movie", all_genres="Drama"))
    return pd.concat(parts, ignore_index=True)


def scores() -> dict:
    return {
        model: {
            "all pairs": rng.normal(0, sigma, (40, 50)),
            "unrated movies": rng.normal(0, sigma, 100),
        }
        for model, sigma in (("wide", 2.0), ("narrow", 0.2))
    }


def exponents() -> pd.DataFrame:
    rows = [("one", 0.0, 100), ("one", 1.0, 5), ("two", 0.0, 10), ("two", 1.0, 20)]
    return pd.DataFrame(rows, columns=["model", "alpha", "ratings"])


def points(n=120, model=None) -> pd.DataFrame:
    """Movies whose place on the map is their genre, or nearly so."""
    kinds = np.arange(n) % len(GENRES)
    frame = pd.DataFrame(
        {
            "x": kinds * 10 + rng.normal(size=n),
            "y": rng.normal(size=n),
            "title": [f"Movie {i}" for i in range(n)],
            "all_genres": [GENRES[kind] for kind in kinds],
            "ratings": 1,
        }
    )
    return frame if model is None else frame.assign(model=model)


def two_maps() -> pd.DataFrame:
    mixed = points(model="mixed")
    mixed["x"] = rng.normal(size=len(mixed))
    return pd.concat([mixed, points(model="by genre")])


MAKE = {
    "norms": lambda: charts.norms_against_popularity(norms()),
    "norms of one": lambda: charts.norms_against_popularity(norms(["alone"])),
    "norms of three": lambda: charts.norms_against_popularity(norms("abc")),
    "spread": lambda: charts.score_spread(scores(), "unrated movies"),
    "exponent": lambda: charts.popularity_by_exponent(exponents()),
    "map": lambda: charts.embedding_map(points()),
    "map with genres": lambda: charts.embedding_map(points(), ["Sci-Fi", "Film-Noir"]),
    "two maps": lambda: charts.embedding_map(two_maps(), ["Drama"]),
    "four maps": lambda: charts.embedding_map(
        pd.concat([points(model=f"a long name, number {place}") for place in range(4)])
    ),
}


def titles(chart: alt.TopLevelMixin) -> tuple[str, str]:
    title = chart.to_dict()["title"]
    subtitle = title["subtitle"]
    return title["text"], subtitle if isinstance(subtitle, str) else " ".join(subtitle)


def tables(chart: alt.TopLevelMixin) -> list[pd.DataFrame]:
    return [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]


def view(chart: alt.TopLevelMixin):
    """Compile a chart with Vega and give the view that a browser would have, as a picture."""
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    return vl_convert.vegalite_to_svg(chart.to_dict())


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_has_a_finding_a_description_and_few_rows(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chart = MAKE[name]()
        assert titles(chart)[0]
    assert len(chart.to_dict()["description"]) > len(titles(chart)[0])
    assert all(len(table) <= LARGEST_DATA for table in tables(chart))


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_can_be_drawn_and_is_narrow_enough_for_a_page(name):
    svg = view(MAKE[name]())
    width = float(svg.split('viewBox="')[1].split('"')[0].split()[2])
    assert width <= WIDEST


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_draws_marks(name):
    svg = view(MAKE[name]())
    assert svg.count("<path") > 20
    assert "NaN" not in svg


def test_title_of_norms_names_the_model_that_follows_popularity():
    text, details = titles(MAKE["norms"]())
    assert text == "Length follows popularity most closely in: init 0.05"
    assert details.startswith("Rank correlation: init 0.5 ")
    assert details.endswith("init 0.05 +1.00")
    assert titles(MAKE["norms of one"]())[0] == "Length against popularity: rank correlation +1.00"


def test_rank_correlation_is_spearmans():
    from scipy.stats import spearmanr

    frame = norms()
    first = frame[frame["model"] == "init 0.5"]
    expected = spearmanr(first["ratings"], first["norm"]).statistic
    assert f"init 0.5 {expected:+.2f}" in titles(charts.norms_against_popularity(frame))[1]


def test_equal_lengths_follow_nothing():
    same = norms(["same", "grows"])
    same.loc[same["model"] == "same", "norm"] = 2.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text, details = titles(charts.norms_against_popularity(same))
    assert text.endswith("grows")
    assert details == "Rank correlation: same +0.00, grows +1.00"


def test_a_rectangle_in_one_panel_is_a_rectangle_in_all():
    chart = MAKE["norms of three"]().to_dict()
    (brush,) = chart["params"]
    assert brush["name"] == "norm_brush"
    assert brush["select"]["type"] == "interval"
    assert brush["select"]["resolve"] == "global"
    assert len(brush["views"]) == len(chart["concat"]) == 3
    # One row a movie, so that what is picked by one model's length is known in all panels.
    (table,) = tables(MAKE["norms of three"]())
    assert table["movie_id"].is_unique
    assert {"norm_0", "norm_1", "norm_2", "title", "ratings"} <= set(table.columns)
    for panel in chart["concat"]:
        (condition,) = panel["encoding"]["color"]["condition"]
        assert condition["param"] == "norm_brush"
        assert panel["encoding"]["tooltip"][0]["field"] == "title"


def test_panels_of_norms_share_the_scale_and_show_movies_without_ratings():
    chart = MAKE["norms"]().to_dict()
    domains = [panel["encoding"]["y"]["scale"]["domain"] for panel in chart["concat"]]
    assert domains[0] == domains[1]
    assert domains[0][1] >= norms()["norm"].max()
    assert {panel["encoding"]["x"]["scale"]["type"] for panel in chart["concat"]} == {"symlog"}


def test_three_models_of_all_movies_of_100k_fit():
    chart = charts.norms_against_popularity(norms("abc", n=1682))
    assert [len(table) for table in tables(chart)] == [1682]


def test_norms_refuse_what_they_cannot_draw():
    frame = norms()
    with pytest.raises(ValueError, match=r"'init 0\.05' lacks the movie 1299"):
        charts.norms_against_popularity(frame.iloc[:-1])
    with pytest.raises(ValueError, match=r"'init 0\.5' has the movie 1000 twice"):
        charts.norms_against_popularity(pd.concat([frame, frame.head(1)]))
    with pytest.raises(ValueError, match="There is no row to draw"):
        charts.norms_against_popularity(frame.head(0))
    with pytest.raises(ValueError, match="6,000 movies are more than the 5,000"):
        charts.norms_against_popularity(norms("a", n=6000))


def test_title_of_spread_names_the_widest_and_tells_deviations():
    drawn = scores()
    text, details = titles(charts.score_spread(drawn, "unrated movies"))
    assert text == "Scores of unrated movies spread most in: wide"
    for model, of in drawn.items():
        assert f"{of['unrated movies'].std():.2f} stars ({model})" in details


def test_shares_of_spread_are_shares_of_all_scores():
    rows = pd.concat(tables(MAKE["spread"]()))
    total = rows.groupby(["model", "group"])["share"].sum()
    assert len(total) == 4
    assert total.between(0.97, 1.0001).all()


def test_title_of_exponent_tells_both_ends_of_each_line():
    text, details = titles(charts.popularity_by_exponent(exponents().sample(frac=1)))
    assert text == "Dividing by length changes how popular a list is, up to 20 times"
    assert details == "Median ratings: one from 100 to 5; two from 10 to 20" or (
        details == "Median ratings: two from 10 to 20; one from 100 to 5"
    )


def test_genres_with_a_hyphen_stay_whole():
    from workshop_pkg.charts.embeddings import _split_genres

    assert _split_genres("Action-Adventure-Film-Noir-Sci-Fi-War") == [
        "Action",
        "Adventure",
        "Film-Noir",
        "Sci-Fi",
        "War",
    ]
    assert _split_genres("Sci-Fi") == ["Sci-Fi"]
    assert _split_genres("Other") == ["Other"]
    bars = next(table for table in tables(MAKE["map"]()) if "movies" in table)
    assert bars.set_index("genre")["movies"].to_dict() == {
        "Drama": 40,
        "Film-Noir": 40,
        "Action": 20,
        "Sci-Fi": 20,
        "Children's": 20,
        "Comedy": 20,
        "Other": 20,
    }


def test_click_on_a_genre_selects_and_shift_adds():
    chart = MAKE["map with genres"]().to_dict()
    (clicked,) = chart["params"]
    assert clicked["name"] == "genre_clicked"
    assert clicked["select"] == {"type": "point", "fields": ["genre"]}  # SHIFT adds by default
    assert clicked["value"] == [{"genre": "Sci-Fi"}, {"genre": "Film-Noir"}]
    assert "value" not in MAKE["map"]().to_dict()["params"][0]


def test_nothing_is_colored_before_a_click_and_only_the_chosen_after():
    gray = view(MAKE["map"]())
    chosen = view(charts.embedding_map(points(), ["Sci-Fi"]))
    place = list(_order(points())).index("Sci-Fi")
    color = theme.PALETTE[place].lower()
    assert gray.lower().count(f'fill="{color}"') == 0
    colored = chosen.lower().count(f'fill="{color}"')
    assert colored == 20 + 2  # its movies, its bar and the bar's symbol


def _order(frame: pd.DataFrame) -> list[str]:
    bars = next(table for table in tables(charts.embedding_map(frame)) if "movies" in table)
    return bars["genre"].tolist()


def test_every_genre_of_movielens_has_a_look_of_its_own():
    names = [f"Genre {chr(65 + place)}" for place in range(19)]
    frame = points(19).assign(all_genres=names)
    layers = charts.embedding_map(frame).to_dict()["hconcat"][1]["concat"][0]["layer"]
    encoding = layers[1]["encoding"]
    looks = zip(
        encoding["color"]["scale"]["range"], encoding["shape"]["scale"]["range"], strict=True
    )
    assert len(set(looks)) == 19


def test_title_of_one_map_compares_near_movies_with_chance():
    text, details = titles(MAKE["map"]())
    assert text == "Of a movie's 10 nearest here, 100% share a genre with it"
    flags = points()["all_genres"].str.replace("Film-Noir", "Noir").str.get_dummies("-").to_numpy()
    share = flags @ flags.T > 0
    chance = share[~np.eye(len(share), dtype=bool)].mean()
    assert details == f"Two movies drawn by lot: {chance:.0%}"


def test_title_of_several_maps_names_the_best():
    text, details = titles(MAKE["two maps"]())
    assert text == "Near movies share a genre most often in: by genre"
    assert "by genre: 100%" in details
    assert "drawn by lot" in details


def test_map_refuses_what_it_cannot_draw():
    with pytest.raises(ValueError, match="No movie has the genre 'Western': there are Drama, Film"):
        charts.embedding_map(points(), ["Western"])
    with pytest.raises(ValueError, match="There is no movie to draw"):
        charts.embedding_map(points().head(0))
    with pytest.raises(ValueError, match="5,001 rows are more than the 5,000"):
        charts.embedding_map(points(5001))


def test_frames_stay_as_they_are():
    frame = two_maps()
    copy = frame.copy()
    charts.embedding_map(frame)
    pd.testing.assert_frame_equal(frame, copy)
