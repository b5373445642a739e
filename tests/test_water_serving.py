"""Who is served from where, on towns that one can reckon by hand and against a linear programme."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miswriting import miswritten
from scipy.optimize import linprog
from streetmaker import drawn

from almaty_geo.area import StudyArea
from almaty_geo.cli import main
from almaty_geo.errors import DataError, SpecError, UnknownNameError, UsageError
from almaty_geo.places import Demand, Membership
from almaty_geo.plan import Plan
from almaty_geo.plan.supply import Otherwise, heights, water_supply
from almaty_geo.specs import NewIntakes, Pipes, Pledge
from almaty_geo.specs.base import build
from almaty_geo.travel import ByStreets, Reach, StraightLine, Travel
from almaty_geo.water import PerPerson, WaterSource, section
from almaty_geo.water.ground import Ground
from almaty_geo.water.kept_out import kept_out, zones_held
from almaty_geo.water.placing import Unserved, best_place, farthest
from almaty_geo.water.served import Intake, Served
from almaty_geo.water.serving import (
    NO_WAY,
    Mains,
    around,
    assigned,
    cost_mm,
    people_for,
    staying,
)
from almaty_geo.water.without import outlooks, people_once, remaining
from almaty_geo.water.zones import zones
from almaty_geo.words import same

ROOT = Path(__file__).parents[1]
SCENARIO = "new-intakes-150k"


def mains(people: list[int], capacity: list[int], cost: list[list[int]]) -> Mains:
    return Mains(
        blocks=tuple(f"block-{i}" for i in range(len(people))),
        intakes=tuple(f"intake-{i}" for i in range(len(capacity))),
        people=np.array(people, dtype=np.int64),
        capacity=np.array(capacity, dtype=np.int64),
        cost_mm=np.array(cost, dtype=np.int64).reshape(len(people), len(capacity)),
    )


@pytest.fixture(scope="module")
def ground() -> Ground:
    supply = water_supply(Plan(ROOT))
    assert supply is not None
    assert supply.ground is not None
    return supply.ground


@pytest.fixture(scope="module")
def today(ground: Ground) -> Served:
    return ground.serve()


def test_a_town_along_one_street_is_shared_where_the_capacity_ends() -> None:
    # Blocks of 10 people at 0, 1, 2 and 3 km; an intake at either end, for 15 and 100 people.
    cost = [[0, 3], [1, 2], [2, 1], [3, 0]]
    found = assigned(mains([10] * 4, [15, 100], cost))
    assert found.tolist() == [[10, 0], [5, 5], [0, 10], [0, 10]]


def test_who_is_near_gives_way_where_that_costs_less_in_sum() -> None:
    # One intake for 10 people at 1 m from a block that has another at 2 m; the other block's
    # second choice is 100 m away.
    found = assigned(mains([10, 10], [10, 10], [[1, 2], [1, 100]]))
    assert found.tolist() == [[0, 10], [10, 0]]


def test_where_no_pipe_leads_nobody_is_served() -> None:
    found = assigned(mains([10, 7], [100], [[5], [NO_WAY]]))
    assert found.tolist() == [[10], [0]]


def test_without_intakes_nobody_is_served() -> None:
    assert assigned(mains([10, 7], [], [[], []])).shape == (2, 0)


def test_lifting_weighs_what_is_declared_and_going_down_costs_nothing() -> None:
    way_m = np.array([[1000.0, 1500.0]])
    height = np.array([800.0])
    low_and_high = np.array([780.0, 900.0])
    level = cost_mm(way_m, height, np.array([np.nan, np.nan]), lift_way_m=50)
    lifted = cost_mm(way_m, height, low_and_high, lift_way_m=50)
    assert level.tolist() == [[1_000_000, 1_500_000]]
    assert lifted.tolist() == [[2_000_000, 1_500_000]]  # 20 m of lift are 1 km of pipe
    assert cost_mm(np.array([[np.inf]]), height, height, lift_way_m=50).tolist() == [[NO_WAY]]
    town = mains([10], [10, 10], level.tolist())
    assert assigned(town).tolist() == [[10, 0]]
    assert assigned(mains([10], [10, 10], lifted.tolist())).tolist() == [[0, 10]]


def test_heights_are_read_where_a_layer_tells_them() -> None:
    layer = Plan(ROOT).layers["intakes"]
    assert np.isnan(heights(layer)).all()
    told = layer.frame.assign(height_m=pd.array([1050, None, *[900] * (len(layer) - 2)], "Int64"))
    found = heights(replace(layer, frame=told))
    assert (found[0], found[2]) == (1050, 900)
    assert np.isnan(found[1])


def test_an_uphill_home_goes_to_the_intake_that_needs_no_lift() -> None:
    # The spring at 500 m is 3 km away; another at 520 m is 3.5 km away from home b at 520 m.
    town = invented(StraightLine(Plan(ROOT).spec.detour))
    lifted = replace(town, pipes=town.pipes.model_copy(update={"lift_way_m": 100}))
    high = Intake("high", same("High"), "east", (100.0, 3500.0), 0, 2, 10, 520.0)
    assert town.serve([high]).flow[1].tolist() == [5, 5]  # by length alone, as capacities allow
    assert lifted.serve([high]).flow[1].tolist() == [0, 10]  # 20 m of lift are 2 km of pipe


@pytest.mark.parametrize(
    ("m3_day", "litres", "people"),
    [
        (15_000, 230, 65_217),
        (22_000, 230, 95_652),
        (0.23, 230, 1),
        (0.229, 230, 0),
        (21.6, 0.1, 216_000),
    ],
)
def test_a_capacity_is_enough_for_whole_people(m3_day: float, litres: float, people: int) -> None:
    assert people_for(m3_day, litres=litres) == people


@st.composite
def towns(draw: st.DrawFn) -> Mains:
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    people = draw(st.lists(st.integers(0, 30), min_size=n, max_size=n))
    capacity = draw(st.lists(st.integers(0, 50), min_size=m, max_size=m))
    each = st.one_of(st.just(NO_WAY), st.integers(0, 1000))
    cost = draw(st.lists(st.lists(each, min_size=m, max_size=m), min_size=n, max_size=n))
    return mains(people, capacity, cost)


@settings(max_examples=60, deadline=None)
@given(towns())
def test_the_assignment_equals_a_linear_programme(town: Mains) -> None:
    flow = assigned(town)
    assert (flow >= 0).all()
    assert (flow.sum(axis=0) <= town.capacity).all()
    assert (flow.sum(axis=1) <= town.people).all()
    assert not flow[town.cost_mm == NO_WAY].any()
    n, m = flow.shape
    weight = 1001 * 10 * n * m  # a person more is worth any way
    gain = np.where(town.cost_mm == NO_WAY, 0, town.cost_mm - weight).ravel()
    rows = np.vstack([np.repeat(np.eye(n), m, axis=1), np.tile(np.eye(m), n)])
    most = [0 if c == NO_WAY else None for c in town.cost_mm.ravel().tolist()]
    solved = linprog(
        gain,
        A_ub=rows,
        b_ub=[*town.people, *town.capacity],
        bounds=[(0, top) for top in most],
        method="highs",
    )
    assert int((gain * flow.ravel()).sum()) == round(solved.fun or 0)


@settings(max_examples=40, deadline=None)
@given(towns(), st.integers(0, 40))
def test_one_intake_more_never_serves_fewer(town: Mains, capacity: int) -> None:
    more = Mains(
        town.blocks,
        (*town.intakes, "more"),
        town.people,
        np.append(town.capacity, capacity),
        np.hstack([town.cost_mm, town.cost_mm[:, :1]]),
    )
    before, after = assigned(town).sum(), assigned(more).sum()
    assert before <= after <= before + capacity


def invented(travel: Travel) -> Ground:
    """Return two homes of 10 on either side of a river, and an intake for 15 beside the first."""
    member = Membership(("west", "east"), np.array([0, 1]))
    homes = np.array([[0.0, 0.0], [100.0, 0.0]])
    return Ground(
        demand=Demand("homes", ("a", "b"), np.array([10, 10]), homes),
        height_m=np.array([500.0, 520.0]),
        member=member,
        names={"west": same("West"), "east": same("East")},
        area=StudyArea(same("Town"), (0, 0, 1, 1), "EPSG:32632"),
        travel=travel,
        reach=Reach(200_000, "m", "walk", 200_000),
        pipes=Pipes(off_street_m=5000, lift_way_m=0, basis=same("x"), confidence="assumption"),
        person=PerPerson("norm", 200, "assumption"),
        intakes=(Intake("spring", same("Spring"), "west", (0.0, -3000.0), 0, 3, 15, 500.0),),
    )


def test_pipes_follow_streets_however_far_the_intake_is_off_them() -> None:
    # One street round the river: 0,0 – 0,300 – 100,300 – 100,0. The spring is 3 km south.
    streets = drawn([(0, 0), (0, 300)], [(0, 300), (100, 300)], [(100, 300), (100, 0)])
    by_streets = invented(ByStreets(streets, cap_m=5000)).serve()
    assert by_streets.way_m.ravel().tolist() == [3000, 3700]
    assert by_streets.flow.ravel().tolist() == [10, 5]
    straight = invented(StraightLine(Plan(ROOT).spec.detour)).serve()
    assert straight.way_m[1, 0] == pytest.approx(1.7 * np.hypot(100, 3000), abs=0.001)
    cut = invented(ByStreets(streets, cap_m=500)).serve()
    assert not cut.flow.any()
    assert cut.left.tolist() == [10, 10]


def test_two_answers_differ_only_where_something_changed() -> None:
    # Two valleys that no pipe joins: an intake more in the second changes nothing in the first.
    before = mains([10, 20, 30], [15, 5], [[1, NO_WAY], [2, NO_WAY], [NO_WAY, 3]])
    after = mains([10, 20, 30], [15, 5, 25], [[1, -1, -1], [2, -1, -1], [-1, 3, 4]])
    old, new = assigned(before), assigned(after)
    assert new[:2].tolist() == [[10, 0, 0], [5, 0, 0]]
    assert (new[:, :2] == old).all()
    assert new[:, 2].tolist() == [0, 0, 25]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(DataError, match="do not fit"):
        Mains(("a",), ("b",), np.array([1]), np.array([1]), np.zeros((2, 1), dtype=np.int64))
    with pytest.raises(DataError, match="one for each"):
        Mains(("a",), ("b",), np.array([1, 2]), np.array([1]), np.zeros((1, 1), dtype=np.int64))


def test_an_uncertain_place_is_tried_at_eight_points_around_it() -> None:
    ring = around((100.0, 200.0), 50.0)
    assert ring.shape == (9, 2)
    assert ring[0].tolist() == [100, 200]
    assert np.hypot(*(ring[1:] - ring[0]).T) == pytest.approx(50)
    assert around((100.0, 200.0), 0.0).tolist() == [[100, 200]]


def test_who_stays_is_who_is_served_alike_in_every_case() -> None:
    # Two blocks of 10, an intake for 10: at its place it is nearer to the first block, at one of
    # two others to the second. Nobody stays; ten are not always served either.
    town = mains([10, 10], [10], [[1], [2]])
    found = staying(town, [np.array([[1, 3], [2, 2]])])
    assert found.flow.tolist() == [[10], [0]]
    assert found.stays.tolist() == [[0], [0]]
    assert found.always.tolist() == [0, 0]
    sure = staying(town, [np.empty((2, 0), dtype=np.int64)])
    assert sure.stays.tolist() == [[10], [0]]
    # With room for both it does not matter where it is.
    wide = staying(mains([10, 10], [20], [[1], [2]]), [np.array([[1, 3], [2, 2]])])
    assert wide.stays.tolist() == [[10], [10]]
    assert wide.always.tolist() == [10, 10]


def test_a_new_intake_goes_where_it_serves_most_of_the_farthest() -> None:
    # Four blocks along a street, the nearest other intake at 1, 2, 3 and 9 km. The two farthest
    # blocks hold the 20 farthest; the third candidate serves 10 of them and 10 nearer ones.
    left = Unserved(
        people=np.array([10, 10, 10, 10]),
        nearest_mm=np.array([1, 2, 3, 9]),
        wanted=np.ones(4, dtype=bool),
        rank=np.arange(4),
    )
    assert farthest(left, 20).tolist() == [0, 0, 10, 10]
    cost = np.array([[0, 5, 1], [1, 4, 0], [2, 3, 1], [9, 6, 8]])
    assert best_place(left, cost[:, [0, 2]], 20) == 0  # neither reaches the last; less way in sum
    near_end = np.array([[8], [7], [6], [0]])
    assert best_place(left, np.hstack([cost, near_end]), 20) == 3
    elsewhere = Unserved(
        left.people, left.nearest_mm, np.array([True, False, False, False]), left.rank
    )
    assert farthest(elsewhere, 20).tolist() == [10, 0, 0, 0]
    with pytest.raises(UsageError, match="needs a block with people"):
        best_place(left, np.empty((4, 0), dtype=np.int64), 20)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), min_size=1, max_size=6
    ),
    st.integers(1, 3),
    st.integers(1, 25),
    st.randoms(use_true_random=False),
)
def test_the_place_equals_one_found_person_by_person(
    blocks: list[tuple[int, int, bool]], candidates: int, capacity: int, random: Any
) -> None:
    people, nearest, wanted = (np.array(part) for part in zip(*blocks, strict=True))
    cost = np.array([[random.randint(0, 9) for _ in range(candidates)] for _ in blocks])
    left = Unserved(people, nearest, wanted.astype(bool), np.arange(len(blocks)))
    one_each = [b for b in range(len(blocks)) for _ in range(people[b])]
    far = sorted((b for b in one_each if wanted[b]), key=lambda b: (-nearest[b], b))[:capacity]
    assert farthest(left, capacity).tolist() == [far.count(b) for b in range(len(blocks))]
    scores = []
    for c in range(candidates):
        taken = sorted(one_each, key=lambda b: (cost[b, c], b))[:capacity]
        hit = sum(min(taken.count(b), far.count(b)) for b in range(len(blocks)))
        scores.append((-hit, sum(int(cost[b, c]) for b in taken), c))
    assert best_place(left, cost, capacity) == min(scores)[2]


def test_a_zone_is_sure_only_as_far_as_the_place_is() -> None:
    intakes = np.array([[0.0, 0.0], [np.nan, np.nan], [1000.0, 0.0]])
    things = np.array([[50.0, 0.0], [199.0, 0.0], [200.0, 0.0], [np.nan, 0.0], [0.0, 299.0]])
    found = zones(intakes, np.array([100.0, 0.0, 0.0]), things, radius_m=200)
    told = [(c.intake, c.thing, c.verdict) for c in found]
    assert told == [(0, 0, "inside"), (0, 1, "possible"), (0, 2, "possible"), (0, 4, "possible")]
    exact = zones(intakes[:1], np.zeros(1), things, radius_m=200)
    assert [(c.thing, c.verdict) for c in exact] == [(0, "inside"), (1, "inside")]


def source(name: str, people: int | None) -> WaterSource:
    return WaterSource(name, same(name), "", None, "planned", None, None, people, located=False)


def test_people_of_a_programme_count_once() -> None:
    kargaly, aksai, new = source("k", 35_500), source("a", 40_000), source("n", None)
    pledge = Pledge(people=150_000, sources=("k", "a", "n"), note=same("x"))
    assert people_once([kargaly, aksai]) == 75_500
    assert people_once([kargaly, aksai, new], [pledge]) == 150_000
    assert people_once([kargaly, aksai, new, source("e", 22_000)], [pledge]) == 172_000
    small = pledge.model_copy(update={"people": 50_000})
    assert people_once([kargaly, aksai], [small]) == 75_500
    assert people_once([new]) is None
    assert people_once([]) is None


def test_who_remains_lies_between_all_and_none_of_them_being_without() -> None:
    assert remaining(30_000, 22_000) == (8_000, 30_000)
    assert remaining(30_000, 0) == (30_000, 30_000)
    assert remaining(30_000, None) == (0, 30_000)


def test_outlooks_of_the_plan_never_add_the_programme_to_its_parts() -> None:
    supply = Plan(ROOT).water()
    assert supply is not None
    rows = {one.id: one for one in outlooks(supply)}
    assert (rows[""].least, rows[""].most) == (30_000, 30_000)
    assert (rows["ermensai"].least, rows["ermensai"].most) == (8_000, 30_000)
    assert rows[SCENARIO].people == 150_000
    assert rows["together"].people == 150_000 + 22_000
    assert "kargaly" not in rows  # open before the figure was published
    assert all(row.most == 30_000 for row in rows.values())


def test_of_the_plan_nobody_is_lost_and_no_capacity_exceeded(ground: Ground, today: Served) -> None:
    assert [one.id for one in today.intakes] == ["kargaly", "aksai"]
    assert [one.people for one in today.intakes] == [65_217, 95_652]
    assert today.flow.sum(axis=0).tolist() == [65_217, 95_652]
    assert today.flow.sum() + today.left.sum() == 2_354_736
    assert (today.stays <= today.flow).all()
    assert (today.found.always <= today.flow.sum(axis=1)).all()
    told = today.to_dict()
    assert sum(one["people"] for one in told["districts"]) == 2_354_736
    assert sum(one["people"] for one in told["blocks"]) == 65_217 + 95_652
    assert sum(p.people for p in today.parts()) == 65_217 + 95_652
    assert ground.travel.basis == "detour"


def test_a_scenario_differs_from_today_by_its_own_intakes(ground: Ground, today: Served) -> None:
    new = ground.planned(ground.scenarios[SCENARIO])
    later = ground.serve(new)
    assert [(one.area, one.people) for one in new] == [("nauryzbay", 75_000), ("alatau", 75_000)]
    assert later.intakes == (*today.intakes, *new)
    assert later.flow[:, 2:].sum() == 150_000
    assert (later.flow[:, :2] == today.flow).all()  # here the new ones stand in nobody's way
    assert ((today.left - later.left) == later.flow[:, 2:].sum(axis=1)).all()
    for one in new:  # each stands at a block of its own area
        at = np.flatnonzero((ground.demand.xy_m == one.xy_m).all(axis=1))
        assert ground.member.ids[ground.member.of[at[0]]] == one.area


def test_an_assumed_intake_can_be_moved(ground: Ground) -> None:
    scenario = ground.scenarios[SCENARIO]
    moved = ground.planned(scenario, places={"nauryzbay": (76.80, 43.20)})
    usual = ground.planned(scenario)
    assert moved[0].xy_m == ground.placed((76.80, 43.20)) != usual[0].xy_m
    assert moved[0].people == usual[0].people
    with pytest.raises(UnknownNameError, match="Unknown area of the scenario 'medeu'"):
        ground.planned(scenario, places={"medeu": (76.80, 43.20)})
    strange = scenario.model_copy(update={"areas": ("nowhere",)})
    with pytest.raises(UnknownNameError, match="Unknown area 'nowhere'"):
        ground.planned(strange)


def test_people_of_a_scenario_are_shared_out_to_the_last(ground: Ground) -> None:
    scenario = ground.scenarios[SCENARIO].model_copy(update={"people": 7})
    assert [one.people for one in ground.planned(scenario)] == [4, 3]


def test_zones_of_the_plan_are_only_possible_where_places_are_guessed(ground: Ground) -> None:
    supply = Plan(ROOT).water()
    assert supply is not None
    met = kept_out(supply)
    assert {one.intake for one in met} == {"kargaly", "aksai", "ermensai"}
    assert {one.verdict for one in met} == {"possible"}
    tried = ground.added(1, (76.93, 43.25), 5000)
    assert next(m.verdict for m in kept_out(supply, [tried]) if m.intake == "added-1") == "inside"


def test_a_zone_says_its_ground_its_people_and_its_schools(ground: Ground) -> None:
    supply = water_supply(Plan(ROOT), otherwise=Otherwise(zone_m=300))
    assert supply is not None
    homes = Plan(ROOT).layers["schools_planned"].located.iloc[0].geometry
    tried = ground.added(1, (homes.x, homes.y), 5000)
    held = {one.intake: one for one in zones_held(supply, [tried])}
    assert list(held) == ["kargaly", "aksai", "ermensai", "added-1"]
    assert held["kargaly"].area_ha == pytest.approx(np.pi * 9)  # 300 m around a point
    assert held["kargaly"].may_cover_ha == pytest.approx(np.pi * 23**2)  # known to 2 km
    assert held["added-1"].may_cover_ha == held["added-1"].area_ha
    own = ground.demand
    distance_m = np.hypot(*(own.xy_m - tried.xy_m).T)
    inside = int(own.people[distance_m < 300].sum())
    assert held["added-1"].people == (inside, inside)
    assert held["added-1"].things["schools_planned"] == (1, 1)
    assert held["ermensai"].people[0] == 0 < held["ermensai"].people[1]
    rows = {(m.intake, m.layer): m.people for m in kept_out(supply) if m.people is not None}
    assert held["ermensai"].people[1] == rows["ermensai", "residents"]


def test_the_zones_stand_in_a_table() -> None:
    supply = Plan(ROOT).water()
    assert supply is not None
    table = next(t for t in section(supply).tables if t.columns[2].id == "area_ha")
    assert [c.id for c in table.columns[-3:]] == ["people", "schools_planned", "schools_state"]
    cells = {str(row.cells[0].value): row.cells for row in table.rows}
    assert cells["kargaly"][2].value == 12.6
    assert cells["kargaly"][4].shown.en == "0 to 4,911"
    new = cells[f"{SCENARIO}-nauryzbay"]  # the rule puts it where people live
    assert int(new[4].value or 0) > 0
    assert new[4].tone == "bad"


def test_looking_near_first_finds_the_same_places(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = replace(ground).planned(ground.scenarios[SCENARIO])
    monkeypatch.setattr("almaty_geo.water.ground.FIRST_M", 1e9)  # everybody at once
    far = replace(ground).planned(ground.scenarios[SCENARIO])
    assert [one.xy_m for one in near] == [one.xy_m for one in far]


def test_the_map_shows_whom_each_intake_could_serve(ground: Ground, today: Served) -> None:
    supply = Plan(ROOT).water()
    assert supply is not None
    classes = section(supply).classes
    assert classes is not None
    assert [title.en for title in classes.titles] == [
        "Aksai, in every case",
        "Kargaly, by its stated place only",
        "Aksai, by its stated place only",
        "Other sources, or not known",
    ]
    most = np.column_stack([today.flow, today.left]).argmax(axis=1)
    some = ground.demand.people > 0
    assert (classes.of[some & (most == 0)] == 1).all()
    assert np.isin(classes.of[some & (most == 1)], (0, 2)).all()
    assert (classes.of[some & (most == 2)] == 3).all()
    assert (today.stays[classes.of == 0, 1] == today.flow[classes.of == 0, 1]).all()


def test_a_planned_school_in_a_zone_is_named(ground: Ground) -> None:
    plan = Plan(ROOT)
    supply = plan.water()
    assert supply is not None
    schools = plan.layers["schools_planned"].located
    first = schools.iloc[0]
    tried = ground.added(1, (first.geometry.x, first.geometry.y), 5000)
    met = [m for m in kept_out(supply, [tried]) if m.intake == "added-1" and m.thing]
    assert next((m.layer, m.thing, m.verdict) for m in met) == (
        "schools_planned",
        first["id"],
        "inside",
    )


def test_the_section_tells_who_is_served_and_what_it_assumes() -> None:
    supply = Plan(ROOT).water()
    assert supply is not None
    water = section(supply)
    tables = [t for t in water.tables if t.columns[-1].id == "way_km"]
    assert len(tables) == 2
    for table in tables:
        people = [int(row.cells[2].value or 0) for row in table.rows]
        assert sum(people[:-1]) == people[-1] == 2_354_736
    assert "(assumption)" in tables[1].title.en
    assert water.marks is not None
    assert len(water.marks.lon_lat) == 2
    told = " ".join(note.en for note in water.notes)
    for option in ("--norm", "--place", "--peak-day", "--lift-way", "--zone", "--without"):
        assert option in told
    assert "50 m of pipe" in told
    assert "938,600" in told
    assert "324,400" in told


def test_the_verb_adds_a_scenario_and_intakes(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["water", "--plan", str(ROOT), "--scenario", SCENARIO, "--add", "76.9,43.3,2300"]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    by_place = told["by_place"]
    assert [one["id"] for one in by_place["assumed"]] == [
        "added-1",
        f"{SCENARIO}-nauryzbay",
        f"{SCENARIO}-alatau",
    ]
    assert {s["id"]: s["capacity_people"] for s in by_place["sources"]}["added-1"] == 10_000
    assert by_place["unattributed_m3_day"] == 324_400
    assert by_place["left"] == 2_354_736 - 65_217 - 95_652 - 150_000 - 10_000
    assert main(asked) == 0
    assert "assumed: added-1 at 76.9,43.3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--scenario", "nope"], "Unknown scenario of water 'nope'"),
        (["--add", "76.9,43.2"], "--add '76.9,43.2' is not 3 numbers"),
        (["--add", "76.9,43.2,much"], "is not 3 numbers"),
        (["--add", "0,0,100"], "Place 0,0 is outside the study area"),
        (["--add", "nan,43.2,100"], "Place nan,43.2 is outside the study area"),
        (["--add", "76.9,43.2,0"], "needs a capacity above 0 m3/day, not 0"),
        (["--add", "76.9,43.2,inf"], "needs a capacity above 0 m3/day, not inf"),
        (["--place", "nauryzbay=76.8,43.2"], "--place goes with --scenario"),
        (["--scenario", SCENARIO, "--place", "nauryzbay"], "is not 2 numbers"),
        (["--scenario", SCENARIO, "--place", "medeu=76.8,43.2"], "Unknown area of the scenario"),
        (["--basis", "streets"], "The plan has no streets"),
        (["--crs", "EPSG:4326"], "--crs goes with --network"),
        (["--network", "x.inp", "--norm", "3"], "--norm does not go with --network"),
        (["--network", "x.inp", "--lift-way", "0"], "--lift-way does not go with --network"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_line(
    asked: list[str], said: str, refusal: Callable[..., str]
) -> None:
    assert said in refusal("water", "--plan", str(ROOT), *asked)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"areas": ["west", "west"]}, "an area is named twice"),
        ({"places": {"east": [1, 2]}}, "'east' has a place and is none of the areas"),
        ({"people": 0}, "people"),
        ({"areas": ["west", "east"], "people": 1}, "fewer people than areas"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(change: dict[str, object], complaint: str) -> None:
    text = {"kk": "x", "ru": "x", "en": "x"}
    sound: dict[str, object] = {
        "id": "one",
        "title": text,
        "people": 10,
        "areas": ["west"],
        "basis": text,
        "confidence": "assumption",
    }
    assert build(NewIntakes, sound, "one.toml").people == 10
    with pytest.raises(SpecError, match=complaint):
        build(NewIntakes, {**sound, **change}, "one.toml")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"alatau"]', '"alatao"]', "new-intakes-150k.toml: Unknown area 'alatao': did you mean"),
        ('"alatau-new"', '"other"', "new-intakes-150k.toml: Unknown source 'other'"),
        ("people =", "persons =", "new-intakes-150k.toml: .*unknown key 'persons'"),
    ],
)
def test_a_scenario_that_names_what_is_not_there_is_refused(
    before: str, after: str, said: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    shutil.copytree(ROOT / "maps", tmp_path / "maps")
    shutil.copy(ROOT / "plan.toml", tmp_path)
    path = tmp_path / "layers" / "water" / "scenarios" / f"{SCENARIO}.toml"
    miswritten(path, before, after, path.parent)
    with pytest.raises(SpecError, match=said):
        Plan(tmp_path).water()


def test_the_page_reckons_as_the_plan_does() -> None:
    """Each line `a = b = c` of the page's worked example holds, and its figures are the plan's."""
    page = (ROOT / "docs" / "water.md").read_text(encoding="utf-8")
    example = page.split("<!-- example -->")[1].split("<!-- /example -->")[0]
    lines = re.findall(r"^    (.+ = .+?)(?:  .*)?$", example, flags=re.MULTILINE)
    assert len(lines) >= 8
    for line in lines:
        parts = line.split(" = ")
        digits = len(parts[-1].replace("%", "").partition(".")[2].strip())
        whole = 100 if "%" in line else 1
        sides = [_reckoned(part) * (1 if "%" in part else whole) for part in parts]
        assert [round(side, digits) for side in sides] == [sides[-1]] * len(sides), line
    supply = Plan(ROOT).water()
    assert supply is not None
    found = supply.balance
    for value in (
        round(found.use[0].value),
        round(found.published.value) if found.published else 0,
        found.itemised_m3_day,
        found.unattributed_m3_day,
        sum(s.capacity_m3_day or 0 for s in found.sources if s.kind == "groundwater_field"),
        found.people_at(found.sources[0], found.norm),
        found.people_at(found.sources[1], found.norm),
    ):
        assert f"{value:,}" in example
    assert f"{found.share_of_use(['kargaly', 'aksai']):.1%}".replace("%", " %") in example


def _reckoned(side: str) -> float:
    """Return the value of a sum of numbers written as the page writes them."""
    plain = side.translate(str.maketrans("−×÷", "-*/", ",%")).strip()
    assert re.fullmatch(r"[\d.()*/+\- ]+", plain), side
    return float(eval(plain, {"__builtins__": {}}))  # noqa: S307 - digits and signs only, as held above
