"""What a reader may try out of a plan: other facilities, with their streets and their seats."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from almaty_geo.coverage import Carried, Offer, trial
from almaty_geo.specs import Scenario
from almaty_geo.trying import Trial

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan


def trials(
    plan: "Plan", scenario: Scenario, offers: Iterable[Offer]
) -> Iterable[tuple[Offer, Trial | None]]:
    """
    Yield what each theme can be tried with; None for those that hold people to no reach.

    Parameters
    ----------
    plan
        The plan.
    scenario
        The present one.
    offers
        Its themes with their coverage.
    """
    streets = _carried(plan)
    for offer in offers:
        theme = offer.coverage.theme
        found = trial(offer, plan.roll(theme), plan.area, streets=streets)
        yield offer, None if found is None else _seated(plan, scenario, found)


def _carried(plan: "Plan") -> Carried | None:
    """Return the streets that a page carries; None where ways do not follow any."""
    if plan.network is None:
        return None
    from almaty_geo.travel.carried import carried  # noqa: PLC0415 - not all plans have streets
    from almaty_geo.travel.streets import ByStreets  # noqa: PLC0415 - the same

    travel = plan.travel()
    return Carried(travel, *carried(travel)) if isinstance(travel, ByStreets) else None


def _seated(plan: "Plan", scenario: Scenario, tried: Trial) -> Trial:
    """Return a trial with its seats, where the plan says who needs one."""
    if tried.theme not in plan.seating or tried.theme not in plan.norms:
        return tried
    from almaty_geo.plan.provisions import ground  # noqa: PLC0415 - the solver is heavy
    from almaty_geo.provision.trial import seat_trial  # noqa: PLC0415 - the same

    return replace(tried, seats=seat_trial(ground(plan, tried.theme), scenario, tried))
