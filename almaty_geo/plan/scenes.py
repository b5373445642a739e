"""Every theme in every scenario, and by year: what a map needs to compare them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from almaty_geo.coverage import Coverage, Offer, Question, glance, measure, notes_at_a_glance
from almaty_geo.maps.naming import feature_names
from almaty_geo.maps.scenes import Amounts, Course, Offered, Scene, Scenes, Step, ThemeScenes
from almaty_geo.places import Demand, Facilities, Roll, membership
from almaty_geo.plan.answers import offer_of
from almaty_geo.plan.scenarios import BUDGET, changing, years_of
from almaty_geo.scenarios import People, Phase, Programme, Years, people_in
from almaty_geo.scenarios.phases import situation_in
from almaty_geo.scenarios.section_notes import basis_word
from almaty_geo.scenarios.setting import Mask
from almaty_geo.sections import OUTSIDE, Section
from almaty_geo.specs import Scenario
from almaty_geo.words import Text, count, say

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan

ORDER = "order"
"""Id of the course that builds site by site."""


def scenes_of(plan: "Plan", now: Scenario) -> Scenes:
    """
    Return every theme in every scenario, and by year where facilities open or close.

    Parameters
    ----------
    plan
        The plan that is asked.
    now
        The scenario that everything else on the map holds in.

    Returns
    -------
    scenes
        Figures equal those of `Plan.coverage` in each scenario, and of `phases` and
        `building_programme` in each year.

    Raises
    ------
    SpecError
        If a scenario contradicts itself or the plan.
    """
    others = sorted((s for s in plan.scenarios.values() if s.id != now.id), key=_by_year)
    scenarios = (now, *others)
    return Scenes(
        now=now.id,
        scenarios=tuple((s.id, s.title) for s in scenarios),
        themes={theme: _theme(plan, theme, scenarios) for theme in plan.themes},
    )


def _by_year(scenario: Scenario) -> tuple[int, str]:
    return (scenario.year, scenario.id)


@dataclass(eq=False)
class _Theme:
    """A theme of which scenes are made; ways to the same facilities are looked for once."""

    plan: "Plan"
    theme: str
    roll: Roll
    known: dict[tuple[object, ...], Coverage] = field(default_factory=dict)
    told: dict[tuple[object, ...], tuple[Section, tuple[Amounts, ...]]] = field(
        default_factory=dict
    )

    def scene(
        self,
        scenario: Scenario,
        *,
        is_open: Mask,
        people: Demand,
        title: Text | None = None,
        note: Text | None = None,
    ) -> Scene:
        """Return the theme with these facilities open to these people."""
        question = self.plan.usual_question(self.theme, scenario)
        facilities = self.roll.offered(is_open, self.roll.capacity(scenario))
        offer = offer_of(self.plan, self._coverage(question, facilities, people))
        section, amounts = self._told(offer)
        notes = (*([] if note is None else [note]), *notes_at_a_glance(offer))
        named = replace(section, scenario=title or scenario.title, notes=notes)
        return Scene(named, amounts, is_open)

    def _told(self, offer: Offer) -> tuple[Section, tuple[Amounts, ...]]:
        """Return what is said, which is the same wherever the same is open to the same people."""
        cov = offer.coverage
        norm = None if cov.norm is None else cov.norm.model_dump_json()
        capacity, people = cov.facilities.capacity, cov.demand.people
        key = (cov.reach, norm, cov.facilities.ids, capacity.tobytes(), people.tobytes())
        if key not in self.told:
            self.told[key] = (glance(offer), tuple(_amounts(offer)))
        return self.told[key]

    def _coverage(self, question: Question, facilities: Facilities, people: Demand) -> Coverage:
        key = (question.reach, facilities.ids)
        if key not in self.known:
            areas = self.plan.memberships()
            travel = self.plan.travel()
            self.known[key] = measure(people, facilities, travel, question, areas=areas)
        return replace(self.known[key], question=question, facilities=facilities, demand=people)


def _theme(plan: "Plan", theme: str, scenarios: tuple[Scenario, ...]) -> ThemeScenes:
    """Return one theme in every scenario and by year."""
    own = _Theme(plan, theme, plan.roll(theme))
    scenes: dict[str, Scene] = {}
    for scenario in scenarios:
        plan.facilities(theme, scenario)  # refuses what contradicts itself
        is_open = own.roll.open(scenario)
        scenes[scenario.id] = own.scene(scenario, is_open=is_open, people=plan.people(scenario))
    courses: list[Course] = []
    for course, made in _courses(own, scenarios[0]):
        courses.append(course)
        scenes.update(made)
    return ThemeScenes(_offered(plan, own.roll), scenes, tuple(courses))


def _courses(own: _Theme, now: Scenario) -> Iterator[tuple[Course, Mapping[str, Scene]]]:
    """Yield what happens year by year: in each scenario that only opens, and by building order."""
    norm = own.plan.norm(own.theme, now)
    if norm is None or norm.reach is None:
        return
    others = changing(own.plan, own.theme, now)
    if not others:
        return
    years = years_of(own.plan, own.theme, now, others)
    if years.programme is not None:
        yield _programme(own, years, years.programme, now)
    for scenario in years.scenarios:
        if scenario.id == now.id or _differs(own.roll, years, scenario, now):
            yield _phases(own, years, scenario)


def _differs(roll: Roll, years: Years, scenario: Scenario, now: Scenario) -> bool:
    """Return whether anything of a theme is open in any year in one scenario only."""
    masks = ([roll.open_in(s, phase.year) for phase in years.own] for s in (scenario, now))
    return not all(np.array_equal(a, b) for a, b in zip(*masks, strict=True))


def _phases(own: _Theme, years: Years, scenario: Scenario) -> tuple[Course, Mapping[str, Scene]]:
    """Return a scenario year by year."""
    phases: tuple[Phase, ...] = years.phases[scenario.id]
    scenes = {}
    for phase in phases:
        then = situation_in(years.setting, scenario, phase.population)
        scenes[_scene_id(scenario.id, phase.year)] = own.scene(
            scenario,
            is_open=then.is_open,
            people=then.demand,
            title=_title(scenario.title, phase.year),
        )
    course = Course(
        id=scenario.id,
        title=scenario.title,
        note=scenario.note,
        steps=tuple(_step(scenario.id, phase.population) for phase in phases),
        assumed=own.roll.year_assumed(scenario),
    )
    return course, scenes


def _programme(
    own: _Theme, years: Years, programme: Programme, now: Scenario
) -> tuple[Course, Mapping[str, Scene]]:
    """Return the building order year by year, from the year before its first."""
    name = ORDER
    while name in own.plan.scenarios:
        name += "-"
    order, served = programme.order, programme.served
    title = say("Building order, {n} a year", n=count(BUDGET))
    note = say(
        "Years and order are assumed: {n} sites a year, those first that serve the most "
        "person-years. Before, the scenario “{title}” holds.",
        n=count(BUDGET),
        title=now.title,
    )
    population = list(programme.population)
    before = order.years[0] - 1
    if len(served.points) == 1 or min(served.points) <= before:
        population.insert(0, people_in(served.points, before))
    built = np.zeros(len(own.roll.ids), dtype=bool)
    plans = dict(zip(order.years, order.built, strict=True))
    scenes = {}
    for people in population:
        built[served.at[list(plans.get(people.year, ()))]] = True
        scenes[_scene_id(name, people.year)] = own.scene(
            now,
            is_open=own.roll.open_with(now, built),
            people=situation_in(years.setting, now, people).demand,
            title=_title(title, people.year),
            note=note,
        )
    steps = tuple(_step(name, people) for people in population)
    return Course(name, title, note, steps, np.ones(len(built), dtype=bool)), scenes


def _scene_id(course: str, year: int) -> str:
    return f"{course}~{year}"


def _title(course: Text, year: int) -> Text:
    return say("“{title}” in {year}", title=course, year=str(year))


def _step(course: str, people: People) -> Step:
    return Step(
        year=people.year,
        scene=_scene_id(course, people.year),
        people=people.total,
        basis=basis_word(people.basis),
    )


def _amounts(offer: Offer) -> Iterator[Amounts]:
    """Yield the whole numbers of each area, the city last."""
    for line in offer.lines:
        if line.area != OUTSIDE:
            yield Amounts(
                area=line.area,
                people=line.people,
                within=line.within if offer.held else None,
                facilities=line.facilities,
                capacity=line.capacity if offer.counted else None,
            )


def _offered(plan: "Plan", roll: Roll) -> Offered:
    """Return every facility of a theme with its name."""
    added = {layer.id for layer in plan.added.values()}
    names = {
        (layer_id, row): name
        for layer_id, layer in roll.layers.items()
        for row, name in zip(layer.frame["id"].astype(str), feature_names(layer), strict=True)
    }
    parted = (name.partition("/") for name in roll.ids)
    ids = tuple((layer_id, row) for layer_id, _, row in parted)
    members = {name: membership(layer, plan.areas) for name, layer in roll.layers.items()}
    at = roll.gathered({name: one.of for name, one in members.items()}).astype(np.intp)
    areas = plan.areas.frame["id"].astype(str).tolist()
    counted = [x.spec for x in roll.layers.values() if x.spec.capacity is not None]
    titles = (spec.columns[spec.capacity].title for spec in counted if spec.capacity)
    return Offered(
        ids=ids,
        names=tuple(names[one] for one in ids),
        areas=tuple(areas[position] if position >= 0 else "" for position in at.tolist()),
        capacity=tuple(
            round(c) if np.isfinite(c) else None for c in roll.capacity(plan.scenario()).tolist()
        ),
        existing=roll.existing,
        added=np.array([layer_id in added for layer_id, _ in ids], dtype=bool),
        capacity_title=next((t for t in titles if t), say("Capacity")) if counted else None,
    )
