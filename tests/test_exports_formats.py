import datetime as dt
import json
import xml.etree.ElementTree as ET
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape
from shapely import LineString, MultiPolygon, Point, Polygon, box

from almaty_geo.errors import OutputError
from almaty_geo.exports import FORMATS, SUFFIXES, write_frame, write_layer
from almaty_geo.exports import workbook as workbooks
from almaty_geo.plan import Plan

DAY = date(2026, 3, 1)
HOSTILE = "{{7*7}} {% raw %} <img src=x onerror=alert(1)> </script> `${alert(1)}` \"'; --"
KAZAKH = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі"
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture
def schools() -> gpd.GeoDataFrame:
    """Three schools, one without a place; every kind of value, present and missing."""
    return gpd.GeoDataFrame(
        {
            "id": ["a", "b", "c"],
            "name_kk": pd.array([KAZAKH, None, HOSTILE], dtype="string"),
            "seats": pd.array([1200, None, -5], dtype="Int64"),
            "share": pd.array([0.1, None, 1e-9], dtype="Float64"),
            "open": pd.array([True, None, False], dtype="boolean"),
        },
        geometry=np.array([Point(76.123456789, 43.25), None, Point(77, 43.5)], dtype=object),
        crs="EPSG:4326",
    )


def write(frame: gpd.GeoDataFrame, folder: Path, form: str, name: str = "schools") -> Path:
    (path,) = write_frame(frame, name, folder, formats=[form], date=DAY, description="All of them.")
    return path


def texts(values: list[str], **columns: list[Any]) -> gpd.GeoDataFrame:
    frame = {"text": pd.array(values, dtype="string"), **columns}
    return gpd.GeoDataFrame(frame, geometry=[Point(76, 43)] * len(values), crs="EPSG:4326")


def elements(path: Path, tag: str = "Placemark") -> list[ET.Element]:
    root = ET.fromstring(path.read_bytes())  # noqa: S314 - written by ourselves, just now
    return root.findall(f".//{KML}{tag}")


def as_read(path: Path) -> dict[str, list[object]]:
    found = pyogrio.read_dataframe(path, use_arrow=False)
    columns = found.drop(columns="geometry").astype(object)
    told: dict[str, list[object]] = columns.where(columns.notna(), None).to_dict("list")
    return told


EXPECTED = {
    "id": ["a", "b", "c"],
    "name_kk": [KAZAKH, None, HOSTILE],
    "seats": [1200, None, -5],
    "share": [0.1, None, 1e-9],
    "open": [True, None, False],
}


@pytest.mark.parametrize("form", ["fgb", "shp"])
def test_every_value_and_place_comes_back_as_it_was(
    form: str, schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write(schools, tmp_path, form)
    assert as_read(path) == EXPECTED
    found = pyogrio.read_dataframe(path)
    assert found.crs == "EPSG:4326"
    assert [None if p is None else p.wkt for p in found.geometry] == [
        "POINT (76.1234568 43.25)",
        None,
        "POINT (77 43.5)",
    ]


def test_flatgeobuf_has_an_index_where_every_row_has_a_place(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    told = {
        kept: pyogrio.read_info(write(frame, tmp_path / kept, "fgb"))
        for kept, frame in {"all": schools.iloc[[0, 2]], "some": schools}.items()
    }
    assert told["all"]["capabilities"]["fast_spatial_filter"]
    assert not told["some"]["capabilities"]["fast_spatial_filter"]
    assert told["some"]["layer_metadata"]["DESCRIPTION"] == "All of them."


def test_a_table_goes_into_every_format(almaty: Plan, tmp_path: Path) -> None:
    layer = almaty.layers["city_series"]
    for form in FORMATS:
        (path,) = write_layer(layer, tmp_path, formats=[form], date=DAY)
        assert path.name == f"city_series.{SUFFIXES[form]}"
    with zipfile.ZipFile(tmp_path / "city_series.shp.zip") as archive:
        assert archive.namelist() == ["README.txt", "city_series.cpg", "city_series.dbf"]
    marks = elements(tmp_path / "city_series.kml")
    assert len(marks) == len(layer)
    assert all(mark.find(f"{KML}Point") is None for mark in marks)


def test_a_shapefile_says_what_it_could_not_hold(tmp_path: Path) -> None:
    frame = texts(
        ["ә" * 200, "short"],
        pupils_register=[1, 2],
        pupils_registered=[3, 4],
        мектеп=["x", "y"],
    )
    path = write(frame, tmp_path, "shp")
    with zipfile.ZipFile(path) as archive:
        suffixes = ("cpg", "dbf", "prj", "shp", "shx")
        assert archive.namelist() == ["README.txt", *(f"schools.{end}" for end in suffixes)]
        assert archive.read("schools.cpg") == b"UTF-8"
        assert archive.read("schools.dbf")[1:4] == bytes([126, 3, 1])  # the plan's date
        readme = archive.read("README.txt").decode()
        dates = {entry.date_time for entry in archive.infolist()}
    assert dates == {(2026, 3, 1, 0, 0, 0)}
    assert "All of them." in readme
    assert "* pupils_reg: pupils_register\r\n* pupils_r_2: pupils_registered\r\n" in readme
    assert "* column: мектеп\r\n" in readme
    assert "Texts cut, by column:\r\n* text: 1\r\n" in readme
    assert as_read(path) == {
        "text": ["ә" * 127, "short"],
        "pupils_reg": [1, 2],
        "pupils_r_2": [3, 4],
        "column": ["x", "y"],
    }


def test_a_shapefile_of_points_and_areas_is_refused_and_the_way_out_is_named(
    tmp_path: Path,
) -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b"]}, geometry=[Point(76, 43), box(76, 43, 77, 44)], crs="EPSG:4326"
    )
    with pytest.raises(OutputError, match=r"points, lines or areas, not several.*GeoPackage"):
        write(frame, tmp_path, "shp")
    assert not list(tmp_path.iterdir())


def test_kml_holds_every_row_with_its_values_and_no_markup(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write(schools, tmp_path, "kml")
    marks = elements(path)
    assert [mark.findtext(f"{KML}name") for mark in marks] == [KAZAKH, "b", HOSTILE]
    values = [
        {cell.get("name"): cell.text for cell in mark.iter(f"{KML}SimpleData")} for mark in marks
    ]
    assert values[1] == {"id": "b"}
    assert values[2] == {
        "id": "c",
        "name_kk": HOSTILE,
        "seats": "-5",
        "share": "1e-09",
        "open": "0",
    }
    assert [mark.findtext(f".//{KML}coordinates") for mark in marks] == [
        "76.1234568,43.25",
        None,
        "77,43.5",
    ]
    assert not [mark for mark in marks if mark.find(f"{KML}description") is not None]
    types = {f.get("name"): f.get("type") for f in elements(path, "SimpleField")}
    assert types == {
        "id": "string",
        "name_kk": "string",
        "seats": "int",
        "share": "double",
        "open": "bool",
    }


def test_kml_is_read_by_another_reader_with_its_types(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    found = pyogrio.read_dataframe(write(schools, tmp_path, "kml"))
    assert found["seats"].iloc[[0, 2]].tolist() == [1200, -5]
    assert found["share"].iloc[0] == 0.1
    assert found["open"].astype(bool).iloc[[0, 2]].tolist() == [True, False]


def test_kml_holds_lines_and_areas_with_parts_and_holes(tmp_path: Path) -> None:
    hole = box(76.2, 43.2, 76.4, 43.4).exterior.coords
    ring = [(76, 43), (76, 44), (77, 44), (77, 43)]  # clockwise: to be turned round
    shapes = [
        LineString([(76, 43), (77, 44)]),
        MultiPolygon([Polygon(ring, [hole]), box(78, 43, 79, 44)]),
    ]
    frame = gpd.GeoDataFrame({"id": ["l", "a"]}, geometry=shapes, crs="EPSG:4326")
    path = write(frame, tmp_path, "kml")
    found = pyogrio.read_dataframe(path).geometry
    assert [shapely.equals(a, b) for a, b in zip(shapes, found, strict=True)] == [True, True]
    (outer, _) = elements(path)[1].findall(f".//{KML}outerBoundaryIs//{KML}coordinates")
    pairs = [tuple(map(float, pair.split(","))) for pair in (outer.text or "").split()]
    assert shapely.LinearRing(pairs).is_ccw


def test_signs_that_xml_forbids_do_not_break_kml_or_xlsx(tmp_path: Path) -> None:
    frame = texts(["a\x01b", "_x0041_", "line\nbreak"])
    assert as_read(write(frame, tmp_path, "kml"))["text"] == ["a\ufffdb", "_x0041_", "line\nbreak"]
    book = load_workbook(write(frame, tmp_path, "xlsx"))
    found = [unescape(str(cell.value)) for cell in book["schools"]["A"]]
    assert found == ["text", "a\x01b", "_x0041_", "line\nbreak"]


def rows(book: Workbook, name: str = "schools") -> list[list[Any]]:
    return [[cell.value for cell in row] for row in book[name].iter_rows()]


def test_xlsx_keeps_numbers_as_numbers_and_texts_as_texts(tmp_path: Path) -> None:
    signs = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "http://example.org", "00123", " x "]
    frame = texts(signs, number=list(range(-3, 4)), long=[10**17] * 7)
    book = load_workbook(write(frame, tmp_path, "xlsx"))
    header, *found = rows(book)
    assert header == ["text", "number", "long", "lon", "lat"]
    assert [row[0] for row in found] == signs
    assert {cell.data_type for cell in book["schools"]["A"]} == {"s"}
    assert not [cell for cell in book["schools"]["A"] if cell.hyperlink]
    assert [row[1] for row in found] == list(range(-3, 4))
    assert found[0][2:] == ["100000000000000000", 76, 43]


def test_xlsx_leaves_a_missing_value_empty(schools: gpd.GeoDataFrame, tmp_path: Path) -> None:
    book = load_workbook(write(schools, tmp_path, "xlsx"))
    _, first, second, _ = rows(book)
    assert first == ["a", KAZAKH, 1200, 0.1, True, 76.1234568, 43.25]
    assert second == ["b", None, None, None, None, None, None]
    assert book["schools"].freeze_panes == "A2"
    assert book.properties.created == dt.datetime(2026, 3, 1)  # noqa: DTZ001 - as the file has it


def test_xlsx_says_whose_the_rows_are_in_three_languages(almaty: Plan, tmp_path: Path) -> None:
    (path,) = write_layer(almaty.layers["schools_state"], tmp_path, formats=["xlsx"], date=DAY)
    told = {row[0]: row[1:] for row in rows(load_workbook(path), "about")}
    assert told["Layer"] == ["Мемлекеттік мектептер", "Государственные школы", "State schools"]
    assert told["Licence"] == ["not stated"] * 3
    assert told["Publisher"][2] == "City school register 2025, republished"
    assert told["language"] == ["Оқыту тілі", "Язык обучения", "Language of teaching"]
    assert "conflict" in told


def test_xlsx_cuts_what_no_cell_can_hold_and_says_so(tmp_path: Path) -> None:
    book = load_workbook(write(texts(["x" * 40_000, "😀" * 20_000, "y"]), tmp_path, "xlsx"))
    found = [row[0] for row in rows(book)[1:]]
    assert found == ["x" * 32_767, "😀" * 16_383, "y"]
    assert ["text: cells cut at 32,767 characters", "2"] in [r[:2] for r in rows(book, "about")]


def test_xlsx_of_more_rows_than_a_sheet_holds_is_refused(
    schools: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "ROWS_MAX", 2)
    with pytest.raises(OutputError, match="at most 2 rows"):
        write(schools, tmp_path, "xlsx")


def test_a_sheet_may_be_called_what_the_second_one_is_called(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    book = load_workbook(write(schools, tmp_path, "xlsx", name="about"))
    assert book.sheetnames == ["rows", "about"]
    book = load_workbook(write(schools, tmp_path, "xlsx", name="a" * 60))
    assert book.sheetnames == ["a" * 31, "about"]


def test_geojson_coordinates_have_at_most_seven_decimals(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    found = json.loads(write(schools, tmp_path, "geojson").read_text(encoding="utf-8"))
    assert found["bbox"] == [76.1234568, 43.25, 77, 43.5]
    places = [f["geometry"] and f["geometry"]["coordinates"] for f in found["features"]]
    assert places == [[76.1234568, 43.25], None, [77, 43.5]]
    assert list(found) == ["type", "bbox", "features"]
