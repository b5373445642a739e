"""The one door: what comes in whole, what is refused, and how every fault is named."""

import csv
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almaty_geo import reading
from almaty_geo.area import StudyArea
from almaty_geo.reading import STRICT, Fault, Found, read_layer
from almaty_geo.reading.columns import TEXT_MAX_CHARS
from almaty_geo.reading.faults import FAULTS_MAX
from almaty_geo.reading.files import SIZE_MAX_BYTES
from almaty_geo.reading.rows import COLUMNS_MAX, ROWS_MAX
from almaty_geo.reading.strict_json import DEPTH_MAX
from almaty_geo.specs import LayerSpec
from almaty_geo.words import same

TOWN = StudyArea(same("Town"), (76.5, 43.0, 77.3, 43.6), "EPSG:32643")
HERE = [76.9, 43.25]
SQUARE = [[[76.9, 43.2], [76.95, 43.2], [76.95, 43.25], [76.9, 43.25], [76.9, 43.2]]]
BOWTIE = [[[76.9, 43.2], [76.95, 43.25], [76.95, 43.2], [76.9, 43.25], [76.9, 43.2]]]
LINE_COLUMNS = {"id": {"kind": "str"}}
COLUMNS: dict[str, Any] = {
    "id": {"kind": "str"},
    "name_ru": {"kind": "str"},
    "seats": {"kind": "int", "minimum": 0, "maximum": 9000},
}


def read_outside(path: Path, declared: LayerSpec | None, area: StudyArea | None = None) -> Found:
    """Read as a plan's own files are read: what is not as promised is refused, not recognised."""
    return reading.read_outside(path, declared, area, options=STRICT)


def spec(geometry: str = "Point", file: str = "x.geojson", **changed: Any) -> LayerSpec:
    title = {"kk": "а", "ru": "б", "en": "c"}
    source = {
        "publisher": "Invented",
        "url": "not stated",
        "accessed": date(2026, 3, 1),
        "licence": "CC0-1.0",
        "confidence": "high",
    }
    return LayerSpec.model_validate(
        {
            "id": "x",
            "title": title,
            "role": "context",
            "geometry": geometry,
            "file": file,
            "sha256": "0" * 64,
            "date": "2026",
            "precision": {"method": "register"},
            "source": [source],
            "columns": COLUMNS,
            **changed,
        }
    )


def feature(geometry: Any, /, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"id": "a", **properties}, "geometry": geometry}


def point(coordinates: Any = HERE, /, **properties: Any) -> dict[str, Any]:
    return feature({"type": "Point", "coordinates": coordinates}, **properties)


def polygon(coordinates: Any = SQUARE, /, **properties: Any) -> dict[str, Any]:
    return feature({"type": "Polygon", "coordinates": coordinates}, **properties)


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def full(*seats: Any) -> dict[str, Any]:
    return collection(
        *(point(HERE, id=f"s{i}", name_ru="№", seats=seat) for i, seat in enumerate(seats))
    )


def taken(folder: Path, content: Any, name: str = "x.geojson") -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_bytes(text.encode())
    return path


def said(found: Found) -> str:
    return "\n".join(str(fault) for fault in found.faults)


# What is refused, and the words it is refused with. Names are those of the list of bad input.
NESTED_COLLECTIONS = '{"type":"GeometryCollection","geometries":[' * 300 + "]}" * 300
WITHOUT_SPEC: Mapping[str, tuple[Any, str]] = {
    "missing geometry member": (
        collection({"type": "Feature", "properties": {}}),
        "feature 0: no geometry, expected a geometry or null",
    ),
    "zero bytes": (b"", "file is empty (0 bytes)"),
    "trailing garbage": (
        json.dumps(collection(point())) + " garbage",
        "text after its end, expected one JSON document",
    ),
    "duplicate keys": (
        ('{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,'
        '"properties":{"capacity":1,"capacity":2}}]}'),
        "feature 0: member 'capacity' is there twice",
    ),
    "duplicate keys beside features": (
        '{"type":"FeatureCollection","name":1,"name":2,"features":[]}',
        "x.geojson: member 'name' is there twice",
    ),
    "duplicate keys in a geometry": (
        ('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        '"geometry":{"type":"Point","coordinates":[76.9,43.2],"coordinates":[76.8,43.2]}}]}'),
        "feature 0: member 'coordinates' is there twice",
    ),
    "empty coordinates": (collection(point([])), "feature 0 (a): empty coordinates"),
    "empty ring": (collection(polygon([[]])), "feature 0 (a): empty coordinates"),
    "too shallow": (collection(polygon(SQUARE[0])), "76.9 among coordinates, expected a list"),
    "too deep": (
        collection(point([HERE])),
        "a list among coordinates, expected a number (nested too deep?)",
    ),
    "null coordinate": (collection(point([None, 43.2])), "empty among coordinates"),
    "text coordinate": (collection(point(["76.9", 43.2])), "'76.9' among coordinates"),
    "true as coordinate": (collection(point([True, 43.2])), "true among coordinates"),
    "coordinates are text": (collection(point("76.9 43.2")), "'76.9 43.2' among coordinates"),
    "one number": (collection(point([76.9])), "a position of 1 numbers, expected 2 or 3"),
    "five numbers": (collection(point([76.9, 43.2, 1, 2, 3])), "a position of 5 numbers"),
    "no coordinates": (collection(feature({"type": "Point"})), "geometry has no coordinates"),
    "geometry is text": (collection(feature("POINT (76.9 43.2)")), "geometry is 'POINT"),
    "wrong case": (
        collection(feature({"type": "point", "coordinates": HERE})),
        "geometry type is 'point', expected Point or",
    ),
    "wrong case of the whole": (
        {"type": "Featurecollection", "features": []},
        ("type is 'Featurecollection', expected a FeatureCollection or a Feature "
        "(FeatureCollection? Letter case counts)"),
    ),
    "one text a line": (
        json.dumps(point()) + "\n" + json.dumps(point()) + "\n",
        "(one JSON text a line, GeoJSONSeq?",
    ),
    "record separators": ("\x1e" + json.dumps(point()) + "\n", "GeoJSONSeq?"),
    "NaN": (('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"v":NaN},'
            '"geometry":null}]}'), "feature 0, column v: NaN, expected"),
    "NaN coordinate": (
        json.dumps(collection(point([float("nan"), 43.2]))),
        "feature 0 (a): NaN among coordinates, expected a number",
    ),
    "NaN beside features": ('{"type":"FeatureCollection","bbox":[NaN],"features":[]}', "NaN"),
    "1e308": (collection(point([1e308, 43.2])), "longitude 1e+308"),
    "1e999": (
        '{"type":"Feature","properties":{"v":1e999},"geometry":null}',
        "feature 0, column v: inf, expected a finite number",
    ),
    "1e999 as coordinate": (
        '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1e999,43]}}',
        "longitude inf",
    ),
    "latitude over 90": (
        collection(point([76.9, 95.2])),
        ("latitude 95.2, expected a place in the area of interest, longitude 76.5 to 77.3, "
        "latitude 43 to 43.6 (latitude out of range)"),
    ),
    "huge whole number": (
        full(10**25),
        "feature 0 (s0), column seats: 10000000000000000000000000, expected",
    ),
    "whole number of 10,000 digits": (
        '{"type":"Feature","geometry":null,"properties":{"v":' + "9" * 10_000 + "}}",
        "column v: 99999",
    ),
    "huge whole coordinate": (collection(point([10**400, 43])), "among coordinates"),
    "number beyond every reader": (full(2**53), "column seats: 9007199254740992, expected at most"),
    "3857 without crs": (
        collection(point([8560000, 5350000]), point([8561000, 5351000], id="b")),
        "all 2 places are out of bounds, such as longitude 8560000, latitude 5350000 of feature 0",
    ),
    "3857 hint": (collection(point([8560000, 5350000])), "(metres, EPSG:3857?)"),
    "other metres": (collection(point([654000, 4790000])), "(metres, EPSG:32643 or EPSG:2503?)"),
    "crs null": (collection(point(), crs=None), "crs is null, so unknown"),
    "crs garbage": (
        collection(crs={"type": "name", "properties": {"name": "EPSG:garbage"}}),
        "crs is 'EPSG:garbage', expected longitude and latitude, EPSG:4326 or CRS84",
    ),
    "crs of text": (collection(crs="EPSG:4326"), "crs is 'EPSG:4326', expected"),
    "crs link": (
        collection(crs={"type": "link", "properties": {"href": "http://example.org/crs"}}),
        ("crs is 'http://example.org/crs', expected longitude and latitude, EPSG:4326 or CRS84 "
        "(a linked definition is not fetched)"),
    ),
    "swapped": (collection(point([43.25, 76.9])), "(latitude and longitude swapped?)"),
    "swapped by an axis order": (
        collection(
            point([43.25, 76.9]),
            crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}},
        ),
        "swapped?",
    ),
    "local grid": (collection(point([12.5, 55.3])), "(another place, or a metric grid?)"),
    "pole": (collection(point([0, 90])), "longitude 0, latitude 90, expected a place in the area"),
    "bow-tie": (
        collection(polygon(BOWTIE)),
        "feature 0 (a): the outline crosses itself at 76.925, 43.225, expected a sound outline",
    ),
    "ring of two positions": (
        collection(polygon([[HERE, HERE]])),
        "ring of 2 positions, expected at least 4",
    ),
    "open ring": (
        collection(polygon([SQUARE[0][:-1]])),
        "ring is not closed: it begins and ends at 76.9, 43.2 and 76.9, 43.25",
    ),
    "line of one position": (
        collection(feature({"type": "LineString", "coordinates": [HERE]})),
        "line of 1 positions, expected at least 2",
    ),
    "line of no length": (
        collection(feature({"type": "LineString", "coordinates": [HERE, HERE]})),
        "the outline has no length",
    ),
    "no area": (
        collection(polygon([[[76.9, 43.2], [76.95, 43.2], [76.99, 43.2], [76.9, 43.2]]])),
        "the outline has no area",
    ),
    "geometry collection": (
        collection(feature({"type": "GeometryCollection", "geometries": []})),
        "geometry type is 'GeometryCollection', expected Point or MultiPoint or",
    ),
    "geometry collection alone": (
        {"type": "GeometryCollection", "geometries": []},
        "type is 'GeometryCollection', expected a FeatureCollection or a Feature",
    ),
    "geometry alone": ({"type": "Point", "coordinates": HERE}, "type is 'Point', expected a Fea"),
    "one bad part": (
        collection(feature({"type": "MultiPolygon", "coordinates": [SQUARE, BOWTIE]})),
        "part 1: the outline crosses itself",
    ),
    "not UTF-8": (b'{"type":"Feature\xd0"}', "byte 16 is 0xd0, not UTF-8, expected UTF-8"),
    "cp1251": (
        json.dumps(collection(point(name="Школа")), ensure_ascii=False).encode("cp1251"),
        "(cp1251, as Russian spreadsheets write?)",
    ),
    "UTF-16": (json.dumps(collection()).encode("utf-16"), "(UTF-16?)"),
    "lone surrogate": (collection(point(name="\ud800")), "column name: '', expected text without"),
    "terminal control": (
        collection(point(name="a\x1b[31m\x1b]0;b\x07")),
        "column name: 'a[31m]0;b', expected text without control characters",
    ),
    "terminal control in a column's name": (
        collection(point(**{"a\x1b[2J": 1})),
        "the name 'a[2J', expected a readable name",
    ),
    "nested lists": (b"[" * 10_000_000, f"nested deeper than {DEPTH_MAX}"),
    "nested objects": ('{"a":' * 10_000_000, f"nested deeper than {DEPTH_MAX}"),
    "nested behind a quote": ('["\\"",' + "[" * 10_000, f"nested deeper than {DEPTH_MAX}"),
    "nested geometry collections": (NESTED_COLLECTIONS, f"nested deeper than {DEPTH_MAX}"),
    "too many columns": (
        collection(point(**{f"c{i}": i for i in range(10_000)})),
        f"10,001 columns, expected at most {COLUMNS_MAX:,}",
    ),
    "duplicate Feature.id": (
        collection({**point(), "id": 7}, {**point(id="b"), "id": 7}),
        "feature 1 (b): Feature id 7 is also that of feature 0, expected an id of its own",
    ),
    "columns alike but for case": (
        collection(point(capacity=1, Capacity=2)),
        "columns 'capacity' and 'Capacity' differ only in case",
    ),
    "mixed types": (
        collection(point(v=1), point(id="b", v=2), point(id="c", v="three")),
        "feature 2 (c), column v: 'three', expected a whole number",
    ),
    "a column named geometry": (collection(point(geometry=1)), "column geometry: that name is"),
    "not a feature": (collection(None), "feature 0: type is empty, expected a Feature"),
    "feature of another case": (collection({"type": "feature"}), "(letter case counts)"),
    "properties are a list": (
        collection({"type": "Feature", "geometry": None, "properties": []}),
        "feature 0: properties are a list, expected an object or null",
    ),
    "no properties": (collection({"type": "Feature", "geometry": None}), "0: no properties"),
    "features are an object": (
        {"type": "FeatureCollection", "features": {}},
        "member features: an object, expected a list",
    ),
    "a virtual dataset": (
        '<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>',
        "it begins with '<OGRVRTDataSource>': XML or HTML?",
    ),
    "a pipeline": (
        {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read http://x"},
        "type is 'gdal_streamed_alg', expected a FeatureCollection or a Feature",
    ),
    "a topology": ({"type": "Topology"}, "type is 'Topology'"),
    "a number": ("7", "x.geojson: 7, expected a FeatureCollection or a Feature"),
    "half a file": ('{"type": "FeatureCollection", "features": [', "not JSON at line 1, column 44"),
    "text too long": (
        collection(point(name="x" * (TEXT_MAX_CHARS + 1))),
        f"expected at most {TEXT_MAX_CHARS:,} characters",
    ),
}  # fmt: skip

WITH_SPEC: Mapping[str, tuple[Any, str]] = {
    "missing column": (
        collection(point(HERE, id="a")),
        "x.geojson: column seats: is missing, expected as declared (there are: id)",
    ),
    "undeclared column": (
        collection(point(HERE, id="a", name_ru="b", seats=1, rating=4)),
        "column rating: is not declared, expected one of id, name_ru, seats (first in feature 0)",
    ),
    "column of another case": (
        collection(point(HERE, id="a", name_ru="b", Seats=1)),
        "column Seats: is not declared, expected one of id, name_ru, seats (seats?)",
    ),
    "digits set apart": (
        full(1, "1 200"),
        (
            "x.geojson: feature 1 (s1), column seats: '1 200', expected a whole number "
            "(a number with its digits set apart?)"
        ),
    ),
    "digits set apart, no break": (
        full("1\u202f200"),
        "'1\u202f200', expected a whole number (a num",
    ),
    "true is no number": (full(True), "column seats: true, expected a whole number"),  # noqa: FBT003 - the value
    "a point in a whole number": (full(12.0), "12.0, expected a whole number (12, without a point"),
    "a broken number": (full(12.5), "column seats: 12.5, expected a whole number."),
    "a nested value": (full({"a": 1}), "column seats: an object, expected a whole number"),
    "below the minimum": (
        full(1, -5),
        "x.geojson: feature 1 (s1), column seats: -5, expected at least 0.",
    ),
    "above the maximum": (full(9001), "column seats: 9001, expected at most 9000"),
    "id there twice": (
        collection(*(point(HERE, name_ru="b", seats=1) for _ in range(2))),
        "feature 1 (a), column id: 'a', expected a value of its own (feature 0 has it too)",
    ),
    "id is empty": (
        collection(point(HERE, id=None, name_ru="b", seats=1)),
        "feature 0, column id: empty, expected text",
    ),
    "id is a number": (
        collection(point(HERE, id=5, name_ru="b", seats=1)),
        "feature 0 (5), column id: 5, expected text",
    ),
    "several points where one is declared": (
        collection(feature({"type": "MultiPoint", "coordinates": [HERE]}, name_ru="", seats=1)),
        "geometry type is 'MultiPoint', expected Point",
    ),
    "polygon where a point is declared": (
        collection(polygon(SQUARE, name_ru="", seats=1)),
        "geometry type is 'Polygon', expected Point",
    ),
    "point of another case": (
        collection(feature({"type": "POINT", "coordinates": HERE}, name_ru="", seats=1)),
        "geometry type is 'POINT', expected Point (Point? Letter case counts)",
    ),
}


@pytest.mark.parametrize("case", WITHOUT_SPEC)
def test_a_bad_file_is_named_with_what_is_wrong_in_it(case: str, tmp_path: Path) -> None:
    content, sentence = WITHOUT_SPEC[case]
    found = read_outside(taken(tmp_path, content), None, TOWN)
    assert sentence in said(found)
    assert said(found).isprintable() or "\n" in said(found)
    assert found.frame.crs == "EPSG:4326"


@pytest.mark.parametrize("case", WITH_SPEC)
def test_a_broken_promise_is_named_with_feature_column_and_value(case: str, tmp_path: Path) -> None:
    content, sentence = WITH_SPEC[case]
    assert sentence in said(read_outside(taken(tmp_path, content), spec(), TOWN))


ACCEPTED: Mapping[str, tuple[Any, int]] = {
    "districts": (collection(polygon(), polygon(id="b")), 2),
    "points": (collection(*(point(id=str(i)) for i in range(8))), 8),
    "no features": (collection(), 0),
    "one feature alone": (point(), 1),
    "height": (collection(point([76.9, 43.25, 812.5])), 1),
    "byte order mark": (b"\xef\xbb\xbf" + json.dumps(collection(point())).encode(), 1),
    "clockwise outline": (collection(polygon([SQUARE[0][::-1]])), 1),
    "all at one place": (collection(*(point(id=str(i)) for i in range(5))), 5),
    "no population": (collection(polygon(population=0)), 1),
    "direction marks": (collection(point(name="\u202eмектеп\u200b")), 1),
    "Kazakh letters": (collection(point(name="Әғқңөұүһі ӘҒҚҢӨҰҮҺІ")), 1),
    "markup": (collection(point(name="<img src=x onerror=alert(1)>{{7*7}}`${1}`</script>")), 1),
    "formula": (collection(point(name='=HYPERLINK("http://x")')), 1),
    "brackets in text": (collection(point(name="[" * 100 + '\\"{')), 1),
    "without a place": (collection(feature(None)), 1),
    "properties of null": ({"type": "Feature", "properties": None, "geometry": None}, 1),
    "nested property": (collection(point(tags={"a": [1, 2]})), 1),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_is_unusual_but_sound_is_taken(case: str, tmp_path: Path) -> None:
    content, rows = ACCEPTED[case]
    found = read_outside(taken(tmp_path, content), None, TOWN)
    assert (said(found), len(found.frame)) == ("", rows)


@pytest.mark.parametrize(
    "name",
    [
        "CRS84",
        "EPSG:4326",
        "OGC:CRS84",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
    ],
)
def test_degrees_go_by_several_names(name: str, tmp_path: Path) -> None:
    content = collection(point(), crs={"type": "name", "properties": {"name": name}})
    assert not read_outside(taken(tmp_path, content), None, TOWN).faults


def test_text_is_kept_as_it_is(tmp_path: Path) -> None:
    names = [" Школа  №5 ", "{{7*7}}", "\u202eх\u200b", "Әғқ\nңөұ", "\ufeff"]
    content = collection(*(point(id=str(i), name=name) for i, name in enumerate(names)))
    assert list(read_outside(taken(tmp_path, content), None).frame["name"]) == names


def test_height_is_left_out(tmp_path: Path) -> None:
    lines = {"type": "LineString", "coordinates": [[76.9, 43.2, 5], [76.91, 43.2]]}
    found = read_outside(taken(tmp_path, collection(feature(lines))), None)
    assert not shapely.has_z(found.frame.geometry.to_numpy()).any()


def test_parts_and_holes_keep_their_places(tmp_path: Path) -> None:
    wkt = (
        (
            "MULTIPOLYGON (((76.9 43.2, 76.95 43.2, 76.95 43.25, 76.9 43.25, 76.9 43.2), "
            "(76.91 43.21, 76.92 43.21, 76.92 43.22, 76.91 43.21)), "
            "((77 43.2, 77.1 43.2, 77.1 43.3, 77 43.2)))"
        ),
        "MULTILINESTRING ((76.9 43.2, 76.95 43.2), (77 43.2, 77.1 43.2, 77.1 43.3))",
        "MULTIPOINT ((76.9 43.2), (77 43.3))",
        "POLYGON ((76.9 43.2, 76.95 43.2, 76.95 43.25, 76.9 43.2))",
        "LINESTRING (76.9 43.2, 76.95 43.2)",
        "POINT (76.9 43.2)",
    )
    shapes = [shapely.from_wkt(text) for text in wkt]
    content = collection(*(feature(shapely.geometry.mapping(shape)) for shape in shapes))
    read = read_outside(taken(tmp_path, content), None).frame.geometry
    assert shapely.to_wkt(read.to_numpy(), rounding_precision=6).tolist() == list(wkt)


def test_all_faults_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    content = full(-1, "x", None, 5)
    content["features"][3]["geometry"]["coordinates"] = [43.25, 76.9]
    found = read_outside(taken(tmp_path, content), spec(), TOWN)
    assert [(f.feature, f.id, f.rule) for f in found.faults] == [
        (0, "s0", "bounds"),
        (1, "s1", "kind"),
        (3, "s3", "out-of-bounds"),
    ]
    assert found.frame["seats"].tolist()[3] == 5


def test_a_bad_value_is_empty_in_the_frame_and_its_row_stays(tmp_path: Path) -> None:
    found = read_outside(taken(tmp_path, full(1, "1 200", 3)), spec())
    assert found.frame["seats"].isna().tolist() == [False, True, False]
    assert found.frame["id"].tolist() == ["s0", "s1", "s2"]


def test_a_crossed_outline_stays_in_the_frame_so_that_a_repair_can_be_shown(tmp_path: Path) -> None:
    found = read_outside(taken(tmp_path, collection(polygon(BOWTIE))), None)
    assert found.frame.geometry.geom_type.tolist() == ["Polygon"]


def test_columns_have_the_dtypes_that_their_kinds_promise(tmp_path: Path) -> None:
    columns = {
        "id": {"kind": "str"},
        "whole": {"kind": "int"},
        "share": {"kind": "float"},
        "open": {"kind": "bool"},
        "day": {"kind": "date"},
        "state": {"kind": "enum", "values": {"x": {"kk": "x", "ru": "x", "en": "x"}}},
        "district": {"kind": "ref", "layer": "districts"},
    }
    row = {"whole": 2**53 - 1, "share": 1, "open": True, "day": "2024-02-29", "state": "x"}
    content = collection(
        point(HERE, **row, district="medeu"), point(HERE, id="b", **dict.fromkeys(row))
    )
    found = read_outside(taken(tmp_path, content), spec(columns=columns))
    assert not found.faults
    types = found.frame.dtypes.astype(str).to_dict()
    assert types == {
        "id": "object",
        "whole": "Int64",
        "share": "float64",
        "open": "boolean",
        "day": "object",
        "state": "object",
        "district": "object",
        "geometry": "geometry",
    }
    assert found.frame["whole"][0] == 2**53 - 1
    assert found.frame["day"].tolist() == ["2024-02-29", None]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ({"kind": "date"}, "2023-02-29", "a date such as 2026-03-01"),
        ({"kind": "date"}, "20230228", "a date such as 2026-03-01"),
        ({"kind": "date"}, "2023-W01-1", "a date such as 2026-03-01"),
        ({"kind": "date"}, 2023, "a date such as 2026-03-01"),
        ({"kind": "bool"}, 1, "true or false"),
        ({"kind": "bool"}, "true", "true or false"),
        ({"kind": "float"}, "1.5", "a number"),
        ({"kind": "float"}, True, "a number"),
        ({"kind": "float", "maximum": 0.5}, 0.6, "at most 0.5"),
        ({"kind": "str"}, 5, "text"),
        ({"kind": "str", "required": True}, None, "text"),
        ({"kind": "enum", "values": {"x": {"kk": "x", "ru": "x", "en": "x"}}}, "y", "one of x"),
        ({"kind": "ref", "layer": "districts"}, 5, "the id of a row of districts"),
    ],
)
def test_every_kind_of_column_refuses_what_is_not_of_it(
    column: dict[str, Any], value: Any, expected: str, tmp_path: Path
) -> None:
    declared = spec(columns={"id": {"kind": "str"}, "v": column})
    found = read_outside(taken(tmp_path, collection(point(HERE, v=value))), declared)
    assert [(f.column, f.expected) for f in found.faults] == [("v", expected)]


def test_a_layer_may_hold_several_parts_of_its_own_type(tmp_path: Path) -> None:
    several = feature({"type": "MultiPolygon", "coordinates": [SQUARE]})
    assert not read_outside(
        taken(tmp_path, collection(several)), spec("Polygon", columns=LINE_COLUMNS)
    ).faults


def test_a_table_may_not_hold_a_geometry(tmp_path: Path) -> None:
    found = read_outside(taken(tmp_path, collection(point())), spec("none", columns=LINE_COLUMNS))
    assert "a geometry of type 'Point', expected null, as in a table" in said(found)


def test_places_need_not_lie_anywhere_where_no_area_is_given(tmp_path: Path) -> None:
    assert not read_outside(taken(tmp_path, collection(point([-58.4, -34.6]))), None).faults


def test_one_stray_among_many_is_named_by_itself(tmp_path: Path) -> None:
    content = collection(point(), point([43.25, 76.9], id="b"))
    found = read_outside(taken(tmp_path, content), None, TOWN)
    assert [(f.feature, f.id) for f in found.faults] == [(1, "b")]


def test_a_member_id_is_only_a_label(tmp_path: Path) -> None:
    content = collection({"type": "Feature", "id": "f7", "properties": {}, "geometry": 5})
    found = read_outside(taken(tmp_path, content), None)
    assert str(found.faults[0]).startswith("x.geojson: feature 0 (f7): geometry is 5")
    assert "id" not in found.frame


def test_the_list_of_faults_ends_with_how_many_are_left(tmp_path: Path) -> None:
    found = read_outside(taken(tmp_path, full(*[-1] * (FAULTS_MAX + 3))), spec())
    assert len(found.faults) == FAULTS_MAX + 1
    assert str(found.faults[-1]) == "x.geojson: 3 more faults are not listed."


def test_a_hundred_thousand_points_are_read(tmp_path: Path) -> None:
    lon = np.linspace(76.6, 77.2, 100_000)
    content = collection(*(point([x, 43.25], id=str(i)) for i, x in enumerate(lon.tolist())))
    found = read_outside(taken(tmp_path, content), None, TOWN)
    assert (len(found.frame), found.faults) == (100_000, ())


def test_more_rows_than_are_borne_are_refused(tmp_path: Path) -> None:
    found = read_outside(taken(tmp_path, "id\n" + "1\n" * (ROWS_MAX + 1), "x.csv"), None)
    assert said(found) == f"x.csv: {ROWS_MAX + 1:,} rows, expected at most {ROWS_MAX:,}."


# Files that are none.


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("x.geojson.exe", "the suffix '.exe', expected one of .csv, .dxf, .fgb, .geojson,"),
        ("x.vrt", ".vrt is not read: a description of other data, not data"),
        ("x", "a name without a suffix, expected one of"),
    ],
)
def test_only_known_kinds_of_file_are_read(name: str, sentence: str, tmp_path: Path) -> None:
    assert sentence in said(read_outside(taken(tmp_path, collection(point()), name), None))


@pytest.mark.parametrize("name", ["-x.geojson", "x.GEOJSON", "x.json", "x y.geojson"])
def test_a_name_may_be_unusual(name: str, tmp_path: Path) -> None:
    assert not read_outside(taken(tmp_path, collection(point()), name), None).faults


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    real = taken(tmp_path, collection(point()), "real.geojson")
    link = tmp_path / "link.geojson"
    link.symlink_to(real)
    assert "a symbolic link" in said(read_outside(link, None))
    dangling = tmp_path / "dangling.geojson"
    dangling.symlink_to(tmp_path / "nothing")
    assert "a symbolic link" in said(read_outside(dangling, None))


def test_a_folder_a_pipe_and_a_missing_file_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "folder.geojson").mkdir()
    os.mkfifo(tmp_path / "pipe.geojson")
    assert "is a directory, expected" in said(read_outside(tmp_path / "folder.geojson", None))
    assert "is a pipe, a socket or a device" in said(read_outside(tmp_path / "pipe.geojson", None))
    assert said(read_outside(tmp_path / "no.geojson", None)) == (
        "no.geojson: not found, expected an existing file."
    )


def test_a_file_over_the_cap_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    with path.open("wb") as file:
        file.truncate(SIZE_MAX_BYTES + 1)
    assert "200,000,001 bytes, expected at most 200,000,000" in said(read_outside(path, None))


@pytest.mark.parametrize(
    "name",
    [
        "/vsicurl/http://127.0.0.1/x.geojson",
        "/vsizip/x.zip/x.geojson",
        "http://127.0.0.1/x.geojson",
        "CSV:/etc/x.csv",
        "WFS:http://127.0.0.1/x.json",
        "OAPIF:http://127.0.0.1/x.json",
    ],
)
def test_an_address_is_not_a_file(name: str) -> None:
    assert "is an address, not a file" in said(read_outside(Path(name), None))


@pytest.mark.parametrize(
    "name",
    [
        '{"type": "FeatureCollection", "features": []}',
        "<OGRVRTDataSource></OGRVRTDataSource>",
        '{"type": "Feature"}' * 500 + ".geojson",
        "x\x00.geojson",
        "",
    ],
)
def test_content_or_nonsense_in_place_of_a_name_is_refused(name: str) -> None:
    assert len(read_outside(Path(name), None).faults) == 1


def test_a_file_of_that_odd_name_is_read_all_the_same(tmp_path: Path) -> None:
    assert not read_outside(taken(tmp_path, collection(point()), "CSV:x.geojson"), None).faults


def test_an_unreadable_layer_has_its_columns_and_no_rows(tmp_path: Path) -> None:
    frame = read_outside(tmp_path / "no.geojson", spec()).frame
    assert list(frame.columns) == ["id", "name_ru", "seats", "geometry"]
    assert (len(frame), str(frame.dtypes["seats"])) == (0, "Int64")


# The digest.


def test_other_bytes_than_the_declared_are_a_fault_beside_the_others(tmp_path: Path) -> None:
    path = taken(tmp_path, full(1, -5))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert [f.rule for f in read_layer(path, spec(sha256=digest)).faults] == ["bounds"]
    changed = read_layer(path, spec())
    assert [f.rule for f in changed.faults] == ["sha256", "bounds"]
    assert str(changed.faults[0]) == (
        f"x.geojson: sha256 is {digest}, the sidecar says {'0' * 64}."
    )


def test_a_missing_layer_file_is_a_fault(tmp_path: Path) -> None:
    assert [f.rule for f in read_layer(tmp_path / "x.geojson", spec()).faults] == ["missing-file"]


# Tables.

TABLES: Mapping[str, tuple[str | bytes, str]] = {
    "semicolons": ("id;name;lon\na;b;76,9\n", "cells are separated by semicolons, expected commas"),
    "decimal comma with semicolons": (
        "id;name;lon\na;b;76,9\n",
        "'76,9' has a decimal comma, expected a decimal point",
    ),
    "tabs": ("id\tname\na\tb\n", "cells are separated by tabs, expected commas"),
    "cp1251": ("id,name\na,Школа\n".encode("cp1251"), "byte 10 is 0xd8, not UTF-8"),
    "cp1251 and semicolons": (
        "id;мест;lon\na;Школа;76,9\n".encode("cp1251"),
        "cells are separated by semicolons",
    ),
    "cp1251, semicolons and decimal comma": (
        "id;мест;lon\na;Школа;76,9\n".encode("cp1251"),
        "'76,9' has a decimal comma",
    ),
    "ragged": ("id,name\na,b\nc\n", "x.csv: row 3: 1 cells, expected 2"),
    "ragged, too long": ("id,name\na,b,c\n", "x.csv: row 2: 3 cells, expected 2"),
    "header there twice": ("id,id\na,b\n", "column 'id' is there twice, expected each once"),
    "nothing but a line end": ("\n", "no header, expected a line of column names"),
    "an open quote": ('id,name\na,"b\n', "expected comma separated values"),
    "a quote within": ('id,name\na,"b"c\n', "expected comma separated values"),
    "a cell too long": ("id\n" + "x" * (TEXT_MAX_CHARS + 1) + "\n", "x.csv: line 2: field larger"),
    "terminal control": (
        "id,name\na,b\x1b[2J\n",
        "x.csv: row 2 (a), column name: 'b[2J', expected text without control characters",
    ),
    "10,000 columns": (",".join(f"c{i}" for i in range(10_000)) + "\n", "10,000 columns, expected"),
    "latitude missing": ("id,lon,lat\na,76.9,\n", "row 2 (a), column lat: empty, expected degrees"),
    "decimal comma in quotes": (
        'id,lon,lat\na,"76,9",43.2\n',
        "column lon: '76,9', expected degrees (a decimal comma?)",
    ),
    "swapped": ("id,lon,lat\na,43.25,76.9\n", "(latitude and longitude swapped?)"),
    "NaN": ("id,lon,lat\na,nan,43.2\n", "column lon: 'nan', expected degrees"),
    "two places": (
        "id,lon,lat,geometry_wkt\na,76.9,43.2,POINT (76.9 43.2)\n",
        "places in lon, lat and in geometry_wkt, expected one of them",
    ),
    "not WKT": ("id,geometry_wkt\na,76.9 43.2\n", "geometry '76.9 43.2', expected WKT of type"),
    "broken WKT": ('id,geometry_wkt\na,"POINT (76.9)"\n', "row 2 (a): expected number but"),
    "open ring in WKT": (
        'id,geometry_wkt\na,"POLYGON ((76.9 43.2, 76.95 43.2, 76.95 43.3, 76.9 43.3))"\n',
        "points of LinearRing do not form a closed linestring",
    ),
    "empty WKT": ("id,geometry_wkt\na,POINT EMPTY\n", "row 2 (a): empty coordinates"),
    "NaN in WKT": ("id,geometry_wkt\na,POINT (NaN NaN)\n", "longitude nan, latitude nan"),
    "collection in WKT": (
        "id,geometry_wkt\na," + "GEOMETRYCOLLECTION (" * 5000 + "\n",
        "geometry 'GEOMETRYCOLLECTION (",
    ),
    "nested brackets in WKT": ("id,geometry_wkt\na,POINT " + "(" * 100_000 + "\n", "row 2 (a): "),
    "crossed outline in WKT": (
        'id,geometry_wkt\na,"POLYGON ((76.9 43.2, 77 43.3, 77 43.2, 76.9 43.3, 76.9 43.2))"',
        "row 2 (a): the outline crosses itself at 76.95, 43.25",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
def test_a_bad_table_is_named_with_what_is_wrong_in_it(case: str, tmp_path: Path) -> None:
    content, sentence = TABLES[case]
    assert sentence in said(read_outside(taken(tmp_path, content, "x.csv"), None, TOWN))


def table_spec(geometry: str = "none", columns: Mapping[str, str] = {}) -> LayerSpec:
    kinds = {"id": "str", **columns}
    return spec(geometry, file="x.csv", columns={n: {"kind": kind} for n, kind in kinds.items()})


@pytest.mark.parametrize(
    ("kind", "cell", "sentence"),
    [
        ("int", "1 200", "'1 200', expected a whole number (a number with its digits set apart?)"),
        ("int", "12.0", "'12.0', expected a whole number"),
        ("int", "007", "'007', expected a whole number"),
        ("int", "٣", "'٣', expected a whole number"),
        ("int", "1_0", "'1_0', expected a whole number"),
        ("int", "9" * 20, "'99999999999999999999', expected a whole number"),
        ("int", "9007199254740992", "9007199254740992, expected at most 9,007,199,254,740,991"),
        ("float", '"1,5"', "'1,5', expected a number (a decimal comma?)"),
        ("float", "nan", "'nan', expected a number"),
        ("float", "1e999", "inf, expected a finite number"),
        ("bool", "yes", "'yes', expected true or false"),
        ("date", "01.03.2026", "'01.03.2026', expected a date such as 2026-03-01"),
    ],
)
def test_a_cell_that_is_not_of_its_kind_is_named_by_its_row(
    kind: str, cell: str, sentence: str, tmp_path: Path
) -> None:
    path = taken(tmp_path, f"id,v\na,\nb,{cell}\n", "x.csv")
    found = read_outside(path, table_spec(columns={"v": kind}))
    assert f"x.csv: row 3 (b), column v: {sentence}" in said(found)


def test_cells_are_read_as_declared(tmp_path: Path) -> None:
    path = taken(tmp_path, 'id,n,x,open,name\r\na,-7,1,TRUE,"b ""c"", d"\r\ne,,,,\r\n', "x.csv")
    kinds = {"n": "int", "x": "float", "open": "bool", "name": "str"}
    found = read_outside(path, table_spec(columns=kinds))
    assert not found.faults
    frame = found.frame
    assert frame.iloc[0].drop("geometry").to_list() == ["a", -7, 1.0, True, 'b "c", d']
    assert frame.iloc[1].isna().to_list() == [False, True, True, True, True, True]


def test_a_table_may_give_places_as_degrees_or_as_wkt(tmp_path: Path) -> None:
    degrees = taken(tmp_path, "id,lon,lat\na,76.9,43.25\nb,,\n", "x.csv")
    wkt = taken(tmp_path, "id,geometry_wkt\na,POINT Z (76.9 43.25 800)\nb,\n", "y.csv")
    for path in (degrees, wkt):
        found = read_outside(path, table_spec("Point"), TOWN)
        assert not found.faults
        assert [str(g) for g in found.frame.geometry] == ["POINT (76.9 43.25)", "None"]
        assert list(found.frame.columns) == ["id", "geometry"]


def test_a_table_without_columns_for_places_is_named_where_places_are_declared(
    tmp_path: Path,
) -> None:
    path = taken(tmp_path, "id\na\n", "x.csv")
    assert "no columns for places, expected lon and lat or geometry_wkt" in said(
        read_outside(path, table_spec("Point"))
    )
    assert "no columns for places, expected geometry_wkt" in said(
        read_outside(path, table_spec("Polygon"))
    )


def test_a_plain_table_may_have_columns_called_lon_and_lat(tmp_path: Path) -> None:
    path = taken(tmp_path, "id,lon,lat\na,1,2\n", "x.csv")
    found = read_outside(path, table_spec(columns={"lon": "int", "lat": "int"}))
    assert not found.faults
    assert found.frame["lon"].tolist() == [1]
    assert found.frame.geometry.isna().all()


def test_an_undeclared_column_of_a_table_is_a_fault(tmp_path: Path) -> None:
    path = taken(tmp_path, "id,rating\na,1\n", "x.csv")
    assert said(read_outside(path, table_spec())) == (
        "x.csv: column rating: is not declared, expected one of id."
    )


# Properties.

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
ROWS = st.lists(
    st.tuples(
        st.none() | TEXTS,
        st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.booleans(),
        st.none() | st.dates().map(str),
        st.none() | st.tuples(st.floats(76.5, 77.3), st.floats(43.0, 43.6)),
    ),
    max_size=8,
)
KINDS = {"name": "str", "n": "int", "x": "float", "open": "bool", "day": "date"}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def values(frame: gpd.GeoDataFrame) -> list[list[Any]]:
    cells = frame.drop(columns=["id", "geometry"]).astype(object)
    rows = cells.where(cells.notna(), None).to_numpy().tolist()
    shapes = frame.geometry.to_numpy()
    places = zip(shapely.get_x(shapes).tolist(), shapely.get_y(shapes).tolist(), strict=True)
    return [
        [*row, None if np.isnan(place[0]) else place]
        for row, place in zip(rows, places, strict=True)
    ]


@settings(deadline=None)
@given(rows=ROWS)
def test_what_is_written_is_what_is_read(folder: Path, rows: list[tuple[Any, ...]]) -> None:
    declared = spec(columns={"id": {"kind": "str"}, **{n: {"kind": k} for n, k in KINDS.items()}})
    features = [
        feature(
            {"type": "Point", "coordinates": row[-1]} if row[-1] else None,
            **{"id": str(i), **dict(zip(KINDS, row, strict=False))},
        )
        for i, row in enumerate(rows)
    ]
    found = read_outside(taken(folder, collection(*features)), declared, TOWN)
    assert said(found) == ""
    assert values(found.frame) == [list(row) for row in rows]


@settings(deadline=None)
@given(rows=ROWS)
def test_what_is_written_as_a_table_is_what_is_read(
    folder: Path, rows: list[tuple[Any, ...]]
) -> None:
    path = folder / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *KINDS, "lon", "lat"])
        for i, (*cells, place) in enumerate(rows):
            writer.writerow([i, *cells, *(place or ("", ""))])
    found = read_outside(path, table_spec("Point", columns=KINDS), TOWN)
    assert said(found) == ""
    assert values(found.frame) == [list(row) for row in rows]


@settings(deadline=None)
@given(data=st.binary(max_size=300), suffix=st.sampled_from(["geojson", "csv"]))
def test_no_bytes_at_all_make_it_fall(folder: Path, data: bytes, suffix: str) -> None:
    assert isinstance(read_outside(taken(folder, data, f"x.{suffix}"), spec(), TOWN), Found)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
GEOMETRIES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "MultiPoint"]),
        "coordinates": JSONS
        | st.lists(st.lists(st.lists(st.floats(), min_size=2, max_size=3), max_size=6)),
    }
)


@settings(deadline=None)
@given(geometry=JSONS | GEOMETRIES, properties=JSONS, name=JSONS, declared=st.booleans())
def test_no_json_at_all_makes_it_fall(
    folder: Path, geometry: Any, properties: Any, name: Any, *, declared: bool
) -> None:
    row = {"type": "Feature", "id": name, "geometry": geometry, "properties": properties}
    found = read_outside(taken(folder, collection(row)), spec() if declared else None, TOWN)
    assert len(found.frame) == 1


@settings(deadline=None)
@given(cut=st.integers(0, 400))
def test_half_a_file_is_never_taken_for_a_whole_one(folder: Path, cut: int) -> None:
    whole = json.dumps(full(1, 2, 3)).encode()
    assert read_outside(taken(folder, whole[:cut]), spec()).faults


# Real files.


def test_the_schools_as_published_are_read_without_a_fault(real_data: Path) -> None:
    found = read_outside(real_data / "schools" / "schools_existing_2025.geojson", None, TOWN)
    assert said(found) == ""
    assert len(found.frame) == 369
    assert found.frame["total_2024"].sum() == pytest.approx(308_773, rel=0.001)


def test_the_districts_as_published_are_read_without_a_fault(real_data: Path) -> None:
    found = read_outside(real_data / "districts" / "districts_osm_2024.geojson", None, TOWN)
    assert said(found) == ""
    assert len(found.frame) == 8
    assert set(found.frame.geom_type) <= {"Polygon", "MultiPolygon"}


def test_the_faults_of_a_published_file_are_found(real_data: Path) -> None:
    found = read_outside(real_data / "services" / "park_works.geojson", None, TOWN)
    assert [(f.feature, f.id, f.rule) for f in found.faults] == [
        (19, "11589", "crosses-itself"),
        (34, "11588", "no-area"),
    ]


def test_a_fault_is_one_line_whatever_the_file_is_called() -> None:
    sentence = str(Fault("a\nb\x1b[2J.csv", "x\r\ny", "z", 0, "\u202eid", "c\x07"))
    assert sentence == "a b[2J.csv: feature 0 (id), column c: x y, expected z."
