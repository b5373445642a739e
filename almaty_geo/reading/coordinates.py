"""From coordinates, as GeoJSON or WKT has them, to shapes; each that is not sound is named."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.rows import no_shapes
from almaty_geo.specs import GeometryType

DEPTH: Mapping[str, int] = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""Lists around a position in each type of geometry."""

ADMITTED: Mapping[GeometryType | None, tuple[str, ...]] = {
    "Point": ("Point",),
    "LineString": ("LineString", "MultiLineString"),
    "Polygon": ("Polygon", "MultiPolygon"),
    "none": (),
    None: tuple(DEPTH),
}
"""Types of geometry that a layer of each declared type may hold; any, where none is declared."""

_RING_MIN = 4
_LINE_MIN = 2
_POSITION_LENGTHS = frozenset({2, 3})
_NUMBERS = frozenset({int, float})
_WKT_TYPE = re.compile(r"\s*([A-Za-z]+)\s*(?:Z\s*)?(?:\(|EMPTY\s*$)", re.ASCII)


def shapes_of(
    geometries: Sequence[Any], wanted: GeometryType | None, faults: Faults
) -> NDArray[np.object_]:
    """
    Return shapes from GeoJSON geometries.

    Parameters
    ----------
    geometries
        Geometry objects (n,) as parsed; None is a thing without a place.
    wanted
        Type that they must have; None for any.
    faults
        Where each that cannot be taken is noted.

    Returns
    -------
    shapes
        Shapes (n,), height left out; None where there is none or it cannot be taken.
    """
    shapes = no_shapes(len(geometries))
    sound: dict[str, list[int]] = defaultdict(list)
    for index, geometry in enumerate(geometries):
        if geometry is None:
            continue
        fault = _type_fault(geometry, wanted) or _nesting_fault(geometry)
        if fault is None:
            sound[geometry["type"]].append(index)
        else:
            value, expected, hint, rule = fault
            faults.add(value, expected, feature=index, hint=hint, rule=rule)
    for kind, indices in sound.items():
        shapes[indices] = _built(kind, [geometries[i]["coordinates"] for i in indices])
    high = sum(_is_high(geometries[i]["coordinates"]) for own in sound.values() for i in own)
    if high:
        faults.note("height left out", "height", count=high)
    return shapes


def shapes_of_wkt(
    cells: Sequence[str | None], wanted: GeometryType | None, faults: Faults
) -> NDArray[np.object_]:
    """Return shapes (n,) from WKT, as `shapes_of` does from GeoJSON geometries."""
    taken = no_shapes(len(cells))
    for index, cell in enumerate(cells):
        if cell is None:
            continue
        found = _WKT_TYPE.match(cell)
        kinds = {kind.upper(): kind for kind in ADMITTED[wanted]}
        if found is None or found[1].upper() not in kinds:
            expected = f"WKT of type {_either(ADMITTED[wanted])}"
            faults.add(f"geometry {shown(cell)}", expected, feature=index, rule="geometry-type")
        else:
            taken[index] = cell
    with np.errstate(invalid="ignore"):  # "nan" is taken here, and named below with its feature
        given: NDArray[np.object_] = shapely.from_wkt(taken, on_invalid="ignore")
    if high := int(np.count_nonzero(shapely.has_z(given))):
        faults.note("height left out", "height", count=high)
    shapes: NDArray[np.object_] = shapely.force_2d(given)
    for index in np.flatnonzero((taken != None) & (shapes == None)).tolist():  # noqa: E711 - elementwise
        faults.add(_wkt_complaint(taken[index]), "WKT", feature=index, rule="nesting")
    for index in np.flatnonzero(shapely.is_empty(shapes)).tolist():
        faults.add("empty coordinates", "a place", feature=index, rule="empty")
        shapes[index] = None
    return shapes


_Complaint = tuple[str, str, str, str]
"""What was found, what was expected, a hint, and the slug of the rule."""


def _type_fault(geometry: Any, wanted: GeometryType | None) -> _Complaint | None:  # noqa: ANN401 - any JSON
    """Return what is wrong with the type of a geometry."""
    admitted = ADMITTED[wanted]
    if not isinstance(geometry, dict):
        return f"geometry is {shown(geometry)}", "an object or null", "", "geometry-type"
    kind = geometry.get("type")
    if kind in admitted and "coordinates" in geometry:
        return None
    if kind in admitted:
        return "geometry has no coordinates", "coordinates", "", "empty"
    if not admitted:
        return f"a geometry of type {shown(kind)}", "null, as in a table", "", "geometry-type"
    folded = {name.casefold(): name for name in DEPTH}
    meant = folded.get(kind.casefold()) if isinstance(kind, str) else None
    hint = f"{meant}? Letter case counts" if meant and meant != kind else ""
    return f"geometry type is {shown(kind)}", _either(admitted), hint, "geometry-type"


def _nesting_fault(geometry: Mapping[str, Any]) -> _Complaint | None:
    """Return what is wrong with coordinates as lists of lists of numbers."""
    kind = geometry["type"]
    sequences: list[Any] = []
    positions: list[Any] = []
    level = [geometry["coordinates"]]
    for _ in range(DEPTH[kind] + 1):
        if set(map(type, level)) != {list}:
            odd = next(value for value in level if type(value) is not list)
            return f"{shown(odd)} among coordinates", f"a list, as in a {kind}", "", "nesting"
        if not all(level):
            return "empty coordinates", "a place", "", "empty"
        sequences, positions, level = positions, level, list(chain.from_iterable(level))
    if not set(map(type, level)) <= _NUMBERS:
        odd = next(value for value in level if type(value) not in _NUMBERS)
        deep = "nested too deep?" if isinstance(odd, list) else ""
        return f"{shown(odd)} among coordinates", "a number", deep, "nesting"
    if not set(map(len, positions)) <= _POSITION_LENGTHS:
        short = next(p for p in positions if len(p) not in _POSITION_LENGTHS)
        return f"a position of {len(short)} numbers", "2 or 3", "", "nesting"
    return _sequence_fault(kind, sequences)


def _sequence_fault(kind: str, sequences: Sequence[list[list[float]]]) -> _Complaint | None:
    """Return what is wrong with a line or ring that is too short, or a ring left open."""
    if kind not in {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}:
        return None
    ring = kind.endswith("Polygon")
    least = _RING_MIN if ring else _LINE_MIN
    for number, sequence in enumerate(sequences):
        which = f"{'ring' if ring else 'line'}{f' {number}' if len(sequences) > 1 else ''}"
        if len(sequence) < least:
            found = f"{which} of {len(sequence)} positions"
            return found, f"at least {least}", "", "too-few-positions"
        if ring and sequence[0][:2] != sequence[-1][:2]:
            ends = f"{_pair(sequence[0])} and {_pair(sequence[-1])}"
            return f"{which} is not closed: it begins and ends at {ends}", "", "", "open-ring"
    return None


def _built(kind: str, coordinates: Sequence[Any]) -> NDArray[np.object_]:
    """Return shapes of one type from sound coordinates, all at once."""
    level: Sequence[Any] = coordinates
    offsets: list[NDArray[np.int64]] = []
    for _ in range(DEPTH[kind]):
        offsets.append(np.cumsum([0, *map(len, level)]))
        level = list(chain.from_iterable(level))
    flat = np.array([position[:2] for position in level], dtype=np.float64)
    geometry_type = shapely.GeometryType[kind.upper()]
    shapes: NDArray[np.object_] = shapely.from_ragged_array(
        geometry_type, flat, tuple(reversed(offsets)) or None
    )
    return shapes


def _is_high(coordinates: Sequence[Any]) -> bool:
    """Return whether sound coordinates begin with a position that has a height."""
    first = coordinates
    while isinstance(first[0], list):
        first = first[0]
    return len(first) > 2  # noqa: PLR2004 - longitude and latitude


def _wkt_complaint(cell: str) -> str:
    """Return why a cell is not WKT."""
    try:
        shapely.from_wkt(cell)
    except shapely.errors.GEOSException as error:
        return legible_reason(str(error))
    return "not WKT"


def legible_reason(reason: str) -> str:
    """
    Return a geometry library's reason without the name of its exception.

    Examples
    --------
    >>> legible_reason("ParseException: Expected number but encountered ')'")
    "expected number but encountered ')'"
    """
    phrase = reason.split(": ", 1)[-1].split("\n", maxsplit=1)[0]
    return phrase[:1].lower() + phrase[1:]


def _pair(position: Sequence[float]) -> str:
    return f"{position[0]:.10g}, {position[1]:.10g}"


def _either(kinds: Sequence[str]) -> str:
    return " or ".join(kinds)
