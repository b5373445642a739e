"""Files that lie, break or attack: each is met as it should be, and the list says what is where."""

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyproj import CRS
from test_reading import said
from test_reading_formats import SCHOOLS, notes, read, zipped

from almaty_geo.reading.rows import ROWS_MAX

Make = Callable[[Path], Path]


def made(name: str, content: bytes | str) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def archive(*members: tuple[zipfile.ZipInfo | str, bytes], name: str = "x.zip") -> Make:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as opened:
            for member, content in members:
                opened.writestr(member, content)
        return folder / name

    return make


def symlink_member() -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("x.geojson")
    member.external_attr = 0o120777 << 16
    return member


def without(*suffixes: str, **options: Any) -> Make:
    def make(folder: Path) -> Path:
        SCHOOLS.to_file(folder / "x.shp", encoding="UTF-8", **options)
        for suffix in suffixes:
            (folder / f"x{suffix}").unlink()
        return folder / "x.shp"

    return make


def cp1251_without_cpg(folder: Path) -> Path:
    frame = SCHOOLS.assign(name_ru=["Школа", "Лицей", "Гимназия"])
    frame.to_file(folder / "x.shp", encoding="cp1251")
    (folder / "x.cpg").unlink()
    table = bytearray((folder / "x.dbf").read_bytes())
    table[29] = 0
    (folder / "x.dbf").write_bytes(table)
    return folder / "x.shp"


def changed(make: Make, suffix: str, change: Callable[[bytes], bytes]) -> Make:
    def make_changed(folder: Path) -> Path:
        path = make(folder)
        part = path.with_suffix(suffix)
        part.write_bytes(change(part.read_bytes()))
        return path

    return make_changed


def geopackage(folder: Path, *statements: str) -> Path:
    path = folder / "x.gpkg"
    SCHOOLS.to_file(path, layer="schools")
    base = sqlite3.connect(path)
    for name in ("update", "insert", "delete"):  # they need functions that only GDAL has
        for (trigger,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND lower(sql) LIKE ?",
            (f"%{name}%",),
        ).fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()
    return path


def spoiled(*statements: str) -> Make:
    return lambda folder: geopackage(folder, *statements)


MARK = "CREATE TABLE other AS SELECT hex(zeroblob(3000)) AS x"


def _corrupt(data: bytes) -> bytes:
    """Spoil the page of another table than the one that is read."""
    pages = [data[i : i + 4096] for i in range(0, len(data), 4096)]
    return b"".join(b"\xa5" * len(page) if b"0" * 2000 in page else page for page in pages)


def no_layer(folder: Path) -> Path:
    return geopackage(folder, "DELETE FROM gpkg_contents", "DELETE FROM gpkg_geometry_columns")


def two_layers(folder: Path) -> Path:
    SCHOOLS.to_file(folder / "x.gpkg", layer="one")
    SCHOOLS.to_file(folder / "x.gpkg", layer="two")
    return folder / "x.gpkg"


def named_to_inject(folder: Path) -> Path:
    SCHOOLS.to_file(folder / "x.gpkg", layer='a"; DROP TABLE gpkg_contents; --/../x')
    return folder / "x.gpkg"


def parquet(metadata: Mapping[str, Any] | bytes | None, frame: gpd.GeoDataFrame = SCHOOLS) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "x.parquet"
        frame.to_parquet(path)
        table = pq.read_table(path)
        geo = json.loads(table.schema.metadata[b"geo"])
        if isinstance(metadata, Mapping):
            geo["columns"]["geometry"].update(metadata)
            own = {b"geo": json.dumps(geo).encode()}
        else:
            own = {b"geo": metadata} if metadata is not None else {}
        pq.write_table(table.replace_schema_metadata(own), path)
        return path

    return make


def many_rows(folder: Path) -> Path:
    path = folder / "x.parquet"
    column = pa.DictionaryArray.from_arrays(pa.array([0] * (ROWS_MAX + 1), pa.int8()), ["a"])
    pq.write_table(pa.table({"id": column}), path)
    return path


def workbook_of(**parts: bytes) -> Make:
    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        book.active.append(["id"])  # type: ignore[union-attr]  # a new workbook has a sheet
        book.save(folder / "plain.xlsx")
        with (
            zipfile.ZipFile(folder / "plain.xlsx") as plain,
            zipfile.ZipFile(folder / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as spoilt,
        ):
            for member in plain.namelist():
                spoilt.writestr(member, parts.get(Path(member).stem, plain.read(member)))
        return folder / "x.xlsx"

    return make


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)
KML = f'<?xml version="1.0"?>{LAUGHS}]><kml><Document><name>&j;</name></Document></kml>'
TABLE = "id;Название;мест;lon;lat\n1;Школа № 5;1 200;76,950;43,25\n2;Лицей;60;76,8123;43,3\n"
KAZAKH = "id;name\n1;Мектеп қала\n2;Орта Әуезов ұлы өрік ғимарат\n".encode("kz1048")

REFUSED: Mapping[str, tuple[Make, str]] = {
    "f01": (made("nested.geojson.gz", b"\x1f\x8b"), ".gz is not read: unpack it first"),
    "i01": (archive(("../x.geojson", b"{}")), "'../x.geojson' would land outside of the folder"),
    "i01 absolute": (archive(("/etc/x.geojson", b"{}")), "would land outside of the folder"),
    "i01 of Windows": (archive(("..\\x.geojson", b"{}")), "would land outside of the folder"),
    "i03": (archive((symlink_member(), b"/etc/passwd")), "'x.geojson' is a symbolic link"),
    "i05": (archive(("inner.zip", b"PK")), "(an archive within an archive is not opened)"),
    "a zip bomb": (
        archive(*((f"{i}.geojson", b"\x00" * 150_000_000) for i in range(3))),
        "450,000,000 bytes when unpacked, expected at most 400,000,000",
    ),
    "a zip with two layers": (
        archive(("a.csv", b"id\n"), ("b.csv", b"id\n")),
        "holds 2 layers: 'a.csv', 'b.csv', expected one of them named",
    ),
    "a zip that is none": (made("x.zip", b"PK\x03\x04 and nothing"), "damaged or cut off"),
    "s01": (cp1251_without_cpg, "(cp1251, as Russian spreadsheets write?)"),
    "s03": (without(".prj"), "the coordinate system is not stated, expected longitude"),
    "s05": (without(".dbf"), ".dbf is not beside it: its attributes are missing"),
    "s07": (changed(without(), ".shp", lambda d: d[:-10]), "(cut off?)"),
    "a table cut off": (changed(without(), ".dbf", lambda d: d[:-40]), "the table has"),
    "a table with a row less": (
        changed(without(), ".dbf", lambda d: d[:4] + struct.pack("<I", 2) + d[8:]),
        ".shp has 3 shapes, .dbf 2 rows, expected as many",
    ),
    "p03": (changed(spoiled(), ".gpkg", lambda d: d[: len(d) // 2]), "malformed database"),
    "p05": (changed(spoiled(MARK), ".gpkg", _corrupt), "malformed database"),
    "p07": (
        spoiled("UPDATE schools SET geom = x'DEADBEEF' WHERE fid IN (1, 2)"),
        "x.gpkg: feature 1 (b): geometry is not a GeoPackage blob, expected one.",
    ),
    "p09": (two_layers, "holds 2 layers: 'one', 'two', expected one of them named"),
    "p13": (no_layer, "holds no layer of features, expected one"),
    "q01": (parquet(None), "no geo metadata, though column 'geometry' is binary"),
    "q03": (parquet({"encoding": "WKX"}), "unsupported encoding 'WKX', expected WKB"),
    "q05": (parquet({"crs": None}), "crs is null, so unknown"),
    "q07": (
        parquet({"crs": CRS(3857).to_json_dict()}),
        "the coordinate system is EPSG:3857, but the numbers are degrees",
    ),
    "q09": (parquet(b"not json"), "geo metadata is not JSON"),
    "q11": (changed(parquet({}), ".parquet", lambda d: d[: len(d) // 2]), "damaged or cut off"),
    "q13": (many_rows, f"{ROWS_MAX + 1:,} rows, expected at most {ROWS_MAX:,}"),
    "v05": (
        made("x.gdalg.json", '{"type": "gdal_streamed_alg", "command_line": "gdal vector"}'),
        "type is 'gdal_streamed_alg', expected a FeatureCollection or a Feature",
    ),
    "v07": (made("x.kml", KML), "it has a DOCTYPE or entities of its own, expected none"),
    "v07 in UTF-16": (made("x.kml", KML.encode("utf-16")), "it has a DOCTYPE or entities"),
    "v07 behind a long remark": (
        workbook_of(workbook=KML.replace("<!DOCTYPE", f"<!--{'x' * 200_000}--><!DOCTYPE").encode()),
        "it has a DOCTYPE or entities",
    ),
    "v07 in a workbook": (workbook_of(workbook=KML.encode()), "it has a DOCTYPE or entities"),
    "v09": (made("x.gml", KML), ".gml is not read"),
    "v11": (made("x.gml", "<gml/>"), ".gml is not read: GML may fetch from the network"),
    "v13": (made("x.svg", "<svg/>"), ".svg is not read: a drawing without places"),
    "a table of another file": (
        lambda folder: made("x.tab", '!table\nDefinition Table\n  Type LINKED\n  File "/etc"\n')(
            made("x.dat", b"1")(folder).parent
        ),
        "a table that only points to other files, expected Type NATIVE",
    ),
    "another format within": (made("x.fgb", "<OGRVRTDataSource/>"), "not as FlatGeobuf does"),
    "a workbook that is old": (made("x.xlsx", b"\xd0\xcf\x11\xe0" * 9), "by a password, or an old"),
    "a workbook cut off": (changed(workbook_of(), ".xlsx", lambda d: d[:-200]), "damaged"),
    "Kazakh letters of another encoding": (
        made("x.csv", KAZAKH),
        "(cp1251, or KZ-1048 with Kazakh letters?)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_is_refused_with_what_is_wrong_in_it(case: str, tmp_path: Path) -> None:
    make, sentence = REFUSED[case]
    path = make(tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert sentence in said(read(path))
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def triggered(folder: Path) -> Path:
    return geopackage(
        folder,
        "CREATE TABLE taken (x)",
        "CREATE TRIGGER t AFTER INSERT ON schools BEGIN INSERT INTO taken VALUES (1); END",
    )


def stale(folder: Path) -> Path:
    path = geopackage(folder, "UPDATE gpkg_ogr_contents SET feature_count = 1")
    base = sqlite3.connect(path)
    base.execute("DELETE FROM rtree_schools_geom_rowid WHERE rowid > 1")
    base.commit()
    base.close()
    return path


ACCEPTED: Mapping[str, tuple[Make, str]] = {
    "00": (without(), ""),
    "s09": (without(), ""),
    "p01": (triggered, ""),
    "p11": (named_to_inject, ""),
    "v03_victim": (spoiled(), ""),
    "a stale index": (stale, "its spatial index holds 1 of 3 rows: it was not used"),
    "a shapefile without its index": (without(".shx"), ".shx is not there: made anew"),
    "a shapefile with an index of lies": (
        changed(without(), ".shx", lambda d: d[:100] + b"\x7f" * (len(d) - 100)), ""
    ),
    "a shapefile in an archive": (
        lambda f: zipped(f / "x.zip", *sorted(without()(f).parent.glob("x.???"))),
        "read from the archive's 'in/x.shp'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCEPTED)
def test_a_sound_file_of_an_odd_kind_is_read_whole(case: str, tmp_path: Path) -> None:
    make, note = ACCEPTED[case]
    path = make(tmp_path)
    before = path.read_bytes()
    found = read(path)
    assert (said(found), len(found.frame)) == ("", 3)
    assert found.frame["name_ru"].tolist()[:2] == SCHOOLS["name_ru"].tolist()[:2]
    assert found.frame.geometry.notna().all()
    assert note in notes(found)
    assert path.read_bytes() == before


def test_a_spreadsheets_table_is_recognised_and_every_guess_is_noted(tmp_path: Path) -> None:
    path = made("x.csv", TABLE.encode("cp1251"))(tmp_path)
    found = read(path)
    assert said(found) == ""
    assert found.frame["Название"].tolist() == ["Школа № 5", "Лицей"]
    assert [str(g) for g in found.frame.geometry] == ["POINT (76.95 43.25)", "POINT (76.8123 43.3)"]
    for note in (
        "text is cp1251, recognised by its letters",
        "cells are separated by semicolons",
        "numbers have a decimal comma",
        "4 coordinates have a decimal comma, such as '76,950'",
    ):
        assert note in notes(found)


def test_an_encoding_that_is_asked_for_is_used(tmp_path: Path) -> None:
    found = read(cp1251_without_cpg(tmp_path), encoding="cp1251")
    assert said(found) == ""
    assert found.frame["name_ru"].tolist() == ["Школа", "Лицей", "Гимназия"]
    found = read(made("x.csv", KAZAKH)(tmp_path), encoding="kz1048")
    assert found.frame["name"].tolist()[0] == "Мектеп қала"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_says_the_encoding(codec: str, tmp_path: Path) -> None:
    mark = "" if codec in {"utf-8-sig", "utf-16"} else "\ufeff"
    found = read(made("x.csv", f"{mark}{TABLE}".encode(codec))(tmp_path))
    assert said(found) == ""
    assert found.frame["Название"].tolist() == ["Школа № 5", "Лицей"]


def test_a_database_that_another_program_has_open_is_not_read_by_half(tmp_path: Path) -> None:
    path = spoiled()(tmp_path)
    made("x.gpkg-wal", b"changes")(tmp_path)
    assert "x.gpkg-wal holds changes that are not in the file yet" in said(read(path))
