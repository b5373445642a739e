"""Each format of the allow-list: read whole, in degrees, with a note of all that was changed."""

import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
import tifffile
from test_reading import TOWN, said, spec

from almaty_geo.reading import Found, Options, read_outside
from almaty_geo.reading.kinds import KINDS

pytestmark = pytest.mark.filterwarnings("ignore:'crs' was not provided")  # that is meant here

NAMES = ["Школа", "Әғқңөұүһі", None]
SCHOOLS = gpd.GeoDataFrame(
    {"id": ["a", "b", "c"], "name_ru": NAMES, "seats": [1200, 60, 0]},
    geometry=shapely.points([(76.9, 43.25), (76.95, 43.2), (76.8, 43.3)]),
    crs="EPSG:4326",
)
PULKOVO = "EPSG:28413"


def without_system(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=frame.geometry.to_numpy())


def shapefile(path: Path, frame: gpd.GeoDataFrame = SCHOOLS) -> Path:
    frame.to_file(path, encoding="UTF-8")
    return path


def zipped(path: Path, *parts: Path, folder: str = "in") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            archive.write(part, f"{folder}/{part.name}")
    return path


def _zip(path: Path, frame: gpd.GeoDataFrame) -> None:
    (path.parent / "parts").mkdir()
    shapefile(path.parent / "parts" / "x.shp", frame)
    zipped(path, *sorted((path.parent / "parts").iterdir()))


def _table(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    xy = shapely.get_coordinates(frame.geometry.to_numpy())
    return pd.DataFrame(frame.drop(columns="geometry")).assign(lon=xy[:, 0], lat=xy[:, 1])


WRITERS: Mapping[str, Callable[[Path, gpd.GeoDataFrame], Any]] = {
    ".geojson": lambda p, f: f.to_file(p),
    ".json": lambda p, f: f.to_file(p, driver="GeoJSON"),
    ".geojsonl": lambda p, f: f.to_file(p, driver="GeoJSONSeq"),
    ".geojsons": lambda p, f: f.to_file(p, driver="GeoJSONSeq", RS="YES"),
    ".geojsonseq": lambda p, f: f.to_file(p, driver="GeoJSONSeq"),
    ".ndjson": lambda p, f: f.to_file(p, driver="GeoJSONSeq"),
    ".gpkg": lambda p, f: f.to_file(p),
    ".fgb": lambda p, f: f.to_file(p, SPATIAL_INDEX="NO"),  # an index changes the order of rows
    ".parquet": lambda p, f: f.to_parquet(p),
    ".geoparquet": lambda p, f: f.to_parquet(p, write_covering_bbox=True, schema_version="1.1.0"),
    ".shp": shapefile,
    ".zip": _zip,
    ".shz": _zip,
    ".csv": lambda p, f: _table(f).to_csv(p, index=False),
    ".tsv": lambda p, f: _table(f).to_csv(p, index=False, sep="\t"),
    ".xlsx": lambda p, f: _table(f).to_excel(p, index=False),
    ".tab": lambda p, f: f.to_file(p, driver="MapInfo File", ENCODING="UTF-8"),
    ".mif": lambda p, f: f.to_file(p, driver="MapInfo File", ENCODING="UTF-8"),
    ".kml": lambda p, f: f.rename(columns={"name_ru": "Name"}).to_file(p, driver="LIBKML"),
}


def read(path: Path, **options: Any) -> Found:
    return read_outside(path, None, TOWN, options=Options(**options))


def notes(found: Found) -> str:
    return "\n".join(map(str, found.notes))


def rows_of(frame: gpd.GeoDataFrame) -> list[list[Any]]:
    plain = frame.rename(columns={"Name": "name_ru"})[["id", "name_ru", "seats"]]
    cells = plain.astype(object).where(plain.notna(), None)
    xy = shapely.get_coordinates(frame.geometry.to_numpy()).round(6).tolist()
    # KML has no numbers of its own: there they are text.
    return [[i, n or None, int(s), *p] for (i, n, s), p in zip(cells.to_numpy(), xy, strict=True)]


def test_every_format_has_a_case_here() -> None:
    assert set(WRITERS) | {".dxf", ".tif", ".tiff"} == set(KINDS)


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_row_and_letter_comes_through(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    WRITERS[suffix](path, SCHOOLS)
    found = read(path)
    assert said(found) == ""
    assert found.frame.crs == "EPSG:4326"
    assert rows_of(found.frame) == rows_of(SCHOOLS)


@pytest.mark.parametrize("suffix", [s for s in WRITERS if s != ".kml"])
def test_every_format_is_held_to_a_sidecar(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    WRITERS[suffix](path, SCHOOLS.assign(seats=[1200, -5, 0]))
    found = read_outside(path, spec(), TOWN)
    assert [(f.feature, f.id, f.column, f.rule) for f in found.faults] == [
        (1, "b", "seats", "bounds")
    ]


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet", ".shp", ".tab", ".mif"])
def test_a_soviet_grid_is_brought_to_degrees_and_the_way_is_named(
    suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"x{suffix}"
    WRITERS[suffix](path, SCHOOLS.to_crs(PULKOVO))
    found = read(path)
    assert said(found) == ""
    moved = TOWN.xy_m(found.frame.geometry) - TOWN.xy_m(SCHOOLS.geometry)
    assert np.hypot(*moved.T).max() < 1
    assert "Pulkovo 1942 to WGS 84" in notes(found)
    assert "accurate to" in notes(found)


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".shp", ".csv", ".geojson", ".dxf"])
def test_a_grid_that_is_not_stated_is_asked_for_with_a_guess(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    plane = without_system(SCHOOLS.to_crs(PULKOVO))
    if suffix == ".dxf":
        plane[["geometry"]].to_file(path, driver="DXF")
    elif suffix == ".csv":
        WRITERS[suffix](path, plane)
        path.write_text(path.read_text().replace("lon,lat", "x,y"))
    else:
        WRITERS[suffix](path, plane)
    asked = read_outside(path, spec("Point") if suffix == ".csv" else None, TOWN)
    assert f"{PULKOVO}?" in said(asked)
    found = read(path, crs=PULKOVO)
    assert said(found) == ""
    moved = TOWN.xy_m(found.frame.geometry) - TOWN.xy_m(SCHOOLS.geometry)
    assert np.hypot(*moved.T).max() < 1


@pytest.mark.parametrize(
    ("crs", "guess"),
    [
        (3857, "EPSG:3857"),
        (32643, "EPSG:32643 or EPSG:2503"),  # their numbers differ by 100 m: either it is
        (28413, "EPSG:28413"),
        (2503, "EPSG:32643 or EPSG:2503"),
        (2542, "EPSG:2542"),
        (4326, "EPSG:4326"),
    ],
)
def test_the_guess_is_the_grid_in_which_all_places_fall_into_the_area(
    crs: int, guess: str, tmp_path: Path
) -> None:
    path = shapefile(tmp_path / "x.shp", SCHOOLS.to_crs(crs))
    (tmp_path / "x.prj").unlink()
    assert f"the coordinate system is not stated, expected longitude and latitude, EPSG:4326 or CRS84 ({guess}?)" in said(read(path))  # fmt: skip  # noqa: E501 - one sentence


def test_a_local_grid_is_given_by_its_parameters(tmp_path: Path) -> None:
    grid = "+proj=tmerc +lat_0=43.2 +lon_0=76.9 +x_0=5000 +y_0=5000 +ellps=WGS84 +units=m"
    plane = without_system(SCHOOLS.to_crs(grid))
    path = shapefile(tmp_path / "x.shp", plane)
    found = read(path, crs=grid)
    assert said(found) == ""
    assert rows_of(found.frame) == rows_of(SCHOOLS)


def test_a_grid_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = shapefile(tmp_path / "x.shp")
    assert "crs 'Almaty local' is not known" in said(read(path, crs="Almaty local"))


def test_two_layers_are_asked_about_and_either_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    SCHOOLS.to_file(path, layer="one")
    SCHOOLS.head(1).to_file(path, layer='two"; --')
    assert "holds 2 layers: 'one', 'two\"; --', expected one of them named" in said(read(path))
    assert len(read(path, layer="one").frame) == 3
    assert len(read(path, layer='two"; --').frame) == 1
    assert "layer 'three' is not there, expected one of 'one'" in said(read(path, layer="three"))


def test_a_sheet_is_named_where_there_are_several(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with pd.ExcelWriter(path) as writer:
        _table(SCHOOLS).to_excel(writer, sheet_name="Мектептер", index=False)
        _table(SCHOOLS).head(1).to_excel(writer, sheet_name="B", index=False)
    assert "holds 2 sheets: 'Мектептер', 'B', expected one of them named" in said(read(path))
    assert len(read(path, layer="Мектептер").frame) == 3


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]  # a new workbook has a sheet
    book.save(path)
    return path


def test_numbers_and_days_of_a_workbook_are_what_the_sidecar_says(tmp_path: Path) -> None:
    columns = {"id": {"kind": "str"}, "seats": {"kind": "int"}, "day": {"kind": "date"}}
    day = pd.Timestamp("2026-03-01").to_pydatetime()
    path = workbook(tmp_path / "x.xlsx", ["id", "seats", "day"], [7, "1 200", day], [8, 60.0, None])
    found = read_outside(path, spec("none", columns=columns))
    assert said(found) == ""
    assert found.frame["id"].tolist() == ["7", "8"]
    assert found.frame["seats"].tolist() == [1200, 60]
    assert found.frame["day"].tolist() == ["2026-03-01", None]
    assert "column seats: 1 values read as whole numbers, such as '1 200' as 1200" in notes(found)


def test_a_formula_is_never_worked_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", ["id", "seats"], ["a", "=1+1"], ["b", 2])
    found = read(path)
    assert "x.xlsx: row 2 (a): a formula without a stored result in column 2" in said(found)
    path = workbook(tmp_path / "y.xlsx", ["id", "seats"], ["a", "#REF!"], ["b", 2])
    assert "row 2 (a), column seats: '#REF!', expected a value" in said(read(path))


def test_a_title_above_the_table_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", ["Schools of the city"], ["id", "seats"], ["a", 1])
    assert "column 2 has no name, expected one (a title above the table?)" in said(read(path))


def test_a_drawing_is_read_with_the_grid_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.dxf"
    outline = shapely.box(76.9, 43.2, 76.95, 43.25)
    shapes = gpd.GeoSeries([outline, shapely.Point(76.9, 43.2)], crs=4326).to_crs(PULKOVO)
    gpd.GeoDataFrame(geometry=shapes).to_file(path, driver="DXF")
    found = read(path, crs=PULKOVO)
    assert said(found) == ""
    assert found.frame.geom_type.tolist() == ["Polygon", "Point"]
    back = found.frame.geometry.iloc[0]
    assert shapely.hausdorff_distance(back, outline) < 1e-5


def raster(path: Path, cells: Any, **more: Any) -> Path:
    tags = [
        (33550, "d", 3, (0.01, 0.01, 0.0), True),
        (33922, "d", 6, (0.0, 0.0, 0.0, 76.8, 43.4, 0.0), True),
        (34735, "H", 12, (1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326), True),
        (42113, "s", 0, "-99999", True),
    ]
    tifffile.imwrite(path, np.array(cells), extratags=tags, **more)
    return path


@pytest.mark.parametrize("packed", [None, "zlib"])
def test_a_raster_becomes_points_at_the_centres_of_its_filled_cells(
    packed: str | None, tmp_path: Path
) -> None:
    cells = np.array([[1.5, -99999], [np.nan, 4]], dtype=np.float32)
    found = read(raster(tmp_path / "x.tif", cells, compression=packed))
    assert said(found) == ""
    assert found.frame["value"].tolist() == [1.5, 4]
    xy = shapely.get_coordinates(found.frame.geometry.to_numpy())
    assert np.allclose(xy, [[76.805, 43.395], [76.815, 43.385]])
    assert "2 of 4 cells have no value: left out" in notes(found)


def test_a_raster_without_a_place_is_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "x.tif", np.ones((2, 2), dtype=np.float32))
    assert "no place is stated for it" in said(read(tmp_path / "x.tif"))


def test_what_is_not_read_says_where_it_goes() -> None:
    goes = (
        "an OpenStreetMap extract holds many themes: `almaty-geo fetch THEME --from city.osm.pbf`"
    )
    assert said(read(Path("x.osm.pbf"))) == f"x.osm.pbf: .pbf is not read: {goes}."
    for name in ("x.osm", "x.gml", "x.kmz", "x.gz", "x.xls", "x.vrt", "x.svg", "x.dwg"):
        assert f"{name}: .{name[2:]} is not read: " in said(read(Path(name)))


def test_only_the_driver_of_the_suffix_is_there_when_a_file_is_opened() -> None:
    from almaty_geo.reading.apart import _environment  # noqa: PLC0415 - what is sealed

    for kind in (k for k in KINDS.values() if k.apart and not k.way.islower()):
        env = _environment(kind, Path("/nowhere"))
        done = subprocess.run(
            [sys.executable, "-c", "import pyogrio; print(*pyogrio.list_drivers(), sep=',')"],
            env=env, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == kind.way
        assert not {"HOME", "TMPDIR"} & {n for n, v in env.items() if v == str(Path.home())}


def test_the_same_file_is_read_the_same_twice(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    SCHOOLS.to_file(path)
    first, second = read(path), read(path)
    assert first.frame.equals(second.frame)
    assert first.notes == second.notes
