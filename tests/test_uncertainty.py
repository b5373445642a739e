"""Which results hold: an invented town whose interval is known, and the bundled plan."""

import json
from pathlib import Path

import numpy as np
import pytest
from toytown import PEOPLE, feature, write_layer

from almaty_geo.errors import SpecError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.plan.scenarios import How, how_sure, scenario_sections, setting
from almaty_geo.scenarios.uncertainty import _alike


def counted(town: Path, register: dict[str, int], **precision: float | None) -> Plan:
    """Write the town's people with the people that were counted before scaling."""
    write_layer(
        town,
        "residents",
        role="demand",
        features=[
            feature(
                {"id": home, "district": where, "people": people, "people_register": register[home]}
                | ({"precision_m": precision.get(home)} if precision else {}),
                (east, north),
            )
            for home, (east, north, people, where) in PEOPLE.items()
        ],
        columns={
            "id": "str; required = true; unique = true",
            "district": 'ref; layer = "districts"',
            "people": "int",
            "people_register": "int",
            **({"precision_m": "float"} if precision else {}),
        },
    )
    return Plan(town)


HALF = {"home-1": 50, "home-2": 25, "home-3": 15, "home-4": 5, "home-5": 0}


def test_the_interval_of_the_town_is_that_of_its_detour(toytown: Path) -> None:
    found = how_sure(Plan(toytown), "schools")
    west, east, outside = found.share.tolist()
    assert west == pytest.approx(150 / 180)
    assert east == 0
    assert np.isnan(outside)
    # home-2 and home-3 come and go with the detour: 100, 150 or 180 of 180
    assert found.low[0] == pytest.approx(100 / 180)
    assert found.high[0] == pytest.approx(1)
    assert found.city[0] == 0.75
    assert found.varied == ("detour",)
    assert found.verdicts == ("robust", "robust", "empty")
    assert found.unstated == ("residents", "schools", "schools_planned")


def test_the_same_plan_gives_the_same_interval(toytown: Path) -> None:
    one, two = (how_sure(Plan(toytown), "schools").to_dict() for _ in range(2))
    assert json.dumps(one) == json.dumps(two)
    assert [row["district"] for row in one["districts"]] == ["west", "east"]


def test_people_scaled_by_more_than_the_limit_are_never_robust(toytown: Path) -> None:
    found = how_sure(counted(toytown, HALF), "schools")
    assert found.factor[:2].tolist() == [2.0, 4.0]
    assert found.verdicts[:2] == ("robust", "borderline")
    assert (found.robust("west"), found.robust("east")) == (True, False)
    assert found.factor_limit == 2.0
    assert "counts" in found.varied


def test_a_district_on_the_citys_own_side_of_the_fence_is_borderline(toytown: Path) -> None:
    # All of West's people and none of East's: the city's share is West's own, nothing tells.
    plan = counted(toytown, HALF)
    write_layer(
        toytown,
        "residents",
        role="demand",
        features=[feature({"id": "x", "people": 100}, (1000, 1399))],
        columns={"id": "str; required = true; unique = true", "people": "int"},
    )
    found = how_sure(Plan(plan.folder), "schools")
    assert found.verdicts == ("robust", "empty", "empty")  # always equal, never otherwise
    assert found.agree[0] == 1


def test_counts_move_the_city_and_not_the_share_of_a_district(toytown: Path) -> None:
    (toytown / "plan.toml").write_text(
        (toytown / "plan.toml")
        .read_text()
        .replace("low = 1.0\nhigh = 1.5", "low = 1.25\nhigh = 1.25")
    )
    found = how_sure(counted(toytown, HALF), "schools")
    assert found.varied == ("counts",)
    assert found.low[0] == pytest.approx(found.share[0])
    assert found.high[0] == pytest.approx(found.share[0])
    assert found.city[1] < found.city[2]
    # people counted have 75 of 95 within reach, people scaled 150 of 200
    assert 0.7499 < found.city[1] < found.city[2] < 75 / 95 + 1e-9


def test_people_counted_are_scaled_to_as_many_in_all(toytown: Path) -> None:
    plan = counted(toytown, HALF)
    alike = _alike(setting(plan, "schools"), np.array([100.0, 50, 30, 20, 0]))
    assert alike is not None
    assert alike.sum() == pytest.approx(200)
    assert alike[0] == pytest.approx(50 * 200 / 95)


def test_a_place_known_badly_may_be_within_reach_or_not(toytown: Path) -> None:
    (toytown / "plan.toml").write_text(
        (toytown / "plan.toml")
        .read_text()
        .replace("low = 1.0\nhigh = 1.5", "low = 1.25\nhigh = 1.25")
    )
    exact = how_sure(counted(toytown, HALF, **{"home-2": 0.0}), "schools")
    assert exact.varied == ("counts",)
    plan = counted(toytown, HALF, **{"home-2": 100.0})
    loose = how_sure(plan, "schools")
    assert loose.varied == ("positions", "counts")
    assert loose.unstated == ("schools", "schools_planned")
    assert loose.low[0] == pytest.approx(100 / 180)
    assert loose.high[0] == pytest.approx(150 / 180)


def test_a_norm_with_two_ends_widens_the_interval(toytown: Path) -> None:
    path = toytown / "layers" / "norms" / "schools.toml"
    path.write_text(path.read_text().replace("value = 500", "value = 500\nlow = 400\nhigh = 3000"))
    found = how_sure(Plan(toytown), "schools")
    assert found.varied == ("detour", "norm")
    assert found.high[1] == 1  # all of East reaches School A
    asked = how_sure(Plan(toytown), "schools", asked=How(reach="500m"))
    assert asked.varied == ("detour",)  # what was asked for is no norm


def test_the_ends_of_a_norm_hold_its_value(toytown: Path) -> None:
    path = toytown / "layers" / "norms" / "schools.toml"
    path.write_text(path.read_text().replace("value = 500", "value = 500\nlow = 600"))
    with pytest.raises(SpecError, match=r"low 600\.0 <= value 500\.0 <= high 500\.0 is not so"):
        Plan(toytown)


def test_a_theme_without_a_norm_asks_for_a_reach(toytown: Path) -> None:
    (toytown / "layers" / "norms" / "schools.toml").unlink()
    with pytest.raises(UsageError, match="has no norm for reach"):
        how_sure(Plan(toytown), "schools")


def test_nothing_within_reach_is_an_answer_too(toytown: Path) -> None:
    path = toytown / "layers" / "scenarios" / "today.toml"
    path.write_text(path.read_text() + '[[closes]]\nlayer = "schools"\n')
    found = how_sure(Plan(toytown), "schools")
    assert list(found.city) == [0, 0, 0]
    assert found.share[:2].tolist() == [0, 0]


def test_a_borderline_district_is_no_headline(toytown: Path) -> None:
    counted(toytown, HALF)
    plan = Plan(toytown)
    made = {s.id: s for s in scenario_sections(plan, plan.scenario())}
    east = made["schools_scenarios"].answer("east")
    assert east is not None
    assert "not sure" in east.headline.en
    assert "20" not in east.headline.en
    verdicts = {row.area: row.cells[-1].value for row in made["schools_certainty"].tables[0].rows}
    assert verdicts == {"west": "robust", "east": "borderline", "city": None}


def test_the_district_scaled_most_is_borderline_and_the_others_hold(almaty: Plan) -> None:
    found = how_sure(almaty, "schools")
    by_area = dict(zip(found.areas, found.verdicts, strict=False))
    assert by_area.pop("nauryzbay") == "borderline"
    assert set(by_area.values()) == {"robust"}
    factor = dict(zip(found.areas, found.factor.tolist(), strict=False))
    assert round(factor["nauryzbay"], 2) == 2.07
    low, high = found.city[1:]
    answer = almaty.coverage("schools")
    assert answer.share is not None
    assert low <= answer.share <= high
    assert found.city[0] == answer.share


def test_a_forecast_spread_by_todays_pattern_holds_nowhere(almaty: Plan) -> None:
    found = how_sure(almaty, "schools", scenario="population-2040")
    assert set(found.verdicts[:-1]) == {"borderline"}
