"""A country in partitions answers as its cities do, each asked whole in one process."""

import csv
import hashlib
import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.dataset as ds
import pytest
import shapely
from synthetic import script, write_country
from toytown import degrees, write_layer, write_toytown

from almaty_geo.cli import main
from almaty_geo.errors import DataError, OutputError, SpecError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.scaling import Country, National, Wish, open_country, pack
from almaty_geo.scaling.counted import COVERED, added, covered
from almaty_geo.scaling.delivering import deliver
from almaty_geo.scaling.layout import path_of, read_partitions, tiles_under
from almaty_geo.scaling.tasks import Task, reckon
from almaty_geo.scaling.window import CityPlan, Window

REACH = Wish("schools")
SEATS = Wish("schools", seats=True)
TILE_M = 2200.0
POPULATION = """
[population]
total = 400
year = 2026
source = "invented"
confidence = "assumption"
"""


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    folder = tmp_path_factory.mktemp("country") / "invented"
    return open_country(write_country(folder, cities=10, people=60_000, tile_m=TILE_M))


@pytest.fixture(scope="module")
def reached(country: Country) -> National:
    return country.ask(REACH)


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    """Two towns: one by straight line, one with streets of which one is an island."""
    write_toytown(tmp_path / "towns" / "plain")
    paved(write_toytown(tmp_path / "towns" / "paved"))
    return tmp_path / "towns"


def paved(town: Path) -> Path:
    """Give the invented town streets: one through all homes, and one that leads nowhere."""
    lines = [
        ((0, 1000), (1000, 1000)),
        ((1000, 1000), (2000, 1000)),
        ((2000, 1000), (4000, 1000)),
        ((1000, 1000), (1000, 2000)),
        ((900, 1396), (990, 1396)),
    ]
    nodes = sorted({place for line in lines for place in line})
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {
                "id": f"e{at}",
                "from_node": nodes.index(start),
                "to_node": nodes.index(end),
                "length_mm": round(1000 * float(np.hypot(end[0] - start[0], end[1] - start[1]))),
            },
            "geometry": {"type": "LineString", "coordinates": [degrees(*start), degrees(*end)]},
        }
        for at, (start, end) in enumerate(lines)
    ]
    columns = {"id": "str; required = true; unique = true"}
    columns |= dict.fromkeys(("from_node", "to_node", "length_mm"), "int; required = true")
    write_layer(
        town, "streets", role="network", features=features, columns=columns, geometry="LineString"
    )
    return town


def whole(country: Country, city: str, wish: Wish) -> dict[str, tuple[int, ...]]:
    """Return what one process says of a city that it holds whole."""
    plan = CityPlan(country.folder, city)
    answer = plan.coverage(wish.theme, reach=wish.reach, mode=wish.mode, basis=wish.basis)
    return covered(answer, plan.spec.areas)


def test_tiles_say_what_ten_whole_cities_say(country: Country, reached: National) -> None:
    assert len(reached.cities) == 10
    for city, answer in reached.cities.items():
        assert dict(answer.numbers) == whole(country, city, REACH), city
    people, within, *_ = reached.total
    assert people == 60_000
    assert 0 < within < people


@pytest.mark.parametrize(
    "wish",
    [
        Wish("schools", reach="1.2km", basis="detour"),
        Wish("clinics"),
        Wish("clinics", reach="3min", mode="drive"),
    ],
    ids=["by straight line", "minutes on foot", "minutes by car"],
)
def test_tiles_say_what_a_whole_city_says(country: Country, wish: Wish) -> None:
    city = country.cities[2]
    tasks = [task for task in country.tasks(wish) if task.city == city]
    found = added(reckon(task).numbers for task in tasks)
    assert found == whole(country, city, wish)
    people, within, *_ = (sum(each) for each in zip(*found.values(), strict=True))
    assert 0 < within < people


def test_each_city_is_several_tiles_and_no_task_sees_more_than_a_few(country: Country) -> None:
    tasks = country.tasks(REACH)
    tiles = dict.fromkeys(country.cities, 0)
    for task in tasks:
        tiles[task.city] += len(task.tiles or ())
    assert min(tiles.values()) >= 4
    assert next(task.told for task in tasks if task.city == country.cities[0])


def test_a_tile_sees_its_own_people_and_the_streets_around_it(country: Country) -> None:
    plan = CityPlan(country.folder, country.cities[0])
    tiles = sorted({one.tile for one in plan.partitions.of("people")})
    seen = plan.through(Window(tiles[0], 501.0))
    assert 0 < len(seen.people().people) < len(plan.people().people)
    assert seen.network is not None
    assert plan.network is not None
    assert 0 < len(seen.network.length_mm) < len(plan.network.length_mm)
    assert seen.facilities("schools", seen.scenario()).ids
    parts = [plan.through(Window(tile, 501.0)).people().people.sum() for tile in tiles]
    assert sum(parts) == plan.people().people.sum()


def test_too_narrow_a_halo_would_be_noticed(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CityPlan, "halo_m", lambda *_: 0.0)
    city, wish = country.cities[0], Wish("schools", reach="2500m")
    tasks = [task for task in country.tasks(wish) if task.city == city]
    assert added(reckon(task).numbers for task in tasks) != whole(country, city, wish)


def test_seats_are_given_city_by_city(country: Country) -> None:
    found = country.ask(SEATS)
    city = country.cities[3]
    plan = CityPlan(country.folder, city)
    answer = plan.provision("schools")
    assert found.told(found.cities[city].total) == found.told(
        tuple(int(answer.by("districts")[key].sum()) for key in found.keys)
    )
    told = found.to_dict()
    assert told["pupils"] == told["seated"] + told["in_reach_no_seat"] + told["out_of_reach"]
    assert {one["proof"] for one in told["cities"]} == {"optimal"}


def test_districts_cities_and_country_add_up(reached: National) -> None:
    told = reached.to_dict()
    for key in ("people", "within_reach", "out_of_reach"):
        assert sum(city[key] for city in told["cities"]) == told[key]
        for city in told["cities"]:
            assert sum(row[key] for row in city["districts"]) == city[key]


def test_packing_plans_changes_no_answer(towns: Path, tmp_path: Path) -> None:
    pack(towns, tmp_path / "country", tile_m=700)
    for wish in (
        REACH,
        Wish("schools", reach="501m"),
        Wish("schools", scenario="later"),
        Wish("schools", reach="5min"),
        Wish("schools", basis="detour"),
    ):
        plans, packed = (open_country(one).ask(wish) for one in (towns, tmp_path / "country"))
        assert plans.to_dict()["cities"] == packed.to_dict()["cities"]
    plain = open_country(tmp_path / "country").ask(REACH).cities["plain"]
    assert plain.total[COVERED.index("within_reach")] == 150
    paved_ = open_country(tmp_path / "country").ask(Wish("schools", reach="399m"))
    assert paved_.cities["paved"].total == (200, 150, 150, 150)


def test_people_without_a_place_are_counted_out_of_reach(towns: Path, tmp_path: Path) -> None:
    layers = towns / "plain" / "layers"
    data = json.loads((layers / "residents.geojson").read_text(encoding="utf-8"))
    data["features"][0]["geometry"] = None
    text = json.dumps(data, ensure_ascii=False)
    old = hashlib.sha256((layers / "residents.geojson").read_bytes()).hexdigest()
    (layers / "residents.geojson").write_text(text, encoding="utf-8")
    sidecar = (layers / "residents.toml").read_text(encoding="utf-8")
    new = hashlib.sha256(text.encode()).hexdigest()
    (layers / "residents.toml").write_text(sidecar.replace(old, new), encoding="utf-8")
    pack(towns, tmp_path / "country")
    found = open_country(tmp_path / "country").ask(REACH).cities["plain"].total
    assert found[:2] == (200, 50)


def test_files_are_hive_partitions_that_others_read(country: Country) -> None:
    table = ds.dataset(country.folder / "demand", partitioning="hive").to_table()
    assert {"layer", "city", "tile", "people", "district", "geometry"} <= set(table.column_names)
    assert sum(table["people"].to_pylist()) == 60_000
    one = next((country.folder / "network").rglob("*.parquet"))
    frame = gpd.read_parquet(one)
    assert frame.crs == "EPSG:4326"
    assert (shapely.get_type_id(frame.geometry) == 1).all()


def test_a_street_lies_in_every_tile_that_its_box_touches() -> None:
    boxes = np.array([[10.0, 10, 20, 20], [90, 10, 110, 20], [100, 100, 100, 100]])
    found = tiles_under(boxes, 100.0)
    assert found == {"0_0": [0, 1], "1_0": [1], "1_1": [2]}


def test_a_file_that_was_changed_or_is_missing_is_named(country: Country, tmp_path: Path) -> None:
    copy = shutil.copytree(country.folder, tmp_path / "copy")
    city = country.cities[0]
    plan = CityPlan(copy, city)
    spec = plan.specs.spec("people")
    path = path_of(copy, city, spec, plan.partitions.of("people")[0])
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DataError, match=rf"{city}: demand/layer=people/.*was changed"):
        open_country(copy).ask(REACH)
    path.unlink()
    with pytest.raises(DataError, match="cannot be read"):
        open_country(copy).ask(REACH)
    (copy / "cities" / city / "partitions.json").write_text("[]", encoding="utf-8")
    with pytest.raises(SpecError, match="is no object"):
        open_country(copy).ask(REACH)


def test_what_tiles_cannot_know_is_refused(towns: Path, tmp_path: Path) -> None:
    growth = towns / "plain" / "layers" / "scenarios" / "today.toml"
    grown = growth.read_text(encoding="utf-8") + POPULATION
    growth.write_text(grown, encoding="utf-8")
    pack(towns, tmp_path / "country")
    assert open_country(towns).ask(REACH).cities["plain"].total[0] == 400
    with pytest.raises(UsageError, match="plain: Scenario 'today' scales the people"):
        open_country(tmp_path / "country").ask(REACH)


def test_what_is_no_country_is_said_in_a_line(towns: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="none of its folders a plan"):
        open_country(tmp_path / "empty")
    with pytest.raises(SpecError, match="is no folder"):
        open_country(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="lies in the folder of plans"):
        pack(towns, towns / "country")
    with pytest.raises(SpecError, match="Tile of 5 m"):
        pack(towns, tmp_path / "country", tile_m=5)
    with pytest.raises(UsageError, match="paved: Unknown theme 'pubs'"):
        open_country(towns).ask(Wish("pubs"))
    (towns / "Plain Town").mkdir()
    shutil.copy(towns / "plain" / "plan.toml", towns / "Plain Town" / "plan.toml")
    with pytest.raises(SpecError, match="named by small letters"):
        open_country(towns)
    (tmp_path / "taken").write_text("", encoding="utf-8")
    shutil.rmtree(towns / "Plain Town")
    with pytest.raises(OutputError):
        pack(towns, tmp_path / "taken")


def test_a_country_is_called_as_its_file_says(towns: Path) -> None:
    assert open_country(towns).spec.id == "towns"
    text = 'id = "both"\ndate = 2026-02-03\nname = { kk = "Екі", ru = "Оба", en = "Both" }\n'
    (towns / "country.toml").write_text(text, encoding="utf-8")
    found = open_country(towns).ask(REACH)
    assert (found.spec.id, found.spec.name.ru, found.name) == ("both", "Оба", "both-schools")


def test_tables_and_map_are_written_the_same_each_time(reached: National, tmp_path: Path) -> None:
    paths = deliver(reached, tmp_path / "one")
    assert [path.name.removeprefix("invented-country-schools") for path in paths] == [
        ".json",
        "-cities.csv",
        "-cities.parquet",
        "-districts.csv",
        "-districts.parquet",
        ".html",
    ]
    deliver(reached, tmp_path / "two")
    for path in paths:
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    with paths[3].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["people"]) for row in rows) == 60_000
    cities = gpd.read_parquet(paths[2])
    assert len(cities) == 10
    assert cities.geometry.is_valid.all()
    page = paths[-1].read_text(encoding="utf-8")
    for said in ("Вся страна", "Бүкіл ел", "Whole country", "Выдуманный город 010"):
        assert said in page


def test_the_verbs_of_a_country(
    towns: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pack", str(towns), "--out", str(tmp_path / "country"), "--tile", "900"]) == 0
    assert "2 cities in" in capsys.readouterr().out
    said = {}
    for folder in (towns, tmp_path / "country"):
        assert main(["country", str(folder), "--theme", "schools", "--json"]) == 0
        said[folder] = json.loads(capsys.readouterr().out)["cities"]
    assert said[towns] == said[tmp_path / "country"]
    assert main(["country", str(towns), "--theme", "schools", "--out", str(tmp_path / "o")]) == 0
    out = capsys.readouterr().out
    assert "schools: reach in 2 cities of towns" in out
    assert (tmp_path / "o" / "towns-schools.html").is_file()
    assert main(["country", str(towns), "--theme", "schools", "--shifts", "1"]) == 1
    assert "--shifts goes with --seats" in capsys.readouterr().err


def test_an_invented_country_is_the_same_each_time_and_says_so(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_country(tmp_path / name, cities=1, people=3000, tile_m=TILE_M)
    one, two = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in files_in(tmp_path / n)}
        for n in ("one", "two")
    )
    assert one == two
    plan = tomllib.loads(one[Path("cities/invented-001/plan.toml")].decode())
    assert plan["name"]["en"].startswith("Invented")
    other = write_country(tmp_path / "three", cities=1, people=3000, tile_m=TILE_M, seed=8)
    assert any(one.get(p.relative_to(other)) != p.read_bytes() for p in files_in(other))


def files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_streets_of_an_invented_city_hang_together_across_tiles(country: Country) -> None:
    plan = CityPlan(country.folder, country.cities[1])
    network = plan.network
    assert network is not None
    made = script()
    wanted = made["Wanted"](cities=10, people=60_000, tile_m=TILE_M)
    city = list(made["cities"](wanted))[1]
    assert len(network.node_xy_m) == city.crossings**2
    reached = {0}
    ways: dict[int, list[int]] = {}
    for start, end in network.ends.tolist():
        ways.setdefault(start, []).append(end)
        ways.setdefault(end, []).append(start)
    waiting = [0]
    while waiting:
        new = [n for n in ways[waiting.pop()] if n not in reached]
        reached.update(new)
        waiting += new
    assert len(reached) == len(network.node_xy_m)


def test_a_task_can_be_asked_for_alone(country: Country) -> None:
    tiles = sorted(
        {one.tile for one in read_partitions(country.folder, "invented-001").of("people")}
    )
    each = [
        reckon(Task(country.folder, "invented-001", REACH, packed=True, tiles=(tile,), told=False))
        for tile in tiles
    ]
    assert all(one.facts is None for one in each)
    assert added(one.numbers for one in each) == whole(country, "invented-001", REACH)


def test_one_city_asked_through_the_plan_itself(country: Country) -> None:
    city = Plan(country.folder / "cities" / "invented-001")
    with pytest.raises(DataError):  # its people lie in partitions, not beside its sidecar
        city.people()
