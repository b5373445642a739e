"""What a plan can speak of."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from almaty_geo import commitments as promises
from almaty_geo.coverage import section as coverage_section
from almaty_geo.errors import SpecError, UnknownNameError
from almaty_geo.sections import Section
from almaty_geo.specs import MapSpec, Scenario

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan


def _coverage_sections(plan: "Plan", scenario: Scenario) -> Iterable[Section]:
    return (coverage_section(plan.offer(theme, scenario)) for theme in plan.themes)


def _commitment_sections(plan: "Plan", _: Scenario) -> Iterable[Section]:
    if plan.promises:
        yield promises.section(plan.commitments(), publishers=plan.publishers, at=plan.spec.date)


SUBJECTS: tuple[Callable[["Plan", Scenario], Iterable[Section]], ...] = (
    _coverage_sections,
    _commitment_sections,
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
