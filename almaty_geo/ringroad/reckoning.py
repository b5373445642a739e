"""All that is reckoned of a ring road: access, through traffic, what each radial street changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.places import Demand, Membership
from almaty_geo.ringroad.access import Access, AreaAccess, access
from almaty_geo.ringroad.ground import Ground
from almaty_geo.ringroad.minutes import Driving
from almaty_geo.ringroad.radials import JOIN_M, Radial, edges_of, places_of
from almaty_geo.ringroad.road import Road
from almaty_geo.ringroad.through import Through, pair_dict, through
from almaty_geo.ringroad.web import VARIANTS, Edge, Web, closed, variants, web
from almaty_geo.specs import RingRoad
from almaty_geo.words import Text

JOINT_M = 500.0
"""A gate so near an interchange is joined to it."""

Grounds = Callable[[NDArray[np.float64], NDArray[np.float64]], Ground]
"""Makes ways between places, shape (k, 2), each of which joins streets up to a distance, (k,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What a radial street changes, all else as today."""

    radial: Radial
    """The street."""

    access: Access
    """Access with it."""

    people_road: int
    """People who come to an interchange sooner."""

    people_centre: int
    """People who come to the centre sooner."""

    saved_person_min: float
    """Minutes to the nearest interchange that they save, times people."""

    within: Mapping[float, int]
    """People more within so many minutes of an interchange, by reach."""

    @property
    def ranked(self) -> bool:
        """Whether its course is known: one that is guessed stays out of rankings."""
        return self.radial.trial == "course"


@dataclass(frozen=True, slots=True)
class Severance:
    """What the road cuts off, as far as anybody knows."""

    theme: Text
    """What people are cut off from."""

    people: int | None
    """People near by air and far by street, by these lines; None without streets."""

    groups: tuple[Mapping[str, Any], ...]
    """Groups of them, the largest first, as in the barrier report."""

    names: tuple[Text, ...]
    """What parts each group from its school, in each language."""

    layers: tuple[Text, ...]
    """Lines that were looked at."""

    missing: tuple[str, ...]
    """Layers that are declared and not in the plan."""

    bearing: Text | None = None
    """What the report rests on: reach and scenario."""


@dataclass(frozen=True, slots=True, eq=False)
class RingAnswer:
    """All that is reckoned of a ring road."""

    spec: RingRoad
    """What is declared."""

    driving: Driving
    """Speeds, as asked."""

    road: Road
    """The road."""

    web: Web
    """Its places."""

    ground: Ground
    """Ways without it."""

    member: Membership
    """Area of each point."""

    access: Access
    """Access today."""

    through: Through
    """Through traffic."""

    radials: tuple[Radial, ...]
    """Streets between city and road, in the order of their layer."""

    effects: tuple[Effect, ...]
    """What each that can be tried would change: those ranked first, the one that saves most
    first; empty without streets."""

    diverted: tuple[float, ...]
    """Shares of through traffic, as asked."""

    severance: Severance | None = None
    """What the road cuts off."""

    @property
    def areas(self) -> tuple[AreaAccess, ...]:
        """Access by area, the city first."""
        return self.access.by(self.member, self.spec.reaches_min)

    @property
    def unjoined(self) -> tuple[str, ...]:
        """Interchanges that no street and no link leads to."""
        joined, links = self.ground.joined, {link.interchange for link in self.road.links}
        return tuple(
            spot.id
            for at, spot in enumerate(self.road.interchanges)
            if not joined[at] and at not in links
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""
        road, driving = self.road, self.driving
        off = road.off_official
        saved = self.through.saved_each()
        return {
            "basis": self.ground.basis,
            "assumptions": {
                name: {"km_h": f.value, "low": f.low, "high": f.high, "confidence": f.confidence}
                for name, f in (
                    ("city_speed", driving.city),
                    ("ring_speed", driving.ring),
                    ("radial_speed", driving.radial),
                )
            }
            | {
                "detour": {
                    "index": self.spec.detour.index,
                    "low": self.spec.detour.low,
                    "high": self.spec.detour.high,
                    "confidence": self.spec.detour.confidence,
                }
            },
            "length": {
                "drawn_km": round(road.drawn_km, 2),
                "official_km": road.official_km,
                "off": None if off is None else round(off, 4),
            },
            "interchanges": [self._interchange(at) for at in range(len(road.interchanges))],
            "access": [_area_dict(row) for row in self.areas],
            "through": {
                "traffic_vehicles_day": self.through.traffic,
                "pairs": [pair_dict(pair, road) for pair in self.through.pairs],
                "wins": len(self.through.winning),
                "saved_each_min": None if saved is None else round(saved[0], 1),
                "saved_each_inside_km": None if saved is None else round(saved[1], 1),
                "diverted": [self._diverted(share) for share in self.diverted],
            },
            "radials": [radial.to_dict() for radial in self.radials],
            "effects": [self._effect(effect) for effect in self.effects],
            "severance": None if self.severance is None else _severance_dict(self.severance),
        }

    def _interchange(self, at: int) -> dict[str, Any]:
        spot = self.road.interchanges[at]
        link = next((one for one in self.road.links if one.interchange == at), None)
        return {
            "id": spot.id,
            "name": spot.name.text.en,
            "km": round(spot.km, 1),
            "told_km": spot.told_km,
            "off_m": round(spot.off_m),
            "confidence": spot.confidence or None,
            "precision_m": spot.precision_m,
            "assumed_link_km": None if link is None else round(link.straight_m / 1000, 1),
            "joins_streets": bool(self.ground.joined[at]),
        }

    def _effect(self, effect: Effect) -> dict[str, Any]:
        rows = effect.access.by(self.member, self.spec.reaches_min)
        return {
            "radial": effect.radial.id,
            "course": effect.radial.trial,
            "ranked": effect.ranked,
            "people_sooner_to_interchange": effect.people_road,
            "people_sooner_to_centre": effect.people_centre,
            "saved_person_min": round(effect.saved_person_min),
            "more_within": [{"minutes": r, "people": n} for r, n in effect.within.items()],
            "access": [_area_dict(row) for row in rows],
        }

    def _diverted(self, share: float) -> dict[str, Any]:
        found = self.through.diverted(share)
        if found is None:
            return {"share": share}
        return {
            "share": share,
            "vehicles_day": found.vehicles_day,
            "hours_day": round(found.hours_day),
            "inside_km_day": round(found.inside_km_day),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of a ring road."""

    spec: RingRoad
    """What is declared."""

    driving: Driving
    """Speeds."""

    diverted: tuple[float, ...]
    """Shares of through traffic."""

    traffic: float | None
    """Through traffic, vehicles a day; None where nobody says."""

    vehicles: Mapping[frozenset[str], float]
    """The same by pair of gates; empty where nobody says."""

    radials: tuple[Radial, ...] = ()
    """Streets between city and ring road."""

    tried: tuple[str, ...] | None = None
    """Radial streets to try; all that can be by default."""


def reckon(
    question: Question,
    road: Road,
    demand: Demand,
    grounds: Grounds,
    *,
    member: Membership,
    city: shapely.Geometry,
) -> RingAnswer:
    """
    Reckon access, through traffic and what each radial street changes.

    Parameters
    ----------
    question
        Assumptions, and streets to try.
    road
        The ring road.
    demand
        People.
    grounds
        Makes ways by streets, or straight lines where there are none.
    member
        Area of each point.
    city
        Ground of the city in the metric plane.

    Returns
    -------
    answer
        Radial streets are tried where ways follow streets only.
    """
    spec, driving = question.spec, question.driving
    own = web(road, driving, detour=spec.detour, joint_m=JOINT_M)
    radials = question.radials
    tried = [r for r in radials if question.tried is None or r.id in question.tried]
    along = [places_of(radial) for radial in tried]
    places_m = np.concatenate([own.places_m, *along])
    caps_m = np.full(len(places_m), JOIN_M)
    caps_m[: len(own.places_m)] = JOINT_M
    ground = grounds(places_m, caps_m)
    ways = _Ways(
        between=variants(ground.between, driving, ground.stretch),
        people=variants(ground.from_people(demand.xy_m), driving, ground.stretch),
    )
    base = np.arange(len(own.places_m))
    today = ways.access(demand, own, base, own.edges)
    between = [table[np.ix_(base, base)] for table in ways.between]
    answer = RingAnswer(
        spec=spec,
        driving=driving,
        road=road,
        web=own,
        ground=ground,
        member=member,
        access=today,
        through=through(
            road,
            own,
            ground,
            driving,
            between,
            detour=spec.detour,
            city=city,
            vehicles=question.vehicles,
            traffic=question.traffic,
        ),
        radials=radials,
        effects=(),
        diverted=question.diverted,
    )
    if ground.basis != "streets":
        return answer
    first = len(base)
    effects = []
    for radial, marks in zip(tried, along, strict=True):
        if len(marks):
            chosen = np.concatenate([base, np.arange(first, first + len(marks))])
            spots = own.places_m[list(own.interchanges)]
            more = edges_of(radial, driving, first=len(base), interchanges=spots)
            found = ways.access(demand, own, chosen, (*own.edges, *more))
            effects.append(_effect(radial, found, today, spec.reaches_min))
        first += len(marks)
    effects.sort(key=lambda e: (not e.ranked, -e.saved_person_min, e.radial.id))
    return replace(answer, effects=tuple(effects))


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Ways by streets in each variant."""

    between: tuple[NDArray[np.int64], ...]
    people: tuple[NDArray[np.int64], ...]

    def access(
        self, demand: Demand, own: Web, chosen: NDArray[np.intp], edges: Sequence[Edge]
    ) -> Access:
        """Return access with some of the places, the web's first, and ways between them."""
        return access(
            demand,
            [table[:, chosen] for table in self.people],
            [closed(self.between[v][np.ix_(chosen, chosen)], edges, variant=v) for v in VARIANTS],
            interchanges=own.interchanges,
            centre=own.centre,
        )


def _effect(radial: Radial, found: Access, today: Access, reaches_min: Sequence[float]) -> Effect:
    people = found.demand.people
    sooner = found.road.way < today.road.way
    saved = np.zeros(len(people))
    both = sooner & np.isfinite(today.road.way)
    saved[both] = today.road.way[both] - found.road.way[both]
    return Effect(
        radial=radial,
        access=found,
        people_road=int(people[sooner].sum()),
        people_centre=int(people[found.centre.way < today.centre.way].sum()),
        saved_person_min=float((saved * people).sum()),
        within={
            reach: int(people[(found.road.way <= reach) & (today.road.way > reach)].sum())
            for reach in reaches_min
        },
    )


def _area_dict(row: AreaAccess) -> dict[str, Any]:
    def each(within: Mapping[float, Any]) -> list[dict[str, Any]]:
        return [
            {"minutes": r, "people": w.people, "least": w.least, "most": w.most}
            for r, w in within.items()
        ]

    def minutes(value: float | None) -> float | None:
        return None if value is None else round(value, 1)

    return {
        "district": row.area,
        "people": row.people,
        "interchange": each(row.road),
        "centre": each(row.centre),
        "median_interchange_min": minutes(row.road_min),
        "median_centre_min": minutes(row.centre_min),
    }


def _severance_dict(severance: Severance) -> dict[str, Any]:
    return {
        "people": severance.people,
        "groups": [dict(group) for group in severance.groups],
        "layers": [layer.en for layer in severance.layers],
        "missing": list(severance.missing),
    }
