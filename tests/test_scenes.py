"""Themes in other scenarios and by year, as the page keeps them: every figure is Python's own."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytown import SCENARIO

from almaty_geo.coverage import section as coverage_section
from almaty_geo.maps import area_pictures, draw, theme_pictures
from almaty_geo.maps.pool import Pool
from almaty_geo.maps.scene_data import difference, scenes_data
from almaty_geo.maps.scenes import Scene, Scenes
from almaty_geo.maps.sentences import HOLE, Sentences, filled, parted
from almaty_geo.plan import Plan
from almaty_geo.plan.scenarios import building_programme, phases, planned_sites
from almaty_geo.plan.scenes import scenes_of
from almaty_geo.sections import CITY
from almaty_geo.words import LANGUAGES, Text, count, percent

MOST_BYTES = 300_000
"""What the scenes of the whole plan may add to a page."""


@pytest.fixture(scope="module")
def made(almaty: Plan) -> Scenes:
    return scenes_of(almaty, almaty.scenario())


@pytest.fixture
def town(toytown: Path) -> Plan:
    (toytown / "layers/scenarios/more.toml").write_text(
        SCENARIO.format(
            year=2027,
            en="More",
            opens="[population]\nyear = 2027\ntotal = 400\n"
            'source = "invented"\nconfidence = "high"\n'
            '[[adds]]\ntheme = "schools"\nid = "x"\nlon = 9.0\nlat = 47.86\ncapacity = 5\n'
            '[[closes]]\nlayer = "schools"\nids = ["A"]\n',
        ),
        encoding="utf-8",
    )
    return Plan(toytown)


def amounts(scene: Scene, name: str) -> dict[str, Any]:
    return {one.area: getattr(one, name) for one in scene.amounts}


def test_each_scenario_is_what_the_command_line_says(almaty: Plan, made: Scenes) -> None:
    normed = [t for t in almaty.themes if t in almaty.norms and almaty.norms[t].reach]
    assert len(normed) >= 3
    for theme in normed:
        for scenario in almaty.scenarios:
            said = almaty.coverage(theme, scenario=scenario)
            rows = said.by("districts")
            scene = made.themes[theme].scenes[scenario]
            within, people = amounts(scene, "within"), amounts(scene, "people")
            assert (within.pop(CITY), people.pop(CITY)) == (said.within_reach, said.people)
            assert within == rows["within_reach"].drop("outside", errors="ignore").to_dict()
            assert people == rows["people"].drop("outside", errors="ignore").to_dict()
            assert amounts(scene, "facilities")[CITY] == len(said.facilities.ids)
            assert scene.section.classes is not None
            edge = np.searchsorted([1, 2, 3], said.nearest.way / said.reach.value)
            np.testing.assert_array_equal(scene.section.classes.of, edge)


def test_every_theme_is_there_in_every_scenario(almaty: Plan, made: Scenes) -> None:
    assert set(made.themes) == set(almaty.themes)
    assert next(name for name, _ in made.scenarios) == made.now == almaty.spec.scenario
    for theme in made.themes.values():
        assert set(almaty.scenarios) <= set(theme.scenes)


def test_the_pages_own_scenario_is_the_section_itself(almaty: Plan, made: Scenes) -> None:
    for theme, own in made.themes.items():
        section = coverage_section(almaty.offer(theme, almaty.scenario()))
        scene = own.scenes[made.now].section
        assert scene.bars == section.bars
        assert scene.tables == section.tables[:1]
        assert scene.scenario == section.scenario
        assert set(scene.notes) <= set(section.notes)
        assert scene.classes is not None
        assert section.classes is not None
        np.testing.assert_array_equal(scene.classes.of, section.classes.of)
        for mine, its in zip(scene.answers, section.answers, strict=True):
            assert (mine.headline, mine.figures[:3]) == (its.headline, its.figures[:3])


@pytest.mark.parametrize("scenario", ["register-2025", "today-2026"])
def test_each_year_is_what_the_phases_say(scenario: str, almaty: Plan, made: Scenes) -> None:
    theme = made.themes["schools"]
    course = next(c for c in theme.courses if c.id == scenario)
    first, last = course.steps[0].year, course.steps[-1].year
    told = phases(almaty, "schools", first=first, last=last, scenario=scenario)
    assert [step.year for step in course.steps] == [phase.year for phase in told]
    for step, phase in zip(course.steps, told, strict=True):
        scene = theme.scenes[step.scene]
        assert step.people == phase.population.total == phase.people.sum()
        assert amounts(scene, "within")[CITY] == phase.within.sum()
        assert [a.within for a in scene.amounts[:-1]] == phase.within[:-1].tolist()
        assert [a.people for a in scene.amounts[:-1]] == phase.people[:-1].tolist()
        assert amounts(scene, "facilities")[CITY] == phase.facilities.sum()
        assert amounts(scene, "capacity")[CITY] == phase.capacity.sum()
        assert str(step.year) in scene.section.scenario.en  # type: ignore[union-attr]  # has one


def test_the_building_order_serves_as_many_as_the_programme_says(
    almaty: Plan, made: Scenes
) -> None:
    theme = made.themes["schools"]
    course = theme.courses[0]
    told = building_programme(almaty, planned_sites(almaty, "schools"), budget=5)
    assert [s.year for s in course.steps] == [told.order.years[0] - 1, *told.order.years]
    served = [amounts(theme.scenes[s.scene], "within")[CITY] for s in course.steps[1:]]
    assert served == list(told.order.served)
    before = amounts(theme.scenes[course.steps[0].scene], "facilities")[CITY]
    assert before == amounts(theme.scenes[made.now], "facilities")[CITY]
    built = {
        name
        for step in course.steps
        for at in np.flatnonzero(theme.scenes[step.scene].is_open)
        if not theme.offered.existing[at]
        for name in ["/".join(theme.offered.ids[at])]
    }
    assert built == {site for site, *_ in told.sites}
    assert course.assumed.all()


def test_years_are_told_only_where_something_opens(made: Scenes) -> None:
    assert [name for name, theme in made.themes.items() if theme.courses] == ["schools"]


def test_what_a_scenario_opens_closes_and_adds_is_known(town: Plan) -> None:
    made = scenes_of(town, town.scenario()).themes["schools"]
    assert [made.offered.ids[at] for at in made.offered.telling(made.scenes)] == [
        ("added_schools", "more.x"),
        ("schools", "A"),
        ("schools", "B"),
        ("schools_planned", "P"),
    ]
    is_open = {
        name: {made.offered.ids[at][1] for at in np.flatnonzero(made.scenes[name].is_open)}
        for name in ("today", "later", "more")
    }
    assert is_open == {"today": {"A", "B"}, "later": {"A", "P"}, "more": {"B", "more.x"}}
    later = made.scenes["later"]
    assert amounts(later, "within") == {"west": 150, "east": 20, CITY: 170}
    assert amounts(later, "capacity") == {"west": 60, "east": 90, CITY: 150}
    assert amounts(made.scenes["more"], "people")[CITY] == 400
    assert made.offered.areas == ("west", "west", "", "east")


def test_a_year_that_nobody_states_is_assumed(town: Plan) -> None:
    made = scenes_of(town, town.scenario()).themes["schools"]
    assert [c.id for c in made.courses] == ["order", "today"]  # nothing opens before 2030
    later = town.folder / "layers/scenarios/later.toml"
    later.write_text(later.read_text(encoding="utf-8").replace("2030", "2026"), encoding="utf-8")
    made = scenes_of(Plan(town.folder), town.scenario()).themes["schools"]
    course = next(c for c in made.courses if c.id == "later")
    assumed = {made.offered.ids[at][1] for at in np.flatnonzero(course.assumed)}
    assert assumed == {"P", "B"}  # the layer tells no year; B goes when P comes


def test_a_stated_year_is_not_assumed(made: Scenes) -> None:
    course = next(c for c in made.themes["schools"].courses if c.id == "today-2026")
    assert not course.assumed.any()


def test_by_streets_too(tmp_path: Path) -> None:
    from streettown import write_streettown  # noqa: PLC0415 - imports the street reader

    plan = Plan(write_streettown(tmp_path / "streettown"))
    assert plan.travel().basis == "streets"
    made = scenes_of(plan, plan.scenario())
    for theme, own in made.themes.items():
        for scenario in plan.scenarios:
            question = plan.usual_question(theme, plan.scenario(scenario))
            if question.norm is None:
                continue
            said = plan.coverage(theme, scenario=scenario)
            assert amounts(own.scenes[scenario], "within")[CITY] == said.within_reach


# -- Packed for the page ------------------------------------------------------------------------

NUMBERS = st.integers(-10_000_000, 10_000_000)


@given(
    st.lists(
        st.one_of(
            NUMBERS.map(count),
            st.floats(-1, 2).map(lambda x: percent(x, digits=1)),
            st.text("ab 0123456789.,%#\u202f\u00a0" + HOLE, max_size=8).map(
                lambda t: Text(t, t, t)
            ),
            st.sampled_from([Text("адам", "человек", "people"), Text("1,5", "1,5", "1.5")]),
        ),
        max_size=6,
    )
)
def test_a_sentence_comes_back_as_it_was(parts: list[Text]) -> None:
    whole = Text(**{lang: " ".join(part[lang] for part in parts) for lang in LANGUAGES})
    bare, numbers = parted(whole)
    for lang in LANGUAGES:
        assert filled(bare[lang], numbers, lang) == whole[lang]


def test_numbers_in_another_order_stay_where_they_are() -> None:
    text = Text("1 / 2", "2 / 1", "1 / 2")
    assert parted(text) == (text, [])


def test_the_same_sentence_is_kept_once() -> None:
    kept = Sentences(Pool(LANGUAGES))
    for number in (5, 1234, 1_000_000):
        said = Text(*[f"{count(number)[lang]} x" for lang in LANGUAGES])
        assert kept.take(said) == (0, [number])
    assert len(kept.kept) == 1


@given(
    st.text("0123z", min_size=1, max_size=60).flatmap(
        lambda base: st.tuples(
            st.just(base), st.text("0123z", min_size=len(base), max_size=len(base))
        )
    )
)
def test_a_difference_gives_the_digits_back(both: tuple[str, str]) -> None:
    base, digits = both
    parts = difference(digits, base)
    if isinstance(parts, str):
        assert parts == digits
        return
    found = ""
    for part in parts:
        found += base[len(found) : len(found) + part] if isinstance(part, int) else part
    assert found + base[len(found) :] == digits
    assert len(json.dumps(parts, separators=(",", ":"))) < len(digits)


def packed(plan: Plan, made: Scenes) -> Mapping[str, Any] | None:
    sections = tuple(coverage_section(plan.offer(t, plan.scenario())) for t in plan.themes)
    return scenes_data(made, sections, dict(plan.layers), Pool(LANGUAGES))


def test_all_scenes_are_small(almaty: Plan, made: Scenes) -> None:
    text = json.dumps(packed(almaty, made), ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) <= MOST_BYTES


def test_the_same_plan_gives_the_same_bytes(town: Plan) -> None:
    said = [
        json.dumps(packed(plan, scenes_of(plan, plan.scenario())))
        for plan in (town, Plan(town.folder))
    ]
    assert said[0] == said[1]


def test_one_scenario_alone_is_compared_with_nothing(toytown: Path) -> None:
    (toytown / "layers/scenarios/later.toml").unlink()
    plan = Plan(toytown)
    made = scenes_of(plan, plan.scenario())
    assert packed(plan, made) is None
    assert '"scenes":null' in draw(plan.picture(plan.map_spec()))


def test_a_page_of_a_theme_can_be_compared_and_one_of_an_area_cannot(town: Plan) -> None:
    picture = town.picture(town.map_spec())
    by_theme = dict(theme_pictures(picture))
    assert '"scenes":{' in draw(by_theme["schools"])
    for _, part in area_pictures(picture):
        assert '"scenes":null' in draw(part)


def test_what_scenarios_add_is_a_layer_of_the_page(town: Plan) -> None:
    assert "added_schools" in town.picture(town.map_spec()).layers
