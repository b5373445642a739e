"""
An invented river with one bridge, checkable by hand.

The river runs north along x = 0. A street runs along each bank, 50 m off, from y = -200 to 1000,
and one bridge joins them at y = 1000. Ways are by street, places 50 m off their street::

    home-1  120 people at (-100,    0)   200 m from the school by air, 2,200 m round by the bridge
    home-2   30 people at (-100,  100)   the same side: 224 m by air, 2,100 m
    home-3   10 people at ( 100, -150)   the school's side: 150 m by air, 250 m by street
    home-4    7 people at (-100, 3000)   beyond everything
    school            at ( 100,    0)
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from toytown import CRS, ORIGIN_M, write_layer, write_toytown

from almaty_geo.area import StudyArea
from almaty_geo.coverage import Coverage, Question, measure
from almaty_geo.coverage.barriers import (
    Barrier,
    BarrierReport,
    Limits,
    barrier_report,
    barriers_of,
    confirmed,
)
from almaty_geo.coverage.barriers.ends import Ends
from almaty_geo.coverage.barriers.groups import groups, parted
from almaty_geo.coverage.barriers.lines import meet
from almaty_geo.coverage.barriers.links import best_link
from almaty_geo.coverage.naming import Streets
from almaty_geo.errors import SpecError, UsageError
from almaty_geo.names import Name
from almaty_geo.places import Demand, Facilities, Membership
from almaty_geo.plan import Plan
from almaty_geo.plan.going import go
from almaty_geo.specs import Detour
from almaty_geo.streets import Network
from almaty_geo.travel import Reach, StraightLine, Travel
from almaty_geo.travel.route import route
from almaty_geo.travel.streets import ByStreets
from almaty_geo.words import same

Floats = NDArray[np.float64]
Spots = list[tuple[float, float]]
REACH = Reach(500, "m", "walk", 500)
AREA = StudyArea(same("Rivertown"), (8.0, 47.0, 10.0, 49.0), CRS)
HOMES: Spots = [(-100, 0), (-100, 100), (100, -150), (-100, 3000)]
PEOPLE = [120, 30, 10, 7]
SCHOOL: Spots = [(100, 0)]


def network_of(
    nodes: Spots, edges: list[tuple[int, int]], names: list[str] | None = None
) -> Network:
    """Make a network of straight streets, open both ways to all."""
    xy = np.array(nodes, dtype=float) + ORIGIN_M
    ends = np.array(edges, dtype=np.int32).reshape(-1, 2)
    course = np.array([shapely.LineString(xy[list(pair)]) for pair in edges], dtype=object)
    size = len(edges)
    return Network(
        layer="streets",
        node_xy_m=xy,
        ends=ends,
        length_mm=np.rint(shapely.length(course) * 1000).astype(np.int64),
        course=course,
        kind=np.full(size, "residential", dtype=object),
        name=np.array(names or [""] * size, dtype=object),
        walk=np.zeros(size, dtype=np.int8),
        drive=np.zeros(size, dtype=np.int8),
        walk_m_per_min=np.full(size, 75.0),
        drive_m_per_min=np.full(size, 500.0),
        component=np.zeros(size, dtype=np.int32),
        footpaths=True,
        one_way=True,
        confidence="high",
    )


BANKS = network_of(
    [(-50, -200), (-50, 1000), (50, 1000), (50, -200)],
    [(0, 1), (1, 2), (2, 3)],
    ["West bank", "Bridge", "East bank"],
)


def covered(
    travel: Travel, *, homes: Spots = HOMES, people: list[int] | None = None, places: Spots = SCHOOL
) -> Coverage:
    counted = PEOPLE if people is None else people
    return measure(
        Demand(
            "homes",
            tuple(f"home-{i + 1}" for i in range(len(homes))),
            np.array(counted, dtype=np.int64),
            np.array(homes, dtype=float).reshape(-1, 2) + ORIGIN_M,
        ),
        Facilities(
            "schools",
            ("schools",),
            tuple(f"schools/{i + 1}" for i in range(len(places))),
            np.array(places, dtype=float).reshape(-1, 2) + ORIGIN_M,
            np.full(len(places), np.nan),
            {},
        ),
        travel,
        Question(REACH, None, "today"),
        areas={"quarters": Membership(("west",), np.zeros(len(homes), dtype=np.intp))},
    )


def line(*spots: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(np.array(spots, dtype=float) + ORIGIN_M)


def barrier(*lines: shapely.LineString, road: bool = False) -> Barrier:
    return Barrier(
        "rivers", same("Rivers"), ("r-1",), Name(same("Brook")), road, np.array(lines, dtype=object)
    )


RIVER = barrier(line((0, -3000), (0, 3000)))


def report(
    network: Network = BANKS, cov: Coverage | None = None, between: Barrier = RIVER, **asked: float
) -> BarrierReport:
    coverage = covered(ByStreets(network)) if cov is None else cov
    return barrier_report(
        coverage,
        network,
        [between],
        area=AREA,
        areas="quarters",
        streets=Streets(network.course, tuple(Name(same(n)) for n in network.name)),
        limits=Limits(**asked),  # type: ignore[arg-type]  # some limits are whole numbers
    )


def test_the_town_is_as_drawn() -> None:
    assert covered(ByStreets(BANKS)).nearest.way[:3].tolist() == [2200, 2100, 250]


def test_those_near_by_air_and_far_by_the_bridge_are_cut_off_by_the_river() -> None:
    found = report()
    (only,) = found.cut_off
    assert (only.group.people, only.group.points.tolist(), found.people) == (150, [0, 1], 150)
    assert found.unexplained == 0
    assert only.straight == pytest.approx((120 * 200 + 30 * np.hypot(200, 100)) / 150, abs=1e-3)
    assert only.way == pytest.approx((120 * 2200 + 30 * 2100) / 150)
    assert (only.area, only.facility) == ("west", "schools/1")
    assert only.name is not None
    assert only.name.text.en == "West bank"
    assert (only.ratio or 0) > 10


def test_the_missing_link_is_the_straight_one_that_saves_most() -> None:
    """At y = 0: home-1 saves 2,200 - 200, home-2 2,100 - (50 + 100 + 100 + 50)."""
    (only,) = report().cut_off
    link = only.link
    assert link is not None
    assert np.array([link.start_m, link.end_m]) - ORIGIN_M == pytest.approx(
        np.array([(-50, 0), (50, 0)])
    )
    assert (link.length_m, link.people, link.savers) == (100, 150, 150)
    assert link.saved == 120 * 2000 + 30 * 1800
    assert only.link_ends is not None
    told = AREA.to_metres([shapely.Point(end) for end in only.link_ends])
    assert shapely.get_coordinates(told) == pytest.approx(
        np.array([link.start_m, link.end_m]), abs=0.2
    )


def test_the_first_that_is_tried_is_the_best_by_way_saved_for_its_length() -> None:
    for one in (report(), report(trials=1)):
        link = one.cut_off[0].link
        assert link is not None
        assert (link.length_m, link.saved) == (100, 294_000)


def test_no_link_is_longer_than_was_allowed() -> None:
    (only,) = report(link_m=99).cut_off
    assert (only.link, only.link_ends) == (None, None)


def test_a_ratio_that_nobody_meets_leaves_nobody_cut_off() -> None:
    found = report(ratio=12)
    assert (found.cut_off, found.people) == ((), 0)
    assert found.to_dict()["groups"] == []
    assert len(found.frame()) == 0


def test_far_for_another_reason_is_told_apart() -> None:
    elsewhere = barrier(line((-3000, -900), (3000, -900)))
    found = report(between=elsewhere)
    assert (found.cut_off, found.unexplained) == ((), 150)


def test_where_the_river_can_be_crossed_it_parts_nobody() -> None:
    bridged = network_of(
        [(-50, -200), (-50, 0), (-50, 1000), (50, 1000), (50, 0), (50, -200)],
        [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (1, 4)],
    )
    assert covered(ByStreets(bridged)).nearest.way[0] == 200
    assert report(bridged).people == 0


def test_homes_on_both_banks_are_two_groups() -> None:
    both = covered(
        ByStreets(BANKS),
        homes=[(-20, 0), (20, 0)],
        people=[5, 6],
        places=[(150, 900), (-450, 0), (450, 0)],
    )
    far = replace(both, nearest=replace(both.nearest, way=np.array([2000.0, 2000.0])))
    found = parted(far, [RIVER], Ends(BANKS, mode="walk", step_m=50), limits=Limits())
    crossing = replace(found, barrier=np.zeros(2, dtype=np.intp))
    made = groups(far, crossing, [RIVER], limits=Limits())
    assert [(group.people, group.points.tolist()) for group in made] == [(6, [1]), (5, [0])]


def test_homes_off_every_street_are_not_waiting_for_a_link() -> None:
    far_off = covered(ByStreets(BANKS, cap_m=60), homes=[(-300, 0)], people=[9], places=SCHOOL)
    assert np.isinf(far_off.nearest.way).all()
    found = report(cov=far_off)
    assert (found.people, found.unexplained) == (0, 0)


def test_a_road_parts_people_only_where_its_carriageways_are_far_from_each_other() -> None:
    """Two carriageways 24 m apart that meet at y = 1000, then one that all may cross."""
    nodes: Spots = [(-12, -200), (-12, 1000), (12, 1000), (12, -200)]
    dual = network_of(nodes, [(0, 1), (1, 2), (2, 3)])
    road = barrier(line((0, -300), (0, 1100)), road=True)
    (only,) = report(dual, between=road).cut_off
    assert only.group.points.tolist() == [0, 1]
    assert only.link is not None
    assert only.link.length_m == 24
    single = network_of([(0, -200), (0, 1000)], [(0, 1)])
    gates = covered(ByStreets(single), homes=[(-100, 0)], people=[9], places=[(400, 500)])
    assert report(single, cov=gates, between=road).people == 0


def test_lines_side_by_side_are_one_carriageway() -> None:
    nodes: Spots = [(-2, -200), (-2, 1000), (2, 1000), (2, -200)]
    narrow = network_of(nodes, [(0, 1), (1, 2), (2, 3)])
    road = barrier(line((0, -300), (0, 1100)), road=True)
    found = report(narrow, between=road)
    assert (found.people, found.unexplained) == (0, 150)


def test_of_two_barriers_the_one_that_takes_longest_to_go_round_counts() -> None:
    brook = barrier(line((-75, -10), (-75, 10)))
    met_both = meet(np.array([[HOMES[0], SCHOOL[0]]], dtype=float) + ORIGIN_M, [brook, RIVER])
    assert met_both.barrier.tolist() == [0, 1]
    assert met_both.spot_m - ORIGIN_M == pytest.approx(np.array([(-75, 0), (0, 0)]))
    cov = covered(ByStreets(BANKS))
    found = parted(cov, [brook, RIVER], Ends(BANKS, mode="walk", step_m=50), limits=Limits())
    assert found.barrier.tolist() == [1, 1]


def test_of_two_rivers_the_longer_way_round_is_told() -> None:
    """An island between: 1,050 m round the western arm at y = 500, 2,050 m round the eastern."""
    island = network_of(
        [(-50, -200), (-50, 500), (0, 500), (0, -200), (0, 1000), (50, 1000), (50, -200)],
        [(0, 1), (1, 2), (2, 3), (2, 4), (4, 5), (5, 6)],
    )
    west, east = barrier(line((-25, -900), (-25, 900))), barrier(line((25, -900), (25, 900)))
    cov = covered(ByStreets(island), homes=[(-100, 0)], people=[9])
    assert cov.nearest.way.tolist() == [2200]
    ends = Ends(island, mode="walk", step_m=50)
    for between, told in (([west, east], 1), ([east, west], 0)):
        found = parted(cov, between, ends, limits=Limits())
        assert found.barrier.tolist() == [told]


def test_a_river_is_not_to_blame_for_what_is_not_its_doing() -> None:
    """The bridge is 100 m off; it is the lane of home-1 that meets the bank only at y = 1000."""
    lane = network_of(
        [(-150, 0), (-150, 1000), (-50, 1000), (-50, 100), (-50, -200), (50, 100), (50, -200)],
        [(0, 1), (1, 2), (2, 3), (3, 4), (3, 5), (5, 6)],
    )
    cov = covered(ByStreets(lane), homes=[(-160, 0)], people=[9])
    assert cov.nearest.way.tolist() == [2260]
    found = report(lane, cov)
    assert (found.people, found.unexplained) == (0, 9)


def test_a_bridge_close_by_is_no_missing_link() -> None:
    """Bank to bank 180 m by a bridge at y = 40, less than twice the 100 m across."""
    close = network_of([(-50, -200), (-50, 40), (50, 40), (50, -200)], [(0, 1), (1, 2), (2, 3)])
    cov = covered(ByStreets(close), homes=[(-100, 0)], people=[9])
    assert cov.nearest.way.tolist() == [280]
    short = replace(cov, question=replace(cov.question, reach=Reach(250, "m", "walk", 250)))
    assert report(close, short, ratio=1.2).people == 0
    assert report(close, short, ratio=1.2, missing=1.7).people == 9


def test_a_second_file_confirms_denies_or_knows_nothing() -> None:
    found = report()
    first = ByStreets(BANKS)
    bridge = network_of([(-50, -200), (-50, 100), (50, 100), (50, -200)], [(0, 1), (1, 2), (2, 3)])
    elsewhere = network_of([(5000, 0), (5000, 900), (5900, 900)], [(0, 1), (1, 2)])
    told = {
        name: confirmed(found, first, ByStreets(streets, cap_m=60), reach=REACH)
        for name, streets in {"same": BANKS, "bridge": bridge, "elsewhere": elsewhere}.items()
    }
    assert {name: one.cut_off[0].confirmed for name, one in told.items()} == {
        "same": True,
        "bridge": False,
        "elsewhere": None,
    }
    assert told["same"].people == found.people
    assert told["same"].to_dict()["groups"][0]["confirmed"] is True
    assert found.to_dict()["groups"][0]["confirmed"] is None


def test_a_barrier_report_needs_streets_and_a_barrier() -> None:
    one = Detour(index=1, low=1, high=1, basis=same("x"), confidence="high")
    with pytest.raises(UsageError, match="only where ways follow streets"):
        report(cov=covered(StraightLine(one)))
    asked = {"area": AREA, "areas": "quarters", "streets": Streets(BANKS.course, ())}
    with pytest.raises(UsageError, match="No line is declared a barrier"):
        barrier_report(covered(ByStreets(BANKS)), BANKS, [], **asked)  # type: ignore[arg-type]  # as given


@pytest.mark.parametrize("wrong", [{"ratio": 0.9}, {"link_m": 0}, {"link_m": np.nan}, {"due": 0}])
def test_limits_must_make_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="must be positive"):
        Limits(**wrong)  # type: ignore[arg-type]  # some limits are whole numbers


def _grid(seed: int) -> tuple[Network, Coverage, Spots]:
    """Return a town of blocks on both sides of a river, with streets missing at random."""
    rng = np.random.default_rng(seed)
    columns, rows = 7, 6
    nodes: Spots = [(100.0 * x - 300, 100.0 * y) for x in range(columns) for y in range(rows)]
    at = np.arange(columns * rows).reshape(columns, rows)
    edges = [(at[x, y], at[x, y + 1]) for x in range(columns) for y in range(rows - 1)]
    edges += [
        (at[x, y], at[x + 1, y])
        for x in range(columns - 1)
        for y in range(rows)
        if x != 2 or y == rows - 1
    ]
    kept = [(int(a), int(b)) for a, b in edges if rng.random() > 0.15 or b - a == rows]
    homes: Spots = [tuple(spot) for spot in rng.uniform((-320, -20), (-60, 520), (12, 2))]
    homes += [tuple(spot) for spot in rng.uniform((10, -20), (320, 520), (12, 2))]
    places: Spots = [tuple(spot) for spot in rng.uniform((10, 0), (320, 400), (2, 2))]
    network = network_of(nodes, kept)
    people = rng.integers(1, 99, len(homes)).tolist()
    cov = covered(ByStreets(network), homes=homes, people=people, places=places)
    short = replace(cov.question, reach=Reach(350, "m", "walk", 350))
    return network, replace(cov, question=short), nodes


def _foretold_and_built(seed: int) -> list[tuple[int, int, float, float]]:
    """Return people and way saved as a link foretells, and as the town has it with it built."""
    network, cov, nodes = _grid(seed)
    river = barrier(line((-50, -500), (-50, 900)))
    ends = Ends(network, mode="walk", step_m=100)  # only nodes, so that the link can be built
    limits = Limits(link_m=110, verge_m=0, missing=1, ratio=1)
    off = ByStreets(network).snap(cov.demand.xy_m, mode="walk").off_mm
    told = []
    for group in groups(cov, parted(cov, [river], ends, limits=limits), [river], limits=limits):
        link = best_link(cov, group, ends, limits=limits)
        if link is None:
            continue
        spots = np.round(np.array([link.start_m, link.end_m]) - ORIGIN_M, 6)
        start, end = (nodes.index((x, y)) for x, y in spots.tolist())
        built = ByStreets(network_of(nodes, [*map(tuple, network.ends.tolist()), (start, end)]))
        if (built.snap(cov.demand.xy_m, mode="walk").off_mm != off).any():
            continue  # a home that would join the new link itself is nearer than foretold
        way = built.nearest(cov.demand.xy_m, cov.facilities.xy_m, reach=cov.reach).way
        now = (way <= cov.reach.value) & ~cov.within
        saved = np.isfinite(cov.nearest.way)
        less = (cov.demand.people * (cov.nearest.way - way))[saved].sum()
        told.append((link.people, int(cov.demand.people[now].sum()), link.saved, float(less)))
    return told


def test_what_a_link_gives_is_what_building_it_gives() -> None:
    told = [one for seed in range(12) for one in _foretold_and_built(seed)]
    assert len(told) >= 8
    for people, people_built, saved, saved_built in told:
        assert people == people_built
        assert saved == pytest.approx(saved_built, abs=0.5)


def test_a_route_is_the_nearest_way_with_its_streets() -> None:
    streets = ByStreets(BANKS)
    start, end = (np.array([HOMES[0], SCHOOL[0]]) + ORIGIN_M).tolist()
    found = route(streets, tuple(start), tuple(end), mode="walk", least="m")
    assert found is not None
    assert found.metres == 2200
    assert found.minutes == pytest.approx(2200 / 75)
    assert [(s.name, s.metres) for s in found.stretches] == [
        ("West bank", 1000),
        ("Bridge", 100),
        ("East bank", 1000),
    ]
    assert found.line.length == pytest.approx(2200)
    near = route(streets, tuple(start), (start[0], start[1] + 70), mode="walk", least="m")
    assert near is not None
    assert (near.metres, [s.metres for s in near.stretches]) == (170, [70])


@pytest.mark.parametrize("seed", range(4))
def test_routes_are_as_long_as_the_router_says(seed: int) -> None:
    network, cov, _ = _grid(seed)
    streets = ByStreets(network)
    for home in cov.demand.xy_m[:8]:
        spot = tuple(cov.facilities.xy_m[0].tolist())
        way = streets.nearest(home[None], cov.facilities.xy_m[:1], reach=REACH).way[0]
        found = route(streets, tuple(home.tolist()), spot, mode="walk", least="m")
        assert (found is None) == bool(np.isinf(way))
        if found is not None:
            # places nearer to each other than to any street need none
            assert found.metres == pytest.approx(way, abs=2e-3) or found.metres > way


def test_of_two_streets_between_the_same_corners_the_shorter_is_taken() -> None:
    twice = network_of([(0, 0), (100, 0)], [(0, 1), (0, 1), (0, 1)], ["Long", "Short", "Longer"])
    twice = replace(twice, length_mm=np.array([300_000, 100_000, 400_000]))
    corners = [tuple(xy) for xy in twice.node_xy_m.tolist()]
    found = route(ByStreets(twice), corners[0], corners[1], mode="walk", least="m")
    assert found is not None
    assert [(s.name, s.metres) for s in found.stretches] == [("Short", 100)]


def test_one_way_streets_are_kept_to_and_no_way_is_no_route() -> None:
    oneway = replace(BANKS, drive=np.array([0, 2, 0], dtype=np.int8))
    start, end = (np.array([(-50.0, 0.0), (50.0, 0.0)]) + ORIGIN_M).tolist()
    assert route(ByStreets(oneway), tuple(start), tuple(end), mode="drive", least="min") is None
    back = route(ByStreets(oneway), tuple(end), tuple(start), mode="drive", least="min")
    assert back is not None
    assert back.metres == 2100


@pytest.fixture
def river_plan(tmp_path: Path) -> Plan:
    """Part home-2 and home-3 of the town from School A by a river; one bridge far east."""
    town = write_toytown(tmp_path / "town")
    (course,) = AREA.to_degrees([line((0, 1200), (2000, 1200))])
    feature: dict[str, object] = {
        "type": "Feature",
        "properties": {"id": "r-1", "name_ru": "Река"},
        "geometry": {
            "type": "LineString",
            "coordinates": shapely.get_coordinates(course).round(7).tolist(),
        },
    }
    columns = {"id": "str; required = true; unique = true", "name_ru": "str"}
    write_layer(
        town, "rivers", role="context", features=[feature], columns=columns, geometry="LineString"
    )
    declared = town / "plan.toml"
    declared.write_text('barriers = ["rivers"]\n' + declared.read_text(encoding="utf-8"))
    plan = Plan(town)
    nodes: Spots = [(800, 1100), (1900, 1100), (1900, 1300), (800, 1300)]
    plan.__dict__["network"] = network_of(nodes, [(0, 1), (1, 2), (2, 3)])
    return plan


def test_a_plan_reports_its_barriers(river_plan: Plan) -> None:
    found = river_plan.barriers("schools")
    told = found.to_dict(language="ru")
    (group,) = told["groups"]
    assert (told["people"], told["unexplained"], told["basis"]) == (80, 0, "streets")
    assert (group["barrier"], group["barrier_ids"], group["barrier_name"]) == (
        *("rivers", "r-1"),
        "Река",
    )
    assert (group["people"], group["points"], group["district"]) == (80, 2, "west")
    assert group["way"] == pytest.approx((50 * 2199 + 30 * 2202) / 80, abs=0.2)
    assert group["extra"] == pytest.approx(1800, abs=0.5)
    assert group["link"]["people"] == 80
    assert group["link"]["length_m"] == pytest.approx(200, abs=0.1)
    assert group["link"]["saved_each"] == pytest.approx(1800, abs=0.5)
    frame = found.frame()
    assert frame.geometry.iloc[0].geom_type == "LineString"
    assert frame["link_people"].tolist() == [80]


def test_a_barrier_must_be_a_layer_of_lines_that_is_there(river_plan: Plan) -> None:
    with pytest.raises(UsageError, match="'districts' cannot be a barrier: it holds Polygon"):
        barriers_of([river_plan.layers["districts"]], river_plan.area)
    (river,) = barriers_of([river_plan.layers["rivers"]], river_plan.area)
    assert river.name is not None
    assert (river.name.text.kk, river.name.language, river.road) == ("Река", "ru", False)
    declared = river_plan.folder / "plan.toml"
    declared.write_text(declared.read_text(encoding="utf-8").replace('"rivers"', '"river"', 1))
    again = Plan(river_plan.folder)
    again.__dict__["network"] = river_plan.network
    with pytest.raises(SpecError, match=r"plan\.toml: Unknown layer 'river': did you mean rivers"):
        again.barriers("schools")


def test_the_way_of_a_plan_with_streets_follows_them(river_plan: Plan) -> None:
    ends = AREA.to_degrees(
        [shapely.Point(np.array(s) + ORIGIN_M) for s in [(1000, 1150), (1000, 1250)]]
    )
    (start, end) = [tuple(xy) for xy in shapely.get_coordinates(ends).tolist()]
    found = go(river_plan, start, end)
    assert found.basis == "streets"
    assert found.metres == pytest.approx(50 + 900 + 200 + 900 + 50, abs=0.01)
    ((name, metres),) = found.streets
    assert name == ""
    assert metres == pytest.approx(2000, abs=0.01)
    assert go(river_plan, start, end, basis="detour").metres == pytest.approx(125, abs=0.01)
