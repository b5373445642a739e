"""What a plan answers beyond who is within reach: the whole of it, barriers, service areas."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from almaty_geo.area import DEGREES
from almaty_geo.calibration import Errors
from almaty_geo.coverage import Coverage, Offer
from almaty_geo.coverage.barriers import (
    BarrierReport,
    Limits,
    barrier_report,
    barriers_of,
    confirmed,
)
from almaty_geo.coverage.detail import PER
from almaty_geo.coverage.naming import Streets, streets_of
from almaty_geo.errors import SpecError, UnknownNameError, UsageError
from almaty_geo.places import changed
from almaty_geo.sections import CITY
from almaty_geo.specs import Mode, Scenario
from almaty_geo.streets import network_of_file
from almaty_geo.travel import Asked, ByStreets, Reach
from almaty_geo.words import Language

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan

BESIDE_M = 60.0
"""How far off its streets a second file may be and still tell of a link's ends."""


def offer_of(
    plan: "Plan",
    coverage: Coverage,
    *,
    areas: str | None = None,
    asked: bool = False,
    other: tuple[Scenario, Coverage] | None = None,
) -> Offer:
    """
    Return a theme with all that its section needs.

    Parameters
    ----------
    plan
        The plan that was asked.
    coverage
        Its answer.
    areas
        Layer of areas to split by; the plan's own by default.
    asked
        Whether somebody asked for the reach.
    other
        Another scenario with its coverage, to tell what it changes.
    """
    scenario = plan.scenario(coverage.scenario)
    norm = plan.norm(coverage.theme, scenario)
    return Offer(
        words=plan.theme_words(coverage.theme),
        scenario=scenario,
        coverage=coverage,
        layers=tuple(changed(layer, scenario) for layer in plan.theme_layers(coverage.theme)),
        demand=plan.layers[plan.spec.demand],
        areas=plan.layers[areas or plan.spec.areas],
        provision=norm.provision if norm else None,
        other=other,
        asked=asked,
        ground=plan.area,
        streets=plan.street_names,
        errors=_errors(plan, coverage),
    )


def _errors(plan: "Plan", coverage: Coverage) -> Errors | None:
    """Return how far the detour index is off, for the scenario that it was held against."""
    if plan.calibrated is None or coverage.scenario != plan.spec.scenario:
        return None
    told = coverage.norm is not None and coverage.basis == "detour"
    return (plan.calibrated.errors(coverage.theme) or None) if told else None


def street_names(plan: "Plan") -> Streets:
    """Return what spots are named by: the routable streets, else other lines of role network."""
    lines = [s for s in plan.specs.specs.values() if s.geometry == "LineString"]
    routable = [spec.id for spec in lines if spec.routable]
    others = [spec.id for spec in lines if spec.role == "network" and not spec.routable]
    for chosen in (routable, others):
        found = streets_of([plan.layers[name] for name in chosen], plan.area)
        if found.names:
            return found
    return streets_of((), plan.area)


def whole_answer(
    plan: "Plan", coverage: Coverage, areas: str, *, language: Language = "en"
) -> dict[str, Any]:
    """
    Return all that a coverage says, as plain values for JSON.

    Parameters
    ----------
    plan
        The plan that was asked.
    coverage
        Its answer.
    areas
        Layer of areas to split by.
    language
        Language of names and of the norm's basis.

    Returns
    -------
    answer
        As `Coverage.to_dict`, and ``kth``, ``count_within``, ``curve``, ``access``, ``equity``,
        ``clusters``; ``access`` and ``equity`` are None where no capacity is known.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer of areas.
    """
    told = Coverage.to_dict(coverage, areas, language=language)
    offer = offer_of(plan, coverage, areas=areas, asked=coverage.norm is None)
    return {
        **told,
        "kth": offer.detail.kth_dict(),
        "count_within": offer.detail.count_dict(),
        "curve": offer.detail.curve.to_dict(),
        "access": _access(offer),
        "equity": offer.detail.equity_dict(),
        "clusters": _clusters(offer, language),
    }


def _access(offer: Offer) -> dict[str, Any] | None:
    """Return provision and access by area; None where no capacity is known."""
    access = offer.detail.access
    if access is None:
        return None
    norm = offer.norm_per_1000

    def line(area: str, people: int, capacity: int, unknown: int) -> dict[str, Any]:
        each = PER * capacity / people if people else None
        return {
            "capacity": capacity,
            "unknown": unknown,
            "per_1000": each,
            "of_norm": each / norm if each is not None and norm else None,
            "access_per_1000": offer.detail.access_per_1000.get(area),
        }

    lines = {x.area: line(x.area, x.people, x.capacity, x.unknown) for x in offer.lines}
    whole = lines.pop(CITY)
    return {
        "unit": offer.capacity_unit,
        "decay": offer.detail.decay_dict(),
        "norm_per_1000": norm,
        "handed_out": access.handed_out,
        "idle": access.idle,
        **whole,
        "districts": lines,
    }


def _clusters(offer: Offer, language: Language) -> list[dict[str, Any]]:
    """Return clusters of people out of reach, the largest first."""
    return [
        {
            "people": cluster.people,
            "lon": lon,
            "lat": lat,
            "near": None if name is None else name.text[language],
            "district": cluster.area,
            "extra": None if cluster.extra is None else round(cluster.extra, 1),
            "no_way": cluster.no_way,
            "points": [offer.coverage.demand.ids[at] for at in cluster.points],
        }
        for cluster, ((lon, lat), name) in zip(offer.detail.clusters, offer.spots, strict=True)
    ]


def barriers(
    plan: "Plan",
    theme: str,
    *,
    reach: str | None = None,
    scenario: str | None = None,
    limits: Limits | None = None,
    against: Path | None = None,
) -> BarrierReport:
    """
    Say who is near by air and far by street, and which missing link would help most.

    Parameters
    ----------
    plan
        A plan with streets, whose ``plan.toml`` declares which lines may lie between.
    theme
        What people are far from.
    reach
        Such as "500m"; the theme's norm by default.
    scenario
        Which facilities are open; the plan's own by default.
    limits
        What counts as far, and how long a link may be.
    against
        A second file of streets: groups that it confirms come first, since a gap in the first file
        is no barrier.

    Returns
    -------
    report
        Groups of people, the largest first.

    Raises
    ------
    SpecError
        If ``plan.toml`` names a layer that is not there.
    UsageError
        If the plan has no streets, or declares no barriers.
    """
    coverage = plan.coverage(theme, reach=reach, basis="streets", scenario=scenario)
    network = plan.network
    if network is None:  # the coverage by streets would have said so
        raise UsageError("The plan has no streets.")
    for name in plan.spec.barriers:
        if name not in plan.layers:
            raise SpecError(f"plan.toml: {UnknownNameError('layer', name, plan.layers)}")
    found = barrier_report(
        coverage,
        network,
        barriers_of([plan.layers[name] for name in plan.spec.barriers], plan.area),
        area=plan.area,
        areas=plan.spec.areas,
        streets=plan.street_names,
        limits=limits,
    )
    if against is None:
        return found
    second = ByStreets(network_of_file(against, plan.area, plan.speeds), cap_m=BESIDE_M)
    return confirmed(found, coverage.travel, second, reach=coverage.reach)


def service_areas(
    plan: "Plan",
    theme: str,
    *,
    reaches: Sequence[str] = (),
    mode: Mode | None = None,
    basis: Asked | None = None,
    scenario: str | None = None,
) -> gpd.GeoDataFrame:
    """
    Return the ground within reach of each facility of a theme.

    Parameters
    ----------
    plan
        The plan that is asked.
    theme
        Such as "schools".
    reaches
        Such as "500m", all of one unit; the theme's norm by default.
    mode
        On foot or by car; the norm's by default, else on foot.
    basis
        By streets or by straight line; streets by default where the plan has them.
    scenario
        Which facilities are open; the plan's own by default.

    Returns
    -------
    areas
        In degrees, one row a facility and reach, the largest reach first so that smaller ones lie
        on top: ``theme``, ``facility``, ``reach``, ``unit``, ``mode``, ``basis``, ``scenario``. A
        facility without a place has no row.

    Raises
    ------
    UnknownNameError
        If the theme or the scenario is not in the plan.
    UsageError
        If a reach is no reach, reaches are of two units, none is given and the theme has no norm,
        or streets are asked for and the plan has none.
    """
    chosen = plan.scenario(scenario)
    asked = [plan.question(theme, reach, chosen, mode=mode).reach for reach in reaches or (None,)]
    if len({reach.unit for reach in asked}) > 1:
        raise UsageError("Reaches must all be metres or all be minutes.")
    travel, open_ = plan.travel(basis), plan.facilities(theme, chosen)
    ordered: list[Reach] = sorted(set(asked), key=lambda reach: -reach.value)
    shapes = travel.areas(open_.xy_m, reaches=ordered)
    rows = [
        {
            "theme": theme,
            "facility": facility,
            "reach": reach.value,
            "unit": reach.unit,
            "mode": reach.mode,
            "basis": travel.basis,
            "scenario": chosen.id,
            "shape": shapes[row, column],
        }
        for column, reach in enumerate(ordered)
        for row, facility in enumerate(open_.ids)
        if shapes[row, column] is not None
    ]
    degrees = plan.area.to_degrees([row.pop("shape") for row in rows])
    names = ["theme", "facility", "reach", "unit", "mode", "basis", "scenario"]
    return gpd.GeoDataFrame(rows, columns=names, geometry=list(degrees), crs=DEGREES)
