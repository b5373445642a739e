import json
from pathlib import Path

import numpy as np
import pytest
from toytown import degrees, feature, write_layer

from almaty_geo.errors import SpecError
from almaty_geo.places import membership
from almaty_geo.plan import Plan


def test_a_scenario_opens_the_planned_and_closes_what_it_replaces(toytown: Path) -> None:
    plan = Plan(toytown)
    today = plan.facilities("schools", plan.scenario("today"))
    later = plan.facilities("schools", plan.scenario("later"))
    assert today.ids == ("schools/A", "schools/B")
    assert later.ids == ("schools/A", "schools_planned/P")
    assert later.capacity.tolist() == [60, 90]


def test_an_unlocated_facility_is_kept_and_serves_nobody(toytown: Path) -> None:
    plan = Plan(toytown)
    today = plan.facilities("schools", plan.scenario())
    assert today.located.tolist() == [True, False]
    assert plan.layers["schools"].unlocated == 1


def test_a_scenario_that_names_an_unknown_id_is_refused(toytown: Path) -> None:
    path = toytown / "layers" / "scenarios" / "later.toml"
    path.write_text(path.read_text() + 'ids = ["Q"]\n')
    plan = Plan(toytown)
    with pytest.raises(SpecError, match=r"later.toml: Unknown id in schools_planned 'Q'"):
        plan.facilities("schools", plan.scenario("later"))


def test_a_scenario_that_names_an_unknown_column_is_refused(toytown: Path) -> None:
    path = toytown / "layers" / "scenarios" / "later.toml"
    path.write_text(path.read_text() + "where = { sates = 1 }\n")
    plan = Plan(toytown)
    with pytest.raises(SpecError, match="'sates': did you mean state or seats"):
        plan.facilities("schools", plan.scenario("later"))


def test_a_selection_by_column_opens_only_the_rows_that_have_it(toytown: Path) -> None:
    path = toytown / "layers" / "scenarios" / "later.toml"
    path.write_text(path.read_text() + "where = { seats = 91 }\n")
    plan = Plan(toytown)
    assert plan.facilities("schools", plan.scenario("later")).ids == ("schools/A", "schools/B")


def test_a_scenario_can_close_a_facility(toytown: Path) -> None:
    path = toytown / "layers" / "scenarios" / "today.toml"
    path.write_text(path.read_text() + '[[closes]]\nlayer = "schools"\nids = ["A"]\n')
    plan = Plan(toytown)
    assert plan.facilities("schools", plan.scenario("today")).ids == ("schools/B",)


def test_the_stated_area_decides_over_the_place(toytown: Path) -> None:
    path = toytown / "layers" / "residents.geojson"
    data = json.loads(path.read_text())
    data["features"][0]["properties"]["district"] = "east"
    columns = {
        "id": "str",
        "district": 'ref; layer = "districts"',
        "people": "int",
    }
    write_layer(toytown, "residents", role="demand", features=data["features"], columns=columns)
    plan = Plan(toytown)
    assert membership(plan.layers["residents"], plan.areas).of.tolist() == [1, 0, 0, 1, 1]


def test_a_point_on_a_shared_border_belongs_to_one_area_only(toytown: Path) -> None:
    on_border = feature({"id": "x", "people": 7}, None)
    corner = [degrees(2000, 0), degrees(2000, 2000)]
    on_border["geometry"] = {"type": "Point", "coordinates": corner[0]}
    outside = feature({"id": "y", "people": 5}, (9000, 9000))
    outside["geometry"] = {"type": "Point", "coordinates": degrees(4500, 1000)}
    columns = {"id": "str", "people": "int"}
    write_layer(toytown, "residents", role="demand", features=[on_border, outside], columns=columns)
    plan = Plan(toytown)
    member = membership(plan.layers["residents"], plan.areas)
    assert member.ids == ("west", "east")
    assert member.of.tolist() == [1, -1]  # "east" comes before "west"
    assert member.sums(np.array([7, 5])).tolist() == [0, 7, 5]
