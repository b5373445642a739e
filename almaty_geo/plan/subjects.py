"""What a plan can speak of."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from almaty_geo import commitments as promises
from almaty_geo.coverage import section as coverage_section
from almaty_geo.errors import SpecError, UnknownNameError
from almaty_geo.plan.trying import trials
from almaty_geo.ringroad import section as ring_section
from almaty_geo.sections import Section
from almaty_geo.specs import MapSpec, Scenario
from almaty_geo.water import section as water_section

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan


def _coverage_sections(plan: "Plan", scenario: Scenario) -> Iterable[Section]:
    offers = (plan.offer(theme, scenario) for theme in plan.themes)
    for offer, tried in trials(plan, scenario, offers):
        yield replace(coverage_section(offer), trial=tried)


def _provision_sections(plan: "Plan", scenario: Scenario) -> Iterable[Section]:
    if plan.seating:
        from almaty_geo.plan.provisions import provision_sections  # noqa: PLC0415 - heavy

        yield from provision_sections(plan, scenario)


def _commitment_sections(plan: "Plan", _: Scenario) -> Iterable[Section]:
    if plan.promises:
        yield promises.section(plan.commitments(), publishers=plan.publishers, at=plan.spec.date)


def _scenario_sections(plan: "Plan", scenario: Scenario) -> Iterable[Section]:
    from almaty_geo.plan.scenarios import scenario_sections  # noqa: PLC0415 - heavy

    return scenario_sections(plan, scenario)


def _site_sections(plan: "Plan", scenario: Scenario) -> Iterable[Section]:
    if plan.spec.sites.themes:
        from almaty_geo.plan.sites import site_sections  # noqa: PLC0415 - heavy

        yield from site_sections(plan, scenario)


def _water_sections(plan: "Plan", _: Scenario) -> Iterable[Section]:
    supply = plan.water()
    if supply is not None:
        yield water_section(supply)


def _ring_sections(plan: "Plan", _: Scenario) -> Iterable[Section]:
    ring = plan.ring_road()
    if ring is not None:
        yield ring_section(ring)


def _directness_sections(plan: "Plan", _: Scenario) -> Iterable[Section]:
    if plan.calibrated is not None:
        member = plan.memberships()[plan.spec.areas]
        yield plan.calibrated.section(plan.people(), member, plan.areas)


SUBJECTS: tuple[Callable[["Plan", Scenario], Iterable[Section]], ...] = (
    _coverage_sections,
    _provision_sections,
    _scenario_sections,
    _site_sections,
    _water_sections,
    _ring_sections,
    _commitment_sections,
    _directness_sections,
)
"""What a plan can speak of: a new subject is one function that makes sections of it."""


def chosen(sections: tuple[Section, ...], spec: MapSpec) -> tuple[Section, ...]:
    """Return sections in the order of a map; those it does not name follow, or stay out."""
    by_id = {section.id: section for section in sections}
    if unknown := [name for name in spec.sections if name not in by_id]:
        cause = UnknownNameError("section", unknown[0], by_id)
        raise SpecError(f"maps/{spec.id}.toml: {cause}")
    named = [by_id[name] for name in spec.sections]
    rest = [] if spec.only else [s for s in sections if s.id not in spec.sections]
    return (*named, *rest)
