"""Minutes by car from everybody to the nearest interchange and to the centre."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almaty_geo.coverage.measure import lower_median
from almaty_geo.places import Demand, Membership
from almaty_geo.ringroad.minutes import LEAST, MOST, UNREACHED, USUAL, in_minutes
from almaty_geo.ringroad.web import VARIANTS, Closed
from almaty_geo.sections import CITY, OUTSIDE
from almaty_geo.travel import Nearest


@dataclass(frozen=True, slots=True)
class Within:
    """People within some minutes."""

    people: int
    """By the declared speeds."""

    least: int
    """If every way is as long as it may be."""

    most: int
    """If every way is as short as it may be."""


@dataclass(frozen=True, slots=True)
class AreaAccess:
    """The access of an area's people."""

    area: str
    """Its id, `CITY`, or "outside"."""

    people: int
    """Residents."""

    road: Mapping[float, Within]
    """People within so many minutes of an interchange."""

    centre: Mapping[float, Within]
    """People within so many minutes of the centre."""

    road_min: float | None
    """Minutes to an interchange that half of the people do not exceed; None for no way."""

    centre_min: float | None
    """The same to the centre."""


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """
    Minutes by car of n points.

    One radial street more never makes a way longer.
    """

    demand: Demand
    """Who is asked about."""

    road: Nearest
    """The way to the nearest interchange; ``which`` is its position."""

    centre: Nearest
    """The way to the centre."""

    def by(self, member: Membership, reaches_min: Sequence[float]) -> tuple[AreaAccess, ...]:
        """
        Return access by area.

        Parameters
        ----------
        member
            Area of each point.
        reaches_min
            Minutes to count people within; who is exactly so far is within.

        Returns
        -------
        rows
            The city first, then each area, then those outside all, if anybody lives there; people
            within add up to the city's.
        """
        everybody = np.ones(len(member.of), dtype=np.bool_)
        rows = [self._row(CITY, everybody, reaches_min)]
        for position, name in enumerate(member.names):
            own = member.at == position
            if name != OUTSIDE or self.demand.people[own].sum():
                rows.append(self._row(name, own, reaches_min))
        return tuple(rows)

    def _row(self, area: str, own: NDArray[np.bool_], reaches_min: Sequence[float]) -> AreaAccess:
        people = np.where(own, self.demand.people, 0)
        return AreaAccess(
            area=area,
            people=int(people.sum()),
            road={r: _within(self.road, people, r) for r in reaches_min},
            centre={r: _within(self.centre, people, r) for r in reaches_min},
            road_min=_median(self.road.way, people),
            centre_min=_median(self.centre.way, people),
        )


def access(
    demand: Demand,
    from_people: Sequence[NDArray[np.int64]],
    ways: Sequence[Closed],
    *,
    interchanges: Sequence[int],
    centre: int,
) -> Access:
    """
    Return the access of people.

    Parameters
    ----------
    demand
        People at n points.
    from_people
        Milliseconds by streets to each of k places, in each variant, shapes (n, k).
    ways
        The fastest ways between the places, in each variant.
    interchanges, centre
        Positions of places.

    Returns
    -------
    access
        By the fastest way, along the ring road where that is faster.
    """
    to_road, to_centre, which = [], [], np.empty(0, dtype=np.intp)
    for variant in VARIANTS:
        each = [arriving(from_people[variant], ways[variant], at) for at in interchanges]
        table = np.stack(each, axis=1)
        nearest = table.argmin(axis=1)
        if variant == USUAL:
            which = np.where(table.min(axis=1) < UNREACHED, nearest, -1).astype(np.intp)
        to_road.append(in_minutes(table.min(axis=1)))
        to_centre.append(in_minutes(arriving(from_people[variant], ways[variant], centre)))
    at_centre = np.where(np.isfinite(to_centre[USUAL]), 0, -1).astype(np.intp)
    return Access(demand, _nearest(to_road, which), _nearest(to_centre, at_centre))


def arriving(from_people: NDArray[np.int64], ways: Closed, place: int) -> NDArray[np.int64]:
    """Return the fastest way of n people to a place, by any of the others, shape (n,)."""
    best = (from_people + ways.cost[None, :, place]).min(axis=1)
    return np.asarray(np.minimum(best, UNREACHED), dtype=np.int64)


def _nearest(minutes: list[NDArray[np.float64]], which: NDArray[np.intp]) -> Nearest:
    return Nearest(minutes[USUAL], minutes[LEAST], minutes[MOST], which, "min")


def _within(nearest: Nearest, people: NDArray[np.int64], reach_min: float) -> Within:
    return Within(
        people=int(people[nearest.way <= reach_min].sum()),
        least=int(people[nearest.most <= reach_min].sum()),
        most=int(people[nearest.least <= reach_min].sum()),
    )


def _median(way: NDArray[np.float64], people: NDArray[np.int64]) -> float | None:
    """Return the lower weighted median; None where nobody lives or half have no way."""
    found = lower_median(way, people)
    return found if np.isfinite(found) else None
