"""Where the next facilities help most, asked of a plan."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from almaty_geo.cli import main
from almaty_geo.errors import SpecError, UnknownNameError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.plan.seeking import Wanted
from almaty_geo.siting.sited import Sited

ROOT = Path(__file__).parents[1]
ONE = Wanted(count=1)
EXCLUSION = """
title = {{ kk = "x", ru = "x", en = "Keep off" }}
layer = "{layer}"
distance_m = {distance}
confidence = "assumption"
basis = {{ kk = "x", ru = "x", en = "invented" }}
{more}
"""


@pytest.fixture(scope="module")
def almaty() -> Plan:
    return Plan(ROOT)


def exclude(town: Path, layer: str, distance: int, more: str = "") -> None:
    folder = town / "layers" / "exclusions"
    folder.mkdir(exist_ok=True)
    text = EXCLUSION.format(layer=layer, distance=distance, more=more)
    (folder / "keep-off.toml").write_text(text, encoding="utf-8")


def ids(found: Sited) -> list[str]:
    return [site.candidate for site in found.sites]


def test_the_next_school_goes_where_most_people_are_out_of_reach(toytown: Path) -> None:
    found = Plan(toytown).site("schools", ONE)
    # home-3 is 2.5 m of way too far with 30 people; home-2 next to it has it within 500 m as well.
    assert found.siting.value == 30
    assert ids(found)[0] in {"home-2", "home-3"}
    assert found.siting.status == "optimal"
    assert found.sites[0].area == "west"


def test_two_schools_reach_everybody(toytown: Path) -> None:
    plan = Plan(toytown)
    found = plan.site("schools", Wanted(count=2))
    assert found.siting.value == 50
    assert [site.gain for site in found.sites] == [30, 20]
    fewest = plan.site("schools", Wanted(share=1.0))
    assert fewest.siting.value == 2
    half = plan.site("schools", Wanted(share=0.5))
    assert half.siting.value == 0  # 150 of 200 are within reach as it is
    assert half.sites == ()


def test_what_a_scenario_opens_is_no_gain_any_more(toytown: Path) -> None:
    found = Plan(toytown).site("schools", Wanted(count=2), scenario="later")
    assert found.siting.value == 30


def test_sites_keep_away_from_what_is_declared(toytown: Path) -> None:
    exclude(toytown, "schools", 500)
    found = Plan(toytown).site("schools", ONE)
    assert ids(found) == ["home-4"]  # all others are within 500 m of the school
    assert found.siting.value == 20
    (checked,) = found.candidates.checked
    assert (checked.excluded, checked.unlocated) == (3, 1)


def test_an_exclusion_that_refers_to_nothing_is_named(toytown: Path) -> None:
    exclude(toytown, "marshes", 100)
    with pytest.raises(SpecError, match=r"exclusions/keep-off.toml: .*marshes"):
        Plan(toytown).verify()
    exclude(toytown, "schools", 100, "[where]\ncolour = 'red'")
    with pytest.raises(SpecError, match="colour"):
        Plan(toytown).verify()


def test_the_mean_and_the_worst_way_fall(toytown: Path) -> None:
    plan = Plan(toytown)
    mean = plan.site("schools", replace(ONE, objective="mean"))
    worst = plan.site("schools", replace(ONE, objective="worst"))
    assert ids(mean) == ["home-4"]  # 20 people save 2,500 m each, 30 only 3 m
    assert ids(worst) == ["home-4"]
    assert worst.siting.before == 2500
    assert worst.siting.value == 502  # what home-3 walks: 502.5 m, in whole metres, half to even


def test_sites_may_be_among_points_of_a_layer_or_a_grid(toytown: Path) -> None:
    plan = Plan(toytown)
    planned = plan.site("schools", replace(ONE, among="schools_planned"))
    assert (ids(planned), planned.siting.value) == (["P"], 20)
    grid = plan.site("schools", replace(ONE, among="grid:500m"))
    assert grid.siting.value == 30
    assert 21 <= len(grid.candidates.ids) <= 45  # 7 by 3 inside, more on the borders


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(), "how many sites"),
        (Wanted(count=1, share=0.5), "how many sites"),
        (Wanted(share=0.5, objective="mean"), "A share is reached with"),
        (Wanted(count=0), "whole number from 1, not 0"),
        (Wanted(count=9), "9 sites are asked for, but there are 5"),
        (Wanted(count=1, among="nodes"), "no streets"),
        (Wanted(count=1, among="districts"), "has no points"),
        (Wanted(count=1, among="grid:0m"), "more than 0"),
        (Wanted(count=1, objective="seats"), "has no seats to give"),
        (Wanted(count=1, menu=True, tolerance=2), "tolerance must be a share"),
        (Wanted(count=1, reach="10min", objective="mean"), "give a reach in metres"),
    ],
)
def test_a_question_that_is_none_gets_one_line(toytown: Path, wanted: Wanted, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Plan(toytown).site("schools", wanted)


def test_unknown_candidates_are_refused_with_what_there_is(toytown: Path) -> None:
    with pytest.raises(UnknownNameError, match="schools_planned"):
        Plan(toytown).site("schools", replace(ONE, among="school_planned"))


def test_the_next_five_schools_of_almaty_are_proven(almaty: Plan) -> None:
    found = almaty.site("schools", Wanted(count=5, menu=True))
    assert found.siting.status == "optimal"
    told = found.to_dict()
    assert sum(site["gain_people"] for site in told["sites"]) == told["value"] == told["bound"]
    assert told["menu"][0]["value"] == told["value"]
    assert all(one["value"] >= 0.99 * told["value"] for one in told["menu"])
    assert {
        "tectonic-faults",
        "mudflow-channels",
        "river-strips",
        "detailed-plan",
        "land-title",
    } <= set(told["exclusions"]["not_checked"])
    for site in told["sites"]:  # a site that every near-best set has is in all that are listed
        if site["no_regret"] == "proven":
            assert all(site["candidate"] in one["sites"] for one in told["menu"])


def test_what_the_sites_gain_is_what_coverage_counts(almaty: Plan) -> None:
    found = almaty.site("schools", Wanted(count=3))
    people, reach = almaty.people(), found.asking.reach
    open_ = almaty.facilities("schools", almaty.scenario())
    both = np.vstack([open_.xy_m, found.candidates.xy_m[list(found.siting.sites)]])
    way = almaty.travel().nearest(people.xy_m, both, reach=reach).way
    after = int(people.people[way <= reach.value].sum())
    assert after - almaty.coverage("schools").within_reach == found.siting.value


def test_new_schools_with_seats_seat_more_pupils(almaty: Plan) -> None:
    found = almaty.site("schools", Wanted(count=2, objective="seats", seats_each=600))
    assert 0 < found.siting.value <= 1200
    assert found.asking.people == 308_773


def test_the_section_says_what_the_verb_says(
    almaty: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    (section,) = (s for s in almaty.sections() if s.id == "schools-sites")
    assert main(["site", "schools", "--count", "5", "--plan", str(ROOT), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert section.marks is not None
    assert [list(place) for place in section.marks.lon_lat] == [
        [site["lon"], site["lat"]] for site in told["sites"]
    ]
    assert [row.cells[5].value for row in section.tables[0].rows] == [
        site["gain_people"] for site in told["sites"]
    ]
    assert f"{told['value']:,}" in section.answers[0].headline.en
    unsure = {row.area for row in section.tables[0].rows if row.cells[5].tone == "unsure"}
    assert unsure <= {"nauryzbay"}  # the one district whose residents are scaled by more than 2


@pytest.mark.parametrize(
    ("asked", "name", "rows"),
    [
        (["site", "schools", "--count", "2"], "sites.geojson", 2),
        (["provision", "schools", "--shifts", "1"], "blocks.geojson", 3610),
        (["scenario", "compare", "register-2025", "today-2026"], "change.geojson", 8),
        (["plan", "schools", "--budget", "5"], "order.geojson", None),
    ],
)
def test_answers_are_files_for_another_gis(
    asked: Sequence[str], name: str, rows: int | None, tmp_path: Path
) -> None:
    out = tmp_path / name
    assert main([*asked, "--plan", str(ROOT), "--out", str(out)]) == 0
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert rows is None or len(features) == rows
    assert features
    assert all(feature["geometry"] for feature in features)


def test_a_format_that_nobody_writes_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sites.dwg"
    assert main(["site", "schools", "--count", "1", "--plan", str(ROOT), "--out", str(out)]) == 1
    assert "dwg" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_numbered_places_are_drawn_on_the_page_of_the_city(toytown: Path) -> None:
    plan = toytown / "plan.toml"
    text = plan.read_text(encoding="utf-8") + '\n[sites]\nthemes = ["schools"]\ncount = 2\n'
    plan.write_text(text, encoding="utf-8")
    out = toytown / "out"
    assert main(["report", "--plan", str(toytown), "--out", str(out)]) == 0
    page = next(out.rglob("city.html")).read_text(encoding="utf-8")
    assert page.count('<g class="numbered">') == 3  # two sites, and the legend's sign
    shutil.rmtree(out)
