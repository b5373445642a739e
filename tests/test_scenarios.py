"""Scenarios applied and compared, on an invented town whose answers are counted by hand."""

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toytown import feature, write_layer

from almaty_geo.cli import main
from almaty_geo.coverage import Coverage
from almaty_geo.errors import SpecError, UnknownNameError, UsageError
from almaty_geo.places import Membership, changed, scaled
from almaty_geo.plan import Plan
from almaty_geo.plan.provisions import ground
from almaty_geo.plan.scenarios import (
    How,
    check_scenarios,
    compared,
    scenario_sections,
    setting,
    shown,
    theme_of,
)
from almaty_geo.scenarios import Measure, compare, measures, parts, seat_measures
from almaty_geo.scenarios.parts import mixed
from almaty_geo.scenarios.shapley import shapley
from almaty_geo.sections import CITY
from almaty_geo.specs import Dated, Population, Scenario, Selection, build
from almaty_geo.words import LANGUAGES, Text, same

HEAD = """
year = 2030
confidence = "low"
source = "invented"
title = { kk = "Өзге", ru = "Иной", en = "Other" }
note = { kk = "Ойдан.", ru = "Выдумано.", en = "Invented." }
"""
OPENS_P = '[[opens]]\nlayer = "schools_planned"\nids = ["P"]\n'
CLOSES_A = '[[closes]]\nlayer = "schools"\nids = ["A"]\n'
BECOMES_1 = '[[changes]]\nlayer = "schools"\nbecomes = { seats = 1 }\n'
PEOPLE = '[population]\nyear = 2030\ntotal = 400\nsource = "invented"\nconfidence = "low"\n'
NORM_503 = """
[[norms]]
theme = "schools"
[norms.reach]
value = 503
unit = "m"
mode = "walk"
confidence = "low"
basis = { kk = "ә", ru = "в", en = "x" }
"""


def with_scenario(town: Path, body: str, name: str = "other") -> Plan:
    path = town / "layers" / "scenarios" / f"{name}.toml"
    path.write_text(HEAD + body, encoding="utf-8")
    return Plan(town)


def scenario(**doing: object) -> Scenario:
    text = same("x")
    told = {"id": "s", "title": text, "note": text, "year": 2030, "confidence": "low"}
    return Scenario.model_validate({**told, "source": "x", **doing})


# Applying --------------------------------------------------------------------------------------


def test_a_change_gives_a_facility_another_capacity_and_leaves_the_layer_alone(
    toytown: Path,
) -> None:
    plan = with_scenario(
        toytown, '[[changes]]\nlayer = "schools"\nids = ["A"]\nbecomes = { seats = 75 }\n'
    )
    assert plan.facilities("schools", plan.scenario("other")).capacity.tolist() == [75, 40]
    assert plan.facilities("schools", plan.scenario("today")).capacity.tolist() == [60, 40]
    assert changed(plan.layers["schools"], plan.scenario("other")).frame["seats"].tolist() == [
        75,
        40,
    ]
    assert plan.layers["schools"].frame["seats"].tolist() == [60, 40]
    assert changed(plan.layers["schools"], plan.scenario()) is plan.layers["schools"]


def test_people_are_scaled_to_a_total_in_whole_people(toytown: Path) -> None:
    plan = with_scenario(toytown, PEOPLE.replace("400", "301"))
    # 100, 50, 30, 20 and 0 of 200, times 301: 150.5, 75.25, 45.15, 30.1, 0: one person is left
    assert plan.people(plan.scenario("other")).people.tolist() == [151, 75, 45, 30, 0]
    assert plan.people().people.tolist() == [100, 50, 30, 20, 0]
    answer = plan.coverage("schools", scenario="other")
    assert (answer.people, answer.within_reach) == (301, 226)


def test_people_are_scaled_by_area_and_the_rest_shares_what_is_left(toytown: Path) -> None:
    plan = with_scenario(toytown, PEOPLE + "areas = { east = 100 }\n")
    people = plan.people(plan.scenario("other")).people
    assert people.tolist() == [167, 83, 50, 100, 0]  # 300 over 100 : 50 : 30, in whole people
    plan = with_scenario(toytown, PEOPLE.replace("total = 400\n", "") + "areas = { east = 7 }\n")
    assert plan.people(plan.scenario("other")).people.tolist() == [100, 50, 30, 7, 0]


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=12),
    st.integers(0, 3000),
    st.integers(0, 1000),
)
def test_scaled_people_add_up_to_the_person(people: list[int], rest: int, east: int) -> None:
    amounts = np.array([1, 1, *people])  # somebody lives in each area
    member = Membership(("w", "e"), np.array([0, 1, *(i % 2 for i in range(len(people)))]))
    told = Population(year=2030, total=rest + east, areas={"e": east}, source="x", confidence="low")
    ids = tuple(f"{i:03}" for i in range(len(amounts)))
    found = scaled(amounts, ids, told, areas=member)
    assert member.sums(found).tolist() == [rest, east, 0]
    assert not found[amounts == 0].any()
    back = scaled(amounts[::-1], ids[::-1], told, areas=Membership(member.ids, member.of[::-1]))
    assert back[::-1].tolist() == found.tolist()  # the order of rows does not matter


def test_a_norm_of_a_scenario_holds_in_it_and_only_in_it(toytown: Path) -> None:
    plan = with_scenario(toytown, NORM_503)
    assert plan.coverage("schools", scenario="other").within_reach == 180
    assert plan.coverage("schools").within_reach == 150


def test_the_order_of_what_opens_does_not_matter(toytown: Path) -> None:
    one = with_scenario(toytown, OPENS_P + '[[opens]]\nlayer = "schools"\n')
    first = one.scenario("other")
    two = with_scenario(toytown, '[[opens]]\nlayer = "schools"\n' + OPENS_P)
    second = two.scenario("other")
    assert first.sha256 == second.sha256
    assert one.facilities("schools", first).ids == two.facilities("schools", second).ids


def test_the_hash_knows_what_a_scenario_does_and_not_how_it_is_called() -> None:
    one = scenario(opens=[{"layer": "a", "ids": ["x", "y"]}])
    assert one.sha256 == scenario(id="t", opens=[{"layer": "a", "ids": ["y", "x"]}]).sha256
    assert one.sha256 != scenario(opens=[{"layer": "a", "ids": ["x"]}]).sha256
    assert one.sha256 != scenario(opens=[{"layer": "a", "ids": ["x", "y"], "year": 2029}]).sha256


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (OPENS_P.replace("P", "Q"), "Unknown id in schools_planned 'Q'"),
        (OPENS_P.replace("schools_planned", "shools"), "Unknown layer 'shools'"),
        (
            '[[closes]]\nlayer = "schools_planned"\nids = ["P"]\n',
            "closes schools_planned/P, which is not open",
        ),
        (
            '[[closes]]\nlayer = "schools_planned"\n',
            "closes schools_planned, all, which is not open|closes schools_planned/P, which is",
        ),
        (
            '[[closes]]\nlayer = "schools"\nwhere = { seats = 61 }\n',
            "closes schools where seats = 61, which is not open",
        ),
        (OPENS_P + OPENS_P.replace("opens", "closes"), "both opens and closes schools_planned/P"),
        ('[[changes]]\nlayer = "schools"\nbecomes = { sets = 1 }\n', "'sets': did you mean seats"),
        (
            '[[changes]]\nlayer = "schools"\nbecomes = { seats = -1 }\n',
            "changes seats of schools to -1; the layer allows 0 to inf",
        ),
        (
            '[[changes]]\nlayer = "schools"\nbecomes = { seats = "many" }\n',
            "changes seats of schools to 'many'; the layer allows values of kind int",
        ),
        (
            '[[changes]]\nlayer = "schools"\nbecomes = { seats = true }\n',
            "to True; the layer allows values of kind int",
        ),
        (
            '[[changes]]\nlayer = "schools"\nwhere = { seats = 61 }\nbecomes = { seats = 1 }\n',
            "changes nothing: schools has no such row",
        ),
        (
            BECOMES_1 + BECOMES_1.replace("becomes", 'ids = ["A"]\nbecomes').replace("1", "2"),
            "changes seats of schools/A twice, to 1 and 2",
        ),
        (
            '[[changes]]\nlayer = "shools"\nbecomes = { seats = 1 }\n',
            "Unknown layer 'shools': did you mean schools",
        ),
        (PEOPLE + "areas = { north = 5 }\n", "population: Unknown area 'north'"),
        (PEOPLE.replace("400", "400\nareas = { east = 0 }"), ""),
        (NORM_503.replace('"schools"', '"scools"'), "norms: Unknown theme 'scools'"),
        (
            PEOPLE + 'stated = { layer = "figures", id = "x" }\n',
            "population: Unknown layer 'figures'",
        ),
    ],
)
def test_a_contradiction_is_one_clear_line(body: str, complaint: str, toytown: Path) -> None:
    plan = with_scenario(toytown, body)
    if not complaint:  # the harmless neighbour of a fault
        plan.verify()
        return
    with pytest.raises(SpecError, match=complaint) as told:
        plan.verify()
    assert str(told.value).startswith("other.toml: ")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (OPENS_P + "year = 2031\n", "opens something in 2031, after its own year 2030"),
        (CLOSES_A + "year = 2031\n", "closes something in 2031, after its own year 2030"),
        (NORM_503 + NORM_503, "the norm of 'schools' is given twice"),
        (PEOPLE.replace("total = 400\n", ""), "give a total, or the people of each area"),
        (PEOPLE + "areas = { east = 401 }\n", "the areas hold 401 people, more than the total 400"),
        (PEOPLE.replace("400", "-1"), "population.total: .*-1"),
        (NORM_503.replace('"m"', '"km"'), "a reach needs the unit"),
        (
            '[[changes]]\nlayer = "schools"\nbecomes = { state = "existing" }\n',
            "'state' cannot be changed here: 'opens' and 'closes' say what is open",
        ),
        ('[[changes]]\nlayer = "schools"\nbecomes = {}\n', "changes.0.becomes: .*at least 1"),
        (
            PEOPLE.replace("total = 400", "areas = { east = 1 }")
            + 'stated = { layer = "figures", id = "x" }\n',
            "'stated' goes with a total",
        ),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_on_reading(
    body: str, complaint: str, toytown: Path
) -> None:
    with pytest.raises(SpecError, match=rf"^other\.toml: .*{complaint}"):
        with_scenario(toytown, body)


def test_what_opens_and_later_closes_is_no_contradiction(toytown: Path) -> None:
    body = OPENS_P + "year = 2027\n" + OPENS_P.replace("opens", "closes") + "year = 2029\n"
    plan = with_scenario(toytown, body)
    assert "schools_planned/P" not in plan.facilities("schools", plan.scenario("other")).ids


def test_opening_what_is_open_is_remarked_upon(toytown: Path) -> None:
    body = '[[opens]]\nlayer = "schools"\n[[opens]]\nlayer = "schools_planned"\nwhere = {seats = 1}'
    plan = with_scenario(toytown, body)
    found = shown(plan, plan.scenario("other"), "en")
    assert found["remarks"] == [
        "2 of schools, all are open already",
        "opens nothing: schools_planned where seats = 1 selects no row",
    ]


def test_people_of_a_scenario_must_be_those_of_the_row_it_names(toytown: Path) -> None:
    write_layer(
        toytown,
        "figures",
        role="context",
        features=[feature({"id": "x", "value": 399.0}, None)],
        columns={"id": "str", "value": "float"},
    )
    plan = with_scenario(toytown, PEOPLE + 'stated = { layer = "figures", id = "x" }\n')
    with pytest.raises(SpecError, match=r"the total is 400, but x of figures says 399\."):
        check_scenarios(plan)
    plan = with_scenario(toytown, PEOPLE + 'stated = { layer = "figures", id = "y" }\n')
    with pytest.raises(SpecError, match="Unknown id in figures 'y'"):
        check_scenarios(plan)


def test_people_cannot_be_where_nobody_lives(toytown: Path) -> None:
    plan = with_scenario(toytown, PEOPLE + "areas = { west = 10, east = 20 }\n")
    with pytest.raises(SpecError, match=r"other\.toml: population: 370 cannot be shared out"):
        plan.people(plan.scenario("other"))


# Comparing -------------------------------------------------------------------------------------


def test_a_comparison_is_as_counted_by_hand(toytown: Path) -> None:
    found = compared(Plan(toytown), "today", "later", "schools").to_dict()
    assert found["measures"]["within_reach"] == {"before": 150, "after": 170, "change": 20}
    assert found["measures"]["capacity"] == {"before": 100, "after": 150, "change": 50}
    districts = {row["district"]: row for row in found["districts"]}
    assert districts["east"]["within_reach"] == {"before": 0, "after": 20, "change": 20}
    assert districts["west"]["within_reach"]["change"] == 0
    # B has no place, and so lies in no district
    assert districts["outside"]["capacity"] == {"before": 40, "after": 0, "change": -40}
    (change,) = found["changes"]
    assert change["change"] == "opens: schools_planned en"
    assert change["within_reach"]["share"] == 20
    assert found["shares"] == "exact"
    assert (found["before"]["scenario"], len(found["before"]["sha256"])) == ("today", 64)


def test_the_empty_scenario_changes_nothing(toytown: Path) -> None:
    plan = with_scenario(toytown, "", "empty")
    answer = compared(plan, "today", "empty", "schools")
    assert answer.parts == ()
    assert all(not one.change.any() for one in answer.differences.values())
    usual, empty = (plan.coverage("schools", scenario=s) for s in ("today", "empty"))
    assert plain(empty) == plain(usual)


def plain(answer: Coverage) -> str:
    found = Coverage.to_dict(answer, "districts")
    return json.dumps(found).replace('"empty"', '"today"')


def test_people_and_building_are_told_apart(toytown: Path) -> None:
    plan = with_scenario(toytown, OPENS_P + PEOPLE)
    found = compared(plan, "today", "other", "schools").to_dict()
    by_change = {row["change"]: row["within_reach"] for row in found["changes"]}
    # nothing 150; P alone 170; twice the people alone 300; both 340
    assert by_change["opens: P"]["alone"] == 20
    assert by_change["opens: P"]["last"] == 40
    assert by_change["opens: P"]["share"] == 30
    assert by_change["residents in 2030: 400"]["share"] == 160
    assert found["measures"]["within_reach"]["change"] == 190


def test_what_both_scenarios_change_in_one_layer_is_one_part(toytown: Path) -> None:
    change = '[[changes]]\nlayer = "schools"\nids = ["A"]\nbecomes = {{ seats = {} }}\n'
    with_scenario(toytown, change.format(70), "one")
    plan = with_scenario(toytown, change.format(90) + NORM_503, "two")
    answer = compared(plan, "one", "two", "schools")
    assert [part.kind for part in answer.parts] == ["changes", "norms"]
    assert answer.parts[0].title.en == ("not any more: Школа А: seats = 70; Школа А: seats = 90")
    told = answer.to_dict()
    assert told["measures"]["capacity"]["change"] == 20
    assert told["changes"][0]["capacity"]["share"] == 20
    assert told["changes"][1]["within_reach"]["share"] == 30
    back = compared(plan, "two", "one", "schools").to_dict()
    assert back["changes"][0]["capacity"]["share"] == -20


def test_all_changes_together_make_the_second_scenario_of_the_first(toytown: Path) -> None:
    with_scenario(toytown, CLOSES_A, "one")
    plan = with_scenario(toytown, OPENS_P + PEOPLE + NORM_503, "two")
    own, one, two = setting(plan, "schools"), plan.scenario("one"), plan.scenario("two")
    made = parts(one, two, own)
    assert [part.kind for part in made] == ["closes", "norms", "opens", "population"]
    for measure in measures(own).values():
        for start, end in ((one, two), (two, one)):
            whole = mixed(start, parts(start, end, own))
            assert measure.of(own, own.at(whole)).tolist() == measure.of(own, own.at(end)).tolist()
        assert measure.of(own, own.at(mixed(one, ()))).tolist() == (
            measure.of(own, own.at(one)).tolist()
        )


@pytest.fixture
def street(toytown: Path) -> Path:
    """Ten planned schools side by side along the north of both districts, and people between."""
    rows = [
        feature({"id": f"N{i}", "seats": 10 + i, "state": "planned"}, (200 + 380 * i, 1800))
        for i in range(10)
    ]
    write_layer(
        toytown,
        "schools_new",
        role="facility",
        features=rows,
        columns={
            "id": "str; required = true; unique = true",
            "seats": "int; minimum = 0",
            "state": 'enum; values.planned = { kk = "ж", ru = "п", en = "planned" }',
        },
        extra='theme = "schools"\ncapacity = "seats"\n',
    )
    homes = [
        feature({"id": f"h{i:02}", "people": 7 + i % 5}, (100 + 190 * i, 1700)) for i in range(20)
    ]
    write_layer(
        toytown,
        "residents",
        role="demand",
        features=homes,
        columns={"id": "str; required = true; unique = true", "people": "int; minimum = 0"},
    )
    (toytown / "layers" / "scenarios" / "many.toml").write_text(
        HEAD + '[[opens]]\nlayer = "schools_new"\n', encoding="utf-8"
    )
    return toytown


def test_shares_of_many_changes_are_sampled_and_still_add_up(street: Path) -> None:
    answer = compared(Plan(street), "today", "many", "schools", each=True)
    found = answer.to_dict()
    assert found["shares"] == "mean of 240 orders, seed 1953"
    assert len(found["changes"]) == 10
    for name, measure in found["measures"].items():
        assert sum(change[name]["share"] for change in found["changes"]) == measure["change"]
        for row in found["districts"]:
            shares = [change[name]["districts"][row["district"]] for change in found["changes"]]
            assert sum(shares) == row[name]["change"]
    again = compared(Plan(street), "today", "many", "schools", each=True).to_dict()
    assert json.dumps(found) == json.dumps(again)
    whole = compared(Plan(street), "today", "many", "schools").to_dict()
    assert whole["measures"] == found["measures"]


def test_what_is_within_reach_is_what_coverage_says(street: Path) -> None:
    plan = Plan(street)
    for basis in ("500m", "350m", "8min"):
        own = setting(plan, "schools", How(reach=basis))
        for name in ("today", "many", "later"):
            near = own.within(own.at(plan.scenario(name)))
            answer = plan.coverage("schools", reach=basis, scenario=name)
            assert near.tolist() == answer.within.tolist()


# Shares ----------------------------------------------------------------------------------------


def brute(values: list[int], count: int) -> list[float]:
    """The mean, over all orders, of what each change adds as it comes."""
    sums = [0] * count
    orders = list(permutations(range(count)))
    for order in orders:
        subset = 0
        for part in order:
            sums[part] += values[subset | 1 << part] - values[subset]
            subset |= 1 << part
    return [total / len(orders) for total in sums]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.data())
def test_shares_are_the_mean_over_all_orders_in_whole_numbers(
    count: int, data: st.DataObject
) -> None:
    many = st.lists(st.integers(-1000, 1000), min_size=1 << count, max_size=1 << count)
    values = data.draw(many)
    found = shapley(lambda subset: np.array([values[subset]]), count)
    assert found.share.sum() == values[-1] - values[0]
    for share, exact in zip(found.share[:, 0].tolist(), brute(values, count), strict=True):
        assert abs(share - exact) < 1
    assert found.alone[:, 0].tolist() == [values[1 << p] - values[0] for p in range(count)]
    assert found.orders == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 4), st.data())
def test_sampled_shares_add_up_and_repeat(count: int, data: st.DataObject) -> None:
    many = st.lists(st.integers(-1000, 1000), min_size=1 << count, max_size=1 << count)
    values = data.draw(many)
    one, two = (
        shapley(lambda subset: np.array([values[subset]]), count, exact=0, orders=9)
        for _ in range(2)
    )
    assert one.share.sum() == values[-1] - values[0]
    assert one.share.tolist() == two.share.tolist()
    assert one.orders == 18


def test_alike_changes_share_alike_to_the_person() -> None:
    found = shapley(lambda subset: np.array([10 if subset else 0]), 3)
    assert found.share[:, 0].tolist() == [4, 3, 3]
    assert found.alone[:, 0].tolist() == [10, 10, 10]
    assert found.last[:, 0].tolist() == [0, 0, 0]


def test_a_loss_is_shared_to_the_person_too() -> None:
    found = shapley(lambda subset: np.array([-10 if subset else 0]), 3)
    assert found.share[:, 0].tolist() == [-4, -3, -3]


@given(st.integers(1, 4), st.data())
def test_what_is_gained_within_reach_is_lost_out_of_it(count: int, data: st.DataObject) -> None:
    many = st.lists(st.integers(-99, 99), min_size=1 << count, max_size=1 << count)
    values = data.draw(many)
    found = shapley(lambda subset: np.array([values[subset], -values[subset]]), count)
    assert found.share[:, 0].tolist() == (-found.share[:, 1]).tolist()


# Said ------------------------------------------------------------------------------------------


def test_the_sections_say_what_the_comparison_found(toytown: Path) -> None:
    plan = Plan(toytown)
    made = {s.id: s for s in scenario_sections(plan, plan.scenario())}
    assert list(made) == ["schools_scenarios", "schools_years", "schools_certainty"]
    told = made["schools_scenarios"]
    assert told.answers[0].headline.en == "Scenario “Later” brings 20 more residents within reach."
    assert told.answers[0].emphasis.en in told.answers[0].headline.en
    assert told.bars is not None
    assert {bar.area: bar.parts for bar in told.bars.rows} == {
        "west": (150, 0, 30),
        "east": (0, 20, 0),
    }
    side, by_area, by_change = told.tables
    assert len(side.rows) == 2
    for at, column in enumerate(by_area.columns):
        if column.id not in {"area", "sure"}:
            *each, whole = (row.cells[at].value for row in by_area.rows)
            assert sum(each) == whole  # type: ignore[arg-type]  # whole numbers all
    assert by_area.rows[-1].area == CITY
    assert [row.cells[2].value for row in by_change.rows] == [20, 20]


def test_every_section_says_its_numbers_in_every_language(toytown: Path) -> None:
    plan = Plan(toytown)
    for section in scenario_sections(plan, plan.scenario()):
        for answer in section.answers:
            for language in LANGUAGES:
                assert answer.emphasis[language] in answer.headline[language]
        ids = [figure.id for answer in section.answers for figure in answer.figures]
        assert len(ids) == len(set(ids))
        assert all(isinstance(note, Text) for note in section.notes)


def test_a_plan_whose_scenarios_open_the_same_has_nothing_to_compare(toytown: Path) -> None:
    (toytown / "layers" / "scenarios" / "later.toml").unlink()
    plan = Plan(toytown)
    assert list(scenario_sections(plan, plan.scenario())) == []


def test_another_scenario_is_told_of_only_if_it_differs_in_nothing_but_what_is_open(
    toytown: Path,
) -> None:
    plan = with_scenario(toytown, OPENS_P + PEOPLE.replace("2030", "2040"))
    offer = plan.offer("schools", plan.scenario())
    assert offer.other is not None
    assert offer.other[0].id == "later"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["scenario", "show", "latr"], "Unknown scenario 'latr': did you mean later"),
        (["scenario", "compare", "today", "latr"], "Unknown scenario 'latr'"),
        (["scenario", "compare", "today", "later", "--theme", "x"], "Unknown theme 'x'"),
        (["scenario", "compare", "today", "later", "--basis", "streets"], "has no streets"),
        (["scenario", "compare", "today", "later", "--seats"], "has no seats to give"),
        (["scenario", "compare", "today", "later", "--seats", "--each"], "leave out --each or"),
    ],
)
def test_what_cannot_be_answered_is_one_line(
    arguments: list[str], complaint: str, toytown: Path, refusal: Callable[..., str]
) -> None:
    assert complaint in refusal(*arguments, "--plan", str(toytown))


def test_the_verbs_answer_in_words_and_in_json(
    toytown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ["scenario", "list"],
        ["scenario", "show", "later"],
        ["scenario", "compare", "today", "later"],
    ):
        assert main([*arguments, "--plan", str(toytown)]) == 0
        assert capsys.readouterr().out
        assert main([*arguments, "--plan", str(toytown), "--json"]) == 0
        json.loads(capsys.readouterr().out)


def test_the_theme_compared_is_one_of_which_something_opens(toytown: Path) -> None:
    plan = Plan(toytown)
    assert theme_of(plan, "today", "later") == "schools"
    (toytown / "layers" / "norms" / "schools.toml").unlink()
    with pytest.raises(UsageError, match="No theme has a norm for reach"):
        theme_of(Plan(toytown), "today", "later")
    with pytest.raises(UsageError, match="has no norm for reach"):
        compared(Plan(toytown), "today", "later", "schools")


# The bundled plan ------------------------------------------------------------------------------


def test_every_bundled_scenario_is_valid_and_differs_from_the_baseline(almaty: Plan) -> None:
    assert set(almaty.scenarios) == {
        *("register-2025", "today-2026", "one-shift-2030", "population-2030", "population-2040")
    }
    check_scenarios(almaty)
    hashes = {one.sha256 for one in almaty.scenarios.values()}
    assert len(hashes) == len(almaty.scenarios)
    for one in almaty.scenarios.values():
        assert one.source in almaty.publishers
        found = shown(almaty, one, "ru")
        assert found["remarks"] == []


@pytest.mark.parametrize(
    ("name", "people"), [("population-2030", 2_750_000), ("population-2040", 3_600_000)]
)
def test_the_forecasts_have_their_people_to_the_last_one(
    almaty: Plan, name: str, people: int
) -> None:
    assert int(almaty.people(almaty.scenario(name)).people.sum()) == people


def test_the_one_shift_task_sets_every_state_school_to_one_shift(almaty: Plan) -> None:
    one = almaty.scenario("one-shift-2030")
    assert set(changed(almaty.layers["schools_state"], one).frame["shifts"]) == {1}
    assert set(almaty.layers["schools_state"].frame["shifts"]) > {1}


@pytest.mark.parametrize("after", ["today-2026", "one-shift-2030", "population-2040"])
def test_the_bundled_scenarios_compare_to_the_person(almaty: Plan, after: str) -> None:
    found = compared(almaty, "register-2025", after, "schools").to_dict()
    for name, measure in found["measures"].items():
        assert sum(row[name]["change"] for row in found["districts"]) == measure["change"]
        assert sum(change[name]["share"] for change in found["changes"]) == measure["change"]
    before = almaty.coverage("schools", scenario="register-2025")
    assert found["measures"]["within_reach"]["before"] == before.within_reach


def test_what_the_21_planned_schools_change_is_told_one_by_one(almaty: Plan) -> None:
    found = compared(almaty, "register-2025", "today-2026", "schools", each=True).to_dict()
    assert len(found["changes"]) == 21
    assert sum(change["capacity"]["share"] for change in found["changes"]) == 33_506


def test_the_measure_of_a_subject_above_is_compared_alike(toytown: Path) -> None:
    plan = Plan(toytown)
    own = setting(plan, "schools")
    doubled = Measure("x", same("x"), lambda s, t: 2 * s.members.sums(t.demand.people))
    answer = compare(plan.scenario("today"), plan.scenario("later"), own, [doubled])
    assert answer.to_dict()["measures"]["x"] == {"before": 400, "after": 400, "change": 0}


def test_a_selection_is_read_as_before() -> None:
    assert Selection(layer="a").ids == ()
    assert Dated(layer="a", year=2030).year == 2030
    assert build(Dated, {"layer": "a"}, "x").year is None
    with pytest.raises(UnknownNameError):
        scaled(
            np.array([1]),
            ("a",),
            Population(year=2030, areas={"n": 1}, source="x", confidence="low"),
        )


def test_a_part_of_a_scenario_has_a_digest_of_its_own(toytown: Path) -> None:
    plan = with_scenario(toytown, OPENS_P + PEOPLE)
    before, after = plan.scenario("today"), plan.scenario("other")
    made = parts(before, after, setting(plan, "schools"))
    digests = {before.sha256, *(mixed(before, [part]).sha256 for part in made)}
    assert len(digests) == 3


def test_who_gets_a_seat_is_compared_alike(almaty: Plan) -> None:
    seats = ground(almaty, "schools", basis="detour")
    before, after = (almaty.scenario(name) for name in ("register-2025", "one-shift-2030"))
    own = setting(almaty, "schools", How(basis="detour"))
    found = compare(before, after, own, seat_measures(seats)).to_dict()
    assert found["measures"]["pupils"]["change"] == 0
    assert found["measures"]["seated"]["after"] == seats.provide(after).seated.sum()
    shares = {change["change"]: change["seated"]["share"] for change in found["changes"]}
    assert sum(shares.values()) == found["measures"]["seated"]["change"]
    assert shares["State schools: Shifts = 1"] < 0
    assert shares["opens: Planned schools: Comfortable School"] > 0
