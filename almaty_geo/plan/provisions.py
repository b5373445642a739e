"""What a plan answers about seats: who gets which, and what the planned ones change."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.provision import Ground, section, tell
from almaty_geo.sections import Section
from almaty_geo.specs import Scenario
from almaty_geo.travel import Asked

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan


def ground(plan: "Plan", theme: str, *, basis: Asked | None = None) -> Ground:
    """
    Return all that a theme's seats are reckoned from.

    Raises
    ------
    UnknownNameError
        If the plan has no such theme.
    UsageError
        If the plan does not declare who needs a seat of it, or no norm.
    """
    if theme not in plan.themes:
        raise UnknownNameError("theme", theme, plan.themes)
    if theme not in plan.seating or theme not in plan.norms:
        told = ", ".join(plan.seating) or "none"
        raise UsageError(
            f"Theme {theme!r} has no seats to give: layers/provision/{theme}.toml and "
            f"layers/norms/{theme}.toml say who needs one; declared: {told}."
        )
    return Ground(
        rule=plan.seating[theme],
        norm=plan.norms[theme],
        layers=plan.theme_layers(theme),
        people=plan.layers[plan.spec.demand],
        areas=plan.areas,
        area=plan.area,
        travel=plan.travel(basis),
        speeds=plan.speeds,
        detour_high=plan.spec.detour.high,
    )


def provision_sections(plan: "Plan", scenario: Scenario) -> Iterable[Section]:
    """Yield what each theme with seats says."""
    for theme in plan.seating:
        yield section(
            tell(
                ground(plan, theme),
                plan.theme_words(theme),
                scenario,
                other=_other(plan, theme, scenario),
            )
        )


def _other(plan: "Plan", theme: str, scenario: Scenario) -> Scenario | None:
    """Return the latest other scenario that opens other facilities and leaves norms alone."""
    now = plan.facilities(theme, scenario)
    for other in sorted(plan.scenarios.values(), key=lambda s: (-s.year, s.id)):
        if scenario.opens_otherwise(other) and plan.facilities(theme, other).ids != now.ids:
            return other
    return None
