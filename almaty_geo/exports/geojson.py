"""GeoJSON by RFC 7946."""

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from almaty_geo.exports.files import expect, replacing
from almaty_geo.exports.sheet import DECIMALS, Sheet


def write_geojson(sheet: Sheet, path: Path) -> None:
    """
    Write a table as GeoJSON by RFC 7946.

    Longitude and latitude in degrees to at most seven decimals, no ``crs`` member, outer rings
    anticlockwise, a ``bbox`` where there is a place, null for what is missing; one line a feature.
    """
    with replacing(path) as draft:
        draft.write_text(geojson(sheet), encoding="utf-8", newline="\n")
        again = json.loads(draft.read_text(encoding="utf-8"))
        expect(path, len(sheet), len(again["features"]), "features")


def geojson(sheet: Sheet) -> str:
    """Return a table as the text of a GeoJSON file."""
    values = sheet.values()
    lines = [
        _dump(
            {
                "type": "Feature",
                "properties": {name: column[row] for name, column in values.items()},
                "geometry": _geometry(shape),
            }
        )
        for row, shape in enumerate(sheet.shapes)
    ]
    box = f'"bbox":{_dump(_bbox(sheet))},' if _bbox(sheet) else ""
    features = "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
    return f'{{"type":"FeatureCollection",{box}"features":{features}}}\n'


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
