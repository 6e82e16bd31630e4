"""The charts of lesson 2.2 draw what their titles say, small enough for Altair, and can be read."""

import altair as alt
import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import fcluster, linkage

from workshop_pkg import charts

LARGEST_DATA = 5000  # rows; Altair refuses more
WIDEST = 600  # pixels

LOTS = "drawn by lot, same sizes"

rng = np.random.default_rng(0)
POINTS = pd.DataFrame(rng.normal(size=(200, 2)), columns=["share: Drama", "share: Action"])


def steps() -> list:
    """Run k-means on the points by hand, and keep each step."""
    points = POINTS.to_numpy()
    centers = points[:3]
    found: list = [(None, centers)]
    for _ in range(100):
        labels = ((points[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        moved = np.array([points[labels == k].mean(axis=0) for k in range(3)])
        found += [(labels, centers), (labels, moved)]
        if np.allclose(moved, centers):
            return found
        centers = moved
    raise AssertionError("k-means did not come to rest")


def numbers() -> pd.DataFrame:
    rows = [
        (k, data, 1 / k, None if k == 1 else 0.3 - abs(k - best) / 20)
        for data, best in (("our users", 4), ("shuffled", 2))
        for k in range(1, 7)
    ]
    return pd.DataFrame(rows, columns=["n_clusters", "data", "inertia", "silhouette"])


def scores() -> pd.DataFrame:
    rows = [
        (name, k, 0.2 + (k > 1) * gain * k)
        for name, gain in (("choices", 0.01), ("age", -0.01))
        for k in (1, 2, 4)
    ]
    return pd.DataFrame(rows, columns=["features", "n_clusters", "ndcg"])


def gains() -> pd.DataFrame:
    rows = [("choices", 0.05, 0.04, 0.06), ("age", 0.0, -0.01, 0.01), (LOTS, -0.05, -0.06, -0.04)]
    return pd.DataFrame(rows, columns=["name", "gain", "low", "high"])


CENTERS = pd.DataFrame(
    [[1.5, 0.02, -0.3], [-1.0, -0.02, 0.3]],
    index=["more War, less Drama", "less War, more Drama"],
    columns=["share: War", "hits", "share: Drama"],
)
MAKE = {
    "distance": lambda: charts.distance_shares(pd.DataFrame({"count": [0, 300], "share": [0, 1]})),
    "steps": lambda: charts.kmeans_steps(POINTS, steps()),
    "numbers": lambda: charts.cluster_numbers(numbers()),
    "profiles": lambda: charts.profile_heat_map(CENTERS, [60, 40]),
    "scores": lambda: charts.score_by_clusters(scores()),
    "gains": lambda: charts.gain_intervals(gains(), control=LOTS),
    "tree": lambda: charts.dendrogram(linkage(POINTS.to_numpy(), "ward"), 4),
}


def title_of(chart: alt.TopLevelMixin) -> str:
    title = chart.to_dict()["title"]
    return title if isinstance(title, str) else title["text"]


def tables(chart: alt.TopLevelMixin) -> list[pd.DataFrame]:
    return [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]


def table_with(chart: alt.TopLevelMixin, column: str) -> pd.DataFrame:
    (found,) = (table for table in tables(chart) if column in table)
    return found


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_has_a_finding_a_description_and_few_rows(name):
    chart = MAKE[name]()
    assert title_of(chart)
    assert len(chart.to_dict()["description"]) > len(title_of(chart))
    assert all(len(table) <= LARGEST_DATA for table in tables(chart))


@pytest.mark.parametrize("name", MAKE)
def test_every_chart_can_be_drawn_and_is_narrow_enough_for_a_page(name):
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert here")
    svg = vl_convert.vegalite_to_svg(MAKE[name]().to_dict())
    width = float(svg.split('viewBox="')[1].split('"')[0].split()[2])
    assert width <= WIDEST


@pytest.mark.parametrize("name", ["steps", "scores", "gains"])
def test_shape_says_what_color_says(name):
    layers = MAKE[name]().to_dict()["layer"]
    shaped = [layer["encoding"] for layer in layers if "shape" in layer["encoding"]]
    assert shaped
    for encoding in shaped:
        assert encoding["shape"]["field"] == encoding["color"]["field"]
        assert encoding["shape"]["scale"]["domain"] == encoding["color"]["scale"]["domain"]


def test_distance_is_mostly_the_feature_in_large_units():
    assert title_of(MAKE["distance"]()) == "As they are, 100% of the squared distance is count"
    encoding = MAKE["distance"]().to_dict()["encoding"]
    assert encoding["y"]["axis"] is None  # the legend tells the two bars apart, once
    assert encoding["color"]["legend"] == {"orient": "bottom"}


def test_distance_shares_are_those_of_all_pairs():
    features = pd.DataFrame(rng.normal(size=(30, 3)) * [1, 2, 3], columns=list("abc"))
    gaps = features.to_numpy()[:, None] - features.to_numpy()[None]
    per_feature = (gaps**2).mean(axis=(0, 1))
    (drawn,) = tables(charts.distance_shares(features))
    raw = drawn[drawn["features are"] == "as they are"].set_index("feature")["share"]
    assert raw.to_numpy() == pytest.approx(per_feature / per_feature.sum())


def test_constant_feature_takes_no_share_of_the_distance():
    (drawn,) = tables(charts.distance_shares(pd.DataFrame({"a": [0, 1], "same": [5, 5]})))
    assert drawn.loc[drawn["feature"] == "same", "share"].tolist() == [0, 0]


def test_slider_goes_over_all_steps_of_k_means():
    history = steps()
    specification = charts.kmeans_steps(POINTS, history).to_dict()
    (slider,) = (p for p in specification["params"] if p["name"] == "kmeans_step")
    assert slider["bind"]["input"] == "range"
    assert (slider["bind"]["min"], slider["bind"]["max"]) == (0, len(history) - 1)
    dots = table_with(charts.kmeans_steps(POINTS, history), "at_0")
    assert set(dots["at_0"]) == {"none yet"}
    for number, (labels, _) in enumerate(history[1:], start=1):
        assert dots[f"at_{number}"].tolist() == [f"group {label}" for label in labels]


def test_captions_of_k_means_tell_assign_from_update_and_the_rest():
    history = steps()
    captions = table_with(charts.kmeans_steps(POINTS, history), "text")["text"].tolist()
    assert captions[0] == "Step 0: the centers at the start"
    assert captions[1].startswith("Step 1, assign: each user")
    assert captions[2].startswith("Step 2, update: a center moves by up to")
    changed = (history[3][0] != history[1][0]).sum()
    assert captions[3] == f"Step 3, assign: {changed} users change to another center"
    assert captions[-1] == f"Step {len(history) - 1}: nothing changes any more"


def test_title_of_k_means_counts_rounds():
    history = steps()
    title = title_of(MAKE["steps"]())
    assert title.startswith(f"After {len(history) // 2} rounds nothing moves; since the first")


def test_title_of_cluster_numbers_is_about_the_data_in_question():
    assert (
        title_of(MAKE["numbers"]()) == "The best silhouette, 0.30, is that of 4 groups (our users)"
    )


def test_heat_map_puts_the_largest_difference_on_top_and_no_minus_zero():
    chart = MAKE["profiles"]()
    assert "'share: War': from -1.0 to +1.5" in title_of(chart)
    cells = table_with(chart, "shown")
    assert set(cells.loc[cells["feature"] == "hits", "shown"]) == {"0.0"}
    order = chart.to_dict()["layer"][0]["encoding"]["y"]["sort"]
    assert order == ["share: War", "share: Drama", "hits"]
    assert set(cells["group"]) == {
        "more War, less Drama, 60 users",
        "less War, more Drama, 40 users",
    }


def test_title_of_scores_names_the_best_and_popularity():
    assert title_of(MAKE["scores"]()) == (
        "Best: choices, 4 groups, 0.240; popularity among all: 0.200"
    )


def test_title_of_gains_counts_those_whose_interval_is_above_zero():
    chart = charts.gain_intervals(gains())
    assert title_of(chart) == "1 of 3 clearly beat popularity"
    assert chart.to_dict()["title"]["subtitle"] == "The best: choices, +0.050"
    assert table_with(MAKE["gains"](), "verdict")["verdict"].tolist() == [
        "better",
        "cannot tell",
        "worse",
    ]


def test_control_is_drawn_but_not_counted():
    title = MAKE["gains"]().to_dict()["title"]
    assert title["text"] == "1 of 2 clearly beat popularity"
    assert title["subtitle"] == "The best: choices, +0.050; drawn by lot, same sizes: -0.050"
    only_lots = gains().assign(gain=[0.0, 0.01, 0.5])
    best = charts.gain_intervals(only_lots, control=LOTS).to_dict()["title"]["subtitle"]
    assert best.startswith("The best: age")
    with pytest.raises(ValueError, match="No row is named 'chance'"):
        charts.gain_intervals(gains(), control="chance")


def test_dendrogram_says_where_the_cut_is_between_merges_almost_equally_high():
    heights = [1.0, 2.0, 9.9, 10.0]
    tree = np.array([[0, 1, 0, 2], [2, 3, 0, 2], [5, 6, 0, 4], [4, 7, 0, 5]], dtype=float)
    tree[:, 2] = heights
    close = charts.dendrogram(tree, 2).to_dict()["title"]["subtitle"]
    assert close == "The dashed line is the cut, between two merges that are almost equally high"
    wide = charts.dendrogram(tree, 3).to_dict()["title"]["subtitle"]
    assert wide == "The dashed line is the cut"


def test_height_of_a_merge_is_the_root_of_twice_the_growth_of_the_inertia():
    points = POINTS.to_numpy()
    tree = linkage(points, "ward")
    two = fcluster(tree, 2, criterion="maxclust")
    within = sum(((points[two == g] - points[two == g].mean(axis=0)) ** 2).sum() for g in (1, 2))
    total = ((points - points.mean(axis=0)) ** 2).sum()
    assert tree[-1, 2] == pytest.approx(np.sqrt(2 * (total - within)))
    (x,) = {
        layer["encoding"]["x"]["title"]
        for layer in MAKE["tree"]().to_dict()["layer"]
        if "title" in layer["encoding"]["x"]
    }
    assert x == "Height of the merge: √(2 × growth of the inertia)"


@pytest.mark.parametrize("n_clusters", [2, 5, 20])
def test_dendrogram_shows_every_user_in_the_group_of_the_cut(n_clusters):
    tree = linkage(POINTS.to_numpy(), "ward")
    (leaves,) = (table for table in tables(charts.dendrogram(tree, n_clusters)) if "text" in table)
    sizes = leaves["text"].str.split().str[0].astype(int)
    assert sizes.sum() == len(POINTS)
    groups = pd.Series(fcluster(tree, n_clusters, criterion="maxclust")).value_counts()
    drawn = sizes.groupby(leaves["of"]).sum()
    assert drawn.to_dict() == {f"branch {group}": size for group, size in groups.items()}


def test_dendrogram_colors_only_what_is_below_the_cut():
    chart = charts.dendrogram(linkage(POINTS.to_numpy(), "ward"), 4)
    links = table_with(chart, "corner")
    (cut,) = (
        table["height"].iloc[0] for table in tables(chart) if table.columns.tolist() == ["height"]
    )
    tops = links.groupby("link")["height"].max()
    above = links.groupby("link")["of"].first() == "above the cut"
    assert (above == (tops > cut)).all()
    assert above.sum() == 4 - 1


@pytest.mark.parametrize("n_clusters", [0, 1, 21])
def test_dendrogram_refuses_a_cut_that_it_cannot_draw(n_clusters):
    with pytest.raises(ValueError, match="can be cut into 2 to 20 groups"):
        charts.dendrogram(linkage(POINTS.to_numpy(), "ward"), n_clusters)
