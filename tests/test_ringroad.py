import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from ringtown import TOY_RING, as_table, write_ring
from ringtown import lines as line_feature
from streetmaker import drawn, town
from toytown import ORIGIN_M, write_layer

from almaty_geo.cli import main
from almaty_geo.errors import DataError, SpecError, UnknownNameError
from almaty_geo.places import Demand
from almaty_geo.plan import Plan
from almaty_geo.plan.ring import PlanGrounds, ring_road
from almaty_geo.ringroad import (
    Access,
    Question,
    Radial,
    RingAnswer,
    by_streets,
    reckon,
    section,
)
from almaty_geo.ringroad.access import access
from almaty_geo.ringroad.minutes import UNREACHED
from almaty_geo.ringroad.web import VARIANTS, Edge, closed
from almaty_geo.sections import Section
from almaty_geo.specs import Detour
from almaty_geo.streets import network_of_file
from almaty_geo.streets.network import Network
from almaty_geo.travel import ByStreets
from almaty_geo.words import same


@pytest.fixture(scope="module")
def ringtown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ring(tmp_path_factory.mktemp("ring") / "town")


@pytest.fixture(scope="module")
def plan(ringtown: Path) -> Plan:
    return Plan(ringtown)


def moved(*line: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x + ORIGIN_M[0], y + ORIGIN_M[1]) for x, y in line]


def streets() -> Network:
    """Return the town's streets."""
    return drawn(
        moved((0, 1000), (2000, 1000)),
        moved((2000, 1000), (4000, 1000)),
        moved((2000, 1000), (2000, 3000)),
    )


@pytest.fixture(scope="module")
def with_streets(ringtown: Path) -> Plan:
    return streeted(ringtown, streets())


def streeted(folder: Path, network: Network) -> Plan:
    plan = Plan(folder)
    plan.__dict__["network"] = network  # as if it had been imported
    return plan


def answer(plan: Plan, **asked: float) -> RingAnswer:
    shown = plan.ring_road(**asked)  # type: ignore[arg-type]  # options by name
    assert shown is not None
    return shown.answer


# Access, by hand.


def test_minutes_without_streets_are_straight_lines_at_the_declared_speed(plan: Plan) -> None:
    found = answer(plan)
    assert found.ground.basis == "detour"
    # home-1 at (1000, 1000): 2,000 m to interchange 1, x 1.25, at 500 m a minute
    road, centre = found.access.road, found.access.centre
    assert road.way[0] == pytest.approx(2000 * 1.25 / 500, abs=1e-3)
    assert road.least[0] == pytest.approx(2000 * 1.0 / (40_000 / 60), abs=1e-3)
    assert road.most[0] == pytest.approx(2000 * 1.5 / (20_000 / 60), abs=1e-3)
    assert road.which[0] == 0
    # home-2 at (1000, 1399) is nearer to interchange 2
    assert road.which[1] == 1
    assert road.way[1] == pytest.approx(np.hypot(1000, 1601) * 1.25 / 500, abs=1e-3)
    assert centre.way[0] == pytest.approx(1000 * 1.25 / 500, abs=1e-3)


def test_people_within_add_up_by_area(plan: Plan) -> None:
    city, west, east = answer(plan).areas
    assert (city.area, west.area, east.area) == ("city", "west", "east")
    # within 5 min: home-1 at 5.0 min exactly (100), home-2 and home-3 (50, 30), home-4 (20)
    assert (west.road[5].people, east.road[5].people) == (180, 20)
    # within 4.5 min nobody; the reach of 4 min holds none, that of 8 all
    assert (city.road[4].people, city.road[8].people) == (0, 200)
    assert (west.road[5].most, west.road[5].least) == (180, 0)
    for reach in (4, 5, 8):
        assert city.centre[reach].people == west.centre[reach].people + east.centre[reach].people
    assert city.road_min == pytest.approx(5.0, abs=1e-3)


def test_minutes_by_streets_go_by_streets_and_assumed_links(with_streets: Plan) -> None:
    found = answer(with_streets)
    assert found.ground.basis == "streets"
    road = found.access.road
    # home-1 stands on the street: 1,000 m of it, then 1,000 m of link x 1.25, all at 500 m/min
    assert road.way[0] == pytest.approx(2 + 2.5, abs=1e-3)
    # home-2 walks 399 m to the street at 75 m/min
    assert road.way[1] == pytest.approx(399 / 75 + 4.5, abs=1e-3)
    assert road.which[:2].tolist() == [0, 0]
    assert found.access.centre.way[0] == pytest.approx(2.0, abs=1e-3)
    # slow streets and a long link: 2 min x 30/20, and 1,000 m x 1.5 at 20 km/h
    assert road.most[0] == pytest.approx(3 + 4.5, abs=1e-3)
    assert found.unjoined == ()


def test_nobody_joins_the_ring_road_between_its_interchanges(ringtown: Path) -> None:
    without = replace_network(streets(), keep=2)  # no street north: interchange 2 has none
    found = answer(streeted(ringtown, without))
    assert found.unjoined == ("two",)
    assert (found.access.road.which[:4] != 1).all()


def replace_network(network: Network, *, keep: int) -> Network:
    return drawn(*[list(line.coords) for line in network.course[:keep]])


def test_where_the_ring_road_is_faster_people_take_it_to_the_centre(ringtown: Path) -> None:
    """West has no street to the centre: its people drive round by interchanges 1 and 2."""
    torn = drawn(
        moved((0, 1000), (1000, 1000)),
        moved((2000, 3000), (2000, 1000)),
        moved((2000, 1000), (4000, 1000)),
        moved((1000, 1000), (1000, 900)),
    )
    shown = streeted(ringtown, torn).ring_road(basis="streets")
    assert shown is not None
    way = shown.answer.access.centre.way[0]
    # no way joins West's part, which is the shorter one: links lead to the longest part alone
    assert np.isinf(way)
    joined = drawn(
        moved((0, 1000), (1000, 1000)),
        moved((1000, 1000), (1000, -20_000)),
        moved((1000, -20_000), (4000, 1000)),
        moved((2000, 3000), (2000, 1000)),
        moved((2000, 1000), (4000, 1000)),
    )
    found = answer(streeted(ringtown, joined))
    # 1,000 m of street, the link (2.5 min), 5 km of ring road, 2,000 m of street
    assert found.access.centre.way[0] == pytest.approx(2 + 2.5 + 5 + 4, abs=1e-3)


# Through traffic, by hand.


def test_from_gate_to_gate_without_streets(plan: Plan) -> None:
    through = answer(plan).through
    assert len(through.pairs) == 3
    west_north, west_east, north_east = through.pairs
    assert west_east.city_km == pytest.approx(6 * 1.25, abs=1e-3)
    assert west_east.city_min == pytest.approx((9, 15, 27), abs=1e-3)
    assert west_east.ring_km == pytest.approx(10, abs=1e-3)
    assert west_east.ring_min == pytest.approx((6, 10, 12), abs=1e-3)
    assert west_east.city_inside_km == pytest.approx(5, abs=1e-3)  # 4 of 6 km, x 1.25
    assert west_east.ring_inside_km == 0
    assert west_east.wins
    assert not west_east.sure  # 12 minutes by a slow ring road, 9 by a fast city
    straight_km = np.hypot(3, 2)
    for pair in (west_north, north_east):
        assert pair.city_km == pytest.approx(straight_km * 1.25, abs=1e-3)
        assert pair.city_inside_km == pytest.approx(straight_km * 1.25 / 6, abs=1e-3)
        assert pair.ring_min[1] == pytest.approx(5, abs=1e-3)


def test_from_gate_to_gate_by_streets(with_streets: Plan) -> None:
    pair = answer(with_streets).through.pairs[1]
    assert pair.city_km == pytest.approx(1.25 + 4 + 1.25, abs=1e-3)
    assert pair.city_inside_km == pytest.approx(4, abs=1e-3)
    assert pair.city_min == pytest.approx((6 + 3, 8 + 5, 12 + 9), abs=1e-3)
    assert pair.saved_min == pytest.approx(13 - 10, abs=1e-3)
    assert pair.saved_inside_km == pytest.approx(4, abs=1e-3)


def test_savings_follow_from_traffic_and_the_share_diverted(plan: Plan) -> None:
    through = answer(plan).through
    assert through.traffic == 300  # the declared fact; all three pairs alike
    half = through.diverted(0.5)
    assert half is not None
    assert half.vehicles_day == 150
    short_min = np.hypot(3, 2) * 1.25 * 2 - 5
    assert half.hours_day == pytest.approx(50 * (5 + 2 * short_min) / 60, abs=1e-3)
    inside_km = 5 + 2 * np.hypot(3, 2) * 1.25 / 6
    assert half.inside_km_day == pytest.approx(50 * inside_km, abs=0.01)
    whole = through.diverted(1)
    assert whole is not None
    assert whole.hours_day == pytest.approx(2 * half.hours_day)


def test_a_faster_city_takes_pairs_from_the_ring_road(plan: Plan) -> None:
    fast = answer(plan, city_speed=120, ring_speed=20)
    assert not fast.through.winning
    assert fast.through.saved_each() is None
    assert fast.driving.city.low == pytest.approx(80)  # as wide in proportion
    assert fast.driving.city.confidence == "assumption"
    saved = fast.through.diverted(1)
    assert saved is not None
    assert (saved.vehicles_day, saved.hours_day) == (0, 0)


def test_a_table_of_through_traffic_weighs_the_pairs(tmp_path: Path) -> None:
    plan = Plan(with_demand(tmp_path, "west,east,30\neast,west,10\nwest,north,0\n"))
    through = answer(plan).through
    assert through.traffic == 40
    assert [through.weight(pair) for pair in through.pairs] == [0, 1, 0]
    assert through.saved_each() == pytest.approx((5, 5), abs=1e-3)
    asked = answer(plan, traffic=90).through
    assert asked.traffic == 90
    assert asked.weight(asked.pairs[0]) == pytest.approx(1 / 3)


def with_demand(tmp_path: Path, rows: str) -> Path:
    folder = write_ring(tmp_path / "town", TOY_RING.replace("facts =", 'demand = "trips"\nfacts ='))
    columns = {"start": "str", "end": "str", "vehicles_day": "float"}
    write_layer(folder, "trips", role="context", geometry="none", features=[], columns=columns)
    as_table(folder, "trips", "start,end,vehicles_day\n" + rows)
    return folder


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("west,nowhere,1\n", "trips.csv: .*'nowhere'"),
        ("west,west,1\n", "traffic from 'west' to itself"),
    ],
)
def test_traffic_from_or_to_nowhere_is_refused(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Plan(with_demand(tmp_path, row)).ring_road()


# Radial streets.


def test_a_radial_street_whose_course_is_known_shortens_ways(with_streets: Plan) -> None:
    found = answer(with_streets)
    assert [r.trial for r in found.radials] == ["course", "straight", "none", "none"]
    wide, narrow = found.effects
    assert (wide.radial.id, wide.ranked) == ("wide", True)
    assert (narrow.radial.id, narrow.ranked) == ("narrow", False)
    # home-1: 2,000 m at 750 m/min in place of 4.5 min; all of West's people come along
    assert wide.access.road.way[0] == pytest.approx(2000 / 750, abs=1e-3)
    saved = 4.5 - 2000 / 750
    assert wide.people_road == 180
    assert wide.saved_person_min == pytest.approx(saved * 180, abs=0.5)
    # within 4 min: home-1; it was within 5 min before; 399 m of walk keep the others beyond 5
    assert wide.within == {4: 100, 5: 0, 8: 50}
    told = found.to_dict()["effects"][0]
    assert [w["people"] for w in told["access"][0]["interchange"]] == [100, 120, 170]


def test_a_straight_course_leads_to_the_nearest_interchange(with_streets: Plan) -> None:
    narrow = answer(with_streets).effects[1].radial
    (line,) = narrow.course_m
    ends = np.array(line.coords) - ORIGIN_M
    assert ends == pytest.approx(np.array([[3900, 1000], [5000, 1000]]), abs=0.05)
    assert narrow.drawn_km == pytest.approx(1.1, abs=1e-3)


def test_radial_streets_are_tried_by_streets_only(plan: Plan) -> None:
    found = answer(plan)
    assert found.effects == ()
    assert len(found.radials) == 4
    shown = plan.ring_road()
    assert shown is not None
    told = " ".join(note.en for note in section(shown).notes)
    assert "shows only where ways follow streets" in told


def test_one_radial_street_may_be_asked_for(with_streets: Plan) -> None:
    shown = with_streets.ring_road(radial="narrow")
    assert shown is not None
    assert [e.radial.id for e in shown.answer.effects] == ["narrow"]
    with pytest.raises(UnknownNameError, match="radial street"):
        with_streets.ring_road(radial="nowhere")


def test_a_course_of_several_lines_is_travelled_line_by_line(with_streets: Plan) -> None:
    found = answer(with_streets)
    parts = [moved((1000, 1000), (0, 1000)), moved((0, 1000), (-1000, 1000))]
    course = tuple(shapely.LineString(part) for part in parts)
    more = retried(with_streets, found, replace(found.radials[0], course_m=course))
    assert more.road.way[0] == pytest.approx(2000 / 750, abs=1e-3)


def test_streets_join_a_radial_street_only_where_they_come_near(with_streets: Plan) -> None:
    found = answer(with_streets)
    for off_m, sooner in ((90, True), (300, False)):
        course = (shapely.LineString(moved((1000, 1000 + off_m), (-1000, 1000))),)
        more = retried(with_streets, found, replace(found.radials[0], course_m=course))
        assert (more.road.way[0] < found.access.road.way[0]) == sooner


CORNER = st.tuples(st.floats(-1000, 5000), st.floats(0, 3000))


@given(st.lists(CORNER, min_size=2, max_size=4, unique=True))
@settings(max_examples=25, deadline=None)
def test_access_with_one_radial_more_never_gets_worse(
    with_streets: Plan, corners: list[tuple[float, float]]
) -> None:
    line = shapely.LineString(moved(*corners))
    if line.length < 1:
        return
    found = answer(with_streets)
    more = retried(with_streets, found, replace(found.radials[0], course_m=(line,)))
    for ends in ("way", "least", "most"):
        for here, there in ((more.road, found.access.road), (more.centre, found.access.centre)):
            assert (getattr(here, ends) <= getattr(there, ends)).all()


def retried(plan: Plan, found: RingAnswer, radial: Radial) -> Access:
    """Return access with one radial street more."""
    question = Question(
        spec=found.spec,
        driving=found.driving,
        diverted=(1,),
        traffic=None,
        vehicles={},
        radials=(radial,),
    )
    again = reckon(
        question,
        found.road,
        plan.people(),
        PlanGrounds(plan, found.spec, None),
        member=found.member,
        city=shapely.Point(0, 0),
    )
    return again.effects[0].access


# The table of ways against another engine.


MS = st.integers(1, 10_000)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_fastest_ways_are_those_of_another_engine(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 7))
    cells = st.lists(st.one_of(MS, st.just(UNREACHED)), min_size=size**2, max_size=size**2)
    between = np.array(data.draw(cells), dtype=np.int64).reshape(size, size)
    places = st.integers(0, size - 1)
    drawn_edges = data.draw(st.lists(st.tuples(places, places, MS), max_size=6))
    edges = [Edge((a, b), "ring", 1.0, (c, c, c)) for a, b, c in drawn_edges if a != b]
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    arcs = [(a, b, between[a, b]) for a in range(size) for b in range(size) if a != b]
    arcs += [(a, b, e.ms[1]) for e in edges for a, b in (e.ends, e.ends[::-1])]
    for a, b, cost in arcs:
        if cost < graph.get_edge_data(a, b, {"weight": UNREACHED})["weight"]:
            graph.add_edge(a, b, weight=int(cost))
    found = closed(between, edges, variant=1)
    for start, ways in nx.all_pairs_dijkstra_path_length(graph):
        for end in range(size):
            assert found.cost[start, end] == ways.get(end, UNREACHED)
            path = found.path(start, end)
            if end in ways:
                steps = pairwise(path)
                assert sum(graph[a][b]["weight"] for a, b in steps) == ways[end]
            else:
                assert path == ()
    more = closed(between, [*edges, Edge((0, size - 1), "radial", 1.0, (5, 5, 5))], variant=1)
    assert (more.cost <= found.cost).all()


def test_access_is_that_of_a_whole_graph_of_streets_and_ring_road() -> None:
    network = town(150, seed=3)
    rng = np.random.default_rng(5)
    nodes = np.arange(len(network.node_xy_m))
    ring, centre = rng.choice(nodes, 4, replace=False), int(rng.choice(nodes))
    places_m = network.node_xy_m[[*ring, centre]]
    edges = [Edge((at, at + 1), "ring", 1.0, (900, 1000, 1100)) for at in range(3)]
    detour = Detour(index=1.2, low=1, high=2, basis=same("x"), confidence="low")
    ground = by_streets(ByStreets(network), places_m, np.full(5, 500.0), detour=detour, km_h=30)
    people = Demand("homes", tuple(map(str, nodes)), np.ones(len(nodes), int), network.node_xy_m)
    found = access(
        people,
        [ground.from_people(network.node_xy_m)] * 3,
        [closed(ground.between, edges, variant=v) for v in VARIANTS],
        interchanges=range(4),
        centre=4,
    )
    graph = nx.MultiGraph()
    costs = network.cost("drive", "min")
    graph.add_weighted_edges_from(
        (int(a), int(b), int(c)) for (a, b), c in zip(network.ends, costs, strict=True)
    )
    graph.add_weighted_edges_from((int(ring[e.ends[0]]), int(ring[e.ends[1]]), 1000) for e in edges)
    to_centre = nx.single_source_dijkstra_path_length(graph, centre)
    to_road = nx.multi_source_dijkstra_path_length(graph, set(map(int, ring)))
    assert found.centre.way * 60_000 == pytest.approx([to_centre[int(n)] for n in nodes], abs=1.5)
    assert found.road.way * 60_000 == pytest.approx([to_road[int(n)] for n in nodes], abs=1.5)


# The plan that ships.


def ring_section(plan: Plan) -> Section:
    shown = plan.ring_road()
    assert shown is not None
    return section(shown)


def test_the_drawn_course_is_within_a_hundredth_of_the_official_length(almaty: Plan) -> None:
    road = answer(almaty).road
    assert road.official_km == 66
    assert road.drawn_km == pytest.approx(65.6, abs=0.05)
    assert road.off_official is not None
    assert abs(road.off_official) < 0.01


def test_there_are_seven_interchanges_each_with_its_confidence(almaty: Plan) -> None:
    ring = ring_section(almaty)
    table = next(t for t in ring.tables if t.columns[1].id == "interchange")
    assert [row.cells[3].value for row in table.rows] == [
        "medium", "high", "low", "low", "medium", "low", "medium",
    ]  # fmt: skip
    assert [row.cells[3].shown.ru for row in table.rows][:2] == ["средняя", "высокая"]
    assert all(
        c.tone == "unsure" for c in (row.cells[3] for row in table.rows) if c.value != "high"
    )
    for spot in answer(almaty).road.interchanges:
        assert spot.told_km == pytest.approx(spot.km, abs=0.15)
    off_m = [one["off_m"] for one in answer(almaty).to_dict()["interchanges"]]
    assert off_m == [0, 3, 4, 183, 114, 6, 4]


def test_the_table_of_pairs_names_both_gates_in_each_language(almaty: Plan) -> None:
    ring = answer(almaty)
    table = next(t for t in ring_section(almaty).tables if t.columns[0].id == "start")
    assert table.columns[1].id == "end"
    for row, pair in zip(table.rows, ring.through.pairs, strict=True):
        for cell, at in zip(row.cells[:2], (pair.start, pair.end), strict=True):
            gate = ring.road.gates[at]
            assert (cell.value, cell.shown) == (gate.id, gate.name.text)


def test_two_pairs_of_gates_are_as_reckoned_in_the_docs(almaty: Plan) -> None:
    road, through = answer(almaty).road, answer(almaty).through
    known = {(road.gates[p.start].id, road.gates[p.end].id): p for p in through.pairs}
    for ends, straight_km, ring_km, off_km in (
        (("bishkek", "talgar"), 37.022, 59.802, 0.007),
        (("uzynagash", "konaev"), 32.423, 41.547, 0.114),
    ):
        pair = known[ends]
        assert pair.city_km == pytest.approx(straight_km * 1.26, abs=0.02)
        assert pair.city_min is not None
        assert pair.city_min[1] == pytest.approx(straight_km * 1.26 / 30 * 60, abs=0.05)
        by_ring = ring_km / 100 * 60 + off_km * 1.26 / 30 * 60
        assert pair.ring_min[1] == pytest.approx(by_ring, abs=0.02)


def test_the_section_adds_up_and_names_every_assumption(almaty: Plan) -> None:
    ring = ring_section(almaty)
    for table in ring.tables[:2]:
        for column in range(1, 6):
            values = [float(row.cells[column].value or 0) for row in table.rows]
            assert sum(values[:-1]) == values[-1]
        assert table.rows[-1].cells[1].value == 2_354_736
    told = " ".join(note.en for note in ring.notes)
    for said in (
        "100 km/h (80 to 120;", "30 km/h (20 to 40;", "38,000 vehicles a day", "65.6 km",
        "straight line × 1.26", "no such layer: railways", "named nowhere",
    ):  # fmt: skip
        assert said in told, said
    assert {"ring_road", "ring_road_links", "radial_streets"} <= set(ring.layers)
    assert ring.classes is not None
    assert len(ring.classes.of) == len(almaty.layers["residents"])
    for option in ("--city-speed", "--ring-speed", "--detour", "--traffic, --divert"):
        assert option in told, option


def test_promises_of_the_ring_road_stand_beside_the_results(almaty: Plan) -> None:
    ring = ring_section(almaty)
    table = next(t for t in ring.tables if t.columns[0].id == "promise")
    assert table.title.en == "What was promised of the ring road and its streets"
    radials, internal = table.rows
    assert [cell.shown.en for cell in radials.cells[1:5]] == [
        "open", "≥ 6 streets", "0", "no date given",
    ]  # fmt: skip
    assert "Three under construction, none reported finished" in radials.cells[5].shown.en
    assert internal.cells[1].value == "unknown"
    # the first remarks, which the map shows without asking, say the same
    assert ring.notes[0].en.startswith("Promised: Six radial main streets to the Big Almaty")
    assert "— open; no date given. Evidence: 7 December 2025, inform.kz" in ring.notes[0].en
    assert "Four internal main streets — unknown" in ring.notes[1].en


@pytest.mark.parametrize(
    "layer", ["intakes", "microdistricts", "ring_road_gates", "ring_road_interchanges"]
)
def test_every_place_put_in_by_hand_says_how_precise_it_is(layer: str, almaty: Plan) -> None:
    found = almaty.layers[layer]
    assert found.spec.precision.method == "hand_placed"
    assert found.located["precision_m"].notna().all()
    if layer != "intakes":  # of which the source states all
        assert found.located["precision_basis"].isin(["stated", "assumed", "chosen"]).all()
        assert any(note.kind == "caution" for note in found.spec.notes)
    chosen = found.located[found.located["precision_m"] == 0]
    assert chosen["id"].tolist() == (["centre"] if layer == "ring_road_gates" else [])


def test_interchanges_are_as_far_off_as_their_confidence_says(almaty: Plan) -> None:
    by_confidence = {"high": 300, "medium": 1000, "low": 3000}
    spots = answer(almaty).road.interchanges
    assert [spot.precision_m for spot in spots] == [by_confidence[s.confidence] for s in spots]
    table = next(t for t in ring_section(almaty).tables if t.columns[1].id == "interchange")
    assert [row.cells[5].value for row in table.rows] == [spot.precision_m for spot in spots]
    told = " ".join(note.en for note in ring_section(almaty).notes)
    assert "placed within 300 to 3,000 m; “from … to” does not carry this: 1 km more is 2.5" in told


def test_another_index_makes_ways_longer_in_proportion(almaty: Plan) -> None:
    shown = ring_road(almaty, detour=2.52)
    assert shown is not None
    usual, longer = answer(almaty), shown.answer
    for one, other in zip(usual.through.pairs, longer.through.pairs, strict=True):
        assert one.city_min is not None
        assert other.city_min is not None
        assert other.city_min[1] == pytest.approx(2 * one.city_min[1], abs=0.01)
        assert other.ring_km == pytest.approx(one.ring_km, abs=0.3)  # but for the way onto it
    assert longer.spec.detour.confidence == "assumption"


def test_the_declared_speed_and_traffic_agree_with_the_rest_of_the_plan(almaty: Plan) -> None:
    found = answer(almaty)
    assert almaty.speeds.drive is not None
    assert found.spec.city_speed.value == almaty.speeds.drive.m_per_min * 60 / 1000
    assert found.through.traffic == 38_000
    assert found.spec.ring_speed.high == found.road.facts["speed"].value


def test_a_plan_with_a_ring_road_speaks_of_it(plan: Plan) -> None:
    ring = next(s for s in plan.sections() if s.id == "ring_road")
    assert [answer.area for answer in ring.answers] == ["city", "west", "east"]
    assert ring.answers[0].headline.en.startswith("100% of residents reach")
    assert ring.bars is not None
    assert [bar.parts for bar in ring.bars.rows] == [(20, 0), (180, 0)]
    assert ring.classes is not None
    assert ring.classes.of.tolist() == [1, 1, 1, 1, 0]  # home-5: 1,581 m of straight line


# The verb.


def test_the_verb_says_the_same_as_the_plan(
    ringtown: Path, plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ring-road", "--plan", str(ringtown), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.pop("promises") == []
    assert told == json.loads(json.dumps(answer(plan).to_dict()))
    assert told["length"] == {"drawn_km": 10.0, "official_km": 10.05, "off": -0.005}
    assert main(["ring-road", "--plan", str(ringtown), "--divert", "0.25"]) == 0
    out = capsys.readouterr().out
    assert "city_speed 30 (20 to 40), assumption" in out
    assert "ring_road, not surely" in out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--city-speed", "0"], "city speed must be above 0 and at most 200 km/h, not 0"),
        (["--ring-speed", "nan"], "ring speed must be above 0"),
        (["--radial-speed", "201"], "at most 200 km/h, not 201"),
        (["--detour", "0.9"], "detour index must be 1 to 5, not 0.9"),
        (["--divert", "1.5"], "must be above 0 and at most 1, not 1.5"),
        (["--traffic", "-1"], "at least 0 vehicles a day, not -1"),
        (["--basis", "streets"], "has no streets"),
        (["--radial", "nowhere"], "radial street"),
        (["--equilibrium"], "the plan names none"),
    ],
)
def test_wrong_figures_are_refused_in_a_line(
    ringtown: Path, asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ring-road", "--plan", str(ringtown), *asked]) == 1
    assert said in capsys.readouterr().err


def test_a_plan_without_a_ring_road_says_so(
    toytown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Plan(toytown).ring_road() is None
    assert main(["ring-road", "--plan", str(toytown)]) == 1
    assert "declares no ring road" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ('centre = "middle"', 'centre = "nowhere"', "no row 'nowhere' to be the centre"),
        ("reaches_min = [4, 5, 8]", "reaches_min = [5, 4, 8]", "reaches_min must grow"),
        ("main_min = 5", "main_min = 6", "main_min 6 is not one of reaches_min"),
        ("diverted = [0.5, 1]", "diverted = [2]", "must lie above 0"),
        ('course = "ring"', 'course = "nowhere"', "nowhere"),
        ('course = "ring"', 'course = "radials"', "must be one line from end to end"),
        ('course = "ring"', 'coarse = "ring"', "unknown key 'coarse'"),
    ],
)
def test_what_is_declared_wrongly_is_named(
    tmp_path: Path, found: str, instead: str, said: str
) -> None:
    folder = write_ring(tmp_path / "town", TOY_RING.replace(found, instead, 1))
    with pytest.raises((SpecError, DataError, UnknownNameError), match=said):
        Plan(folder).ring_road()


# Severance.


def test_whom_the_road_cuts_off_shows_by_streets_only(plan: Plan, ringtown: Path) -> None:
    told = answer(plan).severance
    assert told is not None
    assert told.people is None
    assert told.missing == ("railways",)
    # a ring road between the homes at (1000, 1399) and the school at (1000, 1000) would cut them
    # off; this one lies outside the town
    by_street = answer(streeted(ringtown, streets())).severance
    assert by_street is not None
    assert by_street.people == 0


def test_people_beyond_the_road_are_counted_as_cut_off(tmp_path: Path) -> None:
    folder = write_ring(tmp_path / "town")
    write_layer(
        folder, "ring", role="context", geometry="LineString",
        features=[line_feature({"id": "ring"}, [(-1000, 1200), (5000, 1200)])],
        columns={"id": "str; required = true; unique = true"},
    )  # fmt: skip
    apart = drawn(
        moved((0, 1000), (1400, 1000)),
        moved((1400, 1000), (1400, 1400)),
        moved((1400, 1400), (0, 1400)),
    )
    told = answer(streeted(folder, apart)).severance
    assert told is not None
    # home-2 and home-3, 399 and 402 m from school A by air and 1.2 km by street
    assert told.people == 80
    assert told.groups[0]["people"] == 80
    assert told.groups[0]["barrier"] == "ring"
    assert len(told.names) == len(told.groups)


def test_railways_are_looked_at_where_the_plan_has_them(tmp_path: Path) -> None:
    folder = write_ring(tmp_path / "town")
    write_layer(
        folder, "railways", role="context", geometry="LineString",
        features=[line_feature({"id": "rail"}, [(-1000, 1200), (5000, 1200)])],
        columns={"id": "str; required = true; unique = true"},
    )  # fmt: skip
    apart = drawn(
        moved((0, 1000), (1400, 1000)),
        moved((1400, 1000), (1400, 1400)),
        moved((1400, 1400), (0, 1400)),
    )
    shown = streeted(folder, apart).ring_road()
    assert shown is not None
    told = shown.answer.severance
    assert told is not None
    assert (told.missing, told.people) == ((), 80)
    table = next(t for t in section(shown).tables if t.columns[0].id == "barrier")
    assert table.rows[0].cells[0].shown == told.names[0]
    assert table.rows[0].cells[3].value == 80


# Real streets.


def test_by_the_real_streets_everybody_reaches_the_ring_road(
    real_data: Path, root: Path, almaty: Plan
) -> None:
    register = real_data / "streets" / "almaty_streets_city_gis.csv"
    plan = Plan(root)
    plan.__dict__["network"] = network_of_file(register, plan.area, plan.speeds)
    found, straight = answer(plan), answer(almaty)
    assert found.unjoined == ()
    city, by_air = found.areas[0], straight.areas[0]
    assert sum(row.people for row in found.areas[1:]) == city.people == 2_354_736
    reach = found.spec.main_min
    assert city.road[reach].least < city.road[reach].people < city.road[reach].most
    # straight lines and streets tell the same story: their intervals overlap
    assert by_air.road[reach].least < city.road[reach].people < by_air.road[reach].most
    assert len(found.through.winning) == 15
    assert [e.radial.id for e in found.effects if e.ranked] == ["abay"]
    for effect in found.effects:
        assert (effect.access.road.way <= found.access.road.way).all()
        assert (effect.access.centre.way <= found.access.centre.way).all()
    assert found.severance is not None
    assert found.severance.people == 0  # nobody lives near a school across the ring road
