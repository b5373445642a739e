"""What every map of an area stands on: the piece of plane shown, and the outlines and lines."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from markupsafe import Markup
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.reports.inhabited import closer
from almaty_geo.specs import MapSpec, Style
from almaty_geo.words import Text, count, say

WIDTH_PX = 640.0
HEIGHTS_PX = (460.0, 640.0)
MARGIN = 0.05
BEYOND_PX = 12.0
"""How far beyond the frame shapes are kept, so that no cut edge shows in it."""

FINE_PX = 0.35
"""Bends smaller than this are left out."""

LABEL_SHARE = 0.004
"""An area smaller than this share of the frame bears no name."""

LABEL_PX = np.array([48.0, 14.0])
"""Names keep this far from the sides, and from top and bottom."""

NICE = (1, 2, 5)
INSET_PX = 84.0
INSET_PAD_PX = 8.0


@dataclass(frozen=True, slots=True)
class View:
    """A piece of the metric plane, drawn to scale."""

    west_m: float
    """Easting of the left edge."""

    north_m: float
    """Northing of the upper edge."""

    m_per_px: float
    """Metres in a pixel, the same both ways."""

    width_px: float
    """Width of the frame."""

    height_px: float
    """Height of the frame."""

    def px(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return pixels, right and down from the upper left corner, of metres, shape (n, 2)."""
        turned: NDArray[np.float64] = (xy_m - [self.west_m, self.north_m]) * [1, -1] / self.m_per_px
        return turned

    def shows(self, xy_px: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which pixels lie in the frame or just beyond it, shape (n,)."""
        low, high = -BEYOND_PX, np.array([self.width_px, self.height_px]) + BEYOND_PX
        return np.asarray(((xy_px >= low) & (xy_px <= high)).all(axis=1))


def view_of(bounds_m: Sequence[float]) -> View:
    """Return a view that shows a box and a margin, its shape kept within a page's bounds."""
    west, south, east, north = bounds_m
    pad = max(east - west, north - south, 100.0) * MARGIN
    wide, high = east - west + 2 * pad, north - south + 2 * pad
    height_px = float(np.clip(WIDTH_PX * high / wide, *HEIGHTS_PX))
    m_per_px = max(wide / WIDTH_PX, high / height_px)
    return View(
        west_m=(west + east - m_per_px * WIDTH_PX) / 2,
        north_m=(south + north + m_per_px * height_px) / 2,
        m_per_px=m_per_px,
        width_px=WIDTH_PX,
        height_px=round(height_px, 1),
    )


@dataclass(frozen=True, eq=False)
class Plane:
    """Every layer that maps draw, in metres."""

    study: StudyArea
    """Knows the plane."""

    layers: Mapping[str, Layer]
    """The layers themselves."""

    areas: Layer
    """The areas that pages are about."""

    styles: Mapping[str, Style]
    """How layers are drawn that say so."""

    shapes: Mapping[str, NDArray[np.object_]]
    """Geometry of each row of each layer, in metres; None where there is none."""

    @cached_property
    def outlines(self) -> Mapping[str, shapely.Geometry]:
        """Outline of each area by id; areas without one are left out."""
        found = zip(self.areas.frame["id"].astype(str), self.shapes[self.areas.id], strict=True)
        return {name: shape for name, shape in found if shape is not None and not shape.is_empty}

    @cached_property
    def whole(self) -> shapely.Geometry:
        """All areas as one."""
        return shapely.union_all(list(self.outlines.values()))


def plane(study: StudyArea, areas: Layer, layers: Mapping[str, Layer], spec: MapSpec) -> Plane:
    """Take layers to the metric plane, once for all pages."""
    known = {**layers, areas.id: areas}
    return Plane(
        study=study,
        layers=known,
        areas=areas,
        styles={style.layer: style for style in spec.layers},
        shapes={
            name: study.to_metres(layer.frame.geometry.to_numpy())
            for name, layer in known.items()
            if layer.spec.geometry != "none"
        },
    )


@dataclass(frozen=True, eq=False)
class Ground:
    """What maps of one area stand on."""

    id: str
    """Anchor, unique on a page."""

    view: View
    """What is shown."""

    focus: shapely.Geometry
    """The area, or all of them, in metres."""

    under: Markup
    """Drawing of the land and the lines, below everything."""

    over: Markup
    """Drawing of the outlines, above the people."""

    lines: tuple[Style, ...]
    """Base layers that can be seen, for the legend."""

    anchors: Mapping[str, tuple[float, float]]
    """Pixel at which to write the name of each area that is seen well enough."""

    inset: Markup
    """Small map of the whole area with the frame on it; empty where the frame holds it all."""

    inset_px: tuple[float, float]
    """Width and height of that small map; nothing where there is none."""

    @property
    def scale(self) -> tuple[float, Text]:
        """Length of the scale bar in pixels, and what it is called."""
        return scale_bar(self.view)


def grounds(plane: Plane, area: str | None, people: Iterable[str]) -> tuple[Ground, Ground]:
    """
    Return what the maps of one area stand on: for maps of people, and for all others.

    Where nearly all people live in a small part of the area, maps of people show that part, with
    an inset of the whole; else both are the same.

    Parameters
    ----------
    plane
        All layers in metres.
    area
        Id of the area; None for all areas together.
    people
        Layers of people.
    """
    focus = plane.whole if area is None else plane.outlines.get(area, plane.whole)
    bounds = shapely.bounds(focus).tolist()
    far = _ground("far", plane, focus, bounds)
    box = closer(plane.shapes, plane.layers, focus, people)
    return (far if box is None else _ground("near", plane, focus, box)), far


def _ground(name: str, plane: Plane, focus: shapely.Geometry, bounds: Sequence[float]) -> Ground:
    view = view_of(bounds)
    base = [style for style in plane.styles.values() if _is_base(style, plane)]
    drawn = [(style, strokes(plane.shapes[style.layer], view)) for style in base]
    inset, inset_px = _inset(focus, view) if name == "near" else (Markup(""), (0.0, 0.0))
    return Ground(
        id=name,
        view=view,
        focus=focus,
        under=_land(focus, view) + Markup("").join(_line(style, path) for style, path in drawn),
        over=_outlines(plane, focus, view),
        lines=tuple(style for style, path in drawn if path),
        anchors=_anchors(plane, view),
        inset=inset,
        inset_px=inset_px,
    )


def _inset(focus: shapely.Geometry, view: View) -> tuple[Markup, tuple[float, float]]:
    """Draw the whole area small in the lower right corner, and on it the frame of the map."""
    west, south, east, north = shapely.bounds(focus).tolist()
    scale = INSET_PX / max(east - west, north - south)
    wide, high = (east - west) * scale, (north - south) * scale
    small = View(west, north, 1 / scale, wide, high)
    right, low = view.width_px * view.m_per_px, view.height_px * view.m_per_px
    corners = small.px(
        np.array([[view.west_m, view.north_m], [view.west_m + right, view.north_m - low]])
    )
    edge = np.array([wide, high]) + INSET_PAD_PX
    (x0, y0), (x1, y1) = np.clip(corners, -INSET_PAD_PX, edge)
    pad, full = INSET_PAD_PX, (wide + 2 * INSET_PAD_PX, high + 2 * INSET_PAD_PX)
    drawn = Markup(
        '<g class="inset" transform="translate({:.1f} {:.1f})">'
        '<rect class="paper" x="-{:g}" y="-{:g}" width="{:.1f}" height="{:.1f}" rx="3"/>'
        '<path class="whole" d="{}"/>'
        '<path class="shown" d="M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}z"/></g>'
    ).format(
        view.width_px - full[0],
        view.height_px - full[1],
        *(pad, pad),
        *full,
        fills([focus], small),
        *(x0, y0, x1, y1, x0),
    )
    return drawn, full


def _is_base(style: Style, plane: Plane) -> bool:
    """Return whether a layer is a line of the base of every map."""
    layer = plane.layers.get(style.layer)
    return (
        layer is not None
        and layer.spec.geometry == "LineString"
        and (style.always or style.group == "base")
    )


def strokes(shapes: Iterable[shapely.Geometry | None], view: View) -> str:
    """Return the path of lines, and of the edges of areas, as far as they are seen."""
    seen = _seen([_edge(shape) for shape in shapes], view)
    return "".join(_path(shapely.get_coordinates(line)) for line in seen)


def fills(shapes: Iterable[shapely.Geometry | None], view: View) -> str:
    """Return the path of areas to be filled, as far as they are seen."""
    rings = shapely.get_rings(_seen(list(shapes), view))
    return "".join(_path(shapely.get_coordinates(ring)[:-1]) + "z" for ring in rings)


def _edge(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    return shapely.boundary(shape) if isinstance(shape, Polygon | MultiPolygon) else shape


def _seen(shapes: Sequence[shapely.Geometry | None], view: View) -> NDArray[np.object_]:
    """Return the parts of shapes in pixels, cut at the frame, without bends too small to see."""
    right, low = view.width_px + BEYOND_PX, view.height_px + BEYOND_PX
    parts = shapely.get_parts(np.array([s for s in shapes if s is not None], dtype=object))
    drawn = shapely.transform(parts, view.px)
    cut = shapely.get_parts(shapely.clip_by_rect(drawn, -BEYOND_PX, -BEYOND_PX, right, low))
    fine: NDArray[np.object_] = shapely.simplify(cut, FINE_PX)
    kept: NDArray[np.object_] = fine[~shapely.is_empty(fine)]
    return kept


def _path(xy_px: NDArray[np.float64]) -> str:
    """Return a path through pixels, by steps, to a tenth."""
    tenths = np.round(xy_px * 10).astype(int)
    steps = np.diff(tenths, axis=0)
    moves = steps[(steps != 0).any(axis=1)]
    start = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}"
    return start + "l" * bool(len(moves)) + " ".join(f"{x / 10:g} {y / 10:g}" for x, y in moves)


def _land(focus: shapely.Geometry, view: View) -> Markup:
    path = fills([focus], view)
    box = f"M0 0h{view.width_px:g}v{view.height_px:g}h-{view.width_px:g}z"
    return Markup('<path class="beyond" d="{}"/><path class="land" d="{}"/>').format(box, path)


def _line(style: Style, path: str) -> Markup:
    if not path:
        return Markup("")
    return Markup('<path {} d="{}"/>').format(pen(style), path)


def pen(style: Style) -> Markup:
    """Return the attributes that draw a line in a layer's style."""
    dash = Markup(' stroke-dasharray="{}"').format(style.dash) if style.dash else ""
    return Markup('fill="none" stroke="{}" stroke-width="{:g}" stroke-linejoin="round"{}').format(
        style.colour, style.width_px, dash
    )


def _outlines(plane: Plane, focus: shapely.Geometry, view: View) -> Markup:
    """Draw the edges of all areas thin, and of the area that the map is about thick."""
    return Markup('<path class="edges" d="{}"/><path class="edge" d="{}"/>').format(
        strokes(plane.outlines.values(), view), strokes([focus], view)
    )


def _anchors(plane: Plane, view: View) -> dict[str, tuple[float, float]]:
    """Return a pixel well inside the part of each area that is seen, if that part is large."""
    names = np.array(list(plane.outlines), dtype=object)
    drawn = shapely.transform(np.array(list(plane.outlines.values()), dtype=object), view.px)
    (left, top), (right, low) = LABEL_PX, np.array([view.width_px, view.height_px]) - LABEL_PX
    seen = shapely.clip_by_rect(drawn, left, top, right, low)
    large = shapely.area(seen) > LABEL_SHARE * view.width_px * view.height_px
    # The middle of the largest circle inside: a name there is least in the way.
    circles = shapely.maximum_inscribed_circle(seen[large], np.full(large.sum(), 4.0))
    middles = shapely.get_coordinates(shapely.get_point(circles, 0)).round(1).tolist()
    return {name: (x, y) for name, (x, y) in zip(names[large], middles, strict=True)}


def scale_bar(view: View) -> tuple[float, Text]:
    """
    Return a round length that fits a fifth of the frame: pixels, and what it is called.

    Examples
    --------
    >>> length_px, name = scale_bar(View(0, 0, 20, 640, 500))
    >>> length_px, name.en.split()
    (100.0, ['2', 'km'])
    """
    most_m = view.width_px / 5 * view.m_per_px
    power = 10 ** math.floor(math.log10(most_m))
    length_m = max(step * power for step in NICE if step * power <= most_m)
    km = 1000
    name = (
        say("{n}\u00a0km", n=count(length_m / km))
        if length_m >= km
        else say("{n}\u00a0m", n=count(length_m, digits=1))
    )
    return length_m / view.m_per_px, name
