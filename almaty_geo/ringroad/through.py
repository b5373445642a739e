"""Through traffic: from gate to gate through the city, and by the ring road."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.ringroad.ground import Ground, Piece, straight
from almaty_geo.ringroad.minutes import (
    LEAST,
    M_PER_KM,
    MIN_PER_H,
    MOST,
    UNREACHED,
    USUAL,
    Driving,
    at_speed,
)
from almaty_geo.ringroad.road import Road
from almaty_geo.ringroad.web import VARIANTS, Web, closed
from almaty_geo.specs import Detour
from almaty_geo.travel.ways import MS_PER_MIN

Three = tuple[float, float, float]
"""A figure at its least, by the declared assumptions, and at its most."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two gates, by both ways."""

    start: int
    """Position of the gate with the smaller kilometre."""

    end: int
    """Position of the other."""

    city_km: float | None
    """Length through the city; None where no street leads from one to the other."""

    city_min: Three | None
    """Minutes through the city."""

    city_inside_km: float | None
    """How much of that length lies in the city."""

    ring_km: float
    """Length by the ring road."""

    ring_min: Three
    """Minutes by the ring road."""

    ring_inside_km: float
    """How much of that length lies in the city."""

    vehicles_day: float | None = None
    """Through traffic of the pair by the demand table; None without one."""

    @property
    def wins(self) -> bool:
        """Whether the ring road is faster by the declared assumptions."""
        return self.saved_min is not None and self.saved_min > 0

    @property
    def sure(self) -> bool:
        """Whether the faster one is so at every end of the assumptions."""
        if self.city_min is None:
            return False
        if self.wins:
            return self.ring_min[MOST] < self.city_min[LEAST]
        return self.ring_min[LEAST] >= self.city_min[MOST]

    @property
    def saved_min(self) -> float | None:
        """Minutes that a vehicle saves by the ring road; below 0 where it loses."""
        return None if self.city_min is None else self.city_min[USUAL] - self.ring_min[USUAL]

    @property
    def saved_inside_km(self) -> float | None:
        """Kilometres in the city that a vehicle no longer drives."""
        return None if self.city_inside_km is None else self.city_inside_km - self.ring_inside_km


@dataclass(frozen=True, slots=True)
class Diverted:
    """What it saves a day if some of the through traffic takes the ring road."""

    share: float
    """Of the traffic of pairs for which the ring road is faster."""

    vehicles_day: int
    """How many vehicles that is."""

    hours_day: float
    """Hours that they save."""

    inside_km_day: float
    """Kilometres in the city that they no longer drive."""


@dataclass(frozen=True, slots=True)
class Through:
    """Through traffic by both ways."""

    pairs: tuple[Pair, ...]
    """Each pair of gates once."""

    traffic: float | None
    """Vehicles a day that pass through, all pairs together; None where nobody says."""

    @property
    def winning(self) -> tuple[Pair, ...]:
        """Pairs for which the ring road is faster."""
        return tuple(pair for pair in self.pairs if pair.wins)

    def weight(self, pair: Pair) -> float:
        """Return the share of through traffic that a pair has: by the table, else alike."""
        known = [p.vehicles_day for p in self.pairs if p.vehicles_day is not None]
        if not known:
            return 1 / len(self.pairs)
        total = sum(known)
        return (pair.vehicles_day or 0) / total if total else 0.0

    def saved_each(self) -> tuple[float, float] | None:
        """
        Return minutes and kilometres in the city saved by a vehicle that the ring road is for.

        Returns
        -------
        minutes, km
            Means over the winning pairs by their traffic; None where there are none.
        """
        wins = [(self.weight(p), p.saved_min or 0, p.saved_inside_km or 0) for p in self.winning]
        total = sum(weight for weight, _, _ in wins)
        if not total:
            return None
        minutes = sum(weight * value for weight, value, _ in wins) / total
        return minutes, sum(weight * value for weight, _, value in wins) / total

    def diverted(self, share: float) -> Diverted | None:
        r"""
        Return what a share of through traffic saves by taking the ring road.

        .. math:: V = s T \sum_{p\,wins} w_p, \quad H = s T \sum_{p\,wins} w_p \Delta t_p / 60

        with traffic T, the pairs' weights w and minutes saved :math:`\Delta t`; pairs that lose by
        the ring road stay in the city. None where nobody says how much traffic there is.
        """
        if self.traffic is None:
            return None
        wins = [(share * self.traffic * self.weight(p), p) for p in self.winning]
        return Diverted(
            share=share,
            vehicles_day=round(sum(vehicles for vehicles, _ in wins)),
            hours_day=sum(vehicles * (p.saved_min or 0) for vehicles, p in wins) / MIN_PER_H,
            inside_km_day=sum(vehicles * (p.saved_inside_km or 0) for vehicles, p in wins),
        )


def through(  # noqa: PLR0913 - both ways, and what each stands on
    road: Road,
    web: Web,
    ground: Ground,
    driving: Driving,
    between: Sequence[NDArray[np.int64]],
    *,
    detour: Detour,
    city: shapely.Geometry,
    vehicles: Mapping[frozenset[str], float],
    traffic: float | None,
) -> Through:
    """
    Hold the way through the city against the ring road, for each pair of gates.

    Parameters
    ----------
    road, web
        The ring road and its places.
    ground
        Ways by streets; no place of the web but gates, links and interchanges is on them.
    driving
        Speeds.
    between
        Ways by streets between the places in each variant, shapes (k, k).
    detour
        How much longer the way from a gate to the course is than the straight line.
    city
        Ground of the city in the metric plane.
    vehicles
        Vehicles a day by pair of gate ids; empty where nobody says.
    traffic
        Vehicles a day of all pairs, where ``vehicles`` is empty.

    Returns
    -------
    through
        Ways through the city never use the ring road; those by the ring road nothing else but
        the way from the gate to its course.
    """
    shapely.prepare(city)
    ways = [closed(between[v], web.off_ring, variant=v) for v in VARIANTS]
    pairs = []
    for start in range(len(road.gates)):
        for end in range(start + 1, len(road.gates)):
            one, other = web.gates[start], web.gates[end]
            path = ways[USUAL].path(one, other)
            pieces = _pieces(web, ground, path, detour) if path else ()
            along = _by_ring(road, start, end, detour)
            known = all(way.cost[one, other] < UNREACHED for way in ways)
            pairs.append(
                Pair(
                    start=start,
                    end=end,
                    city_km=_km(pieces) if known else None,
                    city_min=_minutes(tuple(int(w.cost[one, other]) for w in ways))
                    if known
                    else None,
                    city_inside_km=_inside_km(pieces, city) if known else None,
                    ring_km=_km(along),
                    ring_min=_ring_min(along, driving, detour),
                    ring_inside_km=_inside_km(along, city),
                    vehicles_day=vehicles.get(
                        frozenset((road.gates[start].id, road.gates[end].id)), 0.0
                    )
                    if vehicles
                    else None,
                )
            )
    return Through(tuple(pairs), sum(vehicles.values()) if vehicles else traffic)


def _pieces(web: Web, ground: Ground, path: Sequence[int], detour: Detour) -> tuple[Piece, ...]:
    """Return the course of a way through the city."""
    off = {frozenset(edge.ends) for edge in web.off_ring}
    pieces: list[Piece] = []
    for one, other in itertools.pairwise(path):
        if frozenset((one, other)) in off:
            pieces.append(straight(web.places_m[one], web.places_m[other], detour))
        else:
            pieces.extend(ground.pieces(one, other))
    return tuple(pieces)


def _by_ring(road: Road, start: int, end: int, detour: Detour) -> tuple[Piece, Piece, Piece]:
    """Return the way to the course, along it, and from it."""
    one, other = road.gates[start], road.gates[end]
    line = road.between(one.km, other.km)
    tips = shapely.get_coordinates(line)[[0, -1]]
    return (
        straight(np.array(one.xy_m), tips[0], detour),
        Piece(line, (other.km - one.km) * M_PER_KM),
        straight(tips[1], np.array(other.xy_m), detour),
    )


def _ring_min(along: tuple[Piece, Piece, Piece], driving: Driving, detour: Detour) -> Three:
    """Return the minutes by the ring road; the way to its course at the city's speed."""
    before, ring, after = along
    off_m = (before.metres + after.metres) / detour.index
    ends = [at_speed(off_m * index, driving.city)[v] for v, index in enumerate(_indices(detour))]
    cost = at_speed(ring.metres, driving.ring)
    return _minutes(tuple(end + own for end, own in zip(ends, cost, strict=True)))


def _indices(detour: Detour) -> Three:
    return detour.low, detour.index, detour.high


def _minutes(cost: Sequence[int]) -> Three:
    least, usual, most = (value / MS_PER_MIN for value in cost)
    return least, usual, most


def _km(pieces: Sequence[Piece]) -> float:
    return sum(piece.metres for piece in pieces) / M_PER_KM


def _inside_km(pieces: Sequence[Piece], city: shapely.Geometry) -> float:
    """Return how much of a way lies in the city, each piece by its share of the drawn line."""
    inside = 0.0
    for piece in pieces:
        drawn = float(shapely.length(piece.line))
        if drawn:
            within = float(shapely.length(shapely.intersection(piece.line, city)))
            inside += piece.metres * within / drawn
    return inside / M_PER_KM


def pair_dict(pair: Pair, road: Road) -> dict[str, Any]:
    """Return a pair as plain values for JSON."""
    return {
        "start": road.gates[pair.start].id,
        "end": road.gates[pair.end].id,
        "city_km": _round(pair.city_km),
        "city_min": _three(pair.city_min),
        "city_inside_km": _round(pair.city_inside_km),
        "ring_km": _round(pair.ring_km),
        "ring_min": _three(pair.ring_min),
        "ring_inside_km": _round(pair.ring_inside_km),
        "faster": "ring_road" if pair.wins else "city" if pair.city_min else None,
        "sure": pair.sure,
        "saved_min": _round(pair.saved_min),
        "saved_inside_km": _round(pair.saved_inside_km),
        "vehicles_day": pair.vehicles_day,
    }


def _three(three: Three | None) -> dict[str, float] | None:
    if three is None:
        return None
    return {name: round(v, 1) for name, v in zip(("least", "value", "most"), three, strict=True)}


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
