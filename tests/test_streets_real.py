"""Streets of a real city: the register of its streets, and an OpenStreetMap extract."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.spatial import KDTree

from almaty_geo.importing.streets import import_streets
from almaty_geo.importing.streets.told import ImportedStreets
from almaty_geo.plan import Plan
from almaty_geo.streets import Cleaning, Opened, clean, network_of, read_streets

REGISTER = "streets/almaty_streets_city_gis.csv"
EXTRACT = "streets/almaty_osm_2013.osm.pbf"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    folder = tmp_path_factory.mktemp("city")
    shutil.copytree(root / "layers", folder / "layers")
    shutil.copytree(root / "maps", folder / "maps")
    shutil.copy(root / "plan.toml", folder)
    return folder


@pytest.fixture(scope="module")
def register(city: Path, real_data: Path) -> ImportedStreets:
    return import_streets(Plan(city), real_data / REGISTER)


@pytest.fixture(scope="module")
def extract(almaty: Plan, real_data: Path) -> tuple[Opened, Cleaning]:
    opened = read_streets(real_data / EXTRACT, almaty.area)
    return opened, clean(opened.lines, almaty.area, speeds=almaty.speeds, before=opened.entries)


def test_most_of_the_register_hangs_together(register: ImportedStreets) -> None:
    shares = {share.within_m: share.largest for share in register.cleaning.shares}
    assert shares[0] == pytest.approx(0.933, abs=0.001)
    assert shares[20] >= 0.956


def test_with_the_ring_road_opened_97_of_100_km_hang_together(
    almaty: Plan, real_data: Path
) -> None:
    opened = read_streets(real_data / REGISTER, almaty.area)
    classes = {k: v for k, v in almaty.speeds.classes.items() if k != "construction"}
    speeds = almaty.speeds.model_copy(update={"classes": classes})
    made = clean(opened.lines, almaty.area, speeds=speeds)
    assert made.unknown_kinds == {"construction": 4}
    assert [round(share.largest, 3) for share in made.shares][::2] == [0.947, 0.963, 0.97]


def test_every_class_of_both_files_is_declared(
    register: ImportedStreets, extract: tuple[Opened, Cleaning]
) -> None:
    assert register.cleaning.unknown_kinds == {}
    assert extract[1].unknown_kinds == {}


def test_length_is_conserved_but_for_what_the_ledger_names(register: ImportedStreets) -> None:
    made = register.cleaning
    joined_km = np.hypot(*(made.joins_m[:, 2:] - made.joins_m[:, :2]).T).sum() / 1000
    lost_km = sum(
        float(entry.before.removeprefix("sticks out by ").split(" m")[0]) / 1000
        for entry in made.entries
        if entry.rule in {"overshoot", "same-course"}
    )
    found_km = sum(part.km for part in made.parts)
    assert found_km == pytest.approx(made.drawn_km - made.closed_km + joined_km - lost_km, abs=0.1)


def test_no_edge_of_the_register_is_nearer_to_an_end_than_a_file_can_tell(
    register: ImportedStreets,
) -> None:
    graph = register.cleaning.graph
    pairs = KDTree(graph.node_mm - graph.node_mm.min(axis=0)).query_pairs(19)
    assert not pairs
    tree = shapely.STRtree(graph.course)
    node, edge = tree.query(
        shapely.points(graph.node_mm / 1000), predicate="dwithin", distance=0.015
    )
    assert (graph.ends[edge] == node[:, np.newaxis]).any(axis=1).all()


def test_the_register_is_stored_whole_and_read_back(city: Path, register: ImportedStreets) -> None:
    plan = Plan(city)
    network = plan.network
    assert network is not None
    graph = register.cleaning.graph
    assert np.array_equal(network.node_xy_m * 1000, graph.node_mm)
    assert np.array_equal(network.length_mm, graph.length_mm)
    assert (network.footpaths, network.one_way) == (False, False)
    text = (city / "layers" / "ledger" / "streets.import.jsonl").read_text(encoding="utf-8")
    listed = [json.loads(line)["rule"] for line in text.splitlines()]
    assert {rule: listed.count(rule) for rule in register.cleaning.counts} == dict(
        register.cleaning.counts
    )


def test_the_extract_tells_bridges_one_way_streets_and_footpaths(
    almaty: Plan, extract: tuple[Opened, Cleaning]
) -> None:
    opened, made = extract
    network = network_of(made, almaty.speeds, layer="streets")
    assert (network.one_way, network.footpaths) == (True, False)  # 1 % of the length is footpaths
    assert (opened.lines.level != 0).sum() > 90
    assert made.shares[-1].largest >= 0.968
    # In OpenStreetMap ways that meet share a node: what is left to be joined are slips.
    assert made.counts["crossing"] + made.counts["loose-end"] < 0.02 * len(made.graph)


def test_a_recorded_answer_of_a_neighbouring_place_is_mostly_beyond_the_area(
    almaty: Plan, real_data: Path
) -> None:
    (file,) = (real_data / "overpass").glob("080f*.json")
    opened = read_streets(file, almaty.area)
    assert (len(opened.lines), len(opened.entries)) == (5, 2543)
    assert {entry.rule for entry in opened.entries} == {"far-away"}
