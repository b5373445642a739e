"""Years and building orders, on an invented town and on instances small enough to try them all."""

import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toytown import feature, write_layer

from almaty_geo.cli import main
from almaty_geo.errors import UsageError
from almaty_geo.plan import Plan
from almaty_geo.plan.scenarios import (
    How,
    building_programme,
    phases,
    planned_sites,
    points,
    scenario_sections,
    setting,
    sites_of,
)
from almaty_geo.scenarios import People, by_year, forecast, people_in, series_of
from almaty_geo.scenarios.order import Worth, _bound, building_order

TODAY = People(2026, 200, "counted")


def with_figures(town: Path, *rows: tuple[str, str, float | None]) -> Plan:
    write_layer(
        town,
        "figures",
        role="context",
        features=[
            feature({"series": series, "date": day, "value": value}, None)
            for series, day, value in rows
        ],
        columns={"series": "str", "date": "str", "value": "float"},
    )
    return Plan(town)


def edited(town: Path, name: str, before: str, after: str) -> Plan:
    path = town / "layers" / "scenarios" / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return Plan(town)


# People by year --------------------------------------------------------------------------------


def test_of_several_figures_of_a_year_the_latest_counted_one_is_taken(toytown: Path) -> None:
    plan = with_figures(
        toytown,
        ("population", "2023-10-01", 120.0),
        ("population", "2023-01-01", 110.0),
        ("population_forecast", "2023", 999.0),
        ("population_forecast", "2030", 300.0),
        ("pupils", "2024", 50.0),
        ("population", "2025", None),
        ("population", "long ago", 1.0),
    )
    found = series_of([plan.layers["figures"], plan.layers["schools"]])
    assert found == (People(2023, 120, "counted"), People(2030, 300, "forecast"))


def test_years_without_a_figure_lie_on_the_straight_line() -> None:
    known = forecast([People(2022, 100, "counted"), People(2030, 300, "forecast")], today=TODAY)
    assert list(known) == [2022, 2026, 2030]
    assert people_in(known, 2024) == People(2024, 150, "between")
    assert people_in(known, 2026) == TODAY
    assert people_in(known, 2029) == People(2029, 275, "between")
    assert people_in(known, 2030).basis == "forecast"


@pytest.mark.parametrize("year", [2021, 2031])
def test_nothing_is_known_before_the_first_figure_and_after_the_last(year: int) -> None:
    known = forecast([People(2022, 100, "counted"), People(2030, 300, "forecast")], today=TODAY)
    with pytest.raises(UsageError, match=f"for {year}: figures are of 2022 to 2030"):
        people_in(known, year)


def test_a_plan_with_one_figure_has_it_in_every_year() -> None:
    assert people_in({2026: TODAY}, 2050) == People(2050, 200, "constant")


def test_the_people_of_today_and_of_a_scenario_go_before_the_series(toytown: Path) -> None:
    plan = with_figures(toytown, ("population", "2026", 250.0), ("population_forecast", "2030", 3))
    found = points(plan, plan.scenario())
    assert found[2026] == TODAY  # the demand layer's own sum
    told = '[population]\nyear = 2030\ntotal = 400\nsource = "x"\nconfidence = "low"\n[[opens]]'
    plan = edited(toytown, "later", "[[opens]]", told)
    assert points(plan, plan.scenario("later"))[2030] == People(2030, 400, "scenario")


# Years -----------------------------------------------------------------------------------------


def open_in(plan: Plan, scenario: str, *years: int) -> list[list[str]]:
    own = plan.roll("schools")
    return [
        [name for name, is_open in zip(own.ids, mask, strict=True) if is_open]
        for mask in (own.open_in(plan.scenario(scenario), year) for year in years)
    ]


def test_what_a_scenario_opens_opens_in_its_year_and_closes_what_it_replaces(
    toytown: Path,
) -> None:
    assert open_in(Plan(toytown), "later", 2029, 2030) == [
        ["schools/A", "schools/B"],
        ["schools/A", "schools_planned/P"],
    ]
    plan = edited(toytown, "later", '"schools_planned"', '"schools_planned"\nyear = 2028')
    assert open_in(plan, "later", 2027, 2028)[1] == ["schools/A", "schools_planned/P"]
    assert open_in(plan, "today", 2040) == [["schools/A", "schools/B"]]


def test_what_a_scenario_closes_closes_in_its_year(toytown: Path) -> None:
    closes = '[[closes]]\nlayer = "schools"\nids = ["A"]\nyear = 2028\n[[opens]]'
    plan = edited(toytown, "later", "[[opens]]", closes)
    assert open_in(plan, "later", 2027, 2028, 2030) == [
        ["schools/A", "schools/B"],
        ["schools/B"],
        ["schools_planned/P"],
    ]


def dated(town: Path) -> Plan:
    write_layer(
        town,
        "schools",
        role="facility",
        features=[
            feature({"id": "A", "seats": 60, "opens": 2024, "closes": None}, (1000, 1000)),
            feature({"id": "B", "seats": 40, "opens": None, "closes": 2025}, (1000, 1402)),
        ],
        columns={
            "id": "str; required = true; unique = true",
            "seats": "int",
            "opens": "int",
            "closes": "int",
        },
        extra='theme = "schools"\ncapacity = "seats"\n',
    )
    return Plan(town)


def test_what_layers_say_of_years_counts(toytown: Path) -> None:
    assert open_in(dated(toytown), "today", 2023, 2024, 2025) == [
        ["schools/B"],
        ["schools/A", "schools/B"],
        ["schools/A"],
    ]


def test_each_year_is_as_counted_by_hand(toytown: Path) -> None:
    dated(toytown)
    plan = with_figures(
        toytown, ("population", "2022", 100.0), ("population_forecast", "2030", 400.0)
    )
    found = {x.year: x for x in phases(plan, "schools", first=2023, last=2030, scenario="later")}
    # 2023: 125 people; only B, which has home-2 and home-3 within reach: 31 and 19 of 125
    assert (found[2023].people.sum(), found[2023].within.sum()) == (125, 50)
    assert found[2023].capacity.sum() == 40
    # 2025: 175 people; only A: home-1 and home-2, 88 and 44 (of 87.5 and 43.75)
    assert (found[2025].people.sum(), found[2025].within.sum()) == (175, 132)
    # 2026: as the layer has them
    assert (found[2026].people.tolist(), found[2026].within.tolist()) == ([180, 20, 0], [150, 0, 0])
    # 2030: twice as many, and P
    assert found[2030].within.tolist() == [300, 40, 0]
    assert (found[2030].facilities.sum(), found[2030].capacity.sum()) == (2, 150)
    assert found[2030].share == 0.85
    told = found[2030].to_dict(("west", "east"))
    assert told["people_basis"] == "forecast"
    assert sum(row["people"] for row in told["districts"]) == told["people"] == 400


def test_a_year_of_nobody_has_no_share(toytown: Path) -> None:
    plan = Plan(toytown)
    (none,) = by_year(
        setting(plan, "schools"),
        plan.scenario(),
        [2030],
        points={2030: People(2030, 0, "counted")},
    )
    assert none.share is None
    assert none.within.sum() == 0


def test_a_city_with_forecasts_has_a_section_by_year(toytown: Path) -> None:
    plan = with_figures(
        toytown, ("population", "2020", 100.0), ("population_forecast", "2030", 400.0)
    )
    made = {s.id: s for s in scenario_sections(plan, plan.scenario())}
    section = made["schools_years"]
    assert section.answers[0].headline.en == (
        "If nothing more is built, 100 residents will live out of reach in 2030."
    )
    opened, years, order = section.tables
    assert [cell.value for cell in opened.rows[0].cells[:2]] == ["schools_planned/P", 2030]
    assert [cell.value for cell in opened.rows[0].cells[2:]] == [50, 20, "east"]
    assert [row.cells[0].value for row in years.rows] == list(range(2022, 2031))
    assert [cell.value for cell in order.rows[0].cells] == [1, 2027, "schools_planned/P", 25, 25]


# Building orders -------------------------------------------------------------------------------


def worth_of(reached: Sequence[set[int]], people: Sequence[int], growth: int = 0) -> Worth:
    """People reached by sites, each of which reaches some points; all grow by so many a year."""

    def worth(chosen: int, year: int) -> int:
        near = set().union(*(own for j, own in enumerate(reached) if chosen >> j & 1), set())
        return sum(people[point] + growth * year for point in near)

    return worth


def best_by_trying(worth: Worth, sites: int, budget: int, years: Sequence[int]) -> int:
    @cache
    def best(chosen: int, turn: int) -> int:
        if turn == len(years):
            return 0
        left = [j for j in range(sites) if not chosen >> j & 1]
        found = 0
        for number in range(min(budget, len(left)) + 1):
            for some in combinations(left, number):
                after = chosen | sum(1 << j for j in some)
                found = max(found, worth(after, years[turn]) + best(after, turn + 1))
        return found

    return best(0, 0)


INSTANCES = st.tuples(
    st.lists(st.sets(st.integers(0, 5), max_size=4), min_size=1, max_size=5),
    st.lists(st.integers(0, 50), min_size=6, max_size=6),
    st.integers(0, 5),
    st.integers(1, 3),
    st.integers(1, 3),
)


@settings(max_examples=80, deadline=None)
@given(INSTANCES)
def test_few_sites_are_built_in_the_best_order_there_is(
    drawn: tuple[list[set[int]], list[int], int, int, int],
) -> None:
    reached, people, growth, budget, turns = drawn
    years = range(1, turns + 1)
    worth = worth_of(reached, people, growth)
    found = building_order(worth, len(reached), budget=budget, years=years)
    assert found.value == best_by_trying(worth, len(reached), budget, years)
    assert (found.bound, found.gap) == (found.value, 0)
    assert len(set(found.sequence)) == len(found.sequence)
    assert all(len(built) <= budget for built in found.built)


@settings(max_examples=80, deadline=None)
@given(INSTANCES)
def test_the_gap_of_many_sites_is_never_smaller_than_the_true_one(
    drawn: tuple[list[set[int]], list[int], int, int, int],
) -> None:
    reached, people, growth, budget, turns = drawn
    years = range(1, turns + 1)
    worth = worth_of(reached, people, growth)
    found = building_order(worth, len(reached), budget=budget, years=years, exact=0)
    best = best_by_trying(worth, len(reached), budget, years)
    assert found.value <= best <= found.bound
    assert found.value >= best * (1 - 1 / math.e) - 1e-9


TRAP = worth_of([{0, 1, 2, 3}, {0, 1, 4}, {2, 3, 5}], [1] * 6)
"""The site that reaches most at first is in neither of the best two."""


@pytest.mark.parametrize("exact", [0, 12])
def test_the_first_choice_is_given_up_where_two_others_serve_more(exact: int) -> None:
    found = building_order(TRAP, 3, budget=2, years=[1], exact=exact)
    assert sorted(found.sequence) == [1, 2]
    assert found.value == 6


def test_no_set_of_sites_exceeds_the_bound() -> None:
    for tried in ([0], [0b001], [0b011], [0b111]):
        assert _bound(TRAP, tried, 3, budget=2, years=[1]) >= 6
    assert _bound(TRAP, [0b001], 3, budget=1, years=[1]) == 4


def test_a_site_that_closes_another_counts_what_is_lost() -> None:
    # Site 0 reaches 10 and takes 4 away; site 1 reaches 7.
    def worth(chosen: int, _: int) -> int:
        return 4 + (6 if chosen & 1 else 0) + (7 if chosen & 2 else 0)

    found = building_order(worth, 2, budget=1, years=[1, 2])
    assert found.built == ((1,), (0,))
    assert found.served == (11, 17)
    assert found.before == (4, 4)
    assert found.delay == (11 + 17) - (4 + 11)
    assert found.delays == (7, 6)


def test_a_site_that_serves_nobody_more_is_not_built() -> None:
    for exact in (0, 12):
        worth = worth_of([{0}, {0}, set()], [5])
        found = building_order(worth, 3, budget=2, years=[1, 2], exact=exact)
        assert found.built == ((0,), ())


@pytest.mark.parametrize(
    ("sites", "budget", "years", "complaint"),
    [
        (0, 1, [1], "there is no site"),
        (1, 0, [1], "there is no budget of 1 or more"),
        (1, 1, [], "there is no year"),
    ],
)
def test_nothing_to_build_is_one_clear_line(
    sites: int, budget: int, years: list[int], complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        building_order(lambda _chosen, _year: 0, sites, budget=budget, years=years)


def test_the_town_builds_what_its_scenario_plans(toytown: Path) -> None:
    plan = Plan(toytown)
    found = building_programme(plan, planned_sites(plan, "schools"), budget=1).to_dict()
    assert found["sites"] == [
        {
            "rank": 1,
            "site": "schools_planned/P",
            "year": 2027,
            "gain_people": 20,
            "delay_person_years": 20,
        }
    ]
    assert [(y["year"], y["served"], y["served_without"]) for y in found["years"]] == [
        (2027, 170, 150)
    ]
    assert (found["status"], found["gap"], found["delay_person_years"]) == ("optimal", 0, 20)
    assert (found["scenario"], len(found["sha256"])) == ("today", 64)


def test_a_site_that_replaces_a_school_counts_net_of_it(toytown: Path) -> None:
    dated(toytown)  # B stands at home-3 and is replaced by P
    plan = Plan(toytown)
    found = building_programme(plan, planned_sites(plan, "schools"), budget=1).to_dict()
    # P brings home-4, 20; B alone has home-3, 30, in reach: a loss of ten, so not built
    assert found["left_out"] == ["schools_planned/P"]
    assert found["sites"] == []


def test_any_layer_can_say_where_to_build(toytown: Path) -> None:
    places = {"north": (1000, 1700), "east": (3000, 1000), "far": (3900, 1900)}
    write_layer(
        toytown,
        "lots",
        role="context",
        features=[
            *(feature({"id": name}, at) for name, at in places.items()),
            feature({"id": "nowhere"}, None),
        ],
        columns={"id": "str; required = true; unique = true"},
    )
    plan = Plan(toytown)
    found = building_programme(plan, sites_of(plan, "schools", "lots"), budget=1, last=2028)
    assert [site[:3] for site in found.sites] == [("lots/north", 2027, 30), ("lots/east", 2028, 20)]
    assert found.left_out == ("lots/far",)
    wide = sites_of(plan, "schools", "lots", asked=How(reach="3km"))
    assert building_programme(plan, wide, budget=1).sites == ()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["plan", "schools", "--budget", "0"], "The budget is 0; it must be 1 or more a year."),
        (["plan", "scools", "--budget", "1"], "did you mean schools"),
        (["plan", "schools", "--budget", "1", "--sites", "lots"], "Unknown layer 'lots'"),
        (
            ["plan", "schools", "--budget", "1", "--from", "2030", "--to", "2029"],
            "The years run from 2030 to 2029: backwards.",
        ),
        (
            ["plan", "schools", "--budget", "1", "--scenario", "later"],
            "There is no site for 'schools' to build: none of them has a place",
        ),
    ],
)
def test_what_cannot_be_planned_is_one_line(
    arguments: list[str], complaint: str, toytown: Path, refusal: Callable[..., str]
) -> None:
    assert complaint in refusal(*arguments, "--plan", str(toytown))


def test_the_verb_answers_in_words_and_in_json(
    toytown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["plan", "schools", "--budget", "1", "--plan", str(toytown)]
    assert main(arguments) == 0
    assert "a year's delay costs 20 person-years" in capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["person_years"] == 170


def test_the_planned_schools_of_the_bundled_plan_are_put_in_order(almaty: Plan) -> None:
    served = planned_sites(almaty, "schools")
    found = building_programme(almaty, served, budget=5).to_dict()
    assert len(found["sites"]) + len(found["left_out"]) == 22  # 21 sites, and the one in Zerdeli
    assert 0 <= found["gap"] < 0.005
    assert found["years"][0]["year"] == 2027
    gains = [site["gain_people"] for site in found["sites"][:5]]
    assert gains == sorted(gains, reverse=True)
    again = building_programme(almaty, planned_sites(almaty, "schools"), budget=5).to_dict()
    assert json.dumps(found) == json.dumps(again)


def test_the_bundled_plan_knows_its_people_from_2014_to_2040(almaty: Plan) -> None:
    known = points(almaty, almaty.scenario())
    assert (min(known), max(known)) == (2014, 2040)
    assert people_in(known, 2026) == People(2026, 2_354_736, "counted")
    assert people_in(known, 2035) == People(2035, 3_175_000, "between")
