"""What a plan answers about scenarios: compared, by year, in what order to build, how sure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from almaty_geo.errors import SpecError, UnknownNameError, UsageError
from almaty_geo.scenarios import (
    Certainty,
    Compared,
    Comparison,
    Measure,
    People,
    Phase,
    Programme,
    Served,
    Setting,
    Years,
    by_year,
    certainty,
    certainty_section,
    chosen,
    compare,
    compared_section,
    forecast,
    given,
    measures,
    parts,
    planned,
    programme,
    seat_measures,
    series_of,
    tells_figures,
    years_section,
)
from almaty_geo.sections import Section
from almaty_geo.specs import Mode, Scenario
from almaty_geo.travel import Asked, parse_reach
from almaty_geo.words import Language

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan

COMPARED = ("people", "within_reach", "out_of_reach", "capacity", "facilities")
"""What scenarios are compared by, where a theme has it."""
BUDGET = 5
"""How many sites a year the building order of the section supposes."""
FIRST_YEAR = 2022
"""No section goes back further."""


@dataclass(frozen=True, slots=True)
class How:
    """How a theme is asked about; what is left out is the plan's own."""

    reach: str | None = None
    """Such as "500m"; the theme's norm by default."""

    mode: Mode | None = None
    """On foot or by car; the norm's by default."""

    basis: Asked | None = None
    """By streets or by straight line; streets by default where the plan has them."""

    more: tuple[Measure, ...] = ()
    """Measures to compare by beside the usual ones, such as `seat_measures`."""


USUAL = How()


def setting(plan: "Plan", theme: str, asked: How = USUAL) -> Setting:
    """
    Return a theme with all that scenarios are applied to.

    Raises
    ------
    UnknownNameError
        If the plan has no such theme.
    UsageError
        If the reach is no reach, or streets are asked for and the plan has none.
    """
    roll = plan.roll(theme)
    norm = plan.norms.get(theme)
    usual: Mode = norm.reach.mode if norm and norm.reach and norm.reach.mode else "walk"
    return Setting(
        roll=roll,
        people=plan.layers[plan.spec.demand],
        areas=plan.areas,
        members=plan.memberships()[plan.spec.areas],
        area=plan.area,
        travel=plan.travel(asked.basis),
        norms=plan.norms,
        speeds=plan.speeds,
        borderline=plan.borderline(theme),
        reach=None
        if asked.reach is None
        else parse_reach(asked.reach, mode=asked.mode or usual, speeds=plan.speeds),
    )


def theme_of(plan: "Plan", before: str, after: str) -> str:
    """Return the first theme of which two scenarios open otherwise; else the first with a norm."""
    first, second = plan.scenario(before), plan.scenario(after)
    normed = [t for t in plan.themes if (norm := plan.norms.get(t)) and norm.reach]
    for theme in normed:
        if plan.facilities(theme, first).ids != plan.facilities(theme, second).ids:
            return theme
    if not normed:
        raise UsageError("No theme has a norm for reach: name one by --theme, and give --reach.")
    return normed[0]


def compared(
    plan: "Plan",
    before: str,
    after: str,
    theme: str,
    *,
    each: bool = False,
    asked: How = USUAL,
) -> Comparison:
    """
    Compare two scenarios of a plan.

    Parameters
    ----------
    plan
        The plan that is asked.
    before, after
        Ids of scenarios.
    theme
        What is compared.
    each
        Whether every facility that opens or closes is a change of its own.
    asked
        Reach, mode, basis and further measures.

    Returns
    -------
    comparison
        People within reach, capacity, facilities and people, by area and by change.

    Raises
    ------
    UnknownNameError
        If the plan has no such scenario or theme.
    SpecError
        If one of the scenarios contradicts itself or the plan.
    """
    own = setting(plan, theme, asked)
    first, second = (_held(plan, plan.scenario(name), own) for name in (before, after))
    known = measures(own)
    wanted: list[Measure] = [chosen(known, name) for name in COMPARED if name in known]
    return compare(first, second, own, [*wanted, *asked.more], each=each)


def seats_of(plan: "Plan", theme: str, *, basis: Asked | None = None) -> tuple[Measure, ...]:
    """Return the measures of who gets a seat; UsageError where the plan declares none."""
    from almaty_geo.plan.provisions import ground  # noqa: PLC0415 - heavy

    return seat_measures(ground(plan, theme, basis=basis))


def phases(
    plan: "Plan",
    theme: str,
    *,
    first: int,
    last: int,
    scenario: str | None = None,
    asked: How = USUAL,
) -> tuple[Phase, ...]:
    """Return coverage and capacity of each year; see `almaty_geo.scenarios.by_year`."""
    own = setting(plan, theme, asked)
    held = _held(plan, plan.scenario(scenario), own)
    return by_year(own, held, range(first, last + 1), points=points(plan, held))


def points(plan: "Plan", scenario: Scenario) -> Mapping[int, People]:
    """Return the figures of population that years are reckoned from."""
    layer = plan.layers[plan.spec.demand]
    told = layer.spec.date[:4]
    year = int(told) if told.isdecimal() else plan.spec.date.year
    total = int(plan.people().people.sum())
    specs = plan.layers.specs
    tables = [plan.layers[name] for name, spec in specs.items() if tells_figures(spec)]
    return forecast(series_of(tables), today=People(year, total, "counted"), scenario=scenario)


def building_programme(
    plan: "Plan",
    served: Served,
    *,
    budget: int,
    first: int | None = None,
    last: int | None = None,
) -> Programme:
    """
    Return the best order to build in.

    Parameters
    ----------
    plan
        The plan that is asked.
    served
        The sites to choose from: `planned_sites` or `sites_of`.
    budget
        How many a year.
    first, last
        Years; from the year after the plan's date, until all could be built.

    Returns
    -------
    programme
        What to build in which year, whom it serves, and what waiting costs.

    Raises
    ------
    UsageError
        If the budget or the years make no sense.
    """
    start = plan.spec.date.year + 1 if first is None else first
    return programme(served, budget=budget, first=start, last=last)


def sites_of(
    plan: "Plan", theme: str, layer: str, *, scenario: str | None = None, asked: How = USUAL
) -> Served:
    """Return the rows of any layer as sites to build a theme at; those with a place."""
    own = setting(plan, theme, asked)
    frame = plan.layers[layer].located
    places = plan.area.xy_m(frame.geometry.representative_point().to_numpy())
    sites = {
        f"{layer}/{row}": (float(x), float(y))
        for row, (x, y) in zip(frame["id"].astype(str), places.tolist(), strict=True)
    }
    held = _held(plan, plan.scenario(scenario), own)
    return given(own, held, sites, points=points(plan, held))


def how_sure(
    plan: "Plan", theme: str, *, scenario: str | None = None, asked: How = USUAL
) -> Certainty:
    """Return how sure the share within reach is; see `almaty_geo.scenarios.certainty`."""
    own = setting(plan, theme, asked)
    return certainty(own, _held(plan, plan.scenario(scenario), own))


def check_scenarios(plan: "Plan") -> None:
    """
    Hold every scenario to the plan: themes, areas and figures that it names.

    Raises
    ------
    SpecError
        Naming the scenario and what is wrong.
    """
    for scenario in plan.scenarios.values():
        for norm in scenario.norms:
            if norm.theme not in plan.themes:
                cause = UnknownNameError("theme", norm.theme, plan.themes)
                raise SpecError(f"{scenario.id}.toml: norms: {cause}")
        plan.people(scenario)
        _check_stated(plan, scenario)


def planned_sites(
    plan: "Plan", theme: str, *, scenario: str | None = None, asked: How = USUAL
) -> Served:
    """Return what the plan's other scenarios open as sites; UsageError where it is nothing."""
    own = setting(plan, theme, asked)
    held = _held(plan, plan.scenario(scenario), own)
    others: Sequence[Scenario] = [s for s in plan.scenarios.values() if s.id != held.id]
    return planned(own, held, others, points=points(plan, held))


def _held(plan: "Plan", scenario: Scenario, own: Setting) -> Scenario:
    """Return a scenario that does not contradict itself nor the plan."""
    plan.facilities(own.theme, scenario)
    _check_stated(plan, scenario)
    return scenario


def _check_stated(plan: "Plan", scenario: Scenario) -> None:
    """Refuse a total that is not what the row it names says."""
    people = scenario.population
    if people is None or people.stated is None:
        return
    name, row = people.stated.layer, people.stated.id
    if name not in plan.layers:
        cause = UnknownNameError("layer", name, plan.layers)
        raise SpecError(f"{scenario.id}.toml: population: {cause}")
    frame = plan.layers[name].frame
    ids = frame["id"].astype(str)
    if row not in set(ids):
        cause = UnknownNameError(f"id in {name}", row, ids)
        raise SpecError(f"{scenario.id}.toml: population: {cause}")
    value = frame.loc[ids == row, "value"].iloc[0]
    if value != people.total:
        raise SpecError(
            f"{scenario.id}.toml: population: the total is {people.total:,}, "
            f"but {row} of {name} says {value:,.0f}."
        )


def scenario_sections(plan: "Plan", scenario: Scenario) -> Iterator[Section]:
    """
    Yield what scenarios change, by year, and how sure it is.

    A theme is told of where it has a norm for reach and another scenario opens or closes some of
    it.
    """
    for theme in plan.themes:
        norm = plan.norm(theme, scenario)
        if norm is None or norm.reach is None:
            continue
        others = changing(plan, theme, scenario)
        if others:
            own = setting(plan, theme)
            sure = certainty(own, scenario)
            words = plan.theme_words(theme)
            made = tuple(compared(plan, scenario.id, other.id, theme) for other in others)
            after = tuple(certainty(own, other) for other in others)
            yield compared_section(Compared(words, own, made, sure, after))
            yield years_section(years_of(plan, theme, scenario, others))
            yield certainty_section(words, own, sure)


def changing(plan: "Plan", theme: str, scenario: Scenario) -> list[Scenario]:
    """Return other scenarios, if any changes what is open: such as only do that first, by year."""
    now = plan.facilities(theme, scenario).ids
    others = [s for s in plan.scenarios.values() if s.id != scenario.id]
    if all(plan.facilities(theme, other).ids == now for other in others):
        return []
    return sorted(others, key=lambda s: (not scenario.opens_otherwise(s), s.year, s.id))


def years_of(plan: "Plan", theme: str, scenario: Scenario, others: Sequence[Scenario]) -> Years:
    """Return a theme by year in the plan's scenario and in those that only open or close."""
    figures = points(plan, scenario)
    first, last = min(figures), max(figures)
    span = (max(first, min(FIRST_YEAR, last)), last) if len(figures) > 1 else (first, first)
    shown = (scenario, *(s for s in others if scenario.opens_otherwise(s)))
    own = setting(plan, theme)
    phases = {s.id: by_year(own, s, range(span[0], span[1] + 1), points=figures) for s in shown}
    return Years(plan.theme_words(theme), own, shown, phases, _programme_of(plan, theme, scenario))


def _programme_of(plan: "Plan", theme: str, scenario: Scenario) -> Programme | None:
    """Return the building order of the plan's own sites; None where there is nothing to build."""
    try:
        served = planned_sites(plan, theme, scenario=scenario.id)
        return building_programme(plan, served, budget=BUDGET)
    except UsageError:
        return None


def shown(plan: "Plan", scenario: Scenario, language: Language) -> dict[str, Any]:
    """Return a scenario as plain values: what it says, what does nothing, and what is open."""
    entries: list[str] = []
    remarks: list[str] = []
    themes: list[dict[str, Any]] = []
    empty = scenario.model_copy(
        update={"opens": (), "closes": (), "changes": (), "norms": (), "population": None}
    )
    for theme in plan.themes:
        own = setting(plan, theme)
        open_ = plan.facilities(theme, scenario)
        entries += [part.title[language] for part in parts(empty, scenario, own)]
        remarks += own.roll.remarks(scenario)
        known = open_.capacity[~np.isnan(open_.capacity)]
        capacity = int(known.sum()) if len(known) else None
        themes.append({"theme": theme, "open": len(open_.ids), "capacity": capacity})
    return {
        "id": scenario.id,
        "sha256": scenario.sha256,
        "title": scenario.title[language],
        "note": scenario.note[language],
        "year": scenario.year,
        "confidence": scenario.confidence,
        "source": scenario.source,
        "people": int(plan.people(scenario).people.sum()),
        "entries": list(dict.fromkeys(entries)),
        "remarks": remarks,
        "themes": themes,
    }
