import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from toytown import degrees, feature, write_layer

from almaty_geo.errors import SpecError
from almaty_geo.places import membership
from almaty_geo.plan import Plan
from almaty_geo.plan.scenarios import compared, phases


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


def adding(toytown: Path, more: str = "", at: tuple[float, float] = (3000, 1000)) -> Plan:
    """Return the town with a school added in the scenario "later"."""
    lon, lat = degrees(*at)
    path = toytown / "layers" / "scenarios" / "later.toml"
    said = f'[[adds]]\ntheme = "schools"\nid = "new"\nlon = {lon}\nlat = {lat}\n{more}'
    path.write_text(path.read_text().replace('[[opens]]\nlayer = "schools_planned"\n', "") + said)
    return Plan(toytown)


def test_a_scenario_adds_a_facility_that_no_layer_holds(toytown: Path) -> None:
    plan = adding(toytown, "capacity = 70\n")
    later = plan.facilities("schools", plan.scenario("later"))
    assert later.ids == ("added_schools/later.new", "schools/A", "schools/B")
    assert later.capacity.tolist() == [70, 60, 40]
    assert plan.facilities("schools", plan.scenario("today")).ids == ("schools/A", "schools/B")
    assert plan.coverage("schools", scenario="later").out_of_reach == 30
    assert plan.coverage("schools", scenario="today").out_of_reach == 50


def test_an_addition_counts_in_sections_comparisons_and_years(toytown: Path) -> None:
    plan = adding(toytown, "capacity = 70\n")
    section = next(s for s in plan.sections("later") if s.id == "schools")
    figures = {figure.id: figure.value for figure in section.answers[0].figures}
    assert figures["schools.facilities.city"] == 3
    assert figures["schools.capacity.city"] == 170
    found = compared(plan, "today", "later", "schools")
    assert found.differences["within_reach"].change.tolist()[-1] == 0  # nobody lives outside
    assert int(found.differences["within_reach"].change.sum()) == 20
    each = {p.year: p for p in phases(plan, "schools", first=2029, last=2030, scenario="later")}
    assert each[2030].within.sum() - each[2029].within.sum() == 20


def test_additions_count_in_the_digest_and_none_change_no_digest(toytown: Path) -> None:
    before = Plan(toytown).scenario("today").sha256
    plan = adding(toytown)
    assert plan.scenario("today").sha256 == before
    first = plan.scenario("later").sha256
    path = toytown / "layers" / "scenarios" / "later.toml"
    path.write_text(path.read_text() + "capacity = 5\n")
    assert Plan(toytown).scenario("later").sha256 != first


def test_an_addition_to_no_theme_or_far_away_is_refused(toytown: Path) -> None:
    plan = adding(toytown, at=(90_000, 1000))
    with pytest.raises(SpecError, match=r"adds new at .* which is not in the plan's area"):
        plan.facilities("schools", plan.scenario("later"))
    path = toytown / "layers" / "scenarios" / "later.toml"
    path.write_text(path.read_text().replace('theme = "schools"', 'theme = "shools"'))
    plan = Plan(toytown)
    with pytest.raises(SpecError, match=r"later.toml: adds: Unknown theme 'shools'"):
        plan.facilities("schools", plan.scenario("later"))


def test_adding_the_same_twice_is_refused(toytown: Path) -> None:
    path = toytown / "layers" / "scenarios" / "later.toml"
    path.write_text(path.read_text() + 2 * '[[adds]]\ntheme = "a"\nid = "x"\nlon = 1\nlat = 1\n')
    with pytest.raises(SpecError, match="adds 'x' twice"):
        Plan(toytown)


def test_the_plane_as_polynomials_is_the_projection_to_a_thousandth_of_a_millimetre(
    almaty: Plan,
) -> None:
    plane = almaty.area.plane
    assert plane.error_m < 1e-6
    west, south, east, north = almaty.area.bounds_deg
    random = np.random.default_rng(7)
    lon_lat = random.uniform((west, south), (east, north), (500, 2))
    truly = almaty.area.xy_m([shapely.Point(one) for one in lon_lat])
    assert np.abs(plane.xy_m(lon_lat) - truly).max() < 1e-6
