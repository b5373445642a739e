"""All that coverage says beyond who is within reach: choice, curve, access, equity, clusters."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almaty_geo.coverage.catchment import Access, Zones, floating_catchment, zones
from almaty_geo.coverage.clusters import Cluster, clusters
from almaty_geo.coverage.curve import Curve, curve
from almaty_geo.coverage.equity import Equity, equity
from almaty_geo.coverage.measure import Coverage
from almaty_geo.coverage.reachable import BANDS, Reachable, reachable, steps_of
from almaty_geo.places import Membership
from almaty_geo.sections import CITY, OUTSIDE

KTH = (1, 2, 3)
"""Which nearest facilities are told: the nearest, and what choice there is beyond it."""

PER = 1000
"""Access and equity are told for so many people."""


@dataclass(frozen=True, eq=False)
class Detail:
    """What else there is to say of a coverage, split by one layer of areas."""

    coverage: Coverage
    """Who is within reach."""

    areas: str
    """Layer of areas to split by."""

    @property
    def member(self) -> Membership:
        """Area of each demand point."""
        return self.coverage.areas[self.areas]

    @property
    def people(self) -> NDArray[np.int64]:
        """Whole people at each point, shape (n,)."""
        return self.coverage.demand.people

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Areas, "outside" where people live outside every area, and the city."""
        outside = (OUTSIDE,) if self.people[self.member.of < 0].sum() else ()
        return (*self.member.ids, *outside, CITY)

    @cached_property
    def reachable(self) -> Reachable:
        """Facilities up to the farthest band."""
        cov = self.coverage
        return reachable(cov.demand, cov.facilities, cov.travel, reach=cov.reach)

    @cached_property
    def curve(self) -> Curve:
        """People by way."""
        return curve(self.coverage, self.areas)

    @cached_property
    def access(self) -> Access | None:
        """Access to capacity; None where no open facility says how many it can take."""
        cov = self.coverage
        if not np.isfinite(cov.facilities.capacity).any():
            return None
        decay = zones(cov.reach)
        return floating_catchment(cov.demand, cov.facilities, self.reachable, decay=decay)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """People out of reach, put together."""
        return clusters(self.coverage, self.areas)

    @cached_property
    def bands(self) -> Mapping[str, tuple[int, ...]]:
        """People of each area within one, two and three times the reach of their nearest."""
        edges, way = steps_of(self.coverage.reach, BANDS), self.coverage.nearest.way
        return self._by_area([way <= edge for edge in edges])

    @cached_property
    def choice(self) -> Mapping[str, tuple[int, ...]]:
        """People of each area with at least one, two and three facilities within reach."""
        number = self.reachable.count(self.coverage.reach.value)
        return self._by_area([number >= k for k in KTH])

    @cached_property
    def equity(self) -> Mapping[str, Equity | None]:
        """How evenly access is shared in each area and the city, for 1,000 people."""
        if self.access is None:
            return {}
        amount = PER * self.access.per_person
        return {
            name: equity(amount[chosen], self.people[chosen])
            for name, chosen in ((name, self._living(name)) for name in self.names)
        }

    @cached_property
    def access_per_1000(self) -> Mapping[str, float | None]:
        """Mean access of each area and the city, for 1,000 people; None where nobody lives."""
        if self.access is None:
            return {}
        each = PER * self.access.by(self.people, self.member)
        return {name: _known(value) for name, value in self._keyed(each).items()}

    def _living(self, name: str) -> NDArray[np.bool_]:
        """Return which points lie in an area."""
        if name == CITY:
            return np.ones(len(self.people), dtype=bool)
        return np.asarray(self.member.at == self.member.names.index(name), dtype=np.bool_)

    def _by_area(self, masks: list[NDArray[np.bool_]]) -> dict[str, tuple[int, ...]]:
        """Return the people of each area and the city whom each mask chooses."""
        sums = [self.member.sums(np.where(mask, self.people, 0)) for mask in masks]
        table = np.array([[*each, each.sum()] for each in sums]).T
        return {name: tuple(row.tolist()) for name, row in self._keyed(table).items()}

    def _keyed(self, each: NDArray[Any]) -> dict[str, Any]:
        """Name the entries of areas, outside, and all; the one outside goes if nobody is there."""
        every = dict(zip((*self.member.names, CITY), each, strict=True))
        return {name: every[name] for name in self.names}

    def kth_dict(self) -> list[dict[str, Any]]:
        """Return, for the nearest and those after it, who has as many within reach, for JSON."""
        total = self.coverage.people
        rows = []
        for position, k in enumerate(KTH):
            near = {name: each[position] for name, each in self.choice.items()}
            within = near.pop(CITY)
            way = _half(self.reachable.kth(k), self.people)
            rows.append(
                {
                    "k": k,
                    "within_reach": within,
                    "share": within / total if total else None,
                    "half_within": way,
                    "districts": near,
                }
            )
        return rows

    def count_dict(self) -> dict[str, Any]:
        """Return people by the number of facilities within their reach, for JSON."""
        number = np.minimum(self.reachable.count(self.coverage.reach.value), KTH[-1])
        people = np.bincount(number, weights=self.people, minlength=KTH[-1] + 1)
        keys = [*map(str, range(KTH[-1])), f"{KTH[-1]}+"]
        return dict(zip(keys, map(int, people), strict=True))

    def equity_dict(self) -> dict[str, Any] | None:
        """Return how evenly access is shared, for JSON; None without capacities."""
        if self.access is None:
            return None
        told = {name: None if e is None else e.to_dict() for name, e in self.equity.items()}
        whole = told.pop(CITY)
        return {"of": "access", "per": PER, "city": whole, "districts": told}

    def decay_dict(self) -> dict[str, Any] | None:
        """Return the bands of the catchment with their weights, for JSON."""
        if self.access is None or not isinstance(self.access.decay, Zones):
            return None
        decay = self.access.decay
        return {"edges": list(decay.edges), "weights": list(decay.weights)}


def _half(way: NDArray[np.float64], people: NDArray[np.int64]) -> float | None:
    """Return the way that half of the people do not exceed; None where there is none."""
    order = np.argsort(way, kind="stable")
    below = np.cumsum(people[order])
    if not len(below) or not below[-1]:
        return None
    return _known(way[order][np.searchsorted(below * 2, below[-1])])


def _known(value: float) -> float | None:
    """Return a number, or None for NaN and infinity."""
    return float(value) if np.isfinite(value) else None
