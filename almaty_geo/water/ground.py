"""The people and intakes of a plan, ready to be asked who is served from where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.places import Demand, Membership
from almaty_geo.provision import ranks
from almaty_geo.specs import NewIntakes, Pipes
from almaty_geo.travel import Reach, Travel
from almaty_geo.water.person import PerPerson
from almaty_geo.water.placing import Unserved, best_place
from almaty_geo.water.served import Intake, Served
from almaty_geo.water.serving import (
    LITRES,
    MM,
    NO_WAY,
    Floats,
    Mains,
    Whole,
    around,
    assigned,
    cost_mm,
    people_for,
    staying,
)
from almaty_geo.words import Text, say

LonLat = tuple[float, float]

FIRST_M = 5000.0
"""How far people are looked for first to fill an intake; then twice as far, and so on."""


@dataclass(frozen=True, eq=False)
class Ground:
    """All that who-is-served-from-where is reckoned with."""

    demand: Demand
    """People at n points."""

    height_m: Floats
    """Height of each point, shape (n,); NaN where unknown."""

    member: Membership
    """Area of each point."""

    names: Mapping[str, Text]
    """Name of each area, by id."""

    area: StudyArea
    """Gives the metric plane."""

    travel: Travel
    """How pipes lead."""

    reach: Reach
    """Farthest that a pipe leads."""

    pipes: Pipes
    """What lifting weighs."""

    person: PerPerson
    """Litres that capacities are shared out by."""

    intakes: tuple[Intake, ...]
    """Those with a place and a capacity that are open."""

    scenarios: Mapping[str, NewIntakes] = field(default_factory=dict)
    """Intakes that may be added, by id of the scenario."""

    _placed: dict[tuple[object, ...], tuple[Intake, ...]] = field(
        default_factory=dict, init=False, repr=False
    )

    def serve(self, more: Sequence[Intake] = ()) -> Served:
        """
        Return who is served from where.

        Parameters
        ----------
        more
            Intakes beside those that are open.

        Returns
        -------
        served
            With the people who stay with their intake wherever it truly is.
        """
        intakes = (*self.intakes, *more)
        places = [around(one.xy_m, one.precision_m) for one in intakes]
        way_m = self._way_m(np.vstack([np.empty((0, 2)), *places]))
        ends = np.cumsum([len(p) for p in places]).astype(np.intp)
        each = [way_m[:, end - len(p) : end] for end, p in zip(ends.tolist(), places, strict=True)]
        costs = [
            self._cost(ways, np.full(ways.shape[1], one.height_m))
            for ways, one in zip(each, intakes, strict=True)
        ]
        first = ends - [len(p) for p in places]
        stated = np.hstack([np.empty((len(way_m), 0), dtype=np.int64), *(c[:, :1] for c in costs)])
        mains = self._mains(intakes, stated)
        found = staying(mains, [c[:, 1:] for c in costs])
        return Served(intakes, self.demand, self.member, found, way_m[:, first])

    def planned(
        self,
        scenario: NewIntakes,
        *,
        places: Mapping[str, LonLat] | None = None,
        among: Sequence[Intake] = (),
    ) -> tuple[Intake, ...]:
        """
        Return the intakes of a scenario, placed.

        Each area's, in the scenario's order, is placed by `placing.best_place` among the blocks of
        the area with people, once those open, those of ``among`` and the areas' before it serve
        whom they can; or where it is said to be.

        Parameters
        ----------
        scenario
            What is added.
        places
            Longitude and latitude by area, in place of the rule's and the scenario's own.
        among
            Other intakes that are added.

        Returns
        -------
        intakes
            One for each area of the scenario.

        Raises
        ------
        UnknownNameError
            If an area is not there, or a place is given for one that gets no intake.
        UsageError
            If a place is outside the study area, or nobody lives in an area.
        """
        given = {**scenario.places, **(places or {})}
        for name in scenario.areas:
            if name not in self.member.ids:
                raise UnknownNameError("area", name, self.member.ids)
        for name in given:
            if name not in scenario.areas:
                raise UnknownNameError("area of the scenario", name, scenario.areas)
        key = (scenario.id, scenario.people, scenario.areas, *given.items(), *among)
        if key not in self._placed:
            self._placed[key] = self._plan(scenario, given, among)
        return self._placed[key]

    def added(self, number: int, place: LonLat, m3_day: float) -> Intake:
        """Return an intake that somebody tries; UsageError for a bad place or capacity."""
        if not (np.isfinite(m3_day) and m3_day > 0):
            raise UsageError(f"An intake needs a capacity above 0 m3/day, not {m3_day:g}.")
        return Intake(
            id=f"added-{number}",
            name=say("Added intake {number}", number=str(number)),
            area="",
            xy_m=self.placed(place),
            precision_m=0.0,
            m3_day=m3_day,
            people=people_for(m3_day, litres=self.person.litres),
            assumed=True,
        )

    def placed(self, place: LonLat) -> LonLat:
        """Return easting and northing of a place; UsageError where it is outside the area."""
        lon, lat = place
        point = shapely.Point(lon, lat)
        if not (np.isfinite([lon, lat]).all() and self.area.holds(point)):
            west, south, east, north = self.area.bounds_deg
            raise UsageError(
                f"Place {lon:g},{lat:g} is outside the study area: longitude {west:.4f} to "
                f"{east:.4f}, latitude {south:.4f} to {north:.4f}."
            )
        x, y = self.area.xy_m([point])[0].tolist()
        return x, y

    def _plan(
        self, scenario: NewIntakes, given: Mapping[str, LonLat], among: Sequence[Intake]
    ) -> tuple[Intake, ...]:
        """Return the intakes of a scenario, one after the other."""
        found: list[Intake] = []
        for position, name in enumerate(scenario.areas):
            people = _part(scenario.people, len(scenario.areas), position)
            xy_m, height_m = (
                (self.placed(given[name]), float("nan"))
                if name in given
                else self._best(name, people, (*self.intakes, *among, *found))
            )
            found.append(
                Intake(
                    id=f"{scenario.id}-{name}",
                    name=say("New intake: {area}", area=self.names[name]),
                    area=name,
                    xy_m=xy_m,
                    precision_m=0.0,
                    m3_day=people * self.person.litres / LITRES,
                    people=people,
                    height_m=height_m,
                    assumed=True,
                )
            )
        return tuple(found)

    def _best(self, area: str, people: int, others: Sequence[Intake]) -> tuple[LonLat, float]:
        """Return easting, northing and height of the block that the rule chooses."""
        inside = self.member.of == self.member.ids.index(area)
        located = np.isfinite(self.demand.xy_m).all(axis=1)
        at = np.flatnonzero(inside & located & (self.demand.people > 0))
        at = at[np.argsort(ranks(self.demand.ids)[at])]
        near = np.array([one.xy_m for one in others], dtype=np.float64).reshape(-1, 2)
        heights = np.array([one.height_m for one in others], dtype=np.float64)
        cost = self._cost(self._way_m(near), heights)
        served = assigned(self._mains(others, cost))
        left = Unserved(
            people=self.demand.people - served.sum(axis=1),
            nearest_mm=_nearest(cost),
            wanted=inside,
            rank=ranks(self.demand.ids),
        )
        chosen = at[best_place(left, self._near(at, left.people, people), people)]
        x, y = self.demand.xy_m[chosen].tolist()
        return (x, y), float(self.height_m[chosen])

    def _near(self, at: NDArray[np.intp], left: Whole, people: int) -> Whole:
        """
        Return what joining blocks to an intake at each of some blocks costs, shape (n, c).

        As far as it takes to fill each from the nearest of those who are left; what lies farther
        would cost more than all that it serves, and is left out as if no pipe led there.
        """
        cost = np.full((len(left), len(at)), NO_WAY, dtype=np.int64)
        short, metres = np.arange(len(at)), min(FIRST_M, self.reach.metres)
        while len(short):
            reach = replace(self.reach, value=metres, metres=metres)
            way_m = self._way_m(self.demand.xy_m[at[short]], reach)
            found = self._cost(way_m, self.height_m[at[short]])
            cost[:, short] = found
            nearer = (found != NO_WAY) & (found <= metres * MM)
            filled = (nearer.T @ left) >= people
            short = short[~filled] if metres < self.reach.metres else short[:0]
            metres = min(2 * metres, self.reach.metres)
        return cost

    def _mains(self, intakes: Sequence[Intake], cost: Whole) -> Mains:
        return Mains(
            blocks=self.demand.ids,
            intakes=tuple(one.id for one in intakes),
            people=self.demand.people,
            capacity=np.array([one.people for one in intakes], dtype=np.int64),
            cost_mm=cost,
        )

    def _cost(self, way_m: Floats, height_m: Floats) -> Whole:
        return cost_mm(way_m, self.height_m, height_m, lift_way_m=self.pipes.lift_way_m)

    def _way_m(self, places_m: Floats, reach: Reach | None = None) -> Floats:
        """Return metres of pipe from n points to m places, shape (n, m); ``inf`` for none."""
        pairs = self.travel.pairs(self.demand.xy_m, places_m, reach=reach or self.reach)
        way_m = np.full((len(self.demand.people), len(places_m)), np.inf)
        way_m[pairs.origin, pairs.destination] = pairs.way
        return way_m


def _nearest(cost: Whole) -> Whole:
    """Return the least cost of each block, shape (n,); `NO_WAY` where there is none."""
    most = np.iinfo(np.int64).max
    least = np.where(cost == NO_WAY, most, cost).min(axis=1, initial=most)
    return np.where(least == most, NO_WAY, least)


def _part(people: int, parts: int, position: int) -> int:
    """Return one of several equal parts of people; the first ones get the rest."""
    return people // parts + (position < people % parts)
