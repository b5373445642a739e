"""The map of a section: people by class and places by kind, over the ground, with a legend."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.maps.palette import class_colours
from almaty_geo.reports.ground import Ground, Plane, fills, pen, strokes
from almaty_geo.reports.signs import (
    Sign,
    SignState,
    dots,
    halo,
    halo_sign,
    line_sign,
    marks,
    number_mark,
    number_sign,
    people_sign,
    place_sign,
    sizes,
)
from almaty_geo.reports.spots import STATES, Spots, halos_px, radii, spots, states
from almaty_geo.reports.typography import lowered
from almaty_geo.sections import Classes, Marks
from almaty_geo.specs import Style
from almaty_geo.words import Text, say, say_count, term

UNKNOWN = "#9ca3af"
"""People of no class: nothing is known of them."""

INK = 0.3
"""Share of the inhabited ground that the dots of people cover in sum."""

CELL_PX = 16
PERSON_PX = (0.7, 15.0)
NOTHING = Markup("")
SAMPLE_PX = 5.0
BOLD_PX = 2.0
DASHES: Mapping[SignState, str] = {
    "under_construction": "7 2",
    "design": "2 4",
    "planned": "2 4",
    "unknown": "7 3 1 3",
}
"""How a line that a map is about is broken where it is not known to exist."""


@dataclass(frozen=True, slots=True)
class Legend:
    """A group of signs."""

    title: Text | None
    """Heading; None where the signs speak for themselves."""

    signs: tuple[Sign, ...]
    """Signs with their meaning."""

    notes: tuple[Text, ...] = ()
    """What the map cannot show."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a map shows beside its ground."""

    below: Markup
    """What lies under the outlines: areas, lines, people."""

    above: Markup
    """What lies over them: places."""

    legend: tuple[Legend, ...]
    """What is what."""

    marks: tuple[tuple[float, float], ...] = ()
    """Pixels of the numbered places in the frame, which no name may cover."""


def sketch(
    plane: Plane,
    ground: Ground,
    *,
    classes: Classes | None = None,
    layers: Sequence[str] = (),
    numbered: Marks | None = None,
) -> Sketch:
    """
    Draw people and places on the ground of one area.

    Parameters
    ----------
    plane
        All layers in metres.
    ground
        What the map stands on.
    classes
        How people are coloured; None for a map without people.
    layers
        Layers to show beside the base, bottom first.
    numbered
        Numbered places to show above all.

    Returns
    -------
    sketch
        The drawing and its legend.
    """
    people, legend = NOTHING, list[Legend]()
    if classes is not None and classes.layer in plane.shapes:
        people, group = _people(plane, ground, classes)
        legend.append(group)
    drawn = [_layer(plane, ground, name) for name in layers if name in plane.layers]
    signs = tuple(sign for one in drawn for sign in one.signs)
    notes = tuple(note for one in drawn for note in one.notes)
    places = _in_frame(plane, ground, numbered) if numbered else {}
    told = (number_sign(numbered.title),) if numbered and numbered.lon_lat else ()
    legend.append(Legend(None, (*told, *signs, *_base_signs(plane, ground, layers)), notes))
    return Sketch(
        below=NOTHING.join(one.below for one in drawn) + people,
        above=NOTHING.join(one.above for one in drawn) + _numbered(places),
        legend=tuple(group for group in legend if group.signs or group.notes),
        marks=tuple(places.values()),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One layer, drawn."""

    below: Markup = NOTHING
    above: Markup = NOTHING
    signs: tuple[Sign, ...] = ()
    notes: tuple[Text, ...] = ()


def _in_frame(plane: Plane, ground: Ground, marks_: Marks) -> dict[int, tuple[float, float]]:
    """Return the pixel of each numbered place in the frame; others are in the table alone."""
    if not marks_.lon_lat:
        return {}
    px = ground.view.px(plane.study.xy_m(shapely.points(marks_.lon_lat)))
    seen = ground.view.shows(px)
    return {i + 1: (float(x), float(y)) for i, (x, y) in enumerate(px) if seen[i]}


def _numbered(places: Mapping[int, tuple[float, float]]) -> Markup:
    """Draw numbered places, the first on top."""
    drawn = [number_mark(places[number], number) for number in sorted(places, reverse=True)]
    return NOTHING.join(drawn)


def _people(plane: Plane, ground: Ground, classes: Classes) -> tuple[Markup, Legend]:
    """Draw people as dots whose area is their number, by class."""
    layer = plane.layers[classes.layer]
    at, radius, px2_each = _people_spots(plane, ground, layer)
    of = np.minimum(classes.of.astype(np.intp), len(classes.titles))
    colours = (*class_colours(len(classes.titles)), UNKNOWN)
    # The lightest of several would be lost on white paper, and in grey.
    last = len(classes.titles) - 1 if len(classes.titles) > 1 else -1
    drawing = Markup('<use href="#{}"/>{}').format(
        crowd_id(layer), dots(at.px, radius, of, at.inside, colours, rimmed=last)
    )
    signs = [
        people_sign(colour, title, rim=number == last)
        for number, (colour, title) in enumerate(zip(colours, classes.titles, strict=False))
    ]
    if (at.inside & (of == len(classes.titles))).any():
        signs.append(people_sign(UNKNOWN, say("no data")))
    return drawing, Legend(classes.title, (*signs, *_size_sign(px2_each)))


def crowd(plane: Plane, ground: Ground, name: str) -> Markup:
    """Return people outside the area, grey and without class: the same on every map of a page."""
    layer = plane.layers[name]
    at, radius, _ = _people_spots(plane, ground, layer)
    kind = np.zeros(len(layer), dtype=np.intp)
    drawn = dots(at.px, radius, kind, at.seen & ~at.inside, [UNKNOWN])
    return Markup('<g id="{}" class="crowd">{}</g>').format(crowd_id(layer), drawn)


def crowd_id(layer: Layer) -> str:
    """Return the anchor of a layer's people outside the area."""
    return f"crowd-{layer.id}"


def _people_spots(
    plane: Plane, ground: Ground, layer: Layer
) -> tuple[Spots, NDArray[np.float64], float]:
    """Return where people live who can be shown, the radius of their dots, and px² a person."""
    number = layer.frame["people"].fillna(0).to_numpy(dtype=float)
    at = spots(plane, ground, layer)
    seen = at.seen & (number > 0)
    own = seen & at.inside
    px2_each = _px2_each(at.px[own], number[own])
    radius = sizes(np.clip(np.sqrt(number * px2_each / np.pi), *PERSON_PX))
    return Spots(at.px, seen, own), radius, px2_each


def _px2_each(px: NDArray[np.float64], number: NDArray[np.float64]) -> float:
    """Return the square pixels of one person, such that dots cover a share of where people are."""
    if not len(px):
        return 0.0
    inhabited = len(np.unique(np.floor(px / CELL_PX), axis=0)) * CELL_PX**2
    return float(INK * inhabited / number.sum())


def _size_sign(px2_each: float) -> Iterator[Sign]:
    """Yield a ring of middling size with the number of people that a dot like it stands for."""
    if px2_each <= 0:
        return
    wanted = max(np.pi * SAMPLE_PX**2 / px2_each, 1.0)
    power = 10 ** int(np.log10(wanted))
    number = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    radius = float(np.clip(np.sqrt(number * px2_each / np.pi), *PERSON_PX))
    title = say_count(
        "a dot of this size: {n} resident", "a dot of this size: {n} residents", number
    )
    yield people_sign("none", title, radius)


def _base_signs(plane: Plane, ground: Ground, besides: Sequence[str]) -> Iterator[Sign]:
    """Yield the signs of the lines of the ground that the map does not draw for themselves."""
    for style in ground.lines:
        if style.layer not in besides:
            yield line_sign(pen(style), plane.layers[style.layer].spec.title)


def _layer(plane: Plane, ground: Ground, name: str) -> _Drawn:
    """Draw one layer: points by their sign, lines and areas by their course."""
    layer = plane.layers[name]
    style = plane.styles.get(name) or Style(layer=name)
    if layer.spec.geometry == "Point":
        return _points(plane, ground, layer, style)
    if layer.spec.geometry == "none":
        return _Drawn()
    return _course(plane, ground, layer, style)


def _course(plane: Plane, ground: Ground, layer: Layer, style: Style) -> _Drawn:
    """Draw lines bolder than in the base, or areas filled; each state of a line in its own dash."""
    told, shapes = states(layer), plane.shapes[layer.id]
    below, signs = NOTHING, []
    for state in (s for s in STATES if s in told):
        title = _title(layer, state, several=len(set(told)) > 1)
        drawn, sign = _courses(shapes[told == state], ground, layer, _dashed(style, state), title)
        if drawn:
            below += drawn
            signs.append(sign)
    return _Drawn(below=below, signs=tuple(signs), notes=_placeless(layer))


def _courses(
    shapes: NDArray[np.object_], ground: Ground, layer: Layer, style: Style, title: Text
) -> tuple[Markup, Sign]:
    """Return lines or areas of one state, and their sign."""
    if layer.spec.geometry == "LineString":
        path, look = strokes(shapes, ground.view), pen(style)
        drawn = Markup('<path {} d="{}"/>').format(look, path) if path else NOTHING
        return drawn, line_sign(look, title)
    path = fills(shapes, ground.view)
    drawn = Markup('<path class="area" fill="{}" d="{}"/>').format(style.colour, path)
    square = style.model_copy(update={"shape": "square"})
    return drawn if path else NOTHING, place_sign(square, "existing", title)


def _dashed(style: Style, state: SignState) -> Style:
    """Return how a line that a map is about is drawn: whole if it exists, else in dashes."""
    dash = DASHES.get(state, style.dash)
    return style.model_copy(update={"width_px": max(style.width_px, BOLD_PX), "dash": dash})


def _points(plane: Plane, ground: Ground, layer: Layer, style: Style) -> _Drawn:
    """Draw places, larger where they take more, each state in its own sign; outside faint."""
    at, told = spots(plane, ground, layer), states(layer)
    radius = radii(layer, style, crowd=int(at.seen.sum()))
    several = len(set(told)) > 1
    # A ring already means "hollow"; where some do not exist yet, hollow must mean just that.
    look = (
        style.model_copy(update={"shape": "circle"}) if several and style.shape == "ring" else style
    )
    faint, clear, signs = NOTHING, NOTHING, []
    for state in (s for s in STATES if (at.seen & (told == s)).any()):
        rows = at.seen & (told == state)
        faint += marks(at.px, radius, rows & ~at.inside, look, state)
        clear += marks(at.px, radius, rows & at.inside, look, state)
        signs.append(place_sign(look, state, _title(layer, state, several=several)))
    rough = [halo((x, y), r, style.colour) for x, y, r in halos_px(layer, at, ground)]
    if rough:
        signs.append(halo_sign(style.colour, say("the place is somewhere in the dashed circle")))
    return _Drawn(
        above=Markup('<g class="faint">{}</g>{}{}').format(faint, NOTHING.join(rough), clear),
        signs=tuple(signs),
        notes=_placeless(layer),
    )


def _title(layer: Layer, state: SignState, *, several: bool) -> Text:
    """Return what a sign means: the layer, its state where there are several, what size tells."""
    title = layer.spec.title
    if several:
        words = layer.spec.columns["state"].values
        kind = "status" if state == "unknown" else "state"
        title = say("{layer}: {state}", layer=title, state=words.get(state) or term(kind, state))
    column = layer.spec.columns.get(layer.spec.capacity or "")
    if column is None or column.title is None or layer.spec.geometry != "Point":
        return title
    return say("{layer} (size: {quantity})", layer=title, quantity=lowered(column.title))


def _placeless(layer: Layer) -> tuple[Text, ...]:
    """Return the remark that some rows are not drawn, if any are not."""
    if not layer.unlocated:
        return ()
    note = say_count(
        "{layer}: {n} without a place is not drawn.",
        "{layer}: {n} without a place are not drawn.",
        layer.unlocated,
        layer=layer.spec.title,
    )
    return (note,)
