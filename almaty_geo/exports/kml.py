"""KML: what map viewers on phones and globes open; every column goes along."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from shapely.geometry import Point, Polygon
from shapely.geometry.polygon import orient

from almaty_geo.exports.sheet import DECIMALS, Sheet
from almaty_geo.exports.xml_text import child, legal
from almaty_geo.files import expect, failed, replacing

NAMESPACE = "http://www.opengis.net/kml/2.2"

_NAMED_BY = ("name_ru", "name_kk", "name_en", "name", "id")
"""Columns that can name a row; the first that is filled does."""

_INT_MAX = 2**31


def write_kml(sheet: Sheet, path: Path) -> None:
    """
    Write a table as KML 2.2, one placemark a row, with typed columns.

    Rows without a place are placemarks without geometry. Nothing is written where viewers read
    markup (``description`` of a placemark): names and values are text.
    """
    with replacing(path) as draft:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
            file.write(f'<kml xmlns="{NAMESPACE}"><Document>\n')
            file.writelines(f"{_line(element)}\n" for element in _elements(sheet))
            file.write("</Document></kml>\n")
        expect(path, len(sheet), _placemarks(draft, path), "placemarks")


def _placemarks(draft: Path, path: Path) -> int:
    """Return how many placemarks a file holds."""
    found = 0
    try:
        for _, element in ET.iterparse(draft):  # noqa: S314 - written by ourselves, just now
            found += element.tag == f"{{{NAMESPACE}}}Placemark"
            element.clear()
    except ET.ParseError as error:
        raise failed(path, str(error)) from error
    return found


def _line(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode")


def _elements(sheet: Sheet) -> Iterator[ET.Element]:
    """Yield the parts of the document."""
    root = ET.Element("Document")
    yield child(root, "name", sheet.name)
    if sheet.description:
        yield child(root, "description", sheet.description)
    yield _schema(root, sheet)
    values = sheet.values()
    named_by = [name for name in _NAMED_BY if name in values]
    for row, shape in enumerate(sheet.shapes):
        mark = ET.Element("Placemark")
        name = next((values[n][row] for n in named_by if values[n][row] is not None), None)
        if name is not None:
            child(mark, "name", str(name))
        data = child(child(mark, "ExtendedData"), "SchemaData", schemaUrl=f"#{sheet.name}")
        for column, cells in values.items():
            if cells[row] is not None:
                child(data, "SimpleData", _written(cells[row]), name=column)
        if shape is not None:
            _add_shape(mark, shape)
        yield mark


def _schema(parent: ET.Element, sheet: Sheet) -> ET.Element:
    """Add what the columns are."""
    schema = child(parent, "Schema", name=sheet.name, id=sheet.name)
    for name in sheet.columns:
        child(schema, "SimpleField", name=str(name), type=_type(sheet.columns[name]))
    return schema


def _type(column: "pd.Series[Any]") -> str:
    """Return KML's name for the type of a column."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return "bool"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "int" if not (column.abs() >= _INT_MAX).any() else "double"
    return "double" if pd.api.types.is_float_dtype(column.dtype) else "string"


def _written(value: Any) -> str:  # noqa: ANN401 - a cell of any column
    return str(int(value)) if isinstance(value, bool) else legal(str(value))


def _add_shape(parent: ET.Element, shape: shapely.Geometry) -> None:
    """Add a geometry; the parts of one that has several within a ``MultiGeometry``."""
    if isinstance(shape, Polygon):
        _add_area(parent, orient(shape))
    elif isinstance(shape, Point):
        child(child(parent, "Point"), "coordinates", _coordinates(shape))
    elif isinstance(shape, shapely.LineString):
        child(child(parent, "LineString"), "coordinates", _coordinates(shape))
    else:
        several = child(parent, "MultiGeometry")
        for part in shapely.get_parts(shape):
            _add_shape(several, part)


def _add_area(parent: ET.Element, area: Polygon) -> None:
    polygon = child(parent, "Polygon")
    rings = [("outerBoundaryIs", area.exterior), *(("innerBoundaryIs", r) for r in area.interiors)]
    for side, ring in rings:
        child(child(child(polygon, side), "LinearRing"), "coordinates", _coordinates(ring))


def _coordinates(shape: shapely.Geometry) -> str:
    """Return longitude,latitude pairs."""
    pairs = shapely.get_coordinates(shape).tolist()
    return " ".join(f"{_number(lon)},{_number(lat)}" for lon, lat in pairs)


def _number(degrees: float) -> str:
    return f"{degrees:.{DECIMALS}f}".rstrip("0").rstrip(".")
