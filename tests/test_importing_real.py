"""Real files as others published them, through the verbs: every row counted, each with a ledger."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from almaty_geo.cli import main
from almaty_geo.create import new_plan
from almaty_geo.importing import import_ledger
from almaty_geo.plan import Plan
from almaty_geo.repairing import ledger

Printed = pytest.CaptureFixture[str]
TITLES = ["--title", "kk=Қабат", "--title", "ru=Слой", "--title", "en=Layer"]
NOT_OUTLINES = [x for i in ("5409", "5411", "11764") for x in ("--where", f"id!={i}")]

FILES: Mapping[str, tuple[str, int, int, list[str]]] = {
    "areas_of_the_city": ("districts/districts_city_gis.geojson", 8, 8, ["--role", "area"]),
    "areas_osm_2024": ("districts/districts_osm_2024.geojson", 8, 8, ["--role", "area"]),
    "areas_osm_2019": ("districts/districts_osm_2019.shp", 9, 9, ["--role", "area"]),
    "areas_overlapping": (
        "districts/districts_cityger_overlapping.geojson", 8, 8, ["--role", "area"]),
    "schools_existing": ("schools/schools_existing_2025.geojson", 369, 369, []),
    "schools_to_come": ("schools/schools_planned_2025_2026.geojson", 23, 23, []),
    "kindergartens": ("services/kindergartens.csv", 924, 924, []),
    "hospitals": ("services/hospitals_beds.geojson", 24, 24, []),
    "blocks": ("population/blocks_population.csv", 3611, 3611, ["--role", "context"]),
    "block_outlines": (
        "population/blocks_polygons.geojson", 2531, 2531, ["--role", "context"]),
    "buildings": ("population/buildings_osm_2013.geojson", 8201, 8201, ["--role", "context"]),
    "street_lines": ("streets/almaty_streets_city_gis.csv", 7769, 7769, ["--role", "context"]),
    "stops": ("transit/Almaty_stops.geojson", 2142, 2142, []),
    "park_works": (
        "services/park_works.geojson", 66, 54, ["--role", "context", "--mend", *NOT_OUTLINES]),
    "power_outages": (
        "services/power_outages_2026.geojson", 86, 86, ["--role", "context", "--mend"]),
    "water_bodies": ("water/almaty_water_bodies_osm2013.geojson", 97, 97, ["--role", "context"]),
    "waterways": ("water/almaty_waterways_osm2013.geojson", 81, 81, ["--role", "context"]),
}  # fmt: skip
"""File, rows, rows with a place, and what is asked for."""


@pytest.fixture(scope="module")
def town(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new plan with the areas of the city, ready to take in everything else."""
    folder = tmp_path_factory.mktemp("plans") / "town"
    new_plan(folder)
    spec = folder / "plan.toml"  # rivers go on beyond the usual margin
    spec.write_text(spec.read_text(encoding="utf-8").replace("= 15000", "= 20000"))
    areas = real_data / "districts" / "districts_city_gis.geojson"
    assert main(["import", "districts", str(areas), "--plan", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("layer", FILES)
def test_a_published_file_becomes_a_layer_with_every_row_and_a_ledger(
    layer: str, town: Path, real_data: Path, capsys: Printed
) -> None:
    name, rows, located, how = FILES[layer]
    asked = [layer, str(real_data / name), "--new", *TITLES, *how]
    assert main(["import", *asked, "--plan", str(town), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    plan = Plan(town)
    made = plan.layers[layer]
    assert (
        (len(made), len(made.located))
        == (rows, located)
        == (said["rows"], rows - said["unlocated"])
    )
    whole, *changes = import_ledger(plan, layer)
    assert whole.rule == "import"
    assert whole.before.startswith(f"{name.split('/')[1]}, ")
    assert made.spec.origin is not None
    assert made.spec.origin.sha256 in whole.before
    assert len(changes) == said["ledger_lines"]
    assert main(["repair", layer, "--ledger", "--plan", str(town)]) == 0
    assert capsys.readouterr().out.count("\n") == len(changes) + 1


def test_unsound_outlines_are_refused_unless_they_are_to_be_mended(
    town: Path, real_data: Path, capsys: Printed
) -> None:
    file = str(real_data / "services" / "power_outages_2026.geojson")
    asked = ["--new", *TITLES, "--role", "context", "--plan", str(town)]
    assert main(["import", "outages", file, *asked]) == 1
    assert "expected a sound outline" in capsys.readouterr().err
    assert not list((town / "layers").glob("outages*"))
    assert main(["import", "outages", file, *asked, "--mend"]) == 0
    mended = [e for e in import_ledger(Plan(town), "outages") if e.rule == "make-valid"]
    assert len([e for e in mended if e.feature]) == 34
    assert all("m²" in e.before and "m²" in e.after for e in mended if e.feature)
    assert Plan(town).layers["outages"].frame.geometry.is_valid.all()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("districts_city_gis.geojson", {"6": "Медеуский район"}),
        ("districts_osm_2024.geojson", {"relation/3072001": "Турксибский район"}),
        ("districts_cityger_overlapping.geojson", {"8": "Турксибский район"}),
    ],
)
def test_areas_come_in_by_the_sidecar_of_a_new_plan(
    name: str, told: dict[str, str], town: Path, real_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    file = real_data / "districts" / name
    assert main(["import", "districts", str(file), "--plan", str(folder)]) == 0
    frame = Plan(folder).areas.frame
    assert len(frame) == 8
    assert told.items() <= dict(zip(frame["id"], frame["name_ru"], strict=True)).items()


def test_each_value_that_is_read_otherwise_is_a_line_of_the_ledger(
    town: Path, real_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    file = real_data / "schools" / "schools_existing_2025.geojson"
    text = file.read_text(encoding="utf-8")
    document = json.loads(text)
    for number, one in enumerate(document["features"]):
        one["properties"]["id"] = f"school-{number}"
    with_ids = tmp_path / "schools.geojson"
    with_ids.write_text(json.dumps(document), encoding="utf-8")
    asked = ["--map", "seats=total_capacity", "--map", "name_ru=organization_name"]
    assert main(["import", "schools", str(with_ids), *asked, "--plan", str(folder)]) == 0
    plan = Plan(folder)
    read = [e for e in import_ledger(plan, "schools") if e.rule == "read-as-int"]
    seats = plan.layers["schools"].frame.set_index("id")["seats"]
    assert len(read) == seats.notna().sum() > 200
    assert all(float(e.before) == int(e.after) == seats[e.feature] for e in read)


def test_overlapping_areas_are_named_and_repaired_as_asked_with_areas_before_and_after(
    town: Path, real_data: Path, tmp_path: Path, capsys: Printed
) -> None:
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    file = real_data / "districts" / "districts_cityger_overlapping.geojson"
    plan = ["--plan", str(folder)]
    assert main(["import", "districts", str(file), *plan]) == 0
    capsys.readouterr()
    assert main(["check", "districts", *plan, "--json"]) == 1
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    overlaps = [one for one in found if one["rule"] == "overlap"]
    assert len(overlaps) == 13
    before = Plan(folder).areas.frame
    assert main(["repair", "districts", "--only", "overlap", *plan]) == 0
    entries = ledger(Plan(folder), "districts")
    assert {entry.rule for entry in entries} == {"overlap"}
    assert all(e.effect.area_m2 and e.effect.area_m2[0] > e.effect.area_m2[1] for e in entries)
    after = Plan(folder).areas.frame
    lost = _overlap_m2(before) - _overlap_m2(after)
    told = sum(e.effect.area_m2[0] - e.effect.area_m2[1] for e in entries if e.effect.area_m2)
    assert len(entries) == 12
    assert told == pytest.approx(lost, abs=100)
    capsys.readouterr()
    assert main(["check", "districts", *plan, "--json"]) == 1
    left = [one for one in json.loads(capsys.readouterr().out) if one["rule"] == "overlap"]
    assert [one["repair"] for one in left] == [None]  # 350 ha: that is for people to decide
    assert _overlap_m2(after) > 3_000_000


def _overlap_m2(areas: gpd.GeoDataFrame) -> float:
    shapes = areas.to_crs("EPSG:32643").geometry
    return float(shapes.area.sum() - shapely.union_all(shapes.to_numpy()).area)


FORMS: Mapping[str, tuple[str, Mapping[str, Any], list[str]]] = {
    "drawing": (".dxf", {"driver": "DXF"}, ["--crs", "EPSG:28413"]),
    "MapInfo table": (".tab", {"driver": "MapInfo File", "ENCODING": "UTF-8"}, []),
    "Shapefile": (".shp", {"encoding": "UTF-8"}, []),
    "GeoPackage": (".gpkg", {}, []),
}


@pytest.mark.parametrize("form", FORMS)
def test_our_own_layers_come_in_from_the_soviet_grid_within_a_metre(
    form: str, town: Path, almaty: Plan, tmp_path: Path, capsys: Printed
) -> None:
    suffix, how, asked = FORMS[form]
    located = almaty.layers["schools_state"].located[["id", "geometry"]]
    grid: gpd.GeoDataFrame = located.to_crs("EPSG:28413")
    file = tmp_path / f"x{suffix}"
    (grid[["geometry"]] if suffix == ".dxf" else grid).to_file(file, **how)
    layer = f"soviet_{suffix[1:]}"
    told = ["--new", *TITLES, *asked, "--plan", str(town)]
    assert main(["import", layer, str(file), *told]) == 0
    assert "Pulkovo 1942 to WGS 84" in capsys.readouterr().out
    came = Plan(town).layers[layer].frame.geometry.to_crs("EPSG:32643")
    was = located.geometry.to_crs("EPSG:32643")
    assert shapely.hausdorff_distance(came.union_all(), was.union_all()) < 1
    lines = import_ledger(Plan(town), layer)
    assert any(line.rule == "crs" for line in lines)
    if asked:
        assert main(["import", f"{layer}_2", str(file), "--new", *TITLES, "--plan", str(town)]) == 1
        assert "coordinate system" in capsys.readouterr().err
