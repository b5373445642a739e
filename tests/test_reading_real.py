"""Real files as others published them come through the door with every row counted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from test_reading import said, spec
from test_reading_formats import notes

from almaty_geo.area import StudyArea
from almaty_geo.plan import Plan
from almaty_geo.reading import Options, read_outside
from almaty_geo.words import same

REGION = StudyArea(same("Region"), (76.4, 42.8, 77.4, 43.6), "EPSG:32643")

SOUND: Mapping[str, tuple[int, int]] = {
    "districts/districts_osm_2024.geojson": (8, 8),
    "districts/districts_city_gis.geojson": (8, 8),
    "districts/districts_osm_2019.shp": (9, 9),
    "districts/districts_cityger_overlapping.geojson": (8, 8),
    "schools/schools_existing_2025.geojson": (369, 369),
    "schools/schools_planned_2025_2026.geojson": (23, 23),
    "services/kindergartens.csv": (924, 924),
    "services/hospitals_beds.geojson": (24, 24),
    "services/parks_osm_2013.geojson": (73, 73),
    "services/pois_osm_2013.geojson": (650, 650),
    "population/blocks_population.csv": (3611, 3611),
    "population/blocks_polygons.geojson": (2531, 2531),
    "population/buildings_osm_2013.geojson": (8201, 8201),
    "population/worldpop_100m.tif": (227_906, 227_906),
    "streets/almaty_streets_city_gis.csv": (7769, 7769),
    "transit/Almaty_stops.geojson": (2142, 2142),
    "water/almaty_water_bodies_osm2013.geojson": (97, 97),
    "water/almaty_waterways_osm2013.geojson": (81, 81),
}
"""Rows, and rows with a place."""


@pytest.mark.parametrize("name", SOUND)
def test_a_published_file_is_read_whole_and_without_a_fault(name: str, real_data: Path) -> None:
    found = read_outside(real_data / name, None, REGION)
    assert said(found) == ""
    assert (len(found.frame), int(found.frame.geometry.notna().sum())) == SOUND[name]


def test_every_published_file_of_a_layer_is_looked_at(real_data: Path) -> None:
    faulty = {"services/park_works.geojson", "services/power_outages_2026.geojson"}
    no_layers = {"transit/Almaty_lines.json", "streets/almaty_osm_2013.osm.pbf"}
    parts = {".cpg", ".dbf", ".prj", ".shx"}
    files = {p.relative_to(real_data) for p in real_data.rglob("*") if p.is_file()}
    layers = {p.as_posix() for p in files if p.suffix not in parts and p.parts[0] != "overpass"}
    assert layers == set(SOUND) | faulty | no_layers


def test_a_count_of_people_survives_the_door(real_data: Path) -> None:
    blocks = read_outside(real_data / "population" / "blocks_population.csv", None, REGION)
    assert blocks.frame["population"].sum() == pytest.approx(1_520_000, rel=0.05)
    cells = read_outside(real_data / "population" / "worldpop_100m.tif", None, REGION)
    assert cells.frame["value"].sum() == pytest.approx(2_289_651, abs=1)


def test_kindergartens_are_mapped_to_declared_columns(real_data: Path) -> None:
    declared = spec("Point", columns={"name_ru": {"kind": "str"}, "kind": {"kind": "str"}})
    options = Options(columns={"name_ru": "name", "kind": "type"})
    path = real_data / "services" / "kindergartens.csv"
    found = read_outside(path, declared, REGION, options=options)
    assert said(found) == ""
    assert list(found.frame.columns) == ["name_ru", "kind", "geometry"]
    assert "columns left out: address, money" in notes(found)


def test_an_answer_of_overpass_and_an_extract_say_where_they_go(real_data: Path) -> None:
    answers = sorted((real_data / "overpass").glob("*.json"))
    said_of = [said(read_outside(path, None)) for path in answers]
    assert sum("an answer of Overpass?" in sentence for sentence in said_of) == 8
    extract = said(read_outside(real_data / "streets" / "almaty_osm_2013.osm.pbf", None))
    assert "`almaty-geo fetch THEME --from city.osm.pbf`" in extract


OURS: Mapping[str, tuple[str, Mapping[str, Any], str | None]] = {
    "drawing": (".dxf", {"driver": "DXF"}, "EPSG:28413"),
    "MapInfo table": (".tab", {"driver": "MapInfo File", "ENCODING": "UTF-8"}, None),
    "MapInfo text": (".mif", {"driver": "MapInfo File", "ENCODING": "UTF-8"}, None),
    "Shapefile": (".shp", {"encoding": "UTF-8"}, None),
    "GeoPackage": (".gpkg", {}, None),
}


@pytest.mark.parametrize("layer", ["schools_state", "districts"])
@pytest.mark.parametrize("form", OURS)
def test_our_own_layers_come_back_from_the_soviet_grid_within_a_metre(
    form: str, layer: str, almaty: Plan, tmp_path: Path
) -> None:
    suffix, how, crs = OURS[form]
    located = almaty.layers[layer].located[["id", "geometry"]]
    grid: gpd.GeoDataFrame = located.to_crs("EPSG:28413")
    path = tmp_path / f"x{suffix}"
    (grid[["geometry"]] if suffix == ".dxf" else grid).to_file(path, **how)
    found = read_outside(path, None, REGION, options=Options(crs=crs))
    parts = int(shapely.get_num_geometries(located.geometry.to_numpy()).sum())
    assert said(found) == ""
    assert len(found.frame) == (parts if suffix == ".dxf" else len(located))
    before = REGION.to_metres([shapely.unary_union(located.geometry.to_numpy())])[0]
    after = REGION.to_metres([shapely.unary_union(found.frame.geometry.to_numpy())])[0]
    assert shapely.hausdorff_distance(before, after) < 1
    assert "Pulkovo 1942 to WGS 84" in notes(found)
    assert np.isclose(before.area, after.area, rtol=1e-6)
