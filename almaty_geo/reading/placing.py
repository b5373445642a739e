"""Which columns of a table hold its places, and the shapes in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.reading.coordinates import shapes_of_wkt
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.figures import plain_number
from almaty_geo.reading.options import Options
from almaty_geo.reading.rows import IN_DEGREES, Stated, no_shapes
from almaty_geo.specs import Column, GeometryType

LONGITUDE, LATITUDE, WKT = "lon", "lat", "geometry_wkt"
"""Columns that hold a place: two of degrees, or one of WKT."""

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
"""A number as JSON has it, but for leading zeros."""

_DEGREES = (
    (LONGITUDE, LATITUDE), ("lng", "lat"), ("long", "lat"), ("longitude", "latitude"),
    ("долгота", "широта"), ("бойлық", "ендік"),
)  # fmt: skip
_METRES = (("x", "y"), ("easting", "northing"))
_WKT_NAMES = (WKT, "wkt", "wkt_geom", "geometry", "geom", "the_geom")
_WKT_LIKE = re.compile(r"\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b", re.IGNORECASE)

Cells = Mapping[str, Sequence[Any]]
"""Columns of a table as they were read, by name; an empty cell is None."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A table parted into places and the rest."""

    shapes: NDArray[np.object_]
    """Shapes (n,), None where there is none."""

    stated: Stated
    """Their coordinate system."""

    rest: dict[str, Sequence[Any]]
    """The other columns, and those of places that are declared too."""


def placed(
    cells: Cells,
    wanted: GeometryType | None,
    declared: Mapping[str, Column],
    options: Options,
    faults: Faults,
) -> Placed:
    """
    Part a table into places and the rest.

    Parameters
    ----------
    cells
        The table.
    wanted
        Type that the geometries must have: "none" for a plain table, None to take what is there.
    declared
        The sidecar's columns.
    options
        Which columns hold places, if that was said; whether other names are recognised.
    faults
        Where it is noted that there are no places, and each that cannot be taken.
    """
    count = len(next(iter(cells.values()), ()))
    if wanted == "none":
        return Placed(no_shapes(count), IN_DEGREES, dict(cells))
    names = _place_columns(cells, wanted, options)
    taken = {name: cells[name] for name in names}
    kept = set(declared) if options.columns is None else set(options.columns.values())
    rest = {n: v for n, v in cells.items() if n not in names or n in kept}
    if names and not set(names) <= {LONGITUDE, LATITUDE, WKT}:
        which = " and ".join(shown(name) for name in names)
        faults.note(f"places are read from {which}", "places", count=count)
    stated = _stated(names)
    return Placed(_shapes(taken, count, wanted, options, faults), stated, rest)


def _place_columns(cells: Cells, wanted: GeometryType | None, options: Options) -> tuple[str, ...]:
    """Return the columns that hold places: longitude before latitude, or WKT, or none."""
    if options.places:
        return tuple(name for name in options.places if name in cells)
    exact: tuple[str, ...] = (LONGITUDE, LATITUDE) if {LONGITUDE, LATITUDE} <= cells.keys() else ()
    exact += (WKT,) if WKT in cells else ()
    if exact or not options.recognise:
        return exact
    folded = {name.strip().casefold(): name for name in reversed(list(cells))}
    metres = _METRES if options.crs is not None or wanted == "Point" else ()
    for pair in (*_DEGREES, *metres):
        if folded.keys() >= set(pair):
            return tuple(folded[name] for name in pair)
    for name in _WKT_NAMES:
        if name in folded and _is_wkt(cells[folded[name]]):
            return (folded[name],)
    return ()


def _is_wkt(column: Sequence[Any]) -> bool:
    """Return whether the first filled cell of a column looks like WKT."""
    first = next((cell for cell in column if cell is not None), None)
    return isinstance(first, str) and _WKT_LIKE.match(first) is not None


def _stated(names: Sequence[str]) -> Stated:
    """Return the system that places in such columns have where none is given."""
    if tuple(name.strip().casefold() for name in names) in _METRES:
        which = " and ".join(shown(name) for name in names)
        return Stated("", f"the coordinate system of {which} is not stated")
    return IN_DEGREES


def _shapes(
    places: Cells, count: int, wanted: GeometryType | None, options: Options, faults: Faults
) -> NDArray[np.object_]:
    """Return shapes (n,) from the columns that hold places."""
    if len(places) > 2:  # noqa: PLR2004 - lon and lat, and WKT
        faults.add(f"places in {LONGITUDE}, {LATITUDE} and in {WKT}", "one of them", rule="places")
    elif len(places) == 1:
        return _of_wkt(next(iter(places.values())), wanted, faults)
    elif places and wanted in {None, "Point"}:
        return _points(places, options, faults)
    elif wanted not in {None, "none"}:
        pair = f"{LONGITUDE} and {LATITUDE} or " if wanted == "Point" else ""
        faults.add("no columns for places", f"{pair}{WKT}", rule="missing-column")
    return no_shapes(count)


def _of_wkt(
    cells: Sequence[Any], wanted: GeometryType | None, faults: Faults
) -> NDArray[np.object_]:
    """Return shapes from cells of WKT; what is not text is named as such."""
    return shapes_of_wkt([c if c is None else str(c) for c in cells], wanted, faults)


def _points(places: Cells, options: Options, faults: Faults) -> NDArray[np.object_]:
    """Return points (n,), None where both cells are empty."""
    xs, ys = places.values()
    shapes = no_shapes(len(xs))
    xy: dict[int, tuple[float, float]] = {}
    changed: list[tuple[int, str, str]] = []
    for index, pair in enumerate(zip(xs, ys, strict=True)):
        if pair == (None, None):
            continue
        x, y = (_number(cell, options) for cell in pair)
        if x is None or y is None:
            _name_bad(index, dict(zip(places, pair, strict=True)), options, faults)
            continue
        xy[index] = (x, y)
        changed += [(index, c, "") for c in pair if isinstance(c, str) and "," in c]
    if changed:
        said = f"{len(changed):,} coordinates have a decimal comma, such as {shown(changed[0][1])}"
        faults.note(said, "decimal-comma", count=len(changed))
    if xy:
        shapes[list(xy)] = shapely.points(np.array(list(xy.values())))
    return shapes


def _name_bad(index: int, place: Mapping[str, Any], options: Options, faults: Faults) -> None:
    """Note which coordinate of a place is none."""
    for name, cell in place.items():
        if _number(cell, options) is None:
            hint = "a decimal comma?" if isinstance(cell, str) and cell.count(",") == 1 else ""
            faults.add(
                shown(cell), "degrees", feature=index, column=name, hint=hint, rule="nesting"
            )


def _number(cell: Any, options: Options) -> float | None:  # noqa: ANN401 - any value
    """Return a coordinate, or None if it is none."""
    if type(cell) in {int, float}:
        return float(cell)
    if not isinstance(cell, str):
        return None
    if NUMBER.fullmatch(cell):
        return float(cell)
    if not options.lenient_numbers:
        return None
    # Degrees have no thousands: one comma is the decimal sign.
    decimal = options.decimal or ("," if options.crs is None and cell.count(",") == 1 else None)
    number = plain_number(cell, decimal)
    return None if number is None else float(number)
