from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from street_drawing import AREA, SPEEDS, X, Y, drawn, measured, shape_of

from almaty_geo.errors import DataError
from almaty_geo.specs import Speeds
from almaty_geo.streets import Cleaning, Lines, Rules, clean, network_of
from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD, NEITHER

ALL = Rules(keep=None)
NO_JOINS = Rules(loose_m=0, apart_m=0, keep=None)


def cleaned(lines: Lines, rules: Rules = ALL, speeds: Speeds = SPEEDS) -> Cleaning:
    return clean(lines, AREA, speeds=speeds, rules=rules)


def done(cleaning: Cleaning) -> dict[str, int]:
    return {str(rule): number for rule, number in cleaning.counts.items()}


def test_two_streets_that_cross_meet_in_one_junction_of_four() -> None:
    made = cleaned(drawn("0 0, 100 0", "50 -50, 50 50"))
    assert measured(made) == [50_000] * 4
    assert sorted(made.graph.degree.tolist()) == [1, 1, 1, 1, 4]
    assert done(made) == {"crossing": 1}


def test_a_vertex_in_common_is_no_crossing_to_be_made() -> None:
    made = cleaned(drawn("0 0, 50 0, 100 0", "50 -50, 50 0, 50 50"))
    assert (len(made.graph), done(made)) == (4, {})


def test_the_crossing_is_found_to_the_millimetre() -> None:
    made = cleaned(drawn("0 0, 3 1", "0 1, 3 0"))
    crossing = made.graph.node_mm[made.graph.degree == 4] - np.array([X, Y]) * 1000
    assert crossing.tolist() == [[1500, 500]]


def test_an_end_that_touches_a_line_makes_a_junction_of_three() -> None:
    made = cleaned(drawn("0 0, 100 0", "40 0, 40 30"))
    assert measured(made) == [30_000, 40_000, 60_000]
    assert done(made) == {"touch": 1}


@pytest.mark.parametrize(("gap_m", "joined"), [(0.3, True), (1.9, True), (4.9, True), (5.1, False)])
def test_a_loose_end_is_taken_on_to_a_line_it_heads_for_within_five_metres(
    gap_m: float, *, joined: bool
) -> None:
    made = cleaned(drawn("0 0, 100 0", f"40 {gap_m}, 40 30", "60 0, 60 40, 40 30"))
    assert done(made).get("loose-end", 0) == joined
    assert len(made.parts) == 1


@pytest.mark.parametrize(("gap_m", "joined"), [(1.5, True), (2.5, False)])
def test_an_end_beside_a_line_is_joined_only_within_two_metres(
    gap_m: float, *, joined: bool
) -> None:
    # The end runs along the line: the gap lies square to its heading.
    made = cleaned(drawn("0 0, 100 0", f"10 {gap_m}, 60 {gap_m}", "60 0, 60 -30, -20 -30, 0 0"))
    assert done(made).get("loose-end", 0) == 2 * joined


def test_an_end_that_heads_away_is_not_joined() -> None:
    # The tip of the second line lies 0.8 m beside the first, and 1.9 m behind its end: the tip is
    # taken to the line, the end is not taken back to the tip.
    made = cleaned(drawn("-20 0, 0 0", "-1.7 0.8, -1.7 30"))
    assert done(made) == {"loose-end": 1}
    assert sum(measured(made)) == 20_000 + 29_200 + 800


def test_the_end_of_a_stub_beyond_a_junction_is_not_joined_to_the_next_street() -> None:
    # The street crosses the first of two carriageways and ends 3 m beyond, 4 m short of the other.
    made = cleaned(drawn("0 0, 100 0", "0 7, 100 7", "50 -40, 50 3", "0 0, 0 7"))
    assert "loose-end" not in done(made)


def test_a_join_adds_the_gap_and_nothing_else() -> None:
    made = cleaned(drawn("0 0, 100 0", "40 1.5, 40 30"))
    assert sum(measured(made)) == 100_000 + 28_500 + 1_500


def test_two_ends_that_face_each_other_are_joined_once() -> None:
    made = cleaned(drawn("0 0, 50 0", "51 0, 100 0"))
    assert done(made) == {"loose-end": 1}
    assert sum(measured(made)) == 100_000


def test_an_end_goes_to_a_junction_that_is_nearly_as_near() -> None:
    made = cleaned(drawn("0 0, 0 -50", "0 0, 50 0", "0 0, -50 0", "0.2 1, 0.2 30"))
    assert 4 in made.graph.degree


def test_a_part_is_joined_by_an_end_that_heads_there_within_twenty_metres() -> None:
    made = cleaned(drawn("0 0, 100 0", "40 18, 40 60"))
    assert (done(made), len(made.parts)) == ({"part-joined": 1}, 1)
    assert [share.parts for share in made.shares] == [2, 2, 2, 2, 1]


def test_a_part_is_not_joined_beyond_twenty_metres_and_is_named() -> None:
    made = cleaned(drawn("0 0, 100 0", "40 21, 40 60"), Rules())
    (entry,) = made.entries
    assert (entry.rule, entry.before) == (
        "part-left-out",
        "0.039 km in 1 pieces, 21.0 m from the largest",
    )
    assert entry.place is not None
    lon, lat = entry.place
    assert shape_of(lon, lat) == pytest.approx((40, 21), abs=0.02)
    assert measured(made) == [100_000]


def test_a_part_beside_another_is_not_joined_sideways() -> None:
    made = cleaned(drawn("0 0, 100 0", "10 15, 90 15"))
    assert (done(made), len(made.parts)) == ({}, 2)


def test_a_part_is_not_joined_over_another_line() -> None:
    # The line between is a part of its own, on a bridge: the way to the long street leads under it.
    lines = drawn("0 0, 300 0", "40 15, 40 60", "-20 8, 90 8", level=[0, 0, 1])
    made = cleaned(lines)
    assert (done(made), len(made.parts)) == ({}, 3)


def test_streets_of_two_names_are_not_joined_sideways_but_one_that_goes_on_is() -> None:
    course = ("0 0, 50 0", "53.5 1.5, 52 60")
    assert "loose-end" in done(cleaned(drawn(*course, name=["A", "A"])))
    sideways = ("0 0, 50 0", "50 4, 90 4")
    rules = Rules(apart_m=0, keep=None)
    assert "loose-end" in done(cleaned(drawn(*sideways, name=["A", "A"]), rules))
    assert "loose-end" not in done(cleaned(drawn(*sideways, name=["A", "B"]), rules))


def test_a_bridge_passes_over_and_is_joined_at_its_ends() -> None:
    lines = drawn("0 0, 40 0", "40 0, 60 0", "60 0, 100 0", "50 -50, 50 50", level=[0, 1, 0, 0])
    made = cleaned(lines, NO_JOINS)
    assert done(made) == {}
    assert len(made.parts) == 2
    assert [round(part.km, 3) for part in made.parts] == [0.1, 0.1]


def test_a_vertex_in_common_joins_no_storeys_unless_both_end_there() -> None:
    passing = drawn("0 0, 50 0, 100 0", "50 -50, 50 0, 50 50", level=[1, 0])
    assert len(cleaned(passing, NO_JOINS).parts) == 2
    ending = drawn("0 0, 50 0", "50 0, 50 50", level=[1, 0])
    assert len(cleaned(ending, NO_JOINS).parts) == 1


def test_a_ramp_that_ends_on_a_vertex_of_another_storey_is_joined() -> None:
    lines = drawn("0 0, 50 0, 100 0", "50 0, 50 50", level=[0, 1])
    assert len(cleaned(lines, NO_JOINS).parts) == 1


def test_two_bridges_in_a_row_do_not_come_down_onto_a_street_below() -> None:
    lines = drawn("0 0, 50 0", "50 0, 100 0", "50 -50, 50 0, 50 50", level=[1, 1, 0])
    assert len(cleaned(lines, NO_JOINS).parts) == 2


def test_a_line_drawn_twice_is_kept_once_with_its_name() -> None:
    made = cleaned(drawn("0 0, 100 0", "100 0, 0 0", name=["", "Main"]))
    assert measured(made) == [100_000]
    assert made.lines.name[made.graph.source].tolist() == ["Main"]
    assert done(made) == {"same-course": 1}


def test_stretches_in_common_of_two_lines_are_kept_once() -> None:
    made = cleaned(drawn("0 0, 100 0", "60 0, 150 0, 150 40"))
    assert sum(measured(made)) == 190_000
    assert done(made) == {"touch": 2, "same-course": 1}


def test_a_copy_that_is_off_by_a_centimetre_is_the_same_line() -> None:
    made = cleaned(drawn("0 0, 50 0, 100 0", "0 0.01, 60 0.01, 100 0.01"))
    assert sum(measured(made)) == pytest.approx(100_000, abs=20)


def test_two_one_way_lines_on_one_course_both_stay() -> None:
    lines = drawn("0 0, 100 0", "100 0, 0 0")
    lines = replace(lines, drive=np.array([FORWARD, FORWARD], dtype=np.int8))
    assert measured(cleaned(lines)) == [100_000, 100_000]


def test_a_line_that_crosses_itself_gets_a_junction_there() -> None:
    made = cleaned(drawn("0 0, 100 0, 100 50, 50 50, 50 -50"))
    assert sorted(made.graph.degree.tolist()) == [1, 1, 4]
    assert sum(measured(made)) == 300_000


def test_a_ring_alone_is_one_edge_that_comes_back() -> None:
    made = cleaned(drawn("0 0, 100 0, 100 100, 0 100, 0 0"))
    assert measured(made) == [400_000]
    assert made.graph.ends.tolist() == [[0, 0]]


def test_a_ring_with_a_street_is_cut_where_it_starts_and_where_they_meet() -> None:
    made = cleaned(drawn("0 0, 100 0, 100 100, 0 100, 0 0", "50 100, 50 200"))
    assert measured(made) == [100_000, 150_000, 250_000]


def test_a_spike_is_drawn_once() -> None:
    made = cleaned(drawn("0 0, 50 0, 50 30, 50 0, 100 0"))
    assert measured(made) == [30_000, 50_000, 50_000]


def test_an_overshoot_is_cut_off() -> None:
    made = cleaned(drawn("0 0, 100 0", "50 -40, 50 0.4"))
    assert measured(made) == [40_000, 50_000, 50_000]
    assert done(made) == {"crossing": 1, "overshoot": 1}


def test_lines_without_length_are_named_and_left_out() -> None:
    made = cleaned(drawn("0 0, 100 0", "50 0, 50 0", "30 0.000, 30 0.0001"))
    assert measured(made) == [100_000]
    assert done(made) == {"no-length": 2}
    assert {e.feature for e in made.entries} == {"row 3", "row 4"}


def test_closed_classes_are_left_out_with_their_length() -> None:
    made = cleaned(drawn("0 0, 100 0", "50 -50, 50 50", kind=["residential", "construction"]))
    assert measured(made) == [100_000]
    assert made.closed_km == pytest.approx(0.1)
    assert done(made) == {"closed": 1}


def test_a_class_that_nobody_declared_is_counted_and_has_the_usual_speeds() -> None:
    made = cleaned(drawn("0 0, 100 0", "100 0, 200 0", kind=["boulevard", "residential"]))
    assert made.unknown_kinds == {"boulevard": 1}
    network = network_of(made, SPEEDS, layer="streets")
    speeds = dict(zip(network.kind.tolist(), network.drive_m_per_min.tolist(), strict=True))
    assert speeds == {"boulevard": 500, "residential": 350}


def test_without_declared_classes_all_is_open_at_the_usual_speeds() -> None:
    speeds = Speeds(walk=SPEEDS.walk, drive=SPEEDS.drive)
    lines = drawn("0 0, 100 0", kind=["construction"])
    network = network_of(cleaned(lines, speeds=speeds), speeds, layer="streets")
    assert (network.walk.tolist(), network.drive_m_per_min.tolist()) == ([BOTH], [500.0])


def test_footways_are_walked_and_not_driven_and_motorways_the_other_way_round() -> None:
    lines = drawn("0 0, 100 0", "100 0, 200 0", kind=["footway", "motorway"])
    network = network_of(cleaned(lines), SPEEDS, layer="streets")
    found = zip(network.kind, network.walk.tolist(), network.drive.tolist(), strict=True)
    assert set(found) == {("footway", BOTH, NEITHER), ("motorway", NEITHER, BOTH)}
    assert network.footpaths


def test_nobody_drives_faster_than_the_limit() -> None:
    lines = replace(drawn("0 0, 100 0"), limit_km_h=np.array([6.0]))
    network = network_of(cleaned(lines), SPEEDS, layer="streets")
    assert network.drive_m_per_min.tolist() == [100.0]


def test_a_one_way_street_keeps_its_direction_when_it_is_cut() -> None:
    lines = drawn("100 0, 0 0", "50 -50, 50 50")
    lines = replace(lines, drive=np.array([FORWARD, BACKWARD], dtype=np.int8))
    network = network_of(cleaned(lines), SPEEDS, layer="streets")
    assert network.one_way
    for course, drive in zip(network.course, network.drive.tolist(), strict=True):
        run = np.diff(shapely.get_coordinates(course), axis=0)[0]
        along = run[0] != 0
        assert drive == (FORWARD if along else BACKWARD)
        assert run[0] < 0 if along else run[1] > 0


def test_nothing_that_anybody_may_use_is_an_error() -> None:
    with pytest.raises(DataError, match="No line of the file is a street that anybody may use"):
        cleaned(drawn("0 0, 100 0", kind=["construction"]))


def test_a_network_may_not_spread_over_a_continent() -> None:
    with pytest.raises(DataError, match="more than 2,000 km"):
        cleaned(drawn("0 0, 3000000 0"))


def test_every_entry_has_an_id_of_its_own() -> None:
    made = cleaned(drawn("0 0, 100 0", "50 -50, 50 50", "20 -50, 20 50", "300 0, 301 0"))
    ids = [entry.id for entry in made.entries]
    assert ids == ["crossing-00001", "crossing-00002"]
    assert all(entry.feature == "row 2 and row 4" for entry in made.entries[:1])


_places = st.tuples(st.integers(0, 12), st.integers(0, 12))
_tangles = st.lists(st.lists(_places, min_size=2, max_size=5), min_size=1, max_size=8)


def _lines(tangle: Sequence[Sequence[tuple[int, int]]]) -> Lines:
    return drawn(*(", ".join(f"{x * 7.3} {y * 5.1}" for x, y in line) for line in tangle))


def _has_length(tangle: Sequence[Sequence[tuple[int, int]]]) -> bool:
    return any(len(set(line)) > 1 for line in tangle)


@given(_tangles.filter(_has_length))
@settings(max_examples=40, deadline=None)
def test_noding_draws_what_was_drawn_once_and_joins_what_meets(
    tangle: list[list[tuple[int, int]]],
) -> None:
    lines = _lines(tangle)
    made = cleaned(lines, NO_JOINS)
    raw = lines.course[shapely.length(lines.course) > 0]
    # Another engine's union may keep courses apart that differ by a millimetre: ours is shorter.
    union = shapely.union_all(raw, grid_size=0.001)
    assert sum(measured(made)) <= union.length * 1000 + 20 * len(made.graph)
    ours = shapely.union_all(made.graph.course)
    cut_off_m = 0.5 if "overshoot" in done(made) else 0.0
    assert shapely.hausdorff_distance(ours, union, densify=0.2) < 0.06 + cut_off_m
    one, other = shapely.STRtree(raw).query(raw, predicate="dwithin", distance=0.001)
    links = coo_array((np.ones(len(one)), (one, other)), shape=(len(raw), len(raw)))
    assert len(made.parts) == connected_components(links)[0]


@given(_tangles.filter(_has_length))
@settings(max_examples=40, deadline=None)
def test_a_clean_network_stays_as_it_is(tangle: list[list[tuple[int, int]]]) -> None:
    made = cleaned(_lines(tangle))
    lines = replace(made.lines.taken(made.graph.source), course=made.graph.course)
    again = cleaned(lines)
    assert done(again) == {}
    assert again.graph.node_mm.tolist() == made.graph.node_mm.tolist()
    assert again.graph.ends.tolist() == made.graph.ends.tolist()
    assert again.graph.length_mm.tolist() == made.graph.length_mm.tolist()


@given(_tangles.filter(_has_length), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_lines_does_not_matter(
    tangle: list[list[tuple[int, int]]], dice: object
) -> None:
    lines = _lines(tangle)
    order = list(range(len(lines)))
    dice.shuffle(order)  # type: ignore[attr-defined]  # hypothesis names no type for it
    one, other = cleaned(lines), cleaned(lines.taken(np.array(order)))
    assert one.graph.ends.tolist() == other.graph.ends.tolist()
    assert shapely.to_wkb(one.graph.course).tolist() == shapely.to_wkb(other.graph.course).tolist()
    assert [e.to_dict() for e in one.entries] == [e.to_dict() for e in other.entries]


@given(_tangles.filter(_has_length))
@settings(max_examples=40, deadline=None)
def test_every_edge_starts_and_ends_at_its_nodes(tangle: list[list[tuple[int, int]]]) -> None:
    graph = cleaned(_lines(tangle)).graph
    for course, (start, end), length in zip(
        graph.course, graph.ends.tolist(), graph.length_mm.tolist(), strict=True
    ):
        xy = np.rint(shapely.get_coordinates(course) * 1000)
        assert (xy[[0, -1]] == graph.node_mm[[start, end]]).all()
        assert length - 1 < course.length * 1000 <= length + 0.01 or length == 1
    assert set(graph.ends.ravel().tolist()) == set(range(len(graph.node_mm)))
