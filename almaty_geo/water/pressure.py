"""What a hydraulic model means for people: blocks and areas against the head they need."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import DataError
from almaty_geo.places import Demand, Membership
from almaty_geo.travel.straight import first_nearest, located
from almaty_geo.water.hydraulics import Modelled
from almaty_geo.water.serving import Floats, Whole


@dataclass(frozen=True, slots=True)
class AreaPressure:
    """The people of an area by the head that a model gives them."""

    area: str
    """Its id; "" for people outside all."""

    people: int
    """Residents."""

    enough: int
    """Those whose node never has less than the head needed."""

    short: int
    """Those whose node has."""

    unknown: int
    """Those with no node of the model near by."""

    least_m: float | None
    """Least head of anybody in metres of water; None where nobody is known of."""

    supply: float | None
    """Share of the water wanted that is delivered, by people; None where nobody is known of."""


@dataclass(frozen=True, slots=True, eq=False)
class Pressures:
    """The head of n blocks."""

    modelled: Modelled
    """What the model says."""

    demand: Demand
    """People at n points."""

    member: Membership
    """Area of each point."""

    node: NDArray[np.intp]
    """Position of each block's node, shape (n,); -1 where none is near."""

    head_m: float
    """Head that is needed."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which blocks have a node near by, shape (n,)."""
        return self.node >= 0

    @property
    def enough(self) -> NDArray[np.bool_]:
        """Which blocks always have the head needed, shape (n,)."""
        found: NDArray[np.bool_] = self.known & (self.modelled.least_m[self.node] >= self.head_m)
        return found

    def by_area(self) -> tuple[AreaPressure, ...]:
        """Return the people of each area by head; outside all only where anybody is."""
        people = self.demand.people
        each = [
            self.member.sums(np.where(kept, people, 0))
            for kept in (self.enough, self.known & ~self.enough, ~self.known)
        ]
        found = []
        for position, name in enumerate((*self.member.ids, "")):
            enough, short, unknown = (int(amounts[position]) for amounts in each)
            if not name and not enough + short + unknown:
                continue
            at = position if name else -1
            own = (self.member.of == at) & self.known & (people > 0)
            found.append(
                AreaPressure(
                    area=name,
                    people=enough + short + unknown,
                    enough=enough,
                    short=short,
                    unknown=unknown,
                    least_m=float(self.modelled.least_m[self.node[own]].min())
                    if own.any()
                    else None,
                    supply=self._supply(own, people) if own.any() else None,
                )
            )
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""
        model = self.modelled
        known = np.flatnonzero(self.known & (self.demand.people > 0)).tolist()
        return {
            "free_head_m": self.head_m,
            "hours": model.hours,
            "without": list(model.without),
            "engine": model.engine,
            "wanted_m3_day": round(float(model.wanted_m3_day.sum()), 1),
            "given_m3_day": round(float(model.given_m3_day.sum()), 1),
            "districts": [
                {
                    "district": one.area or None,
                    "people": one.people,
                    "enough": one.enough,
                    "short": one.short,
                    "unknown": one.unknown,
                    "least_m": _rounded(one.least_m, 1),
                    "supply": _rounded(one.supply, 4),
                }
                for one in self.by_area()
            ],
            "blocks": [
                {
                    "block": self.demand.ids[at],
                    "people": int(self.demand.people[at]),
                    "node": model.names[self.node[at]],
                    "least_m": _rounded(float(model.least_m[self.node[at]]), 1),
                    "supply": _rounded(float(model.supply[self.node[at]]), 4),
                }
                for at in known
            ],
            "nodes": [
                {
                    "node": name,
                    "least_m": round(least, 1),
                    "supply": round(supply, 4),
                    "enough": least >= self.head_m,
                }
                for name, least, supply in zip(
                    model.names, model.least_m.tolist(), model.supply.tolist(), strict=True
                )
            ],
        }

    def _supply(self, own: NDArray[np.bool_], people: Whole) -> float:
        return float(np.average(self.modelled.supply[self.node[own]], weights=people[own]))


def pressures(
    modelled: Modelled,
    places_m: Floats,
    demand: Demand,
    member: Membership,
    *,
    head_m: float,
    near_m: float,
) -> Pressures:
    """
    Give each block the head of the nearest node of a model.

    Parameters
    ----------
    modelled
        What the model says of m nodes.
    places_m
        Easting and northing of its nodes, shape (m, 2); NaN where a node has no place there.
    demand, member
        People at n points, and the area of each.
    head_m
        Head that is needed, metres of water.
    near_m
        Farthest that a node may be, in a straight line; one exactly as far is near.

    Returns
    -------
    pressures
        Of nodes equally near, the first.

    Raises
    ------
    DataError
        If no node is near anybody: the coordinates are then not where they are said to be.
    """
    node = np.full(len(demand.people), -1, dtype=np.intp)
    here, there = located(demand.xy_m), located(places_m)
    if len(here) and len(there):
        metres, at = first_nearest(demand.xy_m[here], places_m[there])
        node[here] = np.where(metres <= near_m, there[at], -1)
    if not (node >= 0).any():
        raise DataError(
            f"None of {len(modelled.names):,} nodes of the model is within {near_m:g} m of anybody "
            "who lives in the plan: name the coordinates it is in with --crs."
        )
    return Pressures(modelled, demand, member, node, head_m)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
