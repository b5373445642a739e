"""A plan's ring road: access, through traffic and severance, where the plan declares one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo import commitments as promises
from almaty_geo.commitments import Judged
from almaty_geo.coverage.barriers import barrier_report, barriers_of
from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.ringroad import (
    Driving,
    Fact,
    Ground,
    Question,
    RingAnswer,
    Road,
    Severance,
    ShownRing,
    State,
    Straight,
    asked,
    before_and_after,
    by_streets,
    read_radials,
    read_road,
    reckon,
)
from almaty_geo.specs import RingRoad, read_spec
from almaty_geo.travel import Asked, StraightLine
from almaty_geo.words import LANGUAGES, Text, say

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan

DECLARED = "ringroad/ring.toml"
MOST_DETOUR = 5


def ring_road(  # noqa: PLR0913 - each assumption may be put otherwise
    plan: "Plan",
    *,
    city_speed: float | None = None,
    ring_speed: float | None = None,
    traffic: float | None = None,
    divert: float | None = None,
    radial: str | None = None,
    radial_speed: float | None = None,
    detour: float | None = None,
    basis: Asked | None = None,
) -> ShownRing | None:
    """
    Reckon what a ring road changes.

    Parameters
    ----------
    plan
        Declares the road in ``layers/ringroad/ring.toml``.
    city_speed, ring_speed
        Kilometres an hour in place of those declared.
    traffic
        Through traffic, vehicles a day, in place of the declared fact.
    divert
        Share of through traffic that takes the ring road, above 0 and at most 1.
    radial
        The one radial street to try; all that can be by default.
    radial_speed
        Kilometres an hour on a radial street in place of that declared.
    detour
        Detour index by car in place of that declared, at least 1.
    basis
        By streets or by straight line; streets by default where the plan has them.

    Returns
    -------
    ring
        None where the plan declares no ring road.

    Raises
    ------
    DataError
        If a layer does not hold what is declared of it.
    UnknownNameError
        If there is no such radial street, or a layer is missing.
    UsageError
        If a speed, index, traffic or share is none, or streets are asked for and the plan has none.
    """
    path = plan.folder / "layers" / DECLARED
    if not path.is_file():
        return None
    spec = _with_detour(read_spec(path, RingRoad), detour)
    road = read_road(spec, plan.layers, plan.area)
    radials = (
        read_radials(spec.radials, plan.layers[spec.radials.layer], road, plan.area)
        if spec.radials
        else ()
    )
    if radial is not None and radial not in (known := [r.id for r in radials]):
        raise UnknownNameError("radial street", radial, known)
    vehicles = _vehicles(plan, spec, road)
    question = Question(
        spec=spec,
        driving=Driving(
            city=asked(spec.city_speed, city_speed, "city"),
            ring=asked(spec.ring_speed, ring_speed, "ring"),
            radial=asked(spec.radial_speed, radial_speed, "radial street's"),
            usual_km_h=spec.city_speed.value,
        ),
        diverted=spec.diverted if divert is None else (_share(divert),),
        traffic=_traffic(spec, road.facts, traffic),
        vehicles={} if traffic is not None else vehicles,
        radials=radials,
        tried=None if radial is None else (radial,),
    )
    answer = reckon(
        question,
        road,
        plan.people(),
        PlanGrounds(plan, spec, basis),
        member=plan.memberships()[plan.spec.areas],
        city=shapely.union_all(plan.area.to_metres(plan.areas.located.geometry)),
    )
    names = (spec.course, spec.interchanges, spec.gates)
    more = (spec.links, spec.radials.layer if spec.radials else None, spec.marks, spec.facts)
    return ShownRing(
        answer=replace(answer, severance=_severance(plan, spec, answer)),
        layers={name: plan.layers[name] for name in (*names, *more) if name},
        areas=plan.areas,
        demand=plan.spec.demand,
        **_promised(plan, spec),
        asked_traffic=traffic is not None,
    )


def ring_traffic(
    plan: "Plan", *, city_speed: float | None = None, ring_speed: float | None = None
) -> tuple[State, State] | None:
    """
    Return through traffic in equilibrium, before the ring road and with it.

    Parameters
    ----------
    plan
        With streets, and a table of through traffic that ``layers/ringroad/ring.toml`` names.
    city_speed, ring_speed
        Kilometres an hour in place of those declared.

    Returns
    -------
    before, after
        None where the plan declares no ring road.

    Raises
    ------
    DataError
        If no road leads from a gate to another, or the table names what is no gate.
    UsageError
        If the plan has no streets or names no table, or AequilibraE is not installed.
    """
    shown = plan.ring_road(city_speed=city_speed, ring_speed=ring_speed)
    if shown is None:
        return None
    answer, spec = shown.answer, shown.answer.spec
    if spec.demand is None or spec.congestion is None:
        raise UsageError(
            "An equilibrium of traffic needs `demand` and `congestion` in "
            "layers/ringroad/ring.toml; the plan names none."
        )
    return before_and_after(
        answer,
        _by_direction(plan, spec, [spot.id for spot in (*answer.road.gates, answer.road.centre)]),
        spec.congestion,
        city=shapely.union_all(plan.area.to_metres(plan.areas.located.geometry)),
    )


class PlanGrounds:
    """Makes ways between places: by streets where the plan has them, else by straight line."""

    def __init__(self, plan: "Plan", spec: RingRoad, basis: Asked | None) -> None:
        self._travel = plan.travel("detour" if basis == "local" else basis)
        self._spec = spec

    def __call__(self, places_m: NDArray[np.float64], caps_m: NDArray[np.float64]) -> Ground:
        """Return ways between k places, each joined to streets up to a distance."""
        spec, km_h = self._spec, self._spec.city_speed.value
        if isinstance(self._travel, StraightLine):
            return Straight(StraightLine(spec.detour), spec.detour, km_h, places_m)
        from almaty_geo.travel.streets import ByStreets  # noqa: PLC0415 - compiles its kernels

        if not isinstance(self._travel, ByStreets):
            raise UsageError(f"Minutes by car are not reckoned by {self._travel.basis}.")
        return by_streets(self._travel, places_m, caps_m, detour=spec.detour, km_h=km_h)


def _severance(plan: "Plan", spec: RingRoad, answer: RingAnswer) -> Severance | None:
    """Return whom the road and what else is declared cut off; without streets, nobody knows."""
    severed = spec.severed
    if severed is None or severed.theme not in plan.themes:
        return None
    here = [name for name in severed.lines if name in plan.layers]
    told = Severance(
        theme=plan.theme_words(severed.theme).nearest,
        people=None,
        groups=(),
        names=(),
        layers=tuple(plan.layers[name].spec.title for name in here),
        missing=tuple(name for name in severed.lines if name not in plan.layers),
    )
    network = plan.network
    if answer.ground.basis != "streets" or network is None or not here:
        return told
    coverage = plan.coverage(severed.theme, basis="streets")
    report = barrier_report(
        coverage,
        network,
        barriers_of([plan.layers[name] for name in here], plan.area),
        area=plan.area,
        areas=plan.spec.areas,
        streets=plan.street_names,
    )
    each = {lang: report.to_dict(language=lang)["groups"] for lang in LANGUAGES}
    names = (
        Text(**{lang: str(groups[at]["barrier_name"]) for lang, groups in each.items()})
        for at in range(len(each["en"]))
    )
    return replace(
        told,
        people=report.people,
        groups=tuple(each["en"]),
        names=tuple(names),
        bearing=coverage.reach.shown,
    )


def _by_direction(plan: "Plan", spec: RingRoad, places: list[str]) -> dict[tuple[str, str], float]:
    """Return the table of through traffic as it stands; DataError for what is no gate."""
    found: dict[tuple[str, str], float] = {}
    if spec.demand is not None:
        layer = plan.layers[spec.demand]
        for row in layer.frame.to_dict("records"):
            ends = _ends(row, places, layer.spec.file)
            found[ends] = found.get(ends, 0.0) + float(row["vehicles_day"])
    return found


def _vehicles(plan: "Plan", spec: RingRoad, road: Road) -> dict[frozenset[str], float]:
    """Return through traffic by pair of gates, both directions together; empty without a table."""
    places = [spot.id for spot in (*road.gates, road.centre)]
    found: dict[frozenset[str], float] = {}
    for ends, vehicles in _by_direction(plan, spec, places).items():
        if road.centre.id not in ends:
            found[frozenset(ends)] = found.get(frozenset(ends), 0.0) + vehicles
    return found


def _ends(row: Mapping[Any, Any], places: list[str], file: str) -> tuple[str, str]:
    """Return where the traffic of a row starts and ends; DataError if nowhere."""
    start, end = str(row["start"]), str(row["end"])
    for name in (start, end):
        if name not in places:
            raise DataError(f"{file}: {UnknownNameError('gate', name, places)}")
    if start == end:
        raise DataError(f"{file}: traffic from {start!r} to itself passes through nothing.")
    return start, end


def _traffic(spec: RingRoad, facts: Mapping[str, Fact], given: float | None) -> float | None:
    """Return vehicles a day: those asked for, else the declared fact."""
    if given is None:
        return facts[spec.traffic].value if spec.traffic in facts else None
    if not given >= 0:
        raise UsageError(f"Through traffic must be at least 0 vehicles a day, not {given:g}.")
    return given


def _share(divert: float) -> float:
    """Return a share; UsageError if it is none."""
    if not 0 < divert <= 1:
        raise UsageError(f"A share diverted must be above 0 and at most 1, not {divert:g}.")
    return divert


def _with_detour(spec: RingRoad, index: float | None) -> RingRoad:
    """Return what is declared, with another detour index in its place; UsageError if it is none."""
    if index is None:
        return spec
    if not 1 <= index <= MOST_DETOUR:
        raise UsageError(f"The detour index must be 1 to {MOST_DETOUR}, not {index:g}.")
    own, times = spec.detour, index / spec.detour.index
    other = own.model_copy(
        update={
            "index": index,
            "low": max(1.0, own.low * times),
            "high": own.high * times,
            "confidence": "assumption",
        }
    )
    return spec.model_copy(update={"detour": other})


def ring_promises(plan: "Plan", spec: RingRoad) -> tuple[Judged, ...]:
    """Return the promises that are declared to stand beside the results, with their status."""
    for name in spec.promises:
        if name not in plan.promises:
            raise UnknownNameError("promise", name, plan.promises)
    judged = {one.commitment.id: one for one in plan.commitments()}
    return tuple(judged[name] for name in spec.promises)


def _promised(plan: "Plan", spec: RingRoad) -> dict[str, Any]:
    """Return the promises beside the results: as a table, and as sentences."""
    told = ring_promises(plan, spec)
    if not told:
        return {}
    title = say("What was promised of the ring road and its streets")
    return {
        "promised": promises.promised(told, plan.publishers, title=title),
        "reminders": promises.reminders(told, plan.publishers),
    }
