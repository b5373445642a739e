import csv
import json
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from openpyxl import load_workbook
from shapely import LineString, MultiPolygon, Point, Polygon

from almaty_geo.catalogue import Layer
from almaty_geo.exports import (
    FORMATS,
    SUFFIXES,
    write_frame,
    write_layer,
    write_package,
)
from almaty_geo.plan import Plan

DAY = date(2026, 3, 1)
HOSTILE = "{{7*7}} {% raw %} <img src=x onerror=alert(1)> </script> `${alert(1)}` \"'; -- \u202e"
KAZAKH = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


@pytest.fixture
def schools() -> gpd.GeoDataFrame:
    """Three schools, one without a place; every kind of value, present and missing."""
    return gpd.GeoDataFrame(
        {
            "id": ["a", "b", "c"],
            "name_kk": pd.array([KAZAKH, None, HOSTILE], dtype="string"),
            "seats": pd.array([1200, None, -5], dtype="Int64"),
            "share": pd.array([0.1, None, 1e-9], dtype="Float64"),
            "loose": [1.5, np.nan, np.inf],
            "open": pd.array([True, None, False], dtype="boolean"),
            "empty": [None, None, None],
        },
        geometry=np.array([Point(76.123456789, 43.25), None, Point(77, 43.5)], dtype=object),
        crs="EPSG:4326",
    )


def square(west: float, *, clockwise: bool = False) -> Polygon:
    ring = [(west, 43.0), (west + 0.1, 43.0), (west + 0.1, 43.1), (west, 43.1)]
    return Polygon(ring[::-1] if clockwise else ring)


def write(frame: gpd.GeoDataFrame, folder: Path, *formats: str) -> tuple[Path, ...]:
    return write_frame(frame, "schools", folder, formats=formats or FORMATS, date=DAY)


def read_geojson(path: Path) -> list[dict[str, object]]:
    return [f["properties"] for f in json.loads(path.read_text(encoding="utf-8"))["features"]]


def read_gpkg(path: Path) -> list[dict[str, object]]:
    with sqlite3.connect(path) as base:
        base.row_factory = sqlite3.Row
        found = [dict(row) for row in base.execute("select * from schools order by fid")]
    for row in found:
        row["open"] = None if row["open"] is None else bool(row["open"])
        del row["fid"], row["geom"]
    return found


def read_parquet(path: Path) -> list[dict[str, object]]:
    table = pq.read_table(path).drop_columns(["geometry", "bbox"])
    return [dict(row) for row in table.to_pylist()]


EXPECTED = [
    {
        "id": "a",
        "name_kk": KAZAKH,
        "seats": 1200,
        "share": 0.1,
        "loose": 1.5,
        "open": True,
        "empty": None,
    },
    {
        "id": "b",
        "name_kk": None,
        "seats": None,
        "share": None,
        "loose": None,
        "open": None,
        "empty": None,
    },
    {
        "id": "c",
        "name_kk": HOSTILE,
        "seats": -5,
        "share": 1e-9,
        "loose": None,
        "open": False,
        "empty": None,
    },
]


@pytest.mark.parametrize(
    ("suffix", "read"),
    [("geojson", read_geojson), ("gpkg", read_gpkg), ("parquet", read_parquet)],
)
def test_every_value_comes_back_as_it_was(
    suffix: str,
    read: Callable[[Path], list[dict[str, object]]],
    schools: gpd.GeoDataFrame,
    tmp_path: Path,
) -> None:
    (path,) = write(schools, tmp_path, suffix)
    found = read(path)
    assert found == EXPECTED
    seats = [row["seats"] for row in found]
    assert [type(value) for value in seats] == [int, type(None), int]


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "parquet"])
def test_places_come_back_to_seven_decimals(
    suffix: str, schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    (path,) = write(schools, tmp_path, suffix)
    found = gpd.read_parquet(path) if suffix == "parquet" else pyogrio.read_dataframe(path)
    assert found.crs == "EPSG:4326"
    places = found.geometry
    assert [places.iloc[0].wkt, places.iloc[2].wkt] == [
        "POINT (76.1234568 43.25)",
        "POINT (77 43.5)",
    ]
    assert places.iloc[1] is None


def test_geojson_keeps_to_rfc_7946(tmp_path: Path) -> None:
    hole = [(76.02, 43.02), (76.08, 43.02), (76.08, 43.08), (76.02, 43.08)]
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b"]},
        geometry=[
            Polygon(square(76.0, clockwise=True).exterior.coords, [hole]),
            MultiPolygon([square(76.5), square(76.7, clockwise=True)]),
        ],
        crs="EPSG:4326",
    )
    (path,) = write(frame, tmp_path, "geojson")
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    found = json.loads(raw, parse_constant=pytest.fail)
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert found["bbox"] == [76.0, 43.0, 76.8, 43.1]
    first, second = (feature["geometry"] for feature in found["features"])
    assert shapely.LinearRing(first["coordinates"][0]).is_ccw
    assert not shapely.LinearRing(first["coordinates"][1]).is_ccw
    assert all(shapely.LinearRing(part[0]).is_ccw for part in second["coordinates"])


def test_metres_and_heights_are_written_as_flat_degrees(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["a"]}, geometry=[Point(500_000, 4_800_000, 900)], crs="EPSG:32643"
    )
    (path,) = write(frame, tmp_path, "geojson")
    (feature,) = json.loads(path.read_text(encoding="utf-8"))["features"]
    lon, lat = feature["geometry"]["coordinates"]
    assert lon == pytest.approx(75)
    assert lat == pytest.approx(43.35, abs=0.01)


def test_a_spreadsheet_takes_no_text_for_a_formula(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"=head": FORMULAS, "number": range(-3, 3)},
        geometry=[Point(76, 43)] * len(FORMULAS),
        crs="EPSG:4326",
    )
    (path,) = write(frame, tmp_path, "csv")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["'=head", "number", "lon", "lat"]
    assert [row[0] for row in rows] == [f"'{text}" for text in FORMULAS]
    assert [row[1] for row in rows] == ["-3", "-2", "-1", "0", "1", "2"]


def test_csv_holds_points_as_columns_and_the_rest_as_text(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    (path,) = write(schools, tmp_path, "csv")
    found = pd.read_csv(path)
    assert found["lon"].tolist()[::2] == [76.1234568, 77.0]
    assert found["lat"].isna().tolist() == [False, True, False]
    assert found["name_kk"].tolist()[::2] == [KAZAKH, HOSTILE]
    assert ",true," in path.read_text(encoding="utf-8")
    assert ",false," in path.read_text(encoding="utf-8")
    line = gpd.GeoDataFrame(
        {"id": ["l"]}, geometry=[LineString([(76, 43), (76.5, 43.123456789)])], crs="EPSG:4326"
    )
    (path,) = write(line, tmp_path / "lines", "csv")
    assert pd.read_csv(path)["geometry_wkt"].tolist() == ["LINESTRING (76 43, 76.5 43.1234568)"]


def test_parts_make_a_geopackage_of_parts(tmp_path: Path) -> None:
    mixed = [square(76.0), MultiPolygon([square(76.5), square(76.7)])]
    frame = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=mixed, crs="EPSG:4326")
    (path,) = write(frame, tmp_path, "gpkg")
    assert pyogrio.read_info(path)["geometry_type"] == "MultiPolygon"
    found = pyogrio.read_dataframe(path).geometry
    assert [len(shape.geoms) for shape in found] == [1, 2]
    assert shapely.equals(found.iloc[0].geoms[0], mixed[0])


def test_a_geopackage_bears_the_plans_date_and_says_what_it_is(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    write_frame(
        schools, "schools", tmp_path, formats=["gpkg"], date=DAY, description=f"{KAZAKH} 2026"
    )
    with sqlite3.connect(tmp_path / "schools.gpkg") as base:
        columns = "table_name, data_type, identifier, description, last_change"
        (found,) = base.execute(f"select {columns} from gpkg_contents")  # noqa: S608 - our own words
        (version,) = base.execute("pragma user_version").fetchone()
    assert found == ("schools", "features", "schools", f"{KAZAKH} 2026", "2026-03-01T00:00:00.000Z")
    assert version == 10200
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_columns_that_a_format_cannot_hold_get_a_number_and_are_not_lost(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"Name": ["x"], "name": ["y"], "FID": ["z"], "geom": ["g"], "bbox": ["b"], "lon": ["l"]},
        geometry=[Point(76, 43)],
        crs="EPSG:4326",
    )
    geojson, gpkg, parquet, table, *_ = write(frame, tmp_path)
    values = ["x", "y", "z", "g", "b", "l"]
    assert list(read_geojson(geojson)[0].values()) == values
    with sqlite3.connect(gpkg) as base:
        (row,) = base.execute("select * from schools")
        ((description,),) = base.execute("select description from gpkg_contents")
    assert set(values) <= set(row)
    assert "name is name_2 here" in description
    found = pq.read_table(parquet).to_pylist()[0]
    assert found["bbox_2"] == "b"
    assert found["bbox"]["xmin"] == 76.0
    with table.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["lon_2"] == "l"


def test_geoparquet_says_its_version_and_covers_each_row(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    (path,) = write(schools, tmp_path, "parquet")
    told = json.loads(pq.read_schema(path).metadata[b"geo"], parse_constant=pytest.fail)
    assert told["version"] == "1.1.0"
    assert told["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    boxes = pq.read_table(path)["bbox"].to_pylist()
    assert boxes[2] == {"xmin": 77.0, "ymin": 43.5, "xmax": 77.0, "ymax": 43.5}
    assert boxes[1] is None or set(boxes[1].values()) == {None}


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_rows_give_the_same_bytes(
    suffix: str, schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    first, second = (write(schools, tmp_path / name, suffix)[0] for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("suffix", FORMATS)
def test_no_rows_make_a_file_of_no_rows(
    suffix: str, schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    (path,) = write(schools.iloc[:0], tmp_path, suffix)
    if suffix == "geojson":
        assert json.loads(path.read_text()) == {"type": "FeatureCollection", "features": []}
    elif suffix == "csv":
        assert path.read_text().startswith("id,name_kk,seats,share,loose,open,empty")
    elif suffix == "parquet":
        assert pq.read_table(path).num_rows == 0
    elif suffix == "xlsx":
        assert load_workbook(path).worksheets[0].max_row == 1
    elif suffix == "kml":
        assert "<Schema " in path.read_text()
        assert "<Placemark>" not in path.read_text()
    else:
        assert pyogrio.read_info(path, force_feature_count=True)["features"] == 0


def test_half_letters_and_nul_become_signs_that_every_format_can_hold(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"name": pd.Series(["a\ud800b", "c\0d"], dtype=object)},
        geometry=[Point(76, 43)] * 2,
        crs="EPSG:4326",
    )
    geojson, gpkg, *_ = write(frame, tmp_path)
    assert [row["name"] for row in read_geojson(geojson)] == ["a?b", "c\ufffdd"]
    assert pyogrio.read_dataframe(gpkg)["name"].tolist() == ["a?b", "c\ufffdd"]


def test_a_layer_is_written_under_its_id_with_all_its_rows(almaty: Plan, tmp_path: Path) -> None:
    layer = almaty.layers["intakes"]
    paths = write_layer(layer, tmp_path, formats=FORMATS, date=DAY)
    assert [path.name for path in paths] == [f"intakes.{SUFFIXES[name]}" for name in FORMATS]
    features = json.loads(paths[0].read_text(encoding="utf-8"))["features"]
    assert len(features) == len(layer) == 11
    assert sum(f["geometry"] is None for f in features) == layer.unlocated == 8
    assert list(features[0]["properties"]) == list(layer.spec.columns)
    assert pyogrio.read_info(paths[1])["geometry_type"] == "Point"


def test_a_layer_of_open_street_map_says_so_in_its_geopackage(almaty: Plan, tmp_path: Path) -> None:
    (path,) = write_layer(almaty.layers["districts"], tmp_path, formats=["gpkg"], date=DAY)
    with sqlite3.connect(path) as base:
        ((told,),) = base.execute("select description from gpkg_contents")
    assert "ODbL-1.0" in told
    assert "© OpenStreetMap contributors" in told
    assert "Аудан" in told or "аудан" in told


def test_one_package_holds_every_layer_and_every_table(almaty: Plan, tmp_path: Path) -> None:
    layers = list(almaty.layers.values())
    path = write_package(layers, tmp_path / "almaty.gpkg", date=DAY)
    with sqlite3.connect(path) as base:
        kinds = dict(base.execute("select table_name, data_type from gpkg_contents"))
        rows = {
            name: base.execute(f'select count(*) from "{name}"').fetchone()[0]  # noqa: S608 - ours
            for name in kinds
        }
        people = base.execute("select sum(people), typeof(people) from residents").fetchone()
    assert rows == {layer.id: len(layer) for layer in layers}
    tables = {layer.id for layer in layers if layer.spec.geometry == "none"}
    assert {name for name, kind in kinds.items() if kind == "attributes"} == tables
    assert people == (2_354_736, "integer")
    again = write_package(layers, tmp_path / "again.gpkg", date=DAY)
    assert path.read_bytes() == again.read_bytes()


def test_every_bundled_layer_comes_back_from_geojson_as_it_was(
    almaty: Plan, tmp_path: Path
) -> None:
    for layer in almaty.layers.values():
        (path,) = write_layer(layer, tmp_path, formats=["geojson"], date=DAY)
        features = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
        values = [list(f["properties"].values()) for f in features["features"]]
        was = layer.frame.drop(columns=layer.frame.geometry.name).astype(object)
        assert values == was.where(was.notna(), None).to_numpy().tolist()


def test_a_layer_with_no_row_keeps_the_type_of_its_places(almaty: Plan, tmp_path: Path) -> None:
    layer = almaty.layers["districts"]
    (path,) = write_layer(
        Layer(layer.spec, layer.frame.iloc[:0]), tmp_path, formats=["gpkg"], date=DAY
    )
    assert pyogrio.read_info(path)["geometry_type"] == "Polygon"
