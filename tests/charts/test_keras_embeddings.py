"""Drawings of networks, and charts of small embeddings: what they say is what they draw."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workshop_pkg import backend, charts
from workshop_pkg.charts.networks import WIDTH, Box, boxes_of

LARGEST_DATA = 5000  # rows; Altair refuses more

RATINGS = pd.DataFrame(
    {
        "user_id": [4, 4, 12, 12, 30],
        "movie_id": [7, 9, 7, 8, 9],
        "rating": [5.0, 3.0, 4.0, 1.0, 2.0],
    }
)
TRAIN, TEST = RATINGS.iloc[[0, 1, 3]], RATINGS.iloc[[2, 4]]
PREDICTED = pd.DataFrame(
    [[4.5, 3.0, 3.5], [3.0, 1.0, 2.0], [4.0, 4.0, 5.2]], index=[4, 12, 30], columns=[7, 8, 9]
)
MOVIES = pd.DataFrame({"movie_id": [7, 8, 9], "title": ["Seven", "Eight", "Nine"]})
TABLES = {
    "User": pd.DataFrame([[1.0, 0.0], [-1.0, 0.1], [2.0, 0.2]], index=[4, 12, 30]),
    "Movie": pd.DataFrame([[0.0, 0.0], [0.0, -3.0], [1.0, -3.0]], index=["Seven", "Eight", "Nine"]),
}
BOXES = [
    Box("user", "InputLayer", "(batch)"),
    Box("movie", "InputLayer", "(batch)"),
    Box("user_embedding", "Embedding", "(batch, 3)", 30, ("user",)),
    Box("movie_embedding", "Embedding", "(batch, 3)", 10, ("movie",)),
    Box("dot", "Dot", "(batch, 1)", 0, ("user_embedding", "movie_embedding")),
    Box("sum", "Add", "(batch, 1)", 0, ("dot", "user_embedding")),
]
MAKE = {
    "drawing": lambda: charts.model_drawing(BOXES),
    "heat maps": lambda: charts.embedding_heat_maps(TABLES),
    "predicted": lambda: charts.predicted_beside_observed(TRAIN, TEST, PREDICTED, MOVIES),
    "bounds": lambda: charts.bounded_outputs([(1, 5), (0.5, 5.5)]),
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
def test_charts_render_have_a_title_a_description_and_little_data(name: str) -> None:
    chart = MAKE[name]()
    described = chart.to_dict()
    assert title_of(chart)
    assert len(described["description"]) > 40
    assert all(len(table) < LARGEST_DATA for table in tables(chart))


def test_drawing_counts_the_parameters_and_tells_it_all_in_words() -> None:
    chart = charts.model_drawing(BOXES)
    assert title_of(chart) == "40 parameters in 2 of 6 layers, 75% of them in user_embedding"
    words = chart.to_dict()["description"]
    assert "dot (Dot) from user_embedding and movie_embedding gives (batch, 1)" in words
    assert "user_embedding (Embedding) from user gives (batch, 3), 30 parameters" in words
    one = charts.model_drawing([Box("only", "Dense", "(batch, 1)", 5)])
    assert title_of(one) == "5 parameters, all of them in only"
    none = charts.model_drawing([Box("only", "Dot", "(batch, 1)")])
    assert title_of(none) == "There is nothing to learn in these layers"


def test_boxes_lie_below_what_they_take_from_and_never_overlap() -> None:
    rows = table_with(charts.model_drawing(BOXES), "label").set_index("name")
    for box in BOXES:
        for source in box.inputs:
            assert rows.loc[source, "bottom"] < rows.loc[box.name, "top"]
    for _, level in rows.groupby("top"):
        across = level.sort_values("left")
        assert (across["left"].to_numpy()[1:] > across["right"].to_numpy()[:-1]).all()
    assert rows["left"].min() >= 0
    assert rows["right"].max() <= WIDTH


@pytest.mark.parametrize("n", [5, 9])
def test_many_boxes_side_by_side_get_narrower_and_keep_within_the_page(n: int) -> None:
    boxes = [
        Box(f"a_name_that_fits_into_no_box_{k}", "InputLayer", "(batch, 1000)") for k in range(n)
    ]
    boxes.append(Box("all", "Concatenate", "(batch)", 0, tuple(box.name for box in boxes)))
    rows = table_with(charts.model_drawing(boxes), "label")
    level = rows[rows["is"] == "input"].sort_values("left")
    assert (level["left"].to_numpy()[1:] > level["right"].to_numpy()[:-1]).all()
    assert level["right"].max() <= WIDTH
    assert level["label"].str.endswith("…").all()


def test_arrows_end_at_the_box_that_takes() -> None:
    chart = charts.model_drawing(BOXES)
    rows = table_with(chart, "label").set_index("name")
    lines = table_with(chart, "to_x")
    ends = set(zip(lines["to_x"], lines["to_y"], strict=True))
    for box in BOXES:
        if box.inputs:
            assert (rows.loc[box.name, "x"], rows.loc[box.name, "top"]) in ends
    assert len(lines) == 2 * sum(len(box.inputs) for box in BOXES)


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ([], "0 boxes with 0 names"),
        ([Box("a", "Dot", ""), Box("a", "Dot", "")], "2 boxes with 1 names"),
        ([Box("a", "Dot", "", 0, ("b",))], "takes from 'b', which is no box"),
        ([Box("a", "Dot", "", 0, ("b",)), Box("b", "Dot", "", 0, ("a",))], "in a ring"),
    ],
)
def test_boxes_that_make_no_network_are_refused(boxes: list[Box], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        charts.model_drawing(boxes)


def test_a_keras_model_is_read_with_shared_layers_operations_and_several_inputs() -> None:
    keras = backend.load_keras()
    one, other = (keras.Input((), dtype="int32", name=name) for name in ("one", "other"))
    shared = keras.layers.Embedding(10, 3, name="shared")
    product = keras.ops.multiply(shared(one), shared(other))
    side = keras.layers.Dense(3, name="side")(product)
    model = keras.Model([one, other], keras.layers.Add(name="sum")([product, side]))
    boxes = {box.name: box for box in boxes_of(model)}
    assert boxes["one"] == Box("one", "InputLayer", "(batch)")
    assert boxes["shared"] == Box("shared", "Embedding", "(batch, 3)", 30, ("one", "other"))
    (multiply,) = (box for box in boxes.values() if box.kind == "Multiply")
    assert multiply.inputs == ("shared",)
    assert boxes["side"].parameters == 12
    assert set(boxes["sum"].inputs) == {multiply.name, "side"}
    assert "42 parameters" in title_of(charts.model_drawing(model))


def test_a_layer_that_cannot_describe_itself_is_drawn_all_the_same() -> None:
    keras = backend.load_keras()

    class Sum(keras.layers.Layer):
        def __init__(self, weight: float) -> None:  # and no `get_config`
            super().__init__(name="weighted")
            self.weight = weight

        def call(self, one: object, two: object) -> object:
            return self.weight * (one + two)

    one, two = keras.Input(shape=(2,), name="one"), keras.Input(shape=(2,), name="two")
    model = keras.Model([one, two], keras.layers.Dense(1, name="stars")(Sum(0.5)(one, two)))
    taken = {box.name: box.inputs for box in boxes_of(model)}
    assert taken == {"one": (), "two": (), "weighted": ("one", "two"), "stars": ("weighted",)}


def test_a_sequential_model_is_a_chain_and_one_without_shapes_is_refused() -> None:
    keras = backend.load_keras()
    layers = [keras.layers.Dense(3, name="first"), keras.layers.Dense(1, name="last")]
    boxes = boxes_of(keras.Sequential([keras.Input((4,)), *layers]))
    assert [box.name for box in boxes][-2:] == ["first", "last"]
    assert boxes[-1].inputs == ("first",)
    assert [box.parameters for box in boxes][-2:] == [15, 4]
    with pytest.raises(ValueError, match="no layers with known shapes yet"):
        charts.model_drawing(keras.Sequential([keras.layers.Dense(3)]))


def test_heat_maps_name_the_closest_rows_and_share_their_colors() -> None:
    described = charts.embedding_heat_maps(TABLES).to_dict()
    # A row of zeros points nowhere.
    assert described["title"]["subtitle"] == (
        "User: 4 and 30 (cosine 1.00); Movie: Eight and Nine (cosine 0.95)"
    )
    domains = [
        layer["encoding"]["color"]["scale"]["domain"]
        for panel in described["hconcat"]
        for layer in panel["layer"]
        if "scale" in layer["encoding"]["color"]
    ]
    assert domains == [[-3.0, 3.0]] * 2


def test_predicted_tables_tell_the_error_on_either_part() -> None:
    chart = charts.predicted_beside_observed(TRAIN, TEST, PREDICTED, MOVIES)
    # Training: 0.5, 0.5, 0. Test: 1.0, 3.2.
    assert title_of(chart) == "Off by 0.33 stars where it has learned, by 2.10 where it has not"
    shown = pd.concat(tables(chart)).drop_duplicates(["user", "movie"]).set_index(["user", "movie"])
    assert len(shown) == 9
    assert shown.loc[("30", "Nine"), "predicted"] == 5.2
    assert shown.loc[("30", "Nine"), "part"] == "test"
    sorts = [
        layer["encoding"]["y"]["sort"]
        for panel in chart.to_dict()["hconcat"]
        for layer in panel["layer"]
    ]
    assert sorts == [["4", "12", "30"]] * len(sorts)  # both tables in the same order
    with pytest.raises(ValueError, match="5 ratings, and 3 of them have a prediction"):
        charts.predicted_beside_observed(TRAIN, TEST, PREDICTED[[7, 8]])


def test_bounds_tell_how_large_a_sum_the_wanted_rating_takes() -> None:
    chart = charts.bounded_outputs([(1, 5), (0.5, 5.5)], wanted=5)
    assert title_of(chart) == (
        "For 5 stars the sum must be infinite with bounds 1 to 5, 2.2 with bounds 0.5 to 5.5"
    )
    assert "minus infinite" in title_of(charts.bounded_outputs([(1, 5)], wanted=1))
    curves = table_with(chart, "bounds")
    for name, curve in curves.groupby("bounds"):
        low, high = (float(end) for end in str(name).split(" to "))
        assert curve["stars"].between(low, high).all()
        assert curve["stars"].is_monotonic_increasing
        middle = curve.loc[np.isclose(curve["sum"], 0), "stars"]
        assert middle.iloc[0] == pytest.approx((low + high) / 2)
