import importlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from random import Random

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from streetmaker import drawn, network, town

from almaty_geo.errors import DataError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.streets import network_of_file
from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD, NEITHER, Mode, Network
from almaty_geo.travel import ByStreets, Reach, Unit
from almaty_geo.travel.kernels import UNREACHED, graph, nearest_of_nodes
from almaty_geo.travel.snapping import Snapped
from almaty_geo.travel.telling import said_of_snaps

FAR = Reach(100_000, "m", "walk", 100_000)
FAR_DRIVE = Reach(100_000, "m", "drive", 100_000)
STRAIGHT_STREET = drawn([(0, 0), (100, 0)])
RING = [[(0, 0), (100, 0)], [(100, 0), (100, 100)], [(100, 100), (0, 100)], [(0, 100), (0, 0)]]


def xy(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def way(
    streets: ByStreets, start: tuple[float, float], end: tuple[float, float], reach: Reach = FAR
) -> float:
    return float(streets.nearest(xy(start), xy(end), reach=reach).way[0])


def all_ways(
    streets: ByStreets, origins: np.ndarray, destinations: np.ndarray, reach: Reach = FAR
) -> np.ndarray:
    found = streets.pairs(origins, destinations, reach=reach)
    ways = np.full((len(origins), len(destinations)), np.inf)
    ways[found.origin, found.destination] = found.way
    return ways


def spread(net: Network, n: int, seed: int = 1) -> np.ndarray:
    low, high = net.node_xy_m.min(axis=0) - 50, net.node_xy_m.max(axis=0) + 50
    return np.random.default_rng(seed).uniform(low, high, (n, 2))


# Partial edges, by hand.


def test_places_join_the_middle_of_an_edge_with_both_partial_lengths() -> None:
    snapped = ByStreets(STRAIGHT_STREET).snap(xy((30, 7)), mode="walk")
    assert (snapped.edge[0], snapped.along_mm[0], snapped.rest_mm[0]) == (0, 30_000, 70_000)
    assert snapped.off_mm[0] == 7_000
    assert snapped.point_m.tolist() == [[30, 0]]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((30, 7), (80, -4), 7 + 50 + 4),  # both on one edge
        ((80, -4), (30, 7), 7 + 50 + 4),  # and back
        ((0, 5), (100, 5), 5 + 100 + 5),  # both ends
        ((-30, 0), (130, 0), 30 + 100 + 30),  # beyond the ends
        ((40, 20), (40, -20), 20 + 0 + 20),  # across the street
    ],
)
def test_the_way_along_one_street_is_its_legs_and_the_piece_between(
    start: tuple[float, float], end: tuple[float, float], expected: float
) -> None:
    assert way(ByStreets(STRAIGHT_STREET), start, end) == expected


def test_the_way_over_a_corner_takes_the_rest_of_one_edge_and_a_part_of_the_next() -> None:
    corner = ByStreets(drawn([(0, 0), (100, 0)], [(100, 0), (100, 60)]))
    assert way(corner, (30, 10), (110, 45)) == 10 + 70 + 45 + 10


def test_a_bent_street_is_measured_along_its_bends() -> None:
    bent = ByStreets(drawn([(0, 0), (30, 0), (30, 40), (90, 40)]))
    assert way(bent, (0, 0), (90, 40)) == 130
    assert way(bent, (30, 10), (60, 40)) == 30 + 30


def test_the_shorter_way_round_counts_even_between_places_on_one_edge() -> None:
    loop = ByStreets(drawn([(0, 0), (0, 300), (10, 300), (10, 0)], [(10, 0), (0, 0)]))
    assert way(loop, (0, 20), (10, 20)) == 20 + 10 + 20


def test_minutes_follow_the_speed_of_each_street() -> None:
    two = drawn(
        [(0, 0), (600, 0)], [(600, 0), (600, 500)], drive_m_per_min=np.array([600.0, 100.0])
    )
    minutes = Reach(60, "min", "drive", 10_000)
    assert way(ByStreets(two, leg_m_per_min=60), (300, 30), (600, 250), minutes) == 0.5 + 0.5 + 2.5


# Directions, by hand.


def test_a_one_way_ring_is_driven_one_way_and_walked_both() -> None:
    ring = ByStreets(drawn(*RING, drive=FORWARD))
    start, end = (100, 50), (50, 0)
    assert way(ring, start, end, FAR_DRIVE) == 50 + 100 + 100 + 50
    assert way(ring, end, start, FAR_DRIVE) == 50 + 50
    assert way(ring, start, end) == 100


def test_on_a_one_way_edge_the_place_behind_is_a_whole_round_away() -> None:
    ring = ByStreets(drawn(*RING, drive=FORWARD))
    assert way(ring, (20, 0), (70, 0), FAR_DRIVE) == 50
    assert way(ring, (70, 0), (20, 0), FAR_DRIVE) == 350
    backward = ByStreets(drawn(*RING, drive=BACKWARD))
    assert way(backward, (20, 0), (70, 0), FAR_DRIVE) == 350


def test_pairs_keep_the_direction_whichever_side_is_searched_from() -> None:
    ring = ByStreets(drawn(*RING, drive=FORWARD))
    one, many = xy((100, 50)), xy((50, 0), (70, 0), (50, 100))
    assert all_ways(ring, one, many, FAR_DRIVE).tolist() == [[300, 320, 100]]
    assert all_ways(ring, many, one, FAR_DRIVE).tolist() == [[100], [80], [300]]


def test_at_the_very_corner_no_one_way_street_is_in_the_way() -> None:
    ring = ByStreets(drawn(*RING, drive=FORWARD))
    assert way(ring, (0, 0), (0, 100), FAR_DRIVE) == 300
    assert way(ring, (0, 100), (0, 0), FAR_DRIVE) == 100
    assert way(ring, (100, 0), (100, 0), FAR_DRIVE) == 0


def test_places_join_only_streets_that_the_mode_may_travel() -> None:
    two = ByStreets(drawn([(0, 0), (100, 0)], [(0, 30), (100, 30)], walk=[NEITHER, BOTH]))
    assert two.snap(xy((50, 1)), mode="walk").edge.tolist() == [1]
    assert two.snap(xy((50, 1)), mode="drive").edge.tolist() == [0]


# Limits and odd places.


def test_a_person_in_the_mountains_has_no_way_and_never_a_way_of_zero() -> None:
    streets = ByStreets(STRAIGHT_STREET)
    mountains = xy((0, 5000))
    found = streets.nearest(mountains, xy((50, 0)), reach=FAR)
    assert np.isinf(found.way).all()
    assert found.which.tolist() == [-1]
    assert np.isinf(all_ways(streets, mountains, mountains)).all()
    assert streets.snap(mountains, mode="walk").summary.beyond == 1
    told = [text.en for text in said_of_snaps(streets.snap(mountains, mode="walk"))]
    assert told == ["1 place lies too far from any street; no way leads there."]


def test_the_cap_itself_is_near_enough() -> None:
    streets = ByStreets(STRAIGHT_STREET, cap_m=40)
    joined = streets.snap(xy((50, 40), (50, 40.001), (50, -40)), mode="walk").joined
    assert joined.tolist() == [True, False, True]


def test_a_facility_on_an_island_is_reached_from_the_island_alone() -> None:
    island = [(5000, 0), (5100, 0)]
    streets = ByStreets(drawn([(0, 0), (900, 0)], island), island_m=50)
    found = all_ways(streets, xy((10, 0), (5010, 0)), xy((50, 0), (5050, 0)))
    assert found.tolist() == [[40, np.inf], [np.inf, 40]]


def test_a_street_that_leads_nowhere_is_not_joined_and_that_is_said() -> None:
    lines = [(0, 0), (900, 0)], [(400, 20), (500, 20)]
    kept = ByStreets(drawn(*lines), island_m=50)
    left = ByStreets(drawn(*lines), island_m=200)
    assert way(kept, (450, 20), (800, 0)) == np.inf
    assert way(left, (450, 20), (800, 0)) == 20 + 350
    assert not any("hang together" in text.en for text in kept.said(FAR))
    assert any("0.1 km of streets in parts shorter" in text.en for text in left.said(FAR))
    assert way(ByStreets(drawn(*lines), island_m=np.inf), (450, 20), (800, 0)) == 20 + 350


def test_places_that_nobody_gave_have_no_way() -> None:
    streets = ByStreets(STRAIGHT_STREET)
    here, nowhere = xy((50, 0)), xy((np.nan, np.nan))
    for origins, destinations in ((nowhere, here), (here, nowhere), (here, xy())):
        found = streets.nearest(origins, destinations, reach=FAR)
        assert np.isinf(found.way).all()
        assert np.isinf(found.least).all()
        assert found.which.tolist() == [-1]
        assert len(streets.pairs(origins, destinations, reach=FAR).way) == 0
    assert len(streets.nearest(xy(), here, reach=FAR).way) == 0
    assert len(streets.pairs(xy(), here, reach=FAR).way) == 0


def test_a_network_without_edges_leads_nowhere() -> None:
    empty = network(np.empty((0, 2)), np.empty((0, 2), np.int32), np.empty(0, dtype=object))
    for streets in (
        ByStreets(empty),
        ByStreets(replace(STRAIGHT_STREET, walk=np.array([NEITHER]))),
    ):
        assert np.isinf(streets.nearest(xy((0, 0)), xy((0, 0)), reach=FAR).way).all()
        assert len(streets.pairs(xy((0, 0)), xy((0, 0)), reach=FAR).way) == 0
        assert streets.said(FAR)


def test_at_the_same_spot_the_way_is_nothing_even_far_off_the_street() -> None:
    streets = ByStreets(STRAIGHT_STREET)
    assert way(streets, (50, 80), (50, 80)) == 0


def test_on_the_same_ground_people_walk_straight_not_out_to_the_street_and_back() -> None:
    streets = ByStreets(STRAIGHT_STREET)
    assert way(streets, (50, 80), (70, 80)) == 20
    assert way(streets, (50, 80), (50, 10)) == 70
    assert way(streets, (50, 80), (50, -10)) == 90  # the street lies between
    assert way(streets, (50, 80), (140, 80)) == pytest.approx(80 + 50 + np.hypot(40, 80), abs=0.001)


def test_a_reach_is_inclusive_to_the_millimetre() -> None:
    streets = ByStreets(STRAIGHT_STREET)
    start, end = xy((10, 0)), xy((83.3, 0))
    for value, within in ((73.3, 1), (73.299, 0), (73.301, 1)):
        found = streets.pairs(start, end, reach=Reach(value, "m", "walk", value))
        assert len(found.way) == within
        nearest = streets.nearest(start, end, reach=Reach(value, "m", "walk", value))
        assert int(nearest.way[0] <= value) == within


def test_a_crossing_exactly_at_the_reach_is_within() -> None:
    # The first person joins the spur, which is on nobody's way.
    spur = [(0, 0), (-50, 0)]
    corner = ByStreets(drawn(spur, [(0, 0), (100, 0)], [(100, 0), (100, 60)]))
    people = xy((0, 0), (40, 0))
    for value, within in ((160, 2), (159.999, 1), (120, 1), (119.999, 0)):
        reach = Reach(value, "m", "walk", value)
        assert len(corner.pairs(people, xy((100, 60)), reach=reach).way) == within
        assert len(corner.pairs(xy((100, 60)), people, reach=reach).way) == within


def test_on_a_chessboard_of_ties_the_first_place_is_nearest_to_every_crossing() -> None:
    spots = [(x * 100.0, y * 100.0) for x, y in product(range(7), range(7))]
    steps = [
        (a, b) for a, b in product(spots, spots) if a < b and np.hypot(*np.subtract(a, b)) == 100
    ]
    board = ByStreets(drawn(*steps))
    crossings = xy(*spots)
    for seed in range(5):
        chosen = crossings[np.random.default_rng(seed).choice(49, 6, replace=False)]
        blocks = np.abs(crossings[:, None] - chosen[None]).sum(axis=2)
        found = board.nearest(crossings, chosen, reach=FAR)
        assert np.array_equal(found.way, blocks.min(axis=1))
        assert np.array_equal(found.which, blocks.argmin(axis=1))
        reached = board.k_nearest(crossings, chosen, k=6, reach=FAR)
        assert np.array_equal(reached.which, blocks.argsort(axis=1, kind="stable"))


def test_among_equally_far_places_the_first_one_is_nearest() -> None:
    streets = ByStreets(STRAIGHT_STREET)
    both = xy((20, 0), (80, 0), (20, 0))
    assert streets.nearest(xy((50, 0)), both, reach=FAR).which.tolist() == [0]
    assert streets.nearest(xy((50, 0)), both[::-1], reach=FAR).which.tolist() == [0]
    assert streets.pairs(xy((50, 0)), both, reach=FAR).destination.tolist() == [0, 1, 2]


def test_on_foot_the_way_may_be_as_short_as_the_straight_line_unless_footpaths_are_known() -> None:
    lines = [(0, 0), (30, 0)], [(30, 0), (30, 40)]
    unknown = ByStreets(drawn(*lines)).nearest(xy((0, 0)), xy((30, 40)), reach=FAR)
    assert (unknown.way[0], unknown.least[0], unknown.most[0]) == (70, 50, 70)
    known = ByStreets(drawn(*lines, footpaths=True)).nearest(xy((0, 0)), xy((30, 40)), reach=FAR)
    assert (known.way[0], known.least[0], known.most[0]) == (70, 70, 70)
    driven = ByStreets(drawn(*lines)).nearest(xy((0, 0)), xy((30, 40)), reach=FAR_DRIVE)
    assert driven.least[0] == 70


def test_what_is_not_known_is_said() -> None:
    net = replace(STRAIGHT_STREET, one_way=False)
    assert any("no footpaths" in text.en for text in ByStreets(net).said(FAR))
    assert any("all count as two-way" in text.en for text in ByStreets(net).said(FAR_DRIVE))
    known = replace(STRAIGHT_STREET, footpaths=True)
    assert not any("no footpaths" in text.en for text in ByStreets(known).said(FAR))
    assert any("500 m" in text.en for text in ByStreets(known).said(FAR))


def test_how_far_places_lie_off_the_street_is_summed_up() -> None:
    places = xy((10, 2), (20, 4), (30, 6), (np.nan, np.nan), (0, 900))
    summary = ByStreets(STRAIGHT_STREET).snap(places, mode="walk").summary
    assert (summary.joined, summary.beyond, summary.unlocated) == (3, 1, 1)
    assert (summary.median_m, summary.most_m) == (4, 6)


def test_a_cost_beyond_counting_is_refused() -> None:
    endless = replace(STRAIGHT_STREET, length_mm=np.array([2**31]))
    with pytest.raises(DataError, match="edge 0: costs 2147483648"):
        graph(endless, mode="walk", unit="m")


def test_fewer_than_one_nearest_place_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 1"):
        ByStreets(STRAIGHT_STREET).k_nearest(xy((0, 0)), xy((0, 0)), k=0, reach=FAR)


# Against other engines.


def graph_of_networkx(
    net: Network, sides: dict[str, Snapped], *, mode: Mode, unit: Unit
) -> nx.DiGraph:
    """Return streets with the points of both sides as nodes between their ends."""
    streets = nx.DiGraph()
    cost, direction = net.cost(mode, unit), net.direction(mode)
    marks: dict[int, list[tuple[int, object]]] = {}
    for side, snapped in sides.items():
        streets.add_nodes_from((side, row) for row in range(len(snapped.edge)))
        for row, edge in enumerate(snapped.edge.tolist()):
            along = int(cost[edge]) * int(snapped.along_mm[row])
            marks.setdefault(edge, []).append((-(-along // int(net.length_mm[edge])), (side, row)))
    for edge, (tail, head) in enumerate(net.ends.tolist()):
        on = sorted(marks.get(edge, []), key=lambda mark: mark[0])
        for (here, one), (there, other) in pairwise([(0, tail), *on, (int(cost[edge]), head)]):
            ahead = direction[edge] in (BOTH, FORWARD) or here == there
            back = direction[edge] in (BOTH, BACKWARD) or here == there
            if direction[edge] != NEITHER:
                arcs = [(one, other)] * ahead + [(other, one)] * back
                for arc in arcs:
                    known = streets.get_edge_data(*arc, {"cost": UNREACHED})["cost"]
                    streets.add_edge(*arc, cost=min(known, there - here))
    return streets


def by_networkx(
    net: Network, origins: Snapped, destinations: Snapped, *, mode: Mode, unit: Unit
) -> Iterator[tuple[int, int, int]]:
    """Yield cost on the graph between the points of two sides, row by row, 2 ** 62 for none."""
    sides = {"from": origins, "to": destinations}
    streets = graph_of_networkx(net, sides, mode=mode, unit=unit)
    for row in range(len(origins.edge)):
        reached = nx.single_source_dijkstra_path_length(streets, ("from", row), weight="cost")
        for other in range(len(destinations.edge)):
            yield row, other, reached.get(("to", other), UNREACHED)


def check_against_networkx(
    net: Network, origins_m: np.ndarray, destinations_m: np.ndarray, *, mode: Mode, unit: Unit
) -> int:
    streets = ByStreets(net, leg_m_per_min=75)
    origins, destinations = (streets.snap(p, mode=mode) for p in (origins_m, destinations_m))
    assert origins.joined.all()
    assert destinations.joined.all()
    per_unit = 1000 if unit == "m" else 60_000
    ours = np.rint(
        all_ways(streets, origins_m, destinations_m, Reach(1e5, unit, mode, 1e5)) * per_unit
    )
    off = [
        s.off_mm if unit == "m" else np.ceil(s.off_mm * 0.8 - 1e-3) for s in (origins, destinations)
    ]
    apart_mm = np.linalg.norm(origins_m[:, None] - destinations_m[None], axis=2) * 1000
    same_ground = apart_mm <= np.maximum(origins.off_mm[:, None], destinations.off_mm[None]) + 1
    compared = 0
    for row, other, cost in by_networkx(net, origins, destinations, mode=mode, unit=unit):
        if same_ground[row, other]:
            assert ours[row, other] <= cost + off[0][row] + off[1][other]
        else:
            expected = np.inf if cost == UNREACHED else cost + off[0][row] + off[1][other]
            assert ours[row, other] == expected
            compared += 1
    return compared


@pytest.fixture(scope="module")
def real_streets(real_data: Path, almaty: Plan) -> Network:
    register = real_data / "streets" / "almaty_streets_city_gis.csv"
    return network_of_file(register, almaty.area, almaty.speeds)


@pytest.fixture(scope="module")
def one_way_town() -> Network:
    net = town(900)
    drive = np.random.default_rng(3).choice(4, len(net.ends), p=[0.6, 0.2, 0.15, 0.05])
    speed = np.random.default_rng(4).choice([250.0, 500.0, 800.0], len(net.ends))
    return replace(net, drive=drive.astype(np.int8), drive_m_per_min=speed)


@pytest.mark.parametrize(("mode", "unit"), [*product(("walk", "drive"), ("m", "min"))])
def test_a_thousand_ways_are_what_networkx_finds(
    one_way_town: Network, mode: Mode, unit: Unit
) -> None:
    net = one_way_town
    inside = spread(net, 200)
    inside = inside[ByStreets(net).snap(inside, mode=mode).joined]
    assert check_against_networkx(net, inside[:36], inside[36:70], mode=mode, unit=unit) > 1000


@pytest.mark.parametrize(("mode", "unit"), [*product(("walk", "drive"), ("m", "min"))])
def test_the_nearest_place_of_every_node_is_what_scipy_finds(
    one_way_town: Network, mode: Mode, unit: Unit
) -> None:
    net = one_way_town
    made = graph(net, mode=mode, unit=unit)
    n = len(net.node_xy_m)
    chosen = np.random.default_rng(5).choice(n, 20, replace=False).astype(np.int32)
    node = np.stack([chosen, np.full(20, -1, dtype=np.int32)], axis=1)
    key = nearest_of_nodes(made.arriving, node, np.zeros((20, 2), dtype=np.int64), shift=5)
    tail = np.repeat(np.arange(n), np.diff(made.arriving.first))
    arcs = coo_array((made.arriving.arc[:, 1], (tail, made.arriving.arc[:, 0])), shape=(n, n))
    cost, _, source = dijkstra(
        arcs.tocsr(), indices=chosen, min_only=True, return_predecessors=True
    )
    found = np.isfinite(cost)
    assert np.array_equal(key < UNREACHED, found)
    assert np.array_equal(key[found] >> 5, cost[found].astype(np.int64))
    each = dijkstra(arcs.tocsr(), indices=chosen)
    assert np.array_equal(key[found] & 31, each.argmin(axis=0)[found])
    assert len(source) == n


def test_nearest_and_ranked_and_pairs_agree(one_way_town: Network) -> None:
    streets = ByStreets(one_way_town)
    origins, destinations = spread(one_way_town, 300), spread(one_way_town, 25, seed=2)
    destinations[7] = destinations[3]
    origins[5] = np.nan
    for reach in (FAR, FAR_DRIVE, Reach(1e4, "min", "walk", 1e5)):
        ways = all_ways(streets, origins, destinations, reach)
        nearest = streets.nearest(origins, destinations, reach=reach)
        assert np.array_equal(nearest.way, ways.min(axis=1))
        ranked = streets.k_nearest(origins, destinations, k=4, reach=reach)
        assert np.array_equal(ranked.way, np.sort(ways, axis=1)[:, :4])
        found = np.isfinite(ranked.way)
        first = np.argsort(ways, axis=1, kind="stable")[:, :4]
        assert np.array_equal(ranked.which, np.where(found, first, -1))
        assert np.array_equal(nearest.which, ranked.which[:, 0])
        within = streets.pairs(origins, destinations, reach=replace(reach, value=400, metres=400))
        assert len(within.way) == (ways <= 400).sum()
        assert (np.diff(within.origin) >= 0).all()


def test_more_neighbours_than_places_are_no_neighbours() -> None:
    ranked = ByStreets(STRAIGHT_STREET).k_nearest(xy((0, 0)), xy((10, 0)), k=3, reach=FAR)
    assert ranked.way.tolist() == [[10, np.inf, np.inf]]
    assert ranked.which.tolist() == [[0, -1, -1]]


def test_one_place_more_changes_what_a_fresh_search_finds(one_way_town: Network) -> None:
    streets = ByStreets(one_way_town)
    origins, destinations = spread(one_way_town, 400), spread(one_way_town, 10, seed=2)
    origins[0] = destinations[9] + 1
    for reach in (FAR, FAR_DRIVE, Reach(1e4, "min", "walk", 1e5)):
        before = streets.nearest(origins, destinations[:5], reach=reach)
        standing = streets.standing(origins, destinations[:5], reach=reach)
        for new in destinations[5:]:
            after = streets.nearest(origins, np.vstack([destinations[:5], new]), reach=reach)
            nearer = standing.nearer((new[0], new[1]))
            changed = np.flatnonzero(after.way < before.way)
            assert np.array_equal(nearer.origin, changed)
            assert np.array_equal(nearer.way, after.way[changed])
        assert len(standing.nearer((1e6, 1e6)).origin) == 0


def test_real_streets_give_the_ways_that_networkx_finds(real_streets: Network) -> None:
    inside = spread(real_streets, 400)
    inside = inside[ByStreets(real_streets).snap(inside, mode="walk").joined]
    assert (
        check_against_networkx(real_streets, inside[:32], inside[32:72], mode="walk", unit="m")
        > 1000
    )


def test_two_threads_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    searching = importlib.import_module("almaty_geo.travel.kernels.within")
    net = town(2_000)
    origins, destinations = spread(net, 120), spread(net, 90, seed=2)
    found = []
    for much, threads in ((10**9, 2), (0, 2), (0, 3)):
        monkeypatch.setattr(searching, "MUCH", much)
        monkeypatch.setattr(searching, "THREADS", threads)
        found.append(ByStreets(net).pairs(origins, destinations, reach=FAR))
    assert len(found[0].way) > 1000
    for other in found[1:]:
        for name in ("origin", "destination", "way"):
            assert np.array_equal(getattr(found[0], name), getattr(other, name))


# Properties.

spots = st.tuples(st.integers(-20, 220), st.integers(-20, 220)).map(
    lambda spot: (float(spot[0]), float(spot[1]))
)
places = st.lists(spots, min_size=1, max_size=6).map(lambda found: xy(*found))
OFF_GRID = np.array([0.1373, 0.2917])


@st.composite
def towns(draw: st.DrawFn) -> Network:
    """Return a few streets between crossings of a grid, some of them one-way."""
    crossings = [(x * 100.0, y * 100.0) for x, y in product(range(3), range(3))]
    steps = [
        (one, other)
        for one, other in product(crossings, crossings)
        if one < other and np.hypot(one[0] - other[0], one[1] - other[1]) < 150
    ]
    lines = draw(st.lists(st.sampled_from(steps), min_size=1, max_size=12, unique=True))
    drive = draw(st.lists(st.sampled_from([0, 1, 2]), min_size=len(lines), max_size=len(lines)))
    return drawn(*lines, drive=np.array(drive, dtype=np.int8))


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(towns(), places, places, st.sampled_from(["walk", "drive"]))
def test_every_way_is_what_brute_force_finds(
    net: Network, origins: np.ndarray, destinations: np.ndarray, mode: Mode
) -> None:
    streets = ByStreets(net, island_m=0)
    one, other = (streets.snap(side, mode=mode) for side in (origins, destinations))
    expected = floyd_warshall(net, mode, one, other)
    ours = all_ways(streets, origins, destinations, Reach(1e5, "m", mode, 1e5)) * 1000
    apart_mm = np.linalg.norm(origins[:, None] - destinations[None], axis=2) * 1000
    ground = apart_mm <= np.maximum(one.off_mm[:, None], other.off_mm[None])
    expected = np.where(ground, np.minimum(expected, np.ceil(apart_mm - 1e-3)), expected)
    assert np.array_equal(np.where(np.isinf(ours), np.inf, np.rint(ours)), expected)


def floyd_warshall(net: Network, mode: Mode, one: Snapped, other: Snapped) -> np.ndarray:
    n, direction = len(net.node_xy_m), net.direction(mode)
    total = n + len(one.edge) + len(other.edge)
    far = np.full((total, total), np.inf)
    np.fill_diagonal(far, 0)
    marks = [(e, int(a)) for s in (one, other) for e, a in zip(s.edge, s.along_mm, strict=True)]
    for edge, (tail, head) in enumerate(net.ends.tolist()):
        on = [(n + i, a) for i, (e, a) in enumerate(marks) if e == edge]
        stops = [(tail, 0), (head, int(net.length_mm[edge])), *on]
        for (a, here), (b, there) in product(stops, stops):
            ahead = there > here and direction[edge] in (BOTH, FORWARD)
            back = there < here and direction[edge] in (BOTH, BACKWARD)
            if ahead or back or here == there:
                far[a, b] = min(far[a, b], abs(there - here))
    for middle in range(total):
        far = np.minimum(far, far[:, middle, None] + far[None, middle])
    rows, columns = n + np.arange(len(one.edge)), n + len(one.edge) + np.arange(len(other.edge))
    return far[np.ix_(rows, columns)] + one.off_mm[:, None] + other.off_mm[None]


@quick
@given(towns(), places, places)
def test_no_way_is_shorter_than_the_straight_line(
    net: Network, origins: np.ndarray, destinations: np.ndarray
) -> None:
    ways = all_ways(ByStreets(net), origins, destinations)
    assert (ways >= np.linalg.norm(origins[:, None] - destinations[None], axis=2) - 1e-6).all()


@quick
@given(towns(), places, places, st.floats(1, 800), st.floats(1, 800))
def test_more_reach_and_more_places_never_take_anybody_away(
    net: Network, origins: np.ndarray, destinations: np.ndarray, one: float, other: float
) -> None:
    streets = ByStreets(net)
    low, high = sorted((one, other))
    near, far = (
        streets.pairs(origins, destinations, reach=Reach(r, "m", "walk", r)) for r in (low, high)
    )
    pairs = set(zip(far.origin.tolist(), far.destination.tolist(), strict=True))
    assert set(zip(near.origin.tolist(), near.destination.tolist(), strict=True)) <= pairs
    fewer = streets.nearest(origins, destinations[:-1], reach=FAR)
    assert (streets.nearest(origins, destinations, reach=FAR).way <= fewer.way).all()


@quick
@given(towns(), places, places, st.randoms(use_true_random=False))
def test_the_order_of_edges_nodes_and_places_does_not_matter(
    net: Network, origins: np.ndarray, destinations: np.ndarray, random: Random
) -> None:
    rng = np.random.default_rng(random.randint(0, 10**6))
    edges, nodes = rng.permutation(len(net.ends)), rng.permutation(len(net.node_xy_m))
    to = np.argsort(nodes).astype(np.int32)
    columns = ("length_mm", "course", "kind", "name", "walk", "drive", "component")
    shuffled = replace(
        net,
        node_xy_m=net.node_xy_m[nodes],
        ends=to[net.ends[edges]],
        **{name: getattr(net, name)[edges] for name in columns},
    )
    there = rng.permutation(len(destinations))
    one = ByStreets(net).nearest(origins, destinations, reach=FAR_DRIVE)
    other = ByStreets(shuffled).nearest(origins, destinations[there], reach=FAR_DRIVE)
    assert np.array_equal(one.way, other.way)


@quick
@given(towns(), places, places)
def test_moving_everything_by_a_kilometre_changes_nothing(
    net: Network, origins: np.ndarray, destinations: np.ndarray
) -> None:
    # Off the grid nobody is equally far from two streets, or a half of a millimetre along one:
    # there rounding would choose.
    origins, destinations = origins + OFF_GRID, destinations + OFF_GRID
    step = np.array([1000.0, -2000.0])
    moved = replace(
        net,
        node_xy_m=net.node_xy_m + step,
        course=shapely.transform(net.course, lambda corner: corner + step),
    )
    one = all_ways(ByStreets(net), origins, destinations)
    assert np.array_equal(one, all_ways(ByStreets(moved), origins + step, destinations + step))


# Where the machine code is kept.

ASK = """
import almaty_geo.travel.kernels
from almaty_geo.travel.kernels.compiled import compiled

@compiled
def twice(number):
    return 2 * number

print(twice(21))
"""


def test_the_compiler_is_loaded_only_for_streets() -> None:
    asked = "import sys, almaty_geo.travel; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_searches_run_where_no_folder_can_be_written(tmp_path: Path) -> None:
    refuse = (
        "import numba.core.caching as c\n"
        "def refuse(self):\n"
        "    raise OSError('read-only')\n"
        "for kind in c.CacheImpl._locator_classes:\n"
        "    kind.ensure_cache_path = refuse\n"
    )
    script = tmp_path / "asked.py"
    script.write_text(refuse + ASK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.stdout.strip() == "42", done.stderr
