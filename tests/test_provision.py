"""Provision from declared files to reasons: by hand on an invented town, and on the real plan."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow
from toytown import feature, write_layer

from almaty_geo.errors import (
    AlmatyGeoError,
    DataError,
    SpecError,
    UnknownNameError,
    UsageError,
)
from almaty_geo.places import Demand, Facilities, Membership
from almaty_geo.plan import Plan
from almaty_geo.plan.provisions import ground
from almaty_geo.provision import (
    Ground,
    Provision,
    Pupils,
    Question,
    Seating,
    Seats,
    Split,
    Ways,
    provide,
    pupils,
    reasons,
    reliefs,
    section,
    shift_gap,
    tell,
)
from almaty_geo.provision.answer import COUNTS, in_units
from almaty_geo.provision.certificate import proven
from almaty_geo.provision.flow import assign, stages
from almaty_geo.provision.instance import OBJECTIVES, Instance, ranks
from almaty_geo.provision.reasons import near_by_air
from almaty_geo.provision.relief import opening
from almaty_geo.sections import CITY, Table
from almaty_geo.specs import Detour, Norm, Scenario, read_spec
from almaty_geo.travel import Pairs, Reach, StraightLine
from almaty_geo.words import LANGUAGES, same

RULE = """
language = "language"

[pupils]
layer = "schools"
column = "pupils"
low = "pupils_low"
confidence = "high"
basis = { kk = "x", ru = "x", en = "Invented." }

[share]
confidence = "high"
basis = { kk = "x", ru = "x", en = "Invented." }

[shifts]
column = "shifts"
confidence = "high"
basis = { kk = "x", ru = "x", en = "Invented." }

[borderline]
column = "people_before"
factor = 1.8
"""
NORM = """
[reach]
value = 500
unit = "m"
mode = "walk"
confidence = "high"
basis = { kk = "x", ru = "x", en = "Invented." }

[admission_limit]
value = 2000
unit = "m"
mode = "walk"
confidence = "high"
basis = { kk = "x", ru = "x", en = "Invented." }
"""
PEOPLE = {  # id: east, north, people, people before they were scaled
    "home-1": (1000, 1000, 100, 80),
    "home-2": (1000, 1399, 50, 40),
    "home-3": (1000, 1402, 30, 25),
    "home-4": (3000, 1000, 20, 10),
    "home-5": (3500, 500, 0, 0),
}
SCHOOL = {
    "id": "str; required = true; unique = true",
    "name_ru": "str",
    "seats": "int; minimum = 0",
    "pupils": "int; minimum = 0",
    "pupils_low": "int; minimum = 0",
    "shifts": "int; minimum = 1",
    "language": "str",
}
EXTRA = 'theme = "schools"\ncapacity = "seats"\n'


@pytest.fixture
def town(toytown: Path) -> Path:
    """Write the town with pupils: 40 of 200 residents, in proportion 20, 10, 6, 4 and 0."""
    layers = toytown / "layers"
    (layers / "provision").mkdir()
    (layers / "provision" / "schools.toml").write_text(RULE, encoding="utf-8")
    (layers / "norms" / "schools.toml").write_text(NORM, encoding="utf-8")
    homes = [
        feature({"id": home, "people": people, "people_before": before}, (east, north))
        for home, (east, north, people, before) in PEOPLE.items()
    ]
    whole = "int; minimum = 0; required = true"
    write_layer(
        toytown,
        "residents",
        role="demand",
        features=homes,
        columns={"id": SCHOOL["id"], "people": whole, "people_before": whole},
    )
    write_schools(toytown)
    return toytown


def write_schools(folder: Path, **changes: Any) -> None:
    school_a = {
        "id": "A",
        "name_ru": "Школа А",
        "seats": 15,
        "pupils": 40,
        "pupils_low": 20,
        "shifts": 2,
        "language": "kazakh_russian",
        **changes,
    }
    write_layer(
        folder,
        "schools",
        role="facility",
        features=[
            feature(school_a, (1000, 1000)),
            feature({"id": "B", "name_ru": "Школа Б", "seats": 40, "shifts": 1}, None),
        ],
        columns=SCHOOL,
        extra=EXTRA,
    )


def ground_of(folder: Path) -> Ground:
    return ground(Plan(folder), "schools", basis="detour")


def asked(folder: Path, scenario: str = "today", **question: Any) -> Provision:
    return ground_of(folder).provide(Plan(folder).scenario(scenario), **question)


def told(answer: Provision) -> list[int]:
    return [answer.totals()[name] for name in COUNTS]


def test_the_town_is_seated_as_counted_by_hand(town: Path) -> None:
    answer = asked(town)
    assert answer.pupils.number.tolist() == [20, 10, 6, 4, 0]
    assert answer.proof == "optimal"
    assert answer.seated.tolist() == [20, 10, 0, 0, 0]
    assert answer.in_reach_no_seat.tolist() == [0, 0, 6, 0, 0]
    assert answer.out_of_reach.tolist() == [0, 0, 0, 4, 0]
    assert told(answer) == [40, 70, 30, 30, 6, 4]  # B has 40 seats and no place
    assert answer.mean_walk_m() == pytest.approx(10 * 498.75 / 30, abs=0.02)
    assert dict(zip(answer.facilities.ids, answer.load.tolist(), strict=True)) == {
        "schools/A": 30,
        "schools/B": 0,
    }
    assert answer.queue.tolist() == [6, 0]


def test_the_split_adds_up_by_district_and_says_what_lies_outside(town: Path) -> None:
    split = asked(town).by("districts")
    assert split.index.tolist() == ["west", "east", "outside"]
    assert split["pupils"].tolist() == [36, 4, 0]
    assert split["seats"].tolist() == [30, 0, 40]
    assert split["in_reach_no_seat"].tolist() == [6, 0, 0]
    assert split["out_of_reach"].tolist() == [0, 4, 0]
    assert np.isnan(split["mean_walk_m"].iloc[1])


def test_shifts_can_be_set_for_every_school(town: Path) -> None:
    one, three = asked(town, shifts=1), asked(town, shifts=3)
    assert one.seated.tolist() == [15, 0, 0, 0, 0]
    assert one.in_reach_no_seat.tolist() == [5, 10, 6, 0, 0]
    assert three.seated.tolist() == [20, 10, 6, 0, 0]
    assert three.seated_within_norm.tolist() == [20, 10, 0, 0, 0]
    with pytest.raises(UsageError, match="Shifts 0 must be a whole number from 1 to 4"):
        asked(town, shifts=0)


def test_the_low_count_is_another_answer(town: Path) -> None:
    answer = asked(town, low=True)
    assert answer.pupils.number.tolist() == [10, 5, 3, 2, 0]
    assert answer.pupils.column == "pupils_low"
    assert answer.pupils.uncounted == 1  # B does not say


def test_a_scenario_opens_schools_and_changes_them(town: Path) -> None:
    later = Plan(town).scenario("later")
    answer = ground_of(town).provide(later)
    assert answer.out_of_reach.sum() == 0
    assert answer.seated.tolist() == [20, 10, 0, 4, 0]
    changes = [{"layer": "schools", "ids": ["A"], "becomes": {"shifts": 1, "seats": 33}}]
    more = Scenario.model_validate({**later.model_dump(), "changes": changes})
    assert ground_of(town).provide(more).seated.tolist() == [20, 10, 3, 4, 0]


def test_pupils_grow_with_the_residents_of_a_scenario(town: Path) -> None:
    today = Plan(town).scenario("today")
    population = {"year": 2026, "total": 400, "source": "invented", "confidence": "low"}
    grown = Scenario.model_validate({**today.model_dump(), "population": population})
    answer = ground_of(town).provide(grown)
    assert answer.pupils.number.tolist() == [40, 20, 12, 8, 0]


def test_a_scenario_may_hold_schools_to_another_norm(town: Path) -> None:
    today = Plan(town).scenario("today")
    norm = read_spec(town / "layers" / "norms" / "schools.toml", Norm, theme="schools")
    limit = norm.admission_limit
    assert limit is not None
    far = norm.model_copy(update={"admission_limit": limit.model_copy(update={"value": 2500})})
    wider = today.model_copy(update={"norms": (far,)})
    assert ground_of(town).provide(wider).out_of_reach.sum() == 0  # 2,500 m exactly is within


def test_why_a_block_is_unserved_and_who_has_the_seats(town: Path) -> None:
    full, nothing = reasons(asked(town), "districts")
    assert (full.block, full.pupils, full.kind) == ("home-3", 6, "full")
    assert full.schools == ("schools/A",)
    assert full.taken_by == (("west", 30),)
    assert full.blocks == (("home-1", 20), ("home-2", 10))
    assert (nothing.block, nothing.pupils, nothing.kind) == ("home-4", 4, "no_school")
    assert not nothing.schools
    assert not nothing.taken_by
    assert json.dumps([full.to_dict(), nothing.to_dict()])
    with pytest.raises(UnknownNameError, match="layer of areas 'district'"):
        reasons(asked(town), "district")


def test_unknown_seats_are_reported_and_never_taken_as_none(town: Path) -> None:
    write_schools(town, seats=None)
    answer = asked(town)
    assert told(answer) == [40, 40, 0, 0, 36, 4]
    assert answer.to_dict("districts")["schools_without_known_seats"] == 1
    assert {one.kind for one in reasons(answer, "districts")} == {"seats_unknown", "no_school"}


def test_the_language_of_teaching_limits_schools_only(town: Path) -> None:
    assert asked(town, language="russian").seated.sum() == 30
    later = asked(town, "later", language="kazakh")
    assert later.pupils.total == 40
    assert later.out_of_reach.tolist() == [0, 0, 0, 4, 0]  # P does not say in which it teaches
    assert later.seats.tongue_unknown == 1
    with pytest.raises(UnknownNameError, match=r"language of teaching 'rusian': did you mean"):
        asked(town, language="rusian")


def test_the_answer_says_all_that_it_promises(town: Path) -> None:
    found = asked(town, shifts=1).to_dict("districts")
    keys = {
        *("scenario", "shifts", "pupils", "seats", "seated", "seated_within_norm"),
        *("in_reach_no_seat", "out_of_reach", "mean_walk_m", "objective", "proof"),
    }
    assert keys <= set(found)
    assert [row["district"] for row in found["districts"]] == ["west", "east", "outside"]
    for row in (found, *found["districts"]):
        assert keys <= set(row)
        assert all(type(row[name]) is int for name in COUNTS)
        assert row["seated"] + row["in_reach_no_seat"] + row["out_of_reach"] == row["pupils"]
    assert (found["shifts"], found["proof"]) == (1, "optimal")
    assert asked(town).to_dict("districts")["shifts"] == "own"
    assert asked(town, objective="nearest-first").to_dict("districts")["proof"] is None
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    with pytest.raises(UnknownNameError, match="layer of areas 'district'"):
        asked(town).by("district")


def test_seats_missing_for_one_shift(town: Path) -> None:
    gap = shift_gap(ground_of(town), asked(town, shifts=1))
    assert [(line.area, line.pupils, line.seats, line.by_area) for line in gap.areas] == [
        ("west", 40, 15, 25),
        ("east", 0, 0, 0),
        ("outside", 0, 40, 0),
        (CITY, 40, 55, 25),
    ]
    assert gap.city.missing == 0  # 15 seats would be over, were they not elsewhere
    assert [(one.school, one.missing) for one in gap.schools] == [
        ("schools/A", 25),
        ("schools/B", None),
    ]
    assert json.dumps(gap.to_dict())


def test_a_school_that_replaces_another_takes_over_its_pupils(town: Path) -> None:
    gap = shift_gap(ground_of(town), asked(town, "later"))
    seats = {one.school: one.seats for one in gap.schools}
    assert seats == {"schools/A": 15, "schools/B": 90}


def test_whose_pupils_a_planned_school_relieves(town: Path) -> None:
    plan, ground = Plan(town), ground_of(town)
    today = plan.scenario("today")
    base, after = ground.provide(today), ground.provide(plan.scenario("later"))
    alone, together = reliefs((today, base), after, ground.provide, areas="districts")
    assert alone.school == "schools_planned/P"
    assert (alone.seats, alone.seated, alone.by_area) == (50, 4, (("east", 4),))
    assert (alone.load, alone.seated_within_norm) == (4, 4)
    assert replace(alone, school="all") == together
    assert json.dumps(alone.to_dict())
    later = plan.scenario("later")
    assert opening(later, "schools/B").opens[:-1] == later.opens


def test_a_barrier_is_told_from_a_school_that_is_far(town: Path) -> None:
    ground = ground_of(town)
    answer = ground.provide(Plan(town).scenario("today"))
    homes, school = answer.demand.xy_m, answer.facilities.xy_m
    near = near_by_air(homes, school, within_m=2000 / 1.5)
    assert near.tolist() == [True, True, True, False, False]
    one_way = Pairs(np.array([0]), np.array([0]), np.array([0.0]), "m")

    class Streets(StraightLine):
        basis = "streets"

    found = provide(
        answer.demand,
        answer.pupils,
        (answer.facilities, answer.seats),
        Ways(one_way, Streets(Plan(town).spec.detour), 1.5),
        answer.question,
        Split(answer.areas, answer.school_areas),
    )
    assert found.cut_off.tolist() == [False, True, True, False, False]
    assert [one.kind for one in reasons(found, "districts")] == ["barrier"] * 2 + ["no_school"]


def test_a_share_by_district_is_held_and_the_rest_goes_by_residents(town: Path) -> None:
    rule = town / "layers" / "provision" / "schools.toml"
    rule.write_text(RULE.replace("[share]\n", "[share]\nareas = { east = 0.5 }\n"), "utf-8")
    assert asked(town).pupils.number.tolist() == [17, 8, 5, 10, 0]  # 30 by 100, 50 and 30
    rule.write_text(RULE.replace("[share]\n", "[share]\nareas = { north = 0.5 }\n"), "utf-8")
    with pytest.raises(SpecError, match=r"provision/schools.toml: Unknown area 'north'"):
        asked(town)
    rule.write_text(RULE.replace("[share]\n", "[share]\nareas = { west = 0.5 }\n"), "utf-8")
    with pytest.raises(SpecError, match="take 90 pupils, and pupils of schools counts 40"):
        asked(town)


BROKEN = {
    "no column": (RULE, 'column = "pupils"', 'column = "pupil"', "column of schools 'pupil'"),
    "no layer": (RULE, 'layer = "schools"', 'layer = "homes"', "counts the layer 'homes', which"),
    "no limit": (NORM, "[admission_limit]", "[provision]", r"need a \[reach\] and an \[admission"),
    "a limit below the norm": (NORM, "value = 2000", "value = 400", "limit of 400 m .* is less"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_declared_wrongly_is_refused_in_one_line(town: Path, name: str) -> None:
    text, old, new, message = BROKEN[name]
    folder = "provision" if text is RULE else "norms"
    file = town / "layers" / folder / "schools.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError, match=message) as caught:
        asked(town)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{folder}/schools.toml: ")


def test_unknown_keys_and_variants_are_refused(town: Path) -> None:
    file = town / "layers" / "provision" / "schools.toml"
    file.write_text(RULE.replace('low = "pupils_low"\n', ""), encoding="utf-8")
    with pytest.raises(UsageError, match="'schools' declares no low variant"):
        asked(town, low=True)
    file.write_text(RULE.replace('language = "language"\n', ""), encoding="utf-8")
    with pytest.raises(UsageError, match="declares no column with languages"):
        asked(town, language="kazakh")
    file.write_text("seats = 3\n" + RULE, encoding="utf-8")
    with pytest.raises(SpecError, match="unknown key 'seats'"):
        asked(town)
    with pytest.raises(UsageError, match="Objective 'best' is none of"):
        (file.write_text(RULE, encoding="utf-8"), asked(town, objective="best"))


def test_no_seats_no_pupils_and_too_many_seats_are_answered(town: Path) -> None:
    write_schools(town, seats=0)
    assert told(asked(town)) == [40, 40, 0, 0, 36, 4]
    write_schools(town, pupils=0)
    assert told(asked(town)) == [0, 70, 0, 0, 0, 0]
    assert asked(town).mean_walk_m() is None
    write_schools(town, seats=900)
    assert told(asked(town)) == [40, 1840, 36, 30, 0, 4]
    write_schools(town, seats=-1)
    with pytest.raises(AlmatyGeoError, match="-1"):
        asked(town)


def test_ways_in_another_unit_than_the_limit_are_refused(town: Path) -> None:
    answer = asked(town)
    pairs = Pairs(np.array([0]), np.array([0]), np.array([1.0]), "min")
    with pytest.raises(DataError, match=r"^Ways are in min, and the admission limit in m\.$"):
        provide(
            answer.demand,
            answer.pupils,
            (answer.facilities, answer.seats),
            Ways(pairs, StraightLine(Plan(town).spec.detour)),
            answer.question,
            Split(answer.areas, answer.school_areas),
        )


def test_a_limit_in_minutes_is_held_in_whole_milliseconds(town: Path) -> None:
    answer = asked(town)
    limit = Reach(20.0, "min", "walk", 1500.0)
    assert in_units(Reach(500.0, "m", "walk", 500.0), limit) == 400_000
    found = provide(
        answer.demand,
        answer.pupils,
        (answer.facilities, answer.seats),
        Ways(answer_pairs(answer, limit), StraightLine(Plan(town).spec.detour)),
        replace(answer.question, limit=limit),
        Split(answer.areas, answer.school_areas),
    )
    assert found.seated.tolist() == [20, 10, 0, 0, 0]
    assert found.seated_within_norm.tolist() == [20, 10, 0, 0, 0]
    assert found.mean_walk_m() == pytest.approx(10 * 498.75 / 30, abs=0.02)


def test_exactly_as_far_as_the_norm_is_within_it(town: Path) -> None:
    answer = asked(town)
    farthest = int(answer.way[answer.flow > 0].max())
    for short, seated in ((0, 30), (1, 20)):
        metres = (farthest - short) / 1000
        question = replace(answer.question, norm=Reach(metres, "m", "walk", metres))
        assert replace(answer, question=question).seated_within_norm.sum() == seated


def answer_pairs(answer: Provision, limit: Reach) -> Pairs:
    travel = StraightLine(Detour(index=1.25, low=1, high=2, basis=same("x"), confidence="high"))
    return travel.pairs(answer.demand.xy_m, answer.facilities.xy_m, reach=limit)


def cells(table: Table) -> list[list[Any]]:
    return [[cell.value for cell in row.cells] for row in table.rows]


def test_the_section_says_the_same_numbers_as_the_answer(town: Path) -> None:
    plan = Plan(town)
    story = tell(
        ground_of(town),
        plan.theme_words("schools"),
        plan.scenario("today"),
        other=plan.scenario("later"),
    )
    found = section(story)
    assert found.id == "schools-seats"
    city, west = found.answer(CITY), found.answer("west")
    assert city is not None
    assert west is not None
    assert city.headline.en.startswith("25 pupils would have no seat in one shift; in the shifts")
    assert [f.value for f in city.figures] == [25, 10, 4, 170]
    assert "by the lower count 5" in city.figures[0].label.en  # 18 in reach for 15 seats, 2 not
    assert [f.value for f in west.figures] == [21, 6, 0, 170]
    for answer in found.answers:
        for language in LANGUAGES:
            assert answer.emphasis[language] in answer.headline[language]
    assert found.bars is not None
    assert [(b.area, b.parts) for b in found.bars.rows] == [
        ("west", (30, 6, 0)),
        ("east", (0, 0, 4)),  # borderline, so last whatever it lacks
    ]
    own, one_shift, gap, planned = found.tables
    assert cells(own)[-1] == [CITY, 40, 70, 30, 30, 6, 4, 170, None]
    assert cells(one_shift)[-1][:7] == [CITY, 40, 55, 15, 15, 21, 4]
    assert cells(gap)[-1] == [CITY, 40, 55, 25, 25, 25]
    assert cells(planned)[0] == ["P", 2030, 50, 4, 4, "east 4"]
    for table in found.tables[:3]:
        whole = [row for row in table.rows if row.total]
        assert len(whole) == 1
        for column in range(1, 4):
            parts = sum(row.cells[column].value or 0 for row in table.rows if not row.total)  # type: ignore[misc]  # numbers
            assert whole[0].cells[column].value == parts
    assert found.classes is not None
    assert found.classes.of.tolist() == [0, 0, 2, 3, 3]


def test_a_district_that_rests_on_a_large_scaling_is_borderline_and_no_headline(
    town: Path,
) -> None:
    plan = Plan(town)
    words = plan.theme_words("schools")
    story = tell(ground_of(town), words, plan.scenario("today"))
    assert story.factors == {"east": 2.0}
    found = section(story)
    east = found.answer("east")
    assert east is not None
    assert east.headline.en.startswith("Borderline: the residents here are a count scaled × 2,")
    rows = {row.area: row.cells for row in found.tables[0].rows}
    assert rows["east"][-1].value == "borderline"
    assert (rows["east"][0].tone, rows["west"][0].tone) == ("unsure", "")
    assert any("scaled × 2; where they live is unsure" in note.en for note in found.notes)


def test_nothing_is_told_of_a_scenario_that_offers_no_more(town: Path) -> None:
    plan = Plan(town)
    words = plan.theme_words("schools")
    later, today = plan.scenario("later"), plan.scenario("today")
    story = tell(ground_of(town), words, later, other=today)
    assert story.other is None
    assert story.reliefs == ()
    assert len(section(story).tables) == 3


def _sums(answer: Provision) -> None:
    assert answer.load.max(initial=0) <= answer.seats.offered.max(initial=0)
    assert (answer.load <= answer.seats.offered).all()
    parts = answer.seated + answer.in_reach_no_seat + answer.out_of_reach
    assert parts.tolist() == answer.pupils.number.tolist()
    assert (answer.in_reach_no_seat >= 0).all()
    assert answer.queue.sum() == answer.in_reach_no_seat.sum()
    split = answer.by("districts")
    for name in COUNTS:
        assert split[name].sum() == answer.totals()[name]
    rows = split[["seated", "in_reach_no_seat", "out_of_reach"]].sum(axis=1)
    assert rows.tolist() == split["pupils"].tolist()


@st.composite
def answers(draw: st.DrawFn) -> Provision:
    blocks, schools = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**30)))
    people = rng.integers(0, 9, blocks)
    ids = tuple(f"b{n}" for n in range(blocks))
    demand = Demand("homes", ids, people, rng.uniform(0, 3000, (blocks, 2)))
    names = tuple(f"s/{n}" for n in range(schools))
    places = rng.uniform(0, 3000, (schools, 2))
    open_ = Facilities("schools", ("s",), names, places, np.zeros(schools), {})
    offer = Seats(
        rng.integers(0, 9, schools),
        rng.integers(1, 3, schools),
        rng.random(schools) < 0.8,
        rng.random(schools) < 0.8,
    )
    travel = StraightLine(Detour(index=1.25, low=1.0, high=1.5, basis=same("x"), confidence="high"))
    norm, limit = (Reach(value, "m", "walk", value) for value in (500.0, 2000.0))
    question = Question(
        "schools", "today", norm, limit, objective=draw(st.sampled_from(OBJECTIVES))
    )
    areas = [Membership(("w", "e"), rng.integers(-1, 2, n)) for n in (blocks, schools)]
    return provide(
        demand,
        Pupils(people, low=False, column="pupils", uncounted=0),
        (open_, offer),
        Ways(travel.pairs(demand.xy_m, places, reach=limit), travel),
        question,
        Split({"districts": areas[0]}, {"districts": areas[1]}),
    )


@given(answers())
@settings(max_examples=80, deadline=None)
def test_every_pupil_is_seated_or_waiting_or_out_of_reach(answer: Provision) -> None:
    _sums(answer)
    for one in reasons(answer, "districts"):
        here = [answer.facilities.ids.index(name) for name in one.schools]
        if one.kind == "full":
            known = [at for at in here if answer.seats.known[at]]
            assert (answer.load[known] == answer.seats.offered[known]).all()
            assert sum(n for _, n in one.taken_by) == answer.load[here].sum()
        else:
            assert not answer.seats.known[here].any()


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=30).filter(any),
    st.integers(0, 400),
)
def test_whole_pupils_add_up_to_the_count(people: list[int], count: int) -> None:
    ids = tuple(f"b{n:02}" for n in range(len(people)))
    demand = Demand("homes", ids, np.array(people), np.zeros((len(people), 2)))
    rule, layer = _counting(count)
    found = pupils(rule, layer, demand, Membership((), np.full(len(people), -1)))
    assert found.total == count
    exact = np.array(people) * count / sum(people)
    assert (np.abs(found.number - exact) < 1).all()


def _counting(count: int) -> tuple[Seating, Any]:
    import pandas as pd  # noqa: PLC0415 - a stand-in for a layer needs little

    class Spec:
        columns = {"pupils": None}  # noqa: RUF012 - read only
        file = "schools.geojson"

    class Layer:
        id = "schools"
        spec = Spec()
        frame = pd.DataFrame({"id": ["A"], "pupils": [count]})

    some = {"basis": same("x"), "confidence": "high"}
    rule = Seating.model_validate(
        {
            "theme": "schools",
            "pupils": {"layer": "schools", "column": "pupils", **some},
            "share": some,
            "shifts": some,
        }
    )
    return rule, Layer()


@pytest.fixture(scope="module")
def almaty_ground(root: Path) -> Ground:
    return ground_of(root)


@pytest.mark.parametrize("shifts", [None, 1, 2])
@pytest.mark.parametrize("scenario", ["register-2025", "today-2026"])
def test_the_plan_of_almaty_is_proven_optimal(
    almaty: Plan, almaty_ground: Ground, scenario: str, shifts: int | None
) -> None:
    answer = almaty_ground.provide(almaty.scenario(scenario), shifts=shifts)
    assert answer.proof == "optimal"
    assert answer.pupils.total == 308_773
    _sums(answer)
    instance = _instance(answer)
    found = assign(instance)
    assert proven(instance, stages(instance, "seats-first"), found.flow, found.pricings)
    assert found.flow.sum() == answer.seated.sum() == _most_seated(instance)
    without = assign(instance, objective="nearest-first")
    assert without.flow.sum() <= found.flow.sum()


def _instance(answer: Provision) -> Instance:
    known = answer.seats.known[answer.destination]
    return Instance(
        answer.pupils.number,
        answer.seats.offered,
        answer.origin[known],
        answer.destination[known],
        answer.way[known],
        500_000,
        ranks(answer.demand.ids),
        ranks(answer.facilities.ids),
    )


def _most_seated(instance: Instance) -> int:
    """Return how many can be seated at most, by an engine of its own (Dinic's largest flow)."""
    blocks, schools = instance.blocks, instance.schools
    end = blocks + schools
    tail = [np.full(blocks, end), instance.origin, blocks + np.arange(schools)]
    head = [np.arange(blocks), blocks + instance.destination, np.full(schools, end + 1)]
    room = [instance.pupils, instance.pupils[instance.origin], instance.seats]
    each = np.concatenate(room).astype(np.int32)
    edges = (np.concatenate(tail), np.concatenate(head))
    graph = coo_array((each, edges), shape=(end + 2, end + 2)).tocsr()
    return int(maximum_flow(graph, end, end + 1).flow_value)


def test_the_shift_gap_of_almaty_is_the_registers(almaty: Plan, almaty_ground: Ground) -> None:
    base = almaty_ground.provide(almaty.scenario("register-2025"), shifts=1)
    gap = shift_gap(almaty_ground, base)
    assert (gap.city.pupils, gap.city.seats, gap.city.missing) == (308_773, 196_267, 112_506)
    assert gap.city.by_school >= gap.city.by_area >= gap.city.missing
    assert gap.unknown == 1
    after = almaty_ground.provide(almaty.scenario("today-2026"), shifts=1)
    later = shift_gap(almaty_ground, after)
    assert later.city.seats - gap.city.seats == 33_506
    assert almaty_ground.provide(almaty.scenario("register-2025"), low=True).pupils.total == 275_523


def test_no_borderline_district_of_almaty_has_a_number_for_a_headline(
    almaty: Plan, almaty_ground: Ground
) -> None:
    words = almaty.theme_words("schools")
    story = tell(almaty_ground, words, almaty.scenario("register-2025"))
    assert len(story.factors) == 1
    (unsure,) = story.factors
    found = section(story)
    answer = found.answer(unsure)
    assert answer is not None
    assert answer.headline.en.startswith("Borderline")
    assert found.bars is not None
    assert found.bars.rows[-1].area == unsure
    assert sum(row.total for table in found.tables for row in table.rows) == len(found.tables)
