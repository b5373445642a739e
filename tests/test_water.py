import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almaty_geo.cli import main
from almaty_geo.errors import DataError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.plan.supply import Otherwise, water_supply
from almaty_geo.water import PerPerson, Series, section
from almaty_geo.water.person import LITRES
from almaty_geo.water.series import Point
from almaty_geo.words import LANGUAGES, same

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan(ROOT)


def test_the_balance_is_what_one_reckons_by_hand(plan: Plan) -> None:
    supply = plan.water()
    assert supply is not None
    found = supply.balance
    assert found.use[0].value == 700_000
    assert found.published is not None
    assert found.published.value == 1_300_000
    assert found.itemised_m3_day == 15_000 + 22_000 + 432_000 + 360_000 + 21_600 + 125_000
    assert found.unattributed_m3_day == 1_300_000 - 975_600 == 324_400
    fields = [s for s in found.sources if s.kind == "groundwater_field"]
    assert sum(s.capacity_m3_day or 0 for s in fields) == 813_600
    assert found.share_of_use(["kargaly", "aksai"]) == pytest.approx(37_000 / 700_000)
    assert round(found.share_of_use(["kargaly", "aksai"]) * 100, 1) == 5.3
    assert round(found.used[0].litres) == 297  # 700,000 m³ over 2,354,736 people
    assert round(found.used[1].litres) == 255  # the company's 600,000 m³


def test_the_reserve_follows_from_its_formula(plan: Plan) -> None:
    supply = plan.water(years=[2026, 2030])
    assert supply is not None
    now, later = supply.balance.years
    assert now.people == 2_354_736
    assert later.people == 2_750_000
    assert later.forecast
    by_norm = 1_300_000 - 1.2 * 2_750_000 * 230 / 1000
    assert later.reserve_m3_day("norm") == pytest.approx(by_norm)
    least = 975_600 - 1.3 * 2_750_000 * (700_000 / 2_354_736)
    assert later.least_reserve_m3_day == pytest.approx(least)
    assert later.most_reserve_m3_day == pytest.approx(1_300_000 - 2_750_000 * 230 / 1000)


def test_between_two_figures_residents_grow_in_a_straight_line(plan: Plan) -> None:
    supply = plan.water(years=[2020, 2030, 2035, 2040, 2060])
    assert supply is not None
    people = [year.people for year in supply.balance.years]
    assert people == [1_916_782, 2_750_000, 3_175_000, 3_600_000, 3_600_000]


def test_a_source_gives_water_from_the_year_it_opens(plan: Plan) -> None:
    supply = plan.water(years=[2022, 2025, 2026])
    assert supply is not None
    itemised = [year.itemised_m3_day for year in supply.balance.years]
    assert [itemised[1] - itemised[0], itemised[2] - itemised[1]] == [15_000, 22_000]


def test_areas_and_the_rest_add_up_to_what_is_published(plan: Plan) -> None:
    supply = plan.water()
    assert supply is not None
    found = supply.balance
    stated = sum(a.capacity_m3_day + a.coming_m3_day for a in found.areas)
    assert stated + found.unattributed_m3_day == 1_300_000
    assert sum(a.people for a in found.areas) == 2_354_736
    used = found.used[0].id
    assert sum(a.demand_m3_day[used] for a in found.areas) == pytest.approx(700_000)


def test_sources_by_kind_and_the_rest_are_all_that_is_published(plan: Plan) -> None:
    supply = plan.water()
    assert supply is not None
    kinds = {one.kind: one for one in supply.balance.kinds}
    assert {name: one.capacity_m3_day for name, one in kinds.items()} == {
        "river_intake": 37_000,
        "planned_intake": 0,
        "groundwater_field": 813_600,
        "treatment_works": 125_000,
    }
    assert sum(one.sources for one in kinds.values()) == 11
    assert [one.unknown for one in kinds.values()] == [2, 2, 0, 1]
    table = next(t for t in section(supply).tables if t.columns[0].id == "kind")
    assert table.rows[-1].cells[2].value == 1_300_000
    assert sum(int(row.cells[2].value or 0) for row in table.rows[:-1]) == 1_300_000


def test_districts_in_each_year_add_up_to_the_city(plan: Plan) -> None:
    supply = plan.water(years=[2026, 2030, 2040])
    assert supply is not None
    found = supply.balance
    for at, year in enumerate(found.years):
        areas = [area.years[at] for area in found.areas]
        assert sum(a.people for a in areas) == year.people
        for name in ("norm", "water_use", "water_use_company_page"):
            assert sum(a.demand_m3_day[name] for a in areas) == round(year.demand_m3_day[name])
            assert sum(a.peak_m3_day[name] for a in areas) == round(year.peak_m3_day[name])
        assert sum(a.capacity_m3_day for a in areas) == year.itemised_m3_day
    alatau = found.areas[0]
    assert (alatau.area, alatau.people, alatau.years[0].people) == ("alatau", 402_867, 402_867)
    grown = 402_867 * 2_750_000 / 2_354_736  # all districts grow alike
    assert alatau.years[1].people == pytest.approx(grown, abs=1)


def test_another_peak_changes_the_reserve_by_what_it_asks_for_and_nothing_else(plan: Plan) -> None:
    usual = water_supply(plan)
    high = water_supply(plan, otherwise=Otherwise(peak_day=1.5))
    assert usual is not None
    assert high is not None
    for one, other in zip(usual.balance.years, high.balance.years, strict=True):
        use = one.demand_m3_day["water_use"]
        less = one.reserve_m3_day("water_use") - other.reserve_m3_day("water_use")
        assert less == pytest.approx(0.3 * use)
        assert other.most_reserve_m3_day == one.most_reserve_m3_day  # an average day's
    assert high.balance.peak_day.confidence == "assumption"
    assert high.balance.peak_day.high == pytest.approx(1.5 * 1.3 / 1.2)


def test_a_source_out_of_service_is_missing_from_all_and_from_nothing_else(plan: Plan) -> None:
    usual = water_supply(plan)
    without = water_supply(plan, otherwise=Otherwise(without=("aksai",)))
    assert usual is not None
    assert without is not None
    assert [s.id for s in usual.balance.promised] == ["aksai"]
    assert without.balance.promised == ()
    for one, other in zip(usual.balance.years, without.balance.years, strict=True):
        assert one.itemised_m3_day - other.itemised_m3_day == 22_000
        assert one.demand_m3_day == other.demand_m3_day
    assert usual.balance.unattributed_m3_day == without.balance.unattributed_m3_day
    changed = [
        (one.area, one.capacity_m3_day - other.capacity_m3_day)
        for one, other in zip(usual.balance.areas, without.balance.areas, strict=True)
        if one != other
    ]
    assert changed == [("nauryzbay", 22_000)]
    assert usual.ground is not None
    assert without.ground is not None
    assert [one.id for one in without.ground.intakes] == ["kargaly"]
    told = " ".join(note.en for note in section(without).notes)
    assert "Out of service, as asked: Aksai." in told


def test_promises_of_water_stand_beside_the_balance(plan: Plan) -> None:
    supply = plan.water()
    assert supply is not None
    water = section(supply)
    assert water.tables[1].title.en == "What was promised of water"
    told = {row.cells[0].value: row.cells for row in water.tables[1].rows}
    assert len(told) == 4
    every = told["Every resident on centralised water supply"]
    assert every[1].shown.en == "sources conflict"
    assert every[4].shown.en == "31 December 2025"
    assert "kaz.inform.kz: Parts of the city are still unserved" in every[5].shown.en
    assert "The ministry: all residents of the 90 cities" in every[5].shown.en
    intakes = told["Launch the two large intakes on the Kargaly and Aksai rivers"]
    assert (intakes[1].value, intakes[3].value) == ("late", 1)


def test_the_section_adds_up_and_says_what_is_not_known(plan: Plan) -> None:
    supply = plan.water()
    assert supply is not None
    water = section(supply)
    areas = next(t for t in water.tables if t.columns[0].id == "area")
    for column in range(1, len(areas.columns)):
        values = [float(row.cells[column].value or 0) for row in areas.rows]
        assert sum(values[:-1]) == values[-1]
    assert "30,000" in water.answers[0].headline.en
    told = " ".join(note.en for note in water.notes)
    assert "nothing is spread over blocks" in told
    assert "150,000 people are not added" in told
    assert "600,000" in told


@given(st.floats(1, 1000), st.integers(0, 10_000_000))
def test_more_litres_never_leave_a_larger_reserve(litres: float, people: int) -> None:
    some, more = PerPerson("a", litres, "high"), PerPerson("b", litres * 1.1, "high")
    assert some.demand_m3_day(people) <= more.demand_m3_day(people)
    assert some.demand_m3_day(people) == pytest.approx(people * litres / LITRES)


def test_other_litres_are_an_assumption(plan: Plan) -> None:
    supply = plan.water(litres=350)
    assert supply is not None
    assert supply.norm.confidence == "assumption"
    with pytest.raises(UsageError, match="must be above 0, not -1"):
        plan.water(litres=-1)


def test_a_date_that_is_none_is_named_with_its_row(tmp_path: Path) -> None:
    for name in ("layers", "maps"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "plan.toml", tmp_path)
    data, sidecar = (tmp_path / "layers" / f"city_series.{end}" for end in ("csv", "toml"))
    text = data.read_text(encoding="utf-8").replace(",2024-12-01,", ",2024-13-01,")
    digest = hashlib.sha256(text.encode()).hexdigest()
    data.write_text(text, encoding="utf-8", newline="")
    told = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(re.sub(r'sha256 = "\w+"', f'sha256 = "{digest}"', told), encoding="utf-8")
    with pytest.raises(DataError, match="population-2024-12-01: date '2024-13-01' is no year"):
        Plan(tmp_path).water()


def test_a_series_without_figures_is_named() -> None:
    with pytest.raises(DataError, match="figures: there is no figure of the series 'water_use'"):
        Series((Point("people", "2020", 1.0, "x", "high", same("x")),), "figures").latest(
            "water_use"
        )


def test_the_verb_says_the_same_as_the_plan(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["water", "--plan", str(ROOT), "--years", "2030", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    supply = plan.water(years=[2030])
    assert supply is not None
    more = {"by_place", "without_central_water", "zones", "in_zones", "promises", "blocks"}
    assert {key: value for key, value in told.items() if key not in more} == json.loads(
        json.dumps(supply.balance.to_dict())
    )
    assert more <= set(told)
    assert sum(block["people"] for block in told["blocks"]) == 2_354_736
    by_norm = sum(block["demand_m3_day"]["norm"] for block in told["blocks"])
    assert by_norm == pytest.approx(2_354_736 * 0.230, abs=2)
    nauryzbay = [b["people"] for b in told["blocks"] if b["district"] == "nauryzbay"]
    assert sum(nauryzbay) == 242_444
    assert main(["water", "--plan", str(ROOT)]) == 0
    assert "not attributed 324,400" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--norm", "0"], "must be above 0, not 0"),
        (["--years", "2030,soon"], "Year 'soon' is not a year"),
        (["--peak-day", "0.9"], "peak day's factor must be 1 to 10, not 0.9"),
        (["--lift-way", "-1"], "for a metre of lift must be 0 to 200000 m, not -1"),
        (["--zone", "0"], "radius must be above 0 and at most 200000 m, not 0"),
        (["--without", "aksay"], "Unknown water source 'aksay': did you mean aksai"),
    ],
)
def test_wrong_figures_are_refused_in_a_line(
    asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["water", "--plan", str(ROOT), *asked]) == 1
    assert said in capsys.readouterr().err


def test_a_plan_without_water_says_so(toytown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Plan(toytown).water() is None
    assert main(["water", "--plan", str(toytown)]) == 1
    assert "declares no water supply" in capsys.readouterr().err


def test_who_tells_a_figure_is_said_in_the_readers_language(almaty: Plan) -> None:
    supply = water_supply(almaty)
    assert supply is not None
    told = {
        language: " ".join(note[language] for note in section(supply).notes)
        for language in LANGUAGES
    }
    assert "страница компании «Алматы Су» (копия)" in told["ru"]
    assert "«Алматы Су» компаниясының беті (көшірме)" in told["kk"]
    assert "company page" not in told["ru"] + told["kk"]
