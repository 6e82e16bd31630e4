"""A drawing of a network: a box for each layer, an arrow for each tensor that flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from workshop_pkg.charts.theme import BLACK, BLUE, GRAY, SKY

#: In pixels. Four boxes side by side fill a page.
WIDTH, BOX_WIDTH, BOX_HEIGHT, LEVEL = 590.0, 138.0, 46.0, 76.0
#: So many letters fit into a box of that width.
LETTERS = 22
INPUT, LEARNS, COMPUTES = "input", "holds parameters", "only computes"
KINDS = {INPUT: GRAY, LEARNS: SKY, COMPUTES: "white"}


@dataclass(frozen=True)
class Box:
    """One layer of a network.

    Parameters
    ----------
    name : str
        Each box has its own.
    kind : str
        What the layer is, such as ``"Embedding"``; ``"InputLayer"`` for an input.
    shape : str
        Of what it gives out.
    parameters : int
        How many numbers it has to learn.
    inputs : tuple of str
        Names of the boxes that it takes from.
    """

    name: str
    kind: str
    shape: str
    parameters: int = 0
    inputs: tuple[str, ...] = ()


def model_drawing(model: Any) -> alt.LayerChart:
    """Draw a network from top to bottom: a box for each layer, an arrow for each input of a layer.

    A box names the layer, the shape of what it gives out (``batch`` is the number of examples) and
    the numbers that it holds to learn. A layer that is used several times is one box.

    Parameters
    ----------
    model : keras.Model or sequence of Box
        A functional or sequential Keras model that is built; or boxes, for anything else.

    Returns
    -------
    altair.LayerChart
        Its title tells how many parameters there are, and where most of them are.

    Raises
    ------
    ValueError
        When the model is not built, a box takes from one that is not there, or boxes form a ring.
    """
    boxes = list(model) if isinstance(model, Sequence) else boxes_of(model)
    levels = _levels(boxes)
    places = _places(boxes, levels)
    rows = _rows(boxes, levels, places)
    widest = max(list(levels.values()).count(level) for level in set(levels.values()))
    width = _box_width(widest)
    height = (max(levels.values()) + 1) * LEVEL
    title = _title(boxes)
    base = alt.Chart(rows).encode(
        x=_pixels("x", WIDTH),
        y=_pixels("y", height),
        tooltip=["name", "layer", "shape", "parameters"],
    )
    frame = base.mark_rect(stroke=BLACK, strokeWidth=1, cornerRadius=4).encode(
        x=_pixels("left", WIDTH),
        x2="right",
        y=_pixels("top", height),
        y2="bottom",
        color=alt.Color("is:N")
        .title("Layer")
        .scale(domain=list(KINDS), range=list(KINDS.values()))
        .legend(orient="bottom", symbolStrokeColor=BLACK),
    )
    size = 12 if width >= BOX_WIDTH else 9
    names = base.mark_text(dy=-8, fontSize=size, fontWeight="bold", color=BLACK).encode(
        text="label"
    )
    details = base.mark_text(dy=9, fontSize=size - 1, color=BLACK).encode(text="detail")
    return alt.layer(*_arrows(boxes, rows, height), frame, names, details).properties(
        title=title,
        width=WIDTH,
        height=height,
        description=f"{title}. From top to bottom: {_in_words(boxes)}.",
    )


def boxes_of(model: Any) -> list[Box]:
    """Read the layers of a Keras model.

    Parameters
    ----------
    model : keras.Model
        Functional or sequential, and built.

    Returns
    -------
    list of Box
        In the order in which they compute.

    Raises
    ------
    ValueError
        When the model has no layers yet, or knows no shapes yet.
    """
    steps = list(getattr(model, "operations", None) or getattr(model, "layers", None) or [])
    if not steps or not getattr(model, "built", False):
        raise ValueError(
            f"This {type(model).__name__} has no layers with known shapes yet: make it with "
            "`keras.Model(inputs, outputs)`, or call it once."
        )
    inputs = _inputs_by_name(model, [str(step.name) for step in steps])
    return [
        Box(
            str(step.name),
            type(step).__name__,
            _shape(step),
            int(step.count_params()) if hasattr(step, "count_params") else 0,
            inputs[str(step.name)],
        )
        for step in steps
    ]


def _inputs_by_name(model: Any, names: list[str]) -> dict[str, tuple[str, ...]]:
    """Find from which layers each layer takes, in the model's own description of itself."""
    try:
        config = model.get_config()["layers"]
    except NotImplementedError:  # a layer of the attendee's own class cannot describe itself
        return _inputs_of_steps(model, set(names))
    if not all("inbound_nodes" in layer for layer in config):  # sequential: a chain
        return {name: tuple(names[max(place - 1, 0) : place]) for place, name in enumerate(names)}
    found = {}
    for layer in config:
        name = layer.get("name") or layer["config"]["name"]
        sources = _sources(layer["inbound_nodes"])
        found[name] = tuple(dict.fromkeys(sources))
    return found


def _inputs_of_steps(model: Any, names: set[str]) -> dict[str, tuple[str, ...]]:
    """Find from which layers each layer takes, in what the layers were called on."""
    found = {}
    for step in model.operations:
        tensors = [tensor for node in step._inbound_nodes for tensor in node.input_tensors]
        sources = [str(tensor._keras_history.operation.name) for tensor in tensors]
        found[str(step.name)] = tuple(dict.fromkeys(each for each in sources if each in names))
    return found


def _sources(described: Any) -> list[str]:
    """Gather the names in ``keras_history`` entries, however deep they are."""
    if isinstance(described, dict):
        if "keras_history" in described:
            return [str(described["keras_history"][0])]
        return [name for part in described.values() for name in _sources(part)]
    if isinstance(described, list | tuple):
        return [name for part in described for name in _sources(part)]
    return []


def _shape(step: Any) -> str:
    """Write the shape of what a layer gives out; of several outputs, all."""
    output = getattr(step, "output", None)
    outputs = output if isinstance(output, list | tuple) else [output]
    shapes = [tuple(tensor.shape) for tensor in outputs if tensor is not None]
    return " ".join(
        "(" + ", ".join("batch" if size is None else str(size) for size in shape) + ")"
        for shape in shapes
    )


def _levels(boxes: list[Box]) -> dict[str, int]:
    """Give each box its level: one below the lowest of those that it takes from."""
    by_name = {box.name: box for box in boxes}
    if not boxes or len(by_name) < len(boxes):
        raise ValueError(
            f"There are {len(boxes)} boxes with {len(by_name)} names: each has its own, and there "
            "is at least one."
        )
    levels: dict[str, int] = {}
    for _ in boxes:
        for box in boxes:
            unknown = [name for name in box.inputs if name not in by_name]
            if unknown:
                raise ValueError(
                    f"The box {box.name!r} takes from {unknown[0]!r}, which is no box."
                )
            if all(name in levels for name in box.inputs):
                levels[box.name] = 1 + max((levels[name] for name in box.inputs), default=-1)
    if len(levels) < len(boxes):
        ring = [box.name for box in boxes if box.name not in levels]
        raise ValueError(f"The boxes {ring} take from each other in a ring.")
    return levels


def _places(boxes: list[Box], levels: dict[str, int]) -> dict[str, float]:
    """Give each box its place across the page, from 0 to 1, below what it takes from."""
    places: dict[str, float] = {}
    for level in range(max(levels.values()) + 1):
        here = [box for box in boxes if levels[box.name] == level]

        def wish(box: Box) -> tuple[float, float]:
            above = [places[name] for name in box.inputs]
            middle = sum(above) / len(above) if above else 0.5
            # Whose arrow passes by other levels goes to the outside.
            passes = max(
                (
                    levels[other.name] - levels[box.name]
                    for other in boxes
                    if box.name in other.inputs
                ),
                default=1,
            )
            return middle, float(passes) if middle > 0.5 else -float(passes)

        for number, box in enumerate(sorted(here, key=wish)):  # stable: else as they came
            places[box.name] = (number + 0.5) / len(here)
    return places


def _box_width(widest: int) -> float:
    return min(BOX_WIDTH, WIDTH / widest - 8.0)


def _rows(boxes: list[Box], levels: dict[str, int], places: dict[str, float]) -> pd.DataFrame:
    rows = []
    on_level = pd.Series(levels).value_counts()
    for box in boxes:
        level = levels[box.name]
        width = _box_width(int(on_level[level]))
        x, y = places[box.name] * WIDTH, level * LEVEL + BOX_HEIGHT / 2 + 4
        count = f" · {box.parameters:,}" if box.parameters else ""
        is_input = box.kind == "InputLayer"
        rows.append(
            {
                "name": box.name,
                "layer": box.kind,
                "shape": box.shape,
                "parameters": box.parameters,
                "is": INPUT if is_input else LEARNS if box.parameters else COMPUTES,
                "label": _short(box.name, width),
                "detail": _short(f"{box.shape}{count}", width),
                "x": x,
                "y": y,
                "left": x - width / 2,
                "right": x + width / 2,
                "top": y - BOX_HEIGHT / 2,
                "bottom": y + BOX_HEIGHT / 2,
            }
        )
    return pd.DataFrame(rows)


def _short(text: str, width: float) -> str:
    room = max(int(LETTERS * width / BOX_WIDTH * (1.0 if width >= BOX_WIDTH else 1.2)), 4)
    return text if len(text) <= room else text[: room - 1] + "…"


def _pixels(field: str, size: float) -> Any:
    channel = alt.Y if field in ("y", "top") else alt.X
    domain = [size, 0] if channel is alt.Y else [0, size]
    return channel(f"{field}:Q").scale(domain=domain, nice=False).axis(None)


def _arrows(boxes: list[Box], rows: pd.DataFrame, height: float) -> list[alt.Chart]:
    """Draw a line from each box to those that take from it, with a head at its end."""
    by_name: dict[str, dict[str, Any]] = rows.set_index("name").to_dict("index")  # type: ignore[assignment]
    gap = LEVEL - BOX_HEIGHT
    segments, ends = [], []
    for box in boxes:
        to_x, to_y = by_name[box.name]["x"], by_name[box.name]["top"]
        for source in box.inputs:
            x, y = by_name[source]["x"], by_name[source]["bottom"]
            # Past boxes of the levels between: straight down first.
            bend = max(y, to_y - gap)
            segments += [(x, y, x, bend), (x, bend, to_x, to_y)]
            ends.append((to_x, to_y - 4))
    if not ends:
        return []
    lines = pd.DataFrame(segments, columns=["x", "y", "to_x", "to_y"])
    line = (
        alt.Chart(lines)
        .mark_rule(color=BLUE, strokeWidth=1.5)
        .encode(x=_pixels("x", WIDTH), y=_pixels("y", height), x2="to_x", y2="to_y")
    )
    head = (
        alt.Chart(pd.DataFrame(ends, columns=["x", "y"]).drop_duplicates())
        .mark_point(shape="triangle-down", filled=True, size=60, color=BLUE, opacity=1)
        .encode(x=_pixels("x", WIDTH), y=_pixels("y", height))
    )
    return [line, head]


def _title(boxes: list[Box]) -> str:
    total = sum(box.parameters for box in boxes)
    if not total:
        return "There is nothing to learn in these layers"
    largest = max(boxes, key=lambda box: box.parameters)
    learning = sum(box.parameters > 0 for box in boxes)
    if learning == 1:
        return f"{total:,} parameters, all of them in {largest.name}"
    return (
        f"{total:,} parameters in {learning} of {len(boxes)} layers, "
        f"{largest.parameters / total:.0%} of them in {largest.name}"
    )


def _in_words(boxes: list[Box]) -> str:
    """Tell the drawing for those who cannot see it."""
    parts = []
    for box in boxes:
        sources = f" from {' and '.join(box.inputs)}" if box.inputs else ""
        parameters = f", {box.parameters:,} parameters" if box.parameters else ""
        parts.append(f"{box.name} ({box.kind}){sources} gives {box.shape}{parameters}")
    return "; ".join(parts)
