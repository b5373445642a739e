"""Doubts about single shapes: corners written twice, spikes, parts and holes too small to be."""

import json
from collections.abc import Callable, Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.doctor.finding import Finding, Mending, id_of, repair_of

TINY_M2 = 100.0
"""A part or a hole smaller than this is a slip of the pen, if it is small in its shape too."""

TINY_SHARE = 0.001
"""Small in its shape: less than this share of it."""

SPIKE_DEG = 1.0
"""Two sides that turn back on each other within this angle make a spike."""

STATED_SHARE = 0.02
"""How far an area may be from what its row states."""

DECIMALS = (7, 12)
"""Decimals of a degree that are written: at least a centimetre, at most what is kept apart."""

_UNITS_M2 = {"m2": 1.0, "m²": 1.0, "ha": 1e4, "km2": 1e6, "km²": 1e6}
_RING_MIN = 4


def shapes(layer: Layer, area: StudyArea) -> Iterator[Finding]:
    """
    Yield doubts about the shapes of lines and areas, one by one.

    Parameters
    ----------
    layer
        Lines, areas; other layers have nothing to find.
    area
        For the metric plane.
    """
    if layer.spec.geometry not in {"LineString", "Polygon"} or not len(layer.located):
        return
    degrees = layer.located.geometry.to_numpy()
    yield from _doubled(layer, degrees, area)
    if layer.spec.geometry == "Polygon":
        metres = area.to_metres(degrees)
        for row, shape, plane in zip(layer.located.index, degrees, metres, strict=True):
            yield from _spiked(layer, row, (shape, plane), area)
            yield from _tiny(layer, row, (shape, plane), area)
        yield from _stated(layer, shapely.area(metres))


def reshaped(
    layer: str,
    feature: tuple[str, int],
    rule: str,
    shapes: tuple[shapely.Geometry, shapely.Geometry],
    area: StudyArea,
    *,
    where: str = "",
) -> Mending | None:
    """
    Return the repair that gives a feature another shape.

    Parameters
    ----------
    layer, feature, rule
        Whose shape it is (id, and row of the file), and why it changes.
    shapes
        As it is and as it would be, in degrees.
    area
        For the metric plane; areas before and after are told.
    where
        What tells it from other repairs of the same feature by the same rule, if anything.

    Returns
    -------
    repair
        None if nothing sound would be left.
    """
    shape, wanted = shapes
    decimals = _decimals(shape)
    sound = _rounded(wanted, decimals)
    if not shapely.is_valid(sound):  # rounded corners of a thin place can pass each other
        sound = _rounded(
            polygonal(shapely.set_precision(polygonal(wanted), 10.0**-decimals)), decimals
        )
    if shapely.is_empty(sound) or not shapely.is_valid(sound):
        return None
    before, after = area.to_metres([shape, sound])
    if shapely.get_dimensions(sound) == 1:
        number = (shapely.get_num_coordinates(s) for s in (before, after))
        shown = tuple(f"a line of {n} corners" for n in number)
    elif shapely.area(after) > 0:
        shown = (
            f"an outline of {shapely.area(before):,.0f} m²",
            f"one of {shapely.area(after):,.0f} m²",
        )
    else:
        return None
    members = tuple({"geometry": json.loads(shapely.to_geojson(s))} for s in (shape, sound))
    told = (shown[0], shown[1])
    return repair_of(layer, feature, rule, told, (members[0], members[1]), where=where)


def polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the parts of a shape that are areas, as one."""
    parts = shapely.get_parts(shapely.make_valid(shape))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - areas


def _of(
    layer: Layer,
    row: object,
    rule: str,
    said: str,
    shapes: tuple[shapely.Geometry, shapely.Geometry],
    area: StudyArea,
) -> Finding:
    """Return a warning about one shape, with the repair that mends it."""
    name = id_of(layer, row)
    feature = (name, int(layer.frame.index.get_loc(row)))  # type: ignore[arg-type]  # rows are numbered
    repair = reshaped(layer.id, feature, rule, shapes, area)
    return Finding(layer.id, name, rule, "warning", f"{name}: {said}.", repair)


def _doubled(layer: Layer, degrees: NDArray[np.object_], area: StudyArea) -> Iterator[Finding]:
    """Yield shapes that say the same corner several times in a row."""
    single = shapely.remove_repeated_points(degrees)
    more = shapely.get_num_coordinates(degrees) - shapely.get_num_coordinates(single)
    for i in np.flatnonzero(more).tolist():
        corners = "corner is" if more[i] == 1 else "corners are"
        said = f"{more[i]} {corners} written twice in a row"
        row = layer.located.index[i]
        yield _of(layer, row, "corner-twice", said, (degrees[i], single[i]), area)


def _spiked(
    layer: Layer, row: object, shapes: tuple[shapely.Geometry, shapely.Geometry], area: StudyArea
) -> Iterator[Finding]:
    """Yield an outline that goes out and comes back on itself."""
    shape, metres = shapes
    rings = shapely.get_rings(metres)
    points = [spike for ring in rings for spike in _spikes(shapely.get_coordinates(ring))]
    if points:
        places = shapely.get_coordinates(area.to_degrees(shapely.points(points)))
        at = f"{places[0][0]:.6g}, {places[0][1]:.6g}"
        number = "a spike" if len(points) == 1 else f"{len(points)} spikes, one"
        gone = {tuple(place) for place in np.round(places, DECIMALS[0]).tolist()}
        said = f"the outline has {number} at {at}"
        yield _of(layer, row, "spike", said, (shape, _without(shape, gone)), area)


def _spikes(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of a closed ring where both sides run the same way."""
    corners = ring[:-1]
    if len(corners) < _RING_MIN:
        return np.empty((0, 2))
    back, on = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(back, axis=1) * np.linalg.norm(on, axis=1)
    with np.errstate(invalid="ignore"):
        cosine = (back * on).sum(axis=1) / np.where(lengths > 0, lengths, np.nan)
    found: NDArray[np.float64] = corners[cosine > np.cos(np.radians(SPIKE_DEG))]
    return found


def _without(shape: shapely.Geometry, gone: set[tuple[float, ...]]) -> shapely.Geometry:
    """Return areas without some corners."""

    def kept(ring: shapely.Geometry) -> list[tuple[float, float]]:
        rows = shapely.get_coordinates(ring)
        marks = np.round(rows, DECIMALS[0]).tolist()
        left = [
            row for row, mark in zip(rows.tolist(), marks, strict=True) if tuple(mark) not in gone
        ]
        return left if len(left) >= _RING_MIN - 1 else rows.tolist()

    parts = [
        shapely.Polygon(kept(part.exterior), [kept(hole) for hole in part.interiors])
        for part in shapely.get_parts(shape)
    ]
    return polygonal(shapely.union_all(shapely.make_valid(np.array(parts, dtype=object))))


def _tiny(
    layer: Layer, row: object, shapes: tuple[shapely.Geometry, shapely.Geometry], area: StudyArea
) -> Iterator[Finding]:
    """Yield an outline with parts or holes too small to be meant."""
    shape, metres = shapes
    limit = min(TINY_M2, TINY_SHARE * float(shapely.area(metres)))
    parts = shapely.get_parts(shape)
    small = shapely.area(shapely.get_parts(metres)) < limit
    if small.any():
        left = shapely.union_all(parts[~small])
        said = f"{_number(int(small.sum()), 'part')} smaller than {limit:,.0f} m²"
        yield _of(layer, row, "tiny-part", said, (shape, left), area)
    holes = [shapely.Polygon(hole) for part in parts for hole in part.interiors]
    sizes = shapely.area(area.to_metres(holes)) if holes else np.empty(0)
    tiny = [hole for hole, size in zip(holes, sizes.tolist(), strict=True) if size < limit]
    if tiny:
        filled = shapely.union_all([shape, *tiny])
        said = f"{_number(len(tiny), 'hole')} smaller than {limit:,.0f} m²"
        yield _of(layer, row, "tiny-hole", said, (shape, filled), area)


def _stated(layer: Layer, metres2: NDArray[np.float64]) -> Iterator[Finding]:
    """Yield outlines whose area is another than their row states."""
    located = layer.located
    for name, column in layer.spec.columns.items():
        unit_m2 = _UNITS_M2.get(column.unit)
        if unit_m2 is None or column.kind not in {"int", "float"}:
            continue
        stated = located[name].to_numpy(dtype=float, na_value=np.nan)
        held = metres2 / unit_m2
        for i in np.flatnonzero(np.abs(held - stated) > STATED_SHARE * stated).tolist():
            row = id_of(layer, located.index[i])
            said = f"{row}: the outline holds {held[i]:,.2f} {column.unit}, {name} says"
            sentence = f"{said} {stated[i]:,.2f}."
            yield Finding(layer.id, row, "stated-area", "note", sentence)


def _number(number: int, noun: str) -> str:
    return f"{number} {noun} is" if number == 1 else f"{number} {noun}s are"


def _decimals(shape: shapely.Geometry) -> int:
    """Return how many decimals of a degree the corners of a shape are written with."""
    at = shapely.get_coordinates(shape)
    fits: Callable[[int], bool] = lambda n: bool((np.round(at, n) == at).all())  # noqa: E731 - short
    return next((n for n in range(*DECIMALS) if fits(n)), DECIMALS[1])


def _rounded(shape: shapely.Geometry, decimals: int) -> shapely.Geometry:
    """Return a shape with corners of so many decimals, each once."""
    rounded = shapely.transform(shape, lambda xy: np.round(xy, decimals))
    return shapely.remove_repeated_points(rounded)
