"""What may be said about a file from outside, and the stated rule for numbers."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from test_reading import TOWN, collection, full, point, said, spec, table_spec, taken
from test_reading_formats import notes, read

from almaty_geo.reading import Options, read_layer, read_outside


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1 200", 1200),
        ("1\u00a0200", 1200),
        ("1\u202f200", 1200),
        ("1'200", 1200),
        ("12 345 678", 12_345_678),
        ("1,234,567", 1_234_567),
        ("\u22125", -5),
        (" 60 ", 60),
        ("60.0", 60),
        ("60,0", 60),
    ],
)
def test_a_whole_number_is_read_however_its_digits_are_set(
    written: str, number: int, tmp_path: Path
) -> None:
    declared = spec(columns={"id": {"kind": "str"}, "v": {"kind": "int"}})
    path = taken(tmp_path, collection(point(v=written)))
    found = read_outside(path, declared, TOWN)
    assert said(found) == ""
    assert found.frame["v"].tolist() == [number]
    assert found.notes[0].cells == ((0, written, str(number)),)


@pytest.mark.parametrize(
    ("written", "decimal", "number"),
    [
        ("1,5", None, 1.5),
        ("-1,5", None, -1.5),
        ("0,200", None, 0.2),
        ("1 200,5", None, 1200.5),
        ("1.234,5", None, 1234.5),
        ("1,234.5", None, 1234.5),
        ("1,200", ",", 1.2),
        ("1,200", ".", 1200),
        ("1.200", ",", 1200),
        ("1.200", None, 1.2),
    ],
)
def test_a_number_is_read_by_the_stated_rule(
    written: str, decimal: Any, number: float, tmp_path: Path
) -> None:
    declared = spec(columns={"id": {"kind": "str"}, "v": {"kind": "float"}})
    path = taken(tmp_path, collection(point(v=written)))
    found = read_outside(path, declared, TOWN, options=Options(decimal=decimal))
    assert said(found) == ""
    assert found.frame["v"].tolist() == [number]


@pytest.mark.parametrize("kind", ["int", "float"])
def test_a_number_that_can_be_read_in_two_ways_is_asked_about(kind: str, tmp_path: Path) -> None:
    declared = spec(columns={"id": {"kind": "str"}, "v": {"kind": kind}})
    found = read_outside(taken(tmp_path, collection(point(v="1,200"))), declared, TOWN)
    assert "digits set apart, or a decimal comma? Say which sign is decimal" in said(found)
    assert found.frame["v"].isna().all()


@pytest.mark.parametrize("text", ["1 20", "1  200", "12 %", "007", "1,2,3", "abc", "1e", "--1"])
def test_what_is_no_number_stays_a_fault(text: str, tmp_path: Path) -> None:
    found = read_outside(taken(tmp_path, full(text)), spec(), TOWN)
    assert [f.rule for f in found.faults] == ["kind"]


def test_a_column_of_numbers_is_never_glued_together(tmp_path: Path) -> None:
    found = read_outside(taken(tmp_path, full("1 200", 1200, "300")), spec(), TOWN)
    assert found.frame["seats"].sum() == 2700
    assert "2 values read as whole numbers, such as '1 200' as 1200, '300' as 300" in notes(found)


def test_days_and_yes_and_no_are_read_as_people_write_them(tmp_path: Path) -> None:
    table = "id,day,open\na,01.03.2026,да\nb,2026-03-01T00:00:00,жоқ\n"
    path = taken(tmp_path, table, "x.csv")
    found = read_outside(path, table_spec(columns={"day": "date", "open": "bool"}))
    assert said(found) == ""
    assert found.frame["day"].tolist() == ["2026-03-01", "2026-03-01"]
    assert found.frame["open"].tolist() == [True, False]


def test_a_plans_own_file_is_held_to_the_letter(tmp_path: Path) -> None:
    found = read_layer(taken(tmp_path, full("1 200")), spec(), TOWN)
    assert [f.rule for f in found.faults] == ["sha256", "kind"]
    semicolons = taken(tmp_path, "id;name\na;b\n", "x.csv")
    assert "cells are separated by semicolons, expected commas" in said(
        read_layer(semicolons, table_spec())
    )


def test_columns_are_taken_from_where_they_are_said_to_be(tmp_path: Path) -> None:
    content = collection(point(Name="x", cap="1 200", more=1))
    options = Options(columns={"id": "id", "name_ru": "Name", "seats": "cap"})
    found = read_outside(taken(tmp_path, content), spec(), TOWN, options=options)
    assert said(found) == ""
    assert found.frame.iloc[0].drop("geometry").tolist() == ["a", "x", 1200]
    for note in ("columns left out: more", "column seats: taken from column 'cap'"):
        assert note in notes(found)
    options = Options(columns={"id": "id", "name_ru": "Nam", "seats": "cap"})
    assert "column 'Nam' is not there, expected as asked (there are: id, Name, cap, more)" in said(
        read_outside(taken(tmp_path, content), spec(), TOWN, options=options)
    )


@pytest.mark.parametrize(
    "header", ["longitude,latitude", "lng,lat", "Долгота,Широта", "бойлық,ендік"]
)
def test_columns_of_places_go_by_several_names(header: str, tmp_path: Path) -> None:
    found = read(taken(tmp_path, f"id,{header}\na,76.9,43.25\n", "x.csv"))
    assert [str(g) for g in found.frame.geometry] == ["POINT (76.9 43.25)"]
    assert "places are read from" in notes(found)


def test_columns_of_places_can_be_named(tmp_path: Path) -> None:
    found = read(taken(tmp_path, "id,e,n\na,76.9,43.25\n", "x.csv"), places=("e", "n"))
    assert [str(g) for g in found.frame.geometry] == ["POINT (76.9 43.25)"]
    assert list(found.frame.columns) == ["id", "geometry"]


def test_a_line_that_names_the_separator_is_not_a_header(tmp_path: Path) -> None:
    found = read(taken(tmp_path, "sep=;\r\nid;name\r\na;b\r\n", "x.csv"))
    assert (list(found.frame.columns), len(found.frame)) == (["id", "name", "geometry"], 1)


def test_a_named_system_of_2008_is_brought_to_degrees(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    found = read(taken(tmp_path, collection(point([8560468.84, 5350102.14]), crs=crs)))
    assert said(found) == ""
    assert found.frame.geometry.iloc[0].distance(shapely.Point(76.9, 43.25)) < 1e-6
    assert "coordinates changed from EPSG:3857 to degrees" in notes(found)


def test_a_sequence_names_each_line_that_is_not_json(tmp_path: Path) -> None:
    lines = '{"type":"Feature","properties":{},"geometry":null}\n{"a":\n\n[1]\n{"a":[1\n'
    found = read(taken(tmp_path, lines, "x.geojsonl"))
    assert "line 2 is not JSON: expecting value, expected one feature a line" in said(found)
    assert "line 5 is not JSON" in said(found)
    assert len(found.frame) == 0
