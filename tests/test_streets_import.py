import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from toytown import degrees, write_toytown

from almaty_geo.cli import main
from almaty_geo.errors import AlmatyGeoError, DataError, OutputError, UsageError
from almaty_geo.importing.streets import StreetsRequest, import_streets
from almaty_geo.plan import Plan
from almaty_geo.streets import (
    Network,
    Rules,
    clean,
    network_from_layer,
    network_of,
    read_streets,
)
from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD, NEITHER

EVERY_WAY = ("csv", "geojson", "gpkg", "fgb", "parquet", "shp")


def wkt(*places: tuple[float, float]) -> str:
    return f"LINESTRING ({', '.join('{} {}'.format(*degrees(*place)) for place in places)})"


def table(folder: Path, *rows: str, header: str = "highway,name,geometry_wkt") -> Path:
    path = folder / "streets.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def cross(folder: Path) -> Path:
    """Write a street of 2 km, and one that crosses it in the middle of the town."""
    return table(
        folder,
        f'residential,Long,"{wkt((0, 1000), (2000, 1000))}"',
        f'residential,Short,"{wkt((1000, 500), (1000, 1500))}"',
    )


def lengths(network: Network) -> list[int]:
    return sorted(network.length_mm.tolist())


def state(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in (folder / "layers").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def crossed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a town with two streets that cross; not to be changed."""
    town = write_toytown(tmp_path_factory.mktemp("crossed") / "toytown")
    import_streets(Plan(town), cross(town))
    return town


def test_a_street_file_becomes_the_network_of_the_plan(crossed: Path) -> None:
    network = Plan(crossed).network
    assert network is not None
    assert lengths(network) == pytest.approx([500_000, 500_000, 1_000_000, 1_000_000], abs=25)
    assert sorted(network.name.tolist()) == ["Long", "Long", "Short", "Short"]


def test_the_stored_network_is_the_one_that_was_made(crossed: Path) -> None:
    plan = Plan(crossed)
    stored = plan.network
    assert stored is not None
    opened = read_streets(crossed / "streets.csv", plan.area)
    made = network_of(
        clean(opened.lines, plan.area, speeds=plan.speeds), plan.speeds, layer="streets"
    )
    for name in ("node_xy_m", "ends", "length_mm", "kind", "name", "walk", "drive", "component"):
        assert np.array_equal(getattr(stored, name), getattr(made, name)), name
    assert shapely.equals_exact(stored.course, made.course, tolerance=0).all()
    for course, (start, end) in zip(stored.course, stored.ends.tolist(), strict=True):
        xy = shapely.get_coordinates(course)
        assert xy[[0, -1]].tolist() == stored.node_xy_m[[start, end]].tolist()


def test_the_same_file_gives_the_same_bytes(toytown: Path, tmp_path: Path) -> None:
    file = cross(tmp_path)
    other = shutil.copytree(toytown, tmp_path / "other")
    import_streets(Plan(toytown), file)
    import_streets(Plan(other), file)
    assert state(toytown) == state(other)


def test_everything_done_is_in_the_ledger(crossed: Path) -> None:
    text = (crossed / "layers" / "ledger" / "streets.import.jsonl").read_text(encoding="utf-8")
    (line,) = [json.loads(line) for line in text.splitlines()]
    assert line["id"] == "crossing-00001"
    assert line["feature"] == "row 2 and row 3"
    assert line["place"] == pytest.approx(degrees(1000, 1000), abs=1e-6)


def test_notes_beside_every_result_say_what_the_file_does_not_show(crossed: Path) -> None:
    notes = [note.text.en for note in Plan(crossed).specs.spec("streets").notes]
    assert notes == [
        "The street file shows no footpaths, or few: walks by it are upper bounds.",
        "The street file names no one-way streets: all are two-way here.",
    ]


def test_sections_say_how_far_homes_lie_off_the_streets(crossed: Path) -> None:
    schools, *_ = Plan(crossed).sections()
    told = [note.en for note in schools.notes]
    assert any("of a street, nine of ten within" in note for note in told)


def test_the_verb_imports_streets_and_the_plan_can_be_checked_and_exported(
    toytown: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = cross(tmp_path)
    given = ["--plan", str(toytown)]
    assert main(["import", "streets", str(file), *given, "--licence", "CC0-1.0"]) == 0
    assert "streets: 4 edges, 5 nodes, 3.0 km of 3.0 km drawn" in capsys.readouterr().out
    assert Plan(toytown).specs.spec("streets").licence == "CC0-1.0"
    assert main(["check", "streets", *given]) == 0
    assert main(["layers", *given]) == 0
    assert "Street junctions" in capsys.readouterr().out
    assert main(["export", "streets", "--out", str(tmp_path / "out"), *given]) == 0
    exported = gpd.read_file(tmp_path / "out" / "streets.geojson")
    assert sorted(exported["from_node"]) == [0, 1, 2, 2]


@pytest.mark.parametrize("way", EVERY_WAY)
def test_every_kind_of_line_layer_gives_the_same_network(toytown: Path, way: str) -> None:
    csv = cross(toytown)
    file = csv
    if way != "csv":
        shapes = gpd.GeoSeries.from_wkt(
            [wkt((0, 1000), (2000, 1000)), wkt((1000, 500), (1000, 1500))]
        )
        columns = {"fclass": ["residential"] * 2, "Name": ["Long", "Short"]}
        frame = gpd.GeoDataFrame(columns, geometry=shapes.to_list(), crs="EPSG:4326")
        file = toytown / f"drawn.{way}"
        if way == "parquet":
            frame.to_parquet(file)
        else:
            frame.to_file(file)
    opened = read_streets(file, Plan(toytown).area)
    assert sorted(opened.lines.name.tolist()) == ["Long", "Short"]
    assert opened.lines.kind.tolist() == ["residential"] * 2
    metres = sorted(shapely.length(opened.lines.course).tolist())
    assert metres == pytest.approx([1_000, 2_000], abs=0.05)


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
{nodes}
<way id="10" timestamp="2020-01-01T00:00:00Z" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
<tag k="highway" v="residential"/><tag k="oneway" v="yes"/><tag k="name" v="Long"/></way>
<way id="11" timestamp="2020-01-01T00:00:00Z" version="1"><nd ref="4"/><nd ref="2"/><nd ref="5"/>
<tag k="highway" v="footway"/></way>
<way id="12" timestamp="2020-01-01T00:00:00Z" version="1"><nd ref="6"/><nd ref="7"/>
<tag k="highway" v="residential"/><tag k="bridge" v="yes"/></way>
<way id="13" timestamp="2020-01-01T00:00:00Z" version="1"><nd ref="1"/><nd ref="6"/><nd ref="7"/>
<nd ref="1"/><tag k="highway" v="pedestrian"/><tag k="area" v="yes"/></way>
<way id="14" timestamp="2020-01-01T00:00:00Z" version="1"><nd ref="1"/><nd ref="3"/>
<tag k="railway" v="rail"/></way>
<way id="15" timestamp="2020-01-01T00:00:00Z" version="1"><nd ref="3"/><nd ref="7"/>
<tag k="highway" v="residential"/><tag k="access" v="private"/></way>
<way id="16" timestamp="2020-01-01T00:00:00Z" version="1"><nd ref="3"/><nd ref="99"/>
<tag k="highway" v="residential"/></way>
</osm>
"""
NODES = ((0, 1000), (1000, 1000), (2000, 1000), (1000, 500), (1000, 1500), (500, 900), (500, 1600))


def osm(folder: Path) -> Path:
    nodes = "\n".join(
        '<node id="{}" lon="{}" lat="{}" timestamp="2020-01-01T00:00:00Z" version="1"/>'.format(
            number, *degrees(*place)
        )
        for number, place in enumerate(NODES, 1)
    )
    path = folder / "town.osm"
    path.write_text(OSM.format(nodes=nodes), encoding="utf-8")
    return path


def overpass(folder: Path) -> Path:
    nodes = [
        {"type": "node", "id": n, "lon": degrees(*p)[0], "lat": degrees(*p)[1]}
        for n, p in enumerate(NODES, 1)
    ]
    ways = [
        (10, [1, 2, 3], {"highway": "residential", "oneway": "yes", "name": "Long"}),
        (11, [4, 2, 5], {"highway": "footway"}),
        (12, [6, 7], {"highway": "residential", "bridge": "yes"}),
        (13, [1, 6, 7, 1], {"highway": "pedestrian", "area": "yes"}),
        (15, [3, 7], {"highway": "residential", "access": "private"}),
        (16, [3, 99], {"highway": "residential"}),
    ]
    elements = nodes + [{"type": "way", "id": i, "nodes": n, "tags": t} for i, n, t in ways]
    path = folder / "answer.json"
    path.write_text(json.dumps({"version": 0.6, "elements": elements}), encoding="utf-8")
    return path


@pytest.mark.parametrize("make", [osm, overpass])
def test_openstreetmap_tells_direction_access_and_storeys(toytown: Path, make: object) -> None:
    file = make(toytown)  # type: ignore[operator]  # one of two makers
    opened = read_streets(file, Plan(toytown).area)
    said = {
        feature: (walk, drive, level)
        for feature, walk, drive, level in zip(
            opened.lines.feature.tolist(),
            opened.lines.walk.tolist(),
            opened.lines.drive.tolist(),
            opened.lines.level.tolist(),
            strict=True,
        )
    }
    assert said == {
        "way 10": (BOTH, FORWARD, 0),
        "way 11": (BOTH, BOTH, 0),
        "way 12": (BOTH, BOTH, 1),
        "way 15": (NEITHER, NEITHER, 0),
    }
    assert {(e.rule, e.feature) for e in opened.entries} == {
        ("area", "way 13"),
        ("fault", "way 16"),
    }


def test_one_way_streets_are_stored_with_their_direction(toytown: Path) -> None:
    import_streets(Plan(toytown), osm(toytown), StreetsRequest(rules=Rules(keep=None)))
    network = Plan(toytown).network
    assert network is not None
    assert network.one_way
    long = network.name == "Long"
    assert network.drive[long].tolist() == [FORWARD, FORWARD]
    xs = [shapely.get_coordinates(course)[:, 0] for course in network.course[long]]
    assert all(x[0] < x[-1] for x in xs)


@pytest.mark.parametrize(
    ("one_way", "drive"),
    [
        ("yes", FORWARD),
        ("-1", BACKWARD),
        ("F", FORWARD),
        ("T", BACKWARD),
        ("B", BOTH),
        ("no", BOTH),
    ],
)
def test_one_way_is_read_as_files_write_it(toytown: Path, one_way: str, drive: int) -> None:
    row = f'residential,{one_way},"{wkt((0, 1000), (2000, 1000))}"'
    file = table(toytown, row, header="highway,oneway,geometry_wkt")
    assert read_streets(file, Plan(toytown).area).lines.drive.tolist() == [drive]


@pytest.mark.parametrize(
    ("rest", "walk", "drive", "level", "limit"),
    [
        ("access=no", NEITHER, NEITHER, 0, None),
        ("access=no foot=yes", BOTH, NEITHER, 0, None),
        ("foot=no", NEITHER, BOTH, 0, None),
        ("motor_vehicle=no", BOTH, NEITHER, 0, None),
        ("junction=roundabout", BOTH, FORWARD, 0, None),
        ("junction=roundabout oneway=no", BOTH, BOTH, 0, None),
        ("bridge=viaduct", BOTH, BOTH, 1, None),
        ("tunnel=yes", BOTH, BOTH, -1, None),
        ("tunnel=yes layer=-2", BOTH, BOTH, -2, None),
        ("bridge=no", BOTH, BOTH, 0, None),
        ("maxspeed=60", BOTH, BOTH, 0, 60.0),
        ("maxspeed=walk", BOTH, BOTH, 0, None),
    ],
)
def test_tags_mean_what_they_mean(
    toytown: Path, rest: str, walk: int, drive: int, level: int, limit: float | None
) -> None:
    tags = dict(pair.split("=") for pair in rest.split())
    row = f'{",".join(tags.values())},residential,"{wkt((0, 1000), (2000, 1000))}"'
    file = table(toytown, row, header=f"{','.join(tags)},highway,geometry_wkt")
    lines = read_streets(file, Plan(toytown).area).lines
    found = (lines.walk[0], lines.drive[0], lines.level[0])
    assert found == (walk, drive, level)
    assert lines.limit_km_h[0] == limit or (limit is None and np.isnan(lines.limit_km_h[0]))


def test_bad_lines_are_named_and_counted_and_the_rest_is_taken(toytown: Path) -> None:
    file = table(
        toytown,
        f'residential,Good,"{wkt((0, 1000), (2000, 1000))}"',
        'residential,Nowhere,"LINESTRING (nan nan, 1 1)"',
        f'residential,One place,"{wkt((500, 500), (500, 500))}"',
        'residential,Far,"LINESTRING (10 10, 11 11)"',
        'residential,A point,"POINT ({} {})"'.format(*degrees(500, 500)),
        "residential,Empty,",
        f'avenue,Strange,"{wkt((2000, 1000), (2000, 1500))}"',
    )
    shutil.copy(
        Path(__file__).parents[1] / "layers" / "travel" / "speeds.toml",
        toytown / "layers" / "travel",
    )
    done = import_streets(Plan(toytown), file)
    rules = {entry.feature.split(" ")[1].rstrip(","): entry.rule for entry in done.cleaning.entries}
    assert rules == {
        "3": "fault",
        "4": "no-length",
        "5": "far-away",
        "6": "no-line",
        "7": "no-line",
        "8": "unknown-class",
    }
    assert done.cleaning.unknown_kinds == {"avenue": 1}
    network = Plan(toytown).network
    assert network is not None
    assert lengths(network) == pytest.approx([500_000, 2_000_000], abs=50)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "holds no lines"),
        (
            ['residential,Far,"LINESTRING (10 10, 11 11)"'],
            "expected a place in the area of interest",
        ),
        (
            [
                f'residential,M,"LINESTRING (60{n} 5300000, 600100 5300000)"'
                for n in ("0000", "0050")
            ],
            "expected",
        ),
        ([f'residential,P,"POINT ({degrees(10, 10)[0]} {degrees(10, 10)[1]})"'], "holds no lines"),
        ([f'construction,C,"{wkt((0, 1000), (2000, 1000))}"'], "that anybody may use"),
    ],
)
def test_a_file_without_streets_is_refused_in_one_line(
    toytown: Path, rows: list[str], said: str
) -> None:
    shutil.copy(
        Path(__file__).parents[1] / "layers" / "travel" / "speeds.toml",
        toytown / "layers" / "travel",
    )
    before = state(toytown)
    with pytest.raises(DataError, match=said) as raised:
        import_streets(Plan(toytown), table(toytown, *rows))
    assert "\n" not in str(raised.value)
    assert state(toytown) == before


def test_ways_that_all_lie_elsewhere_are_refused_with_their_number(toytown: Path) -> None:
    elements = [
        {"type": "node", "id": 1, "lon": 76.9, "lat": 43.2},
        {"type": "node", "id": 2, "lon": 76.91, "lat": 43.2},
        {"type": "way", "id": 1, "nodes": [1, 2], "tags": {"highway": "residential"}},
    ]
    path = toytown / "answer.json"
    path.write_text(json.dumps({"elements": elements}), encoding="utf-8")
    with pytest.raises(DataError, match="all 1 lines leave the area of interest"):
        import_streets(Plan(toytown), path)


@pytest.mark.parametrize("name", ["missing.csv", "missing.osm.pbf", "streets.exe"])
def test_a_file_that_is_not_there_is_an_error_in_one_line(toytown: Path, name: str) -> None:
    with pytest.raises(AlmatyGeoError) as raised:
        import_streets(Plan(toytown), toytown / name)
    assert "\n" not in str(raised.value)


def test_a_damaged_extract_is_refused(toytown: Path) -> None:
    path = toytown / "town.osm.pbf"
    path.write_bytes(b"\x00\x00\x00\x0dnot a blob at all")
    with pytest.raises(DataError, match=r"town\.osm\.pbf: cannot be read as PBF"):
        import_streets(Plan(toytown), path)


def test_coordinates_of_another_system_come_to_the_plane_of_the_plan(toytown: Path) -> None:
    lines = ["LINESTRING (500000 5301000, 502000 5301000)"]
    frame = gpd.GeoDataFrame({"highway": ["residential"]}, geometry=gpd.GeoSeries.from_wkt(lines))
    frame.set_crs("EPSG:32632").to_file(toytown / "metric.gpkg")
    (course,) = read_streets(toytown / "metric.gpkg", Plan(toytown).area).lines.course
    assert course.length == pytest.approx(2_000, abs=0.001)


def test_the_bundled_plan_is_not_written_to(
    almaty: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almaty_geo.plan.folder.is_bundled", lambda _: True)
    with pytest.raises(UsageError, match="The bundled plan is not written to"):
        import_streets(almaty, tmp_path / "streets.csv")


def test_a_layer_of_another_role_is_not_replaced(toytown: Path) -> None:
    with pytest.raises(UsageError, match="has the layer 'schools' of role 'facility'"):
        import_streets(Plan(toytown), cross(toytown), layer="schools")


def test_what_somebody_else_wrote_meanwhile_is_left_alone(toytown: Path) -> None:
    late = Plan(toytown)
    import_streets(Plan(toytown), cross(toytown))
    before = state(toytown)
    with pytest.raises(OutputError, match="was changed meanwhile"):
        import_streets(late, cross(toytown))
    assert state(toytown) == before


def test_an_island_is_left_out_and_named_or_kept_when_asked(toytown: Path) -> None:
    file = table(
        toytown,
        f'residential,Long,"{wkt((0, 1000), (2000, 1000))}"',
        f'residential,Island,"{wkt((100, 200), (300, 200))}"',
    )
    done = import_streets(Plan(toytown), file)
    (entry,) = done.cleaning.entries
    assert (entry.rule, entry.feature) == ("part-left-out", "Island")
    assert (
        "Left out, since nothing joins them"
        in Plan(toytown).specs.spec("streets").notes[-1].text.en
    )
    plan = Plan(toytown)
    opened = read_streets(file, plan.area)
    kept = clean(opened.lines, plan.area, speeds=plan.speeds, rules=Rules(keep=None))
    network = network_of(kept, plan.speeds, layer="streets")
    assert dict(zip(network.name.tolist(), network.component.tolist(), strict=True)) == {
        "Long": 0,
        "Island": 1,
    }


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("to_node", 0, "edge e0 does not end where its node is"),
        ("length_mm", 0, "edge e0 is shorter than a millimetre"),
        ("walk", 1, "edge e0 has a walk that is none of"),
        ("from_node", -1, "edge e0 has a node below 0"),
        ("drive", 0.5, "edge e0 has no whole number in drive"),
    ],
)
def test_a_layer_that_is_no_network_is_refused_with_the_edge(
    crossed: Path, column: str, value: float, said: str
) -> None:
    plan = Plan(crossed)
    layer = plan.layers["streets"]
    layer.frame[column] = layer.frame[column].astype(float)
    layer.frame.loc[0, column] = value
    with pytest.raises(DataError, match=said):
        network_from_layer(layer, plan.area, plan.speeds)
