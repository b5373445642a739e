"""GeoJSON by RFC 7946."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from almaty_geo.exports.sheet import DECIMALS, Sheet
from almaty_geo.files import expect, replacing

_FEATURE = b'{"type":"Feature",'


def write_geojson(sheet: Sheet, path: Path) -> None:
    """
    Write a table as GeoJSON by RFC 7946.

    Longitude and latitude in degrees to at most seven decimals, no ``crs`` member, outer rings
    anticlockwise, a ``bbox`` where there is a place, null for what is missing; one line a feature.
    """
    with replacing(path) as draft:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_parts(sheet))
        with draft.open("rb") as file:  # a line end within a text is escaped
            expect(path, len(sheet), sum(line.startswith(_FEATURE) for line in file), "features")


def _parts(sheet: Sheet) -> Iterator[str]:
    """Yield the text of a file bit by bit: a large one need not stand in memory whole."""
    values = sheet.values()
    box = f'"bbox":{_dump(_bbox(sheet))},' if _bbox(sheet) else ""
    yield f'{{"type":"FeatureCollection",{box}"features":['
    comma = "\n"
    for row, shape in enumerate(_geometries(sheet.shapes)):
        own = _dump({name: column[row] for name, column in values.items()})
        yield f'{comma}{{"type":"Feature","properties":{own},"geometry":{shape}}}'
        comma = ",\n"
    yield "\n]}\n" if len(sheet) else "]}\n"


def _geometries(shapes: NDArray[np.object_]) -> Iterator[str]:
    """Yield geometries as JSON; points, of which there may be a million, without a detour."""
    if set(shapely.get_type_id(shapes).tolist()) <= {-1, 0}:
        for x, y in zip(
            shapely.get_x(shapes).tolist(), shapely.get_y(shapes).tolist(), strict=True
        ):
            yield "null" if x != x else f'{{"type":"Point","coordinates":[{x!r},{y!r}]}}'  # noqa: PLR0124 - NaN: no place
    else:
        yield from (_dump(_geometry(shape)) for shape in shapes)


def _bbox(sheet: Sheet) -> list[float]:
    """Return west, south, east, north; nothing where nothing has a place."""
    located = sheet.shapes[~shapely.is_missing(sheet.shapes)]
    bounds = shapely.total_bounds(located).tolist() if len(located) else []
    return [round(bound, DECIMALS) for bound in bounds]


def _geometry(shape: shapely.Geometry | None) -> dict[str, Any] | None:
    """Return a geometry as GeoJSON has it, by the right-hand rule."""
    if isinstance(shape, Polygon):
        shape = orient(shape)
    elif isinstance(shape, MultiPolygon):
        shape = MultiPolygon([orient(part) for part in shape.geoms])
    found: dict[str, Any] | None = None if shape is None else json.loads(shapely.to_geojson(shape))
    return found


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
